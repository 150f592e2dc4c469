//! After each batch: caches are brought up to date, and what the page in sight lacks is asked for.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::backend::{Load, Urgency};
use crate::effect::Effect;
use crate::ui::layout::Layout;

use super::workspace::{Link, Workspace};
use super::{App, accounts, drafts, runs, wishes};

/// How long the keys must rest before rows in sight are read one by one.
///
/// A held `j` passes hundreds of rows that nobody looks at; keyboards repeat every 33 ms.
const REST: SignedDuration = SignedDuration::from_millis(35);

/// Brings everything in sight up to date and asks for what is missing.
pub fn settle(app: &mut App) -> Vec<Effect> {
    app.now = app.clock.now();
    app.stale = false;
    accounts::look(app);
    freshen(app);
    let ripe = app.with_view(|workspace, view| workspace.layers.last_mut().map(|layer| layer.ripen(view)));
    let ripe = ripe.flatten().unwrap_or_default();
    let opened = !ripe.is_empty();
    let mut effects = wishes::grant(app, ripe);
    if opened {
        freshen(app);
    }
    effects.extend(accounts::foresee(app));
    effects.extend(loads(app));
    effects.extend(drafts::keep(app));
    effects
}

/// Asks for what is wanted and missing, and ends what nobody wants any more.
fn loads(app: &mut App) -> Vec<Effect> {
    // The page in sight wants what is new enough; whoever else wants something takes what there is.
    let wants = app.with_view(|workspace, view| {
        let page = workspace.history.page().map(|page| page.wants(view)).unwrap_or_default();
        let mut wants: Vec<(Load, Urgency, Timestamp)> = page
            .into_iter()
            .map(|(load, urgency)| {
                let since = workspace.history.since(&load);
                (load, urgency, since)
            })
            .collect();
        let layers = workspace.layers.iter().flat_map(|layer| layer.wants(view));
        wants.extend(layers.map(|(load, urgency)| (load, urgency, Timestamp::UNIX_EPOCH)));
        wants
    });
    let mut wants = wants.unwrap_or_default();
    // The header and the counts want these on every page.
    let everywhere =
        [(Load::Identity, Urgency::Now), (Load::Summary, Urgency::Background), (Load::Alias, Urgency::Background)];
    wants.extend(everywhere.map(|(load, urgency)| (load, urgency, Timestamp::UNIX_EPOCH)));
    // A clock on the screen is the only thing that ticks, and only while it is in sight.
    let tick = app.with_view(|workspace, view| workspace.layers.last().and_then(|layer| layer.wakes_at(view)));
    let rested = app.now >= app.last_input + REST;
    let due = app.last_input + REST;
    let now = app.now;
    let Some(workspace) = app.workspaces.get_mut(app.current) else { return Vec::new() };
    if !matches!(workspace.link, Link::Open(_)) {
        return Vec::new();
    }
    let mut effects = drop_unwanted(workspace, &wants);
    let stamp = workspace.stamp;
    let questions = workspace.layers.iter_mut().filter_map(|layer| layer.ask());
    effects.extend(questions.map(|question| Effect::Ask { stamp, question }));
    effects.extend(runs::journal(workspace));
    effects.extend(tick.flatten().map(Effect::WakeAt));
    effects.extend(drafts::ask(workspace));
    let mut waiting = false;
    for (load, urgency, since) in wants {
        if !workspace.jobs.is_new(&load, since) {
            continue;
        }
        match urgency {
            Urgency::Visible if !rested => waiting = true,
            // Lists that somebody waits for come first; their end settles again.
            Urgency::Background if is_waited_for(workspace) => {}
            _ => {
                workspace.jobs.begin(load.clone(), now);
                effects.push(Effect::Load { stamp: workspace.stamp, load, urgency });
            }
        }
    }
    if waiting {
        effects.push(Effect::WakeAt(due));
    }
    effects
}

/// Brings page and layers up to date.
pub(super) fn freshen(app: &mut App) {
    let Some(layout) = Layout::of(app.size.0, app.size.1) else { return };
    app.with_view(|workspace, view| {
        if let Some(page) = workspace.history.page_mut() {
            page.settle(view, layout.body);
        }
        for layer in &mut workspace.layers {
            layer.settle(view, layout.body);
        }
    });
}

fn is_waited_for(workspace: &Workspace) -> bool {
    workspace.jobs.running().any(|load| !is_of_one_row(load) && !is_background(load))
}

/// Cancels reads of single entities that are no longer in sight; lists are read to their end.
fn drop_unwanted(workspace: &mut Workspace, wants: &[(Load, Urgency, Timestamp)]) -> Vec<Effect> {
    let wanted: BTreeSet<&Load> = wants.iter().map(|(load, ..)| load).collect();
    let unwanted: Vec<Load> =
        workspace.jobs.running().filter(|load| is_of_one_row(load) && !wanted.contains(load)).cloned().collect();
    unwanted
        .into_iter()
        .map(|load| {
            workspace.jobs.drop_running(&load);
            Effect::Cancel { stamp: workspace.stamp, load }
        })
        .collect()
}

fn is_of_one_row(load: &Load) -> bool {
    matches!(
        load,
        Load::User(..)
            | Load::Group(..)
            | Load::Role(..)
            | Load::Policy(..)
            | Load::InstanceProfile(_)
            | Load::OidcProvider(_)
            | Load::SamlProvider(_)
            | Load::ServerCertificate(_)
    )
}

fn is_background(load: &Load) -> bool {
    matches!(load, Load::Bulk | Load::Report | Load::Summary | Load::Alias)
}
