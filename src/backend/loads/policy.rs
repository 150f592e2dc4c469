//! The parts of one managed policy.

use aws_sdk_iam::types::PolicyUsageType;

use super::{PAGE, garbled, missing, permitted, settled};
use crate::api::{Iam, Operation};
use crate::backend::PolicyPart;
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::Arn;
use crate::model::{
    ErrorKind, GroupName, LoadError, PolicyEntities, PolicyFacts, ResourceRef, RoleName, Source, Update, UserName,
    VersionId,
};

pub(super) async fn part(run: &Run, arn: &Arn, part: &PolicyPart) -> Result<(), LoadError> {
    match part {
        PolicyPart::Row => itself(run, arn).await.map(|_| ()),
        PolicyPart::Overview => {
            let version = itself(run, arn).await?;
            document(run, arn, &version).await
        }
        PolicyPart::Versions => versions(run, arn).await,
        PolicyPart::Document(version) => document(run, arn, version).await,
        PolicyPart::Entities => entities(run, arn).await,
        PolicyPart::Tags => tags(run, arn).await,
    }
}

fn tell(run: &Run, arn: &Arn, facts: PolicyFacts) {
    run.read(Update::PolicyFacts(arn.clone(), Box::new(facts)));
}

/// The policy itself; gives its version in force.
async fn itself(run: &Run, arn: &Arn) -> Result<VersionId, LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetPolicy);
    let output = match run.call(OPERATION, || run.clients.iam.get_policy().policy_arn(arn.as_str()).send()).await {
        Ok(output) => output,
        Err(failed) => {
            if failed.kind == ErrorKind::NotFound {
                run.read(Update::Gone(ResourceRef::Policy(arn.clone())));
            }
            return Err(failed);
        }
    };
    let policy = output.policy().ok_or_else(|| missing(OPERATION))?;
    let policy = convert::single_policy(policy, run.seen(Source::Detail)).map_err(|error| garbled(OPERATION, error))?;
    let version = policy.default_version.clone();
    run.read(Update::Policy(Box::new(policy)));
    Ok(version)
}

async fn document(run: &Run, arn: &Arn, version: &VersionId) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetPolicyVersion);
    let call = || run.clients.iam.get_policy_version().policy_arn(arn.as_str()).version_id(version.as_str()).send();
    let text = run.call(OPERATION, call).await.and_then(|output| {
        let held = output.policy_version().and_then(|version| version.document());
        held.map(convert::document).ok_or_else(|| missing(OPERATION))
    });
    let fact = settled(text, run.seen(Source::Detail))?;
    tell(run, arn, PolicyFacts { documents: [(version.clone(), fact)].into(), ..PolicyFacts::default() });
    Ok(())
}

async fn versions(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_policy_versions().policy_arn(arn.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListPolicyVersions, call, |output| output.versions.unwrap_or_default()).await;
    let held = list.map(|list| list.iter().map(convert::version).collect());
    let versions = permitted(held, run.seen(Source::Detail))?;
    tell(run, arn, PolicyFacts { versions, ..PolicyFacts::default() });
    Ok(())
}

/// Who uses it: one read for permissions and one for boundaries, as an answer does not tell them apart.
async fn entities(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let (permissions, boundaries) = tokio::join!(
        used(run, arn, &PolicyUsageType::PermissionsPolicy),
        used(run, arn, &PolicyUsageType::PermissionsBoundary)
    );
    let both = permissions.and_then(|(users, groups, roles)| {
        let (bounded_users, _, bounded_roles) = boundaries?;
        Ok(PolicyEntities { users, groups, roles, bounded_users, bounded_roles })
    });
    let entities = permitted(both, run.seen(Source::Detail))?;
    tell(run, arn, PolicyFacts { entities, ..PolicyFacts::default() });
    Ok(())
}

type Users = (Vec<UserName>, Vec<GroupName>, Vec<RoleName>);

async fn used(run: &Run, arn: &Arn, usage: &PolicyUsageType) -> Result<Users, LoadError> {
    let call = |marker| {
        let call =
            run.clients.iam.list_entities_for_policy().policy_arn(arn.as_str()).policy_usage_filter(usage.clone());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let (mut users, mut groups, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    run.pages(Iam::ListEntitiesForPolicy, call, |output, _| {
        users.extend(output.policy_users().iter().filter_map(|held| held.user_name()).map(UserName::from));
        groups.extend(output.policy_groups().iter().filter_map(|held| held.group_name()).map(GroupName::from));
        roles.extend(output.policy_roles().iter().filter_map(|held| held.role_name()).map(RoleName::from));
        Ok(output.policy_users().len() + output.policy_groups().len() + output.policy_roles().len())
    })
    .await?;
    Ok((users, groups, roles))
}

async fn tags(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_policy_tags().policy_arn(arn.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListPolicyTags, call, |output| output.tags).await;
    let tags = permitted(list.map(|list| convert::tags(&list)), run.seen(Source::Detail))?;
    tell(run, arn, PolicyFacts { tags, ..PolicyFacts::default() });
    Ok(())
}
