//! Reading form parameters into a value tree, after the service model.
//!
//! `Tags.member.1.Key=team` becomes `{"Tags": [{"Key": "team"}]}`. Parameters that the model does not know
//! are dropped, as AWS does. Numbers of list elements only order them: a gap is closed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::api::{Kind, OperationModel, ShapeId, Structure, model};
use crate::emulator::failure::Failure;

/// The deepest nesting of any parameter in the model is six; deeper names are nonsense.
const DEPTH: usize = 12;
/// The most parameters of one request; the greatest lists of the model have hundreds of elements.
const PARAMETERS: usize = 4_000;

/// The decoded parameters of one request, from its query string and its form body.
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    /// Decodes the query string and the form body.
    pub fn decode(query: &'a str, body: &'a [u8]) -> Result<Self, Failure> {
        let pairs: Vec<_> =
            form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body)).take(PARAMETERS + 1).collect();
        if pairs.len() > PARAMETERS {
            return Err(Failure::new("MalformedQueryString", 400, "The query string has too many parameters."));
        }
        Ok(Self(pairs))
    }

    /// The first parameter of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// The input of an operation.
    pub fn input(&self, operation: &OperationModel) -> Result<Value, Failure> {
        let mut root = Node::default();
        for (name, value) in &self.0 {
            root.insert(name, value)?;
        }
        structure(operation.input(), &root)
    }
}

/// A parameter name taken apart at its dots.
#[derive(Default)]
struct Node<'a> {
    value: Option<&'a str>,
    parts: BTreeMap<&'a str, Node<'a>>,
}

impl<'a> Node<'a> {
    fn insert(&mut self, name: &'a str, value: &'a str) -> Result<(), Failure> {
        let mut node = self;
        for (depth, part) in name.split('.').enumerate() {
            if depth == DEPTH {
                return Err(malformed("A parameter is nested too deeply."));
            }
            node = node.parts.entry(part).or_default();
        }
        // As with AWS, the first of two values counts.
        node.value.get_or_insert(value);
        Ok(())
    }

    /// The elements below `member`, ordered by their numbers.
    fn elements(&self) -> Result<Vec<&Node<'a>>, Failure> {
        let below = self.parts.get("member").or_else(|| self.parts.get("entry")).unwrap_or(self);
        let mut numbered = Vec::with_capacity(below.parts.len());
        for (number, node) in &below.parts {
            let number: u32 = number.parse().map_err(|_| malformed("Found a non-numeric list index."))?;
            numbered.push((number, node));
        }
        numbered.sort_unstable_by_key(|(number, _)| *number);
        Ok(numbered.into_iter().map(|(_, node)| node).collect())
    }
}

fn malformed(message: &str) -> Failure {
    Failure::new("MalformedInput", 400, message)
}

fn structure(structure: &Structure, node: &Node<'_>) -> Result<Value, Failure> {
    let mut object = Map::new();
    for member in &structure.members {
        if let Some(part) = node.parts.get(member.name.as_str())
            && let Some(value) = value(member.shape, part)?
        {
            object.insert(member.name.clone(), value);
        }
    }
    Ok(Value::Object(object))
}

fn value(shape: ShapeId, node: &Node<'_>) -> Result<Option<Value>, Failure> {
    let shape = model().shape(shape);
    let text = node.value;
    Ok(match &shape.kind {
        Kind::Structure(members) => Some(structure(members, node)?),
        Kind::List(list) => {
            let mut elements = Vec::new();
            for element in node.elements()? {
                elements.extend(value(list.element, element)?);
            }
            Some(Value::Array(elements))
        }
        Kind::Map(map) => {
            let mut pairs = Map::new();
            for entry in node.elements()? {
                let key = entry.parts.get("key").and_then(|key| key.value).unwrap_or_default();
                if let Some(part) = entry.parts.get("value")
                    && let Some(value) = value(map.value, part)?
                {
                    pairs.insert(key.to_owned(), value);
                }
            }
            Some(Value::Object(pairs))
        }
        Kind::Text(_) | Kind::Timestamp | Kind::Blob => text.map(Value::from),
        Kind::Integer { .. } => match text {
            // AWS's own text for this case alone is recorded.
            Some("") => return Err(malformed("missing value for decimal type")),
            // Every integer of the model has 32 bits: what does not fit is no value out of range but nonsense.
            Some(text) => Some(Value::Number(Number::from(
                text.parse::<i32>().map_err(|_| malformed("Unable to parse an integer value."))?,
            ))),
            None => None,
        },
        Kind::Boolean => match text {
            Some(text) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            Some(_) => return Err(malformed("Unable to parse a boolean value.")),
            None => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(operation: &str, form: &str, input: &Value) {
        let operation = model().operation(operation).unwrap();
        let parameters = Parameters::decode("", form.as_bytes()).unwrap();
        assert_eq!(parameters.input(operation).unwrap(), *input, "{form}");
    }

    #[test]
    fn texts_numbers_and_truth_values_are_read_after_the_model() {
        check("ListUsers", "MaxItems=7&PathPrefix=%2Fa+b%2F&Unknown=1", &json!({"MaxItems": 7, "PathPrefix": "/a b/"}));
        check("ListPolicies", "OnlyAttached=true", &json!({"OnlyAttached": true}));
    }

    #[test]
    fn lists_of_structures_are_ordered_by_number_and_gaps_closed() {
        check(
            "TagUser",
            "UserName=a&Tags.member.10.Key=z&Tags.member.10.Value=1&Tags.member.2.Key=y&Tags.member.2.Value=",
            &json!({"UserName": "a", "Tags": [{"Key": "y", "Value": ""}, {"Key": "z", "Value": "1"}]}),
        );
        check("TagUser", "UserName=a&Tags=", &json!({"UserName": "a", "Tags": []}));
    }

    #[test]
    fn nonsense_is_refused_and_costs_nothing() {
        let list = model().operation("ListUsers").unwrap();
        for form in ["MaxItems=x", "MaxItems=", "MaxItems=9.0", "MaxItems=2147483648", "MaxItems=-2147483649"] {
            assert!(Parameters::decode("", form.as_bytes()).unwrap().input(list).is_err(), "{form}");
        }
        let tag = model().operation("TagUser").unwrap();
        let deep = format!("Tags{}=1", ".member.1".repeat(1000));
        assert!(Parameters::decode("", deep.as_bytes()).unwrap().input(tag).is_err());
        let many = "A=1&".repeat(PARAMETERS + 1);
        assert!(Parameters::decode("", many.as_bytes()).is_err());
    }
}
