//! How a profile's credentials come about: a source, and the roles that are assumed from there.
//!
//! The order of sources and the rules of `source_profile` are those of the AWS CLI (botocore's `AssumeRoleProvider`
//! and `ProfileProviderBuilder`).

use super::{ProfileKind, Profiles, text, wrong};
use crate::backend::sign_in::SsoSession;
use crate::base::secret::Secret;
use crate::model::LoadError;

/// A source of credentials, and the roles that are assumed one after the other from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Where the first credentials come from.
    pub base: Base,
    /// The roles in the order in which they are assumed.
    pub roles: Vec<RoleProfile>,
    /// All profiles that take part, the one that was asked for first.
    pub profiles: Vec<String>,
}

/// Where a profile's first credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// An access key in one of the files.
    Keys {
        /// Its id.
        id: String,
        /// Its secret.
        secret: Secret,
        /// The token of temporary credentials.
        token: Option<Secret>,
    },
    /// A role, assumed with the token of a web identity.
    WebIdentity {
        /// The role.
        arn: String,
        /// The file of the token.
        token_file: String,
        /// The session's name, where the profile gives one.
        session_name: Option<String>,
    },
    /// A role of IAM Identity Center.
    IdentityCenter {
        /// Where to sign in.
        session: SsoSession,
        /// The account's number.
        account: String,
        /// The role's name there.
        role: String,
    },
    /// A session that `aws login` keeps, by the ARN of whose it is.
    Login(String),
    /// A program that prints credentials: the command for the shell.
    Process(String),
    /// A source that the machine or the environment has.
    Machine(Machine),
}

/// A source of credentials outside the config files, by its name in `credential_source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// `Environment`.
    Environment,
    /// `Ec2InstanceMetadata`.
    Ec2,
    /// `EcsContainer`.
    Container,
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
}

impl Base {
    pub(super) const fn kind(&self) -> ProfileKind {
        match self {
            Self::Keys { .. } => ProfileKind::Keys,
            Self::WebIdentity { .. } => ProfileKind::WebIdentity,
            Self::IdentityCenter { .. } => ProfileKind::IdentityCenter,
            Self::Login(_) => ProfileKind::Login,
            Self::Process(_) => ProfileKind::Process,
            // Only a role can have it as its source.
            Self::Machine(_) => ProfileKind::Role,
        }
    }
}

impl Profiles {
    /// How the credentials of a profile come about; none where it only holds settings.
    pub fn chain(&self, name: &str) -> Result<Option<Chain>, LoadError> {
        let mut profiles = vec![name.to_owned()];
        let mut roles = Vec::new();
        let base = loop {
            let now = profiles.last().map_or(name, String::as_str);
            if !self.has_role(now) {
                break self.base(now)?;
            }
            roles.push(self.role(now)?);
            let source = match (self.setting(now, "source_profile"), self.setting(now, "credential_source")) {
                (Some(_), Some(_)) => {
                    return Err(wrong(&format!(
                        "the profile `{now}` has both `source_profile` and `credential_source`"
                    )));
                }
                (None, None) => {
                    return Err(wrong(&format!(
                        "the profile `{now}` has a role but neither `source_profile` nor `credential_source`"
                    )));
                }
                (None, Some(source)) => break Some(Base::Machine(machine(now, source)?)),
                (Some(source), None) => source.to_owned(),
            };
            if !self.sections.contains_key(&source) {
                return Err(wrong(&format!(
                    "the profile `{now}` leads to the profile `{source}`, which is not defined"
                )));
            }
            // Keys in a source profile come before a role that it may have as well; so a profile may be its own source.
            let has_keys = ["aws_access_key_id", "aws_secret_access_key"]
                .iter()
                .any(|key| self.sections.get(&source).is_some_and(|settings| settings.contains_key(*key)));
            if profiles.contains(&source) && !(source == now && has_keys) {
                return Err(wrong(&format!("the profiles `{}` → `{source}` lead in a circle", profiles.join("` → `"))));
            }
            if source != now {
                profiles.push(source.clone());
            }
            if has_keys {
                break self.base(&source)?;
            }
        };
        let source = profiles.last().map_or(name, String::as_str);
        let Some(base) = base else {
            if roles.is_empty() {
                return Ok(None);
            }
            return Err(wrong(&format!("the profile `{source}`, which `{name}` leads to, has no credentials")));
        };
        roles.reverse();
        Ok(Some(Chain { base, roles, profiles }))
    }

    /// Whether a profile's role is assumed with other credentials, and not with the token of a web identity.
    fn has_role(&self, name: &str) -> bool {
        let has = |key| self.sections.get(name).is_some_and(|settings| settings.contains_key(key));
        has("role_arn") && !has("web_identity_token_file")
    }

    fn role(&self, name: &str) -> Result<RoleProfile, LoadError> {
        let setting = |key| self.setting(name, key).map(str::to_owned);
        let arn = setting("role_arn").ok_or_else(|| wrong(&format!("`role_arn` of the profile `{name}` is empty")))?;
        Ok(RoleProfile {
            arn,
            session_name: setting("role_session_name"),
            external_id: setting("external_id"),
            mfa_serial: setting("mfa_serial"),
            // As in the AWS CLI, what is no number does not count.
            duration: setting("duration_seconds").and_then(|text| text.parse().ok()),
        })
    }

    /// The source in a profile itself, in the AWS CLI's order.
    fn base(&self, name: &str) -> Result<Option<Base>, LoadError> {
        let setting = |key| self.setting(name, key).map(str::to_owned);
        if let Some(token_file) = setting("web_identity_token_file") {
            let arn = setting("role_arn");
            let arn = arn.ok_or_else(|| {
                wrong(&format!("the profile `{name}` has `web_identity_token_file` but no `role_arn`"))
            })?;
            return Ok(Some(Base::WebIdentity { arn, token_file, session_name: setting("role_session_name") }));
        }
        if let Some(found) = self.identity_center(name)? {
            return Ok(Some(found));
        }
        let keys = || -> Result<Option<Base>, LoadError> {
            let Some(id) = setting("aws_access_key_id") else { return Ok(None) };
            let secret = self.setting(name, "aws_secret_access_key");
            let secret = secret.ok_or_else(|| {
                wrong(&format!("the profile `{name}` has `aws_access_key_id` but no `aws_secret_access_key`"))
            })?;
            let token = self.setting(name, "aws_session_token").map(Secret::new);
            Ok(Some(Base::Keys { id, secret: Secret::new(secret), token }))
        };
        if self.shared.contains(name) {
            return keys();
        }
        match (setting("login_session"), setting("credential_process")) {
            (Some(session), _) => Ok(Some(Base::Login(session))),
            (None, Some(command)) => Ok(Some(Base::Process(command))),
            (None, None) => keys(),
        }
    }

    fn identity_center(&self, name: &str) -> Result<Option<Base>, LoadError> {
        let own = |key| self.setting(name, key).map(str::to_owned);
        let (account, role) = (own("sso_account_id"), own("sso_role_name"));
        // Either of them tells that credentials are meant; without both the session is only for other tokens.
        if account.is_none() && role.is_none() {
            return Ok(None);
        }
        let named = own("sso_session");
        let section = match &named {
            Some(session) => Some(self.sessions.get(session).ok_or_else(|| {
                wrong(&format!(
                    "the profile `{name}` leads to the section [sso-session {session}], which is not defined"
                ))
            })?),
            None => None,
        };
        let setting = |key| {
            let of_session = section.and_then(|section| text(section, key)).map(str::to_owned);
            match (own(key), of_session) {
                (Some(own), Some(other)) if own != other => {
                    Err(wrong(&format!("`{key}` differs between the profile `{name}` and its sso-session")))
                }
                (own, other) => Ok(other.or(own)),
            }
        };
        let missing = |key: &str| wrong(&format!("the profile `{name}` uses Identity Center but has no `{key}`"));
        let start_url = setting("sso_start_url")?.ok_or_else(|| missing("sso_start_url"))?;
        let region = setting("sso_region")?.ok_or_else(|| missing("sso_region"))?;
        let scopes = setting("sso_registration_scopes")?;
        let scopes = scopes.or_else(|| named.is_some().then(|| "sso:account:access".to_owned())).unwrap_or_default();
        let scopes = scopes.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty());
        Ok(Some(Base::IdentityCenter {
            session: SsoSession { start_url, region, scopes: scopes.collect(), name: named },
            account: account.ok_or_else(|| missing("sso_account_id"))?,
            role: role.ok_or_else(|| missing("sso_role_name"))?,
        }))
    }
}

/// The source that `credential_source` of a profile names.
fn machine(name: &str, source: &str) -> Result<Machine, LoadError> {
    match source.to_ascii_lowercase().as_str() {
        "environment" => Ok(Machine::Environment),
        "ec2instancemetadata" => Ok(Machine::Ec2),
        "ecscontainer" => Ok(Machine::Container),
        _ => Err(wrong(&format!("`credential_source` of the profile `{name}` is `{source}`"))),
    }
}
