//! `AssumeRoleWithWebIdentity`: a role for whom a registered OpenID Connect provider vouches.
//!
//! AWS fetches the provider's keys from its address. The emulator reaches nothing: it is given the keys of
//! issuers at its start, and an issuer without keys is one that could not be reached.

use serde_json::{Value, json};

use super::assume_role::seconds;
use super::session::{assumed, begin, issue, packed_size, scope, sized};
use super::writes;
use crate::api::Sts;
use crate::emulator::authorize::own::capped;
use crate::emulator::caller::Bearer;
use crate::emulator::crypto::jwt::Token;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Enforce;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::{by_arn, everything};
use crate::emulator::store::State;
use crate::emulator::store::credentials::OidcProvider;
use crate::emulator::store::records::Role;
use crate::policy::evaluate::{self, PolicySet, Principal, evaluate};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    // Nobody signs the request: the token and the trust policy decide, and both are looked at here.
    writes(Sts::AssumeRoleWithWebIdentity, assume, everything).unchecked().without(&[(
        "ProviderId",
        "It names a provider of OAuth 2.0 access tokens, and only tokens of OpenID Connect can be verified here.",
    )]),
];

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidIdentityToken", 400, message)
}

fn denied() -> Failure {
    Failure::access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

fn assume(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let token = Token::parse(request.text("WebIdentityToken")).ok_or_else(|| {
        invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
    })?;
    let provider = vouched(request, state, &token)?.clone();
    let (subject, audience) = (token.text("sub").unwrap_or_default(), audience(&token, &provider)?);
    let role = by_arn::<Role>(request, state, request.text("RoleArn")).ok_or_else(denied)?.clone();
    trusts(request, &role, &provider, &token, &audience)?;
    let name = request.text("RoleSessionName");
    let mut session = begin(request, Bearer::Role(role.id.clone(), name.to_owned()), seconds(request, &role)?);
    scope(request, &mut session)?;
    session.provider = Some(provider.arn.clone());
    let packed = packed_size(&session)?;
    Ok(sized(json!({
        "Credentials": issue(request, state, session),
        "SubjectFromWebIdentityToken": subject,
        "AssumedRoleUser": assumed(request, &role, name),
        "PackedPolicySize": packed,
        "Provider": provider.arn,
        "Audience": audience,
    })))
}

/// The registered provider that has signed a token which holds now.
fn vouched<'s>(request: &Request<'_>, state: &'s State, token: &Token<'_>) -> Result<&'s OidcProvider, Failure> {
    let issuer = token.text("iss").unwrap_or_default();
    let url = issuer.strip_prefix("https://").unwrap_or(issuer).trim_end_matches('/');
    let provider = state
        .oidc_providers
        .get(&request.arn(&format!("oidc-provider/{url}")))
        .ok_or_else(|| invalid(format!("No OpenIDConnect provider found in your account for {issuer}")))?;
    let keys = request.environment.issuers.get(url).ok_or_else(|| {
        invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        )
    })?;
    if !token.is_signed_by(keys) {
        return Err(invalid("Token signature invalid"));
    }
    let (now, ends) = (request.now.0, token.seconds("exp").ok_or_else(|| invalid("Missing a required claim: exp"))?);
    if ends <= now {
        let told = format!("Token expired: current date/time {now} must be before the expiration date/time {ends}");
        return Err(Failure::new("ExpiredTokenException", 400, told));
    }
    token.seconds("iat").ok_or_else(|| invalid("Missing a required claim: iat")).map(|_| provider)
}

/// The audience that the provider is registered for: that of `azp` where there is one, as AWS reads it.
fn audience(token: &Token<'_>, provider: &OidcProvider) -> Result<String, Failure> {
    let claimed = token.text("azp").map_or_else(|| token.texts("aud"), |azp| vec![azp]);
    let known = claimed.into_iter().find(|audience| provider.client_ids.iter().any(|id| id == audience));
    known.map(str::to_owned).ok_or_else(|| invalid("Incorrect token audience"))
}

/// Refuses unless the role's trust policy lets the provider's subject in.
fn trusts(
    request: &Request<'_>,
    role: &Role,
    provider: &OidcProvider,
    token: &Token<'_>,
    audience: &str,
) -> Result<(), Failure> {
    if request.environment.enforce == Enforce::Off {
        return Ok(());
    }
    let trust = request.environment.documents.compiled(&role.trust);
    let policies = capped(PolicySet { resource: Some(trust), ..PolicySet::default() }, request, request.account);
    let principal = Principal::Federated(provider.arn.as_str().into());
    let arn = request.text("RoleArn");
    let key = |claim: &str| format!("{}:{claim}", provider.url);
    let mut question = evaluate::Request::new(principal, "sts:AssumeRoleWithWebIdentity", arn)
        .with("aws:FederatedProvider", [provider.arn.as_str()])
        .with("sts:RoleSessionName", [request.text("RoleSessionName")])
        .with(&key("aud"), [audience]);
    for claim in ["sub", "oaud", "amr", "email"] {
        let values = token.texts(claim);
        if !values.is_empty() {
            question = question.with(&key(claim), values);
        }
    }
    if evaluate(&question, &policies).is_ok_and(|verdict| verdict.is_allowed()) { Ok(()) } else { Err(denied()) }
}
