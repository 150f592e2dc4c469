//! Enforcement and simulation agree: what a call is let through or refused for, a simulation of the same says.
//!
//! Accounts are made at random, with policies of users, groups, boundaries and an organization; each is asked about
//! calls at random, once by making them and once by simulating them. Roles, whose trust policies are policies of
//! resources, are assumed in the caller's own account and in another.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::caller::{Caller, Principal};
use super::ids::Ids;
use super::operation::{Enforce, Environment, Request};
use super::organization::Organization;
use super::registry;
use super::seed::{self, Seed};
use super::service::perform;
use super::setup::Setup;
use super::store::World;
use crate::api::{Iam, Operation, Sts};

/// The account whose users call: a member, so that the organization binds it.
const ACCOUNT: &str = "444455556666";
/// Another member.
const OTHER: &str = "777788889999";
const WORLDS: usize = 250;
const CALLS: usize = 40;

struct Random(Ids);

impl Random {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0u8; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit
    }

    fn pick<'a>(&self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// A policy of one to three statements.
    fn policy(&self) -> Value {
        let statement = |_| {
            let mut text = String::from("{");
            write!(text, r#""Effect":"{}","#, self.pick(&["Allow", "Allow", "Allow", "Allow", "Allow", "Deny"]))
                .unwrap();
            let actions = [
                "iam:GetUser",
                "iam:Get*",
                "iam:*Tags",
                "iam:ListUserTags",
                "*",
                "*",
                "iam:*",
                "s3:*",
                "IAM:getrole",
                "sts:AssumeRole",
                "sts:*",
            ];
            write!(text, r#""{}":"{}","#, self.pick(&["Action", "Action", "Action", "NotAction"]), self.pick(&actions))
                .unwrap();
            let resources = [
                "*",
                "*",
                "arn:aws:iam::*:user/*",
                "arn:aws:iam::444455556666:user/x/*",
                "arn:aws:iam::*:role/night",
                "arn:aws:iam::*:role/*",
                "arn:aws:iam::444455556666:user/${aws:PrincipalTag/team}",
            ];
            write!(
                text,
                r#""{}":"{}""#,
                self.pick(&["Resource", "Resource", "Resource", "NotResource"]),
                self.pick(&resources)
            )
            .unwrap();
            let conditions = [
                "",
                "",
                "",
                r#","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}"#,
                r#","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":["red","blue"]}}"#,
                r#","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/x/*"}}"#,
                r#","Condition":{"Null":{"aws:PrincipalTag/none":"true"}}"#,
            ];
            text.push_str(self.pick(&conditions));
            text.push('}');
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let statements: Vec<Value> = (0..=self.below(3)).map(statement).collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    /// A trust policy of one or two statements.
    fn trust(&self, ada: &str) -> Value {
        let statement = |_| {
            let principals = [ACCOUNT, ACCOUNT, ada, "*", "111122223333"];
            let mut statement = json!({
                "Effect": self.pick(&["Allow", "Allow", "Allow", "Deny"]),
                "Principal": {"AWS": self.pick(&principals)},
                "Action": self.pick(&["sts:AssumeRole", "sts:AssumeRole", "sts:*", "sts:TagSession"]),
            });
            if self.below(3) == 0 {
                let team = json!({"aws:PrincipalTag/team": self.pick(&["red", "blue"])});
                statement["Condition"] = json!({self.pick(&["StringEquals", "StringNotEquals"]): team});
            }
            statement
        };
        let statements: Vec<Value> = (0..=self.below(2)).map(statement).collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    fn organization(&self) -> Organization {
        let scps = || (self.below(4) == 0).then(|| json!([self.policy()]));
        let unit = json!({"name": "dev", "scps": scps(), "accounts": [{"id": ACCOUNT, "name": "dev", "scps": scps()}, {"id": OTHER, "name": "other", "scps": scps()}]});
        let file = json!({"management_account": "111122223333", "root": {"scps": scps(), "ous": [unit]}});
        Organization::read(&file.to_string()).unwrap()
    }
}

/// An account with a user whose policies are made at random.
fn world(random: &Random, environment: &Environment) -> World {
    let now = "2026-01-15T12:00:00Z".parse().unwrap();
    let mut world = World::default();
    Setup::default().begin(&mut world, environment, Seed::Empty, now).unwrap();
    Setup::join(&mut world, environment, now).unwrap();
    let path = random.pick(&["/", "/x/"]);
    let role = |name| {
        let trust = random.trust(&format!("arn:aws:iam::{ACCOUNT}:user{path}ada")).to_string();
        (Iam::CreateRole, json!({"RoleName": name, "AssumeRolePolicyDocument": trust}))
    };
    let bound = format!("arn:aws:iam::{ACCOUNT}:policy/bound");
    let mut calls = vec![
        (Iam::CreatePolicy, json!({"PolicyName": "bound", "PolicyDocument": random.policy().to_string()})),
        (
            Iam::CreateUser,
            json!({"UserName": "ada", "Path": path,
            "Tags": [{"Key": "team", "Value": random.pick(&["red", "blue", "green"])}]}),
        ),
        (Iam::CreateUser, json!({"UserName": "red", "Path": "/x/"})),
        role("night"),
        (Iam::CreateGroup, json!({"GroupName": "crew"})),
        (Iam::AddUserToGroup, json!({"GroupName": "crew", "UserName": "ada"})),
    ];
    if random.below(3) == 0 {
        calls.push((Iam::PutUserPermissionsBoundary, json!({"UserName": "ada", "PermissionsBoundary": bound})));
    }
    for number in 0..=random.below(3) {
        let document = random.policy().to_string();
        calls.push((
            Iam::PutUserPolicy,
            json!({"UserName": "ada", "PolicyName": format!("p{number}"), "PolicyDocument": document}),
        ));
    }
    if random.below(2) == 0 {
        let document = random.policy().to_string();
        calls.push((Iam::PutGroupPolicy, json!({"GroupName": "crew", "PolicyName": "p", "PolicyDocument": document})));
    }
    let there = calls.into_iter().map(|call| (ACCOUNT, call));
    for (account, (operation, input)) in there.chain([(OTHER, role("far"))]) {
        seed::run(&seed::Step { age: 0, operation, input }, account, &mut world, environment, now).unwrap();
    }
    world
}

/// Whether a call of the user is let through, by whichever way it is asked.
fn call(
    world: &mut World,
    environment: &Environment,
    caller: &Caller,
    operation: Operation,
    input: &Value,
) -> Result<Value, String> {
    let enforce = if caller.principal == Principal::Root { Enforce::Off } else { Enforce::On };
    let now = "2026-01-15T12:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let request = Request { operation, input, caller, account: ACCOUNT, environment, now };
    perform(registry::handler(operation).unwrap(), &request, world, enforce).map_err(|failure| failure.code.to_owned())
}

#[test]
fn a_call_is_decided_as_its_simulation_is() {
    let random = Random(Ids::seeded(15));
    let (mut allowed, mut cases) = (0, 0);
    let mut assumed: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for _ in 0..WORLDS {
        let environment = Environment {
            organization: Some(random.organization()),
            ..Environment::new("111122223333", Ids::seeded(7))
        };
        let mut world = world(&random, &environment);
        let ada = world.get(ACCOUNT).unwrap().users.named("ada").unwrap().clone();
        let arn = format!("arn:aws:iam::{ACCOUNT}:user{}ada", ada.path);
        let root = Caller::root(ACCOUNT);
        let principal = Principal::User { id: ada.id.clone(), name: ada.name.clone() };
        let caller = Caller { principal, arn: arn.clone(), user_id: ada.id.clone(), ..root.clone() };
        for _ in 0..CALLS {
            let role = |account: &str, name: &str| format!("arn:aws:iam::{account}:role/{name}");
            let assume = |account: &str, name: &str| {
                let arn = role(account, name);
                (Operation::Sts(Sts::AssumeRole), json!({"RoleArn": arn, "RoleSessionName": "shift"}), arn)
            };
            let red = format!("arn:aws:iam::{ACCOUNT}:user/x/red");
            let (operation, input, resource) = match random.below(6) {
                0 => (Iam::GetUser.into(), json!({"UserName": "ada"}), arn.clone()),
                1 => (Iam::GetUser.into(), json!({"UserName": "red"}), red),
                2 => (Iam::ListUserTags.into(), json!({"UserName": "red"}), red),
                3 => (Iam::GetRole.into(), json!({"RoleName": "night"}), role(ACCOUNT, "night")),
                4 => assume(ACCOUNT, "night"),
                _ => assume(OTHER, "far"),
            };
            let made = call(&mut world, &environment, &caller, operation, &input);
            let mut asked = json!({"PolicySourceArn": arn, "ActionNames": [operation.action()],
                "ResourceArns": [resource], "ContextEntries": [{"ContextKeyName": "aws:PrincipalTag/team",
                "ContextKeyType": "string", "ContextKeyValues": [ada.tags[0].value]}]});
            if let Operation::Sts(_) = operation {
                let owner = resource.split(':').nth(4).and_then(|account| world.get(account)).unwrap();
                let trusting = owner.roles.named(resource.rsplit('/').next().unwrap()).unwrap();
                asked["ResourcePolicy"] = trusting.trust.as_str().into();
                *assumed.entry((resource.clone(), made.is_ok())).or_default() += 1;
            }
            let simulated = call(&mut world, &environment, &root, Iam::SimulatePrincipalPolicy.into(), &asked).unwrap();
            let decision = simulated["EvaluationResults"][0]["EvalDecision"].as_str().unwrap().to_owned();
            let agree = match &made {
                Ok(_) => decision == "allowed",
                Err(code) => code == "AccessDenied" && decision != "allowed",
            };
            assert!(agree, "{} on {resource}: {made:?}, simulated {decision}\n{ada:?}", operation.name());
            allowed += usize::from(made.is_ok());
            cases += 1;
        }
    }
    // Roles of both accounts are assumed and refused, each many times.
    assert!(assumed.len() == 4 && assumed.values().all(|count| *count > 50), "{assumed:?}");
    assert!(cases == 10_000 && allowed > 1_000 && allowed < 9_000, "{allowed} of {cases} were allowed");
}
