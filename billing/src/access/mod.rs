//! Coming in: setting up, signing in, and what a signed-in person is.

mod account;
mod password;
mod session;
mod setup;
mod sign_in;

pub use account::{Account, AccountError};
pub use session::{MemberOf, SignedIn};
pub use setup::{NewOwner, SetupError, TotpEnrolment};
pub use sign_in::{SignInError, SignInStep};
