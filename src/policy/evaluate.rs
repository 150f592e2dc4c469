//! The decision on a request: what AWS would answer, which layer blocked it, and why.
//!
//! ```text
//! text ─ Compiled::new ─▶ Compiled ┐
//!                                  ├─▶ PolicySet ┐
//!                       (Arc, kept)┘             ├─▶ evaluate ─▶ Verdict
//! Request::new(principal, action, resource) ─────┘   explain  ─▶ Trace, on demand
//! ```
//!
//! Sources: "Policy evaluation logic" with its pages on single accounts, cross-account requests and implicit
//! denies, and the pages of the policy elements, in the IAM User Guide. Where they leave something open the
//! strict reading is taken and a comment says so.
//!
//! Out of scope, as hints and not as verdicts: `iam:PassRole` and other dependent actions, access points,
//! ACLs, and whether a resource's type fits the action (AWS's simulator does not ask either).

mod compile;
mod conditional;
mod conditions;
mod layers;
mod matching;
mod owned;
mod request;
mod trace;
mod variables;
mod ways;
mod wildcard;

use crate::base::work::{self, GaveUp};

pub use compile::{CompileError, CompileErrorKind, Compiled, SimulatorPosition, Statement};
pub use conditional::{Openness, Part, Prospect, prospect};
pub use conditions::ConditionResult;
pub use layers::{Layer, Place, PolicySet};
pub use matching::Grant;
pub use request::{Context, NoPrincipal, Principal, Request, ResourceName};
pub use trace::{ConditionTrace, ElementTrace, StatementTrace, Trace, ValueTrace, explain};
pub use ways::{Need, Ways};

/// What AWS would answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decision {
    /// The request is allowed.
    Allowed,
    /// Some statement denies it.
    ExplicitDeny,
    /// No statement denies it, but a layer that must allow it does not.
    ImplicitDeny,
}

impl Decision {
    /// The decision as `SimulatePrincipalPolicy` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

/// A decision with what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What AWS would answer.
    pub decision: Decision,
    /// The layers that denied or did not allow, in the order of evaluation; empty when allowed.
    pub blocked_by: Vec<Layer>,
    /// The statements that determine the result: those that deny, where any does, else those that allow.
    pub matched: Vec<Place>,
    /// Condition keys and variables that statements about this action, resource and caller ask for and the
    /// request lacks, as the policies write them.
    pub missing_context: Vec<Box<str>>,
}

impl Verdict {
    /// Whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        self.decision == Decision::Allowed
    }
}

/// Decides a request under a set of policies, unless that takes more work than a decision may.
pub fn evaluate(request: &Request, policies: &PolicySet) -> Result<Verdict, GaveUp> {
    work::within(work::DECISION, || layers::decide(request, policies))
}
