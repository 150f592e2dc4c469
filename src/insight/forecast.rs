//! The account as a plan would leave it, as far as permissions go.
//!
//! What is not known stays not known: a policy that is attached to a user whose policies were never read leaves them
//! unread.

use std::collections::HashMap;
use std::convert::Infallible;

use jiff::Timestamp;
use serde_json::Value;

use crate::api::{ChangeKind, ChangeTarget, Iam};
use crate::base::arn::Arn;
use crate::model::{
    Account, AttachedPolicy, Document, Fact, Group, GroupFacts, GroupName, InlinePolicy, Policy, PolicyFacts,
    ResourceRef, Role, RoleFacts, Seen, Source, Tag, Trust, Update, User, UserFacts, VersionId,
};
use crate::plan::{Call, Step};

/// An account to which steps are applied one by one.
#[derive(Debug, Clone)]
pub struct Forecast {
    account: Account,
    /// The ARNs of the policies that earlier steps make, by step.
    made: HashMap<String, String>,
    /// What earlier steps rename: the names before and after.
    renamed: HashMap<ResourceRef, ResourceRef>,
}

/// What a step will have done is newer than every read.
fn seen() -> Seen {
    Seen::new(Source::Detail, Timestamp::from_second(i64::from(u32::MAX)).unwrap_or_default())
}

fn known<T>(value: T) -> Fact<T> {
    Fact::Known(value, seen())
}

/// The policies that a user, group or role holds itself.
#[derive(Default)]
struct Holds {
    attached: Fact<Vec<AttachedPolicy>>,
    inline: Fact<Vec<InlinePolicy>>,
}

impl Forecast {
    /// The account as it is.
    pub fn new(account: &Account) -> Self {
        Self { account: account.clone(), made: HashMap::new(), renamed: HashMap::new() }
    }

    /// The account after the steps so far.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The call of a step, with the ARNs of policies that earlier steps make filled in.
    pub fn resolved(&self, step: &Step) -> Option<Call> {
        let filled = step.call()?.filled(|output| {
            let arn = self.made.get(output.step).filter(|_| output.field == "Policy.Arn");
            let known = arn.map(|arn| arn.as_str().into());
            Ok::<_, Infallible>(known.unwrap_or_else(|| crate::plan::output(output.step, output.field)))
        });
        let Ok(call) = filled;
        Some(call)
    }

    /// Applies one step.
    pub fn take(&mut self, step: &Step) {
        let Some(call) = self.resolved(step) else { return };
        if call.iam() == Some(Iam::CreatePolicy) {
            return self.create_policy(&step.id, &call);
        }
        self.take_call(&call);
    }

    fn take_call(&mut self, call: &Call) {
        let policy = || call.text("PolicyArn").and_then(|arn| Arn::parse(arn).ok());
        match call.iam() {
            Some(Iam::AttachUserPolicy | Iam::AttachGroupPolicy | Iam::AttachRolePolicy) => {
                let Some(arn) = policy() else { return };
                self.change(call, |holds| {
                    holds.attached = edited(&holds.attached, |list| list.push(AttachedPolicy { arn }));
                });
            }
            Some(Iam::DetachUserPolicy | Iam::DetachGroupPolicy | Iam::DetachRolePolicy) => {
                let Some(arn) = policy() else { return };
                self.change(call, |holds| {
                    holds.attached = edited(&holds.attached, |list| list.retain(|policy| policy.arn != arn));
                });
            }
            Some(Iam::PutUserPolicy | Iam::PutGroupPolicy | Iam::PutRolePolicy) => {
                let (Some(name), Some(text)) = (call.text("PolicyName"), call.text("PolicyDocument")) else { return };
                let policy = InlinePolicy { name: name.into(), document: known(Document::new(text)) };
                self.change(call, |holds| {
                    holds.inline = edited(&holds.inline, |list| {
                        list.retain(|other| other.name != policy.name);
                        list.push(policy);
                    });
                });
            }
            Some(Iam::DeleteUserPolicy | Iam::DeleteGroupPolicy | Iam::DeleteRolePolicy) => {
                let Some(name) = call.text("PolicyName") else { return };
                self.change(call, |holds| {
                    holds.inline = edited(&holds.inline, |list| list.retain(|other| other.name.as_str() != name));
                });
            }
            Some(Iam::AddUserToGroup | Iam::RemoveUserFromGroup) => self.membership(call),
            Some(Iam::CreatePolicyVersion | Iam::SetDefaultPolicyVersion) => self.change_policy(call),
            Some(Iam::UpdateAssumeRolePolicy) => {
                let (Some(role), Some(text)) = (call.text("RoleName"), call.text("PolicyDocument")) else { return };
                let facts = RoleFacts { trust: known(Trust::new(Document::new(text))), ..RoleFacts::default() };
                self.account.apply(Update::RoleFacts(role.into(), Box::new(facts)));
            }
            _ => self.take_change(call),
        }
    }

    fn take_change(&mut self, call: &Call) {
        let Some(change) = call.change() else { return };
        match (change.kind, change.target) {
            (_, ChangeTarget::Boundary) => self.bound(call),
            (ChangeKind::Create, _) => self.create(call),
            (ChangeKind::Tag | ChangeKind::Untag, _) => self.tag(call),
            (ChangeKind::Rename, _) => self.rename(call),
            (ChangeKind::Delete, _) => {
                if let Some(entity) = call.deletes() {
                    self.account.apply(Update::Gone(entity));
                }
            }
            _ => {}
        }
    }

    /// Changes the tags of a user or role: conditions on `aws:PrincipalTag` depend on them.
    fn tag(&mut self, call: &Call) {
        let list = |name: &str| call.input().get(name).and_then(Value::as_array).into_iter().flatten();
        let pair = |tag: &Value| {
            Some(Tag { key: tag.get("Key")?.as_str()?.into(), value: tag.get("Value")?.as_str()?.into() })
        };
        let set: Vec<Tag> = list("Tags").filter_map(pair).collect();
        let removed: Vec<&str> = list("TagKeys").filter_map(Value::as_str).collect();
        let edit = |tags: &Fact<Vec<Tag>>| {
            edited(tags, |tags| {
                // AWS keeps keys that differ in case only as one.
                let goes = |key: &str| {
                    let keys = removed.iter().copied().chain(set.iter().map(|tag| &*tag.key));
                    keys.into_iter().any(|gone| gone.eq_ignore_ascii_case(key))
                };
                tags.retain(|tag| !goes(&tag.key));
                tags.extend(set.iter().cloned());
            })
        };
        let update = match call.holder() {
            Some(ResourceRef::User(name)) => self.account.users().get(&name).map(|user| {
                let facts = UserFacts { tags: edit(&user.facts.tags), ..UserFacts::default() };
                Update::UserFacts(name.clone(), Box::new(facts))
            }),
            Some(ResourceRef::Role(name)) => self.account.roles().get(&name).map(|role| {
                let facts = RoleFacts { tags: edit(&role.facts.tags), ..RoleFacts::default() };
                Update::RoleFacts(name.clone(), Box::new(facts))
            }),
            _ => None,
        };
        if let Some(update) = update {
            self.account.apply(update);
        }
    }

    /// Gives a user or group another name or path, and so another ARN, which policies may name.
    fn rename(&mut self, call: &Call) {
        let Some((old, new)) = call.renames() else { return };
        match (&old, &new) {
            (ResourceRef::User(from), ResourceRef::User(to)) => {
                let Some(user) = self.account.users().get(from).cloned() else { return };
                let Some(arn) = renamed(&user.arn, call.text("NewPath"), to.as_str()) else { return };
                let user = User { name: to.clone(), arn, ..user.as_ref().clone() };
                self.account.apply(Update::Gone(old.clone()));
                self.account.apply(Update::User(Box::new(user)));
            }
            (ResourceRef::Group(from), ResourceRef::Group(to)) => {
                let Some(group) = self.account.groups().get(from).cloned() else { return };
                let Some(arn) = renamed(&group.arn, call.text("NewPath"), to.as_str()) else { return };
                let members = self.account.members(from).known().map(|members| members.to_vec()).unwrap_or_default();
                let group = Group { name: to.clone(), arn, ..group.as_ref().clone() };
                self.account.apply(Update::Gone(old.clone()));
                self.account.apply(Update::Group(Box::new(group)));
                for member in members {
                    let Some(user) = self.account.users().get(&member) else { continue };
                    let groups = edited(&user.facts.groups, |groups| {
                        groups.retain(|group| group != from && group != to);
                        groups.push(to.clone());
                    });
                    let facts = UserFacts { groups, ..UserFacts::default() };
                    self.account.apply(Update::UserFacts(member, Box::new(facts)));
                }
            }
            _ => return,
        }
        self.renamed.insert(old, new);
    }

    /// What an entity of the account as it was is called after the steps so far.
    pub fn name_now(&self, entity: &ResourceRef) -> ResourceRef {
        let mut now = entity;
        // A chain of renames has an end: each is one step of the plan.
        for _ in 0..self.renamed.len() {
            let Some(next) = self.renamed.get(now) else { break };
            now = next;
        }
        now.clone()
    }

    /// Changes what the user, group or role that a call names holds itself.
    fn change(&mut self, call: &Call, change: impl FnOnce(&mut Holds)) {
        let Some(holder) = call.holder() else { return };
        let mut holds = self.holds(&holder);
        change(&mut holds);
        let Holds { attached, inline } = holds;
        self.account.apply(match holder {
            ResourceRef::User(name) => {
                Update::UserFacts(name, Box::new(UserFacts { attached, inline, ..UserFacts::default() }))
            }
            ResourceRef::Group(name) => {
                Update::GroupFacts(name, Box::new(GroupFacts { attached, inline, ..GroupFacts::default() }))
            }
            ResourceRef::Role(name) => {
                Update::RoleFacts(name, Box::new(RoleFacts { attached, inline, ..RoleFacts::default() }))
            }
            _ => return,
        });
    }

    fn holds(&self, holder: &ResourceRef) -> Holds {
        let of = |attached: &Fact<Vec<AttachedPolicy>>, inline: &Fact<Vec<InlinePolicy>>| Holds {
            attached: attached.clone(),
            inline: inline.clone(),
        };
        let account = &self.account;
        let found = match holder {
            ResourceRef::User(name) => {
                account.users().get(name).map(|user| of(&user.facts.attached, &user.facts.inline))
            }
            ResourceRef::Group(name) => {
                account.groups().get(name).map(|group| of(&group.facts.attached, &group.facts.inline))
            }
            ResourceRef::Role(name) => {
                account.roles().get(name).map(|role| of(&role.facts.attached, &role.facts.inline))
            }
            _ => None,
        };
        found.unwrap_or_default()
    }

    fn membership(&mut self, call: &Call) {
        let (Some(user), Some(group)) = (call.text("UserName"), call.text("GroupName")) else { return };
        let Some(held) = self.account.users().get(user) else { return };
        let group = GroupName::from(group);
        let groups = edited(&held.facts.groups, |list| {
            list.retain(|other| *other != group);
            if call.iam() == Some(Iam::AddUserToGroup) {
                list.push(group.clone());
            }
        });
        let facts = UserFacts { groups, ..UserFacts::default() };
        self.account.apply(Update::UserFacts(user.into(), Box::new(facts)));
    }

    fn bound(&mut self, call: &Call) {
        let boundary = match call.text("PermissionsBoundary").map(Arn::parse) {
            Some(Ok(arn)) => known(arn),
            Some(Err(_)) => return,
            None => Fact::Absent(seen()),
        };
        self.account.apply(match (call.text("UserName"), call.text("RoleName")) {
            (Some(name), _) => Update::UserFacts(name.into(), Box::new(UserFacts { boundary, ..UserFacts::default() })),
            (None, Some(name)) => {
                Update::RoleFacts(name.into(), Box::new(RoleFacts { boundary, ..RoleFacts::default() }))
            }
            (None, None) => return,
        });
    }

    /// The ARN that something new will get.
    fn arn(&self, kind: &str, call: &Call, name: &str) -> Option<Arn> {
        let identity = self.account.identity()?;
        let path = call.text("Path").unwrap_or("/");
        Arn::iam(identity.partition(), identity.account.as_str(), &format!("{kind}{path}{name}")).ok()
    }

    fn create_policy(&mut self, step: &str, call: &Call) {
        let (Some(name), Some(text)) = (call.text("PolicyName"), call.text("PolicyDocument")) else { return };
        let Some(arn) = self.arn("policy", call, name) else { return };
        self.made.insert(step.to_owned(), arn.as_str().to_owned());
        let version = VersionId::from("v1");
        let documents = [(version.clone(), known(Document::new(text)))].into();
        self.account.apply(Update::Policy(Box::new(Policy {
            arn,
            id: "".into(),
            created: seen().at(),
            updated: seen().at(),
            default_version: version,
            attachments: known(0),
            boundary_uses: known(0),
            attachable: true,
            facts: PolicyFacts { documents, ..PolicyFacts::default() },
        })));
    }

    /// Puts another document of a policy in force; one that was not read is not known.
    fn change_policy(&mut self, call: &Call) {
        let Some(arn) = call.text("PolicyArn").and_then(|arn| Arn::parse(arn).ok()) else { return };
        let Some(policy) = self.account.policy(&arn) else { return };
        let mut policy = policy.as_ref().clone();
        let (version, text) = (call.text("VersionId"), call.text("PolicyDocument"));
        match (version, text) {
            (Some(version), _) => policy.default_version = version.into(),
            (None, Some(text)) if call.input().get("SetAsDefault") == Some(&true.into()) => {
                let version = VersionId::from("(new)");
                policy.facts.documents.insert(version.clone(), known(Document::new(text)));
                policy.default_version = version;
            }
            _ => return,
        }
        policy.updated = seen().at();
        self.account.apply(Update::Policy(Box::new(policy)));
    }

    fn create(&mut self, call: &Call) {
        let name = |parameter: &str| call.text(parameter);
        let boundary = match call.text("PermissionsBoundary").map(Arn::parse) {
            Some(Ok(arn)) => known(arn),
            Some(Err(_)) => Fact::Unknown,
            None => Fact::Absent(seen()),
        };
        let (created, id) = (seen().at(), Box::<str>::from(""));
        match call.iam() {
            Some(Iam::CreateUser) => {
                let Some((name, arn)) = name("UserName").and_then(|n| Some((n, self.arn("user", call, n)?))) else {
                    return;
                };
                let facts = UserFacts {
                    groups: known(Vec::new()),
                    attached: known(Vec::new()),
                    inline: known(Vec::new()),
                    boundary,
                    ..UserFacts::default()
                };
                self.account.apply(Update::User(Box::new(User { name: name.into(), arn, id, created, facts })));
            }
            Some(Iam::CreateGroup) => {
                let Some((name, arn)) = name("GroupName").and_then(|n| Some((n, self.arn("group", call, n)?))) else {
                    return;
                };
                let facts =
                    GroupFacts { members: known(Vec::new()), attached: known(Vec::new()), inline: known(Vec::new()) };
                self.account.apply(Update::Group(Box::new(Group { name: name.into(), arn, id, created, facts })));
            }
            Some(Iam::CreateRole) => {
                let Some((name, arn)) = name("RoleName").and_then(|n| Some((n, self.arn("role", call, n)?))) else {
                    return;
                };
                let trust = call.text("AssumeRolePolicyDocument").map(|text| Trust::new(Document::new(text)));
                let facts = RoleFacts {
                    trust: trust.map_or(Fact::Unknown, known),
                    attached: known(Vec::new()),
                    inline: known(Vec::new()),
                    boundary,
                    ..RoleFacts::default()
                };
                self.account.apply(Update::Role(Box::new(Role { name: name.into(), arn, id, created, facts })));
            }
            _ => {}
        }
    }
}

/// An ARN with another name, and another path where one is given.
fn renamed(arn: &Arn, path: Option<&str>, name: &str) -> Option<Arn> {
    let (kind, rest) = arn.resource().split_once('/')?;
    let held = rest.rfind('/').and_then(|end| rest.get(..=end)).unwrap_or_default();
    let path = path.map_or_else(|| format!("/{held}"), str::to_owned);
    Arn::iam(arn.partition(), arn.account(), &format!("{kind}{path}{name}")).ok()
}

/// A list with a change; what was never read stays so.
fn edited<T: Clone>(list: &Fact<Vec<T>>, change: impl FnOnce(&mut Vec<T>)) -> Fact<Vec<T>> {
    let mut rows = match list {
        Fact::Known(rows, _) => rows.clone(),
        Fact::Absent(_) => Vec::new(),
        Fact::Unknown | Fact::Denied(_) => return Fact::Unknown,
    };
    change(&mut rows);
    known(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::{ADMINISTRATOR, signed_in_as};
    use crate::insight::{Access, Ask, who_can};
    use crate::plan::Plan;

    /// Checks who may put objects once the calls are made.
    #[track_caller]
    fn check(calls: impl IntoIterator<Item = Call>, expected: &[&str]) {
        let mut plan = Plan::new("");
        for call in calls {
            plan.push(Step::new(call, ""));
        }
        let mut forecast = Forecast::new(&signed_in_as("arn:aws:iam::123456789012:user/ada"));
        plan.steps.iter().for_each(|step| forecast.take(step));
        let access = Access::new(forecast.account());
        let found = who_can(&access, &Ask::new("s3:PutObject", "arn:aws:s3:::bucket/key"), false).unwrap();
        // The root user, who can do everything, has no name.
        let named = found.holders.iter().filter_map(|holder| holder.principal.rsplit_once('/'));
        let names: Vec<_> = named.map(|(_, name)| name).collect();
        assert_eq!(names, expected);
    }

    const PUT: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}"#;

    #[test]
    fn steps_change_who_may_do_what() {
        check([], &["ada"]);
        check([Call::remove_user_from_group("admins", "ada")], &[]);
        check([Call::detach_group_policy("admins", ADMINISTRATOR)], &[]);
        check([Call::delete_group("admins")], &[]);
        check([Call::put_role_policy("ops", "put", PUT)], &["ada", "ops"]);
        check([Call::attach_role_policy("ops", ADMINISTRATOR), Call::delete_role("ops")], &["ada"]);
        // The boundary caps bob until it goes.
        check([Call::add_user_to_group("admins", "bob")], &["ada"]);
        check([Call::add_user_to_group("admins", "bob"), Call::delete_user_boundary("bob")], &["ada", "bob"]);
    }

    #[test]
    fn what_a_plan_makes_counts_for_its_later_steps() {
        check([Call::create_user("cleo"), Call::add_user_to_group("admins", "cleo")], &["ada", "cleo"]);
        let version =
            Call::create_policy_version("arn:aws:iam::123456789012:policy/Ops", PUT).with("SetAsDefault", true);
        check([version], &["ada", "ops"]);
        let policy = Call::create_policy("Put", PUT);
        let attach = Call::attach_role_policy("ops", crate::plan::output("create-policy:Put", "Policy.Arn"));
        check([policy, attach], &["ada", "ops"]);
    }
}
