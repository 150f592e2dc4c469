//! `iamtui evidence`: a folder for an audit.

use std::fmt::Write as _;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::account::{self, Opened};
use super::ask::{AccountArgs, Subject as Asked};
use super::output::Output;
use super::review::formats;
use super::{Failure, Outcome};
use crate::backend::Load;
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::base::hex::hex;
use crate::base::private_file;
use crate::base::text::visible;
use crate::base::time;
use crate::insight::report::{Format, Subject, written};
use crate::insight::review::review;
use crate::model::Snapshot;
use crate::plan::render::{Language, Purpose, account_as_code};

/// Write a folder for an audit: snapshot, review, reports, the account as code, and the SHA-256 sum of each file
///
/// The folder must not exist; it and its files are readable by their owner only. `sha256sum -c SHA256SUMS` in the folder
/// checks that nothing was changed since.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to create
    folder: PathBuf,
    #[command(flatten)]
    source: AccountArgs,
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    // Reading an account takes a while: whoever names a folder that is there is told before.
    if args.folder.symlink_metadata().is_ok() {
        return Err(Failure::Usage(taken(&args.folder)));
    }
    let opened = account::open(&args.source.source)?;
    let mut asked = Asked::read(&opened, args.source.organization.as_deref(), out)?;
    let mut complete = asked.is_complete();
    if let Opened::Live(live) = &opened {
        let (mut failed, declared) = (Vec::new(), Load::declared(asked.account()));
        live.read_into(asked.account_mut(), &declared, &mut failed);
        complete &= failed.is_empty();
    }
    if asked.account().identity().is_none() {
        return Err(Failure::Run(UserError::new("nothing could be read, so no evidence was written")));
    }
    let now = Clock::system().now();
    let files = files(&opened, &asked, now, complete, out)?;
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Usage(taken(&args.folder)),
        _ => Failure::Run(
            UserError::new(format!("the folder `{}` cannot be written: {error}", args.folder.display()))
                .hint("Name a folder that can be created, in one that exists."),
        ),
    };
    write(&args.folder, &files).map_err(|error| failed(&error))?;
    let shown = std::path::absolute(&args.folder).unwrap_or_else(|_| args.folder.clone());
    out.say(&format!("wrote {}: {} files and their sums; only you can read them", shown.display(), files.len()));
    Ok(if complete { Outcome::Fine } else { Outcome::Incomplete })
}

fn taken(folder: &Path) -> UserError {
    UserError::new(format!("`{}` exists already", folder.display())).hint("Name a folder that does not exist.")
}

/// A file of the folder: its name and what it holds.
type File = (&'static str, Vec<u8>);

/// What the folder will hold.
fn files(
    opened: &Opened,
    asked: &Asked,
    now: Timestamp,
    complete: bool,
    out: &mut Output,
) -> Result<Vec<File>, Failure> {
    let (access, account) = (asked.access(), asked.account());
    let (endpoint, made) = match opened {
        Opened::Live(live) => (live.endpoint(), now),
        Opened::Snapshot(snapshot) => (snapshot.endpoint.clone(), snapshot.taken),
    };
    let found = review(&access, now)?;
    let report = |subject: &Subject, format| written(&access, subject, format, now).map_err(UserError::from);
    let snapshot = Snapshot::new(account.clone(), endpoint.clone(), made).to_bytes().map_err(UserError::from)?;
    let mut files: Vec<File> = vec![
        ("snapshot", snapshot),
        ("review.json", format!("{}\n", super::review::value(&found)).into_bytes()),
        ("review.html", formats::page(&found).into_bytes()),
        ("access-report.html", report(&Subject::Account, Format::Html)?.into_bytes()),
        ("access-report.json", report(&Subject::Account, Format::Json)?.into_bytes()),
        ("access-report.csv", report(&Subject::Account, Format::Csv)?.into_bytes()),
        ("account.tf", account_as_code(account, Language::Terraform, Purpose::TakeOver).into_bytes()),
    ];
    match report(&Subject::Credentials, Format::Csv) {
        Ok(csv) => files.push(("credential-report.csv", csv.into_bytes())),
        Err(told) => out.tell(&told),
    }
    let number = account.identity().map_or_else(String::new, |identity| identity.account.to_string());
    let caller = account.identity().map_or_else(String::new, |identity| identity.arn.to_string());
    let whole = if complete { "Everything that was asked for was read." } else { "Not everything could be read." };
    let about = format!(
        "Evidence of the AWS account {number}\n\n\
         Read on {} by iamtui {} as {}{}.\n{whole} What was not read, or not evaluated, is listed in each report.\n\n\
         snapshot               all that was read, for `iamtui --snapshot` and `iamtui drift`\n\
         review.*               the checks of best practices, with evidence\n\
         access-report.*        findings, users, groups, roles and policies\n\
         credential-report.csv  the credential report as AWS generates it\n\
         account.tf             the account as Terraform\n\
         SHA256SUMS             the sum of each file; check with `sha256sum -c SHA256SUMS`\n",
        time::moment(made),
        env!("CARGO_PKG_VERSION"),
        visible(&caller),
        endpoint.map(|url| format!(" at {}", visible(&url))).unwrap_or_default(),
    );
    files.push(("README.txt", about.into_bytes()));
    Ok(files)
}

/// Makes the folder and writes the files; nothing that is there is touched.
fn write(folder: &Path, files: &[File]) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)?;
    let mut sums = String::new();
    for (name, bytes) in files {
        private_file::create(&folder.join(name), bytes)?;
        let _ = writeln!(sums, "{}  {name}", hex(&Sha256::digest(bytes)));
    }
    private_file::create(&folder.join("SHA256SUMS"), sums.as_bytes())
}
