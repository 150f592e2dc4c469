//! Throttling on demand, so that a client's retries can be tried out.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::failure::Failure;

/// When requests are refused with `Throttling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Throttle {
    /// Never.
    #[default]
    Off,
    /// Each so-manieth request.
    Every(u64),
    /// Beyond so many requests in a second.
    Rate(u32),
}

/// A throttle that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no throttle: it is `off`, `every=N` or `rate=N/s`")]
pub struct NoThrottle(String);

impl std::str::FromStr for Throttle {
    type Err = NoThrottle;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NoThrottle(text.to_owned());
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        match text.split_once('=') {
            Some(("every", count)) => count.parse().ok().filter(|count| *count > 0).map(Self::Every).ok_or_else(wrong),
            Some(("rate", rate)) => {
                let count = rate.strip_suffix("/s").and_then(|count| count.parse().ok());
                count.filter(|count| *count > 0).map(Self::Rate).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

/// Counts requests and refuses some.
#[derive(Debug)]
pub struct Gate {
    throttle: Throttle,
    counted: Mutex<(u64, i64)>,
}

impl Gate {
    /// A gate that has let nobody through yet.
    pub fn new(throttle: Throttle) -> Self {
        Self { throttle, counted: Mutex::new((0, 0)) }
    }

    /// Lets a request through or refuses it.
    pub fn pass(&self, now: Timestamp) -> Result<(), Failure> {
        if self.throttle == Throttle::Off {
            return Ok(());
        }
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match self.throttle {
            Throttle::Off => false,
            Throttle::Every(count) => {
                counted.0 += 1;
                counted.0.is_multiple_of(count)
            }
            Throttle::Rate(count) => {
                if counted.1 != now.as_second() {
                    *counted = (0, now.as_second());
                }
                counted.0 += 1;
                counted.0 > u64::from(count)
            }
        };
        if refused { Err(Failure::new("Throttling", 400, "Rate exceeded")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_is_read_or_refused_by_name() {
        assert_eq!("OFF".parse(), Ok(Throttle::Off));
        assert_eq!("every=3".parse(), Ok(Throttle::Every(3)));
        assert_eq!("rate=10/s".parse(), Ok(Throttle::Rate(10)));
        for wrong in ["", "every", "every=0", "every=-1", "rate=10", "rate=0/s", "some"] {
            let error = wrong.parse::<Throttle>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{wrong}` is no throttle")), "{error}");
        }
    }

    #[test]
    fn every_third_request_is_refused() {
        let gate = Gate::new(Throttle::Every(3));
        let passed: Vec<bool> = (0..6).map(|_| gate.pass(Timestamp::UNIX_EPOCH).is_ok()).collect();
        assert_eq!(passed, [true, true, false, true, true, false]);
    }

    #[test]
    fn a_rate_begins_anew_every_second() {
        let gate = Gate::new(Throttle::Rate(2));
        let at = |second| Timestamp::from_second(second).unwrap();
        let passed: Vec<bool> = [1, 1, 1, 2].into_iter().map(|second| gate.pass(at(second)).is_ok()).collect();
        assert_eq!(passed, [true, true, false, true]);
    }
}
