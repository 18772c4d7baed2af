//! Password hashing off the async threads, never more at once than the machine can carry.

use counterfoil_identity::password::{self, PasswordHash};
use zeroize::Zeroizing;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;

/// So many may wait for a slot; the next is told to come back. At a third of a second a hash this is a wait of
/// seconds, not minutes.
const QUEUE: usize = 64;

impl Billing {
    pub(super) async fn hash_password(
        &self,
        password: Zeroizing<String>,
    ) -> Result<PasswordHash, Unavailable> {
        let cost = self.0.parts.password_cost;
        self.in_slot(move || password::hash(&password, cost, &mut rng())).await
    }

    /// Checks a password; `None` stands for a person who does not exist and takes as long.
    pub(super) async fn verify_password(
        &self,
        password: Zeroizing<String>,
        kept: Option<PasswordHash>,
    ) -> Result<bool, Unavailable> {
        let cost = self.0.parts.password_cost;
        self.in_slot(move || {
            if let Some(kept) = kept {
                password::verify(&password, &kept)
            } else {
                password::dummy_verify(&password, cost);
                false
            }
        })
        .await
    }

    async fn in_slot<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let waiting = self.0.password_queue.clone().try_acquire_owned().map_err(|_| Unavailable::Busy)?;
        let slot = self
            .0
            .parts
            .password_slots
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Unavailable::Interrupted)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        })
        .await
        .map_err(|_| Unavailable::Interrupted)?;
        drop(waiting);
        Ok(done)
    }

    /// Room for those who wait.
    pub(crate) fn password_queue() -> std::sync::Arc<tokio::sync::Semaphore> {
        std::sync::Arc::new(tokio::sync::Semaphore::new(QUEUE))
    }
}
