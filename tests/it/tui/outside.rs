//! The editor and what lies outside of the program: the user's own editor, settings and catalogue.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::pty::Run;
use crate::harness::Emulator;

/// A home with this file in it, a program where its name has no dot.
fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let mode = if Path::new(name).extension().is_none() { 0o700 } else { 0o600 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    home
}

/// A console with a new policy in the editor, and this program as the user's own editor.
fn editing(home: tempfile::TempDir) -> Run {
    let editor = home.path().join("editor").display().to_string();
    let path = std::env::var("PATH").unwrap();
    let vars = [("EDITOR", editor.as_str()), ("PATH", path.as_str())];
    let mut run = Run::on(Emulator::empty(), home, (24, 80), &[], &vars);
    run.send(":policies\r");
    run.wait("1,582 of");
    run.send("n");
    run.wait("New policy");
    run.wait("\"Statement\"");
    run
}

const SKELETON: &str = "\"Effect\": \"Allow\"";

#[test]
fn the_users_own_editor_has_the_terminal_and_its_text_comes_back_as_one_edit() {
    let mut run = editing(home(&[(
        "editor",
        "#!/bin/sh\nstty -a > \"$HOME/stty.txt\"\ncp \"$1\" \"$HOME/given.txt\"\nprintf 'OUTSIDE\\n'\n\
         printf '{\"Version\": \"2012-10-17\",\\n\"Statement\": \"outside\"}\\n' > \"$1\"\n",
    )]));
    run.send("\x1be");
    run.wait("\"outside\"");
    let read = |name: &str| std::fs::read_to_string(run.home.path().join(name)).unwrap();
    // Meanwhile the terminal was as a program finds it: lines with echo, on the normal screen.
    let stty = read("stty.txt");
    for mode in ["icanon", "echo", "isig"] {
        assert!(stty.split_whitespace().any(|word| word == mode), "{mode} is off: {stty}");
    }
    assert!(read("given.txt").contains(SKELETON));
    let raw = String::from_utf8_lossy(&run.raw).into_owned();
    let outside = raw.rfind("OUTSIDE").unwrap();
    let (left, back) = (raw.rfind("\x1b[?1049l").unwrap(), raw.rfind("\x1b[?1049h").unwrap());
    assert!(left < outside && outside < back, "the program wrote on the normal screen");
    // Back in it, keys and pastes are the editor's again.
    let screen = run.screen.screen();
    assert!(screen.alternate_screen() && screen.bracketed_paste() && !screen.hide_cursor());
    run.send("\x1a");
    run.wait(SKELETON);
    run.send("\x19");
    run.wait("\"outside\"");
    run.send("\x11\x11");
    assert_eq!(run.end(), 0);
    run.check_restored();
}

#[test]
fn an_editor_that_fails_or_empties_the_file_loses_nothing() {
    for (script, told) in
        [("exit 3", "The text is unchanged."), (": > \"$1\"", "came back empty"), ("rm \"$1\"", "came back empty")]
    {
        let mut run = editing(home(&[("editor", &format!("#!/bin/sh\n{script}\n"))]));
        run.send("\x1be");
        run.wait(told);
        run.wait(SKELETON);
        // There is nothing to take back, and the keys type.
        run.send("\x1a\x1b[1;5Hzz");
        run.wait("zz{");
        run.wait(SKELETON);
        run.send("\x11\x11");
        assert_eq!(run.end(), 0, "{script}");
        run.check_restored();
    }
}

#[test]
fn the_settings_levels_and_the_users_catalogue_reach_the_editor() {
    let config = "[checks]\nMISSING_VERSION = \"error\"\n";
    let catalogue = "[services.newthing.actions]\n\
                     GetThing = { level = \"Read\", description = \"Gets what is newer than the program.\" }\n";
    let mut run = editing(home(&[(".config/iamtui/config.toml", config), (".config/iamtui/catalog.toml", catalogue)]));
    // A text without a version, with an action that only the user's catalogue has.
    run.send("\x1ba\x1b[200~{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"newthing:GetThing\"], \"Resource\": \"*\"}]}\x1b[201~");
    run.wait("[Errors 1]");
    run.wait("MISSING_VERSION");
    let screen = run.screen.screen().contents();
    assert!(!screen.contains("INVALID_SERVICE"), "{screen}");
    // Completion and documentation know the action too.
    run.send("\x1b[1;5H\x1b[6~\x06GetThing\r\x1b");
    // Escape and Alt-h are two keys: what a hand presses one after the other is not read at once.
    run.rest(std::time::Duration::from_millis(100));
    run.send("\x1bh");
    run.wait("newer than the program.");
    run.send("\x11\x11");
    assert_eq!(run.end(), 0);
}
