//! The HTTP client, built in one place, and how long things may take.

use std::time::Duration;

use aws_sdk_iam::config::SharedHttpClient;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one attempt at a call may take, from the first byte sent to the last one read.
const ATTEMPT: Duration = Duration::from_secs(10);

/// The client for an endpoint: TLS with the machine's own roots, or none for plain HTTP.
///
/// Reading the machine's roots takes tens of milliseconds, which an emulator next door need not wait for.
pub(super) fn client(endpoint: Option<&str>) -> SharedHttpClient {
    if endpoint.is_some_and(|url| url.starts_with("http://")) {
        Builder::new().build_http()
    } else {
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
    }
}

/// The SDK's own time limits: only that on connecting, as [`attempt`] holds the whole call.
pub(super) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).build()
}

/// How long one attempt at an operation may take. The bulk read of a full account takes AWS many seconds.
pub(super) fn attempt(operation: &str) -> Duration {
    match operation {
        "GetAccountAuthorizationDetails" | "GetCredentialReport" => ATTEMPT * 3,
        _ => ATTEMPT,
    }
}
