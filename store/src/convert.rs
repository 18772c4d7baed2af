//! Between Rust and the four types that both databases share: integer, text, bytes, null.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::{Result, StoreError};

/// Milliseconds since 1970 UTC.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(crate) fn timestamp(millis: i64, table: &'static str) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Corrupt { table, column: "time" })
}

pub(crate) fn date(text: &str, table: &'static str) -> Result<Date> {
    text.parse().map_err(|_| StoreError::Corrupt { table, column: "date" })
}

pub(crate) fn uuid(bytes: &[u8], table: &'static str) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| StoreError::Corrupt { table, column: "id" })
}

pub(crate) fn array<const N: usize>(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| StoreError::Corrupt { table, column })
}

pub(crate) fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub(crate) fn unsigned(number: i64, table: &'static str, column: &'static str) -> Result<u64> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt { table, column })
}

/// A count or position as the databases hold it. Ours never reach 2^63.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("positions and sizes stay below 2^63")
}
