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
