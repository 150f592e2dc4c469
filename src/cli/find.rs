//! `iamtui find`: search in the policies of an account.

use serde_json::{Value, json};

use super::ask::{self, AccountArgs, Subject};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::insight::describe;
use crate::insight::find::{LANGUAGE, Match, Query, find};
use crate::insight::unread;

/// Find statements in the policies of an account: managed, inline and trust policies
///
/// Exit code 1: none was found.
#[derive(Debug, clap::Args)]
#[command(after_help = LANGUAGE)]
pub struct Args {
    /// The query: terms that must all hold, such as `allow iam:* -condition`
    query: String,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let query = Query::parse(&args.query).map_err(Failure::Usage)?;
    let subject = Subject::open(&args.account, out)?;
    let access = subject.access();
    let found = find(&access, &query);
    let not_read = unread::policies(&access);
    match args.output {
        Format::Json => {
            out.json(&Value::from(found.iter().map(value).collect::<Vec<_>>()));
            ask::tell_gaps(&not_read, &[], out);
        }
        Format::Text => ask::tell(&describe::matches(&found, &not_read), out),
    }
    Ok(if found.is_empty() { Outcome::Findings } else { Outcome::Fine })
}

fn value(one: &Match) -> Value {
    let key = |name: &'static str, negated: bool| if negated { format!("Not{name}") } else { name.to_owned() };
    let mut value = json!({
        "resource": one.resource, "policy": one.what, "policy_type": one.kind.word(), "attached": one.attached, "permissions_boundary": one.bounds,
        "statement": one.statement, "sid": one.sid,
        "Effect": one.effect.as_str(),
        "conditions": one.conditions,
    });
    if let Value::Object(members) = &mut value {
        members.insert(key("Action", one.actions.1), json!(one.actions.0));
        members.insert(key("Resource", one.resources.1), json!(one.resources.0));
    }
    value
}
