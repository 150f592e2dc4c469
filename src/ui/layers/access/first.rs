//! What a question needs from elsewhere: files, what AWS reads of a denial, and what its simulator decides.

use std::path::Path;
use std::sync::Arc;

use super::AccessAnswer;
use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::insight::denial::{DenialText, Sealed, read, unsealed};
use crate::insight::describe::Asked;
use crate::insight::simulator::{Draft, Simulation};
use crate::message::TaskResult;
use crate::model::Account;
use crate::plan::Plan;

/// What has to come from elsewhere before a question is answered, or answered whole.
#[derive(Debug)]
pub(super) struct First {
    what: Outside,
    /// Whether it was asked for.
    pub(super) is_asked: bool,
}

#[derive(Debug)]
enum Outside {
    /// AWS reads a denial that only it can.
    Unsealed(Sealed),
    /// Files of policies are read, one after the other.
    Files(Box<Simulation>),
    /// AWS's simulator decides.
    Theirs(Box<Simulation>),
}

impl First {
    fn new(what: Outside) -> Self {
        Self { what, is_asked: false }
    }

    pub(super) fn task(&self) -> Option<BackgroundTask> {
        match &self.what {
            Outside::Unsealed(sealed) => Some(BackgroundTask::Unseal(sealed.clone())),
            Outside::Files(asked) => Some(BackgroundTask::ReadFile(asked.files.first()?.1.clone())),
            Outside::Theirs(asked) => Some(BackgroundTask::SimulateAtAws(asked.clone())),
        }
    }

    pub(super) fn words(&self) -> &'static str {
        match &self.what {
            Outside::Unsealed(_) => "asking AWS what it says …",
            Outside::Files(_) => "reading files …",
            Outside::Theirs(_) => "asking AWS's simulator …",
        }
    }
}

/// The text in the editor, as a simulation takes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Edited {
    /// What a save would change.
    Plan(Arc<Plan>),
    /// A document that is in no account yet.
    Draft(Draft),
    /// It is as it was.
    Nothing,
}

impl AccessAnswer {
    /// Explains the denial that was pasted, once AWS has read what only it can.
    pub(super) fn explain(&mut self) {
        let Some((line, _)) = &self.typed else { return };
        match read(line.text()) {
            Ok(DenialText::Refusal(refusal)) => self.put(Ok(Asked::Denial(refusal))),
            Ok(DenialText::Sealed(sealed)) => {
                self.objection = None;
                self.answer = None;
                self.asked = None;
                self.laid_out = None;
                self.first = Some(First::new(Outside::Unsealed(sealed)));
            }
            Err(told) => self.put(Err(told)),
        }
    }

    /// Simulates what is typed, once the files that it names are read.
    pub(super) fn simulated(&mut self) {
        let Some((line, _)) = &self.typed else { return };
        match Simulation::parse(line.text()) {
            Ok(mut asked) => {
                match &self.edited {
                    Some(Edited::Plan(plan)) => asked.plan = Some(Arc::clone(plan)),
                    Some(Edited::Draft(draft)) => asked.drafts.push(draft.clone()),
                    Some(Edited::Nothing) | None => {}
                }
                self.simulate_now(asked);
            }
            Err(told) => self.put(Err(told)),
        }
    }

    fn simulate_now(&mut self, asked: Simulation) {
        if asked.files.is_empty() {
            return self.put(Ok(Asked::Simulate(asked)));
        }
        self.objection = None;
        self.answer = None;
        self.asked = None;
        self.laid_out = None;
        self.first = Some(First::new(Outside::Files(Box::new(asked))));
    }

    /// Takes a policy that was read from a file.
    fn take_file(&mut self, read: &Path, result: &Result<String, UserError>) {
        let Some(First { what: Outside::Files(asked), is_asked: true }) = &mut self.first else { return };
        // What was read for an earlier question comes late; a path that is read has its `~` written out.
        let is_it = |wanted: &Path| read.ends_with(wanted.strip_prefix("~").unwrap_or(wanted));
        let Some((kind, path)) = asked.files.first().filter(|(_, wanted)| is_it(wanted)).cloned() else { return };
        asked.files.remove(0);
        let name = path.display().to_string();
        match result {
            Ok(text) if text.is_empty() => {
                let told = UserError::new(format!("`{name}` does not exist, or is empty"));
                self.put(Err(told.hint("Name the file of a policy in JSON.")));
            }
            Ok(text) => {
                asked.drafts.push(Draft { kind, name, text: Arc::from(text.as_str()) });
                let asked = Simulation::clone(asked);
                self.simulate_now(asked);
            }
            Err(told) => self.put(Err(told.clone())),
        }
    }

    /// Takes what came from elsewhere.
    pub(super) fn take(&mut self, result: &TaskResult) {
        match (result, &self.first) {
            (
                TaskResult::Unsealed { sealed, result },
                Some(First { what: Outside::Unsealed(wanted), is_asked: true }),
            ) if sealed == wanted => {
                let refusal = result.as_ref().map_err(Clone::clone).and_then(|text| unsealed(text));
                self.put(refusal.map(Asked::Denial));
            }
            (TaskResult::Read { path, result }, _) => self.take_file(path, result),
            (
                TaskResult::SimulatedAtAws { asked, result },
                Some(First { what: Outside::Theirs(wanted), is_asked: true }),
            ) if asked == wanted => {
                let mut asked = Simulation::clone(asked);
                asked.theirs = Some(Arc::new(result.clone()));
                self.first = None;
                self.asked = Some(Asked::Simulate(asked));
            }
            _ => {}
        }
    }

    /// AWS's simulator is asked once the answer here is known, about principals by their ARNs.
    pub(super) fn compare(&mut self, asked: &Asked, account: &Account) {
        let Asked::Simulate(asked) = asked else { return };
        if !asked.compares || asked.theirs.is_some() {
            return;
        }
        let mut asked = asked.clone();
        for name in &mut asked.principals {
            let user = account.users().get(name.as_str()).map(|user| &user.arn);
            let arn = user.or_else(|| account.roles().get(name.as_str()).map(|role| &role.arn));
            if let Some(arn) = arn {
                arn.as_str().clone_into(name);
            }
        }
        self.first = Some(First::new(Outside::Theirs(Box::new(asked))));
    }
}
