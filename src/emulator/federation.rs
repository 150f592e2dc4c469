//! The federation endpoint of AWS Sign-In: temporary credentials sign in to the console with a link, which begins a
//! sign-in session.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>. There is
//! no console behind it: the answer says who is signed in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::caller::{Caller, Principal, resolve};
use super::failure::Failure;
use super::ops::signin::{DEFAULT_SECONDS, owner};
use super::protocol::signature::{hmac, unknown_key};
use super::protocol::{Answer, Wire};
use super::service::{Service, refusal, told};
use super::store::records::Moment;
use super::store::signin_sessions::SigninSession;
use super::store::{State, World};

/// Where it is served.
pub const PATH: &str = "/federation";

/// Seconds for which a sign-in token is good.
const TOKEN_SECONDS: i64 = 15 * 60;

/// The Region of the global endpoint.
const REGION: &str = "us-east-1";

/// What a sign-in token stands for; it carries it, so no table is needed.
#[derive(Debug, Serialize, Deserialize)]
struct SigninToken {
    access_key: String,
    session_token: String,
    issued: Moment,
    seconds: Option<u64>,
}

fn refuse(message: impl Into<String>) -> Failure {
    Failure::new("ValidationException", 400, message)
}

impl Service {
    /// Gives out a sign-in token for temporary credentials, or signs in with one.
    pub async fn federate(&self, wire: &Wire<'_>) -> Answer {
        let request_id = self.environment.ids.uuid();
        let asked = |name: &str| {
            let mut members = form_urlencoded::parse(wire.query.as_bytes());
            members.find(|(member, _)| member == name).map(|(_, value)| value.into_owned())
        };
        let now = self.clock.now().into();
        let done = match asked("Action").as_deref() {
            Some("getSigninToken") => {
                let (session, seconds) = (asked("Session").unwrap_or_default(), asked("SessionDuration"));
                signin_token(&self.store.read(), &session, seconds.as_deref(), now)
                    .map(|token| json!({"SigninToken": token}))
            }
            Some("login") => {
                let arn = self.environment.ids.uuid();
                let agent = wire.header("user-agent").unwrap_or_default().to_owned();
                let token = asked("SigninToken").unwrap_or_default();
                let written = self.store.write(move |world| sign_in(world, &token, &arn, agent, now));
                written.await.unwrap_or_else(|unsaved| Err(Failure::service(unsaved.to_string())))
            }
            _ => Err(refuse("Action must be getSigninToken or login.")),
        };
        match done {
            Ok(body) => told(request_id, 200, format!("{body}\n")),
            Err(failure) => refusal(request_id, &failure),
        }
    }
}

/// The account and the caller of temporary credentials; long-term ones cannot sign in so.
fn caller(world: &World, key: &str, token: &str, now: Moment) -> Result<(Caller, String), Failure> {
    let found = resolve(world, key, Some(token), now)?;
    Ok((found.caller, found.secret))
}

fn signin_token(world: &World, session: &str, seconds: Option<&str>, now: Moment) -> Result<String, Failure> {
    let session: Value = serde_json::from_str(session).map_err(|_| refuse("Session must be a JSON object."))?;
    let part = |name: &str| session.get(name).and_then(Value::as_str).unwrap_or_default();
    let (access_key, session_token) = (part("sessionId").to_owned(), part("sessionToken").to_owned());
    let (caller, secret) = caller(world, &access_key, &session_token, now)?;
    if !bool::from(secret.as_bytes().ct_eq(part("sessionKey").as_bytes())) {
        return Err(unknown_key());
    }
    let seconds = match (seconds, &caller.principal) {
        (None, _) => None,
        (Some(_), Principal::Federated { .. }) => {
            return Err(refuse("SessionDuration cannot be given for a federated user."));
        }
        (Some(text), _) => {
            let asked = text.parse().ok().filter(|seconds| (900..=DEFAULT_SECONDS).contains(seconds));
            Some(asked.ok_or_else(|| refuse("SessionDuration must be a number from 900 to 43200."))?)
        }
    };
    let state = world.get(&caller.account).ok_or_else(unknown_key)?;
    let token = SigninToken { access_key, session_token, issued: now, seconds };
    let payload = serde_json::to_vec(&token).unwrap_or_default();
    let seal = seal(state, &payload);
    Ok(format!("{}.{}", BASE64.encode(&payload), BASE64.encode(seal)))
}

fn seal(state: &State, payload: &[u8]) -> Vec<u8> {
    hmac(state.account().token_secret.as_bytes(), &[b"signin:", payload].concat()).as_slice().to_vec()
}

fn sign_in(world: &mut World, token: &str, id: &str, agent: String, now: Moment) -> Result<Value, Failure> {
    let invalid = || refuse("The sign-in token is not valid.");
    let (payload, given) = token.split_once('.').ok_or_else(invalid)?;
    let payload = BASE64.decode(payload).map_err(|_| invalid())?;
    let given = BASE64.decode(given).map_err(|_| invalid())?;
    let token: SigninToken = serde_json::from_slice(&payload).map_err(|_| invalid())?;
    if now.0.saturating_sub(token.issued.0) > TOKEN_SECONDS {
        return Err(refuse("The sign-in token is expired."));
    }
    let (caller, _) = caller(world, &token.access_key, &token.session_token, now)?;
    let state = world.get_mut(&caller.account).ok_or_else(invalid)?;
    if !bool::from(seal(state, &payload).as_slice().ct_eq(&given)) {
        return Err(invalid());
    }
    let most = match &caller.principal {
        Principal::Role { id, .. } => state.roles.get(id).and_then(|role| role.max_signin),
        Principal::User { id, .. } => {
            state.users.get(id).and_then(|user| user.login_profile.as_ref()).and_then(|profile| profile.max_signin)
        }
        _ => None,
    };
    let seconds = token.seconds.into_iter().chain(most).min().unwrap_or(DEFAULT_SECONDS);
    let principal = owner(&caller);
    let session = SigninSession {
        arn: format!("arn:aws:signin:{REGION}:{}:session/{id}", caller.account),
        principal: principal.clone(),
        issued: now,
        expires: Moment(now.0.saturating_add_unsigned(seconds)),
        region: REGION.to_owned(),
        agent,
        access_key: token.access_key,
        ..SigninSession::default()
    };
    let told = json!({
        "message": format!("Signed in as {principal}. This emulator has no web console."),
        "sessionArn": session.arn,
    });
    state.signin_sessions.put(session);
    Ok(told)
}
