//! Runs: what they say, and what the account no longer knows for sure once they have changed it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::api::{ChangeKind, ChangeTarget};
use crate::backend::Load;
use crate::backend::apply::Progress;
use crate::base::error::UserError;
use crate::effect::{Effect, Stamp};
use crate::model::Update;
use crate::plan::Call;
use crate::plan::journal::{Event, JournalId, Outcome, Run};
use crate::ui::effect::{Notice, Tone};
use crate::ui::runs::{Live, Reading};

use super::App;
use super::workspace::Workspace;

/// Asks for the journal, once it is known whose it is.
pub(super) fn journal(workspace: &mut Workspace) -> Option<Effect> {
    let book = workspace.session.book()?;
    let held = match workspace.session.runs.reading() {
        Reading::Waiting => None,
        Reading::Asked(book) | Reading::Read(book) | Reading::Failed(book, _) => Some(book),
    };
    if held == Some(&book) {
        return None;
    }
    workspace.session.runs.ask(book.clone());
    Some(Effect::ReadJournal { stamp: workspace.session.stamp, book })
}

/// Takes in the journal, and says what was left unfinished.
pub(super) fn read(
    app: &mut App,
    stamp: Stamp,
    book: JournalId,
    result: Result<Vec<Run>, UserError>,
    damage: Option<UserError>,
) -> Vec<Effect> {
    let Some(workspace) = of(app, stamp) else { return Vec::new() };
    let failed = result.as_ref().err().or(damage.as_ref()).cloned();
    workspace.session.runs.read(book, result, damage);
    if let Some(told) = failed {
        return vec![app.say(Notice { told, tone: Tone::Failed })];
    }
    let now = app.clock.now();
    let Some(workspace) = of(app, stamp) else { return Vec::new() };
    let is_over = |live: &&Live| live.run.due().is_some_and(|end| end <= now);
    let over: Vec<&Live> = workspace.session.runs.all().iter().filter(is_over).collect();
    if let Some(first) = over.first() {
        let more = if over.len() > 1 { format!(" and {} more", over.len() - 1) } else { String::new() };
        let told = UserError::new(format!("Expired: {}{more}.", first.run.plan().title));
        return vec![app.say(Notice { told: told.hint("Undo it in the journal (`:journal`)."), tone: Tone::Info })];
    }
    let Some(live) = workspace.session.runs.unfinished() else { return Vec::new() };
    let told = UserError::new(format!("Unfinished: {}.", live.run.plan().title))
        .hint("Continue or undo it in the journal (`:journal`).");
    vec![app.say(Notice { told, tone: Tone::Info })]
}

/// Takes in what a run says. A run belongs to its workspace whatever was reloaded or signed in meanwhile.
pub(super) fn progress(app: &mut App, stamp: Stamp, run: &str, progress: Progress) {
    let Some(workspace) = of(app, stamp) else { return };
    if let Progress::Event(event) = &progress {
        outdate(workspace, run, event);
    }
    workspace.session.runs.take(run, progress);
    // What was said of a run while it went on is over with it, and the line tells its keys again.
    let ended = workspace.session.runs.get(run).is_some_and(|live| !live.going);
    app.notice.take_if(|(notice, _)| ended && notice.tone == Tone::Info);
}

/// Says where a file was written to, or why not.
pub(super) fn written(
    app: &mut App,
    stamp: Stamp,
    run: Option<&str>,
    result: Result<PathBuf, UserError>,
) -> Vec<Effect> {
    let Some(workspace) = of(app, stamp) else { return Vec::new() };
    let notice = match result {
        Ok(path) => {
            if let Some(run) = run {
                workspace.session.runs.seen(run);
            }
            Notice::new(format!("Written to {}; only you can read it", path.display()), Tone::Done)
        }
        Err(told) => Notice { told, tone: Tone::Failed },
    };
    vec![app.say(notice)]
}

fn of(app: &mut App, stamp: Stamp) -> Option<&mut Workspace> {
    app.get_mut(stamp.workspace)
}

/// Forgets as read what an event has changed, or may have.
fn outdate(workspace: &mut Workspace, run: &str, event: &Event) {
    let (step, gone) = match event {
        Event::Result { step, outcome: Outcome::Done(_) | Outcome::Already(_) | Outcome::Lost(_) } => (step, true),
        // A refusal may mean that the account is not as it was when the plan was made.
        Event::Result { step, outcome: Outcome::Unsure { .. } | Outcome::Failed { .. } } => (step, false),
        Event::End(_) => return workspace.session.jobs.outdate(|load| *load == Load::Bulk),
        _ => return,
    };
    let call = workspace.session.runs.get(run).and_then(|live| live.run.plan().step(step)?.call().cloned());
    let Some(call) = call else { return };
    if let Some(entity) = call.deletes().filter(|_| gone) {
        Arc::make_mut(&mut workspace.session.account).apply(Update::Gone(entity));
    }
    if let Some((old, new)) = call.renames().filter(|_| gone) {
        Arc::make_mut(&mut workspace.session.account).apply(Update::Gone(old.clone()));
        workspace.stack.history.follow(&old, &new);
    }
    workspace.session.jobs.outdate(|load| touches(&call, load));
}

/// Whether a read may answer something else after a call.
fn touches(call: &Call, load: &Load) -> bool {
    // What is called by another service than IAM changes nothing that is read here.
    let Some(change) = call.change() else { return *load == Load::Summary };
    let names = |parameters: &[&str], name: &str| parameters.iter().any(|given| call.text(given) == Some(name));
    let of = |thing: ChangeTarget| change.target == thing || change.owner == Some(thing);
    let lists = |thing: ChangeTarget| {
        change.holder() == thing
            && matches!(change.kind, ChangeKind::Create | ChangeKind::Delete | ChangeKind::Rename | ChangeKind::Update)
    };
    let renames = |thing: ChangeTarget| change.target == thing && change.kind == ChangeKind::Rename;
    let deletes = |thing: ChangeTarget| change.target == thing && change.kind == ChangeKind::Delete;
    match load {
        Load::Summary => true,
        // Members, groups and those that a policy is attached to are told by name.
        Load::Group(..) | Load::Policy(..) if renames(ChangeTarget::User) => true,
        // A trust policy follows the user or role that it names, and shows the id of one that is gone.
        Load::Role(..) if renames(ChangeTarget::User) || deletes(ChangeTarget::User) || deletes(ChangeTarget::Role) => {
            true
        }
        Load::Roles if renames(ChangeTarget::User) || deletes(ChangeTarget::User) => true,
        Load::User(..) | Load::Policy(..) if renames(ChangeTarget::Group) => true,
        Load::User(name, _) => names(&["UserName", "NewUserName"], name.as_str()),
        Load::Group(name, _) => names(&["GroupName", "NewGroupName"], name.as_str()),
        Load::Role(name, _) => names(&["RoleName"], name.as_str()),
        Load::Policy(arn, _) => names(&["PolicyArn", "PermissionsBoundary"], arn.as_str()),
        Load::Users => change.owner.is_none() && lists(ChangeTarget::User),
        Load::Groups => change.owner.is_none() && lists(ChangeTarget::Group),
        Load::Roles => change.owner.is_none() && lists(ChangeTarget::Role),
        // The list counts attachments and tells the default version.
        Load::Policies => {
            of(ChangeTarget::Boundary)
                || of(ChangeTarget::PolicyVersion)
                || matches!(change.kind, ChangeKind::Attach | ChangeKind::Detach)
                || lists(ChangeTarget::Policy)
        }
        Load::VirtualMfaDevices | Load::MfaTags(_) => of(ChangeTarget::MfaDevice),
        Load::Alias => of(ChangeTarget::AccountAlias),
        Load::PasswordPolicy => of(ChangeTarget::PasswordPolicy),
        Load::OutboundFederation | Load::Organization => of(ChangeTarget::AccountSetting),
        Load::SigninSessions(_) | Load::SigninSession(_) => of(ChangeTarget::SigninSession),
        Load::KeyOwner(_) => of(ChangeTarget::AccessKey),
        Load::Analyzers | Load::Finding(_) => of(ChangeTarget::Analyzer),
        other => other.change_target().is_some_and(of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{GroupPart, UserPart};

    #[track_caller]
    fn check(call: &Call, load: &Load, touched: bool) {
        assert_eq!(touches(call, load), touched, "{} {load:?}", call.operation());
    }

    #[test]
    fn a_change_makes_old_what_it_touches_and_nothing_else() {
        let add = Call::add_user_to_group("Admin", "Jesse");
        check(&add, &Load::User("Jesse".into(), UserPart::Groups), true);
        check(&add, &Load::Group("Admin".into(), GroupPart::Overview), true);
        check(&add, &Load::User("Alice".into(), UserPart::Groups), false);
        check(&add, &Load::Users, false);
        check(&Call::create_user("Jesse"), &Load::Users, true);
        check(&Call::create_user("Jesse"), &Load::Groups, false);
        check(&Call::update_user("Jesse"), &Load::Group("Admin".into(), GroupPart::Overview), true);
        check(&Call::update_group("Admin"), &Load::User("Alice".into(), UserPart::Groups), true);
        check(&Call::attach_user_policy("Jesse", "arn:aws:iam::aws:policy/X"), &Load::Policies, true);
    }
}
