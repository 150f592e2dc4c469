//! Values as text: the JSON that HCL and YAML both read.

use std::fmt::Write as _;

use serde_json::Value;

use crate::base::text::acts_or_hides;

/// A value as JSON in which no character acts on a terminal or hides.
pub fn escaped(value: &Value) -> String {
    let mut out = String::new();
    for ch in value.to_string().chars() {
        // Outside of texts JSON is plain ASCII, so these stand in quotes, where escapes are read.
        if acts_or_hides(ch) {
            let mut units = [0; 2];
            for unit in ch.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(ch);
        }
    }
    out
}

/// A text as a YAML scalar: plain where nothing else could be read into it.
pub fn scalar(text: &str) -> String {
    let plain = text.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.chars().all(|ch| ch.is_ascii_alphanumeric() || "_-/.@+".contains(ch))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { escaped(&text.into()) }
}
