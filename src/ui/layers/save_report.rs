//! Asks for a file and writes a report to it: an access report, or the credential report.
//!
//! The report is worked out aside; closing the layer gives it up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::backend::Load;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::base::time;
use crate::base::work::StopOnDrop;
use crate::effect::BackgroundTask;
use crate::input::{Action, Context, FormAction, Nav};
use crate::insight::callers::home;
use crate::insight::report::{Format, Question, Subject};
use crate::message::TaskResult;
use crate::theme::Look;
use crate::ui::effect::{Export, Notice, Tone, UiEffect};
use crate::ui::form::{Acted, Field, Form, Input};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want};
use crate::ui::layout::centered;
use crate::ui::message::UiMessage;
use crate::ui::page::{SessionStatus, View};
use crate::ui::widgets::panel::panel;

/// The question for a file, and what goes on once it is answered.
#[derive(Debug)]
pub struct SaveReport {
    subject: Subject,
    form: Form,
    state: State,
    /// Stops what is worked out when the layer is closed.
    work: StopOnDrop,
}

/// How far it has come.
#[derive(Debug)]
enum State {
    /// The file is asked for.
    Asking,
    /// The account is read.
    Reading(PathBuf, Format),
    /// The report is worked out.
    Making(PathBuf, Box<Question>),
}

impl SaveReport {
    /// The question about the report of a subject, with a name for the file.
    pub fn new(subject: Subject, view: &View<'_>) -> Self {
        let help =
            "The ending chooses the format: .html, .md, .csv, .json or .txt. Existing files are not overwritten.";
        let mut field = Field::text("file", "File", help, |text| format_of(text).map(|_| ()));
        if let Input::Text(line) = &mut field.input {
            line.set(&file_name(&subject, view));
        }
        let form = Form::new("Save report", vec![field]);
        Self { subject, form, state: State::Asking, work: StopOnDrop::default() }
    }

    /// What the report tells of.
    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        match &self.subject {
            Subject::Credentials => vec![Load::Report],
            Subject::Account => Load::WHOLE.to_vec(),
            Subject::Principal(principal) => {
                let used = view.account.arn(principal).cloned().map(Load::LastAccessed);
                Load::WHOLE.iter().cloned().chain([Load::of(principal)]).chain(used).collect()
            }
        }
    }
}

/// The format that the ending of a file asks for.
fn format_of(text: &str) -> Result<Format, UserError> {
    let extension = Path::new(text.trim()).extension().and_then(|extension| extension.to_str());
    extension.and_then(Format::of_extension).ok_or_else(|| {
        UserError::new("the file needs an ending that chooses the format")
            .hint("End it with .html, .md, .csv, .json or .txt.")
    })
}

/// Such as `access-report-ada-2026-12-01.html`.
fn file_name(subject: &Subject, view: &View<'_>) -> String {
    let number = || home(view.account).map_or_else(|| "account".to_owned(), |(_, number)| number.to_string());
    let plain = |ch: char| if ch.is_ascii_alphanumeric() || "._-".contains(ch) { ch } else { '-' };
    let day = time::date(view.now);
    match subject {
        Subject::Credentials => format!("credential-report-{}-{day}.csv", number()),
        Subject::Account => format!("access-report-{}-{day}.html", number()),
        Subject::Principal(principal) => {
            let name: String = principal.name().chars().map(plain).take(64).collect();
            format!("access-report-{name}-{day}.html")
        }
    }
}

impl Layer for SaveReport {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.form.scopes())
    }

    fn title(&self) -> &'static str {
        match self.subject {
            Subject::Credentials => "Save credential report",
            Subject::Account | Subject::Principal(_) => "Save access report",
        }
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        if action == Action::Nav(Nav::Back) {
            return vec![UiEffect::Close];
        }
        if !matches!(self.state, State::Asking) {
            return Vec::new();
        }
        let is_done = action == Action::Form(FormAction::NextStep) || self.form.act(action) == Acted::Past;
        if is_done && !self.form.stop_at_problem() {
            let file = self.form.text("file").trim();
            if let Ok(format) = format_of(file) {
                self.state = State::Reading(PathBuf::from(file), format);
            }
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        if matches!(self.state, State::Asking) {
            self.form.type_text(text);
        }
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match (message, &self.state) {
            (UiMessage::Settled, State::Reading(path, format)) => {
                // What is being read now would be missing from the report.
                let is_read = self.loads(view).iter().all(|load| view.loads.is_done(load));
                if view.standing == SessionStatus::Open && !is_read || view.standing == SessionStatus::Opening {
                    return Vec::new();
                }
                let question = Question {
                    account: Arc::new(view.account.clone()),
                    subject: self.subject.clone(),
                    format: *format,
                    now: view.now,
                    stop: self.work.stop(),
                };
                self.state = State::Making(path.clone(), Box::new(question.clone()));
                vec![UiEffect::Task(BackgroundTask::Report(question))]
            }
            (UiMessage::TaskDone(result), State::Making(path, asked)) => {
                let TaskResult::Reported { question, result } = &**result else { return Vec::new() };
                if *question != **asked {
                    return Vec::new();
                }
                match result {
                    Ok(text) => {
                        let file = Export { path: path.clone(), text: Secret::new(&**text), run: None };
                        vec![UiEffect::Close, UiEffect::Write(file)]
                    }
                    Err(told) => {
                        self.state = State::Asking;
                        vec![UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })]
                    }
                }
            }
            _ => Vec::new(),
        }
    }

    fn wants(&self, view: &View<'_>) -> Vec<Want> {
        // What is read while the file is named need not be waited for.
        self.loads(view).into_iter().map(Want::now).collect()
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, area.width, 7), self.title(), frame);
        let doing = match self.state {
            State::Asking => return self.form.render(inside, frame),
            State::Reading(..) => "Reading the account …",
            State::Making(..) => "Making the report …",
        };
        frame.text(inside, inside.x, inside.y, doing, Look::Muted);
    }
}
