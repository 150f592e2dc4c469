//! The log of calls, as CloudTrail keeps it: events in memory, the last few thousand of them, and before them what the
//! seed of the account tells of its past.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::{Map, Value, json};

use super::caller::{Bearer, Caller, Principal};
use super::failure::Failure;
use super::store::State;
use super::store::records::Moment;
use crate::api::{Kind, Operation, OperationModel, ShapeId, Structure, model};

/// How many events are kept; AWS keeps those of 90 days.
const KEPT: usize = 5_000;
/// The days for which AWS keeps events.
pub const DAYS: i64 = 90;
/// The numbers of events below it belong to the past that a seed tells of.
const PAST: usize = 100_000;
/// What CloudTrail shows in the place of a secret.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The events, oldest first.
#[derive(Debug, Default)]
pub struct Trail {
    kept: Mutex<Kept>,
    past: Mutex<Arc<OnceLock<Vec<Arc<Event>>>>>,
}

#[derive(Debug)]
struct Kept {
    events: VecDeque<Arc<Event>>,
    next: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self { events: VecDeque::new(), next: PAST }
    }
}

/// What an event is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A call of an operation that is here.
    Call(Operation),
    /// A read of another service: the service and its operation.
    Read(&'static str, &'static str),
    /// Somebody signed in to the console, or tried to.
    SignIn,
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
    /// What was done.
    pub deed: Deed,
    /// Who called.
    pub caller: Arc<Caller>,
    /// The parameters, without secrets; of a sign-in what CloudTrail tells beside.
    pub input: Value,
    /// The answer of what changes something, without secrets.
    pub output: Option<Value>,
    /// The code and the message of a refusal; a sign-in that fails has no code.
    pub failure: Option<(&'static str, String)>,
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
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, request_id) = (kept.next, request_id.to_owned());
        kept.next += 1;
        if kept.events.len() == KEPT {
            kept.events.pop_front();
        }
        let event = Event { number, id, request_id, at, deed: Deed::Call(operation), caller, input, output, failure };
        kept.events.push_back(Arc::new(event));
    }

    /// The events of an account, newest first.
    pub fn of(&self, account: &str) -> Vec<Arc<Event>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let past = self.past();
        let past = past.get().into_iter().flatten();
        past.chain(&kept.events).rev().filter(|event| &*event.caller.account == account).cloned().collect()
    }

    /// Writes down what was before the first call, unless that is done. It takes as long as a start does, so it waits
    /// for the first who wants to know, or is about to change whom it is about.
    pub fn remember(&self, tell: impl FnOnce() -> Vec<Event>) {
        self.past().get_or_init(|| tell().into_iter().map(Arc::new).collect());
    }

    /// Forgets everything; the past is told anew.
    pub fn clear(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
        *self.past.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    fn past(&self) -> Arc<OnceLock<Vec<Arc<Event>>>> {
        Arc::clone(&self.past.lock().unwrap_or_else(PoisonError::into_inner))
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
        let service = match self.deed {
            Deed::Call(operation) => operation.service(),
            Deed::Read(service, _) => service,
            Deed::SignIn => "signin",
        };
        format!("{service}.amazonaws.com")
    }

    /// What was called, or what happened.
    pub fn name(&self) -> &'static str {
        match self.deed {
            Deed::Call(operation) => operation.name(),
            Deed::Read(_, name) => name,
            Deed::SignIn => "ConsoleLogin",
        }
    }

    /// The Region that the event belongs to: IAM, Organizations and sign-ins are in the first one.
    pub fn region(&self) -> &str {
        match self.deed {
            Deed::Call(Operation::Iam(_) | Operation::Organizations(_)) | Deed::SignIn => "us-east-1",
            Deed::Call(_) | Deed::Read(..) => &self.caller.origin.region,
        }
    }

    /// Whether the call only reads.
    pub fn is_read_only(&self) -> bool {
        match self.deed {
            Deed::Call(operation) => !operation.access().mutates(),
            Deed::Read(..) => true,
            Deed::SignIn => false,
        }
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
            "eventName": self.name(),
            "awsRegion": self.region(),
            "sourceIPAddress": origin.address,
            "userAgent": origin.agent,
        });
        if let Some((code, message)) = &self.failure {
            if !code.is_empty() {
                record["errorCode"] = (*code).into();
            }
            record["errorMessage"] = message.as_str().into();
        }
        let is_sign_in = self.deed == Deed::SignIn;
        record["requestParameters"] =
            if is_sign_in || is_empty(&self.input) { Value::Null } else { self.input.clone() };
        record["responseElements"] = json!(self.output);
        if is_sign_in {
            record["additionalEventData"] = self.input.clone();
        } else {
            record["requestID"] = self.request_id.as_str().into();
        }
        record["eventID"] = self.id.as_str().into();
        record["readOnly"] = self.is_read_only().into();
        record["eventType"] = if is_sign_in { "AwsConsoleSignIn" } else { "AwsApiCall" }.into();
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
        assert_eq!((kept.len(), kept[0].number, kept[KEPT - 1].number), (KEPT, PAST + KEPT + 2, PAST + 3));
    }
}
