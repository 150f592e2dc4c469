//! The filter of a list: words and patterns that the name holds, and properties such as `type:customer`.
//!
//! | typed | lets pass |
//! |---|---|
//! | `ada dev` | names that hold both words |
//! | `~adl` | names with these letters in order, others between them |
//! | `/^a.*e$/` | names that match the regular expression, which has no blanks (`\s` matches them) |
//! | `type:customer` | what shows this text in the column |
//! | `groups:>3`, `key-age:>90d`, `age:<=2w` | numbers and ages: days, weeks `w`, years `y` |
//! | `tag:team=red` | what has the tag |
//! | `!word`, `!/pattern/`, `!name:value` | all but those |

use regex::{Regex, RegexBuilder};

use crate::base::search::{Kind, Query, Reach};
use crate::model::{Fact, Tags};

use super::page::View;
use super::resources::{Resource, SortKey};

/// A filter as typed, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    words: Query,
    patterns: Vec<Pattern>,
    properties: Vec<Property>,
    /// The first word that looks like a property and is none here.
    stranger: Option<String>,
    /// What is wrong with the first pattern that is none.
    fault: Option<String>,
}

/// A pattern of the name; negated, names that match it are left out.
#[derive(Debug, Clone)]
struct Pattern {
    regex: Regex,
    negated: bool,
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

/// The most memory of a compiled pattern, in bytes: it is typed by hand, and matched with each row.
const LARGEST: usize = 1 << 18;

/// The property that asks how long ago something was created, where a list has a column of that.
const AGE: &str = "age";
const CREATED: &str = "created";

impl Filter {
    /// Takes typed text apart; `known` says which names are properties, all else are words.
    pub fn parse(text: &str, known: &dyn Fn(&str) -> bool) -> Self {
        let mut filter = Self::default();
        let mut words = Vec::new();
        for part in text.split_whitespace() {
            let (negated, bare) = part.strip_prefix('!').map_or((false, part), |rest| (true, rest));
            if let Some(pattern) = bare.strip_prefix('/') {
                filter.take_pattern(pattern, negated);
                continue;
            }
            let property = bare.split_once(':').map(|(name, value)| (name.to_lowercase(), value));
            match property {
                Some((name, value)) if known(&name) => {
                    if let Some(test) = test(value) {
                        filter.properties.push(Property { name, test, negated });
                    }
                }
                other => {
                    let stranger = other.map(|(name, _)| name).filter(|name| !name.is_empty());
                    filter.stranger = filter.stranger.or(stranger);
                    match negated.then(|| compiled(&regex::escape(bare))) {
                        Some(Ok(regex)) if !bare.is_empty() => filter.patterns.push(Pattern { regex, negated }),
                        // Half typed.
                        Some(_) => {}
                        None => words.push(part),
                    }
                }
            }
        }
        Self { words: Query::new(&words.join(" "), Reach::Parts), ..filter }
    }

    /// Takes a pattern; without the second `/` it is half typed, and counts as far as it goes.
    fn take_pattern(&mut self, typed: &str, negated: bool) {
        let (pattern, is_whole) = typed.strip_suffix('/').map_or((typed, false), |pattern| (pattern, true));
        match compiled(pattern) {
            Ok(regex) if !pattern.is_empty() => self.patterns.push(Pattern { regex, negated }),
            Err(fault) if is_whole => self.fault = self.fault.take().or(Some(fault)),
            Ok(_) | Err(_) => {}
        }
    }

    /// Whether it has words, which some rows match better than others.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// The first word that is written as a property, `name:value`, and is none of this list's.
    pub fn stranger(&self) -> Option<&str> {
        self.stranger.as_deref()
    }

    /// What is wrong with the first `/pattern/` that is none.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// What names are matched with.
    pub fn words(&self) -> &Query {
        &self.words
    }

    /// How a row passes, the best last; none where it does not. Properties alone let all pass alike.
    pub fn pass<R: Resource>(&self, row: &R::Row, view: &View<'_>) -> Option<Kind> {
        let kind = if self.words.is_empty() { Kind::Within } else { self.words.rank(R::name(row), "")?.kind };
        if self.fault.is_some()
            || self.patterns.iter().any(|pattern| pattern.regex.is_match(R::name(row)) == pattern.negated)
        {
            return None;
        }
        self.properties.iter().all(|property| has::<R>(property, row, view) != property.negated).then_some(kind)
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.patterns.is_empty() && self.properties.is_empty() && self.fault.is_none()
    }
}

/// The properties that a list can be filtered by.
pub fn known<R: Resource>() -> impl Iterator<Item = &'static str> {
    let columns = R::COLUMNS.iter().map(|column| column.id);
    let age = columns.clone().any(|id| id == CREATED).then_some(AGE);
    let more = ["tag", "arn"].into_iter().chain(age);
    columns.clone().chain(more.filter(move |name| columns.clone().all(|id| id != *name)))
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(LARGEST).dfa_size_limit(LARGEST).build().map_err(
        |error| {
            let told = error.to_string();
            let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("`/{pattern}/` is no pattern: {reason}")
        },
    )
}

/// The test of a value; none while nothing is typed after the colon.
fn test(value: &str) -> Option<Test> {
    if let Some(rest) = value.strip_prefix(">=") {
        return number(rest).map(|number| Test::More(number.saturating_sub(1)));
    }
    if let Some(rest) = value.strip_prefix("<=") {
        return number(rest).map(|number| Test::Less(number.saturating_add(1)));
    }
    if let Some(rest) = value.strip_prefix('>') {
        return number(rest).map(Test::More);
    }
    if let Some(rest) = value.strip_prefix('<') {
        return number(rest).map(Test::Less);
    }
    (!value.is_empty()).then(|| Test::Holds(value.to_lowercase()))
}

/// A number, in days where it has a unit.
fn number(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(['d', 'w', 'y']);
    let days = match text.get(digits.len()..)? {
        "" | "d" => 1,
        "w" => 7,
        "y" => 365,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(days)
}

fn has<R: Resource>(property: &Property, row: &R::Row, view: &View<'_>) -> bool {
    if property.name == "tag" {
        return R::tags(row).is_some_and(|tags| has_tag(tags, &property.test));
    }
    if property.name == "arn" {
        return matches!(&property.test, Test::Holds(part) if R::arn(row).is_some_and(|arn| arn.as_str().to_lowercase().contains(part)));
    }
    let find = |id: &str| R::COLUMNS.iter().find(|column| column.id == id);
    let Some(column) = find(&property.name).or_else(|| find(CREATED).filter(|_| property.name == AGE)) else {
        return false;
    };
    let key = match (column.key)(row, view) {
        SortKey::Number(created) if property.name == AGE => SortKey::Number((view.now.as_second() - created) / 86_400),
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
        check("key-age:>=2w", false, &[("key-age", Test::More(13), false)]);
        check("key-age:<=1y", false, &[("key-age", Test::Less(366), false)]);
    }

    #[test]
    fn half_typed_and_unknown_properties_harm_nothing() {
        check("type:", false, &[]);
        check("type:>", false, &[]);
        check("key-age:>9q", false, &[]);
        check("! !/ /", false, &[]);
        check("arn:aws:iam", true, &[]);
    }

    #[test]
    fn patterns_are_of_the_name_and_a_broken_one_is_told_once_it_is_whole() {
        let filter = |text| Filter::parse(text, &|_| false);
        let passes = |text, name| filter(text).patterns.iter().all(|one| one.regex.is_match(name) != one.negated);
        assert!(passes("/^a.*e$/", "Ada.Lovelace") && !passes("/^a.*e$/", "bob"));
        assert!(!passes("!bot", "Backup-Bot") && passes("!bot", "ada") && !passes("!/^a/", "ada"));
        assert!(passes("!a.c", "abc"), "a word is no pattern");
        // As far as it is typed.
        assert!(!passes("/^a", "bob") && filter("/^a(").fault().is_none() && filter("/^a(").is_empty());
        assert!(filter("/^a(/").fault().unwrap().contains("`/^a(/` is no pattern: unclosed group"));
        assert!(filter("/a{1000}{1000}/").fault().unwrap().contains("size limit"));
        assert!(!filter("/^a(/").is_empty(), "the list says what is wrong, not that all rows match");
    }

    #[test]
    fn a_property_that_the_list_has_not_is_named() {
        let stranger = |text| Filter::parse(text, &|name| name == "type").stranger().map(str::to_owned);
        assert_eq!(stranger("ali type:aws !Foo:1 bar:2"), Some("foo".into()));
        assert_eq!(stranger("ali type:aws"), None);
    }
}
