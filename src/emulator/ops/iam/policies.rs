//! Managed policies: the account's own, and those of AWS, which only have attachments here.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::documents;
use super::named::path;
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::catalog::managed::{ManagedPolicy, managed_policies, managed_policy_by_arn};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{Policy, PolicyVersion};
use crate::emulator::store::table::fold;

/// The handlers of this resource; its versions have a file of their own.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreatePolicy, create, created),
    reads(Iam::GetPolicy, get, named),
    reads(Iam::ListPolicies, list, listed),
    writes(Iam::DeletePolicy, delete, named),
    reads(Iam::ListPolicyTags, list_tags, named),
    writes(Iam::TagPolicy, tag, named),
    writes(Iam::UntagPolicy, untag, named),
];

/// A managed policy of either owner.
#[derive(Debug, Clone, Copy)]
pub enum Managed<'a> {
    /// The account's own.
    Own(&'a Policy),
    /// One of AWS.
    Aws(&'static ManagedPolicy),
}

impl<'a> Managed<'a> {
    /// Finds a policy by its ARN, of which every letter counts: AWS's policies too are those of this partition.
    pub fn find(request: &Request<'_>, state: &'a State, arn: &str) -> Option<Self> {
        if let Some(policy) = managed_policy_by_arn(arn).filter(|policy| policy.arn() == arn) {
            return Some(Self::Aws(policy));
        }
        let policy = state.policies.named(arn.rsplit('/').next()?)?;
        (own_arn(request, policy) == arn).then_some(Self::Own(policy))
    }

    /// The document in force.
    pub fn document(self) -> &'a str {
        match self {
            Self::Own(policy) => policy.document(),
            Self::Aws(policy) => policy.document(),
        }
    }

    fn name(self) -> &'a str {
        match self {
            Self::Own(policy) => &policy.name,
            Self::Aws(policy) => &policy.name,
        }
    }

    fn path(self) -> &'a str {
        match self {
            Self::Own(policy) => &policy.path,
            Self::Aws(policy) => &policy.path,
        }
    }

    /// Its ARN.
    pub fn arn(self, request: &Request<'_>) -> String {
        match self {
            Self::Own(policy) => own_arn(request, policy),
            Self::Aws(policy) => policy.arn(),
        }
    }

    /// The policy as `ListPolicies` shows it: without description and tags.
    pub fn brief(self, request: &Request<'_>, use_: Use) -> Value {
        let (id, version, made, updated) = match self {
            Self::Own(p) => (&p.id, format!("v{}", p.default_version), p.created.to_string(), p.updated.to_string()),
            Self::Aws(p) => (&p.id, p.version.clone(), p.created.clone(), p.updated.clone()),
        };
        json!({
            "PolicyName": self.name(),
            "PolicyId": id,
            "Arn": self.arn(request),
            "Path": self.path(),
            "DefaultVersionId": version,
            "AttachmentCount": use_.attached,
            "PermissionsBoundaryUsageCount": use_.boundary,
            "IsAttachable": true,
            "CreateDate": made,
            "UpdateDate": updated,
        })
    }
}

/// How many entities use a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// As an attached policy.
    pub attached: usize,
    /// As a permissions boundary.
    pub boundary: usize,
}

/// How many entities use each policy, by ARN.
pub fn uses(state: &State) -> HashMap<&str, Use> {
    let mut uses: HashMap<&str, Use> = HashMap::new();
    let users = state.users.iter().map(|user| (&user.permissions, user.boundary.as_deref()));
    let groups = state.groups.iter().map(|group| (&group.permissions, None));
    let roles = state.roles.iter().map(|role| (&role.permissions, role.boundary.as_deref()));
    for (permissions, boundary) in users.chain(groups).chain(roles) {
        for arn in &permissions.attached {
            uses.entry(arn).or_default().attached += 1;
        }
        if let Some(arn) = boundary {
            uses.entry(arn).or_default().boundary += 1;
        }
    }
    uses
}

fn use_of(state: &State, arn: &str) -> Use {
    uses(state).get(arn).copied().unwrap_or_default()
}

/// The ARN of a policy of the account.
pub fn own_arn(request: &Request<'_>, policy: &Policy) -> String {
    request.arn(&format!("policy{}{}", policy.path, policy.name))
}

/// Whether a text has the shape of a managed policy's ARN.
pub fn is_policy_arn(arn: &str) -> bool {
    let mut fields = arn.splitn(6, ':');
    let mut next = || fields.next().unwrap_or_default();
    let (arn, partition, service, region) = (next(), next(), next(), next());
    let (account, resource) = (next(), next());
    arn == "arn"
        && !partition.is_empty()
        && service == "iam"
        && region.is_empty()
        && (account == "aws" || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())))
        && resource.strip_prefix("policy/").is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
}

/// The policy that a request's `PolicyArn` names.
pub fn find<'s>(request: &Request<'_>, state: &'s State) -> Result<Managed<'s>, Failure> {
    let arn = request.text("PolicyArn");
    if !is_policy_arn(arn) {
        return Err(Failure::validation(format!("ARN {arn} is not valid.")));
    }
    Managed::find(request, state, arn).ok_or_else(|| Failure::no_such_entity(format!("Policy {arn} was not found.")))
}

/// The account's own policy that a request names; `doing` says what AWS's policies are spared from.
pub fn find_own<'s>(request: &Request<'_>, state: &'s State, doing: &str) -> Result<&'s Policy, Failure> {
    // Policies of AWS are refused by their account, whether they exist or not.
    if request.text("PolicyArn").starts_with("arn:aws:iam::aws:policy/") {
        return Err(Failure::access_denied(format!("Cannot {doing} outside your own account.")));
    }
    match find(request, state)? {
        Managed::Own(policy) => Ok(policy),
        Managed::Aws(_) => Err(Failure::access_denied(format!("Cannot {doing} outside your own account."))),
    }
}

/// Permission column: the policy that a request names.
pub fn named(request: &Request<'_>, _state: &State) -> String {
    request.text("PolicyArn").to_owned()
}

fn created(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("policy{}{}", path(request), request.text("PolicyName")))
}

fn listed(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("policy{}", request.maybe("PathPrefix").unwrap_or("/")))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("PolicyName");
    let document = documents::managed(request)?;
    if state.policies.named(name).is_some() {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(Failure::already_exists(message));
    }
    request.within(quota::POLICIES, state.policies.len() + 1)?;
    let policy = Policy {
        id: request.environment.ids.unique("ANPA"),
        name: name.to_owned(),
        path: path(request).to_owned(),
        created: request.now,
        updated: request.now,
        description: request.maybe("Description").map(str::to_owned),
        default_version: 1,
        next_version: 2,
        versions: vec![PolicyVersion { number: 1, created: request.now, document: document.to_owned() }],
        tags: tags::given(request, Keys::Exact)?,
    };
    let mut shown = Managed::Own(&policy).brief(request, Use::default());
    shown["Tags"] = tags::show(&policy.tags);
    state.policies.put(policy);
    Ok(json!({"Policy": shown}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let managed = find(request, state)?;
    let mut shown = managed.brief(request, use_of(state, request.text("PolicyArn")));
    shown["Tags"] = json!([]);
    // AWS answers the description of its own policies too, as it is recorded. Here they have none: no package carries
    // those texts, and a text of ours would be taken for AWS's.
    if let Managed::Own(policy) = managed {
        shown["Description"] = json!(policy.description);
        if !policy.tags.is_empty() {
            shown["Tags"] = tags::show(&policy.tags);
        }
    }
    Ok(json!({"Policy": shown}))
}

/// AWS's policies in the order of their making, behind the account's own.
static AWS: LazyLock<Vec<(String, &'static ManagedPolicy)>> = LazyLock::new(|| {
    let key = |policy: &ManagedPolicy| format!("2{}{}", policy.created, policy.name);
    let mut policies: Vec<_> = managed_policies().iter().map(|policy| (key(policy), policy)).collect();
    policies.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    policies
});

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let scope = request.maybe("Scope").unwrap_or("All");
    let prefix = request.maybe("PathPrefix").unwrap_or("/");
    let uses = uses(state);
    let own: Vec<(String, &Policy)> = match scope {
        "AWS" => Vec::new(),
        _ => state.policies.iter().map(|policy| (format!("1{}", fold(&policy.name)), policy)).collect(),
    };
    let aws: &[(String, &'static ManagedPolicy)] = if scope == "Local" { &[] } else { &AWS };
    let own = own.iter().map(|(key, policy)| (key.as_str(), Managed::Own(policy)));
    let rows = own.chain(aws.iter().map(|(key, policy)| (key.as_str(), Managed::Aws(policy))));
    let filter = request.maybe("PolicyUsageFilter");
    let rows = rows.filter(|(_, policy)| policy.path().starts_with(prefix)).filter_map(|(key, policy)| {
        let use_ = uses.get(policy.arn(request).as_str()).copied().unwrap_or_default();
        let counted = match filter {
            Some("PermissionsPolicy") => use_.attached,
            Some("PermissionsBoundary") => use_.boundary,
            _ if request.flag("OnlyAttached") => use_.attached + use_.boundary,
            _ => 1,
        };
        (counted > 0).then_some((key, (policy, use_)))
    });
    paging::slice(request, "Policies", rows, |(policy, use_)| policy.brief(request, use_))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let policy = find_own(request, state, "delete policies")?;
    let use_ = use_of(state, request.text("PolicyArn"));
    if use_ != Use::default() {
        return Err(Failure::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(Failure::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy.",
        ));
    }
    let id = policy.id.clone();
    state.policies.remove(&id);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    match find(request, state)? {
        Managed::Own(policy) => tags::list_by_length(request, &policy.tags),
        Managed::Aws(_) => tags::list(request, &[]),
    }
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut policy = find_own(request, state, "tag policies")?.clone();
    tags::merge(request, &mut policy.tags, Keys::Exact)?;
    state.policies.put(policy);
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut policy = find_own(request, state, "untag policies")?.clone();
    tags::remove(request, &mut policy.tags, Keys::Exact);
    state.policies.put(policy);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arns_of_managed_policies_are_taken() {
        for arn in ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::123456789012:policy/a/b"] {
            assert!(is_policy_arn(arn), "{arn}");
        }
        for arn in [
            "longpolicynamebutnoarn",
            "arn:aws:iam::123456789012:not_a_policy/invalid",
            "arn:aws:iam::123456789012:policy/",
            "arn:aws:iam::1234:policy/a",
            "arn:aws:s3::123456789012:policy/a",
        ] {
            assert!(!is_policy_arn(arn), "{arn}");
        }
    }
}
