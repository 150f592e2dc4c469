//! `iamtui journal`: the runs that changed an account, and which of them can be gone on with or taken back.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::account::{self, Opened};
use super::apply::{self, how};
use super::output::{Format, Output, columns};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::error::UserError;
use crate::base::span;
use crate::config::Folders;
use crate::plan::journal::Run;
use crate::runtime::journal;

/// List the runs that changed an account, the latest last
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List only temporary grants, and when they end
    #[arg(value_enum)]
    what: Option<What>,
    /// End expired grants by undoing their runs
    #[arg(long, requires = "what")]
    apply: bool,
    /// With `--apply`: do not ask
    #[arg(long, requires = "apply")]
    yes: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    source: SourceArgs,
}

/// What of the journal is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Grants that end
    Due,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let Opened::Live(live) = account::open(&args.source)? else {
        return Err(Failure::Usage(UserError::new("a snapshot has no journal").hint("Name the account itself.")));
    };
    let (account, mut failed) = live.read(&[Load::Identity]);
    let Some(identity) = account.identity() else {
        let told = failed.pop().map(|(_, error)| error.user_error());
        return Err(Failure::Run(told.unwrap_or_else(|| UserError::new("it is not known who you are"))));
    };
    let folders = Folders::find().map_err(UserError::from)?;
    let kept = journal::read(&folders.state, &live.book(identity.account.as_str()))?;
    if args.what == Some(What::Due) {
        let now = live.clock().now();
        drop(live);
        return due(args, &kept.runs, now, out);
    }
    match args.output {
        Format::Json => out.json(&Value::Array(kept.runs.iter().map(object).collect())),
        Format::Text if kept.runs.is_empty() && kept.damage.is_none() => out.say("nothing was changed yet"),
        Format::Text => columns(&kept.runs.iter().map(row).collect::<Vec<_>>(), out),
    }
    let Some(damage) = kept.damage else { return Ok(Outcome::Fine) };
    out.tell(&damage);
    Ok(Outcome::Incomplete)
}

/// Lists what was granted for a time, or ends what is over.
fn due(args: &Args, runs: &[Run], now: Timestamp, out: &mut Output) -> Result<Outcome, Failure> {
    let mut open: Vec<(Timestamp, &Run)> = runs.iter().filter_map(|run| Some((run.due()?, run))).collect();
    open.sort_by_key(|(at, _)| *at);
    if !args.apply {
        let state = |at: Timestamp| if at <= now { "over" } else { "open" };
        let row = |(at, run): &(Timestamp, &Run)| {
            let left =
                if *at <= now { "over".to_owned() } else { format!("{} left", span::told(at.duration_since(now))) };
            [run.id.clone(), at.to_string(), left, run.plan().title.clone()]
        };
        match args.output {
            Format::Json => out.json(&Value::Array(open.iter().map(|(at, run)| {
                json!({ "run": run.id, "ends": at.to_string(), "state": state(*at), "title": run.plan().title })
            }).collect())),
            Format::Text if open.is_empty() => out.say("nothing was granted for a time"),
            Format::Text => columns(&open.iter().map(row).collect::<Vec<_>>(), out),
        }
        let is_over = open.iter().any(|(at, _)| *at <= now);
        return Ok(if is_over { Outcome::Findings } else { Outcome::Fine });
    }
    let over: Vec<&Run> = open.iter().filter(|(at, _)| *at <= now).map(|(_, run)| *run).collect();
    if over.is_empty() {
        out.say("no grant has expired");
    }
    let mut worst = Outcome::Fine;
    for run in over {
        // What was given for a time is taken away as it was said: with `--yes` no word is asked for.
        let word = run.undo().0.confirmation().map(|asked| asked.word).filter(|_| args.yes);
        let undo = apply::Args::undoing(run.id.clone(), args.yes, word, args.source.clone());
        if apply::run(&undo, out)? != Outcome::Fine {
            worst = Outcome::Incomplete;
        }
    }
    Ok(worst)
}

fn row(run: &Run) -> [String; 5] {
    let next = match (&run.undone_by, run.is_open(), run.is_undoable()) {
        (Some(by), ..) => format!("undone by {by}"),
        (None, true, true) => "can be resumed or undone".to_owned(),
        (None, true, false) => "can be resumed".to_owned(),
        (None, false, true) => "can be undone".to_owned(),
        (None, false, false) => String::new(),
    };
    [run.id.clone(), run.at.to_string(), how(run).to_owned(), run.plan().title.clone(), next]
}

fn object(run: &Run) -> Value {
    json!({
        "run": run.id,
        "at": run.at.to_string(),
        "title": run.plan().title,
        "end": how(run),
        "caller": run.begin.caller,
        "reason": run.begin.reason,
        "undoes": run.begin.undoes,
        "undone_by": run.undone_by,
        "can_resume": run.is_open(),
        "can_undo": run.is_undoable(),
    })
}
