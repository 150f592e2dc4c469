//! Whose request is answered next: one thread answers all, so who asks for much waits behind who asks for little.
//!
//! Each caller has a lane, and of the lanes in which a request waits the one goes first that has had the least time
//! of late. A caller who comes anew begins level with the one who is being served, and saves nothing up. A request
//! holds its turn only while it is worked on, not while it waits for the disk.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

/// How many lanes are kept before those in which nobody waits are given up.
const LANES: usize = 1_024;

/// The lanes of all callers.
#[derive(Debug, Default)]
pub struct FairQueue {
    lanes: Mutex<Lanes>,
    /// Somebody waits to be let in.
    waits: Notify,
}

#[derive(Debug, Default)]
struct Lanes {
    by_caller: HashMap<Box<str>, Lane>,
    /// The time that the caller who was let in last had had then.
    level: Duration,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Lane {
    /// The time that the caller has had, or would have had if it had always been there.
    had: Duration,
    waiting: VecDeque<oneshot::Sender<()>>,
}

impl FairQueue {
    /// Works on a request of a caller when its turn comes.
    pub async fn take<T>(&self, caller: &str, work: impl Future<Output = T>) -> T {
        let mut admitted = self.lanes().enter(caller);
        // All that has arrived meanwhile comes to stand in its lane, before one is let in.
        tokio::task::yield_now().await;
        if admitted.try_recv().is_err() && !self.lanes().leave_alone(caller) {
            self.waits.notify_one();
            // The sender is dropped with the server only.
            let _ = admitted.await;
        }
        let mut work = pin!(work);
        let begun = Instant::now();
        let first = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
        self.lanes().charge(caller, begun.elapsed());
        match first {
            Poll::Ready(done) => done,
            Poll::Pending => work.await,
        }
    }

    /// Lets one request in after the other, for as long as it is polled.
    pub async fn run(&self) {
        loop {
            self.waits.notified().await;
            loop {
                let Some(next) = self.lanes().next() else { break };
                if next.send(()).is_ok() {
                    // It is worked on, and what arrives meanwhile is read.
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn enter(&mut self, caller: &str) -> oneshot::Receiver<()> {
        let (admit, admitted) = oneshot::channel();
        if self.by_caller.len() >= LANES {
            self.by_caller.retain(|_, lane| !lane.waiting.is_empty());
        }
        let level = self.level;
        let lane = self.by_caller.entry(caller.into()).or_default();
        if lane.waiting.is_empty() {
            lane.had = lane.had.max(level);
        }
        lane.waiting.push_back(admit);
        self.waiting += 1;
        admitted
    }

    /// Leaves the lane again where nobody else waits; whether that is so.
    fn leave_alone(&mut self, caller: &str) -> bool {
        if self.waiting != 1 {
            return false;
        }
        let Some(lane) = self.by_caller.get_mut(caller).filter(|lane| !lane.waiting.is_empty()) else { return false };
        lane.waiting.clear();
        self.waiting = 0;
        self.level = self.level.max(lane.had);
        true
    }

    /// The request whose turn it is.
    fn next(&mut self) -> Option<oneshot::Sender<()>> {
        let waiting = self.by_caller.iter_mut().filter(|(_, lane)| !lane.waiting.is_empty());
        let (_, lane) = waiting.min_by(|(one, lane), (other, held)| (lane.had, one).cmp(&(held.had, other)))?;
        self.level = self.level.max(lane.had);
        self.waiting = self.waiting.saturating_sub(1);
        lane.waiting.pop_front()
    }

    fn charge(&mut self, caller: &str, took: Duration) {
        if let Some(lane) = self.by_caller.get_mut(caller) {
            lane.had += took;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order in which requests are let in that wait at the same time, where each takes so many milliseconds.
    #[track_caller]
    fn check(arrived: &[&str], took: impl Fn(&str) -> u64, order: &[&str]) {
        let mut lanes = Lanes::default();
        let mut waiting: Vec<_> = arrived.iter().map(|caller| (*caller, lanes.enter(caller))).collect();
        let mut served = Vec::new();
        while let Some(next) = lanes.next() {
            next.send(()).unwrap();
            let at = waiting.iter_mut().position(|(_, admitted)| admitted.try_recv().is_ok()).unwrap();
            let (caller, _) = waiting.remove(at);
            lanes.charge(caller, Duration::from_millis(took(caller)));
            served.push(caller);
        }
        assert_eq!(served, order);
    }

    #[test]
    fn who_asks_for_little_waits_behind_one_request_of_who_asks_for_much() {
        let took = |caller: &str| if caller == "much" { 10 } else { 1 };
        let order = ["a", "much", "a", "a", "much", "much", "much"];
        check(&["much", "much", "much", "much", "a", "a", "a"], took, &order);
    }

    #[test]
    fn callers_alike_take_turns() {
        check(&["a", "a", "b", "b"], |_| 5, &["a", "b", "a", "b"]);
    }

    #[test]
    fn nobody_saves_up_turns_while_away() {
        let mut lanes = Lanes::default();
        drop(lanes.enter("b"));
        assert!(lanes.next().is_some());
        for _ in 0..10 {
            let _admitted = lanes.enter("a");
            lanes.next();
            lanes.charge("a", Duration::from_secs(1));
        }
        let (mut a, mut b) = (lanes.enter("a"), lanes.enter("b"));
        // It goes first once, and not ten times.
        let _ = lanes.next().unwrap().send(());
        assert!(b.try_recv().is_ok());
        lanes.charge("b", Duration::from_secs(2));
        let _again = lanes.enter("b");
        let _ = lanes.next().unwrap().send(());
        assert!(a.try_recv().is_ok());
    }

    #[tokio::test]
    async fn a_request_that_is_given_up_while_it_waits_holds_nobody_up() {
        let turns = FairQueue::default();
        drop(turns.lanes().enter("gone"));
        tokio::select! {
            () = turns.run() => {}
            done = turns.take("a", async { 7 }) => assert_eq!(done, 7),
        }
    }
}
