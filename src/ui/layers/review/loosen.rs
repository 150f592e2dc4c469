//! Undo of a created policy: whoever has got it since must lose it first, or AWS refuses to delete it.

use super::Review;
use crate::backend::Load;
use crate::plan::builders::{deleted_policies, loosened};
use crate::plan::render::cli::Commands;
use crate::ui::page::{SessionStatus, View};

impl Review {
    /// What is read of the policies that the way back deletes.
    pub(super) fn loosen_wants(&self, view: &View<'_>) -> Vec<Load> {
        if self.undoes.is_none() || self.run.is_some() {
            return Vec::new();
        }
        deleted_policies(&self.plan).iter().flat_map(|arn| Load::before_deletion(arn, view.account)).collect()
    }

    /// Whether the plan is not complete yet, and will be.
    pub(super) fn is_loosening(&self, view: &View<'_>) -> bool {
        let open = |load: &Load| !view.loads.is_done(load) && view.loads.failure(load).is_none();
        view.standing == SessionStatus::Open && self.loosen_wants(view).iter().any(open)
    }

    /// Takes in what is in the way by now.
    pub(super) fn loosen(&mut self, view: &View<'_>) {
        if self.undoes.is_none() {
            return;
        }
        if let Ok(plan) = loosened(view.account, self.plan.clone())
            && plan != self.plan
        {
            self.commands = Commands::lines(&plan);
            self.affected = None;
            self.plan = plan;
        }
    }
}
