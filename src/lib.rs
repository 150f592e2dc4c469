//! iamtui: the AWS IAM console in a terminal, with the IAM and STS emulator that it carries.
//!
//! This page is the map of the crate.
//!
//! # Four words
//!
//! | word | meaning |
//! |---|---|
//! | Event | what the terminal sent: key, paste, resize, background colour |
//! | Action | what the user wants: closed enums by who does it; one table gives each its name and words, one its keys place by place |
//! | Effect | IO that should happen: plain data; a page or layer has `UiEffect`, which also moves about the screen |
//! | Message | what came back: data or a typed error, stamped with session and generation; a page or layer gets `UiMessage` |
//!
//! ```text
//! terminal ─ Event ─▶ input::resolve ─▶ Action ─▶ app::update ─▶ Vec<Effect>
//!                                        ▲                           │
//!                     runtime ─ Message ─┘        runtime::perform ◀─┘
//! ```
//!
//! `app::update` is the only mutator; it does no IO and awaits nothing. To add an action is a line in the table of
//! [`input::action`] and the arm that does it; an effect or a message is a variant and an arm. None of them compiles
//! before it is handled.
//!
//! # Layers
//!
//! `base` < `config` < `api`, `catalog` < `policy`, `totp` < `model` < `plan` < `insight`, `emulator`
//! < `backend` < `effect`, `message` < `input`, `theme` < `ui` < `app` < `runtime` < `cli`.
//! An import points to the same module or to one further left. The tidy test reads the imports and fails
//! on a breach; it also holds the external crates in their modules (`aws_*` in `backend`, `ratatui` in
//! `theme`, `ui`, `app` and `runtime`, `hyper` in `emulator::http`).
//!
//! # Deliberately absent
//!
//! No module ticks: what counts time on the screen asks for its next wake-up with an effect.
//! No module but `backend` knows an SDK type; the emulator keeps records of its own and the console reads
//! them only through the API.

pub mod api;
pub mod app;
pub mod backend;
pub mod base;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod effect;
pub mod emulator;
pub mod input;
pub mod insight;
pub mod message;
pub mod model;
pub mod plan;
pub mod policy;
pub mod runtime;
pub mod theme;
pub mod totp;
pub mod ui;
