//! What an editor asks, and the answers: documents by their address, each checked as it changes.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::position::{byte, range};
use crate::base::text::visible;
use crate::catalog::Catalog;
use crate::policy::complete::{Candidate, CandidateKind, Context, complete};
use crate::policy::diagnostic::{Edit, Finding, FindingType, Reach};
use crate::policy::format::{Style, format};
use crate::policy::highlight::roles;
use crate::policy::syntax::Span;
use crate::policy::validate::{Level, Options, validate_with};
use crate::policy::{PolicyKind, checks, docs, parser};

/// What comes of a message.
#[derive(Debug)]
pub enum Answer {
    /// These messages go to the editor.
    Messages(Vec<Value>),
    /// The editor wants the server to end; clean is after `shutdown`.
    Exit {
        /// Whether it was said before.
        is_clean: bool,
    },
}

/// The server.
pub struct Server {
    options: Options,
    catalog: Catalog,
    documents: HashMap<String, String>,
    /// Whether the editor moves the cursor into what it inserts.
    snippets: bool,
    is_shut: bool,
}

/// The number of the protocol for a request that is not known.
const NO_METHOD: i32 = -32601;

impl Server {
    /// A server without documents.
    pub fn new(kind: Option<PolicyKind>, levels: Vec<(String, Level)>, catalog: Catalog) -> Self {
        let options = Options { kind, levels, while_typing: true, ..Options::default() };
        Self { options, catalog, documents: HashMap::new(), snippets: false, is_shut: false }
    }

    /// Takes a message.
    pub fn take(&mut self, message: &Value) -> Answer {
        let method = message.get("method").and_then(Value::as_str).unwrap_or_default();
        let given = message.get("params").unwrap_or(&Value::Null);
        if method == "exit" {
            return Answer::Exit { is_clean: self.is_shut };
        }
        Answer::Messages(match message.get("id") {
            Some(id) if !method.is_empty() => vec![match self.request(method, given) {
                Some(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
                None => json!({"jsonrpc": "2.0", "id": id,
                    "error": {"code": NO_METHOD, "message": format!("{} is not supported", visible(method))}}),
            }],
            // An answer to a request that was never made.
            Some(_) => Vec::new(),
            None => self.news(method, given).into_iter().collect(),
        })
    }

    fn request(&mut self, method: &str, given: &Value) -> Option<Value> {
        Some(match method {
            "initialize" => self.initialize(given),
            "shutdown" => {
                self.is_shut = true;
                Value::Null
            }
            "textDocument/completion" => self.completion(given).unwrap_or_default(),
            "textDocument/hover" => self.hover(given).unwrap_or_default(),
            "textDocument/codeAction" => self.fixes(given).unwrap_or_default(),
            "textDocument/formatting" => self.formatted(given).unwrap_or_default(),
            _ => return None,
        })
    }

    fn initialize(&mut self, given: &Value) -> Value {
        let wants = "/capabilities/textDocument/completion/completionItem/snippetSupport";
        self.snippets = given.pointer(wants).and_then(Value::as_bool).unwrap_or(false);
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                // The whole text with every change: a policy is short.
                "textDocumentSync": {"openClose": true, "change": 1},
                "completionProvider": {"triggerCharacters": ["\"", ":", ".", "*", "$", "/"]},
                "hoverProvider": true,
                "codeActionProvider": {"codeActionKinds": ["quickfix"]},
                "documentFormattingProvider": true,
            },
            "serverInfo": {"name": "iamtui", "version": env!("CARGO_PKG_VERSION")},
        })
    }

    fn news(&mut self, method: &str, given: &Value) -> Option<Value> {
        let uri = given.pointer("/textDocument/uri")?.as_str()?;
        match method {
            "textDocument/didOpen" => {
                let text = given.pointer("/textDocument/text")?.as_str()?;
                self.documents.insert(uri.to_owned(), text.to_owned());
            }
            "textDocument/didChange" => {
                let text = given.get("contentChanges")?.as_array()?.last()?.get("text")?.as_str()?;
                self.documents.insert(uri.to_owned(), text.to_owned());
            }
            "textDocument/didClose" => {
                self.documents.remove(uri);
            }
            _ => return None,
        }
        let text = self.documents.get(uri).map_or("", String::as_str);
        let found: Vec<Value> = self.findings(text).iter().map(|finding| diagnostic(text, finding)).collect();
        let version = given.pointer("/textDocument/version").cloned().unwrap_or_default();
        Some(json!({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics",
            "params": {"uri": uri, "version": version, "diagnostics": found}}))
    }

    fn findings(&self, text: &str) -> Vec<Finding> {
        // Not every JSON in an editor is a policy, and none is longer than the parser takes.
        if !is_policy(text) || text.chars().count() > parser::MAX_CHARS {
            return Vec::new();
        }
        validate_with(text, &self.options, &self.catalog).findings
    }

    /// The text of the document that is asked about.
    fn text(&self, given: &Value) -> Option<&str> {
        self.documents.get(given.pointer("/textDocument/uri")?.as_str()?).map(String::as_str)
    }

    fn completion(&self, given: &Value) -> Option<Value> {
        let text = self.text(given).filter(|text| is_policy(text) || text.trim().len() < 2)?;
        let at = byte(text, given.get("position")?);
        let context = Context { kind: self.options.kind, ..Context::new(&self.catalog) };
        let found = complete(text, at, &context);
        let place = range(text, found.span);
        // What is offered was chosen by what is typed: the editor must not choose again.
        let typed = found.span.of(text);
        let item = |(number, one): (usize, &Candidate)| {
            let (inserted, form) = self.inserted(one);
            json!({
                "label": one.label, "kind": kind(one.kind), "detail": one.detail, "documentation": one.documentation,
                "sortText": format!("{number:04}"), "filterText": typed, "insertTextFormat": form,
                "textEdit": {"range": place, "newText": inserted},
            })
        };
        let items: Vec<Value> = found.candidates.iter().enumerate().map(item).collect();
        Some(json!({"isIncomplete": true, "items": items}))
    }

    /// What a candidate inserts, and whether a mark in it says where the cursor goes.
    fn inserted(&self, one: &Candidate) -> (String, u8) {
        const PLAIN: u8 = 1;
        const SNIPPET: u8 = 2;
        match one.insert.split_at_checked(one.cursor).filter(|(_, after)| self.snippets && !after.is_empty()) {
            Some((before, after)) => {
                let escaped = |text: &str| text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
                (format!("{}$0{}", escaped(before), escaped(after)), SNIPPET)
            }
            None => (one.insert.clone(), PLAIN),
        }
    }

    fn hover(&self, given: &Value) -> Option<Value> {
        let text = self.text(given).filter(|text| is_policy(text))?;
        let at = u32::try_from(byte(text, given.get("position")?)).ok()?;
        let tree = parser::parse(text);
        let (span, role) = roles(&tree).into_iter().find(|(span, _)| span.start <= at && at < span.end)?;
        let doc = docs::describe(role, span.of(text).trim_matches('"'), &self.catalog)?;
        let lines: Vec<String> = std::iter::once(doc.title).chain(doc.paragraphs).collect();
        let told = visible(&lines.join("\n\n").replace('\n', "\u{1}")).replace("‹U+0001›", "\n");
        Some(json!({"contents": {"kind": "plaintext", "value": told}, "range": range(text, span)}))
    }

    fn fixes(&self, given: &Value) -> Option<Value> {
        let text = self.text(given)?;
        let uri = given.pointer("/textDocument/uri")?.as_str()?;
        let (from, to) = (byte(text, given.pointer("/range/start")?), byte(text, given.pointer("/range/end")?));
        let is_here = |finding: &&Finding| {
            let touches = |span: Span| (span.start as usize) <= to && from <= span.end as usize;
            finding.locations.first().is_some_and(|location| touches(location.span))
        };
        let action = |finding: &Finding| {
            let fix = finding.fix.as_ref()?;
            let edit = |edit: &Edit| json!({"range": range(text, edit.span), "newText": edit.text});
            let edits: Vec<Value> = fix.edits.iter().map(edit).collect();
            Some(json!({
                "title": fix.title, "kind": "quickfix", "diagnostics": [diagnostic(text, finding)],
                "isPreferred": fix.reach == Reach::Anywhere, "edit": {"changes": {uri: edits}},
            }))
        };
        Some(self.findings(text).iter().filter(is_here).filter_map(action).collect())
    }

    fn formatted(&self, given: &Value) -> Option<Value> {
        let text = self.text(given).filter(|text| is_policy(text))?;
        let width = given.pointer("/options/tabSize").and_then(Value::as_u64).and_then(|size| u8::try_from(size).ok());
        let mut laid_out = format(&parser::parse(text), Style::Indented(width.unwrap_or(4).clamp(1, 16)))?;
        if text.ends_with('\n') && !laid_out.ends_with('\n') {
            laid_out.push('\n');
        }
        if laid_out == text {
            return Some(json!([]));
        }
        let whole = Span::new(0, text.len());
        Some(json!([{"range": range(text, whole), "newText": laid_out}]))
    }
}

/// Whether a text is a policy, or begins to be one.
fn is_policy(text: &str) -> bool {
    text.contains("\"Statement\"") || ["\"2012-10-17\"", "\"2008-10-17\""].iter().any(|version| text.contains(version))
}

fn diagnostic(text: &str, finding: &Finding) -> Value {
    let severity = match finding.kind {
        FindingType::Error => 1,
        FindingType::SecurityWarning | FindingType::Warning => 2,
        FindingType::Suggestion => 3,
    };
    let place = finding.locations.first().map(|location| location.span).unwrap_or_default();
    let mut told = json!({
        "range": range(text, place), "severity": severity, "code": finding.code, "source": "iamtui",
        "message": visible(&finding.details),
    });
    let link = checks::rule(finding.code).map(checks::Rule::learn_more).unwrap_or_default();
    if link.starts_with("https://") {
        told["codeDescription"] = json!({"href": link});
    }
    told
}

/// The number of the protocol for what a candidate is.
fn kind(kind: CandidateKind) -> u8 {
    match kind {
        CandidateKind::Element | CandidateKind::Key => 10,
        CandidateKind::Service => 9,
        CandidateKind::Action => 3,
        CandidateKind::Resource => 18,
        CandidateKind::Principal => 7,
        CandidateKind::Operator => 24,
        CandidateKind::Value => 12,
        CandidateKind::Variable => 6,
        CandidateKind::Snippet => 15,
    }
}
