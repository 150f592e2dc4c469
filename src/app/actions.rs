//! Actions: first the top layer or the page, then what holds everywhere.

use jiff::Timestamp;

use crate::base::error::UserError;
use crate::effect::Effect;
use crate::input::{Action, AnyPage, AppAction, Context, ItemAction, Key, Nav, PageAction, Scope, When, WorkAction};
use crate::model::{ErrorKind, LoadError};
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::layers::access::AccessAnswer;
use crate::ui::layers::calls::Calls;
use crate::ui::layers::help::Help;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::layers::palette::Palette;
use crate::ui::layers::review::Review;
use crate::ui::layers::themes::Themes;
use crate::ui::layers::topic::Reader;
use crate::ui::layout::{Layout, Preview, Wanted, with_preview};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::{Page, Subject, View};
use crate::ui::place::PAGES;
use crate::ui::selection::TabItem;
use crate::ui::topics::Topic;
use crate::ui::wizards;

use super::history::History;
use super::session::Link;
use super::workspace::{Stack, WorkspaceId};
use super::{App, accounts, effects, messages};

/// Where keys are read now, and which conditions hold there.
pub(super) fn context(app: &mut App, at: WorkspaceId) -> Context {
    let crash_test = app.crash_test;
    let context = app.with_view(at, |stack, view| context_of(stack, view));
    context.unwrap_or_default().with(When::CrashTest, crash_test)
}

/// The context of keys in the top layer, or on the page in sight.
pub(super) fn context_of(stack: &Stack, view: &View<'_>) -> Context {
    let is_denied = denial(stack, view).is_some();
    if let Some(layer) = stack.layers.top() {
        return layer.context(view).with(When::Denied, is_denied);
    }
    let history = &stack.history;
    let Some(page) = history.page() else { return Context::default() };
    wizards::facts(page.context(view), &page.selection(view))
        .with(When::Undo, view.runs.last_undoable().is_some())
        .with(When::Denied, is_denied)
        .with(When::Back, history.has_back())
        .with(When::Forward, history.has_forward())
}

/// What AWS said when it denied something that the screen tells of.
fn denial(stack: &Stack, view: &View<'_>) -> Option<String> {
    match stack.layers.top() {
        Some(layer) => layer.denial(view),
        None => stack.history.page()?.denial(view),
    }
}

/// Does what an action wants.
pub(super) fn act(app: &mut App, at: WorkspaceId, action: Action) -> Vec<Effect> {
    app.quitting &= action == AppAction::Quit.action();
    if let Action::App(action) = action {
        return everywhere(app, at, action);
    }
    let granted = app.with_view(at, |stack, view| match stack.layers.top_mut() {
        Some(layer) => Some(layer.act(action, view)),
        None => stack.history.page_mut().and_then(|page| page.act(action, view)),
    });
    match granted.flatten() {
        Some(requests) => effects::perform(app, at, requests),
        None => on_page(app, at, action),
    }
}

/// Says why a key does nothing here that does something elsewhere.
pub(super) fn idle(app: &mut App, at: WorkspaceId, context: &Context, key: Key) -> Vec<Effect> {
    let scopes = context.scopes();
    let binding = scopes.iter().find_map(|scope| app.shared.keymap.at(*scope, key)).map(|own| (own.action, own.when));
    let told = binding.and_then(|(action, when)| {
        app.with_view(at, |stack, view| match context.reason(when) {
            Some(reason) => Some((reason.clone(), Tone::Failed)),
            None if !stack.layers.is_empty() => None,
            None => stack.history.page().and_then(|page| idles(action, page, view)).map(|told| (told, Tone::Info)),
        })
    });
    let (told, tone) = told.flatten().unwrap_or_else(|| {
        let told = UserError::new(format!("{} does nothing here.", key.label()));
        let help = app.shared.keymap.keys(Scope::Page, AppAction::Help).first();
        let help = help.filter(|_| scopes.contains(&Scope::Page));
        let told = match help {
            Some(help) => told.hint(format!("{} lists the keys that work here.", help.label())),
            None => told,
        };
        (told, Tone::Info)
    });
    vec![app.say(Notice { told, tone })]
}

/// Why an action of a page does nothing on this one.
fn idles(action: Action, page: &dyn Page, view: &View<'_>) -> Option<UserError> {
    let selection = page.selection(view);
    let is_empty = selection.entities.is_empty() && selection.item.is_none();
    let hint = |action: ItemAction, what: &str| format!("{} {what}", view.keymap.shown(Scope::Page, action));
    Some(match action {
        Action::Item(ItemAction::New) => UserError::new("Nothing can be created on this page."),
        Action::Item(_) if is_empty => UserError::new("Nothing is selected."),
        Action::Item(ItemAction::Edit) => UserError::new("The selected item cannot be edited here."),
        Action::Item(ItemAction::Delete) if matches!(selection.item, Some(TabItem::Trusted(..))) => {
            let told = UserError::new("A trusted entity is removed by editing the trust policy.");
            told.hint(hint(ItemAction::Edit, "opens it."))
        }
        Action::Item(ItemAction::Delete) if selection.on_row => {
            let what = format!("shows what can be done with {}.", selection.describe());
            UserError::new("The selected row cannot be deleted.").hint(hint(ItemAction::Menu, &what))
        }
        Action::Item(ItemAction::Delete) => UserError::new("The selected item cannot be deleted here."),
        Action::Item(ItemAction::Add) => UserError::new("Nothing can be attached or added to the selected item."),
        Action::Item(ItemAction::WhoCan) => UserError::new("Access to the selected item cannot be listed."),
        Action::Item(ItemAction::Menu) => UserError::new("There is no command for the selected item."),
        Action::Work(WorkAction::Copy) => UserError::new("There is nothing to copy here."),
        Action::Work(WorkAction::Undo) => UserError::new("There is nothing to undo."),
        Action::Page(PageAction::Any(AnyPage::HistoryBack)) => UserError::new("There is no previous page."),
        Action::Page(PageAction::Any(AnyPage::HistoryForward)) => UserError::new("There is no next page."),
        _ => return None,
    })
}

/// Does what the page itself has left to the program: what is the same on every page.
pub(super) fn on_page(app: &mut App, at: WorkspaceId, action: Action) -> Vec<Effect> {
    match action {
        Action::App(action) => return everywhere(app, at, action),
        Action::Page(PageAction::Any(action)) => return on_any_page(app, at, action),
        Action::Page(PageAction::Account(action)) => return accounts::act(app, at, action),
        Action::Page(PageAction::Go(number)) => return go_to_page(app, at, number.number()),
        Action::Item(action) => return verbs(app, at, action),
        Action::Work(WorkAction::Undo) => return undo(app, at),
        Action::Work(WorkAction::Copy) => return copy_menu(app, at),
        Action::Nav(Nav::Back) => drop(turn(app, at, History::back)),
        // A page whose rows, tabs, fields or text these are about has done them.
        Action::Work(WorkAction::Redo | WorkAction::Save | WorkAction::Reveal)
        | Action::Nav(Nav::Open | Nav::NextTab | Nav::PreviousTab)
        | Action::Page(PageAction::List(_))
        | Action::Move(_)
        | Action::Dialog(_)
        | Action::Fold(_)
        | Action::Form(_)
        | Action::Text(_)
        | Action::Review(_)
        | Action::Diff(_)
        | Action::Editor(_) => {}
    }
    Vec::new()
}

fn on_any_page(app: &mut App, at: WorkspaceId, action: AnyPage) -> Vec<Effect> {
    match action {
        AnyPage::Calls => return effects::perform(app, at, vec![UiEffect::Open(Box::new(Calls::default()))]),
        AnyPage::Theme => {
            let themes = Themes::new(&app.shared.themes, app.theme().name());
            return effects::perform(app, at, vec![UiEffect::Open(Box::new(themes))]);
        }
        AnyPage::HelpConfig => return topic(app, at, Topic::Config),
        AnyPage::HelpKeys => return topic(app, at, Topic::Keys),
        AnyPage::HelpThemes => return topic(app, at, Topic::Themes),
        AnyPage::Preview => return preview(app, false),
        AnyPage::MovePreview => return preview(app, true),
        AnyPage::Reload => return reload(app, at),
        AnyPage::HistoryBack => drop(turn(app, at, History::back)),
        AnyPage::HistoryForward => drop(turn(app, at, History::forward)),
        AnyPage::Leave => {
            if !turn(app, at, History::back) {
                return quit(app);
            }
        }
    }
    Vec::new()
}

fn topic(app: &mut App, at: WorkspaceId, topic: Topic) -> Vec<Effect> {
    effects::perform(app, at, vec![UiEffect::Open(Box::new(Reader::new(topic)))])
}

/// Shows, hides or moves the preview of lists.
fn preview(app: &mut App, moves: bool) -> Vec<Effect> {
    let Some(layout) = Layout::of(app.shared.size.0, app.shared.size.1) else { return Vec::new() };
    let shown = |wanted| with_preview(layout.body, app.shared.size.0, wanted).1;
    let now = shown(app.shared.preview);
    let wanted = if moves { now.moved() } else { now.toggled(layout.body, app.shared.size.0) };
    if wanted != Wanted::Hidden && shown(wanted) == Preview::None {
        return vec![app.say(Notice::new("There is no room for a preview there.", Tone::Info))];
    }
    app.shared.preview = wanted;
    Vec::new()
}

/// Goes to the page of this number in the navigation.
fn go_to_page(app: &mut App, at: WorkspaceId, number: usize) -> Vec<Effect> {
    match PAGES.get(number.saturating_sub(1)) {
        Some(place) => effects::perform(app, at, vec![UiEffect::Go(place.clone())]),
        None => vec![app.say(Notice::new(format!("There is no page {number}."), Tone::Info))],
    }
}

fn turn(app: &mut App, at: WorkspaceId, way: fn(&mut History, Timestamp) -> bool) -> bool {
    let now = app.shared.now;
    app.get_mut(at).is_some_and(|workspace| way(&mut workspace.stack.history, now))
}

fn everywhere(app: &mut App, at: WorkspaceId, action: AppAction) -> Vec<Effect> {
    match action {
        AppAction::Help | AppAction::Palette => open(app, at, action == AppAction::Help),
        AppAction::Connect => return accounts::choose(app, at),
        AppAction::SignInAgain => return accounts::sign_in_again(app, at),
        AppAction::Quit => return quit(app),
        AppAction::Suspend => return vec![Effect::Suspend],
        AppAction::Redraw => app.redraw = true,
        AppAction::Crash => return vec![Effect::Crash],
        AppAction::Stop => return stop(app, at),
        AppAction::WhyDenied => {
            let denied = app.with_view(at, |stack, view| denial(stack, view)).flatten();
            let layer = denied.map(|text| UiEffect::Open(Box::new(AccessAnswer::denied(&text))));
            return effects::perform(app, at, layer.into_iter().collect());
        }
    }
    Vec::new()
}

/// Leaves the program, at the second time where something would be lost.
fn quit(app: &mut App) -> Vec<Effect> {
    let lost = app.workspaces.iter().find_map(|workspace| workspace.session.runs.lost_on_leaving());
    let Some(told) = lost.filter(|_| !app.quitting) else { return vec![Effect::Quit] };
    app.quitting = true;
    vec![app.say(Notice { told, tone: Tone::Info })]
}

/// Lays the help of what is in sight over it, or the palette.
fn open(app: &mut App, at: WorkspaceId, helps: bool) {
    let context = context(app, at);
    app.with_view(at, |stack, view| {
        let page = stack.history.page();
        let title = match (stack.layers.top(), page) {
            (Some(layer), _) => layer.title().to_owned(),
            (None, page) => page.map(|page| page.place().title().to_owned()).unwrap_or_default(),
        };
        // What is selected on the page is not what the layer over it is about.
        let page = page.filter(|_| stack.layers.is_empty());
        let selection = page.map(|page| page.selection(view)).unwrap_or_default();
        stack.layers.push(if helps {
            Box::new(Help::of(&title, &context, view.keymap))
        } else {
            Box::new(Palette::new(&context, &selection, view))
        });
    });
}

/// Opens the review of a plan that takes back the last change.
fn undo(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let review = app.with_view(at, |_, view| view.runs.last_undoable().map(|live| Review::undo(&live.run))).flatten();
    effects::perform(app, at, review.map(|review| UiEffect::Open(Box::new(review))).into_iter().collect())
}

/// Opens what a command's key stands for here.
fn verbs(app: &mut App, at: WorkspaceId, action: ItemAction) -> Vec<Effect> {
    let requests = app.with_view(at, |stack, view| {
        let selection = stack.history.page().map(|page| page.selection(view)).unwrap_or_default();
        wizards::press(action, &selection, view)
    });
    effects::perform(app, at, requests.unwrap_or_default())
}

/// Ends all that is under way; what was read so far stays.
fn stop(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let stopped = messages::tell_top(app, at, &UiMessage::Stop);
    if !stopped.is_empty() {
        return stopped;
    }
    if let Some(effects) = accounts::give_up(app, at) {
        return effects;
    }
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if !workspace.session.jobs.is_busy() {
        let told = UserError::new("Nothing is running.").hint("Ctrl-q quits.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    }
    let stamp = workspace.session.stamp;
    let account = std::sync::Arc::make_mut(&mut workspace.session.account);
    for load in workspace.session.jobs.stop() {
        if let Some(list) = load.list() {
            account.fail(list, LoadError::new(ErrorKind::Stopped, format!("{list:?}")));
        }
    }
    let told = UserError::new("Cancelled what was running.").hint("Reload to load the rest.");
    vec![Effect::CancelAll { stamp }, app.say(Notice { told, tone: Tone::Info })]
}

/// Asks again for what the page shows; where there is no session, opens it again.
fn reload(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let now = app.shared.now;
    let Some(workspace) = app.get_mut(at) else { return Vec::new() };
    if matches!(workspace.session.link, Link::Failed(_)) {
        return vec![workspace.session.reconnect()];
    }
    if workspace.session.jobs.is_signed_out() || workspace.session.has_ended(now) {
        return accounts::sign_in_again(app, at);
    }
    if matches!(workspace.session.link, Link::Offline { .. }) {
        let told = UserError::new("A snapshot cannot be reloaded.").hint("Connect to the account for current data.");
        return vec![app.say(Notice { told, tone: Tone::Info })];
    }
    workspace.session.takes_over = false;
    let old = workspace.session.stamp;
    workspace.session.stamp.generation += 1;
    workspace.session.jobs.again();
    workspace.stack.history.reload(now);
    workspace.session.runs.reread();
    vec![Effect::CancelAll { stamp: old }]
}

/// What can be copied, in the order of the menu.
pub(super) fn copies(subject: &Subject) -> Vec<(&'static str, &str)> {
    let all = [("name", Some(&subject.name)), ("ARN", subject.arn.as_ref()), ("JSON", subject.json.as_ref())];
    let link = subject.link.as_ref().map(|(what, link)| (*what, link.as_str()));
    all.into_iter().filter_map(|(what, text)| text.map(|text| (what, text.as_str()))).chain(link).collect()
}

fn copy_menu(app: &mut App, at: WorkspaceId) -> Vec<Effect> {
    let menu = app
        .with_view(at, |stack, view| {
            let subject = stack.history.page()?.subject(view)?;
            let items = copies(&subject).into_iter().map(|(what, _)| Item::choice(what, None)).collect();
            Some(Menu::choose(MenuId::Copy, "Copy", items, 0))
        })
        .flatten();
    effects::perform(app, at, menu.map(|menu| UiEffect::Open(Box::new(menu))).into_iter().collect())
}
