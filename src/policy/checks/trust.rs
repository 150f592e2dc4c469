//! Role trust policies: what only the trust policy of a role must and must not have.

use super::{Context, Example, Family, Rule, added};
use crate::catalog::federation;
use crate::policy::PolicyKind;
use crate::policy::ast::{Principal, PrincipalKind, Statement, Text};
use crate::policy::diagnostic::FindingType;

/// Role trust policies.
pub const FAMILY: Family = Family {
    name: "Role trust policies",
    rules: &[
        &ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL,
        &ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
        &ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE,
        &INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY,
        &MISMATCHED_ACTION_FOR_PRINCIPAL,
        &MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY,
        &REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Trust {
        return;
    }
    let policy = context.policy;
    for statement in &policy.statements {
        if let Some(principal) = &statement.not_principal {
            context.report(&ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL, &[principal.key], &[]);
        }
        for list in statement.resource.iter().chain(&statement.not_resource) {
            context.report(&ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE, &[list.key], &[]);
            context.fix_remove("Remove the element", &[list.key]);
        }
        if let Some(principal) = &statement.principal {
            principals(context, statement, principal);
        }
    }
    roles_anywhere(context);
}

fn principals(context: &mut Context<'_, '_>, statement: &Statement<'_>, principal: &Principal<'_>) {
    if let Some(text) = principal.plain.as_ref().filter(|text| text.value == "*") {
        context.report(&ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL, &[text.node], &[]);
        let edit = crate::policy::diagnostic::Edit { span: text.span, text: "{\"AWS\": \"*\"}".to_owned() };
        context.fix(crate::policy::diagnostic::Fix::new("Write `{\"AWS\": \"*\"}`", vec![edit]));
    }
    for provider in principal.of_kind(PrincipalKind::Federated) {
        if Provider::of(provider.as_str()).is_none() && !provider.value.contains(['*', '?']) {
            let rule = &INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY;
            context.report(rule, &[provider.node], &[]);
        }
    }
    mismatched_actions(context, statement, principal);
    redundant_sessions(context, principal);
}

/// What a federated principal is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Saml,
    Oidc,
}

impl Provider {
    fn of(text: &str) -> Option<Self> {
        if text.starts_with("arn:") {
            let resource = text.splitn(6, ':').nth(5).unwrap_or_default();
            if resource.starts_with("saml-provider/") {
                return Some(Self::Saml);
            }
            return federation::issuer_of(text).map(|_| Self::Oidc);
        }
        let domain = text.contains('.')
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/' | b'_'));
        domain.then_some(Self::Oidc)
    }
}

fn mismatched_actions(context: &mut Context<'_, '_>, statement: &Statement<'_>, principal: &Principal<'_>) {
    for action in statement.action.iter().flat_map(|list| &list.items) {
        let wanted = match action.value.to_ascii_lowercase().as_str() {
            "sts:assumerolewithsaml" => Some(Provider::Saml),
            "sts:assumerolewithwebidentity" => Some(Provider::Oidc),
            "sts:assumerole" => None,
            _ => continue,
        };
        let misfits: Vec<&Text<'_>> = principal
            .groups
            .iter()
            .flat_map(|group| group.list.items.iter().map(move |item| (group.kind, item)))
            .filter(|(kind, item)| {
                let provider = (*kind == Some(PrincipalKind::Federated)).then(|| Provider::of(item.as_str())).flatten();
                match wanted {
                    Some(_) => provider != wanted,
                    None => *kind == Some(PrincipalKind::Federated),
                }
            })
            .map(|(_, item)| item)
            .collect();
        // A statement may list the actions of several kinds of principals; each must fit one.
        let total: usize = principal.groups.iter().map(|group| group.list.items.len()).sum();
        if !misfits.is_empty() && misfits.len() == total {
            let names: Vec<&str> = misfits.iter().map(|item| item.as_str()).collect();
            context.report(&MISMATCHED_ACTION_FOR_PRINCIPAL, &[action.node], &[action.as_str(), &names.join(", ")]);
            let providers: Vec<_> = names.iter().map(|name| Provider::of(name)).collect();
            let one = providers.first().filter(|first| providers.iter().all(|other| other == *first));
            let federated = principal.groups.iter().all(|group| group.kind == Some(PrincipalKind::Federated));
            match one {
                Some(Some(Provider::Saml)) => context.fix_string(action.node, "sts:AssumeRoleWithSAML"),
                Some(Some(Provider::Oidc)) => context.fix_string(action.node, "sts:AssumeRoleWithWebIdentity"),
                Some(None) if !federated => context.fix_string(action.node, "sts:AssumeRole"),
                _ => {}
            }
        }
    }
}

/// A session needs no naming where its role is named.
fn redundant_sessions(context: &mut Context<'_, '_>, principal: &Principal<'_>) {
    let all: Vec<&Text<'_>> = principal.of_kind(PrincipalKind::Aws).collect();
    for session in &all {
        let mut fields = session.value.splitn(6, ':');
        let (account, resource) = (fields.nth(4).unwrap_or_default(), fields.next().unwrap_or_default());
        let Some(role) = resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next()) else {
            continue;
        };
        let parent = all.iter().find(|other| {
            let mut fields = other.value.splitn(6, ':');
            fields.nth(4) == Some(account)
                && fields
                    .next()
                    .and_then(|r| r.strip_prefix("role/"))
                    .is_some_and(|path| path.rsplit('/').next() == Some(role))
        });
        if let Some(parent) = parent {
            let parts = [session.as_str(), parent.as_str()];
            context.report(&REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY, &[session.node, parent.node], &parts);
            context.fix_remove("Remove the session", &[session.node]);
        }
    }
}

/// The service needs three actions; they may stand in different statements.
fn roles_anywhere(context: &mut Context<'_, '_>) {
    const SERVICE: &str = "rolesanywhere.amazonaws.com";
    let policy = context.policy;
    let named = |statement: &&Statement<'_>| {
        let service =
            statement.principal.as_ref().and_then(|p| p.of_kind(PrincipalKind::Service).find(|s| s.value == SERVICE));
        service.is_some() && statement.allows()
    };
    let statements: Vec<&Statement<'_>> = policy.statements.iter().filter(named).collect();
    let has = |wanted: &str| {
        let mut actions = statements.iter().flat_map(|statement| statement.action.iter().flat_map(|list| &list.items));
        actions.any(|action| crate::base::wildcard::matches_ignore_case(action.as_str(), wanted))
    };
    let missing: Vec<&str> = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
        .into_iter()
        .filter(|action| !has(action))
        .collect();
    if missing.is_empty() {
        return;
    }
    for statement in &statements {
        let Some(principal) = &statement.principal else { continue };
        let nodes: Vec<_> =
            principal.of_kind(PrincipalKind::Service).filter(|s| s.value == SERVICE).map(|s| s.node).collect();
        context.report(&MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY, &nodes, &[]);
        if let Some(list) = &statement.action {
            let fix = added(context, list, &missing, format!("Add {}", missing.join(", ")));
            context.fix(fix);
        }
    }
}

const ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL: Rule = Rule {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    kind: FindingType::Error,
    title: "Role trust policy syntax error notprincipal",
    message: "Role trust policies do not support NotPrincipal. Update the policy to use a Principal element instead.",
    about: "A trust policy cannot name those who may not.",
    cure: "Name in `Principal` those who may.",
    bad: Example::trust(r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
    good: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
};

const ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Rule = Rule {
    code: "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    kind: FindingType::Error,
    title: "Role trust policy unsupported wildcard in principal",
    message: r#""Principal:" "*" is not supported in the principal element of a role trust policy. Replace the wildcard with a valid principal value."#,
    about: r#"IAM refuses the bare `"*"` in a trust policy."#,
    cure: "Name those who may assume the role.",
    bad: Example::trust(r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#),
    good: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
};

const ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE: Rule = Rule {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    kind: FindingType::Error,
    title: "Role trust policy syntax error resource",
    message: "Role trust policies apply to the role that they are attached to. You cannot specify a resource. Remove the Resource or NotResource element.",
    about: "A trust policy is about the role that it belongs to.",
    cure: "Remove the element.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", "Resource": "*"}"#,
    ),
    good: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
};

const INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY: Rule = Rule {
    code: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
    kind: FindingType::Error,
    title: "Invalid federated principal syntax in role trust policy",
    message: "The principal value specifies a federated principal that does not match the expected format. Update the federated principal to a domain name or a SAML metadata ARN.",
    about: "A federated principal is the domain of a provider or the ARN of a SAML or OpenID Connect provider.",
    cure: "Write the domain or the ARN.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "my provider"}, "Action": "sts:AssumeRoleWithSAML"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, "Action": "sts:AssumeRoleWithSAML", "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}"#,
    ),
};

const MISMATCHED_ACTION_FOR_PRINCIPAL: Rule = Rule {
    code: "MISMATCHED_ACTION_FOR_PRINCIPAL",
    kind: FindingType::Error,
    title: "Mismatched action for principal",
    message: "The {{actionName}} action is invalid with the following principal(s): {{principalNames}}. Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action. Ensure the provider is Federated if you use either of the two options.",
    about: "SAML providers go with `sts:AssumeRoleWithSAML`, OpenID Connect providers with `sts:AssumeRoleWithWebIdentity`, and neither with a principal of another kind.",
    cure: "Take the action that fits the principal.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, "Action": "sts:AssumeRoleWithSAML"}"#,
    ),
};

const MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY: Rule = Rule {
    code: "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
    kind: FindingType::Error,
    title: "Missing action for roles anywhere trust policy",
    message: "The rolesanywhere.amazonaws.com service principal requires the sts:AssumeRole, sts:SetSourceIdentity, and sts:TagSession permissions to assume a role. Add the missing permissions to the policy.",
    about: "IAM Roles Anywhere sets a source identity and tags with every session.",
    cure: "Add `sts:SetSourceIdentity` and `sts:TagSession`.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]}"#,
    ),
};

const REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY: Rule = Rule {
    code: "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    kind: FindingType::Suggestion,
    title: "Redundant principal in role trust policy",
    message: "The assumed-role principal {{redundant_principal}} is redundant with its parent role {{parent_role}}. Remove the assumed-role principal.",
    about: "The role that is named takes in its sessions.",
    cure: "Remove the session.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/app", "arn:aws:sts::111122223333:assumed-role/app/session"]}, "Action": "sts:AssumeRole"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "sts:AssumeRole"}"#,
    ),
};
