//! STS: what no typed read or sign-in asks for is sent by the service model.

use super::Service;
use crate::backend::call::Sent;
use crate::backend::query::flat;
use crate::backend::run::Run;
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
