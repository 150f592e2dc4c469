//! Operations and parameters of IAM and STS that the SDK does not have yet, sent in the Query protocol.
//!
//! The service model says how a request is written and how its answer is read; where the services are, the SDK
//! knows. Nothing here is written by hand per operation.

use aws_config::SdkConfig;
use aws_sdk_iam::error::{ErrorMetadata, SdkError};
use aws_smithy_types::endpoint::Endpoint;
use form_urlencoded::Serializer;
use serde_json::{Map, Value};

use super::run::Run;
use super::signed::{Answer, Place, Refused, Signed, endpoint};
use crate::api::{Kind, Operation, OperationModel, Service, ShapeId, Structure, model};
use crate::emulator::crypto::xml::Element;
use crate::model::{ErrorKind, LoadError};

const FORM: &str = "application/x-www-form-urlencoded";

impl Run {
    /// Makes one call by the service model alone: input and output are objects whose members AWS names.
    ///
    /// Members that the model does not have are left out on both ways.
    pub(super) async fn query(
        &self,
        operation: Operation,
        input: &Map<String, Value>,
    ) -> Result<Map<String, Value>, LoadError> {
        let model = operation.model().ok_or_else(|| LoadError::new(ErrorKind::Unsupported, operation))?;
        let body = form(model, input);
        let place = place(self.session.config(), model).await?;
        let wire = self.session.signed(place).await?;
        self.call(operation, || ask(&wire, model, &body)).await
    }
}

async fn ask(wire: &Signed, operation: &OperationModel, body: &str) -> Result<Map<String, Value>, SdkError<Refused>> {
    let answer = wire.post("/", FORM, body).await?;
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

/// Where a service is: where it is set to be, else where the SDK's own rules say.
async fn place(config: &SdkConfig, operation: &OperationModel) -> Result<Place, LoadError> {
    let service = operation.service;
    let region = config.region().map_or_else(String::new, ToString::to_string);
    let id = match service {
        Service::Iam => "IAM",
        Service::Sts => "STS",
    };
    if let Some(url) = endpoint(config, id) {
        return Ok(Place { url, region, service: service.prefix() });
    }
    let found = at_aws(config, service, &region).await;
    let found =
        found.map_err(|told| LoadError::new(ErrorKind::Configuration, operation.name.as_str()).detail(&told))?;
    // The one endpoint of IAM signs with its own Region, whatever the session's is.
    let signing = found.auth_schemes().iter().find_map(|scheme| scheme.get("signingRegion")?.as_string());
    let region = signing.map_or(region, str::to_owned);
    Ok(Place { url: found.url().to_owned(), region, service: service.prefix() })
}

async fn at_aws(config: &SdkConfig, service: Service, region: &str) -> Result<Endpoint, String> {
    let (fips, dual_stack) = (config.use_fips() == Some(true), config.use_dual_stack() == Some(true));
    match service {
        Service::Iam => {
            use aws_sdk_iam::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
            let params = Params::builder().region(region).use_fips(fips).use_dual_stack(dual_stack).build();
            let params = params.map_err(|error| error.to_string())?;
            DefaultResolver::new().resolve_endpoint(&params).await.map_err(|error| error.to_string())
        }
        Service::Sts => {
            use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
            let params = Params::builder().region(region).use_fips(fips).use_dual_stack(dual_stack).build();
            let params = params.map_err(|error| error.to_string())?;
            DefaultResolver::new().resolve_endpoint(&params).await.map_err(|error| error.to_string())
        }
    }
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
    use aws_config::Region;
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

    #[tokio::test]
    async fn a_service_is_where_the_sdk_says_and_signs_with_its_own_region() {
        for (operation, region, url, signing) in [
            ("UpdateRole", "eu-west-1", "https://iam.amazonaws.com", "us-east-1"),
            ("UpdateRole", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("UpdateRole", "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            ("GetScopedCredentials", "eu-west-1", "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
        ] {
            let config = SdkConfig::builder().region(Region::new(region)).build();
            let operation = model().operation(operation).unwrap();
            let wanted = Place { url: url.to_owned(), region: signing.to_owned(), service: operation.service.prefix() };
            assert_eq!(place(&config, operation).await.unwrap(), wanted);
        }
    }
}
