//! What takes longer to work out than a key may: asked as data, answered on a thread of its own.

use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::model::Document;
use crate::policy::diff::{ChangeGroup, diff};
use crate::policy::read;

/// A question whose answer depends on nothing but itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What one policy allows or denies that another did not.
    Difference {
        /// The policy before.
        old: Document,
        /// The policy after.
        new: Document,
    },
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The actions that changed, the most dangerous changes first; none where the policies give the same result.
    Difference(Result<Vec<ChangeGroup>, GaveUp>),
}

impl Question {
    /// Works the answer out.
    pub fn answer(&self) -> Reply {
        match self {
            Self::Difference { old, new } => {
                Reply::Difference(diff(&read(old.text()), &read(new.text()), Catalog::bundled()))
            }
        }
    }
}
