//! The code that a plan is shown as makes the same of an account as the plan itself.
//!
//! One row a builder. Its plan is applied call by call in one account, its script of the AWS CLI is carried out
//! in a second that began alike, its CloudFormation template in a third; all three must end alike, but for ids and
//! dates. What a template cannot express it says, by step; the row says which steps these are. Terraform is held by
//! the interop suite, with the real program.

mod refusals;
mod rows;
mod script;
mod template;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use iamtui::backend::{Load, PolicyPart, RolePart, Sink, UserPart};
use iamtui::model::Account;
use iamtui::plan::render::{Format, render};
use iamtui::plan::{Call, Plan, Work};
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};

use crate::backend::Console;
use crate::harness::{ACCOUNT, Emulator};
use rows::{Ground, ROWS, Row, Template};

/// The password that somebody types.
pub const PASSWORD: &str = "Correct-Horse-1";
/// The one that somebody types in its place.
pub const NEW_PASSWORD: &str = "Another-Horse-2";

/// An account of its own, and a session on it.
pub struct Place {
    emulator: Emulator,
    console: Console,
    /// The secret key of the device that was created last.
    seed: RefCell<Option<Seed>>,
}

impl Place {
    /// An account as a row's plan finds it.
    fn on(ground: Ground) -> Self {
        let emulator = Emulator::empty();
        let root = &emulator.handle.root;
        let console = Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret());
        let place = Self { emulator, console, seed: RefCell::default() };
        for call in ground.calls() {
            place.send(&call);
        }
        if ground == Ground::Company {
            place.send(&Call::create_virtual_mfa_device("phone"));
            let codes = ["AuthenticationCode1", "AuthenticationCode2"].map(|name| place.typed(name));
            let serial = format!("arn:aws:iam::{ACCOUNT}:mfa/phone");
            place.send(&Call::enable_mfa_device("bob", serial, codes[0].as_str(), codes[1].as_str()));
        }
        place
    }

    /// An account as a row's plan finds it, with whom the row says signed in.
    fn of(row: &Row) -> Self {
        let mut place = Self::on(row.ground);
        let Some(name) = row.signer else { return place };
        place.send(&Call::create_user(name));
        place.send(&Call::create_login_profile(name).with("Password", PASSWORD));
        place.send(&Call::attach_user_policy(name, "arn:aws:iam::aws:policy/AdministratorAccess"));
        let key = place.send(&Call::create_access_key(name));
        let [id, secret] =
            ["AccessKey.AccessKeyId", "AccessKey.SecretAccessKey"].map(|path| key[path].as_str().unwrap());
        place.console = Console::on(&place.emulator.handle.endpoint, id, secret);
        place
    }

    /// Whether who is signed in has the new password: changing it once more takes that one.
    fn has_new_password(&self) -> bool {
        let call = Call::new(iamtui::api::Iam::ChangePassword);
        let call = call.with("OldPassword", NEW_PASSWORD).with("NewPassword", "A-Third-Horse-3");
        let quiet: Sink = std::sync::Arc::new(|_| {});
        self.console.run(self.console.session.send(&call, &quiet)).is_ok()
    }

    /// Sends one call; gives its answer by path.
    #[track_caller]
    pub fn send(&self, call: &Call) -> Map<String, Value> {
        let quiet: Sink = std::sync::Arc::new(|_| {});
        let sent = self.console.run(self.console.session.send(call, &quiet));
        let gives = sent.unwrap_or_else(|error| panic!("{} {:?}: {error:?}", call.operation().name(), call.input()));
        if let Some(seed) = gives.get("VirtualMFADevice.Base32StringSeed").and_then(Value::as_str) {
            *self.seed.borrow_mut() = decoded(seed);
        }
        gives
    }

    /// What somebody types where it is asked for: a secret, or a code of the device at hand.
    pub fn typed(&self, name: &str) -> String {
        let ago = match name {
            "PrivateKey" => return include_str!("fixtures/certificate-key.pem").to_owned(),
            "AuthenticationCode1" => 30,
            "AuthenticationCode2" => 0,
            "NewPassword" => return NEW_PASSWORD.to_owned(),
            _ => return PASSWORD.to_owned(),
        };
        let seed = self.seed.borrow();
        seed.as_ref().unwrap().code(Timestamp::now() - SignedDuration::from_secs(ago))
    }

    /// All of the account.
    fn read(&mut self) -> &Account {
        let bulk = Load::WHOLE.iter().filter(|load| !matches!(load, Load::AwsPolicies | Load::Report));
        for load in bulk {
            self.console.loaded(load);
        }
        let account = &self.console.account;
        let parts = [UserPart::Overview, UserPart::Login, UserPart::Mfa, UserPart::Keys, UserPart::SshKeys];
        let more = [UserPart::SshBodies, UserPart::Certificates, UserPart::ServiceCredentials];
        let users = account.users().rows().iter().map(|user| user.name.clone());
        let mut loads: Vec<Load> = users
            .flat_map(|name| parts.into_iter().chain(more).map(move |part| Load::User(name.clone(), part)))
            .collect();
        for role in account.roles().rows() {
            let parts = [RolePart::Overview, RolePart::Permissions, RolePart::InstanceProfiles];
            loads.extend(parts.map(|part| Load::Role(role.name.clone(), part)));
        }
        for policy in account.policies().rows() {
            let parts = [PolicyPart::Overview, PolicyPart::Versions, PolicyPart::Entities, PolicyPart::Tags];
            loads.extend(parts.map(|part| Load::Policy(policy.arn.clone(), part)));
        }
        loads.extend(account.oidc_providers().rows().iter().map(|row| Load::OidcProvider(row.arn.clone())));
        loads.extend(account.saml_providers().rows().iter().map(|row| Load::SamlProvider(row.arn.clone())));
        loads.extend(account.instance_profiles().rows().iter().map(|row| Load::InstanceProfile(row.name.clone())));
        let certificates = account.server_certificates().rows().iter();
        loads.extend(certificates.map(|row| Load::ServerCertificate(row.name.clone())));
        let devices = account.virtual_mfa_devices().rows().iter();
        loads.extend(devices.map(|row| Load::MfaTags(row.serial.clone())));
        loads.push(Load::OutboundFederation);
        for load in loads {
            self.console.loaded(&load);
        }
        &self.console.account
    }

    /// What a plan leaves, without what differs between any two accounts.
    fn state(&mut self) -> Value {
        let mut state = serde_json::to_value(self.read()).unwrap();
        strip(&mut state);
        state
    }

    /// Applies a plan call by call.
    fn apply(&self, plan: &Plan) {
        let mut given: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for step in &plan.steps {
            let call = match &step.work {
                Work::Call(call) => call,
                Work::Ask(ask) => {
                    let typed = ask.gives().iter().map(|name| ((*name).to_owned(), self.typed(name).into()));
                    given.insert(step.id.clone(), typed.collect());
                    continue;
                }
            };
            let filled = call.filled(|output| {
                let gives = &given[output.step];
                Ok::<_, ()>(gives.get(output.field).cloned().unwrap_or_else(|| panic!("no {}", output.field)))
            });
            let mut call = filled.unwrap();
            let secrets: Vec<String> = call.secrets().map(|(name, _)| name.to_owned()).collect();
            for name in secrets {
                call = call.with(&name, self.typed(&name));
            }
            given.insert(step.id.clone(), self.send(&call));
        }
    }
}

/// The secret key of a device, as the answer has it: in base 32, and that in base 64.
fn decoded(text: &str) -> Option<Seed> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    Seed::from_base32(&String::from_utf8(bytes).ok()?)
}

/// What differs between any two accounts: ids, dates, when something was read and from where.
const MOVING: &[&str] = &[
    "id",
    "created",
    "updated",
    "uploaded",
    "enabled",
    "last_used",
    "password_last_used",
    "identity",
    "seen",
    "source",
    "at",
    "versions",
    "default_version",
    "documents",
    "millis",
    "seconds",
    "issuer",
    "valid_until",
    "expires",
    "summary",
    "bulk",
    "body",
    "user_id",
];

/// Takes out what differs between any two accounts, and sorts what has no order.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !MOVING.contains(&name.as_str()));
            object.values_mut().for_each(strip);
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(strip);
            elements.sort_by_key(ToString::to_string);
        }
        Value::String(text) if text.starts_with("AKIA") => "AKIA".clone_into(text),
        // A document is the same however it is laid out.
        Value::String(text) if text.starts_with('{') => {
            if let Ok(document @ Value::Object(_)) = serde_json::from_str(text) {
                *value = document;
            }
        }
        _ => {}
    }
}

/// The first thing that differs between two states.
fn difference(one: &Value, other: &Value, at: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one_of), Value::Object(other_of)) => {
            let names: BTreeSet<&String> = one_of.keys().chain(other_of.keys()).collect();
            let null = Value::Null;
            names.into_iter().find_map(|name| {
                let [one, other] = [one_of, other_of].map(|object| object.get(name).unwrap_or(&null));
                difference(one, other, &format!("{at}.{name}"))
            })
        }
        (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
            let pairs = ones.iter().zip(others).enumerate();
            pairs.into_iter().find_map(|(n, (one, other))| difference(one, other, &format!("{at}[{n}]")))
        }
        _ => (one != other).then(|| format!("{at}: {one} is not {other}")),
    }
}

#[track_caller]
fn check(row: &Row) {
    let mut plain = Place::of(row);
    let plan = (row.plan)(plain.read());
    assert!(!plan.steps.is_empty(), "{}: nothing to do", row.builder);
    plain.apply(&plan);
    let wanted = plain.state();

    let mut by_script = Place::of(row);
    script::run(&by_script, &render(&plan, Format::Cli));
    let differs = difference(&wanted, &by_script.state(), "");
    assert_eq!(differs, None, "{}: the script makes something else", row.builder);
    if row.builder == "change_password" {
        assert!(plain.has_new_password() && by_script.has_new_password(), "the password is another one");
    }

    let text = render(&plan, Format::CloudFormation);
    let left = template::left(&text);
    match row.template {
        Template::Whole => {
            assert!(left.is_empty(), "{}: {left:?}", row.builder);
            let mut by_template = Place::on(row.ground);
            template::run(&by_template, &text);
            let differs = difference(&wanted, &by_template.state(), "");
            assert_eq!(differs, None, "{}: the template makes something else:\n{text}", row.builder);
        }
        Template::Lacks(reason) => {
            assert!(!left.is_empty() && left.iter().all(|line| line.contains(reason)), "{}: {left:#?}", row.builder);
        }
        Template::But(reason) => {
            assert!(left.iter().all(|line| line.contains(reason)) && !left.is_empty(), "{}: {left:#?}", row.builder);
            template::run(&Place::on(row.ground), &text);
        }
        Template::Imports => assert!(text.contains("change set of type IMPORT"), "{}:\n{text}", row.builder),
    }
}

#[test]
fn a_plan_its_script_and_its_template_make_the_same() {
    let failed: Vec<&str> =
        ROWS.iter().filter(|row| std::panic::catch_unwind(|| check(row)).is_err()).map(|row| row.builder).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_builder_has_a_row() {
    let source = include_str!("../../src/plan/builders.rs");
    let public = source.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(names, _)| names);
    let names: BTreeSet<&str> = public
        .flat_map(|names| names.split_once("::").map_or(names, |(_, names)| names).split(['{', '}', ',']))
        .map(str::trim)
        .filter(|name| !name.is_empty() && !rows::NO_BUILDERS.contains(name))
        .collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.builder).collect();
    assert_eq!(names, rows);
}
