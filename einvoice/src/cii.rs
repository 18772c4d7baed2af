//! UN/CEFACT Cross Industry Invoice D16B, as CEN/TS 16931-3-3 binds EN 16931 to it.

mod codes;
mod facts;
mod read;
mod write;

pub(crate) use facts::facts;
pub(crate) use read::read;
pub(crate) use write::write;
