//! Editing a role: its description and how long its sessions may last.

use serde_json::Value;

use crate::model::Account;
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{length, own_role, settled};

/// The longest session that AWS takes where none is given, in seconds.
const DEFAULT_SESSION: u32 = 3600;

/// The longest sign-in session that a user or role is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigninLimit {
    /// So many seconds.
    Seconds(u32),
    /// None of its own.
    Reset,
}

impl SigninLimit {
    /// The limit of so many seconds; none is a reset.
    pub fn of(seconds: Option<u32>) -> Self {
        seconds.map_or(Self::Reset, Self::Seconds)
    }

    /// The seconds; none for a reset.
    fn seconds(self) -> Option<u32> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Reset => None,
        }
    }

    /// The same call with this limit.
    pub(super) fn on(self, call: Call) -> Call {
        match self {
            Self::Seconds(seconds) => call.with("MaxSigninSessionDuration", seconds),
            Self::Reset => call.with("ResetMaxSigninSessionDuration", Value::Bool(true)),
        }
    }

    /// What it leads to, in a few words.
    pub(super) fn why(self) -> String {
        match self {
            Self::Seconds(seconds) => format!("new sign-in sessions last at most {}", length(seconds)),
            Self::Reset => "sign-in sessions have no limit of their own any more".to_owned(),
        }
    }
}

/// The plan that gives a role another description, other maximum durations of its sessions, or all of them.
///
/// Description and session duration are sent even where one changes: AWS takes a duration that is left out for an hour.
pub fn edit_role(
    account: &Account,
    name: &str,
    description: Option<&str>,
    max_session: Option<u32>,
    signin: Option<SigninLimit>,
) -> Result<Plan, PlanError> {
    let facts = &own_role(account, name)?.facts;
    let held = settled(&facts.description, || format!("the description of role {name}"))?;
    let held_text = held.map(|text| &**text).unwrap_or_default();
    let held_session = settled(&facts.max_session, || format!("the maximum session duration of role {name}"))?;
    let held_session = held_session.copied().unwrap_or(DEFAULT_SESSION);
    let text = description.unwrap_or(held_text);
    let session = max_session.unwrap_or(held_session);
    let held_signin = match signin {
        Some(_) => settled(&facts.max_signin, || format!("the maximum sign-in session duration of role {name}"))?,
        None => None,
    };
    // What is as it is wanted already is not sent.
    let signin = signin.filter(|limit| limit.seconds() != held_signin.copied());
    if (text, session) == (held_text, held_session) && signin.is_none() {
        return Err(PlanError::Nothing("description and maximum durations are the same".to_owned()));
    }
    let update = |text: &str, session: u32, signin: Option<SigninLimit>| {
        let call = Call::update_role(name).with("Description", text).with("MaxSessionDuration", session);
        signin.map_or(call.clone(), |limit| limit.on(call))
    };
    let call = update(text, session, signin);
    call.check()?;
    let mut whys: Vec<String> = match (text == held_text, session == held_session) {
        (true, true) => Vec::new(),
        (false, true) => vec!["the description changes".to_owned()],
        (true, false) => vec!["the maximum session duration changes".to_owned()],
        (false, false) => vec!["description and maximum session duration change".to_owned()],
    };
    whys.extend(signin.map(SigninLimit::why));
    let back = signin.map(|_| SigninLimit::of(held_signin.copied()));
    let mut step = Step::new(call, whys.join("; ")).undo(Inverse::of([update(held_text, held_session, back)]));
    if session < held_session {
        step = step.risk(format!("who asks for sessions of more than {session} seconds is refused; open ones go on"));
    }
    let mut plan = Plan::new(format!("edit role {name}"));
    plan.push(step);
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::account;
    use super::*;
    use crate::model::{Fact, RoleFacts, Seen, Source, Update};

    fn with_role() -> Account {
        with_limit(None)
    }

    fn with_limit(signin: Option<u32>) -> Account {
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let facts = RoleFacts {
            max_signin: Fact::reported(signin, seen),
            description: Fact::Known("Operators".into(), seen),
            max_session: Fact::Known(7200, seen),
            ..RoleFacts::default()
        };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        account
    }

    #[track_caller]
    fn check(description: Option<&str>, session: Option<u32>, sent: &str, back: &str) {
        let plan = edit_role(&with_role(), "ops", description, session, None).unwrap();
        plan.check().unwrap();
        let input = |call: &Call| serde_json::Value::Object(call.input().clone()).to_string();
        let step = &plan.steps[0];
        assert_eq!(input(step.call().unwrap()), sent);
        assert_eq!(input(&step.inverse.as_ref().unwrap().calls[0]), back);
        assert_eq!(step.expects.len(), 3);
    }

    #[test]
    fn the_duration_is_sent_with_the_description_so_that_it_stays() {
        let before = r#"{"RoleName":"ops","Description":"Operators","MaxSessionDuration":7200}"#;
        check(Some(""), None, r#"{"RoleName":"ops","Description":"","MaxSessionDuration":7200}"#, before);
        check(None, Some(3600), r#"{"RoleName":"ops","Description":"Operators","MaxSessionDuration":3600}"#, before);
    }

    #[track_caller]
    fn check_limit(held: Option<u32>, limit: SigninLimit, sent: &str, back: &str) {
        let plan = edit_role(&with_limit(held), "ops", None, None, Some(limit)).unwrap();
        plan.check().unwrap();
        let step = &plan.steps[0];
        let [sent_now, back_then] = [step.call().unwrap(), &step.inverse.as_ref().unwrap().calls[0]]
            .map(|call| serde_json::Value::Object(call.input().clone()).to_string());
        let input =
            |rest: &str| format!(r#"{{"RoleName":"ops","Description":"Operators","MaxSessionDuration":7200,{rest}}}"#);
        assert_eq!((sent_now, back_then), (input(sent), input(back)));
    }

    #[test]
    fn a_limit_of_sign_in_sessions_is_set_and_lifted() {
        let (set, reset) = (r#""MaxSigninSessionDuration":7200"#, r#""ResetMaxSigninSessionDuration":true"#);
        check_limit(None, SigninLimit::Seconds(7200), set, reset);
        check_limit(Some(7200), SigninLimit::Reset, reset, set);
        let same = edit_role(&with_limit(Some(7200)), "ops", None, None, Some(SigninLimit::Seconds(7200)));
        assert!(same.is_err());
        assert!(edit_role(&with_role(), "ops", None, None, Some(SigninLimit::Seconds(60))).is_err());
    }

    #[test]
    fn what_is_not_known_or_not_taken_is_refused() {
        assert!(edit_role(&account(), "ops", Some("x"), None, None).is_err());
        assert!(edit_role(&with_role(), "ops", Some("Operators"), Some(7200), None).is_err());
        assert!(edit_role(&with_role(), "ops", None, Some(60), None).is_err());
    }
}
