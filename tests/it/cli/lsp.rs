//! The language server, driven by a client of the protocol: open, edit, complete, hover, fix, format, close.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};
use std::time::Instant;

use serde_json::{Value, json};

use crate::backend::program::Program;

const FILE: &str = "file:///work/policy.json";

/// An editor with a server that it has started.
struct Editor {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
    _program: Program,
}

impl Editor {
    fn new() -> Self {
        let program = Program::new();
        let mut child = program.spawn(&["lsp"]);
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut editor = Self { child, to, from, asked: 0, _program: program };
        let snippets = json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
        let told = editor.ask("initialize", &json!({"capabilities": snippets}));
        assert_eq!(told["capabilities"]["hoverProvider"], true);
        editor.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The result of a request, or its error.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        let answer = self.read();
        assert_eq!(answer["id"], self.asked);
        if answer["error"].is_null() { answer["result"].clone() } else { answer["error"].clone() }
    }

    /// The diagnostics after the editor has told something of the document.
    fn tell(&mut self, method: &str, params: &Value) -> Vec<Value> {
        self.send(&json!({"jsonrpc": "2.0", "method": format!("textDocument/{method}"), "params": params}));
        let told = self.read();
        assert_eq!(
            (&told["method"], &told["params"]["uri"]),
            (&json!("textDocument/publishDiagnostics"), &json!(FILE))
        );
        told["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn open(&mut self, text: &str) -> Vec<Value> {
        let document = json!({"uri": FILE, "languageId": "json", "version": 1, "text": text});
        self.tell("didOpen", &json!({"textDocument": document}))
    }

    fn change(&mut self, text: &str) -> Vec<Value> {
        let document = json!({"uri": FILE, "version": 2});
        self.tell("didChange", &json!({"textDocument": document, "contentChanges": [{"text": text}]}))
    }

    fn at(line: u64, character: u64) -> Value {
        json!({"textDocument": {"uri": FILE}, "position": {"line": line, "character": character}})
    }
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().filter_map(|one| one["code"].as_str()).collect()
}

const POLICY: &str = r#"{
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObjet", "Resource": "arn:aws:s3:::data/*"}
}
"#;

#[test]
fn a_policy_is_checked_completed_explained_fixed_and_formatted() {
    let mut editor = Editor::new();
    let found = editor.open(POLICY);
    assert_eq!(codes(&found), ["INVALID_ACTION"], "{found:?}");
    assert_eq!(found[0]["range"]["start"], json!({"line": 2, "character": 47}));
    assert_eq!((&found[0]["severity"], &found[0]["source"]), (&json!(1), &json!("iamtui")));
    // What is typed is offered.
    let offered = editor.ask("textDocument/completion", &Editor::at(2, 58));
    let labels: Vec<&str> =
        offered["items"].as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.iter().any(|label| label.contains("GetObject")), "{labels:?}");
    let told = editor.ask("textDocument/hover", &Editor::at(2, 20));
    assert!(told["contents"]["value"].as_str().unwrap().contains("Effect"), "{told}");
    // The fix of the finding makes it go away.
    let range = found[0]["range"].clone();
    let asked = json!({"textDocument": {"uri": FILE}, "range": range, "context": {"diagnostics": found}});
    let fixes = editor.ask("textDocument/codeAction", &asked);
    let edit = &fixes[0]["edit"]["changes"][FILE][0];
    let new = edit["newText"].as_str().unwrap();
    assert!(new.contains("GetObject"), "{fixes}");
    let fixed = POLICY.replace("s3:GetObjet", new.trim_matches('"'));
    assert_eq!(codes(&editor.change(&fixed)), [""; 0]);
    let laid_out =
        editor.ask("textDocument/formatting", &json!({"textDocument": {"uri": FILE}, "options": {"tabSize": 2}}));
    assert!(laid_out[0]["newText"].as_str().unwrap().contains("\n  \"Statement\": {\n    \"Effect\""), "{laid_out}");
    let found = editor.tell("didClose", &json!({"textDocument": {"uri": FILE}}));
    assert!(found.is_empty(), "what is closed has no findings");
    assert!(editor.ask("workspace/nonsense", &json!({}))["message"].as_str().unwrap().contains("not supported"));
    assert!(editor.ask("shutdown", &Value::Null).is_null());
    editor.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(editor.child.wait().unwrap().code(), Some(0));
}

#[test]
fn json_that_is_no_policy_is_left_alone_and_half_a_policy_is_not() {
    let mut editor = Editor::new();
    assert!(editor.open(r#"{"name": "x", "dependencies": {}}"#).is_empty());
    assert_eq!(editor.ask("textDocument/hover", &Editor::at(0, 3)), Value::Null);
    let half = editor.change(r#"{"Version": "2012-10-17", "Statement": ["#);
    assert!(codes(&half).contains(&"JSON_SYNTAX_ERROR"), "{half:?}");
    drop(editor.to);
    assert_eq!(editor.child.wait().unwrap().code(), Some(0), "an editor that goes without a word");
}

#[test]
fn findings_come_as_fast_as_keys() {
    let statement = |number: usize| {
        format!(
            r#"{{"Sid": "S{number}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::data-{number}/*"}}"#
        )
    };
    let statements: Vec<String> = (0..60).map(statement).collect();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
    assert!(text.len() > 6_000);
    let mut editor = Editor::new();
    editor.open(&text);
    let begun = Instant::now();
    for key in 0..10 {
        editor.change(&text.replace("S0", &format!("S0{key}")));
    }
    let each = begun.elapsed() / 10;
    // Twenty milliseconds hold for an optimised program on a quiet machine; a test has neither.
    assert!(each.as_millis() < 400, "{each:?}");
    eprintln!("diagnostics after a key: {each:?}");
    drop(editor.to);
    editor.child.wait().unwrap();
}
