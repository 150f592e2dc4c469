//! The review of a plan and the picture of its run, as keys and messages make it.

use iamtui::backend::apply::{Held, Job, Progress};
use iamtui::backend::{Load, Secret};
use iamtui::base::clock::Clock;
use iamtui::base::error::UserError;
use iamtui::effect::Effect;
use iamtui::input::Event as Keyed;
use iamtui::message::Message;
use iamtui::plan::builders::{ConsolePassword, CreateUser};
use iamtui::plan::journal::{Begin, End, Event, JournalId, Outcome, Run};
use iamtui::plan::{Ask, Call, Guard, Inverse, Plan, SecretFrom, Step};
use iamtui::ui::layers::review::Review;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::canned;
use super::console::Console;
use crate::harness::{ACCOUNT, NOON};

/// A user with a password and a key, in a group.
fn jesse(account: &iamtui::model::Account) -> Plan {
    let wish = CreateUser {
        names: vec!["Jesse".into()],
        console: Some(ConsolePassword { from: SecretFrom::Generate, reset: true }),
        groups: vec!["developers".into()],
        access_key: Some(String::new()),
        ..CreateUser::default()
    };
    wish.plan(account).unwrap()
}

/// What the canned console knows.
fn account() -> iamtui::model::Account {
    canned::account()
}

fn guarded() -> Plan {
    let mut plan = Plan::new("attach AdministratorAccess to alice");
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    plan.push(
        Step::new(Call::attach_user_policy("alice", policy), "that is what was asked for")
            .undo(Inverse::of([Call::detach_user_policy("alice", policy)])),
    );
    plan.guards.push(Guard {
        id: "administrator-access",
        step: Some(plan.steps[0].id.clone()),
        message: "alice may then do everything in the account".into(),
        hint: Some("Attach what the work needs instead.".into()),
        word: Some("alice".into()),
    });
    plan
}

fn console(plan: Plan, width: u16, height: u16) -> Console {
    let mut console = canned::console(width, height);
    console.lay(Box::new(Review::new(plan)));
    console.finish();
    console
}

/// The job that the console asked for.
#[track_caller]
fn job(console: &mut Console) -> Job {
    let effects = std::mem::take(&mut console.effects);
    let found =
        effects.into_iter().find_map(|effect| if let Effect::Apply { job, .. } = effect { Some(*job) } else { None });
    found.unwrap_or_else(|| panic!("nothing was applied:\n{}", console.screen()))
}

fn is_applied(console: &Console) -> bool {
    console.effects.iter().any(|effect| matches!(effect, Effect::Apply { .. }))
}

fn say(console: &mut Console, run: &str, progress: Progress) {
    console.message(Message::Ran { stamp: console.stamp(), run: run.into(), progress });
}

/// Says that the steps went so, one after the other.
fn go(console: &mut Console, job: &Job, outcomes: &[Outcome], end: Option<End>) {
    for (step, outcome) in job.begin.plan.steps.iter().zip(outcomes) {
        let step = step.id.clone();
        say(console, &job.run, Progress::Event(Event::Intent { step: step.clone() }));
        say(console, &job.run, Progress::Event(Event::Result { step, outcome: outcome.clone() }));
    }
    if let Some(end) = end {
        say(console, &job.run, Progress::Event(Event::End(end)));
    }
}

fn done() -> Outcome {
    let gives: Map<String, Value> =
        [("AccessKey.AccessKeyId".to_owned(), Value::from("AKIAIOSFODNN7EXAMPLE"))].into_iter().collect();
    Outcome::Done(gives)
}

fn denied() -> Outcome {
    let message = "not allowed to call `AddUserToGroup`: no identity-based policy allows `iam:AddUserToGroup`";
    Outcome::Failed { code: "AccessDenied".into(), message: message.into() }
}

/// The run of a user that is complete, with its secrets.
fn applied(width: u16, height: u16) -> (Console, Job) {
    let mut console = console(jesse(&account()), width, height);
    console.keys("<enter>");
    let job = job(&mut console);
    let held =
        |step: &str, name: &str, value: &str| Held { step: step.into(), name: name.into(), value: Secret::new(value) };
    say(
        &mut console,
        &job.run,
        Progress::Secret(vec![
            held("create-login-profile:Jesse", "Password", "correct-Horse-7-battery"),
            held("create-access-key:Jesse", "AccessKey.SecretAccessKey", "wJalrXUtnFEMI/K7MDENG/EXAMPLEKEY"),
        ]),
    );
    let all = vec![done(); job.begin.plan.steps.len()];
    go(&mut console, &job, &all, Some(End::Complete));
    console.know(iamtui::model::Update::User(Box::new(canned::user("Jesse", 0))));
    (console, job)
}

fn draw(name: &str, make: impl Fn(u16, u16) -> Console) {
    for (width, height) in [(80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), make(width, height).screen());
    }
}

#[test]
fn the_review_shows_steps_reasons_commands_and_what_follows() {
    draw("review-create", |width, height| console(jesse(&account()), width, height));
    draw("review-create-end", |width, height| {
        let mut console = console(jesse(&account()), width, height);
        console.keys("G");
        console
    });
}

#[test]
fn guards_stand_first_and_the_word_and_a_reason_are_asked_for() {
    draw("review-guard", |width, height| console(guarded(), width, height));
    draw("review-confirm", |width, height| {
        let mut console = console(guarded(), width, height);
        console.keys("alic<enter>");
        console
    });
}

#[test]
fn a_deletion_names_the_object_and_the_account() {
    let plan = || {
        let mut plan = Plan::new("delete user alice");
        plan.push(
            Step::new(Call::delete_access_key("alice", "AKIAALICEKEYEXAMPLE1"), "a user with keys cannot be deleted")
                .risk("whatever uses the key stops working")
                .undo(Inverse::never("the secret of a deleted key does not come back")),
        );
        plan.push(
            Step::new(Call::remove_user_from_group("developers", "alice"), "a member cannot be deleted")
                .undo(Inverse::of([Call::add_user_to_group("developers", "alice")])),
        );
        plan.push(
            Step::new(Call::delete_user("alice"), "that is what was asked for")
                .undo(Inverse::losing([Call::create_user("alice")], "the unique id, which policies may name")),
        );
        plan
    };
    draw("review-delete", |width, height| console(plan(), width, height));
    draw("review-delete-read", |width, height| {
        let mut console = console(plan(), width, height);
        console.keys("<esc>");
        console
    });
}

#[test]
fn a_word_that_is_typed_at_once_is_the_word_and_no_command() {
    let mut console = console(guarded(), 100, 30);
    // As commands, these letters would copy the plan and write it to a file.
    console.keys("ys");
    assert!(console.screen().contains("Type to confirm          ys"), "{}", console.screen());
    assert!(
        !console.effects.iter().any(|effect| matches!(effect, Effect::CopyToClipboard(_) | Effect::WriteFile { .. }))
    );
    console.keys("<ctrl-u>alice<enter>on call<enter>");
    assert_eq!(job(&mut console).begin.reason.as_deref(), Some("on call"));
}

#[test]
fn the_plan_is_shown_as_every_kind_of_code() {
    for (tabs, name) in [(1, "cli"), (2, "terraform"), (3, "cloudformation"), (4, "json")] {
        let mut console = console(jesse(&account()), 120, 40);
        console.keys(&"<tab>".repeat(tabs));
        insta::assert_snapshot!(format!("review-{name}-120x40"), console.screen());
    }
}

#[test]
fn a_complete_run_shows_what_it_gave_and_masks_the_secrets() {
    draw("run-done", |width, height| applied(width, height).0);
}

#[test]
fn a_failed_run_says_where_why_and_how_to_go_on() {
    draw("run-failed", |width, height| {
        let mut console = console(jesse(&account()), width, height);
        console.keys("<enter>");
        let job = job(&mut console);
        go(&mut console, &job, &[done(), denied()], Some(End::Failed));
        console
    });
    draw("run-unsure", |width, height| {
        let mut console = console(jesse(&account()), width, height);
        console.keys("<enter>");
        let job = job(&mut console);
        go(&mut console, &job, &[done(), Outcome::Unsure { message: "broken".into() }], Some(End::Failed));
        console
    });
}

#[test]
fn a_run_that_goes_on_shows_the_step_in_hand_and_why_it_waits() {
    draw("run-going", |width, height| {
        let mut console = console(jesse(&account()), width, height);
        console.keys("<enter>");
        let job = job(&mut console);
        go(&mut console, &job, &[done()], None);
        let step = job.begin.plan.steps[1].id.clone();
        say(&mut console, &job.run, Progress::Event(Event::Intent { step: step.clone() }));
        say(&mut console, &job.run, Progress::Trying { step, tries: 2, why: "NoSuchEntity".into() });
        console
    });
}

#[test]
fn questions_of_a_run_are_asked_where_they_come_up() {
    let codes = || {
        let mut plan = Plan::new("assign MFA to alice");
        plan.push(Step::new(Call::create_virtual_mfa_device("phone"), ""));
        plan.push(Step::ask(Ask::MfaCodes { device: "phone".into() }, "two codes prove that the device works"));
        plan
    };
    draw("run-mfa-codes", |width, height| {
        let mut console = console(codes(), width, height);
        console.keys("<enter>");
        let job = job(&mut console);
        go(&mut console, &job, &[done()], None);
        let step = job.begin.plan.steps[1].id.clone();
        let ask = Ask::MfaCodes { device: "phone".into() };
        say(&mut console, &job.run, Progress::Event(Event::Intent { step: step.clone() }));
        say(&mut console, &job.run, Progress::Asks { step, ask, again: None });
        console.keys("12345<enter>");
        console
    });
}

#[test]
fn only_the_very_word_applies_and_the_reason_goes_with_it() {
    let mut console = console(guarded(), 100, 30);
    console.keys("Alice<enter>because<enter>");
    assert!(!is_applied(&console));
    console.keys("<esc><enter>alice<enter><enter>");
    assert!(!is_applied(&console), "a reason is asked for");
    console.keys("on call<enter>");
    let job = job(&mut console);
    assert_eq!(job.begin.reason.as_deref(), Some("on call"));
    assert_eq!(job.begin.caller, format!("arn:aws:iam::{ACCOUNT}:user/engineering/alice"));
    assert_eq!(job.book, JournalId { endpoint: "emulator demo".into(), account: ACCOUNT.into() });
}

#[test]
fn a_read_only_session_shows_and_copies_and_says_why_it_does_not_apply() {
    let mut console = canned::console_with(100, 30, |start| start.read_only = iamtui::backend::ReadOnly::Always);
    console.lay(Box::new(Review::new(jesse(&account()))));
    console.keys("<enter>");
    assert!(!is_applied(&console));
    assert!(
        console.screen().contains("This session is read-only, so the plan cannot be applied"),
        "{}",
        console.screen()
    );
    console.keys("y");
    assert!(
        console
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::CopyToClipboard(text) if text.contains("aws iam create-user")))
    );
}

#[test]
fn a_secret_is_shown_for_ten_seconds_on_demand() {
    let clock = Clock::fixed(Timestamp::from_second(NOON).unwrap());
    let (mut console, _) = applied(100, 40);
    assert!(!console.screen().contains("correct-Horse"), "{}", console.screen());
    console.keys("x");
    assert!(console.screen().contains("correct-Horse-7-battery"), "{}", console.screen());
    let wake = console
        .effects
        .iter()
        .filter_map(|effect| if let Effect::WakeAt(at) = effect { Some(*at) } else { None })
        .max();
    assert_eq!(wake, Some(clock.now() + SignedDuration::from_secs(10)));
    console.keys("x");
    assert!(!console.screen().contains("correct-Horse"), "pressed again it hides at once");
}

#[test]
fn leaving_with_a_secret_that_nobody_saw_asks_once() {
    let (mut console, _) = applied(100, 40);
    console.keys("<esc>");
    assert!(console.screen().contains("copied or saved is lost"), "{}", console.screen());
    console.keys("<esc>");
    assert!(!console.screen().contains("Review: create user"), "{}", console.screen());
    let (mut console, _) = applied(100, 40);
    console.keys("xx<esc>");
    assert!(!console.screen().contains("Review: create user"), "what was shown may go");
}

#[test]
fn credentials_are_written_as_aws_writes_them() {
    let (mut console, _) = applied(100, 40);
    console.keys("s<enter><enter>");
    let written = console.effects.iter().find_map(|effect| {
        if let Effect::WriteFile { path, text, .. } = effect {
            Some((path.clone(), text.reveal().to_owned()))
        } else {
            None
        }
    });
    let (path, text) = written.unwrap_or_else(|| panic!("{}", console.screen()));
    assert_eq!(path.to_str(), Some("Jesse_credentials.csv"));
    assert_eq!(
        text,
        format!(
            "User name,Password,Console sign-in URL\r\nJesse,correct-Horse-7-battery,\
             https://acme.signin.aws.amazon.com/console\r\n"
        )
    );
    console.keys("s<down><enter><enter>");
    let text = console.effects.iter().rev().find_map(|effect| {
        if let Effect::WriteFile { text, .. } = effect { Some(text.reveal().to_owned()) } else { None }
    });
    assert_eq!(
        text.as_deref(),
        Some("Access key ID,Secret access key\r\nAKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/EXAMPLEKEY\r\n")
    );
}

#[test]
fn a_secret_that_nobody_has_is_asked_for_and_kept_out_of_the_plan() {
    let mut plan = Plan::new("set the password of alice");
    plan.push(Step::new(Call::update_login_profile("alice").with("Password", SecretFrom::Prompt.value()), ""));
    let mut console = console(plan, 100, 30);
    console.keys("<enter>Tr0ub4dor&3<enter>");
    assert!(!console.screen().contains("Tr0ub4dor"), "{}", console.screen());
    let job = job(&mut console);
    assert_eq!(job.secrets[0].value.reveal(), "Tr0ub4dor&3");
    assert!(!format!("{:?}", job.begin).contains("Tr0ub4dor"));
}

#[test]
fn what_a_run_changed_is_read_again() {
    let (mut console, job) = applied(100, 40);
    assert!(job.begin.plan.steps.len() >= 4);
    console.finish();
    console.keys("<esc><esc>:users<enter>");
    let loads = console.take_loads();
    assert!(loads.contains(&Load::Users), "{loads:?}");
}

#[test]
fn a_made_thing_is_said_to_spread_until_a_read_has_seen_it() {
    let mut console = console(jesse(&account()), 100, 40);
    console.keys("<enter>");
    let job = job(&mut console);
    let all = vec![done(); job.begin.plan.steps.len()];
    go(&mut console, &job, &all, Some(End::Complete));
    assert!(console.screen().contains("user Jesse is created, but not visible everywhere yet"), "{}", console.screen());
    console.know(iamtui::model::Update::User(Box::new(canned::user("Jesse", 0))));
    assert!(!console.screen().contains("is spreading"), "{}", console.screen());
}

/// A run of the journal, as far as these outcomes go.
fn run(id: &str, plan: &Plan, outcomes: &[Outcome], end: Option<End>, undone_by: Option<&str>) -> Run {
    let begin = Begin { plan: plan.clone(), caller: format!("arn:aws:iam::{ACCOUNT}:user/alice"), ..Begin::default() };
    let mut run = Run::new(id.into(), canned::ago(1), begin);
    for (step, outcome) in plan.steps.iter().zip(outcomes) {
        run.take(Event::Result { step: step.id.clone(), outcome: outcome.clone() });
    }
    if let Some(end) = end {
        run.take(Event::End(end));
    }
    run.undone_by = undone_by.map(str::to_owned);
    run
}

fn journal(width: u16, height: u16) -> Console {
    let group = || {
        let mut plan = Plan::new("create group Admin");
        plan.push(Step::new(Call::create_group("Admin"), "").undo(Inverse::of([Call::delete_group("Admin")])));
        plan
    };
    let runs = vec![
        run("r1", &group(), &[done()], Some(End::Complete), Some("r2")),
        run("r2", &jesse(&account()), &vec![done(); 9], Some(End::Complete), None),
        run("r3", &jesse(&account()), &[done(), denied()], Some(End::Failed), None),
        run("r4", &jesse(&account()), &[done(), done()], None, None),
    ];
    journal_of(width, height, runs, None)
}

fn journal_of(width: u16, height: u16, runs: Vec<Run>, damage: Option<UserError>) -> Console {
    let mut console = canned::console(width, height);
    let book = JournalId { endpoint: "emulator demo".into(), account: ACCOUNT.into() };
    console.message(Message::Journal { stamp: console.stamp(), book, result: Ok(runs), damage, visited: None });
    console
}

#[test]
fn a_damaged_journal_says_so_and_not_that_nothing_was_changed() {
    let mut console =
        journal_of(80, 24, Vec::new(), Some(UserError::new("the journal `x` is damaged: line 1 cannot be read")));
    console.keys(":journal<enter>");
    let screen = console.screen();
    assert!(screen.contains("is damaged: line 1 cannot be read"), "{screen}");
    assert!(!screen.contains("Nothing was changed"), "{screen}");
}

#[test]
fn the_journal_lists_runs_with_their_states_and_what_can_be_undone() {
    draw("journal", |width, height| {
        let mut console = journal(width, height);
        console.keys(":journal<enter>");
        console
    });
    draw("journal-run", |width, height| {
        let mut console = journal(width, height);
        console.keys(":journal<enter><enter>");
        console
    });
}

#[test]
fn the_journal_is_filtered_by_what_was_done_and_how_it_ended() {
    let mut console = journal(100, 30);
    console.keys(":journal<enter>/admin");
    let screen = console.screen();
    assert!(screen.contains("create group Admin") && !screen.contains("create user Jesse"), "{screen}");
    assert!(screen.contains("1 run matches"), "{screen}");
    console.keys("<ctrl-u>failed<enter>");
    let screen = console.screen();
    assert!(screen.contains("✗ failed") && !screen.contains("? unfinished"), "{screen}");
    // Enter opens what is in sight, Esc shows all again.
    console.keys("<enter>");
    assert!(console.screen().contains("Run: create user Jesse"), "{}", console.screen());
    console.keys("<esc>/nothing<enter>");
    assert!(console.screen().contains("No change matches the filter."), "{}", console.screen());
    console.keys("<esc>");
    assert!(console.screen().contains("4 runs"), "{}", console.screen());
}

#[test]
fn what_was_left_unfinished_is_said_at_the_start() {
    let console = journal(100, 30);
    assert!(console.screen().contains("Unfinished: create user Jesse"), "{}", console.screen());
}

#[test]
fn undo_takes_back_the_last_change_through_a_review() {
    let mut console = journal(100, 40);
    console.keys("u");
    let screen = console.screen();
    assert!(screen.contains("Review: undo: create user Jesse") && screen.contains("delete user Jesse"), "{screen}");
    console.keys("<enter>Jesse<enter>");
    let job = job(&mut console);
    assert_eq!(job.begin.undoes.as_deref(), Some("r4"));
    console.message(Message::Ran {
        stamp: console.stamp(),
        run: job.run,
        progress: Progress::Event(Event::End(End::Complete)),
    });
    console.keys("<esc>:journal<enter>");
    assert_eq!(console.screen().matches("undone").count(), 2, "{}", console.screen());
}

#[test]
fn a_run_of_the_journal_goes_on_where_it_stopped() {
    let mut console = journal(100, 40);
    console.keys(":journal<enter><enter>");
    console.keys("r");
    let job = job(&mut console);
    assert_eq!(job.run, "r4");
    let iamtui::backend::apply::Resumes::GoOn(run) = job.resumes else { panic!("{:?}", job.resumes) };
    assert_eq!(run.rest().steps.len(), run.plan().steps.len() - 2);
}

#[test]
fn stopping_and_leaving_the_program_ask_for_what_goes_on() {
    let mut console = console(jesse(&account()), 100, 30);
    console.keys("<enter>");
    let job = job(&mut console);
    go(&mut console, &job, &[done()], None);
    console.keys("<esc>");
    assert!(console.screen().contains("ctrl-c stops after the current step"), "{}", console.screen());
    console.keys("<ctrl-c>");
    assert!(console.effects.iter().any(|effect| matches!(effect, Effect::StopRun { run, .. } if *run == job.run)));
    console.keys("<ctrl-q>");
    assert!(!console.effects.contains(&Effect::Quit), "{}", console.screen());
    console.keys("<ctrl-q>");
    assert!(console.effects.contains(&Effect::Quit));
}

#[test]
fn what_was_said_of_a_run_goes_with_it_and_the_keys_are_back() {
    let mut console = console(jesse(&account()), 100, 30);
    console.keys("<enter>");
    let job = job(&mut console);
    go(&mut console, &job, &[done()], None);
    console.keys("<ctrl-c>");
    assert!(console.screen().contains("Stopping after the current step"), "{}", console.screen());
    say(&mut console, &job.run, Progress::Event(Event::End(End::Cancelled)));
    assert!(!console.screen().contains("Stopping after the current step"), "{}", console.screen());
    assert!(console.screen().contains("resume"), "{}", console.screen());
}

#[test]
fn what_is_left_of_a_stopped_run_can_be_copied_as_commands() {
    let mut console = console(jesse(&account()), 100, 30);
    console.keys("<enter>");
    let job = job(&mut console);
    go(&mut console, &job, &[done(), denied()], Some(End::Failed));
    console.keys("<tab>y");
    let copied = console
        .effects
        .iter()
        .find_map(|effect| if let Effect::CopyToClipboard(text) = effect { Some(text.clone()) } else { None });
    let copied = copied.unwrap_or_else(|| panic!("{}", console.screen()));
    assert!(!copied.contains("aws iam create-user ") && copied.contains("aws iam create-login-profile"), "{copied}");
}

#[test]
fn what_is_too_small_to_be_seen_takes_no_keys() {
    let mut console = console(jesse(&account()), 80, 24);
    console.event(Keyed::Resize(40, 10));
    console.keys("<enter>s");
    assert!(!is_applied(&console), "a plan that nobody sees is not applied");
    console.event(Keyed::Resize(80, 24));
    assert!(console.screen().contains("nothing is sent before you apply"), "{}", console.screen());
    console.keys("<enter>");
    assert!(is_applied(&console));
}
