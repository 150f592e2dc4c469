//! What AWS's own simulator is asked, and what it answers, beside what is decided here.

use serde_json::{Map, Value, json};

use super::{DraftKind, Simulation};
use crate::catalog::service::ValueType;
use crate::catalog::{Catalog, globals};
use crate::insight::who_can::Answer;

/// The answer of AWS's simulator for one principal and one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// The ARN of the principal.
    pub principal: Box<str>,
    /// The action.
    pub action: Box<str>,
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub decision: Box<str>,
    /// Condition keys that its policies ask for and that were not given.
    pub missing: Vec<Box<str>>,
}

/// How AWS's simulator decides beside the answer here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Alike.
    Agrees,
    /// Otherwise.
    Differs,
    /// The answer here depends on what was not given, or not read.
    Undecided,
}

impl Theirs {
    /// How it compares with the answer here.
    pub fn agreement(&self, answer: &Answer) -> Agreement {
        let is_possible = !answer.parts.is_empty();
        if answer.is_unknown() || is_possible && !answer.when.is_always() {
            return Agreement::Undecided;
        }
        if is_possible == (&*self.decision == "allowed") { Agreement::Agrees } else { Agreement::Differs }
    }

    /// The same in words.
    pub fn told(&self, answer: &Answer) -> String {
        let word = match self.agreement(answer) {
            Agreement::Agrees => "agrees",
            Agreement::Differs => "differs",
            Agreement::Undecided => "decides without what is not given",
        };
        let missing =
            if self.missing.is_empty() { String::new() } else { format!(", not given: {}", self.missing.join(", ")) };
        format!("AWS's simulator {word}: {}{missing}", self.decision)
    }
}

/// The input of `SimulatePrincipalPolicy` for one principal.
pub fn input(asked: &Simulation, principal: &str) -> Map<String, Value> {
    let context: Vec<Value> = asked
        .context
        .iter()
        .map(|(key, values)| {
            json!({"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": kind(key, &asked.actions)})
        })
        .collect();
    let documents = asked.drafts.iter().filter(|draft| draft.kind == DraftKind::Identity);
    let policies: Vec<&str> = documents.map(|draft| &*draft.text).collect();
    let excluded = asked.without.iter().filter(|policy| policy.starts_with("arn:"));
    let excluded: Vec<Value> = excluded.map(|arn| json!({ "PolicyArn": arn })).collect();
    let mut input = Map::new();
    let mut put = |name: &str, value: Value| {
        if value.as_array().is_none_or(|list| !list.is_empty()) {
            input.insert(name.to_owned(), value);
        }
    };
    put("PolicySourceArn", principal.into());
    put("ActionNames", json!(asked.actions));
    put("ResourceArns", json!([asked.resource]));
    put("ContextEntries", context.into());
    put("PolicyInputList", json!(policies));
    put("PolicyExclusionList", excluded.into());
    input
}

/// What of a simulation AWS's simulator is not told.
pub fn untold(asked: &Simulation) -> Vec<String> {
    let mut all = Vec::new();
    if asked.plan.is_some() {
        all.push("the text in the editor".to_owned());
    }
    all.extend(asked.drafts.iter().filter(|draft| draft.kind != DraftKind::Identity).map(|draft| draft.name.clone()));
    all.extend(asked.without.iter().filter(|policy| !policy.starts_with("arn:")).map(|name| format!("without:{name}")));
    all.extend(asked.with.iter().map(|arn| format!("with:{arn}")));
    all
}

/// The type of a condition key as the simulator names it.
fn kind(key: &str, actions: &[String]) -> &'static str {
    let global = globals::find(key).map(|known| (known.value, known.is_multi()));
    let of_service = || {
        let mut all = actions.iter().filter_map(|action| Catalog::bundled().action(action));
        all.find_map(|action| action.keys().find(|known| known.is(key)).map(|known| (known.value, known.multi)))
    };
    match global.or_else(of_service).unwrap_or((ValueType::String, false)) {
        (ValueType::Bool, false) => "boolean",
        (ValueType::Bool, true) => "booleanList",
        (ValueType::Numeric, false) => "numeric",
        (ValueType::Numeric, true) => "numericList",
        (ValueType::Date, false) => "date",
        (ValueType::Date, true) => "dateList",
        (ValueType::IpAddress, false) => "ip",
        (ValueType::IpAddress, true) => "ipList",
        (ValueType::Binary, false) => "binary",
        (ValueType::Binary, true) => "binaryList",
        (ValueType::String | ValueType::Arn, false) => "string",
        (ValueType::String | ValueType::Arn, true) => "stringList",
    }
}

/// Reads a page of results for one principal; none where it has another shape.
pub fn results(principal: &str, page: &Map<String, Value>) -> Option<Vec<Theirs>> {
    let one = |result: &Value| {
        let text = |name: &str| result.get(name).and_then(Value::as_str);
        let missing = result.get("MissingContextValues").and_then(Value::as_array).into_iter().flatten();
        Some(Theirs {
            principal: principal.into(),
            action: text("EvalActionName")?.into(),
            decision: text("EvalDecision")?.into(),
            missing: missing.filter_map(Value::as_str).map(Into::into).collect(),
        })
    };
    page.get("EvaluationResults")?.as_array()?.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulation_becomes_the_input_of_aws_simulator() {
        let text = "ada s3:GetObject,ec2:RunInstances arn:aws:s3:::data/* aws:MultiFactorAuthPresent=true \
                    aws:SourceIp=192.0.2.7 without:arn:aws:iam::aws:policy/ReadOnlyAccess without:own";
        let asked = Simulation::parse(text).unwrap();
        let arn = "arn:aws:iam::123456789012:user/ada";
        let wanted = json!({
            "PolicySourceArn": arn,
            "ActionNames": ["s3:GetObject", "ec2:RunInstances"],
            "ResourceArns": ["arn:aws:s3:::data/*"],
            "ContextEntries": [
                {"ContextKeyName": "aws:MultiFactorAuthPresent", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"},
                {"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["192.0.2.7"], "ContextKeyType": "ip"}],
            "PolicyExclusionList": [{"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]});
        assert_eq!(Value::from(input(&asked, arn)), wanted);
        assert_eq!(untold(&asked), ["without:own"]);
    }
}
