//! `iamtui findings`, and plans that change IAM Access Analyzer, over the built program.

use super::Desk;

const PLAN: &str = r#"{"version":2,"title":"create analyzer own","steps":[
    {"id":"a","service":"access-analyzer","operation":"CreateAnalyzer","input":{"analyzerName":"own","type":"ACCOUNT"}}]}"#;

#[test]
fn findings_are_listed_once_an_analyzer_was_created_by_a_plan() {
    let desk = Desk::new();
    // The analyzers of the company are in another Region.
    let ran = desk.check(0, "findings --region eu-west-1");
    assert!(ran.messages.contains("There is no analyzer in this Region."), "{ran:?}");
    std::fs::write(desk.program.home().join("plan.json"), PLAN).unwrap();
    desk.apply(0, "plan.json --any-account --region eu-west-1");
    let ran = desk.check(1, "findings --region eu-west-1");
    assert!(ran.data.contains("Active  External access  arn:aws:iam::"), "{ran:?}");
    let ran = desk.check(1, "findings --output json --region eu-west-1");
    let told: serde_json::Value = serde_json::from_str(&ran.data).unwrap();
    let first = &told["findings"][0];
    assert!(first["findingDetails"][0]["externalAccessDetails"]["action"].is_array(), "{first}");
    assert!(first["analyzerArn"].as_str().unwrap().ends_with(":analyzer/own"), "{first}");
    assert_eq!(told["complete"], true);
}

#[test]
fn a_plan_that_asks_a_service_for_what_it_does_not_have_is_refused() {
    let desk = Desk::new();
    let wrong = PLAN.replace("\"type\"", "\"typ\"");
    std::fs::write(desk.program.home().join("plan.json"), wrong).unwrap();
    let ran = desk.apply(3, "plan.json --any-account");
    assert!(ran.messages.contains("`CreateAnalyzer` has no parameter `typ`"), "{ran:?}");
}
