//! `iamtui who-can`: everybody who can do something.

use serde_json::json;

use super::ask::{self, AccountArgs, QuestionArgs, Subject};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::insight::describe;
use crate::insight::who_can::{Ask, Holder, Holders, who_can};

/// List who can perform an action: users, roles, the root user, and others whom policies allow
///
/// Everything is decided from what was read of the account. A condition that depends on the request makes an answer
/// conditional. Exit code 1: nobody can.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    question: QuestionArgs,
    /// Also list who can by assuming roles, also in chains
    #[arg(long)]
    through_roles: bool,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let asked = args.question.ask(out)?;
    let subject = Subject::open(&args.account, out)?;
    let found = who_can(&subject.access(), &asked, args.through_roles)?;
    match args.output {
        Format::Json => out.json(&value(&asked, &found)),
        Format::Text => ask::tell(&describe::holders(&asked, &found), out),
    }
    Ok(if found.holders.is_empty() { Outcome::Findings } else { Outcome::Fine })
}

fn value(asked: &Ask, found: &Holders) -> serde_json::Value {
    let is_pattern = asked.resource.contains(['*', '?']);
    let one = |holder: &Holder| {
        let certain = holder.when.is_always();
        let mut value = json!({
            "principal": holder.principal,
            "type": holder.kind.word(),
            "decision": if certain { "allowed" } else { "conditional" },
            "when": if certain { json!([]) } else { ask::ways(&holder.when) },
            "direct": holder.direct,
            "administrator": match &holder.administers {
                Some(when) if when.is_always() => json!(true),
                Some(_) => json!("conditional"),
                None => json!(false),
            },
            "through": holder.through,
            "statements": ask::statements(&holder.statements),
        });
        if let Some(members) = value.as_object_mut().filter(|_| is_pattern) {
            members.insert("patterns".to_owned(), ask::patterns(&holder.parts));
            let except = ask::exceptions(&holder.parts);
            if !except.is_empty() {
                members.insert("except".to_owned(), json!(except));
            }
        }
        value
    };
    json!({
        "action": asked.action,
        "resource": asked.resource,
        "complete": found.not_read.is_empty(),
        "not_read": found.not_read,
        "not_evaluated": found.not_evaluated,
        "principals": found.holders.iter().map(one).collect::<Vec<_>>(),
    })
}
