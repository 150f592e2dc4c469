//! Managed policies: the console's columns, the summary, the tabs.

mod entities;
mod permissions;
mod tags;
mod versions;

use std::sync::Arc;

use crate::backend::{Load, PolicyPart, Urgency};
use crate::base::arn::Arn;
use crate::insight::unused::policy_since;
use crate::model::{Account, Fact, Policy, PolicyKind, ResourceRef, Tags};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab, bulk_comes, last_accessed, unused_for};

/// Managed policies, the account's own and AWS's.
#[derive(Debug)]
pub struct Policies;

impl Resource for Policies {
    type Row = Policy;
    type Key = Arn;

    const KIND: Kind = Kind::Policies;

    const COLUMNS: &'static [Column<Policy>] = &[
        Column {
            id: "name",
            title: "Policy name",
            width: 26,
            shown: Shown::Always,
            cell: |policy, _| Cell::text(policy.name().to_owned()),
            key: |policy, _| SortKey::text(policy.name()),
        },
        Column {
            id: "type",
            title: "Type",
            width: 18,
            shown: Shown::Always,
            cell: |policy, _| Cell::text(policy.kind().label()),
            key: |policy, _| SortKey::text(policy.kind().label()),
        },
        Column {
            id: "used",
            title: "Used as",
            width: 24,
            shown: Shown::Always,
            cell: used,
            key: |policy, _| SortKey::fact(&policy.attachments, |count| i64::from(*count)),
        },
        Column {
            id: "description",
            title: "Description",
            width: 40,
            shown: Shown::WhereRoom,
            cell: description,
            key: |policy, view| SortKey::text(&description(policy, view).text),
        },
        Column {
            id: "path",
            title: "Path",
            width: 18,
            shown: Shown::OnRequest,
            cell: |policy, _| Cell::text(policy.arn.path().to_owned()),
            key: |policy, _| SortKey::text(policy.arn.path()),
        },
        Column {
            id: "edited",
            title: "Edited",
            width: 12,
            shown: Shown::Always,
            cell: |policy, _| Cell::text(time::date(policy.updated)),
            key: |policy, _| SortKey::Number(policy.updated.as_second()),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::WhereRoom,
            cell: |policy, _| Cell::text(time::date(policy.created)),
            key: |policy, _| SortKey::Number(policy.created.as_second()),
        },
        Column {
            id: "version",
            title: "Default version",
            width: 16,
            shown: Shown::OnRequest,
            cell: |policy, _| Cell::text(policy.default_version.to_string()),
            key: |policy, _| SortKey::text(policy.default_version.as_str()),
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |policy, view| unused_for(policy_since(view.account, policy), view),
            key: |policy, view| SortKey::age(policy_since(view.account, policy), view.now),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 50,
            shown: Shown::OnRequest,
            cell: |policy, _| Cell::text(policy.arn.to_string()),
            key: |policy, _| SortKey::text(policy.arn.as_str()),
        },
    ];

    const TABS: &'static [Tab<Policy>] =
        &[permissions::TAB, entities::TAB, versions::TAB, tags::TAB, last_accessed::tab()];

    fn rows(account: &Account) -> Vec<Arc<Policy>> {
        [account.policies().rows(), account.aws_policies().rows()].concat()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.policies()), Arrival::of(view.account.aws_policies())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Policies, Urgency::Now), (Load::AwsPolicies, Urgency::Now), (Load::Bulk, Urgency::Background)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<Policy>> {
        if let ResourceRef::Policy(arn) = entity { account.policy(arn).cloned() } else { None }
    }

    fn key(policy: &Policy) -> &Arn {
        &policy.arn
    }

    fn entity(policy: &Policy) -> Option<ResourceRef> {
        Some(ResourceRef::from(policy))
    }

    fn name(policy: &Policy) -> &str {
        policy.name()
    }

    fn arn(policy: &Policy) -> Option<&Arn> {
        Some(&policy.arn)
    }

    fn tags(policy: &Policy) -> Option<&Fact<Tags>> {
        Some(&policy.facts.tags)
    }

    fn summary(policy: &Policy, view: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Type", Cell::text(policy.kind().label())),
            Field::new("Default version", Cell::text(policy.default_version.to_string())),
            Field::new("Used as", used(policy, view)),
            Field::new("ARN", Cell::text(policy.arn.to_string())),
            Field::new("Edited", Cell::text(time::date(policy.updated))),
            Field::new("Created", Cell::text(time::date(policy.created))),
            Field::new("Description", description(policy, view)),
        ]
    }

    fn details(policy: &Policy, view: &View<'_>) -> Vec<Load> {
        let own = policy.kind() == PolicyKind::Customer;
        let facts = &policy.facts;
        let row = Load::Policy(policy.arn.clone(), PolicyPart::Row);
        let unread = view.lacks(&facts.description, &row) || (own && view.lacks(&facts.tags, &row));
        if unread && !(own && bulk_comes(view)) { vec![row] } else { Vec::new() }
    }

    /// The account's own before those of AWS that are in use, before the many hundreds that are not.
    fn rank(policy: &Policy) -> u8 {
        match policy.kind() {
            PolicyKind::Customer => 0,
            _ if policy.attachments.known().is_some_and(|count| *count > 0) => 1,
            _ => 2,
        }
    }

    fn json(policy: &Policy, view: &View<'_>) -> Option<String> {
        super::permissions::document(&policy.arn, view).known().map(|document| document.text().to_owned())
    }
}

/// As the console says it: `Permissions policy (3)`, `Boundary (1)`, `None`.
fn used(policy: &Policy, _: &View<'_>) -> Cell {
    match (&policy.attachments, &policy.boundary_uses) {
        (Fact::Known(0, _), Fact::Known(0, _) | Fact::Unknown | Fact::Absent(_)) => Cell::absent("None"),
        (Fact::Known(count, _), Fact::Known(bounds, _)) if *bounds > 0 && *count > 0 => {
            Cell::text(format!("Permissions ({count}), boundary ({bounds})"))
        }
        (_, Fact::Known(bounds, _)) if *bounds > 0 => Cell::new(format!("Boundary ({bounds})"), Look::Info),
        (attachments, _) => Cell::of(attachments, "None", |count| Cell::text(format!("Permissions policy ({count})"))),
    }
}

fn description(policy: &Policy, _: &View<'_>) -> Cell {
    Cell::of(&policy.facts.description, "None", |text| Cell::text(text.to_string()))
}
