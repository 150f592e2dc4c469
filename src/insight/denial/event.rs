//! Refusals as data: the answer of `DecodeAuthorizationMessage`, and events of CloudTrail.

use serde_json::Value;

use super::{Refusal, sentence};
use crate::catalog::Catalog;
use crate::policy::evaluate::Layer;

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
    if value.get("evaluations").is_some() {
        return authorized(value);
    }
    let list = value.get("Records").or_else(|| value.get("Events")).or(Some(value)).and_then(Value::as_array);
    if let Some(list) = list {
        return list.iter().find_map(one);
    }
    one(value)
}

/// The events of what CloudTrail delivers, or `lookup-events` prints, or of one alone.
pub(crate) fn events(value: &Value) -> Vec<Value> {
    let list = value.get("Records").or_else(|| value.get("Events")).or(Some(value)).and_then(Value::as_array);
    let whole = |one: &Value| match one.get("CloudTrailEvent").and_then(Value::as_str) {
        Some(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        None => one.clone(),
    };
    list.map_or_else(|| vec![whole(value)], |list| list.iter().map(whole).collect())
}

/// Who used which action: the user, or the role of the session. What was denied was not used.
pub(crate) fn used(event: &Value) -> Option<(String, String)> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let is_denied = text("/errorCode").is_some_and(is_denial);
    let issuer = text("/userIdentity/sessionContext/sessionIssuer/arn");
    let principal = issuer.or_else(|| text("/userIdentity/arn")).filter(|_| !is_denied)?;
    Some((principal.to_owned(), action(prefix(text("/eventSource")?), text("/eventName")?)))
}

/// The prefix of the actions of an event source.
fn prefix(source: &str) -> &str {
    let source = source.trim_end_matches(".amazonaws.com");
    SOURCES.iter().find(|(name, _)| *name == source).map_or(source, |(_, prefix)| prefix)
}

fn is_denial(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    ["accessdenied", "unauthorized", "accessdeniedexception", "forbidden"].iter().any(|word| code.contains(word))
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
    if !is_denial(text("errorCode")?) {
        return None;
    }
    let told = text("errorMessage").and_then(sentence::read).unwrap_or_default();
    let prefix = prefix(text("eventSource").unwrap_or_default());
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

/// The answer of `GetRequestAuthorizationDetails`: the evaluation that denied, with the check that did.
fn authorized(value: &Value) -> Option<Refusal> {
    let all = value.get("evaluations")?.as_array()?;
    let effect = |of: &Value| of.get("evaluatedEffect").and_then(Value::as_str).unwrap_or_default().to_owned();
    let evaluation = all.iter().find(|one| effect(one).ends_with("DENY")).or(all.first())?;
    let text = |name: &str| evaluation.get(name).and_then(Value::as_str).map(str::to_owned);
    let action = text("action")?;
    let mut context: Vec<(String, Vec<String>)> = Vec::new();
    let request = value.get("requestContext").and_then(Value::as_object);
    let own = evaluation.get("context").and_then(Value::as_object);
    for (key, value) in own.into_iter().chain(request).flatten() {
        if !context.iter().any(|(known, _)| known.eq_ignore_ascii_case(key)) {
            context.push((key.clone(), plain(value)));
        }
    }
    let first = |key: &str| {
        let (_, values) = context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key))?;
        values.first().cloned()
    };
    let checks: Vec<&Value> = evaluation.get("checks").and_then(Value::as_array).into_iter().flatten().collect();
    let denying = |wanted: &str| checks.iter().copied().find(|check| effect(check) == wanted);
    let check = denying("EXPLICIT_DENY").or_else(|| denying("IMPLICIT_DENY"));
    let explicit = effect(evaluation) == "EXPLICIT_DENY" || check.is_some_and(|check| effect(check) == "EXPLICIT_DENY");
    let matched = check.and_then(|check| check.get("matchedPolicies")).and_then(Value::as_array);
    let denies = |policy: &&Value| statements(policy).any(|one| effect(one) == "DENY");
    let policy = matched.and_then(|list| list.iter().find(denies).or(list.first())).filter(|_| explicit);
    let sid = policy.and_then(|policy| {
        let one = statements(policy).find(|one| effect(one) == "DENY")?;
        Some(one.get("sid")?.as_str()?.to_owned())
    });
    let uri = policy.and_then(|policy| policy.get("uri")?.as_str());
    Some(Refusal {
        principal: first("aws:PrincipalArn").or_else(|| first("aws:PrincipalServiceName")),
        resource: text("resource"),
        layer: check.and_then(|check| layer(check.get("checkType")?.as_str()?, &action)),
        explicit: Some(explicit),
        policy: uri.map(|uri| source(value, uri)),
        sid: sid.filter(|sid| !sid.is_empty()),
        action: Some(action),
        context,
    })
}

fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    policy.get("matchedStatements").and_then(Value::as_array).into_iter().flatten()
}

/// The values of a context key, as a policy would write them.
fn plain(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(plain).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// The kind of policy of a check.
fn layer(check: &str, action: &str) -> Option<Layer> {
    Some(match check {
        "SERVICE_CONTROL_POLICY" => Layer::Scp,
        "RESOURCE_CONTROL_POLICY" => Layer::Rcp,
        "VPC_ENDPOINT" => Layer::VpcEndpoint,
        "RESOURCE" if action.to_ascii_lowercase().starts_with("sts:assumerole") => Layer::Trust,
        "RESOURCE" => Layer::Resource,
        "PRINCIPAL" => Layer::Identity,
        "PERMISSIONS_BOUNDARY" => Layer::Boundary,
        "SESSION" => Layer::Session,
        _ => return None,
    })
}

/// The ARN of a policy that the answer names by its own URI, where it tells one.
fn source(value: &Value, uri: &str) -> String {
    let policies = value.get("policies").and_then(Value::as_array).into_iter().flatten();
    let of_uri = |policy: &&Value| policy.get("uri").and_then(Value::as_str) == Some(uri);
    let source = policies.into_iter().find(of_uri).and_then(|policy| policy.get("policySource")?.as_object());
    let mut values = source.into_iter().flat_map(|source| source.values()).filter_map(Value::as_str);
    values.find(|text| text.starts_with("arn:")).unwrap_or(uri).to_owned()
}
