//! Every way into a session, against the rule that lets some of them only read.

use iamtui::emulator::KeyPair;
use secrecy::ExposeSecret as _;

use super::program::Program;
use crate::harness::{ACCOUNT, Emulator};

const PLAN: &str = r#"{"version":1,"title":"t","steps":[{"id":"a","operation":"CreateGroup","input":{"GroupName":"new"},"why":"","risk":"low","needs":[],"inverse":null}]}"#;

struct Stage {
    emulator: Emulator,
}

impl Stage {
    fn new() -> Self {
        let emulator = Emulator::empty();
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let iam = emulator.iam();
            let trust = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}"#
            );
            let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
            iam.create_user().user_name("ada").send().await.unwrap();
            iam.put_user_policy().user_name("ada").policy_name("all").policy_document(all).send().await.unwrap();
            iam.create_role().role_name("ops").assume_role_policy_document(trust).send().await.unwrap();
            iam.put_role_policy().role_name("ops").policy_name("all").policy_document(all).send().await.unwrap();
        });
        Self { emulator }
    }

    fn key(&self) -> KeyPair {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
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
        let config = [
            keys("prod", prod),
            keys("dev", dev),
            keys("default", prod),
            role("'through prod'", "prod"),
            role("'from dev'", "dev"),
        ];
        Program::new()
            .var("AWS_REGION", "us-east-1")
            .config(&config.concat())
            .file(".config/iamtui/config.toml", &format!("read_only_profiles = [{guarded}]\n"))
            .file("plan.json", PLAN)
    }

    #[track_caller]
    fn check(&self, guarded: &str, flags: &[&str], vars: &[(&str, &str)], is_read_only: bool) {
        let (prod, dev) = (self.key(), self.key());
        let endpoint = &self.emulator.handle.endpoint;
        let mut program = Self::program(&prod, &dev, guarded);
        for (name, value) in vars {
            let value = match *value {
                "PROD-KEY" => &prod.id,
                "PROD-SECRET" => prod.secret.expose_secret(),
                "DEV-KEY" => &dev.id,
                "DEV-SECRET" => dev.secret.expose_secret(),
                other => other,
            };
            program = program.var(name, value);
        }
        if !flags.contains(&"--endpoint-url") {
            program = program.var("AWS_ENDPOINT_URL", endpoint);
        }
        let flags = flags.iter().map(|flag| if *flag == "ENDPOINT" { endpoint.as_str() } else { flag });
        let args: Vec<&str> = ["apply", "plan.json", "--yes"].into_iter().chain(flags).collect();
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

    fn writes(&self) -> usize {
        self.emulator.handle.calls().iter().filter(|call| call.operation == "CreateGroup").count()
    }

    fn clean(&self) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let _ = self.emulator.iam().delete_group().group_name("new").send().await;
        });
    }

    fn forget(&self, key: &KeyPair) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            self.emulator.iam().delete_access_key().user_name("ada").access_key_id(&key.id).send().await.unwrap();
        });
    }
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
    // Without a name the profile `default` is meant, here with the key of `prod`.
    stage.check("\"default\"", &["--endpoint-url", "ENDPOINT"], &[], true);
    stage.check(prod, &["--endpoint-url", "ENDPOINT"], &[], true);
    stage.check(prod, &["--profile", "prod", "--read-only=false"], &[], false);
}
