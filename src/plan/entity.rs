//! The users, groups, roles and policies that a call is about.

use super::call::Call;
use crate::api::{ChangeKind, ChangeTarget, Iam};
use crate::base::arn::Arn;
use crate::model::ResourceRef;

impl Call {
    /// The user, group or role that a call is about, where it is known by name. A membership is the user's: the group
    /// stays as it is.
    pub fn holder(&self) -> Option<ResourceRef> {
        let user = || self.text("UserName").map(|name| ResourceRef::User(name.into()));
        let role = || self.text("RoleName").map(|name| ResourceRef::Role(name.into()));
        match self.change().map(|change| change.holder()) {
            Some(ChangeTarget::Group) if self.text("UserName").is_none() => {
                self.text("GroupName").map(|name| ResourceRef::Group(name.into()))
            }
            _ => user().or_else(role),
        }
    }

    /// The instance profile, identity provider or server certificate that a call is about.
    pub fn other(&self) -> Option<ResourceRef> {
        let provider = |parameter| self.text(parameter).and_then(|arn| Arn::parse(arn).ok()).map(ResourceRef::Provider);
        let profile = self.text("InstanceProfileName").map(|name| ResourceRef::InstanceProfile(name.into()));
        let certificate = || self.text("ServerCertificateName").map(|name| ResourceRef::ServerCertificate(name.into()));
        let provider = || provider("OpenIDConnectProviderArn").or_else(|| provider("SAMLProviderArn"));
        profile.or_else(certificate).or_else(provider)
    }

    /// The resource with a page of its own that a call deletes as a whole.
    pub fn deletes(&self) -> Option<ResourceRef> {
        let change = self.change().filter(|change| change.kind == ChangeKind::Delete && change.owner.is_none())?;
        match change.target {
            ChangeTarget::Policy => Some(ResourceRef::Policy(Arn::parse(self.text("PolicyArn")?).ok()?)),
            ChangeTarget::User | ChangeTarget::Group | ChangeTarget::Role => self.holder(),
            ChangeTarget::InstanceProfile
            | ChangeTarget::OidcProvider
            | ChangeTarget::SamlProvider
            | ChangeTarget::ServerCertificate => self.other(),
            _ => None,
        }
    }

    /// What a user, group or server certificate is called before a call that renames or moves it, and what it is called afterwards.
    pub fn renames(&self) -> Option<(ResourceRef, ResourceRef)> {
        let (old, new) = match self.iam()? {
            Iam::UpdateUser => (self.holder()?, self.text("NewUserName").map(|name| ResourceRef::User(name.into()))),
            Iam::UpdateGroup => (self.holder()?, self.text("NewGroupName").map(|name| ResourceRef::Group(name.into()))),
            Iam::UpdateServerCertificate => {
                let new = self.text("NewServerCertificateName");
                (self.other()?, new.map(|name| ResourceRef::ServerCertificate(name.into())))
            }
            _ => return None,
        };
        let new = new.unwrap_or_else(|| old.clone());
        Some((old, new))
    }
}
