//! What is found by typing: the first three rows of every list that is searched.

use super::canned;
use super::console::{Console, Live};
use crate::harness::{Emulator, run};

/// Columns enough for whole names.
const SIZE: (u16, u16) = (160, 50);

fn open(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, SIZE);
    console.wait("root user @");
    console
}

/// The names of the first rows below the line that is typed into, past the lines between.
fn rows(screen: &str, typed: &str, between: usize) -> Vec<String> {
    let lines: Vec<Vec<char>> = screen.lines().map(|line| line.chars().collect()).collect();
    let typed: Vec<char> = typed.chars().collect();
    let found = lines
        .iter()
        .enumerate()
        .find_map(|(y, line)| Some((y, line.windows(typed.len()).position(|part| part == typed)?)));
    let (y, x) = found.unwrap_or_else(|| panic!("`{}` is not typed:\n{screen}", typed.iter().collect::<String>()));
    let name = |line: &Vec<char>| {
        let line: String = line.iter().skip(x).collect::<String>().trim_start_matches('│').to_owned();
        let line =
            line.trim_start_matches(['›', '*', ' ']).trim_start_matches("[ ] ").trim_start_matches("[x] ").to_owned();
        line.split("  ").next().unwrap_or_default().trim_matches(['│', ' ']).to_owned()
    };
    lines.iter().skip(y + 1 + between).map(name).take_while(|name| !name.is_empty()).take(3).collect()
}

/// A console that can be typed into.
trait Typed {
    fn press(&mut self, keys: &str) -> String;
}

impl Typed for Live {
    fn press(&mut self, keys: &str) -> String {
        self.keys(keys);
        self.screen()
    }
}

impl Typed for Console {
    fn press(&mut self, keys: &str) -> String {
        self.keys(keys);
        self.screen()
    }
}

/// Types each query, compares the first rows, and takes it off again.
#[track_caller]
fn check(console: &mut impl Typed, prompt: &str, between: usize, table: &[(&str, &[&str])]) {
    let mut faults = Vec::new();
    for (typed, expected) in table {
        let found = rows(&console.press(typed), &format!("{prompt}{typed}"), between);
        if found != *expected {
            faults.push(format!("        ({typed:?}, &{found:?}),"));
        }
        console.press("<ctrl-u>");
    }
    assert!(faults.is_empty(), "found instead:\n{}", faults.join("\n"));
}

/// A console in the builder, asking for a service.
fn builder() -> Console {
    let mut console = canned::console(SIZE.0, SIZE.1);
    console.keys(":create policy<enter>");
    console.keys("<f4><end><enter>");
    console
}

/// The same asking for the actions of a service.
#[track_caller]
fn check_actions(service: &str, table: &[(&str, &[&str])]) {
    let mut console = builder();
    console.keys(&format!("{service}<enter>"));
    assert!(console.screen().contains(&format!("Actions of {service}")), "{}", console.screen());
    check(&mut console, "│/ ", 1, table);
}

#[test]
fn the_actions_that_are_meant_come_first_in_the_builder() {
    check_actions(
        "s3",
        &[
            ("getobject", &["GetObject", "GetObjectAcl", "GetObjectTagging"]),
            ("getobj", &["GetObject", "GetObjectAcl", "GetObjectTagging"]),
            ("gobj", &["GetObject", "GetObjectAcl", "GetObjectTagging"]),
            ("object", &["ObjectOwnerOverrideToBucketOwner", "GetObject", "PutObject"]),
            ("putobj", &["PutObject", "PutObjectAcl", "PutObjectTagging"]),
            ("listb", &["ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"]),
            ("delete bucket", &["DeleteBucket", "DeleteBucketPolicy", "DeleteBucketWebsite"]),
            ("acl", &["GetBucketAcl", "GetObjectAcl", "PutBucketAcl"]),
            ("tagging", &["GetJobTagging", "PutJobTagging", "GetBucketTagging"]),
            (
                "getpub",
                &[
                    "GetBucketPublicAccessBlock",
                    "GetAccountPublicAccessBlock",
                    "GetAccessPointPolicyStatusForObjectLambda",
                ],
            ),
        ],
    );
    check_actions(
        "ec2",
        &[
            (
                "startinst",
                &["StartInstances", "StartNetworkInsightsAccessScopeAnalysis", "StartNetworkInsightsAnalysis"],
            ),
            ("runinst", &["RunInstances", "RunScheduledInstances", "DescribeTrunkInterfaceAssociations"]),
            ("ri", &["RunInstances", "RegisterImage", "RebootInstances"]),
            ("describeinst", &["DescribeInstances", "DescribeInstanceTypes", "DescribeInstanceStatus"]),
            ("instances", &["RunInstances", "StopInstances", "StartInstances"]),
            (
                "stop",
                &["StopInstances", "AttachResourcesToPlacementGroup", "StartVpcEndpointServicePrivateDnsVerification"],
            ),
            ("authsg", &["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"]),
            ("createvpc", &["CreateVpc", "CreateVpcEndpoint", "CreateVpcEncryptionControl"]),
            ("snapshot", &["CopySnapshot", "LockSnapshot", "CreateSnapshot"]),
        ],
    );
    check_actions(
        "codecommit",
        &[
            ("git", &["GitPull", "GitPush", "GetCommit"]),
            ("pull", &["GitPull", "GetPullRequest", "ListPullRequests"]),
            ("merge", &["MergeBranchesBySquash", "MergeBranchesByThreeWay", "MergePullRequestBySquash"]),
        ],
    );
    check_actions(
        "iam",
        &[
            ("passrole", &["PassRole", "UpdateAssumeRolePolicy"]),
            ("createuser", &["CreateUser"]),
            ("mfa", &["GetMFADevice", "TagMFADevice", "ListMFADevices"]),
            ("access key", &["CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey"]),
            ("attach", &["AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy"]),
        ],
    );
    check_actions(
        "dynamodb",
        &[
            ("query", &["Query"]),
            ("getitem", &["GetItem", "BatchGetItem"]),
            ("batch", &["BatchGetItem", "BatchWriteItem"]),
        ],
    );
}

#[test]
fn the_service_that_is_meant_comes_first_in_the_builder() {
    let mut console = builder();
    check(
        &mut console,
        "│/ ",
        1,
        &[
            ("s3", &["Amazon S3", "Amazon S3 Files", "Amazon S3 Tables"]),
            ("ec2", &["Amazon EC2", "Amazon EC2 Auto Scaling", "Amazon EC2 Image Builder"]),
            ("lambda", &["AWS Lambda", "Amazon S3 Object Lambda"]),
            (
                "dynamo",
                &[
                    "Amazon DynamoDB",
                    "Amazon DynamoDB Accelerator (DAX)",
                    "AWS Identity and Access Management Roles Anywhere",
                ],
            ),
            (
                "iam",
                &["AWS Identity and Access Management (IAM)", "AWS IAM Access Analyzer", "AWS IAM Identity Center"],
            ),
            (
                "kms",
                &["AWS Key Management Service", "Apache Kafka APIs for Amazon MSK clusters", "Amazon EKS MCP Server"],
            ),
            ("cloudwatch", &["Amazon CloudWatch", "AWS CloudWatch RUM", "Amazon CloudWatch Logs"]),
            (
                "secrets",
                &[
                    "AWS Secrets Manager",
                    "AWS CodeDeploy secure host commands service",
                    "AWS Security Incident Response",
                ],
            ),
        ],
    );
}

#[test]
fn the_policy_that_is_meant_comes_first_in_the_import_list() {
    let emulator = Emulator::demo();
    let mut console = open(&emulator);
    console.keys(":create policy<enter>");
    console.wait("\"Statement\"");
    console.keys("<alt-i>");
    console.wait("Begin with a policy");
    check(
        &mut console,
        "│/ ",
        0,
        &[
            ("", &["AccountManagementFromVercel", "AdministratorAccess", "AdministratorAccess-Amplify"]),
            (
                "admin",
                &["AdministratorAccess", "AdministratorAccess-Amplify", "AdministratorAccess-AWSElasticBeanstalk"],
            ),
            ("s3", &["AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "AmazonS3FilesFullAccess"]),
            (
                "s3ro",
                &["AmazonDMSRedshiftS3Role", "AmazonS3ReadOnlyAccess", "AWSQuickSetupSSMDeploymentS3BucketRolePolicy"],
            ),
            ("readonly", &["ReadOnlyAccess", "AmazonLexReadOnly", "AmazonQLDBReadOnly"]),
            ("poweruser", &["PowerUserAccess", "AmazonCognitoPowerUser", "AWSCodeCommitPowerUser"]),
            ("lambda exec", &["AWSLambdaExecute", "AWSLambdaMSKExecutionRole", "AWSLambdaBasicExecutionRole"]),
            (
                "cloudwatch logs",
                &["CloudWatchLogsFullAccess", "CloudWatchLogsAPIKeyAccess", "CloudWatchLogsReadOnlyAccess"],
            ),
        ],
    );
}

#[test]
fn the_palette_finds_pages_then_commands_then_names_and_nothing_far_fetched() {
    let emulator = Emulator::demo();
    let mut console = open(&emulator);
    console.keys(":policies<enter>");
    console.wait("AdministratorAccess");
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    console.keys(":");
    check(
        &mut console,
        "│:",
        0,
        &[
            ("users", &["users", "add users", "remove users"]),
            ("user", &["users", "delete user", "create user"]),
            ("pol", &["policies", "policy-of-the-longest-name-that-there-can-be_0123456789+=,.@-…", "create policy"]),
            ("mfa", &["mfa-devices", "session-with-mfa", "assign MFA device"]),
            ("create us", &["create user", "IAMCreateRootUserPassword"]),
            ("cu", &["create user", "change unused days", "clean up MFA devices"]),
            ("ada", &["ada.lovelace", "AdministratorAccess", "AWSDenyAll"]),
            ("history", &["history-back", "journal", "activity"]),
            ("admin", &["administrator", "AdministratorAccess", "SystemAdministrator"]),
            ("theme", &["theme", "help-themes"]),
            ("settings", &["account-settings", "help-config", "AWSManagedSettingsAdminAccess"]),
            ("shortcuts", &["help", "help-keys"]),
            ("dash", &["dashboard", "AmazonEKSDashboardConsoleReadOnly", "AmazonEKSDashboardServiceRolePolicy"]),
        ],
    );
    // As long as the account is read there may be a name of these letters yet.
    console.keys("zebra");
    console.wait("Nothing matches.");
}

#[test]
fn a_list_is_filtered_by_what_its_names_hold() {
    let emulator = Emulator::demo();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    console.keys("/");
    check(
        &mut console,
        "/",
        1,
        &[
            ("ada", &["ada.lovelace"]),
            ("al", &["alan.turing", "alexander.bell", "also.left"]),
            ("lovelace", &["ada.lovelace"]),
            ("a.l", &["ada.lovelace", "barbara.liskov"]),
            ("~adlov", &["ada.lovelace"]),
            ("alan tur", &["alan.turing"]),
            ("ADA", &["ada.lovelace"]),
        ],
    );
    console.keys("<esc>:policies<enter>");
    console.wait("1,604 of 1,604 policies");
    console.keys("/");
    check(
        &mut console,
        "/",
        1,
        &[
            ("ManySt", &["ManyStatements"]),
            ("s3read", &["AmazonS3ReadOnlyAccess"]),
            ("bucket", &["Bucket-engine-tests-rw", "Bucket-invoices-rw", "Bucket-launch-logs-rw"]),
            (
                "~s3roa",
                &["AmazonS3ReadOnlyAccess", "AmazonS3ExpressReadOnlyAccess", "AmazonS3FilesClientReadOnlyAccess"],
            ),
        ],
    );
}

#[test]
fn what_cannot_be_attached_is_not_offered_and_boundaries_in_use_are_marked() {
    let emulator = Emulator::demo();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    console.keys("/ada.lovelace<enter>:attach policies<enter>");
    console.wait("AdministratorAccess");
    console.wait_gone("loading");
    // The account's own come first, and no policy is offered that only services may attach.
    let first = console.screen();
    assert!(first.lines().any(|line| line.contains("› [ ]") && line.contains("Customer managed")), "{first}");
    console.keys("AccessAnalyzerServiceRole");
    assert!(console.screen().contains("Nothing matches."), "{}", console.screen());
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    console.keys("/ada.lovelace<enter>:set boundary<enter>");
    console.wait("boundary of 4");
    console.rest();
    let screen = console.screen();
    let offered = screen.lines().find(|line| line.contains("› ( )")).unwrap_or_default();
    assert!(offered.contains("boundary of "), "{screen}");
}

#[test]
fn a_picker_takes_what_is_marked_or_the_only_row_that_is_left() {
    let mut console = builder();
    console.keys("cloudwatch<enter>");
    console.keys("read<enter>");
    assert!(console.screen().contains("Nothing is chosen."), "{}", console.screen());
    console.keys("<ctrl-u>getmetricdata ");
    console.keys("<ctrl-u>list");
    let screen = console.screen();
    assert!(screen.contains("1 chosen: GetMetricData"), "{screen}");
    let on_top = screen.lines().position(|line| line.contains("[x] GetMetricData"));
    let found = screen.lines().position(|line| line.contains("› [ ] List"));
    assert!(on_top.is_some() && on_top < found, "{screen}");
    console.keys("<enter>");
    assert!(console.screen().contains("cloudwatch:GetMetricData"), "{}", console.screen());

    let mut console = builder();
    console.keys("iam<enter>createuser<enter>");
    assert!(console.screen().contains("iam:CreateUser"), "{}", console.screen());
}

#[test]
fn a_sorted_list_begins_at_its_top_with_the_cursor_in_sight_and_the_arrow_in_its_head() {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":policies<enter>");
    console.wait("1,604 of 1,604 policies");
    let top = console.screen();
    console.keys("Go<enter>");
    assert!(console.screen().contains("↑"), "{}", console.screen());
    console.keys("Go<enter>");
    let screen = console.screen();
    assert!(screen.contains("↓"), "{screen}");
    let first = screen.lines().position(|line| line.contains('↓')).map(|head| head + 1);
    assert_eq!(first, screen.lines().position(|line| line.starts_with('›')), "{screen}");
    assert_ne!(top, screen);
}

#[test]
fn every_line_of_the_dashboard_leads_somewhere() {
    let mut console = canned::console(100, 30);
    for (line, wanted) in [
        "Only the root user can change this.",
        "Only the root user can change this.",
        "IAM › IAM users",
        "IAM › IAM user groups",
        "IAM › Roles",
        "/type:customer",
        "IAM › Identity providers",
        "IAM › Instance profiles",
        "IAM › Server certificates",
        "Connect to an account",
        "IAM › Account settings",
        "Sent the sign-in link to the terminal's clipboard",
        "IAM › My security credentials",
        "IAM › Changes",
        "Security review",
    ]
    .into_iter()
    .enumerate()
    {
        console.keys(&format!(":dashboard<enter>g{}<enter>", "j".repeat(line)));
        assert!(console.screen().contains(wanted), "line {line}:\n{}", console.screen());
        console.keys("<esc><esc>");
    }
    console.keys(":dashboard<enter>y");
    assert!(console.screen().contains("sign-in link"), "{}", console.screen());
}

#[test]
fn a_policy_of_aws_is_found_before_its_list_is_read_and_its_last_use_is_told() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("ada").send()).unwrap();
    let arn = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess";
    run(emulator.iam().attach_user_policy().user_name("ada").policy_arn(arn).send()).unwrap();
    let mut console = open(&emulator);
    console.keys(":AmazonDynamoDBReadOnlyAccess");
    console.wait("› AmazonDynamoDBReadOnlyAccess");
    console.keys("<enter>");
    console.wait("Policies › AmazonDynamoDBReadOnlyAccess");
    console.keys("5");
    console.wait("services that the permissions allow were used in the last 400 days.");
    console.wait("Not accessed");
    console.keys(":ada<enter>");
    console.wait("IAM users › ada");
    console.keys("5");
    console.wait("AmazonDynamoDBReadOnlyAccess");
}
