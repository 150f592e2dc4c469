//! The journal: what was going to be sent before it is sent, and how it went after.
//!
//! One JSON object a line, appended. A run begins with its whole plan, has an `intent` and a `result` for
//! every step, and an `end`. A process that dies leaves an intent without a result: that step may have been
//! done or not, and is told as [`State::Unsure`]. No secret is ever part of it.

mod pace;
mod run;

use std::io;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::api::{self, ChangeKind, Kind, Structure};

use super::{Call, Plan};

pub use pace::Pace;
pub use run::{Damage, Losses, Run, State, read, runs};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The run that it belongs to.
    pub run: String,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub event: Event,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A run begins.
    Begin(Box<Begin>),
    /// A stopped run goes on.
    Resume,
    /// A step is about to be sent.
    Intent {
        /// The step.
        step: String,
    },
    /// A step was answered.
    Result {
        /// The step.
        step: String,
        /// How it went.
        outcome: Outcome,
    },
    /// The run has ended, or stopped.
    End(End),
}

/// How a run begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Begin {
    /// The whole plan.
    pub plan: Plan,
    /// The ARN of who applies it.
    pub caller: String,
    /// The run that it takes back.
    pub undoes: Option<String>,
    /// The reason that a guard asked for.
    pub reason: Option<String>,
    /// What becomes of the rest where a step is refused.
    pub on_error: OnError,
}

/// What becomes of the rest of a run where a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Nothing more is sent.
    #[default]
    Stop,
    /// What has nothing to do with the refused step is sent all the same.
    Continue,
}

impl OnError {
    fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Continue => "continue",
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was done, and gave these outputs.
    Done(Map<String, Value>),
    /// There was nothing to do any more, or an earlier try had done it.
    Already(Map<String, Value>),
    /// It was done, and the secret that only its answer told never came.
    Lost(Map<String, Value>),
    /// It was refused: nothing has changed.
    Failed {
        /// The service's code, or one word for what happened.
        code: String,
        /// The service's words.
        message: String,
    },
    /// No answer came: it may have been done or not.
    Unsure {
        /// What happened.
        message: String,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every step was done.
    Complete,
    /// A step failed; the ones behind it were not sent.
    Failed,
    /// A person stopped it between two steps.
    Cancelled,
}

/// Which journal: what the session speaks to and the account. An emulator's number may equal a real one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JournalId {
    /// `aws`, `emulator demo`, or the endpoint's URL.
    pub endpoint: String,
    /// The account's twelve digits.
    pub account: String,
}

impl JournalId {
    /// The journal of what a session speaks to: an embedded store, an endpoint of one's own, or AWS.
    pub fn of(store: Option<&str>, endpoint: Option<&str>, account: &str) -> Self {
        let endpoint = match (store, endpoint) {
            (Some(store), _) => format!("emulator {store}"),
            (None, Some(url)) => url.to_owned(),
            (None, None) => "aws".to_owned(),
        };
        Self { endpoint, account: account.to_owned() }
    }

    /// The endpoint as a plan names it: none for AWS itself.
    pub fn beside_aws(&self) -> Option<String> {
        (self.endpoint != "aws").then(|| self.endpoint.clone())
    }
}

/// Where entries are kept. A write returns once they cannot be lost any more.
pub trait Journal: Send + Sync {
    /// Appends one entry.
    fn write(&mut self, entry: &Entry) -> io::Result<()>;
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Entry {
    /// The entry as a line, without a line feed.
    pub fn to_line(&self) -> String {
        let mut out = Map::new();
        out.insert("run".to_owned(), self.run.clone().into());
        out.insert("at".to_owned(), self.at.to_string().into());
        let event = match &self.event {
            Event::Begin(begin) => json!({
                "event": "begin", "caller": begin.caller, "undoes": begin.undoes, "reason": begin.reason,
                "on_error": begin.on_error.word(), "plan": begin.plan.to_json(),
            }),
            Event::Resume => json!({ "event": "resume" }),
            Event::Intent { step } => json!({ "event": "intent", "step": step }),
            Event::Result { step, outcome } => {
                let (word, rest) = match outcome {
                    Outcome::Done(gives) => ("done", json!({ "gives": gives })),
                    Outcome::Already(gives) => ("already", json!({ "gives": gives })),
                    Outcome::Lost(gives) => ("lost", json!({ "gives": gives })),
                    Outcome::Failed { code, message } => ("failed", json!({ "code": code, "message": message })),
                    Outcome::Unsure { message } => ("unsure", json!({ "message": message })),
                };
                let mut line = json!({ "event": "result", "step": step, "outcome": word });
                if let (Value::Object(line), Value::Object(rest)) = (&mut line, rest) {
                    line.extend(rest);
                }
                line
            }
            Event::End(end) => json!({ "event": "end", "how": end.word() }),
        };
        if let Value::Object(event) = event {
            out.extend(event);
        }
        Value::Object(out).to_string()
    }

    /// Reads the entry that a line ends with, behind what is none: a write that was torn, or foreign bytes.
    fn at_the_end_of(line: &str) -> Option<Self> {
        // Within an entry the quotation marks of a text are escaped, so this is where one begins.
        let (at, _) = line.rmatch_indices("{\"run\":").next()?;
        Self::parse(line.get(at..)?)
    }

    /// Reads a line; nothing where it is torn or from a later version, which costs that line only.
    pub fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let event = match text("event")?.as_str() {
            "begin" => Event::Begin(Box::new(Begin {
                plan: Plan::from_json(value.get("plan")?).ok()?,
                caller: text("caller")?,
                undoes: text("undoes"),
                reason: text("reason"),
                on_error: match text("on_error").as_deref() {
                    Some("continue") => OnError::Continue,
                    _ => OnError::Stop,
                },
            })),
            "resume" => Event::Resume,
            "intent" => Event::Intent { step: text("step")? },
            "result" => {
                let gives = || value.get("gives").and_then(Value::as_object).cloned().unwrap_or_default();
                let message = text("message").unwrap_or_default();
                let outcome = match text("outcome")?.as_str() {
                    "done" => Outcome::Done(gives()),
                    "already" => Outcome::Already(gives()),
                    "lost" => Outcome::Lost(gives()),
                    "failed" => Outcome::Failed { code: text("code")?, message },
                    "unsure" => Outcome::Unsure { message },
                    _ => return None,
                };
                Event::Result { step: text("step")?, outcome }
            }
            "end" => Event::End(match text("how")?.as_str() {
                "complete" => End::Complete,
                "failed" => End::Failed,
                "cancelled" => End::Cancelled,
                _ => return None,
            }),
            _ => return None,
        };
        Some(Self { run: text("run")?, at: text("at")?.parse().ok()?, event })
    }
}

/// Splits what a call gave into what may be written down and the secrets.
pub fn secrets_apart(call: &Call, gives: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let (mut kept, mut secret) = (Map::new(), Map::new());
    for (path, value) in gives {
        let side = if is_secret(call, &path) { &mut secret } else { &mut kept };
        side.insert(path, value);
    }
    (kept, secret)
}

/// Whether a call makes a secret that only its answer tells, such as an access key's or the seed of an MFA device.
///
/// Certificates and the like are sensitive in the model and no secret of this call.
pub fn gives_secrets(call: &Call) -> bool {
    let makes = matches!(call.change_kind(), Some(ChangeKind::Create | ChangeKind::Reset));
    makes && call.model().is_some_and(|operation| has_secrets(operation.output()))
}

fn has_secrets(structure: &Structure) -> bool {
    structure.members.iter().any(|member| {
        let shape = api::model().shape(member.shape);
        match &shape.kind {
            Kind::Structure(inner) => has_secrets(inner),
            _ => shape.sensitive,
        }
    })
}

/// Whether a field of a call's output is a secret, such as `AccessKey.SecretAccessKey`.
fn is_secret(call: &Call, path: &str) -> bool {
    // Of an operation that nobody knows, nothing is known to be harmless.
    let Some(operation) = call.model() else { return true };
    let mut structure = operation.output();
    for name in path.split('.') {
        let Some(member) = structure.member(name) else { return true };
        let shape = api::model().shape(member.shape);
        match &shape.kind {
            Kind::Structure(inner) => structure = inner,
            _ => return shape.sensitive,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Step;

    #[test]
    fn entries_come_back_from_their_lines() {
        let mut plan = Plan::new("create user a");
        plan.push(Step::new(Call::create_user("a"), ""));
        let begin = Begin {
            plan,
            caller: "arn:x".into(),
            undoes: Some("r0".into()),
            reason: Some("why".into()),
            on_error: OnError::Continue,
        };
        let gives: Map<_, _> = [("User.Arn".to_owned(), Value::from("arn"))].into_iter().collect();
        let result = |outcome| Event::Result { step: "create-user:a".into(), outcome };
        for event in [
            Event::Begin(Box::new(begin)),
            Event::Resume,
            Event::Intent { step: "create-user:a".into() },
            result(Outcome::Done(gives.clone())),
            result(Outcome::Already(gives)),
            result(Outcome::Failed { code: "AccessDenied".into(), message: "no".into() }),
            result(Outcome::Unsure { message: "broken".into() }),
            Event::End(End::Complete),
            Event::End(End::Failed),
            Event::End(End::Cancelled),
        ] {
            let entry = Entry { run: "r1".into(), at: Timestamp::from_second(1_768_478_400).unwrap(), event };
            assert_eq!(Entry::parse(&entry.to_line()), Some(entry));
        }
    }

    #[test]
    fn a_torn_line_is_no_entry() {
        let entry = Entry { run: "r1".into(), at: Timestamp::UNIX_EPOCH, event: Event::Resume };
        let line = entry.to_line();
        for length in 0..line.len() {
            assert_eq!(Entry::parse(line.get(..length).unwrap()), None);
        }
    }

    #[test]
    fn secrets_stay_out() {
        let gives = ["AccessKey.AccessKeyId", "AccessKey.SecretAccessKey", "Nonsense"];
        let gives = gives.into_iter().map(|name| (name.to_owned(), Value::from("x"))).collect();
        let (kept, secret) = secrets_apart(&Call::create_access_key("a"), gives);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["AccessKey.AccessKeyId"]);
        assert_eq!(secret.keys().collect::<Vec<_>>(), ["AccessKey.SecretAccessKey", "Nonsense"]);
    }
}
