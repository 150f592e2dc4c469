//! The profiles of the AWS config files, as the SDK's own parser reads them.

use aws_config::profile::{ProfileSet, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::sign_in::SsoSession;
use crate::base::arn::Arn;
use crate::base::secret::Secret;
use crate::model::{AccountId, ErrorKind, LoadError};

/// All profiles and sessions of the config files.
#[derive(Debug, Clone)]
pub struct Profiles(ProfileSet);

/// One profile, as far as it says whose credentials it stands for. No secret is among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Where its credentials come from.
    pub kind: ProfileKind,
    /// The account, where the profile tells it.
    pub account: Option<AccountId>,
    /// The ARN of the role, or the name of the role in Identity Center.
    pub role: Option<String>,
    /// The Region.
    pub region: Option<String>,
}

/// Where a profile's credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// An access key in the file.
    Keys,
    /// A role, assumed with the credentials of another source.
    Role,
    /// The same, with a code of an MFA device.
    RoleWithMfa,
    /// A role of a web identity.
    WebIdentity,
    /// IAM Identity Center.
    IdentityCenter,
    /// A program that prints them.
    Process,
    /// A source that only the AWS CLI knows, such as `aws login`.
    Other,
    /// Nothing: it only holds settings.
    Settings,
}

impl ProfileKind {
    /// What it is called in lists.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Keys => "access key",
            Self::Role => "role",
            Self::RoleWithMfa => "role, MFA",
            Self::WebIdentity => "web identity",
            Self::IdentityCenter => "Identity Center",
            Self::Process => "process",
            Self::Other => "AWS CLI login",
            Self::Settings => "settings only",
        }
    }
}

/// The role that a profile stands for, and what to assume it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleProfile {
    /// The role.
    pub arn: String,
    /// The session's name, where the profile gives one.
    pub session_name: Option<String>,
    /// The id that the trust policy asks for.
    pub external_id: Option<String>,
    /// The MFA device whose code is sent along.
    pub mfa_serial: Option<String>,
    /// How long the session shall last, in seconds.
    pub duration: Option<i32>,
    /// Where the credentials to assume it with come from.
    pub source: RoleSource,
}

/// Where the credentials to assume a role with come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleSource {
    /// Another profile.
    Profile(String),
    /// The access key of the same profile.
    Itself,
    /// `Environment`, `Ec2InstanceMetadata` or `EcsContainer`.
    Named(String),
}

impl Profiles {
    /// Reads the config file and the credentials file, where the environment says that they are.
    pub async fn load() -> Result<Self, LoadError> {
        let found = load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), None).await;
        found.map(Self).map_err(|error| {
            LoadError::new(ErrorKind::Configuration, super::credentials::SIGN_IN)
                .detail(&super::error::root_cause(&error))
        })
    }

    /// The names of all profiles, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.profiles().map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// The profile that is meant where none is named.
    pub fn selected(&self) -> &str {
        self.0.selected_profile()
    }

    /// All profiles that stand for credentials or might, sorted by name.
    pub fn all(&self) -> Vec<Profile> {
        self.names().iter().filter_map(|name| self.profile(name)).collect()
    }

    /// A setting of a profile.
    pub fn setting(&self, profile: &str, key: &str) -> Option<&str> {
        self.0.get_profile(profile)?.get(key).map(str::trim).filter(|value| !value.is_empty())
    }

    /// What a profile says of itself.
    pub fn profile(&self, name: &str) -> Option<Profile> {
        self.0.get_profile(name)?;
        let setting = |key| self.setting(name, key);
        let has = |key| setting(key).is_some();
        let role = setting("role_arn");
        let kind = match role {
            Some(_) if has("web_identity_token_file") => ProfileKind::WebIdentity,
            Some(_) if has("mfa_serial") => ProfileKind::RoleWithMfa,
            Some(_) => ProfileKind::Role,
            None if has("sso_session") || has("sso_start_url") => ProfileKind::IdentityCenter,
            None if has("credential_process") => ProfileKind::Process,
            None if has("aws_access_key_id") => ProfileKind::Keys,
            None if has("login_session") => ProfileKind::Other,
            None => ProfileKind::Settings,
        };
        let own = || setting("aws_access_key_id").and_then(crate::emulator::ids::account_of);
        let account = setting("sso_account_id")
            .or_else(|| setting("aws_account_id"))
            .map(str::to_owned)
            .or_else(|| role.and_then(|arn| Some(Arn::parse(arn).ok()?.account().to_owned())))
            .or_else(own);
        Some(Profile {
            name: name.to_owned(),
            kind,
            account: account.map(|number| number.as_str().into()),
            role: role.or_else(|| setting("sso_role_name")).map(str::to_owned),
            region: setting("region").map(str::to_owned),
        })
    }

    /// The role that a profile assumes; none where its credentials come from elsewhere.
    pub fn role(&self, name: &str) -> Result<Option<RoleProfile>, LoadError> {
        let Some(arn) = self.setting(name, "role_arn") else { return Ok(None) };
        let setting = |key| self.setting(name, key).map(str::to_owned);
        if setting("web_identity_token_file").is_some() {
            return Ok(None);
        }
        let wrong =
            |detail: String| LoadError::new(ErrorKind::Configuration, super::credentials::SIGN_IN).detail(&detail);
        let duration = match setting("duration_seconds") {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| {
                wrong(format!("`duration_seconds` of the profile `{name}` is `{text}`, which is no number"))
            })?),
        };
        let source = match (setting("source_profile"), setting("credential_source")) {
            (Some(_), Some(_)) => {
                return Err(wrong(format!("the profile `{name}` has both `source_profile` and `credential_source`")));
            }
            (Some(source), None) if source == name => RoleSource::Itself,
            (Some(source), None) => RoleSource::Profile(source),
            (None, Some(source)) => RoleSource::Named(source),
            (None, None) => {
                return Err(wrong(format!(
                    "the profile `{name}` has a role but neither `source_profile` nor `credential_source`"
                )));
            }
        };
        Ok(Some(RoleProfile {
            arn: arn.to_owned(),
            session_name: setting("role_session_name"),
            external_id: setting("external_id"),
            mfa_serial: setting("mfa_serial"),
            duration,
            source,
        }))
    }

    /// The Identity Center session that a profile's credentials come from.
    pub fn sso(&self, name: &str) -> Option<SsoSession> {
        let setting = |key| self.setting(name, key).map(str::to_owned);
        match setting("sso_session") {
            Some(session) => {
                let section = self.0.sso_session(&session)?;
                let of = |key| section.get(key).map(|value| value.trim().to_owned());
                let scopes = of("sso_registration_scopes").unwrap_or_else(|| "sso:account:access".to_owned());
                Some(SsoSession {
                    start_url: of("sso_start_url")?,
                    region: of("sso_region")?,
                    scopes: scopes.split(',').map(|scope| scope.trim().to_owned()).collect(),
                    name: Some(session),
                })
            }
            None => Some(SsoSession {
                start_url: setting("sso_start_url")?,
                region: setting("sso_region")?,
                scopes: Vec::new(),
                name: None,
            }),
        }
    }

    /// The access key that lies in a profile itself: id, secret, session token.
    pub fn keys(&self, name: &str) -> Option<(String, Secret, Option<Secret>)> {
        let id = self.setting(name, "aws_access_key_id")?.to_owned();
        let secret = Secret::new(self.setting(name, "aws_secret_access_key")?);
        Some((id, secret, self.setting(name, "aws_session_token").map(Secret::new)))
    }
}
