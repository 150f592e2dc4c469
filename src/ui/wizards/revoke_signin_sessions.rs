//! Revoking sign-in sessions: the selected ones, or all that a user or role has.

use std::sync::Arc;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, SigninOwner, SigninQuery, SigninSession, SigninStatus};
use crate::plan::builders::revoke_signin_sessions;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::resources::signin_sessions::TITLE;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::wizard::{Flow, Wizard};

use super::summary::Lines;
use super::{Command, Fit, nothing, review};

/// Revokes the sessions that are marked, or the one under the cursor.
pub const SELECTED: Command = Command {
    name: "revoke sign-in session",
    help: "Revoke the selected sign-in sessions; whoever uses them must sign in again.",
    key: Some(ItemAction::Delete),
    fit: |selection| if chosen(selection).is_empty() { Fit::No } else { Fit::TabItem },
    open: |selection, _| Ok(wizard(Which::These(chosen(selection)))),
};

/// Revokes every session of a user or role.
pub const ALL: Command = Command {
    name: "revoke sign-in sessions",
    help: "Revoke all sign-in sessions of the user or role: the AWS CLI, agents and browsers.",
    // The key deletes the user or role; here it is about the session under the cursor.
    key: None,
    fit: |selection| match selection.one().and_then(SigninOwner::of_entity) {
        Some(_) if selection.tab == Some(TITLE) => Fit::Here,
        Some(_) => Fit::Also,
        None => Fit::No,
    },
    open: |selection, _| {
        let Some(owner) = selection.one().and_then(SigninOwner::of_entity) else { return nothing() };
        Ok(wizard(Which::Of(owner)))
    },
};

/// The sessions that are marked, else the one under the cursor.
fn chosen(selection: &Selection) -> Vec<Arn> {
    let arn = |item: &TabItem| if let TabItem::SigninSession(arn) = item { Some(arn.clone()) } else { None };
    selection.all_items().filter_map(arn).collect()
}

fn wizard(which: Which) -> Box<dyn Layer> {
    Box::new(Wizard::new(Revoke { which, seen: None }))
}

/// Which sessions are meant.
#[derive(Debug)]
enum Which {
    These(Vec<Arn>),
    Of(SigninOwner),
}

#[derive(Debug)]
struct Revoke {
    which: Which,
    seen: Option<u64>,
}

const ABOUT: &str = "about";
const REASON: &str = "reason";

impl Revoke {
    /// The sessions as they are known; those of a user or role once they were read.
    fn sessions(&self, view: &View<'_>) -> Vec<Arc<SigninSession>> {
        match &self.which {
            Which::These(arns) => arns.iter().filter_map(|arn| view.account.signin_session(arn)).cloned().collect(),
            Which::Of(owner) => {
                let read = view.account.signin_sessions(&SigninQuery::Of(owner.clone()));
                read.known().map(|rows| rows.to_vec()).unwrap_or_default()
            }
        }
    }

    fn lines(&self, view: &View<'_>) -> Lines {
        if let Which::Of(owner) = &self.which {
            let read = view.account.signin_sessions(&SigninQuery::Of(owner.clone()));
            if !matches!(read, Fact::Known(..)) {
                let cell = Cell::wide(read, "none", |_| Cell::text(""));
                return vec![(cell.text.into_owned(), cell.role)];
            }
        }
        let sessions = self.sessions(view);
        let active = sessions.iter().filter(|session| session.status(view.now) == SigninStatus::Active);
        let line = |session: &Arc<SigninSession>| {
            let client = session.client_type.as_deref().unwrap_or("session");
            (format!("{client} of {}, since {}", session.owner, time::ago(session.issued, view.now)), Look::Text)
        };
        let mut lines: Lines = active.map(line).collect();
        if lines.is_empty() {
            lines.push(("No session is active.".to_owned(), Look::Muted));
        } else {
            lines.push(("This cannot be undone: whoever uses them must sign in again.".to_owned(), Look::Warning));
            lines.push(("Credentials already handed out keep working until they end.".to_owned(), Look::Muted));
        }
        lines
    }
}

impl Flow for Revoke {
    fn title(&self) -> &'static str {
        "Revoke sign-in sessions"
    }

    fn forms(&self) -> Vec<Form> {
        let help = "Optional, up to 256 characters. AWS keeps it with the revocation.";
        vec![Form::new(
            "Sessions",
            vec![Field::text(REASON, "Reason", help, check::signin_reason), Field::note(ABOUT, "Sessions")],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        if let Some(form) = forms.first_mut().filter(|_| self.seen != Some(view.revision)) {
            self.seen = Some(view.revision);
            form.tell(ABOUT, self.lines(view));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        match &self.which {
            Which::These(_) => Vec::new(),
            Which::Of(owner) => vec![(Load::SigninSessions(SigninQuery::Of(owner.clone())), Urgency::Now)],
        }
    }

    fn draft(&self) -> Option<String> {
        None
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let reason = forms.first().map(|form| form.text(REASON).to_owned());
        let sessions = self.sessions(view);
        let sessions: Vec<&SigninSession> = sessions.iter().map(|session| &**session).collect();
        let plan = revoke_signin_sessions(view.account, &sessions, reason.as_deref(), view.now);
        plan.map(review).map_err(|error| error.user_error())
    }
}
