//! How an account differs from what it was: what came, what went, what changed, field by field.
//!
//! What was not read on either side is no difference; it is told beside the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::kinds::plain_lists;
use crate::model::{Account, Entity, Fact, Listing, ResourceRef};

/// All differences between two states of an account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drift {
    /// By kind, then by name.
    pub differences: Vec<Difference>,
    /// What could not be compared, as it was not read, or only in part, on one side.
    pub uncompared: Vec<String>,
    scope: Scope,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Such as `user`.
    pub kind: &'static str,
    /// Its name, or its ARN.
    pub name: String,
    /// How it differs.
    pub change: Change,
}

/// How a thing differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It changed in these fields.
    Changed(Vec<FieldChange>),
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field, such as `trust`.
    pub field: String,
    /// What it was; null where there was none.
    pub before: Value,
    /// What it is; null where there is none.
    pub after: Value,
}

/// Fields that move by themselves, or that follow from others.
const MOVING: &[&str] =
    &["report", "attachments", "boundary_uses", "updated", "entities", "last_used", "password_last_used"];

/// Fields that AWS chooses, or that hold credentials: no configuration declares them, and a copy has others.
const CHOSEN: &[&str] = &[
    "id",
    "created",
    "default_version",
    "versions",
    "login",
    "mfa",
    "keys",
    "ssh_keys",
    "certificates",
    "service_credentials",
];

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All that was read.
    #[default]
    Everything,
    /// What a configuration can declare: no IDs, dates, versions and credentials.
    Configuration,
}

/// Compares two states of an account.
pub fn drift(before: &Account, after: &Account) -> Drift {
    drift_within(before, after, Scope::Everything)
}

/// Compares two states of an account, or an account and a copy of it, within a scope.
pub fn drift_within(before: &Account, after: &Account, scope: Scope) -> Drift {
    let mut found = Drift { scope, ..Drift::default() };
    found.listing("user", before.users(), after.users());
    found.listing("group", before.groups(), after.groups());
    found.listing("role", before.roles(), after.roles());
    found.listing("policy", before.policies(), after.policies());
    found.listing("AWS policy", before.aws_policies(), after.aws_policies());
    found.plain_listings(before, after);
    if scope == Scope::Configuration {
        // Their private keys cannot be read, so nothing can declare them.
        found.differences.retain(|difference| difference.kind != "server certificate");
    } else {
        found.listing("virtual MFA device", before.virtual_mfa_devices(), after.virtual_mfa_devices());
    }
    found.setting("account alias", before.alias(), after.alias());
    found.setting("password policy", before.password_policy(), after.password_policy());
    found
}

/// What differs between two entities of two accounts, beside what must: ids, dates, account numbers.
///
/// None where one of them is not known to be there.
pub fn compare(here: &Account, one: &ResourceRef, there: &Account, other: &ResourceRef) -> Option<Vec<FieldChange>> {
    let side = |account: &Account, entity: &ResourceRef| {
        let plain = flat(account.resource(entity)?.value());
        let mut text = plain.to_string();
        if let Some(identity) = account.identity() {
            text = text.replace(identity.account.as_str(), "ACCOUNT");
        }
        let mut plain: Value = serde_json::from_str(&text).ok()?;
        if let Some(map) = plain.as_object_mut() {
            map.retain(|field, _| !["id", "created", "default_version", "versions"].contains(&field.as_str()));
        }
        Some(plain)
    };
    Some(fields(&side(here, one)?, &side(there, other)?))
}

macro_rules! plain {
    ($($list:ident $listing:ident: $row:ident($key:ident) of $kind:ident by $module:ident $word:literal;)*) => {
        impl Drift {
            fn plain_listings(&mut self, before: &Account, after: &Account) {
                $(self.listing($word, before.$listing(), after.$listing());)*
            }
        }
    };
}
plain_lists!(plain);

impl Drift {
    fn listing<T>(&mut self, kind: &'static str, before: &Listing<T>, after: &Listing<T>)
    where
        T: Entity + Serialize,
        T::Key: ToString,
    {
        let whole = before.is_complete() && after.is_complete();
        if !whole {
            self.uncompared.push(format!("{kind}: the list was not read to its end"));
        }
        let by_key = |listing: &Listing<T>| -> BTreeMap<T::Key, Arc<T>> {
            listing.rows().iter().map(|row| (row.key().clone(), Arc::clone(row))).collect()
        };
        let (old, mut new) = (by_key(before), by_key(after));
        let mut found = Vec::new();
        for (key, was) in old {
            let name = key.to_string();
            match new.remove(&key) {
                Some(is) => {
                    let mut fields = fields(&value(&*was), &value(&*is));
                    fields.retain(|field| self.scope == Scope::Everything || !CHOSEN.contains(&field.field.as_str()));
                    if !fields.is_empty() {
                        found.push(Difference { kind, name, change: Change::Changed(fields) });
                    }
                }
                None if whole => found.push(Difference { kind, name, change: Change::Removed }),
                None => {}
            }
        }
        if whole {
            let added = new.into_keys().map(|key| Difference { kind, name: key.to_string(), change: Change::Added });
            found.extend(added);
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        self.differences.extend(found);
    }

    fn setting<T: Serialize>(&mut self, kind: &'static str, before: &Fact<T>, after: &Fact<T>) {
        let plain = |fact: &Fact<T>| plain(serde_json::to_value(fact).unwrap_or_default());
        let (Some(was), Some(is)) = (plain(before), plain(after)) else {
            self.uncompared.push(format!("{kind}: it was not read"));
            return;
        };
        if was == is {
            return;
        }
        let change = match (was.is_null(), is.is_null()) {
            (true, _) => Change::Added,
            (_, true) => Change::Removed,
            _ if was.is_object() && is.is_object() => Change::Changed(fields(&was, &is)),
            _ => Change::Changed(vec![FieldChange { field: kind.to_owned(), before: was, after: is }]),
        };
        self.differences.push(Difference { kind, name: String::new(), change });
    }
}

/// An entity as plain values: its own fields and its facts in one level, what is unknown left out.
fn value<T: Serialize>(row: &T) -> Value {
    flat(serde_json::to_value(row).unwrap_or_default())
}

/// A row by its fields, those of its facts among them.
fn flat(row: Value) -> Value {
    let mut plain = Map::new();
    let Value::Object(mut all) = row else { return Value::Null };
    let facts = all.remove("facts");
    for (field, value) in all.into_iter().chain(facts.into_iter().filter_map(object).flatten()) {
        if !MOVING.contains(&field.as_str())
            && let Some(value) = self::plain(value)
        {
            plain.insert(field, value);
        }
    }
    // A version's document never changes: the one in force is what counts.
    let in_force = plain.get("default_version").and_then(Value::as_str).map(str::to_owned);
    if let (Some(version), Some(Value::Object(mut documents))) = (in_force, plain.remove("documents"))
        && let Some(document) = documents.remove(&version)
    {
        plain.insert("document".to_owned(), document);
    }
    Value::Object(plain)
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(map) = value { Some(map) } else { None }
}

/// A value without the faces of facts: known is the value, absent is null, the rest is nothing at all.
fn plain(value: Value) -> Option<Value> {
    match value {
        Value::String(text) if text == "unknown" => None,
        Value::String(text) => Some(document(&text).unwrap_or(Value::String(text))),
        Value::Object(map) => match map.keys().next().map(String::as_str) {
            Some("denied") => None,
            Some("absent") => Some(Value::Null),
            Some("known") => match map.into_iter().next() {
                Some((_, Value::Array(pair))) => plain(pair.into_iter().next()?),
                _ => None,
            },
            _ => {
                let kept = map.into_iter().filter(|(field, _)| !MOVING.contains(&field.as_str()));
                Some(Value::Object(kept.filter_map(|(field, value)| Some((field, plain(value)?))).collect()))
            }
        },
        Value::Array(items) => {
            // Lists of IAM are sets: their order says nothing.
            let mut items: Vec<Value> = items.into_iter().filter_map(plain).collect();
            items.sort_by_cached_key(Value::to_string);
            Some(Value::Array(items))
        }
        other => Some(other),
    }
}

/// A policy document as JSON with its lists sorted, so that layout and order are no difference.
fn document(text: &str) -> Option<Value> {
    let parsed: Value = text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok())??;
    Some(sorted(parsed))
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(sorted).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(map) => {
            let mut map: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            map.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(map.into_iter().collect())
        }
        other => other,
    }
}

/// The fields that both sides know and that differ.
fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else { return Vec::new() };
    old.iter()
        .filter_map(|(field, was)| {
            let is = new.get(field).filter(|is| *is != was)?;
            Some(FieldChange { field: field.clone(), before: was.clone(), after: is.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::arn::Arn;
    use crate::model::{Denial, Document, Page, Role, RoleFacts, Seen, Source, Trust, Update};
    use jiff::Timestamp;

    fn seen(at: i64) -> Seen {
        Seen::new(Source::Detail, Timestamp::from_second(at).unwrap())
    }

    fn role(name: &str, trust: &str, at: i64) -> Role {
        Role {
            name: name.into(),
            arn: Arn::parse(&format!("arn:aws:iam::123456789012:role/{name}")).unwrap(),
            id: "AROA".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: RoleFacts {
                trust: Fact::Known(Trust::new(Document::new(trust)), seen(at)),
                max_session: Fact::Known(3600, seen(at)),
                ..RoleFacts::default()
            },
        }
    }

    fn account(roles: Vec<Role>) -> Account {
        let mut account = Account::default();
        account.apply(Update::Roles(Page::whole(roles, Timestamp::UNIX_EPOCH)));
        account
    }

    fn told(drift: &Drift) -> Vec<String> {
        let told = |found: &Difference| match &found.change {
            Change::Added => format!("+ {} {}", found.kind, found.name),
            Change::Removed => format!("- {} {}", found.kind, found.name),
            Change::Changed(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
                format!("~ {} {} {}", found.kind, found.name, names.join(","))
            }
        };
        drift.differences.iter().map(told).collect()
    }

    #[track_caller]
    fn check(before: Vec<Role>, after: Vec<Role>, wanted: &[&str]) {
        assert_eq!(told(&drift(&account(before), &account(after))), wanted);
    }

    const ONE: &str = r#"{"Statement":[{"Effect":"Allow","Action":["a:b","a:c"]}]}"#;

    #[test]
    fn what_came_went_and_changed_is_told_by_name() {
        let longer = |mut role: Role| {
            role.facts.max_session = Fact::Known(7200, seen(9));
            role
        };
        check(
            vec![role("a", ONE, 1), role("b", ONE, 1), role("c", ONE, 1)],
            vec![role("b", ONE, 9), longer(role("c", ONE, 9)), role("d", ONE, 9)],
            &["- role a", "~ role c max_session", "+ role d"],
        );
    }

    #[test]
    fn layout_and_order_of_a_document_are_no_difference() {
        let same = "{ \"Statement\": [ {\"Action\": [\"a:c\", \"a:b\"], \"Effect\": \"Allow\"} ] }";
        check(vec![role("a", ONE, 1)], vec![role("a", same, 9)], &[]);
        let other = ONE.replace("a:c", "a:*");
        check(vec![role("a", ONE, 1)], vec![role("a", &other, 9)], &["~ role a trust"]);
    }

    #[test]
    fn what_was_not_read_is_no_difference_and_is_told() {
        let mut denied = role("a", ONE, 1);
        denied.facts.max_session = Fact::denied(Denial::of("iam:GetRole"));
        check(vec![role("a", ONE, 1)], vec![denied], &[]);
        let found = drift(&account(vec![role("a", ONE, 1)]), &Account::default());
        assert_eq!(told(&found), [""; 0]);
        assert!(found.uncompared.iter().any(|what| what.starts_with("role: ")), "{found:?}");
    }
}
