//! `iamtui plan create-policy`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::catalog::managed::managed_policy_by_arn;
use crate::cli::files;
use crate::model::{Account, Document, Fact, Tag};
use crate::plan::Plan;
use crate::plan::builders::{self, Owner};

use super::make::{Make, owner_loads, parse_tag, policy};

/// A managed policy to create.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["document", "from"]))]
pub(super) struct CreatePolicy {
    /// The policy's name
    name: String,
    /// The file of its document; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Another policy whose document is copied, by its name or ARN
    #[arg(long, value_name = "POLICY")]
    from: Option<String>,
    /// Create several policies, NAME-1, NAME-2 …, where the document is too long for one
    #[arg(long)]
    split: bool,
    /// The path, such as `/teams/`
    #[arg(long)]
    path: Option<String>,
    /// The description, which can never be changed
    #[arg(long, default_value = "")]
    description: String,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
    /// A user to attach it to; repeatable
    #[arg(long = "user", value_name = "USER")]
    users: Vec<String>,
    /// A group to attach it to; repeatable
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// A role to attach it to; repeatable
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
}

impl CreatePolicy {
    fn owners(&self) -> Vec<Owner> {
        let users = self.users.iter().cloned().map(Owner::User);
        let groups = self.groups.iter().cloned().map(Owner::Group);
        users.chain(groups).chain(self.roles.iter().cloned().map(Owner::Role)).collect()
    }

    fn text(&self, account: &Account) -> Result<Document, UserError> {
        let Some(from) = &self.from else {
            let file = self.document.as_deref().unwrap_or(std::path::Path::new("-"));
            return Ok(Document::new(files::read_text(file)?));
        };
        let arn = policy(account, from)?;
        let own = Arn::parse(&arn).ok().and_then(|arn| account.policy(&arn).map(|policy| policy.document()));
        let own = own.as_ref().and_then(Fact::known).cloned();
        let bundled = || managed_policy_by_arn(&arn).map(|managed| Document::new(managed.document()));
        own.or_else(bundled).ok_or_else(|| {
            UserError::new(format!("the document of policy `{from}` is not known"))
                .hint("Name a policy of this account or one of AWS that this version knows.")
        })
    }
}

impl Make for CreatePolicy {
    fn loads(&self, account: &Account) -> Vec<Load> {
        self.owners().iter().flat_map(|owner| owner_loads(account, owner)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::CreatePolicy {
            name: self.name.clone(),
            path: self.path.clone(),
            description: self.description.clone(),
            document: self.text(account)?,
            tags: self.tags.clone(),
            attach: self.owners(),
            split: self.split,
        };
        asked.plan(account).map_err(|error| {
            let too_long = matches!(error, crate::plan::PlanError::Limit { .. }) && !self.split;
            let told = UserError::from(error);
            if too_long {
                told.hint("Add `--split` to create several policies that together mean the same.")
            } else {
                told
            }
        })
    }
}
