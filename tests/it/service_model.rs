//! The service model against the SDK crates that are linked.

use std::fs;
use std::path::Path;

use iamtui::api::model;

/// The version of a crate in Cargo.lock.
fn locked(name: &str) -> String {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let head = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.split(&head).nth(1).unwrap_or_else(|| panic!("{name} is not in Cargo.lock"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn every_operation_of_the_linked_sdk_is_in_the_model() {
    let made = model().made();
    assert_eq!(made.sdk.keys().collect::<Vec<_>>(), ["aws-sdk-iam", "aws-sdk-sts"]);
    let known: Vec<String> = model().operations().iter().map(|operation| operation.name.to_lowercase()).collect();
    for (name, (version, operations)) in &made.sdk {
        // The list was read from the sources of this version; another version may know more operations.
        assert_eq!(&locked(name), version, "{name} has moved: run assets/make_service_model.py");
        assert!(operations.len() > 10, "{name}");
        for operation in operations {
            assert!(known.contains(&operation.to_lowercase()), "{name} has {operation}");
        }
    }
}
