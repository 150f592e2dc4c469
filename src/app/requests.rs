//! Granting what pages and layers wish.

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::effect::Effect;
use crate::ui::layer::{Layer, MenuId, Outcome};
use crate::ui::page::{Export, Notice, Tone, UiRequest};
use crate::ui::place::Place;
use crate::ui::wizards;

use super::workspace::{Workspace, WorkspaceId};
use super::{App, accounts, actions, drafts};

/// The most that a terminal is sent for its clipboard, encoded; xterm and tmux take no more.
const CLIPBOARD: usize = 74_994;

/// Grants requests in their order.
pub(super) fn grant(app: &mut App, at: WorkspaceId, requests: Vec<UiRequest>) -> Vec<Effect> {
    requests.into_iter().flat_map(|wish| grant_one(app, at, wish)).collect()
}

fn grant_one(app: &mut App, at: WorkspaceId, wish: UiRequest) -> Vec<Effect> {
    if matches!(wish, UiRequest::Go(_) | UiRequest::GoFiltered(..))
        && let Some(told) = held(app, at)
    {
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let now = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    match wish {
        UiRequest::Go(place) => {
            let effects = close_all(workspace, now);
            workspace.stack.history.go(&place, now);
            effects
        }
        UiRequest::Show(place) if workspace.stack.layers.is_empty() => {
            workspace.stack.history.go(&place, now);
            Vec::new()
        }
        UiRequest::Show(_) => Vec::new(),
        UiRequest::GoFiltered(kind, filter) => {
            let effects = close_all(workspace, now);
            workspace.stack.history.go(&Place::List(kind), now);
            if let Some(page) = workspace.stack.history.page_mut() {
                page.filter_by(&filter);
            }
            effects
        }
        UiRequest::GoBack => {
            workspace.stack.history.back(now);
            Vec::new()
        }
        UiRequest::Open(layer) => {
            open(app, at, layer);
            Vec::new()
        }
        UiRequest::Close(outcome) => close(app, at, outcome),
        UiRequest::Do(action) => actions::act(app, at, action),
        UiRequest::Copy(what, text) => copy(app, what, text),
        UiRequest::Say(notice) => vec![app.say(notice)],
        UiRequest::SignIn(answer) => vec![Effect::SignIn { stamp: workspace.session.stamp, answer }],
        UiRequest::OpenPage(page) => {
            let told = UserError::new("Opening the page in the browser of this computer.")
                .hint("If there is no browser, copy the link.");
            vec![Effect::OpenPage(page), app.say(Notice { told, tone: Tone::Info })]
        }
        UiRequest::Apply(job) => {
            workspace.session.runs.begin(&job, now);
            vec![Effect::Apply { stamp: workspace.session.stamp, job }]
        }
        UiRequest::Answer(run, answer) => vec![Effect::Answer { stamp: workspace.session.stamp, run, answer }],
        UiRequest::StopRun(run) => vec![Effect::StopRun { stamp: workspace.session.stamp, run }],
        UiRequest::Write(Export { path, text, run }) => {
            vec![Effect::WriteFile { stamp: workspace.session.stamp, path, text, run }]
        }
        UiRequest::SeenSecrets(run) => {
            workspace.session.runs.seen(&run);
            Vec::new()
        }
        UiRequest::ForgetSecrets(run) => {
            workspace.session.runs.forget(&run);
            Vec::new()
        }
        UiRequest::BackgroundTask(chore) => vec![Effect::BackgroundTask { stamp: workspace.session.stamp, chore }],
        UiRequest::WakeAt(at) => vec![Effect::WakeAt(at)],
        UiRequest::Again(loads) => {
            workspace.session.jobs.outdate(|load| loads.contains(load));
            Vec::new()
        }
    }
}

/// Closes all layers; what is unfinished in them is kept.
fn close_all(workspace: &mut Workspace, now: Timestamp) -> Vec<Effect> {
    let layers = std::mem::take(&mut workspace.stack.layers);
    let closed = |layer: Box<dyn Layer>| drafts::closed(workspace, layer.as_ref(), &Outcome::Cancelled, now).0;
    layers.into_iter().filter_map(closed).collect()
}

/// Why a layer that is open cannot be left for another page.
fn held(app: &mut App, at: WorkspaceId) -> Option<UserError> {
    app.with_view(at, |stack, view| stack.layers.iter().find_map(|layer| layer.holds(view))).flatten()
}

/// Opens a layer: what it must know is read anew, and what was left unfinished in it is offered.
fn open(app: &mut App, at: WorkspaceId, layer: Box<dyn Layer>) {
    let wants = app.with_view(at, |_, view| layer.wants(view)).unwrap_or_default();
    let moment = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return };
    let needed = |load: &Load| load.subject().is_some() && wants.contains(&(load.clone(), Urgency::Now));
    workspace.session.jobs.outdate(needed);
    workspace.stack.layers.push(layer);
    drafts::offer(workspace, moment);
}

/// Closes the top layer; a text that was not saved is kept, or else the layer stays open.
fn close(app: &mut App, at: WorkspaceId, outcome: Outcome) -> Vec<Effect> {
    let now = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if drafts::would_lose(workspace) {
        let told = UserError::new("The text cannot be kept before the account is known.")
            .hint("Save it, write it to a file, or choose `discard` from the list of commands.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let Some(layer) = workspace.stack.layers.pop() else { return deliver(app, at, outcome) };
    let what = if layer.kept_title().is_some() { "text is" } else { "answers are" };
    let (written, is_kept) = drafts::closed(workspace, layer.as_ref(), &outcome, now);
    let mut effects: Vec<Effect> = written.into_iter().collect();
    if is_kept {
        effects.push(app.say(Notice::new(format!("The {what} kept. Open it again to continue."), Tone::Info)));
    }
    effects.extend(deliver(app, at, outcome));
    effects
}

/// Gives a layer's outcome to who opened it; where to go and what to do is the same for all.
fn deliver(app: &mut App, at: WorkspaceId, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Cancelled => Vec::new(),
        Outcome::Go(place) => grant_one(app, at, UiRequest::Go(place)),
        Outcome::Do(action) => actions::act(app, at, action),
        Outcome::Verb(verb, selection) => {
            let requests = app.with_view(at, |_, view| wizards::open_verb(verb, &selection, view));
            grant(app, at, requests.unwrap_or_default())
        }
        Outcome::Connect(choice) => accounts::take(app, at, &choice),
        Outcome::WithMfa(serial) => accounts::with_mfa(app, at, serial),
        Outcome::Chosen(MenuId::Export, chosen) => accounts::export(app, at, chosen),
        Outcome::Chosen(MenuId::CompareWith, chosen) => accounts::compare(app, at, chosen),
        Outcome::Chosen(MenuId::Copy, chosen) => {
            let wish = app.with_view(at, |stack, view| {
                let subject = stack.history.page()?.subject(view)?;
                let (what, text) = actions::copies(&subject).get(chosen).copied()?;
                Some(UiRequest::Copy(what, text.to_owned()))
            });
            wish.flatten().map(|wish| grant_one(app, at, wish)).unwrap_or_default()
        }
        other => {
            let requests = app.with_view(at, |stack, view| match stack.layers.last_mut() {
                Some(layer) => layer.receive(other, view),
                None => stack.history.page_mut().map(|page| page.receive(other, view)).unwrap_or_default(),
            });
            grant(app, at, requests.unwrap_or_default())
        }
    }
}

fn copy(app: &mut App, what: &'static str, text: String) -> Vec<Effect> {
    if text.len().div_ceil(3) * 4 > CLIPBOARD {
        let told = UserError::new(format!("The {what} is too long for a terminal's clipboard."))
            .hint("Terminals take about 56,000 characters.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    // No terminal answers whether it took it: say what was done, not what became of it.
    let told = UserError::new(format!("Sent the {what} to the terminal's clipboard."))
        .hint("If it did not arrive, allow OSC 52 in the terminal (tmux: `set -g set-clipboard on`).");
    vec![Effect::CopyToClipboard(text), app.say(Notice { told, tone: Tone::Done })]
}
