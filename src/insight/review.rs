//! The security review: checks of an account against the best practices of AWS and the CIS benchmark.
//!
//! One file per check. To add one: the file with its `CHECK`, and a line in [`ALL`].
#![expect(clippy::unnecessary_wraps, reason = "every check has the same shape, also one that needs no read")]

mod account_trust_without_external_id;
mod administrator_without_mfa;
mod allow_with_not_action;
mod assume_role_everywhere;
mod cloudshell_full_access;
mod console_user_without_mfa;
mod empty_group;
mod expired_certificate;
mod full_administrator_policy;
mod github_trust_too_wide;
mod key_never_used;
mod key_too_old;
mod no_support_role;
mod orphan_principal;
mod password_policy_length;
mod password_policy_reuse;
mod privilege_escalation;
mod public_trust;
pub mod record;
mod role_unused;
mod root_access_key;
mod root_hardware_mfa;
mod root_mfa;
mod root_used;
mod rules;
mod service_full_access;
mod service_trust_without_source;
mod two_active_keys;
mod unassigned_mfa_device;
mod unattached_policy;
mod unused_credentials;
mod user_with_own_policies;

pub(crate) use rules::key_made_at;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::access::Access;
use super::escalation::{Escalation, Route, escalation};
use super::unread;
use crate::base::work::GaveUp;
use crate::model::Account;
use crate::plan::Plan;
use crate::policy::evaluate::Ways;

/// All checks.
pub const ALL: &[&Check] = &[
    &administrator_without_mfa::CHECK,
    &account_trust_without_external_id::CHECK,
    &allow_with_not_action::CHECK,
    &assume_role_everywhere::CHECK,
    &cloudshell_full_access::CHECK,
    &console_user_without_mfa::CHECK,
    &empty_group::CHECK,
    &expired_certificate::CHECK,
    &full_administrator_policy::CHECK,
    &github_trust_too_wide::CHECK,
    &key_never_used::CHECK,
    &key_too_old::CHECK,
    &no_support_role::CHECK,
    &orphan_principal::CHECK,
    &password_policy_length::CHECK,
    &password_policy_reuse::CHECK,
    &privilege_escalation::CHECK,
    &public_trust::CHECK,
    &role_unused::CHECK,
    &root_access_key::CHECK,
    &root_hardware_mfa::CHECK,
    &root_mfa::CHECK,
    &root_used::CHECK,
    &service_full_access::CHECK,
    &service_trust_without_source::CHECK,
    &two_active_keys::CHECK,
    &unassigned_mfa_device::CHECK,
    &unattached_policy::CHECK,
    &unused_credentials::CHECK,
    &user_with_own_policies::CHECK,
];

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Low,
    /// Should be changed.
    Medium,
    /// Should be changed soon.
    High,
    /// Should be changed at once.
    Critical,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    fn weight(self) -> u32 {
        match self {
            Self::Low => 1,
            Self::Medium => 4,
            Self::High => 10,
            Self::Critical => 20,
        }
    }
}

/// A check with what is said of it.
#[derive(Debug)]
pub struct Check {
    /// Its identifier.
    pub id: &'static str,
    /// What holds where it passes.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// The recommendations that it stands for.
    pub references: &'static [&'static str],
    /// How much it matters.
    pub severity: Severity,
    reads: Reads,
    look: fn(&Scene<'_>) -> Looked,
}

/// What a check must have read before it can pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// All policies and who has them.
    Policies,
    /// The roles with whom they trust.
    Roles,
    /// The groups.
    Groups,
    /// The account's own policies.
    ManagedPolicies,
    /// It says itself what it lacks.
    Itself,
}

impl Reads {
    /// What is missing of it, in words.
    fn missing(self, scene: &Scene<'_>) -> Option<String> {
        match self {
            Self::Policies => {
                let not_read = &scene.escalation.not_read;
                (!not_read.is_empty()).then(|| format!("not read: {}", not_read.join("; ")))
            }
            Self::Roles => unread::roles(scene.account),
            Self::Groups => unread::groups(scene.account),
            Self::ManagedPolicies => unread::managed(scene.account),
            Self::Itself => None,
        }
    }
}

/// What a check found, or what was not read of what it looks at.
pub type Looked = Result<Vec<Finding>, String>;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The ARN or name of what it is about.
    pub resource: String,
    /// What was found, in words and numbers.
    pub evidence: String,
    /// The change that settles it, where this program can make it.
    pub plan: Option<Plan>,
}

impl Finding {
    /// A finding without a plan.
    pub fn new(resource: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { resource: resource.into(), evidence: evidence.into(), plan: None }
    }

    /// The same with the change that settles it.
    #[must_use]
    pub fn settled_by<E>(self, plan: Result<Plan, E>) -> Self {
        Self { plan: plan.ok(), ..self }
    }
}

/// What checks look at.
pub struct Scene<'a> {
    /// The account.
    pub account: &'a Account,
    /// Its policies.
    pub access: &'a Access<'a>,
    /// The time of the review.
    pub now: Timestamp,
    /// Who is an administrator, by ARN.
    pub administrators: BTreeSet<Box<str>>,
    /// Who can become one.
    pub escalation: &'a Escalation,
}

/// A finding with its check.
#[derive(Debug)]
pub struct Found {
    /// The check.
    pub check: &'static Check,
    /// What it found.
    pub finding: Finding,
}

/// A review of an account.
#[derive(Debug, Default)]
pub struct Review {
    /// From 0 to 100: the weight of the checks that passed among those that were made; none where policies were not read.
    pub score: Option<u32>,
    /// What was found, the worst first.
    pub findings: Vec<Found>,
    /// Who is an administrator under a condition, such as a session with MFA: once, whatever it may do.
    pub conditional: Vec<(Box<str>, Ways)>,
    /// Checks that passed.
    pub passed: Vec<&'static str>,
    /// What no check looks at.
    pub not_evaluated: Vec<String>,
    /// Checks that were not made, with the reason.
    pub not_checked: Vec<(&'static str, String)>,
}

/// What this program does not check, with the reason.
const ELSEWHERE: [(&str, &str); 6] = [
    ("contact-details", "the account service is not read (CIS 1.1, 1.2)"),
    ("access-analyzer", "analyzers of the Regions are not read (CIS 1.19)"),
    ("cloudtrail", "trails and their settings are not read"),
    ("alarms", "CloudWatch alarms are not read (CIS 4.x)"),
    ("instance-roles", "EC2 instances are not read (CIS 1.17)"),
    ("root-access-of-members", "the features of the organization are not read"),
];

/// Reviews an account.
pub fn review(access: &Access<'_>, now: Timestamp) -> Result<Review, GaveUp> {
    let found = escalation(access, &Route::default())?;
    let scene = Scene {
        account: access.account(),
        access,
        now,
        administrators: found.administrators.iter().cloned().collect(),
        escalation: &found,
    };
    let mut review = Review {
        conditional: found.conditional.clone(),
        not_evaluated: found.not_evaluated.clone(),
        ..Review::default()
    };
    let (mut good, mut all) = (0, 0);
    for check in ALL {
        let looked = (check.look)(&scene).and_then(|findings| match check.reads.missing(&scene) {
            Some(missing) if findings.is_empty() => Err(missing),
            _ => Ok(findings),
        });
        match looked {
            Ok(findings) => {
                all += check.severity.weight();
                if findings.is_empty() {
                    good += check.severity.weight();
                    review.passed.push(check.id);
                }
                review.findings.extend(findings.into_iter().map(|finding| Found { check, finding }));
            }
            Err(reason) => review.not_checked.push((check.id, reason)),
        }
    }
    let is_known = Reads::Policies.missing(&scene).is_none();
    review.score = (good * 100).checked_div(all).filter(|_| is_known);
    review.findings.sort_by_key(|found| std::cmp::Reverse(found.check.severity));
    review.not_checked.extend(ELSEWHERE.map(|(id, reason)| (id, reason.to_owned())));
    Ok(review)
}

#[cfg(test)]
mod tests;
