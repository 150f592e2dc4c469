//! Identity providers are created, changed and deleted by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{ACCOUNT, Emulator, run};

const GITHUB: &str = "token.actions.githubusercontent.com";

/// The list of identity providers.
fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":identity providers<enter>");
    console.wait("identity providers, as of");
    console
}

fn metadata(id: &str) -> String {
    let key = "x".repeat(1000);
    format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{id}"><!--{key}--></EntityDescriptor>"#
    )
}

fn saml_metadata(emulator: &Emulator, name: &str) -> String {
    let arn = format!("arn:aws:iam::{ACCOUNT}:saml-provider/{name}");
    run(emulator.iam().get_saml_provider().saml_provider_arn(arn).send()).unwrap().saml_metadata_document.unwrap()
}

#[test]
fn an_oidc_provider_is_created_and_a_role_for_it() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("n");
    console.wait("create OpenID Connect provider");
    console.keys("<enter>");
    console.wait("Provider URL");
    console.keys(&format!("https://{GITHUB}<tab>sts.amazonaws.com<enter><ctrl-n>"));
    console.apply("create identity provider token");
    console.wait(&format!("› {GITHUB}"));
    console.keys("<enter>");
    console.wait("Audiences");
    console.keys("n");
    console.wait("GitHub organization");
    console.wait("sts.amazonaws.com");
    console.keys("<tab><tab><tab>acme<ctrl-n>");
    console.wait("›2 Permissions");
    console.keys("<ctrl-n>");
    console.wait("›3 Name");
    console.keys("deploy<ctrl-n>");
    console.apply("create role deploy");
    let role = run(emulator.iam().get_role().role_name("deploy").send()).unwrap().role.unwrap();
    assert!(role.assume_role_policy_document.unwrap().contains(GITHUB));
}

#[test]
fn audiences_and_thumbprints_of_a_provider_change_and_it_is_deleted() {
    let emulator = Emulator::empty();
    let url = format!("https://{GITHUB}");
    let created = run(emulator.iam().create_open_id_connect_provider().url(url).client_id_list("old").send()).unwrap();
    let arn = created.open_id_connect_provider_arn.unwrap();
    let provider = || run(emulator.iam().get_open_id_connect_provider().open_id_connect_provider_arn(&arn).send()).ok();
    let mut console = begin(&emulator);
    console.wait(&format!("› {GITHUB}"));
    console.keys("a");
    console.wait("New audiences");
    console.keys("new<enter><ctrl-n>");
    console.apply("add audiences");
    assert_eq!(provider().unwrap().client_id_list(), ["old", "new"]);
    console.keys("e");
    console.wait("edit thumbprints");
    console.keys("<enter>");
    console.wait("40 hexadecimal digits");
    let thumbprint = "a".repeat(40);
    console.keys(&format!("{thumbprint}<enter><ctrl-n>"));
    console.apply("set the thumbprints");
    assert!(provider().unwrap().thumbprint_list().contains(&thumbprint));
    console.keys("<enter>");
    console.wait("Audience");
    console.wait("old");
    console.keys("d");
    console.apply("remove audience old");
    assert_eq!(provider().unwrap().client_id_list(), ["new"]);
    console.keys(":delete identity provider<enter>");
    console.wait("no role trusts it");
    console.keys("<ctrl-n>");
    console.wait(&format!("Type `{GITHUB}`"));
    console.keys(&format!("{GITHUB}<enter>"));
    console.wait("✓ done");
    assert!(provider().is_none());
}

#[test]
fn a_saml_provider_is_created_from_a_file_and_its_metadata_replaced_by_pasting() {
    let emulator = Emulator::empty();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metadata.xml");
    std::fs::write(&file, metadata("one")).unwrap();
    let mut console = begin(&emulator);
    console.keys("n");
    console.wait("create SAML provider");
    console.keys("<down><enter>");
    console.wait("Provider name");
    console.keys(&format!("Okta<tab>{}<ctrl-n>", file.display()));
    console.apply("create identity provider Okta");
    assert_eq!(saml_metadata(&emulator, "Okta"), metadata("one"));
    console.wait("› Okta");
    console.keys(":replace metadata<enter>");
    console.wait("Metadata document");
    console.keys("<tab>");
    console.paste(&metadata("two"));
    console.keys("<ctrl-n>");
    console.apply("replace the metadata document");
    assert_eq!(saml_metadata(&emulator, "Okta"), metadata("two"));
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_nothing_typed_is_lost() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys(":create saml provider<enter>");
    console.wait("Provider name");
    console.keys("Okta<tab>/nowhere/metadata.xml<ctrl-n>");
    console.wait("is not there, or empty");
    console.wait("Okta");
}
