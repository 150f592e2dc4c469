//! AWS's own simulator, asked on request to be compared with.

use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::run::Sink;
use super::services::iam::Iam as Service;
use super::{Session, Urgency};
use crate::api::{Iam, Operation};
use crate::insight::simulator::Simulation;
use crate::insight::simulator::aws::{Theirs, input, results};
use crate::model::{ErrorKind, LoadError};

const SIMULATE: Operation = Operation::Iam(Iam::SimulatePrincipalPolicy);

/// The most pages of results of one principal.
const PAGES: usize = 50;

impl Session {
    /// What AWS's simulator decides for each principal, given by its ARN, and each action.
    pub async fn simulate(&self, asked: &Simulation, sink: &Sink) -> Result<Vec<Theirs>, LoadError> {
        let garbled = |told: &str| LoadError::new(ErrorKind::Garbled, SIMULATE).detail(told);
        let run = self.run(Urgency::Now, None, Arc::clone(sink), CancellationToken::new());
        let mut all = Vec::new();
        for principal in &asked.principals {
            let mut input = input(asked, principal);
            for page in 1.. {
                let answer = run.query::<Service>(SIMULATE, &input).await?;
                all.extend(results(principal, &answer).ok_or_else(|| garbled("the answer has no results"))?);
                match answer.get("Marker") {
                    Some(Value::String(marker)) if page < PAGES => {
                        if input.insert("Marker".to_owned(), marker.clone().into()).as_ref() == answer.get("Marker") {
                            return Err(garbled("the same page comes again"));
                        }
                    }
                    Some(Value::String(_)) => return Err(garbled("the answer does not end")),
                    _ => break,
                }
            }
        }
        Ok(all)
    }
}
