//! Every change that was made, in the groups in which a person takes them back.

use super::Caret;

/// How an edit joins the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A typed character: a word is one step.
    Typed,
    /// A deleted character: a run of them is one step.
    Deleted,
    /// A paste, a fix, a cut: a step of its own.
    Whole,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// In the order in which they were made.
    pub(super) parts: Vec<Replaced>,
    pub(super) before: Caret,
    pub(super) after: Caret,
}

/// A part of the text that became another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replaced {
    pub(super) at: usize,
    pub(super) old: String,
    pub(super) new: String,
}

impl Change {
    fn inverse(&self) -> Self {
        let back = |part: &Replaced| Replaced { at: part.at, old: part.new.clone(), new: part.old.clone() };
        Self { parts: self.parts.iter().rev().map(back).collect(), before: self.after, after: self.before }
    }

    /// Takes in a later change of the same sort that continues this one; gives it back where it does not.
    fn join(&mut self, later: Change, sort: Sort) -> Option<Change> {
        let ([.., own], [next]) = (self.parts.as_mut_slice(), later.parts.as_slice()) else { return Some(later) };
        match sort {
            Sort::Typed if next.at == own.at + own.new.len() && next.old.is_empty() && !starts_word(own, next) => {
                own.new.push_str(&next.new);
            }
            // With the backspace key what goes lies before what went.
            Sort::Deleted if own.new.is_empty() && next.at + next.old.len() == own.at => {
                own.old.insert_str(0, &next.old);
                own.at = next.at;
            }
            Sort::Deleted if own.new.is_empty() && next.at == own.at => own.old.push_str(&next.old),
            _ => return Some(later),
        }
        self.after = later.after;
        None
    }
}

/// Whether a new word begins: a letter after what is none, or a line.
fn starts_word(typed: &Replaced, next: &Replaced) -> bool {
    let last = typed.new.chars().next_back().unwrap_or(' ');
    let first = next.new.chars().next().unwrap_or(' ');
    first == '\n' || last == '\n' || last.is_whitespace() && !first.is_whitespace()
}

/// Steps back and forward.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<Change>,
    /// What was taken back, the next to make again last.
    undone: Vec<Change>,
    /// The sort of the last step, while it may grow.
    open: Option<Sort>,
}

impl History {
    /// Ends the last step: what comes next is a step of its own.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// INVARIANT: no text that ever was is lost. What was taken back before something new was written stays
    /// in the history, as done and undone, so that going on to undo leads through it.
    pub(super) fn push(&mut self, change: Change, sort: Sort) {
        let undone = std::mem::take(&mut self.undone);
        if !undone.is_empty() {
            self.open = None;
            self.done.extend(undone.iter().rev().cloned());
            self.done.extend(undone.iter().map(Change::inverse));
        }
        let joins = self.open == Some(sort) && sort != Sort::Whole;
        let rest = match self.done.last_mut() {
            Some(last) if joins => last.join(change, sort),
            _ => Some(change),
        };
        self.done.extend(rest);
        self.open = Some(sort);
    }

    pub(super) fn back(&mut self) -> Option<Change> {
        self.open = None;
        let change = self.done.pop()?;
        self.undone.push(change.clone());
        Some(change)
    }

    pub(super) fn forward(&mut self) -> Option<Change> {
        self.open = None;
        let change = self.undone.pop()?;
        self.done.push(change.clone());
        Some(change)
    }
}
