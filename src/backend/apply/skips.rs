//! A run that goes on where a step is refused: what is held back, and when it stops all the same.

use std::collections::HashSet;

use crate::plan::journal::{OnError, State};
use crate::plan::{Call, Step, Subject};

/// So many refusals in a row are no matter of single items.
const IN_A_ROW: u32 = 10;

/// Codes that would be those of every step: nobody answers, or nobody is signed in.
const GENERAL: [&str; 7] = [
    "unreachable",
    "sign-in needed",
    "ExpiredToken",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "cancelled",
    "no randomness",
];

/// What was refused, and so holds back what depends on it.
#[derive(Debug)]
pub(super) struct Skips {
    on_error: OnError,
    /// Whom and what the refused steps were about.
    subjects: HashSet<Subject>,
    /// Steps that gave nothing.
    steps: HashSet<String>,
    in_a_row: u32,
}

impl Skips {
    pub(super) fn new(on_error: OnError) -> Self {
        Self { on_error, subjects: HashSet::new(), steps: HashSet::new(), in_a_row: 0 }
    }

    /// Whether nothing was refused.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether a step depends on a refused one: it takes its output, or is about the same user, group, role or policy.
    pub(super) fn holds_back(&mut self, step: &Step) -> bool {
        let takes = |call: &Call| call.outputs().iter().any(|taken| self.steps.contains(taken.step));
        let holds = step.call().is_some_and(takes) || step.affects().iter().any(|about| self.subjects.contains(about));
        if holds {
            // What depends on this one is held back with it.
            self.note(step);
        }
        holds
    }

    /// Takes in that a step was refused; whether the run goes on.
    pub(super) fn takes(&mut self, step: &Step, state: &State) -> bool {
        self.in_a_row += 1;
        let is_single = match state {
            State::Failed { code, .. } => !GENERAL.contains(&code.as_str()),
            State::Unsure | State::Lost(_) => true,
            State::Waiting | State::Done(_) | State::Already(_) => false,
        };
        let goes_on = self.on_error == OnError::Continue && is_single && self.in_a_row < IN_A_ROW;
        if goes_on {
            self.note(step);
        }
        goes_on
    }

    /// Takes in that a step was done.
    pub(super) fn went_well(&mut self) {
        self.in_a_row = 0;
    }

    fn note(&mut self, step: &Step) {
        self.steps.insert(step.id.clone());
        self.subjects.extend(step.subject());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str) -> State {
        State::Failed { code: code.to_owned(), message: String::new() }
    }

    fn step(call: Call) -> Step {
        Step::new(call, "")
    }

    #[test]
    fn only_what_depends_on_a_refused_step_is_held_back() {
        let mut skips = Skips::new(OnError::Continue);
        assert!(skips.takes(&step(Call::create_user("ada")), &refused("EntityAlreadyExists")));
        assert!(skips.holds_back(&step(Call::add_user_to_group("ops", "ada"))));
        assert!(!skips.holds_back(&step(Call::add_user_to_group("ops", "bob"))));
        assert!(skips.takes(&step(Call::add_user_to_group("ops", "carol")), &refused("NoSuchEntity")));
        assert!(!skips.holds_back(&step(Call::add_user_to_group("ops", "dave"))), "the group is not at fault");
    }

    #[test]
    fn what_would_refuse_every_step_stops_the_run() {
        let of = |on_error, code: &str| Skips::new(on_error).takes(&step(Call::create_user("ada")), &refused(code));
        assert!(!of(OnError::Stop, "EntityAlreadyExists"));
        assert!(!of(OnError::Continue, "ExpiredToken"));
        let mut skips = Skips::new(OnError::Continue);
        let name = |number| step(Call::create_user(format!("user{number}")));
        assert!((1..IN_A_ROW).all(|number| skips.takes(&name(number), &refused("AccessDenied"))));
        assert!(!skips.takes(&name(IN_A_ROW), &refused("AccessDenied")));
    }
}
