//! `iamtui` without a subcommand: the console.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::app::{Looks, Source, Start};
use crate::backend::Target;
use crate::base::clock::Clock;
use crate::base::error::Told;
use crate::input::Keymap;
use crate::runtime::crash::TestPanic;
use crate::runtime::{self, Ending, Setup};
use crate::theme::{Depth, Ground, Theme};

use super::source::SourceArgs;
use super::{Failure, Outcome};

/// Opens the console and runs it to its end.
pub fn run(args: &SourceArgs) -> Result<Outcome, Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::Usage(
            Told::new("the console needs a terminal for its input and output")
                .hint("Run it without a pipe; `iamtui --help` lists the commands that need no terminal."),
        ));
    }
    let (start, setup) = prepare(args, &|name| std::env::var(name).ok())?;
    match runtime::run(start, &setup) {
        Ok(Ending::Left | Ending::Lost) => Ok(Outcome::Fine),
        Ok(Ending::Signalled(signal)) => Ok(Outcome::Signalled(signal.exit_code())),
        Ok(Ending::Panicked) => Ok(Outcome::Crashed),
        Err(error) => Err(Failure::Run(
            Told::new(format!("the terminal cannot be used: {error}")).hint("Try another terminal, or check `TERM`."),
        )),
    }
}

fn prepare(args: &SourceArgs, var: &dyn Fn(&str) -> Option<String>) -> Result<(Start, Setup), Failure> {
    let files = Files::find();
    let depth = Depth::of(var);
    let background = var("COLORFGBG").and_then(|value| ground(&value));
    let keymap = match files.read("keys.toml")? {
        Some(text) => Keymap::with_overrides(&text, "keys.toml").map_err(Failure::Usage)?,
        None => Keymap::default(),
    };
    let read = |name: &str| files.theme(name);
    let load = |name: &str| Theme::load(name, depth, &read).map_err(Failure::Usage);
    let looks = match &args.theme {
        Some(name) => {
            let theme = load(name)?;
            Looks { dark: theme.clone(), light: theme }
        }
        None => Looks { dark: load(Ground::Dark.theme())?, light: load(Ground::Light.theme())? },
    };
    // What is known need not be asked, and without colours it would change nothing.
    let ask_background = args.theme.is_none() && background.is_none() && depth != Depth::None;
    let test_panic = var("IAMTUI_TEST_PANIC").and_then(|word| TestPanic::parse(&word));
    let start = Start {
        source: source(args, var, &files),
        read_only: args.read_only,
        keymap,
        looks,
        ground: background.unwrap_or_default(),
        clock: Clock::system(),
        crash_test: test_panic.is_some(),
        size: (80, 24),
    };
    Ok((start, Setup { ask_background, test_panic }))
}

/// The account that is asked for; without a flag and without AWS configuration, the demo company.
fn source(args: &SourceArgs, var: &dyn Fn(&str) -> Option<String>, files: &Files) -> Source {
    if let Some(store) = &args.local {
        return Source::Local(store.clone());
    }
    if args.profile.is_none() && args.endpoint_url.is_none() && !is_configured(var, files) {
        return Source::Local("demo".to_owned());
    }
    Source::Aws(Target::Aws {
        profile: args.profile.clone(),
        region: args.region.clone(),
        endpoint: args.endpoint_url.clone(),
    })
}

/// Whether there is anything that the SDK could find credentials in.
fn is_configured(var: &dyn Fn(&str) -> Option<String>, files: &Files) -> bool {
    const NAMES: &[&str] = &[
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let set = |name: &&str| var(name).is_some_and(|value| !value.is_empty());
    let file = |name: &str, usual: &str| {
        var(name).map(PathBuf::from).or_else(|| files.home.as_ref().map(|home| home.join(".aws").join(usual)))
    };
    NAMES.iter().any(set)
        || [file("AWS_CONFIG_FILE", "config"), file("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
            .into_iter()
            .flatten()
            .any(|path| path.is_file())
}

/// The ground as `COLORFGBG` tells it: `15;0` is light on dark.
fn ground(value: &str) -> Option<Ground> {
    let background: u8 = value.rsplit(';').next()?.parse().ok()?;
    Some(if matches!(background, 7 | 15) { Ground::Light } else { Ground::Dark })
}

/// The user's own files.
struct Files {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
}

impl Files {
    fn find() -> Self {
        let strategy = etcetera::choose_base_strategy().ok();
        Self {
            home: strategy.as_ref().map(|strategy| strategy.home_dir().to_owned()),
            config: strategy.map(|strategy| strategy.config_dir().join("iamtui")),
        }
    }

    /// The text of a file beside the config file; none where there is no such file.
    fn read(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(path) = self.config.as_ref().map(|config| config.join(name)) else { return Ok(None) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::Usage(
                Told::new(format!("`{}` cannot be read: {error}", path.display()))
                    .hint("Correct the file's rights or its text, or move it away."),
            )),
        }
    }

    fn theme(&self, name: &str) -> Option<String> {
        // A theme's name is a file's name, never a path out of the folder.
        let plain = name.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_'));
        if !plain {
            return None;
        }
        std::fs::read_to_string(self.config.as_ref()?.join("themes").join(format!("{name}.toml"))).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Files {
        Files { home: Some(PathBuf::from("/nonexistent")), config: None }
    }

    #[track_caller]
    fn check(args: &SourceArgs, vars: &[(&str, &str)], local: Option<&str>) {
        let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let found = match source(args, &var, &nothing()) {
            Source::Local(store) => Some(store),
            Source::Aws(_) => None,
        };
        assert_eq!(found.as_deref(), local);
    }

    #[test]
    fn without_aws_configuration_the_demo_company_opens() {
        check(&SourceArgs::default(), &[], Some("demo"));
        check(&SourceArgs::default(), &[("AWS_ACCESS_KEY_ID", "")], Some("demo"));
        check(&SourceArgs::default(), &[("AWS_PROFILE", "work")], None);
        let local = SourceArgs { local: Some("mine".into()), ..SourceArgs::default() };
        check(&local, &[("AWS_PROFILE", "work")], Some("mine"));
        let named = SourceArgs { endpoint_url: Some("http://127.0.0.1:5000".into()), ..SourceArgs::default() };
        check(&named, &[], None);
    }

    #[test]
    fn the_ground_is_read_off_colorfgbg() {
        assert_eq!(ground("15;0"), Some(Ground::Dark));
        assert_eq!(ground("0;default;15"), Some(Ground::Light));
        assert_eq!(ground("x"), None);
    }
}
