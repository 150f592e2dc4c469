//! Ending sessions that are open: those of a role, or the console sign-ins of a user.

use crate::backend::Load;
use crate::model::{Principal, ResourceRef};
use crate::plan::builders::{Owner, REVOKE, revocation, revoke_sessions};
use crate::theme::Look;
use crate::ui::selection::Selection;

use super::attach_policy::{overview_of, permissions_of};
use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit, nothing};

/// Revokes the sessions of the selected role or user.
pub const COMMAND: Command = Command {
    name: "revoke sessions",
    help: "Revoke the active sessions of the role, or the console sessions of the user.",
    key: None,
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::Role(_) | ResourceRef::User(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| {
        let Some(entity) = selection.one().cloned() else { return nothing() };
        let Some(owner) = Owner::of(&entity) else { return nothing() };
        let wants: Vec<Load> = [overview_of(&entity), permissions_of(&entity)].into_iter().flatten().collect();
        let (told, of) = (owner.clone(), selection.describe());
        Ok(Summary::new(
            format!("Revoke sessions of {of}"),
            "Change",
            move |view| lines(&told, view),
            move |_, view| revoke_sessions(view.account, &owner, view.now),
        )
        .wants(needed(wants))
        .wizard())
    },
};

/// What will be written, and whom it strikes.
fn lines(owner: &Owner, view: &crate::ui::page::View<'_>) -> Lines {
    let about = format!(
        "Inline policy {REVOKE}, which denies everything to sessions that started before now. It can take a few minutes."
    );
    let mut lines = vec![(about, Look::Text)];
    lines.push(match owner {
        Owner::User(_) => ("Access keys of the user keep working.".to_owned(), Look::Muted),
        _ => ("Principals that the role trusts can assume it again at once.".to_owned(), Look::Muted),
    });
    let own = view.account.identity().map(crate::model::Identity::principal);
    if matches!(own, Some(Principal::AssumedRole { role, .. }) if role.as_str() == owner.name()) {
        lines.push(("▲ Your own session is one of them.".to_owned(), Look::Danger));
    }
    let document = serde_json::from_str::<serde_json::Value>(revocation(view.now).text());
    let document = document.and_then(|document| serde_json::to_string_pretty(&document)).unwrap_or_default();
    lines.extend(document.lines().map(|line| (line.to_owned(), Look::Info)));
    lines
}
