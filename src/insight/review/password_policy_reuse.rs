//! Passwords that come back.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;
use crate::model::Fact;
use crate::plan::builders::set_password_policy;

pub(super) const CHECK: Check = Check {
    id: "password-policy-reuse",
    title: "The last 24 passwords cannot be used again",
    why: "A password that leaked comes back.",
    fix: "Let the password policy remember 24 passwords.",
    references: &["CIS 1.8", "CIS v7 2.9", "FSBP IAM.16"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const REMEMBERED: u32 = 24;
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    match scene.account.password_policy() {
        Fact::Known(policy, _) if policy.remembered.is_some_and(|count| count >= REMEMBERED) => Ok(Vec::new()),
        Fact::Known(policy, _) => {
            let better = crate::model::PasswordPolicy { remembered: Some(REMEMBERED), ..policy.clone() };
            let told = format!("{} passwords are remembered", policy.remembered.unwrap_or(0));
            Ok(vec![Finding::new(&*number, told).settled_by(set_password_policy(scene.account, &better))])
        }
        Fact::Absent(_) => Ok(vec![Finding::new(&*number, "the account has no password policy")]),
        Fact::Unknown | Fact::Denied(_) => {
            Err("the password policy was not read (iam:GetAccountPasswordPolicy)".to_owned())
        }
    }
}
