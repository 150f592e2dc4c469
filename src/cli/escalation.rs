//! `iamtui escalation`: who can get the permissions of an administrator, and how.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::ask::{self, AccountArgs, Subject};
use super::output::{Output, Syntax};
use super::{Failure, Outcome};
use crate::insight::changes::Fix;
use crate::insight::describe;
use crate::insight::escalation::close::closings;
use crate::insight::escalation::render::{dot, mermaid};
use crate::insight::escalation::{ADMIN, Block, Escalation, Path, PathStep, Route, Verdict, escalation};
use crate::model::Account;
use crate::plan::Plan;

/// Show who can get the permissions of an administrator, or of another principal, and how
///
/// Each known technique is decided with resources, conditions, permissions boundaries and, with --organization, SCPs.
/// Exit code 1: a path is open.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only paths that begin at this user or role
    #[arg(long, value_name = "PRINCIPAL")]
    from: Option<String>,
    /// Paths to this user or role; `admin` for any administrator
    #[arg(long, value_name = "PRINCIPAL", default_value = ADMIN)]
    to: String,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Form,
}

/// How the paths are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// A graph for Graphviz
    Dot,
    /// A graph for Mermaid
    Mermaid,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let subject = Subject::open(&args.account, out)?;
    let access = subject.access();
    let id = |name: &str| ask::caller(&access, name).map(|caller| caller.id);
    let from = args.from.as_deref().map(id).transpose()?;
    let to = if args.to == ADMIN { None } else { Some(id(&args.to)?) };
    let found = escalation(&access, &Route { from, to, only: None })?;
    match args.output {
        Form::Json => out.json(&value(access.account(), &found)),
        Form::Text => ask::tell(&describe::paths(access.account(), &found), out),
        Form::Dot => out.document(&dot(&found), Syntax::Other),
        Form::Mermaid => out.document(&mermaid(&found), Syntax::Other),
    }
    let open = found.paths.iter().any(|path| path.verdict == Verdict::Open);
    Ok(if open { Outcome::Findings } else { Outcome::Fine })
}

fn value(account: &Account, found: &Escalation) -> Value {
    let step = |step: &PathStep| {
        json!({"technique": step.technique, "actions": step.actions, "resource": step.resource,
               "target": step.target, "why": step.why,
               "when": if step.when.is_always() { json!([]) } else { ask::ways(&step.when) },
               "statements": ask::statements(&step.statements)})
    };
    let block = |block: &Block| {
        let statement = block.statement.as_ref();
        json!({"layer": block.layer.as_str(), "policy": statement.map(|one| &one.policy),
               "statement": statement.map(|one| one.statement), "sid": statement.and_then(|one| one.sid.as_ref())})
    };
    let fix =
        |fix: &Fix| json!({"title": fix.title, "plan": fix.plan.as_ref().map(Plan::to_json), "affects": fix.affects});
    let path = |(number, path): (usize, &Path)| {
        let worked_out = number < describe::CLOSED;
        let closed_by: Vec<Value> =
            if worked_out { closings(account, path).iter().map(fix).collect() } else { Vec::new() };
        json!({"from": path.from, "to": path.to, "verdict": path.verdict.word(),
               "steps": path.steps.iter().map(step).collect::<Vec<_>>(),
               "blocked_by": path.blocked_by.as_ref().map(block), "closed_by": closed_by})
    };
    json!({
        "administrators": found.administrators,
        "conditional_administrators": ask::conditional(&found.conditional),
        "paths": found.paths.iter().enumerate().map(path).collect::<Vec<_>>(),
        "not_read": found.not_read,
        "not_evaluated": found.not_evaluated,
    })
}
