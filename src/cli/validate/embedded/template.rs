//! Policies in templates of CloudFormation and SAM, YAML or JSON.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Broken, DEEPEST, Data, Embedded, Node, UNKNOWN};
use crate::policy::PolicyKind;

/// The policies of a template.
pub fn policies(text: &str) -> Result<Vec<Embedded>, Broken> {
    let mut reader = Reader { parser: Parser::new_from_str(text), line: 1 };
    let mut found = Vec::new();
    while let Some(event) = reader.next()? {
        if let Event::DocumentStart(_) = event
            && let Some(event) = reader.next()?
        {
            let root = reader.node(event, 0)?;
            collect(&root, "", &mut found);
        }
    }
    Ok(found)
}

/// Finds what has a `Statement`, wherever it stands.
fn collect(node: &Node, key: &str, found: &mut Vec<Embedded>) {
    match &node.data {
        Data::Map(_) if node.get("Statement").is_some() => {
            found.push(node.policy((key == "AssumeRolePolicyDocument").then_some(PolicyKind::Trust)));
        }
        Data::Map(entries) => entries.iter().for_each(|(name, _, inner)| collect(inner, name, found)),
        Data::List(items) => items.iter().for_each(|item| collect(item, key, found)),
        Data::Text(_) | Data::Plain(_) => {}
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, Broken> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                Ok(Some(event))
            }
            Some(Err(error)) => Err(Broken { line: error.marker().line(), told: error.info().to_owned() }),
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Node, Broken> {
        let line = self.line;
        if depth > DEEPEST {
            return Err(Broken { line, told: "it is nested too deeply".to_owned() });
        }
        Ok(match event {
            Event::Scalar(text, style, _, tag) => match tag.filter(|tag| !tag.is_yaml_core_schema()) {
                Some(tag) => function(&tag.suffix, Node::text(line, text), line),
                None => scalar(&text, style, line),
            },
            Event::SequenceStart(_, tag) => {
                let mut items = Vec::new();
                while let Some(event) = self.next()?.filter(|event| *event != Event::SequenceEnd) {
                    items.push(self.node(event, depth + 1)?);
                }
                let list = Node { line, data: Data::List(items) };
                match tag.filter(|tag| !tag.is_yaml_core_schema()) {
                    Some(tag) => function(&tag.suffix, list, line),
                    None => list,
                }
            }
            Event::MappingStart(_, tag) => {
                let mut entries = Vec::new();
                while let Some(event) = self.next()?.filter(|event| *event != Event::MappingEnd) {
                    let (key, at) = (self.node(event, depth + 1)?, self.line);
                    let Some(event) = self.next()? else { break };
                    let value = self.node(event, depth + 1)?;
                    if let Data::Text(name) | Data::Plain(name) = key.data {
                        entries.push((name, at, value));
                    }
                }
                if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) { Node::unknown(line) } else { map(entries, line) }
            }
            // An alias is not followed: ten lines of them can stand for gigabytes.
            _ => Node::unknown(line),
        })
    }
}

fn scalar(text: &str, style: ScalarStyle, line: usize) -> Node {
    let is_plain = style == ScalarStyle::Plain
        && (["true", "false", "null"].contains(&text) || !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
    // A version is a date in YAML, and a text here.
    if is_plain { Node { line, data: Data::Plain(text.to_owned()) } } else { Node::text(line, text) }
}

/// A mapping, or the value of the intrinsic function that it calls.
fn map(mut entries: Vec<(String, usize, Node)>, line: usize) -> Node {
    if let [(name, _, _)] = entries.as_slice()
        && (name == "Ref" || name.starts_with("Fn::"))
        && let Some((name, _, value)) = entries.pop()
    {
        return function(name.trim_start_matches("Fn::"), value, line);
    }
    Node { line, data: Data::Map(entries) }
}

/// What an intrinsic function gives, as far as it is known.
fn function(name: &str, value: Node, line: usize) -> Node {
    let template = match (name, value.data) {
        ("Sub", Data::Text(text)) => text,
        ("Sub", Data::List(items)) => match items.into_iter().next().map(|first| first.data) {
            Some(Data::Text(text)) => text,
            _ => return Node::unknown(line),
        },
        ("Ref", Data::Text(name)) => return Node::text(line, pseudo(&name)),
        _ => return Node::unknown(line),
    };
    Node::text(line, substituted(&template))
}

/// What a pseudo parameter stands for in a usual account.
fn pseudo(name: &str) -> &'static str {
    match name {
        "AWS::Partition" => "aws",
        "AWS::Region" => "us-east-1",
        "AWS::AccountId" => "123456789012",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => UNKNOWN,
    }
}

/// The text of `Fn::Sub`: `${Name}` is filled in, `${!Name}` stays as `${Name}`.
fn substituted(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        match name.strip_prefix('!') {
            Some(literal) => {
                out.push_str("${");
                out.push_str(literal);
                out.push('}');
            }
            None => out.push_str(pseudo(name)),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
