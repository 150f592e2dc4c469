//! The command line: one file per subcommand, data on standard output, messages on standard error.
//!
//! Exit codes are the same everywhere: 0 fine, 1 findings, denied or different, 2 usage, 3 could not run.
//! To add a subcommand: a file with `Args` and `run`, one variant in `Command`, one line in `dispatch`.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod apply;
mod ask;
pub(crate) mod can;
pub(crate) mod catalog;
pub(crate) mod completions;
pub(crate) mod console;
pub(crate) mod drift;
pub(crate) mod emulate;
pub(crate) mod escalation;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod explain_denial;
pub(crate) mod export;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod findings;
mod help;
pub(crate) mod journal;
pub(crate) mod lsp;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod policy;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod self_check;
pub(crate) mod simulate;
pub(crate) mod snapshot;
pub(crate) mod source;
pub(crate) mod unused;
pub(crate) mod validate;
pub(crate) mod who_can;

use std::process::ExitCode;

use clap::error::{ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::base::text::visible;
use crate::base::work::GaveUp;
use crate::insight::age;
use output::Output;

/// The AWS IAM console in a terminal.
///
/// Without a subcommand it opens the console: on the AWS configuration at hand, or on the embedded
/// emulator with a demo company where there is none.
#[derive(Debug, Parser)]
#[command(
    name = "iamtui",
    bin_name = "iamtui",
    version,
    about,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(flatten)]
    source: source::SourceArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What can be done without a screen.
#[derive(Debug, Subcommand)]
enum Command {
    Access(Box<access::Args>),
    Apply(Box<apply::Args>),
    Can(Box<can::Args>),
    Catalog(catalog::Args),
    Completions(completions::Completions),
    Policy(policy::Args),
    Drift(drift::Args),
    Emulate(Box<emulate::Args>),
    Escalation(Box<escalation::Args>),
    Evidence(Box<evidence::Args>),
    Export(export::Args),
    Find(Box<find::Args>),
    Findings(Box<findings::Args>),
    SelfCheck(self_check::Args),
    Simulate(Box<simulate::Args>),
    Journal(journal::Args),
    Lsp(lsp::Args),
    Man(completions::Manual),
    Plan(Box<plan::Args>),
    Report(Box<report::Args>),
    Review(Box<review::Args>),
    Snapshot(snapshot::Args),
    Unused(Box<unused::Args>),
    Validate(validate::Args),
    WhoCan(Box<who_can::Args>),
    Explain(explain::Args),
    ExplainDenial(Box<explain_denial::Args>),
    Help(help::Args),
}

/// How a command ended, beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Fine,
    /// There are findings, it is denied, or it differs.
    Findings,
    /// Some of it could not be done, and that was said; the rest is done.
    Incomplete,
    /// A signal ended it; shells count 128 and the signal's number.
    Signalled(u8),
    /// It crashed, and said so.
    Crashed,
}

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The command line asks for something that does not exist or does not go together.
    Usage(UserError),
    /// It could not run: a file, an endpoint, a store.
    Run(UserError),
}

impl From<UserError> for Failure {
    fn from(told: UserError) -> Self {
        Self::Run(told)
    }
}

impl From<GaveUp> for Failure {
    fn from(gave_up: GaveUp) -> Self {
        Self::Run(UserError::new(gave_up.to_string()).hint("Split the policy into smaller ones."))
    }
}

/// Runs the program with the process's arguments and says how it ended.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let is_misplaced = error.kind() == ErrorKind::ArgumentConflict && error.to_string().contains("subcommand");
            if error.use_stderr() {
                // It repeats what was typed or pasted, which must not act on the terminal.
                let mut out = Output::stdio();
                let text = on_own_lines(error).render().to_string();
                for line in text.trim_end().lines() {
                    out.say(line);
                }
            } else {
                // Help and version are our own words. A closed pipe is no error, here as everywhere.
                let _ = error.print();
                // The short form, `-V`, is for scripts.
                if error.kind() == ErrorKind::DisplayVersion && std::env::args().any(|arg| arg == "--version") {
                    return tell_age();
                }
            }
            if is_misplaced {
                let mut out = Output::stdio();
                out.say("hint: Put the flags that name the account after the command: iamtui drift FILE --local=demo");
            }
            return ExitCode::from(code);
        }
    };
    let mut out = Output::stdio();
    // Written is what has arrived: the buffer is emptied before the exit code is chosen.
    let ended = dispatch(cli, &mut out).and_then(|outcome| Ok(out.finish().map(|()| outcome)?));
    match ended {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(3),
        Ok(Outcome::Signalled(code)) => ExitCode::from(code),
        Ok(Outcome::Crashed) => ExitCode::from(101),
        Err(Failure::Usage(told)) => {
            out.tell(&told);
            ExitCode::from(2)
        }
        Err(Failure::Run(told)) => {
            out.tell(&told);
            ExitCode::from(3)
        }
    }
}

/// The same error, in which what was typed or pasted stays on its line.
fn on_own_lines(mut error: clap::Error) -> clap::Error {
    let shown = |text: &String| visible(text).into_owned();
    let clean = |value: &ContextValue| match value {
        ContextValue::String(text) => ContextValue::String(shown(text)),
        ContextValue::Strings(texts) => ContextValue::Strings(texts.iter().map(shown).collect()),
        other => other.clone(),
    };
    let cleaned: Vec<_> = error.context().map(|(kind, value)| (kind, clean(value))).collect();
    for (kind, value) in cleaned {
        error.insert(kind, value);
    }
    error
}

/// Says how old the facts about AWS are that the program carries.
fn tell_age() -> ExitCode {
    let mut out = Output::stdio();
    let now = Clock::system().now();
    for facts in age::facts() {
        out.text(&facts.told(now));
    }
    match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            out.tell(&told);
            ExitCode::from(3)
        }
    }
}

fn dispatch(cli: Cli, out: &mut Output) -> Result<Outcome, Failure> {
    match cli.command {
        Some(Command::Access(args)) => access::run(&args, out),
        Some(Command::Apply(args)) => apply::run(&args, out),
        Some(Command::Can(args)) => can::run(&args, out),
        Some(Command::Catalog(args)) => catalog::run(&args, out),
        Some(Command::Completions(args)) => Ok(completions::completions(&args, out)),
        Some(Command::Man(args)) => completions::manual(&args, out),
        Some(Command::SelfCheck(args)) => Ok(self_check::run(&args, out)),
        Some(Command::Policy(args)) => policy::run(&args, out),
        Some(Command::Drift(args)) => drift::run(&args, out),
        Some(Command::Emulate(args)) => emulate::run(*args, out),
        Some(Command::Escalation(args)) => escalation::run(&args, out),
        Some(Command::Evidence(args)) => evidence::run(&args, out),
        Some(Command::Export(args)) => export::run(&args, out),
        Some(Command::Find(args)) => find::run(&args, out),
        Some(Command::Findings(args)) => findings::run(&args, out),
        Some(Command::ExplainDenial(args)) => explain_denial::run(&args, out),
        Some(Command::Simulate(args)) => simulate::run(&args, out),
        Some(Command::Journal(args)) => journal::run(&args, out),
        Some(Command::Lsp(args)) => lsp::run(&args, out),
        Some(Command::Plan(args)) => plan::run(&args, out),
        Some(Command::Report(args)) => report::run(&args, out),
        Some(Command::Review(args)) => review::run(&args, out),
        Some(Command::Snapshot(args)) => snapshot::run(&args, out),
        Some(Command::Unused(args)) => unused::run(&args, out),
        Some(Command::Validate(args)) => validate::run(&args, out),
        Some(Command::WhoCan(args)) => who_can::run(&args, out),
        Some(Command::Explain(args)) => explain::run(&args, out),
        Some(Command::Help(args)) => help::run(&args, out),
        None => console::run(&cli.source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_flag_that_would_do_nothing_is_refused() {
        let error = Cli::try_parse_from(["iamtui", "--assume", "admin"]).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::UnknownArgument, 2));
    }

    #[track_caller]
    fn check_one_line(args: &[&str]) {
        let error = Cli::try_parse_from(["iamtui"].iter().chain(args)).unwrap_err();
        let (lines, shown) = (error.render().to_string(), on_own_lines(error).render().to_string());
        assert!(lines.lines().any(|line| line == "forged"), "{lines}");
        assert!(!shown.lines().any(|line| line == "forged") && shown.contains("‹U+000A›"), "{shown}");
    }

    #[test]
    fn what_was_typed_makes_no_line_of_its_own_in_an_error() {
        check_one_line(&["--nonsense\nforged\n"]);
        check_one_line(&["nonsense\nforged\n"]);
        check_one_line(&["validate", "x", "--output", "a\nforged\n"]);
        check_one_line(&["--read-only=a\nforged\n"]);
        check_one_line(&["validate", "x", "--level", "a\nforged\n=off"]);
    }

    #[test]
    fn only_one_source_can_be_named() {
        let error = Cli::try_parse_from(["iamtui", "--profile", "a", "--snapshot", "b"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ArgumentConflict);
    }
}
