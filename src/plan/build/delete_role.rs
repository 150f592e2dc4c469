//! Deleting roles: instance profiles, inline policies, attached policies, the role.

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{Account, Role};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{Owner, held, held_rows, listed, own_role, tags_value};

/// The plan that deletes roles, one after the other.
///
/// The role is taken out of every instance profile; the one that is named like it, as the console makes it,
/// is deleted with it.
pub fn delete_roles(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    if names.is_empty() {
        return Err(PlanError::Nothing("no role is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("role", names)));
    for name in names {
        let role = own_role(account, name)?;
        profiles(&mut plan, role)?;
        policies(&mut plan, role)?;
        plan.push(itself(role)?);
    }
    Ok(plan.seeing(account))
}

fn profiles(plan: &mut Plan, role: &Role) -> Result<(), PlanError> {
    let name = role.name.as_str();
    for profile in held_rows(&role.facts.instance_profiles, || format!("the instance profiles of role {name}"))? {
        let profile = profile.as_str();
        let step = Step::new(
            Call::remove_role_from_instance_profile(profile, name),
            "AWS deletes no role that is in an instance profile",
        );
        let undo = Inverse::of([Call::add_role_to_instance_profile(profile, name)]);
        plan.push(step.risk("EC2 instances that run with it lose their permissions").undo(undo));
        if profile == name {
            let step = Step::new(Call::delete_instance_profile(profile), "it was made for this role");
            let undo = Inverse::losing([Call::create_instance_profile(profile)], "its unique id, path and tags");
            plan.push(step.undo(undo));
        }
    }
    Ok(())
}

fn policies(plan: &mut Plan, role: &Role) -> Result<(), PlanError> {
    const BLOCKS: &str = "AWS deletes no role that has policies";
    let name = role.name.as_str();
    let owner = Owner::Role(name.to_owned());
    for policy in held_rows(&role.facts.inline, || format!("the inline policies of role {name}"))? {
        let inline = policy.name.as_str();
        let document = held(&policy.document, || format!("the inline policy {inline} of role {name}"))?;
        let undo = match document {
            Some(document) => Inverse::of([owner.put_inline(inline, document.text())]),
            None => Inverse::never("its document is not known"),
        };
        plan.push(Step::new(owner.delete_inline(inline), BLOCKS).undo(undo));
    }
    for policy in held_rows(&role.facts.attached, || format!("the policies of role {name}"))? {
        let arn = policy.arn.as_str();
        plan.push(Step::new(owner.detach(arn), BLOCKS).undo(Inverse::of([owner.attach(arn)])));
    }
    Ok(())
}

fn itself(role: &Role) -> Result<Step, PlanError> {
    let (name, facts) = (role.name.as_str(), &role.facts);
    let boundary = held(&facts.boundary, || format!("the permissions boundary of role {name}"))?;
    let tags = held_rows(&facts.tags, || format!("the tags of role {name}"))?;
    let trust = held(&facts.trust, || format!("the trust policy of role {name}"))?;
    let undo = match trust {
        Some(trust) => {
            let text = facts.description.known().map(ToString::to_string).filter(|text| !text.is_empty());
            let mut again = Call::create_role(name, trust.document.text())
                .with_some("Path", Some(role.path()).filter(|path| *path != "/"))
                .with_some("Description", text)
                .with_some("PermissionsBoundary", boundary.map(Arn::as_str));
            if let Some(seconds) = facts.max_session.known() {
                again = again.with("MaxSessionDuration", Value::from(*seconds));
            }
            if !tags.is_empty() {
                again = again.with("Tags", tags_value(tags));
            }
            Inverse::losing([again], format!("the unique id {}, which policies may name, and all dates", role.id))
        }
        None => Inverse::never("its trust policy is not known"),
    };
    let risk = format!("whoever assumes {} no longer can", role.arn);
    Ok(Step::requested(Call::delete_role(name)).risk(risk).undo(undo))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::{Document, Fact, RoleFacts, Seen, Source, Trust, Update};
    use jiff::Timestamp;

    #[test]
    fn a_role_is_freed_before_it_is_deleted_and_its_own_profile_goes_with_it() {
        let mut account = account();
        let told = delete_roles(&account, &["ops".into()]).unwrap_err().to_string();
        assert_eq!(told, "not known yet: the instance profiles of role ops");
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let facts = RoleFacts {
            instance_profiles: Fact::Known(vec!["ops".into(), "web".into()], seen),
            inline: Fact::Known(Vec::new(), seen),
            tags: Fact::Known(Vec::new(), seen),
            trust: Fact::Known(Trust::new(Document::new("{}")), seen),
            ..RoleFacts::default()
        };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        let plan = delete_roles(&account, &["ops".into()]).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        remove role ops from instance profile ops
        delete instance profile ops
        remove role ops from instance profile web
        delete role ops
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        create role ops
        add role ops to instance profile web
        create instance profile ops
        add role ops to instance profile ops
        ");
    }
}
