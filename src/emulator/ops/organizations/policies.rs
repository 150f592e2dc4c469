//! Service and resource control policies, and what they are attached to.

use serde_json::{Value, json};

use super::structure::target_arn;
use super::{FORM, managed, not_found, page, reads};
use crate::api::Organizations;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::organization::{Organization, OrganizationPolicy, PolicyType};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Organizations::ListPolicies, list, everything),
    reads(Organizations::DescribePolicy, describe, named),
    reads(Organizations::ListPoliciesForTarget, list_for_target, target),
    reads(Organizations::ListTargetsForPolicy, list_targets, named),
];

/// Types of policies that an organization can have and this one has none of.
const OTHERS: &[&str] = &[
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "BEDROCK_POLICY",
    "S3_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
];

/// The ARN of a policy.
pub fn arn(organization: &Organization, id: &str, policy: &OrganizationPolicy) -> String {
    let kind = policy.kind.name().to_lowercase();
    if policy.aws {
        format!("arn:aws:organizations::aws:policy/{kind}/{id}")
    } else {
        format!("arn:aws:organizations::{}:policy/{}/{kind}/{id}", organization.management, organization.id)
    }
}

fn named(request: &Request<'_>, _state: &State) -> String {
    let id = request.text("PolicyId");
    let known = request.environment.organization.as_ref().and_then(|known| Some((known, known.policy(id)?)));
    known.map_or_else(|| "*".to_owned(), |(organization, policy)| arn(organization, id, policy))
}

fn target(request: &Request<'_>, _state: &State) -> String {
    let organization = request.environment.organization.as_ref();
    organization.map_or_else(|| "*".to_owned(), |organization| target_arn(organization, request.text("TargetId")))
}

fn show(organization: &Organization, (id, policy): (&str, &OrganizationPolicy)) -> Value {
    json!({
        "Id": id,
        "Arn": arn(organization, id, policy),
        "Name": policy.name,
        "Description": if policy.aws { "Allows access to every operation" } else { "" },
        "Type": policy.kind.name(),
        "AwsManaged": policy.aws,
    })
}

/// The type that a request filters by; none for one that this organization has no policies of.
fn filter(request: &Request<'_>) -> Result<Option<PolicyType>, Failure> {
    let own = PolicyType::ALL.map(PolicyType::name);
    let name = FORM.one_of(request.input, "Filter", &[&own, OTHERS].concat())?;
    Ok(PolicyType::ALL.into_iter().find(|kind| kind.name() == name))
}

fn list(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let kind = filter(request)?;
    let own = organization.policies().filter(|(_, policy)| Some(policy.kind) == kind);
    page(request, "Policies", own.map(|policy| show(organization, policy)).collect(), &format!("{kind:?}"))
}

fn find<'a>(
    request: &Request<'a>,
    organization: &'a Organization,
) -> Result<(&'a str, &'a OrganizationPolicy), Failure> {
    let id = FORM.text(request.input, "PolicyId")?;
    let policy = organization.policy(id).ok_or_else(|| not_found("PolicyNotFoundException", "a policy"))?;
    Ok((id, policy))
}

fn describe(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let (id, policy) = find(request, organization)?;
    Ok(json!({"Policy": {"PolicySummary": show(organization, (id, policy)), "Content": policy.document}}))
}

fn list_for_target(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let (id, kind) = (FORM.text(request.input, "TargetId")?, filter(request)?);
    let attached = organization.attached(id).ok_or_else(|| not_found("TargetNotFoundException", "a target"))?;
    let own = attached.filter(|(_, policy)| Some(policy.kind) == kind);
    let rows = own.map(|policy| show(organization, policy)).collect();
    page(request, "Policies", rows, &format!("{id}\0{kind:?}"))
}

fn list_targets(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let (id, _) = find(request, organization)?;
    let show = |target: &str| {
        let account = organization.member(target).map(|member| (member.name.as_str(), "ACCOUNT"));
        let unit = || organization.unit(target).map(|unit| (unit.name.as_str(), "ORGANIZATIONAL_UNIT"));
        let (name, kind) = account.or_else(unit).unwrap_or(("Root", "ROOT"));
        json!({"TargetId": target, "Arn": target_arn(organization, target), "Name": name, "Type": kind})
    };
    page(request, "Targets", organization.targets(id).map(show).collect(), id)
}
