//! X.509 signing certificates of users.

use serde_json::{Value, json};

use super::named::{edit, existing, find};
use super::owner::{in_order, is_root};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::crypto::x509::Certificate;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{SigningCertificate, Status};
use crate::emulator::store::records::User;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::UploadSigningCertificate, upload, existing::<User>),
    reads(Iam::ListSigningCertificates, list, existing::<User>),
    writes(Iam::UpdateSigningCertificate, update, existing::<User>),
    writes(Iam::DeleteSigningCertificate, delete, existing::<User>),
];

fn place(request: &Request<'_>, certificates: &[SigningCertificate]) -> Result<usize, Failure> {
    let id = request.text("CertificateId");
    certificates
        .iter()
        .position(|certificate| certificate.id == id)
        .ok_or_else(|| Failure::no_such_entity(format!("The Certificate with id {id} cannot be found.")))
}

fn show(user: &User, certificate: &SigningCertificate) -> Value {
    json!({
        "UserName": user.name,
        "CertificateId": certificate.id,
        "CertificateBody": certificate.body,
        "Status": certificate.status.as_str(),
        "UploadDate": certificate.uploaded.to_string(),
    })
}

fn upload(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let body = request.text("CertificateBody");
    if Certificate::read(body).is_none() {
        return Err(Failure::new("MalformedCertificate", 400, format!("Certificate {body} is malformed.")));
    }
    if user.signing_certificates.iter().any(|certificate| certificate.body.trim() == body.trim()) {
        let told = "The same certificate is associated with an IAM user in the account.";
        return Err(Failure::new("DuplicateCertificate", 409, told));
    }
    request.within(quota::SIGNING_CERTIFICATES_PER_USER, user.signing_certificates.len() + 1)?;
    let mut id = request.environment.ids.unique("") + &request.environment.ids.unique("");
    id.truncate(32);
    let certificate = SigningCertificate { id, body: body.to_owned(), uploaded: request.now, status: Status::Active };
    edit(request, state, |user: &mut User| {
        let shown = show(user, &certificate);
        user.signing_certificates.push(certificate);
        Ok(json!({"Certificate": shown}))
    })
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    // The root user has none.
    if is_root(request) {
        return in_order(request, "Certificates", &[] as &[Value], Value::clone);
    }
    let user = find::<User>(request, state)?;
    in_order(request, "Certificates", &user.signing_certificates, |certificate| show(user, certificate))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.signing_certificates)?;
        user.signing_certificates[at].status = Status::parse(request.text("Status"));
        Ok(json!({}))
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.signing_certificates)?;
        user.signing_certificates.remove(at);
        Ok(json!({}))
    })
}
