//! From a key to an action: a pure function over the keys, the scopes on the screen and a few facts.

use super::action::Action;
use super::binding::{Scope, When};
use super::key::Key;
use super::keymap::Keymap;

/// The facts that conditions of bindings ask for; a snapshot taken before a key is resolved.
#[derive(Debug, Clone, Default)]
pub struct Context {
    facts: Vec<When>,
}

impl Context {
    /// States a fact if it holds.
    pub fn with(mut self, fact: When, holds: bool) -> Self {
        if holds && !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
        self
    }

    /// Whether a condition is met.
    pub fn holds(&self, when: When) -> bool {
        when == When::Always || self.facts.contains(&when)
    }
}

/// What a key means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// It is bound to this action.
    Act(Action),
    /// It types this character into a text.
    Type(char),
    /// It means nothing here.
    Nothing,
}

/// Says what a key means where these scopes are read, the nearest first.
pub fn resolve(keymap: &Keymap, scopes: &[Scope], key: Key, context: &Context) -> Input {
    for scope in scopes {
        if let Some(binding) = keymap.at(*scope, key)
            && context.holds(binding.when)
        {
            return Input::Act(binding.action);
        }
        if *scope == Scope::Text
            && let Some(ch) = key.typed()
        {
            return Input::Type(ch);
        }
    }
    Input::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::action::{AppAction, Move, Nav};
    use crate::input::key::Code;

    const LIST: &[Scope] = &[Scope::List, Scope::Rows, Scope::Page, Scope::Global];
    const TYPING: &[Scope] = &[Scope::Menu, Scope::Text, Scope::Global];

    #[track_caller]
    fn check(scopes: &[Scope], key: &str, facts: &[When], expected: Input) {
        let context = facts.iter().fold(Context::default(), |context, fact| context.with(*fact, true));
        assert_eq!(resolve(&Keymap::default(), scopes, Key::parse(key).unwrap(), &context), expected);
    }

    #[test]
    fn the_nearest_scope_wins() {
        check(LIST, "j", &[], Input::Act(Move::Down.action()));
        check(TYPING, "j", &[], Input::Type('j'));
        check(TYPING, "down", &[], Input::Act(Move::Down.action()));
    }

    #[test]
    fn an_unmet_condition_leaves_the_key_without_meaning() {
        check(LIST, "enter", &[], Input::Nothing);
        check(LIST, "enter", &[When::Row], Input::Act(Nav::Open.action()));
        check(LIST, "f12", &[], Input::Nothing);
    }

    #[test]
    fn control_keys_type_nothing() {
        check(TYPING, "ctrl-t", &[], Input::Nothing);
        check(TYPING, "ctrl-q", &[], Input::Act(AppAction::Quit.action()));
        assert_eq!(Key::new(Code::F(3)).typed(), None);
    }
}
