//! Whether a statement concerns a request: its actions, its resources, its principals.

use std::borrow::Cow;

use crate::base::arn::Arn;
use crate::policy::ast::PrincipalKind;

use super::request::{Context, Principal, Request, ResourceName};
use super::variables::{Reading, Template};
use super::wildcard::{Glob, matches_in_parts};

/// `Action` or `NotAction`: patterns in lower case, since actions are compared without regard to case.
#[derive(Debug, Clone)]
pub(super) struct Actions {
    pub(super) negated: bool,
    /// What the patterns were written as, for the trace.
    pub(super) written: Vec<Box<str>>,
    globs: Vec<Glob>,
}

impl Actions {
    pub(super) fn new(negated: bool, written: Vec<Box<str>>) -> Self {
        let reading = Reading { wildcards: true, variables: false };
        let globs = written
            .iter()
            .map(|text| Glob::new(Template::new(&text.to_lowercase(), reading).fixed().unwrap_or_default()))
            .collect();
        Self { negated, written, globs }
    }

    /// The number of the first pattern that fits an action given in lower case.
    pub(super) fn find(&self, folded: &str) -> Option<usize> {
        self.globs.iter().position(|glob| glob.matches(folded.as_bytes()))
    }

    pub(super) fn concern(&self, folded: &str) -> bool {
        self.find(folded).is_some() != self.negated
    }
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(super) struct Resources {
    pub(super) negated: bool,
    pub(super) written: Vec<Box<str>>,
    patterns: Vec<ResourcePattern>,
}

impl Resources {
    pub(super) fn new(negated: bool, written: Vec<Box<str>>, variables: bool) -> Self {
        let patterns = written.iter().map(|text| ResourcePattern::new(text, variables)).collect();
        Self { negated, written, patterns }
    }

    /// The number of the first pattern that fits. One whose variable has no value fits nothing.
    pub(super) fn find(&self, resource: &ResourceName, context: &Context) -> Option<usize> {
        self.patterns.iter().position(|pattern| pattern.matches(resource, context))
    }

    pub(super) fn concern(&self, resource: &ResourceName, context: &Context) -> bool {
        self.find(resource, context).is_some() != self.negated
    }

    /// The patterns as text with the request's values put in; one whose variable has no value is left out.
    pub(super) fn texts<'r>(&'r self, context: &'r Context) -> impl Iterator<Item = Cow<'r, str>> {
        self.written.iter().zip(&self.patterns).filter_map(|(written, pattern)| match pattern.template() {
            None => Some(Cow::Borrowed(&**written)),
            Some(template) => {
                let mut out = Vec::new();
                template.expand(context, &mut out).then(|| Cow::Owned(super::variables::shown(&out)))
            }
        })
    }

    /// The patterns with variables.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.patterns.iter().filter_map(ResourcePattern::template)
    }

    /// The variables in all patterns: key as written, key folded, whether it has a default.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.patterns.iter().filter_map(ResourcePattern::template).flat_map(Template::variables)
    }

    /// The patterns with variables, each with the request's values put in; none where a variable has no value.
    pub(super) fn expansions(&self, context: &Context) -> Vec<(Box<str>, Option<String>)> {
        let with_template = self.written.iter().zip(&self.patterns).filter_map(|(written, pattern)| {
            let mut out = Vec::new();
            let done = pattern.template()?.expand(context, &mut out);
            Some((written.clone(), done.then(|| super::variables::shown(&out))))
        });
        with_template.collect()
    }
}

#[derive(Debug, Clone)]
enum ResourcePattern {
    /// `*`
    Any,
    Arn {
        parts: ArnPattern,
        /// The whole pattern, where a `*` at the end of one of the first five parts may run on past the
        /// colon ("If the * wildcard is the last character of a resource ARN segment, it can expand to
        /// match beyond the colon boundaries", the page of the `Resource` element).
        running_on: Option<Template>,
        /// The whole pattern for the trace, where variables stand in it.
        whole: Option<Template>,
    },
    /// What is no ARN; the services refuse it, and it fits only a resource that is written likewise.
    Text(Template),
}

impl ResourcePattern {
    fn new(text: &str, variables: bool) -> Self {
        let whole = Template::new(text, Reading { wildcards: true, variables });
        if !text.is_empty() && text.bytes().all(|b| b == b'*') {
            return Self::Any;
        }
        if !text.starts_with("arn:") {
            return Self::Text(whole);
        }
        let parts = whole.split_arn();
        let runs_on = parts.iter().take(5).skip(1).any(Template::ends_in_star);
        let running_on = runs_on.then(|| Template::join_running_on(&parts));
        let whole = whole.fixed().is_none().then_some(whole);
        Self::Arn { parts: ArnPattern::new(&parts, Completion::Always), running_on, whole }
    }

    /// The whole pattern, where variables stand in it.
    fn template(&self) -> Option<&Template> {
        match self {
            Self::Any => None,
            Self::Arn { whole, .. } => whole.as_ref(),
            Self::Text(whole) => Some(whole).filter(|whole| whole.fixed().is_none()),
        }
    }

    fn matches(&self, resource: &ResourceName, context: &Context) -> bool {
        match self {
            Self::Any => true,
            Self::Arn { parts, running_on, .. } => {
                let Some(arn) = resource.parts() else { return false };
                parts.matches(&arn, context)
                    || running_on.as_ref().is_some_and(|whole| {
                        let mut pattern = Vec::new();
                        whole.expand(context, &mut pattern)
                            // A star can only swallow a colon where the resource has one to spare.
                            && colons(&pattern) < colons(resource.text().as_bytes())
                            && matches_in_parts(&pattern, resource.text())
                    })
            }
            Self::Text(whole) => {
                let mut pattern = Vec::new();
                whole.expand(context, &mut pattern) && super::wildcard::matches(&pattern, resource.text().as_bytes())
            }
        }
    }
}

fn colons(text: &[u8]) -> usize {
    text.iter().map(|byte| usize::from(*byte == b':')).sum()
}

/// When a pattern of fewer than six parts stands for one with the rest `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Completion {
    /// Always: the `Resource` element.
    Always,
    /// Where it ends in a `*`: the ARN operators, which compare six parts.
    AfterStar,
}

/// An ARN pattern whose six parts are compared apart.
#[derive(Debug, Clone)]
pub(super) struct ArnPattern {
    parts: Vec<Part>,
    complete: bool,
}

#[derive(Debug, Clone)]
enum Part {
    Any,
    Fixed(Glob),
    Variable(Template),
}

impl ArnPattern {
    pub(super) fn new(parts: &[Template], completion: Completion) -> Self {
        let complete =
            parts.len() < 6 && (completion == Completion::Always || parts.last().is_some_and(Template::ends_in_star));
        let parts = parts
            .iter()
            .map(|part| match part.fixed().map(Glob::new) {
                Some(glob) if glob.is_any() => Part::Any,
                Some(glob) => Part::Fixed(glob),
                None => Part::Variable(part.clone()),
            })
            .collect();
        Self { parts, complete }
    }

    /// Whether the six parts of an ARN fit; a part whose variable has no value fits nothing.
    pub(super) fn matches(&self, arn: &[&str; 6], context: &Context) -> bool {
        (self.parts.len() == 6 || self.complete)
            && self.parts.iter().zip(arn).all(|(part, text)| match part {
                Part::Any => true,
                Part::Fixed(glob) => glob.matches(text.as_bytes()),
                Part::Variable(template) => {
                    let mut pattern = Vec::new();
                    template.expand(context, &mut pattern) && super::wildcard::matches(&pattern, text.as_bytes())
                }
            })
    }
}

/// How directly a statement of a resource policy names the caller.
///
/// The order matters: the more direct the grant, the fewer other layers cut it
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// The account, which is also its root user: identity policies still decide for everyone else in it.
    Account,
    /// The role, or the user behind a federated session: boundary and session policies still cut it.
    Role,
    /// The user, the session, the service, the provider itself, or everyone.
    Direct,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone)]
pub(super) struct Principals {
    pub(super) negated: bool,
    pub(super) written: Vec<Box<str>>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
enum Entry {
    Everyone,
    Account(Box<str>),
    Arn(Arn),
    /// `AIDA…` or `AROA…`: the form in which a principal is stored, and all that is left of a deleted one.
    UniqueId(Box<str>),
    Service(Box<str>),
    AnyService,
    Federated(Box<str>),
    CanonicalUser(Box<str>),
}

impl Principals {
    pub(super) fn new(negated: bool) -> Self {
        Self { negated, written: Vec::new(), entries: Vec::new() }
    }

    pub(super) fn push(&mut self, key: PrincipalKind, value: &str) {
        self.written.push(value.into());
        self.entries.push(match key {
            PrincipalKind::Aws => Entry::aws(value),
            PrincipalKind::Service if value == "*" => Entry::AnyService,
            PrincipalKind::Service => Entry::Service(value.into()),
            PrincipalKind::Federated => Entry::Federated(value.into()),
            PrincipalKind::CanonicalUser => Entry::CanonicalUser(value.into()),
        });
    }

    /// How directly the caller is named; none where the statement is not about the caller.
    ///
    /// AWS validates the account first, then the role or user, then the session of a role, and each must be listed
    /// to be spared by a `NotPrincipal`. A `NotPrincipal` in a Deny catches every caller with a permissions boundary whatever
    /// it lists (both from the page of the `NotPrincipal` element).
    pub(super) fn grant(&self, request: &Request, bounded: bool) -> Option<Grant> {
        if !self.negated {
            return self.entries.iter().filter_map(|entry| entry.grant(request)).max();
        }
        let everyone = self.entries.iter().any(|entry| matches!(entry, Entry::Everyone));
        let named: Vec<Grant> = self.entries.iter().filter_map(|entry| entry.grant(request)).collect();
        let (account, role, direct) =
            (named.contains(&Grant::Account), named.contains(&Grant::Role), named.contains(&Grant::Direct));
        let spared = everyone
            || match request.principal() {
                Principal::Root { .. } => account,
                Principal::User { .. } => account && direct && !bounded,
                Principal::Role { .. } => account && role && !bounded,
                Principal::Session { .. } => account && role && direct && !bounded,
                // The documentation only speaks of roles; a session of a user is held to the same.
                Principal::FederatedUser { user: Some(_), .. } => account && role && direct,
                Principal::FederatedUser { user: None, .. } => account && direct,
                Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => direct,
            };
        (!spared).then_some(Grant::Direct)
    }
}

impl Entry {
    fn aws(value: &str) -> Self {
        if value == "*" {
            return Self::Everyone;
        }
        if is_account_id(value) {
            return Self::Account(value.into());
        }
        match Arn::parse(value) {
            Ok(arn) if arn.service() == "iam" && arn.resource() == "root" => Self::Account(arn.account().into()),
            Ok(arn) => Self::Arn(arn),
            Err(_) => Self::UniqueId(value.into()),
        }
    }

    fn grant(&self, request: &Request) -> Option<Grant> {
        let principal = request.principal();
        let hit = |hit: bool| hit.then_some(Grant::Direct);
        match self {
            Self::Everyone => Some(Grant::Direct),
            Self::Account(account) => (principal.account() == Some(account)).then_some(Grant::Account),
            Self::Arn(arn) => Self::arn_grant(arn, principal),
            Self::UniqueId(id) => match principal {
                Principal::User { .. } => hit(request.unique_id() == Some(id)),
                Principal::Role { .. } | Principal::Session { .. } => {
                    (request.unique_id() == Some(id)).then_some(Grant::Role)
                }
                _ => None,
            },
            Self::Service(name) => hit(matches!(principal, Principal::Service(own) if own == name)),
            Self::AnyService => hit(matches!(principal, Principal::Service(_))),
            Self::Federated(name) => hit(matches!(principal, Principal::Federated(own) if own == name)),
            Self::CanonicalUser(id) => (request.canonical_id() == Some(id)).then_some(Grant::Account),
        }
    }

    fn arn_grant(arn: &Arn, principal: &Principal) -> Option<Grant> {
        match principal {
            Principal::User { arn: own } => (own == arn).then_some(Grant::Direct),
            Principal::Role { arn: own } => (own == arn).then_some(Grant::Role),
            Principal::Session { arn: own, role } => {
                if own == arn {
                    Some(Grant::Direct)
                } else {
                    is_role_of(arn, own, role.as_ref()).then_some(Grant::Role)
                }
            }
            Principal::FederatedUser { arn: own, user } => {
                if own == arn {
                    Some(Grant::Direct)
                } else {
                    (user.as_ref() == Some(arn)).then_some(Grant::Role)
                }
            }
            Principal::Root { .. } | Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => None,
        }
    }
}

/// Whether a role's ARN is that of a session. A session's ARN does not tell the role's path; role names
/// are unique in an account without it, so the name decides where the role itself is not known.
fn is_role_of(arn: &Arn, session: &Arn, role: Option<&Arn>) -> bool {
    if let Some(role) = role {
        return role == arn;
    }
    arn.service() == "iam"
        && arn.resource_type() == "role"
        && arn.account() == session.account()
        && arn.partition() == session.partition()
        && session.resource().split('/').nth(1) == Some(arn.name())
}

/// Whether a text has the form of an account id.
pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_resource(pattern: &str, resource: &str, fits: bool) {
        let resources = Resources::new(false, vec![pattern.into()], true);
        let mut context = Context::default();
        context.set("aws:username", ["al:ice"]);
        assert_eq!(resources.concern(&ResourceName::new(resource), &context), fits, "{pattern} on {resource}");
    }

    #[test]
    fn resources_are_compared_part_by_part_and_with_case() {
        check_resource("*", "anything", true);
        check_resource("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c", true);
        check_resource("arn:aws:s3:::bucket/*", "arn:aws:s3:::Bucket/a", false);
        check_resource("arn:aws:s3:::bucket/*", "*", false);
        check_resource("arn:aws:iam::*:user/x", "arn:aws:iam::123456789012:user/x", true);
        check_resource("arn:aws:i?m::*:user/?", "arn:aws:iam::123456789012:user/x", true);
        check_resource("arn:aws:sns:us-*-1:1:t", "arn:aws:sns:us-east-1:1:t", true);
        check_resource("arn:aws:sns:u*1:1:t", "arn:aws:sns:us-east-1:1:1:t", false);
    }

    #[test]
    fn a_short_arn_is_completed() {
        check_resource("arn:aws:s3", "arn:aws:s3:::bucket", true);
        check_resource("arn:aws:s3:*", "arn:aws:s3:::bucket/x", true);
        check_resource("arn:aws:sqs:*", "arn:aws:s3:::bucket/x", false);
    }

    #[test]
    fn a_star_that_ends_a_part_runs_on_past_the_colon() {
        check_resource("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:us-east-1:123456789012:table/prod-x", true);
        check_resource("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:us-east-1:123456789012:table/dev", false);
        check_resource("arn:aws:logs:*:1:group", "arn:aws:logs:us-east-1:1:log-group:1:group", true);
    }

    #[test]
    fn the_value_of_a_variable_is_literal_and_shifts_no_part() {
        check_resource("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/al:ice", true);
        check_resource("arn:aws:s3:::b/${aws:userid}", "arn:aws:s3:::b/${aws:userid}", false);
    }

    #[track_caller]
    fn check_grant(key: PrincipalKind, entry: &str, principal: &Principal, grant: Option<Grant>) {
        let mut principals = Principals::new(false);
        principals.push(key, entry);
        let request = Request::new(principal.clone(), "s3:GetObject", "arn:aws:s3:::b");
        assert_eq!(principals.grant(&request, false), grant, "{entry} for {principal:?}");
    }

    fn principal(arn: &str) -> Principal {
        Principal::from_arn(arn).unwrap()
    }

    #[test]
    fn a_role_is_granted_less_directly_than_its_session() {
        let session = principal("arn:aws:sts::123456789012:assumed-role/Ops/joe");
        let aws = PrincipalKind::Aws;
        check_grant(aws, "*", &session, Some(Grant::Direct));
        check_grant(aws, "arn:aws:sts::123456789012:assumed-role/Ops/joe", &session, Some(Grant::Direct));
        check_grant(aws, "arn:aws:iam::123456789012:role/team/Ops", &session, Some(Grant::Role));
        check_grant(aws, "arn:aws:iam::123456789012:role/Op", &session, None);
        check_grant(aws, "123456789012", &session, Some(Grant::Account));
        check_grant(aws, "arn:aws:iam::123456789012:root", &session, Some(Grant::Account));
        check_grant(aws, "arn:aws:iam::123456789012:role/*", &session, None);
        check_grant(aws, "210987654321", &session, None);
    }

    #[test]
    fn services_and_providers_are_named_exactly() {
        let service = Principal::Service("ec2.amazonaws.com".into());
        check_grant(PrincipalKind::Service, "ec2.amazonaws.com", &service, Some(Grant::Direct));
        check_grant(PrincipalKind::Service, "lambda.amazonaws.com", &service, None);
        check_grant(PrincipalKind::Aws, "*", &service, Some(Grant::Direct));
        let provider = Principal::Federated("accounts.google.com".into());
        check_grant(PrincipalKind::Federated, "accounts.google.com", &provider, Some(Grant::Direct));
        check_grant(PrincipalKind::Federated, "www.amazon.com", &provider, None);
    }

    #[test]
    fn not_principal_spares_only_who_is_listed_with_account() {
        let user = principal("arn:aws:iam::444455556666:user/Bob");
        let request = Request::new(user, "s3:GetObject", "arn:aws:s3:::b");
        let mut listed = Principals::new(true);
        listed.push(PrincipalKind::Aws, "arn:aws:iam::444455556666:user/Bob");
        assert_eq!(listed.grant(&request, false), Some(Grant::Direct), "the account is not listed");
        listed.push(PrincipalKind::Aws, "arn:aws:iam::444455556666:root");
        assert_eq!(listed.grant(&request, false), None);
        assert_eq!(listed.grant(&request, true), Some(Grant::Direct), "a boundary makes the Deny apply");
    }

    #[test]
    fn not_principal_spares_a_session_that_is_listed_with_its_role_and_account() {
        let (account, role, session) = (
            "arn:aws:iam::444455556666:root",
            "arn:aws:iam::444455556666:role/audit",
            "arn:aws:sts::444455556666:assumed-role/audit/monday",
        );
        let check = |listed: &[&str], spared: bool| {
            let mut principals = Principals::new(true);
            for value in listed {
                principals.push(PrincipalKind::Aws, value);
            }
            let request = Request::new(principal(session), "s3:GetObject", "arn:aws:s3:::b");
            assert_eq!(principals.grant(&request, false).is_none(), spared, "{listed:?}");
        };
        check(&[account, role, session], true);
        check(&[account, session], false);
        check(&[account, role], false);
        check(&[role, session], false);
        check(&["*"], true);
    }
}
