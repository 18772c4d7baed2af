#![doc = include_str!("../README.md")]

pub mod code;
mod crockford;
pub mod csrf;
pub mod email;
pub mod gate;
pub mod ids;
mod names;
pub mod password;
pub mod permission;
pub mod recovery;
pub mod session;
pub mod throttle;
pub mod token;
pub mod totp;

pub use code::VerificationCode;
pub use email::EmailAddress;
pub use gate::Authenticated;
pub use ids::{InvitationId, OrganisationId, PersonId, PortalLinkId, SessionId};
pub use names::UnknownName;
pub use permission::{
    Actor, Forbidden, Membership, MembershipState, Permission, Role, authorize, authorize_operator,
};
pub use token::Token;
