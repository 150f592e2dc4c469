//! The connection picker: accounts that are open, and everything that can be opened.

use std::path::Path;

use ratatui::layout::Rect;

use crate::backend::{Choice, Offers};
use crate::base::search::Reach;
use crate::config::recent::Recent;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::model::LoadError;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{edge, inner, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::finder::{Candidate, Finder};
use crate::ui::widgets::panel::panel;

/// A workspace that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    /// Its number.
    pub number: u32,
    /// Shown in the header.
    pub name: String,
    /// The account's number; empty as long as it is not known.
    pub account: String,
    /// Who the session is; empty as long as it is not known.
    pub who: String,
    /// Whether it is the one in sight.
    pub is_current: bool,
    /// How it stands, in a word.
    pub state: &'static str,
}

/// The picker with what is typed and what matches.
#[derive(Debug)]
pub struct Connections {
    finder: Finder,
    rows: Vec<Row>,
    failed: Option<LoadError>,
    /// Whether the config files have been read.
    is_read: bool,
    /// Enter was pressed on what could not match yet: it counts once there is something.
    is_waiting: bool,
}

/// One thing to go to.
#[derive(Debug)]
struct Row {
    choice: Choice,
    name: String,
    account: String,
    kind: String,
    /// The role, or who it is.
    detail: String,
    /// The Region, or the folder of a file.
    region: String,
    /// What is searched; empty: what was typed, taken as a path.
    text: String,
    /// Whether it is in sight already.
    is_here: bool,
}

impl Row {
    fn new(choice: Choice, name: &str, account: &str, kind: &str, detail: &str) -> Self {
        let text = [name, account, kind, detail].join(" ");
        let [name, account, kind] = [name, account, kind].map(str::to_owned);
        // An ARN is searched whole and shown by its role: the account has a column of its own.
        let detail = detail.split_once(":role/").map_or(detail, |(_, role)| role).to_owned();
        Self { choice, name, account, kind, detail, region: String::new(), text, is_here: false }
    }

    /// The file of a snapshot.
    fn snapshot(file: &Path) -> Self {
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
        let folder = file.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let choice = Choice::Snapshot(file.to_owned());
        let row = Self::new(choice, &name, "", "snapshot file", "read-only");
        Self { text: format!("snapshot {}", file.display()), region: folder, ..row }
    }

    /// The role or who it is, with the Region where there is room for both.
    fn told(&self, width: u16) -> String {
        let both = format!("{}  {}", self.detail, self.region);
        let both = both.trim();
        if both.chars().count() <= usize::from(width) { both.to_owned() } else { self.detail.clone() }
    }
}

impl Connections {
    /// Its heading.
    pub const TITLE: &'static str = "Connect to an account";

    /// A picker over what is open; what can be opened comes as a message.
    pub fn new(open: Vec<OpenRow>) -> Self {
        let rows = open.into_iter().filter(|row| !row.name.is_empty()).map(|row| {
            let kind = if row.is_current && row.state == "open" { "open, this page" } else { row.state };
            let choice = Choice::Workspace(row.number);
            Row { is_here: row.is_current, ..Row::new(choice, &row.name, &row.account, kind, &row.who) }
        });
        let mut new = Self {
            finder: Finder::new(Reach::Letters),
            rows: rows.collect(),
            failed: None,
            is_read: false,
            is_waiting: false,
        };
        new.search();
        new
    }

    fn offer(&mut self, offers: Offers, recent: &Recent) {
        self.rows.retain(|row| matches!(row.choice, Choice::Workspace(_)));
        let mut rows: Vec<Row> = Vec::new();
        for profile in offers.profiles {
            let role = profile.role.unwrap_or_default();
            let account = profile.account.map(|account| account.to_string()).unwrap_or_default();
            let choice = Choice::Profile(profile.name.clone());
            let row = Row::new(choice, &profile.name, &account, profile.kind.label(), &role);
            rows.push(Row { region: profile.region.unwrap_or_default(), ..row });
        }
        if let Some((kind, account)) = offers.environment {
            let account = account.unwrap_or_default();
            rows.push(Row::new(Choice::Environment, "environment", &account, kind, "AWS_… variables"));
        }
        // Latest first, the rest in its order.
        let age = |row: &Row| {
            let key = row.choice.key();
            key.and_then(|key| recent.choices.iter().position(|held| *held == key)).unwrap_or(usize::MAX)
        };
        // A store has one server: it is opened once, and listed once.
        let is_open = |name: &str| {
            let mut open = self.rows.iter().filter(|row| matches!(row.choice, Choice::Workspace(_)));
            open.any(|row| row.name == name)
        };
        for store in offers.stores.into_iter().filter(|store| !is_open(&format!("emulator {store}"))) {
            let what = if store == "demo" { "a demo company" } else { "" };
            rows.push(Row::new(Choice::Store(store.clone()), &format!("emulator {store}"), "", "emulator", what));
        }
        rows.extend(recent.choices.iter().filter_map(|key| match Choice::snapshot(key)? {
            Choice::Snapshot(file) => Some(Row::snapshot(&file)),
            _ => None,
        }));
        rows.sort_by_key(age);
        let roles = recent.roles.iter().map(|role| {
            let account = role.arn.split(':').nth(4).unwrap_or_default();
            let name =
                if role.display.is_empty() { role.arn.rsplit('/').next().unwrap_or_default() } else { &role.display };
            Row::new(Choice::Role(role.clone()), name, account, "role, from here", &role.arn)
        });
        self.rows.extend(rows);
        self.rows.extend(roles);
        let what = offers.machine.map_or("uses the network", |_| "its own role");
        let name = offers.machine.unwrap_or("EC2 instance or container");
        self.rows.push(Row::new(Choice::Machine, name, "", "instance", what));
        self.failed = offers.failed;
        self.is_read = true;
        self.search();
    }

    fn chosen(&self) -> Vec<UiEffect> {
        let row = self.finder.row().and_then(|at| self.rows.get(at));
        let choice = row.map(|row| row.choice.clone());
        choice.map(|choice| [UiEffect::Close, UiEffect::Connect(choice)]).into_iter().flatten().collect()
    }

    /// What is said below the rows: why there are no more of them.
    fn told(&self, width: u16) -> Vec<(String, Look)> {
        let of = |text: &str, role: Look| wrap(text, width.saturating_sub(3)).into_iter().map(move |line| (line, role));
        match &self.failed {
            Some(error) => {
                let told = error.user_error();
                let hint = told.hint.unwrap_or_default();
                of(&format!("✗ {}", told.message), Look::Bad).chain(of(&hint, Look::Muted)).collect()
            }
            None if !self.is_read => of("Loading the AWS config files …", Look::Unknown).collect(),
            None if self.finder.is_empty() => {
                of("Nothing matches. Type a path to open a snapshot file.", Look::Absent).collect()
            }
            None => Vec::new(),
        }
    }

    fn search(&mut self) {
        self.rows.retain(|row| !row.text.is_empty());
        let rows = self.rows.iter().map(|row| Candidate { name: &row.name, also: &row.text, ..Candidate::default() });
        self.finder.search(rows);
        let typed = self.finder.text().trim();
        if is_path(typed) {
            let row = Row { text: String::new(), ..Row::snapshot(Path::new(typed)) };
            self.finder.push(self.rows.len());
            self.rows.push(row);
        }
        // The one in sight is where one is already: of several that are open, the next is likelier meant.
        let is_open = |row: &Row| matches!(row.choice, Choice::Workspace(_));
        let several = self.rows.first().is_some_and(|row| row.is_here) && self.rows.get(1).is_some_and(is_open);
        if self.finder.text().is_empty() {
            self.finder.stand_on(usize::from(several));
        }
    }
}

impl Layer for Connections {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &str {
        Self::TITLE
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) => {
                self.is_waiting = !self.is_read && self.finder.is_empty();
                return self.chosen();
            }
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => self.finder.go(step),
            Action::Text(edit) => {
                if self.finder.edit(edit) {
                    self.search();
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
        self.is_waiting = false;
        self.finder.type_text(text);
        self.search();
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        if let UiMessage::Offers(offers) = message {
            self.offer(offers.0.clone(), &offers.1);
            if std::mem::take(&mut self.is_waiting) {
                return self.chosen();
            }
        }
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let told = if self.failed.is_some() { self.told(inner(area).width).len() } else { 0 };
        let told = u16::try_from(told).unwrap_or(u16::MAX);
        self.finder.settle(area.height.saturating_sub(5).saturating_sub(told));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.title(), frame);
        self.finder.marks(edge(area), frame);
        let (line, rest) = split_top(inside, 1);
        self.finder.render_line(line, "> ", frame);
        let (head, rows) = split_top(rest, 2);
        let columns = Columns::of(inside);
        let y = head.y + head.height.saturating_sub(1);
        for (column, title) in columns.0.iter().zip(["name", "account", "kind", "role or who"]) {
            frame.text(*column, column.x, y, title, Look::Heading);
        }
        let shown: Vec<(usize, bool)> = self.finder.window().collect();
        let below = rows.y.saturating_add(u16::try_from(shown.len()).unwrap_or(u16::MAX));
        for ((text, role), y) in self.told(inside.width).iter().zip(below..rows.bottom()) {
            frame.text(rows, rows.x + 2, y, text, *role);
        }
        for ((at, selected), y) in shown.into_iter().zip(rows.y..rows.bottom()) {
            let Some(row) = self.rows.get(at) else { break };
            frame.text(inside, inside.x, y, if selected { "›" } else { " " }, Look::Accent);
            let detail = row.told(columns.0[3].width);
            let texts = [&row.name, &row.account, &row.kind, &detail];
            for ((column, text), nth) in columns.0.iter().zip(texts).zip(0..) {
                let role = match nth {
                    0 => Look::Text,
                    1 => Look::Title,
                    _ => Look::Muted,
                };
                let text = fit_middle(text, usize::from(column.width));
                self.finder.render_name(*column, y, &text, role, frame);
            }
            if selected {
                frame.restyle(Rect { y, height: 1, ..inside }, Look::Selection);
            }
        }
    }
}

/// Whether a text may be the path of a file; an ARN is none.
fn is_path(text: &str) -> bool {
    text.contains(['/', '.', '~']) && !text.starts_with("arn:")
}

/// Where the four columns lie.
struct Columns([Rect; 4]);

impl Columns {
    fn of(inside: Rect) -> Self {
        let name = (inside.width / 3).clamp(16, 40);
        let mut x = inside.x + 2;
        let right = inside.right();
        let mut column = |width: u16| {
            let width = width.min(right.saturating_sub(x));
            let column = Rect { x, width, ..inside };
            x = x.saturating_add(width + 1).min(right);
            column
        };
        Self([column(name), column(12), column(15), column(u16::MAX)])
    }
}
