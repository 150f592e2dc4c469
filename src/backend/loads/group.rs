//! The parts of one group.

use futures_util::future::join_all;

use super::{PAGE, garbled, permitted, settled};
use crate::api::{Iam, Operation};
use crate::backend::GroupPart;
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{
    ErrorKind, Fact, GroupFacts, GroupName, InlinePolicy, LoadError, ResourceRef, Source, Update, UserName,
};

pub(super) async fn part(run: &Run, name: &GroupName, part: GroupPart) -> Result<(), LoadError> {
    match part {
        GroupPart::Overview => overview(run, name).await,
        GroupPart::Permissions => {
            let (attached, inline) = tokio::join!(attached(run, name), inline(run, name));
            attached.and(inline)
        }
    }
}

fn tell(run: &Run, name: &GroupName, facts: GroupFacts) {
    run.read(Update::GroupFacts(name.clone(), Box::new(facts)));
}

/// The group comes with the first page of its members.
async fn overview(run: &Run, name: &GroupName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetGroup);
    let call = |marker| {
        let call = run.clients.iam.get_group().group_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let mut members: Vec<UserName> = Vec::new();
    let read = run
        .pages(OPERATION, call, |output, place| {
            if let Some(group) = output.group().filter(|_| place.first) {
                let group = convert::group(group).map_err(|error| garbled(OPERATION, error))?;
                run.read(Update::Group(Box::new(group)));
            }
            members.extend(output.users().iter().map(|user| user.user_name().into()));
            Ok(output.users().len())
        })
        .await;
    if matches!(&read, Err(failed) if failed.kind == ErrorKind::NotFound) {
        run.read(Update::Gone(ResourceRef::Group(name.clone())));
        return read;
    }
    let members = permitted(read.map(|()| members), run.seen(Source::Detail))?;
    tell(run, name, GroupFacts { members, ..GroupFacts::default() });
    Ok(())
}

pub(in crate::backend) async fn attached(run: &Run, name: &GroupName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListAttachedGroupPolicies);
    let call = |marker| {
        let call = run.clients.iam.list_attached_group_policies().group_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(OPERATION, call, |output| output.attached_policies.unwrap_or_default()).await;
    let list = list.and_then(|list| convert::attached(&list).map_err(|error| garbled(OPERATION, error)));
    let attached = permitted(list, run.seen(Source::Detail))?;
    tell(run, name, GroupFacts { attached, ..GroupFacts::default() });
    Ok(())
}

/// The names first, then every document; a document that may not be read leaves the others alone.
async fn inline(run: &Run, name: &GroupName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_group_policies().group_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let names = run.collect(Iam::ListGroupPolicies, call, |output| output.policy_names).await;
    let seen = run.seen(Source::Detail);
    let named = |names: Vec<String>| -> Vec<InlinePolicy> {
        names.into_iter().map(|name| InlinePolicy { name: name.into(), document: Fact::Unknown }).collect()
    };
    let fact = permitted(names.map(named), seen)?;
    tell(run, name, GroupFacts { inline: fact.clone(), ..GroupFacts::default() });
    let Fact::Known(list, _) = fact else { return Ok(()) };
    let read = join_all(list.into_iter().map(|policy| async move {
        let call =
            || run.clients.iam.get_group_policy().group_name(name.as_str()).policy_name(policy.name.as_str()).send();
        let text = run.call(Iam::GetGroupPolicy, call).await.map(|output| convert::document(output.policy_document()));
        Ok(InlinePolicy { document: settled(text, seen)?, name: policy.name })
    }))
    .await;
    let inline = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, GroupFacts { inline, ..GroupFacts::default() });
    Ok(())
}
