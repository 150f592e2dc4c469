//! `iamtui plan lock-out`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::insight::{assumable_roles, assumed_lately};
use crate::model::{Account, EventQuery, ResourceRef, SigninOwner, SigninQuery};
use crate::plan::Plan;
use crate::plan::builders::{self, Owner};

use super::make::{Make, role_loads, user_loads};

/// A user or role to lock out.
#[derive(Debug, clap::Args)]
pub(super) struct LockOut {
    /// The user or role, by its name or ARN
    #[arg(value_name = "USER|ROLE")]
    name: String,
    /// Remove the user from its groups too
    #[arg(long)]
    leave_groups: bool,
    /// Revoke all sessions of this role too; repeatable
    #[arg(long = "role-sessions", value_name = "ROLE")]
    roles: Vec<String>,
    /// Revoke the sessions of the roles that the user assumed lately too, as CloudTrail reports them
    #[arg(long)]
    assumed_roles: bool,
    /// Save the state before, and the plan, to a new file in this folder that only you can read
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
}

impl LockOut {
    /// Whom the name means.
    fn owner(&self, account: &Account) -> Result<Owner, UserError> {
        owner_of(account, &self.name)
    }

    /// The roles whose sessions are revoked: those given, and those assumed lately where that was asked for.
    fn all_roles(&self, account: &Account) -> Result<Vec<String>, UserError> {
        let mut roles = self.roles.clone();
        if !self.assumed_roles {
            return Ok(roles);
        }
        let Owner::User(user) = self.owner(account)? else { return Ok(roles) };
        let unread = || {
            UserError::new(format!("which roles {user} assumed lately is not known"))
                .hint("It needs cloudtrail:LookupEvents. Name the roles with --role-sessions instead.")
        };
        let assumed = assumed_lately(account, &user.as_str().into()).ok_or_else(unread)?;
        for (role, _) in assumed {
            if !roles.iter().any(|known| known == role.as_str()) {
                roles.push(role.to_string());
            }
        }
        Ok(roles)
    }
}

/// The events that tell which roles a user assumed.
fn assumed(entity: &ResourceRef) -> Option<EventQuery> {
    if let ResourceRef::User(name) = entity { Some(EventQuery::By(name.clone())) } else { None }
}

fn sessions_of_role(role: &str) -> Load {
    Load::SigninSessions(SigninQuery::Of(SigninOwner::Role(role.into())))
}

/// The user or role that a name or an ARN means.
pub(super) fn owner_of(account: &Account, name: &str) -> Result<Owner, UserError> {
    if let Ok(arn) = Arn::parse(name) {
        match arn.resource_type() {
            "user" => return Ok(Owner::User(arn.name().to_owned())),
            "role" => return Ok(Owner::Role(arn.name().to_owned())),
            _ => {}
        }
    }
    let (user, role) = (account.users().get(name), account.roles().get(name));
    match (user, role) {
        (Some(_), None) => Ok(Owner::User(name.to_owned())),
        (None, Some(_)) => Ok(Owner::Role(name.to_owned())),
        (Some(user), Some(role)) => Err(UserError::new(format!("there is a user and a role `{name}`"))
            .hint(format!("Give the ARN: {} or {}.", user.arn, role.arn))),
        (None, None) => {
            let users = account.users().rows().iter().map(|user| user.name.as_str());
            let names = users.chain(account.roles().rows().iter().map(|role| role.name.as_str()));
            let told = UserError::new(format!("there is no user or role `{name}`"));
            let meant = nearest(name, names).map(|meant| format!("Did you mean `{meant}`?"));
            Err(UserError { hint: meant, ..told })
        }
    }
}

/// A user or role as what it is.
fn entity(owner: Owner) -> ResourceRef {
    match owner {
        Owner::User(name) => ResourceRef::User(name.as_str().into()),
        Owner::Group(name) => ResourceRef::Group(name.as_str().into()),
        Owner::Role(name) => ResourceRef::Role(name.as_str().into()),
    }
}

impl Make for LockOut {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let own = match self.owner(account) {
            Ok(Owner::User(name)) => user_loads(account, &name),
            Ok(Owner::Role(name)) => role_loads(account, &name),
            _ => Vec::new(),
        };
        let owner = self.owner(account).map(entity).ok();
        let events = owner.as_ref().and_then(assumed).filter(|_| self.assumed_roles);
        let signed_in = owner.as_ref().and_then(SigninOwner::of_entity).map(SigninQuery::Of);
        own.into_iter()
            .chain(self.roles.iter().flat_map(|role| role_loads(account, role)))
            .chain(events.map(Load::Events))
            .chain(signed_in.map(Load::SigninSessions))
            .chain(self.roles.iter().map(|role| sessions_of_role(role)))
            .collect()
    }

    fn plan(&self, account: &Account, now: Timestamp) -> Result<Plan, UserError> {
        let owner = self.owner(account)?;
        let roles = self.all_roles(account)?;
        let asked = builders::LockOut { owner, leave_groups: self.leave_groups, roles, before: now };
        Ok(asked.plan(account)?)
    }

    fn remarks(&self, account: &Account, plan: &Plan) -> Vec<String> {
        let (back, gone) = builders::halves(plan);
        let mut told = vec![format!("undo reverses {} of {} steps", back.len(), plan.steps.len())];
        told.extend(gone.into_iter().map(|step| format!("not restored by undo: {step}")));
        let Ok(owner) = self.owner(account) else { return told };
        let (assumable, is_sure) = assumable_roles(account, &entity(owner));
        let revoked = self.all_roles(account).unwrap_or_default();
        let open = assumable.iter().filter(|found| !revoked.iter().any(|role| role == found.role.as_str()));
        for found in open {
            let role = &found.role;
            told.push(format!("▲ sessions of role {found} go on; revoke them with --role-sessions {role}"));
        }
        if !is_sure {
            told.push("▲ not everything is known that decides which roles could be assumed".to_owned());
        }
        told
    }

    fn evidence(&self, account: &Account) -> Option<(&Path, ResourceRef)> {
        Some((self.evidence.as_deref()?, entity(self.owner(account).ok()?)))
    }
}
