//! `iamtui plan` for identity providers.

use std::path::PathBuf;

use super::make::{Make, parse_tag};
use jiff::Timestamp;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::cli::files;
use crate::model::{Account, ResourceRef, Tag, provider_name};
use crate::plan::Plan;
use crate::plan::builders;

/// An OpenID Connect provider to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateOidcProvider {
    /// The provider's URL, such as `https://token.actions.githubusercontent.com`
    url: String,
    /// An audience (client ID); repeatable
    #[arg(long = "audience", required = true, value_name = "AUDIENCE")]
    audiences: Vec<String>,
    /// A thumbprint of the provider's certificate; repeatable
    #[arg(long = "thumbprint", value_name = "SHA1")]
    thumbprints: Vec<String>,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
}

impl Make for CreateOidcProvider {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::OidcProviders]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let asked = builders::CreateOidcProvider {
            url: self.url.clone(),
            audiences: self.audiences.clone(),
            thumbprints: self.thumbprints.clone(),
            tags: self.tags.clone(),
        };
        Ok(asked.plan(account)?)
    }
}

/// A SAML provider to create.
#[derive(Debug, clap::Args)]
pub(super) struct CreateSamlProvider {
    /// The provider's name
    name: String,
    /// The metadata document of the identity provider
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
    /// A tag; repeatable
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = parse_tag)]
    tags: Vec<Tag>,
}

impl Make for CreateSamlProvider {
    fn loads(&self, _: &Account) -> Vec<Load> {
        vec![Load::SamlProviders]
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let metadata = files::read_text(&self.metadata)?;
        let asked = builders::CreateSamlProvider { name: self.name.clone(), metadata, tags: self.tags.clone() };
        Ok(asked.plan(account)?)
    }
}

/// A provider of the account.
#[derive(Debug, clap::Args)]
struct Named {
    /// The provider, by its ARN, its URL or its name
    #[arg(value_name = "PROVIDER")]
    provider: String,
}

impl Named {
    /// The reads of the provider itself: by then it is known whether its name is a URL.
    fn loads(&self, account: &Account) -> Vec<Load> {
        own(account, &self.provider).map(|arn| Load::of(&ResourceRef::Provider(arn))).into_iter().collect()
    }
}

/// The lists that tell which providers there are.
fn lists() -> [Load; 2] {
    [Load::OidcProviders, Load::SamlProviders]
}

/// The ARN that a text names, before the lists were read.
fn own(account: &Account, text: &str) -> Option<Arn> {
    if text.starts_with("arn:") {
        return Arn::parse(text).ok();
    }
    // A SAML provider's name has no dots in practice, an issuer always has.
    let url =
        if text.contains('.') && !text.starts_with("https://") { format!("https://{text}") } else { text.to_owned() };
    builders::provider_arn(account, &url)
}

/// The provider that a text names.
fn provider(account: &Account, text: &str) -> Result<Arn, UserError> {
    let oidc = account.oidc_providers().rows().iter().map(|row| &row.arn);
    let all: Vec<&Arn> = oidc.chain(account.saml_providers().rows().iter().map(|row| &row.arn)).collect();
    let bare = text.trim_start_matches("https://");
    if let Some(found) = all.iter().find(|arn| arn.as_str() == text || provider_name(arn) == bare) {
        return Ok((*found).clone());
    }
    let told = UserError::new(format!("there is no identity provider `{text}`"));
    Err(match nearest(bare, all.iter().map(|arn| provider_name(arn))) {
        Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
        None => told.hint("Give its ARN, its URL or its name."),
    })
}

/// Audiences for a provider.
#[derive(Debug, clap::Args)]
pub(super) struct AddAudience {
    #[command(flatten)]
    of: Named,
    /// The audiences (client IDs)
    #[arg(required = true, value_name = "AUDIENCE")]
    audiences: Vec<String>,
}

impl Make for AddAudience {
    fn loads(&self, account: &Account) -> Vec<Load> {
        lists().into_iter().chain(self.of.loads(account)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let provider = provider(account, &self.of.provider)?;
        Ok(builders::add_audiences(account, &provider, &self.audiences)?)
    }
}

/// An audience of a provider.
#[derive(Debug, clap::Args)]
pub(super) struct RemoveAudience {
    #[command(flatten)]
    of: Named,
    /// The audience (client ID)
    audience: String,
}

impl Make for RemoveAudience {
    fn loads(&self, account: &Account) -> Vec<Load> {
        lists().into_iter().chain(self.of.loads(account)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let provider = provider(account, &self.of.provider)?;
        Ok(builders::remove_audience(account, &provider, &self.audience)?)
    }
}

/// Thumbprints of a provider.
#[derive(Debug, clap::Args)]
pub(super) struct SetThumbprints {
    #[command(flatten)]
    of: Named,
    /// The thumbprints, 40 hexadecimal digits each
    #[arg(required = true, value_name = "SHA1")]
    thumbprints: Vec<String>,
}

impl Make for SetThumbprints {
    fn loads(&self, account: &Account) -> Vec<Load> {
        lists().into_iter().chain(self.of.loads(account)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let provider = provider(account, &self.of.provider)?;
        Ok(builders::set_thumbprints(account, &provider, &self.thumbprints)?)
    }
}

/// A metadata document for a SAML provider.
#[derive(Debug, clap::Args)]
pub(super) struct ReplaceMetadata {
    #[command(flatten)]
    of: Named,
    /// The new metadata document
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
}

impl Make for ReplaceMetadata {
    fn loads(&self, account: &Account) -> Vec<Load> {
        lists().into_iter().chain(self.of.loads(account)).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let provider = provider(account, &self.of.provider)?;
        Ok(builders::replace_metadata(account, &provider, &files::read_text(&self.metadata)?)?)
    }
}

/// Providers to delete.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteProvider {
    /// The providers, by ARN, URL or name
    #[arg(required = true, value_name = "PROVIDER")]
    providers: Vec<String>,
}

impl Make for DeleteProvider {
    fn loads(&self, account: &Account) -> Vec<Load> {
        let own = self.providers.iter().filter_map(|text| own(account, text));
        lists().into_iter().chain(own.map(|arn| Load::of(&ResourceRef::Provider(arn)))).collect()
    }

    fn plan(&self, account: &Account, _: Timestamp) -> Result<Plan, UserError> {
        let providers: Result<Vec<Arn>, UserError> =
            self.providers.iter().map(|text| provider(account, text)).collect();
        Ok(builders::delete_providers(account, &providers?)?)
    }
}
