//! What users, roles and whoever a policy names can do: their policies, ready to be asked.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::callers::home;
use super::who_can::StatementRef;
use crate::base::arn::Arn;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::catalog::managed::managed_policy_by_arn;
use crate::catalog::service::Action;
use crate::model::{
    Account, AttachedPolicy, Document, Fact, Group, GroupName, GuardrailKind, InlinePolicy, ResourceRef, Role, Tags,
    User,
};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{
    Compiled, Layer, Openness, Place, PolicySet, Principal, Prospect, Request, Trace, Verdict, evaluate, explain,
    prospect,
};

/// What every user may do where the password policy lets users change their own password
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html>).
const MAY_CHANGE_PASSWORD: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}"#;

/// What allows everything.
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Policies by level, the organization's root first: each level must allow.
pub type Levels = Vec<Vec<Arc<Compiled>>>;

/// What an organization lays on an account, where it is known.
#[derive(Debug, Clone, Default)]
pub struct Guardrails {
    /// Service control policies.
    pub scps: Levels,
    /// Resource control policies.
    pub rcps: Levels,
    /// The condition keys of callers that follow from the organization, with their values.
    pub keys: Vec<(String, String)>,
}

impl Guardrails {
    /// What the organization lays on an account, where that was read as a whole; an account in none is capped by nothing.
    pub fn of(account: &Account) -> Option<Self> {
        let organization = match account.organization() {
            Fact::Known(organization, _) => organization,
            Fact::Absent(_) => return Some(Self::default()),
            Fact::Unknown | Fact::Denied(_) => return None,
        };
        let path = organization.path().map(|path| ("aws:PrincipalOrgPaths".to_owned(), path));
        let keys = [
            ("aws:PrincipalOrgID".to_owned(), organization.id.to_string()),
            ("aws:PrincipalOrgMasterAccountId".to_owned(), organization.management.to_string()),
        ];
        Some(Self {
            scps: organization.compiled(GuardrailKind::Scp)?,
            rcps: organization.compiled(GuardrailKind::Rcp)?,
            keys: keys.into_iter().chain(path).collect(),
        })
    }
}

/// The policies of an account, compiled as they are asked for.
#[derive(Debug)]
pub struct Access<'a> {
    account: &'a Account,
    guardrails: Option<Arc<Guardrails>>,
    compiled: RefCell<HashMap<Box<str>, Option<Arc<Compiled>>>>,
    managed: RefCell<HashMap<Arn, Option<Arc<Compiled>>>>,
}

/// The names of policies, in the order of a [`PolicySet`].
#[derive(Debug, Clone, Default)]
struct Labels {
    identity: Vec<Box<str>>,
    groups: Vec<Box<str>>,
    boundary: Box<str>,
}

/// The policies of one user or role, ready for any number of questions.
#[derive(Debug, Clone)]
pub struct EffectivePermissions {
    /// What is not known of them, in words.
    pub unknown: Vec<String>,
    policies: PolicySet,
    labels: Labels,
    request: Request,
    open: Openness,
}

/// A policy of somebody with its name.
struct Held {
    name: Box<str>,
    compiled: Arc<Compiled>,
}

impl Default for EffectivePermissions {
    /// Those of nobody.
    fn default() -> Self {
        Self {
            unknown: Vec::new(),
            policies: PolicySet::default(),
            labels: Labels::default(),
            request: Request::new(Principal::Anonymous, "", "*"),
            open: Openness::default(),
        }
    }
}

impl EffectivePermissions {
    /// Decides one action on one resource, unless that takes too much work.
    pub fn ask(&mut self, action: &str, resource: &str) -> Result<Verdict, GaveUp> {
        self.request.set_action(action);
        self.request.set_resource(resource);
        evaluate(&self.request, &self.policies)
    }

    /// Decides one action on a resource or on all that a pattern matches: for which of them, and under which conditions.
    pub fn prospect(&mut self, action: &str, resource: &str) -> Result<Prospect, GaveUp> {
        self.policies.resource = None;
        self.request.set_action(action);
        self.request.set_resource(resource);
        prospect(&self.request, &self.policies, self.open)
    }

    /// The same powers in requests that carry one more condition key.
    #[must_use]
    pub fn with(self, key: &str, value: &str) -> Self {
        Self { request: self.request.with(key, [value]), ..self }
    }

    /// Lets requests carry more condition keys, each with its values.
    pub fn give(&mut self, context: &[(String, Vec<String>)]) {
        for (key, values) in context {
            self.request.set(key, values.iter().map(String::as_str));
        }
    }

    /// The same on a resource with a policy of its own, and with tags where they are known.
    pub fn prospect_on(
        &mut self,
        action: &str,
        resource: &str,
        policy: Option<Arc<Compiled>>,
        tags: Option<&Tags>,
    ) -> Result<Prospect, GaveUp> {
        self.policies.resource = policy;
        self.request.set_action(action);
        self.request.set_resource(resource);
        let open = Openness { resource_tags: tags.is_none() && self.open.resource_tags, ..self.open };
        match tags.filter(|tags| !tags.is_empty()) {
            None => prospect(&self.request, &self.policies, open),
            Some(tags) => {
                let mut request = self.request.clone();
                for tag in tags {
                    request = request.with_tag("aws:ResourceTag", &tag.key, &tag.value);
                    request = request.with_tag("iam:ResourceTag", &tag.key, &tag.value);
                }
                prospect(&request, &self.policies, open)
            }
        }
    }

    /// The name of the policy in which a statement stands, and the `Sid` of the statement.
    pub fn source(&self, place: &Place) -> (&str, Option<&str>) {
        let name = match place.layer {
            Layer::Identity => self.labels.identity.get(place.policy).map_or("", AsRef::as_ref),
            Layer::Group => self.labels.groups.get(place.policy).map_or("", AsRef::as_ref),
            Layer::Boundary => &self.labels.boundary,
            _ => "",
        };
        (name, self.policies.statement(place).and_then(|statement| statement.sid()))
    }

    /// A statement with the name of its policy.
    pub fn reference(&self, place: &Place) -> StatementRef {
        let (name, sid) = self.source(place);
        StatementRef { policy: name.into(), layer: place.layer, statement: place.statement, sid: sid.map(Into::into) }
    }

    /// Whether nothing limits what the caller's policies allow: no boundary, no organization, no denial.
    pub fn is_unbound(&self) -> bool {
        let own = self.policies.identity.iter().chain(&self.policies.groups);
        self.policies.boundary.is_none()
            && self.policies.scps.is_empty()
            && self.policies.rcps.is_empty()
            && !own.flat_map(|policy| policy.statements()).any(|statement| statement.effect() == Effect::Deny)
    }

    /// The same with one more policy.
    #[must_use]
    pub fn and_policy(mut self, policy: Arc<Compiled>) -> Self {
        self.policies.identity.push(policy);
        self
    }

    /// The same with one more policy, which has a name.
    #[must_use]
    pub fn and_named(mut self, name: &str, policy: Arc<Compiled>) -> Self {
        self.labels.identity.push(name.into());
        self.and_policy(policy)
    }

    /// The same with a policy that allows everything.
    #[must_use]
    pub fn and_everything(self) -> Self {
        match Compiled::new(EVERYTHING) {
            Ok(policy) => self.and_policy(Arc::new(policy)),
            Err(_) => self,
        }
    }

    /// The same within another permissions boundary.
    #[must_use]
    pub fn bounded_by(mut self, name: &str, policy: Arc<Compiled>) -> Self {
        self.labels.boundary = name.into();
        self.policies.boundary = Some(policy);
        self
    }

    /// The same under one more level of service control policies.
    #[must_use]
    pub fn under_scp(mut self, level: Vec<Arc<Compiled>>) -> Self {
        self.policies.scps.push(level);
        self
    }

    /// The same under one more level of resource control policies.
    #[must_use]
    pub fn under_rcp(mut self, level: Vec<Arc<Compiled>>) -> Self {
        self.policies.rcps.push(level);
        self
    }

    /// Decides one action on one resource, and tells of each statement why it applies or not.
    pub fn explain(&mut self, action: &str, resource: &str) -> Result<Trace, GaveUp> {
        self.request.set_action(action);
        self.request.set_resource(resource);
        explain(&self.request, &self.policies)
    }

    /// Whether a policy of this name or ARN is among them, also as a permissions boundary.
    pub fn has_policy(&self, policy: &str) -> bool {
        let mut names = self.labels.identity.iter().chain(&self.labels.groups).chain([&self.labels.boundary]);
        names.any(|name| is_called(name, policy))
    }

    /// The same without a policy of this name or ARN, also as a permissions boundary.
    #[must_use]
    pub fn without_policy(mut self, policy: &str) -> Self {
        let is_it = |name: &str| is_called(name, policy);
        let own = |names: &mut Vec<Box<str>>, policies: &mut Vec<Arc<Compiled>>| {
            let kept = std::mem::take(names).into_iter().zip(std::mem::take(policies)).filter(|(name, _)| !is_it(name));
            (*names, *policies) = kept.unzip();
        };
        own(&mut self.labels.identity, &mut self.policies.identity);
        own(&mut self.labels.groups, &mut self.policies.groups);
        if is_it(&self.labels.boundary) {
            self.policies.boundary = None;
        }
        self
    }

    /// The same without the permissions boundary.
    #[must_use]
    pub fn without_boundary(mut self) -> Self {
        self.policies.boundary = None;
        self
    }

    /// Whether they are a root user's, who needs no policy.
    pub fn is_root(&self) -> bool {
        matches!(self.request.principal(), Principal::Root { .. })
    }

    /// The policies.
    pub fn policies(&self) -> &PolicySet {
        &self.policies
    }

    /// The actions of the catalogue that are allowed on a resource, by full name.
    pub fn actions(&mut self, resource: &str) -> Vec<String> {
        let names = Catalog::bundled().actions().map(Action::full_name);
        names.filter(|name| self.ask(name, resource).is_ok_and(|verdict| verdict.is_allowed())).collect()
    }
}

impl<'a> Access<'a> {
    /// The policies of an account.
    pub fn new(account: &'a Account) -> Self {
        let guardrails = Guardrails::of(account).map(Arc::new);
        Self { account, guardrails, compiled: RefCell::default(), managed: RefCell::default() }
    }

    /// The same under the policies of an organization, where they are given.
    #[must_use]
    pub fn under(self, guardrails: Option<Arc<Guardrails>>) -> Self {
        Self { guardrails: guardrails.or(self.guardrails), ..self }
    }

    /// The same without what an organization lays on the account.
    #[must_use]
    pub fn without_organization(self) -> Self {
        Self { guardrails: None, ..self }
    }

    /// The account.
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// What the organization lays on the account, where that is known.
    pub fn guardrails(&self) -> Option<&Guardrails> {
        self.guardrails.as_deref()
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
        let mut identity = self.held(&facts.attached, &facts.inline, &format!("user {}", user.name), &mut unknown);
        if self.account.password_policy().known().is_some_and(|policy| policy.users_may_change) {
            let compiled = self.compiled(MAY_CHANGE_PASSWORD);
            identity.extend(compiled.map(|compiled| Held { name: "the account's password policy".into(), compiled }));
        }
        let mut groups = Vec::new();
        match facts.groups.known() {
            Some(names) => {
                for name in names {
                    groups.extend(self.group(name, &mut unknown));
                }
            }
            None if matches!(facts.groups, Fact::Absent(_)) => {}
            None => unknown.push(format!("the groups of user {}", user.name)),
        }
        let boundary = self.boundary(&facts.boundary, &format!("user {}", user.name), &mut unknown);
        let request =
            request(Principal::User { arn: user.arn.clone() }, &user.id, &facts.tags).with("aws:userid", [&*user.id]);
        let open = Openness { principal_tags: !facts.tags.is_settled(), ..Openness::default() };
        self.capped(identity, groups, boundary, (request, open, unknown))
    }

    /// The powers of a role's sessions.
    pub fn role(&self, role: &Role) -> EffectivePermissions {
        let mut unknown = Vec::new();
        let facts = &role.facts;
        let identity = self.held(&facts.attached, &facts.inline, &format!("role {}", role.name), &mut unknown);
        let boundary = self.boundary(&facts.boundary, &format!("role {}", role.name), &mut unknown);
        let request = request(Principal::Role { arn: role.arn.clone() }, &role.id, &facts.tags);
        // Whoever assumes a role may bring tags only where its trust policy says so.
        let brings_tags = facts.trust.known().is_none_or(|trust| {
            let text = trust.document.text().to_ascii_lowercase();
            ["sts:tagsession", "sts:tag*", "sts:*", "\"*\"", "notaction"].iter().any(|word| text.contains(word))
        });
        let open = Openness { principal_tags: brings_tags || !facts.tags.is_settled(), ..Openness::default() };
        self.capped(identity, Vec::new(), boundary, (request, open, unknown))
    }

    /// The powers of the account's root user.
    pub fn root(&self, partition: &str, number: &str) -> EffectivePermissions {
        let request = Request::new(Principal::Root { partition: partition.into(), account: number.into() }, "", "*");
        let open = Openness { principal_tags: false, ..Openness::default() };
        self.capped(Vec::new(), Vec::new(), None, (request, open, Vec::new()))
    }

    /// The powers of somebody from outside, whose own policies are taken to allow everything: what is left to decide is
    /// what this account lets in. Where it is not said who of an account it is, the keys of the caller are open.
    pub fn outsider(&self, principal: Principal, is_exact: bool) -> EffectivePermissions {
        let mut request = Request::new(principal, "", "*");
        if !is_exact {
            for key in ["aws:PrincipalArn", "aws:PrincipalType", "aws:username", "aws:userid"] {
                request = request.with(key, [""; 0]);
            }
            if request.principal().account() == Some(ANYBODY) {
                request = request.with("aws:PrincipalAccount", [""; 0]);
            }
        }
        if let Some((_, number)) = home(self.account) {
            request = request.with_resource_account(&number);
        }
        let open = Openness { any_caller: !is_exact, ..Openness::default() };
        let identity: Vec<Arc<Compiled>> = self.compiled(EVERYTHING).into_iter().collect();
        let rcps = self.guardrails.as_ref().map(|rails| rails.rcps.clone()).unwrap_or_default();
        EffectivePermissions {
            unknown: Vec::new(),
            policies: PolicySet { identity, rcps, ..PolicySet::default() },
            labels: Labels::default(),
            request,
            open,
        }
    }

    /// The trust policy of a role; nothing where it is not known or cannot be read.
    pub fn trust(&self, role: &Role) -> Option<Arc<Compiled>> {
        self.document(&role.facts.trust.known()?.document)
    }

    /// What a group gives to a member that has nothing else.
    pub fn member(&self, group: &Group) -> EffectivePermissions {
        let mut unknown = Vec::new();
        let identity =
            self.held(&group.facts.attached, &group.facts.inline, &format!("group {}", group.name), &mut unknown);
        self.anybody(&group.arn, identity, unknown)
    }

    /// What a managed policy gives to a user that has nothing else; nothing where its document is not known.
    pub fn alone(&self, policy: &Arn) -> Option<EffectivePermissions> {
        let identity = vec![Held { name: policy.as_str().into(), compiled: self.managed(policy)? }];
        Some(self.anybody(policy, identity, Vec::new()))
    }

    /// Whether the document of a managed policy is known.
    pub fn knows(&self, policy: &Arn) -> bool {
        self.managed(policy).is_some()
    }

    /// Somebody of the account of an ARN who has these policies only.
    fn anybody(&self, of: &Arn, identity: Vec<Held>, unknown: Vec<String>) -> EffectivePermissions {
        let account = if of.account() == "aws" { "123456789012" } else { of.account() };
        let arn = Arn::iam(of.partition(), account, "user/any").unwrap_or_else(|_| of.clone());
        let request = request(Principal::User { arn }, "AIDAANY", &Fact::Unknown).with("aws:userid", ["AIDAANY"]);
        self.capped(identity, Vec::new(), None, (request, Openness::default(), unknown))
    }

    /// Puts somebody's policies together with those of the organization.
    fn capped(
        &self,
        identity: Vec<Held>,
        groups: Vec<Held>,
        boundary: Option<Held>,
        (mut request, mut open, unknown): (Request, Openness, Vec<String>),
    ) -> EffectivePermissions {
        let (identity_names, identity) = identity.into_iter().map(|held| (held.name, held.compiled)).unzip();
        let (group_names, groups) = groups.into_iter().map(|held| (held.name, held.compiled)).unzip();
        let (name, boundary) = boundary.map_or((Box::default(), None), |held| (held.name, Some(held.compiled)));
        let mut policies = PolicySet { identity, groups, boundary, ..PolicySet::default() };
        if let Some(rails) = &self.guardrails {
            policies.scps.clone_from(&rails.scps);
            policies.rcps.clone_from(&rails.rcps);
            open.organization = false;
            for (key, value) in &rails.keys {
                request = request.with(key, [value.as_str()]);
            }
        }
        let labels = Labels { identity: identity_names, groups: group_names, boundary: name };
        EffectivePermissions { unknown, policies, labels, request, open }
    }

    fn group(&self, name: &GroupName, unknown: &mut Vec<String>) -> Vec<Held> {
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
    ) -> Vec<Held> {
        let mut policies = Vec::new();
        if matches!(attached, Fact::Unknown | Fact::Denied(_)) {
            unknown.push(format!("the attached policies of {owner}"));
        }
        for policy in attached.known().into_iter().flatten() {
            match self.managed(&policy.arn) {
                Some(compiled) => policies.push(Held { name: policy.arn.as_str().into(), compiled }),
                None => unknown.push(format!("policy {}", policy.arn)),
            }
        }
        if matches!(inline, Fact::Unknown | Fact::Denied(_)) {
            unknown.push(format!("the inline policies of {owner}"));
        }
        for policy in inline.known().into_iter().flatten() {
            match policy.document.known().and_then(|document| self.document(document)) {
                Some(compiled) => policies.push(Held { name: policy.name.as_str().into(), compiled }),
                None => unknown.push(format!("inline policy {} of {owner}", policy.name)),
            }
        }
        policies
    }

    /// A boundary that is not known allows nothing: better too little than too much.
    fn boundary(&self, boundary: &Fact<Arn>, owner: &str, unknown: &mut Vec<String>) -> Option<Held> {
        let arn = match boundary {
            Fact::Known(arn, _) => arn,
            Fact::Absent(_) => return None,
            Fact::Unknown | Fact::Denied(_) => {
                unknown.push(format!("the permissions boundary of {owner}"));
                return None;
            }
        };
        let compiled = self.managed(arn).unwrap_or_else(|| {
            unknown.push(format!("policy {arn}"));
            Arc::default()
        });
        Some(Held { name: arn.as_str().into(), compiled })
    }

    /// The document of a managed policy in force; those of AWS are known from the catalogue too.
    pub fn managed(&self, arn: &Arn) -> Option<Arc<Compiled>> {
        if let Some(known) = self.managed.borrow().get(arn) {
            return known.clone();
        }
        let known = self.account.policy(arn).map(|policy| policy.document());
        let found = match known.as_ref().and_then(Fact::known) {
            Some(document) => self.document(document),
            None => managed_policy_by_arn(arn.as_str()).and_then(|policy| self.compiled(policy.document())),
        };
        self.managed.borrow_mut().insert(arn.clone(), found.clone());
        found
    }

    /// A document of the account ready to be asked; none where it is no policy.
    pub fn document(&self, document: &Document) -> Option<Arc<Compiled>> {
        document.compiled(|text| self.compiled(text))
    }

    /// What allows everything, as the policy that AWS puts on every organization does.
    pub fn everything(&self) -> Option<Arc<Compiled>> {
        self.compiled(EVERYTHING)
    }

    /// A text ready to be asked; none where it is no policy.
    pub fn compiled(&self, text: &str) -> Option<Arc<Compiled>> {
        if let Some(known) = self.compiled.borrow().get(text) {
            return known.clone();
        }
        let compiled = Compiled::new(text).ok().map(Arc::new);
        self.compiled.borrow_mut().insert(text.into(), compiled.clone());
        compiled
    }
}

/// Whether a policy has this name or ARN.
fn is_called(own: &str, policy: &str) -> bool {
    own == policy || own.rsplit('/').next() == Some(policy)
}

/// The account of somebody of whom it is not known from where they come.
pub const ANYBODY: &str = "000000000000";

fn request(principal: Principal, id: &str, tags: &Fact<Tags>) -> Request {
    let mut request = Request::new(principal, "", "*").with_unique_id(id);
    for tag in tags.known().into_iter().flat_map(|tags| tags.iter()) {
        request = request.with_tag("aws:PrincipalTag", &tag.key, &tag.value);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::account;

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
