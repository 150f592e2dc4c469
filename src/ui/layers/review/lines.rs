//! The review as lines: guards, steps with their commands, what follows from them, and how each step goes.

use crate::backend::ReadOnlyReason;
use crate::plan::journal::{End, OnError, State};
use crate::plan::{Plan, Step, Undo, Work};
use crate::theme::Look;
use crate::ui::layers::access as answer;
use crate::ui::page::View;
use crate::ui::runs::Live;
use crate::ui::time;
use crate::ui::widgets::failure::wrap;

use super::{Review, enabled, impact, result};

/// One line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) indent: u16,
    pub(super) pieces: Vec<(String, Look)>,
    /// It heads the step that goes on now.
    pub(super) is_current: bool,
    /// It heads the step that failed.
    pub(super) is_failure: bool,
}

/// Lines one below the other, each at most this wide.
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    width: u16,
}

impl Lines {
    fn new(width: u16) -> Self {
        Self { lines: Vec::new(), width }
    }

    pub(super) fn put(&mut self, indent: u16, pieces: Vec<(String, Look)>) -> Option<&mut Line> {
        self.lines.push(Line { indent, pieces, ..Line::default() });
        self.lines.last_mut()
    }

    /// A text, broken at its spaces.
    pub(super) fn text(&mut self, indent: u16, text: &str, role: Look) {
        for line in wrap(text, self.width.saturating_sub(indent)) {
            self.put(indent, vec![(line, role)]);
        }
    }

    /// A heading, with a blank line above it unless it is the first.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.put(0, Vec::new());
        }
        self.put(0, vec![(text.to_owned(), Look::Heading)]);
    }
}

/// Code, line by line.
pub(super) fn code(text: &str) -> Vec<Line> {
    text.lines().map(|line| Line { pieces: vec![(line.to_owned(), Look::Text)], ..Line::default() }).collect()
}

/// The first tab: before the run what it will do, then how it goes and what came of it.
pub(super) fn steps(review: &Review, view: &View<'_>, width: u16) -> Vec<Line> {
    let mut lines = Lines::new(width);
    let live = review.begun(view);
    if let Some(live) = live {
        history(live, &mut lines);
        result::lines(live, view, review.revealed.is_some(), &mut lines);
        enabled::lines(live, view, &mut lines);
    } else {
        guards(&review.plan, &mut lines);
        for (step, lost) in &review.losses {
            lines.text(0, &format!("▲ {step}: {lost}"), Look::Warning);
        }
    }
    // The line above the steps has no room for all of it.
    if let Some(told) = review.live(view).and_then(|live| live.refused.as_ref()) {
        lines.text(0, &format!("✗ {}", told.message), Look::Bad);
        lines.text(2, told.hint.as_deref().unwrap_or_default(), Look::Muted);
    }
    if !lines.lines.is_empty() {
        lines.heading("Steps");
    }
    for (number, (step, command)) in review.plan.steps.iter().zip(&review.commands).enumerate() {
        head(number + 1, step, live, &mut lines);
        let indent = 6;
        if live.is_none() {
            if !step.why.is_empty() {
                lines.text(indent, &step.why, Look::Muted);
            }
            if !step.risk.is_empty() {
                lines.text(indent, &format!("▲ {}", step.risk), Look::Warning);
            }
        }
        lines.text(indent, command, Look::Info);
        if let Some(live) = live {
            trouble(step, live, indent, &mut lines);
        }
    }
    if live.is_none() {
        consequences(review, view, &mut lines);
    }
    lines.lines
}

/// What the run came by so far, for a question that is about it.
pub(super) fn gives(review: &Review, view: &View<'_>, width: u16) -> Vec<Line> {
    let mut lines = Lines::new(width);
    if let Some(live) = review.begun(view) {
        result::lines(live, view, review.revealed.is_some(), &mut lines);
    }
    lines.lines
}

/// When a run of the journal began, by whom, and why.
fn history(live: &Live, lines: &mut Lines) {
    if live.going {
        return;
    }
    lines.text(0, &format!("{} by {}", time::moment(live.run.at), live.run.begin.caller), Look::Muted);
    if let Some(reason) = &live.run.begin.reason {
        lines.text(0, &format!("reason: {reason}"), Look::Muted);
    }
    if let Some(by) = &live.run.undone_by {
        lines.text(0, &format!("undone by {by}"), Look::Info);
    }
}

fn guards(plan: &Plan, lines: &mut Lines) {
    for guard in &plan.guards {
        lines.text(0, &format!("▲ {}", guard.message), Look::Danger);
        if let Some(hint) = &guard.hint {
            lines.text(2, hint, Look::Muted);
        }
    }
}

/// What follows from the plan: who is affected, what does not come back, quotas, permissions.
fn consequences(review: &Review, view: &View<'_>, lines: &mut Lines) {
    let affected = review.affected.as_ref().map_or(&[][..], |(_, told)| told.as_slice());
    if !affected.is_empty() {
        lines.heading("Who is affected");
        for text in affected {
            lines.text(2, text, Look::Text);
        }
    }
    let everybody = review.everybody.lines();
    if !everybody.is_empty() {
        lines.heading("Effect on permissions");
        for line in everybody {
            lines.text(2 + line.indent, &line.text, answer::role(line.tone));
        }
    }
    let steps = review.plan.steps.iter().filter(|step| step.call().is_some());
    let losses: Vec<(String, &str)> = steps
        .filter_map(|step| match step.undoable() {
            Undo::Partly(lost) | Undo::Never(lost) => Some((step.title(), lost)),
            Undo::Whole => None,
        })
        .collect();
    lines.heading("What cannot be undone");
    if losses.is_empty() {
        lines.text(2, "Nothing: all steps can be undone.", Look::Good);
    }
    for (step, lost) in losses {
        lines.text(2, &format!("▲ {step}: {lost}"), Look::Warning);
    }
    let quotas = impact::quotas(&review.plan, view);
    if !quotas.is_empty() {
        lines.heading("Quotas");
        for (text, role) in &quotas {
            lines.text(2, text, *role);
        }
    }
    lines.heading("Permissions needed");
    lines.text(2, &review.plan.needs().join("  "), Look::Text);
}

fn head(number: usize, step: &Step, live: Option<&Live>, lines: &mut Lines) {
    let number = format!("{number:>2}  ");
    let Some(live) = live else {
        let mark = if step.is_destructive() { "- " } else { "  " };
        lines.put(0, vec![(mark.to_owned(), Look::Danger), (number, Look::Muted), (step.title(), Look::Title)]);
        return;
    };
    let (mark, word, role) = mark(step, live);
    let mut pieces = vec![(format!("{mark} "), role), (number, Look::Muted), (step.title(), Look::Title)];
    if !word.is_empty() {
        pieces.push((format!("  {word}"), role));
    }
    let state = live.run.state(&step.id);
    let is_now = live.going && *state == State::Unsure;
    if let Some(line) = lines.put(0, pieces) {
        line.is_current = is_now;
        line.is_failure = !is_now && matches!(state, State::Failed { .. } | State::Lost(_) | State::Unsure);
    }
}

/// How a step goes: a mark, a word and a look.
fn mark(step: &Step, live: &Live) -> (&'static str, String, Look) {
    let asks = matches!(step.work, Work::Ask(_));
    let trying = live.trying.as_ref().filter(|(id, ..)| *id == step.id);
    match live.run.state(&step.id) {
        State::Waiting => ("·", String::new(), Look::Muted),
        State::Unsure if asks && live.going => ("▸", "waiting for you".to_owned(), Look::Accent),
        State::Unsure if asks => ("▸", "was not answered".to_owned(), Look::Warning),
        State::Unsure if live.going => match trying {
            Some((_, tries, why)) => ("…", format!("{why}; trying again ({tries})"), Look::Warning),
            None => ("…", String::new(), Look::Accent),
        },
        State::Unsure => ("?", "result unknown".to_owned(), Look::Warning),
        State::Done(_) => ("✓", String::new(), Look::Good),
        State::Already(_) => ("✓", "already done".to_owned(), Look::Info),
        State::Lost(_) => ("✗", "secret lost".to_owned(), Look::Bad),
        State::Failed { code, .. } => ("✗", code.clone(), Look::Bad),
    }
}

/// Why a step did not go well, and what to do next.
fn trouble(step: &Step, live: &Live, indent: u16, lines: &mut Lines) {
    if live.going {
        return;
    }
    let operation = step.call().map_or("", |call| call.operation().name());
    match live.run.state(&step.id) {
        State::Failed { code, message } => {
            let text =
                if message.is_empty() { format!("✗ {code}") } else { format!("✗ {operation} {code}: {message}") };
            lines.text(indent, &text, Look::Bad);
            lines.text(indent, next(code), Look::Muted);
        }
        State::Lost(gives) => {
            lines.text(
                indent,
                &format!("✗ {operation} succeeded, but its answer was lost, and with it the secret."),
                Look::Bad,
            );
            for id in gives.values().filter_map(serde_json::Value::as_str) {
                lines.text(indent, id, Look::Text);
            }
            lines.text(indent, "Resume deletes it and creates a new one. Undo deletes it.", Look::Muted);
        }
        State::Unsure if step.call().is_some() => {
            let text = format!("? {operation} got no answer; it may have succeeded or not.");
            lines.text(indent, &text, Look::Warning);
            let next = "Resume checks it and continues; undo takes it into account.";
            lines.text(indent, next, Look::Muted);
        }
        _ => {}
    }
}

/// The next step after a refusal.
fn next(code: &str) -> &'static str {
    match code.trim_end_matches("Exception") {
        "AccessDenied" => "Ask an administrator for the permission, then resume, or undo what was done.",
        "EntityAlreadyExists" => "It was created in the meantime. Undo what was done, or create the plan again.",
        "NoSuchEntity" => "It no longer exists. Undo what was done, or create the plan again.",
        "DeleteConflict" => "Something was added in the meantime. Create the plan again to include it.",
        "LimitExceeded" => "Delete something or request a quota increase, then resume, or undo what was done.",
        "Throttling" | "unreachable" | "EntityTemporarilyUnmodifiable" | "ConcurrentModification" => {
            "Nothing was changed by this step. Resume to try again."
        }
        "ExpiredToken" | "sign-in needed" => {
            "Nothing was changed by this step. Sign in again (`:sign-in-again`), then resume here or from the journal."
        }
        "cancelled" => "",
        "changed since the plan" => {
            "Nothing was sent for this step. Compare both versions, then create the plan again or undo what was done."
        }
        "not checked" => "Nothing was sent for this step. Resume when it can be read, or undo what was done.",
        "owner unknown" => "Nothing was sent for this step. Resume once the name is free, or undo what was done.",
        _ => "Nothing was changed by this step. Resume to try again, or undo what was done.",
    }
}

/// How many steps were refused.
fn failed(live: &Live, plan: &Plan) -> usize {
    plan.steps.iter().filter(|step| matches!(live.run.state(&step.id), State::Failed { .. })).count()
}

/// The line that tells how the whole stands: a mark, the words and the look.
pub(super) fn state(
    begun: Option<&Live>,
    live: Option<&Live>,
    plan: &Plan,
    read_only: Option<&ReadOnlyReason>,
) -> (&'static str, String, Look) {
    let count = plan.steps.len();
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    let Some(begun) = begun else {
        return match live.and_then(|live| live.refused.as_ref()) {
            Some(_) => ("✗", "not started".to_owned(), Look::Bad),
            None => match read_only {
                Some(reason) if reason.is_found_out() => ("▲", format!("read-only session: {reason}"), Look::Warning),
                Some(_) => ("▲", "read-only session: the plan can be copied, not applied".to_owned(), Look::Warning),
                None => ("·", format!("{steps}; nothing is sent before you apply"), Look::Muted),
            },
        };
    };
    let done = begun.run.done();
    if let Some(asks) = &begun.asks {
        return ("▸", format!("waiting for you: {}", asks.ask.title()), Look::Accent);
    }
    if begun.going {
        return ("…", format!("{done} of {steps} done"), Look::Accent);
    }
    if begun.run.undone_by.is_some() {
        return ("↶", "undone".to_owned(), Look::Info);
    }
    match begun.run.end {
        Some(End::Complete) if count == 1 => ("✓", "done".to_owned(), Look::Good),
        Some(End::Complete) => ("✓", format!("all {steps} done"), Look::Good),
        Some(End::Failed) if failed(begun, plan) > 1 || begun.run.begin.on_error == OnError::Continue => {
            let failed = failed(begun, plan);
            let left = count.saturating_sub(done + failed);
            let left = if left == 0 { String::new() } else { format!(", {left} not sent") };
            ("✗", format!("{done} of {steps} done, {failed} failed{left}; resume tries them again"), Look::Bad)
        }
        Some(End::Failed) => {
            ("✗", format!("{done} of {steps} done, then one failed; the rest was not sent"), Look::Bad)
        }
        Some(End::Cancelled) => ("■", format!("stopped with {done} of {steps} done"), Look::Warning),
        None => ("?", format!("unfinished: {done} of {steps} done"), Look::Warning),
    }
}
