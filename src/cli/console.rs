//! `iamtui` without a subcommand: the console.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use crate::app::{Looks, Source, Start};
use crate::backend::{ReadOnly, Target};
use crate::base::bounded;
use crate::base::clock::{self, Clock};
use crate::base::error::UserError;
use crate::catalog::Catalog;
use crate::config::{Config, Folders};
use crate::input::Keymap;
use crate::insight::guards;
use crate::policy::validate::Level;
use crate::runtime::crash::TestPanic;
use crate::runtime::{self, Ending, Setup};
use crate::theme::{Catalogue, Depth, Ground, Signs, Theme};

use super::source::SourceArgs;
use super::{Failure, Outcome, catalog};

/// Opens the console and runs it to its end.
pub fn run(args: &SourceArgs) -> Result<Outcome, Failure> {
    clock::check_system()?;
    let home = etcetera::home_dir().ok();
    let folders = Folders::find().map_err(UserError::from)?;
    // Settings are checked before the screen is taken: a message on it would be gone with it.
    let (start, setup) = prepare(args, &|name| std::env::var(name).ok(), &folders, home.as_deref())?;
    if let Some(overlay) = catalog::overlay(&folders)? {
        Catalog::extend(overlay);
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::Usage(
            UserError::new("the console needs a terminal for its input and output")
                .hint("Run it without a pipe; `iamtui --help` lists the commands that need no terminal."),
        ));
    }
    match runtime::run(start, &setup) {
        Ok(Ending::Left | Ending::Lost) => Ok(Outcome::Fine),
        Ok(Ending::Signalled(signal)) => Ok(Outcome::Signalled(signal.exit_code())),
        Ok(Ending::Panicked) => Ok(Outcome::Crashed),
        Err(error) => Err(Failure::Run(
            UserError::new(format!("the terminal cannot be used: {error}"))
                .hint("Try another terminal, or check `TERM`."),
        )),
    }
}

pub(super) type Var<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Settles what the console starts with: a flag wins over the environment, that over the settings.
fn prepare(args: &SourceArgs, var: Var<'_>, folders: &Folders, home: Option<&Path>) -> Result<(Start, Setup), Failure> {
    let config = Config::load(folders).map_err(UserError::from)?;
    let levels = config.checks.iter().map(|(code, word)| Level::setting(code, word)).collect::<Result<Vec<_>, _>>()?;
    let keymap = match folders.read("keys.toml").map_err(UserError::from)? {
        Some(text) => Keymap::with_overrides(&text, "keys.toml")?,
        None => Keymap::default(),
    };
    let depth = Depth::of(var);
    let background = var("COLORFGBG").and_then(|value| ground(&value));
    let themes = Catalogue::new(own_themes(folders), depth, Signs::of(var));
    let both = |theme: Theme| Looks { dark: theme.clone(), light: theme };
    let looks = match (&args.theme, &config.theme) {
        (Some(name), _) => both(themes.load(name).map_err(Failure::Usage)?),
        (None, Some(name)) => both(themes.load(name)?),
        (None, None) => Looks { dark: themes.usual(Ground::Dark)?, light: themes.usual(Ground::Light)? },
    };
    let named = args.theme.is_some() || config.theme.is_some();
    // What is known need not be asked, and without colours it would change nothing.
    let ask_background = !named && background.is_none() && depth != Depth::None;
    let test_panic = var("IAMTUI_TEST_PANIC").and_then(|word| TestPanic::parse(&word));
    let start = Start {
        source: source(args, var, &config, home),
        read_only: ReadOnly::of(args.read_only, &config),
        names: config.names.clone(),
        keymap,
        looks,
        themes,
        settings: Some(folders.config.join("config.toml")),
        ground: background.unwrap_or_default(),
        clock: Clock::system(),
        guards: guards::Settings::parse(&config.guards)?,
        levels,
        crash_test: test_panic.is_some(),
        size: (80, 24),
    };
    Ok((start, Setup { ask_background, test_panic }))
}

/// The account that is asked for; else what the AWS configuration offers; without one, the demo company.
fn source(args: &SourceArgs, var: Var<'_>, config: &Config, home: Option<&Path>) -> Source {
    named(args, var, config).unwrap_or_else(|| {
        if has_aws_files(var, home) {
            Source::Offered(region(args, var, config))
        } else {
            Source::Local("demo".to_owned())
        }
    })
}

/// The account that a flag, the environment or the settings name.
pub(super) fn named(args: &SourceArgs, var: Var<'_>, config: &Config) -> Option<Source> {
    if let Some(store) = &args.local {
        return Some(Source::Local(store.clone()));
    }
    if let Some(file) = &args.snapshot {
        return Some(Source::Snapshot(file.clone()));
    }
    let in_environment = CREDENTIALS.iter().any(|name| is_set(var, name));
    let mut profile = args.profile.clone();
    if profile.is_none() && args.endpoint_url.is_none() && !in_environment {
        profile = Some(config.profile.clone()?);
    }
    let endpoint = args.endpoint_url.clone();
    Some(Source::Aws(Target::Aws { profile, region: region(args, var, config), endpoint }))
}

/// The Region of a flag; of the settings only where the environment has none.
fn region(args: &SourceArgs, var: Var<'_>, config: &Config) -> Option<String> {
    let settled = if REGION.iter().any(|name| is_set(var, name)) { None } else { config.region.clone() };
    args.region.clone().or(settled)
}

fn is_set(var: Var<'_>, name: &str) -> bool {
    var(name).is_some_and(|value| !value.is_empty())
}

/// Where the environment names credentials for the SDK.
const CREDENTIALS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Where the environment names a Region for the SDK.
const REGION: &[&str] = &["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Whether there is a file that the SDK could find credentials in.
fn has_aws_files(var: Var<'_>, home: Option<&Path>) -> bool {
    let file = |name: &str, usual: &str| {
        var(name).map(PathBuf::from).or_else(|| home.map(|home| home.join(".aws").join(usual)))
    };
    [file("AWS_CONFIG_FILE", "config"), file("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
        .into_iter()
        .flatten()
        .any(|path| path.is_file())
}

/// The ground as `COLORFGBG` tells it: `15;0` is light on dark.
fn ground(value: &str) -> Option<Ground> {
    let background: u8 = value.rsplit(';').next()?.parse().ok()?;
    Some(if matches!(background, 7 | 15) { Ground::Light } else { Ground::Dark })
}

/// The most bytes of a theme.
const LARGEST: u64 = 1 << 20;

/// The most themes of the user's own that are read.
const OWN_THEMES: usize = 100;

/// The user's own themes: name and text, by name.
fn own_themes(folders: &Folders) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folders.config.join("themes")).into_iter().flatten().flatten();
    let theme = |path: PathBuf| {
        let name =
            path.file_stem().filter(|_| path.extension().is_some_and(|kind| kind == "toml"))?.to_str()?.to_owned();
        Some((name, bounded::read_text(&path, LARGEST).ok()?))
    };
    let mut found: Vec<_> = files.take(OWN_THEMES).filter_map(|file| theme(file.path())).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn var(vars: &[(&str, &str)], name: &str) -> Option<String> {
        vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    /// What the console starts with where these files lie in the config folder.
    fn start(args: &SourceArgs, vars: &[(&str, &str)], files: &[(&str, &str)]) -> Result<(Start, Setup), Failure> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let at = folder.path().to_owned();
        let folders = Folders { config: at.clone(), data: at.clone(), state: at.clone() };
        prepare(args, &|name| var(vars, name), &folders, Some(&at.join("no-home")))
    }

    #[track_caller]
    fn check(args: &SourceArgs, vars: &[(&str, &str)], local: Option<&str>) {
        let found = match start(args, vars, &[]).unwrap().0.source {
            Source::Local(store) => Some(store),
            _ => None,
        };
        assert_eq!(found.as_deref(), local);
    }

    #[track_caller]
    fn check_settled(args: &SourceArgs, vars: &[(&str, &str)], config: &str, profile: Option<&str>, region: &str) {
        let (start, _) = start(args, vars, &[("config.toml", config)]).unwrap();
        let Source::Aws(Target::Aws { profile: found, region: at, .. }) = start.source else { panic!("no AWS") };
        assert_eq!((found.as_deref(), at.unwrap_or_default().as_str()), (profile, region));
    }

    #[track_caller]
    fn check_refused(files: &[(&str, &str)], message: &str, hint: &str) {
        let Err(Failure::Run(told)) = start(&SourceArgs::default(), &[], files) else { panic!("not refused") };
        assert!(told.message.contains(message), "{}", told.message);
        assert!(told.hint.as_deref().unwrap_or_default().contains(hint), "{:?}", told.hint);
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
    fn a_flag_wins_over_the_environment_and_that_over_the_settings() {
        let config = "profile = \"work\"\nregion = \"eu-west-1\"";
        let flags = SourceArgs { profile: Some("home".into()), region: Some("sa-east-1".into()), ..Default::default() };
        check_settled(&SourceArgs::default(), &[], config, Some("work"), "eu-west-1");
        check_settled(&SourceArgs::default(), &[("AWS_PROFILE", "other")], config, None, "eu-west-1");
        check_settled(&SourceArgs::default(), &[("AWS_REGION", "us-west-2")], config, Some("work"), "");
        check_settled(&flags, &[("AWS_REGION", "us-west-2")], config, Some("home"), "sa-east-1");
    }

    #[test]
    fn the_settings_choose_theme_and_mode_unless_a_flag_does() {
        let files = [("config.toml", "theme = \"light\"\nread_only = true")];
        let (settled, setup) = start(&SourceArgs::default(), &[], &files).unwrap();
        assert!(settled.read_only == ReadOnly::Always && !setup.ask_background);
        assert_eq!(settled.looks.dark.name(), "light");
        let flags = SourceArgs { theme: Some("dark".into()), read_only: Some(false), ..SourceArgs::default() };
        let (flagged, _) = start(&flags, &[], &files).unwrap();
        assert_eq!(flagged.read_only, ReadOnly::Never);
        assert_eq!(flagged.looks.light.name(), "dark");
    }

    #[test]
    fn the_users_keys_are_read() {
        let (start, _) = start(&SourceArgs::default(), &[], &[("keys.toml", "reload = \"R\"")]).unwrap();
        assert_eq!(
            start.keymap.keys(crate::input::Scope::Page, crate::input::AnyPage::Reload),
            [crate::input::Key::char('R')]
        );
    }

    #[test]
    fn wrong_settings_are_a_sentence_with_a_next_step() {
        check_refused(&[("config.toml", "them = \"dark\"")], "unknown key `them`", "Did you mean `theme`?");
        check_refused(&[("config.toml", "theme = ")], "no valid TOML: line 1", "Correct the file");
        check_refused(&[("config.toml", "read_only = 1")], "takes true or false", "Write true or false");
        check_refused(&[("config.toml", "theme = \"pink\"")], "`pink`", "dark");
        check_refused(&[("keys.toml", "dwon = \"j\"")], "no action `dwon`", "`down`");
    }

    #[test]
    fn the_ground_is_read_off_colorfgbg() {
        assert_eq!(ground("15;0"), Some(Ground::Dark));
        assert_eq!(ground("0;default;15"), Some(Ground::Light));
        assert_eq!(ground("x"), None);
    }
}
