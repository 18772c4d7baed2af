use uuid::Uuid;

/// Where a sealed value lives. A value opens in the place it was sealed for and in no other.
///
/// `row` is the primary key of the row without the organisation, in whatever bytes the table spells it: often
/// those of a UUID. A row whose key is not known yet cannot be sealed: take the id first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The tenant the row belongs to.
    pub organisation: Uuid,
    /// Table, or the kind of file.
    pub table: &'a str,
    /// Column, or the part of the file.
    pub column: &'a str,
    /// Primary key of the row within the organisation.
    pub row: &'a [u8],
}

impl Place<'_> {
    /// What the associated data lists, in the order of the README.
    pub(crate) fn items<'a>(&'a self, purpose: &'a str) -> [&'a [u8]; 6] {
        [
            b"record",
            purpose.as_bytes(),
            self.organisation.as_bytes(),
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row,
        ]
    }
}
