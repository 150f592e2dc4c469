//! The config file and the folders, read once.
//!
//! `$XDG_CONFIG_HOME/iamtui/config.toml` holds the settings below; `keys.toml`, `themes/*.toml` and
//! `catalog.toml` lie beside it and are read by the rooms that they belong to. An unknown key is refused
//! with the nearest known one: a setting that is silently ignored is worse than none.

pub(crate) mod edit;
mod names;
pub mod recent;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use toml::{Table, Value};

use crate::base::bounded;
use crate::base::error::UserError;
use crate::base::nearest::nearest;

pub use names::{NameRules, Named};

/// Where the program's files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Settings, keys, themes.
    pub config: PathBuf,
    /// The emulator's stores.
    pub data: PathBuf,
    /// Journal, drafts, log, crash reports.
    pub state: PathBuf,
}

/// The settings of `config.toml`; a flag on the command line wins over each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// The theme's name.
    pub theme: Option<String>,
    /// Whether sessions let only reads pass.
    pub read_only: Option<bool>,
    /// The profile of the AWS config files that is opened when no source is named.
    pub profile: Option<String>,
    /// The Region for signing.
    pub region: Option<String>,
    /// Profiles whose sessions let only reads pass.
    pub read_only_profiles: BTreeSet<String>,
    /// The rules for new names.
    pub names: NameRules,
    /// The table `[checks]`: the code of a policy check and its level, as written.
    pub checks: Vec<(String, String)>,
    /// The table `[guards]`: the name of a guard and what it does, as written.
    pub guards: Vec<(String, String)>,
}

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no home folder.
    #[error("there is no home folder to look for settings in")]
    Home,
    /// The file is there and cannot be read.
    #[error("the settings in `{file}` cannot be read: {error}", file = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// The file is no TOML.
    #[error("`{file}` is no valid TOML: {reason}", file = .0.display(), reason = .1)]
    Syntax(PathBuf, String),
    /// A key is not known.
    #[error("`{file}` has the unknown key `{key}`", file = .file.display())]
    Unknown {
        /// The file.
        file: PathBuf,
        /// The key as written.
        key: String,
        /// The nearest known key.
        meant: Option<&'static str>,
    },
    /// A value has another type than the key takes.
    #[error("`{key}` in `{file}` takes {wanted}", file = .file.display())]
    Type {
        /// The file.
        file: PathBuf,
        /// The key.
        key: &'static str,
        /// What it takes, such as `true or false`.
        wanted: &'static str,
    },
}

impl From<ConfigError> for UserError {
    fn from(error: ConfigError) -> Self {
        let told = UserError::new(error.to_string());
        match &error {
            ConfigError::Home => told.hint("Set HOME or XDG_CONFIG_HOME."),
            ConfigError::Io(..) => told.hint("Make the file readable, or move it away to start with defaults."),
            ConfigError::Syntax(..) => told.hint("Correct the file, or move it away to start with defaults."),
            ConfigError::Unknown { meant: Some(key), .. } => told.hint(format!("Did you mean `{key}`?")),
            ConfigError::Unknown { meant: None, .. } => {
                told.hint(format!("Known keys are {}.", KEYS.map(|key| format!("`{key}`")).join(", ")))
            }
            ConfigError::Type { wanted, .. } => told.hint(format!("Write {wanted} there.")),
        }
    }
}

/// The most bytes of a file of settings.
pub(crate) const LARGEST: u64 = 16 << 20;

/// Every key of `config.toml`.
const KEYS: [&str; 8] = ["theme", "read_only", "profile", "region", "read_only_profiles", "names", "checks", "guards"];

impl Folders {
    /// The folders of the XDG specification, on every system.
    pub fn find() -> Result<Self, ConfigError> {
        let base = etcetera::base_strategy::Xdg::new().map_err(|_| ConfigError::Home)?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self {
            config: base.config_dir().join("iamtui"),
            data: base.data_dir().join("iamtui"),
            state: state.join("iamtui"),
        })
    }

    /// The text of a file in the config folder, such as `keys.toml`; none where there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<String>, ConfigError> {
        let file = self.config.join(name);
        match bounded::read_text(&file, LARGEST) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ConfigError::Io(file, error)),
        }
    }
}

impl Config {
    /// Reads `config.toml`; without the file all settings are unset.
    pub fn load(folders: &Folders) -> Result<Self, ConfigError> {
        match folders.read("config.toml")? {
            Some(text) => Self::parse(&text, &folders.config.join("config.toml")),
            None => Ok(Self::default()),
        }
    }

    /// Reads settings from a text; the file's name is for error messages.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            ConfigError::Syntax(file.to_owned(), format!("line {line}: {}", error.message().replace('\n', ", ")))
        })?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let meant = nearest(key, KEYS.into_iter());
            return Err(ConfigError::Unknown { file: file.to_owned(), key: key.clone(), meant });
        }
        let text = |key: &'static str| match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(ConfigError::Type { file: file.to_owned(), key, wanted: "a text in quotes" }),
        };
        let flag = |key: &'static str| match table.get(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(*flag)),
            Some(_) => Err(ConfigError::Type { file: file.to_owned(), key, wanted: "true or false" }),
        };
        let names = |key: &'static str| {
            let wrong = || ConfigError::Type { file: file.to_owned(), key, wanted: "a list of names in quotes" };
            let Some(value) = table.get(key) else { return Ok(BTreeSet::new()) };
            let list = value.as_array().ok_or_else(wrong)?;
            list.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        };
        let wanted = "a table of texts in quotes";
        let pairs = |key: &'static str| match table.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Table(pairs)) => {
                let pair = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
                let pairs: Option<Vec<_>> = pairs.iter().map(pair).collect();
                pairs.ok_or_else(|| ConfigError::Type { file: file.to_owned(), key, wanted })
            }
            Some(_) => Err(ConfigError::Type { file: file.to_owned(), key, wanted }),
        };
        Ok(Self {
            theme: text("theme")?,
            read_only: flag("read_only")?,
            profile: text("profile")?,
            region: text("region")?,
            read_only_profiles: names("read_only_profiles")?,
            names: match table.get("names") {
                None => NameRules::default(),
                Some(Value::Table(names)) => NameRules::read(names, file)?,
                Some(_) => {
                    return Err(ConfigError::Type { file: file.to_owned(), key: "names", wanted: "a table" });
                }
            },
            checks: pairs("checks")?,
            guards: pairs("guards")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("config.toml"))
    }

    #[track_caller]
    fn check(text: &str, message: &str, hint: &str) {
        let told = UserError::from(parse(text).unwrap_err());
        assert_eq!((told.message.as_str(), told.hint.as_deref()), (message, Some(hint)));
    }

    #[test]
    fn settings_are_read_and_the_rest_stays_unset() {
        let config = parse("theme = \"light\"\nread_only = true\n").unwrap();
        assert_eq!((config.theme.as_deref(), config.read_only, config.profile), (Some("light"), Some(true), None));
        assert_eq!(parse("").unwrap(), Config::default());
        let guarded = parse("read_only_profiles = [\"prod\"]").unwrap().read_only_profiles;
        assert_eq!(guarded.into_iter().collect::<Vec<_>>(), ["prod"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known_one() {
        check("readonly = true", "`config.toml` has the unknown key `readonly`", "Did you mean `read_only`?");
        check(
            "read_only_profiles = \"prod\"",
            "`read_only_profiles` in `config.toml` takes a list of names in quotes",
            "Write a list of names in quotes there.",
        );
        check(
            "wallpaper = 1",
            "`config.toml` has the unknown key `wallpaper`",
            "Known keys are `theme`, `read_only`, `profile`, `region`, `read_only_profiles`, `names`, `checks`, `guards`.",
        );
    }

    #[test]
    fn tables_hold_texts_in_their_order() {
        let config = parse("[checks]\nmissing-external-id = \"off\"\nMISSING_VERSION = \"error\"\n").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(config.checks, [pair("MISSING_VERSION", "error"), pair("missing-external-id", "off")]);
        let wanted = "a table of texts in quotes";
        check(
            "[guards]\nfull-administrator = true",
            &format!("`guards` in `config.toml` takes {wanted}"),
            &format!("Write {wanted} there."),
        );
    }

    #[test]
    fn a_wrong_type_and_broken_toml_name_the_place() {
        check("read_only = \"yes\"", "`read_only` in `config.toml` takes true or false", "Write true or false there.");
        let told = UserError::from(parse("theme = \"dark\"\nregion = ").unwrap_err());
        assert!(told.message.starts_with("`config.toml` is no valid TOML: line 2: "), "{}", told.message);
    }

    #[test]
    fn a_missing_file_means_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_owned();
        let folders = Folders { config: at.clone(), data: at.clone(), state: at };
        assert_eq!(Config::load(&folders).unwrap(), Config::default());
        assert_eq!(folders.read("keys.toml").unwrap(), None);
    }
}
