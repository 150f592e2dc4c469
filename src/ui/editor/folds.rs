//! Which statements are folded, and the lines that are in sight.

use std::collections::BTreeSet;

use crate::policy::ast::{List, Statement, Text};

use super::analysis::Analysis;
use super::text::{self, Shift};

/// How many entries a folded part names.
pub const NAMED: usize = 2;

/// What a statement says, in a few words: `"Ship" Allow iam:PassRole on arn:aws:iam::*:role/ecs-*`.
pub fn head(statement: &Statement<'_>) -> String {
    let some = |but: &str, list: &List<'_>| {
        let names: Vec<&str> = list.items.iter().take(NAMED).map(Text::as_str).collect();
        let more = list.items.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{but}{}{more}", names.join(", "))
    };
    let sid = statement.sid.iter().map(|sid| format!("\"{}\"", sid.as_str()));
    let effect = statement.effect.iter().map(|effect| effect.as_str().to_owned());
    let actions = statement.action.iter().map(|list| some("", list));
    let but = statement.not_action.iter().map(|list| some("all but ", list));
    let on = statement.resource.iter().map(|list| some("on ", list));
    let off = statement.not_resource.iter().map(|list| some("on all but ", list));
    sid.chain(effect).chain(actions).chain(but).chain(on).chain(off).collect::<Vec<_>>().join(" ")
}

/// The opening brackets that are folded.
#[derive(Debug, Clone, Default)]
pub struct Folds {
    opens: BTreeSet<usize>,
    /// Lines that are hidden: from the first one up to the last one.
    hidden: Vec<(usize, usize)>,
}

impl Folds {
    /// Moves along with an edit; a bracket that went is folded no more.
    pub fn shift(&mut self, shift: Shift) {
        if !self.opens.is_empty() {
            self.opens = self.opens.iter().filter_map(|open| shift.of(*open)).collect();
        }
    }

    /// Folds or opens the statement around the cursor, else the brackets around it.
    pub fn toggle(&mut self, text: &mut text::Text, analysis: &Analysis) -> bool {
        let at = text.caret().at;
        let on_many = |(open, close): &&(usize, usize)| text.line_of(*open) < text.line_of(*close);
        let around = |(open, close): &&(usize, usize)| *open <= at && at <= *close;
        let statement = |(open, _): &&(usize, usize)| analysis.statements.iter().any(|s| s.start as usize == *open);
        let inside = analysis.pairs.iter().filter(around).filter(on_many);
        let own_line = analysis
            .pairs
            .iter()
            .filter(on_many)
            .find(|(open, _)| text.line_of(*open) == text.line_of(at) && statement(&&(*open, 0)));
        let found = inside.clone().rfind(statement).or(own_line).or_else(|| inside.clone().next_back());
        let Some((open, _)) = found.copied() else { return false };
        if !self.opens.remove(&open) {
            self.opens.insert(open);
            text.go(open);
        }
        true
    }

    /// Folds all statements, or opens all where something is folded.
    pub fn toggle_all(&mut self, text: &mut text::Text, analysis: &Analysis) {
        if !self.opens.is_empty() {
            self.opens.clear();
            return;
        }
        self.opens = analysis.statements.iter().map(|span| span.start as usize).collect();
        let at = text.caret().at;
        if let Some(span) = analysis.statements.iter().find(|span| span.touches(at)) {
            text.go(span.start as usize);
        }
    }

    /// Opens whatever hides an offset.
    pub fn reveal(&mut self, offset: usize, analysis: &Analysis) {
        self.opens.retain(|open| {
            let pair = analysis.pairs.iter().find(|(start, _)| start == open);
            pair.is_none_or(|(open, close)| offset <= *open || offset > *close)
        });
    }

    /// Finds the lines that are hidden; what is no bracket any more is folded no more.
    pub fn settle(&mut self, text: &text::Text, analysis: &Analysis) {
        self.hidden.clear();
        self.opens.retain(|open| analysis.pairs.binary_search_by_key(open, |(start, _)| *start).is_ok());
        for open in &self.opens {
            let pair = analysis.pairs.binary_search_by_key(open, |(start, _)| *start).ok();
            let Some((open, close)) = pair.and_then(|at| analysis.pairs.get(at)) else { continue };
            let (first, last) = (text.line_of(*open) + 1, text.line_of(*close));
            let covered = self.hidden.last().is_some_and(|(_, end)| first <= *end);
            if first <= last && !covered {
                self.hidden.push((first, last));
            }
        }
    }

    /// The hidden lines that begin right below a line, as the last of them.
    pub fn hidden_below(&self, line: usize) -> Option<usize> {
        self.hidden.iter().find(|(first, _)| *first == line + 1).map(|(_, last)| *last)
    }

    /// The next line in sight.
    pub fn next(&self, line: usize) -> usize {
        self.hidden_below(line).unwrap_or(line) + 1
    }

    /// The line in sight before one, or that line where there is none.
    pub fn previous(&self, line: usize) -> usize {
        let before = line.saturating_sub(1);
        self.hidden
            .iter()
            .find(|(first, last)| (*first..=*last).contains(&before))
            .map_or(before, |(first, _)| first - 1)
    }

    /// The line in sight that shows a line: itself, or the one it is folded into.
    pub fn shown(&self, line: usize) -> usize {
        self.hidden.iter().find(|(first, last)| (*first..=*last).contains(&line)).map_or(line, |(first, _)| first - 1)
    }
}
