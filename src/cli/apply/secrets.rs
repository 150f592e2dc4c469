//! Where the passwords and keys that a run makes go: a file or a terminal, and nowhere else.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use zeroize::Zeroize as _;

use crate::backend::apply::Held;
use crate::base::error::UserError;
use crate::cli::Failure;
use crate::cli::output::Output;
use crate::plan::journal::gives_secrets;
use crate::plan::{Plan, SecretFrom, Step};

/// Where secrets go.
pub(super) enum Keep {
    /// To a file that only its owner can read, line by line as they come.
    File(File, PathBuf),
    /// To the terminal.
    Terminal,
    /// None are made.
    None,
}

impl Keep {
    /// Opens the place before anything is sent: a secret that cannot be kept is not made.
    pub(super) fn open(plan: &Plan, file: Option<&Path>, show: bool, out: &Output) -> Result<Self, Failure> {
        let Some(step) = plan.steps.iter().find(|step| makes_secrets(step)) else { return Ok(Self::None) };
        if let Some(path) = file {
            let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            let opened = options.map_err(|error| {
                let told = UserError::new(format!("`{}` cannot be written: {error}", path.display()));
                told.hint("Nothing was sent. Name a new file in a folder that you may write to.")
            })?;
            return Ok(Self::File(opened, path.to_owned()));
        }
        if show && out.is_terminal() {
            return Ok(Self::Terminal);
        }
        let told = UserError::new(format!("`{}` creates a secret that would be lost", step.id));
        let hint = "Add `--secrets-to FILE`, or `--show-secrets` on a terminal. Nothing was sent.";
        Err(Failure::Usage(told.hint(hint)))
    }

    /// Keeps secrets before the next step is sent.
    pub(super) fn take(&mut self, held: &[Held], out: &mut Output) -> Result<(), UserError> {
        for held in held {
            let text = held.value.reveal();
            match self {
                Self::File(..) => self.write(&held.step, &held.name, text)?,
                Self::Terminal => out.text(&format!("  {}: {text}", held.name)),
                Self::None => {}
            }
        }
        Ok(())
    }

    /// Keeps what a step gave beside its secrets, such as the id of the key, in the same file.
    pub(super) fn beside(&mut self, step: &Step, gives: &Map<String, Value>) -> Result<(), UserError> {
        if !makes_secrets(step) {
            return Ok(());
        }
        for (name, value) in gives {
            if let Some(text) = value.as_str() {
                self.write(&step.id, name, text)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, step: &str, name: &str, value: &str) -> Result<(), UserError> {
        let Self::File(file, path) = self else { return Ok(()) };
        let mut line = format!("{}\n", json!({ "step": step, "name": name, "value": value }));
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        line.zeroize();
        written.map_err(|error: io::Error| {
            UserError::new(format!("`{}` cannot be written: {error}", path.display()))
                .hint("A secret of this run is lost; create a new one.")
        })
    }

    /// Says where secrets lie now; a file that holds none goes.
    pub(super) fn close(self, out: &mut Output) {
        if let Self::File(file, path) = self {
            if file.metadata().is_ok_and(|found| found.len() == 0) {
                let _ = std::fs::remove_file(&path);
            } else {
                out.say(&format!("secrets were written to {}; only you can read it", path.display()));
            }
        }
    }
}

/// Whether a step makes a secret that AWS shows only once.
fn makes_secrets(step: &Step) -> bool {
    let Some(call) = step.call() else { return false };
    let generates = call.secrets().any(|(_, from)| from == SecretFrom::Generate);
    generates || gives_secrets(call)
}
