//! What is done with payee accounts after they were entered: approved, preferred, ended. Appended, never changed.

use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, signed, unsigned, uuid};
use crate::{Books, Result, StoreError};

/// What was done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayeeAct {
    /// A second person agreed to it.
    Approved,
    /// It goes on documents that name no other.
    Preferred,
    /// It goes on no document any more.
    Ended,
}

impl PayeeAct {
    fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Preferred => "preferred",
            Self::Ended => "ended",
        }
    }
}

/// An act, and the entry that commits to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPayeeAct {
    /// The account.
    pub account: Uuid,
    /// What was done.
    pub act: PayeeAct,
    /// Where the ledger says so.
    pub ledger_position: u64,
}

impl Books {
    /// Enters what was done with an account. Never changed after.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_payee_act(&mut self, act: KeptPayeeAct) -> Result<()> {
        sqlx::query(
            "INSERT INTO payee_act (org_id, ledger_position, account_id, act) VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(signed(act.ledger_position))
        .bind(bytes(act.account))
        .bind(act.act.as_str())
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Everything that was done with payee accounts, oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_payee_acts(&mut self) -> Result<Vec<KeptPayeeAct>> {
        let rows = sqlx::query(
            "SELECT ledger_position, account_id, act FROM payee_act WHERE org_id = $1 ORDER BY ledger_position",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?;
        rows.iter()
            .map(|row| {
                let act: String = row.try_get("act")?;
                let all = [PayeeAct::Approved, PayeeAct::Preferred, PayeeAct::Ended];
                let act = all.into_iter().find(|known| known.as_str() == act);
                Ok(KeptPayeeAct {
                    account: uuid(&row.try_get::<Vec<u8>, _>("account_id")?, "payee_act")?,
                    act: act.ok_or(StoreError::Corrupt { table: "payee_act", column: "act" })?,
                    ledger_position: unsigned(
                        row.try_get("ledger_position")?,
                        "payee_act",
                        "ledger_position",
                    )?,
                })
            })
            .collect()
    }
}
