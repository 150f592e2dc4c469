//! The policies that a caller has: its own, its groups', its boundary, those of its session and its organization.

use std::sync::Arc;

use crate::catalog::managed::managed_policy_by_arn;
use crate::emulator::caller::{Bearer, Principal};
use crate::emulator::documents::Documents;
use crate::emulator::operation::Request;
use crate::emulator::ops::iam::policies::Managed;
use crate::emulator::store::State;
use crate::emulator::store::records::{Permissions, Role, User};
use crate::policy::evaluate::{Compiled, Layer, Place, PolicySet};

/// What every user may do where the account's password policy has `AllowUsersToChangePassword`
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html>).
/// A change of password names no user: it is always the caller's own.
const MAY_CHANGE_PASSWORD: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}"#;

/// One policy and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source<'s> {
    /// The ARN of a managed policy; an inline policy has none.
    pub arn: Option<&'s str>,
    /// The name of an inline policy.
    pub name: Option<&'s str>,
    /// The kind and the name of the entity that an inline policy is embedded in.
    pub owner: Option<(&'static str, &'s str)>,
    /// What a simulation calls it: the name of a managed policy, `user_alice_name` of an inline one.
    pub id: String,
    /// The document in force.
    pub document: &'s str,
}

/// The policies of a caller, layer by layer, in the order of a [`PolicySet`].
#[derive(Debug, Clone, Default)]
pub struct Sources<'s> {
    /// Policies of the user or role.
    pub identity: Vec<Source<'s>>,
    /// Policies of the user's groups.
    pub groups: Vec<Source<'s>>,
    /// The permissions boundary.
    pub boundary: Option<Source<'s>>,
    /// The session policies.
    pub session: Vec<Source<'s>>,
    /// The policies by which the session was scoped down since.
    pub scopes: Vec<Source<'s>>,
}

impl<'s> Sources<'s> {
    /// The policies of whoever makes a request.
    pub fn of(request: &Request<'s>, state: &'s State) -> Self {
        let user = |id: &str| state.users.get(id).map(|user| Self::of_user(request, state, user));
        let mut sources = match &request.caller.principal {
            Principal::User { id, .. } => user(id).map(|mut sources| {
                sources.identity.extend(may_change_password(state));
                sources
            }),
            Principal::Role { id, .. } => state.roles.get(id).map(|role| Self::of_role(request, state, role)),
            Principal::Federated { .. } => {
                let session = request.caller.session.as_ref();
                session.and_then(|session| match &session.bearer {
                    Bearer::Federated(_, maker) => user(maker),
                    _ => None,
                })
            }
            Principal::Root | Principal::Anonymous => None,
        }
        .unwrap_or_default();
        if let Some(session) = &request.caller.session {
            let inline =
                |document: &'s String| Source { arn: None, name: None, owner: None, id: String::new(), document };
            sources.session = session.policies.iter().map(inline).collect();
            sources.scopes = session.scopes.iter().map(inline).collect();
            sources.session.extend(session.policy_arns.iter().map(|arn| managed(request, state, arn)));
        }
        sources
    }

    /// The policies of a user.
    pub fn of_user(request: &Request<'_>, state: &'s State, user: &'s User) -> Self {
        let groups = user.groups.iter().filter_map(|id| state.groups.get(id));
        Self {
            identity: held(request, state, &user.permissions, "user", &user.name),
            groups: groups.flat_map(|g| held(request, state, &g.permissions, "group", &g.name)).collect(),
            boundary: user.boundary.as_deref().map(|arn| managed(request, state, arn)),
            ..Self::default()
        }
    }

    /// The policies of a role.
    pub fn of_role(request: &Request<'_>, state: &'s State, role: &'s Role) -> Self {
        Self {
            identity: held(request, state, &role.permissions, "role", &role.name),
            boundary: role.boundary.as_deref().map(|arn| managed(request, state, arn)),
            ..Self::default()
        }
    }

    /// The same, ready to be evaluated.
    pub fn policies(&self, documents: &Documents) -> PolicySet {
        let compiled = |sources: &[Source<'_>]| -> Vec<Arc<Compiled>> {
            sources.iter().map(|source| documents.compiled(source.document)).collect()
        };
        PolicySet {
            identity: compiled(&self.identity),
            groups: compiled(&self.groups),
            boundary: self.boundary.as_ref().map(|source| documents.compiled(source.document)),
            session: compiled(&self.session),
            scopes: compiled(&self.scopes),
            ..PolicySet::default()
        }
    }

    /// The policy that a statement stands in.
    pub fn at(&self, place: &Place) -> Option<&Source<'s>> {
        match place.layer {
            Layer::Identity => self.identity.get(place.policy),
            Layer::Group => self.groups.get(place.policy),
            Layer::Boundary => self.boundary.as_ref(),
            Layer::Session => match place.level.checked_sub(1) {
                None => self.session.get(place.policy),
                Some(scope) => self.scopes.get(scope),
            },
            _ => None,
        }
    }
}

/// What a session of the root user is confined to.
#[derive(Debug, Clone, Copy)]
pub enum Confinement<'a> {
    /// A task, by the ARN of its policy.
    Task(&'a str),
    /// The policies that the root user approved for a partner.
    Delegation(&'a [String]),
}

/// What the caller is confined to as a root user.
pub fn confinement<'a>(request: &Request<'a>) -> Option<Confinement<'a>> {
    let session = request.caller.session.as_ref()?;
    match &session.bearer {
        Bearer::AssumedRoot(task) => Some(Confinement::Task(task)),
        Bearer::Root if session.delegated => Some(Confinement::Delegation(&session.scopes)),
        _ => None,
    }
}

impl Confinement<'_> {
    /// Its policies. A root user has none of its own, so they stand where those stand that bind it. The policy of a task
    /// denies, beside the rights of the root user.
    pub fn policies(self, documents: &Documents) -> PolicySet {
        let scps = match self {
            Self::Task(task) => {
                let task = managed_policy_by_arn(task).map_or("", |policy| policy.document());
                vec![[task, ROOT].map(|document| documents.compiled(document)).to_vec()]
            }
            Self::Delegation(scopes) => scopes.iter().map(|scope| vec![documents.compiled(scope)]).collect(),
        };
        PolicySet { scps, ..PolicySet::default() }
    }
}

/// What a root user may do.
const ROOT: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Adds the policies of the organization: for the caller, and for a resource of an account.
pub fn capped(policies: PolicySet, request: &Request<'_>, account: &str) -> PolicySet {
    match &request.environment.organization {
        None => policies,
        Some(organization) => {
            PolicySet { scps: organization.scps(&request.caller.account), rcps: organization.rcps(account), ..policies }
        }
    }
}

/// The policy that the account's password policy amounts to; a simulation of a user does not ask it.
fn may_change_password(state: &State) -> Option<Source<'static>> {
    let allowed = state.account().password_policy.as_ref()?.get("AllowUsersToChangePassword")?.as_bool()?;
    allowed.then(|| Source { arn: None, name: None, owner: None, id: String::new(), document: MAY_CHANGE_PASSWORD })
}

/// All policies of a user, group or role: attached ones, then inline ones.
pub fn held<'s>(
    request: &Request<'_>,
    state: &'s State,
    permissions: &'s Permissions,
    kind: &'static str,
    owner: &'s str,
) -> Vec<Source<'s>> {
    let attached = permissions.attached.iter().map(|arn| managed(request, state, arn));
    let inline = permissions.inline.iter();
    let inline = inline.map(|(name, document)| {
        let id = format!("{kind}_{owner}_{name}");
        Source { arn: None, name: Some(name), owner: Some((kind, owner)), id, document }
    });
    attached.chain(inline).collect()
}

/// A managed policy by its ARN; one that is gone allows nothing.
pub fn managed<'s>(request: &Request<'_>, state: &'s State, arn: &'s str) -> Source<'s> {
    let document = Managed::find(request, state, arn).map_or("", Managed::document);
    let id = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Source { arn: Some(arn), name: None, owner: None, id, document }
}
