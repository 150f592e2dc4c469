//! Whole accounts as a file: taken out of a store, and put into one.
//!
//! A file of our own holds the records of an account as they are stored, secrets among them. An answer of
//! `GetAccountAuthorizationDetails` makes an account with the same users, groups, roles and policies, without
//! credentials, so that one can rehearse on a copy.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::Error;
use super::ids::Ids;
use super::setup::KeyPair;
use super::store::State;
use super::store::World;
use super::store::credentials::AccessKey;
use super::store::durable::Durable;
use super::store::place::{self, Place};
use super::store::records::Account;
use super::store::world::is_number;

mod details;

/// What tells a file of our own.
const FORMAT: &str = "iamtui-account";
const VERSION: u64 = 1;

/// Why a file was not imported, or an account not exported.
#[derive(Debug, thiserror::Error)]
pub enum NotPortable {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] Error),
    /// Nothing is kept there.
    #[error("nothing is kept in that place")]
    Nowhere,
    /// There is no such account in the store.
    #[error("the store has no account {0}")]
    NoAccount(String),
    /// The store is empty.
    #[error("the store has no accounts")]
    Empty,
    /// The store has several accounts.
    #[error("the store has several accounts: {}", .0.join(", "))]
    Several(Vec<String>),
    /// The store has the account already.
    #[error("the store already has the account {0}")]
    There(String),
    /// The file cannot be read.
    #[error("the file cannot be imported: {0}")]
    File(String),
}

/// What an import has made.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The twelve digits of the account.
    pub account: String,
    /// The root user's key.
    pub root: Option<KeyPair>,
    /// How many users, groups, roles and policies it has.
    pub counts: [(&'static str, usize); 4],
}

/// Opens the store of a place.
fn open(place: &Place, must_exist: bool) -> Result<(Durable, World), NotPortable> {
    let folder = place.folder().map_err(Error::from)?.ok_or(NotPortable::Nowhere)?;
    let file = place::records(&folder);
    if must_exist && !Path::new(&file).exists() {
        return Err(NotPortable::Empty);
    }
    let mut world = World::default();
    let durable = Durable::open(&file, &mut world).map_err(|error| Error::store(&folder, error))?;
    Ok((durable, world))
}

/// The account that is meant: the one that is named, or the only one.
fn meant(world: &World, account: Option<&str>) -> Result<String, NotPortable> {
    let numbers: Vec<String> = world.accounts().map(|(number, _)| number.to_string()).collect();
    match (account, numbers.as_slice()) {
        (Some(account), _) if world.get(account).is_some() => Ok(account.to_owned()),
        (Some(account), _) => Err(NotPortable::NoAccount(account.to_owned())),
        (None, []) => Err(NotPortable::Empty),
        (None, [one]) => Ok(one.clone()),
        (None, _) => Err(NotPortable::Several(numbers)),
    }
}

/// An account of a store as a file.
pub fn export(place: &Place, account: Option<&str>) -> Result<Value, NotPortable> {
    let (_durable, world) = open(place, true)?;
    let account = meant(&world, account)?;
    let state = world.get(&account).ok_or(NotPortable::Empty)?;
    let mut tables: Map<String, Value> = Map::new();
    for change in state.everything() {
        let stored: Value = change.bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let table = tables.entry(change.table).or_insert_with(|| json!({}));
        table[change.id.as_str()] = stored["r"].clone();
    }
    // In an order that stays the same, so that two files can be compared.
    tables.sort_keys();
    tables.values_mut().filter_map(Value::as_object_mut).for_each(Map::sort_keys);
    Ok(json!({"format": FORMAT, "version": VERSION, "account": account, "records": tables}))
}

/// Puts the account of a file into a store, which must not have it unless it is to be replaced.
pub fn import(place: &Place, text: &str, replace: bool) -> Result<Imported, NotPortable> {
    let file: Value = serde_json::from_str(text).map_err(|error| NotPortable::File(error.to_string()))?;
    let (mut durable, mut world) = open(place, false)?;
    let (account, state) = if file["format"] == FORMAT { own(&file)? } else { of_details(&file)? };
    let announced = !world.accounts().any(|(number, state)| state.account().announced && **number != *account);
    if let Some(there) = world.get_mut(&account) {
        if !replace {
            return Err(NotPortable::There(account));
        }
        there.clear();
    }
    let there = world.add(&account);
    for change in state.everything() {
        there.take(&change);
    }
    there.change_account(|account| account.announced = announced);
    let folder = place.folder().map_err(Error::from)?.ok_or(NotPortable::Nowhere)?;
    durable.commit(&world.changes()).map_err(|error| Error::store(&folder, error))?;
    let state = world.get(&account).ok_or(NotPortable::Empty)?;
    let root = state.account().root_keys.first().map(|key| KeyPair::new(&key.id, &key.secret));
    let counts = [
        ("users", state.users.len()),
        ("groups", state.groups.len()),
        ("roles", state.roles.len()),
        ("policies", state.policies.len()),
    ];
    Ok(Imported { account, root, counts })
}

/// The account of a file of our own.
fn own(file: &Value) -> Result<(String, State), NotPortable> {
    let wrong = |told: &str| NotPortable::File(told.to_owned());
    if file["version"].as_u64() != Some(VERSION) {
        return Err(NotPortable::File(format!("its version is not {VERSION}")));
    }
    let account =
        file["account"].as_str().filter(|number| is_number(number)).ok_or_else(|| wrong("it names no account"))?;
    let mut state = State::default();
    for (table, records) in file["records"].as_object().into_iter().flatten() {
        for (id, record) in records.as_object().into_iter().flatten() {
            let bytes = json!({"v": 1, "r": record}).to_string();
            let loaded = state.load(&format!("{table}/{id}"), bytes.as_bytes());
            loaded.map_err(|error| NotPortable::File(error.to_string()))?;
        }
    }
    if state.account().number != account {
        return Err(wrong("the record of the account is of another one"));
    }
    Ok((account.to_owned(), state))
}

/// The account of an answer of `GetAccountAuthorizationDetails`, with a root user of its own.
fn of_details(file: &Value) -> Result<(String, State), NotPortable> {
    let now = Timestamp::now();
    let (account, mut state) = details::read(file, now.into()).map_err(NotPortable::File)?;
    let ids = Ids::random();
    let (id, secret) = (ids.access_key("AKIA", &account), ids.secret());
    state.account.put(Account {
        number: account.clone(),
        created: now.into(),
        root_keys: vec![AccessKey { id, secret, created: now.into(), ..AccessKey::default() }],
        token_secret: ids.secret(),
        token_version: 1,
        ..Account::default()
    });
    Ok((account, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DETAILS: &str = r#"{
        "UserDetailList": [{"Path": "/ops/", "UserName": "ada", "UserId": "AIDAQQQQQQQQQQQQQQQQQ",
            "Arn": "arn:aws:iam::111122223333:user/ops/ada", "CreateDate": "2024-03-01T10:00:00+00:00",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}],
            "GroupList": ["crew"], "AttachedManagedPolicies": [{"PolicyName": "rules", "PolicyArn": "arn:aws:iam::111122223333:policy/rules"}],
            "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
            "Tags": [{"Key": "team", "Value": "red"}]}],
        "GroupDetailList": [{"Path": "/", "GroupName": "crew", "GroupId": "AGPAQQQQQQQQQQQQQQQQQ",
            "Arn": "arn:aws:iam::111122223333:group/crew", "CreateDate": "2024-03-01T10:00:00Z"}],
        "RoleDetailList": [{"Path": "/", "RoleName": "night", "RoleId": "AROAQQQQQQQQQQQQQQQQQ",
            "Arn": "arn:aws:iam::111122223333:role/night", "CreateDate": "2024-03-01T10:00:00Z",
            "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D",
            "InstanceProfileList": [{"Path": "/", "InstanceProfileName": "box", "InstanceProfileId": "AIPAQQQQQQQQQQQQQQQQQ",
                "CreateDate": "2024-03-01T10:00:00Z"}],
            "RoleLastUsed": {"LastUsedDate": "2026-01-01T00:00:00Z", "Region": "eu-west-1"}}],
        "Policies": [{"PolicyName": "rules", "PolicyId": "ANPAQQQQQQQQQQQQQQQQQ", "Path": "/",
            "Arn": "arn:aws:iam::111122223333:policy/rules", "DefaultVersionId": "v3", "CreateDate": "2024-03-01T10:00:00Z",
            "UpdateDate": "2025-03-01T10:00:00Z",
            "PolicyVersionList": [{"VersionId": "v3", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17"},
                "CreateDate": "2025-03-01T10:00:00Z"}]}]
    }"#;

    #[test]
    fn an_account_is_made_of_its_authorization_details() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().to_owned());
        let imported = import(&place, DETAILS, false).unwrap();
        assert_eq!(imported.account, "111122223333");
        assert_eq!(imported.counts.map(|(_, count)| count), [1, 1, 1, 1]);
        let (_, world) = open(&place, true).unwrap();
        let state = world.get("111122223333").unwrap();
        let ada = state.users.named("ada").unwrap();
        assert_eq!((ada.path.as_str(), ada.groups.len(), ada.tags.len()), ("/ops/", 1, 1));
        assert_eq!(ada.permissions.inline["own"], r#"{"Version":"2012-10-17","Statement":[]}"#);
        assert_eq!(ada.boundary.as_deref(), Some("arn:aws:iam::aws:policy/PowerUserAccess"));
        let night = state.roles.named("night").unwrap();
        assert_eq!((night.trust.as_str(), night.max_session), (r#"{"Version":"2012-10-17"}"#, 3600));
        assert_eq!(state.instance_profiles.named("box").unwrap().roles, [night.id.as_str()]);
        let rules = state.policies.named("rules").unwrap();
        assert_eq!((rules.default_version, rules.next_version, rules.created < rules.updated), (3, 4, true));
    }

    #[test]
    fn an_account_that_was_taken_out_is_the_same_where_it_is_put_in() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, two) = (Place::Folder(one.path().to_owned()), Place::Folder(two.path().to_owned()));
        import(&one, DETAILS, false).unwrap();
        let file = export(&one, None).unwrap();
        import(&two, &file.to_string(), false).unwrap();
        assert_eq!(export(&two, Some("111122223333")).unwrap(), file);
        let again = import(&two, &file.to_string(), false).unwrap_err();
        assert_eq!(again.to_string(), "the store already has the account 111122223333");
        import(&two, &file.to_string(), true).unwrap();
        assert_eq!(export(&two, None).unwrap(), file);
    }

    #[test]
    fn what_is_no_account_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().to_owned());
        let check = |text: &str, told: &str| {
            let error = import(&place, text, false).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        };
        assert_eq!(export(&place, None).unwrap_err().to_string(), "the store has no accounts");
        check("nonsense", "the file cannot be imported: expected");
        check("{}", "the file cannot be imported: it has no entity whose ARN names an account");
        check(r#"{"format":"iamtui-account","version":9}"#, "the file cannot be imported: its version is not 1");
        let stray = r#"{"format":"iamtui-account","version":1,"account":"111122223333","records":{"x":{"y":{}}}}"#;
        check(stray, "the file cannot be imported: the record `x/y` belongs to no table");
    }
}
