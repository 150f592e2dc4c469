//! Why a plan cannot be made, read or run.

use super::call::Taken;
use crate::base::error::UserError;

/// What is wrong with a plan, or with what it was to be made from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The text is no JSON.
    #[error("the plan is not valid JSON: line {line}, column {column}")]
    NoJson {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// The JSON is no plan.
    #[error("{0}")]
    Shape(String),
    /// Another program's or a later plan.
    #[error("this is a plan of version {0}; this program reads versions 1 and 2")]
    Version(String),
    /// A key that plans do not have.
    #[error("{place} has no `{given}`")]
    UnknownKey {
        /// Where it stands.
        place: String,
        /// As written.
        given: String,
        /// The nearest known one.
        meant: Option<String>,
    },
    /// An operation that the service model does not have.
    #[error("there is no operation `{given}`")]
    UnknownOperation {
        /// As written.
        given: String,
        /// The nearest known one.
        meant: Option<String>,
    },
    /// An operation that only reads.
    #[error("`{0}` changes nothing and has no place in a plan")]
    ReadOnlyOperation(String),
    /// A parameter that the operation does not have.
    #[error("`{operation}` has no parameter `{given}`")]
    UnknownParameter {
        /// The operation.
        operation: String,
        /// As written.
        given: String,
        /// The nearest known one.
        meant: Option<String>,
    },
    /// A parameter that the operation needs.
    #[error("`{operation}` is missing the parameter `{parameter}`")]
    MissingParameter {
        /// The operation.
        operation: String,
        /// The parameter.
        parameter: String,
    },
    /// A parameter that does not fit the model's constraints.
    #[error("`{operation}`: {told}")]
    BadParameter {
        /// The operation.
        operation: String,
        /// In AWS's words.
        told: String,
    },
    /// A secret in plain text.
    #[error("`{operation}` contains `{parameter}` in plain text")]
    WrittenSecret {
        /// The operation.
        operation: String,
        /// The parameter.
        parameter: String,
    },
    /// Two steps of one id.
    #[error("two steps are called `{0}`")]
    SameId(String),
    /// A stand-in for an output of a step that does not come before.
    #[error("step `{step}` takes an output of `{from}`, which does not come before it")]
    Forward {
        /// The step that takes it.
        step: String,
        /// The step that was to give it.
        from: String,
    },
    /// A stand-in for an output that the operation does not give.
    #[error("step `{step}` takes `{field}` of `{from}`, which gives no such output")]
    NoSuchOutput {
        /// The step that takes it.
        step: String,
        /// The step that was to give it.
        from: String,
        /// The field.
        field: String,
    },
    /// A secret output that would become a tag, a description or the like.
    #[error(
        "step `{step}` would write `{field}` of `{from}`, which is a secret, into `{parameter}`, which everybody can read"
    )]
    PublishedSecret {
        /// The step that takes it.
        step: String,
        /// The step that gives it.
        from: String,
        /// The field.
        field: String,
        /// What it would be written into.
        parameter: String,
    },
    /// One step is at fault.
    #[error("step `{step}`: {error}")]
    Step {
        /// The step's id.
        step: String,
        /// What is wrong with it.
        error: Box<PlanError>,
    },
    /// The plan cannot be made before something is read.
    #[error("not known yet: {0}")]
    Unknown(String),
    /// The plan cannot be made because something may not be read.
    #[error("not readable here: {what} (`{action}` is missing)")]
    Denied {
        /// What is not known.
        what: String,
        /// The permission that is missing.
        action: String,
    },
    /// The plan cannot be made because the endpoint has no operation that tells what it needs to know.
    #[error("not readable here: {what} (this endpoint has no `{operation}`)")]
    Unsupported {
        /// What is not known.
        what: String,
        /// The operation that is not there.
        operation: String,
    },
    /// The plan cannot be made from a snapshot that does not hold what it depends on.
    #[error("not in this snapshot: {0}")]
    NotHeld(String),
    /// There is no such thing.
    #[error("there is no {kind} `{name}`")]
    Absent {
        /// `user`, `group`, …
        kind: &'static str,
        /// As given.
        name: String,
        /// The nearest known one.
        meant: Option<String>,
    },
    /// There is such a thing already; names differ by more than case.
    #[error("there is {} {kind} `{name}` already", article(kind))]
    Exists {
        /// `user`, `group`, …
        kind: &'static str,
        /// The one that is there.
        name: String,
    },
    /// A virtual MFA device of this name is there already.
    #[error("{}", device_taken(.name, .holder.as_deref()))]
    DeviceTaken {
        /// The name.
        name: String,
        /// Whose it is; none: nobody's.
        holder: Option<String>,
    },
    /// A quota of the account would be passed.
    #[error("{what}: at most {limit}")]
    Limit {
        /// What there would be too much of.
        what: String,
        /// The quota.
        limit: u64,
    },
    /// AWS would refuse it.
    #[error("{what}")]
    Refused {
        /// What is wrong.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// Nothing would change.
    #[error("{0}: nothing to do")]
    Nothing(String),
}

impl From<PlanError> for UserError {
    fn from(error: PlanError) -> Self {
        error.user_error()
    }
}

/// The indefinite article before a kind of thing.
fn article(kind: &str) -> &'static str {
    if kind.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" }
}

impl PlanError {
    /// The error as shown, with the next step.
    pub fn user_error(&self) -> UserError {
        let told = UserError::new(self.to_string());
        match self.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownKey { meant: Some(meant), .. }
            | Self::UnknownOperation { meant: Some(meant), .. }
            | Self::UnknownParameter { meant: Some(meant), .. }
            | Self::Absent { meant: Some(meant), .. } => format!("Did you mean `{meant}`?"),
            Self::NoJson { .. } | Self::Shape(_) | Self::UnknownKey { .. } => {
                "Create a plan with `iamtui plan create-user NAME --output json` and start from that.".to_owned()
            }
            Self::Version(_) => "Create the plan again with this program.".to_owned(),
            Self::UnknownOperation { .. } => {
                "Operations are named as in the IAM API reference: `CreateUser`.".to_owned()
            }
            Self::ReadOnlyOperation(_) => {
                "Leave the step out: a plan contains only calls that change the account.".to_owned()
            }
            Self::UnknownParameter { operation, .. } => {
                format!("Parameters are named as in the API reference of `{operation}`.")
            }
            Self::MissingParameter { parameter, .. } => format!("Add `{parameter}` to the step's input."),
            Self::BadParameter { .. } => "Correct the step's input.".to_owned(),
            Self::WrittenSecret { .. } => {
                "Write `{\"secret\":\"generate\"}`, `{\"secret\":\"prompt\"}` or `{\"secret\":\"file\"}` in its place."
                    .to_owned()
            }
            Self::SameId(_) => "Give every step an id of its own.".to_owned(),
            Self::Forward { .. } => "Put the step that gives the output before the one that takes it.".to_owned(),
            Self::NoSuchOutput { .. } => "Name the field as the operation's answer does, with dots.".to_owned(),
            Self::PublishedSecret { .. } => "Take a secret output only where the operation keeps it secret.".to_owned(),
            Self::Step { error, .. } => return error.hint(),
            Self::Unknown(_) => "Wait until it has been read, or reload.".to_owned(),
            Self::NotHeld(_) => {
                "A snapshot does not contain everything: create the plan on the account itself.".to_owned()
            }
            Self::Denied { action, .. } => format!("Ask an administrator to allow `{action}`."),
            Self::Unsupported { .. } => {
                "No permission helps: make this change where the operation is available.".to_owned()
            }
            Self::Absent { .. } => "Check the name; it may have been deleted in the meantime.".to_owned(),
            Self::Exists { .. } => "Choose another name: names that differ only in case are the same.".to_owned(),
            Self::DeviceTaken { holder: Some(_), .. } => {
                "Choose another name, such as the one of the phone: device names are unique in the account.".to_owned()
            }
            Self::DeviceTaken { holder: None, .. } => {
                "It is left over from an assignment that was not finished: delete it, or let it be replaced.".to_owned()
            }
            Self::Limit { .. } => "Remove something first, or have the quota raised.".to_owned(),
            Self::Refused { hint, .. } => (*hint).to_owned(),
            Self::Nothing(_) => return None,
        })
    }

    /// A step takes a secret to where it can be read.
    pub fn published(step: &str, taken: &Taken<'_>) -> Self {
        Self::PublishedSecret {
            step: step.to_owned(),
            from: taken.output.step.to_owned(),
            field: taken.output.field.to_owned(),
            parameter: taken.parameter.to_owned(),
        }
    }

    /// The same error, with the step that is at fault.
    pub fn at(self, step: &str) -> Self {
        Self::Step { step: step.to_owned(), error: Box::new(self) }
    }

    /// The error itself, for who never saw the step.
    #[must_use]
    pub fn cause(self) -> Self {
        match self {
            Self::Step { error, .. } => error.cause(),
            other => other,
        }
    }
}

fn device_taken(name: &str, holder: Option<&str>) -> String {
    match holder {
        Some(holder) => format!("the MFA device `{name}` is that of {holder} already"),
        None => format!("there is an MFA device `{name}` that is unassigned"),
    }
}
