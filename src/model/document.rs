//! A policy document as the service keeps it.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::evaluate::Compiled;

/// The text of a policy document, decoded from its URL encoding and otherwise untouched.
///
/// Shared, as the same text is shown in lists, details and diffs. It is untrusted text. Questions about access ask the
/// same documents again and again, so what was compiled of one is kept with it.
#[derive(Clone)]
pub struct Document(Arc<Written>);

struct Written {
    text: Arc<str>,
    compiled: OnceLock<Option<Arc<Compiled>>>,
}

impl Document {
    /// A document from its plain text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(Arc::new(Written { text: text.into(), compiled: OnceLock::new() }))
    }

    /// The plain text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The document ready to be evaluated, made by `compile` when it is asked for first; nothing where it is no policy.
    pub fn compiled(&self, compile: impl FnOnce(&str) -> Option<Arc<Compiled>>) -> Option<Arc<Compiled>> {
        self.0.compiled.get_or_init(|| compile(&self.0.text)).clone()
    }

    /// Its length as the quota counts it: without whitespace.
    pub fn quota_length(&self) -> usize {
        self.0.text.chars().filter(|ch| !ch.is_whitespace()).count()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl Eq for Document {}

impl Hash for Document {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Arc::<str>::deserialize(deserializer).map(Self::new)
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.0.text.len())
    }
}
