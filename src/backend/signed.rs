//! Requests that are signed here, for what no client of the SDK can send.
//!
//! Each is a POST of one body, or a GET. Proxy, roots of trust, time limits, limiter, retries and errors are those of
//! every other call: what is sent here goes through `Run::call` too.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_iam::config::Credentials;
use aws_sdk_iam::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_types::service_config::ServiceConfigKey;

use super::profiles::Profiles;
use super::{Session, credentials, http};
use crate::model::LoadError;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Where a service is, and how its requests are signed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The URL without a path.
    pub(super) url: String,
    /// The Region that signatures name.
    pub(super) region: String,
    /// The name of the service that signatures name.
    pub(super) service: &'static str,
}

/// The way to one service, with the session's credentials.
pub(super) struct Signed {
    connector: http::Bounded<Connector>,
    place: Place,
    credentials: Credentials,
}

/// What a service answers instead of a result.
#[derive(Debug)]
pub(super) struct Refused(pub(super) ErrorMetadata);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Refused {}

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// An answer that came whole.
pub(super) struct Answer {
    /// Status, headers and body.
    pub(super) whole: HttpResponse,
    /// The body once more, to be read while the answer is at hand.
    pub(super) text: String,
}

impl Answer {
    /// Whether it is a result and no error.
    pub(super) fn is_success(&self) -> bool {
        self.whole.status().is_success()
    }
}

impl Session {
    /// The way to a service.
    pub(super) async fn signed(&self, place: Place) -> Result<Signed, LoadError> {
        let connector = http::connector(Some(&place.url), self.bundle(&place.url)?.as_deref())?;
        let profile = self.connection().profile.as_deref();
        let credentials = self.credentials().provide_credentials().await;
        let credentials = credentials.map_err(|failed| credentials::failed(&failed, profile))?;
        Ok(Signed { connector, place, credentials })
    }

    /// The roots of trust that the session's own clients were given.
    fn bundle(&self, url: &str) -> Result<Option<PathBuf>, LoadError> {
        if url.starts_with("http://") {
            return Ok(None);
        }
        let profiles = Profiles::load()?;
        let profile = profiles.selected(self.connection().profile.as_deref())?;
        Ok(http::bundle(profiles.setting(profile, "ca_bundle")))
    }
}

/// The endpoint that is set for a service: where every request goes, or where its own setting says.
pub(super) fn endpoint(config: &SdkConfig, service_id: &str) -> Option<String> {
    let given = config.endpoint_url().map(str::to_owned);
    if given.is_some() && config.get_origin("endpoint_url").is_client_config() {
        return given;
    }
    let key =
        ServiceConfigKey::builder().service_id(service_id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let own = config.service_config().zip(key.ok()).and_then(|(settings, key)| settings.load_config(key));
    own.or(given)
}

impl Signed {
    /// Posts a body to a path, which may end in a query string.
    pub(super) async fn post(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Result<Answer, SdkError<Refused>> {
        self.send("POST", path, headers, body).await
    }

    /// Asks for what is at a path, which may end in a query string.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, SdkError<Refused>> {
        self.send("GET", path, &[], "").await
    }

    /// Sends a request to a path, which may end in a query string.
    pub(super) async fn send(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Result<Answer, SdkError<Refused>> {
        let request = self.request(method, path, headers, body).map_err(SdkError::construction_failure)?;
        let mut whole = self.connector.call(request).await.map_err(SdkError::dispatch_failure)?;
        let bytes = match ByteStream::new(whole.take_body()).collect().await {
            Ok(bytes) => bytes.into_bytes(),
            Err(broken) => {
                // What is left without its bytes is known as an answer that broke off.
                let (status, body) = (whole.status(), SdkBody::taken());
                return Err(SdkError::response_error(broken, HttpResponse::new(status, body)));
            }
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        *whole.body_mut() = SdkBody::from(bytes);
        Ok(Answer { whole, text })
    }

    fn request(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method)?;
        request.set_uri(format!("{}{path}", self.place.url.trim_end_matches('/')))?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, (*value).to_owned());
        }
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.place.region)
            .name(self.place.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let body = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new(request.method(), request.uri(), request.headers().iter(), body)?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = request.try_into_http1x()?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.try_into()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_endpoint_of_the_session_is_asked_instead_of_aws() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:1").build();
        assert_eq!(endpoint(&config, "AccessAnalyzer").as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(endpoint(&SdkConfig::builder().build(), "IAM"), None);
    }
}
