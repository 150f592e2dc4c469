//! An account of the size that AWS allows: 5,000 users, 300 groups, 1,000 roles and 1,500 policies, the same in every run.

use serde_json::{Value, json};

const ACCOUNT: &str = "arn:aws:iam::123456789012";
const USERS: usize = 5_000;
const GROUPS: usize = 300;
const ROLES: usize = 1_000;
const POLICIES: usize = 1_500;

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

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// What teams write: some actions of a service on resources of their own.
fn ordinary(numbers: &mut Numbers) -> Value {
    let (actions, resource) = match numbers.below(9) {
        0 => (json!(["s3:GetObject", "s3:PutObject"]), format!("arn:aws:s3:::data-{}/*", numbers.below(400))),
        1 => {
            (json!(["dynamodb:*Item", "dynamodb:Query"]), format!("arn:aws:dynamodb:*:*:table/t{}", numbers.below(400)))
        }
        2 => (json!(["ec2:Describe*", "cloudwatch:Get*", "logs:*"]), "*".to_owned()),
        3 => (json!("sqs:*"), format!("arn:aws:sqs:*:123456789012:q{}", numbers.below(400))),
        4 => (
            json!(["kms:Decrypt", "kms:GenerateDataKey"]),
            format!("arn:aws:kms:*:123456789012:key/{}", numbers.below(90)),
        ),
        5 => (json!(["iam:Get*", "iam:List*"]), "*".to_owned()),
        6 => (json!("sts:AssumeRole"), format!("{ACCOUNT}:role/app-{}*", numbers.below(100))),
        7 => (json!(["sts:AssumeRole", "ssm:StartSession"]), "*".to_owned()),
        _ => (json!(["lambda:InvokeFunction", "states:StartExecution"]), "*".to_owned()),
    };
    match numbers.below(6) {
        0 => json!({"Effect": "Allow", "Action": actions, "Resource": resource,
                    "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}),
        1 => json!({"Effect": "Allow", "Action": actions, "Resource": resource,
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
        _ => json!({"Effect": "Allow", "Action": actions, "Resource": resource}),
    }
}

/// What opens a way to more.
fn dangerous(numbers: &mut Numbers) -> Value {
    let (actions, resource) = match numbers.below(7) {
        0 => (json!(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]), "*".to_owned()),
        1 => (json!("iam:CreateAccessKey"), format!("{ACCOUNT}:user/team-{}/*", numbers.below(20))),
        2 => (json!("iam:PutRolePolicy"), format!("{ACCOUNT}:role/app-{}*", numbers.below(100))),
        3 => (json!(["iam:PassRole", "ec2:RunInstances"]), format!("{ACCOUNT}:role/app-{}*", numbers.below(100))),
        4 => (json!("iam:AttachUserPolicy"), format!("{ACCOUNT}:user/*/${{aws:username}}")),
        5 => (json!("iam:UpdateAssumeRolePolicy"), format!("{ACCOUNT}:role/app-{}*", numbers.below(100))),
        _ => (json!(["codebuild:StartBuild", "ssm:SendCommand"]), "*".to_owned()),
    };
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn statements(numbers: &mut Numbers, danger: bool) -> Value {
    let count = 1 + numbers.below(4);
    let mut all: Vec<Value> = (0..count).map(|_| ordinary(numbers)).collect();
    if danger {
        all.push(dangerous(numbers));
    }
    if numbers.below(10) == 0 {
        all.push(json!({"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}}));
    }
    document(&all)
}

fn attached(numbers: &mut Numbers, most: usize) -> Vec<Value> {
    let policy =
        |number: usize| json!({"PolicyName": format!("p{number}"), "PolicyArn": format!("{ACCOUNT}:policy/p{number}")});
    (0..numbers.below(most + 1)).map(|_| policy(numbers.below(POLICIES))).collect()
}

fn tags(numbers: &mut Numbers) -> Value {
    json!([{"Key": "team", "Value": format!("t{}", numbers.below(30))}])
}

fn trust(numbers: &mut Numbers) -> Value {
    let service = |name: &str| json!({"Service": name});
    let principal = match numbers.below(10) {
        0..=2 => service("lambda.amazonaws.com"),
        3 | 4 => service("ec2.amazonaws.com"),
        5 => service("ecs-tasks.amazonaws.com"),
        6 | 7 => json!({"AWS": format!("{ACCOUNT}:root")}),
        8 => json!({"AWS": format!("{ACCOUNT}:role/app-{}", numbers.below(ROLES))}),
        _ => json!({"AWS": "arn:aws:iam::999988887777:root"}),
    };
    document(&[json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})])
}

/// The account as `aws iam get-account-authorization-details` prints it.
pub fn large_account() -> Vec<u8> {
    let mut numbers = Numbers(5);
    let administrator =
        json!({"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let policies: Vec<Value> = (0..POLICIES)
        .map(|number| {
            let document = statements(&mut numbers, number % 12 == 0);
            json!({"PolicyName": format!("p{number}"), "Arn": format!("{ACCOUNT}:policy/p{number}"), "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
        })
        .collect();
    let groups: Vec<Value> = (0..GROUPS)
        .map(|number| {
            let mut attached = attached(&mut numbers, 3);
            if number == 0 {
                attached.push(administrator.clone());
            }
            json!({"GroupName": format!("g{number}"), "GroupId": format!("AGPA{number}"), "Arn": format!("{ACCOUNT}:group/g{number}"),
                "GroupPolicyList": [{"PolicyName": "own", "PolicyDocument": statements(&mut numbers, number % 8 == 3)}],
                "AttachedManagedPolicies": attached})
        })
        .collect();
    let users: Vec<Value> = (0..USERS)
        .map(|number| {
            let own = match numbers.below(5) {
                0 | 1 => json!([]),
                _ => json!([{"PolicyName": "own", "PolicyDocument": statements(&mut numbers, number % 25 == 0)}]),
            };
            let group = if number % 500 == 0 { 0 } else { 1 + numbers.below(GROUPS - 1) };
            let mut user = json!({"UserName": format!("u{number}"), "UserId": format!("AIDA{number}"),
                "Arn": format!("{ACCOUNT}:user/team-{}/u{number}", number % 20), "Path": format!("/team-{}/", number % 20),
                "GroupList": [format!("g{group}")], "UserPolicyList": own, "AttachedManagedPolicies": attached(&mut numbers, 1),
                "Tags": tags(&mut numbers)});
            if number % 20 == 7 {
                let arn = format!("{ACCOUNT}:policy/p{}", numbers.below(POLICIES));
                user["PermissionsBoundary"] = json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
            }
            user
        })
        .collect();
    let roles: Vec<Value> = (0..ROLES)
        .map(|number| {
            let mut attached = attached(&mut numbers, 3);
            if number % 60 == 0 {
                attached.push(administrator.clone());
            }
            let kind = numbers.one(&["own", "more"]);
            json!({"RoleName": format!("app-{number}"), "RoleId": format!("AROA{number}"), "Arn": format!("{ACCOUNT}:role/app-{number}"),
                "AssumeRolePolicyDocument": trust(&mut numbers), "AttachedManagedPolicies": attached, "Tags": tags(&mut numbers),
                "InstanceProfileList": [],
                "RolePolicyList": [{"PolicyName": kind, "PolicyDocument": statements(&mut numbers, number % 20 == 1)}]})
        })
        .collect();
    let account =
        json!({"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies});
    account.to_string().into_bytes()
}
