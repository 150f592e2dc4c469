//! Reports, and the account as code, written to a file.

use crate::insight::report::Subject;
use crate::ui::layers::save_report::{About, SaveReport};
use crate::ui::place::Kind;

use super::ask_access::principal;
use super::{Command, Fit, nothing};

/// The access report of the selected user, group or role.
pub const OF_PRINCIPAL: Command = Command {
    name: "save access report",
    help: "Write a report of what a user, group or role may do, through what and when last used, to a file.",
    key: None,
    fit: |selection| if principal(selection).is_some() { Fit::Also } else { Fit::No },
    open: |selection, view| {
        let Some(principal) = principal(selection) else { return nothing() };
        Ok(Box::new(SaveReport::new(About::Report(Subject::Principal(principal.clone())), view)))
    },
};

/// The access report of the account.
pub const OF_ACCOUNT: Command = Command {
    name: "save account report",
    help: "Write a report of the account to a file: findings, users, groups, roles and policies.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, view| Ok(Box::new(SaveReport::new(About::Report(Subject::Account), view))),
};

/// The credential report.
pub const CREDENTIALS: Command = Command {
    name: "save credential report",
    help: "Write the credential report to a file, as AWS generates it (.csv) or as a table.",
    key: None,
    fit: |selection| if selection.kind == Some(Kind::CredentialReport) { Fit::Page } else { Fit::Anywhere },
    open: |_, view| Ok(Box::new(SaveReport::new(About::Report(Subject::Credentials), view))),
};

/// The account as code.
pub const CODE: Command = Command {
    name: "export account as code",
    help: "Write the account to a file as Terraform with import blocks, or as a CloudFormation template.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, view| Ok(Box::new(SaveReport::new(About::Code, view))),
};
