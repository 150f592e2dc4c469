//! Changes of whom a statement is about.

use super::super::ast::{Policy, Principal, PrincipalKind, Statement, Text};
use super::super::diagnostic::{Edit, Fix};
use super::super::edit::{first_member, last_member, removals};
use super::super::rewrite;
use super::super::syntax::Span;
use super::{inner, laid_out, quoted, statement};

/// Where a principal stands in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrincipalPlace {
    /// In `NotPrincipal` instead of `Principal`.
    pub negated: bool,
    /// The number of its group, and its own within; none: it is the whole value, as in `"Principal": "*"`.
    pub entry: Option<(usize, usize)>,
}

impl PrincipalPlace {
    fn element<'s, 't>(self, statement: &'s Statement<'t>) -> Option<&'s Principal<'t>> {
        if self.negated { statement.not_principal.as_ref() } else { statement.principal.as_ref() }
    }

    /// The principal as it is written.
    pub fn of<'s, 't>(self, statement: &'s Statement<'t>) -> Option<&'s Text<'t>> {
        let principal = self.element(statement)?;
        match self.entry {
            None => principal.plain.as_ref(),
            Some((group, item)) => principal.groups.get(group)?.list.items.get(item),
        }
    }
}

impl PrincipalKind {
    /// The key as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

/// Adds a principal to a statement; the first one takes the place of everyone, as `*` says it all.
pub fn add_principal(policy: &Policy<'_>, index: usize, kind: PrincipalKind, value: &str) -> Option<Fix> {
    let own = statement(policy, index)?;
    let tree = &policy.tree;
    let everyone = kind == PrincipalKind::Aws && value == "*";
    let object = format!("{{{}: {}}}", quoted(kind.name()), quoted(value));
    let value = quoted(value);
    let edit = match &own.principal {
        None if everyone => beside_effect(policy, own, "\"Principal\": \"*\""),
        None => {
            let indent = inner(tree, rewrite::indent_at(tree.text(), tree.span(own.node).start as usize));
            beside_effect(policy, own, &format!("\"Principal\": {}", laid_out(tree, &object, &indent)))
        }
        Some(Principal { plain: Some(plain), .. }) if everyone && plain.value == "*" => return None,
        Some(principal) if principal.plain.is_some() || principal.groups.is_empty() => {
            let indent = rewrite::indent_at(tree.text(), tree.span(principal.key).start as usize).to_owned();
            let text = if everyone { value } else { laid_out(tree, &object, &indent) };
            Edit { span: tree.span(principal.node), text }
        }
        Some(principal) => match principal.groups.iter().find(|group| group.kind == Some(kind)) {
            None => last_member(tree, principal.node, &format!("{}: {value}", quoted(kind.name()))),
            Some(group) if group.list.items.iter().any(|item| rewrite::written(tree, item.span) == value) => {
                return None;
            }
            Some(group) if group.list.is_array => last_member(tree, group.list.node, &value),
            Some(group) => {
                let mut entries: Vec<String> =
                    group.list.items.iter().map(|item| rewrite::written(tree, item.span)).collect();
                // An empty string was a place to fill.
                entries.retain(|entry| entry != "\"\"");
                entries.push(value);
                rewrite::replace_list(tree, &group.list, &entries)
            }
        },
    };
    Some(Fix::new("Add a principal", vec![edit]))
}

/// A member behind the effect, where the console writes principals, on a line of its own where the effect has one.
fn beside_effect(policy: &Policy<'_>, own: &Statement<'_>, member: &str) -> Edit {
    let tree = &policy.tree;
    let Some(effect) = &own.effect else { return first_member(tree, own.node, member) };
    let gap = match tree.text().contains('\n') {
        true => format!("\n{}", rewrite::indent_at(tree.text(), effect.span.start as usize)),
        false if tree.text().contains(", ") || tree.text().contains(": ") => " ".to_owned(),
        false => String::new(),
    };
    let end = effect.span.end;
    Edit { span: Span { start: end, end }, text: format!(",{gap}{member}") }
}

/// Puts another principal in place of one.
pub fn replace_principal(policy: &Policy<'_>, index: usize, place: PrincipalPlace, value: &str) -> Option<Fix> {
    let item = place.of(statement(policy, index)?)?;
    let text = match place.entry {
        // Only everyone can stand for the whole value; anyone else has a kind.
        None if value != "*" => format!("{{\"AWS\": {}}}", quoted(value)),
        _ => quoted(value),
    };
    Some(Fix::new("Change a principal", vec![Edit { span: item.span, text }]))
}

/// Takes a principal out, with the group and the element that would be left empty.
pub fn remove_principal(policy: &Policy<'_>, index: usize, place: PrincipalPlace) -> Option<Fix> {
    let principal = place.element(statement(policy, index)?)?;
    let node = match place.entry {
        None => principal.key,
        Some((group, item)) => {
            let own = principal.groups.get(group)?;
            match (principal.groups.len(), own.list.items.len()) {
                (1, 1) => principal.key,
                (_, 1) => own.name.node,
                _ => own.list.items.get(item)?.node,
            }
        }
    };
    Some(Fix::new("Remove a principal", removals(&policy.tree, &[node])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parser::parse;
    use crate::policy::read;

    #[track_caller]
    fn check(before: &str, change: impl Fn(&Policy<'_>) -> Option<Fix>, expected: &str) {
        let after = change(&read(before)).unwrap().apply(before);
        assert_eq!(after, expected);
        assert!(parse(&after).errors().is_empty(), "{after}");
    }

    fn add(kind: PrincipalKind, value: &'static str) -> impl Fn(&Policy<'_>) -> Option<Fix> {
        move |policy| add_principal(policy, 0, kind, value)
    }

    const ROOT: &str = "arn:aws:iam::111122223333:root";

    fn of(principal: &str) -> String {
        format!(r#"{{"Statement": [{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}]}}"#)
    }

    #[test]
    fn the_first_principal_stands_behind_the_effect() {
        let none = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}"#;
        check(none, add(PrincipalKind::Service, "ec2.amazonaws.com"), &of(r#"{"Service": "ec2.amazonaws.com"}"#));
        check(none, add(PrincipalKind::Aws, "*"), &of("\"*\""));
        check(
            "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"a\"\n    }\n  ]\n}",
            add(PrincipalKind::Aws, ROOT),
            "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Principal\": {\n        \"AWS\": \
             \"arn:aws:iam::111122223333:root\"\n      },\n      \"Action\": \"a\"\n    }\n  ]\n}",
        );
    }

    #[test]
    fn more_principals_join_their_kind_and_the_others_stay() {
        let ec2 = of(r#"{"Service": "ec2.amazonaws.com"}"#);
        check(&ec2, add(PrincipalKind::Service, "x"), &of(r#"{"Service": ["ec2.amazonaws.com", "x"]}"#));
        check(&ec2, add(PrincipalKind::Aws, "1"), &of(r#"{"Service": "ec2.amazonaws.com", "AWS": "1"}"#));
        check(&of(r#"{"AWS": ["1" , "2"]}"#), add(PrincipalKind::Aws, "3"), &of(r#"{"AWS": ["1" , "2", "3"]}"#));
        check(&of("\"*\""), add(PrincipalKind::Aws, "1"), &of(r#"{"AWS": "1"}"#));
        assert_eq!(add_principal(&read(&ec2), 0, PrincipalKind::Service, "ec2.amazonaws.com"), None);
        assert_eq!(add_principal(&read(&of("\"*\"")), 0, PrincipalKind::Aws, "*"), None);
    }

    #[test]
    fn a_principal_is_changed_in_its_place_and_goes_with_what_would_be_empty() {
        let place = |entry| PrincipalPlace { negated: false, entry };
        let two = of(r#"{"AWS": ["1","2"], "Service": "s"}"#);
        let replace = |entry, value: &'static str| move |p: &Policy<'_>| replace_principal(p, 0, place(entry), value);
        let remove = |entry| move |p: &Policy<'_>| remove_principal(p, 0, place(entry));
        check(&two, replace(Some((0, 1)), "3"), &of(r#"{"AWS": ["1","3"], "Service": "s"}"#));
        check(&of("\"*\""), replace(None, "1"), &of(r#"{"AWS": "1"}"#));
        check(&two, remove(Some((0, 0))), &of(r#"{"AWS": ["2"], "Service": "s"}"#));
        check(&two, remove(Some((1, 0))), &of(r#"{"AWS": ["1","2"]}"#));
        let gone = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}"#;
        check(&of(r#"{"AWS": "1"}"#), remove(Some((0, 0))), gone);
        check(&of("\"*\""), remove(None), gone);
        let not = of(r#"{"AWS": "1"}"#).replace("Principal", "NotPrincipal");
        check(&not, |p| remove_principal(p, 0, PrincipalPlace { negated: true, entry: Some((0, 0)) }), gone);
    }
}
