//! `iamtui plan create-users`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::{Account, Tag};
use crate::plan::Plan;
use crate::plan::items::{self, OfAll, tag as parse_tag};

use super::make::Make;
use super::table;

/// Users of a file to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateUsers {
    /// Names, one a line, or CSV with the columns name, path, groups, policies, boundary, tags, console; a cell with
    /// several values has semicolons between them
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A group that all of them join; repeatable
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// A managed policy to attach to all of them, by its name or ARN; repeatable
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,
    /// A tag of all of them; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
    /// Enable console access for all of them, with generated passwords
    #[arg(long)]
    console: bool,
}

impl Make for CreateUsers {
    fn loads(&self, _: &Account) -> Vec<Load> {
        Vec::new()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let all = OfAll {
            groups: self.groups.clone(),
            policies: self.policies.clone(),
            tags: self.tags.clone(),
            console: self.console,
        };
        items::users(&table::text(&self.file)?, &table::source(&self.file), &all, account)
    }
}
