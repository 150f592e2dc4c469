//! The files in which the AWS CLI keeps sessions, read and written alike.
//!
//! `~/.aws/cli/cache/SHA1.json` holds the answer of `AssumeRole`; its name follows from what was asked, as
//! botocore's `AssumeRoleCredentialFetcher` writes it. `~/.aws/sso/cache/SHA1.json` holds the token of an
//! Identity Center session; its name follows from the session's name, or the start page where it has none.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::home_dir;
use jiff::Timestamp;
use serde_json::{Map, Value};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::{RoleRequest, SsoSession};
use crate::backend::profiles::{Base, Chain};
use crate::base::hex::hex;
use crate::base::{bounded, private_file};

/// The most bytes of a cache file; a token has a few thousand.
const LARGEST: u64 = 1 << 20;

fn sha1(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

/// The file of a role's session. Another endpoint than AWS's own is part of the name: the same ARN may lie behind it.
pub(super) fn role_file(request: &RoleRequest, endpoint: Option<&str>) -> Option<PathBuf> {
    Some(home_dir().ok()?.join(".aws/cli/cache").join(role_name(request, endpoint)))
}

fn role_name(request: &RoleRequest, endpoint: Option<&str>) -> String {
    // Sorted by key, with a blank after commas and colons: the text that botocore hashes.
    let texts = [
        ("EndpointUrl", endpoint),
        ("ExternalId", request.external_id.as_deref()),
        ("RoleArn", Some(request.arn.as_str())),
        ("RoleSessionName", request.session_name.as_deref()),
        ("SerialNumber", request.mfa_serial.as_deref()),
    ];
    let duration = request.duration.map(|seconds| format!("\"DurationSeconds\": {seconds}"));
    let text = |(key, value): (&str, Option<&str>)| value.map(|value| format!("\"{key}\": {}", Value::from(value)));
    let pairs: Vec<String> = duration.into_iter().chain(texts.into_iter().filter_map(text)).collect();
    format!("{}.json", sha1(&format!("{{{}}}", pairs.join(", "))))
}

/// The file of an Identity Center session's token.
pub(super) fn token_file(identifier: &str) -> Option<PathBuf> {
    Some(home_dir().ok()?.join(".aws/sso/cache").join(format!("{}.json", sha1(identifier))))
}

/// The ids of the access keys that the AWS CLI and this program keep of a chain's sessions.
pub(in crate::backend) fn keys(chain: &Chain, endpoint: Option<&str>) -> Vec<String> {
    let files = match (chain.roles.last(), &chain.base) {
        (Some(role), _) => {
            let request = RoleRequest::of(role.clone());
            [role_file(&request, None), endpoint.and_then(|_| role_file(&request, endpoint))]
        }
        (None, Base::IdentityCenter { session, account, role }) => [permission_set_file(session, account, role), None],
        (None, _) => return Vec::new(),
    };
    let id = |file: PathBuf| Some(read(&file)?.get("Credentials")?.get("AccessKeyId")?.as_str()?.to_owned());
    files.into_iter().flatten().filter_map(id).collect()
}

/// The file of a permission set's session: botocore's `SSOCredentialFetcher` leaves out blanks, and sorts by key.
fn permission_set_file(session: &SsoSession, account: &str, role: &str) -> Option<PathBuf> {
    let (account, role) = (Value::from(account), Value::from(role));
    let of = match &session.name {
        Some(name) => format!("\"sessionName\":{}", Value::from(name.as_str())),
        None => format!("\"startUrl\":{}", Value::from(session.start_url.as_str())),
    };
    let name = sha1(&format!("{{\"accountId\":{account},\"roleName\":{role},{of}}}"));
    Some(home_dir().ok()?.join(".aws/cli/cache").join(format!("{name}.json")))
}

/// The file of a session that `aws login` keeps.
pub(super) fn login_file(session: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("AWS_LOGIN_CACHE_DIRECTORY").map(PathBuf::from);
    let folder = folder.or_else(|| Some(home_dir().ok()?.join(".aws/login/cache")))?;
    Some(folder.join(format!("{}.json", hex(&Sha256::digest(session.trim().as_bytes())))))
}

/// What a cache file holds; nothing where there is none or it is no JSON object.
pub(super) fn read(file: &Path) -> Option<Map<String, Value>> {
    serde_json::from_slice(&bounded::read(file, LARGEST).ok()?).ok()
}

/// Writes a cache file that nobody else can read, whole or not at all.
pub(super) fn write(file: &Path, value: &Value) -> io::Result<()> {
    private_file::replace(file, value.to_string().as_bytes())
}

/// A time as the AWS CLI writes it: `2026-01-02T03:04:05Z`, or with `UTC` at the end.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    match text.strip_suffix("UTC") {
        Some(head) => format!("{head}Z").parse().ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RoleRequest {
        RoleRequest {
            arn: "arn:aws:iam::123456789012:role/Admin".to_owned(),
            session_name: None,
            external_id: None,
            mfa_serial: None,
            duration: None,
        }
    }

    #[test]
    fn a_roles_file_has_the_name_that_botocore_gives_it() {
        let mfa = RoleRequest { mfa_serial: Some("arn:aws:iam::123456789012:mfa/me".into()), ..request() };
        let whole = RoleRequest {
            external_id: Some("x-1".into()),
            session_name: Some("me".into()),
            duration: Some(900),
            ..mfa.clone()
        };
        // By `json.dumps(arguments, sort_keys=True)` and SHA-1 in Python.
        assert_eq!(role_name(&request(), None), "51e7b105b5040ce662656c8dc6ab4de70c4de7ad.json");
        assert_eq!(role_name(&mfa, None), "f948bdcb55060e8152f64fe4fe27c45391a17248.json");
        assert_eq!(role_name(&whole, None), "28274a67b3c9be1d6e71fb2f2d760b68bcbba687.json");
        assert_ne!(role_name(&request(), Some("http://127.0.0.1:1")), role_name(&request(), None));
    }

    #[test]
    fn times_of_both_spellings_are_read() {
        let wanted = "2026-01-02T03:04:05Z".parse().ok();
        assert_eq!(time("2026-01-02T03:04:05Z"), wanted);
        assert_eq!(time("2026-01-02T03:04:05UTC"), wanted);
        assert_eq!(time("2026-01-02T03:04:05+00:00"), wanted);
        assert_eq!(time("soon"), None);
    }
}
