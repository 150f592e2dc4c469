//! Requests for services that are not here: each is told so in the protocol that its client reads.

use serde_json::json;

use super::failure::Failure;
use super::neighbours::Neighbour;
use super::protocol::query::Parameters;
use super::protocol::{Answer, Wire, cbor, xml};
use super::service::called;
use crate::api::Service as Api;
use crate::catalog::Catalog;

/// How a service writes its errors.
enum Protocol {
    /// `<ErrorResponse>`, of the Query protocol and most services of REST-XML.
    Query,
    /// `<Response><Errors>`, of EC2 alone.
    Ec2,
    /// A bare `<Error>`, of S3.
    S3,
    /// JSON with the code in the body; the media type is that of the request.
    Json(&'static str),
    /// JSON with the code in a header.
    RestJson,
    /// CBOR, with the operation in the path.
    Cbor,
}

/// The service that a request was signed for, where it is none of ours and the operation is not either.
pub fn asked(wire: &Wire<'_>) -> Option<String> {
    let service = &wire.claim().ok()??.service;
    let ours = [Api::Iam.prefix(), Api::Sts.prefix()].contains(&service.as_str()) || Neighbour::asked(wire).is_some();
    let known = || Parameters::decode(wire.query, wire.body).is_ok_and(|parameters| called(&parameters).is_ok());
    (!(ours || wire.path == "/" && known())).then(|| service.clone())
}

/// Whether a service is EC2, which encodes what it keeps from who is denied.
pub fn is_ec2(service: &str) -> bool {
    service == "ec2"
}

/// An answer of EC2 to a request that is refused.
pub fn refusal_of_ec2(request_id: String, failure: &Failure) -> Answer {
    let body = xml::error_of_ec2(failure, &request_id);
    Answer { status: failure.status, request_id, media: "text/xml", proven: true, error: None, body: body.into() }
}

/// Says that a service is not here.
pub fn answer(request_id: String, wire: &Wire<'_>, service: &str) -> Answer {
    const CODE: &str = "NotImplemented";
    let name = Catalog::bundled().entry(service).map(|known| format!("{} ({service})", known.name));
    let message = format!(
        "This emulator has IAM with its toolbox, STS and parts of Organizations, Access Analyzer, CloudTrail, Sign-In and \
         the tagging API. It does not have {}.",
        name.as_deref().unwrap_or(service)
    );
    // Nobody tries again what is the client's own mistake, as they would with an error of the server.
    let failure = Failure::new(CODE, 400, message);
    let (media, error, body): (_, _, Vec<u8>) = match Protocol::of(wire, service) {
        Protocol::Query => ("text/xml", None, xml::error(Api::Iam, &failure, &request_id).into()),
        Protocol::Ec2 => ("text/xml", None, xml::error_of_ec2(&failure, &request_id).into()),
        Protocol::S3 => ("application/xml", None, xml::error_of_s3(&failure, &request_id).into()),
        Protocol::Json(media) => (media, None, json!({"__type": CODE, "message": failure.message}).to_string().into()),
        Protocol::RestJson => ("application/json", Some(CODE), json!({"message": failure.message}).to_string().into()),
        Protocol::Cbor => (cbor::MEDIA, None, cbor::error(CODE, &failure.message)),
    };
    Answer { status: failure.status, request_id, media, proven: false, error, body }
}

impl Protocol {
    fn of(wire: &Wire<'_>, service: &str) -> Self {
        let media = wire.header("content-type").unwrap_or_default();
        if wire.header("smithy-protocol") == Some(cbor::PROTOCOL) {
            return Self::Cbor;
        }
        if wire.header("x-amz-target").is_some() {
            let older = media.starts_with("application/x-amz-json-1.0");
            return Self::Json(if older { "application/x-amz-json-1.0" } else { "application/x-amz-json-1.1" });
        }
        match service {
            "ec2" => Self::Ec2,
            "s3" | "s3express" | "s3-outposts" | "s3-object-lambda" => Self::S3,
            "cloudfront" | "route53" => Self::Query,
            _ if media.starts_with("application/x-www-form-urlencoded") => Self::Query,
            _ => Self::RestJson,
        }
    }
}
