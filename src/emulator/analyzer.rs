//! `ValidatePolicy` of IAM Access Analyzer, which tells what is wrong with a request field by field.
//!
//! It speaks REST-JSON: `POST /policy/validation`, paging in the query, the policy in a JSON body, errors told
//! by the header `x-amzn-ErrorType`. The answers are those of the validator, AWS's own codes alone.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html>

use std::time::Instant;

use serde_json::{Map, Value, json};

use super::authorize;
use super::caller::Caller;
use super::failure::Failure;
use super::neighbours::in_json;
use super::operation::{Enforce, Permission, Request};
use super::paging::sealed;
use super::protocol::{Answer, Wire};
use super::service::{Service, Trace};
use super::store::records::Moment;
use crate::api::{AccessAnalyzer, Operation};
use crate::catalog::resource_policies::{PolicyHolder, holder_of};
use crate::policy::PolicyKind;
use crate::policy::answer::findings;
use crate::policy::validate::{Options, validate};

/// The path of the operation.
pub const PATH: &str = "/policy/validation";
/// The name of the service in signatures and permissions.
pub const SERVICE: &str = "access-analyzer";
const OPERATION: Operation = Operation::AccessAnalyzer(AccessAnalyzer::ValidatePolicy);

/// The findings of one page when `maxResults` is absent, and the most that a page holds.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1_000;

/// Types of policies with their kinds.
const TYPES: &[(&str, PolicyKind)] = &[
    ("IDENTITY_POLICY", PolicyKind::Identity),
    ("RESOURCE_POLICY", PolicyKind::Resource),
    ("SERVICE_CONTROL_POLICY", PolicyKind::Scp),
    ("RESOURCE_CONTROL_POLICY", PolicyKind::Rcp),
];

/// Types of resources that a resource policy can be checked for.
const RESOURCES: &[&str] = &[
    "AWS::S3::Bucket",
    "AWS::S3::AccessPoint",
    "AWS::S3::MultiRegionAccessPoint",
    "AWS::S3ObjectLambda::AccessPoint",
    TRUST,
    "AWS::DynamoDB::Table",
];
const TRUST: &str = "AWS::IAM::AssumeRolePolicyDocument";

/// Languages that findings can be asked for in; the answers are English whichever it is.
const LOCALES: &[&str] = &["DE", "EN", "ES", "FR", "IT", "JA", "KO", "PT_BR", "ZH_CN", "ZH_TW"];

/// Why a request was not answered.
enum Refused {
    /// It does not fit the operation: why, and the fields at fault with their texts.
    Invalid(&'static str, Vec<(&'static str, String)>),
    /// Anything else.
    Failed(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Service {
    /// Answers one request to check a policy.
    pub fn analyze(&self, wire: &Wire<'_>) -> Answer {
        let begun = Instant::now();
        let mut caller = String::new();
        let result = self.answer_check(wire, &mut caller);
        let told_why = match &result {
            Ok(_) => None,
            Err(Refused::Invalid(reason, _)) => Some(("ValidationException", (*reason).to_owned())),
            Err(Refused::Failed(failure)) => Some((failure.code, failure.message.clone())),
        };
        let request_id = self.environment.ids.uuid();
        let mut answer = match result {
            Ok(body) => told(request_id, 200, &body),
            Err(Refused::Invalid(reason, fields)) => invalid(request_id, reason, &fields),
            Err(Refused::Failed(failure)) => refusal(request_id, &failure),
        };
        answer.proven = !caller.is_empty();
        let trace = Trace { service: SERVICE, operation: OPERATION.name().to_owned(), caller, ..Trace::default() };
        self.note(trace, begun, answer.status, told_why.as_ref().map(|(code, message)| (*code, &**message)));
        answer
    }

    fn answer_check(&self, wire: &Wire<'_>, caller: &mut String) -> Result<Value, Refused> {
        let now = self.clock.now();
        let resolved = self.authenticate(wire, SERVICE, false, now)?;
        caller.clone_from(&resolved.arn);
        self.note_activity(&resolved, OPERATION, now.into());
        self.gate.pass(now)?;
        let asked = Asked::read(wire)?;
        if self.environment.enforce == Enforce::On {
            self.may_check(&resolved, now.into())?;
        }
        asked.answer(&resolved.account)
    }

    /// Asks the caller's policies. The action has no resource type: AWS names all of the Region's.
    fn may_check(&self, caller: &Caller, now: Moment) -> Result<(), Failure> {
        let input = Value::Null;
        let (environment, account) = (&*self.environment, &*caller.account);
        let request = Request { operation: OPERATION, input: &input, caller, account, environment, now };
        let region = &caller.origin.region;
        let resource = format!("arn:aws:{SERVICE}:{region}:{account}:*");
        let world = self.store.read();
        authorize::check(Permission::Own, &request, &world)?;
        authorize::allows(&request, &world, &OPERATION.action(), &resource)
    }
}

/// What is asked, once it fits.
struct Asked {
    document: String,
    kind: PolicyKind,
    holder: Option<&'static PolicyHolder>,
    size: usize,
    token: Option<String>,
}

impl Asked {
    fn read(wire: &Wire<'_>) -> Result<Self, Refused> {
        let unread = || Refused::Invalid("cannotParse", vec![("body", "The request body is no JSON object.".into())]);
        let body: Value = serde_json::from_slice(wire.body).map_err(|_| unread())?;
        let body = body.as_object().ok_or_else(unread)?;
        let mut wrong = Vec::new();
        let document = text(body, "policyDocument", true, &mut wrong);
        let kind = one_of(body, "policyType", true, TYPES.iter().map(|(name, _)| *name), &mut wrong);
        let resource = one_of(body, "validatePolicyResourceType", false, RESOURCES.iter().copied(), &mut wrong);
        one_of(body, "locale", false, LOCALES.iter().copied(), &mut wrong);
        let query = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(wire.query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let size = match query("maxResults").map(|text| text.parse::<usize>()) {
            None => PAGE,
            Some(Ok(size @ 1..=LARGEST_PAGE)) => size,
            Some(_) => {
                wrong.push(("maxResults", format!("Member must be a number from 1 to {LARGEST_PAGE}")));
                PAGE
            }
        };
        let kind = TYPES.iter().find(|(name, _)| Some(*name) == kind).map(|(_, kind)| *kind);
        if resource.is_some() && kind.is_some_and(|kind| kind != PolicyKind::Resource) {
            let told = "Member can be given with the policy type RESOURCE_POLICY only";
            wrong.push(("validatePolicyResourceType", told.to_owned()));
        }
        match (document, kind) {
            (Some(document), Some(kind)) if wrong.is_empty() => Ok(Self {
                document: document.to_owned(),
                kind: if resource == Some(TRUST) { PolicyKind::Trust } else { kind },
                holder: resource.and_then(holder_of),
                size,
                token: query("nextToken"),
            }),
            _ => Err(Refused::Invalid("fieldValidationFailed", wrong)),
        }
    }

    fn answer(&self, account: &str) -> Result<Value, Refused> {
        let first = match &self.token {
            None => 0,
            Some(token) => sealed::place(token, &self.seal()).ok_or_else(|| {
                Refused::Invalid("fieldValidationFailed", vec![("nextToken", "The token is not valid".to_owned())])
            })?,
        };
        let options = Options {
            kind: Some(self.kind),
            holder: self.holder,
            account: Some(account.to_owned()),
            aws_only: true,
            ..Options::default()
        };
        let all = validate(&self.document, &options).findings;
        let page = all.get(first..).unwrap_or_default();
        let shown = findings(&self.document, page.get(..self.size).unwrap_or(page));
        let next = (page.len() > self.size).then(|| sealed::token(first + self.size, &self.seal()));
        let mut answer = Map::new();
        answer.insert("findings".to_owned(), shown.into());
        if let Some(next) = next {
            answer.insert("nextToken".to_owned(), next.into());
        }
        Ok(answer.into())
    }

    /// What the tokens of this list are sealed with.
    fn seal(&self) -> String {
        let holder = self.holder.map(|holder| holder.kind).unwrap_or_default();
        format!("{}\0{holder}\0{}", self.kind.name(), self.document)
    }
}

/// A text of the body; what is wrong with it is noted.
fn text<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
    required: bool,
    wrong: &mut Vec<(&'static str, String)>,
) -> Option<&'a str> {
    match body.get(name) {
        None | Some(Value::Null) => {
            if required {
                wrong.push((name, "Member must not be null".to_owned()));
            }
            None
        }
        Some(Value::String(text)) => Some(text),
        Some(_) => {
            wrong.push((name, "Member must be a string".to_owned()));
            None
        }
    }
}

fn one_of<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
    required: bool,
    choices: impl Iterator<Item = &'static str> + Clone,
    wrong: &mut Vec<(&'static str, String)>,
) -> Option<&'a str> {
    let given = text(body, name, required, wrong)?;
    if choices.clone().any(|choice| choice == given) {
        return Some(given);
    }
    let choices: Vec<&str> = choices.collect();
    wrong.push((name, format!("Member must satisfy enum value set: [{}]", choices.join(", "))));
    None
}

/// `ValidationException`, with the fields at fault.
fn invalid(request_id: String, reason: &str, fields: &[(&str, String)]) -> Answer {
    let count = fields.len();
    let plural = if count == 1 { "" } else { "s" };
    let list: Vec<String> =
        fields.iter().map(|(name, text)| format!("Value at '{name}' failed to satisfy constraint: {text}")).collect();
    let message = format!("{count} validation error{plural} detected: {}", list.join("; "));
    let fields: Vec<Value> = fields.iter().map(|(name, text)| json!({"name": name, "message": text})).collect();
    let body = json!({"message": message, "reason": reason, "fieldList": fields});
    Answer { error: Some("ValidationException"), ..told(request_id, 400, &body) }
}

/// A failure as REST-JSON tells it.
fn refusal(request_id: String, failure: &Failure) -> Answer {
    let (error, status) = in_json(failure);
    Answer { error: Some(error), ..told(request_id, status, &json!({"message": failure.message})) }
}

fn told(request_id: String, status: u16, body: &Value) -> Answer {
    Answer { status, request_id, media: "application/json", proven: false, error: None, body: body.to_string().into() }
}
