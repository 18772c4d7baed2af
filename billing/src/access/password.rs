//! Password hashing off the async threads, never more at once than the machine can carry.

use counterfoil_identity::password::{self, PasswordHash};
use zeroize::Zeroizing;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;

impl Billing {
    pub(super) async fn hash_password(
        &self,
        password: Zeroizing<String>,
    ) -> Result<PasswordHash, Unavailable> {
        let cost = self.0.parts.password_cost;
        self.0.passwords.run(move || password::hash(&password, cost, &mut rng())).await
    }

    /// Checks a password; `None` stands for a person who does not exist and takes as long.
    pub(super) async fn verify_password(
        &self,
        password: Zeroizing<String>,
        kept: Option<PasswordHash>,
    ) -> Result<bool, Unavailable> {
        let cost = self.0.parts.password_cost;
        let check = move || {
            if let Some(kept) = kept {
                password::verify(&password, &kept)
            } else {
                password::dummy_verify(&password, cost);
                false
            }
        };
        self.0.passwords.run(check).await
    }
}
