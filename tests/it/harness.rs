//! An emulator of one's own for a test, with SDK clients that speak to it.

#![allow(dead_code, reason = "the rooms that use its parts land one by one")]

use std::time::Duration;

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use iamtui::base::clock::Clock;
use iamtui::emulator::{self, Handle, KeyPair, Options, Place, Seed};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

/// The account of every test emulator.
pub const ACCOUNT: &str = "123456789012";
/// The moment at which every fixed clock stands: 2026-01-15T12:00:00Z.
pub const NOON: i64 = 1_768_478_400;

/// An emulator in this process that keeps nothing, on a port of its own.
///
/// Clients sign with the machine's clock, so the emulator runs on it too; [`Emulator::fixed`] gives one whose
/// clock stands still, for raw requests and for seeds with stable dates.
pub struct Emulator {
    /// The running emulator.
    pub handle: Handle,
}

impl Emulator {
    /// An empty account.
    pub fn empty() -> Self {
        Self::with(|_| {})
    }

    /// The demo company, with stable ids.
    pub fn demo() -> Self {
        Self::with(|options| options.seed = Seed::Demo)
    }

    /// An emulator whose clock stands still at [`NOON`].
    pub fn fixed() -> Self {
        Self::with(|options| options.clock = noon())
    }

    /// An emulator with other options.
    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = options();
        change(&mut options);
        Self { handle: emulator::start(options).unwrap() }
    }

    /// An IAM client of the root user.
    pub fn iam(&self) -> aws_sdk_iam::Client {
        self.iam_as(&self.handle.root)
    }

    /// An IAM client with another key.
    pub fn iam_as(&self, key: &KeyPair) -> aws_sdk_iam::Client {
        self.iam_with(credentials(key))
    }

    /// An IAM client with other credentials.
    pub fn iam_with(&self, credentials: Credentials) -> aws_sdk_iam::Client {
        client(&self.handle.endpoint, credentials)
    }

    /// An STS client of the root user.
    pub fn sts(&self) -> aws_sdk_sts::Client {
        self.sts_as(credentials(&self.handle.root))
    }

    /// An STS client with other credentials.
    pub fn sts_as(&self, credentials: Credentials) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url(&self.handle.endpoint)
                .region(Region::new("us-east-1"))
                .credentials_provider(credentials)
                .http_client(http_client())
                .retry_config(aws_sdk_sts::config::retry::RetryConfig::disabled())
                .build(),
        )
    }

    /// `host:port`, for raw requests.
    pub fn address(&self) -> &str {
        self.handle.endpoint.trim_start_matches("http://")
    }
}

/// Runs a future to its end, for tests that press keys and ask the emulator between them.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// Options of a test emulator: nothing kept, calls logged, ids that repeat.
pub fn options() -> Options {
    let mut options = Options::new(Place::Ephemeral);
    options.id_seed = Some(7);
    options.log = true;
    options.account = Some(ACCOUNT.to_owned());
    options
}

/// A clock that stands still at [`NOON`].
pub fn noon() -> Clock {
    Clock::fixed(Timestamp::from_second(NOON).unwrap())
}

/// An IAM client of any endpoint.
pub fn client(endpoint: &str, credentials: Credentials) -> aws_sdk_iam::Client {
    let timeout = aws_sdk_iam::config::timeout::TimeoutConfig::builder();
    aws_sdk_iam::Client::from_conf(
        aws_sdk_iam::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(endpoint)
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials)
            .http_client(http_client())
            .retry_config(aws_sdk_iam::config::retry::RetryConfig::disabled())
            .timeout_config(timeout.operation_timeout(Duration::from_secs(20)).build())
            .build(),
    )
}

/// A key as the SDK takes it.
pub fn credentials(key: &KeyPair) -> Credentials {
    Credentials::new(&key.id, key.secret.expose_secret(), None, None, "test")
}

/// An HTTP client without TLS: emulators are on loopback.
pub fn http_client() -> impl aws_sdk_iam::config::HttpClient + Clone + 'static {
    aws_smithy_http_client::Builder::new().build_http()
}

/// The code and the message of a failed call.
#[track_caller]
pub fn failure<T: std::fmt::Debug, E, R>(result: Result<T, aws_sdk_iam::error::SdkError<E, R>>) -> (String, String)
where
    E: aws_sdk_iam::error::ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    let error = result.expect_err("the call should fail");
    let service = error.as_service_error().unwrap_or_else(|| panic!("no answer of the service: {error:?}"));
    (service.code().unwrap_or_default().to_owned(), reason(service.message().unwrap_or_default()).to_owned())
}

/// A text without the link and the id that end a denial, which are new each time.
pub fn reason(text: &str) -> &str {
    text.split_once(". Go to https://").map_or(text, |(reason, _)| reason)
}

/// Checks that a call fails with this code and message.
#[track_caller]
pub fn fails<T: std::fmt::Debug, E, R>(result: Result<T, aws_sdk_iam::error::SdkError<E, R>>, code: &str, message: &str)
where
    E: aws_sdk_iam::error::ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    assert_eq!(failure(result), (code.to_owned(), message.to_owned()));
}
