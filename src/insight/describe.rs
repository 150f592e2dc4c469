//! Answers about access in words: the same lines on the command line and in the console.

pub mod denial;
pub mod simulation;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::access::Access;
use super::changes::Fix;
use super::denial::{Refusal, explain};
use super::effective::{EffectiveAccess, Extent, ServiceAccess, effective_access};
use super::escalation::close::closings;
use super::escalation::{ADMIN, Escalation, Path, Route, Verdict, escalation};
use super::find::{Match, Query, find};
use super::forecast::Forecast;
use super::impact::{Changed, Impact, Retrusted, impact};
use super::review::record::{Changes, Record};
use super::review::{Review, Severity, review};
use super::simulator::{Simulation, simulate};
use super::unread;
use super::who_can::{Ask, Holders, StatementRef, who_can};
use crate::base::work::{self, GaveUp, Stop};
use crate::model::{Account, ResourceRef};
use crate::plan::Plan;
use crate::policy::evaluate::{Need, Ways};

/// The most paths for which the change that closes them is worked out.
pub const CLOSED: usize = 300;
/// The most ways to more that are named of what a plan opens or closes.
const SHOWN: usize = 5;
/// The most paths that are told of one principal among others.
const WAYS: usize = 3;
/// The most changes since an earlier review that are named.
const TOLD: usize = 8;
/// The most names in one line.
const NAMED: usize = 6;

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A heading.
    Heading,
    /// As it should be.
    Good,
    /// What deserves a look.
    Warning,
    /// What can hurt.
    Danger,
    /// Plain text.
    Plain,
    /// What stands back.
    Muted,
}

/// A line of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The columns that it stands in.
    pub indent: u16,
    /// How it is meant.
    pub tone: Tone,
    /// The text, as the account has it.
    pub text: String,
    /// The ARN of what it is about, where that can be opened.
    pub about: Option<Box<str>>,
    /// The change that settles it.
    pub plan: Option<Arc<Plan>>,
    /// What can be added to the question that the line answers.
    pub adds: Option<Box<str>>,
}

impl Line {
    /// A line that is about nothing in particular.
    pub fn new(indent: u16, tone: Tone, text: impl Into<String>) -> Self {
        Self { indent, tone, text: text.into(), about: None, plan: None, adds: None }
    }

    /// The same, about the entity of an ARN.
    #[must_use]
    pub fn about(self, arn: &str) -> Self {
        Self { about: Some(arn.into()), ..self }
    }

    /// The same, where opening it adds to the question.
    #[must_use]
    pub fn adding(self, words: &str) -> Self {
        Self { adds: Some(words.into()), ..self }
    }

    /// The same with the change that settles it.
    #[must_use]
    pub fn settled_by(self, plan: Option<&Plan>) -> Self {
        Self { plan: plan.cloned().map(Arc::new), ..self }
    }
}

/// A question about a whole account.
#[derive(Debug, Clone)]
pub struct AccountQuestion {
    /// The account as it is known.
    pub account: Arc<Account>,
    /// What is asked.
    pub asked: Asked,
    /// The time of the question.
    pub now: Timestamp,
    /// What stops it once nobody waits for the answer.
    pub stop: Stop,
}

/// Two questions are the same where they are about the same state of an account.
impl PartialEq for AccountQuestion {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.account, &other.account) && self.asked == other.asked
    }
}

/// What is asked of an account.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Who can do something.
    WhoCan(Ask),
    /// What a user, group or role can do.
    Access(ResourceRef),
    /// Who can get the permissions of an administrator.
    Escalation,
    /// Whether the account is as it should be.
    Review,
    /// Which statements of its policies are as wanted.
    Find(Query),
    /// What would be decided.
    Simulate(Simulation),
    /// Why a request was refused.
    Denial(Refusal),
    /// What a plan changes for everybody.
    Impact(Arc<Plan>),
}

impl AccountQuestion {
    /// Works the answer out, unless it is stopped.
    pub fn answer(&self) -> Result<Vec<Line>, GaveUp> {
        self.answer_and_record().map(|(lines, _)| lines)
    }

    /// The same, with what is kept of a review.
    pub fn answer_and_record(&self) -> Result<(Vec<Line>, Option<Arc<Record>>), GaveUp> {
        work::stoppable(&self.stop, || {
            if self.asked == Asked::Review {
                let review = review(&Access::new(&self.account), self.now)?;
                return Ok((findings(&review), Some(Arc::new(Record::of(&review, self.now)))));
            }
            Ok((self.worked_out()?, None))
        })
    }

    fn worked_out(&self) -> Result<Vec<Line>, GaveUp> {
        let access = Access::new(&self.account);
        Ok(match &self.asked {
            Asked::WhoCan(ask) => holders(ask, &who_can(&access, ask, true)?),
            Asked::Access(principal) => {
                let powers = match principal {
                    ResourceRef::Group(name) => self.account.groups().get(name).map(|group| access.member(group)),
                    other => access.of(other),
                };
                let Some(mut powers) = powers else {
                    return Ok(vec![Line::new(0, Tone::Muted, "Its policies were not read.")]);
                };
                let found = effective_access(&mut powers)?;
                let mut lines = services(principal.name(), &found, &powers.unknown);
                gaps(&unread::of_one(&powers.unknown), &[], &mut lines);
                lines
            }
            Asked::Escalation => paths(&self.account, &escalation(&access, &Route::default())?),
            Asked::Review => findings(&review(&access, self.now)?),
            Asked::Find(query) => matches(&find(&access, query), &unread::policies(&access)),
            Asked::Simulate(asked) => match &asked.plan {
                Some(plan) => {
                    let mut forecast = Forecast::new(&self.account);
                    plan.steps.iter().for_each(|step| forecast.take(step));
                    simulation::simulated(asked, &simulate(&Access::new(forecast.account()), asked)?)
                }
                None => simulation::simulated(asked, &simulate(&access, asked)?),
            },
            Asked::Denial(refusal) => denial::explanation(&explain(&access, refusal.clone())?),
            Asked::Impact(plan) => impact_of_plan(&self.account, plan)?,
        })
    }
}

/// Conditions in words.
pub fn conditions(ways: &Ways) -> String {
    let need = |need: &Need| format!("{} {} {}", need.key, need.operator.name(), need.values.join(" or "));
    let set = |set: &Vec<Need>| set.iter().map(need).collect::<Vec<_>>().join(" and ");
    ways.sets().iter().map(set).collect::<Vec<_>>().join("; or ")
}

/// A statement in words.
pub fn statement(one: &StatementRef) -> String {
    let sid = one.sid.as_deref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
    format!("{} {} statement {}{sid}", one.layer.as_str(), one.policy, one.statement + 1)
}

fn gaps(not_read: &[String], not_evaluated: &[String], lines: &mut Vec<Line>) {
    for (word, list) in [("not read", not_read), ("not evaluated", not_evaluated)] {
        lines.extend(list.iter().map(|what| Line::new(0, Tone::Muted, format!("{word}: {what}"))));
    }
}

/// Who can do something.
pub fn holders(ask: &Ask, found: &Holders) -> Vec<Line> {
    let mut lines = Vec::new();
    if found.holders.is_empty() {
        lines.push(if found.not_read.is_empty() {
            Line::new(0, Tone::Good, format!("nobody can {} on {}", ask.action, ask.resource))
        } else {
            let text = format!("unknown who can {} on {}: nobody by what was read", ask.action, ask.resource);
            Line::new(0, Tone::Muted, text)
        });
    }
    for holder in &found.holders {
        let certain = holder.when.is_always();
        let condition = if certain { String::new() } else { format!("  if {}", conditions(&holder.when)) };
        let tone = if certain { Tone::Plain } else { Tone::Warning };
        let administers = match &holder.administers {
            Some(when) if when.is_always() => "  administrator",
            Some(_) => "  administrator under a condition",
            None => "",
        };
        let text = format!("{:<10} {}{administers}{condition}", holder.kind.word(), holder.principal);
        lines.push(Line::new(0, tone, text).about(&holder.principal));
        for part in holder.parts.iter().filter(|part| *part.resource != *ask.resource || !part.except.is_empty()) {
            let except =
                if part.except.is_empty() { String::new() } else { format!(", except {}", part.except.join(", ")) };
            lines.push(Line::new(11, Tone::Muted, format!("on {}{except}", part.resource)));
        }
        // An administrator needs no role, and may take any: its ways through roles say nothing.
        for chain in holder.through.iter().filter(|_| holder.administers.is_none() || !holder.direct) {
            lines.push(Line::new(11, Tone::Muted, format!("through {}", chain.join(" → "))));
        }
    }
    gaps(&found.not_read, &found.not_evaluated, &mut lines);
    lines
}

/// What somebody can do, where something of it may not be known.
pub fn services(name: &str, found: &EffectiveAccess, unknown: &[String]) -> Vec<Line> {
    let (tone, word) = match (found.administrator, unknown) {
        (true, _) => (Tone::Danger, "administrator"),
        (false, []) => (Tone::Heading, "not an administrator"),
        (false, _) => (Tone::Muted, "unknown whether an administrator: not all policies were read"),
    };
    let mut lines = vec![Line::new(0, tone, format!("{name}: {word}"))];
    let levels = |one: &ServiceAccess| {
        let of = |wanted: Extent| {
            let levels = one.levels.iter().filter(|(_, extent)| *extent == wanted).map(|(level, _)| level.name());
            levels.collect::<Vec<_>>().join(", ")
        };
        let told = [("full", of(Extent::Full)), ("limited", of(Extent::Limited))];
        let told = told.iter().filter(|(_, list)| !list.is_empty()).map(|(word, list)| format!("{word}: {list}"));
        told.collect::<Vec<_>>().join("; ")
    };
    for one in &found.services {
        let conditional = if one.conditional { "  (conditional)" } else { "" };
        lines.push(Line::new(0, Tone::Plain, format!("{:<20} {}{conditional}", one.service, levels(one))));
        if one.resources.iter().any(|resource| &**resource != "*") {
            lines.push(Line::new(21, Tone::Muted, format!("on {}", one.resources.join(" "))));
        }
    }
    lines
}

/// Who can get more, how, and what would stop it.
pub fn paths(account: &Account, found: &Escalation) -> Vec<Line> {
    let mut lines = vec![Line::new(0, Tone::Heading, "administrators")];
    lines.extend(found.administrators.iter().map(|id| Line::new(2, Tone::Plain, &**id).about(id)));
    if found.administrators.is_empty() {
        let word = if found.not_read.is_empty() { "none" } else { "unknown: the policies were not read" };
        lines.push(Line::new(2, Tone::Muted, word));
    }
    lines.extend(under_conditions(&found.conditional));
    // Who may do many things under one condition has as many ways; what is asked of one principal alone is told whole.
    let is_of_one = found.paths.iter().all(|path| found.paths.first().is_some_and(|first| first.from == path.from));
    let most = if is_of_one { usize::MAX } else { WAYS };
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, path) in found.paths.iter().enumerate() {
        let way = ways.entry(&path.from).or_default();
        *way += 1;
        if *way > most {
            continue;
        }
        lines.push(Line::new(0, Tone::Plain, ""));
        tell_path(path, &mut lines);
        let fixes = if number < CLOSED { closings(account, path) } else { Vec::new() };
        for fix in &fixes {
            lines.push(Line::new(2, Tone::Muted, format!("close: {}", told_fix(fix))).settled_by(fix.plan.as_ref()));
        }
    }
    let left_out = ways.iter().filter(|(_, ways)| **ways > most);
    let more = |(from, ways): (&&str, &usize)| {
        let text = format!("{} more paths of {from}: iamtui escalation --from {from}", ways - most);
        Line::new(0, Tone::Muted, text).about(from)
    };
    let more: Vec<Line> = left_out.map(more).collect();
    if !more.is_empty() {
        lines.push(Line::new(0, Tone::Plain, ""));
        lines.extend(more);
    }
    gaps(&found.not_read, &found.not_evaluated, &mut lines);
    lines
}

/// Who is an administrator under a condition.
fn under_conditions(found: &[(Box<str>, Ways)]) -> Vec<Line> {
    let mut lines = Vec::new();
    if !found.is_empty() {
        lines.push(Line::new(0, Tone::Heading, "administrators under a condition"));
    }
    for (id, when) in found {
        lines.push(Line::new(2, Tone::Plain, format!("{id}  if {}", conditions(when))).about(id));
    }
    lines
}

/// A change with whom else it affects.
pub fn told_fix(fix: &Fix) -> String {
    let affects =
        if fix.affects.is_empty() { String::new() } else { format!(" (also affects {})", fix.affects.join(", ")) };
    format!("{}{affects}", fix.title)
}

/// A path, step by step.
pub fn tell_path(path: &Path, lines: &mut Vec<Line>) {
    let to = if &*path.to == ADMIN { "an administrator's permissions" } else { &path.to };
    let tone = match path.verdict {
        Verdict::Open => Tone::Danger,
        Verdict::Conditional => Tone::Warning,
        Verdict::Unknown | Verdict::Blocked => Tone::Muted,
    };
    lines.push(Line::new(0, tone, format!("{}: {} → {to}", path.verdict.word(), path.from)).about(&path.from));
    for step in &path.steps {
        let actions = step.actions.join(", ");
        let told = format!("{} ({}: {actions} on {})", step.why, step.technique, step.resource);
        lines.push(Line::new(2, Tone::Plain, told).about(&step.target));
        if !step.when.is_always() {
            lines.push(Line::new(4, Tone::Muted, format!("if {}", conditions(&step.when))));
        }
        let by = step.statements.iter();
        lines.extend(
            by.map(|one| Line::new(4, Tone::Muted, format!("allowed by {}", statement(one))).about(&one.policy)),
        );
    }
    if let Some(block) = &path.blocked_by {
        let by = block.statement.as_ref().map(|one| format!(": {}", statement(one))).unwrap_or_default();
        lines.push(Line::new(2, Tone::Good, format!("blocked by {}{by}", block.layer.as_str())));
    }
}

/// The statements that were found.
pub fn matches(found: &[Match], not_read: &[String]) -> Vec<Line> {
    let within = if not_read.is_empty() { "" } else { " in what was read" };
    let head = format!("{} found{within}", counted(found.len(), "statement"));
    let mut lines = vec![Line::new(0, Tone::Heading, head)];
    for one in found {
        let sid = one.sid.as_deref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
        let used = match (one.attached, one.bounds) {
            (true, _) => "",
            (false, true) => "  (as a permissions boundary)",
            (false, false) => "  (not attached)",
        };
        let head = format!("{}, statement {}{sid}{used}", one.what, one.statement + 1);
        lines.push(Line::new(0, Tone::Plain, head).about(&one.resource));
        let condition = match one.conditions.as_slice() {
            [] => String::new(),
            keys => format!("  if {}", keys.join(", ")),
        };
        let tone = if one.effect == crate::policy::ast::Effect::Deny { Tone::Good } else { Tone::Muted };
        lines.push(Line::new(2, tone, format!("{}{condition}", one.told())).about(&one.resource));
    }
    gaps(not_read, &[], &mut lines);
    lines
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// What a plan changes for everybody; nothing where it changes no permissions.
fn impact_of_plan(account: &Account, plan: &Plan) -> Result<Vec<Line>, GaveUp> {
    let mut forecast = Forecast::new(account);
    plan.steps.iter().for_each(|step| forecast.take(step));
    let found = impact(account, forecast.account())?;
    Ok(impact_lines(&found))
}

/// Who gains and who loses what, and which ways to more are opened or closed.
pub fn impact_lines(found: &Impact) -> Vec<Line> {
    let mut lines = Vec::new();
    for (word, tone, paths) in [("opens", Tone::Danger, &found.opened), ("closes", Tone::Good, &found.closed)] {
        for path in paths.iter().take(SHOWN) {
            let by: Vec<&str> = path.steps.iter().map(|step| &*step.why).collect();
            let to = if &*path.to == ADMIN { "an administrator's permissions" } else { &path.to };
            let text = format!("{word} an escalation path: {} gets {to}: {}", name_of(&path.from), by.join(", then "));
            lines.push(Line::new(0, tone, text).about(&path.from));
        }
        if paths.len() > SHOWN {
            lines.push(Line::new(0, tone, format!("{word} {} more escalation paths", paths.len() - SHOWN)));
        }
    }
    for (word, tone, ids) in [
        ("becomes an administrator", Tone::Danger, &found.new_administrators),
        ("is no longer an administrator", Tone::Good, &found.former_administrators),
    ] {
        for id in ids.iter().take(SHOWN) {
            lines.push(Line::new(0, tone, format!("{} {word}", name_of(id))).about(id));
        }
        if ids.len() > SHOWN {
            lines.push(Line::new(0, tone, format!("{} more: {word}", ids.len() - SHOWN)));
        }
    }
    for change in &found.changes {
        let who = change.who.first().map_or("", |id| id);
        lines.push(Line::new(0, Tone::Heading, shortened(change.who.iter().map(|id| name_of(id)))).about(who));
        changed_services(change, 2, &mut lines);
    }
    for Retrusted { role, gained, lost } in &found.assumable {
        for (mark, tone, ids) in [("+", Tone::Warning, gained), ("-", Tone::Plain, lost)] {
            if !ids.is_empty() {
                let names = shortened(ids.iter().map(|id| name_of(id)));
                let text = format!("{mark} may assume {}: {names}", name_of(role));
                lines.push(Line::new(0, tone, text).about(role));
            }
        }
    }
    gaps(&found.not_read, &[], &mut lines);
    if !lines.is_empty() {
        gaps(&[], &found.not_evaluated, &mut lines);
    }
    lines
}

/// What is gained, lost and different, service by service.
fn changed_services(change: &Changed, indent: u16, lines: &mut Vec<Line>) {
    for (mark, tone, services) in
        [("+", Tone::Warning, &change.gained), ("-", Tone::Plain, &change.lost), ("~", Tone::Muted, &change.changed)]
    {
        for (service, actions) in services {
            lines.push(Line::new(
                indent,
                tone,
                format!("{mark} {service}: {}", shortened(actions.iter().map(AsRef::as_ref))),
            ));
        }
    }
}

/// What two users or roles can do that the other cannot, where something of them may not have been read.
pub fn differences(one: &str, other: &str, found: &Changed, not_read: &[String]) -> Vec<Line> {
    let head = format!("- only {}   + only {}   ~ on other resources or conditions", name_of(one), name_of(other));
    let mut lines = vec![Line::new(0, Tone::Heading, head)];
    changed_services(found, 0, &mut lines);
    if lines.len() == 1 {
        lines.push(if not_read.is_empty() {
            Line::new(0, Tone::Good, "Both can do the same.")
        } else {
            Line::new(0, Tone::Muted, "Both can do the same by what was read.")
        });
    }
    gaps(not_read, &[], &mut lines);
    lines
}

/// What an ARN is called in a sentence: its kind and name.
fn name_of(id: &str) -> &str {
    id.splitn(6, ':').nth(5).unwrap_or(id)
}

/// The first few of many names, and how many more there are.
fn shortened<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let names: Vec<&str> = all.take(NAMED).collect();
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// How a review differs from an earlier one.
pub fn trend(now: &Record, before: &Record) -> Vec<Line> {
    let Changes { new, settled } = now.since(before);
    let score = |record: &Record| record.score.map_or_else(|| "none".to_owned(), |score| score.to_string());
    let tone = if new.is_empty() { Tone::Good } else { Tone::Warning };
    let day = before.at.strftime("%Y-%m-%d %H:%M UTC");
    let head = format!(
        "since {day}: score {} → {}, {}, {} settled",
        score(before),
        score(now),
        counted(new.len(), "new finding"),
        settled.len()
    );
    let mut lines = vec![Line::new(0, tone, head)];
    for (word, tone, list) in [("new", Tone::Warning, &new), ("settled", Tone::Good, &settled)] {
        let first = list.iter().take(TOLD);
        lines.extend(first.map(|(check, about)| Line::new(2, tone, format!("{word}: {check}: {about}")).about(about)));
        if list.len() > TOLD {
            lines.push(Line::new(2, Tone::Muted, format!("{} more {word}", list.len() - TOLD)));
        }
    }
    lines
}

/// What is not as it should be.
pub fn findings(review: &Review) -> Vec<Line> {
    let mut lines = vec![match review.score {
        Some(score) => Line::new(0, Tone::Heading, format!("score {score} of 100")),
        None => Line::new(0, Tone::Muted, "no score: policies were not read"),
    }];
    lines.extend(under_conditions(&review.conditional));
    let mut last = "";
    for one in &review.findings {
        if one.check.id != last {
            let tone = match one.check.severity {
                Severity::Critical | Severity::High => Tone::Danger,
                Severity::Medium => Tone::Warning,
                Severity::Low => Tone::Heading,
            };
            let references = one.check.references.join(", ");
            let head =
                format!("{}, not met: {} ({}; {references})", one.check.severity.word(), one.check.title, one.check.id);
            lines.push(Line::new(0, Tone::Plain, ""));
            lines.push(Line::new(0, tone, head));
            lines.push(Line::new(2, Tone::Muted, one.check.why));
            lines.push(Line::new(2, Tone::Muted, format!("fix: {}", one.check.fix)));
            last = one.check.id;
        }
        let plan = if one.finding.plan.is_some() { "  [plan]" } else { "" };
        let told = format!("- {} {}{plan}", one.finding.resource, one.finding.evidence);
        lines.push(Line::new(2, Tone::Plain, told).about(&one.finding.resource).settled_by(one.finding.plan.as_ref()));
    }
    let passed = if review.passed.is_empty() { "none".to_owned() } else { review.passed.join(", ") };
    lines.push(Line::new(0, Tone::Plain, ""));
    lines.push(Line::new(0, Tone::Good, format!("passed: {passed}")));
    gaps(&[], &review.not_evaluated, &mut lines);
    let not = review.not_checked.iter();
    lines.extend(not.map(|(check, reason)| Line::new(0, Tone::Muted, format!("not checked: {check}: {reason}"))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::lab;

    #[track_caller]
    fn check(asked: Asked, expected: &str) {
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        let lines = AccountQuestion { account: Arc::new(lab()), asked, now, stop: Stop::default() }.answer().unwrap();
        assert!(lines.iter().any(|line| line.text == expected), "{expected} is not in {lines:#?}");
    }

    #[test]
    fn every_question_has_an_answer_in_words() {
        check(Asked::Access(ResourceRef::User("ada".into())), "ada: administrator");
        check(Asked::Access(ResourceRef::Group("dev".into())), "dev: not an administrator");
        check(Asked::Escalation, "open: arn:aws:iam::123456789012:role/deploy → an administrator's permissions");
        check(
            Asked::Review,
            "- arn:aws:iam::123456789012:role/deploy can get an administrator's permissions: it writes an inline policy of the \
             role (iam-005)  [plan]",
        );
        let ask = Ask::new("iam:CreateAccessKey", "*");
        check(
            Asked::WhoCan(ask),
            "user       arn:aws:iam::123456789012:user/mal  if aws:MultiFactorAuthPresent Bool true",
        );
    }
}
