//! `iamtui can`: whether somebody can do something.

use serde_json::json;

use super::ask::{self, AccountArgs, QuestionArgs, Subject};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::insight::describe;
use crate::insight::who_can::{Answer, Ask, can};

/// Decide whether a principal of an account can do something, and under which conditions
///
/// Everything is decided from what was read of the account: policies of the principal and its groups, permissions
/// boundary, trust policies, and with --organization SCPs and RCPs. Where nothing that was read allows it and not all was
/// read, the decision is `unknown`. Exit code 1: denied or unknown.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name or ARN of a user or role, `root`, a service, an identity provider, or another account
    principal: String,
    #[command(flatten)]
    question: QuestionArgs,
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
    let access = subject.access();
    let caller = ask::caller(&access, &args.principal)?;
    let answer = can(&access, &caller, &asked)?;
    match args.output {
        Format::Json => out.json(&value(&caller.id, &asked, &answer)),
        Format::Text => tell(&caller.id, &asked, &answer, out),
    }
    Ok(if answer.parts.is_empty() { Outcome::Findings } else { Outcome::Fine })
}

/// The decision as it is written.
fn decision(answer: &Answer) -> &'static str {
    if answer.is_unknown() {
        "unknown"
    } else if answer.parts.is_empty() {
        answer.refusal.as_str()
    } else if answer.when.is_always() {
        "allowed"
    } else {
        "conditional"
    }
}

fn value(principal: &str, asked: &Ask, answer: &Answer) -> serde_json::Value {
    let decision = decision(answer);
    let when = if decision == "conditional" { ask::ways(&answer.when) } else { json!([]) };
    let mut value = json!({
        "principal": principal,
        "action": asked.action,
        "resource": asked.resource,
        "decision": decision,
        "blocked_by": answer.blocked_by.iter().map(|layer| layer.as_str()).collect::<Vec<_>>(),
        "statements": ask::statements(&answer.statements),
        "when": when,
        "complete": answer.not_read.is_empty(),
        "not_read": answer.not_read,
        "not_evaluated": answer.not_evaluated,
    });
    if asked.resource.contains(['*', '?'])
        && !answer.parts.is_empty()
        && let Some(members) = value.as_object_mut()
    {
        members.insert("patterns".to_owned(), ask::patterns(&answer.parts));
        let except = ask::exceptions(&answer.parts);
        if !except.is_empty() {
            members.insert("except".to_owned(), json!(except));
        }
    }
    value
}

fn tell(principal: &str, asked: &Ask, answer: &Answer, out: &mut Output) {
    // A denial, or a boundary, may be among what was not read.
    let is_partly = !answer.parts.is_empty() && !answer.not_read.is_empty();
    let within = if is_partly { " by what was read" } else { "" };
    out.text(&format!("{}{within}: {principal} {} on {}", decision(answer), asked.action, asked.resource));
    if answer.is_unknown() {
        out.text("  nothing that was read allows it");
    } else if answer.parts.is_empty() && !answer.blocked_by.is_empty() {
        let layers: Vec<&str> = answer.blocked_by.iter().map(|layer| layer.as_str()).collect();
        out.text(&format!("  blocked by: {}", layers.join(", ")));
    }
    if !answer.parts.is_empty() && !answer.when.is_always() {
        out.text(&format!("  if {}", describe::conditions(&answer.when)));
    }
    for part in answer.parts.iter().filter(|part| *part.resource != *asked.resource || !part.except.is_empty()) {
        let except =
            if part.except.is_empty() { String::new() } else { format!(", except {}", part.except.join(", ")) };
        out.text(&format!("  on {}{except}", part.resource));
    }
    for statement in &answer.statements {
        out.text(&format!("  by {}", describe::statement(statement)));
    }
    ask::tell_gaps(&answer.not_read, &answer.not_evaluated, out);
}
