//! `iamtui findings`: what the analyzers of IAM Access Analyzer found.

use serde_json::{Map, Value, json};

use super::account::{self, Opened};
use super::output::{Format, Output};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::{Account, Finding, FindingStatus};

/// Show the findings of IAM Access Analyzer in the Region of the session
///
/// Exit code 1: a finding is active.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Archived and resolved findings too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    source: SourceArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let Opened::Live(live) = account::open(&args.source)? else {
        let told = UserError::new("a snapshot does not hold the findings of IAM Access Analyzer");
        return Err(Failure::Usage(told.hint("Name the account itself, with --profile for example.")));
    };
    let (mut account, failed) = live.read(&[Load::Analyzers]);
    if let Some((_, error)) = failed.first() {
        return Err(Failure::Run(error.user_error()));
    }
    let analyzers = account.analyzers().known().cloned().unwrap_or_default();
    let hidden = analyzers.iter().filter(|analyzer| analyzer.findings.known().is_none());
    let hidden: Vec<String> = hidden.map(|analyzer| format!("analyzer {}", analyzer.name)).collect();
    let shown: Vec<_> =
        account.findings().filter(|finding| args.all || finding.status == FindingStatus::Active).cloned().collect();
    let details: Vec<Load> = shown.iter().map(|finding| Load::Finding(finding.id.clone())).collect();
    let mut failed = Vec::new();
    live.read_into(&mut account, &details, &mut failed);
    if analyzers.is_empty() {
        out.say("There is no analyzer in this Region.");
    }
    for analyzer in &hidden {
        out.say(&format!("The findings of {analyzer} may not be read."));
    }
    match args.output {
        Format::Json => {
            let findings: Vec<Value> = shown.iter().map(|finding| value(&account, finding)).collect();
            out.json(&json!({"findings": findings, "complete": hidden.is_empty() && failed.is_empty()}));
        }
        Format::Text => shown.iter().for_each(|finding| out.text(&line(&account, finding))),
    }
    let active = shown.iter().any(|finding| finding.status == FindingStatus::Active);
    Ok(match (active, hidden.is_empty() && failed.is_empty()) {
        (true, _) => Outcome::Findings,
        (false, true) => Outcome::Fine,
        (false, false) => Outcome::Incomplete,
    })
}

fn line(account: &Account, finding: &Finding) -> String {
    let detail = account.finding_detail(&finding.id).known();
    let who = detail.and_then(|detail| detail.who().or_else(|| detail.keys().next().map(str::to_owned)));
    let who = who.map(|who| format!(": {who}")).unwrap_or_default();
    let status = finding.status.word();
    format!("{status}  {}  {}{who}  ({})", finding.kind.word(), finding.resource, finding.id.analyzer.name())
}

/// The finding as `GetFindingV2` gives it, with the ARN of its analyzer.
fn value(account: &Account, finding: &Finding) -> Value {
    let record = account.finding_detail(&finding.id).known();
    let record = record.and_then(|detail| serde_json::from_str::<Map<String, Value>>(detail.record.text()).ok());
    let mut value = record.unwrap_or_else(|| {
        let plain = json!({"id": &*finding.id.id, "resource": &*finding.resource,
            "resourceType": &*finding.resource_type, "resourceOwnerAccount": &*finding.owner});
        plain.as_object().cloned().unwrap_or_default()
    });
    value.insert("analyzerArn".to_owned(), finding.id.analyzer.as_str().into());
    Value::Object(value)
}
