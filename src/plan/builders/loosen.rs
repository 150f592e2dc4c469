//! Undoing the creation of a policy that somebody has attached since: AWS deletes no policy that is in use.

use serde_json::Value;

use crate::api::Iam;
use crate::base::arn::Arn;
use crate::model::{Account, PolicyKind, ResourceRef};
use crate::plan::expect::{Resource, Saw, seen};
use crate::plan::{Call, Plan, PlanError, Step};

use super::delete_policy::in_the_way;

/// The policies that a plan deletes.
pub fn deleted_policies(plan: &Plan) -> Vec<Arn> {
    let calls = plan.steps.iter().filter_map(Step::call).filter(|call| call.iam() == Some(Iam::DeletePolicy));
    let arns = calls.filter_map(|call| Arn::parse(call.text("PolicyArn")?).ok());
    arns.filter(|arn| PolicyKind::of(arn) == PolicyKind::Customer).collect()
}

/// The same plan with what must go before each policy that it deletes: attachments, boundaries, other versions.
///
/// What the plan takes away itself is left to it, and what its deletions rely on follows what is known now.
/// Of a policy of which nothing is known, nothing is added.
pub fn loosened(account: &Account, plan: Plan) -> Result<Plan, PlanError> {
    let arns = deleted_policies(&plan);
    if arns.is_empty() {
        return Ok(plan);
    }
    let mut out = Plan { steps: Vec::new(), ..plan.clone() };
    for step in plan.steps {
        let arn = step.call().filter(|call| call.iam() == Some(Iam::DeletePolicy));
        let arn = arn.and_then(|call| arns.iter().find(|arn| call.text("PolicyArn") == Some(arn.as_str())));
        if let Some(policy) = arn.and_then(|arn| account.policies().get(arn)) {
            let before = in_the_way(policy)?.seeing(account);
            let is_made = |call: &Call| out.steps.iter().any(|made| made.call() == Some(call));
            let missing: Vec<Step> =
                before.steps.into_iter().filter(|step| step.call().is_some_and(|call| !is_made(call))).collect();
            for step in missing {
                out.push(step);
            }
        }
        out.steps.push(following(step, account));
    }
    Ok(out)
}

/// The same step where another version is in force by now: what it deletes with the policy is told, not refused.
fn following(mut step: Step, account: &Account) -> Step {
    for expect in &mut step.expects {
        let Resource::DefaultVersion(ResourceRef::Policy(_)) = &expect.resource else { continue };
        if let Some(now) = seen(account, &expect.resource).filter(|now| *now != expect.saw) {
            step.risk = format!("its document was changed since: {} is the default version", told(&now));
            expect.saw = now;
        }
    }
    step
}

fn told(saw: &Saw) -> String {
    match saw {
        Saw::Value(Value::String(version)) => format!("version {version}"),
        _ => "another version".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::{account, cap, lines};
    use super::*;
    use crate::model::{Fact, PolicyEntities, PolicyFacts, Seen, Source, Update};

    #[test]
    fn what_was_attached_since_goes_first_and_what_the_plan_detaches_goes_once() {
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let entities = PolicyEntities { roles: vec!["ops".into()], users: vec!["ada".into()], ..Default::default() };
        let facts = PolicyFacts {
            versions: Fact::Known(Vec::new(), seen),
            entities: Fact::Known(entities, seen),
            ..PolicyFacts::default()
        };
        account.apply(Update::PolicyFacts(cap(), Box::new(facts)));
        let mut undo = Plan::new("undo: create policy cap");
        undo.push(Step::requested(Call::detach_user_policy("ada", cap().as_str())));
        undo.push(Step::requested(Call::delete_policy(cap().as_str())));
        let plan = loosened(&account, undo.clone()).unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        detach policy cap from user ada
        detach policy cap from role ops
        delete policy cap
        ");
        assert_eq!(loosened(&account, plan.clone()).unwrap(), plan);
    }
}
