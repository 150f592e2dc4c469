//! `iamtui plan grant`.

use jiff::{SignedDuration, Timestamp};

use crate::backend::Load;
use crate::base::error::UserError;
use crate::base::span;
use crate::model::Account;
use crate::plan::Plan;
use crate::plan::builders::{self, Given};

use super::make::{Make, Owners, owner_loads, policy};

/// A grant that ends.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("given").required(true).args(["policy", "join"]))]
pub(super) struct Grant {
    /// The managed policy to grant, by its name or ARN
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// The group to join
    #[arg(long, value_name = "GROUP")]
    join: Option<String>,
    /// How long it lasts, such as `30m`, `4h`, `2d` or `1w`, from when the plan is made
    #[arg(long = "for", value_name = "SPAN", value_parser = span::parse)]
    span: SignedDuration,
    #[command(flatten)]
    owners: Owners,
}

impl Make for Grant {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.owners.all().iter().flat_map(|owner| owner_loads(account, owner)).collect()
    }

    fn plan(&self, account: &Account, now: Timestamp) -> Result<Plan, UserError> {
        let given = match (&self.policy, &self.join) {
            (Some(text), _) => Given::Policy(policy(account, text)?),
            (None, group) => Given::Group(group.clone().unwrap_or_default()),
        };
        Ok(builders::grants(account, &self.owners.all(), &given, now + self.span)?)
    }

    fn remarks(&self, _: &Account, plan: &Plan) -> Vec<String> {
        let is_due = plan.steps.iter().any(|step| !step.is_dated());
        let told =
            "▲ AWS does not end all of this by itself: `iamtui journal due` lists it, and with `--apply` ends it";
        is_due.then(|| told.to_owned()).into_iter().collect()
    }
}
