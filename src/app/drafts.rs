//! Drafts: what is answered in a wizard is kept until the wizard is done or left on purpose.
//!
//! A session that expires keeps its layers; a terminal that dies does not, and so answers are written a moment
//! after the keys rest.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::effect::{Draft, Effect, Stamp};
use crate::plan::journal::Book;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::time;
use crate::ui::wizard::DRAFT;

use super::App;
use super::workspace::Workspace;

/// How long the keys must rest before answers are written.
const REST: SignedDuration = SignedDuration::from_millis(500);

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
}

/// Asks for the drafts of the account, once it is known.
pub(super) fn ask(workspace: &mut Workspace) -> Option<Effect> {
    let book = workspace.book()?;
    if workspace.drafts.book.as_ref() == Some(&book) {
        return None;
    }
    workspace.drafts = Drafts { book: Some(book.clone()), ..Drafts::default() };
    Some(Effect::ReadDrafts { stamp: workspace.stamp, book })
}

/// Takes in the drafts of the account.
pub(super) fn read(app: &mut App, stamp: Stamp, book: &Book, drafts: &[(String, Draft)]) {
    let workspaces = app.workspaces.iter_mut().filter(|workspace| workspace.stamp.workspace == stamp.workspace);
    for workspace in workspaces.filter(|workspace| workspace.drafts.book.as_ref() == Some(book)) {
        workspace.drafts.kept = drafts.iter().cloned().collect();
    }
}

/// Asks what to do with the draft of the wizard that was just opened, where one was kept.
pub(super) fn offer(workspace: &mut Workspace, now: Timestamp) {
    let Some(layer) = workspace.layers.last_mut() else { return };
    let draft = layer.draft().and_then(|(name, _)| workspace.drafts.kept.get(&name));
    let Some(draft) = draft.cloned() else { return };
    let (title, go_on) = match layer.kept_title() {
        Some(title) => (format!("{title}: a text kept {}", time::ago(draft.at, now)), "Go on with it"),
        None => (format!("Unfinished answers of {} were kept", time::moment(draft.at)), "Go on with them"),
    };
    layer.offer_draft(draft.answers);
    let items = vec![Item::choice(go_on, None), Item::choice("Start anew", None)];
    workspace.layers.push(Box::new(Menu::choose(DRAFT, title, items, 0)));
}

/// Writes what is answered once the keys rest, and drops what is done or was left.
pub(super) fn keep(app: &mut App) -> Vec<Effect> {
    let (rested, due, now) = (app.now >= app.last_input + REST, app.last_input + REST, app.now);
    let Some(workspace) = app.workspaces.get_mut(app.current) else { return Vec::new() };
    let Some(book) = workspace.drafts.book.clone() else { return Vec::new() };
    let now_open = workspace.layers.iter().find_map(|layer| layer.draft());
    let mut effects = Vec::new();
    let same = |open: &Open| now_open.as_ref().is_some_and(|(wizard, _)| *wizard == open.wizard);
    if let Some(Open { wizard, answered, .. }) = workspace.drafts.open.take_if(|open| !same(open))
        && answered
    {
        // It is done, or it was left on purpose.
        workspace.drafts.kept.remove(&wizard);
        effects.push(Effect::KeepDraft { book: book.clone(), wizard, draft: None });
    }
    let Some((wizard, answers)) = now_open else { return effects };
    let fresh = Open { wizard: wizard.clone(), answered: false, written: None };
    let open = workspace.drafts.open.get_or_insert(fresh);
    let Some(answers) = answers else { return effects };
    open.answered = true;
    if open.written.as_ref() == Some(&answers) {
        return effects;
    }
    if rested {
        open.written = Some(answers.clone());
        let draft = Draft { at: now, answers };
        workspace.drafts.kept.insert(wizard.clone(), draft.clone());
        effects.push(Effect::KeepDraft { book, wizard, draft: Some(draft) });
    } else {
        effects.push(Effect::WakeAt(due));
    }
    effects
}

/// What must be written now, as the program ends: the answers of every wizard that is open.
pub fn drafts(app: &App) -> Vec<Effect> {
    let of = |workspace: &Workspace| {
        let book = workspace.drafts.book.clone()?;
        let (wizard, answers) = workspace.layers.iter().find_map(|layer| layer.draft())?;
        let draft = Some(Draft { at: app.now, answers: answers? });
        Some(Effect::KeepDraft { book, wizard, draft })
    };
    app.workspaces.iter().filter_map(of).collect()
}
