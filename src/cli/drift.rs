//! `iamtui drift`: how an account differs from a snapshot.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::account::{self, Opened};
use super::output::{Format, Output};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::insight::drift::{Change, Drift, drift};
use crate::runtime::sessions::read_snapshot;

/// Tell how an account differs from a snapshot of it
///
/// The account is the one that the source flags name: a live one, or a later snapshot with `--snapshot`.
/// Policy documents are compared by what they say. What was not read on one side is no difference; it is
/// told on standard error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The earlier snapshot
    before: PathBuf,
    #[command(flatten)]
    source: SourceArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let before = read_snapshot(&args.before)?;
    let opened = account::open(&args.source)?;
    let (after, complete) = account::everything(&opened, out);
    let number = |account: &crate::model::Account| account.identity().map(|identity| identity.account.clone());
    if let (Some(one), Some(other)) = (number(&before.account), number(&after))
        && one != other
    {
        out.say(&format!("the snapshot is of the account {one}, this is the account {other}"));
    }
    let found = drift(&before.account, &after);
    match args.output {
        Format::Json => {
            out.json(&json!({"differences": found.differences, "uncompared": found.uncompared}));
        }
        Format::Text => tell(&found, out),
    }
    if found.differences.is_empty() {
        out.say("nothing differs");
    }
    if matches!(opened, Opened::Live(_)) && !complete {
        return Ok(Outcome::Incomplete);
    }
    Ok(if found.differences.is_empty() { Outcome::Fine } else { Outcome::Findings })
}

fn tell(found: &Drift, out: &mut Output) {
    for difference in &found.differences {
        let what = format!("{} {}", difference.kind, difference.name);
        let what = what.trim_end();
        match &difference.change {
            Change::Added => out.text(&format!("+ {what}")),
            Change::Removed => out.text(&format!("- {what}")),
            Change::Changed(fields) => {
                out.text(&format!("~ {what}"));
                for field in fields {
                    let (was, is) = (short(&field.before), short(&field.after));
                    out.text(&format!("    {}: {was} → {is}", field.field));
                }
            }
        }
    }
    for what in &found.uncompared {
        out.say(&format!("not compared: {what}"));
    }
}

/// A value in a line; null is `none`.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
