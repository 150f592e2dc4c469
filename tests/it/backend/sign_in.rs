//! Each way to sign in, against stand-ins that speak the real protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use iamtui::emulator::KeyPair;
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::canned::{Reply, error, response, serve};
use super::program::Program;
use crate::harness::{ACCOUNT, Emulator, run};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An account with the user `ada`, her key, and roles that trust the account under conditions.
struct Stage {
    emulator: Emulator,
    ada: KeyPair,
}

impl Stage {
    fn set(roles: &[(&str, &str)]) -> Self {
        let emulator = Emulator::empty();
        let iam = emulator.iam();
        let ada = run(async {
            iam.create_user().user_name("ada").send().await.unwrap();
            iam.put_user_policy().user_name("ada").policy_name("all").policy_document(ALL).send().await.unwrap();
            for (name, condition) in roles {
                let trust = format!(
                    r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
                );
                iam.create_role().role_name(*name).assume_role_policy_document(trust).send().await.unwrap();
                iam.put_role_policy().role_name(*name).policy_name("all").policy_document(ALL).send().await.unwrap();
            }
            let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
            KeyPair::new(key.access_key_id, key.secret_access_key)
        });
        Self { emulator, ada }
    }

    /// An MFA device of ada's, and what its codes are: of this moment and of the next step.
    fn device(&self) -> (String, [String; 2]) {
        let iam = self.emulator.iam();
        run(async {
            let made = iam.create_virtual_mfa_device().virtual_mfa_device_name("ada").send().await.unwrap();
            let device = made.virtual_mfa_device.unwrap();
            let seed = String::from_utf8(device.base32_string_seed.unwrap().into_inner()).unwrap();
            let (seed, now) = (Seed::from_base32(&seed).unwrap(), Timestamp::now());
            let code = |steps: i64| seed.code(now + SignedDuration::from_secs(steps * 30));
            let enable = iam.enable_mfa_device().user_name("ada").serial_number(&device.serial_number);
            enable.authentication_code1(code(-2)).authentication_code2(code(-1)).send().await.unwrap();
            (device.serial_number, [code(0), code(1)])
        })
    }

    fn config(&self, text: &str) -> Program {
        let ada = format!(
            "[profile ada]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            self.ada.id,
            self.ada.secret.expose_secret()
        );
        let program = Program::new().var("AWS_ENDPOINT_URL", &self.emulator.handle.endpoint);
        program.var("AWS_REGION", "us-east-1").config(&format!("{ada}{text}"))
    }

    fn assumed(&self) -> usize {
        self.emulator.handle.calls().iter().filter(|call| call.operation == "AssumeRole").count()
    }
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn session(role: &str, name: &str) -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}")
}

#[track_caller]
fn check(program: &Program, profile: &str, typed: &str, caller: &str) {
    let ended = program.snapshot(&["--profile", profile], typed);
    assert_eq!((ended.caller().as_str(), ended.code), (caller, 0), "{}", ended.messages);
}

#[track_caller]
fn check_refused(program: &Program, profile: &str, typed: &str, words: &str) {
    let ended = program.snapshot(&["--profile", profile], typed);
    assert!(ended.code == 3 && ended.messages.contains(words), "{ended:?}");
}

/// The same, where a profile may only read.
fn guarded(program: Program, profile: &str) -> Program {
    let plan = r#"{"version":1,"title":"t","steps":[{"id":"a","operation":"CreateGroup","input":{"GroupName":"new"},"why":"","risk":"low","needs":[],"inverse":null}]}"#;
    let config = format!("read_only_profiles = [\"{profile}\"]\n");
    program.file(".config/iamtui/config.toml", &config).file("plan.json", plan)
}

#[track_caller]
fn check_read_only(program: &Program, flags: &[&str]) {
    let args: Vec<&str> = ["apply", "plan.json", "--yes"].iter().chain(flags).copied().collect();
    let ran = program.run(&args, "");
    assert!(ran.code == 3 && ran.messages.contains("this session is read-only"), "{ran:?}");
}

#[test]
fn a_role_is_assumed_from_another_profile_with_external_id_and_kept_as_the_aws_cli_keeps_it() {
    let stage = Stage::set(&[("ops", r#","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}"#)]);
    let profile = |name: &str, more: &str| {
        format!("[profile {name}]\nrole_arn = {}\nsource_profile = ada\nrole_session_name = me\n{more}", role("ops"))
    };
    let program = stage.config(&format!(
        "{}{}",
        profile("ops", "external_id = x-1\nduration_seconds = 1800\n"),
        profile("bare", "")
    ));
    check(&program, "ops", "", &session("ops", "me"));
    check_refused(&program, "bare", "", "`sts:AssumeRole`");
    let files: Vec<_> = std::fs::read_dir(program.home().join(".aws/cli/cache")).unwrap().collect();
    assert_eq!(files.len(), 1);
    let kept: Value = serde_json::from_slice(&std::fs::read(files[0].as_ref().unwrap().path()).unwrap()).unwrap();
    let ends: Timestamp = kept["Credentials"]["Expiration"].as_str().unwrap().replace("UTC", "Z").parse().unwrap();
    let left = ends.duration_since(Timestamp::now()).as_secs();
    assert!((1700..=1800).contains(&left), "duration_seconds counts: {left}");
    let before = stage.assumed();
    check(&program, "ops", "", &session("ops", "me"));
    assert_eq!(stage.assumed(), before, "the kept session is used again");
}

#[test]
fn roles_lead_to_roles_and_a_circle_is_told() {
    let stage = Stage::set(&[("one", ""), ("two", "")]);
    let config = format!(
        "[profile one]\nrole_arn = {}\nsource_profile = ada\n[profile two]\nrole_arn = {}\nsource_profile = one\n\
         role_session_name = deep\n[profile a]\nrole_arn = {}\nsource_profile = b\n\
         [profile b]\nrole_arn = {}\nsource_profile = a\n[profile lost]\nrole_arn = {}\nsource_profile = nowhere\n",
        role("one"),
        role("two"),
        role("one"),
        role("two"),
        role("one")
    );
    let program = stage.config(&config);
    check(&program, "two", "", &session("two", "deep"));
    check_refused(&program, "a", "", "`a` → `b` → `a` lead in a circle");
    check_refused(&program, "lost", "", "leads to the profile `nowhere`, which is not defined");
    check_refused(&program, "onne", "", "Did you mean `one`?");
}

#[test]
fn a_role_with_mfa_asks_for_a_code_and_again_for_a_wrong_one_and_then_no_more() {
    let stage = Stage::set(&[("safe", r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#)]);
    let (serial, [code, _]) = stage.device();
    let config = format!(
        "[profile safe]\nrole_arn = {}\nsource_profile = ada\nmfa_serial = {serial}\nrole_session_name = me\n",
        role("safe")
    );
    let program = stage.config(&config);
    check_refused(&program, "safe", "", "needs a code of the MFA device");
    let ended = program.snapshot(&["--profile", "safe"], &format!("000000\n{code}\n"));
    assert_eq!(ended.caller(), session("safe", "me"), "{}", ended.messages);
    assert!(ended.messages.contains("The code was refused."), "{}", ended.messages);
    assert!(!ended.messages.contains(&code), "a code is not shown");
    check(&program, "safe", "", &session("safe", "me"));
}

#[test]
fn a_role_takes_the_environment_as_its_source_where_the_profile_says_so() {
    let stage = Stage::set(&[("ops", "")]);
    let config =
        format!("[profile env]\nrole_arn = {}\ncredential_source = Environment\nrole_session_name = me\n", role("ops"));
    let program = stage.config(&config).key(&stage.ada);
    check(&program, "env", "", &session("ops", "me"));
}

#[test]
fn a_process_gives_credentials_and_its_failure_is_told() {
    let stage = Stage::set(&[]);
    let answer =
        json!({"Version": 1, "AccessKeyId": stage.ada.id, "SecretAccessKey": stage.ada.secret.expose_secret()});
    let odd = json!({"Version": 1, "AccessKeyId": "AKIA\ncredential_process = x", "SecretAccessKey": "s"});
    let program = stage.config(&format!(
        "[profile run]\ncredential_process = echo '{answer}'\n[profile bad]\ncredential_process = false\n\
         [profile odd]\ncredential_process = printf %s '{odd}'\n"
    ));
    check(&program, "run", "", &format!("arn:aws:iam::{ACCOUNT}:user/ada"));
    check_refused(&program, "bad", "", "the profile `bad` gave none");
    // They would be sent in a header, and begin a line of their own in a file.
    check_refused(&program, "odd", "", "characters that AWS never uses");
}

#[test]
fn a_web_identity_is_exchanged_for_a_role() {
    let (endpoint, asked) = serve(|action, _| match action {
        "AssumeRoleWithWebIdentity" => Reply::Answer(
            200,
            response(
                action,
                "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                 <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                 <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/web/me</Arn>\
                 <AssumedRoleId>AROAEXAMPLE:me</AssumedRoleId></AssumedRoleUser>",
            ),
        ),
        "GetCallerIdentity" => Reply::Answer(
            200,
            response(
                action,
                "<Arn>arn:aws:sts::123456789012:assumed-role/web/me</Arn><UserId>AROAEXAMPLE:me</UserId>\
                 <Account>123456789012</Account>",
            ),
        ),
        _ => error(403, "AccessDenied", "no"),
    });
    let program = Program::new().file("token", "header.body.seal").var("AWS_ENDPOINT_URL", &endpoint);
    let token = program.home().join("token").display().to_string();
    let program = program.config(&format!(
        "[profile web]\nrole_arn = {}\nweb_identity_token_file = {token}\nregion = us-east-1\n",
        role("web")
    ));
    let ended = program.snapshot(&["--profile", "web"], "");
    assert_eq!(ended.caller(), session("web", "me"), "{}", ended.messages);
    assert_eq!(asked.lock().unwrap()[0], "AssumeRoleWithWebIdentity");
    let program = guarded(program, "web");
    check_read_only(&program, &["--profile", "web"]);
    let program = program.var("AWS_WEB_IDENTITY_TOKEN_FILE", &token).var("AWS_ROLE_ARN", &role("web"));
    check_read_only(&program, &[]);
}

#[test]
fn without_a_named_account_nothing_is_reached() {
    let ended = Program::new().config("[default]\nregion = us-east-1\n").snapshot(&[], "");
    assert!(ended.code == 2 && ended.messages.contains("no account is named"), "{ended:?}");
}

/// A stand-in for Identity Center and its OIDC service, in the protocol of both.
struct IdentityCenter {
    endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// How often the token is asked for before somebody confirms the code.
const PENDING: usize = 1;

impl IdentityCenter {
    fn start(role: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length, mut token) = (String::new(), 0, String::new());
                reader.read_line(&mut line).unwrap();
                let path = line.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap().to_owned();
                loop {
                    let mut header = String::new();
                    if reader.read_line(&mut header).unwrap_or(0) <= 2 {
                        break;
                    }
                    let lower = header.to_ascii_lowercase();
                    if let Some(value) = lower.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if lower.starts_with("x-amz-sso_bearer_token:") {
                        token = header.split_once(':').unwrap().1.trim().to_owned();
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let body: Value = serde_json::from_slice(&body).unwrap_or_default();
                let before = seen.lock().unwrap().iter().filter(|held| **held == path).count();
                seen.lock().unwrap().push(path.clone());
                let (status, code, answer) = Self::answer(&path, &body, &token, before, &role);
                let text = answer.to_string();
                let head = format!(
                    "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nx-amzn-ErrorType: {code}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    text.len()
                );
                let _ = stream.write_all(format!("{head}{text}").as_bytes());
            }
        });
        Self { endpoint, asked }
    }

    fn answer(path: &str, body: &Value, token: &str, before: usize, role: &Value) -> (u16, &'static str, Value) {
        match path {
            "/client/register" => (
                200,
                "",
                json!({
                    "clientId": "client", "clientSecret": "shh", "clientSecretExpiresAt": Timestamp::now().as_second() + 90 * 86_400
                }),
            ),
            "/device_authorization" if body["clientSecret"] == "shh" => (
                200,
                "",
                json!({
                    "deviceCode": "device", "userCode": "ABCD-EFGH", "verificationUri": "https://device.sso.test/",
                    "verificationUriComplete": "https://device.sso.test/?user_code=ABCD-EFGH", "expiresIn": 600, "interval": 1
                }),
            ),
            "/token" if body["deviceCode"] == "device" && before < PENDING => {
                (400, "AuthorizationPendingException", json!({"error": "authorization_pending"}))
            }
            "/token" => (200, "", json!({"accessToken": "good", "expiresIn": 28_800, "refreshToken": "more"})),
            "/federation/credentials" if token == "good" => (200, "", json!({"roleCredentials": role})),
            _ => (401, "UnauthorizedException", json!({"message": "Session token not found or invalid"})),
        }
    }

    fn count(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|held| *held == path).count()
    }
}

#[test]
fn identity_center_is_signed_in_to_in_a_browser_once_and_the_token_is_kept_for_the_aws_cli() {
    let stage = Stage::set(&[]);
    let service = IdentityCenter::start(json!({
        "accessKeyId": stage.ada.id, "secretAccessKey": stage.ada.secret.expose_secret(), "sessionToken": "",
        "expiration": Timestamp::now().as_millisecond() + 3_600_000,
    }));
    let program = stage
        .config(
            "[sso-session corp]\nsso_start_url = https://corp.awsapps.test/start\nsso_region = us-east-1\n\
             sso_registration_scopes = sso:account:access\n[profile work]\nsso_session = corp\n\
             sso_account_id = 123456789012\nsso_role_name = Admin\n[profile same]\nsso_session = corp\n\
             sso_account_id = 123456789012\nsso_role_name = Admin\n",
        )
        .var("AWS_ENDPOINT_URL_SSO", &service.endpoint)
        .var("AWS_ENDPOINT_URL_SSO_OIDC", &service.endpoint);
    let ended = program.snapshot(&["--profile", "work"], "");
    assert!(ended.messages.contains("https://device.sso.test/?user_code=ABCD-EFGH"), "{}", ended.messages);
    assert!(ended.messages.contains("ABCD-EFGH"), "{}", ended.messages);
    assert_eq!(service.count("/token"), PENDING + 1);
    // The name and the content are those that `aws sso login` writes for a session named `corp`.
    let file = program.home().join(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    let kept: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!((&kept["accessToken"], &kept["startUrl"]), (&json!("good"), &json!("https://corp.awsapps.test/start")));
    assert!(kept["expiresAt"].as_str().unwrap().ends_with('Z') && kept["clientSecret"] == "shh");
    let again = program.snapshot(&["--profile", "work"], "");
    assert!(!again.messages.contains("browser"), "{}", again.messages);
    assert_eq!(service.count("/device_authorization"), 1);
    assert!(service.count("/federation/credentials") >= 2);
    let program = guarded(program, "work");
    check_read_only(&program, &["--profile", "work"]);
    check_read_only(&program, &["--profile", "same"]);
}

/// A named pipe that nobody writes to.
fn pipe(program: &Program, name: &str) {
    let path = program.home().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
}

#[track_caller]
fn check_no_file(program: &Program, flags: &[&str], words: &str) {
    let ended = program.snapshot(flags, "");
    assert!(ended.code == 3 && ended.messages.contains(words), "{ended:?}");
    assert!(ended.took < std::time::Duration::from_secs(5), "{ended:?}");
}

#[test]
fn what_is_no_file_in_the_place_of_one_is_told_at_once_and_never_waited_for() {
    let words = "it is a named pipe, not a regular file";
    let at = ["--endpoint-url", "http://127.0.0.1:1"];
    for name in [".aws/config", ".aws/credentials"] {
        let program = Program::new();
        pipe(&program, name);
        check_no_file(&program, &at, words);
        let program = Program::new();
        std::fs::create_dir_all(program.home().join(name)).unwrap();
        check_no_file(&program, &at, "it is a folder, not a regular file");
    }
    check_no_file(&Program::new().var("AWS_CONFIG_FILE", "/dev/zero"), &at, "it is a device, not a regular file");
    let nothing = Program::new().var("AWS_CONFIG_FILE", "/dev/null").snapshot(&at, "");
    assert!(nothing.messages.contains("no credentials were found"), "{nothing:?}");

    let config = "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/x\nweb_identity_token_file = token\n\
                  [sso-session corp]\nsso_start_url = https://corp.awsapps.test/start\nsso_region = us-east-1\n\
                  [profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
                  [profile login]\nlogin_session = arn:aws:sts::123456789012:assumed-role/me/me\n";
    let program = Program::new().config(config);
    let token = program.home().join("token").display().to_string();
    let program = program.config(&config.replace("= token", &format!("= {token}")));
    let login = ".aws/login/cache/d545097feff9a034e6fe27f419c04e94517c84f0f5f7b7c95076cf6cbf1f6a7d.json";
    for name in ["token", ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", login] {
        pipe(&program, name);
    }
    for profile in ["web", "work", "login"] {
        check_no_file(&program, &["--profile", profile, "--region", "us-east-1"], words);
    }
    let program = Program::new().var("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x");
    let program = program.var("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/zero").var("AWS_REGION", "us-east-1");
    check_no_file(&program, &at, "it is a device, not a regular file");
}
