use super::*;
use crate::insight::fixture::{ADMINISTRATOR, known, signed_in_as};
use crate::model::{Document, Fact, InlinePolicy, Tag, Update, UserFacts};

fn plan(calls: impl IntoIterator<Item = Call>) -> Plan {
    let mut plan = Plan::new("");
    for call in calls {
        plan.push(Step::new(call, ""));
    }
    plan
}

/// Checks what guards object to in calls that ada makes: each with its word, or without one.
#[track_caller]
fn check(calls: impl IntoIterator<Item = Call>, expected: &[(&str, Option<&str>)]) -> Vec<Guard> {
    let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let guards = annotate(&account, &Settings::default(), plan(calls)).guards;
    let found: Vec<_> = guards.iter().map(|guard| (guard.id, guard.word.as_deref())).collect();
    assert_eq!(found, expected, "{guards:?}");
    guards
}

const ALL_ALLOWED: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["*"]}]}"#;
const SOME: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;

#[test]
fn giving_everything_asks_for_the_name() {
    let ops = [("full-administrator", Some("ops"))];
    let told = check([Call::attach_role_policy("ops", ADMINISTRATOR)], &ops);
    assert_eq!(
        told[0].message,
        "anyone who assumes role ops can do everything in the account: policy AdministratorAccess"
    );
    assert_eq!(told[0].step.as_deref(), Some("attach-role-policy:ops:AdministratorAccess"));
    check([Call::put_role_policy("ops", "all", ALL_ALLOWED)], &ops);
    check([Call::put_role_policy("ops", "some", SOME)], &[]);
    check([Call::attach_role_policy("ops", "arn:aws:iam::aws:policy/ReadOnlyAccess")], &[]);
    let made = crate::plan::output("create-policy:All", "Policy.Arn");
    check([Call::create_policy("All", ALL_ALLOWED), Call::attach_role_policy("ops", made)], &ops);
    // What a boundary keeps away is not given, until the boundary goes.
    check([Call::attach_user_policy("bob", ADMINISTRATOR)], &[]);
    let removed = [("full-administrator", Some("bob")), ("permissions-boundary", Some("bob"))];
    check([Call::attach_user_policy("bob", ADMINISTRATOR), Call::delete_user_boundary("bob")], &removed);
    let ops = "arn:aws:iam::123456789012:policy/Ops";
    let version = Call::create_policy_version(ops, ALL_ALLOWED);
    check([version.clone()], &[]);
    check([version.with("SetAsDefault", true)], &[("full-administrator", Some("Ops"))]);
}

/// Whether an inline policy of one Allow makes its role an administrator.
#[track_caller]
fn check_statement(elements: &str, is_administrator: bool) {
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {elements}}}]}}"#);
    let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let guards = annotate(&account, &Settings::default(), plan([Call::put_role_policy("ops", "p", document)])).guards;
    let asks = guards.iter().any(|guard| guard.id == "full-administrator" && guard.word.as_deref() == Some("ops"));
    assert_eq!(asks, is_administrator, "{elements}: {guards:?}");
}

#[test]
fn an_administrator_is_made_however_the_document_says_it() {
    let all = r#""Action": "*", "Resource": "*""#;
    for condition in [
        "{}",
        r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "*"}}"#,
        r#"{"DateGreaterThan": {"aws:CurrentTime": "1970-01-01T00:00:00Z"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
        r#"{"StringNotEquals": {"aws:PrincipalTag/no": "body"}}"#,
        r#"{"Null": {"aws:PrincipalTag/no": "true"}}"#,
    ] {
        check_statement(&format!(r#"{all}, "Condition": {condition}"#), true);
    }
    for elements in [
        r#""Action": "*:*", "Resource": "arn:aws:*:*:*:*""#,
        r#""Action": "*", "Resource": "arn:*""#,
        r#""Action": "iam:*", "Resource": "arn:aws:iam::*:*""#,
        r#""Action": "IAM:*", "Resource": "arn:aws:iam::123456789012:*""#,
        r#""Action": "i*", "Resource": "**""#,
        r#""NotAction": "s3:DeleteBucket", "Resource": "*""#,
        r#""Action": "*", "NotResource": "arn:aws:s3:::nobody""#,
        r#""Action": ["iam:Attach*", "iam:Put*"], "Resource": "*""#,
    ] {
        check_statement(elements, true);
    }
    for elements in [
        r#""Action": "s3:*", "Resource": "*""#,
        r#""NotAction": ["iam:*", "organizations:*"], "Resource": "*""#,
        r#""Action": "iam:Get*", "Resource": "*""#,
        r#""Action": "iam:*", "Resource": "arn:aws:iam::123456789012:user/${aws:username}""#,
        r#""Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "none"}}"#,
    ] {
        check_statement(elements, false);
    }
}

#[test]
fn a_deny_that_goes_makes_an_administrator_too() {
    let deny = r#"{"Statement": [{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}"#;
    let mut account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let calls = [Call::put_role_policy("ops", "no", deny), Call::put_role_policy("ops", "all", ALL_ALLOWED)];
    let mut forecast = Forecast::new(&account);
    plan(calls).steps.iter().for_each(|step| forecast.take(step));
    account = forecast.account().clone();
    let guards = annotate(&account, &Settings::default(), plan([Call::delete_role_policy("ops", "no")])).guards;
    let words: Vec<_> = guards.iter().map(|guard| (guard.id, guard.word.as_deref())).collect();
    assert_eq!(words, [("full-administrator", Some("ops"))]);
}

#[test]
fn what_was_not_read_is_said_and_not_guessed() {
    let told = check(
        [Call::attach_user_policy("bob", "arn:aws:iam::123456789012:policy/Unread")],
        &[("full-administrator", None)],
    );
    assert_eq!(told[0].message, "what policy Unread allows to user bob was not read; it may be everything");
    let mut account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let unread = signed_in_as("arn:aws:iam::123456789012:user/zoe");
    let detach = plan([Call::detach_group_policy("admins", ADMINISTRATOR)]);
    let told = annotate(&unread, &Settings::default(), detach).guards;
    assert_eq!(
        told[0].message,
        "whether you keep what you may do in IAM is not known for sure: not read are the policies of zoe"
    );
    // Ada's own policies are known; that bob's are not is no matter of hers.
    account
        .apply(Update::UserFacts("bob".into(), Box::new(UserFacts { groups: Fact::Unknown, ..UserFacts::default() })));
    let none = annotate(&account, &Settings::default(), plan([Call::remove_user_from_group("admins", "bob")]));
    assert_eq!(none.guards, []);
}

#[test]
fn a_role_is_not_opened_to_everyone_in_passing() {
    let trust = |principal: &str, condition: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"{condition}}}]}}"#
        )
    };
    let open = trust(r#"{"AWS": "*"}"#, "");
    check([Call::create_role("door", open.clone())], &[("public-principal", Some("door"))]);
    check([Call::update_trust_policy("ops", open)], &[("public-principal", Some("ops"))]);
    let narrowed = r#", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}"#;
    check([Call::update_trust_policy("ops", trust(r#"{"AWS": "*"}"#, narrowed))], &[]);
    check([Call::update_trust_policy("ops", trust(r#"{"AWS": "123456789012"}"#, ""))], &[]);
}

#[test]
fn a_boundary_is_not_removed_in_passing() {
    let told = check([Call::delete_user_boundary("bob")], &[("permissions-boundary", Some("bob"))]);
    assert!(told[0].message.starts_with("user bob loses its permissions boundary cap: "), "{}", told[0].message);
    check([Call::delete_user_boundary("bob"), Call::delete_user("bob")], &[]);
}

#[test]
fn nobody_locks_themselves_out_in_passing() {
    let told = check(
        [Call::attach_user_policy("bob", ADMINISTRATOR), Call::remove_user_from_group("admins", "ada")],
        &[("self-lockout", Some("ada")), ("last-administrator", Some("ada"))],
    );
    assert!(
        told[0].message.starts_with("you would lose all access to IAM, and could not undo this: "),
        "{}",
        told[0].message
    );
    assert_eq!(told[0].step.as_deref(), Some("remove-user-from-group:ada:admins"));
    let deny = r#"{"Statement": [{"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}]}"#;
    let told = check([Call::put_group_policy("admins", "no", deny)], &[("self-lockout", Some("ada"))]);
    assert!(told[0].message.contains("you would lose 1 of the "), "{}", told[0].message);
    assert!(told[0].message.ends_with(": iam:CreateUser"), "{}", told[0].message);
    check(
        [Call::put_user_boundary("ada", "arn:aws:iam::123456789012:policy/cap")],
        &[("self-lockout", Some("ada")), ("last-administrator", Some("ada"))],
    );
    check(
        [Call::create_user("cleo"), Call::add_user_to_group("admins", "cleo")],
        &[("full-administrator", Some("cleo"))],
    );
}

#[test]
fn the_identity_in_use_is_not_deleted_in_passing() {
    check(
        [
            Call::remove_user_from_group("admins", "ada"),
            Call::delete_access_key("ada", "AKIAEXAMPLE"),
            Call::delete_user("ada"),
        ],
        &[("own-identity", Some("ada")), ("last-administrator", Some("ada"))],
    );
    check([Call::update_access_key("ada", "AKIAEXAMPLE", "Inactive")], &[("own-identity", Some("ada"))]);
    check([Call::update_access_key("ada", "AKIAEXAMPLE", "Active")], &[]);
    check([Call::delete_login_profile("bob")], &[]);
    let session = signed_in_as("arn:aws:sts::123456789012:assumed-role/ops/me");
    let found = annotate(&session, &Settings::default(), plan([Call::delete_role("ops")])).guards;
    assert_eq!(found[0].message, "you are signed in with role ops, which is deleted");
}

#[test]
fn another_administrator_who_stays_is_enough() {
    check(
        [
            Call::create_user("cleo"),
            Call::add_user_to_group("admins", "cleo"),
            Call::remove_user_from_group("admins", "ada"),
        ],
        &[("self-lockout", Some("ada")), ("full-administrator", Some("cleo"))],
    );
}

#[test]
fn settings_silence_guards_or_let_them_only_remark() {
    let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let words = |setting: &str| {
        let settings = Settings::parse(&[("full-administrator".to_owned(), setting.to_owned())]).unwrap();
        let plan = plan([Call::attach_role_policy("ops", ADMINISTRATOR)]);
        annotate(&account, &settings, plan).guards.into_iter().map(|guard| guard.word).collect::<Vec<_>>()
    };
    assert_eq!(words("ask"), [Some("ops".to_owned())]);
    assert_eq!(words("warn"), [None]);
    assert_eq!(words("off"), Vec::<Option<String>>::new());
    let pair = |name: &str, word: &str| [(name.to_owned(), word.to_owned())];
    let told = Settings::parse(&pair("full-administrators", "off")).unwrap_err();
    assert_eq!(told.hint.as_deref(), Some("Did you mean `full-administrator`?"));
    let told = Settings::parse(&pair("self-lockout", "loud")).unwrap_err();
    assert_eq!(told.message, "the guard `self-lockout` cannot be `loud`");
}

#[test]
fn a_file_neither_brings_nor_silences_objections() {
    let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let mut before = plan([Call::create_user("cleo")]);
    before.guards.push(object(&full_administrator::WATCH, None, "made up".to_owned(), "", None));
    assert_eq!(annotate(&account, &Settings::default(), before).guards, []);
}

#[test]
fn what_the_endpoint_cannot_list_is_remarked_on_where_its_owner_is_deleted() {
    let mut account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let facts = UserFacts {
        service_credentials: Fact::denied(crate::model::Denial::unsupported("ListServiceSpecificCredentials")),
        keys: Fact::denied(crate::model::Denial::of("iam:ListAccessKeys")),
        ..UserFacts::default()
    };
    account.apply(Update::UserFacts("bob".into(), Box::new(facts)));
    let look = |call| annotate(&account, &Settings::default(), plan([call])).guards;
    let found = look(Call::delete_user("bob"));
    let told: Vec<_> = found.iter().map(|guard| (guard.id, guard.message.as_str(), &guard.word)).collect();
    let message =
        "this endpoint has no `ListServiceSpecificCredentials`: service credentials of bob are left out of the plan";
    assert_eq!(told, [("left-out", message, &None)]);
    assert_eq!(look(Call::delete_login_profile("bob")), []);
}

/// Whether ada, whose tag `team` is `night` and who is denied IAM under a condition, locks herself out by a call.
#[track_caller]
fn check_condition(condition: &str, call: &Call, locks_out: bool) {
    let deny = format!(
        r#"{{"Statement": {{"Effect": "Deny", "Action": "iam:*", "Resource": "*", "Condition": {condition}}}}}"#
    );
    let mut account = signed_in_as("arn:aws:iam::123456789012:user/ada");
    let facts = UserFacts {
        tags: known(vec![Tag { key: "team".into(), value: "night".into() }]),
        inline: known(vec![InlinePolicy { name: "deny".into(), document: known(Document::new(deny)) }]),
        ..UserFacts::default()
    };
    account.apply(Update::UserFacts("ada".into(), Box::new(facts)));
    let guards = annotate(&account, &Settings::default(), plan([call.clone()])).guards;
    let found = guards.iter().any(|guard| guard.id == "self-lockout" && guard.word.as_deref() == Some("ada"));
    assert_eq!(found, locks_out, "{call:?}: {guards:?}");
}

#[test]
fn a_tag_or_a_name_that_permissions_depend_on_counts() {
    let by_tag = r#"{"StringNotEquals": {"aws:PrincipalTag/team": "night"}}"#;
    let tags = |value: &str| serde_json::json!([{"Key": "Team", "Value": value}]);
    check_condition(by_tag, &Call::untag_user("ada", serde_json::json!(["TEAM"])), true);
    check_condition(by_tag, &Call::tag_user("ada", tags("day")), true);
    check_condition(by_tag, &Call::tag_user("ada", tags("night")), false);
    check_condition(by_tag, &Call::untag_user("ada", serde_json::json!(["cost"])), false);
    let by_name = r#"{"StringNotEquals": {"aws:username": "ada"}}"#;
    check_condition(by_name, &Call::update_user("ada").with("NewUserName", "lovelace"), true);
    check_condition(by_name, &Call::update_user("ada").with("NewPath", "/people/"), false);
    let by_path = r#"{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ada"}}"#;
    check_condition(by_path, &Call::update_user("ada").with("NewPath", "/people/"), true);
}

#[test]
fn a_group_that_is_renamed_keeps_its_members_and_what_they_may_do() {
    check([Call::update_group("admins").with("NewGroupName", "operators")], &[]);
}
