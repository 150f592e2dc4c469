//! Questions about access: the built program on a dump of an account, and our answers against the emulator's.

use std::sync::Arc;

use aws_sdk_iam::error::ProvideErrorMetadata as _;
use futures_util::StreamExt as _;
use iamtui::emulator::organization::Organization;
use iamtui::emulator::{self, KeyPair};
use iamtui::insight::access::{Access, Guardrails};
use iamtui::model::{ResourceRef, Snapshot};
use iamtui::policy::evaluate::Context;
use serde_json::Value;

use crate::backend::program::{Program, Ran};
use crate::harness::{Emulator, credentials, options, run};

const LAB: &str = include_str!("../../src/insight/fixture/lab.json");

/// An organization whose policies leave Lambda and IAM but no access keys.
const ORGANIZATION: &str = r#"{"id":"o-example12345","management_account":"111122223333","root":{"accounts":[
    {"id":"111122223333","name":"main"}],"ous":[{"name":"dev","scps":[
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},
        {"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"}}],
     "accounts":[{"id":"123456789012","name":"dev"}]}]}}"#;

#[track_caller]
fn check(code: i32, args: &str, typed: &str) -> Ran {
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let no_s3 = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
    let events = r#"{"Records":[{"eventName":"GetBucketAcl","eventSource":"s3.amazonaws.com",
        "userIdentity":{"arn":"arn:aws:iam::123456789012:user/bob"}}]}"#;
    let program = Program::new().file("lab.json", LAB).file("org.json", ORGANIZATION);
    let program = program.file("all.json", all).file("no-s3.json", no_s3).file("events.json", events);
    let program = program.file("before.json", &LAB.replace("iam:PutRolePolicy", "iam:GetRolePolicy"));
    let home = program.home().to_owned();
    let words: Vec<String> = args
        .split_ascii_whitespace()
        .map(|word| match word {
            word if home.join(word).is_file() => home.join(word).display().to_string(),
            word => word.to_owned(),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = program.run(&words, typed);
    assert_eq!(ran.code, code, "{args}: {ran:?}");
    ran
}

#[track_caller]
fn json(code: i32, args: &str) -> Value {
    let ran = check(code, &format!("{args} --snapshot lab.json --output json"), "");
    serde_json::from_str(&ran.data).unwrap()
}

const MAL: &str = "arn:aws:iam::123456789012:user/mal";

#[test]
fn can_says_allowed_conditional_or_denied() {
    let told = json(0, "can bob s3:GetObject arn:aws:s3:::data/bob/x");
    assert_eq!((told["decision"].as_str(), &told["when"]), (Some("allowed"), &serde_json::json!([])));
    let told = json(0, "can mal iam:CreateAccessKey");
    assert_eq!(told["decision"], "conditional");
    assert_eq!(
        told["when"],
        serde_json::json!([[
        {"operator": "Bool", "key": "aws:MultiFactorAuthPresent", "values": ["true"]}]])
    );
    let told = json(0, "can mal iam:CreateAccessKey --context aws:MultiFactorAuthPresent=true");
    assert_eq!(told["decision"], "allowed");
    let told = json(1, "can mal iam:CreateAccessKey --context aws:MultiFactorAuthPresent=false");
    assert_eq!((told["decision"].as_str(), &told["blocked_by"][0]), (Some("explicitDeny"), &"identity".into()));
    let told = json(1, "can mal iam:CreateAccessKey --organization org.json");
    assert_eq!((told["decision"].as_str(), &told["blocked_by"][0]), (Some("explicitDeny"), &"scp".into()));
    check(2, "can nobody s3:GetObject --snapshot lab.json", "");
    check(2, "can bob nonsense --snapshot lab.json", "");
}

#[test]
fn can_takes_policies_for_added_or_left_out_and_tells_why() {
    let told = json(1, "can mal iam:CreateAccessKey --without keys");
    assert_eq!(told["decision"], "implicitDeny");
    let told = json(0, "can bob s3:GetBucketAcl --with all.json --trace");
    assert_eq!(told["decision"], "allowed");
    let why: Vec<&str> = told["trace"].as_array().unwrap().iter().filter_map(|one| one["why"].as_str()).collect();
    assert_eq!(why[0], "* matches on *");
    assert!(why.contains(&"it does not name s3:GetBucketAcl"), "{why:?}");
    let told = json(1, "can ada s3:GetBucketAcl --scp no-s3.json");
    assert_eq!((told["decision"].as_str(), &told["blocked_by"][0]), (Some("explicitDeny"), &"scp".into()));
    let told = json(1, "can ada s3:GetBucketAcl --boundary no-s3.json");
    assert_eq!(told["blocked_by"][0], "boundary");
    // A snapshot has nobody to ask.
    check(2, "can ada s3:GetBucketAcl --compare-aws --snapshot lab.json", "");
}

#[test]
fn can_compares_with_the_simulator_of_the_service() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;
    run(async {
        iam.create_user().user_name("bob").send().await.unwrap();
        let put = iam.put_user_policy().user_name("bob").policy_name("own");
        put.policy_document(document).send().await.unwrap();
    });
    let program = Program::new().key(&emulator.handle.root);
    let args = |action| {
        ["can", "bob", action, "--compare-aws", "--output", "json", "--endpoint-url", &emulator.handle.endpoint]
            .map(str::to_owned)
    };
    for (action, code, decision) in [("s3:GetObject", 0, "allowed"), ("s3:PutObject", 1, "implicitDeny")] {
        let args = args(action);
        let ran = program.run(&args.each_ref().map(String::as_str), "");
        assert_eq!(ran.code, code, "{ran:?}");
        let told: Value = serde_json::from_str(&ran.data).unwrap();
        assert_eq!((&told["aws"]["decision"], &told["aws"]["agrees"]), (&decision.into(), &true.into()));
    }
}

#[test]
fn a_review_tells_what_changed_since_a_snapshot() {
    let told = json(1, "review --since lab.json");
    assert_eq!(told["trend"][0]["score"], told["score"]);
    assert_eq!(told["trend"][0]["new"], serde_json::json!([]));
    let ran = check(1, "review --since before.json --snapshot lab.json", "");
    assert!(ran.data.contains("new: privilege-escalation: arn:aws:iam::123456789012:role/deploy"), "{}", ran.data);
}

#[test]
fn a_policy_is_trimmed_to_the_events_that_were_given() {
    let args = "plan trim-policy dev --user bob --events events.json --snapshot lab.json";
    let ran = check(0, args, "");
    let plan: Value = serde_json::from_str(&ran.data).unwrap();
    let document = plan["steps"][0]["input"]["PolicyDocument"].as_str().unwrap();
    assert!(document.contains("s3:GetObject") && !document.contains("sts:AssumeRole"), "{document}");
    assert!(ran.messages.contains("Not used: sts:AssumeRole."), "{}", ran.messages);
    let ran = check(3, "plan trim-policy dev --user bob --keep sts:* --events events.json --snapshot lab.json", "");
    assert!(ran.messages.contains("nothing can be removed"), "{}", ran.messages);
}

#[test]
fn who_can_lists_principals_patterns_and_chains() {
    let told = json(0, "who-can s3:GetObject arn:aws:s3:::data/* --through-roles");
    assert_eq!(told["complete"], true);
    let bob = told["principals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["principal"].as_str().unwrap().ends_with("user/bob"));
    let bob = bob.unwrap();
    assert_eq!((&bob["direct"], &bob["decision"]), (&true.into(), &"allowed".into()));
    assert_eq!(bob["patterns"][0], "arn:aws:s3:::data/bob/*");
    assert_eq!(bob["through"], serde_json::json!([["arn:aws:iam::123456789012:role/deploy"]]));
    let nobody = json(1, "who-can iam:CreateAccessKey --organization org.json");
    assert_eq!(nobody["principals"], serde_json::json!([]));
}

#[test]
fn access_and_escalation_decide_after_the_organization() {
    assert_eq!(json(0, "access ada")["administrator"], true);
    assert_eq!(json(0, "access ada --organization org.json")["administrator"], false);
    let told = json(0, "escalation --from mal --to admin");
    assert_eq!(told["paths"][0]["verdict"], "conditional", "{told}");
    let told = json(0, "escalation --from mal --organization org.json");
    assert_eq!(told["paths"].as_array().unwrap().iter().filter(|path| path["verdict"] == "open").count(), 0, "{told}");
    check(2, "access nobody --snapshot lab.json", "");
}

#[test]
fn escalation_is_drawn_and_told() {
    let told = json(1, "escalation");
    let path = told["paths"].as_array().unwrap().iter().find(|path| path["from"] == MAL).unwrap();
    assert_eq!((&path["verdict"], &path["steps"][0]["technique"]), (&"conditional".into(), &"iam-002".into()));
    for form in ["dot", "mermaid", "text"] {
        let ran = check(1, &format!("escalation --snapshot lab.json --output {form}"), "");
        assert!(ran.data.contains("lambda-001"), "{ran:?}");
    }
}

#[test]
fn each_way_comes_with_the_plans_that_close_it() {
    let told = json(1, "escalation --from deploy");
    let path = told["paths"].as_array().unwrap().iter().find(|path| path["verdict"] == "open").unwrap();
    let fixes = path["closed_by"].as_array().unwrap();
    let titles: Vec<&str> = fixes.iter().map(|fix| fix["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        [
            "Remove iam:PutRolePolicy from statement 1 of policy p",
            "Deny iam:PutRolePolicy on arn:aws:iam::123456789012:role/deploy to deploy"
        ]
    );
    assert_eq!(fixes[0]["plan"]["steps"][0]["operation"], "PutRolePolicy");
    let review = json(1, "review");
    let all = review["findings"].as_array().unwrap();
    let finding = all.iter().find(|one| one["check"] == "privilege-escalation").unwrap();
    assert_eq!(finding["plan"]["steps"][0]["operation"], "PutRolePolicy");
}

#[test]
fn policies_are_searched_and_principals_compared() {
    let ran = check(0, "find kind:inline --snapshot lab.json --output json", "");
    let found: Value = serde_json::from_str(&ran.data).unwrap();
    assert!(found.as_array().unwrap().iter().any(|one| one["Action"][0] == "iam:PutRolePolicy"), "{found}");
    check(1, "find of:nothing --snapshot lab.json", "");
    check(2, "find kind:nonsense --snapshot lab.json", "");
    let differs = json(1, "access bob --compare mal");
    assert_eq!(differs["only_compared_with"]["iam"], serde_json::json!(["CreateAccessKey"]), "{differs}");
    let same = json(0, "access bob --compare bob");
    assert_eq!(same["only_principal"], serde_json::json!({}));
}

#[test]
fn a_denial_is_explained_with_plans() {
    let text = format!("User: {MAL} is not authorized to perform: ec2:RunInstances on resource: *");
    let ran = check(0, "explain-denial - --snapshot lab.json --output json", &text);
    let told: Value = serde_json::from_str(&ran.data).unwrap();
    assert_eq!((&told["layer"], &told["agrees_with_account"]), (&"identity".into(), &true.into()));
    assert_eq!(told["fixes"][0]["plan"]["steps"][0]["operation"], "PutUserPolicy");
    check(3, "explain-denial - --snapshot lab.json", "hello");
}

#[test]
fn a_review_has_every_form_and_fails_on_a_severity() {
    let told = json(1, "review");
    assert!(told["findings"].as_array().unwrap().iter().any(|one| one["check"] == "privilege-escalation"));
    check(0, "review --snapshot lab.json --fail-on never", "");
    let ran = check(1, "review --snapshot lab.json --output sarif", "");
    let sarif: Value = serde_json::from_str(&ran.data).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "privilege-escalation");
    assert!(check(1, "review --snapshot lab.json --output html", "").data.starts_with("<!doctype html>"));
    assert!(check(1, "review --snapshot lab.json --output markdown", "").data.starts_with("# Security review"));
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

const DEV: &str = "444455556666";

/// A policy of some statements about reading IAM.
fn policy(numbers: &mut Numbers) -> String {
    let mut statements = Vec::new();
    for _ in 0..=numbers.below(3) {
        let effect = numbers.one(&["Allow", "Allow", "Allow", "Deny"]);
        let action = numbers.one(&[
            r#""Action":"*""#,
            r#""Action":"iam:Get*""#,
            r#""Action":["iam:GetUser","iam:ListUsers","sts:AssumeRole"]"#,
            r#""NotAction":"iam:List*""#,
            r#""Action":"sts:*""#,
        ]);
        let resource = numbers.one(&[
            r#""Resource":"*""#,
            r#""Resource":"arn:aws:iam::444455556666:user/*""#,
            r#""Resource":"arn:aws:iam::*:user/${aws:username}""#,
            r#""Resource":["arn:aws:iam::444455556666:role/r1","arn:aws:iam::444455556666:user/u?"]"#,
            r#""NotResource":"arn:aws:iam::444455556666:role/*""#,
        ]);
        let condition = numbers.one(&[
            "{}",
            "{}",
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
            r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
            r#"{"Null":{"aws:MultiFactorAuthPresent":"false"}}"#,
            r#"{"StringEquals":{"aws:PrincipalTag/team":"red"}}"#,
            r#"{"StringNotEquals":{"aws:ResourceTag/team":"red"}}"#,
            r#"{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#,
            r#"{"StringLike":{"aws:username":"u[13]*"}}"#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-example12345"}}"#,
        ]);
        statements.push(format!(r#"{{"Effect":"{effect}",{action},{resource},"Condition":{condition}}}"#));
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

const COMPANY: &str = r#"{"id":"o-example12345","management_account":"111122223333","root":{
    "accounts":[{"id":"111122223333","name":"main","root_key":"main:main"}],
    "ous":[{"name":"dev","scps":[
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}},
        {"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:GetRole","Resource":"arn:aws:iam::*:role/r2"}}],
      "accounts":[{"id":"444455556666","name":"dev","root_key":"dev:dev"}]}]}}"#;

/// Sets up users and roles with random policies, and gives the keys of the users.
async fn company(iam: &aws_sdk_iam::Client, numbers: &mut Numbers) -> Vec<KeyPair> {
    let tag = |value: &str| aws_sdk_iam::types::Tag::builder().key("team").value(value).build().unwrap();
    let mut keys = Vec::new();
    let made = iam.create_policy().policy_name("cap").policy_document(policy(numbers)).send().await.unwrap();
    let cap = made.policy.unwrap().arn.unwrap();
    iam.create_group().group_name("g").send().await.unwrap();
    iam.put_group_policy().group_name("g").policy_name("p").policy_document(policy(numbers)).send().await.unwrap();
    for number in 0..24 {
        let name = format!("u{number}");
        let mut create = iam.create_user().user_name(&name);
        if number % 3 == 0 {
            create = create.tags(tag(if number % 2 == 0 { "red" } else { "blue" }));
        }
        if number % 5 == 0 {
            create = create.permissions_boundary(&cap);
        }
        create.send().await.unwrap();
        for inline in 0..=numbers.below(2) {
            let put = iam.put_user_policy().user_name(&name).policy_name(format!("p{inline}"));
            put.policy_document(policy(numbers)).send().await.unwrap();
        }
        if number % 4 == 0 {
            iam.add_user_to_group().group_name("g").user_name(&name).send().await.unwrap();
        }
        let key = iam.create_access_key().user_name(&name).send().await.unwrap().access_key.unwrap();
        keys.push(KeyPair::new(key.access_key_id, key.secret_access_key));
    }
    for (name, principal, condition) in [
        ("r0", DEV.to_owned(), "{}"),
        ("r1", format!("arn:aws:iam::{DEV}:user/u1"), "{}"),
        ("r2", "*".to_owned(), r#"{"StringEquals":{"aws:PrincipalOrgID":"o-example12345"}}"#),
        ("r3", DEV.to_owned(), r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#),
    ] {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"AWS":"{principal}"}},"Condition":{condition}}}}}"#
        );
        let create = iam.create_role().role_name(name).assume_role_policy_document(trust).tags(tag("red"));
        create.send().await.unwrap();
    }
    keys
}

/// One call as a user: what it is, on what, and whether the emulator let it pass.
async fn call(emulator: &Emulator, key: &KeyPair, kind: usize, target: usize) -> (&'static str, String, bool) {
    let iam = emulator.iam_as(key);
    let (user, role) = (format!("u{}", target % 24), format!("r{}", target % 4));
    let arn = |resource: &str| format!("arn:aws:iam::{DEV}:{resource}");
    macro_rules! passed {
        ($call:expr) => {
            match $call.send().await {
                Ok(_) => true,
                Err(error) if error.code() == Some("AccessDenied") => false,
                Err(error) => panic!("{error:?}"),
            }
        };
    }
    match kind {
        0 => ("iam:GetUser", arn(&format!("user/{user}")), passed!(iam.get_user().user_name(&user))),
        1 => ("iam:ListUserPolicies", arn(&format!("user/{user}")), passed!(iam.list_user_policies().user_name(&user))),
        2 => ("iam:GetRole", arn(&format!("role/{role}")), passed!(iam.get_role().role_name(&role))),
        3 => ("iam:GetPolicy", arn("policy/cap"), passed!(iam.get_policy().policy_arn(arn("policy/cap")))),
        _ => {
            let sts = emulator.sts_as(credentials(key));
            let role = arn(&format!("role/{role}"));
            ("sts:AssumeRole", role.clone(), passed!(sts.assume_role().role_arn(&role).role_session_name("night")))
        }
    }
}

#[test]
fn the_local_answer_and_the_emulator_agree_on_ten_thousand_requests() {
    const REQUESTS: usize = 10_000;
    let mut options = options();
    options.account = None;
    options.log = false;
    options.organization = Some(Organization::read(COMPANY).unwrap());
    let emulator = Emulator { handle: emulator::start(options).unwrap() };
    let root = KeyPair::new("dev", "dev");
    let mut numbers = Numbers(11);
    let keys = run(company(&emulator.iam_as(&root), &mut numbers));
    let program = Program::new().key(&root);
    let ran = program.run(&["snapshot", "out", "--endpoint-url", &emulator.handle.endpoint], "");
    assert_eq!(ran.code, 0, "{ran:?}");
    let account = Snapshot::from_bytes(&std::fs::read(program.home().join("out")).unwrap()).unwrap().account;
    let organization = Organization::read(COMPANY).unwrap();
    let guardrails = Guardrails {
        scps: organization.scps(DEV),
        rcps: organization.rcps(DEV),
        keys: vec![("aws:PrincipalOrgID".to_owned(), "o-example12345".to_owned())],
    };
    let access = Access::new(&account).under(Some(Arc::new(guardrails)));
    let mut context = Context::default();
    for (key, value) in
        [("aws:SourceIp", "127.0.0.1"), ("aws:SecureTransport", "true"), ("aws:RequestedRegion", "us-east-1")]
    {
        context.set(key, [value]);
    }
    let asked: Vec<(usize, usize, usize)> =
        (0..REQUESTS).map(|_| (numbers.below(24), numbers.below(5), numbers.below(96))).collect();
    let answers: Vec<_> = run(async {
        let calls = asked.iter().map(|(user, kind, target)| call(&emulator, &keys[*user], *kind, *target));
        futures_util::stream::iter(calls).buffered(16).collect().await
    });
    let mut allowed = 0;
    for ((user, ..), (action, resource, passed)) in asked.iter().zip(answers) {
        let mut powers = access.of(&ResourceRef::User(format!("u{user}").into())).unwrap();
        let name = resource.rsplit('/').next().unwrap();
        let (tags, trust) = match account.roles().get(name).filter(|_| resource.contains(":role/")) {
            Some(role) => (role.facts.tags.known(), role.facts.trust.known()),
            None => (account.users().get(name).and_then(|user| user.facts.tags.known()), None),
        };
        let trust =
            trust.filter(|_| action.starts_with("sts:")).and_then(|trust| access.compiled(trust.document.text()));
        let prospect = powers.prospect_on(action, &resource, trust, tags).unwrap();
        assert_eq!(prospect.when().hold(&context), passed, "u{user} {action} on {resource}: {prospect:#?}");
        allowed += usize::from(passed);
    }
    assert!((REQUESTS / 20..REQUESTS * 19 / 20).contains(&allowed), "{allowed}");
}
