//! The records of sign-in sessions, as they are stored.

use serde::{Deserialize, Serialize};

use super::table::Record;
use super::values::Moment;

/// A program that people sign in with; none is a browser with the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientType {
    /// The AWS CLI.
    Cli,
    /// An agent that speaks the Model Context Protocol.
    Mcp,
}

/// How a session was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When.
    pub at: Moment,
    /// Why, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A sign-in session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SigninSession {
    /// The ARN.
    pub arn: String,
    /// The ARN of the identity that owns it, which the service writes without a path.
    pub principal: String,
    /// When it began.
    pub issued: Moment,
    /// When it ends.
    pub expires: Moment,
    /// When it was last refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Moment>,
    /// The OAuth client that began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What that client is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_type: Option<ClientType>,
    /// What its tokens are for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The Region that it began in.
    pub region: String,
    /// The program that began it, as it names itself.
    pub agent: String,
    /// The access key that it signs with; empty where it has none here.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub access_key: String,
    /// How it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
}

impl Record for SigninSession {
    const TABLE: &'static str = "signin-sessions";

    fn id(&self) -> &str {
        &self.arn
    }

    fn name(&self) -> &str {
        &self.arn
    }
}
