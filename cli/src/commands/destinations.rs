//! `destinations`: where the server connects to.

use crate::config::Config;
use crate::output::{data, talk};

pub(super) fn run(config: &Config, json: bool) -> anyhow::Result<()> {
    let destinations = &config.destinations;
    if destinations.is_empty() && !json {
        talk("With these settings it connects to nothing.");
        return Ok(());
    }
    let lines: Vec<String> = destinations.iter().map(ToString::to_string).collect();
    data(json, destinations, &lines)
}
