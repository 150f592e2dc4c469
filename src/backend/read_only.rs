//! Which sessions let only reads pass: the one place that says so.
//!
//! The rule follows the credentials in force, however they were chosen: a profile that is named by a flag, a variable,
//! the settings or the picker, one that a chain of `source_profile` passes through, a role that was switched to from
//! there, and the same key, role, permission set or command under another name or in the environment. Temporary
//! credentials that nobody has named are compared by whose they are; in doubt they may only read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::profiles::{Base, Chain, Profiles};
use super::sign_in::cached_keys;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::config::Config;

/// The rule that the user has set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReadOnly {
    /// Every session may change what it has the permissions for.
    #[default]
    Never,
    /// No session may change anything.
    Always,
    /// The sessions of these profiles may not.
    Profiles(BTreeSet<String>),
}

/// Why a session lets only reads pass. The profiles are those of the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadOnlyReason {
    /// A flag, a variable or the settings say so for every session.
    Asked,
    /// The account is a file.
    Snapshot,
    /// The credentials come from the profile.
    Profile(String),
    /// The access key is that of the profile, or of a session of it.
    Key(String),
    /// The role is that of the profile.
    Role(String),
    /// The credentials come from the same command as those of the profile.
    Process(String),
    /// Nobody has named the credentials, and they are of the same account as those of the profile.
    Account {
        /// The account's number.
        number: String,
        /// The profile.
        profile: String,
    },
    /// Nobody has named the credentials, and it could not be found out whose they are.
    Unidentified,
}

/// What credentials are known by; the surest comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// A profile that they come from.
    Profile(String),
    /// The id of an access key.
    Key(String),
    /// A role, by account and name: paths, case and partition do not make it another one.
    Role(String, String),
    /// A role of Identity Center: account and name.
    PermissionSet(String, String),
    /// The command of a `credential_process`.
    Process(String),
    /// The account, of credentials that nobody has named.
    Account(String),
    /// Nobody has named them, and it is not known whose they are.
    Unidentified,
}

/// How much is known of the origin of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The config files say whose they are.
    Known,
    /// A profile is named that does not say whose they are.
    Named,
    /// Nothing is named: they lie in the environment or belong to the machine.
    Nameless,
}

/// The rule as far as the config files say whom it is about: the marks, and the profile that each is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guard {
    always: bool,
    marks: BTreeMap<Mark, String>,
}

/// Where programs that put the credentials of a profile into the environment say which it was.
const HELPERS: [&str; 3] = ["AWS_VAULT", "AWSUME_PROFILE", "AWS_SSO_PROFILE"];

impl ReadOnlyReason {
    /// What to do where a change is wanted all the same.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::Asked => "Start without `--read-only`, or with `--read-only=false` where the settings ask for it.",
            Self::Snapshot => "Open the account itself.",
            Self::Profile(_) | Self::Key(_) | Self::Role(_) | Self::Process(_) => {
                "Use other credentials, or start with `--read-only=false`."
            }
            Self::Account { .. } | Self::Unidentified => {
                "Name the profile with `--profile`, or start with `--read-only=false`."
            }
        }
    }

    /// Whether the user may wonder why.
    pub fn is_found_out(&self) -> bool {
        !matches!(self, Self::Asked | Self::Snapshot | Self::Profile(_))
    }

    fn of(mark: &Mark, profile: &str) -> Self {
        let profile = profile.to_owned();
        match mark {
            Mark::Profile(_) => Self::Profile(profile),
            Mark::Key(_) => Self::Key(profile),
            Mark::Role(..) | Mark::PermissionSet(..) => Self::Role(profile),
            Mark::Process(_) => Self::Process(profile),
            Mark::Account(number) => Self::Account { number: number.clone(), profile },
            Mark::Unidentified => Self::Unidentified,
        }
    }
}

impl fmt::Display for ReadOnlyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = "`read_only_profiles` in config.toml";
        match self {
            Self::Asked => f.write_str("`--read-only`, `IAMTUI_READ_ONLY` or `read_only` in config.toml says so"),
            Self::Snapshot => f.write_str("a snapshot is a file"),
            Self::Profile(name) => write!(f, "{rule} names the profile `{name}`, which the credentials come from"),
            Self::Key(name) => write!(f, "the access key is one of the profile `{name}`, which {rule} names"),
            Self::Role(name) => write!(f, "the role is that of the profile `{name}`, which {rule} names"),
            Self::Process(name) => {
                write!(f, "the credentials come from the command of the profile `{name}`, which {rule} names")
            }
            Self::Account { number, profile } => write!(
                f,
                "these temporary credentials name no profile and are of account {number}, like the profile \
                 `{profile}`, which {rule} names"
            ),
            Self::Unidentified => write!(
                f,
                "these temporary credentials name no profile, AWS did not say whose they are, and {rule} names some"
            ),
        }
    }
}

impl ReadOnly {
    /// The rule of flag and settings. The flag wins, also where it opens what the settings guard.
    pub fn of(flag: Option<bool>, config: &Config) -> Self {
        match flag.or(config.read_only) {
            Some(true) => Self::Always,
            Some(false) if flag.is_some() => Self::Never,
            _ => Self::Profiles(config.read_only_profiles.clone()),
        }
    }

    /// The rule for sessions at an endpoint; none is AWS itself.
    pub(super) fn guard(&self, profiles: &Profiles, endpoint: Option<&str>) -> Guard {
        let mut marks = BTreeMap::new();
        if let Self::Profiles(names) = self {
            for name in names {
                for mark in own(name, profiles, endpoint) {
                    marks.entry(mark).or_insert_with(|| name.clone());
                }
            }
        }
        Guard { always: *self == Self::Always, marks }
    }

    /// The names that no profile has: what they are to guard is open.
    pub(super) fn without_profile(&self, profiles: &Profiles) -> Option<UserError> {
        let Self::Profiles(names) = self else { return None };
        let there = profiles.names();
        let missing: Vec<&str> = names.iter().filter(|name| !there.contains(name)).map(String::as_str).collect();
        let first = missing.first()?;
        let told = UserError::new(format!(
            "`read_only_profiles` in config.toml names `{}`, which the AWS config files do not have",
            missing.join("`, `")
        ));
        Some(told.hint(match nearest(first, there.iter().map(String::as_str)) {
            Some(meant) => format!("It guards nothing. Did you mean `{meant}`?"),
            None => "It guards nothing. Run `aws configure list-profiles` to list the profiles.".to_owned(),
        }))
    }
}

impl Guard {
    /// Why a session with these marks lets only reads pass; nothing where it does not.
    pub(super) fn holds(&self, of: &BTreeSet<Mark>) -> Option<ReadOnlyReason> {
        if self.always {
            return Some(ReadOnlyReason::Asked);
        }
        of.iter().find_map(|mark| Some(ReadOnlyReason::of(mark, self.marks.get(mark)?)))
    }

    /// Whether it matters whose credentials with these marks are.
    pub(super) fn asks_who(&self, of: &BTreeSet<Mark>) -> bool {
        !self.marks.is_empty() && self.holds(of).is_none()
    }
}

/// What the credentials of a profile are known by, and no others: not those of its source.
fn own(name: &str, profiles: &Profiles, endpoint: Option<&str>) -> Vec<Mark> {
    let mut marks = vec![Mark::Profile(name.to_owned()), Mark::Unidentified];
    // One file may hide what the other says: it is the profile's all the same.
    let every = |key| profiles.every_setting(name, key);
    marks.extend(every("aws_access_key_id").map(|id| Mark::Key(id.to_owned())));
    marks.extend(every("role_arn").map(of_role));
    marks.extend(every("credential_process").map(|command| Mark::Process(command.to_owned())));
    let account = profiles.profile(name).and_then(|profile| profile.account);
    marks.extend(account.map(|account| Mark::Account(account.as_str().to_owned())));
    if let Ok(Some(chain)) = profiles.chain(name) {
        match chain.roles.last() {
            Some(role) => marks.push(of_role(&role.arn)),
            None => marks.extend(of_base(&chain.base)),
        }
        marks.extend(cached_keys(&chain, endpoint).into_iter().map(Mark::Key));
    }
    marks
}

/// A role, also by the ARN of a session of it.
pub(super) fn of_role(arn: &str) -> Mark {
    let Ok(arn) = Arn::parse(arn) else { return Mark::Role(String::new(), arn.to_owned()) };
    let name = match arn.resource_type() {
        "assumed-role" => arn.resource().split('/').nth(1).unwrap_or_default(),
        _ => arn.name(),
    };
    Mark::Role(arn.account().to_owned(), name.to_ascii_lowercase())
}

/// What the answer of `GetCallerIdentity` says; nothing where there was none.
pub(super) fn of_caller(caller: Option<&Arn>, origin: Origin) -> Vec<Mark> {
    let Some(arn) = caller else {
        return if origin == Origin::Nameless { vec![Mark::Unidentified] } else { Vec::new() };
    };
    let account = arn.account().to_owned();
    let mut marks = Vec::new();
    if arn.resource_type() == "assumed-role" {
        marks.push(of_role(arn.as_str()));
        // The role that Identity Center makes of a permission set: `AWSReservedSSO_Admin_0123456789abcdef`.
        let name = arn.resource().split('/').nth(1).and_then(|name| name.strip_prefix("AWSReservedSSO_"));
        let set = name.and_then(|name| name.rsplit_once('_'));
        marks.extend(set.map(|(set, _)| Mark::PermissionSet(account.clone(), set.to_owned())));
    }
    if origin == Origin::Nameless {
        marks.push(Mark::Account(account));
    }
    marks
}

fn of_base(base: &Base) -> Option<Mark> {
    match base {
        Base::Keys { id, .. } => Some(Mark::Key(id.clone())),
        Base::WebIdentity { arn, .. } | Base::Login(arn) => Some(of_role(arn)),
        Base::IdentityCenter { account, role, .. } => Some(Mark::PermissionSet(account.clone(), role.clone())),
        Base::Process(command) => Some(Mark::Process(command.trim().to_owned())),
        Base::Machine(_) => None,
    }
}

/// What the credentials of a chain are known by.
pub(super) fn of_chain(chain: &Chain) -> BTreeSet<Mark> {
    let profiles = chain.profiles.iter().cloned().map(Mark::Profile);
    let roles = chain.roles.iter().map(|role| of_role(&role.arn));
    profiles.chain(roles).chain(of_base(&chain.base)).collect()
}

/// What the environment says of the credentials in it: their key, and the profile that they were taken from.
pub(super) fn of_environment(profiles: &Profiles, var: &dyn Fn(&str) -> Option<String>) -> (BTreeSet<Mark>, Origin) {
    let said: Vec<String> = HELPERS.iter().filter_map(|name| var(name)).filter(|name| !name.is_empty()).collect();
    let there = profiles.names();
    let key = var("AWS_ACCESS_KEY_ID");
    let is_of = |name: &String| {
        key.is_some() && profiles.every_setting(name, "aws_access_key_id").any(|id| Some(id) == key.as_deref())
    };
    // A profile that is only selected beside keys says nothing about them: the keys come first.
    let is_named = said.iter().any(|name| there.contains(name)) || there.iter().any(is_of);
    let selected = profiles.of_environment().map(str::to_owned).filter(|name| !name.is_empty());
    let names = said.into_iter().chain(selected).map(Mark::Profile);
    let marks = names.chain(key.map(Mark::Key)).collect();
    (marks, if is_named { Origin::Named } else { Origin::Nameless })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "
        [profile dev]
        aws_access_key_id = AKIADEV
        aws_secret_access_key = s
        [profile prod]
        aws_access_key_id = AKIAPROD
        aws_secret_access_key = s
        [profile 'prod admin']
        role_arn = arn:aws:iam::111122223333:role/admin
        source_profile = dev
        [profile through]
        role_arn = arn:aws:iam::111122223333:role/deep
        source_profile = middle
        [profile middle]
        role_arn = arn:aws:iam::111122223333:role/middle
        source_profile = prod
        [profile same-key]
        aws_access_key_id = AKIAPROD
        aws_secret_access_key = s
        [profile same-role]
        role_arn = arn:aws:iam::111122223333:role/admin
        source_profile = dev
        [profile sso]
        sso_start_url = https://corp.test
        sso_region = eu-west-1
        sso_account_id = 111122223333
        sso_role_name = Admin
        [profile process]
        credential_process = tool --account 1
        [profile same-process]
        credential_process = tool --account 1
        [profile other-process]
        credential_process = tool --account 2
        [profile same-sso]
        sso_start_url = https://corp.test
        sso_region = eu-west-1
        sso_account_id = 111122223333
        sso_role_name = Admin";

    fn profiles() -> Profiles {
        // Continued lines begin with a blank, and none of these is meant to be one.
        let text: Vec<&str> = CONFIG.lines().map(str::trim).collect();
        Profiles::of(Some(&text.join("\n")), None).unwrap()
    }

    fn guard(names: &[&str]) -> Guard {
        ReadOnly::Profiles(names.iter().map(|name| (*name).to_owned()).collect()).guard(&profiles(), None)
    }

    #[track_caller]
    fn check(guarded: &str, profile: &str, expected: bool) {
        let chain = profiles().chain(profile).unwrap().unwrap();
        assert_eq!(guard(&[guarded]).holds(&of_chain(&chain)).is_some(), expected, "{guarded}, {profile}");
    }

    #[track_caller]
    fn check_environment(vars: &[(&str, &str)], expected: bool) {
        let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut profiles = profiles();
        profiles.set_environment(&var);
        assert_eq!(guard(&["prod"]).holds(&of_environment(&profiles, &var).0).is_some(), expected, "{vars:?}");
    }

    #[test]
    fn the_rule_follows_a_profile_through_every_chain() {
        check("prod", "prod", true);
        check("prod", "dev", false);
        check("prod", "middle", true);
        check("prod", "through", true);
        check("middle", "through", true);
        check("through", "middle", false);
        check("prod admin", "prod admin", true);
        check("prod admin", "dev", false);
    }

    #[test]
    fn the_same_credentials_under_another_name_are_the_same_credentials() {
        check("prod", "same-key", true);
        check("prod admin", "same-role", true);
        check("sso", "same-sso", true);
        check("dev", "same-key", false);
        check("process", "same-process", true);
        check("process", "other-process", false);
    }

    #[test]
    fn what_one_file_hides_of_the_other_is_the_profiles_all_the_same() {
        let config = "[profile prod]\naws_access_key_id = AKIAOLD\naws_secret_access_key = s\n\
                      role_arn = arn:aws:iam::111122223333:role/admin\n[profile dev]\naws_access_key_id = AKIADEV";
        let credentials = "[prod]\naws_access_key_id = AKIANEW\naws_secret_access_key = s";
        let profiles = Profiles::of(Some(config), Some(credentials)).unwrap();
        let guard = ReadOnly::Profiles(BTreeSet::from(["prod".to_owned()])).guard(&profiles, None);
        let holds = |mark: Mark| guard.holds(&BTreeSet::from([mark])).is_some();
        for (key, expected) in [("AKIAOLD", true), ("AKIANEW", true), ("AKIADEV", false)] {
            assert_eq!(holds(Mark::Key(key.to_owned())), expected, "{key}");
        }
        assert!(holds(of_role("arn:aws:iam::111122223333:role/admin")));
    }

    #[test]
    fn the_rule_follows_a_profile_into_the_environment() {
        check_environment(&[("AWS_ACCESS_KEY_ID", "AKIAPROD")], true);
        check_environment(&[("AWS_ACCESS_KEY_ID", "AKIADEV")], false);
        for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_VAULT", "AWSUME_PROFILE", "AWS_SSO_PROFILE"] {
            check_environment(&[("AWS_ACCESS_KEY_ID", "ASIAOTHER"), (name, "prod")], true);
            check_environment(&[("AWS_ACCESS_KEY_ID", "ASIAOTHER"), (name, "dev")], false);
        }
    }

    #[test]
    fn a_role_that_is_switched_to_is_the_role_of_the_profile() {
        let check = |arn: &str, expected: bool| {
            let marks = BTreeSet::from([Mark::Profile("dev".into()), of_role(arn)]);
            assert_eq!(guard(&["prod admin"]).holds(&marks).is_some(), expected, "{arn}");
        };
        check("arn:aws:iam::111122223333:role/admin", true);
        check("arn:aws:iam::111122223333:role/Admin", true);
        check("arn:aws:iam::111122223333:role/any/path/admin", true);
        check("arn:aws:sts::111122223333:assumed-role/admin/me", true);
        check("arn:aws:iam::111122223333:role/other", false);
        check("arn:aws:iam::444455556666:role/admin", false);
    }

    #[test]
    fn a_flag_wins_over_the_settings() {
        let config = Config { read_only_profiles: BTreeSet::from(["prod".to_owned()]), ..Config::default() };
        let always = Config { read_only: Some(true), ..config.clone() };
        let never = Config { read_only: Some(false), ..config.clone() };
        assert_eq!(ReadOnly::of(None, &config), ReadOnly::Profiles(config.read_only_profiles.clone()));
        assert_eq!(ReadOnly::of(None, &never), ReadOnly::Profiles(config.read_only_profiles.clone()));
        assert_eq!(ReadOnly::of(None, &always), ReadOnly::Always);
        assert_eq!(ReadOnly::of(Some(true), &config), ReadOnly::Always);
        assert_eq!(ReadOnly::of(Some(false), &always), ReadOnly::Never);
        let why = |rule: ReadOnly| rule.guard(&Profiles::default(), None).holds(&BTreeSet::new());
        assert_eq!(why(ReadOnly::Always), Some(ReadOnlyReason::Asked));
        assert_eq!(why(ReadOnly::Never), None);
    }

    #[track_caller]
    fn check_caller(guarded: &str, caller: Option<&str>, origin: Origin, expected: &str) {
        let caller = caller.map(|arn| Arn::parse(arn).unwrap());
        let marks = of_caller(caller.as_ref(), origin).into_iter().collect();
        let why = guard(&[guarded]).holds(&marks).map(|reason| reason.to_string()).unwrap_or_default();
        assert_eq!(why.is_empty(), expected.is_empty(), "{why}");
        assert!(why.contains(expected), "{why}");
    }

    #[test]
    fn temporary_credentials_without_a_name_are_compared_by_whose_they_are() {
        let admin = Some("arn:aws:sts::111122223333:assumed-role/admin/me");
        let other = Some("arn:aws:sts::111122223333:assumed-role/other/me");
        let sso = Some("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me");
        let elsewhere = Some("arn:aws:sts::444455556666:assumed-role/admin/me");
        for origin in [Origin::Named, Origin::Nameless] {
            check_caller("prod admin", admin, origin, "the role is that of the profile `prod admin`");
            check_caller("sso", sso, origin, "the role is that of the profile `sso`");
            check_caller("prod admin", elsewhere, origin, "");
        }
        check_caller("prod admin", other, Origin::Nameless, "of account 111122223333");
        check_caller("prod admin", other, Origin::Named, "");
        check_caller("sso", Some("arn:aws:sts::111122223333:federated-user/x"), Origin::Nameless, "of account");
        check_caller("dev", None, Origin::Nameless, "AWS did not say whose they are");
        check_caller("dev", None, Origin::Named, "");
    }

    #[test]
    fn a_name_that_no_profile_has_is_told_with_the_nearest_one() {
        let rule = |names: &[&str]| ReadOnly::Profiles(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(rule(&["prod", "sso"]).without_profile(&profiles()), None);
        assert_eq!(ReadOnly::Always.without_profile(&profiles()), None);
        let told = rule(&["prd", "sso"]).without_profile(&profiles()).unwrap();
        assert!(told.message.contains("names `prd`"), "{told}");
        assert!(told.hint.unwrap().contains("`prod`"));
    }
}
