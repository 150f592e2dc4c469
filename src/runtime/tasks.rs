//! Work that layers ask for: checks of texts, files, the user's own editor.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::api::{AccessAnalyzer, Iam, Operation};
use crate::backend::{Session, Sink};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::base::{bounded, private_file};
use crate::catalog::Catalog;
use crate::config::{self, edit};
use crate::effect::BackgroundTask;
use crate::insight::denial::Sealed;
use crate::insight::simulator::Simulation;
use crate::message::TaskResult;
use crate::policy::access_check::Check;
use crate::policy::answer::compare;
use crate::policy::diff::diff;
use crate::policy::validate::validate;
use crate::policy::{self, PolicyKind};

/// The most bytes of a file that is read as a policy.
const MOST: u64 = 512 * 1024;

/// Does a background task.
pub(super) fn done(task: BackgroundTask) -> TaskResult {
    match task {
        BackgroundTask::Check { text, options } => {
            let report = Box::new(validate(&text, &options));
            TaskResult::Checked { text, options, report }
        }
        BackgroundTask::Difference { old, new } => {
            let groups = diff(&policy::read(old.text()), &policy::read(new.text()), Catalog::bundled());
            TaskResult::Difference { old, new, groups }
        }
        BackgroundTask::AskAccount(question) => {
            let (lines, review) = match question.answer_and_record() {
                Ok((lines, review)) => (Ok(lines), review),
                Err(gave_up) => (Err(gave_up), None),
            };
            TaskResult::AccountAnswered { question, lines, review }
        }
        BackgroundTask::Report(question) => {
            let result = question.answer().map(Arc::from);
            TaskResult::Reported { question, result }
        }
        BackgroundTask::ReadFile(path) => {
            let result = read(&home(&path));
            TaskResult::Read { path: home(&path), result }
        }
        BackgroundTask::ReadPrivateKey(path) => {
            let path = home(&path);
            TaskResult::PrivateKey { result: private_key(&path), path }
        }
        BackgroundTask::SaveFile { path, text, over } => {
            if let Some(theirs) = read(&path).ok().filter(|theirs| **theirs != *over) {
                let told =
                    UserError::new(format!("`{}` was changed by another program in the meantime", path.display()));
                let told = told.hint("Press ctrl-s again to overwrite it.");
                return TaskResult::Saved { path, text, result: Err(told), theirs: Some(theirs) };
            }
            let result = save(&path, &text).map_err(|error| {
                UserError::new(format!("`{}` cannot be written: {error}", path.display()))
                    .hint("The text is still here. Make the file writable, then save again.")
            });
            TaskResult::Saved { path, text, result, theirs: None }
        }
        BackgroundTask::KeepTheme { file, theme } => {
            let result = keep_theme(&file, &theme);
            TaskResult::ThemeKept { file, theme, result }
        }
        // Only a session can be asked.
        BackgroundTask::AskService { text, .. } => TaskResult::Compared { text, result: Err(nobody()) },
        BackgroundTask::CheckAccess { old, new, kind } => {
            let checks = Check::of(kind, &old).iter();
            TaskResult::AccessChecked { answers: checks.map(|check| (*check, Err(nobody()))).collect(), new }
        }
        BackgroundTask::SimulateAtAws(asked) => {
            TaskResult::SimulatedAtAws { asked, result: Err(no_session(Iam::SimulatePrincipalPolicy)) }
        }
        BackgroundTask::Unseal(sealed) => {
            let result = Err(sealed.needs_session());
            TaskResult::Unsealed { sealed, result }
        }
        // Only the main thread has a terminal to leave.
        BackgroundTask::EditOutside(before) => {
            let result = Err(UserError::new("there is no terminal to leave to an editor"));
            TaskResult::Edited { before, result }
        }
        BackgroundTask::PublicKeys => {
            TaskResult::PublicKeys(etcetera::home_dir().map(|home| public_keys(&home.join(".ssh"))).unwrap_or_default())
        }
    }
}

/// The most keys that are read, and the most bytes of one.
const KEYS: usize = 64;
const KEY: u64 = 16 * 1024;

/// The public keys in a folder, by name: regular files that end in `.pub`, no links and no pipes.
fn public_keys(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    // Of an entry that is a link this is the link itself.
    let plain = files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut names: Vec<String> = plain.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|kind| kind == "pub"));
    names.sort_unstable();
    let key = |name: String| {
        let text = bounded::read_text(&folder.join(&name), KEY).ok()?;
        // Whatever its name is, a private key goes nowhere.
        (!text.contains("PRIVATE KEY")).then_some((name, text))
    };
    names.into_iter().take(KEYS).filter_map(key).collect()
}

/// A private key in PEM, as it is read from its file.
fn private_key(path: &Path) -> Result<Secret, UserError> {
    let told = |what: &str| UserError::new(format!("`{}` {what}", path.display()));
    let text = bounded::read_text(path, KEY)
        .map_err(|error| told(&format!("cannot be read: {error}")).hint("Give the path of the private key in PEM."))?;
    let key = Secret::new(text);
    if key.reveal().contains("ENCRYPTED") {
        return Err(told("is protected by a password").hint("IAM accepts only private keys without a password."));
    }
    if !key.reveal().contains("PRIVATE KEY-----") {
        return Err(told("contains no private key in PEM"));
    }
    Ok(key)
}

/// Has the service check a policy text, and compares what it says with what we say.
pub(super) async fn compared(
    session: Option<Session>,
    text: Arc<str>,
    kind: PolicyKind,
    account: Option<String>,
    calls: &Sink,
) -> TaskResult {
    let told = match session {
        Some(session) => session.validate_policy(&text, kind, calls).await.map_err(|error| error.user_error()),
        None => Err(nobody()),
    };
    let result = match told {
        Ok(theirs) => {
            let text = Arc::clone(&text);
            let work = tokio::task::spawn_blocking(move || Box::new(compare(&text, kind, account, &theirs)));
            // It panicked: the hook has told the main thread already.
            work.await.map_err(|_| UserError::new("the answer could not be compared"))
        }
        Err(told) => Err(told),
    };
    TaskResult::Compared { text, result }
}

/// Has the service check what a policy grants beside the one before it.
pub(super) async fn access_checked(
    session: Option<Session>,
    old: Arc<str>,
    new: Arc<str>,
    kind: PolicyKind,
    calls: &Sink,
) -> TaskResult {
    let Some(session) = session else { return done(BackgroundTask::CheckAccess { old, new, kind }) };
    let mut answers = Vec::new();
    for check in Check::of(kind, &old) {
        let verdict = session.check_access(*check, &old, &new, kind, calls).await;
        answers.push((*check, verdict.map_err(|error| error.user_error())));
    }
    TaskResult::AccessChecked { new, answers }
}

/// Asks AWS's simulator.
pub(super) async fn simulated(session: Option<Session>, asked: Box<Simulation>, calls: &Sink) -> TaskResult {
    let result = match session {
        Some(session) => session.simulate(&asked, calls).await.map_err(|error| error.user_error()),
        None => Err(no_session(Iam::SimulatePrincipalPolicy)),
    };
    TaskResult::SimulatedAtAws { asked, result }
}

/// Has AWS read a denial that only it can.
pub(super) async fn unsealed(session: Option<Session>, sealed: Sealed, calls: &Sink) -> TaskResult {
    let result = match session {
        Some(session) => session.unseal(&sealed, calls).await.map_err(|error| error.user_error()),
        None => Err(sealed.needs_session()),
    };
    TaskResult::Unsealed { sealed, result }
}

fn nobody() -> UserError {
    let told = no_session(AccessAnalyzer::ValidatePolicy);
    told.hint("A snapshot has none: open the account itself. Our own checks need no session.")
}

fn no_session(operation: impl Into<Operation>) -> UserError {
    UserError::new(format!("there is no session to ask `{}` with", operation.into()))
        .hint("A snapshot has none: open the account itself.")
}

fn home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn read(path: &Path) -> Result<String, UserError> {
    let told = |what: String| UserError::new(format!("`{}` {what}", path.display()));
    match fs::metadata(path) {
        // A file that is not there yet begins empty.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(told(format!("cannot be read: {error}"))),
        Ok(about) if !about.is_file() => return Err(told("is no file".to_owned())),
        Ok(about) if about.len() > MOST => {
            return Err(
                told(format!("is too long: {} bytes", about.len())).hint("A policy has at most 131,072 characters.")
            );
        }
        Ok(_) => {}
    }
    let bytes = bounded::read(path, MOST).map_err(|error| told(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| told("is no text".to_owned()))
}

/// Writes beside the file and puts that in its place, so that a full disk costs nothing; the mode stays.
fn save(path: &Path, text: &str) -> io::Result<()> {
    let path = &match fs::canonicalize(path) {
        Ok(path) => path,
        Err(_) if fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink()) => {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it is a link to a file that is not there"));
        }
        Err(_) => path.to_owned(),
    };
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = fs::metadata(path).map_or(0o600, |about| about.permissions().mode() & 0o777);
    let draft = folder.join(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    // What a process of this number left behind when it was killed.
    let _ = fs::remove_file(&draft);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file
        .set_permissions(fs::Permissions::from_mode(mode))
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Writes the theme into the file of settings, and nothing else of it anew.
fn keep_theme(file: &Path, theme: &str) -> Result<(), UserError> {
    let told = |error: &io::Error| {
        UserError::new(format!("theme {theme} is used, but `{}` cannot be written: {error}", file.display()))
            .hint(format!("Write `theme = \"{theme}\"` into it to keep the theme."))
    };
    let text = match bounded::read_text(file, config::LARGEST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|error| told(&error))?,
    };
    let text = edit::with_theme(&text, theme, file)?;
    if let Some(folder) = file.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| told(&error))?;
    }
    save(file, &text).map_err(|error| told(&error))
}

/// Runs the user's own editor on a copy of a text, and gives what became of it.
pub(super) fn edit_outside(text: &Arc<str>) -> Result<String, UserError> {
    let editor = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok()).find(|name| !name.is_empty());
    edit_with(editor.as_deref().unwrap_or("vi"), text)
}

fn edit_with(editor: &str, text: &str) -> Result<String, UserError> {
    let told = |what: String| UserError::new(what).hint("Set EDITOR to a program that is installed, such as `vim`.");
    let temporary = std::env::temp_dir();
    let unwritten = |path: &Path, error: &io::Error| {
        UserError::new(format!("`{}` cannot be written: {error}", path.display()))
            .hint("Set TMPDIR to an existing folder that you can write to.")
    };
    let folder = private_file::new_folder(&temporary, "iamtui").map_err(|error| unwritten(&temporary, &error))?;
    let path = folder.join("policy.json");
    let work = || -> Result<String, UserError> {
        private_file::create(&path, text.as_bytes()).map_err(|error| unwritten(&path, &error))?;
        // The variable may hold arguments, so a shell reads it; the path is an argument of its own.
        let status = Command::new("sh").args(["-c", &format!("{editor} \"$1\""), "sh"]).arg(&path).status();
        match status {
            Ok(status) if status.success() => match read(&path)? {
                // Nobody deletes a policy by emptying it: this is how other programs are told to give up.
                after if after.trim().is_empty() && !text.trim().is_empty() => {
                    Err(UserError::new("the file came back empty; the text is as it was")
                        .hint("To empty the text, select all of it here and delete it."))
                }
                after => Ok(after),
            },
            // A shell says so where there is no such program, or where it may not be run.
            Ok(status) if matches!(status.code(), Some(126 | 127)) => Err(told(format!("`{editor}` cannot be run"))),
            // `:cq` of vim, and any other end that an editor reports as a failure, is how a person gives up.
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(told(format!("`{editor}` cannot be run: {error}"))),
        }
    };
    let result = work();
    let _ = fs::remove_dir_all(&folder);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_keys_are_regular_files_of_their_name_and_nothing_private() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----");
        write("id_rsa.pub", "ssh-rsa AAAA ada");
        write("b.pub", "-----BEGIN RSA PRIVATE KEY-----");
        write("c.pub", &"x".repeat(17 * 1024));
        write("known_hosts", "ssh-rsa AAAA");
        std::os::unix::fs::symlink(folder.path().join("id_rsa.pub"), folder.path().join("link.pub")).unwrap();
        let pipe = folder.path().join("pipe.pub");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(public_keys(folder.path()), [("id_rsa.pub".to_owned(), "ssh-rsa AAAA ada".to_owned())]);
        assert!(public_keys(&folder.path().join("nothing")).is_empty());
    }

    #[test]
    fn a_file_is_written_over_whole_and_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.json");
        assert_eq!(read(&path).unwrap(), "");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        save(&path, "{ }").unwrap();
        assert_eq!(read(&path).unwrap(), "{ }");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        assert!(save(&folder.path().join("gone/x.json"), "").is_err());
        assert!(read(folder.path()).unwrap_err().message.ends_with("is no file"));
    }

    #[test]
    fn the_users_own_editor_gives_the_text_back() {
        assert_eq!(edit_with("sed -i s/a/b/", "a\n").unwrap(), "b\n");
        assert_eq!(edit_with("sed -i s/a/b/ \"$1\"; exit 1; :", "a").unwrap(), "a", "given up");
        let told = edit_with("no-such-editor-at-all", "a").unwrap_err();
        assert!(told.message.contains("cannot be run") && told.hint.is_some_and(|hint| hint.contains("EDITOR")));
        assert!(edit_with("truncate -s 0", "a").unwrap_err().message.contains("came back empty"));
        assert_eq!(edit_with("true", "").unwrap(), "");
    }
}
