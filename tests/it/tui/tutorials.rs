//! The tutorials that the console must serve, from an empty account to their end, by keyboard alone, at 80x24.
//!
//! Each workflow stands beside the web console's clicks for the same, by name: one for every link, button, box, radio
//! button and menu, and one for every field that is typed into, as the console gives no field the keys by itself. What
//! is typed (names, words to search by, documents, codes) counts on neither side; every other key counts here. A
//! workflow that takes more keys than clicks fails.

use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use super::console::{Live, read_keys};
use super::qr::photo;
use crate::harness::{ACCOUNT, Emulator, run};

/// What a contractor may do.
const CONTRACTOR: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","sns:Publish"],"Resource":"*"}]}"#;

/// Somebody at the keyboard, and what their workflows took.
struct Hands {
    emulator: Emulator,
    console: Live,
    pressed: usize,
    /// Workflow, clicks in the web console, keys here.
    taken: Vec<(&'static str, usize, usize)>,
}

impl Hands {
    /// At the console on an empty account.
    fn new() -> Self {
        let emulator = Emulator::empty();
        let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
        console.wait("root user @ 123456789012");
        Self { emulator, console, pressed: 0, taken: Vec::new() }
    }

    /// Presses keys, which count.
    #[track_caller]
    fn press(&mut self, keys: &str) -> &mut Self {
        self.pressed += read_keys(keys).len();
        self.console.keys(keys);
        self
    }

    /// Types what has to be typed.
    #[track_caller]
    fn name(&mut self, text: &str) -> &mut Self {
        self.console.keys(text);
        self
    }

    /// Types the name of something to pick, once it is offered.
    #[track_caller]
    fn pick(&mut self, name: &str) -> &mut Self {
        self.name(name).wait(&format!("[ ] {name}"))
    }

    #[track_caller]
    fn wait(&mut self, text: &str) -> &mut Self {
        self.console.wait(text);
        self
    }

    /// Applies the plan in review.
    #[track_caller]
    fn apply(&mut self, title: &str) -> &mut Self {
        self.wait(&format!("Review: {title}"));
        self.wait("nothing is sent before you apply").press("<enter>").done()
    }

    /// Applies the plan in review, to which a guard objects.
    #[track_caller]
    fn overrule(&mut self, title: &str, word: &str) -> &mut Self {
        self.wait(&format!("Review: {title}")).wait("Reason");
        self.name(word).press("<enter>").name("the first administrator").press("<enter>").done()
    }

    #[track_caller]
    fn done(&mut self) -> &mut Self {
        self.wait("n new")
    }

    /// Gives the two codes of the QR code that is shown.
    #[track_caller]
    fn assign(&mut self) -> &mut Self {
        self.wait("MFA code 1");
        let uri = photo(&self.console.buffer(), true).decode(false).expect("no code on the screen");
        let seed = Seed::from_base32(uri.split("secret=").nth(1).unwrap().split('&').next().unwrap()).unwrap();
        let now = Timestamp::now();
        for at in [now - SignedDuration::from_secs(30), now] {
            self.name(&seed.code(at));
        }
        self.wait("Press Enter to send the codes").press("<enter>").done()
    }

    /// Does a workflow, and holds what it takes against the web console's clicks.
    #[track_caller]
    fn flow(&mut self, name: &'static str, clicks: &[&str], work: impl FnOnce(&mut Self)) {
        self.pressed = 0;
        work(self);
        self.taken.push((name, clicks.len(), self.pressed));
    }

    /// The table of what was taken; what took too much fails.
    #[track_caller]
    fn table(&self) -> String {
        let rows = self.taken.iter().map(|(name, clicks, keys)| format!("{name:<54} {clicks:>3} {keys:>3}\n"));
        let table: String = rows.collect();
        let over = self.taken.iter().find(|(_, clicks, keys)| keys > clicks);
        assert!(over.is_none(), "{over:?} takes more keys than clicks:\n{table}");
        table
    }

    fn groups_of(&self, user: &str) -> Vec<String> {
        let listed = run(self.emulator.iam().list_groups_for_user().user_name(user).send()).unwrap();
        listed.groups.into_iter().map(|group| group.group_name).collect()
    }

    fn policies_of_group(&self, group: &str) -> Vec<String> {
        let listed = run(self.emulator.iam().list_attached_group_policies().group_name(group).send()).unwrap();
        listed.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_name).collect()
    }

    fn policies_of_role(&self, role: &str) -> Vec<String> {
        let listed = run(self.emulator.iam().list_attached_role_policies().role_name(role).send()).unwrap();
        listed.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_name).collect()
    }

    /// The document of a policy of the account.
    fn document(&self, policy: &str) -> serde_json::Value {
        let arn = format!("arn:aws:iam::{ACCOUNT}:policy/{policy}");
        let version = self.emulator.iam().get_policy_version().policy_arn(arn).version_id("v1");
        let text = run(version.send()).unwrap().policy_version.unwrap().document.unwrap();
        decoded(&text)
    }

    /// The trust policy of a role.
    fn trust(&self, role: &str) -> serde_json::Value {
        let role = run(self.emulator.iam().get_role().role_name(role).send()).unwrap().role.unwrap();
        decoded(&role.assume_role_policy_document.unwrap())
    }

    fn has_profile(&self, name: &str) -> bool {
        let profile = run(self.emulator.iam().get_instance_profile().instance_profile_name(name).send());
        profile.is_ok_and(|found| found.instance_profile.is_some_and(|found| found.roles[0].role_name == name))
    }
}

fn decoded(text: &str) -> serde_json::Value {
    let text = percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    serde_json::from_str(&text).unwrap()
}

/// Groups, policies by import and by builder, users, MFA, a contractor's role.
#[test]
fn the_first_tutorial_is_done_to_its_end() {
    let mut hands = Hands::new();
    let create_group = ["Create group", "User group name", "Create user group"];
    let clicks = [&["IAM user groups"][..], &create_group, &create_group, &create_group].concat();
    hands.flow("create the groups Admin, Developers and Audit", &clicks, |hands| {
        hands.press("3").wait("There are no groups.").press("n").wait("Create user group");
        hands.name("Admin").press("<enter>").name("Developers").press("<enter>").name("Audit").press("<ctrl-n>");
        hands.apply("create 3 groups");
    });
    let import = [
        "Policies",
        "Create policy",
        "Actions ▾",
        "Import policy",
        "search",
        "◉ AdministratorAccess",
        "Import",
        "Next",
        "Policy name",
        "Description",
        "Create policy",
    ];
    let attach = ["View policy", "Entities attached", "Attach", "search", "☐ group", "Attach policy"];
    hands.flow("create AdminPolicy by import and attach it", &[&import[..], &attach].concat(), |hands| {
        hands.press("5").wait("policies, as of").press("n").wait("New policy");
        hands.press("<alt-i>").name("AdministratorAccess").wait("›").press("<enter>").wait("\"Action\": \"*\"");
        hands.press("<ctrl-s>").wait("Policy name").name("AdminPolicy").press("<tab>").name("All of the account");
        hands.press("<tab>").wait("[ ] Admin").name("Admin").press("<ctrl-n>");
        hands.overrule("create policy AdminPolicy", "Admin");
    });
    let builder = [
        "Policies",
        "Create policy",
        "Choose a service",
        "EC2",
        "Filter actions",
        "☐ StartInstances",
        "Filter actions",
        "☐ RunInstances",
        "Filter actions",
        "☐ TerminateInstances",
        "Resources ▸",
        "◉ All",
        "Add more permissions",
        "Choose a service",
        "CodeCommit",
        "Filter actions",
        "☐ GitPull",
        "☐ GitPush",
        "Resources ▸",
        "◉ All",
        "Next",
        "Policy name",
        "Create policy",
    ];
    hands.flow("build DeveloperPolicy and attach it", &[&builder[..], &attach].concat(), |hands| {
        hands.press("5").wait("policies, as of").press("n").wait("New policy");
        hands.press("<f4>").wait("change").press("n").wait("Service").name("ec2").press("<enter>").wait("0 chosen");
        for action in ["StartInstances", "RunInstances", "TerminateInstances"] {
            hands.name(action).press("<space>");
        }
        hands
            .press("<enter>")
            .wait("ec2:TerminateInstances")
            .press("n")
            .wait("Service")
            .name("codecommit")
            .press("<enter>");
        for action in ["GitPull", "GitPush"] {
            hands.wait("chosen").name(action).press("<space>");
        }
        hands.press("<enter><ctrl-s>").wait("Policy name").name("DeveloperPolicy").press("<tab><tab>");
        hands.wait("[ ] Developers").name("Developers").press("<ctrl-n>");
        hands.apply("create policy DeveloperPolicy");
    });
    hands.flow(
        "build AuditPolicy by access levels and attach it",
        &[
            &[
                "Policies",
                "Create policy",
                "Choose a service",
                "CloudWatch",
                "☐ All list actions",
                "☐ All read actions",
                "Resources ▸",
                "◉ All",
                "Next",
                "Policy name",
                "Create policy",
            ][..],
            &attach,
        ]
        .concat(),
        |hands| {
            hands.press("5").wait("policies, as of").press("n").wait("New policy");
            hands.press("<f4>").wait("change").press("n").wait("Service").name("cloudwatch").press("<enter>");
            hands.wait("0 chosen").name("all list").press("<space><ctrl-u>").name("all read").press("<space><enter>");
            hands.press("<ctrl-s>").wait("Policy name").name("AuditPolicy").press("<tab><tab>");
            hands.wait("[ ] Audit").name("Audit").press("<ctrl-n>");
            hands.apply("create policy AuditPolicy");
        },
    );
    let user = ["Create user", "User name", "Next", "☐ group", "Next", "Create user"];
    let clicks = [&["IAM users"][..], &user, &user, &user, &user, &user].concat();
    hands.flow("create five users in two groups", &clicks, |hands| {
        hands.press("2").wait("There are no users.");
        for (group, names) in [("Admin", &["Jesse", "Segun"][..]), ("Developers", &["Alice", "Jake", "Jessica"])] {
            hands.press("n").wait("Create user");
            for (at, name) in names.iter().enumerate() {
                hands.name(name).press(if at + 1 < names.len() { "<enter>" } else { "<ctrl-n><ctrl-n><tab>" });
            }
            hands.wait(&format!("[ ] {group}")).name(group).press("<ctrl-n>");
            match group {
                "Admin" => hands.overrule("create users", "Jesse"),
                _ => hands.apply("create 3 users"),
            };
        }
    });
    hands.flow(
        "assign an authenticator app to a user",
        &[
            "IAM users",
            "Jesse",
            "Security credentials",
            "Assign MFA device",
            "Device name",
            "◉ Authenticator app",
            "Next",
            "Show QR code",
            "MFA code 1",
            "MFA code 2",
            "Add MFA",
        ],
        |hands| {
            hands
                .press("2")
                .wait("5 of 5 users")
                .press("/")
                .name("Jesse")
                .press("<enter><enter>")
                .wait("IAM users › Jesse");
            hands.press("4").wait("There is no MFA device.").press("a<enter>").wait("Assign MFA device to Jesse");
            hands.press("<ctrl-n>").wait("nothing is sent before you apply").press("<enter>").assign();
        },
    );
    hands.flow(
        "create ContractorAccess with a policy made on the way",
        &[
            "Roles",
            "Create role",
            "◉ AWS account",
            "◉ Another AWS account",
            "Account ID",
            "Next",
            "Create policy",
            "JSON",
            "editor",
            "Next",
            "Policy name",
            "Create policy",
            "(browser tab)",
            "refresh",
            "search",
            "☐ ContractorPolicy",
            "Next",
            "Role name",
            "Create role",
        ],
        |hands| {
            hands.press("4").wait("There are no roles.").press("n").wait("Trusted entity type");
            hands.press("<right><tab><right><tab>").name("111122223333").press("<ctrl-n>").wait("›2 Permissions");
            hands.press("<f2>").wait("New policy").press("<ctrl-a>");
            hands.console.paste(CONTRACTOR);
            hands.press("<ctrl-s>").wait("Policy name").name("ContractorPolicy").press("<ctrl-n>");
            hands.apply("create policy ContractorPolicy").press("<enter>").wait("1: ContractorPolicy");
            hands.press("<ctrl-n>").wait("›3 Name").name("ContractorAccess").press("<ctrl-n>");
            hands.apply("create role ContractorAccess");
        },
    );
    for (group, policy) in [("Admin", "AdminPolicy"), ("Developers", "DeveloperPolicy"), ("Audit", "AuditPolicy")] {
        assert_eq!(hands.policies_of_group(group), [policy]);
    }
    let developers = hands.document("DeveloperPolicy");
    let actions = |at: usize| developers["Statement"][at]["Action"].to_string();
    assert_eq!(actions(0), r#"["ec2:RunInstances","ec2:StartInstances","ec2:TerminateInstances"]"#);
    assert_eq!(actions(1), r#"["codecommit:GitPull","codecommit:GitPush"]"#);
    let audit = hands.document("AuditPolicy")["Statement"][0]["Action"].to_string();
    assert!(audit.contains("cloudwatch:GetMetricData") && !audit.contains("cloudwatch:Put"), "{audit}");
    assert_eq!((hands.groups_of("Segun"), hands.groups_of("Jake")), (vec!["Admin".into()], vec!["Developers".into()]));
    let devices = run(hands.emulator.iam().list_mfa_devices().user_name("Jesse").send()).unwrap();
    assert_eq!(devices.mfa_devices.len(), 1);
    assert_eq!(hands.policies_of_role("ContractorAccess"), ["ContractorPolicy"]);
    assert_eq!(hands.trust("ContractorAccess")["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::111122223333:root");
    insta::assert_snapshot!(hands.table(), @"
    create the groups Admin, Developers and Audit           10   6
    create AdminPolicy by import and attach it              17  10
    build DeveloperPolicy and attach it                     29  19
    build AuditPolicy by access levels and attach it        17  14
    create five users in two groups                         31  17
    assign an authenticator app to a user                   11  10
    create ContractorAccess with a policy made on the way   19  16
    ");
}

const CREATE_GROUP: [&str; 6] =
    ["IAM user groups", "Create group", "User group name", "search", "☐ policy", "Create user group"];
const CREATE_USER: [&str; 7] = ["IAM users", "Create user", "User name", "Next", "☐ group", "Next", "Create user"];
const CREATE_BARE_USER: [&str; 5] = ["Create user", "User name", "Next", "Next", "Create user"];
const CREATE_KEY: [&str; 10] = [
    "user",
    "Security credentials",
    "Create access key",
    "◉ Command Line Interface",
    "☐ I understand",
    "Next",
    "Description",
    "Create access key",
    "Show",
    "Done",
];
const SERVICE_ROLE: [&str; 10] = [
    "Roles",
    "Create role",
    "Service or use case",
    "service",
    "Next",
    "search",
    "☐ policy",
    "Next",
    "Role name",
    "Create role",
];
/// The same for a user, a role and, with a search, a policy.
const DELETE: [&str; 5] = ["page", "☐ item", "Delete", "name of the item", "Delete"];

impl Hands {
    /// Creates a role for a service with one policy, which may be the one that its use case proposes.
    fn service_role(&mut self, service: &str, policy: &str, name: &str) {
        self.press("4").wait("roles").press("n").wait("Trusted entity type").press("<tab>").name(service);
        self.press("<ctrl-n>").wait("›2 Permissions").wait("of 1221");
        if !self.console.screen().contains(&format!("1: {policy}")) {
            self.pick(policy);
        }
        self.press("<ctrl-n>").wait("›3 Name").name(name).press("<ctrl-n>");
        self.apply(&format!("create role {name}"));
    }

    /// Deletes what the cursor stands on.
    fn delete(&mut self, what: &str, name: &str) {
        self.wait(&format!("› {name}")).press("d").wait(&format!("Delete {what} {name}"));
        self.console.wait_gone("reading …");
        self.press("<enter>").wait("Type to confirm").name(name).press("<enter>").done();
    }
}

/// A group with a policy, a user with a key, a role for Lambda.
#[test]
fn the_second_tutorial_is_done_to_its_end() {
    let mut hands = Hands::new();
    hands.flow("create a group with AmazonS3FullAccess", &CREATE_GROUP, |hands| {
        hands.press("3").wait("There are no groups.").press("n").wait("Create user group").name("Storage");
        hands.press("<tab>").pick("AmazonS3FullAccess").press("<ctrl-n>").apply("create group Storage");
    });
    hands.flow("create a user with an access key", &[&CREATE_USER[..], &CREATE_KEY].concat(), |hands| {
        hands.press("2").wait("There are no users.").press("n").wait("Create user").name("dana");
        hands.press("<ctrl-n>").wait("Access key").press("<tab><space><tab>").name("laptop").press("<ctrl-n><tab>");
        hands.wait("[ ] Storage").name("Storage").press("<ctrl-n>").apply("create user dana");
        hands.wait("••••").press("x").press("<enter>").wait("1 of 1 users");
    });
    hands.flow("create a user", &CREATE_BARE_USER, |hands| {
        hands.press("n").wait("Create user").name("eli").press("<ctrl-n><ctrl-n><ctrl-n>").apply("create user eli");
    });
    let add = ["IAM user groups", "Storage", "Add users", "search", "☐ eli", "Add users"];
    hands.flow("add the user to the group", &add, |hands| {
        hands.press("3").wait("› Storage").press("<enter>").wait("Users (1)").press("a").wait("[ ] eli").name("eli");
        hands.press("<ctrl-n>").apply("add user eli to group Storage");
    });
    hands.flow("create LambdaExecutionRole", &SERVICE_ROLE, |hands| {
        hands.service_role("lambda", "AWSLambdaBasicExecutionRole", "LambdaExecutionRole");
    });
    assert_eq!(hands.policies_of_group("Storage"), ["AmazonS3FullAccess"]);
    assert_eq!((hands.groups_of("dana"), hands.groups_of("eli")), (vec!["Storage".into()], vec!["Storage".into()]));
    let keys = run(hands.emulator.iam().list_access_keys().user_name("dana").send()).unwrap();
    assert_eq!(keys.access_key_metadata.len(), 1);
    assert_eq!(hands.policies_of_role("LambdaExecutionRole"), ["AWSLambdaBasicExecutionRole"]);
    assert_eq!(hands.trust("LambdaExecutionRole")["Statement"][0]["Principal"]["Service"], "lambda.amazonaws.com");
    insta::assert_snapshot!(hands.table(), @"
    create a group with AmazonS3FullAccess                   6   5
    create a user with an access key                        17  12
    create a user                                            5   5
    add the user to the group                                6   5
    create LambdaExecutionRole                              10   7
    ");
}

/// Somebody joins, moves and leaves; the administrator's policy as it is printed.
#[test]
fn the_third_tutorial_is_done_to_its_end() {
    let mut hands = Hands::new();
    let group = ["Create group", "User group name", "Create user group"];
    hands.flow("create two groups", &[&["IAM user groups"][..], &group, &group].concat(), |hands| {
        hands.press("3").wait("There are no groups.").press("n").wait("Create user group").name("Developers");
        hands.press("<enter>").name("Operators").press("<ctrl-n>").apply("create 2 groups");
    });
    hands.flow("a developer joins", &CREATE_USER, |hands| {
        hands.press("2").wait("There are no users.").press("n").wait("Create user").name("noor");
        hands.press("<ctrl-n><ctrl-n><tab>").wait("[ ] Developers").name("Developers").press("<ctrl-n>");
        hands.apply("create user noor");
    });
    let moves = [
        "IAM users",
        "noor",
        "Groups",
        "Add user to groups",
        "☐ Operators",
        "Add user to groups",
        "☐ Developers",
        "Remove",
        "Remove",
    ];
    hands.flow("she moves to the operators", &moves, |hands| {
        hands.press("2").wait("› noor").press("m").wait("move to groups").press("<down><enter>");
        hands.wait("From").wait("[ ] Developers").press("<space><tab>").wait("[ ] Operators").name("Operators");
        hands.press("<ctrl-n>").apply("move user noor");
    });
    let paste = ["Policies", "Create policy", "JSON", "editor", "Next", "Policy name", "Create policy"];
    hands.flow("create the administrator's policy from JSON", &paste, |hands| {
        hands.press("5").wait("policies, as of").press("n").wait("New policy").press("<ctrl-a>");
        hands.console.paste(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#);
        hands.press("<ctrl-s>").wait("Policy name").name("Everything").press("<ctrl-n>");
        hands.apply("create policy Everything");
    });
    assert_eq!(hands.groups_of("noor"), ["Operators"]);
    assert_eq!(hands.document("Everything")["Statement"][0]["Action"], "*");
    hands.flow("she leaves: the user is deleted", &DELETE, |hands| {
        hands.press("2").delete("user", "noor");
    });
    hands.flow("the policy is deleted", &[&DELETE[..], &["search"]].concat(), |hands| {
        hands.press("5").wait("policies, as of").press("/").name("Everything").press("<enter>");
        hands.delete("policy", "Everything");
    });
    let users = run(hands.emulator.iam().list_users().send()).unwrap();
    assert!(users.users.is_empty());
    let scope = aws_sdk_iam::types::PolicyScopeType::Local;
    assert_eq!(run(hands.emulator.iam().list_policies().scope(scope).send()).unwrap().policies.unwrap().len(), 0);
    insta::assert_snapshot!(hands.table(), @"
    create two groups                                        7   5
    a developer joins                                        7   7
    she moves to the operators                               9   8
    create the administrator's policy from JSON              7   6
    she leaves: the user is deleted                          5   4
    the policy is deleted                                    6   6
    ");
}

/// Several users with keys at once, a password, the password policy, a role for EC2.
#[test]
fn the_fourth_tutorial_is_done_to_its_end() {
    let mut hands = Hands::new();
    let policy = ["Account settings", "Edit", "◉ Custom", "minimum length", "☐ symbol", "Save changes", "Set custom"];
    hands.flow("set a strict password policy", &policy, |hands| {
        hands.press("7").wait("Account settings").press("e").wait("password policy").press("<enter>");
        hands
            .wait("Minimum length")
            .press("<tab><ctrl-u>")
            .name("14")
            .press("<ctrl-n>")
            .apply("set a custom password policy");
    });
    let two = [&CREATE_BARE_USER[..], &CREATE_KEY, &CREATE_BARE_USER, &CREATE_KEY].concat();
    hands.flow("create two users with an access key each", &two, |hands| {
        hands.press("2").wait("There are no users.").press("n").wait("Create user").name("CloudAcademyUser1");
        hands.press("<enter>").name("CloudAcademyUser2").press("<ctrl-n>").wait("Access key");
        hands.press("<tab><space><ctrl-n><ctrl-n>").apply("create users CloudAcademyUser1 and CloudAcademyUser2");
        hands.wait("••••").press("x").press("<enter>").wait("2 of 2 users");
    });
    let members = [&CREATE_GROUP[..], &["search", "☐ policy", "☐ user", "☐ user"]].concat();
    hands.flow("create a group with two policies and its members", &members, |hands| {
        hands.press("3").wait("There are no groups.").press("n").wait("Create user group").name("Databases");
        hands.press("<tab>").pick("AmazonRDSFullAccess").press("<space>");
        hands.name("CloudWatchReadOnlyAccess").press("<space><tab>").wait("[ ] CloudAcademyUser1");
        hands.press("<space><space><ctrl-n>").apply("create group Databases");
    });
    let console = [
        "IAM users",
        "user",
        "Security credentials",
        "Enable console access",
        "◉ Enable",
        "◉ Custom password",
        "password",
        "☐ User must create new password",
        "Enable console access",
        "Close",
    ];
    hands.flow("give a user a password to be changed", &console, |hands| {
        hands.press("2").wait("› CloudAcademyUser1").press(":").name("manage console access");
        hands.wait("› manage console access").press("<enter>");
        hands.wait("Enable: create a password");
        hands.press("<right><tab>").wait("Own password").name("Abc-def-12345678").press("<ctrl-n>");
        hands.apply("enable console access");
    });
    hands.flow("create a role for EC2 with AmazonS3FullAccess", &SERVICE_ROLE, |hands| {
        hands.service_role("ec2", "AmazonS3FullAccess", "web");
    });
    let iam = hands.emulator.iam();
    let policy = run(iam.get_account_password_policy().send()).unwrap().password_policy.unwrap();
    assert!(policy.minimum_password_length == Some(14) && policy.require_symbols);
    assert_eq!(hands.policies_of_group("Databases").len(), 2);
    for user in ["CloudAcademyUser1", "CloudAcademyUser2"] {
        assert_eq!(hands.groups_of(user), ["Databases"]);
        assert_eq!(run(iam.list_access_keys().user_name(user).send()).unwrap().access_key_metadata.len(), 1);
    }
    let login = run(iam.get_login_profile().user_name("CloudAcademyUser1").send()).unwrap().login_profile.unwrap();
    assert!(login.password_reset_required);
    assert!(hands.policies_of_role("web") == ["AmazonS3FullAccess"] && hands.has_profile("web"));
    insta::assert_snapshot!(hands.table(), @"
    set a strict password policy                             7   7
    create two users with an access key each                30  11
    create a group with two policies and its members        10  10
    give a user a password to be changed                    10   7
    create a role for EC2 with AmazonS3FullAccess           10   7
    ");
}

/// An administrator with a password, an own policy, federation with GitHub, the deletion of what nobody uses.
#[test]
fn the_fifth_tutorial_is_done_to_its_end() {
    let mut hands = Hands::new();
    let admin = [
        "IAM users",
        "Create user",
        "User name",
        "☐ Provide user access to the console",
        "◉ I want to create an IAM user",
        "◉ Custom password",
        "password",
        "Next",
        "◉ Attach policies directly",
        "search",
        "☐ AdministratorAccess",
        "Next",
        "Create user",
        "Show",
        "Return to users list",
    ];
    hands.flow("create an administrator with a password", &admin, |hands| {
        hands.press("2").wait("There are no users.").press("n").wait("Create user").name("ada").press("<ctrl-n>");
        hands.wait("Console access").press("<space><tab><right><tab>").name("Abc-def-1234").press("<ctrl-n>");
        hands.wait("Permissions by").press("<left><tab>").pick("AdministratorAccess").press("<ctrl-n>");
        hands.overrule("create user ada", "ada").press("<enter>").wait("No MFA device yet");
    });
    let mfa = ["user", "Security credentials", "Assign MFA device", "Device name", "◉ Authenticator app", "Next"];
    let codes = ["Show QR code", "MFA code 1", "MFA code 2", "Add MFA"];
    hands.flow("assign an MFA device to the administrator", &[&mfa[..], &codes].concat(), |hands| {
        hands.press("<enter>").wait("Assign MFA device to ada").press("<ctrl-n>");
        hands.wait("nothing is sent before you apply").press("<enter>").assign();
    });
    let provider =
        ["Identity providers", "Add provider", "◉ OpenID Connect", "Provider URL", "Audience", "Add provider"];
    let role = [
        "View provider",
        "Assign role",
        "◉ Create a new role",
        "Next",
        "Audience",
        "sts.amazonaws.com",
        "GitHub organization",
        "GitHub repository",
        "GitHub branch",
        "Next",
        "search",
        "☐ policy",
        "Next",
        "Role name",
        "Create role",
    ];
    hands.flow("federate with GitHub: a role for one branch", &[&provider[..], &role].concat(), |hands| {
        hands.press("6").wait("There are no identity providers.").press("n").wait("OpenID").press("<enter>");
        hands.wait("Provider URL").name("https://token.actions.githubusercontent.com").press("<tab>");
        hands.name("sts.amazonaws.com").press("<ctrl-n>").apply("create identity provider");
        hands
            .press("<enter>")
            .wait("› token")
            .press("<enter>")
            .wait("Roles that trust it 0")
            .press("n")
            .wait("›1 Trusted entity")
            .wait("sts.amazonaws.com");
        hands.press("<tab><tab><tab>").name("acme").press("<tab>").name("shop").press("<tab>").name("main");
        hands.press("<ctrl-n>").wait("›2 Permissions").pick("AmazonS3ReadOnlyAccess").press("<ctrl-n>");
        hands.wait("›3 Name").name("deploy").press("<ctrl-n>").apply("create role deploy");
    });
    assert_eq!(hands.policies_of_role("deploy"), ["AmazonS3ReadOnlyAccess"]);
    let subject = &hands.trust("deploy")["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(subject["token.actions.githubusercontent.com:sub"], "repo:acme/shop:ref:refs/heads/main");
    hands.flow("delete the role that nobody uses", &DELETE, |hands| hands.press("4").delete("role", "deploy"));
    hands.flow("delete the provider that nobody uses", &DELETE, |hands| {
        hands.press("6").wait("› token").press("d").wait("Delete identity provider");
        hands.console.wait_gone("reading …");
        hands.press("<enter>").wait("Type to confirm").name("token.actions.githubusercontent.com");
        hands.press("<enter>").done();
    });
    let iam = hands.emulator.iam();
    assert!(run(iam.list_roles().send()).unwrap().roles.is_empty());
    assert_eq!(run(iam.list_open_id_connect_providers().send()).unwrap().open_id_connect_provider_list.unwrap(), []);
    let ada = run(iam.list_attached_user_policies().user_name("ada").send()).unwrap().attached_policies.unwrap();
    assert_eq!(
        ada.iter().filter_map(|policy| policy.policy_name()).collect::<Vec<_>>().join(" "),
        "IAMUserChangePassword AdministratorAccess"
    );
    insta::assert_snapshot!(hands.table(), @"
    create an administrator with a password                 15  14
    assign an MFA device to the administrator               10   4
    federate with GitHub: a role for one branch             21  18
    delete the role that nobody uses                         5   4
    delete the provider that nobody uses                     5   4
    ");
}
