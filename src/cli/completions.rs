//! `iamtui completions` and `iamtui man`: made from the command line's own definitions.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::output::{Output, Syntax};
use super::{Cli, Failure, Outcome};
use crate::base::error::UserError;

/// Print the completions of a shell, to be put where it looks for them
///
/// bash: ~/.local/share/bash-completion/completions/iamtui; zsh: a file `_iamtui` in a folder of $fpath; fish:
/// ~/.config/fish/completions/iamtui.fish.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Print the manual page, or write the pages of all commands to a folder
#[derive(Debug, clap::Args)]
pub struct Manual {
    /// Write a page for each command to this folder, which must exist
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints the completions.
pub fn completions(args: &Completions, out: &mut Output) -> Outcome {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "iamtui", &mut bytes);
    out.document(&String::from_utf8_lossy(&bytes), Syntax::Other);
    Outcome::Fine
}

/// Prints the manual, or writes it.
pub fn manual(args: &Manual, out: &mut Output) -> Result<Outcome, Failure> {
    let mut command = Cli::command();
    command.build();
    match &args.dir {
        None => out.document(&page(&command)?, Syntax::Other),
        Some(folder) => {
            let count = write(&command, "iamtui", folder)?;
            out.say(&format!("wrote {count} pages to {}", folder.display()));
        }
    }
    Ok(Outcome::Fine)
}

fn page(command: &Command) -> Result<String, UserError> {
    let mut bytes = Vec::new();
    let told = |error| UserError::new(format!("the page cannot be made: {error}"));
    Man::new(command.clone()).render(&mut bytes).map_err(told)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes the page of a command and those of its subcommands; says how many.
fn write(command: &Command, name: &str, folder: &Path) -> Result<usize, UserError> {
    let file = folder.join(format!("{name}.1"));
    let told = |error| {
        UserError::new(format!("`{}` cannot be written: {error}", file.display()))
            .hint("Name an existing folder that you can write to.")
    };
    std::fs::write(&file, page(command)?).map_err(told)?;
    let mut count = 1;
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set()) {
        count += write(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(count)
}
