//! Verifying Signature Version 4, in a header or presigned.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! The texts are AWS's own. The Region is taken from the credential scope: a client of any Region is served,
//! and a signature that names one Region and is made for another does not match.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Wire;
use crate::emulator::failure::Failure;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far the clocks of client and service may differ.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The longest life of a presigned request: seven days.
const PRESIGNED_SECONDS: i64 = 604_800;
/// How many signing keys are remembered, one for each access key.
const CACHED_KEYS: usize = 1_024;
/// RFC 3986: everything but the unreserved characters is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for paths, whose slashes stay.
const PATH: &AsciiSet = &ENCODED.remove(b'/');

/// What a request says about its signature, before anything is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The access key that it was signed with.
    pub access_key: String,
    /// The day of the scope: `20240101`.
    date: String,
    /// The Region of the scope.
    pub region: String,
    /// The service of the scope.
    pub service: String,
    signed_headers: String,
    signature: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    stamp: String,
    /// The session token, of temporary credentials.
    pub token: Option<String>,
    presigned: Option<i64>,
}

/// Reads what a request claims; `None` where it is not signed at all.
pub fn claim(wire: &Wire<'_>) -> Result<Option<Claim>, Failure> {
    match wire.header("authorization") {
        Some(header) => from_header(wire, header).map(Some),
        None if wire.query.contains("X-Amz-Signature=") => from_query(wire).map(Some),
        None => Ok(None),
    }
}

fn incomplete(message: impl Into<String>) -> Failure {
    Failure::new("IncompleteSignature", 403, message)
}

fn mismatch(message: impl Into<String>) -> Failure {
    Failure::new("SignatureDoesNotMatch", 403, message)
}

/// The answer to a request that is not signed.
pub fn missing() -> Failure {
    Failure::new("MissingAuthenticationToken", 403, "Request is missing Authentication Token")
}

/// The answer to an access key that does not exist, is inactive, or comes with a wrong session token.
pub fn unknown_key() -> Failure {
    Failure::new("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
}

fn from_header(wire: &Wire<'_>, header: &str) -> Result<Claim, Failure> {
    let Some(rest) = header.strip_prefix(ALGORITHM).filter(|rest| rest.starts_with(' ')) else {
        return Err(incomplete("Authorization header requires existence of the 'AWS4-HMAC-SHA256' algorithm."));
    };
    let mut parts: HashMap<&str, &str> = HashMap::new();
    for part in rest.split(',') {
        let (name, value) = part.trim().split_once('=').ok_or_else(|| {
            incomplete(format!(
                "'{}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'.",
                part.trim()
            ))
        })?;
        parts.insert(name, value);
    }
    let mut missing = String::new();
    let mut part = |name: &str| -> String {
        parts.get(name).filter(|value| !value.is_empty()).map_or_else(
            || {
                let _ = write!(missing, "Authorization header requires '{name}' parameter. ");
                String::new()
            },
            |value| (*value).to_owned(),
        )
    };
    let (credential, signature, signed_headers) = (part("Credential"), part("Signature"), part("SignedHeaders"));
    let stamp = wire.header("x-amz-date");
    if stamp.is_none() {
        missing.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    if !missing.is_empty() {
        return Err(incomplete(format!("{missing}Authorization={ALGORITHM}")));
    }
    let stamp = stamp.unwrap_or_default();
    let token = wire.header("x-amz-security-token").map(str::to_owned);
    assemble(&credential, signed_headers, signature, stamp, token, None)
}

fn from_query(wire: &Wire<'_>) -> Result<Claim, Failure> {
    let mut found: HashMap<String, String> = HashMap::new();
    for (name, value) in form_urlencoded::parse(wire.query.as_bytes()) {
        if name.starts_with("X-Amz-") {
            found.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
    }
    let mut take = |name: &str| {
        found.remove(name).ok_or_else(|| incomplete(format!("AWS query-string parameters must include '{name}'.")))
    };
    if take("X-Amz-Algorithm")? != ALGORITHM {
        return Err(incomplete("Unsupported AWS 'algorithm': only 'AWS4-HMAC-SHA256' is known."));
    }
    let (credential, stamp) = (take("X-Amz-Credential")?, take("X-Amz-Date")?);
    let (signed_headers, signature) = (take("X-Amz-SignedHeaders")?, take("X-Amz-Signature")?);
    // Without a lifetime the window of a header applies.
    let expires = match found.remove("X-Amz-Expires") {
        Some(text) => {
            text.parse().ok().filter(|seconds| (1..=PRESIGNED_SECONDS).contains(seconds)).ok_or_else(|| {
                Failure::new(
                    "AuthorizationQueryParametersError",
                    400,
                    "X-Amz-Expires must be between 1 and 604800 seconds.",
                )
            })?
        }
        None => WINDOW.as_secs(),
    };
    let token = found.remove("X-Amz-Security-Token");
    assemble(&credential, signed_headers, signature, &stamp, token, Some(expires))
}

fn assemble(
    credential: &str,
    signed_headers: String,
    signature: String,
    stamp: &str,
    token: Option<String>,
    presigned: Option<i64>,
) -> Result<Claim, Failure> {
    // An access key holds no slash, so the scope is read from the right.
    let mut fields = credential.rsplitn(5, '/');
    let (Some(terminator), Some(service), Some(region), Some(date), Some(access_key)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
        )));
    };
    let signed_at = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp)
        .ok()
        .and_then(|at| at.to_zoned(TimeZone::UTC).ok())
        .map(|at| at.timestamp())
        .ok_or_else(|| {
            incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{stamp}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })?;
    if terminator != "aws4_request" {
        return Err(mismatch(format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "
        )));
    }
    if region.is_empty()
        || region.len() > 32
        || !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return Err(mismatch("Credential should be scoped to a valid region. "));
    }
    let day = stamp.get(..8).unwrap_or_default();
    if day != date {
        return Err(mismatch(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{day}', from '{stamp}'."
        )));
    }
    Ok(Claim {
        access_key: access_key.to_owned(),
        date: date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        signed_headers,
        signature,
        signed_at,
        stamp: stamp.to_owned(),
        token,
        presigned,
    })
}

/// Verifies claims; remembers signing keys, which cost four hashes each.
#[derive(Debug, Default)]
pub struct Verifier {
    keys: Mutex<HashMap<String, SigningKey>>,
}

/// The signing key of one caller, with what it was derived from.
#[derive(Debug)]
struct SigningKey {
    date: String,
    region: String,
    service: String,
    secret: String,
    key: [u8; 32],
}

impl SigningKey {
    /// Whether it is good for a claim. The secret counts too, because a key given by a flag may change its secret.
    fn is_for(&self, claim: &Claim, secret: &str) -> bool {
        self.date == claim.date
            && self.region == claim.region
            && self.service == claim.service
            && bool::from(self.secret.as_bytes().ct_eq(secret.as_bytes()))
    }
}

impl Verifier {
    /// Checks a claim against the secret of its access key, the service that is asked and the time.
    pub fn verify(
        &self,
        wire: &Wire<'_>,
        claim: &Claim,
        secret: &str,
        service: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if claim.service != service {
            return Err(mismatch(format!("Credential should be scoped to correct service: '{service}'. ")));
        }
        check_time(claim, now)?;
        check_signed_headers(wire, claim)?;
        let request = canonical_request(wire, claim);
        let to_sign = format!(
            "{ALGORITHM}\n{}\n{}/{}/{}/aws4_request\n{}",
            claim.stamp,
            claim.date,
            claim.region,
            claim.service,
            hex(&Sha256::digest(request.as_bytes()))
        );
        let expected = hex(&hmac(&self.signing_key(claim, secret), to_sign.as_bytes()));
        if bool::from(expected.as_bytes().ct_eq(claim.signature.as_bytes())) {
            Ok(())
        } else {
            Err(mismatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS \
                 Secret Access Key and signing method. Consult the service documentation for details.",
            ))
        }
    }

    /// The key of a claim. One is remembered for each access key: a client rarely changes day, Region or service.
    fn signing_key(&self, claim: &Claim, secret: &str) -> [u8; 32] {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = keys.get(&claim.access_key).filter(|known| known.is_for(claim, secret)) {
            return known.key;
        }
        let mut key = hmac(format!("AWS4{secret}").as_bytes(), claim.date.as_bytes());
        for part in [claim.region.as_str(), claim.service.as_str(), "aws4_request"] {
            key = hmac(&key, part.as_bytes());
        }
        if keys.len() >= CACHED_KEYS {
            keys.clear();
        }
        let known = SigningKey {
            date: claim.date.clone(),
            region: claim.region.clone(),
            service: claim.service.clone(),
            secret: secret.to_owned(),
            key,
        };
        keys.insert(claim.access_key.clone(), known);
        key
    }
}

fn check_time(claim: &Claim, now: Timestamp) -> Result<(), Failure> {
    let stamp = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    if claim.signed_at > now.saturating_add(WINDOW).unwrap_or(now) {
        return Err(mismatch(format!(
            "Signature not yet current: {} is still later than {} ({} + 15 min.)",
            claim.stamp,
            stamp(now.saturating_add(WINDOW).unwrap_or(now)),
            stamp(now)
        )));
    }
    if let Some(seconds) = claim.presigned {
        let end = claim.signed_at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
        return if now > end { Err(Failure::new("RequestExpired", 400, "Request has expired.")) } else { Ok(()) };
    }
    let earliest = now.saturating_sub(WINDOW).unwrap_or(now);
    if claim.signed_at < earliest {
        return Err(mismatch(format!(
            "Signature expired: {} is now earlier than {} ({} - 15 min.)",
            claim.stamp,
            stamp(earliest),
            stamp(now)
        )));
    }
    Ok(())
}

/// The host and every `x-amz-` header that is there must be signed, or they could be changed on the way.
fn check_signed_headers(wire: &Wire<'_>, claim: &Claim) -> Result<(), Failure> {
    let signed = |name: &str| claim.signed_headers.split(';').any(|header| header == name);
    if !signed("host") {
        return Err(mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
    }
    for (name, _) in wire.headers {
        if name.starts_with("x-amz-") && !signed(name) {
            return Err(mismatch(format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.")));
        }
    }
    for name in claim.signed_headers.split(';') {
        if wire.header(name).is_none() {
            return Err(mismatch(format!("'{name}' is listed in 'SignedHeaders' but was not sent.")));
        }
    }
    Ok(())
}

fn canonical_request(wire: &Wire<'_>, claim: &Claim) -> String {
    let mut out = String::with_capacity(512);
    out.push_str(wire.method);
    out.push('\n');
    // What is encoded already is encoded again, as all services but S3 want it.
    out.extend(utf8_percent_encode(wire.path, PATH));
    out.push('\n');
    canonical_query(&mut out, wire.query);
    out.push('\n');
    for name in claim.signed_headers.split(';') {
        out.push_str(name);
        out.push(':');
        let values = wire.headers.iter().filter(|(header, _)| *header == name).map(|(_, value)| *value);
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push(',');
            }
            for (word_at, word) in value.split_ascii_whitespace().enumerate() {
                if word_at > 0 {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&claim.signed_headers);
    out.push('\n');
    out.push_str(&hex(&Sha256::digest(wire.body)));
    out
}

fn canonical_query(out: &mut String, query: &str) {
    if query.is_empty() {
        return;
    }
    let encode = |text: &str| {
        let decoded: Vec<u8> = percent_decode_str(text).collect();
        percent_encoding::percent_encode(&decoded, ENCODED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "X-Amz-Signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
}

/// HMAC-SHA-256.
pub fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(data);
            mac.finalize().into_bytes().into()
        }
        // HMAC takes keys of any length; a key that is all zeros verifies nothing.
        Err(_) => [0; 32],
    }
}

/// Bytes as two small letters or digits each.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// A text as RFC 3986 writes it in a URL: how IAM answers with policy documents.
pub fn url_encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
