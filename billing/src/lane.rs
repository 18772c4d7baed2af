//! Heavy work off the async threads: never more of it at once than the machine can carry, and no long line before it.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::billing::Unavailable;

/// Slots in which work runs, and room for those who wait for one.
pub(crate) struct Lane {
    slots: Arc<Semaphore>,
    room: Arc<Semaphore>,
}

impl Lane {
    /// `room` is for those who wait and those whose work runs; whoever comes then is told to come back.
    pub(crate) fn new(slots: Arc<Semaphore>, room: usize) -> Self {
        Self { slots, room: Arc::new(Semaphore::new(room)) }
    }

    /// Runs it as soon as there is a slot. The work keeps slot and room until it ends, also if whoever asked for it no
    /// longer waits: it cannot be called back, and must not be joined by more.
    ///
    /// # Errors
    /// [`Unavailable::Busy`] if there is no room, [`Unavailable::Interrupted`] if it panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let room = self.room.clone().try_acquire_owned().map_err(|_| Unavailable::Busy)?;
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| Unavailable::Interrupted)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop((slot, room));
            done
        })
        .await
        .map_err(|_| Unavailable::Interrupted)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::*;

    /// A lane, and how much of its work was begun.
    fn lane(slots: usize, room: usize) -> (Arc<Lane>, Arc<AtomicUsize>) {
        (Arc::new(Lane::new(Arc::new(Semaphore::new(slots)), room)), Arc::default())
    }

    /// Work that ends when it is told to.
    fn slow(begun: &Arc<AtomicUsize>) -> (Sender<()>, impl FnOnce() + Send + 'static) {
        let ((end, ended), begun): ((Sender<()>, Receiver<()>), _) = (channel(), Arc::clone(begun));
        let work = move || {
            begun.fetch_add(1, Ordering::SeqCst);
            let _ = ended.recv();
        };
        (end, work)
    }

    async fn until_begun(begun: &AtomicUsize, wanted: usize) {
        while begun.load(Ordering::SeqCst) < wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn who_hangs_up_frees_no_slot_while_the_work_goes_on() {
        let (lane, begun) = lane(2, 8);
        let mut ends = Vec::new();
        for nth in 1..=2 {
            let (end, work) = slow(&begun);
            ends.push(end);
            let asking = tokio::spawn({
                let lane = Arc::clone(&lane);
                async move { lane.run(work).await }
            });
            until_begun(&begun, nth).await;
            asking.abort();
            assert!(asking.await.unwrap_err().is_cancelled());
        }
        let third = tokio::spawn({
            let (lane, begun) = (Arc::clone(&lane), Arc::clone(&begun));
            async move { lane.run(move || begun.fetch_add(1, Ordering::SeqCst)).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(begun.load(Ordering::SeqCst), 2, "two are at work, though nobody waits for them");
        drop(ends.pop());
        assert_eq!(third.await.unwrap().unwrap(), 2);
        drop(ends);
    }

    #[tokio::test]
    async fn beyond_a_short_line_everybody_is_told_to_come_back() {
        let (lane, begun) = lane(1, 3);
        let (end, work) = slow(&begun);
        let mut waiting = vec![tokio::spawn({
            let lane = Arc::clone(&lane);
            async move { lane.run(work).await }
        })];
        until_begun(&begun, 1).await;
        for _ in 0..2 {
            let lane = Arc::clone(&lane);
            waiting.push(tokio::spawn(async move { lane.run(|| ()).await }));
        }
        tokio::task::yield_now().await;
        assert!(matches!(lane.run(|| ()).await, Err(Unavailable::Busy)));
        drop(end);
        for work in waiting {
            work.await.unwrap().unwrap();
        }
        lane.run(|| ()).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_gives_its_slot_back() {
        let (lane, _) = lane(1, 1);
        let panicking = || -> () { panic!("as asked") };
        assert!(matches!(lane.run(panicking).await, Err(Unavailable::Interrupted)));
        assert_eq!(lane.run(|| 7).await.unwrap(), 7);
    }
}
