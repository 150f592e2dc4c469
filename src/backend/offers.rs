//! What there is to connect to, without reaching anything over the network.

use std::path::PathBuf;

use super::profiles::{Profile, ProfileKind, Profiles};
use super::{Target, credentials};
use crate::config::recent::RoleChoice;
use crate::emulator::ids::account_of;
use crate::model::LoadError;

/// What was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// The profiles of the AWS config files.
    pub profiles: Vec<Profile>,
    /// Why the config files could not be read.
    pub failed: Option<LoadError>,
    /// What the environment has credentials as, with the account where the key tells it.
    pub environment: Option<(&'static str, Option<String>)>,
    /// What this machine says that it is, where it is one with credentials of its own.
    pub machine: Option<&'static str>,
    /// The emulator's stores.
    pub stores: Vec<String>,
}

/// What the key of a snapshot begins with.
const SNAPSHOT: &str = "snapshot ";

/// One thing to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Choice {
    /// A profile of the AWS config files.
    Profile(String),
    /// The credentials of the environment.
    Environment,
    /// The credentials of this machine: asked for over the network, so only on request.
    Machine,
    /// A store of the emulator.
    Store(String),
    /// A role, with the credentials of the account in sight.
    Role(RoleChoice),
    /// What was kept of an account in a file.
    Snapshot(PathBuf),
    /// A workspace that is open, by its number.
    Workspace(u32),
}

impl Choice {
    /// The key under which it is remembered; none where it is not.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Profile(name) => Some(format!("profile {name}")),
            Self::Environment => Some("environment".to_owned()),
            Self::Machine => Some("machine".to_owned()),
            Self::Store(name) => Some(format!("store {name}")),
            Self::Snapshot(file) => Some(format!("{SNAPSHOT}{}", file.display())),
            Self::Role(_) | Self::Workspace(_) => None,
        }
    }

    /// The snapshot that a key stands for.
    pub fn snapshot(key: &str) -> Option<Self> {
        key.strip_prefix(SNAPSHOT).map(|file| Self::Snapshot(file.into()))
    }

    /// What to connect to, where it is AWS.
    pub fn target(&self, region: Option<String>) -> Option<Target> {
        match self {
            Self::Profile(name) => Some(Target::Aws { profile: Some(name.clone()), region, endpoint: None }),
            Self::Environment => Some(Target::Aws { profile: None, region, endpoint: None }),
            Self::Machine => Some(Target::Machine { region, endpoint: None }),
            Self::Store(_) | Self::Role(_) | Self::Snapshot(_) | Self::Workspace(_) => None,
        }
    }
}

impl Offers {
    /// Looks at config files and environment. The stores are the caller's to add.
    pub fn find() -> Self {
        let (profiles, failed) = match Profiles::load() {
            Ok(profiles) => {
                let usable = |profile: &Profile| profile.kind != ProfileKind::Settings;
                (profiles.all().into_iter().filter(usable).collect(), None)
            }
            Err(error) => (Vec::new(), Some(error)),
        };
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let environment = match set("AWS_ACCESS_KEY_ID") {
            Some(id) if set("AWS_SESSION_TOKEN").is_some() => Some(("session", account_of(&id))),
            Some(id) => Some(("access key", account_of(&id))),
            None => set("AWS_WEB_IDENTITY_TOKEN_FILE").map(|_| ("web identity", None)),
        };
        let machine = match (credentials::in_container(), credentials::on_ec2()) {
            (true, _) => Some("container"),
            (_, true) => Some("EC2 instance"),
            _ => None,
        };
        Self { profiles, failed, environment, machine, stores: Vec::new() }
    }

    /// The one thing of AWS that can be connected to, where there is no more than one; stores of the emulator do not
    /// count.
    pub fn only(&self) -> Option<Choice> {
        match (self.profiles.as_slice(), &self.environment, self.machine) {
            ([one], None, None) => Some(Choice::Profile(one.name.clone())),
            ([], Some(_), None) => Some(Choice::Environment),
            ([], None, Some(_)) => Some(Choice::Machine),
            _ => None,
        }
    }
}
