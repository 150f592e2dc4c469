//! `iamtui validate`: checks policies as AWS's `ValidatePolicy` does, without AWS.

mod baseline;
mod embedded;
mod formats;
mod walk;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::catalog;
use super::files::{read_lines, read_long, read_text};
use super::output::{Output, Syntax};
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
use crate::policy::parser::MAX_CHARS;
use crate::policy::validate::{Level, Options, Report, validate_with};
use baseline::Baseline;
use embedded::{Broken, Container, Embedded};

/// Check policies: AWS's 153 checks and our own
///
/// A FILE is a policy, a Terraform file (`jsonencode`, heredocs, `aws_iam_policy_document`), or a template of
/// CloudFormation or SAM. What is known only when it is deployed, such as a reference, is left out of the checks.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, or folders of files; `-` reads standard input, a .jsonl file holds one {"id","kind","document"} a line
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
    /// Leave out the findings that this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings to this file, to be known from then on; the exit code is 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code scanning
    Sarif,
    /// For test reports
    Junit,
    /// Annotations of a workflow of GitHub
    Github,
}

/// The most bytes of a file that policies are written in.
const LARGEST: usize = 8 << 20;

/// A policy that was checked.
struct Checked {
    /// The file that it is in.
    file: String,
    /// The document, each line where the file has it.
    text: String,
    /// What the checks say.
    report: Report,
}

pub(super) fn parse_kind(name: &str) -> Result<PolicyKind, String> {
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
    let mut levels = args.levels.clone();
    levels.extend(configured_levels()?);
    let checker = Checker { args, levels, catalog: catalog::load()? };
    checker.run(out)
}

/// The levels of checks that the settings change.
pub(super) fn configured_levels() -> Result<Vec<(String, Level)>, UserError> {
    let settings = match Folders::find() {
        Ok(folders) => Config::load(&folders).map_err(UserError::from)?.checks,
        // Without a home folder there are no settings.
        Err(_) => Vec::new(),
    };
    settings.iter().map(|(code, word)| Level::setting(code, word)).collect()
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

    fn run(&self, out: &mut Output) -> Result<Outcome, Failure> {
        let mut baseline = self.args.baseline.as_deref().map(Baseline::read).transpose()?;
        let (mut all, mut found, mut unread) = (Vec::new(), false, false);
        for (path, is_named) in self.paths(&mut unread, out) {
            if is_named && holds_lines(&path) {
                unread |= self.lines(&path, &mut found, out).map_err(|told| out.tell(&told)).is_err();
                continue;
            }
            // One file that cannot be read does not keep the others from being checked.
            let Ok(mut checked) = self.file(&path, is_named).map_err(|told| out.tell(&told)) else {
                unread = true;
                continue;
            };
            for one in &mut checked {
                unread |= gave_up(&one.report, out);
                if let Some(baseline) = &mut baseline {
                    one.report.findings.retain(|finding| !baseline.takes(&one.file, finding));
                }
                found |= !one.report.findings.is_empty();
                match self.args.output {
                    Format::Text => tell(&one.file, &one.text, &one.report, out),
                    Format::Github => formats::github(one).iter().for_each(|line| out.text(line)),
                    Format::Json | Format::Sarif | Format::Junit => {}
                }
            }
            all.append(&mut checked);
        }
        self.tell_all(&all, out);
        if let Some(path) = &self.args.write_baseline {
            let known = all.iter().flat_map(|one| one.report.findings.iter().map(|finding| (&*one.file, finding)));
            let told = |error| UserError::new(format!("`{}` cannot be written: {error}", path.display()));
            std::fs::write(path, baseline::text(known)).map_err(told)?;
            found = false;
        }
        Ok(match (unread, found) {
            (true, _) => Outcome::Incomplete,
            (false, true) => Outcome::Findings,
            (false, false) => Outcome::Fine,
        })
    }

    /// Prints what is one document for all files.
    fn tell_all(&self, all: &[Checked], out: &mut Output) {
        let only_lines = self.args.files.iter().all(|path| holds_lines(path));
        match self.args.output {
            Format::Json if !only_lines => {
                let one = |one: &Checked| {
                    let kind = one.report.kind.name();
                    json!({"file": one.file, "kind": kind, "findings": findings(&one.text, &one.report.findings)})
                };
                out.json(&all.iter().map(one).collect());
            }
            Format::Sarif => out.json(&formats::sarif(all)),
            Format::Junit => out.document(&formats::junit(all), Syntax::Other),
            Format::Json | Format::Text | Format::Github => {}
        }
    }

    /// The files that are named, and those of named folders; whether each was named itself.
    fn paths(&self, unread: &mut bool, out: &mut Output) -> Vec<(PathBuf, bool)> {
        let mut all = Vec::new();
        for path in &self.args.files {
            if !path.is_dir() {
                all.push((path.clone(), true));
                continue;
            }
            match walk::files(path) {
                Ok(files) => all.extend(files.into_iter().map(|file| (file, false))),
                Err(told) => {
                    out.tell(&told);
                    *unread = true;
                }
            }
        }
        all
    }

    /// Checks the policies of a file: the file itself, or those that are written in it.
    fn file(&self, path: &Path, is_named: bool) -> Result<Vec<Checked>, UserError> {
        let file = path.to_string_lossy().into_owned();
        let long = if path == Path::new("-") { None } else { Some(read_long(path, LARGEST)?) };
        let container = match &long {
            Some(text) => Container::of(path, text),
            None => Container::Policy,
        };
        if container == Container::Policy || container == Container::Other && is_named {
            let text = match long {
                Some(text) if text.chars().count() <= MAX_CHARS => text,
                _ => read_text(path)?,
            };
            let report = self.check(&text, None);
            return Ok(vec![Checked { file, text, report }]);
        }
        let broken = |broken: Broken| {
            UserError::new(format!("{file}:{}: the file cannot be read: {}", broken.line, broken.told))
        };
        let found = embedded::policies(container, &long.unwrap_or_default()).map_err(broken)?;
        let check = |one: Embedded| {
            let mut report = self.check(&one.text, one.kind);
            report.findings.retain(|finding| !embedded::is_unknown(finding, &one.text));
            // The place says what most of them are, and each of many guesses need not be told.
            report.guessed = false;
            Checked { file: file.clone(), text: one.text, report }
        };
        Ok(found.into_iter().map(check).collect())
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
            baseline: None,
            write_baseline: None,
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
