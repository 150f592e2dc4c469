//! `iamtui plan tag`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::{Load, PolicyPart, RolePart, UserPart};
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::model::{Account, Fact, ResourceRef, Tag};
use crate::plan::items::{self, TagsOfEach, of_policy, tag as parse_tag, there};
use crate::plan::table::Faults;
use crate::plan::{Plan, builders};

use super::make::Make;
use super::table;

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

impl Tags {
    /// Each entity with the tags that it gets.
    fn wanted(&self, account: &Account) -> Result<TagsOfEach, UserError> {
        if let Some(file) = &self.tagged.from {
            return items::tags(&table::text(file)?, &table::source(file), account);
        }
        let mut entities: Vec<ResourceRef> =
            self.tagged.users.iter().map(|name| ResourceRef::User(name.as_str().into())).collect();
        if let Some(file) = &self.tagged.users_from {
            let mut faults = Faults::default();
            for row in table::read(file, &["user"])? {
                match there(ResourceRef::User(row.cell("user").unwrap_or_default().into()), account) {
                    Ok(entity) => entities.push(entity),
                    Err(told) => faults.add(row.line, told),
                }
            }
            faults.done(&table::source(file))?;
        }
        entities.extend(self.tagged.roles.iter().map(|name| ResourceRef::Role(name.as_str().into())));
        for text in &self.tagged.policies {
            entities.push(of_policy(text, account)?);
        }
        Ok(entities.into_iter().map(|entity| (entity, self.set.clone())).collect())
    }

    /// Refuses to remove what the only entity does not have: of several, those that have it lose it.
    fn check_removed(&self, account: &Account, wanted: &TagsOfEach) -> Result<(), UserError> {
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
