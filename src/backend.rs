//! The one way to AWS and to the emulator: sessions over the SDK, reads as values, one limiter.
//!
//! A [`Load`] is plain data. [`Session::start`] runs it on a task of its own and streams [`LoadEvent`] into a
//! sink, page by page; the same load never runs twice at once, and [`Session::cancel`] ends it. Every
//! call goes through `Run::call`: the read-only gate, the limiter, the time limit, retries and the
//! translation of errors sit there and nowhere else. No SDK type leaves this module.
//! A service is a file of `services` and a line of its table.
//! Config files are read as the AWS CLI reads them, in `profiles`; credentials come from the SDK's providers, and what
//! those lack is in `sign_in`. Which sessions let only reads pass is said in `read_only`.

pub mod apply;
mod budget;
mod call;
mod convert;
mod credentials;
mod denial;
mod error;
mod export;
mod gate;
mod http;
mod limiter;
mod load;
mod loads;
mod newer;
mod offers;
mod profiles;
mod query;
mod read_only;
mod rest_json;
mod run;
mod services;
mod session;
mod sign_in;
mod signed;
mod simulate;

pub use call::Sent;
pub use export::Export;
pub use limiter::Pace;
pub use load::{GroupPart, Load, PolicyPart, RolePart, Urgency, UserPart};
pub use offers::{Choice, Offers};
pub use profiles::{Profile, ProfileKind, Profiles};
pub use read_only::{ReadOnly, ReadOnlyReason};
pub use run::{LoadEvent, Sink};
pub use session::{Connection, Exported, Session, SessionKind, Target};
pub use sign_in::{Ask, Asker, RoleRequest, nobody};

pub use crate::base::secret::Secret;
