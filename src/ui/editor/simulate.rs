//! The simulator with the text in the editor: what a save would change is taken as made.

use std::sync::Arc;

use crate::base::error::UserError;
use crate::insight::simulator::{Draft, DraftKind};
use crate::model::ResourceRef;
use crate::plan::PlanError;
use crate::policy::PolicyKind;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::layers::access::{AccessAnswer, Edited};
use crate::ui::page::View;

use super::Editor;
use super::subject::Subject;

impl Editor {
    /// Opens the simulator with the text.
    pub(super) fn simulate(&self, view: &View<'_>) -> Vec<UiEffect> {
        let edited = match &self.subject {
            Subject::New | Subject::File(_) => self.draft_of_kind(),
            subject => match subject.plan(view.account, self.text.as_str(), "edited", true) {
                Ok(plan) => Ok(Edited::Plan(Arc::new(plan))),
                // A text that is as it was in force changes nothing.
                Err(PlanError::Nothing(_)) => Ok(Edited::Nothing),
                Err(error) => Err(UserError::from(error)),
            },
        };
        match edited {
            Ok(edited) => {
                let who = match &self.subject {
                    Subject::Inline { owner: owner @ (ResourceRef::User(_) | ResourceRef::Role(_)), .. } => {
                        owner.name()
                    }
                    _ => "",
                };
                vec![UiEffect::Open(Box::new(AccessAnswer::simulate_with(who, edited)))]
            }
            Err(told) => vec![UiEffect::Say(Notice { told, tone: Tone::Failed })],
        }
    }

    /// A text that is in no account yet, as what it is checked as.
    fn draft_of_kind(&self) -> Result<Edited, UserError> {
        let kind = match self.kind.unwrap_or(PolicyKind::Identity) {
            PolicyKind::Identity => DraftKind::Identity,
            PolicyKind::Boundary => DraftKind::Boundary,
            PolicyKind::Scp => DraftKind::Scp,
            PolicyKind::Rcp => DraftKind::Rcp,
            other => {
                let told = UserError::new(format!("a policy of the kind `{}` cannot be simulated here", other.name()));
                return Err(told.hint("`iamtui simulate` takes policies of every kind."));
            }
        };
        let text = Arc::from(self.text.as_str());
        Ok(Edited::Draft(Draft { kind, name: "the text in the editor".to_owned(), text }))
    }
}
