//! Asks for a file and writes a document about the account to it: a report, or the account as code.
//!
//! The document is worked out aside; closing the layer gives it up.

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
use crate::insight::report::{Format, Question, Subject, Wanted};
use crate::message::TaskResult;
use crate::plan::render::Language;
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
    about: About,
    form: Form,
    state: State,
    /// Stops what is worked out when the layer is closed.
    work: StopOnDrop,
}

/// What the document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A report of this.
    Report(Subject),
    /// The account as code.
    Code,
}

impl About {
    /// The document that a file of this name is to hold.
    fn wanted(&self, file: &str) -> Result<Wanted, UserError> {
        let extension = Path::new(file.trim()).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let code = |language: &Language| language.extension().eq_ignore_ascii_case(extension);
        let found = match self {
            Self::Report(subject) => {
                Format::of_extension(extension).map(|format| Wanted::Report(subject.clone(), format))
            }
            Self::Code => Language::ALL.into_iter().find(code).map(Wanted::Code),
        };
        found.ok_or_else(|| UserError::new("the file needs an ending that chooses the format").hint(self.endings()))
    }

    const fn endings(&self) -> &'static str {
        match self {
            Self::Report(_) => {
                "The ending chooses the format: .html, .md, .csv, .json or .txt. Existing files are not overwritten."
            }
            Self::Code => {
                "The ending chooses the language: .tf or .yaml (CloudFormation). Existing files are not overwritten."
            }
        }
    }
}

/// How far it has come.
#[derive(Debug)]
enum State {
    /// The file is asked for.
    Asking,
    /// The account is read.
    Reading(PathBuf, Wanted),
    /// The report is worked out.
    Making(PathBuf, Box<Question>),
}

impl SaveReport {
    /// The question about the report of a subject, with a name for the file.
    pub fn new(about: About, view: &View<'_>) -> Self {
        let check = match &about {
            About::Report(_) => |text: &str| About::Report(Subject::Account).wanted(text).map(|_| ()),
            About::Code => |text: &str| About::Code.wanted(text).map(|_| ()),
        };
        let mut field = Field::text("file", "File", about.endings(), check);
        if let Input::Text(line) = &mut field.input {
            line.set(&file_name(&about, view));
        }
        let form = Form::new("Save to a file", vec![field]);
        Self { about, form, state: State::Asking, work: StopOnDrop::default() }
    }

    /// What the report tells of.
    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        match &self.about {
            About::Report(Subject::Credentials) => vec![Load::Report],
            About::Report(Subject::Account) => Load::WHOLE.to_vec(),
            About::Code => Load::WHOLE.iter().cloned().chain(Load::declared(view.account)).collect(),
            About::Report(Subject::Principal(principal)) => {
                let used = view.account.arn(principal).cloned().map(Load::LastAccessed);
                Load::WHOLE.iter().cloned().chain([Load::of(principal)]).chain(used).collect()
            }
        }
    }
}

/// Such as `access-report-ada-2026-12-01.html`.
fn file_name(about: &About, view: &View<'_>) -> String {
    let number = || home(view.account).map_or_else(|| "account".to_owned(), |(_, number)| number.to_string());
    let plain = |ch: char| if ch.is_ascii_alphanumeric() || "._-".contains(ch) { ch } else { '-' };
    let day = time::date(view.now);
    match about {
        About::Code => format!("account-{}-{day}.tf", number()),
        About::Report(Subject::Credentials) => format!("credential-report-{}-{day}.csv", number()),
        About::Report(Subject::Account) => format!("access-report-{}-{day}.html", number()),
        About::Report(Subject::Principal(principal)) => {
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
        match self.about {
            About::Report(Subject::Credentials) => "Save credential report",
            About::Report(Subject::Account | Subject::Principal(_)) => "Save access report",
            About::Code => "Export account as code",
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
            if let Ok(wanted) = self.about.wanted(file) {
                self.state = State::Reading(PathBuf::from(file), wanted);
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
            (UiMessage::Settled, State::Reading(path, wanted)) => {
                // What is being read now would be missing from the report.
                let is_read = self.loads(view).iter().all(|load| view.loads.is_done(load));
                if view.standing == SessionStatus::Open && !is_read || view.standing == SessionStatus::Opening {
                    return Vec::new();
                }
                let question = Question {
                    account: Arc::new(view.account.clone()),
                    wanted: wanted.clone(),
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
            State::Making(..) => "Making the document …",
        };
        frame.text(inside, inside.x, inside.y, doing, Look::Muted);
    }
}
