//! `iamtui policy`: a document rewritten, summarised or compared, without any account.

mod table;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

use super::catalog::load;
use super::files::read_text;
use super::output::{Format, Output, Syntax};
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::catalog::Catalog;
use crate::policy::ast::Policy;
use crate::policy::diff::{Change, diff};
use crate::policy::format::{Style, format};
use crate::policy::lines::LineIndex;
use crate::policy::minimise::{Saving, minimise};
use crate::policy::scope::scopes;
use crate::policy::syntax::{SyntaxError, SyntaxErrorKind};
use crate::policy::{expand, read};

/// Rewrite, summarise or compare policy documents
///
/// `-` reads standard input. Nothing is asked over the network.
#[derive(Debug, Clone, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Expand the wildcards in actions, except a bare `*`
    Expand {
        /// The document
        #[arg(required_unless_present = "action")]
        file: Option<PathBuf>,
        /// Only list the actions that this wildcard matches, such as 's3:Get*'
        #[arg(long, value_name = "PATTERN", conflicts_with = "file")]
        action: Option<String>,
    },
    /// Remove redundant entries and merge statements, without changing any decision
    Minimise {
        /// The document
        file: PathBuf,
        /// Only list what could be removed; exit code 1 if anything could
        #[arg(long)]
        check: bool,
    },
    /// Format a document as the console does, in the same order
    Format {
        /// The document
        file: PathBuf,
        /// Remove all white space, as for policy size limits
        #[arg(long, conflicts_with = "indent")]
        compact: bool,
        /// Spaces per level
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=8))]
        indent: u8,
        /// Print nothing; exit code 1 if the document is formatted differently
        #[arg(long)]
        check: bool,
    },
    /// Show what a document grants, service by service
    Summary {
        /// The document
        file: PathBuf,
        /// Show the actions of one service
        #[arg(long, value_name = "PREFIX")]
        service: Option<String>,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        output: Format,
    },
    /// Show what another version allows or denies that the first did not; exit code 1 if they differ
    Diff {
        /// The earlier document
        old: PathBuf,
        /// The later document
        new: PathBuf,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        output: Format,
    },
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    match &args.what {
        What::Expand { action: Some(pattern), .. } => list_actions(pattern, &load()?, out),
        What::Expand { file, .. } => {
            let text = read_text(file.as_deref().unwrap_or(Path::new("-")))?;
            let policy = granting(&text, file.as_deref().unwrap_or(Path::new("-")))?;
            let made = expand::expand(&policy, &load()?)?.apply(&text);
            document(&made, out);
            Ok(Outcome::Fine)
        }
        What::Minimise { file, check } => minimised(file, *check, out),
        What::Format { file, compact, indent, check } => {
            let text = read_text(file)?;
            let policy = parsed(&text, file)?;
            let style = if *compact { Style::Compact } else { Style::Indented(*indent) };
            let made = format(&policy.tree, style).unwrap_or_default();
            if *check {
                return Ok(if made == text.trim_end() { Outcome::Fine } else { Outcome::Findings });
            }
            document(&made, out);
            Ok(Outcome::Fine)
        }
        What::Summary { file, service, output } => {
            let text = read_text(file)?;
            let policy = granting(&text, file)?;
            table::summary(&policy, &load()?, service.as_deref(), *output, out)?;
            Ok(Outcome::Fine)
        }
        What::Diff { old, new, output } => {
            let texts = (read_text(old)?, read_text(new)?);
            let policies = (granting(&texts.0, old)?, granting(&texts.1, new)?);
            compare(&policies.0, &policies.1, &load()?, *output, out)
        }
    }
}

/// Reads a document that is to be rewritten; one that is no JSON is refused with the place of the first error.
fn parsed<'t>(text: &'t str, file: &Path) -> Result<Policy<'t>, Failure> {
    let policy = read(text);
    // A bracket without its other half is the last to be told: mostly something behind it broke off.
    let errors = policy.tree.errors();
    let closed =
        |error: &&SyntaxError| !matches!(error.kind, SyntaxErrorKind::UnclosedObject | SyntaxErrorKind::UnclosedArray);
    match errors.iter().find(closed).or(errors.first()) {
        None => Ok(policy),
        Some(error) => {
            let at = LineIndex::new(text).position(error.span.start as usize);
            let told = format!(
                "`{}` is not valid JSON: line {}, column {}: {}",
                file.display(),
                at.line,
                at.column + 1,
                error.kind
            );
            Err(Failure::Run(UserError::new(told).hint("Correct the document; `iamtui validate` names every error.")))
        }
    }
}

/// Reads a document that is to be understood: JSON without statements says nothing and is refused.
fn granting<'t>(text: &'t str, file: &Path) -> Result<Policy<'t>, Failure> {
    let policy = parsed(text, file)?;
    if policy.statement_node.is_some() {
        return Ok(policy);
    }
    let told = format!("`{}` is not a policy document: it has no `Statement`", file.display());
    Err(Failure::Run(UserError::new(told).hint("A policy is an object with a `Version` and a `Statement`.")))
}

/// Prints a document with a line feed at its end.
fn document(text: &str, out: &mut Output) {
    out.document(text, Syntax::Json);
    if !text.ends_with('\n') {
        out.document("\n", Syntax::Json);
    }
}

fn list_actions(pattern: &str, catalog: &Catalog, out: &mut Output) -> Result<Outcome, Failure> {
    let names = expand::names(pattern, catalog);
    if names.is_empty() {
        let told = UserError::new(format!("no action matches `{pattern}`"));
        let hint = match catalog.suggest_action(pattern) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("The catalogue is of {}; `iamtui catalog services` lists the services.", catalog.date()),
        };
        return Err(Failure::Usage(told.hint(hint)));
    }
    for name in &names {
        out.text(name);
    }
    Ok(Outcome::Fine)
}

fn minimised(file: &Path, check: bool, out: &mut Output) -> Result<Outcome, Failure> {
    let text = read_text(file)?;
    let policy = granting(&text, file)?;
    let made = minimise(&policy)?;
    for saving in &made.savings {
        let line = match saving {
            Saving::Covered { statement, entry, by } => {
                format!("statement {}: `{entry}` is covered by `{by}`", statement + 1)
            }
            Saving::Dropped { statement, by } => {
                format!("statement {} is covered by statement {}", statement + 1, by + 1)
            }
            Saving::Joined { statement, into } => {
                format!("statement {} is joined with statement {}", statement + 1, into + 1)
            }
        };
        if check { out.text(&line) } else { out.say(&line) }
    }
    if check {
        return Ok(if made.savings.is_empty() { Outcome::Fine } else { Outcome::Findings });
    }
    document(&made.fix.apply(&text), out);
    Ok(Outcome::Fine)
}

/// The most lines that are told of actions whose change is the same, and the most characters of each.
const LINES: usize = 100;
const CHARACTERS: usize = 1000;

/// A text with a mark where it was cut.
fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

fn compare(
    old: &Policy<'_>,
    new: &Policy<'_>,
    catalog: &Catalog,
    output: Format,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let groups = diff(old, new, catalog)?;
    match output {
        Format::Json => {
            let groups: Vec<Value> = groups
                .iter()
                .map(|group| {
                    json!({
                        "change": group.change.name(),
                        "grants": group.change.grants(),
                        "actions": group.actions,
                        "old_statements": group.old_statements,
                        "new_statements": group.new_statements,
                    })
                })
                .collect();
            out.json(&Value::Array(groups));
        }
        Format::Text => {
            for group in &groups {
                out.text(&format!("{}:", group.change.name()));
                let mark = match group.change {
                    Change::Changed => '~',
                    Change::MatchesNothing => '·',
                    change if change.grants() => '+',
                    _ => '-',
                };
                for scoped in scopes(group, old, new, usize::MAX)? {
                    scoped.actions.iter().for_each(|action| out.text(&format!("  {mark} {action}")));
                    for line in scoped.lines.iter().take(LINES) {
                        out.text(&format!("      {} {}", line.mark(), shortened(&line.text, CHARACTERS)));
                    }
                    if let Some(more) = scoped.lines.len().checked_sub(LINES).filter(|more| *more > 0) {
                        out.text(&format!("      … and {more} more lines; `--output json` names the statements"));
                    }
                }
            }
            if groups.is_empty() {
                out.say("both give the same results");
            }
        }
    }
    Ok(if groups.is_empty() { Outcome::Fine } else { Outcome::Findings })
}

#[cfg(test)]
mod tests;
