//! The README's table of keys is the table of bindings, word for word.

use iamtui::input::binding::BINDINGS;
use iamtui::input::{Key, Scope, When};

const BEGIN: &str = "<!-- The table of keys; a test holds it to src/input/binding.rs. -->\n";
const END: &str = "<!-- End of the table of keys. -->\n";

fn table() -> String {
    let mut table = "| key | it does |\n|---|---|\n".to_owned();
    for scope in [Scope::Rows, Scope::List, Scope::Detail, Scope::Page, Scope::Review, Scope::Done, Scope::Global] {
        let bound = BINDINGS.iter().filter(|own| own.scope == scope && own.when != When::CrashTest);
        let bound: Vec<_> = bound.filter(|own| !own.keys.is_empty()).collect();
        // As in the console's own help, actions that do the same to several things share a line.
        for alike in bound.chunk_by(|one, other| one.help == other.help) {
            let keys = alike.iter().flat_map(|own| own.keys.split_whitespace());
            let keys: Vec<String> = keys.map(|key| format!("`{}`", Key::parse(key).unwrap().label())).collect();
            table.extend(["| ", &keys.join(" "), " | ", alike[0].help, " |\n"]);
        }
    }
    table
}

#[test]
fn the_readme_tells_every_key_of_the_console() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, rest) = readme.split_once(BEGIN).expect("the table's begin is marked");
    let (found, _) = rest.split_once(END).expect("the table's end is marked");
    assert_eq!(found, table(), "put this table into README.md:\n{}", table());
}
