//! Identity providers: OpenID Connect and SAML 2.0.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entity, Fact, Tags};
use crate::base::arn::Arn;

/// One OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    /// The ARN, whose resource holds the URL without its scheme.
    pub arn: Arn,
    /// The rest.
    pub facts: OidcProviderFacts,
}

/// What only a read of the one provider tells: the list holds nothing but ARNs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OidcProviderFacts {
    /// When it was made.
    pub created: Fact<Timestamp>,
    /// The audiences, also called client ids.
    pub audiences: Fact<Vec<Box<str>>>,
    /// Thumbprints of the provider's certificates.
    pub thumbprints: Fact<Vec<Box<str>>>,
    /// Its tags.
    pub tags: Fact<Tags>,
}

/// One SAML 2.0 provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlProvider {
    /// The ARN, whose last part is the name.
    pub arn: Arn,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When its metadata ends.
    pub valid_until: Option<Timestamp>,
    /// The rest.
    pub facts: SamlProviderFacts,
}

/// What only a read of the one provider tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SamlProviderFacts {
    /// The metadata document.
    pub metadata: Fact<Box<str>>,
    /// Its tags.
    pub tags: Fact<Tags>,
}

/// A provider's name: the URL of an OpenID Connect provider without its scheme, as trust policies name it; the name of
/// a SAML provider.
pub fn provider_name(arn: &Arn) -> &str {
    arn.resource().split_once('/').map_or("", |(_, name)| name)
}

impl OidcProvider {
    /// The provider's URL without its scheme, as trust policies name it.
    pub fn issuer(&self) -> &str {
        provider_name(&self.arn)
    }
}

impl OidcProviderFacts {
    /// Takes in another read; the newest wins field by field.
    pub fn merge(&mut self, other: Self) {
        self.created.merge(other.created);
        self.audiences.merge(other.audiences);
        self.thumbprints.merge(other.thumbprints);
        self.tags.merge(other.tags);
    }
}

impl SamlProviderFacts {
    /// Takes in another read; the newest wins field by field.
    pub fn merge(&mut self, other: Self) {
        self.metadata.merge(other.metadata);
        self.tags.merge(other.tags);
    }
}

impl Entity for OidcProvider {
    type Key = Arn;
    type Facts = OidcProviderFacts;

    fn key(&self) -> &Arn {
        &self.arn
    }

    fn merge(&mut self, other: Self) {
        self.facts.merge(other.facts);
    }

    fn learn(&mut self, facts: OidcProviderFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut OidcProviderFacts, other: OidcProviderFacts) {
        held.merge(other);
    }
}

impl Entity for SamlProvider {
    type Key = Arn;
    type Facts = SamlProviderFacts;

    fn key(&self) -> &Arn {
        &self.arn
    }

    fn merge(&mut self, other: Self) {
        self.created = other.created.or(self.created);
        self.valid_until = other.valid_until.or(self.valid_until);
        self.facts.merge(other.facts);
    }

    fn learn(&mut self, facts: SamlProviderFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut SamlProviderFacts, other: SamlProviderFacts) {
        held.merge(other);
    }
}
