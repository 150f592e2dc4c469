//! Editing a role: its description and how long its sessions may last.

use crate::model::Account;
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{own_role, settled};

/// The longest session that AWS takes where none is given, in seconds.
const DEFAULT_SESSION: u32 = 3600;

/// The plan that gives a role another description, another maximum session duration, or both.
///
/// Both are sent even where one changes: AWS takes a duration that is left out for an hour.
pub fn edit_role(
    account: &Account,
    name: &str,
    description: Option<&str>,
    max_session: Option<u32>,
) -> Result<Plan, PlanError> {
    let facts = &own_role(account, name)?.facts;
    let held = settled(&facts.description, || format!("the description of role {name}"))?;
    let held_text = held.map(|text| &**text).unwrap_or_default();
    let held_session = settled(&facts.max_session, || format!("the maximum session duration of role {name}"))?;
    let held_session = held_session.copied().unwrap_or(DEFAULT_SESSION);
    let text = description.unwrap_or(held_text);
    let session = max_session.unwrap_or(held_session);
    if (text, session) == (held_text, held_session) {
        return Err(PlanError::Nothing("description and maximum session duration are the same".to_owned()));
    }
    let update = |text: &str, session: u32| {
        Call::update_role(name).with("Description", text).with("MaxSessionDuration", session)
    };
    let call = update(text, session);
    call.check()?;
    let why = match (text == held_text, session == held_session) {
        (false, true) => "the description changes",
        (true, _) => "the maximum session duration changes",
        (false, false) => "description and maximum session duration change",
    };
    let mut step = Step::new(call, why).undo(Inverse::of([update(held_text, held_session)]));
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
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let facts = RoleFacts {
            description: Fact::Known("Operators".into(), seen),
            max_session: Fact::Known(7200, seen),
            ..RoleFacts::default()
        };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        account
    }

    #[track_caller]
    fn check(description: Option<&str>, session: Option<u32>, sent: &str, back: &str) {
        let plan = edit_role(&with_role(), "ops", description, session).unwrap();
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

    #[test]
    fn what_is_not_known_or_not_taken_is_refused() {
        assert!(edit_role(&account(), "ops", Some("x"), None).is_err());
        assert!(edit_role(&with_role(), "ops", Some("Operators"), Some(7200)).is_err());
        assert!(edit_role(&with_role(), "ops", None, Some(60)).is_err());
    }
}
