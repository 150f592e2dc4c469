//! Time as a value that tests and seeds can set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

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

    /// The time now, with millisecond resolution on a fixed clock.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
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
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        let later = Timestamp::from_second(1_000).unwrap();
        clock.set(later);
        assert_eq!(other.now(), later);
    }
}
