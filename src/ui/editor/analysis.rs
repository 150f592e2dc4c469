//! What is known of a text: its tokens with their roles, its brackets, its size, and what the checks say.
//!
//! Tokens are read anew with every change. So are the checks of a text that is small enough for that to pass
//! unnoticed; those of a longer or more complex one run elsewhere, and until they are back the old findings move along.

use std::cell::OnceCell;

use crate::base::work;
use crate::policy::PolicyKind;
use crate::policy::diagnostic::{Finding, FindingType};
use crate::policy::highlight::{self, Role as Token};
use crate::policy::size::Size;
use crate::policy::syntax::{Span, SyntaxError};
use crate::policy::validate::{Options, Report, validate};
use crate::policy::{lower, parser};

use super::folds;
use super::text::Shift;

/// Up to this many bytes a text is checked within a key press.
pub const AT_ONCE: usize = 16 * 1024;

/// What is known of one state of a text.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Every token with its role, in order.
    pub tokens: Vec<(Span, Token)>,
    /// Brackets that belong together, by the first of the two.
    pub pairs: Vec<(usize, usize)>,
    /// The statements.
    pub statements: Vec<Span>,
    /// What each statement says, in a few words.
    pub heads: Vec<String>,
    /// What breaks the grammar of JSON.
    pub broken: Vec<SyntaxError>,
    /// How long it is.
    pub size: Size,
    /// The kind that it is checked as.
    pub kind: PolicyKind,
    /// What else the checks are told: the account, and the levels of rules that the settings change.
    pub options: Options,
    /// What the checks say; found when somebody looks, so that a burst of keys is checked once.
    checked: OnceCell<Vec<Finding>>,
    /// Whether the text is too complex to be checked within a key press; found when somebody looks.
    complex: OnceCell<bool>,
    /// What they said of the text before, moved along.
    old: Vec<Finding>,
    /// A word is being typed that completions are offered for: until it is finished the old findings stand.
    waits: bool,
}

impl Analysis {
    /// Reads a text that came about by these edits.
    pub fn read(&mut self, text: &str, wanted: Option<PolicyKind>, shifts: &[Shift]) {
        self.old = self.checked.take().unwrap_or_else(|| std::mem::take(&mut self.old));
        self.complex = OnceCell::new();
        for shift in shifts {
            self.shift(*shift);
        }
        let policy = lower::lower(parser::parse(text));
        self.tokens = highlight::roles(&policy.tree);
        self.pairs = pairs(text, &self.tokens);
        self.statements = policy.statements.iter().map(|statement| policy.tree.span(statement.node)).collect();
        self.heads = policy.statements.iter().map(folds::head).collect();
        self.broken = policy.tree.errors().to_vec();
        self.size = Size::of_tree(&policy.tree);
        self.kind = wanted.unwrap_or_else(|| PolicyKind::guess(&policy));
    }

    /// Has the checks wait while a word is typed, or wait no more; what they said of the word itself goes.
    ///
    /// What is wrong with half a word is not worth a look, and would be drawn anew with every key.
    pub fn wait(&mut self, waits: bool, at: usize) {
        if waits && !self.waits {
            self.old = self.checked.take().unwrap_or_else(|| std::mem::take(&mut self.old));
        }
        self.waits = waits;
        if let Some((word, _)) = self.token_at(at).filter(|_| waits) {
            self.old.retain(|finding| !is_within(finding, word));
        }
    }

    /// Whether the checks wait for the end of a word.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Takes what the checks say of this very text.
    pub fn take(&mut self, report: Report) {
        self.checked = OnceCell::from(report.findings);
    }

    /// Whether the findings of this very text are known, or found at once.
    pub fn is_current(&self, text: &str) -> bool {
        if self.waits || self.checked.get().is_some() {
            return true;
        }
        let is_complex = || {
            let report = work::within(work::AT_ONCE, || self.check(text)).ok();
            let whole = report.filter(|report| report.given_up.is_empty());
            whole.is_none_or(|report| self.checked.set(report.findings).is_err())
        };
        text.len() <= AT_ONCE && !self.complex.get_or_init(is_complex)
    }

    /// What the checks say, in the order of the text.
    pub fn findings(&self, text: &str) -> &[Finding] {
        if self.is_current(text) { self.checked.get().unwrap_or(&self.old) } else { &self.old }
    }

    /// How this text is checked: as one that is being typed.
    pub fn terms(&self) -> Options {
        Options { kind: Some(self.kind), while_typing: true, ..self.options.clone() }
    }

    /// Checks a text as this one is checked.
    pub fn check(&self, text: &str) -> Report {
        validate(text, &self.terms())
    }

    /// Moves findings along with an edit, until they are found anew; those of what was replaced go.
    fn shift(&mut self, shift: Shift) {
        let moved = |span: &mut Span| match (shift.of(span.start as usize), shift.of(span.end as usize)) {
            (Some(start), Some(end)) => {
                *span = Span::new(start, end.max(start));
                true
            }
            _ => false,
        };
        self.old.retain_mut(|finding| finding.locations.iter_mut().all(|place| moved(&mut place.span)));
        for finding in &mut self.old {
            // Its edits were made for another text.
            finding.fix = None;
        }
    }

    /// The bracket that belongs to one at or before an offset, and that one.
    pub fn bracket(&self, offset: usize) -> Option<(usize, usize)> {
        let at = |place: usize| {
            self.pairs.iter().find_map(|(open, close)| match place {
                _ if place == *open => Some((*open, *close)),
                _ if place == *close => Some((*close, *open)),
                _ => None,
            })
        };
        at(offset).or_else(|| at(offset.checked_sub(1)?))
    }

    /// The token that an offset lies in or touches; of two that meet, the one that is no punctuation.
    pub fn token_at(&self, offset: usize) -> Option<(Span, Token)> {
        let first = self.tokens.partition_point(|(span, _)| (span.end as usize) < offset);
        let touching = self.tokens.iter().skip(first).take_while(|(span, _)| span.touches(offset));
        touching.copied().max_by_key(|(_, token)| *token != Token::Punctuation)
    }
}

/// The place to look at for a finding.
pub fn place(finding: &Finding) -> Span {
    finding.locations.first().map(|location| location.span).unwrap_or_default()
}

/// Whether a finding is about a word alone, or a part of it.
pub fn is_within(finding: &Finding, word: Span) -> bool {
    word.start <= place(finding).start && place(finding).end <= word.end
}

/// The finding that an offset lies in: the worst first, that of the smallest place before others.
pub fn at(findings: &[Finding], offset: usize) -> Option<&Finding> {
    let touching = findings.iter().filter(|finding| place(finding).touches(offset));
    touching.min_by_key(|finding| (finding.kind, place(finding).len()))
}

/// The worst finding that begins in a part of the text, such as a row.
pub fn within(findings: &[Finding], from: usize, to: usize) -> Option<&Finding> {
    let own = findings.iter().filter(|finding| (from..to).contains(&(place(finding).start as usize)));
    own.min_by_key(|finding| (finding.kind, place(finding).len()))
}

/// The tabs that findings are shown in: AWS's four as the console has them, ours apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// AWS's security warnings.
    Security,
    /// AWS's errors.
    Errors,
    /// AWS's warnings.
    Warnings,
    /// AWS's suggestions.
    Suggestions,
    /// What only we say.
    Ours,
}

impl Group {
    /// All of them, in the order of the console.
    #[cfg(test)]
    const ALL: [Self; 5] = [Self::Security, Self::Errors, Self::Warnings, Self::Suggestions, Self::Ours];

    /// The tab of a finding.
    pub fn of(finding: &Finding) -> Self {
        match finding.kind {
            _ if finding.is_own() => Self::Ours,
            FindingType::SecurityWarning => Self::Security,
            FindingType::Error => Self::Errors,
            FindingType::Warning => Self::Warnings,
            FindingType::Suggestion => Self::Suggestions,
        }
    }

    /// The console's word.
    pub fn title(self) -> &'static str {
        match self {
            Self::Security => "Security",
            Self::Errors => "Errors",
            Self::Warnings => "Warnings",
            Self::Suggestions => "Suggestions",
            Self::Ours => "Ours",
        }
    }
}

/// Pairs of brackets, by the opening one. What is never closed has no pair, nor has what was never opened.
fn pairs(text: &str, tokens: &[(Span, Token)]) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut pairs = Vec::new();
    for (span, _) in tokens.iter().filter(|(_, token)| *token == Token::Punctuation) {
        let start = span.start as usize;
        match span.of(text) {
            "{" => open.push((start, "}")),
            "[" => open.push((start, "]")),
            close @ ("}" | "]") => {
                if let Some(at) = open.iter().rposition(|(_, wanted)| *wanted == close) {
                    open.truncate(at + 1);
                    pairs.extend(open.pop().map(|(opened, _)| (opened, start)));
                }
            }
            _ => {}
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis(text: &str) -> Analysis {
        let mut analysis = Analysis::default();
        analysis.read(text, None, &[]);
        analysis
    }

    #[test]
    fn brackets_find_each_other_also_where_some_are_missing() {
        let found = analysis(r#"{"a": [{"b": 1]}"#);
        assert_eq!(found.bracket(0), Some((0, 15)));
        assert_eq!(found.bracket(6), Some((6, 14)));
        assert_eq!(found.bracket(15), Some((15, 0)));
        assert_eq!(found.bracket(3), None);
    }

    #[test]
    fn findings_of_a_long_text_move_along_until_they_are_found_anew() {
        let statement = r#"{"Effect": "Alow", "Action": "s3:*", "Resource": "*"}"#;
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}{}"#, " ".repeat(AT_ONCE));
        let mut found = analysis(&text);
        assert!(!found.is_current(&text));
        found.take(found.check(&text));
        let place = text.find("\"Alow\"").unwrap();
        let code = at(found.findings(&text), place + 1).unwrap().code;
        found.read(&text, None, &[Shift { at: 1, old: 0, new: 3 }]);
        assert_eq!(at(found.findings(&text), place + 4).unwrap().code, code);
        found.read(&text, None, &[Shift { at: place + 2, old: 4, new: 0 }]);
        assert!(found.findings(&text).iter().all(|finding| finding.code != code));
    }

    #[test]
    fn ours_are_apart_from_those_of_aws() {
        let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let found = analysis(text);
        let findings = found.findings(text);
        let count = |group| findings.iter().filter(|finding| Group::of(finding) == group).count();
        assert!(count(Group::Ours) > 0);
        assert_eq!(Group::ALL.into_iter().map(count).sum::<usize>(), findings.len());
    }
}
