//! Roles of every kind of trust, instance profiles, identity providers.

use serde_json::{Value, json};

use super::people::policy_arn;
use super::permissions::document;
use crate::api::Iam;
use crate::emulator::seed::{Step, days};

/// Roles of services: name, service, age, policy.
const SERVICES: &[(&str, &str, i64, &str)] = &[
    ("LambdaExecutionRole", "lambda", 1000, "service-role/AWSLambdaBasicExecutionRole"),
    ("lambda-image-resize", "lambda", 880, "service-role/AWSLambdaBasicExecutionRole"),
    ("lambda-telemetry-parser", "lambda", 720, "service-role/AWSLambdaKinesisExecutionRole"),
    ("lambda-nightly-report", "lambda", 410, "service-role/AWSLambdaVPCAccessExecutionRole"),
    ("lambda-webhook", "lambda", 66, "service-role/AWSLambdaBasicExecutionRole"),
    ("lambda-broken-idea", "lambda", 900, "AdministratorAccess"),
    ("ec2-web", "ec2", 1020, "AmazonSSMManagedInstanceCore"),
    ("ec2-database", "ec2", 1015, "AmazonSSMManagedInstanceCore"),
    ("ec2-bastion", "ec2", 1010, "AmazonSSMManagedInstanceCore"),
    ("ec2-builder", "ec2", 700, "PowerUserAccess"),
    ("ec2-gpu-simulation", "ec2", 140, "AmazonS3ReadOnlyAccess"),
    ("ecs-task-execution", "ecs-tasks", 860, "service-role/AmazonECSTaskExecutionRolePolicy"),
    ("ecs-api", "ecs-tasks", 850, "AmazonDynamoDBFullAccess"),
    ("ecs-worker", "ecs-tasks", 845, "AmazonSQSFullAccess"),
    ("ecs-scheduler", "ecs-tasks", 300, "AmazonSQSFullAccess"),
    ("codebuild-rockets", "codebuild", 780, "AWSCodeBuildDeveloperAccess"),
    ("codepipeline-rockets", "codepipeline", 779, "AWSCodePipeline_FullAccess"),
    ("cloudformation-deploy", "cloudformation", 770, "AdministratorAccess"),
    ("stepfunctions-launch", "states", 500, "service-role/AWSLambdaRole"),
    ("events-to-sqs", "events", 480, "AmazonSQSFullAccess"),
    ("scheduler-nightly", "scheduler", 210, "service-role/AWSLambdaRole"),
    ("apigateway-logs", "apigateway", 760, "service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ("vpc-flow-logs", "vpc-flow-logs", 990, "CloudWatchLogsFullAccess"),
    ("backup-service", "backup", 640, "service-role/AWSBackupServiceRolePolicyForBackup"),
    ("config-recorder", "config", 970, "service-role/AWS_ConfigRole"),
    ("glue-telemetry", "glue", 430, "service-role/AWSGlueServiceRole"),
    ("firehose-delivery", "firehose", 420, "AmazonS3FullAccess"),
    ("sagemaker-notebooks", "sagemaker", 200, "AmazonSageMakerFullAccess"),
    ("rds-monitoring", "monitoring.rds", 840, "service-role/AmazonRDSEnhancedMonitoringRole"),
    ("eks-cluster", "eks", 360, "AmazonEKSClusterPolicy"),
    ("eks-nodes", "ec2", 359, "AmazonEKSWorkerNodePolicy"),
    ("ssm-automation", "ssm", 350, "service-role/AmazonSSMAutomationRole"),
    ("transfer-sftp", "transfer", 280, "AmazonS3ReadOnlyAccess"),
    ("iot-test-stand", "iot", 260, "service-role/AWSIoTRuleActions"),
    ("bedrock-agent", "bedrock", 40, "AmazonBedrockReadOnly"),
    ("cognito-sms", "cognito-idp", 540, "AmazonSNSReadOnlyAccess"),
    ("dms-migration", "dms", 530, "service-role/AmazonDMSVPCManagementRole"),
    ("kinesis-analytics", "kinesisanalytics", 445, "AmazonKinesisReadOnlyAccess"),
    ("appsync-resolver", "appsync", 125, "AmazonDynamoDBReadOnlyAccess"),
];

/// Services whose service-linked roles are there, with their ages.
const LINKED: &[(&str, i64)] = &[
    ("support.amazonaws.com", 1100),
    ("trustedadvisor.amazonaws.com", 1100),
    ("organizations.amazonaws.com", 1099),
    ("elasticloadbalancing.amazonaws.com", 1018),
    ("autoscaling.amazonaws.com", 1016),
    ("rds.amazonaws.com", 1013),
    ("guardduty.amazonaws.com", 974),
    ("ecs.amazonaws.com", 860),
    ("access-analyzer.amazonaws.com", 505),
    ("eks.amazonaws.com", 360),
];

/// Roles for other accounts: name, account, age, external id, policy.
const PARTNERS: &[(&str, &str, i64, Option<&str>, &str)] = &[
    ("audit-by-consultants", "222233334444", 610, Some("rockets-7f3a"), "SecurityAudit"),
    ("monitoring-vendor", "464622532012", 790, Some("d0b4c5e6a7f8"), "ReadOnlyAccess"),
    ("cost-optimiser", "614251495211", 330, Some("rockets.example"), "job-function/Billing"),
    ("staging-to-production", "333344445555", 660, None, "PowerUserAccess"),
    ("production-to-logs", "444455556666", 655, None, "CloudWatchLogsReadOnlyAccess"),
    // A partner without an external id, and with everything.
    ("old-partner", "999988887777", 1005, None, "AdministratorAccess"),
];

/// Roles that people take from within the account, with MFA.
const PEOPLE: &[(&str, i64, &str)] = &[
    ("developer", 1092, "PowerUserAccess"),
    ("operator", 1091, "job-function/SystemAdministrator"),
    ("auditor", 979, "SecurityAudit"),
    ("network-admin", 690, "job-function/NetworkAdministrator"),
    ("database-admin", 688, "job-function/DatabaseAdministrator"),
];

/// Managed policies of the role that carries as many as there can be.
const TEN: [&str; 10] = [
    "AmazonS3ReadOnlyAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonRDSReadOnlyAccess",
    "AmazonSQSReadOnlyAccess",
    "AmazonSNSReadOnlyAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "AWSLambda_ReadOnlyAccess",
    "AmazonVPCReadOnlyAccess",
    "AmazonRoute53ReadOnlyAccess",
];

const GITHUB: &str = "token.actions.githubusercontent.com";
const CLUSTER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";

/// Collects the calls that make roles.
struct Roles<'a> {
    account: &'a str,
    steps: Vec<Step>,
}

impl Roles<'_> {
    /// A role of this path and name, with this trust, and a policy where one is named.
    fn role(&mut self, age: i64, path: &str, name: &str, trust: &str, policy: &str) {
        let input = json!({"RoleName": name, "Path": path, "AssumeRolePolicyDocument": trust});
        self.steps.push(days(age, Iam::CreateRole, input));
        if !policy.is_empty() {
            let input = json!({"RoleName": name, "PolicyArn": policy_arn(self.account, policy)});
            self.steps.push(days(age, Iam::AttachRolePolicy, input));
        }
    }

    fn push(&mut self, age: i64, operation: Iam, input: Value) {
        self.steps.push(days(age, operation, input));
    }

    fn own(&self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.account)
    }
}

fn trust(principal: &Value, action: &str, condition: Option<&Value>) -> String {
    let mut statement = json!({"Effect": "Allow", "Principal": principal, "Action": action});
    if let Some(condition) = condition {
        statement["Condition"] = condition.clone();
    }
    document(&json!([statement]))
}

fn service(name: &str) -> String {
    trust(&json!({"Service": format!("{name}.amazonaws.com")}), "sts:AssumeRole", None)
}

/// The calls.
pub fn steps(account: &str) -> Vec<Step> {
    let mut roles = Roles { account, steps: Vec::new() };
    for (name, of, age, policy) in SERVICES {
        roles.role(*age, if age % 2 == 0 { "/" } else { "/service/" }, name, &service(of), policy);
    }
    for (service, age) in LINKED {
        roles.push(*age, Iam::CreateServiceLinkedRole, json!({"AWSServiceName": service}));
    }
    for (name, partner, age, external, policy) in PARTNERS {
        let condition = external.map(|id| json!({"StringEquals": {"sts:ExternalId": id}}));
        let principal = json!({"AWS": format!("arn:aws:iam::{partner}:root")});
        roles.role(*age, "/partners/", name, &trust(&principal, "sts:AssumeRole", condition.as_ref()), policy);
    }
    people(&mut roles);
    providers(&mut roles);
    federated(&mut roles);
    odd(&mut roles);
    inline(&mut roles);
    profiles(&mut roles);
    roles.steps
}

/// Roles that the company's own people and machines take.
fn people(roles: &mut Roles<'_>) {
    let root = json!({"AWS": roles.own("root")});
    let mfa = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    for (name, age, policy) in PEOPLE {
        roles.role(*age, "/people/", name, &trust(&root, "sts:AssumeRole", Some(&mfa)), policy);
    }
    for (name, age, user) in [
        ("deploy-production", 1039, "user/machines/ci-deploy"),
        ("deploy-staging", 1038, "user/machines/ci-deploy"),
        ("terraform-apply", 1034, "user/machines/terraform"),
    ] {
        let user = json!({"AWS": roles.own(user)});
        roles.role(age, "/deploy/", name, &trust(&user, "sts:AssumeRole", None), "AdministratorAccess");
    }
    let description = "Daily work of engineers, for twelve hours";
    let longer = json!({"RoleName": "developer", "MaxSessionDuration": 43200, "Description": description});
    roles.push(600, Iam::UpdateRole, longer);
}

fn providers(roles: &mut Roles<'_>) {
    for (age, url) in [(420, GITHUB), (358, CLUSTER)] {
        roles.push(
            age,
            Iam::CreateOpenIDConnectProvider,
            json!({
                "Url": format!("https://{url}"),
                "ClientIDList": ["sts.amazonaws.com"],
                "ThumbprintList": ["6938fd4d98bab03faadb97b34396831e3780aea1"],
            }),
        );
    }
    for (age, name) in [(950, "Okta"), (30, "EntraID-migration")] {
        roles.push(age, Iam::CreateSAMLProvider, json!({"Name": name, "SAMLMetadataDocument": metadata(name)}));
    }
}

fn federated(roles: &mut Roles<'_>) {
    let web = "sts:AssumeRoleWithWebIdentity";
    let github = json!({"Federated": roles.own(&format!("oidc-provider/{GITHUB}"))});
    let audience = json!({format!("{GITHUB}:aud"): "sts.amazonaws.com"});
    let main = json!({format!("{GITHUB}:sub"): "repo:rockets/launcher:ref:refs/heads/main"});
    let repository = json!({"StringEquals": audience, "StringLike": main});
    roles.role(419, "/federated/", "github-launcher", &trust(&github, web, Some(&repository)), "PowerUserAccess");
    // This one lacks the condition on the repository: any repository could take it.
    let anyone = json!({"StringEquals": audience});
    roles.role(415, "/federated/", "github-any-repository", &trust(&github, web, Some(&anyone)), "PowerUserAccess");
    let eks = json!({"Federated": roles.own(&format!("oidc-provider/{CLUSTER}"))});
    for (name, age, account) in [
        ("eks-external-dns", 356, "kube-system:external-dns"),
        ("eks-cluster-autoscaler", 355, "kube-system:autoscaler"),
        ("eks-telemetry", 120, "rockets:telemetry"),
    ] {
        let sub = json!({format!("{CLUSTER}:sub"): format!("system:serviceaccount:{account}")});
        let trust = trust(&eks, web, Some(&json!({"StringEquals": sub})));
        roles.role(age, "/federated/", name, &trust, "AmazonRoute53ReadOnlyAccess");
    }
    let okta = json!({"Federated": roles.own("saml-provider/Okta")});
    let audience = json!({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}});
    let saml = trust(&okta, "sts:AssumeRoleWithSAML", Some(&audience));
    roles.role(949, "/federated/", "saml-administrators", &saml, "AdministratorAccess");
    roles.role(948, "/federated/", "saml-developers", &saml, "PowerUserAccess");
    roles.role(947, "/federated/", "saml-readers", &saml, "ReadOnlyAccess");
}

/// Metadata of an identity provider, as long as AWS wants it.
fn metadata(name: &str) -> String {
    let certificate = "MIICrockets0123456789abcdefghijklmnopqrstuvwxyz".repeat(24);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://sso.rockets.example/{name}\" validUntil=\"2036-01-01T00:00:00Z\">\n\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n\
         <md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
         </md:KeyDescriptor>\n\
         <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sso.rockets.example/{name}/sso\"/>\n\
         </md:IDPSSODescriptor>\n</md:EntityDescriptor>\n"
    )
}

/// Roles that try a screen or should be found by a review.
fn odd(roles: &mut Roles<'_>) {
    let organisation = json!({"StringEquals": {"aws:PrincipalOrgID": "o-rockets123"}});
    let anyone = trust(&json!({"AWS": "*"}), "sts:AssumeRole", Some(&organisation));
    roles.role(1001, "/", "anyone-may-take-this", &anyone, "ReadOnlyAccess");
    roles.role(377, "/", "passes-any-role", &service("lambda"), ":PassAnyRole");
    roles.role(345, "/", "changes-its-own-policies", &service("ec2"), ":IAMTinkering");
    roles.role(1090, "/", "never-used-never-attached", &service("ec2"), "");
    roles.role(3, "/", "made-three-days-ago", &service("lambda"), "");
    let longest = "role_with+all=odd,chars.in@its-name_and-the-longest-that-there-t";
    roles.role(340, "/a/path/of/many/parts/that/goes/on/and/on/", longest, &service("ec2"), "ReadOnlyAccess");
    let several = json!({
        "Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com", "ec2.amazonaws.com"],
        "AWS": ["arn:aws:iam::222233334444:root", roles.own("user/machines/backup-bot")],
    });
    roles.role(335, "/", "many-principals", &trust(&several, "sts:AssumeRole", None), "");
    roles.role(329, "/", "carries-ten-policies", &service("ec2"), "");
    for policy in TEN {
        let input = json!({"RoleName": "carries-ten-policies", "PolicyArn": policy_arn(roles.account, policy)});
        roles.push(328, Iam::AttachRolePolicy, input);
    }
    let linus = json!({"AWS": roles.own("user/people/linus")});
    let bounded = trust(&linus, "sts:AssumeRole", None);
    roles.role(190, "/engineering/", "bounded-developer", &bounded, "AdministratorAccess");
    let boundary = policy_arn(roles.account, ":security/DeveloperBoundary");
    let input = json!({"RoleName": "bounded-developer", "PermissionsBoundary": boundary});
    roles.push(189, Iam::PutRolePermissionsBoundary, input);
    for number in 1..=50 {
        let tag = json!({"Key": format!("tag:{number:02}"), "Value": format!("value {number}")});
        roles.push(100, Iam::TagRole, json!({"RoleName": "ec2-web", "Tags": [tag]}));
    }
}

fn inline(roles: &mut Roles<'_>) {
    for (role, name, resource) in [
        ("ec2-web", "assets", "arn:aws:s3:::rockets-assets/*"),
        ("ec2-web", "configuration", "arn:aws:s3:::rockets-config/*"),
        ("ecs-api", "reports", "arn:aws:s3:::rockets-reports/*"),
        ("lambda-webhook", "AnyBucket", "*"),
    ] {
        let read = json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": resource});
        let input = json!({"RoleName": role, "PolicyName": name, "PolicyDocument": document(&json!([read]))});
        roles.push(64, Iam::PutRolePolicy, input);
    }
}

fn profiles(roles: &mut Roles<'_>) {
    for (role, age) in [
        ("ec2-web", 1020),
        ("ec2-database", 1015),
        ("ec2-bastion", 1010),
        ("ec2-builder", 700),
        ("ec2-gpu-simulation", 140),
        ("eks-nodes", 359),
    ] {
        roles.push(age, Iam::CreateInstanceProfile, json!({"InstanceProfileName": role}));
        roles.push(age, Iam::AddRoleToInstanceProfile, json!({"InstanceProfileName": role, "RoleName": role}));
    }
    let tags = json!([{"Key": "owner", "Value": "nobody"}]);
    let input = json!({"InstanceProfileName": "empty-profile", "Path": "/left-over/", "Tags": tags});
    roles.push(222, Iam::CreateInstanceProfile, input);
}
