//! Answers about access: who can do something, what somebody can do, who can escalate, the security review.
//!
//! An answer is worked out aside; closing the layer gives it up.

mod first;

use std::sync::Arc;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::base::work::{GaveUp, StopOnDrop};
use crate::catalog::Catalog;
use crate::effect::BackgroundTask;
use crate::input::{Action, Context, DialogAction, ItemAction, Nav, Scope, When};
use crate::insight::describe::{AccountQuestion, Asked, Line, Tone, trend};
use crate::insight::find::{LANGUAGE, Query};
use crate::insight::simulator::SYNTAX;
use crate::insight::who_can::{Ask, named};
use crate::message::TaskResult;
use crate::model::{Account, ResourceRef};
use crate::plan::Plan;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want, scroll_or_close, unbound};
use crate::ui::layers::review::Review;
use crate::ui::layout::{edge, inner, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::{Reviewed, SessionStatus, View};
use crate::ui::place::Place;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

use first::First;

pub use first::Edited;

/// What tells all policies and who has them.
const POLICIES: [Load; 5] = [Load::Users, Load::Groups, Load::Roles, Load::Policies, Load::Bulk];

/// What a review looks at beside.
const CREDENTIALS: [Load; 5] =
    [Load::Summary, Load::PasswordPolicy, Load::ServerCertificates, Load::VirtualMfaDevices, Load::Report];

/// The title of the security review.
const REVIEW: &str = "Security review";

/// What is asked with what is typed.
#[derive(Debug)]
enum Typed {
    /// Who can do the action on this resource, or on the one that is typed behind it.
    WhoCan(String),
    /// Which statements of the policies are so.
    Find,
    /// What would be decided.
    Simulate,
    /// Why a request was refused.
    Denial,
}

impl Typed {
    fn prompt(&self) -> &'static str {
        match self {
            Self::WhoCan(_) => "Action: ",
            Self::Find => "Find: ",
            Self::Simulate => "Simulate: ",
            Self::Denial => "Denied: ",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::WhoCan(resource) => format!("on {resource}"),
            Self::Simulate => {
                "who, what, on what, KEY=VALUE…, without:POLICY, with:ARN, scp:FILE, trace, aws".to_owned()
            }
            Self::Denial => {
                "paste an AccessDenied error, an authorization message or ID, or a CloudTrail event".to_owned()
            }
            Self::Find => {
                "an action, allow, deny, condition, resource:…, principal:…, of:…, kind:…; - before it: not".to_owned()
            }
        }
    }
}

/// A question with its answer.
#[derive(Debug)]
pub struct AccessAnswer {
    title: String,
    /// What is typed, and what is asked with it.
    typed: Option<(TextLine, Typed)>,
    asked: Option<Asked>,
    /// What was asked last, as long as no answer has come.
    waiting: Option<AccountQuestion>,
    /// Stops what is worked out when another question is asked, or the answer is closed.
    work: StopOnDrop,
    answer: Option<Result<Vec<Line>, GaveUp>>,
    /// What is needed first.
    first: Option<First>,
    /// The text in the editor, where that is simulated.
    edited: Option<Edited>,
    /// What is wrong with what was typed.
    objection: Option<String>,
    lines: Vec<Line>,
    laid_out: Option<u16>,
    /// Whether the answer has just come: the cursor goes to its first line that leads somewhere.
    is_new: bool,
    scroll: Scroll,
}

impl AccessAnswer {
    /// An answer to a question.
    pub fn new(title: impl Into<String>, asked: Asked) -> Self {
        Self {
            title: title.into(),
            typed: None,
            asked: Some(asked),
            waiting: None,
            work: StopOnDrop::default(),
            answer: None,
            first: None,
            edited: None,
            objection: None,
            lines: Vec::new(),
            laid_out: None,
            is_new: false,
            scroll: Scroll::default(),
        }
    }

    /// The security review.
    pub fn review() -> Self {
        Self::new(REVIEW, Asked::Review)
    }

    /// Who can do what is typed on a resource; the action that is most often meant is asked at once.
    pub fn who_can(action: &str, resource: &str) -> Self {
        let mut line = TextLine::default();
        line.offer(action);
        let ask = Ask::new(action, resource);
        Self { typed: Some((line, Typed::WhoCan(resource.to_owned()))), ..Self::new("Who can", Asked::WhoCan(ask)) }
    }

    /// The search in policies; nothing is searched for yet.
    pub fn find() -> Self {
        Self::of(Typed::Find, "Find in policies", LANGUAGE)
    }

    /// The simulator, for whom is selected where somebody is.
    pub fn simulate(who: &str) -> Self {
        let mut answer = Self::of(Typed::Simulate, "Simulate", SYNTAX);
        if let Some((line, _)) = &mut answer.typed {
            line.offer(who);
        }
        answer
    }

    /// The simulator with the text in the editor.
    pub fn simulate_with(who: &str, edited: Edited) -> Self {
        let title = "Simulate with the text in the editor".to_owned();
        Self { title, edited: Some(edited), ..Self::simulate(who) }
    }

    /// The same question with this text, asked at once.
    #[must_use]
    pub fn asking(mut self, text: &str) -> Self {
        if let Some((line, _)) = &mut self.typed {
            line.set(text);
        }
        self.ask();
        self
    }

    /// The explanation of a refusal that is pasted.
    pub fn denial() -> Self {
        Self::of(
            Typed::Denial,
            "Explain a denial",
            "The policy that refused the request is found, and changes that would allow it.",
        )
    }

    /// The explanation of a refusal that the screen tells of.
    pub fn denied(text: &str) -> Self {
        let mut answer = Self::denial();
        if let Some((line, _)) = &mut answer.typed {
            line.insert_joined(text);
        }
        answer.explain();
        answer
    }

    /// A question that is typed; until then its help is in sight.
    fn of(typed: Typed, title: &str, help: &str) -> Self {
        let mut answer = Self { typed: Some((TextLine::default(), typed)), ..Self::new(title, Asked::Review) };
        answer.asked = None;
        answer.answer = Some(Ok(help.lines().map(|line| Line::new(0, Tone::Muted, line)).collect()));
        answer
    }

    /// What the line under the cursor has of this, or the entry that it is part of: a line that leads nowhere itself
    /// stands for the one above it that it belongs to, and a line for what stands below it.
    fn of_entry<T>(&self, get: impl Fn(&Line) -> Option<T>) -> Option<T> {
        let mut at = self.scroll.cursor;
        loop {
            let line = self.lines.get(at)?;
            let below = self.lines.get(at + 1..)?.iter().take_while(|below| below.indent > line.indent);
            if let Some(found) = std::iter::once(line).chain(below).find_map(&get) {
                return Some(found);
            }
            if is_active(line) {
                return None;
            }
            at = self.lines.get(..at)?.iter().rposition(|above| above.indent < line.indent)?;
        }
    }

    /// The entity that the line under the cursor is about.
    fn about(&self, account: &Account) -> Option<ResourceRef> {
        self.of_entry(|line| named(account, line.about.as_deref()?))
    }

    /// What the line under the cursor can add to the question.
    fn adds(&self) -> Option<Box<str>> {
        self.lines.get(self.scroll.cursor)?.adds.clone().filter(|_| self.typed.is_some())
    }

    /// The change that settles what the line under the cursor tells.
    fn plan(&self) -> Option<Arc<Plan>> {
        self.of_entry(|line| line.plan.clone())
    }

    /// Opens what the line is about, or the change that settles it.
    fn follow(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        match action {
            Action::Nav(Nav::Open) if self.adds().is_some() => {
                let words = self.adds()?;
                if let Some((line, _)) = &mut self.typed {
                    let blank = if line.text().is_empty() || line.text().ends_with(' ') { "" } else { " " };
                    line.insert(&format!("{blank}{words}"));
                }
                self.ask();
                Some(Vec::new())
            }
            Action::Nav(Nav::Open) => {
                let found = self.about(view.account)?;
                Some(vec![UiEffect::Close, UiEffect::Go(Place::Entity(found))])
            }
            Action::Item(ItemAction::Edit) => {
                let plan = self.plan()?;
                Some(vec![UiEffect::Open(Box::new(Review::new(Plan::clone(&plan))))])
            }
            _ => None,
        }
    }

    /// Asks what is typed: an action, and after a blank the resource.
    fn ask(&mut self) {
        let Some((line, typed)) = &self.typed else { return };
        let resource = match typed {
            Typed::WhoCan(resource) => resource,
            Typed::Find => return self.put(Query::parse(line.text()).map(Asked::Find)),
            Typed::Simulate => return self.simulated(),
            Typed::Denial => return self.explain(),
        };
        let mut words = line.text().split_whitespace();
        let action = words.next().unwrap_or_default();
        let resource = words.next().unwrap_or(resource);
        if Catalog::bundled().action(action).is_none() {
            self.objection = Some(format!("`{action}` is not an action; type one such as s3:GetObject"));
            return;
        }
        self.objection = None;
        self.answer = None;
        self.laid_out = None;
        self.asked = Some(Asked::WhoCan(Ask::new(action, resource)));
    }

    /// Puts below the score of a review what changed since the one before.
    fn tell_trend(&mut self, view: &View<'_>) {
        let Some(Reviewed { now, before: Some(before) }) = view.review else { return };
        if let (true, Some(Ok(lines))) = (self.title == REVIEW, &mut self.answer) {
            lines.splice(1..1, trend(now, before));
        }
    }

    /// Asks what was typed, or says what is wrong with it.
    ///
    /// What an earlier question waits for is of no use any more.
    fn put(&mut self, asked: Result<Asked, UserError>) {
        self.laid_out = None;
        self.first = None;
        match asked {
            Ok(asked) => {
                self.objection = None;
                self.answer = None;
                self.asked = Some(asked);
            }
            Err(told) => {
                let hint = told.hint.as_ref().map(|hint| format!(". {hint}")).unwrap_or_default();
                self.objection = Some(format!("{told}{hint}"));
            }
        }
    }

    fn lay_out(&self, width: u16) -> Vec<Line> {
        let line = |tone, text: &str| Line::new(0, tone, text);
        let lines = match (&self.objection, &self.answer) {
            (Some(objection), _) => {
                return wrap(objection, width).iter().map(|text| line(Tone::Warning, text)).collect();
            }
            (None, None) if self.first.is_some() => {
                return vec![line(Tone::Muted, self.first.as_ref().map_or("", First::words))];
            }
            (None, None) => return vec![line(Tone::Muted, "reading the account …")],
            (None, Some(Err(gave_up))) => return vec![line(Tone::Warning, &gave_up.to_string())],
            (None, Some(Ok(lines))) => lines,
        };
        let broken = |line: &Line| {
            let room = width.saturating_sub(line.indent);
            let fits = line.text.width() <= usize::from(room);
            let texts = if fits { vec![line.text.clone()] } else { hanging(&line.text, room) };
            let line = line.clone();
            texts.into_iter().map(move |text| Line { text, ..line.clone() })
        };
        lines.iter().flat_map(broken).collect()
    }
}

/// A text broken into lines, with a first column that stays one: what follows it goes on below its own start.
fn hanging(text: &str, width: u16) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let gap = text.get(indent..).and_then(|inside| inside.find("  ")).map(|at| at + indent);
    let gap = gap.map(|at| at + text.get(at..).unwrap_or_default().chars().take_while(|ch| *ch == ' ').count());
    let Some((head, rest)) = gap.and_then(|at| text.split_at_checked(at)).filter(|(head, _)| head.width() < 20) else {
        return wrap(text, width);
    };
    let column = head.width();
    let room = width.saturating_sub(u16::try_from(column).unwrap_or(u16::MAX)).max(1);
    let before = |at: usize| if at == 0 { head.to_owned() } else { " ".repeat(column) };
    wrap(rest, room).into_iter().enumerate().map(|(at, line)| format!("{}{line}", before(at))).collect()
}

/// Whether a line leads somewhere by itself.
fn is_active(line: &Line) -> bool {
    line.about.is_some() || line.plan.is_some() || line.adds.is_some()
}

/// The colour of a line.
pub fn role(tone: Tone) -> Look {
    match tone {
        Tone::Heading => Look::Heading,
        Tone::Good => Look::Good,
        Tone::Warning => Look::Warning,
        Tone::Danger => Look::Danger,
        Tone::Plain => Look::Text,
        Tone::Muted => Look::Muted,
    }
}

impl Layer for AccessAnswer {
    fn context(&self, view: &View<'_>) -> Context {
        let context = match self.typed {
            Some(_) => Context::of(&[Scope::Question, Scope::Menu, Scope::Text, Scope::Global]),
            None => Context::of(&[Scope::Answer, Scope::Rows, Scope::Global]),
        };
        context
            .with(When::Row, self.adds().is_some() || self.about(view.account).is_some())
            .with(When::Edit, self.plan().is_some())
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        if let Some(effects) = self.follow(action, view) {
            return effects;
        }
        let Some((line, _)) = &mut self.typed else {
            return scroll_or_close(action, &mut self.scroll, self.lines.len());
        };
        match action {
            Action::Dialog(DialogAction::Accept) => self.ask(),
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => self.scroll.go(step, self.lines.len()),
            Action::Text(edit) => line.edit(edit),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        match &mut self.typed {
            // A refusal is pasted as it stood: wrapped, or an event on many lines.
            Some((line, Typed::Denial)) => line.insert_joined(text),
            Some((line, Typed::WhoCan(_) | Typed::Find | Typed::Simulate)) => line.insert(text),
            None => {}
        }
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Settled => {
                if let Some(first) = self.first.as_mut().filter(|first| !first.is_asked) {
                    first.is_asked = true;
                    return first.task().map(UiEffect::Task).into_iter().collect();
                }
                // What is being read now would be missing from the answer.
                let is_read = |want: &Want| view.loads.is_done(&want.load);
                if view.standing == SessionStatus::Open && !self.wants(view).iter().all(is_read)
                    || view.standing == SessionStatus::Opening
                {
                    return Vec::new();
                }
                let Some(asked) = self.asked.take() else { return Vec::new() };
                let account = Arc::new(view.account.clone());
                self.work = StopOnDrop::default();
                let question = AccountQuestion { account, asked, now: view.now, stop: self.work.stop() };
                self.waiting = Some(question.clone());
                vec![UiEffect::Task(BackgroundTask::AskAccount(question))]
            }
            UiMessage::TaskDone(result) => {
                self.take(result);
                if let TaskResult::AccountAnswered { question, lines, .. } = &**result
                    && self.waiting.as_ref() == Some(question)
                {
                    self.waiting = None;
                    self.compare(&question.asked, view.account);
                    self.answer = Some(lines.clone());
                    self.tell_trend(view);
                    self.laid_out = None;
                    self.is_new = true;
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        if self.asked.is_none() {
            return Vec::new();
        }
        let review: &[Load] = if self.asked == Some(Asked::Review) { &CREDENTIALS } else { &[] };
        POLICIES.iter().chain(review).cloned().map(Want::now).collect()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let width = inner(area).width.saturating_sub(3);
        if self.laid_out != Some(width) || self.objection.is_some() {
            self.lines = self.lay_out(width);
            self.laid_out = Some(width);
        }
        let head = if self.typed.is_some() { 4 } else { 2 };
        if std::mem::take(&mut self.is_new) {
            // An answer opens at its top: what is further below waits for the cursor.
            let first = self.lines.iter().position(is_active);
            self.scroll = Scroll::at(first.filter(|at| *at + head < usize::from(area.height)).unwrap_or(0));
        }
        let head = u16::try_from(head).unwrap_or(u16::MAX);
        self.scroll.settle(self.lines.len(), area.height.saturating_sub(head));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, &self.title, frame);
        self.scroll.marks(self.lines.len(), edge(area), frame);
        let (head, body) = split_top(inside, if self.typed.is_some() { 2 } else { 0 });
        if let Some((line, typed)) = &self.typed {
            let prompt = Rect { x: head.x + 2, width: head.width.saturating_sub(3), height: 1, ..head };
            line.render(prompt, typed.prompt(), frame);
            let on = Rect { y: head.y + 1, ..prompt };
            frame.text(on, on.x, on.y, &typed.hint(), Look::Muted);
        }
        for (at, y) in self.scroll.window(self.lines.len()).zip(body.y..body.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(body, body.x, y, mark, Look::Accent);
            frame.text(body, body.x + 2 + line.indent, y, &line.text, role(line.tone));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_goes_on_below_the_start_of_its_second_column() {
        let told = "user       arn:aws:iam::123456789012:user/margaret if it is so";
        assert_eq!(hanging(told, 58), ["user       arn:aws:iam::123456789012:user/margaret if it", "           is so"]);
        assert_eq!(hanging("one two three", 8), ["one two", "three"]);
        assert_eq!(hanging("no column", 80), ["no column"]);
        assert_eq!(hanging("  KEY=VALUE    a key of it", 22), ["  KEY=VALUE    a key", "               of it"]);
    }
}
