//! Whole lines and statements: written a second time, moved up and down.

use crate::policy::syntax::Span;

use super::text::{Sort, Text};

/// The lines of the selection, or the cursor's; a selection that ends before a line does not reach into it.
fn chosen(text: &Text) -> (usize, usize) {
    let at = text.caret().at;
    let (from, to) = text.selection().unwrap_or((at, at));
    let (first, last) = (text.line_of(from), text.line_of(to));
    let reaches = last == first || to > text.start_of(last);
    (first, if reaches { last } else { last - 1 })
}

/// Puts a text in the place of lines, with cursor and selection moved by so many bytes.
fn put(text: &mut Text, (from, to): (usize, usize), new: &str, moved: impl Fn(usize) -> usize) -> bool {
    let caret = text.caret();
    let done = text.replace(from, to, new, Sort::Whole);
    if done {
        match caret.anchor {
            Some(anchor) => text.select(moved(anchor), moved(caret.at)),
            None => text.go(moved(caret.at)),
        }
    }
    done
}

/// Writes the lines a second time below, where the cursor goes along.
pub fn duplicate(text: &mut Text) -> bool {
    let (first, last) = chosen(text);
    let (start, end) = (text.start_of(first), text.end_of(last));
    let copy = format!("\n{}", text.slice(start, end));
    put(text, (end, end), &copy, |at| at + copy.len())
}

/// Moves the lines over the one above or below; whether there is one.
///
/// Where one of the two is the last entry of a list, the comma between them stays where it was: the list stays one.
pub fn shift(text: &mut Text, up: bool) -> bool {
    let (first, last) = chosen(text);
    if up && first == 0 || !up && last + 1 >= text.line_count() {
        return false;
    }
    let (top, middle, bottom) = if up { (first - 1, first, last) } else { (first, last + 1, last + 1) };
    let (start, split, end) = (text.start_of(top), text.start_of(middle), text.end_of(bottom));
    let (upper, lower) = (text.slice(start, split - 1).to_owned(), text.slice(split, end).to_owned());
    let (above, below) = with_comma_between(&lower, &upper);
    let new = format!("{above}\n{below}");
    let (own, target) = if up { (split, start) } else { (start, start + above.len() + 1) };
    let most = new.len() + start;
    put(text, (start, end), &new, |at| (at + target).saturating_sub(own).min(most))
}

/// The two parts in their new order, with the comma behind the upper one where it was behind the other one.
fn with_comma_between(above: &str, below: &str) -> (String, String) {
    let is_entry = |part: &str| part.trim_end().ends_with(['"', '}', ']']) && !is_closing(part);
    match below.trim_end().strip_suffix(',') {
        Some(bare) if is_entry(above) && is_entry(bare) => (format!("{},", above.trim_end()), bare.to_owned()),
        _ => (above.to_owned(), below.to_owned()),
    }
}

/// Whether a part only closes what was opened above it.
fn is_closing(part: &str) -> bool {
    part.trim().chars().all(|ch| matches!(ch, '}' | ']'))
}

/// Moves the statement under the cursor over the one above or below; whether there are two.
pub fn shift_statement(text: &mut Text, statements: &[Span], up: bool) -> Option<()> {
    let at = text.caret().at;
    let own = statements.iter().position(|span| span.touches(at))?;
    let first = if up { own.checked_sub(1)? } else { own };
    let (upper, lower) = (statements.get(first)?, statements.get(first + 1)?);
    let (start, end) = (upper.start as usize, lower.end as usize);
    let (head, between, tail) = (
        text.slice(start, upper.end as usize),
        text.slice(upper.end as usize, lower.start as usize),
        text.slice(lower.start as usize, end),
    );
    let new = format!("{tail}{between}{head}");
    let target = if up { start } else { start + tail.len() + between.len() };
    let inside = at - statements.get(own)?.start as usize;
    let done = text.replace(start, end, &new, Sort::Whole);
    text.go(target + inside);
    done.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::editor::analysis::Analysis;

    /// `|` is the cursor.
    #[track_caller]
    fn check(before: &str, change: impl FnOnce(&mut Text), after: &str) {
        let mut text = Text::new(before.replace('|', ""));
        text.go(before.find('|').unwrap());
        change(&mut text);
        let mut shown = text.as_str().to_owned();
        shown.insert(text.caret().at, '|');
        assert_eq!(shown, after);
        text.undo();
        assert!(text.as_str() == before.replace('|', ""), "one step takes it back");
    }

    fn statement(up: bool) -> impl FnOnce(&mut Text) {
        move |text| {
            let mut analysis = Analysis::default();
            analysis.read(text.as_str(), None, &[]);
            shift_statement(text, &analysis.statements, up);
        }
    }

    #[test]
    fn a_line_is_written_a_second_time_below() {
        check("a\nb|c\nd", |t| assert!(duplicate(t)), "a\nbc\nb|c\nd");
        check("b|c", |t| assert!(duplicate(t)), "bc\nb|c");
    }

    #[test]
    fn a_line_moves_and_the_ends_of_the_text_stop_it() {
        check("a\nb|c\nd", |t| assert!(shift(t, true)), "b|c\na\nd");
        check("a\nb|c\nd", |t| assert!(shift(t, false)), "a\nd\nb|c");
        check("b|c\nd", |t| assert!(!shift(t, true)), "b|c\nd");
        check("d\nb|c", |t| assert!(!shift(t, false)), "d\nb|c");
    }

    #[test]
    fn selected_lines_move_together() {
        let mut text = Text::new("a\nb\nc\nd");
        text.select(2, 6);
        assert!(shift(&mut text, true));
        assert_eq!((text.as_str(), text.selected()), ("b\nc\na\nd", Some("b\nc\n")));
    }

    #[test]
    fn the_comma_of_a_list_stays_between_its_entries() {
        check("[\n\"a\",\n\"b|\"\n]", |t| assert!(shift(t, true)), "[\n\"b|\",\n\"a\"\n]");
        check("[\n\"a|\",\n\"b\"\n]", |t| assert!(shift(t, false)), "[\n\"b\",\n\"a|\"\n]");
        check("\"a|\",\n]", |t| assert!(shift(t, false)), "]\n\"a|\",");
    }

    #[test]
    fn a_statement_moves_as_a_whole_with_its_cursor() {
        let of = |one: &str, other: &str| format!("{{\"Statement\": [\n{{\"Sid\": {one}}},\n{{\"Sid\": {other}}}\n]}}");
        check(&of("\"A\"", "\"B|\""), statement(true), &of("\"B|\"", "\"A\""));
        check(&of("\"A|\"", "\"B\""), statement(false), &of("\"B\"", "\"A|\""));
        check(&of("\"A|\"", "\"B\""), statement(true), &of("\"A|\"", "\"B\""));
    }
}
