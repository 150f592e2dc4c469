//! Changes of statements as edits of the text: what is not touched keeps every byte and its layout.
//!
//! The visual builder and the snippets are made of these. Statements go by their number in the policy.

mod principals;

use super::ast::{ConditionEntry, Effect, List, Policy, Statement};
use super::diagnostic::{Edit, Fix};
use super::edit::{first_member, last_member, removals};
use super::format::{Style, format};
use super::parser::parse;
use super::rewrite;
use super::syntax::{NodeId, NodeKind, Span, Tree};

pub use principals::{PrincipalPlace, add_principal, remove_principal, replace_principal};

/// An element of a statement that is a list of strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Element {
    /// `Action`
    Action,
    /// `NotAction`
    NotAction,
    /// `Resource`
    Resource,
    /// `NotResource`
    NotResource,
}

impl Element {
    /// The key as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
        }
    }

    /// The list of a statement, where it has one.
    pub fn of<'s, 't>(self, statement: &'s Statement<'t>) -> Option<&'s List<'t>> {
        match self {
            Self::Action => statement.action.as_ref(),
            Self::NotAction => statement.not_action.as_ref(),
            Self::Resource => statement.resource.as_ref(),
            Self::NotResource => statement.not_resource.as_ref(),
        }
    }
}

/// A string as JSON writes it.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn statement<'p, 't>(policy: &'p Policy<'t>, index: usize) -> Option<&'p Statement<'t>> {
    policy.statements.iter().find(|statement| statement.index == index)
}

/// Adds a statement behind another one, or as the last; an empty text becomes a whole document.
pub fn add_statement(policy: &Policy<'_>, after: Option<usize>, json: &str) -> Option<Fix> {
    let title = "Add a statement";
    let tree = &policy.tree;
    if tree.kind(tree.root()) == NodeKind::Missing {
        let document = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{json}]}}");
        let text = format(&parse(&document), Style::CONSOLE)?;
        return Some(Fix::new(title, vec![Edit { span: Span::new(0, tree.text().len()), text }]));
    }
    let Some(list) = policy.statement_node else {
        if tree.kind(tree.root()) != NodeKind::Object {
            return None;
        }
        let indent = rewrite::indent_at(tree.text(), tree.span(tree.root()).start as usize);
        let member = format!("\"Statement\": {}", laid_out(tree, &format!("[{json}]"), &inner(tree, indent)));
        return Some(Fix::new(title, vec![last_member(tree, tree.root(), &member)]));
    };
    if tree.kind(list) == NodeKind::Object {
        let span = tree.span(list);
        let indent = rewrite::indent_at(tree.text(), span.start as usize).to_owned();
        let text = laid_out(tree, json, &indent);
        let open = Edit { span: Span { end: span.start, ..span }, text: "[".to_owned() };
        let rest = Edit { span: Span { start: span.end, ..span }, text: format!(", {text}]") };
        return Some(Fix::new(title, vec![open, rest]));
    }
    let entries: Vec<NodeId> = tree.children(list).collect();
    let before = after.and_then(|index| statement(policy, index)).map(|s| s.node).or(entries.last().copied());
    let Some(before) = before else {
        let indent = rewrite::indent_at(tree.text(), tree.span(list).start as usize).to_owned();
        let deeper = inner(tree, &indent);
        let text = laid_out(tree, json, &deeper);
        let many = tree.text().contains('\n');
        let text = if many { format!("[\n{deeper}{text}\n{indent}]") } else { format!("[{text}]") };
        return Some(Fix::new(title, vec![Edit { span: tree.span(list), text }]));
    };
    let span = tree.span(before);
    let gap = gap_before(tree, list, before);
    let indent = rewrite::indent_at(tree.text(), span.start as usize).to_owned();
    let text = format!(",{gap}{}", laid_out(tree, json, &indent));
    Some(Fix::new(title, vec![Edit { span: Span { start: span.end, end: span.end }, text }]))
}

/// The white space before an entry: behind the comma, or behind the bracket.
fn gap_before<'t>(tree: &Tree<'t>, list: NodeId, entry: NodeId) -> &'t str {
    let start = tree.span(entry).start;
    let before = tree.children(list).take_while(|child| *child != entry).last();
    let from = before.map_or(tree.span(list).start + 1, |before| tree.span(before).end);
    let gap = Span { start: from, end: start }.of(tree.text());
    let gap = gap.rsplit(',').next().unwrap_or_default();
    if gap.is_empty() && before.is_none() { " " } else { gap }
}

fn inner(tree: &Tree<'_>, indent: &str) -> String {
    format!("{indent}{}", rewrite::unit(tree.text()))
}

/// A JSON text in the layout of a document, for a place that is indented so far.
fn laid_out(tree: &Tree<'_>, json: &str, indent: &str) -> String {
    let text = tree.text();
    let own = parse(json);
    if !text.contains('\n') {
        return json.to_owned();
    }
    let unit = rewrite::unit(text);
    let width = if unit.starts_with('\t') { 1 } else { u8::try_from(unit.len()).unwrap_or(4) };
    let Some(lines) = format(&own, Style::Indented(width)) else { return json.to_owned() };
    let lines = if unit.starts_with('\t') { tabbed(&lines) } else { lines };
    lines.replace('\n', &format!("\n{indent}"))
}

/// The blanks that lines begin with, as tabs.
fn tabbed(lines: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        format!("{}{rest}", "\t".repeat(line.len() - rest.len()))
    };
    lines.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Writes a statement a second time, behind itself; its name must differ.
pub fn duplicate(policy: &Policy<'_>, index: usize) -> Option<Fix> {
    let own = statement(policy, index)?;
    let tree = &policy.tree;
    let span = tree.span(own.node);
    let mut copy = span.of(tree.text()).to_owned();
    if let Some(sid) = &own.sid {
        let at = Span { start: sid.span.start - span.start, end: sid.span.end - span.start };
        copy.replace_range(at.range(), &quoted(&free_sid(policy, sid.as_str())));
    }
    let list = policy.statement_node?;
    if tree.kind(list) == NodeKind::Object {
        let open = Edit { span: Span { end: span.start, ..span }, text: "[".to_owned() };
        let rest = Edit { span: Span { start: span.end, ..span }, text: format!(", {copy}]") };
        return Some(Fix::new("Duplicate the statement", vec![open, rest]));
    }
    let text = format!(",{}{copy}", gap_before(tree, list, own.node));
    Some(Fix::new("Duplicate the statement", vec![Edit { span: Span { start: span.end, end: span.end }, text }]))
}

fn free_sid(policy: &Policy<'_>, sid: &str) -> String {
    let taken = |name: &str| policy.statements.iter().any(|s| s.sid.as_ref().is_some_and(|sid| sid.value == name));
    let mut names = (2..).map(|number| format!("{sid}{number}"));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Takes a statement out.
pub fn remove(policy: &Policy<'_>, index: usize) -> Option<Fix> {
    let own = statement(policy, index)?;
    let tree = &policy.tree;
    let list = policy.statement_node?;
    let edits = if tree.kind(list) == NodeKind::Object {
        vec![Edit { span: tree.span(list), text: "[]".to_owned() }]
    } else {
        removals(tree, &[own.node])
    };
    Some(Fix::new("Remove the statement", edits))
}

/// Gives a statement an effect.
pub fn set_effect(policy: &Policy<'_>, index: usize, effect: Effect) -> Option<Fix> {
    let own = statement(policy, index)?;
    let word = match effect {
        Effect::Allow => "\"Allow\"",
        Effect::Deny => "\"Deny\"",
    };
    let edit = match &own.effect {
        Some(text) => Edit { span: text.span, text: word.to_owned() },
        None => first_member(&policy.tree, own.node, &format!("\"Effect\": {word}")),
    };
    Some(Fix::new("Set the effect", vec![edit]))
}

/// Adds an entry to a list of a statement, which is made where it is missing.
pub fn add_entry(policy: &Policy<'_>, index: usize, element: Element, value: &str) -> Option<Fix> {
    let own = statement(policy, index)?;
    let tree = &policy.tree;
    let value = quoted(value);
    let edit = match element.of(own) {
        None => last_member(tree, own.node, &format!("\"{}\": {value}", element.name())),
        Some(list) if list.items.iter().any(|item| rewrite::written(tree, item.span) == value) => return None,
        Some(list) if list.is_array => last_member(tree, list.node, &value),
        Some(list) => {
            let mut entries: Vec<String> = list.items.iter().map(|item| rewrite::written(tree, item.span)).collect();
            // An empty string was a place to fill.
            entries.retain(|entry| entry != "\"\"");
            entries.push(value);
            rewrite::replace_list(tree, list, &entries)
        }
    };
    Some(Fix::new(format!("Add to {}", element.name()), vec![edit]))
}

/// Takes entries out of a list of a statement; the list itself stays, if only empty.
pub fn remove_entries(policy: &Policy<'_>, index: usize, element: Element, gone: impl Fn(&str) -> bool) -> Option<Fix> {
    let own = statement(policy, index)?;
    let list = element.of(own)?;
    let nodes: Vec<NodeId> = list.items.iter().filter(|item| gone(item.as_str())).map(|item| item.node).collect();
    if nodes.is_empty() {
        return None;
    }
    let edits = if list.is_array && nodes.len() < list.items.len() {
        removals(&policy.tree, &nodes)
    } else {
        vec![rewrite::replace_list(&policy.tree, list, &[])]
    };
    Some(Fix::new(format!("Remove from {}", element.name()), edits))
}

/// Puts one entry of a list in place of another.
pub fn replace_entry(policy: &Policy<'_>, index: usize, element: Element, at: usize, value: &str) -> Option<Fix> {
    let item = element.of(statement(policy, index)?)?.items.get(at)?;
    let edit = Edit { span: item.span, text: quoted(value) };
    Some(Fix::new(format!("Change {}", element.name()), vec![edit]))
}

/// Gives a condition key of an operator its values; block and element are made where they are missing.
pub fn set_condition(policy: &Policy<'_>, index: usize, operator: &str, key: &str, values: &[String]) -> Option<Fix> {
    let own = statement(policy, index)?;
    let tree = &policy.tree;
    let value = match values {
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")),
    };
    let member = format!("{}: {value}", quoted(key));
    let edit = match &own.condition {
        None => {
            let indent = inner(tree, rewrite::indent_at(tree.text(), tree.span(own.node).start as usize));
            let block = laid_out(tree, &format!("{{{}: {{{member}}}}}", quoted(operator)), &indent);
            last_member(tree, own.node, &format!("\"Condition\": {block}"))
        }
        Some(condition) => match condition.blocks.iter().find(|block| block.name.value == operator) {
            None => {
                let indent = inner(tree, rewrite::indent_at(tree.text(), tree.span(condition.key).start as usize));
                let block = laid_out(tree, &format!("{{{member}}}"), &indent);
                last_member(tree, condition.node, &format!("{}: {block}", quoted(operator)))
            }
            Some(block) => match block.entries.iter().find(|entry| entry.name.value == key) {
                None => last_member(tree, block.node, &member),
                Some(entry) => Edit { span: tree.span(entry.node), text: value },
            },
        },
    };
    Some(Fix::new("Set a condition", vec![edit]))
}

/// Takes a condition out, with the block and the element that would be left empty.
pub fn remove_condition(policy: &Policy<'_>, index: usize, operator: &str, key: &str) -> Option<Fix> {
    let condition = statement(policy, index)?.condition.as_ref()?;
    let block = condition.blocks.iter().find(|block| block.name.value == operator)?;
    let entry: &ConditionEntry<'_> = block.entries.iter().find(|entry| entry.name.value == key)?;
    let node = match (condition.blocks.len(), block.entries.len()) {
        (1, 1) => condition.key,
        (_, 1) => block.name.node,
        _ => entry.name.node,
    };
    Some(Fix::new("Remove a condition", removals(&policy.tree, &[node])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    const ONE: &str = "{\n  \"Statement\": [\n    {\n      \"Sid\": \"A\",\n      \"Effect\": \"Allow\",\n      \"Action\": \"s3:GetObject\",\n      \"Resource\": [\"*\"]\n    }\n  ]\n}";

    #[track_caller]
    fn check(before: &str, change: impl Fn(&Policy<'_>) -> Option<Fix>, expected: &str) {
        let after = change(&read(before)).unwrap().apply(before);
        assert_eq!(after, expected);
        assert!(parse(&after).errors().is_empty(), "{after}");
    }

    /// The change as the lines that are not in the text before.
    #[track_caller]
    fn check_lines(change: impl Fn(&Policy<'_>) -> Option<Fix>, expected: &str) {
        let after = change(&read(ONE)).unwrap().apply(ONE);
        assert!(parse(&after).errors().is_empty(), "{after}");
        let new: Vec<&str> = after.lines().filter(|line| !ONE.lines().any(|old| old == *line)).collect();
        assert_eq!(new.join("\n"), expected);
    }

    #[test]
    fn statements_are_added_in_the_layout_of_the_document() {
        let json = r#"{"Effect":"Deny","Action":["b"]}"#;
        check(
            ONE,
            |policy| add_statement(policy, None, json),
            &ONE.replace(
                "    }\n  ]",
                "    },\n    {\n      \"Effect\": \"Deny\",\n      \"Action\": [\n        \"b\"\n      ]\n    }\n  ]",
            ),
        );
        check(r#"{"Statement":[{"a":1}]}"#, |p| add_statement(p, None, "{}"), r#"{"Statement":[{"a":1}, {}]}"#);
        check(r#"{"Statement":{"a":1}}"#, |p| add_statement(p, None, "{}"), r#"{"Statement":[{"a":1}, {}]}"#);
        check("{\"Statement\":[]}", |p| add_statement(p, None, "{}"), "{\"Statement\":[{}]}");
        check("{}", |p| add_statement(p, None, "{}"), r#"{"Statement": [{}]}"#);
        let whole = add_statement(&read(""), None, json).unwrap().apply("");
        assert!(whole.starts_with("{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {"), "{whole}");
    }

    #[test]
    fn a_statement_is_duplicated_byte_for_byte_under_another_name() {
        let body = "{\n      \"Sid\": \"A\",\n      \"Effect\": \"Allow\",\n      \"Action\": \"s3:GetObject\",\n      \"Resource\": [\"*\"]\n    }";
        let copy = body.replace("\"A\"", "\"A2\"");
        check(ONE, |policy| duplicate(policy, 0), &ONE.replace(body, &format!("{body},\n    {copy}")));
        check(r#"{"Statement":{"Sid":"A"}}"#, |p| duplicate(p, 0), r#"{"Statement":[{"Sid":"A"}, {"Sid":"A2"}]}"#);
    }

    #[test]
    fn statements_go_with_their_comma() {
        check(r#"{"Statement":[{"a":1},{"b":1}]}"#, |p| remove(p, 0), r#"{"Statement":[{"b":1}]}"#);
        check(r#"{"Statement":{"a":1}}"#, |p| remove(p, 0), r#"{"Statement":[]}"#);
    }

    #[test]
    fn entries_come_and_go_and_the_others_stay() {
        let add = |element, value: &'static str| move |p: &Policy<'_>| add_entry(p, 0, element, value);
        check_lines(
            add(Element::Action, "s3:PutObject"),
            "      \"Action\": [\n        \"s3:GetObject\",\n        \"s3:PutObject\"\n      ],",
        );
        check_lines(add(Element::Resource, "arn:aws:s3:::a"), "      \"Resource\": [\"*\", \"arn:aws:s3:::a\"]");
        check(
            r#"{"Statement":{"Action":["a" , "b"]}}"#,
            add(Element::Action, "c"),
            r#"{"Statement":{"Action":["a" , "b", "c"]}}"#,
        );
        check(
            r#"{"Statement":{"Action":["a","b","c"]}}"#,
            |p| remove_entries(p, 0, Element::Action, |entry| entry == "b"),
            r#"{"Statement":{"Action":["a","c"]}}"#,
        );
        check(
            r#"{"Statement":{"Action":"a"}}"#,
            |p| remove_entries(p, 0, Element::Action, |_| true),
            r#"{"Statement":{"Action":[]}}"#,
        );
        assert_eq!(add_entry(&read(ONE), 0, Element::Action, "s3:GetObject"), None);
    }

    #[test]
    fn conditions_join_their_block_and_leave_nothing_empty() {
        let values = vec!["x".to_owned()];
        let set = |operator: &'static str, key: &'static str| {
            let values = values.clone();
            move |p: &Policy<'_>| set_condition(p, 0, operator, key, &values)
        };
        check_lines(
            set("StringEquals", "aws:x"),
            "      \"Resource\": [\"*\"],\n      \"Condition\": {\n        \"StringEquals\": {\n          \"aws:x\": \"x\"\n        }\n      }",
        );
        let text = r#"{"Statement":{"Condition":{"Bool":{"a":"true"}}}}"#;
        check(text, set("Bool", "b"), r#"{"Statement":{"Condition":{"Bool":{"a":"true", "b": "x"}}}}"#);
        check(text, set("Bool", "a"), r#"{"Statement":{"Condition":{"Bool":{"a":"x"}}}}"#);
        check(text, set("Null", "b"), r#"{"Statement":{"Condition":{"Bool":{"a":"true"}, "Null": {"b": "x"}}}}"#);
        check(text, |p| remove_condition(p, 0, "Bool", "a"), r#"{"Statement":{}}"#);
        let two = r#"{"Statement":{"Condition":{"Bool":{"a":"true"},"Null":{"b":"true","c":"true"}}}}"#;
        check(two, |p| remove_condition(p, 0, "Null", "b"), &two.replace(r#""b":"true","#, ""));
        check(two, |p| remove_condition(p, 0, "Bool", "a"), &two.replace(r#""Bool":{"a":"true"},"#, ""));
    }

    #[test]
    fn an_effect_changes_in_place() {
        check_lines(|p| set_effect(p, 0, Effect::Deny), "      \"Effect\": \"Deny\",");
        check(
            r#"{"Statement":{"Action":"a"}}"#,
            |p| set_effect(p, 0, Effect::Allow),
            r#"{"Statement":{"Effect": "Allow", "Action":"a"}}"#,
        );
    }
}
