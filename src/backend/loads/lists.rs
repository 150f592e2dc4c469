//! The lists: one call per thousand rows, each page told as it comes.

use aws_sdk_iam::types::PolicyScopeType;

use super::{PAGE, page, rows};
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::{Fact, LoadError, OidcProvider, OidcProviderFacts, Page, Policy, SamlProvider, SamlProviderFacts};
use crate::model::{Source, Update};

/// A list whose answer is a `Vec` of rows and needs nothing but a conversion.
macro_rules! list {
    ($name:ident, $operation:expr, $call:ident, $rows:ident, $update:ident, $convert:expr) => {
        pub(super) async fn $name(run: &Run) -> Result<(), LoadError> {
            run.pages(
                $operation,
                |marker| run.clients.iam.$call().max_items(PAGE).set_marker(marker).send(),
                |output, place| {
                    let seen = run.seen(Source::List);
                    let read = rows($operation, output.$rows().iter().map(|row| $convert(row, seen)))?;
                    let count = read.len();
                    run.read(Update::$update(page(run, read, place)));
                    Ok(count)
                },
            )
            .await
        }
    };
}

list!(users, Iam::ListUsers, list_users, users, Users, convert::listed_user);
list!(groups, Iam::ListGroups, list_groups, groups, Groups, |row, _| convert::group(row));
list!(roles, Iam::ListRoles, list_roles, roles, Roles, convert::listed_role);
list!(
    instance_profiles,
    Iam::ListInstanceProfiles,
    list_instance_profiles,
    instance_profiles,
    InstanceProfiles,
    convert::listed_instance_profile
);
list!(
    server_certificates,
    Iam::ListServerCertificates,
    list_server_certificates,
    server_certificate_metadata_list,
    ServerCertificates,
    |row, _| convert::server_certificate(row)
);
list!(
    virtual_mfa_devices,
    Iam::ListVirtualMFADevices,
    list_virtual_mfa_devices,
    virtual_mfa_devices,
    VirtualMfaDevices,
    |row, seen| Ok(convert::virtual_mfa_device(row, seen))
);

pub(super) async fn policies(run: &Run) -> Result<(), LoadError> {
    scoped(run, &PolicyScopeType::Local, Update::Policies).await
}

pub(super) async fn aws_policies(run: &Run) -> Result<(), LoadError> {
    scoped(run, &PolicyScopeType::Aws, Update::AwsPolicies).await
}

async fn scoped(run: &Run, scope: &PolicyScopeType, update: fn(Page<Policy>) -> Update) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListPolicies);
    run.pages(
        OPERATION,
        |marker| run.clients.iam.list_policies().scope(scope.clone()).max_items(PAGE).set_marker(marker).send(),
        |output, place| {
            let seen = run.seen(Source::List);
            let read = rows(OPERATION, output.policies().iter().map(|row| convert::listed_policy(row, seen)))?;
            let count = read.len();
            run.read(update(page(run, read, place)));
            Ok(count)
        },
    )
    .await
}

/// Providers come in one answer without pages.
pub(super) async fn oidc_providers(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListOpenIDConnectProviders);
    let output = run.call(OPERATION, || run.clients.iam.list_open_id_connect_providers().send()).await?;
    let read = rows(
        OPERATION,
        output.open_id_connect_provider_list().iter().map(|row| {
            Ok(OidcProvider { arn: Arn::parse(row.arn().unwrap_or_default())?, facts: OidcProviderFacts::default() })
        }),
    )?;
    run.read(Update::OidcProviders(Page::whole(read, run.clock.now())));
    Ok(())
}

pub(super) async fn saml_providers(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListSAMLProviders);
    let output = run.call(OPERATION, || run.clients.iam.list_saml_providers().send()).await?;
    let read = rows(
        OPERATION,
        output.saml_provider_list().iter().map(|row| {
            Ok(SamlProvider {
                arn: Arn::parse(row.arn().unwrap_or_default())?,
                created: convert::time_opt(row.create_date()),
                valid_until: convert::time_opt(row.valid_until()),
                facts: SamlProviderFacts { metadata: Fact::Unknown, tags: Fact::Unknown },
            })
        }),
    )?;
    run.read(Update::SamlProviders(Page::whole(read, run.clock.now())));
    Ok(())
}
