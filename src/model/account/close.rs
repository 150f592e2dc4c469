//! What an account does not hold once nothing is read any more.

use std::sync::Arc;

use super::super::{
    Denial, ErrorKind, Fact, GroupFacts, InlinePolicy, Listing, LoadError, PolicyFacts, Progress, RoleFacts, UserFacts,
};
use super::Account;
use crate::base::error::UserError;

impl Account {
    /// The same account where nobody reads it any more, as one from a snapshot: what no read has covered is not
    /// held, instead of awaited for ever.
    pub fn closed(mut self) -> Self {
        let gap = Gap(Arc::new(Denial::not_held()));
        gap.fill(&mut self.alias);
        gap.fill(&mut self.summary);
        gap.fill(&mut self.password_policy);
        gap.fill(&mut self.outbound_federation);
        gap.fill(&mut self.analyzers);
        gap.fill(&mut self.organization);
        gap.list(&mut self.users);
        gap.list(&mut self.groups);
        gap.list(&mut self.roles);
        gap.list(&mut self.policies);
        gap.list(&mut self.aws_policies);
        gap.list(&mut self.instance_profiles);
        gap.list(&mut self.oidc_providers);
        gap.list(&mut self.saml_providers);
        gap.list(&mut self.server_certificates);
        gap.list(&mut self.virtual_mfa_devices);
        self.users.each(|user| gap.user(&mut user.facts));
        self.groups.each(|group| gap.group(&mut group.facts));
        self.roles.each(|role| gap.role(&mut role.facts));
        for policies in [&mut self.policies, &mut self.aws_policies] {
            policies.each(|policy| {
                gap.fill(&mut policy.attachments);
                gap.fill(&mut policy.boundary_uses);
                let default = policy.default_version.clone();
                gap.fill(policy.facts.documents.entry(default).or_default());
                gap.policy(&mut policy.facts);
            });
        }
        self.instance_profiles.each(|profile| {
            gap.fill(&mut profile.facts.role);
            gap.fill(&mut profile.facts.tags);
        });
        self.oidc_providers.each(|provider| {
            gap.fill(&mut provider.facts.created);
            gap.fill(&mut provider.facts.audiences);
            gap.fill(&mut provider.facts.thumbprints);
            gap.fill(&mut provider.facts.tags);
        });
        self.saml_providers.each(|provider| {
            gap.fill(&mut provider.facts.metadata);
            gap.fill(&mut provider.facts.tags);
        });
        self.server_certificates.each(|certificate| {
            gap.fill(&mut certificate.facts.body);
            gap.fill(&mut certificate.facts.chain);
            gap.fill(&mut certificate.facts.tags);
        });
        self.virtual_mfa_devices.each(|device| {
            gap.fill(&mut device.user);
            gap.fill(&mut device.tags);
        });
        self
    }
}

/// What stands where nothing is held, shared by all that lack something.
struct Gap(Arc<Denial>);

impl Gap {
    fn fill<T>(&self, fact: &mut Fact<T>) {
        if fact.is_unknown() {
            *fact = Fact::Denied(Arc::clone(&self.0));
        }
    }

    /// A list that nobody has read to its end tells so.
    fn list<T: super::Entity>(&self, list: &mut Listing<T>) {
        if matches!(list.progress(), Progress::Idle | Progress::Loading { .. }) {
            list.fail(LoadError::new(ErrorKind::Local(UserError::new(self.0.to_string())), "snapshot"));
        }
    }

    fn inline(&self, inline: &mut Fact<Vec<InlinePolicy>>) {
        self.fill(inline);
        if let Fact::Known(policies, _) = inline {
            for policy in policies {
                self.fill(&mut policy.document);
            }
        }
    }

    fn user(&self, facts: &mut UserFacts) {
        self.fill(&mut facts.password_last_used);
        self.fill(&mut facts.boundary);
        self.fill(&mut facts.tags);
        self.fill(&mut facts.groups);
        self.fill(&mut facts.attached);
        self.inline(&mut facts.inline);
        self.fill(&mut facts.login);
        self.fill(&mut facts.mfa);
        self.fill(&mut facts.keys);
        self.fill(&mut facts.ssh_keys);
        self.fill(&mut facts.certificates);
        self.fill(&mut facts.service_credentials);
        self.fill(&mut facts.report);
        if let Fact::Known(devices, _) = &mut facts.mfa {
            for device in devices {
                self.fill(&mut device.certifications);
            }
        }
        if let Fact::Known(keys, _) = &mut facts.keys {
            for key in keys {
                self.fill(&mut key.last_used);
            }
        }
        if let Fact::Known(keys, _) = &mut facts.ssh_keys {
            for key in keys {
                self.fill(&mut key.body);
            }
        }
    }

    fn group(&self, facts: &mut GroupFacts) {
        self.fill(&mut facts.members);
        self.fill(&mut facts.attached);
        self.inline(&mut facts.inline);
    }

    fn role(&self, facts: &mut RoleFacts) {
        self.fill(&mut facts.trust);
        self.fill(&mut facts.description);
        self.fill(&mut facts.max_session);
        self.fill(&mut facts.max_signin);
        self.fill(&mut facts.last_used);
        self.fill(&mut facts.boundary);
        self.fill(&mut facts.tags);
        self.fill(&mut facts.attached);
        self.inline(&mut facts.inline);
        self.fill(&mut facts.instance_profiles);
    }

    fn policy(&self, facts: &mut PolicyFacts) {
        self.fill(&mut facts.description);
        self.fill(&mut facts.tags);
        self.fill(&mut facts.versions);
        self.fill(&mut facts.entities);
        for version in facts.versions.known().into_iter().flatten() {
            self.fill(facts.documents.entry(version.id.clone()).or_insert(Fact::Unknown));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::arn::Arn;
    use crate::model::{Page, Seen, Source, Update, User};
    use jiff::Timestamp;

    #[test]
    fn what_no_read_has_covered_is_not_held_and_everything_else_stays() {
        let seen = Seen::new(Source::Bulk, Timestamp::UNIX_EPOCH);
        let user = User {
            name: "alice".into(),
            arn: Arn::parse("arn:aws:iam::123456789012:user/alice").unwrap(),
            id: "AIDA".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: UserFacts {
                boundary: Fact::Absent(seen),
                login: Fact::denied(Denial::of("iam:GetLoginProfile")),
                ..UserFacts::default()
            },
        };
        let mut account = Account::default();
        account.apply(Update::Users(Page::whole(vec![user], Timestamp::UNIX_EPOCH)));
        let account = account.closed();
        let facts = &account.users().get("alice").unwrap().facts;
        assert_eq!(facts.boundary, Fact::Absent(seen));
        assert!(!facts.login.denial().unwrap().is_not_held());
        assert!(facts.keys.denial().unwrap().is_not_held());
        assert!(facts.last_activity().denial().unwrap().is_not_held());
        assert!(account.users().is_complete() && account.groups().error().is_some());
    }
}
