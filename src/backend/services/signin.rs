//! AWS Sign-In: the sessions of who is signed in, which the SDK does not list yet.
//!
//! Source: the service model of `signin`, in botocore. Its control plane has one endpoint a Region, of both stacks.

use aws_config::SdkConfig;
use serde_json::Value;

use super::{Service, regional};
use crate::api::{self, Operation};
use crate::backend::call::{Sent, unknown};
use crate::backend::rest_json::Request;
use crate::backend::run::Run;
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;

pub(super) struct Signin;

impl Service for Signin {
    const ID: &'static str = "Signin";
    const SIGNING_NAME: &'static str = "signin";

    async fn at_aws(_: &SdkConfig, region: &str) -> Result<(String, String), String> {
        Ok((regional(Self::SIGNING_NAME, region, false, true), region.to_owned()))
    }

    async fn send(run: &Run, call: &Call) -> Sent {
        let Operation::Signin(operation) = call.operation() else { return Err(unknown(call.operation())) };
        let request = match operation {
            api::Signin::ListSessions => Request::post("/list-sessions", Some("items")),
            api::Signin::GetSession => Request::post("/get-session", None),
            api::Signin::BatchRevokeSessions => Request::post("/batch-revoke-sessions", None),
        };
        let answer = run.rest_json::<Self>(call.operation(), &request, call.input()).await?;
        match answer.get("errors").and_then(Value::as_array).and_then(|errors| errors.first()) {
            None => Ok(answer),
            Some(error) => Err(failed(call.operation(), error, &answer)),
        }
    }
}

/// The error of an answer in which not every session was revoked.
fn failed(operation: Operation, error: &Value, answer: &serde_json::Map<String, Value>) -> LoadError {
    let count = |name: &str| answer.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let (done, left) = (count("revokedSessions"), count("errors"));
    let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let arn = part("sessionArn");
    let detail = format!(
        "{left} of {} sessions were not revoked; session {}: {} ({})",
        done + left,
        arn.rsplit('/').next().unwrap_or(arn),
        part("message"),
        part("code"),
    );
    LoadError::new(ErrorKind::Service, operation).detail(&detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_endpoint_is_that_of_both_stacks_in_every_partition() {
        let config = SdkConfig::builder().build();
        for (region, url) in [
            ("eu-west-1", "https://signin.eu-west-1.api.aws"),
            ("cn-north-1", "https://signin.cn-north-1.api.amazonwebservices.com.cn"),
            ("us-gov-west-1", "https://signin.us-gov-west-1.api.aws"),
        ] {
            assert_eq!(Signin::at_aws(&config, region).await.unwrap(), (url.to_owned(), region.to_owned()));
        }
    }
}
