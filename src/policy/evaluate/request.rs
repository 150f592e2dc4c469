//! What is asked: who wants to do what to which resource, and what else is known of the request.

use std::collections::BTreeMap;

use crate::base::arn::Arn;

use super::matching::is_account_id;

/// Who makes the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody in particular: the request is not signed.
    Anonymous,
    /// An AWS service by its principal name, such as `ec2.amazonaws.com`.
    Service(Box<str>),
    /// Someone whom an identity provider vouches for: its ARN or its domain.
    Federated(Box<str>),
    /// The root user of an account.
    Root {
        /// Such as `aws`.
        partition: Box<str>,
        /// Twelve digits.
        account: Box<str>,
    },
    /// An IAM user, with long-term credentials or a session of its own.
    User {
        /// The user's ARN.
        arn: Arn,
    },
    /// Some session of a role, whatever its name.
    Role {
        /// The role's ARN.
        arn: Arn,
    },
    /// A session of a role.
    Session {
        /// `arn:aws:sts::…:assumed-role/Role/session`.
        arn: Arn,
        /// The role's own ARN where it is known: a session's ARN does not tell the role's path.
        role: Option<Arn>,
    },
    /// A session made by `GetFederationToken`.
    FederatedUser {
        /// `arn:aws:sts::…:federated-user/name`.
        arn: Arn,
        /// The user who asked for the token, where it is known.
        user: Option<Arn>,
    },
}

/// An ARN that names no principal of IAM or STS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ARN of a user, role, session or root user")]
pub struct NoPrincipal(pub String);

impl Principal {
    /// Reads the ARN of a root user, user, role, role session or federated session; an account id is its root user.
    pub fn from_arn(text: &str) -> Result<Self, NoPrincipal> {
        if is_account_id(text) {
            return Ok(Self::Root { partition: "aws".into(), account: text.into() });
        }
        let wrong = || NoPrincipal(text.to_owned());
        let arn = Arn::parse(text).map_err(|_| wrong())?;
        let named = !arn.name().is_empty();
        match (arn.service(), arn.resource_type()) {
            ("iam", "root") => Ok(Self::Root { partition: arn.partition().into(), account: arn.account().into() }),
            ("iam", "user") if named => Ok(Self::User { arn }),
            ("iam", "role") if named => Ok(Self::Role { arn }),
            ("sts", "assumed-role") if named => Ok(Self::Session { arn, role: None }),
            ("sts", "federated-user") if named => Ok(Self::FederatedUser { arn, user: None }),
            _ => Err(wrong()),
        }
    }

    /// The account of the caller; services, providers and anonymous callers have none.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service(_) | Self::Federated(_) => None,
            Self::Root { account, .. } => Some(account),
            Self::User { arn } | Self::Role { arn } | Self::Session { arn, .. } | Self::FederatedUser { arn, .. } => {
                Some(arn.account())
            }
        }
    }

    /// Whether it is a service-linked role, which its path tells.
    pub fn is_service_linked(&self) -> bool {
        match self {
            Self::Role { arn } | Self::Session { role: Some(arn), .. } => arn.path().starts_with("/aws-service-role/"),
            _ => false,
        }
    }

    /// The keys that AWS fills from the caller alone; those that need more than its ARN are left out.
    ///
    /// Source: the principal keys and the table of principal values in
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    fn keys(&self) -> Vec<(&'static str, String)> {
        let typed = |kind: &str, arn: String, account: &str| {
            vec![
                ("aws:principaltype", kind.to_owned()),
                ("aws:principalarn", arn),
                ("aws:principalaccount", account.to_owned()),
                ("aws:principalisawsservice", "false".to_owned()),
            ]
        };
        match self {
            Self::Anonymous => vec![
                ("aws:principaltype", "Anonymous".to_owned()),
                ("aws:principalaccount", "anonymous".to_owned()),
                ("aws:userid", "anonymous".to_owned()),
            ],
            Self::Service(name) => {
                vec![("aws:principalisawsservice", "true".to_owned()), ("aws:principalservicename", name.to_string())]
            }
            Self::Federated(_) => Vec::new(),
            Self::Root { partition, account } => {
                let mut keys = typed("Account", format!("arn:{partition}:iam::{account}:root"), account);
                keys.push(("aws:userid", account.to_string()));
                keys
            }
            Self::User { arn } => {
                let mut keys = typed("User", arn.to_string(), arn.account());
                keys.push(("aws:username", arn.name().to_owned()));
                keys
            }
            Self::Role { arn } => typed("AssumedRole", arn.to_string(), arn.account()),
            Self::Session { arn, role } => {
                // For a session the key holds the role's ARN, as a policy would write it.
                let role = role.as_ref().map_or_else(
                    || {
                        let name = arn.resource().split('/').nth(1).unwrap_or_default();
                        format!("arn:{}:iam::{}:role/{name}", arn.partition(), arn.account())
                    },
                    ToString::to_string,
                );
                typed("AssumedRole", role, arn.account())
            }
            Self::FederatedUser { arn, .. } => {
                let mut keys = typed("FederatedUser", arn.to_string(), arn.account());
                keys.push(("aws:userid", format!("{}:{}", arn.account(), arn.name())));
                keys
            }
        }
    }
}

/// The resource of a request: an ARN, or `*` for an action that concerns none in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    text: Box<str>,
    arn: Option<Arn>,
}

impl ResourceName {
    /// Takes a resource as it is named; what is no ARN is only ever matched by `*`.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), arn: Arn::parse(text).ok() }
    }

    /// The resource as it was named.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ARN, where it is one.
    pub fn arn(&self) -> Option<&Arn> {
        self.arn.as_ref()
    }

    pub(super) fn parts(&self) -> Option<[&str; 6]> {
        let arn = self.arn.as_ref()?;
        Some(["arn", arn.partition(), arn.service(), arn.region(), arn.account(), arn.resource()])
    }
}

/// The condition keys of a request with their values; names of keys are compared without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    given: BTreeMap<Box<str>, Vec<Box<str>>>,
    /// What follows from the request; a given value goes before it.
    derived: Vec<(&'static str, Vec<Box<str>>)>,
    /// The tags, which some resources tell apart by case.
    tags: Vec<Tagged>,
}

/// A tag as a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tagged {
    /// The whole condition key in lower case.
    folded: Box<str>,
    /// The tag's key in its own case.
    tag: Box<str>,
    values: [Box<str>; 1],
}

impl Context {
    /// Sets a key; no values at all is the same as an absent key.
    pub fn set<V: Into<Box<str>>>(&mut self, key: &str, values: impl IntoIterator<Item = V>) {
        self.given.insert(key.to_lowercase().into(), values.into_iter().map(Into::into).collect());
    }

    /// Sets the key of a tag, such as `aws:ResourceTag/Team`.
    ///
    /// Of two tags whose keys differ in case only, a condition reads the one that it writes exactly; written in
    /// neither case it reads the later one. So no tag can hide another from the policies that name it.
    pub fn set_tag(&mut self, key: &str, tag: &str, value: &str) {
        let folded: Box<str> = format!("{key}/{tag}").to_lowercase().into();
        self.tags.push(Tagged { folded: folded.clone(), tag: tag.into(), values: [value.into()] });
        self.given.insert(folded, vec![value.into()]);
    }

    /// The values of a key as a policy writes it; none where the request does not have it.
    pub(super) fn written(&self, key: &str, folded: &str) -> Option<&[Box<str>]> {
        let exact = key.split_once('/').and_then(|(_, tag)| {
            let found = self.tags.iter().rev().find(|tagged| *tagged.tag == *tag && *tagged.folded == *folded);
            found.map(|tagged| tagged.values.as_slice())
        });
        exact.or_else(|| self.get(folded))
    }

    /// The values of a key given in lower case; none where the request does not have it.
    pub fn get(&self, folded: &str) -> Option<&[Box<str>]> {
        let values = match self.given.get(folded) {
            Some(values) => values,
            None => self.derived.iter().find(|(key, _)| *key == folded).map(|(_, values)| values)?,
        };
        (!values.is_empty()).then_some(values)
    }

    /// Every key in lower case with its values, and the key of the tag in its own case where it is one's.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Option<&str>, &[Box<str>])> {
        let derived = self.derived.iter().filter(|(key, _)| !self.given.contains_key(*key));
        let derived = derived.map(|(key, values)| (*key, None, values.as_slice()));
        let tag = |folded: &str| self.tags.iter().rev().find(|tagged| *tagged.folded == *folded).map(|one| &*one.tag);
        derived.chain(self.given.iter().map(move |(key, values)| (&**key, tag(key), values.as_slice())))
    }

    /// The value of a key that has exactly one.
    pub fn single(&self, folded: &str) -> Option<&str> {
        match self.get(folded)? {
            [value] => Some(value),
            _ => None,
        }
    }
}

/// A request to be decided.
///
/// Made once for a caller and pointed at one action and resource after the other with
/// [`Request::set_action`] and [`Request::set_resource`].
#[derive(Debug, Clone)]
pub struct Request {
    principal: Principal,
    action: Box<str>,
    folded_action: String,
    resource: ResourceName,
    resource_account: Option<Box<str>>,
    management_account: Option<Box<str>>,
    unique_id: Option<Box<str>>,
    canonical_id: Option<Box<str>>,
    context: Context,
}

impl Request {
    /// A request without any context but what follows from it.
    pub fn new(principal: Principal, action: &str, resource: &str) -> Self {
        let derived = principal.keys().into_iter().map(|(key, value)| (key, vec![value.into()])).collect();
        let mut request = Self {
            principal,
            action: "".into(),
            folded_action: String::new(),
            resource: ResourceName::new("*"),
            resource_account: None,
            management_account: None,
            unique_id: None,
            canonical_id: None,
            context: Context { derived, ..Context::default() },
        };
        request.set_action(action);
        request.set_resource(resource);
        request
    }

    /// Sets a condition key of the request.
    pub fn with<V: Into<Box<str>>>(mut self, key: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.set(key, values);
        self
    }

    /// Sets a condition key of the request in place.
    pub fn set<V: Into<Box<str>>>(&mut self, key: &str, values: impl IntoIterator<Item = V>) {
        self.context.set(key, values);
    }

    /// Sets a tag of the request, its resource or its caller; see [`Context::set_tag`].
    pub fn with_tag(mut self, key: &str, tag: &str, value: &str) -> Self {
        self.context.set_tag(key, tag, value);
        self
    }

    /// Says which account owns the resource, where its ARN does not tell (an S3 bucket's).
    pub fn with_resource_account(mut self, account: &str) -> Self {
        self.resource_account = Some(account.into());
        self.derive_resource_account();
        self
    }

    /// Says which account is the organisation's management account.
    pub fn with_management_account(mut self, account: &str) -> Self {
        self.management_account = Some(account.into());
        self
    }

    /// Says the unique id (`AIDA…`, `AROA…`) of the user or of the session's role.
    pub fn with_unique_id(mut self, id: &str) -> Self {
        self.unique_id = Some(id.into());
        self
    }

    /// Says the canonical user id of the caller's account.
    pub fn with_canonical_id(mut self, id: &str) -> Self {
        self.canonical_id = Some(id.into());
        self
    }

    /// Points the request at another action.
    pub fn set_action(&mut self, action: &str) {
        self.action = action.into();
        self.folded_action.clear();
        self.folded_action.extend(action.chars().flat_map(char::to_lowercase));
    }

    /// Points the request at another resource.
    pub fn set_resource(&mut self, resource: &str) {
        self.resource = ResourceName::new(resource);
        self.derive_resource_account();
    }

    fn derive_resource_account(&mut self) {
        const KEY: &str = "aws:resourceaccount";
        self.context.derived.retain(|(key, _)| *key != KEY);
        let known = self.resource_account.clone().or_else(|| self.account_in_resource().map(Into::into));
        if let Some(account) = known {
            self.context.derived.push((KEY, vec![account]));
        }
    }

    fn account_in_resource(&self) -> Option<&str> {
        self.resource.arn().map(Arn::account).filter(|account| is_account_id(account))
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The action as it was given.
    pub fn action(&self) -> &str {
        &self.action
    }

    pub(super) fn folded_action(&self) -> &str {
        &self.folded_action
    }

    /// What the action is to be done to.
    pub fn resource(&self) -> &ResourceName {
        &self.resource
    }

    /// The condition keys.
    pub fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn unique_id(&self) -> Option<&str> {
        // The user id of a session is its role's id, a colon and the session's name.
        self.unique_id.as_deref().or_else(|| self.context.single("aws:userid")?.split(':').next())
    }

    pub(super) fn canonical_id(&self) -> Option<&str> {
        self.canonical_id.as_deref()
    }

    /// The account that owns the resource: as said, as its ARN tells, else the caller's own.
    pub fn resource_account(&self) -> Option<&str> {
        self.resource_account.as_deref().or_else(|| self.account_in_resource()).or_else(|| self.principal.account())
    }

    pub(super) fn is_cross_account(&self) -> bool {
        self.principal.account() != self.resource_account()
    }

    pub(super) fn is_management(&self, account: Option<&str>) -> bool {
        account.is_some() && account == self.management_account.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(principal: &str, key: &str, value: Option<&str>) {
        let request = Request::new(Principal::from_arn(principal).unwrap(), "s3:GetObject", "*");
        assert_eq!(request.context().single(key), value, "{key} of {principal}");
    }

    #[test]
    fn what_follows_from_the_caller_is_filled_in() {
        let user = "arn:aws:iam::123456789012:user/team/alice";
        check(user, "aws:username", Some("alice"));
        check(user, "aws:principalarn", Some(user));
        check(user, "aws:principaltype", Some("User"));
        check(user, "aws:userid", None);
        let session = "arn:aws:sts::123456789012:assumed-role/Ops/joe";
        check(session, "aws:principalarn", Some("arn:aws:iam::123456789012:role/Ops"));
        check(session, "aws:username", None);
        check("123456789012", "aws:userid", Some("123456789012"));
        check("arn:aws:sts::123456789012:federated-user/Bob", "aws:userid", Some("123456789012:Bob"));
    }

    #[test]
    fn a_given_key_goes_before_a_derived_one() {
        let principal = Principal::from_arn("arn:aws:iam::123456789012:user/alice").unwrap();
        let request = Request::new(principal, "s3:GetObject", "*").with("AWS:UserName", ["other"]);
        assert_eq!(request.context().single("aws:username"), Some("other"));
    }

    #[test]
    fn the_account_of_a_resource_is_said_or_read_off_its_arn() {
        let principal = Principal::from_arn("arn:aws:iam::123456789012:user/alice").unwrap();
        let mut request = Request::new(principal, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:210987654321:q");
        assert!(request.is_cross_account());
        assert_eq!(request.context().single("aws:resourceaccount"), Some("210987654321"));
        request.set_resource("arn:aws:s3:::bucket");
        assert!(!request.is_cross_account());
        assert_eq!(request.context().single("aws:resourceaccount"), None);
        assert!(request.with_resource_account("210987654321").is_cross_account());
    }

    #[test]
    fn what_is_no_principal_is_refused() {
        for text in ["alice", "arn:aws:s3:::bucket", "arn:aws:iam::123456789012:group/g", "arn:aws:iam::1:user/"] {
            assert!(Principal::from_arn(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_service_linked_role_is_known_by_its_path() {
        let role = "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
        assert!(Principal::from_arn(role).unwrap().is_service_linked());
        assert!(!Principal::from_arn("arn:aws:iam::123456789012:role/AWSServiceRoleForX").unwrap().is_service_linked());
    }
}
