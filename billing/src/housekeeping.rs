//! Throwing away what has done its service. The server does it every hour.

use counterfoil_identity::session::Class;
use counterfoil_identity::throttle;
use counterfoil_store::INSTALLATION;
use counterfoil_store::housekeeping::Outdated;
use jiff::SignedDuration;

use crate::billing::{Billing, Unavailable};

/// A form that comes again after so long is a new one: nobody double-clicks for a day.
const FORM_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// So long a counter is kept that never cost any waiting.
const SMALL_THROTTLE: SignedDuration = SignedDuration::from_hours(24);

impl Billing {
    /// Removes sessions, links' sessions and one-time tokens that ended, counters of guesses that are forgotten, and
    /// forms that no longer come twice. Gives how many rows there were.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn tidy(&self) -> Result<u64, Unavailable> {
        let now = self.clock().now();
        let outdated = Outdated {
            ended: now,
            // What no limit could still let through.
            sessions: now - Class::Staff.limits().absolute,
            submissions: now - FORM_LIFE,
            throttles: now - throttle::FORGOTTEN_AFTER,
            small_throttles: now - SMALL_THROTTLE,
            few: throttle::FREE,
        };
        let mut removed = 0;
        let organisations = self.store().list_organisations().await?;
        for organisation in organisations.into_iter().map(|(id, _)| id).chain([INSTALLATION]) {
            let mut books = self.store().write(organisation).await?;
            removed += books.take_outdated(&outdated).await?;
            books.commit().await?;
        }
        Ok(removed)
    }
}
