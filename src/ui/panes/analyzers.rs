//! The analyzers of IAM Access Analyzer in the Region, what they found, and their archive rules.

use crate::backend::Load;
use crate::model::{Analyzer, AnalyzerKind, ArchiveRule, FindingStatus};
use crate::plan::builders::CreateAnalyzer;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::{Kind, Place};
use crate::ui::resources::findings::count;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page.
pub struct Analyzers;

/// What the page is called where commands ask which tab is in sight.
pub const TAB: &str = "Analyzers";

const COLUMNS: &[Column] = &[
    Column::new("Analyzer", 22),
    Column::new("Looks for", 16),
    Column::new("Zone of trust", 13),
    Column::new("Active", 7),
    Column::new("Archived", 9),
    Column::new("Status", 9),
    Column::new("Analyzed", 12),
];

const RULES: &[Column] = &[Column::new("Archive rule", 20), Column::new("Archives findings where", 50)];

impl Board for Analyzers {
    const LIST: u64 = 304;

    fn place(&self) -> Place {
        Place::Analyzers
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let Some(analyzers) = view.account.analyzers().known() else {
            if view.loads.failure(&Load::Analyzers).is_none() || view.standing == SessionStatus::Offline {
                content.note(Cell::wide(view.account.analyzers(), "There are none.", |_| Cell::unknown()));
            }
            return content;
        };
        let region = analyzers.first().map(|analyzer| analyzer.arn.region().to_owned());
        content.heading(match &region {
            Some(region) => format!("Analyzers in {region} ({})", analyzers.len()),
            None => "Analyzers in this Region (0)".to_owned(),
        });
        let rows = analyzers.iter().map(|analyzer| row(analyzer, view)).collect();
        content.table(COLUMNS, rows, "There are none: `n` creates one.");
        for analyzer in analyzers {
            content.heading(format!("Archive rules of {}", analyzer.name));
            content.facts(&analyzer.rules, RULES, "There are none.", |rule| rule_row(analyzer, rule));
        }
        content.heading("Prices");
        for kind in [AnalyzerKind::External, AnalyzerKind::Unused, AnalyzerKind::Internal] {
            content.note(Cell::new(format!("{}: {}", kind.word(), CreateAnalyzer::price(kind)), Look::Muted));
        }
        content.note(Cell::new(
            "List prices; see https://aws.amazon.com/iam/access-analyzer/pricing/ for your Region.",
            Look::Muted,
        ));
        content
    }

    fn loads(&self, _view: &View<'_>) -> Vec<Load> {
        vec![Load::Analyzers]
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, tab: Some(TAB), ..Selection::default() }
    }
}

fn row(analyzer: &Analyzer, view: &View<'_>) -> Row {
    let kind = match analyzer.age {
        Some(days) => format!("Unused {days} d"),
        None => analyzer.kind.word().to_owned(),
    };
    let status = if *analyzer.status == *"ACTIVE" {
        Cell::new("Active", Look::Good)
    } else {
        Cell::new(analyzer.status.to_string(), Look::Warning)
    };
    let analyzed = analyzer.analyzed.map_or_else(|| Cell::absent("never"), |at| Cell::text(time::ago(at, view.now)));
    Row::new(vec![
        Cell::text(analyzer.name.to_string()),
        Cell::text(kind),
        Cell::text(if analyzer.is_organization { "organization" } else { "account" }),
        count(&analyzer.findings, FindingStatus::Active),
        count(&analyzer.findings, FindingStatus::Archived),
        status,
        analyzed,
    ])
    .link(Place::List(Kind::Findings))
    .item(TabItem::Analyzer(analyzer.arn.clone()))
}

fn rule_row(analyzer: &Analyzer, rule: &ArchiveRule) -> Row {
    Row::new(vec![Cell::text(rule.name.to_string()), Cell::text(rule.to_string())])
        .item(TabItem::ArchiveRule(analyzer.arn.clone(), rule.name.clone()))
}
