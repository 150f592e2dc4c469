//! One limiter for all calls of an account: how many may be under way at once.
//!
//! IAM throttles from token buckets of unknown size that cannot be raised, so the limiter feels its way:
//! every answer raises the limit a little, every throttled call halves it. Who is waited for goes first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Urgency;

/// The most calls that are under way at once.
const CEILING: f64 = 8.0;

/// Calls sent together are throttled together: they halve the limit once.
const ONE_CUT: Duration = Duration::from_millis(500);

/// How fast calls go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the limiter's ceiling allows.
    Full,
    /// Slowed down after throttling.
    Throttled {
        /// How many calls may be under way at once.
        concurrent: u32,
    },
}

/// The limiter. It is shared by everything that calls the same account.
#[derive(Debug)]
pub(super) struct Limiter(Mutex<State>);

#[derive(Debug)]
struct State {
    limit: f64,
    busy: u32,
    /// By urgency, the most urgent first.
    waiting: [VecDeque<oneshot::Sender<()>>; 3],
    last_cut: Option<Instant>,
}

/// The right to have one call under way; dropping it lets the next one go.
#[derive(Debug)]
pub(super) struct Permit(Arc<Limiter>);

impl Limiter {
    /// A limiter at full pace.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            limit: CEILING,
            busy: 0,
            waiting: [VecDeque::new(), VecDeque::new(), VecDeque::new()],
            last_cut: None,
        })))
    }

    /// The limiter of an account behind an endpoint: all sessions in it share one.
    ///
    /// The account is that of the access key; where the key does not tell it, the session has its own.
    pub(super) fn of(endpoint: Option<&str>, account: Option<&str>) -> Arc<Self> {
        static KNOWN: Mutex<BTreeMap<(String, String), Weak<Limiter>>> = Mutex::new(BTreeMap::new());
        let Some(account) = account else { return Self::new() };
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, limiter| limiter.strong_count() > 0);
        let key = (endpoint.unwrap_or_default().to_owned(), account.to_owned());
        if let Some(limiter) = known.get(&key).and_then(Weak::upgrade) {
            return limiter;
        }
        let limiter = Self::new();
        known.insert(key, Arc::downgrade(&limiter));
        limiter
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn.
    pub(super) async fn acquire(self: &Arc<Self>, urgency: Urgency) -> Permit {
        loop {
            let turn = {
                let mut state = self.state();
                if state.has_room() {
                    state.busy += 1;
                    return Permit(Arc::clone(self));
                }
                let (sender, receiver) = oneshot::channel();
                if let Some(queue) = state.waiting.get_mut(urgency as usize) {
                    queue.push_back(sender);
                }
                receiver
            };
            // Woken, or dropped with the limiter: either way the room is looked at again.
            let _ = turn.await;
        }
    }

    /// Notes an answer that was not throttled; the new pace where it changed.
    pub(super) fn answered(&self) -> Option<Pace> {
        let mut state = self.state();
        let before = state.pace();
        state.limit = (state.limit + 1.0 / state.limit).min(CEILING);
        state.wake();
        state.changed(before)
    }

    /// Notes a throttled call; the new pace where it changed.
    pub(super) fn throttled(&self, now: Instant) -> Option<Pace> {
        let mut state = self.state();
        if state.last_cut.is_some_and(|cut| now.duration_since(cut) < ONE_CUT) {
            return None;
        }
        let before = state.pace();
        state.last_cut = Some(now);
        state.limit = (state.limit / 2.0).max(1.0);
        state.changed(before)
    }
}

impl State {
    fn slots(&self) -> u32 {
        // INVARIANT: the limit lies between 1 and the ceiling, so the cut loses nothing but the fraction.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 8 by invariant")]
        let slots = self.limit as u32;
        slots
    }

    fn has_room(&self) -> bool {
        self.busy < self.slots()
    }

    fn pace(&self) -> Pace {
        if self.limit >= CEILING { Pace::Full } else { Pace::Throttled { concurrent: self.slots() } }
    }

    fn changed(&self, before: Pace) -> Option<Pace> {
        let now = self.pace();
        (now != before).then_some(now)
    }

    /// Wakes as many as there is room for; one that has gone away is skipped.
    fn wake(&mut self) {
        let mut room = self.slots().saturating_sub(self.busy);
        while room > 0 {
            let Some(next) = self.waiting.iter_mut().find_map(VecDeque::pop_front) else { return };
            if next.send(()).is_ok() {
                room -= 1;
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.busy = state.busy.saturating_sub(1);
        state.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_halves_the_pace_once_per_burst_and_answers_raise_it_again() {
        let limiter = Limiter::new();
        let start = Instant::now();
        assert_eq!(limiter.throttled(start), Some(Pace::Throttled { concurrent: 4 }));
        assert_eq!(limiter.throttled(start + Duration::from_millis(100)), None);
        assert_eq!(limiter.throttled(start + Duration::from_secs(1)), Some(Pace::Throttled { concurrent: 2 }));
        for second in 2..10 {
            limiter.throttled(start + Duration::from_secs(second));
        }
        assert_eq!(limiter.state().slots(), 1, "one call is always let through");
        let paces: Vec<_> = (0..100).filter_map(|_| limiter.answered()).collect();
        assert_eq!(paces.last(), Some(&Pace::Full));
        assert!(paces.len() >= 7, "each step is told: {paces:?}");
    }

    #[test]
    fn sessions_in_one_account_share_a_limiter_and_others_do_not() {
        let one = Limiter::of(None, Some("111122223333"));
        assert!(Arc::ptr_eq(&one, &Limiter::of(None, Some("111122223333"))));
        assert!(!Arc::ptr_eq(&one, &Limiter::of(None, Some("444455556666"))));
        assert!(!Arc::ptr_eq(&one, &Limiter::of(Some("http://127.0.0.1:1"), Some("111122223333"))));
        assert!(!Arc::ptr_eq(&Limiter::of(None, None), &Limiter::of(None, None)));
    }

    #[tokio::test]
    async fn who_is_waited_for_goes_first() {
        let limiter = Limiter::new();
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(limiter.acquire(Urgency::Background).await);
        }
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for urgency in [Urgency::Background, Urgency::Visible, Urgency::Now] {
            let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _permit = limiter.acquire(urgency).await;
                order.lock().unwrap().push(urgency);
            }));
            tokio::task::yield_now().await;
        }
        drop(held.pop());
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [Urgency::Now, Urgency::Visible, Urgency::Background]);
    }

    #[tokio::test]
    async fn a_waiter_that_went_away_does_not_swallow_the_turn() {
        let limiter = Limiter::new();
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(limiter.acquire(Urgency::Now).await);
        }
        let gone = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move { limiter.acquire(Urgency::Now).await }
        });
        tokio::task::yield_now().await;
        gone.abort();
        let _ = gone.await;
        let waits = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move {
                let _permit = limiter.acquire(Urgency::Background).await;
            }
        });
        tokio::task::yield_now().await;
        drop(held);
        tokio::time::timeout(Duration::from_secs(1), waits).await.unwrap().unwrap();
    }
}
