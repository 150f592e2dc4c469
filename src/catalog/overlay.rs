//! What the user adds to the catalogue: `catalog.toml` in the configuration folder.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::service::{ActionRow, Link, Text, compare};
use super::{AccessLevel, ConditionKey, Entry, Home, ResourceType, Service, ValueType};
use crate::base::error::UserError;

/// The shape of the file, for the help. A `!` after a resource type says that the action always works on one.
pub const EXAMPLE: &str = r#"catalog.toml in the configuration folder adds what is newer than the data:

  date = "2026-11-20"
  [services.newthing]
  name = "AWS New Thing"
  [services.newthing.resources]
  thing = "arn:${Partition}:newthing:${Region}:${Account}:thing/${ThingId}"
  [services.newthing.keys]
  "newthing:Colour" = "String"
  [services.newthing.actions]
  GetThing = { level = "Read", resources = ["thing!"], keys = ["newthing:Colour"] }"#;

/// Additions to the catalogue, checked.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    date: Option<String>,
    services: BTreeMap<String, Addition>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    date: Option<String>,
    #[serde(default)]
    services: BTreeMap<String, Addition>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    name: Option<String>,
    #[serde(default)]
    actions: BTreeMap<String, NewAction>,
    #[serde(default)]
    resources: BTreeMap<String, String>,
    #[serde(default)]
    keys: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAction {
    level: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    dependents: Vec<String>,
}

impl Overlay {
    /// Reads the text of a `catalog.toml`; what is misspelt is refused rather than left out.
    pub fn parse(text: &str) -> Result<Self, UserError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            UserError::new(format!("catalog.toml, line {line}: {}", error.message().to_lowercase()))
                .hint("The shape of the file is shown by `iamtui catalog --help`.")
        })?;
        for (prefix, addition) in &file.services {
            addition.check(prefix)?;
        }
        Ok(Self { date: file.date, services: file.services })
    }

    pub(super) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// Adds the services that the asset does not have.
    pub(super) fn add_services(&self, entries: &mut Vec<Entry>) {
        for (prefix, addition) in &self.services {
            if let Err(at) = entries.binary_search_by(|entry| compare(&entry.prefix, prefix)) {
                let mut service = Service::new(prefix);
                addition.extend(&mut service);
                let name = addition.name.as_deref().unwrap_or(prefix).into();
                entries.insert(at, Entry { prefix: prefix.as_str().into(), name, home: Home::Own(Box::new(service)) });
            }
        }
    }

    /// Adds to services that the asset has.
    pub(super) fn extend(&self, services: &mut [Service]) {
        for service in services {
            if let Some(addition) = self.services.get(service.prefix()) {
                addition.extend(service);
            }
        }
    }
}

impl Addition {
    fn check(&self, prefix: &str) -> Result<(), UserError> {
        for (name, action) in &self.actions {
            if AccessLevel::parse(&action.level).is_none() {
                let told =
                    UserError::new(format!("catalog.toml: `{prefix}:{name}` has the unknown level `{}`", action.level));
                return Err(told.hint("Levels are List, Read, Write, Permissions management and Tagging."));
            }
        }
        for (key, value) in &self.keys {
            if ValueType::parse(value).is_none() {
                let told = UserError::new(format!("catalog.toml: the key `{key}` has the unknown type `{value}`"));
                return Err(told.hint("Types are String, ARN, Bool, Numeric, Date and IPAddress, or ArrayOf… of one."));
            }
        }
        for (name, arn) in &self.resources {
            if !arn.starts_with("arn:") || arn.splitn(6, ':').count() < 6 {
                let told = UserError::new(format!("catalog.toml: the resource type `{name}` has no ARN of six fields"));
                return Err(told.hint("Write it like `arn:${Partition}:s3:::${BucketName}`."));
            }
        }
        Ok(())
    }

    fn extend(&self, service: &mut Service) {
        for (key, value) in &self.keys {
            if let Some((value, multi)) = ValueType::parse(value)
                && service.key(key).is_none()
            {
                service.keys.push(ConditionKey::new(key, value, multi));
            }
        }
        for (name, arn) in &self.resources {
            if service.resource(name).is_none() {
                service.resources.push(ResourceType::new(name, std::iter::once(arn.as_str()), 0));
            }
        }
        for (name, action) in &self.actions {
            let row = action.row(name, service);
            service.actions.push(row);
        }
        service.sort();
    }
}

impl NewAction {
    fn row(&self, name: &str, service: &mut Service) -> ActionRow {
        let place = |wanted: &str| service.resources.iter().position(|r| r.name.eq_ignore_ascii_case(wanted));
        let links = self.resources.iter().filter_map(|wanted| {
            let (wanted, required) = wanted.strip_suffix('!').map_or((wanted.as_str(), false), |w| (w, true));
            Some(Link { resource: u16::try_from(place(wanted)?).ok()?, required, keys: 0 })
        });
        let links = links.collect();
        let numbers: Box<[u16]> = self.keys.iter().filter_map(|key| Some(service.key(key)?.0)).collect();
        let keys = u16::try_from(service.sets.len()).unwrap_or_default();
        service.sets.push(numbers);
        ActionRow {
            name: name.into(),
            level: AccessLevel::parse(&self.level).unwrap_or(AccessLevel::Write),
            keys,
            links,
            dependents: self.dependents.iter().map(|d| d.as_str().into()).collect(),
            text: Text::Own(self.description.as_str().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_help_is_right() {
        let (_, example) = EXAMPLE.split_once("\n\n").unwrap();
        let catalog = crate::catalog::Catalog::with_overlay(Overlay::parse(example).unwrap());
        assert!(catalog.action("newthing:GetThing").unwrap().supports("newthing:Colour"));
    }
}
