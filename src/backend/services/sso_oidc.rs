//! IAM Identity Center's sign-in: only signing in calls it, before there is a session that could send anything.

use aws_config::SdkConfig;

use super::Service;

pub(super) struct SsoOidc;

impl Service for SsoOidc {
    const ID: &'static str = "SSO OIDC";
    const SIGNING_NAME: &'static str = "sso-oauth";

    async fn at_aws(_config: &SdkConfig, region: &str) -> Result<(String, String), String> {
        Err(format!("nothing is sent to it through a session, in no Region such as {region}"))
    }
}
