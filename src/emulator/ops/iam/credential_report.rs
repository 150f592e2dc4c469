//! The credential report: one line a user, as CSV.
//!
//! Columns: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::named::{arn, everything};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::credentials::{AccessKey, SigningCertificate, Status};
use crate::emulator::store::records::{Account, Moment, User};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] =
    &[writes(Iam::GenerateCredentialReport, generate, everything), reads(Iam::GetCredentialReport, get, everything)];

/// Seconds for which a report is not made anew, and after which it is no longer given.
const LIFE: i64 = 4 * 60 * 60;
const DAY: i64 = 24 * 60 * 60;
const NONE: &str = "N/A";
const HEAD: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
    cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// The report is made at once, but as with AWS it is told complete only to the next request.
fn generate(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let fresh = state.account().report_made.is_some_and(|made| (0..LIFE).contains(&(request.now.0 - made.0)));
    if fresh {
        return Ok(json!({"State": "COMPLETE"}));
    }
    let report = report(request, state);
    state.change_account(|account| {
        account.report = Some(report);
        account.report_made = Some(request.now);
    });
    Ok(json!({"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let account = state.account();
    let (Some(report), Some(made)) = (&account.report, account.report_made) else {
        return Err(Failure::new("ReportNotPresent", 410, ""));
    };
    if request.now.0 - made.0 >= LIFE {
        let told = "Credential report has expired. Generate a new report using GenerateCredentialReport.";
        return Err(Failure::new("ReportExpired", 410, told));
    }
    Ok(json!({
        "Content": BASE64.encode(report),
        "ReportFormat": "text/csv",
        "GeneratedTime": made.to_string(),
    }))
}

fn report(request: &Request<'_>, state: &State) -> String {
    let mut lines = vec![HEAD.to_owned(), root(request, state.account()).join(",")];
    let age = state.account().password_policy.as_ref().and_then(|policy| policy.get("MaxPasswordAge")?.as_i64());
    lines.extend(state.users.iter().map(|user| line(request, user, age).join(",")));
    lines.join("\n")
}

/// A date as the report writes it: `2024-01-01T00:00:00Z`.
fn date(at: Moment) -> String {
    at.to_string()
}

fn root(request: &Request<'_>, account: &Account) -> Vec<String> {
    let used = account.root_password_last_used.map_or_else(|| "no_information".to_owned(), date);
    let mut cells = vec![
        "<root_account>".to_owned(),
        request.arn("root"),
        date(account.created),
        "not_supported".to_owned(),
        used,
        "not_supported".to_owned(),
        "not_supported".to_owned(),
        (!account.root_mfa.is_empty()).to_string(),
    ];
    cells.extend(keys(&account.root_keys));
    cells.extend(certificates(&[]));
    cells
}

fn line(request: &Request<'_>, user: &User, age: Option<i64>) -> Vec<String> {
    let profile = user.login_profile.as_ref();
    let none = || NONE.to_owned();
    let used = || user.password_last_used.map_or_else(|| "no_information".to_owned(), date);
    let next = profile.zip(age).map(|(profile, days)| date(Moment(profile.changed.0 + days * DAY)));
    let mut cells = vec![
        user.name.clone(),
        arn(request, user),
        date(user.created),
        profile.is_some().to_string(),
        profile.map_or_else(none, |_| used()),
        profile.map_or_else(none, |profile| date(profile.changed)),
        next.unwrap_or_else(none),
        (!user.mfa.is_empty()).to_string(),
    ];
    cells.extend(keys(&user.access_keys));
    cells.extend(certificates(&user.signing_certificates));
    // Names may hold commas.
    cells.iter().map(|cell| if cell.contains(',') { format!("\"{cell}\"") } else { cell.clone() }).collect()
}

fn keys(keys: &[AccessKey]) -> Vec<String> {
    // Active keys come before inactive ones, each in the order of their making.
    let mut keys: Vec<&AccessKey> = keys.iter().collect();
    keys.sort_by_key(|key| key.status != Status::Active);
    let cells = |at: usize| {
        let key = keys.get(at);
        let used = key.and_then(|key| key.last_used.as_ref());
        [
            key.is_some_and(|key| key.status == Status::Active).to_string(),
            key.map_or_else(|| NONE.to_owned(), |key| date(key.created)),
            used.map_or_else(|| NONE.to_owned(), |used| date(used.at)),
            used.map_or(NONE, |used| &used.region).to_owned(),
            used.map_or(NONE, |used| &used.service).to_owned(),
        ]
    };
    [cells(0), cells(1)].concat()
}

fn certificates(certificates: &[SigningCertificate]) -> Vec<String> {
    let cells = |at: usize| {
        let certificate = certificates.get(at);
        [
            certificate.is_some_and(|certificate| certificate.status == Status::Active).to_string(),
            certificate.map_or_else(|| NONE.to_owned(), |certificate| date(certificate.uploaded)),
        ]
    };
    [cells(0), cells(1)].concat()
}
