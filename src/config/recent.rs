//! What was connected to lately, in the state folder: names and ARNs, never a credential.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{bounded, private_file};

/// The most bytes of the file, which holds a hundred names at most.
const LARGEST: u64 = 1 << 20;

/// How many connections are remembered.
const CHOICES: usize = 20;

/// How many roles are remembered; the console of AWS remembers five.
const ROLES: usize = 5;

/// What was chosen lately, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recent {
    /// Connections by their key, such as `profile work`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Roles that were switched to.
    #[serde(default)]
    pub roles: Vec<RoleChoice>,
}

/// A role to switch to, as a person described it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoleChoice {
    /// The role.
    pub arn: String,
    /// What the header calls it; empty: the role's name.
    pub display: String,
    /// The colour of that in the header.
    pub colour: Colour,
    /// The id that the trust policy asks for.
    pub external_id: Option<String>,
    /// The MFA device whose code is sent along.
    pub mfa_serial: Option<String>,
    /// How long the session shall last, in seconds.
    pub duration: Option<i32>,
}

/// A colour to tell roles apart by; the theme says how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// That of other identities.
    #[default]
    None,
    /// Red.
    Red,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
}

impl Colour {
    /// All colours by their names, in the order of forms.
    pub const NAMES: &[&str] = &["none", "red", "yellow", "green", "blue"];

    /// The colour at this place among the names.
    pub fn at(place: usize) -> Self {
        [Self::None, Self::Red, Self::Yellow, Self::Green, Self::Blue].get(place).copied().unwrap_or_default()
    }
}

impl Recent {
    /// Reads what is remembered; a file that is missing or damaged remembers nothing.
    pub fn load(state: &Path) -> Self {
        bounded::read(&file(state), LARGEST)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Remembers a choice as the latest.
    pub fn choose(&mut self, key: &str) {
        self.choices.retain(|held| held != key);
        self.choices.insert(0, key.to_owned());
        self.choices.truncate(CHOICES);
    }

    /// Remembers a role as the latest.
    pub fn switch(&mut self, role: &RoleChoice) {
        self.roles.retain(|held| held.arn != role.arn);
        self.roles.insert(0, role.clone());
        self.roles.truncate(ROLES);
    }

    /// Writes what is remembered.
    pub fn save(&self, state: &Path) -> io::Result<()> {
        private_file::replace(&file(state), &serde_json::to_vec_pretty(self)?)
    }
}

fn file(state: &Path) -> PathBuf {
    state.join("recent.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(number: usize) -> RoleChoice {
        RoleChoice {
            arn: format!("arn:aws:iam::123456789012:role/{number}"),
            display: String::new(),
            colour: Colour::Blue,
            external_id: None,
            mfa_serial: None,
            duration: None,
        }
    }

    #[test]
    fn the_latest_comes_first_and_the_sixth_role_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Recent::load(folder.path()), Recent::default());
        let mut recent = Recent::default();
        for number in 0..7 {
            recent.switch(&role(number));
        }
        recent.switch(&role(4));
        for key in ["profile a", "profile b", "profile a"] {
            recent.choose(key);
        }
        recent.save(folder.path()).unwrap();
        let read = Recent::load(folder.path());
        let ends: Vec<&str> = read.roles.iter().filter_map(|role| role.arn.rsplit('/').next()).collect();
        assert_eq!((ends, read.choices), (vec!["4", "6", "5", "3", "2"], vec!["profile a".into(), "profile b".into()]));
        std::fs::write(file(folder.path()), "{").unwrap();
        assert_eq!(Recent::load(folder.path()), Recent::default());
    }
}
