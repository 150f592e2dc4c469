//! `iamtui plan create-users`.

use std::collections::HashMap;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::{Account, Tag};
use crate::plan::builders::{self, ConsolePassword};
use crate::plan::{Plan, SecretFrom};

use super::make::{Make, parse_tag, policies, policy};
use super::table::{Faults, Row, read};

/// The columns of the file.
const COLUMNS: &[&str] = &["name", "path", "groups", "policies", "boundary", "tags", "console"];

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

impl CreateUsers {
    /// One row as it is asked for.
    fn asked(&self, row: &Row, account: &Account) -> Result<builders::CreateUser, UserError> {
        let name = row.cell("name").ok_or_else(|| UserError::new("the user name is missing"))?;
        let console = match row.cell("console").map(str::to_ascii_lowercase).as_deref() {
            None => self.console,
            Some("yes" | "true" | "1") => true,
            Some("no" | "false" | "0") => false,
            Some(other) => return Err(UserError::new(format!("console is `yes` or `no`, not `{other}`"))),
        };
        let own = row.list("tags").iter().map(|text| parse_tag(text)).collect::<Result<Vec<Tag>, _>>();
        let own = own.map_err(|why| UserError::new(format!("a tag cannot be read: {why}")))?;
        // A row's own tag goes before one of all.
        let others = self.tags.iter().filter(|tag| !own.iter().any(|other| other.key.eq_ignore_ascii_case(&tag.key)));
        let tags = others.cloned().chain(own.iter().cloned()).collect();
        let joined = |all: &[String], own: Vec<String>| -> Vec<String> { all.iter().cloned().chain(own).collect() };
        Ok(builders::CreateUser {
            names: vec![name.to_owned()],
            path: row.cell("path").map(str::to_owned),
            tags,
            console: console.then_some(ConsolePassword { from: SecretFrom::Generate, reset: true }),
            new_groups: Vec::new(),
            groups: joined(&self.groups, row.list("groups")),
            copy_from: None,
            policies: policies(account, &joined(&self.policies, row.list("policies")))?,
            boundary: row.cell("boundary").map(|text| policy(account, text)).transpose()?,
            access_key: None,
        })
    }
}

impl Make for CreateUsers {
    fn loads(&self, _: &Account) -> Vec<Load> {
        Vec::new()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let rows = read(&self.file, COLUMNS)?;
        let mut faults = Faults::default();
        let mut lines: HashMap<String, usize> = HashMap::new();
        let mut parts = Vec::new();
        for row in &rows {
            let name = row.cell("name").unwrap_or_default().to_lowercase();
            if let Some(line) = lines.insert(name, row.line).filter(|_| row.cell("name").is_some()) {
                let name = row.cell("name").unwrap_or_default();
                faults.add(row.line, UserError::new(format!("user `{name}` is in line {line} already")));
                continue;
            }
            let part = self.asked(row, account).and_then(|asked| {
                let plan = asked.plan(account)?;
                plan.check()?;
                Ok(plan)
            });
            match part {
                Ok(plan) => parts.push(plan),
                Err(told) => faults.add(row.line, told),
            }
        }
        faults.done(&self.file)?;
        Ok(builders::together(format!("create {} users", parts.len()), parts)?)
    }
}
