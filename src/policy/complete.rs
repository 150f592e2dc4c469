//! What can be written at the cursor, also in text that is broken or half typed.
//!
//! [`complete`] finds the place by the tokens before the cursor, asks the room for that place for its offers, and
//! ranks them by what is typed so far, in the one order of [`crate::base::search`]; of what matches alike the more
//! common comes first.

mod actions;
mod conditions;
mod elements;
mod place;
mod principals;
mod resources;

use std::borrow::Cow;

use super::PolicyKind;
use super::ast::{Policy, Statement};
use super::syntax::{NodeKind, Span};
use crate::base::search::{Kind, Query, Rank, Reach};
use crate::base::work;
use crate::catalog::common::uses;
use crate::catalog::{Action, Catalog};
use place::{Place, Quotes, Role};

/// The most candidates that are given; nobody scrolls further, and typing narrows.
pub const MOST_CANDIDATES: usize = 200;

/// What completion knows beside the text.
#[derive(Debug, Clone)]
pub struct Context<'c> {
    /// The services.
    pub catalog: &'c Catalog,
    /// The kind of policy, where it is known.
    pub kind: Option<PolicyKind>,
    /// The partition of the session.
    pub partition: &'c str,
    /// The account of the session.
    pub account: Option<&'c str>,
    /// The Region of the session.
    pub region: Option<&'c str>,
    /// ARNs of users and roles that are known.
    pub principals: &'c [&'c str],
    /// ARNs of identity providers that are known.
    pub providers: &'c [&'c str],
}

impl<'c> Context<'c> {
    /// A context that knows of no session.
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, kind: None, partition: "aws", account: None, region: None, principals: &[], providers: &[] }
    }
}

/// What a candidate is, for an icon or a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateKind {
    /// A key of the policy language.
    Element,
    /// A service prefix.
    Service,
    /// An action or a wildcard of actions.
    Action,
    /// An ARN.
    Resource,
    /// A principal.
    Principal,
    /// A condition operator.
    Operator,
    /// A condition key.
    Key,
    /// A value.
    Value,
    /// A policy variable.
    Variable,
    /// Several elements at once.
    Snippet,
}

/// One thing that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is shown.
    pub label: String,
    /// What goes in place of [`Completion::span`].
    pub insert: String,
    /// Where the cursor stands after that, in bytes from the start of the inserted text.
    pub cursor: usize,
    /// What it is.
    pub kind: CandidateKind,
    /// A few words beside the label: the access level, the service's name, the type.
    pub detail: String,
    /// A sentence or two; may be empty.
    pub documentation: String,
    /// The characters of the label that match what is typed.
    pub matched: Vec<u32>,
    /// Whether there is more to complete after it, such as the actions of a service.
    pub goes_on: bool,
}

/// The candidates at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// What a candidate replaces; inside of the quotes where there are quotes.
    pub span: Span,
    /// The candidates, best first.
    pub candidates: Vec<Candidate>,
}

/// Finds what can be written at a byte offset of a text; nothing where nothing can.
pub fn complete(text: &str, offset: usize, context: &Context<'_>) -> Completion {
    let policy = super::read(text);
    complete_in(&policy, offset, context)
}

/// Like [`complete`], for a text that is read already.
pub fn complete_in(policy: &Policy<'_>, offset: usize, context: &Context<'_>) -> Completion {
    if !policy.tree.text().is_char_boundary(offset) {
        return Completion::default();
    }
    let Some(place) = place::find(&policy.tree, offset) else { return Completion::default() };
    let found = || Completion { span: place.span, candidates: rank(offers(policy, &place, offset, context), &place) };
    work::within(work::WHILE_TYPING, found).unwrap_or_default()
}

fn offers<'c>(policy: &Policy<'_>, place: &Place, offset: usize, context: &Context<'c>) -> Vec<Offer<'c>> {
    let statement = statement_at(policy, offset);
    let path: Vec<&str> = place.path.iter().map(String::as_str).collect();
    let kind = context.kind;
    let offers = match (place.role, path.as_slice()) {
        (Role::Value, []) => elements::skeleton(true, kind),
        (Role::Key, []) => elements::document(&keys_around(policy, offset)),
        (Role::Value, ["Version"]) => elements::versions(),
        (Role::Value, ["Statement"]) => elements::skeleton(false, kind),
        (Role::Key, ["Statement"]) => {
            let others = statement.map(elements::present).unwrap_or_default();
            let others: Vec<String> = others.into_iter().filter(|name| !place.is_whole(name, policy)).collect();
            elements::statement(&others, kind)
        }
        (Role::Value, ["Statement", "Effect"]) => elements::effects(),
        (Role::Value, ["Statement", "Action" | "NotAction"]) => {
            let all = actions::offers(&place.typed, context.catalog, kind);
            without(all, statement.map(Statement::actions_of_both), place)
        }
        (Role::Value, ["Statement", "Resource" | "NotResource"]) => {
            let all = resources::offers(&place.typed, statement, context);
            without(all, statement.map(Statement::resources_of_both), place)
        }
        (Role::Key, ["Statement", "Principal" | "NotPrincipal"]) => principals::kinds(),
        (Role::Value, ["Statement", "Principal" | "NotPrincipal"]) => principals::plain(),
        (Role::Value, ["Statement", "Principal" | "NotPrincipal", kind]) => principals::entries(kind, context),
        (Role::Key, ["Statement", "Condition"]) => {
            conditions::operators(&place.typed, &keys_of_block(policy, statement, place), context.catalog)
        }
        (Role::Key, ["Statement", "Condition", operator]) => conditions::keys(operator, statement, context),
        (Role::Value, ["Statement", "Condition", operator, key]) => conditions::values(operator, key, context),
        _ => Vec::new(),
    };
    // A verbatim text is no string: it cannot go between quotes.
    let bare = place.quotes == Quotes::None;
    offers.into_iter().filter(|offer| offer.verbatim.is_none() || bare).collect()
}

impl Place {
    /// Whether an element is the one under the cursor, which may be written again.
    fn is_whole(&self, name: &str, policy: &Policy<'_>) -> bool {
        self.quotes != Quotes::None && self.span.of(policy.tree.text()) == name
    }
}

/// The statement around an offset, or the last one that begins before it where the text is broken.
fn statement_at<'p, 't>(policy: &'p Policy<'t>, offset: usize) -> Option<&'p Statement<'t>> {
    let touches = |s: &&Statement<'_>| policy.tree.span(s.node).touches(offset);
    let begun = |s: &&Statement<'_>| policy.tree.span(s.node).start as usize <= offset;
    let around = policy.statements.iter().rev().find(touches);
    around.or_else(|| policy.statements.iter().rev().find(begun))
}

/// The keys of the innermost object around an offset, but for the one that the cursor is in.
fn keys_around(policy: &Policy<'_>, offset: usize) -> Vec<String> {
    let chain = policy.tree.nodes_at(offset);
    let object = chain.into_iter().rev().find(|node| policy.tree.kind(*node) == NodeKind::Object);
    let members = object.into_iter().flat_map(|object| policy.tree.members(object));
    let others = members.filter(|(key, _)| !policy.tree.span(*key).touches(offset));
    others.map(|(key, _)| policy.tree.string(key).into_owned()).collect()
}

/// The condition keys under the operator that the cursor is in.
fn keys_of_block(policy: &Policy<'_>, statement: Option<&Statement<'_>>, place: &Place) -> Vec<String> {
    let blocks = statement.and_then(|s| s.condition.as_ref()).map(|c| c.blocks.as_slice()).unwrap_or_default();
    let block = blocks.iter().find(|block| policy.tree.span(block.name.node).touches(place.span.start as usize));
    let entries = block.map(|block| block.entries.as_slice()).unwrap_or_default();
    entries.iter().map(|entry| entry.name.value.clone().into_owned()).collect()
}

/// The actions that a statement speaks of; of more than `most` only so many.
fn actions_of<'c>(statement: Option<&Statement<'_>>, catalog: &'c Catalog, most: usize) -> Vec<Action<'c>> {
    let mut actions = Vec::new();
    let items = statement.and_then(|s| s.action.as_ref()).map(|list| list.items.as_slice()).unwrap_or_default();
    for item in items.iter().filter(|item| item.value != "*") {
        let Some((prefix, _)) = item.as_str().split_once(':') else { continue };
        if catalog.has_service(prefix) {
            actions.extend(catalog.matching(item.as_str()).take(most - actions.len().min(most)));
        }
    }
    actions
}

/// The offers without those that another entry of the same list says already.
fn without<'c, 'a, 't: 'a>(
    offers: Vec<Offer<'c>>,
    items: Option<impl Iterator<Item = &'a super::ast::Text<'t>>>,
    place: &Place,
) -> Vec<Offer<'c>> {
    let others: Vec<&str> = items
        .into_iter()
        .flatten()
        .filter(|item| !item.span.touches(place.span.start as usize))
        .map(super::ast::Text::as_str)
        .collect();
    offers.into_iter().filter(|offer| !others.iter().any(|other| other.eq_ignore_ascii_case(&offer.label))).collect()
}

/// The paths of roles that AWS makes: for its services, which alone may assume them, and for its sign-in page.
const AWS_PATHS: [&str; 2] = [":role/aws-service-role/", ":role/aws-reserved/"];

/// A user or role of the account. What AWS makes comes last: hardly anybody means it.
fn known(arn: &str, kind: CandidateKind) -> Offer<'_> {
    if AWS_PATHS.iter().any(|path| arn.contains(path)) {
        return Offer::new(arn, kind, "made by AWS").below();
    }
    Offer::new(arn, kind, "in this account")
}

/// Where the documentation of an offer is; it is fetched for those that are shown.
enum Doc<'c> {
    Text(Cow<'c, str>),
    Action(Action<'c>),
    Key(&'c Catalog, &'c str),
}

impl Doc<'_> {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Action(action) => action.description().to_owned(),
            Self::Key(catalog, name) => catalog.key_description(name).to_owned(),
        }
    }
}

/// A candidate before it is known whether it matches.
struct Offer<'c> {
    label: Cow<'c, str>,
    kind: CandidateKind,
    detail: Cow<'c, str>,
    documentation: Doc<'c>,
    /// What is written, where that is not the label.
    insert: Option<String>,
    /// A text that is no string and goes in as it is.
    verbatim: Option<String>,
    /// Of a key: the value that it begins with.
    value: Option<&'static str>,
    /// Another text that may be typed for it.
    also: Option<String>,
    goes_on: bool,
    group: i32,
    /// It is of another type than the operator compares: it comes after everything that fits.
    misfit: bool,
}

impl<'c> Offer<'c> {
    fn new(label: impl Into<Cow<'c, str>>, kind: CandidateKind, detail: impl Into<Cow<'c, str>>) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: detail.into(),
            documentation: Doc::Text(Cow::Borrowed("")),
            insert: None,
            verbatim: None,
            value: None,
            also: None,
            goes_on: false,
            group: 0,
            misfit: false,
        }
    }

    fn about(self, documentation: impl Into<Cow<'c, str>>) -> Self {
        Self { documentation: Doc::Text(documentation.into()), ..self }
    }

    /// Before others that match as well.
    fn above(self) -> Self {
        Self { group: self.group + 1, ..self }
    }

    /// After others that match as well.
    fn below(self) -> Self {
        Self { group: self.group - 1, ..self }
    }

    fn candidate(self, place: &Place, matched: Vec<u32>) -> Candidate {
        let content = self.insert.as_deref().unwrap_or(&self.label);
        let (insert, cursor) = match &self.verbatim {
            Some(text) => (text.clone(), text.find("\"\"").map_or(text.len(), |at| at + 1)),
            None => place.write(content, self.value, self.goes_on),
        };
        Candidate {
            insert,
            cursor,
            label: self.label.into_owned(),
            kind: self.kind,
            detail: self.detail.into_owned(),
            documentation: self.documentation.text(),
            matched,
            goes_on: self.goes_on,
        }
    }
}

impl Place {
    /// A string as it is written here, with the quotes and the value that are missing, and where the cursor goes.
    fn write(&self, content: &str, value: Option<&str>, goes_on: bool) -> (String, usize) {
        let mut out = String::with_capacity(content.len() + 8);
        if self.quotes == Quotes::None {
            out.push('"');
        }
        out.push_str(content);
        let inside = out.len();
        if self.quotes != Quotes::Both {
            out.push('"');
        }
        if goes_on || self.quotes == Quotes::Both {
            return (out, inside);
        }
        if self.role == Role::Key && !self.colon_follows {
            out.push_str(": ");
            let value = value.unwrap_or_default();
            out.push_str(value);
            // Between the quotes or braces of an empty value; after one that is complete.
            let back = usize::from(matches!(value, "\"\"" | "[]" | "{}"));
            let cursor = out.len() - back;
            return (out, cursor);
        }
        let end = out.len();
        (out, end)
    }
}

/// What comes first: what fits the operator, what matches better, the group of the offer, the more common, the nearer.
type Worth = (bool, Kind, i32, u32, Option<Rank>);

/// What offers are searched by: what is typed, and of an action the part behind the service, which has its own words.
struct Search<'t> {
    whole: Query,
    /// The service with its colon, and what is looked for among its actions.
    behind: Option<(&'t str, Query)>,
}

impl<'t> Search<'t> {
    fn new(typed: &'t str) -> Self {
        let parts = typed.find(':').and_then(|at| typed.split_at_checked(at + 1));
        let behind = parts.map(|(service, name)| (service, Query::new(name, Reach::Letters)));
        Self { whole: Query::new(typed, Reach::Letters), behind }
    }

    /// The query for an offer, and the part of its label that it is for.
    fn of<'a>(&self, offer: &'a Offer<'_>) -> (&Query, &'a str, usize) {
        let parts =
            self.behind.as_ref().filter(|_| offer.kind == CandidateKind::Action).and_then(|(service, query)| {
                let (head, name) = offer.label.split_at_checked(service.len())?;
                head.eq_ignore_ascii_case(service).then_some((query, name, service.len()))
            });
        parts.unwrap_or((&self.whole, &offer.label, 0))
    }

    /// The characters of the label that match.
    fn marks(&self, offer: &Offer<'_>) -> Vec<u32> {
        let (query, text, at) = self.of(offer);
        let prefix = offer.label.get(..at).map_or(0, |head| head.chars().count());
        let marks = query.marks(text);
        let own = marks.into_iter().flatten().map(|number| number + prefix);
        (0..prefix).chain(own).filter_map(|number| u32::try_from(number).ok()).collect()
    }
}

/// Keeps the offers that match what is typed, best first. Letters in order do only where nothing matches better.
fn rank(offers: Vec<Offer<'_>>, place: &Place) -> Vec<Candidate> {
    let typed = place.typed.as_str();
    let search = Search::new(typed);
    let mut kept: Vec<(Worth, Offer<'_>)> = Vec::with_capacity(offers.len());
    for offer in offers {
        let uses = match offer.kind {
            CandidateKind::Service | CandidateKind::Action => uses(&offer.label),
            CandidateKind::Key => conditions::uses_of(&offer.label),
            _ => 0,
        };
        if typed.is_empty() {
            kept.push(((!offer.misfit, Kind::Prefix, offer.group, uses, None), offer));
            continue;
        }
        let (query, text, _) = search.of(&offer);
        let Some(rank) = query.rank(text, offer.also.as_deref().unwrap_or_default()) else { continue };
        let begins = offer.label.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
        let kind = match rank.kind {
            _ if begins && offer.label.len() == typed.len() => Kind::Exact,
            _ if begins => Kind::Prefix,
            // What is written begins with what is typed, before what is only called so.
            kind => kind.min(Kind::WordStart),
        };
        // What begins alike stays in the order of its list.
        kept.push(((!offer.misfit, kind, offer.group, uses, (!begins).then_some(rank)), offer));
    }
    if kept.iter().any(|((_, kind, ..), _)| *kind > Kind::Letters) {
        kept.retain(|((_, kind, ..), _)| *kind > Kind::Letters);
    }
    kept.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
    kept.truncate(MOST_CANDIDATES);
    kept.into_iter()
        .map(|(_, offer)| {
            let matched = if typed.is_empty() { Vec::new() } else { search.marks(&offer) };
            offer.candidate(place, matched)
        })
        .collect()
}

/// What an element of the policy language is, in a sentence.
pub fn about_element(name: &str) -> Option<&'static str> {
    elements::about(name)
}

/// What an operator compares, in a few words.
pub fn about_operator(operator: super::operator::Operator) -> &'static str {
    conditions::detail(operator)
}

/// What a condition key is: the type of its values, and a sentence, which may be empty.
pub fn about_key(name: &str, catalog: &Catalog) -> Option<(String, String)> {
    let (value, multi) = conditions::type_of(name, catalog)?;
    let about = match crate::catalog::globals::find(name) {
        Some(global) => conditions::sentence(global),
        None => catalog.key_description(name).to_owned(),
    };
    Some((conditions::word(value, multi), about))
}

#[cfg(test)]
mod tests;
