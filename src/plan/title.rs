//! What a call is called: its sentence, its id in a plan, and the things that it is about.

use serde_json::Value;

use crate::api::cli_name;

use super::call::{Call, Output};

/// A thing that a call is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// Its friendly name.
    pub name: String,
}

/// What a call can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An IAM user.
    User,
    /// A user group.
    Group,
    /// A role.
    Role,
    /// A managed policy.
    Policy,
    /// A version of a managed policy, by its id.
    PolicyVersion,
    /// An inline policy.
    InlinePolicy,
    /// An instance profile.
    InstanceProfile,
    /// An access key.
    AccessKey,
    /// An MFA device.
    MfaDevice,
    /// An SSH key, a certificate, a credential for a service.
    Credential,
    /// The console password of a user, by the user's name.
    ConsolePassword,
    /// The permissions boundary of a user or role, by its name.
    Boundary,
    /// Anything else that has a name.
    Other,
}

impl Kind {
    /// The word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::PolicyVersion => "version",
            Self::InlinePolicy => "inline policy",
            Self::InstanceProfile => "instance profile",
            Self::AccessKey => "access key",
            Self::MfaDevice => "MFA device",
            Self::Credential => "credential",
            Self::ConsolePassword => "the console password of",
            Self::Boundary => "the permissions boundary of",
            Self::Other => "object",
        }
    }
}

/// The parameters that name what a call is about, the owner first.
const NAMES: &[(&str, Kind)] = &[
    ("UserName", Kind::User),
    ("GroupName", Kind::Group),
    ("RoleName", Kind::Role),
    ("InstanceProfileName", Kind::InstanceProfile),
    ("PolicyArn", Kind::Policy),
    ("PermissionsBoundary", Kind::Policy),
    ("AccessKeyId", Kind::AccessKey),
    ("SerialNumber", Kind::MfaDevice),
    ("VirtualMFADeviceName", Kind::MfaDevice),
    ("SSHPublicKeyId", Kind::Credential),
    ("CertificateId", Kind::Credential),
    ("ServiceSpecificCredentialId", Kind::Credential),
    ("ServiceName", Kind::Other),
    ("ServerCertificateName", Kind::Other),
    ("AccountAlias", Kind::Other),
    ("OpenIDConnectProviderArn", Kind::Other),
    ("SAMLProviderArn", Kind::Other),
    ("Url", Kind::Other),
    ("Name", Kind::Other),
    ("AWSServiceName", Kind::Other),
    ("VersionId", Kind::PolicyVersion),
];

/// The things that a call is about, the owner first.
pub(super) fn subjects(call: &Call) -> Vec<Subject> {
    let mut found: Vec<Subject> = Vec::new();
    for (parameter, kind) in NAMES {
        if let Some(name) = call.text(parameter) {
            found.push(Subject { kind: *kind, name: short(name).to_owned() });
        }
    }
    if let Some(name) = call.text("PolicyName") {
        let kind = if call.operation() == "CreatePolicy" { Kind::Policy } else { Kind::InlinePolicy };
        found.push(Subject { kind, name: name.to_owned() });
    }
    if call.operation().contains("InstanceProfile") {
        found.sort_by_key(|subject| subject.kind != Kind::InstanceProfile);
    }
    found
}

/// The id that a call's step gets: `attach-user-policy:alice:ReadOnlyAccess`.
pub(super) fn id(call: &Call) -> String {
    let mut id = cli_name(call.operation());
    for subject in subjects(call) {
        id.push(':');
        id.push_str(&subject.name);
    }
    id
}

/// The last part of an ARN, any other text as it is.
fn short(name: &str) -> &str {
    if name.starts_with("arn:") { name.rsplit('/').next().unwrap_or(name) } else { name }
}

/// Sentences of the operations; names in braces are parameters.
const SENTENCES: &[(&str, &str)] = &[
    ("CreateUser", "create user {UserName}"),
    ("DeleteUser", "delete user {UserName}"),
    ("TagUser", "tag user {UserName}"),
    ("UntagUser", "remove tags of user {UserName}"),
    ("PutUserPolicy", "write inline policy {PolicyName} of user {UserName}"),
    ("DeleteUserPolicy", "delete inline policy {PolicyName} of user {UserName}"),
    ("AttachUserPolicy", "attach policy {PolicyArn} to user {UserName}"),
    ("DetachUserPolicy", "detach policy {PolicyArn} from user {UserName}"),
    ("PutUserPermissionsBoundary", "bound user {UserName} by policy {PermissionsBoundary}"),
    ("DeleteUserPermissionsBoundary", "remove the permissions boundary of user {UserName}"),
    ("AddUserToGroup", "add user {UserName} to group {GroupName}"),
    ("RemoveUserFromGroup", "remove user {UserName} from group {GroupName}"),
    ("CreateLoginProfile", "give user {UserName} a console password"),
    ("UpdateLoginProfile", "set the console password of user {UserName}"),
    ("DeleteLoginProfile", "remove the console password of user {UserName}"),
    ("CreateAccessKey", "create an access key for user {UserName}"),
    ("UpdateAccessKey", "set access key {AccessKeyId} of user {UserName} {Status}"),
    ("DeleteAccessKey", "delete access key {AccessKeyId} of user {UserName}"),
    ("UploadSigningCertificate", "upload a signing certificate for user {UserName}"),
    ("UpdateSigningCertificate", "set signing certificate {CertificateId} of user {UserName} {Status}"),
    ("DeleteSigningCertificate", "delete signing certificate {CertificateId} of user {UserName}"),
    ("UploadSSHPublicKey", "upload an SSH public key for user {UserName}"),
    ("UpdateSSHPublicKey", "set SSH public key {SSHPublicKeyId} of user {UserName} {Status}"),
    ("DeleteSSHPublicKey", "delete SSH public key {SSHPublicKeyId} of user {UserName}"),
    ("CreateServiceSpecificCredential", "create a credential of user {UserName} for {ServiceName}"),
    ("UpdateServiceSpecificCredential", "set credential {ServiceSpecificCredentialId} of user {UserName} {Status}"),
    ("ResetServiceSpecificCredential", "reset credential {ServiceSpecificCredentialId} of user {UserName}"),
    ("DeleteServiceSpecificCredential", "delete credential {ServiceSpecificCredentialId} of user {UserName}"),
    ("CreateVirtualMFADevice", "create virtual MFA device {VirtualMFADeviceName}"),
    ("DeleteVirtualMFADevice", "delete virtual MFA device {SerialNumber}"),
    ("EnableMFADevice", "enable MFA device {SerialNumber} for user {UserName}"),
    ("DeactivateMFADevice", "deactivate MFA device {SerialNumber} of user {UserName}"),
    ("ResyncMFADevice", "resynchronise MFA device {SerialNumber} of user {UserName}"),
    ("CreateGroup", "create group {GroupName}"),
    ("DeleteGroup", "delete group {GroupName}"),
    ("PutGroupPolicy", "write inline policy {PolicyName} of group {GroupName}"),
    ("DeleteGroupPolicy", "delete inline policy {PolicyName} of group {GroupName}"),
    ("AttachGroupPolicy", "attach policy {PolicyArn} to group {GroupName}"),
    ("DetachGroupPolicy", "detach policy {PolicyArn} from group {GroupName}"),
    ("CreateRole", "create role {RoleName}"),
    ("UpdateRole", "change role {RoleName}"),
    ("UpdateAssumeRolePolicy", "write the trust policy of role {RoleName}"),
    ("DeleteRole", "delete role {RoleName}"),
    ("TagRole", "tag role {RoleName}"),
    ("UntagRole", "remove tags of role {RoleName}"),
    ("PutRolePolicy", "write inline policy {PolicyName} of role {RoleName}"),
    ("DeleteRolePolicy", "delete inline policy {PolicyName} of role {RoleName}"),
    ("AttachRolePolicy", "attach policy {PolicyArn} to role {RoleName}"),
    ("DetachRolePolicy", "detach policy {PolicyArn} from role {RoleName}"),
    ("PutRolePermissionsBoundary", "bound role {RoleName} by policy {PermissionsBoundary}"),
    ("DeleteRolePermissionsBoundary", "remove the permissions boundary of role {RoleName}"),
    ("CreateInstanceProfile", "create instance profile {InstanceProfileName}"),
    ("DeleteInstanceProfile", "delete instance profile {InstanceProfileName}"),
    ("AddRoleToInstanceProfile", "add role {RoleName} to instance profile {InstanceProfileName}"),
    ("RemoveRoleFromInstanceProfile", "remove role {RoleName} from instance profile {InstanceProfileName}"),
    ("CreatePolicy", "create policy {PolicyName}"),
    ("DeletePolicy", "delete policy {PolicyArn}"),
    ("CreatePolicyVersion", "write a new version of policy {PolicyArn}"),
    ("DeletePolicyVersion", "delete version {VersionId} of policy {PolicyArn}"),
    ("SetDefaultPolicyVersion", "put version {VersionId} of policy {PolicyArn} in force"),
    ("TagPolicy", "tag policy {PolicyArn}"),
    ("UntagPolicy", "remove tags of policy {PolicyArn}"),
    ("CreateAccountAlias", "set the account alias {AccountAlias}"),
    ("DeleteAccountAlias", "remove the account alias {AccountAlias}"),
    ("UpdateAccountPasswordPolicy", "set the password policy of the account"),
    ("DeleteAccountPasswordPolicy", "go back to the default password policy"),
];

/// A call in a few words.
pub(super) fn of(call: &Call) -> String {
    match call.operation() {
        "UpdateUser" => return renamed(call, "user", "UserName", "NewUserName"),
        "UpdateGroup" => return renamed(call, "group", "GroupName", "NewGroupName"),
        _ => {}
    }
    let Some((_, sentence)) = SENTENCES.iter().find(|(operation, _)| *operation == call.operation()) else {
        return general(call);
    };
    let mut out = String::new();
    for (at, part) in sentence.split(['{', '}']).enumerate() {
        if at % 2 == 0 {
            out.push_str(part);
        } else {
            out.push_str(&shown(call.input().get(part)));
        }
    }
    out
}

/// A value in a sentence; what only exists later is named by where it comes from.
fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => short(text).to_owned(),
        Some(value) => match Output::of(value) {
            Some(output) => format!("‹{} of {}›", output.field.rsplit('.').next().unwrap_or(output.field), output.step),
            None => value.to_string(),
        },
        None => "‹the caller›".to_owned(),
    }
}

fn renamed(call: &Call, kind: &str, name: &str, new_name: &str) -> String {
    let old = shown(call.input().get(name));
    match (call.text(new_name), call.text("NewPath")) {
        (Some(new), None) => format!("rename {kind} {old} to {new}"),
        (None, Some(path)) => format!("move {kind} {old} to path {path}"),
        (Some(new), Some(path)) => format!("rename {kind} {old} to {new} in path {path}"),
        (None, None) => format!("change {kind} {old}"),
    }
}

/// Any other operation: its words, and what it is about.
fn general(call: &Call) -> String {
    let mut words = cli_name(call.operation()).replace('-', " ");
    for subject in subjects(call) {
        words.push(' ');
        words.push_str(&subject.name);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model;

    #[track_caller]
    fn check(call: &Call, title: &str, step: &str) {
        assert_eq!((of(call).as_str(), id(call).as_str()), (title, step));
    }

    #[test]
    fn a_call_reads_as_a_sentence() {
        check(
            &Call::attach_user_policy("alice", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"),
            "attach policy ViewOnlyAccess to user alice",
            "attach-user-policy:alice:ViewOnlyAccess",
        );
        check(&Call::update_user("alice").with("NewUserName", "bob"), "rename user alice to bob", "update-user:alice");
        check(
            &Call::new("TagInstanceProfile").with("InstanceProfileName", "web"),
            "tag instance profile web",
            "tag-instance-profile:web",
        );
    }

    #[test]
    fn what_exists_only_later_is_named_by_its_step() {
        let call = Call::delete_access_key("a", super::super::output("create-access-key:a", "AccessKey.AccessKeyId"));
        check(&call, "delete access key ‹AccessKeyId of create-access-key:a› of user a", "delete-access-key:a");
    }

    #[test]
    fn every_sentence_names_an_operation_and_its_parameters() {
        for (name, sentence) in SENTENCES {
            let operation = model().operation(name).unwrap_or_else(|| panic!("no operation {name}"));
            for parameter in sentence.split(['{', '}']).skip(1).step_by(2) {
                assert!(operation.input().member(parameter).is_some(), "{name} has no {parameter}");
            }
        }
    }
}
