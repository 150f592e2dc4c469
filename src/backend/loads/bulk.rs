//! The bulk read: what the lists lack of users, groups, roles and policies.

use aws_sdk_iam::types::EntityType;

use super::rows;
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{BulkPage, LoadError, Source, Update};

const OPERATION: Operation = Operation::Iam(Iam::GetAccountAuthorizationDetails);

/// Its rows hold whole policies: a page of a thousand would cost megabytes on both sides.
const BULK: i32 = 250;

/// AWS managed policies are left out: their documents are in the catalogue or read one by one.
const KINDS: [EntityType; 4] = [EntityType::User, EntityType::Group, EntityType::Role, EntityType::LocalManagedPolicy];

pub(super) async fn bulk(run: &Run) -> Result<(), LoadError> {
    run.pages(
        OPERATION,
        |marker| {
            let call = run.clients.iam.get_account_authorization_details().set_filter(Some(KINDS.to_vec()));
            call.max_items(BULK).set_marker(marker).send()
        },
        |output, place| {
            let seen = run.seen(Source::Bulk);
            let users = output.user_detail_list().iter().map(|row| convert::bulk_user(row, seen));
            let groups = output.group_detail_list().iter().map(|row| convert::bulk_group(row, seen));
            let roles = output.role_detail_list().iter().map(|row| convert::bulk_role(row, seen));
            // Some emulators take no notice of the filter.
            let own = output.policies().iter().filter(|row| !row.arn().unwrap_or_default().contains(":aws:policy/"));
            let policies = own.map(|row| convert::bulk_policy(row, seen));
            let page = BulkPage {
                users: rows(OPERATION, users)?,
                groups: rows(OPERATION, groups)?,
                roles: rows(OPERATION, roles)?,
                policies: rows(OPERATION, policies)?,
                first: place.first,
                last: place.last.then(|| run.clock.now()),
            };
            let count = page.users.len() + page.groups.len() + page.roles.len() + page.policies.len();
            run.read(Update::Bulk(Box::new(page)));
            Ok(count)
        },
    )
    .await
}
