//! The kinds of policies and how one is guessed.

use super::ast::{Policy, Statement};

/// What a policy is attached to, which decides what it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum PolicyKind {
    /// Attached to a user, group or role, managed or inline.
    #[default]
    Identity,
    /// A managed policy used as permissions boundary.
    Boundary,
    /// Given when a session begins.
    Session,
    /// Attached to a resource such as a bucket, queue or key.
    Resource,
    /// Who may assume a role.
    Trust,
    /// A service control policy of an organization.
    Scp,
    /// A resource control policy of an organization.
    Rcp,
    /// The policy of a VPC endpoint.
    Vpce,
}

impl PolicyKind {
    /// All kinds with the names that the command line takes.
    pub const ALL: [(&'static str, Self); 8] = [
        ("identity", Self::Identity),
        ("boundary", Self::Boundary),
        ("session", Self::Session),
        ("resource", Self::Resource),
        ("trust", Self::Trust),
        ("scp", Self::Scp),
        ("rcp", Self::Rcp),
        ("vpce", Self::Vpce),
    ];

    /// The name that the command line takes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Reads a name of the command line.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Whether principals must be named.
    pub fn needs_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Rcp | Self::Vpce)
    }

    /// Whether it is one of the kinds that belong to an identity and grant or cap what it may do.
    pub fn is_identity_based(self) -> bool {
        matches!(self, Self::Identity | Self::Boundary | Self::Session)
    }

    /// The likeliest kind by what the document holds; a boundary, session policy or SCP looks like an
    /// identity policy and is taken for one.
    pub fn guess(policy: &Policy<'_>) -> Self {
        let statements = &policy.statements;
        let names_principals = statements.iter().any(|s| s.principal.is_some() || s.not_principal.is_some());
        if !names_principals {
            let trust = statements.iter().any(|s| s.resource.is_none() && s.not_resource.is_none() && only_assumes(s));
            return if trust { Self::Trust } else { Self::Identity };
        }
        if statements.iter().any(|s| s.resource.is_none() && s.not_resource.is_none() && only_assumes(s)) {
            return Self::Trust;
        }
        let full = |s: &Statement<'_>| {
            s.allows()
                && s.condition.is_none()
                && s.principal.as_ref().is_some_and(super::ast::Principal::is_everyone)
                && s.action.as_ref().is_some_and(|list| list.has("*"))
                && s.resource.as_ref().is_some_and(|list| list.has("*"))
        };
        if statements.iter().any(full) { Self::Vpce } else { Self::Resource }
    }
}

/// Whether a statement speaks only of taking a role.
fn only_assumes(statement: &Statement<'_>) -> bool {
    let assumes = |action: &str| {
        let action = action.to_ascii_lowercase();
        ["sts:assume", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext", "sts:*"]
            .iter()
            .any(|start| action.starts_with(start))
    };
    let mut actions = statement.actions_of_both().peekable();
    actions.peek().is_some() && actions.all(|action| assumes(action.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(statement: &str, kind: PolicyKind) {
        let text = format!(r#"{{"Statement": [{statement}]}}"#);
        assert_eq!(PolicyKind::guess(&read(&text)), kind, "{statement}");
    }

    #[test]
    fn the_kind_is_guessed_by_what_the_document_holds() {
        check(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, PolicyKind::Identity);
        check(r#"{"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#, PolicyKind::Trust);
        check(r#"{"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}"#, PolicyKind::Resource);
        check(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#, PolicyKind::Vpce);
        check("{}", PolicyKind::Identity);
    }

    #[test]
    fn names_are_read_back() {
        for (name, kind) in PolicyKind::ALL {
            assert_eq!(PolicyKind::parse(kind.name()), Some(kind));
            assert_eq!(kind.name(), name);
        }
    }
}
