//! The policy documents of an account, each with whose it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::access::Access;
use crate::base::arn::Arn;
use crate::model::{Fact, InlinePolicy};
use crate::policy::evaluate::Compiled;

/// What kind of policy a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A customer managed policy.
    Managed,
    /// A policy that AWS keeps.
    Aws,
    /// An inline policy of a user, group or role.
    Inline,
    /// The trust policy of a role.
    Trust,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Managed, Self::Aws, Self::Inline, Self::Trust];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Aws => "aws",
            Self::Inline => "inline",
            Self::Trust => "trust",
        }
    }
}

/// A policy document of the account.
pub struct Written {
    /// The ARN of the policy, or that of whoever has it inline.
    pub resource: String,
    /// What it is, in words.
    pub what: String,
    /// What kind of policy it is.
    pub kind: DocumentKind,
    /// Whether it gives anybody permissions.
    pub attached: bool,
    /// Whether it is a permissions boundary of anybody.
    pub bounds: bool,
    /// Whether AWS keeps it.
    pub is_aws: bool,
    /// The document.
    pub compiled: Arc<Compiled>,
}

/// The policies that give permissions: managed ones, and inline ones with whoever has them.
pub fn documents(access: &Access<'_>) -> Vec<Written> {
    let account = access.account();
    let mut all = Vec::new();
    let references = account.references();
    // Those of AWS are told by whoever has them: their list is long and seldom read.
    let own: BTreeSet<&Arn> = account.policies().rows().iter().map(|policy| &policy.arn).collect();
    let used: BTreeSet<&Arn> = references.policies().filter(|arn| !own.contains(arn)).collect();
    for arn in own.into_iter().chain(used) {
        let uses = references.uses(arn);
        let attached =
            uses.is_some_and(|uses| !uses.users.is_empty() || !uses.groups.is_empty() || !uses.roles.is_empty());
        let bounds = uses.is_some_and(|uses| !uses.bounded_users.is_empty() || !uses.bounded_roles.is_empty());
        let is_aws = arn.account() == "aws";
        if is_aws && !attached && !bounds {
            continue;
        }
        if let Some(compiled) = access.managed(arn) {
            let what = format!("policy {}", arn.name());
            let kind = if is_aws { DocumentKind::Aws } else { DocumentKind::Managed };
            all.push(Written { resource: arn.to_string(), what, kind, attached, bounds, is_aws, compiled });
        }
    }
    for user in account.users().rows() {
        inline(access, user.arn.as_str(), &format!("user {}", user.name), &user.facts.inline, &mut all);
    }
    for group in account.groups().rows() {
        inline(access, group.arn.as_str(), &format!("group {}", group.name), &group.facts.inline, &mut all);
    }
    for role in account.roles().rows() {
        inline(access, role.arn.as_str(), &format!("role {}", role.name), &role.facts.inline, &mut all);
    }
    all
}

/// The trust policies.
pub fn trust_documents(access: &Access<'_>) -> impl Iterator<Item = Written> {
    access.account().roles().rows().iter().filter_map(|role| {
        Some(Written {
            resource: role.arn.to_string(),
            what: format!("trust policy of role {}", role.name),
            kind: DocumentKind::Trust,
            attached: true,
            bounds: false,
            is_aws: false,
            compiled: access.trust(role)?,
        })
    })
}

fn inline(
    access: &Access<'_>,
    resource: &str,
    owner: &str,
    policies: &Fact<Vec<InlinePolicy>>,
    all: &mut Vec<Written>,
) {
    for policy in policies.known().into_iter().flatten() {
        if let Some(compiled) = policy.document.known().and_then(|document| access.document(document)) {
            let what = format!("inline policy {} of {owner}", policy.name);
            let kind = DocumentKind::Inline;
            all.push(Written {
                resource: resource.to_owned(),
                what,
                kind,
                attached: true,
                bounds: false,
                is_aws: false,
                compiled,
            });
        }
    }
}
