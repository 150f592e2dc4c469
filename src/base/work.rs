//! How much work an operation may do, in counted steps.
//!
//! A document of a quarter of a million characters can ask for hours of comparing patterns. What compares counts its
//! steps here, and an operation that has used up its allowance is given up as a whole: its answer would be worthless,
//! because a comparison without steps left says "no". Steps and not time are counted, so that the same document has
//! the same answer on every machine.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

thread_local! {
    /// The steps that are left to the operation that runs on this thread.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    /// What stops the work of this thread from outside.
    static STOP: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// Stops work on another thread that nobody waits for any more.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops it: its next operation is given up.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Work that is stopped once nobody has this any more.
#[derive(Debug, Default)]
pub struct StopOnDrop(Stop);

impl StopOnDrop {
    /// What stops it.
    pub fn stop(&self) -> Stop {
        self.0.clone()
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Runs work that may be stopped.
pub fn stoppable<T>(stop: &Stop, work: impl FnOnce() -> T) -> T {
    let outer = STOP.replace(Some(stop.clone()));
    let answer = work();
    STOP.set(outer);
    answer
}

fn is_stopped() -> bool {
    STOP.with_borrow(|stop| stop.as_ref().is_some_and(|stop| stop.0.load(Ordering::Relaxed)))
}

/// Steps for what happens within a key press: about a millisecond.
pub const AT_ONCE: u64 = 300_000;

/// Steps for what one waits for while typing: some ten milliseconds.
pub const WHILE_TYPING: u64 = 6_000_000;

/// Steps for one decision on a request: some thirty milliseconds. Nearly all take less than a thousandth of it.
pub const DECISION: u64 = 20_000_000;

/// Steps for a command: about a second.
pub const COMMAND: u64 = 200_000_000;

/// An operation that was given up, because it asks for more work than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the policy is too complex for this: too many statements and wildcards would have to be compared")]
pub struct GaveUp;

/// Gives back to the outer operation what the inner one did not use, however it ended.
struct Allowance {
    outer: u64,
    given: u64,
}

impl Drop for Allowance {
    fn drop(&mut self) {
        let used = self.given - LEFT.get();
        LEFT.set(self.outer.saturating_sub(used));
    }
}

/// Runs an operation with at most so many steps, and with no more than the one around it has left.
pub fn within<T>(steps: u64, operation: impl FnOnce() -> T) -> Result<T, GaveUp> {
    let outer = LEFT.get();
    let given = if is_stopped() { 0 } else { steps.min(outer) };
    let allowance = Allowance { outer, given };
    LEFT.set(given);
    let answer = operation();
    let gave_up = is_spent();
    drop(allowance);
    if gave_up { Err(GaveUp) } else { Ok(answer) }
}

/// Runs two pieces of work beside each other, the second on a thread of its own.
///
/// Both are stopped by what stops this thread, and each may use the steps that are left here: whether one is given up does
/// not depend on how fast the other is. Where no thread can be had they run one after the other.
pub fn beside<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    let (stop, left) = (STOP.with_borrow(Clone::clone), LEFT.get());
    // A thread that could not be started would have taken the work with it.
    let other = Mutex::new(Some(other));
    let take = || other.lock().unwrap_or_else(PoisonError::into_inner).take();
    std::thread::scope(|scope| {
        let limited = || {
            STOP.set(stop);
            LEFT.set(left);
            (take().map(|other| other()), left - LEFT.get())
        };
        let beside = std::thread::Builder::new().spawn_scoped(scope, limited);
        let answer = one();
        let (others, used) = match beside {
            Ok(beside) => beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => (None, 0),
        };
        spend(used);
        let others = others.or_else(|| take().map(|other| other()));
        // INVARIANT: the work is taken once, by the thread or here.
        (answer, others.unwrap_or_else(|| unreachable!("the work was taken and gave nothing")))
    })
}

/// Counts steps.
pub fn spend(steps: u64) {
    LEFT.set(LEFT.get().saturating_sub(steps));
}

/// The steps that are left.
pub fn left() -> u64 {
    LEFT.get()
}

/// Whether no steps are left, so that nothing more needs to be looked at.
pub fn is_spent() -> bool {
    LEFT.get() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_given_up_when_its_steps_are_used_up() {
        assert_eq!(within(10, || spend(9)), Ok(()));
        assert_eq!(within(10, || spend(10)), Err(GaveUp));
    }

    #[test]
    fn an_inner_operation_has_no_more_than_the_outer_one_and_uses_its_steps() {
        let outer = within(10, || {
            assert_eq!(within(100, || spend(6)), Ok(()));
            assert_eq!(left(), 4);
            assert_eq!(within(2, || spend(5)), Err(GaveUp));
            left()
        });
        assert_eq!(outer, Ok(2));
        assert_eq!(within(10, || within(100, || spend(50))), Err(GaveUp));
    }

    #[test]
    fn work_is_given_up_once_nobody_waits_for_it() {
        let waiting = StopOnDrop::default();
        let stop = waiting.stop();
        assert_eq!(stoppable(&stop, || within(10, || 1)), Ok(1));
        drop(waiting);
        assert_eq!(stoppable(&stop, || within(10, || 1)), Err(GaveUp));
        assert_eq!(within(10, || 1), Ok(1));
    }

    #[test]
    fn work_beside_other_work_has_the_same_limits_and_its_steps_count() {
        let both = within(10, || {
            let used = beside(|| spend(3), || within(100, || spend(4)));
            assert_eq!(used, ((), Ok(())));
            left()
        });
        assert_eq!(both, Ok(3));
        assert_eq!(within(10, || beside(|| (), || spend(10))), Err(GaveUp));
        let waiting = StopOnDrop::default();
        let stop = waiting.stop();
        drop(waiting);
        assert_eq!(stoppable(&stop, || beside(|| (), || within(10, || 1))), ((), Err(GaveUp)));
    }

    #[test]
    fn nothing_is_limited_that_nobody_limits() {
        assert_eq!(within(1, || spend(7)), Err(GaveUp));
        assert!(!is_spent());
    }
}
