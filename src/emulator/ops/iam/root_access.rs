//! Central management of the root users of member accounts: which of its features the organization has enabled.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>. The features are kept with
//! the management account. IAM is trusted by every organization here, as it must be before a feature is enabled.

use serde_json::{Value, json};

use super::named::everything;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::organization::Organization;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Iam::ListOrganizationsFeatures, list, everything),
    writes(Iam::EnableOrganizationsRootCredentialsManagement, enable_credentials, everything),
    writes(Iam::DisableOrganizationsRootCredentialsManagement, disable_credentials, everything),
    writes(Iam::EnableOrganizationsRootSessions, enable_sessions, everything),
    writes(Iam::DisableOrganizationsRootSessions, disable_sessions, everything),
];

/// A feature that an organization enables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Credentials of root users are looked at and deleted.
    RootCredentialsManagement,
    /// Policies that lock everybody else out of a bucket or queue are deleted.
    RootSessions,
}

impl Feature {
    const ALL: [Self; 2] = [Self::RootCredentialsManagement, Self::RootSessions];

    /// As the API writes it; the switch of the account has this name too.
    const fn name(self) -> &'static str {
        match self {
            Self::RootCredentialsManagement => "RootCredentialsManagement",
            Self::RootSessions => "RootSessions",
        }
    }

    /// Whether the organization of this management account has enabled it.
    pub fn is_enabled(self, management: &State) -> bool {
        management.account().switches.contains_key(self.name())
    }
}

/// The organization that the caller's account manages.
pub fn managed<'a>(request: &Request<'a>) -> Result<&'a Organization, Failure> {
    let organization = request.environment.organization.as_ref();
    let organization = organization.filter(|organization| organization.member(request.account).is_some());
    let none = || Failure::new("OrganizationNotFoundException", 400, "The account is not a member of an organization.");
    let organization = organization.ok_or_else(none)?;
    if organization.management != request.account {
        let told = "The account is neither the management account nor a delegated administrator for IAM.";
        return Err(Failure::new("AccountNotManagementOrDelegatedAdministratorException", 400, told));
    }
    Ok(organization)
}

fn show(organization: &Organization, state: &State) -> Value {
    let enabled = Feature::ALL.into_iter().filter(|feature| feature.is_enabled(state)).map(Feature::name);
    json!({"OrganizationId": organization.id, "EnabledFeatures": enabled.collect::<Vec<_>>()})
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    Ok(show(managed(request)?, state))
}

fn set(request: &Request<'_>, state: &mut State, feature: Feature, enabled: bool) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let name = feature.name();
    state.change_account(|account| {
        if enabled {
            account.switches.insert(name.to_owned(), "enabled".to_owned());
        } else {
            account.switches.remove(name);
        }
    });
    Ok(show(organization, state))
}

fn enable_credentials(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    set(request, state, Feature::RootCredentialsManagement, true)
}

fn disable_credentials(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    set(request, state, Feature::RootCredentialsManagement, false)
}

fn enable_sessions(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    set(request, state, Feature::RootSessions, true)
}

fn disable_sessions(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    set(request, state, Feature::RootSessions, false)
}
