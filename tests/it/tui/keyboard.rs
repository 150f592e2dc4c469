//! What terminals send: keys in their old and exact forms, pastes, an answer in between, and what is never finished.

use super::pty::Run;
use crate::harness::Emulator;

const TRUE_COLOUR: (&str, &str) = ("COLORTERM", "truecolor");

fn users() -> Run {
    let mut run = Run::on(Emulator::empty(), tempfile::tempdir().unwrap(), (24, 80), &[], &[TRUE_COLOUR]);
    run.send(":users\r");
    run.wait("There are no users.");
    run
}

#[test]
fn the_answer_for_the_background_is_learnt_and_none_of_it_is_typed() {
    let mut run = users();
    let colour = |run: &Run| run.screen.screen().cell(0, 0).unwrap().fgcolor();
    let on_dark = colour(&run);
    run.send(":gr\x1b]11;rgb:ffff/ffff/ffff\x1b\\oup");
    run.wait_until("on a light ground", |run| colour(run) != on_dark);
    run.wait(":group");
    // Another one is not awaited: it is typed, as far as it can be.
    run.send("\x1b]11;rgb:0000/0000/0000\x07");
    run.wait("rgb:0000");
    run.send("\x11");
    assert_eq!(run.end(), 0);
    run.check_restored();
}

#[test]
fn exact_keys_are_asked_for_and_are_the_same_keys() {
    let mut run = users();
    run.wait_until("asked for exact keys", |run| String::from_utf8_lossy(&run.raw).contains("\x1b[>5u"));
    // Escape, and ctrl-q let go.
    run.send(":gr");
    run.wait(":gr");
    run.send("\x1b[27u\x1b[113;5:3u");
    run.wait_gone(":gr");
    run.send(":gr\x1b[91;5u:roles\r");
    run.wait("There are no roles.");
    run.send("\x1b[113;5u");
    assert_eq!(run.end(), 0);
    run.check_restored();
}

#[test]
fn a_console_of_an_old_kernel_is_not_asked_for_exact_keys() {
    let mut run = Run::on(Emulator::empty(), tempfile::tempdir().unwrap(), (24, 80), &[], &[("TERM", "linux")]);
    run.send("\x11");
    assert_eq!(run.end(), 0);
    assert!(!String::from_utf8_lossy(&run.raw).contains("\x1b[>"));
}

#[test]
fn what_is_never_finished_keeps_nobody() {
    for begun in ["\x1b[", "\x1b[1;", "\x1bO", "\x1b[200~half a paste", "\x1b]11;rgb:00", "\u{fffd}"] {
        let mut run = users();
        run.send(begun);
        run.check_suspends("There are no users.");
        run.hang_up();
    }
}

#[test]
fn what_means_nothing_is_passed_over() {
    let mut run = users();
    for bytes in
        ["\x1b[?62;22c", "\x1b[<0;3;4M", "\x1b[M !!", "\x1b[I\x1b[O", "\x1b[99;99;99;99u", "\x1b[1;1R", "\x1b[[Z"]
    {
        run.send(bytes);
    }
    run.send(":roles\r");
    run.wait("There are no roles.");
    run.send("\x11");
    assert_eq!(run.end(), 0);
}

#[test]
fn a_huge_paste_is_one_edit_and_the_keys_after_it_are_heard() {
    let mut run = users();
    run.send("/");
    let text = "pasted\r\n".repeat(150_000);
    run.send(&format!("\x1b[200~{text}\x1b[201~"));
    run.wait("pasted");
    run.send("\x1b");
    run.wait_gone("pasted");
    run.send("\x11");
    assert_eq!(run.end(), 0);
}
