//! Drafts: what is answered in a wizard is kept until the wizard is done or left on purpose; a text that is edited,
//! until it is saved or its changes are discarded.
//!
//! A session that expires keeps its layers; a terminal that dies does not, and so answers are written a moment
//! after the keys rest, and while they do not rest, every now and then.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::effect::{Draft, Effect, Stamp};
use crate::plan::journal::Book;
use crate::ui::layer::{Layer, MenuId, Outcome};
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::time;

use super::App;
use super::workspace::{Number, Workspace};

/// How long the keys must rest before answers are written.
const REST: SignedDuration = SignedDuration::from_millis(500);

/// The longest that answers wait while the keys do not rest.
const LONGEST: SignedDuration = SignedDuration::from_secs(1);

/// The drafts of one workspace.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The account that they were asked for.
    book: Option<Book>,
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
pub(super) fn ask(workspace: &mut Workspace) -> Option<Effect> {
    let book = workspace.session.book()?;
    if workspace.stack.drafts.book.as_ref() == Some(&book) {
        return None;
    }
    workspace.stack.drafts = Drafts { book: Some(book.clone()), ..Drafts::default() };
    Some(Effect::ReadDrafts { stamp: workspace.session.stamp, book })
}

/// Takes in the drafts of the account.
pub(super) fn read(app: &mut App, stamp: Stamp, book: &Book, drafts: &[(String, Draft)]) {
    let workspaces = app.workspaces.iter_mut().filter(|workspace| workspace.session.stamp.workspace == stamp.workspace);
    for workspace in workspaces.filter(|workspace| workspace.stack.drafts.book.as_ref() == Some(book)) {
        workspace.stack.drafts.kept = drafts.iter().cloned().collect();
    }
}

/// Asks what to do with the draft of the wizard that was just opened, where one was kept.
pub(super) fn offer(workspace: &mut Workspace, now: Timestamp) {
    let Some(layer) = workspace.stack.layers.last_mut() else { return };
    let draft = layer.draft().and_then(|(name, _)| workspace.stack.drafts.kept.get(&name));
    let Some(draft) = draft.cloned() else { return };
    let (title, go_on) = match layer.kept_title() {
        Some(title) => (format!("{title}: a text kept {}", time::ago(draft.at, now)), "Go on with it"),
        None => (format!("Unfinished answers of {} were kept", time::moment(draft.at)), "Go on with them"),
    };
    layer.offer_draft(draft.answers);
    let is_text = layer.kept_title().is_some();
    let items = vec![Item::choice(go_on, None), Item::choice("Start anew", None)];
    let menu = Menu::choose(MenuId::Draft, title, items, 0);
    // Whoever does not choose goes on with the text: one undo leads back, while a new text would replace the draft.
    let menu = if is_text { menu.or_else(Outcome::Chosen(MenuId::Draft, 0)) } else { menu };
    workspace.stack.layers.push(Box::new(menu));
}

/// Whether closing the top layer would lose a text: there is no account yet to keep it for.
pub(super) fn would_lose(workspace: &Workspace) -> bool {
    let top = workspace.stack.layers.last().filter(|_| workspace.stack.drafts.book.is_none());
    top.is_some_and(|layer| layer.kept_title().is_some() && layer.draft().is_some_and(|(_, text)| text.is_some()))
}

/// Takes note that a layer was closed: what a text has that was not saved is written at once, answers are dropped.
pub(super) fn closed(workspace: &mut Workspace, layer: &dyn Layer, now: Timestamp) -> Vec<Effect> {
    let Some((wizard, answers)) = layer.draft() else { return Vec::new() };
    let Some(book) = workspace.stack.drafts.book.clone() else { return Vec::new() };
    let open = workspace.stack.drafts.open.take_if(|open| open.wizard == wizard);
    let draft = answers.filter(|_| layer.kept_title().is_some()).map(|answers| Draft { at: now, answers });
    match &draft {
        Some(draft) => drop(workspace.stack.drafts.kept.insert(wizard.clone(), draft.clone())),
        None if open.is_some_and(|open| open.answered) => drop(workspace.stack.drafts.kept.remove(&wizard)),
        // Nothing was entered: an older draft stays.
        None => return Vec::new(),
    }
    vec![Effect::KeepDraft { book, wizard, draft }]
}

/// Writes what is answered once the keys rest, or when it has waited long enough.
pub(super) fn keep(app: &mut App, at: Number) -> Vec<Effect> {
    let (rest, now) = (app.last_input + REST, app.shared.now);
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    let Some(book) = workspace.stack.drafts.book.clone() else { return Vec::new() };
    let Some((wizard, answers)) = workspace.stack.layers.iter().find_map(|layer| layer.draft()) else {
        return Vec::new();
    };
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
        let (wizard, answers) = workspace.stack.layers.iter().find_map(|layer| layer.draft())?;
        let draft = Some(Draft { at: app.shared.now, answers: answers? });
        Some(Effect::KeepDraft { book, wizard, draft })
    };
    app.workspaces.iter().filter_map(of).collect()
}
