//! Runs of the built program in a real PTY: every way out gives the terminal back.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::harness::Emulator;

/// A console in a terminal of its own, against an emulator of this process.
pub(super) struct Run {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    /// Nobody reads what the terminal is sent.
    stalled: Arc<AtomicBool>,
    pub(super) screen: vt100::Parser,
    /// All that was written to the terminal.
    pub(super) raw: Vec<u8>,
    pub(super) home: tempfile::TempDir,
    /// What it may speak to, the first being what it was started on.
    pub(super) emulators: Vec<Emulator>,
}

const READY: &str = "IAM resources";

fn lines(number: u16) -> std::num::NonZero<u16> {
    std::num::NonZero::new(number).unwrap()
}

impl Run {
    fn start(vars: &[(&str, &str)]) -> Self {
        Self::on(Emulator::empty(), tempfile::tempdir().unwrap(), (24, 80), &[], vars)
    }

    /// A console on an emulator and a home that may have seen another one.
    pub(super) fn on(
        emulator: Emulator,
        home: tempfile::TempDir,
        size: (u16, u16),
        args: &[&str],
        vars: &[(&str, &str)],
    ) -> Self {
        let endpoint = emulator.handle.endpoint.clone();
        let secret = secrecy::ExposeSecret::expose_secret(&emulator.handle.root.secret).to_owned();
        let id = emulator.handle.root.id.clone();
        let mut all = vec![("AWS_ACCESS_KEY_ID", id.as_str()), ("AWS_SECRET_ACCESS_KEY", secret.as_str())];
        all.extend(vars);
        let args = [&["--endpoint-url", &endpoint, "--region", "us-east-1"], args].concat();
        let mut run = Self::launch(home, size, &args, &all, vec![emulator]);
        run.wait(READY);
        run
    }

    /// A console with these flags and variables, and nothing else of this process's environment.
    pub(super) fn launch(
        home: tempfile::TempDir,
        (rows, cols): (u16, u16),
        args: &[&str],
        vars: &[(&str, &str)],
        emulators: Vec<Emulator>,
    ) -> Self {
        Self::launch_program(env!("CARGO_BIN_EXE_iamtui"), home, (rows, cols), args, vars, emulators)
    }

    /// The same with another program, such as a shell.
    fn launch_program(
        program: &str,
        home: tempfile::TempDir,
        (rows, cols): (u16, u16),
        args: &[&str],
        vars: &[(&str, &str)],
        emulators: Vec<Emulator>,
    ) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(home.path());
        command.env_clear();
        command.env("HOME", home.path());
        command.env("TERM", "xterm-256color");
        for (name, value) in vars {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let keys = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, bytes) = channel();
        let stalled = Arc::<AtomicBool>::default();
        let stalls = Arc::clone(&stalled);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
                while stalls.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
        });
        let screen = vt100::Parser::new(lines(rows), lines(cols), 0);
        let master = Some(pair.master);
        Self { master, keys: Some(keys), child, bytes, stalled, screen, raw: Vec::new(), home, emulators }
    }

    /// Whether the system says that the process is stopped.
    fn is_stopped(&self) -> bool {
        let about = std::process::Command::new("ps").args(["-o", "stat=", "-p", &self.id().to_string()]).output();
        String::from_utf8_lossy(&about.unwrap().stdout).starts_with('T')
    }

    #[track_caller]
    pub(super) fn wait_until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let until = Instant::now() + Duration::from_secs(20);
        while !holds(self) {
            assert!(Instant::now() < until, "never {what}:\n{}", self.screen.screen().contents());
            self.take(Duration::from_millis(20));
        }
    }

    /// Stopping gives the terminal back, going on draws what was there.
    #[track_caller]
    pub(super) fn check_suspends(&mut self, shown: &str) {
        self.wait(shown);
        self.signal("TSTP");
        self.wait_until("stopped", Self::is_stopped);
        self.wait_until("restored", |run| !run.screen.screen().alternate_screen());
        self.check_restored();
        self.signal("CONT");
        self.wait_until("in its screen again", |run| run.screen.screen().alternate_screen());
        self.wait(shown);
    }

    /// Takes the terminal away, and checks that the program ends of that.
    #[track_caller]
    pub(super) fn hang_up(&mut self) {
        self.keys = None;
        self.master = None;
        // The reader's clone of the terminal goes with its thread once nobody receives.
        self.bytes = channel().1;
        self.signal("WINCH");
        let until = Instant::now() + Duration::from_secs(10);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "it outlived its terminal");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the program without warning; what is left are the emulator and the home.
    pub(super) fn kill(mut self) -> (Emulator, tempfile::TempDir) {
        self.signal("KILL");
        let until = Instant::now() + Duration::from_secs(10);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "it outlived SIGKILL");
            std::thread::sleep(Duration::from_millis(5));
        }
        (self.emulators.swap_remove(0), self.home)
    }

    /// The id of the process.
    pub(super) fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Takes what comes for so long.
    pub(super) fn rest(&mut self, patience: Duration) {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            self.take(Duration::from_millis(10));
        }
    }

    fn take(&mut self, patience: Duration) {
        if let Ok(bytes) = self.bytes.recv_timeout(patience) {
            self.screen.process(&bytes);
            self.raw.extend(bytes);
        }
    }

    #[track_caller]
    pub(super) fn wait(&mut self, wanted: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.screen.screen().contents().contains(wanted) {
            assert!(Instant::now() < until, "`{wanted}` never came:\n{}", self.screen.screen().contents());
            self.take(Duration::from_millis(50));
        }
    }

    #[track_caller]
    pub(super) fn wait_gone(&mut self, unwanted: &str) {
        self.wait_until(&format!("without `{unwanted}`"), |run| !run.screen.screen().contents().contains(unwanted));
    }

    pub(super) fn send(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let number = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args(["-s", name, &number]).status().unwrap();
        assert!(done.success());
    }

    fn resize(&mut self, rows: u16, cols: u16) {
        // The test's own screen need not be as large as what a window may claim.
        self.screen.screen_mut().set_size(lines(rows.min(500)), lines(cols.min(1000)));
        self.master.as_ref().unwrap().resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits for the end and gives the exit code.
    #[track_caller]
    pub(super) fn end(&mut self) -> u32 {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(100)) {
                    self.screen.process(&bytes);
                    self.raw.extend(bytes);
                }
                return status.exit_code();
            }
            assert!(Instant::now() < until, "it never ended:\n{}", self.screen.screen().contents());
            self.take(Duration::from_millis(20));
        }
    }

    /// The terminal is as it was: the normal screen, the cursor shown, pastes unbracketed, keys as they were.
    #[track_caller]
    pub(super) fn check_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        let written = String::from_utf8_lossy(&self.raw);
        assert_eq!(written.matches("\x1b[>5u").count(), written.matches("\x1b[<1u").count());
    }
}

#[test]
fn start_browse_and_quit() {
    let mut run = Run::start(&[]);
    run.send(":users\r");
    run.wait("There are no users.");
    run.send("\x11");
    assert_eq!(run.end(), 0);
    run.check_restored();
    // The clipboard and the title are written only when somebody asks.
    let written = String::from_utf8_lossy(&run.raw);
    for forbidden in ["\x1b]52", "\x1b]0;", "\x1b]2;"] {
        assert!(!written.contains(forbidden));
    }
}

#[test]
fn signals_end_it_and_give_the_terminal_back() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut run = Run::start(&[]);
        run.signal(name);
        assert_eq!(run.end(), code, "{name}");
        run.check_restored();
    }
}

#[test]
fn it_stops_and_goes_on_in_every_state() {
    let mut run = Run::start(&[]);
    run.check_suspends(READY);
    run.send(":groups\r");
    run.check_suspends("There are no groups");
    for (keys, shown) in [(":us", "IAM users"), ("/abc", "abc"), ("?", "Keys –")] {
        run.send(keys);
        run.check_suspends(shown);
        run.send("\x1b");
        // The page's own footer is in sight again: a screen that is being drawn anew lacks both.
        run.wait_until("closed", |run| {
            let screen = run.screen.screen().contents();
            !screen.contains(shown) && screen.contains("? help")
        });
    }
    run.send("nops");
    run.check_suspends("ops");
    // A wizard leads to the review of its plan.
    for _ in 0..20 {
        run.send("\r");
        run.rest(Duration::from_millis(300));
        if run.screen.screen().contents().contains("CreateGroup") {
            break;
        }
    }
    run.check_suspends("CreateGroup");
    run.signal("TERM");
    assert_eq!(run.end(), 143);
    run.check_restored();
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back_but_not_from_a_line_of_text() {
    let emulator = Emulator::empty();
    let endpoint = emulator.handle.endpoint.clone();
    let secret = secrecy::ExposeSecret::expose_secret(&emulator.handle.root.secret).to_owned();
    let vars = [
        ("AWS_ACCESS_KEY_ID", emulator.handle.root.id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", &secret),
        ("PS1", "shell> "),
    ];
    let home = tempfile::tempdir().unwrap();
    let program = "/bin/bash";
    let mut run = Run::launch_program(program, home, (24, 80), &["--norc", "--noprofile", "-i"], &vars, Vec::new());
    run.wait("shell>");
    run.send(&format!("{} --endpoint-url {endpoint} --region us-east-1\r", env!("CARGO_BIN_EXE_iamtui")));
    run.wait(READY);
    run.send(":us\x1a");
    run.wait("us");
    run.rest(Duration::from_millis(300));
    assert!(run.screen.screen().alternate_screen(), "in a line of text the key does nothing");
    run.send("\x1b");
    run.wait_until("closed", |run| !run.screen.screen().contents().contains(":us"));
    run.wait(READY);
    run.send("\x1a");
    run.wait("Stopped");
    assert!(!run.screen.screen().alternate_screen() && !run.screen.screen().hide_cursor());
    // What is typed before the shell asks is dropped.
    let prompts = |count: usize| move |run: &Run| run.screen.screen().contents().matches("shell> ").count() == count;
    run.wait_until("at the prompt", prompts(2));
    run.send("fg\r");
    run.wait(READY);
    run.send("\x11");
    run.wait_until("back in the shell", prompts(3));
    run.send("exit\r");
    assert_eq!(run.end(), 0);
}

#[test]
fn a_terminal_that_takes_nothing_gets_its_mode_back_when_a_signal_ends_it() {
    let mut run = Run::start(&[]);
    let is_raw = |run: &Run| {
        let mode = run.master.as_ref().unwrap().get_termios().unwrap();
        !format!("{:?}", mode.local_flags).contains("ICANON")
    };
    assert!(is_raw(&run));
    run.stalled.store(true, Ordering::Relaxed);
    // Each of these draws the whole screen: more than a terminal keeps for its reader.
    for _ in 0..200 {
        run.send("\x0c");
        std::thread::sleep(Duration::from_millis(5));
    }
    run.signal("TERM");
    let until = Instant::now() + Duration::from_secs(10);
    while run.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "it outlived SIGTERM");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_raw(&run));
}

#[test]
fn a_panic_in_any_thread_is_readable_on_the_normal_screen() {
    for place in ["main", "task", "thread"] {
        let mut run = Run::start(&[("IAMTUI_TEST_PANIC", place)]);
        run.send("\x1b[24~");
        assert_eq!(run.end(), 101, "{place}");
        run.check_restored();
        let screen = run.screen.screen().contents();
        assert!(screen.contains("this is the panic that IAMTUI_TEST_PANIC asked for"), "{place}:\n{screen}");
        assert!(screen.contains("A report is in"), "{place}:\n{screen}");
    }
}

#[test]
fn a_lost_terminal_ends_it() {
    let mut run = Run::start(&[]);
    run.hang_up();
}

#[test]
fn a_storm_of_sizes_leaves_it_whole() {
    let mut run = Run::start(&[]);
    for (rows, cols) in [(1, 1), (40, 1), (1, 40), (5, 20), (100, 300), (200, 500), (u16::MAX, u16::MAX), (2, 2)] {
        run.resize(rows, cols);
        run.take(Duration::from_millis(5));
        assert!(run.child.try_wait().unwrap().is_none(), "{rows}x{cols}");
    }
    run.resize(24, 80);
    run.send("\x0c");
    run.wait(READY);
    run.send("q");
    assert_eq!(run.end(), 0);
    run.check_restored();
}

#[test]
fn wrong_settings_end_it_before_the_screen_is_taken() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("iamtui");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "colour = true").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_iamtui"));
    let done = command.env("XDG_CONFIG_HOME", home.path()).stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(done.status.code(), Some(3));
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("unknown key `colour`") && told.contains("Known keys are"), "{told}");
    assert!(done.stdout.is_empty());
}

#[test]
fn without_a_terminal_it_says_so() {
    let done =
        std::process::Command::new(env!("CARGO_BIN_EXE_iamtui")).stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("needs a terminal"));
}

#[test]
fn an_enter_that_is_held_down_leads_to_the_plan_and_not_past_it() {
    let mut run = Run::start(&[]);
    run.send(":groups\r");
    run.wait("There are no groups");
    run.send("n");
    run.wait("Group name");
    run.send("operators");
    for _ in 0..50 {
        run.send("\r");
        run.rest(Duration::from_millis(30));
    }
    run.wait("CreateGroup");
    run.wait("the key was pressed before the plan was shown");
    let made = |run: &Run| run.emulators[0].handle.calls().iter().any(|call| call.operation == "CreateGroup");
    assert!(!made(&run), "{}", run.screen.screen().contents());
    run.rest(Duration::from_millis(400));
    run.send("\r");
    run.wait("✓ done");
    assert!(made(&run));
}

#[test]
fn no_command_writes_what_acts_or_hides_to_a_terminal() {
    let hostile = "a\u{9b}31m\u{202e}\u{200b}\u{2028}\u{e0041}\u{85}z";
    let statement = format!(r#"{{"Sid":"{hostile}","Effect":"Allow","Action":"s3:{hostile}","Resource":"{hostile}"}}"#);
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let plan = format!(
        r#"{{"version":1,"title":"{hostile}","steps":[{{"id":"{hostile}","operation":"CreateGroup","input":{{"GroupName":"{hostile}"}},"why":"{hostile}","risk":"low","needs":[],"inverse":null}}]}}"#
    );
    let escape = format!("{hostile}\u{1b}]0;x\u{7}");
    let file = format!("{hostile}.json");
    for args in [
        &["validate", "policy.json"][..],
        &["validate", "--output", "json", "policy.json"],
        &["validate", "--output", "json", &file],
        &["policy", "format", "policy.json"],
        &["policy", "summary", "policy.json"],
        &["policy", "summary", "--output", "json", "policy.json"],
        &["policy", "minimise", "policy.json"],
        &["policy", "expand", "policy.json"],
        &["policy", "diff", "policy.json", &file],
        &["simulate", "--identity", "policy.json", "--action", &escape, "--output", "json", "--explain"],
        &["apply", "plan.json", "--local"],
        &["plan", "create-group", &escape, "--local"],
        &["plan", "create-group", "x", "--path", &escape, "--local"],
        &["drift", &file, "--local"],
        &["explain", &escape],
        &["catalog", &escape],
        &[escape.as_str()],
        &["validate", &escape],
        &["--theme", &escape],
        &["validate", "--kind", &escape, "policy.json"],
        &["snapshot", "/nowhere/x", "--profile", &escape],
    ] {
        let home = tempfile::tempdir().unwrap();
        for (name, text) in [("policy.json", &policy), (&file, &policy), ("plan.json", &plan)] {
            std::fs::write(home.path().join(name), text).unwrap();
        }
        let mut run = Run::launch(home, (24, 80), args, &[], Vec::new());
        run.end();
        let written = String::from_utf8(std::mem::take(&mut run.raw)).unwrap();
        let acts = |ch: char| !matches!(ch, '\n' | '\r') && iamtui::base::text::acts_or_hides(ch);
        assert!(!written.is_empty() && !written.contains(acts), "{args:?}: {written:?}");
    }
}
