//! The HTTP client, built in one place, and how long things may take.
//!
//! The proxy is that of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), the roots of
//! trust are the machine's own or, as in the AWS CLI, those of `AWS_CA_BUNDLE` alone.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_iam::config::SharedHttpClient;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::{BodyExt as _, BodyStream, LengthLimitError, Limited, StreamBody};
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
        let form = request.body().bytes().unwrap_or_default();
        let (most, is_query) = (largest(form), form.starts_with(b"Action="));
        let counter = budget::counter();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let body = Limited::new(counted(answer.take_body(), counter), most);
            let ends = is_query && answer.status().is_success();
            *answer.body_mut() = if ends { whole(body) } else { SdkBody::from_body_1_x(body) };
            Ok(answer)
        })
    }
}

/// A body whose bytes are counted as they come, where somebody counts them.
fn counted(body: SdkBody, counter: Option<Arc<AtomicU64>>) -> SdkBody {
    let Some(counter) = counter else { return body };
    SdkBody::from_body_1_x(body.map_frame(move |frame| {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        counter.fetch_add(length, Ordering::Relaxed);
        frame
    }))
}

/// The body of an answer in the Query protocol, which fails where its XML breaks off.
///
/// The SDK takes what it has read by then for the whole answer: half of a new secret for the secret.
fn whole(body: Limited<SdkBody>) -> SdkBody {
    let edges = Arc::new(Mutex::new(Edges::default()));
    let seen = Arc::clone(&edges);
    let frames = BodyStream::new(body).inspect_ok(move |frame| {
        if let Some(data) = frame.data_ref() {
            seen.lock().unwrap_or_else(PoisonError::into_inner).take(data);
        }
    });
    let end = std::iter::once_with(move || edges.lock().unwrap_or_else(PoisonError::into_inner).broken()).flatten();
    SdkBody::from_body_1_x(StreamBody::new(frames.chain(stream::iter(end.map(Err)))))
}

/// How an answer begins and ends, blanks apart.
#[derive(Debug, Default)]
struct Edges {
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Edges {
    /// How the root element of every answer ends.
    const END: &[u8] = b"Response>";
    /// What holds the XML declaration and the name of the root element.
    const HEAD: usize = 160;

    fn take(&mut self, data: &[u8]) {
        let room = Self::HEAD.saturating_sub(self.first.len());
        self.first.extend(data.iter().take(room));
        let kept = data.len().saturating_sub(Self::END.len() * 8);
        self.last.extend(data.iter().skip(kept).copied().filter(|byte| !byte.is_ascii_whitespace()));
        let surplus = self.last.len().saturating_sub(Self::END.len());
        self.last.drain(..surplus);
    }

    /// The error of an answer that begins as one and does not end.
    fn broken(&self) -> Option<BoxError> {
        let name = b"Response";
        let is_answer = self.first.windows(name.len()).any(|part| part == name);
        let is_whole = self.last.ends_with(Self::END) || self.last.ends_with(b"/>");
        let error = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer breaks off");
        (is_answer && !is_whole).then(|| error().into())
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
        return Err(wrong(format!("the certificate bundle `{shown}` contains no certificate")));
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

    #[track_caller]
    fn check_edges(parts: &[&str], is_whole: bool) {
        let mut edges = Edges::default();
        for part in parts {
            edges.take(part.as_bytes());
        }
        assert_eq!(edges.broken().is_none(), is_whole, "{parts:?}");
    }

    #[test]
    fn an_answer_whose_xml_breaks_off_is_none() {
        check_edges(&["<?xml version=\"1.0\"?>\n<GetUserResponse><a/>", "</GetUserResponse>\n\n"], true);
        check_edges(&["<GetUserResponse></GetUser", "Resp", "onse", ">"], true);
        check_edges(&["<GetUserResponse><SecretAccessKey>abc"], false);
        check_edges(&["<GetUserResponse><SecretAccessKey>abc</SecretAccessKey>"], false);
        check_edges(&["<", "GetUserResponse>", "</GetUserResp"], false);
        // What is no answer of the service is not for this to judge.
        check_edges(&[], true);
        check_edges(&["{}"], true);
        check_edges(&["<html>", "</html>"], true);
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
        let told = client(None, Some(file.path())).unwrap_err().user_error().message;
        assert!(told.contains(wanted) && told.contains("certificate bundle"), "{told}");
    }

    #[test]
    fn a_bundle_without_certificates_is_refused_in_words() {
        check_bundle("", "contains no certificate");
        check_bundle("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "contains no certificate");
        check_bundle("-----BEGIN CERTIFICATE-----\n!!!!", "contains no certificate");
        let missing = client(None, Some(Path::new("/nowhere/ca.pem"))).unwrap_err();
        assert!(missing.user_error().message.contains("`/nowhere/ca.pem` cannot be read"), "{missing}");
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
