//! Who may assume a role.

use crate::model::{Account, Document};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{role, settled};

/// The plan that writes a role's trust policy; the document before is kept for undo.
pub fn edit_trust(account: &Account, name: &str, document: &Document) -> Result<Plan, PlanError> {
    let trust = &role(account, name)?.facts.trust;
    let before = settled(trust, || format!("the trust policy of role {name}"))?.map(|trust| &trust.document);
    if before == Some(document) {
        return Err(PlanError::Nothing("the document is the same".to_owned()));
    }
    let back = before.and_then(|before| Inverse::of([Call::update_trust_policy(name, before.text())]));
    let risk = "whoever the document no longer names cannot assume the role any more; sessions go on until they end";
    let mut plan = Plan::new(format!("write the trust policy of role {name}"));
    let step = Step::new(Call::update_trust_policy(name, document.text()), "that is what was asked for");
    plan.push(step.risk(risk).undo(back));
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::account;
    use super::*;
    use crate::model::{Fact, RoleFacts, Seen, Source, Trust, Update};

    #[test]
    fn the_trust_policy_before_comes_back() {
        let mut account = account();
        let seen = Seen::new(Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let trust = Trust { document: Document::new("{\"v\":1}"), entities: Vec::new() };
        let facts = RoleFacts { trust: Fact::Known(trust, seen), ..RoleFacts::default() };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        let plan = edit_trust(&account, "ops", &Document::new("{}")).unwrap();
        plan.check().unwrap();
        let back = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert_eq!((back.operation(), back.text("PolicyDocument")), ("UpdateAssumeRolePolicy", Some("{\"v\":1}")));
        assert!(edit_trust(&account, "nobody", &Document::new("{}")).is_err());
    }
}
