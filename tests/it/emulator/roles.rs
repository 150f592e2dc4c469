//! Roles, service-linked roles and instance profiles, through the SDK.

use super::wire::Raw;
use crate::harness::{ACCOUNT, Emulator, fails};

const LAMBDA: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn trusting(principal: &str) -> String {
    LAMBDA.replace(r#""Service":"lambda.amazonaws.com""#, &format!(r#""AWS":"{principal}""#))
}

#[tokio::test]
async fn each_answer_tells_of_a_role_what_aws_tells() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let made = iam
        .create_role()
        .role_name("LambdaExecutionRole")
        .assume_role_policy_document(LAMBDA)
        .description("d")
        .send()
        .await
        .unwrap()
        .role
        .unwrap();
    assert_eq!((made.description, made.max_session_duration), (None, None));
    let read = iam.get_role().role_name("LambdaExecutionRole").send().await.unwrap().role.unwrap();
    assert_eq!((read.description.as_deref(), read.max_session_duration), (Some("d"), Some(3600)));
    assert!(read.role_last_used.is_some_and(|used| used.last_used_date.is_none()));
    let listed = iam.list_roles().send().await.unwrap().roles.remove(0);
    assert!(listed.role_last_used.is_none() && listed.description.is_some());
    iam.attach_role_policy()
        .role_name("LambdaExecutionRole")
        .policy_arn("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_trust_policy_must_be_one_and_name_who_exists() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let make = |document: &str| iam.create_role().role_name("r").assume_role_policy_document(document).send();
    fails(make("not json").await, "MalformedPolicyDocument", "This policy contains invalid Json");
    let nobody = format!("arn:aws:iam::{ACCOUNT}:user/nobody");
    fails(
        make(&trusting(&nobody)).await,
        "MalformedPolicyDocument",
        &format!("Invalid principal in policy: \"AWS\":\"{nobody}\""),
    );
    iam.create_user().user_name("somebody").send().await.unwrap();
    make(&trusting(&format!("arn:aws:iam::{ACCOUNT}:user/somebody"))).await.unwrap();
    let other = trusting("arn:aws:iam::999999999999:user/anybody");
    iam.update_assume_role_policy().role_name("r").policy_document(other).send().await.unwrap();
}

#[tokio::test]
async fn a_role_is_deleted_in_the_order_of_aws() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_role().role_name("r").assume_role_policy_document(LAMBDA).send().await.unwrap();
    iam.create_instance_profile().instance_profile_name("p").send().await.unwrap();
    iam.add_role_to_instance_profile().instance_profile_name("p").role_name("r").send().await.unwrap();
    iam.attach_role_policy().role_name("r").policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    let inline = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    iam.put_role_policy().role_name("r").policy_name("i").policy_document(inline).send().await.unwrap();
    let delete = || iam.delete_role().role_name("r").send();
    let conflict = |rest: &str| format!("Cannot delete entity, must {rest} first.");
    fails(delete().await, "DeleteConflict", &conflict("remove roles from instance profile"));
    let profile = iam.delete_instance_profile().instance_profile_name("p").send().await;
    fails(profile, "DeleteConflict", &conflict("remove roles from instance profile"));
    iam.remove_role_from_instance_profile().instance_profile_name("p").role_name("r").send().await.unwrap();
    fails(
        iam.remove_role_from_instance_profile().instance_profile_name("p").role_name("r").send().await,
        "NoSuchEntity",
        "Role r in Instance Profile p cannot be found.",
    );
    fails(delete().await, "DeleteConflict", &conflict("detach all policies"));
    iam.detach_role_policy().role_name("r").policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    fails(delete().await, "DeleteConflict", &conflict("delete policies"));
    iam.delete_role_policy().role_name("r").policy_name("i").send().await.unwrap();
    delete().await.unwrap();
}

#[tokio::test]
async fn an_instance_profile_holds_one_role() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    for role in ["a", "b"] {
        iam.create_role().role_name(role).assume_role_policy_document(LAMBDA).send().await.unwrap();
    }
    let made = iam.create_instance_profile().instance_profile_name("p").path("/x/").send().await.unwrap();
    assert_eq!(made.instance_profile.unwrap().arn, format!("arn:aws:iam::{ACCOUNT}:instance-profile/x/p"));
    let add = |role: &str| iam.add_role_to_instance_profile().instance_profile_name("p").role_name(role).send();
    add("a").await.unwrap();
    fails(add("b").await, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    let read = iam.get_instance_profile().instance_profile_name("p").send().await.unwrap().instance_profile.unwrap();
    assert_eq!(read.tags, Some(Vec::new()));
    let profiles = iam.list_instance_profiles_for_role().role_name("a").send().await.unwrap().instance_profiles;
    assert_eq!(profiles[0].roles[0].role_name, "a");
    fails(
        iam.get_instance_profile().instance_profile_name("none").send().await,
        "NoSuchEntity",
        "Instance Profile none cannot be found.",
    );
}

#[tokio::test]
async fn a_service_linked_role_is_the_service_s_alone() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let make = || iam.create_service_linked_role().aws_service_name("batch.amazonaws.com");
    let role = make().send().await.unwrap().role.unwrap();
    assert_eq!(
        role.arn,
        format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch")
    );
    fails(
        make().send().await,
        "InvalidInput",
        "Service role name AWSServiceRoleForBatch has been taken in this account, please try a different suffix.",
    );
    let suffixed = make().custom_suffix("x").send().await;
    fails(suffixed, "InvalidInput", "Custom suffix is not allowed for batch.amazonaws.com");
    let protected = "Cannot perform the operation on the protected role 'AWSServiceRoleForBatch' - this role is only \
                     modifiable by AWS";
    let delete = iam.delete_role().role_name("AWSServiceRoleForBatch").send().await;
    fails(delete, "UnmodifiableEntity", protected);
    let task = iam.delete_service_linked_role().role_name("AWSServiceRoleForBatch").send().await.unwrap();
    let status = iam.get_service_linked_role_deletion_status().deletion_task_id(task.deletion_task_id).send().await;
    assert_eq!(status.unwrap().status.as_str(), "SUCCEEDED");
}

#[test]
fn the_sign_in_session_of_a_role_has_a_longest_duration_where_it_is_set() {
    let emulator = Emulator::empty();
    let iam = Raw(&emulator);
    let shown = || {
        let role = iam.ask("GetRole", &[("RoleName", "night")]);
        role.split("<MaxSigninSessionDuration>").nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned)
    };
    let made = [
        ("RoleName", "night"),
        (
            "AssumeRolePolicyDocument",
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#,
        ),
        ("MaxSigninSessionDuration", "7200"),
    ];
    assert!(iam.ask("CreateRole", &made).contains("<MaxSigninSessionDuration>7200<"));
    assert_eq!(shown().as_deref(), Some("7200"));
    let change = |name: &str, value: &str| iam.ask("UpdateRole", &[("RoleName", "night"), (name, value)]);
    change("Description", "d");
    assert_eq!(shown().as_deref(), Some("7200"));
    change("MaxSigninSessionDuration", "7776000");
    assert_eq!(shown().as_deref(), Some("7776000"));
    assert!(change("MaxSigninSessionDuration", "7776001").contains("less than or equal to 7776000"));
    change("ResetMaxSigninSessionDuration", "true");
    assert_eq!(shown(), None);
    let both = [("RoleName", "night"), ("MaxSigninSessionDuration", "3600"), ("ResetMaxSigninSessionDuration", "true")];
    assert!(iam.ask("UpdateRole", &both).contains("<Code>InvalidInput</Code>"));
}

/// The trust policy that an answer carries.
fn document(role: &aws_sdk_iam::types::Role) -> serde_json::Value {
    let text = role.assume_role_policy_document.as_deref().unwrap();
    serde_json::from_str(&percent_encoding::percent_decode_str(text).decode_utf8().unwrap()).unwrap()
}

#[tokio::test]
async fn a_service_linked_role_lists_its_trust_when_it_is_made_and_never_again() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let made = iam.create_service_linked_role().aws_service_name("acm.amazonaws.com").send().await.unwrap();
    let trust = |action: serde_json::Value, service: serde_json::Value| {
        let statement = serde_json::json!([{"Action": action, "Effect": "Allow", "Principal": {"Service": service}}]);
        serde_json::json!({"Version": "2012-10-17", "Statement": statement})
    };
    let lists = trust(serde_json::json!(["sts:AssumeRole"]), serde_json::json!(["acm.amazonaws.com"]));
    assert_eq!(document(&made.role.unwrap()), lists);
    let texts = trust(serde_json::json!("sts:AssumeRole"), serde_json::json!("acm.amazonaws.com"));
    let read = iam.get_role().role_name("AWSServiceRoleForCertificateManager").send().await.unwrap();
    assert_eq!(document(&read.role.unwrap()), texts);
}

#[tokio::test]
async fn a_service_has_the_linked_role_that_aws_gives_it() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    for (service, role, policy) in [
        ("cks.kms", "KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"),
        ("imagebuilder", "ImageBuilder", "AWSServiceRoleForImageBuilder"),
        ("redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
        (
            "custom-resource.application-autoscaling",
            "ApplicationAutoScaling_CustomResource",
            "AWSApplicationAutoScalingCustomResourcePolicy",
        ),
        ("ec2-instance-connect", "Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"),
        ("m2", "AWSM2", "AWSM2ServicePolicy"),
        ("lex", "LexBots", "AmazonLexBotPolicy"),
        ("spotfleet", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
        ("fsx", "AmazonFSx", "AmazonFSxServiceRolePolicy"),
    ] {
        let service = format!("{service}.amazonaws.com");
        let made = iam.create_service_linked_role().aws_service_name(&service).send().await.unwrap().role.unwrap();
        assert_eq!(made.role_name, format!("AWSServiceRoleFor{role}"));
        let attached = iam.list_attached_role_policies().role_name(&made.role_name).send().await.unwrap();
        let arn = attached.attached_policies()[0].policy_arn.clone().unwrap();
        assert_eq!(arn, format!("arn:aws:iam::aws:policy/aws-service-role/{policy}"));
        let again = iam.create_service_linked_role().aws_service_name(&service).custom_suffix("x").send().await;
        fails(again, "InvalidInput", &format!("Custom suffix is not allowed for {service}"));
    }
}

#[tokio::test]
async fn the_tags_of_a_service_linked_role_are_the_account_s() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_service_linked_role().aws_service_name("batch.amazonaws.com").send().await.unwrap();
    let role = "AWSServiceRoleForBatch";
    let tag = aws_sdk_iam::types::Tag::builder().key("Team").value("night").build().unwrap();
    iam.tag_role().role_name(role).tags(tag).send().await.unwrap();
    assert_eq!(iam.list_role_tags().role_name(role).send().await.unwrap().tags.len(), 1);
    iam.untag_role().role_name(role).tag_keys("team").send().await.unwrap();
    assert!(iam.list_role_tags().role_name(role).send().await.unwrap().tags.is_empty());
}

#[tokio::test]
async fn an_update_of_a_role_leaves_what_it_does_not_name() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let create = iam.create_role().role_name("r").assume_role_policy_document(LAMBDA).max_session_duration(7200);
    create.send().await.unwrap();
    iam.update_role().role_name("r").description("d").send().await.unwrap();
    let read = iam.get_role().role_name("r").send().await.unwrap().role.unwrap();
    assert_eq!((read.max_session_duration, read.description.as_deref()), (Some(7200), Some("d")));
    iam.update_role().role_name("r").max_session_duration(3600).send().await.unwrap();
    let read = iam.get_role().role_name("r").send().await.unwrap().role.unwrap();
    assert_eq!((read.max_session_duration, read.description.as_deref()), (Some(3600), Some("d")));
}

#[tokio::test]
async fn a_trust_policy_lets_in_by_the_actions_of_sts_alone() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let wrong = LAMBDA.replace("sts:AssumeRole", "sts:InvalidAction");
    let told = "AssumeRole policy may only specify STS AssumeRole actions.";
    let create = iam.create_role().role_name("r").assume_role_policy_document(&wrong).send().await;
    fails(create, "MalformedPolicyDocument", told);
    iam.create_role().role_name("r").assume_role_policy_document(LAMBDA).send().await.unwrap();
    let update = iam.update_assume_role_policy().role_name("r").policy_document(&wrong).send().await;
    fails(update, "MalformedPolicyDocument", told);
    let blank = iam.update_assume_role_policy().role_name("r").policy_document(format!(" {LAMBDA}")).send().await;
    fails(blank, "MalformedPolicyDocument", "JSON strings must not have leading spaces");
    let nobody = LAMBDA.replace(r#""Service":"lambda.amazonaws.com""#, r#""AWS":[]"#);
    let nobody = iam.update_assume_role_policy().role_name("r").policy_document(nobody).send().await;
    let told = "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a \
                statement with no principals!";
    fails(nobody, "MalformedPolicyDocument", told);
}
