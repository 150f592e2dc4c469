//! The whole screen: header, way, page, keys; or what it needs where it is too small.

use jiff::Timestamp;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::backend::{Connection, Load, Pace, SessionKind, Urgency};
use crate::base::text::visible;
use crate::config::recent::Colour;
use crate::input::{AppAction, Context, Key, Keymap, Scope, When};
use crate::model::{LoadError, Principal};
use crate::theme::Look;
use crate::ui::effect::Tone;
use crate::ui::frame::{Frame, Picture, fit_middle};
use crate::ui::layout::{LEAST, Layout};
use crate::ui::page::{Loads as _, Page, View};
use crate::ui::panes::navigation::navigation;
use crate::ui::place::Place;
use crate::ui::time;
use crate::ui::widgets::failure::{again, wrap};

use super::session::Link;
use super::workspace::Workspace;
use super::{App, Source, accounts};

/// Draws the console as it is now.
pub fn render(app: &App) -> Picture {
    let (width, height) = app.shared.size;
    let mut frame = Frame::new(width, height, app.theme());
    match (Layout::of(width, height), app.shown()) {
        (Some(layout), Some(workspace)) => draw(app, workspace, &layout, &mut frame),
        _ => too_small(&mut frame),
    }
    frame.picture
}

fn too_small(frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = [
        format!("iamtui needs {}x{}", LEAST.0, LEAST.1),
        format!("this is {}x{}", area.width, area.height),
        "ctrl-q quits".to_owned(),
    ];
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        frame.text(area, area.x, y, line, Look::Text);
    }
}

fn draw(app: &App, workspace: &Workspace, layout: &Layout, frame: &mut Frame<'_>) {
    let view = workspace.view(&app.shared);
    header(app, workspace, layout.header, frame);
    let Some(page) = workspace.stack.history.page() else { return };
    let place = page.place();
    let status = match &workspace.session.link {
        Link::Open(_) => status(page, &view),
        Link::Offline { .. } => page.status(&view),
        _ => String::new(),
    };
    crumbs(&place, &status, layout.crumbs, frame);
    if let Some(area) = layout.navigation {
        navigation(area, &place, frame);
    }
    match &workspace.session.link {
        Link::Failed(error) => failed(app, workspace, error, layout.body, frame),
        _ if matches!(workspace.session.source, Source::Offered(_)) => unchosen(app, layout.body, frame),
        _ => page.render(&view, layout.body, frame),
    }
    frame.body = layout.body;
    let layers = &workspace.stack.layers;
    let top = layers.iter().len().saturating_sub(1);
    let shown = layers.iter().enumerate().filter(|(at, layer)| *at == top || layer.is_ground());
    for (_, layer) in shown {
        // A covered list must not be scrolled: the box over it would scroll along.
        frame.picture.scrolled = None;
        frame.picture.cursor = None;
        layer.render(&view, layout.body, frame);
    }
    let context = super::actions::context_of(&workspace.stack, &view).with(When::CrashTest, app.crash_test);
    footer(app, &context, layout.footer, frame);
}

/// How complete the data of a page is, and of when the oldest of it is.
fn status(page: &dyn Page, view: &View<'_>) -> String {
    // What the page would read if all that it shows were old.
    let whole = View { since: Timestamp::MAX, standing: view.standing.clone(), book: view.book.clone(), ..*view };
    let shown = page.wants(&whole).into_iter();
    // Rows add what is of their own when they come into sight, and the report has an age of its own.
    let shown = shown.filter(|(load, urgency)| *urgency != Urgency::Visible && *load != Load::Report);
    let asked = shown.map(|(load, _)| view.loads.asked_at(&load)).collect::<Vec<_>>();
    // What no read of its own told came with the bulk read.
    let bulk = asked.contains(&None).then(|| view.loads.asked_at(&Load::Bulk)).flatten();
    let age = asked.into_iter().flatten().chain(bulk).min();
    let age = age.map(|at| format!("as of {} UTC", time::hour(at)));
    let parts = [page.status(view), age.unwrap_or_default()];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn header(app: &App, workspace: &Workspace, area: Rect, frame: &mut Frame<'_>) {
    let badge = if workspace.session.read_only().is_some() { " READ-ONLY " } else { "" };
    frame.text_right(area, area.y, badge, Look::Badge);
    let area = Rect { width: area.width.saturating_sub(u16::try_from(badge.len()).unwrap_or(0)), ..area };
    let room = usize::from(area.width);
    let width = |pieces: &[(String, Look)]| pieces.iter().map(|(text, _)| visible(text).width()).sum::<usize>();
    let mut pieces = Vec::new();
    // What tells least goes first where there is no room for all.
    for less in 0..=4 {
        pieces = head(app, workspace, less);
        if width(&pieces) <= room {
            break;
        }
    }
    // Names that are too long even so lose their middles, instead of hiding what is behind them.
    let mut over = width(&pieces).saturating_sub(room);
    for at in [WHERE, WHO] {
        let Some((text, _)) = pieces.get_mut(at) else { continue };
        let held = visible(text).width();
        let kept = held.saturating_sub(over).max(held.min(16));
        *text = fit_middle(&visible(text), kept).into_owned();
        over = over.saturating_sub(held - kept);
    }
    frame.pieces(area, area.y, pieces.iter().map(|(text, role)| (text.as_str(), *role)));
}

/// Where among the pieces of the header it says who the session is, and what it speaks to.
const WHO: usize = 2;
const WHERE: usize = 7;

/// The pieces of the header: who, in which account, on what, until when; with less and less around them.
fn head(app: &App, workspace: &Workspace, less: u8) -> Vec<(String, Look)> {
    let account = &workspace.session.account;
    let failure = workspace.session.jobs.failure(&Load::Identity);
    let unchosen = matches!(workspace.session.source, Source::Offered(_)) && account.identity().is_none();
    let who = match (account.identity(), &workspace.session.link, failure) {
        (Some(identity), ..) => match identity.principal() {
            Principal::Root => "root user".to_owned(),
            Principal::User(name) => name.to_string(),
            Principal::AssumedRole { role, session } => format!("{role}/{session}"),
            Principal::Federated(name) => name.to_string(),
            Principal::Other => identity.arn.to_string(),
        },
        _ if unchosen => "no account is open".to_owned(),
        (None, Link::Failed(_), _) => "✗ not signed in".to_owned(),
        (None, _, Some(error)) => format!("✗ not identified: {}", error.word()),
        (None, ..) => "…".to_owned(),
    };
    let failed = unchosen || account.identity().is_none() && (failure.is_some() || workspace.session.is_failed());
    let root = account.identity().is_some_and(|identity| identity.principal() == Principal::Root);
    let role = match (unchosen, root || failed) {
        (true, _) => Look::Muted,
        (_, true) => Look::Danger,
        _ => identity_role(workspace),
    };
    let number = account.identity().map_or_else(|| "…".to_owned(), |identity| identity.account.to_string());
    let alias = account.alias().known().filter(|_| less < 4).map(|alias| format!(" ({alias})"));
    // With several accounts open, which of them this is.
    let count = app.workspaces.len();
    let place = app.workspaces.iter().position(|held| held.number() == workspace.number()).unwrap_or_default();
    let place = if count > 1 { format!("{}/{count}  ", place + 1) } else { String::new() };
    let (kind, ends) = match &workspace.session.link {
        Link::Open(Connection { kind, ends, .. }) => {
            let kind = match kind {
                SessionKind::Temporary => "  temporary session",
                SessionKind::LongTerm => "  access key",
            };
            (kind, ends.map(|ends| until(ends, app.shared.now)))
        }
        _ => ("", None),
    };
    let (ends, end_role) = ends.unwrap_or((String::new(), Look::Muted));
    let pace = match workspace.session.pace {
        Pace::Throttled { .. } if less < 2 => "  throttled by AWS",
        Pace::Throttled { .. } => "  throttled",
        Pace::Full => "",
    };
    vec![
        (if less < 1 { "iamtui  ".to_owned() } else { String::new() }, Look::Muted),
        (place, Look::Key),
        (who, role),
        (if failed { "" } else { " @ " }.to_owned(), Look::Muted),
        (if failed { String::new() } else { number }, Look::Title),
        (alias.unwrap_or_default(), Look::Text),
        ("  ".to_owned(), Look::Text),
        (if less < 3 { workspace.session.endpoint() } else { workspace.session.name() }, Look::Info),
        (if less < 2 { kind.to_owned() } else { String::new() }, Look::Muted),
        (ends, end_role),
        (pace.to_owned(), Look::Warning),
    ]
}

/// When a session ends that does not renew itself, so that nobody is surprised by it.
fn until(ends: Timestamp, now: Timestamp) -> (String, Look) {
    let hour = time::hour(ends);
    if now >= ends {
        (format!(" expired at {hour} UTC"), Look::Danger)
    } else if now >= ends - accounts::EARLY {
        (format!(" expires at {hour} UTC"), Look::Warning)
    } else {
        (format!(" until {hour} UTC"), Look::Muted)
    }
}

/// The colour of who the session is: that of a role that was switched to.
fn identity_role(workspace: &Workspace) -> Look {
    match &workspace.session.source {
        Source::Role { role, .. } => match role.colour {
            Colour::None => Look::Accent,
            Colour::Red => Look::Danger,
            Colour::Yellow => Look::Warning,
            Colour::Green => Look::Good,
            Colour::Blue => Look::Info,
        },
        _ => Look::Accent,
    }
}

fn crumbs(place: &Place, status: &str, area: Rect, frame: &mut Frame<'_>) {
    let mut way = vec![place.clone()];
    while let Some(parent) = way.last().and_then(Place::parent) {
        way.push(parent);
    }
    let mut x = area.x;
    for (at, step) in way.iter().rev().enumerate() {
        let title = if at == 0 && way.len() > 1 { "IAM" } else { step.title() };
        let role = if at + 1 == way.len() { Look::Title } else { Look::Muted };
        x += frame.text(area, x, area.y, title, role);
        if at + 1 < way.len() {
            x += frame.text(area, x, area.y, " › ", Look::Border);
        }
    }
    let rest = Rect { x: x + 2, width: area.right().saturating_sub(x + 2), ..area };
    frame.text_right(rest, area.y, status, Look::Muted);
}

fn failed(app: &App, workspace: &Workspace, error: &LoadError, area: Rect, frame: &mut Frame<'_>) {
    let told = error.user_error();
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    let mut y = inside.y + 1;
    let mut paragraph = |text: &str, role: Look, frame: &mut Frame<'_>| {
        for line in wrap(text, inside.width) {
            if y < inside.bottom() {
                frame.text(inside, inside.x, y, &line, role);
                y += 1;
            }
        }
        y += 1;
    };
    let what = if matches!(workspace.session.source, Source::Snapshot(_)) { "snapshot" } else { "session" };
    paragraph(&format!("✗ The {what} could not be opened."), Look::Title, frame);
    paragraph(&told.message, Look::Bad, frame);
    paragraph(told.hint.as_deref().unwrap_or_default(), Look::Text, frame);
    let key = app.shared.keymap.shown(Scope::Global, AppAction::Connect);
    let close = if app.workspaces.len() > 1 { " `:close-account` closes this one." } else { "" };
    paragraph(&format!("{} {key} opens another account.{close}", again(&app.shared.keymap)), Look::Muted, frame);
}

fn unchosen(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let key = app.shared.keymap.shown(Scope::Global, AppAction::Connect);
    frame.text(area, area.x + 2, area.y + 1, "No account is open.", Look::Title);
    frame.text(area, area.x + 2, area.y + 3, &format!("{key} lists the accounts to connect to."), Look::Text);
}

fn footer(app: &App, context: &Context, area: Rect, frame: &mut Frame<'_>) {
    if let Some((notice, _)) = &app.notice {
        let (mark, role) = match notice.tone {
            Tone::Done => ("✓ ", Look::Good),
            Tone::Info => ("· ", Look::Info),
            Tone::Failed => ("✗ ", Look::Bad),
        };
        let hint = notice.told.hint.as_deref().map(|hint| format!("  {hint}")).unwrap_or_default();
        let message = notice.told.message.as_str();
        if visible(message).width() + visible(&hint).width() + 2 <= usize::from(area.width) {
            frame.pieces(area, area.y, [(mark, role), (message, role), (hint.as_str(), Look::Muted)]);
        } else {
            long_notice(mark, role, message, &hint, area, frame);
        }
        return;
    }
    let hints = hints(&app.shared.keymap, context);
    let width =
        |(keys, label): &(String, &str)| u16::try_from(keys.chars().count() + label.len() + 3).unwrap_or(u16::MAX);
    // Whatever else has no room: the ways out, to any page, and to all the keys are named.
    let is_kept = |label: &str| KEPT.contains(&label);
    let mut kept: u16 = hints.iter().filter(|(_, label)| is_kept(label)).map(&width).sum();
    let mut x = area.x;
    for hint in &hints {
        if is_kept(hint.1) {
            kept -= width(hint);
        } else if x.saturating_add(width(hint)).saturating_add(kept) > area.right() {
            continue;
        }
        let (keys, label) = hint;
        x += frame.text(area, x, area.y, keys, Look::Key);
        x += frame.text(area, x, area.y, &format!(" {label}  "), Look::Muted);
    }
}

/// The labels of what the footer names at every width.
const KEPT: [&str; 3] = ["help", "back", "jump"];

/// A notice that needs more than its line: it lies over the end of the page, the next step below what happened.
fn long_notice(mark: &str, role: Look, message: &str, hint: &str, area: Rect, frame: &mut Frame<'_>) {
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let of = |text: &str, role: Look| wrap(text, inside.width).into_iter().map(move |line| (line, role));
    let lines: Vec<(String, Look)> = of(message, role).chain(of(hint, Look::Muted)).collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.y.saturating_sub(1));
    let top = (area.y + 1).saturating_sub(height);
    let over = Rect { y: top, height, ..area };
    frame.picture.scrolled = None;
    frame.clear(over);
    frame.text(over, over.x, top, mark, role);
    for ((line, role), y) in lines.iter().zip(over.y..over.bottom()) {
        frame.text(over, inside.x, y, line, *role);
    }
}

/// The keys worth showing here, the nearest scope first.
fn hints(keymap: &Keymap, context: &Context) -> Vec<(String, &'static str)> {
    let entries = context
        .scopes()
        .iter()
        .flat_map(|scope| keymap.of_place(*scope))
        .filter(|(own, _)| !own.label.is_empty() && context.holds(own.when));
    // A key that a nearer scope has named does not mean what a farther one says of it.
    let mut named: Vec<Key> = Vec::new();
    let mut hints = Vec::new();
    for (own, keys) in entries {
        if let Some(key) = keys.iter().find(|key| !named.contains(key)) {
            named.push(*key);
            hints.push((key.label(), context.label(own.action).unwrap_or(own.label)));
        }
    }
    hints
}
