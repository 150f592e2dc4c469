//! What is drawn, and the state and pure update of what is drawn.
//!
//! A [`page::Page`] fills the body; [`layer::Layer`]s lie over it as a stack. Both turn actions into
//! [`effect::UiEffect`]s, take [`message::UiMessage`]s and know no IO. [`frame::Frame`] is the one door for text. Widgets know no IAM;
//! `resources/<kind>` says all that is special about one kind of entity: columns, summary, tabs.

pub(crate) mod cell;
pub(crate) mod content;
pub(crate) mod draft;
pub mod editor;
pub(crate) mod effect;
pub(crate) mod filter;
pub(crate) mod form;
pub mod frame;
pub mod layer;
pub mod layers;
pub(crate) mod layout;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod panes;
pub(crate) mod place;
pub(crate) mod resources;
pub(crate) mod runs;
pub(crate) mod selection;
pub(crate) use crate::base::time;
pub(crate) mod topics;
pub mod widgets;
pub(crate) mod wizard;
pub(crate) mod wizards;
