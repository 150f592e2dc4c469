//! Inputs made from the service model: values that keep every constraint of it.

use serde_json::{Map, Value, json};

use crate::api::{Kind, OperationModel, ShapeId, Structure, Text, model};

/// Texts of which one keeps each pattern of the model.
const TEXTS: &[&str] = &[
    "probe",
    "/",
    "/probe/",
    "arn:aws:iam::123456789012:role/probe",
    "123456",
    "123456789012",
    "v1",
    "ASIAIOSFODNN7EXAMPLE",
    "https://example.com",
    "probe.example.com",
    "o-abcdefghij",
    "o-abcdefghij/r-abcd",
    "p-abcdefgh",
    "2026-01-15T12:00:00Z",
];

/// The shortest input that an operation takes: required members alone.
pub fn least(operation: &OperationModel) -> Value {
    structure(operation.input(), 0).into()
}

/// The required members of a structure; one of nothing but optional members has its first.
fn structure(structure: &Structure, depth: usize) -> Map<String, Value> {
    let first = usize::from(depth > 0 && structure.members.iter().all(|member| !member.required));
    let needed = structure.members.iter().enumerate().filter(|(at, member)| member.required || *at < first);
    needed.map(|(_, member)| (member.name.clone(), value(member.shape, depth + 1))).collect()
}

/// A value of a shape.
pub fn value(shape: ShapeId, depth: usize) -> Value {
    match &model().shape(shape).kind {
        Kind::Structure(members) => structure(members, depth).into(),
        Kind::List(list) => {
            let count = list.min.unwrap_or(0).max(1);
            (0..count).map(|_| value(list.element, depth + 1)).collect()
        }
        Kind::Map(map) => json!({"probe": value(map.value, depth + 1)}),
        Kind::Text(text) => self::text(text, text.min.unwrap_or(1).max(1)).unwrap_or_default().into(),
        Kind::Integer { min, max } => json!(min.or(*max).unwrap_or(1)),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!("2026-01-15T12:00:00Z"),
        Kind::Blob => json!("cHJvYmU="),
    }
}

/// A text that keeps pattern and choices, of at least so many characters where the pattern lets it be as long.
pub fn text(text: &Text, length: u64) -> Option<String> {
    if let Some(choice) = text.choices.first() {
        return Some(choice.clone());
    }
    let fits = |given: &String| {
        let long = given.chars().count() as u64;
        long >= length
            && text.max.is_none_or(|max| long <= max)
            && text.pattern().is_none_or(|pattern| pattern.matches(given))
    };
    TEXTS.iter().flat_map(|sample| [(*sample).to_owned(), grown(sample, length)]).find(fits)
}

/// A text made as long by repeating a character of its middle.
fn grown(text: &str, length: u64) -> String {
    let missing = usize::try_from(length).unwrap_or(0).saturating_sub(text.chars().count());
    let (head, tail) = text.split_at(text.len() / 2);
    let middle = tail.chars().next().unwrap_or('a');
    format!("{head}{}{tail}", middle.to_string().repeat(missing))
}

#[test]
fn the_least_input_of_every_operation_is_valid() {
    let wrong = |operation: &OperationModel| {
        let input = least(operation);
        crate::api::validate(operation, &input).err().map(|told| format!("{} {input}: {told}", operation.name))
    };
    let wrong: Vec<String> = model().operations().iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
