//! Tags as they are typed: `key=value`.

use crate::base::error::Told;
use crate::model::Tag;
use crate::ui::form::check;

/// The tag that a text stands for; one without `=` has an empty value.
pub fn read(text: &str) -> Tag {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    Tag { key: key.into(), value: value.into() }
}

/// A tag as it is typed.
pub fn write(tag: &Tag) -> String {
    format!("{}={}", tag.key, tag.value)
}

/// Tests the value of a tag.
pub fn value(text: &str) -> Result<(), Told> {
    check::by_limits("TagUser", "Tags.Value", "the tag's value", text)
}

/// What is wrong with several tags together.
pub fn objection(entries: &[String]) -> Option<Told> {
    if entries.len() > 50 {
        return Some(Told::new(format!("there are {} tags, at most 50 are allowed", entries.len())));
    }
    let keys: Vec<Tag> = entries.iter().map(|text| read(text)).collect();
    for (at, tag) in keys.iter().enumerate() {
        let before = keys.get(..at).unwrap_or_default();
        if let Some(twin) = before.iter().find(|twin| twin.key.eq_ignore_ascii_case(&tag.key)) {
            return Some(Told::new(format!("`{}` and `{}` are the same key to IAM", twin.key, tag.key)));
        }
    }
    None
}
