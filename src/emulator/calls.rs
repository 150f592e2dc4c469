//! What was called: for tests, for a log that people read, and counted by operation.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;

/// One request and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// When it was answered.
    pub at: Timestamp,
    /// The service's prefix, such as `iam`; empty where the request names none.
    pub service: &'static str,
    /// The operation, such as `CreateUser`.
    pub operation: String,
    /// The caller's ARN; empty where it was not resolved.
    pub caller: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The code and the text of a refusal.
    pub refusal: Option<(&'static str, String)>,
}

/// The line of a log: time, status, decision, action, caller, reason. What came over the wire is not escaped yet.
impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = match &self.refusal {
            None => "allowed",
            Some(("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation", _)) => "denied",
            Some(_) => "refused",
        };
        let none = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
        let action = if self.operation.is_empty() { none("") } else { format!("{}:{}", self.service, self.operation) };
        let at = self.at.strftime("%Y-%m-%d %H:%M:%S");
        write!(f, "{at} {} {decision} {action} {}", self.status, none(&self.caller))?;
        match &self.refusal {
            Some((code, message)) => write!(f, " {code}: {message}"),
            None => Ok(()),
        }
    }
}

/// Where calls are written down.
#[derive(Debug, Default)]
pub struct Calls {
    /// All of them, for tests.
    kept: Option<Mutex<Vec<Called>>>,
    /// Whoever follows them; one who does not keep up misses some.
    follower: Option<Sender<Called>>,
    /// How many there were, by operation and status.
    counts: Option<Mutex<Counts>>,
}

type Counts = BTreeMap<(String, u16), Count>;

#[derive(Debug, Default)]
struct Count {
    calls: u64,
    took: Duration,
}

impl Calls {
    /// Keeps calls, tells them to a follower, and counts them, as far as that is asked for.
    pub fn new(kept: bool, follower: Option<Sender<Called>>, counted: bool) -> Self {
        Self { kept: kept.then(Mutex::default), follower, counts: counted.then(Mutex::default) }
    }

    /// Whether anybody wants to know of a call.
    fn is_followed(&self) -> bool {
        self.kept.is_some() || self.follower.is_some() || self.counts.is_some()
    }

    /// Writes a call down.
    pub fn note(
        &self,
        (service, operation, caller): (&'static str, String, String),
        (at, took): (Timestamp, Duration),
        status: u16,
        refusal: Option<(&'static str, &str)>,
    ) {
        if !self.is_followed() {
            return;
        }
        if let Some(counts) = &self.counts {
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry((operation.clone(), status)).or_default();
            count.calls += 1;
            count.took += took;
        }
        let refusal = refusal.map(|(code, message)| (code, message.to_owned()));
        let called = Called { at, service, operation, caller, status, refusal };
        if let Some(follower) = &self.follower {
            let _ = follower.try_send(called.clone());
        }
        if let Some(kept) = &self.kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(called);
        }
    }

    /// The calls that were kept.
    pub fn kept(&self) -> Vec<Called> {
        let kept = self.kept.as_ref();
        kept.map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }

    /// The counts in the text format of Prometheus.
    pub fn metrics(&self) -> String {
        let mut calls = String::from(
            "# HELP iamtui_calls_total Calls by operation and status.\n# TYPE iamtui_calls_total counter\n",
        );
        let mut took = String::from(
            "# HELP iamtui_call_seconds_total Seconds spent on calls.\n# TYPE iamtui_call_seconds_total counter\n",
        );
        let counts = self.counts.as_ref();
        let counts = counts.map(|counts| counts.lock().unwrap_or_else(PoisonError::into_inner));
        for ((operation, status), count) in counts.iter().flat_map(|counts| counts.iter()) {
            // Only operations that exist come this far, and their names need no escape.
            let labels = format!("{{operation=\"{operation}\",status=\"{status}\"}}");
            let _ = writeln!(calls, "iamtui_calls_total{labels} {}", count.calls);
            let _ = writeln!(took, "iamtui_call_seconds_total{labels} {:.6}", count.took.as_secs_f64());
        }
        calls + &took
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::failure::Failure;

    #[track_caller]
    fn check(operation: &str, caller: &str, failure: Option<Failure>, expected: &str) {
        let calls = Calls::new(true, None, true);
        let status = failure.as_ref().map_or(200, |failure| failure.status);
        let at = (Timestamp::from_second(1_800_000_000).unwrap(), Duration::from_millis(2));
        calls.note(
            ("iam", operation.to_owned(), caller.to_owned()),
            at,
            status,
            failure.as_ref().map(|failure| (failure.code, &*failure.message)),
        );
        assert_eq!(calls.kept()[0].to_string(), expected);
        let count = format!("iamtui_calls_total{{operation=\"{operation}\",status=\"{status}\"}} 1\n");
        assert!(calls.metrics().contains(&count), "{}", calls.metrics());
    }

    #[test]
    fn a_line_tells_decision_and_reason() {
        let ada = "arn:aws:iam::123456789012:user/ada";
        check("GetUser", ada, None, &format!("2027-01-15 08:00:00 200 allowed iam:GetUser {ada}"));
        let denied = Failure::access_denied("no identity-based policy allows it");
        let told = format!(
            "2027-01-15 08:00:00 403 denied iam:GetUser {ada} AccessDenied: no identity-based policy allows it"
        );
        check("GetUser", ada, Some(denied), &told);
        let unknown = Failure::new("InvalidClientTokenId", 403, "invalid.");
        check("", "", Some(unknown), "2027-01-15 08:00:00 403 refused — — InvalidClientTokenId: invalid.");
    }
}
