//! What is in memory stays there: keys and clear text are in it while the program runs.

use nix::sys::resource::{Resource, setrlimit};

/// No core is dumped if the program ends by a signal: neither to a file, nor to a program that collects them. On Linux
/// others of the same user cannot look into its memory either; root can.
pub(crate) fn keep_off_disk() -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
