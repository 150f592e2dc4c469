//! Parameters inside structures: which of them make a difference.
//!
//! A structure is read as a whole, so what is looked at inside cannot be noted. Instead each member is changed and left
//! out, one at a time: where neither answer nor account differ, nobody has read it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Account, check, modelled, typed};
use crate::api::{self, Kind, OperationModel, ShapeId, Text, model};
use crate::emulator::operation::Run;
use crate::emulator::registry;
use crate::emulator::samples;

/// Members inside the parameters of an operation that make no difference, each with the reason.
pub(super) const UNREAD: &[(&str, &str, &str)] = &[];

/// Where a member stands in an input.
#[derive(Debug, Clone)]
enum Step {
    Member(String),
    Element,
}

fn at<'v>(input: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(input, |value, step| match step {
        Step::Member(name) => value.as_object_mut()?.get_mut(name),
        Step::Element => value.as_array_mut()?.first_mut(),
    })
}

/// Sets the member at a path, or takes it away.
fn put(input: &mut Value, path: &[Step], value: Option<Value>) {
    let Some((Step::Member(name), above)) = path.split_last() else { return };
    let Some(above) = at(input, above).and_then(Value::as_object_mut) else { return };
    match value {
        Some(value) => drop(above.insert(name.clone(), value)),
        None => drop(above.remove(name)),
    }
}

fn named(path: &[Step]) -> String {
    let names = path.iter().filter_map(|step| match step {
        Step::Member(name) => Some(name.as_str()),
        Step::Element => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// The members of structures below a shape.
fn members(shape: ShapeId, path: &[Step], found: &mut Vec<(Vec<Step>, ShapeId)>) {
    match &model().shape(shape).kind {
        Kind::Structure(structure) if path.len() < 8 => {
            for member in &structure.members {
                let path = [path, &[Step::Member(member.name.clone())]].concat();
                members(member.shape, &path, found);
                found.push((path, member.shape));
            }
        }
        Kind::List(list) => members(list.element, &[path, &[Step::Element]].concat(), found),
        _ => {}
    }
}

/// Other values of a shape than the one that is there.
fn others(shape: ShapeId, now: Option<&Value>) -> Vec<Value> {
    let all = match &model().shape(shape).kind {
        Kind::Text(text) => texts(text),
        Kind::Boolean => vec![json!(true), json!(false)],
        Kind::Integer { min, max } => [min, max].into_iter().flatten().map(|bound| json!(bound)).collect(),
        Kind::List(list) => others(list.element, None).into_iter().map(|one| json!([one])).collect(),
        _ => vec![samples::value(shape, 1)],
    };
    all.into_iter().filter(|value| Some(value) != now).collect()
}

fn texts(text: &Text) -> Vec<Value> {
    let lengths = [1, 3, 21];
    let made = lengths.into_iter().filter_map(|length| samples::text(text, length.max(text.min.unwrap_or(1))));
    text.choices.iter().cloned().chain(made).map(Value::from).collect()
}

/// The answer of a call, and the records that it leaves.
type Outcome = (String, Vec<(String, Option<Vec<u8>>)>);

/// What a call comes to in an account that has one of everything.
fn outcome(operation: &OperationModel, input: &Value) -> Outcome {
    let mut account = Account::new();
    let answer = format!("{:?}", account.call(&operation.name, input.clone()));
    let records = match registry::handler(typed(&operation.name)).map(|row| row.run) {
        Some(Run::Write(_) | Run::Across(_)) => {
            account.state().everything().into_iter().map(|change| (change.id, change.bytes)).collect()
        }
        _ => Vec::new(),
    };
    (answer, records)
}

/// Whether a member makes a difference to a call of these parameters.
fn is_read(operation: &OperationModel, base: &Value, path: &[Step], shape: ShapeId) -> bool {
    let mut base = base.clone();
    let now = at(&mut base, path).cloned();
    let changed = others(shape, now.as_ref()).into_iter().map(Some).chain([None]);
    let before = outcome(operation, &base);
    changed.into_iter().any(|value| {
        let mut input = base.clone();
        put(&mut input, path, value);
        // What the model refuses, no operation has read.
        api::validate(operation, &input).is_ok() && outcome(operation, &input) != before
    })
}

#[test]
fn what_is_passed_over_inside_parameters_is_listed_with_the_reason() {
    let mut unread = BTreeSet::new();
    let sample = Account::new();
    for (row, operation) in modelled() {
        let (all, least) = (sample.input(operation, true), sample.input(operation, false));
        for parameter in &operation.input().members {
            if row.unsupported.iter().any(|(name, _)| *name == parameter.name) {
                continue;
            }
            // Some parameters exclude each other: each is tried alone too.
            let mut alone = least.clone();
            alone[&parameter.name] = all.get(&parameter.name).cloned().unwrap_or_default();
            let mut inside = Vec::new();
            members(parameter.shape, &[Step::Member(parameter.name.clone())], &mut inside);
            for (path, shape) in inside {
                if ![&all, &alone].into_iter().any(|base| is_read(operation, base, &path, shape)) {
                    unread.insert((row.operation.name().to_owned(), named(&path)));
                }
            }
        }
    }
    let told = check("members inside parameters that are not read", &unread, UNREAD, &BTreeMap::new());
    assert!(told.is_empty(), "{told}");
}
