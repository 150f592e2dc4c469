//! The condition keys that AWS fills for a request to IAM or STS.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>.

use serde_json::Value;

use crate::api::{Operation, Sts};
use crate::base::arn::Arn;
use crate::catalog::Catalog;
use crate::emulator::caller::{Caller, Principal};
use crate::emulator::operation::Request;
use crate::emulator::ops::iam::named::{by_arn, name};
use crate::emulator::ops::iam::policies::Managed;
use crate::emulator::ops::iam::tags::Keys;
use crate::emulator::store::State;
use crate::emulator::store::credentials::ServerCertificate;
use crate::emulator::store::records::{InstanceProfile, Role, Tag, User};
use crate::policy::evaluate;

/// The permission to hand a role to a service.
pub const PASS_ROLE: &str = "iam:PassRole";

/// A question to the evaluator, with every key that is known where keys are asked for. The second ARN is the one that
/// the resource is found by.
pub fn question(
    request: &Request<'_>,
    state: &State,
    action: &str,
    (resource, found): (&str, &str),
    keyed: bool,
) -> evaluate::Request {
    let mut question = evaluate::Request::new(principal(request.caller, state), action, resource);
    if keyed {
        question = caller(question, request, state);
        question = resource_tags(question, tags_of(request, state, found));
        question = asked_tags(specific(question, request, state, action), request);
    } else {
        question = question.with_unique_id(unique_id(request.caller));
    }
    // The root user of a member account has no policy that could let anybody in: the caller's own decide.
    match request.operation {
        Operation::Sts(Sts::AssumeRoot) => question.with_resource_account(&request.caller.account),
        _ => question,
    }
}

/// The caller as the evaluator takes it.
pub fn principal(caller: &Caller, state: &State) -> evaluate::Principal {
    let number = &state.account().number;
    let own = Arn::parse(&caller.arn).ok();
    match (&caller.principal, own) {
        (Principal::User { .. }, Some(arn)) => evaluate::Principal::User { arn },
        (Principal::Role { id, .. }, Some(arn)) => {
            let role = state.roles.get(id);
            let role =
                role.and_then(|role| Arn::parse(&format!("arn:aws:iam::{number}:role{}{}", role.path, role.name)).ok());
            evaluate::Principal::Session { arn, role }
        }
        (Principal::Federated { .. }, Some(arn)) => evaluate::Principal::FederatedUser { arn, user: None },
        (Principal::Root, _) => evaluate::Principal::Root { partition: "aws".into(), account: number.as_str().into() },
        _ => evaluate::Principal::Anonymous,
    }
}

/// The tags of the resource, under both of their names.
pub fn resource_tags(question: evaluate::Request, tags: &[Tag]) -> evaluate::Request {
    tags.iter().fold(question, |question, tag| {
        let question = question.with_tag("aws:ResourceTag", &tag.key, &tag.value);
        question.with_tag("iam:ResourceTag", &tag.key, &tag.value)
    })
}

/// The unique id of the user or role that calls.
fn unique_id(caller: &Caller) -> &str {
    caller.user_id.split(':').next().unwrap_or_default()
}

/// What follows from the caller, its session and the way of the request.
pub fn caller(mut question: evaluate::Request, request: &Request<'_>, state: &State) -> evaluate::Request {
    let caller = request.caller;
    let origin = &caller.origin;
    question = question
        .with_unique_id(unique_id(caller))
        .with("aws:userid", [caller.user_id.as_str()])
        .with("aws:CurrentTime", [request.now.to_string()])
        .with("aws:EpochTime", [request.now.0.to_string()])
        .with("aws:ViaAWSService", ["false"])
        // The emulator stands in for AWS, which is reached over TLS only: policies that insist on it must work here.
        .with("aws:SecureTransport", ["true"]);
    for (key, value) in [("aws:SourceIp", &origin.address), ("aws:UserAgent", &origin.agent)] {
        if !value.is_empty() {
            question = question.with(key, [value.as_str()]);
        }
    }
    // IAM is one for all Regions and counts as being in the first.
    let iam = matches!(request.operation, Operation::Iam(_));
    let region = if iam || origin.region.is_empty() { "us-east-1" } else { &origin.region };
    question = question.with("aws:RequestedRegion", [region]);
    for tag in principal_tags(caller, state) {
        question = question.with_tag("aws:PrincipalTag", &tag.key, &tag.value);
    }
    question = organization_keys(question, request);
    let Some(session) = &caller.session else { return question };
    question = question.with("aws:TokenIssueTime", [session.issued.to_string()]);
    question = question.with("aws:MultiFactorAuthPresent", [if session.mfa.is_some() { "true" } else { "false" }]);
    if let Some(at) = session.mfa {
        question = question.with("aws:MultiFactorAuthAge", [(request.now.0 - at.0).to_string()]);
    }
    if let Some(identity) = &session.source_identity {
        question = question.with("aws:SourceIdentity", [identity.as_str()]);
    }
    if let Some(provider) = &session.provider {
        question = question.with("aws:FederatedProvider", [provider.as_str()]);
    }
    question
}

/// Where caller and resource lie in the organization.
fn organization_keys(mut question: evaluate::Request, request: &Request<'_>) -> evaluate::Request {
    let Some(organization) = &request.environment.organization else { return question };
    if let Some(member) = organization.member(&request.caller.account) {
        question = question
            .with("aws:PrincipalOrgID", [organization.id.as_str()])
            .with("aws:PrincipalOrgPaths", [member.path.as_str()]);
    }
    if let Some(member) = question.resource_account().and_then(|account| organization.member(account)) {
        question = question
            .with("aws:ResourceOrgID", [organization.id.as_str()])
            .with("aws:ResourceOrgPaths", [member.path.as_str()]);
    }
    question
}

/// The tags of the user or role, but for those that a tag of the session goes before, and the session's.
fn principal_tags<'a>(caller: &'a Caller, state: &'a State) -> impl Iterator<Item = &'a Tag> {
    let own: &[Tag] = match &caller.principal {
        Principal::User { id, .. } => state.users.get(id).map_or(&[], |user| &user.tags),
        Principal::Role { id, .. } => state.roles.get(id).map_or(&[], |role| &role.tags),
        _ => &[],
    };
    let session = caller.session.as_ref().map_or(&[][..], |session| &session.tags);
    let replaced = move |tag: &&Tag| session.iter().any(|given| Keys::Folded.same(&given.key, &tag.key));
    own.iter().filter(move |tag| !replaced(tag)).chain(session)
}

/// The tags that a request gives or takes away.
pub fn asked_tags(mut question: evaluate::Request, request: &Request<'_>) -> evaluate::Request {
    let tags = request.list("Tags");
    let text = |tag: &Value, member: &str| tag.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    for tag in tags {
        question = question.with_tag("aws:RequestTag", &text(tag, "Key"), &text(tag, "Value"));
    }
    let keys = tags.iter().map(|tag| text(tag, "Key")).chain(request.texts("TagKeys").map(str::to_owned));
    let keys: Vec<String> = keys.collect();
    if keys.is_empty() { question } else { question.with("aws:TagKeys", keys) }
}

/// The keys of IAM itself, where the reference of its actions says that an action has them.
fn specific(mut question: evaluate::Request, request: &Request<'_>, state: &State, action: &str) -> evaluate::Request {
    if action == PASS_ROLE {
        return question.with("iam:PassedToService", ["ec2.amazonaws.com"]);
    }
    let linked = || {
        let role = state.roles.named(request.maybe("RoleName")?)?;
        role.linked_to.as_deref()
    };
    if let Operation::Sts(Sts::GetWebIdentityToken | Sts::AssumeRoot) = request.operation {
        return of_sts(question, request);
    }
    let seconds = request.number("SessionDuration").map(|seconds| seconds.to_string());
    let values = [
        ("iam:PolicyARN", request.maybe("PolicyArn")),
        ("iam:PermissionsBoundary", request.maybe("PermissionsBoundary").or_else(|| boundary(request, state))),
        ("iam:AWSServiceName", request.maybe("AWSServiceName").or_else(linked)),
        ("iam:ServiceSpecificCredentialServiceName", request.maybe("ServiceName")),
        ("iam:NotificationChannel", request.maybe("NotificationChannel")),
        ("iam:TemplateArn", template(request)),
        ("iam:RoleTemplateARN", request.maybe("TemplateArn")),
        ("iam:DelegationDuration", seconds.as_deref()),
        ("iam:DelegationRequestOwner", request.maybe("OwnerId")),
    ];
    if values.iter().all(|(_, value)| value.is_none()) {
        return question;
    }
    let Some(known) = Catalog::bundled().action(action) else { return question };
    for (key, value) in values {
        if let Some(value) = value.filter(|_| known.supports(key)) {
            question = question.with(key, [value]);
        }
    }
    question
}

/// The policy template that a delegation request is made of.
fn template<'a>(request: &Request<'a>) -> Option<&'a str> {
    request.value("Permissions")?.get("PolicyTemplateArn")?.as_str()
}

/// The keys of STS for what is no session of a role.
fn of_sts(mut question: evaluate::Request, request: &Request<'_>) -> evaluate::Request {
    let seconds = request.number("DurationSeconds").map(|seconds| seconds.to_string());
    let task = request.value("TaskPolicyArn").and_then(|policy| policy.get("arn")?.as_str());
    for (key, values) in [
        ("sts:IdentityTokenAudience", request.texts("Audience").collect::<Vec<_>>()),
        ("sts:DurationSeconds", seconds.as_deref().into_iter().collect()),
        ("sts:SigningAlgorithm", request.maybe("SigningAlgorithm").into_iter().collect()),
        ("sts:TaskPolicyArn", task.into_iter().collect()),
    ] {
        if !values.is_empty() {
            question = question.with(key, values);
        }
    }
    question
}

/// The boundary of the user or role that a request is about.
fn boundary<'s>(request: &Request<'_>, state: &'s State) -> Option<&'s str> {
    if request.maybe("RoleName").is_some() {
        return state.roles.named(name::<Role>(request).ok()?)?.boundary.as_deref();
    }
    state.users.named(name::<User>(request).ok()?)?.boundary.as_deref()
}

/// The tags of the resource of this ARN; groups have none, and no more has what the ARN does not name exactly.
fn tags_of<'s>(request: &Request<'_>, state: &'s State, resource: &str) -> &'s [Tag] {
    let Ok(arn) = Arn::parse(resource) else { return &[] };
    let found = match arn.resource_type() {
        "user" => by_arn(request, state, resource).map(|user: &User| &user.tags),
        "role" => by_arn(request, state, resource).map(|role: &Role| &role.tags),
        "policy" => match Managed::find(request, state, resource) {
            Some(Managed::Own(policy)) => Some(&policy.tags),
            _ => None,
        },
        "instance-profile" => by_arn(request, state, resource).map(|profile: &InstanceProfile| &profile.tags),
        "server-certificate" => {
            by_arn(request, state, resource).map(|certificate: &ServerCertificate| &certificate.tags)
        }
        "mfa" => state.virtual_mfa.get(resource).map(|device| &device.tags),
        "oidc-provider" => state.oidc_providers.get(resource).map(|provider| &provider.tags),
        "saml-provider" => state.saml_providers.get(resource).map(|provider| &provider.tags),
        _ => None,
    };
    found.map_or(&[], Vec::as_slice)
}
