//! The records of delegation requests, as they are stored: in the account of the partner who created them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::Record;
use super::values::Moment;

/// How far a request has come; what waits too long has expired, which is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Nobody has taken it yet.
    #[default]
    Unassigned,
    /// An identity of the customer has taken it.
    Assigned,
    /// It was forwarded to somebody who may approve it.
    PendingApproval,
    /// It is approved.
    Accepted,
    /// The token was sent to the partner.
    Finalized,
    /// It was refused.
    Rejected,
    /// Nothing happened for too long.
    Expired,
}

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

impl Stage {
    /// As the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unassigned => "UNASSIGNED",
            Self::Assigned => "ASSIGNED",
            Self::PendingApproval => "PENDING_APPROVAL",
            Self::Accepted => "ACCEPTED",
            Self::Finalized => "FINALIZED",
            Self::Rejected => "REJECTED",
            Self::Expired => "EXPIRED",
        }
    }

    /// The seconds that a request may stay so.
    fn patience(self) -> i64 {
        match self {
            Self::Unassigned => DAY,
            _ => 7 * DAY,
        }
    }
}

/// Who approved a request: whom the partner then acts as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    /// The ARN.
    pub arn: String,
    /// The session that approved it, or a new one of who did, as tokens hold it.
    pub session: Value,
}

/// A delegation request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DelegationRequest {
    /// The unique id.
    pub id: String,
    /// The twelve digits of the partner's account.
    pub requestor: String,
    /// The partner's name.
    pub requestor_name: String,
    /// The partner's own id of it, used once.
    pub workflow: String,
    /// The account that it is for, where that is known.
    pub owner_account: Option<String>,
    /// The ARN of the identity that has taken it.
    pub owner: Option<String>,
    /// Who approved it.
    pub approver: Option<Approver>,
    /// What it is for.
    pub description: String,
    /// What the partner adds to this one.
    pub message: Option<String>,
    /// The template and its parameters, as given.
    pub permissions: Value,
    /// The policy that they make.
    pub policy: String,
    /// Permissions boundaries of the roles that the policy lets the partner create.
    pub boundaries: Vec<String>,
    /// Where the customer is sent afterwards.
    pub redirect: Option<String>,
    /// The topic that the partner hears of it by.
    pub channel: String,
    /// The seconds that the partner may act.
    pub seconds: u64,
    /// Whether the owner alone may send the token.
    pub only_by_owner: bool,
    /// How far it has come.
    pub stage: Stage,
    /// Since when it stands so.
    pub since: Moment,
    /// When it was created.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
    /// What was added when it was forwarded.
    pub notes: Option<String>,
    /// Why it was refused.
    pub rejection: Option<String>,
    /// The token that was sent to the partner.
    pub token: Option<String>,
}

impl DelegationRequest {
    /// When it expires if nothing happens.
    pub fn expires(&self) -> Moment {
        Moment(self.since.0.saturating_add(self.stage.patience()))
    }

    /// How far it has come at a time.
    pub fn stage_at(&self, now: Moment) -> Stage {
        if self.expires() <= now { Stage::Expired } else { self.stage }
    }

    /// Until when the partner may act.
    pub fn ends(&self) -> Moment {
        Moment(self.since.0.saturating_add_unsigned(self.seconds))
    }
}

impl Record for DelegationRequest {
    const TABLE: &'static str = "delegation_requests";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<&str> {
        std::iter::once(self.workflow.as_str()).chain(self.token.as_deref()).collect()
    }
}
