//! Uploading what users sign in with elsewhere: SSH public keys and X.509 signing certificates.

use crate::backend::{Load, UserPart};
use crate::base::error::Told;
use crate::input::Action;
use crate::model::{Account, EntityRef, UserName};
use crate::plan::build::{upload_certificate, upload_ssh_key};
use crate::plan::{Plan, PlanError};
use crate::ui::form::check::Check;
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::page::{View, Wish};
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::{CREDENTIALS, Fit, Verb, nothing, review};

/// Uploads an SSH public key for the selected user.
pub const SSH: Verb = Verb {
    name: "upload SSH public key",
    help: "Upload an SSH public key for CodeCommit, in OpenSSH or PEM format.",
    key: Some(Action::Add),
    fit,
    open: |selection, _| open(selection, &SSH_KEY),
};

/// Uploads a signing certificate for the selected user.
pub const CERTIFICATE: Verb = Verb {
    name: "upload signing certificate",
    help: "Upload an X.509 signing certificate in PEM format.",
    key: Some(Action::Add),
    fit,
    open: |selection, _| open(selection, &SIGNING_CERTIFICATE),
};

/// What is special about one kind of upload.
#[derive(Debug)]
struct Kind {
    title: &'static str,
    label: &'static str,
    help: &'static str,
    part: UserPart,
    check: Check,
    plan: fn(&Account, &str, &str) -> Result<Plan, PlanError>,
}

static SSH_KEY: Kind = Kind {
    title: "Upload SSH public key for",
    label: "Public key",
    help: "Paste it: one line that begins with `ssh-rsa`, or PEM. At most five per user.",
    part: UserPart::SshKeys,
    check: ssh_key,
    plan: upload_ssh_key,
};

static SIGNING_CERTIFICATE: Kind = Kind {
    title: "Upload signing certificate for",
    label: "Certificate",
    help: "Paste the PEM text, with its BEGIN and END lines. At most two per user.",
    part: UserPart::Certificates,
    check: certificate,
    plan: upload_certificate,
};

fn fit(selection: &Selection) -> Fit {
    match selection.one() {
        Some(EntityRef::User(_)) => Fit::on_tab(selection, CREDENTIALS),
        _ => Fit::No,
    }
}

fn open(selection: &Selection, kind: &'static Kind) -> Result<Box<dyn Layer>, Told> {
    let Some(EntityRef::User(user)) = selection.one() else { return nothing() };
    Ok(Box::new(Wizard::new(Upload { title: format!("{} {user}", kind.title), user: user.clone(), kind })))
}

fn is_private(text: &str) -> bool {
    text.contains("PRIVATE KEY")
}

fn ssh_key(text: &str) -> Result<(), Told> {
    let text = text.trim();
    if is_private(text) {
        return Err(Told::new("This is a private key. Upload the public key, in the file that ends in `.pub`."));
    }
    match text {
        "" => Err(Told::new("the public key is missing")),
        _ if text.starts_with("ssh-rsa ") || text.starts_with("-----BEGIN PUBLIC KEY-----") => Ok(()),
        _ if text.starts_with("ssh-") || text.starts_with("ecdsa-") => Err(Told::new("IAM accepts only RSA keys.")),
        _ => Err(Told::new("This is not an SSH public key.")),
    }
}

fn certificate(text: &str) -> Result<(), Told> {
    let text = text.trim();
    if is_private(text) {
        return Err(Told::new("This contains a private key. Paste only the certificate."));
    }
    match text {
        "" => Err(Told::new("the certificate is missing")),
        _ if text.starts_with("-----BEGIN CERTIFICATE-----") && text.ends_with("-----END CERTIFICATE-----") => Ok(()),
        _ => Err(Told::new("This is not a certificate in PEM format.")),
    }
}

const BODY: &str = "body";

#[derive(Debug)]
struct Upload {
    title: String,
    user: UserName,
    kind: &'static Kind,
}

impl Flow for Upload {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let Kind { label, help, check, .. } = self.kind;
        vec![Form::new("Paste", vec![Field::paste(BODY, label, help, *check)])]
    }

    fn settle(&mut self, _forms: &mut [Form], _view: &View<'_>) {}

    fn wants(&self) -> Vec<(Load, crate::backend::Urgency)> {
        needed([UserPart::Overview, self.kind.part].map(|part| Load::User(self.user.clone(), part))).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<Wish>, Told> {
        let body = forms.first().map_or("", |form| form.text(BODY));
        (self.kind.plan)(view.account, self.user.as_str(), body).map(review).map_err(|error| error.told())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_never_uploaded() {
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----";
        for test in [ssh_key as Check, certificate] {
            assert!(test(private).unwrap_err().message.contains("private key"));
        }
        assert!(ssh_key("ssh-rsa AAAA me@here\n").is_ok());
        assert_eq!(ssh_key("ssh-ed25519 AAAA").unwrap_err().message, "IAM accepts only RSA keys.");
        assert!(certificate("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n").is_ok());
    }
}
