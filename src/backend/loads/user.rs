//! The parts of one user.

use futures_util::future::join_all;

use super::{PAGE, garbled, missing, permitted, settled};
use crate::api::{Iam, Operation};
use crate::backend::UserPart;
use crate::backend::convert;
use crate::backend::newer::NewerNumber;
use crate::backend::run::Run;
use crate::model::{
    AccessKey, AccessKeyId, ErrorKind, Fact, InlinePolicy, KeyUse, LoadError, LoginProfile, MfaDevice, MfaKind,
    MfaSerial, ResourceRef, Source, SshKey, Update, UserFacts, UserName,
};

pub(super) async fn part(run: &Run, name: &UserName, part: UserPart) -> Result<(), LoadError> {
    match part {
        UserPart::Overview => overview(run, name).await,
        UserPart::Row => row(run, name).await,
        UserPart::Permissions => {
            let (attached, inline) = tokio::join!(attached(run, name), inline(run, name));
            attached.and(inline)
        }
        UserPart::Groups => groups(run, name).await,
        UserPart::Tags => tags(run, name).await,
        UserPart::Login => login(run, name).await,
        UserPart::Mfa => mfa(run, name).await,
        UserPart::Keys => keys(run, name).await,
        UserPart::SshKeys => ssh_keys(run, name).await.map(|_| ()),
        UserPart::SshBodies => ssh_bodies(run, name).await,
        UserPart::Certificates => certificates(run, name).await,
        UserPart::ServiceCredentials => service_credentials(run, name).await,
    }
}

fn tell(run: &Run, name: &UserName, facts: UserFacts) {
    run.read(Update::UserFacts(name.clone(), Box::new(facts)));
}

async fn overview(run: &Run, name: &UserName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetUser);
    let output = match run.call(OPERATION, || run.clients.iam.get_user().user_name(name.as_str()).send()).await {
        Ok(output) => output,
        Err(failed) => {
            if failed.kind == ErrorKind::NotFound {
                run.read(Update::Gone(ResourceRef::User(name.clone())));
            }
            return Err(failed);
        }
    };
    let user = output.user().ok_or_else(|| missing(OPERATION))?;
    let user = convert::single_user(user, run.seen(Source::Detail)).map_err(|error| garbled(OPERATION, error))?;
    run.read(Update::User(Box::new(user)));
    Ok(())
}

/// What a row of the list shows beyond the list: four calls side by side, without the last use of keys.
async fn row(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let (login, mfa, keys, groups) =
        tokio::join!(login(run, name), listed_mfa(run, name), listed_keys(run, name), groups(run, name));
    login.and(mfa.map(|_| ())).and(keys.map(|_| ())).and(groups)
}

pub(in crate::backend) async fn attached(run: &Run, name: &UserName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListAttachedUserPolicies);
    let call = |marker| {
        let call = run.clients.iam.list_attached_user_policies().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(OPERATION, call, |output| output.attached_policies.unwrap_or_default()).await;
    let list = list.and_then(|list| convert::attached(&list).map_err(|error| garbled(OPERATION, error)));
    let attached = permitted(list, run.seen(Source::Detail))?;
    tell(run, name, UserFacts { attached, ..UserFacts::default() });
    Ok(())
}

/// The names first, then every document; a document that may not be read leaves the others alone.
async fn inline(run: &Run, name: &UserName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::ListUserPolicies);
    let call = |marker| {
        let call = run.clients.iam.list_user_policies().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let names = run.collect(OPERATION, call, |output| output.policy_names).await;
    let seen = run.seen(Source::Detail);
    let named = |names: Vec<String>| -> Vec<InlinePolicy> {
        names.into_iter().map(|name| InlinePolicy { name: name.into(), document: Fact::Unknown }).collect()
    };
    let fact = permitted(names.map(named), seen)?;
    tell(run, name, UserFacts { inline: fact.clone(), ..UserFacts::default() });
    let Fact::Known(list, _) = fact else { return Ok(()) };
    let read = join_all(list.into_iter().map(|policy| async move {
        let call =
            || run.clients.iam.get_user_policy().user_name(name.as_str()).policy_name(policy.name.as_str()).send();
        let text = run.call(Iam::GetUserPolicy, call).await.map(|output| convert::document(output.policy_document()));
        Ok(InlinePolicy { document: settled(text, seen)?, name: policy.name })
    }))
    .await;
    let inline = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, UserFacts { inline, ..UserFacts::default() });
    Ok(())
}

async fn groups(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_groups_for_user().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListGroupsForUser, call, |output| output.groups).await;
    let names = list.map(|list| list.iter().map(|group| group.group_name().into()).collect());
    let groups = permitted(names, run.seen(Source::Detail))?;
    tell(run, name, UserFacts { groups, ..UserFacts::default() });
    Ok(())
}

async fn tags(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_user_tags().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListUserTags, call, |output| output.tags).await;
    let tags = permitted(list.map(|list| convert::tags(&list)), run.seen(Source::Detail))?;
    tell(run, name, UserFacts { tags, ..UserFacts::default() });
    Ok(())
}

async fn login(run: &Run, name: &UserName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetLoginProfile);
    // The SDK does not read this member yet.
    let signin = NewerNumber::named("MaxSigninSessionDuration");
    let call = || {
        let call = run.clients.iam.get_login_profile().user_name(name.as_str()).customize();
        call.interceptor(signin.clone()).send()
    };
    let output = run.call(OPERATION, call).await;
    let profile = output.and_then(|output| {
        let profile = output.login_profile().ok_or_else(|| missing(OPERATION))?;
        Ok(LoginProfile {
            created: Some(convert::time(profile.create_date())),
            reset_required: profile.password_reset_required(),
            max_signin: signin.found(),
        })
    });
    let login = settled(profile, run.seen(Source::Detail))?;
    tell(run, name, UserFacts { login, ..UserFacts::default() });
    Ok(())
}

/// The tags of a virtual device.
pub(super) async fn mfa_tags(run: &Run, serial: &MfaSerial) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_mfa_device_tags().serial_number(serial.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListMFADeviceTags, call, |output| output.tags).await;
    let tags = permitted(list.map(|list| convert::tags(&list)), run.seen(Source::Detail))?;
    run.read(Update::MfaTags(serial.clone(), tags));
    Ok(())
}

pub(in crate::backend) async fn listed_mfa(run: &Run, name: &UserName) -> Result<Vec<MfaDevice>, LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_mfa_devices().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListMFADevices, call, |output| output.mfa_devices).await;
    let devices = list.map(|list| list.iter().map(convert::mfa_device).collect::<Vec<_>>());
    let mfa = permitted(devices, run.seen(Source::Detail))?;
    let known = mfa.known().cloned().unwrap_or_default();
    tell(run, name, UserFacts { mfa, ..UserFacts::default() });
    Ok(known)
}

/// The devices, then the certifications of security keys, which only a call per key tells.
async fn mfa(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let devices = listed_mfa(run, name).await?;
    if !devices.iter().any(|device| device.kind() == MfaKind::SecurityKey) {
        return Ok(());
    }
    let seen = run.seen(Source::Detail);
    let read = join_all(devices.into_iter().map(|device| async move {
        if device.kind() != MfaKind::SecurityKey {
            return Ok(device);
        }
        let call =
            || run.clients.iam.get_mfa_device().user_name(name.as_str()).serial_number(device.serial.as_str()).send();
        let output = run.call(Iam::GetMFADevice, call).await;
        let pairs = output.map(|output| {
            let mut pairs: Vec<(Box<str>, Box<str>)> =
                output.certifications.unwrap_or_default().into_iter().map(|(k, v)| (k.into(), v.into())).collect();
            pairs.sort_unstable();
            pairs
        });
        Ok(MfaDevice { certifications: settled(pairs, seen)?, ..device })
    }))
    .await;
    let mfa = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, UserFacts { mfa, ..UserFacts::default() });
    Ok(())
}

pub(in crate::backend) async fn listed_keys(run: &Run, name: &UserName) -> Result<Vec<AccessKey>, LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_access_keys().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListAccessKeys, call, |output| output.access_key_metadata).await;
    let keys = list.map(|list| list.iter().map(convert::access_key).collect::<Vec<_>>());
    let keys = permitted(keys, run.seen(Source::Detail))?;
    let known = keys.known().cloned().unwrap_or_default();
    tell(run, name, UserFacts { keys, ..UserFacts::default() });
    Ok(known)
}

/// The keys, then the last use of each.
async fn keys(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let keys = listed_keys(run, name).await?;
    if keys.is_empty() {
        return Ok(());
    }
    let seen = run.seen(Source::Detail);
    let read = join_all(keys.into_iter().map(|key| async move {
        let call = || run.clients.iam.get_access_key_last_used().access_key_id(key.id.as_str()).send();
        let usage = run.call(Iam::GetAccessKeyLastUsed, call).await.map(|output| {
            let usage = output.access_key_last_used()?;
            let at = convert::time(usage.last_used_date()?);
            Some(KeyUse { at, service: usage.service_name().into(), region: usage.region().into() })
        });
        let last_used = match settled(usage, seen)? {
            Fact::Known(usage, seen) => Fact::reported(usage, seen),
            Fact::Denied(denial) => Fact::Denied(denial),
            Fact::Absent(seen) => Fact::Absent(seen),
            Fact::Unknown => Fact::Unknown,
        };
        Ok(AccessKey { last_used, ..key })
    }))
    .await;
    let keys = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, UserFacts { keys, ..UserFacts::default() });
    Ok(())
}

/// Whose access key it is: IAM tells it to whoever may ask, by the ID alone.
pub(super) async fn key_owner(run: &Run, id: &AccessKeyId) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetAccessKeyLastUsed);
    let call = || run.clients.iam.get_access_key_last_used().access_key_id(id.as_str()).send();
    let output = run.call(OPERATION, call).await?;
    let user = output.user_name().ok_or_else(|| missing(OPERATION))?;
    run.read(Update::KeyOwner(id.clone(), user.into()));
    Ok(())
}

async fn ssh_keys(run: &Run, name: &UserName) -> Result<Vec<SshKey>, LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_ssh_public_keys().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListSSHPublicKeys, call, |output| output.ssh_public_keys.unwrap_or_default()).await;
    let keys = list.map(|list| list.iter().map(convert::ssh_key).collect());
    let ssh_keys = permitted(keys, run.seen(Source::Detail))?;
    let known = ssh_keys.known().cloned().unwrap_or_default();
    tell(run, name, UserFacts { ssh_keys, ..UserFacts::default() });
    Ok(known)
}

/// The list first, then the text of every key; one that may not be read leaves the others alone.
async fn ssh_bodies(run: &Run, name: &UserName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetSSHPublicKey);
    let keys = ssh_keys(run, name).await?;
    if keys.is_empty() {
        return Ok(());
    }
    let seen = run.seen(Source::Detail);
    let read = join_all(keys.into_iter().map(|key| async move {
        let call = || {
            let call = run.clients.iam.get_ssh_public_key().user_name(name.as_str()).ssh_public_key_id(&*key.id);
            call.encoding(aws_sdk_iam::types::EncodingType::Ssh).send()
        };
        let body = run.call(OPERATION, call).await.and_then(|output| {
            let key = output.ssh_public_key.ok_or_else(|| missing(OPERATION))?;
            Ok(Box::from(key.ssh_public_key_body))
        });
        Ok(SshKey { body: settled(body, seen)?, ..key })
    }))
    .await;
    let ssh_keys = Fact::Known(read.into_iter().collect::<Result<_, LoadError>>()?, seen);
    tell(run, name, UserFacts { ssh_keys, ..UserFacts::default() });
    Ok(())
}

async fn certificates(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_signing_certificates().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let list = run.collect(Iam::ListSigningCertificates, call, |output| output.certificates).await;
    let held = list.map(|list| list.iter().map(convert::signing_certificate).collect());
    let certificates = permitted(held, run.seen(Source::Detail))?;
    tell(run, name, UserFacts { certificates, ..UserFacts::default() });
    Ok(())
}

async fn service_credentials(run: &Run, name: &UserName) -> Result<(), LoadError> {
    let call = |marker| {
        let call = run.clients.iam.list_service_specific_credentials().user_name(name.as_str());
        call.max_items(PAGE).set_marker(marker).send()
    };
    let rows =
        |output: aws_sdk_iam::operation::list_service_specific_credentials::ListServiceSpecificCredentialsOutput| {
            output.service_specific_credentials.unwrap_or_default()
        };
    let list = run.collect(Iam::ListServiceSpecificCredentials, call, rows).await;
    let held = list.map(|list| list.iter().map(convert::service_credential).collect());
    let service_credentials = permitted(held, run.seen(Source::Detail))?;
    tell(run, name, UserFacts { service_credentials, ..UserFacts::default() });
    Ok(())
}
