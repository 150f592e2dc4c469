//! Grants that end, without a screen.

use serde_json::Value;

use super::Desk;
use crate::harness::run;

impl Desk {
    /// Lets the time of the planned grant be over already.
    fn let_it_be_over(&self) {
        let file = self.program.home().join("plan.json");
        let mut plan: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        plan["until"] = "2026-01-01T00:00:00Z".into();
        std::fs::write(&file, plan.to_string()).unwrap();
    }

    fn is_member(&self, user: &str, group: &str) -> bool {
        let groups = run(self.emulator.iam().list_groups_for_user().user_name(user).send()).unwrap().groups;
        groups.iter().any(|held| held.group_name == group)
    }
}

#[test]
fn a_membership_whose_time_is_over_is_listed_and_ended() {
    let desk = Desk::new();
    let plan = desk.plan("grant --join SecurityAudit --user alan.turing --for 4h");
    assert!(plan.until.is_some());
    desk.let_it_be_over();
    desk.apply(0, "plan.json");
    assert!(desk.is_member("alan.turing", "SecurityAudit"));
    let listed = desk.check(1, "journal due");
    assert!(listed.data.contains("over") && listed.data.contains("membership in SecurityAudit"), "{}", listed.data);
    desk.check(0, "journal due --apply --yes");
    assert!(!desk.is_member("alan.turing", "SecurityAudit"));
    let none = desk.check(0, "journal due");
    assert!(none.messages.contains("nothing was granted for a time"), "{}", none.messages);
}

#[test]
fn a_policy_for_some_hours_ends_by_itself_and_is_tidied_up() {
    let desk = Desk::new();
    let ran = desk.check(0, "plan grant --policy AmazonSNSReadOnlyAccess --role lambda-webhook --for 2d");
    assert!(!ran.messages.contains("journal due"), "AWS ends it: {}", ran.messages);
    desk.plan("grant --policy AmazonSNSReadOnlyAccess --role lambda-webhook --for 2d");
    desk.apply(0, "plan.json");
    assert_eq!(desk.writes(), ["PutRolePolicy"]);
    let listed = desk.check(0, "journal due");
    assert!(listed.data.contains("47 h left") || listed.data.contains("2 days left"), "{}", listed.data);
    desk.check(0, "journal due --apply --yes");
    assert_eq!(desk.writes(), ["PutRolePolicy"], "what is open is not ended");
    let wrong = desk.check(2, "plan grant --policy ReadOnlyAccess --user alan.turing --for 4x");
    assert!(wrong.messages.contains("is no span of time"), "{}", wrong.messages);
}
