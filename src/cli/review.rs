//! `iamtui review`: an account against the best practices.

pub(super) mod formats;

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::ask::{self, AccountArgs, Subject};
use super::output::{Output, Syntax};
use super::{Failure, Outcome};
use crate::base::clock::Clock;
use crate::insight::Access;
use crate::insight::describe;
use crate::insight::review::record::Record;
use crate::insight::review::{Found, Review, Severity, review};
use crate::plan::Plan;
use crate::runtime::sessions::read_snapshot;

/// Review an account: check it against the best practices of AWS and the CIS benchmark
///
/// Each finding has its evidence, and where there is one the plan that fixes it. What was not checked is listed with
/// the reason. Exit code 1: there are findings of at least the severity of --fail-on.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    account: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Form,
    /// A snapshot of the account from before: show what changed since; repeatable
    #[arg(long, value_name = "SNAPSHOT")]
    since: Vec<PathBuf>,
    /// The lowest severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: Least,
}

/// How the review is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code scanning
    Sarif,
    /// A page
    Html,
    /// A document
    Markdown,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Least {
    /// Any finding
    #[default]
    Low,
    /// Medium, high and critical findings
    Medium,
    /// High and critical findings
    High,
    /// Critical findings
    Critical,
    /// None
    Never,
}

impl Least {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::Never => None,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let subject = Subject::open(&args.account, out)?;
    let at = Clock::system().now();
    let found = review(&subject.access(), at)?;
    let record = Record::of(&found, at);
    let mut before = Vec::new();
    for file in &args.since {
        let snapshot = read_snapshot(file)?;
        before.push(Record::of(&review(&Access::new(&snapshot.account), snapshot.taken)?, snapshot.taken));
    }
    match args.output {
        Form::Json => {
            let mut value = value(&found);
            if let Some(members) = value.as_object_mut().filter(|_| !before.is_empty()) {
                members.insert("trend".to_owned(), before.iter().map(|before| trend(&record, before)).collect());
            }
            out.json(&value);
        }
        Form::Sarif => out.json(&formats::sarif(&found)),
        Form::Html => out.document(&formats::page(&found), Syntax::Other),
        Form::Markdown => out.document(&formats::markdown(&found), Syntax::Other),
        Form::Text => {
            let mut lines = describe::findings(&found);
            let trend = before.iter().flat_map(|before| describe::trend(&record, before));
            lines.splice(1..1, trend.collect::<Vec<_>>());
            ask::tell(&lines, out);
        }
    }
    let least = args.fail_on.severity();
    let failed = least.is_some_and(|least| found.findings.iter().any(|one| one.check.severity >= least));
    Ok(if failed { Outcome::Findings } else { Outcome::Fine })
}

/// How the review differs from an earlier one.
fn trend(now: &Record, before: &Record) -> Value {
    let changes = now.since(before);
    let finding = |(check, resource): &(Box<str>, Box<str>)| json!({"check": check, "resource": resource});
    json!({"taken": before.at.to_string(), "score": before.score,
           "new": changes.new.iter().map(finding).collect::<Vec<_>>(),
           "settled": changes.settled.iter().map(finding).collect::<Vec<_>>()})
}

/// The review as data.
pub(super) fn value(review: &Review) -> Value {
    let one = |one: &Found| {
        json!({"check": one.check.id, "title": one.check.title, "severity": one.check.severity.word(),
               "resource": one.finding.resource, "evidence": one.finding.evidence, "why": one.check.why,
               "fix": one.check.fix, "references": one.check.references,
               "plan": one.finding.plan.as_ref().map(Plan::to_json)})
    };
    json!({
        "score": review.score,
        "findings": review.findings.iter().map(one).collect::<Vec<_>>(),
        "conditional_administrators": ask::conditional(&review.conditional),
        "passed": review.passed,
        "not_evaluated": review.not_evaluated,
        "not_checked": review.not_checked.iter()
            .map(|(check, reason)| json!({"check": check, "reason": reason})).collect::<Vec<_>>(),
    })
}
