//! Processor time, not wall time: the same on a busy machine.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// What this process has used of the processor, all threads together.
pub(crate) fn processor_time() -> anyhow::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}

/// The middle one.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
