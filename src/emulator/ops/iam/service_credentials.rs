//! Service-specific credentials: user names and passwords for single services, and API keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::named::{edit, everything, existing, find};
use super::owner::in_order;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{ServiceCredential, Status};
use crate::emulator::store::records::{Moment, User};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateServiceSpecificCredential, create, existing::<User>),
    reads(Iam::ListServiceSpecificCredentials, list, listed),
    writes(Iam::UpdateServiceSpecificCredential, update, existing::<User>),
    writes(Iam::ResetServiceSpecificCredential, reset, existing::<User>),
    writes(Iam::DeleteServiceSpecificCredential, delete, existing::<User>),
];

/// The services that take a user name and a password.
const PASSWORDS: [&str; 2] = ["codecommit.amazonaws.com", "cassandra.amazonaws.com"];
/// The services that take an API key: what their aliases and their keys begin with.
const KEYS: [(&str, &str, &str); 2] =
    [("bedrock.amazonaws.com", "BedrockAPIKey", "ABSK"), ("logs.amazonaws.com", "CloudWatchLogsAPIKey", "ACWL")];
const DAY: i64 = 24 * 60 * 60;

/// Permission column: one user, or all of them.
fn listed(request: &Request<'_>, state: &State) -> String {
    if request.flag("AllUsers") { everything(request, state) } else { existing::<User>(request, state) }
}

/// What the alias and the key of a service begin with, where it takes keys.
fn key(service: &str) -> Option<(&'static str, &'static str)> {
    KEYS.iter().find(|(name, ..)| *name == service).map(|(_, alias, secret)| (*alias, *secret))
}

fn supported(service: &str) -> Result<(), Failure> {
    if PASSWORDS.contains(&service) || key(service).is_some() {
        return Ok(());
    }
    let told = format!("No such service {service} is supported for Service Specific Credentials");
    Err(Failure::no_such_entity(told))
}

fn place(request: &Request<'_>, credentials: &[ServiceCredential]) -> Result<usize, Failure> {
    let id = request.text("ServiceSpecificCredentialId");
    credentials
        .iter()
        .position(|credential| credential.id == id)
        .ok_or_else(|| Failure::no_such_entity(format!("No such credential {id} exists")))
}

/// A credential as lists show it.
fn brief(user: &User, credential: &ServiceCredential, now: Moment) -> Value {
    let key = key(&credential.service).is_some();
    json!({
        "UserName": user.name,
        "Status": if credential.expires.is_some_and(|at| at <= now) { "Expired" } else { credential.status.as_str() },
        "ServiceUserName": (!key).then_some(&credential.alias),
        "ServiceCredentialAlias": key.then_some(&credential.alias),
        "CreateDate": credential.created.to_string(),
        "ExpirationDate": credential.expires.map(|at| at.to_string()),
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service,
    })
}

/// A credential with its secret, as it is told once.
fn full(user: &User, credential: &ServiceCredential, now: Moment) -> Value {
    let key = key(&credential.service).is_some();
    let mut shown = brief(user, credential, now);
    shown["ServicePassword"] = json!((!key).then_some(&credential.secret));
    shown["ServiceCredentialSecret"] = json!(key.then_some(&credential.secret));
    json!({"ServiceSpecificCredential": shown})
}

/// A new password or key. AWS's keys carry their alias.
fn secret(request: &Request<'_>, service: &str, alias: &str) -> String {
    let secret = request.environment.ids.secret();
    match key(service) {
        Some((_, prefix)) => format!("{prefix}{}", BASE64.encode(format!("{alias}:{secret}"))),
        None => secret + "=",
    }
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let service = request.text("ServiceName");
    supported(service)?;
    let others = user.service_credentials.iter().filter(|credential| credential.service == service).count();
    request.within(quota::SERVICE_CREDENTIALS_PER_SERVICE, others + 1)?;
    let account = &request.account;
    let alias = if let Some((prefix, _)) = key(service) {
        let tail = request.environment.ids.unique("").to_lowercase();
        format!("{prefix}-{}-at-{account}", tail.chars().take(4).collect::<String>())
    } else if others == 0 {
        format!("{}-at-{account}", user.name)
    } else {
        format!("{}+{others}-at-{account}", user.name)
    };
    // Passwords have no end, whatever is asked for.
    let days = request
        .number("CredentialAgeDays")
        .filter(|_| key(service).is_some())
        .and_then(|days| i64::try_from(days).ok());
    let credential = ServiceCredential {
        id: request.environment.ids.unique("ACCA"),
        service: service.to_owned(),
        secret: secret(request, service, &alias),
        alias,
        created: request.now,
        expires: days.map(|days| Moment(request.now.0 + days * DAY)),
        status: Status::Active,
    };
    edit(request, state, |user: &mut User| {
        let shown = full(user, &credential, request.now);
        user.service_credentials.push(credential);
        Ok(shown)
    })
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let users: Vec<&User> =
        if request.flag("AllUsers") { state.users.iter().collect() } else { vec![find::<User>(request, state)?] };
    let service = request.maybe("ServiceName");
    service.map_or(Ok(()), supported)?;
    let rows: Vec<(&User, &ServiceCredential)> = users
        .into_iter()
        .flat_map(|user| user.service_credentials.iter().map(move |credential| (user, credential)))
        .filter(|(_, credential)| service.is_none_or(|service| credential.service == service))
        .collect();
    in_order(request, "ServiceSpecificCredentials", &rows, |(user, credential)| brief(user, credential, request.now))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.service_credentials)?;
        user.service_credentials[at].status = Status::parse(request.text("Status"));
        Ok(json!({}))
    })
}

fn reset(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.service_credentials)?;
        let credential = &mut user.service_credentials[at];
        credential.secret = secret(request, &credential.service, &credential.alias);
        let credential = credential.clone();
        Ok(full(user, &credential, request.now))
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.service_credentials)?;
        user.service_credentials.remove(at);
        Ok(json!({}))
    })
}
