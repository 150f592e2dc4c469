//! The root and the organizational units, and what lies in them.

use serde_json::{Value, json};

use super::{FORM, arn, managed, not_found, page, reads};
use crate::api::Organizations;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::organization::{Organization, PolicyType, Unit};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Organizations::ListRoots, list_roots, everything),
    reads(Organizations::ListOrganizationalUnitsForParent, list_units, parent),
    reads(Organizations::DescribeOrganizationalUnit, describe, unit),
    reads(Organizations::ListParents, list_parents, child),
    reads(Organizations::ListChildren, list_children, parent),
    reads(Organizations::ListTagsForResource, list_tags, tagged),
];

/// The ARN of the root, a unit or an account by its id; everything where the id is none.
pub fn target_arn(organization: &Organization, id: &str) -> String {
    let kind = match id {
        _ if id == organization.root => "root",
        _ if id.starts_with("ou-") => "ou",
        _ => "account",
    };
    arn(organization, kind, id)
}

fn by_id(request: &Request<'_>, member: &str) -> String {
    let organization = request.environment.organization.as_ref();
    organization.map_or_else(|| "*".to_owned(), |organization| target_arn(organization, request.text(member)))
}

/// Permission column: the root or the unit that a request names as the parent.
pub fn parent(request: &Request<'_>, _state: &State) -> String {
    by_id(request, "ParentId")
}

fn unit(request: &Request<'_>, _state: &State) -> String {
    by_id(request, "OrganizationalUnitId")
}

fn child(request: &Request<'_>, _state: &State) -> String {
    by_id(request, "ChildId")
}

fn tagged(request: &Request<'_>, _state: &State) -> String {
    by_id(request, "ResourceId")
}

/// The parent that a request names, where there is one.
pub fn known_parent<'a>(request: &Request<'a>, organization: &Organization) -> Result<&'a str, Failure> {
    let id = FORM.text(request.input, "ParentId")?;
    let known = id == organization.root || organization.unit(id).is_some();
    if known { Ok(id) } else { Err(not_found("ParentNotFoundException", "a root or organizational unit")) }
}

fn list_roots(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let types: Vec<Value> =
        PolicyType::ALL.iter().map(|kind| json!({"Type": kind.name(), "Status": "ENABLED"})).collect();
    let root = json!({
        "Id": organization.root,
        "Arn": target_arn(organization, &organization.root),
        "Name": "Root",
        "PolicyTypes": types,
    });
    page(request, "Roots", vec![root], "")
}

fn show(organization: &Organization, (id, unit): (&str, &Unit)) -> Value {
    json!({"Id": id, "Arn": target_arn(organization, id), "Name": unit.name, "Path": unit.path})
}

fn list_units(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let parent = known_parent(request, organization)?;
    let own = organization.units().filter(|(_, unit)| unit.parent == parent);
    page(request, "OrganizationalUnits", own.map(|unit| show(organization, unit)).collect(), parent)
}

fn describe(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let id = FORM.text(request.input, "OrganizationalUnitId")?;
    let missing = || not_found("OrganizationalUnitNotFoundException", "an organizational unit");
    let unit = organization.unit(id).ok_or_else(missing)?;
    Ok(json!({"OrganizationalUnit": show(organization, (id, unit))}))
}

fn list_parents(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let id = FORM.text(request.input, "ChildId")?;
    let account = organization.member(id).map(|member| &member.parent);
    let parent = account.or_else(|| organization.unit(id).map(|unit| &unit.parent));
    let parent = parent.ok_or_else(|| not_found("ChildNotFoundException", "an account or organizational unit"))?;
    let kind = if *parent == organization.root { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    page(request, "Parents", vec![json!({"Id": parent, "Type": kind})], id)
}

fn list_children(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let parent = known_parent(request, organization)?;
    let kind = FORM.one_of(request.input, "ChildType", &["ACCOUNT", "ORGANIZATIONAL_UNIT"])?;
    let ids: Vec<&str> = if kind == "ACCOUNT" {
        organization.members().filter(|(_, member)| member.parent == parent).map(|(id, _)| id).collect()
    } else {
        organization.units().filter(|(_, unit)| unit.parent == parent).map(|(id, _)| id).collect()
    };
    let rows = ids.into_iter().map(|id| json!({"Id": id, "Type": kind})).collect();
    page(request, "Children", rows, &format!("{parent}\0{kind}"))
}

/// The file knows no tags.
fn list_tags(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let id = FORM.text(request.input, "ResourceId")?;
    if organization.attached(id).is_none() && organization.policy(id).is_none() {
        return Err(not_found("TargetNotFoundException", "a target"));
    }
    page(request, "Tags", Vec::new(), id)
}
