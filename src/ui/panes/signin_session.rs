//! One sign-in session in full, with the way to whose it is.

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::model::{Fact, SigninDetails, SigninQuery};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::resources::signin_sessions::{client, status};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page of a session.
pub struct SessionPage {
    /// Its ARN.
    pub arn: Arn,
}

impl Board for SessionPage {
    const LIST: u64 = 304;

    fn place(&self) -> Place {
        Place::SigninSession(self.arn.clone())
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let Some(session) = view.account.signin_session(&self.arn) else {
            content.note(Cell::new("The session was not read; the list of sessions leads to it.", Look::Unknown));
            return content;
        };
        let owner = Cell::text(session.owner.to_string());
        match session.owner.entity() {
            Some(entity) => content.linked("Owner", owner, Place::Entity(entity)),
            None => content.field("Owner", owner),
        }
        content.field("Status", status(session, view));
        content.field("Client", client(session));
        let text = |text: Option<&str>| text.map_or_else(|| Cell::absent("—"), |text| Cell::text(text.to_owned()));
        content.field("Client ID", text(session.client.as_deref()));
        content.field("Resource", text(session.resource.as_deref()));
        content.field("Began", Cell::text(time::moment(session.issued)));
        content.field("Ends", Cell::text(time::moment(session.expires)));
        let read = view.account.signin_details(&self.arn);
        let told = |known: &dyn Fn(&SigninDetails) -> Cell| Cell::wide(read, "—", known);
        content.field(
            "Last refreshed",
            told(&|read| read.last_used.map_or_else(|| Cell::absent("—"), |at| Cell::text(time::moment(at)))),
        );
        content.field("Region", told(&|read| text(read.region.as_deref())));
        content.field("User agent", told(&|read| text(read.user_agent.as_deref())));
        content.field("Came from", told(&|read| text(read.origin.as_deref())));
        content.field("ARN", Cell::text(self.arn.to_string()));
        content
    }

    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        let mut loads = vec![Load::SigninSession(self.arn.clone())];
        if view.account.signin_session(&self.arn).is_none() {
            loads.push(Load::SigninSessions(SigninQuery::Account));
        }
        // What could not be read once is not asked for again and again.
        loads.retain(|load| {
            !(matches!(view.account.signin_details(&self.arn), Fact::Denied(_))
                && matches!(load, Load::SigninSession(_)))
        });
        loads
    }

    fn selection(&self, _: Option<TabItem>, _: &View<'_>) -> Selection {
        let item = Some(TabItem::SigninSession(self.arn.clone()));
        Selection { kind: Some(Kind::SigninSessions), item, ..Selection::default() }
    }
}
