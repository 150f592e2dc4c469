//! The states that a step relies on, as the service tells them right before the step is sent.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::api::{Iam, Operation};
use crate::backend::loads::{group, perform, role, user};
use crate::backend::run::{LoadEvent, Run, Sink};
use crate::backend::{Load, Session, Urgency, UserPart, convert};
use crate::model::{
    Account, Document, ErrorKind, Fact, GroupFacts, InlinePolicy, LoadError, ResourceRef, RoleFacts, Source, Update,
    UserFacts,
};
use crate::plan::expect::{CredentialKind, Resource, Saw, Setting, seen};

/// What is known of some resources now.
#[derive(Debug, Default)]
pub(super) struct Looked {
    states: HashMap<Resource, Saw>,
    /// What could not be read, and why; no reason: the answer does not tell it.
    failed: HashMap<Resource, Option<LoadError>>,
    /// The documents of inline and trust policies.
    account: Account,
}

impl Looked {
    /// The state of a resource.
    pub(super) fn state(&self, resource: &Resource) -> Option<&Saw> {
        self.states.get(resource)
    }

    /// Why a resource could not be read.
    pub(super) fn failure(&self, resource: &Resource) -> Option<&LoadError> {
        self.failed.get(resource).and_then(Option::as_ref)
    }

    /// The text of the document that a resource is.
    pub(super) fn document(&self, resource: &Resource) -> Option<&str> {
        let account = &self.account;
        let (list, wanted) = match resource {
            Resource::Inline(ResourceRef::User(name), policy) => (&account.users().get(name)?.facts.inline, policy),
            Resource::Inline(ResourceRef::Group(name), policy) => (&account.groups().get(name)?.facts.inline, policy),
            Resource::Inline(ResourceRef::Role(name), policy) => (&account.roles().get(name)?.facts.inline, policy),
            Resource::Trust(ResourceRef::Role(name)) => {
                return account.roles().get(name)?.facts.trust.known().map(|trust| trust.document.text());
            }
            _ => return None,
        };
        list.known()?.iter().find(|policy| policy.name.as_str() == wanted)?.document.known().map(Document::text)
    }
}

/// One read, and the resources whose states it tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Read {
    Load(Load),
    Group(ResourceRef),
    Attached(ResourceRef),
    Inline(ResourceRef, String),
    Keys(ResourceRef),
    Devices(ResourceRef),
}

/// The reads that tell the state of a resource: its owner, and the thing itself where the owner's read does not.
fn reads(resource: &Resource) -> Vec<Read> {
    let own = resource.entity().map(|entity| match entity {
        // Its own read would bring all members.
        ResourceRef::Group(_) => Read::Group(entity),
        _ => Read::Load(Load::of(&entity)),
    });
    let more = match resource {
        Resource::Attached(entity, _) => Some(Read::Attached(entity.clone())),
        Resource::Inline(entity, name) => Some(Read::Inline(entity.clone(), name.clone())),
        Resource::Member(user, _) => Some(Read::Load(Load::User(user.clone(), UserPart::Groups))),
        Resource::Password(user) | Resource::MaxSignin(ResourceRef::User(user)) => {
            Some(Read::Load(Load::User(user.clone(), UserPart::Login)))
        }
        Resource::Credential(kind, user, _) => Some(match kind {
            CredentialKind::AccessKey => Read::Keys(ResourceRef::User(user.clone())),
            CredentialKind::Mfa => Read::Devices(ResourceRef::User(user.clone())),
            CredentialKind::SshKey => Read::Load(Load::User(user.clone(), UserPart::SshKeys)),
            CredentialKind::Certificate => Read::Load(Load::User(user.clone(), UserPart::Certificates)),
            CredentialKind::Service => Read::Load(Load::User(user.clone(), UserPart::ServiceCredentials)),
        }),
        Resource::Setting(setting) => Some(Read::Load(match setting {
            Setting::PasswordPolicy => Load::PasswordPolicy,
            Setting::Alias => Load::Alias,
            Setting::TokenVersion => Load::Summary,
            Setting::OutboundFederation => Load::OutboundFederation,
        })),
        // The read of the owner tells it.
        Resource::Entity(_)
        | Resource::Path(_)
        | Resource::Boundary(_)
        | Resource::Tag(..)
        | Resource::Tags(_)
        | Resource::Trust(_)
        | Resource::DefaultVersion(_)
        | Resource::ProfileRole(_)
        | Resource::Description(_)
        | Resource::MaxSession(_)
        | Resource::MaxSignin(_)
        | Resource::Audience(..)
        | Resource::Audiences(_)
        | Resource::Thumbprints(_)
        | Resource::Metadata(_) => None,
    };
    own.into_iter().chain(more).collect()
}

/// Reads the states of some resources, side by side.
pub(super) async fn look(session: &Session, calls: &Sink, resources: &[Resource]) -> Looked {
    let wanted: BTreeSet<Read> = resources.iter().flat_map(reads).collect();
    let updates: Arc<Mutex<Vec<Update>>> = Arc::default();
    let (told, calls) = (Arc::clone(&updates), Arc::clone(calls));
    let sink: Sink = Arc::new(move |news| match news {
        LoadEvent::Read(update) => told.lock().unwrap_or_else(PoisonError::into_inner).push(update),
        other => calls(other),
    });
    let run = session.run(Urgency::Now, None, sink, CancellationToken::new());
    let results = join_all(wanted.iter().map(|read| perform_read(&run, read))).await;
    let errors: HashMap<&Read, LoadError> =
        wanted.iter().zip(results).filter_map(|(read, result)| Some((read, result.err()?))).collect();
    let mut looked = Looked::default();
    for update in std::mem::take(&mut *updates.lock().unwrap_or_else(PoisonError::into_inner)) {
        looked.account.apply(update);
    }
    for resource in resources {
        let reads = reads(resource);
        let failed = reads.iter().filter_map(|read| errors.get(read));
        match failed.clone().find(|error| error.kind != ErrorKind::NotFound) {
            Some(error) => drop(looked.failed.insert(resource.clone(), Some(error.clone()))),
            None if failed.count() > 0 => drop(looked.states.insert(resource.clone(), resource.absent())),
            None => match seen(&looked.account, resource) {
                Some(saw) => drop(looked.states.insert(resource.clone(), saw)),
                None => drop(looked.failed.insert(resource.clone(), None)),
            },
        }
    }
    looked
}

async fn perform_read(run: &Run, read: &Read) -> Result<(), LoadError> {
    match read {
        Read::Load(load) => perform(run, load).await,
        Read::Group(ResourceRef::Group(name)) => {
            let answer =
                run.call(Iam::GetGroup, || run.clients.iam.get_group().group_name(name.as_str()).max_items(1).send());
            let answer = answer.await?;
            let group = answer.group().and_then(|group| convert::group(group).ok());
            let group = group.ok_or_else(|| LoadError::new(ErrorKind::Garbled, Operation::from(Iam::GetGroup)))?;
            run.read(Update::Group(Box::new(group)));
            Ok(())
        }
        Read::Attached(ResourceRef::User(name)) => user::attached(run, name).await,
        Read::Attached(ResourceRef::Group(name)) => group::attached(run, name).await,
        Read::Attached(ResourceRef::Role(name)) => role::attached(run, name).await,
        Read::Inline(entity, policy) => inline(run, entity, policy).await,
        Read::Keys(ResourceRef::User(name)) => user::listed_keys(run, name).await.map(|_| ()),
        Read::Devices(ResourceRef::User(name)) => user::listed_mfa(run, name).await.map(|_| ()),
        Read::Group(_) | Read::Attached(_) | Read::Keys(_) | Read::Devices(_) => Ok(()),
    }
}

/// One inline policy with its document; one that is not there leaves an empty list.
async fn inline(run: &Run, entity: &ResourceRef, policy: &str) -> Result<(), LoadError> {
    let iam = &run.clients.iam;
    let text = match entity {
        ResourceRef::User(name) => {
            let call = || iam.get_user_policy().user_name(name.as_str()).policy_name(policy).send();
            run.call(Iam::GetUserPolicy, call).await.map(|answer| convert::document(answer.policy_document()))
        }
        ResourceRef::Group(name) => {
            let call = || iam.get_group_policy().group_name(name.as_str()).policy_name(policy).send();
            run.call(Iam::GetGroupPolicy, call).await.map(|answer| convert::document(answer.policy_document()))
        }
        ResourceRef::Role(name) => {
            let call = || iam.get_role_policy().role_name(name.as_str()).policy_name(policy).send();
            run.call(Iam::GetRolePolicy, call).await.map(|answer| convert::document(answer.policy_document()))
        }
        _ => return Ok(()),
    };
    let at = run.seen(Source::Detail);
    let list = match text {
        Ok(text) => vec![InlinePolicy { name: policy.into(), document: Fact::Known(text, at) }],
        Err(error) if error.kind == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let inline = Fact::Known(list, at);
    run.read(match entity {
        ResourceRef::User(name) => {
            Update::UserFacts(name.clone(), Box::new(UserFacts { inline, ..UserFacts::default() }))
        }
        ResourceRef::Group(name) => {
            Update::GroupFacts(name.clone(), Box::new(GroupFacts { inline, ..GroupFacts::default() }))
        }
        ResourceRef::Role(name) => {
            Update::RoleFacts(name.clone(), Box::new(RoleFacts { inline, ..RoleFacts::default() }))
        }
        _ => return Ok(()),
    });
    Ok(())
}
