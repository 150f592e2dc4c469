//! `iamtui unused` over the built program.

use serde_json::Value;

use super::Desk;

#[test]
fn the_plan_of_what_is_unused_disables_it_and_nothing_is_left() {
    let desk = Desk::new();
    let ran = desk.check(1, "unused --older-than 90 --output json");
    let told: Value = serde_json::from_str(&ran.data).unwrap();
    let rows = told["unused"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["kind"] == "user" && row["resource"] == "also.left"), "{told}");
    assert!(rows.iter().all(|row| row["days"].as_i64().unwrap() > 90), "{told}");
    let ran = desk.check(0, "unused --older-than 90 --output plan");
    let plan = iamtui::plan::Plan::parse(&ran.data).unwrap();
    let deletes = |title: String| title.starts_with("delete ") && !title.contains("console password");
    assert!(!plan.steps.iter().any(|step| deletes(step.title())), "{}", ran.data);
    std::fs::write(desk.program.home().join("plan.json"), &ran.data).unwrap();
    desk.apply(0, "plan.json --confirm delete --reason unused");
    let ran = desk
        .program
        .run(&["unused", "--output", "json", &format!("--endpoint-url={}", desk.emulator.handle.endpoint)], "");
    let told: Value = serde_json::from_str(&ran.data).unwrap();
    let open = told["unused"].as_array().unwrap().iter();
    let open: Vec<&Value> =
        open.filter(|row| row["disabled"] == false && (row["kind"] == "user" || row["kind"] == "role")).collect();
    assert_eq!(open, [&Value::Null; 0], "{told}");
}
