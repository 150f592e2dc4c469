//! What can be done from events of CloudTrail: shown by preset, followed, explained, undone.

use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::insight::activity::undo;
use crate::insight::denial::{DenialText, read};
use crate::insight::describe::Asked;
use crate::model::Event;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::layers::access::AccessAnswer;
use crate::ui::layers::follow::Follow;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::{Flow, Wizard};

use super::{Command, Fit, review_layer};

/// Shows the events of one kind.
pub const PRESET: Command = Command {
    name: "show events",
    help: "Show sign-ins, permission changes, credential changes, failures, or all events.",
    key: Some(ItemAction::Edit),
    fit: |selection| if selection.kind == Some(Kind::Activity) { Fit::Here } else { Fit::Anywhere },
    open: |_, _| Ok(Box::new(Wizard::new(Preset))),
};

/// Shows events as they come.
pub const FOLLOW: Command = Command {
    name: "follow events",
    help: "Show the latest changes and sign-ins, and read them again every ten seconds.",
    key: None,
    fit: |selection| if selection.kind == Some(Kind::Activity) { Fit::Also } else { Fit::Anywhere },
    open: |_, _| Ok(Box::new(Follow::default())),
};

/// Explains why the call of an event was denied.
pub const EXPLAIN: Command = Command {
    name: "why was it denied",
    help: "Explain which policy refused the call of the selected event, and what would allow it.",
    key: None,
    fit,
    open: |selection, view| {
        let event = event(selection, view)?;
        let Ok(DenialText::Refusal(refused)) = read(event.record.text()) else {
            return Err(UserError::new(format!("{} was not denied", event.name))
                .hint("Only events that ended with AccessDenied can be explained."));
        };
        Ok(Box::new(AccessAnswer::new(format!("Why {} was denied", event.name), Asked::Denial(refused))))
    },
};

/// Takes an event back.
pub const UNDO: Command = Command {
    name: "undo event",
    help: "Undo what the selected event changed in IAM, by a plan that is shown first.",
    key: None,
    fit,
    open: |selection, view| -> Result<Box<dyn Layer>, UserError> {
        undo(event(selection, view)?, view.account).map(review_layer)
    },
};

fn fit(selection: &Selection) -> Fit {
    if matches!(selection.item, Some(TabItem::Event(_))) { Fit::Also } else { Fit::No }
}

fn event<'a>(selection: &Selection, view: &'a View<'_>) -> Result<&'a Event, UserError> {
    let id = match &selection.item {
        Some(TabItem::Event(id)) => Some(id),
        _ => None,
    };
    let found = id.and_then(|id| view.account.event(id));
    found.map(AsRef::as_ref).ok_or_else(|| UserError::new("the event is not known any more"))
}

const WHAT: &str = "what";

/// The presets with the filters that they stand for.
const PRESETS: [(&str, &str); 5] = [
    ("all", ""),
    ("sign-ins", "kind:sign-in"),
    ("permission changes", "kind:permissions"),
    ("credential changes", "kind:credentials"),
    ("failures", "result:✗"),
];

#[derive(Debug)]
struct Preset;

impl Flow for Preset {
    fn title(&self) -> &'static str {
        "Show events"
    }

    fn forms(&self) -> Vec<Form> {
        const NAMES: [&str; 5] = [PRESETS[0].0, PRESETS[1].0, PRESETS[2].0, PRESETS[3].0, PRESETS[4].0];
        let help = "Failed reads are not among them: CloudTrail is asked for changes and sign-ins.";
        vec![Form::new("Events", vec![Field::choice(WHAT, "Show", help, &NAMES)])]
    }

    fn settle(&mut self, _forms: &mut [Form], _view: &View<'_>) {}

    fn draft(&self) -> Option<String> {
        None
    }

    fn finish(&mut self, forms: &[Form], _view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let chosen = forms.first().map_or(0, |form| form.choice(WHAT));
        let filter = PRESETS.get(chosen).map_or("", |(_, filter)| filter);
        Ok(vec![UiEffect::Close, UiEffect::GoFiltered(Kind::Activity, filter.to_owned())])
    }
}
