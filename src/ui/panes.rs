//! Pages.

pub(crate) mod account_settings;
pub(crate) mod analyzers;
mod board;
pub(crate) mod changes;
pub(crate) mod dashboard;
pub(crate) mod detail;
mod event;
mod finding;
pub(crate) mod journal;
pub(crate) mod list;
mod mfa_devices;
mod my_credentials;
pub(crate) mod navigation;
pub(crate) mod organization;
mod signin_session;
pub(crate) mod unused;

use board::BoardPage;

use super::page::Page;
use super::place::Place;
use super::resources;

/// Opens the page of an address.
pub fn open(place: &Place) -> Box<dyn Page> {
    match place {
        Place::List(kind) => resources::list(*kind),
        Place::Entity(entity) => resources::detail(entity.clone()),
        Place::AccountSettings => Box::new(BoardPage::new(account_settings::AccountSettings)),
        Place::MyCredentials => Box::new(BoardPage::new(my_credentials::MyCredentials)),
        Place::MfaDevices => Box::new(BoardPage::new(mfa_devices::MfaDevices)),
        Place::Event(id, name) => Box::new(BoardPage::new(event::EventPage { id: id.clone(), name: name.clone() })),
        Place::Unused(days) => Box::new(BoardPage::new(unused::UnusedThings { days: *days })),
        Place::Changes => Box::new(BoardPage::new(changes::Changes)),
        Place::Organization => Box::new(BoardPage::new(organization::OrganizationPage)),
        Place::Analyzers => Box::new(BoardPage::new(analyzers::Analyzers)),
        Place::Finding(id, name) => {
            Box::new(BoardPage::new(finding::FindingPage { id: id.clone(), name: name.clone() }))
        }
        Place::SigninSession(arn) => Box::new(BoardPage::new(signin_session::SessionPage { arn: arn.clone() })),
        Place::Journal => Box::new(journal::Journal::default()),
        Place::Dashboard => Box::new(dashboard::Dashboard::default()),
    }
}
