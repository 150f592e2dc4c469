//! `iamtui validate`: checks policies as AWS's `ValidatePolicy` does, without AWS.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::catalog;
use super::files::{read_lines, read_text};
use super::output::Output;
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::base::text::visible;
use crate::catalog::Catalog;
use crate::catalog::resource_policies::{HOLDERS, PolicyHolder, holder_of};
use crate::config::{Config, Folders};
use crate::policy::PolicyKind;
use crate::policy::answer::findings;
use crate::policy::lines::LineIndex;
use crate::policy::validate::{Level, Options, Report, validate_with};

/// Check policies: AWS's 153 checks and our own
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Policy documents; `-` reads standard input, a .jsonl file holds one {"id","kind","document"} a line
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the policies are; guessed where it is not given
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<PolicyKind>,
    /// What the policies are attached to, such as `AWS::S3::Bucket`
    #[arg(long, value_name = "TYPE", value_parser = parse_holder)]
    resource_type: Option<&'static PolicyHolder>,
    /// Leave out the checks that AWS does not have
    #[arg(long)]
    aws_only: bool,
    /// The account that the policies belong to: its own principals need no external id
    #[arg(long, value_name = "ID", value_parser = parse_account)]
    account: Option<String>,
    /// Give a check another level: off, suggestion, warning, security-warning or error; the table `[checks]` of
    /// config.toml does it for good
    #[arg(long = "level", value_name = "CODE=LEVEL", value_parser = parse_level)]
    levels: Vec<(String, Level)>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

fn parse_kind(name: &str) -> Result<PolicyKind, String> {
    PolicyKind::parse(name).ok_or_else(|| {
        let names: Vec<&str> = PolicyKind::ALL.iter().map(|(name, _)| *name).collect();
        format!("the kinds are {}", names.join(", "))
    })
}

fn parse_account(id: &str) -> Result<String, String> {
    let valid = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    if valid { Ok(id.to_owned()) } else { Err("an account id has 12 digits".to_owned()) }
}

fn parse_level(text: &str) -> Result<(String, Level), String> {
    let (code, word) = text.split_once('=').ok_or("write a code, `=` and a level")?;
    Level::setting(code, word).map_err(|told| {
        let hint = told.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        // It repeats what was typed, which must make no lines of its own.
        visible(&format!("{}{hint}", told.message)).into_owned()
    })
}

fn parse_holder(name: &str) -> Result<&'static PolicyHolder, String> {
    holder_of(name).ok_or_else(|| {
        let near = nearest(name, HOLDERS.iter().map(|holder| holder.kind)).unwrap_or("AWS::S3::Bucket");
        format!("no such type of resource carries a policy; did you mean {near}?")
    })
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let settings = match Folders::find() {
        Ok(folders) => Config::load(&folders).map_err(UserError::from)?.checks,
        // Without a home folder there are no settings.
        Err(_) => Vec::new(),
    };
    let mut levels = args.levels.clone();
    for (code, word) in &settings {
        levels.push(Level::setting(code, word)?);
    }
    let checker = Checker { args, levels, catalog: catalog::load()? };
    Ok(checker.run(out))
}

/// The command with all that it was told: flags, settings, the catalogue with the user's additions.
struct Checker<'a> {
    args: &'a Args,
    levels: Vec<(String, Level)>,
    catalog: Catalog,
}

impl Checker<'_> {
    fn check(&self, text: &str, kind: Option<PolicyKind>) -> Report {
        let options = Options {
            kind: self.args.kind.or(kind),
            holder: self.args.resource_type,
            account: self.args.account.clone(),
            aws_only: self.args.aws_only,
            levels: self.levels.clone(),
            ..Options::default()
        };
        validate_with(text, &options, &self.catalog)
    }

    fn run(&self, out: &mut Output) -> Outcome {
        let mut reports = Vec::new();
        let mut found = false;
        let mut unread = false;
        for path in &self.args.files {
            if holds_lines(path) {
                unread |= self.lines(path, &mut found, out).map_err(|told| out.tell(&told)).is_err();
                continue;
            }
            // One file that cannot be read does not keep the others from being checked.
            let text = match read_text(path) {
                Ok(text) => text,
                Err(told) => {
                    out.tell(&told);
                    unread = true;
                    continue;
                }
            };
            let report = self.check(&text, None);
            found |= !report.findings.is_empty();
            unread |= gave_up(&report, out);
            let file = path.to_string_lossy();
            match self.args.output {
                Format::Json => reports.push(json!({
                    "file": file,
                    "kind": report.kind.name(),
                    "findings": findings(&text, &report.findings),
                })),
                Format::Text => tell(&file, &text, &report, out),
            }
        }
        let only_lines = self.args.files.iter().all(|path| holds_lines(path));
        if self.args.output == Format::Json && !only_lines {
            out.json(&Value::from(reports));
        }
        match (unread, found) {
            (true, _) => Outcome::Incomplete,
            (false, true) => Outcome::Findings,
            (false, false) => Outcome::Fine,
        }
    }

    /// Checks one document a line and prints one line for each; notes whether anything was found.
    fn lines(&self, path: &Path, found: &mut bool, out: &mut Output) -> Result<(), UserError> {
        for line in read_lines(path) {
            let (number, line) = line?;
            if out.is_closed() {
                break;
            }
            match case(&line) {
                Ok((id, kind, document)) => {
                    let report = self.check(&document, kind);
                    *found |= !report.findings.is_empty() | gave_up(&report, out);
                    let findings = findings(&document, &report.findings);
                    out.json(&json!({"id": id, "kind": report.kind.name(), "findings": findings}));
                }
                Err((id, told)) => {
                    *found = true;
                    let error = format!("line {number}: {told}");
                    out.json(&json!({"id": id, "error": error}));
                }
            }
        }
        Ok(())
    }
}

/// Says which checks were given up, if any were.
fn gave_up(report: &Report, out: &mut Output) -> bool {
    // Our own finding says it too, unless our own are left out.
    if !report.given_up.is_empty() && !report.findings.iter().any(|finding| finding.code == "check-given-up") {
        out.say(&format!("the policy is too complex for some checks: {}", report.given_up.join("; ")));
    }
    !report.given_up.is_empty()
}

fn holds_lines(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl")
}

/// Reads one line: id, kind and document. The document is a text; an object is taken for the text it would be.
fn case(line: &str) -> Result<(Value, Option<PolicyKind>, String), (Value, UserError)> {
    let case: Value =
        serde_json::from_str(line).map_err(|_| (Value::Null, UserError::new("this is not a JSON object")))?;
    let id = case.get("id").cloned().unwrap_or_default();
    let kind = match case.get("kind").and_then(Value::as_str) {
        None => None,
        Some(name) => Some(parse_kind(name).map_err(|error| (id.clone(), UserError::new(error)))?),
    };
    let document = match case.get("document") {
        Some(Value::String(text)) => text.clone(),
        Some(other @ Value::Object(_)) => other.to_string(),
        _ => return Err((id, UserError::new("there is no `document`"))),
    };
    Ok((id, kind, document))
}

/// Prints the findings for people: place, type, code, message and the cure there is.
fn tell(file: &str, text: &str, report: &Report, out: &mut Output) {
    if report.guessed {
        out.say(&format!("{file}: checked as {} policy; say otherwise with --kind", report.kind.name()));
    }
    let index = LineIndex::new(text);
    for finding in &report.findings {
        let start = finding.locations.first().map_or(0, |location| location.span.start as usize);
        let at = index.position(start);
        let kind = finding.kind.name();
        out.text(&format!("{file}:{}:{}: {kind} {}: {}", at.line, at.column + 1, finding.code, finding.details));
        if let Some(fix) = &finding.fix {
            out.text(&format!("    fix: {}", fix.title));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::tests::captured;
    use crate::policy::validate::validate;

    #[test]
    fn a_file_that_cannot_be_read_does_not_keep_the_others_from_being_checked() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.json"), "{}").unwrap();
        std::fs::write(path("b.json"), "{}").unwrap();
        let args = Args {
            files: ["a.json", "missing.json", "b.json"].map(path).to_vec(),
            kind: None,
            resource_type: None,
            aws_only: false,
            account: None,
            levels: Vec::new(),
            output: Format::Json,
        };
        let (result, printed) = captured(|out| run(&args, out));
        let reports: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!((result, reports.as_array().map(Vec::len)), (Ok(Outcome::Incomplete), Some(2)));
    }

    #[test]
    fn findings_are_written_in_the_words_of_the_api() {
        let text =
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Nope", "Resource": "*"}}"#;
        let report = validate(text, &Options { aws_only: true, ..Options::default() });
        let value = findings(text, &report.findings);
        let first = &value[0];
        assert_eq!((&first["findingType"], &first["issueCode"]), (&json!("ERROR"), &json!("INVALID_ACTION")));
        let place = &first["locations"][0];
        assert_eq!(place["path"], json!([{"value": "Statement"}, {"value": "Action"}]));
        assert_eq!(place["span"]["start"], json!({"line": 1, "column": 69, "offset": 69}));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        assert_eq!(case("{}").unwrap_err().1.message, "there is no `document`");
        assert_eq!(case("x").unwrap_err().1.message, "this is not a JSON object");
        let (id, kind, document) = case(r#"{"id": 3, "kind": "trust", "document": "{}"}"#).unwrap();
        assert_eq!((id, kind, document.as_str()), (json!(3), Some(PolicyKind::Trust), "{}"));
    }
}
