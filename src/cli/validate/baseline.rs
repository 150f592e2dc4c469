//! Findings that are known and accepted: a file of them, so that only new ones are told.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::error::UserError;
use crate::cli::files::read_long;
use crate::policy::diagnostic::Finding;

/// The most bytes of a baseline.
const LARGEST: usize = 16 << 20;
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    findings: Vec<Known>,
}

/// A finding without its line: that changes with every line above it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    code: String,
    details: String,
}

impl Known {
    fn of(file: &str, finding: &Finding) -> Self {
        Self { file: file.to_owned(), code: finding.code.to_owned(), details: finding.details.clone() }
    }
}

/// What is known, each as often as it was found.
#[derive(Debug, Default)]
pub struct Baseline(HashMap<Known, usize>);

impl Baseline {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, UserError> {
        let told = |what: &str| UserError::new(format!("`{}` is no baseline: {what}", path.display()));
        let kept: Kept = serde_json::from_str(&read_long(path, LARGEST)?).map_err(|error| {
            told(&error.to_string()).hint("Write one with `iamtui validate … --write-baseline FILE`.")
        })?;
        if kept.version > VERSION {
            return Err(told("a newer version of iamtui has written it"));
        }
        let mut known = HashMap::new();
        for one in kept.findings {
            *known.entry(one).or_default() += 1;
        }
        Ok(Self(known))
    }

    /// Whether a finding is known; each that is known counts once.
    pub fn takes(&mut self, file: &str, finding: &Finding) -> bool {
        match self.0.get_mut(&Known::of(file, finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The text of a baseline that knows these findings.
pub fn text<'a>(found: impl Iterator<Item = (&'a str, &'a Finding)>) -> String {
    let mut findings: Vec<Known> = found.map(|(file, finding)| Known::of(file, finding)).collect();
    findings.sort();
    let text = serde_json::to_string_pretty(&Kept { version: VERSION, findings }).unwrap_or_default();
    format!("{text}\n")
}
