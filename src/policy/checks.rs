//! The checks of a policy: one family a file, each rule with its text, its reason, its cure and two examples.
//!
//! The examples are tested: the bad one triggers its rule, the good one does not. A family is listed once, in
//! [`FAMILIES`]; a test holds the list against AWS's 153 codes.

mod addresses;
mod arns;
mod condition_keys;
mod context;
mod elements;
mod emptiness;
mod json;
mod operators;
mod own;
mod pass_role;
mod principals;
mod qualifiers;
mod rcp;
mod redundancy;
mod related_keys;
mod resource_policies;
mod scp;
mod service_linked_roles;
mod service_principals;
mod services;
mod sids;
mod sizes;
mod tag_keys;
mod trust;
mod value_types;
mod values;
mod variables;
mod versions;
mod web_identity;
mod wide_grants;
mod wildcard_values;

use super::PolicyKind;
use super::diagnostic::FindingType;
pub use context::{ActionUse, Context, KeyUse, ResourceUse, added};

/// One thing that a check can say.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// AWS's issue code, or our own in lower case with hyphens.
    pub code: &'static str,
    /// How much it matters.
    pub kind: FindingType,
    /// The title, as the documentation has it.
    pub title: &'static str,
    /// The message; what stands between double braces is filled in.
    pub message: &'static str,
    /// What the rule looks for and why.
    pub about: &'static str,
    /// What to do about a finding.
    pub cure: &'static str,
    /// A policy that triggers the rule.
    pub bad: Example,
    /// A policy that does not, though it is close.
    pub good: Example,
}

impl Rule {
    /// Whether it is one of ours and not of AWS's 153.
    pub fn is_own(&self) -> bool {
        self.code.starts_with(|c: char| c.is_ascii_lowercase())
    }

    /// Where AWS explains the rule; our own rules are explained by `iamtui explain`.
    pub fn learn_more(&self) -> String {
        if self.is_own() {
            return String::new();
        }
        let level = match self.kind {
            FindingType::Error => "error",
            FindingType::SecurityWarning => "security-warning",
            FindingType::Warning => "general-warning",
            FindingType::Suggestion => "suggestion",
        };
        let code = self.code.to_ascii_lowercase().replace('_', "-");
        format!(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html\
             #access-analyzer-reference-policy-checks-{level}-{code}"
        )
    }

    /// The message with its variable parts filled in, in their order.
    pub fn fill(&self, parts: &[&str]) -> String {
        let mut out = String::with_capacity(self.message.len() + 32);
        let mut rest = self.message;
        let mut parts = parts.iter();
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            // Of three braces the outer one is text.
            let after = after.strip_prefix('{').inspect(|_| out.push('{')).unwrap_or(after);
            out.push_str(parts.next().unwrap_or(&""));
            rest = after.split_once("}}").map_or("", |(_, rest)| rest);
        }
        out.push_str(rest);
        out
    }
}

/// A policy that shows a rule.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The kind of policy.
    pub kind: PolicyKind,
    /// The resource type, as AWS names it, where the rule needs one.
    pub resource_type: Option<&'static str>,
    text: &'static str,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Statements,
    Document,
    Long,
    /// About so many characters.
    Sized(usize),
    /// More patterns than are compared with each other.
    Complex,
}

impl Example {
    const fn new(kind: PolicyKind, form: Form, text: &'static str) -> Self {
        Self { kind, resource_type: None, text, form }
    }

    /// Statements of an identity policy.
    pub const fn identity(text: &'static str) -> Self {
        Self::new(PolicyKind::Identity, Form::Statements, text)
    }

    /// Statements of a role trust policy.
    pub const fn trust(text: &'static str) -> Self {
        Self::new(PolicyKind::Trust, Form::Statements, text)
    }

    /// Statements of a policy on a resource.
    pub const fn resource(text: &'static str) -> Self {
        Self::new(PolicyKind::Resource, Form::Statements, text)
    }

    /// Statements of a service control policy.
    pub const fn scp(text: &'static str) -> Self {
        Self::new(PolicyKind::Scp, Form::Statements, text)
    }

    /// Statements of a resource control policy.
    pub const fn rcp(text: &'static str) -> Self {
        Self::new(PolicyKind::Rcp, Form::Statements, text)
    }

    /// Statements of a bucket policy.
    pub const fn bucket(text: &'static str) -> Self {
        Self { resource_type: Some("AWS::S3::Bucket"), ..Self::resource(text) }
    }

    /// A whole identity policy, which need not be well-formed.
    pub const fn document(text: &'static str) -> Self {
        Self::new(PolicyKind::Identity, Form::Document, text)
    }

    /// A policy that is longer than any quota.
    pub const fn long(kind: PolicyKind) -> Self {
        Self::new(kind, Form::Long, "")
    }

    /// A policy of about so many characters.
    pub const fn sized(kind: PolicyKind, chars: usize) -> Self {
        Self::new(kind, Form::Sized(chars), "")
    }

    /// A policy that asks for more work than a check may do.
    pub const fn complex(kind: PolicyKind) -> Self {
        Self::new(kind, Form::Complex, "")
    }

    /// The whole document.
    pub fn text(&self) -> String {
        match self.form {
            Form::Document => self.text.to_owned(),
            Form::Statements => format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}", self.text),
            Form::Long => Self::of_size(40_000),
            Form::Sized(chars) => Self::of_size(chars),
            Form::Complex => {
                let actions: Vec<String> = (0..600).map(|n| format!("\"s3:{}*{n}\"", "*a".repeat(40))).collect();
                format!("{{\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[{}]}}]}}", actions.join(","))
            }
        }
    }
}

impl Example {
    fn of_size(chars: usize) -> String {
        let actions: Vec<String> = (0..chars / 19).map(|n| format!("\"s3:GetObject{n:04}\"")).collect();
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Action\":[{}]}}]}}", actions.join(","))
    }
}

/// Rules that look at the same part of a policy.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// What they look at.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [&'static Rule],
    check: fn(&mut Context<'_, '_>),
}

/// All checks of well-formed JSON; [`JSON`] comes before them.
pub const FAMILIES: &[Family] = &[
    elements::FAMILY,
    versions::FAMILY,
    sids::FAMILY,
    sizes::FAMILY,
    principals::FAMILY,
    services::FAMILY,
    arns::FAMILY,
    operators::FAMILY,
    condition_keys::FAMILY,
    value_types::FAMILY,
    qualifiers::FAMILY,
    variables::FAMILY,
    addresses::FAMILY,
    values::FAMILY,
    wildcard_values::FAMILY,
    emptiness::FAMILY,
    redundancy::FAMILY,
    pass_role::FAMILY,
    service_linked_roles::FAMILY,
    tag_keys::FAMILY,
    related_keys::FAMILY,
    trust::FAMILY,
    web_identity::FAMILY,
    service_principals::FAMILY,
    scp::FAMILY,
    rcp::FAMILY,
    resource_policies::FAMILY,
    own::texts::FAMILY,
    own::statements::FAMILY,
    own::conditions::FAMILY,
    own::access::FAMILY,
    own::fit::FAMILY,
    own::dangers::FAMILY,
    own::principals::FAMILY,
    own::given_up::FAMILY,
];

/// The check of the JSON itself.
pub const JSON: Family = json::FAMILY;

/// Every rule of every family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    std::iter::once(&JSON).chain(FAMILIES).flat_map(|family| family.rules).copied()
}

/// The rule of a code, capitals aside.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

impl Family {
    /// Runs the checks of the family.
    pub fn run(&self, context: &mut Context<'_, '_>) {
        (self.check)(context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::policy::diagnostic::Reach;
    use crate::policy::diff::diff;
    use crate::policy::lower::lower;
    use crate::policy::parser::parse;
    use crate::policy::validate::{Level, Options, validate};

    /// The codes of the AWS policy check reference, in its order.
    const CODES: &str = "\
        ARN_ACCOUNT_NOT_ALLOWED ARN_REGION_NOT_ALLOWED DATA_TYPE_MISMATCH DUPLICATE_KEYS_WITH_DIFFERENT_CASE \
        INVALID_ACTION INVALID_ARN_ACCOUNT INVALID_ARN_PREFIX INVALID_ARN_REGION INVALID_ARN_RESOURCE \
        INVALID_ARN_SERVICE_CASE INVALID_CONDITION_DATA_TYPE INVALID_CONDITION_KEY_FORMAT \
        INVALID_CONDITION_MULTIPLE_BOOLEAN INVALID_CONDITION_OPERATOR INVALID_EFFECT \
        INVALID_GLOBAL_CONDITION_KEY INVALID_PARTITION INVALID_POLICY_ELEMENT INVALID_PRINCIPAL_FORMAT \
        INVALID_PRINCIPAL_KEY INVALID_REGION INVALID_SERVICE INVALID_SERVICE_CONDITION_KEY \
        INVALID_SERVICE_IN_ACTION INVALID_VARIABLE_FOR_OPERATOR INVALID_VERSION JSON_SYNTAX_ERROR \
        MISSING_ACTION MISSING_ARN_FIELD MISSING_ARN_REGION MISSING_EFFECT MISSING_PRINCIPAL MISSING_QUALIFIER \
        MISSING_RESOURCE MISSING_STATEMENT NULL_WITH_IF_EXISTS SCP_SYNTAX_ERROR_ACTION_WILDCARD \
        SCP_SYNTAX_ERROR_PRINCIPAL UNIQUE_SIDS_REQUIRED UNSUPPORTED_ACTION_IN_POLICY \
        UNSUPPORTED_ELEMENT_COMBINATION UNSUPPORTED_GLOBAL_CONDITION_KEY UNSUPPORTED_PRINCIPAL \
        UNSUPPORTED_RESOURCE_ARN_IN_POLICY UNSUPPORTED_SID UNSUPPORTED_WILDCARD_IN_PRINCIPAL \
        MISSING_BRACE_IN_VARIABLE MISSING_QUOTE_IN_VARIABLE UNSUPPORTED_SPACE_IN_VARIABLE EMPTY_VARIABLE \
        VARIABLE_UNSUPPORTED_IN_ELEMENT VARIABLE_UNSUPPORTED_IN_VERSION PRIVATE_IP_ADDRESS \
        PRIVATE_NOT_IP_ADDRESS POLICY_SIZE_EXCEEDS_SCP_QUOTA INVALID_SERVICE_PRINCIPAL_FORMAT \
        MISSING_TAG_KEY_IN_CONDITION INVALID_VPC_FORMAT INVALID_VPCE_FORMAT FEDERATED_PRINCIPAL_NOT_SUPPORTED \
        UNSUPPORTED_ACTION_FOR_CONDITION_KEY UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL \
        ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL \
        ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE TYPE_MISMATCH_IP_RANGE MISSING_ACTION_FOR_CONDITION_KEY \
        INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY MISMATCHED_ACTION_FOR_PRINCIPAL \
        MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY POLICY_SIZE_EXCEEDS_RCP_QUOTA RCP_SYNTAX_ERROR_PRINCIPAL \
        RCP_SYNTAX_ERROR_ALLOW RCP_SYNTAX_ERROR_NOTACTION RCP_SYNTAX_ERROR_ACTION MISSING_ARN_ACCOUNT \
        INVALID_KMS_KEY_VALUE VARIABLE_USAGE_TOO_PERMISSIVE WILDCARD_USAGE_TOO_PERMISSIVE \
        UNTRUSTWORTHY_CONDITION_KEY ALLOW_WITH_NOT_PRINCIPAL FORALLVALUES_WITH_SINGLE_VALUED_KEY \
        PASS_ROLE_WITH_NOT_RESOURCE PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE \
        PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE PASS_ROLE_WITH_STAR_IN_RESOURCE \
        PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION \
        MISSING_PAIRED_CONDITION_KEYS DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE \
        DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL \
        MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL MISSING_GITHUB_REPO_CONDITION_KEY \
        STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS DYNAMODB_ATTRIBUTES_WITHOUT_SELECT \
        S3_PREFIX_IN_NEGATIVE_CONTEXT FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE CREATE_SLR_WITH_NOT_RESOURCE \
        CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE \
        CREATE_SLR_WITH_STAR_IN_RESOURCE CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE \
        CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION DEPRECATED_GLOBAL_CONDITION_KEY INVALID_DATE_VALUE \
        INVALID_ROLE_REFERENCE INVALID_USER_REFERENCE MISSING_VERSION UNIQUE_SIDS_RECOMMENDED \
        WILDCARD_WITHOUT_LIKE_OPERATOR POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA \
        POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA TYPE_MISMATCH TYPE_MISMATCH_BOOLEAN TYPE_MISMATCH_DATE \
        TYPE_MISMATCH_NUMBER TYPE_MISMATCH_STRING SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED \
        POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY \
        RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK \
        USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES EMPTY_ARRAY_ACTION EMPTY_ARRAY_CONDITION \
        EMPTY_ARRAY_CONDITION_FORALLVALUES EMPTY_ARRAY_CONDITION_FORANYVALUE EMPTY_ARRAY_CONDITION_IFEXISTS \
        EMPTY_ARRAY_PRINCIPAL EMPTY_ARRAY_RESOURCE EMPTY_OBJECT_CONDITION EMPTY_OBJECT_PRINCIPAL \
        EMPTY_SID_VALUE EQUIVALENT_TO_NULL_FALSE EQUIVALENT_TO_NULL_TRUE IMPROVE_IP_RANGE NULL_WITH_QUALIFIER \
        PRIVATE_IP_ADDRESS_SUBSET PRIVATE_NOT_IP_ADDRESS_SUBSET REDUNDANT_ACTION REDUNDANT_CONDITION_VALUE_NUM \
        REDUNDANT_RESOURCE REDUNDANT_STATEMENT WILDCARD_IN_SERVICE_NAME \
        ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE \
        ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE \
        RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL IRRELEVANT_CONDITION_KEY_IN_POLICY \
        REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY \
        REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION CONFIRM_AUDIENCE_CLAIM_TYPE";

    /// How an example is checked, with the rule switched on.
    fn options(example: &Example, rule: &Rule) -> Options {
        Options {
            kind: Some(example.kind),
            holder: example.resource_type.and_then(crate::catalog::resource_policies::holder_of),
            levels: vec![(rule.code.to_owned(), Level::As(rule.kind))],
            ..Options::default()
        }
    }

    /// The codes that are found in an example.
    fn found(example: &Example, rule: &Rule) -> Vec<&'static str> {
        let report = validate(&example.text(), &options(example, rule));
        report.findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn every_code_of_aws_is_listed_once() {
        let codes: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert_eq!(codes.len(), 153);
        for code in &codes {
            assert_eq!(rules().filter(|rule| rule.code == *code).count(), 1, "{code}");
        }
        let unknown: Vec<_> = rules().filter(|rule| !rule.is_own() && !codes.contains(&rule.code)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn the_bad_example_triggers_its_rule_and_the_good_one_does_not() {
        let mut wrong = Vec::new();
        for rule in rules() {
            let (bad, good) = (found(&rule.bad, rule), found(&rule.good, rule));
            if !bad.contains(&rule.code) {
                wrong.push(format!("{} is not found in its bad example: {bad:?}", rule.code));
            }
            if good.contains(&rule.code) {
                wrong.push(format!("{} is found in its good example", rule.code));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_fix_cures_what_it_is_offered_for() {
        let mut wrong = Vec::new();
        let mut cured = 0;
        for rule in rules() {
            let mut text = rule.bad.text();
            let fix = |text: &str| {
                let report = validate(text, &options(&rule.bad, rule));
                report.findings.into_iter().find(|finding| finding.code == rule.code).and_then(|finding| finding.fix)
            };
            // A document may break its rule in several places.
            for _ in 0..4 {
                let Some(fix) = fix(&text) else { break };
                text = fix.apply(&text);
                cured += 1;
            }
            let report = validate(&text, &options(&rule.bad, rule));
            if text != rule.bad.text() && report.findings.iter().any(|finding| finding.code == rule.code) {
                wrong.push(format!("{}: {text}", rule.code));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(cured > 60, "{cured}");
    }

    /// What is made from anywhere takes away no statement, and of a policy without errors allows what it allowed.
    #[test]
    fn a_fix_that_is_made_unseen_changes_no_access() {
        let mut wrong = Vec::new();
        for rule in rules() {
            let text = rule.bad.text();
            let report = validate(&text, &options(&rule.bad, rule));
            let works = !report.findings.iter().any(|finding| finding.kind == FindingType::Error);
            let unseen = report.findings.iter().filter_map(|finding| Some((finding.code, finding.fix.as_ref()?)));
            for (code, fix) in unseen.filter(|(_, fix)| fix.reach == Reach::Anywhere) {
                let after = fix.apply(&text);
                let (before, after) = (lower(parse(&text)), lower(parse(&after)));
                let same = !works || diff(&before, &after, Catalog::bundled()).unwrap().is_empty();
                if !same || after.statements.len() < before.statements.len() {
                    wrong.push(format!("{code}: {}", fix.title));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Cures that take away a part of a condition which every request meets: the values or keys are always there, or
    /// never.
    const NEUTRAL: &[&str] = &["PRIVATE_NOT_IP_ADDRESS_SUBSET", "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"];

    /// What a cure grants that was not granted before, it says in its title: the action, the resource or the key.
    #[test]
    fn a_fix_grants_nothing_that_its_title_does_not_name() {
        let mut wrong = Vec::new();
        let mut seen = 0;
        for rule in rules() {
            for text in [rule.bad.text(), rule.good.text()] {
                let report = validate(&text, &options(&rule.bad, rule));
                for (code, fix) in report.findings.iter().filter_map(|f| Some((f.code, f.fix.as_ref()?))) {
                    seen += 1;
                    let after = fix.apply(&text);
                    let (before, after) = (lower(parse(&text)), lower(parse(&after)));
                    // AWS refuses what has errors: nothing is granted before, and what was meant is granted after.
                    if report.findings.iter().any(|finding| finding.kind == FindingType::Error) {
                        continue;
                    }
                    let groups = diff(&before, &after, Catalog::bundled()).unwrap();
                    let granted = groups.iter().filter(|group| group.change.grants()).flat_map(|group| &group.actions);
                    let is_named = |action: &String| fix.title.contains(action.as_str()) || fix.title.contains('`');
                    if !NEUTRAL.contains(&code) && !granted.clone().all(is_named) {
                        wrong.push(format!("{code} ({}): {} grants {groups:?}", rule.code, fix.title));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(seen > 90, "{seen}");
    }

    #[test]
    fn messages_are_filled_in_their_order() {
        let rule = rule("equivalent_to_null_false").unwrap();
        let text = rule.fill(&["k", "StringLike", "k"]);
        assert!(text.contains("the key k in the condition block of StringLike with {k: false} to"), "{text}");
    }

    #[test]
    fn learn_more_leads_to_the_anchor_of_the_code() {
        let link = rule("MISSING_VERSION").unwrap().learn_more();
        assert!(link.ends_with("#access-analyzer-reference-policy-checks-general-warning-missing-version"), "{link}");
    }
}
