//! Operations and parameters of IAM and STS that the SDK does not have yet, sent in the Query protocol.
//!
//! The service model says how a request is written and how its answer is read; where the services are, the SDK
//! knows. Nothing here is written by hand per operation.

use aws_sdk_iam::error::{ErrorMetadata, SdkError};
use form_urlencoded::Serializer;
use serde_json::{Map, Value};

use super::run::Run;
use super::services::{Service, place};
use super::signed::{Answer, Refused, Signed};
use crate::api::{Kind, Operation, OperationModel, ShapeId, Structure, model};
use crate::emulator::crypto::xml::Element;
use crate::model::{ErrorKind, LoadError};

const FORM: &str = "application/x-www-form-urlencoded";

impl Run {
    /// Makes one call by the service model alone: input and output are objects whose members AWS names.
    ///
    /// Members that the model does not have are left out on both ways.
    pub(super) async fn query<S: Service>(
        &self,
        operation: Operation,
        input: &Map<String, Value>,
    ) -> Result<Map<String, Value>, LoadError> {
        let model = operation.model().ok_or_else(|| LoadError::new(ErrorKind::Unsupported, operation))?;
        let body = form(model, input);
        let wire = self.session.signed(place::<S>(self.session.config(), operation).await?).await?;
        self.call(operation, || ask(&wire, model, &body)).await
    }
}

async fn ask(wire: &Signed, operation: &OperationModel, body: &str) -> Result<Map<String, Value>, SdkError<Refused>> {
    let answer = wire.post("/", &[("content-type", FORM)], body).await?;
    let tree = Element::parse(&answer.text);
    match tree {
        Some(tree) if answer.is_success() => Ok(output(operation, &tree)),
        tree if !answer.is_success() => Err(refused(answer, tree.as_ref())),
        _ => Err(SdkError::response_error("the answer is no XML", answer.whole)),
    }
}

/// The error of an answer; one that cannot be read has no code, and its status speaks.
fn refused(answer: Answer, tree: Option<&Element>) -> SdkError<Refused> {
    let error = tree.and_then(|tree| child(tree, "Error"));
    let mut meta = ErrorMetadata::builder();
    if let Some(code) = error.and_then(|error| child(error, "Code")?.text()) {
        meta = meta.code(code);
    }
    if let Some(message) = error.and_then(|error| child(error, "Message")?.text()) {
        meta = meta.message(message);
    }
    SdkError::service_error(Refused(meta.build()), answer.whole)
}

/// An output by its paths, of which the deepest has two names: what later steps of a plan refer to.
pub(super) fn flat(output: Map<String, Value>) -> Map<String, Value> {
    let mut gives = Map::new();
    for (name, value) in output {
        match value {
            Value::Object(inner) => {
                let scalars = inner.into_iter().filter(|(_, value)| !value.is_object() && !value.is_array());
                gives.extend(scalars.map(|(below, value)| (format!("{name}.{below}"), value)));
            }
            Value::Array(_) => {}
            scalar => drop(gives.insert(name, scalar)),
        }
    }
    gives
}

/// A request as a form.
fn form(operation: &OperationModel, input: &Map<String, Value>) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("Action", &operation.name);
    form.append_pair("Version", operation.service.version());
    members(&mut form, "", operation.input(), input);
    form.finish()
}

fn members(form: &mut Serializer<'_, String>, path: &str, structure: &Structure, input: &Map<String, Value>) {
    for member in &structure.members {
        if let Some(value) = input.get(&member.name).filter(|value| !value.is_null()) {
            let dot = if path.is_empty() { "" } else { "." };
            put(form, &format!("{path}{dot}{}", member.name), member.shape, value);
        }
    }
}

fn put(form: &mut Serializer<'_, String>, path: &str, shape: ShapeId, value: &Value) {
    match (&model().shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(object)) => members(form, path, structure, object),
        (Kind::List(_), Value::Array(elements)) if elements.is_empty() => {
            form.append_pair(path, "");
        }
        (Kind::List(list), Value::Array(elements)) => {
            for (at, one) in elements.iter().enumerate() {
                put(form, &format!("{path}.member.{}", at + 1), list.element, one);
            }
        }
        (Kind::Map(map), Value::Object(pairs)) => {
            for (at, (key, value)) in pairs.iter().enumerate() {
                form.append_pair(&format!("{path}.entry.{}.key", at + 1), key);
                put(form, &format!("{path}.entry.{}.value", at + 1), map.value, value);
            }
        }
        (_, Value::String(text)) => {
            form.append_pair(path, text);
        }
        (_, other) => {
            form.append_pair(path, &other.to_string());
        }
    }
}

/// The output of an answer.
fn output(operation: &OperationModel, tree: &Element) -> Map<String, Value> {
    let result = operation.wrapper.as_ref().and_then(|wrapper| child(tree, wrapper));
    result.map(|result| object(operation.output(), result)).unwrap_or_default()
}

fn child<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|below| below.name == name)
}

fn object(structure: &Structure, element: &Element) -> Map<String, Value> {
    let read = |member: &crate::api::Member| {
        let value = value(member.shape, child(element, &member.name)?)?;
        Some((member.name.clone(), value))
    };
    structure.members.iter().filter_map(read).collect()
}

/// A value of a shape; one that is no such value is left out, as what is absent.
fn value(shape: ShapeId, element: &Element) -> Option<Value> {
    Some(match &model().shape(shape).kind {
        Kind::Structure(structure) => object(structure, element).into(),
        Kind::List(list) => element.elements().filter_map(|one| value(list.element, one)).collect(),
        Kind::Map(map) => {
            let pair =
                |entry: &Element| Some((child(entry, "key")?.text()?, value(map.value, child(entry, "value")?)?));
            element.elements().filter_map(pair).collect::<Map<String, Value>>().into()
        }
        Kind::Text(_) | Kind::Timestamp | Kind::Blob => element.text()?.into(),
        Kind::Integer { .. } => element.text()?.trim().parse::<i64>().ok()?.into(),
        Kind::Boolean => element.text()?.trim().parse::<bool>().ok()?.into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_form(operation: &str, input: &Value, wanted: &str) {
        let operation = model().operation(operation).unwrap();
        let form = form(operation, input.as_object().unwrap());
        let parameters = form.split_once("Version=").unwrap().1.split_once('&').map_or("", |(_, rest)| rest);
        let parameters = percent_encoding::percent_decode_str(parameters).decode_utf8().unwrap();
        assert_eq!(parameters, wanted);
    }

    #[test]
    fn an_input_becomes_a_form_after_the_model() {
        check_form("GetAccountSummary", &json!({}), "");
        check_form(
            "UpdateOpenIDConnectProvider",
            &json!({"OpenIDConnectProviderArn": "a", "ContextProvider": {"SubjectSourceKey": "sub",
                "KeyDefinitionList": [{"SourceKey": "x"}]}, "RemoveIdentityCenterInstance": true, "Stray": 1}),
            "OpenIDConnectProviderArn=a&ContextProvider.KeyDefinitionList.member.1.SourceKey=x&\
             ContextProvider.SubjectSourceKey=sub&RemoveIdentityCenterInstance=true",
        );
        check_form(
            "PutAccountProperties",
            &json!({"Properties": {"a": "b"}}),
            "Properties.entry.1.key=a&Properties.entry.1.value=b",
        );
        check_form("TagUser", &json!({"UserName": "u", "Tags": []}), "UserName=u&Tags=");
    }

    #[test]
    fn an_answer_is_read_after_the_model() {
        let tree = Element::parse(
            "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><RoleName>r\
             </RoleName><MaxSigninSessionDuration>7200</MaxSigninSessionDuration><Tags><member><Key>k</Key><Value>\
             </Value></member></Tags><Stray/></Role></GetRoleResult></GetRoleResponse>",
        );
        let read = output(model().operation("GetRole").unwrap(), &tree.unwrap());
        let wanted =
            json!({"Role": {"RoleName": "r", "MaxSigninSessionDuration": 7200, "Tags": [{"Key": "k", "Value": ""}]}});
        assert_eq!(Value::from(read), wanted);
    }

    #[test]
    fn an_output_is_given_by_its_paths() {
        let output = json!({"Role": {"Arn": "a", "Tags": [], "RoleLastUsed": {}}, "IsTruncated": false});
        let gives = flat(output.as_object().unwrap().clone());
        assert_eq!(Value::from(gives), json!({"Role.Arn": "a", "IsTruncated": false}));
    }
}
