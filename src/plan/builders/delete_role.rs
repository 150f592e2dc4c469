//! Deleting roles: instance profiles, inline policies, attached policies, the role.

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{Account, Role};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::instance_profiles::{delete_step, remove_step};
use super::{Owner, held, held_rows, listed, role, tags_value};

/// What becomes of the instance profile that is named like a role, as the console creates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnProfile {
    /// It stays, without a role.
    Kept,
    /// It is deleted with the role.
    Deleted,
}

/// The plan that deletes roles, one after the other.
///
/// The role is removed from every instance profile first. A service-linked role is deleted by its service, which
/// refuses while it still uses the role.
pub fn delete_roles(account: &Account, names: &[String], own_profile: OwnProfile) -> Result<Plan, PlanError> {
    if names.is_empty() {
        return Err(PlanError::Nothing("no role is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("role", names)));
    for name in names {
        let role = role(account, name)?;
        if role.is_service_linked() {
            plan.push(service_linked(role));
            continue;
        }
        profiles(&mut plan, account, role, own_profile)?;
        policies(&mut plan, role)?;
        plan.push(itself(role)?);
    }
    Ok(plan.seeing(account))
}

/// The step that asks a service to delete its role. The suffix is what follows the first `_` of the name.
fn service_linked(role: &Role) -> Step {
    let name = role.name.as_str();
    let service = role.path().trim_matches('/').rsplit('/').next().unwrap_or_default();
    let again =
        Call::create_service_linked_role(service).with_some("CustomSuffix", name.split_once('_').map(|it| it.1));
    Step::new(Call::delete_service_linked_role(name), "its service deletes it, unless it still uses it")
        .risk(format!("{service} can no longer act in this account"))
        .undo(Inverse::losing([again], format!("the unique ID {}, tags and dates", role.id)))
}

fn profiles(plan: &mut Plan, account: &Account, role: &Role, own_profile: OwnProfile) -> Result<(), PlanError> {
    let name = role.name.as_str();
    for profile in held_rows(&role.facts.instance_profiles, || format!("the instance profiles of role {name}"))? {
        let profile = profile.as_str();
        plan.push(remove_step(profile, name, "AWS refuses to delete a role that is in an instance profile"));
        if profile == name && own_profile == OwnProfile::Deleted {
            plan.push(delete_step(account, profile, "it was created for this role"));
        }
    }
    Ok(())
}

fn policies(plan: &mut Plan, role: &Role) -> Result<(), PlanError> {
    const BLOCKS: &str = "AWS refuses to delete a role that still has policies";
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
            if let Some(seconds) = facts.max_signin.known() {
                again = again.with("MaxSigninSessionDuration", Value::from(*seconds));
            }
            if !tags.is_empty() {
                again = again.with("Tags", tags_value(tags));
            }
            Inverse::losing([again], format!("the unique id {}, which policies may name, and all dates", role.id))
        }
        None => Inverse::never("its trust policy is not known"),
    };
    let risk = format!("{} can no longer be assumed", role.arn);
    Ok(Step::requested(Call::delete_role(name)).risk(risk).undo(undo))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::{Document, Fact, RoleFacts, Seen, Source, Trust, Update};
    use jiff::Timestamp;

    /// The account whose role `ops` is in these instance profiles.
    fn with_profiles(profiles: &[&str]) -> Account {
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let facts = RoleFacts {
            instance_profiles: Fact::Known(profiles.iter().map(|&name| name.into()).collect(), seen),
            inline: Fact::Known(Vec::new(), seen),
            tags: Fact::Known(Vec::new(), seen),
            trust: Fact::Known(Trust::new(Document::new("{}")), seen),
            ..RoleFacts::default()
        };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        account
    }

    #[test]
    fn a_role_is_freed_before_it_is_deleted_and_its_own_profile_goes_with_it_when_asked() {
        let told = delete_roles(&account(), &["ops".into()], OwnProfile::Deleted).unwrap_err().to_string();
        assert_eq!(told, "not known yet: the instance profiles of role ops");
        let account = with_profiles(&["ops", "web"]);
        let kept = delete_roles(&account, &["ops".into()], OwnProfile::Kept).unwrap();
        assert!(!lines(&kept).contains("delete instance profile"));
        let plan = delete_roles(&account, &["ops".into()], OwnProfile::Deleted).unwrap();
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

    #[test]
    fn a_service_linked_role_is_deleted_by_its_service() {
        let mut account = account();
        let path = "role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLexBots_x1";
        let role = Role {
            name: "AWSServiceRoleForLexBots_x1".into(),
            arn: Arn::iam("aws", "123456789012", path).unwrap(),
            id: "AROALEX".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: RoleFacts::default(),
        };
        account.apply(Update::Role(Box::new(role)));
        let plan = delete_roles(&account, &["AWSServiceRoleForLexBots_x1".into()], OwnProfile::Kept).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "delete service-linked role AWSServiceRoleForLexBots_x1");
        let again = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert_eq!((again.text("AWSServiceName"), again.text("CustomSuffix")), (Some("lex.amazonaws.com"), Some("x1")));
    }
}
