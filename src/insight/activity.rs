//! What events of CloudTrail were about, and the plan that takes one of them back.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::{ChangeKind, ChangeTarget, Iam, Operation};
use crate::base::error::UserError;
use crate::model::{Account, Event};
use crate::plan::{Call, Inverse, Plan, Step};

/// What an event was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// Somebody signed in, or assumed a role.
    SignIn,
    /// Policies or memberships changed: somebody may have lost or got permissions.
    Permissions,
    /// A password, key or MFA device changed.
    Credentials,
    /// Something else of IAM changed.
    Iam,
    /// Something of another service changed.
    Other,
    /// Nothing changed.
    Read,
}

impl EventKind {
    /// The word for it, which filters ask for.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Permissions => "permissions",
            Self::Credentials => "credentials",
            Self::Iam => "iam",
            Self::Other => "other",
            Self::Read => "read",
        }
    }

    /// What an event was about.
    pub fn of(event: &Event) -> Self {
        let signs_in = match &*event.service {
            "signin" => true,
            "sts" => {
                event.name.starts_with("AssumeRole")
                    || matches!(&*event.name, "GetSessionToken" | "GetFederationToken" | "AssumeRoot")
            }
            _ => false,
        };
        if signs_in {
            return Self::SignIn;
        }
        if event.is_read {
            return Self::Read;
        }
        if &*event.service != "iam" {
            return Self::Other;
        }
        match Iam::named(&event.name).and_then(Iam::change) {
            Some(change) if change.moves_permissions() => Self::Permissions,
            Some(change) => match change.target {
                ChangeTarget::AccessKey
                | ChangeTarget::ConsolePassword
                | ChangeTarget::MfaDevice
                | ChangeTarget::SshPublicKey
                | ChangeTarget::SigningCertificate
                | ChangeTarget::ServiceCredential => Self::Credentials,
                _ => Self::Iam,
            },
            None => Self::Iam,
        }
    }
}

/// The plan that takes an event back; why it cannot be made, where CloudTrail does not hold what was there before.
pub fn undo(event: &Event, account: &Account) -> Result<Plan, UserError> {
    let told = |what: &str, hint: &str| Err(UserError::new(format!("{} {what}", event.name)).hint(hint));
    if event.error.is_some() {
        return told("failed, so it changed nothing", "There is nothing to undo.");
    }
    let change =
        if &*event.service == "iam" { Iam::named(&event.name).and_then(|it| Some((it, it.change()?))) } else { None };
    let Some((operation, change)) = change else {
        return told("changed nothing in IAM", "Undo it in its own service.");
    };
    let record: Value = serde_json::from_str(event.record.text()).unwrap_or_default();
    let input = input(operation, record.get("requestParameters"));
    let original = Call::with_input(operation, input.clone());
    let Some(call) = inverse(event, operation, &input, &record, account) else {
        return match change.kind {
            ChangeKind::Create => told("created something that is still there", "Open it, and delete it there."),
            _ => told(
                "cannot be undone: CloudTrail does not keep what was there before",
                "Open what it was about, and change it there.",
            ),
        };
    };
    let mut plan = Plan::new(format!("undo {} of {}", event.name, event.at.strftime("%Y-%m-%d %H:%M UTC")));
    let by = event.by.as_deref().unwrap_or("somebody");
    plan.push(Step::new(call, format!("{by} did the opposite")).undo(Inverse::of([original])));
    plan.check().map_err(|error| error.user_error())?;
    Ok(plan.seeing(account))
}

/// What was asked for, with the members named as the service model names them.
fn input(operation: Iam, parameters: Option<&Value>) -> Map<String, Value> {
    let model = Operation::Iam(operation).model();
    let members = model.map(|model| model.input().members.as_slice()).unwrap_or_default();
    let given = parameters.and_then(Value::as_object).into_iter().flatten();
    given
        .filter_map(|(name, value)| {
            let member = members.iter().find(|member| member.name.eq_ignore_ascii_case(name))?;
            Some((member.name.clone(), value.clone()))
        })
        .collect()
}

fn inverse(
    event: &Event,
    operation: Iam,
    input: &Map<String, Value>,
    record: &Value,
    account: &Account,
) -> Option<Call> {
    let change = operation.change()?;
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    match (change.kind, change.target) {
        // The opposite takes the same parameters.
        (ChangeKind::Attach | ChangeKind::Detach | ChangeKind::Add | ChangeKind::Remove, _)
        | (ChangeKind::Enable | ChangeKind::Disable, ChangeTarget::AccountSetting) => {
            Some(Call::with_input(change.inverse?, input.clone()))
        }
        (ChangeKind::Create, ChangeTarget::AccessKey) => {
            let key = record.pointer("/responseElements/accessKey")?;
            let part = |name: &str| key.get(name).and_then(Value::as_str);
            Some(Call::update_access_key(part("userName")?, part("accessKeyId")?, "Inactive"))
        }
        (ChangeKind::Create, ChangeTarget::ConsolePassword) => Some(Call::delete_login_profile(text("UserName")?)),
        (ChangeKind::Update, _) if text("Status").is_some() => {
            let back = if text("Status") == Some("Active") { "Inactive" } else { "Active" };
            Some(Call::with_input(operation, input.clone()).with("Status", back))
        }
        (ChangeKind::Put | ChangeKind::Delete, ChangeTarget::InlinePolicy | ChangeTarget::TrustPolicy) => {
            let puts = if change.kind == ChangeKind::Put { operation } else { change.inverse? };
            let before = document_before(event, puts, input, account)?;
            let named = input.iter().filter(|(name, _)| *name != "PolicyDocument");
            let call = Call::with_input(puts, named.map(|(name, value)| (name.clone(), value.clone())).collect());
            Some(call.with("PolicyDocument", before))
        }
        _ => None,
    }
}

/// The text that a policy had before an event, as the last earlier event that was read wrote it.
fn document_before(event: &Event, puts: Iam, input: &Map<String, Value>, account: &Account) -> Option<String> {
    let is_same = |other: &Map<String, Value>| {
        ["UserName", "GroupName", "RoleName", "PolicyName"].iter().all(|name| other.get(*name) == input.get(*name))
    };
    let creates = puts == Iam::UpdateAssumeRolePolicy;
    let mut found: Option<(Timestamp, String)> = None;
    for other in account.all_events().filter(|other| other.at < event.at && other.error.is_none()) {
        let record = || serde_json::from_str::<Value>(other.record.text()).ok();
        let (operation, member) = match Iam::named(&other.name) {
            Some(operation) if operation == puts => (operation, "PolicyDocument"),
            Some(Iam::CreateRole) if creates => (Iam::CreateRole, "AssumeRolePolicyDocument"),
            _ => continue,
        };
        if found.as_ref().is_some_and(|(at, _)| *at >= other.at) {
            continue;
        }
        let Some(given) = record().map(|record| self::input(operation, record.get("requestParameters"))) else {
            continue;
        };
        if let Some(text) = given.get(member).and_then(Value::as_str).filter(|_| is_same(&given)) {
            found = Some((other.at, text.to_owned()));
        }
    }
    found.map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::model::{Document, EventQuery, Update};

    fn event(number: i64, name: &str, parameters: &Value, response: &Value) -> Arc<Event> {
        let record = json!({"requestParameters": parameters, "responseElements": response});
        Arc::new(Event {
            id: number.to_string().into(),
            at: Timestamp::from_second(1_768_478_400 + number).unwrap(),
            name: name.into(),
            is_read: false,
            service: "iam".into(),
            by: Some("mal".into()),
            access_key: None,
            resources: Vec::new(),
            error: None,
            region: None,
            address: None,
            record: Document::new(record.to_string().as_str()),
        })
    }

    /// What undoes the last of some events: the titles of the steps, or why that cannot be.
    #[track_caller]
    fn check(events: &[Arc<Event>], expected: &str) {
        let mut account = Account::default();
        account.apply(Update::Events(EventQuery::Changes, events.to_vec()));
        let told = match undo(events.last().unwrap(), &account) {
            Ok(plan) => plan.steps.iter().map(Step::title).collect::<Vec<_>>().join("; "),
            Err(error) => error.message,
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn an_event_is_undone_by_its_opposite_as_far_as_cloudtrail_tells_it() {
        let none = Value::Null;
        let attach = json!({"userName": "mal", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
        check(&[event(1, "AttachUserPolicy", &attach, &none)], "detach policy AdministratorAccess from user mal");
        check(
            &[event(1, "RemoveUserFromGroup", &json!({"userName": "ada", "groupName": "ops"}), &none)],
            "add user ada to group ops",
        );
        let key = json!({"accessKey": {"userName": "mal", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}});
        check(
            &[event(1, "CreateAccessKey", &json!({"userName": "mal"}), &key)],
            "set access key AKIAIOSFODNN7EXAMPLE of user mal Inactive",
        );
        check(
            &[event(1, "CreateUser", &json!({"userName": "mal"}), &none)],
            "CreateUser created something that is still there",
        );
    }

    #[test]
    fn a_text_that_was_overwritten_comes_back_from_an_earlier_event() {
        let none = Value::Null;
        let put = |text: &str| json!({"roleName": "r", "policyName": "p", "policyDocument": text});
        let old = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let before = event(1, "PutRolePolicy", &put(old), &none);
        let after = event(2, "PutRolePolicy", &put("{}"), &none);
        check(&[before.clone(), after.clone()], "write inline policy p of role r");
        check(&[after], "PutRolePolicy cannot be undone: CloudTrail does not keep what was there before");
        let gone = event(3, "DeleteRolePolicy", &json!({"roleName": "r", "policyName": "p"}), &none);
        check(&[before, gone], "write inline policy p of role r");
    }

    #[test]
    fn events_are_told_apart_by_what_they_were_about() {
        let of = |name: &str| EventKind::of(&event(1, name, &Value::Null, &Value::Null)).word();
        assert_eq!(
            ["AttachRolePolicy", "CreateAccessKey", "CreateUser", "Newer"].map(of),
            ["permissions", "credentials", "iam", "iam"]
        );
    }
}
