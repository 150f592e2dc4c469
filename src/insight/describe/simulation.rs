//! A simulation in words: a matrix where there are several, then each decision with what it rests on.

use super::{Line, Tone, conditions, name_of, statement};
use crate::insight::simulator::aws::{Agreement, Theirs, untold};
use crate::insight::simulator::{Decided, Simulated, Simulation};
use crate::insight::unread;
use crate::insight::who_can::Answer;
use crate::policy::ast::Effect;
use crate::policy::evaluate::Layer;

/// The most values that are offered for a condition key.
const LIKELY: usize = 4;

/// The decision of a pair: its mark, its word, how it is meant.
fn verdict(one: &Decided) -> (&'static str, &'static str, Tone) {
    match &one.answer {
        None => ("?", "unknown", Tone::Muted),
        Some(answer) if answer.is_unknown() => ("?", "unknown", Tone::Muted),
        Some(answer) if answer.parts.is_empty() => ("✗", "denied", Tone::Danger),
        Some(answer) if answer.when.is_always() => ("✓", "allowed", Tone::Good),
        Some(_) => ("▲", "conditional", Tone::Warning),
    }
}

/// The short name of a principal.
fn short(principal: &str) -> &str {
    name_of(principal).rsplit('/').next().unwrap_or(principal)
}

/// The decisions of a simulation, with what was not read of users and roles and what was asked for in vain.
pub fn simulated(asked: &Simulation, found: &Simulated) -> Vec<Line> {
    let all = &found.decided;
    let mut lines: Vec<Line> = found.ignored.iter().map(|told| Line::new(0, Tone::Warning, told)).collect();
    if asked.principals.len() > 1 && asked.actions.len() > 1 {
        matrix(asked, all, &mut lines);
    }
    for one in all {
        let Some(answer) = &one.answer else {
            lines.push(if found.not_read.is_empty() {
                Line::new(0, Tone::Warning, format!("{}: the account has no such user or role", one.principal))
            } else {
                Line::new(
                    0,
                    Tone::Muted,
                    format!("{}: unknown, not read: {}", one.principal, found.not_read.join(", ")),
                )
            });
            continue;
        };
        let (mark, word, tone) = verdict(one);
        let head = format!("{mark} {word:<12} {}  {} on {}", short(&one.principal), one.action, asked.resource);
        lines.push(Line::new(0, tone, head).about(&one.principal));
        if answer.is_unknown() {
            lines.push(Line::new(2, Tone::Muted, "nothing that was read allows it"));
        } else if answer.parts.is_empty() {
            let layers: Vec<&str> = answer.blocked_by.iter().map(|layer: &Layer| layer.as_str()).collect();
            lines.push(Line::new(2, Tone::Muted, format!("blocked by {}", layers.join(", "))));
        } else if !answer.when.is_always() {
            lines.push(Line::new(2, Tone::Muted, format!("if {}", conditions(&answer.when))));
        }
        for part in answer.parts.iter().filter(|part| *part.resource != *asked.resource || !part.except.is_empty()) {
            let except =
                if part.except.is_empty() { String::new() } else { format!(", except {}", part.except.join(", ")) };
            lines.push(Line::new(2, Tone::Muted, format!("on {}{except}", part.resource)));
        }
        let by = answer.statements.iter();
        lines.extend(by.map(|one| Line::new(2, Tone::Muted, format!("by {}", statement(one))).about(&one.policy)));
        let not_read = unread::of_one(&answer.not_read).into_iter();
        lines.extend(not_read.map(|what| Line::new(2, Tone::Muted, format!("not read: {what}"))));
        for (key, values) in &one.missing {
            lines.push(Line::new(2, Tone::Plain, format!("it depends on {key}, which is not given")));
            for value in likely(values) {
                let word = format!("{key}={value}");
                lines.push(Line::new(4, Tone::Plain, format!("add {word}")).adding(&word));
            }
        }
        theirs(asked, (one, answer), &mut lines);
        traced(one, &mut lines);
    }
    if asked.compares && !asked.principals.is_empty() {
        let untold = untold(asked).into_iter();
        lines.extend(untold.map(|what| Line::new(0, Tone::Muted, format!("AWS's simulator was not told of {what}"))));
    }
    lines
}

/// The values of a condition key that may decide: those that policies name, and of a truth value both.
fn likely(values: &[Box<str>]) -> Vec<String> {
    let is_truth = |value: &str| ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word));
    if values.iter().any(|value| is_truth(value)) {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    // What has blanks cannot be typed as a word.
    let typed = values.iter().filter(|value| !value.contains(char::is_whitespace));
    typed.take(LIKELY).map(|value| value.replace('*', "x")).collect()
}

/// What AWS's simulator says of a pair, beside the answer here.
fn theirs(asked: &Simulation, (one, answer): (&Decided, &Answer), lines: &mut Vec<Line>) {
    let Some(told) = &asked.theirs else {
        if asked.compares {
            lines.push(Line::new(2, Tone::Muted, "asking AWS's simulator …"));
        }
        return;
    };
    let all = match &**told {
        Ok(all) => all,
        Err(error) => {
            lines.push(Line::new(2, Tone::Warning, format!("AWS's simulator could not be asked: {error}")));
            return;
        }
    };
    let same = |theirs: &&Theirs| theirs.principal == one.principal && theirs.action.eq_ignore_ascii_case(&one.action);
    let Some(theirs) = all.iter().find(same) else {
        lines.push(Line::new(2, Tone::Muted, "AWS's simulator said nothing of it"));
        return;
    };
    let tone = match theirs.agreement(answer) {
        Agreement::Agrees => Tone::Good,
        Agreement::Differs => Tone::Danger,
        Agreement::Undecided => Tone::Muted,
    };
    lines.push(Line::new(2, tone, theirs.told(answer)));
}

/// Every statement with why it matches or not.
fn traced(one: &Decided, lines: &mut Vec<Line>) {
    if one.trace.is_empty() {
        return;
    }
    lines.push(Line::new(2, Tone::Heading, "statements"));
    for considered in &one.trace {
        let (mark, tone) = match (considered.applies, considered.effect) {
            (true, Effect::Allow) => ("✓", Tone::Good),
            (true, Effect::Deny) => ("✗", Tone::Danger),
            (false, _) => ("·", Tone::Muted),
        };
        let effect = considered.effect.as_str();
        let text = format!("{mark} {}, {effect}: {}", statement(&considered.statement), considered.why);
        lines.push(Line::new(4, tone, text).about(&considered.statement.policy));
    }
}

/// A row for each principal and a numbered column for each action: names of actions would not fit side by side.
fn matrix(asked: &Simulation, all: &[Decided], lines: &mut Vec<Line>) {
    let names: Vec<&str> = asked.principals.iter().map(|name| short(name)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for (number, action) in (1..).zip(&asked.actions) {
        lines.push(Line::new(0, Tone::Muted, format!("{number:>3}  {action}")));
    }
    let row = |head: &str, cells: &mut dyn Iterator<Item = String>| {
        cells.fold(format!("{head:<width$}"), |row, cell| row + &format!("{cell:>4}"))
    };
    let numbers = row("", &mut (1..=asked.actions.len()).map(|number| number.to_string()));
    lines.push(Line::new(0, Tone::Heading, numbers));
    for (name, decided) in names.into_iter().zip(all.chunks(asked.actions.len())) {
        let marks = row(name, &mut decided.iter().map(|one| verdict(one).0.to_owned()));
        lines.push(Line::new(0, Tone::Plain, marks));
    }
    lines.push(Line::new(0, Tone::Plain, ""));
}
