//! Policy documents: their grammar, their size, and how answers carry them.

use serde_json::Value;

use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::protocol::signature::url_encoded;
use crate::emulator::quota::{self, Quota};
use crate::policy::malformed::{self, DocumentUse};
use crate::policy::size::Size;

/// Refuses a document that IAM would not store.
pub fn check(text: &str, use_: DocumentUse) -> Result<(), Failure> {
    malformed::check(text, use_).map_err(|wrong| Failure::malformed_policy(wrong.message))
}

/// Refuses a single document that is larger than a quota.
pub fn fits(request: &Request<'_>, text: &str, quota: Quota) -> Result<(), Failure> {
    request.within(quota, size(text))
}

/// The characters of a document as quotas count them: without white space.
pub fn size(text: &str) -> usize {
    Size::of(text).compact
}

/// A managed policy's document from a request, checked.
pub fn managed<'a>(request: &Request<'a>) -> Result<&'a str, Failure> {
    let document = request.text("PolicyDocument");
    check(document, DocumentUse::Managed)?;
    fits(request, document, quota::POLICY_SIZE)?;
    Ok(document)
}

/// A document as answers carry it: URL-encoded after RFC 3986.
pub fn show(text: &str) -> Value {
    Value::String(url_encoded(text))
}
