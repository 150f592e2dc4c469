//! Sign-in sessions: who is signed in with the console, the AWS CLI or an agent.

use std::fmt;

use jiff::Timestamp;

use super::{ResourceRef, RoleName, UserName};
use crate::base::arn::Arn;

/// One sign-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigninSession {
    /// The ARN, which ends with its ID.
    pub arn: Arn,
    /// Who signed in.
    pub owner: SigninOwner,
    /// When it began.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// Whether AWS reports it as revoked.
    pub is_revoked: bool,
    /// The kind of program that it was begun with, such as `CLI`.
    pub client_type: Option<Box<str>>,
    /// The ID of that program.
    pub client: Option<Box<str>>,
    /// What its tokens are bound to.
    pub resource: Option<Box<str>>,
}

/// Whose a sign-in session is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigninOwner {
    /// A user of the account.
    User(UserName),
    /// Who assumed a role.
    Role(RoleName),
    /// A federated user, by name.
    Federated(Box<str>),
    /// The root user.
    Root,
}

/// What a sign-in session is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigninStatus {
    /// It can be used.
    Active,
    /// It ended by itself.
    Expired,
    /// It was revoked.
    Revoked,
}

/// Whose sign-in sessions to list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigninQuery {
    /// Everybody's in the account.
    Account,
    /// Those of one identity.
    Of(SigninOwner),
}

/// What one read of a session tells beside its row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SigninDetails {
    /// When it was last refreshed.
    pub last_used: Option<Timestamp>,
    /// The Region that it began in.
    pub region: Option<Box<str>>,
    /// How the program named itself.
    pub user_agent: Option<Box<str>>,
    /// The session that it came from.
    pub origin: Option<Box<str>>,
}

impl SigninSession {
    /// Its ID: the end of its ARN.
    pub fn id(&self) -> &str {
        self.arn.name()
    }

    /// What it is at a moment.
    pub fn status(&self, now: Timestamp) -> SigninStatus {
        match self.is_revoked {
            true => SigninStatus::Revoked,
            false if self.expires <= now => SigninStatus::Expired,
            false => SigninStatus::Active,
        }
    }
}

impl SigninOwner {
    /// The owner that an ARN names. AWS writes it without a path.
    pub fn of(arn: &Arn) -> Option<Self> {
        match (arn.service(), arn.resource_type()) {
            ("iam", "user") => Some(Self::User(arn.name().into())),
            ("iam", "role") => Some(Self::Role(arn.name().into())),
            ("sts", "federated-user") => Some(Self::Federated(arn.name().into())),
            ("iam", _) if arn.resource() == "root" => Some(Self::Root),
            _ => None,
        }
    }

    /// The ARN by which AWS asks for it.
    pub fn arn(&self, partition: &str, account: &str) -> String {
        let iam = |resource: &str| format!("arn:{partition}:iam::{account}:{resource}");
        match self {
            Self::User(name) => iam(&format!("user/{name}")),
            Self::Role(name) => iam(&format!("role/{name}")),
            Self::Federated(name) => format!("arn:{partition}:sts::{account}:federated-user/{name}"),
            Self::Root => iam("root"),
        }
    }

    /// The user or role with a page of its own.
    pub fn entity(&self) -> Option<ResourceRef> {
        match self {
            Self::User(name) => Some(ResourceRef::User(name.clone())),
            Self::Role(name) => Some(ResourceRef::Role(name.clone())),
            Self::Federated(_) | Self::Root => None,
        }
    }

    /// Whose sessions are those of a user or role.
    pub fn of_entity(entity: &ResourceRef) -> Option<Self> {
        match entity {
            ResourceRef::User(name) => Some(Self::User(name.clone())),
            ResourceRef::Role(name) => Some(Self::Role(name.clone())),
            _ => None,
        }
    }
}

impl SigninQuery {
    /// The principal by which AWS asks for them.
    pub fn principal(&self, partition: &str, account: &str) -> String {
        match self {
            Self::Account => format!("arn:{partition}:iam::{account}:*"),
            Self::Of(owner) => owner.arn(partition, account),
        }
    }
}

impl fmt::Display for SigninOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user {name}"),
            Self::Role(name) => write!(f, "role {name}"),
            Self::Federated(name) => write!(f, "federated user {name}"),
            Self::Root => f.write_str("the root user"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_off_an_arn_and_written_without_its_path() {
        for (arn, shown) in [
            ("arn:aws:iam::123456789012:user/ada", "user ada"),
            ("arn:aws:iam::123456789012:role/ops", "role ops"),
            ("arn:aws:sts::123456789012:federated-user/bob", "federated user bob"),
            ("arn:aws:iam::123456789012:root", "the root user"),
        ] {
            let owner = SigninOwner::of(&Arn::parse(arn).unwrap()).unwrap();
            assert_eq!((owner.to_string().as_str(), owner.arn("aws", "123456789012").as_str()), (shown, arn));
        }
        let group = Arn::parse("arn:aws:iam::123456789012:group/x").unwrap();
        assert_eq!(SigninOwner::of(&group), None);
    }
}
