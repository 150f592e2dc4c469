//! STS: what no typed read or sign-in asks for is sent by the service model.

use serde_json::{Map, Value};

use super::Service;
use crate::api;
use crate::backend::call::Sent;
use crate::backend::query::flat;
use crate::backend::run::Run;
use crate::model::{ErrorKind, LoadError};
use crate::plan::Call;

pub(super) struct Sts;

impl Service for Sts {
    const ID: &'static str = "STS";
    const SIGNING_NAME: &'static str = "sts";

    by_sdk!(aws_sdk_sts);

    async fn send(run: &Run, call: &Call) -> Sent {
        run.query::<Self>(call.operation(), call.input()).await.map(flat)
    }
}

/// What an encoded authorization message says.
pub(in crate::backend) async fn decode(run: &Run, message: &str) -> Result<String, LoadError> {
    const DECODE: api::Sts = api::Sts::DecodeAuthorizationMessage;
    let input = Map::from_iter([("EncodedMessage".to_owned(), message.into())]);
    match run.query::<Sts>(DECODE.into(), &input).await?.remove("DecodedMessage") {
        Some(Value::String(text)) => Ok(text),
        _ => Err(LoadError::new(ErrorKind::Garbled, DECODE.name()).detail("the answer has no message")),
    }
}
