//! Whose credentials these are, where nothing else says it.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_iam::config::SharedCredentialsProvider;

use super::{Held, Sourced};
use crate::backend::{credentials, http};
use crate::base::arn::Arn;

/// The ARN of who has these credentials; nothing where the service does not say.
pub(in crate::backend) async fn caller(config: &SdkConfig, source: Arc<Held>) -> Option<Arn> {
    let config = config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(Sourced(source)))
        .timeout_config(http::sign_in_timeouts())
        .build();
    let asked = aws_sdk_sts::Client::new(&config).get_caller_identity().send();
    let answer = tokio::time::timeout(credentials::PATIENCE, asked).await.ok()?;
    match answer {
        Ok(answer) => Arn::parse(answer.arn()?).ok(),
        Err(error) => {
            tracing::warn!(%error, "whose credentials these are was not answered");
            None
        }
    }
}
