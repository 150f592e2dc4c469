//! `iamtui apply`: a plan, the rest of a run that stopped, or what takes a run back.
//!
//! It passes what the console's review passes: the gate of read-only sessions, the guards, the typed word, the journal.

mod ask;
mod report;
mod secrets;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use self::report::Report;
pub(super) use self::report::how;
use self::secrets::Keep;
use super::account::{self, Live, Opened};
use super::files::read_long;
use super::output::{Format, Output};
use super::plan::{objections, settings};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::backend::apply::{Answer, Front, Held, Job, Progress, Resumes, apply};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::config::Folders;
use crate::insight::guards;
use crate::model::Account;
use crate::plan::builders::{deleted_policies, loosened};
use crate::plan::journal::{Begin, JournalId, OnError, Run};
use crate::plan::{self, Ask, Call, Home, Plan, PlanError, SecretFrom};
use crate::runtime::journal;

/// Apply a plan to an account, step by step, with a journal that can undo it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan that `iamtui plan` or the console has written; `-` reads standard input
    #[arg(value_name = "PLAN.json", required_unless_present_any = ["resume", "undo"])]
    file: Option<PathBuf>,
    /// Resume a run that stopped; without an id, the latest
    #[arg(long, value_name = "RUN", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["file", "undo"])]
    resume: Option<String>,
    /// Undo a run; without an id, the latest that can be undone
    #[arg(long, value_name = "RUN", num_args = 0..=1, default_missing_value = "", conflicts_with = "file")]
    undo: Option<String>,
    /// Apply without asking; needed where standard input is no terminal
    #[arg(long)]
    yes: bool,
    /// If a step fails, continue with those that do not depend on it; `--resume` tries the others again
    #[arg(long)]
    continue_on_error: bool,
    /// Apply a plan that was created for another account or endpoint
    #[arg(long)]
    any_account: bool,
    /// The word that the plan asks for, such as the name of the user that it deletes
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// The reason, if a guard asks for one; saved in the journal
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Write new passwords and keys to this new file, which only you can read, one JSON object per line
    #[arg(long, value_name = "FILE")]
    secrets_to: Option<PathBuf>,
    /// Show new passwords and keys; only on a terminal
    #[arg(long, conflicts_with = "secrets_to")]
    show_secrets: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    source: SourceArgs,
}

impl Args {
    /// The undo of a run, without being asked where `yes`; the word confirms it.
    pub(super) fn undoing(run: String, yes: bool, confirm: Option<String>, source: SourceArgs) -> Self {
        Self {
            file: None,
            resume: None,
            undo: Some(run),
            yes,
            continue_on_error: false,
            any_account: false,
            confirm,
            reason: None,
            secrets_to: None,
            show_secrets: false,
            output: Format::Text,
            source,
        }
    }
}

/// What is to be done.
struct Task {
    /// What is left to send, which is what must be confirmed.
    plan: Plan,
    begin: Begin,
    resumes: Resumes,
    /// Steps that an earlier try may have done already.
    unsure: Vec<String>,
    run: String,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    // A plan that cannot be read is refused before anything is reached.
    let plan = args.file.as_deref().map(read_plan).transpose()?;
    let guards = settings()?;
    let folders = Folders::find().map_err(UserError::from)?;
    let Opened::Live(live) = account::open_to_change(&args.source)? else {
        let told = UserError::new("a snapshot is a file: nothing can be changed in it");
        return Err(Failure::Usage(told.hint("Name the account itself, such as with --profile.")));
    };
    if let Some(told) = &live.session().connection().warning {
        out.tell(told);
    }
    if let Some(reason) = &live.session().connection().read_only {
        let told = UserError::new(format!("this session is read-only: the plan cannot be applied; {reason}"));
        return Err(Failure::Run(told.hint(reason.way_out())));
    }
    // A slow service is not a silent command.
    out.say("reading the account …");
    let (mut account, mut failed) = live.read(&[Load::Identity, Load::PasswordPolicy]);
    let Some(identity) = account.identity().cloned() else {
        let told = failed.pop().map(|(_, error)| error.user_error());
        return Err(Failure::Run(told.unwrap_or_else(|| UserError::new("it is not known who you are"))));
    };
    let book = live.book(identity.account.as_str());
    let caller = identity.arn.to_string();
    let kept = if plan.is_none() { journal::read(&folders.state, &book)? } else { journal::Kept::default() };
    if let Some(damage) = &kept.damage {
        out.tell(damage);
    }
    let runs = kept.runs;
    let flags = args.source.flags();
    let mut task = match (plan, &args.resume, &args.undo) {
        (Some((plan, is_old)), ..) => {
            fits(&plan, is_old, &book, &caller, args.any_account, out)?;
            Task::of_plan(plan, caller, &live)
        }
        (None, Some(id), _) => Task::resume(&runs, id, &flags)?,
        (None, None, id) => {
            let run = Task::undone(&runs, id.as_deref().unwrap_or_default(), &flags)?;
            let run = found_out(run, &book, &folders, &live)?;
            Task::undo(&run, caller, &mut account, &live, out)?
        }
    };
    if args.continue_on_error {
        task.begin.on_error = OnError::Continue;
    }
    if guards::reach_others(&task.plan) {
        let mut unread = Vec::new();
        live.read_into(
            &mut account,
            &[Load::Users, Load::Groups, Load::Roles, Load::Policies, Load::Bulk],
            &mut unread,
        );
    }
    task.plan = guards::annotate(&account, &guards, std::mem::take(&mut task.plan));
    ask::announce(&task.plan, &book, out);
    objections(&task.plan, out);
    let answers = ask::Answers { yes: args.yes, word: args.confirm.as_deref(), reason: args.reason.as_deref() };
    let reason = ask::confirm(&task.plan, &book, &answers, out)?;
    task.begin.reason = task.begin.reason.or(reason);
    let keep = Keep::open(&task.plan, args.secrets_to.as_deref(), args.show_secrets, out)?;
    let secrets = prompted(&task.plan, args, out)?;
    let log = journal::open(&folders.state, &book)?;
    let run = match &task.resumes {
        Resumes::Nothing => Run::new(task.run.clone(), live.clock().now(), task.begin.clone()),
        Resumes::GoOn(run) | Resumes::FindOut(run) => run.as_ref().clone(),
    };
    let Task { begin, resumes, unsure, run: id, .. } = task;
    let job = Job { run: id, book, begin, resumes, secrets, unsure };
    let report = Report::new(run, keep, args.output, flags, live.clock().clone());
    follow(job, Box::new(log), report, &live, out)
}

/// The plan in a file, and whether it is of the first version.
fn read_plan(path: &Path) -> Result<(Plan, bool), Failure> {
    let text = read_long(path, plan::LONGEST)?;
    Ok((Plan::parse(&text).map_err(UserError::from)?, plan::is_of_first_version(&text)))
}

impl Task {
    fn of_plan(plan: Plan, caller: String, live: &Live) -> Self {
        let begin = Begin { plan: plan.clone(), caller, ..Begin::default() };
        Self { plan, begin, resumes: Resumes::Nothing, unsure: Vec::new(), run: next_id(live) }
    }

    fn resume(runs: &[Run], id: &str, flags: &str) -> Result<Self, UserError> {
        let run = find(runs, id, Run::is_open, "can be resumed", flags)?;
        let begin = run.begin.clone();
        Ok(Self {
            plan: run.rest(),
            begin,
            resumes: Resumes::GoOn(Box::new(run.clone())),
            unsure: Vec::new(),
            run: run.id.clone(),
        })
    }

    /// The run that is to be undone.
    fn undone(runs: &[Run], id: &str, flags: &str) -> Result<Run, UserError> {
        // Without an id, a run that undid another is left alone: that would do it once more.
        let may = |run: &Run| run.is_undoable() || run.undone_by.is_none() && run.is_open_to_doubt();
        let fit = |run: &Run| may(run) && (run.begin.undoes.is_none() || !id.is_empty());
        find(runs, id, fit, "can be undone", flags).cloned()
    }

    fn undo(
        run: &Run,
        caller: String,
        account: &mut Account,
        live: &Live,
        out: &mut Output,
    ) -> Result<Self, UserError> {
        let (plan, losses) = run.undo();
        let plan = without_uses(plan, account, live)?;
        if plan.steps.is_empty() {
            return Err(UserError::new(format!("run `{}` has nothing that can be undone", run.id)));
        }
        for (step, lost) in losses {
            out.say(&format!("not undone: {step}: {lost}"));
        }
        let undoes = Some(run.id.clone());
        let begin = Begin { plan: plan.clone(), caller, undoes, ..Begin::default() };
        let unsure = run.unsure().into_iter().collect();
        Ok(Self { plan, begin, resumes: Resumes::Nothing, unsure, run: next_id(live) })
    }
}

/// The plan with what must go before the policies that it deletes: somebody may have attached them since.
fn without_uses(plan: Plan, account: &mut Account, live: &Live) -> Result<Plan, UserError> {
    let arns = deleted_policies(&plan);
    let mut unread = Vec::new();
    // The versions tell whose documents are read next.
    for _ in 0..2 {
        let loads: Vec<Load> = arns.iter().flat_map(|arn| Load::before_deletion(arn, account)).collect();
        live.read_into(account, &loads, &mut unread);
    }
    match loosened(account, plan.clone()) {
        Ok(plan) => Ok(plan),
        // What may not be read is left to AWS, which refuses to delete what is in use.
        Err(PlanError::Unknown(_) | PlanError::Denied { .. }) => Ok(plan),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a plan that was made for another account or endpoint, and says what an old file does not hold.
fn fits(plan: &Plan, is_old: bool, book: &JournalId, caller: &str, any: bool, out: &mut Output) -> Result<(), Failure> {
    let Some(made) = &plan.made else {
        let told = UserError::new("this plan does not say which account it was created for");
        // Files of the first version never said it.
        if !any && !is_old {
            let hint = "Nothing was sent. Create the plan again with this program, or add `--any-account`.";
            return Err(Failure::Run(told.hint(hint)));
        }
        out.say(&format!("▲ {}: nothing can be compared", told.message));
        return Ok(());
    };
    for step in plan.steps.iter().filter(|step| step.expects.is_empty()) {
        if step.call().is_some_and(|call| !call.touches(Some(&made.home)).is_empty()) {
            out.say(&format!("▲ step `{}` has no expectations: what it changes is not compared", step.id));
        }
    }
    let partition = Home::of(caller).map(|home| home.partition).unwrap_or_default();
    let endpoint = made.endpoint.as_deref().unwrap_or("aws");
    let is_same = made.home.account == book.account && made.home.partition == partition && endpoint == book.endpoint;
    if is_same || any {
        return Ok(());
    }
    let told = UserError::new(format!(
        "this plan was created for account {} on {endpoint} (partition {}), and this is account {} on {} (partition {partition})",
        made.home.account, made.home.partition, book.account, book.endpoint
    ));
    Err(Failure::Run(told.hint("Nothing was sent. Create the plan for this account, or add `--any-account`.")))
}

/// A run of which it was found out, by reads alone, which of its unanswered steps were done.
fn found_out(run: Run, book: &JournalId, folders: &Folders, live: &Live) -> Result<Run, Failure> {
    if !run.is_open_to_doubt() {
        return Ok(run);
    }
    let log = journal::open(&folders.state, book)?;
    let id = run.id.clone();
    let (begin, resumes) = (run.begin.clone(), Resumes::FindOut(Box::new(run.clone())));
    let (secrets, unsure) = (Vec::new(), Vec::new());
    let job = Job { run: id.clone(), book: book.clone(), begin, resumes, secrets, unsure };
    let (_answers, answered) = unbounded_channel();
    let front = Front::of(|_| {}, Arc::new(|_| {}), answered);
    live.runtime().block_on(apply(live.session(), job, Box::new(log), front));
    let runs = journal::read(&folders.state, book)?.runs;
    Ok(runs.into_iter().find(|run| run.id == id).unwrap_or(run))
}

/// The run of this id, or the latest that is fit. Journals are kept by account, which the flags name.
fn find<'r>(
    runs: &'r [Run],
    id: &str,
    fit: impl Fn(&Run) -> bool,
    what: &str,
    flags: &str,
) -> Result<&'r Run, UserError> {
    let told = |message: String| UserError::new(message).hint(format!("Run `iamtui journal{flags}` for all runs."));
    if id.is_empty() {
        let latest = runs.iter().rev().find(|run| fit(run));
        return latest.ok_or_else(|| told(format!("the journal has no run that {what}")));
    }
    let run = runs.iter().find(|run| run.id == id);
    let run = run.ok_or_else(|| told(format!("the journal has no run `{id}`")))?;
    if fit(run) { Ok(run) } else { Err(told(format!("run `{id}` is none that {what}"))) }
}

/// An id like the console's: the time, and what tells apart two of one moment.
fn next_id(live: &Live) -> String {
    format!("{}-{}", live.clock().now().strftime("%Y%m%dT%H%M%S%3f"), std::process::id())
}

/// The secrets that are asked for before anything is sent.
fn prompted(plan: &Plan, args: &Args, out: &mut Output) -> Result<Vec<Held>, Failure> {
    let from_input = args.file.as_deref() == Some(Path::new("-"));
    let mut held = Vec::new();
    for step in &plan.steps {
        for (name, from) in step.call().into_iter().flat_map(Call::secrets) {
            if from == SecretFrom::Generate {
                continue;
            }
            let missing = || UserError::new(format!("`{name}` of `{}` must be entered", step.id));
            if from_input {
                let hint = "Give the plan as a file: standard input is where secrets are read from.";
                return Err(Failure::Usage(missing().hint(hint)));
            }
            let value = if from == SecretFrom::File {
                Some(ask::secret_file(&format!("file of {name} to {}: ", step.title()), out)?)
            } else {
                ask::secret(&format!("{name} to {}: ", step.title()), out)
            };
            let value = value
                .ok_or_else(|| Failure::Usage(missing().hint("Type it, or send it as one line on standard input.")))?;
            held.push(Held { step: step.id.clone(), name: name.to_owned(), value });
        }
    }
    Ok(held)
}

/// Sends the steps and tells how each goes, until the run ends.
fn follow(
    job: Job,
    log: Box<dyn plan::journal::Journal>,
    mut report: Report,
    live: &Live,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let (sender, news) = channel();
    let (answers, answered) = unbounded_channel();
    let tell = move |progress| {
        // Nobody hears any more once the command has ended.
        let _ = sender.send(progress);
    };
    let front = Front::of(tell, Arc::new(|_| {}), answered);
    let stop = front.stop.clone();
    live.runtime().spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let stop = front.stop.clone();
    let session = live.session().clone();
    live.runtime().spawn(async move { apply(&session, job, log, front).await });
    for progress in news {
        match progress {
            Progress::Refused(told) => return Err(refused(&report, told)),
            Progress::Asks { ask, again, .. } => {
                if let Some(told) = again {
                    out.tell(&told);
                }
                answer(&ask, &answers, &stop, out);
            }
            other => report.take(other, out)?,
        }
    }
    Ok(report.end(out))
}

/// Why a run did not begin or go on; steps may have been sent before.
fn refused(report: &Report, told: UserError) -> Failure {
    let begun = report.has_begun();
    Failure::Run(if begun {
        told.hint(format!("Nothing more was sent. Resume the run with `{}`.", report.resume()))
    } else {
        told
    })
}

/// Asks what a step needs, on a thread of its own, so that ctrl-c is heard meanwhile.
fn answer(ask: &Ask, answers: &UnboundedSender<Answer>, stop: &tokio_util::sync::CancellationToken, out: &mut Output) {
    out.say(&match ask {
        Ask::MfaCodes { device } => format!("Two codes in a row of {device}, one after the other:"),
        other => format!("{}, then press Enter:", other.title()),
    });
    let (answers, stop) = (answers.clone(), stop.clone());
    let names = ask.gives();
    std::thread::spawn(move || {
        let mut values = Vec::new();
        while values.len() < names.len() {
            let Some(line) = ask::line() else { return stop.cancel() };
            values.extend(line.split_whitespace().map(Secret::new));
        }
        if names.is_empty() && ask::line().is_none() {
            return stop.cancel();
        }
        let given = names.iter().map(|name| (*name).to_owned()).zip(values).collect();
        // The run may have ended meanwhile.
        let _ = answers.send(Answer::Given(given));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Clock;
    use crate::plan::journal::Event;

    #[test]
    fn the_run_is_found_by_its_id_or_is_the_latest_that_is_fit() {
        let run = |id: &str| Run::new(id.to_owned(), jiff::Timestamp::UNIX_EPOCH, Begin::default());
        let runs = [run("a"), run("b")];
        assert_eq!(find(&runs, "", |_| true, "", "").unwrap().id, "b");
        assert_eq!(find(&runs, "a", |_| true, "", "").unwrap().id, "a");
        assert_eq!(find(&runs, "c", |_| true, "", "").unwrap_err().message, "the journal has no run `c`");
        let told = find(&runs, "", |_| false, "can be undone", " --local=work").unwrap_err();
        assert_eq!(told.message, "the journal has no run that can be undone");
        assert_eq!(told.hint.as_deref(), Some("Run `iamtui journal --local=work` for all runs."));
    }

    #[test]
    fn a_run_that_cannot_be_journaled_any_more_says_how_to_find_it() {
        let run = Run::new("r1".to_owned(), jiff::Timestamp::UNIX_EPOCH, Begin::default());
        let mut report = Report::new(
            run,
            Keep::None,
            Format::Text,
            " --endpoint-url=http://127.0.0.1:1".to_owned(),
            Clock::system(),
        );
        let mut out = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
        report.take(Progress::Event(Event::Resume), &mut out).unwrap();
        let Failure::Run(told) = refused(&report, UserError::new("the journal cannot be written")) else {
            panic!("another failure");
        };
        let resume = "Resume the run with `iamtui apply --endpoint-url=http://127.0.0.1:1 --resume r1`.";
        assert!(told.hint.unwrap().contains(resume));
    }
}
