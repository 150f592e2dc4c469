//! Sign-in sessions: all of the account, those of one identity, and one in full.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::permitted;
use crate::api::{Operation, Signin};
use crate::backend::run::Run;
use crate::backend::services;
use crate::base::arn::Arn;
use crate::model::{
    ErrorKind, Fact, LoadError, SigninDetails, SigninOwner, SigninQuery, SigninSession, Source, Update,
};
use crate::plan::Call;

const LIST: Operation = Operation::Signin(Signin::ListSessions);
const GET: Operation = Operation::Signin(Signin::GetSession);

pub(super) async fn list(run: &Run, query: &SigninQuery) -> Result<(), LoadError> {
    // What is refused is told by the read itself: an account or endpoint may well be without the service.
    let sessions = read(run, query).await?;
    run.read(Update::SigninSessions(query.clone(), Fact::Known(sessions, run.seen(Source::List))));
    Ok(())
}

async fn read(run: &Run, query: &SigninQuery) -> Result<Arc<[Arc<SigninSession>]>, LoadError> {
    let call = Call::new(LIST).with("principalArn", principal(run, query).await?).with("maxResults", 100);
    let answer = services::send(run, &call).await?;
    let items = answer.get("items").and_then(Value::as_array).into_iter().flatten();
    let garbled = || LoadError::new(ErrorKind::Garbled, LIST).detail("a session has no ARN, owner or dates");
    items.map(|item| session(item).map(Arc::new).ok_or_else(garbled)).collect()
}

pub(super) async fn one(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let principal = principal(run, &SigninQuery::Account).await?;
    let call = Call::new(GET).with("sessionArn", arn.as_str()).with("principalArn", principal);
    let read = services::send(run, &call).await.map(|answer| details(&answer));
    run.read(Update::SigninDetails(arn.clone(), permitted(read, run.seen(Source::Detail))?));
    Ok(())
}

/// Whose sessions are meant, by the account of the session.
async fn principal(run: &Run, query: &SigninQuery) -> Result<String, LoadError> {
    let identity = super::account::caller(run).await?;
    Ok(query.principal(identity.partition(), identity.account.as_str()))
}

fn session(item: &Value) -> Option<SigninSession> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    Some(SigninSession {
        arn: Arn::parse(text("sessionArn")?).ok()?,
        owner: SigninOwner::of(&Arn::parse(text("principalArn")?).ok()?)?,
        issued: time(item, "issuedAt")?,
        expires: time(item, "expiresAt")?,
        is_revoked: text("status") == Some("REVOKED"),
        client_type: text("clientType").map(Into::into),
        client: text("clientId").map(Into::into),
        resource: text("resource").map(Into::into),
    })
}

fn details(answer: &Map<String, Value>) -> SigninDetails {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(Into::into);
    SigninDetails {
        last_used: answer.get("lastUsedAt").and_then(Value::as_i64).and_then(|at| Timestamp::from_second(at).ok()),
        region: text("issuedInRegion"),
        user_agent: text("userAgent"),
        origin: text("originSessionArn"),
    }
}

/// A time in seconds.
fn time(item: &Value, name: &str) -> Option<Timestamp> {
    Timestamp::from_second(item.get(name)?.as_i64()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_session_is_read_and_one_of_nobody_is_none() {
        let mut item = json!({
            "sessionArn": "arn:aws:signin:us-east-1:123456789012:session/1", "status": "ACTIVE", "clientType": "CLI",
            "principalArn": "arn:aws:iam::123456789012:user/ada", "issuedAt": 1_768_478_400, "expiresAt": 1_768_482_000,
        });
        let read = session(&item).unwrap();
        assert_eq!((read.id(), read.owner.to_string().as_str(), read.is_revoked), ("1", "user ada", false));
        item["principalArn"] = "arn:aws:iam::123456789012:group/x".into();
        assert_eq!(session(&item), None);
    }
}
