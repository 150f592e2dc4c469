//! What an identity provider says of itself, and what it says of a person: SAML 2.0 metadata and responses.
//!
//! Sources: SAML Core 2.0, SAML Metadata 2.0, and what AWS reads of an assertion:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html>.

use jiff::Timestamp;

use super::x509::Certificate;
use super::xml::Element;
use super::xml_signature::{self, SignatureStatus, bytes, seal};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// What the formats of names begin with.
const FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// An identity provider, as its metadata describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its id, which it names as the issuer of what it says.
    pub entity: String,
    /// Its RSA keys, as `RSAPublicKey` in DER.
    pub keys: Vec<Vec<u8>>,
}

impl Metadata {
    /// Reads the metadata of one provider. Certificates that cannot be read sign nothing and are left out.
    pub fn read(text: &str) -> Option<Self> {
        let root = Element::parse(text).filter(|root| root.is(METADATA, "EntityDescriptor"))?;
        let mut keys = Vec::new();
        for described in root.all(METADATA, "IDPSSODescriptor").flat_map(|role| role.all(METADATA, "KeyDescriptor")) {
            if described.attribute("use").is_some_and(|what| what != "signing") {
                continue;
            }
            let infos = described.all(xml_signature::NAMESPACE, "KeyInfo");
            let data = infos.flat_map(|info| info.all(xml_signature::NAMESPACE, "X509Data"));
            let texts = data.flat_map(|data| data.all(xml_signature::NAMESPACE, "X509Certificate"));
            keys.extend(texts.filter_map(|text| Some(Certificate::of(&bytes(text)?)?.key)));
        }
        Some(Self { entity: root.attribute("entityID")?.to_owned(), keys })
    }
}

/// What a provider answered; nothing of it is proved yet.
#[derive(Debug)]
pub struct Response(Element);

impl Response {
    /// Reads a response; none where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        Element::parse(text).filter(|root| root.is(PROTOCOL, "Response")).map(Self)
    }

    /// Whether the provider says that the person was signed in.
    pub fn is_success(&self) -> bool {
        let status = self.0.only(PROTOCOL, "Status").and_then(|status| status.only(PROTOCOL, "StatusCode"));
        status.and_then(|code| code.attribute("Value")) == Some(SUCCESS)
    }

    /// The one assertion, where one of these keys has signed it, or the response with it.
    ///
    /// Where both are signed, both signatures must be good.
    pub fn assertion(&self, keys: &[Vec<u8>]) -> Option<Assertion> {
        let assertion = self.0.only(ASSERTION, "Assertion")?;
        match (seal(&self.0, keys), seal(assertion, keys)) {
            (SignatureStatus::Good, SignatureStatus::Good | SignatureStatus::None)
            | (SignatureStatus::None, SignatureStatus::Good) => Assertion::read(assertion),
            _ => None,
        }
    }
}

/// What a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The provider.
    pub issuer: String,
    /// When it was said.
    pub issued: Timestamp,
    /// The person.
    pub subject: String,
    /// What kind of name that is; short where SAML itself defines it.
    pub format: String,
    /// Where it is to be sent to.
    pub recipients: Vec<String>,
    /// For whom it is meant.
    pub audiences: Vec<String>,
    /// From when on it holds.
    pub begins: Option<Timestamp>,
    /// Until when it holds at the longest.
    pub ends: Option<Timestamp>,
    /// Until when a session may last.
    pub session_ends: Option<Timestamp>,
    attributes: Vec<(String, Vec<String>)>,
}

impl Assertion {
    fn read(element: &Element) -> Option<Self> {
        let subject = element.only(ASSERTION, "Subject")?;
        let name = subject.only(ASSERTION, "NameID")?;
        let format = name.attribute("Format").unwrap_or("unspecified");
        let confirmed = subject.all(ASSERTION, "SubjectConfirmation");
        let confirmed: Vec<&Element> = confirmed
            .filter(|confirmation| confirmation.attribute("Method") == Some(BEARER))
            .filter_map(|confirmation| confirmation.only(ASSERTION, "SubjectConfirmationData"))
            .collect();
        let conditions: Vec<&Element> = element.all(ASSERTION, "Conditions").collect();
        let restricted = conditions.iter().flat_map(|held| held.all(ASSERTION, "AudienceRestriction"));
        let audiences = restricted.flat_map(|held| held.all(ASSERTION, "Audience")).map(said).collect::<Option<_>>()?;
        let limits: Vec<&Element> = conditions.iter().chain(&confirmed).copied().collect();
        let statements: Vec<&Element> = element.all(ASSERTION, "AuthnStatement").collect();
        let mut attributes = Vec::new();
        for attribute in element.all(ASSERTION, "AttributeStatement").flat_map(|held| held.all(ASSERTION, "Attribute"))
        {
            let values = attribute.all(ASSERTION, "AttributeValue").map(said).collect::<Option<_>>()?;
            attributes.push((attribute.attribute("Name")?.to_owned(), values));
        }
        Some(Self {
            issuer: said(element.only(ASSERTION, "Issuer")?)?,
            issued: element.attribute("IssueInstant")?.parse().ok()?,
            subject: said(name)?,
            format: format.strip_prefix(FORMAT).unwrap_or(format).to_owned(),
            recipients: confirmed.iter().filter_map(|data| data.attribute("Recipient")).map(str::to_owned).collect(),
            audiences,
            begins: times(&limits, "NotBefore")?.into_iter().max(),
            ends: times(&limits, "NotOnOrAfter")?.into_iter().min(),
            session_ends: times(&statements, "SessionNotOnOrAfter")?.into_iter().min(),
            attributes,
        })
    }

    /// The values of an attribute; none where it is not there.
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let found = self.attributes.iter().filter(move |(held, _)| held == name);
        found.flat_map(|(_, values)| values.iter().map(String::as_str))
    }

    /// The first value of an attribute.
    pub fn value<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.values(name).next()
    }

    /// The attributes whose names begin so: the rest of the name, and the value.
    pub fn named_after<'a>(&'a self, start: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.attributes.iter().filter_map(move |(name, values)| {
            Some((name.strip_prefix(start)?, values.first().map_or("", String::as_str)))
        })
    }
}

/// The text of an element, without the white space that layout puts around it.
fn said(element: &Element) -> Option<String> {
    element.text().map(|text| text.trim().to_owned())
}

/// The times that some elements name; none where one of them is no time.
fn times(elements: &[&Element], name: &str) -> Option<Vec<Timestamp>> {
    elements.iter().filter_map(|element| element.attribute(name)).map(|text| text.parse().ok()).collect()
}
