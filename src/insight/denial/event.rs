//! Refusals as data: the answer of `DecodeAuthorizationMessage`, and events of CloudTrail.

use serde_json::Value;

use super::{Refusal, sentence};
use crate::catalog::Catalog;

/// Event sources whose actions have another prefix.
const SOURCES: [(&str, &str); 12] = [
    ("monitoring", "cloudwatch"),
    ("email", "ses"),
    ("elasticmapreduce", "elasticmapreduce"),
    ("tagging", "tag"),
    ("application-autoscaling", "application-autoscaling"),
    ("autoscaling-plans", "autoscaling-plans"),
    ("cognito-idp", "cognito-idp"),
    ("streams.dynamodb", "dynamodb"),
    ("signin", "signin"),
    ("models.lex", "lex"),
    ("runtime.sagemaker", "sagemaker"),
    ("data.iot", "iot"),
];

/// Reads a refusal; none where the data is something else.
pub(super) fn read(value: &Value) -> Option<Refusal> {
    if let Some(text) = value.get("DecodedMessage").and_then(Value::as_str) {
        return decoded(&serde_json::from_str(text).ok()?);
    }
    if value.get("context").is_some() && value.get("allowed").is_some() {
        return decoded(value);
    }
    let list = value.get("Records").or_else(|| value.get("Events")).or(Some(value)).and_then(Value::as_array);
    if let Some(list) = list {
        return list.iter().find_map(one);
    }
    one(value)
}

/// An event, alone or as `LookupEvents` gives it.
fn one(value: &Value) -> Option<Refusal> {
    if let Some(text) = value.get("CloudTrailEvent").and_then(Value::as_str) {
        return event(&serde_json::from_str(text).ok()?);
    }
    event(value)
}

fn event(event: &Value) -> Option<Refusal> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let code = text("errorCode")?.to_ascii_lowercase();
    if !["accessdenied", "unauthorized", "accessdeniedexception", "forbidden"].iter().any(|word| code.contains(word)) {
        return None;
    }
    let told = text("errorMessage").and_then(sentence::read).unwrap_or_default();
    let source = text("eventSource").unwrap_or_default().trim_end_matches(".amazonaws.com");
    let prefix = SOURCES.iter().find(|(name, _)| *name == source).map_or(source, |(_, prefix)| prefix);
    let action = text("eventName").map(|name| action(prefix, name));
    let identity = event.get("userIdentity");
    let arn = identity.and_then(|identity| identity.get("arn")).and_then(Value::as_str).map(str::to_owned);
    let by_service = || Some(identity?.get("invokedBy")?.as_str()?.to_owned());
    let resource = || {
        let first = event.get("resources")?.as_array()?.first()?;
        Some(first.get("ARN").or_else(|| first.get("arn"))?.as_str()?.to_owned())
    };
    let mut context = Vec::new();
    let mut give = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            context.push((key.to_owned(), vec![value.to_owned()]));
        }
    };
    let address = text("sourceIPAddress").filter(|text| text.parse::<std::net::IpAddr>().is_ok());
    give("aws:SourceIp", address);
    give("aws:RequestedRegion", text("awsRegion"));
    give("aws:UserAgent", text("userAgent"));
    give("aws:CurrentTime", text("eventTime"));
    give("aws:SourceVpce", text("vpcEndpointId"));
    let mfa = event.pointer("/userIdentity/sessionContext/attributes/mfaAuthenticated").and_then(Value::as_str);
    give("aws:MultiFactorAuthPresent", mfa);
    Some(Refusal {
        principal: told.principal.clone().or(arn).or_else(by_service),
        action: told.action.clone().or(action),
        resource: told.resource.clone().or_else(resource),
        context,
        ..told
    })
}

/// The action of an operation: nearly always of the same name, versions of the name aside.
fn action(prefix: &str, name: &str) -> String {
    let plain = format!("{prefix}:{name}");
    if Catalog::bundled().action(&plain).is_some() {
        return plain;
    }
    // Lambda and CloudFront write the version of their API behind the name.
    let bare = name.find("20").map_or(name, |at| name.get(..at).unwrap_or(name)).trim_end_matches('_');
    let versionless = format!("{prefix}:{bare}");
    if Catalog::bundled().action(&versionless).is_some() { versionless } else { plain }
}

fn decoded(message: &Value) -> Option<Refusal> {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let items = message.pointer("/context/conditions/items").and_then(Value::as_array);
    let condition = |item: &Value| {
        let key = item.get("key")?.as_str()?.to_owned();
        let values = item.pointer("/values/items")?.as_array()?;
        Some((key, values.iter().filter_map(|value| Some(value.get("value")?.as_str()?.to_owned())).collect()))
    };
    let sid = text("/matchedStatements/items/0/statementId").filter(|sid| !sid.is_empty());
    let refusal = Refusal {
        principal: text("/context/principal/arn"),
        action: text("/context/action"),
        resource: text("/context/resource"),
        explicit: message.get("explicitDeny").and_then(Value::as_bool),
        sid,
        context: items.into_iter().flatten().filter_map(condition).collect(),
        ..Refusal::default()
    };
    refusal.action.is_some().then_some(refusal)
}
