//! Which refusals pass, and how long to wait for them.
//!
//! IAM spreads a change over its machines in seconds: what was just made may not be found yet, what was just
//! taken away may still stand in the way. Nothing else is tried again; throttling is `Run::call`'s business.

use std::time::Duration;

use serde_json::Value;

use crate::api::ChangeKind;
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;
use crate::plan::journal::Run;

/// The waits between tries against AWS.
const WAITS: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(8),
    Duration::from_secs(8),
];

/// The waits against an endpoint on this machine, which does not spread anything over others.
const LOCAL_WAITS: [Duration; 7] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
    Duration::from_millis(3_200),
    Duration::from_millis(3_200),
];

/// The most waits for something to stop being in the way: it may well be something else that is.
const CONFLICTS: usize = 3;

/// How long to wait before a call is made once more; nothing where that would not help.
pub(super) fn wait(
    error: &LoadError,
    call: &Call,
    run: &Run,
    endpoint: Option<&str>,
    tries: usize,
) -> Option<Duration> {
    let most = match error.code.as_deref()? {
        "EntityTemporarilyUnmodifiable"
        | "EntityTemporarilyUnmodifiableException"
        | "ConcurrentModification"
        | "ConcurrentModificationException" => usize::MAX,
        "DeleteConflict" | "DeleteConflictException" if took_away(run, call) => CONFLICTS,
        "NoSuchEntity" | "NoSuchEntityException" if is_fresh(error, call, run) => usize::MAX,
        "MalformedPolicyDocument" | "MalformedPolicyDocumentException" | "InvalidInput"
            if says(error, "Invalid principal") && is_fresh(error, call, run) =>
        {
            usize::MAX
        }
        _ => return None,
    };
    let waits: &[Duration] = if endpoint.is_some_and(is_local) { &LOCAL_WAITS } else { &WAITS };
    if tries > most { None } else { waits.get(tries.checked_sub(1)?).copied() }
}

/// How long to wait before something that is not as expected is read once more; nothing after the last time.
pub(super) fn patience(endpoint: Option<&str>, tries: usize) -> Option<Duration> {
    let waits: &[Duration] = if endpoint.is_some_and(is_local) { &LOCAL_WAITS } else { &WAITS };
    waits.iter().take(CONFLICTS).nth(tries.checked_sub(1)?).copied()
}

fn is_local(endpoint: &str) -> bool {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|local| host.starts_with(local))
}

fn says(error: &LoadError, words: &str) -> bool {
    error.detail.as_deref().is_some_and(|detail| detail.contains(words))
}

/// Whether what was not found was made by this run.
fn is_fresh(error: &LoadError, call: &Call, run: &Run) -> bool {
    let made = run.plan().steps.iter().filter(|step| run.gives(&step.id).is_some());
    let made = made.filter(|step| step.call().is_some_and(|call| call.change_kind() == Some(ChangeKind::Create)));
    let names: Vec<&str> = made
        .flat_map(|step| {
            let given = step.call().into_iter().flat_map(|call| call.input().iter());
            let named = given.filter(|(name, _)| name.ends_with("Name")).map(|(_, value)| value);
            named.chain(run.gives(&step.id).into_iter().flat_map(serde_json::Map::values))
        })
        .filter_map(Value::as_str)
        .collect();
    // The service says what it did not find; where it says nothing of use, what the call names may be it.
    let detail = error.detail.as_deref().unwrap_or_default();
    let texts: Vec<&str> = call.input().values().filter_map(Value::as_str).collect();
    names.iter().any(|name| {
        if error.kind == ErrorKind::NotFound && !detail.is_empty() {
            detail.split_whitespace().any(|word| word.trim_end_matches(['.', ',']) == *name)
        } else {
            texts.iter().any(|text| text == name || text.contains(&format!("/{name}")))
        }
    })
}

/// Whether this run has taken something away from what the call is about.
fn took_away(run: &Run, call: &Call) -> bool {
    let about: Vec<&str> = call.input().values().filter_map(Value::as_str).collect();
    run.plan().steps.iter().any(|step| {
        run.gives(&step.id).is_some()
            && step.call().is_some_and(|call| {
                matches!(
                    call.change_kind(),
                    Some(ChangeKind::Delete | ChangeKind::Detach | ChangeKind::Remove | ChangeKind::Disable)
                ) && call.input().values().filter_map(Value::as_str).any(|text| about.contains(&text))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::journal::{Begin, Event, Outcome};
    use crate::plan::{Plan, Step};
    use jiff::Timestamp;

    /// The wait after the first try of a call, in a run that did these calls before.
    #[track_caller]
    fn check(done: &[Call], call: &Call, code: &str, detail: &str, waits: bool) {
        let mut plan = Plan::new("");
        for call in done.iter().chain([call]) {
            plan.push(Step::new(call.clone(), ""));
        }
        let mut run = Run::new("r".into(), Timestamp::UNIX_EPOCH, Begin { plan: plan.clone(), ..Begin::default() });
        for step in plan.steps.iter().take(done.len()) {
            let outcome = Outcome::Done(serde_json::Map::default());
            run.take(Event::Result { step: step.id.clone(), outcome });
        }
        let kind = if code == "NoSuchEntity" { ErrorKind::NotFound } else { ErrorKind::Service };
        let error = LoadError { code: Some(code.into()), ..LoadError::new(kind, call.operation()).detail(detail) };
        assert_eq!(wait(&error, call, &run, None, 1).is_some(), waits, "{code} {detail}");
    }

    #[test]
    fn what_this_run_made_is_waited_for_and_nothing_else() {
        let add = Call::add_user_to_group("Admin", "Jesse");
        let made = [Call::create_user("Jesse")];
        check(&made, &add, "NoSuchEntity", "The user with name Jesse cannot be found.", true);
        check(&made, &add, "NoSuchEntity", "The group with name Admin cannot be found.", false);
        check(&[], &add, "NoSuchEntity", "The user with name Jesse cannot be found.", false);
        check(&made, &add, "AccessDenied", "no", false);
    }

    #[test]
    fn a_principal_that_is_new_may_not_be_known_yet() {
        let trust = r#"{"Statement":{"Principal":{"AWS":"arn:aws:iam::123456789012:user/Jesse"}}}"#;
        let role = Call::create_role("ops", trust);
        let told = "Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:user/Jesse\"";
        check(&[Call::create_user("Jesse")], &role, "MalformedPolicyDocument", told, true);
        check(&[], &role, "MalformedPolicyDocument", told, false);
    }

    #[test]
    fn what_was_taken_away_may_still_be_in_the_way() {
        let delete = Call::delete_user("Jesse");
        check(&[Call::delete_login_profile("Jesse")], &delete, "DeleteConflict", "still there", true);
        check(&[Call::delete_login_profile("Alice")], &delete, "DeleteConflict", "still there", false);
        check(&[], &delete, "EntityTemporarilyUnmodifiable", "wait", true);
    }

    #[test]
    fn waiting_ends_and_is_short_on_this_machine() {
        let call = Call::delete_user("Jesse");
        let run = Run::new("r".into(), Timestamp::UNIX_EPOCH, Begin::default());
        let error = LoadError {
            code: Some("ConcurrentModification".into()),
            ..LoadError::new(ErrorKind::Service, "DeleteUser")
        };
        let all = |endpoint| (1..99).map_while(|tries| wait(&error, &call, &run, endpoint, tries)).sum::<Duration>();
        assert_eq!(all(None), Duration::from_secs(30));
        assert!(all(Some("http://127.0.0.1:4566")) < Duration::from_secs(10));
    }
}
