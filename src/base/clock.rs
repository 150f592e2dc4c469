//! Time as a value that tests and seeds can set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::error::UserError;

/// Refuses a machine whose clock stands before 1970. Signatures and dates of answers count from then: no service would
/// take them, and libraries that are used here panic.
pub fn check_system() -> Result<(), UserError> {
    check(SystemTime::now())
}

fn check(now: SystemTime) -> Result<(), UserError> {
    if now >= SystemTime::UNIX_EPOCH {
        return Ok(());
    }
    Err(UserError::new("the clock of this machine is set to a time before 1970").hint("Set it, then start again."))
}

/// Where the time comes from.
///
/// Everything that reads the time takes a `Clock`, so that snapshots are stable and a seed can make keys
/// that are two years old.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Set(Arc<AtomicI64>),
    Shifted(SignedDuration),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] moves it; clones share it.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// The machine's clock, so much ahead; a negative duration is behind.
    pub fn shifted(by: SignedDuration) -> Self {
        Self(Source::Shifted(by))
    }

    /// The time now, with millisecond resolution on a fixed clock.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Shifted(by) => Timestamp::now().saturating_add(*by).unwrap_or_default(),
            Source::Set(millis) => Timestamp::from_millisecond(millis.load(Ordering::Relaxed)).unwrap_or_default(),
        }
    }

    /// Moves a fixed clock and all its clones; the machine's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Source::Set(millis) = &self.0 {
            millis.store(at.as_millisecond(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_refused_in_words() {
        assert_eq!(check(SystemTime::UNIX_EPOCH), Ok(()));
        let told = check(SystemTime::UNIX_EPOCH - std::time::Duration::from_nanos(1)).unwrap_err();
        assert_eq!(told.message, "the clock of this machine is set to a time before 1970");
    }

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        let later = Timestamp::from_second(1_000).unwrap();
        clock.set(later);
        assert_eq!(other.now(), later);
    }
}
