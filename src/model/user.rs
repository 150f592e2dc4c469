//! IAM users.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use jiff::Timestamp;

use super::listing::is_another;
use super::{
    AccessKey, AttachedPolicy, ConsoleAccess, Entity, Fact, GroupName, InlinePolicy, LoginProfile, MfaDevice,
    ReportRow, ServiceCredential, SigningCertificate, SshKey, Tags, UserName,
};
use crate::base::arn::Arn;

/// One IAM user: what every read tells, and what only some do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The friendly name.
    pub name: UserName,
    /// The ARN, which holds the path.
    pub arn: Arn,
    /// The stable id, `AIDA…`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Timestamp,
    /// The rest.
    pub facts: UserFacts,
}

/// What only some reads of a user tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserFacts {
    /// The last sign-in with the password; absent: never, or before AWS kept track. Not in bulk reads.
    pub password_last_used: Fact<Timestamp>,
    /// The policy that bounds the user's permissions. Not in lists.
    pub boundary: Fact<Arn>,
    /// Not in lists.
    pub tags: Fact<Tags>,
    /// The groups that the user is in. Not in lists.
    pub groups: Fact<Vec<GroupName>>,
    /// Managed policies attached directly. Not in lists.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// Inline policies. Not in lists.
    pub inline: Fact<Vec<InlinePolicy>>,
    /// The password; absent: no console access. Only by a call per user.
    pub login: Fact<LoginProfile>,
    /// MFA devices. Only by a call per user.
    pub mfa: Fact<Vec<MfaDevice>>,
    /// Access keys. Only by a call per user.
    pub keys: Fact<Vec<AccessKey>>,
    /// SSH public keys. Only by a call per user.
    pub ssh_keys: Fact<Vec<SshKey>>,
    /// Signing certificates. Only by a call per user.
    pub certificates: Fact<Vec<SigningCertificate>>,
    /// Service-specific credentials. Only by a call per user.
    pub service_credentials: Fact<Vec<ServiceCredential>>,
    /// The user's row of the credential report.
    pub report: Fact<Arc<ReportRow>>,
}

impl UserFacts {
    /// Takes in another read; the newest wins field by field, and what the newest list of inline
    /// policies, keys or devices lacks is carried over for those that are still in it.
    pub fn merge(&mut self, other: Self) {
        self.password_last_used.merge(other.password_last_used);
        self.boundary.merge(other.boundary);
        self.tags.merge(other.tags);
        self.groups.merge(other.groups);
        self.attached.merge(other.attached);
        self.inline.merge_with(other.inline, |kept, dropped| InlinePolicy::carry(kept, dropped));
        self.login.merge(other.login);
        self.mfa.merge_with(other.mfa, |kept, dropped| MfaDevice::carry(kept, dropped));
        self.keys.merge_with(other.keys, |kept, dropped| AccessKey::carry(kept, dropped));
        self.ssh_keys.merge_with(other.ssh_keys, |kept, dropped| SshKey::carry(kept, dropped));
        self.certificates.merge(other.certificates);
        self.service_credentials.merge(other.service_credentials);
        self.report.merge(other.report);
    }

    /// Whether there is a password: the user's own read, or the report where that is newer or all there is.
    pub fn has_password(&self) -> Fact<bool> {
        let mut fact = match &self.login {
            Fact::Absent(seen) => Fact::Known(false, *seen),
            other => other.as_ref().map(|_| true),
        };
        fact.merge(self.reported(|row| row.password_enabled));
        fact
    }

    /// Whether an MFA device is enabled: the user's own read, or the report.
    pub fn has_mfa(&self) -> Fact<bool> {
        let mut fact = self.mfa.as_ref().map(|devices| !devices.is_empty());
        fact.merge(self.reported(|row| Some(row.mfa_active)));
        fact
    }

    /// Whether and how the user can sign in to the console.
    pub fn console_access(&self) -> Fact<ConsoleAccess> {
        let mfa = self.has_mfa();
        self.has_password().map(|password| match (password, mfa.known()) {
            (false, _) => ConsoleAccess::Disabled,
            (true, Some(true)) => ConsoleAccess::WithMfa,
            (true, Some(false)) => ConsoleAccess::WithoutMfa,
            (true, None) => ConsoleAccess::MfaUnknown,
        })
    }

    /// When the password was last set, which only the report tells.
    pub fn password_changed(&self) -> Fact<Timestamp> {
        match &self.report {
            Fact::Known(row, seen) => Fact::reported(row.password_changed, *seen),
            other => other.as_ref().map(|row| row.password_changed.unwrap_or_default()),
        }
    }

    /// The last sign-in or use of a key; absent: there was none.
    ///
    /// It is told only where both the password's use and that of the keys are known: either alone may be
    /// years older than the other, and no sign-in at all does not mean that nobody is there.
    pub fn last_activity(&self) -> Fact<Timestamp> {
        let reported = |field: fn(&ReportRow) -> Option<Timestamp>| match &self.report {
            Fact::Known(row, seen) => Fact::reported(field(row), *seen),
            other => other.as_ref().map(|_| Timestamp::UNIX_EPOCH),
        };
        let password = self.password_last_used.as_ref().map(|at| *at);
        let password = either(password, reported(|row| row.password_last_used));
        both(password, either(self.keys_last_used(), reported(ReportRow::keys_last_used)))
    }

    /// The last use of any access key, as the reads of the keys themselves tell.
    fn keys_last_used(&self) -> Fact<Timestamp> {
        match &self.keys {
            Fact::Known(keys, seen) => {
                let uses = keys.iter().map(|key| key.last_used.as_ref().map(|usage| usage.at));
                uses.fold(Fact::Absent(*seen), both)
            }
            other => other.as_ref().map(|_| Timestamp::UNIX_EPOCH),
        }
    }

    fn reported<T>(&self, field: impl FnOnce(&ReportRow) -> Option<T>) -> Fact<T> {
        match &self.report {
            Fact::Known(row, seen) => Fact::hinted(field(row), *seen),
            // The report does not list everyone (it is older than the user, or denied): it says nothing then.
            _ => Fact::Unknown,
        }
    }
}

/// The later of two times that two sources tell of the same thing: where one is not known, the other counts.
fn either(one: Fact<Timestamp>, other: Fact<Timestamp>) -> Fact<Timestamp> {
    match (one.is_settled(), other.is_settled()) {
        (true, false) => one,
        (false, true) => other,
        _ => both(one, other),
    }
}

/// The later of two times, which is not known before both are.
fn both(one: Fact<Timestamp>, other: Fact<Timestamp>) -> Fact<Timestamp> {
    match (&one, &other) {
        // What may not be read stays so, whatever the other tells.
        (Fact::Denied(_), _) => one,
        (_, Fact::Denied(_)) => other,
        (Fact::Unknown, _) => one,
        (_, Fact::Unknown) => other,
        // Absent sorts before any time.
        _ if one.known() < other.known() => other,
        _ => one,
    }
}

impl User {
    /// The path, with both slashes.
    pub fn path(&self) -> &str {
        self.arn.path()
    }
}

impl Entity for User {
    type Key = UserName;
    type Facts = UserFacts;

    fn key(&self) -> &UserName {
        &self.name
    }

    fn merge(&mut self, other: Self) {
        if is_another(&mut self.id, &other.id) {
            // Deleted and made again under the same name: nothing of the old one holds.
            *self = other;
            return;
        }
        self.arn = other.arn;
        self.created = other.created;
        self.facts.merge(other.facts);
    }

    fn learn(&mut self, facts: UserFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut UserFacts, other: UserFacts) {
        held.merge(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccessKeyId, Document, KeyUse, ReportKey, Seen, Source, Status};

    fn seen(source: Source, seconds: i64) -> Seen {
        Seen::new(source, Timestamp::from_second(seconds).unwrap())
    }

    fn key(id: &str, last_used: Fact<KeyUse>) -> AccessKey {
        AccessKey { id: AccessKeyId::from(id), status: Status::Active, created: None, last_used }
    }

    fn reported(seconds: i64, row: ReportRow) -> UserFacts {
        let report = Fact::Known(Arc::new(row), seen(Source::Report, seconds));
        UserFacts { report, ..UserFacts::default() }
    }

    #[test]
    fn a_newer_list_of_keys_keeps_the_last_use_of_those_still_in_it() {
        let usage = KeyUse { at: Timestamp::UNIX_EPOCH, service: "s3".into(), region: "us-east-1".into() };
        let at = seen(Source::Detail, 10);
        let mut facts = UserFacts {
            keys: Fact::Known(vec![key("A", Fact::Known(usage, at)), key("B", Fact::Unknown)], at),
            ..UserFacts::default()
        };
        let newer = vec![key("A", Fact::Unknown), key("C", Fact::Unknown)];
        facts.merge(UserFacts { keys: Fact::Known(newer, seen(Source::Detail, 20)), ..UserFacts::default() });
        let keys = facts.keys.known().unwrap();
        assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["A", "C"]);
        assert!(keys[0].last_used.known().is_some() && keys[1].last_used.is_unknown());
    }

    #[test]
    fn an_older_bulk_read_gives_documents_to_a_newer_list_of_names() {
        let policy = |name: &str, document| InlinePolicy { name: name.into(), document };
        let bulk = seen(Source::Bulk, 10);
        let document = Fact::Known(Document::new("{}"), bulk);
        let mut facts = UserFacts {
            inline: Fact::Known(vec![policy("kept", Fact::Unknown)], seen(Source::Detail, 20)),
            ..UserFacts::default()
        };
        let old = vec![policy("kept", document.clone()), policy("deleted since", document)];
        facts.merge(UserFacts { inline: Fact::Known(old, bulk), ..UserFacts::default() });
        let inline = facts.inline.known().unwrap();
        assert_eq!(inline.len(), 1);
        assert!(inline[0].document.known().is_some());
    }

    #[test]
    fn a_report_that_is_hours_old_does_not_overrule_what_was_read_since() {
        let row = ReportRow { password_enabled: Some(true), mfa_active: false, ..ReportRow::default() };
        let mut facts = reported(100, row);
        assert_eq!(facts.console_access().known(), Some(&ConsoleAccess::WithoutMfa));
        facts.merge(UserFacts { login: Fact::Absent(seen(Source::Detail, 200)), ..UserFacts::default() });
        assert_eq!(facts.console_access().known(), Some(&ConsoleAccess::Disabled));
    }

    #[test]
    fn the_report_alone_tells_of_mfa_where_the_own_read_was_denied() {
        let mut facts = reported(100, ReportRow { mfa_active: true, ..ReportRow::default() });
        let denial = crate::model::Denial::of("iam:ListMFADevices");
        facts.merge(UserFacts { mfa: Fact::denied(denial), ..UserFacts::default() });
        assert_eq!(facts.has_mfa().known(), Some(&true));
    }

    #[test]
    fn the_last_activity_is_the_latest_of_password_and_keys() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let mut row = ReportRow::default();
        row.keys[0] = ReportKey { last_used: Some(at(500)), ..ReportKey::default() };
        let mut facts = reported(1000, row);
        assert_eq!(facts.last_activity().known(), Some(&at(500)));
        facts.password_last_used = Fact::Known(at(700), seen(Source::List, 1000));
        assert_eq!(facts.last_activity().known(), Some(&at(700)));
        assert!(UserFacts::default().last_activity().is_unknown());
    }

    #[test]
    fn the_password_alone_does_not_tell_the_last_activity_and_neither_do_the_keys() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let listed = seen(Source::List, 1000);
        let used = |seconds| KeyUse { at: at(seconds), service: "s3".into(), region: "us-east-1".into() };
        for password in [Fact::Known(at(100), listed), Fact::Absent(listed)] {
            let mut facts = UserFacts { password_last_used: password, ..UserFacts::default() };
            assert!(facts.last_activity().is_unknown());
            facts.keys = Fact::Known(vec![key("A", Fact::Unknown)], listed);
            assert!(facts.last_activity().is_unknown(), "a list of keys does not tell when they were used");
            facts.keys = Fact::Known(vec![key("A", Fact::Known(used(500), listed))], listed);
            assert_eq!(facts.last_activity().known(), Some(&at(500)));
        }
        let mut facts = UserFacts { keys: Fact::Known(Vec::new(), listed), ..UserFacts::default() };
        assert!(facts.last_activity().is_unknown());
        facts.password_last_used = Fact::Absent(listed);
        assert!(matches!(facts.last_activity(), Fact::Absent(_)), "there are no keys, and no sign-in");
        facts.keys = Fact::denied(crate::model::Denial::of("iam:ListAccessKeys"));
        assert!(facts.last_activity().denial().is_some());
        facts.merge(reported(1000, ReportRow::default()));
        assert!(matches!(facts.last_activity(), Fact::Absent(_)), "the report tells of both");
    }

    #[test]
    fn five_thousand_users_fit_in_a_few_megabytes() {
        assert!(size_of::<User>() <= 640, "{}", size_of::<User>());
    }
}
