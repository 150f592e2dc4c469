//! Policy documents ready to be evaluated, kept by their text.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::policy::evaluate::Compiled;

/// How many documents are kept; beyond it all are forgotten, since each is quickly compiled again.
const KEPT: usize = 4096;

/// Compiled documents by their text, so that no write ever has to say what it outdates.
#[derive(Debug, Default)]
pub struct Documents(RwLock<HashMap<Box<str>, Arc<Compiled>>>);

impl Documents {
    /// The document of this text. One that cannot be compiled allows nothing; none is stored by any operation.
    pub fn compiled(&self, text: &str) -> Arc<Compiled> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Arc::clone(known);
        }
        let compiled = Arc::new(Compiled::new(text).unwrap_or_default());
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(text.into(), Arc::clone(&compiled));
        compiled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compiled_once() {
        let documents = Documents::default();
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        assert!(Arc::ptr_eq(&documents.compiled(text), &documents.compiled(text)));
        assert_eq!(documents.compiled(text).statements().len(), 1);
    }

    #[test]
    fn what_is_no_policy_allows_nothing() {
        assert!(Documents::default().compiled("no policy").statements().is_empty());
    }
}
