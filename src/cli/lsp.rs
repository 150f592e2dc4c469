//! `iamtui lsp`: policy checks, completion, hover, fixes and formatting in any editor that speaks the Language Server
//! Protocol.
//!
//! One message after the other, on one thread: a check of a policy takes less time than the next key.

mod frame;
mod position;
mod server;

use std::io;

use super::output::{Output, Syntax};
use super::validate::{configured_levels, parse_kind};
use super::{Failure, Outcome, catalog};
use crate::base::error::UserError;
use crate::policy::PolicyKind;
use server::{Answer, Server};

/// Serve an editor over standard input and output: diagnostics, completion, hover, fixes and formatting of policy JSON
///
/// Editors start it for JSON files by the command `iamtui lsp`. JSON that is no policy is left alone. Nothing is asked over
/// the network.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the policies are; guessed where it is not given
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<PolicyKind>,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    if out.is_terminal() {
        let told = UserError::new("a language server is started by an editor, not on a terminal");
        return Err(Failure::Usage(told.hint("Let the editor run `iamtui lsp` for JSON files.")));
    }
    let mut server = Server::new(args.kind, configured_levels()?, catalog::load()?);
    let mut input = io::stdin().lock();
    loop {
        let message = match frame::read(&mut input) {
            Ok(Some(message)) => message,
            // The editor is gone without a word.
            Ok(None) => return Ok(Outcome::Fine),
            Err(error) => return Err(Failure::Run(UserError::new(format!("the editor's message is broken: {error}")))),
        };
        match server.take(&message) {
            Answer::Exit { is_clean: true } => return Ok(Outcome::Fine),
            Answer::Exit { is_clean: false } => return Ok(Outcome::Findings),
            Answer::Messages(messages) => {
                for message in messages {
                    out.document(&frame::framed(&message), Syntax::Json);
                }
                out.flush();
            }
        }
        if out.is_closed() {
            return Ok(Outcome::Fine);
        }
    }
}
