//! Short passwords.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;
use crate::model::Fact;
use crate::plan::builders::set_password_policy;

pub(super) const CHECK: Check = Check {
    id: "password-policy-length",
    title: "Passwords have at least 14 characters",
    why: "Short passwords can be guessed.",
    fix: "Set the minimum length to 14.",
    references: &["CIS 1.7", "CIS v7 2.8", "FSBP IAM.15"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const LENGTH: u32 = 14;
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    match scene.account.password_policy() {
        Fact::Known(policy, _) if policy.minimum_length >= LENGTH => Ok(Vec::new()),
        Fact::Known(policy, _) => {
            let better = crate::model::PasswordPolicy { minimum_length: LENGTH, ..policy.clone() };
            let told = format!("passwords may have {} characters", policy.minimum_length);
            Ok(vec![Finding::new(&*number, told).settled_by(set_password_policy(scene.account, &better))])
        }
        Fact::Absent(_) => {
            Ok(vec![Finding::new(&*number, "the account has no password policy; passwords may have 8 characters")])
        }
        Fact::Unknown | Fact::Denied(_) => {
            Err("the password policy was not read (iam:GetAccountPasswordPolicy)".to_owned())
        }
    }
}
