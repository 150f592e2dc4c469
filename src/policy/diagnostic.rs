//! What a check says: code, type, message, places and edits that would cure it.

use super::syntax::{PathItem, Span};

/// How much a finding matters; AWS's four, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingType {
    /// The policy does not work as written.
    Error,
    /// The policy allows more than is safe.
    SecurityWarning,
    /// The policy does not follow good practice.
    Warning,
    /// The policy could be better.
    Suggestion,
}

impl FindingType {
    /// All of them, worst first.
    pub const ALL: [Self; 4] = [Self::Error, Self::SecurityWarning, Self::Warning, Self::Suggestion];

    /// The type as the API writes it (`SECURITY_WARNING`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }
}

/// A place in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The path from the root, as `ValidatePolicy` gives it.
    pub path: Vec<PathItem>,
    /// The bytes of the text.
    pub span: Span,
}

/// One change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// From how far away one key may make a cure: what takes something away is made only where a person looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// From anywhere: the policy allows afterwards what it allowed, or is one that the service would not have taken.
    Anywhere,
    /// At its finding, or at another one of its kind for all of them: it changes what the policy allows.
    Kind,
    /// At its finding only: it takes away what somebody wrote, or decides what nobody has said.
    Here,
}

/// A cure: edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order ("Replace with `s3:GetObject`").
    pub title: String,
    /// The edits, by start, without overlap.
    pub edits: Vec<Edit>,
    /// From how far away it may be made.
    pub reach: Reach,
}

impl Fix {
    /// A cure from its edits, in any order, that may be made from anywhere.
    pub fn new(title: impl Into<String>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| edit.span);
        Self { title: title.into(), edits, reach: Reach::Anywhere }
    }

    /// The same cure with another reach.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// The text with the edits made.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in &self.edits {
            out.push_str(text.get(at..edit.span.start as usize).unwrap_or_default());
            out.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub kind: FindingType,
    /// AWS's issue code, or our own in lower case with hyphens.
    pub code: &'static str,
    /// The message: what AWS calls `findingDetails`.
    pub details: String,
    /// Where, the place to look at first.
    pub locations: Vec<Location>,
    /// What would cure it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Whether it is one of ours and not of AWS's 153.
    pub fn is_own(&self) -> bool {
        self.code.starts_with(|c: char| c.is_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.to_owned() };
        let fix = Fix::new("Change", vec![edit(4, 4, "!"), edit(0, 1, "X")]);
        assert_eq!(fix.apply("abcdef"), "Xbcd!ef");
    }
}
