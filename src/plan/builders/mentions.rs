//! Where an ARN is written in the documents that are known: what a rename or a deletion leaves behind.

use crate::base::arn::Arn;
use crate::model::{Account, Document, Fact, InlinePolicy};
use crate::policy::ast::{PrincipalKind, Text};
use crate::policy::diagnostic::{Edit, Fix};

/// The policies that name an ARN, each in a few words; only documents that were read are searched.
pub fn mentions(account: &Account, arn: &Arn) -> Vec<String> {
    found(account, arn, |trust| names(trust, arn.as_str()))
}

/// The policies that name an ARN otherwise than as a principal: IAM keeps who a principal is and lets a trust policy
/// follow a user to another name or path, but resources and conditions are text.
///
/// See the AWS page "Rename an IAM user".
pub fn mentions_by_text(account: &Account, arn: &Arn) -> Vec<String> {
    found(account, arn, |trust| {
        let policy = crate::policy::read(trust);
        let principals = policy.statements.iter().flat_map(|s| s.principal.iter().chain(&s.not_principal));
        let named = principals.flat_map(|p| p.of_kind(PrincipalKind::Aws));
        let blank = |entry: &Text<'_>| Edit { span: entry.span, text: String::new() };
        names(&Fix::new("", named.map(blank).collect()).apply(trust), arn.as_str())
    })
}

fn found(account: &Account, arn: &Arn, in_trust: impl Fn(&str) -> bool) -> Vec<String> {
    let names = |document: &Document| names(document.text(), arn.as_str());
    let mut found = Vec::new();
    for policy in account.policies().rows() {
        if policy.document().known().is_some_and(names) {
            found.push(format!("policy {}", policy.name()));
        }
    }
    let mut inline = |list: &Fact<Vec<InlinePolicy>>, kind: &str, owner: &str| {
        for policy in list.known().into_iter().flatten() {
            if policy.document.known().is_some_and(names) {
                found.push(format!("inline policy {} of {kind} {owner}", policy.name));
            }
        }
    };
    for user in account.users().rows() {
        inline(&user.facts.inline, "user", user.name.as_str());
    }
    for group in account.groups().rows() {
        inline(&group.facts.inline, "group", group.name.as_str());
    }
    for role in account.roles().rows() {
        inline(&role.facts.inline, "role", role.name.as_str());
    }
    for role in account.roles().rows() {
        if role.facts.trust.known().is_some_and(|trust| in_trust(trust.document.text())) {
            found.push(format!("the trust policy of role {}", role.name));
        }
    }
    found
}

/// Whether a text holds the ARN as a whole: `user/bob` is not named by `user/bobby`.
fn names(text: &str, arn: &str) -> bool {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(byte);
    text.match_indices(arn).any(|(at, _)| !text.as_bytes().get(at + arn.len()).is_some_and(inside))
}

/// Several mentions in one clause, the first three by name.
pub(super) fn told(mentions: &[String]) -> String {
    match mentions {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::account;
    use super::*;
    use crate::model::{RoleFacts, Seen, Source, Trust, Update};
    use jiff::Timestamp;

    #[test]
    fn a_whole_arn_is_found_and_a_longer_name_is_not() {
        let mut account = account();
        let trust = r#"{"Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"x":"arn:aws:iam::123456789012:user/adamant"}"#;
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let facts = RoleFacts { trust: Fact::Known(Trust::new(Document::new(trust)), seen), ..RoleFacts::default() };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        let of = |name: &str| mentions(&account, &account.users().get(name).unwrap().arn);
        assert_eq!(of("bob"), ["the trust policy of role ops"]);
        assert!(of("ada").is_empty());
    }

    #[test]
    fn a_principal_is_not_named_by_text_but_a_condition_is() {
        let bob = "arn:aws:iam::123456789012:user/bob";
        let named = |trust: &str| {
            let mut account = account();
            let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
            let facts =
                RoleFacts { trust: Fact::Known(Trust::new(Document::new(trust)), seen), ..RoleFacts::default() };
            account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
            mentions_by_text(&account, &account.users().get("bob").unwrap().arn)
        };
        let principal = format!(r#"{{"Statement": [{{"Principal": {{"AWS": ["{bob}", "x"]}}}}]}}"#);
        assert!(named(&principal).is_empty());
        let condition = format!(
            r#"{{"Statement": [{{"Principal": {{"AWS": "{bob}"}}, "Condition": {{"ArnLike": {{"k": "{bob}"}}}}}}]}}"#
        );
        assert_eq!(named(&condition), ["the trust policy of role ops"]);
    }
}
