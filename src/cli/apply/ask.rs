//! Asking on standard error, and reading the answer from standard input.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroize as _;

use crate::base::bounded;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::cli::Failure;
use crate::cli::output::Output;
use crate::plan::journal::JournalId;
use crate::plan::render::cli::Commands;
use crate::plan::{Plan, Step, Undo};

/// What the command line answers already.
pub(super) struct Answers<'a> {
    /// Nobody is to be asked.
    pub(super) yes: bool,
    /// The word that confirms.
    pub(super) word: Option<&'a str>,
    /// Why, where a guard asks.
    pub(super) reason: Option<&'a str>,
}

/// Says what is about to be sent and to which account, in this program's own words: what a file calls itself, and
/// what it says of its steps, may be anything.
pub(super) fn announce(plan: &Plan, book: &JournalId, out: &mut Output) {
    let count = plan.steps.len();
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    out.say(&format!("{steps} for account {} on {}:", book.account, book.endpoint));
    let commands = Commands::of(plan);
    for (number, step) in plan.steps.iter().enumerate() {
        out.say(&format!("{:>3}. {}", number + 1, step.title()));
        if step.call().is_some() {
            out.say(&format!("     {}", commands.line(step)));
            announce_way_back(&commands, step, out);
        }
    }
    out.say(&format!("The plan calls itself: {}", plan.title));
}

/// Says what an undo would send for a step: a file may claim anything to be the way back.
fn announce_way_back(commands: &Commands, step: &Step, out: &mut Output) {
    let loses = match step.undoable() {
        Undo::Never(why) => return out.say(&format!("     cannot be undone: {why}")),
        Undo::Partly(loses) => loses,
        Undo::Whole => "",
    };
    let calls = step.inverse.as_ref().map_or(&[][..], |inverse| inverse.calls.as_slice());
    if calls.is_empty() {
        out.say("     undo: sends nothing");
    }
    for call in calls {
        let back = Step::new(call.clone(), "");
        // What only the answer says, such as the id of a key, has no place in a command yet.
        let told = if call.outputs().is_empty() { commands.line(&back) } else { back.title() };
        out.say(&format!("     undo: {told}"));
    }
    if !loses.is_empty() {
        out.say(&format!("     not restored: {loses}"));
    }
}

/// Sees to it that the plan is confirmed; gives the reason where a guard asks for one.
pub(super) fn confirm(
    plan: &Plan,
    book: &JournalId,
    answers: &Answers<'_>,
    out: &mut Output,
) -> Result<Option<String>, Failure> {
    let reason = answers.reason;
    let people = io::stdin().is_terminal();
    let refuse = |message: String, hint: String| Failure::Usage(UserError::new(message).hint(hint));
    let Some(asked) = plan.confirmation() else {
        if !answers.yes && !people {
            let message = "cannot ask for confirmation: standard input is not a terminal".to_owned();
            return Err(refuse(message, "Add `--yes`. Nothing was sent.".to_owned()));
        }
        if !answers.yes {
            out.say(&format!("Send this to account {}? Type `yes`:", book.account));
            if line().is_none_or(|typed| !["y", "yes"].contains(&typed.trim().to_ascii_lowercase().as_str())) {
                return Err(Failure::Run(UserError::new("not confirmed: nothing was sent")));
            }
        }
        return Ok(reason.map(str::to_owned));
    };
    let typed = match answers.word {
        Some(word) => Some(word.to_owned()),
        None if people => {
            out.say(&format!("Type `{}` to confirm:", asked.word));
            line()
        }
        None => None,
    };
    match typed {
        Some(typed) if typed == asked.word => {}
        Some(_) => {
            return Err(refuse(
                "that is not the word that confirms this plan".to_owned(),
                format!("It is `{}`. Nothing was sent.", asked.word),
            ));
        }
        None => {
            return Err(refuse(
                "this plan must be confirmed".to_owned(),
                format!("Add `--confirm {}`. Nothing was sent.", asked.word),
            ));
        }
    }
    let given = reason.map(str::to_owned).filter(|reason| !reason.trim().is_empty());
    if !asked.reason || given.is_some() {
        return Ok(given);
    }
    let typed = if people {
        out.say("Why? The journal keeps the reason:");
        line().filter(|reason| !reason.trim().is_empty())
    } else {
        None
    };
    let told = || refuse("a guard asks for a reason".to_owned(), "Add `--reason TEXT`. Nothing was sent.".to_owned());
    typed.map(Some).ok_or_else(told)
}

/// One line of standard input; nothing at its end.
pub(super) fn line() -> Option<String> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A secret: typed unseen on a terminal, else one line of standard input.
pub(super) fn secret(question: &str, out: &mut Output) -> Option<Secret> {
    let stdin = io::stdin();
    let before = if stdin.is_terminal() { tcgetattr(&stdin).ok() } else { None };
    if let Some(before) = &before {
        out.say(question);
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Flush, &unseen).ok()?;
    }
    let mut text = line();
    if let Some(before) = &before {
        let _ = tcsetattr(&stdin, OptionalActions::Now, before);
    }
    let secret = text.as_ref().filter(|text| !text.is_empty()).map(Secret::new);
    text.zeroize();
    secret
}

/// The most bytes of a file that holds a secret.
const LARGEST_SECRET: u64 = 64 * 1024;

/// A secret that a file holds, whose path is one line of standard input.
pub(super) fn secret_file(question: &str, out: &mut Output) -> Result<Secret, Failure> {
    if io::stdin().is_terminal() {
        out.say(question);
    }
    let path = line().unwrap_or_default();
    let read = bounded::read_text(Path::new(path.trim()), LARGEST_SECRET);
    read.map(Secret::new).map_err(|error| {
        let told = UserError::new(format!("cannot read `{}`: {error}", path.trim()));
        Failure::Usage(told.hint("Type the path of the file, or send it as one line on standard input."))
    })
}
