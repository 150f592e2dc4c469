//! What a page or a layer wants to happen outside of itself.
//!
//! What is IO becomes an [`Effect`](crate::effect::Effect) with the stamp of the account that it is for; the rest is
//! done to the screen at once.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::apply::{Answer, Job};
use crate::backend::{Choice, Load};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::effect::BackgroundTask;
use crate::input::Action;
use crate::theme::Theme;

use super::layer::Layer;
use super::message::UiMessage;
use super::place::{Kind, Place};
use super::selection::Selection;
use super::wizards::Command;

/// An effect of a page or a layer.
#[derive(Debug)]
pub enum UiEffect {
    /// Go to a page.
    Go(Place),
    /// Go to a page, unless a layer that goes on is still open.
    Show(Place),
    /// Go to a list, filtered so.
    GoFiltered(Kind, String),
    /// Lay this layer over everything.
    Open(Box<dyn Layer>),
    /// Open a command on what was selected when it was offered.
    OpenCommand(&'static Command, Box<Selection>),
    /// Close this layer.
    Close,
    /// Close this layer, and give this to whoever opened it.
    CloseWith(UiMessage),
    /// Do what an action says, as if its key had been pressed.
    Do(Action),
    /// Do what an action means on every page; nothing where a layer lies over it.
    OnPage(Action),
    /// Write the terminal's clipboard; the name of what it is goes into the notice.
    Copy(&'static str, String),
    /// Draw everything in this theme from now on.
    UseTheme(Box<Theme>),
    /// Say something in the footer line.
    Say(Notice),
    /// Answer what signing in asks; none gives it up.
    SignIn(Option<Secret>),
    /// Connect to an account.
    Connect(Choice),
    /// Open a session of the same user with this MFA device.
    SignInWithMfa(String),
    /// Open a page in a browser, where there is one.
    OpenPage(String),
    /// Apply a plan, or go on with a run.
    Apply(Box<Job>),
    /// Answer what a step of a run asks.
    Answer(String, Answer),
    /// Stop a run once the step in hand is done.
    StopRun(String),
    /// Write a new file that only its owner can read.
    Write(Export),
    /// Note that the secrets of a run were shown, copied or saved.
    SeenSecrets(String),
    /// Forget the secrets of a run for good.
    ForgetSecrets(String),
    /// Do a piece of work on this computer; all layers are told its result.
    Task(BackgroundTask),
    /// Wake the top layer at this time.
    WakeAt(Timestamp),
    /// Load these again, although they were loaded.
    LoadAgain(Vec<Load>),
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// Where to; a leading `~` is the home folder.
    pub path: PathBuf,
    /// What it will hold.
    pub text: Secret,
    /// The run whose secrets are saved by it.
    pub run: Option<String>,
}

/// A short message in the footer line, until a key or a few seconds later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What is said.
    pub told: UserError,
    /// How it is meant.
    pub tone: Tone,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something went as asked.
    Done,
    /// Something to know.
    Info,
    /// Something failed.
    Failed,
}

impl Notice {
    /// A notice without a hint.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { told: UserError::new(text), tone }
    }
}
