//! What a word of a policy means: elements, actions, wildcards, condition keys, operators.

use std::collections::BTreeMap;

use super::complete::{about_element, about_key, about_operator};
use super::expand;
use super::highlight::Role;
use super::operator::{Operator, Qualifier};
use crate::base::wildcard::is_pattern;
use crate::catalog::{AccessLevel, Action, Catalog};

/// What there is to say of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doc {
    /// The word in its full form, with what it is.
    pub title: String,
    /// Sentences and lists, each a paragraph.
    pub paragraphs: Vec<String>,
}

/// What a word means where it has a role; nothing where there is nothing to say.
pub fn describe(role: Role, word: &str, catalog: &Catalog) -> Option<Doc> {
    match role {
        Role::Element => {
            let about = about_element(word)?;
            Some(Doc { title: format!("{word}: element"), paragraphs: vec![about.to_owned()] })
        }
        Role::Allow | Role::Deny => {
            let about = if role == Role::Allow {
                "Grants what the statement names, unless another statement denies it."
            } else {
                "Refuses what the statement names, whatever else allows it."
            };
            Some(Doc { title: format!("{word}: effect"), paragraphs: vec![about.to_owned()] })
        }
        Role::Action => Some(actions(word, catalog)),
        Role::ConditionKey => {
            let (value, about) = about_key(word, catalog)?;
            Some(Doc { title: format!("{word}: condition key, {value}"), paragraphs: vec![about] })
        }
        Role::Operator => operator(word),
        Role::Resource => resource(word, catalog),
        Role::PrincipalKind | Role::Principal => principal(word),
        _ => None,
    }
}

fn actions(word: &str, catalog: &Catalog) -> Doc {
    if is_pattern(word) {
        return wildcard(word, catalog);
    }
    let Some(action) = catalog.action(word) else {
        let mut paragraphs = vec!["The catalogue does not know this action.".to_owned()];
        paragraphs.extend(catalog.suggest_action(word).map(|near| format!("Did you mean {near}?")));
        return Doc { title: format!("{word}: unknown action"), paragraphs };
    };
    let mut paragraphs = vec![action.description().to_owned()];
    let types: Vec<String> = action
        .resources()
        .map(|link| format!("{}{}", link.resource.name, if link.required { " (required)" } else { "" }))
        .collect();
    paragraphs.push(match types.as_slice() {
        [] => "It works on no single resource: Resource must be \"*\".".to_owned(),
        some => format!("Resources: {}", some.join(", ")),
    });
    list(&mut paragraphs, "Condition keys", action.keys().map(|key| key.name.to_string()));
    list(&mut paragraphs, "Needed with it", action.dependents().map(str::to_owned));
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    Doc { title: format!("{}: {}", action.full_name(), action.level().name()), paragraphs }
}

fn list(paragraphs: &mut Vec<String>, title: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        paragraphs.push(format!("{title}: {}", items.join(", ")));
    }
}

/// What a wildcard stands for today, by access level.
fn wildcard(word: &str, catalog: &Catalog) -> Doc {
    if word == "*" {
        let text = "Every action of every service, including future ones.";
        return Doc { title: "*: all actions".to_owned(), paragraphs: vec![text.to_owned()] };
    }
    let found: Vec<Action<'_>> = catalog.matching(word).collect();
    let mut levels: BTreeMap<AccessLevel, Vec<&str>> = BTreeMap::new();
    for action in &found {
        levels.entry(action.level()).or_default().push(action.name());
    }
    let counts: Vec<String> = levels.iter().map(|(level, names)| format!("{} {}", names.len(), level.name())).collect();
    let title = match found.len() {
        0 => format!("{word} matches no known action"),
        count => format!("{word} matches {count} actions: {}", counts.join(", ")),
    };
    let paragraphs = levels.iter().map(|(level, names)| format!("{}: {}", level.name(), names.join(", "))).collect();
    Doc { title, paragraphs }
}

fn operator(word: &str) -> Option<Doc> {
    let operator = Operator::parse(word)?;
    let mut paragraphs = vec![format!("Compares {}.", about_operator(operator))];
    let base = operator.base;
    if base.takes_wildcards() {
        paragraphs.push("In its values * and ? are wildcards.".to_owned());
    }
    if base.is_negated() {
        paragraphs.push("It matches too where the request does not carry the key.".to_owned());
    }
    match operator.qualifier {
        Some(Qualifier::ForAllValues) => paragraphs
            .push("Every value in the request must match; a request without the key matches as well.".to_owned()),
        Some(Qualifier::ForAnyValue) => paragraphs.push("One value in the request is enough.".to_owned()),
        None => {}
    }
    if operator.if_exists {
        paragraphs.push("A request without the key matches.".to_owned());
    }
    Some(Doc { title: format!("{word}: condition operator"), paragraphs })
}

fn resource(word: &str, catalog: &Catalog) -> Option<Doc> {
    if word == "*" {
        let text = "Every resource. Actions that work on no single resource need it.";
        return Some(Doc { title: "*: all resources".to_owned(), paragraphs: vec![text.to_owned()] });
    }
    let service = catalog.service(word.split(':').nth(2)?)?;
    let types: Vec<String> = service
        .types_named(word)
        .into_iter()
        .filter_map(|number| service.resources().get(number))
        .map(|kind| format!("{}: {}", kind.name, kind.arns.first().map_or("", |arn| &arn.template)))
        .collect();
    let title = format!("resource of {}", service.prefix());
    (!types.is_empty()).then_some(Doc { title, paragraphs: types })
}

fn principal(word: &str) -> Option<Doc> {
    let about = match word {
        "AWS" => "Accounts, users, roles and sessions, by account id or ARN.",
        "Service" => "AWS services, such as ec2.amazonaws.com.",
        "Federated" => "Users of an identity provider: OIDC, SAML or a web identity.",
        "CanonicalUser" => "An account by its canonical id, for Amazon S3.",
        "*" => "Everyone, signed in or not.",
        _ => return None,
    };
    Some(Doc { title: format!("{word}: principal"), paragraphs: vec![about.to_owned()] })
}

/// How many actions a pattern stands for, for a line beside it.
pub fn count(pattern: &str, catalog: &Catalog) -> usize {
    expand::names(pattern, catalog).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(role: Role, word: &str, title: &str, within: &str) {
        let doc = describe(role, word, Catalog::bundled()).unwrap();
        assert_eq!(doc.title, title);
        assert!(doc.paragraphs.iter().any(|paragraph| paragraph.contains(within)), "{:?}", doc.paragraphs);
    }

    #[test]
    fn words_are_explained_by_where_they_stand() {
        check(Role::Element, "NotAction", "NotAction: element", "Every action but");
        check(Role::Action, "s3:getobject", "s3:GetObject: Read", "Resources: ");
        check(Role::Action, "s3:ListAllMyBuckets", "s3:ListAllMyBuckets: List", "must be \"*\"");
        check(Role::Action, "s3:GetObjekt", "s3:GetObjekt: unknown action", "Did you mean s3:GetObject?");
        check(Role::ConditionKey, "aws:SourceIp", "aws:SourceIp: condition key, IP address", "In ");
        check(
            Role::Operator,
            "ForAnyValue:StringLikeIfExists",
            "ForAnyValue:StringLikeIfExists: condition operator",
            "wildcards",
        );
        check(Role::Resource, "arn:aws:s3:::a", "resource of s3", "bucket: arn:${Partition}:s3:::${BucketName}");
        assert_eq!(describe(Role::String, "x", Catalog::bundled()), None);
    }

    #[test]
    fn a_wildcard_tells_what_it_stands_for_by_access_level() {
        let doc = describe(Role::Action, "iam:*ServiceLinkedRole", Catalog::bundled()).unwrap();
        assert_eq!(doc.title, "iam:*ServiceLinkedRole matches 2 actions: 2 Write");
        assert_eq!(doc.paragraphs, ["Write: CreateServiceLinkedRole, DeleteServiceLinkedRole"]);
    }
}
