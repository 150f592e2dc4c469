//! Tags of all that takes them.

use serde_json::Value;

use crate::model::kinds::resource_kinds;
use crate::model::{Account, Fact, MfaKind, ResourceRef, Tag, VirtualMfaDevice};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::delete_user::keys_value;
use super::members::some;
use super::{each, role, rows, tags_value, user};

/// What the title of a plan begins with.
const TITLE: &str = "edit the tags of ";

/// A call on an owner with tags or their keys.
type Make = fn(String, serde_json::Value) -> Call;

macro_rules! operations {
    ($($(#[$doc:meta])* $kind:ident($key:ident) $lists:ident [$($listing:ident)*] tags($($tags:ident)*)
        $singular:literal $plural:literal $word:literal; $title:literal $slug:literal $synonyms:literal;)*) => {
        /// The operations that tag a kind of resource, and take tags away; none where it takes no tags.
        fn operations(resource: &ResourceRef) -> Option<(Make, Make)> {
            match resource {
                ResourceRef::Provider(arn) if arn.resource_type() == "saml-provider" => {
                    Some((Call::tag_saml_provider, Call::untag_saml_provider))
                }
                $(ResourceRef::$kind(_) => {
                    let both: &[Make] = &[$(Call::$tags),*];
                    if let [tag, untag] = both { Some((*tag, *untag)) } else { None }
                })*
            }
        }
    };
}
resource_kinds!(operations);

/// The plan that turns the tags of an entity into these; the tags before are kept for undo.
pub fn edit_tags(account: &Account, entity: &ResourceRef, tags: &[Tag]) -> Result<Plan, PlanError> {
    let (kind, name, target) = (entity.kind().singular(), entity.name(), entity.id());
    match entity {
        ResourceRef::User(_) => drop(user(account, name)?),
        ResourceRef::Role(_) => drop(role(account, name)?),
        _ => {}
    }
    let (tag, untag) =
        operations(entity).ok_or_else(|| PlanError::Nothing(format!("{} cannot have tags", entity.kind().plural())))?;
    let absent = || PlanError::Absent { kind, name: target.to_owned(), meant: None };
    let fact = account.tags(entity).ok_or_else(absent)?;
    let before = rows(fact, || format!("the tags of {name}"))?;
    let mut plan = Plan::new(format!("{TITLE}{kind} {name}"));
    push_steps(&mut plan, before, tags, &|value| tag(target.to_owned(), value), &|value| {
        untag(target.to_owned(), value)
    })?;
    some(plan.seeing(account), "the tags are the same")
}

/// The plan that turns the tags of a virtual MFA device into these.
pub fn edit_mfa_tags(account: &Account, serial: &str, tags: &[Tag]) -> Result<Plan, PlanError> {
    let device = virtual_device(account, serial)?;
    let name = serial.rsplit('/').next().unwrap_or(serial);
    let before = rows(&device.tags, || format!("the tags of {name}"))?;
    let mut plan = Plan::new(format!("{TITLE}MFA device {name}"));
    let call = |make: Make| move |value| make(serial.to_owned(), value);
    push_steps(&mut plan, before, tags, &call(Call::tag_mfa_device), &call(Call::untag_mfa_device))?;
    some(plan.seeing(account), "the tags are the same")
}

/// The plan that sets tags of virtual MFA devices and removes others by their keys; all other tags stay.
pub fn change_mfa_tags(
    account: &Account,
    serials: &[String],
    set: &[Tag],
    remove: &[String],
) -> Result<Plan, PlanError> {
    each(serials, format!("{TITLE}{} MFA devices", serials.len()), |serial| {
        let held = virtual_device(account, serial)?.tags.known().cloned().unwrap_or_default();
        edit_mfa_tags(account, serial, &changed(held, set, remove))
    })
}

/// A device whose tags AWS keeps.
fn virtual_device<'a>(account: &'a Account, serial: &str) -> Result<&'a VirtualMfaDevice, PlanError> {
    if MfaKind::of(serial) != MfaKind::Virtual {
        return Err(PlanError::Refused {
            what: format!("MFA device {serial} cannot have tags: only virtual devices can"),
            hint: "The serial number of a virtual device is an ARN with `:mfa/`.",
        });
    }
    let devices = account.virtual_mfa_devices();
    match devices.get(serial) {
        Some(device) => Ok(device),
        None if devices.is_complete() => {
            Err(PlanError::Absent { kind: "virtual MFA device", name: serial.to_owned(), meant: None })
        }
        None => Err(PlanError::Unknown(format!("the virtual MFA device {serial}"))),
    }
}

/// The steps from the tags that are there to those that are wanted.
fn push_steps(
    plan: &mut Plan,
    before: &[Tag],
    tags: &[Tag],
    tag: &dyn Fn(Value) -> Call,
    untag: &dyn Fn(Value) -> Call,
) -> Result<(), PlanError> {
    if tags.len() > 50 {
        return Err(PlanError::Limit {
            what: format!("too many tags for {}", plan.title.trim_start_matches(TITLE)),
            limit: 50,
        });
    }
    let same = |tag: &Tag, other: &Tag| tag.key.eq_ignore_ascii_case(&other.key);
    let gone: Vec<Tag> = before.iter().filter(|held| !tags.iter().any(|tag| same(held, tag))).cloned().collect();
    let set: Vec<Tag> = tags.iter().filter(|tag| !before.contains(tag)).cloned().collect();
    let risk = "policies that ask for a tag may allow or deny something else";
    if !gone.is_empty() {
        let step = Step::new(untag(keys_value(gone.iter().map(|tag| &*tag.key))), "these tags were removed");
        plan.push(step.risk(risk).undo(Inverse::of([tag(tags_value(&gone))])));
    }
    if !set.is_empty() {
        let changed: Vec<Tag> = before.iter().filter(|held| set.iter().any(|tag| same(held, tag))).cloned().collect();
        let new: Vec<&str> =
            set.iter().filter(|tag| !before.iter().any(|held| same(held, tag))).map(|tag| &*tag.key).collect();
        let mut undo = Vec::new();
        if !new.is_empty() {
            undo.push(untag(keys_value(new)));
        }
        if !changed.is_empty() {
            undo.push(tag(tags_value(&changed)));
        }
        let step = Step::new(tag(tags_value(&set)), "these tags were added or changed");
        plan.push(step.risk(risk).undo(Inverse::of(undo)));
    }
    Ok(())
}

/// The plan that sets tags of several entities and removes others by their keys; all other tags stay.
pub fn change_tags(
    account: &Account,
    wanted: &[(ResourceRef, Vec<Tag>)],
    remove: &[String],
) -> Result<Plan, PlanError> {
    each(wanted, format!("{TITLE}{} items", wanted.len()), |(entity, set)| {
        let held = account.tags(entity).and_then(Fact::known).cloned().unwrap_or_default();
        // Without the tags that are there, this says what is missing.
        edit_tags(account, entity, &changed(held, set, remove))
    })
}

/// Tags with some set and some removed by their keys.
fn changed(mut tags: Vec<Tag>, set: &[Tag], remove: &[String]) -> Vec<Tag> {
    let same = |tag: &Tag, key: &str| tag.key.eq_ignore_ascii_case(key);
    tags.retain(|tag| !remove.iter().any(|key| same(tag, key)));
    for tag in set {
        match tags.iter_mut().find(|held| same(held, &tag.key)) {
            Some(held) => *held = tag.clone(),
            None => tags.push(tag.clone()),
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::super::fixture::account;
    use super::*;

    #[test]
    fn only_what_differs_is_sent_and_comes_back() {
        let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
        // Bob has team=blue and site=home.
        let plan =
            edit_tags(&account(), &ResourceRef::User("bob".into()), &[tag("team", "red"), tag("floor", "2")]).unwrap();
        plan.check().unwrap();
        let sent = |call: &Call| serde_json::Value::Object(call.input().clone()).to_string();
        let steps = plan.steps.iter().map(|step| (step.call().unwrap(), step.inverse.as_ref().unwrap()));
        let lines = steps.flat_map(|(call, inverse)| {
            std::iter::once(sent(call)).chain(inverse.calls.iter().map(|call| format!("undo {}", sent(call))))
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
        {"UserName":"bob","TagKeys":["site"]}
        undo {"UserName":"bob","Tags":[{"Key":"site","Value":"home"}]}
        {"UserName":"bob","Tags":[{"Key":"team","Value":"red"},{"Key":"floor","Value":"2"}]}
        undo {"UserName":"bob","TagKeys":["floor"]}
        undo {"UserName":"bob","Tags":[{"Key":"team","Value":"blue"}]}
        "#);
    }
}
