//! Plans from a table of many items: users, groups, memberships, tags.

use std::collections::{BTreeMap, HashMap};

use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::base::span;
use crate::catalog::managed::{managed_policies, managed_policy};
use crate::model::{Account, ResourceRef, Tag};

use super::builders::{self, ConsolePassword, CreateGroup, CreateUser};
use super::table::{Faults, Row, read};
use super::{Plan, PlanError, SecretFrom};

/// What the rows of a table describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Items {
    /// Users to create.
    #[default]
    Users,
    /// User groups to create.
    Groups,
    /// Users to add to groups.
    Members,
    /// Tags to set on users, roles and policies.
    Tags,
}

/// What all users of a table get. A tag in a row overrides one of the same key here.
#[derive(Debug, Clone, Default)]
pub struct OfAll {
    /// Groups that all of them join.
    pub groups: Vec<String>,
    /// Managed policies, by name or ARN.
    pub policies: Vec<String>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Whether they get a generated console password, unless their row says otherwise.
    pub console: bool,
}

/// The tags to set on each entity.
pub type TagsOfEach = BTreeMap<ResourceRef, Vec<Tag>>;

impl Items {
    /// Every kind of items, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Users, Self::Groups, Self::Members, Self::Tags];

    /// The columns of the table. A file without a header has only the first one.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Users => &["name", "path", "groups", "policies", "boundary", "tags", "console"],
            Self::Groups => &["name", "path", "policies", "members"],
            Self::Members => &["user", "group"],
            Self::Tags => &["user", "role", "policy", "key", "value"],
        }
    }

    /// The plan for a table; errors name its source.
    pub fn plan(self, text: &str, source: &str, account: &Account) -> Result<Plan, UserError> {
        match self {
            Self::Users => users(text, source, &OfAll::default(), account),
            Self::Groups => groups(text, source, account),
            Self::Members => {
                let parts = members(text, source)?.into_iter();
                let parts = parts.map(|(group, users)| builders::add_members(account, &users, &[group]));
                let parts = parts.collect::<Result<Vec<Plan>, _>>()?;
                let title = match parts.as_slice() {
                    [one] => one.title.clone(),
                    more => format!("add members to {} groups", more.len()),
                };
                Ok(builders::together(title, parts)?)
            }
            Self::Tags => {
                let wanted: Vec<(ResourceRef, Vec<Tag>)> = tags(text, source, account)?.into_iter().collect();
                Ok(builders::change_tags(account, &wanted, &[])?)
            }
        }
    }
}

/// The plan that creates the users of a table.
pub fn users(text: &str, source: &str, all: &OfAll, account: &Account) -> Result<Plan, UserError> {
    let user = |row: &Row| {
        let plan = user(row, all, account)?.plan(account)?;
        plan.check().map_err(PlanError::cause)?;
        Ok(plan)
    };
    each_named("user", read(text, source, Items::Users.columns())?, source, user)
}

fn groups(text: &str, source: &str, account: &Account) -> Result<Plan, UserError> {
    let group = |row: &Row| {
        let new = CreateGroup {
            name: row.cell("name").unwrap_or_default().to_owned(),
            path: row.cell("path").map(str::to_owned),
            policies: policies(account, &row.list("policies"))?,
            members: row.list("members"),
        };
        let plan = new.plan(account)?;
        plan.check().map_err(PlanError::cause)?;
        Ok(plan)
    };
    each_named("group", read(text, source, Items::Groups.columns())?, source, group)
}

/// One plan for all rows, which must have different names.
fn each_named(
    noun: &str,
    rows: Vec<Row>,
    source: &str,
    plan: impl Fn(&Row) -> Result<Plan, UserError>,
) -> Result<Plan, UserError> {
    let mut faults = Faults::default();
    let mut lines: HashMap<String, usize> = HashMap::new();
    let mut parts = Vec::new();
    for row in rows {
        let Some(name) = row.cell("name") else {
            faults.add(row.line, UserError::new(format!("the {noun} name is missing")));
            continue;
        };
        if let Some(line) = lines.insert(name.to_lowercase(), row.line) {
            faults.add(row.line, UserError::new(format!("{noun} `{name}` is in line {line} already")));
            continue;
        }
        match plan(&row) {
            Ok(plan) => parts.push(plan),
            Err(told) => faults.add(row.line, told),
        }
    }
    faults.done(source)?;
    let title = match parts.as_slice() {
        [one] => one.title.clone(),
        more => format!("create {} {noun}s", more.len()),
    };
    Ok(builders::together(title, parts)?)
}

/// The user that a row describes.
fn user(row: &Row, all: &OfAll, account: &Account) -> Result<CreateUser, UserError> {
    let console = match row.cell("console").map(str::to_ascii_lowercase).as_deref() {
        None => all.console,
        Some("yes" | "true" | "1") => true,
        Some("no" | "false" | "0") => false,
        Some(other) => return Err(UserError::new(format!("console is `yes` or `no`, not `{other}`"))),
    };
    let own = row.list("tags").iter().map(|text| tag(text)).collect::<Result<Vec<Tag>, _>>();
    let own = own.map_err(|why| UserError::new(format!("a tag cannot be read: {why}")))?;
    let others = all.tags.iter().filter(|tag| !own.iter().any(|other| other.key.eq_ignore_ascii_case(&tag.key)));
    let tags = others.cloned().chain(own.iter().cloned()).collect();
    let joined = |all: &[String], own: Vec<String>| -> Vec<String> { all.iter().cloned().chain(own).collect() };
    Ok(CreateUser {
        names: row.cell("name").map(str::to_owned).into_iter().collect(),
        path: row.cell("path").map(str::to_owned),
        tags,
        console: console.then_some(ConsolePassword { from: SecretFrom::Generate, reset: true }),
        new_groups: Vec::new(),
        groups: joined(&all.groups, row.list("groups")),
        copy_from: None,
        policies: policies(account, &joined(&all.policies, row.list("policies")))?,
        boundary: row.cell("boundary").map(|text| policy(account, text)).transpose()?,
        access_key: None,
    })
}

/// The users of each group of a table of memberships.
pub fn members(text: &str, source: &str) -> Result<BTreeMap<String, Vec<String>>, UserError> {
    let (mut of_group, mut faults) = (BTreeMap::<String, Vec<String>>::new(), Faults::default());
    for row in read(text, source, Items::Members.columns())? {
        match (row.cell("user"), row.cell("group")) {
            (Some(user), Some(group)) => of_group.entry(group.to_owned()).or_default().push(user.to_owned()),
            _ => faults.add(row.line, UserError::new("a row needs a user and a group")),
        }
    }
    faults.done(source)?;
    Ok(of_group)
}

/// The tags of a table, by the entity that they are set on.
pub fn tags(text: &str, source: &str, account: &Account) -> Result<TagsOfEach, UserError> {
    let (mut wanted, mut faults) = (TagsOfEach::new(), Faults::default());
    for row in read(text, source, Items::Tags.columns())? {
        match one_tag(&row, account) {
            Ok((entity, tag)) => wanted.entry(entity).or_default().push(tag),
            Err(told) => faults.add(row.line, told),
        }
    }
    faults.done(source)?;
    Ok(wanted)
}

/// The tag of a row, with its entity.
fn one_tag(row: &Row, account: &Account) -> Result<(ResourceRef, Tag), UserError> {
    let entity = match (row.cell("user"), row.cell("role"), row.cell("policy")) {
        (Some(user), None, None) => there(ResourceRef::User(user.into()), account)?,
        (None, Some(role), None) => there(ResourceRef::Role(role.into()), account)?,
        (None, None, Some(policy)) => of_policy(policy, account)?,
        _ => return Err(UserError::new("a row needs exactly one user, role or policy")),
    };
    let key = row.cell("key").ok_or_else(|| UserError::new("the tag key is missing"))?;
    Ok((entity, Tag { key: key.into(), value: row.cell("value").unwrap_or_default().into() }))
}

/// The same user or role, or an error if it does not exist.
pub fn there(entity: ResourceRef, account: &Account) -> Result<ResourceRef, UserError> {
    let is_there = match &entity {
        ResourceRef::User(name) => account.users().get(name).is_some(),
        ResourceRef::Role(name) => account.roles().get(name).is_some(),
        _ => true,
    };
    let told = || UserError::new(format!("there is no {} `{}`", entity.kind().singular(), entity.name()));
    if is_there { Ok(entity) } else { Err(told()) }
}

/// A policy by its name or ARN.
pub fn of_policy(text: &str, account: &Account) -> Result<ResourceRef, UserError> {
    let arn = policy(account, text)?;
    let arn = Arn::parse(&arn).map_err(|error| UserError::new(format!("`{arn}` is no ARN: {error}")))?;
    Ok(ResourceRef::Policy(arn))
}

/// The ARN of a policy by its ARN or name; policies of the account take precedence over AWS's.
pub fn policy(account: &Account, text: &str) -> Result<String, UserError> {
    if text.starts_with("arn:") {
        return Ok(text.to_owned());
    }
    if let Some(own) = account.policies().rows().iter().find(|policy| policy.arn.name() == text) {
        return Ok(own.arn.to_string());
    }
    if let Some(managed) = managed_policy(text) {
        let partition = account.identity().map_or("aws", |identity| identity.partition());
        return Ok(managed.arn().replacen("arn:aws:", &format!("arn:{partition}:"), 1));
    }
    let own = account.policies().rows().iter().map(|policy| policy.arn.name());
    let names = own.chain(managed_policies().iter().map(|policy| policy.name.as_str()));
    let told = UserError::new(format!("there is no policy `{text}`"));
    Err(match nearest(text, names) {
        Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
        None => told.hint("Give its name, or its ARN."),
    })
}

/// The ARNs of policies.
pub fn policies(account: &Account, texts: &[String]) -> Result<Vec<String>, UserError> {
    texts.iter().map(|text| policy(account, text)).collect()
}

/// A tag as it is written: `key=value`.
pub fn tag(text: &str) -> Result<Tag, String> {
    let (key, value) = text.split_once('=').ok_or("write a key, `=` and a value")?;
    Ok(Tag { key: key.into(), value: value.into() })
}

/// The longest that sign-in sessions may last, within AWS's limits: `8h`, `30d`, or a number of seconds.
pub fn signin_duration(text: &str) -> Result<u32, UserError> {
    let text = text.trim();
    let seconds = match text.parse() {
        Ok(seconds) => seconds,
        Err(_) => span::parse(text)?.as_secs(),
    };
    let limits = || UserError::new("sign-in sessions may last from 1h to 90d");
    u32::try_from(seconds).ok().filter(|seconds| SIGNIN_SECONDS.contains(seconds)).ok_or_else(limits)
}

/// The seconds that AWS takes for the longest sign-in session.
const SIGNIN_SECONDS: std::ops::RangeInclusive<u32> = 3600..=7_776_000;

#[cfg(test)]
mod tests {
    use super::super::builders::fixture::{account, lines};
    use super::*;

    #[track_caller]
    fn check(items: Items, text: &str, told: &str) {
        let found = items.plan(text, "the table", &account());
        assert_eq!(found.map_or_else(|error| error.message, |plan| lines(&plan)), told);
    }

    #[test]
    fn each_kind_of_items_becomes_one_plan() {
        check(Items::Users, "Jesse\nSegun", "create user Jesse\ncreate user Segun");
        let groups = "name,members\nAudit,ada;bob";
        check(Items::Groups, groups, "create group Audit\nadd user ada to group Audit\nadd user bob to group Audit");
        check(Items::Members, "user,group\nada,Developers", "add user ada to group Developers");
        check(Items::Tags, "user,key,value\nada,team,blue", "tag user ada");
    }

    #[test]
    fn a_bad_row_is_named_by_its_line() {
        let twice = "line 2: there is a user `ada` already; line 3: user `x` is in line 1 already";
        check(Items::Users, "x\nada\nx", &format!("the table was not used: {twice}"));
        let there = "the table was not used: line 2: there is a group `Developers` already";
        check(Items::Groups, "name\nDevelopers", there);
        check(Items::Members, "user,group\nada,", "the table was not used: line 2: a row needs a user and a group");
        check(Items::Tags, "user,key\nzoe,team", "the table was not used: line 2: there is no user `zoe`");
    }
}
