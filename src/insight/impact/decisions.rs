//! What two sets of policies allow of one action after the other, each decided once for all actions that the same
//! statements decide.

use std::collections::HashMap;

use super::super::access::EffectivePermissions;
use crate::base::work::GaveUp;
use crate::catalog::service::{Action, Service};
use crate::policy::evaluate::{Layer, Part, PolicySet, Statement};

/// What is allowed before and after.
type Pair = (Vec<Part>, Vec<Part>);

/// The policies of somebody before and after a change, whose statements are looked at.
pub(super) struct Sets([PolicySet; 2]);

impl Sets {
    pub(super) fn of(before: &EffectivePermissions, after: &EffectivePermissions) -> Self {
        Self([before.policies().clone(), after.policies().clone()])
    }
}

/// What a decision follows from: the statements about the action, and where they name resources, its service and the
/// types of resources that it works on.
type Key = (Vec<usize>, Option<(Box<str>, Vec<usize>)>);

/// The decisions for somebody before and after a change.
///
/// Nearly all statements say the same of all actions that they are about. An action that others are about is decided by
/// itself.
pub(super) struct Decisions<'a> {
    before: &'a mut EffectivePermissions,
    after: &'a mut EffectivePermissions,
    statements: Vec<&'a Statement>,
    /// Whether a decision counts for other actions: not for a root user, whom policies of its own do not concern, and not
    /// under resource control policies, which few services know.
    is_shared: bool,
    known: HashMap<Key, Pair>,
}

/// Which statements are about the actions of a service.
pub(super) struct Concerned {
    prefix: Box<str>,
    /// About all of them.
    all: Vec<usize>,
    /// About some of them.
    some: Vec<usize>,
    is_shared: bool,
}

impl<'a> Decisions<'a> {
    pub(super) fn new(
        before: &'a mut EffectivePermissions,
        after: &'a mut EffectivePermissions,
        Sets(sets): &'a Sets,
    ) -> Self {
        let is_shared = !before.is_root() && !after.is_root() && sets.iter().all(|policies| policies.rcps.is_empty());
        let statements = sets.iter().flat_map(PolicySet::statements).collect();
        Self { before, after, statements, is_shared, known: HashMap::new() }
    }

    /// The statements that are about a service.
    pub(super) fn concerned(&self, service: &Service) -> Concerned {
        let mut found =
            Concerned { prefix: service.prefix().into(), all: Vec::new(), some: Vec::new(), is_shared: self.is_shared };
        // Some operations of STS are allowed whatever the policies say.
        found.is_shared &= service.prefix() != "sts";
        for (number, statement) in self.statements.iter().enumerate().filter(|_| self.is_shared) {
            match statement.is_about_service(service.prefix()) {
                Some(true) => {
                    found.is_shared &= statement.decides_alike();
                    found.all.push(number);
                }
                Some(false) => {}
                None => found.some.push(number),
            }
        }
        found
    }

    /// What is allowed of an action on all resources before and after.
    pub(super) fn of(&mut self, concerned: &Concerned, action: Action<'_>) -> Result<Pair, GaveUp> {
        let name = action.full_name();
        let Some(key) = self.key(concerned, action, &name) else { return self.decided(&name) };
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let pair = self.decided(&name)?;
        self.known.insert(key, pair.clone());
        Ok(pair)
    }

    /// What decides an action; none where the decision is for this action alone.
    fn key(&self, concerned: &Concerned, action: Action<'_>, name: &str) -> Option<Key> {
        if !concerned.is_shared {
            return None;
        }
        let mut key = concerned.all.clone();
        if !concerned.some.is_empty() {
            let folded = name.to_ascii_lowercase();
            let about = |number: &usize| self.statements.get(*number).is_some_and(|one| one.is_about(&folded));
            key.extend(concerned.some.iter().copied().filter(about));
        }
        let mut statements = key.iter().filter_map(|number| self.statements.get(*number));
        if !statements.clone().all(|statement| statement.decides_alike()) {
            return None;
        }
        let types = || (concerned.prefix.clone(), action.resources().map(|link| link.number).collect());
        let types = statements.any(|statement| !statement.is_everywhere()).then(types);
        key.sort_unstable();
        Some((key, types))
    }

    fn decided(&mut self, name: &str) -> Result<Pair, GaveUp> {
        Ok((allowed(self.before, name)?, allowed(self.after, name)?))
    }
}

/// What a principal's own policies allow of an action.
pub(super) fn allowed(powers: &mut EffectivePermissions, action: &str) -> Result<Vec<Part>, GaveUp> {
    let prospect = powers.prospect(action, "*")?;
    let is_own = prospect.matched.iter().any(|place| matches!(place.layer, Layer::Identity | Layer::Group));
    Ok(if is_own { prospect.parts } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalog::Catalog;
    use crate::insight::Access;
    use crate::insight::fixture::lab;
    use crate::model::ResourceRef;
    use crate::policy::evaluate::Compiled;

    const SERVICES: [&str; 5] = ["sts", "sqs", "kms", "s3", "iam"];

    fn statement() -> impl Strategy<Value = serde_json::Value> {
        let actions = prop::sample::select(vec![
            json!({"Action": "*"}),
            json!({"Action": ["s3:Get*", "sts:*"]}),
            json!({"Action": ["sqs:*", "kms:List*"]}),
            json!({"Action": ["iam:PassRole", "s3:PutObject", "sts:AssumeRole"]}),
            json!({"NotAction": ["iam:*", "sts:GetCallerIdentity"]}),
            json!({"NotAction": "s3:Delete*"}),
        ]);
        let resources = prop::sample::select(vec![
            json!({"Resource": "*"}),
            json!({"Resource": ["*", "arn:aws:s3:::data"]}),
            json!({"Resource": "*"}),
            json!({"Resource": ["arn:aws:s3:::data/*", "arn:aws:iam::*:role/*"]}),
            json!({"Resource": "arn:aws:iam::123456789012:user/${aws:username}"}),
            json!({"NotResource": "arn:aws:iam::123456789012:role/ops"}),
        ]);
        let conditions = prop::sample::select(vec![
            json!({}),
            json!({}),
            json!({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
            json!({"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}),
            json!({"Condition": {"StringEquals": {"s3:prefix": "ada"}}}),
            json!({"Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}),
        ]);
        let effects = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
        (actions, resources, conditions, effects).prop_map(|(actions, resources, conditions, effect)| {
            let mut whole = json!({ "Effect": effect });
            for part in [actions, resources, conditions] {
                whole.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
            }
            whole
        })
    }

    fn policy() -> impl Strategy<Value = Arc<Compiled>> {
        prop::collection::vec(statement(), 1..4)
            .prop_map(|list| Arc::new(Compiled::new(&json!({ "Statement": list }).to_string()).unwrap()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn a_shared_decision_is_that_of_each_action(
            own in policy(), added in policy(), boundary in prop::option::of(policy()), scp in prop::option::of(policy()),
        ) {
            let account = lab();
            let mut before = Access::new(&account).of(&ResourceRef::User("bob".into())).unwrap().and_policy(own);
            if let Some(scp) = scp {
                before = before.under_scp(vec![scp]);
            }
            let mut after = before.clone().and_policy(added);
            if let Some(boundary) = boundary {
                after = after.bounded_by("draft", boundary);
            }
            let sets = Sets::of(&before, &after);
            let (mut alone, mut alone_after) = (before.clone(), after.clone());
            let mut decisions = Decisions::new(&mut before, &mut after, &sets);
            let catalog = Catalog::bundled();
            for prefix in SERVICES {
                let service = catalog.service(prefix).unwrap();
                let concerned = decisions.concerned(service);
                for action in catalog.actions_of(service) {
                    let name = action.full_name();
                    let expected = (allowed(&mut alone, &name).unwrap(), allowed(&mut alone_after, &name).unwrap());
                    prop_assert_eq!(decisions.of(&concerned, action).unwrap(), expected, "{}", name);
                }
            }
        }
    }
}
