//! Users and groups.

use serde_json::json;

use super::ADMINISTRATOR;
use crate::api::Iam;
use crate::emulator::seed::{Step, days};

/// The longest name that a group can have, with every odd character.
const LONG_GROUP: &str = "propulsion-engineers-of-the-northern-hemisphere_who-look-after-test-stand-4,and-read=what+others@wrote.there_from-2019-to-2026-x";
const ON_CALL: &str = "ops+oncall=24x7,eu@rockets.example";

/// A group: name, path, age in days, policies of AWS or of the account.
const GROUPS: &[(&str, &str, i64, &[&str])] = &[
    ("Administrators", "/", 1100, &["AdministratorAccess"]),
    ("Developers", "/engineering/", 1095, &["PowerUserAccess", ":engineering/AssumeDeployRoles"]),
    (
        "Platform",
        "/engineering/",
        1090,
        &[":engineering/PlatformOperations", "IAMReadOnlyAccess", "CloudWatchFullAccess"],
    ),
    ("DataScience", "/engineering/", 800, &[":data/ReadTelemetry", "AmazonAthenaFullAccess"]),
    ("Finance", "/business/", 990, &["job-function/Billing"]),
    ("Support", "/business/", 985, &["job-function/SupportUser", "ReadOnlyAccess"]),
    ("SecurityAudit", "/security/", 980, &["SecurityAudit", "IAMAccessAnalyzerReadOnlyAccess"]),
    ("EveryoneWithMFA", "/security/", 970, &[":security/ForceMFA", "IAMUserChangePassword"]),
    // Nobody belongs to these two; the second has no policy either.
    ("Contractors", "/external/", 400, &[":external/ContractorAccess"]),
    ("interns", "/", 12, &[]),
    (LONG_GROUP, "/engineering/propulsion/test-stands/northern-hemisphere/", 300, &["AmazonEC2ReadOnlyAccess"]),
    (ON_CALL, "/engineering/", 250, &["AWSIncidentManagerResolverAccess"]),
];

/// A person: name, team, age of the account in days.
const PEOPLE: &[(&str, &str, i64)] = &[
    ("ada.lovelace", "Administrators", 1080),
    ("grace.hopper", "Administrators", 1075),
    ("linus", "Developers", 1060),
    ("margaret.hamilton", "Developers", 1055),
    ("alan.turing", "Developers", 1010),
    ("barbara.liskov", "Developers", 940),
    ("donald.knuth", "Developers", 930),
    ("edsger.dijkstra", "Developers", 905),
    ("frances.allen", "Developers", 870),
    ("hedy.lamarr", "Developers", 790),
    ("joan.clarke", "Developers", 700),
    ("ken.thompson", "Developers", 640),
    ("leslie.lamport", "Developers", 520),
    ("niklaus.wirth", "Developers", 411),
    ("radia.perlman", "Developers", 365),
    ("tony.hoare", "Developers", 210),
    ("dorothy.vaughan", "Platform", 1050),
    ("katherine.johnson", "Platform", 1045),
    ("mary.jackson", "Platform", 900),
    ("annie.easley", "Platform", 610),
    ("evelyn.boyd", "Platform", 95),
    ("florence.nightingale", "DataScience", 780),
    ("gertrude.cox", "DataScience", 640),
    ("david.blackwell", "DataScience", 388),
    ("emmy.noether", "DataScience", 130),
    ("luca.pacioli", "Finance", 985),
    ("mary.seacole", "Finance", 660),
    ("warren", "Finance", 30),
    ("alexander.bell", "Support", 960),
    ("elisha.gray", "Support", 720),
    ("antonio.meucci", "Support", 333),
    ("johann.reis", "Support", 45),
    ("auguste.kerckhoffs", "SecurityAudit", 975),
    ("whitfield.diffie", "SecurityAudit", 506),
    ("shafi.goldwasser", "SecurityAudit", 61),
    ("robert.goddard", LONG_GROUP, 290),
    ("konstantin.tsiolkovsky", LONG_GROUP, 280),
    ("sergei.korolev", ON_CALL, 240),
    ("valentina.tereshkova", ON_CALL, 200),
    ("new.hire", "Developers", 2),
];

/// A machine's user with the longest name that there can be.
pub const LONG_USER: &str = "svc.reporting+prod=eu,west@rockets.example_nightly-run-number-17";

/// Users that are no people, and users whose names try a screen: name, path, age, group.
const OTHERS: &[(&str, &str, i64, Option<&str>)] = &[
    (ADMINISTRATOR, "/", 1099, Some("Administrators")),
    ("break-glass", "/security/", 1099, Some("Administrators")),
    ("ci-deploy", "/machines/", 1041, None),
    ("terraform", "/machines/", 1036, None),
    ("backup-bot", "/machines/", 891, None),
    ("legacy-smtp", "/machines/", 1091, None),
    ("monitoring@rockets.example", "/machines/", 561, None),
    ("telemetry-ingest", "/machines/", 78, None),
    ("codecommit-mirror", "/machines/", 480, None),
    ("soap-gateway", "/machines/legacy/", 1089, None),
    (LONG_USER, "/machines/reporting/europe/west/nightly/", 151, None),
    ("a", "/", 500, None),
    ("EVERYTHING-in-UPPER-case", "/", 420, None),
    ("0123456789", "/", 419, None),
    ("left.the.company", "/former/", 1031, None),
    ("also.left", "/former/", 821, Some("Developers")),
    ("never.signed.in", "/", 160, Some("Support")),
    ("contractor-jules", "/external/", 121, None),
    ("contractor-verne", "/external/", 119, None),
    ("test-user-1", "/", 1021, None),
    ("test-user-2", "/", 1020, None),
];

/// All user names, in the order of the lists.
pub fn names() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|person| person.0).chain(OTHERS.iter().map(|other| other.0))
}

/// People with the age of their accounts.
pub fn people() -> impl Iterator<Item = (&'static str, i64)> {
    PEOPLE.iter().map(|person| (person.0, person.2))
}

/// The ARN of a policy of the account (`:path/name`) or of AWS (`path/name`).
pub fn policy_arn(account: &str, policy: &str) -> String {
    match policy.strip_prefix(':') {
        Some(own) => format!("arn:aws:iam::{account}:policy/{own}"),
        None => format!("arn:aws:iam::aws:policy/{policy}"),
    }
}

/// The calls.
pub fn steps(account: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, path, age, policies) in GROUPS {
        steps.push(days(*age, Iam::CreateGroup, json!({"GroupName": name, "Path": path})));
        for policy in *policies {
            let input = json!({"GroupName": name, "PolicyArn": policy_arn(account, policy)});
            // Policies may be younger than the group that has them now.
            steps.push(days((*age).min(690), Iam::AttachGroupPolicy, input));
        }
    }
    for (at, (name, team, age)) in PEOPLE.iter().enumerate() {
        let mut tags = vec![json!({"Key": "mail", "Value": format!("{name}@rockets.example")})];
        if at % 3 == 0 {
            tags.push(json!({"Key": "cost-centre", "Value": (4100 + at * 7).to_string()}));
        }
        let path = if at % 2 == 0 { "/people/" } else { "/" };
        steps.push(days(*age, Iam::CreateUser, json!({"UserName": name, "Path": path, "Tags": tags})));
        join(&mut steps, (*age).min(970), team, name);
        // Who came early was never put into the group that asks for MFA.
        if *age < 970 && at % 4 != 0 {
            join(&mut steps, *age, "EveryoneWithMFA", name);
        }
    }
    for (name, path, age, group) in OTHERS {
        steps.push(days(*age, Iam::CreateUser, json!({"UserName": name, "Path": path})));
        if let Some(group) = group {
            join(&mut steps, *age, group, name);
        }
    }
    tags(&mut steps);
    odd(&mut steps, account);
    steps
}

fn join(steps: &mut Vec<Step>, age: i64, group: &str, user: &str) {
    steps.push(days(age, Iam::AddUserToGroup, json!({"GroupName": group, "UserName": user})));
}

/// Tags of all scripts, long ones, and as many as there can be.
fn tags(steps: &mut Vec<Step>) {
    let mut tag = |user: &str, key: &str, value: &str| {
        let tags = json!([{"Key": key, "Value": value}]);
        steps.push(days(60, Iam::TagUser, json!({"UserName": user, "Tags": tags})));
    };
    tag("linus", "Название", "Разработчик ядра");
    tag("linus", "部門", "推進力 ロケット");
    tag("linus", "empty", "");
    tag("linus", "größe", "ÄÖÜ ß æøå");
    tag("ada.lovelace", "note", &"The Analytical Engine weaves algebraical patterns ".repeat(5));
    for number in 1..=50 {
        tag("terraform", &format!("module-{number:02}"), &format!("v{}.{number}", number % 7));
    }
}

/// Many groups, boundaries, policies attached to users.
fn odd(steps: &mut Vec<Step>, account: &str) {
    // One user in as many groups as a user can be in.
    let many = ["Administrators", "Platform", "DataScience", "Finance", "Support", "SecurityAudit", "EveryoneWithMFA"];
    for group in many.into_iter().chain([LONG_GROUP, ON_CALL]) {
        join(steps, 20, group, "margaret.hamilton");
    }
    for (age, user) in [(110, "contractor-jules"), (110, "contractor-verne"), (2, "new.hire")] {
        let boundary = policy_arn(account, ":security/DeveloperBoundary");
        let input = json!({"UserName": user, "PermissionsBoundary": boundary});
        steps.push(days(age, Iam::PutUserPermissionsBoundary, input));
    }
    for (user, policy) in [
        ("ci-deploy", ":engineering/AssumeDeployRoles"),
        ("terraform", "AdministratorAccess"),
        ("backup-bot", "AmazonS3FullAccess"),
        ("contractor-jules", "ReadOnlyAccess"),
        ("contractor-jules", ":external/ContractorAccess"),
        ("test-user-1", "AmazonS3FullAccess"),
        ("left.the.company", ":LegacyEverything"),
        ("telemetry-ingest", ":data/WriteTelemetry"),
    ] {
        let input = json!({"UserName": user, "PolicyArn": policy_arn(account, policy)});
        steps.push(days(76, Iam::AttachUserPolicy, input));
    }
}
