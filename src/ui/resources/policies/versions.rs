//! The versions of a policy with their documents.

use crate::backend::{Load, PolicyPart};
use crate::model::{Policy, PolicyVersion};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::selection::TabItem;
use crate::ui::time;

/// The tab.
pub const TAB: Tab<Policy> = Tab { title: "Policy versions", short: "Versions", count, content, loads };

/// As many versions as a policy of one's own can have; more are read as they are unfolded.
const READ_AHEAD: usize = 5;

fn count(policy: &Policy, _: &View<'_>) -> Option<usize> {
    policy.facts.versions.known().map(Vec::len)
}

fn content(policy: &Policy, view: &View<'_>) -> Content {
    const COLUMNS: &[Column] =
        &[Column::new("Version", 20), Column::new("Created", 22), Column::new("Age", 14), Column::new("Default", 12)];
    let mut content = Content::new();
    content.facts(&policy.facts.versions, COLUMNS, "There are no versions.", |version: &PolicyVersion| {
        let created = version.created.map_or_else(Cell::unknown, |at| Cell::text(time::moment(at)));
        let age = version.created.map_or_else(Cell::unknown, |at| Cell::text(time::age(at, view.now)));
        let default = if version.is_default { Cell::new("✓ Default", Look::Good) } else { Cell::text("") };
        let cells = vec![Cell::text(version.id.to_string()), created, age, default];
        Row::new(cells)
            .document(format!("version {}", version.id), policy.facts.document(&version.id))
            .reads(Load::Policy(policy.arn.clone(), PolicyPart::Document(version.id.clone())))
            .item(TabItem::Version(policy.arn.clone(), version.id.clone()))
    });
    content
}

fn loads(policy: &Policy, _: &View<'_>) -> Vec<Load> {
    let part = |part| Load::Policy(policy.arn.clone(), part);
    let versions = policy.facts.versions.known().into_iter().flatten().take(READ_AHEAD);
    let unread = versions.filter(|version| policy.facts.document(&version.id).is_unknown());
    let documents = unread.map(|version| part(PolicyPart::Document(version.id.clone())));
    std::iter::once(part(PolicyPart::Versions)).chain(documents).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::resources::fixture::{account, check, deploy, look};

    #[test]
    fn the_version_in_force_is_marked_and_unread_documents_are_asked_for() {
        let account = account();
        let policy = account.policy(&deploy()).unwrap();
        check(
            look(&account, |view| content(policy, view)),
            &["▸ v2 2026-01-15 12:00 UTC today ✓ Default", "▸ v1 2026-01-15 12:00 UTC today"],
        );
        let document = |id: &str| Load::Policy(deploy(), PolicyPart::Document(id.into()));
        let loads = look(&account, |view| loads(policy, view));
        assert!(loads.contains(&document("v1")) && !loads.contains(&document("v2")));
    }
}
