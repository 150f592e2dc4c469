//! Reads a tree as a policy; what does not fit is noted, never refused.

use super::ast::{
    Condition, ConditionBlock, ConditionEntry, ConditionValue, List, Policy, Principal, PrincipalGroup, PrincipalKind,
    Problem, Statement, Text, ValueKind,
};
use super::operator::Operator;
use super::syntax::{NodeId, NodeKind, Tree};

/// Lowers a tree; it stays inside the policy.
pub fn lower(tree: Tree<'_>) -> Policy<'_> {
    let mut lowering = Lowering { tree: &tree, problems: Vec::new() };
    let root = tree.root();
    let (mut version, mut id, mut statement_node) = (None, None, None);
    if lowering.is_object(root) {
        for (key, value) in lowering.unique_members(root) {
            match &*tree.string(key) {
                "Version" => version = lowering.text(value),
                "Id" => id = lowering.text(value),
                "Statement" => statement_node = Some(value),
                _ => lowering.problems.push(Problem::UnknownElement(key)),
            }
        }
    }
    let statements = statement_node.map(|node| lowering.statements(node)).unwrap_or_default();
    let problems = lowering.problems;
    Policy { tree, version, id, statement_node, statements, problems }
}

struct Lowering<'a, 't> {
    tree: &'a Tree<'t>,
    problems: Vec<Problem>,
}

impl<'a, 't> Lowering<'a, 't> {
    /// Notes a value of the wrong type; a value that is missing or no JSON at all has its own error already.
    fn wrong(&mut self, node: NodeId, expected: &'static str) {
        if !matches!(self.tree.kind(node), NodeKind::Missing | NodeKind::Error) {
            self.problems.push(Problem::WrongType { node, expected });
        }
    }

    fn is_object(&mut self, node: NodeId) -> bool {
        let is = self.tree.kind(node) == NodeKind::Object;
        if !is {
            self.wrong(node, "Object");
        }
        is
    }

    /// The members of an object; a repeated key is noted and its earlier member left out.
    fn unique_members(&mut self, object: NodeId) -> Vec<(NodeId, NodeId)> {
        let tree: &'a Tree<'t> = self.tree;
        let mut members: Vec<(NodeId, NodeId)> = tree.members(object).collect();
        // Objects of policies have few members; a large one is searched through a sorted list instead.
        if members.len() > 24 {
            return self.unique_of_many(members);
        }
        let mut at = 0;
        while let Some(&(key, _)) = members.get(at) {
            let name = tree.string(key);
            let earlier = members.iter().take(at).position(|(other, _)| tree.string(*other) == name);
            if let Some(earlier) = earlier {
                let (first, _) = members.remove(earlier);
                self.problems.push(Problem::DuplicateKey { first, again: key });
            } else {
                at += 1;
            }
        }
        members
    }

    fn unique_of_many(&mut self, mut members: Vec<(NodeId, NodeId)>) -> Vec<(NodeId, NodeId)> {
        let tree = self.tree;
        members.sort_by(|(a, _), (b, _)| tree.string(*a).cmp(&tree.string(*b)).then(a.cmp(b)));
        let mut unique: Vec<(NodeId, NodeId)> = Vec::with_capacity(members.len());
        for (key, value) in members {
            match unique.last_mut() {
                Some(last) if tree.string(last.0) == tree.string(key) => {
                    self.problems.push(Problem::DuplicateKey { first: last.0, again: key });
                    *last = (key, value);
                }
                _ => unique.push((key, value)),
            }
        }
        unique.sort();
        unique
    }

    fn text_of(&self, node: NodeId) -> Text<'t> {
        Text { value: self.tree.string(node), node, span: self.tree.span(node) }
    }

    fn text(&mut self, node: NodeId) -> Option<Text<'t>> {
        let is = self.tree.kind(node).is_string();
        if !is {
            self.wrong(node, "String");
        }
        is.then(|| self.text_of(node))
    }

    fn statements(&mut self, node: NodeId) -> Vec<Statement<'t>> {
        let nodes: Vec<NodeId> = match self.tree.kind(node) {
            NodeKind::Array => self.tree.children(node).collect(),
            NodeKind::Object => vec![node],
            _ => {
                self.wrong(node, "Array");
                Vec::new()
            }
        };
        let mut statements = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.into_iter().enumerate() {
            if self.is_object(node) {
                statements.push(self.statement(node, index));
            }
        }
        statements
    }

    fn statement(&mut self, node: NodeId, index: usize) -> Statement<'t> {
        let mut statement = Statement {
            node,
            index,
            sid: None,
            effect: None,
            action: None,
            not_action: None,
            resource: None,
            not_resource: None,
            principal: None,
            not_principal: None,
            condition: None,
        };
        for (key, value) in self.unique_members(node) {
            match &*self.tree.string(key) {
                "Sid" => statement.sid = self.text(value),
                "Effect" => statement.effect = self.text(value),
                "Action" => statement.action = self.list(key, value),
                "NotAction" => statement.not_action = self.list(key, value),
                "Resource" => statement.resource = self.list(key, value),
                "NotResource" => statement.not_resource = self.list(key, value),
                "Principal" => statement.principal = self.principal(key, value),
                "NotPrincipal" => statement.not_principal = self.principal(key, value),
                "Condition" => statement.condition = self.condition(key, value),
                _ => self.problems.push(Problem::UnknownElement(key)),
            }
        }
        statement
    }

    fn list(&mut self, key: NodeId, node: NodeId) -> Option<List<'t>> {
        match self.tree.kind(node) {
            NodeKind::Array => {
                let tree = self.tree;
                let items = tree.children(node).filter_map(|item| self.text(item)).collect();
                Some(List { key, node, is_array: true, items })
            }
            kind if kind.is_string() => Some(List { key, node, is_array: false, items: vec![self.text_of(node)] }),
            _ => {
                self.wrong(node, "String");
                None
            }
        }
    }

    fn principal(&mut self, key: NodeId, node: NodeId) -> Option<Principal<'t>> {
        let kind = self.tree.kind(node);
        if kind.is_string() {
            return Some(Principal { key, node, plain: Some(self.text_of(node)), groups: Vec::new() });
        }
        if !self.is_object(node) {
            return None;
        }
        let mut groups = Vec::new();
        for (name, value) in self.unique_members(node) {
            if let Some(list) = self.list(name, value) {
                let name = self.text_of(name);
                groups.push(PrincipalGroup { kind: PrincipalKind::parse(name.as_str()), name, list });
            }
        }
        Some(Principal { key, node, plain: None, groups })
    }

    fn condition(&mut self, key: NodeId, node: NodeId) -> Option<Condition<'t>> {
        if !self.is_object(node) {
            return None;
        }
        let mut blocks = Vec::new();
        for (name, value) in self.unique_members(node) {
            let name = self.text_of(name);
            let operator = Operator::parse(name.as_str());
            let mut entries = Vec::new();
            if self.is_object(value) {
                for (key, values) in self.unique_members(value) {
                    entries.push(self.entry(key, values));
                }
            }
            blocks.push(ConditionBlock { name, operator, node: value, entries });
        }
        Some(Condition { key, node, blocks })
    }

    fn entry(&mut self, key: NodeId, node: NodeId) -> ConditionEntry<'t> {
        let name = self.text_of(key);
        let is_array = self.tree.kind(node) == NodeKind::Array;
        let values = if is_array {
            let tree = self.tree;
            tree.children(node).filter_map(|value| self.value(value)).collect()
        } else {
            self.value(node).into_iter().collect()
        };
        ConditionEntry { name, node, is_array, values }
    }

    fn value(&mut self, node: NodeId) -> Option<ConditionValue<'t>> {
        let kind = match self.tree.kind(node) {
            NodeKind::Number => ValueKind::Number,
            NodeKind::Bool(_) => ValueKind::Bool,
            kind if kind.is_string() => ValueKind::String,
            _ => {
                self.wrong(node, "String");
                return None;
            }
        };
        Some(ConditionValue { text: self.text_of(node), kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[test]
    fn every_element_finds_its_place() {
        let policy = read(
            r#"{"Version": "2012-10-17", "Id": "x", "Statement": {"Sid": "A", "Effect": "Allow",
            "Principal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"},
            "Action": "s3:Get*", "NotResource": ["a", "b"],
            "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}, "Bool": {"k": true}}}}"#,
        );
        assert_eq!(policy.problems, []);
        let [statement] = &policy.statements[..] else { panic!("one statement") };
        assert!(statement.allows() && !statement.denies());
        assert!(statement.principal.as_ref().unwrap().is_everyone());
        assert!(!statement.action.as_ref().unwrap().is_array);
        assert!(statement.not_resource.as_ref().unwrap().has("b"));
        let keys: Vec<_> = statement.conditions().map(|(_, entry)| entry.name.as_str()).collect();
        assert_eq!(keys, ["aws:TagKeys", "k"]);
        let (block, entry) = statement.conditions().next().unwrap();
        assert!(block.operator.unwrap().if_exists && entry.is_array);
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let policy = read(text);
        let span = |node| policy.tree.span(node).of(text);
        let problems: Vec<_> = policy
            .problems
            .iter()
            .map(|problem| match problem {
                Problem::UnknownElement(key) => ("unknown", span(*key)),
                Problem::WrongType { node, expected } => (*expected, span(*node)),
                Problem::DuplicateKey { again, .. } => ("duplicate", span(*again)),
            })
            .collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn what_does_not_fit_is_noted() {
        check("[1]", &[("Object", "[1]")]);
        check(r#"{"Statements": []}"#, &[("unknown", "\"Statements\"")]);
        check(
            r#"{"Statement": [3, {"Action": {"a": 1}, "Sid": 1}]}"#,
            &[("Object", "3"), ("String", r#"{"a": 1}"#), ("String", "1")],
        );
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let text = r#"{"Version": "a", "Version": "b"}"#;
        check(text, &[("duplicate", "\"Version\"")]);
        assert_eq!(read(text).version.unwrap().value, "b");
        let keys: Vec<_> = (0..40).map(|n| format!("\"k{}\": 1", n % 39)).collect();
        let many = format!("{{{}}}", keys.join(","));
        assert_eq!(read(&many).problems.iter().filter(|p| matches!(p, Problem::DuplicateKey { .. })).count(), 1);
    }

    #[test]
    fn half_typed_values_are_no_type_errors() {
        check(r#"{"Statement": [{"Action": , "Effect": Allow}]}"#, &[]);
    }
}
