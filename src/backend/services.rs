//! The services that calls are sent to: a file for each, and a line in the table.
//!
//! Console and headless commands send every call by [`Session::send`]; the service of its operation knows how.

use aws_config::SdkConfig;

use super::call::{Sent, unknown};
use super::run::Run;
use super::signed::{Place, endpoint};
use crate::api::Operation;
use crate::catalog::regions;
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;

#[cfg(doc)]
use super::Session;

/// What is special about one service.
pub(super) trait Service {
    /// The name that settings have for it, as in `AWS_ENDPOINT_URL_IAM`.
    const ID: &'static str;
    /// The name that signatures have for it.
    const SIGNING_NAME: &'static str;

    /// Where AWS has it in a Region, and the Region that its signatures name.
    async fn at_aws(config: &SdkConfig, region: &str) -> Result<(String, String), String>;

    /// Sends one call whose references and secrets are filled in.
    async fn send(_run: &Run, call: &Call) -> Sent {
        Err(unknown(call.operation()))
    }
}

/// Where a service is: where it is set to be, else where AWS has it.
pub(super) async fn place<S: Service>(config: &SdkConfig, operation: Operation) -> Result<Place, LoadError> {
    let region = config.region().map_or_else(String::new, ToString::to_string);
    if let Some(url) = endpoint(config, S::ID) {
        return Ok(Place { url, region, service: S::SIGNING_NAME });
    }
    let found = S::at_aws(config, &region).await;
    let (url, region) = found.map_err(|told| LoadError::new(ErrorKind::Configuration, operation).detail(&told))?;
    Ok(Place { url, region, service: S::SIGNING_NAME })
}

/// Where AWS has a service by the rules of its SDK.
macro_rules! by_sdk {
    ($sdk:ident) => {
        async fn at_aws(config: &aws_config::SdkConfig, region: &str) -> Result<(String, String), String> {
            use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
            let (fips, dual_stack) = (config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
            let params = Params::builder().region(region).use_fips(fips).use_dual_stack(dual_stack).build();
            let params = params.map_err(|error| error.to_string())?;
            let found = DefaultResolver::new().resolve_endpoint(&params).await.map_err(|error| error.to_string())?;
            // The one endpoint of IAM signs with its own Region, whatever the session's is.
            let signing = found.auth_schemes().iter().find_map(|scheme| scheme.get("signingRegion")?.as_string());
            Ok((found.url().to_owned(), signing.unwrap_or(region).to_owned()))
        }
    };
}

/// Where AWS has a service of a Region, for those that no SDK is here for.
fn regional(service: &str, region: &str, fips: bool, dual_stack: bool) -> String {
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
    let mark = if fips && (name != "aws-us-gov" || dual_stack) { "-fips" } else { "" };
    format!("https://{service}{mark}.{region}.{domain}")
}

macro_rules! services {
    ($($module:ident $service:ident $($client:ident: $type:ty)?;)*) => {
        $(pub(super) mod $module;)*

        /// The clients of the SDK, for the services that have one.
        #[derive(Clone)]
        pub(super) struct Clients {
            $($(
                #[doc = concat!("The client of ", stringify!($service), ".")]
                pub(super) $client: $type,
            )?)*
        }

        impl Clients {
            /// The clients of one configuration.
            pub(super) fn new(config: &SdkConfig) -> Self {
                Self { $($($client: <$type>::new(config),)?)* }
            }
        }

        /// Sends a call by its service.
        pub(super) async fn send(run: &Run, call: &Call) -> Sent {
            match call.operation() {
                $(Operation::$service(_) => $module::$service::send(run, call).await,)*
                // The emulator answers it; nothing here asks it.
                Operation::Tagging(_) => Err(unknown(call.operation())),
            }
        }
    };
}

services! {
    iam              Iam             iam: aws_sdk_iam::Client;
    sts              Sts             sts: aws_sdk_sts::Client;
    access_analyzer  AccessAnalyzer;
    cloud_trail      CloudTrail;
    iam_toolbox      IamToolbox;
    organizations    Organizations;
    signin           Signin;
    sso_oidc         SsoOidc;
}

#[cfg(test)]
mod tests {
    use aws_config::Region;

    use super::*;
    use crate::api::{Iam, Sts};

    #[tokio::test]
    async fn a_service_is_where_the_sdk_says_and_signs_with_its_own_region() {
        for (operation, region, url, signing) in [
            (Operation::Iam(Iam::UpdateRole), "eu-west-1", "https://iam.amazonaws.com", "us-east-1"),
            (Operation::Iam(Iam::UpdateRole), "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (Operation::Iam(Iam::UpdateRole), "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            (
                Operation::Sts(Sts::GetScopedCredentials),
                "eu-west-1",
                "https://sts.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
        ] {
            let config = SdkConfig::builder().region(Region::new(region)).build();
            let (found, service) = match operation {
                Operation::Sts(_) => (place::<sts::Sts>(&config, operation).await, "sts"),
                _ => (place::<iam::Iam>(&config, operation).await, "iam"),
            };
            assert_eq!(found.unwrap(), Place { url: url.to_owned(), region: signing.to_owned(), service });
        }
    }
}
