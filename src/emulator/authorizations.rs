//! What was decided of requests that were denied, by the id that ends the text of the denial.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html>. AWS
//! keeps them for 24 hours at least, and gives no id where it keeps nothing; so a denial has none here while there is
//! no room.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::ids::Ids;
use super::store::records::Moment;

/// How long they are kept, in seconds.
const KEPT: i64 = 24 * 60 * 60;
/// How much of them is kept, in bytes.
const ROOM: usize = 8 * 1024 * 1024;
/// What one takes beside its texts.
const OVERHEAD: usize = 256;

/// What was decided of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// When it was denied.
    pub at: Moment,
    /// The account of whoever was denied.
    pub account: Arc<str>,
    /// The organization of that account.
    pub organization: Option<Box<str>>,
    /// The Region in which it was denied.
    pub region: &'static str,
    /// The context, the evaluations and the policies, as JSON.
    pub details: Box<str>,
    /// The documents of the policies, by their URI.
    pub documents: Vec<(Box<str>, Arc<str>)>,
}

/// What was decided, as far as it is kept.
#[derive(Debug, Default)]
pub struct Authorizations(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<Box<str>, Arc<Authorization>>,
    /// Ids with the bytes that they take, oldest first.
    order: VecDeque<(Moment, Box<str>, usize)>,
    /// Policy documents, each once.
    documents: HashSet<Arc<str>>,
    bytes: usize,
}

impl Authorizations {
    /// Keeps what was decided and gives back its id; none where there is no room.
    pub fn keep(&self, mut authorization: Authorization, ids: &Ids) -> Option<String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(authorization.at);
        let uris: usize = authorization.documents.iter().map(|(uri, _)| uri.len() + OVERHEAD / 4).sum();
        let own = OVERHEAD + authorization.details.len() + uris;
        let new: HashSet<&Arc<str>> = authorization
            .documents
            .iter()
            .map(|(_, document)| document)
            .filter(|document| !kept.documents.contains(*document))
            .collect();
        let new: usize = new.into_iter().map(|document| document.len()).sum();
        if kept.bytes + own + new > ROOM {
            return None;
        }
        for (_, document) in &mut authorization.documents {
            match kept.documents.get(document) {
                Some(known) => *document = Arc::clone(known),
                None => drop(kept.documents.insert(Arc::clone(document))),
            }
        }
        kept.bytes += own + new;
        let id = ids.authorization();
        kept.order.push_back((authorization.at, id.as_str().into(), own));
        kept.by_id.insert(id.as_str().into(), Arc::new(authorization));
        Some(id)
    }

    /// What was decided of the request of an id.
    pub fn find(&self, id: &str, now: Moment) -> Option<Arc<Authorization>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(now);
        kept.by_id.get(id).cloned()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

impl Kept {
    /// Forgets what is too old, and the documents that nothing else names.
    fn forget(&mut self, now: Moment) {
        let before = self.order.len();
        while let Some((_, id, own)) = self.order.pop_front_if(|(at, ..)| at.0 + KEPT <= now.0) {
            self.by_id.remove(&id);
            self.bytes -= own;
        }
        if self.order.len() < before {
            let bytes = &mut self.bytes;
            self.documents.retain(|document| {
                let is_named = Arc::strong_count(document) > 1;
                *bytes -= if is_named { 0 } else { document.len() };
                is_named
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(at: i64, size: usize) -> Authorization {
        Authorization {
            at: Moment(at),
            account: "123456789012".into(),
            organization: None,
            region: "us-east-1",
            details: "d".repeat(size).into(),
            documents: vec![("inline:1".into(), "{}".into())],
        }
    }

    #[test]
    fn what_was_decided_is_known_for_a_day() {
        let (kept, ids) = (Authorizations::default(), Ids::seeded(1));
        let id = kept.keep(denied(10, 1), &ids).unwrap();
        assert!(kept.find(&id, Moment(10 + KEPT - 1)).is_some());
        assert_eq!(kept.find("other", Moment(10)), None);
        assert_eq!(kept.find(&id, Moment(10 + KEPT)), None);
        assert_eq!(kept.0.lock().unwrap().bytes, 0);
    }

    #[test]
    fn while_there_is_no_room_nothing_is_kept_and_nothing_is_forgotten() {
        let (kept, ids) = (Authorizations::default(), Ids::seeded(1));
        let first = kept.keep(denied(0, ROOM / 2), &ids).unwrap();
        assert_eq!(kept.keep(denied(1, ROOM / 2), &ids), None);
        assert!(kept.keep(denied(1, 10), &ids).is_some());
        assert!(kept.find(&first, Moment(1)).is_some());
        assert!(kept.keep(denied(KEPT, ROOM / 2), &ids).is_some());
    }

    #[test]
    fn a_document_is_kept_once() {
        let (kept, ids) = (Authorizations::default(), Ids::seeded(1));
        let found: Vec<_> =
            (0..2).map(|at| kept.find(&kept.keep(denied(at, 1), &ids).unwrap(), Moment(at)).unwrap()).collect();
        assert!(Arc::ptr_eq(&found[0].documents[0].1, &found[1].documents[0].1));
    }
}
