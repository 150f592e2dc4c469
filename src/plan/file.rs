//! The plan as a file: version 2 of the format that `iamtui plan` writes and `iamtui apply` reads.
//!
//! ```json
//! {"version":2,"account":"123456789012","partition":"aws","made_at":"2026-11-30T13:33:00Z","title":"create user Jesse",
//!  "steps":[
//!   {"id":"create-user:Jesse","service":"iam","operation":"CreateUser","input":{"UserName":"Jesse"},
//!    "why":"…","risk":"","needs":["iam:CreateUser"],"expects":[{"resource":"user Jesse","unique_id":null}],
//!    "inverse":{"calls":[{"operation":"DeleteUser","input":{"UserName":"Jesse"}}],"loses":""}},
//!   {"id":"mfa-codes","ask":"mfa-codes","input":{"device":"phone"},"why":"…","risk":"","needs":[],"inverse":null}]}
//! ```
//!
//! `endpoint` is there where the account is not AWS's own: `emulator demo`, or a URL. What `needs` says is for the
//! reader: it is worked out anew when the file is read. Version 1 names no account and no expectations.

use serde_json::{Map, Value, json};

use crate::api::{Iam, Operation, Service};
use crate::base::nearest::nearest;

use super::{Ask, Call, Expect, Home, Inverse, Made, Plan, PlanError, Step, Work};

/// The longest plan that is read, in bytes: far more than any account needs, and no more than memory bears.
pub const LONGEST: usize = 16 << 20;

impl Plan {
    /// Reads a plan file and checks it as a whole.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        if text.len() > LONGEST {
            return Err(PlanError::Shape(format!("the plan is longer than {} MiB", LONGEST >> 20)));
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| PlanError::NoJson { line: error.line(), column: error.column() })?;
        let plan = Self::from_json(&value)?;
        plan.check()?;
        Ok(plan)
    }

    /// Reads a plan from JSON, without checking its calls.
    pub fn from_json(value: &Value) -> Result<Self, PlanError> {
        if value.get("Statement").is_some() {
            return Err(PlanError::Refused {
                what: "this is a policy, not a plan".to_owned(),
                hint: "`iamtui plan --help` lists what can be planned; `iamtui validate` reads policies.",
            });
        }
        let version = match value.get("version").map(|version| (version, version.as_u64())) {
            Some((_, Some(1))) => Version::One,
            Some((_, Some(2))) => Version::Two,
            Some((other, _)) => return Err(PlanError::Version(other.to_string())),
            None if value.is_object() => {
                object(value, "the plan", Version::Two.members())?;
                return Err(PlanError::Shape("the plan has no `version`".to_owned()));
            }
            None => Version::Two,
        };
        let object = object(value, "the plan", version.members())?;
        let title = text(object, "title", "the plan")?;
        let made = read_made(object)?;
        let Some(Value::Array(steps)) = object.get("steps") else {
            return Err(PlanError::Shape("the plan has no list `steps`".to_owned()));
        };
        let steps =
            steps.iter().enumerate().map(|(at, step)| read_step(step, at + 1, version)).collect::<Result<_, _>>()?;
        let until = object.contains_key("until").then(|| text(object, "until", "the plan")).transpose()?;
        let until =
            until.map(|at| at.parse().map_err(|_| PlanError::Shape("`until` of the plan is no date".to_owned())));
        Ok(Self { title, made, until: until.transpose()?, steps, guards: Vec::new() })
    }

    /// The plan as JSON.
    pub fn to_json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(write_step).collect();
        let mut out = Map::new();
        out.insert("version".to_owned(), 2.into());
        if let Some(made) = &self.made {
            out.insert("account".to_owned(), made.home.account.clone().into());
            out.insert("partition".to_owned(), made.home.partition.clone().into());
            out.extend(made.endpoint.iter().map(|endpoint| ("endpoint".to_owned(), endpoint.clone().into())));
            out.extend(made.at.iter().map(|at| ("made_at".to_owned(), at.to_string().into())));
        }
        out.insert("title".to_owned(), self.title.clone().into());
        out.extend(self.until.iter().map(|at| ("until".to_owned(), at.to_string().into())));
        out.insert("steps".to_owned(), steps.into());
        Value::Object(out)
    }
}

/// Whether a plan's file is of the version that knew neither account nor expectations.
pub fn is_of_first_version(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value.get("version") == Some(&Value::from(1)))
}

/// The versions of the format that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Version {
    fn members(self) -> &'static [&'static str] {
        match self {
            Self::One => &["version", "title", "steps"],
            Self::Two => &["version", "account", "partition", "endpoint", "made_at", "title", "until", "steps"],
        }
    }

    fn step_members(self) -> &'static [&'static str] {
        match self {
            Self::One => &["id", "operation", "ask", "input", "why", "risk", "needs", "inverse"],
            Self::Two => &["id", "service", "operation", "ask", "input", "why", "risk", "needs", "expects", "inverse"],
        }
    }
}

fn read_made(object: &Map<String, Value>) -> Result<Option<Made>, PlanError> {
    if !object.contains_key("account") {
        return Ok(None);
    }
    let text = |name: &str| text(object, name, "the plan");
    let at = object.contains_key("made_at").then(|| text("made_at")).transpose()?;
    let at = at.map(|at| at.parse().map_err(|_| PlanError::Shape("`made_at` of the plan is no date".to_owned())));
    Ok(Some(Made {
        home: Home { partition: text("partition")?, account: text("account")? },
        endpoint: object.contains_key("endpoint").then(|| text("endpoint")).transpose()?,
        at: at.transpose()?,
    }))
}

fn read_expects(step: &Map<String, Value>, id: &str) -> Result<Vec<Expect>, PlanError> {
    let shape = || PlanError::Shape(format!("`expects` of step `{id}` contains an invalid expectation"));
    let Some(expects) = step.get("expects") else { return Ok(Vec::new()) };
    let expects = expects.as_array().ok_or_else(shape)?.iter();
    expects.map(|expect| expect.as_object().and_then(Expect::of_json).ok_or_else(shape)).collect()
}

fn read_step(value: &Value, number: usize, version: Version) -> Result<Step, PlanError> {
    let place = format!("step {number}");
    let object = object(value, &place, version.step_members())?;
    let id = text(object, "id", &place)?;
    if id.is_empty() {
        return Err(PlanError::Shape(format!("{place} has an empty `id`")));
    }
    let work = match (object.get("operation"), object.get("ask")) {
        (Some(_), None) => Work::Call(read_call(object, &id)?),
        (None, Some(_)) => Work::Ask(read_ask(object, &id)?),
        _ => return Err(PlanError::Shape(format!("step `{id}` needs either `operation` or `ask`"))),
    };
    let inverse = match object.get("inverse") {
        None | Some(Value::Null) => None,
        Some(inverse) => Some(read_inverse(inverse, &id)?),
    };
    let (why, risk) = (optional(object, "why", &id)?, optional(object, "risk", &id)?);
    Ok(Step { work, why, risk, inverse, expects: read_expects(object, &id)?, id })
}

fn read_call(step: &Map<String, Value>, place: &str) -> Result<Call, PlanError> {
    let name = text(step, "operation", place)?;
    let shape = |service: &str| PlanError::Shape(format!("`{name}` of `{place}` is no operation of {service}"));
    // Version 1 knew no service but IAM.
    let service = match step.get("service") {
        None => Service::Iam.prefix(),
        Some(given) => {
            let known = Operation::SERVICES_OF_PLANS.into_iter().find(|service| given.as_str() == Some(service));
            known.ok_or_else(|| shape(&given.to_string()))?
        }
    };
    if let Some(operation) = Operation::of_plans(service, &name) {
        return Ok(Call::with_input(operation, input(step, place)?));
    }
    if Operation::SERVICES_OF_PLANS.into_iter().any(|other| Operation::of_plans(other, &name).is_some()) {
        return Err(shape(&format!("\"{service}\"")));
    }
    let changing = Iam::ALL.iter().filter(|operation| operation.change().is_some());
    let meant = nearest(&name, changing.map(|operation| operation.name())).map(str::to_owned);
    let error = Box::new(PlanError::UnknownOperation { given: name, meant });
    Err(PlanError::Step { step: place.to_owned(), error })
}

fn read_ask(step: &Map<String, Value>, place: &str) -> Result<Ask, PlanError> {
    let kind = text(step, "ask", place)?;
    let input = input(step, place)?;
    let given = |name: &str| text(&input, name, &format!("the input of `{place}`"));
    match kind.as_str() {
        "mfa-codes" => Ok(Ask::MfaCodes { device: given("device")? }),
        "hand-over" => Ok(Ask::HandOver { user: given("user")? }),
        "last-use" => Ok(Ask::LastUse { user: given("user")?, key: given("key")? }),
        _ => Err(PlanError::UnknownKey {
            place: "`ask`".to_owned(),
            meant: nearest(&kind, ["mfa-codes", "hand-over", "last-use"].into_iter()).map(str::to_owned),
            given: kind,
        }),
    }
}

fn read_inverse(value: &Value, id: &str) -> Result<Inverse, PlanError> {
    let place = format!("the inverse of `{id}`");
    let outer = object(value, &place, &["calls", "loses"])?;
    let Some(Value::Array(calls)) = outer.get("calls") else {
        return Err(PlanError::Shape(format!("{place} has no list `calls`")));
    };
    let calls = calls.iter().map(|call| read_call(object(call, &place, &["service", "operation", "input"])?, &place));
    Ok(Inverse { calls: calls.collect::<Result<_, _>>()?, loses: optional(outer, "loses", &place)? })
}

fn write_step(step: &Step) -> Value {
    let mut out = Map::new();
    out.insert("id".to_owned(), step.id.clone().into());
    match &step.work {
        Work::Call(call) => write_call(call, &mut out),
        Work::Ask(ask) => {
            out.insert("ask".to_owned(), ask.id().into());
            let input = match ask {
                Ask::MfaCodes { device } => json!({ "device": device }),
                Ask::HandOver { user } => json!({ "user": user }),
                Ask::LastUse { user, key } => json!({ "user": user, "key": key }),
            };
            out.insert("input".to_owned(), input);
        }
    }
    out.insert("why".to_owned(), step.why.clone().into());
    out.insert("risk".to_owned(), step.risk.clone().into());
    out.insert("needs".to_owned(), step.needs().into());
    let inverse = step.inverse.as_ref().map_or(Value::Null, |inverse| {
        let calls = inverse.calls.iter().map(|call| {
            let mut out = Map::new();
            write_call(call, &mut out);
            Value::Object(out)
        });
        json!({ "calls": calls.collect::<Vec<_>>(), "loses": inverse.loses })
    });
    let expects: Vec<Value> = step.expects.iter().map(Expect::to_json).collect();
    out.insert("expects".to_owned(), expects.into());
    out.insert("inverse".to_owned(), inverse);
    Value::Object(out)
}

fn write_call(call: &Call, out: &mut Map<String, Value>) {
    out.insert("service".to_owned(), call.operation().prefix().into());
    out.insert("operation".to_owned(), call.operation().name().into());
    out.insert("input".to_owned(), Value::Object(call.input().clone()));
}

fn object<'a>(value: &'a Value, place: &str, known: &[&str]) -> Result<&'a Map<String, Value>, PlanError> {
    let object = value.as_object().ok_or_else(|| PlanError::Shape(format!("{place} is no object")))?;
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(object),
        Some(key) => Err(PlanError::UnknownKey {
            place: place.to_owned(),
            given: key.clone(),
            meant: nearest(key, known.iter().copied()).map(str::to_owned),
        }),
    }
}

fn text(object: &Map<String, Value>, name: &str, place: &str) -> Result<String, PlanError> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(PlanError::Shape(format!("`{name}` of {place} is no text"))),
        None => Err(PlanError::Shape(format!("{place} has no `{name}`"))),
    }
}

fn optional(object: &Map<String, Value>, name: &str, place: &str) -> Result<String, PlanError> {
    if object.contains_key(name) { text(object, name, place) } else { Ok(String::new()) }
}

fn input(step: &Map<String, Value>, place: &str) -> Result<Map<String, Value>, PlanError> {
    match step.get("input") {
        None => Ok(Map::new()),
        Some(Value::Object(input)) => Ok(input.clone()),
        Some(_) => Err(PlanError::Shape(format!("`input` of {place} is no object"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResourceRef;
    use crate::plan::expect::{Resource, Saw};
    use crate::plan::{SecretFrom, output};

    fn sample() -> Plan {
        let mut plan = Plan::new("create user Jesse");
        plan.push(
            Step::requested(Call::create_user("Jesse").with("Path", "/dev/"))
                .undo(Inverse::of([Call::delete_user("Jesse")])),
        );
        plan.push(
            Step::new(Call::create_login_profile("Jesse").with("Password", SecretFrom::Generate.value()), "to sign in")
                .undo(Inverse::of([Call::delete_login_profile("Jesse")])),
        );
        let key = plan.push(Step::new(Call::create_access_key("Jesse"), "for the CLI"));
        plan.push(
            Step::new(
                Call::tag_user("Jesse", json!([{"Key": output(&key, "AccessKey.AccessKeyId"), "Value": "laptop"}])),
                "names the key",
            )
            .risk("none"),
        );
        plan.push(Step::ask(Ask::HandOver { user: "Jesse".into() }, "the old key is still in use"));
        plan
    }

    #[test]
    fn a_plan_comes_back_from_its_file_as_it_was() {
        let plan = sample();
        let text = serde_json::to_string(&plan.to_json()).unwrap();
        assert_eq!(Plan::parse(&text).unwrap(), plan);
    }

    #[test]
    fn what_a_plan_saw_and_where_it_was_made_come_back_from_the_file() {
        let mut plan = sample();
        let home = Home { partition: "aws-cn".into(), account: "123456789012".into() };
        let at = Some("2026-11-30T13:33:00Z".parse().unwrap());
        plan.made = Some(Made { home, endpoint: Some("emulator demo".into()), at });
        let resource = Resource::Entity(ResourceRef::User("Jesse".into()));
        plan.steps[0].expects.push(Expect { resource, saw: Saw::Id(None) });
        assert_eq!(Plan::parse(&plan.to_json().to_string()).unwrap(), plan);
    }

    #[test]
    fn a_file_of_the_first_version_opens_and_knows_no_account() {
        let step = json!({"id": "a", "operation": "CreateUser", "input": {"UserName": "a"}});
        let plan = Plan::parse(&json!({"version": 1, "title": "t", "steps": [step]}).to_string()).unwrap();
        assert_eq!((plan.made, plan.steps[0].expects.as_slice()), (None, &[][..]));
    }

    #[test]
    fn the_file_is_as_the_contract_says() {
        let mut plan = sample();
        plan.steps.truncate(1);
        insta::assert_snapshot!(plan.to_json(), @r#"{"version":2,"title":"create user Jesse","steps":[{"id":"create-user:Jesse","service":"iam","operation":"CreateUser","input":{"UserName":"Jesse","Path":"/dev/"},"why":"","risk":"","needs":["iam:CreateUser"],"expects":[],"inverse":{"calls":[{"service":"iam","operation":"DeleteUser","input":{"UserName":"Jesse"}}],"loses":""}}]}"#);
    }

    #[track_caller]
    fn check(text: &str, message: &str, hint: &str) {
        let told = Plan::parse(text).unwrap_err().user_error();
        assert_eq!((told.message.as_str(), told.hint.as_deref().unwrap_or_default()), (message, hint));
    }

    fn with_step(step: &Value) -> String {
        json!({"version": 1, "title": "t", "steps": [step]}).to_string()
    }

    #[test]
    fn a_bad_file_is_told_with_the_way_out() {
        let start = "Create a plan with `iamtui plan create-user NAME --output json` and start from that.";
        check("{", "the plan is not valid JSON: line 1, column 1", start);
        check("[]", "the plan is no object", start);
        check("{}", "the plan has no `version`", start);
        check(
            r#"{"version":3}"#,
            "this is a plan of version 3; this program reads versions 1 and 2",
            "Create the plan again with this program.",
        );
        check(r#"{"version":1,"titel":"x"}"#, "the plan has no `titel`", "Did you mean `title`?");
        check(&with_step(&json!({"id": "a"})), "step `a` needs either `operation` or `ask`", start);
        check(
            &with_step(&json!({"id": "a", "operation": "CraeteUser"})),
            "step `a`: there is no operation `CraeteUser`",
            "Did you mean `CreateUser`?",
        );
        check(
            &with_step(&json!({"id": "a", "operation": "CreateUser", "input": {}})),
            "step `a`: `CreateUser` is missing the parameter `UserName`",
            "Add `UserName` to the step's input.",
        );
        check(
            &with_step(&json!({"id": "a", "operation": "GetUser", "input": {}})),
            "step `a`: `GetUser` changes nothing and has no place in a plan",
            "Leave the step out: a plan contains only calls that change the account.",
        );
        check(
            &with_step(&json!({"id": "a", "operation": "DeleteAccessKey", "input": {
                "UserName": "u", "AccessKeyId": {"from": "b", "field": "AccessKey.AccessKeyId"}}})),
            "step `a` takes an output of `b`, which does not come before it",
            "Put the step that gives the output before the one that takes it.",
        );
    }

    #[test]
    fn an_output_that_is_not_given_is_refused() {
        let steps = json!([
            {"id": "a", "operation": "CreateAccessKey", "input": {"UserName": "u"}},
            {"id": "b", "operation": "DeleteAccessKey",
             "input": {"UserName": "u", "AccessKeyId": {"from": "a", "field": "AccessKey.Id"}}}
        ]);
        check(
            &json!({"version": 1, "title": "t", "steps": steps}).to_string(),
            "step `b` takes `AccessKey.Id` of `a`, which gives no such output",
            "Name the field as the operation's answer does, with dots.",
        );
    }
}
