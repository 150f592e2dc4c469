//! `iamtui plan tag`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::{Load, PolicyPart, RolePart, UserPart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::model::{Account, Fact, ResourceRef, Tag};
use crate::plan::Plan;
use crate::plan::builders;

use super::make::{Make, parse_tag, policy};
use super::table::{Faults, Row, read};

/// The columns of a file of tags.
const COLUMNS: &[&str] = &["user", "role", "policy", "key", "value"];

/// Users, roles and policies.
#[derive(Debug, clap::Args)]
#[group(id = "tagged", required = true, multiple = true)]
struct Tagged {
    /// A user; repeatable
    #[arg(long = "user", value_name = "USER", group = "tagged")]
    users: Vec<String>,
    /// A role; repeatable
    #[arg(long = "role", value_name = "ROLE", group = "tagged")]
    roles: Vec<String>,
    /// A policy of the account, by its name or ARN; repeatable
    #[arg(long = "policy", value_name = "POLICY", group = "tagged")]
    policies: Vec<String>,
    /// Users, named in a file, one a line
    #[arg(long, value_name = "FILE", group = "tagged")]
    users_from: Option<PathBuf>,
    /// CSV with the columns user, role or policy, key, value: one tag a line
    #[arg(long, value_name = "FILE", group = "tagged", conflicts_with_all = ["set", "remove"])]
    from: Option<PathBuf>,
}

/// Tags to set and to remove.
#[derive(Debug, clap::Args)]
pub(super) struct Tags {
    /// Tags to set; others stay
    #[arg(value_name = "KEY=VALUE", value_parser = parse_tag, required_unless_present_any = ["remove", "from"])]
    set: Vec<Tag>,
    /// The key of a tag to remove; repeatable
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,
    #[command(flatten)]
    tagged: Tagged,
}

/// What is set on one entity.
type PerEntity = BTreeMap<ResourceRef, Vec<Tag>>;

impl Tags {
    /// Each entity with the tags that it gets.
    fn wanted(&self, account: &Account) -> Result<PerEntity, UserError> {
        if let Some(file) = &self.tagged.from {
            let (mut wanted, mut faults) = (PerEntity::new(), Faults::default());
            for row in read(file, COLUMNS)? {
                match one_tag(&row, account) {
                    Ok((entity, tag)) => wanted.entry(entity).or_default().push(tag),
                    Err(told) => faults.add(row.line, told),
                }
            }
            faults.done(file)?;
            return Ok(wanted);
        }
        let mut entities: Vec<ResourceRef> =
            self.tagged.users.iter().map(|name| ResourceRef::User(name.as_str().into())).collect();
        if let Some(file) = &self.tagged.users_from {
            let mut faults = Faults::default();
            for row in read(file, &["user"])? {
                match there(ResourceRef::User(row.cell("user").unwrap_or_default().into()), account) {
                    Ok(entity) => entities.push(entity),
                    Err(told) => faults.add(row.line, told),
                }
            }
            faults.done(file)?;
        }
        entities.extend(self.tagged.roles.iter().map(|name| ResourceRef::Role(name.as_str().into())));
        for text in &self.tagged.policies {
            entities.push(of_policy(text, account)?);
        }
        Ok(entities.into_iter().map(|entity| (entity, self.set.clone())).collect())
    }

    /// Refuses to remove what the only entity does not have: of several, those that have it lose it.
    fn check_removed(&self, account: &Account, wanted: &PerEntity) -> Result<(), UserError> {
        let mut entities = wanted.keys();
        let (Some(entity), None) = (entities.next(), entities.next()) else { return Ok(()) };
        let Some(Fact::Known(tags, _)) = account.tags(entity) else { return Ok(()) };
        let is_held = |key: &&String| tags.iter().any(|tag| tag.key.eq_ignore_ascii_case(key));
        let Some(absent) = self.remove.iter().find(|key| !is_held(key)) else { return Ok(()) };
        let told = UserError::new(format!("{} has no tag `{absent}`", entity.name()));
        let meant = nearest(absent, tags.iter().map(|tag| &*tag.key)).map(|meant| format!("Did you mean `{meant}`?"));
        Err(UserError { hint: meant, ..told })
    }
}

fn of_policy(text: &str, account: &Account) -> Result<ResourceRef, UserError> {
    let arn = policy(account, text)?;
    let arn = Arn::parse(&arn).map_err(|error| UserError::new(format!("`{arn}` is no ARN: {error}")))?;
    Ok(ResourceRef::Policy(arn))
}

/// A user or role that is there.
fn there(entity: ResourceRef, account: &Account) -> Result<ResourceRef, UserError> {
    let is_there = match &entity {
        ResourceRef::User(name) => account.users().get(name).is_some(),
        ResourceRef::Role(name) => account.roles().get(name).is_some(),
        _ => true,
    };
    let told = || UserError::new(format!("there is no {} `{}`", entity.kind().singular(), entity.name()));
    if is_there { Ok(entity) } else { Err(told()) }
}

/// The tag of one row, and whose it is.
fn one_tag(row: &Row, account: &Account) -> Result<(ResourceRef, Tag), UserError> {
    let entity = match (row.cell("user"), row.cell("role"), row.cell("policy")) {
        (Some(user), None, None) => there(ResourceRef::User(user.into()), account)?,
        (None, Some(role), None) => there(ResourceRef::Role(role.into()), account)?,
        (None, None, Some(policy)) => of_policy(policy, account)?,
        _ => return Err(UserError::new("a row names one user, role or policy")),
    };
    let key = row.cell("key").ok_or_else(|| UserError::new("the tag key is missing"))?;
    Ok((entity, Tag { key: key.into(), value: row.cell("value").unwrap_or_default().into() }))
}

impl Make for Tags {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let wanted = self.wanted(account).unwrap_or_default();
        let unread = wanted.into_keys().filter(|entity| account.tags(entity).is_some_and(Fact::is_unknown));
        let load = |entity| match entity {
            ResourceRef::User(name) => Some(Load::User(name, UserPart::Tags)),
            ResourceRef::Role(name) => Some(Load::Role(name, RolePart::Tags)),
            ResourceRef::Policy(arn) => Some(Load::Policy(arn, PolicyPart::Tags)),
            _ => None,
        };
        unread.filter_map(load).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let wanted = self.wanted(account)?;
        self.check_removed(account, &wanted)?;
        let wanted: Vec<(ResourceRef, Vec<Tag>)> = wanted.into_iter().collect();
        Ok(builders::change_tags(account, &wanted, &self.remove)?)
    }
}
