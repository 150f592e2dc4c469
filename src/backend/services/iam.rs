//! IAM: by the SDK what it can send, by the service model what is newer.

use super::Service;
use crate::backend::call::{Sent, table};
use crate::backend::query::flat;
use crate::backend::run::Run;
use crate::plan::Call;

pub(in crate::backend) struct Iam;

impl Service for Iam {
    const ID: &'static str = "IAM";
    const SIGNING_NAME: &'static str = "iam";

    by_sdk!(aws_sdk_iam);

    async fn send(run: &Run, call: &Call) -> Sent {
        let known = table::parameters(call.operation());
        if known.is_some_and(|known| call.input().keys().all(|name| known.contains(&name.as_str()))) {
            return table::send(run, call).await;
        }
        run.query::<Self>(call.operation(), call.input()).await.map(flat)
    }
}
