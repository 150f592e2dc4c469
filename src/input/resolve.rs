//! From a key to an action: a pure function over the keys, the scopes on the screen and a few facts.

use super::action::Action;
use super::binding::{Scope, When};
use super::key::Key;
use super::keymap::Keymap;
use crate::base::error::UserError;

/// What decides about the meaning of keys: where they are read, and which conditions of bindings hold there; a
/// snapshot taken before a key is resolved.
#[derive(Debug, Clone, Default)]
pub struct Context {
    scopes: &'static [Scope],
    facts: Vec<When>,
    reasons: Vec<(When, UserError)>,
    held: Option<UserError>,
    labels: Vec<(Action, &'static str)>,
}

impl Context {
    /// The context of a place that reads its keys in these scopes, the nearest first.
    pub fn of(scopes: &'static [Scope]) -> Self {
        Self { scopes, ..Self::default() }.with(When::NoText, !scopes.contains(&Scope::Text))
    }

    /// States a fact if it holds.
    pub fn with(mut self, fact: When, holds: bool) -> Self {
        if holds && !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
        self
    }

    /// Says why a condition is not met, where there is something to say of it.
    pub fn because(mut self, fact: When, reason: Option<UserError>) -> Self {
        self.reasons.extend(reason.map(|reason| (fact, reason)));
        self
    }

    /// Says in a word what an action does here, where that is more than its usual label says.
    pub fn labelled(mut self, action: impl Into<Action>, label: Option<&'static str>) -> Self {
        self.labels.extend(label.map(|label| (action.into(), label)));
        self
    }

    /// The word for an action here; none where its usual label says it.
    pub fn label(&self, action: Action) -> Option<&'static str> {
        self.labels.iter().find(|(known, _)| *known == action).map(|(_, label)| *label)
    }

    /// Says why the place cannot be left for another page now.
    pub fn held_by(self, reason: Option<UserError>) -> Self {
        Self { held: reason, ..self }
    }

    /// Where keys are read, the nearest first.
    pub fn scopes(&self) -> &'static [Scope] {
        self.scopes
    }

    /// Whether a condition is met.
    pub fn holds(&self, when: When) -> bool {
        when == When::Always || self.facts.contains(&when)
    }

    /// Why a condition is not met.
    pub fn reason(&self, when: When) -> Option<&UserError> {
        self.reasons.iter().find(|(fact, _)| *fact == when).map(|(_, reason)| reason)
    }

    /// Why the place cannot be left for another page now.
    pub fn held(self) -> Option<UserError> {
        self.held
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

/// Says what a key means in a context.
pub fn resolve(keymap: &Keymap, key: Key, context: &Context) -> Input {
    for scope in context.scopes {
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
    fn check(scopes: &'static [Scope], key: &str, facts: &[When], expected: Input) {
        let context = facts.iter().fold(Context::of(scopes), |context, fact| context.with(*fact, true));
        assert_eq!(resolve(&Keymap::default(), Key::parse(key).unwrap(), &context), expected);
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
