//! Web identities: which tokens of a web identity provider a role takes.

use super::{Context, Example, Family, Rule};
use crate::catalog::federation;
use crate::policy::PolicyKind;
use crate::policy::ast::{PrincipalKind, Statement, Text};
use crate::policy::diagnostic::FindingType;

/// Web identities.
pub const FAMILY: Family = Family {
    name: "Web identities",
    rules: &[
        &MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL,
        &MISSING_GITHUB_REPO_CONDITION_KEY,
        &SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED,
    ],
    check,
};

const GITHUB: &str = "token.actions.githubusercontent.com";

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Trust {
        return;
    }
    let policy = context.policy;
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        let providers = statement.principal.iter().flat_map(|principal| principal.of_kind(PrincipalKind::Federated));
        for provider in providers {
            if let Some(issuer) = issuer(provider) {
                one(context, statement, provider, issuer);
            }
        }
    }
}

/// The issuer of an OpenID Connect principal: the domain, or what follows `oidc-provider/` in its ARN.
fn issuer<'a>(provider: &'a Text<'_>) -> Option<&'a str> {
    let text = provider.as_str();
    if text.starts_with("arn:") { federation::issuer_of(text) } else { text.contains('.').then_some(text) }
}

fn one(context: &mut Context<'_, '_>, statement: &Statement<'_>, provider: &Text<'_>, issuer: &str) {
    let claim_of = |name: &str| {
        let start = name.get(..issuer.len()).filter(|start| start.eq_ignore_ascii_case(issuer));
        start
            .and_then(|start| name.get(start.len()..))
            .and_then(|rest| rest.strip_prefix(':'))
            .map(str::to_ascii_lowercase)
    };
    let claims: Vec<(String, super::KeyUse<'_, '_>)> =
        context.keys_of(statement).filter_map(|key| Some((claim_of(key.name())?, key))).collect();
    if claims.is_empty() {
        context.report(&MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL, &[provider.node], &[]);
    }
    if !issuer.eq_ignore_ascii_case(GITHUB) {
        return;
    }
    if !claims.iter().any(|(claim, _)| claim == "sub") {
        context.report(&MISSING_GITHUB_REPO_CONDITION_KEY, &[provider.node], &[]);
    }
    let has_ref = claims.iter().any(|(claim, _)| claim == "ref");
    for value in claims.iter().filter(|(claim, _)| claim == "sub").flat_map(|(_, key)| &key.entry.values) {
        if is_broad(value.as_str(), has_ref) {
            context.report(&SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED, &[value.text.node], &[]);
        }
    }
}

/// `repo:OWNER/REPOSITORY:…`: the repository must be written out, the branch too unless `:ref` names it.
fn is_broad(subject: &str, has_ref: bool) -> bool {
    let mut parts = subject.splitn(3, ':');
    let (kind, repository, branch) = (parts.next(), parts.next(), parts.next());
    let wild = |part: Option<&str>| part.is_none_or(|part| part.contains(['*', '?']));
    wild(kind) || wild(repository) || wild(branch) && !has_ref
}

const MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL: Rule = Rule {
    code: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    kind: FindingType::SecurityWarning,
    title: "Missing condition key for oidc principal",
    message: "Using an Open ID Connect principal without a condition can be overly permissive. Add condition keys with a prefix that matches your federated OIDC principals to ensure that only the intended identity provider assumes the role.",
    about: "Without a condition every token of the provider can assume the role, whoever it was issued to.",
    cure: "Add a condition on a key of the provider, such as its `:aud` or `:sub`.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"accounts.google.com:aud": "app"}}}"#,
    ),
};

const MISSING_GITHUB_REPO_CONDITION_KEY: Rule = Rule {
    code: "MISSING_GITHUB_REPO_CONDITION_KEY",
    kind: FindingType::SecurityWarning,
    title: "Missing github repo condition key",
    message: "Granting a federated GitHub principal permissions without a condition key can allow more sources to assume the role than you intended. Add the token.actions.githubusercontent.com:sub condition key and specify the branch and repository name in the value.",
    about: "Without a condition on the subject any repository of GitHub may assume the role.",
    cure: "Add `token.actions.githubusercontent.com:sub` with repository and branch.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:org/app:ref:refs/heads/main"}}}"#,
    ),
};

const SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED: Rule = Rule {
    code: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
    kind: FindingType::Warning,
    title: "Specific github repo and branch recommended",
    message: "Using a wildcard (*) in token.actions.githubusercontent.com:sub can allow requests from more sources than you intended. Specify the value of token.actions.githubusercontent.com:sub with the repository and branch name. If the subject claim does not include the branch, specify it in a token.actions.githubusercontent.com:ref condition key.",
    about: "A wildcard in the subject takes in more repositories or branches than one.",
    cure: "Write repository and branch out.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:org/*"}}}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:org/app:ref:refs/heads/main"}}}"#,
    ),
};
