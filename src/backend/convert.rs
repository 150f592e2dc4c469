//! From the SDK's types to the model's.
//!
//! Each function says by its source what the answer covers: a field that the operation never returns
//! stays unknown, a field that it returns only when there is something becomes absent.

use std::collections::BTreeMap;

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types as sdk;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use crate::base::arn::{Arn, ArnError};
use crate::model::{
    AccessKey, AttachedPolicy, Document, Fact, Group, GroupFacts, InlinePolicy, InstanceProfile, InstanceProfileFacts,
    MfaDevice, PasswordPolicy, Policy, PolicyFacts, PolicyVersion, Role, RoleFacts, RoleUse, Seen, ServerCertificate,
    ServerCertificateFacts, ServiceCredential, SigningCertificate, SshKey, Status, Tag, Tags, Trust, User, UserFacts,
    VersionId, VirtualMfaDevice,
};

pub(super) fn time(at: &DateTime) -> Timestamp {
    let nanos = i32::try_from(at.subsec_nanos()).unwrap_or(0);
    Timestamp::new(at.secs(), nanos).unwrap_or_default()
}

pub(super) fn time_opt(at: Option<&DateTime>) -> Option<Timestamp> {
    at.map(time)
}

/// Decodes a document: AWS sends it URL-encoded (RFC 3986), some emulators send it plain.
pub(super) fn document(text: &str) -> Document {
    if text.trim_start().starts_with('{') {
        return Document::new(text);
    }
    Document::new(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

pub(super) fn tags(list: &[sdk::Tag]) -> Tags {
    list.iter().map(|tag| Tag { key: tag.key().into(), value: tag.value().into() }).collect()
}

/// Tags of an answer that always brings them: none sent means none there.
pub(super) fn all_tags(list: &[sdk::Tag], seen: Seen) -> Fact<Tags> {
    Fact::Known(tags(list), seen)
}

pub(super) fn attached(list: &[sdk::AttachedPolicy]) -> Result<Vec<AttachedPolicy>, ArnError> {
    list.iter().map(|policy| Ok(AttachedPolicy { arn: Arn::parse(policy.policy_arn().unwrap_or_default())? })).collect()
}

fn inline(list: &[sdk::PolicyDetail], seen: Seen) -> Vec<InlinePolicy> {
    list.iter()
        .map(|policy| InlinePolicy {
            name: policy.policy_name().unwrap_or_default().into(),
            document: Fact::reported(policy.policy_document().map(document), seen),
        })
        .collect()
}

/// The boundary of an answer that always brings it.
fn boundary(held: Option<&sdk::AttachedPermissionsBoundary>, seen: Seen) -> Result<Fact<Arn>, ArnError> {
    let arn = held.and_then(|boundary| boundary.permissions_boundary_arn()).map(Arn::parse).transpose()?;
    Ok(Fact::reported(arn, seen))
}

/// A user of a list, which tells neither boundary nor tags.
pub(super) fn listed_user(user: &sdk::User, seen: Seen) -> Result<User, ArnError> {
    Ok(User {
        name: user.user_name().into(),
        arn: Arn::parse(user.arn())?,
        id: user.user_id().into(),
        created: time(user.create_date()),
        facts: UserFacts {
            password_last_used: Fact::reported(time_opt(user.password_last_used()), seen),
            ..UserFacts::default()
        },
    })
}

/// A user read alone, with boundary and tags.
pub(super) fn single_user(user: &sdk::User, seen: Seen) -> Result<User, ArnError> {
    let mut single = listed_user(user, seen)?;
    single.facts.boundary = boundary(user.permissions_boundary(), seen)?;
    single.facts.tags = all_tags(user.tags(), seen);
    Ok(single)
}

pub(super) fn bulk_user(user: &sdk::UserDetail, seen: Seen) -> Result<User, ArnError> {
    Ok(User {
        name: user.user_name().unwrap_or_default().into(),
        arn: Arn::parse(user.arn().unwrap_or_default())?,
        id: user.user_id().unwrap_or_default().into(),
        created: time_opt(user.create_date()).unwrap_or_default(),
        facts: UserFacts {
            boundary: boundary(user.permissions_boundary(), seen)?,
            tags: all_tags(user.tags(), seen),
            groups: Fact::Known(user.group_list().iter().map(|name| name.as_str().into()).collect(), seen),
            attached: Fact::Known(attached(user.attached_managed_policies())?, seen),
            inline: Fact::Known(inline(user.user_policy_list(), seen), seen),
            ..UserFacts::default()
        },
    })
}

pub(super) fn group(group: &sdk::Group) -> Result<Group, ArnError> {
    Ok(Group {
        name: group.group_name().into(),
        arn: Arn::parse(group.arn())?,
        id: group.group_id().into(),
        created: time(group.create_date()),
        facts: GroupFacts::default(),
    })
}

pub(super) fn bulk_group(group: &sdk::GroupDetail, seen: Seen) -> Result<Group, ArnError> {
    Ok(Group {
        name: group.group_name().unwrap_or_default().into(),
        arn: Arn::parse(group.arn().unwrap_or_default())?,
        id: group.group_id().unwrap_or_default().into(),
        created: time_opt(group.create_date()).unwrap_or_default(),
        facts: GroupFacts {
            attached: Fact::Known(attached(group.attached_managed_policies())?, seen),
            inline: Fact::Known(inline(group.group_policy_list(), seen), seen),
            ..GroupFacts::default()
        },
    })
}

fn trust(text: Option<&str>, seen: Seen) -> Fact<Trust> {
    Fact::reported(text.map(|text| Trust::new(document(text))), seen)
}

fn role_use(held: Option<&sdk::RoleLastUsed>, seen: Seen) -> Fact<RoleUse> {
    let usage = held.and_then(|usage| {
        let region = usage.region().unwrap_or_default().into();
        usage.last_used_date().map(|at| RoleUse { at: time(at), region })
    });
    Fact::reported(usage, seen)
}

/// A role of a list, which tells neither boundary nor tags nor last use.
pub(super) fn listed_role(role: &sdk::Role, seen: Seen) -> Result<Role, ArnError> {
    let description = role.description().filter(|text| !text.is_empty());
    Ok(Role {
        name: role.role_name().into(),
        arn: Arn::parse(role.arn())?,
        id: role.role_id().into(),
        created: time(role.create_date()),
        facts: RoleFacts {
            trust: trust(role.assume_role_policy_document(), seen),
            description: Fact::reported(description.map(Into::into), seen),
            max_session: Fact::hinted(role.max_session_duration().and_then(|secs| u32::try_from(secs).ok()), seen),
            ..RoleFacts::default()
        },
    })
}

/// A role read alone, with boundary, tags and last use.
pub(super) fn single_role(role: &sdk::Role, seen: Seen) -> Result<Role, ArnError> {
    let mut single = listed_role(role, seen)?;
    single.facts.boundary = boundary(role.permissions_boundary(), seen)?;
    single.facts.tags = all_tags(role.tags(), seen);
    single.facts.last_used = role_use(role.role_last_used(), seen);
    Ok(single)
}

pub(super) fn bulk_role(role: &sdk::RoleDetail, seen: Seen) -> Result<Role, ArnError> {
    let profiles = role.instance_profile_list().iter().map(|profile| profile.instance_profile_name().into());
    Ok(Role {
        name: role.role_name().unwrap_or_default().into(),
        arn: Arn::parse(role.arn().unwrap_or_default())?,
        id: role.role_id().unwrap_or_default().into(),
        created: time_opt(role.create_date()).unwrap_or_default(),
        facts: RoleFacts {
            trust: trust(role.assume_role_policy_document(), seen),
            last_used: role_use(role.role_last_used(), seen),
            boundary: boundary(role.permissions_boundary(), seen)?,
            tags: all_tags(role.tags(), seen),
            attached: Fact::Known(attached(role.attached_managed_policies())?, seen),
            inline: Fact::Known(inline(role.role_policy_list(), seen), seen),
            instance_profiles: Fact::Known(profiles.collect(), seen),
            ..RoleFacts::default()
        },
    })
}

fn count(number: Option<i32>, seen: Seen) -> Fact<u32> {
    Fact::hinted(number.and_then(|number| u32::try_from(number).ok()), seen)
}

/// A policy of a list, which as a rule tells no description and never tags.
pub(super) fn listed_policy(policy: &sdk::Policy, seen: Seen) -> Result<Policy, ArnError> {
    let created = time_opt(policy.create_date()).unwrap_or_default();
    let description = policy.description().filter(|text| !text.is_empty());
    Ok(Policy {
        arn: Arn::parse(policy.arn().unwrap_or_default())?,
        id: policy.policy_id().unwrap_or_default().into(),
        created,
        updated: time_opt(policy.update_date()).unwrap_or(created),
        default_version: policy.default_version_id().unwrap_or("v1").into(),
        attachments: count(policy.attachment_count(), seen),
        boundary_uses: count(policy.permissions_boundary_usage_count(), seen),
        attachable: policy.is_attachable(),
        facts: PolicyFacts { description: Fact::hinted(description.map(Into::into), seen), ..PolicyFacts::default() },
    })
}

/// A policy read alone, with description and tags.
pub(super) fn single_policy(policy: &sdk::Policy, seen: Seen) -> Result<Policy, ArnError> {
    let mut single = listed_policy(policy, seen)?;
    let description = policy.description().filter(|text| !text.is_empty());
    single.facts.description = Fact::reported(description.map(Into::into), seen);
    single.facts.tags = all_tags(policy.tags(), seen);
    Ok(single)
}

pub(super) fn version(version: &sdk::PolicyVersion) -> PolicyVersion {
    PolicyVersion {
        id: version.version_id().unwrap_or_default().into(),
        is_default: version.is_default_version(),
        created: time_opt(version.create_date()),
    }
}

/// The documents that an answer brings with its versions.
fn documents(list: &[sdk::PolicyVersion], seen: Seen) -> BTreeMap<VersionId, Fact<Document>> {
    let read = list.iter().filter_map(|held| Some((held.version_id()?.into(), document(held.document()?))));
    read.map(|(id, text)| (id, Fact::Known(text, seen))).collect()
}

pub(super) fn bulk_policy(policy: &sdk::ManagedPolicyDetail, seen: Seen) -> Result<Policy, ArnError> {
    let created = time_opt(policy.create_date()).unwrap_or_default();
    let versions = policy.policy_version_list();
    Ok(Policy {
        arn: Arn::parse(policy.arn().unwrap_or_default())?,
        id: policy.policy_id().unwrap_or_default().into(),
        created,
        updated: time_opt(policy.update_date()).unwrap_or(created),
        default_version: policy.default_version_id().unwrap_or("v1").into(),
        attachments: count(policy.attachment_count(), seen),
        boundary_uses: count(policy.permissions_boundary_usage_count(), seen),
        attachable: policy.is_attachable(),
        facts: PolicyFacts {
            versions: Fact::Known(versions.iter().map(version).collect(), seen),
            documents: documents(versions, seen),
            ..PolicyFacts::default()
        },
    })
}

/// An instance profile of a list, which tells no tags.
pub(super) fn listed_instance_profile(profile: &sdk::InstanceProfile, seen: Seen) -> Result<InstanceProfile, ArnError> {
    Ok(InstanceProfile {
        name: profile.instance_profile_name().into(),
        arn: Arn::parse(profile.arn())?,
        id: profile.instance_profile_id().into(),
        created: time(profile.create_date()),
        facts: InstanceProfileFacts {
            role: Fact::reported(profile.roles().first().map(|role| role.role_name().into()), seen),
            ..InstanceProfileFacts::default()
        },
    })
}

pub(super) fn server_certificate(held: &sdk::ServerCertificateMetadata) -> Result<ServerCertificate, ArnError> {
    Ok(ServerCertificate {
        name: held.server_certificate_name().into(),
        arn: Arn::parse(held.arn())?,
        id: held.server_certificate_id().into(),
        uploaded: time_opt(held.upload_date()),
        expires: time_opt(held.expiration()),
        facts: ServerCertificateFacts::default(),
    })
}

pub(super) fn virtual_mfa_device(device: &sdk::VirtualMfaDevice, seen: Seen) -> VirtualMfaDevice {
    let user = device.user();
    let is_root = user.is_some_and(|user| user.arn().ends_with(":root"));
    let name = user.map(sdk::User::user_name).filter(|name| !is_root && !name.is_empty());
    VirtualMfaDevice {
        serial: device.serial_number().into(),
        user: Fact::reported(name.map(Into::into), seen),
        is_root,
        enabled: time_opt(device.enable_date()),
        tags: Fact::Unknown,
    }
}

pub(super) fn access_key(key: &sdk::AccessKeyMetadata) -> AccessKey {
    AccessKey {
        id: key.access_key_id().unwrap_or_default().into(),
        status: Status::parse(key.status().map_or("", sdk::StatusType::as_str)),
        created: time_opt(key.create_date()),
        last_used: Fact::Unknown,
    }
}

pub(super) fn mfa_device(device: &sdk::MfaDevice) -> MfaDevice {
    MfaDevice {
        serial: device.serial_number().into(),
        enabled: Some(time(device.enable_date())),
        certifications: Fact::Unknown,
    }
}

pub(super) fn ssh_key(key: &sdk::SshPublicKeyMetadata) -> SshKey {
    SshKey {
        id: key.ssh_public_key_id().into(),
        status: Status::parse(key.status().as_str()),
        uploaded: Some(time(key.upload_date())),
        body: Fact::Unknown,
    }
}

pub(super) fn signing_certificate(certificate: &sdk::SigningCertificate) -> SigningCertificate {
    SigningCertificate {
        id: certificate.certificate_id().into(),
        status: Status::parse(certificate.status().as_str()),
        uploaded: time_opt(certificate.upload_date()),
        body: certificate.certificate_body().into(),
    }
}

pub(super) fn service_credential(held: &sdk::ServiceSpecificCredentialMetadata) -> ServiceCredential {
    let user = [Some(held.service_user_name()), held.service_credential_alias()];
    ServiceCredential {
        id: held.service_specific_credential_id().into(),
        service: held.service_name().into(),
        user: user.into_iter().flatten().find(|name| !name.is_empty()).map(Into::into),
        status: Status::parse(held.status().as_str()),
        created: Some(time(held.create_date())),
        expires: time_opt(held.expiration_date()),
    }
}

pub(super) fn password_policy(policy: &sdk::PasswordPolicy) -> PasswordPolicy {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok()).filter(|value| *value > 0);
    PasswordPolicy {
        minimum_length: number(policy.minimum_password_length()).unwrap_or(6),
        uppercase: policy.require_uppercase_characters(),
        lowercase: policy.require_lowercase_characters(),
        numbers: policy.require_numbers(),
        symbols: policy.require_symbols(),
        users_may_change: policy.allow_users_to_change_password(),
        expires_after_days: number(policy.max_password_age()).filter(|_| policy.expire_passwords()),
        hard_expiry: policy.hard_expiry().unwrap_or(false),
        remembered: number(policy.password_reuse_prevention()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sent: &str, plain: &str) {
        assert_eq!(document(sent).text(), plain);
    }

    #[test]
    fn a_document_is_decoded_once_and_a_plus_stays_a_plus() {
        check("%7B%22Sid%22%3A%22a%2Bb%22%7D", r#"{"Sid":"a+b"}"#);
        check("%7B%22Sid%22%3A%22a+b%20c%22%7D", r#"{"Sid":"a+b c"}"#);
    }

    #[test]
    fn a_plain_document_is_left_alone() {
        check(r#"{"Sid":"100%25"}"#, r#"{"Sid":"100%25"}"#);
    }
}
