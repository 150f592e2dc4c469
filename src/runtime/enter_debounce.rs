//! Tells an Enter that somebody means from one that came along: held down, or pressed twice.
//!
//! A plan is applied by one Enter, and the form before it is left by one. A key that is held repeats after up to
//! two thirds of a second, then some thirty times in one; a second press in the same breath comes a quarter of a
//! second after the first.

use std::time::{Duration, Instant};

/// The pause before an Enter that stands for itself.
const PAUSE: Duration = Duration::from_secs(1);

/// The pause where the Enter before was held back already: longer than any key repeats.
const AGAIN: Duration = Duration::from_millis(300);

/// When Enter was pressed last, and whether that one was hasty.
#[derive(Debug, Default)]
pub(super) struct EnterDebounce {
    last: Option<(Instant, bool)>,
}

impl EnterDebounce {
    /// Takes note of an Enter; says whether it stands for itself.
    pub(super) fn press(&mut self, now: Instant) -> bool {
        let hasty = self.last.is_some_and(|(last, hasty)| now - last < if hasty { AGAIN } else { PAUSE });
        self.last = Some((now, hasty));
        !hasty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(millis: &[u64], meant: &[bool]) {
        let start = Instant::now();
        let mut enters = EnterDebounce::default();
        let told: Vec<bool> = millis.iter().map(|at| enters.press(start + Duration::from_millis(*at))).collect();
        assert_eq!(told, meant, "at {millis:?}");
    }

    #[test]
    fn a_key_that_is_held_is_one_press() {
        check(&[0, 660, 690, 720, 750, 780, 1_700, 1_730], &[true, false, false, false, false, false, true, false]);
    }

    #[test]
    fn a_second_press_in_the_same_breath_comes_along_and_the_next_one_counts() {
        check(&[0, 250, 700], &[true, false, true]);
        check(&[0, 250, 400, 800], &[true, false, false, true]);
    }

    #[test]
    fn who_reads_first_presses_once() {
        check(&[0, 1_000, 2_500], &[true, true, true]);
    }
}
