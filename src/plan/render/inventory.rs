//! A whole account as code: everything of it that Terraform or CloudFormation can declare, with imports for what is
//! there.
//!
//! Credentials are no part of it: passwords, keys and MFA devices cannot be read, and private keys never leave AWS.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{
    Account, AttachedPolicy, Fact, Group, InlinePolicy, InstanceProfile, Policy, Role, Tag, Tags, TrustedEntity, User,
    UserFacts,
};
use crate::plan::builders::{Owner, password_policy_input, tags_value};
use crate::plan::{Call, output};

use super::resources::{Resource, Resources};
use super::{cloudformation, terraform};

/// The languages of an account as code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Terraform's HCL.
    Terraform,
    /// A CloudFormation template in YAML.
    CloudFormation,
}

impl Language {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Terraform, Self::CloudFormation];

    /// The ending of a file that holds it.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Terraform => "tf",
            Self::CloudFormation => "yaml",
        }
    }
}

/// What an account becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The code takes the account over: what is there is imported.
    TakeOver,
    /// The code makes a copy in an empty account.
    Copy,
}

/// An account as code. The text ends with a line feed.
pub fn account_as_code(account: &Account, language: Language, purpose: Purpose) -> String {
    let mut inventory = Inventory::default();
    inventory.take(account);
    let mut found = inventory.found;
    for resource in &mut found.made {
        resource.exists = purpose == Purpose::TakeOver;
    }
    let title = account.identity().map_or_else(|| "account".to_owned(), |own| format!("account {}", own.account));
    match language {
        Language::Terraform => terraform::described(&title, &found),
        Language::CloudFormation => cloudformation::described(&title, found, &|step| step.to_owned()),
    }
}

/// What was not read, or cannot be declared.
const NOT_READ: &str = "it was not read";
const CREDENTIAL: &str = "a credential cannot be read";

#[derive(Default)]
struct Inventory {
    found: Resources,
    taken: HashSet<(&'static str, String)>,
}

impl Inventory {
    fn take(&mut self, account: &Account) {
        for policy in account.policies().rows() {
            self.policy(policy);
        }
        for group in account.groups().rows() {
            self.group(account, group);
        }
        for user in account.users().rows() {
            self.user(account, user);
        }
        self.providers(account);
        let roles = Trusting::new(account);
        for role in account.roles().rows() {
            self.role(account, role, &roles);
        }
        for profile in account.instance_profiles().rows() {
            self.profile(profile);
        }
        self.settings(account);
    }

    /// Adds a thing; `import` names it where its key does not.
    fn add(&mut self, kind: &'static str, key: &str, call: &Call, import: Option<String>) -> Option<&mut Resource> {
        if !self.taken.insert((kind, key.to_owned())) {
            return None;
        }
        let step = format!("{kind} {key}");
        let made = Resource { step, import, ..Resource::new(kind, key.to_owned(), call.input().clone()) };
        self.found.made.push(made);
        self.found.made.last_mut()
    }

    fn leave(&mut self, what: String, why: &'static str) {
        self.found.left.push((what, why));
    }

    fn policy(&mut self, policy: &Policy) {
        let (name, facts) = (policy.name(), &policy.facts);
        let Fact::Known(document, _) = policy.document() else {
            return self.leave(format!("policy {name}"), NOT_READ);
        };
        let description = self.known(&facts.description, || format!("description of policy {name}"));
        let tags = self.tags(&facts.tags, || format!("policy {name}"));
        let call = Call::create_policy(name, document.text())
            .with_some("Path", path(&policy.arn))
            .with_some("Description", description.filter(|text| !text.is_empty()).map(ToString::to_string))
            .with_some("Tags", tags);
        self.add("policy", name, &call, Some(policy.arn.to_string()));
    }

    fn group(&mut self, account: &Account, group: &Group) {
        let name = group.name.as_str();
        self.add("group", name, &Call::create_group(name).with_some("Path", path(&group.arn)), None);
        self.holder(account, &Owner::Group(name.to_owned()), &group.facts.attached, &group.facts.inline);
    }

    fn user(&mut self, account: &Account, user: &User) {
        let (name, facts) = (user.name.as_str(), &user.facts);
        let tags = self.tags(&facts.tags, || format!("user {name}"));
        let boundary = self.boundary(account, &facts.boundary, || format!("user {name}"));
        let call = Call::create_user(name).with_some("Path", path(&user.arn)).with_some("Tags", tags);
        self.add("user", name, &call.with_some("PermissionsBoundary", boundary), None);
        self.holder(account, &Owner::User(name.to_owned()), &facts.attached, &facts.inline);
        if facts.groups.is_unknown() {
            self.leave(format!("group memberships of user {name}"), NOT_READ);
        }
        for group in facts.groups.known().into_iter().flatten() {
            self.add("membership", &format!("{name}/{group}"), &Call::add_user_to_group(group.as_str(), name), None);
        }
        self.credentials(name, facts);
    }

    fn credentials(&mut self, name: &str, facts: &UserFacts) {
        let keys = match (facts.keys.known(), facts.report.known()) {
            (Some(keys), _) => keys.len(),
            (None, Some(row)) => row.keys.iter().filter(|key| key.is_there()).count(),
            (None, None) => 0,
        };
        let held = [
            (facts.has_password().known() == Some(&true), "console password"),
            (facts.has_mfa().known() == Some(&true), "MFA devices"),
            (keys > 0, "access keys"),
        ];
        for (_, what) in held.into_iter().filter(|(is_held, _)| *is_held) {
            self.leave(format!("{what} of user {name}"), CREDENTIAL);
        }
    }

    /// The attachments and inline policies of a user, group or role.
    fn holder(
        &mut self,
        account: &Account,
        owner: &Owner,
        attached: &Fact<Vec<AttachedPolicy>>,
        inline: &Fact<Vec<InlinePolicy>>,
    ) {
        let (kinds, word) = match owner {
            Owner::User(_) => (("user_attachment", "user_inline"), "user"),
            Owner::Group(_) => (("group_attachment", "group_inline"), "group"),
            Owner::Role(_) => (("role_attachment", "role_inline"), "role"),
        };
        let name = owner.name();
        if !attached.is_settled() || !inline.is_settled() {
            self.leave(format!("policies of {word} {name}"), NOT_READ);
        }
        for policy in attached.known().into_iter().flatten() {
            let call = owner.attach(reference(account, &policy.arn));
            let short = format!("{name}/{}", policy.name());
            let key =
                if self.taken.contains(&(kinds.0, short.clone())) { format!("{name}/{}", policy.arn) } else { short };
            self.add(kinds.0, &key, &call, Some(format!("{name}/{}", policy.arn)));
        }
        for policy in inline.known().into_iter().flatten() {
            let own = policy.name.as_str();
            match policy.document.known() {
                Some(document) => {
                    let call = owner.put_inline(own, document.text());
                    self.add(kinds.1, &format!("{name}/{own}"), &call, Some(format!("{name}:{own}")));
                }
                None => self.leave(format!("inline policy {own} of {word} {name}"), NOT_READ),
            }
        }
    }

    fn role(&mut self, account: &Account, role: &Role, roles: &Trusting) {
        let (name, facts) = (role.name.as_str(), &role.facts);
        let description = self.known(&facts.description, || format!("description of role {name}"));
        let description = description.filter(|text| !text.is_empty()).map(ToString::to_string);
        let tags = self.tags(&facts.tags, || format!("role {name}"));
        let service = role.is_service_linked().then(|| role.path().trim_matches('/').rsplit('/').next()).flatten();
        if let Some(service) = service {
            let suffix = name.split_once('_').map(|(_, suffix)| suffix.to_owned());
            let call = Call::create_service_linked_role(service)
                .with_some("CustomSuffix", suffix)
                .with_some("Description", description)
                .with_some("Tags", tags);
            self.add("service_linked_role", name, &call, Some(role.arn.to_string()));
            return;
        }
        let Some(trust) = facts.trust.known() else { return self.leave(format!("role {name}"), NOT_READ) };
        let boundary = self.boundary(account, &facts.boundary, || format!("role {name}"));
        let max_session = self.known(&facts.max_session, || format!("maximum session duration of role {name}"));
        let call = Call::create_role(name, trust.document.text())
            .with_some("Path", path(&role.arn))
            .with_some("Description", description)
            .with_some("MaxSessionDuration", max_session.copied().filter(|seconds| *seconds != 3600))
            .with_some("PermissionsBoundary", boundary)
            .with_some("Tags", tags);
        let after = roles.before(name);
        if let Some(made) = self.add("role", name, &call, None) {
            made.after = after;
        }
        self.holder(account, &Owner::Role(name.to_owned()), &facts.attached, &facts.inline);
    }

    fn providers(&mut self, account: &Account) {
        for provider in account.oidc_providers().rows() {
            let (issuer, facts) = (provider.issuer(), &provider.facts);
            let what = || format!("identity provider {issuer}");
            let (Some(audiences), Some(thumbprints)) = (facts.audiences.known(), facts.thumbprints.known()) else {
                self.leave(what(), NOT_READ);
                continue;
            };
            let tags = self.tags(&facts.tags, what);
            let url = format!("https://{issuer}");
            let texts = |list: &[Box<str>]| list.iter().map(|text| Value::from(&**text)).collect::<Value>();
            let call = Call::create_oidc_provider(url.as_str())
                .with("ClientIDList", texts(audiences))
                .with("ThumbprintList", texts(thumbprints))
                .with_some("Tags", tags);
            self.add("oidc_provider", &url, &call, Some(provider.arn.to_string()));
        }
        for provider in account.saml_providers().rows() {
            let name = crate::model::provider_name(&provider.arn);
            let what = || format!("identity provider {name}");
            let Some(metadata) = provider.facts.metadata.known() else {
                self.leave(what(), NOT_READ);
                continue;
            };
            let tags = self.tags(&provider.facts.tags, what);
            let call = Call::create_saml_provider(&**metadata, name).with_some("Tags", tags);
            self.add("saml_provider", name, &call, Some(provider.arn.to_string()));
        }
    }

    fn profile(&mut self, profile: &InstanceProfile) {
        let name = profile.name.as_str();
        let tags = self.tags(&profile.facts.tags, || format!("instance profile {name}"));
        let role = self.known(&profile.facts.role, || format!("role of instance profile {name}"));
        let call = Call::create_instance_profile(name)
            .with_some("Path", path(&profile.arn))
            .with_some("RoleName", role.map(|role| role.as_str().to_owned()))
            .with_some("Tags", tags);
        self.add("instance_profile", name, &call, None);
    }

    fn settings(&mut self, account: &Account) {
        if let Some(alias) = account.alias().known() {
            self.add("alias", alias.as_str(), &Call::create_account_alias(alias.as_str()), None);
        }
        if let Some(policy) = account.password_policy().known() {
            let mut input = password_policy_input(policy);
            // The provider knows it by this name; it is the only one.
            let import = Some("iam-account-password-policy".to_owned());
            let call = Call::with_input(crate::api::Iam::UpdateAccountPasswordPolicy, std::mem::take(&mut input));
            self.add("password_policy", "", &call, import);
        }
        if account.outbound_federation().known().is_some() {
            self.leave("outbound identity federation".to_owned(), "it cannot be imported");
        }
        for certificate in account.server_certificates().rows() {
            self.leave(format!("server certificate {}", certificate.name), "its private key cannot be read");
        }
    }

    /// What is known; that something is not known is told once.
    fn known<'a, T>(&mut self, fact: &'a Fact<T>, what: impl FnOnce() -> String) -> Option<&'a T> {
        if !fact.is_settled() {
            self.leave(what(), NOT_READ);
        }
        fact.known()
    }

    /// Tags that can be written again: those of AWS itself cannot.
    fn tags(&mut self, fact: &Fact<Tags>, of: impl FnOnce() -> String) -> Option<Value> {
        let held = self.known(fact, || format!("tags of {}", of()))?;
        let own: Vec<Tag> =
            held.iter().filter(|tag| !tag.key.to_ascii_lowercase().starts_with("aws:")).cloned().collect();
        (!own.is_empty()).then(|| tags_value(&own))
    }

    fn boundary(&mut self, account: &Account, fact: &Fact<Arn>, of: impl FnOnce() -> String) -> Option<Value> {
        let arn = self.known(fact, || format!("permissions boundary of {}", of()))?;
        Some(reference(account, arn))
    }
}

fn path(arn: &Arn) -> Option<String> {
    Some(arn.path().to_owned()).filter(|path| path != "/")
}

/// A managed policy: by the thing that makes it, where the account owns it.
fn reference(account: &Account, arn: &Arn) -> Value {
    match account.policies().get(arn).map(|policy| policy.document()) {
        Some(Fact::Known(..)) => output(&format!("policy {}", arn.name()), "Policy.Arn"),
        _ => arn.as_str().into(),
    }
}

/// Which users and roles the trust policies of roles name: AWS refuses a trust policy that names somebody who is not
/// there.
struct Trusting {
    named: HashMap<String, Vec<(&'static str, String)>>,
    /// The order in which the roles can be made.
    order: HashMap<String, usize>,
}

impl Trusting {
    fn new(account: &Account) -> Self {
        let mut named: HashMap<String, Vec<(&'static str, String)>> = HashMap::new();
        for role in account.roles().rows() {
            let entities = role.facts.trust.known().map(|trust| trust.entities.as_slice()).unwrap_or_default();
            let list = entities.iter().filter_map(|entity| Self::thing(account, entity)).collect();
            named.insert(role.name.to_string(), list);
        }
        let mut trusting = Self { named, order: HashMap::new() };
        for role in account.roles().rows() {
            trusting.visit(role.name.as_str());
        }
        trusting
    }

    fn thing(account: &Account, entity: &TrustedEntity) -> Option<(&'static str, String)> {
        let arn = match entity {
            TrustedEntity::Principal(arn) => arn.clone(),
            TrustedEntity::Provider(text) => Arn::parse(text).ok()?,
            _ => return None,
        };
        if account.users().rows().iter().any(|user| user.arn == arn) {
            return Some(("user", arn.name().to_owned()));
        }
        if account.roles().rows().iter().any(|role| role.arn == arn) {
            return Some(("role", arn.name().to_owned()));
        }
        let oidc = account.oidc_providers().get(&arn).map(|own| ("oidc_provider", format!("https://{}", own.issuer())));
        let saml = || account.saml_providers().get(&arn).map(|own| crate::model::provider_name(&own.arn).to_owned());
        oidc.or_else(|| saml().map(|name| ("saml_provider", name)))
    }

    /// Gives a role its place after the roles that it names; of roles that name each other one comes first.
    fn visit(&mut self, first: &str) {
        let mut stack = vec![(first.to_owned(), false)];
        let mut begun = HashSet::new();
        while let Some((role, is_left)) = stack.pop() {
            if is_left {
                let place = self.order.len();
                self.order.entry(role).or_insert(place);
            } else if !self.order.contains_key(&role) && begun.insert(role.clone()) {
                stack.push((role.clone(), true));
                let named = self.named.get(&role).into_iter().flatten().filter(|(kind, _)| *kind == "role");
                stack.extend(named.map(|(_, name)| (name.clone(), false)));
            }
        }
    }

    /// What must be there before a role.
    fn before(&self, role: &str) -> Vec<(&'static str, String)> {
        let own = self.order.get(role);
        let comes_first = |(kind, name): &&(&'static str, String)| *kind != "role" || self.order.get(name) < own;
        self.named.get(role).into_iter().flatten().filter(comes_first).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::builders::fixture::account;

    #[test]
    fn an_account_is_a_configuration_with_imports() {
        let text = account_as_code(&account(), Language::Terraform, Purpose::TakeOver);
        let has = |wanted: &str| assert!(text.contains(wanted), "{wanted}\n{text}");
        has("import {\n  to = aws_iam_user.bob\n  id = \"bob\"\n}");
        has("resource \"aws_iam_user_group_membership\" \"bob_developers\"");
        has("id = \"bob/Developers\"");
        has("id = \"bob/arn:aws:iam::aws:policy/ReadOnlyAccess\"");
        assert!(!account_as_code(&account(), Language::Terraform, Purpose::Copy).contains("import {"));
    }

    #[test]
    fn an_account_is_a_template() {
        let text = account_as_code(&account(), Language::CloudFormation, Purpose::TakeOver);
        assert!(text.contains("  BobUser:\n    Type: AWS::IAM::User\n    DeletionPolicy: Retain\n"), "{text}");
    }
}
