//! One step of a plan: what is done, why, what it may break, and how it is taken back.

use crate::api::{self, ChangeKind, ChangeTarget, Iam, Kind as ShapeKind, Operation, Structure};

use super::builders::DENY_ALL;
use super::call::Output;
use super::title;
use super::{Ask, Call, Expect, Subject};

/// One step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id, unique in the plan: `add-user-to-group:Admin:Jesse`.
    pub id: String,
    /// What is done.
    pub work: Work,
    /// Why it is there, in one line.
    pub why: String,
    /// What it may break, in one line; empty where nothing.
    pub risk: String,
    /// How it is taken back, as far as it can be.
    pub inverse: Option<Inverse>,
    /// What it relies on; it is not sent where any of that is different now.
    pub expects: Vec<Expect>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// A call.
    Call(Call),
    /// A question.
    Ask(Ask),
}

/// What takes a step back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inverse {
    /// The calls, in order; the first is known as `<step>~undo` to those behind it.
    pub calls: Vec<Call>,
    /// What does not come back; empty where all does.
    pub loses: String,
}

/// How much of a step can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo<'a> {
    /// All of it.
    Whole,
    /// All but this.
    Partly(&'a str),
    /// Nothing, for this reason.
    Never(&'a str),
}

impl Inverse {
    /// An inverse that brings everything back.
    pub fn of(calls: impl IntoIterator<Item = Call>) -> Option<Self> {
        Some(Self { calls: calls.into_iter().collect(), loses: String::new() })
    }

    /// An inverse that brings back all but something.
    pub fn losing(calls: impl IntoIterator<Item = Call>, loses: impl Into<String>) -> Option<Self> {
        Some(Self { calls: calls.into_iter().collect(), loses: loses.into() })
    }

    /// No way back, for this reason.
    pub fn never(reason: impl Into<String>) -> Option<Self> {
        Self::losing([], reason)
    }
}

impl Step {
    /// A step that makes a call; its id comes from the call.
    pub fn new(call: Call, why: impl Into<String>) -> Self {
        let id = title::id(&call);
        Self { id, work: Work::Call(call), why: why.into(), risk: String::new(), inverse: None, expects: Vec::new() }
    }

    /// A step that was asked for itself: no reason stands beside it.
    pub fn requested(call: Call) -> Self {
        Self::new(call, "")
    }

    /// A step that asks.
    pub fn ask(ask: Ask, why: impl Into<String>) -> Self {
        let id = ask.id().to_owned();
        Self {
            id,
            work: Work::Ask(ask),
            why: why.into(),
            risk: String::new(),
            inverse: Inverse::of([]),
            expects: Vec::new(),
        }
    }

    /// The same step under another id.
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The same step under another id, its inverse following.
    pub(super) fn renamed(mut self, id: String) -> Self {
        let old = std::mem::replace(&mut self.id, id);
        let Some(inverse) = &mut self.inverse else { return self };
        for call in &mut inverse.calls {
            let follow = |taken: Output<'_>| {
                let own = taken.step.strip_prefix(old.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('~'));
                let step = own.map_or_else(|| taken.step.to_owned(), |rest| format!("{}{rest}", self.id));
                Ok::<_, std::convert::Infallible>(super::output(&step, taken.field))
            };
            let Ok(followed) = call.filled(follow);
            *call = followed;
        }
        self
    }

    /// The same step with what it may break.
    pub fn risk(mut self, risk: impl Into<String>) -> Self {
        self.risk = risk.into();
        self
    }

    /// The same step with what takes it back.
    pub fn undo(mut self, inverse: Option<Inverse>) -> Self {
        self.inverse = inverse;
        self
    }

    /// The call, where the step is one.
    pub fn call(&self) -> Option<&Call> {
        match &self.work {
            Work::Call(call) => Some(call),
            Work::Ask(_) => None,
        }
    }

    /// The step in a few words: `add user Jesse to group Admin`.
    pub fn title(&self) -> String {
        match &self.work {
            Work::Call(call) => title::of(call),
            Work::Ask(ask) => ask.title(),
        }
    }

    /// What the step is about first: the user that is deleted, the group that is made.
    pub fn subject(&self) -> Option<Subject> {
        self.affects().into_iter().next()
    }

    /// What the step takes away: the entity that it deletes, else the very thing on it.
    pub fn loses(&self) -> Option<Subject> {
        let affects = self.affects();
        let owner = affects.first().cloned();
        let of = |kind| owner.clone().map(|owner| Subject { kind, name: owner.name });
        match self.call().and_then(Call::change).map(|change| (change.kind, change.target)) {
            Some((ChangeKind::Delete, ChangeTarget::ConsolePassword)) => of(title::Kind::ConsolePassword),
            Some((ChangeKind::Delete, ChangeTarget::Boundary)) => of(title::Kind::Boundary),
            _ if self.deletes_entity() => owner,
            _ => affects.into_iter().rev().find(|subject| subject.kind != title::Kind::Other).or(owner),
        }
    }

    /// What the step takes away, and how that is told: a version is nothing without its policy.
    pub fn lost(&self) -> Option<(Subject, String)> {
        let lost = self.loses()?;
        // The policy that disables a user is deleted to enable it: the question is about the user.
        if lost.kind == title::Kind::InlinePolicy
            && lost.name == DENY_ALL
            && let Some(user) = self.subject()
        {
            let told = format!("{} {} of {} {}", lost.kind.label(), lost.name, user.kind.label(), user.name);
            return Some((user, told));
        }
        let mut told = format!("{} {}", lost.kind.label(), lost.name);
        if lost.kind == title::Kind::PolicyVersion
            && let Some(policy) = self.subject()
        {
            told = format!("{told} of {} {}", policy.kind.label(), policy.name);
        }
        Some((lost, told))
    }

    /// All that the step touches, as its parameters name it.
    pub fn affects(&self) -> Vec<Subject> {
        self.call().map(title::subjects).unwrap_or_default()
    }

    /// The permissions that the step needs.
    pub fn needs(&self) -> Vec<String> {
        self.call().map(needs).unwrap_or_default()
    }

    /// Whether the step takes away what cannot simply be put back, so that a word must be typed first.
    ///
    /// That is read off the operation and not off the inverse: a plan file may claim any inverse.
    pub fn is_destructive(&self) -> bool {
        self.call().and_then(Call::change).is_some_and(|change| change.is_destructive())
    }

    /// Whether AWS ends by itself what the step gives: it writes a policy with an end.
    pub fn is_dated(&self) -> bool {
        let text = self.call().and_then(|call| call.text("PolicyDocument"));
        text.is_some_and(|text| text.contains("\"aws:CurrentTime\"") && text.contains("\"DateLessThan\""))
    }

    /// Whether the step deletes an entity as a whole.
    pub(super) fn deletes_entity(&self) -> bool {
        self.call().and_then(Call::change).is_some_and(|change| change.deletes_entity())
    }

    /// How much of the step can be taken back.
    pub fn undoable(&self) -> Undo<'_> {
        match &self.inverse {
            None => Undo::Never("no call undoes it"),
            Some(Inverse { calls, loses }) if calls.is_empty() && !loses.is_empty() => Undo::Never(loses),
            Some(Inverse { loses, .. }) if loses.is_empty() => Undo::Whole,
            Some(Inverse { loses, .. }) => Undo::Partly(loses),
        }
    }

    /// The id that a call of the inverse has in the plan that takes this step back.
    pub fn undo_id(&self, at: usize) -> String {
        if at == 0 { format!("{}~undo", self.id) } else { format!("{}~undo-{}", self.id, at + 1) }
    }

    /// Whether a later step can take this field of the output.
    pub(super) fn gives(&self, field: &str) -> bool {
        match &self.work {
            Work::Ask(ask) => ask.gives().contains(&field),
            Work::Call(call) => call.model().is_some_and(|operation| has_field(operation.output(), field)),
        }
    }
}

fn has_field(structure: &Structure, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(member) = structure.member(name) else { return false };
    match (&api::model().shape(member.shape).kind, rest) {
        (ShapeKind::Structure(inner), Some(rest)) => has_field(inner, rest),
        (ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map(_), None) | (_, Some(_)) => false,
        (_, None) => true,
    }
}

/// The permissions that a call needs: its own action, and those that AWS checks beside it.
fn needs(call: &Call) -> Vec<String> {
    let mut needs = vec![call.operation().action()];
    if call.input().contains_key("Tags")
        && let Some(tags) = call.change().and_then(|change| change.target.tagging())
    {
        needs.push(Operation::Iam(tags).action());
    }
    if call.iam() == Some(Iam::AddRoleToInstanceProfile) {
        needs.push("iam:PassRole".to_owned());
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_at_creation_need_a_permission_of_their_own() {
        let step = Step::new(Call::create_virtual_mfa_device("phone").with("Tags", serde_json::json!([])), "");
        assert_eq!(step.needs(), ["iam:CreateVirtualMFADevice", "iam:TagMFADevice"]);
        let step = Step::new(Call::add_role_to_instance_profile("web", "web"), "");
        assert_eq!(step.needs(), ["iam:AddRoleToInstanceProfile", "iam:PassRole"]);
    }

    #[test]
    fn a_step_tells_how_much_of_it_can_be_taken_back() {
        let step = Step::new(Call::delete_access_key("a", "AKIAIOSFODNN7EXAMPLE"), "");
        assert!(matches!(step.undoable(), Undo::Never(_)));
        let step = step.undo(Inverse::never("the secret is gone"));
        assert_eq!(step.undoable(), Undo::Never("the secret is gone"));
        let step = step.undo(Inverse::of([Call::create_user("a")]));
        assert_eq!(step.undoable(), Undo::Whole);
        let step = step.undo(Inverse::losing([Call::create_user("a")], "the id"));
        assert_eq!(step.undoable(), Undo::Partly("the id"));
    }

    #[test]
    fn what_is_taken_away_is_the_thing_itself_and_not_whose_it_is() {
        let loses = |call| Step::new(call, "").loses().map(|subject| (subject.kind.label(), subject.name)).unwrap();
        let named = |kind, name: &str| (kind, name.to_owned());
        assert_eq!(loses(Call::delete_user("a")), named("user", "a"));
        assert_eq!(loses(Call::delete_access_key("a", "AKIAX")), named("access key", "AKIAX"));
        assert_eq!(loses(Call::delete_login_profile("a")), named("the console password of", "a"));
        assert_eq!(loses(Call::delete_user_boundary("a")), named("the permissions boundary of", "a"));
        assert_eq!(loses(Call::delete_user_policy("a", "notes")), named("inline policy", "notes"));
        let version = Call::delete_policy_version("arn:aws:iam::123456789012:policy/cap", "v2");
        assert_eq!(loses(version.clone()), named("version", "v2"));
        assert_eq!(Step::new(version, "").lost().unwrap().1, "version v2 of policy cap");
    }

    #[test]
    fn fields_of_outputs_are_known() {
        let step = Step::new(Call::create_access_key("a"), "");
        assert!(step.gives("AccessKey.AccessKeyId"));
        assert!(!step.gives("AccessKey"));
        assert!(!step.gives("AccessKey.Nonsense"));
        assert!(Step::ask(Ask::MfaCodes { device: "d".into() }, "").gives("AuthenticationCode1"));
    }
}
