//! `ValidatePolicy` of IAM Access Analyzer, asked over the session.
//!
//! It is one operation of a service whose client would bring dozens, so its one request is written and signed
//! here. Proxy, roots of trust, time limits, limiter, retries and errors are those of every other call.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html>

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
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
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::profiles::Profiles;
use super::run::Sink;
use super::{Session, Urgency, credentials, http};
use crate::catalog::regions;
use crate::model::{ErrorKind, LoadError};
use crate::policy::PolicyKind;
use crate::policy::answer::policy_type;

const OPERATION: &str = "ValidatePolicy";
/// The name of the service in signatures.
const SERVICE: &str = "access-analyzer";
const PATH: &str = "/policy/validation";

type BoxError = Box<dyn StdError + Send + Sync>;

impl Session {
    /// What the service says of a policy of this kind: its findings in its own shape, of all pages.
    pub async fn validate_policy(&self, text: &str, kind: PolicyKind, sink: &Sink) -> Result<Vec<Value>, LoadError> {
        let Some((policy, resource)) = policy_type(kind) else {
            let told = format!("AWS has no checks for a policy of the kind `{}`", kind.name());
            return Err(LoadError::new(ErrorKind::Unsupported, OPERATION).detail(&told));
        };
        let mut body = json!({"policyDocument": text, "policyType": policy});
        if let (Some(resource), Some(body)) = (resource, body.as_object_mut()) {
            body.insert("validatePolicyResourceType".to_owned(), resource.into());
        }
        let wire = self.wire(body.to_string()).await?;
        let run = self.run(Urgency::Now, None, Arc::clone(sink), CancellationToken::new());
        let mut findings = Vec::new();
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let mut page = run.call(OPERATION, || wire.send(token.as_deref())).await?;
            match page.remove("findings") {
                Some(Value::Array(rows)) => findings.extend(rows),
                _ => return Err(garbled("the answer has no findings")),
            }
            match page.remove("nextToken") {
                None | Some(Value::Null) => return Ok(findings),
                Some(Value::String(next)) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => return Err(garbled("the same page comes again")),
            }
        }
    }

    /// What the request is sent with: where to, over what, signed by whom.
    async fn wire(&self, body: String) -> Result<Wire, LoadError> {
        let config = self.config();
        let url = endpoint(config);
        let connector = http::connector(Some(&url), self.bundle(&url)?.as_deref())?;
        let profile = self.connection().profile.as_deref();
        let credentials = self.credentials().provide_credentials().await;
        let credentials = credentials.map_err(|failed| credentials::failed(&failed, profile))?;
        Ok(Wire { connector, url, region: self.connection().region.clone(), credentials, body })
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

fn garbled(detail: &str) -> LoadError {
    LoadError::new(ErrorKind::Garbled, OPERATION).detail(detail)
}

/// Where the service is: where every request goes, where its own setting says, else at AWS.
fn endpoint(config: &SdkConfig) -> String {
    let given = config.endpoint_url().map(str::to_owned);
    if let (Some(url), true) = (&given, config.get_origin("endpoint_url").is_client_config()) {
        return url.clone();
    }
    let key = ServiceConfigKey::builder()
        .service_id("AccessAnalyzer")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let own = config.service_config().zip(key.ok()).and_then(|(settings, key)| settings.load_config(key));
    if let Some(url) = own.or(given) {
        return url;
    }
    let region = config.region().map_or("", AsRef::as_ref);
    at_aws(region, config.use_fips() == Some(true), config.use_dual_stack() == Some(true))
}

/// The service's own endpoint in a Region.
fn at_aws(region: &str, fips: bool, dual_stack: bool) -> String {
    // A Region that is newer than the table is most likely one of the largest partition.
    let partition = regions::partition_of(region).or_else(|| regions::partition("aws"));
    let name = partition.map_or("aws", |partition| partition.name);
    let plain = partition.map_or("amazonaws.com", |partition| partition.domain);
    let domain = match name {
        "aws-cn" if dual_stack => "api.amazonwebservices.com.cn",
        "aws" | "aws-us-gov" if dual_stack => "api.aws",
        "aws-eusc" if dual_stack => "api.amazonwebservices.eu",
        _ => plain,
    };
    // In GovCloud the plain endpoint is the one for FIPS.
    let host = if fips && (name != "aws-us-gov" || dual_stack) { "access-analyzer-fips" } else { SERVICE };
    format!("https://{host}.{region}.{domain}")
}

/// A request that can be sent again and again.
struct Wire {
    connector: http::Bounded<Connector>,
    url: String,
    region: String,
    credentials: Credentials,
    body: String,
}

/// What the service answers instead of findings.
#[derive(Debug)]
struct Refused(ErrorMetadata);

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

impl Wire {
    async fn send(&self, token: Option<&str>) -> Result<Map<String, Value>, SdkError<Refused>> {
        let request = self.signed(token).map_err(SdkError::construction_failure)?;
        let mut answer = self.connector.call(request).await.map_err(SdkError::dispatch_failure)?;
        let bytes = match ByteStream::new(answer.take_body()).collect().await {
            Ok(bytes) => bytes.into_bytes(),
            Err(broken) => {
                // What is left without its bytes is known as an answer that broke off.
                let (status, body) = (answer.status(), SdkBody::taken());
                return Err(SdkError::response_error(broken, HttpResponse::new(status, body)));
            }
        };
        *answer.body_mut() = SdkBody::from(bytes.clone());
        let body = serde_json::from_slice::<Value>(&bytes);
        match body {
            Ok(Value::Object(page)) if answer.status().is_success() => Ok(page),
            Err(error) if answer.status().is_success() => Err(SdkError::response_error(error, answer)),
            body => {
                let told = refused(answer.headers().get("x-amzn-errortype"), body.ok().as_ref());
                Err(SdkError::service_error(told, answer))
            }
        }
    }

    fn signed(&self, token: Option<&str>) -> Result<HttpRequest, BoxError> {
        let base = self.url.trim_end_matches('/');
        let page = token.map(|token| format!("?nextToken={}", utf8_percent_encode(token, NON_ALPHANUMERIC)));
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_str()));
        request.set_method("POST")?;
        request.set_uri(format!("{base}{PATH}{}", page.unwrap_or_default()))?;
        request.headers_mut().insert("content-type", "application/json");
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let body = SignableBody::Bytes(self.body.as_bytes());
        let signable = SignableRequest::new(request.method(), request.uri(), request.headers().iter(), body)?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = request.try_into_http1x()?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.try_into()?)
    }
}

/// The error of a REST-JSON answer: its code is in a header, or in the body, perhaps with a name space or a link.
fn refused(header: Option<&str>, body: Option<&Value>) -> Refused {
    let field = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    let code = header.or_else(|| field("__type")).or_else(|| field("code"));
    let code = code.and_then(|code| code.split(':').next()).and_then(|code| code.rsplit('#').next());
    let mut meta = ErrorMetadata::builder();
    if let Some(code) = code {
        meta = meta.code(code);
    }
    if let Some(message) = field("message").or_else(|| field("Message")) {
        meta = meta.message(message);
    }
    Refused(meta.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_that_of_the_region_and_its_partition() {
        for (region, fips, dual_stack, wanted) in [
            ("eu-west-1", false, false, "https://access-analyzer.eu-west-1.amazonaws.com"),
            ("us-east-2", true, false, "https://access-analyzer-fips.us-east-2.amazonaws.com"),
            ("us-east-2", false, true, "https://access-analyzer.us-east-2.api.aws"),
            ("us-east-2", true, true, "https://access-analyzer-fips.us-east-2.api.aws"),
            ("us-gov-west-1", true, false, "https://access-analyzer.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", false, false, "https://access-analyzer.cn-north-1.amazonaws.com.cn"),
            ("cn-north-1", false, true, "https://access-analyzer.cn-north-1.api.amazonwebservices.com.cn"),
            ("us-iso-east-1", false, false, "https://access-analyzer.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(at_aws(region, fips, dual_stack), wanted);
        }
    }

    #[test]
    fn another_endpoint_of_the_session_is_asked_instead_of_aws() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:1").build();
        assert_eq!(endpoint(&config), "http://127.0.0.1:1");
    }

    #[track_caller]
    fn check(header: Option<&str>, body: &Value, code: Option<&str>, message: Option<&str>) {
        let Refused(meta) = refused(header, Some(body));
        assert_eq!((meta.code(), meta.message()), (code, message));
    }

    #[test]
    fn an_errors_code_is_found_wherever_it_stands() {
        check(
            Some("AccessDeniedException:http://x/"),
            &json!({"message": "no"}),
            Some("AccessDeniedException"),
            Some("no"),
        );
        check(None, &json!({"__type": "a.b#ThrottlingException"}), Some("ThrottlingException"), None);
        check(None, &json!("gone"), None, None);
    }
}
