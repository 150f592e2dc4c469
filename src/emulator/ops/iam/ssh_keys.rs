//! SSH public keys of users, for `CodeCommit`.

use serde_json::{Value, json};

use super::named::{edit, existing, find};
use super::owner::in_order;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::crypto::ssh::{PublicKey, Refused};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{SshPublicKey, Status};
use crate::emulator::store::records::User;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::UploadSSHPublicKey, upload, existing::<User>),
    reads(Iam::GetSSHPublicKey, get, existing::<User>),
    reads(Iam::ListSSHPublicKeys, list, existing::<User>),
    writes(Iam::UpdateSSHPublicKey, update, existing::<User>),
    writes(Iam::DeleteSSHPublicKey, delete, existing::<User>),
];

fn place(request: &Request<'_>, keys: &[SshPublicKey]) -> Result<usize, Failure> {
    let id = request.text("SSHPublicKeyId");
    keys.iter()
        .position(|key| key.id == id)
        .ok_or_else(|| Failure::no_such_entity(format!("The Public Key with id {id} cannot be found.")))
}

fn show(user: &User, key: &SshPublicKey, body: &str) -> Value {
    json!({"SSHPublicKey": {
        "UserName": user.name,
        "SSHPublicKeyId": key.id,
        "Fingerprint": key.fingerprint,
        "SSHPublicKeyBody": body,
        "Status": key.status.as_str(),
        "UploadDate": key.uploaded.to_string(),
    }})
}

fn upload(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let body = request.text("SSHPublicKeyBody");
    let public = PublicKey::read(body).map_err(|refused| match refused {
        Refused::Encoding => {
            Failure::new("UnrecognizedPublicKeyEncoding", 400, "The public key encoding is not recognized.")
        }
        Refused::Key => Failure::new("InvalidPublicKey", 400, "The public key is not valid."),
    })?;
    let fingerprint = public.fingerprint();
    if user.ssh_keys.iter().any(|key| key.fingerprint == fingerprint) {
        let told = "The specified SSH public key is already associated with the specified user.";
        return Err(Failure::new("DuplicateSSHPublicKey", 400, told));
    }
    request.within(quota::SSH_KEYS_PER_USER, user.ssh_keys.len() + 1)?;
    let key = SshPublicKey {
        id: request.environment.ids.unique("APKA"),
        // A key is kept as it was given in SSH's encoding, with its comment; one in PEM is translated.
        body: if body.trim_start().starts_with("ssh-") { body.to_owned() } else { public.ssh() },
        fingerprint,
        uploaded: request.now,
        status: Status::Active,
    };
    edit(request, state, |user: &mut User| {
        let shown = show(user, &key, &key.body);
        user.ssh_keys.push(key);
        Ok(shown)
    })
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let key = &user.ssh_keys[place(request, &user.ssh_keys)?];
    if request.text("Encoding") == "PEM" {
        let pem = PublicKey::read(&key.body).map(|public| public.pem()).unwrap_or_default();
        return Ok(show(user, key, &pem));
    }
    Ok(show(user, key, &key.body))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    in_order(request, "SSHPublicKeys", &user.ssh_keys, |key| {
        json!({
            "UserName": user.name,
            "SSHPublicKeyId": key.id,
            "Status": key.status.as_str(),
            "UploadDate": key.uploaded.to_string(),
        })
    })
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.ssh_keys)?;
        user.ssh_keys[at].status = Status::parse(request.text("Status"));
        Ok(json!({}))
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        let at = place(request, &user.ssh_keys)?;
        user.ssh_keys.remove(at);
        Ok(json!({}))
    })
}
