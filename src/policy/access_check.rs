//! What a policy may grant, asked without a request: more than another policy, some actions, or access for everybody.
//!
//! A "no" is right whatever the request. A "yes" names the statements that may grant it; where conditions or negations
//! would have to be compared with each other it may be too careful, as the checks of Access Analyzer are.

use std::collections::BTreeSet;

use super::PolicyKind;
use super::ast::{Effect, Policy};
use super::canonical::{ConditionForm, Entries, StatementForm};
use super::covering;
use super::operator::Operator;
use crate::base::wildcard::{covers, is_pattern, matches_ignore_case, overlap};
use crate::base::work::{self, GaveUp};
use crate::catalog::Catalog;

/// A statement that may grant what was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granting {
    /// Its number in the document, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
}

/// The statements of an effect with their places.
fn forms(policy: &Policy<'_>, effect: Effect) -> Vec<(Granting, StatementForm)> {
    let own = policy.statements.iter().filter(|statement| statement.effect() == Some(effect));
    own.map(|statement| {
        let sid = statement.sid.as_ref().map(|sid| sid.as_str().to_owned());
        (Granting { index: statement.index, sid }, StatementForm::of(statement))
    })
    .filter(|(_, form)| !form.is_void())
    .collect()
}

/// A statement taken apart: one action and one resource each.
fn atoms(form: &StatementForm) -> Vec<StatementForm> {
    let one = |entries: &Entries| -> Vec<Entries> {
        match entries {
            Entries::Of(set) => set.iter().map(|entry| Entries::Of(BTreeSet::from([entry.clone()]))).collect(),
            other => vec![other.clone()],
        }
    };
    let resources = one(&form.resources);
    let with = |actions: Entries| {
        let own = resources.iter().map(move |resource| (actions.clone(), resource.clone()));
        own.map(|(actions, resources)| StatementForm { actions, resources, ..form.clone() })
    };
    one(&form.actions).into_iter().flat_map(with).collect()
}

/// An action pattern as the actions that it stands for; one that stands for none is itself.
fn actions(pattern: &str) -> Vec<String> {
    if !is_pattern(pattern) {
        return vec![pattern.to_ascii_lowercase()];
    }
    let known = Catalog::bundled().matching(pattern);
    let known: Vec<String> = known.map(|action| action.full_name().to_ascii_lowercase()).collect();
    if known.is_empty() { vec![pattern.to_ascii_lowercase()] } else { known }
}

/// The statements of a policy that may grant what an older one does not.
pub fn new_access(new: &Policy<'_>, old: &Policy<'_>) -> Result<Vec<Granting>, GaveUp> {
    work::within(work::WHILE_TYPING, || {
        let (allowed, old_denials) = (forms(old, Effect::Allow), forms(old, Effect::Deny));
        let denials = forms(new, Effect::Deny);
        let is_denied = |atom: &StatementForm| denials.iter().any(|(_, denial)| covering::statement(denial, atom));
        let was_allowed = |atom: &StatementForm| {
            let whole = |atom: &StatementForm| allowed.iter().any(|(_, old)| covering::statement(old, atom));
            whole(atom)
                || pattern(atom).is_some_and(|pattern| {
                    let each =
                        |action| StatementForm { actions: Entries::Of(BTreeSet::from([action])), ..atom.clone() };
                    is_pattern(pattern)
                        && actions(pattern).into_iter().all(|action| {
                            work::spend(8);
                            whole(&each(action))
                        })
                })
        };
        // What an older denial took away is new, unless a denial of today takes it away too.
        let was_denied = |atom: &StatementForm| {
            let lifted = |old: &StatementForm| !denials.iter().any(|(_, denial)| covering::statement(denial, old));
            old_denials.iter().any(|(_, old)| meet(old, atom) && lifted(old))
        };
        let is_new = |atom: &StatementForm| !is_denied(atom) && (!was_allowed(atom) || was_denied(atom));
        let granting = forms(new, Effect::Allow).into_iter();
        granting.filter(|(_, form)| atoms(form).iter().any(is_new)).map(|(place, _)| place).collect()
    })
}

/// The one action pattern of an atom.
fn pattern(atom: &StatementForm) -> Option<&str> {
    match &atom.actions {
        Entries::Of(set) => set.first().map(String::as_str),
        _ => None,
    }
}

/// Whether two statements may speak of the same, principals and conditions aside.
fn meet(one: &StatementForm, other: &StatementForm) -> bool {
    let entries = |one: &Entries, other: &Entries| match (one, other) {
        (Entries::Of(one), Entries::Of(other)) => one.iter().any(|a| other.iter().any(|b| overlap(a, b))),
        (Entries::Of(own), Entries::AllBut(spared)) | (Entries::AllBut(spared), Entries::Of(own)) => {
            own.iter().any(|entry| !spared.iter().any(|spared| covers(spared, entry)))
        }
        _ => true,
    };
    entries(&one.actions, &other.actions) && entries(&one.resources, &other.resources)
}

/// The statements of a policy that may grant any of these actions on any of these resources; a list that is empty
/// stands for everything.
pub fn granted(policy: &Policy<'_>, asked: &[&str], resources: &[&str]) -> Result<Vec<Granting>, GaveUp> {
    work::within(work::WHILE_TYPING, || {
        let denials = forms(policy, Effect::Deny);
        let everything = |list: &[&str]| -> Vec<String> {
            if list.is_empty() { vec!["*".to_owned()] } else { list.iter().map(|text| (*text).to_owned()).collect() }
        };
        let (asked, resources) = (everything(asked), everything(resources));
        let asked: Vec<String> = asked.iter().flat_map(|pattern| actions(pattern)).collect();
        let may = |form: &StatementForm| {
            asked.iter().filter(|action| speaks_of(&form.actions, action)).any(|action| {
                resources.iter().any(|resource| {
                    work::spend(8);
                    // What is granted of the resources asked for: the narrower of the two patterns.
                    let narrow = narrowest(&form.resources, resource);
                    narrow.into_iter().any(|resource| {
                        let atom = StatementForm {
                            actions: Entries::Of(BTreeSet::from([action.clone()])),
                            resources: resource.map_or(Entries::Absent, |one| Entries::Of(BTreeSet::from([one]))),
                            ..form.clone()
                        };
                        !denials.iter().any(|(_, denial)| covering::statement(denial, &atom))
                    })
                })
            })
        };
        let granting = forms(policy, Effect::Allow).into_iter();
        granting.filter(|(_, form)| may(form)).map(|(place, _)| place).collect()
    })
}

fn speaks_of(entries: &Entries, action: &str) -> bool {
    match entries {
        Entries::Of(set) => set.iter().any(|pattern| matches_ignore_case(pattern, action) || overlap(pattern, action)),
        Entries::AllBut(set) => !set.iter().any(|pattern| matches_ignore_case(pattern, action)),
        Entries::Absent => false,
    }
}

/// What a statement's resources and a pattern have in common; `None` inside for a statement without resources.
fn narrowest(entries: &Entries, asked: &str) -> Vec<Option<String>> {
    match entries {
        Entries::Of(set) => {
            let common = set.iter().filter(|own| overlap(own, asked));
            common
                .map(|own| Some(if covering::resource(asked, own) { own.clone() } else { asked.to_owned() }))
                .collect()
        }
        Entries::AllBut(set) if set.iter().any(|spared| covering::resource(spared, asked)) => Vec::new(),
        Entries::AllBut(_) => vec![Some(asked.to_owned())],
        Entries::Absent => vec![None],
    }
}

/// Condition keys that tell whose request it is: who narrows one of them lets in no more than some.
const NARROWING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalserviceprincipal",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpcsourceip",
    "ec2:sourceinstancearn",
    "kms:calleraccount",
    "lambda:functionurlauthtype",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "saml:aud",
    "sns:endpoint",
];

/// Whether a condition keeps most of the world out.
pub fn narrows(condition: &ConditionForm) -> bool {
    let positive = Operator::parse(&condition.operator)
        .is_some_and(|operator| !operator.base.is_negated() && !condition.operator.ends_with("IfExists"));
    let open = |value: &String| {
        let wide = value.chars().all(|letter| matches!(letter, '*' | '?' | ':'));
        let any_account = value.strip_prefix("arn:").is_some_and(|rest| {
            rest.split(':').nth(3).is_some_and(|account| account == "*" || account.is_empty() && rest.ends_with('*'))
        });
        wide || any_account || value == "0.0.0.0/0" || value == "::/0"
    };
    positive && NARROWING.contains(&condition.key.as_str()) && !condition.values.iter().any(open)
}

/// Whether everybody is among the principals of a statement.
pub fn names_everyone(form: &StatementForm) -> bool {
    match &form.principals {
        Entries::Of(set) => {
            set.iter().any(|principal| matches!(principal.as_str(), "AWS *" | "* *" | "CanonicalUser *"))
        }
        Entries::AllBut(_) => true,
        Entries::Absent => false,
    }
}

/// The statements of a resource's policy that may let anybody in.
pub fn public(policy: &Policy<'_>) -> Vec<Granting> {
    let denials = forms(policy, Effect::Deny);
    let is_denied = |atom: &StatementForm| denials.iter().any(|(_, denial)| covering::statement(denial, atom));
    let open = |form: &StatementForm| {
        names_everyone(form) && !form.conditions.iter().any(narrows) && atoms(form).iter().any(|atom| !is_denied(atom))
    };
    forms(policy, Effect::Allow).into_iter().filter(|(_, form)| open(form)).map(|(place, _)| place).collect()
}

/// A custom check of Access Analyzer that a change of a policy can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// `CheckNoNewAccess`: whether it grants what the policy before it did not.
    NewAccess,
    /// `CheckNoPublicAccess`: whether it grants access to everyone.
    PublicAccess,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether nothing was found.
    pub passes: bool,
    /// The result in a sentence.
    pub message: String,
    /// The statements that are the reason.
    pub reasons: Vec<String>,
}

impl Check {
    /// The checks that fit a kind of policy; without a policy before it there is nothing to compare with.
    pub fn of(kind: PolicyKind, old: &str) -> &'static [Self] {
        let is_new = old.trim().is_empty();
        match kind {
            PolicyKind::Trust if is_new => &[Self::PublicAccess],
            PolicyKind::Trust => &[Self::NewAccess, Self::PublicAccess],
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Resource if !is_new => {
                &[Self::NewAccess]
            }
            _ => &[],
        }
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NewAccess => "No new access",
            Self::PublicAccess => "No public access",
        }
    }

    /// Our own answer.
    pub fn ours(self, old: &str, new: &str) -> Result<Verdict, GaveUp> {
        let found = match self {
            Self::NewAccess => new_access(&super::read(new), &super::read(old))?,
            Self::PublicAccess => public(&super::read(new)),
        };
        let message = match (self, found.is_empty()) {
            (Self::NewAccess, true) => "nothing that the text before it did not grant.",
            (Self::NewAccess, false) => "it may grant access that the text before it did not.",
            (Self::PublicAccess, true) => "no access for everyone.",
            (Self::PublicAccess, false) => "it grants access to everyone.",
        };
        let reason = |one: &Granting| match &one.sid {
            Some(sid) => format!("Statement {}, Sid {sid}", one.index + 1),
            None => format!("Statement {}", one.index + 1),
        };
        let reasons = found.iter().map(reason).collect();
        Ok(Verdict { passes: found.is_empty(), message: message.to_owned(), reasons })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    fn document(statements: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
    }

    fn allow(rest: &str) -> String {
        format!(r#"{{"Effect":"Allow",{rest}}}"#)
    }

    fn deny(rest: &str) -> String {
        format!(r#"{{"Effect":"Deny",{rest}}}"#)
    }

    fn places(found: Vec<Granting>) -> Vec<usize> {
        found.into_iter().map(|one| one.index).collect()
    }

    #[track_caller]
    fn check_new(old: &str, new: &str, expected: &[usize]) {
        let (old, new) = (document(old), document(new));
        assert_eq!(places(new_access(&read(&new), &read(&old)).unwrap()), expected, "{old} → {new}");
    }

    #[test]
    fn what_the_older_policy_allows_is_not_new() {
        let get = allow(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*""#);
        let all = allow(r#""Action":"s3:*","Resource":"*""#);
        check_new(&get, &get, &[]);
        check_new(&all, &get, &[]);
        check_new(&get, &all, &[0]);
        check_new(&get, &format!("{get},{}", allow(r#""Action":"s3:PutObject","Resource":"*""#)), &[1]);
        let split = allow(r#""Action":["sts:Get*","sts:AssumeRole","sts:AssumeRoleWith*"],"Resource":"*""#);
        check_new(&split, &allow(r#""Action":["sts:GetCallerIdentity","sts:AssumeRole*"],"Resource":"*""#), &[]);
        check_new(&split, &allow(r#""Action":"sts:Assume*","Resource":"*""#), &[0]);
        check_new(&split, &allow(r#""Action":"sts:Get*","Resource":"arn:aws:s3:::a""#), &[]);
        check_new(&split, &allow(r#""Action":"sts:AssumeRoleWithS*","Resource":"*""#), &[]);
    }

    #[test]
    fn a_denial_that_is_gone_is_new_access_and_one_that_came_is_none() {
        let all = allow(r#""Action":"s3:*","Resource":"*""#);
        let denial = deny(r#""Action":"s3:DeleteBucket","Resource":"*""#);
        check_new(&format!("{all},{denial}"), &all, &[0]);
        check_new(&all, &format!("{all},{denial}"), &[]);
        check_new(&format!("{all},{denial}"), &format!("{all},{denial}"), &[]);
        check_new("", &format!("{all},{}", deny(r#""Action":"*","Resource":"*""#)), &[]);
    }

    #[test]
    fn a_condition_that_is_gone_is_new_access() {
        let with = |values: &str| {
            allow(&format!(
                r#""Action":"s3:*","Resource":"*","Condition":{{"StringEquals":{{"aws:PrincipalTag/a":{values}}}}}"#
            ))
        };
        check_new(&with(r#""x""#), &allow(r#""Action":"s3:*","Resource":"*""#), &[0]);
        check_new(&with(r#""x""#), &with(r#"["x","y"]"#), &[0]);
        check_new(&with(r#"["x","y"]"#), &with(r#""x""#), &[]);
    }

    #[track_caller]
    fn check_granted(statements: &str, actions: &[&str], resources: &[&str], expected: &[usize]) {
        let text = document(statements);
        assert_eq!(places(granted(&read(&text), actions, resources).unwrap()), expected, "{text} {actions:?}");
    }

    #[test]
    fn an_action_is_granted_by_patterns_and_negations_unless_it_is_denied() {
        let get = allow(r#""Action":"s3:Get*","Resource":"arn:aws:s3:::a/*""#);
        check_granted(&get, &["s3:GetObject"], &[], &[0]);
        check_granted(&get, &["S3:getobject", "s3:PutObject"], &["arn:aws:s3:::a/b"], &[0]);
        check_granted(&get, &["s3:GetObject"], &["arn:aws:s3:::b/*"], &[]);
        check_granted(&get, &["s3:PutObject"], &[], &[]);
        check_granted(&get, &["s3:*"], &[], &[0]);
        check_granted(&get, &[], &["arn:aws:s3:::a/b"], &[0]);
        check_granted(&allow(r#""NotAction":"iam:*","Resource":"*""#), &["iam:GetUser"], &[], &[]);
        check_granted(&allow(r#""NotAction":"iam:*","Resource":"*""#), &["s3:GetObject"], &[], &[0]);
        let denial = deny(r#""Action":"s3:GetObject","Resource":"*""#);
        check_granted(&format!("{get},{denial}"), &["s3:GetObject"], &[], &[]);
        let partly = deny(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::a/b""#);
        check_granted(&format!("{get},{partly}"), &["s3:GetObject"], &[], &[0]);
        check_granted(&format!("{get},{partly}"), &["s3:GetObject"], &["arn:aws:s3:::a/b"], &[]);
    }

    #[track_caller]
    fn check_public(statements: &str, expected: &[usize]) {
        let text = document(statements);
        assert_eq!(places(public(&read(&text))), expected, "{text}");
    }

    #[test]
    fn a_policy_is_public_unless_a_condition_says_whose_request_it_must_be() {
        let open = |principal: &str, condition: &str| {
            let rest = r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*""#;
            allow(&format!(r#""Principal":{principal},{rest}{condition}"#))
        };
        check_public(&open(r#""*""#, ""), &[0]);
        check_public(&open(r#"{"AWS":"*"}"#, ""), &[0]);
        check_public(&open(r#"{"AWS":"111122223333"}"#, ""), &[]);
        check_public(&open(r#"{"Service":"sns.amazonaws.com"}"#, ""), &[]);
        let with = |operator: &str, key: &str, value: &str| {
            open(r#""*""#, &format!(r#","Condition":{{"{operator}":{{"{key}":"{value}"}}}}"#))
        };
        check_public(&with("StringEquals", "aws:PrincipalOrgID", "o-a"), &[]);
        check_public(&with("StringLike", "aws:PrincipalOrgID", "*"), &[0]);
        check_public(&with("StringNotEquals", "aws:SourceVpc", "vpc-1"), &[0]);
        check_public(&with("IpAddress", "aws:SourceIp", "0.0.0.0/0"), &[0]);
        check_public(&with("IpAddress", "aws:SourceIp", "203.0.113.0/24"), &[]);
        check_public(&with("ArnLike", "aws:SourceArn", "arn:aws:s3:*:111122223333:*"), &[]);
        check_public(&with("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"), &[0]);
        check_public(&with("StringEqualsIfExists", "aws:SourceAccount", "111122223333"), &[0]);
        let denial = deny(r#""Principal":"*","Action":"s3:*","Resource":"*""#);
        check_public(&format!("{},{denial}", open(r#""*""#, "")), &[]);
    }
}
