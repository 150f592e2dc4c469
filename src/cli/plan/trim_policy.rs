//! `iamtui plan trim-policy`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::{Load, PolicyPart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::cli::files;
use crate::insight::trim::{Target, Trimmed, Usage, holders, reported, trim};
use crate::model::{Account, EventQuery, ResourceRef};
use crate::plan::Plan;

use super::make::{Make, group_loads, policy, role_loads, user_loads};

/// A policy to trim to what was used of it.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("owner").args(["user", "group", "of_role"]))]
pub(super) struct TrimPolicy {
    /// A managed policy by its name or ARN; with --user, --group or --role an inline policy by its name
    #[arg(value_name = "POLICY")]
    name: String,
    /// The user whose inline policy it is
    #[arg(long)]
    user: Option<String>,
    /// The group whose inline policy it is
    #[arg(long)]
    group: Option<String>,
    /// The role whose inline policy it is
    #[arg(long = "role", value_name = "ROLE")]
    of_role: Option<String>,
    /// A file of CloudTrail events that holds all management events of the time that counts; repeatable
    #[arg(long, value_name = "FILE")]
    events: Vec<PathBuf>,
    /// Also look up the events of the users who have it in CloudTrail
    #[arg(long)]
    look_up: bool,
    /// An action that stays although it was not used, also with wildcards; repeatable
    #[arg(long, value_name = "ACTION")]
    keep: Vec<String>,
}

impl TrimPolicy {
    fn owner(&self) -> Option<ResourceRef> {
        let user = self.user.as_deref().map(|name| ResourceRef::User(name.into()));
        let group = self.group.as_deref().map(|name| ResourceRef::Group(name.into()));
        user.or(group).or_else(|| self.of_role.as_deref().map(|name| ResourceRef::Role(name.into())))
    }

    fn target(&self, account: &Account) -> Result<Target, UserError> {
        if let Some(owner) = self.owner() {
            return Ok(Target::Inline(owner, self.name.clone()));
        }
        let arn = Arn::parse(&policy(account, &self.name)?)
            .map_err(|_| UserError::new(format!("`{}` is not a policy", self.name)))?;
        if arn.account() == "aws" {
            let told = UserError::new(format!("AWS keeps policy {}", arn.name()));
            return Err(told.hint("Create a copy with `iamtui plan create-policy --from`, attach that, and trim it."));
        }
        Ok(Target::Managed(arn))
    }

    /// The users who have it, whose events are looked up.
    fn users(&self, account: &Account, target: &Target) -> Vec<EventQuery> {
        let arns = holders(account, target).into_iter().flatten().filter_map(|arn| Arn::parse(&arn).ok());
        let users = arns.filter(|arn| self.look_up && arn.resource_type() == "user");
        users.map(|arn| EventQuery::By(arn.name().into())).collect()
    }

    fn trimmed(&self, account: &Account) -> Result<(Trimmed, Usage), UserError> {
        let target = self.target(account)?;
        let mut usage = Usage::default();
        if self.look_up || !self.events.is_empty() {
            let holders = holders(account, &target).ok_or_else(|| {
                UserError::new("it is not known who has the policy, whose events count")
                    .hint("Allow `iam:GetAccountAuthorizationDetails`, or leave out --events and --look-up.")
            })?;
            for file in &self.events {
                usage.take_file(&files::read_text(file)?, &holders)?;
            }
            usage.take_looked_up(account, &self.users(account, &target), &holders);
        }
        Ok((trim(account, &target, &usage, &self.keep)?, usage))
    }
}

impl Make for TrimPolicy {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let Ok(target) = self.target(account) else { return Vec::new() };
        let mut loads: Vec<Load> = reported(account, &target).map(Load::LastAccessed).into_iter().collect();
        loads.extend(self.users(account, &target).into_iter().map(Load::Events));
        loads.extend(match &target {
            Target::Managed(arn) => vec![Load::Policy(arn.clone(), PolicyPart::Versions)],
            Target::Inline(ResourceRef::User(name), _) => user_loads(account, name.as_str()),
            Target::Inline(ResourceRef::Group(name), _) => group_loads(account, name.as_str()),
            Target::Inline(ResourceRef::Role(name), _) => role_loads(account, name.as_str()),
            Target::Inline(..) => Vec::new(),
        });
        loads
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        Ok(self.trimmed(account)?.0.plan)
    }

    fn remarks(&self, account: &Account, _: &Plan) -> Vec<String> {
        self.trimmed(account).map(|(trimmed, usage)| trimmed.told(&usage)).unwrap_or_default()
    }
}
