//! The state of a resource as an account that was read tells it.

use serde_json::Value;

use super::{CredentialKind, Resource, Saw, Setting, digest};
use crate::base::arn::Arn;
use crate::model::{
    Account, AttachedPolicy, Document, Entity, Fact, InlinePolicy, Listing, ResourceRef, Status, UserFacts,
};

/// What an account tells of a resource; nothing where that was not read.
pub fn seen(account: &Account, resource: &Resource) -> Option<Saw> {
    match resource {
        Resource::Entity(ResourceRef::User(name)) => id(account.users(), name, |user| &user.id),
        Resource::Entity(ResourceRef::Group(name)) => id(account.groups(), name, |group| &group.id),
        Resource::Entity(ResourceRef::Role(name)) => id(account.roles(), name, |role| &role.id),
        Resource::Entity(ResourceRef::Policy(arn)) => id(account.policies(), arn, |policy| &policy.id),
        Resource::Entity(ResourceRef::InstanceProfile(name)) => {
            id(account.instance_profiles(), name, |profile| &profile.id)
        }
        // A provider has no id of its own: when it was created tells it from one that was created anew.
        Resource::Entity(ResourceRef::Provider(arn)) => provider(account, arn),
        Resource::Entity(ResourceRef::ServerCertificate(name)) => {
            id(account.server_certificates(), name, |certificate| &certificate.id)
        }
        Resource::Path(ResourceRef::User(name)) => Some(text(account.users().get(name)?.arn.path())),
        Resource::Path(ResourceRef::Group(name)) => Some(text(account.groups().get(name)?.arn.path())),
        Resource::Boundary(entity) => value(boundary(account, entity)?, |arn| arn.as_str().into()),
        Resource::Tag(entity, key) => value(account.tags(entity)?, |tags| {
            let tag = tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(key));
            tag.map_or(Value::Null, |tag| (&*tag.value).into())
        }),
        Resource::Tags(entity) => value(account.tags(entity)?, |tags| {
            Value::Object(tags.iter().map(|tag| (tag.key.to_string(), (&*tag.value).into())).collect())
        }),
        Resource::Attached(entity, arn) => {
            let (attached, _) = holds(account, entity)?;
            let held = rows(attached)?;
            Some(Saw::Value(held.iter().any(|policy| policy.arn == *arn).into()))
        }
        Resource::Inline(entity, name) => {
            let (_, inline) = holds(account, entity)?;
            match rows(inline)?.iter().find(|policy| policy.name.as_str() == name) {
                Some(policy) => document(&policy.document),
                None => Some(Saw::Document(None)),
            }
        }
        Resource::Member(user, group) => {
            let facts = account.users().get(user).map(|user| &user.facts.groups);
            let own = facts.and_then(rows).map(|groups| groups.iter().any(|held| held.as_str() == group));
            // A group that was read tells it where the user's groups were not.
            let members = || Some(account.groups().get(group.as_str())?.facts.members.known()?.contains(user));
            Some(Saw::Value(own.or_else(members)?.into()))
        }
        Resource::Trust(ResourceRef::Role(name)) => match &account.roles().get(name)?.facts.trust {
            Fact::Known(trust, _) => Some(Saw::Document(Some(digest(trust.document.text())))),
            Fact::Unknown | Fact::Denied(_) | Fact::Absent(_) => None,
        },
        Resource::DefaultVersion(ResourceRef::Policy(arn)) => {
            Some(text(account.policies().get(arn)?.default_version.as_str()))
        }
        Resource::Password(user) => value(&account.users().get(user)?.facts.login, |login| {
            login.created.map_or(Value::Bool(true), |at| at.to_string().into())
        }),
        Resource::Credential(kind, user, id) => credential(&account.users().get(user)?.facts, *kind, id),
        Resource::ProfileRole(name) => {
            value(&account.instance_profiles().get(name)?.facts.role, |role| role.as_str().into())
        }
        Resource::Path(ResourceRef::ServerCertificate(name)) => {
            Some(text(account.server_certificates().get(name)?.arn.path()))
        }
        Resource::Description(entity) => description(account, entity),
        Resource::MaxSession(ResourceRef::Role(name)) => {
            value(&account.roles().get(name)?.facts.max_session, |seconds| (*seconds).into())
        }
        Resource::MaxSignin(entity) => max_signin(account, entity),
        Resource::Audience(..) | Resource::Audiences(_) | Resource::Thumbprints(_) | Resource::Metadata(_) => {
            of_provider(account, resource)
        }
        Resource::Setting(setting) => self::setting(account, *setting),
        Resource::Path(_) | Resource::Trust(_) | Resource::DefaultVersion(_) | Resource::MaxSession(_) => None,
    }
}

/// The longest sign-in session of a user or role; null where none is set.
fn max_signin(account: &Account, entity: &ResourceRef) -> Option<Saw> {
    match entity {
        ResourceRef::Role(name) => value(&account.roles().get(name)?.facts.max_signin, |seconds| (*seconds).into()),
        ResourceRef::User(name) => {
            value(&account.users().get(name)?.facts.login, |login| login.max_signin.map_or(Value::Null, Value::from))
        }
        _ => None,
    }
}

/// A role without a description is the same as one with an empty one.
fn description(account: &Account, role: &ResourceRef) -> Option<Saw> {
    let ResourceRef::Role(name) = role else { return None };
    value(
        &account.roles().get(name)?.facts.description,
        |text| {
            if text.is_empty() { Value::Null } else { (**text).into() }
        },
    )
}

fn of_provider(account: &Account, resource: &Resource) -> Option<Saw> {
    match resource {
        Resource::Audience(ResourceRef::Provider(arn), audience) => {
            let held = rows(&account.oidc_providers().get(arn)?.facts.audiences)?;
            Some(Saw::Value(held.iter().any(|held| **held == **audience).into()))
        }
        Resource::Audiences(ResourceRef::Provider(arn)) => {
            let mut held: Vec<&str> =
                rows(&account.oidc_providers().get(arn)?.facts.audiences)?.iter().map(|held| &**held).collect();
            held.sort_unstable();
            Some(Saw::Value(held.into()))
        }
        Resource::Thumbprints(ResourceRef::Provider(arn)) => {
            value(&account.oidc_providers().get(arn)?.facts.thumbprints, |list| {
                list.iter().map(|text| Value::from(text.to_lowercase())).collect()
            })
        }
        Resource::Metadata(ResourceRef::Provider(arn)) => match &account.saml_providers().get(arn)?.facts.metadata {
            Fact::Known(text, _) => Some(Saw::Document(Some(digest(text.trim())))),
            Fact::Unknown | Fact::Denied(_) | Fact::Absent(_) => None,
        },
        _ => None,
    }
}

fn setting(account: &Account, setting: Setting) -> Option<Saw> {
    match setting {
        Setting::PasswordPolicy => value(account.password_policy(), |policy| {
            Value::Object(crate::plan::builders::password_policy_input(policy))
        }),
        Setting::Alias => value(account.alias(), |alias| alias.as_str().into()),
        Setting::TokenVersion => Some(Saw::Value(account.summary().known()?.get("GlobalEndpointTokenVersion")?.into())),
        Setting::OutboundFederation => match account.outbound_federation() {
            Fact::Known(..) => Some(Saw::Value(true.into())),
            Fact::Absent(_) => Some(Saw::Value(false.into())),
            Fact::Unknown | Fact::Denied(_) => None,
        },
    }
}

/// The unique id of an entity, or that there is none where a whole list lacks it.
fn id<T: Entity>(rows: &Listing<T>, key: &T::Key, id: impl Fn(&T) -> &str) -> Option<Saw> {
    match rows.get(key) {
        // Endpoints that are not AWS may tell an entity without its id.
        Some(row) => Some(id(row)).filter(|id| !id.is_empty()).map(|id| Saw::Id(Some(id.to_owned()))),
        None => rows.is_complete().then_some(Saw::Id(None)),
    }
}

fn provider(account: &Account, arn: &Arn) -> Option<Saw> {
    let (oidc, saml) = (account.oidc_providers(), account.saml_providers());
    let created = match (oidc.get(arn), saml.get(arn)) {
        (Some(provider), _) => provider.facts.created.known().copied(),
        (None, Some(provider)) => provider.created,
        (None, None) => return (oidc.is_complete() && saml.is_complete()).then_some(Saw::Id(None)),
    };
    created.map(|at| Saw::Id(Some(at.to_string())))
}

fn text(text: &str) -> Saw {
    Saw::Value(text.into())
}

fn value<T>(fact: &Fact<T>, told: impl Fn(&T) -> Value) -> Option<Saw> {
    match fact {
        Fact::Known(value, _) => Some(Saw::Value(told(value))),
        Fact::Absent(_) => Some(Saw::Value(Value::Null)),
        Fact::Unknown | Fact::Denied(_) => None,
    }
}

fn rows<T>(fact: &Fact<Vec<T>>) -> Option<&[T]> {
    match fact {
        Fact::Known(rows, _) => Some(rows),
        Fact::Absent(_) => Some(&[]),
        Fact::Unknown | Fact::Denied(_) => None,
    }
}

fn document(fact: &Fact<Document>) -> Option<Saw> {
    match fact {
        Fact::Known(document, _) => Some(Saw::Document(Some(digest(document.text())))),
        Fact::Absent(_) => Some(Saw::Document(None)),
        Fact::Unknown | Fact::Denied(_) => None,
    }
}

fn boundary<'a>(account: &'a Account, entity: &ResourceRef) -> Option<&'a Fact<Arn>> {
    match entity {
        ResourceRef::User(name) => account.users().get(name).map(|user| &user.facts.boundary),
        ResourceRef::Role(name) => account.roles().get(name).map(|role| &role.facts.boundary),
        _ => None,
    }
}

type Holds<'a> = (&'a Fact<Vec<AttachedPolicy>>, &'a Fact<Vec<InlinePolicy>>);

fn holds<'a>(account: &'a Account, entity: &ResourceRef) -> Option<Holds<'a>> {
    match entity {
        ResourceRef::User(name) => account.users().get(name).map(|user| (&user.facts.attached, &user.facts.inline)),
        ResourceRef::Group(name) => {
            account.groups().get(name).map(|group| (&group.facts.attached, &group.facts.inline))
        }
        ResourceRef::Role(name) => account.roles().get(name).map(|role| (&role.facts.attached, &role.facts.inline)),
        _ => None,
    }
}

fn credential(facts: &UserFacts, kind: CredentialKind, id: &str) -> Option<Saw> {
    let status = |status: Option<Status>| status.map_or(Value::Null, |status| status.word().into());
    Some(Saw::Value(match kind {
        CredentialKind::AccessKey => {
            status(rows(&facts.keys)?.iter().find(|key| key.id.as_str() == id).map(|key| key.status))
        }
        CredentialKind::SshKey => {
            status(rows(&facts.ssh_keys)?.iter().find(|key| &*key.id == id).map(|key| key.status))
        }
        CredentialKind::Certificate => {
            status(rows(&facts.certificates)?.iter().find(|held| &*held.id == id).map(|held| held.status))
        }
        CredentialKind::Service => {
            status(rows(&facts.service_credentials)?.iter().find(|held| &*held.id == id).map(|held| held.status))
        }
        CredentialKind::Mfa => {
            let device = rows(&facts.mfa)?.iter().find(|device| device.serial.as_str() == id);
            device.map_or(Value::Null, |device| device.enabled.map_or(Value::Bool(true), |at| at.to_string().into()))
        }
    }))
}
