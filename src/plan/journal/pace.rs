//! How fast a run goes, and how long the rest takes at that pace.

use jiff::{SignedDuration, Timestamp};

/// A run since it began or went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    from: Timestamp,
    /// How many steps were done by then.
    done: usize,
}

/// Before that, a pace is a guess.
const FIRST: SignedDuration = SignedDuration::from_secs(2);

impl Pace {
    /// A run that begins or goes on now, with so many steps done.
    pub fn new(from: Timestamp, done: usize) -> Self {
        Self { from, done }
    }

    /// The pace in words, `12 a second, 40 s left`; nothing until it can be told.
    pub fn told(&self, now: Timestamp, done: usize, total: usize) -> Option<String> {
        let took = now.duration_since(self.from);
        let since = done.checked_sub(self.done).filter(|since| *since > 0)?;
        if took < FIRST {
            return None;
        }
        let per_second = f64::from(u32::try_from(since).ok()?) / took.as_secs_f64();
        let left = f64::from(u32::try_from(total.saturating_sub(done)).ok()?) / per_second;
        let rate = if per_second >= 1.0 {
            format!("{per_second:.0} a second")
        } else {
            format!("{:.0} a minute", per_second * 60.0)
        };
        Some(format!("{rate}, {} left", rounded(left)))
    }
}

/// So many seconds, no finer than anybody needs them.
fn rounded(seconds: f64) -> String {
    if seconds < 100.0 {
        format!("{seconds:.0} s")
    } else if seconds < 6000.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: i64, done: usize, told: Option<&str>) {
        let pace = Pace::new(Timestamp::UNIX_EPOCH, 10);
        let now = Timestamp::from_second(seconds).unwrap();
        assert_eq!(pace.told(now, done, 1000).as_deref(), told);
    }

    #[test]
    fn the_rate_and_what_is_left_follow_from_what_was_done_since() {
        check(1, 40, None);
        check(10, 10, None);
        check(10, 110, Some("10 a second, 89 s left"));
        check(100, 60, Some("30 a minute, 31 min left"));
    }
}
