//! Server certificates are uploaded, renamed and deleted by keyboard alone, at 80x24; the private key is kept nowhere.

use super::console::Live;
use crate::harness::{Emulator, run};

const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");
const KEY: &str = include_str!("../fixtures/certificate-key.pem");

/// The list of server certificates.
fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":server certificates<enter>");
    console.wait("server certificates, as of");
    console
}

/// Whether any file in a folder holds a line of the private key.
fn holds_key(folder: &std::path::Path) -> bool {
    let line = KEY.lines().nth(2).unwrap();
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            holds_key(&path)
        } else {
            String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(line)
        }
    })
}

#[test]
fn a_certificate_is_uploaded_renamed_and_deleted_and_its_key_is_written_nowhere() {
    let emulator = Emulator::empty();
    let folder = tempfile::tempdir().unwrap();
    let (body, key) = (folder.path().join("site.pem"), folder.path().join("site.key"));
    std::fs::write(&body, CERTIFICATE).unwrap();
    std::fs::write(&key, KEY).unwrap();
    let mut console = begin(&emulator);
    console.keys("n");
    console.wait("Upload server certificate");
    console.keys(&format!("site<tab>/cloudfront/<tab>{}<tab><tab>{}<ctrl-n>", body.display(), key.display()));
    console.wait("Review: upload server certificate site");
    assert!(!console.screen().contains(KEY.lines().nth(2).unwrap()));
    console.apply("upload server certificate site");
    let get = |name: &str| run(emulator.iam().get_server_certificate().server_certificate_name(name).send()).ok();
    assert_eq!(get("site").unwrap().server_certificate.unwrap().certificate_body, CERTIFICATE.trim_end());
    console.wait("› site");
    console.keys(":rename<enter>");
    console.wait("The ARN changes: update");
    console.keys("<ctrl-u>shop<tab><ctrl-u>/<ctrl-n>");
    console.apply("rename server certificate site");
    let renamed = get("shop").unwrap().server_certificate.unwrap().server_certificate_metadata.unwrap();
    assert_eq!(renamed.path, "/");
    console.wait("› shop");
    console.keys("d");
    console.wait("shop: valid until");
    console.keys("<ctrl-n>");
    console.wait("Type `shop`");
    console.keys("shop<enter>");
    console.wait("✓ done");
    assert!(get("shop").is_none());
    assert!(!holds_key(console.state.path()), "the key must not be written");
}

#[test]
fn a_file_without_a_key_and_a_key_in_the_place_of_a_certificate_are_refused() {
    let emulator = Emulator::empty();
    let folder = tempfile::tempdir().unwrap();
    let (body, key) = (folder.path().join("site.pem"), folder.path().join("site.key"));
    std::fs::write(&body, CERTIFICATE).unwrap();
    std::fs::write(&key, KEY).unwrap();
    let mut console = begin(&emulator);
    console.keys("n");
    console.wait("Upload server certificate");
    console.keys(&format!("site<tab><tab>{}<tab><tab>{}<ctrl-n>", body.display(), body.display()));
    console.wait("contains no private key in PEM");
    console.keys(&format!("<ctrl-u>{}<up><up><ctrl-u>{}<ctrl-n>", key.display(), key.display()));
    console.wait("the certificate contains a private key");
}
