//! `iamtui plan clone`.

use clap::ValueEnum;
use jiff::Timestamp;

use crate::backend::{GroupPart, Load, PolicyPart, RolePart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::model::{Account, ResourceRef};
use crate::plan::Plan;
use crate::plan::builders;

use super::make::{Make, policy, role_loads, user_loads};

/// What is cloned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// A user, without credentials
    User,
    /// A group, without members
    Group,
    /// A role, without instance profiles
    Role,
    /// A managed policy
    Policy,
}

/// A copy under another name.
#[derive(Debug, clap::Args)]
pub(super) struct CloneEntity {
    /// What is cloned
    #[arg(value_enum, value_name = "KIND")]
    what: What,
    /// Its name; of a policy, its name or ARN
    from: String,
    /// The name of the copy
    new: String,
}

impl CloneEntity {
    fn entity(&self, account: &Account) -> Result<ResourceRef, UserError> {
        let name = self.from.as_str();
        Ok(match self.what {
            What::User => ResourceRef::User(name.into()),
            What::Group => ResourceRef::Group(name.into()),
            What::Role => ResourceRef::Role(name.into()),
            What::Policy => {
                let arn = policy(account, name)?;
                ResourceRef::Policy(
                    Arn::parse(&arn).map_err(|error| UserError::new(format!("`{arn}` is no ARN: {error}")))?,
                )
            }
        })
    }
}

impl Make for CloneEntity {
    fn loads(&self, account: &Account) -> Vec<Load> {
        match self.entity(account) {
            Ok(ResourceRef::User(name)) => user_loads(account, name.as_str()),
            Ok(ResourceRef::Group(name)) if account.groups().get(&name).is_some() => {
                vec![Load::Group(name, GroupPart::Permissions)]
            }
            Ok(ResourceRef::Role(name)) => {
                let tags = account.roles().get(&name).is_some().then(|| Load::Role(name.clone(), RolePart::Tags));
                role_loads(account, name.as_str()).into_iter().chain(tags).collect()
            }
            Ok(ResourceRef::Policy(arn)) if account.policies().get(&arn).is_some() => {
                vec![Load::Policy(arn.clone(), PolicyPart::Overview), Load::Policy(arn, PolicyPart::Tags)]
            }
            _ => Vec::new(),
        }
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::clone_entity(account, &self.entity(account)?, &self.new)?)
    }
}
