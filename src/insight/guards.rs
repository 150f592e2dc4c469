//! Guards: what a plan does that a person should look at twice.
//!
//! Each guard looks at the plan, at the account as it is and as the plan would leave it, and objects. An objection asks
//! for a typed word and a reason, or only remarks, as the table `[guards]` of config.toml says. What is not known is
//! said, not guessed.

mod full_administrator;
mod last_administrator;
mod left_out;
mod own_identity;
mod permissions_boundary;
mod public_principal;
mod self_lockout;

use std::cell::OnceCell;
use std::collections::HashSet;

use super::forecast::Forecast;
use crate::base::error::UserError;
use crate::base::nearest::nearest;

use crate::model::{Account, Principal, ResourceRef};
use crate::plan::{Call, Guard, Plan, Step};

/// One guard.
#[derive(Debug)]
pub struct Watch {
    /// Its name, in kebab-case; config.toml names it so.
    pub id: &'static str,
    /// What it watches over, as a sentence.
    pub about: &'static str,
    look: fn(&Scene<'_>) -> Vec<Guard>,
}

/// Every guard.
pub const ALL: &[&Watch] = &[
    &own_identity::WATCH,
    &self_lockout::WATCH,
    &last_administrator::WATCH,
    &full_administrator::WATCH,
    &public_principal::WATCH,
    &permissions_boundary::WATCH,
    &left_out::WATCH,
];

/// What a guard does when it objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// It asks for a typed word and a reason.
    #[default]
    Ask,
    /// It says so.
    Warn,
    /// Nothing.
    Off,
}

/// What each guard does; those that are not named ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings(Vec<(&'static str, Mode)>);

impl Settings {
    /// Every guard asks.
    pub const ASK: Self = Self(Vec::new());

    /// Reads the table `[guards]` of the settings.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, UserError> {
        let mut modes = Vec::new();
        for (name, word) in pairs {
            let Some(watch) = ALL.iter().find(|watch| watch.id == name) else {
                let told = UserError::new(format!("there is no guard `{name}`"));
                let known = || ALL.iter().map(|watch| format!("`{}`", watch.id)).collect::<Vec<_>>().join(", ");
                return Err(match nearest(name, ALL.iter().map(|watch| watch.id)) {
                    Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
                    None => told.hint(format!("Guards are {}.", known())),
                });
            };
            let mode = match word.as_str() {
                "ask" => Mode::Ask,
                "warn" => Mode::Warn,
                "off" => Mode::Off,
                _ => {
                    let told = UserError::new(format!("the guard `{name}` cannot be `{word}`"));
                    return Err(told.hint("Write `ask`, `warn` or `off`."));
                }
            };
            modes.push((watch.id, mode));
        }
        Ok(Self(modes))
    }

    fn mode(&self, id: &str) -> Mode {
        self.0.iter().find(|(name, _)| *name == id).map(|(_, mode)| *mode).unwrap_or_default()
    }
}

/// Looks at a plan with every guard. Objections that it carried before are dropped: each look is a new one.
pub fn annotate(account: &Account, settings: &Settings, plan: Plan) -> Plan {
    let scene = Scene::new(account, &plan);
    let mut guards = Vec::new();
    for watch in ALL {
        let mode = settings.mode(watch.id);
        if mode != Mode::Off {
            guards.extend((watch.look)(&scene).into_iter().map(|guard| match mode {
                Mode::Warn => Guard { word: None, ..guard },
                _ => guard,
            }));
        }
    }
    Plan { guards, ..plan }
}

/// Whether guards look at more of the account than what the plan names: whom it may take permissions from, and who
/// stays to give them.
pub fn reach_others(plan: &Plan) -> bool {
    plan.steps.iter().filter_map(Step::call).any(weakens)
}

/// What guards look at.
struct Scene<'a> {
    account: &'a Account,
    plan: &'a Plan,
    /// Steps with their calls, in which the ARNs of policies that earlier steps make are filled in.
    calls: Vec<(&'a Step, Call)>,
    forecast: Forecast,
    /// The user or role in use.
    caller: Option<ResourceRef>,
    /// What the plan deletes.
    deleted: HashSet<ResourceRef>,
    weakens: OnceCell<bool>,
}

impl<'a> Scene<'a> {
    fn new(account: &'a Account, plan: &'a Plan) -> Self {
        let mut forecast = Forecast::new(account);
        let mut calls = Vec::new();
        for step in &plan.steps {
            calls.extend(forecast.resolved(step).map(|call| (step, call)));
            forecast.take(step);
        }
        let caller = account.identity().and_then(|identity| match identity.principal() {
            Principal::User(name) => Some(ResourceRef::User(name)),
            Principal::AssumedRole { role, .. } => Some(ResourceRef::Role(role)),
            Principal::Root | Principal::Federated(_) | Principal::Other => None,
        });
        let deleted = calls.iter().filter_map(|(_, call)| call.deletes()).collect();
        Self { account, plan, calls, forecast, caller, deleted, weakens: OnceCell::new() }
    }

    /// Whether some step may take permissions from somebody.
    fn weakens(&self) -> bool {
        *self.weakens.get_or_init(|| self.calls.iter().any(|(_, call)| weakens(call)))
    }

    /// The account as the plan leaves it.
    fn after(&self) -> &Account {
        self.forecast.account()
    }

    /// What the caller is called after the plan.
    fn caller_now(&self, caller: &ResourceRef) -> ResourceRef {
        self.forecast.name_now(caller)
    }

    /// The first step that may take permissions from somebody.
    fn first_weakening(&self) -> Option<&'a Step> {
        self.calls.iter().find(|(_, call)| weakens(call)).map(|(step, _)| *step)
    }

    /// The ARN of something in IAM that need not be there.
    fn probe(&self, resource: &str) -> String {
        self.arn("iam", "", resource)
    }

    /// The ARN of something in the service of an action that need not be there.
    fn elsewhere(&self, action: &str, resource: &str) -> String {
        self.arn(action.split(':').next().unwrap_or_default(), "us-east-1", resource)
    }

    fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        let identity = self.account.identity();
        let partition = identity.map_or("aws", |identity| identity.partition());
        let number = identity.map_or("123456789012", |identity| identity.account.as_str());
        format!("arn:{partition}:{service}:{region}:{number}:{resource}")
    }
}

/// Whether a call may take permissions from somebody: a policy that is attached may deny, a tag or a name that changes
/// may be what a condition asks for.
fn weakens(call: &Call) -> bool {
    call.change().is_some_and(|change| change.moves_permissions())
}

/// An objection to a step, with the word that overrules it.
fn object(watch: &Watch, step: Option<&Step>, message: String, hint: &str, word: Option<&str>) -> Guard {
    Guard {
        id: watch.id,
        step: step.map(|step| step.id.clone()),
        message,
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
        word: word.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests;
