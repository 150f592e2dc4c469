//! Pages.

pub mod dashboard;
pub mod detail;
pub mod list;
pub mod navigation;

use super::page::Page;
use super::place::{Kind, Place};
use super::resources::users::Users;
use crate::model::EntityRef;

/// Opens the page of an address.
pub fn open(place: &Place) -> Box<dyn Page> {
    match place {
        Place::List(Kind::Users) => Box::new(list::List::<Users>::default()),
        Place::Entity(entity @ EntityRef::User(_)) => Box::new(detail::Detail::<Users>::new(entity.clone())),
        // Kinds without pages of their own yet lead home; nothing links to them.
        _ => Box::new(dashboard::Dashboard::default()),
    }
}
