//! `iamtui export`: an account as code.

use clap::ValueEnum;

use super::account::{self, Opened};
use super::output::{Output, Syntax};
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::error::UserError;
use crate::model::Account;
use crate::plan::render::{Language, Purpose, account_as_code};

/// Write an account as Terraform with import blocks, or as a CloudFormation template
///
/// Users, groups, roles, policies, attachments, identity providers, instance profiles, alias and password policy. What
/// cannot be declared, such as passwords and keys, is listed at the end. `terraform plan` is then empty after the import.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The language
    #[arg(long, value_enum, default_value_t)]
    output: Form,
    /// Leave out the import blocks, to create a copy in an empty account
    #[arg(long)]
    copy: bool,
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// Terraform's HCL
    #[default]
    Terraform,
    /// A CloudFormation template in YAML
    #[value(name = "cloudformation")]
    CloudFormation,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let opened = account::open(&args.source)?;
    let (mut account, mut complete) = account::everything(&opened, out);
    if let Opened::Live(live) = &opened {
        let (mut failed, declared) = (Vec::new(), Load::declared(&account));
        live.read_into(&mut account, &declared, &mut failed);
        complete &= failed.is_empty();
        for (_, error) in &failed {
            out.tell(&error.user_error());
        }
    }
    if is_empty(&account) && !complete {
        return Err(Failure::Run(UserError::new("nothing could be read, so there is nothing to export")));
    }
    let language = match args.output {
        Form::Terraform => Language::Terraform,
        Form::CloudFormation => Language::CloudFormation,
    };
    let purpose = if args.copy { Purpose::Copy } else { Purpose::TakeOver };
    out.document(&account_as_code(&account, language, purpose), Syntax::Other);
    Ok(if complete { Outcome::Fine } else { Outcome::Incomplete })
}

fn is_empty(account: &Account) -> bool {
    account.users().rows().is_empty() && account.roles().rows().is_empty() && account.policies().rows().is_empty()
}
