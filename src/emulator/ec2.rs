//! Denials of EC2: the one service whose operations encode for the administrator what they keep from who is denied.
//!
//! No operation of EC2 is here. Whether the caller may call one is decided all the same, so that programs that explain
//! denials have one to explain.

use form_urlencoded::parse;
use serde_json::{Value, json};

use super::authorize::{self, encoded};
use super::failure::Failure;
use super::operation::{Enforce, Request};
use super::protocol::Wire;
use super::service::Service;
use crate::api::{Operation, Sts};

/// The name of the service in signatures.
const SERVICE: &str = "ec2";
/// The operation that stands in the place of one of EC2: it has no resources and no condition keys of its own.
const STAND_IN: Operation = Operation::Sts(Sts::DecodeAuthorizationMessage);

impl Service {
    /// The refusal of a request to EC2 whose caller may not make it; none where the caller is unknown or may.
    pub fn denied_by_ec2(&self, wire: &Wire<'_>) -> Option<Failure> {
        let now = self.clock.now();
        let caller = self.authenticate(wire, SERVICE, false, now).ok()?;
        let parameter = |name: &str| {
            let mut pairs = parse(wire.query.as_bytes()).chain(parse(wire.body));
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let action = format!("{SERVICE}:{}", parameter("Action").filter(|action| is_word(action))?);
        let region = &caller.origin.region;
        let instance = parameter("InstanceId.1").filter(|id| is_word(&id.replace('-', "")));
        let resource = instance.map_or_else(
            || "*".to_owned(),
            |id| format!("arn:aws:{SERVICE}:{region}:{}:instance/{id}", caller.account),
        );
        if self.environment.enforce == Enforce::Off {
            return None;
        }
        let (input, environment) = (Value::Null, &*self.environment);
        let request = Request {
            operation: STAND_IN,
            input: &input,
            caller: &caller,
            account: &caller.account,
            environment,
            now: now.into(),
        };
        let world = self.store.read();
        let denied = authorize::allows(&request, &world, &action, &resource).err()?;
        let message = message(&request, &action, &resource, denied.message.contains("explicit deny"));
        let secret = &world.get(&caller.account)?.account().token_secret;
        let encoded = encoded::encode(&message.to_string(), &environment.ids, secret)?;
        let told = format!(
            "You are not authorized to perform this operation. {}. Encoded authorization failure message: {encoded}",
            denied.message
        );
        Some(Failure::new("UnauthorizedOperation", 403, told))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What is encoded, in the form that `DecodeAuthorizationMessage` answers.
fn message(request: &Request<'_>, action: &str, resource: &str, explicit: bool) -> Value {
    let caller = request.caller;
    let mut parts = resource.splitn(6, ':').skip(5).flat_map(|rest| rest.splitn(2, '/'));
    let (kind, id) = (parts.next().unwrap_or("*"), parts.next().unwrap_or("*"));
    let conditions = [
        ("aws:Resource", if id == "*" { "*".to_owned() } else { format!("{kind}/{id}") }),
        ("aws:Account", request.account.to_owned()),
        ("aws:Region", caller.origin.region.clone()),
        ("aws:ID", id.to_owned()),
        ("aws:Service", SERVICE.to_owned()),
        ("aws:Type", kind.to_owned()),
        ("aws:ARN", resource.to_owned()),
    ];
    let items = conditions.map(|(key, value)| json!({"key": key, "values": {"items": [{"value": value}]}}));
    let mut name = caller.arn.rsplit('/');
    json!({
        "allowed": false,
        "explicitDeny": explicit,
        "matchedStatements": {"items": []},
        "failures": {"items": []},
        "context": {
            "principal": {"id": caller.user_id, "name": name.next(), "arn": caller.arn},
            "action": action,
            "resource": resource,
            "conditions": {"items": items},
        },
    })
}
