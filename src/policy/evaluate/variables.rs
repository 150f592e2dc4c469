//! Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>. A variable
//! without a value is null: nothing is equal to it or like it, and a resource that holds it matches no
//! resource. A key with several values cannot be a variable.

use crate::base::work;

use super::request::Context;
use super::wildcard::{ONE, ONE_IN_PART, STAR, STAR_IN_PART, is_wildcard};

/// How the characters of a text are read when it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(super) wildcards: bool,
    /// Whether `${…}` is a variable: only in documents of version 2012-10-17.
    pub(super) variables: bool,
}

/// One stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Pattern bytes: literal text and wildcards.
    Pattern(Vec<u8>),
    /// A variable.
    Variable {
        /// The key as written.
        key: Box<str>,
        /// The key in lower case, as contexts are asked for it; empty where the variable is malformed.
        folded: Box<str>,
        /// The text that stands in where the request has no value.
        default: Option<Box<str>>,
    },
}

/// A text of a policy in which variables may stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

/// A template some of whose variables have no value yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    /// The pattern, with a `*` for each of them.
    pub(super) pattern: Vec<u8>,
    /// The variables.
    pub(super) keys: Vec<Box<str>>,
    /// What stands before and after the only one, where that is plain text.
    pub(super) around: Option<(Vec<u8>, Vec<u8>)>,
}

impl Opened {
    /// The value that the only variable must have for the whole to be a text.
    pub(super) fn value_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (before, after) = self.around.as_ref()?;
        let rest = text.strip_prefix(std::str::from_utf8(before).ok()?)?;
        rest.strip_suffix(std::str::from_utf8(after).ok()?)
    }
}

impl Template {
    /// Compiles a text.
    pub(super) fn new(text: &str, reading: Reading) -> Self {
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?', '$']) {
            let (before, special) = rest.split_at(at);
            plain.extend_from_slice(before.as_bytes());
            rest = special.get(1..).unwrap_or_default();
            match special.as_bytes().first() {
                // Several stars in a row say no more than one.
                Some(b'*') if reading.wildcards && plain.last() == Some(&STAR) => {}
                Some(b'*') if reading.wildcards => plain.push(STAR),
                Some(b'?') if reading.wildcards => plain.push(ONE),
                Some(b'$') if reading.variables && rest.starts_with('{') => {
                    let (piece, after) = variable(rest.get(1..).unwrap_or_default());
                    rest = after;
                    match piece {
                        Piece::Pattern(bytes) => plain.extend(bytes),
                        piece @ Piece::Variable { .. } => {
                            if !plain.is_empty() {
                                pieces.push(Piece::Pattern(std::mem::take(&mut plain)));
                            }
                            pieces.push(piece);
                        }
                    }
                }
                literal => plain.extend(literal),
            }
        }
        plain.extend_from_slice(rest.as_bytes());
        if !plain.is_empty() {
            pieces.push(Piece::Pattern(plain));
        }
        Self { pieces }
    }

    /// The pattern, where no variable stands in it.
    pub(super) fn fixed(&self) -> Option<&[u8]> {
        match self.pieces.as_slice() {
            [] => Some(&[]),
            [Piece::Pattern(bytes)] => Some(bytes),
            _ => None,
        }
    }

    /// Puts the request's values in, as literal text; false where a variable has none.
    pub(super) fn expand(&self, context: &Context, out: &mut Vec<u8>) -> bool {
        for piece in &self.pieces {
            match piece {
                Piece::Pattern(bytes) => out.extend_from_slice(bytes),
                Piece::Variable { key, folded, default } => {
                    let single = match context.written(key, folded) {
                        Some([value]) => Some(&**value),
                        _ => None,
                    };
                    match single.or(default.as_deref()) {
                        // A short variable may stand for a long text, and stand there often.
                        Some(_) if work::is_spent() => return false,
                        Some(value) => {
                            work::spend(1 + value.len() as u64);
                            out.extend_from_slice(value.as_bytes());
                        }
                        None => return false,
                    }
                }
            }
        }
        true
    }

    /// The pattern with a `*` for each variable that may yet get a value, and those variables; none where another
    /// variable has no value. With it goes the text before and after the only open one, where no wildcard stands in them.
    pub(super) fn opened(&self, context: &Context, is_open: &dyn Fn(&str, &str) -> bool) -> Option<Opened> {
        let mut opened = Opened { pattern: Vec::new(), keys: Vec::new(), around: None };
        let mut before = Vec::new();
        for piece in &self.pieces {
            let Piece::Variable { key, folded, default } = piece else {
                Self { pieces: vec![piece.clone()] }.expand(context, &mut opened.pattern);
                continue;
            };
            let alone = Self { pieces: vec![piece.clone()] };
            let known = context.written(key, folded).is_some() || default.is_some() || !is_open(key, folded);
            if known {
                if !alone.expand(context, &mut opened.pattern) {
                    return None;
                }
                continue;
            }
            before.clone_from(&opened.pattern);
            opened.pattern.push(STAR);
            opened.keys.push(key.clone());
        }
        let after = opened.pattern.get(before.len() + 1..).unwrap_or_default();
        let is_plain = |bytes: &[u8]| !bytes.iter().any(|byte| is_wildcard(*byte));
        if opened.keys.len() == 1 && is_plain(&before) && is_plain(after) {
            opened.around = Some((before, after.to_vec()));
        }
        Some(opened)
    }

    /// The variables of the template: key as written, key folded, whether it has a default.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, folded, default } => Some((&**key, &**folded, default.is_some())),
            Piece::Pattern(_) => None,
        })
    }

    /// Splits at literal colons into at most six parts, as an ARN is read. A colon that belongs to a
    /// variable's name splits nothing, and neither will one that its value brings in.
    pub(super) fn split_arn(&self) -> Vec<Self> {
        let mut parts = vec![Self::default()];
        for piece in &self.pieces {
            match piece {
                Piece::Variable { .. } => {
                    if let Some(part) = parts.last_mut() {
                        part.pieces.push(piece.clone());
                    }
                }
                Piece::Pattern(bytes) => {
                    let room = 6 - parts.len();
                    for (number, bytes) in bytes.splitn(room + 1, |b| *b == b':').enumerate() {
                        if number > 0 {
                            parts.push(Self::default());
                        }
                        if !bytes.is_empty()
                            && let Some(part) = parts.last_mut()
                        {
                            part.pieces.push(Piece::Pattern(bytes.to_vec()));
                        }
                    }
                }
            }
        }
        parts
    }

    /// Joins the parts of an ARN again with the wildcards of the first five bound to their part, but for
    /// a `*` that ends a part: that one may run on past the colon.
    pub(super) fn join_running_on(parts: &[Self]) -> Self {
        let mut pieces = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                pieces.push(Piece::Pattern(vec![b':']));
            }
            let last_piece = part.pieces.len().saturating_sub(1);
            for (at, piece) in part.pieces.iter().enumerate() {
                let Piece::Pattern(bytes) = piece else {
                    pieces.push(piece.clone());
                    continue;
                };
                let end = bytes.len().saturating_sub(1);
                let bound = bytes.iter().enumerate().map(|(index, byte)| match *byte {
                    _ if number == 5 => *byte,
                    STAR if at == last_piece && index == end => STAR,
                    STAR => STAR_IN_PART,
                    ONE => ONE_IN_PART,
                    other => other,
                });
                pieces.push(Piece::Pattern(bound.collect()));
            }
        }
        Self { pieces }
    }

    /// Whether the template ends in a `*`.
    pub(super) fn ends_in_star(&self) -> bool {
        matches!(self.pieces.last(), Some(Piece::Pattern(bytes)) if bytes.last() == Some(&STAR))
    }
}

/// Reads a variable behind its `${` and gives the text after it.
///
/// A variable that is never closed has no name, and so no value: it is not taken for plain text, since a
/// literal `${` would make an entry match what its author never meant.
fn variable(inside: &str) -> (Piece, &str) {
    let (name, after_name) = match inside.find(['}', '\'']) {
        Some(at) => inside.split_at(at),
        None => return (unknown(inside), ""),
    };
    let (default, after) = if let Some(quoted) = after_name.strip_prefix('\'') {
        match quoted.split_once('\'') {
            Some((default, after)) => (Some(default), after.trim_start()),
            None => return (unknown(inside), ""),
        }
    } else {
        (None, after_name)
    };
    let Some(after) = after.strip_prefix('}') else { return (unknown(inside), "") };
    let key = name.trim().trim_end_matches(',').trim_end();
    let piece = match (key, default) {
        ("*" | "?" | "$", None) => Piece::Pattern(key.as_bytes().to_vec()),
        _ => Piece::Variable { key: key.into(), folded: key.to_lowercase().into(), default: default.map(Into::into) },
    };
    (piece, after)
}

fn unknown(text: &str) -> Piece {
    Piece::Variable { key: text.into(), folded: "".into(), default: None }
}

/// A pattern as a person reads it: wildcards as they are written, literal text as it is.
pub(super) fn shown(pattern: &[u8]) -> String {
    let bytes: Vec<u8> = pattern
        .iter()
        .map(|byte| match *byte {
            STAR | STAR_IN_PART => b'*',
            ONE | ONE_IN_PART => b'?',
            other => other,
        })
        .collect();
    debug_assert!(!bytes.iter().any(|b| is_wildcard(*b)), "every wildcard has a sign");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Reading = Reading { wildcards: true, variables: true };

    fn context() -> Context {
        let mut context = Context::default();
        context.set("aws:username", ["al*ce"]);
        context.set("aws:TagKeys", ["one", "two"]);
        context
    }

    #[track_caller]
    fn check(text: &str, expanded: Option<&[u8]>) {
        let mut out = Vec::new();
        let done = Template::new(text, READING).expand(&context(), &mut out);
        assert_eq!(done.then_some(out.as_slice()), expanded, "{text}");
    }

    #[test]
    fn a_value_is_put_in_as_literal_text() {
        check("home/${aws:username}/*", Some(&[b"home/al*ce/".as_slice(), &[STAR]].concat()));
        check("${AWS:UserName}", Some(b"al*ce"));
    }

    #[test]
    fn escapes_are_literal_characters() {
        check("${*}${?}${$}?", Some(&[b'*', b'?', b'$', ONE]));
    }

    #[test]
    fn a_default_stands_in_for_a_missing_value() {
        check("b-${aws:PrincipalTag/team, 'company-wide'}", Some(b"b-company-wide"));
        check("${aws:username, 'x'}", Some(b"al*ce"));
        check("${aws:TagKeys, 'a}b'}", Some(b"a}b"));
    }

    #[test]
    fn a_variable_without_one_value_has_none() {
        check("${aws:PrincipalTag/team}", None);
        check("${aws:TagKeys}", None);
        check("${aws:username", None);
        check("${}", None);
    }

    #[test]
    fn before_2012_nothing_is_a_variable() {
        let reading = Reading { wildcards: false, variables: false };
        assert_eq!(Template::new("${aws:username}", reading).fixed(), Some(b"${aws:username}".as_slice()));
    }

    #[test]
    fn an_arn_splits_at_its_own_colons_only() {
        let parts = Template::new("arn:aws:s3:::b/${aws:username}:x", READING).split_arn();
        assert_eq!(parts.len(), 6);
        assert_eq!(parts[5].variables().count(), 1);
        assert_eq!(Template::new("arn:aws:${s3:x}:", READING).split_arn().len(), 4);
    }
}
