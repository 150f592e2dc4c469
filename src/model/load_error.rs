//! Why a read failed, in words that say what to do.

use crate::api::Sts;
use crate::base::error::UserError;
use serde::{Deserialize, Serialize};

use super::{Denial, DenialReason};

/// What to do where only signing in again helps.
const SIGN_IN: &str = "`:sign-in-again` does it, and so does reloading; nothing on the screen is lost.";

/// A read that failed, with the operation that failed and the service's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The API operation, such as `ListUsers`.
    pub operation: Box<str>,
    /// The service's error code, where one came back.
    pub code: Option<Box<str>>,
    /// The service's or the network's own words; untrusted text.
    pub detail: Option<Box<str>>,
    /// The request id, for AWS Support.
    pub request_id: Option<Box<str>>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The caller may not do this.
    Denied(Box<Denial>),
    /// The service asks to slow down, even after waiting.
    Throttled,
    /// No connection came about: name, route, refused, TLS.
    Unreachable,
    /// The connection stood but broke before the whole answer came.
    Broken,
    /// No answer came in time.
    Timeout,
    /// The session's credentials are past their end.
    ExpiredToken,
    /// The access key is not known, or the signature does not match.
    InvalidCredentials,
    /// Somebody has to sign in, and nobody did.
    SignInNeeded,
    /// No credentials were found at all.
    NoCredentials,
    /// The profile that was named is not there.
    NoProfile {
        /// Its name.
        name: Box<str>,
        /// The one that may be meant.
        meant: Option<Box<str>>,
    },
    /// The clocks of this machine and of the service differ too much.
    ClockSkew,
    /// The entity is not there.
    NotFound,
    /// The endpoint does not have the operation.
    Unsupported,
    /// The answer could not be read.
    Garbled,
    /// The service answered with another error.
    Service,
    /// The service, or what stands before it, failed at the call: it may have been done all the same.
    Failed,
    /// The session's configuration is broken: profile, region, endpoint, certificate bundle.
    Configuration,
    /// The user stopped it.
    Stopped,
    /// The embedded emulator did not start; told in its own words.
    Local(UserError),
    /// The call would change the account and the session is read-only.
    ReadOnly,
}

/// The most characters of an answer's own words that are kept; AWS's longest sentences have some hundred.
const LONGEST: usize = 4000;

/// The beginning of a text that is longer than any sentence.
fn cut(text: &str) -> String {
    let mut kept: String = text.chars().take(LONGEST).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

impl LoadError {
    /// The same error with the code that the service gave it; one that no service has is cut.
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.chars().take(128).collect::<String>().into());
        self
    }

    /// An error of a kind, without the service's words.
    pub fn new(kind: ErrorKind, operation: impl Into<Box<str>>) -> Self {
        Self { kind, operation: operation.into(), code: None, detail: None, request_id: None }
    }

    /// The same error with the service's or the network's own words.
    ///
    /// They become one line: the network's own words may come in many.
    pub fn detail(mut self, detail: &str) -> Self {
        let line = cut(&detail.split_whitespace().collect::<Vec<_>>().join(" "));
        self.detail = (!line.is_empty()).then(|| line.into());
        self
    }

    /// Whether nothing but signing in again helps.
    pub fn is_signed_out(&self) -> bool {
        matches!(self.kind, ErrorKind::SignInNeeded | ErrorKind::ExpiredToken)
    }

    /// The service's code, or one word for what happened where no code came back.
    pub fn word(&self) -> Box<str> {
        match (&self.code, &self.kind) {
            (Some(code), _) => code.clone(),
            (None, ErrorKind::Unreachable) => "unreachable".into(),
            (None, ErrorKind::Broken) => "broken connection".into(),
            (None, ErrorKind::Timeout) => "timeout".into(),
            (None, ErrorKind::SignInNeeded) => "sign-in needed".into(),
            (None, ErrorKind::ExpiredToken) => "ExpiredToken".into(),
            (None, _) => "failed".into(),
        }
    }

    /// The refusal that a fact keeps, where the error says that the field cannot be read here.
    pub fn denial(&self) -> Option<Denial> {
        match &self.kind {
            ErrorKind::Denied(denial) => Some((**denial).clone()),
            ErrorKind::Unsupported => Some(Denial::unsupported(self.operation.clone())),
            _ => None,
        }
    }

    /// Whether nobody answered: the endpoint may be gone.
    pub fn is_lost(&self) -> bool {
        matches!(self.kind, ErrorKind::Unreachable | ErrorKind::Broken)
    }

    /// Whether the same call may work if it is made again later.
    pub fn may_pass(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Broken | ErrorKind::Timeout | ErrorKind::Garbled
        ) || (self.kind == ErrorKind::Failed
            && self.code.as_deref().is_some_and(|c| ["ServiceFailure", "ServiceUnavailable", "503"].contains(&c)))
    }

    /// The error as shown: what went wrong in one line, and the next step.
    pub fn user_error(&self) -> UserError {
        let operation = &self.operation;
        let detail = self.detail.as_deref().unwrap_or_default();
        let with = |text: String| if detail.is_empty() { text } else { format!("{text}: {detail}") };
        match &self.kind {
            ErrorKind::Denied(_) if &**operation == Sts::AssumeRole.name() && detail.contains(ROOT) => {
                UserError::new(format!("{ROOT}.")).hint("Sign in as an IAM user or with a role, and switch from there.")
            }
            ErrorKind::Denied(denial) if &**operation == Sts::AssumeRole.name() => told_assume(denial),
            ErrorKind::Denied(denial) => told_denied(operation, denial),
            ErrorKind::Throttled => UserError::new(format!("`{operation}` was throttled and still is"))
                .hint("Wait a little and reload: the request rate of IAM cannot be raised."),
            ErrorKind::Unreachable => UserError::new(with(format!("`{operation}` got no connection"))).hint(
                if detail.contains("certificate") {
                    "Name the certificate authority of a private endpoint or proxy in AWS_CA_BUNDLE, then start again."
                } else {
                    "Check the endpoint, the network and the proxy, then reload."
                },
            ),
            ErrorKind::Broken => {
                UserError::new(with(format!("the connection broke during `{operation}`"))).hint("Reload to try again.")
            }
            ErrorKind::Timeout => UserError::new(format!("`{operation}` got no answer in time"))
                .hint("Reload to try again; check the network or the proxy if it stays so."),
            ErrorKind::ExpiredToken => {
                UserError::new(format!("the session has expired; `{operation}` was refused")).hint(SIGN_IN)
            }
            ErrorKind::InvalidCredentials => {
                UserError::new(with(format!("the credentials were refused by `{operation}`")))
                    .hint("Check the access key and its secret, or choose another profile.")
            }
            ErrorKind::SignInNeeded => UserError::new(with("you must sign in again".to_owned())).hint(SIGN_IN),
            ErrorKind::NoCredentials => UserError::new(with("no credentials were found".to_owned()))
                .hint("Name a profile with `--profile`, set AWS_ACCESS_KEY_ID, or use `--local`."),
            ErrorKind::NoProfile { name, meant } => {
                let told = UserError::new(format!("the profile `{name}` is not in the AWS config files"));
                told.hint(match meant {
                    Some(meant) => format!("Did you mean `{meant}`?"),
                    None => "Run `aws configure list-profiles` to list the profiles.".to_owned(),
                })
            }
            ErrorKind::ClockSkew => UserError::new(format!("`{operation}` was refused because the clocks differ"))
                .hint("Set this machine's clock: AWS accepts five minutes of difference."),
            ErrorKind::NotFound => UserError::new(with(format!("`{operation}` found nothing")))
                .hint("It may have been deleted meanwhile; reload the list."),
            ErrorKind::Unsupported => UserError::new(format!("this endpoint has no `{operation}`"))
                .hint("Only the data from this operation is missing; everything else works."),
            ErrorKind::Garbled => UserError::new(with(format!("the answer to `{operation}` could not be read")))
                .hint("Check that the endpoint supports the IAM API, then reload."),
            ErrorKind::Service | ErrorKind::Failed => {
                let code = self.code.as_deref().unwrap_or("an error");
                UserError::new(with(format!("`{operation}` answered {code}"))).hint("Reload to try again.")
            }
            ErrorKind::Configuration => UserError::new(with("the connection settings do not work".to_owned()))
                .hint("Correct the AWS config file or the flag, then start again."),
            ErrorKind::Local(told) => told.clone(),
            ErrorKind::Stopped => UserError::new(format!("`{operation}` was stopped")).hint("Reload to read the rest."),
            ErrorKind::ReadOnly => {
                UserError::new(with(format!("`{operation}` would change the account; this session is read-only")))
                    .hint("Start with `--read-only=false`, or use other credentials.")
            }
        }
    }
}

/// What STS answers to the root user, whatever the role's trust policy says.
const ROOT: &str = "Roles may not be assumed by root accounts";

/// STS does not say which of the two refuses: the role's trust policy, or what the caller may do.
fn told_assume(denial: &Denial) -> UserError {
    let role = denial.resource.as_deref().map_or_else(|| "the role".to_owned(), |role| format!("`{role}`"));
    if let DenialReason::ExplicitDeny(kind) = &denial.reason {
        return UserError::new(format!("not allowed to assume {role}: a {kind} denies `sts:AssumeRole`"))
            .hint(format!("Ask an administrator to change the {kind}."));
    }
    UserError::new(format!("not allowed to assume {role}: its trust policy or your own permissions refuse it")).hint(
        "Check the ARN, that the trust policy names you, and that your policies allow `sts:AssumeRole`. Where the \
         trust policy asks for MFA or an external id, give it: `mfa_serial` or `external_id` in the profile, or the \
         fields of `switch-role`.",
    )
}

fn told_denied(operation: &str, denial: &Denial) -> UserError {
    let action = &denial.action;
    let message = match &denial.reason {
        DenialReason::NothingAllows(kind) => format!("not allowed to call `{operation}`: no {kind} allows `{action}`"),
        DenialReason::ExplicitDeny(kind) => format!("not allowed to call `{operation}`: a {kind} denies `{action}`"),
        DenialReason::NotSaid | DenialReason::Unsupported | DenialReason::NotHeld => {
            format!("not allowed to call `{operation}`: `{action}` is missing")
        }
    };
    let hint = match &denial.reason {
        DenialReason::ExplicitDeny(kind) => {
            format!("Ask an administrator to change the {kind}; allowing `{action}` elsewhere does not help.")
        }
        _ => format!("Ask an administrator to allow `{action}`; everything else keeps working."),
    };
    UserError::new(message).hint(hint)
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.user_error().fmt(f)
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_an_end_are_cut() {
        let error = LoadError::new(ErrorKind::Service, "ListUsers").code(&"c".repeat(1_000_000));
        let error = error.detail(&"d".repeat(1_000_000));
        assert_eq!(error.code.unwrap().len(), 128);
        assert!(error.detail.is_some_and(|detail| detail.chars().count() == LONGEST + 1 && detail.ends_with('…')));
    }

    #[test]
    fn a_denial_names_the_operation_the_action_and_the_next_step() {
        let denial = Denial {
            action: "iam:ListUsers".into(),
            resource: None,
            reason: DenialReason::NothingAllows("identity-based policy".into()),
        };
        let told = LoadError::new(ErrorKind::Denied(Box::new(denial)), "ListUsers").user_error();
        assert_eq!(told.message, "not allowed to call `ListUsers`: no identity-based policy allows `iam:ListUsers`");
        assert!(told.hint.unwrap().contains("`iam:ListUsers`"));
    }

    #[test]
    fn a_refused_role_names_the_trust_policy_and_mfa_whatever_the_service_told() {
        for resource in [None, Some("arn:aws:iam::123456789012:role/ops".into())] {
            let denial = Denial { action: "sts:AssumeRole".into(), resource, reason: DenialReason::NotSaid };
            let root =
                LoadError::new(ErrorKind::Denied(Box::new(denial.clone())), "AssumeRole").detail(&format!("{ROOT}."));
            assert_eq!(root.user_error().message, "Roles may not be assumed by root accounts.");
            let told = LoadError::new(ErrorKind::Denied(Box::new(denial)), "AssumeRole").user_error();
            assert!(told.message.contains("its trust policy or your own permissions refuse it"), "{told}");
            let hint = told.hint.unwrap();
            assert!(hint.contains("MFA") && hint.contains("`mfa_serial`") && !hint.contains("administrator"), "{hint}");
        }
    }

    #[test]
    fn every_kind_has_a_next_step_and_no_final_period() {
        use ErrorKind::*;
        for kind in [
            Throttled,
            Unreachable,
            Broken,
            Timeout,
            ExpiredToken,
            InvalidCredentials,
            SignInNeeded,
            NoCredentials,
            ClockSkew,
            NotFound,
            Unsupported,
            Garbled,
            Service,
            Failed,
            Configuration,
            ReadOnly,
        ] {
            let told = LoadError::new(kind.clone(), "ListUsers").user_error();
            assert!(!told.message.ends_with('.'), "{kind:?}");
            assert!(told.hint.is_some_and(|hint| hint.ends_with('.')), "{kind:?}");
        }
    }
}
