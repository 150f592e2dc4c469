//! `iamtui access`: what somebody can do.

use serde_json::{Map, json};

use super::ask::{self, AccountArgs, Subject};
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::insight::access::Access;
use crate::insight::callers::{Caller, CallerKind};
use crate::insight::describe;
use crate::insight::effective::{EffectiveAccess, ServiceAccess, effective_access};
use crate::insight::impact::compared;
use crate::insight::unread;

/// Show what a principal can do: each service with its access levels, after boundary, SCPs and denials
///
/// An administrator is who can do everything in IAM whatever the context: whoever can, can have the rest too. With
/// --compare the exit code is 1 where the two differ, or where their policies were not all read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name or ARN of a user or role, or `root`
    principal: String,
    /// Another user or role: show what one of them can do and the other cannot
    #[arg(long, value_name = "PRINCIPAL")]
    compare: Option<String>,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let subject = Subject::open(&args.account, out)?;
    let access = subject.access();
    let mut caller = own(&access, &args.principal)?;
    if let Some(other) = &args.compare {
        let mut other = own(&access, other)?;
        let differs = compared(&mut caller.powers, &mut other.powers)?;
        let not_read = [&caller.powers.unknown[..], &other.powers.unknown].concat();
        let not_evaluated = not_evaluated(&access);
        match args.output {
            Format::Json => out.json(&json!({
                "principal": caller.id, "compared_with": other.id, "only_principal": differs.lost,
                "only_compared_with": differs.gained, "differently": differs.changed,
                "complete": not_read.is_empty(), "not_read": not_read, "not_evaluated": not_evaluated,
            })),
            Format::Text => {
                let not_read = unread::shortened(not_read.iter().cloned().collect());
                ask::tell(&describe::differences(&caller.id, &other.id, &differs, &not_read), out);
                ask::tell_gaps(&[], &not_evaluated, out);
            }
        }
        let is_same = differs.lost.is_empty() && differs.gained.is_empty() && differs.changed.is_empty();
        // Where something was not read, nobody knows that the two are the same.
        let is_same = is_same && not_read.is_empty();
        return Ok(if is_same { Outcome::Fine } else { Outcome::Findings });
    }
    let found = effective_access(&mut caller.powers)?;
    let not_evaluated = not_evaluated(&access);
    match args.output {
        Format::Json => out.json(&value(&caller, &found, &not_evaluated)),
        Format::Text => ask::tell(&describe::services(&caller.id, &found, &caller.powers.unknown), out),
    }
    if args.output == Format::Text {
        ask::tell_gaps(&unread::of_one(&caller.powers.unknown), &not_evaluated, out);
    }
    Ok(Outcome::Fine)
}

/// What no answer of this command looks at.
fn not_evaluated(access: &Access<'_>) -> Vec<String> {
    let mut all = vec!["resource-based policies".to_owned()];
    if access.guardrails().is_none() {
        all.push("service control policies and resource control policies".to_owned());
    }
    all
}

/// A user or role of the account, or its root user.
fn own(access: &Access<'_>, name: &str) -> Result<Caller, Failure> {
    let caller = ask::caller(access, name)?;
    if !matches!(caller.kind, CallerKind::User | CallerKind::Role | CallerKind::Root) || !access.is_own(&caller.id) {
        let told = UserError::new(format!("`{name}` is not a user or role of this account"));
        return Err(Failure::Usage(told.hint("The policies of others are not known.")));
    }
    Ok(caller)
}

fn value(caller: &Caller, found: &EffectiveAccess, not_evaluated: &[String]) -> serde_json::Value {
    let service = |one: &ServiceAccess| {
        let levels: Map<String, serde_json::Value> =
            one.levels.iter().map(|(level, extent)| (level.name().to_owned(), extent.word().into())).collect();
        json!({"service": one.service, "levels": levels, "actions": one.actions, "resources": one.resources,
               "conditional": one.conditional})
    };
    json!({
        "principal": caller.id,
        "administrator": (found.administrator || caller.powers.unknown.is_empty()).then_some(found.administrator),
        "services": found.services.iter().map(service).collect::<Vec<_>>(),
        "not_read": caller.powers.unknown,
        "not_evaluated": not_evaluated,
    })
}
