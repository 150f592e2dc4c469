//! Enabling a user again that was disabled here, where the journal no longer knows the way back.

use crate::model::Account;
use crate::plan::{Inverse, Plan, PlanError, Step};

use super::disable_user::{DENY_ALL, DOCUMENT};
use super::{Owner, listed, rows, user};

/// The plan that takes the denial off users again.
///
/// Which keys were active before, and what the password was, the account does not tell: both stay as they are.
pub fn enable_users(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("enable {}", listed("user", names)));
    for name in names {
        let user = user(account, name)?;
        let inline = rows(&user.facts.inline, || format!("the inline policies of {name}"))?;
        if !inline.iter().any(|policy| policy.name.as_str() == DENY_ALL) {
            return Err(PlanError::Absent { kind: "inline policy", name: DENY_ALL.to_owned(), meant: None });
        }
        let owner = Owner::User(name.clone());
        let step = Step::new(owner.delete_inline(DENY_ALL), "it denies the user everything");
        let risk = format!("{name} has all permissions again; keys stay inactive and there is no new password");
        plan.push(step.risk(risk).undo(Inverse::of([owner.put_inline(DENY_ALL, DOCUMENT)])));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, names, undo_lines};
    use super::*;
    use crate::model::{Fact, InlinePolicy, Seen, Source, Update, UserFacts};

    #[test]
    fn a_disabled_user_is_enabled_and_another_is_refused() {
        let mut account = account();
        let seen = Seen::new(Source::Detail, jiff::Timestamp::from_second(1).unwrap());
        let denial = InlinePolicy { name: DENY_ALL.into(), document: Fact::Unknown };
        let facts = UserFacts { inline: Fact::Known(vec![denial], seen), ..UserFacts::default() };
        account.apply(Update::UserFacts("bob".into(), Box::new(facts)));
        let plan = enable_users(&account, &names(&["bob"])).unwrap();
        plan.check().unwrap();
        assert_eq!(plan.confirmation().unwrap().word, "bob");
        insta::assert_snapshot!(lines(&plan), @"delete inline policy iamtui-disabled of user bob");
        insta::assert_snapshot!(undo_lines(&plan), @"write inline policy iamtui-disabled of user bob");
        let empty = UserFacts { inline: Fact::Known(Vec::new(), seen), ..UserFacts::default() };
        account.apply(Update::UserFacts("bob".into(), Box::new(empty)));
        assert!(matches!(enable_users(&account, &names(&["bob"])), Err(PlanError::Absent { .. })));
    }
}
