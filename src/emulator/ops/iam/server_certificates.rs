//! Server certificates.

use serde_json::{Value, json};

use super::named::{self, Entity, arn, created, edit, existing, find, free, listed, renames};
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::crypto::x509::Certificate;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::credentials::ServerCertificate;
use crate::emulator::store::{State, Table};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::UploadServerCertificate, upload, created::<ServerCertificate>),
    reads(Iam::GetServerCertificate, get, existing::<ServerCertificate>),
    reads(Iam::ListServerCertificates, list, listed::<ServerCertificate>),
    writes(Iam::UpdateServerCertificate, update, existing::<ServerCertificate>),
    writes(Iam::DeleteServerCertificate, delete, existing::<ServerCertificate>),
    reads(Iam::ListServerCertificateTags, list_tags, existing::<ServerCertificate>),
    writes(Iam::TagServerCertificate, tag, existing::<ServerCertificate>),
    writes(Iam::UntagServerCertificate, untag, existing::<ServerCertificate>),
];

impl Entity for ServerCertificate {
    const PARAM: &'static str = "ServerCertificateName";
    const ARN: &'static str = "server-certificate";

    fn table(state: &State) -> &Table<Self> {
        &state.server_certificates
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        &mut state.server_certificates
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> Failure {
        Failure::no_such_entity(format!("The Server Certificate with name {name} cannot be found."))
    }

    fn taken(name: &str) -> Failure {
        Failure::already_exists(format!("The Server Certificate with name {name} already exists."))
    }
}

fn metadata(request: &Request<'_>, certificate: &ServerCertificate) -> Value {
    json!({
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": arn(request, certificate),
        "UploadDate": certificate.uploaded.to_string(),
        "Expiration": certificate.expires.map(|at| at.to_string()),
    })
}

fn upload(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("ServerCertificateName");
    let body = request.text("CertificateBody");
    let malformed = |told: &str| Failure::new("MalformedCertificate", 400, told);
    let unreadable = || malformed("Unable to parse certificate. Please ensure the certificate is in PEM format.");
    let read = Certificate::read(body).ok_or_else(unreadable)?;
    match read.belongs_to(request.text("PrivateKey")) {
        None => return Err(malformed("Unable to parse key. Please ensure the key is in PEM format.")),
        Some(false) => {
            return Err(Failure::new("KeyPairMismatch", 400, "Private key doesn't match the certificate."));
        }
        Some(true) => {}
    }
    if request.maybe("CertificateChain").is_some_and(|chain| Certificate::read(chain).is_none()) {
        return Err(malformed("Unable to parse certificate chain. Please ensure the chain is in PEM format."));
    }
    free::<ServerCertificate>(state, name)?;
    request.within(quota::SERVER_CERTIFICATES, state.server_certificates.len() + 1)?;
    let certificate = ServerCertificate {
        id: request.environment.ids.unique("ASCA"),
        name: name.to_owned(),
        path: named::path(request).to_owned(),
        uploaded: request.now,
        expires: Some(read.expires.into()),
        body: body.to_owned(),
        chain: request.maybe("CertificateChain").map(str::to_owned),
        tags: tags::given(request, Keys::Folded)?,
    };
    let shown = json!({
        "ServerCertificateMetadata": metadata(request, &certificate),
        "Tags": tags::show(&certificate.tags),
    });
    state.server_certificates.put(certificate);
    Ok(shown)
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let certificate = find::<ServerCertificate>(request, state)?;
    Ok(json!({"ServerCertificate": {
        "ServerCertificateMetadata": metadata(request, certificate),
        "CertificateBody": certificate.body.trim(),
        "CertificateChain": certificate.chain.as_deref().map(str::trim),
        "Tags": tags::show_all(&certificate.tags),
    }}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    named::list::<ServerCertificate>(request, state, "ServerCertificateMetadataList", |certificate| {
        metadata(request, certificate)
    })
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut certificate = find::<ServerCertificate>(request, state)?.clone();
    if let Some(name) = request.maybe("NewServerCertificateName") {
        renames(state, &certificate, name)?;
        name.clone_into(&mut certificate.name);
    }
    if let Some(path) = request.maybe("NewPath") {
        path.clone_into(&mut certificate.path);
    }
    state.server_certificates.put(certificate);
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let id = find::<ServerCertificate>(request, state)?.id.clone();
    state.server_certificates.remove(&id);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find::<ServerCertificate>(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |certificate: &mut ServerCertificate| {
        tags::merge(request, &mut certificate.tags, Keys::Folded)?;
        Ok(json!({}))
    })
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |certificate: &mut ServerCertificate| {
        tags::remove(request, &mut certificate.tags, Keys::Folded);
        Ok(json!({}))
    })
}
