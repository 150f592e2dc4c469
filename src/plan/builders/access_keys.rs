//! Access keys: made, switched, described, deleted, and replaced without a gap.

use serde_json::json;

use crate::model::{AccessKey, Account, Fact, Status, User};
use crate::plan::{Ask, Call, Inverse, Plan, PlanError, Step, output};

use super::{rows, user, within};

/// The plan that makes an access key, with its description as the console keeps it; empty: none.
pub fn create_access_key(account: &Account, name: &str, description: &str) -> Result<Plan, PlanError> {
    room(account, user(account, name)?)?;
    let mut plan = Plan::new(format!("create an access key for user {name}"));
    create_steps(&mut plan, name, description);
    Ok(plan.seeing(account))
}

/// The plan that activates or deactivates an access key.
pub fn switch_access_key(account: &Account, name: &str, id: &str, on: bool) -> Result<Plan, PlanError> {
    let key = key(user(account, name)?, id)?;
    let (to, from, verb) = if on { ("Active", "Inactive", "activate") } else { ("Inactive", "Active", "deactivate") };
    if (key.status == Status::Active) == on {
        return Err(PlanError::Nothing(format!("{id} is {to} already")));
    }
    let mut plan = Plan::new(format!("{verb} access key {id}"));
    let set = |status: &str| Call::update_access_key(name, id, status);
    let risk = if on { format!("anyone with the secret of {id} can use it again") } else { use_risk(key) };
    let step = Step::new(set(to), if on { "" } else { "an inactive key is refused but kept" });
    plan.push(step.risk(risk).undo(Inverse::of([set(from)])));
    Ok(plan.seeing(account))
}

/// The plan that changes the description of an access key: a tag of the user, named like the key.
pub fn describe_access_key(account: &Account, name: &str, id: &str, description: &str) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    key(user, id)?;
    let before = described(user, id)?;
    if before.as_deref().unwrap_or_default() == description {
        return Err(PlanError::Nothing("the description is the same".to_owned()));
    }
    let mut plan = Plan::new(format!("describe access key {id}"));
    let tag = |text: &str| Call::tag_user(name, json!([{ "Key": id, "Value": text }]));
    let untag = || Call::untag_user(name, json!([id]));
    let undo = Inverse::of([before.as_deref().map_or_else(untag, tag)]);
    let call = if description.is_empty() { untag() } else { tag(description) };
    plan.push(Step::new(call, "the console shows this tag as the key's description").undo(undo));
    Ok(plan.seeing(account))
}

/// The plan that deletes an access key and its description.
pub fn delete_access_key(account: &Account, name: &str, id: &str) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let mut plan = Plan::new(format!("delete access key {id}"));
    delete_steps(&mut plan, user, key(user, id)?)?;
    Ok(plan.seeing(account))
}

/// The plan that puts a new access key into the place of an old one, without a moment in which none works.
///
/// Its questions may take days: the run is left and taken up again.
pub fn rotate_access_key(account: &Account, name: &str, id: &str) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let old = key(user, id)?;
    room(account, user)?;
    let mut plan = Plan::new(format!("rotate access key {id} of user {name}"));
    create_steps(&mut plan, name, described(user, id)?.as_deref().unwrap_or_default());
    // Where nothing can be using the old key there is nothing to wait for.
    if old.status == Status::Active && !matches!(old.last_used, Fact::Absent(_)) {
        plan.push(Step::ask(
            Ask::HandOver { user: name.to_owned() },
            "what uses the old key must use the new one first",
        ));
        let watch = || Ask::LastUse { user: name.to_owned(), key: id.to_owned() };
        plan.push(Step::ask(watch(), "as long as the old key is used, something still has it"));
        let set = |status: &str| Call::update_access_key(name, id, status);
        let step =
            Step::new(set("Inactive"), "what still has the old key shows itself, and it can be switched on again");
        plan.push(step.risk(use_risk(old)).undo(Inverse::of([set("Active")])));
        plan.push(Step::ask(watch(), "give what was overlooked a day or two to show itself"));
    }
    delete_steps(&mut plan, user, old)?;
    Ok(plan.seeing(account))
}

/// The steps that make an access key, for plans that do more.
pub(super) fn create_steps(plan: &mut Plan, name: &str, description: &str) {
    let create = Step::new(Call::create_access_key(name), "allows programmatic access");
    let id = plan.push(create.risk("a long-term key works until it is deactivated, wherever it is copied to"));
    let key = output(&id, "AccessKey.AccessKeyId");
    if let Some(step) = plan.steps.last_mut() {
        step.inverse = Inverse::of([Call::delete_access_key(name, key.clone())]);
    }
    if !description.is_empty() {
        let tag = json!([{ "Key": key.clone(), "Value": description }]);
        let undo = Inverse::of([Call::untag_user(name, json!([key]))]);
        plan.push(
            Step::new(Call::tag_user(name, tag), "the console shows this tag as the key's description").undo(undo),
        );
    }
}

fn delete_steps(plan: &mut Plan, user: &User, key: &AccessKey) -> Result<(), PlanError> {
    let (name, id) = (user.name.as_str(), key.id.as_str());
    let step = Step::requested(Call::delete_access_key(name, id));
    let never = Inverse::never("a deleted access key does not come back; a new one can be made");
    plan.push(step.risk(use_risk(key)).undo(never));
    if let Some(text) = described(user, id)? {
        let undo = Inverse::of([Call::tag_user(name, json!([{ "Key": id, "Value": text }]))]);
        plan.push(Step::new(Call::untag_user(name, json!([id])), "it describes the deleted key").undo(undo));
    }
    Ok(())
}

/// Refuses a key more than the user may have; inactive ones count.
fn room(account: &Account, user: &User) -> Result<(), PlanError> {
    let held = rows(&user.facts.keys, || format!("the access keys of {}", user.name))?;
    within(account, "AccessKeysPerUserQuota", 2, held.len() + 1, &format!("too many access keys for {}", user.name))
}

fn key<'a>(user: &'a User, id: &str) -> Result<&'a AccessKey, PlanError> {
    let held = rows(&user.facts.keys, || format!("the access keys of {}", user.name))?;
    let absent = || PlanError::Absent { kind: "access key", name: id.to_owned(), meant: None };
    held.iter().find(|key| key.id.as_str() == id).ok_or_else(absent)
}

/// The description of a key, where the user's tags are known to hold one.
fn described(user: &User, id: &str) -> Result<Option<String>, PlanError> {
    let tags = rows(&user.facts.tags, || format!("the tags of {}", user.name))?;
    Ok(tags.iter().find(|tag| *tag.key == *id).map(|tag| tag.value.to_string()))
}

/// What switching a key off may break, with its last use where that is known.
fn use_risk(key: &AccessKey) -> String {
    let id = &key.id;
    match (key.last_used.known(), key.status) {
        (Some(usage), Status::Active) => format!(
            "programs that use {id} stop working: last used {} for {} in {}",
            usage.at, usage.service, usage.region
        ),
        (None, Status::Active) if matches!(key.last_used, Fact::Absent(_)) => {
            format!("{id} was never used, according to AWS")
        }
        (None, Status::Active) => format!("programs that use {id} stop working"),
        _ => format!("{id} is inactive: no program can be using it"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines, with_second_key};
    use super::*;
    use crate::model::{Seen, Source, Update, UserFacts};

    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    #[test]
    fn a_key_is_made_and_described() {
        let plan = create_access_key(&account(), "bob", "laptop").unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create an access key for user bob
        tag user bob
        ");
        let told = create_access_key(&with_second_key(), "bob", "").unwrap_err().to_string();
        assert_eq!(told, "too many access keys for bob: at most 2");
    }

    #[test]
    fn a_key_is_switched_and_what_it_is_already_is_told() {
        let plan = switch_access_key(&account(), "bob", KEY, false).unwrap();
        plan.check().unwrap();
        assert_eq!(undo_lines(&plan), "set access key AKIAIOSFODNN7EXAMPLE of user bob Active");
        let told = switch_access_key(&account(), "bob", KEY, true).unwrap_err().to_string();
        assert_eq!(told, "AKIAIOSFODNN7EXAMPLE is Active already: nothing to do");
        assert!(switch_access_key(&account(), "bob", "AKIANONE", true).is_err());
    }

    #[test]
    fn a_description_is_a_tag_that_goes_with_its_key() {
        let second = with_second_key();
        let plan = delete_access_key(&second, "bob", "AKIASECONDEXAMPLE001").unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        delete access key AKIASECONDEXAMPLE001 of user bob
        remove tags from user bob
        ");
        let plan = describe_access_key(&second, "bob", "AKIASECONDEXAMPLE001", "server").unwrap();
        plan.check().unwrap();
        assert_eq!((lines(&plan).as_str(), undo_lines(&plan).as_str()), ("tag user bob", "tag user bob"));
        assert!(describe_access_key(&second, "bob", "AKIASECONDEXAMPLE001", "backup").is_err());
    }

    #[test]
    fn a_rotation_leaves_no_moment_without_a_key() {
        let plan = rotate_access_key(&account(), "bob", KEY).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create an access key for user bob
        hand over the new access key of bob
        wait until AKIAIOSFODNN7EXAMPLE is no longer used
        set access key AKIAIOSFODNN7EXAMPLE of user bob Inactive
        wait until AKIAIOSFODNN7EXAMPLE is no longer used
        delete access key AKIAIOSFODNN7EXAMPLE of user bob
        ");
        // A key that was never used, or is off already, is nothing to wait for.
        let seen = Seen::new(Source::Detail, jiff::Timestamp::from_second(1).unwrap());
        let unused = (Status::Active, Fact::Absent(seen));
        for (status, last_used) in [unused, (Status::Inactive, Fact::Unknown)] {
            let mut account = account();
            let key = AccessKey { id: KEY.into(), status, created: None, last_used };
            let facts = UserFacts { keys: Fact::Known(vec![key], seen), ..UserFacts::default() };
            account.apply(Update::UserFacts("bob".into(), Box::new(facts)));
            let plan = rotate_access_key(&account, "bob", KEY).unwrap();
            insta::allow_duplicates! {
                insta::assert_snapshot!(lines(&plan), @r"
                create an access key for user bob
                delete access key AKIAIOSFODNN7EXAMPLE of user bob
                ");
            }
        }
        let told = rotate_access_key(&with_second_key(), "bob", KEY).unwrap_err();
        assert!(matches!(told, PlanError::Limit { .. }));
    }
}
