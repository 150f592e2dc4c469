//! Accounts side by side: choosing one, switching, signing in again, and what a person is asked on the way.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::backend::{Ask, Choice, Connection, Export, Offers, ReadOnly, RoleRequest};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::config::recent::{Recent, RoleChoice};
use crate::effect::{Effect, Stamp};
use crate::input::AccountAction;
use crate::model::{ErrorKind, LoadError, Principal, ResourceRef, Snapshot, Trust};
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::layers::connections::{Connections, OpenRow};
use crate::ui::layers::counterpart::Counterpart;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::layers::session_mfa::SessionMfa;
use crate::ui::layers::sign_in::SignIn;
use crate::ui::layers::switch_role::{Start as RoleStart, SwitchRole};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::{Page, View};
use crate::ui::place::{Kind, Place};
use crate::ui::widgets::failure::again;

use super::session::Link;
use super::workspace::{Workspace, WorkspaceId};
use super::{App, Source, effects, messages};

/// How long before its end a session is spoken of.
pub(super) const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// Does what is about accounts as a whole.
pub(super) fn act(app: &mut App, at: WorkspaceId, action: AccountAction) -> Vec<Effect> {
    match action {
        AccountAction::Next => turn(app, |_| 1),
        AccountAction::Previous => turn(app, |count| count - 1),
        AccountAction::SwitchRole => switch_role(app, at),
        AccountAction::SwitchBack => switch_back(app, at),
        AccountAction::Close => close(app, at),
        AccountAction::SessionMfa => session_mfa(app, at),
        AccountAction::CopySession => copy_session(app, at),
        AccountAction::Compare => compare_menu(app, at),
    }
}

/// Opens the picker, and asks what there is to pick from.
pub(super) fn choose(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let open = app.workspaces.iter().map(|workspace| row(workspace, workspace.number() == app.shown)).collect();
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if workspace.stack.picker().is_some() {
        return Vec::new();
    }
    workspace.stack.picker = Some(workspace.stack.layers.push(Box::new(Connections::new(open))));
    vec![Effect::Offers { stamp: workspace.session.stamp }]
}

fn row(workspace: &Workspace, is_current: bool) -> OpenRow {
    OpenRow {
        number: workspace.session.stamp.workspace,
        name: workspace.session.name(),
        account: workspace.session.account.identity().map(|identity| identity.account.to_string()).unwrap_or_default(),
        who: workspace.session.account.identity().map(|identity| identity.arn.name().to_owned()).unwrap_or_default(),
        is_current,
        state: match workspace.session.link {
            Link::Open(_) if workspace.session.is_unidentified() => "not identified",
            Link::Open(_) | Link::Offline { .. } => "open",
            Link::Opening => "opening",
            Link::Failed(_) => "failed",
        },
    }
}

/// Takes in what there is to pick from; where it is one thing and nothing is open, that is opened.
pub(super) fn offered(app: &mut App, stamp: Stamp, offers: Offers, recent: Recent) -> Vec<Effect> {
    let at = stamp.workspace;
    let is_empty = app.get(at).is_some_and(|held| matches!(held.session.source, Source::Offered(_)));
    if is_empty && app.get_mut(at).is_some_and(|held| held.stack.picker().is_none()) {
        if let Some(only) = offers.only() {
            return take(app, at, &only);
        }
        // What there is to pick from is here already.
        drop(choose(app, at));
    }
    app.recent = recent.clone();
    let message = UiMessage::Offers(Box::new((offers, recent)));
    let told = app.with_view(at, |stack, view| stack.picker().map(|picker| picker.on_message(&message, view)));
    effects::perform(app, at, told.flatten().unwrap_or_default())
}

/// Goes to what was chosen: it is opened in a workspace of its own, on the page in sight.
pub(super) fn take(app: &mut App, at: WorkspaceId, choice: &Choice) -> Vec<Effect> {
    if let Choice::Workspace(number) = choice {
        go(app, *number);
        let failed = app.get_mut(*number).filter(|held| held.session.is_failed() || held.session.is_unidentified());
        return failed.map(|held| held.session.reconnect()).into_iter().collect();
    }
    let Some(held) = app.get(at) else { return Vec::new() };
    let region = if let Source::Offered(region) = &held.session.source { region.clone() } else { None };
    let from = match &held.session.source {
        // Nothing can be begun from a role that was not switched to.
        Source::Role { from, .. } if held.session.is_failed() => *from,
        _ => held.session.stamp.workspace,
    };
    let source = match choice {
        Choice::Store(name) => Source::Local(name.clone()),
        Choice::Snapshot(file) => Source::Snapshot(file.clone()),
        Choice::Role(role) => Source::Role { from, role: Box::new(role.clone()) },
        other => other.target(region).map_or(Source::Local("demo".to_owned()), Source::Aws),
    };
    let read_only = app.read_only.clone();
    let place = held.stack.history.page().map(Page::place);
    let name = session_name(held);
    // A path may be mistyped: it is remembered once there was something in its place.
    let mut effects = if matches!(choice, Choice::Snapshot(_)) { Vec::new() } else { remember(app, choice) };
    if let Some(vacant) = vacant(app, at, &source)
        && let Some(held) = app.get_mut(vacant)
    {
        held.session.source = source;
        held.session.read_only = read_only;
        held.session.called = name.or(held.session.called.take());
        held.session.mfa = None;
        effects.push(held.session.reconnect());
        go(app, vacant);
        return effects;
    }
    app.opened += 1;
    let mut workspace = Workspace::new(app.opened, source, read_only);
    workspace.session.called = name;
    if let Some(place) = place {
        workspace.stack.history.go(&elsewhere(place), app.shared.now);
    }
    effects.push(workspace.session.connect());
    app.workspaces.push(workspace);
    app.shown = app.opened;
    app.redraw = true;
    effects
}

/// The workspace in which a source is opened, where that is none of its own: one in which nothing was ever open.
fn vacant(app: &App, at: WorkspaceId, source: &Source) -> Option<WorkspaceId> {
    let is_same = |held: &Source| match (held, source) {
        (Source::Role { from, role }, Source::Role { from: other_from, role: other }) => {
            from == other_from && role.arn == other.arn
        }
        _ => held == source,
    };
    let is_vacant = |held: &Workspace| held.session.is_failed() || matches!(held.session.source, Source::Offered(_));
    let leads_nowhere = |held: &Workspace| held.session.is_failed() || held.session.is_unidentified();
    let failed = app.workspaces.iter().find(|held| leads_nowhere(held) && is_same(&held.session.source));
    failed.or_else(|| app.get(at).filter(|held| is_vacant(held))).map(Workspace::number)
}

fn remember(app: &mut App, choice: &Choice) -> Vec<Effect> {
    if let Some(key) = choice.key() {
        app.recent.choose(&key);
    }
    if let Choice::Role(role) = choice {
        app.recent.switch(role);
    }
    vec![Effect::Remember(choice.clone())]
}

/// The name of a role's session, as the console of AWS gives it: who switched.
fn session_name(workspace: &Workspace) -> Option<String> {
    let identity = workspace.session.account.identity()?;
    let name = match identity.principal() {
        Principal::User(name) => name.to_string(),
        Principal::AssumedRole { session, .. } => session.to_string(),
        _ => return None,
    };
    let kept: String =
        name.chars().filter(|ch| ch.is_ascii_alphanumeric() || "+=,.@-_".contains(*ch)).take(64).collect();
    (kept.len() >= 2).then_some(kept)
}

/// The page that shows the same in another account: names carry over, ARNs of the account's own policies do not.
fn elsewhere(place: Place) -> Place {
    match place {
        Place::Entity(ResourceRef::Policy(arn)) if arn.account() != "aws" => Place::List(Kind::Policies),
        other => other,
    }
}

/// Goes to an open workspace; the same view stays in sight.
fn go(app: &mut App, to: WorkspaceId) {
    let place = app.shown().and_then(|held| held.stack.history.page()).map(Page::place);
    let now = app.shared.now;
    let Some(held) = app.get_mut(to) else { return };
    if let Some(place) = place.filter(|_| held.stack.layers.is_empty()) {
        held.stack.history.go(&elsewhere(place), now);
    }
    app.shown = to;
    app.redraw = true;
    app.stale = true;
}

/// Goes to the account that lies so many places further in the order of opening.
fn turn(app: &mut App, by: impl Fn(usize) -> usize) -> Vec<Effect> {
    let count = app.workspaces.len();
    if count < 2 {
        let told = UserError::new("one account is open").hint("`connect` opens another one.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    }
    let place = app.workspaces.iter().position(|held| held.number() == app.shown).unwrap_or_default();
    if let Some(next) = app.workspaces.get((place + by(count)) % count).map(Workspace::number) {
        go(app, next);
    }
    Vec::new()
}

/// Opens the form for a role, filled in from the role in sight.
fn switch_role(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    open_switch_role(app, at, None)
}

/// The same, with what was tried and refused.
fn open_switch_role(app: &mut App, at: WorkspaceId, refused: Option<(RoleChoice, UserError)>) -> Vec<Effect> {
    let roles = app.recent.roles.clone();
    let failed = app.get(at).filter(|held| held.session.is_failed()).and_then(|held| {
        if let Source::Role { role, .. } = &held.session.source { Some(role.arn.clone()) } else { None }
    });
    let layer = app.with_view(at, |stack, view| {
        let identity = view.account.identity();
        let role = match stack.history.page().map(Page::place) {
            // What was refused is put right there rather than typed again.
            _ if failed.is_some() => failed,
            Some(Place::Entity(ResourceRef::Role(name))) => {
                let known = view.account.roles().get(name.as_str()).map(|role| role.arn.as_str().to_owned());
                known.or_else(|| Some(format!("role/{name}")))
            }
            _ => None,
        };
        let arn = role.as_deref().and_then(|arn| Arn::parse(arn).ok());
        let trust = arn.as_ref().and_then(|arn| view.account.roles().get(arn.name())?.facts.trust.known());
        let wants = trust.map(Trust::wants).unwrap_or_default();
        SwitchRole::new(RoleStart {
            external_id: wants.external_id.map(String::from),
            mfa_serial: own_device(view).filter(|_| wants.mfa),
            refused,
            partition: identity.map_or("aws", |identity| identity.partition()).to_owned(),
            account: identity.map(|identity| identity.account.to_string()).unwrap_or_default(),
            alias: view.account.alias().known().map(ToString::to_string),
            role: arn,
            recent: roles,
        })
    });
    effects::perform(app, at, layer.map(|layer| UiEffect::Open(Box::new(layer))).into_iter().collect())
}

fn switch_back(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let from = app
        .get(at)
        .and_then(|held| if let Source::Role { from, .. } = held.session.source { Some(from) } else { None });
    let Some(from) = from else {
        let told = UserError::new("You have not switched role.").hint("`switch-role` switches to one.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    };
    if app.get(from).is_none() {
        let told = UserError::new("The account that you switched from is closed.").hint("`connect` opens it again.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    if let Some(refused) = lost_on_closing(app, at) {
        return refused;
    }
    go(app, from);
    drop_workspace(app, at)
}

fn close(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    if app.workspaces.len() < 2 {
        let told = UserError::new("This is the only open account.").hint("ctrl-q quits.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    }
    if let Some(refused) = lost_on_closing(app, at) {
        return refused;
    }
    let place = app.workspaces.iter().position(|held| held.number() == at).unwrap_or_default();
    let next = app.workspaces.get(place + 1).or_else(|| app.workspaces.get(place.checked_sub(1)?));
    if let Some(next) = next.map(Workspace::number) {
        go(app, next);
    }
    drop_workspace(app, at)
}

/// What would be lost by closing a workspace is told instead.
fn lost_on_closing(app: &mut App, at: WorkspaceId) -> Option<Vec<Effect>> {
    let told = app.get(at)?.session.runs.lost_on_leaving()?;
    Some(vec![app.say(Notice { told, tone: Tone::Failed })])
}

fn drop_workspace(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let Some(stamp) = app.get(at).map(|closed| closed.session.stamp) else { return Vec::new() };
    app.workspaces.retain(|held| held.number() != at);
    vec![Effect::CancelAll { stamp }, Effect::Close { stamp }]
}

/// Opens the session again; page, layers and what was read stay.
pub(super) fn sign_in_again(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if matches!(workspace.session.link, Link::Opening) || matches!(workspace.session.source, Source::Offered(_)) {
        return choose(app, at);
    }
    let old = workspace.session.stamp;
    let effect = workspace.session.renew();
    let told = UserError::new("Signing in again.").hint("The old session stays open until then.");
    vec![Effect::CancelAll { stamp: old }, effect, app.say(Notice { told, tone: Tone::Info })]
}

/// The MFA device of the user who is signed in.
fn own_device(view: &View<'_>) -> Option<String> {
    let identity = view.account.identity()?;
    let Principal::User(name) = identity.principal() else { return None };
    let devices = view.account.users().get(name.as_str()).and_then(|user| user.facts.mfa.known().cloned());
    let known = devices.and_then(|devices| devices.first().map(|device| device.serial.to_string()));
    // The device that the console names after the user is the likeliest.
    let likely = || format!("arn:{}:iam::{}:mfa/{name}", identity.partition(), identity.account);
    Some(known.unwrap_or_else(likely))
}

fn session_mfa(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let serial = app.with_view(at, |_, view| own_device(view));
    let Some(serial) = serial.flatten() else {
        let told =
            UserError::new("Only an IAM user can get a session with MFA.").hint("Sign in with a user's access key.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    };
    effects::perform(app, at, vec![UiEffect::Open(Box::new(SessionMfa::new(&serial)))])
}

/// Asks for a session of the same user with MFA.
pub(super) fn with_mfa(app: &mut App, at: WorkspaceId, serial: String) -> Vec<Effect> {
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    let old = workspace.session.stamp;
    workspace.session.mfa = Some(serial);
    vec![Effect::CancelAll { stamp: old }, workspace.session.renew()]
}

fn copy_session(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let refused = match app.get(at).map(|held| &held.session.link) {
        Some(Link::Open(_)) => None,
        Some(Link::Offline { .. }) => Some(UserError::new("A snapshot has no session and no credentials.")),
        Some(Link::Failed(_)) => {
            let told = UserError::new("This session is not open and has no credentials.");
            Some(told.hint(again(&app.shared.keymap)))
        }
        _ => Some(UserError::new("This session is still opening.").hint("Wait until the header says who it is.")),
    };
    if let Some(told) = refused {
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let items = Export::ALL.iter().map(|shape| Item::choice(shape.label(), None)).collect();
    let menu = Menu::choose(MenuId::Export, "Copy this session's credentials as", items, 0);
    effects::perform(app, at, vec![UiEffect::Open(Box::new(menu))])
}

/// Asks for the session's credentials in a shape for another program.
pub(super) fn export(app: &App, at: WorkspaceId, shape: usize) -> Vec<Effect> {
    let shape = Export::ALL.get(shape).copied();
    let stamp = app.get(at).map(|held| held.session.stamp);
    shape.zip(stamp).map(|(shape, stamp)| Effect::Export { stamp, shape }).into_iter().collect()
}

/// Sends what was asked for to the clipboard.
pub(super) fn exported(app: &mut App, stamp: Stamp, shape: Export, result: Result<Secret, LoadError>) -> Vec<Effect> {
    match result {
        Ok(text) => {
            effects::perform(app, stamp.workspace, vec![UiEffect::Copy(shape.label(), text.reveal().to_owned())])
        }
        Err(error) => vec![app.say(Notice { told: error.user_error(), tone: Tone::Failed })],
    }
}

/// Lays a question over the workspace that signs in.
pub(super) fn asked(app: &mut App, stamp: Stamp, ask: Ask) -> Vec<Effect> {
    let shown = app.shown;
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    workspace.stack.end_sign_in();
    workspace.stack.sign_in = Some(workspace.stack.layers.push(Box::new(SignIn::new(ask))));
    if workspace.number() == shown {
        return Vec::new();
    }
    let told = UserError::new(format!("{} is waiting for you to sign in", workspace.session.endpoint()))
        .hint("`connect` goes there.");
    vec![app.say(Notice { told, tone: Tone::Info })]
}

/// Takes in that a session was opened, or could not be; an older one that still stands is kept then.
pub(super) fn connected(app: &mut App, stamp: Stamp, result: Result<Connection, LoadError>) -> Vec<Effect> {
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    workspace.stack.end_sign_in();
    let before = workspace.session.before.take();
    match (result, before) {
        (Ok(connection), _) => {
            workspace.session.warned = false;
            let notice = super::session::notice(&connection);
            workspace.session.link = Link::Open(connection);
            notice.map(|notice| app.say(notice)).into_iter().collect()
        }
        (Err(error), Some((number, connection))) => {
            workspace.session.stamp.session = number;
            workspace.session.link = Link::Open(connection);
            vec![app.say(Notice { told: error.user_error(), tone: Tone::Failed })]
        }
        (Err(error), None) => {
            workspace.session.link = Link::Failed(error.clone());
            back_from(app, stamp, &error)
        }
    }
}

/// Goes back to the session that a role could not be switched to from, and opens the form again with what was tried.
fn back_from(app: &mut App, stamp: Stamp, error: &LoadError) -> Vec<Effect> {
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    let at = workspace.number();
    let Source::Role { from, role } = &workspace.session.source else { return Vec::new() };
    let (from, tried) = (*from, role.as_ref().clone());
    // One that is only looked at from elsewhere stays until somebody comes back to it.
    if at != app.shown || app.get(from).is_none() {
        return Vec::new();
    }
    app.shown = from;
    app.redraw = true;
    app.stale = true;
    let mut effects = drop_workspace(app, at);
    if !matches!(error.kind, ErrorKind::Stopped) {
        effects.extend(open_switch_role(app, from, Some((tried, error.user_error()))));
    }
    effects
}

/// Gives up the opening of a session; one that stood before goes on. What still comes of it is dropped.
pub(super) fn give_up(app: &mut App, at: WorkspaceId) -> Option<Vec<Effect>> {
    let workspace = app.get_mut(at)?;
    if !matches!(workspace.session.link, Link::Opening) || matches!(workspace.session.source, Source::Offered(_)) {
        return None;
    }
    let stamp = workspace.session.stamp;
    let effects = connected(app, stamp, Err(LoadError::new(ErrorKind::Stopped, "sign-in")));
    let workspace = app.get_mut(at)?;
    if workspace.session.stamp == stamp {
        workspace.session.turn();
    }
    Some(effects)
}

/// Has this console serve a store of the emulator where whoever served it is gone; once, until something answers.
pub(super) fn take_over(app: &mut App, stamp: Stamp) -> Vec<Effect> {
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    if !matches!((&workspace.session.source, &workspace.session.link), (Source::Local(_), Link::Open(_)))
        || workspace.session.takes_over
    {
        return Vec::new();
    }
    workspace.session.takes_over = true;
    // A session with MFA begins from one that nobody answers any more.
    workspace.session.mfa = None;
    let old = workspace.session.stamp;
    let effect = workspace.session.renew();
    let told = UserError::new(format!("The program that served {} has ended.", workspace.session.endpoint()))
        .hint("This console serves it now; no change was lost.");
    vec![Effect::CancelAll { stamp: old }, effect, app.say(Notice { told, tone: Tone::Info })]
}

/// Takes in a snapshot: an account that nothing is asked of.
pub(super) fn unpacked(
    app: &mut App,
    stamp: Stamp,
    file: PathBuf,
    result: Result<Box<Snapshot>, UserError>,
) -> Vec<Effect> {
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    match result {
        Ok(snapshot) => {
            Arc::make_mut(&mut workspace.session.account).replace(snapshot.account.closed());
            workspace.session.read_only = ReadOnly::Always;
            workspace.session.source = Source::Snapshot(file.clone());
            workspace.session.link = Link::Offline { file: file.clone(), taken: snapshot.taken };
            remember(app, &Choice::Snapshot(file))
        }
        Err(told) => {
            workspace.session.link = Link::Failed(LoadError::new(ErrorKind::Local(told), "snapshot"));
            Vec::new()
        }
    }
}

/// Speaks of sessions that will end, once each, and asks to be woken for those that will later.
pub(super) fn foresee(app: &mut App) -> Vec<Effect> {
    let now = app.shared.now;
    let mut effects = Vec::new();
    let mut ending = None;
    for workspace in &mut app.workspaces {
        let Link::Open(Connection { ends: Some(ends), .. }) = &workspace.session.link else { continue };
        let early = *ends - EARLY;
        if now < early {
            effects.push(Effect::WakeAt(early));
            continue;
        }
        // The header says so when it has ended.
        effects.extend((now < *ends).then_some(Effect::WakeAt(*ends)));
        if !workspace.session.warned {
            workspace.session.warned = true;
            ending = Some((workspace.session.endpoint(), (ends.duration_since(now).as_secs().max(0) + 59) / 60));
        }
    }
    if let Some((name, minutes)) = ending {
        let told = UserError::new(format!("The session of {name} expires in {minutes} minutes."))
            .hint("`sign-in-again` renews it; nothing on the screen is lost.");
        effects.push(app.say(Notice { told, tone: Tone::Info }));
    }
    effects
}

/// The accounts that the entity in sight can be compared with.
fn compare_menu(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let entity =
        matches!(app.get(at).and_then(|held| held.stack.history.page()).map(Page::place), Some(Place::Entity(_)));
    let others: Vec<Item> = others(app, at).map(|held| Item::choice(held.session.title(), None)).collect();
    if others.is_empty() || !entity {
        let told =
            UserError::new("There is nothing to compare.").hint("Open a second account and the page of the same item.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    }
    effects::perform(
        app,
        at,
        vec![UiEffect::Open(Box::new(Menu::choose(MenuId::CompareWith, "Compare with", others, 0)))],
    )
}

/// The other accounts that are open.
fn others(app: &App, at: WorkspaceId) -> impl Iterator<Item = &Workspace> {
    app.workspaces.iter().filter(move |held| held.number() != at)
}

/// Lays the comparison over the page.
pub(super) fn compare(app: &mut App, at: WorkspaceId, chosen: usize) -> Vec<Effect> {
    let Some(number) = others(app, at).nth(chosen).map(Workspace::number) else { return Vec::new() };
    let Some(Place::Entity(entity)) = app.get(at).and_then(|held| held.stack.history.page()).map(Page::place) else {
        return Vec::new();
    };
    let this = app.get(at).map(|held| held.session.title()).unwrap_or_default();
    let Some(other) = app.get(number) else { return Vec::new() };
    let number_there = other.session.account.identity().map(|identity| identity.account.to_string());
    let there = number_there.and_then(|account| Counterpart::of(&entity, &account)).unwrap_or_else(|| entity.clone());
    let (titles, account) = ([this, other.session.title()], Arc::clone(&other.session.account));
    let layer = Counterpart::new(number, [entity, there], titles, account);
    effects::perform(app, at, vec![UiEffect::Open(Box::new(layer))])
}

/// Tells layers what the other accounts know now: one of them may compare with another account.
pub(super) fn tell_others(app: &mut App) -> Vec<Effect> {
    if app.workspaces.len() < 2 {
        return Vec::new();
    }
    let accounts: Vec<_> =
        app.workspaces.iter().map(|held| (held.number(), Arc::clone(&held.session.account))).collect();
    let numbers: Vec<WorkspaceId> = accounts.iter().map(|(number, _)| *number).collect();
    let mut effects = Vec::new();
    for (workspace, account) in accounts {
        let message = UiMessage::OtherAccount { workspace, account };
        effects.extend(numbers.iter().flat_map(|at| messages::tell_all(app, *at, &message)));
    }
    effects
}

fn session(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    app.get_mut(stamp.workspace).filter(|held| held.session.stamp.session == stamp.session)
}

/// What to ask `AssumeRole` for.
pub(super) fn request(role: &RoleChoice, session_name: Option<&String>) -> RoleRequest {
    RoleRequest {
        arn: role.arn.clone(),
        session_name: session_name.cloned(),
        external_id: role.external_id.clone(),
        mfa_serial: role.mfa_serial.clone(),
        duration: role.duration,
    }
}
