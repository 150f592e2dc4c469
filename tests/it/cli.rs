//! Changing an account without a screen: the built program against the emulator.

mod bulk;
mod export;
mod findings;
mod grants;
mod lsp;
mod packages;
mod policies_in_code;
mod reports;
mod sessions;
mod unused;

use std::os::unix::fs::PermissionsExt as _;

use iamtui::plan::Plan;
use serde_json::Value;

use crate::backend::program::{Program, Ran};
use crate::harness::Emulator;

/// The program, and the emulator that it speaks to as the demo's administrator.
struct Desk {
    emulator: Emulator,
    program: Program,
}

impl Desk {
    fn new() -> Self {
        let emulator = Emulator::demo();
        let program = Program::new().key(emulator.handle.administrator.as_ref().unwrap());
        Self { emulator, program }
    }

    /// Runs a command on the emulator and checks how it ended.
    #[track_caller]
    fn check(&self, code: i32, args: &str) -> Ran {
        self.check_typed(code, args, "")
    }

    /// Applies without a terminal, without being asked.
    #[track_caller]
    fn apply(&self, code: i32, args: &str) -> Ran {
        self.check(code, &format!("apply --yes {args}"))
    }

    #[track_caller]
    fn check_typed(&self, code: i32, args: &str, typed: &str) -> Ran {
        let endpoint = format!("--endpoint-url={}", self.emulator.handle.endpoint);
        let mut words: Vec<&str> = args.split_ascii_whitespace().collect();
        words.push(&endpoint);
        let ran = self.program.run(&words, typed);
        assert_eq!(ran.code, code, "{args}: {ran:?}");
        ran
    }

    /// Makes a plan and writes it to a file.
    #[track_caller]
    fn plan(&self, args: &str) -> Plan {
        let ran = self.check(0, &format!("plan {args}"));
        std::fs::write(self.program.home().join("plan.json"), &ran.data).unwrap();
        Plan::parse(&ran.data).unwrap()
    }

    /// What the emulator was asked since the last look, reads left out.
    fn writes(&self) -> Vec<String> {
        let reads = ["Get", "List", "Generate"];
        let all = self.emulator.handle.calls().into_iter().map(|call| call.operation.clone());
        all.filter(|name| !reads.iter().any(|verb| name.starts_with(verb))).collect()
    }

    fn runs(&self) -> Vec<Value> {
        let ran = self.check(0, "journal --output json");
        serde_json::from_str(&ran.data).unwrap()
    }

    fn has_user(&self, name: &str) -> bool {
        let ran =
            self.program.run(&["snapshot", "out", "--force", "--endpoint-url", &self.emulator.handle.endpoint], "");
        assert_eq!(ran.code, 0, "{ran:?}");
        let bytes = std::fs::read(self.program.home().join("out")).unwrap();
        iamtui::model::Snapshot::from_bytes(&bytes).unwrap().account.users().get(name).is_some()
    }
}

#[test]
fn every_change_of_settings_roles_providers_profiles_and_certificates_is_planned_and_made() {
    let desk = Desk::new();
    let home = desk.program.home().to_owned();
    let body = "x".repeat(1000);
    std::fs::write(home.join("one.xml"), format!("<EntityDescriptor>{body}</EntityDescriptor>")).unwrap();
    std::fs::write(home.join("two.xml"), format!("<EntityDescriptor>{body}y</EntityDescriptor>")).unwrap();
    let mut before = desk.writes().len();
    let mut check = |plan: &str, apply: &str, writes: &[&str]| {
        desk.plan(plan);
        desk.apply(0, &format!("plan.json {apply}"));
        let all = desk.writes();
        assert_eq!(all[before..], *writes, "{plan}");
        before = all.len();
    };
    check("set-password-policy --min-length 14 --max-age 90", "", &["UpdateAccountPasswordPolicy"]);
    check("set-password-policy --iam-default", "", &["DeleteAccountPasswordPolicy"]);
    check("set-account-alias acme-2", "", &["CreateAccountAlias"]);
    check("delete-account-alias", "--confirm acme-2", &["DeleteAccountAlias"]);
    check("set-token-version v2", "", &["SetSecurityTokenServicePreferences"]);
    check("outbound-federation enable", "", &["EnableOutboundWebIdentityFederation"]);
    let url = "https://id.example.com";
    check(&format!("create-oidc-provider {url} --audience a"), "", &["CreateOpenIDConnectProvider"]);
    check(&format!("add-audience {url} b"), "", &["AddClientIDToOpenIDConnectProvider"]);
    check(&format!("remove-audience {url} a"), "", &["RemoveClientIDFromOpenIDConnectProvider"]);
    let thumbprints = format!("set-thumbprints {url} {}", "a".repeat(40));
    check(&thumbprints, "", &["UpdateOpenIDConnectProviderThumbprint"]);
    let confirm = "--confirm id.example.com";
    check("delete-provider id.example.com", confirm, &["DeleteOpenIDConnectProvider"]);
    let file = |name: &str| home.join(name).display().to_string();
    check(&format!("create-saml-provider Partner --metadata {}", file("one.xml")), "", &["CreateSAMLProvider"]);
    check(&format!("replace-saml-metadata Partner --metadata {}", file("two.xml")), "", &["UpdateSAMLProvider"]);
    check("create-role batch --service ec2", "", &["CreateRole"]);
    let calls = ["CreateRole", "CreateInstanceProfile", "AddRoleToInstanceProfile"];
    check("create-role fleet --use-case EC2", "", &calls);
    check("create-service-linked-role autoscaling.amazonaws.com --suffix test", "", &["CreateServiceLinkedRole"]);
    check("edit-role batch --max-session 7200", "", &["UpdateRole"]);
    check("create-instance-profile batch", "", &["CreateInstanceProfile"]);
    check("add-role-to-instance-profile batch batch", "", &["AddRoleToInstanceProfile"]);
    let delete = ["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile", "DeleteRole"];
    check("delete-role batch --with-instance-profile", "--confirm batch", &delete);
}

#[test]
fn a_server_certificate_takes_its_key_from_a_file_when_it_is_applied() {
    const KEY: &str = include_str!("fixtures/certificate-key.pem");
    let desk = Desk::new();
    let file = |name: &str, text: &str| {
        let path = desk.program.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let body = file("site.pem", include_str!("fixtures/certificate.pem"));
    let key = file("site.key", KEY);
    desk.plan(&format!("upload-server-certificate site2 --body {body}"));
    let refused = desk.check_typed(2, "apply --yes plan.json", "/nowhere\n");
    assert!(refused.messages.contains("cannot read `/nowhere`"), "{}", refused.messages);
    let ran = desk.check_typed(0, "apply --yes plan.json", &format!("{key}\n"));
    let line = KEY.lines().nth(2).unwrap();
    assert!(!ran.data.contains(line) && !ran.messages.contains(line), "the key must not be shown");
    assert_eq!(desk.writes(), ["UploadServerCertificate"]);
    let script = desk.check(0, &format!("plan upload-server-certificate site3 --body {body} --output cli"));
    assert!(script.data.contains("--private-key \"file://$PRIVATE_KEY\""), "{}", script.data);
    desk.plan("rename-server-certificate site2 shop");
    desk.apply(0, "plan.json");
    desk.plan("delete-server-certificate shop");
    desk.apply(0, "plan.json --confirm shop");
}

#[test]
fn a_user_is_planned_made_and_taken_back() {
    let desk = Desk::new();
    let plan = desk.plan("create-user Jesse --console generate --group Developers --access-key --tag team=blue");
    assert_eq!(desk.writes(), [""; 0], "a plan changes nothing");
    let refused = desk.apply(2, "plan.json");
    assert!(refused.messages.contains("creates a secret that would be lost"), "{}", refused.messages);
    let ran = desk.apply(0, "plan.json --secrets-to secrets.jsonl");
    let sent: Vec<&str> = plan.steps.iter().filter_map(|step| Some(step.call()?.operation().name())).collect();
    assert_eq!(desk.writes(), sent, "what was planned is what was sent");
    let file = desk.program.home().join("secrets.jsonl");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let lines: Vec<Value> =
        std::fs::read_to_string(&file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let value = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap()["value"].as_str().unwrap();
    assert!(value("AccessKey.AccessKeyId").starts_with("AKIA"));
    let journal = walk(&desk.program.home().join(".local/state/iamtui/journal"));
    for secret in [value("Password"), value("AccessKey.SecretAccessKey")] {
        for text in [&ran.data, &ran.messages, &journal] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert!(desk.has_user("Jesse"));
    desk.apply(3, "plan.json --secrets-to secrets.jsonl");
    desk.check(0, "apply --undo --confirm Jesse");
    assert!(!desk.has_user("Jesse"));
    let runs = desk.runs();
    assert_eq!(runs.iter().map(|run| &run["end"]).collect::<Vec<_>>(), ["complete", "complete"]);
    assert_eq!(runs[0]["undone_by"], runs[1]["run"]);
    let none = desk.apply(3, "--undo");
    assert!(none.messages.contains("the journal has no run that can be undone"), "{}", none.messages);
}

#[test]
fn each_step_is_announced_with_what_undoes_it() {
    let desk = Desk::new();
    desk.plan("create-user Jesse --access-key --tag team=blue");
    let ran = desk.check(2, "apply plan.json");
    assert!(ran.messages.contains("undo: aws iam delete-user --user-name Jesse"), "{}", ran.messages);
    assert!(ran.messages.contains("undo: delete access key"), "{}", ran.messages);
    let text = std::fs::read_to_string(desk.program.home().join("plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    // A file may claim any inverse.
    plan["steps"][0]["inverse"] = serde_json::json!({"calls": [{"operation": "AttachUserPolicy", "input":
        {"UserName": "eve", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}}], "loses": ""});
    std::fs::write(desk.program.home().join("plan.json"), plan.to_string()).unwrap();
    let ran = desk.check(2, "apply plan.json");
    assert!(ran.messages.contains("undo: aws iam attach-user-policy"), "{}", ran.messages);
    plan["steps"][0]["inverse"] = Value::Null;
    std::fs::write(desk.program.home().join("plan.json"), plan.to_string()).unwrap();
    let ran = desk.check(2, "apply plan.json");
    assert!(ran.messages.contains("cannot be undone: no call undoes it"), "{}", ran.messages);
}

#[test]
fn what_is_no_file_is_refused_at_once_and_what_a_shell_hands_over_is_read() {
    let desk = Desk::new();
    let pipe = desk.program.home().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    for command in ["apply pipe", "validate pipe", "drift pipe", "journal --snapshot pipe"] {
        let ran = desk.program.run(&command.split(' ').collect::<Vec<_>>(), "");
        assert!(ran.messages.contains("it is a named pipe, not a regular file"), "{command}: {ran:?}");
    }
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    for name in ["-", "/dev/stdin", "/dev/fd/0"] {
        let ran = desk.program.run(&["validate", name], policy);
        assert!(ran.code == 1 && ran.data.contains("data-exfiltration"), "{name}: {ran:?}");
    }
}

#[test]
fn a_damaged_journal_is_told_and_what_can_be_read_of_it_is_shown() {
    let desk = Desk::new();
    desk.plan("create-group Audit2");
    desk.apply(0, "plan.json");
    let folder = desk.program.home().join(".local/state/iamtui/journal");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    let damaged = [b"\x7fELF\0\0".as_slice(), &whole].concat();
    std::fs::write(&file, &damaged).unwrap();
    let ran = desk.check(3, "journal");
    assert!(ran.messages.contains("is damaged: line 1 cannot be read"), "{ran:?}");
    assert!(ran.data.contains("create group Audit2"), "{ran:?}");
    std::fs::write(&file, b"\0\0\0\0").unwrap();
    let ran = desk.check(3, "journal");
    assert!(!ran.messages.contains("nothing was changed yet"), "{ran:?}");
    desk.plan("create-group Audit3");
    desk.apply(0, "plan.json");
    assert!(std::fs::read(&file).unwrap().starts_with(b"\0\0\0\0"));
    let ran = desk.check(0, "apply --undo --confirm Audit3");
    assert!(ran.messages.contains("is damaged: line 1 cannot be read"), "{ran:?}");
}

/// The text of all files of a folder.
fn walk(folder: &std::path::Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn what_is_lost_must_be_named_and_what_guards_ask_must_be_given() {
    let desk = Desk::new();
    desk.plan("delete-user alan.turing");
    for (flags, hint) in [("", "Add `--confirm alan.turing`"), ("--confirm alan", "It is `alan.turing`")] {
        let ran = desk.check(2, &format!("apply plan.json {flags}"));
        assert!(ran.messages.contains(hint), "{}", ran.messages);
    }
    assert_eq!(desk.writes(), [""; 0]);
    desk.plan("attach AdministratorAccess --user alan.turing");
    let ran = desk.check(2, "apply plan.json --confirm alan.turing");
    assert!(ran.messages.contains("▲ user alan.turing can do everything in the account"), "{}", ran.messages);
    assert!(ran.messages.contains("Add `--reason TEXT`"), "{}", ran.messages);
    assert_eq!(desk.writes(), [""; 0]);
    desk.check(0, "apply plan.json --confirm alan.turing --reason on-call");
    assert_eq!(desk.writes(), ["AttachUserPolicy"]);
    assert_eq!(desk.runs()[0]["reason"], "on-call");
    let off = desk.program.home().join(".config/iamtui");
    std::fs::create_dir_all(&off).unwrap();
    std::fs::write(off.join("config.toml"), "[guards]\nfull-administrator = \"off\"\n").unwrap();
    desk.plan("attach AdministratorAccess --user grace.hopper");
    desk.apply(0, "plan.json");
}

#[test]
fn a_user_is_locked_out_from_a_file_that_keeps_what_was_before() {
    let desk = Desk::new();
    let folder = desk.program.home().join("evidence");
    let ran = desk.check(0, &format!("plan lock-out alan.turing --evidence {}", folder.display()));
    assert!(ran.messages.contains("not restored by undo: delete the console password"), "{}", ran.messages);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept["before"]["name"], "alan.turing");
    assert!(kept["groups"].as_array().is_some_and(|groups| !groups.is_empty()));
    std::fs::write(desk.program.home().join("plan.json"), kept["plan"].to_string()).unwrap();
    desk.apply(0, "plan.json --confirm alan.turing");
    let writes = desk.writes();
    assert_eq!(writes[..2], ["PutUserPolicy", "PutUserPolicy"]);
    desk.check(2, "apply --yes --undo");
    desk.check(0, "apply --yes --undo --confirm delete --secrets-to secrets.jsonl");
    let unknown = desk.check(3, "plan lock-out alan.turning");
    assert!(unknown.messages.contains("Did you mean `alan.turing`?"), "{}", unknown.messages);
}

#[test]
fn a_long_policy_is_created_in_parts_and_undone_although_it_was_attached_since() {
    let desk = Desk::new();
    let actions: Vec<String> = (0..400).map(|number| format!("s3:GetNumber{number:03}")).collect();
    let statement = serde_json::json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let document = serde_json::json!({"Version": "2012-10-17", "Statement": [statement]});
    let file = desk.program.home().join("long.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let create = format!("create-policy Long --document {} --user alan.turing", file.display());
    let refused = desk.check(3, &format!("plan {create}"));
    assert!(refused.messages.contains("Add `--split`"), "{}", refused.messages);
    assert_eq!(desk.plan(&format!("{create} --split")).steps.len(), 4);
    desk.apply(0, "plan.json");
    let created = desk.runs()[0]["run"].as_str().unwrap().to_owned();
    desk.plan("attach Long-1 --group Developers");
    desk.apply(0, "plan.json");
    let ran = desk.check(0, &format!("apply --yes --undo {created} --confirm delete"));
    assert!(ran.data.contains("detach policy Long-1 from group Developers"), "{}", ran.data);
}

#[test]
fn nobody_locks_themselves_out_without_being_asked() {
    let desk = Desk::new();
    desk.plan("detach AdministratorAccess --group Administrators");
    let ran = desk.check(2, "apply plan.json");
    assert!(ran.messages.contains("▲ you would lose all access to IAM"), "{}", ran.messages);
    desk.plan("delete-user administrator");
    let ran = desk.check(2, "apply plan.json");
    assert!(ran.messages.contains("▲ you are signed in as user administrator, which is deleted"), "{}", ran.messages);
    assert_eq!(desk.writes(), [""; 0]);
}

#[test]
fn a_read_only_session_applies_nothing() {
    let desk = Desk::new();
    desk.plan("create-group Audit2");
    let ran = desk.check(3, "apply plan.json --read-only");
    assert!(ran.messages.contains("this session is read-only: the plan cannot be applied"), "{}", ran.messages);
    let snapshot = desk.program.run(&["apply", "plan.json", "--snapshot", "nothing"], "");
    assert_eq!(snapshot.code, 3, "{snapshot:?}");
    assert_eq!(desk.writes(), [""; 0]);
}

#[test]
fn a_run_that_failed_goes_on_where_it_stopped() {
    let desk = Desk::new();
    desk.plan("create-group Late --policy SecurityAudit --member alan.turing");
    desk.apply(0, "plan.json");
    desk.plan("add-members --user alan.turing --user grace.hopper --group Late");
    std::fs::rename(desk.program.home().join("plan.json"), desk.program.home().join("members.json")).unwrap();
    desk.plan("delete-group Late");
    desk.check(0, "apply plan.json --confirm Late");
    let failed = desk.check(3, "apply members.json --yes --output json");
    let told: Value = serde_json::from_str(&failed.data).unwrap();
    assert_eq!((&told["end"], &told["steps"][0]["state"]), (&"failed".into(), &"failed".into()), "{told}");
    let next = format!("resume it with: iamtui apply --endpoint-url={} --resume", desk.emulator.handle.endpoint);
    assert!(failed.messages.contains(&next), "{}", failed.messages);
    desk.plan("create-group Late");
    desk.apply(0, "plan.json");
    // Another group of the same name is not the one that the plan saw.
    let before = desk.writes().len();
    let refused = desk.apply(3, "--resume");
    assert!(refused.messages.contains("resume it with"), "{}", refused.messages);
    assert!(refused.data.contains("changed since the plan: group Late: the plan saw"), "{}", refused.data);
    assert_eq!(desk.writes()[before..], [""; 0]);
    desk.apply(3, "--resume nonsense");
}

#[test]
fn a_password_that_is_asked_for_comes_over_standard_input() {
    let desk = Desk::new();
    desk.plan("create-user Alice --console prompt --no-reset");
    let ran = desk.apply(2, "plan.json");
    assert!(ran.messages.contains("`Password` of `create-login-profile:Alice` must be entered"), "{}", ran.messages);
    assert_eq!(desk.writes(), [""; 0]);
    desk.check_typed(0, "apply --yes plan.json", "Correct-Horse-9-Battery\n");
    assert!(desk.has_user("Alice"));
}

#[test]
fn every_change_can_be_planned_in_every_form() {
    let desk = Desk::new();
    for what in [
        "create-user Alice",
        "create-policy copy --from AmazonS3FullAccess --group Developers",
        "create-role web --service ec2 --policy AmazonS3FullAccess --instance-profile",
        "create-role deploy --oidc token.actions.githubusercontent.com --audience sts.amazonaws.com --subject repo:a/b:*",
        "create-role staff --saml Okta --console",
        "create-role guests --account 111122223333 --external-id x-1 --mfa",
        "delete-user alan.turing",
        "disable-user alan.turing",
        "lock-out alan.turing --leave-groups",
        "lock-out lambda-webhook",
        "create-group Audit2 --member alan.turing",
        "delete-group Developers",
        "add-members --user grace.hopper --group SecurityAudit",
        "remove-members --user alan.turing --group Developers",
        "attach ReadOnlyAccess --role lambda-webhook --group Developers",
        "set-boundary ReadOnlyAccess --user alan.turing",
        "tag team=blue --user alan.turing",
        "rename-user alan.turing alan",
        "rename-group Developers Builders",
        "clone user alan.turing alan.copy",
        "clone group Developers Builders",
        "clone role lambda-webhook lambda-copy",
        "clone policy AmazonSNSReadOnlyAccess topics",
    ] {
        let plan = desk.plan(what);
        assert!(!plan.steps.is_empty(), "{what}");
    }
    for (format, begins) in [("cli", "#!/usr/bin/env bash"), ("terraform", ""), ("cloudformation", "")] {
        let ran = desk.check(0, &format!("plan create-group Audit2 --output {format}"));
        assert!(ran.data.starts_with(begins) && ran.data.contains("Audit2"), "{}", ran.data);
    }
    let ran = desk.check(3, "plan attach ReadOnlyAcces --user alan.turing");
    assert!(ran.messages.contains("Did you mean `ReadOnlyAccess`?"), "{}", ran.messages);
    desk.check(2, "plan attach ReadOnlyAccess");
    assert_eq!(desk.writes(), [""; 0]);
}

#[test]
fn a_snapshot_of_what_cannot_be_reached_says_so_once() {
    let desk = Desk::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = desk.program.run(&["snapshot", "base", "--endpoint-url", &format!("http://{closed}")], "");
    assert_eq!(ran.code, 3, "{ran:?}");
    let lines: Vec<&str> = ran.messages.lines().collect();
    let [failure, hint, end] = lines.as_slice() else { panic!("{ran:?}") };
    assert!(
        failure.contains("got no connection") && failure.ends_with("; 15 more reads failed in the same way"),
        "{failure}"
    );
    assert!(hint.starts_with("hint: ") && end.contains("nothing could be read"), "{ran:?}");
}

#[test]
fn a_snapshot_writes_over_another_only_when_told_to() {
    let desk = Desk::new();
    let endpoint = desk.emulator.handle.endpoint.clone();
    let take = |more: &[&str]| {
        let line: Vec<&str> = ["snapshot", "base", "--endpoint-url", &endpoint].iter().chain(more).copied().collect();
        desk.program.run(&line, "")
    };
    assert_eq!(take(&[]).code, 0);
    let refused = take(&[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.messages.contains("--force"), "{refused:?}");
    assert_eq!(take(&["--force"]).code, 0);
}

#[test]
fn the_formats_of_the_users_own_files_are_in_the_help() {
    let program = Program::new();
    let check = |args: &[&str], code: i32, expected: &str| {
        let ran = program.run(args, "");
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.data.contains(expected) || ran.messages.contains(expected), "{ran:?}");
    };
    check(&["help", "keys"], 0, "keys.toml");
    check(&["help", "keys"], 0, "next-tab");
    check(&["help", "themes"], 0, "[roles]");
    check(&["help", "themes"], 0, "selection-idle");
    check(&["help", "policy", "diff"], 0, "Usage: iamtui policy diff");
    check(&["help", "theme"], 2, "Did you mean `themes`?");
}

#[test]
fn without_a_terminal_nothing_is_sent_unless_the_command_line_says_yes() {
    let desk = Desk::new();
    desk.plan("create-group Audit2");
    let refused = desk.check(2, "apply plan.json");
    assert!(refused.messages.contains("Add `--yes`. Nothing was sent."), "{}", refused.messages);
    assert_eq!(desk.writes(), [""; 0]);
    desk.apply(0, "plan.json");
    assert_eq!(desk.writes(), ["CreateGroup"]);
}

#[test]
fn a_plan_of_another_account_or_endpoint_is_refused_unless_any_will_do() {
    let desk = Desk::new();
    desk.plan("create-group Audit2");
    let file = desk.program.home().join("plan.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&plan["version"], &plan["partition"]), (&2.into(), &"aws".into()));
    assert_eq!(plan["endpoint"], desk.emulator.handle.endpoint.as_str());
    assert_eq!(plan["steps"][0]["service"], "iam");
    assert_eq!(plan["steps"][0]["expects"][0]["resource"], "group Audit2");
    for (member, other) in [("account", "111122223333"), ("partition", "aws-cn"), ("endpoint", "http://127.0.0.1:9")] {
        let own = std::mem::replace(&mut plan[member], other.into());
        std::fs::write(&file, plan.to_string()).unwrap();
        let refused = desk.apply(3, "plan.json");
        assert!(refused.messages.contains("add `--any-account`"), "{member}: {}", refused.messages);
        assert!(refused.messages.contains(other), "{member}: {}", refused.messages);
        plan[member] = own;
    }
    assert_eq!(desk.writes(), [""; 0]);
    plan["account"] = "111122223333".into();
    std::fs::write(&file, plan.to_string()).unwrap();
    desk.apply(0, "plan.json --any-account");
    assert_eq!(desk.writes(), ["CreateGroup"]);
}

#[test]
fn a_plan_that_names_no_account_is_applied_only_where_any_will_do() {
    let desk = Desk::new();
    desk.plan("create-group Audit2");
    let file = desk.program.home().join("plan.json");
    let mut plan: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let account = plan.as_object_mut().unwrap().remove("account").unwrap();
    std::fs::write(&file, plan.to_string()).unwrap();
    let refused = desk.apply(3, "plan.json");
    assert!(refused.messages.contains("add `--any-account`"), "{}", refused.messages);
    assert_eq!(desk.writes(), [""; 0]);
    // What a step does not say that it saw cannot be compared, and that is said.
    plan["account"] = account;
    plan["steps"][0]["expects"] = serde_json::json!([]);
    std::fs::write(&file, plan.to_string()).unwrap();
    let applied = desk.apply(0, "plan.json");
    assert!(applied.messages.contains("has no expectations"), "{}", applied.messages);
}

#[test]
fn no_plan_is_made_for_an_account_that_cannot_be_reached() {
    let desk = Desk::new();
    let ran = desk.program.run(&["plan", "create-group", "Audit2", "--endpoint-url=http://127.0.0.1:1"], "");
    assert_eq!((ran.code, ran.data.as_str()), (3, ""), "{ran:?}");
    assert!(ran.messages.contains("GetCallerIdentity"), "{}", ran.messages);
}

#[test]
fn a_policy_whose_version_in_force_changed_is_not_attached() {
    let desk = Desk::new();
    let iam = desk.emulator.iam();
    let document = |action: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#)
    };
    let block = tokio::runtime::Runtime::new().unwrap();
    let create = iam.create_policy().policy_name("small").policy_document(document("s3:GetObject"));
    let policy = block.block_on(create.send()).unwrap().policy.unwrap();
    desk.plan("attach small --user ada.lovelace");
    let wider = iam.create_policy_version().policy_arn(policy.arn.unwrap()).policy_document(document("*"));
    block.block_on(wider.set_as_default(true).send()).unwrap();
    let stopped = desk.apply(3, "plan.json");
    assert!(stopped.data.contains("the plan saw “v1”, now it is “v2”"), "{stopped:?}");
    assert!(!desk.writes().contains(&"AttachUserPolicy".to_owned()));
}

#[test]
fn the_help_says_nothing_of_what_the_environment_holds() {
    let ran = Program::new().var("IAMTUI_THEME", "\u{1b}]0;x\u{7}").run(&["--help"], "");
    assert!(ran.code == 0 && !ran.data.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn a_plan_says_what_it_does_and_not_what_it_calls_itself() {
    let desk = Desk::new();
    let step = serde_json::json!({
        "id": "a", "operation": "CreateUser", "why": "harmless", "input": {"UserName": "mallory"},
    });
    let old = serde_json::json!({"version": 1, "title": "tidy up tags", "steps": [step]});
    std::fs::write(desk.program.home().join("plan.json"), old.to_string()).unwrap();
    let refused = desk.check(2, "apply plan.json");
    for told in ["1. create user mallory", "create-user --user-name mallory", "does not say which account"] {
        assert!(refused.messages.contains(told), "{told}: {}", refused.messages);
    }
    assert_eq!(desk.writes(), [""; 0]);
    let ran = desk.apply(0, "plan.json");
    assert!(ran.messages.contains("sending  create user mallory"), "{}", ran.messages);
}

#[test]
fn a_plan_changes_only_what_it_saw() {
    let desk = Desk::new();
    desk.plan("delete-user alan.turing");
    std::fs::rename(desk.program.home().join("plan.json"), desk.program.home().join("old.json")).unwrap();
    desk.plan("rename-user alan.turing turing");
    desk.apply(0, "plan.json");
    desk.plan("create-user alan.turing");
    desk.apply(0, "plan.json");
    let before = desk.writes().len();
    let refused = desk.check(3, "apply old.json --confirm alan.turing");
    assert!(
        refused.data.contains("changed since the plan: user alan.turing: the plan saw unique ID AIDA"),
        "{refused:?}"
    );
    assert!(refused.data.contains("now it is unique ID AIDA"), "{refused:?}");
    assert_eq!(desk.writes()[before..], [""; 0]);
}
