//! `ValidatePolicy` of IAM Access Analyzer, asked over the session.
//!
//! It is one operation of a service whose client would bring dozens, so its one request is written here.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html>

use std::collections::HashSet;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_iam::error::{ErrorMetadata, SdkError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::run::Sink;
use super::signed::{Place, Refused, Signed, endpoint};
use super::{Session, Urgency};
use crate::api::{AccessAnalyzer, Operation};
use crate::catalog::regions;
use crate::model::{ErrorKind, LoadError};
use crate::policy::PolicyKind;
use crate::policy::answer::policy_type;

const OPERATION: Operation = Operation::AccessAnalyzer(AccessAnalyzer::ValidatePolicy);
/// The name of the service in signatures.
const SERVICE: &str = "access-analyzer";
const PATH: &str = "/policy/validation";

impl Session {
    /// What the service says of a policy of this kind: its findings in its own shape, of all pages.
    pub async fn validate_policy(&self, text: &str, kind: PolicyKind, sink: &Sink) -> Result<Vec<Value>, LoadError> {
        let Some((policy, resource)) = policy_type(kind) else {
            let told = format!("AWS has no checks for a policy of the kind `{}`", kind.name());
            return Err(LoadError::new(ErrorKind::Unsupported, OPERATION).detail(&told));
        };
        let mut body = json!({"policyDocument": text, "policyType": policy});
        if let (Some(resource), Some(body)) = (resource, body.as_object_mut()) {
            body.insert("validatePolicyResourceType".to_owned(), resource.into());
        }
        let wire = self.signed(place(self.config())).await?;
        let body = body.to_string();
        let run = self.run(Urgency::Now, None, Arc::clone(sink), CancellationToken::new());
        let mut findings = Vec::new();
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let mut page = run.call(OPERATION, || send(&wire, &body, token.as_deref())).await?;
            match page.remove("findings") {
                Some(Value::Array(rows)) => findings.extend(rows),
                _ => return Err(garbled("the answer has no findings")),
            }
            match page.remove("nextToken") {
                None | Some(Value::Null) => return Ok(findings),
                Some(Value::String(next)) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => return Err(garbled("the same page comes again")),
            }
        }
    }
}

fn garbled(detail: &str) -> LoadError {
    LoadError::new(ErrorKind::Garbled, OPERATION).detail(detail)
}

/// Where the service is: where every request goes, where its own setting says, else at AWS.
fn place(config: &SdkConfig) -> Place {
    let region = config.region().map_or_else(String::new, ToString::to_string);
    let url = endpoint(config, "AccessAnalyzer")
        .unwrap_or_else(|| at_aws(&region, config.use_fips() == Some(true), config.use_dual_stack() == Some(true)));
    Place { url, region, service: SERVICE }
}

/// The service's own endpoint in a Region.
fn at_aws(region: &str, fips: bool, dual_stack: bool) -> String {
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
    let host = if fips && (name != "aws-us-gov" || dual_stack) { "access-analyzer-fips" } else { SERVICE };
    format!("https://{host}.{region}.{domain}")
}

/// Asks for a page of findings.
async fn send(wire: &Signed, body: &str, token: Option<&str>) -> Result<Map<String, Value>, SdkError<Refused>> {
    let page = token.map(|token| format!("?nextToken={}", utf8_percent_encode(token, NON_ALPHANUMERIC)));
    let answer = wire.post(&format!("{PATH}{}", page.unwrap_or_default()), "application/json", body).await?;
    match serde_json::from_str::<Value>(&answer.text) {
        Ok(Value::Object(page)) if answer.is_success() => Ok(page),
        Err(error) if answer.is_success() => Err(SdkError::response_error(error, answer.whole)),
        read => {
            let told = refused(answer.whole.headers().get("x-amzn-errortype"), read.ok().as_ref());
            Err(SdkError::service_error(told, answer.whole))
        }
    }
}

/// The error of a REST-JSON answer: its code is in a header, or in the body, perhaps with a name space or a link.
fn refused(header: Option<&str>, body: Option<&Value>) -> Refused {
    let field = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    let code = header.or_else(|| field("__type")).or_else(|| field("code"));
    let code = code.and_then(|code| code.split(':').next()).and_then(|code| code.rsplit('#').next());
    let mut meta = ErrorMetadata::builder();
    if let Some(code) = code {
        meta = meta.code(code);
    }
    if let Some(message) = field("message").or_else(|| field("Message")) {
        meta = meta.message(message);
    }
    Refused(meta.build())
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
            assert_eq!(at_aws(region, fips, dual_stack), wanted);
        }
    }

    #[track_caller]
    fn check(header: Option<&str>, body: &Value, code: Option<&str>, message: Option<&str>) {
        let Refused(meta) = refused(header, Some(body));
        assert_eq!((meta.code(), meta.message()), (code, message));
    }

    #[test]
    fn an_errors_code_is_found_wherever_it_stands() {
        check(
            Some("AccessDeniedException:http://x/"),
            &json!({"message": "no"}),
            Some("AccessDeniedException"),
            Some("no"),
        );
        check(None, &json!({"__type": "a.b#ThrottlingException"}), Some("ThrottlingException"), None);
        check(None, &json!("gone"), None, None);
    }
}
