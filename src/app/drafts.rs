//! Drafts: what is answered in a wizard is kept until its plan was applied, a text that is edited until it is saved or
//! its changes are discarded.
//!
//! A session that expires keeps its layers; a terminal that dies does not, and so answers are written a moment
//! after the keys rest, and while they do not rest, every now and then.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::effect::{Draft, Effect, Stamp};
use crate::insight::review::record::Record;
use crate::plan::journal::JournalId;
use crate::ui::layer::{Layer, Unfinished, Work};
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::Reviewed;
use crate::ui::time;

use super::workspace::{Workspace, WorkspaceId};
use super::{App, Shared, Source};

/// How long the keys must rest before answers are written.
const REST: SignedDuration = SignedDuration::from_millis(500);

/// The longest that answers wait while the keys do not rest.
const LONGEST: SignedDuration = SignedDuration::from_secs(1);

/// The drafts of one workspace.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The account that they were asked for.
    book: Option<JournalId>,
    kept: BTreeMap<String, Draft>,
    open: Option<Open>,
}

/// The wizard that is open.
#[derive(Debug)]
struct Open {
    wizard: String,
    /// Whether there are answers that leaving loses.
    answered: bool,
    /// The answers that were written last.
    written: Option<Value>,
    /// Since when there are answers that were not written.
    waiting: Option<Timestamp>,
}

/// Asks for the drafts of the account, once it is known.
pub(super) fn ask(workspace: &mut Workspace) -> Vec<Effect> {
    let Some(book) = workspace.session.book() else { return Vec::new() };
    if workspace.stack.drafts.book.as_ref() == Some(&book) {
        return Vec::new();
    }
    let before = std::mem::take(&mut workspace.stack.drafts);
    // What was left before the account was known is of this one.
    let kept = if before.book.is_none() { before.kept } else { BTreeMap::new() };
    let keep = |(wizard, draft): (&String, &Draft)| Effect::KeepDraft {
        book: book.clone(),
        wizard: wizard.clone(),
        draft: Some(draft.clone()),
    };
    let mut effects: Vec<Effect> = kept.iter().map(keep).collect();
    workspace.stack.drafts = Drafts { book: Some(book.clone()), kept, ..Drafts::default() };
    effects.push(Effect::ReadDrafts { stamp: workspace.session.stamp, book });
    effects
}

/// The name under which the last review of an account is kept beside the drafts.
const REVIEW: &str = "security-review";

/// Whether a workspace shows a snapshot: its review tells of another day than today, perhaps of an emulator whose account
/// has the number of a real one, and is neither kept as the last of that account nor compared with it.
fn is_snapshot(workspace: &Workspace) -> bool {
    matches!(workspace.session.source, Source::Snapshot(_))
}

/// Keeps the last review of an account.
pub(super) fn keep_review(workspace: &Workspace, record: &Record) -> Vec<Effect> {
    let Some(book) = workspace.session.book().filter(|_| !is_snapshot(workspace)) else { return Vec::new() };
    let draft = Some(Draft { at: record.at, answers: record.to_json() });
    vec![Effect::KeepDraft { book, wizard: REVIEW.to_owned(), draft }]
}

/// Takes in the drafts of the account, and its last review.
pub(super) fn read(app: &mut App, stamp: Stamp, book: &JournalId, drafts: &[(String, Draft)]) {
    let record = drafts.iter().find(|(name, _)| name == REVIEW);
    // What is dated after now was kept by a clock that was wrong: nothing is compared with it.
    let is_past = |record: &Record| record.at <= app.shared.now;
    let record = record.and_then(|(_, draft)| Record::from_json(&draft.answers)).filter(is_past).map(Arc::new);
    let workspaces = app.workspaces.iter_mut().filter(|workspace| workspace.session.stamp.workspace == stamp.workspace);
    for workspace in workspaces.filter(|workspace| workspace.stack.drafts.book.as_ref() == Some(book)) {
        let read = drafts.iter().filter(|(name, _)| name != REVIEW).cloned().collect();
        let record = record.as_ref().filter(|_| !is_snapshot(workspace));
        match (&mut workspace.session.review, record) {
            (review @ None, Some(record)) => *review = Some(Reviewed { now: Arc::clone(record), before: None }),
            // A review was made before the one of another day was read.
            (Some(review), Some(record)) if review.before.is_none() && record.at < review.now.at => {
                review.before = Some(Arc::clone(record));
            }
            _ => {}
        }
        let newer = std::mem::replace(&mut workspace.stack.drafts.kept, read);
        workspace.stack.drafts.kept.extend(newer);
    }
}

/// Asks what to do with the draft of the wizard that was just opened, where one was kept.
pub(super) fn offer(workspace: &mut Workspace, shared: &Shared) {
    let now = shared.now;
    let Some(layer) = workspace.stack.layers.top() else { return };
    let Some(unfinished) = layer.draft() else { return };
    let Some(draft) = workspace.stack.drafts.kept.get(&unfinished.name).cloned() else { return };
    let what = match unfinished.kind {
        Work::Text => "a text",
        Work::Answers => "answers",
    };
    let title = format!("{}: {what} kept {}", layer.title(), time::ago(draft.at, now));
    let (view, stack) = workspace.split(shared);
    if let Some(layer) = stack.layers.top_mut() {
        // Whoever is given a draft waits for what the user says.
        let effects = layer.on_message(&UiMessage::Draft(draft.answers), &view);
        debug_assert!(effects.is_empty(), "a draft has no effect before it is chosen");
    }
    let items = vec![Item::choice("Continue where you were", None), Item::choice("Start over", None)];
    // Whoever does not choose wanted neither: nothing is opened, and the draft stays.
    let menu = Menu::choose(MenuId::Draft, title, items, 0).or_leave();
    workspace.stack.layers.push(Box::new(menu));
}

/// Whether closing the top layer would lose a text: there is no account yet to keep it for.
pub(super) fn would_lose(workspace: &Workspace) -> bool {
    let top = workspace.stack.layers.top().filter(|_| workspace.stack.drafts.book.is_none());
    let unfinished = top.and_then(Layer::draft);
    unfinished.is_some_and(|unfinished| unfinished.kind == Work::Text && unfinished.content.is_some())
}

/// Takes note that a layer was closed: what is unfinished in it is written at once, what is done is dropped.
///
/// Gives what is to be written, and whether it is unfinished work.
pub(super) fn closed(
    workspace: &mut Workspace,
    unfinished: Option<Unfinished>,
    is_done: bool,
    now: Timestamp,
) -> (Option<Effect>, bool) {
    let Some(Unfinished { name: wizard, content: answers, .. }) = unfinished else { return (None, false) };
    let open = workspace.stack.drafts.open.take_if(|open| open.wizard == wizard);
    let draft = answers.filter(|_| !is_done).map(|answers| Draft { at: now, answers });
    let is_kept = draft.is_some();
    match &draft {
        Some(draft) => drop(workspace.stack.drafts.kept.insert(wizard.clone(), draft.clone())),
        None if is_done || open.is_some_and(|open| open.answered) => drop(workspace.stack.drafts.kept.remove(&wizard)),
        // Nothing was entered: an older draft stays.
        None => return (None, false),
    }
    // Before the account is known, a draft is in memory only.
    let book = workspace.stack.drafts.book.clone();
    (book.map(|book| Effect::KeepDraft { book, wizard, draft }), is_kept)
}

/// Writes what is answered once the keys rest, or when it has waited long enough.
pub(super) fn keep(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let (rest, now) = (app.last_input + REST, app.shared.now);
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    let Some(book) = workspace.stack.drafts.book.clone() else { return Vec::new() };
    let unfinished = workspace.stack.layers.iter().find_map(Layer::draft);
    let Some(Unfinished { name: wizard, content: answers, .. }) = unfinished else { return Vec::new() };
    let _ = workspace.stack.drafts.open.take_if(|open| open.wizard != wizard);
    let fresh = Open { wizard: wizard.clone(), answered: false, written: None, waiting: None };
    let open = workspace.stack.drafts.open.get_or_insert(fresh);
    let Some(answers) = answers else { return Vec::new() };
    open.answered = true;
    if open.written.as_ref() == Some(&answers) {
        open.waiting = None;
        return Vec::new();
    }
    let due = rest.min(*open.waiting.get_or_insert(now) + LONGEST);
    if now < due {
        return vec![Effect::WakeAt(due)];
    }
    open.waiting = None;
    open.written = Some(answers.clone());
    let draft = Draft { at: now, answers };
    workspace.stack.drafts.kept.insert(wizard.clone(), draft.clone());
    vec![Effect::KeepDraft { book, wizard, draft: Some(draft) }]
}

/// What must be written now, as the program ends: the answers of every wizard that is open.
pub fn drafts(app: &App) -> Vec<Effect> {
    let of = |workspace: &Workspace| {
        let book = workspace.stack.drafts.book.clone()?;
        let Unfinished { name: wizard, content, .. } = workspace.stack.layers.iter().find_map(Layer::draft)?;
        let draft = Some(Draft { at: app.shared.now, answers: content? });
        Some(Effect::KeepDraft { book, wizard, draft })
    };
    app.workspaces.iter().filter_map(of).collect()
}
