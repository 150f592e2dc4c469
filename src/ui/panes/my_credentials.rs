//! My security credentials: those of who is signed in.

use crate::backend::{Load, UserPart};
use crate::model::{Identity, Principal, ResourceRef, UserName};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::resources::users::{CREDENTIALS, credentials_loads, credentials_sheet};
use crate::ui::selection::{Selection, TabItem};

use super::board::Board;

/// The page.
pub struct MyCredentials;

fn principal(view: &View<'_>) -> Option<Principal> {
    view.account.identity().map(Identity::principal)
}

fn user(view: &View<'_>) -> Option<UserName> {
    if let Some(Principal::User(name)) = principal(view) { Some(name) } else { None }
}

impl Board for MyCredentials {
    const LIST: u64 = 300;

    fn place(&self) -> Place {
        Place::MyCredentials
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        match principal(view) {
            None => content.note(Cell::unknown()),
            Some(Principal::User(name)) => match view.account.users().get(name.as_str()) {
                Some(user) => {
                    content = credentials_sheet(user, view);
                    content.heading("Who is signed in");
                    content.linked(
                        "User",
                        Cell::text(name.to_string()),
                        Place::Entity(ResourceRef::User(name.clone())),
                    );
                    content.note(Cell::new("`:change my password` changes the password.", Look::Muted));
                }
                None => content.note(Cell::unknown()),
            },
            Some(Principal::Root) => root(view, &mut content),
            Some(_) => {
                content.heading("Temporary credentials");
                content.note(Cell::text("This session is not a user and has no password, access keys or MFA devices."));
                content.note(Cell::new("They belong to the identity that started the session.", Look::Muted));
            }
        }
        content
    }

    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        let mut loads = vec![Load::Identity];
        match principal(view) {
            Some(Principal::User(name)) => {
                let known = view.account.users().get(name.as_str());
                loads.push(Load::User(name, UserPart::Overview));
                loads.extend(known.into_iter().flat_map(|user| credentials_loads(user, view)));
            }
            Some(Principal::Root) => loads.extend([Load::Summary, Load::VirtualMfaDevices]),
            _ => {}
        }
        loads
    }

    fn selection(&self, item: Option<TabItem>, view: &View<'_>) -> Selection {
        let Some(name) = user(view).filter(|name| view.account.users().get(name.as_str()).is_some()) else {
            return Selection::default();
        };
        Selection { tab: Some(CREDENTIALS), item, ..Selection::of(Kind::Users, [ResourceRef::User(name)]) }
    }
}

/// What can be known of the root user over the API.
fn root(view: &View<'_>, content: &mut Content) {
    let summary = view.account.summary().known();
    let said = |value: Option<bool>, yes: Cell, no: Cell| match value {
        Some(true) => yes,
        Some(false) => no,
        None => Cell::unknown(),
    };
    content.heading("Root user");
    let mfa = summary.and_then(crate::model::Summary::root_has_mfa);
    content.field("MFA", said(mfa, Cell::new("Enabled", Look::Good), Cell::new("▲ none", Look::Danger)));
    let keys = summary.and_then(crate::model::Summary::root_has_keys);
    content.field("Access keys", said(keys, Cell::new("▲ present. Delete them.", Look::Danger), Cell::absent("None")));
    for device in view.account.virtual_mfa_devices().rows().iter().filter(|device| device.is_root) {
        content.field("Virtual device", Cell::text(device.serial.to_string()));
    }
    content.note(Cell::new(
        "The root user's password and MFA devices can only be managed in the AWS console.",
        Look::Muted,
    ));
}
