//! From what the terminal sent to what the user wants.
//!
//! [`action`] holds the one table of actions and [`binding`] the one of the keys that mean them, place by place;
//! [`keymap`] lays the user's keys over it; [`resolve()`] turns a key into an action, knowing only the scopes on the
//! screen and a few facts. Dispatch, footer, help, palette and README all read the same tables.

pub(crate) mod action;
pub mod binding;
pub(crate) mod event;
pub(crate) mod key;
pub(crate) mod keymap;
pub(crate) mod names;
pub(crate) mod resolve;
pub(crate) mod scope;

pub use action::{
    AccountAction, Action, AnyPage, AppAction, Build, Caret, DialogAction, DiffAction, EditorAction, FindAction,
    FoldAction, FormAction, ItemAction, Lines, ListAction, Move, Nav, PageAction, PageNumber, ReviewAction, TextEdit,
    Tool, WorkAction,
};
pub use binding::{Binding, Scope, When};
pub use event::Event;
pub use key::Key;
pub use keymap::Keymap;
pub use resolve::{Context, Input, resolve};
