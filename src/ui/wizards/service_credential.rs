//! Credentials for single services, SSH keys and certificates that are there: switched, reset, deleted; and new
//! credentials for services.

use crate::backend::{Load, Urgency, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{ResourceRef, Status, User, UserName};
use crate::plan::builders::{
    SERVICES, create_service_credential, delete_certificate, delete_service_credential, delete_ssh_key,
    reset_service_credential, switch_certificate, switch_service_credential, switch_ssh_key,
};
use crate::plan::{Plan, PlanError};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::summary::Summary;
use super::{CREDENTIALS, Command, Fit, nothing, review};

/// Creates a credential of the selected user for one service.
pub const CREATE: Command = Command {
    name: "create service credential",
    help: "Create an API key, HTTPS Git credentials or Keyspaces credentials for the selected user.",
    key: Some(ItemAction::Add),
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_)) => Fit::on_tab(selection, CREDENTIALS),
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::User(user)) => {
            let title = format!("Create service credential for {user}");
            Ok(Box::new(Wizard::new(Create { title, user: user.clone() })))
        }
        _ => nothing(),
    },
};

/// Activates or deactivates the credential under the cursor.
pub const SWITCH: Command = Command {
    name: "activate or deactivate credential",
    help: "Activate or deactivate the selected credential, SSH key or certificate.",
    key: Some(ItemAction::Edit),
    fit,
    open: |selection, view| {
        let Some(held) = Held::of(selection) else { return nothing() };
        let (line, wants) = (held.line(), held.reads());
        Summary::new(
            format!("Switch {}", held.id),
            "Credential",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| held.switch(view),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// Makes a new secret for the credential under the cursor.
pub const RESET: Command = Command {
    name: "reset credential",
    help: "Reset the password or key of the selected service credential.",
    key: Some(ItemAction::Edit),
    fit: |selection| {
        if matches!(selection.item, Some(TabItem::ServiceCredential(..))) { Fit::TabItem } else { Fit::No }
    },
    open: |selection, view| {
        let Some(held) = Held::of(selection) else { return nothing() };
        let (line, wants) = (held.line(), held.reads());
        Summary::new(
            format!("Reset {}", held.id),
            "Credential",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| reset_service_credential(view.account, held.user.as_str(), &held.id),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// Deletes the credential under the cursor.
pub const DELETE: Command = Command {
    name: "delete credential",
    help: "Delete the selected credential, SSH key or certificate.",
    key: Some(ItemAction::Delete),
    fit,
    open: |selection, view| {
        let Some(held) = Held::of(selection) else { return nothing() };
        let (line, wants) = (held.line(), held.reads());
        Summary::new(
            format!("Delete {}", held.id),
            "Credential",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| held.delete(view),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

fn fit(selection: &Selection) -> Fit {
    if Held::of(selection).is_some() { Fit::TabItem } else { Fit::No }
}

/// A credential under the cursor.
struct Held {
    user: UserName,
    id: String,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Service,
    Ssh,
    Certificate,
}

impl Held {
    fn of(selection: &Selection) -> Option<Self> {
        let (user, id, kind) = match selection.item.as_ref()? {
            TabItem::ServiceCredential(user, id) => (user, id, Kind::Service),
            TabItem::SshKey(user, id) => (user, id, Kind::Ssh),
            TabItem::Certificate(user, id) => (user, id, Kind::Certificate),
            _ => return None,
        };
        Some(Self { user: user.clone(), id: id.to_string(), kind })
    }

    fn line(&self) -> String {
        format!("{} of {}", self.id, self.user)
    }

    fn reads(&self) -> [Load; 2] {
        let part = match self.kind {
            Kind::Service => UserPart::ServiceCredentials,
            Kind::Ssh => UserPart::SshKeys,
            Kind::Certificate => UserPart::Certificates,
        };
        [UserPart::Overview, part].map(|part| Load::User(self.user.clone(), part))
    }

    fn status(&self, user: &User) -> Option<Status> {
        let (facts, id) = (&user.facts, self.id.as_str());
        match self.kind {
            Kind::Service => {
                facts.service_credentials.known()?.iter().find(|held| &*held.id == id).map(|held| held.status)
            }
            Kind::Ssh => facts.ssh_keys.known()?.iter().find(|held| &*held.id == id).map(|held| held.status),
            Kind::Certificate => {
                facts.certificates.known()?.iter().find(|held| &*held.id == id).map(|held| held.status)
            }
        }
    }

    fn switch(&self, view: &View<'_>) -> Result<Plan, PlanError> {
        let status = view.account.users().get(self.user.as_str()).and_then(|user| self.status(user));
        let on = status.is_some_and(|status| status != Status::Active);
        let (account, user, id) = (view.account, self.user.as_str(), self.id.as_str());
        match self.kind {
            Kind::Service => switch_service_credential(account, user, id, on),
            Kind::Ssh => switch_ssh_key(account, user, id, on),
            Kind::Certificate => switch_certificate(account, user, id, on),
        }
    }

    fn delete(&self, view: &View<'_>) -> Result<Plan, PlanError> {
        let (account, user, id) = (view.account, self.user.as_str(), self.id.as_str());
        match self.kind {
            Kind::Service => delete_service_credential(account, user, id),
            Kind::Ssh => delete_ssh_key(account, user, id, None),
            Kind::Certificate => delete_certificate(account, user, id),
        }
    }
}

const SERVICE: &str = "service";
const EXPIRY: &str = "expiry";
const DAYS: &str = "days";
/// What the console offers: days, the last but one none, the last one of one's own.
const EXPIRIES: &[&str] = &["1", "5", "30", "90", "365 days", "never", "other"];
const DAYS_OF: &[u32] = &[1, 5, 30, 90, 365];
const NEVER: usize = 5;
/// The most days that the service takes.
const MOST: u32 = 36_600;

fn days(text: &str) -> Result<(), UserError> {
    match text.parse::<u32>() {
        Ok(1..=MOST) => Ok(()),
        _ => Err(UserError::new(format!("Enter a number of days from 1 to {MOST}."))),
    }
}

#[derive(Debug)]
struct Create {
    title: String,
    user: UserName,
}

impl Flow for Create {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let expiry = "Choose a short time: a leaked key works until it expires.";
        let mut form = Form::new(
            "Service",
            vec![
                Field::pick(SERVICE, "For", "Space selects. At most two per service.", Pick::one()),
                Field::choice(EXPIRY, "Expires after", expiry, EXPIRIES).hidden(),
                Field::text(DAYS, "Days", "1 to 36,600.", days).hidden(),
            ],
        );
        let item = |service: &crate::plan::builders::Service| Item {
            key: service.name.to_owned(),
            label: service.label.to_owned(),
            note: service.policy.map(|policy| format!("with policy {policy}")).unwrap_or_default(),
            ..Item::default()
        };
        form.offer(SERVICE, (SERVICES.iter().map(item).collect(), String::new()));
        form.prefill(EXPIRY, &2.into());
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let service = picked(form);
        form.object(SERVICE, service.is_none().then(|| UserError::new("Nothing is selected. Space selects.")));
        let is_key = service.is_some_and(|service| service.is_key);
        form.ask(EXPIRY, is_key);
        let other = is_key && form.choice(EXPIRY) > NEVER;
        form.ask(DAYS, other);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let parts = [UserPart::Overview, UserPart::ServiceCredentials, UserPart::Permissions];
        needed(parts.map(|part| Load::User(self.user.clone(), part))).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some((form, service)) = forms.first().and_then(|form| Some((form, picked(form)?))) else {
            return Ok(Vec::new());
        };
        let days = match form.choice(EXPIRY) {
            NEVER => None,
            at => DAYS_OF.get(at).copied().or_else(|| form.text(DAYS).parse().ok()),
        };
        let plan = create_service_credential(view.account, self.user.as_str(), service, days);
        plan.map(review).map_err(|error| error.user_error())
    }
}

fn picked(form: &Form) -> Option<crate::plan::builders::Service> {
    let name = form.picked(SERVICE).into_iter().next()?;
    SERVICES.iter().copied().find(|service| service.name == name)
}
