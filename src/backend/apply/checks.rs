//! Whether a step may be sent: what the plan saw is compared with what is there now.

use std::collections::HashSet;

use serde_json::Map;

use super::look::{Looked, look};
use super::{Front, retry};
use crate::backend::Session;
use crate::model::ErrorKind;
use crate::plan::expect::{Expect, Known, Resource, Saw, digest};
use crate::plan::journal::{Outcome, Run};
use crate::plan::{Call, Step};

/// The code of a step that is not sent because something else changed what it relies on.
pub(super) const CHANGED: &str = "changed since the plan";

/// The code of a step that is not sent because it is not known whose the thing of its name is.
const WHOSE: &str = "owner unknown";

/// The code of a step that is not sent because what it relies on cannot be read.
const HIDDEN: &str = "not checked";

/// What a step found before it was sent.
pub(super) enum Checked {
    /// It may be sent. Whether it is sure that what it creates is not there.
    Go { is_free: bool },
    /// An earlier try has done it.
    Done,
    /// It is not sent.
    Stop(Outcome),
}

/// What a run knows, for checking its steps.
#[derive(Debug, Default)]
pub(super) struct Checks {
    known: Known,
    /// Steps that this process has sent and nobody has waited since: what they left need not be read.
    fresh: HashSet<String>,
    /// Whether a read may be behind what an earlier process, or an earlier run, has done.
    may_lag: bool,
}

impl Checks {
    pub(super) fn of(run: &Run, resumes: bool) -> Self {
        Self { known: run.known(), fresh: HashSet::new(), may_lag: resumes || run.begin.undoes.is_some() }
    }

    /// Takes in that a step was done.
    pub(super) fn done(&mut self, step: &Step, call: &Call, gives: &Map<String, serde_json::Value>, run: &Run) {
        self.known.take(step, call, gives, run.home().as_ref());
        self.fresh.insert(step.id.clone());
    }

    /// Time has passed in which others may have changed what this run did.
    pub(super) fn waited(&mut self) {
        self.fresh.clear();
    }

    /// Compares what a step relies on with what is there. A step that may have been sent before may be done.
    pub(super) async fn check(
        &self,
        session: &Session,
        front: &Front,
        run: &Run,
        step: &Step,
        call: &Call,
        was_unsure: bool,
    ) -> Checked {
        let home = run.home();
        let mut expects = self.known.expects(step, call, home.as_ref());
        expects.retain(|(_, by)| by.as_ref().is_none_or(|by| !self.fresh.contains(by)));
        let left: Vec<(Resource, Saw)> = if was_unsure {
            let left = call.leaves(&Map::new(), home.as_ref(), &self.known);
            left.into_iter().map(|(resource, saw)| Some((resource, saw?))).collect::<Option<_>>().unwrap_or_default()
        } else {
            Vec::new()
        };
        let expected = expects.iter().map(|(expect, _)| expect.resource.clone());
        let mut resources: Vec<Resource> = expected.chain(left.iter().map(|(resource, _)| resource.clone())).collect();
        resources.sort_unstable();
        resources.dedup();
        let created = call.creates(home.as_ref());
        let mut tries = 0;
        loop {
            let looked = look(session, &front.calls(), &resources).await;
            if was_unsure && let Some(there) = created.as_ref().and_then(|made| Some((made, looked.state(made)?))) {
                if let (made, Saw::Id(Some(id))) = there {
                    return Checked::Stop(not_known_whose(made, id));
                }
            } else if !left.is_empty() && left.iter().all(|(resource, saw)| looked.state(resource) == Some(saw)) {
                return Checked::Done;
            }
            let Some((outcome, by_run)) = first_difference(&expects, &looked, step, created.as_ref()) else {
                let is_free = created.is_some_and(|made| looked.state(&made) == Some(&Saw::Id(None)));
                return Checked::Go { is_free };
            };
            // What was changed a moment ago may be read as it was before.
            tries += 1;
            let waits = self.may_lag || by_run;
            match retry::patience(session.connection().endpoint.as_deref(), tries).filter(|_| waits) {
                Some(wait) => tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = front.stop.cancelled() => return Checked::Stop(outcome),
                },
                None => return Checked::Stop(outcome),
            }
        }
    }
}

/// The first state that is not as it should be, and whether a step of the run itself had left it so.
fn first_difference(
    expects: &[(Expect, Option<String>)],
    looked: &Looked,
    step: &Step,
    created: Option<&Resource>,
) -> Option<(Outcome, bool)> {
    expects.iter().find_map(|(expect, by)| {
        let resource = &expect.resource;
        let outcome = match (looked.state(resource), looked.failure(resource)) {
            (Some(now), _) if *now == expect.saw => return None,
            (Some(now), _) => changed(expect, now, looked.document(resource), step),
            // The service itself refuses a name that is taken, and an endpoint may not have the read.
            _ if created == Some(resource) => return None,
            (None, Some(error)) if error.kind == ErrorKind::Unsupported => return None,
            (None, Some(error)) => Outcome::Failed {
                code: HIDDEN.to_owned(),
                message: format!(
                    "{} cannot be compared with what the plan saw: {}",
                    resource.label(),
                    error.user_error().message
                ),
            },
            (None, None) => Outcome::Failed {
                code: HIDDEN.to_owned(),
                message: format!("{} cannot be compared with what the plan saw: it may not be read", resource.label()),
            },
        };
        Some((outcome, by.is_some()))
    })
}

/// Both sides of a difference; documents as far as the plan holds the one that it saw.
fn changed(expect: &Expect, now: &Saw, document: Option<&str>, step: &Step) -> Outcome {
    let inverses =
        step.inverse.iter().flat_map(|inverse| &inverse.calls).filter_map(|call| call.text("PolicyDocument"));
    let saw = inverses.into_iter().find(|text| expect.saw == Saw::Document(Some(digest(text))));
    let (saw, now) = match (saw, document) {
        (Some(saw), Some(now)) => (compact(saw), compact(now)),
        (Some(saw), None) => (compact(saw), now.label()),
        (None, Some(text)) => (expect.saw.label(), compact(text)),
        (None, None) => (expect.saw.label(), now.label()),
    };
    let message = format!("{}: the plan saw {saw}, now it is {now}", expect.resource.label());
    Outcome::Failed { code: CHANGED.to_owned(), message }
}

/// A document in one line.
fn compact(document: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(document);
    value.map_or_else(|_| document.to_owned(), |value| value.to_string())
}

/// Something of the name is there, and an earlier try got no answer.
pub(super) fn not_known_whose(made: &Resource, id: &str) -> Outcome {
    let message = format!(
        "{} exists (unique ID {id}). An earlier try got no answer, so it is not known whether this run created it or \
         somebody else did. If nobody needs it, delete it and resume",
        made.label()
    );
    Outcome::Failed { code: WHOSE.to_owned(), message }
}
