//! Everybody who may ask something of an account: its users and roles, its root user, and whom its policies let in.

use super::access::{ANYBODY, Access, EffectivePermissions};
use crate::base::arn::Arn;
use crate::model::{Account, Trust, TrustedEntity};
use crate::policy::evaluate::Principal;

/// What a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallerKind {
    /// An IAM user.
    User,
    /// A session of a role.
    Role,
    /// The root user of the account.
    Root,
    /// An AWS service.
    Service,
    /// Somebody whom an identity provider vouches for.
    Federated,
    /// Whoever another account lets.
    Account,
    /// Everyone.
    Anyone,
}

impl CallerKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Root => "root",
            Self::Service => "service",
            Self::Federated => "federated",
            Self::Account => "account",
            Self::Anyone => "anyone",
        }
    }
}

/// Somebody who may ask, with what it is allowed.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The ARN, the name of a service or provider, the number of an account, or `*`.
    pub id: Box<str>,
    /// What it is.
    pub kind: CallerKind,
    /// What it is allowed.
    pub powers: EffectivePermissions,
}

/// The partition and number of an account, as far as something in it tells them.
pub fn home(account: &Account) -> Option<(Box<str>, Box<str>)> {
    if let Some(identity) = account.identity() {
        return Some((identity.partition().into(), identity.account.as_str().into()));
    }
    let users = account.users().rows().first().map(|user| &user.arn);
    let roles = account.roles().rows().first().map(|role| &role.arn);
    let groups = account.groups().rows().first().map(|group| &group.arn);
    let arn = users.or(roles).or(groups).or_else(|| account.policies().rows().first().map(|policy| &policy.arn))?;
    Some((arn.partition().into(), arn.account().into()))
}

impl Access<'_> {
    /// The users, the roles and the root user of the account.
    pub fn callers(&self) -> Vec<Caller> {
        let account = self.account();
        let users = account.users().rows().iter().map(|user| Caller {
            id: user.arn.as_str().into(),
            kind: CallerKind::User,
            powers: self.user(user),
        });
        let roles = account.roles().rows().iter().map(|role| Caller {
            id: role.arn.as_str().into(),
            kind: CallerKind::Role,
            powers: self.role(role),
        });
        let root = home(account).map(|(partition, number)| Caller {
            id: format!("arn:{partition}:iam::{number}:root").into(),
            kind: CallerKind::Root,
            powers: self.root(&partition, &number),
        });
        users.chain(roles).chain(root).collect()
    }

    /// Whether an ARN is of the account.
    pub fn is_own(&self, arn: &str) -> bool {
        let own = home(self.account()).map(|(_, number)| number).unwrap_or_default();
        Arn::parse(arn).is_ok_and(|arn| arn.account() == &*own)
    }

    /// Those whom a policy names and who are not of the account.
    pub fn outsiders(&self, policy: &Trust) -> Vec<Caller> {
        policy.entities.iter().filter_map(|entity| self.outsider_named(entity)).collect()
    }

    fn outsider_named(&self, entity: &TrustedEntity) -> Option<Caller> {
        let own = home(self.account()).map(|(_, number)| number);
        let is_own = |number: &str| own.as_deref() == Some(number);
        let caller = |id: &str, kind, powers| Some(Caller { id: id.into(), kind, powers });
        let someone = |number: &str| {
            let arn = Arn::iam("aws", number, "user/somebody").ok()?;
            Some(self.outsider(Principal::User { arn }, false))
        };
        match entity {
            TrustedEntity::Anyone => caller("*", CallerKind::Anyone, someone(ANYBODY)?),
            TrustedEntity::Service(name) => {
                caller(name, CallerKind::Service, self.outsider(Principal::Service(name.clone()), true))
            }
            TrustedEntity::Provider(name) => {
                caller(name, CallerKind::Federated, self.outsider(Principal::Federated(name.clone()), true))
            }
            TrustedEntity::Account(id) if !is_own(id.as_str()) => {
                caller(id.as_str(), CallerKind::Account, someone(id.as_str())?)
            }
            TrustedEntity::Principal(arn) if !is_own(arn.account()) => {
                let principal = Principal::from_arn(arn.as_str()).ok()?;
                let kind = match principal {
                    Principal::User { .. } | Principal::FederatedUser { .. } => CallerKind::User,
                    Principal::Role { .. } | Principal::Session { .. } => CallerKind::Role,
                    _ => return None,
                };
                caller(arn.as_str(), kind, self.outsider(principal, true))
            }
            TrustedEntity::Account(_)
            | TrustedEntity::Principal(_)
            | TrustedEntity::Gone(_)
            | TrustedEntity::Other(_) => None,
        }
    }
}
