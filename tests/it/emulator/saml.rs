//! Roles for people whom a SAML provider vouches for: the signature, the times, the addresses and the trust decide.

#![allow(deprecated, reason = "AWS still answers the packed size that its replacement is to follow")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;

use crate::harness::{ACCOUNT, Emulator, fails, failure};

const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");
const KEY: &str = include_str!("../fixtures/certificate-key.pem");
const ISSUER: &str = "https://idp.example.com/main";
const SIGN_IN: &str = "https://signin.aws.amazon.com/saml";

/// The body of a PEM text.
fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

fn metadata(certificate: &str) -> String {
    // Metadata is a thousand characters at least.
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{ISSUER}\"><!--{}-->\
         <md:IDPSSODescriptor><md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:X509Data><ds:X509Certificate>\n{certificate}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
         </md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>",
        "x".repeat(1000)
    )
}

/// What is said of a person.
#[derive(Clone)]
struct Claims {
    issuer: String,
    issued: Timestamp,
    ends: Timestamp,
    session_ends: Option<Timestamp>,
    audience: String,
    recipient: String,
    status: String,
    attributes: Vec<(String, Vec<String>)>,
}

fn claims() -> Claims {
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let pair = format!("arn:aws:iam::{ACCOUNT}:role/desk,arn:aws:iam::{ACCOUNT}:saml-provider/corp");
    Claims {
        issuer: ISSUER.to_owned(),
        issued: now,
        ends: now + SignedDuration::from_mins(5),
        session_ends: None,
        audience: SIGN_IN.to_owned(),
        recipient: SIGN_IN.to_owned(),
        status: "urn:oasis:names:tc:SAML:2.0:status:Success".to_owned(),
        attributes: vec![
            ("Role".to_owned(), vec!["arn:aws:iam::1:role/x,arn:aws:iam::1:saml-provider/y".to_owned(), pair]),
            ("RoleSessionName".to_owned(), vec!["jo@example.com".to_owned()]),
        ],
    }
}

impl Claims {
    fn with(mut self, name: &str, values: &[&str]) -> Self {
        self.attributes.retain(|(held, _)| held != name);
        self.attributes.push((name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect()));
        self
    }

    /// The assertion in its canonical form, which is what is signed, with what goes in after the issuer.
    fn assertion(&self, seal: &str) -> String {
        let attribute = |(name, values): &(String, Vec<String>)| {
            let value = |value: &String| format!("<a:AttributeValue>{value}</a:AttributeValue>");
            let values = values.iter().map(value).collect::<Vec<_>>().concat();
            format!("<a:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/{name}\">{values}</a:Attribute>")
        };
        let attributes = self.attributes.iter().map(attribute).collect::<Vec<_>>().concat();
        let session = self.session_ends.map(|ends| format!(" SessionNotOnOrAfter=\"{ends}\"")).unwrap_or_default();
        let Self { issuer, issued, ends, audience, recipient, .. } = self;
        format!(
            "<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"one\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <a:Issuer>{issuer}</a:Issuer>{seal}<a:Subject><a:NameID \
             Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">jo</a:NameID>\
             <a:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><a:SubjectConfirmationData \
             NotOnOrAfter=\"{ends}\" Recipient=\"{recipient}\"></a:SubjectConfirmationData></a:SubjectConfirmation></a:Subject>\
             <a:Conditions NotBefore=\"{issued}\" NotOnOrAfter=\"{ends}\"><a:AudienceRestriction>\
             <a:Audience>{audience}</a:Audience></a:AudienceRestriction></a:Conditions>\
             <a:AuthnStatement AuthnInstant=\"{issued}\"{session}></a:AuthnStatement>\
             <a:AttributeStatement>{attributes}</a:AttributeStatement></a:Assertion>"
        )
    }

    /// The signed assertion.
    fn sealed(&self) -> String {
        self.assertion(&seal("one", &self.assertion("")))
    }

    fn response(&self, assertion: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"whole\">\n  \
             <p:Status><p:StatusCode Value=\"{}\"/></p:Status>{assertion}</p:Response>",
            self.status
        )
    }
}

/// An enveloped signature over a canonical text.
fn seal(id: &str, canonical: &str) -> String {
    let sum = BASE64.encode(digest(&SHA256, canonical.as_bytes()));
    let info = format!(
        "<d:SignedInfo xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\"><d:CanonicalizationMethod \
         Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></d:CanonicalizationMethod><d:SignatureMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></d:SignatureMethod><d:Reference URI=\"#{id}\">\
         <d:Transforms><d:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></d:Transform>\
         <d:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></d:Transform></d:Transforms><d:DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></d:DigestMethod><d:DigestValue>{sum}</d:DigestValue>\
         </d:Reference></d:SignedInfo>"
    );
    let key = RsaKeyPair::from_pkcs8(&BASE64.decode(body(KEY)).unwrap()).unwrap();
    let mut value = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), info.as_bytes(), &mut value).unwrap();
    let value = BASE64.encode(value);
    let info = info.replace(" xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\"", "");
    format!(
        "<d:Signature xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\">{info}<d:SignatureValue>{value}</d:SignatureValue>\
         <d:KeyInfo><d:X509Data><d:X509Certificate>{}</d:X509Certificate></d:X509Data></d:KeyInfo></d:Signature>",
        body(CERTIFICATE)
    )
}

/// An emulator with the provider, and a role that trusts it under a condition.
async fn stage(certificate: &str, trust: serde_json::Value) -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let provider = iam.create_saml_provider().name("corp").saml_metadata_document(metadata(certificate));
    let arn = provider.send().await.unwrap().saml_provider_arn.unwrap();
    let mut statement = json!({"Effect": "Allow", "Principal": {"Federated": arn}});
    statement.as_object_mut().unwrap().extend(trust.as_object().unwrap().clone());
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    iam.create_role().role_name("desk").assume_role_policy_document(document).send().await.unwrap();
    emulator
}

fn trusting() -> serde_json::Value {
    json!({
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": {"StringEquals": {"SAML:aud": SIGN_IN, "saml:iss": ISSUER, "saml:sub": "jo", "saml:sub_type": "persistent"}},
    })
}

type Assumed = Result<
    aws_sdk_sts::operation::assume_role_with_saml::AssumeRoleWithSamlOutput,
    aws_sdk_sts::error::SdkError<aws_sdk_sts::operation::assume_role_with_saml::AssumeRoleWithSAMLError>,
>;

async fn assume(emulator: &Emulator, response: &str) -> Assumed {
    let sts = emulator.sts();
    let request = sts.assume_role_with_saml().role_arn(format!("arn:aws:iam::{ACCOUNT}:role/desk"));
    let request = request.principal_arn(format!("arn:aws:iam::{ACCOUNT}:saml-provider/corp"));
    request.saml_assertion(BASE64.encode(response)).send().await
}

/// How claims are refused that are signed as they should be.
#[track_caller]
fn refused(assumed: Assumed, code: &str, message: &str) {
    let (found, told) = failure(assumed);
    assert!(found == code && told.contains(message), "{found}: {told}");
}

#[tokio::test]
async fn a_person_whom_the_provider_vouches_for_gets_a_session_with_what_the_provider_gives() {
    let emulator = stage(&body(CERTIFICATE), trusting()).await;
    let said = claims()
        .with("PrincipalTag:Team", &["blue"])
        .with("TransitiveTagKeys", &["Team"])
        .with("SourceIdentity", &["jo"])
        .with("SessionDuration", &["900"]);
    let given = assume(&emulator, &said.response(&said.sealed())).await.unwrap();
    assert_eq!(given.subject.as_deref(), Some("jo"));
    assert_eq!(given.subject_type.as_deref(), Some("persistent"));
    assert_eq!((given.issuer.as_deref(), given.audience.as_deref()), (Some(ISSUER), Some(SIGN_IN)));
    assert_eq!(given.source_identity.as_deref(), Some("jo"));
    assert!(given.packed_policy_size.is_some_and(|share| share > 0));
    let qualifier =
        ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{ISSUER}{ACCOUNT}/corp").as_bytes());
    assert_eq!(given.name_qualifier, Some(BASE64.encode(qualifier)));
    let keys = given.credentials.unwrap();
    let session = aws_sdk_iam::config::Credentials::new(
        keys.access_key_id,
        keys.secret_access_key,
        Some(keys.session_token),
        None,
        "test",
    );
    let caller = emulator.sts_as(session).get_caller_identity().send().await.unwrap();
    assert_eq!(caller.arn.unwrap(), format!("arn:aws:sts::{ACCOUNT}:assumed-role/desk/jo@example.com"));
}

#[tokio::test]
async fn a_signature_over_the_whole_response_does_as_well() {
    let emulator = stage(&body(CERTIFICATE), trusting()).await;
    let said = claims();
    // In its canonical form the assertion keeps its own namespace, and the empty element its end.
    let whole = |seal: &str| {
        format!(
            "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"whole\">{seal}<p:Status><p:StatusCode \
             Value=\"{}\"></p:StatusCode></p:Status>{}</p:Response>",
            said.status,
            said.assertion("")
        )
    };
    assume(&emulator, &whole(&seal("whole", &whole("")))).await.unwrap();
    // With both, both must hold.
    let broken = said.sealed().replace("<a:Issuer>", "<a:Issuer> ");
    let both = whole("").replace(&said.assertion(""), &broken);
    let both = both.replacen("<p:Status>", &format!("{}<p:Status>", seal("whole", &both)), 1);
    refused(assume(&emulator, &both).await, "InvalidIdentityToken", "Response signature invalid");
}

#[tokio::test]
async fn nothing_that_is_not_signed_by_the_provider_is_believed() {
    let emulator = stage(&body(CERTIFICATE), trusting()).await;
    let said = claims();
    let (good, bare) = (said.sealed(), said.assertion(""));
    let evil = said.clone().with("RoleSessionName", &["evil"]).assertion("");
    let envelope = |first: &str, second: &str| said.response(&format!("{first}{second}"));
    for (how, response) in [
        ("not at all", said.response(&bare)),
        ("changed afterwards", said.response(&good.replace(">jo<", ">al<"))),
        ("of another element", said.response(&good.replace("ID=\"one\"", "ID=\"two\""))),
        ("beside another", envelope(&evil, &good)),
        ("behind another", envelope(&good, &evil)),
        ("around another", said.response(&evil.replace("</a:Assertion>", &format!("{good}</a:Assertion>")))),
        (
            "moved into a signature",
            said.response(
                &evil.replacen(
                    "<a:Subject>",
                    &seal("one", &bare)
                        .replace("</d:Signature>", &format!("<d:Object>{bare}</d:Object></d:Signature><a:Subject>")),
                    1,
                ),
            ),
        ),
        ("by no method", said.response(&good.replace("rsa-sha256", "hmac-sha256"))),
        (
            "without its form",
            said.response(&good.replace("2001/10/xml-exc-c14n#", "2001/10/xml-exc-c14n#WithComments")),
        ),
        ("with more than itself left out", said.response(&good.replace("#enveloped-signature", "#base64"))),
        ("with a document type", said.response(&good).replacen("?>", "?><!DOCTYPE a [<!ENTITY b 'jo'>]>", 1)),
    ] {
        let (code, told) = failure(assume(&emulator, &response).await);
        assert_eq!(code, "InvalidIdentityToken", "{how}: {told}");
    }
    // A comment is no part of what is signed, and does not cut a name short either.
    let commented = said.response(&good.replace(">jo<", ">j<!-- x -->o<"));
    assert_eq!(assume(&emulator, &commented).await.unwrap().subject.as_deref(), Some("jo"));
    let other = stage(&body(include_str!("../fixtures/elliptic.pem")), trusting()).await;
    fails(assume(&other, &said.response(&good)).await, "InvalidIdentityToken", "Response signature invalid");
}

#[tokio::test]
async fn every_claim_counts() {
    let emulator = stage(&body(CERTIFICATE), trusting()).await;
    let check = async |change: &dyn Fn(&mut Claims), code: &str, message: &str| {
        let mut said = claims();
        change(&mut said);
        refused(assume(&emulator, &said.response(&said.sealed())).await, code, message);
    };
    let ago = |minutes| Timestamp::now() - SignedDuration::from_mins(minutes);
    let invalid = "InvalidIdentityToken";
    let expired = ("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance");
    check(&|said| said.issuer = "https://other".into(), invalid, "Issuer not present in specified provider").await;
    check(&|said| said.ends = ago(1), expired.0, expired.1).await;
    check(&|said| said.issued = ago(6), expired.0, expired.1).await;
    check(&|said| said.session_ends = Some(ago(1)), expired.0, expired.1).await;
    check(&|said| said.issued = ago(-3), invalid, "not valid yet").await;
    check(&|said| said.audience = "https://example.com".into(), invalid, "required audience").await;
    check(&|said| said.recipient = "https://evil.com/signin.aws.amazon.com/saml".into(), invalid, "required audience")
        .await;
    check(&|said| said.status = "urn:oasis:names:tc:SAML:2.0:status:Responder".into(), "IDPRejectedClaim", "").await;
    check(&|said| said.attributes.truncate(1), invalid, "RoleSessionName is required in AuthnResponse").await;
    let name = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}";
    check(&|said| *said = said.clone().with("RoleSessionName", &["a b"]), invalid, name).await;
    let denied = "Not authorized to perform sts:AssumeRoleWithSAML";
    check(&|said| *said = said.clone().with("Role", &["x,y"]), "AccessDenied", denied).await;
    let untagged = |said: &mut Claims| *said = said.clone().with("TransitiveTagKeys", &["Team"]);
    check(&untagged, invalid, "transitive tag key").await;
    let sts = emulator.sts();
    let request = sts.assume_role_with_saml().role_arn(format!("arn:aws:iam::{ACCOUNT}:role/desk"));
    let request = request.principal_arn(format!("arn:aws:iam::{ACCOUNT}:saml-provider/none"));
    let said = claims();
    let response = BASE64.encode(said.response(&said.sealed()));
    fails(request.saml_assertion(response).send().await, invalid, "Specified provider doesn't exist");
}

#[tokio::test]
async fn the_trust_policy_decides_on_the_person_the_tags_and_the_source_identity() {
    let check = async |trust: serde_json::Value, said: Claims, denied: &str| {
        let emulator = stage(&body(CERTIFICATE), trust).await;
        refused(assume(&emulator, &said.response(&said.sealed())).await, "AccessDenied", denied);
    };
    let only = json!({"Action": "sts:AssumeRoleWithSAML"});
    check(only.clone(), claims().with("PrincipalTag:Team", &["blue"]), "Not authorized to perform sts:TagSession")
        .await;
    check(only, claims().with("SourceIdentity", &["jo"]), "Not authorized to perform sts:SetSourceIdentity").await;
    let other = json!({"Action": "sts:AssumeRoleWithSAML", "Condition": {"StringEquals": {"SAML:sub": "al"}}});
    check(other, claims(), "Not authorized to perform sts:AssumeRoleWithSAML").await;
    let red = json!({
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:RequestTag/Team": "red"}},
    });
    check(red, claims().with("PrincipalTag:Team", &["blue"]), "Not authorized to perform sts:AssumeRoleWithSAML").await;
}

#[tokio::test]
async fn a_session_ends_no_later_than_the_provider_says() {
    let emulator = stage(&body(CERTIFICATE), trusting()).await;
    let mut said = claims();
    let ends = said.issued + SignedDuration::from_mins(20);
    said.session_ends = Some(ends);
    let given = assume(&emulator, &said.response(&said.sealed())).await.unwrap();
    assert_eq!(given.credentials.unwrap().expiration.secs(), ends.as_second());
}
