//! Policies in Terraform: `jsonencode`, heredocs, and `aws_iam_policy_document`.
//!
//! This reads as much of HCL as policies are written in: literals, lists, objects, strings with templates. Any other
//! expression stands for something that is not known before it is applied.

use super::{DEEPEST, Data, Embedded, Node, UNKNOWN};
use crate::policy::PolicyKind;

/// The policies of a file.
pub fn policies(text: &str) -> Vec<Embedded> {
    let mut reader = Reader { text, at: 0, line: 1 };
    let mut found = Vec::new();
    let mut name = "";
    while let Some(ch) = reader.peek() {
        match ch {
            '"' => drop(reader.string()),
            '<' if reader.starts("<<") => {
                if let Some(heredoc) = reader.heredoc()
                    && heredoc.content.trim_start().starts_with('{')
                    && heredoc.content.contains("\"Statement\"")
                {
                    let text = format!("{}{}", "\n".repeat(heredoc.line - 1), filled(&heredoc.content, true));
                    found.push(Embedded { text, kind: kind_of(name) });
                }
            }
            '#' => reader.comment(),
            '/' if reader.starts("//") || reader.starts("/*") => reader.comment(),
            _ if ch.is_alphabetic() || ch == '_' => {
                let word = reader.word();
                if word == "jsonencode" && reader.take('(') {
                    let node = reader.expression(0);
                    found.extend(node.get("Statement").is_some().then(|| node.policy(kind_of(name))));
                } else if word == "data" && reader.labels() == ["aws_iam_policy_document"] && reader.take('{') {
                    found.extend(reader.document());
                } else {
                    // The attribute that a value is given to says what it is.
                    reader.blanks();
                    if reader.starts("=") && !reader.starts("==") {
                        name = word;
                    }
                }
            }
            _ => reader.skip(),
        }
    }
    found
}

/// What a policy is by the attribute that holds it.
fn kind_of(attribute: &str) -> Option<PolicyKind> {
    (attribute == "assume_role_policy").then_some(PolicyKind::Trust)
}

/// A text in which every template is filled in; `quoted` where it stands in a JSON text, outside of strings too.
fn filled(text: &str, quoted: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut in_string = false;
    while let Some(at) = rest.find(['$', '%', '"', '\\']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        rest = after;
        if let Some(behind) = rest.strip_prefix("$${").or_else(|| rest.strip_prefix("%%{")) {
            out.push_str("${");
            rest = behind;
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            let end = closing(rest);
            let value = if quoted && !in_string { format!("\"{UNKNOWN}\"") } else { UNKNOWN.to_owned() };
            let newlines = rest.get(..end).unwrap_or_default().matches('\n').count();
            out.push_str(&value);
            out.push_str(&"\n".repeat(newlines));
            rest = rest.get(end..).unwrap_or_default();
        } else {
            let escape = usize::from(rest.starts_with('\\'));
            in_string ^= rest.starts_with('"');
            let taken = rest.chars().take(1 + escape).map(char::len_utf8).sum();
            let (taken, behind) = rest.split_at_checked(taken).unwrap_or((rest, ""));
            out.push_str(taken);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// Where a template that begins here has ended.
fn closing(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, ch) in text.char_indices() {
        match ch {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

struct Heredoc {
    /// The line that the content begins on.
    line: usize,
    content: String,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn skip(&mut self) {
        if let Some(ch) = self.peek() {
            self.at += ch.len_utf8();
            self.line += usize::from(ch == '\n');
        }
    }

    fn skip_bytes(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        while self.at < end {
            self.skip();
        }
    }

    /// Goes over a comment.
    fn comment(&mut self) {
        let end = if self.starts("/*") { self.rest().find("*/").map(|at| at + 2) } else { self.rest().find('\n') };
        self.skip_bytes(end.unwrap_or(self.rest().len()));
    }

    /// Goes over white space and comments.
    fn blanks(&mut self) {
        while let Some(ch) = self.peek() {
            match ch {
                '#' => self.comment(),
                '/' if self.starts("//") || self.starts("/*") => self.comment(),
                _ if ch.is_whitespace() => self.skip(),
                _ => break,
            }
        }
    }

    /// Takes a character that comes next, if it does.
    fn take(&mut self, wanted: char) -> bool {
        self.blanks();
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.skip();
        }
        is_there
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|ch: char| !(ch.is_alphanumeric() || "_-".contains(ch))).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// The first label of a block; the reader then stands before its body.
    fn labels(&mut self) -> Vec<String> {
        let mut labels = Vec::new();
        self.blanks();
        while self.peek() == Some('"') {
            labels.push(self.string());
            self.blanks();
        }
        labels.truncate(1);
        labels
    }

    /// A quoted text, its templates filled in.
    fn string(&mut self) -> String {
        self.skip();
        let mut raw = String::new();
        while let Some(ch) = self.peek() {
            match ch {
                '"' => {
                    self.skip();
                    break;
                }
                '\n' => break,
                '\\' => {
                    self.skip();
                    match self.peek() {
                        Some('n') => raw.push('\n'),
                        Some('t') => raw.push('\t'),
                        Some('r') => raw.push('\r'),
                        Some(other) => raw.push(other),
                        None => {}
                    }
                    self.skip();
                }
                '$' | '%' if self.rest().get(1..2) == Some("{") => {
                    let end = closing(self.rest());
                    self.skip_bytes(end);
                    raw.push_str(UNKNOWN);
                }
                '$' | '%' if self.starts("$${") || self.starts("%%{") => {
                    self.skip_bytes(3);
                    raw.push_str("${");
                }
                // The way in which `aws_iam_policy_document` writes policy variables.
                '&' if self.starts("&{") => {
                    self.skip_bytes(2);
                    raw.push_str("${");
                }
                other => {
                    raw.push(other);
                    self.skip();
                }
            }
        }
        raw
    }

    fn heredoc(&mut self) -> Option<Heredoc> {
        self.skip_bytes(2);
        if self.peek() == Some('-') {
            self.skip();
        }
        let end = self.word();
        if end.is_empty() {
            return None;
        }
        self.skip_bytes(self.rest().find('\n')? + 1);
        let line = self.line;
        let mut content = String::new();
        while !self.rest().is_empty() {
            let length = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
            let one = self.rest().get(..length).unwrap_or_default();
            self.skip_bytes(length);
            if one.trim() == end {
                break;
            }
            content.push_str(one);
        }
        Some(Heredoc { line, content })
    }

    /// A value; what is computed is not known.
    fn expression(&mut self, depth: usize) -> Node {
        self.blanks();
        let line = self.line;
        let node = match self.peek() {
            _ if depth > DEEPEST => Node::unknown(line),
            Some('{') => self.object(line, depth),
            Some('[') => self.list(line, depth),
            Some('"') => Node::text(line, self.string()),
            Some('<') if self.starts("<<") => {
                Node::text(line, self.heredoc().map(|heredoc| filled(&heredoc.content, false)).unwrap_or_default())
            }
            _ => Node::unknown(line),
        };
        // A literal that is one operand of many, or no literal: what it comes to is not known.
        let begun = self.at;
        let plain = if node.data == Data::Text(UNKNOWN.to_owned()) { self.word() } else { "" };
        self.rest_of_expression();
        let is_more = !self.text.get(begun + plain.len()..self.at).unwrap_or_default().trim().is_empty();
        match plain {
            _ if is_more => Node::unknown(line),
            "true" | "false" | "null" => Node { line, data: Data::Plain(plain.to_owned()) },
            _ if !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit()) => {
                Node { line, data: Data::Plain(plain.to_owned()) }
            }
            _ => node,
        }
    }

    /// Goes to what ends an expression: a comma, the end of a line, or a bracket that it did not open.
    fn rest_of_expression(&mut self) {
        let mut depth = 0usize;
        while let Some(ch) = self.peek() {
            match ch {
                ',' | '\n' | ')' | ']' | '}' if depth == 0 => return,
                '#' => return,
                '"' => drop(self.string()),
                '<' if self.starts("<<") => drop(self.heredoc()),
                '(' | '[' | '{' => {
                    depth += 1;
                    self.skip();
                }
                ')' | ']' | '}' => {
                    depth -= 1;
                    self.skip();
                }
                _ => self.skip(),
            }
        }
    }

    fn list(&mut self, line: usize, depth: usize) -> Node {
        self.skip();
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek().is_none() || self.take(']') {
                break;
            }
            let before = self.at;
            if self.starts("for ") {
                self.rest_until(']');
                items.push(Node::unknown(line));
                continue;
            }
            items.push(self.expression(depth + 1));
            self.take(',');
            if self.at == before {
                self.skip();
            }
        }
        Node { line, data: Data::List(items) }
    }

    /// Goes to a closing bracket of this kind that was opened before.
    fn rest_until(&mut self, end: char) {
        while self.peek().is_some_and(|ch| ch != end) {
            self.rest_of_expression();
            if self.peek() != Some(end) {
                self.skip();
            }
        }
    }

    fn object(&mut self, line: usize, depth: usize) -> Node {
        self.skip();
        let mut entries = Vec::new();
        loop {
            self.blanks();
            if self.peek().is_none() || self.take('}') {
                break;
            }
            let (before, at) = (self.at, self.line);
            let key = match self.peek() {
                Some('"') => self.string(),
                // A key that is computed, in parentheses.
                Some('(') => {
                    self.skip();
                    self.rest_until(')');
                    self.skip();
                    UNKNOWN.to_owned()
                }
                _ => self.word().to_owned(),
            };
            if self.take('=') || self.take(':') {
                let value = self.expression(depth + 1);
                entries.push((key, at, value));
            }
            self.take(',');
            if self.at == before {
                self.skip();
            }
        }
        Node { line, data: Data::Map(entries) }
    }

    /// The body of `aws_iam_policy_document`, as the policy that it makes.
    fn document(&mut self) -> Option<Embedded> {
        let line = self.line;
        let body = self.body(0);
        let statements: Vec<Node> = body.blocks("statement").map(statement).collect();
        if statements.is_empty() || body.blocks.iter().any(|(name, _)| name == "dynamic") {
            return None;
        }
        let version = body.value("version").cloned().unwrap_or_else(|| Node::text(line, "2012-10-17"));
        let list = Node { line, data: Data::List(statements) };
        let entries = vec![("Version".to_owned(), line, version), ("Statement".to_owned(), line, list)];
        Some(Node { line, data: Data::Map(entries) }.policy(None))
    }

    /// The attributes and blocks of a block whose brace was taken.
    fn body(&mut self, depth: usize) -> Body {
        let mut body = Body { line: self.line, ..Body::default() };
        loop {
            self.blanks();
            if self.peek().is_none() || self.take('}') {
                return body;
            }
            let (before, at) = (self.at, self.line);
            let name = self.word().to_owned();
            self.labels();
            if self.take('=') {
                let value = self.expression(0);
                body.values.push((name, at, value));
            } else if depth < DEEPEST && self.take('{') {
                body.blocks.push((name, self.body(depth + 1)));
            }
            if self.at == before {
                self.skip();
            }
        }
    }
}

#[derive(Debug, Default)]
struct Body {
    line: usize,
    values: Vec<(String, usize, Node)>,
    blocks: Vec<(String, Body)>,
}

impl Body {
    fn value(&self, name: &str) -> Option<&Node> {
        self.values.iter().find(|(own, ..)| own == name).map(|(_, _, value)| value)
    }

    fn blocks(&self, name: &'static str) -> impl Iterator<Item = &Self> {
        self.blocks.iter().filter(move |(own, _)| own == name).map(|(_, body)| body)
    }
}

/// The attributes of a statement with the elements that they become.
const ELEMENTS: &[(&str, &str)] = &[
    ("sid", "Sid"),
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

fn statement(body: &Body) -> Node {
    let mut entries: Vec<(String, usize, Node)> = Vec::new();
    let effect = body.value("effect").cloned().unwrap_or_else(|| Node::text(body.line, "Allow"));
    entries.push(("Effect".to_owned(), effect.line, effect));
    for (name, line, value) in &body.values {
        if let Some((_, element)) = ELEMENTS.iter().find(|(own, _)| own == name) {
            entries.push(((*element).to_owned(), *line, value.clone()));
        }
    }
    for (block, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        let mut kinds: Vec<(String, usize, Node)> = Vec::new();
        for principals in body.blocks(block) {
            put(&mut kinds, text_of(principals.value("type")), principals.line, principals.value("identifiers"));
        }
        let line = kinds.first().map_or(body.line, |(_, line, _)| *line);
        // A wildcard of type `*` is everyone.
        if let [(kind, _, _)] = kinds.as_slice()
            && kind == "*"
        {
            entries.push((element.to_owned(), line, Node::text(line, "*")));
        } else if !kinds.is_empty() {
            entries.push((element.to_owned(), line, Node { line, data: Data::Map(kinds) }));
        }
    }
    let mut operators: Vec<(String, usize, Node)> = Vec::new();
    for condition in body.blocks("condition") {
        let operator = text_of(condition.value("test"));
        let mut keys = match operators.iter().position(|(own, ..)| *own == operator) {
            Some(at) => match operators.remove(at).2.data {
                Data::Map(keys) => keys,
                _ => Vec::new(),
            },
            None => Vec::new(),
        };
        put(&mut keys, text_of(condition.value("variable")), condition.line, condition.value("values"));
        operators.push((operator, condition.line, Node { line: condition.line, data: Data::Map(keys) }));
    }
    if let Some((_, line, _)) = operators.first() {
        entries.push(("Condition".to_owned(), *line, Node { line: *line, data: Data::Map(operators) }));
    }
    Node { line: body.line, data: Data::Map(entries) }
}

/// Adds values to those of a name.
fn put(entries: &mut Vec<(String, usize, Node)>, name: String, line: usize, values: Option<&Node>) {
    let Some(values) = values.cloned() else { return };
    match (entries.iter_mut().find(|(own, ..)| *own == name), values.data) {
        (Some((_, _, Node { data: Data::List(held), .. })), Data::List(more)) => held.extend(more),
        (Some(_), _) => {}
        (None, data) => entries.push((name, line, Node { line: values.line, data })),
    }
}

fn text_of(node: Option<&Node>) -> String {
    match node.map(|node| &node.data) {
        Some(Data::Text(text)) => text.clone(),
        _ => UNKNOWN.to_owned(),
    }
}
