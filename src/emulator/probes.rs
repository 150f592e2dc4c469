//! Every constraint of the service model, broken once at a time: what the emulator answers, in the words of AWS.
//!
//! The cases are made from the model: for each operation that is served, for each of its members, nested ones too,
//! values below the least, above the greatest, outside pattern and choices, of another type, and none where one is
//! required. What must be answered is worked out here from the value alone.

use std::fmt::Write as _;

use form_urlencoded::byte_serialize;
use serde_json::{Map, Value, json};

use super::protocol::query::Parameters;
use super::protocol::xml;
use super::registry;
use super::samples;
use super::service::checked;
use crate::api::{Kind, Member, OperationModel, Service, Shape, ShapeId, Structure, Text, model};

/// Texts that break most patterns.
const STRANGE: &[&str] = &["*", "a b", "\u{1}", "é", "\u{ffff}", "", "-", "a/", "http:", "Z9"];

/// What a case must be answered with.
#[derive(Debug)]
enum Wanted {
    /// Nothing is wrong.
    Fine,
    /// `ValidationError` with this text.
    UserError(String),
    /// `MalformedInput`: the value cannot be read at all.
    Malformed,
}

struct Prober<'a> {
    operation: &'a OperationModel,
    base: Value,
    cases: usize,
    wrong: Vec<String>,
}

impl Prober<'_> {
    /// Sends the base with the value at a path changed, none meaning absent.
    fn send(&mut self, path: &[Step], changed: Option<Value>, wanted: &Wanted) {
        let mut input = self.base.clone();
        set(&mut input, path, changed);
        let mut form = String::new();
        write(&mut form, "", self.operation.input(), &input);
        let answered =
            Parameters::decode("", form.as_bytes()).and_then(|parameters| checked(&parameters, self.operation));
        self.cases += 1;
        let agrees = match (&answered, wanted) {
            (Ok(_), Wanted::Fine) => true,
            (Err(failure), Wanted::UserError(text)) => {
                let body = xml::error(self.operation.service, failure, "id");
                failure.message == *text
                    && failure.status == 400
                    && body.contains("<Type>Sender</Type><Code>ValidationError</Code>")
            }
            (Err(failure), Wanted::Malformed) => (failure.code, failure.status) == ("MalformedInput", 400),
            _ => false,
        };
        if !agrees {
            let clip = |text: String| text.chars().take(400).collect::<String>();
            self.wrong.push(format!(
                "{} {}\n  {}\n  {}",
                self.operation.name,
                clip(form),
                clip(format!("{wanted:?}")),
                clip(format!("{answered:?}"))
            ));
        }
    }

    fn structure(&mut self, structure: &Structure, path: &[Step]) {
        let before = self.base.clone();
        let below = |member: &Member| -> Vec<Step> {
            path.iter().cloned().chain([Step::Member(member.name.clone())]).collect()
        };
        // On the wire a structure without members is none at all, so one that loses a member has others.
        for member in structure.members.iter().filter(|_| !path.is_empty()) {
            set(&mut self.base, &below(member), Some(samples::value(member.shape, path.len())));
        }
        for member in structure.members.iter().filter(|member| member.required) {
            let told = violation(self.operation.service, &below(member), &Value::Null, "Member must not be null");
            let alone = !path.is_empty() && structure.members.len() == 1;
            if !alone {
                self.send(&below(member), None, &Wanted::UserError(several(&[told])));
            }
        }
        for member in &structure.members {
            self.member(member, &below(member));
        }
        self.base = before;
    }

    fn member(&mut self, member: &Member, path: &[Step]) {
        let before = self.base.clone();
        let good = at(&before, path).cloned().filter(|value| !value.is_null());
        set(&mut self.base, path, Some(good.unwrap_or_else(|| samples::value(member.shape, path.len()))));
        self.value(member.shape, path);
        self.base = before;
    }

    fn value(&mut self, id: ShapeId, path: &[Step]) {
        let shape = model().shape(id);
        self.send(path, at(&self.base.clone(), path).cloned(), &Wanted::Fine);
        match &shape.kind {
            Kind::Structure(structure) if path.len() < 8 => self.structure(structure, path),
            Kind::List(list) => {
                let element = samples::value(list.element, path.len());
                for count in
                    [list.min.and_then(|min| min.checked_sub(1)), list.max.map(|max| max + 1)].into_iter().flatten()
                {
                    let many = Value::from(vec![element.clone(); usize::try_from(count).unwrap()]);
                    let told = length(count, list.min, list.max)
                        .map(|told| violation(self.operation.service, path, &many, &told));
                    self.send(path, Some(many), &Wanted::UserError(several(told.as_slice())));
                }
                let inside: Vec<Step> = path.iter().cloned().chain([Step::Element]).collect();
                match &model().shape(list.element).kind {
                    Kind::Text(text) => self.texts(text, shape, path),
                    _ => self.value(list.element, &inside),
                }
            }
            Kind::Text(text) => {
                for bad in strange(text) {
                    let told = self.broken(text, shape, path, &bad);
                    self.send(path, Some(bad.into()), &told);
                }
            }
            Kind::Integer { min, max } => self.integer(*min, *max, path),
            Kind::Boolean => {
                for bad in ["", "1", "yes"] {
                    self.send(path, Some(bad.into()), &Wanted::Malformed);
                }
            }
            Kind::Structure(_) | Kind::Map(_) | Kind::Timestamp | Kind::Blob => {}
        }
    }

    fn integer(&mut self, min: Option<i64>, max: Option<i64>, path: &[Step]) {
        for bad in ["", "x", "1.5", "2147483648", "-2147483649"] {
            self.send(path, Some(bad.into()), &Wanted::Malformed);
        }
        for (bound, beyond, word) in [(min, -1, "greater"), (max, 1, "less")] {
            let Some(bound) = bound else { continue };
            self.send(path, Some(json!(bound)), &Wanted::Fine);
            for far in [1, 1000] {
                let bad = json!(bound + beyond * far);
                let constraint = format!("Member must have value {word} than or equal to {bound}");
                let told = violation(self.operation.service, path, &bad, &constraint);
                self.send(path, Some(bad), &Wanted::UserError(several(&[told])));
            }
        }
    }

    /// What a text must be answered with.
    fn broken(&self, text: &Text, shape: &Shape, path: &[Step], bad: &str) -> Wanted {
        let mut constraints = Vec::new();
        let mut worded = None;
        if !text.choices.is_empty() {
            let choices = match self.operation.service {
                Service::Iam => String::new(),
                Service::Sts => format!(": [{}]", text.choices.join(", ")),
            };
            constraints.push(format!("Member must satisfy enum value set{choices}"));
        } else if let Some(pattern) = text.pattern().filter(|pattern| !pattern.matches(bad)) {
            worded =
                Some(rule(&shape.name, &pattern.text)).flatten().filter(|_| self.operation.service == Service::Iam);
            if worded.is_none() {
                constraints.push(format!("Member must satisfy regular expression pattern: {}", pattern.text));
            }
        }
        constraints.extend(length(bad.chars().count() as u64, text.min, text.max));
        let value = if shape.sensitive { json!([]) } else { bad.into() };
        let told: Vec<String> =
            constraints.iter().map(|told| violation(self.operation.service, path, &value, told)).collect();
        match worded {
            _ if !told.is_empty() => Wanted::UserError(several(&told)),
            Some(rule) => {
                let name = dotted(path);
                let name = name.rsplit('.').next().unwrap_or_default();
                Wanted::UserError(format!("The specified value for {name} is invalid. It must {rule}"))
            }
            None => Wanted::Fine,
        }
    }

    /// A list of texts is refused as a whole, with all that holds for its elements.
    fn texts(&mut self, text: &Text, list: &Shape, path: &[Step]) {
        let mut all: Vec<String> = Vec::new();
        all.extend(text.max.map(|max| format!("Member must have length less than or equal to {max}")));
        all.extend(text.min.map(|min| format!("Member must have length greater than or equal to {min}")));
        all.extend(text.pattern().map(|p| format!("Member must satisfy regular expression pattern: {}", p.text)));
        if !text.choices.is_empty() {
            all.push(match self.operation.service {
                Service::Iam => "Member must satisfy enum value set".to_owned(),
                Service::Sts => format!("Member must satisfy enum value set: [{}]", text.choices.join(", ")),
            });
        }
        all.push("Member must not be null".to_owned());
        let constraint = format!("Member must satisfy constraint: [{}]", all.join(", "));
        let told = several(&[violation(self.operation.service, path, &json!([]), &constraint)]);
        let good = at(&self.base, path).cloned().unwrap_or_default();
        for bad in strange(text) {
            let mut elements = good.as_array().cloned().unwrap_or_default();
            elements[0] = bad.clone().into();
            let fits = matches!(self.broken(text, list, path, &bad), Wanted::Fine);
            let wanted = if fits { Wanted::Fine } else { Wanted::UserError(told.clone()) };
            self.send(path, Some(elements.into()), &wanted);
        }
    }
}

/// A step into an input.
#[derive(Clone)]
enum Step {
    Member(String),
    /// The first element of a list.
    Element,
}

fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Element => value.get(0),
    })
}

fn set(value: &mut Value, path: &[Step], new: Option<Value>) {
    match (path, new) {
        ([], Some(new)) => *value = new,
        ([], None) => {}
        ([Step::Member(name)], None) => drop(value.as_object_mut().unwrap().remove(name)),
        ([Step::Member(name), rest @ ..], new) => {
            let held = value.as_object_mut().unwrap().entry(name).or_insert(Value::Null);
            set(held, rest, new);
        }
        ([Step::Element, rest @ ..], new) => set(&mut value.as_array_mut().unwrap()[0], rest, new),
    }
}

/// A path as violations name it: `tags.1.member.key`.
fn dotted(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        let dot = if out.is_empty() { "" } else { "." };
        match step {
            Step::Element => out.push_str(".1.member"),
            Step::Member(name) => {
                let (first, rest) = name.split_at(1);
                write!(out, "{dot}{}{rest}", first.to_lowercase()).unwrap();
            }
        }
    }
    out
}

fn violation(service: Service, path: &[Step], value: &Value, constraint: &str) -> String {
    let value = match (service, value) {
        (Service::Sts, Value::Null) => " null".to_owned(),
        (Service::Sts, Value::String(text)) => format!(" '{text}'"),
        (Service::Sts, Value::Number(number)) => format!(" '{number}'"),
        _ => String::new(),
    };
    format!("Value{value} at '{}' failed to satisfy constraint: {constraint}", dotted(path))
}

fn several(told: &[String]) -> String {
    let plural = if told.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", told.len(), told.join("; "))
}

fn length(count: u64, min: Option<u64>, max: Option<u64>) -> Option<String> {
    let above =
        max.filter(|&max| count > max).map(|max| format!("Member must have length less than or equal to {max}"));
    above.or_else(|| {
        min.filter(|&min| count < min).map(|min| format!("Member must have length greater than or equal to {min}"))
    })
}

/// Texts that break a text's constraints, or may do: too short, too long, outside its pattern or choices.
fn strange(text: &Text) -> Vec<String> {
    if !text.choices.is_empty() {
        return vec!["Unknown".to_owned(), text.choices[0].to_uppercase() + "x", String::new()];
    }
    let mut all: Vec<String> = Vec::new();
    let least = usize::try_from(text.min.unwrap_or(1).max(1)).unwrap();
    all.extend(STRANGE.iter().map(|part| part.repeat(least)));
    // A document of two million characters says no more than a text of a thousand.
    if let Some(max) = text.max.filter(|&max| max < 20_000) {
        let long = |count: u64| "a".repeat(usize::try_from(count).unwrap());
        all.extend([long(max), long(max + 1), "é".repeat(usize::try_from(max + 1).unwrap())]);
    }
    if let Some(short) = text.min.and_then(|min| min.checked_sub(1)) {
        all.push("a".repeat(usize::try_from(short).unwrap()));
    }
    all.retain(|bad| text.choices.is_empty() || !text.choices.contains(bad));
    all
}

/// What IAM says of a pattern in its own words.
fn rule(shape: &str, pattern: &str) -> Option<&'static str> {
    Some(match (shape, pattern) {
        ("pathType" | "policyPathType", _) => {
            "begin and end with / and contain only alphanumeric characters and/or / characters."
        }
        ("pathPrefixType", _) => {
            "begin with the / character and contain only alphanumeric characters and/or / characters."
        }
        ("accessKeyIdType", _) => "contain only alphanumeric characters.",
        ("policyDocumentType", _) => "contain only printable ASCII characters.",
        (_, r"[\w+=,.@-]+") => "contain only alphanumeric characters and/or the following: +=,.@_-",
        _ => return None,
    })
}

/// A request as clients write it.
fn write(form: &mut String, path: &str, structure: &Structure, input: &Value) {
    for member in &structure.members {
        if let Some(value) = input.get(&member.name) {
            let dot = if path.is_empty() { "" } else { "." };
            write_value(form, &format!("{path}{dot}{}", member.name), member.shape, value);
        }
    }
}

fn write_value(form: &mut String, path: &str, shape: ShapeId, value: &Value) {
    let text = match (&model().shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(_)) => return write(form, path, structure, value),
        (Kind::List(list), Value::Array(elements)) if !elements.is_empty() => {
            for (at, one) in elements.iter().enumerate() {
                write_value(form, &format!("{path}.member.{}", at + 1), list.element, one);
            }
            return;
        }
        (Kind::Map(map), Value::Object(pairs)) => {
            for (at, (key, value)) in pairs.iter().enumerate() {
                write!(form, "{path}.entry.{}.key={key}&", at + 1).unwrap();
                write_value(form, &format!("{path}.entry.{}.value", at + 1), map.value, value);
            }
            return;
        }
        (_, Value::Array(_)) => String::new(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    };
    form.push_str(path);
    form.push('=');
    form.extend(byte_serialize(text.as_bytes()));
    form.push('&');
}

/// Sends every case: how many there are, and what is answered otherwise than it must be.
fn probe() -> (usize, Vec<String>) {
    let (mut cases, mut wrong) = (0, Vec::new());
    for operation in registry::handlers().filter_map(|row| row.operation.model()) {
        let mut prober = Prober { operation, base: samples::least(operation), cases: 0, wrong: Vec::new() };
        if prober.base.is_null() {
            prober.base = Value::Object(Map::new());
        }
        prober.structure(operation.input(), &[]);
        cases += prober.cases;
        wrong.extend(prober.wrong);
    }
    (cases, wrong)
}

/// How many cases there are.
pub(super) fn count() -> usize {
    probe().0
}

#[test]
fn every_constraint_of_every_operation_is_answered_in_the_words_of_aws() {
    let (cases, wrong) = probe();
    let some: Vec<&str> = wrong.iter().take(30).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {cases} cases:\n{}", wrong.len(), some.join("\n"));
    assert!(cases > 6_000, "{cases} cases");
}
