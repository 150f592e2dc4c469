//! One value that lives elsewhere.

use super::LoadError;

/// The state of one remote value; an earlier value stays readable while it is loaded again.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Remote<T> {
    /// Nobody has asked for it.
    #[default]
    Idle,
    /// It is being read.
    Loading {
        /// What was read before.
        previous: Option<T>,
    },
    /// It was read.
    Ready(T),
    /// The read failed.
    Failed {
        /// Why.
        error: LoadError,
        /// What was read before.
        previous: Option<T>,
    },
}

impl<T> Remote<T> {
    /// The value, be it current or from before.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Idle => None,
            Self::Ready(value) => Some(value),
            Self::Loading { previous } | Self::Failed { previous, .. } => previous.as_ref(),
        }
    }

    fn take(&mut self) -> Option<T> {
        match std::mem::take(self) {
            Self::Idle => None,
            Self::Ready(value) => Some(value),
            Self::Loading { previous } | Self::Failed { previous, .. } => previous,
        }
    }

    /// Notes that a read has begun.
    pub fn begin(&mut self) {
        *self = Self::Loading { previous: self.take() };
    }

    /// Notes that a read has failed.
    pub fn fail(&mut self, error: LoadError) {
        *self = Self::Failed { error, previous: self.take() };
    }

    /// Whether a read is under way.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// Why the last read failed.
    pub fn error(&self) -> Option<&LoadError> {
        match self {
            Self::Failed { error, .. } => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    #[test]
    fn the_previous_value_survives_loading_and_failing() {
        let mut remote = Remote::Ready(7);
        remote.begin();
        assert!(remote.is_loading());
        assert_eq!(remote.value(), Some(&7));
        remote.fail(LoadError::new(ErrorKind::Timeout, "GetAccountSummary"));
        assert_eq!(remote.value(), Some(&7));
        assert!(remote.error().is_some());
    }
}
