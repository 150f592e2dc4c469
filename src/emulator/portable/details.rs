//! Reading an answer of `GetAccountAuthorizationDetails`, as the API, the AWS CLI and the SDKs write it down.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::base::arn::Arn;
use crate::emulator::store::State;
use crate::emulator::store::records::{
    Group, InstanceProfile, LastUse, Moment, Permissions, Policy, PolicyVersion, Role, Tag, User,
};
use crate::emulator::store::world::is_number;

/// The seconds of a session that the answer says nothing of.
const SESSION: u64 = 3600;

/// An entity of the answer, with the time at which what has no date was made.
struct Entity<'a> {
    value: &'a Value,
    now: Moment,
}

impl<'a> Entity<'a> {
    fn text(&self, name: &str) -> &'a str {
        self.value[name].as_str().unwrap_or_default()
    }

    fn required(&self, name: &str) -> Result<String, String> {
        let text = self.text(name);
        if text.is_empty() { Err(format!("an entity has no {name}")) } else { Ok(text.to_owned()) }
    }

    fn path(&self) -> String {
        let path = self.text("Path");
        if path.is_empty() { "/".to_owned() } else { path.to_owned() }
    }

    /// A date as text, or in seconds as some clients write it.
    fn date(&self, name: &str) -> Moment {
        match &self.value[name] {
            Value::Number(seconds) => Moment(seconds.as_f64().map_or(self.now.0, whole)),
            Value::String(text) => text.parse::<Timestamp>().map_or(self.now, Moment::from),
            _ => self.now,
        }
    }

    fn list(&self, name: &str) -> impl Iterator<Item = Entity<'a>> {
        let now = self.now;
        self.value[name].as_array().into_iter().flatten().map(move |value| Entity { value, now })
    }

    fn tags(&self) -> Vec<Tag> {
        let tag = |tag: Entity<'_>| Tag { key: tag.text("Key").to_owned(), value: tag.text("Value").to_owned() };
        self.list("Tags").map(tag).collect()
    }

    fn boundary(&self) -> Option<String> {
        self.value.pointer("/PermissionsBoundary/PermissionsBoundaryArn")?.as_str().map(str::to_owned)
    }

    fn permissions(&self, inline: &str) -> Permissions {
        let attached = self.list("AttachedManagedPolicies").map(|policy| policy.text("PolicyArn").to_owned());
        let inline: BTreeMap<String, String> = self
            .list(inline)
            .map(|policy| (policy.text("PolicyName").to_owned(), document(&policy.value["PolicyDocument"])))
            .collect();
        Permissions { attached: attached.collect(), inline }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "dates are whole seconds")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// A document: an object, or text that may be URL-encoded.
fn document(value: &Value) -> String {
    match value {
        Value::String(text) if text.starts_with('%') => percent_decode_str(text).decode_utf8_lossy().into_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The account of the answer and its records; the account itself is yet to be put among them.
pub fn read(file: &Value, now: Moment) -> Result<(String, State), String> {
    let file = Entity { value: file, now };
    let account = account(&file)?;
    let mut state = State::default();
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    for group in file.list("GroupDetailList") {
        let (id, name) = (group.required("GroupId")?, group.required("GroupName")?);
        groups.insert(name.clone(), id.clone());
        let (path, created) = (group.path(), group.date("CreateDate"));
        state.groups.put(Group { id, name, path, created, permissions: group.permissions("GroupPolicyList") });
    }
    for user in file.list("UserDetailList") {
        let member = user.value["GroupList"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let member: BTreeSet<String> = member.filter_map(|name| groups.get(name).cloned()).collect();
        state.users.put(User {
            id: user.required("UserId")?,
            name: user.required("UserName")?,
            path: user.path(),
            created: user.date("CreateDate"),
            tags: user.tags(),
            permissions: user.permissions("UserPolicyList"),
            boundary: user.boundary(),
            groups: member,
            ..User::default()
        });
    }
    for role in file.list("RoleDetailList") {
        put_role(&mut state, &role)?;
    }
    for policy in file.list("Policies").filter(|policy| !policy.text("Arn").contains(":iam::aws:")) {
        put_policy(&mut state, &policy)?;
    }
    Ok((account, state))
}

/// The account of the ARNs, which all are of one.
fn account(file: &Entity<'_>) -> Result<String, String> {
    let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
    let arns = lists.into_iter().flat_map(|list| file.list(list)).filter_map(|one| Arn::parse(one.text("Arn")).ok());
    let mut accounts = BTreeSet::new();
    for arn in arns.filter(|arn| arn.account() != "aws") {
        if arn.partition() != "aws" {
            return Err(format!("the partition {} is not emulated", arn.partition()));
        }
        accounts.insert(arn.account().to_owned());
    }
    let mut accounts = accounts.into_iter().filter(|account| is_number(account));
    match (accounts.next(), accounts.next()) {
        (Some(account), None) => Ok(account),
        (None, _) => Err("it has no entity whose ARN names an account".to_owned()),
        (Some(one), Some(other)) => Err(format!("it has entities of several accounts, such as {one} and {other}")),
    }
}

fn put_role(state: &mut State, role: &Entity<'_>) -> Result<(), String> {
    let (id, path) = (role.required("RoleId")?, role.path());
    for profile in role.list("InstanceProfileList") {
        state.instance_profiles.put(InstanceProfile {
            id: profile.required("InstanceProfileId")?,
            name: profile.required("InstanceProfileName")?,
            path: profile.path(),
            created: profile.date("CreateDate"),
            roles: vec![id.clone()],
            tags: profile.tags(),
        });
    }
    let last = Entity { value: &role.value["RoleLastUsed"], now: role.now };
    let used = last.value["LastUsedDate"].is_string() || last.value["LastUsedDate"].is_number();
    state.roles.put(Role {
        id,
        name: role.required("RoleName")?,
        created: role.date("CreateDate"),
        trust: document(&role.value["AssumeRolePolicyDocument"]),
        description: role.value["Description"].as_str().map(str::to_owned),
        max_session: role.value["MaxSessionDuration"].as_u64().unwrap_or(SESSION),
        tags: role.tags(),
        permissions: role.permissions("RolePolicyList"),
        boundary: role.boundary(),
        last_used: used.then(|| LastUse {
            at: last.date("LastUsedDate"),
            region: last.text("Region").to_owned(),
            service: String::new(),
        }),
        linked_to: path.strip_prefix("/aws-service-role/").map(|service| service.trim_end_matches('/').to_owned()),
        path,
        ..Role::default()
    });
    Ok(())
}

fn put_policy(state: &mut State, policy: &Entity<'_>) -> Result<(), String> {
    let number = |text: &str| text.strip_prefix('v').and_then(|number| number.parse::<u32>().ok());
    let mut versions: Vec<PolicyVersion> = policy
        .list("PolicyVersionList")
        .filter_map(|version| {
            let number = number(version.text("VersionId"))?;
            let document = document(&version.value["Document"]);
            Some(PolicyVersion { number, created: version.date("CreateDate"), document })
        })
        .collect();
    versions.sort_by_key(|version| version.number);
    let name = policy.required("PolicyName")?;
    let newest =
        versions.last().map(|version| version.number).ok_or_else(|| format!("the policy {name} has no version"))?;
    state.policies.put(Policy {
        id: policy.required("PolicyId")?,
        name,
        path: policy.path(),
        created: policy.date("CreateDate"),
        updated: policy.date("UpdateDate"),
        description: policy.value["Description"].as_str().map(str::to_owned),
        default_version: number(policy.text("DefaultVersionId")).unwrap_or(newest),
        next_version: newest + 1,
        versions,
        tags: policy.tags(),
    });
    Ok(())
}
