//! Checks a policy: AWS's 153 checks and our own, with places, texts and cures.

use super::checks::{self, Context, Rule};
use super::diagnostic::{Finding, FindingType};
use super::{PolicyKind, lower, parser};
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::base::work;
use crate::catalog::Catalog;
use crate::catalog::resource_policies::PolicyHolder;

/// What is to be checked, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The kind of policy; guessed where it is not given.
    pub kind: Option<PolicyKind>,
    /// The type of the resource that the policy is attached to.
    pub holder: Option<&'static PolicyHolder>,
    /// The account that the policy belongs to.
    pub account: Option<String>,
    /// Leaves out our own checks.
    pub aws_only: bool,
    /// Goes on with broken JSON: for a text that is being typed.
    pub while_typing: bool,
    /// Rules with another level than their own, or off.
    pub levels: Vec<(String, Level)>,
}

/// How a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    Off,
    /// With this type.
    As(FindingType),
}

impl Level {
    /// Every level by the word for it.
    const ALL: [(&'static str, Self); 5] = [
        ("off", Self::Off),
        ("suggestion", Self::As(FindingType::Suggestion)),
        ("warning", Self::As(FindingType::Warning)),
        ("security-warning", Self::As(FindingType::SecurityWarning)),
        ("error", Self::As(FindingType::Error)),
    ];

    /// Reads which level a rule is to have, from its code and the level's word, capitals aside.
    pub fn setting(code: &str, word: &str) -> Result<(String, Self), UserError> {
        let Some(rule) = checks::rule(code) else {
            let told = UserError::new(format!("there is no check `{code}`"));
            return Err(match nearest(code, checks::rules().map(|rule| rule.code)) {
                Some(near) => told.hint(format!("Did you mean `{near}`?")),
                None => told.hint("Run `iamtui explain` for all codes."),
            });
        };
        let wanted = word.to_ascii_lowercase().replace('_', "-");
        let found = Self::ALL.iter().find(|(name, _)| *name == wanted).map(|(_, level)| *level);
        found.map(|level| (rule.code.to_owned(), level)).ok_or_else(|| {
            let words = Self::ALL.map(|(name, _)| format!("`{name}`")).join(", ");
            UserError::new(format!("`{word}` is no level for `{}`", rule.code)).hint(format!("Levels are {words}."))
        })
    }
}

/// What the checks say of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The kind that it was checked as.
    pub kind: PolicyKind,
    /// Whether the kind was guessed.
    pub guessed: bool,
    /// The findings, in the order of the text.
    pub findings: Vec<Finding>,
    /// The families of checks that were given up, because the policy asks for more work than they may do.
    pub given_up: Vec<&'static str>,
}

/// Rules that are off unless they are switched on: the service has lifted what they forbid.
const OFF: &[&str] = &["SCP_SYNTAX_ERROR_ACTION_WILDCARD"];

impl Options {
    fn level(&self, rule: &Rule) -> Level {
        match self.levels.iter().find(|(code, _)| code.eq_ignore_ascii_case(rule.code)) {
            Some((_, level)) => *level,
            None if OFF.contains(&rule.code) || self.aws_only && rule.is_own() => Level::Off,
            None => Level::As(rule.kind),
        }
    }
}

/// Checks a text against the catalogue that came with the program.
pub fn validate(text: &str, options: &Options) -> Report {
    validate_with(text, options, Catalog::bundled())
}

/// Checks a text against a catalogue.
pub fn validate_with(text: &str, options: &Options, catalog: &Catalog) -> Report {
    let policy = lower::lower(parser::parse(text));
    let kind = options.kind.unwrap_or_else(|| PolicyKind::guess(&policy));
    let mut context = Context::new(&policy, kind, options.holder, options.account.as_deref(), catalog);
    checks::JSON.run(&mut context);
    let of_json = context.findings.len();
    if of_json == 0 || options.while_typing {
        let wanted = |family: &&checks::Family| !options.aws_only || family.rules.iter().any(|rule| !rule.is_own());
        for family in checks::FAMILIES.iter().filter(wanted) {
            let found = context.findings.len();
            if work::within(MOST_STEPS, || family.run(&mut context)).is_err() {
                // What was found on the way may be wrong: a comparison without steps left says "no".
                context.findings.truncate(found);
                context.given_up.push(family.name);
            }
        }
    }
    let (mut findings, given_up) = (context.findings, context.given_up);
    if of_json > 0 {
        // INVARIANT: a text that is no JSON is only made JSON. What reads like a missing element may be one that
        // stands there in other quotes, so a cure of it would change what was meant.
        for finding in findings.iter_mut().skip(of_json) {
            finding.fix = None;
        }
    }
    findings.retain_mut(|finding| {
        let level = checks::rule(finding.code).map_or(Level::As(finding.kind), |rule| options.level(rule));
        match level {
            Level::Off => false,
            Level::As(kind) => {
                finding.kind = kind;
                true
            }
        }
    });
    findings.sort_by_key(|finding| finding.locations.first().map(|location| location.span));
    Report { kind, guessed: options.kind.is_none(), findings, given_up }
}

/// Steps of one family of checks: real policies need a hundredth of it.
const MOST_STEPS: u64 = 2_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_gets_another_level_or_is_switched_off() {
        let text = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}"#;
        let codes = |levels: Vec<(String, Level)>| {
            let report = validate(text, &Options { levels, aws_only: true, ..Options::default() });
            report.findings.iter().map(|finding| (finding.code, finding.kind)).collect::<Vec<_>>()
        };
        assert_eq!(codes(Vec::new()), [("MISSING_VERSION", FindingType::Warning)]);
        assert_eq!(codes(vec![Level::setting("missing_version", "off").unwrap()]), []);
        let error = Level::setting("MISSING_VERSION", "ERROR").unwrap();
        assert_eq!(codes(vec![error]), [("MISSING_VERSION", FindingType::Error)]);
    }

    #[test]
    fn a_code_or_level_that_does_not_exist_leads_on() {
        let told = Level::setting("missing-externalid", "off").unwrap_err();
        assert_eq!(told.hint.as_deref(), Some("Did you mean `missing-external-id`?"));
        let told = Level::setting("MISSING_VERSION", "loud").unwrap_err();
        assert_eq!(told.message, "`loud` is no level for `MISSING_VERSION`");
    }
}
