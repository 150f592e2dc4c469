//! What is drawn, and the state and pure update of what is drawn.
//!
//! A [`page::Page`] fills the body; [`layer::Layer`]s lie over it as a stack. Both turn actions into
//! [`effect::UiEffect`]s, take [`message::UiMessage`]s and know no IO. [`frame::Frame`] is the one door for text. Widgets know no IAM;
//! `resources/<kind>` says all that is special about one kind of entity: columns, summary, tabs.

pub mod cell;
pub mod content;
pub mod draft;
pub mod editor;
pub mod effect;
pub mod filter;
pub mod form;
pub mod frame;
pub mod layer;
pub mod layers;
pub mod layout;
pub mod message;
pub mod page;
pub mod panes;
pub mod place;
pub mod resources;
pub mod runs;
pub mod selection;
pub mod time;
pub mod topics;
pub mod widgets;
pub mod wizard;
pub mod wizards;
