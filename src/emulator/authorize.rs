//! The seam between operations and the policy evaluator: may this caller do this to that resource?
//!
//! ```text
//! Request ─ own ─▶ the caller's policies ┐
//!         ─ context ─▶ the condition keys ┼─▶ policy::evaluate ─▶ Verdict ─ denied ─▶ AWS's text
//!         ─ trust ─▶ the role's trust     ┘
//! ```
//!
//! Permission comes before existence, as at AWS: who may not read a user does not learn whether there is one.

use super::caller::{Bearer, Principal};
use super::failure::Failure;
use super::operation::{Enforce, Permission, Request};
use super::ops::iam::named::{becoming, existing};
use super::protocol::signature::unknown_key;
use super::store::credentials::ServerCertificate;
use super::store::records::{Group, Role, User};
use super::store::{State, World};
use crate::api::{Iam, Operation, Sts};
use crate::policy::evaluate::{self, evaluate};

pub(crate) mod context;
mod denied;
mod details;
pub(crate) mod encoded;
pub(crate) mod own;
mod trust;

use self::own::{Sources, capped};

/// Refuses a call that no policy allows.
pub fn check(permission: Permission, request: &Request<'_>, world: &World) -> Result<(), Failure> {
    admits(request)?;
    let state = world.get(request.account).ok_or_else(unknown_key)?;
    if is_unbound(request) {
        return Ok(());
    }
    match permission {
        Permission::On(_) => {
            let question = Question::new(request, state);
            let needs = needed(permission, request, state);
            let refused = needs.iter().try_for_each(|need| question.ask(need));
            refused.map_err(|failure| details::recorded(&question, failure, &needs))
        }
        Permission::Trust => trust::check(request, state, world),
        Permission::Own => Ok(()),
    }
}

/// An action on a resource that a call needs to be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `iam:CreateUser`
    pub action: String,
    /// The ARN, or `*`.
    pub resource: String,
    /// The ARN by which the resource's tags are found, where it is another one.
    tagged: Option<String>,
}

impl Need {
    fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), tagged: None }
    }
}

/// What a call needs; nothing where the operation checks permissions itself, or needs none.
pub fn needed(permission: Permission, request: &Request<'_>, state: &State) -> Vec<Need> {
    match permission {
        Permission::On(resource) => {
            let resource = resource(request, state);
            let further = further(request, state, &resource);
            let further = further.into_iter().map(|(action, resource)| Need::new(action, resource));
            // The object keeps its tags whatever it is called.
            let target = target(request, state);
            let target =
                target.map(|target| Need { tagged: Some(resource.clone()), ..Need::new(action(request), target) });
            std::iter::once(Need::new(action(request), resource.clone())).chain(further).chain(target).collect()
        }
        Permission::Trust => {
            let arn = request.text("RoleArn");
            trust::actions(request).map(|action| Need::new(action, arn)).collect()
        }
        Permission::Own => Vec::new(),
    }
}

/// Asks the caller's policies about one action on one resource; the root user may do everything.
pub fn allows(request: &Request<'_>, world: &World, action: &str, resource: &str) -> Result<(), Failure> {
    if is_unbound(request) {
        return Ok(());
    }
    let state = world.get(request.account).ok_or_else(unknown_key)?;
    let (question, need) = (Question::new(request, state), Need::new(action, resource));
    question.ask(&need).map_err(|failure| details::recorded(&question, failure, &[need]))
}

/// Whether the caller's policies allow one action on one resource, where nothing is refused for it.
pub fn permits(request: &Request<'_>, world: &World, action: &str, resource: &str) -> bool {
    let state = world.get(request.account);
    is_unbound(request)
        || state.is_some_and(|state| Question::new(request, state).ask(&Need::new(action, resource)).is_ok())
}

/// Asks about the operation's own action on a resource that has a policy, with condition keys that follow from it.
pub fn allows_on<'a>(
    request: &'a Request<'a>,
    world: &'a World,
    resource: &str,
    policy: Option<&str>,
    keys: Vec<(&'static str, &'a str)>,
) -> Result<(), Failure> {
    if request.environment.enforce == Enforce::Off || is_unbound(request) {
        return Ok(());
    }
    let state = world.get(request.account).ok_or_else(unknown_key)?;
    request.environment.uses.note(request, state, &[Need::new(action(request), resource)]);
    let mut question = Question { keys, ..Question::new(request, state) };
    question.policies.resource = policy.map(|document| request.environment.documents.compiled(document));
    question.ask(&Need::new(action(request), resource))
}

/// Whether nothing binds the caller: a root user, unless the organization has policies for its account.
fn is_unbound(request: &Request<'_>) -> bool {
    let organization = request.environment.organization.as_ref();
    request.caller.principal == Principal::Root
        && own::confinement(request).is_none()
        && organization.is_none_or(|organization| organization.scps(&request.caller.account).is_empty())
}

/// The action of an operation: `iam:CreateUser`.
fn action(request: &Request<'_>) -> String {
    request.operation.action()
}

/// What tokens of STS are not good for, whatever policies say
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>).
fn admits(request: &Request<'_>) -> Result<(), Failure> {
    let Some(session) = &request.caller.session else { return Ok(()) };
    let iam = matches!(request.operation, Operation::Iam(_));
    match &session.bearer {
        Bearer::User(_) | Bearer::Root if iam && session.mfa.is_none() && !session.delegated => Err(unfit()),
        Bearer::Federated(..) if iam => Err(unfit()),
        Bearer::Federated(..)
            if !matches!(request.operation, Operation::Sts(Sts::GetCallerIdentity | Sts::GetScopedCredentials)) =>
        {
            let told = format!("Cannot call {} with session credentials", request.operation);
            Err(Failure::access_denied(told))
        }
        _ => Ok(()),
    }
}

/// AWS does not say more of a token that IAM does not take.
fn unfit() -> Failure {
    Failure::new("InvalidClientTokenId", 403, "The security token included in the request is invalid")
}

/// Permissions that an operation needs beside its own: to tag what it makes, and to pass a role on.
fn further(request: &Request<'_>, state: &State, resource: &str) -> Vec<(&'static str, String)> {
    let mut needed = Vec::new();
    if !request.list("Tags").is_empty() {
        let tag = match request.operation {
            Operation::Iam(Iam::CreateUser) => Some("iam:TagUser"),
            Operation::Iam(Iam::CreateRole) => Some("iam:TagRole"),
            Operation::Iam(Iam::CreatePolicy) => Some("iam:TagPolicy"),
            Operation::Iam(Iam::CreateInstanceProfile) => Some("iam:TagInstanceProfile"),
            Operation::Iam(Iam::CreateVirtualMFADevice) => Some("iam:TagMFADevice"),
            Operation::Iam(Iam::CreateOpenIDConnectProvider) => Some("iam:TagOpenIDConnectProvider"),
            Operation::Iam(Iam::CreateSAMLProvider) => Some("iam:TagSAMLProvider"),
            Operation::Iam(Iam::UploadServerCertificate) => Some("iam:TagServerCertificate"),
            _ => None,
        };
        needed.extend(tag.map(|tag| (tag, resource.to_owned())));
    }
    if request.operation == Operation::Iam(Iam::AddRoleToInstanceProfile) {
        let role = existing::<Role>(request, state);
        needed.push((context::PASS_ROLE, role));
    }
    needed
}

/// The ARN that an operation gives to what it renames or moves.
fn target(request: &Request<'_>, state: &State) -> Option<String> {
    match request.operation {
        Operation::Iam(Iam::UpdateUser) => Some(becoming::<User>(request, state, "NewUserName")),
        Operation::Iam(Iam::UpdateGroup) => Some(becoming::<Group>(request, state, "NewGroupName")),
        Operation::Iam(Iam::UpdateServerCertificate) => {
            Some(becoming::<ServerCertificate>(request, state, "NewServerCertificateName"))
        }
        _ => None,
    }
}

/// A caller with its policies, to be asked about one action after the other.
struct Question<'a> {
    request: &'a Request<'a>,
    state: &'a State,
    sources: Sources<'a>,
    policies: evaluate::PolicySet,
    /// Condition keys that follow from the resource.
    keys: Vec<(&'static str, &'a str)>,
}

impl<'a> Question<'a> {
    fn new(request: &'a Request<'a>, state: &'a State) -> Self {
        let sources = Sources::of(request, state);
        let policies = capped(sources.policies(&request.environment.documents), request, request.account);
        Self { request, state, sources, policies, keys: Vec::new() }
    }

    fn ask(&self, need: &Need) -> Result<(), Failure> {
        let Need { action, resource, tagged } = need;
        let tagged = tagged.as_deref().unwrap_or(resource);
        let confinement = own::confinement(self.request);
        let keyed = confinement.is_some() || self.policies.asks_for_context();
        let question = context::question(self.request, self.state, action, (resource, tagged), keyed);
        let question = self.keys.iter().fold(question, |question, (key, value)| question.with(key, [*value]));
        if let Some(confinement) = confinement {
            let verdict = evaluate(&question, &confinement.policies(&self.request.environment.documents));
            if !verdict.map_err(denied::too_complex)?.is_allowed() {
                return Err(denied::by_confinement(self.request, (action, resource), confinement));
            }
        }
        let verdict = evaluate(&question, &self.policies).map_err(denied::too_complex)?;
        // What AWS owns is refused by the operation, in its own words.
        if verdict.is_allowed() || verdict.blocked_by == [evaluate::Layer::Service] {
            return Ok(());
        }
        Err(denied::failure(self.request, self.state, (action, resource), &verdict, &self.sources))
    }
}
