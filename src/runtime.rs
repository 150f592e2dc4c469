//! The event loop, the terminal, and performing effects.
//!
//! The main thread waits for one channel and does nothing else: it takes a batch of what happened, lets
//! `app` turn it into effects, and draws once where something changed. A thread of its own reads the
//! terminal, tokio's threads do the IO. Nothing ticks: an idle console neither wakes nor writes.

mod background;
pub(crate) mod crash;
mod drafts;
mod enter_debounce;
mod files;
pub mod journal;
mod keyboard;
mod keys;
pub(crate) mod local;
pub(crate) mod log;
pub mod paint;
mod perform;
pub(crate) mod sessions;
mod signals;
mod tasks;
pub(crate) mod terminal;
mod visits;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::app::{self, App, AppInput, Start};
use crate::base::clock::Clock;
use crate::effect::{BackgroundTask, Effect, Stamp};
use crate::input::Event;
use crate::input::key::Code;
use crate::message::{Message, TaskResult};

pub use perform::Performer;
pub use signals::Signal;

use enter_debounce::EnterDebounce;
use paint::Screen;
use terminal::Terminal;

/// What wakes the main thread.
#[derive(Debug)]
pub enum Wake {
    /// The terminal sent this.
    Input(Vec<Event>),
    /// Something came back.
    Message(Message),
    /// The system wants something.
    Signal(Signal),
    /// The terminal is gone.
    Lost,
    /// A thread or a task panicked; the terminal is restored already.
    Panicked,
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The user left.
    Left,
    /// A signal ended it.
    Signalled(Signal),
    /// The terminal went away.
    Lost,
    /// It panicked; the report was written.
    Panicked,
}

/// What the console runs with, beside what it shows.
#[derive(Debug)]
pub struct Setup {
    /// Whether the terminal shall be asked for its background colour.
    pub ask_background: bool,
    /// Which thread panics on F12; only for tests.
    pub test_panic: Option<crash::TestPanic>,
}

/// Runs the console on the process's terminal until it ends.
pub fn run(mut start: Start, setup: &Setup) -> io::Result<Ending> {
    let (wake, woken) = channel();
    // One worker: what it does is wait for the network, and every thread that allocates keeps a heap of its own.
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    crash::install(wake.clone(), start.clock.clone());
    signals::watch(&tokio, &wake)?;
    let mut terminal = Terminal::enter()?;
    start.size = terminal.size();
    let clock = start.clock.clone();
    let (app, effects) = App::start(start);
    let mut performer = Performer::new(tokio, wake.clone(), clock.clone(), setup.test_panic);
    let mut console = Console {
        app,
        screen: Screen::new(terminal.writer())?.erasing_in_colour(!Terminal::is_gnu_screen()),
        clock,
        due: None,
        keyboard: None,
        enters: EnterDebounce::default(),
        shown: false,
    };
    // The first picture comes before anything that could take time.
    console.draw()?;
    let answer =
        if setup.ask_background { terminal.ask_background()? } else { background::BackgroundAnswer::default() };
    console.keyboard = keyboard::read(&wake, answer);
    log::open();
    // A panic of this thread ends like that of any other: the hook has given the terminal back, and what
    // hangs in the background must not be waited for while the stack unwinds.
    let ending = catch_unwind(AssertUnwindSafe(|| {
        console.perform(effects, &mut performer, &mut terminal)?;
        console.run(&woken, &mut performer, &mut terminal)
    }));
    terminal.leave();
    for effect in app::drafts(&console.app) {
        performer.perform(effect);
    }
    performer.end();
    ending.unwrap_or(Ok(Ending::Panicked))
}

/// The console with what is shown of it.
struct Console {
    app: App,
    screen: Screen<terminal::Writer>,
    clock: Clock,
    /// When somebody asked to be woken.
    due: Option<Timestamp>,
    keyboard: Option<keyboard::Keyboard>,
    enters: EnterDebounce,
    /// The last picture was drawn, and no key has come since.
    shown: bool,
}

impl Console {
    fn run(
        &mut self,
        woken: &Receiver<Wake>,
        performer: &mut Performer,
        terminal: &mut Terminal,
    ) -> io::Result<Ending> {
        loop {
            let Some(first) = self.wait(woken) else { return Ok(Ending::Lost) };
            let mut effects = Vec::new();
            // A burst is taken whole before anything is drawn.
            let mut next = Some(first);
            while let Some(wake) = next {
                if let Some(ending) = self.take(wake, terminal, &mut effects) {
                    return Ok(ending);
                }
                next = woken.try_recv().ok();
            }
            effects.extend(app::settle(&mut self.app));
            if let Some(ending) = self.perform(effects, performer, terminal)? {
                return Ok(ending);
            }
            match self.draw() {
                Ok(()) => {}
                // What cannot be written to is a terminal that went away.
                Err(_) => return Ok(Ending::Lost),
            }
        }
    }

    /// Waits for the next wake-up, or until somebody asked to be woken.
    fn wait(&mut self, woken: &Receiver<Wake>) -> Option<Wake> {
        let Some(due) = self.due else { return woken.recv().ok() };
        let left = due.duration_since(self.clock.now());
        // One millisecond more, so that the clock has passed the time when it is looked at again.
        let left = Duration::try_from(left).unwrap_or_default() + Duration::from_millis(1);
        match woken.recv_timeout(left) {
            Ok(wake) => Some(wake),
            Err(RecvTimeoutError::Timeout) => {
                self.due = None;
                Some(Wake::Message(Message::Woke))
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn take(&mut self, wake: Wake, terminal: &mut Terminal, effects: &mut Vec<Effect>) -> Option<Ending> {
        match wake {
            Wake::Input(events) => {
                for event in events {
                    effects.extend(self.look(&event));
                    effects.extend(app::update(&mut self.app, AppInput::Event(event)));
                }
            }
            Wake::Message(message) => effects.extend(app::update(&mut self.app, AppInput::Message(message))),
            Wake::Signal(Signal::Resized) => {
                let (width, height) = terminal.size();
                effects.extend(app::update(&mut self.app, AppInput::Event(Event::Resize(width, height))));
            }
            Wake::Signal(Signal::Continued) => {
                // The shell may have set its own mode while we were stopped.
                terminal.enter_again();
                self.screen.forget();
                let (width, height) = terminal.size();
                effects.extend(app::update(&mut self.app, AppInput::Event(Event::Resize(width, height))));
            }
            Wake::Signal(Signal::Suspend) => return self.suspend(terminal, signals::stop),
            Wake::Signal(signal) => return Some(Ending::Signalled(signal)),
            Wake::Lost => return Some(Ending::Lost),
            Wake::Panicked => return Some(Ending::Panicked),
        }
        None
    }

    /// Performs what the main thread can do itself, and hands the rest over.
    fn perform(
        &mut self,
        effects: Vec<Effect>,
        performer: &mut Performer,
        terminal: &mut Terminal,
    ) -> io::Result<Option<Ending>> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Some(Ending::Left)),
                Effect::Suspend => {
                    if let Some(ending) = self.suspend(terminal, signals::stop_job) {
                        return Ok(Some(ending));
                    }
                }
                Effect::WakeAt(at) => self.due = Some(self.due.map_or(at, |due| due.min(at))),
                Effect::CopyToClipboard(text) => terminal.copy(&text)?,
                Effect::Task { stamp, task: BackgroundTask::EditOutside(text) } => {
                    self.edit_outside(stamp, &text, terminal)?;
                }
                other => performer.perform(other),
            }
        }
        Ok(None)
    }

    /// Gives the terminal back and stops; goes on where somebody continues the process.
    fn suspend(&mut self, terminal: &mut Terminal, stop: fn()) -> Option<Ending> {
        if self.lend(terminal, stop).is_err() {
            return Some(Ending::Lost);
        }
        let (width, height) = terminal.size();
        app::update(&mut self.app, AppInput::Event(Event::Resize(width, height)));
        None
    }

    /// Leaves terminal and keyboard to somebody else, and draws the whole screen after that.
    fn lend<T>(&mut self, terminal: &mut Terminal, work: impl FnOnce() -> T) -> io::Result<T> {
        if let Some(keyboard) = &self.keyboard {
            keyboard.pause();
        }
        let result = terminal.lend(work)?;
        if let Some(keyboard) = &self.keyboard {
            keyboard.resume();
        }
        self.screen.forget();
        Ok(result)
    }

    /// Leaves terminal and keyboard to another program; all else waits until it ends.
    fn edit_outside(&mut self, stamp: Stamp, text: &Arc<str>, terminal: &mut Terminal) -> io::Result<()> {
        let result = self.lend(terminal, || tasks::edit_outside(text))?;
        let result = Box::new(TaskResult::Edited { before: Arc::clone(text), result });
        let (width, height) = terminal.size();
        for happening in
            [AppInput::Event(Event::Resize(width, height)), AppInput::Message(Message::TaskDone { stamp, result })]
        {
            // What follows is a notice at most; its time is asked for again by the next batch.
            app::update(&mut self.app, happening);
        }
        app::settle(&mut self.app);
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        if self.app.take_redraw() {
            self.screen.forget();
        }
        self.screen.show(app::render(&self.app))?;
        self.shown = true;
        Ok(())
    }

    /// Takes what is on the screen for seen, unless this event came before anybody could look at it.
    fn look(&mut self, event: &Event) -> Vec<Effect> {
        let enter = matches!(event, Event::Key(key) if key.code == Code::Enter);
        let meant = !enter || self.enters.press(Instant::now());
        if std::mem::take(&mut self.shown) && meant { app::seen(&mut self.app) } else { Vec::new() }
    }
}

/// A sender that a task keeps: a console that has ended is no error.
fn tell(wake: &Sender<Wake>, message: Message) {
    let _ = wake.send(Wake::Message(message));
}
