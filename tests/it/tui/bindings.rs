//! What is bound is done: in every place, and with the user's keys as with the program's own.

use iamtui::input::binding::BINDINGS;
use iamtui::input::{Event, Key, Keymap, Scope};

use super::canned;
use super::console::Console;

/// Places with the keys that lead there, a word on their screens, and where their keys are read.
const PLACES: &[(&str, &str, &[Scope])] = &[
    (":users<enter>", "j", &[Scope::List, Scope::Rows, Scope::Page, Scope::Global]),
    (":users<enter>/", "choose", &[Scope::Menu, Scope::Text]),
    (":alice<enter>", "expand", &[Scope::Detail, Scope::Rows, Scope::Page]),
    (":dashboard<enter>", "Dashboard", &[Scope::Detail, Scope::Rows]),
    (":journal<enter>", "Journal", &[Scope::Detail, Scope::Rows]),
    (":security<enter>", "credentials", &[Scope::Detail, Scope::Rows]),
    (":", "run a command", &[Scope::Menu, Scope::Text, Scope::Global]),
    ("?", "Keys –", &[Scope::Menu, Scope::Rows]),
    ("@", "Calls made", &[Scope::Menu, Scope::Rows]),
    (":help-keys<enter>", "keys.toml", &[Scope::Menu, Scope::Rows]),
    (":users<enter>o", "Sort", &[Scope::Menu, Scope::Rows]),
    (":users<enter>c", "Columns", &[Scope::Menu, Scope::Switch, Scope::Rows]),
    ("<ctrl-o>", "Connect", &[Scope::Menu, Scope::Text]),
    ("S", "Switch role", &[Scope::Form, Scope::Text]),
    (":users<enter>n", "Create user", &[Scope::Entries, Scope::Form, Scope::Text]),
    (":users<enter>nJesse<ctrl-n>", "switch", &[Scope::Switch, Scope::Form]),
    (":users<enter>nJesse<ctrl-n><space><tab>", "choose", &[Scope::Choice, Scope::Form]),
    (":users<enter>nJesse<ctrl-n><space><tab><right><tab>", "show", &[Scope::Secret, Scope::Form, Scope::Text]),
    (":users<enter>nJesse<ctrl-n><ctrl-n><tab>", "select", &[Scope::Pick, Scope::Form, Scope::Text]),
    (":groups<enter>nAudit<ctrl-n><ctrl-n>", "apply", &[Scope::Review, Scope::Done, Scope::Rows]),
    (":groups<enter>nAudit<ctrl-n><ctrl-n>s", "choose", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n", "commands", &[Scope::Editor, Scope::Text]),
    (":policies<enter>n<ctrl-p>", "Commands of the editor", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n<ctrl-g>", "Go to line", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n<alt-i>", "Begin with a policy", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n<alt-x>", "Write to a new file", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n<alt-s>", "commands", &[Scope::Popup, Scope::Editor, Scope::Text]),
    (":policies<enter>n<ctrl-f>x", "regex", &[Scope::Find, Scope::Text]),
    (":policies<enter>n<ctrl-r>x", "replace", &[Scope::Replace, Scope::Find, Scope::Text]),
    (":policies<enter>n<f6>", "next tab", &[Scope::Pane, Scope::Rows]),
    (":policies<enter>n<f4>", "change", &[Scope::Builder, Scope::Rows]),
    (":policies<enter>n<f4>n", "Service", &[Scope::Menu, Scope::Text]),
    (":policies<enter>n<f4>ns3<enter>", "select", &[Scope::Pick, Scope::Menu, Scope::Text]),
    (":policies<enter>n<end> <ctrl-s>", "look", &[Scope::Saving, Scope::Form, Scope::Text]),
];

/// A console in one of the places: what is read along the way has come before the keys behind it are pressed.
fn console(keys: &str, keymap: &Keymap) -> Console {
    let mut console = canned::console_with(120, 40, |start| start.keymap = keymap.clone());
    let mut rest = keys;
    while let Some((page, behind)) = rest.split_once("<enter>") {
        console.keys(&format!("{page}<enter>"));
        console.finish();
        rest = behind;
    }
    console.keys(rest);
    console.finish();
    console
}

#[test]
fn whatever_is_bound_in_a_place_is_done_there() {
    // What nobody does is an error of the program that ends a test.
    for (keys, word, scopes) in PLACES {
        let screen = console(keys, &Keymap::default()).screen();
        assert!(screen.contains(word), "{keys} leads elsewhere:\n{screen}");
        for bound in BINDINGS.iter().filter(|bound| scopes.contains(&bound.scope)) {
            let Some(key) = bound.keys.split_whitespace().next().and_then(Key::parse) else { continue };
            console(keys, &Keymap::default()).event(Event::Key(key));
        }
    }
}

/// The key of a remapped console does what the default key does in a default one, and that is something.
#[track_caller]
fn check(place: &str, file: &str, own: &str, default: &str) {
    let mut known = console(place, &Keymap::default());
    let before = known.screen();
    known.keys(default);
    assert_ne!(known.screen(), before, "`{default}` does nothing in {place}");
    let mut remapped = console(place, &Keymap::with_overrides(file, "keys.toml").unwrap());
    remapped.keys(own);
    assert_eq!(remapped.screen(), known.screen(), "{place}");
}

#[test]
fn one_line_remaps_a_move_in_lists_menus_pickers_and_the_editor() {
    for place in [
        ":users<enter>",
        ":alice<enter>",
        ":users<enter>o",
        ":re",
        ":developers<enter>:attach policies<enter>",
        ":policies<enter>n",
        ":policies<enter>n<alt-s>",
        ":policies<enter>n<f4>",
    ] {
        check(place, "down = \"f20\"", "<f20>", "<down>");
    }
}

#[test]
fn the_names_of_before_remap_one_place() {
    check(":users<enter>o", "menu-down = \"f20\"", "<f20>", "<down>");
    check(":policies<enter>n<alt-s>", "popup-down = \"f20\"", "<f20>", "<down>");
    check(":policies<enter>n", "line-down = \"f20\"", "<f20>", "<down>");
    check(":policies<enter>n<f4>", "leave-builder = \"f20\"", "<f20>", "<esc>");
}
