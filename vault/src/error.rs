/// Why the vault gave nothing back.
///
/// There is one answer for every failure: which of version, key, place or tag did not fit is of use to an
/// attacker only. An operator with the wrong root key learns it from [`crate::RootKey::check_value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The value was changed, cut, moved to another place, or sealed under another key.
    #[error(
        "the sealed value does not open here: use the key it was sealed with, or restore it from a backup"
    )]
    Unopenable,
}
