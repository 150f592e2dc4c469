//! The events of CloudTrail: page after page from the newest, no faster than CloudTrail answers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::backend::run::Run;
use crate::backend::services::cloud_trail::{LOOKUP, lookup, trails};
use crate::backend::signed::Signed;
use crate::model::{Document, ErrorKind, Event, EventQuery, EventsEnd, Fact, LoadError, Source, Update};

/// CloudTrail answers two calls a second of an account in a Region.
const BETWEEN: Duration = Duration::from_millis(500);

/// How many pages of a Region are read of the account, and of one user or resource: what is older is found by asking for
/// less. CloudTrail gives at most fifty events a page.
const PAGES: (usize, usize) = (40, 10);

pub(super) async fn events(run: &Run, query: &EventQuery) -> Result<(), LoadError> {
    let ways = trails(run).await?;
    let read: Vec<_> = join_all(ways.iter().map(|way| region(run, way, query, None))).await;
    let read: Result<Vec<EventsEnd>, LoadError> = read.into_iter().collect();
    let end = if read?.contains(&EventsEnd::Cut) { EventsEnd::Cut } else { EventsEnd::All };
    run.read(Update::EventsRead(query.clone(), Fact::Known(end, run.seen(Source::List))));
    Ok(())
}

/// How far back the latest events are looked for: CloudTrail tells most within five minutes, and all within fifteen.
const RECENT: SignedDuration = SignedDuration::from_mins(20);

/// The changes and sign-ins of the last minutes, for those who follow them.
pub(super) async fn recent(run: &Run) -> Result<(), LoadError> {
    since(run, (run.clock.now() - RECENT).as_second()).await
}

/// The changes and sign-ins since some time, in seconds.
pub(super) async fn since(run: &Run, since: i64) -> Result<(), LoadError> {
    let ways = trails(run).await?;
    let read: Vec<_> = join_all(ways.iter().map(|way| region(run, way, &EventQuery::Changes, Some(since)))).await;
    read.into_iter().collect::<Result<Vec<_>, _>>().map(drop)
}

async fn region(run: &Run, way: &Signed, query: &EventQuery, since: Option<i64>) -> Result<EventsEnd, LoadError> {
    let most = if matches!(query, EventQuery::Changes) { PAGES.0 } else { PAGES.1 };
    let mut input = Map::new();
    let (key, value) = match query {
        EventQuery::Changes => ("ReadOnly", "false"),
        EventQuery::By(name) => ("Username", name.as_str()),
        EventQuery::About(name) => ("ResourceName", &**name),
    };
    input.insert("LookupAttributes".to_owned(), json!([{"AttributeKey": key, "AttributeValue": value}]));
    input.extend(since.map(|since| ("StartTime".to_owned(), since.into())));
    for number in 1..=most {
        let mut page = lookup(run, way, &input).await?;
        let Some(Value::Array(rows)) = page.remove("Events") else {
            return Err(LoadError::new(ErrorKind::Garbled, LOOKUP).detail("the answer has no Events"));
        };
        let events = rows.iter().map(event).collect::<Option<Vec<_>>>();
        let events = events.ok_or_else(|| LoadError::new(ErrorKind::Garbled, LOOKUP).detail("an event has no ID"))?;
        run.read(Update::Events(query.clone(), events));
        let Some(Value::String(next)) = page.remove("NextToken") else { return Ok(EventsEnd::All) };
        if input.insert("NextToken".to_owned(), next.clone().into()) == Some(next.into()) {
            return Err(LoadError::new(ErrorKind::Garbled, LOOKUP).detail("the same page comes again"));
        }
        if number < most {
            tokio::time::sleep(BETWEEN).await;
        }
    }
    Ok(EventsEnd::Cut)
}

fn event(row: &Value) -> Option<Arc<Event>> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let record = text("CloudTrailEvent").unwrap_or("{}");
    let whole: Value = serde_json::from_str(record).unwrap_or(Value::Null);
    let told = |name: &str| whole.get(name).and_then(Value::as_str).map(Box::from);
    let resource = |resource: &Value| {
        let part = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().into();
        (part("ResourceType"), part("ResourceName"))
    };
    Some(Arc::new(Event {
        id: text("EventId")?.into(),
        at: moment(row.get("EventTime")?)?,
        name: text("EventName")?.into(),
        is_read: text("ReadOnly") == Some("true"),
        service: text("EventSource").unwrap_or_default().trim_end_matches(".amazonaws.com").into(),
        by: text("Username").map(Into::into),
        access_key: text("AccessKeyId").filter(|id| !id.is_empty()).map(Into::into),
        resources: row.get("Resources").and_then(Value::as_array).into_iter().flatten().map(resource).collect(),
        // A sign-in that fails has a message and no code.
        error: told("errorCode").or_else(|| told("errorMessage")),
        region: told("awsRegion"),
        address: told("sourceIPAddress"),
        record: Document::new(record),
    }))
}

/// A time in seconds, perhaps with a fraction.
fn moment(value: &Value) -> Option<Timestamp> {
    #[allow(clippy::cast_possible_truncation, reason = "a time in milliseconds has far fewer than 53 bits")]
    value.as_f64().and_then(|seconds| Timestamp::from_millisecond((seconds * 1e3) as i64).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResourceRef;

    #[test]
    fn an_event_is_read_with_what_its_record_says() {
        let record = json!({"errorCode": "AccessDenied", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7"});
        let row = json!({
            "EventId": "e-1", "EventTime": 1_768_478_400.5, "EventName": "AttachUserPolicy", "Username": "ada",
            "EventSource": "iam.amazonaws.com", "AccessKeyId": "",
            "Resources": [{"ResourceType": "AWS::IAM::User", "ResourceName": "arn:aws:iam::123456789012:user/x/grace"}],
            "CloudTrailEvent": record.to_string(),
        });
        let event = event(&row).unwrap();
        assert_eq!(
            (&*event.service, event.error.as_deref(), event.access_key.as_ref()),
            ("iam", Some("AccessDenied"), None)
        );
        assert_eq!(event.at.to_string(), "2026-01-15T12:00:00.5Z");
        assert_eq!(event.about().into_iter().collect::<Vec<_>>(), [ResourceRef::User("grace".into())]);
    }

    #[test]
    fn an_event_without_an_id_is_none() {
        assert!(event(&json!({"EventName": "CreateUser", "EventTime": 1})).is_none());
    }
}
