//! The log of calls, as CloudTrail keeps it: events in memory, the last few thousand of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::caller::{Bearer, Caller, Principal};
use super::failure::Failure;
use super::store::State;
use super::store::records::Moment;
use crate::api::{Kind, Operation, OperationModel, ShapeId, Structure, model};

/// How many events are kept; AWS keeps those of 90 days.
const KEPT: usize = 5_000;
/// What CloudTrail shows in the place of a secret.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The events, oldest first.
#[derive(Debug, Default)]
pub struct Trail(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Arc<Event>>,
    next: usize,
}

/// One call.
#[derive(Debug)]
pub struct Event {
    /// Its place in the order of all events.
    pub number: usize,
    /// Its id.
    pub id: String,
    /// The id of the request.
    pub request_id: String,
    /// When it was made.
    pub at: Moment,
    /// What was called.
    pub operation: Operation,
    /// Who called.
    pub caller: Arc<Caller>,
    /// The parameters, without secrets.
    input: Value,
    /// The answer of what changes something, without secrets.
    output: Option<Value>,
    /// The code and the message of a refusal.
    failure: Option<(&'static str, String)>,
}

impl Trail {
    /// Writes a call down. The id of the event is fresh.
    pub fn note(
        &self,
        (id, request_id): (String, &str),
        at: Moment,
        (operation, caller): (Operation, Arc<Caller>),
        input: Value,
        result: &Result<Value, Failure>,
    ) {
        let output = result.as_ref().ok().filter(|_| operation.access().mutates());
        let answered = operation.model().map(OperationModel::output);
        let output = output.map(|output| members(answered, output)).filter(|output| !is_empty(output));
        let failure = result.as_ref().err().map(|failure| (failure.code, failure.message.clone()));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, request_id) = (kept.next, request_id.to_owned());
        kept.next += 1;
        if kept.events.len() == KEPT {
            kept.events.pop_front();
        }
        let event = Event { number, id, request_id, at, operation, caller, input, output, failure };
        kept.events.push_back(Arc::new(event));
    }

    /// The events of an account, newest first.
    pub fn of(&self, account: &str) -> Vec<Arc<Event>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.events.iter().rev().filter(|event| &*event.caller.account == account).cloned().collect()
    }
}

/// The parameters of a call as its event shows them: what the model calls sensitive is hidden.
pub fn parameters(operation: Operation, input: &Value) -> Value {
    members(operation.model().map(OperationModel::input), input)
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_none_or(Map::is_empty)
}

/// A value as events show it: names of members begin with a small letter, secrets are hidden.
fn shown(shape: Option<ShapeId>, value: &Value) -> Value {
    let known = shape.map(|shape| model().shape(shape));
    if known.is_some_and(|shape| shape.sensitive) && !value.is_null() {
        return HIDDEN.into();
    }
    match (known.map(|shape| &shape.kind), value) {
        (Some(Kind::Map(map)), Value::Object(pairs)) => {
            pairs.iter().map(|(name, value)| (name.clone(), shown(Some(map.value), value))).collect()
        }
        (Some(Kind::Structure(structure)), Value::Object(_)) => members(Some(structure), value),
        (Some(Kind::List(list)), Value::Array(elements)) => {
            elements.iter().map(|element| shown(Some(list.element), element)).collect()
        }
        (None, Value::Object(_)) => members(None, value),
        (_, other) => other.clone(),
    }
}

/// The members of a structure as events show them.
fn members(structure: Option<&Structure>, value: &Value) -> Value {
    let given = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let shape = |name: &str| structure.and_then(|structure| structure.member(name)).map(|member| member.shape);
    given.map(|(name, value)| (small(name), shown(shape(name), value))).collect()
}

fn small(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// The members of a call that name resources, with the resources' types.
const RESOURCES: &[(&str, &str)] = &[
    ("userName", "AWS::IAM::User"),
    ("groupName", "AWS::IAM::Group"),
    ("roleName", "AWS::IAM::Role"),
    ("roleArn", "AWS::IAM::Role"),
    ("policyArn", "AWS::IAM::Policy"),
    ("policyName", "AWS::IAM::Policy"),
    ("accessKeyId", "AWS::IAM::AccessKey"),
    ("instanceProfileName", "AWS::IAM::InstanceProfile"),
    ("serialNumber", "AWS::IAM::MfaDevice"),
    ("serverCertificateName", "AWS::IAM::ServerCertificate"),
    ("sAMLProviderArn", "AWS::IAM::SAMLProvider"),
    ("openIDConnectProviderArn", "AWS::IAM::OIDCProvider"),
    ("analyzerName", "AWS::AccessAnalyzer::Analyzer"),
];

impl Event {
    /// The service that was called, as CloudTrail names it.
    pub fn source(&self) -> String {
        format!("{}.amazonaws.com", self.operation.service())
    }

    /// The Region that the event belongs to: IAM and Organizations are in the first one.
    pub fn region(&self) -> &str {
        match self.operation {
            Operation::Iam(_) | Operation::Organizations(_) => "us-east-1",
            _ => &self.caller.origin.region,
        }
    }

    /// Whether the call only reads.
    pub fn is_read_only(&self) -> bool {
        !self.operation.access().mutates()
    }

    /// The name of the caller: of a session that of the session.
    pub fn username(&self) -> &str {
        match &self.caller.principal {
            Principal::Root => "root",
            Principal::User { name, .. } | Principal::Federated { name } => name,
            Principal::Role { session, .. } => session,
            Principal::Anonymous => "",
        }
    }

    /// The resources that the call names: type and name.
    pub fn resources(&self) -> Vec<(&'static str, &str)> {
        let named = |(member, kind): &(&str, &'static str)| Some((*kind, self.input.get(*member)?.as_str()?));
        RESOURCES.iter().filter_map(named).collect()
    }

    /// The event as CloudTrail writes it.
    pub fn record(&self, state: &State) -> Value {
        let origin = &self.caller.origin;
        let account = &*self.caller.account;
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.identity(state),
            "eventTime": self.at.to_string(),
            "eventSource": self.source(),
            "eventName": self.operation.name(),
            "awsRegion": self.region(),
            "sourceIPAddress": origin.address,
            "userAgent": origin.agent,
        });
        if let Some((code, message)) = &self.failure {
            record["errorCode"] = (*code).into();
            record["errorMessage"] = message.as_str().into();
        }
        record["requestParameters"] = if is_empty(&self.input) { Value::Null } else { self.input.clone() };
        record["responseElements"] = json!(self.output);
        record["requestID"] = self.request_id.as_str().into();
        record["eventID"] = self.id.as_str().into();
        record["readOnly"] = self.is_read_only().into();
        record["eventType"] = "AwsApiCall".into();
        record["managementEvent"] = true.into();
        record["recipientAccountId"] = account.into();
        record["eventCategory"] = "Management".into();
        record
    }

    fn identity(&self, state: &State) -> Value {
        let caller = &self.caller;
        let account = &*caller.account;
        let kind = match &caller.principal {
            Principal::Root => "Root",
            Principal::User { .. } => "IAMUser",
            Principal::Role { .. } => "AssumedRole",
            Principal::Federated { .. } => "FederatedUser",
            Principal::Anonymous => return json!({"type": "Unknown"}),
        };
        let mut identity = json!({
            "type": kind,
            "principalId": caller.user_id,
            "arn": caller.arn,
            "accountId": account,
            "accessKeyId": caller.access_key,
        });
        if let Principal::User { name, .. } = &caller.principal {
            identity["userName"] = name.as_str().into();
        }
        let Some(session) = &caller.session else { return identity };
        let with_mfa = if session.mfa.is_some() { "true" } else { "false" };
        let mut context =
            json!({"attributes": {"creationDate": session.issued.to_string(), "mfaAuthenticated": with_mfa}});
        match (&caller.principal, &session.bearer) {
            (Principal::Role { id, name, .. }, _) => {
                let path = state.roles.get(id).map_or("/", |role| role.path.as_str());
                context["sessionIssuer"] = json!({
                    "type": "Role",
                    "principalId": id,
                    "arn": format!("arn:aws:iam::{account}:role{path}{name}"),
                    "accountId": account,
                    "userName": name,
                });
            }
            (_, Bearer::Federated(_, maker)) => {
                let user = state.users.get(maker);
                context["sessionIssuer"] = json!({
                    "type": if user.is_some() { "IAMUser" } else { "Root" },
                    "principalId": maker,
                    "accountId": account,
                    "userName": user.map(|user| &user.name),
                });
            }
            (_, Bearer::AssumedRoot(_)) => context["assumedRoot"] = "true".into(),
            _ => {}
        }
        if let Some(source) = &session.source_identity {
            context["sourceIdentity"] = source.as_str().into();
        }
        identity["sessionContext"] = context;
        identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Iam;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let input = json!({"UserName": "ada", "Password": "Correct-horse-1"});
        let told = parameters(Iam::CreateLoginProfile.into(), &input);
        assert_eq!(told, json!({"userName": "ada", "password": HIDDEN}));
        let answer = json!({"AccessKey": {"UserName": "ada", "AccessKeyId": "AKIA", "SecretAccessKey": "secret"}});
        let trail = Trail::default();
        let call = (Operation::from(Iam::CreateAccessKey), Arc::new(Caller::root("123456789012")));
        trail.note(("id".to_owned(), "request"), Moment(0), call, json!({}), &Ok(answer));
        let event = trail.of("123456789012").remove(0);
        let record = event.record(&State::default()).to_string();
        assert!(record.contains(HIDDEN) && !record.contains("secret\""), "{record}");
    }

    #[test]
    fn the_oldest_events_make_room() {
        let trail = Trail::default();
        for number in 0..KEPT + 3 {
            let call = (Operation::from(Iam::GetUser), Arc::new(Caller::root("1")));
            trail.note((number.to_string(), ""), Moment(0), call, json!({}), &Ok(json!({})));
        }
        let kept = trail.of("1");
        assert_eq!((kept.len(), kept[0].number, kept[KEPT - 1].number), (KEPT, KEPT + 2, 3));
    }
}
