//! Trusting everyone: `"Principal": "*"` without a condition that narrows it.

use super::{Scene, Watch, object};
use crate::api::Iam;
use crate::plan::Guard;
use crate::policy::PolicyKind;
use crate::policy::validate::{Options, validate};

pub(super) const WATCH: Watch = Watch {
    id: "public-principal",
    about: "Allowing everyone to assume a role: `*` as principal, and no condition that restricts it.",
    look,
};

/// The check that the editor makes too.
const CHECK: &str = "public-principal";

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let mut found = Vec::new();
    for (step, call) in &scene.calls {
        let document = match call.iam() {
            Some(Iam::CreateRole) => call.text("AssumeRolePolicyDocument"),
            Some(Iam::UpdateAssumeRolePolicy) => call.text("PolicyDocument"),
            _ => None,
        };
        let (Some(document), Some(role)) = (document, call.text("RoleName")) else { continue };
        let report = validate(document, &Options { kind: Some(PolicyKind::Trust), ..Options::default() });
        if report.findings.iter().any(|finding| finding.code == CHECK) {
            let message =
                format!("everyone can assume role {role}: its trust policy names `*` and no condition restricts it");
            let hint = "Name accounts, roles or users, or add a condition such as `aws:PrincipalOrgID`.";
            found.push(object(&WATCH, Some(step), message, hint, Some(role)));
        }
    }
    found
}
