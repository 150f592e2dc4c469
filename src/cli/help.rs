//! `iamtui help`: of a command, or of a file that the user may write.

use clap::CommandFactory as _;

use super::output::Output;
use super::{Cli, Failure, Outcome};
use crate::base::error::UserError;
use crate::base::nearest::nearest;
use crate::ui::topics::Topic;

/// Show the help of a command, or the format of `config.toml`, `keys.toml` or themes (`help config|keys|themes`)
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A command such as `policy diff`, or `config`, `keys` or `themes`
    topic: Vec<String>,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let named = |topic: &&Topic| args.topic.iter().map(String::as_str).eq([topic.name()]);
    match Topic::ALL.iter().find(named) {
        Some(topic) => topic.text().lines().for_each(|line| out.text(line)),
        None => command(&args.topic.iter().map(String::as_str).collect::<Vec<_>>(), out)?,
    }
    Ok(Outcome::Fine)
}

/// The help of a command, as `--help` shows it.
fn command(path: &[&str], out: &mut Output) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    for name in path {
        let known: Vec<String> = command.get_subcommands().map(|known| known.get_name().to_owned()).collect();
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            let told = UserError::new(format!("there is no command or topic `{name}`"));
            let meant = nearest(name, known.iter().map(String::as_str).chain(Topic::ALL.map(Topic::name)));
            Failure::Usage(match meant {
                Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
                None => told.hint("`iamtui help` lists the commands; `config`, `keys` and `themes` are topics."),
            })
        })?;
    }
    out.text(&command.render_long_help().to_string());
    Ok(())
}
