//! Uploading what users sign in with elsewhere: SSH public keys and X.509 signing certificates.

use crate::backend::{Load, UserPart};
use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::input::ItemAction;
use crate::message::TaskResult;
use crate::model::{Account, ResourceRef, UserName};
use crate::plan::builders::{upload_certificate, upload_ssh_key};
use crate::plan::{Plan, PlanError};
use crate::ui::effect::UiEffect;
use crate::ui::form::check::Check;
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::{CREDENTIALS, Command, Fit, nothing, review};

/// Uploads an SSH public key for the selected user.
pub const SSH: Command = Command {
    name: "upload SSH public key",
    help: "Upload an SSH public key for CodeCommit, in OpenSSH or PEM format.",
    key: Some(ItemAction::Add),
    fit,
    open: |selection, _| open(selection, &SSH_KEY),
};

/// Uploads a signing certificate for the selected user.
pub const CERTIFICATE: Command = Command {
    name: "upload signing certificate",
    help: "Upload an X.509 signing certificate in PEM format.",
    key: Some(ItemAction::Add),
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
    /// Whether users have such files in a folder that is known.
    is_at_hand: bool,
}

static SSH_KEY: Kind = Kind {
    title: "Upload SSH public key for",
    label: "Public key",
    help: "Paste it: one line that begins with `ssh-rsa`, or PEM. At most five per user.",
    part: UserPart::SshKeys,
    check: ssh_key,
    plan: upload_ssh_key,
    is_at_hand: true,
};

static SIGNING_CERTIFICATE: Kind = Kind {
    title: "Upload signing certificate for",
    label: "Certificate",
    help: "Paste the PEM text, with its BEGIN and END lines. At most two per user.",
    part: UserPart::Certificates,
    check: certificate,
    plan: upload_certificate,
    is_at_hand: false,
};

fn fit(selection: &Selection) -> Fit {
    match selection.one() {
        Some(ResourceRef::User(_)) => Fit::on_tab(selection, CREDENTIALS),
        _ => Fit::No,
    }
}

fn open(selection: &Selection, kind: &'static Kind) -> Result<Box<dyn Layer>, UserError> {
    let Some(ResourceRef::User(user)) = selection.one() else { return nothing() };
    let title = format!("{} {user}", kind.title);
    Ok(Box::new(Wizard::new(Upload { title, user: user.clone(), kind, files: Vec::new() })))
}

fn is_private(text: &str) -> bool {
    text.contains("PRIVATE KEY")
}

fn ssh_key(text: &str) -> Result<(), UserError> {
    let text = text.trim();
    if is_private(text) {
        return Err(UserError::new("This is a private key. Upload the public key, in the file that ends in `.pub`."));
    }
    match text {
        "" => Err(UserError::new("the public key is missing")),
        _ if text.starts_with("ssh-rsa ") || text.starts_with("-----BEGIN PUBLIC KEY-----") => Ok(()),
        _ if text.starts_with("ssh-") || text.starts_with("ecdsa-") => {
            Err(UserError::new("IAM accepts only RSA keys."))
        }
        _ => Err(UserError::new("This is not an SSH public key.")),
    }
}

fn certificate(text: &str) -> Result<(), UserError> {
    let text = text.trim();
    if is_private(text) {
        return Err(UserError::new("This contains a private key. Paste only the certificate."));
    }
    match text {
        "" => Err(UserError::new("the certificate is missing")),
        _ if text.starts_with("-----BEGIN CERTIFICATE-----") && text.ends_with("-----END CERTIFICATE-----") => Ok(()),
        _ => Err(UserError::new("This is not a certificate in PEM format.")),
    }
}

const BODY: &str = "body";
const FILE: &str = "file";

#[derive(Debug)]
struct Upload {
    title: String,
    user: UserName,
    kind: &'static Kind,
    /// The files that can be uploaded, with what they hold.
    files: Vec<(String, String)>,
}

impl Upload {
    /// Offers the files that hold keys of its kind.
    fn offer(&mut self, files: &[(String, String)]) {
        self.files = files.iter().filter(|(_, text)| (self.kind.check)(text).is_ok()).cloned().collect();
    }

    /// The text to upload: of the file that was picked, else what was pasted.
    fn body<'a>(&'a self, form: &'a Form) -> &'a str {
        let picked = form.picked(FILE).into_iter().next();
        let file = picked.and_then(|name| self.files.iter().find(|(own, _)| *own == name));
        file.map_or(form.text(BODY), |(_, text)| text)
    }
}

/// What tells a key from others: its type, its last characters and its comment.
fn about(text: &str) -> String {
    let mut words = text.split_whitespace();
    let (kind, key) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let tail: String = key.chars().skip(key.chars().count().saturating_sub(8)).collect();
    let comment: Vec<&str> = words.collect();
    format!("{kind} …{tail} {}", comment.join(" "))
}

impl Flow for Upload {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let Kind { label, help, check, .. } = self.kind;
        let paste = Field::paste(BODY, label, help, *check);
        let files = Field::pick(FILE, "Or a file", "Public keys in ~/.ssh. Space selects one.", Pick::one()).hidden();
        vec![Form::new("Paste", vec![paste, files])]
    }

    fn task(&self) -> Option<BackgroundTask> {
        self.kind.is_at_hand.then_some(BackgroundTask::PublicKeys)
    }

    fn on_message(&mut self, _forms: &mut [Form], message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        if let UiMessage::TaskDone(result) = message
            && let TaskResult::PublicKeys(files) = result.as_ref()
        {
            self.offer(files);
        }
        Vec::new()
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let item = |(name, text): &(String, String)| Item {
            key: name.clone(),
            label: name.clone(),
            note: about(text),
            ..Item::default()
        };
        form.ask(FILE, !self.files.is_empty());
        form.offer(FILE, (self.files.iter().map(item).collect(), String::new()));
        // One of the two is enough.
        form.ask(BODY, form.picked(FILE).is_empty());
    }

    fn wants(&self) -> Vec<(Load, crate::backend::Urgency)> {
        needed([UserPart::Overview, self.kind.part].map(|part| Load::User(self.user.clone(), part))).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let body = forms.first().map_or("", |form| self.body(form));
        (self.kind.plan)(view.account, self.user.as_str(), body).map(review).map_err(|error| error.user_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Action, DialogAction, FormAction};

    #[test]
    fn a_key_of_the_home_folder_is_picked_in_place_of_a_paste() {
        let mut upload = Upload { title: String::new(), user: "ada".into(), kind: &SSH_KEY, files: Vec::new() };
        let mut forms = upload.forms();
        let of = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        upload.offer(&[of("ed.pub", "ssh-ed25519 AAAA"), of("id.pub", "ssh-rsa AAAABBBB12345678 ada")]);
        crate::ui::resources::fixture::look(&Account::default(), |view| {
            upload.settle(&mut forms, view);
            assert_eq!(forms[0].text(BODY), "");
            forms[0].act(Action::Form(FormAction::NextField));
            forms[0].act(Action::Dialog(DialogAction::Mark));
            upload.settle(&mut forms, view);
        });
        assert_eq!(upload.body(&forms[0]), "ssh-rsa AAAABBBB12345678 ada", "IAM takes RSA keys only");
        assert!(!forms[0].stop_at_problem(), "nothing has to be pasted then");
        assert_eq!(about("ssh-rsa AAAABBBB12345678 ada"), "ssh-rsa …12345678 ada");
    }

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
