//! Tags, alike for every resource that has them.

use serde_json::{Value, json};

use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::records::Tag;

/// Whether two keys are the same: managed policies alone tell upper from lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// `Team` and `team` are two keys.
    Exact,
    /// `Team` and `team` are one key.
    Folded,
}

impl Keys {
    /// Whether two keys are one.
    pub fn same(self, one: &str, other: &str) -> bool {
        match self {
            Self::Exact => one == other,
            // Folding Unicode costs two short strings; most keys differ in length already.
            Self::Folded => one == other || one.to_lowercase() == other.to_lowercase(),
        }
    }
}

/// The tags in a request's `Tags`, refused where keys repeat or belong to AWS.
pub fn given(request: &Request<'_>, keys: Keys) -> Result<Vec<Tag>, Failure> {
    let text = |tag: &Value, member: &str| tag.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let tags: Vec<Tag> =
        request.list("Tags").iter().map(|tag| Tag { key: text(tag, "Key"), value: text(tag, "Value") }).collect();
    for (at, tag) in tags.iter().enumerate() {
        if tags.iter().take(at).any(|before| keys.same(&before.key, &tag.key)) {
            return Err(Failure::invalid_input(match keys {
                Keys::Exact => "Duplicate tag keys found.",
                Keys::Folded => "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            }));
        }
        if tag.key.to_lowercase().starts_with("aws:") {
            return Err(Failure::invalid_input("System tags cannot be added/updated by requester"));
        }
    }
    Ok(tags)
}

/// Adds tags and replaces those of the same key.
pub fn merge(request: &Request<'_>, tags: &mut Vec<Tag>, keys: Keys) -> Result<(), Failure> {
    for new in given(request, keys)? {
        match tags.iter_mut().find(|tag| keys.same(&tag.key, &new.key)) {
            Some(tag) => *tag = new,
            None => tags.push(new),
        }
    }
    if request.environment.quotas && tags.len() > quota::TAGS.value {
        return Err(Failure::limit_exceeded("The number of tags has reached the maximum limit."));
    }
    Ok(())
}

/// Removes the tags of a request's `TagKeys`; a key that is not there is no error.
pub fn remove(request: &Request<'_>, tags: &mut Vec<Tag>, keys: Keys) {
    tags.retain(|tag| !request.texts("TagKeys").any(|key| keys.same(&tag.key, key)));
}

/// A page of tags in their order.
pub fn list(request: &Request<'_>, tags: &[Tag]) -> Result<Value, Failure> {
    let places: Vec<String> = (0..tags.len()).map(|at| format!("{at:03}")).collect();
    let rows = places.iter().map(String::as_str).zip(tags);
    paging::slice(request, "Tags", rows, show_one)
}

/// A page of tags with the shortest keys first, as managed policies list theirs.
pub fn list_by_length(request: &Request<'_>, tags: &[Tag]) -> Result<Value, Failure> {
    let mut rows: Vec<(String, &Tag)> =
        tags.iter().map(|tag| (format!("{:03}{}", tag.key.len(), tag.key), tag)).collect();
    rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    paging::slice(request, "Tags", rows.iter().map(|(key, tag)| (key.as_str(), *tag)), show_one)
}

/// Tags as a member of an answer; absent where there are none.
pub fn show(tags: &[Tag]) -> Value {
    if tags.is_empty() { Value::Null } else { show_all(tags) }
}

/// Tags as a member of an answer that has them in any case.
pub fn show_all(tags: &[Tag]) -> Value {
    tags.iter().map(show_one).collect()
}

fn show_one(tag: &Tag) -> Value {
    json!({"Key": tag.key, "Value": tag.value})
}
