//! The policy language: parsing never fails, everything is pure.
//!
//! Text becomes tokens ([`lexer`]), a lossless tree ([`parser`], [`syntax`]) and a policy ([`lower`], [`ast`]);
//! each step takes whatever the one before could make of the text, half-typed or wrong. Values know their
//! node, and a node knows its span and the path that AWS's `ValidatePolicy` would give it.

pub mod access_check;
pub mod answer;
pub mod arn_pattern;
pub mod ast;
pub mod blocks;
pub mod canonical;
pub mod checks;
pub mod complete;
pub mod covering;
pub mod diagnostic;
pub mod diff;
pub mod docs;
pub mod edit;
pub mod evaluate;
pub mod expand;
pub mod format;
pub mod highlight;
pub mod kind;
pub mod lexer;
pub mod lines;
pub mod lower;
pub mod malformed;
pub mod minimise;
pub mod operator;
pub mod parser;
pub mod repair;
mod rewrite;
pub mod scope;
pub mod size;
pub mod snippets;
pub mod split;
pub mod summary;
pub mod syntax;
pub mod validate;

pub use kind::PolicyKind;

/// Parses and lowers a text in one go, for who needs only the policy.
pub fn read(text: &str) -> ast::Policy<'_> {
    lower::lower(parser::parse(text))
}
