//! Writing a new version of a customer managed policy.

use crate::base::arn::Arn;
use crate::model::{Account, Document};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};
use crate::policy::size::Quota;

use super::documents::acceptable;
use super::versions::{delete_step, own, risk, version_to_delete};
use super::{rows, settled};

/// The plan that writes a new version of a policy and, if asked, puts it in force.
///
/// Where all places for versions are taken, the oldest one that is not in force goes first ([`version_to_delete`]
/// tells which, so that its document can be read before). Undo brings the old version back in force, deletes
/// the new one and writes the document of the one that gave way again, under the next number.
pub fn edit_policy(account: &Account, arn: &Arn, document: &Document, in_force: bool) -> Result<Plan, PlanError> {
    let policy = own(account, arn)?;
    rows(&policy.facts.versions, || format!("the versions of policy {}", arn.name()))?;
    // Where the version in force may not be read, nothing is compared with it.
    let before = settled(&policy.document(), || format!("the document of policy {}", arn.name()))
        .map(Option::<&Document>::cloned);
    match before {
        Ok(Some(before)) if before == *document => {
            return Err(PlanError::Nothing("the document is the same as the default version".to_owned()));
        }
        Ok(_) | Err(PlanError::Denied { .. }) => {}
        Err(error) => return Err(error),
    }
    acceptable(account, document, Quota::Managed, 0)?;
    let mut plan = Plan::new(format!("edit policy {}", arn.name()));
    if let Some(oldest) = version_to_delete(account, policy) {
        plan.push(delete_step(policy, &oldest.id, "a policy can have only a limited number of versions")?);
    }
    let write =
        Call::create_policy_version(arn.as_str(), document.text()).with_some("SetAsDefault", in_force.then_some(true));
    let step = Step::requested(write);
    let delete = Call::delete_policy_version(arn.as_str(), output(&step.id, "PolicyVersion.VersionId"));
    let back = Call::set_default_policy_version(arn.as_str(), policy.default_version.as_str());
    let undo: Vec<Call> = in_force.then_some(back).into_iter().chain([delete]).collect();
    let risk = if in_force { risk(policy) } else { String::new() };
    plan.push(step.risk(risk).undo(Inverse::of(undo)));
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{DOCUMENT, account, cap, lines, undo_lines, with_versions};
    use super::*;

    #[track_caller]
    fn check(versions: &[&str], default: &str, in_force: bool) -> Plan {
        let plan = edit_policy(&with_versions(versions, default), &cap(), &Document::new(DOCUMENT), in_force).unwrap();
        plan.check().unwrap();
        plan
    }

    #[test]
    fn a_new_version_comes_in_force_and_goes_again() {
        let plan = check(&["v2", "v1"], "v2", true);
        assert_eq!(lines(&plan), "create a new version of policy cap");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        set version v2 of policy cap as default
        delete version ‹VersionId of create-policy-version:cap› of policy cap
        ");
        assert_eq!(plan.confirmation(), None);
        assert_eq!(plan.needs(), ["iam:CreatePolicyVersion"]);
    }

    #[test]
    fn a_version_that_is_not_put_in_force_changes_nothing_at_once() {
        let plan = check(&["v2", "v1"], "v2", false);
        assert_eq!(undo_lines(&plan), "delete version ‹VersionId of create-policy-version:cap› of policy cap");
        let step = &plan.steps[0];
        assert_eq!((step.risk.as_str(), step.call().unwrap().input().contains_key("SetAsDefault")), ("", false));
    }

    #[test]
    fn the_oldest_version_that_is_not_in_force_gives_way_and_comes_back_as_far_as_it_can() {
        let plan = check(&["v12", "v10", "v9", "v8", "v2"], "v2", true);
        insta::assert_snapshot!(lines(&plan), @r"
        delete version v8 of policy cap
        create a new version of policy cap
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        set version v2 of policy cap as default
        delete version ‹VersionId of create-policy-version:cap› of policy cap
        create a new version of policy cap
        ");
        let again = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert!(again.text("PolicyDocument").unwrap().contains("s3:Getv8"));
        assert_eq!(plan.confirmation().unwrap().word, "v8");
    }

    #[test]
    fn nothing_is_guessed_and_what_is_the_same_is_not_written() {
        let document = Document::new(DOCUMENT);
        let told = edit_policy(&account(), &cap(), &document, true).unwrap_err().to_string();
        assert_eq!(told, "not known yet: the versions of policy cap");
        let same = Document::new(DOCUMENT.replace("Get", "Getv1"));
        let told = edit_policy(&with_versions(&["v1"], "v1"), &cap(), &same, true).unwrap_err().to_string();
        assert_eq!(told, "the document is the same as the default version: nothing to do");
    }
}
