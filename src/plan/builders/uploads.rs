//! What users upload: SSH public keys and X.509 signing certificates.

use crate::model::{Account, Status};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};

use super::delete_user::uploaded;
use super::{rows, user, within};

/// The most SSH public keys of one user; no read tells it.
const SSH_KEYS: u64 = 5;

/// The plan that uploads an SSH public key, in SSH's encoding or PEM.
pub fn upload_ssh_key(account: &Account, name: &str, body: &str) -> Result<Plan, PlanError> {
    let held = rows(&user(account, name)?.facts.ssh_keys, || format!("the SSH public keys of {name}"))?;
    if held.len() as u64 >= SSH_KEYS {
        return Err(PlanError::Limit { what: format!("too many SSH public keys for {name}"), limit: SSH_KEYS });
    }
    if !["ssh-rsa ", "-----BEGIN"].iter().any(|start| body.trim_start().starts_with(start)) {
        return Err(PlanError::Refused {
            what: "this is not an SSH public key that AWS accepts".to_owned(),
            hint: "AWS accepts RSA keys that begin with `ssh-rsa`, or in PEM.",
        });
    }
    let mut plan = Plan::new(format!("upload an SSH public key for user {name}"));
    let id = plan.push(Step::new(Call::upload_ssh_key(name, body.trim()), "lets its owner use CodeCommit over SSH"));
    if let Some(step) = plan.steps.last_mut() {
        step.inverse = Inverse::of([Call::delete_ssh_key(name, output(&id, "SSHPublicKey.SSHPublicKeyId"))]);
    }
    Ok(plan.seeing(account))
}

/// The plan that activates or deactivates an SSH public key.
pub fn switch_ssh_key(account: &Account, name: &str, id: &str, on: bool) -> Result<Plan, PlanError> {
    let status = ssh_status(account, name, id)?;
    switch(&format!("SSH public key {id}"), status, on, |status| Call::update_ssh_key(name, id, status))
        .map(|plan| plan.seeing(account))
}

/// The plan that deletes an SSH public key; its text, where it was read, lets undo upload it again.
pub fn delete_ssh_key(account: &Account, name: &str, id: &str, body: Option<&str>) -> Result<Plan, PlanError> {
    let status = ssh_status(account, name, id)?;
    let mut plan = Plan::new(format!("delete SSH public key {id}"));
    let step = Step::requested(Call::delete_ssh_key(name, id));
    let undo = match body {
        Some(body) => Inverse::losing(
            uploaded(&step, Call::upload_ssh_key(name, body), status, |own| {
                Call::update_ssh_key(name, output(own, "SSHPublicKey.SSHPublicKeyId"), "Inactive")
            }),
            "the key's id, which SSH configurations name",
        ),
        None => Inverse::never("the text of the key was not read"),
    };
    plan.push(step.risk("CodeCommit refuses connections that use it").undo(undo));
    Ok(plan.seeing(account))
}

fn ssh_status(account: &Account, name: &str, id: &str) -> Result<Status, PlanError> {
    let held = rows(&user(account, name)?.facts.ssh_keys, || format!("the SSH public keys of {name}"))?;
    held.iter().find(|key| &*key.id == id).map(|key| key.status).ok_or_else(|| absent("SSH public key", id))
}

/// The plan that uploads a signing certificate in PEM.
pub fn upload_certificate(account: &Account, name: &str, body: &str) -> Result<Plan, PlanError> {
    let held = rows(&user(account, name)?.facts.certificates, || format!("the signing certificates of {name}"))?;
    let what = format!("too many signing certificates for {name}");
    within(account, "SigningCertificatesPerUserQuota", 2, held.len() + 1, &what)?;
    if !body.contains("-----BEGIN CERTIFICATE-----") {
        return Err(PlanError::Refused {
            what: "this is no certificate in PEM".to_owned(),
            hint: "It begins with `-----BEGIN CERTIFICATE-----`.",
        });
    }
    let mut plan = Plan::new(format!("upload a signing certificate for user {name}"));
    let call = Call::upload_signing_certificate(name, body.trim());
    let id = plan.push(Step::new(call, "lets its owner sign requests to the services that take one"));
    if let Some(step) = plan.steps.last_mut() {
        step.inverse = Inverse::of([Call::delete_signing_certificate(name, output(&id, "Certificate.CertificateId"))]);
    }
    Ok(plan.seeing(account))
}

/// The plan that activates or deactivates a signing certificate.
pub fn switch_certificate(account: &Account, name: &str, id: &str, on: bool) -> Result<Plan, PlanError> {
    let (status, _) = certificate(account, name, id)?;
    switch(&format!("signing certificate {id}"), status, on, |status| {
        Call::update_signing_certificate(name, id, status)
    })
    .map(|plan| plan.seeing(account))
}

/// The plan that deletes a signing certificate; undo uploads it again.
pub fn delete_certificate(account: &Account, name: &str, id: &str) -> Result<Plan, PlanError> {
    let (status, body) = certificate(account, name, id)?;
    let mut plan = Plan::new(format!("delete signing certificate {id}"));
    let step = Step::requested(Call::delete_signing_certificate(name, id));
    let undo = uploaded(&step, Call::upload_signing_certificate(name, body), status, |own| {
        Call::update_signing_certificate(name, output(own, "Certificate.CertificateId"), "Inactive")
    });
    let undo = Inverse::losing(undo, "the certificate's id and upload date");
    plan.push(step.risk("requests that are signed with it are refused").undo(undo));
    Ok(plan.seeing(account))
}

fn certificate<'a>(account: &'a Account, name: &str, id: &str) -> Result<(Status, &'a str), PlanError> {
    let held = rows(&user(account, name)?.facts.certificates, || format!("the signing certificates of {name}"))?;
    let found = held.iter().find(|held| &*held.id == id).ok_or_else(|| absent("signing certificate", id))?;
    Ok((found.status, &found.body))
}

/// The plan that switches a credential on or off.
pub(super) fn switch(
    what: &str,
    status: Status,
    on: bool,
    set: impl Fn(&'static str) -> Call,
) -> Result<Plan, PlanError> {
    let (to, from, verb) = if on { ("Active", "Inactive", "activate") } else { ("Inactive", "Active", "deactivate") };
    if (status == Status::Active) == on {
        return Err(PlanError::Nothing(format!("{what} is {to} already")));
    }
    let mut plan = Plan::new(format!("{verb} {what}"));
    let (why, risk) = if on {
        ("", format!("anyone with {what} can use it again"))
    } else {
        ("it is refused from then on, but kept", format!("what uses {what} stops working"))
    };
    plan.push(Step::new(set(to), why).risk(risk).undo(Inverse::of([set(from)])));
    Ok(plan)
}

pub(super) fn absent(kind: &'static str, id: &str) -> PlanError {
    PlanError::Absent { kind, name: id.to_owned(), meant: None }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    const SSH: &str = "APKAEXAMPLE1234567890";
    const CERTIFICATE: &str = "CERTIFICATEIDEXAMPLE0001";

    #[test]
    fn what_is_uploaded_can_be_taken_back() {
        let plan = upload_ssh_key(&account(), "bob", "ssh-rsa AAAA bob\n").unwrap();
        plan.check().unwrap();
        assert!(undo_lines(&plan).starts_with("delete SSH public key ‹SSHPublicKeyId of"));
        let plan = upload_certificate(&account(), "bob", "-----BEGIN CERTIFICATE-----").unwrap();
        plan.check().unwrap();
        assert!(undo_lines(&plan).starts_with("delete signing certificate ‹CertificateId of"));
        assert!(upload_ssh_key(&account(), "carol", "ssh-rsa AAAA").is_err());
    }

    #[test]
    fn what_is_deleted_is_uploaded_again_with_the_state_that_it_had() {
        let plan = delete_ssh_key(&account(), "bob", SSH, Some("ssh-rsa AAAA")).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(undo_lines(&plan), @r"
        upload an SSH public key for user bob
        set SSH public key ‹SSHPublicKeyId of delete-ssh-public-key:bob:APKAEXAMPLE1234567890~undo› of user bob Inactive
        ");
        let plan = delete_certificate(&account(), "bob", CERTIFICATE).unwrap();
        plan.check().unwrap();
        assert_eq!(undo_lines(&plan), "upload a signing certificate for user bob");
    }

    #[test]
    fn switches_know_what_is_switched_already() {
        let plan = switch_ssh_key(&account(), "bob", SSH, true).unwrap();
        assert_eq!(lines(&plan), "set SSH public key APKAEXAMPLE1234567890 of user bob Active");
        let told = switch_certificate(&account(), "bob", CERTIFICATE, true).unwrap_err().to_string();
        assert_eq!(told, "signing certificate CERTIFICATEIDEXAMPLE0001 is Active already: nothing to do");
        assert!(switch_certificate(&account(), "bob", "NONE", true).is_err());
    }
}
