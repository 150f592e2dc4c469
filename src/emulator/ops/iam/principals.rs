//! Users and roles as principals of trust policies: IAM keeps who is meant behind the ARN that is shown.
//!
//! So a trust policy follows a user to another name or path, and of a user or role that is deleted it shows the unique
//! id: one that gets the same name later is somebody else. What names them as a resource, or in a condition, is text
//! and stays.

use super::named::{self, Entity};
use crate::emulator::operation::Request;
use crate::emulator::store::State;
use crate::emulator::store::records::Role;
use crate::policy;
use crate::policy::ast::PrincipalKind;
use crate::policy::diagnostic::{Edit, Fix};

/// Lets every trust policy follow an entity that has another name or path now.
pub fn moved<E: Entity>(request: &Request<'_>, state: &mut State, before: &E, now: &E) {
    rewrite(request, state, before, &named::arn(request, now));
}

/// Lets every trust policy show the unique id of an entity that is gone.
pub fn gone<E: Entity>(request: &Request<'_>, state: &mut State, entity: &E) {
    rewrite(request, state, entity, entity.id());
}

fn rewrite<E: Entity>(request: &Request<'_>, state: &mut State, entity: &E, becomes: &str) {
    let arn = named::arn(request, entity);
    let is_meant = |principal: &str| principal == arn;
    // Most trust policies name services and accounts: those are not taken apart. JSON can write a letter as an escape.
    let may_name = |role: &&Role| role.trust.contains(entity.name()) || role.trust.contains("\\u");
    let changed: Vec<(String, String)> = state
        .roles
        .iter()
        .filter(may_name)
        .filter_map(|role| Some((role.id.clone(), renamed(&role.trust, is_meant, becomes)?)))
        .collect();
    for (id, trust) in changed {
        state.roles.change(&id, |role| role.trust = trust);
    }
}

/// A document with other words for some of its principals, all else as it stands; nothing where none is meant.
fn renamed(document: &str, is_meant: impl Fn(&str) -> bool, becomes: &str) -> Option<String> {
    let policy = policy::read(document);
    let principals = policy.statements.iter().flat_map(|s| s.principal.iter().chain(&s.not_principal));
    let meant = principals.flat_map(|p| p.of_kind(PrincipalKind::Aws)).filter(|text| is_meant(text.as_str()));
    let text = serde_json::Value::from(becomes).to_string();
    let edits: Vec<Edit> = meant.map(|entry| Edit { span: entry.span, text: text.clone() }).collect();
    (!edits.is_empty()).then(|| Fix::new("", edits).apply(document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_get_another_name_and_conditions_keep_theirs() {
        let trust = |who: &str| {
            format!(
                r#"{{"Statement": [{{"Principal": {{"AWS": ["a", {who}], "Service": "x"}},
                "Condition": {{"ArnLike": {{"aws:PrincipalArn": "x"}}}}}}, {{"NotPrincipal": {{"AWS": {who}}}}}]}}"#
            )
        };
        let after = renamed(&trust(r#""x""#), |text| text == "x", "y\"");
        assert_eq!(after, Some(trust(r#""y\"""#)));
        assert_eq!(renamed(&trust(r#""x""#), |text| text == "z", "y"), None);
    }
}
