//! `iamtui report`: what somebody may do, as a document for people who do not use the program.

use clap::ValueEnum;

use super::account::{self, Opened};
use super::ask::{AccountArgs, Subject as Asked, own_principal};
use super::output::{Output, Syntax};
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::insight::report::{Format, Subject, written};
use crate::model::ResourceRef;

/// Write an access report of a user, group, role or the whole account: what it may do, through what, last used, findings
///
/// HTML is one file that loads nothing from elsewhere, for screens, phones and paper. With --credentials it is the
/// credential report; as CSV it is the file that AWS generates.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("subject").required(true))]
pub struct Args {
    /// The name or ARN of a user, group or role; `user/NAME`, `group/NAME` or `role/NAME` where several have the name
    #[arg(group = "subject")]
    principal: Option<String>,
    /// Report on the whole account
    #[arg(long = "account", id = "whole_account", group = "subject")]
    account: bool,
    /// Write the credential report
    #[arg(long, group = "subject")]
    credentials: bool,
    #[command(flatten)]
    source: AccountArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Form,
}

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// A page
    Html,
    /// A document
    Markdown,
    /// A table
    Csv,
    /// For programs
    Json,
}

impl Form {
    const fn format(self) -> Format {
        match self {
            Self::Text => Format::Text,
            Self::Html => Format::Html,
            Self::Markdown => Format::Markdown,
            Self::Csv => Format::Csv,
            Self::Json => Format::Json,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let opened = account::open(&args.source.source)?;
    let mut asked = Asked::read(&opened, args.source.organization.as_deref(), out)?;
    let subject = match &args.principal {
        Some(name) => Subject::Principal(own_principal(asked.account(), name)?),
        None if args.credentials => Subject::Credentials,
        None => Subject::Account,
    };
    if let Subject::Principal(principal) = &subject {
        read_last_accessed(&opened, &mut asked, principal, out);
    }
    let format = args.output.format();
    let text = written(&asked.access(), &subject, format, Clock::system().now()).map_err(UserError::from)?;
    out.document(&text, if format == Format::Json { Syntax::Json } else { Syntax::Other });
    Ok(Outcome::Fine)
}

/// Reads when somebody's permissions were last used; where that is refused the report says so.
fn read_last_accessed(opened: &Opened, asked: &mut Asked, principal: &ResourceRef, out: &mut Output) {
    let Opened::Live(live) = opened else { return };
    let Some(arn) = asked.account().arn(principal).cloned() else { return };
    let mut failed = Vec::new();
    live.read_into(asked.account_mut(), &[Load::LastAccessed(arn)], &mut failed);
    for (_, error) in failed {
        out.tell(&error.user_error());
    }
}
