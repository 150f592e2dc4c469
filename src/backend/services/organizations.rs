//! AWS Organizations, of which reads are asked and signed here: its SDK would bring sixty operations.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html>

use aws_config::SdkConfig;
use serde_json::{Map, Value};

use super::{Service, place};
use crate::api;
use crate::backend::rest_json::read;
use crate::backend::run::Run;
use crate::backend::signed::Signed;
use crate::catalog::regions;
use crate::model::{ErrorKind, LoadError};

pub(super) struct Organizations;

impl Service for Organizations {
    const ID: &'static str = "Organizations";
    const SIGNING_NAME: &'static str = "organizations";

    async fn at_aws(_config: &SdkConfig, region: &str) -> Result<(String, String), String> {
        Ok(home(region))
    }
}

/// The one endpoint of a partition, and the Region that it signs with.
fn home(region: &str) -> (String, String) {
    let partition = regions::partition_of(region).or_else(|| regions::partition("aws"));
    let (name, domain) = partition.map_or(("aws", "amazonaws.com"), |found| (found.name, found.domain));
    let at = match name {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws" => "us-east-1",
        _ => region,
    };
    (format!("https://organizations.{at}.{domain}"), at.to_owned())
}

/// The way to the service.
pub(in crate::backend) async fn way(run: &Run) -> Result<Signed, LoadError> {
    let operation = api::Organizations::DescribeOrganization.into();
    run.session.signed(place::<Organizations>(run.session.config(), operation).await?).await
}

/// Makes one call; the pages of its answer come as one, where `list` is the member that they share.
pub(in crate::backend) async fn ask(
    run: &Run,
    way: &Signed,
    operation: api::Organizations,
    mut input: Map<String, Value>,
    list: Option<&str>,
) -> Result<Map<String, Value>, LoadError> {
    let target = format!("AWSOrganizationsV20161128.{}", operation.name());
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
    let mut rows = Vec::new();
    loop {
        let body = Value::Object(input.clone()).to_string();
        let mut page = run.call(operation, || async { read(way.post("/", &headers, &body).await?) }).await?;
        let Some(list) = list else { return Ok(page) };
        if let Some(Value::Array(more)) = page.remove(list) {
            rows.extend(more);
        }
        let Some(Value::String(next)) = page.remove("NextToken") else {
            page.insert(list.to_owned(), rows.into());
            return Ok(page);
        };
        if input.insert("NextToken".to_owned(), next.clone().into()) == Some(next.into()) {
            return Err(LoadError::new(ErrorKind::Garbled, operation.name()).detail("the same page comes again"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_one_endpoint() {
        for (region, url, signing) in [
            ("eu-west-1", "https://organizations.us-east-1.amazonaws.com", "us-east-1"),
            ("us-gov-east-1", "https://organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("cn-north-1", "https://organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
        ] {
            assert_eq!(home(region), (url.to_owned(), signing.to_owned()));
        }
    }
}
