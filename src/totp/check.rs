//! Whether two typed codes are what the service will take, found out before it is asked.

use jiff::Timestamp;

use super::{STEP, Seed, same, seconds_left, step};

/// How far away codes are looked for, in steps: the service brings devices back in step within an hour.
const REACH: u64 = 120;
/// How many steps off codes may be when a device is enabled.
const TOLERATED: u64 = 2;

/// A typed code with the moment at which its last digit was typed.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// The digits.
    pub code: &'a str,
    /// When the last of them was typed.
    pub at: Timestamp,
}

/// What is wrong with typed codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A code has not six digits.
    Shape {
        /// The first or the second.
        number: usize,
    },
    /// The second code is the first one: the next comes in so many seconds.
    Same {
        /// Seconds until the next code.
        wait: u64,
    },
    /// It is no code of this device, now or within an hour.
    Wrong {
        /// The first or the second.
        number: usize,
    },
    /// The second code comes before the first.
    Order,
    /// A code between the two was left out.
    Gap,
    /// The codes are those of another time: the device's clock or this computer's is off.
    Skew {
        /// Seconds by which the device is ahead of this computer; negative where it is behind.
        seconds: i64,
    },
}

impl Problem {
    /// Whether the service may take the codes all the same: its clock is the one that counts.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Skew { .. })
    }

    /// The problem in a few words, and what to do.
    pub fn told(self) -> (String, &'static str) {
        let place = |number: usize| if number == 1 { "the first code" } else { "the second code" };
        match self {
            Self::Shape { number } => (format!("{} has not six digits", place(number)), "Type all six."),
            Self::Same { wait } => (format!("same code twice, wait {wait} s"), "The device shows another one then."),
            Self::Wrong { number } => (
                format!("{} is not of this device", place(number)),
                "Look whether the app shows the entry that was just added, and type what it shows now.",
            ),
            Self::Order => {
                ("the codes are in the wrong order".to_owned(), "The older one comes first: type two new ones.")
            }
            Self::Gap => {
                ("these codes do not follow each other".to_owned(), "Type one, wait for the next and type that.")
            }
            Self::Skew { seconds } => {
                (skew_told(seconds), "Set both clocks to automatic and type two new codes, or send these with Enter.")
            }
        }
    }
}

/// Checks the first code alone, as soon as it is typed; gives the seconds by which the device is ahead.
pub fn check_first(seed: &Seed, first: Typed<'_>) -> Result<i64, Problem> {
    is_code(first.code, 1)?;
    let found = seed.find(first.code, step(first.at), REACH).ok_or(Problem::Wrong { number: 1 })?;
    in_time(found, first.at)
}

/// Checks two codes; the seed is known to whoever made the device. Gives the seconds by which the device is
/// ahead of this computer, negative where it is behind, as far as they can be told.
pub fn check_pair(seed: &Seed, first: Typed<'_>, second: Typed<'_>, now: Timestamp) -> Result<i64, Problem> {
    check_shape(first.code, second.code, now)?;
    let one = seed.find(first.code, step(first.at), REACH).ok_or(Problem::Wrong { number: 1 })?;
    let two = seed.find(second.code, step(second.at), REACH).ok_or(Problem::Wrong { number: 2 })?;
    match two.checked_sub(one) {
        Some(1) => Ok(farther(in_time(one, first.at)?, in_time(two, second.at)?)),
        Some(_) => Err(Problem::Gap),
        None => Err(Problem::Order),
    }
}

fn farther(one: i64, other: i64) -> i64 {
    if one.abs() > other.abs() { one } else { other }
}

/// Checks what can be checked without the seed, as for a hardware token.
pub fn check_shape(first: &str, second: &str, now: Timestamp) -> Result<(), Problem> {
    is_code(first, 1)?;
    is_code(second, 2)?;
    if same(first, second) { Err(Problem::Same { wait: seconds_left(now) }) } else { Ok(()) }
}

fn is_code(code: &str, number: usize) -> Result<(), Problem> {
    let good = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    if good { Ok(()) } else { Err(Problem::Shape { number }) }
}

/// The seconds between a code's step and the moment at which it was typed; too many are a problem.
fn in_time(found: u64, at: Timestamp) -> Result<i64, Problem> {
    let second = |step: u64| i64::try_from(step.saturating_mul(STEP)).unwrap_or(i64::MAX);
    let (begin, end, typed) = (second(found), second(found.saturating_add(1)), at.as_second());
    // A code that was still shown a moment ago was typed late; that says nothing of clocks.
    let late = i64::try_from(STEP).unwrap_or(i64::MAX);
    let seconds = match typed {
        _ if typed < begin => begin - typed,
        _ if typed > end + late => end - typed,
        _ => 0,
    };
    if found.abs_diff(step(at)) > TOLERATED { Err(Problem::Skew { seconds }) } else { Ok(seconds) }
}

/// A difference of clocks in a sentence.
pub fn skew_told(seconds: i64) -> String {
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    format!("a clock is {} s off: the device is {way} this computer", seconds.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 3_000_019;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The codes of two moments, typed one step apart, the second one now.
    #[track_caller]
    fn check(first: i64, second: i64, expected: Result<i64, Problem>) {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let (one, two) = (seed.code(at(first)), seed.code(at(second)));
        let typed = (Typed { code: &one, at: at(NOW - 30) }, Typed { code: &two, at: at(NOW) });
        assert_eq!(check_pair(&seed, typed.0, typed.1, at(NOW)), expected);
    }

    #[test]
    fn two_codes_in_a_row_pass_also_when_typed_a_little_late() {
        check(NOW - 30, NOW, Ok(0));
        check(NOW - 60, NOW - 30, Ok(0));
    }

    #[test]
    fn each_mistake_has_its_name() {
        check(NOW, NOW, Err(Problem::Same { wait: 11 }));
        check(NOW, NOW - 30, Err(Problem::Order));
        check(NOW - 60, NOW, Err(Problem::Gap));
        check(NOW - 100_000, NOW, Err(Problem::Wrong { number: 1 }));
        check(NOW - 30, NOW + 100_000, Err(Problem::Wrong { number: 2 }));
    }

    #[test]
    fn a_clock_that_is_off_is_told_by_how_much() {
        // The step of the second code begins 11, 41 and 71 seconds from now.
        check(NOW, NOW + 30, Ok(11));
        check(NOW + 30, NOW + 60, Ok(41));
        check(NOW + 60, NOW + 90, Err(Problem::Skew { seconds: 71 }));
        // It ended 109 seconds ago.
        check(NOW - 150, NOW - 120, Err(Problem::Skew { seconds: -109 }));
        assert_eq!(skew_told(34), "a clock is 34 s off: the device is ahead of this computer");
        assert!(Problem::Skew { seconds: 71 }.may_pass() && !Problem::Gap.may_pass());
    }

    #[test]
    fn what_is_no_code_is_told_before_anything_else() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let typed = |code| Typed { code, at: at(NOW) };
        let shape = |first, second| check_pair(&seed, typed(first), typed(second), at(NOW)).err();
        assert_eq!(shape("12345", "123456"), Some(Problem::Shape { number: 1 }));
        assert_eq!(shape("123456", "12345a"), Some(Problem::Shape { number: 2 }));
        assert_eq!(check_first(&seed, typed("")), Err(Problem::Shape { number: 1 }));
        assert_eq!(check_first(&seed, typed(&seed.code(at(NOW)))), Ok(0));
    }
}
