//! Assigning an MFA device: an authenticator app or a hardware token, to a user or to oneself.

use serde_json::json;

use crate::api::Iam;
use crate::backend::{Load, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, Principal, ResourceRef, UserName};
use crate::plan::builders::{AssignMfa, NewDevice, taken};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::{CREDENTIALS, Command, Fit, nothing, review, tags};

/// Assigns an MFA device to the selected user.
pub const COMMAND: Command = Command {
    name: "assign MFA device",
    help: "Assign an authenticator app or a hardware token to the selected user.",
    key: Some(ItemAction::Add),
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_)) => Fit::on_tab(selection, CREDENTIALS),
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::User(user)) => Ok(wizard(user.clone())),
        _ => nothing(),
    },
};

/// Assigns an MFA device to who is signed in.
pub const MYSELF: Command = Command {
    name: "assign MFA device to myself",
    help: "Assign an authenticator app or a hardware token to your own user.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, view| match view.account.identity().map(crate::model::Identity::principal) {
        Some(Principal::User(name)) => Ok(wizard(name)),
        Some(Principal::Root) => {
            Err(UserError::new("MFA devices of the root user can only be assigned in the AWS console.")
                .hint("Sign in as root at https://console.aws.amazon.com and open `Security credentials`."))
        }
        Some(_) => Err(UserError::new("Only a user has MFA devices; this session is not a user.")
            .hint("Sign in as the user, or assign the device from the user's page.")),
        None => {
            Err(UserError::new("Your identity is not known yet.").hint("Wait until the header says so, or reload."))
        }
    },
};

/// The wizard for a user.
pub fn wizard(user: UserName) -> Box<dyn Layer> {
    Box::new(Wizard::new(Assign {
        title: format!("Assign MFA device to {user}"),
        suggested: user.to_string(),
        user,
        seen: None,
    }))
}

const KIND: &str = "kind";
const NAME: &str = "name";
const SERIAL: &str = "serial";
const REPLACE: &str = "replace";
const TAGS: &str = "tags";
const ABOUT: &str = "about";
/// The kinds, in the order of the choice.
const KINDS: &[&str] = &["app", "hardware token", "passkey"];
const APP: usize = 0;
const TOKEN: usize = 1;
const PASSKEY: usize = 2;

#[derive(Debug)]
struct Assign {
    title: String,
    user: UserName,
    /// The name that was put there for the user; what they type in its place is theirs.
    suggested: String,
    seen: Option<(u64, usize)>,
}

fn device_name(text: &str) -> Result<(), UserError> {
    check::by_limits(Iam::CreateVirtualMFADevice, "VirtualMFADeviceName", "the device name", text)?;
    // The console of AWS takes no more, and could not show the device.
    if text.chars().count() > 64 { Err(UserError::new("the device name has more than 64 characters")) } else { Ok(()) }
}

fn serial_number(text: &str) -> Result<(), UserError> {
    check::by_limits(Iam::EnableMFADevice, "SerialNumber", "the serial number", text)?;
    if text.chars().count() < 9 { Err(UserError::new("a serial number has nine characters or more")) } else { Ok(()) }
}

impl Flow for Assign {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let name = "Unique in the account; the app shows it. A short name keeps the QR code small.";
        let replace =
            "An unassigned device of this name exists. Its secret key is lost, so it is deleted and created again.";
        let mut form = Form::new(
            "Device",
            vec![
                Field::choice(KIND, "Kind", "An authenticator app, a token that shows codes, or a passkey.", KINDS),
                Field::text(NAME, "Device name", name, device_name),
                Field::switch(REPLACE, "Replace the device", replace, false).hidden(),
                Field::text(SERIAL, "Serial number", "As printed on the back of the token.", serial_number).hidden(),
                Field::list(TAGS, "Tags", "Write `key=value`; Enter adds a tag. Optional, at most 50.", check::tag),
                Field::note(ABOUT, "What happens"),
            ],
        );
        form.prefill(NAME, &json!(self.user.as_str()));
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let kind = form.choice(KIND);
        form.ask(NAME, kind == APP);
        form.ask(SERIAL, kind == TOKEN);
        form.ask(TAGS, kind == APP);
        let entries = form.entries(TAGS);
        form.object(TAGS, tags::objection(&entries));
        form.remark(TAGS, tags::remark(&entries));
        self.suggest(form, view);
        let held = Some(form.text(NAME)).filter(|_| kind == APP).and_then(|name| taken(view.account, name));
        let free = held.is_some_and(|device| !device.is_root && device.user.known().is_none());
        form.ask(REPLACE, free);
        let replaced = free && form.is_on(REPLACE);
        let objection = held.filter(|_| !replaced).map(|device| match (device.user.known(), device.is_root) {
            (Some(user), _) => UserError::new(format!("A device of this name is assigned to user {user}.")),
            (None, true) => UserError::new("A device of this name is assigned to the root user."),
            (None, false) => {
                UserError::new("An unassigned device of this name exists: replace it, or choose another name.")
            }
        });
        // The name was put there for the user: that it is taken is told before it is touched.
        if let Some(field) = form.field(NAME).filter(|_| objection.is_some()) {
            field.touched = true;
        }
        form.object(NAME, objection);
        if self.seen != Some((view.revision, kind)) {
            self.seen = Some((view.revision, kind));
            form.tell(ABOUT, self.about(kind, view));
        }
    }

    fn leads_to(&self) -> &'static str {
        if self.seen.is_some_and(|(_, kind)| kind == PASSKEY) { "Copy the link" } else { "Review" }
    }

    fn wants(&self) -> Vec<(Load, crate::backend::Urgency)> {
        let of_user = [UserPart::Overview, UserPart::Mfa].map(|part| Load::User(self.user.clone(), part));
        needed(of_user.into_iter().chain([Load::VirtualMfaDevices])).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        if form.choice(KIND) == PASSKEY {
            return Ok(vec![UiEffect::Copy("link", link(&self.user, view))]);
        }
        let device = match form.choice(KIND) {
            TOKEN => NewDevice::Hardware { serial: form.text(SERIAL).to_owned() },
            _ => NewDevice::Virtual { name: form.text(NAME).to_owned(), replace: form.is_on(REPLACE) },
        };
        let tags = form.entries(TAGS).iter().map(|text| tags::read(text)).collect();
        let assign = AssignMfa { user: self.user.to_string(), device, tags };
        assign.plan(view.account).map(review).map_err(|error| error.user_error())
    }
}

impl Assign {
    /// Suggests a name that is free, as far as the devices of the account are known. What is left over and can be
    /// replaced keeps its name.
    fn suggest(&mut self, form: &mut Form, view: &View<'_>) {
        let is_taken = |name: &str| {
            taken(view.account, name).is_some_and(|device| device.is_root || device.user.known().is_some())
        };
        if form.text(NAME) != self.suggested || !is_taken(&self.suggested) {
            return;
        }
        let numbered = |number: usize| {
            let end = format!("-{number}");
            let kept: String = self.user.as_str().chars().take(64 - end.len()).collect();
            kept + &end
        };
        // Each device takes at most one of the names, so one of these is free.
        let devices = view.account.virtual_mfa_devices().rows().len();
        if let Some(free) = (2..=devices + 2).map(numbered).find(|name| !is_taken(name)) {
            form.prefill(NAME, &json!(free));
            self.suggested = free;
        }
    }

    fn about(&self, kind: usize, view: &View<'_>) -> Vec<(String, Look)> {
        let text = |line: &str| (line.to_owned(), Look::Text);
        let user = view.account.users().get(self.user.as_str());
        let held = match user.map(|user| &user.facts.mfa) {
            Some(Fact::Known(devices, _)) => {
                format!("{} of at most 8 devices are assigned to {}.", devices.len(), self.user)
            }
            Some(Fact::Denied(denial)) => format!("{} the user's devices: {denial}", denial.mark()),
            _ => "…".to_owned(),
        };
        let mut lines = vec![(held, Look::Muted)];
        match kind {
            PASSKEY => {
                lines.push(text(
                    "Only a browser can create a passkey, and AWS has no API for it. \
                     Open this page in a browser; Enter copies the link:",
                ));
                lines.push((link(&self.user, view), Look::Link));
            }
            TOKEN => lines.push(text("Enter two codes of the token to enable it.")),
            _ => {
                lines.push(text(
                    "The device is created and its QR code is shown. Enter two codes of the app to \
                     enable it. Cancelling deletes the device.",
                ));
            }
        }
        lines
    }
}

/// The page of AWS's console where the user's devices are assigned.
pub fn link(user: &UserName, view: &View<'_>) -> String {
    let host = match view.account.identity().map_or("aws", |identity| identity.partition()) {
        "aws-cn" => "console.amazonaws.cn",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    format!("https://{host}/iam/home#/users/details/{user}?section=security_credentials")
}
