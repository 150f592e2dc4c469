//! The lists: one call per thousand rows, each page told as it comes.

use aws_sdk_iam::types::PolicyScopeType;

use super::{PAGE, page, rows};
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{LoadError, Page, Policy, Source, Update};

list!(users, Iam::ListUsers, list_users, users, Users, convert::listed_user);
list!(groups, Iam::ListGroups, list_groups, groups, Groups, |row, _| convert::group(row));
list!(roles, Iam::ListRoles, list_roles, roles, Roles, convert::listed_role);
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
