//! Policies where they are written: inside Terraform, CloudFormation and SAM files.
//!
//! Each becomes JSON whose lines are those of the file, so that findings name the right line. What is known only when
//! the file is deployed, such as a reference or an intrinsic function, becomes [`UNKNOWN`]; nothing is said of it.

mod hcl;
mod template;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::policy::PolicyKind;
use crate::policy::diagnostic::Finding;

/// What stands for a text that is not known before the file is deployed.
pub const UNKNOWN: &str = "IAMTUI-KNOWN-WHEN-DEPLOYED";

/// The deepest nesting that is read.
const DEEPEST: usize = 64;

/// A policy in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// The document as JSON, each token on the line that it has in the file.
    pub text: String,
    /// What it is, where the place says so.
    pub kind: Option<PolicyKind>,
}

/// Why a file's policies cannot be found: the line and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub told: String,
}

/// How a file holds policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// The file is a policy.
    Policy,
    /// Terraform's HCL.
    Terraform,
    /// A template of CloudFormation or SAM, in YAML or JSON.
    Template,
    /// The file holds no policies.
    Other,
}

impl Container {
    /// Reads off the name and the text how a file holds policies.
    pub fn of(path: &Path, text: &str) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_template = text.contains("AWSTemplateFormatVersion")
            || text.contains("AWS::Serverless")
            || text.contains("Resources") && text.contains("AWS::");
        match extension.to_ascii_lowercase().as_str() {
            "tf" | "hcl" => Self::Terraform,
            "yaml" | "yml" | "template" if is_template => Self::Template,
            "json" if is_template && text.contains("\"Resources\"") => Self::Template,
            "json" if text.contains("\"Statement\"") => Self::Policy,
            _ => Self::Other,
        }
    }
}

/// The policies of a file that holds some.
pub fn policies(container: Container, text: &str) -> Result<Vec<Embedded>, Broken> {
    match container {
        Container::Terraform => Ok(hcl::policies(text)),
        Container::Template => template::policies(text),
        Container::Policy | Container::Other => Ok(Vec::new()),
    }
}

/// Whether a finding is about something that is not known before the file is deployed.
pub fn is_unknown(finding: &Finding, text: &str) -> bool {
    let is_there = finding.locations.iter().any(|location| {
        let told = location.span.of(text);
        !told.trim_start().starts_with('{') && told.contains(UNKNOWN)
    });
    is_there || finding.details.contains(UNKNOWN)
}

/// A value of a file, with the line that it begins on.
#[derive(Debug, Clone, PartialEq)]
struct Node {
    line: usize,
    data: Data,
}

#[derive(Debug, Clone, PartialEq)]
enum Data {
    Text(String),
    /// A number, true, false or null.
    Plain(String),
    List(Vec<Node>),
    /// Keys with their lines.
    Map(Vec<(String, usize, Node)>),
}

impl Node {
    fn text(line: usize, text: impl Into<String>) -> Self {
        Self { line, data: Data::Text(text.into()) }
    }

    fn unknown(line: usize) -> Self {
        Self::text(line, UNKNOWN)
    }

    fn get(&self, key: &str) -> Option<&Self> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|(name, ..)| name == key).map(|(_, _, node)| node),
            Data::Text(_) | Data::Plain(_) | Data::List(_) => None,
        }
    }

    /// The policy that this is.
    fn policy(&self, kind: Option<PolicyKind>) -> Embedded {
        let mut writer = Writer::default();
        writer.node(self);
        writer.out.push('\n');
        Embedded { text: writer.out, kind }
    }
}

/// Writes JSON, each token on its line where that is still ahead.
#[derive(Default)]
struct Writer {
    out: String,
    lines: usize,
}

impl Writer {
    fn go(&mut self, line: usize) {
        while self.lines + 1 < line {
            self.out.push('\n');
            self.lines += 1;
        }
    }

    fn quoted(&mut self, text: &str) {
        let _ = write!(self.out, "{}", Value::from(text));
    }

    fn node(&mut self, node: &Node) {
        self.go(node.line);
        match &node.data {
            Data::Text(text) => self.quoted(text),
            Data::Plain(plain) => self.out.push_str(plain),
            Data::List(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    self.node(item);
                }
                self.out.push(']');
            }
            Data::Map(entries) => {
                self.out.push('{');
                for (at, (key, line, value)) in entries.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    self.go(*line);
                    self.quoted(key);
                    self.out.push_str(": ");
                    self.node(value);
                }
                self.out.push('}');
            }
        }
    }
}
