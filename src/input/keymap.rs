//! The keys in force: the table's defaults with the user's `keys.toml` over them.

use std::collections::BTreeMap;

use crate::base::error::UserError;
use crate::base::nearest::nearest;

use super::action::{Action, AppAction, DialogAction, Nav};
use super::binding::{BINDINGS, Binding, Scope, When};
use super::key::Key;
use super::names::{self, Named};

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
    &[Scope::Multiline, Scope::Form, Scope::Text, Scope::Global],
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
    &[Scope::Mfa, Scope::Form, Scope::Text, Scope::Global],
    &[Scope::SignIn, Scope::Global],
    &[Scope::Compare, Scope::Diff, Scope::Rows, Scope::Global],
    &[Scope::Answer, Scope::Rows, Scope::Global],
    &[Scope::Question, Scope::Menu, Scope::Text, Scope::Global],
];

/// Which key does what, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The lines of the table, by place and key.
    bound: BTreeMap<(Scope, Key), usize>,
    /// The keys of each line, in the order of the table and as the user wrote them.
    keys: Vec<Vec<Key>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of(defaults())
    }
}

fn defaults() -> Vec<Vec<Key>> {
    BINDINGS.iter().map(|binding| binding.keys.split_whitespace().filter_map(Key::parse).collect()).collect()
}

impl Keymap {
    fn of(keys: Vec<Vec<Key>>) -> Self {
        let mut bound = BTreeMap::new();
        for (at, (binding, keys)) in BINDINGS.iter().zip(&keys).enumerate() {
            for key in keys {
                bound.insert((binding.scope, *key), at);
            }
        }
        Self { bound, keys }
    }

    /// Lays the user's file over the defaults.
    ///
    /// Shape: `action = "key"` or `action = ["key", …]` for an action wherever it has keys, the same below `[place]` for
    /// one place; an empty list takes all keys away.
    pub fn with_overrides(toml: &str, file: &str) -> Result<Self, UserError> {
        let table: toml::Table = toml.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| toml.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            UserError::new(format!("`{file}` line {line}: {}", error.message()))
                .hint("Each line is an action and its keys, such as `down = [\"j\", \"down\"]`.")
        })?;
        let mut wide: Vec<(Action, Scope, Vec<Key>)> = Vec::new();
        let mut exact: Vec<(usize, Vec<Key>)> = Vec::new();
        for (name, value) in &table {
            if let toml::Value::Table(own) = value {
                let scope = Scope::named(name).ok_or_else(|| unknown_place(name, file))?;
                for (name, value) in own {
                    exact.push((in_place(scope, name, file)?, read_keys(name, value, file)?));
                }
                continue;
            }
            let keys = read_keys(name, value, file)?;
            match names::named(name).ok_or_else(|| unknown_action(name, file))? {
                Named::Action(action, home) => wide.push((action, home, keys)),
                Named::Places(places) => {
                    let lines = places.into_iter().filter_map(|(scope, action)| line_of(scope, action));
                    exact.extend(lines.zip(std::iter::once(keys).chain(std::iter::repeat(Vec::new()))));
                }
            }
        }
        let mut keys = defaults();
        let mut settled: Vec<usize> = exact.iter().map(|(line, _)| *line).collect();
        for (action, home, wanted) in &wide {
            let line = line_of(*home, *action).filter(|line| !settled.contains(line));
            exact.extend(line.map(|line| (line, wanted.clone())));
            settled.extend(line);
        }
        for (line, own) in exact {
            if let Some(slot) = keys.get_mut(line) {
                *slot = own;
            }
        }
        let elsewhere =
            |(line, binding): &(usize, &Binding), action| binding.action == action && !settled.contains(line);
        for (action, _, wanted) in &wide {
            for (line, binding) in BINDINGS.iter().enumerate().filter(|place| elsewhere(place, *action)) {
                let own = fitting(binding, wanted, &keys);
                // A place with no use for any of the keys keeps its own, and nobody is locked in.
                let stays = own.is_empty() && (!wanted.is_empty() || is_way_out(binding.action));
                if let Some(slot) = keys.get_mut(line).filter(|_| !stays) {
                    *slot = own;
                }
            }
        }
        let keymap = Self::of(keys);
        keymap.check(file)?;
        Ok(keymap)
    }

    fn check(&self, file: &str) -> Result<(), UserError> {
        for stack in STACKS {
            let mut seen: BTreeMap<Key, &Binding> = BTreeMap::new();
            for (binding, keys) in BINDINGS.iter().zip(&self.keys).filter(|(binding, _)| stack.contains(&binding.scope))
            {
                for key in keys {
                    if let Some(other) = seen.insert(*key, binding)
                        && other.action != binding.action
                        && !both_by_design(other, binding)
                    {
                        return Err(UserError::new(format!(
                            "`{file}`: the key `{key}` is given to both `{}` and `{}`",
                            other.action.name(),
                            binding.action.name()
                        ))
                        .hint("Give one of them another key, or an empty list to take its keys away."));
                    }
                }
            }
        }
        for (scope, needed) in [(Scope::Global, AppAction::Quit.action()), (Scope::Menu, DialogAction::Cancel.action())]
        {
            if self.keys(scope, needed).is_empty() {
                return Err(UserError::new(format!("`{file}`: `{}` has no key left", needed.name()))
                    .hint("It is the only way to close what is open; give it a key."));
            }
        }
        Ok(())
    }

    /// What a key means in one place.
    pub fn at(&self, scope: Scope, key: Key) -> Option<&'static Binding> {
        self.bound.get(&(scope, key)).and_then(|at| BINDINGS.get(*at))
    }

    /// The keys of an action in one place, the first being the one to show.
    pub fn keys(&self, scope: Scope, action: impl Into<Action>) -> &[Key] {
        line_of(scope, action.into()).and_then(|line| self.keys.get(line)).map_or(&[], Vec::as_slice)
    }

    /// The key of an action in one place as the screen shows it; empty where it has none.
    pub fn shown(&self, scope: Scope, action: impl Into<Action>) -> String {
        self.keys(scope, action).first().map(|key| key.label()).unwrap_or_default()
    }

    /// What can be done in one place, with its keys, in the order of the table.
    pub fn of_place(&self, scope: Scope) -> impl Iterator<Item = (&'static Binding, &[Key])> {
        let lines = BINDINGS.iter().zip(&self.keys).filter(move |(binding, _)| binding.scope == scope);
        lines.map(|(binding, keys)| (binding, keys.as_slice()))
    }
}

fn line_of(scope: Scope, action: Action) -> Option<usize> {
    BINDINGS.iter().position(|binding| binding.scope == scope && binding.action == action)
}

/// Those of the keys of an action that are free for it in one of its places.
fn fitting(place: &Binding, wanted: &[Key], keys: &[Vec<Key>]) -> Vec<Key> {
    let types = STACKS.iter().any(|stack| {
        let at = |scope| stack.iter().position(|own| *own == scope);
        at(place.scope).zip(at(Scope::Text)).is_some_and(|(own, text)| own <= text)
    });
    let beside = |other: Scope| STACKS.iter().any(|stack| stack.contains(&place.scope) && stack.contains(&other));
    let is_taken = |key: &Key| {
        let others = BINDINGS.iter().zip(keys).filter(|(other, _)| other.action != place.action && beside(other.scope));
        others.into_iter().any(|(_, keys)| keys.contains(key))
    };
    let own: Vec<Key> = place.keys.split_whitespace().filter_map(Key::parse).collect();
    let is_free = |key: &Key| own.contains(key) || !(types && key.typed().is_some() || is_taken(key));
    wanted.iter().copied().filter(is_free).collect()
}

fn is_way_out(action: Action) -> bool {
    [Nav::Back.action(), DialogAction::Cancel.action()].contains(&action)
}

/// Whether two actions may share a key: a menu's own moves lie over the text's and the rows', those of a
/// list in a form or over a text over the form's and the text's.
fn both_by_design(a: &Binding, b: &Binding) -> bool {
    // In a review that is finished, the key that applied its plan closes it.
    let over = |scope| {
        matches!(
            scope,
            Scope::Question
                | Scope::Menu
                | Scope::Pick
                | Scope::Entries
                | Scope::Multiline
                | Scope::Popup
                | Scope::Replace
                | Scope::Done
        )
    };
    // What lies over a form moves by the same keys as the lines to read below it.
    let reads = |binding: &Binding| binding.when == When::ReadOn;
    // A text of many lines has more to do than a line, and common editors have keys for it.
    let is_text = |a: &Binding, b: &Binding| a.scope == Scope::Editor && b.scope == Scope::Text;
    // What is read only outside of text leaves its key to the undoing of texts.
    let types = |scope| matches!(scope, Scope::Editor | Scope::Builder | Scope::Text);
    let outside = |a: &Binding, b: &Binding| a.when == When::NoText && types(b.scope);
    // The key that editors go to a line with, and finding on, signs in everywhere else.
    let edits = |scope| matches!(scope, Scope::Editor | Scope::Find | Scope::Builder | Scope::Pane);
    let in_editor = |a: &Binding, b: &Binding| a.action == AppAction::SignInAgain.action() && edits(b.scope);
    let lies_over = in_editor(a, b)
        || in_editor(b, a)
        || outside(a, b)
        || outside(b, a)
        || over(a.scope)
        || over(b.scope)
        || is_text(a, b)
        || is_text(b, a);
    a.scope != b.scope && (lies_over || reads(a) || reads(b))
}

fn read_keys(name: &str, value: &toml::Value, file: &str) -> Result<Vec<Key>, UserError> {
    let texts: Vec<&str> = match value {
        toml::Value::String(text) => vec![text],
        toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_str).collect(),
        _ => Vec::new(),
    };
    let wanted = if let toml::Value::Array(items) = value { items.len() } else { 1 };
    if texts.len() != wanted {
        return Err(UserError::new(format!("`{file}`: the keys of `{name}` are no texts"))
            .hint("Write one key in quotes, or a list of them."));
    }
    texts
        .into_iter()
        .map(|text| {
            Key::parse(text).ok_or_else(|| {
                UserError::new(format!("`{file}`: `{text}` is no key (at `{name}`)"))
                    .hint("Keys are written like `j`, `G`, `ctrl-q`, `shift-tab`, `pgdn`, `space` or `f5`.")
            })
        })
        .collect()
}

fn unknown_action(name: &str, file: &str) -> UserError {
    let told = UserError::new(format!("`{file}`: there is no action `{name}`"));
    match nearest(name, names::all()) {
        Some(near) => told.hint(format!("Did you mean `{near}`?")),
        None => told.hint("`iamtui help keys` lists the actions."),
    }
}

fn unknown_place(name: &str, file: &str) -> UserError {
    let told = UserError::new(format!("`{file}`: there is no place `[{name}]` where keys are read"));
    match nearest(name, Scope::ALL.iter().map(|scope| scope.name())) {
        Some(near) => told.hint(format!("Did you mean `[{near}]`?")),
        None => told.hint("`iamtui help keys` lists the places and their actions."),
    }
}

/// The line of an action in one place, by the name that the user's file has for it.
fn in_place(scope: Scope, name: &str, file: &str) -> Result<usize, UserError> {
    let line = Action::named(name).and_then(|action| line_of(scope, action));
    line.ok_or_else(|| {
        let told = UserError::new(format!("`{file}`: there is no action `{name}` in `[{}]`", scope.name()));
        let here: Vec<&str> = BINDINGS.iter().filter(|own| own.scope == scope).map(|own| own.action.name()).collect();
        match nearest(name, here.iter().copied()) {
            Some(near) => told.hint(format!("Did you mean `{near}`?")),
            None => told.hint(format!("There are: {}.", here.join(", "))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::action::{ItemAction, ListAction, Move, WorkAction};

    #[track_caller]
    fn check_refused(toml: &str, message: &str, hint: &str) {
        let told = Keymap::with_overrides(toml, "keys.toml").unwrap_err();
        assert!(told.message.contains(message), "{}", told.message);
        assert!(told.hint.as_deref().unwrap_or_default().contains(hint), "{:?}", told.hint);
    }

    /// The keys of an action in one place, as they are written.
    #[track_caller]
    fn check(toml: &str, scope: Scope, action: impl Into<Action>, keys: &str) {
        let keymap = Keymap::with_overrides(toml, "keys.toml").unwrap();
        let own: Vec<String> = keymap.keys(scope, action).iter().map(ToString::to_string).collect();
        assert_eq!(own.join(" "), keys, "{toml} in {scope:?}");
    }

    #[test]
    fn the_defaults_do_not_clash() {
        assert_eq!(Keymap::default().check("keys.toml"), Ok(()));
    }

    #[test]
    fn one_line_gives_an_action_its_keys_wherever_it_is() {
        let toml = "down = [\"t\", \"ctrl-k\", \"f20\"]";
        check(toml, Scope::Rows, Move::Down, "t ctrl-k f20");
        check(toml, Scope::Menu, Move::Down, "ctrl-k f20");
        check(toml, Scope::Popup, Move::Down, "f20");
        check(toml, Scope::Pick, Move::Down, "ctrl-k f20");
        check(toml, Scope::Rows, Move::Up, "k up");
    }

    #[test]
    fn a_place_where_text_is_typed_takes_no_single_characters() {
        check("undo = \"U\"", Scope::Page, WorkAction::Undo, "U");
        check("undo = \"U\"", Scope::Builder, WorkAction::Undo, "U");
        check("undo = \"U\"", Scope::Editor, WorkAction::Undo, "ctrl-z");
    }

    #[test]
    fn a_key_that_means_something_else_in_another_place_stays_what_it_is_there() {
        check("top = \"home\"", Scope::Rows, Move::Top, "home");
        check("top = \"home\"", Scope::Editor, Move::Top, "ctrl-home alt-<");
        check("new = \"c\"\ncolumns = \"n\"", Scope::Page, ItemAction::New, "c");
        check("new = \"c\"\ncolumns = \"n\"", Scope::Builder, ItemAction::New, "n");
    }

    #[test]
    fn a_table_is_for_one_place() {
        check("[menu]\ndown = \"f20\"", Scope::Menu, Move::Down, "f20");
        check("[menu]\ndown = \"f20\"", Scope::Rows, Move::Down, "j down");
        check("down = \"f21\"\n[menu]\ndown = \"f20\"", Scope::Menu, Move::Down, "f20");
    }

    #[test]
    fn an_empty_list_takes_the_keys_away_and_locks_nobody_in() {
        check("delete = []", Scope::Page, ItemAction::Delete, "");
        check("delete = []", Scope::Builder, ItemAction::Delete, "");
        check("back = []", Scope::Page, Nav::Back, "");
        check("back = []", Scope::Form, Nav::Back, "esc");
    }

    #[test]
    fn the_users_keys_replace_the_defaults() {
        let keymap = Keymap::with_overrides("filter = \"ctrl-n\"", "keys.toml").unwrap();
        let at = |key| keymap.at(Scope::List, key).map(|binding| binding.action);
        assert_eq!(at(Key::ctrl('n')), Some(ListAction::Filter.action()));
        assert_eq!(at(Key::char('/')), None);
    }

    #[test]
    fn what_is_wrong_in_the_file_is_said_with_a_next_step() {
        check_refused("dwon = \"j\"", "no action `dwon`", "`down`");
        check_refused("down = \"ctlr-j\"", "`ctlr-j` is no key", "ctrl-q");
        check_refused("down = 3", "no texts", "quotes");
        check_refused("down = [\n", "line", "action and its keys");
        check_refused("filter = \"j\"", "`j` is given to both", "another key");
        check_refused("quit = []", "`quit` has no key left", "only way to close");
        check_refused("[menus]\ndown = \"j\"", "no place `[menus]`", "`[menu]`");
        check_refused("[menu]\nundo = \"j\"", "no action `undo` in `[menu]`", "accept, cancel, up");
        check_refused("[menu]\ndwon = \"f20\"", "no action `dwon` in `[menu]`", "`down`");
    }
}
