//! Questions about access in the console: who can, what somebody can do, escalation, the security review.

use iamtui::app::Source;

use super::canned;
use super::console::Live;
use crate::harness::{Emulator, run};

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An administrator, a user who may become one, and a role that the account trusts.
fn company() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let own = |action: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#)
    };
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"123456789012"}}}"#;
    run(async {
        for (name, policy) in [("ada", EVERYTHING.to_owned()), ("mal", own("iam:CreateAccessKey"))] {
            iam.create_user().user_name(name).send().await.unwrap();
            let put = iam.put_user_policy().user_name(name).policy_name("own");
            put.policy_document(policy).send().await.unwrap();
        }
        iam.create_role().role_name("nightly").assume_role_policy_document(trust).send().await.unwrap();
    });
    emulator
}

fn open() -> (Emulator, Live) {
    let emulator = company();
    let console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    (emulator, console)
}

#[test]
fn who_can_assume_a_role_is_listed_and_another_action_typed() {
    let (_emulator, mut console) = open();
    console.keys(":roles<enter>");
    console.wait("nightly");
    console.keys("w");
    console.wait("Who can");
    console.wait("user/ada");
    console.keys("iam:DeleteRole<enter>");
    console.wait("root       arn:aws:iam::123456789012:root");
    console.keys("<ctrl-u>");
    console.keys("nonsense<enter>");
    console.wait("`nonsense` is not an action");
    console.keys("<esc>");
    console.wait("1 of 1 roles");
}

#[test]
fn what_somebody_can_do_and_how_to_get_more_are_commands() {
    let (_emulator, mut console) = open();
    console.keys(":users<enter>");
    console.wait("2 of 2 users");
    console.keys(":show access<enter>");
    console.wait("ada: administrator");
    console.keys("<esc>:escalation<enter>");
    console.wait("open: arn:aws:iam::123456789012:user/mal → arn:aws:iam::123456789012:user/ada");
    console.keys("<esc>:review account<enter>");
    console.wait("score");
    console.wait("Nobody can get the permissions of an administrator");
}

#[test]
fn a_finding_leads_to_whom_it_is_about_and_to_the_change_that_settles_it() {
    let (_emulator, mut console) = open();
    console.keys(":review account<enter>");
    console.wait("(iam-002)");
    for _ in 0..30 {
        if console.screen().lines().any(|line| line.contains("› ") && line.contains("user/mal can get")) {
            break;
        }
        console.keys("j");
    }
    console.keys("f");
    console.wait("Review:");
    console.wait("Effect on permissions");
    console.wait("closes an escalation path: user/mal");
    console.keys("<esc>");
    console.wait("score");
    console.keys("<enter>");
    console.wait("IAM users › mal");
    console.keys("6");
    console.wait("Administrator");
    console.wait("Services (expand one");
}

#[test]
fn requests_are_simulated_and_a_denial_is_explained() {
    let (_emulator, mut console) = open();
    console.keys(":simulate<enter>");
    console.wait("Type who, what and on what");
    console.keys("ada,mal iam:CreateAccessKey,s3:GetObject<enter>");
    console.wait("  1  iam:CreateAccessKey");
    console.wait("ada   ✓   ✓");
    console.wait("mal   ✓   ✗");
    console.keys("<esc>:users<enter>");
    console.wait("2 of 2 users");
    console.keys(":simulate<enter>");
    console.wait("Simulate: ada");
    console.keys(" s3:GetObject<enter>");
    console.wait("✓ allowed      ada  s3:GetObject");
    console.wait("✓ identity own statement 1, Allow: * matches on *");
    console.keys(" * aws<enter>");
    console.wait("AWS's simulator agrees: allowed");
    console.keys("<esc>:simulate<enter>");
    console.wait("Simulate: ada");
    console.keys("mal s3:GetObject<enter>");
    console.wait("mal  s3:GetObject");
    console.keys("<esc>:explain denial<enter>");
    console.wait("paste an AccessDenied error");
    console.paste(
        "User: arn:aws:iam::123456789012:user/mal is not authorized to perform: s3:ListAllMyBuckets because no \
         identity-based policy allows the s3:ListAllMyBuckets action",
    );
    console.keys("<enter>");
    console.wait("layer     identity");
    console.wait("fix: Allow s3:ListAllMyBuckets for user mal alone");
    // As an editor or the page of CloudTrail shows it.
    let event = serde_json::json!({
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/mal", "userName": "mal"},
        "eventSource": "sqs.amazonaws.com", "eventName": "ListQueues", "errorCode": "AccessDenied",
        "userAgent": "x".repeat(2_500),
        "errorMessage": "User: arn:aws:iam::123456789012:user/mal is not authorized to perform: sqs:ListQueues \
            because no identity-based policy allows the sqs:ListQueues action",
    });
    console.keys("<ctrl-u>");
    console.paste(&serde_json::to_string_pretty(&event).unwrap());
    console.keys("<enter>");
    console.wait("fix: Allow sqs:ListQueues for user mal alone");
    console.keys("<ctrl-u>");
    console.paste(
        "User: arn:aws:iam::123456789012:user/mal is not authorized\n  to perform: sqs:ListQueueTags because no\n  \
         identity-based policy allows\n  the sqs:ListQueueTags action\n",
    );
    console.keys("<enter>");
    console.wait("fix: Allow sqs:ListQueueTags for user mal alone");
}

#[test]
fn an_answer_that_comes_late_does_not_replace_that_to_a_later_question() {
    let (_emulator, mut console) = open();
    console.keys(":explain denial<enter>");
    console.wait("paste an AccessDenied error");
    console.paste(&"A1b2".repeat(20));
    console.keys("<enter><ctrl-u>");
    console.paste("User: arn:aws:iam::123456789012:user/mal is not authorized to perform: sqs:ListQueues");
    console.keys("<enter>");
    console.wait("fix: Allow sqs:ListQueues for user mal alone");
    console.rest();
    console.wait("fix: Allow sqs:ListQueues for user mal alone");
}

#[test]
fn a_read_only_session_does_not_send_an_encoded_message() {
    let emulator = company();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (120, 40), tempfile::tempdir().unwrap(), true);
    console.keys(":explain denial<enter>");
    console.wait("paste an AccessDenied error");
    console.paste(&"A1b2".repeat(20));
    console.keys("<enter>");
    console.wait("this session is read-only");
    console.wait("or start with `--read-only=false`.");
}

#[test]
fn statements_are_found_in_all_policies() {
    let (_emulator, mut console) = open();
    console.keys(":find<enter>");
    console.wait("A query is a list of terms");
    console.keys("iam:CreateAccessKey -of:ada<enter>");
    console.wait("inline policy own of user mal, statement 1");
    console.wait("Allow iam:CreateAccessKey on *");
}

#[test]
fn the_simulator_takes_the_text_in_the_editor_for_saved() {
    let (_emulator, mut console) = open();
    console.keys(":users<enter>");
    console.wait("2 of 2 users");
    console.keys("j<enter>");
    console.wait("IAM users › mal");
    console.wait("▸ own");
    console.keys("e");
    console.wait("Inline policy own of mal");
    console.wait("CreateAccessKey");
    console.keys("<ctrl-a>");
    console.paste(&EVERYTHING.replace("\"*\",\"R", "\"s3:*\",\"R"));
    console.keys("<ctrl-p>simulate<enter>");
    console.wait("Simulate with the text in the editor");
    console.keys(" s3:GetObject,iam:CreateAccessKey<enter>");
    console.wait("✓ allowed      mal  s3:GetObject");
    console.wait("✗ denied       mal  iam:CreateAccessKey");
}

#[test]
fn a_denial_on_the_screen_is_explained_with_one_key() {
    let emulator = company();
    let key = run(async {
        let made = emulator.iam().create_access_key().user_name("mal").send().await.unwrap().access_key.unwrap();
        iamtui::emulator::KeyPair::new(made.access_key_id, made.secret_access_key)
    });
    let mut console = Live::open(&emulator.handle.endpoint, &key, (120, 40));
    console.keys(":users<enter>");
    console.wait("W explains it.");
    console.keys("W");
    console.wait("Explain a denial");
    console.wait("iam:ListUsers");
    console.wait("layer     identity");
}

#[test]
fn a_review_is_remembered_on_the_dashboard_and_in_lists() {
    let (_emulator, mut console) = open();
    console.wait("Not reviewed yet.");
    console.keys(":review account<enter>");
    console.wait("score");
    console.keys("<esc>");
    console.wait("of 100: 3 critical");
    console.wait("▲ Apply least-privilege permissions: 2 findings");
    console.keys(":users<enter>");
    console.wait("▲mal");
    console.keys(":review account<enter>");
    console.wait("0 new findings, 0 settled");
}

#[test]
fn a_review_of_a_snapshot_is_not_kept_as_the_last_of_its_account() {
    let kept = |state: &std::path::Path| {
        let files = std::fs::read_dir(state.join("drafts")).into_iter().flatten().flatten();
        files.filter(|file| file.file_name().to_string_lossy().contains("security-review")).count()
    };
    let review = |mut console: Live| {
        console.keys(":review account<enter>");
        console.wait("score");
        kept(console.end().path())
    };
    let (_emulator, console) = open();
    assert_eq!(review(console), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.snapshot");
    let snapshot = iamtui::model::Snapshot::new(canned::account(), None, "2026-01-02T03:04:05Z".parse().unwrap());
    std::fs::write(&file, snapshot.to_bytes().unwrap()).unwrap();
    assert_eq!(review(Live::on(Source::Snapshot(file), (120, 40))), 0);
}

#[test]
fn a_policy_is_trimmed_to_what_was_used() {
    let (emulator, mut console) = open();
    let wide =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sqs:*","iam:ListUsers"],"Resource":"*"}}"#;
    run(async {
        let iam = emulator.iam();
        let made = iam.create_policy().policy_name("wide").policy_document(wide).send().await.unwrap();
        let arn = made.policy.unwrap().arn.unwrap();
        iam.attach_user_policy().user_name("mal").policy_arn(arn).send().await.unwrap();
        let made = iam.create_access_key().user_name("mal").send().await.unwrap().access_key.unwrap();
        let key = iamtui::emulator::KeyPair::new(made.access_key_id, made.secret_access_key);
        emulator.iam_as(&key).list_users().send().await.unwrap();
    });
    console.keys(":policies<enter>");
    console.wait("wide");
    console.keys("/wide<enter>");
    console.keys(":trim policy<enter>");
    console.wait("Not used: sqs:");
    console.wait("Has the policy: user mal.");
}

#[test]
fn a_question_is_asked_in_one_line_behind_the_name_of_its_command() {
    let (_emulator, mut console) = open();
    console.keys(":find s3:DeleteBucket<enter>");
    console.wait("Find in policies");
    console.wait("s3:DeleteBucket");
    console.wait("1 statement found");
    console.keys("<esc>:who can iam:CreateUser<enter>");
    console.wait("Who can");
    console.wait("Action: iam:CreateUser");
    console.keys("<esc>:simulate ada iam:CreateUser<enter>");
    console.wait("Simulate: ada iam:CreateUser");
    console.wait("allowed");
}
