//! Asking the service itself from the editor.

use super::*;

const WITH_UNKNOWN_ACTION: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Nope", "Resource": "*"}]}"#;

/// Asks the service and answers with these findings of its API.
fn asked(desk: &mut Desk, findings: &[Value]) {
    desk.keys("<alt-t>");
    let Some(UiEffect::Task(BackgroundTask::AskService { text, kind, account })) = desk.effects.pop() else {
        panic!("nobody is asked: {:?}", desk.effects)
    };
    assert!(desk.screen().contains("Asking `ValidatePolicy` …"), "{}", desk.screen());
    let result = Ok(Box::new(crate::policy::answer::compare(&text, kind, account, findings)));
    desk.finish(TaskResult::Compared { text, result });
}

#[test]
fn what_only_the_service_or_only_we_report_is_told_apart() {
    let mut desk = Desk::of_size(WITH_UNKNOWN_ACTION, 80, 24);
    let place = json!([{"path": [{"value": "Version"}], "span": {"start": {"line": 1, "column": 12, "offset": 12}}}]);
    let finding =
        json!({"findingType": "WARNING", "issueCode": "NEWER", "findingDetails": "Is new.", "locations": place});
    asked(&mut desk, &[finding]);
    let screen = desk.screen();
    for wanted in [
        "[AWS]",
        "≠ No finding is the same",
        "Only the service reports (1)",
        "▲ 1:13 NEWER: Is new.",
        "Only we report (1)",
    ] {
        assert!(screen.contains(wanted), "`{wanted}` is not there:\n{screen}");
    }
    // Its line leads to the place; after an edit the answer is that of another text.
    desk.keys("<f6><down><down><enter>");
    assert_eq!(desk.editor.text.caret().at, 12);
    desk.keys("<end> ");
    assert!(desk.screen().contains("▲ The text has changed since"), "{}", desk.screen());
}

#[test]
fn a_service_that_agrees_is_said_to_agree() {
    let mut desk = Desk::of_size(WITH_UNKNOWN_ACTION, 120, 30);
    let options = crate::policy::validate::Options { kind: Some(PolicyKind::Identity), ..Default::default() };
    let ours = crate::policy::validate::validate(desk.text(), &options).findings;
    let findings = crate::policy::answer::findings(desk.text(), &ours);
    let theirs: Vec<Value> =
        findings.into_iter().filter(|finding| finding["issueCode"].as_str().unwrap().contains('_')).collect();
    asked(&mut desk, &theirs);
    assert!(desk.screen().contains("✓ 1 finding is the same on both sides."), "{}", desk.screen());
    desk.editor.kind = Some(PolicyKind::Scp);
    desk.editor.seen = None;
    desk.settle();
    assert!(desk.screen().contains("▲ It was asked about as `identity`"), "{}", desk.screen());
}

#[test]
fn an_answer_that_was_given_up_or_that_nobody_can_give_is_said_in_words() {
    let mut desk = Desk::of_size(WITH_UNKNOWN_ACTION, 80, 24);
    desk.keys("<alt-t>");
    desk.tell(&UiMessage::Stop);
    assert_eq!(desk.said(), "No longer waiting for the answer of AWS.");
    desk.settle();
    assert!(desk.screen().contains("✗ the question was stopped"), "{}", desk.screen());
    desk.tell(&UiMessage::Stop);
    assert!(desk.said().starts_with("nothing is selected to copy"), "nothing is left to stop");
    desk.editor.kind = Some(PolicyKind::Vpce);
    desk.editor.seen = None;
    desk.effects.clear();
    desk.keys("<alt-t>");
    assert!(desk.effects.is_empty() && desk.screen().contains("no checks for a policy of the kind `vpce`"));
}

#[test]
fn our_access_check_is_free_and_that_of_aws_is_asked_for_once_more() {
    use crate::policy::access_check::{Check, Verdict};

    let mut desk = Desk::of_size(WITH_UNKNOWN_ACTION, 120, 30);
    desk.editor.base = WITH_UNKNOWN_ACTION.replace("s3:Nope", "s3:GetObject");
    desk.keys("<alt-A>");
    assert!(desk.effects.iter().all(|effect| !matches!(effect, UiEffect::Task(BackgroundTask::CheckAccess { .. }))));
    for wanted in ["✗ ours: it may grant access", "Statement 1", "AWS bills USD 0.0020 for one check."] {
        assert!(desk.screen().contains(wanted), "`{wanted}` is not there:\n{}", desk.screen());
    }
    desk.keys("<alt-A>");
    let Some(UiEffect::Task(BackgroundTask::CheckAccess { new, .. })) = desk.effects.pop() else {
        panic!("nobody is asked: {:?}", desk.effects)
    };
    let verdict =
        Verdict { passes: false, message: "grants new access".into(), reasons: vec!["in statement 0".into()] };
    desk.finish(TaskResult::AccessChecked { new, answers: vec![(Check::NewAccess, Ok(verdict))] });
    assert!(desk.screen().contains("✗ AWS: grants new access"), "{}", desk.screen());
    desk.keys("<end> ");
    assert!(desk.screen().contains("▲ The text has changed since"), "{}", desk.screen());
}
