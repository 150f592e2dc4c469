//! One finding of IAM Access Analyzer in full, with the way to what it is about.

use std::sync::Arc;

use crate::backend::Load;
use crate::model::{Fact, Finding, FindingDetail, FindingFact, FindingId, GrantedAccess};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::resources::findings::{about, conditions, status};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page of a finding.
pub struct FindingPage {
    /// What tells it from the others.
    pub id: FindingId,
    /// The name of its resource.
    pub name: Box<str>,
}

const UNUSED: &[Column] =
    &[Column::new("Service", 24), Column::new("Last used", 18), Column::new("Unused actions", 30)];

impl Board for FindingPage {
    const LIST: u64 = 305;

    fn place(&self) -> Place {
        Place::Finding(self.id.clone(), self.name.clone())
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let Some(finding) = view.account.finding(&self.id) else {
            let told = if view.account.analyzers().known().is_some() {
                Cell::new("The finding is not there any more: what it was about has changed.", Look::Unknown)
            } else {
                Cell::unknown()
            };
            content.note(told);
            return content;
        };
        head(finding, view, &mut content);
        let detail = view.account.finding_detail(&self.id);
        match detail {
            Fact::Known(detail, _) => body(detail, view, &mut content),
            other if view.loads.failure(&Load::Finding(self.id.clone())).is_none() => {
                content.note(Cell::wide(other, "There are no details.", |_| Cell::unknown()));
            }
            _ => {}
        }
        content.heading("Record");
        content.document("record", &detail.clone().map(|detail| detail.record));
        content
    }

    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        let detail = Load::Finding(self.id.clone());
        let lacks = view.lacks(view.account.finding_detail(&self.id), &detail);
        let lists = view.account.analyzers().known().is_none().then_some(Load::Analyzers);
        lists.into_iter().chain(lacks.then_some(detail)).collect()
    }

    fn selection(&self, item: Option<TabItem>, _: &View<'_>) -> Selection {
        let items = Arc::from([TabItem::Finding(self.id.clone())]);
        Selection { kind: Some(Kind::Findings), item, items, ..Selection::default() }
    }

    fn json(&self, view: &View<'_>) -> Option<String> {
        Some(view.account.finding_detail(&self.id).known()?.record.text().to_owned())
    }
}

fn head(finding: &Finding, view: &View<'_>, content: &mut Content) {
    content.field("Finding", Cell::text(finding.kind.word()));
    content.field("Status", status(finding.status));
    let resource = Cell::text(finding.resource.to_string());
    match about(finding, view.account) {
        Some(entity) => content.linked("Resource", resource, Place::Entity(entity)),
        None => content.field("Resource", resource),
    }
    content.field("Type", Cell::text(finding.resource_type.to_string()));
    content.field("Account", Cell::text(finding.owner.to_string()));
    content.linked("Analyzer", Cell::text(finding.id.analyzer.name().to_owned()), Place::Analyzers);
    if let Some(at) = finding.updated {
        content.field("Updated", Cell::text(format!("{}, {}", time::moment(at), time::ago(at, view.now))));
    }
    if let Some(error) = &finding.error {
        content.field("Error", Cell::new(error.to_string(), Look::Bad));
    }
}

fn body(detail: &FindingDetail, view: &View<'_>, content: &mut Content) {
    let used = |at: &Option<jiff::Timestamp>| match at {
        Some(at) => Cell::text(time::ago(*at, view.now)),
        None => Cell::absent("never"),
    };
    let mut services = Vec::new();
    for fact in &detail.facts {
        match fact {
            FindingFact::Access(access) => granted(access, content),
            FindingFact::Role(at) | FindingFact::Password(at) => content.field("Last used", used(at)),
            FindingFact::AccessKey(id, at) => {
                content.field("Access key", Cell::text(id.to_string()));
                content.field("Last used", used(at));
            }
            FindingFact::Permission(service, at, actions) => {
                let actions = if actions.is_empty() { "all".to_owned() } else { actions.join(", ") };
                services.push(Row::new(vec![Cell::text(service.to_string()), used(at), Cell::text(actions)]));
            }
        }
    }
    if !services.is_empty() {
        content.heading(format!("Unused permissions ({})", services.len()));
        content.table(UNUSED, services, "There are none.");
    }
}

fn granted(access: &GrantedAccess, content: &mut Content) {
    content.heading("Access");
    for (kind, name) in &access.principals {
        let look = if **name == *"*" { Look::Danger } else { Look::Text };
        content.field("Principal", Cell::new(format!("{kind}: {name}"), look));
    }
    if access.is_public == Some(true) {
        content.field("Public", Cell::new("✗ everyone has this access", Look::Bad));
    }
    content.field("Actions", Cell::text(access.actions.join(", ")));
    let told = conditions(access);
    content.field("Conditions", if told.is_empty() { Cell::absent("none") } else { Cell::text(told) });
    if !access.sources.is_empty() {
        content.field("Shared through", Cell::text(access.sources.join(", ")));
    }
    for (label, text) in &access.restrictions {
        content.field(label, Cell::text(text.to_string()));
    }
}
