//! What the analyzers of IAM Access Analyzer found: who has access from outside, and what is not used.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{Account, Fact, Finding, FindingDetail, FindingFact, FindingId, FindingStatus, ResourceRef};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Mark, Resource, Shown, SortKey, Tab};

/// The findings of all analyzers of the Region.
#[derive(Debug)]
pub struct Findings;

macro_rules! texts {
    ($id:literal, $title:literal, $width:literal, $shown:expr, $cell:expr) => {
        Column {
            id: $id,
            title: $title,
            width: $width,
            shown: $shown,
            cell: $cell,
            key: |finding, view| SortKey::text(&$cell(finding, view).text),
        }
    };
}

impl Resource for Findings {
    type Row = Finding;
    type Key = FindingId;

    const KIND: Kind = Kind::Findings;

    const COLUMNS: &'static [Column<Finding>] = &[
        texts!("resource", "Resource", 24, Shown::Always, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.name().to_owned()
        )),
        texts!("finding", "Finding", 19, Shown::Always, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.kind.word()
        )),
        texts!("who", "Who or what", 22, Shown::Always, who),
        texts!("status", "Status", 10, Shown::Always, |finding: &Finding, _: &View<'_>| status(finding.status)),
        Column {
            id: "updated",
            title: "Updated",
            width: 13,
            shown: Shown::Always,
            cell: |finding, view| {
                finding.updated.map_or_else(|| Cell::absent("-"), |at| Cell::text(time::ago(at, view.now)))
            },
            key: |finding, view| SortKey::age(finding.updated, view.now),
        },
        texts!("analyzer", "Analyzer", 16, Shown::Always, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.id.analyzer.name().to_owned()
        )),
        texts!("type", "Resource type", 20, Shown::WhereRoom, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.resource_type.to_string()
        )),
        texts!("account", "Account", 14, Shown::WhereRoom, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.owner.to_string()
        )),
        texts!("id", "Finding ID", 38, Shown::OnRequest, |finding: &Finding, _: &View<'_>| Cell::text(
            finding.id.id.to_string()
        )),
    ];

    const TABS: &'static [Tab<Finding>] = &[];

    fn rows(account: &Account) -> Vec<Arc<Finding>> {
        account.findings().cloned().collect()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival {
            is_complete: view.account.analyzers().is_settled(),
            is_loading: view.loads.is_running(&Load::Analyzers),
            error: view.loads.failure(&Load::Analyzers),
            total: None,
        }]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Analyzers, Urgency::Now)]
    }

    /// A finding is no resource: its page is reached by its ID.
    fn find(_: &Account, _: &ResourceRef) -> Option<Arc<Finding>> {
        None
    }

    fn key(finding: &Finding) -> &FindingId {
        &finding.id
    }

    fn entity(_: &Finding) -> Option<ResourceRef> {
        None
    }

    fn mark(finding: &Finding) -> Option<Mark> {
        Some(Mark::Item(TabItem::Finding(finding.id.clone())))
    }

    fn open(finding: &Finding) -> Option<UiEffect> {
        Some(UiEffect::Go(Place::Finding(finding.id.clone(), finding.name().into())))
    }

    fn selection(finding: &Finding) -> Selection {
        let item = Some(TabItem::Finding(finding.id.clone()));
        Selection { kind: Some(Kind::Findings), item, ..Selection::default() }
    }

    fn name(finding: &Finding) -> &str {
        finding.name()
    }

    /// What somebody has to look at comes first, access before what is not used, then the newest; one resource after the
    /// other.
    fn order(one: &Finding, other: &Finding) -> Ordering {
        let by_use = || one.kind.is_unused().cmp(&other.kind.is_unused());
        let by_time = || other.updated.cmp(&one.updated);
        let by_name = || one.resource.cmp(&other.resource).then_with(|| one.id.cmp(&other.id));
        one.status.cmp(&other.status).then_with(by_use).then_with(by_time).then_with(by_name)
    }

    fn arn(_: &Finding) -> Option<&Arn> {
        None
    }

    fn summary(finding: &Finding, view: &View<'_>) -> Vec<Field> {
        let access = |what: fn(&crate::model::GrantedAccess) -> String| {
            Cell::of(view.account.finding_detail(&finding.id), "-", |detail| Cell::text(of_access(detail, what)))
        };
        let mut fields = vec![
            Field::new("Resource", Cell::text(finding.resource.to_string())),
            Field::new("Finding", Cell::text(finding.kind.word())),
            Field::new("Who or what", who(finding, view)),
        ];
        if !finding.kind.is_unused() {
            fields.push(Field::new("Actions", access(|access| access.actions.join(", "))));
            fields.push(Field::new("Conditions", access(conditions)));
        }
        fields.push(Field::new("Status", status(finding.status)));
        fields
    }

    fn details(finding: &Finding, view: &View<'_>) -> Vec<Load> {
        let load = Load::Finding(finding.id.clone());
        if view.lacks(view.account.finding_detail(&finding.id), &load) { vec![load] } else { Vec::new() }
    }

    fn remark(view: &View<'_>) -> Option<String> {
        let analyzers = view.account.analyzers().known()?;
        if analyzers.is_empty() {
            return Some("no analyzer: `n` creates one".to_owned());
        }
        let hidden = analyzers.iter().find_map(|analyzer| analyzer.findings.denial());
        if let Some(denial) = hidden {
            return Some(format!("not all may be read: {denial}"));
        }
        let count = |found: usize| if found == 1 { "1 analyzer".to_owned() } else { format!("{found} analyzers") };
        Some(count(analyzers.len()))
    }

    fn json(finding: &Finding, view: &View<'_>) -> Option<String> {
        Some(view.account.finding_detail(&finding.id).known()?.record.text().to_owned())
    }
}

/// A status; what somebody has to look at stands out.
pub(in crate::ui) fn status(status: FindingStatus) -> Cell {
    match status {
        FindingStatus::Active => Cell::new("▲ Active", Look::Warning),
        FindingStatus::Archived | FindingStatus::Resolved | FindingStatus::Other => {
            Cell::new(status.word(), Look::Muted)
        }
    }
}

/// Who has access, or what is not used.
fn who(finding: &Finding, view: &View<'_>) -> Cell {
    if let Some(error) = &finding.error {
        return Cell::new(format!("✗ {error}"), Look::Bad);
    }
    let detail = view.account.finding_detail(&finding.id);
    if detail.is_unknown() && view.loads.failure(&Load::Finding(finding.id.clone())).is_some() {
        return Cell::failed();
    }
    Cell::of(detail, "-", |detail| {
        if let Some(who) = detail.who() {
            return if who == "everyone" { Cell::new("everyone", Look::Danger) } else { Cell::text(who) };
        }
        Cell::text(unused(detail, view))
    })
}

/// What is not used, in a few words.
fn unused(detail: &FindingDetail, view: &View<'_>) -> String {
    let since = |at: &Option<jiff::Timestamp>| match at {
        Some(at) => format!("last used {}", time::ago(*at, view.now)),
        None => "never used".to_owned(),
    };
    let services = detail.facts.iter().filter(|fact| matches!(fact, FindingFact::Permission(..))).count();
    match detail.facts.first() {
        Some(FindingFact::AccessKey(id, at)) => format!("{id}, {}", since(at)),
        Some(FindingFact::Role(at) | FindingFact::Password(at)) => since(at),
        Some(FindingFact::Permission(..)) if services == 1 => "1 service".to_owned(),
        Some(FindingFact::Permission(..)) => format!("{services} services"),
        Some(FindingFact::Access(_)) | None => "-".to_owned(),
    }
}

fn of_access(detail: &FindingDetail, what: fn(&crate::model::GrantedAccess) -> String) -> String {
    let access = detail.facts.iter().find_map(|fact| match fact {
        FindingFact::Access(access) => Some(what(access)),
        _ => None,
    });
    access.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}

/// The conditions of an access in one line.
pub(in crate::ui) fn conditions(access: &crate::model::GrantedAccess) -> String {
    access.conditions.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", ")
}

/// The user or role of this account that a finding is about.
pub(in crate::ui) fn about(finding: &Finding, account: &Account) -> Option<ResourceRef> {
    let arn = Arn::parse(&finding.resource).ok()?;
    let own = account.identity().is_none_or(|identity| identity.account.as_str() == arn.account());
    match (arn.service(), arn.resource_type()) {
        ("iam", "user") if own => Some(ResourceRef::User(arn.name().into())),
        ("iam", "role") if own => Some(ResourceRef::Role(arn.name().into())),
        _ => None,
    }
}

/// How many findings of an analyzer have a status.
pub(in crate::ui) fn count(findings: &Fact<Arc<[Arc<Finding>]>>, wanted: FindingStatus) -> Cell {
    Cell::of(findings, "-", |findings| {
        let count = findings.iter().filter(|finding| finding.status == wanted).count();
        let look = if wanted == FindingStatus::Active && count > 0 { Look::Warning } else { Look::Text };
        Cell::new(count.to_string(), look)
    })
}
