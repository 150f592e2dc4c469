//! `iamtui plan create-role`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::{Load, RolePart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::catalog::use_cases::{self, Trust, UseCase};
use crate::model::{Account, Document, Tag};
use crate::plan::Plan;
use crate::plan::builders::{self, OwnProfile, SigninLimit, Trusted};

use super::make::{Make, parse_signin_duration, parse_tag, policies, policy, role_loads};
use crate::cli::files;

/// A role to create.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("trusted").required(true).args(["use_case", "service", "trusted_account", "oidc", "saml", "trust"]))]
pub(super) struct CreateRole {
    /// The role's name
    name: String,
    /// A use case of the console, such as `Lambda` or `EC2 - Spot Fleet Tagging`: its trust, policies and profile
    #[arg(long, value_name = "USE_CASE", value_parser = parse_use_case)]
    use_case: Option<&'static UseCase>,
    /// Trust an AWS service, such as `lambda` or `lambda.amazonaws.com`
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// The service may act for this account only
    #[arg(long, requires = "service")]
    this_account_only: bool,
    /// Trust an AWS account, by its twelve digits or `this`
    #[arg(long = "account", value_name = "ACCOUNT")]
    trusted_account: Option<String>,
    /// The external ID that the caller must send
    #[arg(long, requires = "trusted_account", value_name = "ID")]
    external_id: Option<String>,
    /// The caller must have signed in with MFA
    #[arg(long, requires = "trusted_account")]
    mfa: bool,
    /// Trust an OpenID Connect provider, by its ARN or URL
    #[arg(long, value_name = "PROVIDER", requires = "audience")]
    oidc: Option<String>,
    /// The audience of the provider's tokens
    #[arg(long, requires = "oidc")]
    audience: Option<String>,
    /// The subject of the provider's tokens; `*` and `?` match
    #[arg(long, requires = "oidc")]
    subject: Option<String>,
    /// Trust a SAML provider, by its ARN or name
    #[arg(long, value_name = "PROVIDER")]
    saml: Option<String>,
    /// Users of the SAML provider may sign in to the AWS console too
    #[arg(long, requires = "saml")]
    console: bool,
    /// A trust policy of your own
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// The path, such as `/service-role/`
    #[arg(long)]
    path: Option<String>,
    /// The description
    #[arg(long)]
    description: Option<String>,
    /// The longest that a session may last
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(3600..=43_200))]
    max_session: Option<u32>,
    /// The longest that a sign-in session may last, such as 8h or 30d
    #[arg(long, value_name = "DURATION", value_parser = parse_signin_duration)]
    max_signin_session: Option<u32>,
    /// A managed policy to attach, by its name or ARN; repeatable
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,
    /// The permissions boundary, by its name or ARN
    #[arg(long, value_name = "POLICY")]
    boundary: Option<String>,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
    /// Create an instance profile of the same name, for EC2 instances
    #[arg(long)]
    instance_profile: bool,
}

/// A use case whose role is made with `CreateRole`; others have a command of their own.
fn parse_use_case(text: &str) -> Result<&'static UseCase, String> {
    let known = || use_cases::ALL.iter().map(|case| case.name);
    let Some(case) = use_cases::ALL.iter().find(|case| case.name.eq_ignore_ascii_case(text)) else {
        let meant = nearest(text, known()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        return Err(format!("there is no such use case{meant}"));
    };
    match case.principals.first().filter(|_| case.is_service_linked()) {
        Some(service) => Err(format!("its role is service-linked: iamtui plan create-service-linked-role {service}")),
        None => Ok(case),
    }
}

impl CreateRole {
    fn has_profile(&self) -> bool {
        self.instance_profile || self.use_case.is_some_and(|case| case.instance_profile)
    }

    fn trusted(&self, account: &Account) -> Result<Trusted, UserError> {
        if let Some(case) = self.use_case {
            return Ok(Trusted::Service {
                principals: case.principals.iter().map(|principal| (*principal).to_owned()).collect(),
                actions: case.trust.actions(),
                for_this_account: case.trust == Trust::OwnAccount,
            });
        }
        if let Some(service) = &self.service {
            let principal = if service.contains('.') { service.clone() } else { format!("{service}.amazonaws.com") };
            return Ok(Trusted::service(principal, self.this_account_only));
        }
        if let Some(other) = &self.trusted_account {
            let account = Some(other.clone()).filter(|other| other != "this");
            return Ok(Trusted::Account { account, external_id: self.external_id.clone(), mfa: self.mfa });
        }
        if let (Some(provider), Some(audience)) = (&self.oidc, &self.audience) {
            let provider = oidc(account, provider);
            return Ok(Trusted::WebIdentity { provider, audience: audience.clone(), subject: self.subject.clone() });
        }
        if let Some(provider) = &self.saml {
            return Ok(Trusted::Saml { provider: saml(account, provider)?, console: self.console, attribute: None });
        }
        let file = self.trust.as_deref().unwrap_or(std::path::Path::new("-"));
        Ok(Trusted::Custom(Document::new(files::read_text(file)?)))
    }
}

/// A service-linked role to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateServiceLinkedRole {
    /// The service's principal, such as `ecs.amazonaws.com`
    service: String,
    /// What is added to the role's name, for services that take several
    #[arg(long)]
    suffix: Option<String>,
    /// The description
    #[arg(long, default_value = "")]
    description: String,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
}

impl Make for CreateServiceLinkedRole {
    fn loads(&self, _: &Account) -> Vec<Load> {
        Vec::new()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::CreateServiceLinkedRole {
            service: self.service.clone(),
            suffix: self.suffix.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

/// The ARN of a provider that is named by it or by its URL; a name that AWS knows by itself stays.
fn oidc(account: &Account, text: &str) -> String {
    let issuer = text.trim_start_matches("https://");
    let own = account.oidc_providers().rows().iter().find(|provider| provider.issuer() == issuer);
    own.map_or_else(|| issuer.to_owned(), |provider| provider.arn.to_string())
}

/// The ARN of a SAML provider that is named by it or by its name.
fn saml(account: &Account, text: &str) -> Result<Arn, UserError> {
    let mut rows = account.saml_providers().rows().iter();
    let own = rows.find(|row| row.arn.as_str() == text || row.arn.name() == text).map(|row| row.arn.clone());
    own.map_or_else(|| Arn::parse(text), Ok)
        .map_err(|_| UserError::new(format!("there is no SAML provider `{text}`")).hint("Give its name, or its ARN."))
}

impl Make for CreateRole {
    fn loads(&self, _: &Account) -> Vec<Load> {
        let profiles = self.has_profile().then_some(Load::InstanceProfiles);
        let oidc = self.oidc.as_ref().map(|_| Load::OidcProviders);
        let saml = self.saml.as_ref().map(|_| Load::SamlProviders);
        profiles.into_iter().chain(oidc).chain(saml).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let partition = account.identity().map_or("aws", |identity| identity.arn.partition());
        let of_case = self.use_case.map(|case| case.description.to_owned());
        let usual = self.use_case.map(|case| case.policy_arns(partition)).unwrap_or_default();
        let asked = builders::CreateRole {
            name: self.name.clone(),
            path: self.path.clone(),
            description: self.description.clone().or(of_case).unwrap_or_default(),
            max_session: self.max_session,
            max_signin: self.max_signin_session,
            trust: self.trusted(account)?,
            policies: usual.into_iter().chain(policies(account, &self.policies)?).collect(),
            boundary: self.boundary.as_ref().map(|text| policy(account, text)).transpose()?,
            tags: self.tags.clone(),
            instance_profile: self.has_profile(),
        };
        Ok(asked.plan(account)?)
    }
}

/// A role to edit.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("changes").required(true).multiple(true).args(["description", "max_session", "max_signin_session", "reset_max_signin_session"]))]
pub(super) struct EditRole {
    /// The role's name
    name: String,
    /// The new description
    #[arg(long)]
    description: Option<String>,
    /// The longest that a session may last
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(3600..=43_200))]
    max_session: Option<u32>,
    /// The longest that a sign-in session may last, such as 8h or 30d
    #[arg(long, value_name = "DURATION", value_parser = parse_signin_duration)]
    max_signin_session: Option<u32>,
    /// Lift the limit of sign-in sessions
    #[arg(long, conflicts_with = "max_signin_session")]
    reset_max_signin_session: bool,
}

impl Make for EditRole {
    fn loads(&self, account: &Account) -> Vec<Load> {
        role_loads(account, &self.name)
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let reset = self.reset_max_signin_session.then_some(SigninLimit::Reset);
        let signin = self.max_signin_session.map(SigninLimit::Seconds).or(reset);
        Ok(builders::edit_role(account, &self.name, self.description.as_deref(), self.max_session, signin)?)
    }
}

/// Roles to delete.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteRole {
    /// The roles' names
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Delete the instance profile of the same name too
    #[arg(long)]
    with_instance_profile: bool,
}

impl Make for DeleteRole {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let own = self.names.iter().filter(|name| account.roles().get(name.as_str()).is_some());
        let profiles = own.map(|name| Load::Role(name.as_str().into(), RolePart::InstanceProfiles));
        let rest = self.names.iter().flat_map(|name| role_loads(account, name));
        let all = self.with_instance_profile.then_some(Load::InstanceProfiles);
        profiles.chain(rest).chain(all).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let own_profile = if self.with_instance_profile { OwnProfile::Deleted } else { OwnProfile::Kept };
        Ok(builders::delete_roles(account, &self.names, own_profile)?)
    }
}
