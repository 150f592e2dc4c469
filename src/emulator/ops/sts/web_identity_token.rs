//! `GetWebIdentityToken`: a token by which the caller proves elsewhere who it is, signed with a key of its account.
//!
//! Sources: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html> and, for the claims,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html>. Who is to verify a
//! token fetches the keys from the emulator: see [`discovery`].

use serde_json::{Map, Value, json};

use super::writes;
use crate::api::Sts;
use crate::emulator::caller::Principal;
use crate::emulator::crypto::token::{Algorithm, Signer};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::{arn, everything};
use crate::emulator::ops::iam::outbound_federation::issuer;
use crate::emulator::ops::iam::tags::{self, Keys};
use crate::emulator::store::State;
use crate::emulator::store::records::{Moment, Tag};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[writes(Sts::GetWebIdentityToken, get, everything)];

/// Seconds that a token is good for if nothing is said.
const LIFE: u64 = 300;
/// The claim that AWS's own claims are in.
const CLAIMS: &str = "https://sts.amazonaws.com/";
/// The bytes of claims that a token holds at most.
const LARGEST: usize = 16 * 1024;

fn get(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let Some(issuer) = issuer(state).map(str::to_owned) else {
        let told = "The outbound web identity federation feature is not enabled for this account.";
        return Err(Failure::new("OutboundWebIdentityFederationDisabledException", 403, told));
    };
    let algorithm = algorithm(request)?;
    if request.maybe("SubjectMode") == Some("OriginIdentity") {
        let told = "The calling session has no origin identity in its trusted context.";
        return Err(Failure::validation(told));
    }
    let seconds = request.number("DurationSeconds").unwrap_or(LIFE);
    let expires = Moment(request.now.0.saturating_add_unsigned(seconds));
    if request.caller.session.as_ref().is_some_and(|session| session.expires < expires) {
        let told = "The requested token duration would extend the session beyond its original expiration time.";
        return Err(Failure::new("SessionDurationEscalationException", 403, told));
    }
    let claims = claims(request, state, &issuer, expires)?;
    if claims.to_string().len() > LARGEST {
        let told = "The requested token payload size exceeds the maximum allowed size.";
        return Err(Failure::new("JWTPayloadSizeExceededException", 400, told));
    }
    let key = key(request, state, algorithm).ok_or_else(unsigned)?;
    let token = Signer::new(algorithm, &key).and_then(|signer| signer.sign(&claims)).ok_or_else(unsigned)?;
    Ok(json!({"WebIdentityToken": token, "Expiration": expires.to_string()}))
}

fn unsigned() -> Failure {
    Failure::service("The token could not be signed.")
}

fn algorithm(request: &Request<'_>) -> Result<Algorithm, Failure> {
    let name = request.text("SigningAlgorithm");
    Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name).ok_or_else(|| {
        Failure::validation(format!(
            "1 validation error detected: Value '{name}' at 'signingAlgorithm' failed to satisfy constraint: Member must \
             satisfy enum value set: [ES384, RS256]"
        ))
    })
}

/// The account's key, which is made when it is first needed.
fn key(request: &Request<'_>, state: &mut State, algorithm: Algorithm) -> Option<String> {
    if let Some(key) = state.account().signing_keys.get(algorithm.name()) {
        return Some(key.clone());
    }
    let key = algorithm.generate(|buffer| request.environment.ids.fill(buffer))?;
    state.change_account(|account| account.signing_keys.insert(algorithm.name().to_owned(), key.clone()));
    Some(key)
}

fn claims(request: &Request<'_>, state: &State, issuer: &str, expires: Moment) -> Result<Value, Failure> {
    let audience: Vec<&str> = request.texts("Audience").collect();
    let (principal, own) = principal(request, state);
    let session = request.caller.session.as_ref();
    let tags = |tags: &[Tag]| -> Option<Map<String, Value>> {
        let pairs: Map<String, Value> = tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().into())).collect();
        (!pairs.is_empty()).then_some(pairs)
    };
    let asked =
        tags::given(request, Keys::Folded).map_err(|failure| Failure { code: "InvalidParameterValue", ..failure })?;
    let organization = request.environment.organization.as_ref();
    let member = organization.and_then(|organization| organization.member(request.account));
    let of_aws = without_nulls(json!({
        "aws_account": request.account,
        "source_region": request.caller.origin.region,
        "org_id": member.and(organization).map(|organization| &organization.id),
        "ou_path": member.map(|member| &member.path),
        "principal_id": principal,
        "principal_tags": tags(&own),
        "federated_provider": session.and_then(|session| session.provider.as_ref()),
        "source_identity": session.and_then(|session| session.source_identity.as_ref()),
        "original_session_exp": session.map(|session| session.expires.to_string()),
        "request_tags": tags(&asked),
    }));
    Ok(without_nulls(json!({
        "iss": issuer,
        "aud": if let [one] = audience.as_slice() { json!(one) } else { json!(audience) },
        "sub": principal,
        "iat": request.now.0,
        "exp": expires.0,
        "jti": request.environment.ids.uuid(),
        "scope": request.maybe("Scope"),
        CLAIMS: of_aws,
    })))
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// The ARN of the caller, of a session that of its role, and its own tags.
fn principal(request: &Request<'_>, state: &State) -> (String, Vec<Tag>) {
    match &request.caller.principal {
        Principal::User { id, .. } => {
            (request.caller.arn.clone(), state.users.get(id).map_or_else(Vec::new, |user| user.tags.clone()))
        }
        Principal::Role { id, .. } => match state.roles.get(id) {
            Some(role) => (arn(request, role), role.tags.clone()),
            None => (request.caller.arn.clone(), Vec::new()),
        },
        Principal::Root | Principal::Federated { .. } | Principal::Anonymous => {
            (request.caller.arn.clone(), Vec::new())
        }
    }
}

/// What a verifier fetches of an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// `openid-configuration`, which says where the keys are.
    Configuration,
    /// `jwks.json`, the public keys.
    Keys,
}

/// A document of the account's issuer, which is reached below a URL of the emulator.
pub fn discovery(state: &State, document: Document, url: &str) -> Option<Value> {
    let issuer = issuer(state)?;
    Some(match document {
        Document::Configuration => json!({
            "issuer": issuer,
            "jwks_uri": format!("{url}/.well-known/jwks.json"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::name),
            "claims_supported": ["iss", "aud", "sub", "iat", "exp", "jti", "scope", CLAIMS],
        }),
        Document::Keys => {
            let keys = &state.account().signing_keys;
            let signers = Algorithm::ALL.into_iter().filter_map(|one| Signer::new(one, keys.get(one.name())?));
            json!({"keys": signers.map(|signer| signer.public()).collect::<Vec<_>>()})
        }
    })
}
