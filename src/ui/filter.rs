//! The filter of a list: words that the name holds, and properties such as `type:customer`.
//!
//! With `~` before it the letters of the words match in order, with others between them.

use crate::base::search::{Kind, Query, Reach};
use crate::model::{Fact, Tags};

use super::page::View;
use super::resources::{Resource, SortKey};

/// A filter as typed, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    words: Query,
    properties: Vec<Property>,
    /// The first word that looks like a property and is none here.
    stranger: Option<String>,
}

/// One `name:value`; with `!` before it, rows that have it are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Property {
    name: String,
    test: Test,
    negated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// The shown text holds this, without regard to case.
    Holds(String),
    /// The number is more than this.
    More(i64),
    /// The number is less than this.
    Less(i64),
}

impl Filter {
    /// Takes typed text apart; `known` says which names are properties, all else are words.
    pub fn parse(text: &str, known: &dyn Fn(&str) -> bool) -> Self {
        let mut properties = Vec::new();
        let mut words = Vec::new();
        let mut stranger = None;
        for part in text.split_whitespace() {
            let (negated, bare) = part.strip_prefix('!').map_or((false, part), |rest| (true, rest));
            let property = bare.split_once(':').map(|(name, value)| (name.to_lowercase(), value));
            match property {
                Some((name, value)) if known(&name) => {
                    if let Some(test) = test(value) {
                        properties.push(Property { name, test, negated });
                    }
                }
                other => {
                    stranger = stranger.or(other.map(|(name, _)| name).filter(|name| !name.is_empty()));
                    words.push(part);
                }
            }
        }
        Self { words: Query::new(&words.join(" "), Reach::Parts), properties, stranger }
    }

    /// Whether it has words, which some rows match better than others.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// The first word that is written as a property, `name:value`, and is none of this list's.
    pub fn stranger(&self) -> Option<&str> {
        self.stranger.as_deref()
    }

    /// What names are matched with.
    pub fn words(&self) -> &Query {
        &self.words
    }

    /// How a row passes, the best last; none where it does not. Properties alone let all pass alike.
    pub fn pass<R: Resource>(&self, row: &R::Row, view: &View<'_>) -> Option<Kind> {
        let kind = if self.words.is_empty() { Kind::Within } else { self.words.rank(R::name(row), "")?.kind };
        self.properties.iter().all(|property| has::<R>(property, row, view) != property.negated).then_some(kind)
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.properties.is_empty()
    }
}

/// The properties that a list can be filtered by.
pub fn known<R: Resource>() -> impl Iterator<Item = &'static str> {
    let columns = R::COLUMNS.iter().map(|column| column.id);
    columns.clone().chain(["tag", "arn"].into_iter().filter(move |name| columns.clone().all(|id| id != *name)))
}

/// The test of a value; none while nothing is typed after the colon.
fn test(value: &str) -> Option<Test> {
    let number = |rest: &str| rest.trim_end_matches('d').parse().ok();
    if let Some(rest) = value.strip_prefix('>') {
        return number(rest).map(Test::More);
    }
    if let Some(rest) = value.strip_prefix('<') {
        return number(rest).map(Test::Less);
    }
    (!value.is_empty()).then(|| Test::Holds(value.to_lowercase()))
}

fn has<R: Resource>(property: &Property, row: &R::Row, view: &View<'_>) -> bool {
    if property.name == "tag" {
        return R::tags(row).is_some_and(|tags| has_tag(tags, &property.test));
    }
    if property.name == "arn" {
        return matches!(&property.test, Test::Holds(part) if R::arn(row).is_some_and(|arn| arn.as_str().to_lowercase().contains(part)));
    }
    let Some(column) = R::COLUMNS.iter().find(|column| column.id == property.name) else { return false };
    let key = match (column.key)(row, view) {
        SortKey::Age(seconds) => SortKey::Number(seconds / 86_400),
        key => key,
    };
    match (&property.test, key) {
        (Test::More(least), SortKey::Number(number)) => number > *least,
        (Test::Less(most), SortKey::Number(number)) => number < *most,
        (Test::Holds(part), _) => (column.cell)(row, view).text.to_lowercase().contains(part),
        _ => false,
    }
}

/// `tag:key` asks whether there is such a tag, `tag:key=value` for its value too.
fn has_tag(tags: &Fact<Tags>, test: &Test) -> bool {
    let (Some(tags), Test::Holds(wanted)) = (tags.known(), test) else { return false };
    let (key, value) = wanted.split_once('=').map_or((wanted.as_str(), None), |(key, value)| (key, Some(value)));
    tags.iter()
        .any(|tag| tag.key.to_lowercase() == key && value.is_none_or(|value| tag.value.to_lowercase().contains(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: bool, properties: &[(&str, Test, bool)]) {
        let filter = Filter::parse(text, &|name| matches!(name, "type" | "key-age" | "tag"));
        assert_eq!(filter.has_words(), words);
        let expected: Vec<Property> = properties
            .iter()
            .map(|(name, test, negated)| Property { name: (*name).into(), test: test.clone(), negated: *negated })
            .collect();
        assert_eq!(filter.properties, expected);
    }

    #[test]
    fn a_filter_is_words_and_properties() {
        check("", false, &[]);
        check("ali dev", true, &[]);
        check("type:Customer", false, &[("type", Test::Holds("customer".into()), false)]);
        check(
            "!type:aws key-age:>90",
            false,
            &[("type", Test::Holds("aws".into()), true), ("key-age", Test::More(90), false)],
        );
        check("TYPE:aws", false, &[("type", Test::Holds("aws".into()), false)]);
        check("key-age:<90d x", true, &[("key-age", Test::Less(90), false)]);
    }

    #[test]
    fn half_typed_and_unknown_properties_harm_nothing() {
        check("type:", false, &[]);
        check("type:>", false, &[]);
        check("arn:aws:iam", true, &[]);
    }

    #[test]
    fn a_property_that_the_list_has_not_is_named() {
        let stranger = |text| Filter::parse(text, &|name| name == "type").stranger().map(str::to_owned);
        assert_eq!(stranger("ali type:aws !Foo:1 bar:2"), Some("foo".into()));
        assert_eq!(stranger("ali type:aws"), None);
    }
}
