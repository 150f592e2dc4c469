//! What principals have called, and the reports that were made of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::Record;
use super::values::Moment;

/// When and from where an action was last called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCall {
    /// When.
    pub at: Moment,
    /// The Region of the call.
    pub region: String,
}

/// What one principal has called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// The unique id of the user or role; the account's number of the root user.
    pub id: String,
    /// The last call of each action, by service and action.
    pub services: BTreeMap<String, BTreeMap<String, LastCall>>,
}

impl Activity {
    /// The last call of a service, whichever action it was of.
    pub fn service(&self, namespace: &str) -> Option<&LastCall> {
        self.services.get(namespace)?.values().max_by_key(|call| call.at)
    }

    /// The last call of an action.
    pub fn action(&self, namespace: &str, action: &str) -> Option<&LastCall> {
        self.services.get(namespace)?.get(action)
    }

    /// Notes a call.
    pub fn note(&mut self, namespace: &str, action: &str, call: LastCall) {
        self.services.entry(namespace.to_owned()).or_default().insert(action.to_owned(), call);
    }
}

impl Record for Activity {
    const TABLE: &'static str = "activity";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.id
    }
}

/// A report that was asked for and is fetched page by page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// The id of the job.
    pub id: String,
    /// The unique id of whoever asked for it.
    pub caller: String,
    /// When it was made.
    pub created: Moment,
    /// What it says, as its kind of report keeps it.
    pub report: Value,
}

impl Record for Job {
    const TABLE: &'static str = "jobs";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.id
    }
}
