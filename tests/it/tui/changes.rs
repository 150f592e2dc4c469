//! What changed since the last visit, and what can be done from events, by keyboard alone.

use std::sync::Arc;

use iamtui::emulator::KeyPair;

use super::console::Live;
use crate::harness::{Emulator, run};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    console.wait("root user @");
    console
}

#[test]
fn what_somebody_else_changed_since_the_last_visit_is_counted_listed_and_marked() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("ada").send()).unwrap();
    let mut console = begin(&emulator);
    console.wait("Changes");
    console.wait("in the last day");
    console.keys(":changes<enter>");
    console.wait("This is your first visit");
    let state = console.end();
    run(emulator.iam().create_user().user_name("mal").send()).unwrap();
    run(emulator.iam().attach_user_policy().user_name("mal").policy_arn(ADMIN).send()).unwrap();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (120, 40), Arc::clone(&state), false);
    console.wait(" by 1 identity since your last visit");
    console.keys(":changes<enter>");
    console.wait("Permissions (1)");
    console.wait("AttachUserPolicy");
    console.keys(":users<enter>");
    console.wait("•mal");
}

#[test]
fn an_event_is_undone_by_a_plan() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("mal").send()).unwrap();
    run(emulator.iam().attach_user_policy().user_name("mal").policy_arn(ADMIN).send()).unwrap();
    let mut console = begin(&emulator);
    console.keys(":activity<enter>");
    console.wait("2 events");
    console.wait("a bar is an hour");
    console.keys("e<right><right>");
    console.wait("permission changes");
    console.keys("<enter>");
    console.wait("1 match");
    console.keys(":undo event<enter>");
    console.wait("detach policy AdministratorAccess from user mal");
    console.keys("<enter>");
    console.wait("✓ done");
}

#[test]
fn a_denied_event_is_explained_and_events_are_followed() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("mal").send()).unwrap();
    let key = run(emulator.iam().create_access_key().user_name("mal").send()).unwrap().access_key.unwrap();
    let key = KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    run(emulator.iam_as(&key).create_user().user_name("eve").send()).unwrap_err();
    let mut console = begin(&emulator);
    console.keys(":activity<enter>");
    console.wait("3 events");
    console.keys("/result:✗<enter>");
    console.wait("1 match");
    console.keys("<enter>");
    console.wait("AccessDenied");
    console.keys(":why was it denied<enter>");
    console.wait("Why CreateUser was denied");
    console.wait("iam:CreateUser");
    console.keys("<esc>:follow events<enter>");
    console.wait("every 10 s");
    console.wait("CreateAccessKey");
}
