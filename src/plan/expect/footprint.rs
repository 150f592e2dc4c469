//! What each operation depends on, and what it leaves behind.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{CredentialKind, Expect, Resource, Saw, Setting, digest};
use crate::api::{ChangeKind, Iam};
use crate::base::arn::Arn;
use crate::model::{ResourceRef, UserName};
use crate::plan::{Call, Step};

/// Whose account it is: what the ARN of a new policy is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// The partition, such as `aws`.
    pub partition: String,
    /// The account's twelve digits.
    pub account: String,
}

impl Home {
    /// The account of an ARN, such as the one of the caller.
    pub fn of(arn: &str) -> Option<Self> {
        let arn = Arn::parse(arn).ok()?;
        Some(Self { partition: arn.partition().to_owned(), account: arn.account().to_owned() })
    }
}

/// How a call leaves a resource.
enum Left {
    /// In this state.
    As(Saw),
    /// In a state that only the service tells.
    Open,
}

impl Left {
    fn known(self) -> Option<Saw> {
        match self {
            Self::As(saw) => Some(saw),
            Self::Open => None,
        }
    }
}

impl Call {
    /// The managed policy that a call is about, unless it is one of AWS's, which are no account's to change.
    fn policy(&self, home: Option<&Home>) -> Option<ResourceRef> {
        let named = self.text("PolicyArn").or_else(|| self.text("PermissionsBoundary"));
        let arn = match (self.iam(), home) {
            (Some(Iam::CreatePolicy), Some(home)) => {
                let path = self.text("Path").unwrap_or("/");
                Arn::iam(&home.partition, &home.account, &format!("policy{path}{}", self.text("PolicyName")?)).ok()?
            }
            _ => Arn::parse(named?).ok()?,
        };
        (arn.account() != "aws").then_some(ResourceRef::Policy(arn))
    }

    /// The credential of a user that a call changes or deletes.
    fn credential(&self) -> Option<Resource> {
        let user = UserName::from(self.text("UserName")?);
        let (kind, parameter) = match self.iam() {
            Some(Iam::UpdateAccessKey | Iam::DeleteAccessKey) => (CredentialKind::AccessKey, "AccessKeyId"),
            Some(Iam::UpdateSSHPublicKey | Iam::DeleteSSHPublicKey) => (CredentialKind::SshKey, "SSHPublicKeyId"),
            Some(Iam::UpdateSigningCertificate | Iam::DeleteSigningCertificate) => {
                (CredentialKind::Certificate, "CertificateId")
            }
            Some(
                Iam::UpdateServiceSpecificCredential
                | Iam::ResetServiceSpecificCredential
                | Iam::DeleteServiceSpecificCredential,
            ) => (CredentialKind::Service, "ServiceSpecificCredentialId"),
            Some(Iam::EnableMFADevice | Iam::ResyncMFADevice | Iam::DeactivateMFADevice) => {
                (CredentialKind::Mfa, "SerialNumber")
            }
            _ => return None,
        };
        Some(Resource::Credential(kind, user, self.text(parameter)?.to_owned()))
    }

    /// The entity that a call creates, which must not be there before.
    pub fn creates(&self, home: Option<&Home>) -> Option<Resource> {
        match self.iam() {
            Some(Iam::CreateUser | Iam::CreateGroup | Iam::CreateRole) => self.holder().map(Resource::Entity),
            Some(Iam::CreatePolicy) => self.policy(home).map(Resource::Entity),
            Some(Iam::CreateInstanceProfile | Iam::UploadServerCertificate) => self.other().map(Resource::Entity),
            Some(Iam::CreateOpenIDConnectProvider | Iam::CreateSAMLProvider) => {
                self.new_provider(home).map(Resource::Entity)
            }
            _ => None,
        }
    }

    /// The identity provider that a call creates.
    fn new_provider(&self, home: Option<&Home>) -> Option<ResourceRef> {
        let resource = match self.text("Url") {
            Some(url) => format!("oidc-provider/{}", url.strip_prefix("https://").unwrap_or(url)),
            None => format!("saml-provider/{}", self.text("Name")?),
        };
        let home = home?;
        Arn::iam(&home.partition, &home.account, &resource).ok().map(ResourceRef::Provider)
    }

    /// Whether a call changes how long sign-in sessions may last.
    fn sets_signin(&self) -> bool {
        ["MaxSigninSessionDuration", "ResetMaxSigninSessionDuration"]
            .iter()
            .any(|name| self.input().contains_key(*name))
    }

    /// The setting of the account that a call changes.
    fn setting(&self) -> Option<Setting> {
        Some(match self.iam()? {
            Iam::UpdateAccountPasswordPolicy | Iam::DeleteAccountPasswordPolicy => Setting::PasswordPolicy,
            Iam::CreateAccountAlias | Iam::DeleteAccountAlias => Setting::Alias,
            Iam::SetSecurityTokenServicePreferences => Setting::TokenVersion,
            Iam::EnableOutboundWebIdentityFederation | Iam::DisableOutboundWebIdentityFederation => {
                Setting::OutboundFederation
            }
            _ => return None,
        })
    }

    /// How a call leaves the setting that it changes.
    fn leaves_setting(&self, setting: Setting) -> Saw {
        Saw::Value(match setting {
            Setting::PasswordPolicy | Setting::Alias if self.change_kind() == Some(ChangeKind::Delete) => Value::Null,
            Setting::PasswordPolicy => Value::Object(crate::plan::builders::whole_password_policy(self.input())),
            Setting::Alias => self.text("AccountAlias").into(),
            Setting::TokenVersion => {
                let version = self.text("GlobalEndpointTokenVersion").and_then(|text| text.chars().nth(1));
                version.and_then(|digit| digit.to_digit(10)).into()
            }
            Setting::OutboundFederation => (self.change_kind() == Some(ChangeKind::Enable)).into(),
        })
    }

    /// The states that a call depends on, overwrites or takes away.
    pub fn touches(&self, home: Option<&Home>) -> Vec<Resource> {
        let mut found: Vec<Resource> = Vec::new();
        let (owner, policy) = (self.holder(), self.policy(home));
        found.extend(owner.clone().map(Resource::Entity));
        found.extend(policy.clone().map(Resource::Entity));
        let other = self.other();
        found.extend(other.clone().map(Resource::Entity));
        found.extend(self.credential());
        found.extend(self.setting().map(Resource::Setting));
        match self.iam() {
            Some(Iam::AddUserToGroup | Iam::RemoveUserFromGroup) => {
                let (user, group) = (self.text("UserName"), self.text("GroupName"));
                found.extend(group.map(|group| Resource::Entity(ResourceRef::Group(group.into()))));
                found.extend(user.zip(group).map(|(user, group)| Resource::Member(user.into(), group.to_owned())));
            }
            Some(Iam::AddRoleToInstanceProfile | Iam::RemoveRoleFromInstanceProfile) => {
                let profile = self.text("InstanceProfileName");
                found.extend(profile.map(|name| Resource::ProfileRole(name.into())));
            }
            Some(Iam::CreateLoginProfile | Iam::UpdateLoginProfile | Iam::DeleteLoginProfile) => {
                found.extend(self.text("UserName").map(|name| Resource::Password(name.into())));
                let sets = self.iam() == Some(Iam::UpdateLoginProfile) && self.sets_signin();
                found.extend(owner.filter(|_| sets).map(Resource::MaxSignin));
            }
            Some(Iam::UpdateAssumeRolePolicy) => found.extend(owner.map(Resource::Trust)),
            Some(Iam::UpdateUser | Iam::UpdateGroup | Iam::UpdateServerCertificate)
                if self.text("NewPath").is_some() =>
            {
                found.extend(owner.or(other).map(Resource::Path));
            }
            Some(Iam::UpdateRole) => {
                let given = |name: &str| self.input().contains_key(name);
                found.extend(owner.clone().filter(|_| given("Description")).map(Resource::Description));
                found.extend(owner.clone().filter(|_| given("MaxSessionDuration")).map(Resource::MaxSession));
                found.extend(owner.filter(|_| self.sets_signin()).map(Resource::MaxSignin));
            }
            Some(Iam::AddClientIDToOpenIDConnectProvider | Iam::RemoveClientIDFromOpenIDConnectProvider) => {
                let audience = self.text("ClientID").map(str::to_owned);
                found.extend(other.zip(audience).map(|(provider, audience)| Resource::Audience(provider, audience)));
            }
            Some(Iam::UpdateOpenIDConnectProviderThumbprint) => found.extend(other.map(Resource::Thumbprints)),
            Some(Iam::UpdateSAMLProvider) if self.text("SAMLMetadataDocument").is_some() => {
                found.extend(other.map(Resource::Metadata));
            }
            Some(Iam::CreateOpenIDConnectProvider | Iam::CreateSAMLProvider) => {
                found.extend(self.new_provider(home).map(Resource::Entity));
            }
            Some(Iam::CreatePolicyVersion | Iam::SetDefaultPolicyVersion | Iam::DeletePolicy) => {
                found.extend(policy.map(Resource::DefaultVersion));
            }
            _ => {
                // What a policy allows is what its version in force says.
                let gives =
                    self.change_kind() == Some(ChangeKind::Attach) || self.text("PermissionsBoundary").is_some();
                found.extend(policy.clone().filter(|_| gives).map(Resource::DefaultVersion));
                found.extend(self.on(owner.or(policy).or(other)));
            }
        }
        // Undoing a deletion brings back what was there when it was planned: it must be what is deleted.
        if self.iam() != Some(Iam::DeleteServiceLinkedRole) {
            found.extend(self.deletes().iter().flat_map(parts));
        }
        found
    }

    /// What a call puts on, or takes from, the user, group, role or policy that it is about.
    fn on(&self, owner: Option<ResourceRef>) -> Vec<Resource> {
        let Some(owner) = owner else { return Vec::new() };
        match self.iam() {
            Some(
                Iam::AttachUserPolicy
                | Iam::AttachGroupPolicy
                | Iam::AttachRolePolicy
                | Iam::DetachUserPolicy
                | Iam::DetachGroupPolicy
                | Iam::DetachRolePolicy,
            ) => {
                let arn = self.text("PolicyArn").and_then(|arn| Arn::parse(arn).ok());
                arn.map(|arn| Resource::Attached(owner, arn)).into_iter().collect()
            }
            Some(
                Iam::PutUserPolicy
                | Iam::PutGroupPolicy
                | Iam::PutRolePolicy
                | Iam::DeleteUserPolicy
                | Iam::DeleteGroupPolicy
                | Iam::DeleteRolePolicy,
            ) => {
                let name = self.text("PolicyName");
                name.map(|name| Resource::Inline(owner, name.to_owned())).into_iter().collect()
            }
            Some(
                Iam::PutUserPermissionsBoundary
                | Iam::PutRolePermissionsBoundary
                | Iam::DeleteUserPermissionsBoundary
                | Iam::DeleteRolePermissionsBoundary,
            ) => vec![Resource::Boundary(owner)],
            _ if matches!(self.change_kind(), Some(ChangeKind::Tag | ChangeKind::Untag)) => {
                self.tags().into_iter().map(|(key, _)| Resource::Tag(owner.clone(), key)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The tags that a call sets, or removes: each key with its new value.
    fn tags(&self) -> Vec<(String, Value)> {
        let list = |name: &str| self.input().get(name).and_then(Value::as_array).into_iter().flatten();
        let key = |value: &Value| value.as_str().map(str::to_owned);
        let set = list("Tags").filter_map(|tag| Some((key(tag.get("Key")?)?, tag.get("Value")?.clone())));
        let removed = list("TagKeys").filter_map(|removed| Some((key(removed)?, Value::Null)));
        set.chain(removed).collect()
    }

    /// The states that a call leaves behind; none for a state that it changes to what cannot be told beforehand.
    pub fn leaves(
        &self,
        gives: &Map<String, Value>,
        home: Option<&Home>,
        known: &Known,
    ) -> Vec<(Resource, Option<Saw>)> {
        let given = |name: &str| gives.get(name).and_then(Value::as_str).map(str::to_owned);
        let made = |id: &str| given(id).map(|id| Saw::Id(Some(id)));
        let operation = self.iam();
        let mut left = Vec::new();
        if let Some(Resource::Entity(created)) = self.creates(home) {
            left.extend(parts(&created).into_iter().filter_map(|part| self.creates_part(part)));
        }
        match operation {
            Some(
                Iam::CreateUser | Iam::CreateGroup | Iam::CreateRole | Iam::CreatePolicy | Iam::CreateInstanceProfile,
            ) => {
                let id = match operation {
                    Some(Iam::CreateUser) => "User.UserId",
                    Some(Iam::CreateGroup) => "Group.GroupId",
                    Some(Iam::CreateRole) => "Role.RoleId",
                    Some(Iam::CreatePolicy) => "Policy.PolicyId",
                    _ => "InstanceProfile.InstanceProfileId",
                };
                left.extend(self.creates(home).map(|resource| (resource, made(id))));
                if operation == Some(Iam::CreatePolicy) {
                    let version = Some(Saw::Value("v1".into()));
                    left.extend(self.policy(home).map(|policy| (Resource::DefaultVersion(policy), version)));
                }
            }
            Some(Iam::UploadServerCertificate) => {
                let id = made("ServerCertificateMetadata.ServerCertificateId");
                left.extend(self.creates(home).map(|resource| (resource, id)));
            }
            // The answer does not say when a provider was created, which is what tells two of one name apart: that is
            // read afterwards.
            Some(Iam::CreateOpenIDConnectProvider | Iam::CreateSAMLProvider) => {
                left.extend(self.creates(home).map(|resource| (resource, None)));
            }
            Some(Iam::CreateServiceLinkedRole) => {
                let role = given("Role.RoleName").map(|name| Resource::Entity(ResourceRef::Role(name.as_str().into())));
                left.extend(role.map(|role| (role, made("Role.RoleId"))));
            }
            Some(
                Iam::DeleteUser
                | Iam::DeleteGroup
                | Iam::DeleteRole
                | Iam::DeleteServiceLinkedRole
                | Iam::DeletePolicy
                | Iam::DeleteInstanceProfile
                | Iam::DeleteOpenIDConnectProvider
                | Iam::DeleteSAMLProvider
                | Iam::DeleteServerCertificate,
            ) => {
                let gone = self.touches(home).into_iter();
                let gone = gone.filter(|it| matches!(it, Resource::Entity(_)));
                left.extend(gone.map(|resource| (resource, Some(Saw::Id(None)))));
            }
            Some(Iam::UpdateUser | Iam::UpdateGroup | Iam::UpdateServerCertificate) => left.extend(self.renamed(known)),
            Some(Iam::CreateAccessKey) => {
                let key = given("AccessKey.AccessKeyId").zip(self.text("UserName"));
                left.extend(key.map(|(id, user)| {
                    let resource = Resource::Credential(CredentialKind::AccessKey, user.into(), id);
                    (resource, Some(Saw::Value("Active".into())))
                }));
            }
            _ => left.extend(self.touches(home).into_iter().filter_map(|resource| {
                let saw = self.leaves_on(&resource, given("PolicyVersion.VersionId"))?;
                Some((resource, saw.known()))
            })),
        }
        left.extend(self.leaves_whole(known));
        left
    }

    /// What must be read after the call, so that undoing it later does not take somebody else's: it is known by a date
    /// or a content that the answer does not tell.
    pub fn leaves_unsaid(&self, gives: &Map<String, Value>, home: Option<&Home>) -> Vec<Resource> {
        let left = self.leaves(gives, home, &Known::default()).into_iter().filter(|(_, saw)| saw.is_none());
        let dated = |resource: &Resource| {
            matches!(
                resource,
                Resource::Entity(ResourceRef::Provider(_))
                    | Resource::Thumbprints(_)
                    | Resource::Password(_)
                    | Resource::Credential(..)
            )
        };
        left.map(|(resource, _)| resource).filter(dated).collect()
    }

    /// How a call that creates an entity leaves a part of it; nothing for what it cannot set.
    fn creates_part(&self, part: Resource) -> Option<(Resource, Option<Saw>)> {
        let saw = match &part {
            Resource::Path(_) => Saw::Value(self.text("Path").unwrap_or("/").into()),
            Resource::Trust(_) => Saw::Document(self.text("AssumeRolePolicyDocument").map(digest)),
            Resource::MaxSession(_) => {
                Saw::Value(self.input().get("MaxSessionDuration").cloned().unwrap_or_else(|| DEFAULT_SESSION.into()))
            }
            Resource::Tags(_) => Saw::Value(Value::Object(self.tags().into_iter().collect())),
            Resource::Audiences(_) => {
                let list = self.input().get("ClientIDList").and_then(Value::as_array).into_iter().flatten();
                let mut audiences: Vec<&str> = list.filter_map(Value::as_str).collect();
                audiences.sort_unstable();
                Saw::Value(audiences.into())
            }
            // AWS finds the thumbprints out where none is given.
            Resource::Thumbprints(_) if !self.input().contains_key("ThumbprintList") => return Some((part, None)),
            _ => self.leaves_on(&part, None)?.known()?,
        };
        Some((part, Some(saw)))
    }

    /// How a call that changes one tag or audience leaves all of them; not known where it is not known what was there.
    fn leaves_whole(&self, known: &Known) -> Option<(Resource, Option<Saw>)> {
        let owner = || self.holder().or_else(|| self.policy(None)).or_else(|| self.other());
        let before = |resource: &Resource| known.of(resource).map(|(saw, _)| saw.clone());
        match (self.change_kind(), self.iam()) {
            (Some(ChangeKind::Tag | ChangeKind::Untag), _) => {
                let tags = Resource::Tags(owner()?);
                let after = before(&tags).and_then(|saw| {
                    let Saw::Value(Value::Object(mut held)) = saw else { return None };
                    for (key, value) in self.tags() {
                        held.retain(|own, _| !own.eq_ignore_ascii_case(&key));
                        if !value.is_null() {
                            held.insert(key, value);
                        }
                    }
                    Some(Saw::Value(Value::Object(held)))
                });
                Some((tags, after))
            }
            (
                Some(verb),
                Some(Iam::AddClientIDToOpenIDConnectProvider | Iam::RemoveClientIDFromOpenIDConnectProvider),
            ) => {
                let (all, own) = (Resource::Audiences(self.other()?), self.text("ClientID")?);
                let after = before(&all).and_then(|saw| {
                    let Saw::Value(Value::Array(held)) = saw else { return None };
                    let mut held: Vec<&str> = held.iter().filter_map(Value::as_str).filter(|it| *it != own).collect();
                    held.extend((verb == ChangeKind::Add).then_some(own));
                    held.sort_unstable();
                    Some(Saw::Value(held.into()))
                });
                Some((all, after))
            }
            _ => None,
        }
    }

    /// How a call leaves one of the resources that it touches; nothing where it leaves it alone.
    fn leaves_on(&self, resource: &Resource, version: Option<String>) -> Option<Left> {
        let (operation, verb) = (self.iam(), self.change_kind());
        let text = |name: &str| self.text(name).map_or(Value::Null, Value::from);
        Some(Left::As(match resource {
            Resource::Attached(..) => Saw::Value((verb == Some(ChangeKind::Attach)).into()),
            Resource::Member(..) | Resource::Audience(..) => Saw::Value((verb == Some(ChangeKind::Add)).into()),
            Resource::Inline(..) | Resource::Trust(_) => Saw::Document(self.text("PolicyDocument").map(digest)),
            Resource::Boundary(_) => Saw::Value(text("PermissionsBoundary")),
            Resource::Tag(_, key) => {
                let tag = self.tags().into_iter().find(|(own, _)| own == key);
                Saw::Value(tag.map_or(Value::Null, |(_, value)| value))
            }
            Resource::ProfileRole(_) if verb == Some(ChangeKind::Add) => Saw::Value(text("RoleName")),
            Resource::Description(_) => {
                let description = self.text("Description").filter(|text| !text.is_empty());
                Saw::Value(description.map_or(Value::Null, Value::from))
            }
            Resource::MaxSession(_) => Saw::Value(self.input().get("MaxSessionDuration").cloned().unwrap_or_default()),
            // What is reset is not set.
            Resource::MaxSignin(_) => {
                Saw::Value(self.input().get("MaxSigninSessionDuration").cloned().unwrap_or_default())
            }
            Resource::Thumbprints(_) => {
                let list = self.input().get("ThumbprintList").and_then(Value::as_array).into_iter().flatten();
                Saw::Value(list.filter_map(Value::as_str).map(|text| Value::from(text.to_lowercase())).collect())
            }
            Resource::Metadata(_) => Saw::Document(self.text("SAMLMetadataDocument").map(|text| digest(text.trim()))),
            Resource::Setting(setting) => self.leaves_setting(*setting),
            Resource::DefaultVersion(_) if operation == Some(Iam::SetDefaultPolicyVersion) => {
                Saw::Value(text("VersionId"))
            }
            Resource::DefaultVersion(_) if self.input().get("SetAsDefault") == Some(&Value::Bool(true)) => {
                return Some(version.map_or(Left::Open, |id| Left::As(Saw::Value(id.into()))));
            }
            // When a password or a device was set up is told by the service alone.
            Resource::Password(_) if verb == Some(ChangeKind::Create) => return Some(Left::Open),
            Resource::Credential(..) if matches!(verb, Some(ChangeKind::Enable | ChangeKind::Reset)) => {
                return Some(Left::Open);
            }
            Resource::Credential(CredentialKind::Mfa, ..) if verb == Some(ChangeKind::Update) => {
                return Some(Left::Open);
            }
            Resource::Credential(..) if verb == Some(ChangeKind::Update) => Saw::Value(text("Status")),
            Resource::Password(_) if verb == Some(ChangeKind::Update) => return None,
            Resource::Password(_) | Resource::Credential(..) | Resource::ProfileRole(_) => Saw::Value(Value::Null),
            Resource::DefaultVersion(_)
            | Resource::Entity(_)
            | Resource::Path(_)
            | Resource::Tags(_)
            | Resource::Audiences(_) => return None,
        }))
    }

    /// A user or group that is renamed keeps its unique id.
    fn renamed(&self, known: &Known) -> Vec<(Resource, Option<Saw>)> {
        let Some((old, new)) = self.renames() else { return Vec::new() };
        let path = self.text("NewPath").map(|path| Saw::Value(path.into()));
        let mut left = Vec::new();
        if new != old {
            let id = known.of(&Resource::Entity(old.clone())).map(|(saw, _)| saw.clone());
            left.push((Resource::Entity(new.clone()), id));
            left.push((Resource::Entity(old), Some(Saw::Id(None))));
        }
        if path.is_some() {
            left.push((Resource::Path(new), path));
        }
        left
    }
}

/// What comes back of an entity where its deletion is undone, apart from what other steps bring back.
fn parts(entity: &ResourceRef) -> Vec<Resource> {
    let of: &[fn(ResourceRef) -> Resource] = match entity {
        ResourceRef::User(_) => &[Resource::Path, Resource::Boundary, Resource::Tags],
        ResourceRef::Group(_) => &[Resource::Path],
        ResourceRef::Role(_) => {
            &[Resource::Trust, Resource::Description, Resource::MaxSession, Resource::Boundary, Resource::Tags]
        }
        ResourceRef::Policy(_) | ResourceRef::InstanceProfile(_) => &[Resource::Tags],
        ResourceRef::Provider(arn) if arn.resource_type() == "saml-provider" => &[Resource::Metadata, Resource::Tags],
        ResourceRef::Provider(_) => &[Resource::Audiences, Resource::Thumbprints, Resource::Tags],
        // Its private key does not come back, so neither does the rest.
        ResourceRef::ServerCertificate(_) => &[],
    };
    of.iter().map(|of| of(entity.clone())).collect()
}

/// The longest session of a role, in seconds, where its creation does not set it.
const DEFAULT_SESSION: u64 = 3600;

/// What is known while a plan goes on: what it saw, and what its steps have left behind since.
#[derive(Debug, Clone, Default)]
pub struct Known(HashMap<Resource, (Option<Saw>, Option<String>)>);

impl Known {
    /// The state of a resource, and the step that left it; no step: it was seen.
    fn of(&self, resource: &Resource) -> Option<(&Saw, Option<&str>)> {
        let (saw, step) = self.0.get(resource)?;
        Some((saw.as_ref()?, step.as_deref()))
    }

    /// Takes in a step that was done: what it relied on, and what it left.
    pub fn take(&mut self, step: &Step, call: &Call, gives: &Map<String, Value>, home: Option<&Home>) {
        for expect in &step.expects {
            self.0.entry(expect.resource.clone()).or_insert_with(|| (Some(expect.saw.clone()), None));
        }
        for (resource, saw) in call.leaves(gives, home, self) {
            self.0.insert(resource, (saw, Some(step.id.clone())));
        }
    }

    /// Takes in what was read after a step, where its answer does not tell how it left things.
    pub fn take_left(&mut self, step: &str, left: &[Expect]) {
        for expect in left {
            self.0.insert(expect.resource.clone(), (Some(expect.saw.clone()), Some(step.to_owned())));
        }
    }

    /// What a step relies on, each with the step that left it so: what it saw, unless an earlier step has changed it.
    pub fn expects(&self, step: &Step, call: &Call, home: Option<&Home>) -> Vec<(Expect, Option<String>)> {
        let mut found: Vec<(Expect, Option<String>)> = Vec::new();
        let own = step.expects.iter().map(|expect| expect.resource.clone());
        for resource in own.chain(call.touches(home)) {
            if found.iter().any(|(expect, _)| expect.resource == resource) {
                continue;
            }
            let seen = || step.expects.iter().find(|expect| expect.resource == resource);
            let (saw, by) = match self.0.get(&resource) {
                Some((Some(saw), by)) => (saw.clone(), by.clone()),
                // A step has changed it, and nobody can tell to what.
                Some((None, _)) => continue,
                None => match seen() {
                    Some(expect) => (expect.saw.clone(), None),
                    // What is created was not there, whether anybody looked or not.
                    None if call.creates(home).as_ref() == Some(&resource) => (Saw::Id(None), None),
                    None => continue,
                },
            };
            found.push((Expect { resource, saw }, by));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Operation;

    const OWN: &str = "arn:aws:iam::123456789012:policy/cap";

    #[track_caller]
    fn check(call: &Call, touched: &[&str]) {
        let home = Home::of("arn:aws:iam::123456789012:root");
        let found: Vec<String> = call.touches(home.as_ref()).iter().map(ToString::to_string).collect();
        assert_eq!(found, touched, "{}", call.operation());
    }

    #[test]
    fn a_call_depends_on_what_it_changes_and_on_whom_it_changes() {
        let cap = format!("policy {OWN}");
        check(&Call::delete_user("a"), &["user a", "user a path", "user a boundary", "user a tags"]);
        check(
            &Call::delete_role("r"),
            &[
                "role r",
                "role r trust-policy",
                "role r description",
                "role r max-session",
                "role r boundary",
                "role r tags",
            ],
        );
        check(&Call::delete_group("g"), &["group g", "group g path"]);
        let version = format!("{cap} default-version");
        check(&Call::attach_user_policy("a", OWN), &["user a", &cap, &version, &format!("user a attached {OWN}")]);
        let aws = "arn:aws:iam::aws:policy/X";
        check(&Call::detach_role_policy("r", aws), &["role r", "role r attached arn:aws:iam::aws:policy/X"]);
        check(&Call::put_group_policy("g", "p", "{}"), &["group g", "group g inline-policy p"]);
        check(&Call::put_user_boundary("a", OWN), &["user a", &cap, &version, "user a boundary"]);
        check(&Call::add_user_to_group("g", "a"), &["user a", "group g", "user a group g"]);
        check(&Call::untag_policy(OWN, serde_json::json!(["k"])), &[&cap, &format!("{cap} tag k")]);
        check(&Call::update_trust_policy("r", "{}"), &["role r", "role r trust-policy"]);
        check(&Call::set_default_policy_version(OWN, "v2"), &[&cap, &format!("{cap} default-version")]);
        check(&Call::delete_access_key("a", "AKIA"), &["user a", "user a access-key AKIA"]);
        check(&Call::create_policy("cap", "{}"), &[&cap]);
        let bounded = Call::create_user("a").with("PermissionsBoundary", OWN);
        check(&bounded, &["user a", &cap, &version]);
        check(
            &Call::remove_role_from_instance_profile("p", "r"),
            &["role r", "instance-profile p", "instance-profile p role"],
        );
    }

    #[test]
    fn every_operation_on_a_user_group_role_or_policy_names_it() {
        for named in Iam::ALL.iter().copied().filter(|operation| operation.change().is_some()) {
            let operation = Operation::Iam(named).model().unwrap();
            let mut call = Call::new(named);
            let names = ["UserName", "GroupName", "RoleName"];
            let takes = |name: &str| operation.input().member(name).is_some_and(|member| member.required);
            for name in names.into_iter().filter(|name| takes(name)) {
                call = call.with(name, "x");
            }
            if takes("PolicyArn") {
                call = call.with("PolicyArn", OWN);
            }
            let about = names.iter().chain(&["PolicyArn"]).filter(|name| call.text(name).is_some()).count();
            let found = call.touches(None);
            let entities = found.iter().filter(|resource| matches!(resource, Resource::Entity(_))).count();
            assert_eq!(entities, about, "{}: {found:?}", operation.name);
        }
    }
}
