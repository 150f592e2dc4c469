//! Guards in the review: every plan passes them, and again whenever more of the account is known.

use super::{Phase, Review};
use crate::backend::{Load, Urgency};
use crate::insight::guards;
use crate::ui::page::View;

impl Review {
    /// Has guards look at the plan, as long as it is not applied.
    pub(super) fn guard(&mut self, view: &View<'_>) {
        let is_open = matches!(self.phase, Phase::Reading | Phase::Confirming(_));
        let stale = self.guarded != Some(view.revision) && is_open;
        if stale && self.begun(view).is_none() {
            self.loosen(view);
            self.plan = guards::annotate(view.account, view.guards, std::mem::take(&mut self.plan));
            self.guarded = Some(view.revision);
            self.phase = match std::mem::replace(&mut self.phase, Phase::Reading) {
                Phase::Confirming(confirm) => Phase::Confirming(confirm.wanting(self.plan.confirmation())),
                other => other,
            };
        }
    }

    /// What is read so that guards know whom the plan reaches.
    pub(super) fn guard_wants(&self) -> Option<(Load, Urgency)> {
        (self.run.is_none() && guards::reach_others(&self.plan)).then_some((Load::Bulk, Urgency::Visible))
    }
}
