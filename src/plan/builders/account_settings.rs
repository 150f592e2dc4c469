//! The settings of the account: password policy, alias, the tokens of STS's global endpoint, outbound identity
//! federation.

use serde_json::{Map, Value, json};

use crate::api::Iam;
use crate::model::{Account, AccountAlias, PasswordPolicy, RootFeature};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::settled;

/// Where session tokens of STS's global endpoint are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenVersion {
    /// Only in AWS Regions that are enabled by default: version 1.
    DefaultRegions,
    /// In all AWS Regions: version 2.
    AllRegions,
}

impl TokenVersion {
    /// The version that the account summary names by a number.
    pub fn of(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::DefaultRegions),
            2 => Some(Self::AllRegions),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::DefaultRegions => "v1Token",
            Self::AllRegions => "v2Token",
        }
    }
}

/// The plan that enables a feature of central root access for member accounts, or disables it where it is enabled.
pub fn switch_root_feature(account: &Account, feature: RootFeature) -> Result<Plan, PlanError> {
    let organization = settled(account.organization(), || "the organization of the account".to_owned())?;
    let Some(organization) = organization else {
        return Err(PlanError::Refused {
            what: "the account is in no organization".to_owned(),
            hint: "Central root access is a feature of AWS Organizations.",
        });
    };
    let enabled = settled(&organization.root_features, || "the features of central root access".to_owned())?;
    let is_enabled = enabled.is_some_and(|enabled| enabled.contains(&feature));
    let (enable, disable) = match feature {
        RootFeature::Credentials => {
            (Iam::EnableOrganizationsRootCredentialsManagement, Iam::DisableOrganizationsRootCredentialsManagement)
        }
        RootFeature::Sessions => (Iam::EnableOrganizationsRootSessions, Iam::DisableOrganizationsRootSessions),
    };
    let (operation, inverse, verb, why) = if is_enabled {
        (disable, enable, "disable", "root users of member accounts are then managed from their own accounts only")
    } else {
        (enable, disable, "enable", "needs trusted access of IAM in AWS Organizations")
    };
    let mut plan = Plan::new(format!("{verb} {}", feature.title().to_lowercase()));
    plan.push(Step::new(Call::new(operation), why).undo(Inverse::of([Call::new(inverse)])));
    Ok(plan.seeing(account))
}

/// The plan that gives the account a password policy of its own in the place of the one that holds.
pub fn set_password_policy(account: &Account, policy: &PasswordPolicy) -> Result<Plan, PlanError> {
    let before = password_policy(account)?;
    if before == Some(policy) {
        return Err(PlanError::Nothing("the password policy is the same".to_owned()));
    }
    let call = Call::update_password_policy().with_input_of(policy);
    call.check()?;
    let undo = match before {
        Some(before) => Call::update_password_policy().with_input_of(before),
        None => Call::delete_password_policy(),
    };
    let mut plan = Plan::new("set a custom password policy");
    let mut step = Step::new(call, "new passwords must meet it; those that users have stay valid until they expire")
        .undo(Inverse::of([undo]));
    if let Some(risk) = expiry_risk(account, policy) {
        step = step.risk(risk);
    }
    plan.push(step);
    Ok(plan.seeing(account))
}

/// The plan that goes back to the default password policy of IAM.
pub fn reset_password_policy(account: &Account) -> Result<Plan, PlanError> {
    let Some(before) = password_policy(account)? else {
        return Err(PlanError::Nothing("the IAM default password policy applies".to_owned()));
    };
    let mut plan = Plan::new("set the IAM default password policy");
    let why = "at least 8 characters of three kinds, and passwords never expire";
    let undo = Inverse::of([Call::update_password_policy().with_input_of(before)]);
    plan.push(Step::new(Call::delete_password_policy(), why).undo(undo));
    Ok(plan.seeing(account))
}

fn password_policy(account: &Account) -> Result<Option<&PasswordPolicy>, PlanError> {
    settled(account.password_policy(), || "the password policy of the account".to_owned())
}

/// The users whose passwords expire at once under a policy and do not under the one that holds; nothing where no
/// credential report tells how old passwords are.
pub fn expiring(account: &Account, policy: &PasswordPolicy) -> Option<Vec<String>> {
    let Some(days) = policy.expires_after_days else { return Some(Vec::new()) };
    let report = account.report()?;
    let held = account.password_policy().known().and_then(|held| held.expires_after_days);
    let rows = report.rows.iter().filter(|row| !row.is_root() && row.password_enabled == Some(true));
    let old = rows.filter(|row| {
        row.password_changed.is_some_and(|changed| {
            let age = report.generated.duration_since(changed).as_hours();
            let is_older = |days: u32| age >= i64::from(days) * 24;
            is_older(days) && !held.is_some_and(is_older)
        })
    });
    Some(old.map(|row| row.user.to_string()).collect())
}

fn expiry_risk(account: &Account, policy: &PasswordPolicy) -> Option<String> {
    policy.expires_after_days?;
    let then = if policy.hard_expiry {
        "only an administrator can reset them"
    } else {
        "users must set a new one when they sign in"
    };
    match expiring(account, policy) {
        None => Some(format!(
            "passwords that are old enough expire at once, and {then}; whose they are is not known without a \
             credential report"
        )),
        Some(users) if users.is_empty() => None,
        Some(users) => Some(format!("the passwords of {} expire at once, and {then}", users.join(", "))),
    }
}

/// The plan that gives the account an alias, in the place of the one that it has.
pub fn set_alias(account: &Account, alias: &str) -> Result<Plan, PlanError> {
    let before = held_alias(account)?;
    if before == Some(alias) {
        return Err(PlanError::Nothing(format!("the account alias is {alias}")));
    }
    if alias.len() == 12 && alias.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PlanError::Refused {
            what: format!("`{alias}` looks like an account ID, which AWS does not accept as an alias"),
            hint: "Choose an alias that is not twelve digits.",
        });
    }
    let call = Call::create_account_alias(alias);
    call.check()?;
    let mut plan = Plan::new(format!("set the account alias {alias}"));
    let step = Step::new(call, "users of the account sign in to the console under it; it is unique in all of AWS");
    plan.push(match before {
        Some(before) => step
            .risk(format!("the sign-in URL with {before} stops working, and others can take that alias"))
            .undo(Inverse::losing([Call::create_account_alias(before)], format!("{before}, if others take it"))),
        None => step.undo(Inverse::of([Call::delete_account_alias(alias)])),
    });
    Ok(plan.seeing(account))
}

/// The plan that deletes the account alias.
pub fn delete_alias(account: &Account) -> Result<Plan, PlanError> {
    let Some(alias) = held_alias(account)? else {
        return Err(PlanError::Nothing("the account has no alias".to_owned()));
    };
    let mut plan = Plan::new(format!("delete the account alias {alias}"));
    let step = Step::new(Call::delete_account_alias(alias), "users sign in with the account ID from then on")
        .risk(format!("the sign-in URL with {alias} stops working, and others can take the alias"))
        .undo(Inverse::losing([Call::create_account_alias(alias)], "the alias, if others take it"));
    plan.push(step);
    Ok(plan.seeing(account))
}

fn held_alias(account: &Account) -> Result<Option<&str>, PlanError> {
    Ok(settled(account.alias(), || "the account alias".to_owned())?.map(AccountAlias::as_str))
}

/// The plan that changes where session tokens of STS's global endpoint are valid.
pub fn set_token_version(account: &Account, version: TokenVersion) -> Result<Plan, PlanError> {
    let summary = settled(account.summary(), || "the account summary".to_owned())?;
    let held = summary.and_then(|summary| summary.get("GlobalEndpointTokenVersion"));
    let before = held.and_then(TokenVersion::of);
    if before == Some(version) {
        return Err(PlanError::Nothing("the tokens have this version".to_owned()));
    }
    let (title, why, risk) = match version {
        TokenVersion::AllRegions => (
            "make tokens of the global STS endpoint valid in all AWS Regions",
            "tokens have version 2, which Regions accept that must be enabled first",
            "the tokens are longer: programs that store them in too little space fail",
        ),
        TokenVersion::DefaultRegions => (
            "make tokens of the global STS endpoint valid only in AWS Regions enabled by default",
            "tokens have version 1, which is shorter",
            "programs that use them in a Region that must be enabled first are refused",
        ),
    };
    let mut plan = Plan::new(title);
    let undo = match before {
        Some(before) => Inverse::of([Call::set_token_version(before.word())]),
        None => Inverse::never("the service does not report the version before"),
    };
    plan.push(Step::new(Call::set_token_version(version.word()), why).risk(risk).undo(undo));
    Ok(plan.seeing(account))
}

/// The plan that enables or disables outbound identity federation.
pub fn switch_outbound_federation(account: &Account, on: bool) -> Result<Plan, PlanError> {
    let held = settled(account.outbound_federation(), || "outbound identity federation".to_owned())?;
    let word = if on { "enable" } else { "disable" };
    if held.is_some() == on {
        return Err(PlanError::Nothing(format!("outbound identity federation is {word}d")));
    }
    let (enable, disable) = (Call::enable_outbound_federation(), Call::disable_outbound_federation());
    let step = if on {
        Step::new(enable, "identities with `sts:GetWebIdentityToken` can sign in to external services")
            .undo(Inverse::of([disable]))
    } else {
        Step::new(disable, "no more tokens for external services are issued")
            .risk("workloads that sign in to external services with tokens of this account are refused")
            .undo(Inverse::of([enable]))
    };
    let mut plan = Plan::new(format!("{word} outbound identity federation"));
    plan.push(step);
    Ok(plan.seeing(account))
}

/// The input that writes a password policy: AWS changes no single rule, so all of them are sent.
pub fn password_policy_input(policy: &PasswordPolicy) -> Map<String, Value> {
    let mut input = Map::new();
    let mut put = |name: &str, value: Value| drop(input.insert(name.to_owned(), value));
    put("MinimumPasswordLength", json!(policy.minimum_length));
    put("RequireUppercaseCharacters", json!(policy.uppercase));
    put("RequireLowercaseCharacters", json!(policy.lowercase));
    put("RequireNumbers", json!(policy.numbers));
    put("RequireSymbols", json!(policy.symbols));
    put("AllowUsersToChangePassword", json!(policy.users_may_change));
    put("HardExpiry", json!(policy.hard_expiry));
    if let Some(days) = policy.expires_after_days {
        put("MaxPasswordAge", json!(days));
    }
    if let Some(count) = policy.remembered {
        put("PasswordReusePrevention", json!(count));
    }
    input
}

/// An input of `UpdateAccountPasswordPolicy` with what AWS takes for the rules that it leaves out.
pub fn whole_password_policy(input: &Map<String, Value>) -> Map<String, Value> {
    let left_out = PasswordPolicy {
        minimum_length: 6,
        uppercase: false,
        lowercase: false,
        numbers: false,
        symbols: false,
        users_may_change: false,
        expires_after_days: None,
        hard_expiry: false,
        remembered: None,
    };
    let mut whole = password_policy_input(&left_out);
    whole.extend(input.clone());
    whole
}

impl Call {
    fn with_input_of(self, policy: &PasswordPolicy) -> Self {
        debug_assert_eq!(self.iam(), Some(Iam::UpdateAccountPasswordPolicy));
        Self::with_input(self.operation(), password_policy_input(policy))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};

    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::{CredentialReport, Fact, ReportRow, Seen, Source, Summary, Update};
    use crate::plan::expect::{Saw, seen};

    fn now() -> Timestamp {
        Timestamp::from_second(1_768_478_400).unwrap()
    }

    fn known<T>(value: T) -> Fact<T> {
        Fact::Known(value, Seen::new(Source::Detail, now()))
    }

    fn absent<T>() -> Fact<T> {
        Fact::Absent(Seen::new(Source::Detail, now()))
    }

    fn policy() -> PasswordPolicy {
        PasswordPolicy {
            minimum_length: 14,
            uppercase: true,
            lowercase: true,
            numbers: true,
            symbols: false,
            users_may_change: true,
            expires_after_days: Some(90),
            hard_expiry: false,
            remembered: Some(24),
        }
    }

    /// The account with a password of bob that is so many days old.
    fn with_password(days: i64) -> Account {
        let mut account = account();
        account.apply(Update::PasswordPolicy(absent()));
        let row = ReportRow {
            user: "bob".into(),
            password_enabled: Some(true),
            password_changed: Some(now() - SignedDuration::from_hours(days * 24)),
            ..ReportRow::default()
        };
        let report = CredentialReport { generated: now(), rows: vec![Arc::new(row)], csv: Box::default() };
        account.apply(Update::Report(Box::new(report)));
        account
    }

    #[track_caller]
    fn check(plan: &Plan, title: &str, undo: &str) {
        plan.check().unwrap();
        assert_eq!((lines(plan).as_str(), undo_lines(plan).as_str()), (title, undo));
    }

    #[test]
    fn a_password_policy_is_sent_whole_and_names_whose_passwords_expire() {
        let plan = set_password_policy(&with_password(100), &policy()).unwrap();
        check(&plan, "set the password policy of the account", "delete the password policy of the account");
        assert_eq!(plan.steps[0].call().unwrap().input().len(), 9);
        let told = "the passwords of bob expire at once, and users must set a new one when they sign in";
        assert_eq!(plan.steps[0].risk, told);
        assert_eq!(set_password_policy(&with_password(10), &policy()).unwrap().steps[0].risk, "");
        let mut unread = account();
        unread.apply(Update::PasswordPolicy(absent()));
        assert!(set_password_policy(&unread, &policy()).unwrap().steps[0].risk.contains("credential report"));
    }

    #[test]
    fn what_a_policy_leaves_behind_is_what_is_read_afterwards() {
        let mut account = with_password(1);
        let plan = set_password_policy(&account, &policy()).unwrap();
        let call = plan.steps[0].call().unwrap();
        let left = call.leaves(&Map::new(), None, &crate::plan::expect::Known::default());
        account.apply(Update::PasswordPolicy(known(policy())));
        let (resource, saw) = &left[0];
        assert_eq!(seen(&account, resource), saw.clone());
        assert!(matches!(plan.steps[0].expects[0].saw, Saw::Value(Value::Null)));
    }

    #[test]
    fn the_rules_before_come_back_whole() {
        let mut account = account();
        assert!(reset_password_policy(&account).is_err(), "what was not read is not guessed");
        account.apply(Update::PasswordPolicy(known(policy())));
        let plan = reset_password_policy(&account).unwrap();
        check(&plan, "delete the password policy of the account", "set the password policy of the account");
        assert_eq!(plan.steps[0].inverse.as_ref().unwrap().calls[0].input(), &password_policy_input(&policy()));
        assert!(set_password_policy(&account, &policy()).is_err());
        assert!(set_password_policy(&account, &PasswordPolicy { minimum_length: 5, ..policy() }).is_err());
    }

    #[test]
    fn an_alias_takes_the_place_of_another_one() {
        let mut account = account();
        account.apply(Update::Alias(known("acme".into())));
        let plan = set_alias(&account, "acme-prod").unwrap();
        check(&plan, "set the account alias acme-prod", "set the account alias acme");
        check(&delete_alias(&account).unwrap(), "delete the account alias acme", "set the account alias acme");
        for refused in ["acme", "123456789012", "Acme", "a", "a--b"] {
            assert!(set_alias(&account, refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_token_version_and_outbound_federation_go_to_the_other_state_and_back() {
        let mut account = account();
        let summary = Summary::new([("GlobalEndpointTokenVersion".into(), 1)]);
        account.apply(Update::Summary(known(summary)));
        let set = "set the STS token version of the account";
        check(&set_token_version(&account, TokenVersion::AllRegions).unwrap(), set, set);
        assert!(set_token_version(&account, TokenVersion::DefaultRegions).is_err());
        account.apply(Update::OutboundFederation(absent()));
        let (enable, disable) = ("enable outbound identity federation", "disable outbound identity federation");
        check(&switch_outbound_federation(&account, true).unwrap(), enable, disable);
        assert!(switch_outbound_federation(&account, false).is_err());
    }
}
