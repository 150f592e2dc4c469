//! What the service itself says of the text, beside what our checks say.

use std::sync::Arc;

use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::policy::PolicyKind;
use crate::policy::answer::{Comparison, Reported, policy_type};
use crate::theme::Look;
use crate::ui::widgets::failure::wrap;

use super::pane::{Line, mark};
use super::text::Text;

/// The question to the service that was put last.
#[derive(Debug, Default)]
pub struct Service {
    /// The text that was asked about.
    asked: Option<Arc<str>>,
    /// The kind that it was asked about as.
    kind: PolicyKind,
    /// What came of it; none while it is waited for.
    told: Option<Result<Box<Comparison>, UserError>>,
}

/// A line, and where in the text it leads to.
pub type Row = (Line, Option<usize>);

impl Service {
    /// Asks about a text, unless that very question is under way.
    pub fn ask(&mut self, text: &str, kind: PolicyKind, account: Option<String>) -> Option<BackgroundTask> {
        if self.is_waiting() && self.asked.as_deref() == Some(text) && self.kind == kind {
            return None;
        }
        self.kind = kind;
        let text: Arc<str> = Arc::from(text);
        self.asked = Some(Arc::clone(&text));
        if policy_type(kind).is_none() {
            let told = UserError::new(format!("AWS has no checks for a policy of the kind `{}`", kind.name()));
            self.told = Some(Err(told.hint("Our own checks know it: they are in the other tabs.")));
            return None;
        }
        self.told = None;
        Some(BackgroundTask::AskService { text, kind, account })
    }

    /// Whether an answer is waited for.
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some() && self.told.is_none()
    }

    /// Waits no longer; what comes still is not taken.
    pub fn give_up(&mut self) {
        self.told = Some(Err(UserError::new("the question was stopped").hint("Ask again when you like.")));
        self.asked = None;
    }

    /// Takes what came of it, where it is the answer to what was asked last.
    pub fn take(&mut self, text: &Arc<str>, result: &Result<Box<Comparison>, UserError>) {
        if self.is_waiting() && self.asked.as_ref() == Some(text) {
            self.told = Some(result.clone());
        }
    }

    /// What it says, as lines; none where nobody asked.
    pub fn rows(&self, text: &Text, kind: PolicyKind, width: u16) -> Vec<Row> {
        let mut rows = Rows { rows: Vec::new(), width: width.saturating_sub(2) };
        let current = self.asked.as_deref() == Some(text.as_str());
        if self.asked.is_some() && !current {
            rows.words("▲ The text has changed since it was asked about.", Look::Warning, None);
        } else if self.asked.is_some() && self.kind != kind {
            let words = format!("▲ It was asked about as `{}`, which it is no longer checked as.", self.kind.name());
            rows.words(&words, Look::Warning, None);
        }
        match &self.told {
            None if self.asked.is_some() => rows.words("Asking `ValidatePolicy` …", Look::Unknown, None),
            None => {}
            Some(Err(told)) => {
                rows.words(&format!("✗ {}", told.message), Look::Bad, None);
                rows.words(told.hint.as_deref().unwrap_or_default(), Look::Muted, None);
            }
            Some(Ok(found)) => rows.compared(found, text, current),
        }
        rows.rows
    }
}

/// Lines that are being made.
struct Rows {
    rows: Vec<Row>,
    width: u16,
}

impl Rows {
    fn words(&mut self, words: &str, role: Look, place: Option<usize>) {
        self.rows.extend(wrap(words, self.width).into_iter().map(|line| (vec![(line, role)], place)));
    }

    fn compared(&mut self, found: &Comparison, text: &Text, current: bool) {
        let agreed = match found.agreed {
            0 if found.is_equal() => "The service finds nothing, and neither do our checks for its codes.".to_owned(),
            0 => "No finding is the same on both sides.".to_owned(),
            1 => "1 finding is the same on both sides.".to_owned(),
            count => format!("{count} findings are the same on both sides."),
        };
        let (sign, role) = if found.is_equal() { ("✓", Look::Good) } else { ("≠", Look::Warning) };
        self.words(&format!("{sign} {agreed}"), role, None);
        let place = |told: &Reported| current.then(|| offset(text, told.place)).flatten();
        let mut list = |title: &str, told: &[Reported]| {
            if !told.is_empty() {
                self.words(&format!("{title} ({})", told.len()), Look::Heading, None);
            }
            for finding in told {
                self.finding(finding, place(finding));
            }
        };
        list("Only the service reports", &found.only_theirs);
        list("Only we report", &found.only_ours);
        if !found.otherwise.is_empty() {
            self.words(&format!("Different ({})", found.otherwise.len()), Look::Heading, None);
        }
        for (theirs, ours) in &found.otherwise {
            self.finding(theirs, place(theirs));
            let kind = if theirs.kind == ours.kind { "" } else { ours.kind.name() };
            self.words(&format!("  ours: {kind} {}", ours.details).replace("  ", " "), Look::Muted, place(theirs));
        }
    }

    fn finding(&mut self, told: &Reported, place: Option<usize>) {
        let (symbol, role) = mark(told.kind);
        let (line, column) = told.place;
        self.words(&format!("{symbol} {line}:{} {}: {}", column + 1, told.code, told.details), role, place);
    }
}

/// The byte at a line, counted from 1, and a column, counted from 0 in characters.
fn offset(text: &Text, (line, column): (usize, usize)) -> Option<usize> {
    let line = line.checked_sub(1).filter(|line| *line < text.line_count())?;
    let start = text.start_of(line);
    let within = text.line(line).char_indices().nth(column).map_or(text.line(line).len(), |(at, _)| at);
    Some(start + within)
}
