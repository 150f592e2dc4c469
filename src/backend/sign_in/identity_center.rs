//! Signing in to IAM Identity Center with a code that is confirmed in a browser.
//!
//! The token lands where the AWS CLI keeps it; from there the SDK takes it, renews it and gets the role's
//! credentials with it.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_iam::config::Region;
use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::operation::create_token::{CreateTokenError, CreateTokenOutput};
use aws_sdk_ssooidc::operation::start_device_authorization::StartDeviceAuthorizationOutput;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{Ask, Asker, cache, token_file, translate};
use crate::api::SsoOidc;
use crate::backend::credentials::SIGN_IN;
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

/// How long a token must last at least, or it is renewed first.
const LEAST: SignedDuration = SignedDuration::from_mins(5);

/// How long to wait between two questions where the service does not say.
const INTERVAL: i32 = 5;

/// An Identity Center session: an `sso-session` section, or what a profile says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoSession {
    /// The section's name.
    pub name: Option<String>,
    /// The page to sign in at.
    pub start_url: String,
    /// The Region of Identity Center.
    pub region: String,
    /// What the token is for.
    pub scopes: Vec<String>,
}

/// The registration of this program, which a person's token belongs to.
struct Registration {
    id: String,
    secret: Secret,
    ends: Timestamp,
}

/// Sees to it that there is a good token; when it ends for good, where it cannot be renewed.
pub(super) async fn ensure(
    session: &SsoSession,
    config: &SdkConfig,
    asker: &Asker,
    clock: &Clock,
) -> Result<Option<Timestamp>, LoadError> {
    let file = cache::token_file(session.name.as_deref().unwrap_or(&session.start_url));
    let file =
        file.ok_or_else(|| LoadError::new(ErrorKind::Configuration, SIGN_IN).detail("there is no home folder"))?;
    token_file::check(&file)?;
    let held = cache::read(&file).unwrap_or_default();
    let text = |key: &str| held.get(key).and_then(Value::as_str);
    let time = |key: &str| text(key).and_then(cache::time);
    let now = clock.now();
    let good = |key: &str| time(key).is_some_and(|end| end.duration_since(now) > LEAST);
    let renews = text("refreshToken").is_some() && text("clientSecret").is_some() && good("registrationExpiresAt");
    // With a client of its own the SDK renews a token; one that can no longer be renewed is told by the SDK.
    if text("accessToken").is_some() && (good("expiresAt") || renews) {
        return Ok(if renews { None } else { time("expiresAt") });
    }
    let client = client(session, config);
    let registration = match registered(&held, now) {
        Some(registration) => registration,
        None => register(&client, session, now).await?,
    };
    let begun = start(&client, session, &registration).await?;
    let ask = ask(&begun, session, now);
    // The asker's end of the line: it closes when the person gives up.
    let gives_up = asker(ask);
    let token = tokio::select! {
        biased;
        _ = gives_up => return Err(LoadError::new(ErrorKind::SignInNeeded, SIGN_IN).detail("Identity Center was not signed in to")),
        token = poll(&client, &registration, &begun) => token?,
    };
    let ends = clock.now() + SignedDuration::from_secs(token.expires_in().into());
    let mut value = Map::new();
    value.insert("startUrl".into(), session.start_url.clone().into());
    value.insert("region".into(), session.region.clone().into());
    value.insert("accessToken".into(), token.access_token().unwrap_or_default().into());
    value.insert("expiresAt".into(), written(ends).into());
    value.insert("clientId".into(), registration.id.clone().into());
    value.insert("clientSecret".into(), registration.secret.reveal().into());
    value.insert("registrationExpiresAt".into(), written(registration.ends).into());
    if let Some(refresh) = token.refresh_token() {
        value.insert("refreshToken".into(), refresh.into());
    }
    let kept = cache::write(&file, &json!(value));
    kept.map_err(|error| {
        let detail = format!("the token cannot be kept in `{}`: {error}", file.display());
        LoadError::new(ErrorKind::Configuration, SIGN_IN).detail(&detail)
    })?;
    Ok(token.refresh_token().is_none().then_some(ends))
}

fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn client(session: &SsoSession, config: &SdkConfig) -> Client {
    // An endpoint that was named for IAM is none of Identity Center's; `AWS_ENDPOINT_URL_SSO_OIDC` still counts.
    let mut config = config.to_builder();
    config.set_endpoint_url(None);
    let config = config.region(Region::new(session.region.clone())).timeout_config(super::http::sign_in_timeouts());
    Client::new(&config.build())
}

fn registered(held: &Map<String, Value>, now: Timestamp) -> Option<Registration> {
    let text = |key: &str| held.get(key).and_then(Value::as_str);
    let ends = cache::time(text("registrationExpiresAt")?)?;
    let lasts = ends.duration_since(now) > SignedDuration::from_hours(1);
    let (id, secret) = (text("clientId")?.to_owned(), Secret::new(text("clientSecret")?));
    lasts.then_some(Registration { id, secret, ends })
}

async fn register(client: &Client, session: &SsoSession, now: Timestamp) -> Result<Registration, LoadError> {
    let scopes = (!session.scopes.is_empty()).then(|| session.scopes.clone());
    let request = client.register_client().client_name("iamtui").client_type("public").set_scopes(scopes);
    let answer = request.send().await.map_err(|failed| translate(SsoOidc::RegisterClient, &failed))?;
    let ends = Timestamp::from_second(answer.client_secret_expires_at()).unwrap_or(now);
    let secret = Secret::new(answer.client_secret().unwrap_or_default());
    Ok(Registration { id: answer.client_id().unwrap_or_default().to_owned(), secret, ends })
}

async fn start(
    client: &Client,
    session: &SsoSession,
    registration: &Registration,
) -> Result<StartDeviceAuthorizationOutput, LoadError> {
    client
        .start_device_authorization()
        .client_id(&registration.id)
        .client_secret(registration.secret.reveal())
        .start_url(&session.start_url)
        .send()
        .await
        .map_err(|failed| translate(SsoOidc::StartDeviceAuthorization, &failed))
}

fn ask(begun: &StartDeviceAuthorizationOutput, session: &SsoSession, now: Timestamp) -> Ask {
    let page = begun.verification_uri().unwrap_or(&session.start_url).to_owned();
    Ask::Browser {
        code: begun.user_code().unwrap_or_default().to_owned(),
        link: begun.verification_uri_complete().unwrap_or(&page).to_owned(),
        page,
        expires: now + SignedDuration::from_secs(begun.expires_in().into()),
    }
}

/// Asks for the token until the person has confirmed the code, or let it pass.
async fn poll(
    client: &Client,
    registration: &Registration,
    begun: &StartDeviceAuthorizationOutput,
) -> Result<CreateTokenOutput, LoadError> {
    let mut interval = match begun.interval() {
        0 => INTERVAL,
        given => given,
    };
    loop {
        tokio::time::sleep(Duration::from_secs(interval.unsigned_abs().into())).await;
        let answer = client
            .create_token()
            .client_id(&registration.id)
            .client_secret(registration.secret.reveal())
            .grant_type("urn:ietf:params:oauth:grant-type:device_code")
            .device_code(begun.device_code().unwrap_or_default())
            .send()
            .await;
        let failed = match answer {
            Ok(token) => return Ok(token),
            Err(failed) => failed,
        };
        match failed.as_service_error() {
            Some(CreateTokenError::AuthorizationPendingException(_)) => {}
            Some(CreateTokenError::SlowDownException(_)) => interval += INTERVAL,
            Some(CreateTokenError::ExpiredTokenException(_)) => {
                return Err(
                    LoadError::new(ErrorKind::SignInNeeded, SIGN_IN).detail("the code was not confirmed in time")
                );
            }
            _ => return Err(translate(SsoOidc::CreateToken, &failed)),
        }
    }
}
