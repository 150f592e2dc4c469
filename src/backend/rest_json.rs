//! Services that speak JSON over REST: what they take goes into path, query string and body by their routes, and what
//! they answer may come in pages.

use std::collections::HashSet;

use aws_sdk_iam::error::{ErrorMetadata, SdkError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::run::Run;
use super::services::{Service, place};
use super::signed::{Answer, Refused, Signed};
use crate::api::{Operation, Route};
use crate::model::{ErrorKind, LoadError};

/// What path members and query strings leave as it is: what RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How an operation is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// The method.
    pub(super) method: &'static str,
    /// The path; a part in braces is a member of the input.
    pub(super) path: &'static str,
    /// The member of the answer that comes in pages.
    pub(super) pages: Option<&'static str>,
    /// Whether the token of the next page goes into the query string, else into the body.
    pub(super) pages_in_query: bool,
}

impl Request {
    /// A POST of one body.
    pub(super) const fn post(path: &'static str, pages: Option<&'static str>) -> Self {
        Self { method: "POST", path, pages, pages_in_query: false }
    }

    /// Whether the members that are not in the path go into the query string: there is no body.
    fn is_in_query(&self) -> bool {
        matches!(self.method, "GET" | "DELETE")
    }

    /// Whether a member stands in the path.
    fn is_in_path(&self, member: &str) -> bool {
        self.path.split('/').any(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(member))
    }
}

impl From<&Route> for Request {
    fn from(route: &Route) -> Self {
        let Route { method, path, pages, .. } = *route;
        Self { method, path, pages, pages_in_query: route.pages_in_query() }
    }
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
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let asked = Asked::new(request, input, token.as_deref());
            let mut page = self.call(operation, || asked.send(&wire)).await?;
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
                Some(Value::String(next)) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => return Err(garbled("the same page comes again")),
            }
        }
    }
}

/// One request for one page.
struct Asked {
    method: &'static str,
    path: String,
    body: String,
}

impl Asked {
    fn new(request: &Request, input: &Map<String, Value>, token: Option<&str>) -> Self {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let parts =
            request.path.split('/').map(|part| match part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                Some(member) => encoded(&input.get(member).map(text).unwrap_or_default()),
                None => part.to_owned(),
            });
        let mut path = parts.collect::<Vec<_>>().join("/");
        let mut rest: Map<String, Value> =
            input.iter().filter(|(name, _)| !request.is_in_path(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
        let mut query = Vec::new();
        if request.is_in_query() {
            let members = std::mem::take(&mut rest);
            query.extend(members.iter().map(|(name, value)| format!("{name}={}", encoded(&text(value)))));
        }
        match token {
            Some(token) if request.pages_in_query => query.push(format!("nextToken={}", encoded(token))),
            Some(token) => drop(rest.insert("nextToken".to_owned(), token.into())),
            None => {}
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let body = if request.is_in_query() { String::new() } else { Value::Object(rest).to_string() };
        Self { method: request.method, path, body }
    }

    async fn send(&self, wire: &Signed) -> Result<Map<String, Value>, SdkError<Refused>> {
        let headers = [("content-type", "application/json")];
        read(wire.send(self.method, &self.path, &headers, &self.body).await?)
    }
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
    use crate::api::AccessAnalyzer;

    #[track_caller]
    fn check(header: Option<&str>, body: &Value, code: Option<&str>, message: Option<&str>) {
        let Refused(meta) = refused(header, Some(body));
        assert_eq!((meta.code(), meta.message()), (code, message));
    }

    #[track_caller]
    fn check_request(operation: AccessAnalyzer, input: &Value, token: Option<&str>, path: &str, body: &str) {
        let asked = Asked::new(&Route::of(operation).unwrap().into(), input.as_object().unwrap(), token);
        assert_eq!((asked.path.as_str(), asked.body.as_str()), (path, body));
    }

    #[test]
    fn what_an_operation_takes_goes_where_its_route_says() {
        let arn = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/own";
        check_request(
            AccessAnalyzer::GetFindingV2,
            &json!({"analyzerArn": arn, "id": "a/b"}),
            Some("t+"),
            "/findingv2/a%2Fb?analyzerArn=arn%3Aaws%3Aaccess-analyzer%3Aeu-west-1%3A123456789012%3Aanalyzer%2Fown\
             &nextToken=t%2B",
            "",
        );
        check_request(
            AccessAnalyzer::ListFindingsV2,
            &json!({"analyzerArn": "a"}),
            Some("t"),
            "/findingv2",
            r#"{"analyzerArn":"a","nextToken":"t"}"#,
        );
        check_request(
            AccessAnalyzer::DeleteArchiveRule,
            &json!({"analyzerName": "own", "ruleName": "r-1"}),
            None,
            "/analyzer/own/archive-rule/r-1",
            "",
        );
        check_request(
            AccessAnalyzer::ValidatePolicy,
            &json!({"policyType": "p"}),
            Some("t"),
            "/policy/validation?nextToken=t",
            r#"{"policyType":"p"}"#,
        );
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
