//! From the SDK's errors to ours: what went wrong, which permission is missing.

use std::error::Error as StdError;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;

use super::http;
use crate::api::Operation;
use crate::model::{Denial, DenialReason, ErrorKind, LoadError};

const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
];
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];
const SKEWED: &[&str] = &["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
const REFUSED_KEYS: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "AuthFailure",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];
const UNSUPPORTED: &[&str] =
    &["InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented", "UnsupportedOperation"];

const BROKE: &[&str] =
    &["ServiceFailure", "InternalFailure", "InternalError", "InternalServerError", "ServiceUnavailable"];

/// Translates a failed call.
pub(super) fn translate<E>(operation: impl Into<Operation>, error: &SdkError<E>) -> LoadError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let operation = operation.into();
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let mut told = match error {
        SdkError::ServiceError(service) => {
            let meta = service.err();
            let kind = classify(operation, meta.code(), meta.message().unwrap_or_default(), status);
            let mut told = LoadError::new(kind, operation);
            match meta.code() {
                Some(code) => told = told.code(code),
                None if status != 0 => told = told.code(&status.to_string()),
                None => {}
            }
            told.detail(meta.message().unwrap_or_default())
        }
        SdkError::TimeoutError(_) => LoadError::new(ErrorKind::Timeout, operation),
        SdkError::ResponseError(_) if http::is_too_long(error) => LoadError::new(ErrorKind::Garbled, operation)
            .detail("the answer has more bytes than any such answer of AWS"),
        SdkError::ResponseError(response) => {
            let whole = response.raw().body().bytes().is_some();
            LoadError::new(answer(operation, status, whole), operation).detail(&root_cause(error))
        }
        SdkError::DispatchFailure(failure) => {
            // Credentials that could not be renewed tell why in our own words already.
            if let Some(ours) = ours(error) {
                return ours;
            }
            LoadError::new(dispatch(error, failure.is_timeout()), operation).detail(&root_cause(error))
        }
        _ => LoadError::new(ErrorKind::Configuration, operation).detail(&root_cause(error)),
    };
    told.request_id = error.request_id().map(Into::into);
    told
}

/// What an error code means; a status alone speaks for endpoints that send no code.
fn classify(operation: Operation, code: Option<&str>, message: &str, status: u16) -> ErrorKind {
    match code {
        _ if status == 501 => ErrorKind::Unsupported,
        Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation") => {
            ErrorKind::Denied(Box::new(denial(operation, message)))
        }
        Some("SignatureDoesNotMatch" | "InvalidSignatureException")
            if message.contains("expired") || message.contains("not yet current") =>
        {
            ErrorKind::ClockSkew
        }
        Some(code) if THROTTLED.contains(&code) => ErrorKind::Throttled,
        Some(code) if EXPIRED.contains(&code) => ErrorKind::ExpiredToken,
        Some(code) if SKEWED.contains(&code) => ErrorKind::ClockSkew,
        Some(code) if REFUSED_KEYS.contains(&code) => ErrorKind::InvalidCredentials,
        Some(code) if UNSUPPORTED.contains(&code) => ErrorKind::Unsupported,
        Some("NoSuchEntity" | "NoSuchEntityException") => ErrorKind::NotFound,
        None if (1..400).contains(&status) => ErrorKind::Garbled,
        None if status == 429 => ErrorKind::Throttled,
        // AWS names a code with every error; emulators answer so where they lack an operation. Of a change that may
        // have been made all the same nothing is assumed.
        None if [404, 405].contains(&status) => ErrorKind::Unsupported,
        None if status == 500 && operation.change().is_none() => ErrorKind::Unsupported,
        _ if status == 408 || status >= 500 => ErrorKind::Failed,
        Some(code) if BROKE.contains(&code) => ErrorKind::Failed,
        _ => ErrorKind::Service,
    }
}

/// What an answer that could not be read means; of one that broke off the body is not whole.
fn answer(operation: Operation, status: u16, whole: bool) -> ErrorKind {
    match status {
        _ if !whole => ErrorKind::Broken,
        404 | 405 | 501 => ErrorKind::Unsupported,
        500 if operation.change().is_none() => ErrorKind::Unsupported,
        408 | 500..=599 => ErrorKind::Failed,
        _ => ErrorKind::Garbled,
    }
}

/// Why nothing came back: no credentials, no connection, or a connection that broke.
fn dispatch(error: &(dyn StdError + 'static), timeout: bool) -> ErrorKind {
    let mut connecting = timeout;
    let mut cause = Some(error);
    while let Some(now) = cause {
        let text = now.to_string();
        if text.contains("redentials") || text.contains("session token") {
            let expired = text.contains("expired");
            return if expired { ErrorKind::ExpiredToken } else { ErrorKind::NoCredentials };
        }
        connecting |= text.contains("(Connect)") || text.contains("dns error");
        cause = now.source();
    }
    if connecting { ErrorKind::Unreachable } else { ErrorKind::Broken }
}

/// Our own error, where it lies at the bottom of an error of the SDK.
pub(super) fn ours(error: &(dyn StdError + 'static)) -> Option<LoadError> {
    let mut cause = Some(error);
    while let Some(now) = cause {
        if let Some(ours) = now.downcast_ref::<LoadError>() {
            return Some(ours.clone());
        }
        cause = now.source();
    }
    None
}

/// The innermost error's words, which are the plainest.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Reads AWS's sentence about a refusal.
///
/// `User: ARN is not authorized to perform: iam:ListUsers on resource: ARN because no identity-based policy
/// allows the iam:ListUsers action`, or `… with an explicit deny in a service control policy: ARN`.
fn denial(operation: Operation, message: &str) -> Denial {
    let after = |mark: &str| message.split_once(mark).map(|(_, rest)| rest);
    let word = |text: &str| text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', '.']).to_owned();
    let action = after("not authorized to perform: ").map(word).filter(|action| action.contains(':'));
    let resource = after("on resource: ").map(word);
    let reason = if let Some(rest) = after("with an explicit deny in ") {
        DenialReason::ExplicitDeny(kind_of_policy(rest).into())
    } else if let Some(rest) = after("because no ") {
        DenialReason::NothingAllows(kind_of_policy(rest).into())
    } else {
        DenialReason::NotSaid
    };
    Denial { action: action.unwrap_or_else(|| operation.action()).into(), resource: resource.map(Into::into), reason }
}

/// `an identity-based policy: arn:…` → `identity-based policy`.
fn kind_of_policy(text: &str) -> &str {
    let text = text.strip_prefix("an ").or_else(|| text.strip_prefix("a ")).unwrap_or(text);
    let end = text.find([':', '.']).or_else(|| text.find(" allows")).unwrap_or(text.len());
    let kind = text.get(..end).unwrap_or(text);
    kind.split_once(" allows").map_or(kind, |(kind, _)| kind).trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Iam;

    #[track_caller]
    fn check_denial(message: &str, action: &str, reason: &DenialReason) {
        let denial = denial(Iam::ListUsers.into(), message);
        assert_eq!((&*denial.action, &denial.reason), (action, reason));
    }

    #[test]
    fn a_refusal_tells_the_missing_action_and_the_kind_of_policy() {
        check_denial(
            "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:ListMFADevices on resource: \
             user alice because no identity-based policy allows the iam:ListMFADevices action",
            "iam:ListMFADevices",
            &DenialReason::NothingAllows("identity-based policy".into()),
        );
        check_denial(
            "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:ListUsers on resource: \
             arn:aws:iam::123456789012:user/ with an explicit deny in a service control policy: \
             arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1",
            "iam:ListUsers",
            &DenialReason::ExplicitDeny("service control policy".into()),
        );
        check_denial("Access Denied", "iam:ListUsers", &DenialReason::NotSaid);
    }

    #[track_caller]
    fn check(code: Option<&str>, message: &str, status: u16, kind: &ErrorKind) {
        assert_eq!(&classify(Iam::ListUsers.into(), code, message, status), kind, "{code:?} {status}");
    }

    #[test]
    fn codes_and_statuses_tell_the_kind() {
        check(Some("Throttling"), "Rate exceeded", 400, &ErrorKind::Throttled);
        check(Some("ExpiredToken"), "", 403, &ErrorKind::ExpiredToken);
        check(Some("InvalidClientTokenId"), "", 403, &ErrorKind::InvalidCredentials);
        check(Some("SignatureDoesNotMatch"), "", 403, &ErrorKind::InvalidCredentials);
        check(
            Some("SignatureDoesNotMatch"),
            "Signature expired: 20261122T000000Z is now earlier than …",
            403,
            &ErrorKind::ClockSkew,
        );
        check(Some("NoSuchEntity"), "", 404, &ErrorKind::NotFound);
        check(Some("InvalidAction"), "", 400, &ErrorKind::Unsupported);
        check(Some("InternalFailure"), "not yet implemented", 501, &ErrorKind::Unsupported);
        check(None, "", 404, &ErrorKind::Unsupported);
        check(None, "", 500, &ErrorKind::Unsupported);
        check(Some("ServiceFailure"), "", 500, &ErrorKind::Failed);
        check(Some("RequestTimeout"), "", 503, &ErrorKind::Failed);
        check(None, "", 408, &ErrorKind::Failed);
    }
}
