//! Services that speak JSON over REST, as far as they are asked: POSTs of one body, answers in pages.

use std::collections::HashSet;

use aws_sdk_iam::error::{ErrorMetadata, SdkError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::run::Run;
use super::services::{Service, place};
use super::signed::{Answer, Refused, Signed};
use crate::api::Operation;
use crate::model::{ErrorKind, LoadError};

/// How an operation is asked.
pub(super) struct Request {
    /// Its path.
    pub(super) path: &'static str,
    /// The member of its answer that comes in pages.
    pub(super) pages: Option<&'static str>,
    /// Where the token of the next page goes.
    pub(super) token: Token,
}

/// Where an operation takes the token of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// In the query string.
    InQuery,
    /// In the body, beside the rest.
    InBody,
}

impl Run {
    /// Makes one call; the pages of its answer come as one.
    pub(super) async fn rest_json<S: Service>(
        &self,
        operation: Operation,
        request: &Request,
        input: &Map<String, Value>,
    ) -> Result<Map<String, Value>, LoadError> {
        let garbled = |detail: &str| LoadError::new(ErrorKind::Garbled, operation).detail(detail);
        let wire = self.session.signed(place::<S>(self.session.config(), operation).await?).await?;
        let mut input = input.clone();
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let body = Value::Object(input.clone()).to_string();
            let mut page = self.call(operation, || send(&wire, request.path, &body, token.as_deref())).await?;
            let Some(name) = request.pages else { return Ok(page) };
            match page.remove(name) {
                Some(Value::Array(more)) => rows.extend(more),
                _ => return Err(garbled(&format!("the answer has no {name}"))),
            }
            match page.remove("nextToken") {
                None | Some(Value::Null) => {
                    page.insert(name.to_owned(), rows.into());
                    return Ok(page);
                }
                Some(Value::String(next)) if seen.insert(next.clone()) => match request.token {
                    Token::InQuery => token = Some(next),
                    Token::InBody => drop(input.insert("nextToken".to_owned(), next.into())),
                },
                Some(_) => return Err(garbled("the same page comes again")),
            }
        }
    }
}

/// Asks for one page.
async fn send(
    wire: &Signed,
    path: &str,
    body: &str,
    token: Option<&str>,
) -> Result<Map<String, Value>, SdkError<Refused>> {
    let page = token.map(|token| format!("?nextToken={}", utf8_percent_encode(token, NON_ALPHANUMERIC)));
    let headers = [("content-type", "application/json")];
    read(wire.post(&format!("{path}{}", page.unwrap_or_default()), &headers, body).await?)
}

/// What an answer in JSON says.
#[allow(clippy::result_large_err, reason = "it is the SDK's error, which every call is answered with")]
pub(super) fn read(answer: Answer) -> Result<Map<String, Value>, SdkError<Refused>> {
    match serde_json::from_str::<Value>(&answer.text) {
        Ok(Value::Object(page)) if answer.is_success() => Ok(page),
        Err(error) if answer.is_success() => Err(SdkError::response_error(error, answer.whole)),
        read => {
            let told = refused(answer.whole.headers().get("x-amzn-errortype"), read.ok().as_ref());
            Err(SdkError::service_error(told, answer.whole))
        }
    }
}

/// The error of a REST-JSON answer: its code is in a header, or in the body, perhaps with a name space or a link.
fn refused(header: Option<&str>, body: Option<&Value>) -> Refused {
    let field = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    let code = header.or_else(|| field("__type")).or_else(|| field("code"));
    let code = code.and_then(|code| code.split(':').next()).and_then(|code| code.rsplit('#').next());
    let mut meta = ErrorMetadata::builder();
    if let Some(code) = code {
        meta = meta.code(code);
    }
    if let Some(message) = field("message").or_else(|| field("Message")) {
        meta = meta.message(message);
    }
    Refused(meta.build())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(header: Option<&str>, body: &Value, code: Option<&str>, message: Option<&str>) {
        let Refused(meta) = refused(header, Some(body));
        assert_eq!((meta.code(), meta.message()), (code, message));
    }

    #[test]
    fn an_errors_code_is_found_wherever_it_stands() {
        check(
            Some("AccessDeniedException:http://x/"),
            &json!({"message": "no"}),
            Some("AccessDeniedException"),
            Some("no"),
        );
        check(None, &json!({"__type": "a.b#ThrottlingException"}), Some("ThrottlingException"), None);
        check(None, &json!("gone"), None, None);
    }
}
