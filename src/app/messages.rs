//! Messages: the stamp leads each to its workspace, and drops what is late.

use std::sync::Arc;

use crate::effect::{Effect, Stamp};
use crate::message::{Message, TaskResult};
use crate::ui::message::UiMessage;
use crate::ui::page::Reviewed;

use super::workspace::{Workspace, WorkspaceId};
use super::{App, accounts, drafts, effects, runs};

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
        Message::Exported { stamp, shape, result } => return accounts::exported(app, stamp, shape, result),
        Message::Read { stamp, update, .. } => {
            if let Some(workspace) = current(app, stamp) {
                Arc::make_mut(&mut workspace.session.account).apply(*update);
            }
        }
        Message::Ended { stamp, load, result } => {
            if let Some(workspace) = current(app, stamp) {
                let is_lost = matches!(&result, Err(error) if error.is_lost());
                workspace.session.takes_over &= !matches!(result, Ok(()));
                if let (Err(error), Some(list)) = (&result, load.list()) {
                    Arc::make_mut(&mut workspace.session.account).fail(list, error.clone());
                }
                workspace.session.jobs.end(load, result);
                if is_lost {
                    return accounts::take_over(app, stamp);
                }
            }
        }
        Message::Called { stamp, call } => {
            if let Some(workspace) = session(app, stamp) {
                if workspace.session.calls.len() >= CALLS {
                    workspace.session.calls.pop_front();
                }
                workspace.session.calls.push_back(call);
            }
        }
        Message::Pace { stamp, pace } => {
            if let Some(workspace) = session(app, stamp) {
                workspace.session.pace = pace;
            }
        }
        Message::Ran { stamp, run, progress } => {
            runs::progress(app, stamp, &run, progress);
            return tell_top(app, stamp.workspace, &UiMessage::RunChanged);
        }
        Message::TaskDone { stamp, result } => {
            let mut effects = reviewed(app, stamp, &result);
            effects.extend(tell_all(app, stamp.workspace, &UiMessage::TaskDone(result)));
            return effects;
        }
        Message::Journal { stamp, book, result, damage, visited } => {
            if let Some(workspace) = current(app, stamp) {
                workspace.session.runs.note_visit(visited);
            }
            return runs::read(app, stamp, book, result, damage);
        }
        Message::Drafts { stamp, book, drafts: read } => drafts::read(app, stamp, &book, &read),
        Message::Written { stamp, run, result } => return runs::written(app, stamp, run.as_deref(), result),
        Message::Woke => {
            drop_notice(app);
            // The runtime keeps one time only: whoever waits for a later one asks again.
            let notice = app.notice.as_ref().map(|(_, until)| Effect::WakeAt(*until));
            let numbers: Vec<WorkspaceId> = app.workspaces.iter().map(Workspace::number).collect();
            return numbers
                .into_iter()
                .flat_map(|at| tell_top(app, at, &UiMessage::RunChanged))
                .chain(notice)
                .collect();
        }
    }
    drop_notice(app);
    Vec::new()
}

/// Tells every layer of an account that is open; whoever it is for knows it.
///
/// Who waits goes on waiting while another account is in sight.
pub(super) fn tell_all(app: &mut App, at: WorkspaceId, message: &UiMessage) -> Vec<Effect> {
    let effects = app.with_view(at, |stack, view| {
        stack.layers.iter_mut().flat_map(|layer| layer.on_message(message, view)).collect::<Vec<_>>()
    });
    effects::perform(app, at, effects.unwrap_or_default())
}

/// Tells the top layer of an account.
pub(super) fn tell_top(app: &mut App, at: WorkspaceId, message: &UiMessage) -> Vec<Effect> {
    let effects = app.with_view(at, |stack, view| stack.layers.top_mut().map(|layer| layer.on_message(message, view)));
    effects::perform(app, at, effects.flatten().unwrap_or_default())
}

/// Keeps what a review found, for the pages and for the next review.
fn reviewed(app: &mut App, stamp: Stamp, result: &TaskResult) -> Vec<Effect> {
    let TaskResult::AccountAnswered { review: Some(record), .. } = result else { return Vec::new() };
    let Some(workspace) = session(app, stamp) else { return Vec::new() };
    let before = workspace.session.review.take().map(|reviewed| reviewed.now);
    workspace.session.review = Some(Reviewed { now: Arc::clone(record), before });
    drafts::keep_review(workspace, record)
}

fn drop_notice(app: &mut App) {
    if app.notice.as_ref().is_some_and(|(_, until)| *until <= app.shared.now) {
        app.notice = None;
    }
}

/// The workspace whose present question this answers.
fn current(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    app.get_mut(stamp.workspace).filter(|workspace| workspace.session.stamp == stamp)
}

/// The workspace whose present session this is about, whatever was reloaded meanwhile.
fn session(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    app.get_mut(stamp.workspace).filter(|workspace| workspace.session.stamp.session == stamp.session)
}
