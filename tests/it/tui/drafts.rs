//! A text that is edited is never lost by a key, by time or by how the editor is closed.

use jiff::SignedDuration;

use iamtui::base::clock::Clock;
use iamtui::effect::Effect;

use super::canned;
use super::console::Console;

/// The editor on a new policy, with a clock to move.
fn editing() -> (Console, Clock) {
    let clock = Clock::fixed("2026-01-15T12:00:00Z".parse().unwrap());
    let own = clock.clone();
    let mut console = canned::console_with(100, 30, |start| start.clock = own);
    console.keys(":create policy<enter>");
    assert!(console.screen().contains("New policy"), "{}", console.screen());
    console.effects.clear();
    (console, clock)
}

/// The texts that were written since the last look; none where a draft was dropped.
fn written(console: &mut Console) -> Vec<Option<String>> {
    let effects = std::mem::take(&mut console.effects);
    let text = |effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.map(|draft| draft.answers["text"].as_str().unwrap().to_owned())),
        _ => None,
    };
    effects.into_iter().filter_map(text).collect()
}

/// Keys that close the editor with a changed text: it is written at once, and offered when it is opened again.
#[track_caller]
fn check_closed_by(keys: &str) {
    let (mut console, _) = editing();
    console.keys("kept<esc><esc><esc><esc>");
    assert!(console.screen().contains("● "), "Esc closes nothing:\n{}", console.screen());
    assert_eq!(written(&mut console), []);
    console.keys(keys);
    assert!(!console.screen().contains("New policy"), "{}", console.screen());
    let drafts = written(&mut console);
    let [Some(text)] = drafts.as_slice() else { panic!("{drafts:?}") };
    assert!(text.contains("kept"), "{text}");
    for _ in 0..2 {
        console.keys(":create policy<enter>");
        assert!(console.screen().contains("New policy: a text kept"), "{}", console.screen());
        console.keys("<esc>");
        assert!(!console.screen().contains("New policy"), "{}", console.screen());
        assert_eq!(written(&mut console), [], "the draft is left as it is");
    }
    console.keys(":create policy<enter><enter>");
    assert!(console.screen().contains("kept"), "{}", console.screen());
}

#[test]
fn a_text_is_kept_however_the_editor_is_closed() {
    check_closed_by("<f10>");
    check_closed_by("<alt-q>");
}

#[test]
fn what_is_saved_or_discarded_is_dropped() {
    let (mut console, _) = editing();
    console.keys("gone");
    console.keys("<f2>discard<enter>");
    assert!(console.screen().contains("Discard the changes?"), "{}", console.screen());
    console.keys("<enter>");
    assert!(console.screen().contains("gone"), "{}", console.screen());
    console.keys("<f2>discard<enter><down><enter>");
    assert!(!console.screen().contains("New policy"), "{}", console.screen());
    console.keys(":create policy<enter>");
    assert!(!console.screen().contains("a text kept"), "{}", console.screen());
}

#[test]
fn typing_without_a_pause_is_written_every_second() {
    let (mut console, clock) = editing();
    let mut writes = 0;
    for _ in 0..40 {
        console.keys("x");
        clock.set(clock.now() + SignedDuration::from_millis(200));
        console.settle();
        writes += written(&mut console).len();
    }
    assert!((7..=9).contains(&writes), "{writes} writes in 8 s");
    console.keys("x");
    clock.set(clock.now() + SignedDuration::from_millis(500));
    console.settle();
    assert_eq!(written(&mut console).len(), 1, "and once the keys rest");
    console.settle();
    assert_eq!(written(&mut console), []);
}

/// The names of the wizards whose answers were written since the last look; none where they were dropped.
fn answers(console: &mut Console) -> Vec<Option<String>> {
    let effects = std::mem::take(&mut console.effects);
    let text = |effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.map(|draft| draft.answers.to_string())),
        _ => None,
    };
    effects.into_iter().filter_map(text).collect()
}

/// A wizard that keys open, with answers that others enter: they come back after Esc Esc, and not to another wizard.
#[track_caller]
fn check_answers(open: &str, enter: &str, kept: &str) {
    let mut console = canned::console(100, 30);
    console.keys(open);
    console.keys(enter);
    console.effects.clear();
    assert!(console.screen().contains(kept), "{open}:\n{}", console.screen());
    // Both in one go, faster than any warning is read.
    console.keys("<esc><esc>");
    assert!(console.screen().contains("The answers are kept."), "{open}:\n{}", console.screen());
    let written = answers(&mut console);
    assert!(matches!(written.as_slice(), [Some(text)] if text.contains(kept)), "{written:?}");
    for _ in 0..2 {
        console.keys(open);
        assert!(console.screen().contains(": answers kept"), "{}", console.screen());
        console.keys("<esc>");
        assert!(!console.screen().contains(kept), "nothing is opened: {}", console.screen());
        assert_eq!(answers(&mut console), [], "the answers are left as they are");
    }
    console.keys(open);
    console.keys("<enter>");
    assert!(console.screen().contains(kept), "{}", console.screen());
    console.keys("<esc><esc>");
    console.keys(open);
    console.keys("<down><enter>");
    assert!(!console.screen().contains(kept), "{}", console.screen());
}

#[test]
fn the_answers_of_a_wizard_are_kept_when_it_is_left() {
    check_answers(":create group<enter>", "nightly-builds", "nightly-builds");
    check_answers(":users<enter>:edit tags<enter>", "stage=7<enter>", "stage=7");
    check_answers(":users<enter>:rename or move<enter>", "-renamed", "alice-renamed");
}

#[test]
fn answers_come_back_to_the_wizard_that_they_are_of() {
    let mut console = canned::console(100, 30);
    console.keys(":users<enter>:rename or move<enter>-x<esc><esc>");
    console.keys("j:rename or move<enter>");
    assert!(!console.screen().contains("answers kept"), "{}", console.screen());
}

#[test]
fn a_wizard_without_answers_leaves_nothing_behind() {
    let mut console = canned::console(100, 30);
    console.keys(":create user<enter><tab><tab><down><esc>");
    assert!(console.screen().contains("Create user"), "the focus went back: {}", console.screen());
    console.keys("<esc><esc><esc>");
    assert_eq!(answers(&mut console), []);
}

#[test]
fn no_draft_holds_a_password() {
    let mut console = canned::console(100, 30);
    console.keys(":create user<enter>nova<enter><ctrl-n><space><tab><right><tab>Abc-def-1234<esc><esc><esc>");
    let written = answers(&mut console);
    assert!(!format!("{written:?}").contains("Abc-def"), "{written:?}");
    assert!(written.last().is_some_and(|last| last.as_ref().is_some_and(|text| text.contains("nova"))), "{written:?}");
}
