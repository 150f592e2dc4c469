//! Trimming a policy to what was used of it.

use crate::backend::{Load, PolicyPart};
use crate::insight::trim::{self, Target, Usage};
use crate::model::{Account, EventQuery, ResourceRef};
use crate::theme::Look;
use crate::ui::page::View;
use crate::ui::selection::{Selection, TabItem};

use super::attach_policy::{overview_of, permissions_of};
use super::offer::{later, needed};
use super::summary::{Lines, Summary};
use super::{Command, Fit, nothing};

/// Trims the selected policy.
pub const COMMAND: Command = Command {
    name: "trim policy",
    help: "Remove from the policy the actions that nobody who has it used.",
    key: None,
    fit: |selection: &Selection| match target(selection) {
        Some(Target::Inline(..)) => Fit::TabItem,
        Some(Target::Managed(_)) => Fit::Also,
        None => Fit::No,
    },
    open: |selection, view| {
        let Some(target) = target(selection) else { return nothing() };
        let title = match &target {
            Target::Managed(arn) => format!("Trim policy {}", arn.name()),
            Target::Inline(owner, name) => format!("Trim inline policy {name} of {}", owner.name()),
        };
        let wants = wants(view.account, &target);
        // Events of users tell more, and nothing waits for them.
        let events: Vec<Load> = queries(view.account, &target).into_iter().map(Load::Events).collect();
        let told = target.clone();
        Ok(Summary::new(
            title,
            "Change",
            move |view| lines(&told, view),
            move |_, view| {
                let usage = usage(view.account, &target);
                trim::trim(view.account, &target, &usage, &[]).map(|trimmed| trimmed.plan)
            },
        )
        .wants(needed(wants).chain(later(&[Load::Bulk])).chain(later(&events)))
        .wizard())
    },
};

/// The most users whose events are looked up: CloudTrail answers two calls a second.
const LOOKED_UP: usize = 5;

/// The policy under the cursor: a managed one of the account, or an inline one.
fn target(selection: &Selection) -> Option<Target> {
    match (&selection.item, selection.one()) {
        (Some(TabItem::Inline(owner, name)), _) => Some(Target::Inline(owner.clone(), name.to_string())),
        (Some(TabItem::Attached(_, arn)), _) | (None, Some(ResourceRef::Policy(arn))) => {
            (arn.account() != "aws").then(|| Target::Managed(arn.clone()))
        }
        (_, Some(ResourceRef::Policy(arn))) => (arn.account() != "aws").then(|| Target::Managed(arn.clone())),
        _ => None,
    }
}

fn wants(account: &Account, target: &Target) -> Vec<Load> {
    let mut wants: Vec<Load> = trim::reported(account, target).map(Load::LastAccessed).into_iter().collect();
    match target {
        Target::Managed(arn) => {
            wants.push(Load::Policy(arn.clone(), PolicyPart::Versions));
            let version = account.policy(arn).map(|policy| policy.default_version.clone());
            wants.extend(version.map(|version| Load::Policy(arn.clone(), PolicyPart::Document(version))));
        }
        Target::Inline(owner, _) => wants.extend([overview_of(owner), permissions_of(owner)].into_iter().flatten()),
    }
    wants
}

/// The users who have the policy, whose events are looked up.
fn queries(account: &Account, target: &Target) -> Vec<EventQuery> {
    let arns = trim::holders(account, target).into_iter().flatten();
    let users =
        arns.filter_map(|arn| crate::base::arn::Arn::parse(&arn).ok()).filter(|arn| arn.resource_type() == "user");
    users.take(LOOKED_UP).map(|arn| EventQuery::By(arn.name().into())).collect()
}

/// What is known to be used, beside last accessed information.
fn usage(account: &Account, target: &Target) -> Usage {
    let mut usage = Usage::default();
    if let Some(holders) = trim::holders(account, target) {
        usage.take_looked_up(account, &queries(account, target), &holders);
    }
    usage
}

/// What is taken away, or why nothing is.
fn lines(target: &Target, view: &View<'_>) -> Lines {
    let usage = usage(view.account, target);
    match trim::trim(view.account, target, &usage, &[]) {
        Ok(trimmed) => {
            let mut lines: Lines = trimmed.told(&usage).into_iter().map(|line| (line, Look::Text)).collect();
            lines.push(("The review shows the change of the document.".to_owned(), Look::Muted));
            lines
        }
        Err(error) => vec![(error.user_error().message, Look::Unknown)],
    }
}
