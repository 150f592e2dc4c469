//! What each load calls.

/// A list whose answer is a `Vec` of rows and needs nothing but a conversion.
macro_rules! list {
    ($name:ident, $operation:expr, $call:ident, $rows:ident, $update:ident, $convert:expr) => {
        pub(super) async fn $name(run: &super::Run) -> Result<(), crate::model::LoadError> {
            run.pages(
                $operation,
                |marker| run.clients.iam.$call().max_items(super::PAGE).set_marker(marker).send(),
                |output, place| {
                    let seen = run.seen(crate::model::Source::List);
                    let read = super::rows($operation, output.$rows().iter().map(|row| $convert(row, seen)))?;
                    let count = read.len();
                    run.read(crate::model::Update::$update(super::page(run, read, place)));
                    Ok(count)
                },
            )
            .await
        }
    };
}

mod account;
mod analyzers;
mod bulk;
mod events;
pub(super) mod group;
mod last_accessed;
mod lists;
mod organization;
mod policy;
mod report;
pub(super) mod role;
mod signin_sessions;
pub(super) mod user;

use crate::api::Operation;
use crate::base::arn::ArnError;
use crate::model::kinds::plain_lists;
use crate::model::{ErrorKind, Fact, LoadError, Page, Seen};

use super::Load;
use super::run::{Paged, Place, Run};

/// The largest page that IAM gives; it may give fewer and still have more.
const PAGE: i32 = 1000;

macro_rules! plain {
    ($($list:ident $listing:ident: $row:ident($key:ident) of $kind:ident by $module:ident $word:literal;)*) => {
        $(mod $module;)*

        /// Runs a load to its end; what it reads goes to the run's sink as it comes.
        pub(super) async fn perform(run: &Run, load: &Load) -> Result<(), LoadError> {
            match load {
                Load::Identity => account::identity(run).await,
                Load::Alias => account::alias(run).await,
                Load::Summary => account::summary(run).await,
                Load::PasswordPolicy => account::password_policy(run).await,
                Load::OutboundFederation => account::outbound_federation(run).await,
                Load::Users => lists::users(run).await,
                Load::Groups => lists::groups(run).await,
                Load::Roles => lists::roles(run).await,
                Load::Policies => lists::policies(run).await,
                Load::AwsPolicies => lists::aws_policies(run).await,
                $(Load::$list => $module::list(run).await,)*
                Load::VirtualMfaDevices => lists::virtual_mfa_devices(run).await,
                Load::MfaTags(serial) => user::mfa_tags(run, serial).await,
                Load::Bulk => bulk::bulk(run).await,
                Load::Report => report::report(run).await,
                Load::User(name, part) => user::part(run, name, *part).await,
                Load::Group(name, part) => group::part(run, name, *part).await,
                Load::Role(name, part) => role::part(run, name, *part).await,
                $(Load::$row(key) => $module::one(run, key).await,)*
                Load::KeyOwner(id) => user::key_owner(run, id).await,
                Load::Events(query) => events::events(run, query).await,
                Load::SigninSessions(query) => signin_sessions::list(run, query).await,
                Load::SigninSession(arn) => signin_sessions::one(run, arn).await,
                Load::LastAccessed(arn) => last_accessed::report(run, arn).await,
                Load::LastAccessedEntities(arn, job, service) => {
                    last_accessed::entities(run, arn, job, service).await
                }
                Load::Analyzers => analyzers::analyzers(run).await,
                Load::EventsSince(at) => events::since(run, at.as_second()).await,
                Load::RecentEvents => events::recent(run).await,
                Load::Organization => organization::organization(run).await,
                Load::Finding(id) => analyzers::detail(run, id).await,
                Load::Policy(arn, part) => policy::part(run, arn, part).await,
            }
        }
    };
}
plain_lists!(plain);

/// Rows as read, or the error that an ARN among them could not be: a row is never dropped in silence.
fn rows<T>(
    operation: impl Into<Operation>,
    read: impl Iterator<Item = Result<T, ArnError>>,
) -> Result<Vec<T>, LoadError> {
    read.collect::<Result<_, _>>().map_err(|error| garbled(operation, error))
}

fn garbled(operation: impl Into<Operation>, error: ArnError) -> LoadError {
    LoadError::new(ErrorKind::Garbled, operation.into()).detail(&error.to_string())
}

fn missing(operation: impl Into<Operation>) -> LoadError {
    LoadError::new(ErrorKind::Garbled, operation.into()).detail("the answer is empty")
}

/// A page with its place in the read.
fn page<T>(run: &Run, rows: Vec<T>, place: Place) -> Page<T> {
    Page { rows, first: place.first, last: place.last.then(|| run.clock.now()) }
}

/// What the answer about one field means: there, or not ours to see; other errors stay errors.
fn permitted<T>(result: Result<T, LoadError>, seen: Seen) -> Result<Fact<T>, LoadError> {
    match result {
        Ok(value) => Ok(Fact::Known(value, seen)),
        Err(failed) => failed.denial().map(Fact::denied).ok_or(failed),
    }
}

/// Like [`permitted`], for a field whose owner is there: that nothing is found means that there is none.
fn settled<T>(result: Result<T, LoadError>, seen: Seen) -> Result<Fact<T>, LoadError> {
    match result {
        Err(failed) if failed.kind == ErrorKind::NotFound => Ok(Fact::Absent(seen)),
        result => permitted(result, seen),
    }
}

macro_rules! paged {
    ($($operation:ident::$output:ident,)*) => {$(
        impl Paged for aws_sdk_iam::operation::$operation::$output {
            fn next_marker(&self) -> Option<String> {
                if self.is_truncated() { self.marker().map(str::to_owned) } else { None }
            }
        }
    )*};
}

paged! {
    get_account_authorization_details::GetAccountAuthorizationDetailsOutput,
    get_group::GetGroupOutput,
    get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput,
    get_service_last_accessed_details_with_entities::GetServiceLastAccessedDetailsWithEntitiesOutput,
    list_access_keys::ListAccessKeysOutput,
    list_account_aliases::ListAccountAliasesOutput,
    list_attached_group_policies::ListAttachedGroupPoliciesOutput,
    list_attached_role_policies::ListAttachedRolePoliciesOutput,
    list_attached_user_policies::ListAttachedUserPoliciesOutput,
    list_entities_for_policy::ListEntitiesForPolicyOutput,
    list_group_policies::ListGroupPoliciesOutput,
    list_groups::ListGroupsOutput,
    list_groups_for_user::ListGroupsForUserOutput,
    list_instance_profiles::ListInstanceProfilesOutput,
    list_instance_profiles_for_role::ListInstanceProfilesForRoleOutput,
    list_mfa_devices::ListMfaDevicesOutput,
    list_mfa_device_tags::ListMfaDeviceTagsOutput,
    list_policies::ListPoliciesOutput,
    list_policies_granting_service_access::ListPoliciesGrantingServiceAccessOutput,
    list_policy_tags::ListPolicyTagsOutput,
    list_policy_versions::ListPolicyVersionsOutput,
    list_role_policies::ListRolePoliciesOutput,
    list_role_tags::ListRoleTagsOutput,
    list_roles::ListRolesOutput,
    list_server_certificates::ListServerCertificatesOutput,
    list_service_specific_credentials::ListServiceSpecificCredentialsOutput,
    list_signing_certificates::ListSigningCertificatesOutput,
    list_ssh_public_keys::ListSshPublicKeysOutput,
    list_user_policies::ListUserPoliciesOutput,
    list_user_tags::ListUserTagsOutput,
    list_users::ListUsersOutput,
    list_virtual_mfa_devices::ListVirtualMfaDevicesOutput,
}
