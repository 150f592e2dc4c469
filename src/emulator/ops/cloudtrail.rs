//! `LookupEvents` of AWS CloudTrail, over the log of the emulator's own calls and the past of the demo company.
//!
//! Source: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>. As with AWS, each Region
//! has its own events: those of IAM are in `us-east-1`.

use serde_json::{Value, json};

use crate::api::{CloudTrail, Operation};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::paging::sealed;
use crate::emulator::store::State;
use crate::emulator::trail::{DAYS, Event};

/// The handlers of this service.
pub const HANDLERS: &[Handler] = &[Handler::read(Operation::CloudTrail(CloudTrail::LookupEvents), lookup, everything)];

/// The events of a page if nothing is said, and at most.
const MOST: u64 = 50;

/// What events can be looked up by.
const ATTRIBUTES: [&str; 8] =
    ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];

/// An attribute with its value.
struct Attribute<'a> {
    key: &'a str,
    value: &'a str,
}

impl<'a> Attribute<'a> {
    fn read(request: &Request<'a>) -> Result<Option<Self>, Failure> {
        let invalid = |told: &str| Failure::new("InvalidLookupAttributesException", 400, told);
        let one = match request.list("LookupAttributes") {
            [] => return Ok(None),
            [one] => one,
            _ => return Err(invalid("You can only specify one lookup attribute.")),
        };
        let part = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let (key, value) = (part("AttributeKey"), part("AttributeValue"));
        if !ATTRIBUTES.contains(&key) || value.is_empty() {
            return Err(invalid("The lookup attribute is not valid."));
        }
        Ok(Some(Self { key, value }))
    }

    fn fits(&self, event: &Event) -> bool {
        match self.key {
            "EventId" => event.id == self.value,
            "EventName" => event.name() == self.value,
            "ReadOnly" => event.is_read_only().to_string() == self.value,
            "Username" => event.username() == self.value,
            "ResourceType" => event.resources().iter().any(|(kind, _)| *kind == self.value),
            "ResourceName" => event.resources().iter().any(|(_, name)| *name == self.value),
            "EventSource" => event.source() == self.value,
            _ => event.caller.access_key == self.value,
        }
    }
}

/// A time of the request, in seconds.
fn time(request: &Request<'_>, name: &str) -> Option<f64> {
    request.value(name).and_then(Value::as_f64)
}

#[allow(clippy::cast_precision_loss, reason = "seconds have far fewer than 52 bits")]
fn lookup(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let attribute = Attribute::read(request)?;
    let (start, end) = (time(request, "StartTime"), time(request, "EndTime"));
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        let told = "The start time must be before the end time.";
        return Err(Failure::new("InvalidTimeRangeException", 400, told));
    }
    let size = match request.value("MaxResults") {
        None | Some(Value::Null) => MOST,
        Some(size) => size.as_u64().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
            Failure::new("InvalidMaxResultsException", 400, format!("MaxResults must be between 1 and {MOST}."))
        })?,
    };
    // Events come in at the front, so a token holds the number of the event that ends a page.
    let seal = format!("{:?}{start:?}{end:?}", attribute.as_ref().map(|one| (one.key, one.value)));
    let before = request.maybe("NextToken").map(|token| {
        let invalid = || Failure::new("InvalidNextTokenException", 400, "The next token is not valid.");
        sealed::place(token, &seal).ok_or_else(invalid)
    });
    let before = before.transpose()?;
    let region = &request.caller.origin.region;
    let mut events = request.environment.trail.of(request.account);
    let oldest = request.now.0 - DAYS * 24 * 3600;
    events.retain(|event| {
        let at = event.at.0 as f64;
        event.region() == region
            && event.at.0 >= oldest
            && before.is_none_or(|before| event.number < before)
            && start.is_none_or(|start| at >= start)
            && end.is_none_or(|end| at <= end)
            && attribute.as_ref().is_none_or(|attribute| attribute.fits(event))
    });
    // An event category other than that of management events has none.
    if request.maybe("EventCategory").is_some() {
        events.clear();
    }
    let size = usize::try_from(size).unwrap_or(1);
    let mut page = json!({"Events": events.iter().take(size).map(|event| show(event, state)).collect::<Vec<_>>()});
    if events.len() > size {
        page["NextToken"] = events.get(size - 1).map(|last| sealed::token(last.number, &seal)).into();
    }
    Ok(page)
}

fn show(event: &Event, state: &State) -> Value {
    let resource = |(kind, name): (&str, &str)| json!({"ResourceType": kind, "ResourceName": name});
    json!({
        "EventId": event.id,
        "EventName": event.name(),
        "ReadOnly": event.is_read_only().to_string(),
        "AccessKeyId": event.caller.access_key,
        "EventTime": event.at.0,
        "EventSource": event.source(),
        "Username": event.username(),
        "Resources": event.resources().into_iter().map(resource).collect::<Vec<_>>(),
        "CloudTrailEvent": event.record(state).to_string(),
    })
}
