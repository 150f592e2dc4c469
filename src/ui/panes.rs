//! Pages.

mod board;
pub mod dashboard;
pub mod detail;
pub mod journal;
pub mod list;
mod mfa_devices;
mod my_credentials;
pub mod navigation;

use super::page::Page;
use super::place::{Kind, Place};
use super::resources::groups::Groups;
use super::resources::policies::Policies;
use super::resources::roles::Roles;
use super::resources::users::Users;
use crate::model::EntityRef;

/// Opens the page of an address.
pub fn open(place: &Place) -> Box<dyn Page> {
    match place {
        Place::List(Kind::Users) => Box::new(list::List::<Users>::default()),
        Place::Entity(entity @ EntityRef::User(_)) => Box::new(detail::Detail::<Users>::new(entity.clone())),
        Place::List(Kind::Groups) => Box::new(list::List::<Groups>::default()),
        Place::List(Kind::Roles) => Box::new(list::List::<Roles>::default()),
        Place::List(Kind::Policies) => Box::new(list::List::<Policies>::default()),
        Place::Entity(entity @ EntityRef::Group(_)) => Box::new(detail::Detail::<Groups>::new(entity.clone())),
        Place::Entity(entity @ EntityRef::Role(_)) => Box::new(detail::Detail::<Roles>::new(entity.clone())),
        Place::Entity(entity @ EntityRef::Policy(_)) => Box::new(detail::Detail::<Policies>::new(entity.clone())),
        Place::MyCredentials => Box::new(board::BoardPage::<my_credentials::MyCredentials>::default()),
        Place::MfaDevices => Box::new(board::BoardPage::<mfa_devices::MfaDevices>::default()),
        Place::Journal => Box::new(journal::Journal::default()),
        Place::Dashboard => Box::new(dashboard::Dashboard::default()),
    }
}
