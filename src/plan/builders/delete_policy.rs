//! Deleting managed policies of the account: whoever uses it first, the other versions, the policy.

use crate::base::arn::Arn;
use crate::model::{Account, Policy, PolicyEntities, PolicyKind};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::versions::delete_step;
use super::{Owner, held, held_rows, listed, tags_value};

/// The plan that deletes policies, one after the other, by their ARNs.
///
/// Documents that were read come back by undo; the numbers of versions and the unique id do not.
pub fn delete_policies(account: &Account, arns: &[Arn]) -> Result<Plan, PlanError> {
    let names: Vec<String> = arns.iter().map(|arn| arn.name().to_owned()).collect();
    if names.is_empty() {
        return Err(PlanError::Nothing("no policy is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("policy", &names).replace("policys", "policies")));
    for arn in arns {
        if PolicyKind::of(arn) != PolicyKind::Customer {
            return Err(PlanError::Nothing(format!("{} belongs to AWS, which alone can delete it", arn.name())));
        }
        let absent = || PlanError::Absent { kind: "policy", name: arn.as_str().to_owned(), meant: None };
        let policy = account.policies().get(arn).ok_or_else(absent)?;
        for step in in_the_way(policy)?.steps {
            plan.push(step);
        }
        plan.push(itself(policy)?);
    }
    Ok(plan.seeing(account))
}

/// The steps without which AWS would refuse to delete a policy.
pub(super) fn in_the_way(policy: &Policy) -> Result<Plan, PlanError> {
    let mut plan = Plan::default();
    if let Some(uses) = held(&policy.facts.entities, || format!("who uses policy {}", policy.name()))? {
        loosen(&mut plan, &policy.arn, uses);
    }
    versions(&mut plan, policy)?;
    Ok(plan)
}

fn owners(uses: &PolicyEntities) -> impl Iterator<Item = Owner> {
    let users = uses.users.iter().map(|name| Owner::User(name.to_string()));
    let groups = uses.groups.iter().map(|name| Owner::Group(name.to_string()));
    let roles = uses.roles.iter().map(|name| Owner::Role(name.to_string()));
    users.chain(groups).chain(roles)
}

/// Takes the policy off everybody who has it.
fn loosen(plan: &mut Plan, arn: &Arn, uses: &PolicyEntities) {
    for owner in owners(uses) {
        let step = Step::new(owner.detach(arn.as_str()), "AWS deletes no policy that is attached");
        let risk = format!("{} {} loses what the policy allows, or what it denies", owner.kind(), owner.name());
        plan.push(step.risk(risk).undo(Inverse::of([owner.attach(arn.as_str())])));
    }
    let why = "AWS deletes no policy that is a boundary";
    let risk = |name: &str| format!("widens what {name} may do to all that its policies allow");
    for user in uses.bounded_users.iter().map(AsRef::<str>::as_ref) {
        let undo = Inverse::of([Call::put_user_boundary(user, arn.as_str())]);
        plan.push(Step::new(Call::delete_user_boundary(user), why).risk(risk(user)).undo(undo));
    }
    for role in uses.bounded_roles.iter().map(AsRef::<str>::as_ref) {
        let undo = Inverse::of([Call::put_role_boundary(role, arn.as_str())]);
        plan.push(Step::new(Call::delete_role_boundary(role), why).risk(risk(role)).undo(undo));
    }
}

fn versions(plan: &mut Plan, policy: &Policy) -> Result<(), PlanError> {
    // The newest goes first, so that undo makes them again from the oldest on.
    for version in held_rows(&policy.facts.versions, || format!("the versions of policy {}", policy.name()))? {
        if version.is_default {
            continue;
        }
        plan.push(delete_step(policy, &version.id, "AWS deletes the last one only")?);
    }
    Ok(())
}

fn itself(policy: &Policy) -> Result<Step, PlanError> {
    let document = held(&policy.document(), || format!("the document of policy {}", policy.name()))?.cloned();
    let undo = document.map(|document| {
        let path = Some(policy.arn.path()).filter(|path| *path != "/");
        let description = policy.facts.description.known().map(ToString::to_string);
        let mut again = Call::create_policy(policy.name(), document.text())
            .with_some("Path", path)
            .with_some("Description", description.filter(|text| !text.is_empty()));
        if let Some(tags) = policy.facts.tags.known().filter(|tags| !tags.is_empty()) {
            again = again.with("Tags", tags_value(tags));
        }
        Inverse::losing([again], format!("the unique id {} and the numbers of versions", policy.id))
    });
    let step = Step::requested(Call::delete_policy(policy.arn.as_str()));
    Ok(step.undo(undo.unwrap_or_else(|| Inverse::never("its document is not known"))))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::{Document, Fact, PolicyFacts, PolicyVersion, Seen, Source, Update};
    use jiff::Timestamp;

    #[test]
    fn whoever_uses_a_policy_is_loosened_and_other_versions_go_first() {
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let cap = Arn::parse("arn:aws:iam::123456789012:policy/cap").unwrap();
        let version = |id: &str, is_default| PolicyVersion { id: id.into(), is_default, created: None };
        let document = |text: &str| Fact::Known(Document::new(text), seen);
        assert!(
            delete_policies(&account, std::slice::from_ref(&cap))
                .unwrap_err()
                .to_string()
                .contains("who uses policy cap")
        );
        let facts = PolicyFacts {
            versions: Fact::Known(vec![version("v2", false), version("v1", true)], seen),
            documents: [("v1".into(), document("{}")), ("v2".into(), document("{}"))].into(),
            entities: Fact::Known(
                PolicyEntities { roles: vec!["ops".into()], bounded_users: vec!["bob".into()], ..Default::default() },
                seen,
            ),
            ..PolicyFacts::default()
        };
        account.apply(Update::PolicyFacts(cap.clone(), Box::new(facts)));
        let plan = delete_policies(&account, &[cap]).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        detach policy cap from role ops
        remove the permissions boundary of user bob
        delete version v2 of policy cap
        delete policy cap
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        create policy cap
        create a new version of policy cap
        set policy cap as the permissions boundary of user bob
        attach policy cap to role ops
        ");
        assert_eq!(plan.confirmation().unwrap().word, "cap");
    }

    #[test]
    fn a_policy_of_aws_is_not_deleted() {
        let read = Arn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap();
        let told = delete_policies(&account(), &[read]).unwrap_err().to_string();
        assert!(told.contains("belongs to AWS"), "{told}");
    }
}
