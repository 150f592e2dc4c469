//! The steps that give a session of a role: by its trust policy, by assuming it, by passing it to a service.

use super::super::capability::{Block, Capability, Facts};
use super::super::techniques::Technique;
use super::super::{PathStep, Verdict};
use super::{Edge, World, blocked, edge, tagged_first};
use crate::base::work::GaveUp;
use crate::insight::callers::CallerKind;
use crate::insight::who_can::{may_assume, may_name};
use crate::model::{Role, TrustedEntity};
use crate::policy::evaluate::{Decision, Layer, Ways};

impl World<'_> {
    pub(super) fn trust(
        capability: &mut Capability,
        technique: &'static Technique,
        role: &Role,
    ) -> Result<Option<Edge>, GaveUp> {
        const ACTION: &str = "iam:UpdateAssumeRolePolicy";
        if role.is_service_linked() {
            return Ok(None);
        }
        let facts = Facts { tags: role.facts.tags.known(), context: &[] };
        let mut when = capability.on(ACTION, role.arn.as_str(), facts)?;
        let mut is_tagged = false;
        if when.is_never() {
            when = capability.on_tagged(ACTION, role.arn.as_str(), facts)?;
            is_tagged = !when.is_never();
        }
        let step = PathStep {
            technique: technique.id,
            actions: [ACTION].into_iter().chain(is_tagged.then_some("iam:TagRole")).collect(),
            resource: role.arn.as_str().into(),
            target: role.arn.as_str().into(),
            why: tagged_first(technique.what, is_tagged),
            when: when.clone(),
            statements: Vec::new(),
        };
        if when.is_never() {
            return Ok(blocked(capability.block(ACTION, role.arn.as_str(), facts)?, vec![step]));
        }
        Ok(Some(edge(vec![step], false)))
    }

    pub(super) fn assume(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        (id, kind): (&str, CallerKind),
        role: &Role,
    ) -> Result<Option<Edge>, GaveUp> {
        let Some(trust) = role.facts.trust.known() else { return Ok(None) };
        if !may_name(trust, (id, kind), &self.own) {
            return Ok(None);
        }
        // Whom the trust policy does not name itself needs a permission of its own.
        let names = |entity: &TrustedEntity| match entity {
            TrustedEntity::Anyone | TrustedEntity::Gone(_) | TrustedEntity::Other(_) => true,
            TrustedEntity::Principal(arn) => arn.as_str() == id || arn.service() == "sts",
            TrustedEntity::Account(_) | TrustedEntity::Service(_) | TrustedEntity::Provider(_) => false,
        };
        let is_named = trust.entities.iter().any(names) || trust.document.text().contains("NotPrincipal");
        if !capability.explains && !is_named && capability.cannot_assume(role.arn.as_str())? {
            return Ok(None);
        }
        if !is_named && !capability.may_assume() {
            return Ok(None);
        }
        let is_trusting = self.trusting.contains(role.arn.as_str());
        let own = if is_trusting { capability.assumes(role.arn.as_str())? } else { None };
        let when = match own {
            Some(when) => when,
            None => may_assume(self.access, kind, capability.powers(), role)?,
        };
        if when.is_never() && !capability.explains {
            return Ok(None);
        }
        let step = PathStep {
            technique: technique.id,
            actions: vec!["sts:AssumeRole"],
            resource: role.arn.as_str().into(),
            target: role.arn.as_str().into(),
            why: technique.what.to_owned(),
            when: when.clone(),
            statements: Vec::new(),
        };
        if when.is_never() {
            // That nothing lets somebody in blocks nothing; a denial or a cap does.
            let compiled = self.access.trust(role);
            let tags = role.facts.tags.known();
            let refusal = capability.powers().prospect_on("sts:AssumeRole", role.arn.as_str(), compiled, tags)?;
            let layer = match refusal.refusal {
                Decision::ExplicitDeny => refusal.blocked_by.first().copied(),
                _ => refusal.blocked_by.iter().copied().find(|layer| !matches!(layer, Layer::Trust | Layer::Identity)),
            };
            let is_free = refusal.refusal != Decision::ExplicitDeny
                && refusal.blocked_by.iter().any(|layer| matches!(layer, Layer::Trust | Layer::Identity));
            let statement = refusal.matched.first().map(|place| capability.reference(place));
            let block = layer.filter(|_| !is_free).map(|layer| Block { layer, statement });
            return Ok(block.map(|block| Edge { verdict: Verdict::Blocked, steps: vec![step], block: Some(block) }));
        }
        Ok(Some(edge(vec![step], false)))
    }

    pub(super) fn pass(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        services: &'static [&'static str],
        role: &Role,
    ) -> Result<Option<Edge>, GaveUp> {
        let arn = role.arn.as_str();
        let trusted = self.services.get(arn).map(Vec::as_slice).unwrap_or_default();
        let mut refused = None;
        for service in services {
            let Some((_, lets_in)) = trusted.iter().find(|(name, _)| **name == **service) else { continue };
            let mut when = lets_in.clone();
            for action in technique.needs {
                let one = capability.anywhere(action)?;
                if one.is_never() && refused.is_none() {
                    refused = capability.block(action, "*", Facts::default())?;
                }
                when = when.and(one);
            }
            let passes = capability.passes(arn, service, role.facts.tags.known())?;
            let mut actions = vec!["iam:PassRole"];
            actions.extend(technique.needs);
            let step = |when: Ways| PathStep {
                technique: technique.id,
                actions: actions.clone(),
                resource: arn.into(),
                target: arn.into(),
                why: technique.what.to_owned(),
                when,
                statements: Vec::new(),
            };
            if passes.is_never() && refused.is_none() {
                let context = [("iam:PassedToService", Some(*service))];
                let facts = Facts { tags: role.facts.tags.known(), context: &context };
                refused = capability.block("iam:PassRole", arn, facts)?;
            }
            when = when.and(passes);
            if when.is_never() {
                if let Some(edge) = blocked(refused.clone(), vec![step(Ways::always())]) {
                    return Ok(Some(edge));
                }
                continue;
            }
            // An instance gets its role through an instance profile.
            let lacks_profile = *service == "ec2.amazonaws.com"
                && role.facts.instance_profiles.known().is_some_and(Vec::is_empty)
                && capability.anywhere("iam:AddRoleToInstanceProfile")?.is_never();
            return Ok(Some(edge(vec![step(when)], lacks_profile)));
        }
        Ok(None)
    }

    /// A resource that has the role may exist or not: that is not known.
    pub(super) fn existing(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        services: &'static [&'static str],
        role: &Role,
    ) -> Result<Option<Edge>, GaveUp> {
        let arn = role.arn.as_str();
        let trusted = self.services.get(arn).map(Vec::as_slice).unwrap_or_default();
        if !services.iter().any(|service| trusted.iter().any(|(name, _)| **name == **service)) {
            return Ok(None);
        }
        let is_ec2 = services.contains(&"ec2.amazonaws.com");
        if is_ec2 && role.facts.instance_profiles.known().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let mut when = Ways::always();
        for action in technique.needs {
            when = when.and(capability.anywhere(action)?);
        }
        let step = PathStep {
            technique: technique.id,
            actions: technique.needs.to_vec(),
            resource: "*".into(),
            target: arn.into(),
            why: technique.what.to_owned(),
            when: when.clone(),
            statements: Vec::new(),
        };
        Ok((!when.is_never()).then(|| edge(vec![step], true)))
    }
}
