//! Messages: the stamp leads each to its workspace, and drops what is late.

use std::sync::Arc;

use crate::effect::{Effect, Stamp};
use crate::message::{Message, News};

use super::workspace::Workspace;
use super::{App, accounts, drafts, runs, wishes};

/// The most calls that the log keeps.
const CALLS: usize = 1_000;

/// Takes what came back.
pub(super) fn receive(app: &mut App, message: Message) -> Vec<Effect> {
    match message {
        Message::Connected { stamp, result } => {
            let effects = accounts::connected(app, stamp, result);
            drop_notice(app);
            return effects;
        }
        Message::Asks { stamp, ask } => return accounts::asked(app, stamp, ask),
        Message::Offers { stamp, found } => return accounts::offered(app, stamp, found.0, found.1),
        Message::Snapshot { stamp, file, result } => return accounts::unpacked(app, stamp, file, result),
        Message::Exported { shape, result, .. } => return accounts::exported(app, shape, result),
        Message::Read { stamp, update, .. } => {
            if let Some(workspace) = current(app, stamp) {
                Arc::make_mut(&mut workspace.account).apply(*update);
            }
        }
        Message::Ended { stamp, load, result } => {
            if let Some(workspace) = current(app, stamp) {
                let is_lost = matches!(&result, Err(error) if error.is_lost());
                workspace.takes_over &= !matches!(result, Ok(()));
                if let (Err(error), Some(list)) = (&result, load.list()) {
                    Arc::make_mut(&mut workspace.account).fail(list, error.clone());
                }
                workspace.jobs.end(load, result);
                if is_lost {
                    return accounts::take_over(app, stamp);
                }
            }
        }
        Message::Called { stamp, call } => {
            if let Some(workspace) = session(app, stamp) {
                if workspace.calls.len() >= CALLS {
                    workspace.calls.pop_front();
                }
                workspace.calls.push_back(call);
            }
        }
        Message::Pace { stamp, pace } => {
            if let Some(workspace) = session(app, stamp) {
                workspace.pace = pace;
            }
        }
        Message::Ran { stamp, run, progress } => {
            runs::progress(app, stamp, &run, progress);
            return hear(app);
        }
        Message::Chore { stamp, news } => return deliver(app, stamp, &news),
        Message::Journal { stamp, book, result } => return runs::read(app, stamp, book, result),
        Message::Drafts { stamp, book, drafts: read } => drafts::read(app, stamp, &book, &read),
        Message::Written { stamp, run, result } => return runs::written(app, stamp, run.as_deref(), result),
        Message::Answered { stamp, question, reply } => {
            // The answer holds whatever was reloaded meanwhile: it rests on the question alone.
            if let Some(workspace) = session(app, stamp) {
                workspace.layers.iter_mut().for_each(|layer| layer.learn(&question, &reply));
            }
        }
        Message::Woke => {
            drop_notice(app);
            // The runtime keeps one time only: whoever waits for a later one asks again.
            let notice = app.notice.as_ref().map(|(_, until)| Effect::WakeAt(*until));
            return hear(app).into_iter().chain(notice).collect();
        }
    }
    drop_notice(app);
    Vec::new()
}

/// Gives what came of a chore to every layer that is open; whose it is knows it.
fn deliver(app: &mut App, stamp: Stamp, news: &News) -> Vec<Effect> {
    let asked = |workspace: &Workspace| workspace.stamp.workspace == stamp.workspace;
    let Some(at) = app.workspaces.iter().position(asked) else { return Vec::new() };
    // Who waits goes on waiting while another account is in sight, so the news goes to where it was asked.
    let seen = std::mem::replace(&mut app.current, at);
    let wishes = app.with_view(|workspace, view| {
        workspace.layers.iter_mut().flat_map(|layer| layer.finish(news, view)).collect::<Vec<_>>()
    });
    let effects = wishes::grant(app, wishes.unwrap_or_default());
    if seen < app.workspaces.len() {
        app.current = seen;
    }
    effects
}

/// Tells the top layer that time has passed or a run has moved on.
fn hear(app: &mut App) -> Vec<Effect> {
    let wishes = app.with_view(|workspace, view| workspace.layers.last_mut().map(|layer| layer.hear(view)));
    wishes::grant(app, wishes.flatten().unwrap_or_default())
}

fn drop_notice(app: &mut App) {
    if app.notice.as_ref().is_some_and(|(_, until)| *until <= app.now) {
        app.notice = None;
    }
}

/// The workspace whose present question this answers.
fn current(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    app.workspaces.iter_mut().find(|workspace| workspace.stamp == stamp)
}

/// The workspace whose present session this is about, whatever was reloaded meanwhile.
fn session(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    let of = |stamp: Stamp| (stamp.workspace, stamp.session);
    app.workspaces.iter_mut().find(|workspace| of(workspace.stamp) == of(stamp))
}
