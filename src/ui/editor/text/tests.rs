use super::motion::{Move, column};
use super::*;

/// `|` is the cursor, `^` the other end of the selection.
fn text(marked: &str) -> Text {
    let plain = marked.replace(['|', '^'], "");
    let at = marked.replace('^', "").find('|').unwrap();
    let anchor = marked.replace('|', "").find('^');
    let mut text = Text::new(plain);
    match anchor {
        Some(anchor) => text.select(anchor, at),
        None => text.go(at),
    }
    text
}

fn shown(text: &Text) -> String {
    let mut out = text.as_str().to_owned();
    out.insert(text.caret().at, '|');
    out
}

#[track_caller]
fn check(before: &str, change: impl FnOnce(&mut Text), after: &str) {
    let mut text = text(before);
    change(&mut text);
    assert_eq!(shown(&text), after);
    let fresh = Text::new(text.as_str());
    assert_eq!(text.starts, fresh.starts, "the lines were not kept");
}

#[test]
fn the_cursor_moves_by_clusters() {
    check("|e\u{301}a", |t| t.go_by(Move::Right, false), "e\u{301}|a");
    check("👩‍👩‍👧|", |t| t.go_by(Move::Left, false), "|👩‍👩‍👧");
    check("a\n|b", |t| t.go_by(Move::Left, false), "a|\nb");
    check("a|\nb", |t| t.go_by(Move::Right, false), "a\n|b");
    check("日|本", |t| t.delete(Move::Left), "|本");
}

#[test]
fn words_end_where_another_sort_begins() {
    check("\"s3:GetObject|\"", |t| t.go_by(Move::WordLeft, false), "\"s3:|GetObject\"");
    check("|  ab.cd", |t| t.go_by(Move::WordRight, false), "  ab|.cd");
    check("a b|", |t| t.delete(Move::WordLeft), "a |");
    check("a|\nb", |t| t.go_by(Move::WordRight, false), "a\n|b");
}

#[test]
fn home_finds_the_text_before_the_line() {
    check("    ab|", |t| t.go_by(Move::Home, false), "    |ab");
    check("    |ab", |t| t.go_by(Move::Home, false), "|    ab");
}

#[test]
fn typing_replaces_the_selection() {
    check("a^bc|d", |t| assert!(t.insert("x", Sort::Typed)), "ax|d");
    check("a|bc^d", |t| t.delete(Move::Right), "a|d");
    check("a^bc|d", |t| t.go_by(Move::Left, false), "a|bcd");
}

fn type_in(text: &mut Text, typed: &str) {
    for ch in typed.chars() {
        assert!(text.insert(ch.encode_utf8(&mut [0; 4]), Sort::Typed));
    }
}

#[test]
fn a_word_is_one_step_of_undo_and_so_is_a_paste() {
    let mut text = Text::new("");
    type_in(&mut text, "one two");
    assert!(text.insert("\n{\n}", Sort::Whole));
    type_in(&mut text, "x");
    let mut seen = vec![text.as_str().to_owned()];
    while text.undo() {
        seen.push(text.as_str().to_owned());
    }
    assert_eq!(seen, ["one two\n{\n}x", "one two\n{\n}", "one two", "one ", ""]);
    while text.redo() {}
    assert_eq!(shown(&text), "one two\n{\n}x|");
}

#[test]
fn a_run_of_deleted_characters_is_one_step() {
    let mut text = text("abcd|");
    (0..3).for_each(|_| text.delete(Move::Left));
    assert_eq!(shown(&text), "a|");
    assert!(text.undo());
    assert_eq!(shown(&text), "abcd|");
}

#[test]
fn what_was_taken_back_is_not_lost_when_something_else_is_written() {
    let mut text = Text::new("");
    type_in(&mut text, "first");
    text.undo();
    type_in(&mut text, "second");
    text.undo();
    assert_eq!(text.as_str(), "");
    text.undo();
    assert_eq!(text.as_str(), "first");
    text.undo();
    assert_eq!(text.as_str(), "");
    while text.redo() {}
    assert_eq!(text.as_str(), "second");
}

#[test]
fn edits_that_belong_together_are_one_step_and_the_cursor_keeps_its_place() {
    use crate::policy::syntax::Span;
    let edit = |from, to, text: &str| Edit { span: Span::new(from, to), text: text.to_owned() };
    let mut text = text("abc d|ef");
    assert!(text.apply(&[edit(0, 1, "\nx\n"), edit(3, 4, ""), edit(6, 7, "!")]));
    assert_eq!(shown(&text), "\nx\nbcd|e!");
    assert!(text.undo());
    assert_eq!(shown(&text), "abc d|ef");
}

#[test]
fn what_is_too_long_is_refused_whole() {
    let mut text = Text::new("x");
    assert!(!text.insert(&"y".repeat(MOST), Sort::Whole));
    assert_eq!(text.as_str(), "x");
}

#[test]
fn columns_are_those_of_the_screen() {
    assert_eq!(column("日本x", 6), 4);
    assert_eq!(column("\tx", 1), 4);
    assert_eq!(column("a\tx", 2), 4);
    assert_eq!(column("\u{200b}x", 3), 8);
}

/// Edits at random never lose the lines, and undoing all of them leads back to the start.
#[test]
fn a_thousand_random_edits_are_taken_back_one_by_one() {
    let mut seed = 7_u32;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % most.max(1)
    };
    let start = "{\n  \"é日\": [1]\n}\n";
    let mut text = Text::new(start);
    for _ in 0..1_000 {
        let at = next(text.as_str().len() + 1);
        text.go(at);
        match next(6) {
            0 => text.delete(Move::Left),
            1 => text.delete(Move::WordRight),
            2 => drop(text.insert("日\n", Sort::Whole)),
            3 => drop(text.undo()),
            4 => drop(text.redo()),
            _ => drop(text.insert("x", Sort::Typed)),
        }
        assert_eq!(text.starts, Text::new(text.as_str()).starts);
    }
    while text.undo() {}
    assert_eq!(text.as_str(), start);
}
