//! Which sessions let only reads pass: the one place that says so.
//!
//! The rule follows the credentials in force, however they were chosen: a profile that is named by a flag, a variable,
//! the settings or the picker, one that a chain of `source_profile` passes through, a role that was switched to from
//! there, and the same key, role or permission set under another name or in the environment.

use std::collections::BTreeSet;

use super::profiles::{Base, Chain, Profiles};
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

/// What credentials are known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// A profile that they come from.
    Profile(String),
    /// The id of an access key.
    Key(String),
    /// A role, by its ARN.
    Role(String),
    /// A role of Identity Center: account and name.
    PermissionSet(String, String),
}

/// The rule as far as the config files say whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guard {
    always: bool,
    marks: BTreeSet<Mark>,
}

/// Where programs that put the credentials of a profile into the environment say which it was.
const HELPERS: [&str; 3] = ["AWS_VAULT", "AWSUME_PROFILE", "AWS_SSO_PROFILE"];

impl ReadOnly {
    /// The rule of flag and settings. The flag wins, also where it opens what the settings guard.
    pub fn of(flag: Option<bool>, config: &Config) -> Self {
        match flag.or(config.read_only) {
            Some(true) => Self::Always,
            Some(false) if flag.is_some() => Self::Never,
            _ => Self::Profiles(config.read_only_profiles.clone()),
        }
    }

    pub(super) fn guard(&self, profiles: &Profiles) -> Guard {
        let marks = match self {
            Self::Never | Self::Always => BTreeSet::new(),
            Self::Profiles(names) => names.iter().flat_map(|name| own(name, profiles)).collect(),
        };
        Guard { always: *self == Self::Always, marks }
    }
}

impl Guard {
    /// Whether a session with these marks lets only reads pass.
    pub(super) fn holds(&self, of: &BTreeSet<Mark>) -> bool {
        self.always || !self.marks.is_disjoint(of)
    }
}

/// What the credentials of a profile are known by, and no others: not those of its source.
fn own(name: &str, profiles: &Profiles) -> Vec<Mark> {
    let mut marks = vec![Mark::Profile(name.to_owned())];
    marks.extend(profiles.setting(name, "aws_access_key_id").map(|id| Mark::Key(id.to_owned())));
    if let Ok(Some(chain)) = profiles.chain(name) {
        match chain.roles.last() {
            Some(role) => marks.push(Mark::Role(role.arn.clone())),
            None => marks.extend(of_base(&chain.base)),
        }
    }
    marks
}

fn of_base(base: &Base) -> Option<Mark> {
    match base {
        Base::Keys { id, .. } => Some(Mark::Key(id.clone())),
        Base::WebIdentity { arn, .. } | Base::Login(arn) => Some(Mark::Role(arn.clone())),
        Base::IdentityCenter { account, role, .. } => Some(Mark::PermissionSet(account.clone(), role.clone())),
        Base::Process(_) | Base::Machine(_) => None,
    }
}

/// What the credentials of a chain are known by.
pub(super) fn of_chain(chain: &Chain) -> BTreeSet<Mark> {
    let profiles = chain.profiles.iter().cloned().map(Mark::Profile);
    let roles = chain.roles.iter().map(|role| Mark::Role(role.arn.clone()));
    profiles.chain(roles).chain(of_base(&chain.base)).collect()
}

/// What the environment says of the credentials in it: their key, and the profile that they were taken from.
pub(super) fn of_environment(profiles: &Profiles, var: &dyn Fn(&str) -> Option<String>) -> BTreeSet<Mark> {
    let names = HELPERS.iter().filter_map(|name| var(name));
    let names = names.chain(profiles.of_environment().map(str::to_owned)).filter(|name| !name.is_empty());
    names.map(Mark::Profile).chain(var("AWS_ACCESS_KEY_ID").map(Mark::Key)).collect()
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
        ReadOnly::Profiles(names.iter().map(|name| (*name).to_owned()).collect()).guard(&profiles())
    }

    #[track_caller]
    fn check(guarded: &str, profile: &str, expected: bool) {
        let chain = profiles().chain(profile).unwrap().unwrap();
        assert_eq!(guard(&[guarded]).holds(&of_chain(&chain)), expected, "{guarded}, {profile}");
    }

    #[track_caller]
    fn check_environment(vars: &[(&str, &str)], expected: bool) {
        let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut profiles = profiles();
        profiles.set_environment(&var);
        assert_eq!(guard(&["prod"]).holds(&of_environment(&profiles, &var)), expected, "{vars:?}");
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
        let role = |name: &str| Mark::Role(format!("arn:aws:iam::111122223333:role/{name}"));
        assert!(guard(&["prod admin"]).holds(&BTreeSet::from([Mark::Profile("dev".into()), role("admin")])));
        assert!(!guard(&["prod admin"]).holds(&BTreeSet::from([Mark::Profile("dev".into()), role("other")])));
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
        assert!(ReadOnly::Always.guard(&Profiles::default()).holds(&BTreeSet::new()));
        assert!(!ReadOnly::Never.guard(&Profiles::default()).holds(&BTreeSet::new()));
    }
}
