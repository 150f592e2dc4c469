//! MFA devices of nobody.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::plan::builders::{delete_unassigned, unassigned};

pub(super) const CHECK: Check = Check {
    id: "unassigned-mfa-device",
    title: "Every virtual MFA device is assigned",
    why: "Their secret keys can no longer be shown, so these devices cannot be assigned; they only occupy names.",
    fix: "Delete the device.",
    references: &[
        "AWS best practice: Regularly review and remove unused users, roles, permissions, policies, and credentials",
    ],
    severity: Severity::Low,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    if !scene.account.virtual_mfa_devices().is_complete() {
        return Err("the virtual MFA devices were not read (iam:ListVirtualMFADevices)".to_owned());
    }
    let found = unassigned(scene.account).map(|device| {
        let serial = device.serial.to_string();
        let plan = delete_unassigned(scene.account, std::slice::from_ref(&serial));
        Finding::new(serial, "is not assigned to a user").settled_by(plan)
    });
    Ok(found.collect())
}
