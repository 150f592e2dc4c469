//! One object has one identity: whatever it is asked for by, look-up and authorisation mean the same thing.

use iamtui::emulator::KeyPair;

use super::wire::{Signed, send, status};
use crate::harness::{ACCOUNT, Emulator, fails, failure};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const HOST: &str = "login.example.com/eng";

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

/// Everything that the caller may not touch, by its only name.
fn guarded() -> Vec<String> {
    let mut arns: Vec<String> = [
        "user/eng/alice",
        "group/eng/devs",
        "role/eng/ops",
        "policy/eng/limits",
        "instance-profile/eng/web",
        "mfa/eng/phone",
    ]
    .map(arn)
    .into();
    arns.push(arn(&format!("oidc-provider/{HOST}")));
    arns.push(ADMINISTRATOR.to_owned());
    arns
}

/// An account with one object of each kind, and a caller who may do everything but touch these.
async fn scene() -> (Emulator, KeyPair) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"sts:AssumeRole"}}}}"#,
        arn("root")
    );
    iam.create_user().user_name("alice").path("/eng/").send().await.unwrap();
    iam.create_group().group_name("devs").path("/eng/").send().await.unwrap();
    iam.create_role().role_name("ops").path("/eng/").assume_role_policy_document(trust).send().await.unwrap();
    iam.create_policy().policy_name("limits").path("/eng/").policy_document(all).send().await.unwrap();
    iam.create_instance_profile().instance_profile_name("web").path("/eng/").send().await.unwrap();
    iam.create_virtual_mfa_device().virtual_mfa_device_name("phone").path("/eng/").send().await.unwrap();
    iam.create_open_id_connect_provider().url(format!("https://{HOST}")).send().await.unwrap();
    iam.create_user().user_name("bob").send().await.unwrap();
    iam.create_user().user_name("mallory").send().await.unwrap();
    let names: Vec<String> = guarded().iter().map(|arn| format!("{arn:?}")).collect();
    let (names, policies) = (names.join(","), format!("{:?},{ADMINISTRATOR:?}", arn("policy/eng/limits")));
    let but = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},
        {{"Effect":"Deny","Action":"*","Resource":[{names}]}},
        {{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"ArnEquals":{{"iam:PolicyARN":[{policies}]}}}}}},
        {{"Effect":"Deny","Action":"*","Resource":"*",
        "Condition":{{"ArnEquals":{{"iam:PermissionsBoundary":[{policies}]}}}}}}]}}"#
    );
    iam.put_user_policy().user_name("mallory").policy_name("but").policy_document(but).send().await.unwrap();
    let key = iam.create_access_key().user_name("mallory").send().await.unwrap().access_key.unwrap();
    (emulator, KeyPair::new(key.access_key_id, key.secret_access_key))
}

/// Other spellings of a name.
fn names(name: &str) -> Vec<String> {
    let (head, tail) = name.split_at(1);
    let wide = char::from_u32(u32::from(head.as_bytes()[0]) + 0xfee0).unwrap();
    vec![
        name.to_owned(),
        name.to_uppercase(),
        format!("{}{tail}", head.to_uppercase()),
        format!("{name} "),
        format!(" {name}"),
        format!("{name}\u{200b}"),
        format!("{name}\0"),
        format!("{name}\n"),
        format!("{wide}{tail}"),
        format!("{name}/"),
        format!("eng/{name}"),
        format!("/eng/{name}"),
        format!("%{:02x}{tail}", head.as_bytes()[0]),
        arn(&format!("user/eng/{name}")),
    ]
}

/// Other spellings of an ARN.
fn arns(arn: &str) -> Vec<String> {
    let name = arn.rsplit('/').next().unwrap();
    let mut spelt = vec![
        arn.to_owned(),
        arn.to_uppercase(),
        arn.replace("arn:", "ARN:"),
        arn.replace(":iam:", ":IAM:"),
        arn.replace(":iam::", ":iam:us-east-1:"),
        arn.replace(":iam::", ":sts::"),
        arn.replace("/eng/", "/"),
        arn.replace("/eng/", "/ENG/"),
        arn.replace("/eng/", "//eng/"),
        arn.replace("/eng/", "/eng//"),
        arn.replace("/eng/", "/eng/../eng/"),
        arn.replace("/eng/", "%2Feng%2F"),
        arn.replace(ACCOUNT, "999999999999"),
        arn.replace(ACCOUNT, ""),
        format!("{arn}/"),
        format!("{arn} "),
        format!("{arn}\u{200b}"),
        arn.replace(name, &name.to_uppercase()),
        arn.replace(name, &name.to_lowercase()),
    ];
    spelt.extend(
        ["aws-cn", "aws-us-gov", "aws-iso", "AWS", "aws ", "", "*"]
            .map(|partition| arn.replacen("arn:aws:", &format!("arn:{partition}:"), 1)),
    );
    spelt
}

/// Calls as somebody, and gives back the status with the whole answer.
fn call(emulator: &Emulator, key: &KeyPair, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
    let sts = action.starts_with("Assume");
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("Action", action).append_pair("Version", if sts { "2011-06-15" } else { "2010-05-08" });
    for (name, value) in parameters {
        body.append_pair(name, value);
    }
    let mut signed = Signed::new(emulator, &body.finish());
    signed.service = if sts { "sts" } else { "iam" };
    let answer = send(emulator, &signed.bytes(key));
    (status(&answer).unwrap(), answer)
}

/// A call: its operation, the parameter that is spelt in other ways, its value, and the other parameters.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);

#[tokio::test]
async fn no_other_spelling_of_a_name_passes_a_denial() {
    let (emulator, key) = scene().await;
    let cases: &[Case<'_>] = &[
        ("GetUser", "UserName", "alice", &[]),
        ("CreateAccessKey", "UserName", "alice", &[]),
        ("UpdateUser", "UserName", "alice", &[("NewPath", "/x/")]),
        ("UpdateUser", "UserName", "bob", &[("NewUserName", "alice"), ("NewPath", "/eng/")]),
        ("TagUser", "UserName", "alice", &[("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")]),
        ("DeleteUser", "UserName", "alice", &[]),
        ("GetGroup", "GroupName", "devs", &[]),
        ("AddUserToGroup", "GroupName", "devs", &[("UserName", "bob")]),
        ("DeleteGroup", "GroupName", "devs", &[]),
        ("GetRole", "RoleName", "ops", &[]),
        ("UpdateRole", "RoleName", "ops", &[("Description", "d")]),
        ("DeleteRole", "RoleName", "ops", &[]),
        ("GetInstanceProfile", "InstanceProfileName", "web", &[]),
        ("DeleteInstanceProfile", "InstanceProfileName", "web", &[]),
    ];
    for (action, parameter, name, rest) in cases {
        for spelt in names(name) {
            let mut parameters = vec![(*parameter, spelt.as_str())];
            parameters.extend(*rest);
            let (status, answer) = call(&emulator, &key, action, &parameters);
            // Another name may be somebody else's, who does not exist; the renaming of bob alone begins with a free one.
            assert!(*name != "bob" || status != 200, "bob became alice: {answer}");
            assert!((400..500).contains(&status), "{action} {spelt:?}: {answer}");
            let cased = spelt.eq_ignore_ascii_case(name);
            assert!(!cased || answer.contains("<Code>AccessDenied</Code>"), "{action} {spelt:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn no_other_spelling_of_an_arn_passes_a_denial() {
    let (emulator, key) = scene().await;
    let (policy, role, mfa) = (arn("policy/eng/limits"), arn("role/eng/ops"), arn("mfa/eng/phone"));
    let oidc = arn(&format!("oidc-provider/{HOST}"));
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let cases: &[Case<'_>] = &[
        ("GetPolicy", "PolicyArn", &policy, &[]),
        ("GetPolicyVersion", "PolicyArn", &policy, &[("VersionId", "v1")]),
        ("CreatePolicyVersion", "PolicyArn", &policy, &[("PolicyDocument", document)]),
        ("SetDefaultPolicyVersion", "PolicyArn", &policy, &[("VersionId", "v1")]),
        ("ListEntitiesForPolicy", "PolicyArn", &policy, &[]),
        ("AttachUserPolicy", "PolicyArn", &policy, &[("UserName", "bob")]),
        ("AttachUserPolicy", "PolicyArn", ADMINISTRATOR, &[("UserName", "bob")]),
        ("PutUserPermissionsBoundary", "PermissionsBoundary", &policy, &[("UserName", "bob")]),
        ("PutUserPermissionsBoundary", "PermissionsBoundary", ADMINISTRATOR, &[("UserName", "bob")]),
        ("CreateUser", "PermissionsBoundary", ADMINISTRATOR, &[("UserName", "eve")]),
        ("GetPolicy", "PolicyArn", ADMINISTRATOR, &[]),
        ("DeletePolicy", "PolicyArn", &policy, &[]),
        ("SimulatePrincipalPolicy", "PolicySourceArn", &role, &[("ActionNames.member.1", "iam:GetUser")]),
        ("GetContextKeysForPrincipalPolicy", "PolicySourceArn", &role, &[]),
        ("AssumeRole", "RoleArn", &role, &[("RoleSessionName", "night")]),
        ("TagMFADevice", "SerialNumber", &mfa, &[("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")]),
        ("DeleteVirtualMFADevice", "SerialNumber", &mfa, &[]),
        ("GetOpenIDConnectProvider", "OpenIDConnectProviderArn", &oidc, &[]),
        ("DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn", &oidc, &[]),
    ];
    for (action, parameter, name, rest) in cases {
        for spelt in arns(name) {
            let mut parameters = vec![(*parameter, spelt.as_str())];
            parameters.extend(*rest);
            let (status, answer) = call(&emulator, &key, action, &parameters);
            assert!((400..500).contains(&status), "{action} {spelt:?}: {answer}");
        }
    }
    for slash in ["", "/", "//"] {
        let url = format!("https://{HOST}{slash}");
        let (_, answer) = call(&emulator, &key, "CreateOpenIDConnectProvider", &[("Url", &url)]);
        assert!(answer.contains("<Code>AccessDenied</Code>"), "{url}: {answer}");
    }
}

#[tokio::test]
async fn a_policy_of_another_partition_does_not_exist() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    for partition in ["aws-cn", "aws-us-gov"] {
        let other = ADMINISTRATOR.replacen("arn:aws:", &format!("arn:{partition}:"), 1);
        fails(
            iam.attach_user_policy().user_name("u").policy_arn(&other).send().await,
            "NoSuchEntity",
            &format!("Policy {other} does not exist or is not attachable."),
        );
        fails(
            iam.put_user_permissions_boundary().user_name("u").permissions_boundary(&other).send().await,
            "NoSuchEntity",
            &format!("Scope ARN: {other} does not exist or is not attachable."),
        );
        let missing = format!("Policy {other} was not found.");
        fails(iam.get_policy().policy_arn(&other).send().await, "NoSuchEntity", &missing);
        fails(iam.delete_policy().policy_arn(&other).send().await, "NoSuchEntity", &missing);
    }
}

#[tokio::test]
async fn a_session_policy_of_another_partition_allows_nothing() {
    let (emulator, _) = scene().await;
    let iam = emulator.iam();
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    iam.put_role_policy().role_name("ops").policy_name("all").policy_document(all).send().await.unwrap();
    iam.put_user_policy().user_name("bob").policy_name("all").policy_document(all).send().await.unwrap();
    let key = iam.create_access_key().user_name("bob").send().await.unwrap().access_key.unwrap();
    let sts = emulator.sts_as(crate::harness::credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    for (partition, allowed) in [("aws", true), ("aws-cn", false)] {
        let policy = ADMINISTRATOR.replacen("arn:aws:", &format!("arn:{partition}:"), 1);
        let policy = aws_sdk_sts::types::PolicyDescriptorType::builder().arn(policy).build();
        let assume = sts.assume_role().role_arn(arn("role/eng/ops")).role_session_name("night").policy_arns(policy);
        let given = assume.send().await.unwrap().credentials.unwrap();
        let (id, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
        let session = aws_sdk_iam::config::Credentials::new(id, secret, Some(token), None, "test");
        assert_eq!(emulator.iam_with(session).list_users().send().await.is_ok(), allowed, "{partition}");
    }
}

#[tokio::test]
async fn a_trust_policy_names_a_principal_exactly() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("alice").path("/eng/").send().await.unwrap();
    let alice = arn("user/eng/alice");
    for (number, spelt) in arns(&alice).into_iter().enumerate() {
        let principal = serde_json::json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": {"AWS": spelt}, "Action": "sts:AssumeRole"}});
        let role = iam.create_role().role_name(format!("r{number}")).assume_role_policy_document(principal.to_string());
        let made = role.send().await;
        // Whether a user of another account exists is not known.
        if spelt == alice || spelt == alice.replace(ACCOUNT, "999999999999") {
            made.unwrap();
        } else if !spelt.contains(":sts:") {
            let code = failure(made).0;
            assert!(["MalformedPolicyDocument", "ValidationError"].contains(&code.as_str()), "{spelt:?}: {code}");
        }
    }
}

#[tokio::test]
async fn a_trust_policy_follows_a_user_whose_name_is_written_with_escapes() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let made = iam.create_user().user_name("alice").send().await.unwrap().user.unwrap();
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"sts:AssumeRole"}}}}"#,
        arn("user/alice").replace("alice", r"\u0061lic\u0065")
    );
    iam.create_role().role_name("r").assume_role_policy_document(trust).send().await.unwrap();
    iam.delete_user().user_name("alice").send().await.unwrap();
    let role = iam.get_role().role_name("r").send().await.unwrap().role.unwrap();
    assert!(role.assume_role_policy_document.unwrap().contains(&made.user_id));
}

#[tokio::test]
async fn tags_whose_keys_differ_in_case_do_not_hide_each_other() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let tag = |key: &str, value: &str| aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap();
    for (name, tags) in [("one", [("Team", "red"), ("team", "blue")]), ("two", [("team", "blue"), ("Team", "red")])] {
        let tags = tags.map(|(key, value)| tag(key, value)).to_vec();
        iam.create_policy().policy_name(name).policy_document(all).set_tags(Some(tags)).send().await.unwrap();
    }
    iam.create_user().user_name("u").send().await.unwrap();
    let key = iam.create_access_key().user_name("u").send().await.unwrap().access_key.unwrap();
    let user = emulator.iam_as(&KeyPair::new(key.access_key_id, key.secret_access_key));
    for (key, value, seen) in
        [("Team", "red", true), ("Team", "blue", false), ("team", "blue", true), ("team", "red", false)]
    {
        let allow = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"iam:GetPolicy","Resource":"*",
            "Condition":{{"StringEquals":{{"aws:ResourceTag/{key}":"{value}"}}}}}}}}"#
        );
        iam.put_user_policy().user_name("u").policy_name("p").policy_document(allow).send().await.unwrap();
        for name in ["one", "two"] {
            let got = user.get_policy().policy_arn(arn(&format!("policy/{name}"))).send().await;
            assert_eq!(got.is_ok(), seen, "{name}: {key} = {value}");
        }
    }
}

#[tokio::test]
async fn a_name_in_another_case_is_taken_by_its_own_owner() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("shira").send().await.unwrap();
    iam.create_group().group_name("night").send().await.unwrap();
    let taken = "User with name SHIRA already exists.";
    fails(iam.update_user().user_name("shira").new_user_name("SHIRA").send().await, "EntityAlreadyExists", taken);
    let taken = "Group with name Night already exists.";
    fails(iam.update_group().group_name("night").new_group_name("Night").send().await, "EntityAlreadyExists", taken);
    iam.update_user().user_name("shira").new_user_name("shira").new_path("/x/").send().await.unwrap();
}
