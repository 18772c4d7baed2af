//! How much of large requests is in memory at once: of one network, and in all. Room is taken before the body is read, and
//! given back when the request is answered, or after half a minute if the body is not there by then: who sends slowly
//! keeps nobody out.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::ErrorPage;

/// What room is counted in.
const MEBIBYTE: usize = 1 << 20;
/// Mebibytes in all: three of the largest files, or sixty ordinary ones.
const IN_ALL: u32 = 64;
/// Mebibytes of one network: one of the largest files, and ordinary ones beside it.
const OF_ONE: u32 = 32;
/// Whoever comes when there is no room waits for so long.
const ROOM_WITHIN: Duration = Duration::from_secs(5);
/// A body that is not there by then is given up: 20 MiB take that long at 6 Mbit/s.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// The room there is. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Uploads(Arc<Inner>);

struct Inner {
    room: Arc<Semaphore>,
    of: Mutex<HashMap<String, u32>>,
}

impl Default for Uploads {
    fn default() -> Self {
        let room = Arc::new(Semaphore::new(usize::try_from(IN_ALL).expect("a small number")));
        Self(Arc::new(Inner { room, of: Mutex::default() }))
    }
}

impl Uploads {
    /// Room for so many bytes, for somebody of this network.
    pub(crate) async fn enter(&self, network: String, bytes: usize) -> Result<Room, ErrorPage> {
        let mebibytes = u32::try_from(bytes.div_ceil(MEBIBYTE).max(1)).unwrap_or(u32::MAX);
        let share = self.share(network, mebibytes)?;
        let permit = timeout(ROOM_WITHIN, Arc::clone(&self.0.room).acquire_many_owned(mebibytes)).await;
        match permit {
            Ok(Ok(permit)) => Ok(Room { _share: share, _permit: permit }),
            Ok(Err(_)) | Err(_) => Err(ErrorPage::busy()),
        }
    }

    /// A share is held while its request waits for room, too: else one network would be the whole queue.
    fn share(&self, network: String, mebibytes: u32) -> Result<Share, ErrorPage> {
        let mut of = self.0.of.lock().expect("no holder panics");
        let held = of.get(&network).copied().unwrap_or(0);
        if held.saturating_add(mebibytes) > OF_ONE {
            return Err(ErrorPage::busy());
        }
        of.insert(network.clone(), held + mebibytes);
        drop(of);
        Ok(Share { uploads: self.clone(), network, mebibytes })
    }
}

/// Room that is taken until this is dropped.
pub(crate) struct Room {
    _share: Share,
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// Reads a body into it, in time.
    pub(crate) async fn fill<T>(
        &self,
        body: impl Future<Output = Result<T, ErrorPage>>,
    ) -> Result<T, ErrorPage> {
        timeout(BODY_WITHIN, body)
            .await
            .unwrap_or_else(|_| Err(ErrorPage::for_status(StatusCode::REQUEST_TIMEOUT)))
    }
}

struct Share {
    uploads: Uploads,
    network: String,
    mebibytes: u32,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut of = self.uploads.0.of.lock().expect("no holder panics");
        if let Some(held) = of.get_mut(&self.network) {
            *held -= self.mebibytes;
            if *held == 0 {
                of.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_network_takes_its_own_share_and_who_is_done_makes_room() {
        let uploads = Uploads::default();
        let enter = async |network: &str, bytes: usize| uploads.enter(network.to_owned(), bytes).await;
        let large = enter("192.0.2.1", 20 * MEBIBYTE + 1).await.unwrap();
        assert!(enter("192.0.2.1", 20 * MEBIBYTE).await.is_err(), "a second of that size");
        let small = enter("192.0.2.1", 11 * MEBIBYTE).await.unwrap();
        assert!(enter("192.0.2.1", 0).await.is_err(), "its share is used up");
        let other = enter("192.0.2.2", 32 * MEBIBYTE).await.unwrap();
        assert!(enter("192.0.2.3", 1).await.is_err(), "all is used up");
        drop(large);
        let third = enter("192.0.2.3", 21 * MEBIBYTE).await.unwrap();
        drop((small, other, third));
        assert!(uploads.0.of.lock().unwrap().is_empty(), "nothing is left of them");
        assert_eq!(uploads.0.room.available_permits(), 64);
    }

    #[tokio::test]
    async fn who_is_refused_or_gives_up_holds_nothing() {
        let uploads = Uploads::default();
        let all: Vec<_> = ["192.0.2.1", "192.0.2.2"].map(str::to_owned).into();
        let mut held = Vec::new();
        for network in all {
            held.push(uploads.enter(network, 32 * MEBIBYTE).await.unwrap());
        }
        assert!(uploads.enter("192.0.2.3".to_owned(), MEBIBYTE).await.is_err());
        let given_up =
            timeout(Duration::from_millis(20), uploads.enter("192.0.2.4".to_owned(), MEBIBYTE)).await;
        assert!(given_up.is_err());
        drop(held);
        assert!(uploads.0.of.lock().unwrap().is_empty());
        assert_eq!(uploads.0.room.available_permits(), 64);
    }
}
