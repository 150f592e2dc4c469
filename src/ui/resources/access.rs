//! What a user, group or role can do, by service and access level, with the statements that allow it.

use serde_json::{Value, json};

use crate::backend::Load;
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
    content: |user, view| content(&|access| access.user(user), view),
    loads: |user, view| with_organization((users::PERMISSIONS.loads)(user, view)),
};

/// The tab of a group: what it gives to a member.
pub const OF_GROUP: Tab<Group> = Tab {
    title: "Access",
    short: "Access",
    count: |_, _| None,
    content: |group, view| content(&|access| access.member(group), view),
    loads: |group, view| with_organization((groups::PERMISSIONS.loads)(group, view)),
};

/// The tab of a role.
pub const OF_ROLE: Tab<Role> = Tab {
    title: "Access",
    short: "Access",
    count: |_, _| None,
    content: |role, view| content(&|access| access.role(role), view),
    loads: |role, view| with_organization((roles::PERMISSIONS.loads)(role, view)),
};

const COLUMNS: &[Column] =
    &[Column::new("Service", 22), Column::new("Full", 26), Column::new("Limited", 26), Column::new("Resources", 22)];

const TAKEN: &[Column] = &[Column::new("Service", 22), Column::new("Taken away", 44), Column::new("Left", 30)];

/// The reads of a tab, with that of the organization, whose policies cap what is shown.
fn with_organization(loads: Vec<Load>) -> Vec<Load> {
    loads.into_iter().chain([Load::Organization]).collect()
}

type Of<'a> = &'a dyn Fn(&Access<'_>) -> EffectivePermissions;

fn content(of: Of<'_>, view: &View<'_>) -> Content {
    let mut content = Content::new();
    let access = Access::new(view.account);
    let mut powers = of(&access);
    // This runs while the page is drawn, so it has a time limit; the command has none.
    let found = work::within(work::WHILE_TYPING, || effective_access(&mut powers)).and_then(|found| found);
    match found {
        Ok(found) => {
            services(&found, &powers, view, &mut content);
            taken_away(&found, of, view, &mut content);
        }
        Err(GaveUp) => content.note(Cell::new("This takes too long to show here: run `:show access`.", Look::Unknown)),
    }
    for what in unread::of_one(&powers.unknown) {
        content.note(Cell::new(format!("not read: {what}"), Look::Muted));
    }
    let policies = "service control policies and resource control policies";
    content.note(Cell::new(
        match (access.guardrails(), view.account.organization()) {
            (Some(_), _) => "Not evaluated: resource-based policies.".to_owned(),
            (None, Fact::Known(..)) => format!(
                "Not evaluated: resource-based policies; {policies}, which AWS shows to the management account only."
            ),
            (None, _) => format!("Not evaluated: resource-based policies, {policies}."),
        },
        Look::Muted,
    ));
    content
}

/// What the policies of the organization take away: the levels that would be there without them.
fn taken_away(found: &EffectiveAccess, of: Of<'_>, view: &View<'_>, content: &mut Content) {
    let access = Access::new(view.account);
    // An account in no organization, and the management account, are capped by nothing.
    if access.guardrails().is_none_or(|rails| rails.scps.is_empty()) {
        return;
    }
    let mut free = of(&access.without_organization());
    let Ok(free) = work::within(work::WHILE_TYPING, || effective_access(&mut free)).and_then(|found| found) else {
        return;
    };
    let mut rows = Vec::new();
    for before in &free.services {
        let after = found.services.iter().find(|after| after.service == before.service);
        let left = |level| after.and_then(|after| after.levels.iter().find(|(own, _)| *own == level)).map(|it| it.1);
        let lost: Vec<&str> = before
            .levels
            .iter()
            .filter(|(level, extent)| left(*level).is_none_or(|left| left < *extent))
            .map(|(level, _)| level.name())
            .collect();
        if !lost.is_empty() {
            let left = match after {
                Some(after) => format!("{} of {} actions", after.actions, before.actions),
                None => "nothing".to_owned(),
            };
            rows.push(Row::new(vec![
                Cell::text(before.service.to_string()),
                Cell::new(lost.join(", "), Look::Warning),
                Cell::text(left),
            ]));
        }
    }
    content.heading("Taken away by service control policies");
    content.table(TAKEN, rows, "Nothing.");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_service_control_policies_take_away_is_shown_by_service() {
        use std::sync::Arc;

        use crate::model::{Guardrail, GuardrailKind, Level, LevelKind, Organization, Update};
        use crate::policy::evaluate::Compiled;
        use crate::ui::resources::fixture::{account, look, seen, text};

        let mut account = account();
        let policy = |id: &str, text: &str| {
            let guardrail = Guardrail {
                name: id.into(),
                kind: GuardrailKind::Scp,
                description: "".into(),
                is_aws: false,
                document: Fact::Known(Document::new(text), seen()),
                compiled: Some(Arc::new(Compiled::new(text).unwrap())),
            };
            (id.into(), guardrail)
        };
        let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let no_s3 = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
        let level = |id: &str, kind, scps: &[&str]| Level {
            id: id.into(),
            name: id.into(),
            kind,
            scps: scps.iter().map(|id| (*id).into()).collect(),
            rcps: Vec::new(),
        };
        let organization = Organization {
            id: "o-1".into(),
            management: "111122223333".into(),
            is_management: false,
            levels: Fact::Known(
                vec![level("r-1", LevelKind::Root, &["all", "no-s3"]), level("1", LevelKind::Account, &["all"])],
                seen(),
            ),
            policies: [policy("all", all), policy("no-s3", no_s3)].into(),
            members: Fact::Unknown,
            root_features: Fact::Unknown,
        };
        account.apply(Update::Organization(Fact::Known(Arc::new(organization), seen())));
        let own = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"}}"#;
        let mut alice = (**account.users().get("alice").unwrap()).clone();
        alice.facts.attached = Fact::Known(Vec::new(), seen());
        alice.facts.groups = Fact::Known(Vec::new(), seen());
        alice.facts.boundary = Fact::Absent(seen());
        let inline = crate::model::InlinePolicy { name: "p".into(), document: Fact::Known(Document::new(own), seen()) };
        alice.facts.inline = Fact::Known(vec![inline], seen());
        let lines = text(look(&account, |view| (OF_USER.content)(&alice, view)));
        let at = lines.iter().position(|line| line == "Taken away by service control policies").unwrap();
        assert!(lines[..at].iter().any(|line| line.starts_with("▸ sqs ")), "{lines:#?}");
        assert!(lines[at + 2].starts_with("s3 ") && lines[at + 2].ends_with(" nothing"), "{lines:#?}");
        assert_eq!(lines.last().unwrap(), "Not evaluated: resource-based policies.");
    }
}
