//! The ninety days before the demo company was first opened, as CloudTrail tells of them: who signed in and who could
//! not, what administrators changed, what keys and roles were used for, and who was denied what.
//!
//! It agrees with what the account says of last use, and the changes are the calls that made the company what it is.
//! Addresses are those that are kept for documentation.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{ADMINISTRATOR, people};
use crate::api::{Iam, Operation, Sts};
use crate::emulator::caller::{Bearer, Caller, Origin, Principal, Session};
use crate::emulator::ids::Ids;
use crate::emulator::store::State;
use crate::emulator::store::records::{LastUse, Moment, Role, User};
use crate::emulator::trail::{DAYS, Deed, Event, parameters};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// How long after somebody signed in the first change comes.
const SETTLING: i64 = 20 * 60;

const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const CLI: &str = "aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.12.0 md/arch#x86_64 lang/python#3.13.7";
const TERRAFORM: &str =
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.17.0";
const SDK: &str = "aws-sdk-java/2.35.6 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.12 lang/java#21.0.8";

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Somebody was denied something.
struct Denial {
    name: &'static str,
    operation: Iam,
    input: &'static [(&'static str, &'static str)],
    hours: i64,
    /// The policy that denies it; otherwise none allows it.
    policy: Option<&'static str>,
}

impl Denial {
    const fn new(
        name: &'static str,
        operation: Iam,
        input: &'static [(&'static str, &'static str)],
        hours: i64,
    ) -> Self {
        Self { name, operation, input, hours, policy: None }
    }

    fn input(&self) -> Value {
        self.input.iter().map(|(member, value)| (*member, Value::from(*value))).collect()
    }
}

const DENIALS: &[Denial] = &[
    Denial::new("frances.allen", Iam::ListAccessKeys, &[("UserName", "ada.lovelace")], 4),
    Denial::new(
        "ken.thompson",
        Iam::PutUserPolicy,
        &[("UserName", "ken.thompson"), ("PolicyName", "temporary"), ("PolicyDocument", EVERYTHING)],
        29,
    ),
    Denial::new("linus", Iam::CreateUser, &[("UserName", "linus-test")], 69),
    Denial::new("ci-deploy", Iam::ListUsers, &[], 5 * 24),
    Denial { policy: Some("policy/security/ForceMFA"), ..Denial::new("joan.clarke", Iam::ListUsers, &[], 1) },
];

/// Sign-ins that failed: name, address, hours ago.
const FAILED: &[(&str, &str, i64)] = &[
    ("left.the.company", "198.51.100.77", 12 * 24 + 3),
    ("left.the.company", "198.51.100.77", 12 * 24 + 2),
    ("test-user-1", "198.51.100.77", 12 * 24 + 1),
    ("linus", "203.0.113.12", 71),
    ("ada.lovelace", "203.0.113.10", 40 * 24),
];

/// Tells of the past of an account that has the seed: the oldest event first.
pub fn events(state: &State) -> Vec<Event> {
    let account = state.account();
    let mut past = Past {
        state,
        account: account.number.as_str().into(),
        now: account.created,
        ids: Ids::seeded(1),
        events: Vec::new(),
        sessions: BTreeSet::new(),
    };
    past.changes();
    past.uses();
    past.denials();
    past.sign_ins();
    past.finish()
}

struct Past<'a> {
    state: &'a State,
    account: Arc<str>,
    /// When the company was first opened.
    now: Moment,
    /// Makes the same ids at every start.
    ids: Ids,
    events: Vec<Event>,
    /// Who signed in when.
    sessions: BTreeSet<(String, Moment)>,
}

impl<'a> Past<'a> {
    fn user(&self, name: &str) -> Option<&'a User> {
        self.state.users.named(name)
    }

    fn ago(&self, hours: i64) -> Moment {
        Moment(self.now.0 - hours * HOUR)
    }

    fn is_recent(&self, at: Moment) -> bool {
        at.0 > self.now.0 - DAYS * DAY && at <= self.now
    }

    fn push(&mut self, at: Moment, deed: Deed, caller: &Arc<Caller>, input: Value) -> Option<&mut Event> {
        if !self.is_recent(at) {
            return None;
        }
        self.events.push(Event {
            number: 0,
            id: String::new(),
            request_id: String::new(),
            at,
            deed,
            caller: Arc::clone(caller),
            input,
            output: None,
            failure: None,
        });
        self.events.last_mut()
    }

    /// Puts everything in order. Ids follow from the order, so that they are the same at every start.
    fn finish(mut self) -> Vec<Event> {
        self.events.sort_by_key(|event| event.at);
        for (number, event) in self.events.iter_mut().enumerate() {
            (event.number, event.id, event.request_id) = (number, self.ids.uuid(), self.ids.uuid());
        }
        self.events
    }

    /// The address that somebody works from.
    fn address(name: &str) -> String {
        let place = people::names().position(|known| known == name).unwrap_or_default();
        format!("203.0.113.{}", 10 + place)
    }

    fn caller(&self, user: &User, agent: &str, region: &str) -> Caller {
        Caller {
            principal: Principal::User { id: user.id.clone(), name: user.name.clone() },
            arn: self.arn(user),
            user_id: user.id.clone(),
            account: Arc::clone(&self.account),
            access_key: String::new(),
            session: None,
            origin: Origin { address: Self::address(&user.name), agent: agent.to_owned(), region: region.to_owned() },
        }
    }

    fn arn(&self, user: &User) -> String {
        format!("arn:aws:iam::{}:user{}{}", self.account, user.path, user.name)
    }

    /// Somebody in the console, who has signed in for it.
    fn in_console(&mut self, user: &User, since: Moment) -> Arc<Caller> {
        self.sessions.insert((user.name.clone(), since));
        let session = session(Bearer::User(user.id.clone()), since, !user.mfa.is_empty());
        let access_key = self.ids.access_key("ASIA", &self.account);
        Caller { access_key, session: Some(session), ..self.caller(user, BROWSER, "us-east-1") }.into()
    }

    /// Somebody with an access key.
    fn with_key(&self, user: &User, key: &str, region: &str) -> Arc<Caller> {
        let agent = match user.name.as_str() {
            "terraform" => TERRAFORM,
            name if user.path.starts_with("/machines/") && name != "ci-deploy" => SDK,
            _ => CLI,
        };
        Caller { access_key: key.to_owned(), ..self.caller(user, agent, region) }.into()
    }

    /// A session of a role.
    fn as_role(&self, role: &Role, name: &str, since: Moment, region: &str) -> Arc<Caller> {
        let session = session(Bearer::Role(role.id.clone(), name.to_owned()), since, false);
        Arc::new(Caller {
            principal: Principal::Role { id: role.id.clone(), name: role.name.clone(), session: name.to_owned() },
            arn: format!("arn:aws:sts::{}:assumed-role/{}/{name}", self.account, role.name),
            user_id: format!("{}:{name}", role.id),
            account: Arc::clone(&self.account),
            access_key: self.ids.access_key("ASIA", &self.account),
            session: Some(session),
            origin: Origin { address: "192.0.2.44".to_owned(), agent: SDK.to_owned(), region: region.to_owned() },
        })
    }
}

fn session(bearer: Bearer, since: Moment, mfa: bool) -> Session {
    Session {
        access_key: String::new(),
        bearer,
        issued: since,
        expires: Moment(since.0 + 12 * HOUR),
        policies: Vec::new(),
        policy_arns: Vec::new(),
        scopes: Vec::new(),
        tags: Vec::new(),
        transitive: Vec::new(),
        source_identity: None,
        mfa: mfa.then_some(since),
        provider: None,
        delegated: false,
        least: 0,
        filler: String::new(),
    }
}

impl Past<'_> {
    /// What made the company what it is: by Terraform, or by one of those who administer it.
    fn changes(&mut self) {
        let account = Arc::clone(&self.account);
        for step in super::history(&account) {
            let at = self.ago(step.age);
            let caller = match step.operation {
                Iam::TagUser | Iam::TagRole | Iam::AttachUserPolicy | Iam::PutRolePolicy => self.terraform(),
                _ => self.administrator(at),
            };
            let Some(caller) = caller.filter(|_| self.is_recent(at)) else { continue };
            let operation = Operation::Iam(step.operation);
            let output = self.output(step.operation, &step.input, at);
            if let Some(event) = self.push(at, Deed::Call(operation), &caller, parameters(operation, &step.input)) {
                event.output = output;
            }
        }
    }

    fn terraform(&self) -> Option<Arc<Caller>> {
        let user = self.user("terraform")?;
        Some(self.with_key(user, &user.access_keys.first()?.id, "eu-west-1"))
    }

    /// One of two administrators, day by day, in the console.
    fn administrator(&mut self, at: Moment) -> Option<Arc<Caller>> {
        let name = if at.0 / DAY % 2 == 0 { "ada.lovelace" } else { ADMINISTRATOR };
        let user = self.user(name)?;
        self.is_recent(at).then(|| self.in_console(user, Moment(at.0 - SETTLING)))
    }

    /// What an operation answered that made something.
    fn output(&self, operation: Iam, input: &Value, at: Moment) -> Option<Value> {
        let text = |name: &str| input[name].as_str().unwrap_or_default();
        let (user, role) = (self.state.users.named(text("UserName")), self.state.roles.named(text("RoleName")));
        match operation {
            Iam::CreateUser => user.map(|user| {
                json!({"user": {"path": user.path, "userName": user.name, "userId": user.id, "arn": self.arn(user),
                    "createDate": at.to_string()}})
            }),
            Iam::CreateAccessKey => user.and_then(|user| {
                let key = user.access_keys.iter().find(|key| key.created == at)?;
                Some(json!({"accessKey": {"userName": user.name, "accessKeyId": key.id, "status": "Active",
                    "createDate": at.to_string()}}))
            }),
            Iam::CreateRole => role.map(|role| {
                let arn = format!("arn:aws:iam::{}:role{}{}", self.account, role.path, role.name);
                json!({"role": {"path": role.path, "roleName": role.name, "roleId": role.id, "arn": arn,
                    "createDate": at.to_string(), "assumeRolePolicyDocument": role.trust}})
            }),
            Iam::CreateLoginProfile => Some(json!({"loginProfile": {"userName": text("UserName"),
                "createDate": at.to_string(), "passwordResetRequired": input["PasswordResetRequired"]}})),
            _ => None,
        }
    }

    /// What keys and roles were used for, the last time when the account says so.
    fn uses(&mut self) {
        let state = self.state;
        for user in state.users.iter() {
            let step = if user.path.starts_with("/machines/") { 3 * DAY } else { 7 * DAY };
            for key in &user.access_keys {
                let Some(last) = &key.last_used else { continue };
                let caller = self.with_key(user, &key.id, &last.region);
                self.reads(&caller, last, key.created, step);
            }
        }
        for role in state.roles.iter().filter(|role| role.linked_to.is_none()) {
            let Some(last) = role.last_used.clone().filter(|last| self.is_recent(last.at)) else { continue };
            let (name, assumed) = if role.path == "/people/" || role.path == "/deploy/" {
                (ADMINISTRATOR.to_owned(), true)
            } else {
                (session_name(role), false)
            };
            let since = Moment(last.at.0 - 120);
            if assumed {
                self.assume(role, &name, since);
            }
            let caller = self.as_role(role, &name, since, &last.region);
            self.reads(&caller, &last, Moment(last.at.0 - 1), DAY);
        }
    }

    /// The same read again and again since a moment, the last time when it was last used.
    fn reads(&mut self, caller: &Arc<Caller>, last: &LastUse, since: Moment, step: i64) {
        let mut at = last.at;
        while at > since && self.is_recent(at) {
            self.push(at, read(&last.service), caller, Value::Null);
            at = Moment(at.0 - step - at.0 % 1000);
        }
    }

    /// An administrator assumes a role.
    fn assume(&mut self, role: &Role, session: &str, at: Moment) {
        let Some(user) = self.user(ADMINISTRATOR) else { return };
        let Some(key) = user.access_keys.first().filter(|key| key.created < at) else { return };
        let caller = self.with_key(user, &key.id, "us-east-1");
        let arn = format!("arn:aws:iam::{}:role{}{}", self.account, role.path, role.name);
        let operation = Operation::Sts(Sts::AssumeRole);
        let input = parameters(operation, &json!({"RoleArn": arn, "RoleSessionName": session}));
        if let Some(event) = self.push(at, Deed::Call(operation), &caller, input) {
            event.output = Some(json!({"assumedRoleUser": {
                "assumedRoleId": format!("{}:{session}", role.id),
                "arn": format!("arn:aws:sts::{}:assumed-role/{}/{session}", caller.account, role.name),
            }}));
        }
    }

    /// What somebody was denied, by key or in the console.
    fn denials(&mut self) {
        for denial in DENIALS {
            let Some(user) = self.user(denial.name) else { continue };
            let at = self.ago(denial.hours);
            let key = user.access_keys.first().filter(|_| user.login_profile.is_none()).map(|key| key.id.clone());
            let caller = match key {
                Some(key) => self.with_key(user, &key, "eu-west-1"),
                None => self.in_console(user, user.password_last_used.unwrap_or(at)),
            };
            let input = denial.input();
            let target = input["UserName"].as_str().unwrap_or_default();
            let resource = match self.user(target) {
                Some(user) => self.arn(user),
                None => format!("arn:aws:iam::{}:user/{target}", self.account),
            };
            let (operation, arn) = (Operation::Iam(denial.operation), &caller.arn);
            let action = operation.action();
            let reason = match denial.policy {
                Some(policy) => {
                    format!("with an explicit deny in an identity-based policy: arn:aws:iam::{}:{policy}", self.account)
                }
                None => format!("because no identity-based policy allows the {action} action"),
            };
            let told = format!("User: {arn} is not authorized to perform: {action} on resource: {resource} {reason}");
            if let Some(event) = self.push(at, Deed::Call(operation), &caller, parameters(operation, &input)) {
                event.failure = Some(("AccessDenied", told));
            }
        }
    }

    /// Who signed in: for what was done in the console, now and then before the last time, and in vain.
    fn sign_ins(&mut self) {
        let state = self.state;
        for (place, user) in state.users.iter().enumerate() {
            let (Some(profile), Some(last)) = (&user.login_profile, user.password_last_used) else { continue };
            let (mut at, days) = (last, i64::try_from(place % 4).unwrap_or_default() + 4);
            while at > profile.created && self.is_recent(at) {
                self.sessions.insert((user.name.clone(), at));
                at = Moment(at.0 - days * DAY - at.0 % 3000);
            }
        }
        for (name, at) in std::mem::take(&mut self.sessions) {
            let address = Self::address(&name);
            self.sign_in(&name, at, address, true);
        }
        for (name, address, hours) in FAILED {
            self.sign_in(name, self.ago(*hours), (*address).to_owned(), false);
        }
    }

    fn sign_in(&mut self, name: &str, at: Moment, address: String, succeeds: bool) {
        let Some(user) = self.user(name) else { return };
        let mut caller = self.caller(user, BROWSER, "us-east-1");
        caller.origin.address = address;
        let mut told = json!({"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No",
            "MFAUsed": if user.mfa.is_empty() || !succeeds { "No" } else { "Yes" }});
        if let Some(device) = user.mfa.first().filter(|_| succeeds) {
            told["MFAIdentifier"] = device.serial.as_str().into();
        }
        if let Some(event) = self.push(at, Deed::SignIn, &caller.into(), told) {
            event.output = Some(json!({"ConsoleLogin": if succeeds { "Success" } else { "Failure" }}));
            event.failure = (!succeeds).then(|| ("", "Failed authentication".to_owned()));
        }
    }
}

/// A read that CloudTrail writes down of a service.
fn read(service: &str) -> Deed {
    match service {
        "s3" => Deed::Read("s3", "ListBuckets"),
        "ec2" => Deed::Read("ec2", "DescribeInstances"),
        "dynamodb" => Deed::Read("dynamodb", "ListTables"),
        "lambda" => Deed::Read("lambda", "ListFunctions20150331"),
        "iam" => Deed::Call(Operation::Iam(Iam::GetUser)),
        _ => Deed::Call(Operation::Sts(Sts::GetCallerIdentity)),
    }
}

/// What the service that assumes a role calls its session.
fn session_name(role: &Role) -> String {
    if role.trust.contains("\"ec2.amazonaws.com\"") {
        let digits = role.id.bytes().rev().map(|byte| char::from(b"0123456789abcdef"[usize::from(byte % 16)]));
        return format!("i-0{}", digits.take(16).collect::<String>());
    }
    let name: String = role.name.chars().take(64).collect();
    if role.trust.contains("\"lambda.amazonaws.com\"") { name } else { "session".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::operation::{Enforce, Environment, Request};
    use crate::emulator::registry;
    use crate::emulator::seed::tests::sown;
    use crate::emulator::service::perform;

    const ACCOUNT: &str = "123456789012";

    #[test]
    fn ninety_days_hold_every_kind_of_event_in_order() {
        let world = sown();
        let state = world.get(ACCOUNT).unwrap();
        let past = events(state);
        assert!((400..2000).contains(&past.len()), "{} events", past.len());
        assert!(past.is_sorted_by_key(|event| event.at));
        let oldest = state.account().created.0 - DAYS * DAY;
        assert!(past.iter().all(|event| event.at.0 > oldest && event.at <= state.account().created));
        let count = |fits: &dyn Fn(&Event) -> bool| past.iter().filter(|event| fits(event)).count();
        assert!(count(&|event| event.deed == Deed::SignIn && event.failure.is_none()) > 100);
        assert_eq!(count(&|event| event.deed == Deed::SignIn && event.failure.is_some()), FAILED.len());
        assert_eq!(count(&|event| event.failure.as_ref().is_some_and(|why| why.0 == "AccessDenied")), DENIALS.len());
        assert!(count(&|event| event.name() == "AssumeRole") > 0);
        assert!(count(&|event| !event.is_read_only() && event.deed != Deed::SignIn) > 50);
        assert_eq!(count(&|event| event.caller.principal == Principal::Root), 0, "root was not used for months");
    }

    #[test]
    fn it_agrees_with_what_the_account_says_of_last_use() {
        let world = sown();
        let state = world.get(ACCOUNT).unwrap();
        let past = events(state);
        for user in state.users.iter() {
            let own = || past.iter().filter(|event| event.username() == user.name);
            assert!(own().all(|event| event.at >= user.created), "{} was not there yet", user.name);
            let signed_in = own().filter(|event| event.deed == Deed::SignIn && event.failure.is_none());
            if let Some(last) = signed_in.map(|event| event.at).max() {
                assert_eq!(user.password_last_used, Some(last), "{} signed in", user.name);
            }
            for key in &user.access_keys {
                let used = own().filter(|event| event.caller.access_key == key.id).map(|event| event.at);
                let (first, last) = (used.clone().min(), used.max());
                assert!(first.is_none_or(|first| first >= key.created), "{} was not there yet", key.id);
                assert!(
                    last.is_none_or(|last| key.last_used.as_ref().is_some_and(|told| told.at >= last)),
                    "{}",
                    user.name
                );
            }
        }
    }

    #[test]
    fn what_was_denied_then_is_denied_today_in_the_same_words() {
        let mut world = sown();
        let past = events(world.get(ACCOUNT).unwrap());
        let environment = Environment::new(ACCOUNT, Ids::seeded(1));
        for denial in DENIALS {
            let (name, operation, input) = (denial.name, Operation::Iam(denial.operation), denial.input());
            let denied = past.iter().find(|one| one.deed == Deed::Call(operation) && one.username() == name);
            let denied = denied.unwrap_or_else(|| panic!("{name} was not denied {operation}"));
            // IAM takes no token of STS without MFA; a session of the console, which has none either, it takes.
            let mut caller = Caller::clone(&denied.caller);
            caller.session = caller.session.filter(|session| session.mfa.is_some());
            let (caller, now) = (&caller, denied.at);
            let request =
                Request { operation, input: &input, caller, account: ACCOUNT, environment: &environment, now };
            let handler = registry::handler(operation).unwrap();
            let today = perform(handler, &request, &mut world, Enforce::On).unwrap_err();
            let (_, told) = denied.failure.as_ref().unwrap();
            assert_eq!(today.message.split(". Go to").next(), Some(told.as_str()));
        }
    }

    #[test]
    fn it_is_told_alike_at_every_start() {
        let world = sown();
        let ids = || -> Vec<String> { events(world.get(ACCOUNT).unwrap()).into_iter().map(|event| event.id).collect() };
        assert_eq!(ids(), ids());
    }
}
