//! Questions that need more than a choice: the parts of an ARN, a condition's operator and values.

use ratatui::layout::Rect;
use serde_json::json;

use crate::base::error::UserError;
use crate::catalog::{Catalog, ValueType, globals};
use crate::input::{Action, Context, FormAction, Nav, Scope};
use crate::policy::ast::Policy;
use crate::policy::operator::{Operator, Qualifier};
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::form::{Acted, Field, Form};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;

/// Asks for the parts of an ARN; an entry that is there can be changed as a whole.
pub fn arn(template: &str) -> UiEffect {
    UiEffect::Open(Box::new(ArnParts::new("Resource", template)))
}

/// Asks for a principal in the same way.
pub fn principal(template: &str) -> UiEffect {
    UiEffect::Open(Box::new(ArnParts::new("Principal", template)))
}

/// The parts of an ARN that vary, each on a line of its own.
#[derive(Debug)]
struct ArnParts {
    title: &'static str,
    template: String,
    parts: Vec<(String, TextLine)>,
    focus: usize,
}

impl ArnParts {
    fn new(title: &'static str, template: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some((_, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            // A policy variable is a value, not a place to fill.
            if !name.contains(':') && !parts.iter().any(|(known, _)| known == name) {
                let mut line = TextLine::default();
                line.set(if name == "Partition" { "aws" } else { "*" });
                parts.push((name.to_owned(), line));
            }
            rest = behind;
        }
        let template = if parts.is_empty() {
            let mut line = TextLine::default();
            line.set(template);
            parts.push((String::new(), line));
            "${}".to_owned()
        } else {
            template.to_owned()
        };
        // The partition is nearly always right as it is.
        let focus = usize::from(parts.len() > 1 && parts.first().is_some_and(|(name, _)| name == "Partition"));
        Self { title, template, parts, focus }
    }

    fn value(&self) -> String {
        self.parts
            .iter()
            .fold(self.template.clone(), |text, (name, line)| text.replace(&format!("${{{name}}}"), line.text().trim()))
    }
}

impl Layer for ArnParts {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Form, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        let last = self.parts.len().saturating_sub(1);
        match action {
            Action::Nav(Nav::Back) => return vec![UiEffect::Close],
            Action::Form(FormAction::Enter) if self.focus < last => self.focus += 1,
            Action::Form(FormAction::Enter | FormAction::NextStep) => {
                let value = self.value();
                if value.trim().is_empty() {
                    return Vec::new();
                }
                return vec![UiEffect::CloseWith(UiMessage::Built(value))];
            }
            Action::Form(FormAction::NextField) => self.focus = (self.focus + 1).min(last),
            Action::Form(FormAction::PreviousField) => self.focus = self.focus.saturating_sub(1),
            // It has one step, and its fields are texts.
            Action::Form(
                FormAction::PreviousStep
                | FormAction::CreateInside
                | FormAction::NextChoice
                | FormAction::PreviousChoice,
            ) => {}
            Action::Text(edit) => {
                if let Some((_, line)) = self.parts.get_mut(self.focus) {
                    line.edit(edit);
                }
            }
            Action::Nav(Nav::Open | Nav::NextTab | Nav::PreviousTab)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Move(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        if let Some((name, line)) = self.parts.get_mut(self.focus) {
            // A star stood for nothing having been said yet.
            if line.text() == "*" && !name.is_empty() {
                line.set("");
            }
            line.insert(text);
        }
        Vec::new()
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let rows = u16::try_from(self.parts.len()).unwrap_or(8);
        let inside = panel(centered(area, 76, rows + 5), self.title, frame);
        let (head, mut rest) = split_top(inside, 2);
        frame.text(head, head.x, head.y, &self.value(), Look::Accent);
        for (at, (name, line)) in self.parts.iter().enumerate() {
            let (row, below) = split_top(rest, 1);
            let label = if name.is_empty() { self.title } else { name };
            frame.text(row, row.x, row.y, if at == self.focus { "›" } else { " " }, Look::Accent);
            let look = if at == self.focus { Look::Heading } else { Look::Muted };
            frame.text(Rect { x: row.x + 2, width: 20, ..row }, row.x + 2, row.y, label, look);
            let value = Rect { x: row.x + 23, width: row.width.saturating_sub(23), ..row };
            if at == self.focus {
                line.render(value, "", frame);
            } else {
                frame.text(value, value.x, value.y, line.text(), Look::Text);
            }
            rest = below;
        }
        frame.text(rest, rest.x, rest.y, "* matches any; Enter on the last line accepts it.", Look::Muted);
    }
}

const STRINGS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "Null",
];
const NUMBERS: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "Null",
];
const DATES: &[&str] = &[
    "DateLessThan",
    "DateGreaterThan",
    "DateLessThanEquals",
    "DateGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "Null",
];
const BOOLS: &[&str] = &["Bool", "Null"];
const ADDRESSES: &[&str] = &["IpAddress", "NotIpAddress", "Null"];
const ARNS: &[&str] = &["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "Null"];
const BINARIES: &[&str] = &["BinaryEquals", "Null"];
/// As the console has them, without "in the request": all three stand side by side.
const QUALIFIERS: &[&str] = &["Default", "For any value", "For all values"];

fn operators(value: ValueType) -> &'static [&'static str] {
    match value {
        ValueType::String => STRINGS,
        ValueType::Numeric => NUMBERS,
        ValueType::Date => DATES,
        ValueType::Bool => BOOLS,
        ValueType::IpAddress => ADDRESSES,
        ValueType::Arn => ARNS,
        ValueType::Binary => BINARIES,
    }
}

/// Asks for operator and values of a condition key; those that are there stand in the form.
pub fn condition(policy: &Policy<'_>, index: usize, key: &str, operator: Option<&str>) -> UiEffect {
    let catalog = Catalog::bundled();
    let known = globals::find(key).map(|key| (key.value, key.is_multi()));
    let (value, multi) =
        known.or(catalog.key(key).map(|key| (key.value, key.multi))).unwrap_or((ValueType::String, false));
    let own = operator.and_then(Operator::parse);
    let options = operators(value);
    let mut tag = Field::text("tag", "Tag key", "The key of the tag.", filled);
    tag.hidden = !key.contains("${");
    let values = "One at a time: Enter adds it, Enter on an empty line finishes.";
    let mut form = Form::new(
        "Condition",
        vec![
            tag,
            Field::choice("operator", "Operator", "How the values are compared.", options),
            Field::choice("qualifier", "Qualifier", "For keys with several values in a request.", QUALIFIERS),
            Field::switch("if-exists", "If exists", "Lets effects without the key match.", false),
            Field::list("values", "Values", values, writable),
        ],
    );
    let qualifier = match own.map(|own| own.qualifier) {
        Some(Some(Qualifier::ForAllValues)) => 2,
        Some(Some(Qualifier::ForAnyValue)) => 1,
        None if multi => 1,
        _ => 0,
    };
    form.restore("qualifier", &json!(qualifier));
    if let Some(own) = own {
        form.restore("operator", &json!(options.iter().position(|name| *name == own.base.name())));
        form.restore("if-exists", &json!(own.if_exists));
        form.restore("values", &json!(present(policy, index, key, operator)));
    }
    UiEffect::Open(Box::new(Ask { key: key.to_owned(), form }))
}

fn writable(text: &str) -> Result<(), UserError> {
    let long = text.chars().count() > 4_096;
    if long { Err(UserError::new("the value is longer than any that a request carries")) } else { Ok(()) }
}

fn filled(text: &str) -> Result<(), UserError> {
    if text.trim().is_empty() { Err(UserError::new("the tag needs a key")) } else { Ok(()) }
}

/// The values that the condition has already.
fn present(policy: &Policy<'_>, index: usize, key: &str, operator: Option<&str>) -> Vec<String> {
    let Some(operator) = operator else { return Vec::new() };
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let conditions = own.into_iter().flat_map(crate::policy::ast::Statement::conditions);
    let entry = conditions.into_iter().find(|(block, entry)| block.name.value == operator && entry.name.value == key);
    entry.map(|(_, entry)| entry.values.iter().map(|value| value.as_str().to_owned()).collect()).unwrap_or_default()
}

/// The form of a condition.
#[derive(Debug)]
struct Ask {
    key: String,
    form: Form,
}

impl Ask {
    fn accept(&mut self) -> Vec<UiEffect> {
        if self.form.stop_at_problem() {
            return Vec::new();
        }
        let values = self.form.entries("values");
        if values.is_empty() {
            return vec![UiEffect::Say(Notice::new("the condition needs a value", Tone::Failed))];
        }
        let kind = globals::find(&self.key).map(|key| key.value);
        let kind = kind.or(Catalog::bundled().key(&self.key).map(|key| key.value)).unwrap_or(ValueType::String);
        let base = operators(kind).get(self.form.choice("operator")).copied().unwrap_or("StringEquals");
        let qualifier = ["", "ForAnyValue:", "ForAllValues:"].get(self.form.choice("qualifier")).copied().unwrap_or("");
        let suffix = if self.form.is_on("if-exists") && base != "Null" { "IfExists" } else { "" };
        let key = match (self.key.split_once("${"), self.form.text("tag")) {
            (Some((head, _)), tag) if !tag.is_empty() => format!("{head}{tag}"),
            _ => self.key.clone(),
        };
        let answer = format!("{qualifier}{base}{suffix}\n{key}\n{}", values.join("\n"));
        vec![UiEffect::CloseWith(UiMessage::Built(answer))]
    }
}

impl Layer for Ask {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.form.scopes())
    }

    fn title(&self) -> &'static str {
        "Condition"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Nav(Nav::Back) => vec![UiEffect::Close],
            Action::Form(FormAction::NextStep) => self.accept(),
            _ => match self.form.act(action) {
                Acted::Past => self.accept(),
                Acted::Inside | Acted::Unmarked | Acted::Nothing => Vec::new(),
            },
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.form.type_text(text);
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        self.form.settle(centered(area, 76, 12));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, 76, 12), &format!("Condition on {}", self.key), frame);
        self.form.render(inside, frame);
    }
}
