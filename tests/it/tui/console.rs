//! A console without a terminal: keys in, screens out; its IO canned or real.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use iamtui::app::{self, App, AppInput, Looks, Source, Start};
use iamtui::backend::{Connection, ReadOnly, ReadOnlyReason, SessionKind, Target};
use iamtui::base::clock::Clock;
use iamtui::effect::{Effect, Stamp};
use iamtui::input::{Event, Key, Keymap};
use iamtui::message::Message;
use iamtui::model::Update;
use iamtui::runtime::{Performer, Wake};
use iamtui::theme::{Catalogue, Depth, Ground, Signs, Theme};
use iamtui::ui::frame::Picture;
use ratatui::buffer::Buffer;

use crate::harness::noon;

/// A console whose IO nobody performs: effects are kept, messages are made up.
pub struct Console {
    pub app: App,
    /// What the console asked for since it was last looked at.
    pub effects: Vec<Effect>,
    stamp: Stamp,
}

/// The rule under which no session may change anything, or all may.
fn rule(read_only: bool) -> ReadOnly {
    if read_only { ReadOnly::Always } else { ReadOnly::Never }
}

fn settings(state: &std::path::Path) -> PathBuf {
    state.join("config").join("config.toml")
}

/// What a console starts with.
pub fn start(source: Source, size: (u16, u16), depth: Depth, clock: Clock) -> Start {
    let load = |name: &str| Theme::load(name, depth, &|_| None).unwrap();
    Start {
        source,
        read_only: ReadOnly::Never,
        names: iamtui::config::NameRules::default(),
        keymap: Keymap::default(),
        looks: Looks { dark: load("dark"), light: load("light") },
        themes: Catalogue::new(Vec::new(), depth, Signs::Drawn),
        settings: None,
        ground: Ground::Dark,
        clock,
        guards: iamtui::insight::guards::Settings::ASK,
        levels: Vec::new(),
        crash_test: false,
        size,
    }
}

impl Console {
    /// A console on a connected session that knows nothing yet, in true colour.
    pub fn new(width: u16, height: u16) -> Self {
        Self::with(width, height, |_| {})
    }

    /// The same with another start.
    pub fn with(width: u16, height: u16, change: impl FnOnce(&mut Start)) -> Self {
        let mut start = start(Source::Local("demo".into()), (width, height), Depth::True, noon());
        change(&mut start);
        let read_only = start.read_only == ReadOnly::Always;
        let (app, effects) = App::start(start);
        let stamp = match effects.first() {
            Some(Effect::ConnectLocal { stamp, .. } | Effect::Connect { stamp, .. }) => *stamp,
            other => panic!("a console begins by connecting, not by {other:?}"),
        };
        let mut console = Self { app, effects, stamp };
        let connection = Connection {
            endpoint: Some("http://127.0.0.1:4566".into()),
            region: "us-east-1".into(),
            profile: None,
            kind: SessionKind::LongTerm,
            read_only: read_only.then_some(ReadOnlyReason::Asked),
            warning: None,
            ends: None,
        };
        console.message(Message::Connected { stamp, result: Ok(connection) });
        console
    }

    /// A console on a source that has answered nothing yet.
    pub fn unconnected(width: u16, height: u16, source: Source) -> Self {
        let (app, effects) = App::start(start(source, (width, height), Depth::True, noon()));
        let stamp = Stamp { workspace: 0, session: 0, generation: 0 };
        Self { app, effects, stamp }
    }

    /// The stamp of the present question.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub fn message(&mut self, message: Message) {
        self.effects.extend(app::update(&mut self.app, AppInput::Message(message)));
        self.settle();
    }

    /// Tells the console a piece of news about its account.
    pub fn know(&mut self, update: Update) {
        let message =
            Message::Read { stamp: self.stamp, load: iamtui::backend::Load::Identity, update: Box::new(update) };
        self.message(message);
    }

    /// Lays a layer over the page.
    pub fn lay(&mut self, layer: Box<dyn iamtui::ui::layer::Layer>) {
        self.effects.extend(app::open(&mut self.app, layer));
        self.settle();
    }

    pub fn event(&mut self, event: Event) {
        self.effects.extend(app::update(&mut self.app, AppInput::Event(event)));
    }

    /// Presses keys in one burst: characters, and names of keys in angle brackets.
    pub fn keys(&mut self, keys: &str) {
        app::seen(&mut self.app);
        for key in read_keys(keys) {
            self.event(Event::Key(key));
        }
        self.settle();
    }

    pub fn settle(&mut self) {
        let effects = app::settle(&mut self.app);
        self.effects.extend(effects);
    }

    /// Ends every load that was asked for, as if it had found nothing new; gives what they were.
    pub fn finish(&mut self) -> Vec<iamtui::backend::Load> {
        let mut ended = Vec::new();
        loop {
            let effects = std::mem::take(&mut self.effects);
            let loads = effects.into_iter();
            let loads =
                loads.filter_map(|e| if let Effect::Load { load, stamp, .. } = e { Some((load, stamp)) } else { None });
            let loads: Vec<_> = loads.collect();
            if loads.is_empty() {
                return ended;
            }
            for (load, stamp) in loads {
                ended.push(load.clone());
                self.message(Message::Ended { stamp, load, result: Ok(()) });
            }
        }
    }

    /// The screen below its header.
    pub fn body(&self) -> String {
        self.screen().lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    /// The loads that were asked for since the last look.
    pub fn take_loads(&mut self) -> Vec<iamtui::backend::Load> {
        let effects = std::mem::take(&mut self.effects);
        effects.into_iter().filter_map(|e| if let Effect::Load { load, .. } = e { Some(load) } else { None }).collect()
    }

    pub fn picture(&self) -> Picture {
        app::render(&self.app)
    }

    pub fn screen(&self) -> String {
        text(&self.picture().buffer)
    }
}

/// `j<down>:users<enter>` as keys.
pub fn read_keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(ch) = rest.chars().next() {
        if let Some((name, tail)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            keys.push(Key::parse(name).unwrap_or_else(|| panic!("`{name}` is no key")));
            rest = tail;
        } else {
            keys.push(Key::char(ch));
            rest = rest.split_at(ch.len_utf8()).1;
        }
    }
    keys
}

/// A picture as lines of text, without what trails.
pub fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let lines: Vec<String> = buffer
        .content
        .chunks(width.max(1))
        .map(|row| {
            let mut line = String::new();
            let mut skip = 0;
            for cell in row {
                if skip == 0 {
                    line.push_str(cell.symbol());
                    skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            line.trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// A console with real IO against an endpoint, but no terminal.
pub struct Live {
    app: App,
    performer: Option<Performer>,
    woken: Receiver<Wake>,
    /// What was sent to the clipboard.
    pub copied: Vec<String>,
    /// Whether the console asked to be left.
    pub left: bool,
    /// The folder of its journal and its drafts.
    pub state: Arc<tempfile::TempDir>,
}

impl Live {
    /// A console on an emulator, signed in with a key.
    pub fn open(endpoint: &str, key: &iamtui::emulator::KeyPair, size: (u16, u16)) -> Self {
        Self::on(Self::source(endpoint, key), size)
    }

    /// The source that is an emulator with a key.
    pub fn source(endpoint: &str, key: &iamtui::emulator::KeyPair) -> Source {
        use secrecy::ExposeSecret as _;
        Source::Aws(Target::Key {
            endpoint: endpoint.to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: key.id.clone(),
            secret_access_key: iamtui::backend::Secret::new(key.secret.expose_secret()),
            session_token: None,
        })
    }

    /// The file of settings that it writes.
    pub fn settings(&self) -> PathBuf {
        settings(self.state.path())
    }

    /// The name of the theme that it draws in.
    pub fn theme(&self) -> &str {
        self.app.theme().name()
    }

    /// Lays a layer over the page.
    pub fn lay(&mut self, layer: Box<dyn iamtui::ui::layer::Layer>) {
        let effects = app::open(&mut self.app, layer);
        self.perform(effects);
        self.settle();
    }

    /// A console on any source.
    pub fn on(source: Source, size: (u16, u16)) -> Self {
        Self::with(source, size, tempfile::tempdir().unwrap(), false)
    }

    /// A console on any source, over a folder that another one may have left.
    pub fn with(source: Source, size: (u16, u16), state: impl Into<Arc<tempfile::TempDir>>, read_only: bool) -> Self {
        let start = Start { read_only: rule(read_only), ..start(source, size, Depth::True, Clock::system()) };
        Self::started(start, state)
    }

    /// A console on any source, drawn in this theme, at this time.
    pub fn in_theme(source: Source, size: (u16, u16), theme: &str, clock: Clock) -> Self {
        let start = start(source, size, Depth::True, clock);
        let theme = start.themes.load(theme).unwrap();
        let looks = Looks { dark: theme.clone(), light: theme };
        Self::started(Start { looks, ..start }, tempfile::tempdir().unwrap())
    }

    fn started(start: Start, state: impl Into<Arc<tempfile::TempDir>>) -> Self {
        let (wake, woken) = channel();
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = state.into();
        let clock = start.clock.clone();
        let settings = Some(settings(state.path()));
        let (app, effects) = App::start(Start { settings, ..start });
        let performer = Some(Performer::new(tokio, wake, clock, None).with_state(state.path().to_owned()));
        let mut live = Self { app, performer, woken, copied: Vec::new(), left: false, state };
        live.perform(effects);
        live
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::CopyToClipboard(text) => self.copied.push(text),
                Effect::Quit => self.left = true,
                other => {
                    if let Some(performer) = &mut self.performer {
                        performer.perform(other);
                    }
                }
            }
        }
    }

    pub fn keys(&mut self, keys: &str) {
        app::seen(&mut self.app);
        for key in read_keys(keys) {
            let effects = app::update(&mut self.app, AppInput::Event(Event::Key(key)));
            self.perform(effects);
        }
        self.settle();
    }

    fn settle(&mut self) {
        let effects = app::settle(&mut self.app);
        self.perform(effects);
    }

    /// Pastes a text as a whole.
    pub fn paste(&mut self, text: &str) {
        let effects = app::update(&mut self.app, AppInput::Event(Event::Paste(text.to_owned())));
        self.perform(effects);
        self.settle();
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> Buffer {
        app::render(&self.app).buffer
    }

    pub fn screen(&self) -> String {
        text(&app::render(&self.app).buffer)
    }

    /// Lets the keys rest long enough for everything that waits for it.
    pub fn rest(&mut self) {
        let until = Instant::now() + Duration::from_millis(700);
        while Instant::now() < until {
            self.take(Duration::from_millis(20));
        }
    }

    /// Takes what came back, if anything did in time.
    fn take(&mut self, time: Duration) {
        if let Ok(Wake::Message(message)) = self.woken.recv_timeout(time) {
            let effects = app::update(&mut self.app, AppInput::Message(message));
            self.perform(effects);
        }
        self.settle();
    }

    /// Ends it as a terminal that dies does; what it wrote stays.
    pub fn end(self) -> Arc<tempfile::TempDir> {
        Arc::clone(&self.state)
    }

    /// Waits until the screen no longer shows a text.
    #[track_caller]
    pub fn wait_gone(&mut self, unwanted: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.screen().contains(unwanted) {
            assert!(Instant::now() < until, "`{unwanted}` never went:\n{}", self.screen());
            self.take(Duration::from_millis(20));
        }
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn wait(&mut self, wanted: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.screen().contains(wanted) {
            assert!(Instant::now() < until, "`{wanted}` never came:\n{}", self.screen());
            self.take(Duration::from_millis(20));
        }
    }

    /// Goes through the review of a plan of one step.
    #[track_caller]
    pub fn apply(&mut self, title: &str) {
        self.apply_steps(title, 1);
    }

    /// Goes through the review of a plan of several steps.
    #[track_caller]
    pub fn apply_steps(&mut self, title: &str, steps: usize) {
        self.wait(&format!("Review: {title}"));
        self.keys("<enter>");
        self.wait(&if steps == 1 { "✓ done".to_owned() } else { format!("✓ all {steps} steps done") });
        self.keys("<enter>");
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(performer) = self.performer.take() {
            performer.end();
        }
    }
}
