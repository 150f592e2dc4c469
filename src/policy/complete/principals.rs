//! Who a statement can be about.

use super::{CandidateKind, Context, Offer};
use crate::catalog::federation;
use crate::policy::PolicyKind;

const KINDS: &[(&str, &str)] = &[
    ("AWS", "Accounts, users, roles and sessions, by account id or ARN."),
    ("Service", "AWS services, such as `ec2.amazonaws.com`."),
    ("Federated", "Users of an identity provider: OIDC, SAML or a web identity."),
    ("CanonicalUser", "An account by its canonical id, for Amazon S3."),
];

/// The keys of a principal object.
pub(super) fn kinds<'c>() -> Vec<Offer<'c>> {
    let offer = |(name, about): &(&'static str, &'static str)| Offer {
        value: Some("\"\""),
        ..Offer::new(*name, CandidateKind::Element, "principal").about(*about)
    };
    KINDS.iter().map(offer).collect()
}

/// The value of `Principal` itself, where it is no object yet.
pub(super) fn plain<'c>() -> Vec<Offer<'c>> {
    let objects = KINDS.iter().map(|(name, about)| Offer {
        verbatim: Some(format!("{{\"{name}\": \"\"}}")),
        ..Offer::new(*name, CandidateKind::Snippet, "principal").about(*about)
    });
    let everyone = Offer::new("*", CandidateKind::Principal, "everyone").about("Everyone, signed in or not.");
    objects.chain(std::iter::once(everyone)).collect()
}

/// The entries of one kind.
pub(super) fn entries<'c>(kind: &str, context: &Context<'c>) -> Vec<Offer<'c>> {
    match kind {
        "AWS" => accounts(context),
        "Service" => {
            let names = context.catalog.service_principals().iter();
            names.map(|name| Offer::new(name.as_str(), CandidateKind::Principal, "service principal")).collect()
        }
        "Federated" => providers(context),
        _ => Vec::new(),
    }
}

fn accounts<'c>(context: &Context<'c>) -> Vec<Offer<'c>> {
    let account = context.account.unwrap_or("*");
    let iam = |resource: &str| format!("arn:{}:iam::{account}:{resource}", context.partition);
    let known = context.principals.iter().map(|arn| super::known(arn, CandidateKind::Principal));
    let mut offers: Vec<Offer<'c>> = Vec::new();
    if context.account.is_some() {
        offers.push(Offer::new(iam("root"), CandidateKind::Principal, "this account"));
        offers.push(Offer::new(account, CandidateKind::Principal, "this account"));
    }
    offers.extend(known);
    for (resource, what) in [("role/", "a role"), ("user/", "a user")] {
        offers.push(Offer { goes_on: true, ..Offer::new(iam(resource), CandidateKind::Principal, what) });
    }
    if context.kind != Some(PolicyKind::Trust) {
        offers.push(Offer::new("*", CandidateKind::Principal, "everyone").about("Everyone, signed in or not."));
    }
    offers
}

fn providers<'c>(context: &Context<'c>) -> Vec<Offer<'c>> {
    let account = context.account.unwrap_or("*");
    let arn = |resource: &str| format!("arn:{}:iam::{account}:{resource}", context.partition);
    let known = context.providers.iter().map(|arn| Offer::new(*arn, CandidateKind::Principal, "in this account"));
    let built_in = federation::BUILT_IN.iter();
    let built_in = built_in.map(|(domain, _)| Offer::new(*domain, CandidateKind::Principal, "web identity"));
    let shared = federation::SHARED.iter().filter(|provider| provider.issuer != "cognito-identity.amazonaws.com");
    let shared = shared.map(|provider| {
        Offer::new(arn(&format!("oidc-provider/{}", provider.issuer)), CandidateKind::Principal, provider.name)
    });
    let saml = Offer::new(arn("saml-provider/"), CandidateKind::Principal, "a SAML provider");
    known.chain(built_in).chain([Offer { goes_on: true, ..saml }]).chain(shared).collect()
}
