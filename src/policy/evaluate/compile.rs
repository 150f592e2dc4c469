//! A document made ready to be evaluated many times.

use crate::base::wildcard;
use crate::policy::ast::{self, Effect, Problem, Statement as Source};
use crate::policy::lines::{LineIndex, Position};
use crate::policy::operator::BaseOperator;
use crate::policy::read;
use crate::policy::syntax::{Span, SyntaxErrorKind};

use super::conditions::Condition;
use super::matching::{Actions, Principals, Resources};

/// Why a document cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompileErrorKind {
    /// It is no JSON.
    #[error("{0}")]
    Json(SyntaxErrorKind),
    /// A value has another JSON type than its element takes.
    #[error("the value should be of type {0}")]
    Type(&'static str),
    /// A key stands twice in one object, and which one counts is anybody's guess.
    #[error("the key appears twice")]
    DuplicateKey,
    /// There is no `Statement`.
    #[error("the document has no `Statement`")]
    NoStatement,
    /// The version is neither of the two.
    #[error("the version is neither `2012-10-17` nor `2008-10-17`")]
    Version,
    /// The effect is missing or neither `Allow` nor `Deny`.
    #[error("the effect must be `Allow` or `Deny`")]
    Effect,
    /// Neither `Action` nor `NotAction`.
    #[error("the statement has no `Action`")]
    NoAction,
    /// An element beside its negation.
    #[error("an element and its `Not…` form exclude each other")]
    Both,
    /// A condition operator that does not exist.
    #[error("the condition operator does not exist")]
    Operator,
    /// A kind of principal that does not exist.
    #[error("the principal must be `*` or of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`")]
    Principal,
}

/// Why a document cannot be evaluated, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (line {}, column {})", position.line, position.column + 1)]
pub struct CompileError {
    /// What is wrong.
    pub kind: CompileErrorKind,
    /// Where it is wrong.
    pub span: Span,
    /// The same as line and column.
    pub position: Position,
}

/// A document ready to be evaluated; it keeps nothing of the text but what a trace shows. The default has no statements.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    statements: Vec<Statement>,
}

/// One statement of a compiled document.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(super) index: usize,
    pub(super) sid: Option<Box<str>>,
    pub(super) effect: Effect,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) actions: Actions,
    pub(super) resources: Option<Resources>,
    pub(super) principals: Option<Principals>,
    pub(super) conditions: Vec<Condition>,
}

/// A line and a column as `SimulatePrincipalPolicy` counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SimulatorPosition {
    /// From 1.
    pub line: usize,
    /// Of a start, the offset of the brace + 2; of an end, the offset after the brace + 1.
    pub column: usize,
}

impl Statement {
    /// The number of the statement in its document, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The `Sid`, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Whether it allows or denies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether the statement is about an action given in lower case.
    pub fn is_about(&self, folded_action: &str) -> bool {
        self.actions.concern(folded_action)
    }

    /// The patterns of `Action` or `NotAction`, as written.
    pub fn action_patterns(&self) -> &[Box<str>] {
        &self.actions.written
    }

    /// The patterns of `Resource` or `NotResource`, as written, and whether they are those that it is not about.
    pub fn resource_patterns(&self) -> (&[Box<str>], bool) {
        self.resources.as_ref().map_or((&[], false), |list| (&list.written, list.negated))
    }

    /// The principals, as written.
    pub fn principal_names(&self) -> &[Box<str>] {
        self.principals.as_ref().map_or(&[], |list| &list.written)
    }

    /// The condition keys that it asks for.
    pub fn condition_keys(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().map(|condition| &*condition.key)
    }

    /// Whether it asks for no condition.
    pub fn is_unconditional(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether it lists the actions that it is not about.
    pub fn has_not_action(&self) -> bool {
        self.actions.negated
    }

    /// Whether it names every resource.
    pub fn is_everywhere(&self) -> bool {
        self.resources.as_ref().is_some_and(|list| !list.negated && list.written.iter().any(|text| &**text == "*"))
    }

    /// Whether it is about all actions of a service (yes), about none (no), or about some of them (nothing).
    pub fn is_about_service(&self, service: &str) -> Option<bool> {
        let whole = format!("{service}:*");
        let covers = |pattern: &str| wildcard::covers_ignore_case(pattern, &whole);
        let touches = |pattern: &str| wildcard::overlap(&pattern.to_ascii_lowercase(), &whole);
        let written = &self.actions.written;
        let any_covers = written.iter().any(|pattern| covers(pattern));
        let any_touches = any_covers || written.iter().any(|pattern| touches(pattern));
        match (self.actions.negated, any_covers, any_touches) {
            (false, true, _) | (true, _, false) => Some(true),
            (false, _, false) | (true, true, _) => Some(false),
            (_, false, true) => None,
        }
    }

    /// Whether the statement gives all actions of a service the same answer: it is about all or none of them, on every
    /// resource, and asks only for keys that all of them have.
    pub fn treats_alike(&self, service: &str) -> bool {
        match self.is_about_service(service) {
            Some(false) => true,
            Some(true) => self.is_everywhere() && self.asks_for_common_keys(),
            None => false,
        }
    }

    /// Whether it asks only for keys that the requests for all actions have.
    fn asks_for_common_keys(&self) -> bool {
        let own = ["aws:requesttag", "aws:resourcetag", "aws:tagkeys"];
        self.conditions.iter().all(|condition| {
            condition.folded_key.starts_with("aws:") && !own.iter().any(|key| condition.folded_key.starts_with(key))
        })
    }

    /// Whether it says the same of all actions that it is about, the types of their resources aside: it asks only for keys
    /// that all of them have, and has no variables.
    pub fn decides_alike(&self) -> bool {
        let values = self.conditions.iter().flat_map(|condition| &condition.written);
        let resources = self.resources.iter().flat_map(|list| &list.written);
        self.asks_for_common_keys() && !values.chain(resources).any(|text| text.contains("${"))
    }

    /// Whether the statement is about every action of a service on every resource whatever the context (yes), about none
    /// of its actions (no), or about some of it (nothing).
    pub fn is_about_all_of(&self, service: &str) -> Option<bool> {
        match self.is_about_service(service) {
            Some(false) => Some(false),
            Some(true) if self.is_everywhere() && self.conditions.is_empty() => Some(true),
            _ => None,
        }
    }

    /// Where the statement begins, as the simulator of AWS says it: the place of its parser after the brace.
    pub fn start(&self) -> SimulatorPosition {
        SimulatorPosition { line: self.start.line, column: self.start.column + 2 }
    }

    /// Where the statement ends, as the simulator of AWS says it.
    pub fn end(&self) -> SimulatorPosition {
        SimulatorPosition { line: self.end.line, column: self.end.column + 1 }
    }
}

impl Compiled {
    /// Compiles a document. Elements that policies do not have are passed over; whatever else is not as the
    /// grammar wants it is an error, since a guess could allow or deny too much.
    pub fn new(text: &str) -> Result<Self, CompileError> {
        let lines = LineIndex::new(text);
        let policy = read(text);
        let compiler = Compiler { policy: &policy, lines: &lines };
        compiler.document()
    }

    /// The condition keys that its statements ask for, in conditions and in variables; may repeat.
    pub fn context_keys(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().flat_map(|statement| {
            let conditions = statement.conditions.iter();
            let own = conditions.flat_map(|one| std::iter::once(&*one.key).chain(one.variables().map(|(key, ..)| key)));
            own.chain(statement.resources.iter().flat_map(|all| all.variables().map(|(key, ..)| key)))
        })
    }

    /// The statements in order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

struct Compiler<'a, 't> {
    policy: &'a ast::Policy<'t>,
    lines: &'a LineIndex<'t>,
}

impl Compiler<'_, '_> {
    fn wrong<T>(&self, kind: CompileErrorKind, span: Span) -> Result<T, CompileError> {
        Err(CompileError { kind, span, position: self.lines.position(span.start as usize) })
    }

    fn document(&self) -> Result<Compiled, CompileError> {
        let tree = &self.policy.tree;
        if let Some(error) = tree.errors().first() {
            return self.wrong(CompileErrorKind::Json(error.kind), error.span);
        }
        for problem in &self.policy.problems {
            match *problem {
                Problem::WrongType { node, expected } => {
                    return self.wrong(CompileErrorKind::Type(expected), tree.span(node));
                }
                Problem::DuplicateKey { again, .. } => {
                    return self.wrong(CompileErrorKind::DuplicateKey, tree.span(again));
                }
                Problem::UnknownElement(_) => {}
            }
        }
        if self.policy.statement_node.is_none() {
            return self.wrong(CompileErrorKind::NoStatement, tree.span(tree.root()));
        }
        let variables = match &self.policy.version {
            Some(version) if version.as_str() == "2012-10-17" => true,
            Some(version) if version.as_str() != "2008-10-17" => {
                return self.wrong(CompileErrorKind::Version, version.span);
            }
            _ => false,
        };
        let statements = self.policy.statements.iter().map(|source| self.statement(source, variables));
        Ok(Compiled { statements: statements.collect::<Result<_, _>>()? })
    }

    fn statement(&self, source: &Source<'_>, variables: bool) -> Result<Statement, CompileError> {
        let span = self.policy.tree.span(source.node);
        let Some(effect) = source.effect() else {
            let span = source.effect.as_ref().map_or(span, |text| text.span);
            return self.wrong(CompileErrorKind::Effect, span);
        };
        let (start, end) = self.lines.positions(span);
        let actions = match (&source.action, &source.not_action) {
            (Some(list), None) => Actions::new(false, texts(list)),
            (None, Some(list)) => Actions::new(true, texts(list)),
            (None, None) => return self.wrong(CompileErrorKind::NoAction, span),
            (Some(_), Some(_)) => return self.wrong(CompileErrorKind::Both, span),
        };
        let resources = match (&source.resource, &source.not_resource) {
            (Some(list), None) => Some(Resources::new(false, texts(list), variables)),
            (None, Some(list)) => Some(Resources::new(true, texts(list), variables)),
            (None, None) => None,
            (Some(_), Some(_)) => return self.wrong(CompileErrorKind::Both, span),
        };
        let principals = match (&source.principal, &source.not_principal) {
            (Some(principal), None) => Some(self.principals(principal, false)?),
            (None, Some(principal)) => Some(self.principals(principal, true)?),
            (None, None) => None,
            (Some(_), Some(_)) => return self.wrong(CompileErrorKind::Both, span),
        };
        Ok(Statement {
            index: source.index,
            sid: source.sid.as_ref().map(|sid| sid.as_str().into()),
            effect,
            start,
            end,
            actions,
            resources,
            principals,
            conditions: self.conditions(source, variables)?,
        })
    }

    fn principals(&self, source: &ast::Principal<'_>, negated: bool) -> Result<Principals, CompileError> {
        let mut principals = Principals::new(negated);
        if let Some(plain) = &source.plain {
            if plain.as_str() != "*" {
                return self.wrong(CompileErrorKind::Principal, plain.span);
            }
            principals.push(ast::PrincipalKind::Aws, "*");
        }
        for group in &source.groups {
            let Some(kind) = group.kind else {
                return self.wrong(CompileErrorKind::Principal, group.name.span);
            };
            for entry in &group.list.items {
                principals.push(kind, entry.as_str());
            }
        }
        Ok(principals)
    }

    fn conditions(&self, source: &Source<'_>, variables: bool) -> Result<Vec<Condition>, CompileError> {
        let mut conditions = Vec::new();
        for (block, entry) in source.conditions() {
            let operator = block.operator.filter(|o| !(o.if_exists && o.base == BaseOperator::Null));
            let Some(operator) = operator else {
                return self.wrong(CompileErrorKind::Operator, block.name.span);
            };
            let values = entry.values.iter().map(|value| value.as_str().into()).collect();
            conditions.push(Condition::new(operator, entry.name.as_str(), values, variables));
        }
        Ok(conditions)
    }
}

fn texts(list: &ast::List<'_>) -> Vec<Box<str>> {
    list.items.iter().map(|item| item.as_str().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, kind: CompileErrorKind) {
        assert_eq!(Compiled::new(text).unwrap_err().kind, kind, "{text}");
    }

    #[test]
    fn what_could_be_guessed_wrong_is_refused() {
        check_refused("{}", CompileErrorKind::NoStatement);
        check_refused(r#"{"Statement": [{"Effect": "Allow"}]}"#, CompileErrorKind::NoAction);
        check_refused(r#"{"Statement": [{"Effect": "allow", "Action": "*"}]}"#, CompileErrorKind::Effect);
        check_refused(r#"{"Statement": [{"Action": "*"}]}"#, CompileErrorKind::Effect);
        check_refused(r#"{"Version": "2020-01-01", "Statement": []}"#, CompileErrorKind::Version);
        check_refused(
            r#"{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*"}}"#,
            CompileErrorKind::DuplicateKey,
        );
        check_refused(
            r#"{"Statement": {"Effect": "Deny", "Action": "*", "Condition": {"StringIs": {"a:b": "c"}}}}"#,
            CompileErrorKind::Operator,
        );
        check_refused(
            r#"{"Statement": {"Effect": "Deny", "Action": "*", "Condition": {"NullIfExists": {"a:b": "true"}}}}"#,
            CompileErrorKind::Operator,
        );
        check_refused(
            r#"{"Statement": {"Effect": "Deny", "Action": "*", "Principal": {"Aws": "*"}}}"#,
            CompileErrorKind::Principal,
        );
        check_refused(
            r#"{"Statement": {"Effect": "Deny", "Action": "*", "NotAction": "a:b"}}"#,
            CompileErrorKind::Both,
        );
        assert!(matches!(Compiled::new("{\"Statement\"").unwrap_err().kind, CompileErrorKind::Json(_)));
    }

    #[test]
    fn an_error_says_where() {
        let error = Compiled::new("{\"Statement\": [\n  {\"Effect\": 3}]}").unwrap_err();
        assert_eq!(error.to_string(), "the value should be of type String (line 2, column 14)");
    }

    #[test]
    fn positions_are_those_of_the_simulator() {
        let text = r#"{"Statement":[{"Effect":"Allow","Action":"*"}]}"#;
        let compiled = Compiled::new(text).unwrap();
        let statement = &compiled.statements()[0];
        let brace = text.find("{\"Effect").unwrap();
        assert_eq!(statement.start(), SimulatorPosition { line: 1, column: brace + 2 });
        assert_eq!(statement.end(), SimulatorPosition { line: 1, column: text.len() - 2 + 1 });
    }
}
