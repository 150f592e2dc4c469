//! Documents that ask for more work than anybody would wait for: each operation gives up on them, and says so.

use iamtui::base::work::{self, GaveUp};
use iamtui::catalog::Catalog;
use iamtui::policy::diff::diff;
use iamtui::policy::expand::expand;
use iamtui::policy::minimise::minimise;
use iamtui::policy::read;
use iamtui::policy::summary::summarise;
use iamtui::policy::validate::{Options, validate};

/// Fewer steps than an operation may do, so that the test is quick.
const STEPS: u64 = 1_000_000;

/// A document of so many statements.
fn statements(count: usize, statement: impl Fn(usize) -> String) -> String {
    let statements: Vec<String> = (0..count).map(statement).collect();
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// A statement with so many entries in one of its lists.
fn entries(count: usize, before: &str, entry: impl Fn(usize) -> String, after: &str) -> String {
    let entries: Vec<String> = (0..count).map(|n| format!("\"{}\"", entry(n))).collect();
    statements(1, |_| format!(r#"{{"Effect":"Allow",{before}:[{}]{after}}}"#, entries.join(",")))
}

/// What each operation comes to, in this order: minimise, expand, diff against nothing, summary.
fn outcomes(text: &str) -> [Result<(), GaveUp>; 4] {
    let (policy, catalog) = (read(text), Catalog::bundled());
    [
        work::within(STEPS, || minimise(&policy).map(drop)).flatten(),
        work::within(STEPS, || expand(&policy, catalog).map(drop)).flatten(),
        work::within(STEPS, || diff(&read("{}"), &policy, catalog).map(drop)).flatten(),
        work::within(STEPS, || summarise(&policy, catalog).map(drop)).flatten(),
    ]
}

#[track_caller]
fn check(text: &str, expected: [Result<(), GaveUp>; 4]) {
    assert!(text.len() <= 262_144, "{} characters", text.len());
    assert_eq!(outcomes(text), expected);
    let report = work::within(STEPS, || validate(text, &Options::default()).given_up);
    assert!(report.is_err() || report.is_ok_and(|given_up| given_up.len() < 3));
}

const GIVEN_UP: Result<(), GaveUp> = Err(GaveUp);

#[test]
fn statements_that_are_each_compared_with_all_others_are_given_up() {
    let text = statements(2_000, |n| {
        format!(r#"{{"Effect":"Allow","Action":"s3:Get{n}","Resource":"arn:aws:s3:::bucket-{n}/*"}}"#)
    });
    check(&text, [GIVEN_UP, Ok(()), GIVEN_UP, Ok(())]);
}

#[test]
fn statements_that_speak_of_all_services_are_given_up() {
    let text = statements(2_000, |n| {
        format!(r#"{{"Effect":"Allow","NotAction":"s3:Get{n}","NotResource":"arn:aws:s3:::bucket-{n}/*"}}"#)
    });
    check(&text, [GIVEN_UP, Ok(()), GIVEN_UP, GIVEN_UP]);
}

#[test]
fn the_same_pattern_is_written_out_once() {
    let text = entries(10_000, "\"Action\"", |_| "s3:*".to_owned(), r#","Resource":"*""#);
    let policy = read(&text);
    assert!(work::within(STEPS, || expand(&policy, Catalog::bundled())).is_ok());
}

#[test]
fn patterns_that_are_compared_with_every_action_are_given_up() {
    let text = entries(10_000, "\"Action\"", |n| format!("*:*{n}*"), r#","Resource":"*""#);
    check(&text, [Ok(()), GIVEN_UP, GIVEN_UP, GIVEN_UP]);
}

#[test]
fn patterns_as_long_as_the_document_are_given_up() {
    let text =
        entries(2, "\"Action\":\"s3:*\",\"Resource\"", |n| format!("arn:aws:s3:::{}{n}", "*a?".repeat(30_000)), "");
    check(&text, [Ok(()), Ok(()), GIVEN_UP, GIVEN_UP]);
}

#[test]
fn what_a_person_writes_is_never_given_up() {
    let text = statements(20, |n| {
        format!(
            r#"{{"Sid":"Part{n}","Effect":"Allow","Action":["s3:Get*","s3:List*","ec2:Describe*","iam:PassRole"],"Resource":["arn:aws:s3:::bucket-{n}/*","arn:aws:iam::*:role/app-{n}"],"Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"blue"}}}}}}"#
        )
    });
    check(&text, [Ok(()); 4]);
    let steps = u64::MAX / 2;
    let left = work::within(steps, || {
        assert_eq!(validate(&text, &Options::default()).given_up, Vec::<&str>::new());
        work::left()
    });
    assert!(steps - left.unwrap() < work::AT_ONCE, "{} steps", steps - left.unwrap());
}

#[test]
fn documents_that_nobody_can_mend_are_told_at_once() {
    for text in ["[".repeat(200_000), "{\"a\":".repeat(40_000), "]".repeat(200_000)] {
        let start = std::time::Instant::now();
        assert!(!validate(&text, &Options::default()).findings.is_empty());
        // A hundredth of it, built with optimisation.
        assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
    }
}
