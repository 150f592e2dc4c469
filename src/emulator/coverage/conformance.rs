//! The page that says what the emulator is held against and where it differs, made of what the tests know.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{UNANSWERED, UNFILLED, UNREAD, modelled, nested};
use crate::api::Operation;
use crate::emulator::{probes, registry};

/// The page as it is kept.
const KEPT: &str = include_str!("../conformance.md");

/// Where the page is kept.
const FILE: &str = "src/emulator/conformance.md";

/// What differs beside the operations of the service model, with the reason.
const OTHERS: &[(&str, &str)] = &[
    (
        "Denials of STS and of services beside IAM carry no authorization ID",
        "AWS supports it for most operations of IAM and for nothing else.",
    ),
    (
        "`GetRequestAuthorizationDetails` answers at once, and knows nothing of what was denied before the emulator started",
        "It is kept in memory, 8 MiB of it for a day; a denial for which there is no room has no ID, as AWS reserves for \
         itself.",
    ),
    (
        "`LookupEvents` has the last 5,000 calls since the emulator started, and for the demo company a made-up past",
        "The log of calls is kept in memory.",
    ),
];

/// How many operations each service has here.
fn operations() -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in registry::handlers() {
        *counts.entry(row.operation.service()).or_default() += 1;
    }
    // It is answered before the registry is asked.
    *counts.entry(Operation::from(crate::api::AccessAnalyzer::ValidatePolicy).service()).or_default() += 1;
    counts.into_iter().fold(String::new(), |mut rows, (service, count)| {
        let _ = writeln!(rows, "| `{service}` | {count} |");
        rows
    })
}

/// What differs, by its reason: a reason stands once, with all that it explains.
fn differences() -> String {
    let mut by_reason: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut add = |reason: &'static str, what: String| by_reason.entry(reason).or_default().insert(what);
    for (operation, member, reason) in UNREAD.iter().chain(nested::UNREAD) {
        add(reason, format!("`{operation}` does not look at `{member}`"));
    }
    for (operation, member, reason) in UNANSWERED {
        add(
            reason,
            match *member {
                "*" => format!("`{operation}` is not driven by this test"),
                member => format!("`{operation}` never answers `{member}`"),
            },
        );
    }
    for (shape, member, reason) in UNFILLED {
        add(
            reason,
            match *member {
                "*" => format!("`{shape}` is never answered"),
                member => format!("`{shape}` never has `{member}`"),
            },
        );
    }
    for (row, operation) in modelled() {
        for (member, reason) in row.unsupported {
            add(reason, format!("`{}` refuses `{member}`", operation.name));
        }
    }
    for (what, reason) in OTHERS {
        add(reason, (*what).to_owned());
    }
    by_reason.into_iter().fold(String::new(), |mut page, (reason, what)| {
        let _ = writeln!(page, "- {}: {reason}", what.into_iter().collect::<Vec<_>>().join("; "));
        page
    })
}

fn page() -> String {
    let served = modelled().count();
    let suites = [
        (
            "service model",
            "Every operation is called with what it requires and with all that it takes. What it does not look at, and what it \
             never answers, stands below.",
            format!("{served} operations"),
        ),
        (
            "constraints",
            "Every constraint of the model is broken once at a time; code, status and text must be AWS's.",
            format!("{} cases", probes::count()),
        ),
        (
            "enforcement",
            "Random requests in organizations of random policies, roles of other accounts included, are decided as `iamtui simulate` \
             decides them.",
            "10,000 requests".to_owned(),
        ),
        (
            "clients",
            "`tests/interop/suite.py`: boto3 with its paginators and waiters, the AWS CLI, every IAM resource and data source of \
             Terraform.",
            "every operation".to_owned(),
        ),
        (
            "tools",
            "Ansible's modules of IAM (12.3) reach their state and change nothing the second time; Cloud Custodian's filters \
             of IAM (0.9.53) and `pmapper` (1.1.5) find what is there. By hand, \
             since it takes 2 GB to install: the 51 checks of IAM of Prowler 5.46 run through the demo company, 1,012 \
             results, without an error.",
            "4 tools".to_owned(),
        ),
    ];
    let suites = suites.iter().fold(String::new(), |mut rows, (name, what, number)| {
        let _ = writeln!(rows, "| {name} | {what} | {number} |");
        rows
    });
    format!(
        "# Conformance\n\n`UPDATE_CONFORMANCE=1 cargo test --lib conformance` writes this page.\n\n\
         | suite | what it holds the emulator against | number |\n|---|---|---|\n{suites}\n\
         | service | operations |\n|---|---|\n{}\n## Known differences\n\n{}",
        operations(),
        differences()
    )
}

#[test]
fn the_page_says_what_the_tests_know() {
    let page = page();
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/emulator/conformance.md"), &page).unwrap();
        return;
    }
    assert_eq!(page, KEPT, "{FILE} is out of date: UPDATE_CONFORMANCE=1 cargo test --lib conformance");
}
