//! Server certificates: uploaded with their private key, deleted.

use std::path::{Path, PathBuf};

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::effect::BackgroundTask;
use crate::input::ItemAction;
use crate::message::TaskResult;
use crate::plan::builders::{UploadCertificate, delete_server_certificates};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::layers::review::Review;
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit, tags};

/// Upload a server certificate.
pub const UPLOAD: Command = Command {
    name: "upload server certificate",
    help: "Upload a server certificate with its private key, which is read from a file.",
    key: Some(ItemAction::New),
    fit: |selection| {
        let is_list = selection.kind == Some(Kind::ServerCertificates) && selection.tab.is_none();
        if is_list { Fit::Page } else { Fit::Anywhere }
    },
    open: |_, _| Ok(Box::new(Wizard::new(Upload::default()))),
};

/// Deletes server certificates.
pub const DELETE: Command = Command {
    name: "delete server certificate",
    help: "Delete the selected server certificates; this cannot be undone.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::ServerCertificates) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let names = selection.names();
        let told = names.clone();
        let flow = Summary::new(
            format!("Delete {}", selection.describe()),
            "Certificates",
            move |view| told.iter().map(|name| about(name, view)).collect::<Lines>(),
            move |_, view| delete_server_certificates(view.account, &names),
        );
        Ok(flow.wants(needed([Load::ServerCertificates])).wizard())
    },
};

/// A certificate with its end.
fn about(name: &str, view: &View<'_>) -> (String, Look) {
    let Some(row) = view.account.server_certificates().get(name) else {
        return (format!("{name}: no longer exists"), Look::Absent);
    };
    match row.expires {
        Some(at) if at <= view.now => (format!("{name}: expired {}", time::date(at)), Look::Text),
        Some(at) => (format!("▲ {name}: valid until {}, may be in use", time::date(at)), Look::Warning),
        None => (format!("▲ {name}: may be in use"), Look::Warning),
    }
}

const NAME: &str = "name";
const PATH: &str = "path";
const FILE: &str = "file";
const BODY: &str = "body";
const CHAIN: &str = "chain";
const KEY: &str = "key";
const TAGS: &str = "tags";

/// A file that was asked for, and what came of it.
#[derive(Debug)]
struct Asked<T> {
    path: PathBuf,
    read: Option<Result<T, UserError>>,
}

#[derive(Debug, Default)]
struct Upload {
    body: Option<Asked<String>>,
    chain: Option<Asked<String>>,
    key: Option<Asked<Secret>>,
}

/// The content of a file that is named, or that it has to be read first. Nothing is kept of what failed.
fn content<'a, T>(asked: &'a mut Option<Asked<T>>, path: &Path) -> Result<Option<&'a T>, UserError> {
    match asked.take() {
        Some(Asked { path: held, read: Some(read) }) if held == path => {
            let read = read?;
            let kept = asked.insert(Asked { path: held, read: Some(Ok(read)) });
            Ok(kept.read.as_ref().and_then(|read| read.as_ref().ok()))
        }
        _ => {
            *asked = Some(Asked { path: path.to_owned(), read: None });
            Ok(None)
        }
    }
}

/// Takes in a file that was read, where it is the one that was asked for: the home folder may have been filled in.
fn take<T: Clone>(asked: &mut Option<Asked<T>>, path: &Path, result: &Result<T, UserError>) {
    if let Some(asked) = asked
        && asked.read.is_none()
        && path.ends_with(asked.path.strip_prefix("~").unwrap_or(&asked.path))
    {
        asked.read = Some(result.clone());
    }
}

impl Upload {
    /// The next file to read; nothing where all are read.
    fn next_file(&mut self, form: &Form) -> Result<Option<BackgroundTask>, UserError> {
        let path = |field: &str| Some(form.text(field).trim()).filter(|text| !text.is_empty()).map(PathBuf::from);
        for (asked, field) in [(&mut self.body, FILE), (&mut self.chain, CHAIN)] {
            if let Some(path) = path(field)
                && content(asked, &path)?.is_none()
            {
                return Ok(Some(BackgroundTask::ReadFile(path)));
            }
        }
        let key = path(KEY).unwrap_or_default();
        Ok(content(&mut self.key, &key)?.is_none().then_some(BackgroundTask::ReadPrivateKey(key)))
    }
}

impl Flow for Upload {
    fn title(&self) -> &'static str {
        "Upload server certificate"
    }

    fn forms(&self) -> Vec<Form> {
        let path = "Such as `/cloudfront/site/`, as CloudFront requires it; empty: `/`.";
        let file = "The path of the certificate in PEM; empty: it is pasted below.";
        let chain = "Optional. The path of the authorities' certificates in PEM.";
        let key = "The path of the key in PEM, without a password. The key is kept nowhere.";
        let tags = "Written `key=value`; Enter adds one. Optional, at most 50.";
        vec![Form::new(
            "Certificate",
            vec![
                Field::text(NAME, "Name", "At most 128 characters.", check::certificate_name),
                Field::text(PATH, "Path", path, check::path),
                Field::text(FILE, "Certificate file", file, |_| Ok(())),
                Field::paste(BODY, "Certificate", "Paste the PEM text.", |_| Ok(())),
                Field::text(CHAIN, "Chain file", chain, |_| Ok(())),
                Field::text(KEY, "Private key file", key, key_file),
                Field::list(TAGS, "Tags", tags, check::tag),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let by_file = !form.text(FILE).trim().is_empty();
        form.ask(BODY, !by_file);
        let objection = match form.text(BODY) {
            _ if by_file => None,
            text if text.contains("PRIVATE KEY") => {
                Some(UserError::new("this contains a private key: enter only the certificate here"))
            }
            text => text.trim().is_empty().then(|| UserError::new("the certificate is missing")),
        };
        form.object(BODY, objection);
        let entries = form.entries(TAGS);
        form.object(TAGS, tags::objection(&entries));
        form.remark(TAGS, tags::remark(&entries));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::ServerCertificates]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        if let Some(task) = self.next_file(form)? {
            return Ok(vec![UiEffect::Task(task)]);
        }
        // Files may be written again before the next review: what was read is used once.
        let text = |asked: Option<Asked<String>>| asked.and_then(|asked| asked.read?.ok());
        let (body, chain) = (text(self.body.take()), text(self.chain.take()));
        let key = self.key.take().and_then(|asked| asked.read?.ok());
        let upload = UploadCertificate {
            name: form.text(NAME).to_owned(),
            path: Some(form.text(PATH)).filter(|path| !path.is_empty()).map(str::to_owned),
            body: body.unwrap_or_else(|| form.text(BODY).to_owned()),
            chain,
            tags: form.entries(TAGS).iter().map(|text| tags::read(text)).collect(),
        };
        let plan = upload.plan(view.account).map_err(|error| error.user_error())?;
        let step = plan.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        let secrets = key.map(|key| (step, "PrivateKey".to_owned(), key));
        Ok(vec![UiEffect::Open(Box::new(Review::new(plan).secrets(secrets)))])
    }

    fn on_message(&mut self, _forms: &mut [Form], message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        let UiMessage::TaskDone(result) = message else { return Vec::new() };
        match result.as_ref() {
            TaskResult::Read { path, result } => {
                take(&mut self.body, path, result);
                take(&mut self.chain, path, result);
            }
            TaskResult::PrivateKey { path, result } => take(&mut self.key, path, result),
            _ => {}
        }
        Vec::new()
    }
}

fn key_file(text: &str) -> Result<(), UserError> {
    match text.trim() {
        "" => Err(UserError::new("the path of the private key is missing")),
        text if text.contains("-----BEGIN") => Err(UserError::new("this is the key itself: give the path of its file")),
        _ => Ok(()),
    }
}
