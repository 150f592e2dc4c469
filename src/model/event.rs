//! Events of CloudTrail: who called what, when, from where, and how it ended.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{AccessKeyId, Document, Fact, ResourceKind, ResourceRef, Seen, UserName};

/// One management event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its ID.
    pub id: Box<str>,
    /// When it was.
    pub at: Timestamp,
    /// What was called, such as `CreateUser`, or what happened, such as `ConsoleLogin`.
    pub name: Box<str>,
    /// Whether it only read.
    pub is_read: bool,
    /// The service, such as `iam`.
    pub service: Box<str>,
    /// Who it was: a user's name, or the name of a role's session.
    pub by: Option<Box<str>>,
    /// The access key that signed it.
    pub access_key: Option<AccessKeyId>,
    /// What it was about: type as CloudFormation names it, and name or ARN.
    pub resources: Vec<(Box<str>, Box<str>)>,
    /// The code of the error that it ended with.
    pub error: Option<Box<str>>,
    /// In which Region it was.
    pub region: Option<Box<str>>,
    /// The address that it came from, or the service.
    pub address: Option<Box<str>>,
    /// The whole record, as CloudTrail wrote it.
    pub record: Document,
}

impl Event {
    /// The users, groups, roles and policies of this account that it was about, each once.
    pub fn about(&self) -> BTreeSet<ResourceRef> {
        let named = |(kind, name): &(Box<str>, Box<str>)| {
            let kind = match &**kind {
                "AWS::IAM::User" => ResourceKind::User,
                "AWS::IAM::Group" => ResourceKind::Group,
                "AWS::IAM::Role" => ResourceKind::Role,
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => ResourceKind::Policy,
                "AWS::IAM::InstanceProfile" => ResourceKind::InstanceProfile,
                _ => return None,
            };
            // A name, or an ARN that ends with it; policies are told by their ARNs only.
            let id = if kind == ResourceKind::Policy { name } else { name.rsplit('/').next()? };
            ResourceRef::parse(kind.word(), id)
        };
        self.resources.iter().filter_map(named).collect()
    }
}

/// Which events to look up: CloudTrail takes one attribute at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventQuery {
    /// All that were not reads, sign-ins among them.
    Changes,
    /// Those of who has this name: a user, or a session of a role.
    By(UserName),
    /// Those about what has this name or ARN.
    About(Box<str>),
}

/// The events of a query, the newest first.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    /// As far as they are read.
    pub rows: Vec<Arc<Event>>,
    /// Whether the read reached the oldest that CloudTrail keeps, and when that was told.
    pub read: Fact<EventsEnd>,
}

/// How the read of events ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventsEnd {
    /// There are no older ones.
    All,
    /// There are older ones, which nobody waits for.
    Cut,
}

impl EventLog {
    /// Takes in a page. The same event may come again: where a read is repeated, and by another Region.
    pub(super) fn extend(&mut self, page: Vec<Arc<Event>>) {
        let held: BTreeSet<&str> = self.rows.iter().map(|event| &*event.id).collect();
        let new: Vec<_> = page.into_iter().filter(|event| !held.contains(&*event.id)).collect();
        if !new.is_empty() {
            self.rows.extend(new);
            self.rows.sort_by_key(|event| Reverse(event.at));
        }
    }

    /// When the read ended.
    pub fn seen(&self) -> Option<Seen> {
        self.read.seen()
    }
}
