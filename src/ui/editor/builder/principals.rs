//! Whom a statement is about: the list to choose from, and what an answer makes of the text.

use crate::catalog::{Catalog, federation};
use crate::policy::ast::PrincipalKind;
use crate::policy::blocks::{self, PrincipalPlace};
use crate::policy::read;
use crate::ui::effect::UiEffect;

use super::choose::{self, Item};
use super::{Done, Pending, ask};

/// Asks for a principal; an answer is its kind and itself, or its kind and a template that is still to be filled in.
pub fn choose(account: Option<&str>) -> UiEffect {
    let item = |label: &str, detail: &str, kind: PrincipalKind, value: &str| {
        Item::new(label, detail, format!("{}\n{value}", kind.name()))
    };
    let any = account.unwrap_or("${Account}");
    let mut items = Vec::new();
    if let Some(account) = account {
        let root = format!("arn:aws:iam::{account}:root");
        items.push(item("This account", account, PrincipalKind::Aws, &root));
    }
    items.push(item("Another account", "AWS", PrincipalKind::Aws, "arn:aws:iam::${Account}:root"));
    let role = format!("arn:aws:iam::{any}:role/${{RoleNameWithPath}}");
    items.push(item("A role", "AWS", PrincipalKind::Aws, &role));
    let user = format!("arn:aws:iam::{any}:user/${{UserNameWithPath}}");
    items.push(item("A user", "AWS", PrincipalKind::Aws, &user));
    items.push(item("Everyone", "*", PrincipalKind::Aws, "*"));
    let saml = format!("arn:aws:iam::{any}:saml-provider/${{SamlProviderName}}");
    items.push(item("A SAML provider", "Federated", PrincipalKind::Federated, &saml));
    let oidc = format!("arn:aws:iam::{any}:oidc-provider/${{OidcProviderName}}");
    items.push(item("An OpenID Connect provider", "Federated", PrincipalKind::Federated, &oidc));
    items.push(item("A canonical user", "CanonicalUser", PrincipalKind::CanonicalUser, "${CanonicalUserId}"));
    for (domain, _) in federation::BUILT_IN {
        items.push(item(domain, "Federated", PrincipalKind::Federated, domain));
    }
    for provider in federation::SHARED {
        let arn = format!("arn:aws:iam::{any}:oidc-provider/{}", provider.issuer);
        items.push(item(provider.name, "Federated", PrincipalKind::Federated, &arn));
    }
    for name in Catalog::bundled().service_principals() {
        items.push(item(name, "Service", PrincipalKind::Service, name));
    }
    choose::one("Principal", items)
}

/// Takes what was chosen: asks for what it leaves open, or adds it.
pub fn chosen(text: &str, index: usize, answer: &str) -> (Option<Pending>, Done) {
    let (kind, value) = answer.split_once('\n').unwrap_or(("AWS", answer));
    let kind = PrincipalKind::parse(kind).unwrap_or(PrincipalKind::Aws);
    if value.contains("${") {
        return (Some(Pending::Principal(index, kind)), Done::Ask(vec![ask::principal(value)]));
    }
    (None, added(text, index, kind, value))
}

/// The text with a principal more.
pub fn added(text: &str, index: usize, kind: PrincipalKind, value: &str) -> Done {
    let fix = blocks::add_principal(&read(text), index, kind, value.trim());
    fix.map_or(Done::Nothing, |fix| Done::Text(fix.apply(text)))
}

/// Asks for what takes the place of a principal.
pub fn change(text: &str, index: usize, place: PrincipalPlace) -> Done {
    let policy = read(text);
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let value = own.and_then(|own| place.of(own)).map(|item| item.value.to_string()).unwrap_or_default();
    Done::Ask(vec![ask::principal(&value)])
}

/// The text with another principal in place of one.
pub fn changed(text: &str, index: usize, place: PrincipalPlace, value: &str) -> Done {
    let fix = blocks::replace_principal(&read(text), index, place, value.trim());
    fix.map_or(Done::Nothing, |fix| Done::Text(fix.apply(text)))
}
