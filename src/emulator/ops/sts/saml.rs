//! `AssumeRoleWithSAML`: a role for whom a registered SAML provider vouches.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use super::assume_role::seconds;
use super::session::{assumed, begin, issue, packed_size, scope, sized};
use super::writes;
use crate::api::Sts;
use crate::emulator::authorize::own::capped;
use crate::emulator::caller::{Bearer, Session};
use crate::emulator::crypto::saml::{Assertion, Metadata, Response};
use crate::emulator::failure::Failure;
use crate::emulator::operation::Enforce;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::{by_arn, everything};
use crate::emulator::ops::iam::tags::Keys;
use crate::emulator::store::State;
use crate::emulator::store::credentials::SamlProvider;
use crate::emulator::store::records::{Moment, Role, Tag};
use crate::policy::evaluate::{self, PolicySet, Principal, evaluate};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    // Nobody signs the request: the assertion and the trust policy decide, and both are looked at here.
    writes(Sts::AssumeRoleWithSAML, assume, everything).unchecked(),
];

const ASSUME: &str = "sts:AssumeRoleWithSAML";
/// What the names of AWS's own attributes begin with.
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
/// Seconds within which an assertion must be redeemed.
const REDEEMABLE: i64 = 5 * 60;

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidIdentityToken", 400, message)
}

fn denied(action: &str) -> Failure {
    Failure::access_denied(format!("Not authorized to perform {action}"))
}

fn assume(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let provider = request.text("PrincipalArn");
    let missing = || invalid("Specified provider doesn't exist");
    let provider = state.saml_providers.get(provider).ok_or_else(missing)?.clone();
    let assertion = vouched(request, &provider)?;
    let audience = addressed(&assertion)?;
    let name = session_name(&assertion)?.to_owned();
    let role = by_arn::<Role>(request, state, request.text("RoleArn"));
    let role = role.ok_or_else(|| denied(ASSUME))?.clone();
    grants(request, &assertion)?;
    let mut session = begin(request, Bearer::Role(role.id.clone(), name.clone()), seconds(request, &role)?);
    scope(request, &mut session)?;
    carry(&assertion, &mut session)?;
    session.provider = Some(provider.arn.clone());
    let qualifier = qualifier(request, &provider, &assertion);
    trusts(request, &role, &assertion, &audience, &qualifier, &session)?;
    if let Some(ends) = assertion.session_ends {
        session.expires = session.expires.min(Moment::from(ends));
    }
    let packed = packed_size(&session)?;
    Ok(sized(json!({
        "SourceIdentity": session.source_identity,
        "Credentials": issue(request, state, session),
        "AssumedRoleUser": assumed(request, &role, &name),
        "PackedPolicySize": packed,
        "Subject": assertion.subject,
        "SubjectType": assertion.format,
        "Issuer": assertion.issuer,
        "Audience": audience,
        "NameQualifier": qualifier,
    })))
}

/// What the provider has signed, where it holds now.
fn vouched(request: &Request<'_>, provider: &SamlProvider) -> Result<Assertion, Failure> {
    let text: String = request.text("SAMLAssertion").split_whitespace().collect();
    let text = BASE64.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| invalid("Invalid base64 SAMLResponse"))?;
    let response = Response::parse(&text).ok_or_else(|| invalid("The SAML response could not be parsed"))?;
    if !response.is_success() {
        let told = "The identity provider (IdP) reported that authentication failed";
        return Err(Failure::new("IDPRejectedClaim", 403, told));
    }
    let metadata = Metadata::read(&provider.metadata).ok_or_else(|| invalid("Response signature invalid"))?;
    let assertion = response.assertion(&metadata.keys).ok_or_else(|| invalid("Response signature invalid"))?;
    if assertion.issuer != metadata.entity {
        return Err(invalid("Issuer not present in specified provider"));
    }
    let now = request.now;
    let passed = assertion.ends.is_some_and(|ends| Moment::from(ends) <= now)
        || assertion.session_ends.is_some_and(|ends| Moment::from(ends) <= now)
        || Moment::from(assertion.issued).0 + REDEEMABLE <= now.0;
    if passed {
        let told = "Token must be redeemed within 5 minutes of issuance";
        return Err(Failure::new("ExpiredTokenException", 400, told));
    }
    if assertion.begins.is_some_and(|begins| Moment::from(begins) > now) {
        return Err(invalid("The assertion is not valid yet"));
    }
    Ok(assertion)
}

/// The address of AWS that the assertion was meant for; it must name AWS as its audience too.
fn addressed(assertion: &Assertion) -> Result<String, Failure> {
    let wrong = || invalid("Response does not contain the required audience.");
    let meant = |text: &&String| is_sign_in(text);
    let audience = assertion.audiences.iter().find(|text| meant(text) || text.as_str() == "urn:amazon:webservices");
    audience.ok_or_else(wrong)?;
    assertion.recipients.iter().find(meant).cloned().ok_or_else(wrong)
}

/// Whether it is an address at which AWS takes assertions: the global one, or that of a Region.
fn is_sign_in(text: &str) -> bool {
    let Some((host, path)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else { return false };
    let region = |host: &str| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let known = host == "signin.aws.amazon.com" || host.strip_suffix(".signin.aws.amazon.com").is_some_and(region);
    known && (path == "saml" || path.strip_prefix("saml/acs/").is_some_and(|id| !id.is_empty()))
}

fn session_name(assertion: &Assertion) -> Result<&str, Failure> {
    let attribute = format!("{ATTRIBUTES}RoleSessionName");
    let name = assertion.value(&attribute).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| invalid("RoleSessionName is required in AuthnResponse"))?;
    if !is_name(name) {
        return Err(invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"));
    }
    Ok(name)
}

fn is_name(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

/// Refuses a role that the provider does not name together with itself.
fn grants(request: &Request<'_>, assertion: &Assertion) -> Result<(), Failure> {
    let (role, provider) = (request.text("RoleArn"), request.text("PrincipalArn"));
    let attribute = format!("{ATTRIBUTES}Role");
    let named = assertion.values(&attribute).any(|pair| {
        let pair: Vec<&str> = pair.split(',').map(str::trim).collect();
        pair == [role, provider] || pair == [provider, role]
    });
    if named { Ok(()) } else { Err(denied(ASSUME)) }
}

/// Takes over what the provider gives the session: tags, those that go on, the source identity.
///
/// `SessionDuration` is for the sign-in page of the console; a call says itself how long its session lasts.
fn carry(assertion: &Assertion, session: &mut Session) -> Result<(), Failure> {
    let start = format!("{ATTRIBUTES}PrincipalTag:");
    for (key, value) in assertion.named_after(&start) {
        if key.is_empty() || session.tags.iter().any(|held| Keys::Folded.same(&held.key, key)) {
            return Err(invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
        }
        session.tags.push(Tag { key: key.to_owned(), value: value.to_owned() });
    }
    let attribute = format!("{ATTRIBUTES}TransitiveTagKeys");
    session.transitive = assertion.values(&attribute).map(str::to_owned).collect();
    let has = |key: &String| session.tags.iter().any(|tag| Keys::Folded.same(&tag.key, key));
    if !session.transitive.iter().all(has) {
        return Err(invalid("The specified transitive tag key must be included in the requested tags."));
    }
    let attribute = format!("{ATTRIBUTES}SourceIdentity");
    session.source_identity = assertion.value(&attribute).map(str::to_owned);
    if session.source_identity.as_deref().is_some_and(|name| !is_name(name) || name.starts_with("aws:")) {
        let told = "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"";
        return Err(invalid(told));
    }
    Ok(())
}

/// What tells the same name at two providers apart.
fn qualifier(request: &Request<'_>, provider: &SamlProvider, assertion: &Assertion) -> String {
    let text = format!("{}{}/{}", assertion.issuer, request.account, friendly(provider));
    BASE64.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

fn friendly(provider: &SamlProvider) -> &str {
    provider.arn.rsplit('/').next().unwrap_or_default()
}

/// Refuses unless the role's trust policy lets the provider's subject in, with the tags and the identity that it brings.
fn trusts(
    request: &Request<'_>,
    role: &Role,
    assertion: &Assertion,
    audience: &str,
    qualifier: &str,
    session: &Session,
) -> Result<(), Failure> {
    if request.environment.enforce == Enforce::Off {
        return Ok(());
    }
    let provider = request.text("PrincipalArn");
    let trust = request.environment.documents.compiled(&role.trust);
    let policies = capped(PolicySet { resource: Some(trust), ..PolicySet::default() }, request, request.account);
    let friendly = provider.rsplit('/').next().unwrap_or_default();
    let name = session_name(assertion)?;
    let mut question = evaluate::Request::new(Principal::Federated(provider.into()), ASSUME, request.text("RoleArn"))
        .with("aws:FederatedProvider", [provider])
        .with("sts:RoleSessionName", [name])
        .with("saml:aud", [audience])
        .with("saml:iss", [assertion.issuer.as_str()])
        .with("saml:sub", [assertion.subject.as_str()])
        .with("saml:sub_type", [assertion.format.as_str()])
        .with("saml:namequalifier", [qualifier])
        .with("saml:doc", [format!("{}/{friendly}", request.account)]);
    for tag in &session.tags {
        question = question.with_tag("aws:RequestTag", &tag.key, &tag.value);
    }
    if !session.tags.is_empty() {
        question = question.with("aws:TagKeys", session.tags.iter().map(|tag| tag.key.clone()));
    }
    if !session.transitive.is_empty() {
        question = question.with("sts:TransitiveTagKeys", session.transitive.clone());
    }
    if let Some(identity) = &session.source_identity {
        question = question.with("sts:SourceIdentity", [identity.as_str()]);
    }
    let actions = [
        (ASSUME, true),
        ("sts:TagSession", !session.tags.is_empty()),
        ("sts:SetSourceIdentity", session.source_identity.is_some()),
    ];
    for (action, _) in actions.into_iter().filter(|(_, needed)| *needed) {
        question.set_action(action);
        if !evaluate(&question, &policies).is_ok_and(|verdict| verdict.is_allowed()) {
            return Err(denied(action));
        }
    }
    Ok(())
}
