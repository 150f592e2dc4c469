//! The services beside IAM and STS, each in its own protocol: JSON with the operation in a header (AWS Organizations,
//! CloudTrail, tagging), or JSON with the operation in method and path (Access Analyzer, AWS Sign-In, the IAM toolbox).
//!
//! Their operations stand in the registry as those of IAM do. The service model does not hold them, so each operation
//! checks what it is given; [`Form`] reads it.

use std::time::Instant;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::analyzer;
use super::failure::Failure;
use super::paging::{Window, sealed};
use super::protocol::{Answer, Wire};
use super::service::{Service, Trace};
use crate::api::{CloudTrail, IamToolbox, Operation, Organizations, ROUTES, Service as Api, Signin, Tagging, cli_name};

/// A service beside IAM and STS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    /// IAM Access Analyzer.
    AccessAnalyzer,
    /// AWS CloudTrail.
    CloudTrail,
    /// The IAM toolbox, whose requests are signed for IAM.
    IamToolbox,
    /// AWS Organizations.
    Organizations,
    /// AWS Sign-In.
    Signin,
    /// The Resource Groups Tagging API.
    Tagging,
}

impl Neighbour {
    const ALL: [Self; 6] =
        [Self::AccessAnalyzer, Self::CloudTrail, Self::IamToolbox, Self::Organizations, Self::Signin, Self::Tagging];

    /// The name of the service.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessAnalyzer => analyzer::SERVICE,
            Self::CloudTrail => "cloudtrail",
            Self::IamToolbox => "iam-toolbox",
            Self::Organizations => "organizations",
            Self::Signin => "signin",
            Self::Tagging => "tagging",
        }
    }

    /// The name of the service in signatures and in the actions of policies.
    fn signing_name(self) -> &'static str {
        match self {
            Self::IamToolbox => Api::Iam.prefix(),
            other => other.name(),
        }
    }

    /// What the header `X-Amz-Target` begins with, in the protocol that has it.
    const fn target(self) -> Option<&'static str> {
        match self {
            Self::AccessAnalyzer | Self::IamToolbox | Self::Signin => None,
            Self::CloudTrail => Some("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."),
            Self::Organizations => Some("AWSOrganizationsV20161128."),
            Self::Tagging => Some("ResourceGroupsTaggingAPI_20170126."),
        }
    }

    /// The service that a request is meant for.
    pub fn asked(wire: &Wire<'_>) -> Option<Self> {
        let target = wire.header("x-amz-target");
        let signed = wire.claim().ok().flatten().map(|claim| claim.service.as_str());
        Self::ALL.into_iter().find(|service| match (target, service.target()) {
            (Some(target), Some(own)) => target.starts_with(own) || older(target, own),
            // IAM itself has one path alone.
            _ if *service == Self::IamToolbox => wire.path.starts_with(TOOLBOX),
            _ => signed == Some(service.name()),
        })
    }

    /// The operation that a request asks for, with its input.
    fn read(self, wire: &Wire<'_>) -> Result<(Operation, Value), Failure> {
        let asked = wire.header("x-amz-target").unwrap_or_default().rsplit('.').next().unwrap_or_default();
        let body = || -> Result<Map<String, Value>, Failure> {
            if wire.body.is_empty() {
                return Ok(Map::new());
            }
            let unread = |_| Failure::new("SerializationException", 400, "The request body is no JSON object.");
            serde_json::from_slice(wire.body).map_err(unread)
        };
        let named = match self {
            Self::AccessAnalyzer => {
                let routes = ROUTES.iter().map(|route| (route.method, route.path, route.operation.into()));
                return self.rest(wire, body()?, routes);
            }
            Self::IamToolbox => {
                let routes =
                    TOOLBOX_ROUTES.iter().map(|(method, path, operation)| (*method, *path, (*operation).into()));
                return self.rest(wire, Map::new(), routes);
            }
            Self::CloudTrail => CloudTrail::named(asked).map(Operation::CloudTrail),
            Self::Organizations => Organizations::named(asked).map(Operation::Organizations),
            Self::Signin => {
                // Every path is the operation's name in small letters.
                let asked = wire.path.trim_start_matches('/');
                let named = Signin::ALL.iter().find(|operation| cli_name(operation.name()) == asked);
                let Some(operation) = named.filter(|_| wire.method == "POST") else {
                    return Err(self.not_built(asked));
                };
                return Ok((Operation::Signin(*operation), body()?.into()));
            }
            Self::Tagging => Tagging::named(asked).map(Operation::Tagging),
        };
        named.map_or_else(|| Err(self.not_built(asked)), |operation| Ok((operation, body()?.into())))
    }

    fn not_built(self, operation: &str) -> Failure {
        let clip: String = operation.chars().take(128).collect();
        let told = format!("This emulator does not have the operation {clip} of {}. Nothing was done.", self.name());
        Failure::new("NotImplemented", 501, told)
    }

    fn answer(self, request_id: String, result: Result<Value, Failure>) -> Answer {
        let rest = self.target().is_none();
        let media = if rest { "application/json" } else { "application/x-amz-json-1.1" };
        let (status, error, body) = match result {
            Ok(body) => (200, None, body.to_string()),
            Err(failure) => {
                let (code, status) = in_json(&failure);
                let body = if self == Self::Signin {
                    json!({"error": in_oauth(code), "message": failure.message})
                } else if rest {
                    json!({"message": failure.message})
                } else {
                    json!({"__type": code, "message": failure.message})
                };
                // What the client did wrong has one status in the protocol that tells its code in the body.
                let status = if rest || status >= 500 { status } else { 400 };
                (status, rest.then_some(code), body.to_string())
            }
        };
        Answer { status, request_id, media, proven: false, error, body: body.into() }
    }
}

/// Whether a target names a service as its older clients do: by the part behind the last dot of the prefix.
fn older(target: &str, own: &str) -> bool {
    let short = own.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    target.split_once('.').is_some_and(|(service, _)| service == short)
}

impl Service {
    /// Answers one request for a service beside IAM and STS.
    pub async fn answer_neighbour(&self, wire: Wire<'_>, neighbour: Neighbour) -> Answer {
        let request_id = self.environment.ids.uuid();
        let (mut trace, begun) = (Trace { service: neighbour.signing_name(), ..Trace::default() }, Instant::now());
        let result = self.respond_neighbour(&wire, neighbour, &request_id, &mut trace).await;
        let (proven, refusal) =
            (trace.proven, result.as_ref().err().map(|failure| (failure.code, failure.message.clone())));
        let answer = Answer { proven, ..neighbour.answer(request_id, result) };
        self.note(trace, begun, answer.status, refusal.as_ref().map(|(code, message)| (*code, &**message)));
        answer
    }

    async fn respond_neighbour(
        &self,
        wire: &Wire<'_>,
        neighbour: Neighbour,
        request_id: &str,
        trace: &mut Trace,
    ) -> Result<Value, Failure> {
        let now = self.clock.now();
        let caller = self.authenticate(wire, neighbour.signing_name(), false, now)?;
        trace.caller.clone_from(&caller.arn);
        trace.proven = true;
        let (operation, input) = neighbour.read(wire)?;
        operation.name().clone_into(&mut trace.operation);
        self.call(operation, Ok(input), caller.into(), now, request_id).await
    }
}

/// The code and the status by which the JSON protocols tell a failure that all services have.
pub fn in_json(failure: &Failure) -> (&'static str, u16) {
    match failure.code {
        "AccessDenied" => ("AccessDeniedException", 403),
        "Throttling" => ("ThrottlingException", 429),
        "InvalidClientTokenId" => ("UnrecognizedClientException", 403),
        "SignatureDoesNotMatch" => ("InvalidSignatureException", 403),
        "MissingAuthenticationToken" => ("MissingAuthenticationTokenException", 403),
        "IncompleteSignature" => ("IncompleteSignatureException", 400),
        "ExpiredToken" | "RequestExpired" => ("ExpiredTokenException", 403),
        "ServiceFailure" => ("InternalServerException", 500),
        code => (code, failure.status),
    }
}

/// The code of OAuth 2.0 that AWS Sign-In tells beside that of the failure.
fn in_oauth(code: &str) -> &'static str {
    match code {
        "ValidationException" | "SerializationException" => "INVALID_REQUEST",
        "ResourceNotFoundException" => "RESOURCE_NOT_FOUND",
        "ExpiredTokenException" => "TOKEN_EXPIRED",
        "ThrottlingException" => "rate_exceeded",
        "InternalServerException" | "NotImplemented" => "server_error",
        _ => "INSUFFICIENT_PERMISSIONS",
    }
}

/// What the paths of the toolbox begin with.
const TOOLBOX: &str = "/authorization-details/";

const TOOLBOX_ROUTES: &[(&str, &str, IamToolbox)] = &[
    ("GET", "/authorization-details/{authorizationId}", IamToolbox::GetRequestAuthorizationDetails),
    ("GET", "/authorization-details/{authorizationId}/policy", IamToolbox::GetRequestAuthorizationPolicy),
];

impl Neighbour {
    /// The operation of a method and a path, with the members that path and query string give; a part of a path in braces
    /// is a member of the input.
    fn rest(
        self,
        wire: &Wire<'_>,
        mut input: Map<String, Value>,
        routes: impl Iterator<Item = (&'static str, &'static str, Operation)>,
    ) -> Result<(Operation, Value), Failure> {
        let text = |part: &str| Value::from(percent_decode_str(part).decode_utf8_lossy().into_owned());
        let given: Vec<&str> = wire.path.trim_matches('/').split('/').collect();
        for (_, path, operation) in routes.filter(|(method, ..)| *method == wire.method) {
            let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
            let is_member = |part: &str| part.starts_with('{');
            let fits = parts.iter().zip(&given).all(|(part, given)| is_member(part) || part == given);
            if parts.len() != given.len() || !fits {
                continue;
            }
            for (part, given) in parts.iter().zip(&given).filter(|(part, _)| is_member(part)) {
                input.insert(part.trim_matches(['{', '}']).to_owned(), text(given));
            }
            for (name, value) in form_urlencoded::parse(wire.query.as_bytes()) {
                input.insert(name.into_owned(), value.into_owned().into());
            }
            return Ok((operation, input.into()));
        }
        Err(self.not_built(&format!("{} {}", wire.method, wire.path)))
    }
}

/// How a service of these protocols pages and refuses input.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The code of the answer to an input that does not fit.
    pub invalid: &'static str,
    /// The members of the input and of the answer that page.
    pub size: &'static str,
    /// The token of the next page, in both.
    pub token: &'static str,
    /// The rows of a page where nothing is said, and the most that it has.
    pub most: usize,
}

impl Form {
    /// The answer to an input that does not fit.
    pub fn refuse(&self, message: impl Into<String>) -> Failure {
        Failure::new(self.invalid, 400, message)
    }

    /// A text that must be there.
    pub fn text<'a>(&self, input: &'a Value, name: &str) -> Result<&'a str, Failure> {
        let text = input.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| self.refuse(format!("{name} must be specified.")))
    }

    /// A text that must be there and be one of a few.
    pub fn one_of<'a>(&self, input: &'a Value, name: &str, choices: &[&str]) -> Result<&'a str, Failure> {
        let text = self.text(input, name)?;
        if choices.contains(&text) {
            return Ok(text);
        }
        Err(self.refuse(format!("{name} must be one of {}.", choices.join(", "))))
    }

    /// One page of rows; its tokens are good for rows of the same seal.
    pub fn page(&self, input: &Value, list: &str, rows: Vec<Value>, seal: &str) -> Result<Value, Failure> {
        let asked = match input.get(self.size) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.parse::<u64>().ok()),
            Some(number) => Some(number.as_u64()),
        };
        let size = match asked {
            None => self.most,
            Some(size) => size
                .and_then(|size| usize::try_from(size).ok())
                .filter(|size| (1..=self.most).contains(size))
                .ok_or_else(|| self.refuse(format!("{} must be a number from 1 to {}.", self.size, self.most)))?,
        };
        let token = input.get(self.token).and_then(Value::as_str);
        let first = token.map_or(Some(0), |token| sealed::place(token, seal));
        let first = first.ok_or_else(|| self.refuse(format!("{} is not valid.", self.token)))?;
        let Window { rows, next } = Window::of(rows, first, size);
        let mut page = json!({list: rows});
        if let Some(next) = next {
            page[self.token] = sealed::token(next, seal).into();
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_with_a_token_that_is_good_for_its_own_rows_alone() {
        let form = Form { invalid: "Invalid", size: "MaxResults", token: "NextToken", most: 2 };
        let rows = || vec![json!(1), json!(2), json!(3)];
        let first = form.page(&json!({}), "Rows", rows(), "a").unwrap();
        assert_eq!(first["Rows"], json!([1, 2]));
        let next = json!({"NextToken": first["NextToken"], "MaxResults": 1});
        assert_eq!(form.page(&next, "Rows", rows(), "a").unwrap(), json!({"Rows": [3]}));
        assert_eq!(form.page(&next, "Rows", rows(), "b").unwrap_err().code, "Invalid");
        for size in [json!(0), json!(3), json!("x"), json!(1.5)] {
            assert!(form.page(&json!({"MaxResults": size}), "Rows", rows(), "a").is_err(), "{size}");
        }
    }
}
