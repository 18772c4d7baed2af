//! `destinations`: where the server connects to.

use crate::config::Config;
use crate::output::{data, row, talk};

pub(super) fn run(config: &Config, json: bool) -> anyhow::Result<()> {
    let destinations = &config.destinations;
    if json {
        return data(true, destinations, &[""; 0]);
    }
    if destinations.is_empty() {
        talk("With these settings it connects to nothing.");
    }
    destinations.iter().try_for_each(|to| row(&[to.purpose, &to.place(), &to.encryption]))
}
