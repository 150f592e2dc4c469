//! The parts of one role.

use futures_util::future::join_all;

use super::{PAGE, garbled, missing, permitted, settled};
use crate::api::{Iam, Operation};
use crate::backend::RolePart;
use crate::backend::convert;
use crate::backend::newer::NewerNumber;
use crate::backend::run::Run;
use crate::model::{ErrorKind, Fact, InlinePolicy, LoadError, ResourceRef, RoleFacts, RoleName, Source, Update};

pub(super) async fn part(run: &Run, name: &RoleName, part: RolePart) -> Result<(), LoadError> {
    match part {
        RolePart::Overview => overview(run, name).await,
        RolePart::Permissions => {
            let (attached, inline) = tokio::join!(attached(run, name), inline(run, name));
            attached.and(inline)
        }
        RolePart::Tags => tags(run, name).await,
        RolePart::InstanceProfiles => instance_profiles(run, name).await,
    }
}

fn tell(run: &Run, name: &RoleName, facts: RoleFacts) {
    run.read(Update::RoleFacts(name.clone(), Box::new(facts)));
}

async fn overview(run: &Run, name: &RoleName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetRole);
    // The SDK does not read this member yet.
    let signin = NewerNumber::named("MaxSigninSessionDuration");
    let call = || {
        let call = run.clients.iam.get_role().role_name(name.as_str()).customize();
        call.interceptor(signin.clone()).send()
    };
    let output = match run.call(OPERATION, call).await {
        Ok(output) => output,
        Err(failed) => {
            if failed.kind == ErrorKind::NotFound {
                run.read(Update::Gone(ResourceRef::Role(name.clone())));
            }
            return Err(failed);
        }
    };
    let role = output.role().ok_or_else(|| missing(OPERATION))?;
    let seen = run.seen(Source::Detail);
    let mut role = convert::single_role(role, seen).map_err(|error| garbled(OPERATION, error))?;
    role.facts.max_signin = Fact::reported(signin.found(), seen);
    run.read(Update::Role(Box::new(role)));
    Ok(())
}

pub(in crate::backend) async fn attached(run: &Run, name: &RoleName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListAttachedRolePolicies);
    let call = |marker| {
        let call = run.clients.iam.list_attached_role_policies().role_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(OPERATION, call, |output| output.attached_policies.unwrap_or_default()).await;
    let list = list.and_then(|list| convert::attached(&list).map_err(|error| garbled(OPERATION, error)));
    let attached = permitted(list, run.seen(Source::Detail))?;
    tell(run, name, RoleFacts { attached, ..RoleFacts::default() });
    Ok(())
}

/// The names first, then every document; a document that may not be read leaves the others alone.
async fn inline(run: &Run, name: &RoleName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_role_policies().role_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let names = run.collect(Iam::ListRolePolicies, call, |output| output.policy_names).await;
    let seen = run.seen(Source::Detail);
    let named = |names: Vec<String>| -> Vec<InlinePolicy> {
        names.into_iter().map(|name| InlinePolicy { name: name.into(), document: Fact::Unknown }).collect()
    };
    let fact = permitted(names.map(named), seen)?;
    tell(run, name, RoleFacts { inline: fact.clone(), ..RoleFacts::default() });
    let Fact::Known(list, _) = fact else { return Ok(()) };
    let read = join_all(list.into_iter().map(|policy| async move {
        let call =
            || run.clients.iam.get_role_policy().role_name(name.as_str()).policy_name(policy.name.as_str()).send();
        let text = run.call(Iam::GetRolePolicy, call).await.map(|output| convert::document(output.policy_document()));
        Ok(InlinePolicy { document: settled(text, seen)?, name: policy.name })
    }))
    .await;
    let inline = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, RoleFacts { inline, ..RoleFacts::default() });
    Ok(())
}

async fn tags(run: &Run, name: &RoleName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_role_tags().role_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListRoleTags, call, |output| output.tags).await;
    let tags = permitted(list.map(|list| convert::tags(&list)), run.seen(Source::Detail))?;
    tell(run, name, RoleFacts { tags, ..RoleFacts::default() });
    Ok(())
}

async fn instance_profiles(run: &Run, name: &RoleName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_instance_profiles_for_role().role_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListInstanceProfilesForRole, call, |output| output.instance_profiles).await;
    let names = list.map(|list| list.iter().map(|profile| profile.instance_profile_name().into()).collect());
    let instance_profiles = permitted(names, run.seen(Source::Detail))?;
    tell(run, name, RoleFacts { instance_profiles, ..RoleFacts::default() });
    Ok(())
}
