//! Writing the trust policy of a role.

use crate::model::{Account, Document};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};
use crate::policy::size::Quota;

use super::documents::acceptable;
use super::{own_role, settled};

/// The plan that writes a role's trust policy; the document that it overwrites is kept for undo.
pub fn edit_trust(account: &Account, name: &str, document: &Document) -> Result<Plan, PlanError> {
    let role = own_role(account, name)?;
    let before = match settled(&role.facts.trust, || format!("the trust policy of {name}")) {
        Ok(before) => before.map(|trust| &trust.document),
        Err(PlanError::Denied { .. }) => None,
        Err(error) => return Err(error),
    };
    if before == Some(document) {
        return Err(PlanError::Nothing("the document is the same".to_owned()));
    }
    acceptable(account, document, Quota::Trust, 0)?;
    let write = |document: &Document| Call::update_trust_policy(name, document.text());
    let undo = match before {
        Some(before) => Inverse::of([write(before)]),
        None => Inverse::never("the document before is not known"),
    };
    let mut plan = Plan::new(format!("edit the trust policy of role {name}"));
    let risk = "changes at once who can assume the role; active sessions continue";
    plan.push(Step::requested(write(document)).risk(risk).undo(undo));
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines};
    use super::*;
    use crate::model::{Fact, RoleFacts, Seen, Source, Trust, Update};

    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
        {"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

    fn trusting() -> Account {
        let mut account = account();
        let seen = Seen::new(Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let trust = Fact::Known(Trust::new(Document::new(TRUST)), seen);
        account.apply(Update::RoleFacts("ops".into(), Box::new(RoleFacts { trust, ..RoleFacts::default() })));
        account
    }

    #[test]
    fn the_trust_policy_before_comes_back() {
        let new = Document::new(TRUST.replace("ec2", "lambda"));
        let plan = edit_trust(&trusting(), "ops", &new).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "write the trust policy of role ops");
        let undo = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert_eq!(undo.text("PolicyDocument"), Some(TRUST));
    }

    #[track_caller]
    fn refused(account: &Account, document: &str, message: &str) {
        let told = edit_trust(account, "ops", &Document::new(document)).unwrap_err().to_string();
        assert_eq!(told, message);
    }

    #[test]
    fn what_would_be_refused_or_lost_is_not_sent() {
        refused(&account(), TRUST, "not known yet: the trust policy of ops");
        refused(&trusting(), TRUST, "the document is the same: nothing to do");
        refused(&trusting(), "{}", "the document would be refused: Missing required field Statement");
    }
}
