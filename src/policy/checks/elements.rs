//! Elements of the document and of statements: which elements there are, which are missing, and what JSON type each takes.

use super::{Context, Example, Family, Rule};
use crate::base::nearest::nearest;
use crate::policy::PolicyKind;
use crate::policy::ast::{Problem, STATEMENT_ELEMENTS, Statement};
use crate::policy::diagnostic::{FindingType, Fix, Reach};
use crate::policy::edit;
use crate::policy::syntax::{NodeId, NodeKind};

/// Elements of the document and of statements.
pub const FAMILY: Family = Family {
    name: "Elements of the document and of statements",
    rules: &[
        &DATA_TYPE_MISMATCH,
        &INVALID_POLICY_ELEMENT,
        &INVALID_EFFECT,
        &MISSING_STATEMENT,
        &MISSING_EFFECT,
        &MISSING_ACTION,
        &MISSING_RESOURCE,
        &MISSING_PRINCIPAL,
        &UNSUPPORTED_ELEMENT_COMBINATION,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for problem in &policy.problems {
        match problem {
            Problem::UnknownElement(key) => unknown_element(context, *key),
            Problem::WrongType { node, expected } => context.report(&DATA_TYPE_MISMATCH, &[*node], &[expected]),
            Problem::DuplicateKey { .. } => {}
        }
    }
    let root = policy.tree.root();
    if policy.tree.kind(root) == NodeKind::Object {
        let empty = policy.statement_node.is_none_or(|node| {
            policy.tree.kind(node) == NodeKind::Array && policy.tree.children(node).next().is_none()
        });
        if empty {
            context.report(&MISSING_STATEMENT, &[root], &[]);
        }
    }
    for statement in &policy.statements {
        missing_elements(context, statement);
        combinations(context, statement);
        if let (None, Some(effect)) = (statement.effect(), &statement.effect) {
            context.report(&INVALID_EFFECT, &[effect.node], &[effect.as_str()]);
            if let Some(meant) = nearest(effect.as_str(), ["Allow", "Deny"].into_iter()) {
                context.fix_string(effect.node, meant);
                context.fix_within(Reach::Anywhere);
            }
        }
    }
}

fn unknown_element(context: &mut Context<'_, '_>, key: NodeId) {
    let name = context.policy.tree.string(key).into_owned();
    context.report(&INVALID_POLICY_ELEMENT, &[key], &[&name]);
    let known = ["Version", "Id", "Statement"].into_iter().chain(STATEMENT_ELEMENTS);
    if let Some(meant) = nearest(&name, known).filter(|meant| !has_beside(context, key, meant)) {
        context.fix_string(key, meant);
        context.fix_within(Reach::Anywhere);
    }
}

/// Whether the document or statement that has an element has another one of this name: a second one would only hide it.
fn has_beside(context: &Context<'_, '_>, key: NodeId, name: &str) -> bool {
    let tree = &context.policy.tree;
    let objects = context.policy.statements.iter().map(|statement| statement.node).chain([tree.root()]);
    let mut around = objects.filter(|object| tree.members(*object).any(|(other, _)| other == key));
    around.any(|object| tree.get(object, name).is_some())
}

fn missing_elements(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let tree = &context.policy.tree;
    let lacks = |names: [&str; 2]| names.iter().all(|name| tree.get(statement.node, name).is_none());
    if lacks(["Effect", "Effect"]) {
        context.report(&MISSING_EFFECT, &[statement.node], &[]);
        // No cure: only the person can say which of the two was meant.
    }
    if lacks(["Action", "NotAction"]) {
        context.report(&MISSING_ACTION, &[statement.node], &[]);
    }
    if context.kind != PolicyKind::Trust && lacks(["Resource", "NotResource"]) {
        context.report(&MISSING_RESOURCE, &[statement.node], &[]);
        let edit = edit::last_member(tree, statement.node, "\"Resource\": \"*\"");
        context.fix(Fix::new("Add `\"Resource\": \"*\"`", vec![edit]).within(Reach::Here));
    }
    if context.kind.needs_principal() && lacks(["Principal", "NotPrincipal"]) {
        context.report(&MISSING_PRINCIPAL, &[statement.node], &[]);
    }
}

fn combinations(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let actions = statement.action.as_ref().zip(statement.not_action.as_ref()).map(|(a, b)| (a.key, b.key));
    let resources = statement.resource.as_ref().zip(statement.not_resource.as_ref()).map(|(a, b)| (a.key, b.key));
    let principals = statement.principal.as_ref().zip(statement.not_principal.as_ref()).map(|(a, b)| (a.key, b.key));
    for (name, keys) in [("Action", actions), ("Resource", resources), ("Principal", principals)] {
        if let Some((one, other)) = keys {
            let negation = format!("Not{name}");
            context.report(&UNSUPPORTED_ELEMENT_COMBINATION, &[one, other], &[name, &negation]);
            context.fix_remove(&format!("Remove `{negation}`"), &[other]);
        }
    }
}

const DATA_TYPE_MISMATCH: Rule = Rule {
    code: "DATA_TYPE_MISMATCH",
    kind: FindingType::Error,
    title: "Data type mismatch",
    message: "The text does not match the expected JSON data type {{data_type}}.",
    about: "An element has another JSON type than it takes: a number for a string, a string for an object.",
    cure: "Write the value in the type that is named.",
    bad: Example::identity(r#"{"Sid": 7, "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_POLICY_ELEMENT: Rule = Rule {
    code: "INVALID_POLICY_ELEMENT",
    kind: FindingType::Error,
    title: "Invalid policy element",
    message: "The policy element {{element}} is not valid.",
    about: "Policies have no element of this name; names are case-sensitive.",
    cure: "Correct the spelling or remove the element.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Actions": "s3:GetObject", "Action": "s3:GetObject", "Resource": "*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_EFFECT: Rule = Rule {
    code: "INVALID_EFFECT",
    kind: FindingType::Error,
    title: "Invalid effect",
    message: "The effect {{effect}} is not valid. Use Allow or Deny.",
    about: "An effect is exactly `Allow` or `Deny`.",
    cure: "Write one of the two, with a capital first letter.",
    bad: Example::identity(
        r#"{"Effect": "allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const MISSING_STATEMENT: Rule = Rule {
    code: "MISSING_STATEMENT",
    kind: FindingType::Error,
    title: "Missing statement",
    message: "Add a statement to the policy",
    about: "A policy without statements says nothing and cannot be stored.",
    cure: "Add a `Statement` with at least one statement.",
    bad: Example::document(r#"{"Version": "2012-10-17"}"#),
    good: Example::document(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
};

const MISSING_EFFECT: Rule = Rule {
    code: "MISSING_EFFECT",
    kind: FindingType::Error,
    title: "Missing effect",
    message: "Add an Effect element to the policy statement with a value of Allow or Deny.",
    about: "A statement must say whether it allows or denies; there is no default.",
    cure: r#"Add `"Effect": "Allow"` or `"Effect": "Deny"`."#,
    bad: Example::identity(r#"{"Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const MISSING_ACTION: Rule = Rule {
    code: "MISSING_ACTION",
    kind: FindingType::Error,
    title: "Missing action",
    message: "Add an Action or NotAction element to the policy statement.",
    about: "A statement without actions concerns nothing.",
    cure: "Add an `Action` or `NotAction` element.",
    bad: Example::identity(r#"{"Effect": "Allow", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const MISSING_RESOURCE: Rule = Rule {
    code: "MISSING_RESOURCE",
    kind: FindingType::Error,
    title: "Missing resource",
    message: "Add a Resource or NotResource element to the policy statement.",
    about: "Every policy but a role trust policy must say which resources it is about.",
    cure: "Add a `Resource` or `NotResource` element.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject"}"#),
    good: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
};

const MISSING_PRINCIPAL: Rule = Rule {
    code: "MISSING_PRINCIPAL",
    kind: FindingType::Error,
    title: "Missing principal",
    message: "Add a Principal element to the policy statement.",
    about: "A resource-based policy must have a principal.",
    cure: "Add a `Principal` element.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const UNSUPPORTED_ELEMENT_COMBINATION: Rule = Rule {
    code: "UNSUPPORTED_ELEMENT_COMBINATION",
    kind: FindingType::Error,
    title: "Unsupported element combination",
    message: "The policy elements {{element1}} and {{element2}} can not be used in the same statement. Remove one of these elements.",
    about: "An element and its negation exclude each other in one statement.",
    cure: "Keep one of the two, or write two statements.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotAction": "s3:PutObject", "Resource": "*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
