//! IAM Toolbox, which tells why a request was denied by the authorization ID of its error.
//!
//! Source: the service model of botocore 1.44 (`iam-toolbox`, 2018-05-10, preview). Its SDK for Rust does not exist yet.

use aws_config::SdkConfig;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{Service, place, regional};
use crate::api::{self, Operation};
use crate::backend::rest_json::read;
use crate::backend::run::Run;
use crate::model::{ErrorKind, LoadError};

const DETAILS: Operation = Operation::IamToolbox(api::IamToolbox::GetRequestAuthorizationDetails);

/// The most pages of details that are read: a request has few evaluations.
const PAGES: usize = 20;

pub(super) struct IamToolbox;

impl Service for IamToolbox {
    const ID: &'static str = "IAM Toolbox";
    const SIGNING_NAME: &'static str = "iam";

    async fn at_aws(config: &SdkConfig, region: &str) -> Result<(String, String), String> {
        let (fips, dual_stack) = (config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
        Ok((regional("iam-toolbox", region, fips, dual_stack), region.to_owned()))
    }
}

/// What is known of a denied request: its context, its evaluations and the policies that were looked at.
pub(in crate::backend) async fn details(run: &Run, id: &str) -> Result<Map<String, Value>, LoadError> {
    let way = run.session.signed(place::<IamToolbox>(run.session.config(), DETAILS).await?).await?;
    let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
    let mut whole = Map::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let next = token.iter().map(|token| format!("?nextToken={}", utf8_percent_encode(token, NON_ALPHANUMERIC)));
        let path = format!("/authorization-details/{id}{}", next.collect::<String>());
        let mut page = run.call(DETAILS, || async { read(way.get(&path).await?) }).await?;
        let next = page.remove("nextToken");
        for (name, value) in page {
            match (whole.get_mut(&name), value) {
                (Some(Value::Array(held)), Value::Array(more)) => held.extend(more),
                (_, value) => drop(whole.insert(name, value)),
            }
        }
        match next {
            Some(Value::String(next)) if token.as_ref() != Some(&next) => token = Some(next),
            Some(Value::String(_)) => {
                return Err(LoadError::new(ErrorKind::Garbled, DETAILS).detail("the same page comes again"));
            }
            _ => return Ok(whole),
        }
    }
    Err(LoadError::new(ErrorKind::Garbled, DETAILS).detail("the answer does not end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_endpoint_is_that_of_the_region() {
        let config = SdkConfig::builder().build();
        let (url, region) = IamToolbox::at_aws(&config, "eu-west-1").await.unwrap();
        assert_eq!((url.as_str(), region.as_str()), ("https://iam-toolbox.eu-west-1.amazonaws.com", "eu-west-1"));
    }
}
