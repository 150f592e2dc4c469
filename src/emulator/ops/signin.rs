//! Sign-in sessions: who is signed in with the console, the AWS CLI or an agent, and the end of that.
//!
//! Source: the service model of `signin`, in botocore. As there, the identity that owns a session is written without its
//! path, one that is left out is the caller, and `arn:aws:iam::ACCOUNT:*` stands for all of the account.

use serde_json::{Value, json};

use crate::api::{Operation, Signin};
use crate::emulator::caller::{Caller, Principal};
use crate::emulator::failure::Failure;
use crate::emulator::neighbours::Form;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;
use crate::emulator::store::records::Moment;
use crate::emulator::store::signin_sessions::{ClientType, Revocation, SigninSession};

/// The handlers of this service.
pub const HANDLERS: &[Handler] = &[
    Handler::read(Operation::Signin(Signin::ListSessions), list, everything),
    Handler::read(Operation::Signin(Signin::GetSession), get, everything),
    Handler::write(Operation::Signin(Signin::BatchRevokeSessions), revoke, everything),
];

/// How the service pages and refuses input.
const FORM: Form = Form { invalid: "ValidationException", size: "maxResults", token: "nextToken", most: 100 };

/// The sessions of one `BatchRevokeSessions`, and the characters of its reason.
const BATCH: usize = 5;
const REASON: usize = 256;

/// Seconds that a session lasts where neither the user nor the role says it.
pub const DEFAULT_SECONDS: u64 = 12 * 3600;

/// The identity that owns the sessions of a caller, as the service writes it.
pub fn owner(caller: &Caller) -> String {
    let account = &*caller.account;
    match &caller.principal {
        Principal::User { name, .. } => format!("arn:aws:iam::{account}:user/{name}"),
        Principal::Role { name, .. } => format!("arn:aws:iam::{account}:role/{name}"),
        Principal::Federated { name } => format!("arn:aws:sts::{account}:federated-user/{name}"),
        Principal::Root | Principal::Anonymous => format!("arn:aws:iam::{account}:root"),
    }
}

/// Whose sessions a request is about; none for those of everybody in the account.
fn asked(request: &Request<'_>) -> Result<Option<String>, Failure> {
    let Some(arn) = request.maybe("principalArn") else { return Ok(Some(owner(request.caller))) };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service @ ("iam" | "sts"), "", account, resource] = parts.as_slice() else {
        return Err(FORM.refuse("principalArn is not valid."));
    };
    let is_name = |name: &str, most: usize| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        (1..=most).contains(&name.len()) && name.chars().all(fits)
    };
    let fits = match (*service, resource.split_once('/')) {
        ("iam", None) => matches!(*resource, "*" | "root"),
        ("iam", Some(("user" | "role", name))) => is_name(name, 64),
        ("sts", Some(("federated-user", name))) => is_name(name, 193),
        _ => false,
    };
    if !fits {
        return Err(FORM.refuse("principalArn is not valid."));
    }
    if *account != request.account {
        return Err(Failure::access_denied("The identity is not in your account."));
    }
    Ok((*resource != "*").then(|| arn.to_owned()))
}

/// A time of the request, in seconds.
fn time(request: &Request<'_>, name: &str) -> Result<Option<Moment>, Failure> {
    let given = request.value(name).filter(|value| !value.is_null());
    let read =
        |value: &Value| value.as_i64().map(Moment).ok_or_else(|| FORM.refuse(format!("{name} must be a number.")));
    given.map(read).transpose()
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let owner = asked(request)?;
    let status = request.maybe("status").map(|_| FORM.one_of(request.input, "status", &["ACTIVE", "REVOKED"]));
    let status = status.transpose()?;
    let client = request.maybe("clientId");
    let (after, before) = (time(request, "issuedAfter")?, time(request, "issuedBefore")?);
    let mut found: Vec<&SigninSession> = state.signin_sessions.iter().collect();
    found.retain(|session| {
        owner.as_ref().is_none_or(|owner| *owner == session.principal)
            && status.is_none_or(|status| self::status(session, request.now) == Some(status))
            && client.is_none_or(|client| session.client_id.as_deref() == Some(client))
            && after.is_none_or(|after| session.issued >= after)
            && before.is_none_or(|before| session.issued < before)
    });
    found.sort_by(|one, other| other.issued.cmp(&one.issued).then_with(|| one.arn.cmp(&other.arn)));
    let seal = format!("{owner:?}{status:?}{client:?}{after:?}{before:?}");
    FORM.page(request.input, "items", found.into_iter().map(|session| show(session, request.now)).collect(), &seal)
}

/// What the service says of a session: nothing of one that ended by itself.
fn status(session: &SigninSession, now: Moment) -> Option<&'static str> {
    match session.revoked {
        Some(_) => Some("REVOKED"),
        None => (session.expires > now).then_some("ACTIVE"),
    }
}

fn show(session: &SigninSession, now: Moment) -> Value {
    let mut shown = json!({
        "sessionArn": session.arn,
        "principalArn": session.principal,
        "issuedAt": session.issued.0,
        "expiresAt": session.expires.0,
    });
    let kind = session.client_type.map(|kind| match kind {
        ClientType::Cli => "CLI",
        ClientType::Mcp => "MCP",
    });
    let role = session.principal.contains(":role/").then_some(&*session.principal);
    for (name, value) in [
        ("role", role),
        ("status", status(session, now)),
        ("clientId", session.client_id.as_deref()),
        ("clientType", kind),
        ("resource", session.resource.as_deref()),
    ] {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    }
    shown
}

/// A session that belongs to whom the request is about.
fn find<'s>(owner: Option<&str>, state: &'s State, arn: &str) -> Option<&'s SigninSession> {
    state.signin_sessions.get(arn).filter(|session| owner.is_none_or(|owner| owner == session.principal))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let owner = asked(request)?;
    let arn = FORM.text(request.input, "sessionArn")?;
    let session = find(owner.as_deref(), state, arn)
        .ok_or_else(|| Failure::new("ResourceNotFoundException", 404, "The session was not found."))?;
    let mut shown = show(session, request.now);
    shown["issuedInRegion"] = session.region.as_str().into();
    shown["userAgent"] = session.agent.as_str().into();
    if let Some(last) = session.last_used {
        shown["lastUsedAt"] = last.0.into();
    }
    Ok(shown)
}

fn revoke(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let owner = asked(request)?;
    let arns: Vec<&str> = request.texts("sessionArns").collect();
    if !(1..=BATCH).contains(&arns.len()) {
        return Err(FORM.refuse(format!("sessionArns must have from 1 to {BATCH} members.")));
    }
    let reason = request.maybe("reason");
    if reason.is_some_and(|reason| !(1..=REASON).contains(&reason.chars().count())) {
        return Err(FORM.refuse(format!("reason must have from 1 to {REASON} characters.")));
    }
    let (mut revoked, mut errors) = (Vec::new(), Vec::new());
    for arn in arns {
        if find(owner.as_deref(), state, arn).is_none() {
            let told = "The session was not found.";
            errors.push(json!({"sessionArn": arn, "code": "RESOURCE_NOT_FOUND", "message": told}));
            continue;
        }
        let revocation = Revocation { at: request.now, reason: reason.map(str::to_owned) };
        state.signin_sessions.change(arn, |session| {
            // The first revocation counts.
            session.revoked.get_or_insert(revocation);
        });
        revoked.push(json!({"sessionArn": arn}));
    }
    Ok(json!({"revokedSessions": revoked, "errors": errors}))
}
