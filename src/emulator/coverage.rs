//! What the emulator passes over, found by running it and not by hand.
//!
//! Each operation is called in an account that has one of everything: with what it requires, and with all that it
//! takes. Which parameters it looked at is noted where requests are read; which members it answered is read off its
//! answers. What is missing stands in a list, with the reason. A list may only shrink: an entry that is no longer
//! true fails, and so does anything missing that is not listed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::caller::{Bearer, Caller, Principal, Session};
use super::ids::Ids;
use super::operation::Enforce;
use super::operation::{Environment, Handler, Permission, Request, Run};
use super::ops::sts::session::begin;
use super::registry;
use super::service::perform;
use super::setup::Setup;
use super::store::activity::{Activity, LastCall};
use super::store::records::LastUse;
use super::store::{State, World};
use super::{samples, seed};
use crate::api::{self, Iam, Kind, Operation, OperationModel, Service, ShapeId, Structure, Sts, model};

mod account;
mod conformance;
mod nested;

thread_local! {
    /// The members of the input that were looked at.
    static READ: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that a member of an input was looked at.
pub fn note(name: &str) {
    READ.with_borrow_mut(|read| read.insert(name.to_owned()));
}

const SIGNED: &str =
    "Nothing here can sign what an identity provider would: the tests of the operation itself give it.";

const COMPLETE: &str = "A report is complete as soon as it is asked for; one that cannot be made has no job.";
const PACKED: &str = "AWS says that it is deprecated and not populated for this operation.";
const HASHES: &str = "AWS documents neither which keys are hashed nor how, and a guess would be a false fingerprint.";

/// Parameters that an operation does not look at, though it does not refuse them.
const UNREAD: &[(&str, &str, &str)] = &[(
    "GetScopedCredentials",
    "ScopedSessionDescription",
    "It goes to CloudTrail alone, whose events hold every parameter.",
)];

/// Members that no answer of an operation has, `*` for an operation that never succeeds here.
const UNANSWERED: &[(&str, &str, &str)] = &[
    ("AssumeRoleWithSAML", "*", SIGNED),
    ("AssumeRoleWithWebIdentity", "*", SIGNED),
    (
        "GetMFADevice",
        "Certifications",
        "They come from the metadata service of the FIDO Alliance; the devices of the API are virtual and have none.",
    ),
    (
        "GetOpenIDConnectProvider",
        "IdentityStoreArn",
        "There is no IAM Identity Center to ask which store an instance has.",
    ),
    ("GetSAMLProvider", "IdentityStoreArn", "There is no IAM Identity Center to ask which store an instance has."),
    ("GetSAMLProvider", "SAMLKeyHashes", HASHES),
    ("GetServiceLinkedRoleDeletionStatus", "Reason", "The deletion of a service-linked role always succeeds here."),
    ("GetDelegatedAccessToken", "PackedPolicySize", PACKED),
    ("GetOrganizationsAccessReport", "ErrorDetails", COMPLETE),
    ("GetServiceLastAccessedDetails", "Error", COMPLETE),
    ("GetServiceLastAccessedDetailsWithEntities", "Error", COMPLETE),
    ("ListAccountAliases", "Marker", "An account has one alias at most."),
];

/// Members of a shape below an answer that no operation ever fills, `*` for a shape that is never answered.
const UNFILLED: &[(&str, &str, &str)] = &[
    (
        "ResourceSpecificResult",
        "EvalDecisionDetails",
        "AWS answers it for simulations over two accounts; here they know the policies of one.",
    ),
    ("DeletionTaskFailureReasonType", "*", "The deletion of a service-linked role always succeeds here."),
    ("RoleUsageType", "*", "The deletion of a service-linked role always succeeds here."),
    ("ErrorDetails", "*", COMPLETE),
    ("SAMLKeyHashEntry", "*", HASHES),
];

const NOW: &str = "2026-01-15T12:00:00Z";
const ACCOUNT: &str = "123456789012";

/// The operation of a name, whichever service has it.
fn typed(name: &str) -> Operation {
    Service::ALL.into_iter().find_map(|service| Operation::named(service, name)).unwrap_or_else(|| panic!("{name}"))
}

struct Account {
    environment: Environment,
    world: World,
    now: Timestamp,
    /// Ids that later calls name: by their member the first one, by `@Operation.Member` the last one that it answered.
    given: BTreeMap<String, Value>,
}

impl Account {
    /// An account with one of everything, and two where lists have pages.
    fn new() -> Self {
        let mut account = Self::empty();
        account.run(account::history());
        account.delegate();
        account.use_everything();
        account.run(account::reports());
        account
    }

    /// Runs calls that succeed, and keeps the ids that they answer.
    fn run(&mut self, calls: Vec<(&'static str, Value)>) {
        for (operation, input) in calls {
            let answer =
                self.call(operation, input.clone()).unwrap_or_else(|told| panic!("{operation} {input}: {told}"));
            self.keep(operation, &answer);
        }
    }

    /// Delegation requests of each stage.
    fn delegate(&mut self) {
        for (hint, steps) in account::STAGES {
            let made = self.call("CreateDelegationRequest", account::delegation(&format!("flow{hint}"))).unwrap();
            let id = made["DelegationRequestId"].clone();
            for step in *steps {
                let operation =
                    if *step == "Send" { "SendDelegationToken" } else { &format!("{step}DelegationRequest") };
                let notes = if matches!(*step, "Update" | "Reject") { json!("n") } else { Value::Null };
                self.call(operation, json!({"DelegationRequestId": id, "Notes": notes})).unwrap();
            }
            let found = self.state().delegation_requests.get(id.as_str().unwrap()).unwrap();
            let token = found.token.clone();
            self.given.insert((*hint).to_owned(), id.clone());
            self.given.extend(token.map(|token| ("@token".to_owned(), token.into())));
        }
        let arn = format!("arn:aws:iam::{ACCOUNT}:delegation-request/{}", self.given["@assigned"].as_str().unwrap());
        self.given.insert("@arn".to_owned(), arn.into());
    }

    /// An account with nothing in it.
    fn empty() -> Self {
        let environment = Environment {
            enforce: Enforce::Off,
            organization: Some(account::organization()),
            templates: account::templates(),
            ..Environment::new(ACCOUNT, Ids::seeded(7))
        };
        let mut world = World::default();
        let now = NOW.parse().unwrap();
        Setup::default().begin(&mut world, &environment, seed::Seed::Empty, now).unwrap();
        Setup::join(&mut world, &environment, now).unwrap();
        world.add(ACCOUNT).change_account(|account| account::SEAL.clone_into(&mut account.token_secret));
        Self { environment, world, now, given: BTreeMap::new() }
    }

    /// Password, keys and roles have been used, which is written down where requests come in.
    fn use_everything(&mut self) {
        let at = self.now.into();
        let last = || LastUse { at, region: "eu-west-1".to_owned(), service: "iam".to_owned() };
        let (ada, night) = (
            self.state().users.named("ada").unwrap().id.clone(),
            self.state().roles.named("night").unwrap().id.clone(),
        );
        self.state_mut().users.change(&ada, |user| {
            user.password_last_used = Some(at);
            user.access_keys.iter_mut().for_each(|key| key.last_used = Some(last()));
        });
        self.state_mut().roles.change(&night, |role| role.last_used = Some(last()));
        let mut activity = Activity { id: ada, ..Activity::default() };
        for (service, action) in [("s3", "GetObject"), ("iam", "ListRoles")] {
            activity.note(service, action, LastCall { at, region: "eu-west-1".to_owned() });
        }
        self.state_mut().activity.put(activity);
    }

    fn state(&self) -> &State {
        self.world.get(ACCOUNT).unwrap()
    }

    fn state_mut(&mut self) -> &mut State {
        self.world.get_mut(ACCOUNT).unwrap()
    }

    fn keep(&mut self, operation: &str, answer: &Value) {
        for (name, value) in answer.as_object().into_iter().flatten() {
            match value {
                Value::Object(_) => self.keep(operation, value),
                Value::Array(_) | Value::Null => {}
                scalar if name.ends_with("Id") || name == "DeletionTaskId" => {
                    self.given.entry(name.clone()).or_insert_with(|| scalar.clone());
                    self.given.insert(format!("@{operation}.{name}"), scalar.clone());
                }
                _ => {}
            }
        }
    }

    fn caller(&self) -> Caller {
        let root = Caller::root(ACCOUNT);
        match self.state().users.named("ada") {
            None => root,
            Some(ada) => Caller {
                principal: Principal::User { id: ada.id.clone(), name: ada.name.clone() },
                arn: format!("arn:aws:iam::{ACCOUNT}:user/x/ada"),
                user_id: ada.id.clone(),
                ..root
            },
        }
    }

    fn call(&mut self, operation: &str, input: Value) -> Result<Value, String> {
        self.call_under(Enforce::Off, operation, input)
    }

    fn call_under(&mut self, enforce: Enforce, operation: &str, mut input: Value) -> Result<Value, String> {
        let operation = typed(operation);
        if matches!(operation, Operation::Iam(Iam::EnableMFADevice | Iam::ResyncMFADevice)) {
            seed::give_codes(&mut input, self.state(), self.now);
        }
        // What is enabled already cannot be enabled.
        if operation == Operation::Iam(Iam::EnableOutboundWebIdentityFederation) {
            self.state_mut().change_account(|account| account.switches.clear());
        }
        api::validate(operation.model().unwrap(), &input).map_err(|wrong| wrong.to_string())?;
        let mut caller = self.caller();
        // They take temporary credentials alone, or hand on what these have.
        if matches!(operation, Operation::Sts(Sts::GetScopedCredentials | Sts::AssumeRoot)) {
            let session = begin(&self.request(operation, &input, &caller), Bearer::User(caller.user_id.clone()), 3600);
            caller.session = Some(Session { source_identity: Some("ada".to_owned()), ..session });
        }
        let environment = &self.environment;
        let request =
            Request { operation, input: &input, caller: &caller, account: ACCOUNT, environment, now: self.now.into() };
        let handler = registry::handler(operation).unwrap();
        perform(handler, &request, &mut self.world, enforce).map_err(|failure| failure.to_string())
    }

    fn request<'a>(&'a self, operation: Operation, input: &'a Value, caller: &'a Caller) -> Request<'a> {
        let environment = &self.environment;
        Request { operation, input, caller, account: ACCOUNT, environment, now: self.now.into() }
    }

    /// An input of hints: for the members that are required, or for all.
    fn input(&self, operation: &OperationModel, all: bool) -> Value {
        let hints = account::hints();
        let mut input = Map::new();
        let refused = registry::handler(typed(&operation.name)).unwrap().unsupported;
        for member in &operation.input().members {
            if !(all || member.required) || refused.iter().any(|(name, _)| *name == member.name) {
                continue;
            }
            let own = format!("{}.{}", operation.name, member.name);
            let hint = hints
                .get(own.as_str())
                .or_else(|| self.given.get(&member.name))
                .or_else(|| hints.get(member.name.as_str()));
            // A hint may name what another call has answered.
            let hint = hint.map(|hint| hint.as_str().and_then(|name| self.given.get(name)).unwrap_or(hint));
            let value = hint.cloned().unwrap_or_else(|| samples::value(member.shape, 1));
            if !value.is_null() {
                input.insert(member.name.clone(), value);
            }
        }
        input.into()
    }
}

/// The handlers of operations that the service model holds.
fn modelled() -> impl Iterator<Item = (&'static Handler, &'static OperationModel)> {
    registry::handlers().filter_map(|row| Some((row, row.operation.model()?)))
}

/// What the drive has found.
#[derive(Default)]
struct Found {
    unread: BTreeSet<(String, String)>,
    unanswered: BTreeSet<(String, String)>,
    unfilled: BTreeSet<(String, String)>,
    why: BTreeMap<String, Vec<String>>,
}

fn drive() -> Found {
    let mut found = Found::default();
    let (mut reachable, mut filled) = (BTreeSet::new(), BTreeSet::new());
    // What only reads leaves an account as it is.
    let (mut full, mut empty) = (Account::new(), Account::empty());
    for (row, operation) in modelled() {
        let own = row.operation.name();
        let (mut read, mut top) = (BTreeSet::new(), BTreeSet::new());
        let mut answered = false;
        for (all, filled_account) in [(false, true), (true, true), (false, false)] {
            let account = if filled_account { &mut full } else { &mut empty };
            let input = account.input(operation, all);
            READ.take();
            // A trust policy is asked where policies hold, and there alone; its refusal is no matter here.
            if matches!(row.permission, Permission::Trust) {
                drop(account.call_under(Enforce::On, own, input.clone()));
            }
            let answer = account.call(own, input);
            read.append(&mut READ.take());
            match answer {
                Ok(answer) => {
                    answered = true;
                    let there = answer.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
                    top.extend(there.map(|(name, _)| name.clone()));
                    for member in &operation.output().members {
                        walk(member.shape, answer.get(&member.name), &mut filled);
                    }
                }
                Err(told) => found.why.entry(own.to_owned()).or_default().push(told),
            }
            match (row.run, filled_account) {
                (Run::Read(_) | Run::Survey(_), _) => {}
                (Run::Write(_) | Run::Across(_), true) => full = Account::new(),
                (Run::Write(_) | Run::Across(_), false) => empty = Account::empty(),
            }
        }
        // Of an operation that never succeeds, that alone is told.
        if !answered {
            found.unanswered.insert((own.to_owned(), "*".to_owned()));
            continue;
        }
        let refused = |name: &str| row.unsupported.iter().any(|(refused, _)| *refused == name);
        let unread = operation.input().members.iter().map(|member| &member.name);
        let unread = unread.filter(|name| !read.contains(*name) && !refused(name));
        found.unread.extend(unread.map(|name| (own.to_owned(), name.clone())));
        for member in &operation.output().members {
            reach(member.shape, &mut reachable);
            if !top.contains(&member.name) {
                found.unanswered.insert((own.to_owned(), member.name.clone()));
            }
        }
    }
    // A shape of which nothing is ever filled stands once.
    let is_empty = |shape: &str| !filled.iter().any(|(filled, _)| filled == shape);
    let unfilled = reachable.difference(&filled);
    let told = unfilled.map(|(shape, member)| (shape.clone(), if is_empty(shape) { "*" } else { member }.to_owned()));
    found.unfilled = told.collect();
    found
}

/// Notes which members of the structures in a value are there, by the name of their shape.
fn walk(shape: ShapeId, value: Option<&Value>, filled: &mut BTreeSet<(String, String)>) {
    let Some(value) = value.filter(|value| !value.is_null()) else { return };
    let known = model().shape(shape);
    match &known.kind {
        Kind::Structure(Structure { members, .. }) => {
            for member in members {
                if value.get(&member.name).is_some_and(|value| !value.is_null()) {
                    filled.insert((known.name.clone(), member.name.clone()));
                }
                walk(member.shape, value.get(&member.name), filled);
            }
        }
        Kind::List(list) => {
            value.as_array().into_iter().flatten().for_each(|one| walk(list.element, Some(one), filled));
        }
        Kind::Map(map) => {
            value.as_object().into_iter().flatten().for_each(|(_, one)| walk(map.value, Some(one), filled));
        }
        _ => {}
    }
}

/// All members of the structures in a shape.
fn reach(shape: ShapeId, members: &mut BTreeSet<(String, String)>) {
    let known = model().shape(shape);
    match &known.kind {
        Kind::Structure(structure) => {
            for member in &structure.members {
                if members.insert((known.name.clone(), member.name.clone())) {
                    reach(member.shape, members);
                }
            }
        }
        Kind::List(list) => reach(list.element, members),
        Kind::Map(map) => reach(map.value, members),
        _ => {}
    }
}

/// What a list and the drive do not agree on.
fn check(
    what: &str,
    found: &BTreeSet<(String, String)>,
    listed: &[(&str, &str, &str)],
    why: &BTreeMap<String, Vec<String>>,
) -> String {
    let known: BTreeSet<(String, String)> = listed.iter().map(|(a, b, _)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert!(listed.iter().all(|(_, _, reason)| reason.ends_with('.')), "each entry has a reason, a sentence");
    assert_eq!(known.len(), listed.len(), "an entry is listed twice");
    let told: Vec<String> = found
        .difference(&known)
        .map(|(name, member)| format!("not listed: {name} {member} {:?}", why.get(name)))
        .chain(known.difference(found).map(|(name, member)| format!("no longer true: {name} {member}")))
        .collect();
    if told.is_empty() { String::new() } else { format!("{what}:\n{}\n", told.join("\n")) }
}

#[test]
fn what_is_passed_over_is_listed_with_the_reason() {
    let found = drive();
    let told = [
        check("parameters that are not read", &found.unread, UNREAD, &found.why),
        check("members that are never answered", &found.unanswered, UNANSWERED, &found.why),
        check("members that are never filled", &found.unfilled, UNFILLED, &found.why),
    ];
    assert!(told.iter().all(String::is_empty), "{}", told.concat());
}

#[test]
fn what_is_refused_is_a_parameter_of_its_operation_and_has_a_reason() {
    for (row, operation) in modelled() {
        let input = operation.input();
        for (name, reason) in row.unsupported {
            assert!(input.member(name).is_some() && reason.ends_with('.'), "{} {name}", row.operation);
        }
    }
}
