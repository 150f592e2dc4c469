//! The account at a glance: who and where, counts against quotas, the root user's state.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::{Action, AppAction, Context, Nav, Scope, When};
use crate::model::{Fact, LoadError, Principal, Quota, Summary};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::Frame;
use crate::ui::page::{Page, Subject, View};
use crate::ui::place::{Kind, Place};

use super::account_settings::sign_in_link;
use super::changes;
use crate::ui::widgets::failure::{failure, room};
use crate::ui::widgets::fields::{Field, fields};
use crate::ui::widgets::gauge::gauge;
use crate::ui::widgets::scroll::Scroll;

/// A list with its filter.
type Filtered = (Kind, &'static str);

/// What is counted: the console's cards, the key of the account summary, and the page behind with the filter that shows
/// what is counted.
const CARDS: &[(&str, &str, Filtered)] = &[
    ("IAM users", "Users", (Kind::Users, "")),
    ("IAM user groups", "Groups", (Kind::Groups, "")),
    ("Roles", "Roles", (Kind::Roles, "")),
    ("Customer managed policies", "Policies", (Kind::Policies, "type:customer")),
    ("Identity providers", "Providers", (Kind::Providers, "")),
    ("Instance profiles", "InstanceProfiles", (Kind::InstanceProfiles, "")),
    ("Server certificates", "ServerCertificates", (Kind::ServerCertificates, "")),
];

/// What is read for it.
const LOADS: &[Load] = &[Load::Identity, Load::Summary, Load::Alias];

/// The dashboard.
#[derive(Debug)]
pub struct Dashboard {
    /// Which of the lines that lead somewhere is selected.
    scroll: Scroll,
}

impl Default for Dashboard {
    /// The cursor begins on what the account holds; the lines above are known by heart.
    fn default() -> Self {
        Self { scroll: Scroll::at(ABOUT.len()) }
    }
}

/// Where a line leads.
#[derive(Debug, Clone)]
enum Leads {
    /// A page.
    Page(Place),
    /// A list, filtered.
    List(Kind, &'static str),
    /// What a key does everywhere.
    Do(Action),
    /// The clipboard.
    Copy(&'static str, String),
    /// Nowhere from here; what to do is said.
    Say(&'static str, &'static str),
}

impl Leads {
    fn effect(self) -> UiEffect {
        match self {
            Self::Page(place) => UiEffect::Go(place),
            Self::List(kind, filter) => UiEffect::GoFiltered(kind, filter.to_owned()),
            Self::Do(action) => UiEffect::Do(action),
            Self::Copy(what, text) => UiEffect::Copy(what, text),
            Self::Say(text, hint) => UiEffect::Say(Notice { told: UserError::new(text).hint(hint), tone: Tone::Info }),
        }
    }
}

/// The lines about the account that lead somewhere, by their labels.
const ABOUT: [&str; 5] = ["Account", "Alias", "Sign-in URL", "Signed in as", "Changes"];

/// A line that leads somewhere: where on the page it stands, how wide its name is, and where it leads.
struct Line {
    y: u16,
    width: u16,
    leads: Leads,
}

impl Dashboard {
    fn account(view: &View<'_>) -> Vec<Field> {
        let account = view.account;
        let unknown = || missing(view, &Load::Identity);
        let id = account.identity().map(|identity| identity.account.to_string());
        let alias = account.alias();
        let address = sign_in_link(view.account).map_or_else(unknown, Cell::text);
        vec![
            Field::new("Account", id.map_or_else(unknown, Cell::text)),
            Field::new("Alias", wide(view, &Load::Alias, alias, "None", |alias| Cell::text(alias.to_string()))),
            Field::new("Sign-in URL", address),
            Field::new(
                "Signed in as",
                account.identity().map_or_else(unknown, |identity| Cell::text(identity.arn.to_string())),
            ),
            Field::new("Changes", changes::summary(view)),
        ]
    }

    /// The console's security recommendations that the summary alone can tell, with the way to their fix.
    fn checks(view: &View<'_>) -> Vec<(Cell, Leads)> {
        let is_root = view.account.identity().is_some_and(|identity| identity.principal() == Principal::Root);
        // What the root user has, only the root user can change.
        let fix = if is_root {
            Leads::Page(Place::MyCredentials)
        } else {
            Leads::Say("Only the root user can change this.", "Sign in to the AWS console as the root user.")
        };
        let mut checks = vec![
            check(view, Summary::root_has_mfa, |mfa| {
                if mfa { good("The root user has MFA.") } else { bad("The root user has no MFA. Add MFA.") }
            }),
            check(view, Summary::root_has_keys, |keys| {
                if keys {
                    bad("The root user has access keys. Delete them.")
                } else {
                    good("The root user has no access keys.")
                }
            }),
        ];
        // Both are told by one read: where it tells nothing, that is said once.
        checks.dedup();
        let mut checks: Vec<(Cell, Leads)> = checks.into_iter().map(|check| (check, fix.clone())).collect();
        if is_root {
            let text = bad("You are signed in as the root user. Use another identity for daily work.");
            checks.push((text, Leads::Do(Action::App(AppAction::Connect))));
        }
        checks
    }

    /// The lines that lead somewhere, from top to bottom.
    fn lines(view: &View<'_>) -> Vec<Line> {
        let layout = Layout::of(view);
        let width = |text: &str| u16::try_from(text.width()).unwrap_or(u16::MAX);
        let link = sign_in_link(view.account);
        let about = layout.about.iter().zip(1..).filter_map(|(field, y)| {
            let leads = match field.label {
                "Account" => Leads::Do(Action::App(AppAction::Connect)),
                "Sign-in URL" => match &link {
                    Some(link) => Leads::Copy(LINK, link.clone()),
                    None => Leads::Say("The sign-in URL is not known yet.", "It is loaded with the account ID."),
                },
                "Alias" => Leads::Page(Place::AccountSettings),
                "Changes" => Leads::Page(Place::Changes),
                "Signed in as" => Leads::Page(Place::MyCredentials),
                _ => return None,
            };
            Some(Line { y, width: width(field.label), leads })
        });
        let cards = CARDS.iter().zip(layout.cards + 1..).map(|((title, _, (kind, filter)), y)| Line {
            y,
            width: width(title),
            leads: Leads::List(*kind, filter),
        });
        let advice = layout.checks.iter().zip(layout.advice + 1..);
        let advice = advice.map(|((cell, leads), y)| Line { y, width: width(&cell.text), leads: leads.clone() });
        about.chain(cards).chain(advice).collect()
    }

    fn render_cards(view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let summary = view.account.summary();
        for ((title, key, _), y) in CARDS.iter().zip(area.y..area.bottom()) {
            frame.text(area, area.x + 2, y, title, Look::Text);
            let count = Rect { x: area.x + 29, width: 16, ..area };
            match summary {
                Fact::Known(summary, _) => match summary.quota(key) {
                    Some(Quota { used, limit }) => {
                        let text = limit.map_or_else(|| used.to_string(), |limit| format!("{used} of {limit}"));
                        frame.text(count, count.x, y, &text, Look::Accent);
                        if let Some(limit) = limit {
                            let bar =
                                Rect { x: area.x + 45, y, height: 1, width: area.width.saturating_sub(45).min(30) };
                            gauge(bar, used, limit, frame);
                        }
                    }
                    None => drop(frame.text(count, count.x, y, "not reported", Look::Absent)),
                },
                other => {
                    let cell = wide(view, &Load::Summary, other, "None", |_| Cell::unknown());
                    frame.text(area, count.x, y, &cell.text, cell.role);
                }
            }
        }
    }
}

/// What the page consists of, and on which of its lines the parts begin.
struct Layout {
    about: Vec<Field>,
    cards: u16,
    advice: u16,
    checks: Vec<(Cell, Leads)>,
}

impl Layout {
    fn of(view: &View<'_>) -> Self {
        let about = Dashboard::account(view);
        let cards = lines(about.len()) + 2;
        Self { about, cards, advice: cards + lines(CARDS.len()) + 2, checks: Dashboard::checks(view) }
    }

    fn height(&self) -> u16 {
        self.advice + 1 + lines(self.checks.len())
    }
}

/// A count as lines of the screen.
fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// What the address is called where it is copied.
const LINK: &str = "sign-in link";

fn good(text: &'static str) -> Cell {
    Cell::new(format!("✓ {text}"), Look::Good)
}

fn bad(text: &'static str) -> Cell {
    Cell::new(format!("▲ {text}"), Look::Danger)
}

fn check(view: &View<'_>, read: fn(&Summary) -> Option<bool>, say: fn(bool) -> Cell) -> Cell {
    wide(view, &Load::Summary, view.account.summary(), "–", |summary| {
        read(summary).map_or_else(|| Cell::absent("Not reported by AWS."), say)
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

    fn context(&self, view: &View<'_>) -> Context {
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, true)
            .with(When::Copyable, view.account.identity().is_some())
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        let lines = Self::lines(view);
        match action {
            Action::Nav(Nav::Open) => {
                let line = lines.into_iter().nth(self.scroll.cursor);
                Some(line.map(|line| line.leads.effect()).into_iter().collect())
            }
            Action::Move(step) => {
                self.scroll.go(step, lines.len());
                Some(Vec::new())
            }
            Action::Nav(Nav::NextTab | Nav::PreviousTab | Nav::Back)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => None,
        }
    }

    fn settle(&mut self, view: &View<'_>, _area: Rect) {
        let count = Self::lines(view).len();
        self.scroll.settle(count, lines(count));
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        let changes = changes::load(view).map(|load| (load, Urgency::Background));
        LOADS.iter().map(|load| (load.clone(), Urgency::Now)).chain(changes).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        if view.loads.is_running(&Load::Summary) { "loading …".to_owned() } else { String::new() }
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let identity = view.account.identity()?;
        let link = sign_in_link(view.account).map(|link| (LINK, link));
        let arn = Some(identity.arn.to_string());
        Some(Subject { name: identity.account.to_string(), arn, json: None, link })
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
        let layout = Layout::of(view);
        let height = layout.height();
        let mut page = Frame::new(area.width, height, frame.theme());
        let whole = page.area();
        let inside = Rect { x: 2, width: area.width.saturating_sub(2), ..whole };
        page.text(inside, inside.x, 0, "AWS account", Look::Title);
        fields(Rect { y: 1, height: lines(layout.about.len()), ..inside }, &layout.about, &mut page);
        page.text(inside, inside.x, layout.cards, "IAM resources", Look::Title);
        Self::render_cards(view, Rect { y: layout.cards + 1, height: lines(CARDS.len()), ..whole }, &mut page);
        page.text(inside, inside.x, layout.advice, "Security recommendations", Look::Title);
        for ((check, _), y) in layout.checks.iter().zip(layout.advice + 1..height) {
            page.text(inside, inside.x, y, &check.text, check.role);
        }
        let all = Self::lines(view);
        let last = lines(all.len().saturating_sub(1)).max(1);
        let line = all.get(self.scroll.cursor).map_or(0, |line| {
            page.text(whole, 0, line.y, "›", Look::Accent);
            page.restyle(Rect { x: 2, y: line.y, width: line.width, height: 1 }, Look::Selection);
            line.y
        });
        // The first card shows the top of the page and the last line its end, so that all of it can be seen.
        let (cursor, top) = (lines(self.scroll.cursor), lines(ABOUT.len()));
        let first = height.saturating_sub(area.height) * cursor.saturating_sub(top) / last.saturating_sub(top).max(1);
        frame.paste(&page, first.clamp((line + 1).saturating_sub(area.height.max(1)), line), area);
    }
}
