//! Whether a read has confirmed the MFA devices that a run enabled.

use crate::api::Iam;
use crate::backend::{Load, Urgency, UserPart};
use crate::model::{MfaSerial, UserName};
use crate::theme::Look;
use crate::ui::page::View;
use crate::ui::runs::Live;

use super::lines::Lines;

/// The devices that the run enabled, with whose they are.
fn devices(live: &Live) -> Vec<(UserName, MfaSerial)> {
    let done = live.run.plan().steps.iter().filter(|step| live.run.gives(&step.id).is_some());
    let calls = done.filter_map(|step| step.call()).filter(|call| call.iam() == Some(Iam::EnableMFADevice));
    let device = |call: &crate::plan::Call| {
        let filled = call.filled(|output| {
            let given = live.run.gives(output.step).and_then(|gives| gives.get(output.field)).cloned();
            Ok::<_, std::convert::Infallible>(given.unwrap_or_default())
        });
        let Ok(call) = filled;
        Some((call.text("UserName")?.into(), call.text("SerialNumber")?.into()))
    };
    if live.run.undone_by.is_some() { Vec::new() } else { calls.filter_map(device).collect() }
}

fn is_confirmed(user: &UserName, serial: &MfaSerial, view: &View<'_>) -> bool {
    let held = view.account.users().get(user.as_str()).and_then(|user| user.facts.mfa.known());
    held.is_some_and(|devices| devices.iter().any(|device| device.serial == *serial))
}

/// What is read for it, as long as it is not confirmed.
pub(super) fn wants(live: &Live, view: &View<'_>) -> Vec<(Load, Urgency)> {
    let devices = if live.going { Vec::new() } else { devices(live) };
    let open = devices.into_iter().filter(|(user, serial)| !is_confirmed(user, serial, view));
    // A run of the journal may be about a user that nothing was read of yet.
    let parts = |user: UserName| [UserPart::Overview, UserPart::Mfa].map(|part| Load::User(user.clone(), part));
    open.flat_map(|(user, _)| parts(user)).map(|load| (load, Urgency::Now)).collect()
}

/// Says for each device how far it is.
pub(super) fn lines(live: &Live, view: &View<'_>, lines: &mut Lines) {
    for (user, serial) in devices(live) {
        let name = serial.as_str().rsplit('/').next().unwrap_or_default();
        let (text, role) = if is_confirmed(&user, &serial, view) {
            (format!("✓ MFA device {name} is enabled for {user}."), Look::Good)
        } else {
            (format!("… MFA device {name} of {user} is enabled, but not visible everywhere yet."), Look::Info)
        };
        lines.text(0, &text, role);
    }
}
