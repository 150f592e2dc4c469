//! Every way into a session, against the rule that lets some of them only read.

use std::collections::BTreeMap;

use iamtui::api::{ChangeKind, Iam};
use iamtui::emulator::KeyPair;
use iamtui::plan::{Call, Plan, Step};
use secrecy::ExposeSecret as _;

use super::program::Program;
use crate::harness::{ACCOUNT, Emulator, run};

const PLAN: &str = r#"{"version":1,"title":"t","steps":[{"id":"a","operation":"CreateGroup","input":{"GroupName":"new"},"why":"","risk":"low","needs":[],"inverse":null}]}"#;

/// A call that acts so.
fn sample(verb: ChangeKind) -> Call {
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let user = |operation| Call::new(operation).with("UserName", "ada");
    match verb {
        ChangeKind::Create => Call::new(Iam::CreateGroup).with("GroupName", "new"),
        ChangeKind::Delete => user(Iam::DeleteUserPolicy).with("PolicyName", "all"),
        ChangeKind::Put => user(Iam::PutUserPolicy).with("PolicyName", "all").with("PolicyDocument", ALL),
        ChangeKind::Update => Call::new(Iam::UpdateRole).with("RoleName", "ops").with("Description", "x"),
        ChangeKind::Rename => user(Iam::UpdateUser).with("NewUserName", "eva"),
        ChangeKind::Attach => user(Iam::AttachUserPolicy).with("PolicyArn", policy),
        ChangeKind::Detach => user(Iam::DetachUserPolicy).with("PolicyArn", policy),
        ChangeKind::Add => user(Iam::AddUserToGroup).with("GroupName", "new"),
        ChangeKind::Remove => user(Iam::RemoveUserFromGroup).with("GroupName", "new"),
        ChangeKind::Tag => user(Iam::TagUser).with("Tags", serde_json::json!([{"Key": "a", "Value": "b"}])),
        ChangeKind::Untag => user(Iam::UntagUser).with("TagKeys", serde_json::json!(["a"])),
        ChangeKind::Enable => Call::new(Iam::SetDefaultPolicyVersion).with("PolicyArn", policy).with("VersionId", "v1"),
        ChangeKind::Disable => user(Iam::DeactivateMFADevice).with("SerialNumber", "arn:aws:iam::123456789012:mfa/ada"),
        ChangeKind::Reset => {
            Call::new(Iam::ResetServiceSpecificCredential).with("ServiceSpecificCredentialId", "ACCAEXAMPLE1234567890")
        }
    }
}

/// A plan with a step for every way in which an operation acts.
fn every_verb() -> String {
    // Verbs are no set of their own: whatever operation has a new one brings it in.
    let changes = Iam::ALL.iter().filter_map(|operation| operation.change());
    let verbs: BTreeMap<String, ChangeKind> =
        changes.map(|change| (format!("{:?}", change.kind), change.kind)).collect();
    let mut plan = Plan::new("everything");
    for verb in verbs.into_values() {
        let call = sample(verb);
        assert_eq!(call.change_kind(), Some(verb));
        plan.push(Step::new(call, ""));
    }
    plan.to_json().to_string()
}

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

struct Stage {
    emulator: Emulator,
}

impl Stage {
    fn new() -> Self {
        let emulator = Emulator::empty();
        run(async {
            let iam = emulator.iam();
            let trust = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}"#
            );
            iam.create_user().user_name("ada").send().await.unwrap();
            iam.put_user_policy().user_name("ada").policy_name("all").policy_document(ALL).send().await.unwrap();
            for role in ["ops", "other"] {
                iam.create_role().role_name(role).assume_role_policy_document(&trust).send().await.unwrap();
                iam.put_role_policy().role_name(role).policy_name("all").policy_document(ALL).send().await.unwrap();
            }
        });
        Self { emulator }
    }

    fn key(&self) -> KeyPair {
        run(async {
            let key =
                self.emulator.iam().create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
            KeyPair::new(key.access_key_id, key.secret_access_key)
        })
    }

    /// A program whose profiles `prod`, `default`, `prod role` and `through prod` may only read.
    fn program(prod: &KeyPair, dev: &KeyPair, guarded: &str) -> Program {
        let keys = |name: &str, key: &KeyPair| {
            format!(
                "[profile {name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                key.id,
                key.secret.expose_secret()
            )
        };
        let role = |name: &str, source: &str| {
            format!("[profile {name}]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/ops\nsource_profile = {source}\n")
        };
        let process = |name: &str, command: &str| format!("[profile {name}]\ncredential_process = {command}\n");
        let config = [
            keys("prod", prod),
            keys("dev", dev),
            keys("default", prod),
            keys("'same key'", prod),
            process("tool", "cat dev.json"),
            process("'tool again'", "cat dev.json"),
            process("'prod tool'", "cat prod.json"),
            process("'role tool'", "cat role.json"),
            format!(
                "[profile environment]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/ops\ncredential_source = Environment\n"
            ),
            format!(
                "[profile 'other by tool']\nrole_arn = arn:aws:iam::{ACCOUNT}:role/other\nsource_profile = role tool\n"
            ),
            format!(
                "[profile 'other by environment']\nrole_arn = arn:aws:iam::{ACCOUNT}:role/other\n\
                 credential_source = Environment\n"
            ),
            role("'through prod'", "prod"),
            role("'from dev'", "dev"),
        ];
        Program::new()
            .var("AWS_REGION", "us-east-1")
            .config(&config.concat())
            .file(".config/iamtui/config.toml", &format!("read_only_profiles = [{guarded}]\n"))
            .file("plan.json", PLAN)
            .file("all.json", &every_verb())
            .file("dev.json", &printed(&dev.id, dev.secret.expose_secret(), None))
            .file("prod.json", &printed(&prod.id, prod.secret.expose_secret(), None))
    }

    #[track_caller]
    fn check(&self, guarded: &str, flags: &[&str], vars: &[(&str, &str)], is_read_only: bool) {
        let (prod, dev) = (self.key(), self.key());
        let session = self.session(&prod);
        let endpoint = &self.emulator.handle.endpoint;
        let printed = printed(&session.access_key_id, &session.secret_access_key, Some(&session.session_token));
        let mut program = Self::program(&prod, &dev, guarded).file("role.json", &printed);
        for (name, value) in vars {
            let value = match *value {
                "PROD-KEY" => &prod.id,
                "PROD-SECRET" => prod.secret.expose_secret(),
                "DEV-KEY" => &dev.id,
                "DEV-SECRET" => dev.secret.expose_secret(),
                "ROLE-KEY" => &session.access_key_id,
                "ROLE-SECRET" => &session.secret_access_key,
                "ROLE-TOKEN" => &session.session_token,
                other => other,
            };
            program = program.var(name, value);
        }
        if !flags.contains(&"--endpoint-url") {
            program = program.var("AWS_ENDPOINT_URL", endpoint);
        }
        let flags = flags.iter().map(|flag| if *flag == "ENDPOINT" { endpoint.as_str() } else { flag });
        let plan = if is_read_only { "all.json" } else { "plan.json" };
        let args: Vec<&str> = ["apply", plan, "--yes", "--any-account"].into_iter().chain(flags).collect();
        let before = self.writes();
        let ran = program.run(&args, "");
        let case = format!("{args:?} {vars:?}: {ran:?}");
        assert_eq!(ran.messages.contains("this session is read-only"), is_read_only, "{case}");
        assert_eq!((ran.code, self.writes() - before), if is_read_only { (3, 0) } else { (0, 1) }, "{case}");
        self.clean();
        for key in [prod, dev] {
            self.forget(&key);
        }
    }

    /// A session of the role `ops`.
    fn session(&self, key: &KeyPair) -> aws_sdk_sts::types::Credentials {
        let sts = self.emulator.sts_as(crate::harness::credentials(key));
        let arn = format!("arn:aws:iam::{ACCOUNT}:role/ops");
        let asked = sts.assume_role().role_arn(arn).role_session_name("me").send();
        run(asked).unwrap().credentials.unwrap()
    }

    fn writes(&self) -> usize {
        let changes = |name: &str| Iam::ALL.iter().any(|found| found.name() == name && found.change().is_some());
        self.emulator.handle.calls().iter().filter(|call| changes(&call.operation)).count()
    }

    fn clean(&self) {
        run(async {
            let _ = self.emulator.iam().delete_group().group_name("new").send().await;
        });
    }

    fn forget(&self, key: &KeyPair) {
        run(async {
            self.emulator.iam().delete_access_key().user_name("ada").access_key_id(&key.id).send().await.unwrap();
        });
    }
}

/// What a `credential_process` prints.
fn printed(id: &str, secret: &str, token: Option<&str>) -> String {
    serde_json::json!({"Version": 1, "AccessKeyId": id, "SecretAccessKey": secret, "SessionToken": token,
        "Expiration": token.map(|_| "2099-01-01T00:00:00Z")})
    .to_string()
}

#[test]
fn read_only_follows_the_credentials_however_they_were_chosen() {
    let stage = Stage::new();
    let prod = "\"prod\"";
    stage.check(prod, &["--profile", "prod"], &[], true);
    stage.check(prod, &["--profile", "dev"], &[("AWS_PROFILE", "prod")], false);
    stage.check(prod, &[], &[("AWS_PROFILE", "prod")], true);
    stage.check(prod, &[], &[("AWS_DEFAULT_PROFILE", "prod")], true);
    stage.check(prod, &[], &[("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "prod")], false);
    stage.check(prod, &["--endpoint-url", "ENDPOINT"], &[("AWS_PROFILE", "prod")], true);
    stage.check(prod, &["--endpoint-url", "ENDPOINT"], &[("AWS_PROFILE", "dev")], false);
    stage.check(prod, &["--profile", "through prod"], &[], true);
    stage.check(prod, &["--profile", "from dev"], &[], false);
    stage.check("\"from dev\"", &["--profile", "through prod"], &[], true);
    let key = [("AWS_ACCESS_KEY_ID", "PROD-KEY"), ("AWS_SECRET_ACCESS_KEY", "PROD-SECRET")];
    stage.check(prod, &[], &key, true);
    let key = [("AWS_ACCESS_KEY_ID", "DEV-KEY"), ("AWS_SECRET_ACCESS_KEY", "DEV-SECRET")];
    stage.check(prod, &[], &key, false);
    stage.check(prod, &[], &[key[0], key[1], ("AWS_VAULT", "prod")], true);
    stage.check(prod, &["--profile", "environment"], &key, false);
    let key = [("AWS_ACCESS_KEY_ID", "PROD-KEY"), ("AWS_SECRET_ACCESS_KEY", "PROD-SECRET")];
    stage.check(prod, &["--profile", "environment"], &key, true);
    stage.check(prod, &["--profile", "same key"], &[], true);
    // Without a name the profile `default` is meant, here with the key of `prod`.
    stage.check("\"default\"", &["--endpoint-url", "ENDPOINT"], &[], true);
    stage.check(prod, &["--endpoint-url", "ENDPOINT"], &[], true);
    stage.check(prod, &["--profile", "prod", "--read-only=false"], &[], false);
}

#[test]
fn the_same_credentials_of_another_source_are_the_same_credentials() {
    let stage = Stage::new();
    stage.check("\"tool\"", &["--profile", "tool"], &[], true);
    stage.check("\"tool\"", &["--profile", "tool again"], &[], true);
    stage.check("\"tool\"", &["--profile", "prod tool"], &[], false);
    stage.check("\"prod\"", &["--profile", "prod tool"], &[], true);
    stage.check("\"from dev\"", &["--profile", "role tool"], &[], true);
    stage.check("\"tool\"", &["--profile", "role tool"], &[], false);
    let session = [
        ("AWS_ACCESS_KEY_ID", "ROLE-KEY"),
        ("AWS_SECRET_ACCESS_KEY", "ROLE-SECRET"),
        ("AWS_SESSION_TOKEN", "ROLE-TOKEN"),
    ];
    stage.check("\"from dev\"", &[], &session, true);
    // Of the same account, and nobody has named them.
    stage.check("\"prod\"", &[], &session, true);
    stage.check("\"prod\"", &[], &[session[0], session[1], session[2], ("AWS_VAULT", "dev")], false);
    stage.check("\"from dev\"", &[], &[session[0], session[1], session[2], ("AWS_VAULT", "dev")], true);
    // A profile that is only selected beside them does not name them.
    stage.check("\"prod\"", &[], &[session[0], session[1], session[2], ("AWS_PROFILE", "dev")], true);
    stage.check("", &[], &session, false);
}

#[test]
fn a_role_assumed_with_the_session_of_a_guarded_role_is_guarded() {
    let stage = Stage::new();
    let session = [
        ("AWS_ACCESS_KEY_ID", "ROLE-KEY"),
        ("AWS_SECRET_ACCESS_KEY", "ROLE-SECRET"),
        ("AWS_SESSION_TOKEN", "ROLE-TOKEN"),
    ];
    stage.check("\"from dev\"", &["--profile", "other by tool"], &[], true);
    stage.check("\"tool\"", &["--profile", "other by tool"], &[], false);
    stage.check("\"from dev\"", &["--profile", "other by environment"], &session, true);
    stage.check("\"tool\"", &["--profile", "other by environment"], &session, false);
}

#[test]
fn a_run_is_neither_undone_nor_resumed_in_a_guarded_session() {
    let stage = Stage::new();
    let (prod, dev) = (stage.key(), stage.key());
    let program = Stage::program(&prod, &dev, "\"prod\"").var("AWS_ENDPOINT_URL", &stage.emulator.handle.endpoint);
    assert_eq!(program.run(&["apply", "plan.json", "--yes", "--profile", "dev"], "").code, 0);
    let before = stage.writes();
    for way in ["--undo", "--resume"] {
        let ran = program.run(&["apply", way, "--yes", "--profile", "prod"], "");
        assert!(ran.code == 3 && ran.messages.contains("this session is read-only"), "{ran:?}");
        assert!(ran.messages.contains("names the profile `prod`"), "{ran:?}");
    }
    assert_eq!(stage.writes(), before);
}

#[test]
fn a_guarded_name_that_no_profile_has_is_told() {
    let stage = Stage::new();
    let (prod, dev) = (stage.key(), stage.key());
    let program = Stage::program(&prod, &dev, "\"prd\"").var("AWS_ENDPOINT_URL", &stage.emulator.handle.endpoint);
    let ran = program.run(&["apply", "plan.json", "--yes", "--profile", "dev"], "");
    assert!(ran.messages.contains("`read_only_profiles` in config.toml names `prd`"), "{ran:?}");
    assert!(ran.messages.contains("Did you mean `prod`?"), "{ran:?}");
}
