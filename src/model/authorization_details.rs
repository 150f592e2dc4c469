//! What `aws iam get-account-authorization-details` prints, read as an account.
//!
//! The command tells users, groups, roles and managed policies; all else of the account stays unknown. A dump that was
//! filtered lacks whole lists, which stay unknown too.

use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{
    Account, AttachedPolicy, BulkPage, Document, Fact, Group, GroupFacts, InlinePolicy, Page, Policy, PolicyFacts,
    PolicyVersion, Role, RoleFacts, RoleUse, Seen, Source, Tag, Tags, Trust, Update, User, UserFacts,
};
use crate::base::arn::Arn;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dump {
    user_detail_list: Option<Vec<Entity>>,
    group_detail_list: Option<Vec<Entity>>,
    role_detail_list: Option<Vec<Entity>>,
    policies: Option<Vec<Managed>>,
    /// Where the output was cut: the rest is missing.
    next_token: Option<IgnoredAny>,
    #[serde(default)]
    is_truncated: bool,
}

/// A user, group or role: they differ in the names of a few members.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entity {
    #[serde(alias = "UserName", alias = "GroupName", alias = "RoleName")]
    name: String,
    arn: String,
    #[serde(alias = "UserId", alias = "GroupId", alias = "RoleId", default)]
    id: String,
    #[serde(default)]
    create_date: Value,
    #[serde(alias = "UserPolicyList", alias = "GroupPolicyList", alias = "RolePolicyList", default)]
    inline: Vec<Inline>,
    #[serde(rename = "AttachedManagedPolicies", default)]
    attached: Vec<Attached>,
    #[serde(default)]
    group_list: Vec<String>,
    permissions_boundary: Option<Boundary>,
    #[serde(default)]
    tags: Vec<Pair>,
    #[serde(rename = "AssumeRolePolicyDocument")]
    trust: Option<Value>,
    role_last_used: Option<LastUsed>,
    instance_profile_list: Option<Vec<Profile>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inline {
    policy_name: String,
    policy_document: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attached {
    policy_arn: String,
}

#[derive(Deserialize)]
struct Boundary {
    #[serde(rename = "PermissionsBoundaryArn")]
    arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsed {
    #[serde(default)]
    last_used_date: Value,
    #[serde(default)]
    region: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Profile {
    instance_profile_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Managed {
    arn: String,
    #[serde(default)]
    policy_id: String,
    #[serde(default)]
    default_version_id: String,
    #[serde(default)]
    create_date: Value,
    #[serde(default)]
    update_date: Value,
    attachment_count: Option<u32>,
    permissions_boundary_usage_count: Option<u32>,
    #[serde(default = "yes")]
    is_attachable: bool,
    #[serde(rename = "PolicyVersionList", default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    #[serde(rename = "VersionId")]
    id: String,
    #[serde(rename = "IsDefaultVersion", default)]
    is_default: bool,
    document: Option<Value>,
    #[serde(default)]
    create_date: Value,
}

fn yes() -> bool {
    true
}

/// Reads the output of the command: the account and the newest date in it; none where it is something else.
pub(super) fn read(text: &[u8]) -> Result<Option<(Account, Timestamp)>, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
    if !lists.iter().any(|list| value.get(list).is_some_and(Value::is_array)) {
        return Ok(None);
    }
    let dump: Dump = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let taken = dump.newest();
    let whole = !dump.is_truncated && dump.next_token.is_none();
    let seen = Seen::new(Source::Bulk, taken);
    let mut account = Account::default();
    let wrong = |error: crate::base::arn::ArnError| error.to_string();
    let last = whole.then_some(taken);
    let has_entities =
        dump.user_detail_list.is_some() && dump.group_detail_list.is_some() && dump.role_detail_list.is_some();
    if let Some(list) = dump.user_detail_list {
        let rows = list.into_iter().map(|one| one.into_user(seen)).collect::<Result<_, _>>().map_err(wrong)?;
        account.apply(Update::Users(Page { rows, first: true, last }));
    }
    if let Some(list) = dump.group_detail_list {
        let rows = list.into_iter().map(|one| one.into_group(seen)).collect::<Result<_, _>>().map_err(wrong)?;
        account.apply(Update::Groups(Page { rows, first: true, last }));
    }
    if let Some(list) = dump.role_detail_list {
        let rows = list.into_iter().map(|one| one.into_role(seen)).collect::<Result<_, _>>().map_err(wrong)?;
        account.apply(Update::Roles(Page { rows, first: true, last }));
    }
    if let Some(list) = dump.policies {
        let all = list.into_iter().map(|one| one.into_policy(seen)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        let (aws, own): (Vec<_>, Vec<_>) = all.into_iter().partition(|policy| policy.arn.account() == "aws");
        account.apply(Update::Policies(Page { rows: own, first: true, last }));
        // Only those of AWS that are in use are in the dump.
        account.apply(Update::AwsPolicies(Page { rows: aws, first: true, last: None }));
    }
    if whole && has_entities {
        // It is the bulk read: who is in a group and who has a policy follow from users, groups and roles.
        let page = BulkPage { first: true, last: Some(taken), ..BulkPage::default() };
        account.apply(Update::Bulk(Box::new(page)));
    }
    Ok(Some((account, taken)))
}

impl Dump {
    fn newest(&self) -> Timestamp {
        let entities = [&self.user_detail_list, &self.group_detail_list, &self.role_detail_list];
        let own = entities.into_iter().flatten().flatten().flat_map(|one| {
            [time(&one.create_date), one.role_last_used.as_ref().and_then(|last| time(&last.last_used_date))]
        });
        let policies = self.policies.iter().flatten().map(|policy| time(&policy.update_date));
        own.chain(policies).flatten().max().unwrap_or_default()
    }
}

/// A date as the command prints it, or as seconds since 1970.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => {
            Timestamp::from_duration(SignedDuration::try_from_secs_f64(number.as_f64()?).ok()?).ok()
        }
        _ => None,
    }
}

/// A document: an object as the command prints it, or text as the API sends it.
fn document(value: Option<Value>) -> Option<Document> {
    match value? {
        Value::String(text) if text.trim_start().starts_with('%') => {
            Some(Document::new(percent_decode_str(&text).decode_utf8_lossy().as_ref()))
        }
        Value::String(text) => Some(Document::new(text)),
        Value::Null => None,
        other => Some(Document::new(other.to_string())),
    }
}

fn attached(list: Vec<Attached>, seen: Seen) -> Result<Fact<Vec<AttachedPolicy>>, crate::base::arn::ArnError> {
    let rows = list.into_iter().map(|one| Ok(AttachedPolicy { arn: Arn::parse(&one.policy_arn)? }));
    Ok(Fact::Known(rows.collect::<Result<_, _>>()?, seen))
}

fn inline(list: Vec<Inline>, seen: Seen) -> Fact<Vec<InlinePolicy>> {
    let one = |policy: Inline| InlinePolicy {
        name: policy.policy_name.into(),
        document: Fact::hinted(document(policy.policy_document), seen),
    };
    Fact::Known(list.into_iter().map(one).collect(), seen)
}

fn boundary(held: Option<Boundary>, seen: Seen) -> Result<Fact<Arn>, crate::base::arn::ArnError> {
    let arn = held.and_then(|boundary| boundary.arn).map(|arn| Arn::parse(&arn)).transpose()?;
    Ok(Fact::reported(arn, seen))
}

fn tags(list: Vec<Pair>, seen: Seen) -> Fact<Tags> {
    Fact::Known(list.into_iter().map(|pair| Tag { key: pair.key.into(), value: pair.value.into() }).collect(), seen)
}

impl Entity {
    fn into_user(self, seen: Seen) -> Result<User, crate::base::arn::ArnError> {
        Ok(User {
            name: self.name.into(),
            arn: Arn::parse(&self.arn)?,
            id: self.id.into(),
            created: time(&self.create_date).unwrap_or_default(),
            facts: UserFacts {
                boundary: boundary(self.permissions_boundary, seen)?,
                tags: tags(self.tags, seen),
                groups: Fact::Known(self.group_list.into_iter().map(Into::into).collect(), seen),
                attached: attached(self.attached, seen)?,
                inline: inline(self.inline, seen),
                ..UserFacts::default()
            },
        })
    }

    fn into_group(self, seen: Seen) -> Result<Group, crate::base::arn::ArnError> {
        Ok(Group {
            name: self.name.into(),
            arn: Arn::parse(&self.arn)?,
            id: self.id.into(),
            created: time(&self.create_date).unwrap_or_default(),
            facts: GroupFacts {
                attached: attached(self.attached, seen)?,
                inline: inline(self.inline, seen),
                ..GroupFacts::default()
            },
        })
    }

    fn into_role(self, seen: Seen) -> Result<Role, crate::base::arn::ArnError> {
        let used = self
            .role_last_used
            .and_then(|last| Some(RoleUse { at: time(&last.last_used_date)?, region: last.region.into() }));
        let profiles = self.instance_profile_list;
        Ok(Role {
            name: self.name.into(),
            arn: Arn::parse(&self.arn)?,
            id: self.id.into(),
            created: time(&self.create_date).unwrap_or_default(),
            facts: RoleFacts {
                trust: Fact::hinted(document(self.trust).map(Trust::new), seen),
                last_used: Fact::hinted(used, seen),
                boundary: boundary(self.permissions_boundary, seen)?,
                tags: tags(self.tags, seen),
                attached: attached(self.attached, seen)?,
                inline: inline(self.inline, seen),
                instance_profiles: Fact::hinted(
                    profiles.map(|list| list.into_iter().map(|one| one.instance_profile_name.into()).collect()),
                    seen,
                ),
                ..RoleFacts::default()
            },
        })
    }
}

impl Managed {
    fn into_policy(self, seen: Seen) -> Result<Policy, crate::base::arn::ArnError> {
        let in_force = self.versions.iter().find(|version| version.is_default);
        let default = in_force.map_or(self.default_version_id, |version| version.id.clone());
        let versions = self.versions.iter().map(|version| PolicyVersion {
            id: version.id.clone().into(),
            is_default: version.id == default,
            created: time(&version.create_date),
        });
        let versions = versions.collect();
        let documents = self.versions.into_iter();
        let documents =
            documents.map(|version| (version.id.into(), Fact::hinted(document(version.document), seen))).collect();
        let created = time(&self.create_date).unwrap_or_default();
        Ok(Policy {
            arn: Arn::parse(&self.arn)?,
            id: self.policy_id.into(),
            created,
            updated: time(&self.update_date).unwrap_or(created),
            default_version: default.into(),
            attachments: Fact::hinted(self.attachment_count, seen),
            boundary_uses: Fact::hinted(self.permissions_boundary_usage_count, seen),
            attachable: self.is_attachable,
            facts: PolicyFacts { versions: Fact::Known(versions, seen), documents, ..PolicyFacts::default() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = r#"{
        "UserDetailList": [{"Path": "/", "UserName": "bob", "UserId": "AIDABOB",
            "Arn": "arn:aws:iam::123456789012:user/bob", "CreateDate": "2024-02-03T04:05:06+00:00",
            "UserPolicyList": [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}],
            "GroupList": ["dev"], "AttachedManagedPolicies": [], "Tags": [{"Key": "team", "Value": "red"}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/cap"}}],
        "RoleDetailList": [{"RoleName": "ops", "RoleId": "AROA", "Arn": "arn:aws:iam::123456789012:role/ops",
            "CreateDate": "2024-02-03T04:05:06Z", "InstanceProfileList": [], "RolePolicyList": [],
            "AssumeRolePolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%7D%7D",
            "AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}],
        "Policies": [{"PolicyName": "cap", "Arn": "arn:aws:iam::123456789012:policy/cap", "DefaultVersionId": "v2",
            "PolicyVersionList": [{"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": []}}]}]}"#;

    #[test]
    fn the_output_of_the_command_is_an_account() {
        let (account, taken) = read(DUMP.as_bytes()).unwrap().unwrap();
        assert_eq!(taken.to_string(), "2024-02-03T04:05:06Z");
        let bob = account.users().get("bob").unwrap();
        assert_eq!(bob.facts.groups.known().unwrap().len(), 1);
        assert_eq!(bob.facts.boundary.known().unwrap().name(), "cap");
        assert!(bob.facts.inline.known().unwrap()[0].document.known().is_some());
        let ops = account.roles().get("ops").unwrap();
        assert_eq!(ops.facts.trust.known().unwrap().entities.len(), 1);
        assert!(account.policies().rows()[0].document().known().is_some());
        assert!(account.users().is_complete() && !account.groups().is_complete());
    }

    #[test]
    fn who_is_in_a_group_and_has_a_policy_is_known_where_all_kinds_are_there() {
        let members = |text: &str| {
            let (account, _) = read(text.as_bytes()).unwrap().unwrap();
            let cap = account.policies().rows()[0].clone();
            (account.members(&"dev".into()).known().map(|members| members.len()), account.uses(&cap).known().is_some())
        };
        assert_eq!(members(DUMP), (None, false), "the groups are not there");
        let whole = DUMP.replacen(
            '{',
            r#"{"GroupDetailList": [{"GroupName": "dev", "GroupId": "AGPA",
            "Arn": "arn:aws:iam::123456789012:group/dev", "GroupPolicyList": [], "AttachedManagedPolicies": []}], "#,
            1,
        );
        assert_eq!(members(&whole), (Some(1), true));
        assert_eq!(members(&whole.replacen('{', r#"{"IsTruncated": true, "#, 1)), (None, false), "more may follow");
    }

    #[test]
    fn other_json_is_not_taken_for_it() {
        assert!(read(b"{\"version\":1}").unwrap().is_none());
        assert!(read(b"nonsense").is_err());
    }
}
