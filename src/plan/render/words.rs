//! Names in rendered code: unique, and legal in the language at hand.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Names that were given out, each once.
#[derive(Debug)]
pub struct Names<K> {
    /// What stands between a name and its number.
    between: &'static str,
    given: HashMap<K, String>,
    taken: HashSet<String>,
}

impl<K: Eq + Hash> Names<K> {
    /// No names yet; `between` stands between a name and its number.
    pub fn numbered(between: &'static str) -> Self {
        Self { between, given: HashMap::new(), taken: HashSet::new() }
    }

    /// The name of a thing: the wanted one, with a number behind it where another thing has it already.
    pub fn give(&mut self, key: K, wanted: &str) -> String {
        if let Some(name) = self.given.get(&key) {
            return name.clone();
        }
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wanted}{}{number}", self.between);
            number += 1;
        }
        self.given.insert(key, name.clone());
        name
    }

    /// The name that a thing was given.
    pub fn of(&self, key: &K) -> Option<&str> {
        self.given.get(key).map(String::as_str)
    }
}

/// `AccessKeyId` as `ACCESS_KEY_ID`.
pub fn shell(word: &str) -> String {
    crate::api::cli_name(word).replace('-', "_").to_ascii_uppercase()
}

/// Any text as a lower-case identifier: `Jesse.P@x` as `jesse_p_x`.
pub fn snake(text: &str) -> String {
    let mut name: String =
        text.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch.to_ascii_lowercase() } else { '_' }).collect();
    if name.chars().next().is_none_or(|first| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// Any text as one alphanumeric word that begins with a capital: `jesse.p` as `JesseP`.
pub fn camel(text: &str) -> String {
    let mut out = String::new();
    let mut up = true;
    for ch in text.chars() {
        if ch.is_ascii_alphanumeric() {
            out.push(if up { ch.to_ascii_uppercase() } else { ch });
        }
        up = !ch.is_ascii_alphanumeric();
    }
    out
}
