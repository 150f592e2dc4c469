//! Many requests in one file: one JSON object a line, as the contract of the command line has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::base::error::UserError;
use crate::policy::evaluate::{CompileError, Compiled, Layer, Place, PolicySet, Request, evaluate};

use super::super::Outcome;
use super::super::output::Output;
use super::{PrincipalType, report};

/// Where a document goes in a set of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Identity,
    Group,
    Boundary,
    Session,
    Resource,
    Scp(usize),
    Rcp(usize),
    VpcEndpoint,
}

/// A set of policies whose documents have names.
#[derive(Debug, Default)]
pub(super) struct Policies {
    pub(super) set: PolicySet,
    names: BTreeMap<(Layer, usize, usize), String>,
}

impl Policies {
    /// Compiles a document and puts it behind the others of its slot.
    pub(super) fn add(&mut self, slot: Slot, name: String, text: &str) -> Result<(), CompileError> {
        let compiled = Arc::new(Compiled::new(text)?);
        let set = &mut self.set;
        let (layer, level, list) = match slot {
            Slot::Identity => (Layer::Identity, 0, &mut set.identity),
            Slot::Group => (Layer::Group, 0, &mut set.groups),
            Slot::Session => (Layer::Session, 0, &mut set.session),
            Slot::VpcEndpoint => (Layer::VpcEndpoint, 0, &mut set.endpoints),
            Slot::Scp(level) => (Layer::Scp, level, level_of(&mut set.scps, level)),
            Slot::Rcp(level) => (Layer::Rcp, level, level_of(&mut set.rcps, level)),
            Slot::Boundary | Slot::Resource => {
                let (layer, place) = if slot == Slot::Boundary {
                    (Layer::Boundary, &mut set.boundary)
                } else {
                    (Layer::Resource, &mut set.resource)
                };
                *place = Some(compiled);
                self.names.insert((layer, 0, 0), name);
                return Ok(());
            }
        };
        self.names.insert((layer, level, list.len()), name);
        list.push(compiled);
        Ok(())
    }

    /// The name of the document in which a statement stands.
    pub(super) fn name(&self, place: &Place) -> &str {
        let layer = if place.layer == Layer::Trust { Layer::Resource } else { place.layer };
        self.names.get(&(layer, place.level, place.policy)).map_or("", String::as_str)
    }
}

/// A level that is named is there, with policies or without.
fn level_of(levels: &mut Vec<Vec<Arc<Compiled>>>, level: usize) -> &mut Vec<Arc<Compiled>> {
    levels.resize_with(levels.len().max(level + 1), Vec::new);
    &mut levels[level]
}

/// One line of the file.
#[derive(Debug, Deserialize)]
struct Case<'a> {
    #[serde(default)]
    id: Value,
    request: Asked,
    #[serde(borrow, default)]
    identity_policies: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    group_policies: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    boundary: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session_policies: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    resource_policy: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    rcps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    vpce_policies: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    expect: Option<Value>,
}

/// The request of a case.
#[derive(Debug, Deserialize)]
struct Asked {
    principal: Option<String>,
    #[serde(default)]
    principal_type: Option<PrincipalType>,
    action: String,
    #[serde(default)]
    resource: Option<String>,
    #[serde(default)]
    resource_account: Option<Text>,
    #[serde(default)]
    management_account: Option<Text>,
    #[serde(default)]
    context: Option<BTreeMap<String, Values>>,
}

/// A value that may be written without quotes.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    String(String),
    Bool(bool),
    Number(serde_json::Number),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::String(text) => text,
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
        }
    }
}

/// The values of a condition key; a single one may stand without brackets.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Values {
    Many(Vec<Text>),
    One(Text),
    Absent(()),
}

impl Asked {
    fn into_request(self) -> Result<Request, UserError> {
        let principal = self.principal_type.unwrap_or_default().read(self.principal.as_deref())?;
        let account = principal.account().map(str::to_owned);
        let mut request = Request::new(principal, &self.action, self.resource.as_deref().unwrap_or("*"));
        if let Some(account) = self.resource_account {
            request = request.with_resource_account(&account.into_string());
        }
        match (self.management_account, account) {
            (Some(Text::Bool(true)), Some(own)) => request = request.with_management_account(&own),
            (Some(Text::Bool(_)) | None, _) => {}
            (Some(account), _) => request = request.with_management_account(&account.into_string()),
        }
        for (key, values) in self.context.unwrap_or_default() {
            let values = match values {
                Values::Many(values) => values,
                Values::One(value) => vec![value],
                Values::Absent(()) => Vec::new(),
            };
            request = request.with(&key, values.into_iter().map(Text::into_string));
        }
        Ok(request)
    }
}

impl<'a> Case<'a> {
    fn policies(&self) -> Result<Policies, UserError> {
        let mut policies = Policies::default();
        let mut add = |slot: Slot, name: String, document: &'a RawValue| {
            // A document written as a JSON string is the text in it.
            let unquoted: Option<String> = serde_json::from_str(document.get()).ok();
            let text = unquoted.as_deref().unwrap_or(document.get());
            let error = policies.add(slot, name.clone(), text).err();
            error.map_or(Ok(()), |error| Err(UserError::new(format!("{name}: {error}"))))
        };
        for (slot, name, list) in [
            (Slot::Identity, "identity_policies", &self.identity_policies),
            (Slot::Group, "group_policies", &self.group_policies),
            (Slot::Session, "session_policies", &self.session_policies),
            (Slot::VpcEndpoint, "vpce_policies", &self.vpce_policies),
        ] {
            for (number, document) in list.iter().flatten().enumerate() {
                add(slot, format!("{name}[{number}]"), document)?;
            }
        }
        for (slot, name, document) in
            [(Slot::Boundary, "boundary", self.boundary), (Slot::Resource, "resource_policy", self.resource_policy)]
        {
            if let Some(document) = document {
                add(slot, name.to_owned(), document)?;
            }
        }
        for (level, documents) in self.scps.iter().flatten().enumerate() {
            for (number, document) in documents.iter().enumerate() {
                add(Slot::Scp(level), format!("scps[{level}][{number}]"), document)?;
            }
        }
        for (level, documents) in self.rcps.iter().flatten().enumerate() {
            for (number, document) in documents.iter().enumerate() {
                add(Slot::Rcp(level), format!("rcps[{level}][{number}]"), document)?;
            }
        }
        // A level without policies allows nothing, the last one included.
        let levels = self.scps.as_ref().map_or(0, Vec::len);
        policies.set.scps.resize_with(levels, Vec::new);
        let levels = self.rcps.as_ref().map_or(0, Vec::len);
        policies.set.rcps.resize_with(levels, Vec::new);
        Ok(policies)
    }

    /// The answer as JSON without its id.
    fn answer(self) -> Result<Value, UserError> {
        let policies = self.policies()?;
        let request = self.request.into_request()?;
        let verdict = evaluate(&request, &policies.set).map_err(|gave_up| UserError::new(gave_up.to_string()))?;
        Ok(report::json(&verdict, &policies, None))
    }
}

/// Decides every line and prints one line for each; where a line says what it expects, only if it differs.
pub(super) fn run_all(
    lines: impl Iterator<Item = Result<(usize, String), UserError>>,
    out: &mut Output,
) -> Result<Outcome, UserError> {
    let mut outcome = Outcome::Fine;
    for line in lines {
        let (_, line) = line?;
        if out.is_closed() {
            break;
        }
        let (id, expect, answer) = match serde_json::from_str::<Case<'_>>(&line) {
            Ok(mut case) => (case.id.take(), case.expect.take(), case.answer()),
            Err(error) => (id_of(&line), None, Err(UserError::new(format!("the line is no case: {error}")))),
        };
        let mut told = match answer {
            Ok(answer) => answer,
            Err(error) => json!({"error": error.message}),
        };
        let expected = expect.as_ref().map(|expect| is_as_expected(&told, expect));
        if expected == Some(true) {
            continue;
        }
        if expected == Some(false) || told.get("error").is_some() {
            outcome = Outcome::Findings;
        }
        let mut shown = serde_json::Map::new();
        shown.insert("id".to_owned(), id);
        if let Some(answer) = told.as_object_mut() {
            shown.append(answer);
        }
        if let Some(expect) = expect {
            shown.insert("expect".to_owned(), expect);
        }
        out.json(&Value::Object(shown));
    }
    Ok(outcome)
}

/// The id of a line that is a JSON object but no case.
fn id_of(line: &str) -> Value {
    serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned()).unwrap_or(Value::Null)
}

/// Whether an answer is what a case expects: a decision, or an object of which every member must agree.
/// The order of layers and keys does not count.
fn is_as_expected(answer: &Value, expect: &Value) -> bool {
    match expect {
        Value::Null => true,
        Value::String(decision) => answer.get("decision").and_then(Value::as_str) == Some(decision),
        Value::Object(members) => members.iter().all(|(name, wanted)| {
            let given = answer.get(name);
            match (wanted, given) {
                (Value::Array(wanted), Some(Value::Array(given))) => folded(wanted) == folded(given),
                (wanted, given) => Some(wanted) == given,
            }
        }),
        _ => false,
    }
}

fn folded(values: &[Value]) -> Vec<String> {
    let mut folded: Vec<String> = values.iter().map(|value| value.to_string().to_lowercase()).collect();
    folded.sort();
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::simulate::tests::Sink;

    /// Runs a file of one line and compares what is printed.
    #[track_caller]
    fn check(line: &str, outcome: Outcome, printed: &str) {
        let sink = Sink::default();
        let mut out = sink.output();
        let lines = std::iter::once(Ok((1, line.to_owned())));
        assert_eq!(run_all(lines, &mut out), Ok(outcome), "{line}");
        drop(out);
        assert_eq!(sink.text().trim_end(), printed, "{line}");
    }

    const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    const ASKED: &str = r#""request":{"principal":"arn:aws:iam::111111111111:user/a","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","context":{"aws:SourceIp":["192.0.2.7"]}}"#;

    #[test]
    fn a_line_gives_a_line() {
        check(
            &format!(r#"{{"id":7,{ASKED},"identity_policies":[{ALLOW}],"boundary":null,"scps":[]}}"#),
            Outcome::Fine,
            r#"{"id":7,"decision":"allowed","blocked_by":[],"matched":[{"policy":"identity_policies[0]","layer":"identity","statement":0,"sid":null,"effect":"Allow","start":{"line":1,"column":39},"end":{"line":1,"column":87}}],"missing_context":[]}"#,
        );
        check(
            &format!(r#"{{"id":"x",{ASKED},"scps":[[]]}}"#),
            Outcome::Fine,
            r#"{"id":"x","decision":"implicitDeny","blocked_by":["scp","identity"],"matched":[],"missing_context":[]}"#,
        );
    }

    #[test]
    fn a_document_may_be_a_string() {
        let quoted = Value::String(ALLOW.to_owned());
        check(&format!(r#"{{"id":1,{ASKED},"identity_policies":[{quoted}],"expect":"allowed"}}"#), Outcome::Fine, "");
    }

    #[test]
    fn only_differences_are_printed_where_something_is_expected() {
        let with = |expect: &str| format!(r#"{{"id":1,{ASKED},"identity_policies":[],"expect":{expect}}}"#);
        check(&with(r#""implicitDeny""#), Outcome::Fine, "");
        check(&with(r#"{"decision":"implicitDeny","blocked_by":["identity"]}"#), Outcome::Fine, "");
        check(
            &with(r#""allowed""#),
            Outcome::Findings,
            r#"{"id":1,"decision":"implicitDeny","blocked_by":["identity"],"matched":[],"missing_context":[],"expect":"allowed"}"#,
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_id() {
        check(
            &format!(r#"{{"id":"bad",{ASKED},"identity_policies":[{{"Statement":[{{"Effect":"Maybe"}}]}}]}}"#),
            Outcome::Findings,
            r#"{"id":"bad","error":"identity_policies[0]: the effect must be `Allow` or `Deny` (line 1, column 25)"}"#,
        );
        check(
            r#"{"id":2,"request":{"principal":"bob","action":"a:b","resource":"*"}}"#,
            Outcome::Findings,
            r#"{"id":2,"error":"`bob` is no ARN of a user, role, session or root user"}"#,
        );
    }

    #[test]
    fn callers_of_every_type_are_read() {
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","Federated":"accounts.google.com"},"Action":"sts:*"}}"#;
        for (principal, kind, expect) in [
            (r#""ec2.amazonaws.com""#, "service", "allowed"),
            (r#""accounts.google.com""#, "federated", "allowed"),
            ("null", "aws", "implicitDeny"),
        ] {
            let line = format!(
                r#"{{"request":{{"principal":{principal},"principal_type":"{kind}","action":"sts:AssumeRole","resource":"arn:aws:iam::111111111111:role/r","context":{{"a:b":true,"c:d":null}}}},"resource_policy":{trust},"expect":"{expect}"}}"#
            );
            check(&line, Outcome::Fine, "");
        }
    }
}
