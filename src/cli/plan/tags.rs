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
    /// A virtual MFA device, by its serial number or name; repeatable
    #[arg(long = "mfa-device", value_name = "DEVICE", group = "tagged")]
    devices: Vec<String>,
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

    /// The serial numbers of the MFA devices.
    fn serials(&self, account: &Account) -> Result<Vec<String>, UserError> {
        let known = account.virtual_mfa_devices().rows();
        let serial = |text: &String| {
            let name = |serial: &str| serial.rsplit('/').next().unwrap_or_default().to_owned();
            let is_it = |device: &str| device == text || name(device) == *text;
            let found = known.iter().map(|device| device.serial.as_str()).find(|device| is_it(device));
            found.map(str::to_owned).ok_or_else(|| {
                let names: Vec<String> = known.iter().map(|device| name(device.serial.as_str())).collect();
                let meant =
                    nearest(text, names.iter().map(String::as_str)).map(|meant| format!("Did you mean `{meant}`?"));
                UserError { hint: meant, ..UserError::new(format!("there is no virtual MFA device `{text}`")) }
            })
        };
        self.tagged.devices.iter().map(serial).collect()
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
        // A name without a path is that of a device at the root; any other is named by its ARN.
        let home = account.identity().map(|own| (own.partition().to_owned(), own.account.to_string()));
        let serial = |text: &String| match &home {
            Some((partition, number)) if !text.contains(':') => format!("arn:{partition}:iam::{number}:mfa/{text}"),
            _ => text.clone(),
        };
        let devices = self.tagged.devices.iter().map(|text| Load::MfaTags(serial(text).as_str().into()));
        let list = (!self.tagged.devices.is_empty()).then_some(Load::VirtualMfaDevices);
        unread.filter_map(load).chain(list).chain(devices).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let wanted = self.wanted(account)?;
        self.check_removed(account, &wanted)?;
        let wanted: Vec<(ResourceRef, Vec<Tag>)> = wanted.into_iter().collect();
        let serials = self.serials(account)?;
        if serials.is_empty() {
            return Ok(builders::change_tags(account, &wanted, &self.remove)?);
        }
        let mut plan = builders::change_mfa_tags(account, &serials, &self.set, &self.remove)?;
        if !wanted.is_empty() {
            let rest = builders::change_tags(account, &wanted, &self.remove)?;
            plan.title = format!("edit the tags of {} items", serials.len() + wanted.len());
            rest.steps.into_iter().for_each(|step| drop(plan.push(step)));
        }
        Ok(plan)
    }
}
