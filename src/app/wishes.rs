//! Granting what pages and layers wish.

use crate::backend::{Load, Urgency};
use crate::base::error::Told;
use crate::effect::Effect;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::page::{Export, Notice, Tone, Wish};
use crate::ui::place::Place;
use crate::ui::wizards;

use super::{App, accounts, actions, drafts};

/// The most that a terminal is sent for its clipboard, encoded; xterm and tmux take no more.
const CLIPBOARD: usize = 74_994;

/// Grants wishes in their order.
pub(super) fn grant(app: &mut App, wishes: Vec<Wish>) -> Vec<Effect> {
    wishes.into_iter().flat_map(|wish| grant_one(app, wish)).collect()
}

fn grant_one(app: &mut App, wish: Wish) -> Vec<Effect> {
    if matches!(wish, Wish::Go(_) | Wish::GoFiltered(..))
        && let Some(told) = held(app)
    {
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let now = app.now;
    let Some(workspace) = app.workspaces.get_mut(app.current) else { return Vec::new() };
    match wish {
        Wish::Go(place) => {
            let layers = std::mem::take(&mut workspace.layers);
            workspace.history.go(&place, now);
            layers.iter().flat_map(|layer| drafts::closed(workspace, layer.as_ref(), app.now)).collect()
        }
        Wish::GoFiltered(kind, filter) => {
            workspace.layers.clear();
            workspace.history.go(&Place::List(kind), now);
            if let Some(page) = workspace.history.page_mut() {
                page.filter_by(&filter);
            }
            Vec::new()
        }
        Wish::GoBack => {
            workspace.history.back(now);
            Vec::new()
        }
        Wish::Open(layer) => {
            open(app, layer);
            Vec::new()
        }
        Wish::Close(outcome) => close(app, outcome),
        Wish::Do(action) => actions::act(app, action),
        Wish::Copy(what, text) => copy(app, what, text),
        Wish::Say(notice) => vec![app.say(notice)],
        Wish::SignIn(answer) => vec![Effect::SignIn { stamp: workspace.stamp, answer }],
        Wish::OpenPage(page) => {
            let told =
                Told::new("asked this machine's browser to open the page").hint("Copy the link where there is none.");
            vec![Effect::OpenPage(page), app.say(Notice { told, tone: Tone::Info })]
        }
        Wish::Apply(job) => {
            workspace.runs.begin(&job, app.now);
            vec![Effect::Apply { stamp: workspace.stamp, job }]
        }
        Wish::Answer(run, answer) => vec![Effect::Answer { stamp: workspace.stamp, run, answer }],
        Wish::StopRun(run) => vec![Effect::StopRun { stamp: workspace.stamp, run }],
        Wish::Write(Export { path, text, run }) => {
            vec![Effect::WriteFile { stamp: workspace.stamp, path, text, run }]
        }
        Wish::SeenSecrets(run) => {
            workspace.runs.seen(&run);
            Vec::new()
        }
        Wish::ForgetSecrets(run) => {
            workspace.runs.forget(&run);
            Vec::new()
        }
        Wish::Chore(chore) => vec![Effect::Chore { stamp: workspace.stamp, chore }],
        Wish::WakeAt(at) => vec![Effect::WakeAt(at)],
        Wish::Again(loads) => {
            workspace.jobs.outdate(|load| loads.contains(load));
            Vec::new()
        }
    }
}

/// Why a layer that is open cannot be left for another page.
fn held(app: &mut App) -> Option<Told> {
    app.with_view(|workspace, view| workspace.layers.iter().find_map(|layer| layer.holds(view))).flatten()
}

/// Opens a layer: what it must know is read anew, and what was left unfinished in it is offered.
fn open(app: &mut App, layer: Box<dyn Layer>) {
    let wants = app.with_view(|_, view| layer.wants(view)).unwrap_or_default();
    let moment = app.now;
    let Some(workspace) = app.workspaces.get_mut(app.current) else { return };
    let needed = |load: &Load| load.subject().is_some() && wants.contains(&(load.clone(), Urgency::Now));
    workspace.jobs.outdate(needed);
    workspace.layers.push(layer);
    drafts::offer(workspace, moment);
}

/// Closes the top layer; a text that was not saved is kept, or else the layer stays open.
fn close(app: &mut App, outcome: Outcome) -> Vec<Effect> {
    let now = app.now;
    let Some(workspace) = app.workspaces.get_mut(app.current) else { return Vec::new() };
    if drafts::would_lose(workspace) {
        let told = Told::new("the text cannot be kept before the account is known")
            .hint("Save it, write it to a file, or choose `discard` from the list of commands.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let Some(layer) = workspace.layers.pop() else { return deliver(app, outcome) };
    let mut effects = drafts::closed(workspace, layer.as_ref(), now);
    if matches!(effects.as_slice(), [Effect::KeepDraft { draft: Some(_), .. }]) {
        effects.push(app.say(Notice::new("The text is kept. Open it again to continue.", Tone::Info)));
    }
    effects.extend(deliver(app, outcome));
    effects
}

/// Gives a layer's outcome to who opened it; where to go and what to do is the same for all.
fn deliver(app: &mut App, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Cancelled => Vec::new(),
        Outcome::Go(place) => grant_one(app, Wish::Go(place)),
        Outcome::Do(action) => actions::act(app, action),
        Outcome::Verb(name, selection) => {
            let wishes = app.with_view(|_, view| wizards::open_named(name, &selection, view));
            grant(app, wishes.unwrap_or_default())
        }
        Outcome::Connect(choice) => accounts::take(app, &choice),
        Outcome::WithMfa(serial) => accounts::with_mfa(app, serial),
        Outcome::Chosen(accounts::EXPORT, at) => accounts::export(app, at),
        Outcome::Chosen(accounts::COMPARE, at) => accounts::compare(app, at),
        Outcome::Chosen(actions::COPY, at) => {
            let wish = app.with_view(|workspace, view| {
                let subject = workspace.history.page()?.subject(view)?;
                let (what, text) = actions::copies(&subject).get(at).copied()?;
                Some(Wish::Copy(what, text.to_owned()))
            });
            wish.flatten().map(|wish| grant_one(app, wish)).unwrap_or_default()
        }
        other => {
            let wishes = app.with_view(|workspace, view| match workspace.layers.last_mut() {
                Some(layer) => layer.receive(other, view),
                None => workspace.history.page_mut().map(|page| page.receive(other, view)).unwrap_or_default(),
            });
            grant(app, wishes.unwrap_or_default())
        }
    }
}

fn copy(app: &mut App, what: &'static str, text: String) -> Vec<Effect> {
    if text.len().div_ceil(3) * 4 > CLIPBOARD {
        let told = Told::new(format!("the {what} is too long for a terminal's clipboard"))
            .hint("Terminals take about 56,000 characters.");
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    // No terminal answers whether it took it: say what was done, not what became of it.
    let told = Told::new(format!("sent the {what} to the terminal's clipboard"))
        .hint("If it did not arrive, allow OSC 52 in the terminal (tmux: `set -g set-clipboard on`).");
    vec![Effect::CopyToClipboard(text), app.say(Notice { told, tone: Tone::Done })]
}
