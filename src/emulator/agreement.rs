//! Enforcement and simulation agree: what a call is let through or refused for, a simulation of the same says.
//!
//! Accounts are made at random, with policies of users, groups, boundaries and an organization; each is asked about
//! calls at random, once by making them and once by simulating them.

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
use crate::api::{Iam, Operation};

/// The account whose users call: a member, so that the organization binds it.
const ACCOUNT: &str = "444455556666";
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
            let actions =
                ["iam:GetUser", "iam:Get*", "iam:*Tags", "iam:ListUserTags", "*", "*", "iam:*", "s3:*", "IAM:getrole"];
            write!(text, r#""{}":"{}","#, self.pick(&["Action", "Action", "Action", "NotAction"]), self.pick(&actions))
                .unwrap();
            let resources = [
                "*",
                "*",
                "arn:aws:iam::*:user/*",
                "arn:aws:iam::444455556666:user/x/*",
                "arn:aws:iam::*:role/night",
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

    fn organization(&self) -> Organization {
        let scps = || (self.below(4) == 0).then(|| json!([self.policy()]));
        let unit = json!({"name": "dev", "scps": scps(), "accounts": [{"id": ACCOUNT, "name": "dev", "scps": scps()}]});
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
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT},
        "Action": "sts:AssumeRole"}});
    let bound = format!("arn:aws:iam::{ACCOUNT}:policy/bound");
    let mut calls = vec![
        (Iam::CreatePolicy, json!({"PolicyName": "bound", "PolicyDocument": random.policy().to_string()})),
        (
            Iam::CreateUser,
            json!({"UserName": "ada", "Path": random.pick(&["/", "/x/"]),
            "Tags": [{"Key": "team", "Value": random.pick(&["red", "blue", "green"])}]}),
        ),
        (Iam::CreateUser, json!({"UserName": "red", "Path": "/x/"})),
        (Iam::CreateRole, json!({"RoleName": "night", "AssumeRolePolicyDocument": trust.to_string()})),
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
    for (operation, input) in calls {
        seed::run(&seed::Step { age: 0, operation, input }, ACCOUNT, &mut world, environment, now).unwrap();
    }
    world
}

/// Whether a call of the user is let through, by whichever way it is asked.
fn call(
    world: &mut World,
    environment: &Environment,
    caller: &Caller,
    operation: Iam,
    input: &Value,
) -> Result<Value, String> {
    let operation = Operation::Iam(operation);
    let enforce = if caller.principal == Principal::Root { Enforce::Off } else { Enforce::On };
    let now = "2026-01-15T12:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let request = Request { operation, input, caller, account: ACCOUNT, environment, now };
    perform(registry::handler(operation).unwrap(), &request, world, enforce).map_err(|failure| failure.code.to_owned())
}

#[test]
fn a_call_is_decided_as_its_simulation_is() {
    let random = Random(Ids::seeded(15));
    let (mut allowed, mut cases) = (0, 0);
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
            let (operation, input, resource) = match random.below(4) {
                0 => (Iam::GetUser, json!({"UserName": "ada"}), arn.clone()),
                1 => (Iam::GetUser, json!({"UserName": "red"}), format!("arn:aws:iam::{ACCOUNT}:user/x/red")),
                2 => (Iam::ListUserTags, json!({"UserName": "red"}), format!("arn:aws:iam::{ACCOUNT}:user/x/red")),
                _ => (Iam::GetRole, json!({"RoleName": "night"}), format!("arn:aws:iam::{ACCOUNT}:role/night")),
            };
            let made = call(&mut world, &environment, &caller, operation, &input);
            let asked = json!({"PolicySourceArn": arn, "ActionNames": [Operation::Iam(operation).action()],
                "ResourceArns": [resource], "ContextEntries": [{"ContextKeyName": "aws:PrincipalTag/team",
                "ContextKeyType": "string", "ContextKeyValues": [ada.tags[0].value]}]});
            let simulated = call(&mut world, &environment, &root, Iam::SimulatePrincipalPolicy, &asked).unwrap();
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
    assert!(cases == 10_000 && allowed > 1_000 && allowed < 9_000, "{allowed} of {cases} were allowed");
}
