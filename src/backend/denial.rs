//! What only AWS can tell of a denial: encoded authorization messages, and what is behind an authorization ID.

use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::run::Sink;
use super::services::{iam_toolbox, sts};
use super::{Session, Urgency};
use crate::insight::denial::Sealed;
use crate::model::{ErrorKind, LoadError};

impl Session {
    /// Has a sealed denial read by the service that can; gives its JSON.
    pub async fn unseal(&self, sealed: &Sealed, sink: &Sink) -> Result<String, LoadError> {
        let run = self.run(Urgency::Now, None, Arc::clone(sink), CancellationToken::new());
        match sealed {
            Sealed::Message(message) => sts::decode(&run, message).await.map_err(|error| match error.kind {
                ErrorKind::ReadOnly => LoadError::new(ErrorKind::Local(sealed.needs_writes()), error.operation),
                _ => error,
            }),
            Sealed::Id(id) => Ok(Value::Object(iam_toolbox::details(&run, id).await?).to_string()),
        }
    }
}
