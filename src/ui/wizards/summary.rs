//! A flow without a question: it tells what is meant, reads what the plan depends on, and goes on to the review.
//!
//! It may offer another way to the same end, such as disabling a user instead of deleting it.

use std::fmt;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::plan::{Plan, PlanError};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::wizard::{Flow, Wizard};

use super::{review, review_layer};

const ABOUT: &str = "about";
const WAY: &str = "way";

/// Lines of text with their looks.
pub type Lines = Vec<(String, Look)>;

type Tells = Box<dyn Fn(&View<'_>) -> Lines + Send>;
type Plans = Box<dyn Fn(usize, &View<'_>) -> Result<Plan, PlanError> + Send>;

/// What is meant, and the ways to it.
pub struct Summary {
    title: String,
    label: &'static str,
    ways: (&'static [&'static str], &'static str),
    tell: Tells,
    plan: Plans,
    wants: Vec<(Load, Urgency)>,
    /// What else must be read, as far as the reads so far tell.
    more: fn(&[Load], &View<'_>) -> Vec<Load>,
    seen: Option<u64>,
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Summary({})", self.title)
    }
}

impl Summary {
    /// What is told under a label, and the plan of the chosen way.
    pub fn new(
        title: impl Into<String>,
        label: &'static str,
        tell: impl Fn(&View<'_>) -> Lines + Send + 'static,
        plan: impl Fn(usize, &View<'_>) -> Result<Plan, PlanError> + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            label,
            ways: (&[], ""),
            tell: Box::new(tell),
            plan: Box::new(plan),
            wants: Vec::new(),
            more: |_, _| Vec::new(),
            seen: None,
        }
    }

    /// The same with several ways, and what to know about them.
    pub fn ways(self, ways: &'static [&'static str], help: &'static str) -> Self {
        Self { ways: (ways, help), ..self }
    }

    /// The same with what must be read for it.
    pub fn wants(self, wants: impl IntoIterator<Item = (Load, Urgency)>) -> Self {
        Self { wants: wants.into_iter().collect(), ..self }
    }

    /// The same with what must be read too, as the first reads tell.
    pub fn more(self, more: fn(&[Load], &View<'_>) -> Vec<Load>) -> Self {
        Self { more, ..self }
    }

    /// The wizard of it.
    pub fn wizard(self) -> Box<dyn Layer> {
        Box::new(Wizard::new(self))
    }

    /// The review at once where all is known for it; else the wizard, which reads first and then goes on.
    pub fn review_or_wizard(self, view: &View<'_>) -> Result<Box<dyn Layer>, UserError> {
        match (self.plan)(0, view) {
            Ok(plan) => Ok(review_layer(plan)),
            Err(PlanError::Unknown(_) | PlanError::Absent { .. }) => Ok(Box::new(Wizard::that_reads(self))),
            Err(error) => Err(error.user_error()),
        }
    }
}

impl Flow for Summary {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let (ways, help) = self.ways;
        let mut way = Field::choice(WAY, "What to do", help, ways);
        way.hidden = ways.is_empty();
        vec![Form::new("Summary", vec![way, Field::note(ABOUT, self.label)])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        if let Some(form) = forms.first_mut().filter(|_| self.seen != Some(view.revision)) {
            self.seen = Some(view.revision);
            form.tell(ABOUT, (self.tell)(view));
            let first: Vec<Load> = self.wants.iter().map(|(load, _)| load.clone()).collect();
            let more = (self.more)(&first, view);
            self.wants.extend(more.into_iter().filter(|load| !first.contains(load)).map(|load| (load, Urgency::Now)));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        self.wants.clone()
    }

    fn draft(&self) -> Option<String> {
        None
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let way = forms.first().map_or(0, |form| form.choice(WAY));
        (self.plan)(way, view).map(review).map_err(|error| error.user_error())
    }
}
