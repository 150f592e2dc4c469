//! Access keys of the root user.

use super::rules::root;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;
use crate::model::Summary;

pub(super) const CHECK: Check = Check {
    id: "root-access-key",
    title: "The root user has no access key",
    why: "A root key can do everything, and no policy of the account limits it.",
    fix: "Delete the keys of the root user, signed in as the root user.",
    references: &["CIS 1.3", "CIS v7 2.4", "FSBP IAM.4", "AWS best practice: Protect your root user credentials"],
    severity: Severity::Critical,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    let by_summary = scene.account.summary().known().and_then(Summary::root_has_keys);
    let has_keys = match by_summary {
        Some(has_keys) => has_keys,
        None => root(scene.account)?.keys.iter().any(|key| key.active),
    };
    Ok(if has_keys { vec![Finding::new(&*number, "the root user has an access key")] } else { Vec::new() })
}
