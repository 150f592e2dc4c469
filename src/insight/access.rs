//! Who can do something, and what somebody can do.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::base::arn::Arn;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::catalog::managed::managed_policy_by_arn;
use crate::catalog::service::Action;
use crate::model::{Account, AttachedPolicy, Fact, Group, GroupName, InlinePolicy, ResourceRef, Role, Tags, User};
use crate::policy::evaluate::{Compiled, PolicySet, Principal, Request, Verdict, evaluate};

/// Whether one principal may do one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The user or role.
    pub principal: ResourceRef,
    /// The decision over what is known; none where it takes too much work.
    pub verdict: Result<Verdict, GaveUp>,
    /// What is not known of the principal's policies, in words; empty where the answer is sure.
    pub unknown: Vec<String>,
}

/// The policies of an account, compiled as they are asked for.
#[derive(Debug)]
pub struct Access<'a> {
    account: &'a Account,
    compiled: RefCell<HashMap<Box<str>, Option<Arc<Compiled>>>>,
}

/// The policies of one user or role, ready for any number of questions.
#[derive(Debug, Clone)]
pub struct EffectivePermissions {
    /// Whose they are.
    pub principal: ResourceRef,
    /// What is not known of them, in words.
    pub unknown: Vec<String>,
    policies: PolicySet,
    request: Request,
}

impl EffectivePermissions {
    /// Decides one action on one resource, unless that takes too much work.
    pub fn ask(&mut self, action: &str, resource: &str) -> Result<Verdict, GaveUp> {
        self.request.set_action(action);
        self.request.set_resource(resource);
        evaluate(&self.request, &self.policies)
    }

    /// The same powers in requests that carry one more condition key.
    #[must_use]
    pub fn with(self, key: &str, value: &str) -> Self {
        Self { request: self.request.with(key, [value]), ..self }
    }

    /// Decides whether the sessions of a role can be begun, as its trust policy and these permissions say.
    pub fn ask_to_assume(&mut self, role: &Role, trust: Arc<Compiled>) -> Result<Verdict, GaveUp> {
        self.policies.resource = Some(trust);
        let verdict = self.ask("sts:AssumeRole", role.arn.as_str());
        self.policies.resource = None;
        verdict
    }

    /// The actions of the catalogue that are allowed on a resource, by full name.
    pub fn actions(&mut self, resource: &str) -> Vec<String> {
        let names = Catalog::bundled().actions().map(Action::full_name);
        names.filter(|name| self.ask(name, resource).is_ok_and(|verdict| verdict.is_allowed())).collect()
    }
}

/// Everyone in the account who may do something, users first, each with what is not known.
pub fn who_can(account: &Account, action: &str, resource: &str) -> Vec<Answer> {
    let access = Access::new(account);
    let users = account.users().rows().iter().map(|user| access.user(user));
    let roles = account.roles().rows().iter().map(|role| access.role(role));
    let answers = users.chain(roles).map(|mut powers| {
        let verdict = powers.ask(action, resource);
        if verdict.is_err() {
            powers.unknown.push(format!("the policies of {}, which are too complex", powers.principal.name()));
        }
        Answer { principal: powers.principal, verdict, unknown: powers.unknown }
    });
    // Who may, and of whom it cannot be said.
    answers.filter(|answer| answer.verdict.as_ref().map_or(true, Verdict::is_allowed)).collect()
}

impl<'a> Access<'a> {
    /// The policies of an account.
    pub fn new(account: &'a Account) -> Self {
        Self { account, compiled: RefCell::default() }
    }

    /// The powers of a user or role; none of others and of those that are not known.
    pub fn of(&self, principal: &ResourceRef) -> Option<EffectivePermissions> {
        match principal {
            ResourceRef::User(name) => self.account.users().get(name).map(|user| self.user(user)),
            ResourceRef::Role(name) => self.account.roles().get(name).map(|role| self.role(role)),
            _ => None,
        }
    }

    /// The powers of a user, with those of its groups.
    pub fn user(&self, user: &User) -> EffectivePermissions {
        let mut unknown = Vec::new();
        let facts = &user.facts;
        let mut policies = PolicySet {
            identity: self.held(&facts.attached, &facts.inline, &format!("user {}", user.name), &mut unknown),
            boundary: self.boundary(&facts.boundary, &mut unknown),
            ..PolicySet::default()
        };
        match facts.groups.known() {
            Some(groups) => {
                for name in groups {
                    policies.groups.extend(self.group(name, &mut unknown));
                }
            }
            None if matches!(facts.groups, Fact::Absent(_)) => {}
            None => unknown.push(format!("the groups of user {}", user.name)),
        }
        let request = request(Principal::User { arn: user.arn.clone() }, &user.id, &facts.tags);
        EffectivePermissions { principal: ResourceRef::User(user.name.clone()), unknown, policies, request }
    }

    /// The powers of a role's sessions.
    pub fn role(&self, role: &Role) -> EffectivePermissions {
        let mut unknown = Vec::new();
        let facts = &role.facts;
        let policies = PolicySet {
            identity: self.held(&facts.attached, &facts.inline, &format!("role {}", role.name), &mut unknown),
            boundary: self.boundary(&facts.boundary, &mut unknown),
            ..PolicySet::default()
        };
        let request = request(Principal::Role { arn: role.arn.clone() }, &role.id, &facts.tags);
        EffectivePermissions { principal: ResourceRef::Role(role.name.clone()), unknown, policies, request }
    }

    /// The trust policy of a role; nothing where it is not known or cannot be read.
    pub fn trust(&self, role: &Role) -> Option<Arc<Compiled>> {
        self.compiled(role.facts.trust.known()?.document.text())
    }

    /// What a group gives to a member that has nothing else.
    pub fn member(&self, group: &Group) -> EffectivePermissions {
        let mut unknown = Vec::new();
        let identity =
            self.held(&group.facts.attached, &group.facts.inline, &format!("group {}", group.name), &mut unknown);
        Self::anybody(ResourceRef::Group(group.name.clone()), &group.arn, identity, unknown)
    }

    /// What a managed policy gives to a user that has nothing else; nothing where its document is not known.
    pub fn alone(&self, policy: &Arn) -> Option<EffectivePermissions> {
        let identity = vec![self.managed(policy)?];
        Some(Self::anybody(ResourceRef::Policy(policy.clone()), policy, identity, Vec::new()))
    }

    /// Whether the document of a managed policy is known.
    pub fn knows(&self, policy: &Arn) -> bool {
        self.managed(policy).is_some()
    }

    /// Somebody of the account of an ARN who has these policies only.
    fn anybody(
        principal: ResourceRef,
        of: &Arn,
        identity: Vec<Arc<Compiled>>,
        unknown: Vec<String>,
    ) -> EffectivePermissions {
        let account = if of.account() == "aws" { "123456789012" } else { of.account() };
        let arn = Arn::iam(of.partition(), account, "user/any").unwrap_or_else(|_| of.clone());
        let request = request(Principal::User { arn }, "AIDAANY", &Fact::Unknown);
        EffectivePermissions { principal, unknown, policies: PolicySet { identity, ..PolicySet::default() }, request }
    }

    fn group(&self, name: &GroupName, unknown: &mut Vec<String>) -> Vec<Arc<Compiled>> {
        let group: Option<&Arc<Group>> = self.account.groups().get(name);
        let Some(group) = group else {
            unknown.push(format!("group {name}"));
            return Vec::new();
        };
        self.held(&group.facts.attached, &group.facts.inline, &format!("group {name}"), unknown)
    }

    fn held(
        &self,
        attached: &Fact<Vec<AttachedPolicy>>,
        inline: &Fact<Vec<InlinePolicy>>,
        owner: &str,
        unknown: &mut Vec<String>,
    ) -> Vec<Arc<Compiled>> {
        let mut policies = Vec::new();
        if matches!(attached, Fact::Unknown | Fact::Denied(_)) {
            unknown.push(format!("the attached policies of {owner}"));
        }
        for policy in attached.known().into_iter().flatten() {
            match self.managed(&policy.arn) {
                Some(compiled) => policies.push(compiled),
                None => unknown.push(format!("policy {}", policy.arn)),
            }
        }
        if matches!(inline, Fact::Unknown | Fact::Denied(_)) {
            unknown.push(format!("the inline policies of {owner}"));
        }
        for policy in inline.known().into_iter().flatten() {
            match policy.document.known().and_then(|document| self.compiled(document.text())) {
                Some(compiled) => policies.push(compiled),
                None => unknown.push(format!("inline policy {} of {owner}", policy.name)),
            }
        }
        policies
    }

    /// A boundary that is not known allows nothing: better too little than too much.
    fn boundary(&self, boundary: &Fact<Arn>, unknown: &mut Vec<String>) -> Option<Arc<Compiled>> {
        let arn = match boundary {
            Fact::Known(arn, _) => arn,
            Fact::Absent(_) => return None,
            Fact::Unknown | Fact::Denied(_) => {
                unknown.push("the permissions boundary".to_owned());
                return None;
            }
        };
        Some(self.managed(arn).unwrap_or_else(|| {
            unknown.push(format!("policy {arn}"));
            Arc::default()
        }))
    }

    /// The document of a managed policy in force; those of AWS are known from the catalogue too.
    fn managed(&self, arn: &Arn) -> Option<Arc<Compiled>> {
        let known = self.account.policy(arn).map(|policy| policy.document());
        match known.as_ref().and_then(Fact::known) {
            Some(document) => self.compiled(document.text()),
            None => self.compiled(managed_policy_by_arn(arn.as_str())?.document()),
        }
    }

    fn compiled(&self, text: &str) -> Option<Arc<Compiled>> {
        if let Some(known) = self.compiled.borrow().get(text) {
            return known.clone();
        }
        let compiled = Compiled::new(text).ok().map(Arc::new);
        self.compiled.borrow_mut().insert(text.into(), compiled.clone());
        compiled
    }
}

fn request(principal: Principal, id: &str, tags: &Fact<Tags>) -> Request {
    let mut request = Request::new(principal, "", "*").with_unique_id(id).with("aws:userid", [id]);
    for tag in tags.known().into_iter().flat_map(|tags| tags.iter()) {
        request = request.with(&format!("aws:PrincipalTag/{}", tag.key), [&*tag.value]);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::account;

    #[track_caller]
    fn check(action: &str, expected: &[&str]) {
        let answers = who_can(&account(), action, "arn:aws:s3:::bucket/key");
        let names: Vec<_> = answers.iter().map(|answer| answer.principal.name()).collect();
        assert_eq!(names, expected, "{action}");
        assert!(answers.iter().all(|answer| answer.unknown.is_empty()));
    }

    #[test]
    fn groups_roles_and_boundaries_decide_who_can() {
        check("s3:GetObject", &["ada", "bob", "ops"]);
        check("s3:PutObject", &["ada"]);
        check("ec2:RunInstances", &["ada"]);
    }

    #[test]
    fn what_somebody_can_do_is_listed_by_action() {
        let account = account();
        let access = Access::new(&account);
        let mut bob = access.of(&ResourceRef::User("bob".into())).unwrap();
        let actions = bob.actions("*");
        assert!(actions.contains(&"s3:GetObject".to_owned()));
        // What AWS lets everyone do is among them.
        let others: Vec<_> = actions.iter().filter(|action| !action.starts_with("s3:Get")).collect();
        assert_eq!(others, ["sts:GetCallerIdentity", "sts:GetSessionToken"]);
    }

    #[test]
    fn what_is_not_known_is_told() {
        let account = account();
        let mut ada = account.users().get("ada").unwrap().as_ref().clone();
        ada.facts.inline = Fact::Unknown;
        ada.facts.groups = Fact::Unknown;
        let powers = Access::new(&account).user(&ada);
        assert_eq!(powers.unknown, ["the inline policies of user ada", "the groups of user ada"]);
    }
}
