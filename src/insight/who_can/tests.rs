use super::*;
use crate::insight::fixture::lab;

const ACCOUNT: &str = "arn:aws:iam::123456789012";

fn short(id: &str) -> &str {
    id.splitn(6, ':').nth(5).unwrap_or(id)
}

fn told(holder: &Holder) -> String {
    let certain = if holder.when.is_always() { "" } else { " if" };
    let direct = if holder.direct { "" } else { " indirectly" };
    let chain = |chain: &Vec<Box<str>>| chain.iter().map(|role| short(role)).collect::<Vec<_>>().join(" > ");
    let through: Vec<String> = holder.through.iter().map(chain).collect();
    let through = if through.is_empty() { String::new() } else { format!(" through {}", through.join(", ")) };
    format!("{} {}{certain}{direct}{through}", holder.kind.word(), short(&holder.principal))
}

#[track_caller]
fn check(action: &str, resource: &str, through_roles: bool, expected: &[&str]) {
    let account = lab();
    let found = who_can(&Access::new(&account), &Ask::new(action, resource), through_roles).unwrap();
    assert_eq!(found.holders.iter().map(told).collect::<Vec<_>>(), expected, "{action} on {resource}");
    assert_eq!(found.not_read, [""; 0]);
}

#[test]
fn users_roles_and_the_root_user_are_found_through_groups_and_conditions() {
    check(
        "iam:CreateAccessKey",
        "*",
        false,
        &["user user/ada", "user user/mal if", "role role/lambda-admin", "root root"],
    );
    check(
        "s3:GetObject",
        "arn:aws:s3:::data/bob/x",
        false,
        &[
            "user user/ada",
            "user user/bob",
            "user user/eve",
            "role role/audit",
            "role role/deploy",
            "role role/lambda-admin",
            "root root",
        ],
    );
}

#[test]
fn who_may_assume_a_role_is_who_its_trust_policy_and_their_own_let() {
    check(
        "sts:AssumeRole",
        &format!("{ACCOUNT}:role/deploy"),
        false,
        &["user user/ada if", "user user/bob if", "user user/eve if", "role role/lambda-admin if"],
    );
    check("sts:AssumeRole", &format!("{ACCOUNT}:role/audit"), false, &["account 999988887777"]);
    check("sts:AssumeRole", &format!("{ACCOUNT}:role/lambda-admin"), false, &["service lambda.amazonaws.com"]);
    check(
        "sts:AssumeRoleWithWebIdentity",
        &format!("{ACCOUNT}:role/deploy"),
        false,
        &["federated oidc-provider/token.actions.githubusercontent.com if"],
    );
}

#[test]
fn roles_lead_further() {
    check(
        "iam:PutRolePolicy",
        &format!("{ACCOUNT}:role/deploy"),
        true,
        &[
            "user user/ada through role/deploy",
            "role role/deploy",
            "role role/lambda-admin through role/deploy",
            "root root",
            "user user/bob if indirectly through role/deploy",
            "user user/eve if indirectly through role/deploy",
            "federated oidc-provider/token.actions.githubusercontent.com if indirectly through role/deploy",
            "service lambda.amazonaws.com indirectly through role/lambda-admin",
        ],
    );
}

#[test]
fn a_given_context_settles_a_condition() {
    let account = lab();
    let access = Access::new(&account);
    let mut ask = Ask::new("iam:CreateAccessKey", "*");
    for (value, certain) in [("true", Some(true)), ("false", None)] {
        ask.context = vec![("aws:MultiFactorAuthPresent".to_owned(), vec![value.to_owned()])];
        let found = who_can(&access, &ask, false).unwrap();
        let mal = found.holders.iter().find(|holder| holder.principal.ends_with("user/mal"));
        assert_eq!(mal.map(|holder| holder.when.is_always()), certain, "{value}");
    }
}

#[test]
fn what_is_not_read_is_told() {
    let mut account = lab();
    let mut bob = account.users().get("bob").unwrap().as_ref().clone();
    bob.facts.inline = crate::model::Fact::Unknown;
    // The newest read wins, so the account is made again without it.
    account.apply(crate::model::Update::Gone(ResourceRef::User("bob".into())));
    account.apply(crate::model::Update::User(Box::new(bob)));
    let found = who_can(&Access::new(&account), &Ask::new("s3:GetObject", "*"), false).unwrap();
    assert_eq!(found.not_read, ["the inline policies of user bob"]);
}

#[test]
fn a_resource_policy_lets_others_in() {
    let account = lab();
    let ask = Ask {
        resource_policy: Some(
            r#"{"Version":"2012-10-17","Statement":[
                {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open/*",
                 "Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}},
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/mal"},"Action":"s3:*",
                 "Resource":"arn:aws:s3:::open/*"}]}"#
                .to_owned(),
        ),
        ..Ask::new("s3:GetObject", "arn:aws:s3:::open/x")
    };
    let found = who_can(&Access::new(&account), &ask, false).unwrap();
    let told: Vec<String> = found.holders.iter().map(told).collect();
    for expected in ["anyone * if", "user user/mal if", "user user/bob if"] {
        assert!(told.iter().any(|one| one == expected), "{expected} is not in {told:?}");
    }
}
