//! The one door to AWS and to the emulator: sessions over the SDK, reads as values, one limiter.
//!
//! A [`Load`] is plain data. [`Session::start`] runs it on a task of its own and streams [`News`] into a
//! sink, page by page; the same load never runs twice at once, and [`Session::cancel`] ends it. No SDK
//! type leaves this module.

pub mod gate;
mod load;
mod session;

pub use load::{GroupPart, Load, PolicyPart, RolePart, Urgency, UserPart};
pub use session::{Connection, News, Pace, Secret, Session, SessionKind, Sink, Target};
