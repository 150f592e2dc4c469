//! The profiles of the AWS config files, as the AWS CLI reads them.

mod chain;
mod ini;
mod paths;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::arn::Arn;
use crate::model::{AccountId, ErrorKind, LoadError};

use super::credentials::{self, SIGN_IN};
use ini::{Section, Value};

pub use chain::{Base, Chain, Machine, RoleProfile};

/// All profiles and sessions of the config files.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    sections: BTreeMap<String, Settings>,
    sessions: BTreeMap<String, Settings>,
    services: BTreeMap<String, Settings>,
    /// What the credentials file has put other values over: the config file's.
    hidden: BTreeMap<String, Settings>,
    /// The profiles whose access key lies in the credentials file, which comes before other sources.
    shared: BTreeSet<String>,
    /// The profile that the environment names.
    named: Option<String>,
}

type Settings = BTreeMap<String, Value>;

/// One profile, as far as it says whose credentials it stands for. No secret is among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Where its credentials come from.
    pub kind: ProfileKind,
    /// The account, where the profile tells it.
    pub account: Option<AccountId>,
    /// The ARN of the role, or the name of the role in Identity Center.
    pub role: Option<String>,
    /// The Region.
    pub region: Option<String>,
}

/// Where a profile's credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// An access key in the file.
    Keys,
    /// A role, assumed with the credentials of another source.
    Role,
    /// The same, with a code of an MFA device.
    RoleWithMfa,
    /// A role of a web identity.
    WebIdentity,
    /// IAM Identity Center.
    IdentityCenter,
    /// A program that prints them.
    Process,
    /// A session that `aws login` keeps.
    Login,
    /// Something that cannot be used as it stands; opening it says why.
    Broken,
    /// Nothing: it only holds settings.
    Settings,
}

impl ProfileKind {
    /// What it is called in lists.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Keys => "access key",
            Self::Role => "role",
            Self::RoleWithMfa => "role, MFA",
            Self::WebIdentity => "web identity",
            Self::IdentityCenter => "Identity Center",
            Self::Process => "process",
            Self::Login => "AWS CLI login",
            Self::Broken => "incomplete",
            Self::Settings => "settings only",
        }
    }
}

impl Profiles {
    /// Reads the config file and the credentials file, where the environment says that they are.
    pub fn load() -> Result<Self, LoadError> {
        let mut profiles = Self::of(paths::config()?.as_deref(), paths::credentials()?.as_deref())?;
        profiles.set_environment(&|name| std::env::var(name).ok());
        Ok(profiles)
    }

    /// Takes in which profile the environment names.
    pub(super) fn set_environment(&mut self, var: &dyn Fn(&str) -> Option<String>) {
        self.named = selected(var);
    }

    /// Reads the texts of both files.
    pub(super) fn of(config: Option<&str>, credentials: Option<&str>) -> Result<Self, LoadError> {
        let mut found = Self::default();
        for section in read(config, "config")? {
            // Any header that begins so counts, whatever follows: the second word is the name.
            let kind = ["profile", "sso-session", "services"].iter().position(|kind| section.header.starts_with(kind));
            let held = match kind {
                Some(0) => &mut found.sections,
                Some(1) => &mut found.sessions,
                Some(_) => &mut found.services,
                None if section.header == "default" => {
                    found.sections.insert(section.header, section.settings.into_iter().collect());
                    continue;
                }
                None => continue,
            };
            if let Some([_, name]) = ini::words(&section.header).as_deref() {
                held.insert(name.clone(), section.settings.into_iter().collect());
            }
        }
        for section in read(credentials, "credentials")? {
            if section.settings.iter().any(|(key, _)| key == "aws_access_key_id") {
                found.shared.insert(section.header.clone());
            }
            let (held, hidden) = (
                found.sections.entry(section.header.clone()).or_default(),
                found.hidden.entry(section.header).or_default(),
            );
            for (key, value) in section.settings {
                if let Some(before) = held.insert(key.clone(), value) {
                    hidden.insert(key, before);
                }
            }
        }
        Ok(found)
    }

    /// The names of all profiles, sorted.
    pub fn names(&self) -> Vec<String> {
        self.sections.keys().cloned().collect()
    }

    /// The profile that is meant: the one that is given, else that of the environment, else `default`.
    ///
    /// One that is named must be there.
    pub fn selected<'a>(&'a self, given: Option<&'a str>) -> Result<&'a str, LoadError> {
        match given.or(self.named.as_deref()) {
            None => Ok("default"),
            Some(name) if self.sections.contains_key(name) => Ok(name),
            Some(name) => Err(credentials::no_profile(name, &self.names())),
        }
    }

    /// The profile that the environment names.
    pub(super) fn of_environment(&self) -> Option<&str> {
        self.named.as_deref()
    }

    /// All profiles, sorted by name.
    pub fn all(&self) -> Vec<Profile> {
        self.sections.keys().filter_map(|name| self.profile(name)).collect()
    }

    /// A setting of a profile.
    pub fn setting(&self, profile: &str, key: &str) -> Option<&str> {
        text(self.sections.get(profile)?, key)
    }

    /// A setting of a profile in either file, also where the other one hides it.
    pub(super) fn every_setting<'a>(&'a self, profile: &str, key: &'a str) -> impl Iterator<Item = &'a str> {
        let files = [self.sections.get(profile), self.hidden.get(profile)];
        files.into_iter().flatten().filter_map(move |settings| text(settings, key))
    }

    /// What a profile says of itself.
    pub fn profile(&self, name: &str) -> Option<Profile> {
        let settings = self.sections.get(name)?;
        let chain = self.chain(name);
        let kind = match &chain {
            Err(_) => ProfileKind::Broken,
            Ok(None) => ProfileKind::Settings,
            Ok(Some(Chain { roles, base, .. })) => match roles.last() {
                Some(role) if role.mfa_serial.is_some() => ProfileKind::RoleWithMfa,
                Some(_) => ProfileKind::Role,
                None => base.kind(),
            },
        };
        let role = text(settings, "role_arn");
        let own = || text(settings, "aws_access_key_id").and_then(crate::emulator::ids::account_of);
        let account = text(settings, "sso_account_id")
            .or_else(|| text(settings, "aws_account_id"))
            .map(str::to_owned)
            .or_else(|| Some(Arn::parse(role?).ok()?.account().to_owned()))
            .or_else(|| Some(Arn::parse(text(settings, "login_session")?).ok()?.account().to_owned()))
            .or_else(own);
        Some(Profile {
            name: name.to_owned(),
            kind,
            account: account.map(|number| number.as_str().into()),
            role: role.or_else(|| text(settings, "sso_role_name")).map(str::to_owned),
            region: text(settings, "region").map(str::to_owned),
        })
    }

    /// The settings of a profile for the SDK, which reads names by other rules: as its default profile.
    ///
    /// Credentials are left out: those are found here.
    pub(super) fn for_sdk(&self, profile: &str) -> String {
        let mut lines = vec!["[default]".to_owned()];
        let own = self.sections.get(profile);
        let services = own.and_then(|own| self.services.get(text(own, "services")?));
        let plain = |key: &str| !SECRET.contains(&key) && key != "services";
        for (key, value) in own.into_iter().flatten().filter(|(key, _)| plain(key)) {
            write(&mut lines, key, value);
        }
        if let Some(services) = services {
            lines.extend(["services = it".to_owned(), "[services it]".to_owned()]);
            for (key, value) in services {
                write(&mut lines, key, value);
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// What the SDK need not see.
const SECRET: [&str; 4] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "credential_process"];

/// Writes a setting for the SDK. One of several lines has no meaning there.
fn write(lines: &mut Vec<String>, key: &str, value: &Value) {
    match value {
        Value::Text(text) if !text.contains('\n') => lines.push(format!("{key} = {text}")),
        Value::Text(_) => {}
        Value::Nested(pairs) => {
            lines.push(format!("{key} ="));
            lines.extend(pairs.iter().map(|(key, value)| format!("  {key} = {value}")));
        }
    }
}

/// The profile that variables name.
///
/// Source: <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>; the older name comes last.
pub(crate) fn selected(var: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find_map(|name| var(name).filter(|value| !value.is_empty()))
}

fn text<'a>(settings: &'a Settings, key: &str) -> Option<&'a str> {
    match settings.get(key)? {
        Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Value::Nested(_) => None,
    }
}

fn read(text: Option<&str>, which: &str) -> Result<Vec<Section>, LoadError> {
    let text = text.unwrap_or_default();
    ini::parse(text).map_err(|error| wrong(&format!("the AWS {which} file cannot be read: {error}")))
}

/// An error in the config files.
fn wrong(detail: &str) -> LoadError {
    LoadError::new(ErrorKind::Configuration, SIGN_IN).detail(detail)
}

#[cfg(test)]
mod tests;
