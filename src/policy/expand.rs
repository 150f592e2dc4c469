//! Wildcards of actions replaced by the actions that they stand for today.

use std::collections::BTreeSet;

use super::ast::{List, Policy};
use super::diagnostic::Fix;
use super::rewrite;
use crate::base::wildcard::is_pattern;
use crate::base::work::{self, GaveUp};
use crate::catalog::Catalog;

/// The edits that write out every action wildcard of a policy.
///
/// A bare `*` stays, since it stands for what does not exist yet too; so does what matches nothing that the
/// catalogue knows. An action that several entries stand for is written once, where the first of them stood.
///
/// Patterns that say the same are looked up once; a document that asks for more than a command may do is given up.
pub fn expand(policy: &Policy<'_>, catalog: &Catalog) -> Result<Fix, GaveUp> {
    work::within(work::COMMAND, || expanded(policy, catalog))
}

fn expanded(policy: &Policy<'_>, catalog: &Catalog) -> Fix {
    let lists = policy.statements.iter().flat_map(|s| s.action.iter().chain(&s.not_action));
    let edits = lists.filter_map(|list| {
        let entries = entries(policy, list, catalog)?;
        Some(rewrite::replace_list(&policy.tree, list, &entries))
    });
    Fix::new("Write out the wildcards", edits.collect())
}

/// The names that an action pattern stands for.
pub fn names(pattern: &str, catalog: &Catalog) -> Vec<String> {
    catalog.matching(pattern).map(crate::catalog::Action::full_name).collect()
}

/// The new entries of a list, if any differ.
fn entries(policy: &Policy<'_>, list: &List<'_>, catalog: &Catalog) -> Option<Vec<String>> {
    if !list.items.iter().any(|item| is_pattern(item.as_str())) {
        return None;
    }
    let mut patterns = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for item in &list.items {
        let text = item.as_str();
        if !patterns.insert(text.to_ascii_lowercase()) {
            continue;
        }
        let found = if text != "*" && is_pattern(text) { names(text, catalog) } else { Vec::new() };
        // A name is looked up and perhaps written, which costs more than it does to find it.
        work::spend(100 * found.len() as u64);
        if found.is_empty() {
            if seen.insert(text.to_ascii_lowercase()) {
                out.push(rewrite::written(&policy.tree, item.span));
            }
            continue;
        }
        for name in found {
            if seen.insert(name.to_ascii_lowercase()) {
                out.push(format!("\"{name}\""));
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(action: &str, expected: &str) {
        let text = |action: &str| format!(r#"{{"Statement": [{{"Action": {action}}}]}}"#);
        let before = text(action);
        assert_eq!(expand(&read(&before), Catalog::bundled()).unwrap().apply(&before), text(expected));
    }

    #[test]
    fn wildcards_become_the_actions_they_stand_for() {
        check(r#""iam:*ServiceLinkedRole""#, r#"["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole"]"#);
        check(r#"["iam:pass*", "iam:PassRole"]"#, r#"["iam:PassRole"]"#);
        check(r#""iam:Pass*""#, r#""iam:PassRole""#);
    }

    #[test]
    fn what_cannot_be_written_out_stays() {
        check(r#""*""#, r#""*""#);
        check(r#"["nothing:*", "s3:GetObject"]"#, r#"["nothing:*", "s3:GetObject"]"#);
    }

    #[test]
    fn the_layout_of_the_document_is_kept() {
        let before = "{\n  \"Statement\": {\n    \"Action\": \"sts:Decode*\"\n  }\n}";
        let after = "{\n  \"Statement\": {\n    \"Action\": \"sts:DecodeAuthorizationMessage\"\n  }\n}";
        assert_eq!(expand(&read(before), Catalog::bundled()).unwrap().apply(before), after);
        let before = before.replace("sts:Decode*", "iam:*AccountAlias");
        let after = expand(&read(&before), Catalog::bundled()).unwrap().apply(&before);
        assert!(
            after.contains("\"Action\": [\n      \"iam:CreateAccountAlias\",\n      \"iam:DeleteAccountAlias\"\n    ]")
        );
    }
}
