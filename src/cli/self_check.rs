//! `iamtui self-check`: whether this terminal and this machine have what the console needs, with advice.
//!
//! Nothing is asked over the network, and nothing is changed.

use std::io::IsTerminal as _;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::Outcome;
use super::output::{Format, Output, columns};
use crate::backend::{Profile, Profiles};
use crate::base::clock;
use crate::base::error::UserError;
use crate::config::{Config, Folders};
use crate::theme::Depth;

/// Check the terminal, colours, keys, clipboard, settings and AWS configuration, each with advice
///
/// Exit code 1: something needs attention.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is as it should be.
    Good,
    /// It works, with less comfort.
    Note,
    /// It does not work.
    Bad,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "problem",
        }
    }
}

/// What was checked, what was found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Check {
    what: &'static str,
    state: State,
    found: String,
    advice: String,
}

impl Check {
    fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Good, found: found.into(), advice: String::new() }
    }

    fn note(what: &'static str, found: impl Into<String>, advice: &str) -> Self {
        Self { what, state: State::Note, found: found.into(), advice: advice.to_owned() }
    }

    fn bad(what: &'static str, told: UserError) -> Self {
        Self { what, state: State::Bad, found: told.message, advice: told.hint.unwrap_or_default() }
    }
}

/// A variable of the environment.
type Var<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Outcome {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| (size.ws_col, size.ws_row));
    let mut checks = terminal(&var, std::io::stdout().is_terminal(), size);
    checks.extend(machine());
    checks.extend(aws(&var));
    match args.output {
        Format::Json => {
            let one = |one: &Check| json!({"check": one.what, "state": one.state.word(), "found": one.found, "advice": one.advice});
            out.json(&checks.iter().map(one).collect());
        }
        Format::Text => {
            let row = |one: &Check| [one.state.word().to_owned(), one.what.to_owned(), one.found.clone()];
            columns(&checks.iter().map(row).collect::<Vec<_>>(), out);
            for one in checks.iter().filter(|one| !one.advice.is_empty()) {
                out.text(&format!("{}: {}", one.what, one.advice));
            }
        }
    }
    let failed = checks.iter().any(|one| one.state == State::Bad);
    if failed { Outcome::Findings } else { Outcome::Fine }
}

/// What the terminal can do, as far as the environment tells.
fn terminal(var: Var<'_>, is_terminal: bool, size: Option<(u16, u16)>) -> Vec<Check> {
    let name = var("TERM").unwrap_or_default();
    let told = match (is_terminal, name.as_str()) {
        (false, _) => {
            Check::note("terminal", "the output is no terminal", "Run it in the terminal that the console is to use.")
        }
        (true, "" | "dumb") => Check::bad(
            "terminal",
            UserError::new("TERM names no terminal that can be drawn on").hint("Set TERM, such as to xterm-256color."),
        ),
        (true, name) => Check::good("terminal", name),
    };
    let mut checks = vec![told];
    checks.push(match size.filter(|_| is_terminal) {
        Some((width, height)) if width < 60 || height < 16 => {
            let told = UserError::new(format!("{width}x{height}"));
            Check::bad("size", told.hint("The console needs 60x16, and is made for 80x24 and more."))
        }
        Some((width, height)) if width < 80 || height < 24 => {
            Check::note("size", format!("{width}x{height}"), "Lists and dialogs are made for 80x24 and more.")
        }
        Some((width, height)) => Check::good("size", format!("{width}x{height}")),
        None => Check::note("size", "unknown", ""),
    });
    checks.push(match Depth::of(var) {
        Depth::None => {
            Check::note("colours", "none", "NO_COLOR or TERM asks for that; marks take the place of colours.")
        }
        Depth::Sixteen => {
            Check::note("colours", "16", "If the terminal has more, set COLORTERM=truecolor or TERM=xterm-256color.")
        }
        Depth::Indexed => Check::good("colours", "256"),
        Depth::True => Check::good("colours", "16 million"),
    });
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| var(name)).unwrap_or_default();
    let is_utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    checks.push(if is_utf8 {
        Check::good("characters", locale)
    } else {
        let found = if locale.is_empty() { "no locale is set".to_owned() } else { locale };
        Check::note("characters", found, "Set LANG to a UTF-8 locale, such as C.UTF-8: borders and marks need it.")
    });
    checks.push(keys(var));
    checks.push(clipboard(var));
    checks
}

/// Whether ctrl and alt keys arrive as themselves.
fn keys(var: Var<'_>) -> Check {
    let program = var("TERM_PROGRAM").unwrap_or_default();
    let knows = ["WezTerm", "ghostty", "kitty", "iTerm.app", "rio"].contains(&program.as_str())
        || var("KITTY_WINDOW_ID").is_some()
        || var("TERM")
            .is_some_and(|term| ["kitty", "foot", "alacritty", "ghostty"].iter().any(|name| term.contains(name)));
    match (var("TMUX").is_some(), knows) {
        (true, _) => Check::note(
            "keys",
            "tmux",
            "Put `set -s escape-time 10` and `set -g extended-keys on` into tmux.conf, so that Esc acts at once.",
        ),
        (false, true) => Check::good("keys", "the kitty keyboard protocol"),
        (false, false) => Check::note(
            "keys",
            "as all terminals send them",
            "If alt keys type letters, make alt send Esc in the terminal's settings; every command has a key without alt.",
        ),
    }
}

/// Whether what is copied reaches the clipboard.
fn clipboard(var: Var<'_>) -> Check {
    match (var("TMUX"), var("STY"), var("TERM_PROGRAM").as_deref()) {
        (Some(_), _, _) => {
            Check::note("clipboard", "OSC 52 through tmux", "Put `set -g set-clipboard on` into tmux.conf.")
        }
        (None, Some(_), _) => {
            Check::note("clipboard", "OSC 52 through screen", "screen cuts long texts off; write them to a file.")
        }
        (None, None, Some("Apple_Terminal")) => Check::note(
            "clipboard",
            "Terminal.app takes no OSC 52",
            "Use another terminal, such as iTerm2, or write to a file.",
        ),
        (None, None, Some("iTerm.app")) => Check::note(
            "clipboard",
            "OSC 52",
            "Allow applications in terminal to access the clipboard, in the settings.",
        ),
        _ => Check::good("clipboard", "OSC 52, also over SSH"),
    }
}

/// The clock, the settings and the folders of this program.
fn machine() -> Vec<Check> {
    let mut checks = vec![match clock::check_system() {
        Ok(()) => Check::good("clock", "plausible"),
        Err(told) => Check::bad("clock", told),
    }];
    let folders = match Folders::find() {
        Ok(folders) => folders,
        Err(error) => {
            checks.push(Check::bad("settings", error.into()));
            return checks;
        }
    };
    checks.push(match Config::load(&folders) {
        Ok(_) => Check::good("settings", folders.config.display().to_string()),
        Err(error) => Check::bad("settings", error.into()),
    });
    for (what, folder) in [("data folder", &folders.data), ("state folder", &folders.state)] {
        checks.push(match std::fs::metadata(folder) {
            Ok(about) if about.permissions().mode() & 0o077 != 0 => Check::note(
                what,
                format!("{}: others can enter it", folder.display()),
                "Run `chmod 700` on it; the console does so when it writes there.",
            ),
            Ok(_) => Check::good(what, folder.display().to_string()),
            Err(_) => Check::good(what, format!("{}: created when it is needed", folder.display())),
        });
    }
    checks
}

/// What the AWS configuration offers; no credential is read and nothing is asked.
fn aws(var: Var<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    match Profiles::load() {
        Ok(profiles) => {
            let all: Vec<Profile> = profiles.all();
            let found = format!("{} {}", all.len(), if all.len() == 1 { "profile" } else { "profiles" });
            checks.push(if all.is_empty() && var("AWS_ACCESS_KEY_ID").is_none() {
                Check::note("AWS profiles", found, "Without one the console opens the demo; `aws configure` makes one.")
            } else {
                Check::good("AWS profiles", found)
            });
            if let Some(named) = var("AWS_PROFILE")
                && profiles.profile(&named).is_none()
            {
                let told = UserError::new(format!("AWS_PROFILE names `{named}`, which is not there"));
                checks.push(Check::bad("AWS_PROFILE", told.hint("Set it to a profile of ~/.aws/config.")));
            }
        }
        Err(error) => checks.push(Check::bad("AWS profiles", error.user_error())),
    }
    match (var("AWS_ACCESS_KEY_ID"), var("AWS_SECRET_ACCESS_KEY")) {
        (Some(_), Some(_)) => checks.push(Check::note(
            "AWS credentials",
            "in the environment",
            "They win over profiles, unless --profile names one.",
        )),
        (None, None) => {}
        _ => checks.push(Check::bad(
            "AWS credentials",
            UserError::new("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set")
                .hint("Set both, or neither."),
        )),
    }
    if let Some(url) = var("AWS_ENDPOINT_URL_IAM").or_else(|| var("AWS_ENDPOINT_URL")) {
        checks.push(Check::note("AWS endpoint", url, "Calls go there and not to AWS."));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], what: &str, state: State) {
        let var = |name: &str| vars.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let all = terminal(&var, true, Some((120, 40)));
        let found = all.iter().find(|one| one.what == what).unwrap();
        assert_eq!(found.state, state, "{found:?}");
        assert!(state == State::Good || !found.advice.is_empty(), "{found:?}");
    }

    #[test]
    fn what_is_less_than_it_could_be_has_advice() {
        let good = [("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")];
        for what in ["terminal", "size", "colours", "characters", "keys", "clipboard"] {
            check(&good, what, State::Good);
        }
        check(&[("TERM", "dumb")], "terminal", State::Bad);
        check(&[("TERM", "xterm"), ("NO_COLOR", "1")], "colours", State::Note);
        check(&[("TERM", "xterm"), ("LANG", "C")], "characters", State::Note);
        check(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x")], "clipboard", State::Note);
    }
}
