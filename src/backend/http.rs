//! The HTTP client, built in one place, and how long things may take.
//!
//! The proxy is that of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), the roots of
//! trust are the machine's own or, as in the AWS CLI, those of `AWS_CA_BUNDLE` alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_sdk_iam::config::SharedHttpClient;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::budget;
use super::credentials::SIGN_IN;
use crate::api::{Iam, Operation, Service};
use crate::base::bounded;
use crate::model::{ErrorKind, LoadError};

/// The most bytes of a certificate bundle; that of all public authorities has a quarter of one MiB.
const LARGEST_BUNDLE: u64 = 16 << 20;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one attempt at a call may take, from the first byte sent to the last one read.
pub(super) const ATTEMPT: Duration = Duration::from_secs(10);

/// The client for an endpoint; a bundle replaces the machine's own roots of trust.
pub(super) fn client(endpoint: Option<&str>, bundle: Option<&Path>) -> Result<SharedHttpClient, LoadError> {
    let way = Way::to(endpoint, bundle)?;
    let client = Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(aws_sdk_iam::config::RuntimeComponents::sleep_impl));
        way.open(connector)
    });
    Ok(SharedHttpClient::new(Bounded(client)))
}

/// A single connector to an endpoint, for a call that no client of the SDK makes.
pub(super) fn connector(endpoint: Option<&str>, bundle: Option<&Path>) -> Result<Bounded<Connector>, LoadError> {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
    Ok(Bounded(Way::to(endpoint, bundle)?.open(Connector::builder().connector_settings(settings))))
}

/// A client or connector whose answers end where they have more bytes than any such answer has.
#[derive(Debug)]
pub(super) struct Bounded<T>(T);

impl HttpClient for Bounded<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Bounded(self.0.http_connector(settings, components)))
    }
}

impl<T: HttpConnector> HttpConnector for Bounded<T> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let most = largest(request.body().bytes().unwrap_or_default());
        let counter = budget::counter();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let body = answer.take_body().map_frame(move |frame| {
                if let (Some(counter), Some(data)) = (&counter, frame.data_ref()) {
                    counter.fetch_add(data.len() as u64, Ordering::Relaxed);
                }
                frame
            });
            *answer.body_mut() = SdkBody::from_body_1_x(Limited::new(body, most));
            Ok(answer)
        })
    }
}

/// The most bytes that a request may be answered with, by the operation that a form names.
///
/// A page of the bulk read may hold up to a thousand entities with documents of ten thousand characters, each of which may
/// be escaped to three; a page of a list holds a thousand rows, and all else is one document of 131,072 characters.
fn largest(request: &[u8]) -> usize {
    let action = request.strip_prefix(b"Action=").and_then(|rest| rest.split(|byte| *byte == b'&').next());
    let operation = action.and_then(|name| Operation::named(Service::Iam, std::str::from_utf8(name).ok()?));
    match operation {
        Some(Operation::Iam(Iam::GetAccountAuthorizationDetails)) => 128 << 20,
        Some(Operation::Iam(Iam::GetCredentialReport)) => 32 << 20,
        Some(operation) if operation.model().is_some_and(|model| model.paging.is_some()) => 32 << 20,
        _ => 4 << 20,
    }
}

/// Whether an answer was given up because it has more bytes than it may.
pub(super) fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(now) = cause {
        if now.is::<LengthLimitError>() {
            return true;
        }
        cause = now.source();
    }
    false
}

/// How an endpoint is reached: past which proxy, trusting whom.
struct Way {
    proxy: ProxyConfig,
    tls: Option<TlsContext>,
}

impl Way {
    fn to(endpoint: Option<&str>, bundle: Option<&Path>) -> Result<Self, LoadError> {
        let plain = endpoint.is_some_and(|url| url.starts_with("http://"));
        let proxy = if endpoint.is_some_and(is_loopback) { ProxyConfig::disabled() } else { ProxyConfig::from_env() };
        // Reading the machine's roots takes tens of milliseconds, which an emulator next door need not wait for.
        let tls = if plain { None } else { Some(tls(bundle)?) };
        Ok(Self { proxy, tls })
    }

    fn open(&self, connector: ConnectorBuilder) -> Connector {
        let connector = connector.proxy_config(self.proxy.clone());
        match &self.tls {
            Some(context) => {
                connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context.clone()).build()
            }
            None => connector.build_http(),
        }
    }
}

/// Whether a URL leads to this machine, where no proxy can follow.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn tls(bundle: Option<&Path>) -> Result<TlsContext, LoadError> {
    let trusted = match bundle {
        Some(path) => TrustStore::empty().with_pem_certificate(read_bundle(path)?),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder().with_trust_store(trusted).build();
    context.map_err(|error| LoadError::new(ErrorKind::Configuration, SIGN_IN).detail(&error.to_string()))
}

/// The certificates of a bundle that can be roots of trust, as PEM.
///
/// The client takes what it is given on trust and panics on the rest, so each is tried here.
fn read_bundle(path: &Path) -> Result<String, LoadError> {
    let shown = path.display();
    let wrong = |detail: String| LoadError::new(ErrorKind::Configuration, SIGN_IN).detail(&detail);
    let bytes = bounded::read(path, LARGEST_BUNDLE)
        .map_err(|error| wrong(format!("the certificate bundle `{shown}` cannot be read: {error}")))?;
    let mut store = RootCertStore::empty();
    let mut pem = String::new();
    for certificate in CertificateDer::pem_slice_iter(&bytes).flatten() {
        let text = STANDARD.encode(&certificate);
        if store.add(certificate).is_ok() {
            let _ = writeln!(pem, "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----");
        }
    }
    if store.is_empty() {
        return Err(wrong(format!("the certificate bundle `{shown}` holds no certificate")));
    }
    Ok(pem)
}

/// The bundle that `AWS_CA_BUNDLE` names, or else the profile's `ca_bundle`.
pub(super) fn bundle(of_profile: Option<&str>) -> Option<PathBuf> {
    let set = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()).map(PathBuf::from);
    set.or_else(|| of_profile.map(PathBuf::from))
}

/// The SDK's own time limits: only that on connecting, as [`attempt`] holds the whole call.
pub(super) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).build()
}

/// The time limits of calls that nothing else holds: those that find credentials.
pub(super) fn sign_in_timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(ATTEMPT).build()
}

/// How long one attempt at an operation may take. The bulk read of a full account takes AWS many seconds.
pub(super) fn attempt(operation: Operation) -> Duration {
    match operation {
        Operation::Iam(Iam::GetAccountAuthorizationDetails | Iam::GetCredentialReport) => ATTEMPT * 3,
        _ => ATTEMPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_any_of_its_names() {
        for url in ["http://localhost:5000", "http://127.0.0.1", "https://127.1.2.3:1/x", "http://[::1]:80"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["http://localhost.example.com", "https://iam.amazonaws.com", "http://10.0.0.1:80"] {
            assert!(!is_loopback(url), "{url}");
        }
    }

    #[test]
    fn an_answer_may_be_as_long_as_its_operation_needs() {
        assert_eq!(largest(b"Action=GetAccountAuthorizationDetails&Version=2010-05-08"), 128 << 20);
        assert_eq!(largest(b"Action=ListUsers"), 32 << 20);
        assert_eq!(largest(b"Action=GetUser&UserName=List"), 4 << 20);
        assert_eq!(largest(b"{}"), 4 << 20);
    }

    #[track_caller]
    fn check_bundle(text: &str, wanted: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let told = client(None, Some(file.path())).unwrap_err().told().message;
        assert!(told.contains(wanted) && told.contains("certificate bundle"), "{told}");
    }

    #[test]
    fn a_bundle_without_certificates_is_refused_in_words() {
        check_bundle("", "holds no certificate");
        check_bundle("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate");
        check_bundle("-----BEGIN CERTIFICATE-----\n!!!!", "holds no certificate");
        let missing = client(None, Some(Path::new("/nowhere/ca.pem"))).unwrap_err();
        assert!(missing.told().message.contains("`/nowhere/ca.pem` cannot be read"), "{missing}");
    }

    #[test]
    fn what_in_a_bundle_is_no_certificate_is_left_out() {
        let key = rcgen::generate_simple_self_signed(["iam.test".to_owned()]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            format!("# my own\n{}{}", key.cert.pem(), "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
        )
        .unwrap();
        assert_eq!(read_bundle(file.path()).unwrap().matches("BEGIN").count(), 1);
        client(None, Some(file.path())).unwrap();
    }
}
