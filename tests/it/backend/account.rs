//! Reading accounts from the emulator.

use iamtui::backend::Load;
use secrecy::ExposeSecret as _;

use super::{Console, pages};
use crate::harness::Emulator;

fn console(emulator: &Emulator) -> Console {
    let root = &emulator.handle.root;
    Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret())
}

#[test]
fn an_empty_account_has_a_complete_list_of_no_users() {
    let emulator = Emulator::empty();
    let mut console = console(&emulator);
    let seen = console.loaded(&Load::Users);
    assert_eq!(pages(&seen), 1);
    assert!(console.account.users().is_complete());
    assert_eq!(console.account.users().total(), Some(0));
}
