//! Changes of an account as data: ordered steps, shown before they are made, rendered as code, undone.
//!
//! A wizard or a dialog never calls the API. It builds a [`Plan`] with one of the builders of
//! [`builders`]: pure functions over what is known of the account. Everything else hangs on that one type:
//! the review, the rendering as code ([`render`]), the run in `backend`, the [`journal`] and undo, the
//! file that `iamtui apply` takes ([`Plan::parse`]).
//!
//! Each [`Step`] is a [`Call`] of the service model, or an [`Ask`] for what exists only then. It knows why
//! it is there, what it may break, and the calls that take it back, with the state from before: a document
//! that is overwritten is kept in the inverse of the step that overwrites it.

mod ask;
pub mod builders;
pub(crate) mod call;
mod calls;
mod entity;
mod error;
pub(crate) mod expect;
mod file;
pub mod items;
pub mod journal;
pub(crate) mod neighbours;
pub(crate) mod password;
pub mod render;
mod step;
pub mod table;
mod title;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::model::Account;

use expect::{Known, Resource, Saw, seen};

pub use ask::Ask;
pub use call::{Call, SecretFrom, output};
pub use error::PlanError;
pub use expect::{Expect, Home};
pub use file::{LONGEST, is_of_first_version};
pub use step::{Inverse, Step, Undo, Work};
pub use title::{Kind, Subject};

/// An ordered list of changes, with a title.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// What it is for, in a few words: `create user Jesse`.
    pub title: String,
    /// Where it was made for, and when; none: the file does not say.
    pub made: Option<Made>,
    /// When what it gives is to end: its undo is due then.
    pub until: Option<Timestamp>,
    /// The steps, in the order in which they are made.
    pub steps: Vec<Step>,
    /// What a guard objects to. Guards look at every plan anew: a file neither carries nor silences them.
    pub guards: Vec<Guard>,
}

/// Which account a plan was made for, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// The account's partition and number.
    pub home: Home,
    /// What it was read from where that is not AWS, as the journal calls it: `emulator demo`, or a URL.
    pub endpoint: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// An objection to a plan, which a person may overrule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The guard's name, in kebab-case.
    pub id: &'static str,
    /// The step that it objects to.
    pub step: Option<String>,
    /// What would happen, in one line.
    pub message: String,
    /// What to do instead, as a full sentence.
    pub hint: Option<String>,
    /// What must be typed to overrule it; none: a remark that asks for nothing.
    pub word: Option<String>,
}

/// What must be typed before a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The word to type: the one object's name, or `delete` where there are several.
    pub word: String,
    /// What is lost, for the question: `user Jesse`, `version v1 of policy cap`.
    pub objects: Vec<String>,
    /// Whether a guard asks, and so wants a reason as well.
    pub reason: bool,
}

impl Plan {
    /// A plan without steps yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a step; where its id is taken, it gets a number behind it. The id that it has is returned.
    pub fn push(&mut self, mut step: Step) -> String {
        if self.step(&step.id).is_some() {
            let base = step.id.clone();
            // Each step takes at most one of the numbers, so one of these is free.
            let mut numbered = (2..=self.steps.len() + 2).map(|number| format!("{base}#{number}"));
            step = step.renamed(numbered.find(|id| self.step(id).is_none()).unwrap_or(base));
        }
        let id = step.id.clone();
        self.steps.push(step);
        id
    }

    /// The same plan with what each step relies on, as the account that it was made from tells it.
    ///
    /// What an earlier step of the plan changes is left out: that step leaves it as the next one needs it.
    #[must_use]
    pub fn seeing(mut self, account: &Account) -> Self {
        let home = account.identity().map(|identity| Home {
            partition: identity.partition().to_owned(),
            account: identity.account.as_str().to_owned(),
        });
        let mut changed = HashSet::new();
        let none = serde_json::Map::new();
        for step in &mut self.steps {
            let Work::Call(call) = &step.work else { continue };
            let resources = call.touches(home.as_ref()).into_iter();
            let unchanged = resources.filter(|resource| {
                let made = resource.entity().is_some_and(|entity| changed.contains(&Resource::Entity(entity)));
                !made && !changed.contains(resource)
            });
            let creates = call.creates(home.as_ref());
            let seen = unchanged.filter_map(|resource| Some(Expect { saw: seen(account, &resource)?, resource }));
            // That something is not there is what its creation relies on, and nothing else.
            let seen = seen.filter(|expect| expect.saw != Saw::Id(None) || creates.as_ref() == Some(&expect.resource));
            let seen: Vec<Expect> = seen.collect();
            let left = call.leaves(&none, home.as_ref(), &Known::default());
            changed.extend(left.into_iter().map(|(resource, _)| resource));
            step.expects = seen;
        }
        self.made = home.map(|home| Made { home, ..Made::default() });
        self
    }

    /// The same plan, where its account is known, with what that is reached through and when.
    #[must_use]
    pub fn made_on(mut self, endpoint: Option<String>, at: Timestamp) -> Self {
        if let Some(made) = &mut self.made {
            (made.endpoint, made.at) = (endpoint, Some(at));
        }
        self
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Puts the steps of a nested plan in front of this one's. A step that both have stays in front only.
    pub fn prepend(&mut self, nested: Plan) {
        let outer = std::mem::replace(&mut self.steps, nested.steps);
        for step in outer {
            if !self.steps.contains(&step) {
                self.push(step);
            }
        }
    }

    /// The permissions that the plan needs, sorted, each once.
    pub fn needs(&self) -> Vec<String> {
        let mut needs: Vec<String> = self.steps.iter().flat_map(Step::needs).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// What must be typed before the plan is applied; nothing where nothing is lost and no guard asks.
    pub fn confirmation(&self) -> Option<Confirmation> {
        let mut objects: Vec<(Subject, String)> = Vec::new();
        let lost = self.steps.iter().filter(|step| step.is_destructive());
        // Where a user is deleted, the keys go with it: the user is what to ask for.
        let whole: Vec<&Step> = lost.clone().filter(|step| step.deletes_entity()).collect();
        let named: Vec<&Step> = if whole.is_empty() { lost.collect() } else { whole };
        for lost in named.into_iter().filter_map(Step::lost) {
            if !objects.contains(&lost) {
                objects.push(lost);
            }
        }
        let guard = self.guards.iter().find_map(|guard| guard.word.clone());
        let word = match (objects.as_slice(), &guard) {
            ([], None) => return None,
            ([], Some(word)) => word.clone(),
            ([(one, _)], _) => one.name.clone(),
            _ => "delete".to_owned(),
        };
        let objects = objects.into_iter().map(|(_, told)| told).collect();
        Some(Confirmation { word, objects, reason: guard.is_some() })
    }

    /// Checks the plan as a whole: every call by itself, ids, and that outputs come from earlier steps.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.steps.is_empty() {
            return Err(PlanError::Shape("the plan has no steps".to_owned()));
        }
        let mut before: HashMap<&str, &Step> = HashMap::new();
        for step in &self.steps {
            if before.contains_key(step.id.as_str()) {
                return Err(PlanError::SameId(step.id.clone()));
            }
            if let Work::Call(call) = &step.work {
                call.check().map_err(|error| error.at(&step.id))?;
                check_outputs(call, step, |id| before.get(id).copied())?;
            }
            before.insert(&step.id, step);
            let Some(inverse) = &step.inverse else { continue };
            // A call that takes a step back may take outputs of the calls before it in the same inverse.
            let mut earlier: Vec<Step> = Vec::new();
            for (number, call) in inverse.calls.iter().enumerate() {
                call.check().map_err(|error| error.at(&step.id))?;
                check_outputs(call, step, |id| {
                    before.get(id).copied().or_else(|| earlier.iter().find(|other| other.id == id))
                })?;
                earlier.push(Step::new(call.clone(), "").named(step.undo_id(number)));
            }
        }
        Ok(())
    }
}

/// Checks that what a call takes from other steps is given by steps before it.
fn check_outputs<'s>(call: &Call, step: &Step, before: impl Fn(&str) -> Option<&'s Step>) -> Result<(), PlanError> {
    for taken in call.takes() {
        let output = taken.output;
        let from = before(output.step);
        let from = from.ok_or_else(|| PlanError::Forward { step: step.id.clone(), from: output.step.to_owned() })?;
        if !from.gives(output.field) {
            let (step, from, field) = (step.id.clone(), output.step.to_owned(), output.field.to_owned());
            return Err(PlanError::NoSuchOutput { step, from, field });
        }
        if !from.may_fill(&taken) {
            return Err(PlanError::published(&step.id, &taken));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delete_user(name: &str) -> Vec<Step> {
        vec![
            Step::new(Call::delete_login_profile(name), "console access blocks the deletion"),
            Step::requested(Call::delete_user(name)),
        ]
    }

    #[test]
    fn ids_are_made_unique_when_steps_are_added() {
        let mut plan = Plan::new("twice");
        assert_eq!(plan.push(Step::new(Call::create_user("a"), "")), "create-user:a");
        assert_eq!(plan.push(Step::new(Call::create_user("a"), "again")), "create-user:a#2");
    }

    #[test]
    fn a_nested_plan_goes_in_front_and_what_both_have_is_made_once() {
        let mut outer = Plan::new("create user");
        outer.push(Step::new(Call::create_group("Admin"), "it is missing"));
        outer.push(Step::new(Call::create_user("a"), ""));
        let mut nested = Plan::new("create group");
        nested.push(Step::new(Call::create_group("Admin"), "it is missing"));
        nested.push(Step::new(Call::attach_group_policy("Admin", "arn:aws:iam::aws:policy/X"), ""));
        outer.prepend(nested);
        let ids: Vec<&str> = outer.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["create-group:Admin", "attach-group-policy:Admin:X", "create-user:a"]);
    }

    #[test]
    fn the_word_to_type_is_the_one_object_or_delete() {
        let one = Plan { steps: delete_user("alice"), ..Plan::new("") };
        assert_eq!(one.confirmation().unwrap().word, "alice");
        let steps = [delete_user("alice"), delete_user("bob")].concat();
        let two = Plan { steps, ..Plan::new("") };
        assert_eq!(two.confirmation().unwrap().word, "delete");
        let none = Plan { steps: vec![Step::new(Call::create_user("a"), "")], ..Plan::new("") };
        assert_eq!(none.confirmation(), None);
    }

    #[test]
    fn a_guard_asks_for_its_word_where_nothing_is_lost() {
        let mut plan = Plan { steps: vec![Step::new(Call::create_user("a"), "")], ..Plan::new("") };
        plan.guards.push(Guard {
            id: "full-administrator",
            step: None,
            message: "it may do everything".to_owned(),
            hint: None,
            word: Some("a".to_owned()),
        });
        let asked = plan.confirmation().unwrap();
        assert_eq!((asked.word.as_str(), asked.reason), ("a", true));
    }

    #[track_caller]
    fn check_taken(taking: Call, told: &str) {
        let mut plan = Plan::new("");
        plan.push(Step::new(Call::create_access_key("a"), "").named("key"));
        plan.push(Step::ask(Ask::MfaCodes { device: "phone".into() }, "").named("codes"));
        let undoing = Step::new(Call::create_user("b"), "").undo(Inverse::of([taking.clone()]));
        for step in [Step::new(taking, "").named("taking"), undoing.named("taking")] {
            let plan = Plan { steps: [plan.steps.clone(), vec![step]].concat(), ..Plan::new("") };
            let answer = plan.check().map_or_else(|error| error.to_string(), |()| String::new());
            assert_eq!(answer, told);
        }
    }

    #[test]
    fn a_secret_goes_only_where_a_secret_is_taken() {
        let secret = || output("key", "AccessKey.SecretAccessKey");
        let tag = |value| serde_json::json!([{"Key": "k", "Value": value}]);
        let told = |parameter: &str| {
            format!(
                "step `taking` would write `AccessKey.SecretAccessKey` of `key`, which is a secret, into `{parameter}`, \
                 which everybody can read"
            )
        };
        check_taken(Call::tag_user("a", tag(secret())), &told("Value"));
        check_taken(Call::create_role("r", "{}").with("Description", secret()), &told("Description"));
        check_taken(Call::create_user(secret()), &told("UserName"));
        check_taken(Call::tag_user("a", tag(output("key", "AccessKey.AccessKeyId"))), "");
        check_taken(Call::create_login_profile("a").with("Password", secret()), "");
        let code = output("codes", "AuthenticationCode1");
        let told = "step `taking` would write `AuthenticationCode1` of `codes`, which is a secret, into `Value`, which \
                    everybody can read";
        check_taken(Call::tag_user("a", tag(code)), told);
    }

    #[test]
    fn permissions_are_named_once() {
        let mut plan = Plan::new("");
        plan.push(Step::new(Call::create_user("a").with("Tags", serde_json::json!([{"Key": "k", "Value": "v"}])), ""));
        plan.push(Step::new(Call::create_user("b"), ""));
        assert_eq!(plan.needs(), ["iam:CreateUser", "iam:TagUser"]);
    }
}
