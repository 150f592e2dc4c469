//! Writing answers as XML, in the order of the service model's output shapes.

use std::borrow::Cow;

use quick_xml::escape::escape;
use serde_json::Value;

use crate::api::{Kind, OperationModel, Service, ShapeId, Structure, model};
use crate::emulator::failure::Failure;

/// The body of a successful answer.
pub fn success(operation: &OperationModel, output: &Value, request_id: &str) -> String {
    let mut out = String::with_capacity(1024);
    out.push('<');
    out.push_str(&operation.name);
    out.push_str("Response xmlns=\"");
    out.push_str(operation.service.namespace());
    out.push_str("\">");
    if let Some(wrapper) = &operation.wrapper {
        open(&mut out, wrapper);
        structure(&mut out, operation.output(), output);
        close(&mut out, wrapper);
    }
    out.push_str("<ResponseMetadata><RequestId>");
    out.push_str(request_id);
    out.push_str("</RequestId></ResponseMetadata></");
    out.push_str(&operation.name);
    out.push_str("Response>\n");
    out
}

/// The body of an error answer.
pub fn error(service: Service, failure: &Failure, request_id: &str) -> String {
    let mut out = String::with_capacity(512);
    out.push_str("<ErrorResponse xmlns=\"");
    out.push_str(service.namespace());
    out.push_str("\"><Error><Type>");
    out.push_str(failure.side());
    out.push_str("</Type><Code>");
    out.push_str(failure.code);
    out.push_str("</Code>");
    // What has no text has no element for it.
    if !failure.message.is_empty() {
        out.push_str("<Message>");
        out.push_str(&text(&failure.message));
        out.push_str("</Message>");
    }
    out.push_str("</Error><RequestId>");
    out.push_str(request_id);
    out.push_str("</RequestId></ErrorResponse>\n");
    out
}

/// The body of an error answer as EC2 writes it.
pub fn error_of_ec2(failure: &Failure, request_id: &str) -> String {
    let (code, message) = (failure.code, text(&failure.message));
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
         <RequestID>{request_id}</RequestID></Response>\n"
    )
}

/// The body of an error answer as S3 writes it.
pub fn error_of_s3(failure: &Failure, request_id: &str) -> String {
    let (code, message) = (failure.code, text(&failure.message));
    format!("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>\n")
}

fn open(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn structure(out: &mut String, structure: &Structure, value: &Value) {
    let Value::Object(object) = value else { return };
    for member in &structure.members {
        if let Some(value) = object.get(&member.name).filter(|value| !value.is_null()) {
            element(out, &member.name, member.shape, value);
        }
    }
}

fn element(out: &mut String, name: &str, shape: ShapeId, value: &Value) {
    open(out, name);
    content(out, shape, value);
    close(out, name);
}

fn content(out: &mut String, shape: ShapeId, value: &Value) {
    match (&model().shape(shape).kind, value) {
        (Kind::Structure(members), _) => structure(out, members, value),
        (Kind::List(list), Value::Array(elements)) => {
            for one in elements {
                element(out, "member", list.element, one);
            }
        }
        (Kind::Map(map), Value::Object(pairs)) => {
            for (key, value) in pairs {
                out.push_str("<entry><key>");
                out.push_str(&text(key));
                out.push_str("</key>");
                element(out, "value", map.value, value);
                out.push_str("</entry>");
            }
        }
        (_, Value::String(string)) => out.push_str(&text(string)),
        (_, other) => out.push_str(&other.to_string()),
    }
}

/// Text as XML may hold it: what XML 1.0 forbids even as a reference becomes `U+FFFD`.
fn text(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let forbidden = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    let carriage = text.contains('\r');
    if !carriage && !text.contains(forbidden) {
        return escape(text);
    }
    // A reader turns a bare carriage return into a line feed; as a reference it survives.
    let clean = text.replace(forbidden, "\u{fffd}");
    Cow::Owned(escape(&*clean).replace('\r', "&#13;"))
}

/// Whether a byte stands for itself: nearly all that answers hold.
fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte < 0x7f && !matches!(byte, b'<' | b'>' | b'&' | b'\'' | b'"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(operation: &str, output: &Value, inner: &str) {
        let operation = model().operation(operation).unwrap();
        let body = success(operation, output, "id-1");
        let expected = format!("{inner}<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>");
        assert!(body.contains(&expected), "{body}");
    }

    #[test]
    fn members_come_in_the_order_of_the_model() {
        check(
            "GetUser",
            &json!({"User": {"UserName": "a<b", "Path": "/", "Tags": [{"Value": "", "Key": "k"}], "Stray": 1}}),
            "<GetUserResult><User><Path>/</Path><UserName>a&lt;b</UserName><Tags><member><Key>k</Key><Value></Value>\
             </member></Tags></User></GetUserResult>",
        );
    }

    #[test]
    fn an_operation_without_output_answers_with_its_metadata() {
        check("DeleteUser", &json!({}), "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">");
    }

    #[test]
    fn maps_are_entries() {
        check(
            "GetAccountSummary",
            &json!({"SummaryMap": {"Users": 1}}),
            "<GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>1</value></entry></SummaryMap>\
             </GetAccountSummaryResult>",
        );
    }

    #[test]
    fn an_error_names_its_side_and_stays_well_formed() {
        let failure = Failure::no_such_entity("no \u{1}<user>\r");
        let body = error(Service::Sts, &failure, "id-1");
        assert!(body.contains("<Type>Sender</Type><Code>NoSuchEntity</Code>"), "{body}");
        assert!(body.contains("<Message>no \u{fffd}&lt;user&gt;&#13;</Message>"), "{body}");
        assert!(body.contains("https://sts.amazonaws.com/doc/2011-06-15/"), "{body}");
    }
}
