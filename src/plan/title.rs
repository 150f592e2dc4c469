//! What a call is called: its sentence, its id in a plan, and the things that it is about.

use serde_json::Value;

use crate::api::{AccessAnalyzer, ChangeTarget, Iam, Operation, cli_name};
use crate::base::arn::Arn;
use crate::model::SigninOwner;

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
    /// An identity provider.
    Provider,
    /// A server certificate.
    ServerCertificate,
    /// The alias of the account.
    AccountAlias,
    /// An analyzer of IAM Access Analyzer.
    Analyzer,
    /// An archive rule of an analyzer.
    ArchiveRule,
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
            Self::Provider => "identity provider",
            Self::ServerCertificate => "server certificate",
            Self::AccountAlias => "account alias",
            Self::Analyzer => "analyzer",
            Self::ArchiveRule => "archive rule",
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
    ("ServerCertificateName", Kind::ServerCertificate),
    ("AccountAlias", Kind::AccountAlias),
    ("OpenIDConnectProviderArn", Kind::Provider),
    ("SAMLProviderArn", Kind::Provider),
    ("Url", Kind::Other),
    ("Name", Kind::Other),
    ("AWSServiceName", Kind::Other),
    ("VersionId", Kind::PolicyVersion),
    ("analyzerName", Kind::Analyzer),
    ("analyzerArn", Kind::Analyzer),
    ("ruleName", Kind::ArchiveRule),
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
        let kind = if call.iam() == Some(Iam::CreatePolicy) { Kind::Policy } else { Kind::InlinePolicy };
        found.push(Subject { kind, name: name.to_owned() });
    }
    if call.change().is_some_and(|change| change.holder() == ChangeTarget::InstanceProfile) {
        found.sort_by_key(|subject| subject.kind != Kind::InstanceProfile);
    }
    found
}

/// The id that a call's step gets: `attach-user-policy:alice:ReadOnlyAccess`.
pub(super) fn id(call: &Call) -> String {
    let mut id = cli_name(call.operation().name());
    for subject in subjects(call) {
        id.push(':');
        id.push_str(&subject.name);
    }
    id
}

/// The last part of an ARN, any other text as it is; a provider's URL may hold slashes of its own.
fn short(name: &str) -> &str {
    if let Some((_, url)) = name.split_once(":oidc-provider/").filter(|_| name.starts_with("arn:")) {
        return url;
    }
    if name.starts_with("arn:") { name.rsplit('/').next().unwrap_or(name) } else { name }
}

/// A call in a few words.
pub(super) fn of(call: &Call) -> String {
    if let Operation::Signin(_) = call.operation() {
        return revoked(call);
    }
    match call.iam() {
        Some(Iam::UpdateUser) => return renamed(call, "user", "UserName", "NewUserName"),
        Some(Iam::UpdateGroup) => return renamed(call, "group", "GroupName", "NewGroupName"),
        Some(Iam::UpdateServerCertificate) => {
            return renamed(call, "server certificate", "ServerCertificateName", "NewServerCertificateName");
        }
        _ => {}
    }
    if call.operation() == AccessAnalyzer::UpdateFindings.into() {
        return findings(call);
    }
    let Some(change) = call.change() else { return general(call) };
    let mut out = String::new();
    for (at, part) in change.sentence.split(['{', '}']).enumerate() {
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

/// Which sign-in sessions are revoked, and whose they are.
fn revoked(call: &Call) -> String {
    let arns = call.input().get("sessionArns").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let sessions = match arns {
        [one] => format!("sign-in session {}", shown(Some(one))),
        more => format!("{} sign-in sessions", more.len()),
    };
    let arn = call.text("principalArn").and_then(|arn| Arn::parse(arn).ok());
    match arn.as_ref().and_then(SigninOwner::of) {
        Some(owner) => format!("revoke {sessions} of {owner}"),
        None => format!("revoke {sessions}"),
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

/// What is done with findings: how many they are says more than their IDs.
fn findings(call: &Call) -> String {
    let verb = if call.text("status") == Some("ARCHIVED") { "archive" } else { "unarchive" };
    let ids = call.input().get("ids").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let what = match ids {
        [one] => format!("finding {}", shown(Some(one))),
        several => format!("{} findings", several.len()),
    };
    format!("{verb} {what} of analyzer {}", shown(call.input().get("analyzerArn")))
}

/// Any other operation: its words, and what it is about.
fn general(call: &Call) -> String {
    let mut words = cli_name(call.operation().name()).replace('-', " ");
    for subject in subjects(call) {
        words.push(' ');
        words.push_str(&subject.name);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

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
            &Call::new(Iam::TagInstanceProfile).with("InstanceProfileName", "web"),
            "tag instance profile web",
            "tag-instance-profile:web",
        );
    }

    #[test]
    fn what_exists_only_later_is_named_by_its_step() {
        let call = Call::delete_access_key("a", super::super::output("create-access-key:a", "AccessKey.AccessKeyId"));
        check(&call, "delete access key ‹AccessKeyId of create-access-key:a› of user a", "delete-access-key:a");
    }
}
