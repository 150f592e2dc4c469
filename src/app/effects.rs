//! Performing the effects of pages and layers: what is about the screen at once, what is IO as an effect.

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::effect::Effect;
use crate::ui::effect::{Export, Notice, Tone, UiEffect};
use crate::ui::layer::{Layer, Want, Work};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::place::Place;
use crate::ui::wizards;

use super::workspace::{Workspace, WorkspaceId};
use super::{App, Looks, accounts, actions, drafts};

/// The most that a terminal is sent for its clipboard, encoded; xterm and tmux take no more.
const CLIPBOARD: usize = 74_994;

/// Performs effects of pages and layers in their order.
pub(super) fn perform(app: &mut App, at: WorkspaceId, effects: Vec<UiEffect>) -> Vec<Effect> {
    effects.into_iter().flat_map(|effect| perform_one(app, at, effect)).collect()
}

fn perform_one(app: &mut App, at: WorkspaceId, effect: UiEffect) -> Vec<Effect> {
    if matches!(effect, UiEffect::Go(_) | UiEffect::GoFiltered(..))
        && let Some(told) = held(app, at)
    {
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let now = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    match effect {
        UiEffect::Go(place) => {
            let effects = close_all(workspace, now);
            workspace.stack.history.go(&place, now);
            effects
        }
        UiEffect::Show(place) if workspace.stack.layers.is_empty() => {
            workspace.stack.history.go(&place, now);
            Vec::new()
        }
        UiEffect::GoFiltered(kind, filter) => {
            let effects = close_all(workspace, now);
            workspace.stack.history.go(&Place::List(kind), now);
            if let Some(page) = workspace.stack.history.page_mut() {
                page.filter_by(&filter);
            }
            effects
        }
        UiEffect::Open(layer) => {
            open(app, at, layer);
            Vec::new()
        }
        UiEffect::OpenCommand(verb, selection) => {
            let effects = app.with_view(at, |_, view| wizards::open_command(verb, &selection, view));
            perform(app, at, effects.unwrap_or_default())
        }
        UiEffect::Close => close(app, at, None),
        UiEffect::CloseWith(message) => close(app, at, Some(message)),
        UiEffect::Do(action) => actions::act(app, at, action),
        UiEffect::OnPage(action) if workspace.stack.layers.is_empty() => actions::on_page(app, at, action),
        // What lies over the page stays.
        UiEffect::Show(_) | UiEffect::OnPage(_) => Vec::new(),
        UiEffect::Copy(what, text) => copy(app, what, text),
        UiEffect::UseTheme(theme) => {
            app.looks = Looks { dark: (*theme).clone(), light: *theme };
            Vec::new()
        }
        UiEffect::Say(notice) => vec![app.say(notice)],
        UiEffect::SignIn(answer) => vec![Effect::SignIn { stamp: workspace.session.stamp, answer }],
        UiEffect::Connect(choice) => accounts::take(app, at, &choice),
        UiEffect::SignInWithMfa(serial) => accounts::with_mfa(app, at, serial),
        UiEffect::OpenPage(page) => {
            let told = UserError::new("Opening the page in the browser of this computer.")
                .hint("If there is no browser, copy the link.");
            vec![Effect::OpenPage(page), app.say(Notice { told, tone: Tone::Info })]
        }
        UiEffect::Apply(job) => {
            workspace.session.runs.begin(&job, now);
            vec![Effect::Apply { stamp: workspace.session.stamp, job }]
        }
        UiEffect::Answer(run, answer) => vec![Effect::Answer { stamp: workspace.session.stamp, run, answer }],
        UiEffect::StopRun(run) => vec![Effect::StopRun { stamp: workspace.session.stamp, run }],
        UiEffect::Write(Export { path, text, run }) => {
            vec![Effect::WriteFile { stamp: workspace.session.stamp, path, text, run }]
        }
        UiEffect::SeenSecrets(run) => {
            workspace.session.runs.seen(&run);
            Vec::new()
        }
        UiEffect::ForgetSecrets(run) => {
            workspace.session.runs.forget(&run);
            Vec::new()
        }
        UiEffect::Task(task) => vec![Effect::Task { stamp: workspace.session.stamp, task }],
        UiEffect::WakeAt(at) => vec![Effect::WakeAt(at)],
        UiEffect::LoadAgain(loads) => {
            workspace.session.jobs.outdate(|load| loads.contains(load));
            Vec::new()
        }
    }
}

/// Closes all layers; what is unfinished in them is kept.
fn close_all(workspace: &mut Workspace, now: Timestamp) -> Vec<Effect> {
    let layers = workspace.stack.layers.take();
    layers.into_iter().filter_map(|layer| drafts::closed(workspace, layer.draft(), false, now).0).collect()
}

/// Why a layer that is open cannot be left for another page.
fn held(app: &mut App, at: WorkspaceId) -> Option<UserError> {
    app.with_view(at, |stack, view| stack.layers.iter().find_map(|layer| layer.context(view).held())).flatten()
}

/// Opens a layer: what it must know is read anew, and what was left unfinished in it is offered.
fn open(app: &mut App, at: WorkspaceId, layer: Box<dyn Layer>) {
    let wants = app.with_view(at, |_, view| layer.wants(view)).unwrap_or_default();
    let Some(workspace) = app.workspaces.iter_mut().find(|workspace| workspace.number() == at) else { return };
    let needed = |load: &Load| load.subject().is_some() && wants.contains(&Want::now(load.clone()));
    workspace.session.jobs.outdate(needed);
    workspace.stack.layers.push(layer);
    drafts::offer(workspace, &app.shared);
}

/// Closes the top layer with a message for whoever opened it; a text that was not saved is kept, or else the layer
/// stays open.
fn close(app: &mut App, at: WorkspaceId, message: Option<UiMessage>) -> Vec<Effect> {
    let now = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if drafts::would_lose(workspace) {
        let told = UserError::new("The text cannot be kept before the account is known.")
            .hint("Save it, write it to a file, or choose `discard` from the list of commands.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let mut effects = Vec::new();
    if let Some(layer) = workspace.stack.layers.pop() {
        let unfinished = layer.draft();
        let what = match unfinished.as_ref().map(|unfinished| unfinished.kind) {
            Some(Work::Text) => "text is",
            Some(Work::Answers) | None => "answers are",
        };
        let is_done = matches!(message, Some(UiMessage::Applied { .. }));
        let (written, is_kept) = drafts::closed(workspace, unfinished, is_done, now);
        effects.extend(written);
        if is_kept {
            effects.push(app.say(Notice::new(format!("The {what} kept. Open it again to continue."), Tone::Info)));
        }
    }
    effects.extend(message.into_iter().flat_map(|message| deliver(app, at, &message)));
    effects
}

/// Gives the result of a layer to who opened it: a layer, the page, or the program.
fn deliver(app: &mut App, at: WorkspaceId, message: &UiMessage) -> Vec<Effect> {
    match message {
        UiMessage::Chosen(MenuId::Export, chosen) => accounts::export(app, at, *chosen),
        UiMessage::Chosen(MenuId::CompareWith, chosen) => accounts::compare(app, at, *chosen),
        UiMessage::Chosen(MenuId::Copy, chosen) => {
            let effect = app.with_view(at, |stack, view| {
                let subject = stack.history.page()?.subject(view)?;
                let (what, text) = actions::copies(&subject).get(*chosen).copied()?;
                Some(UiEffect::Copy(what, text.to_owned()))
            });
            perform(app, at, effect.flatten().into_iter().collect())
        }
        _ => {
            let effects = app.with_view(at, |stack, view| match stack.layers.top_mut() {
                Some(layer) => layer.on_message(message, view),
                None => stack.history.page_mut().map(|page| page.on_message(message, view)).unwrap_or_default(),
            });
            perform(app, at, effects.unwrap_or_default())
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
