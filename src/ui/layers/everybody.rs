//! What a plan does to the permissions of everybody, worked out aside.

use std::sync::Arc;

use crate::api::ChangeTarget;
use crate::base::work::{GaveUp, StopOnDrop};
use crate::effect::BackgroundTask;
use crate::insight::describe::{AccountQuestion, Asked, Line};
use crate::message::TaskResult;
use crate::plan::{Plan, Step};
use crate::ui::effect::UiEffect;
use crate::ui::page::View;

/// The question with its answer.
#[derive(Debug, Default)]
pub struct Everybody {
    asked: Option<AccountQuestion>,
    work: StopOnDrop,
    answer: Option<Result<Vec<Line>, GaveUp>>,
}

impl Everybody {
    /// The question, once, where the plan changes permissions.
    pub fn ask(&mut self, plan: &Plan, view: &View<'_>) -> Option<UiEffect> {
        if self.asked.is_some() || !changes_permissions(plan) {
            return None;
        }
        let account = Arc::new(view.account.clone());
        self.work = StopOnDrop::default();
        let asked = Asked::Impact(Arc::new(plan.clone()));
        let question = AccountQuestion { account, asked, now: view.now, stop: self.work.stop() };
        self.asked = Some(question.clone());
        Some(UiEffect::Task(BackgroundTask::AskAccount(question)))
    }

    /// The question about a plan that may be another one by now; the answer to the one before stays in sight until then.
    pub fn ask_again(&mut self, plan: &Plan, view: &View<'_>) -> Option<UiEffect> {
        let is_asked = |question: &AccountQuestion| matches!(&question.asked, Asked::Impact(asked) if **asked == *plan);
        if self.asked.as_ref().is_some_and(is_asked) {
            return None;
        }
        self.asked = None;
        self.ask(plan, view)
    }

    /// Takes the answer, if it is to its own question.
    pub fn take(&mut self, result: &TaskResult) {
        if let TaskResult::AccountAnswered { question, lines, .. } = result
            && self.asked.as_ref() == Some(question)
        {
            self.answer = Some(lines.clone());
        }
    }

    /// The answer, once it is known.
    pub fn lines(&self) -> &[Line] {
        match &self.answer {
            Some(Ok(lines)) => lines,
            _ => &[],
        }
    }
}

/// Whether a plan changes what somebody can do.
fn changes_permissions(plan: &Plan) -> bool {
    let changes = plan.steps.iter().filter_map(Step::call).filter_map(crate::plan::Call::change);
    changes.into_iter().any(|change| {
        matches!(
            change.target,
            ChangeTarget::User
                | ChangeTarget::Group
                | ChangeTarget::Role
                | ChangeTarget::Policy
                | ChangeTarget::PolicyVersion
                | ChangeTarget::InlinePolicy
                | ChangeTarget::Boundary
                | ChangeTarget::TrustPolicy
        )
    })
}
