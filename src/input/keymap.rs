//! The keys in force: the table's defaults with the user's `keys.toml` over them.

use std::collections::BTreeMap;

use crate::base::error::Told;

use super::action::{Action, Scope, TABLE, When};
use super::key::Key;

/// The scopes that can be read at the same time, the nearest first. Only keys within one row can clash.
pub const STACKS: &[&[Scope]] = &[
    &[Scope::List, Scope::Rows, Scope::Page, Scope::Global],
    &[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global],
    &[Scope::Menu, Scope::Text, Scope::Global],
    &[Scope::Menu, Scope::Switch, Scope::Rows, Scope::Global],
    &[Scope::Switch, Scope::Form, Scope::Global],
    &[Scope::Choice, Scope::Form, Scope::Global],
    &[Scope::Secret, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Pick, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Entries, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Popup, Scope::Editor, Scope::Text, Scope::Global],
    &[Scope::Replace, Scope::Find, Scope::Text, Scope::Global],
    &[Scope::Pane, Scope::Rows, Scope::Global],
    &[Scope::Builder, Scope::Rows, Scope::Global],
    &[Scope::Pick, Scope::Menu, Scope::Text, Scope::Global],
    &[Scope::Saving, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Saving, Scope::Switch, Scope::Form, Scope::Global],
    &[Scope::Review, Scope::Done, Scope::Rows, Scope::Global],
    &[Scope::Confirm, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Confirm, Scope::Secret, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::Compare, Scope::Diff, Scope::Rows, Scope::Global],
];

/// Which key does what, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    actions: BTreeMap<(Scope, Key), Action>,
    /// The keys of each action, in the order of the table and as the user wrote them.
    keys: Vec<Vec<Key>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of(TABLE.iter().map(|entry| entry.keys.split_whitespace().filter_map(Key::parse).collect()).collect())
    }
}

impl Keymap {
    fn of(keys: Vec<Vec<Key>>) -> Self {
        let mut actions = BTreeMap::new();
        for (entry, keys) in TABLE.iter().zip(&keys) {
            for key in keys {
                actions.insert((entry.scope, *key), entry.action);
            }
        }
        Self { actions, keys }
    }

    /// Lays the user's file over the defaults.
    ///
    /// Shape: `action-name = "key"` or `action-name = ["key", …]`; an empty list takes all keys away.
    pub fn with_overrides(toml: &str, file: &str) -> Result<Self, Told> {
        let table: toml::Table = toml.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| toml.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            Told::new(format!("`{file}` line {line}: {}", error.message()))
                .hint("Each line is an action and its keys, such as `down = [\"j\", \"down\"]`.")
        })?;
        let mut keys = Self::default().keys;
        for (name, value) in &table {
            let Some(action) = Action::named(name) else {
                return Err(unknown_action(name, file));
            };
            if let Some(slot) = keys.get_mut(action as usize) {
                *slot = read_keys(name, value, file)?;
            }
        }
        let keymap = Self::of(keys);
        keymap.check(file)?;
        Ok(keymap)
    }

    fn check(&self, file: &str) -> Result<(), Told> {
        for stack in STACKS {
            let mut seen: BTreeMap<Key, Action> = BTreeMap::new();
            for entry in TABLE.iter().filter(|entry| stack.contains(&entry.scope)) {
                for key in self.keys_of(entry.action) {
                    if let Some(other) = seen.insert(*key, entry.action)
                        && other != entry.action
                        && !both_by_design(other, entry.action)
                    {
                        return Err(Told::new(format!(
                            "`{file}`: the key `{key}` is given to both `{}` and `{}`",
                            other.entry().name,
                            entry.name
                        ))
                        .hint("Give one of them another key, or an empty list to take its keys away."));
                    }
                }
            }
        }
        for needed in [Action::Quit, Action::Cancel] {
            if self.keys_of(needed).is_empty() {
                return Err(Told::new(format!("`{file}`: `{}` has no key left", needed.entry().name))
                    .hint("Without it there is no way out; give it a key."));
            }
        }
        Ok(())
    }

    /// The action of a key in one scope.
    pub fn at(&self, scope: Scope, key: Key) -> Option<Action> {
        self.actions.get(&(scope, key)).copied()
    }

    /// The keys of an action, the first being the one to show.
    pub fn keys_of(&self, action: Action) -> &[Key] {
        self.keys.get(action as usize).map_or(&[], Vec::as_slice)
    }
}

/// Whether two actions may share a key: a menu's own moves lie over the text's and the rows', those of a
/// list in a form or over a text over the form's and the text's.
fn both_by_design(a: Action, b: Action) -> bool {
    // In a review that is finished, the key that applied its plan closes it.
    let over = |scope| {
        matches!(scope, Scope::Menu | Scope::Pick | Scope::Entries | Scope::Popup | Scope::Replace | Scope::Done)
    };
    // What lies over a form moves by the same keys as the lines to read below it.
    let reads = |action| matches!(action, Action::ReadUp | Action::ReadDown);
    // A text of many lines has more to do than a line, and common editors have keys for it.
    let is_text = |a: Action, b: Action| a.entry().scope == Scope::Editor && b.entry().scope == Scope::Text;
    // What is read only outside of text leaves its key to the undoing of texts.
    let types = |scope| matches!(scope, Scope::Editor | Scope::Builder | Scope::Text);
    let outside = |a: Action, b: Action| a.entry().when == When::NoText && types(b.entry().scope);
    // The key that editors go to a line with, and finding on, signs in everywhere else.
    let edits = |scope| matches!(scope, Scope::Editor | Scope::Find | Scope::Builder | Scope::Pane);
    let in_editor = |a: Action, b: Action| a == Action::SignInAgain && edits(b.entry().scope);
    let lies_over = in_editor(a, b)
        || in_editor(b, a)
        || outside(a, b)
        || outside(b, a)
        || over(a.entry().scope)
        || over(b.entry().scope)
        || is_text(a, b)
        || is_text(b, a);
    a.entry().scope != b.entry().scope && (lies_over || reads(a) || reads(b))
}

fn read_keys(name: &str, value: &toml::Value, file: &str) -> Result<Vec<Key>, Told> {
    let texts: Vec<&str> = match value {
        toml::Value::String(text) => vec![text],
        toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_str).collect(),
        _ => Vec::new(),
    };
    let wanted = if let toml::Value::Array(items) = value { items.len() } else { 1 };
    if texts.len() != wanted {
        return Err(Told::new(format!("`{file}`: the keys of `{name}` are no texts"))
            .hint("Write one key in quotes, or a list of them."));
    }
    texts
        .into_iter()
        .map(|text| {
            Key::parse(text).ok_or_else(|| {
                Told::new(format!("`{file}`: `{text}` is no key (at `{name}`)"))
                    .hint("Keys are written like `j`, `G`, `ctrl-q`, `shift-tab`, `pgdn`, `space` or `f5`.")
            })
        })
        .collect()
}

fn unknown_action(name: &str, file: &str) -> Told {
    let told = Told::new(format!("`{file}`: there is no action `{name}`"));
    let near = TABLE.iter().map(|entry| (distance(entry.name, name), entry.name)).min();
    match near {
        Some((steps, near)) if steps <= 3 => told.hint(format!("Did you mean `{near}`?")),
        _ => told.hint("The names are those that `:` shows in the console."),
    }
}

/// The number of single-character edits between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let kept = corner + usize::from(ca != *cb);
            corner = row[j + 1];
            row[j + 1] = kept.min(corner + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(toml: &str, message: &str, hint: &str) {
        let told = Keymap::with_overrides(toml, "keys.toml").unwrap_err();
        assert!(told.message.contains(message), "{}", told.message);
        assert!(told.hint.as_deref().unwrap_or_default().contains(hint), "{:?}", told.hint);
    }

    #[test]
    fn every_default_key_can_be_read() {
        for entry in TABLE {
            for key in entry.keys.split_whitespace() {
                assert!(Key::parse(key).is_some(), "{key} of {}", entry.name);
            }
        }
    }

    #[test]
    fn the_defaults_do_not_clash() {
        assert_eq!(Keymap::default().check("keys.toml"), Ok(()));
    }

    #[test]
    fn the_users_keys_replace_the_defaults() {
        let keymap = Keymap::with_overrides("down = \"ctrl-n\"\nup = [\"ctrl-p\", \"up\"]", "keys.toml").unwrap();
        assert_eq!(keymap.at(Scope::Rows, Key::ctrl('n')), Some(Action::Down));
        assert_eq!(keymap.at(Scope::Rows, Key::char('j')), None);
        assert_eq!(keymap.keys_of(Action::Up).len(), 2);
    }

    #[test]
    fn what_is_wrong_in_the_file_is_said_with_a_next_step() {
        check_refused("dwon = \"j\"", "no action `dwon`", "`down`");
        check_refused("down = \"ctlr-j\"", "`ctlr-j` is no key", "ctrl-q");
        check_refused("down = 3", "no texts", "quotes");
        check_refused("down = [\n", "line", "action and its keys");
        check_refused("filter = \"j\"", "`j` is given to both", "another key");
        check_refused("quit = []", "`quit` has no key left", "way out");
    }
}
