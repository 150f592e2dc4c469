//! Where credentials come from: the SDK's own providers in the AWS CLI's order.
//!
//! The SDK's default chain ends at the EC2 metadata service, which makes every start without credentials
//! wait for seconds where there is none. Here it is asked only where the machine says that it is EC2.

use std::path::PathBuf;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::config::{Credentials, Region};

use super::error;
use super::sign_in::FromFile;
use crate::base::nearest::nearest;
use crate::model::{ErrorKind, LoadError};

/// What the step of finding credentials is called in errors, as it is no operation of the API.
pub(super) const SIGN_IN: &str = "sign-in";

/// How long one source may take: a profile may ask a process.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The Region for signing: as given, else of the environment, else of the profile, else the home of the partition, as
/// IAM has one endpoint there.
pub(super) fn region(given: Option<&str>, of_profile: Option<&str>, partition: &str) -> Region {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let found = given.map(str::to_owned).or_else(|| set("AWS_REGION")).or_else(|| set("AWS_DEFAULT_REGION"));
    let found = found.or_else(|| of_profile.map(str::to_owned));
    found.map_or(Region::from_static(home(partition)), Region::new)
}

/// The Region that signs for IAM in a partition.
pub(super) fn home(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-iso-e" => "eu-isoe-west-1",
        "aws-iso-f" => "us-isof-south-1",
        _ => "us-east-1",
    }
}

/// The chain of providers where neither the environment has a key nor a profile any credentials.
pub(super) fn chain(config: &ProviderConfig) -> CredentialsProviderChain {
    let file = std::env::var_os("AWS_WEB_IDENTITY_TOKEN_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let web_identity = FromFile::new(file, WebIdentityTokenCredentialsProvider::builder().configure(config).build());
    let mut chain = CredentialsProviderChain::first_try("WebIdentityToken", web_identity);
    if in_container() {
        chain = chain.or_else("Container", EcsCredentialsProvider::builder().configure(config).build());
    }
    if on_ec2() {
        chain = chain.or_else("Instance", ImdsCredentialsProvider::builder().configure(config).build());
    }
    chain
}

/// Whether the environment says that this is a container with credentials of its own.
pub(super) fn in_container() -> bool {
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}

/// Whether this machine says that it is an EC2 instance; nothing is asked over the network.
pub(super) fn on_ec2() -> bool {
    let disabled = std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    let vendor = || std::fs::read_to_string("/sys/class/dmi/id/sys_vendor").unwrap_or_default();
    !disabled && vendor().starts_with("Amazon EC2")
}

/// A profile that is not there, with the one that may be meant.
pub(super) fn no_profile(name: &str, names: &[String]) -> LoadError {
    let meant = nearest(name, names.iter().map(String::as_str)).map(Into::into);
    LoadError::new(ErrorKind::NoProfile { name: name.into(), meant }, SIGN_IN)
}

/// Why a provider gave no credentials.
pub(super) fn failed(failed: &CredentialsError, profile: Option<&str>) -> LoadError {
    error::ours(failed).unwrap_or_else(|| explain(&error::root_cause(failed), profile))
}

/// What the SDK's words about missing credentials mean for the user.
fn explain(words: &str, profile: Option<&str>) -> LoadError {
    let told = |kind| LoadError::new(kind, SIGN_IN);
    // The list of all that was looked for helps nobody: the hint says where credentials can come from.
    match profile {
        _ if words.contains("expired") => told(ErrorKind::ExpiredToken).detail(words),
        None if words.contains("Attempted:") => told(ErrorKind::NoCredentials),
        None => told(ErrorKind::NoCredentials).detail(words),
        Some(name) => told(ErrorKind::NoCredentials).detail(&format!("the profile `{name}` gave none: {words}")),
    }
}

/// The most characters that a part of credentials may have; a session token of AWS has some thousand.
const LONGEST_PART: usize = 16 << 10;

/// Whether credentials hold nothing that AWS never uses: they are sent in headers, and kept in files of lines.
pub(super) fn are_plain(credentials: &Credentials) -> bool {
    let parts = [credentials.access_key_id(), credentials.secret_access_key()];
    parts.into_iter().chain(credentials.session_token()).all(is_plain)
}

/// Whether a text has only visible ASCII characters, and not too many.
pub(super) fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_PART && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What is said of credentials that are not plain.
pub(super) const NOT_PLAIN: &str = "the credentials have characters that AWS never uses; the service may be hostile";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, profile: Option<&str>, message: &str) {
        assert_eq!(explain(words, profile).user_error().message, message);
    }

    #[test]
    fn missing_credentials_are_one_plain_sentence() {
        let nothing =
            "no credentials found in chain. Attempted:\n  Environment: the credential provider was not enabled";
        check(nothing, None, "no credentials were found");
        check("SSO token\nexpired", None, "the session has expired; `sign-in` was refused");
        check(
            "process exited\n with 1",
            Some("work"),
            "no credentials were found: the profile `work` gave none: process exited with 1",
        );
    }

    #[test]
    fn a_profile_that_is_not_there_is_named() {
        let told = no_profile("wrok", &["work".to_owned()]).user_error();
        assert_eq!(told.message, "the profile `wrok` is not in the AWS config files");
        assert_eq!(told.hint.as_deref(), Some("Did you mean `work`?"));
    }
}
