//! Applying plans on a way where things go wrong at every step: what the journal tells, and that going on or
//! taking back completes.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use iamtui::backend::apply::{Answer, Front, Held, Job, Progress, Resumes, apply};
use iamtui::backend::{ReadOnly, Secret, Session, Target};
use iamtui::base::clock::Clock;
use iamtui::plan::journal::{Begin, End, Entry, Event, Journal, JournalId, Run, State, runs};
use iamtui::plan::{Ask, Call, Inverse, Plan, SecretFrom, Step, output};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;

use super::faults::{Fault, Faults};
use crate::harness::Emulator;

/// A journal in memory, which may be told to fail from one line on.
#[derive(Clone, Default)]
struct Lines {
    lines: Arc<Mutex<Vec<String>>>,
    room: Option<usize>,
}

impl Journal for Lines {
    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut lines = self.lines.lock().unwrap();
        if self.room.is_some_and(|room| lines.len() >= room) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        lines.push(entry.to_line());
        Ok(())
    }
}

impl Lines {
    fn run(&self, id: &str) -> Run {
        let lines = self.lines.lock().unwrap();
        runs(lines.iter().map(String::as_str)).into_iter().find(|run| run.id == id).unwrap()
    }
}

/// An emulator behind a proxy, a session through it, and a journal.
struct Bench {
    emulator: Emulator,
    faults: Faults,
    runtime: tokio::runtime::Runtime,
    session: Session,
    journal: Lines,
    said: Arc<Mutex<Vec<Progress>>>,
}

const CALLER: &str = "arn:aws:iam::123456789012:root";

impl Bench {
    fn new() -> Self {
        Self::with(|_| {}, false)
    }

    fn with(change: impl FnOnce(&mut iamtui::emulator::Options), read_only: bool) -> Self {
        let emulator = Emulator::with(|options| {
            options.allow_host = Some("127.0.0.1".to_owned());
            change(options);
        });
        let faults = Faults::before(&emulator.handle.endpoint);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let target = Target::Key {
            endpoint: faults.endpoint.clone(),
            region: "us-east-1".to_owned(),
            access_key_id: emulator.handle.root.id.clone(),
            secret_access_key: Secret::new(emulator.handle.root.secret.expose_secret()),
            session_token: None,
        };
        let rule = if read_only { ReadOnly::Always } else { ReadOnly::Never };
        let session =
            runtime.block_on(Session::connect(target, &rule, Clock::system(), &iamtui::backend::nobody())).unwrap();
        Self { emulator, faults, runtime, session, journal: Lines::default(), said: Arc::default() }
    }

    fn job(id: &str, begin: Begin) -> Job {
        let book = JournalId { endpoint: "test".into(), account: "123456789012".into() };
        let secrets = Vec::new();
        Job { run: id.into(), book, begin, resumes: Resumes::Nothing, secrets, unsure: Vec::new() }
    }

    fn begin(id: &str, plan: &Plan) -> Job {
        Self::job(id, Begin { plan: plan.clone(), caller: CALLER.into(), ..Begin::default() })
    }

    /// The job that goes on with what the journal tells of a run.
    fn resume(&self, id: &str) -> Job {
        let run = self.journal.run(id);
        let job = Self::job(id, run.begin.clone());
        Job { resumes: Resumes::GoOn(Box::new(run)), ..job }
    }

    /// The job that takes back what the journal tells of a run.
    fn undo(&self, id: &str) -> Job {
        let mut run = self.journal.run(id);
        if run.is_open_to_doubt() {
            let job = Self::job(id, run.begin.clone());
            run = self.apply(Job { resumes: Resumes::FindOut(Box::new(run)), ..job });
        }
        let (plan, unsure) = (run.undo().0, run.unsure().into_iter().collect());
        let undoes = Some(id.to_owned());
        Job { unsure, ..Self::job("undo", Begin { plan, caller: CALLER.into(), undoes, ..Begin::default() }) }
    }

    /// Resumes a run until it is complete: what is in the way of a name is deleted, as the run asks for, and a secret
    /// that was lost is created anew by the next try.
    fn finish(&self, id: &str) -> Run {
        for _ in 0..3 {
            let run = self.apply(self.resume(id));
            if run.end == Some(End::Complete) {
                return run;
            }
            if let Some(at) = letters(&run).find('f') {
                self.delete_what_nobody_claims(at);
            }
        }
        self.journal.run(id)
    }

    /// Deletes what the step of a number has created, where nobody can say that it did.
    fn delete_what_nobody_claims(&self, at: usize) {
        let iam = self.emulator.iam();
        self.runtime.block_on(async {
            match STEPS[at] {
                "CreateGroup" => drop(iam.delete_group().group_name("Admin").send().await),
                "CreateUser" => drop(iam.delete_user().user_name("Jesse").send().await),
                _ => {}
            }
        });
    }

    fn front(&self, answer: impl Fn(&Progress) -> Option<Answer> + Send + Sync + 'static) -> Front {
        let (send, answers) = tokio::sync::mpsc::unbounded_channel();
        let said = Arc::clone(&self.said);
        let tell = move |progress: Progress| {
            if let Some(answer) = answer(&progress) {
                let _ = send.send(answer);
            }
            said.lock().unwrap().push(progress);
        };
        Front::of(tell, Arc::new(|_| {}), answers)
    }

    /// Applies a job to its end.
    fn apply(&self, job: Job) -> Run {
        let (id, front) = (job.run.clone(), self.front(|_| None));
        self.runtime.block_on(apply(&self.session, job, Box::new(self.journal.clone()), front));
        self.journal.run(&id)
    }

    /// Applies a job until the call that hangs, and dies there.
    fn die(&self, job: Job) -> Run {
        let (id, front, session, journal) =
            (job.run.clone(), self.front(|_| None), self.session.clone(), Box::new(self.journal.clone()));
        let task = self.runtime.spawn(async move { apply(&session, job, journal, front).await });
        let until = Instant::now() + Duration::from_secs(10);
        while !self.faults.hung.load(Ordering::SeqCst) {
            assert!(Instant::now() < until, "no call hung");
            std::thread::sleep(Duration::from_millis(2));
        }
        task.abort();
        self.runtime.block_on(async {
            let _ = task.await;
        });
        self.journal.run(&id)
    }

    /// The calls that changed something, in order, as the emulator has them.
    fn changes(&self) -> Vec<String> {
        let calls = self.emulator.handle.calls();
        let reads = |name: &str| ["Get", "List"].iter().any(|verb| name.starts_with(verb));
        calls.iter().map(|call| call.operation.clone()).filter(|name| !reads(name)).collect()
    }

    fn secrets(&self) -> Vec<Held> {
        let said = self.said.lock().unwrap();
        said.iter().flat_map(|said| if let Progress::Secret(held) = said { held.clone() } else { Vec::new() }).collect()
    }

    /// What the account holds: users with their groups, password and number of keys; groups.
    fn state(&self) -> String {
        let iam = self.emulator.iam();
        self.runtime.block_on(async {
            let mut told = Vec::new();
            for group in iam.list_groups().send().await.unwrap().groups() {
                told.push(format!("group {}", group.group_name()));
            }
            for user in iam.list_users().send().await.unwrap().users() {
                let name = user.user_name();
                let groups = iam.list_groups_for_user().user_name(name).send().await.unwrap();
                let groups: Vec<&str> = groups.groups().iter().map(aws_sdk_iam::types::Group::group_name).collect();
                let keys = iam.list_access_keys().user_name(name).send().await.unwrap().access_key_metadata().len();
                let login = iam.get_login_profile().user_name(name).send().await.is_ok();
                told.push(format!("user {name} groups={groups:?} keys={keys} login={login}"));
            }
            told.join("; ")
        })
    }
}

/// A group and a user in it, with a password and a key.
fn plan() -> Plan {
    let mut plan = Plan::new("create user Jesse");
    plan.push(Step::new(Call::create_group("Admin"), "").undo(Inverse::of([Call::delete_group("Admin")])));
    plan.push(Step::new(Call::create_user("Jesse"), "").undo(Inverse::of([Call::delete_user("Jesse")])));
    plan.push(
        Step::new(Call::add_user_to_group("Admin", "Jesse"), "")
            .undo(Inverse::of([Call::remove_user_from_group("Admin", "Jesse")])),
    );
    plan.push(
        Step::new(Call::create_login_profile("Jesse").with("Password", SecretFrom::Generate.value()), "")
            .undo(Inverse::of([Call::delete_login_profile("Jesse")])),
    );
    let key = output("create-access-key:Jesse", "AccessKey.AccessKeyId");
    plan.push(
        Step::new(Call::create_access_key("Jesse"), "").undo(Inverse::of([Call::delete_access_key("Jesse", key)])),
    );
    plan.check().unwrap();
    plan
}

const WHOLE: &str = "group Admin; user Jesse groups=[\"Admin\"] keys=1 login=true";
const STEPS: [&str; 5] = ["CreateGroup", "CreateUser", "AddUserToGroup", "CreateLoginProfile", "CreateAccessKey"];

/// What the journal tells of each step, as letters: done, already, lost its secret, failed, unsure, waiting.
fn letters(run: &Run) -> String {
    let letter = |step: &Step| match run.state(&step.id) {
        State::Waiting => 'w',
        State::Unsure => '?',
        State::Done(_) => 'd',
        State::Already(_) => 'a',
        State::Lost(_) => 'l',
        State::Failed { .. } => 'f',
    };
    run.plan().steps.iter().map(letter).collect()
}

/// A fault at every step in turn: what the journal tells, then that going on completes, and that taking back does.
#[track_caller]
fn check(fault: Fault, told: impl Fn(usize) -> String) {
    let dies = matches!(fault, Fault::HungBefore | Fault::HungAfter);
    for (at, operation) in STEPS.iter().enumerate() {
        for takes_back in [false, true] {
            let bench = Bench::new();
            bench.faults.inject(operation, fault);
            let job = Bench::begin("r1", &plan());
            let run = if dies { bench.die(job) } else { bench.apply(job) };
            assert_eq!(letters(&run), told(at), "{fault:?} at {operation}");
            let (end, state) = if takes_back {
                (bench.apply(bench.undo("r1")).end, "")
            } else if run.end == Some(End::Complete) {
                (run.end, WHOLE)
            } else {
                (bench.finish("r1").end, WHOLE)
            };
            if takes_back {
                bench.delete_what_nobody_claims(at);
            }
            assert_eq!(end, Some(End::Complete), "{fault:?} at {operation}: {:?}", bench.journal.lines.lock().unwrap());
            assert_eq!(bench.state(), state, "{fault:?} at {operation}");
        }
    }
}

/// The letters of a run that stopped at a step.
fn stopped(letter: char) -> impl Fn(usize) -> String {
    move |at| "d".repeat(at) + &letter.to_string() + &"w".repeat(4 - at)
}

#[test]
fn the_service_gets_the_calls_of_the_plan_and_no_other() {
    let bench = Bench::new();
    let run = bench.apply(Bench::begin("r1", &plan()));
    assert_eq!((run.end, letters(&run).as_str()), (Some(End::Complete), "ddddd"));
    assert_eq!(bench.changes(), STEPS);
    assert_eq!(bench.state(), WHOLE);
}

#[test]
fn secrets_are_told_once_and_never_journaled() {
    let bench = Bench::new();
    bench.apply(Bench::begin("r1", &plan()));
    let secrets = bench.secrets();
    let names: Vec<&str> = secrets.iter().map(|held| held.name.as_str()).collect();
    assert_eq!(names, ["Password", "AccessKey.SecretAccessKey"]);
    let lines = bench.journal.lines.lock().unwrap().join("\n");
    for held in &secrets {
        assert!(held.value.reveal().len() >= 20);
        assert!(!lines.contains(held.value.reveal()));
        assert!(!format!("{held:?}").contains(held.value.reveal()));
    }
}

#[test]
fn a_denial_at_any_step_stops_there_and_says_what_is_missing() {
    check(
        Fault::Error(403, "AccessDenied", "User: x is not authorized to perform: iam:X on resource: y", 1),
        stopped('f'),
    );
    let bench = Bench::new();
    let told = "User: x is not authorized to perform: iam:CreateUser on resource: y because no identity-based policy \
                allows the iam:CreateUser action";
    bench.faults.inject("CreateUser", Fault::Error(403, "AccessDenied", told, 1));
    let run = bench.apply(Bench::begin("r1", &plan()));
    let State::Failed { code, message } = run.state("create-user:Jesse") else { panic!("not failed") };
    assert_eq!(code, "AccessDenied");
    assert!(message.contains("`iam:CreateUser`"), "{message}");
    assert_eq!(run.end, Some(End::Failed));
}

#[test]
fn throttling_and_conflicts_are_waited_out() {
    check(Fault::Error(400, "Throttling", "Rate exceeded", 3), |_| "ddddd".to_owned());
    check(Fault::Error(409, "EntityTemporarilyUnmodifiable", "try later", 2), |_| "ddddd".to_owned());
    check(Fault::Error(409, "ConcurrentModification", "try later", 2), |_| "ddddd".to_owned());
}

#[test]
fn a_connection_lost_before_the_service_had_the_call_is_told_as_not_known() {
    check(Fault::LostBefore, stopped('?'));
}

#[test]
fn a_connection_lost_after_the_call_is_found_out_where_a_read_proves_it() {
    check(Fault::LostAfter, found_out);
}

/// Adding to a group leaves no trace with a date: it is told as not known, and is the same when made twice. A key is
/// there, and its secret nowhere.
fn found_out(at: usize) -> String {
    match at {
        2 => stopped('?')(at),
        4 => stopped('l')(at),
        _ => "ddddd".to_owned(),
    }
}

#[test]
fn an_answer_that_says_nothing_of_the_call_is_found_out_alike() {
    check(Fault::CutShort, found_out);
    check(Fault::Done(500, ""), found_out);
    check(Fault::Done(500, "<html>Oops</html>"), found_out);
    check(Fault::Done(408, ""), found_out);
    check(Fault::Done(503, "<ErrorResponse><Error><Code>RequestTimeout</Code></Error></ErrorResponse>"), found_out);
}

#[test]
fn a_process_killed_before_or_after_the_call_leaves_an_intent() {
    check(Fault::HungBefore, stopped('?'));
    check(Fault::HungAfter, stopped('?'));
}

#[test]
fn a_password_that_was_never_set_is_not_told() {
    for fault in [Fault::HungBefore, Fault::HungAfter] {
        let bench = Bench::new();
        bench.faults.inject("CreateLoginProfile", fault);
        bench.die(Bench::begin("r1", &plan()));
        assert_eq!(bench.secrets(), []);
        if fault == Fault::HungAfter {
            // The password that was set died with the process: it is said to be lost, and another one is set.
            assert_eq!(letters(&bench.apply(bench.resume("r1"))), "dddlw");
            assert_eq!(bench.secrets(), []);
        }
        bench.apply(bench.resume("r1"));
        assert_eq!(bench.state(), WHOLE);
        assert!(bench.secrets().iter().any(|held| held.name == "Password"), "{fault:?}");
    }
}

#[test]
fn a_refused_service_error_leaves_it_open_whether_it_was_done() {
    check(Fault::Error(500, "ServiceFailure", "broken", 1), stopped('?'));
}

#[test]
fn what_was_just_made_is_waited_for() {
    let bench = Bench::with(|options| options.propagation = SignedDuration::from_millis(700), false);
    let run = bench.apply(Bench::begin("r1", &plan()));
    assert_eq!(letters(&run), "ddddd");
    assert_eq!(run.end, Some(End::Complete));
}

/// Why a step was not sent.
#[track_caller]
fn refusal(run: &Run, step: &str) -> (String, String) {
    let State::Failed { code, message } = run.state(step) else { panic!("{step} is {:?}", run.state(step)) };
    (code.clone(), message.clone())
}

#[test]
fn a_stranger_of_the_same_name_is_not_taken_for_what_got_no_answer() {
    for fault in [Fault::LostBefore, Fault::HungBefore] {
        let bench = Bench::new();
        bench.faults.inject("CreateUser", fault);
        let job = Bench::begin("r1", &plan());
        let run = if fault == Fault::LostBefore { bench.apply(job) } else { bench.die(job) };
        assert_eq!(letters(&run), "d?www");
        let iam = bench.emulator.iam();
        bench.runtime.block_on(async { iam.create_user().user_name("Jesse").send().await.unwrap() });
        let run = bench.apply(bench.resume("r1"));
        let (code, message) = refusal(&run, "create-user:Jesse");
        assert_eq!(code, "owner unknown");
        assert!(message.starts_with("user Jesse exists (unique ID AIDA"), "{message}");
        // Nor is the stranger deleted.
        bench.apply(bench.undo("r1"));
        assert_eq!(bench.state(), "user Jesse groups=[] keys=0 login=false");
    }
}

#[test]
fn undo_leaves_alone_what_somebody_else_created_anew() {
    let bench = Bench::new();
    let mut plan = Plan::new("create user Jesse");
    plan.push(Step::new(Call::create_user("Jesse"), "").undo(Inverse::of([Call::delete_user("Jesse")])));
    bench.apply(Bench::begin("r1", &plan));
    let iam = bench.emulator.iam();
    bench.runtime.block_on(async {
        iam.delete_user().user_name("Jesse").send().await.unwrap();
        iam.create_user().user_name("Jesse").send().await.unwrap();
    });
    let run = bench.apply(bench.undo("r1"));
    let (code, message) = refusal(&run, "create-user:Jesse~undo");
    assert_eq!(code, "changed since the plan");
    assert_eq!(message.matches("unique ID AIDA").count(), 2, "{message}");
    assert_eq!(bench.state(), "user Jesse groups=[] keys=0 login=false");
    // Nor does a run that stopped go on with the stranger.
    let bench = Bench::new();
    bench.faults.inject("AddUserToGroup", Fault::Error(403, "AccessDenied", "no", 1));
    bench.apply(Bench::begin("r1", &self::plan()));
    let iam = bench.emulator.iam();
    bench.runtime.block_on(async {
        iam.delete_user().user_name("Jesse").send().await.unwrap();
        iam.create_user().user_name("Jesse").send().await.unwrap();
    });
    let run = bench.apply(bench.resume("r1"));
    assert_eq!(refusal(&run, "add-user-to-group:Jesse:Admin").0, "changed since the plan");
    assert_eq!(bench.state(), "group Admin; user Jesse groups=[] keys=0 login=false");
}

#[test]
fn a_key_whose_secret_is_lost_is_deleted_and_created_anew() {
    for fault in [Fault::LostAfter, Fault::HungAfter] {
        let bench = Bench::new();
        bench.faults.inject("CreateAccessKey", fault);
        let job = Bench::begin("r1", &plan());
        if fault == Fault::HungAfter {
            bench.die(job)
        } else {
            bench.apply(job)
        };
        let run = if fault == Fault::HungAfter { bench.apply(bench.resume("r1")) } else { bench.journal.run("r1") };
        assert_eq!((letters(&run).as_str(), run.end), ("ddddl", Some(End::Failed)), "{fault:?}");
        let rest: Vec<String> = run.rest().steps.iter().map(Step::title).collect();
        assert!(rest[0].starts_with("delete access key AKIA"), "{rest:?}");
        assert_eq!(rest[1..], ["create an access key for user Jesse"]);
        let run = bench.apply(bench.resume("r1"));
        assert_eq!(run.end, Some(End::Complete));
        assert_eq!(bench.state(), WHOLE);
        assert!(bench.secrets().iter().any(|held| held.name == "AccessKey.SecretAccessKey"));
    }
}

#[test]
fn a_secret_is_not_sent_to_where_it_can_be_read() {
    let bench = Bench::new();
    let mut plan = Plan::new("publish");
    plan.push(Step::requested(Call::create_user("Jesse")));
    let key = plan.push(Step::requested(Call::create_access_key("Jesse")));
    let secret = output(&key, "AccessKey.SecretAccessKey");
    plan.push(Step::requested(Call::tag_user("Jesse", serde_json::json!([{ "Key": "k", "Value": secret }]))));
    assert!(plan.check().is_err());
    let run = bench.apply(Bench::begin("r1", &plan));
    assert_eq!((letters(&run).as_str(), run.end), ("ddf", Some(End::Failed)));
    assert_eq!(refusal(&run, &plan.steps[2].id).0, "secret");
    assert_eq!(bench.changes(), ["CreateUser", "CreateAccessKey"]);
}

#[test]
fn a_name_that_is_taken_is_a_failure_and_stays_after_taking_back() {
    let bench = Bench::new();
    bench.runtime.block_on(async { bench.emulator.iam().create_user().user_name("Jesse").send().await.unwrap() });
    let run = bench.apply(Bench::begin("r1", &plan()));
    assert_eq!(letters(&run), "dfwww");
    assert_eq!(bench.apply(bench.undo("r1")).end, Some(End::Complete));
    assert_eq!(bench.state(), "user Jesse groups=[] keys=0 login=false");
}

#[test]
fn a_read_only_session_sends_nothing_and_begins_nothing() {
    let bench = Bench::with(|_| {}, true);
    let front = bench.front(|_| None);
    let job = Bench::begin("r1", &plan());
    bench.runtime.block_on(apply(&bench.session, job, Box::new(bench.journal.clone()), front));
    assert_eq!(bench.changes(), Vec::<String>::new());
    assert!(bench.journal.lines.lock().unwrap().is_empty());
    assert!(matches!(bench.said.lock().unwrap().as_slice(), [Progress::Refused(_)]));
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_run_before_the_next_call() {
    // The begin, then an intent and a result for each step.
    for (room, changes) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)] {
        let bench = Bench::new();
        let journal = Lines { room: Some(room), ..bench.journal.clone() };
        let (job, front) = (Bench::begin("r1", &plan()), bench.front(|_| None));
        bench.runtime.block_on(apply(&bench.session, job, Box::new(journal), front));
        assert_eq!(bench.changes().len(), changes, "room for {room}");
        let said = bench.said.lock().unwrap();
        let Some(Progress::Refused(told)) = said.last() else { panic!("{said:?}") };
        assert!(told.message.contains("the journal cannot be written"), "{told}");
    }
}

#[test]
fn stopping_lets_the_step_in_hand_end() {
    let bench = Bench::new();
    let front = bench.front(|_| None);
    let stop = front.stop.clone();
    let counted = AtomicUsize::new(0);
    let front = Front {
        tell: Box::new(move |progress| {
            let intent = matches!(progress, Progress::Event(Event::Intent { .. }));
            if intent && counted.fetch_add(1, Ordering::SeqCst) == 1 {
                stop.cancel();
            }
        }),
        ..front
    };
    let job = Bench::begin("r1", &plan());
    bench.runtime.block_on(apply(&bench.session, job, Box::new(bench.journal.clone()), front));
    let run = bench.journal.run("r1");
    assert_eq!((letters(&run).as_str(), run.end), ("ddwww", Some(End::Cancelled)));
    assert_eq!(bench.apply(bench.resume("r1")).end, Some(End::Complete));
    assert_eq!(bench.state(), WHOLE);
}

/// A plan that enables a virtual MFA device.
fn mfa() -> Plan {
    let serial = || output("create-virtual-mfa-device:phone", "VirtualMFADevice.SerialNumber");
    let code = |number: u8| output("mfa-codes", &format!("AuthenticationCode{number}"));
    let mut plan = Plan::new("assign MFA");
    plan.push(Step::new(Call::create_user("Jesse"), "").undo(Inverse::of([Call::delete_user("Jesse")])));
    plan.push(
        Step::new(Call::create_virtual_mfa_device("phone"), "")
            .undo(Inverse::of([Call::delete_virtual_mfa_device(serial())])),
    );
    plan.push(Step::ask(Ask::MfaCodes { device: "phone".into() }, ""));
    plan.push(Step::new(Call::enable_mfa_device("Jesse", serial(), code(1), code(2)), ""));
    plan.check().unwrap();
    plan
}

#[test]
fn wrong_codes_are_asked_for_again_and_right_ones_end_the_run() {
    let bench = Bench::new();
    let (said, asked) = (Arc::clone(&bench.said), AtomicUsize::new(0));
    let front = bench.front(move |progress| {
        let Progress::Asks { again, .. } = progress else { return None };
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        assert_eq!(again.is_none(), first);
        let values = if first {
            ["000000".to_owned(), "000000".to_owned()]
        } else {
            let said = said.lock().unwrap();
            let held =
                said.iter().find_map(|said| if let Progress::Secret(held) = said { Some(held.clone()) } else { None });
            let seed = held.unwrap().into_iter().find(|held| held.name.ends_with("Seed")).unwrap();
            codes(seed.value.reveal())
        };
        let names = ["AuthenticationCode1", "AuthenticationCode2"];
        Some(Answer::Given(
            names.iter().zip(values).map(|(name, code)| ((*name).to_owned(), Secret::new(code))).collect(),
        ))
    });
    let job = Bench::begin("r1", &mfa());
    bench.runtime.block_on(apply(&bench.session, job, Box::new(bench.journal.clone()), front));
    assert_eq!(bench.journal.run("r1").end, Some(End::Complete));
}

fn codes(seed: &str) -> [String; 2] {
    use base64::Engine as _;
    // IAM sends the base-32 text as a blob, which plans keep in base 64.
    let text = base64::engine::general_purpose::STANDARD.decode(seed).unwrap();
    let seed = iamtui::totp::Seed::from_base32(std::str::from_utf8(&text).unwrap()).unwrap();
    let now = jiff::Timestamp::now();
    [seed.code(now - SignedDuration::from_secs(30)), seed.code(now)]
}

#[test]
fn giving_up_at_a_question_leaves_what_taking_back_removes() {
    let bench = Bench::new();
    let front = bench.front(|said| matches!(said, Progress::Asks { .. }).then_some(Answer::GiveUp));
    let job = Bench::begin("r1", &mfa());
    bench.runtime.block_on(apply(&bench.session, job, Box::new(bench.journal.clone()), front));
    let run = bench.journal.run("r1");
    assert_eq!((letters(&run).as_str(), run.end), ("ddfw", Some(End::Cancelled)));
    assert_eq!(bench.apply(bench.undo("r1")).end, Some(End::Complete));
    assert_eq!(bench.state(), "");
    assert!(bench.changes().ends_with(&["DeleteVirtualMFADevice".to_owned(), "DeleteUser".to_owned()]));
}
