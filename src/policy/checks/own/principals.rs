//! Principals that AWS would not know: accounts that are none, and services whose name is misspelt.

use super::super::{Context, Example, Family, Rule};
use crate::catalog::principals::{is_account_of_principal, suggest_service_principal};
use crate::policy::ast::{PrincipalKind, Text};
use crate::policy::diagnostic::FindingType;

/// Principals that AWS would not know.
pub const FAMILY: Family = Family {
    name: "Principals that do not exist",
    rules: &[&INVALID_PRINCIPAL_ACCOUNT, &UNKNOWN_SERVICE_PRINCIPAL],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    if !context.kind.is_identity_based() {
        for principal in policy.statements.iter().flat_map(|s| s.principal.iter().chain(&s.not_principal)) {
            for kind in [PrincipalKind::Aws, PrincipalKind::Federated] {
                principal.of_kind(kind).for_each(|entry| account(context, entry));
            }
            principal.of_kind(PrincipalKind::Service).for_each(|entry| service(context, entry));
        }
    }
    let keys = std::mem::take(&mut context.keys);
    for key in keys.iter().filter(|key| key.is_one_of(&["iam:PassedToService", "iam:AWSServiceName"])) {
        key.entry.values.iter().for_each(|value| service(context, &value.text));
    }
    context.keys = keys;
}

/// The account of a principal's ARN, or one that stands alone, where it cannot be one.
pub(super) fn wrong_account(principal: &str) -> Option<&str> {
    let account = match principal.strip_prefix("arn:") {
        Some(rest) => {
            let mut fields = rest.splitn(5, ':');
            let service = fields.nth(1);
            fields.nth(1).filter(|_| matches!(service, Some("iam" | "sts")))
        }
        None => Some(principal).filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
    };
    account.filter(|account| !is_account_of_principal(account) && !account.contains(['*', '?', '$']))
}

fn account(context: &mut Context<'_, '_>, entry: &Text<'_>) {
    if let Some(account) = wrong_account(entry.as_str()) {
        context.report(&INVALID_PRINCIPAL_ACCOUNT, &[entry.node], &[account]);
    }
}

/// A service that is nearly, but not quite, one that is known.
fn service(context: &mut Context<'_, '_>, entry: &Text<'_>) {
    if let Some(meant) = suggest_service_principal(entry.as_str(), context.catalog) {
        context.report(&UNKNOWN_SERVICE_PRINCIPAL, &[entry.node], &[entry.as_str(), &meant]);
        context.fix_string(entry.node, &meant);
    }
}

const INVALID_PRINCIPAL_ACCOUNT: Rule = Rule {
    code: "invalid-principal-account",
    kind: FindingType::Error,
    title: "Invalid account in a principal",
    message: "The account ID {{account}} in the principal is not valid. Provide a 12-digit account ID.",
    about: "AWS refuses a policy whose principal names an account that cannot exist.",
    cure: "Write the 12 digits of the account, with their zeros.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1234567890:root"}, "Action": "sts:AssumeRole"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}"#,
    ),
};

const UNKNOWN_SERVICE_PRINCIPAL: Rule = Rule {
    code: "unknown-service-principal",
    kind: FindingType::Warning,
    title: "Unknown service principal",
    message: "There is no service principal {{principal}}. Did you mean {{nearest}}?",
    about: "AWS refuses a trust policy with a service that does not exist; elsewhere such a name matches nothing.",
    cure: "Write the name of the service principal as the service documents it.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Service": "lamda.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
    ),
};

#[cfg(test)]
mod tests {
    use crate::policy::PolicyKind;
    use crate::policy::validate::{Options, validate};

    #[track_caller]
    fn check(kind: PolicyKind, statement: &str, code: &str, told: &[&str]) {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {statement}}}]}}"#);
        let report = validate(&text, &Options { kind: Some(kind), ..Options::default() });
        let found: Vec<_> = report.findings.iter().filter(|f| f.code == code).map(|f| f.details.as_str()).collect();
        assert_eq!(found, told, "{statement}");
    }

    #[test]
    fn accounts_have_twelve_digits() {
        let aws = |value: &str, told: &[&str]| {
            let statement = format!(r#""Principal": {{"AWS": "{value}"}}, "Action": "sts:AssumeRole""#);
            check(PolicyKind::Trust, &statement, "invalid-principal-account", told);
        };
        let told = ["The account ID 1234567890 in the principal is not valid. Provide a 12-digit account ID."];
        aws("arn:aws:iam::1234567890:root", &told);
        aws("arn:aws:sts::1234567890:assumed-role/a/b", &told);
        aws("1234567890", &told);
        aws("111122223333", &[]);
        aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", &[]);
        aws("AROAEXAMPLEEXAMPLE12", &[]);
        let provider = r#""Principal": {"Federated": "arn:aws:iam::1234567890:oidc-provider/example.com"}, "Action": "sts:AssumeRoleWithWebIdentity""#;
        check(PolicyKind::Trust, provider, "invalid-principal-account", &told);
    }

    #[test]
    fn misspelt_services_lead_to_the_nearest_one() {
        let told = ["There is no service principal lamda.amazonaws.com. Did you mean lambda.amazonaws.com?"];
        let trust = r#""Principal": {"Service": "lamda.amazonaws.com"}, "Action": "sts:AssumeRole""#;
        check(PolicyKind::Trust, trust, "unknown-service-principal", &told);
        let passed = r#""Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/a", "Condition": {"StringEquals": {"iam:PassedToService": "lamda.amazonaws.com"}}"#;
        check(PolicyKind::Identity, passed, "unknown-service-principal", &told);
        check(PolicyKind::Identity, &passed.replace("lamda", "lambda"), "unknown-service-principal", &[]);
    }
}
