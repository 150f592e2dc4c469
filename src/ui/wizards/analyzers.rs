//! Analyzers of IAM Access Analyzer and their archive rules: created and deleted.

use serde_json::{Map, Value, json};

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{AnalyzerKind, Finding};
use crate::plan::builders::{CreateAnalyzer, create_archive_rule, delete_analyzer, delete_archive_rule};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::panes::analyzers::TAB;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::{Flow, Wizard};

use super::edit_password_policy::within;
use super::offer::needed;
use super::summary::Summary;
use super::{Command, Fit, nothing, review};

/// Creates an analyzer.
pub const CREATE: Command = Command {
    name: "create analyzer",
    help: "Create an analyzer of IAM Access Analyzer in this Region; its price is shown first.",
    key: Some(ItemAction::New),
    fit: |selection| {
        let here = selection.tab == Some(TAB) || selection.kind == Some(Kind::Findings);
        if here { Fit::Page } else { Fit::Anywhere }
    },
    open: |_, _| Ok(Box::new(Wizard::new(Create))),
};

/// Deletes the analyzer under the cursor.
pub const DELETE: Command = Command {
    name: "delete analyzer",
    help: "Delete the selected analyzer with its archive rules and findings.",
    key: Some(ItemAction::Delete),
    fit: |selection| if analyzer(selection).is_some() { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(arn) = analyzer(selection).cloned() else { return nothing() };
        let title = format!("Delete analyzer {}", arn.name());
        let flow = Summary::new(title, "Analyzer", |_| Vec::new(), move |_, view| delete_analyzer(view.account, &arn));
        flow.wants(needed([Load::Analyzers])).review_or_wizard(view)
    },
};

/// Creates an archive rule, from a finding or of an analyzer.
pub const CREATE_RULE: Command = Command {
    name: "create archive rule",
    help: "Create a rule that archives findings by criteria, filled in from the selected finding.",
    key: Some(ItemAction::Add),
    fit: |selection| match (analyzer(selection), &*selection.findings()) {
        (Some(_), _) => Fit::TabItem,
        (None, [_]) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        let finding = selection.findings().first().and_then(|id| view.account.finding(id));
        let of = analyzer(selection).or_else(|| finding.map(|finding| &finding.id.analyzer));
        let Some(analyzer) = of.cloned() else { return nothing() };
        let criteria = finding.map(|finding| like(finding)).unwrap_or_default();
        Ok(Box::new(Wizard::new(CreateRule {
            title: format!("Create archive rule of {}", analyzer.name()),
            analyzer,
            criteria,
        })))
    },
};

/// Deletes the archive rule under the cursor.
pub const DELETE_RULE: Command = Command {
    name: "delete archive rule",
    help: "Delete the selected archive rule; what it archived stays archived.",
    key: Some(ItemAction::Delete),
    fit: |selection| match &selection.item {
        Some(TabItem::ArchiveRule(..)) => Fit::TabItem,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(TabItem::ArchiveRule(arn, name)) = selection.item.clone() else { return nothing() };
        let title = format!("Delete archive rule {name}");
        let plan = move |_, view: &View<'_>| delete_archive_rule(view.account, &arn, &name);
        let flow = Summary::new(title, "Archive rule", |_| Vec::new(), plan);
        flow.wants(needed([Load::Analyzers])).review_or_wizard(view)
    },
};

fn analyzer(selection: &Selection) -> Option<&Arn> {
    match &selection.item {
        Some(TabItem::Analyzer(arn)) => Some(arn),
        _ => None,
    }
}

const NAME: &str = "name";
const KIND: &str = "kind";
const ZONE: &str = "zone";
const AGE: &str = "age";
const PRICE: &str = "price";

const KINDS: [AnalyzerKind; 3] = [AnalyzerKind::External, AnalyzerKind::Unused, AnalyzerKind::Internal];

#[derive(Debug)]
struct Create;

/// The form of names of analyzers and archive rules.
fn name(text: &str) -> Result<(), UserError> {
    let mut letters = text.chars();
    let first = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if first && letters.all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter)) && text.len() <= 255 {
        return Ok(());
    }
    Err(UserError::new("a name begins with a letter and has letters, digits and _.- only, at most 255"))
}

impl Flow for Create {
    fn title(&self) -> &'static str {
        "Create analyzer"
    }

    fn forms(&self) -> Vec<Form> {
        let kind = "What it looks for.";
        let zone = "The whole organization only from its management or delegated administrator account.";
        let mut form = Form::new(
            "Analyzer",
            vec![
                Field::text(NAME, "Name", "Letters, digits and _.-", name),
                Field::choice(KIND, "Findings", kind, &["external access", "unused access", "internal access"]),
                Field::note(PRICE, "Price"),
                Field::choice(ZONE, "Zone of trust", zone, &["this account", "the organization"]),
                Field::text(AGE, "Unused after days", "From 1 to 365.", |text| within(text, 1, 365, "days")).hidden(),
            ],
        );
        form.prefill(AGE, &json!("90"));
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let kind = kind(form);
        form.ask(AGE, kind == AnalyzerKind::Unused);
        let look = if kind == AnalyzerKind::External { Look::Good } else { Look::Warning };
        form.tell(PRICE, vec![(CreateAnalyzer::price(kind).to_owned(), look)]);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::Analyzers]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let create = CreateAnalyzer {
            name: form.text(NAME).trim().to_owned(),
            kind: kind(form),
            is_organization: form.choice(ZONE) == 1,
            age: form.text(AGE).trim().parse().unwrap_or(90),
        };
        create.plan(view.account).map(review).map_err(|error| error.user_error())
    }
}

fn kind(form: &Form) -> AnalyzerKind {
    KINDS.get(form.choice(KIND)).copied().unwrap_or(AnalyzerKind::External)
}

const CRITERIA: &str = "criteria";
const APPLY: &str = "apply";

#[derive(Debug)]
struct CreateRule {
    title: String,
    analyzer: Arn,
    /// What the form begins with.
    criteria: Vec<String>,
}

/// Criteria under which a finding and its like are archived.
fn like(finding: &Finding) -> Vec<String> {
    vec![format!("resource={}", finding.resource)]
}

/// Reads `key=value`, `key!=value`, `key~part` or `key?`, as keys and tests of the API.
fn criterion(text: &str) -> Option<(&str, &'static str, Value)> {
    let (at, sign) = ["!=", "=", "~", "?"].into_iter().filter_map(|sign| Some((text.find(sign)?, sign))).min()?;
    let (key, rest) = text.split_at(at);
    let value = rest.strip_prefix(sign)?.trim();
    let key = key.trim();
    let test = match sign {
        "!=" => ("neq", json!([value])),
        "=" => ("eq", json!([value])),
        "~" => ("contains", json!([value])),
        _ if value.is_empty() => ("exists", json!(true)),
        _ => return None,
    };
    let fits = !key.is_empty() && (sign == "?" || !value.is_empty());
    fits.then_some((key, test.0, test.1))
}

fn is_criterion(text: &str) -> Result<(), UserError> {
    let told = || UserError::new("write `key=value`, `key!=value`, `key~part` or `key?`");
    criterion(text).map(drop).ok_or_else(|| told().hint("Such as `principal.AWS~111122223333` or `isPublic=true`."))
}

/// The filter of some criteria; several values of one test of a key are alternatives.
fn filter(entries: &[String]) -> Map<String, Value> {
    let mut filter = Map::new();
    for (key, test, value) in entries.iter().filter_map(|entry| criterion(entry)) {
        let tests = filter.entry(key).or_insert_with(|| json!({}));
        match (tests.get_mut(test), value) {
            (Some(Value::Array(held)), Value::Array(more)) => held.extend(more),
            (_, value) => tests[test] = value,
        }
    }
    filter
}

impl Flow for CreateRule {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let help = "key=value, key!=value, key~part or key?, one at a time; all must hold.";
        let mut form = Form::new(
            "Archive rule",
            vec![
                Field::text(NAME, "Name", "Letters, digits and _.-", name),
                Field::list(CRITERIA, "Criteria", help, is_criterion),
                Field::switch(APPLY, "Archive at once", "Archive the findings that match already, too.", true),
            ],
        );
        form.enter(CRITERIA, self.criteria.clone());
        vec![form]
    }

    fn settle(&mut self, _forms: &mut [Form], _view: &View<'_>) {}

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::Analyzers]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let criteria = filter(&form.entries(CRITERIA));
        let name = form.text(NAME).trim();
        let plan = create_archive_rule(view.account, &self.analyzer, name, &criteria, form.is_on(APPLY));
        plan.map(review).map_err(|error| error.user_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_are_read_as_they_are_written() {
        let entries = ["resource=a", "resource=b", "principal.AWS~111", "isPublic!=true", "condition.x?"];
        assert_eq!(
            Value::Object(filter(&entries.map(str::to_owned))),
            json!({"resource": {"eq": ["a", "b"]}, "principal.AWS": {"contains": ["111"]},
                "isPublic": {"neq": ["true"]}, "condition.x": {"exists": true}})
        );
        for wrong in ["", "resource", "=a", "resource=", "a?b"] {
            assert!(is_criterion(wrong).is_err(), "{wrong}");
        }
    }
}
