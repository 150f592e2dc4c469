//! What typing does beyond inserting: indentation, brackets that fall into their place, whole lines.

use crate::policy::highlight::Role as Token;

use super::analysis::Analysis;
use super::text::{Move, Sort, Text};

/// Begins a new line, one step deeper behind an opening bracket; a closing one goes to a line of its own.
pub fn new_line(text: &mut Text) -> bool {
    let at = text.selection().map_or(text.caret().at, |(from, _)| from);
    let line = text.line_of(at);
    let start = text.start_of(line);
    let own = indent(text.line(line)).to_owned();
    let own = own.get(..own.len().min(at - start)).unwrap_or_default().to_owned();
    let opens = text.slice(start, at).trim_end().ends_with(['{', '[']);
    let end = text.selection().map_or(at, |(_, to)| to);
    let rest = text.slice(end, text.end_of(text.line_of(end)));
    let closes = rest.trim_start().starts_with(['}', ']']);
    // The blanks around the break would trail on one line, or push the other out of its place.
    let blanks = rest.len() - rest.trim_start().len();
    let head = text.slice(start, at);
    let trail = head.len() - head.trim_end().len();
    let from = if head.trim().is_empty() { at } else { at - trail };
    let deeper = if opens { unit(text) } else { String::new() };
    let inserted = if opens && closes { format!("\n{own}{deeper}\n{own}") } else { format!("\n{own}{deeper}") };
    let cursor = from + 1 + own.len() + deeper.len();
    let done = text.replace(from, end + blanks, &inserted, Sort::Typed);
    if done && opens && closes {
        text.go(cursor);
    }
    done
}

/// Types a character; a closing bracket that begins its line falls under the one that it closes, and a quote that
/// begins a string brings the one that ends it, so that half a string does not make all behind it look wrong.
pub fn character(text: &mut Text, analysis: &Analysis, typed: &str) -> bool {
    let at = text.caret().at;
    if typed == "\"" && text.selection().is_none() {
        let rest = text.slice(at, text.as_str().len());
        match string_at(text, analysis, at) {
            Some(end) if end == at + 1 => {
                text.go(at + 1);
                return true;
            }
            None if !rest.starts_with(char::is_alphanumeric) => {
                let done = text.insert("\"\"", Sort::Typed);
                text.go(if done { at + 1 } else { at });
                return done;
            }
            _ => {}
        }
    }
    let line = text.line_of(at);
    let start = text.start_of(line);
    let before = text.slice(start, at);
    if matches!(typed, "}" | "]") && text.selection().is_none() && !before.is_empty() && before.trim().is_empty() {
        let own = opener(text, at, typed).map(|open| indent(text.line(text.line_of(open))).to_owned());
        if let Some(own) = own.filter(|own| own.len() < before.len()) {
            return text.replace(start, at, &format!("{own}{typed}"), Sort::Whole);
        }
    }
    text.insert(typed, Sort::Typed)
}

/// Deletes the character before the cursor; of a string that is still empty, both quotes.
pub fn back(text: &mut Text, analysis: &Analysis) {
    let at = text.caret().at;
    let is_plain = text.selection().is_none() && at > 0;
    if is_plain && string_at(text, analysis, at) == Some(at + 1) && text.slice(at - 1, at + 1) == "\"\"" {
        text.replace(at - 1, at + 1, "", Sort::Whole);
    } else {
        text.delete(Move::Left);
    }
}

/// The end of the string that an offset lies in: behind its last quote, or where it breaks off.
fn string_at(text: &Text, analysis: &Analysis, at: usize) -> Option<usize> {
    let (span, _) = analysis.token_at(at).filter(|_| in_string(analysis, at))?;
    let (start, end) = (span.start as usize, span.end as usize);
    let own = text.slice(start, end);
    let escapes = own.trim_end_matches('"').len();
    let is_closed = own.len() > 1 && own.ends_with('"') && !own.get(..escapes).is_some_and(|own| own.ends_with('\\'));
    // Behind the last quote one is out of it; before a quote that is escaped by what stands there, it is no end.
    match is_closed {
        true if at == end => None,
        true if at + 1 == end && text.slice(start, at).ends_with('\\') => Some(usize::MAX),
        true => Some(end),
        false => Some(usize::MAX),
    }
}

/// The bracket that one typed here would close, read backwards over the text; strings are passed by their quotes.
fn opener(text: &Text, at: usize, close: &str) -> Option<usize> {
    let mut analysis = Analysis::default();
    let closed = format!("{}{close}", text.slice(0, at));
    analysis.read(&closed, None, &[]);
    analysis.pairs.iter().find(|(_, end)| *end == at).map(|(open, _)| *open)
}

/// The white space that a line begins with.
pub fn indent(line: &str) -> &str {
    let end = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..end).unwrap_or_default()
}

/// One step of the text's own indentation: that of its first indented line.
pub fn unit(text: &Text) -> String {
    let lines = text.as_str().lines().take(200);
    let first = lines.map(indent).find(|indent| !indent.is_empty()).unwrap_or("    ");
    if first.starts_with('\t') { "\t".to_owned() } else { first.chars().take(8).collect() }
}

/// Adds a step of indentation to the selected lines, or at the cursor.
pub fn indent_lines(text: &mut Text) {
    let unit = unit(text);
    if text.selection().is_none() {
        text.insert(&unit, Sort::Whole);
        return;
    }
    change_lines(text, |line| if line.is_empty() { String::new() } else { format!("{unit}{line}") });
}

/// Takes a step of indentation away from the selected lines, or the cursor's.
pub fn outdent_lines(text: &mut Text) {
    let unit = unit(text);
    change_lines(text, |line| {
        let blanks = indent(line).len().min(unit.len());
        line.get(blanks..).unwrap_or_default().to_owned()
    });
}

fn change_lines(text: &mut Text, change: impl Fn(&str) -> String) {
    let caret = text.caret();
    let (from, to) = text.selection().unwrap_or((caret.at, caret.at));
    let (first, last) = (text.line_of(from), text.line_of(to));
    let (start, end) = (text.start_of(first), text.end_of(last));
    let old = text.slice(start, end).to_owned();
    let new = old.split('\n').map(change).collect::<Vec<_>>().join("\n");
    if new == old {
        return;
    }
    let had = text.selection().is_some();
    text.replace(start, end, &new, Sort::Whole);
    if had {
        text.select(start, start + new.len());
    } else {
        let moved = (caret.at + new.len()).saturating_sub(old.len()).clamp(start, start + new.len());
        text.go(moved);
    }
}

/// The selected text, or the whole line with its line feed; and where it lies.
pub fn to_cut(text: &Text) -> (usize, usize) {
    text.selection().unwrap_or_else(|| {
        let line = text.line_of(text.caret().at);
        (text.start_of(line), text.start_of(line + 1))
    })
}

/// Whether the cursor stands in a string, where completions make sense while typing.
pub fn in_string(analysis: &Analysis, at: usize) -> bool {
    analysis.token_at(at).is_some_and(|(span, token)| {
        (span.start as usize) < at && !matches!(token, Token::Punctuation | Token::Number | Token::Literal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysed(text: &Text) -> Analysis {
        let mut analysis = Analysis::default();
        analysis.read(text.as_str(), None, &[]);
        analysis
    }

    fn types(text: &mut Text, typed: &str) {
        for ch in typed.chars() {
            let analysis = analysed(text);
            assert!(character(text, &analysis, ch.encode_utf8(&mut [0; 4])));
        }
    }

    fn erases(text: &mut Text) {
        let analysis = analysed(text);
        back(text, &analysis);
    }

    /// `|` is the cursor.
    #[track_caller]
    fn check(before: &str, change: impl FnOnce(&mut Text), after: &str) {
        let mut text = Text::new(before.replace('|', ""));
        text.go(before.find('|').unwrap());
        change(&mut text);
        let mut shown = text.as_str().to_owned();
        shown.insert(text.caret().at, '|');
        assert_eq!(shown, after);
    }

    #[test]
    fn a_new_line_is_indented_as_it_should_be() {
        let enter = |text: &mut Text| assert!(new_line(text));
        check("{\n  \"a\": 1,|\n}", enter, "{\n  \"a\": 1,\n  |\n}");
        check("{|}", enter, "{\n    |\n}");
        check("{\n  \"a\": [|]\n}", enter, "{\n  \"a\": [\n    |\n  ]\n}");
        check("{\n  \"a\": 1, | \"b\": 2\n}", enter, "{\n  \"a\": 1,\n  |\"b\": 2\n}");
        check("|{}", enter, "\n|{}");
        check("{\n\t\"a\": {|", enter, "{\n\t\"a\": {\n\t\t|");
    }

    #[test]
    fn a_closing_bracket_falls_under_its_opening_one() {
        check("{\n  \"a\": [\n    |", |t| types(t, "]"), "{\n  \"a\": [\n  ]|");
        check("{\n  \"a]\": {\n    |", |t| types(t, "}"), "{\n  \"a]\": {\n  }|");
        check("{\"a\": |", |t| types(t, "}"), "{\"a\": }|");
    }

    #[test]
    fn a_quote_brings_its_other_one_and_is_not_typed_twice() {
        check("{|}", |t| types(t, "\"ab\": \"c\""), "{\"ab\": \"c\"|}");
        check("[|\"a\"]", |t| types(t, "\""), "[\"|\"\"a\"]");
        check("[\"a\"|]", |t| types(t, "\""), "[\"a\"\"|\"]");
        check("[\"a|]", |t| types(t, "\""), "[\"a\"|]");
        check("[|abc]", |t| types(t, "\""), "[\"|abc]");
        check("[\"a|b\"]", |t| types(t, "\""), "[\"a\"|b\"]");
        check("[\"a\\|\"]", |t| types(t, "\""), "[\"a\\\"|\"]");
    }

    #[test]
    fn an_empty_string_goes_with_both_quotes() {
        check("[\"|\"]", erases, "[|]");
        check("[\"a|\"]", erases, "[\"|\"]");
        check("[\"\"|]", erases, "[\"|]");
        check("[\"a\"|]", erases, "[\"a|]");
    }

    #[test]
    fn lines_are_indented_and_outdented() {
        check("{\n  |\"a\": 1\n}", outdent_lines, "{\n|\"a\": 1\n}");
        check("{\n  \"a\": |1\n}", indent_lines, "{\n  \"a\":   |1\n}");
        let mut text = Text::new("a\nb");
        text.select(0, 3);
        indent_lines(&mut text);
        assert_eq!(text.as_str(), "    a\n    b");
        assert!(text.undo());
        assert_eq!(text.as_str(), "a\nb");
    }
}
