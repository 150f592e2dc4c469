//! `iamtui journal`: the runs that changed an account, and which of them can be gone on with or taken back.

use serde_json::{Value, json};

use super::account::{self, Opened};
use super::apply::how;
use super::output::{Format, Output, columns};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::error::UserError;
use crate::config::Folders;
use crate::plan::journal::Run;
use crate::runtime::journal;

/// List the runs that changed an account, the latest last
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    source: SourceArgs,
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
    match args.output {
        Format::Json => out.json(&Value::Array(kept.runs.iter().map(object).collect())),
        Format::Text if kept.runs.is_empty() && kept.damage.is_none() => out.say("nothing was changed yet"),
        Format::Text => columns(&kept.runs.iter().map(row).collect::<Vec<_>>(), out),
    }
    let Some(damage) = kept.damage else { return Ok(Outcome::Fine) };
    out.tell(&damage);
    Ok(Outcome::Incomplete)
}

fn row(run: &Run) -> [String; 5] {
    let next = match (&run.undone_by, run.is_open(), run.is_undoable()) {
        (Some(by), ..) => format!("undone by {by}"),
        (None, true, true) => "can be resumed or undone".to_owned(),
        (None, true, false) => "can be gone on with".to_owned(),
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
