//! Where credentials come from: the SDK's own providers in the AWS CLI's order.
//!
//! The SDK's default chain ends at the EC2 metadata service, which makes every start without credentials
//! wait for seconds where there is none. Here it is asked only where the machine says that it is EC2.

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_sdk_iam::config::{Region, SharedHttpClient};

use super::profiles;
use crate::base::nearest::nearest;
use crate::model::{ErrorKind, LoadError};

/// What the step of finding credentials is called in errors, as it is no operation of the API.
pub(super) const SIGN_IN: &str = "sign-in";

/// IAM has one endpoint per partition, and this Region signs for it in the commercial one.
pub(super) const HOME: &str = "us-east-1";

/// The Region for signing: as given, else as configured, else the commercial partition's home.
pub(super) async fn region(given: Option<&str>, profile: Option<&str>) -> Region {
    if let Some(name) = given {
        return Region::new(name.to_owned());
    }
    let mut file = ProfileFileRegionProvider::builder();
    if let Some(name) = profile {
        file = file.profile_name(name);
    }
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(file.build())
        .region()
        .await
        .unwrap_or(Region::from_static(HOME))
}

/// The chain of providers. A named profile wins over keys in the environment, as in the AWS CLI.
pub(super) fn chain(profile: Option<&str>, region: &Region, http: &SharedHttpClient) -> CredentialsProviderChain {
    let config = ProviderConfig::without_region().with_region(Some(region.clone())).with_http_client(http.clone());
    let mut file = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(name) = profile {
        file = file.profile_name(name);
        return CredentialsProviderChain::first_try("Profile", file.build());
    }
    let mut chain = CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("Profile", file.build())
        .or_else("WebIdentityToken", WebIdentityTokenCredentialsProvider::builder().configure(&config).build());
    if in_container() {
        chain = chain.or_else("Container", EcsCredentialsProvider::builder().configure(&config).build());
    }
    if on_ec2() {
        chain = chain.or_else("Instance", ImdsCredentialsProvider::builder().configure(&config).build());
    }
    chain
}

fn in_container() -> bool {
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}

fn on_ec2() -> bool {
    let disabled = std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    let vendor = || std::fs::read_to_string("/sys/class/dmi/id/sys_vendor").unwrap_or_default();
    !disabled && vendor().starts_with("Amazon EC2")
}

/// What the SDK's words about missing credentials mean for the user.
pub(super) fn explain(words: &str, profile: Option<&str>) -> LoadError {
    let told = |kind| LoadError::new(kind, SIGN_IN);
    let undefined = words.split_once("profile `").and_then(|(_, rest)| rest.split_once("` was not defined"));
    match undefined {
        Some((name, _)) if profile.is_none_or(|profile| profile == name) => {
            let names = profiles::names();
            let meant = nearest(name, names.iter().map(String::as_str)).map(Into::into);
            told(ErrorKind::NoProfile { name: name.into(), meant })
        }
        Some((name, _)) => {
            let profile = profile.unwrap_or_default();
            let detail = format!("the profile `{profile}` leads to the profile `{name}`, which is not defined");
            told(ErrorKind::Configuration).detail(&detail)
        }
        None if words.contains("expired") => told(ErrorKind::ExpiredToken).detail(words),
        // The list of all that was looked for helps nobody: the hint says where credentials can come from.
        None if words.contains("Attempted:") => told(ErrorKind::NoCredentials),
        None => told(ErrorKind::NoCredentials).detail(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, profile: Option<&str>, message: &str) {
        assert_eq!(explain(words, profile).told().message, message);
    }

    #[test]
    fn missing_credentials_are_one_plain_sentence() {
        let nothing =
            "no credentials found in chain. Attempted:\n  Environment: the credential provider was not enabled";
        check(nothing, None, "no credentials were found");
        check("SSO token\nexpired", None, "the session has expired; `sign-in` was refused");
        check("process exited\n with 1", Some("work"), "no credentials were found: process exited with 1");
    }

    #[test]
    fn a_profile_that_is_not_there_is_named() {
        let words =
            |name: &str| format!("Attempted:\n  Profile: profile `{name}` was not defined: could not find source");
        check(&words("nope-nope"), Some("nope-nope"), "the profile `nope-nope` is not in the AWS config files");
        check(
            &words("base"),
            Some("work"),
            "the connection settings do not work: the profile `work` leads to the profile `base`, which is not defined",
        );
    }
}
