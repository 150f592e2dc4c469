//! Search in the policies of an account, statement by statement.

use super::access::Access;
use super::documents::{DocumentKind, Written, documents, trust_documents};
use crate::base::error::UserError;
use crate::base::wildcard;
use crate::policy::ast::Effect;
use crate::policy::evaluate::Statement;

/// What is searched for: all terms hold for a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// Whether it must not hold.
    negated: bool,
    wanted: Wanted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Effect(Effect),
    /// The statement is about all that the pattern means.
    Action(String),
    /// The statement is about some of what the pattern means.
    Some(String),
    Resource(String),
    Principal(String),
    /// Any condition, or one on a key.
    Condition(Option<String>),
    /// The policy, or whoever has it.
    Of(String),
    Kind(DocumentKind),
    Attached,
    /// `NotAction`, `NotResource`.
    Except,
    /// Anything that the statement has in its text.
    Text(String),
}

/// The query language, for help.
pub const LANGUAGE: &str = "\
A query is a list of terms, separated by blanks; a statement is found where all of them hold. A term with - before it \
must not hold.
  s3:DeleteBucket     about this action, by name or by a wildcard; iam:* is about all of IAM
  some:iam:*          about at least one action that the pattern matches
  allow, deny         the effect
  resource:PATTERN    names a resource that the pattern matches, or matches it; resource:* names all
  principal:TEXT      a principal that contains the text
  condition           has a condition; condition:KEY one on this key, such as condition:aws:SourceIp
  except              has NotAction or NotResource
  of:TEXT             the policy, or who has it, contains the text
  kind:WORD           managed, aws, inline or trust
  attached            is in force for somebody
  any other word      its actions, resources, principals, condition keys or Sid contain the word
Examples: `allow iam:* -condition`, `s3:DeleteBucket allow`, `kind:trust principal:*`, `allow iam:PassRole resource:*`.";

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, UserError> {
        let terms: Vec<Term> = text.split_whitespace().map(Term::parse).collect::<Result<_, _>>()?;
        if terms.is_empty() {
            return Err(UserError::new("the query is empty").hint("Type an action such as s3:DeleteBucket, or a word."));
        }
        Ok(Self { terms })
    }
}

impl Term {
    fn parse(word: &str) -> Result<Self, UserError> {
        let (negated, word) = match word.strip_prefix('-') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, word),
        };
        let wanted = match word.split_once(':') {
            None => match word {
                "allow" => Wanted::Effect(Effect::Allow),
                "deny" => Wanted::Effect(Effect::Deny),
                "condition" => Wanted::Condition(None),
                "except" => Wanted::Except,
                "attached" => Wanted::Attached,
                "*" => Wanted::Action("*".to_owned()),
                other => Wanted::Text(other.to_lowercase()),
            },
            Some((field, "")) => {
                let told = UserError::new(format!("nothing follows `{field}:`"));
                return Err(told.hint("Type what is searched for right behind the colon."));
            }
            Some(("action", value)) => Wanted::Action(value.to_lowercase()),
            Some(("some", value)) => Wanted::Some(value.to_lowercase()),
            Some(("resource", value)) => Wanted::Resource(value.to_owned()),
            Some(("principal", value)) => Wanted::Principal(value.to_lowercase()),
            Some(("condition", value)) => Wanted::Condition(Some(value.to_lowercase())),
            Some(("of", value)) => Wanted::Of(value.to_lowercase()),
            Some(("kind", value)) => {
                let kind = DocumentKind::ALL.into_iter().find(|kind| kind.word() == value);
                Wanted::Kind(kind.ok_or_else(|| {
                    UserError::new(format!("`{value}` is not a kind of policy"))
                        .hint("The kinds are managed, aws, inline and trust.")
                })?)
            }
            Some(("arn", _)) => Wanted::Resource(word.to_owned()),
            Some(_) => Wanted::Action(word.to_lowercase()),
        };
        Ok(Self { negated, wanted })
    }

    fn holds(&self, written: &Written, statement: &Statement) -> bool {
        let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
        let holds = match &self.wanted {
            Wanted::Effect(effect) => statement.effect() == *effect,
            Wanted::Action(pattern) => is_about_all(statement, pattern),
            Wanted::Some(pattern) => is_about_some(statement, pattern),
            Wanted::Resource(pattern) => {
                let (patterns, negated) = statement.resource_patterns();
                let fits = |own: &str| wildcard::covers(own, pattern) || wildcard::covers(pattern, own);
                match (negated, pattern.as_str()) {
                    (false, "*") => patterns.iter().any(|own| &**own == "*"),
                    (false, _) => patterns.iter().any(|own| fits(own)),
                    (true, _) => !patterns.iter().any(|own| wildcard::covers(own, pattern)),
                }
            }
            Wanted::Principal(part) => statement.principal_names().iter().any(|own| contains(own, part)),
            Wanted::Condition(None) => !statement.is_unconditional(),
            Wanted::Condition(Some(key)) => statement.condition_keys().any(|own| contains(own, key)),
            Wanted::Of(part) => contains(&written.what, part) || contains(&written.resource, part),
            Wanted::Kind(kind) => written.kind == *kind,
            Wanted::Attached => written.attached || written.bounds,
            Wanted::Except => statement.has_not_action() || statement.resource_patterns().1,
            Wanted::Text(part) => {
                let lists = [statement.action_patterns(), statement.resource_patterns().0, statement.principal_names()];
                lists.into_iter().flatten().any(|own| contains(own, part))
                    || statement.condition_keys().any(|own| contains(own, part))
                    || statement.sid().is_some_and(|sid| contains(sid, part))
            }
        };
        holds != self.negated
    }
}

/// Whether a statement is about all that a pattern means.
fn is_about_all(statement: &Statement, pattern: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return statement.is_about(pattern);
    }
    let own = statement.action_patterns();
    if statement.has_not_action() {
        !own.iter().any(|own| wildcard::overlap(&own.to_lowercase(), pattern))
    } else {
        own.iter().any(|own| wildcard::covers_ignore_case(own, pattern))
    }
}

/// Whether a statement is about some of what a pattern means.
fn is_about_some(statement: &Statement, pattern: &str) -> bool {
    let own = statement.action_patterns();
    if statement.has_not_action() {
        !own.iter().any(|own| wildcard::covers_ignore_case(own, pattern))
    } else {
        own.iter().any(|own| wildcard::overlap(&own.to_lowercase(), pattern))
    }
}

/// A statement that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The ARN of the policy, or that of whoever has it.
    pub resource: String,
    /// The policy, in words.
    pub what: String,
    /// What kind of policy it is.
    pub kind: DocumentKind,
    /// Whether it gives anybody permissions.
    pub attached: bool,
    /// Whether it is a permissions boundary of anybody.
    pub bounds: bool,
    /// The number of the statement, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The actions, and whether they are those that it is not about.
    pub actions: (Vec<Box<str>>, bool),
    /// The resources, likewise.
    pub resources: (Vec<Box<str>>, bool),
    /// The condition keys.
    pub conditions: Vec<Box<str>>,
}

impl Match {
    /// The statement in a line.
    pub fn told(&self) -> String {
        let list = |(names, negated): &(Vec<Box<str>>, bool)| {
            let names = names.join(", ");
            if *negated { format!("all but {names}") } else { names }
        };
        let effect = self.effect.as_str();
        let on = if self.resources.0.is_empty() { String::new() } else { format!(" on {}", list(&self.resources)) };
        format!("{effect} {}{on}", list(&self.actions))
    }
}

/// The statements of an account that a query is about.
pub fn find(access: &Access<'_>, query: &Query) -> Vec<Match> {
    let mut found = Vec::new();
    for written in documents(access).into_iter().chain(trust_documents(access)) {
        for statement in written.compiled.statements() {
            if query.terms.iter().all(|term| term.holds(&written, statement)) {
                let (resources, spared) = statement.resource_patterns();
                found.push(Match {
                    resource: written.resource.clone(),
                    what: written.what.clone(),
                    kind: written.kind,
                    attached: written.attached,
                    bounds: written.bounds,
                    statement: statement.index(),
                    sid: statement.sid().map(Into::into),
                    effect: statement.effect(),
                    actions: (statement.action_patterns().to_vec(), statement.has_not_action()),
                    resources: (resources.to_vec(), spared),
                    conditions: statement.condition_keys().map(Into::into).collect(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::lab;

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let account = lab();
        let found = find(&Access::new(&account), &Query::parse(query).unwrap());
        let told: Vec<String> = found.iter().map(|one| format!("{}: {}", one.what, one.told())).collect();
        assert_eq!(told, expected, "{query}");
    }

    #[test]
    fn statements_are_found_by_action_effect_and_condition() {
        check(
            "kind:inline iam:CreateAccessKey -condition",
            &["inline policy keys of user mal: Allow iam:CreateAccessKey on *"],
        );
        check("of:mal condition:multifactor", &["inline policy keys of user mal: Deny * on *"]);
        check("deny -of:mal", &[]);
        check("kind:trust principal:lambda", &["trust policy of role lambda-admin: Allow sts:AssumeRole"]);
    }

    #[test]
    fn policies_of_aws_are_found_where_somebody_has_them() {
        check("of:AdministratorAccess", &["policy AdministratorAccess: Allow * on *"]);
        let account = crate::insight::fixture::account();
        let found = find(&Access::new(&account), &Query::parse("of:AdministratorAccess").unwrap());
        assert!(found.len() == 1 && found[0].attached, "{found:?}");
    }

    #[test]
    fn a_permissions_boundary_is_in_force() {
        let account = crate::insight::fixture::account();
        let found = find(&Access::new(&account), &Query::parse("of:cap").unwrap());
        let told: Vec<String> =
            crate::insight::describe::matches(&found, &[]).into_iter().map(|line| line.text).collect();
        assert_eq!(told[1], "policy cap, statement 1  (as a permissions boundary)");
    }

    #[test]
    fn a_query_that_means_nothing_is_refused() {
        assert!(Query::parse("  ").is_err());
        assert!(Query::parse("kind:nonsense").is_err());
        assert!(Query::parse("resource:").is_err());
    }
}
