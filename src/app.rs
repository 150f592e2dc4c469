//! The state of the console and its one mutator.
//!
//! [`update`] takes what happened and gives the IO that should follow; it awaits nothing. [`settle()`] runs
//! once after each batch, brings caches up to date and asks for what the page in sight lacks. [`render()`]
//! only looks. Each file here routes one thing.
//!
//! Which account something is about is a parameter everywhere: the number of its workspace. What is in sight only
//! decides where keys go and what is drawn.

mod accounts;
mod actions;
mod drafts;
mod effects;
mod history;
mod jobs;
mod layers;
mod messages;
mod render;
mod runs;
mod session;
mod settle;
mod workspace;

use std::collections::VecDeque;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use crate::backend::{ReadOnly, Target};
use crate::base::clock::Clock;
use crate::config::NameRules;
use crate::config::recent::{Recent, RoleChoice};
use crate::effect::Effect;
use crate::input::{Action, AppAction, Context, Event, Input, Key, Keymap, Scope, resolve};
use crate::insight::guards;
use crate::message::Message;
use crate::policy::validate::Level;
use crate::theme::{Catalogue, Ground, Theme};
use crate::ui::effect::{Notice, UiEffect};
use crate::ui::layer::Layer;
use crate::ui::layout::{Layout, Wanted};
use crate::ui::message::UiMessage;
use crate::ui::page::View;

use workspace::Stack;

pub use drafts::drafts;
pub use history::History;
pub use jobs::Jobs;
pub use render::render;
pub use session::{Link, Session};
pub use settle::settle;
pub use workspace::{Workspace, WorkspaceId};

/// How long a notice stays when no key takes it away.
const NOTICE: SignedDuration = SignedDuration::from_secs(6);

/// Which account to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// What the AWS configuration offers, to be chosen from; with the Region to use.
    Offered(Option<String>),
    /// AWS, or an endpoint that speaks its API.
    Aws(Target),
    /// The embedded emulator on a store of this name.
    Local(String),
    /// What was known of an account once, in a file.
    Snapshot(PathBuf),
    /// A role, assumed with the session of another workspace.
    Role {
        /// The workspace.
        from: u32,
        /// The role.
        role: Box<RoleChoice>,
    },
}

/// The themes for either ground; equal where the user named one.
#[derive(Debug, Clone)]
pub struct Looks {
    /// For a dark ground.
    pub dark: Theme,
    /// For a light ground.
    pub light: Theme,
}

/// What the console starts with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Which account to open.
    pub source: Source,
    /// Which sessions let only reads pass.
    pub read_only: ReadOnly,
    /// The rules for new names.
    pub names: NameRules,
    /// The keys in force.
    pub keymap: Keymap,
    /// The themes.
    pub looks: Looks,
    /// The themes to choose from.
    pub themes: Catalogue,
    /// The file of settings; none where there is none to write.
    pub settings: Option<PathBuf>,
    /// The ground as far as the environment tells.
    pub ground: Ground,
    /// Where the time comes from.
    pub clock: Clock,
    /// What guards do when they object to a plan.
    pub guards: guards::Settings,
    /// The levels of policy checks that the settings change.
    pub levels: Vec<(String, Level)>,
    /// Whether F12 crashes, for a test of the way out.
    pub crash_test: bool,
    /// The columns and rows of the terminal.
    pub size: (u16, u16),
}

/// The whole console.
#[derive(Debug)]
pub struct App {
    /// One per session.
    workspaces: Vec<Workspace>,
    /// The one in sight.
    shown: WorkspaceId,
    /// The number of the workspace that was opened last.
    opened: WorkspaceId,
    read_only: ReadOnly,
    recent: Recent,
    shared: Shared,
    looks: Looks,
    ground: Ground,
    clock: Clock,
    last_input: Timestamp,
    notice: Option<(Notice, Timestamp)>,
    crash_test: bool,
    redraw: bool,
    /// Leaving was asked for once, and something would be lost.
    quitting: bool,
    /// Something happened since pages and layers were last brought up to date.
    stale: bool,
}

/// What all accounts have in common.
#[derive(Debug)]
pub struct Shared {
    keymap: Keymap,
    names: NameRules,
    guards: guards::Settings,
    levels: Vec<(String, Level)>,
    themes: Catalogue,
    settings: Option<PathBuf>,
    /// The time of this batch of input.
    now: Timestamp,
    /// The columns and rows of the terminal.
    size: (u16, u16),
    /// Where lists have their preview.
    preview: Wanted,
}

/// One thing that happened.
#[derive(Debug)]
pub enum AppInput {
    /// The terminal sent something.
    Event(Event),
    /// Something came back.
    Message(Message),
}

impl App {
    /// A console that is about to open one account, and the effects that open it.
    pub fn start(start: Start) -> (Self, Vec<Effect>) {
        let now = start.clock.now();
        let workspace = Workspace::new(0, start.source, start.read_only.clone());
        let effects = vec![workspace.session.connect()];
        let shared = Shared {
            keymap: start.keymap,
            names: start.names,
            guards: start.guards,
            levels: start.levels,
            themes: start.themes,
            settings: start.settings,
            now,
            size: start.size,
            preview: Wanted::Auto,
        };
        let app = Self {
            workspaces: vec![workspace],
            shown: 0,
            opened: 0,
            read_only: start.read_only,
            recent: Recent::default(),
            shared,
            looks: start.looks,
            ground: start.ground,
            clock: start.clock,
            last_input: now,
            notice: None,
            crash_test: start.crash_test,
            redraw: false,
            quitting: false,
            stale: true,
        };
        (app, effects)
    }

    /// The theme in force.
    pub fn theme(&self) -> &Theme {
        match self.ground {
            Ground::Dark => &self.looks.dark,
            Ground::Light => &self.looks.light,
        }
    }

    /// Whether the whole screen shall be drawn again; asking takes the wish away.
    pub fn take_redraw(&mut self) -> bool {
        std::mem::take(&mut self.redraw)
    }

    /// The workspace in sight.
    fn shown(&self) -> Option<&Workspace> {
        self.get(self.shown)
    }

    fn get(&self, number: WorkspaceId) -> Option<&Workspace> {
        self.workspaces.iter().find(|workspace| workspace.number() == number)
    }

    fn get_mut(&mut self, number: WorkspaceId) -> Option<&mut Workspace> {
        self.workspaces.iter_mut().find(|workspace| workspace.number() == number)
    }

    /// Has the pages and layers of an account changed by what they may look at.
    fn with_view<T>(&mut self, number: WorkspaceId, change: impl FnOnce(&mut Stack, &View<'_>) -> T) -> Option<T> {
        let workspace = self.workspaces.iter_mut().find(|workspace| workspace.number() == number)?;
        let (view, stack) = workspace.split(&self.shared);
        Some(change(stack, &view))
    }

    fn say(&mut self, notice: Notice) -> Effect {
        let until = self.shared.now + NOTICE;
        self.notice = Some((notice, until));
        Effect::WakeAt(until)
    }
}

/// Lays a layer over the page, as a verb does.
pub fn open(app: &mut App, layer: Box<dyn Layer>) -> Vec<Effect> {
    effects::perform(app, app.shown, vec![UiEffect::Open(layer)])
}

/// Takes note that what was rendered is on the screen.
pub fn seen(app: &mut App) -> Vec<Effect> {
    messages::tell_top(app, app.shown, &UiMessage::Shown)
}

/// Takes one thing that happened and gives the IO that should follow.
pub fn update(app: &mut App, happening: AppInput) -> Vec<Effect> {
    app.shared.now = app.clock.now();
    // In a burst each key must find what the one before it left: `:users` and Enter in one go.
    if matches!(happening, AppInput::Event(Event::Key(_) | Event::Paste(_))) && std::mem::take(&mut app.stale) {
        settle::freshen(app);
    }
    app.stale = true;
    match happening {
        AppInput::Message(message) => messages::receive(app, message),
        AppInput::Event(event) => {
            match &event {
                Event::Key(_) | Event::Paste(_) => {
                    app.last_input = app.shared.now;
                    app.notice = None;
                }
                _ => {}
            }
            take(app, event)
        }
    }
}

fn take(app: &mut App, event: Event) -> Vec<Effect> {
    // What cannot be seen cannot be meant: on a screen that is too small for anything, keys only leave.
    let is_blind = Layout::of(app.shared.size.0, app.shared.size.1).is_none();
    match event {
        Event::Key(key) if is_blind => match resolve(&app.shared.keymap, key, &Context::of(&[Scope::Global])) {
            Input::Act(action @ Action::App(AppAction::Quit)) => actions::act(app, app.shown, action),
            _ => Vec::new(),
        },
        Event::Paste(_) if is_blind => Vec::new(),
        Event::Key(key) => press(app, key),
        Event::Paste(text) => type_text(app, &text),
        Event::Resize(width, height) => {
            app.shared.size = (width, height);
            app.redraw = true;
            Vec::new()
        }
        Event::Background(r, g, b) => {
            let ground = Ground::of(r, g, b);
            app.redraw |= app.ground != ground;
            app.ground = ground;
            Vec::new()
        }
    }
}

fn press(app: &mut App, key: Key) -> Vec<Effect> {
    let context = actions::context(app, app.shown);
    match resolve(&app.shared.keymap, key, &context) {
        Input::Act(action) => actions::act(app, app.shown, action),
        Input::Type(ch) => type_text(app, ch.encode_utf8(&mut [0; 4])),
        Input::Nothing => actions::idle(app, app.shown, &context, key),
    }
}

fn type_text(app: &mut App, text: &str) -> Vec<Effect> {
    let shown = app.shown;
    let effects = app.with_view(shown, |stack, view| {
        if let Some(layer) = stack.layers.top_mut() {
            return layer.type_text(text, view);
        }
        if let Some(page) = stack.history.page_mut() {
            page.type_text(text, view);
        }
        Vec::new()
    });
    effects::perform(app, shown, effects.unwrap_or_default())
}

/// The calls that are kept for the log.
type CallLog = VecDeque<crate::model::CallMade>;
