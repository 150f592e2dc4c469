//! `iamtui explain-denial`: why a request was refused.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::account::{self, Opened};
use super::ask::{self, AccountArgs, Subject};
use super::files::read_text;
use super::output::{Format, Output};
use super::{Failure, Outcome};
use crate::backend::Sink;
use crate::insight::changes::Fix;
use crate::insight::denial::{DenialText, Explanation, Refusal, Sealed, explain, read, unsealed};
use crate::insight::describe;
use crate::plan::Plan;

/// Explain an `AccessDenied` error: who was refused what by which policy, and what would allow it
///
/// Reads the text of an error, an encoded or decoded authorization message, an authorization ID, or a CloudTrail event,
/// from a file or standard input. Encoded messages and IDs are read by AWS, in the account that is named; a read-only
/// session does not send an encoded message, as AWS classifies that call as a write. What the account says about the
/// request is decided from what was read of the account.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let told = read(&read_text(&args.file)?)?;
    let opened = match told {
        // AWS classifies the call that reads it as a write: it is sent unless the session is to be read-only.
        DenialText::Sealed(Sealed::Message(_)) => account::open_to_change(&args.account.source)?,
        DenialText::Sealed(Sealed::Id(_)) | DenialText::Refusal(_) => account::open(&args.account.source)?,
    };
    let refusal = match told {
        DenialText::Refusal(refusal) => refusal,
        DenialText::Sealed(sealed) => unseal(&opened, &sealed)?,
    };
    let subject = Subject::read(&opened, args.account.organization.as_deref(), out)?;
    let told = explain(&subject.access(), refusal)?;
    match args.output {
        Format::Json => out.json(&value(&told)),
        Format::Text => {
            ask::tell(&describe::denial::explanation(&told), out);
            ask::tell_gaps(&[], &told.not_evaluated, out);
        }
    }
    Ok(Outcome::Fine)
}

/// Has AWS read what only it can.
fn unseal(opened: &Opened, sealed: &Sealed) -> Result<Refusal, Failure> {
    let Opened::Live(live) = opened else { return Err(Failure::Usage(sealed.needs_session())) };
    let sink: Sink = std::sync::Arc::new(|_| {});
    let read = live.runtime().block_on(live.session().unseal(sealed, &sink));
    Ok(unsealed(&read.map_err(|error| error.user_error())?)?)
}

fn value(told: &Explanation) -> Value {
    let fix =
        |fix: &Fix| json!({"title": fix.title, "plan": fix.plan.as_ref().map(Plan::to_json), "affects": fix.affects});
    json!({
        "principal": told.refusal.principal,
        "action": told.refusal.action,
        "resource": told.refusal.resource,
        "layer": told.layer.map(crate::policy::evaluate::Layer::as_str),
        "explicit_deny": told.refusal.explicit,
        "policy": told.policy,
        "statement": told.statement.as_ref().map(|one| one.statement),
        "sid": told.statement.as_ref().and_then(|one| one.sid.as_deref()).or(told.refusal.sid.as_deref()),
        "agrees_with_account": told.agrees,
        "when": told.when.as_ref().map(ask::ways),
        "fixes": told.fixes.iter().map(fix).collect::<Vec<_>>(),
        "not_read": told.not_read,
        "not_evaluated": told.not_evaluated,
    })
}
