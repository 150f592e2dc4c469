//! Roles are created by keyboard alone, at 80x24, for every type of trusted entity.

use super::console::Live;
use crate::harness::{ACCOUNT, Emulator, run};

/// The wizard, on an account without roles.
fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":roles<enter>");
    console.wait("There are no roles.");
    console.keys("n");
    console.wait("Trusted entity type");
    console
}

/// Gives the role its name, applies its plan, and closes what came of it.
#[track_caller]
fn finish(console: &mut Live, name: &str, steps: usize) {
    console.wait("›3 Name");
    console.keys(&format!("{name}<ctrl-n>"));
    console.wait(&format!("Review: create role {name}"));
    console.keys("<enter>");
    console.wait(&if steps == 1 { "✓ done".to_owned() } else { format!("✓ all {steps} steps done") });
    console.keys("<enter>");
    console.wait(&format!("› {name}"));
}

/// The trust policy of a role without blanks, as the emulator holds it.
fn trust(emulator: &Emulator, role: &str) -> String {
    let role = run(emulator.iam().get_role().role_name(role).send()).unwrap().role.unwrap();
    let text = role.assume_role_policy_document.unwrap();
    let text = percent_decode(&text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["Statement"][0].to_string()
}

fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

fn policies(emulator: &Emulator, role: &str) -> Vec<String> {
    let listed = run(emulator.iam().list_attached_role_policies().role_name(role).send()).unwrap();
    listed.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_name).collect()
}

#[test]
fn a_role_for_ec2_gets_its_instance_profile() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<tab>ec2<space><ctrl-n>AmazonS3FullAccess");
    console.wait("[ ] AmazonS3FullAccess");
    console.keys("<space><ctrl-n>");
    console.wait("Allows EC2 instances to call AWS services");
    finish(&mut console, "web", 4);
    assert_eq!(policies(&emulator, "web"), ["AmazonS3FullAccess"]);
    let profile = run(emulator.iam().get_instance_profile().instance_profile_name("web").send()).unwrap();
    assert_eq!(profile.instance_profile.unwrap().roles[0].role_name, "web");
    assert_eq!(
        trust(&emulator, "web"),
        r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#
    );
}

#[test]
fn a_use_case_brings_its_trust_its_policies_and_its_description() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<tab>pipes<space>");
    console.wait("[x] yes");
    console.keys("<backspace><backspace><backspace><backspace><backspace>lambda in<space><ctrl-n>");
    console.wait("1: AWSLambdaVPCAccessExecutionRole");
    console.keys("<ctrl-n>");
    console.wait("Allows Lambda functions to run in your VPC");
    finish(&mut console, "worker", 2);
    assert_eq!(policies(&emulator, "worker"), ["AWSLambdaVPCAccessExecutionRole"]);
    // What the use case before it wanted is gone with it.
    assert_eq!(
        trust(&emulator, "worker"),
        r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#
    );
}

#[test]
fn a_service_linked_role_is_created_by_its_service() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<tab>ec2 auto scaling<space>");
    console.wait("Suffix");
    console.keys("<tab>blue<ctrl-n>");
    console.wait("AutoScalingServiceRolePolicy");
    console.keys("<ctrl-n>");
    console.wait("AWSServiceRoleForAutoScaling_blue");
    console.keys("<ctrl-n>");
    console.wait("Review: create service-linked role AWSServiceRoleForAutoScaling_blue");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<enter>");
    console.wait("› AWSServiceRoleForAutoScalin");
    assert_eq!(policies(&emulator, "AWSServiceRoleForAutoScaling_blue"), ["AutoScalingServiceRolePolicy"]);
    // Undo asks the service to delete it.
    console.keys("u");
    console.wait("Type to confirm");
    console.keys("AWSServiceRoleForAutoScaling_blue<enter>");
    console.wait("✓ done");
    console.keys("<enter>");
    console.wait("There are no roles.");
}

#[test]
fn a_role_for_another_account_takes_a_policy_that_is_created_on_the_way() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<right><tab><right><tab>111122223333<tab>x-1<ctrl-n>");
    console.wait("›2 Permissions");
    console.keys("<f2>");
    console.wait("New policy");
    console.keys("<ctrl-a>");
    console.paste(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","sns:Publish"],"Resource":"*"}]}"#,
    );
    console.keys("<ctrl-s>");
    console.wait("Policy name");
    console.keys("Contractors<ctrl-n>");
    console.wait("Review: create policy Contractors");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<enter>");
    // The wizard is as it was, with the policy picked.
    console.wait("1: Contractors");
    console.keys("<ctrl-n>");
    console.wait("›3 Name");
    console.keys("ContractorAccess");
    console.wait("Account 111122223333 allows its users or roles:");
    console.keys("<ctrl-n>");
    console.wait("Review: create role ContractorAccess");
    console.keys("<enter>");
    console.wait("✓ all 2 steps done");
    assert_eq!(policies(&emulator, "ContractorAccess"), ["Contractors"]);
    assert_eq!(
        trust(&emulator, "ContractorAccess"),
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}}"#
    );
}

#[test]
fn a_role_for_a_branch_on_github_trusts_that_branch_alone() {
    let emulator = Emulator::empty();
    let url = "https://token.actions.githubusercontent.com";
    run(emulator.iam().create_open_id_connect_provider().url(url).client_id_list("sts.amazonaws.com").send()).unwrap();
    let mut console = begin(&emulator);
    console.keys("<right><right><tab>token");
    console.wait("( ) token.actions.githubusercontent.com");
    console.keys("<space>");
    console.wait("GitHub organization");
    // What the provider is for is filled in.
    console.wait("sts.amazonaws.com");
    console.keys("<tab><tab>acme<tab>shop<tab>main<ctrl-n>");
    console.wait("›2 Permissions");
    console.keys("<ctrl-n>");
    finish(&mut console, "deploy", 1);
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com");
    assert_eq!(
        trust(&emulator, "deploy"),
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:acme/shop:ref:refs/heads/main"}}}}}}"#
        )
    );
}

#[test]
fn a_custom_trust_policy_is_checked_as_it_is_pasted() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<right><right><right><right><tab>");
    console.paste(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lamda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#);
    console.wait("lambda.amazonaws.com");
}

#[test]
fn what_is_missing_is_told_on_the_step_that_asks_for_it() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<ctrl-n>");
    console.wait("nothing is selected: press Space");
    console.keys("<shift-tab><right><tab><right><tab>1234<ctrl-n>");
    console.wait("an account ID has twelve digits");
}
