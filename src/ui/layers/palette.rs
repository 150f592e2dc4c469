//! The one palette: jump to a page or an entity, or run a command by name.

use std::cmp::Reverse;

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::search::{Kind as Match, Rank, Reach};
use crate::catalog::managed::{ManagedPolicy, managed_policies};
use crate::input::names;
use crate::input::{Action, AnyPage, AppAction, Context, DialogAction, PageAction, Scope, TextEdit};
use crate::model::{AccessKeyId, ErrorKind, Named, PolicyKind, Progress, ResourceRef, UserName};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want, unbound};
use crate::ui::layout::{centered, edge, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::{PAGES, Place};
use crate::ui::selection::Selection;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::finder::Finder;
use crate::ui::widgets::panel::panel;
use crate::ui::wizards::{self, Command, ask_access};

/// The most that is listed: nobody reads further, and typing on is quicker.
const MOST: usize = 100;

/// The palette with what is typed and what matches.
#[derive(Debug)]
pub struct Palette {
    finder: Finder,
    commands: Vec<Entry>,
    /// Verbs that make no sense here: found by name, so that it is known what they want.
    misfits: Vec<Entry>,
    found: Vec<Entry>,
    /// Whether something found has the typed text in one piece.
    is_sure: bool,
    /// Whether nothing found begins with the typed text, nor is it part of a name that is known: it may be a name that
    /// is not read yet.
    may_be_name: bool,
    seen: Option<u64>,
    /// Enter was pressed before the account told the name: it is gone to as soon as it does.
    waiting: bool,
}

/// Where an entry leads.
#[derive(Debug, Clone)]
enum Target {
    Go(Place),
    Do(Action),
    Command(&'static Command, Box<Selection>),
    /// A question with its text.
    Ask(ask_access::Ask, String),
}

/// One thing to choose.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    note: String,
    target: Target,
    /// What else is searched: a page's title and synonyms.
    also: String,
}

impl Palette {
    /// A palette over the commands that make sense in a context.
    ///
    /// Verbs stand before them, those that fit what is selected first.
    pub fn new(context: &Context, selection: &Selection, view: &View<'_>) -> Self {
        let verbs = wizards::fitting(selection).into_iter().map(|verb| Entry {
            name: verb.name.to_owned(),
            note: verb.help.to_owned(),
            target: Target::Command(verb, Box::new(selection.clone())),
            also: String::new(),
        });
        let misfits = wizards::misfits(selection).map(|(verb, wanted)| Entry {
            name: verb.name.to_owned(),
            note: format!("· needs {wanted}"),
            target: Target::Command(verb, Box::new(selection.clone())),
            also: String::new(),
        });
        let misfits = misfits.collect();
        let places = context.scopes().iter().filter(|scope| **scope != Scope::Rows);
        let commands = places
            .flat_map(|scope| view.keymap.of_place(*scope))
            // Pages are found by their names.
            .filter(|(own, _)| context.holds(own.when) && !matches!(own.action, Action::Page(PageAction::Go(_))))
            .map(|(own, keys)| {
                let key = keys.first().map(|key| key.label()).unwrap_or_default();
                let old: Vec<&str> = names::old_names(own.scope, own.action).collect();
                Entry {
                    name: own.action.name().to_owned(),
                    note: format!("{key} {}", own.help).trim().to_owned(),
                    target: Target::Do(own.action),
                    also: format!("{} {}", synonyms(own.action), old.join(" ")).trim().to_owned(),
                }
            });
        let commands = verbs.chain(commands).collect();
        Self {
            finder: Finder::new(Reach::Words),
            commands,
            misfits,
            found: Vec::new(),
            is_sure: false,
            may_be_name: false,
            seen: None,
            waiting: false,
        }
    }

    /// Closes with what is chosen.
    fn accept(&self) -> Vec<UiEffect> {
        let chosen = self.finder.row().and_then(|row| self.found.get(row));
        let effect = chosen.map(|entry| match &entry.target {
            Target::Go(place) => UiEffect::Go(place.clone()),
            Target::Do(action) => UiEffect::Do(*action),
            Target::Command(verb, selection) => UiEffect::OpenCommand(verb, selection.clone()),
            Target::Ask(ask, text) => UiEffect::Open(Box::new(ask(text))),
        });
        effect.map(|effect| [UiEffect::Close, effect]).into_iter().flatten().collect()
    }

    fn search(&mut self, view: &View<'_>) {
        self.seen = Some(view.revision);
        let pages = PAGES.iter().map(|place| Entry {
            name: place.slug().to_owned(),
            note: place.title().to_owned(),
            target: Target::Go(place.clone()),
            also: format!("{} {}", place.title(), place.synonyms()),
        });
        let query = self.finder.query().clone();
        if query.is_empty() {
            self.found = pages.chain(self.commands.iter().cloned()).collect();
            self.is_sure = true;
            self.may_be_name = false;
            self.finder.show(0..self.found.len());
            return;
        }
        let mut ranked: Vec<(Rank, bool, Hit<'_>)> = Vec::new();
        for page in pages {
            let rank = query.rank(&page.name, &page.also);
            ranked.extend(rank.map(|rank| (rank.in_group(PAGE), false, Hit::Page(page))));
        }
        for command in &self.commands {
            let rank = query.rank(&command.name, &command.also);
            ranked.extend(rank.map(|rank| (rank.in_group(COMMAND), false, Hit::Command(command))));
        }
        // What makes no sense here is found by who knows its name.
        let is_named = self.finder.text().trim().len() >= 4;
        for command in self.misfits.iter().filter(|_| is_named) {
            let rank = query.rank(&command.name, "").filter(|rank| rank.kind >= Match::Within);
            ranked.extend(rank.map(|rank| (rank.in_group(MISFIT), false, Hit::Command(command))));
        }
        for entity in view.account.named() {
            let rank = query.rank(entity.name(), "");
            // Whatever else matches comes before AWS's many policies that nothing here uses.
            let is_far = |rank: Rank| entity.is_far() && rank.kind < Match::Exact;
            ranked.extend(rank.map(|rank| (rank.in_group(ENTITY), is_far(rank), Hit::Entity(entity))));
        }
        let is_part = |kind: Match| kind >= Match::Within && kind != Match::Words;
        let is_read = view.account.aws_policies().is_complete();
        for policy in managed_policies().iter().filter(|_| !is_read) {
            let Some(rank) = query.rank(&policy.name, "").filter(|rank| is_part(rank.kind)) else { continue };
            let Some(arn) = own_arn(policy, view).filter(|arn| view.account.policy(arn).is_none()) else { continue };
            ranked.push((rank.in_group(ENTITY), rank.kind < Match::Exact, Hit::AwsPolicy(policy, arn)));
        }
        if let Some(id) = key_id(self.finder.text()) {
            for (id, user) in view.account.keys_from(&id) {
                let rank = query.rank(id.as_str(), "");
                ranked.extend(rank.map(|rank| (rank.in_group(ENTITY), false, Hit::AccessKey(id, user))));
            }
        }
        ranked.sort_by_key(|(rank, is_far, _)| (*is_far, Reverse(*rank)));
        // A name of the account may be typed that is part of one of AWS's.
        self.is_sure = ranked.iter().any(|(rank, is_far, _)| !is_far && is_part(rank.kind));
        self.may_be_name = !ranked.iter().any(|(rank, is_far, hit)| match hit {
            Hit::Page(_) | Hit::Command(_) => rank.kind >= Match::Prefix,
            Hit::Entity(_) | Hit::AwsPolicy(..) | Hit::AccessKey(..) => !is_far && is_part(rank.kind),
        });
        // Entries only for those that will be listed: a large account has many names.
        self.found = ranked.into_iter().take(MOST).map(|(.., hit)| hit.entry()).collect();
        if let Some(question) = typed_question(self.finder.text()) {
            self.found.insert(0, question);
            self.is_sure = true;
            self.may_be_name = false;
        }
        self.finder.show(0..self.found.len());
    }

    /// Whether the text is in nothing that was found, other than letter by letter.
    fn is_strange(&self) -> bool {
        !self.finder.query().is_empty() && !self.is_sure
    }

    /// What stands where nothing was found.
    fn nothing(&self, view: &View<'_>) -> (&'static str, Look) {
        if let Some(owner) = owner_of(self.finder.text(), view) {
            return match view.loads.failure(&owner) {
                // AWS answers alike for a key that is not there and for one that may not be seen.
                Some(failure) if matches!(failure.kind, ErrorKind::Denied(_)) => (
                    "No user of this account has this access key, or iam:GetAccessKeyLastUsed is not allowed.",
                    Look::Absent,
                ),
                Some(_) => ("Whose access key this is could not be read. Close and try again.", Look::Bad),
                None => ("Asking whose access key this is …", Look::Unknown),
            };
        }
        if view.loads.is_running(&Load::Bulk) {
            return ("Nothing matches so far; loading the account …", Look::Unknown);
        }
        ("Nothing matches.", Look::Absent)
    }

    /// The columns of names: what the longest needs, up to a part of the width; the notes take the rest.
    fn name_width(&self, width: u16) -> u16 {
        let longest = self.found.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
        let longest = u16::try_from(longest).unwrap_or(u16::MAX);
        longest.max(22).min(width * 55 / 100).min(width.saturating_sub(2))
    }

    /// As high as what was found needs, with room for a few rows at least: it does not jump about while one types.
    fn place(&self, area: Rect) -> Rect {
        let rows = u16::try_from(self.found.len() + 3).unwrap_or(u16::MAX).saturating_add(NOTE);
        centered(area, area.width.saturating_sub(16).max(90), rows.max(area.height * 3 / 4).max(18))
    }
}

/// The question that is typed behind the name of its command.
fn typed_question(typed: &str) -> Option<Entry> {
    ask_access::TYPED.iter().find_map(|(command, ask)| {
        let text = typed.trim_start().strip_prefix(command.name)?.strip_prefix(' ')?.trim();
        let entry = Entry {
            name: format!("{} {text}", command.name),
            note: command.help.to_owned(),
            target: Target::Ask(*ask, text.to_owned()),
            also: String::new(),
        };
        (!text.is_empty()).then_some(entry)
    })
}

/// Other words under which one may look for a command.
fn synonyms(action: Action) -> &'static str {
    match action {
        Action::App(AppAction::Help) => "shortcuts bindings",
        Action::Page(PageAction::Any(AnyPage::HelpConfig)) => "configuration, preferences, options, settings",
        Action::Page(PageAction::Any(AnyPage::HelpKeys)) => "keyboard shortcuts bindings keymap",
        Action::Page(PageAction::Any(AnyPage::Theme)) => "colours colors dark light appearance",
        Action::Page(PageAction::Any(AnyPage::HelpThemes)) => "theme colours colors dark light appearance",
        Action::Page(PageAction::Any(AnyPage::Preview | AnyPage::MovePreview)) => "details pane",
        _ => "",
    }
}

/// The lines at its end that show the note of the selected entry where it has no room beside the name.
const NOTE: u16 = 2;

/// The order of those that match alike: pages, commands, names, and what cannot be done here.
const PAGE: u8 = 0;
const COMMAND: u8 = 1;
const ENTITY: u8 = 2;
const MISFIT: u8 = 3;

/// Whether the account told all the names that it will: what is typed may be one of those that are still to come.
fn is_read(view: &View<'_>) -> bool {
    let has_ended = matches!(view.account.bulk(), Progress::Complete { .. } | Progress::Failed(_));
    has_ended || matches!(view.standing, SessionStatus::Failed(_) | SessionStatus::Offline)
}

/// Something that matches.
enum Hit<'a> {
    Page(Entry),
    Command(&'a Entry),
    Entity(&'a dyn Named),
    AccessKey(&'a AccessKeyId, &'a UserName),
    /// A policy of AWS's that was not read yet: its name is known anyway.
    AwsPolicy(&'static ManagedPolicy, Arn),
}

/// The ARN of a policy of AWS's in the account's partition.
fn own_arn(policy: &ManagedPolicy, view: &View<'_>) -> Option<Arn> {
    let partition = view.account.identity().map_or("aws", |identity| identity.partition());
    Arn::iam(partition, "aws", &format!("policy{}{}", policy.path, policy.name)).ok()
}

/// The start of an access key ID, as it is typed or pasted from a log: whose it is can be told.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html> (unique ID prefixes).
fn key_id(typed: &str) -> Option<String> {
    let typed = typed.trim().to_ascii_uppercase();
    let is_id = typed.starts_with("AKIA") && typed.chars().all(|c| c.is_ascii_alphanumeric());
    is_id.then_some(typed)
}

/// The number of characters of the IDs that AWS gives to access keys.
const KEY_ID: usize = 20;

/// The read of whose key it is, once a whole ID is typed that no user is known to have.
fn owner_of(typed: &str, view: &View<'_>) -> Option<Load> {
    let id = key_id(typed).filter(|id| id.len() == KEY_ID)?;
    view.account.keys_from(&id).is_empty().then(|| Load::KeyOwner(id.as_str().into()))
}

impl Hit<'_> {
    fn entry(self) -> Entry {
        match self {
            Self::Page(entry) => entry,
            Self::Command(entry) => entry.clone(),
            Self::Entity(row) => Entry {
                name: row.name().to_owned(),
                note: row.label().to_owned(),
                target: Target::Go(Place::Entity(row.reference())),
                also: String::new(),
            },
            Self::AwsPolicy(policy, arn) => Entry {
                name: policy.name.clone(),
                note: PolicyKind::of(&arn).label().to_owned(),
                target: Target::Go(Place::Entity(ResourceRef::Policy(arn))),
                also: String::new(),
            },
            Self::AccessKey(id, user) => Entry {
                name: id.to_string(),
                note: format!("access key of user {user}"),
                target: Target::Go(Place::Entity(ResourceRef::User(user.clone()))),
                also: String::new(),
            },
        }
    }
}

/// The note of the selected entry and its whole name, where one of them has no room in its row.
fn render_note(entry: &Entry, width: u16, foot: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(foot.width.saturating_sub(width + 4));
    let name_fits = entry.name.chars().count() <= usize::from(width);
    if name_fits && entry.note.chars().count() <= room {
        return;
    }
    let text = if name_fits { entry.note.clone() } else { format!("{}  {}", entry.name, entry.note) };
    for (line, y) in wrap(&text, foot.width.saturating_sub(3)).iter().zip(foot.y..foot.bottom()) {
        frame.text(foot, foot.x + 2, y, line, Look::Muted);
    }
}

impl Layer for Palette {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Go to a page or an item, or run a command"
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        let accepts = action == DialogAction::Accept.action();
        self.waiting = accepts && self.is_strange() && !is_read(view);
        match action {
            Action::Dialog(DialogAction::Accept) if self.waiting => {}
            Action::Dialog(DialogAction::Accept) => return self.accept(),
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => self.finder.go(step),
            Action::Text(TextEdit::Back) if self.finder.text().is_empty() => {
                return vec![UiEffect::Close];
            }
            Action::Text(edit) => {
                if self.finder.edit(edit) {
                    self.seen = None;
                }
            }
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.finder.type_text(text);
        self.seen = None;
        self.waiting = false;
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        if !matches!(message, UiMessage::Settled) {
            return Vec::new();
        }
        if self.waiting && self.seen != Some(view.revision) {
            self.search(view);
        }
        if self.waiting && (!self.is_strange() || is_read(view)) {
            self.waiting = false;
            return self.accept();
        }
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen != Some(view.revision) {
            self.search(view);
        }
        self.finder.settle(self.place(area).height.saturating_sub(3 + NOTE));
    }

    /// What nothing known holds as it is typed may still be a name in the account; it is worth the bulk read once
    /// keys rest.
    fn wants(&self, view: &View<'_>) -> Vec<Want> {
        if !self.may_be_name {
            return Vec::new();
        }
        if let Some(load) = owner_of(self.finder.text(), view) {
            return vec![Want::from((load, Urgency::Now))];
        }
        let lists = Load::PLAIN_LISTS.iter().cloned();
        [Load::Bulk].into_iter().chain(lists).map(|load| Want::from((load, Urgency::Visible))).collect()
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, self.title(), frame);
        self.finder.marks(edge(place), frame);
        let (line, rest) = split_top(inside, 1);
        self.finder.render_line(line, ":", frame);
        if !self.found.is_empty() && self.may_be_name && !matches!(view.account.bulk(), Progress::Complete { .. }) {
            frame.text_right(line, line.y, "names: only what is loaded so far ", Look::Unknown);
        }
        if self.found.is_empty() {
            let (text, role) = self.nothing(view);
            for (line, y) in wrap(text, rest.width.saturating_sub(4)).iter().zip(rest.y..rest.bottom()) {
                frame.text(rest, rest.x + 2, y, line, role);
            }
        }
        let (rest, foot) = split_top(rest, rest.height.saturating_sub(NOTE));
        let width = self.name_width(rest.width);
        for ((at, selected), y) in self.finder.window().zip(rest.y..rest.bottom()) {
            let Some(entry) = self.found.get(at) else { break };
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Look::Accent);
            let name = Rect { x: rest.x + 2, width, ..rest };
            self.finder.render_name(name, y, &entry.name, Look::Text, frame);
            frame.text(rest, rest.x + width + 4, y, &entry.note, Look::Muted);
            if selected {
                frame.restyle(Rect { y, height: 1, ..rest }, Look::Selection);
                render_note(entry, width, foot, frame);
            }
        }
    }
}
