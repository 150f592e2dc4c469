//! What the change from one policy to another means, action by action.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::base::work::{self, GaveUp};
use crate::effect::BackgroundTask;
use crate::input::{DiffAction, Move};
use crate::message::TaskResult;
use crate::model::Document;
use crate::policy::diff::{Change, ChangeGroup};
use crate::policy::read;
use crate::policy::scope::scopes;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::scroll::Scroll;

/// The most actions of a group that are told with what changed about them.
const MOST: usize = 200;

/// The meaning of a change, asked for and shown.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// The policies.
    texts: Option<[Document; 2]>,
    asked: bool,
    groups: Option<Result<Vec<ChangeGroup>, GaveUp>>,
    /// What the statements are called, old and new.
    statements: [Vec<String>; 2],
    /// The sides that are no whole JSON, in words.
    broken: &'static str,
    lines: Vec<(u16, String, Look)>,
    laid_out: Option<u16>,
    scroll: Scroll,
}

impl Meaning {
    pub fn of(old: &Document, new: &Document) -> Self {
        let (old_policy, new_policy) = (read(old.text()), read(new.text()));
        let names = |policy: &crate::policy::ast::Policy<'_>| {
            let name = |statement: &crate::policy::ast::Statement<'_>| match &statement.sid {
                Some(sid) => format!("{} ({})", statement.index + 1, sid.as_str()),
                None => (statement.index + 1).to_string(),
            };
            policy.statements.iter().map(name).collect()
        };
        let is_whole = |policy: &crate::policy::ast::Policy<'_>| policy.tree.errors().is_empty();
        let broken = match (is_whole(&old_policy), is_whole(&new_policy)) {
            (true, true) => "",
            (false, true) => "The old text is not valid JSON; only the valid part is compared.",
            (true, false) => "The new text is not valid JSON; only the valid part is compared.",
            (false, false) => "Neither text is valid JSON; only the valid parts are compared.",
        };
        Self {
            texts: Some([old.clone(), new.clone()]),
            statements: [names(&old_policy), names(&new_policy)],
            broken,
            ..Self::default()
        }
    }

    /// The task that works it out, once.
    pub fn task(&mut self) -> Option<BackgroundTask> {
        let [old, new] = self.texts.clone().filter(|_| !std::mem::replace(&mut self.asked, true))?;
        Some(BackgroundTask::Difference { old, new })
    }

    /// Takes the result of its own task.
    pub fn take(&mut self, result: &TaskResult) {
        if let TaskResult::Difference { old, new, groups } = result
            && self.texts.as_ref().is_some_and(|[o, n]| o == old && n == new)
        {
            self.groups = Some(groups.clone());
            self.laid_out = None;
        }
    }

    /// The meaning in a few words.
    pub fn summary(&self) -> (String, Look) {
        let groups = match &self.groups {
            None => return ("…".to_owned(), Look::Unknown),
            Some(Err(_)) => return ("▲ too complex to compare".to_owned(), Look::Warning),
            Some(Ok(groups)) => groups,
        };
        let grants = groups.iter().any(|group| group.change.grants());
        let takes = groups.iter().any(|group| group.change.takes());
        match (grants, takes) {
            (false, false) => ("● gives the same result".to_owned(), Look::Good),
            (true, false) => ("▲ allows more".to_owned(), Look::Warning),
            (false, true) => ("▼ allows less".to_owned(), Look::Info),
            (true, true) => ("▲▼ allows more and less".to_owned(), Look::Warning),
        }
    }

    pub fn go(&mut self, step: Move) {
        self.scroll.go(step, self.lines.len());
    }

    pub fn act(&mut self, action: DiffAction) {
        let heads = || self.lines.iter().enumerate().filter(|(_, (indent, ..))| *indent == 0).map(|(at, _)| at);
        let cursor = self.scroll.cursor;
        let to = match action {
            DiffAction::Next => heads().find(|at| *at > cursor),
            DiffAction::Previous => heads().rfind(|at| *at < cursor),
            // What it means has no lines to show more of, nor sides.
            DiffAction::Whole | DiffAction::Sides | DiffAction::Swap | DiffAction::OtherVersions => None,
        };
        self.scroll.cursor = to.unwrap_or(cursor);
    }

    pub fn settle(&mut self, area: Rect) {
        if self.laid_out != Some(area.width) {
            self.lines = self.lay_out(area.width.saturating_sub(3));
            self.laid_out = Some(area.width);
        }
        self.scroll.settle(self.lines.len(), area.height);
    }

    fn lay_out(&self, width: u16) -> Vec<(u16, String, Look)> {
        let mut lines = Vec::new();
        let text = |lines: &mut Vec<_>, indent: u16, text: &str, role| {
            lines.extend(wrap(text, width.saturating_sub(indent)).into_iter().map(|line| (indent, line, role)));
        };
        if !self.broken.is_empty() {
            text(&mut lines, 0, &format!("▲ {}", self.broken), Look::Warning);
        }
        let groups = match &self.groups {
            None => {
                lines.push((0, "…".to_owned(), Look::Unknown));
                return lines;
            }
            Some(Err(gave_up)) => {
                text(&mut lines, 0, &format!("▲ Not compared: {gave_up}"), Look::Warning);
                return lines;
            }
            Some(Ok(groups)) => groups,
        };
        let Some([old, new]) = &self.texts else { return lines };
        let (old, new) = (read(old.text()), read(new.text()));
        if groups.is_empty() {
            text(&mut lines, 0, "Both allow and deny the same actions in the same cases.", Look::Good);
        }
        for group in groups {
            let (mark, role) = mark(group.change);
            lines.push((0, format!("{mark} {} ({})", capital(group.change.name()), group.actions.len()), role));
            let told = [("before", &group.old_statements), ("after", &group.new_statements)];
            let told = told.into_iter().zip(&self.statements);
            let parts = told.filter_map(|((when, numbers), names)| cited(when, numbers, names)).collect::<Vec<_>>();
            text(&mut lines, 2, &parts.join("; "), Look::Muted);
            let names = |actions: &[String]| {
                let names = flow(actions, width.saturating_sub(4));
                names.into_iter().map(|line| (4, line, Look::Text)).collect::<Vec<_>>()
            };
            let told = work::within(work::WHILE_TYPING, || scopes(group, &old, &new, MOST)).flatten();
            if let Err(gave_up) = told {
                text(&mut lines, 4, &gave_up.to_string(), Look::Unknown);
            }
            for scoped in told.into_iter().flatten() {
                lines.extend(names(&scoped.actions));
                for line in &scoped.lines {
                    let role = if line.is_new { Look::Added } else { Look::Removed };
                    text(&mut lines, 6, &format!("{} {}", line.mark(), line.text), role);
                }
            }
            lines.extend(names(group.actions.get(MOST..).unwrap_or_default()));
        }
        lines
    }

    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        for (at, y) in self.scroll.window(self.lines.len()).zip(area.y..area.bottom()) {
            let Some((indent, text, role)) = self.lines.get(at) else { break };
            frame.text(area, area.x, y, if at == self.scroll.cursor { "›" } else { " " }, Look::Accent);
            let x = area.x + 2 + indent;
            frame.text(Rect { x, width: area.right().saturating_sub(x), ..area }, x, y, text, *role);
        }
    }
}

/// What tells the kinds of change apart without colours.
fn mark(change: Change) -> (&'static str, Look) {
    match change {
        Change::NewlyAllowed => ("+", Look::Warning),
        Change::NoLongerDenied => ("+", Look::Danger),
        Change::Widened => ("▲", Look::Warning),
        Change::Changed => ("~", Look::Warning),
        Change::Narrowed => ("▼", Look::Info),
        Change::NewlyDenied | Change::NoLongerAllowed => ("-", Look::Info),
        Change::MatchesNothing => ("·", Look::Muted),
    }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(rest).collect()
}

/// The statements that speak of a group: `before: statements 1 (Read) and 3`.
fn cited(when: &str, numbers: &BTreeSet<usize>, names: &[String]) -> Option<String> {
    let named: Vec<&str> = numbers.iter().filter_map(|number| names.get(*number)).map(String::as_str).collect();
    let word = if named.len() == 1 { "statement" } else { "statements" };
    (!named.is_empty()).then(|| format!("{when}: {word} {}", named.join(", ")))
}

/// Names one after the other, as many on a line as fit.
fn flow(names: &[String], width: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for name in names {
        let columns = name.width();
        if used > 0 && used + 2 + columns > usize::from(width) {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if used > 0 { "  " } else { "" });
            line.push_str(name);
            used += columns + if used > 0 { 2 } else { 0 };
        }
    }
    lines
}
