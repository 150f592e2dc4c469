//! The seam between operations and the policy evaluator: may this caller do this to that resource?
//!
//! ```text
//! Request ─ own ─▶ the caller's policies ┐
//!         ─ context ─▶ the condition keys ┼─▶ policy::evaluate ─▶ Verdict ─ denied ─▶ AWS's text
//!         ─ trust ─▶ the role's trust     ┘
//! ```
//!
//! Permission comes before existence, as at AWS: who may not read a user does not learn whether there is one.

use super::caller::{Bearer, Caller, Principal};
use super::failure::Failure;
use super::ops::iam::named::{becoming, existing};
use super::registry::{Permission, Request};
use super::store::State;
use super::store::credentials::ServerCertificate;
use super::store::records::{Group, Role, User};
use crate::api::Service;
use crate::base::work::GaveUp;
use crate::policy::evaluate::{self, evaluate};

pub mod context;
mod denied;
pub mod documents;
pub mod own;
mod trust;

use self::own::Sources;

/// Whether policies are evaluated. Signatures are verified in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enforce {
    /// Every call needs its permission.
    #[default]
    On,
    /// Every verified caller may do everything.
    Off,
}

/// Refuses a call that no policy allows.
pub fn check(permission: Permission, request: &Request<'_>, state: &State) -> Result<(), Failure> {
    admits(request)?;
    if request.caller.principal == Principal::Root {
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
        Permission::Trust => trust::check(request, state),
        Permission::Own => Ok(()),
    }
}

/// Asks the caller's policies about one action on one resource; the root user may do everything.
pub fn allows(request: &Request<'_>, state: &State, action: &str, resource: &str) -> Result<(), Failure> {
    if request.caller.principal == Principal::Root {
        return Ok(());
    }
    Question::new(request, state).ask(action, resource)
}

/// The action of an operation: `iam:CreateUser`.
fn action(request: &Request<'_>) -> String {
    format!("{}:{}", request.operation.service.prefix(), request.operation.name)
}

/// What tokens of STS are not good for, whatever policies say
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>).
fn admits(request: &Request<'_>) -> Result<(), Failure> {
    let Some(session) = &request.caller.session else { return Ok(()) };
    let iam = request.operation.service == Service::Iam;
    match &session.bearer {
        Bearer::User(_) | Bearer::Root if iam && session.mfa.is_none() => Err(unfit()),
        Bearer::Federated(..) if iam => Err(unfit()),
        Bearer::Federated(..)
            if !matches!(request.operation.name.as_str(), "GetCallerIdentity" | "GetScopedCredentials") =>
        {
            let told = format!("Cannot call {} with session credentials", request.operation.name);
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
        let tag = match request.operation.name.as_str() {
            "CreateUser" => Some("iam:TagUser"),
            "CreateRole" => Some("iam:TagRole"),
            "CreatePolicy" => Some("iam:TagPolicy"),
            "CreateInstanceProfile" => Some("iam:TagInstanceProfile"),
            "CreateVirtualMFADevice" => Some("iam:TagMFADevice"),
            "CreateOpenIDConnectProvider" => Some("iam:TagOpenIDConnectProvider"),
            "CreateSAMLProvider" => Some("iam:TagSAMLProvider"),
            "UploadServerCertificate" => Some("iam:TagServerCertificate"),
            _ => None,
        };
        needed.extend(tag.map(|tag| (tag, resource.to_owned())));
    }
    if request.operation.name == "AddRoleToInstanceProfile" {
        let role = existing::<Role>(request, state);
        needed.push((context::PASS_ROLE, role));
    }
    needed
}

/// The ARN that an operation gives to what it renames or moves.
fn target(request: &Request<'_>, state: &State) -> Option<String> {
    match request.operation.name.as_str() {
        "UpdateUser" => Some(becoming::<User>(request, state, "NewUserName")),
        "UpdateGroup" => Some(becoming::<Group>(request, state, "NewGroupName")),
        "UpdateServerCertificate" => Some(becoming::<ServerCertificate>(request, state, "NewServerCertificateName")),
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
        let policies = sources.policies(&request.world.documents);
        Self { request, state, sources, policies }
    }

    fn ask(&self, action: &str, resource: &str) -> Result<(), Failure> {
        self.ask_as(action, resource, resource)
    }

    /// Asks about a resource with the tags that it has under another ARN.
    fn ask_as(&self, action: &str, resource: &str, tagged: &str) -> Result<(), Failure> {
        let question = context::question(self.request, self.state, action, (resource, tagged));
        let verdict = evaluate(&question, &self.policies).map_err(too_complex)?;
        // What AWS owns is refused by the operation, in its own words.
        if verdict.is_allowed() || verdict.blocked_by == [evaluate::Layer::Service] {
            return Ok(());
        }
        Err(denied::failure(self.request, self.state, (action, resource), &verdict, &self.sources))
    }
}

/// What cannot be decided is refused.
fn too_complex(gave_up: GaveUp) -> Failure {
    Failure::access_denied(gave_up.to_string())
}

/// The caller as the evaluator takes it.
fn principal(caller: &Caller, state: &State) -> evaluate::Principal {
    use crate::base::arn::Arn;
    let number = &state.account().number;
    let own = Arn::parse(&caller.arn).ok();
    match (&caller.principal, own) {
        (Principal::User { .. }, Some(arn)) => evaluate::Principal::User { arn },
        (Principal::Role { id, .. }, Some(arn)) => {
            let role = state.roles.get(id);
            let role =
                role.and_then(|role| Arn::parse(&format!("arn:aws:iam::{number}:role{}{}", role.path, role.name)).ok());
            evaluate::Principal::Session { arn, role }
        }
        (Principal::Federated { .. }, Some(arn)) => evaluate::Principal::FederatedUser { arn, user: None },
        (Principal::Root, _) => evaluate::Principal::Root { partition: "aws".into(), account: number.as_str().into() },
        _ => evaluate::Principal::Anonymous,
    }
}
