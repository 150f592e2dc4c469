//! Policy variables: how `${…}` is written and where it works.

use super::{Context, Example, Family, Rule};
use crate::policy::ast::{Statement, Text};
use crate::policy::diagnostic::FindingType;

/// Policy variables.
pub const FAMILY: Family = Family {
    name: "Policy variables",
    rules: &[
        &MISSING_BRACE_IN_VARIABLE,
        &MISSING_QUOTE_IN_VARIABLE,
        &UNSUPPORTED_SPACE_IN_VARIABLE,
        &EMPTY_VARIABLE,
        &VARIABLE_UNSUPPORTED_IN_ELEMENT,
        &VARIABLE_UNSUPPORTED_IN_VERSION,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    // Most policies have no variable at all.
    if !policy.tree.text().contains("${") {
        return;
    }
    let plain = [&policy.version, &policy.id];
    plain.into_iter().flatten().for_each(|text| unsupported(context, text));
    for statement in &policy.statements {
        let resources = statement.resources_of_both();
        let values = statement.conditions().flat_map(|(_, entry)| &entry.values).map(|value| &value.text);
        for text in resources.chain(values) {
            supported(context, text);
        }
        elsewhere(statement).for_each(|text| unsupported(context, text));
    }
}

/// The strings of a statement where variables are plain text.
fn elsewhere<'s, 't>(statement: &'s Statement<'t>) -> impl Iterator<Item = &'s Text<'t>> {
    let principals = statement.principal.iter().chain(&statement.not_principal);
    let named = principals.flat_map(|p| p.plain.iter().chain(p.groups.iter().flat_map(|group| &group.list.items)));
    let keys = statement.conditions().map(|(_, entry)| &entry.name);
    let single = statement.sid.iter().chain(&statement.effect);
    single.chain(statement.actions_of_both()).chain(named).chain(keys)
}

/// The variables of a text: the inside of the braces, or what follows the opening one when none closes it.
fn variables(text: &str) -> impl Iterator<Item = Result<&str, &str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once("${")?;
        let closed = after.split_once('}');
        rest = closed.map_or("", |(_, behind)| behind);
        Some(closed.map(|(inside, _)| inside).ok_or(after))
    })
}

fn supported(context: &mut Context<'_, '_>, text: &Text<'_>) {
    let node = [text.node];
    let mut used = false;
    for variable in variables(text.as_str()) {
        let Ok(inside) = variable else {
            context.report(&MISSING_BRACE_IN_VARIABLE, &node, &[]);
            continue;
        };
        // `${*}`, `${?}` and `${$}` are how the three characters are written.
        if matches!(inside, "*" | "?" | "$") {
            continue;
        }
        used = true;
        let (name, default) =
            inside.split_once(',').map_or((inside, None), |(name, default)| (name, Some(default.trim())));
        if inside.trim().is_empty() {
            context.report(&EMPTY_VARIABLE, &node, &[]);
        } else if default.is_some_and(|d| d.len() < 2 || !d.starts_with('\'') || !d.ends_with('\'')) {
            context.report(&MISSING_QUOTE_IN_VARIABLE, &node, &[]);
        } else if name.contains(' ') {
            context.report(&UNSUPPORTED_SPACE_IN_VARIABLE, &node, &[]);
        }
    }
    if used && context.policy.version.as_ref().is_none_or(|version| version.value == "2008-10-17") {
        context.report(&VARIABLE_UNSUPPORTED_IN_VERSION, &node, &[]);
        if let Some(version) = &context.policy.version {
            context.fix_string(version.node, "2012-10-17");
        }
    }
}

fn unsupported(context: &mut Context<'_, '_>, text: &Text<'_>) {
    for inside in variables(text.as_str()).flatten() {
        context.report(&VARIABLE_UNSUPPORTED_IN_ELEMENT, &[text.node], &[&format!("${{{inside}}}")]);
    }
}

const MISSING_BRACE_IN_VARIABLE: Rule = Rule {
    code: "MISSING_BRACE_IN_VARIABLE",
    kind: FindingType::Error,
    title: "Missing brace in variable",
    message: "The policy variable is missing a closing curly brace. Add } after the variable text.",
    about: "A variable ends with a closing brace.",
    cure: "Add the `}`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username}"}"#,
    ),
};

const MISSING_QUOTE_IN_VARIABLE: Rule = Rule {
    code: "MISSING_QUOTE_IN_VARIABLE",
    kind: FindingType::Error,
    title: "Missing quote in variable",
    message: "The policy variable default value must begin and end with a single quote. Add the missing quote.",
    about: "The default value of a variable is written in single quotes.",
    cure: "Add the missing quote.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:PrincipalTag/team, 'none}"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:PrincipalTag/team, 'none'}"}"#,
    ),
};

const UNSUPPORTED_SPACE_IN_VARIABLE: Rule = Rule {
    code: "UNSUPPORTED_SPACE_IN_VARIABLE",
    kind: FindingType::Error,
    title: "Unsupported space in variable",
    message: "A space is not supported within the policy variable text. Remove the space.",
    about: "The name of a variable has no blanks.",
    cure: "Remove the blank.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws: username}"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username}"}"#,
    ),
};

const EMPTY_VARIABLE: Rule = Rule {
    code: "EMPTY_VARIABLE",
    kind: FindingType::Error,
    title: "Empty variable",
    message: "Empty policy variable. Remove the ${ } variable structure or provide a variable within the structure.",
    about: "A variable needs a name.",
    cure: "Write a condition key between the braces, or remove the variable.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${}"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username}"}"#,
    ),
};

const VARIABLE_UNSUPPORTED_IN_ELEMENT: Rule = Rule {
    code: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
    kind: FindingType::Error,
    title: "Variable unsupported in element",
    message: "Policy variables are supported in the Resource and Condition elements. Remove the policy variable {{variable}} from this element.",
    about: "Variables are replaced only in resources and in values of conditions.",
    cure: "Write the value.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:${aws:username}", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const VARIABLE_UNSUPPORTED_IN_VERSION: Rule = Rule {
    code: "VARIABLE_UNSUPPORTED_IN_VERSION",
    kind: FindingType::Error,
    title: "Variable unsupported in version",
    message: "To include variables in your policy, use the policy version 2012-10-17 or later.",
    about: "Without version 2012-10-17 variables are plain text.",
    cure: r#"Write `"Version": "2012-10-17"`."#,
    bad: Example::document(
        r#"{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username}"}]}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/${aws:username}"}"#,
    ),
};
