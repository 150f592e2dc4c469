//! Sign-in sessions: who is signed in with the console, the AWS CLI or an agent, the newest first.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{
    Account, Denial, Fact, LoadError, ResourceRef, Role, SigninOwner, SigninQuery, SigninSession, SigninStatus, User,
};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{self, Content};
use crate::ui::effect::UiEffect;
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::{Kind, Place};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Mark, Resource, Shown, SortKey, Tab};

/// The sign-in sessions of the account.
#[derive(Debug)]
pub struct SigninSessions;

/// The title of the tab.
pub const TITLE: &str = "Sessions";

const QUERY: SigninQuery = SigninQuery::Account;

impl Resource for SigninSessions {
    type Row = SigninSession;
    type Key = Arn;

    const KIND: Kind = Kind::SigninSessions;

    const COLUMNS: &'static [Column<SigninSession>] = &[
        Column {
            id: "owner",
            title: "Owner",
            width: 22,
            shown: Shown::Always,
            cell: |session, _| Cell::text(session.owner.to_string()),
            key: |session, _| SortKey::text(&session.owner.to_string()),
        },
        Column {
            id: "client",
            title: "Client",
            width: 12,
            shown: Shown::Always,
            cell: |session, _| client(session),
            key: |session, _| SortKey::text(&client(session).text),
        },
        Column {
            id: "status",
            title: "Status",
            width: 9,
            shown: Shown::Always,
            cell: status,
            key: |session, view| SortKey::text(&status(session, view).text),
        },
        Column {
            id: "issued",
            title: "Began (UTC)",
            width: 17,
            shown: Shown::Always,
            cell: |session, _| Cell::text(time::minute(session.issued)),
            key: |session, view| SortKey::age(Some(session.issued), view.now),
        },
        Column {
            id: "expires",
            title: "Ends (UTC)",
            width: 17,
            shown: Shown::Always,
            cell: |session, _| Cell::text(time::minute(session.expires)),
            key: |session, _| SortKey::Number(session.expires.as_second()),
        },
        Column {
            id: "session",
            title: "Session ID",
            width: 36,
            shown: Shown::WhereRoom,
            cell: |session, _| Cell::text(session.id().to_owned()),
            key: |session, _| SortKey::text(session.id()),
        },
        Column {
            id: "client-id",
            title: "Client ID",
            width: 30,
            shown: Shown::WhereRoom,
            cell: |session, _| optional(session.client.as_deref()),
            key: |session, _| SortKey::text(session.client.as_deref().unwrap_or_default()),
        },
    ];

    const TABS: &'static [Tab<SigninSession>] = &[];

    fn rows(account: &Account) -> Vec<Arc<SigninSession>> {
        account.signin_sessions(&QUERY).known().map(|rows| rows.to_vec()).unwrap_or_default()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        let load = Load::SigninSessions(QUERY);
        vec![Arrival {
            is_complete: view.account.signin_sessions(&QUERY).is_settled(),
            is_loading: view.loads.is_running(&load),
            error: view.loads.failure(&load),
            total: None,
        }]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::SigninSessions(QUERY), Urgency::Now)]
    }

    /// A session is no resource: its page is reached by its ARN.
    fn find(_: &Account, _: &ResourceRef) -> Option<Arc<SigninSession>> {
        None
    }

    fn key(session: &SigninSession) -> &Arn {
        &session.arn
    }

    fn entity(_: &SigninSession) -> Option<ResourceRef> {
        None
    }

    fn open(session: &SigninSession) -> Option<UiEffect> {
        Some(UiEffect::Go(Place::SigninSession(session.arn.clone())))
    }

    fn mark(session: &SigninSession) -> Option<Mark> {
        Some(Mark::Item(TabItem::SigninSession(session.arn.clone())))
    }

    fn selection(session: &SigninSession) -> Selection {
        let item = Some(TabItem::SigninSession(session.arn.clone()));
        Selection { kind: Some(Kind::SigninSessions), item, ..Selection::default() }
    }

    fn name(session: &SigninSession) -> &str {
        match &session.owner {
            SigninOwner::User(name) => name.as_str(),
            SigninOwner::Role(name) => name.as_str(),
            SigninOwner::Federated(name) => name,
            SigninOwner::Root => "root",
        }
    }

    /// The newest come first.
    fn order(one: &SigninSession, other: &SigninSession) -> Ordering {
        other.issued.cmp(&one.issued).then_with(|| one.arn.as_str().cmp(other.arn.as_str()))
    }

    fn arn(session: &SigninSession) -> Option<&Arn> {
        Some(&session.arn)
    }

    fn summary(session: &SigninSession, view: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Client", client(session)),
            Field::new("Status", status(session, view)),
            Field::new("Began", Cell::text(time::moment(session.issued))),
            Field::new("Ends", Cell::text(time::moment(session.expires))),
            Field::new("Client ID", optional(session.client.as_deref())),
            Field::new("Session ID", Cell::text(session.id().to_owned())),
        ]
    }

    fn details(_: &SigninSession, _: &View<'_>) -> Vec<Load> {
        Vec::new()
    }

    fn remark(_: &View<'_>) -> Option<String> {
        Some("AWS CLI, agents, browsers".to_owned())
    }
}

/// The kind of program, in words.
pub(in crate::ui) fn client(session: &SigninSession) -> Cell {
    match session.client_type.as_deref() {
        Some("CLI") => Cell::text("AWS CLI"),
        Some("MCP") => Cell::text("MCP agent"),
        Some(other) => Cell::text(other.to_owned()),
        None => Cell::absent("—"),
    }
}

pub(in crate::ui) fn status(session: &SigninSession, view: &View<'_>) -> Cell {
    match session.status(view.now) {
        SigninStatus::Active => Cell::new("active", Look::Good),
        SigninStatus::Expired => Cell::new("expired", Look::Muted),
        SigninStatus::Revoked => Cell::new("revoked", Look::Muted),
    }
}

fn optional(text: Option<&str>) -> Cell {
    text.map_or_else(|| Cell::absent("—"), |text| Cell::text(text.to_owned()))
}

/// The tab of a user's sessions.
pub const OF_USER: Tab<User> = Tab {
    title: TITLE,
    short: TITLE,
    count: |user, view| active(&of_user(user), view),
    content: |user, view| content(of_user(user), view),
    loads: |user, _| vec![Load::SigninSessions(of_user(user))],
};

/// The tab of the sessions of who assumed a role.
pub const OF_ROLE: Tab<Role> = Tab {
    title: TITLE,
    short: TITLE,
    count: |role, view| active(&of_role(role), view),
    content: |role, view| content(of_role(role), view),
    loads: |role, _| vec![Load::SigninSessions(of_role(role))],
};

fn of_user(user: &User) -> SigninQuery {
    SigninQuery::Of(SigninOwner::User(user.name.clone()))
}

fn of_role(role: &Role) -> SigninQuery {
    SigninQuery::Of(SigninOwner::Role(role.name.clone()))
}

fn active(query: &SigninQuery, view: &View<'_>) -> Option<usize> {
    let held = view.account.signin_sessions(query).known()?;
    Some(held.iter().filter(|session| session.status(view.now) == SigninStatus::Active).count())
}

fn content(query: SigninQuery, view: &View<'_>) -> Content {
    const COLUMNS: &[content::Column] = &[
        content::Column::new("Client", 12),
        content::Column::new("Status", 9),
        content::Column::new("Began (UTC)", 17),
        content::Column::new("Ends (UTC)", 17),
        content::Column::new("Session ID", 20),
    ];
    let mut content = Content::new();
    content.heading("Sign-in sessions");
    let rows = match view.account.signin_sessions(&query) {
        Fact::Known(rows, _) => rows,
        Fact::Unknown => {
            let failure = view.loads.failure(&Load::SigninSessions(query));
            content.note(match failure.map(LoadError::denial) {
                _ if view.standing == SessionStatus::Offline => Cell::denied_by(&Denial::not_held()),
                Some(Some(denial)) => Cell::denied_by(&denial),
                Some(None) => Cell::failed(),
                None => Cell::unknown(),
            });
            return content;
        }
        other => {
            content.note(other.denial().map_or_else(Cell::unknown, Cell::denied_by));
            return content;
        }
    };
    let row = |session: &Arc<SigninSession>| {
        let cells = vec![
            client(session),
            status(session, view),
            Cell::text(time::minute(session.issued)),
            Cell::text(time::minute(session.expires)),
            Cell::text(session.id().to_owned()),
        ];
        content::Row::new(cells)
            .link(Place::SigninSession(session.arn.clone()))
            .item(TabItem::SigninSession(session.arn.clone()))
    };
    let mut sorted: Vec<&Arc<SigninSession>> = rows.iter().collect();
    sorted.sort_by(|one, other| SigninSessions::order(one, other));
    content.table(COLUMNS, sorted.into_iter().map(row).collect(), "There are none.");
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Update;
    use crate::ui::resources::fixture::{account, check, look, now, seen};

    fn session(id: &str, hours: i64, is_revoked: bool) -> Arc<SigninSession> {
        Arc::new(SigninSession {
            arn: Arn::parse(&format!("arn:aws:signin:us-east-1:123456789012:session/{id}")).unwrap(),
            owner: SigninOwner::User("alice".into()),
            issued: now() - jiff::SignedDuration::from_hours(hours),
            expires: now() - jiff::SignedDuration::from_hours(hours - 12),
            is_revoked,
            client_type: Some("CLI".into()),
            client: None,
            resource: None,
        })
    }

    #[test]
    fn a_session_is_active_until_it_ends_or_is_revoked() {
        let mut account = account();
        let query = SigninQuery::Of(SigninOwner::User("alice".into()));
        let rows: Arc<[_]> = vec![session("1", 20, false), session("2", 3, true), session("3", 1, false)].into();
        account.apply(Update::SigninSessions(query.clone(), Fact::Known(rows, seen())));
        let alice = account.users().get("alice").unwrap();
        assert_eq!(look(&account, |view| (OF_USER.count)(alice, view)), Some(1));
        check(
            look(&account, |view| content(query, view)),
            &[
                "Sign-in sessions",
                "AWS CLI active 2026-01-15 11:00 2026-01-15 23:00 3",
                "AWS CLI revoked 2026-01-15 09:00 2026-01-15 21:00 2",
                "AWS CLI expired 2026-01-14 16:00 2026-01-15 04:00 1",
            ],
        );
    }

    #[test]
    fn what_may_not_be_read_says_so() {
        let mut account = account();
        let query = SigninQuery::Of(SigninOwner::User("alice".into()));
        account.apply(Update::SigninSessions(query.clone(), Fact::denied(Denial::of("signin:ListSessions"))));
        let text = look(&account, |view| content(query, view)).text(80).join("\n");
        assert!(text.contains("signin:ListSessions"), "{text}");
    }
}
