//! `iamtui plan` for instance profiles.

use super::make::{Make, parse_tag};
use jiff::Timestamp;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::{Account, Tag};
use crate::plan::Plan;
use crate::plan::builders;

/// An instance profile to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateInstanceProfile {
    /// The name
    name: String,
    /// The path, such as `/ec2/`
    #[arg(long)]
    path: Option<String>,
    /// The role that is added to it
    #[arg(long)]
    role: Option<String>,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
}

impl Make for CreateInstanceProfile {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::InstanceProfiles]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::CreateInstanceProfile {
            name: self.name.clone(),
            path: self.path.clone(),
            role: self.role.clone(),
            tags: self.tags.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

/// A role for an instance profile.
#[derive(Debug, clap::Args)]
pub(super) struct AddRole {
    /// The instance profile
    instance_profile: String,
    /// The role; it replaces the one in the profile
    role: String,
}

impl Make for AddRole {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::InstanceProfiles]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::set_profile_role(account, &self.instance_profile, &self.role)?)
    }
}

/// The role of an instance profile.
#[derive(Debug, clap::Args)]
pub(super) struct RemoveRole {
    /// The instance profile
    instance_profile: String,
}

impl Make for RemoveRole {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::InstanceProfiles]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::remove_profile_role(account, &self.instance_profile)?)
    }
}

/// Instance profiles to delete.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteInstanceProfile {
    /// The names
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

impl Make for DeleteInstanceProfile {
    fn loads(&self, _: &Account) -> Vec<Load> {
        let own = self.names.iter().map(|name| Load::InstanceProfile(name.as_str().into()));
        std::iter::once(Load::InstanceProfiles).chain(own).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(builders::delete_instance_profiles(account, &self.names)?)
    }
}
