//! `iamtui unused`: what of an account nobody has used for some time, and the plan that disables it.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::account::{self, Opened};
use super::output::Output;
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::clock::Clock;
use crate::insight::unused::{Unused, clean_up, unused};

/// Show users, roles, keys, passwords, policies, groups and providers that nobody uses
///
/// Exit code 1: something is unused and not disabled.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// After how many days something counts as unused
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    older_than: u32,
    #[command(flatten)]
    source: SourceArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Form,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// A plan for `iamtui apply` that disables users, roles, access keys and passwords
    Plan,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let opened = account::open(&args.source)?;
    let (mut account, _) = account::everything(&opened, out);
    let now = match &opened {
        Opened::Live(live) => live.clock().now(),
        Opened::Snapshot(_) => Clock::system().now(),
    };
    let found = unused(&account, now, i64::from(args.older_than));
    for what in &found.not_read {
        out.say(&format!("not read: {what}"));
    }
    let open = found.rows.iter().any(|row| !row.is_disabled);
    match args.output {
        Form::Json => {
            let rows: Vec<Value> = found.rows.iter().map(value).collect();
            out.json(&json!({"unused": rows, "not_read": found.not_read}));
        }
        Form::Text => found.rows.iter().for_each(|row| out.text(&line(row))),
        Form::Plan => {
            let rows: Vec<Unused> = found.rows.into_iter().filter(|row| row.kind.can_be_disabled()).collect();
            if let Opened::Live(live) = &opened {
                let mut failed = Vec::new();
                let loads = Load::before_clean_up(&rows, &account);
                live.read_into(&mut account, &loads, &mut failed);
            }
            let plan = clean_up(&account, &rows).map_err(|error| Failure::Run(error.user_error()))?;
            let endpoint = match &opened {
                Opened::Live(live) => live.endpoint(),
                Opened::Snapshot(snapshot) => snapshot.endpoint.clone(),
            };
            out.json(&plan.made_on(endpoint, now).to_json());
            return Ok(Outcome::Fine);
        }
    }
    Ok(if open { Outcome::Findings } else { Outcome::Fine })
}

fn line(row: &Unused) -> String {
    let state = if row.is_disabled { "  (disabled)" } else { "" };
    let last = row.last.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
    format!("{}  {}  {} days  {last}{state}", row.kind.word(), row.of.name(), row.days)
}

fn value(row: &Unused) -> Value {
    json!({"kind": row.kind.word(), "resource": row.of.id(), "days": row.days,
        "last_used": row.last.map(|at| at.to_string()), "disabled": row.is_disabled})
}
