//! `iamtui snapshot`: all that is known of an account, as a file.

use std::path::PathBuf;

use super::account::{self, Opened};
use super::output::Output;
use super::source::SourceArgs;
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::base::private_file;
use crate::model::Snapshot;

/// Save what can be read of an account to a file, for `--snapshot FILE` and `drift`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; it is readable by its owner only
    file: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    source: SourceArgs,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    // An earlier snapshot is what `drift` compares with: it is not lost in passing.
    if args.file.exists() && !args.force {
        let told = UserError::new(format!("there is a file `{}` already", args.file.display()));
        return Err(Failure::Usage(told.hint("Name another file, or overwrite it with `--force`.")));
    }
    let opened = account::open(&args.source)?;
    let (account, complete) = account::everything(&opened, out);
    let (endpoint, taken) = match &opened {
        Opened::Live(live) => (live.endpoint(), live.clock().now()),
        Opened::Snapshot(snapshot) => (snapshot.endpoint.clone(), snapshot.taken),
    };
    if account.identity().is_none() {
        return Err(Failure::Run(UserError::new("nothing could be read, so no snapshot was written")));
    }
    let counts = [
        ("users", account.users().rows().len()),
        ("groups", account.groups().rows().len()),
        ("roles", account.roles().rows().len()),
        ("policies", account.policies().rows().len()),
    ];
    let number = account.identity().map_or_else(String::new, |identity| identity.account.to_string());
    let bytes = Snapshot::new(account, endpoint, taken).to_bytes().map_err(UserError::from)?;
    let shown = args.file.display();
    private_file::replace(&args.file, &bytes).map_err(|error| {
        UserError::new(format!("the snapshot `{shown}` cannot be written: {error}"))
            .hint("Name a file that can be written.")
    })?;
    let counts: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    out.say(&format!("wrote {shown}: account {number}, {}", counts.join(", ")));
    Ok(if complete { Outcome::Fine } else { Outcome::Incomplete })
}
