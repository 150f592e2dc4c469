//! Enveloped XML signatures with RSA, as identity providers make them.
//!
//! One shape is accepted: the signature stands directly in the element that it signs by its `ID`, and what it digests
//! is the exclusive canonical form without the signature itself. Whoever reads claims reads them from that very
//! element, so no other part of a document can stand in for what was signed. Keys that a signature brings along count
//! for nothing.
//!
//! Sources: <https://www.w3.org/TR/xmldsig-core1/>, SAML Core 2.0 §5.4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{self, digest};
use ring::signature::{self, RsaParameters, UnparsedPublicKey};

use super::xml::Element;

/// The namespace of signatures.
pub const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// What a document says of an element's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureStatus {
    /// It has none.
    None,
    /// One of the keys has made it.
    Good,
    /// It is not by one of the keys, of another content, or of a kind that is not accepted.
    Broken,
}

/// Looks at the signature of an element; the keys are `RSAPublicKey` in DER.
pub fn seal(element: &Element, keys: &[Vec<u8>]) -> SignatureStatus {
    if element.all(NAMESPACE, "Signature").next().is_none() {
        return SignatureStatus::None;
    }
    if verify(element, keys).is_some() { SignatureStatus::Good } else { SignatureStatus::Broken }
}

fn verify(element: &Element, keys: &[Vec<u8>]) -> Option<()> {
    let signature = element.only(NAMESPACE, "Signature")?;
    let info = signature.only(NAMESPACE, "SignedInfo")?;
    let reference = info.only(NAMESPACE, "Reference")?;
    let id = element.attribute("ID").filter(|id| !id.is_empty())?;
    if reference.attribute("URI")?.strip_prefix('#')? != id {
        return None;
    }
    let transforms: Vec<&Element> = reference.only(NAMESPACE, "Transforms")?.elements().collect();
    let &[enveloped, canonical] = transforms.as_slice() else { return None };
    if !enveloped.is(NAMESPACE, "Transform") || enveloped.attribute("Algorithm")? != ENVELOPED {
        return None;
    }
    let content = canonical_form(canonical, element, Some(signature))?;
    let method = reference.only(NAMESPACE, "DigestMethod")?.attribute("Algorithm")?;
    if digest(digest_of(method)?, content.as_bytes()).as_ref() != bytes(reference.only(NAMESPACE, "DigestValue")?)? {
        return None;
    }
    let signed = canonical_form(info.only(NAMESPACE, "CanonicalizationMethod")?, info, None)?;
    let method = rsa_of(info.only(NAMESPACE, "SignatureMethod")?.attribute("Algorithm")?)?;
    let value = bytes(signature.only(NAMESPACE, "SignatureValue")?)?;
    let made = |key: &Vec<u8>| UnparsedPublicKey::new(method, key).verify(signed.as_bytes(), &value).is_ok();
    keys.iter().any(made).then_some(())
}

/// The form of an element that a method asks for, which must be the exclusive one.
fn canonical_form(method: &Element, element: &Element, without: Option<&Element>) -> Option<String> {
    if method.attribute("Algorithm")? != EXCLUSIVE {
        return None;
    }
    let listed = method.only(EXCLUSIVE, "InclusiveNamespaces").and_then(|listed| listed.attribute("PrefixList"));
    let prefixes: Vec<&str> = listed.unwrap_or_default().split_whitespace().collect();
    Some(element.canonical(without, &prefixes))
}

/// SHA-1 is no good any more; AWS takes it, and identity providers still send it.
fn digest_of(method: &str) -> Option<&'static digest::Algorithm> {
    Some(match method {
        "http://www.w3.org/2000/09/xmldsig#sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "http://www.w3.org/2001/04/xmlenc#sha256" => &digest::SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => &digest::SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => &digest::SHA512,
        _ => return None,
    })
}

fn rsa_of(method: &str) -> Option<&'static RsaParameters> {
    Some(match method {
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => &signature::RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}

/// The bytes that an element holds in Base64, over one line or several.
pub fn bytes(element: &Element) -> Option<Vec<u8>> {
    let text: String = element.text()?.split_whitespace().collect();
    BASE64.decode(text).ok()
}
