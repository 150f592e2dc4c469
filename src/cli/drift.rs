//! `iamtui drift`: how an account differs from a snapshot.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::account::{self, Opened};
use super::output::{Format, Output};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::insight::drift::{Change, Drift, Scope, drift_within};
use crate::runtime::sessions::read_snapshot;

/// Show how an account differs from a snapshot
///
/// The account is the one that the source flags name: a live one, or a later snapshot with `--snapshot`.
/// Policy documents are compared by what they say. What was not read on one side is no difference; it is
/// told on standard error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The earlier snapshot
    before: PathBuf,
    /// Compare only what a configuration can declare: no IDs, dates, versions and credentials
    #[arg(long)]
    configuration: bool,
    #[command(flatten)]
    source: SourceArgs,
    /// Output format
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
    let scope = if args.configuration { Scope::Configuration } else { Scope::Everything };
    let found = drift_within(&before.account, &after, scope);
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
                    let mut lines = Vec::new();
                    differing(&field.field, &field.before, &field.after, &mut lines);
                    for line in lines {
                        out.text(&format!("    {line}"));
                    }
                }
            }
        }
    }
    for what in &found.uncompared {
        out.say(&format!("not compared: {what}"));
    }
}

/// What differs between two values, and nothing of what is the same: a line for each item that came or went.
fn differing(path: &str, was: &Value, is: &Value, lines: &mut Vec<String>) {
    match (was, is) {
        (Value::Object(old), Value::Object(new)) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let (was, is) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
                if was != is {
                    differing(&format!("{path}.{key}"), was, is, lines);
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let gone: Vec<&Value> = old.iter().filter(|item| !new.contains(item)).collect();
            let come: Vec<&Value> = new.iter().filter(|item| !old.contains(item)).collect();
            // One item that changed, such as a statement, is told by what changed in it.
            if let ([was @ Value::Object(_)], [is @ Value::Object(_)]) = (gone.as_slice(), come.as_slice()) {
                return differing(path, was, is, lines);
            }
            lines.extend(gone.iter().map(|item| format!("{path}: - {}", short(item))));
            lines.extend(come.iter().map(|item| format!("{path}: + {}", short(item))));
        }
        _ => lines.push(format!("{path}: {} → {}", short(was), short(is))),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(was: &Value, is: &Value, expected: &[&str]) {
        let mut lines = Vec::new();
        differing("field", was, is, &mut lines);
        assert_eq!(lines, expected);
    }

    #[test]
    fn only_what_differs_is_told() {
        check(&json!("a"), &json!("b"), &["field: a → b"]);
        check(&json!(null), &json!(3600), &["field: none → 3600"]);
        check(&json!(["admins", "ops"]), &json!(["dev", "ops"]), &["field: - admins", "field: + dev"]);
        let statement = |action: &[&str]| json!({"Statement": [{"Sid": "Other"}, {"Sid": "Read", "Action": action}]});
        let (was, is) = (statement(&["s3:GetObject"]), statement(&["s3:GetObject", "s3:PutObject"]));
        check(&was, &is, &["field.Statement.Action: + s3:PutObject"]);
    }
}
