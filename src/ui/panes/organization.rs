//! The organization of the account: the policies that cap what it may do, level by level, and central root access.

use crate::backend::Load;
use crate::model::{Denial, Fact, GuardrailKind, Organization, RootFeature};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};

use super::board::Board;

/// The page.
pub struct OrganizationPage;

/// What the page is called where commands ask which tab is in sight.
pub const TAB: &str = "Organization";

const POLICIES: &[Column] =
    &[Column::new("Policy", 28), Column::new("Attached to", 24), Column::new("Level", 20), Column::new("Type", 12)];
const FEATURES: &[Column] = &[Column::new("Feature", 44), Column::new("State", 12)];
const MEMBERS: &[Column] =
    &[Column::new("Account", 14), Column::new("Name", 24), Column::new("Email", 30), Column::new("State", 10)];

impl Board for OrganizationPage {
    const LIST: u64 = 306;

    fn place(&self) -> Place {
        Place::Organization
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let organization = match view.account.organization() {
            Fact::Known(organization, _) => organization,
            Fact::Unknown if view.loads.failure(&Load::Organization).is_some() => return content,
            other => {
                let none = "This account is in no organization: no SCP and no RCP applies to it.";
                content.note(Cell::wide(other, none, |_| Cell::unknown()));
                return content;
            }
        };
        content.field("Organization", Cell::text(organization.id.to_string()));
        content.field("Management account", Cell::text(organization.management.to_string()));
        for kind in GuardrailKind::ALL {
            in_force(organization, kind, &mut content);
        }
        root_access(organization, &mut content);
        members(organization, &mut content);
        content
    }

    fn loads(&self, _view: &View<'_>) -> Vec<Load> {
        vec![Load::Organization]
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, tab: Some(TAB), ..Selection::default() }
    }
}

/// The policies of one kind that apply to the account, from the root down.
fn in_force(organization: &Organization, kind: GuardrailKind, content: &mut Content) {
    content.heading(match kind {
        GuardrailKind::Scp => "Service control policies in force: each level must allow (expand one for its text)",
        GuardrailKind::Rcp => "Resource control policies in force: each level must allow",
    });
    if organization.is_management {
        content.note(Cell::new("They do not apply to the management account, which has these:", Look::Muted));
    }
    let levels = match &organization.levels {
        Fact::Known(levels, _) => levels,
        other => return withheld(other.denial(), content),
    };
    let rows = levels.iter().flat_map(|level| {
        level.attached(kind).iter().map(move |id| {
            let policy = organization.policies.get(id);
            let name = policy.map_or_else(|| id.to_string(), |policy| policy.name.to_string());
            let owner = if policy.is_some_and(|policy| policy.is_aws) { "AWS managed" } else { "own" };
            let document = policy.map_or(Fact::Unknown, |policy| policy.document.clone());
            Row::new(vec![
                Cell::text(name),
                Cell::text(format!("{} {}", level.name, if *level.id == *level.name { "" } else { &level.id })),
                Cell::text(level.kind.word()),
                Cell::text(owner),
            ])
            .document(format!("{} {} {id}", kind.word(), level.id), document)
        })
    });
    content.table(POLICIES, rows.collect(), "There are none: this type is not enabled in the organization.");
}

/// Why a member account does not see which policies apply to it.
fn withheld(denial: Option<&Denial>, content: &mut Content) {
    if let Some(denial) = denial {
        content.note(Cell::denied_by(denial));
    }
    content.note(Cell::new(
        "AWS shows them to the management account and to delegated administrators of the organization only, and \
         DescribeEffectivePolicy does not cover SCPs and RCPs.",
        Look::Muted,
    ));
}

fn root_access(organization: &Organization, content: &mut Content) {
    content.heading("Central root access for member accounts");
    match &organization.root_features {
        Fact::Known(enabled, _) => {
            let row = |feature: RootFeature| {
                let state = if enabled.contains(&feature) {
                    Cell::new("enabled", Look::Good)
                } else {
                    Cell::absent("not enabled")
                };
                Row::new(vec![Cell::text(feature.title()), state]).item(TabItem::RootFeature(feature))
            };
            content.table(FEATURES, RootFeature::ALL.map(row).into(), "There are none.");
            content.note(Cell::new(
                "With these, sts:AssumeRoot takes privileged actions in one member account at a time.",
                Look::Muted,
            ));
        }
        other => {
            if let Some(denial) = other.denial() {
                content.note(Cell::denied_by(denial));
            }
            content.note(Cell::new(
                "AWS shows it to the management account and to the delegated administrator of IAM only.",
                Look::Muted,
            ));
        }
    }
}

fn members(organization: &Organization, content: &mut Content) {
    content.heading(match organization.members.known() {
        Some(members) => format!("Accounts ({})", members.len()),
        None => "Accounts".to_owned(),
    });
    content.facts(&organization.members, MEMBERS, "There are none.", |member| {
        let management = if *member.id == *organization.management { " (management)" } else { "" };
        Row::new(vec![
            Cell::text(member.id.to_string()),
            Cell::text(format!("{}{management}", member.name)),
            Cell::text(member.email.to_string()),
            Cell::text(member.state.to_string()),
        ])
    });
}
