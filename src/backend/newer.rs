//! Members of answers that the SDK does not read yet: they are read off the answer's text beside what it reads.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_iam::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A number in an answer that the SDK passes over.
#[derive(Debug, Clone)]
pub(super) struct NewerNumber {
    member: &'static str,
    found: Arc<Mutex<Option<u32>>>,
}

impl NewerNumber {
    /// The number that has this name.
    pub(super) fn named(member: &'static str) -> Self {
        Self { member, found: Arc::default() }
    }

    /// What the last answer said.
    pub(super) fn found(&self) -> Option<u32> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for NewerNumber {
    fn name(&self) -> &'static str {
        "NewerNumber"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let text = context.response().body().bytes().map(String::from_utf8_lossy);
        let found = text.and_then(|text| number(&text, self.member));
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }
}

/// The number between the tags of a name.
fn number(text: &str, member: &str) -> Option<u32> {
    let (_, rest) = text.split_once(&format!("<{member}>"))?;
    rest.split_once('<')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_between_the_tags_is_read_and_nothing_else() {
        let text = "<Role><MaxSessionDuration>3600</MaxSessionDuration><MaxSigninSessionDuration>7200</MaxSigninSessionDuration></Role>";
        assert_eq!(number(text, "MaxSigninSessionDuration"), Some(7200));
        assert_eq!(number("<Role></Role>", "MaxSigninSessionDuration"), None);
    }
}
