//! A flow of one question: which of these? Most commands are no more than that.

use std::fmt;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::plan::{Plan, PlanError};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, pick::Pick};
use crate::ui::page::View;
use crate::ui::wizard::Flow;

use super::offer::Offer;
use super::review;

const ABOUT: &str = "about";
const PICKED: &str = "picked";
/// How many names are told.
const SHOWN: usize = 20;

type Offers = Box<dyn Fn(&View<'_>) -> Offer + Send>;
type Plans = Box<dyn Fn(&[String], &View<'_>) -> Result<Plan, PlanError> + Send>;

/// One question over a list.
pub struct Picking {
    title: String,
    /// What it is about, under its own label.
    about: (&'static str, String),
    question: (&'static str, &'static str),
    single: bool,
    offer: Offers,
    plan: Plans,
    wants: Vec<(Load, Urgency)>,
    seen: Option<u64>,
}

impl fmt::Debug for Picking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picking({})", self.title)
    }
}

impl Picking {
    /// A question with its help, over what is offered; the answer makes the plan.
    pub fn new(
        title: impl Into<String>,
        question: (&'static str, &'static str),
        offer: impl Fn(&View<'_>) -> Offer + Send + 'static,
        plan: impl Fn(&[String], &View<'_>) -> Result<Plan, PlanError> + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            about: ("", String::new()),
            question,
            single: false,
            offer: Box::new(offer),
            plan: Box::new(plan),
            wants: Vec::new(),
            seen: None,
        }
    }

    /// The same question about these.
    pub fn about(self, label: &'static str, names: &[String]) -> Self {
        Self { about: (label, some_of(names)), ..self }
    }

    /// The same question with one answer only.
    pub fn one(self) -> Self {
        Self { single: true, ..self }
    }

    /// The same question with what must be read for it.
    pub fn wants(self, wants: impl IntoIterator<Item = (Load, Urgency)>) -> Self {
        Self { wants: wants.into_iter().collect(), ..self }
    }
}

/// Names in a row, no more than leave room for the question.
pub(super) fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let more = names.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

impl Flow for Picking {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let pick = if self.single { Pick::one() } else { Pick::many() };
        let about = Field::note(ABOUT, self.about.0);
        let mut form = Form::new("Choose", vec![about, Field::pick(PICKED, self.question.0, self.question.1, pick)]);
        form.tell(ABOUT, vec![(self.about.1.clone(), Look::Text)]);
        form.ask(ABOUT, !self.about.1.is_empty());
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            form.offer(PICKED, (self.offer)(view));
        }
        let none = form.picked(PICKED).is_empty();
        form.object(PICKED, none.then(|| UserError::new("Nothing is selected. Space selects.")));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        self.wants.clone()
    }

    fn draft(&self) -> Option<String> {
        Some(format!("{}\n{}", self.title, self.about.1))
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let picked = forms.first().map(|form| form.picked(PICKED)).unwrap_or_default();
        (self.plan)(&picked, view).map(review).map_err(|error| error.user_error())
    }
}
