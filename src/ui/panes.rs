//! Pages.

pub(crate) mod account_settings;
mod board;
pub(crate) mod dashboard;
pub(crate) mod detail;
pub(crate) mod journal;
pub(crate) mod list;
mod mfa_devices;
mod my_credentials;
pub(crate) mod navigation;

use super::page::Page;
use super::place::Place;
use super::resources;

/// Opens the page of an address.
pub fn open(place: &Place) -> Box<dyn Page> {
    match place {
        Place::List(kind) => resources::list(*kind),
        Place::Entity(entity) => resources::detail(entity.clone()),
        Place::AccountSettings => Box::new(board::BoardPage::<account_settings::AccountSettings>::default()),
        Place::MyCredentials => Box::new(board::BoardPage::<my_credentials::MyCredentials>::default()),
        Place::MfaDevices => Box::new(board::BoardPage::<mfa_devices::MfaDevices>::default()),
        Place::Journal => Box::new(journal::Journal::default()),
        Place::Dashboard => Box::new(dashboard::Dashboard::default()),
    }
}
