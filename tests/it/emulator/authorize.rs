//! Whether policies decide as AWS lets them, through the SDK.

use aws_sdk_iam::config::Credentials;
use aws_sdk_iam::types::Tag;
use iamtui::base::clock::Clock;
use iamtui::emulator::{Enforce, KeyPair};
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use crate::harness::{ACCOUNT, Emulator, credentials, fails, failure};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";

/// An account with a root client that sets the scene.
struct Stage {
    emulator: Emulator,
    iam: aws_sdk_iam::Client,
}

fn allow(actions: &str) -> String {
    statement("Allow", actions, "*", "")
}

fn statement(effect: &str, actions: &str, resource: &str, condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{actions}","Resource":"{resource}"{condition}}}]}}"#
    )
}

fn trust(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
        "Action":"sts:AssumeRole"{condition}}}]}}"#
    )
}

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

/// The text for a user who may not do something, up to the reason.
fn denied(user: &str, action: &str, resource: &str, reason: &str) -> String {
    let caller = arn(&format!("user/{user}"));
    format!("User: {caller} is not authorized to perform: {action} on resource: {resource}{reason}")
}

impl Stage {
    fn set() -> Self {
        let emulator = Emulator::empty();
        Self { iam: emulator.iam(), emulator }
    }

    /// A user with inline policies, and its key.
    async fn user(&self, name: &str, policies: &[&str]) -> KeyPair {
        self.iam.create_user().user_name(name).send().await.unwrap();
        for (number, policy) in policies.iter().enumerate() {
            let put = self.iam.put_user_policy().user_name(name).policy_name(format!("p{number}"));
            put.policy_document(*policy).send().await.unwrap();
        }
        let key = self.iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
        KeyPair::new(key.access_key_id, key.secret_access_key)
    }

    /// The IAM client of a new user with inline policies.
    async fn client(&self, name: &str, policies: &[&str]) -> aws_sdk_iam::Client {
        self.emulator.iam_as(&self.user(name, policies).await)
    }

    /// A managed policy.
    async fn policy(&self, name: &str, document: &str) -> String {
        let made = self.iam.create_policy().policy_name(name).policy_document(document).send().await.unwrap();
        made.policy.unwrap().arn.unwrap()
    }

    async fn role(&self, name: &str, trust: &str, policy: &str) {
        self.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        let put = self.iam.put_role_policy().role_name(name).policy_name("p").policy_document(policy);
        put.send().await.unwrap();
    }

    fn assume(
        &self,
        key: &KeyPair,
        role: &str,
    ) -> aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder {
        let sts = self.emulator.sts_as(credentials(key));
        sts.assume_role().role_arn(arn(&format!("role/{role}"))).role_session_name("night")
    }
}

/// Temporary credentials as clients take them.
fn temporary(given: Option<aws_sdk_sts::types::Credentials>) -> Credentials {
    let given = given.unwrap();
    Credentials::new(given.access_key_id, given.secret_access_key, Some(given.session_token), None, "test")
}

#[tokio::test]
async fn a_reader_reads_and_changes_nothing() {
    let stage = Stage::set();
    let key = stage.user("ada", &[]).await;
    let ada = stage.emulator.iam_as(&key);
    let nothing = |action: &str| format!(" because no identity-based policy allows the {action} action");
    fails(
        ada.list_users().send().await,
        "AccessDenied",
        &denied("ada", "iam:ListUsers", &arn("user/"), &nothing("iam:ListUsers")),
    );
    stage.iam.attach_user_policy().user_name("ada").policy_arn(READ_ONLY).send().await.unwrap();
    assert_eq!(ada.list_users().send().await.unwrap().users.len(), 1);
    assert_eq!(ada.get_user().send().await.unwrap().user.unwrap().user_name, "ada");
    fails(
        ada.create_user().user_name("eve").send().await,
        "AccessDenied",
        &denied("ada", "iam:CreateUser", &arn("user/eve"), &nothing("iam:CreateUser")),
    );
    stage.iam.detach_user_policy().user_name("ada").policy_arn(READ_ONLY).send().await.unwrap();
    assert_eq!(failure(ada.list_users().send().await).0, "AccessDenied");
}

#[tokio::test]
async fn the_password_policy_lets_every_user_change_the_own_password() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[]).await;
    stage.iam.create_login_profile().user_name("ada").password("First-passw0rd").send().await.unwrap();
    let change = || ada.change_password().old_password("First-passw0rd").new_password("Next-passw0rd").send();
    let reason = " because no identity-based policy allows the iam:ChangePassword action";
    let refused = denied("ada", "iam:ChangePassword", &arn("user/ada"), reason);
    fails(change().await, "AccessDenied", &refused);
    let may = |may| stage.iam.update_account_password_policy().allow_users_to_change_password(may).send();
    may(false).await.unwrap();
    fails(change().await, "AccessDenied", &refused);
    may(true).await.unwrap();
    ada.get_account_password_policy().send().await.unwrap();
    assert_eq!(failure(ada.list_users().send().await).0, "AccessDenied");
    // A denial still wins.
    let never = statement("Deny", "iam:ChangePassword", "*", "");
    let put = stage.iam.put_user_policy().user_name("ada").policy_name("never").policy_document(never);
    put.send().await.unwrap();
    let reason = " with an explicit deny in an identity-based policy";
    fails(change().await, "AccessDenied", &denied("ada", "iam:ChangePassword", &arn("user/ada"), reason));
    stage.iam.delete_user_policy().user_name("ada").policy_name("never").send().await.unwrap();
    change().await.unwrap();
}

#[tokio::test]
async fn permission_comes_before_existence_and_after_validation() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[]).await;
    let reason = " because no identity-based policy allows the iam:GetRole action";
    fails(
        ada.get_role().role_name("ghost").send().await,
        "AccessDenied",
        &denied("ada", "iam:GetRole", "role ghost", reason),
    );
    assert_eq!(failure(ada.get_role().role_name("no such?").send().await).0, "ValidationError");
}

#[tokio::test]
async fn groups_give_what_they_are_given() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[]).await;
    stage.iam.create_group().group_name("readers").send().await.unwrap();
    let put = stage.iam.put_group_policy().group_name("readers").policy_name("read");
    put.policy_document(allow("iam:List*")).send().await.unwrap();
    assert_eq!(failure(ada.list_roles().send().await).0, "AccessDenied");
    stage.iam.add_user_to_group().group_name("readers").user_name("ada").send().await.unwrap();
    ada.list_roles().send().await.unwrap();
}

#[tokio::test]
async fn an_explicit_deny_names_the_managed_policy() {
    let stage = Stage::set();
    let everything = allow("*");
    let ada = stage.client("ada", &[&everything, &statement("Deny", "iam:ListRoles", "*", "")]).await;
    let listed = arn("role/");
    let inline = denied("ada", "iam:ListRoles", &listed, " with an explicit deny in an identity-based policy");
    fails(ada.list_roles().send().await, "AccessDenied", &inline);
    let bob = stage.client("bob", &[&everything]).await;
    let policy = stage.policy("NoRoles", &statement("Deny", "iam:ListRoles", "*", "")).await;
    stage.iam.attach_user_policy().user_name("bob").policy_arn(&policy).send().await.unwrap();
    let reason = format!(" with an explicit deny in an identity-based policy: {policy}");
    fails(bob.list_roles().send().await, "AccessDenied", &denied("bob", "iam:ListRoles", &listed, &reason));
}

#[tokio::test]
async fn a_boundary_caps() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[&allow("iam:*")]).await;
    let cap = stage.policy("cap", &allow("iam:List*")).await;
    stage.iam.put_user_permissions_boundary().user_name("ada").permissions_boundary(&cap).send().await.unwrap();
    ada.list_users().send().await.unwrap();
    let reason = " because no permissions boundary allows the iam:CreateUser action";
    fails(
        ada.create_user().user_name("eve").send().await,
        "AccessDenied",
        &denied("ada", "iam:CreateUser", &arn("user/eve"), reason),
    );
    let no = stage.policy("no", &statement("Deny", "*", "*", "")).await;
    stage.iam.put_user_permissions_boundary().user_name("ada").permissions_boundary(&no).send().await.unwrap();
    let reason = format!(" with an explicit deny in a permissions boundary: {no}");
    fails(ada.list_users().send().await, "AccessDenied", &denied("ada", "iam:ListUsers", &arn("user/"), &reason));
}

#[tokio::test]
async fn a_session_policy_caps_the_role() {
    let stage = Stage::set();
    let key = stage.user("ada", &[]).await;
    stage.role("ops", &trust(&arn("user/ada"), ""), &allow("iam:*")).await;
    let given = stage.assume(&key, "ops").policy(allow("iam:List*")).send().await.unwrap();
    let session = stage.emulator.iam_with(temporary(given.credentials));
    session.list_users().send().await.unwrap();
    let (code, message) = failure(session.create_user().user_name("eve").send().await);
    assert_eq!(code, "AccessDenied");
    assert_eq!(
        message,
        format!(
            "User: arn:aws:sts::{ACCOUNT}:assumed-role/ops/night is not authorized to perform: iam:CreateUser on \
             resource: {} because no session policy allows the iam:CreateUser action",
            arn("user/eve")
        )
    );
}

#[tokio::test]
async fn tags_decide_where_conditions_ask_for_them() {
    let stage = Stage::set();
    let same_team = r#"{"StringEquals":{"iam:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#;
    let own_team =
        r#"{"StringEquals":{"aws:RequestTag/team":"red"},"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}"#;
    let policies = [
        statement("Allow", "iam:GetUser", "*", same_team),
        statement("Allow", "iam:CreateUser", "*", own_team),
        statement("Allow", "iam:TagUser", "*", own_team),
    ];
    let ada = stage.client("ada", &policies.each_ref().map(String::as_str)).await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
    stage.iam.tag_user().user_name("ada").tags(tag("team", "red")).send().await.unwrap();
    for (name, team) in [("red-1", "red"), ("blue-1", "blue")] {
        stage.iam.create_user().user_name(name).tags(tag("team", team)).send().await.unwrap();
    }
    ada.get_user().user_name("red-1").send().await.unwrap();
    assert_eq!(failure(ada.get_user().user_name("blue-1").send().await).0, "AccessDenied");
    ada.create_user().user_name("red-2").tags(tag("team", "red")).send().await.unwrap();
    for tags in [vec![], vec![tag("team", "blue")], vec![tag("team", "red"), tag("more", "x")]] {
        let refused = ada.create_user().user_name("other").set_tags(Some(tags)).send().await;
        assert_eq!(failure(refused).0, "AccessDenied");
    }
}

#[tokio::test]
async fn tagging_what_is_made_needs_its_own_permission() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[&allow("iam:CreateRole")]).await;
    let make = |name: &str| ada.create_role().role_name(name).assume_role_policy_document(trust(&arn("root"), ""));
    make("plain").send().await.unwrap();
    let tagged = make("tagged").tags(Tag::builder().key("k").value("v").build().unwrap()).send().await;
    assert!(failure(tagged).1.contains("iam:TagRole on resource"), "the permission to tag should be asked for");
}

#[tokio::test]
async fn a_role_is_passed_on_with_permission_only() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[&allow("iam:AddRoleToInstanceProfile")]).await;
    stage.role("app", &trust(&arn("root"), ""), &allow("s3:*")).await;
    stage.iam.create_instance_profile().instance_profile_name("app").send().await.unwrap();
    let add = || ada.add_role_to_instance_profile().instance_profile_name("app").role_name("app").send();
    let reason = " because no identity-based policy allows the iam:PassRole action";
    fails(add().await, "AccessDenied", &denied("ada", "iam:PassRole", &arn("role/app"), reason));
    let put = stage.iam.put_user_policy().user_name("ada").policy_name("pass");
    let pass = statement(
        "Allow",
        "iam:PassRole",
        &arn("role/app"),
        r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
    );
    put.policy_document(pass).send().await.unwrap();
    add().await.unwrap();
}

#[tokio::test]
async fn keys_of_iam_limit_what_may_be_attached() {
    let stage = Stage::set();
    let only = format!(r#"{{"ArnEquals":{{"iam:PolicyARN":"{READ_ONLY}"}}}}"#);
    let bounded = format!(r#"{{"StringEquals":{{"iam:PermissionsBoundary":"{READ_ONLY}"}}}}"#);
    let policies =
        [statement("Allow", "iam:AttachUserPolicy", "*", &only), statement("Allow", "iam:CreateUser", "*", &bounded)];
    let ada = stage.client("ada", &policies.each_ref().map(String::as_str)).await;
    let attach = |policy: &str| ada.attach_user_policy().user_name("ada").policy_arn(policy).send();
    attach(READ_ONLY).await.unwrap();
    let admin = attach("arn:aws:iam::aws:policy/AdministratorAccess").await;
    assert_eq!(failure(admin).0, "AccessDenied");
    assert_eq!(failure(ada.create_user().user_name("free").send().await).0, "AccessDenied");
    ada.create_user().user_name("held").permissions_boundary(READ_ONLY).send().await.unwrap();
}

#[tokio::test]
async fn both_sides_decide_who_assumes_a_role() {
    let stage = Stage::set();
    let ada = stage.user("ada", &[]).await;
    stage.role("named", &trust(&arn("user/ada"), ""), &allow("s3:*")).await;
    stage.role("account", &trust(&arn("root"), ""), &allow("s3:*")).await;
    let external = r#","Condition":{"StringEquals":{"sts:ExternalId":"secret-1"}}"#;
    stage.role("partner", &trust(&arn("user/ada"), external), &allow("s3:*")).await;
    stage.role("foreign", &trust("arn:aws:iam::999999999999:root", ""), &allow("s3:*")).await;
    stage.assume(&ada, "named").send().await.unwrap();
    let refused = |role: &str| denied("ada", "sts:AssumeRole", &arn(&format!("role/{role}")), "");
    // The account may hand the role out, but nobody has handed it to her.
    fails(stage.assume(&ada, "account").send().await, "AccessDenied", &refused("account"));
    let put = stage.iam.put_user_policy().user_name("ada").policy_name("assume");
    put.policy_document(allow("sts:AssumeRole")).send().await.unwrap();
    stage.assume(&ada, "account").send().await.unwrap();
    fails(stage.assume(&ada, "foreign").send().await, "AccessDenied", &refused("foreign"));
    fails(stage.assume(&ada, "partner").send().await, "AccessDenied", &refused("partner"));
    fails(stage.assume(&ada, "partner").external_id("wrong").send().await, "AccessDenied", &refused("partner"));
    stage.assume(&ada, "partner").external_id("secret-1").send().await.unwrap();
    let put = stage.iam.put_user_policy().user_name("ada").policy_name("assume");
    put.policy_document(statement("Deny", "sts:AssumeRole", "*", "")).send().await.unwrap();
    let reason = " with an explicit deny in an identity-based policy";
    fails(
        stage.assume(&ada, "named").send().await,
        "AccessDenied",
        &denied("ada", "sts:AssumeRole", &arn("role/named"), reason),
    );
}

#[tokio::test]
async fn a_token_without_mfa_does_not_reach_iam() {
    let stage = Stage::set();
    let with_mfa =
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#;
    let key = stage.user("ada", &[&statement("Allow", "iam:*", "*", with_mfa)]).await;
    let mfa = r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    stage.role("careful", &trust(&arn("user/ada"), mfa), &allow("iam:*")).await;
    assert_eq!(failure(stage.emulator.iam_as(&key).list_users().send().await).0, "AccessDenied");
    let sts = stage.emulator.sts_as(credentials(&key));
    let plain = stage.emulator.iam_with(temporary(sts.get_session_token().send().await.unwrap().credentials));
    let unfit = "The security token included in the request is invalid";
    fails(plain.list_users().send().await, "InvalidClientTokenId", unfit);
    let device = stage.iam.create_virtual_mfa_device().virtual_mfa_device_name("ada").send().await.unwrap();
    let device = device.virtual_mfa_device.unwrap();
    let seed = String::from_utf8(device.base32_string_seed.unwrap().into_inner()).unwrap();
    let seed = Seed::from_base32(&seed).unwrap();
    let now = Timestamp::now();
    let code = |step: i64| seed.code(now + SignedDuration::from_secs(30 * step));
    let enable = stage.iam.enable_mfa_device().user_name("ada").serial_number(&device.serial_number);
    enable.authentication_code1(code(-1)).authentication_code2(code(0)).send().await.unwrap();
    fails(
        stage.assume(&key, "careful").send().await,
        "AccessDenied",
        &denied("ada", "sts:AssumeRole", &arn("role/careful"), ""),
    );
    let given = sts.get_session_token().serial_number(&device.serial_number).token_code(code(1)).send().await;
    let given = temporary(given.unwrap().credentials);
    stage.emulator.iam_with(given.clone()).list_users().send().await.unwrap();
    let session = stage.emulator.sts_as(given);
    let assumed = session.assume_role().role_arn(arn("role/careful")).role_session_name("night").send().await;
    stage.emulator.iam_with(temporary(assumed.unwrap().credentials)).list_users().send().await.unwrap();
}

#[tokio::test]
async fn a_federated_user_asks_for_its_name_only() {
    let stage = Stage::set();
    let key = stage.user("ada", &[&allow("*")]).await;
    let sts = stage.emulator.sts_as(credentials(&key));
    let given = sts.get_federation_token().name("bob").policy(allow("*")).send().await.unwrap();
    let bob = temporary(given.credentials);
    assert_eq!(failure(stage.emulator.iam_with(bob.clone()).list_users().send().await).0, "InvalidClientTokenId");
    stage.emulator.sts_as(bob).get_caller_identity().send().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over() {
    // Signatures carry the machine's time, so the emulator's clock stays within the fifteen minutes of grace.
    let now = Timestamp::now();
    let clock = Clock::fixed(now - SignedDuration::from_mins(10));
    let emulator = Emulator::with(|options| options.clock = clock.clone());
    let stage = Stage { iam: emulator.iam(), emulator };
    let key = stage.user("ada", &[]).await;
    stage.role("ops", &trust(&arn("user/ada"), ""), &allow("iam:*")).await;
    let given = stage.assume(&key, "ops").duration_seconds(900).send().await.unwrap();
    let session = stage.emulator.iam_with(temporary(given.credentials));
    session.list_users().send().await.unwrap();
    clock.set(now + SignedDuration::from_mins(6));
    assert_eq!(failure(session.list_users().send().await).0, "ExpiredToken");
}

#[tokio::test]
async fn without_enforcement_policies_are_not_asked() {
    let emulator = Emulator::with(|options| options.enforce = Enforce::Off);
    let stage = Stage { iam: emulator.iam(), emulator };
    let key = stage.user("ada", &[]).await;
    stage.role("foreign", &trust("arn:aws:iam::999999999999:root", ""), &allow("s3:*")).await;
    stage.emulator.iam_as(&key).create_user().user_name("eve").send().await.unwrap();
    stage.assume(&key, "foreign").send().await.unwrap();
    let stolen = KeyPair::new(key.id.clone(), "wrong");
    assert_eq!(failure(stage.emulator.iam_as(&stolen).list_users().send().await).0, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn who_renames_needs_the_old_name_and_the_new_one() {
    let stage = Stage::set();
    let ada = stage.client("ada", &[&allow("iam:Get*")]).await;
    let update = || stage.iam.put_user_policy().user_name("ada").policy_name("rename");
    stage.iam.create_user().user_name("eve").send().await.unwrap();
    stage.iam.create_group().group_name("night").send().await.unwrap();
    let both = |actions: &str, resources: &[String]| {
        let resources: Vec<String> = resources.iter().map(|arn| format!("{arn:?}")).collect();
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{actions}","Resource":[{}]}}}}"#,
            resources.join(",")
        )
    };
    let (eve, moved) = (arn("user/eve"), arn("user/staff/eva"));
    let rename = || ada.update_user().user_name("eve").new_user_name("eva").new_path("/staff/").send();
    for one in [&eve, &moved] {
        update().policy_document(both("iam:UpdateUser", std::slice::from_ref(one))).send().await.unwrap();
        assert_eq!(failure(rename().await).0, "AccessDenied", "{one}");
    }
    update().policy_document(both("iam:UpdateUser", &[eve, moved])).send().await.unwrap();
    rename().await.unwrap();
    let (night, shift) = (arn("group/night"), arn("group/shift"));
    let rename = || ada.update_group().group_name("night").new_group_name("shift").send();
    for one in [&night, &shift] {
        update().policy_document(both("iam:UpdateGroup", std::slice::from_ref(one))).send().await.unwrap();
        assert_eq!(failure(rename().await).0, "AccessDenied", "{one}");
    }
    update().policy_document(both("iam:UpdateGroup", &[night, shift])).send().await.unwrap();
    rename().await.unwrap();
}

#[tokio::test]
async fn a_device_is_its_user_s_whoever_asks_for_it() {
    let emulator = Emulator::demo();
    let iam = emulator.iam();
    let devices = iam.list_virtual_mfa_devices().send().await.unwrap().virtual_mfa_devices;
    let owned = devices.iter().find_map(|device| Some((device.user.as_ref()?.user_name.clone(), device)));
    let (owner, device) = owned.unwrap();
    iam.create_user().user_name("eve").send().await.unwrap();
    let own = statement("Allow", "iam:GetMFADevice", &arn("user/eve"), "");
    iam.put_user_policy().user_name("eve").policy_name("own").policy_document(own).send().await.unwrap();
    let key = iam.create_access_key().user_name("eve").send().await.unwrap().access_key.unwrap();
    let eve = emulator.iam_as(&KeyPair::new(key.access_key_id, key.secret_access_key));
    let get = eve.get_mfa_device().serial_number(&device.serial_number).send().await;
    assert_eq!(failure(get).0, "AccessDenied", "{owner}");
}
