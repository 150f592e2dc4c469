//! After each batch: caches are brought up to date, and what the page in sight lacks is asked for.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::backend::{Load, Urgency};
use crate::effect::Effect;
use crate::ui::effect::UiEffect;
use crate::ui::layout::Layout;
use crate::ui::message::UiMessage;

use super::session::Link;
use super::workspace::{Workspace, WorkspaceId};
use super::{App, accounts, drafts, effects, runs};

/// How long the keys must rest before rows in sight are read one by one.
///
/// A held `j` passes hundreds of rows that nobody looks at; keyboards repeat every 33 ms.
const REST: SignedDuration = SignedDuration::from_millis(35);

/// Brings everything up to date and asks for what is missing.
pub fn settle(app: &mut App) -> Vec<Effect> {
    app.shared.now = app.clock.now();
    app.stale = false;
    let mut effects = accounts::tell_others(app);
    freshen(app);
    let numbers: Vec<WorkspaceId> = app.workspaces.iter().map(Workspace::number).collect();
    let mut opened = false;
    for at in numbers.iter().copied() {
        let told = app.with_view(at, |stack, view| {
            stack.layers.top_mut().map(|layer| layer.on_message(&UiMessage::Settled, view))
        });
        let told = told.flatten().unwrap_or_default();
        // What is done aside changes nothing that is drawn now.
        opened |= told.iter().any(|effect| !matches!(effect, UiEffect::Task(_)));
        effects.extend(effects::perform(app, at, told));
    }
    if opened {
        freshen(app);
    }
    effects.extend(accounts::foresee(app));
    for at in numbers {
        effects.extend(loads(app, at));
        effects.extend(drafts::keep(app, at));
    }
    effects
}

/// What the page and the layers of an account want to be read, how soon, and how new it must be.
///
/// The page in sight wants what is new enough; whoever else wants something takes what there is. Of an account that is
/// not in sight, its page reads to the end what it began with, but no rows: nobody looks at them. Its layers go on: a
/// run may wait for what they read.
fn wants(app: &mut App, at: WorkspaceId) -> Vec<(Load, Urgency, Timestamp)> {
    let is_shown = at == app.shown;
    let wants = app.with_view(at, |stack, view| {
        let page = stack.history.page().map(|page| page.wants(view)).unwrap_or_default();
        let page = page.into_iter().filter(|(_, urgency)| is_shown || *urgency != Urgency::Visible);
        let aged = |(load, urgency): (Load, Urgency)| {
            let since = stack.history.since(&load);
            (load, urgency, since)
        };
        let wants: Vec<(Load, Urgency, Timestamp)> = page.map(aged).collect();
        wants
    });
    let mut wants = wants.unwrap_or_default();
    // A layer of another account may compare with this one.
    for workspace in &app.workspaces {
        let (view, layers) = (workspace.view(&app.shared), &workspace.stack.layers);
        let wanted = layers.iter().flat_map(|layer| layer.wants(&view));
        let own = wanted.filter(|want| want.from.unwrap_or(workspace.number()) == at);
        wants.extend(own.map(|want| (want.load, want.urgency, Timestamp::UNIX_EPOCH)));
    }
    // The header and the counts want these on every page.
    let everywhere =
        [(Load::Identity, Urgency::Now), (Load::Summary, Urgency::Background), (Load::Alias, Urgency::Background)];
    wants.extend(everywhere.map(|(load, urgency)| (load, urgency, Timestamp::UNIX_EPOCH)));
    wants
}

/// Asks for what is wanted and missing, and ends what nobody wants any more.
fn loads(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let wants = wants(app, at);
    // A clock on the screen is the only thing that ticks, and only while it is in sight.
    let tick = app.with_view(app.shown, |stack, view| stack.layers.top().and_then(|layer| layer.wakes_at(view)));
    let tick = tick.flatten().filter(|_| at == app.shown);
    let (now, due) = (app.shared.now, app.last_input + REST);
    let rested = now >= due;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if !matches!(workspace.session.link, Link::Open(_)) {
        return Vec::new();
    }
    let mut effects = drop_unwanted(workspace, &wants);
    let stamp = workspace.session.stamp;
    effects.extend(runs::journal(workspace));
    effects.extend(tick.map(Effect::WakeAt));
    effects.extend(drafts::ask(workspace));
    let mut waiting = false;
    for (load, urgency, since) in wants {
        if !workspace.session.jobs.is_new(&load, since) {
            continue;
        }
        match urgency {
            Urgency::Visible if !rested => waiting = true,
            // Lists that somebody waits for come first; their end settles again.
            Urgency::Background if is_waited_for(workspace) => {}
            _ => {
                workspace.session.jobs.begin(load.clone(), now);
                effects.push(Effect::Load { stamp, load, urgency });
            }
        }
    }
    if waiting {
        effects.push(Effect::WakeAt(due));
    }
    effects
}

/// Brings pages and layers up to date.
pub(super) fn freshen(app: &mut App) {
    let Some(layout) = Layout::of(app.shared.size.0, app.shared.size.1) else { return };
    for workspace in &mut app.workspaces {
        let (view, stack) = workspace.split(&app.shared);
        if let Some(page) = stack.history.page_mut() {
            page.settle(&view, layout.body);
        }
        for layer in stack.layers.iter_mut() {
            layer.settle(&view, layout.body);
        }
    }
}

fn is_waited_for(workspace: &Workspace) -> bool {
    workspace.session.jobs.running().any(|load| !is_of_one_row(load) && !is_background(load))
}

/// Cancels reads of single entities that are no longer in sight; lists are read to their end.
fn drop_unwanted(workspace: &mut Workspace, wants: &[(Load, Urgency, Timestamp)]) -> Vec<Effect> {
    let wanted: BTreeSet<&Load> = wants.iter().map(|(load, ..)| load).collect();
    let unwanted: Vec<Load> = workspace
        .session
        .jobs
        .running()
        .filter(|load| is_of_one_row(load) && !wanted.contains(load))
        .cloned()
        .collect();
    unwanted
        .into_iter()
        .map(|load| {
            workspace.session.jobs.drop_running(&load);
            Effect::Cancel { stamp: workspace.session.stamp, load }
        })
        .collect()
}

fn is_of_one_row(load: &Load) -> bool {
    load.subject().is_some()
}

fn is_background(load: &Load) -> bool {
    matches!(load, Load::Bulk | Load::Report | Load::Summary | Load::Alias)
}
