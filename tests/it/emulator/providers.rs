//! Identity providers, server certificates and the account alias, through the SDK.

use aws_sdk_iam::types::Tag;

use super::wire::Raw;
use crate::harness::{ACCOUNT, Emulator, fails};

const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");
const KEY: &str = include_str!("../fixtures/certificate-key.pem");
const ELLIPTIC_KEY: &str = include_str!("../fixtures/elliptic-key.pem");

fn metadata(attributes: &str) -> String {
    let filler = "x".repeat(1_000);
    format!(
        "<?xml version=\"1.0\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://idp.example.com\" {attributes}><md:IDPSSODescriptor><!-- {filler} -->\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

#[tokio::test]
async fn an_oidc_provider_is_known_by_its_url() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let create = |url: &str| iam.create_open_id_connect_provider().url(url);
    let made = create("https://token.actions.githubusercontent.com").client_id_list("sts.amazonaws.com").send().await;
    let arn = made.unwrap().open_id_connect_provider_arn.unwrap();
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"));
    fails(
        create("https://token.actions.githubusercontent.com").send().await,
        "EntityAlreadyExists",
        "Provider with url https://token.actions.githubusercontent.com already exists.",
    );
    for url in ["http://example.com", "example.com", "https://", "https://example.com:8443", "https://e.com/?q"] {
        fails(create(url).send().await, "ValidationError", "Invalid Open ID Connect Provider URL");
    }
    iam.add_client_id_to_open_id_connect_provider()
        .open_id_connect_provider_arn(&arn)
        .client_id("b")
        .send()
        .await
        .unwrap();
    let get = |arn: &str| iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send();
    let read = get(&arn).await.unwrap();
    assert_eq!(read.url.as_deref(), Some("token.actions.githubusercontent.com"));
    assert_eq!((read.client_id_list().len(), read.thumbprint_list().len()), (2, 1));
    let six = (0..6).fold(create("https://six.example.com"), |create, _| create.thumbprint_list("a".repeat(40)));
    fails(six.send().await, "InvalidInput", "Thumbprint list must contain fewer than 5 entries.");
    let many = (0..101).fold(create("https://many.example.com"), |create, at| create.client_id_list(format!("c{at}")));
    fails(many.send().await, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
    let delete = || iam.delete_open_id_connect_provider().open_id_connect_provider_arn(&arn).send();
    delete().await.unwrap();
    let gone = format!("OpenId connect Provider {arn} cannot be found.");
    fails(delete().await, "NoSuchEntity", &gone);
    fails(get(&arn).await, "NoSuchEntity", &format!("OpenIDConnect Provider not found for arn {arn}"));
}

#[tokio::test]
async fn a_saml_provider_reads_its_metadata() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let create =
        |name: &str, metadata: String| iam.create_saml_provider().name(name).saml_metadata_document(metadata).send();
    let made = create("idp", metadata("validUntil=\"2031-05-06T07:08:09Z\"")).await.unwrap();
    let arn = made.saml_provider_arn.unwrap();
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:saml-provider/idp"));
    let get = |arn: &str| iam.get_saml_provider().saml_provider_arn(arn).send();
    let read = get(&arn).await.unwrap();
    assert_eq!(read.valid_until.unwrap().to_string(), "2031-05-06T07:08:09Z");
    assert!(read.private_key_list().is_empty() && read.saml_provider_uuid.is_some());
    for broken in ["<a/>".to_owned() + &" ".repeat(1_000), "<md:EntityDescriptor>".to_owned() + &"x".repeat(1_000)] {
        fails(create("other", broken).await, "InvalidInput", "Could not parse metadata");
    }
    let update = iam.update_saml_provider().saml_provider_arn(&arn).saml_metadata_document(metadata(""));
    assert_eq!(update.send().await.unwrap().saml_provider_arn.as_ref(), Some(&arn));
    assert_eq!(iam.list_saml_providers().send().await.unwrap().saml_provider_list().len(), 1);
    iam.delete_saml_provider().saml_provider_arn(&arn).send().await.unwrap();
    let gone = iam.delete_saml_provider().saml_provider_arn(&arn).send().await;
    fails(gone, "NoSuchEntity", &format!("Manifest not found for arn {arn}"));
}

#[tokio::test]
async fn a_server_certificate_needs_its_own_key() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let upload = |body: &str, key: &str| {
        let upload = iam.upload_server_certificate().server_certificate_name("site").path("/cloudfront/");
        upload.certificate_body(body).private_key(key)
    };
    assert!(CERTIFICATE.ends_with('\n'), "AWS gives a certificate back without the line feed at its end");
    let tag = Tag::builder().key("Team").value("web").build().unwrap();
    let made = upload(CERTIFICATE, KEY).tags(tag).send().await.unwrap().server_certificate_metadata.unwrap();
    assert_eq!(made.arn, format!("arn:aws:iam::{ACCOUNT}:server-certificate/cloudfront/site"));
    assert!(made.server_certificate_id.starts_with("ASCA") && made.expiration.is_some());
    let taken = "The Server Certificate with name site already exists.";
    fails(upload(CERTIFICATE, KEY).send().await, "EntityAlreadyExists", taken);
    let mismatch = upload(CERTIFICATE, ELLIPTIC_KEY).send().await.unwrap_err().into_service_error();
    assert!(mismatch.is_key_pair_mismatch_exception());
    fails(
        upload("no certificate", KEY).send().await,
        "MalformedCertificate",
        "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    );
    let rename = iam.update_server_certificate().server_certificate_name("site").new_server_certificate_name("shop");
    rename.new_path("/").send().await.unwrap();
    let read = iam.get_server_certificate().server_certificate_name("shop").send().await.unwrap();
    let read = read.server_certificate.unwrap();
    assert_eq!((read.certificate_body.as_str(), read.tags().len()), (CERTIFICATE.trim_end(), 1));
    let listed = iam.list_server_certificates().path_prefix("/").send().await.unwrap();
    assert_eq!(listed.server_certificate_metadata_list.len(), 1);
    iam.delete_server_certificate().server_certificate_name("shop").send().await.unwrap();
    let gone = iam.get_server_certificate().server_certificate_name("shop").send().await;
    fails(gone, "NoSuchEntity", "The Server Certificate with name shop cannot be found.");
}

#[tokio::test]
async fn an_account_has_one_alias() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let aliases = || async { iam.list_account_aliases().send().await.unwrap().account_aliases };
    assert!(aliases().await.is_empty());
    iam.create_account_alias().account_alias("example").send().await.unwrap();
    iam.create_account_alias().account_alias("exemplary").send().await.unwrap();
    assert_eq!(aliases().await, ["exemplary"]);
    let refused = iam.create_account_alias().account_alias("exa--mple").send().await;
    let told = "1 validation error detected: Value at 'accountAlias' failed to satisfy constraint: Member must satisfy \
                regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";
    fails(refused, "ValidationError", told);
    let other = iam.delete_account_alias().account_alias("example").send().await;
    fails(other, "NoSuchEntity", "The account alias with name example cannot be found.");
    iam.delete_account_alias().account_alias("exemplary").send().await.unwrap();
    assert!(aliases().await.is_empty());
}

#[test]
fn trusted_identity_propagation_is_changed_one_thing_at_a_time() {
    let emulator = Emulator::empty();
    let iam = Raw(&emulator);
    let arn = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com");
    let made = iam.ask("CreateOpenIDConnectProvider", &[("Url", "https://id.example.com")]);
    assert!(made.contains(&arn), "{made}");
    let change = |parameters: &[(&str, &str)], wanted: &str| {
        let mut input = vec![("OpenIDConnectProviderArn", arn.as_str())];
        input.extend(parameters);
        let told = iam.ask("UpdateOpenIDConnectProvider", &input);
        assert!(told.contains(wanted), "{parameters:?}: {told}");
    };
    let context = ("ContextProvider.SubjectSourceKey", "sub");
    let instance = ("IdentityCenterInstanceArn", "arn:aws:sso:::instance/ssoins-1");
    change(&[instance], "requires a context provider");
    change(&[context, instance], "but not both");
    change(&[context, ("RemoveContextProvider", "true")], "but not both");
    change(&[("ContextProvider.SubjectSourceKey", "a  b")], "The key a  b is invalid");
    change(&[context], "<RequestId>");
    change(&[instance], "<RequestId>");
    let shown = iam.ask("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &arn)]);
    assert!(shown.contains("<ContextProvider><SubjectSourceKey>sub<") && shown.contains("ssoins-1"), "{shown}");
    let listed = iam.ask("ListOpenIDConnectProviders", &[]);
    assert!(listed.contains("<IsTrustedIdentityPropagationEnabled>true<"), "{listed}");
    change(&[("RemoveContextProvider", "true")], "Remove the IAM Identity Center instance before");
    change(&[("RemoveIdentityCenterInstance", "true")], "<RequestId>");
    change(&[("RemoveContextProvider", "true")], "<RequestId>");
    let shown = iam.ask("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &arn)]);
    assert!(!shown.contains("ContextProvider") && !shown.contains("ssoins-1"), "{shown}");
}
