//! The well-known public labs, written down anew: who is an administrator, and who can become one.
//!
//! After iam-vulnerable (Bishop Fox), the IAM scenarios of `CloudGoat` (Rhino Security Labs), and the graphs that `PMapper`
//! and Pacu are shown on. The principals and what they may do are those of the labs; texts and names are our own.

use super::*;

/// An account as it is built up.
struct Lab(Value);

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn own(name: &str) -> Value {
    json!({"AWS": format!("{ACCOUNT}:{name}")})
}

fn service(names: &[&str]) -> Value {
    json!({ "Service": names })
}

impl Lab {
    fn new() -> Self {
        Self(json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}))
    }

    fn push(mut self, list: &str, item: Value) -> Self {
        self.0[list].as_array_mut().unwrap().push(item);
        self
    }

    fn user(self, name: &str, statements: &Value) -> Self {
        self.member(name, statements, &json!([]))
    }

    fn member(self, name: &str, statements: &Value, groups: &Value) -> Self {
        let inline = json!([{"PolicyName": "own", "PolicyDocument": policy(statements)}]);
        let arn = format!("{ACCOUNT}:user/{name}");
        self.push(
            "UserDetailList",
            json!({"UserName": name, "UserId": format!("AIDA{name}"), "Arn": arn, "GroupList": groups,
            "UserPolicyList": inline, "AttachedManagedPolicies": [], "Tags": []}),
        )
    }

    fn role(self, name: &str, trusts: &Value, condition: &Value, statements: &Value) -> Self {
        let mut trust = json!({"Effect": "Allow", "Principal": trusts, "Action": "sts:AssumeRole"});
        if !condition.is_null() {
            trust["Condition"] = condition.clone();
        }
        let inline = json!([{"PolicyName": "own", "PolicyDocument": policy(statements)}]);
        let arn = format!("{ACCOUNT}:role/{name}");
        let profiles = if trusts.to_string().contains("ec2.") && name != "mighty" {
            json!([{ "InstanceProfileName": name }])
        } else {
            json!([])
        };
        self.push("RoleDetailList", json!({"RoleName": name, "RoleId": format!("AROA{name}"), "Arn": arn,
            "AssumeRolePolicyDocument": policy(&json!([trust])), "RolePolicyList": inline, "AttachedManagedPolicies": [],
            "InstanceProfileList": profiles, "Tags": []}))
    }

    fn group(self, name: &str, statements: &Value) -> Self {
        let inline = json!([{"PolicyName": "own", "PolicyDocument": policy(statements)}]);
        self.push(
            "GroupDetailList",
            json!({"GroupName": name, "GroupId": format!("AGPA{name}"),
            "Arn": format!("{ACCOUNT}:group/{name}"), "GroupPolicyList": inline, "AttachedManagedPolicies": []}),
        )
    }

    /// A user who has one managed policy, whose first version is in force.
    fn user_of(mut self, name: &str, versions: &[Value]) -> Self {
        let arn = format!("{ACCOUNT}:policy/{name}");
        let version = |(number, statements): (usize, &Value)| json!({"VersionId": format!("v{}", number + 1), "IsDefaultVersion": number == 0, "Document": policy(statements)});
        let list: Vec<Value> = versions.iter().enumerate().map(version).collect();
        self = self.push(
            "Policies",
            json!({"PolicyName": name, "Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": list}),
        );
        self.push(
            "UserDetailList",
            json!({"UserName": name, "UserId": format!("AIDA{name}"),
            "Arn": format!("{ACCOUNT}:user/{name}"), "GroupList": [], "UserPolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": name, "PolicyArn": arn}], "Tags": []}),
        )
    }

    /// Checks who is an administrator, and the best path of everybody else; whoever is not named has none that is open or
    /// conditional.
    #[track_caller]
    fn check(&self, administrators: &[&str], paths: &[(&str, Verdict)]) {
        let account = dump(&self.0.to_string());
        let found = escalation(&Access::new(&account), &Route::default()).unwrap();
        let are: Vec<&str> = found.administrators.iter().map(|id| short(id)).collect();
        assert_eq!(are, administrators);
        let mut best: std::collections::BTreeMap<&str, Verdict> = std::collections::BTreeMap::new();
        for path in &found.paths {
            let verdict = best.entry(short(&path.from)).or_insert(path.verdict);
            *verdict = path.verdict.min(*verdict);
        }
        let all: Vec<String> = found.paths.iter().map(told).collect();
        for (from, verdict) in paths {
            assert_eq!(best.remove(from), Some(*verdict), "{from}: {all:#?}");
        }
        best.retain(|_, verdict| *verdict <= Verdict::Conditional);
        assert!(best.is_empty(), "{best:?}: {all:#?}");
    }

    /// Checks the path from one principal to another.
    #[track_caller]
    fn leads(&self, from: &str, to: &str, expected: &[&str]) {
        let account = dump(&self.0.to_string());
        let id = |name: &str| Some(format!("{ACCOUNT}:{name}").into());
        let route = Route { from: id(from), to: id(to), only: None };
        let found = escalation(&Access::new(&account), &route).unwrap();
        let all: Vec<String> = found.paths.iter().filter(|path| path.verdict != Verdict::Blocked).map(told).collect();
        assert_eq!(all, expected);
    }
}

const SERVICES: [&str; 6] = [
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "glue.amazonaws.com",
    "cloudformation.amazonaws.com",
    "datapipeline.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
];

/// The principals that iam-vulnerable has whatever is tried: an administrator of each kind, and a role for services.
fn vulnerable() -> Lab {
    let all = json!([allow(&["*"], "*")]);
    Lab::new()
        .user("sre", &json!([allow(&["iam:*", "ec2:*", "s3:*"], "*")]))
        .group("sre-group", &json!([allow(&["iam:*"], "*")]))
        .role("service", &service(&SERVICES), &Value::Null, &all)
}

#[test]
fn the_paths_of_iam_vulnerable_are_found() {
    let one = |actions: &[&str]| json!([allow(actions, "*")]);
    let from_outside = json!({"AWS": "arn:aws:iam::999988887777:user/assumer"});
    vulnerable()
        .user_of("privesc1", &[one(&["iam:CreatePolicyVersion"])])
        .user_of("privesc2", &[one(&["iam:SetDefaultPolicyVersion"])])
        .user("privesc3", &one(&["iam:PassRole", "ec2:RunInstances", "ec2:DescribeInstances"]))
        .user("privesc4", &one(&["iam:CreateAccessKey"]))
        .user("privesc5", &one(&["iam:CreateLoginProfile"]))
        .user("privesc6", &one(&["iam:UpdateLoginProfile"]))
        .user("privesc7", &one(&["iam:AttachUserPolicy"]))
        .group("privesc8-group", &one(&["iam:AttachGroupPolicy"]))
        .member("privesc8", &one(&["s3:ListAllMyBuckets"]), &json!(["privesc8-group"]))
        .role("privesc9", &from_outside, &Value::Null, &one(&["iam:AttachRolePolicy"]))
        .user("privesc10", &one(&["iam:PutUserPolicy"]))
        .group("privesc11-group", &one(&["iam:PutGroupPolicy"]))
        .member("privesc11", &one(&["s3:ListAllMyBuckets"]), &json!(["privesc11-group"]))
        .role("privesc12", &from_outside, &Value::Null, &one(&["iam:PutRolePolicy"]))
        .user("privesc13", &one(&["iam:AddUserToGroup"]))
        .user("privesc14", &one(&["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]))
        .user("privesc15", &one(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
        .user(
            "privesc16",
            &one(&["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping", "dynamodb:PutItem"]),
        )
        .user("privesc17", &one(&["lambda:UpdateFunctionCode"]))
        .user("privesc18", &one(&["iam:PassRole", "glue:CreateDevEndpoint", "glue:GetDevEndpoint"]))
        .user("privesc19", &one(&["glue:UpdateDevEndpoint", "glue:GetDevEndpoint"]))
        .user("privesc20", &one(&["iam:PassRole", "cloudformation:CreateStack", "cloudformation:DescribeStacks"]))
        .user(
            "privesc21",
            &one(&[
                "iam:PassRole",
                "datapipeline:CreatePipeline",
                "datapipeline:PutPipelineDefinition",
                "datapipeline:ActivatePipeline",
            ]),
        )
        .check(
            &["user/sre", "role/service"],
            &[
                ("user/privesc1", Verdict::Open),
                ("user/privesc3", Verdict::Open),
                ("user/privesc4", Verdict::Open),
                ("user/privesc5", Verdict::Open),
                ("user/privesc6", Verdict::Open),
                ("user/privesc7", Verdict::Open),
                ("user/privesc8", Verdict::Open),
                ("role/privesc9", Verdict::Open),
                ("user/privesc10", Verdict::Open),
                ("user/privesc11", Verdict::Open),
                ("role/privesc12", Verdict::Open),
                ("user/privesc13", Verdict::Open),
                ("user/privesc14", Verdict::Open),
                ("user/privesc15", Verdict::Open),
                ("user/privesc16", Verdict::Open),
                ("user/privesc17", Verdict::Unknown),
                ("user/privesc18", Verdict::Open),
                ("user/privesc19", Verdict::Unknown),
                ("user/privesc20", Verdict::Open),
                ("user/privesc21", Verdict::Open),
            ],
        );
}

#[test]
fn what_iam_vulnerable_calls_false_positives_are_no_paths_and_its_false_negatives_are() {
    let deny = |actions: &[&str]| json!({"Effect": "Deny", "Action": actions, "Resource": "*"});
    let pass = json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}});
    let mut elsewhere = allow(&["iam:PassRole"], "*");
    elsewhere["Condition"] = json!({"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}});
    vulnerable()
        .user("fp1", &json!([allow(&["*"], "*"), deny(&["*"])]))
        .group("fp2-group", &json!([deny(&["*"])]))
        .member("fp2", &json!([allow(&["*"], "*")]), &json!(["fp2-group"]))
        .user("fp3", &json!([allow(&["*"], "*"), deny(&["iam:*"])]))
        .user("fp4", &json!([allow(&["iam:CreateAccessKey"], &format!("{ACCOUNT}:user/nobody"))]))
        .user("fp5", &json!([elsewhere, allow(&["ec2:RunInstances"], "*")]))
        .user("fn1", &json!([allow(&["iam:Pass*", "ec2:Run*"], "*")]))
        .user("fn2", &json!([allow(&["iam:PutUserPolicy"], "arn:aws:iam::*:user/fn*")]))
        .user("fn3", &json!([pass, allow(&["ec2:RunInstances"], "*")]))
        .user("fn4", &json!([{"Effect": "Allow", "NotAction": ["s3:*", "ec2:*"], "Resource": "*"}]))
        .check(
            &["user/fn4", "user/sre", "role/service"],
            &[
                ("user/fp3", Verdict::Unknown),
                ("user/fn1", Verdict::Open),
                ("user/fn2", Verdict::Open),
                ("user/fn3", Verdict::Open),
            ],
        );
}

#[test]
fn the_scenarios_of_cloudgoat_are_found() {
    let all = json!([allow(&["*"], "*")]);
    // By rolling back a policy: another version is in store.
    let raynor = json!([allow(&["iam:Get*", "iam:List*", "iam:SetDefaultPolicyVersion"], "*")]);
    Lab::new()
        .user_of("raynor", &[raynor, json!([allow(&["iam:Get*"], "*")]), all.clone()])
        .check(&[], &[("user/raynor", Verdict::Open)]);
    // By putting another role on an instance profile.
    let profiles = ["iam:PassRole", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"];
    let runs = ["iam:List*", "ec2:RunInstances", "ec2:Describe*", "ec2:CreateKeyPair"];
    let ec2 = service(&["ec2.amazonaws.com"]);
    Lab::new()
        .user("kerrigan", &json!([allow(&profiles, "*"), allow(&runs, "*")]))
        .role("meek", &ec2, &Value::Null, &json!([allow(&["s3:List*"], "*")]))
        .role("mighty", &ec2, &Value::Null, &all)
        .check(&["role/mighty"], &[("user/kerrigan", Verdict::Open)]);
    // By a role that may pass another one to Lambda.
    let manager = json!([allow(&["lambda:*", "iam:PassRole"], "*")]);
    Lab::new()
        .user("chris", &json!([allow(&["sts:AssumeRole", "iam:List*", "iam:Get*"], "*")]))
        .role("lambda-manager", &own("user/chris"), &Value::Null, &manager)
        .role("debug", &service(&["lambda.amazonaws.com"]), &Value::Null, &all)
        .check(&["role/debug"], &[("user/chris", Verdict::Open), ("role/lambda-manager", Verdict::Open)]);
    // By a key of an administrator.
    Lab::new()
        .user("low", &json!([allow(&["elasticbeanstalk:Describe*"], "*")]))
        .user("secondary", &json!([allow(&["iam:CreateAccessKey", "iam:List*"], "*")]))
        .user("chief", &all)
        .check(&["user/chief"], &[("user/secondary", Verdict::Open)]);
    // By an instance that may or may not be there.
    let management = json!([allow(&["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"], "*")]);
    Lab::new()
        .user("dev", &json!([allow(&["sts:AssumeRole"], &format!("{ACCOUNT}:role/ec2-management"))]))
        .role("ec2-management", &own("root"), &Value::Null, &management)
        .role("admin-ec2", &ec2, &Value::Null, &all)
        .check(&["role/admin-ec2"], &[("user/dev", Verdict::Unknown), ("role/ec2-management", Verdict::Unknown)]);
}

#[test]
fn a_user_who_may_set_the_tag_that_a_condition_asks_for_meets_it() {
    let mut keys = allow(&["iam:CreateAccessKey", "iam:DeleteAccessKey"], "*");
    keys["Condition"] = json!({"StringEquals": {"aws:ResourceTag/developer": "true"}});
    let lab = |tags: &[&str]| {
        let mut own = vec![keys.clone()];
        own.extend(tags.iter().map(|action| allow(&[action], "*")));
        Lab::new().user("manager", &json!(own)).user("chief", &json!([allow(&["*"], "*")]))
    };
    lab(&["iam:TagUser"]).check(&["user/chief"], &[("user/manager", Verdict::Open)]);
    lab(&["iam:TagRole"]).check(&["user/chief"], &[]);
}

#[test]
fn the_graph_of_pmapper_is_walked() {
    let s3 = json!([allow(&["s3:*"], "*")]);
    let mfa = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let lab = Lab::new()
        .user("chief", &json!([allow(&["*"], "*")]))
        .user("jump", &json!([allow(&["sts:AssumeRole"], "*")]))
        .user("other", &json!([allow(&["sts:AssumeRole"], &format!("{ACCOUNT}:role/nothing")), allow(&["s3:*"], "*")]))
        .role("s3-access", &own("root"), &Value::Null, &s3)
        .role("s3-access-alt", &own("user/jump"), &Value::Null, &s3)
        .role("mfa-jump", &own("root"), &mfa, &s3)
        .role("external", &json!({"AWS": "arn:aws:iam::999988887777:root"}), &Value::Null, &s3)
        .role(
            "ssm",
            &service(&["ec2.amazonaws.com"]),
            &Value::Null,
            &json!([allow(&["ssm:SendCommand", "iam:PassRole"], "*")]),
        );
    lab.check(&["user/chief"], &[]);
    lab.leads("user/jump", "role/s3-access", &["open: user/jump → role/s3-access: sts-001 role/s3-access"]);
    lab.leads("user/jump", "role/s3-access-alt", &["open: user/jump → role/s3-access-alt: sts-001 role/s3-access-alt"]);
    lab.leads("user/jump", "role/mfa-jump", &["conditional: user/jump → role/mfa-jump: sts-001 role/mfa-jump"]);
    lab.leads("user/jump", "role/external", &[]);
    lab.leads("user/other", "role/s3-access", &[]);
}

#[test]
fn a_role_that_a_user_is_named_by_needs_no_permission_of_the_user() {
    // Pacu asks for sts:AssumeRole of the user; AWS does not where the trust policy names the user.
    Lab::new()
        .user("named", &json!([allow(&["s3:ListAllMyBuckets"], "*")]))
        .user("unnamed", &json!([allow(&["s3:ListAllMyBuckets"], "*")]))
        .role("chief", &own("user/named"), &Value::Null, &json!([allow(&["*"], "*")]))
        .check(&["role/chief"], &[("user/named", Verdict::Open)]);
}
