//! Who uses a policy, as permissions and as a boundary.

use crate::backend::{Load, PolicyPart};
use crate::model::{Fact, Policy, ResourceRef};
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::resources::Tab;
use crate::ui::selection::TabItem;

/// The tab.
pub const TAB: Tab<Policy> = Tab { title: "Entities attached", short: "Entities", count, content, loads };

fn count(policy: &Policy, view: &View<'_>) -> Option<usize> {
    let uses = view.account.uses(policy);
    let uses = uses.known()?;
    let permissions = uses.users.len() + uses.groups.len() + uses.roles.len();
    Some(permissions + uses.bounded_users.len() + uses.bounded_roles.len())
}

fn content(policy: &Policy, view: &View<'_>) -> Content {
    let uses = view.account.uses(policy);
    let permissions = uses.as_ref().map(|uses| {
        let users = uses.users.iter().cloned().map(ResourceRef::User);
        let groups = uses.groups.iter().cloned().map(ResourceRef::Group);
        let roles = uses.roles.iter().cloned().map(ResourceRef::Role);
        users.chain(groups).chain(roles).collect::<Vec<_>>()
    });
    let bounded = uses.as_ref().map(|uses| {
        let users = uses.bounded_users.iter().cloned().map(ResourceRef::User);
        let roles = uses.bounded_roles.iter().cloned().map(ResourceRef::Role);
        users.chain(roles).collect::<Vec<_>>()
    });
    let mut content = Content::new();
    let attached = |entity: &ResourceRef| TabItem::Attached(entity.clone(), policy.arn.clone());
    let bounds = |entity: &ResourceRef| TabItem::Boundary(entity.clone(), policy.arn.clone());
    table(&mut content, "Attached as a permissions policy", &permissions, "Not attached.", attached);
    table(&mut content, "Attached as a permissions boundary", &bounded, "Not used as a boundary.", bounds);
    content
}

fn table(
    content: &mut Content,
    title: &str,
    entities: &Fact<Vec<ResourceRef>>,
    empty: &'static str,
    item: impl Fn(&ResourceRef) -> TabItem,
) {
    const COLUMNS: &[Column] = &[Column::new("Entity", 50), Column::new("Type", 12)];
    content.heading(match entities.known() {
        Some(list) => format!("{title} ({})", list.len()),
        None => title.to_owned(),
    });
    content.facts(entities, COLUMNS, empty, |entity| {
        let kind = match entity {
            ResourceRef::User(_) => "User",
            ResourceRef::Group(_) => "User group",
            ResourceRef::Role(_) => "Role",
            other => other.kind().singular(),
        };
        Row::new(vec![Cell::text(entity.name().to_owned()), Cell::text(kind)])
            .link(Place::Entity(entity.clone()))
            .item(item(entity))
    });
}

fn loads(policy: &Policy, _: &View<'_>) -> Vec<Load> {
    vec![Load::Policy(policy.arn.clone(), PolicyPart::Entities)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::resources::fixture::{account, check, deploy, look};

    #[test]
    fn uses_are_known_from_the_other_side_once_all_is_read() {
        let account = account();
        let policy = account.policy(&deploy()).unwrap();
        assert_eq!(look(&account, |view| count(policy, view)), Some(3));
        check(
            look(&account, |view| content(policy, view)),
            &[
                "Attached as a permissions policy (2)",
                "alice User",
                "Build Role",
                "Attached as a permissions boundary (1)",
                "alice User",
            ],
        );
    }
}
