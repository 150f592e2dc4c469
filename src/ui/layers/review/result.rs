//! What a run gave: sign-in addresses, passwords and keys, masked; copies and files of them.

use crate::api::Iam;
use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::csv::record;
use crate::base::secret::Secret;
use crate::model::ResourceRef;
use crate::plan::{Call, Step};
use crate::theme::Look;
use crate::ui::page::View;
use crate::ui::runs::Live;

use super::lines::Lines;

/// One thing that a run gave.
#[derive(Debug)]
pub(super) struct Row<'a> {
    label: &'static str,
    /// Whose it is.
    owner: &'a str,
    value: Given<'a>,
}

#[derive(Debug)]
enum Given<'a> {
    Plain(String),
    /// The secret, and whether it was shown, copied or saved.
    Secret(&'a Secret, bool),
    /// The service told it once, and not to this program as it runs now.
    Lost,
}

impl Row<'_> {
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.value, Given::Secret(..))
    }

    pub(super) fn is_unseen(&self) -> bool {
        matches!(self.value, Given::Secret(_, false))
    }
}

/// What a run gave that somebody has to hand on.
pub(super) fn rows<'a>(live: &'a Live, view: &View<'_>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let done = live.run.plan().steps.iter().filter(|step| live.run.gives(&step.id).is_some());
    for (step, call) in done.filter_map(|step| Some((step, step.call()?))) {
        let owner = call.text("UserName").unwrap_or_default();
        let plain = |label, value: String| Row { label, owner, value: Given::Plain(value) };
        match call.iam() {
            Some(Iam::CreateLoginProfile | Iam::UpdateLoginProfile) if call.input().contains_key("Password") => {
                rows.push(plain("Console sign-in URL", sign_in(view)));
                rows.push(plain("User name", owner.to_owned()));
                rows.push(Row { label: "Console password", owner, value: secret(live, step, "Password") });
            }
            Some(Iam::CreateAccessKey) => {
                rows.push(plain("Access key ID", given(live, step, "AccessKey.AccessKeyId")));
                let value = secret(live, step, "AccessKey.SecretAccessKey");
                rows.push(Row { label: "Secret access key", owner, value });
            }
            Some(Iam::CreateServiceSpecificCredential | Iam::ResetServiceSpecificCredential) => {
                let path = |name: &str| format!("ServiceSpecificCredential.{name}");
                let alias = given(live, step, &path("ServiceCredentialAlias"));
                let name = given(live, step, &path("ServiceUserName"));
                // Of a password and a key there is one; the other is told as an empty text.
                let (label, name, part) = if name.is_empty() {
                    ("API key", alias, "ServiceCredentialSecret")
                } else {
                    ("Service password", name, "ServicePassword")
                };
                rows.push(plain("Service user name", name));
                rows.push(Row { label, owner, value: secret(live, step, &path(part)) });
            }
            _ => {}
        }
    }
    rows
}

fn given(live: &Live, step: &Step, path: &str) -> String {
    let value = live.run.gives(&step.id).and_then(|gives| gives.get(path));
    value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

fn secret<'a>(live: &'a Live, step: &Step, name: &str) -> Given<'a> {
    let held = live.secrets.iter().find(|(held, _)| held.step == step.id && held.name == name);
    held.map_or(Given::Lost, |(held, seen)| Given::Secret(&held.value, *seen))
}

/// The address where users of the account sign in.
fn sign_in(view: &View<'_>) -> String {
    let alias = view.account.alias().known().map(ToString::to_string);
    let number = || view.account.identity().map(|identity| identity.account.to_string()).unwrap_or_default();
    format!("https://{}.signin.aws.amazon.com/console", alias.unwrap_or_else(number))
}

/// Draws what the run gave, and whether a read has confirmed what it made.
pub(super) fn lines(live: &Live, view: &View<'_>, revealed: bool, lines: &mut Lines) {
    let rows = rows(live, view);
    let mut owner = None;
    for row in &rows {
        if owner.replace(row.owner) != Some(row.owner) {
            lines.heading(if row.owner.is_empty() { "Result" } else { row.owner });
        }
        let (text, role) = match &row.value {
            Given::Plain(text) => (text.clone(), Look::Text),
            Given::Secret(secret, _) if revealed => (secret.reveal().to_owned(), Look::Warning),
            Given::Secret(..) => ("••••••••••••".to_owned(), Look::Text),
            Given::Lost => ("✗ can no longer be shown".to_owned(), Look::Warning),
        };
        lines.put(2, vec![(format!("{:<21}", row.label), Look::Muted), (text, role)]);
    }
    if rows.iter().any(Row::is_secret) && (!live.going || live.asks.is_some()) {
        let text = "This is the only time that you can view (x), copy (y) or save (s) the secrets.";
        lines.text(2, text, Look::Muted);
    }
    for entity in propagating(live, view) {
        let text =
            format!("… {} {} is created, but not visible everywhere yet.", entity.kind().singular(), entity.name());
        lines.text(0, &text, Look::Info);
    }
}

/// What the run made and no read has told of yet.
fn propagating(live: &Live, view: &View<'_>) -> Vec<ResourceRef> {
    // Of a run of another day nobody waits: what it made may well be gone.
    if live.going || !live.is_own() || live.run.undone_by.is_some() {
        return Vec::new();
    }
    let steps = live.run.plan().steps.iter();
    let made = steps.filter_map(|step| made(live, step, step.call()?));
    made.filter(|entity| !view.account.contains(entity)).collect()
}

fn made(live: &Live, step: &Step, call: &Call) -> Option<ResourceRef> {
    live.run.gives(&step.id)?;
    let provider = |arn| Arn::parse(&given(live, step, arn)).ok().map(ResourceRef::Provider);
    Some(match call.iam() {
        Some(Iam::CreateUser) => ResourceRef::User(call.text("UserName")?.into()),
        Some(Iam::CreateGroup) => ResourceRef::Group(call.text("GroupName")?.into()),
        Some(Iam::CreateRole) => ResourceRef::Role(call.text("RoleName")?.into()),
        Some(Iam::CreatePolicy) => ResourceRef::Policy(Arn::parse(&given(live, step, "Policy.Arn")).ok()?),
        Some(Iam::CreateInstanceProfile) => ResourceRef::InstanceProfile(call.text("InstanceProfileName")?.into()),
        Some(Iam::CreateOpenIDConnectProvider) => provider("OpenIDConnectProviderArn")?,
        Some(Iam::CreateSAMLProvider) => provider("SAMLProviderArn")?,
        Some(Iam::UploadServerCertificate) => {
            ResourceRef::ServerCertificate(call.text("ServerCertificateName")?.into())
        }
        _ => return None,
    })
}

/// What is read to confirm what the run made.
pub(super) fn wants(live: &Live, view: &View<'_>) -> Vec<(Load, Urgency)> {
    propagating(live, view).into_iter().map(|entity| (Load::of(&entity), Urgency::Now)).collect()
}

/// What can be copied: what it is, and the text.
pub(super) fn copies(live: &Live, view: &View<'_>) -> Vec<(String, Secret)> {
    let mut copies: Vec<(String, Secret)> = Vec::new();
    for row in rows(live, view) {
        let what = format!("{} of {}", row.label, row.owner);
        match row.value {
            Given::Plain(text) => copies.push((what, Secret::new(text))),
            Given::Secret(secret, _) => copies.push((what, secret.clone())),
            Given::Lost => {}
        }
    }
    copies.extend(files(live, view));
    copies
}

/// The files that AWS's console offers: their names and what they hold.
pub(super) fn files(live: &Live, view: &View<'_>) -> Vec<(String, Secret)> {
    let rows = rows(live, view);
    let all = |label: &'static str| rows.iter().filter(move |row| row.label == label);
    let known = |row: &&Row<'_>| row.is_secret();
    let text = |row: &Row<'_>| match &row.value {
        Given::Plain(text) => text.clone(),
        Given::Secret(secret, _) => secret.reveal().to_owned(),
        Given::Lost => String::new(),
    };
    let mut files = Vec::new();
    let passwords: Vec<&Row<'_>> = all("Console password").filter(known).collect();
    if !passwords.is_empty() {
        let mut csv = "User name,Password,Console sign-in URL\r\n".to_owned();
        for row in &passwords {
            csv.push_str(&record(&[row.owner, &text(row), &sign_in(view)]));
        }
        files.push((name(&passwords, "credentials"), Secret::new(csv)));
    }
    let keys: Vec<(&Row<'_>, &Row<'_>)> =
        all("Access key ID").zip(all("Secret access key")).filter(|(_, secret)| secret.is_secret()).collect();
    let owners: Vec<&Row<'_>> = keys.iter().map(|(id, _)| *id).collect();
    if !keys.is_empty() {
        let mut csv = "Access key ID,Secret access key\r\n".to_owned();
        for (id, secret) in &keys {
            csv.push_str(&record(&[&text(id), &text(secret)]));
        }
        files.push((name(&owners, "accessKeys"), Secret::new(csv)));
    }
    files
}

/// `Jesse_credentials.csv`, or without the name where there are several.
fn name(rows: &[&Row<'_>], what: &str) -> String {
    match rows {
        [one] => format!("{}_{what}.csv", one.owner),
        _ => format!("{what}.csv"),
    }
}
