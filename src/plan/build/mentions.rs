//! Where an ARN is written in the documents that are known: what a rename or a deletion leaves behind.

use crate::base::arn::Arn;
use crate::model::{Account, Document, Fact, InlinePolicy};

/// The policies that name an ARN, each in a few words; only documents that were read are searched.
pub fn mentions(account: &Account, arn: &Arn) -> Vec<String> {
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
        if role.facts.trust.known().is_some_and(|trust| names(&trust.document)) {
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
}
