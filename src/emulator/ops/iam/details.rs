//! `GetAccountAuthorizationDetails`: the one bulk read, page by page over users, groups, roles and policies.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::named::{arn, everything};
use super::policies::{Managed, Use, own_arn, uses};
use super::reads;
use super::{attachments, boundaries, documents, groups, inline, instance_profiles, roles, tags, versions};
use crate::api::Iam;
use crate::catalog::managed::{ManagedPolicy, managed_policy_by_arn};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, InstanceProfile, Policy, Role, User};
use crate::emulator::store::table::fold;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Iam::GetAccountAuthorizationDetails, details, everything)];

/// One row of the whole: keys begin with a digit that keeps the sections in their order.
enum Row<'s> {
    User(&'s User),
    Group(&'s Group),
    Role(&'s Role),
    Own(&'s Policy),
    Aws(&'static ManagedPolicy),
}

fn details(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let marker = paging::marker(request)?;
    let uses = uses(state);
    let mut rows: Vec<(String, Row<'_>)> = Vec::new();
    gather(request, state, &uses, marker.as_deref(), &mut rows);
    let mut profiles: HashMap<&str, Vec<&InstanceProfile>> = HashMap::new();
    for profile in state.instance_profiles.iter() {
        for role in &profile.roles {
            profiles.entry(role).or_default().push(profile);
        }
    }
    let mut lists: [(&str, Vec<Value>); 4] =
        ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"].map(|list| (list, Vec::new()));
    let paged = paging::page(request, "rows", rows.iter().map(|(key, row)| (key.as_str(), row)), |row| {
        let (list, shown) = match row {
            Row::User(user) => (0, show_user(request, state, user)),
            Row::Group(group) => (1, show_group(request, group)),
            Row::Role(role) => {
                let profiles = profiles.get(role.id.as_str()).map_or(&[][..], Vec::as_slice);
                (2, show_role(request, state, role, profiles))
            }
            Row::Own(policy) => (3, show_own(request, policy, &uses)),
            Row::Aws(policy) => (3, show_aws(request, policy, &uses)),
        };
        lists[list].1.push(shown);
        Value::Null
    });
    let mut out: Map<String, Value> =
        lists.into_iter().map(|(list, rows)| (list.to_owned(), Value::Array(rows))).collect();
    for member in ["IsTruncated", "Marker"] {
        out.insert(member.to_owned(), paged[member].clone());
    }
    Ok(Value::Object(out))
}

/// Collects one row more than a page holds, section by section, beginning behind the marker.
fn gather<'s>(
    request: &Request<'_>,
    state: &'s State,
    uses: &HashMap<&str, Use>,
    marker: Option<&str>,
    rows: &mut Vec<(String, Row<'s>)>,
) {
    let filter: Vec<&str> = request.texts("Filter").collect();
    let wants = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let limit = usize::try_from(request.number("MaxItems").unwrap_or(100)).unwrap_or(100) + 1;
    // Behind which name a section begins; `None` where the marker lies beyond the whole section.
    let from = |section: char| match marker {
        Some(marker) if marker.starts_with(section) => Some(marker.get(1..)),
        Some(marker) if marker.chars().next().is_some_and(|at| at > section) => None,
        _ => Some(None),
    };
    if let Some(after) = from('1').filter(|_| wants("User")) {
        rows.extend(state.users.after(after).take(limit).map(|(key, user)| (format!("1{key}"), Row::User(user))));
    }
    if let Some(after) = from('2').filter(|_| wants("Group") && rows.len() < limit) {
        rows.extend(state.groups.after(after).take(limit).map(|(key, group)| (format!("2{key}"), Row::Group(group))));
    }
    if let Some(after) = from('3').filter(|_| wants("Role") && rows.len() < limit) {
        rows.extend(state.roles.after(after).take(limit).map(|(key, role)| (format!("3{key}"), Row::Role(role))));
    }
    if let Some(after) = from('4').filter(|_| wants("LocalManagedPolicy") && rows.len() < limit) {
        rows.extend(state.policies.after(after).take(limit).map(|(key, policy)| (format!("4{key}"), Row::Own(policy))));
    }
    if let Some(after) = from('5').filter(|_| wants("AWSManagedPolicy") && rows.len() < limit) {
        let mut used: Vec<(String, &ManagedPolicy)> = uses
            .keys()
            .filter_map(|arn| managed_policy_by_arn(arn))
            .map(|policy| (fold(&policy.name), policy))
            .collect();
        used.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let behind = used.into_iter().filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
        rows.extend(behind.map(|(key, policy)| (format!("5{key}"), Row::Aws(policy))));
    }
}

fn show_user(request: &Request<'_>, state: &State, user: &User) -> Value {
    json!({
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": arn(request, user),
        "CreateDate": user.created.to_string(),
        // Groups and roles without inline policies have an empty list, users have none.
        "UserPolicyList": (!user.permissions.inline.is_empty()).then(|| inline::show_all(&user.permissions)),
        "GroupList": groups::of_user(state, user).into_iter().map(|group| json!(group.name)).collect::<Value>(),
        "AttachedManagedPolicies": attachments::show_all(&user.permissions),
        "PermissionsBoundary": boundaries::show(user.boundary.as_deref()),
        "Tags": tags::show_all(&user.tags),
    })
}

fn show_group(request: &Request<'_>, group: &Group) -> Value {
    let mut shown = groups::show(request, group);
    shown["GroupPolicyList"] = inline::show_all(&group.permissions);
    shown["AttachedManagedPolicies"] = attachments::show_all(&group.permissions);
    shown
}

fn show_role(request: &Request<'_>, state: &State, role: &Role, profiles: &[&InstanceProfile]) -> Value {
    let mut shown = roles::core(request, role);
    shown["InstanceProfileList"] =
        profiles.iter().map(|profile| instance_profiles::brief(request, state, profile)).collect();
    shown["RolePolicyList"] = inline::show_all(&role.permissions);
    shown["AttachedManagedPolicies"] = attachments::show_all(&role.permissions);
    shown["PermissionsBoundary"] = boundaries::show(role.boundary.as_deref());
    shown["Tags"] = tags::show_all(&role.tags);
    shown["RoleLastUsed"] = roles::last_used(role);
    shown
}

fn show_own(request: &Request<'_>, policy: &Policy, uses: &HashMap<&str, Use>) -> Value {
    let use_ = uses.get(own_arn(request, policy).as_str()).copied().unwrap_or_default();
    let mut shown = Managed::Own(policy).brief(request, use_);
    shown["Description"] = json!(policy.description);
    shown["PolicyVersionList"] = policy
        .versions
        .iter()
        .rev()
        .map(|version| {
            let mut shown = versions::brief(policy, version);
            shown["Document"] = documents::show(&version.document);
            shown
        })
        .collect();
    shown
}

fn show_aws(request: &Request<'_>, policy: &'static ManagedPolicy, uses: &HashMap<&str, Use>) -> Value {
    let use_ = uses.get(policy.arn().as_str()).copied().unwrap_or_default();
    let mut shown = Managed::Aws(policy).brief(request, use_);
    shown["PolicyVersionList"] = json!([{
        "Document": documents::show(policy.document()),
        "VersionId": policy.version,
        "IsDefaultVersion": true,
        "CreateDate": policy.updated,
    }]);
    shown
}
