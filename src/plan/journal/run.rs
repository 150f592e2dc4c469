//! A run as the journal tells it: the state of each step, what is left to do, and the way back.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::{ChangeKind, Iam};
use crate::plan::call::Output;
use crate::plan::expect::{Known, Resource};
use crate::plan::{Call, Expect, Home, Inverse, Plan, Step, Undo, Work};

use super::{Begin, End, Entry, Event, Outcome};

/// One run of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// When it began.
    pub at: Timestamp,
    /// The plan, the caller, what it takes back, the reason.
    pub begin: Begin,
    /// How it ended; none: it is running, or the process died.
    pub end: Option<End>,
    /// The run that took this one back as a whole.
    pub undone_by: Option<String>,
    states: HashMap<String, State>,
    /// How steps left what their answers do not tell.
    left: HashMap<String, Vec<Expect>>,
}

/// How far a step has come.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It was not sent.
    Waiting,
    /// It was sent and no answer is known: it may have been done or not.
    Unsure,
    /// It was done, and gave these outputs.
    Done(Map<String, Value>),
    /// There was nothing to do any more.
    Already(Map<String, Value>),
    /// It was done, and the secret that only its answer told never came: it is to be undone, and done anew.
    Lost(Map<String, Value>),
    /// It was refused: nothing has changed.
    Failed {
        /// The service's code, or one word for what happened.
        code: String,
        /// The service's words.
        message: String,
    },
}

/// What does not come back when a run is taken back: the step, and what is lost.
pub type Losses = Vec<(String, String)>;

/// What of a journal cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// The numbers of the lines, from one, in which not all is an entry.
    pub lines: Vec<usize>,
    /// How many entries tell of a run whose beginning is missing.
    pub orphans: usize,
}

/// The runs that these lines tell of, oldest first. Lines that cannot be read cost themselves only.
pub fn runs<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Run> {
    read(lines).0
}

/// The same, with what cannot be read.
pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> (Vec<Run>, Damage) {
    let mut found: Vec<Run> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut damage = Damage::default();
    for (at, line) in lines.into_iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let whole = Entry::parse(line);
        if whole.is_none() {
            damage.lines.push(at + 1);
        }
        let Some(entry) = whole.or_else(|| Entry::at_the_end_of(line)) else { continue };
        match entry.event {
            Event::Begin(begin) => {
                places.insert(entry.run.clone(), found.len());
                found.push(Run::new(entry.run, entry.at, *begin));
            }
            event => match places.get(&entry.run).and_then(|at| found.get_mut(*at)) {
                Some(run) => run.take(event),
                None => damage.orphans += 1,
            },
        }
    }
    let undoing: Vec<(String, String)> = found
        .iter()
        .filter(|run| run.end == Some(End::Complete))
        .filter_map(|run| Some((run.begin.undoes.clone()?, run.id.clone())))
        .collect();
    for (undone, by) in undoing {
        if let Some(run) = places.get(&undone).and_then(|at| found.get_mut(*at)) {
            run.undone_by = Some(by);
        }
    }
    (found, damage)
}

impl Damage {
    /// Whether all could be read.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        match self.lines.as_slice() {
            [] => {}
            [line] => write!(f, "line {line} cannot be read")?,
            [line, rest @ ..] => write!(f, "line {line} and {} more cannot be read", rest.len())?,
        }
        if !self.lines.is_empty() {
            comma = ", ";
        }
        match self.orphans {
            0 => Ok(()),
            1 => write!(f, "{comma}1 line belongs to a run whose start is missing"),
            more => write!(f, "{comma}{more} lines belong to runs whose start is missing"),
        }
    }
}

impl Run {
    /// A run that begins.
    pub fn new(id: String, at: Timestamp, begin: Begin) -> Self {
        Self { id, at, begin, end: None, undone_by: None, states: HashMap::new(), left: HashMap::new() }
    }

    /// Takes in what happened next.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Begin(_) => {}
            Event::Resume => self.end = None,
            Event::Intent { step } => {
                self.states.insert(step, State::Unsure);
            }
            Event::Result { step, outcome } => {
                let state = match outcome {
                    Outcome::Done(gives) => State::Done(gives),
                    Outcome::Already(gives) => State::Already(gives),
                    Outcome::Failed { code, message } => State::Failed { code, message },
                    Outcome::Lost(gives) => {
                        // What undid an earlier try says nothing of this one.
                        let own = format!("{step}~undo");
                        self.states.retain(|other, _| !other.starts_with(&own));
                        State::Lost(gives)
                    }
                    Outcome::Unsure { .. } => State::Unsure,
                };
                self.states.insert(step, state);
            }
            Event::Left { step, states } => {
                self.left.insert(step, states);
            }
            Event::End(end) => self.end = Some(end),
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.begin.plan
    }

    /// How far a step has come.
    pub fn state(&self, step: &str) -> &State {
        self.states.get(step).unwrap_or(&State::Waiting)
    }

    /// When its undo is due, where what it gave is to end and has not been undone.
    pub fn due(&self) -> Option<Timestamp> {
        self.plan().until.filter(|_| self.begin.undoes.is_none() && self.is_undoable())
    }

    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.plan().steps.iter().filter(|step| self.gives(&step.id).is_some()).count()
    }

    /// What a step gave.
    pub fn gives(&self, step: &str) -> Option<&Map<String, Value>> {
        match self.state(step) {
            State::Done(gives) | State::Already(gives) => Some(gives),
            State::Waiting | State::Unsure | State::Lost(_) | State::Failed { .. } => None,
        }
    }

    /// What a step gave, its secret aside, even where that was lost.
    fn told(&self, step: &str) -> Option<&Map<String, Value>> {
        if let State::Lost(gives) = self.state(step) { Some(gives) } else { self.gives(step) }
    }

    /// Whose account the run changes.
    pub fn home(&self) -> Option<Home> {
        Home::of(&self.begin.caller).or_else(|| self.plan().made.as_ref().map(|made| made.home.clone()))
    }

    /// What is left to do, with the outputs of what was done filled in. What lost its secret is undone first.
    pub fn rest(&self) -> Plan {
        let mut rest = Plan { made: self.plan().made.clone(), ..Plan::new(self.plan().title.clone()) };
        for step in self.plan().steps.iter().filter(|step| self.gives(&step.id).is_none()) {
            rest.steps.extend(self.lost(step));
            let mut step = step.clone();
            if let Work::Call(call) = &step.work {
                step.work = Work::Call(self.filled(call));
            }
            rest.steps.push(step);
        }
        rest
    }

    /// The steps that undo what lost its secret, so that it can be done anew.
    pub fn lost(&self, step: &Step) -> Vec<Step> {
        if !matches!(self.state(&step.id), State::Lost(_)) {
            return Vec::new();
        }
        let why = "its secret was lost: the answer never came";
        let mut back = self.back(step);
        // Whatever the plan says of undoing it: what nobody has the secret of must not stay beside what is done anew.
        if back.is_empty() {
            let discard = step.call().zip(self.told(&step.id)).and_then(|(call, told)| discard(call, told));
            back.extend(discard.map(|call| Step::new(call, "").named(step.undo_id(0))));
        }
        let open = back.into_iter().filter(|back| self.gives(&back.id).is_none());
        open.map(|back| Step { why: why.to_owned(), ..back }).collect()
    }

    /// A call with what earlier steps gave; what they did not give stays open.
    fn filled(&self, call: &Call) -> Call {
        let filled = call.filled(|output| {
            let told = self.gives(output.step).and_then(|gives| gives.get(output.field)).cloned();
            Ok::<_, Infallible>(told.unwrap_or_else(|| crate::plan::output(output.step, output.field)))
        });
        let Ok(call) = filled;
        call
    }

    /// What is known of the account after the steps that were done, or may have been.
    pub fn known(&self) -> Known {
        let (home, mut known) = (self.home(), Known::default());
        for step in &self.plan().steps {
            self.take_in(&mut known, step, home.as_ref());
        }
        known
    }

    fn take_in(&self, known: &mut Known, step: &Step, home: Option<&Home>) {
        if let (Some(call), Some(gives)) = (step.call(), self.told(&step.id)) {
            known.take(step, &self.filled(call), gives, home);
            known.take_left(&step.id, self.left.get(&step.id).map_or(&[], Vec::as_slice));
        }
    }

    /// Whether steps are left that can still be sent.
    pub fn is_open(&self) -> bool {
        self.end != Some(End::Complete) && self.undone_by.is_none()
    }

    /// Whether something was changed that can be taken back, and was not.
    pub fn is_undoable(&self) -> bool {
        self.undone_by.is_none() && !self.undo().0.steps.is_empty()
    }

    /// Steps of a plan that takes this one back which an earlier try may have done already.
    pub fn unsure(&self) -> HashSet<String> {
        let unsure = self.plan().steps.iter().filter(|step| *self.state(&step.id) == State::Unsure);
        unsure.flat_map(|step| [step.id.clone(), step.undo_id(0)]).collect()
    }

    /// Whether the way back depends on what a step gave whose answer never came, such as a key's id.
    pub fn is_open_to_doubt(&self) -> bool {
        let unsure = self.plan().steps.iter().filter(|step| *self.state(&step.id) == State::Unsure);
        let has_way = |step: &&Step| step.inverse.as_ref().is_some_and(|inverse| !inverse.calls.is_empty());
        unsure.filter(has_way).any(|step| self.back(step).is_empty())
    }

    /// The plan that takes the run back as far as it came, and what does not come back.
    pub fn undo(&self) -> (Plan, Losses) {
        let title = self.plan().title.as_str();
        let mut plan = Plan::new(match title.strip_prefix("undo: ") {
            Some(title) => format!("redo: {title}"),
            None => format!("undo: {}", title.strip_prefix("redo: ").unwrap_or(title)),
        });
        plan.made.clone_from(&self.plan().made);
        let (home, mut known) = (self.home(), Known::default());
        let (mut ways, mut losses): (Vec<Way>, Losses) = (Vec::new(), Losses::new());
        for step in &self.plan().steps {
            let state = self.state(&step.id);
            self.take_in(&mut known, step, home.as_ref());
            // What was there already was not changed by this run.
            let Some(call) = step.call().filter(|_| {
                matches!(state, State::Done(_) | State::Unsure)
                    || matches!(state, State::Lost(_)) && !self.is_gone(step)
            }) else {
                continue;
            };
            if *state == State::Unsure {
                if call.creates(home.as_ref()).is_some() {
                    // What bears the name now may be somebody else's.
                    let told = "it is not known whether this run created it, so it is not deleted";
                    losses.push((step.title(), told.to_owned()));
                    continue;
                }
                known.take(step, &self.filled(call), &Map::new(), home.as_ref());
            }
            match step.undoable() {
                Undo::Whole => {}
                Undo::Partly(loses) | Undo::Never(loses) => losses.push((step.title(), loses.to_owned())),
            }
            // When its turn comes, all behind it is undone: the account is as this step left it.
            let way: Vec<Step> =
                self.back(step).into_iter().map(|back| expecting(back, &known, home.as_ref())).collect();
            let changed = self.filled(call).leaves(&Map::new(), home.as_ref(), &Known::default());
            ways.push((way, changed.into_iter().map(|(resource, _)| resource).collect()));
        }
        losses.reverse();
        plan.steps = backwards(ways);
        (plan, losses)
    }

    /// Whether what lost its secret was undone already.
    fn is_gone(&self, step: &Step) -> bool {
        self.lost(step).is_empty()
    }

    /// The steps that take one step back.
    fn back(&self, step: &Step) -> Vec<Step> {
        let calls = step.inverse.as_ref().map_or(&[][..], |inverse| inverse.calls.as_slice());
        let mut steps = Vec::new();
        for (at, call) in calls.iter().enumerate() {
            let filled = call.filled(|output| self.fill(output, &step.id));
            // An output that was never told cannot be named: that step is left out rather than guessed.
            let Ok(call) = filled else { return Vec::new() };
            let mut back = Step::new(call, format!("undoes: {}", step.title())).named(step.undo_id(at));
            if let Undo::Partly(loses) = step.undoable() {
                back = back.risk(format!("not restored: {loses}"));
            }
            steps.push(back);
        }
        // What takes one call back is taken back by that call again: once, however many calls it took.
        if let ([before @ .., last], Work::Call(call)) = (steps.as_mut_slice(), &step.work) {
            last.inverse = again(call);
            for step in before.iter_mut() {
                step.inverse = Inverse::of([]);
            }
        }
        steps
    }

    /// The value of an output, or the stand-in where the plan that takes the step back gives it itself.
    fn fill(&self, output: Output<'_>, step: &str) -> Result<Value, ()> {
        if output.step.strip_prefix(step).is_some_and(|rest| rest.starts_with("~undo")) {
            return Ok(crate::plan::output(output.step, output.field));
        }
        self.told(output.step).and_then(|gives| gives.get(output.field)).cloned().ok_or(())
    }
}

/// The call that deletes what a call has created, by what it gave.
fn discard(call: &Call, gives: &Map<String, Value>) -> Option<Call> {
    let user = call.text("UserName");
    let given = |field: &str| gives.get(field).and_then(Value::as_str);
    match call.iam()? {
        Iam::CreateAccessKey => {
            let id = given("AccessKey.AccessKeyId")?;
            Some(Call::new(Iam::DeleteAccessKey).with_some("UserName", user).with("AccessKeyId", id))
        }
        Iam::CreateServiceSpecificCredential => {
            let id = given("ServiceSpecificCredential.ServiceSpecificCredentialId")?;
            let delete = Call::new(Iam::DeleteServiceSpecificCredential).with_some("UserName", user);
            Some(delete.with("ServiceSpecificCredentialId", id))
        }
        Iam::CreateVirtualMFADevice => Some(Call::delete_virtual_mfa_device(given("VirtualMFADevice.SerialNumber")?)),
        Iam::CreateLoginProfile => Some(Call::new(Iam::DeleteLoginProfile).with_some("UserName", user)),
        _ => None,
    }
}

/// The steps that take one step back, and what that one has changed.
type Way = (Vec<Step>, Vec<Resource>);

/// The ways back of steps, the last one first. What a step without a way back has changed stays changed, so that none
/// before it relies on how it was.
fn backwards(ways: Vec<Way>) -> Vec<Step> {
    let mut stays: HashSet<Resource> = HashSet::new();
    let mut steps = Vec::new();
    for (way, changed) in ways.into_iter().rev() {
        if way.is_empty() {
            stays.extend(changed);
        }
        steps.extend(way.into_iter().map(|mut step| {
            step.expects.retain(|expect| !stays.contains(&expect.resource));
            step
        }));
    }
    steps
}

/// A step with what it relies on: the account as the steps before it have left it.
fn expecting(mut step: Step, known: &Known, home: Option<&Home>) -> Step {
    let Work::Call(call) = &step.work else { return step };
    step.expects = known.expects(&step, call, home).into_iter().map(|(expect, _)| expect).collect();
    step
}

/// What undoes an undo: the call once more, or why it cannot be made again.
fn again(call: &Call) -> Option<Inverse> {
    match call.iam() {
        Some(Iam::CreateAccessKey | Iam::CreateServiceSpecificCredential | Iam::CreateVirtualMFADevice) => {
            Inverse::never("a deleted credential does not come back; create a new one")
        }
        Some(Iam::EnableMFADevice) => Inverse::never("an MFA device must be set up again"),
        Some(Iam::DeletePolicyVersion | Iam::DeleteSSHPublicKey | Iam::DeleteSigningCertificate) => {
            Inverse::never("what comes back has a new ID")
        }
        _ if !call.outputs().is_empty() => Inverse::never("it needs what only the first run had"),
        _ if call.change_kind() == Some(ChangeKind::Create) => {
            Inverse::losing([call.clone()], "IDs, dates and secrets will be new")
        }
        _ => Inverse::of([call.clone()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::output;

    fn line(event: Event) -> String {
        Entry { run: "r1".into(), at: Timestamp::UNIX_EPOCH, event }.to_line()
    }

    fn plan() -> Plan {
        let mut plan = Plan::new("create user a");
        plan.push(Step::new(Call::create_user("a"), "").undo(Inverse::of([Call::delete_user("a")])));
        let key = output("create-access-key:a", "AccessKey.AccessKeyId");
        let undo = Inverse::of([Call::delete_access_key("a", key)]);
        plan.push(Step::new(Call::create_access_key("a"), "").undo(undo));
        plan.push(
            Step::new(Call::add_user_to_group("g", "a"), "")
                .undo(Inverse::of([Call::remove_user_from_group("g", "a")])),
        );
        plan
    }

    fn told(events: Vec<Event>) -> Run {
        let begin = Event::Begin(Box::new(Begin { plan: plan(), ..Begin::default() }));
        let lines: Vec<String> = std::iter::once(begin).chain(events).map(line).collect();
        runs(lines.iter().map(String::as_str)).remove(0)
    }

    fn intent(step: &str) -> Event {
        Event::Intent { step: step.into() }
    }

    fn done(step: &str) -> Event {
        let gives = [("AccessKey.AccessKeyId".to_owned(), Value::from("AKIAIOSFODNN7EXAMPLE"))].into_iter().collect();
        Event::Result { step: step.into(), outcome: Outcome::Done(gives) }
    }

    fn titles(plan: &Plan) -> Vec<String> {
        plan.steps.iter().map(Step::title).collect()
    }

    #[test]
    fn a_run_that_died_says_which_step_is_unsure() {
        let run = told(vec![intent("create-user:a"), done("create-user:a"), intent("create-access-key:a")]);
        assert!(matches!(run.state("create-user:a"), State::Done(_)));
        assert_eq!(run.state("create-access-key:a"), &State::Unsure);
        assert_eq!(run.state("add-user-to-group:a:g"), &State::Waiting);
        assert!(run.is_open());
    }

    #[test]
    fn undo_goes_backwards_over_what_was_done_with_the_outputs_of_then() {
        let steps = ["create-user:a", "create-access-key:a", "add-user-to-group:a:g"];
        let events = steps.iter().flat_map(|step| [intent(step), done(step)]).chain([Event::End(End::Complete)]);
        let (undo, losses) = told(events.collect()).undo();
        undo.check().unwrap();
        assert_eq!(
            titles(&undo),
            ["remove user a from group g", "delete access key AKIAIOSFODNN7EXAMPLE of user a", "delete user a"]
        );
        assert_eq!(losses, Losses::new());
        let redo = undo.steps[2].inverse.as_ref().unwrap();
        assert_eq!(redo.calls, [Call::create_user("a")]);
        assert!(matches!(undo.steps[1].undoable(), Undo::Never(why) if why.contains("create a new one")));
    }

    #[test]
    fn only_what_was_done_is_taken_back() {
        let refused = Outcome::Failed { code: "AccessDenied".into(), message: String::new() };
        let run = told(vec![
            intent("create-user:a"),
            done("create-user:a"),
            intent("create-access-key:a"),
            Event::Result { step: "create-access-key:a".into(), outcome: refused },
            Event::End(End::Failed),
        ]);
        assert_eq!(titles(&run.undo().0), ["delete user a"]);
    }

    #[test]
    fn what_lost_its_secret_is_deleted_before_it_is_done_anew_even_where_the_plan_has_no_undo() {
        let mut plan = plan();
        plan.steps[1].inverse = None;
        let begin = Event::Begin(Box::new(Begin { plan, ..Begin::default() }));
        let Event::Result { step, outcome: Outcome::Done(gives) } = done("create-access-key:a") else { panic!() };
        let lost = Event::Result { step, outcome: Outcome::Lost(gives) };
        let lines: Vec<String> = [begin, done("create-user:a"), lost, Event::End(End::Failed)].map(line).into();
        let run = runs(lines.iter().map(String::as_str)).remove(0);
        let rest = ["delete access key AKIAIOSFODNN7EXAMPLE of user a", "create an access key for user a"];
        assert_eq!(titles(&run.rest())[..2], rest);
    }

    #[test]
    fn what_a_step_without_undo_has_changed_is_not_compared() {
        let mut plan = plan();
        let tag = Call::tag_user("a", serde_json::json!([{"Key": "k", "Value": "v"}]));
        plan.push(Step::new(tag.clone(), "").undo(Inverse::of([Call::untag_user("a", serde_json::json!(["k"]))])));
        let run = |plan: &Plan| {
            let mut events = vec![Event::Begin(Box::new(Begin { plan: plan.clone(), ..Begin::default() }))];
            events.extend(plan.steps.iter().map(|step| done(&step.id)));
            let lines: Vec<String> = events.into_iter().map(line).collect();
            runs(lines.iter().map(String::as_str)).remove(0)
        };
        let seen = |plan: &Plan| {
            let last = run(plan).undo().0.steps.pop().unwrap();
            last.expects.into_iter().find(|expect| matches!(expect.resource, Resource::Tags(_))).map(|it| it.saw)
        };
        assert_eq!(seen(&plan), Some(crate::plan::expect::Saw::Value(serde_json::json!({}))));
        plan.steps.last_mut().unwrap().inverse = None;
        assert_eq!(seen(&plan), None);
    }

    #[test]
    fn a_run_that_was_taken_back_is_closed() {
        let undo = Begin { plan: plan(), undoes: Some("r1".into()), ..Begin::default() };
        let at = Timestamp::UNIX_EPOCH;
        let second = |event| Entry { run: "r2".into(), at, event }.to_line();
        let lines = [
            line(Event::Begin(Box::new(Begin { plan: plan(), ..Begin::default() }))),
            line(done("create-user:a")),
            "{\"run\":\"r1\",\"at\":\"torn".to_owned(),
            second(Event::Begin(Box::new(undo))),
            second(Event::End(End::Complete)),
        ];
        let runs = runs(lines.iter().map(String::as_str));
        assert_eq!(runs[0].undone_by.as_deref(), Some("r2"));
        assert!(!runs[0].is_undoable());
    }

    #[track_caller]
    fn check_damage(lines: &[&str], ids: &[&str], damage: &str) {
        let (runs, found) = read(lines.iter().copied());
        assert_eq!(runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ids);
        assert_eq!(found.to_string(), damage);
        assert_eq!(found.is_none(), damage.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_is_read() {
        let begin = line(Event::Begin(Box::new(Begin { plan: plan(), ..Begin::default() })));
        let intent = line(intent("create-user:a"));
        check_damage(&[&begin, &intent], &["r1"], "");
        check_damage(&[&begin, ""], &["r1"], "");
        // An entry behind something else is whole in itself.
        check_damage(&[&format!("\u{fffd}\0\0{begin}")], &["r1"], "line 1 cannot be read");
        check_damage(&[&format!("{}{begin}", intent.get(..30).unwrap())], &["r1"], "line 1 cannot be read");
        check_damage(&["\0\0\0", "ELF", &begin], &["r1"], "line 1 and 1 more cannot be read");
        check_damage(&[&intent], &[], "1 line belongs to a run whose start is missing");
        check_damage(
            &[begin.get(..40).unwrap(), &intent, &intent],
            &[],
            "line 1 cannot be read, 2 lines belong to runs whose start is missing",
        );
    }
}
