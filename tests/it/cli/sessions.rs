//! Sign-in sessions, their limits, and tags of MFA devices, without a screen.

use iamtui::api::{Operation, Signin};

use super::Desk;
use crate::harness::run;

#[test]
fn the_sessions_of_a_user_are_revoked_and_cannot_come_back() {
    let desk = Desk::new();
    let plan = desk.plan("revoke-sessions ada.lovelace --reason lost");
    assert_eq!((plan.title.as_str(), plan.steps.len()), ("revoke 3 sign-in sessions of user ada.lovelace", 1));
    let call = plan.steps[0].call().unwrap();
    assert_eq!(call.operation(), Operation::Signin(Signin::BatchRevokeSessions));
    desk.apply(0, "plan.json");
    let none = desk.check(3, "plan revoke-sessions ada.lovelace");
    assert!(none.messages.contains("none of the sign-in sessions is active"), "{}", none.messages);
    let nobody = desk.check(3, "plan revoke-sessions ada.lovelac");
    assert!(nobody.messages.contains("Did you mean `ada.lovelace`?"), "{}", nobody.messages);
    let unknown = desk.check(3, "plan revoke-sessions * --session none");
    assert!(unknown.messages.contains("there is no sign-in session `none`"), "{}", unknown.messages);
    assert_eq!(desk.plan("revoke-sessions *").title, "revoke 5 sign-in sessions");
}

#[test]
fn sign_in_sessions_of_users_and_roles_are_limited_and_the_limit_lifted() {
    let desk = Desk::new();
    desk.plan("limit-sessions ada.lovelace 8h");
    desk.apply(0, "plan.json");
    let same = desk.check(3, "plan limit-sessions ada.lovelace 28800");
    assert!(same.messages.contains("is the same"), "{}", same.messages);
    desk.plan("limit-sessions ada.lovelace --reset");
    desk.apply(0, "plan.json");
    desk.plan("edit-role lambda-webhook --max-signin-session 30d");
    desk.apply(0, "plan.json");
    let terraform = desk.check(0, "plan edit-role lambda-webhook --reset-max-signin-session --output terraform");
    assert!(terraform.data.contains("its longest sign-in session has no property there"), "{}", terraform.data);
    let cli = desk.check(0, "plan edit-role lambda-webhook --reset-max-signin-session --output cli");
    assert!(cli.data.contains("--reset-max-signin-session-duration"), "{}", cli.data);
    let wrong = desk.check(2, "plan limit-sessions ada.lovelace 91d");
    assert!(wrong.messages.contains("from 1h to 90d"), "{}", wrong.messages);
}

#[test]
fn an_mfa_device_is_tagged_by_its_name() {
    let desk = Desk::new();
    let iam = desk.emulator.iam();
    run(iam.create_virtual_mfa_device().virtual_mfa_device_name("spare-phone").send()).unwrap();
    let serial = format!("arn:aws:iam::{}:mfa/spare-phone", crate::harness::ACCOUNT);
    assert_eq!(desk.plan("tag team=blue --mfa-device spare-phone").steps.len(), 1);
    desk.apply(0, "plan.json");
    let tags = run(iam.list_mfa_device_tags().serial_number(&serial).send()).unwrap().tags;
    assert_eq!((tags[0].key(), tags[0].value()), ("team", "blue"));
    let both = desk.plan(&format!("tag team=red --mfa-device {serial} --user alan.turing"));
    assert!(both.steps.len() >= 2, "{both:?}");
    let none = desk.check(3, "plan tag team=blue --mfa-device spare-phoen");
    assert!(none.messages.contains("Did you mean `spare-phone`?"), "{}", none.messages);
}

#[test]
fn a_lock_out_revokes_the_sessions_of_roles_that_were_assumed_lately() {
    let desk = Desk::new();
    let plan = desk.plan("lock-out ada.lovelace --assumed-roles");
    let titles: Vec<String> = plan.steps.iter().map(iamtui::plan::Step::title).collect();
    assert!(titles.contains(&"revoke 3 sign-in sessions of user ada.lovelace".to_owned()), "{titles:?}");
}
