//! Versions of managed policies: which is in force, which gives way, which goes.

use crate::base::arn::Arn;
use crate::model::{Account, Policy, PolicyKind, PolicyVersion, VersionId};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{rows, settled, within};

/// The policy of this ARN, where the account may change it.
pub(super) fn own<'a>(account: &'a Account, arn: &Arn) -> Result<&'a Policy, PlanError> {
    if PolicyKind::of(arn) != PolicyKind::Customer {
        return Err(PlanError::Refused {
            what: format!("policy {} belongs to AWS and cannot be changed", arn.name()),
            hint: "Copy its document into a policy of your own and change that.",
        });
    }
    let absent = || PlanError::Absent { kind: "policy", name: arn.as_str().to_owned(), meant: None };
    account.policies().get(arn).map(|policy| &**policy).ok_or_else(absent)
}

/// The version that must go before a policy takes another: the oldest that is not in force, where all places are taken.
pub fn version_to_delete<'a>(account: &Account, policy: &'a Policy) -> Option<&'a PolicyVersion> {
    let versions = policy.facts.versions.known()?;
    within(account, "VersionsPerPolicyQuota", 5, versions.len() + 1, "").err()?;
    let idle = versions.iter().filter(|version| version.id != policy.default_version);
    idle.min_by_key(|version| version.id.number())
}

/// What a change of the version in force may break.
pub(super) fn risk(policy: &Policy) -> String {
    let uses = (policy.attachments.known().copied(), policy.boundary_uses.known().copied());
    match uses {
        (Some(0), Some(0)) => String::new(),
        (Some(1), Some(0)) => "changes at once what the entity that has the policy may do".to_owned(),
        (Some(attached), Some(0)) => {
            format!("changes at once what the {attached} entities that have the policy may do")
        }
        (Some(attached), Some(bounded)) => format!(
            "changes at once what {} entities may do: {attached} have the policy, {bounded} are bounded by it",
            attached + bounded
        ),
        _ => "changes at once what all who have the policy may do".to_owned(),
    }
}

/// The step that deletes a version; undo writes its document again, under the next number.
pub(super) fn delete_step(policy: &Policy, version: &VersionId, why: &str) -> Result<Step, PlanError> {
    let arn = policy.arn.as_str();
    let document = policy.facts.document(version);
    // A document that may not be read is no reason to keep the version, one that nobody has read yet is.
    let undo = match settled(&document, || format!("the document of version {version} of policy {}", policy.name())) {
        Ok(Some(document)) => {
            Inverse::losing([Call::create_policy_version(arn, document.text())], "its number and date")
        }
        Ok(None) | Err(PlanError::Denied { .. }) => Inverse::never("its document is not known"),
        Err(error) => return Err(error),
    };
    Ok(Step::new(Call::delete_policy_version(arn, version.as_str()), why).undo(undo))
}

fn version<'a>(policy: &'a Policy, id: &VersionId) -> Result<&'a PolicyVersion, PlanError> {
    let versions = rows(&policy.facts.versions, || format!("the versions of policy {}", policy.name()))?;
    let absent = || PlanError::Absent { kind: "version", name: id.to_string(), meant: None };
    versions.iter().find(|version| version.id == *id).ok_or_else(absent)
}

/// The plan that puts a version of a policy in force, be it a roll back or the way forward.
pub fn set_default_version(account: &Account, arn: &Arn, id: &VersionId) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    version(policy, id)?;
    let before = &policy.default_version;
    if before == id {
        return Err(PlanError::Nothing(format!("version {id} is the default version already")));
    }
    let put = |version: &VersionId| Call::set_default_policy_version(arn.as_str(), version.as_str());
    let mut plan = Plan::new(format!("set version {id} of policy {} as default", arn.name()));
    let step = Step::new(put(id), format!("it replaces version {before} as the default"));
    plan.push(step.risk(risk(policy)).undo(Inverse::of([put(before)])));
    Ok(plan.seeing(account))
}

/// The plan that deletes versions of a policy; the one in force is kept by AWS.
pub fn delete_versions(account: &Account, arn: &Arn, ids: &[VersionId]) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    let title = match ids {
        [] => return Err(PlanError::Nothing("no version is named".to_owned())),
        [one] => format!("delete version {one} of policy {}", arn.name()),
        more => format!("delete {} versions of policy {}", more.len(), arn.name()),
    };
    let mut plan = Plan::new(title);
    let mut ids: Vec<&VersionId> = ids.iter().collect();
    // The newest goes first, so that undo writes them again from the oldest on.
    ids.sort_by_key(|id| std::cmp::Reverse(id.number()));
    for id in ids {
        version(policy, id)?;
        if *id == policy.default_version {
            return Err(PlanError::Refused {
                what: format!("version {id} is the default version and cannot be deleted"),
                hint: "Set another version as the default first, or delete the policy.",
            });
        }
        plan.push(delete_step(policy, id, "")?);
    }
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{cap, lines, undo_lines, with_versions};
    use super::*;

    #[track_caller]
    fn refused(plan: Result<Plan, PlanError>, message: &str) {
        assert_eq!(plan.unwrap_err().to_string(), message);
    }

    #[test]
    fn a_roll_back_can_be_rolled_back() {
        let plan = set_default_version(&with_versions(&["v3", "v2", "v1"], "v3"), &cap(), &"v1".into()).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "set version v1 of policy cap as default");
        assert_eq!(undo_lines(&plan), "set version v3 of policy cap as default");
        assert_eq!(plan.steps[0].why, "it replaces version v3 as the default");
        assert_eq!(plan.confirmation(), None);
    }

    #[test]
    fn versions_come_back_from_the_oldest_on_under_new_numbers() {
        let account = with_versions(&["v3", "v2", "v1"], "v3");
        let plan = delete_versions(&account, &cap(), &["v1".into(), "v2".into()]).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        delete version v2 of policy cap
        delete version v1 of policy cap
        ");
        let again: Vec<&str> = plan
            .steps
            .iter()
            .rev()
            .map(|step| step.inverse.as_ref().unwrap().calls[0].text("PolicyDocument").unwrap())
            .collect();
        assert!(again[0].contains("s3:Getv1") && again[1].contains("s3:Getv2"), "{again:?}");
        assert_eq!(plan.steps[0].inverse.as_ref().unwrap().loses, "its number and date");
        let asked = plan.confirmation().unwrap();
        assert_eq!(asked.word, "delete");
        assert_eq!(asked.objects, ["version v2 of policy cap", "version v1 of policy cap"]);
        let one = delete_versions(&account, &cap(), &["v1".into()]).unwrap().confirmation().unwrap();
        assert_eq!((one.word.as_str(), one.objects), ("v1", vec!["version v1 of policy cap".to_owned()]));
    }

    #[test]
    fn what_aws_would_refuse_is_refused() {
        let account = with_versions(&["v2", "v1"], "v1");
        refused(
            delete_versions(&account, &cap(), &["v1".into()]),
            "version v1 is the default version and cannot be deleted",
        );
        refused(delete_versions(&account, &cap(), &["v9".into()]), "there is no version `v9`");
        refused(
            set_default_version(&account, &cap(), &"v1".into()),
            "version v1 is the default version already: nothing to do",
        );
        let aws = Arn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap();
        refused(
            set_default_version(&account, &aws, &"v1".into()),
            "policy ReadOnlyAccess belongs to AWS and cannot be changed",
        );
        refused(
            delete_versions(&super::super::fixture::account(), &cap(), &["v1".into()]),
            "not known yet: the versions of policy cap",
        );
    }
}
