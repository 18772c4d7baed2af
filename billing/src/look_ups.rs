//! How often one network may look up what is not there: the codes on paper have 80 bits, but nobody shall try them at
//! leisure, nor make the server look into files all day.
//!
//! The counts are in memory, unlike those of the [`throttle`](counterfoil_identity::throttle): counting costs a stranger's
//! request no place in the queue of writers, and a full disk does not keep anybody from checking an invoice. A restart
//! forgets them, which gives a guesser of 80 bits nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use counterfoil_identity::throttle::RetryAfter;
use jiff::{SignedDuration, Timestamp};

use crate::billing::Billing;
use crate::clock::Clock;

/// Look-ups in a row that may find nothing, from one network.
const MOST_MISSES: u32 = 30;
/// Without a miss for so long, all are forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Those that are under way keep a network waiting for a moment only.
const MOMENT: SignedDuration = SignedDuration::from_secs(1);
/// More networks are not remembered: who has so many gains nothing by being forgotten.
const MOST_NETWORKS: usize = 10_000;

/// What is counted, by network.
#[derive(Clone, Default)]
pub(crate) struct LookUps(Arc<Mutex<HashMap<String, Count>>>);

#[derive(Default)]
struct Count {
    misses: u32,
    last_miss: Option<Timestamp>,
    under_way: u32,
}

impl Count {
    fn is_forgotten(&self, now: Timestamp) -> bool {
        self.last_miss.is_none_or(|last| now.duration_since(last) >= FORGOTTEN_AFTER)
    }

    fn misses(&self, now: Timestamp) -> u32 {
        if self.is_forgotten(now) { 0 } else { self.misses }
    }
}

/// A look-up under way. It counts against its network from the beginning, so that many at once are no way around the
/// limit, and for good unless it is [taken back](Self::take_back): also if whoever asked hangs up.
#[must_use = "dropped, it counts as one that found nothing"]
pub struct LookUp {
    all: LookUps,
    network: String,
    clock: Clock,
    is_miss: bool,
}

impl LookUp {
    /// It does not count: it found something, or nothing was looked up.
    pub fn take_back(mut self) {
        self.is_miss = false;
    }
}

impl Drop for LookUp {
    fn drop(&mut self) {
        let now = self.clock.now();
        let mut counts = self.all.0.lock().expect("no holder panics");
        let Some(count) = counts.get_mut(&self.network) else { return };
        count.under_way = count.under_way.saturating_sub(1);
        if self.is_miss {
            count.misses = count.misses(now).saturating_add(1);
            count.last_miss = Some(now);
        } else if count.under_way == 0 && count.is_forgotten(now) {
            counts.remove(&self.network);
        }
    }
}

impl LookUps {
    fn begin(&self, network: &str, clock: &Clock) -> Result<LookUp, RetryAfter> {
        let now = clock.now();
        let mut counts = self.0.lock().expect("no holder panics");
        if let Some(count) = counts.get(network)
            && count.misses(now).saturating_add(count.under_way) >= MOST_MISSES
        {
            let known = count.last_miss.filter(|_| count.misses(now) >= MOST_MISSES);
            let wait = known.map_or(MOMENT, |last| FORGOTTEN_AFTER.saturating_sub(now.duration_since(last)));
            return Err(RetryAfter(wait.unsigned_abs()));
        }
        if counts.len() >= MOST_NETWORKS && !counts.contains_key(network) {
            counts.retain(|_, count| count.under_way > 0 || !count.is_forgotten(now));
            let oldest = counts.iter().filter(|(_, count)| count.under_way == 0);
            let oldest = oldest.min_by_key(|(_, count)| count.last_miss).map(|(network, _)| network.clone());
            if let Some(oldest) = oldest.filter(|_| counts.len() >= MOST_NETWORKS) {
                counts.remove(&oldest);
            }
        }
        counts.entry(network.to_owned()).or_default().under_way += 1;
        drop(counts);
        let (all, network, clock) = (self.clone(), network.to_owned(), clock.clone());
        Ok(LookUp { all, network, clock, is_miss: true })
    }
}

impl Billing {
    /// Begins a look-up by code, fingerprint or file for somebody in this network.
    ///
    /// # Errors
    /// [`RetryAfter`] while too much was looked up from there that is not here.
    pub fn begin_look_up(&self, network: &str) -> Result<LookUp, RetryAfter> {
        self.0.look_ups.begin(network, self.clock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> (LookUps, Clock) {
        (LookUps::default(), Clock::at("2026-03-01T08:00:00Z".parse().unwrap()))
    }

    fn wait(all: &LookUps, network: &str, clock: &Clock) -> u64 {
        all.begin(network, clock).map_or_else(RetryAfter::seconds, |look_up| {
            look_up.take_back();
            0
        })
    }

    #[test]
    fn thirty_misses_close_the_door_for_five_minutes_to_that_network_alone() {
        let (all, clock) = world();
        for _ in 0..MOST_MISSES {
            drop(all.begin("192.0.2.7", &clock).unwrap());
        }
        assert_eq!(wait(&all, "192.0.2.7", &clock), 300);
        assert_eq!(wait(&all, "192.0.2.8", &clock), 0);
        clock.advance(SignedDuration::from_secs(299));
        assert_eq!(wait(&all, "192.0.2.7", &clock), 1);
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(wait(&all, "192.0.2.7", &clock), 0);
        // And all are forgotten, not the last alone.
        drop(all.begin("192.0.2.7", &clock).unwrap());
        assert_eq!(wait(&all, "192.0.2.7", &clock), 0);
    }

    #[test]
    fn what_finds_something_never_counts() {
        let (all, clock) = world();
        for _ in 0..10 * MOST_MISSES {
            all.begin("192.0.2.7", &clock).unwrap().take_back();
        }
        assert!(all.0.lock().unwrap().is_empty(), "nor is anything remembered");
    }

    #[test]
    fn many_at_once_are_no_way_around_the_limit() {
        let (all, clock) = world();
        let mut under_way: Vec<_> =
            std::iter::from_fn(|| all.begin("192.0.2.7", &clock).ok()).take(1000).collect();
        assert_eq!(under_way.len(), MOST_MISSES as usize);
        assert_eq!(wait(&all, "192.0.2.7", &clock), 1);
        under_way.pop().unwrap().take_back();
        assert_eq!(wait(&all, "192.0.2.7", &clock), 0);
        // Hanging up takes nothing back.
        drop(under_way);
        drop(all.begin("192.0.2.7", &clock).unwrap());
        assert_eq!(wait(&all, "192.0.2.7", &clock), 300);
    }

    #[test]
    fn the_networks_that_are_remembered_have_a_limit() {
        let (all, clock) = world();
        let first = all.begin("first", &clock).unwrap();
        for number in 0..MOST_NETWORKS + 10 {
            clock.advance(SignedDuration::from_millis(1));
            drop(all.begin(&number.to_string(), &clock).unwrap());
        }
        {
            let counts = all.0.lock().unwrap();
            assert_eq!(counts.len(), MOST_NETWORKS);
            assert!(counts.contains_key("first"), "what is under way stays");
            assert!(!counts.contains_key("0") && counts.contains_key("11"), "the oldest goes");
        }
        drop(first);
    }
}
