//! What a user, group or role can do, by service and access level, with the statements that allow it.

use serde_json::{Value, json};

use crate::base::work::{self, GaveUp};
use crate::insight::access::{Access, EffectivePermissions};
use crate::insight::effective::{EffectiveAccess, Extent, ServiceAccess, effective_access};
use crate::insight::unread;
use crate::model::{Document, Fact, Group, Role, Seen, Source, User};
use crate::policy::evaluate::Place;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::resources::{Tab, groups, roles, users};

/// The tab of a user.
pub const OF_USER: Tab<User> = Tab {
    title: "Access",
    short: "Access",
    count: |_, _| None,
    content: |user, view| content(Access::new(view.account).user(user), view),
    loads: |user, view| (users::PERMISSIONS.loads)(user, view),
};

/// The tab of a group: what it gives to a member.
pub const OF_GROUP: Tab<Group> = Tab {
    title: "Access",
    short: "Access",
    count: |_, _| None,
    content: |group, view| content(Access::new(view.account).member(group), view),
    loads: |group, view| (groups::PERMISSIONS.loads)(group, view),
};

/// The tab of a role.
pub const OF_ROLE: Tab<Role> = Tab {
    title: "Access",
    short: "Access",
    count: |_, _| None,
    content: |role, view| content(Access::new(view.account).role(role), view),
    loads: |role, view| (roles::PERMISSIONS.loads)(role, view),
};

const COLUMNS: &[Column] =
    &[Column::new("Service", 22), Column::new("Full", 26), Column::new("Limited", 26), Column::new("Resources", 22)];

fn content(mut powers: EffectivePermissions, view: &View<'_>) -> Content {
    let mut content = Content::new();
    // This runs while the page is drawn, so it has a time limit; the command has none.
    let found = work::within(work::WHILE_TYPING, || effective_access(&mut powers)).and_then(|found| found);
    match found {
        Ok(found) => services(&found, &powers, view, &mut content),
        Err(GaveUp) => content.note(Cell::new("This takes too long to show here: run `:show access`.", Look::Unknown)),
    }
    for what in unread::of_one(&powers.unknown) {
        content.note(Cell::new(format!("not read: {what}"), Look::Muted));
    }
    content.note(Cell::new(
        "Not evaluated: resource-based policies, service control policies and resource control policies.",
        Look::Muted,
    ));
    content
}

fn services(found: &EffectiveAccess, powers: &EffectivePermissions, view: &View<'_>, content: &mut Content) {
    let is_read = powers.unknown.is_empty();
    let word = if found.administrator {
        Cell::new("▲ yes: full access to IAM, and so to everything", Look::Danger)
    } else if !is_read {
        Cell::new("unknown: not all of its policies were read", Look::Unknown)
    } else {
        Cell::text("no")
    };
    content.field("Administrator", word);
    let seen = Seen::new(Source::Detail, view.now);
    let row = |one: &ServiceAccess| {
        let levels = |wanted: Extent| {
            let levels = one.levels.iter().filter(|(_, extent)| *extent == wanted).map(|(level, _)| level.name());
            levels.collect::<Vec<_>>().join(", ")
        };
        let conditional = if one.conditional { "▲ " } else { "" };
        let resources = match one.resources.as_slice() {
            [only] if &**only == "*" => "all".to_owned(),
            [only] => only.to_string(),
            several => format!("{} patterns", several.len()),
        };
        let cells = vec![
            Cell::text(one.service.to_string()),
            Cell::text(levels(Extent::Full)),
            Cell::text(levels(Extent::Limited)),
            Cell::text(format!("{conditional}{resources}")),
        ];
        let statements: Vec<Value> = one.statements.iter().filter_map(|place| statement(powers, place)).collect();
        let text = serde_json::to_string_pretty(&statements).unwrap_or_default();
        Row::new(cells).document(one.service.to_string(), Fact::Known(Document::new(text), seen))
    };
    content.heading("Services (expand one for the statements that allow it; ▲ depends on conditions)");
    let nothing = if is_read { "Nothing is allowed." } else { "Nothing is allowed by what was read." };
    content.table(COLUMNS, found.services.iter().map(row).collect(), nothing);
}

/// A statement with its policy and position.
fn statement(powers: &EffectivePermissions, place: &Place) -> Option<Value> {
    let statement = powers.policies().statement(place)?;
    let (policy, _) = powers.source(place);
    let (resources, spared) = statement.resource_patterns();
    let mut value = json!({"policy": policy, "statement": place.statement + 1});
    let members = value.as_object_mut()?;
    members.extend(statement.sid().map(|sid| ("Sid".to_owned(), sid.into())));
    let action = if statement.has_not_action() { "NotAction" } else { "Action" };
    members.insert(action.to_owned(), json!(statement.action_patterns()));
    members.insert(if spared { "NotResource" } else { "Resource" }.to_owned(), json!(resources));
    let keys: Vec<&str> = statement.condition_keys().collect();
    if !keys.is_empty() {
        members.insert("conditions on".to_owned(), json!(keys));
    }
    Some(value)
}
