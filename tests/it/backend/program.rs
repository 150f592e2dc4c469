//! The built program without a screen, in an environment of its own: what the environment does can only be seen so.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use iamtui::emulator::KeyPair;
use iamtui::model::Snapshot;

/// A home folder with AWS config files, and variables.
pub struct Program {
    home: tempfile::TempDir,
    vars: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub messages: String,
    pub took: Duration,
    pub snapshot: Option<Snapshot>,
}

/// How a command ended, and what it wrote.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub data: String,
    pub messages: String,
}

impl Ended {
    /// Who the session was.
    #[track_caller]
    pub fn caller(&self) -> String {
        let snapshot = self.snapshot.as_ref().unwrap_or_else(|| panic!("no snapshot: {self:?}"));
        snapshot.account.identity().unwrap().arn.to_string()
    }
}

impl Program {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home, vars: Vec::new() }.var("AWS_EC2_METADATA_DISABLED", "true")
    }

    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn key(self, key: &KeyPair) -> Self {
        let secret = secrecy::ExposeSecret::expose_secret(&key.secret);
        self.var("AWS_ACCESS_KEY_ID", &key.id).var("AWS_SECRET_ACCESS_KEY", secret)
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn file(self, name: &str, text: &str) -> Self {
        let file = self.home().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        self
    }

    pub fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    /// Begins a command.
    pub fn spawn(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_iamtui"))
            .args(args)
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", "/usr/bin:/bin")
            .envs(self.vars.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a command; `typed` is what it reads from standard input.
    pub fn run(&self, args: &[&str], typed: &str) -> Ran {
        let mut child = self.spawn(args);
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            data: String::from_utf8(output.stdout).unwrap(),
            messages: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Takes a snapshot with these flags; `typed` is what somebody types when asked.
    pub fn snapshot(&self, flags: &[&str], typed: &str) -> Ended {
        let out = self.home().join("out.snapshot");
        let _ = std::fs::remove_file(&out);
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_iamtui"))
            .arg("snapshot")
            .arg(&out)
            .args(flags)
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", "/usr/bin:/bin")
            .envs(self.vars.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that asks for nothing may be gone before it is written to.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            messages: String::from_utf8(output.stderr).unwrap(),
            took: start.elapsed(),
            snapshot: std::fs::read(&out).ok().map(|bytes| Snapshot::from_bytes(&bytes).unwrap()),
        }
    }
}
