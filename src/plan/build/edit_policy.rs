//! Versions of managed policies: written, put in force, deleted.

use crate::base::arn::Arn;
use crate::model::{Account, Document, Fact, Policy, PolicyKind, PolicyVersion, VersionId};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};

use super::{policy_arn, settled};

/// The most versions that a policy can have.
pub const MOST_VERSIONS: usize = 5;

fn own<'a>(account: &'a Account, arn: &Arn) -> Result<&'a Policy, PlanError> {
    policy_arn(account, arn.as_str())?;
    let policy = account.policy(arn);
    let absent = || PlanError::Absent { kind: "policy", name: arn.to_string(), meant: None };
    let policy = policy.ok_or_else(absent)?;
    if policy.kind() == PolicyKind::Customer {
        Ok(policy)
    } else {
        Err(PlanError::Nothing(format!("{} is AWS's own and cannot be changed", policy.name())))
    }
}

fn versions(policy: &Policy) -> Result<&[PolicyVersion], PlanError> {
    super::rows(&policy.facts.versions, || format!("the versions of policy {}", policy.name()))
}

/// The step that deletes a version; what it held is kept where it was read, but its number is gone.
fn delete(policy: &Policy, version: &VersionId, why: &str) -> Step {
    let call = Call::delete_policy_version(policy.arn.as_str(), version.as_str());
    let inverse = match policy.facts.document(version) {
        Fact::Known(document, _) => Inverse::losing(
            [Call::create_policy_version(policy.arn.as_str(), document.text())],
            format!("the number {version}: the document comes back as a newer version"),
        ),
        _ => Inverse::never(format!("the document of {version} was never read")),
    };
    Step::new(call, why).undo(inverse)
}

/// The plan that writes a new version of a policy; where there are five, the oldest that is not in force goes.
pub fn write_version(account: &Account, arn: &Arn, document: &Document, in_force: bool) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    let versions = versions(policy)?;
    let text = || format!("the document of policy {}", policy.name());
    if in_force && settled(&policy.document(), text)? == Some(document) {
        return Err(PlanError::Nothing("the document is the same".to_owned()));
    }
    let mut plan = Plan::new(format!("write a new version of policy {}", policy.name()));
    if versions.len() >= MOST_VERSIONS {
        // Newest first, as the service lists them.
        let oldest = versions.iter().rev().find(|version| !version.is_default);
        if let Some(oldest) = oldest {
            plan.push(delete(policy, &oldest.id, "a policy has at most five versions; this is the oldest"));
        }
    }
    let call = Call::create_policy_version(arn.as_str(), document.text()).with("SetAsDefault", in_force);
    let step = Step::new(call, "that is what was asked for");
    let gone = Call::delete_policy_version(arn.as_str(), output(&step.id, "PolicyVersion.VersionId"));
    let back = Call::set_default_policy_version(arn.as_str(), policy.default_version.as_str());
    let inverse = if in_force { Inverse::of([back, gone]) } else { Inverse::of([gone]) };
    let uses = policy.attachments.known().copied().unwrap_or(0);
    let risk = match (in_force, uses) {
        (true, 1) => "it is in force at once for the one entity that has the policy".to_owned(),
        (true, 2..) => format!("it is in force at once for all {uses} entities that have the policy"),
        _ => String::new(),
    };
    plan.push(step.risk(risk).undo(inverse));
    Ok(plan)
}

/// The plan that puts another version of a policy in force.
pub fn set_default_version(account: &Account, arn: &Arn, version: &VersionId) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    if policy.default_version == *version {
        return Err(PlanError::Nothing(format!("{version} is in force already")));
    }
    let mut plan = Plan::new(format!("put {version} of policy {} in force", policy.name()));
    let back = Call::set_default_policy_version(arn.as_str(), policy.default_version.as_str());
    let call = Call::set_default_policy_version(arn.as_str(), version.as_str());
    let risk = "it is in force at once for all that have the policy";
    plan.push(Step::new(call, "that is what was asked for").risk(risk).undo(Inverse::of([back])));
    Ok(plan)
}

/// The plan that deletes versions of a policy; the one in force cannot go.
pub fn delete_versions(account: &Account, arn: &Arn, which: &[VersionId]) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    let mut plan = Plan::new(match which {
        [one] => format!("delete {one} of policy {}", policy.name()),
        more => format!("delete {} versions of policy {}", more.len(), policy.name()),
    });
    for version in which {
        if policy.default_version == *version {
            return Err(PlanError::Nothing(format!("{version} is in force; put another version in force first")));
        }
        plan.push(delete(policy, version, "that is what was asked for"));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::Seen;

    fn arn() -> Arn {
        Arn::parse("arn:aws:iam::123456789012:policy/cap").unwrap()
    }

    /// The account with so many versions of its policy, all read.
    fn with_versions(count: usize) -> Account {
        let mut account = account();
        let mut policy = (**account.policies().get(&arn()).unwrap()).clone();
        let seen = Seen::new(crate::model::Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let version = |number: usize| PolicyVersion {
            id: format!("v{number}").as_str().into(),
            is_default: number == 2,
            created: None,
        };
        policy.default_version = "v2".into();
        policy.facts.versions = Fact::Known((1..=count).rev().map(version).collect(), seen);
        for number in 1..=count {
            let text = Document::new(format!("{{\"v\":{number}}}"));
            policy.facts.documents.insert(format!("v{number}").as_str().into(), Fact::Known(text, seen));
        }
        account.apply(crate::model::Update::Policy(Box::new(policy)));
        account
    }

    #[test]
    fn a_new_version_takes_effect_and_its_way_back_does_too() {
        let plan = write_version(&with_versions(2), &arn(), &Document::new("{}"), true).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "write a new version of policy cap");
        insta::assert_snapshot!(undo_lines(&plan));
        assert!(write_version(&with_versions(2), &arn(), &Document::new("{\"v\":2}"), true).is_err());
    }

    #[test]
    fn the_oldest_version_that_is_not_in_force_makes_room() {
        let plan = write_version(&with_versions(5), &arn(), &Document::new("{}"), false).unwrap();
        plan.check().unwrap();
        let first = plan.steps[0].call().unwrap();
        assert_eq!((first.operation(), first.text("VersionId")), ("DeletePolicyVersion", Some("v1")));
        let back = &plan.steps[0].inverse.as_ref().unwrap();
        assert_eq!(back.calls[0].text("PolicyDocument"), Some("{\"v\":1}"));
        assert!(back.loses.contains("newer version"));
    }

    #[test]
    fn another_version_is_put_in_force_and_the_one_in_force_stays() {
        let account = with_versions(3);
        let plan = set_default_version(&account, &arn(), &"v1".into()).unwrap();
        plan.check().unwrap();
        assert!(set_default_version(&account, &arn(), &"v2".into()).is_err());
        assert!(delete_versions(&account, &arn(), &["v2".into()]).is_err());
        let plan = delete_versions(&account, &arn(), &["v1".into(), "v3".into()]).unwrap();
        plan.check().unwrap();
        assert_eq!(plan.steps.len(), 2);
    }
}
