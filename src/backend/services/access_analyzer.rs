//! IAM Access Analyzer, whose few operations are signed here: its SDK would bring dozens more.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html>

use aws_config::SdkConfig;
use serde_json::{Map, Value};

use super::{Service, regional};
use crate::api::{self, Operation, Route};
use crate::backend::Session;
use crate::backend::call::{Sent, unknown};
use crate::backend::run::{Run, Sink};
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;
use crate::policy::PolicyKind;
use crate::policy::access_check::{Check, Verdict};
use crate::policy::answer::policy_type;

const VALIDATE: Operation = Operation::AccessAnalyzer(api::AccessAnalyzer::ValidatePolicy);

pub(super) struct AccessAnalyzer;

impl Service for AccessAnalyzer {
    const ID: &'static str = "AccessAnalyzer";
    const SIGNING_NAME: &'static str = "access-analyzer";

    async fn at_aws(config: &SdkConfig, region: &str) -> Result<(String, String), String> {
        let url = host_in(region, config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
        Ok((url, region.to_owned()))
    }

    async fn send(run: &Run, call: &Call) -> Sent {
        let Operation::AccessAnalyzer(operation) = call.operation() else { return Err(unknown(call.operation())) };
        ask(run, operation, call.input()).await
    }
}

/// Makes one call; the pages of its answer come as one.
pub(in crate::backend) async fn ask(run: &Run, operation: api::AccessAnalyzer, input: &Map<String, Value>) -> Sent {
    let route = Route::of(operation).ok_or_else(|| unknown(operation.into()))?;
    run.rest_json::<AccessAnalyzer>(operation.into(), &route.into(), input).await
}

impl Session {
    /// What the service says of a policy of this kind: its findings in its own shape, of all pages.
    pub async fn validate_policy(&self, text: &str, kind: PolicyKind, sink: &Sink) -> Result<Vec<Value>, LoadError> {
        let Some((policy, resource)) = policy_type(kind) else {
            let told = format!("AWS has no checks for a policy of the kind `{}`", kind.name());
            return Err(LoadError::new(ErrorKind::Unsupported, VALIDATE).detail(&told));
        };
        let call = Call::new(VALIDATE).with("policyDocument", text).with("policyType", policy);
        let call = match resource {
            Some(resource) => call.with("validatePolicyResourceType", resource),
            None => call,
        };
        match self.send(&call, sink).await?.remove("findings") {
            Some(Value::Array(findings)) => Ok(findings),
            _ => Err(LoadError::new(ErrorKind::Garbled, VALIDATE).detail("the answer has no findings")),
        }
    }
}

impl Session {
    /// What the service says of what a policy grants beside the one before it.
    pub async fn check_access(
        &self,
        check: Check,
        old: &str,
        new: &str,
        kind: PolicyKind,
        sink: &Sink,
    ) -> Result<Verdict, LoadError> {
        let kind = if kind.is_identity_based() { "IDENTITY_POLICY" } else { "RESOURCE_POLICY" };
        let call = match check {
            Check::NewAccess => Call::new(api::AccessAnalyzer::CheckNoNewAccess)
                .with("newPolicyDocument", new)
                .with("existingPolicyDocument", old)
                .with("policyType", kind),
            Check::PublicAccess => Call::new(api::AccessAnalyzer::CheckNoPublicAccess)
                .with("policyDocument", new)
                .with("resourceType", "AWS::IAM::AssumeRolePolicyDocument"),
        };
        let answer = self.send(&call, sink).await?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let passes = match answer.get("result").and_then(Value::as_str) {
            Some("PASS") => true,
            Some("FAIL") => false,
            _ => return Err(LoadError::new(ErrorKind::Garbled, call.operation()).detail("the answer has no result")),
        };
        let reasons = answer.get("reasons").and_then(Value::as_array).into_iter().flatten();
        Ok(Verdict {
            passes,
            message: answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned(),
            reasons: reasons.map(|reason| text(reason, "description")).collect(),
        })
    }
}

/// The service's own endpoint in a Region.
fn host_in(region: &str, fips: bool, dual_stack: bool) -> String {
    regional(AccessAnalyzer::SIGNING_NAME, region, fips, dual_stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_that_of_the_region_and_its_partition() {
        for (region, fips, dual_stack, wanted) in [
            ("eu-west-1", false, false, "https://access-analyzer.eu-west-1.amazonaws.com"),
            ("us-east-2", true, false, "https://access-analyzer-fips.us-east-2.amazonaws.com"),
            ("us-east-2", false, true, "https://access-analyzer.us-east-2.api.aws"),
            ("us-east-2", true, true, "https://access-analyzer-fips.us-east-2.api.aws"),
            ("us-gov-west-1", true, false, "https://access-analyzer.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", false, false, "https://access-analyzer.cn-north-1.amazonaws.com.cn"),
            ("cn-north-1", false, true, "https://access-analyzer.cn-north-1.api.amazonwebservices.com.cn"),
            ("us-iso-east-1", false, false, "https://access-analyzer.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(host_in(region, fips, dual_stack), wanted);
        }
    }
}
