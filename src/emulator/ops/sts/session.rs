//! What all temporary credentials have in common: lifetime, session policies, session tags, the answer.

use serde_json::{Value, json};

use crate::emulator::caller::{Bearer, Principal, Session};
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::ops::iam::tags::{self, Keys};
use crate::emulator::store::State;
use crate::emulator::store::records::{Moment, Role, Tag};
use crate::policy::malformed::{self, DocumentUse};

/// Seconds of an hour, the default of roles and the limit of the root user.
pub const HOUR: u64 = 3600;
/// Bytes that session policies and tags may take together; AWS packs them and tells the share in per cent.
const PACKED: usize = 4096;
/// Bytes that a session token may have, by the greatest `MinimumSessionTokenSize`.
const TOKEN: usize = 4096;

/// The session of a role as the answers of all `AssumeRole*` name it.
pub fn assumed(request: &Request<'_>, role: &Role, name: &str) -> Value {
    json!({
        "AssumedRoleId": format!("{}:{name}", role.id),
        "Arn": format!("arn:aws:sts::{}:assumed-role/{}/{name}", request.account, role.name),
    })
}

/// A session that begins now, without policies and tags.
pub fn begin(request: &Request<'_>, bearer: Bearer, seconds: u64) -> Session {
    Session {
        access_key: String::new(),
        bearer,
        issued: request.now,
        expires: Moment(request.now.0.saturating_add_unsigned(seconds)),
        policies: Vec::new(),
        policy_arns: Vec::new(),
        scopes: Vec::new(),
        tags: Vec::new(),
        transitive: Vec::new(),
        source_identity: None,
        mfa: None,
        provider: None,
        delegated: false,
        least: 0,
        filler: String::new(),
    }
}

/// Takes the session policies and tags of a request.
pub fn scope(request: &Request<'_>, session: &mut Session) -> Result<(), Failure> {
    if let Some(policy) = request.maybe("Policy") {
        malformed::check(policy, DocumentUse::Session).map_err(|wrong| Failure::malformed_policy(wrong.message))?;
        session.policies.push(policy.to_owned());
    }
    session.policy_arns =
        request.list("PolicyArns").iter().filter_map(|policy| Some(policy.get("arn")?.as_str()?.to_owned())).collect();
    // STS has another code for what IAM calls an invalid input.
    session.tags =
        tags::given(request, Keys::Folded).map_err(|failure| Failure { code: "InvalidParameterValue", ..failure })?;
    session.transitive = request.texts("TransitiveTagKeys").map(str::to_owned).collect();
    Ok(())
}

/// The share of the packed size in per cent; absent without session policies and tags.
pub fn packed_size(session: &Session) -> Result<Option<usize>, Failure> {
    let tag = |tag: &Tag| tag.key.len() + tag.value.len() + 2;
    let size = session.policies.iter().chain(&session.scopes).map(String::len).sum::<usize>()
        + session.policy_arns.iter().map(String::len).sum::<usize>()
        + session.tags.iter().map(tag).sum::<usize>();
    let share = (size * 100).div_ceil(PACKED);
    if share > 100 {
        let told = format!("Packed policy consumes {share}% of allotted space, please use smaller policy.");
        return Err(Failure::new("PackedPolicyTooLarge", 400, told));
    }
    Ok((size > 0).then_some(share))
}

/// Adds to an answer with credentials how large their session token is, and which share of the limit that takes.
pub fn sized(mut answer: Value) -> Value {
    let size = answer["Credentials"]["SessionToken"].as_str().map_or(0, str::len);
    answer["SessionTokenSize"] = size.into();
    answer["SessionTokenUtilization"] = (size * 100).div_ceil(TOKEN).min(100).into();
    answer
}

/// Gives out the credentials of a session, as answers show them.
pub fn issue(request: &Request<'_>, state: &State, mut session: Session) -> Value {
    let secret = &state.account().token_secret;
    session.least = request.number("MinimumSessionTokenSize").and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let given = session.issue(&request.environment.ids, request.account, secret);
    json!({
        "AccessKeyId": given.access_key,
        "SecretAccessKey": given.secret,
        "SessionToken": given.token,
        "Expiration": given.expires.to_string(),
    })
}

/// The bearer of a caller with long-term credentials; the only one who may ask for some tokens.
pub fn long_term(request: &Request<'_>) -> Result<Bearer, Failure> {
    match &request.caller.principal {
        Principal::Root if request.caller.session.is_none() => Ok(Bearer::Root),
        Principal::User { id, .. } if request.caller.session.is_none() => Ok(Bearer::User(id.clone())),
        _ => {
            let told = format!("Cannot call {} with session credentials", request.operation);
            Err(Failure::access_denied(told))
        }
    }
}

/// The lifetime of a token for a user, in seconds; the root user's lasts an hour at most.
pub fn token_seconds(request: &Request<'_>, bearer: &Bearer) -> u64 {
    const HALF_A_DAY: u64 = 12 * HOUR;
    let asked = request.number("DurationSeconds").unwrap_or(HALF_A_DAY);
    if *bearer == Bearer::Root { asked.min(HOUR) } else { asked }
}
