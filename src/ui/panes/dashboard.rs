//! The account at a glance: who and where, counts against quotas, the root user's state.

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::input::{Action, Context, Scope, When};
use crate::model::{Fact, LoadError, Principal, Quota, Summary};
use crate::theme::Role;
use crate::ui::cell::Cell;
use crate::ui::frame::Frame;
use crate::ui::page::{Page, Subject, View, Wish};
use crate::ui::place::{Kind, Place};
use crate::ui::widgets::failure::{failure, room};
use crate::ui::widgets::fields::{Field, fields};
use crate::ui::widgets::gauge::gauge;
use crate::ui::widgets::scroll::Scroll;

/// What is counted: the console's cards, the key of the account summary, and the page behind.
/// Those with a page stand first: the cursor walks over them alone.
const CARDS: &[(&str, &str, Option<Kind>)] = &[
    ("IAM users", "Users", Some(Kind::Users)),
    ("IAM user groups", "Groups", Some(Kind::Groups)),
    ("Roles", "Roles", Some(Kind::Roles)),
    ("Customer managed policies", "Policies", Some(Kind::Policies)),
    ("Identity providers", "Providers", None),
    ("Instance profiles", "InstanceProfiles", None),
    ("Server certificates", "ServerCertificates", None),
];

/// What is read for it.
const LOADS: &[Load] = &[Load::Identity, Load::Summary, Load::Alias];

/// The dashboard.
#[derive(Debug, Default)]
pub struct Dashboard {
    scroll: Scroll,
}

impl Dashboard {
    fn account(view: &View<'_>) -> Vec<Field> {
        let account = view.account;
        let unknown = || missing(view, &Load::Identity);
        let id = account.identity().map(|identity| identity.account.to_string());
        let alias = account.alias();
        let address = match (alias, &id) {
            (Fact::Known(alias, _), _) => Cell::text(sign_in(alias.as_str())),
            (_, Some(id)) => Cell::text(sign_in(id)),
            _ => unknown(),
        };
        vec![
            Field::new("Account", id.map_or_else(unknown, Cell::text)),
            Field::new("Alias", wide(view, &Load::Alias, alias, "None", |alias| Cell::text(alias.to_string()))),
            Field::new("Sign-in URL", address),
            Field::new(
                "Signed in as",
                account.identity().map_or_else(unknown, |identity| Cell::text(identity.arn.to_string())),
            ),
        ]
    }

    /// The console's security recommendations that the summary alone can tell.
    fn checks(view: &View<'_>) -> Vec<Cell> {
        let mut checks = vec![
            check(view, Summary::root_has_mfa, |mfa| {
                if mfa { good("The root user has MFA.") } else { bad("The root user has no MFA: add it.") }
            }),
            check(view, Summary::root_has_keys, |keys| {
                if keys {
                    bad("The root user has access keys: delete them.")
                } else {
                    good("The root user has no access keys.")
                }
            }),
        ];
        // Both are told by one read: where it tells nothing, that is said once.
        checks.dedup();
        if view.account.identity().is_some_and(|identity| identity.principal() == Principal::Root) {
            checks.push(bad("This session is the root user: sign in as somebody else for daily work."));
        }
        checks
    }

    fn render_cards(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let summary = view.account.summary();
        for ((at, (title, key, _)), y) in CARDS.iter().enumerate().zip(area.y..area.bottom()) {
            let selected = at == self.scroll.cursor;
            frame.text(area, area.x, y, if selected { "›" } else { " " }, Role::Accent);
            frame.text(area, area.x + 2, y, title, if selected { Role::Selection } else { Role::Text });
            let count = Rect { x: area.x + 29, width: 16, ..area };
            match summary {
                Fact::Known(summary, _) => match summary.quota(key) {
                    Some(Quota { used, limit }) => {
                        let text = limit.map_or_else(|| used.to_string(), |limit| format!("{used} of {limit}"));
                        frame.text(count, count.x, y, &text, Role::Accent);
                        if let Some(limit) = limit {
                            let bar =
                                Rect { x: area.x + 45, y, height: 1, width: area.width.saturating_sub(45).min(30) };
                            gauge(bar, used, limit, frame);
                        }
                    }
                    None => drop(frame.text(count, count.x, y, "not told", Role::Absent)),
                },
                other => {
                    let cell = wide(view, &Load::Summary, other, "None", |_| Cell::unknown());
                    frame.text(area, count.x, y, &cell.text, cell.role);
                }
            }
        }
    }
}

/// How many cards lead to a page.
fn pages() -> usize {
    CARDS.iter().filter(|(_, _, kind)| kind.is_some()).count()
}

/// A count as lines of the screen.
fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

fn sign_in(name: &str) -> String {
    format!("https://{name}.signin.aws.amazon.com/console")
}

fn good(text: &'static str) -> Cell {
    Cell::new(format!("✓ {text}"), Role::Good)
}

fn bad(text: &'static str) -> Cell {
    Cell::new(format!("▲ {text}"), Role::Danger)
}

fn check(view: &View<'_>, read: fn(&Summary) -> Option<bool>, say: fn(bool) -> Cell) -> Cell {
    wide(view, &Load::Summary, view.account.summary(), "–", |summary| {
        read(summary).map_or_else(|| Cell::absent("The service does not tell."), say)
    })
}

/// A fact, or that the load which should have told it failed.
fn wide<T>(view: &View<'_>, load: &Load, fact: &Fact<T>, absent: &'static str, known: impl FnOnce(&T) -> Cell) -> Cell {
    if fact.is_unknown() { missing(view, load) } else { Cell::wide(fact, absent, known) }
}

/// What is not known: it is still to come, unless its load failed.
fn missing(view: &View<'_>, load: &Load) -> Cell {
    if view.loads.failure(load).is_some() { Cell::failed() } else { Cell::unknown() }
}

/// The first failure of what the dashboard reads.
fn failed<'a>(view: &'a View<'_>) -> Option<&'a LoadError> {
    LOADS.iter().find_map(|load| view.loads.failure(load))
}

impl Page for Dashboard {
    fn place(&self) -> Place {
        Place::Dashboard
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global]
    }

    fn facts(&self, view: &View<'_>) -> Context {
        let leads = CARDS.get(self.scroll.cursor).is_some_and(|(_, _, kind)| kind.is_some());
        Context::default().with(When::Row, leads).with(When::Copyable, view.account.identity().is_some())
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Option<Vec<Wish>> {
        if action == Action::Follow {
            let kind = CARDS.get(self.scroll.cursor).and_then(|(_, _, kind)| *kind);
            return Some(kind.map(|kind| Wish::Go(Place::List(kind))).into_iter().collect());
        }
        self.scroll.act(action, pages()).then(Vec::new)
    }

    fn settle(&mut self, _view: &View<'_>, _area: Rect) {
        self.scroll.settle(pages(), lines(pages()));
    }

    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        LOADS.iter().map(|load| (load.clone(), Urgency::Now)).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        if view.loads.is_running(&Load::Summary) { "loading …".to_owned() } else { String::new() }
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let identity = view.account.identity()?;
        Some(Subject { name: identity.account.to_string(), arn: Some(identity.arn.to_string()), json: None })
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        let error = failed(view);
        let (warning, rest) = room(inside, error, view.keymap);
        if let Some(error) = error {
            failure(warning, error, view.keymap, frame);
        }
        self.render_window(view, Rect { x: area.x, width: area.width, ..rest }, frame);
    }
}

impl Dashboard {
    /// Draws the page as tall as it is and shows the part around the cursor.
    fn render_window(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let about = Self::account(view);
        let checks = Self::checks(view);
        let cards = lines(about.len()) + 2;
        let advice = cards + lines(CARDS.len()) + 2;
        let height = advice + 1 + lines(checks.len());
        let mut page = Frame::new(area.width, height, frame.theme());
        let whole = page.area();
        let inside = Rect { x: 2, width: area.width.saturating_sub(2), ..whole };
        page.text(inside, inside.x, 0, "AWS account", Role::Title);
        fields(Rect { y: 1, height: lines(about.len()), ..inside }, &about, &mut page);
        page.text(inside, inside.x, cards, "IAM resources", Role::Title);
        self.render_cards(view, Rect { y: cards + 1, height: lines(CARDS.len()), ..whole }, &mut page);
        page.text(inside, inside.x, advice, "Security recommendations", Role::Title);
        for (check, y) in checks.iter().zip(advice + 1..height) {
            page.text(inside, inside.x, y, &check.text, check.role);
        }
        // The first card shows the top of the page and the last one its end, so that all of it can be seen.
        let cursor = lines(self.scroll.cursor);
        let first = height.saturating_sub(area.height) * cursor / lines(pages().saturating_sub(1)).max(1);
        let line = cards + 1 + cursor;
        frame.paste(&page, first.clamp((line + 1).saturating_sub(area.height.max(1)), line), area);
    }
}
