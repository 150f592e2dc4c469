//! From what the terminal sent to what the user wants.
//!
//! [`action`] holds the one table of actions; [`keymap`] lays the user's keys over it; [`resolve()`] turns a
//! key into an action, knowing only the scopes on the screen and a few facts. Dispatch, footer, help,
//! palette and README all read the same table.

pub mod action;
pub mod event;
pub mod key;
pub mod keymap;
pub mod resolve;

pub use action::{Action, Scope, When};
pub use event::Event;
pub use key::Key;
pub use keymap::Keymap;
pub use resolve::{Context, Input, resolve};
