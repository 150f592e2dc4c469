//! The policy language: parsing never fails, everything is pure.
//!
//! Text becomes tokens ([`lexer`]), a lossless tree ([`parser`], [`syntax`]) and a policy ([`lower`], [`ast`]);
//! each step takes whatever the one before could make of the text, half-typed or wrong. Values know their
//! node, and a node knows its span and the path that AWS's `ValidatePolicy` would give it.

pub(crate) mod access_check;
pub(crate) mod answer;
pub(crate) mod arn_pattern;
pub mod ast;
pub(crate) mod blocks;
pub mod canonical;
pub mod checks;
pub mod complete;
pub(crate) mod covering;
pub mod diagnostic;
pub mod diff;
pub(crate) mod docs;
pub(crate) mod edit;
pub mod evaluate;
pub mod expand;
pub mod format;
pub mod highlight;
pub(crate) mod kind;
pub(crate) mod lexer;
pub(crate) mod lines;
pub(crate) mod lower;
pub mod malformed;
pub mod minimise;
pub(crate) mod operator;
pub mod parser;
pub(crate) mod repair;
mod rewrite;
pub(crate) mod scope;
pub(crate) mod size;
pub(crate) mod snippets;
pub(crate) mod split;
pub mod summary;
pub(crate) mod syntax;
pub mod validate;

pub use kind::PolicyKind;

/// Parses and lowers a text in one go, for who needs only the policy.
pub fn read(text: &str) -> ast::Policy<'_> {
    lower::lower(parser::parse(text))
}
