//! `iamtui can`: whether somebody can do something.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::account::{self, Opened};
use super::ask::{self, AccountArgs, QuestionArgs, Subject};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::backend::Sink;
use crate::base::error::UserError;
use crate::insight::describe;
use crate::insight::simulator::aws::{Agreement, Theirs, untold};
use crate::insight::simulator::trace::{Considered, considered};
use crate::insight::simulator::{Draft, DraftKind, Simulation, changed};
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
    with: WithArgs,
    /// Say of each statement why it matches the request or not
    #[arg(long)]
    trace: bool,
    /// Ask AWS's own simulator too (iam:SimulatePrincipalPolicy), and compare
    #[arg(long)]
    compare_aws: bool,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// What is taken to be otherwise than in the account.
#[derive(Debug, clap::Args)]
struct WithArgs {
    /// A policy in a file that the principal is taken to have too; repeatable
    #[arg(long = "with", value_name = "FILE")]
    policies: Vec<PathBuf>,
    /// A policy by name or ARN that it is taken not to have, also a permissions boundary; repeatable
    #[arg(long, value_name = "POLICY")]
    without: Vec<String>,
    /// A service control policy in a file that is taken to apply to the account; repeatable
    #[arg(long = "scp", value_name = "FILE")]
    scps: Vec<PathBuf>,
    /// A policy in a file that is taken to be the permissions boundary
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
}

impl WithArgs {
    /// The request as a simulation takes it.
    fn simulation(&self, principal: &str, asked: &Ask) -> Result<Simulation, Failure> {
        let identity = self.policies.iter().map(|file| (DraftKind::Identity, file));
        let scps = self.scps.iter().map(|file| (DraftKind::Scp, file));
        let boundary = self.boundary.iter().map(|file| (DraftKind::Boundary, file));
        let draft = |(kind, file): (DraftKind, &PathBuf)| {
            let text = ask::resource_policy(Some(file))?.unwrap_or_default();
            Ok(Draft { kind, name: file.display().to_string(), text: Arc::from(text) })
        };
        Ok(Simulation {
            principals: vec![principal.to_owned()],
            actions: vec![asked.action.clone()],
            resource: asked.resource.clone(),
            context: asked.context.clone(),
            without: self.without.clone(),
            drafts: identity.chain(scps).chain(boundary).map(draft).collect::<Result<_, Failure>>()?,
            ..Simulation::default()
        })
    }
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let asked = args.question.ask(out)?;
    let opened = account::open(&args.account.source)?;
    let subject = Subject::read(&opened, args.account.organization.as_deref(), out)?;
    let access = subject.access();
    let caller = ask::caller(&access, &args.principal)?;
    let simulation = args.with.simulation(&caller.id, &asked)?;
    let lacking = args.with.without.iter().find(|policy| !caller.powers.has_policy(policy));
    if let Some(policy) = lacking {
        out.say(&format!("note: {} does not have `{policy}` by what was read", caller.id));
    }
    let caller = changed(&access, caller, &simulation);
    let answer = can(&access, &caller, &asked)?;
    let trace = if args.trace { considered(&caller.powers, &asked)? } else { Vec::new() };
    let theirs = if args.compare_aws { Some(compared(&opened, &simulation)?) } else { None };
    match args.output {
        Format::Json => {
            let mut value = value(&caller.id, &asked, &answer);
            if let Some(members) = value.as_object_mut() {
                if args.trace {
                    members.insert("trace".to_owned(), trace.iter().map(traced).collect());
                }
                if let Some(theirs) = &theirs {
                    members.insert("aws".to_owned(), their_value(theirs, &answer, &simulation));
                }
            }
            out.json(&value);
        }
        Format::Text => {
            tell(&caller.id, &asked, &answer, out);
            for one in &trace {
                let effect = one.effect.as_str();
                let mark = if one.applies { "applies" } else { "does not apply" };
                out.text(&format!("  {} {effect} {mark}: {}", describe::statement(&one.statement), one.why));
            }
            for one in theirs.iter().flatten() {
                out.text(&format!("  {}", one.told(&answer)));
            }
            if theirs.is_some() {
                let untold = untold(&simulation).into_iter();
                untold.for_each(|what| out.say(&format!("AWS's simulator was not told of {what}")));
            }
        }
    }
    Ok(if answer.parts.is_empty() { Outcome::Findings } else { Outcome::Fine })
}

/// What AWS's own simulator decides.
fn compared(opened: &Opened, asked: &Simulation) -> Result<Vec<Theirs>, Failure> {
    let Opened::Live(live) = opened else {
        let told = UserError::new("a snapshot has no session to ask AWS's simulator with");
        return Err(Failure::Usage(told.hint("Name the account itself with --profile, --local or --endpoint-url.")));
    };
    let sink: Sink = Arc::new(|_| {});
    Ok(live.runtime().block_on(live.session().simulate(asked, &sink)).map_err(|error| error.user_error())?)
}

fn their_value(theirs: &[Theirs], answer: &Answer, asked: &Simulation) -> serde_json::Value {
    let one = theirs.first();
    let agrees = one.and_then(|one| match one.agreement(answer) {
        Agreement::Agrees => Some(true),
        Agreement::Differs => Some(false),
        Agreement::Undecided => None,
    });
    json!({"decision": one.map(|one| &one.decision), "missing_context": one.map(|one| &one.missing),
           "agrees": agrees, "not_told": untold(asked)})
}

fn traced(one: &Considered) -> serde_json::Value {
    json!({"policy": one.statement.policy, "policy_type": one.statement.layer.as_str(),
           "statement": one.statement.statement, "sid": one.statement.sid, "effect": one.effect.as_str(),
           "applies": one.applies, "why": one.why})
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
