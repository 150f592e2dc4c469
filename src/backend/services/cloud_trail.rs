//! AWS CloudTrail, of whose sixty operations one is asked here: its SDK would be the largest part of the build.
//!
//! Source: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use aws_config::SdkConfig;
use serde_json::{Map, Value};

use super::{Service, iam, regional};
use crate::api::{self, Operation};
use crate::backend::rest_json::read;
use crate::backend::run::Run;
use crate::backend::signed::{Place, Signed, endpoint};
use crate::model::{ErrorKind, LoadError};

/// The one operation that is asked.
pub(in crate::backend) const LOOKUP: Operation = Operation::CloudTrail(api::CloudTrail::LookupEvents);

const HEADERS: [(&str, &str); 2] = [
    ("content-type", "application/x-amz-json-1.1"),
    ("x-amz-target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
];

pub(super) struct CloudTrail;

impl Service for CloudTrail {
    const ID: &'static str = "CloudTrail";
    const SIGNING_NAME: &'static str = "cloudtrail";

    async fn at_aws(config: &SdkConfig, region: &str) -> Result<(String, String), String> {
        let (fips, dual_stack) = (config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
        Ok((regional(Self::SIGNING_NAME, region, fips, dual_stack), region.to_owned()))
    }
}

/// The ways to the events of an account: each Region keeps its own, and those of IAM are where its endpoint is.
pub(in crate::backend) async fn trails(run: &Run) -> Result<Vec<Signed>, LoadError> {
    let config = run.session.config();
    let own = config.region().map_or_else(String::new, ToString::to_string);
    let failed = |told: String| LoadError::new(ErrorKind::Configuration, LOOKUP).detail(&told);
    let (_, of_iam) = iam::Iam::at_aws(config, &own).await.map_err(failed)?;
    let mut regions = vec![of_iam];
    if !own.is_empty() && !regions.contains(&own) {
        regions.push(own);
    }
    let mut ways = Vec::new();
    for region in regions {
        let (url, region) = CloudTrail::at_aws(config, &region).await.map_err(failed)?;
        let url = endpoint(config, CloudTrail::ID).unwrap_or(url);
        ways.push(run.session.signed(Place { url, region, service: CloudTrail::SIGNING_NAME }).await?);
    }
    Ok(ways)
}

/// One page of events.
pub(in crate::backend) async fn lookup(
    run: &Run,
    way: &Signed,
    input: &Map<String, Value>,
) -> Result<Map<String, Value>, LoadError> {
    let body = Value::Object(input.clone()).to_string();
    run.call(LOOKUP, || async { read(way.post("/", &HEADERS, &body).await?) }).await
}
