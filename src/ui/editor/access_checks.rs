//! Whether a text grants what the one before it did not, or grants it to everyone: our answer, and that of IAM Access
//! Analyzer beside it, which AWS bills for.

use std::sync::Arc;

use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::policy::PolicyKind;
use crate::policy::access_check::{Check, Verdict};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::widgets::failure::wrap;

use super::Editor;
use super::pane::Tab;
use super::service::Row;

/// What AWS charges for one check, in US dollars: the list price.
const PRICE: &str = "USD 0.0020";

/// What AWS said of each check, where it was asked.
type Answers = Vec<(Check, Result<Verdict, UserError>)>;

/// The question that was put last.
#[derive(Debug, Default)]
pub struct AccessChecks {
    asked: Option<Asked>,
}

#[derive(Debug)]
struct Asked {
    old: Arc<str>,
    new: Arc<str>,
    kind: PolicyKind,
    ours: Vec<(Check, Result<Verdict, UserError>)>,
    theirs: Theirs,
}

#[derive(Debug)]
enum Theirs {
    /// It costs something, so that it is asked for once more.
    NotAsked,
    Waiting,
    Told(Answers),
}

impl Editor {
    /// Shows whether the text grants more than the one before it; asked again, has AWS check it too.
    pub(super) fn check_access(&mut self) -> Vec<UiEffect> {
        self.hides_pane = false;
        self.pane.show(Tab::Service);
        let task = self.access.ask(&self.base, self.text.as_str(), self.analysis.kind);
        task.map(UiEffect::Task).into_iter().collect()
    }
}

impl AccessChecks {
    /// Answers by our own checks; asked the same again, asks AWS.
    pub fn ask(&mut self, old: &str, new: &str, kind: PolicyKind) -> Option<BackgroundTask> {
        if let Some(asked) = &mut self.asked
            && (&*asked.old, &*asked.new, asked.kind) == (old, new, kind)
        {
            let is_due = matches!(asked.theirs, Theirs::NotAsked) && !asked.ours.is_empty();
            return is_due.then(|| {
                asked.theirs = Theirs::Waiting;
                let (old, new) = (Arc::clone(&asked.old), Arc::clone(&asked.new));
                BackgroundTask::CheckAccess { old, new, kind }
            });
        }
        let ours = Check::of(kind, old).iter().map(|check| (*check, check.ours(old, new)));
        let ours = ours.map(|(check, verdict)| (check, verdict.map_err(|gave_up| UserError::new(gave_up.to_string()))));
        self.asked = Some(Asked {
            ours: ours.collect(),
            old: Arc::from(old),
            new: Arc::from(new),
            kind,
            theirs: Theirs::NotAsked,
        });
        None
    }

    /// Whether an answer is waited for.
    pub fn is_waiting(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| matches!(asked.theirs, Theirs::Waiting))
    }

    /// Waits no longer; what comes still is not taken.
    pub fn give_up(&mut self) {
        if let Some(asked) = &mut self.asked
            && matches!(asked.theirs, Theirs::Waiting)
        {
            asked.theirs = Theirs::NotAsked;
        }
    }

    /// Takes what came of it, where it is the answer to what was asked last.
    pub fn take(&mut self, new: &Arc<str>, answers: &Answers) {
        if let Some(asked) = &mut self.asked
            && matches!(asked.theirs, Theirs::Waiting)
            && asked.new == *new
        {
            asked.theirs = Theirs::Told(answers.clone());
        }
    }

    /// What is known, as lines; none where nobody asked.
    pub fn rows(&self, text: &str, width: u16) -> Vec<Row> {
        let Some(asked) = &self.asked else { return Vec::new() };
        let mut rows = Vec::new();
        let mut say = |words: &str, look: Look| {
            rows.extend(wrap(words, width.saturating_sub(2)).into_iter().map(|line| (vec![(line, look)], None)));
        };
        if *asked.new != *text {
            say("▲ The text has changed since its access was checked.", Look::Warning);
        }
        if asked.ours.is_empty() {
            say(
                "No access check fits: there is no earlier text, or AWS has none for this kind of policy.",
                Look::Muted,
            );
            return rows;
        }
        for (check, ours) in &asked.ours {
            say(check.title(), Look::Heading);
            tell("ours", ours, &mut say);
            if let Theirs::Told(theirs) = &asked.theirs {
                for (_, theirs) in theirs.iter().filter(|(other, _)| other == check) {
                    tell("AWS", theirs, &mut say);
                }
            }
        }
        match asked.theirs {
            Theirs::NotAsked => {
                let count = asked.ours.len();
                let checks = if count == 1 { "one check".to_owned() } else { format!("each of its {count} checks") };
                say(&format!("AWS bills {PRICE} for {checks}. Run `check-access` again to ask AWS too."), Look::Muted);
            }
            Theirs::Waiting => say("Asking IAM Access Analyzer …", Look::Unknown),
            Theirs::Told(_) => {}
        }
        rows
    }
}

fn tell(who: &str, verdict: &Result<Verdict, UserError>, say: &mut impl FnMut(&str, Look)) {
    match verdict {
        Ok(verdict) if verdict.passes => say(&format!("✓ {who}: {}", verdict.message), Look::Good),
        Ok(verdict) => {
            say(&format!("✗ {who}: {}", verdict.message), Look::Bad);
            for reason in &verdict.reasons {
                say(&format!("  {reason}"), Look::Text);
            }
        }
        Err(told) => {
            say(&format!("✗ {who}: {}", told.message), Look::Bad);
            say(told.hint.as_deref().unwrap_or_default(), Look::Muted);
        }
    }
}
