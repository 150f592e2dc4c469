//! Services that act for anybody.

use super::rules::trusts;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::model::TrustedEntity;

pub(super) const CHECK: Check = Check {
    id: "service-trust-without-source",
    title: "Roles say for which account a service may assume them",
    why: "A service that others can point at any role may use this one for them (the cross-service confused deputy).",
    fix: "Ask for aws:SourceAccount, aws:SourceArn or aws:SourceOrgID where the service supports it.",
    references: &["Prowler iam_role_cross_service_confused_deputy_prevention"],
    severity: Severity::Low,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    /// Services that assume roles for resources of others than the role's account, and send the keys.
    const POINTED: [&str; 8] = [
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "s3.amazonaws.com",
        "sns.amazonaws.com",
        "ses.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
        "bedrock.amazonaws.com",
    ];
    let mut found = Vec::new();
    for (role, entities) in trusts(scene.account) {
        let Some(trust) = role.facts.trust.known() else { continue };
        let text = trust.document.text().to_ascii_lowercase();
        if ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorg", "sts:externalid"]
            .iter()
            .any(|key| text.contains(key))
        {
            continue;
        }
        for entity in entities {
            if let TrustedEntity::Service(name) = entity
                && POINTED.contains(&&**name)
            {
                found.push(Finding::new(role.arn.as_str(), format!("trusts {name} whatever account it acts for")));
            }
        }
    }
    Ok(found)
}
