//! Who the session is.

use super::{AccountId, RoleName, UserName};
use crate::base::arn::Arn;
use serde::{Deserialize, Serialize};

/// The caller as `sts:GetCallerIdentity` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The account.
    pub account: AccountId,
    /// The caller's ARN.
    pub arn: Arn,
    /// The caller's unique id, with the session's name after a colon.
    pub user_id: Box<str>,
}

/// What kind of principal the caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account's root user.
    Root,
    /// An IAM user.
    User(UserName),
    /// A session of a role.
    AssumedRole {
        /// The role.
        role: RoleName,
        /// The session's name.
        session: Box<str>,
    },
    /// A federated user.
    Federated(Box<str>),
    /// Something newer.
    Other,
}

impl Identity {
    /// What kind of principal the caller is, read off the ARN.
    pub fn principal(&self) -> Principal {
        let mut parts = self.arn.resource().split('/');
        match (self.arn.service(), parts.next().unwrap_or_default()) {
            ("iam", "root") => Principal::Root,
            // Some emulators name their user by the service that answers.
            ("iam" | "sts", "user") => Principal::User(self.arn.name().into()),
            ("sts", "assumed-role") => Principal::AssumedRole {
                role: parts.next().unwrap_or_default().into(),
                session: parts.next().unwrap_or_default().into(),
            },
            ("sts", "federated-user") => Principal::Federated(self.arn.name().into()),
            _ => Principal::Other,
        }
    }

    /// The partition, such as `aws` or `aws-cn`, which ARNs of the session's policies must follow.
    pub fn partition(&self) -> &str {
        self.arn.partition()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arn: &str, principal: &Principal) {
        let identity =
            Identity { account: "123456789012".into(), arn: Arn::parse(arn).unwrap(), user_id: "AIDAEXAMPLE".into() };
        assert_eq!(&identity.principal(), principal);
    }

    #[test]
    fn the_arn_tells_the_kind_of_caller() {
        check("arn:aws:iam::123456789012:root", &Principal::Root);
        check("arn:aws:iam::123456789012:user/ops/alice", &Principal::User("alice".into()));
        check(
            "arn:aws:sts::123456789012:assumed-role/Admin/alice",
            &Principal::AssumedRole { role: "Admin".into(), session: "alice".into() },
        );
        check("arn:aws:sts::123456789012:federated-user/bob", &Principal::Federated("bob".into()));
    }
}
