//! Managed policies with their versions, inline policies of users and groups, the password policy.

use serde_json::{Value, json};

use super::people::policy_arn;
use crate::api::Iam;
use crate::emulator::seed::{Step, days};

/// A policy document of some statements.
pub fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn allow(actions: &Value, resources: &Value) -> Value {
    json!([{"Effect": "Allow", "Action": actions, "Resource": resources}])
}

/// The calls.
pub fn steps(account: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    steps.push(days(1099, Iam::CreateAccountAlias, json!({"AccountAlias": "rockets"})));
    let rules = json!({
        "MinimumPasswordLength": 12, "RequireSymbols": true, "RequireNumbers": true,
        "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true, "AllowUsersToChangePassword": true,
        "MaxPasswordAge": 365, "PasswordReusePrevention": 5,
    });
    steps.push(days(1098, Iam::UpdateAccountPasswordPolicy, rules));
    company(&mut steps, account);
    security(&mut steps);
    dangerous(&mut steps);
    odd(&mut steps);
    inline(&mut steps, account);
    steps
}

fn policy(steps: &mut Vec<Step>, age: i64, name: &str, description: &str, statements: &Value) {
    let (path, name) = name.rsplit_once('/').map_or(("/".to_owned(), name), |(path, name)| (format!("/{path}/"), name));
    let mut input = json!({"PolicyName": name, "Path": path, "PolicyDocument": document(statements)});
    if !description.is_empty() {
        input["Description"] = json!(description);
    }
    steps.push(days(age, Iam::CreatePolicy, input));
}

fn version(steps: &mut Vec<Step>, age: i64, arn: &str, default: bool, statements: &Value) {
    let input = json!({"PolicyArn": arn, "PolicyDocument": document(statements), "SetAsDefault": default});
    steps.push(days(age, Iam::CreatePolicyVersion, input));
}

/// What the company works with.
fn company(steps: &mut Vec<Step>, account: &str) {
    let deploy = json!(format!("arn:aws:iam::{account}:role/deploy/*"));
    let told = "Lets engineers take the roles that deploy.";
    policy(steps, 1098, "engineering/AssumeDeployRoles", told, &allow(&json!("sts:AssumeRole"), &deploy));
    let platform = ["ec2:*", "elasticloadbalancing:*", "autoscaling:*"];
    policy(steps, 1097, "engineering/PlatformOperations", "Runs the platform.", &allow(&json!(platform), &json!("*")));
    let arn = policy_arn(account, ":engineering/PlatformOperations");
    for (age, more) in [(900, "cloudwatch:*"), (600, "logs:*"), (300, "ssm:*"), (90, "kms:Decrypt")] {
        let actions = [&platform[..], &[more]].concat();
        // The newest version is not yet the default.
        version(steps, age, &arn, age != 90, &allow(&json!(actions), &json!("*")));
    }
    let telemetry = json!(["arn:aws:s3:::rockets-telemetry", "arn:aws:s3:::rockets-telemetry/*"]);
    let read = allow(&json!(["s3:GetObject", "s3:ListBucket"]), &telemetry);
    policy(steps, 820, "data/ReadTelemetry", "Reads what rockets tell.", &read);
    let narrower = json!([
        {"Sid": "ListTheBucket", "Effect": "Allow", "Action": "s3:ListBucket",
         "Resource": "arn:aws:s3:::rockets-telemetry",
         "Condition": {"StringLike": {"s3:prefix": ["flights/*", "tests/*"]}}},
        {"Sid": "ReadObjects", "Effect": "Allow", "Action": "s3:GetObject*",
         "Resource": "arn:aws:s3:::rockets-telemetry/*"},
    ]);
    version(steps, 200, &policy_arn(account, ":data/ReadTelemetry"), true, &narrower);
    let own_folder = json!([
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::rockets-telemetry/${aws:username}/*",
         "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ]);
    policy(steps, 819, "data/WriteTelemetry", "", &own_folder);
    let exchange = json!(["arn:aws:s3:::rockets-exchange/*", "arn:aws:sns:eu-west-1:*:contractors"]);
    let actions = json!(["s3:GetObject", "s3:PutObject", "sns:Publish"]);
    policy(steps, 750, "external/ContractorAccess", "S3 and SNS for contractors.", &allow(&actions, &exchange));
    let buckets =
        [(640, "launch-logs"), (550, "engine-tests"), (460, "weather"), (370, "invoices"), (280, "press-kit")];
    for (age, bucket) in buckets {
        let actions = json!(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]);
        let resource = json!(format!("arn:aws:s3:::rockets-{bucket}/*"));
        policy(steps, age, &format!("buckets/Bucket-{bucket}-rw"), "", &allow(&actions, &resource));
    }
}

/// What keeps the company safe.
fn security(steps: &mut Vec<Step>) {
    let force = json!([
        {"Sid": "ManageOwnMFA", "Effect": "Allow",
         "Action": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ResyncMFADevice", "iam:ListMFADevices"],
         "Resource": ["arn:aws:iam::*:mfa/${aws:username}", "arn:aws:iam::*:user/${aws:username}"]},
        {"Sid": "DenyTheRestWithoutMFA", "Effect": "Deny",
         "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:GetUser",
                       "iam:ChangePassword", "sts:GetSessionToken"],
         "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
    ]);
    policy(steps, 975, "security/ForceMFA", "Denies nearly everything without MFA.", &force);
    let boundary = json!([
        {"Sid": "Services", "Effect": "Allow",
         "Action": ["s3:*", "lambda:*", "logs:*", "dynamodb:*", "cloudwatch:*"], "Resource": "*"},
        {"Sid": "NoIdentities", "Effect": "Deny", "Action": ["iam:*", "organizations:*", "account:*"],
         "Resource": "*"},
    ]);
    let told = "The most that engineers and contractors may ever do.";
    policy(steps, 700, "security/DeveloperBoundary", told, &boundary);
}

/// What a review should find.
fn dangerous(steps: &mut Vec<Step>) {
    let everything = json!("*");
    let told = "Do not use. To be removed in 2024.";
    policy(steps, 1095, "LegacyEverything", told, &allow(&everything, &everything));
    let pass = json!(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]);
    policy(steps, 380, "PassAnyRole", "", &allow(&pass, &everything));
    let tinker = json!(["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AttachUserPolicy"]);
    policy(steps, 350, "IAMTinkering", "Changes policies, and so one's own.", &allow(&tinker, &everything));
    let but = json!([{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]);
    policy(steps, 250, "AllButIAM", "Allows everything but: new services too.", &but);
    policy(steps, 140, "AssumeAnything", "", &allow(&json!("sts:AssumeRole"), &everything));
}

/// What tries a screen: names, sizes, characters, what nobody uses.
fn odd(steps: &mut Vec<Step>) {
    let longest = "a/b/c/d/e/f/g/policy-of-the-longest-name-that-there-can-be_0123456789+=,.@\
                   -_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_th_the-endxxx";
    let read = allow(&json!("s3:GetObject"), &json!("*"));
    policy(steps, 330, longest, &"A description of great length goes on. ".repeat(25), &read);
    let archives: Vec<String> = (0..140).map(|at| format!("arn:aws:s3:::rockets-archive-{at:03}/*")).collect();
    let told = "Close to the quota of 6,144 characters.";
    policy(steps, 320, "NearlyTooLarge", told, &allow(&json!("s3:GetObject"), &json!(archives)));
    let tables: Vec<Value> = (1..=30)
        .map(|at| {
            let effect = if at % 5 == 0 { "Deny" } else { "Allow" };
            let table = format!("arn:aws:dynamodb:*:*:table/flight-{at:02}");
            let sid = format!("Table{at:02}");
            json!({"Sid": sid, "Effect": effect, "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": table})
        })
        .collect();
    policy(steps, 310, "data/ManyStatements", "", &json!(tables));
    policy(steps, 5, "MadeByNobodyYet", "", &allow(&json!("ec2:Describe*"), &json!("*")));
    steps.push(days(
        4,
        Iam::CreatePolicy,
        json!({
            "PolicyName": "Accents",
            "Description": "Zugriff für Gäste – mit Gedankenstrich und 日本語",
            "PolicyDocument": "{\n  \"Version\": \"2012-10-17\",\n  \"Id\": \"Gäste\",\n  \"Statement\": {\n    \
                \"Effect\": \"Allow\",\n    \"Action\": \"s3:GetObject\",\n    \
                \"Resource\": \"arn:aws:s3:::rockets-gaeste/é ü/*\"\n  }\n}",
            "Tags": [{"Key": "Team", "Value": "Gäste"}, {"Key": "team", "Value": "upper and lower are two"}],
        }),
    ));
}

fn inline(steps: &mut Vec<Step>, account: &str) {
    let mut user = |age, user: &str, name: &str, statements: &Value| {
        let input = json!({"UserName": user, "PolicyName": name, "PolicyDocument": document(statements)});
        steps.push(days(age, Iam::PutUserPolicy, input));
    };
    let backup = json!("arn:aws:s3:::rockets-backup/*");
    user(500, "backup-bot", "write-backups", &allow(&json!("s3:PutObject"), &backup));
    user(480, "legacy-smtp", "AmazonSesSendingAccess", &allow(&json!("ses:SendRawEmail"), &json!("*")));
    user(400, "test-user-2", "temporary", &allow(&json!("*"), &json!("*")));
    let deny = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    user(90, "left.the.company", "DenyAll", &deny);
    user(88, "alan.turing", "name_with+=,.@-odd.characters", &allow(&json!("ec2:StartInstances"), &json!("*")));
    let mut group = |age, group: &str, name: &str, statements: &Value| {
        let input = json!({"GroupName": group, "PolicyName": name, "PolicyDocument": document(statements)});
        steps.push(days(age, Iam::PutGroupPolicy, input));
    };
    let own = json!(["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${aws:username}"]);
    let credentials = json!(["iam:*AccessKey*", "iam:ChangePassword", "iam:GetUser"]);
    group(600, "Developers", "own-credentials", &allow(&credentials, &own));
    let restart = json!([
        {"Effect": "Allow", "Action": "ec2:RebootInstances", "Resource": format!("arn:aws:ec2:*:{account}:instance/*"),
         "Condition": {"StringEquals": {"aws:ResourceTag/owner": "support"}}},
    ]);
    group(590, "Support", "restart-servers", &restart);
}
