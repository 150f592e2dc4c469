//! Reports for people who do not use the program: what a user, group, role or the whole account may do, through what,
//! when it was last used, and what was found about it.
//!
//! A report is plain data: facts about its subject, and tables. Each format renders the same data.

mod account;
mod csv;
pub mod html;
mod json;
pub mod markdown;
mod principal;
mod text;

use std::sync::Arc;

use jiff::Timestamp;

use super::access::Access;
use super::review::Severity;
use crate::base::error::UserError;
use crate::base::time;
use crate::base::work::{self, GaveUp, Stop};
use crate::model::{Account, Denial, Fact, ResourceRef};
use crate::plan::render::{Language, Purpose, account_as_code};

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The account as a whole.
    Account,
    /// A user, group or role.
    Principal(ResourceRef),
    /// The credential report of the account.
    Credentials,
}

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A page that stands alone.
    Html,
    /// A document.
    Markdown,
    /// A table for spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// For terminals.
    Text,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Html, Self::Markdown, Self::Csv, Self::Json, Self::Text];

    /// The ending of a file that holds it.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Text => "txt",
        }
    }

    /// The format that the ending of a file's name asks for.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Such as `Access report: user ada`.
    pub title: String,
    /// When it was made.
    pub made: Timestamp,
    /// What is known of the subject, each with its name in data.
    pub about: Vec<(Column, Cell)>,
    /// The tables.
    pub sections: Vec<Section>,
    /// What was not read, so that the report may lack it.
    pub not_read: Vec<String>,
    /// What was not evaluated.
    pub not_evaluated: Vec<String>,
}

/// A table of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its name in data.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What is said where it has no rows.
    pub empty: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column: its name in data, and its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in data, such as `last_used`.
    pub id: &'static str,
    /// The heading, such as `Last used`.
    pub title: &'static str,
}

/// A value of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text of the account.
    Text(Box<str>),
    /// Several texts.
    List(Vec<Box<str>>),
    /// A time.
    Time(Timestamp),
    /// A number.
    Count(usize),
    /// Yes or no.
    Flag(bool),
    /// How much a finding matters.
    Severity(Severity),
    /// There is none, in the word that says so.
    None(&'static str),
    /// It is not known, and why.
    NotRead(String),
}

impl Cell {
    fn text(text: impl Into<Box<str>>) -> Self {
        Self::Text(text.into())
    }

    fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(|item| item.to_string().into()).collect())
    }

    /// A fact: its value, the word for that there is none, or why it is not known.
    fn fact<T>(fact: &Fact<T>, none: &'static str, known: impl FnOnce(&T) -> Self) -> Self {
        match fact {
            Fact::Known(value, _) => known(value),
            Fact::Absent(_) => Self::None(none),
            Fact::Denied(denial) => Self::denied(denial),
            Fact::Unknown => Self::NotRead("unknown".to_owned()),
        }
    }

    fn time(fact: &Fact<Timestamp>, none: &'static str) -> Self {
        Self::fact(fact, none, |at| Self::Time(*at))
    }

    fn denied(denial: &Denial) -> Self {
        Self::NotRead(denial.to_string())
    }

    /// The value for people; a time with its age.
    fn shown(&self, now: Timestamp) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::List(items) if items.is_empty() => "none".to_owned(),
            Self::List(items) => items.join(", "),
            Self::Time(at) => format!("{} ({})", time::moment(*at), time::ago(*at, now)),
            Self::Count(count) => count.to_string(),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
            Self::Severity(severity) => severity.word().to_owned(),
            Self::None(word) => (*word).to_owned(),
            Self::NotRead(why) => why.clone(),
        }
    }
}

/// Makes a table of columns: names in data with their headings.
macro_rules! columns {
    ($($id:literal $title:literal),* $(,)?) => {
        &[$($crate::insight::report::Column { id: $id, title: $title }),*]
    };
}
use columns;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// The account does not have the subject, or it was not read.
    #[error("{0}")]
    NotThere(String),
    /// It takes too much work.
    #[error(transparent)]
    GaveUp(#[from] GaveUp),
}

impl From<NoReport> for UserError {
    fn from(error: NoReport) -> Self {
        let told = Self::new(error.to_string());
        match error {
            NoReport::NotThere(_) => told.hint("Check the name, and that the session may read it."),
            NoReport::GaveUp(_) => told,
        }
    }
}

/// Makes the report of a subject.
pub fn report(access: &Access<'_>, subject: &Subject, now: Timestamp) -> Result<Report, NoReport> {
    let account = access.account();
    match subject {
        Subject::Account => account::report(access, now),
        Subject::Credentials => account::credentials(account, now),
        Subject::Principal(principal) => principal::report(access, principal, now),
    }
}

/// Makes the report of a subject and renders it. The credential report as CSV is AWS's own file.
pub fn written(access: &Access<'_>, subject: &Subject, format: Format, now: Timestamp) -> Result<String, NoReport> {
    match (subject, format) {
        (Subject::Credentials, Format::Csv) => as_aws_writes_it(access.account()),
        _ => report(access, subject, now).map(|report| render(&report, format)),
    }
}

/// A document about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A report.
    Report(Subject, Format),
    /// The account as code that takes it over.
    Code(Language),
}

/// A document that is asked for, to be worked out aside.
#[derive(Debug, Clone)]
pub struct Question {
    /// The account as it is known.
    pub account: Arc<Account>,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// The time of the question.
    pub now: Timestamp,
    /// What stops it once nobody waits for it.
    pub stop: Stop,
}

/// Two questions are the same where they are about the same state of an account.
impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.account, &other.account) && (&self.wanted, self.now) == (&other.wanted, other.now)
    }
}

impl Question {
    /// The text of the document, or why there is none.
    pub fn answer(&self) -> Result<String, UserError> {
        match &self.wanted {
            Wanted::Report(subject, format) => {
                let made = || written(&Access::new(&self.account), subject, *format, self.now);
                Ok(work::stoppable(&self.stop, made)?)
            }
            Wanted::Code(language) => Ok(account_as_code(&self.account, *language, Purpose::TakeOver)),
        }
    }
}

/// Renders a report. The text ends with a line feed.
pub fn render(report: &Report, format: Format) -> String {
    match format {
        Format::Html => html::page(report),
        Format::Markdown => markdown::document(report),
        Format::Csv => csv::table(report),
        Format::Json => json::text(report),
        Format::Text => text::lines(report),
    }
}

/// The credential report as AWS writes it.
fn as_aws_writes_it(account: &Account) -> Result<String, NoReport> {
    match account.report() {
        Some(report) if !report.csv.is_empty() => Ok(report.csv.to_string()),
        Some(_) => Err(NoReport::NotThere("the credential report as AWS writes it is not in this snapshot".to_owned())),
        None => Err(NoReport::NotThere(account::NO_CREDENTIALS.to_owned())),
    }
}

#[cfg(test)]
mod tests;
