//! Who may assume a role.

use crate::backend::{Load, RolePart};
use crate::base::arn::Arn;
use crate::model::{ResourceRef, Role, Trust, TrustedEntity};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::resources::Tab;
use crate::ui::selection::TabItem;

/// The tab.
pub const TAB: Tab<Role> = Tab { title: "Trust relationships", short: "Trust", count, content, loads };

fn count(role: &Role, _: &View<'_>) -> Option<usize> {
    role.facts.trust.known().map(|trust| trust.entities.len())
}

fn content(role: &Role, view: &View<'_>) -> Content {
    const COLUMNS: &[Column] = &[Column::new("Trusted entity", 44), Column::new("What it is", 30)];
    let mut content = Content::new();
    let entities = role.facts.trust.as_ref().map(|trust| trust.entities.clone());
    content.facts(&entities, COLUMNS, "The trust policy has no principals.", |entity| {
        let label = entity.label();
        let row = Row::new(vec![Cell::text(label.clone()), meaning(entity, role)]);
        let row = row.item(TabItem::Trusted(role.name.clone(), label.into()));
        match principal(entity, role.arn.account()) {
            // The page of a provider reads the list of providers itself.
            Some(entity) if view.account.contains(&entity) || matches!(entity, ResourceRef::Provider(_)) => {
                row.link(Place::Entity(entity))
            }
            _ => row,
        }
    });
    content.heading("Trust policy");
    content.document("trust", &role.facts.trust.as_ref().map(|trust| trust.document.clone()));
    content
}

fn loads(role: &Role, _: &View<'_>) -> Vec<Load> {
    vec![Load::Role(role.name.clone(), RolePart::Overview)]
}

fn meaning(entity: &TrustedEntity, role: &Role) -> Cell {
    let own = role.arn.account();
    match entity {
        TrustedEntity::Anyone => match role.facts.trust.known().and_then(Trust::limits) {
            Some(limits) => Cell::new(format!("Limited to {limits}"), Look::Info),
            None => Cell::new("▲ Any principal of any account", Look::Danger),
        },
        TrustedEntity::Service(_) => Cell::text("AWS service"),
        TrustedEntity::Account(id) if id.as_str() == own => Cell::text("This account"),
        TrustedEntity::Account(_) => Cell::new("Another account", Look::Info),
        TrustedEntity::Principal(arn) if arn.account() == own => Cell::text(kind(arn)),
        TrustedEntity::Principal(arn) => Cell::new(format!("{} in another account", kind(arn)), Look::Info),
        TrustedEntity::Provider(_) => Cell::text("Identity provider"),
        TrustedEntity::Gone(_) => Cell::new("▲ No longer exists", Look::Warning),
        TrustedEntity::Other(_) => Cell::text("Other"),
    }
}

fn kind(arn: &Arn) -> &'static str {
    match arn.resource_type() {
        "user" => "User",
        "role" => "Role",
        "assumed-role" => "Role session",
        "federated-user" => "Federated user",
        _ => "Principal",
    }
}

/// The entity behind a principal of this account.
fn principal(entity: &TrustedEntity, own: &str) -> Option<ResourceRef> {
    if let TrustedEntity::Provider(name) = entity {
        return Arn::parse(name).ok().filter(|arn| arn.account() == own).map(ResourceRef::Provider);
    }
    let TrustedEntity::Principal(arn) = entity else { return None };
    match arn.resource_type() {
        _ if arn.account() != own => None,
        "user" => Some(ResourceRef::User(arn.name().into())),
        "role" => Some(ResourceRef::Role(arn.name().into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::resources::fixture::{account, check, look, role};

    #[track_caller]
    fn check_of(principal: &str, line: &str) {
        check(look(&account(), |view| content(&role("Some", principal), view)), &[line, "Trust policy"]);
    }

    #[test]
    fn every_kind_of_trusted_entity_is_told_apart() {
        check_of(r#"{"Service":"codebuild.amazonaws.com"}"#, "AWS Service: codebuild AWS service");
        check_of(r#"{"AWS":"123456789012"}"#, "Account: 123456789012 This account");
        check_of(r#"{"AWS":"111122223333"}"#, "Account: 111122223333 Another account");
        check_of(r#"{"AWS":"arn:aws:iam::123456789012:user/alice"}"#, "123456789012: user/alice User");
        check_of(r#"{"AWS":"arn:aws:iam::111122223333:role/Ci"}"#, "111122223333: role/Ci Role in another account");
        check_of(r#"{"AWS":"AIDAGONE"}"#, "Deleted: AIDAGONE ▲ No longer exists");
        check_of(r#""*""#, "Anyone ▲ Any principal of any account");
    }

    #[test]
    fn only_principals_that_are_known_here_are_links() {
        let account = account();
        let linked = |principal: &str| {
            let entity = role("Some", principal).facts.trust.known().unwrap().entities[0].clone();
            super::principal(&entity, "123456789012").is_some_and(|entity| account.contains(&entity))
        };
        assert!(linked(r#"{"AWS":"arn:aws:iam::123456789012:user/alice"}"#));
        assert!(!linked(r#"{"AWS":"arn:aws:iam::123456789012:user/mallory"}"#));
        assert!(!linked(r#"{"AWS":"arn:aws:iam::111122223333:user/alice"}"#));
    }
}
