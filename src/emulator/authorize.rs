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
use super::operation::{Permission, Request};
use super::ops::iam::named::{becoming, existing};
use super::protocol::signature::unknown_key;
use super::store::credentials::ServerCertificate;
use super::store::records::{Group, Role, User};
use super::store::{State, World};
use crate::api::{Iam, Operation, Sts};
use crate::policy::evaluate::{self, evaluate};

pub(crate) mod context;
mod denied;
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
        Permission::On(resource) => {
            let resource = resource(request, state);
            let action = action(request);
            let question = Question::new(request, state);
            question.ask(&action, &resource)?;
            for (action, resource) in further(request, state, &resource) {
                question.ask(action, &resource)?;
            }
            match target(request, state) {
                // The object keeps its tags whatever it is called.
                Some(target) => question.ask_as(&action, &target, &resource),
                None => Ok(()),
            }
        }
        Permission::Trust => trust::check(request, state, world),
        Permission::Own => Ok(()),
    }
}

/// Asks the caller's policies about one action on one resource; the root user may do everything.
pub fn allows(request: &Request<'_>, world: &World, action: &str, resource: &str) -> Result<(), Failure> {
    if is_unbound(request) {
        return Ok(());
    }
    let state = world.get(request.account).ok_or_else(unknown_key)?;
    Question::new(request, state).ask(action, resource)
}

/// Whether nothing binds the caller: a root user, unless the organization has policies for its account.
fn is_unbound(request: &Request<'_>) -> bool {
    let organization = request.environment.organization.as_ref();
    request.caller.principal == Principal::Root
        && own::task(request).is_none()
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
        Bearer::User(_) | Bearer::Root if iam && session.mfa.is_none() => Err(unfit()),
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
}

impl<'a> Question<'a> {
    fn new(request: &'a Request<'a>, state: &'a State) -> Self {
        let sources = Sources::of(request, state);
        let policies = capped(sources.policies(&request.environment.documents), request, request.account);
        Self { request, state, sources, policies }
    }

    fn ask(&self, action: &str, resource: &str) -> Result<(), Failure> {
        self.ask_as(action, resource, resource)
    }

    /// Asks about a resource with the tags that it has under another ARN.
    fn ask_as(&self, action: &str, resource: &str, tagged: &str) -> Result<(), Failure> {
        let question = context::question(self.request, self.state, action, (resource, tagged));
        if let Some(task) = own::task(self.request) {
            let verdict = evaluate(&question, &own::confined(&self.request.environment.documents, task));
            if !verdict.map_err(denied::too_complex)?.is_allowed() {
                return Err(denied::by_task(self.request, (action, resource), task));
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
