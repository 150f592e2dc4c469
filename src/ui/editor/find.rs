//! Finding and replacing.

use ratatui::layout::Rect;
use regex::{Regex, RegexBuilder};

use crate::input::{FindAction, TextEdit};
use crate::policy::diagnostic::Edit;
use crate::policy::syntax::Span;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_left;
use crate::ui::widgets::line::TextLine;

use super::text::{Sort, Text};

/// The line for finding and replacing, and what was found.
#[derive(Debug, Clone, Default)]
pub struct Find {
    query: TextLine,
    with: TextLine,
    how: How,
    /// Whether the line is open, and whether it replaces.
    pub open: Option<Mode>,
    on_with: bool,
    /// What is looked for was filled in, and typing replaces it.
    filled: bool,
    /// What is looked for, as it is looked for; nothing where it is no regular expression.
    pattern: Option<Regex>,
    /// Where matches begin and end.
    found: Vec<(usize, usize)>,
    /// The query and the revision that they were looked for in.
    seen: Option<(String, How, u64)>,
}

/// What the line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Finding.
    Find,
    /// Finding and replacing.
    Replace,
}

/// What counts as a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct How {
    /// Small letters find no capitals.
    case: bool,
    /// Only whole words.
    word: bool,
    /// The query is a regular expression.
    regex: bool,
}

impl How {
    /// What is looked for; an error where the query is no regular expression.
    ///
    /// Small letters find capitals too, unless that is switched off; a capital finds only itself.
    fn pattern(self, query: &str) -> Result<Regex, regex::Error> {
        let own = if self.regex { query.to_owned() } else { regex::escape(query) };
        let own = if self.word { format!(r"\b{{start-half}}(?:{own})\b{{end-half}}") } else { own };
        let is_exact = self.case || !self.regex && query.chars().any(char::is_uppercase);
        RegexBuilder::new(&own).case_insensitive(!is_exact).multi_line(true).size_limit(1 << 20).build()
    }
}

impl Find {
    /// Opens the line, looking for what is selected.
    pub fn begin(&mut self, mode: Mode, text: &Text) {
        self.open = Some(mode);
        self.on_with = false;
        if let Some(selected) = text.selected().filter(|selected| !selected.contains('\n')) {
            self.query.set(selected);
        }
        self.filled = !self.query.text().is_empty();
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        self.query.text()
    }

    /// Forgets what was looked for, so that nothing is marked any more; whether there was something.
    pub fn clear(&mut self) -> bool {
        let had = !self.query.text().is_empty();
        self.query.set("");
        had
    }

    /// Looks again where the query or the text changed.
    pub fn settle(&mut self, text: &Text) {
        let query = self.query.text();
        let is_known = |(seen, how, revision): &(String, How, u64)| {
            seen == query && *how == self.how && *revision == text.revision()
        };
        if self.seen.as_ref().is_some_and(is_known) {
            return;
        }
        self.pattern = if query.is_empty() { None } else { self.how.pattern(query).ok() };
        let matches = self.pattern.iter().flat_map(|pattern| pattern.find_iter(text.as_str()));
        // A pattern may match nothing at all, everywhere.
        self.found = matches.map(|found| (found.start(), found.end())).filter(|(from, to)| from < to).collect();
        self.seen = Some((query.to_owned(), self.how, text.revision()));
    }

    /// The matches that lie in a part of the text, or reach into it.
    pub fn within(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let first = self.found.partition_point(|(_, end)| *end <= from);
        self.found.iter().skip(first).take_while(move |(start, _)| *start < to).copied()
    }

    /// Selects the next or the previous match, around the ends of the text; whether there is one.
    pub fn step(&mut self, text: &mut Text, forward: bool) -> bool {
        self.settle(text);
        let (from, to) = text.selection().unwrap_or((text.caret().at, text.caret().at));
        let next = if forward {
            self.found.iter().find(|(start, _)| *start >= to).or(self.found.first())
        } else {
            self.found.iter().rev().find(|(start, _)| *start < from).or(self.found.last())
        };
        let Some((from, to)) = next.copied() else { return false };
        text.select(from, to);
        true
    }

    /// What stands in place of a match: of a regular expression its groups are filled in.
    fn replacement(&self, text: &str, start: usize) -> String {
        let groups = self.pattern.as_ref().filter(|_| self.how.regex).and_then(|own| own.captures_at(text, start));
        let mut out = String::new();
        match groups {
            Some(groups) => groups.expand(self.with.text(), &mut out),
            None => out.push_str(self.with.text()),
        }
        out
    }

    /// Replaces the selected match, and goes to the next one.
    pub fn replace(&mut self, text: &mut Text) {
        self.settle(text);
        if let Some((from, to)) = text.selection().filter(|selected| self.found.binary_search(selected).is_ok()) {
            let with = self.replacement(text.as_str(), from);
            text.replace(from, to, &with, Sort::Whole);
        }
        self.step(text, true);
    }

    /// Replaces every match, as one step of undo; gives how many.
    pub fn replace_all(&mut self, text: &mut Text) -> usize {
        self.settle(text);
        let edit = |(from, to): &(usize, usize)| Edit {
            span: Span::new(*from, *to),
            text: self.replacement(text.as_str(), *from),
        };
        let edits: Vec<Edit> = self.found.iter().map(edit).collect();
        if text.apply(&edits) { edits.len() } else { 0 }
    }

    /// Edits the line that has the keys.
    pub fn edit(&mut self, edit: TextEdit) {
        self.filled = false;
        self.line().edit(edit);
    }

    /// Does what its line is for; how many matches it replaced, where all of them were.
    pub fn act(&mut self, action: FindAction, text: &mut Text) -> Option<usize> {
        match action {
            FindAction::Next => drop(self.step(text, true)),
            FindAction::Previous => drop(self.step(text, false)),
            FindAction::ReplaceHere => self.replace(text),
            FindAction::ReplaceAll => return (self.open == Some(Mode::Replace)).then(|| self.replace_all(text)),
            FindAction::OtherField => self.on_with = self.open == Some(Mode::Replace) && !self.on_with,
            FindAction::Case => self.how.case = !self.how.case,
            FindAction::Word => self.how.word = !self.how.word,
            FindAction::Regex => self.how.regex = !self.how.regex,
        }
        None
    }

    /// Types into the line that has the keys.
    pub fn type_text(&mut self, text: &str) {
        if std::mem::take(&mut self.filled) && !self.on_with {
            self.query.set("");
        }
        self.line().insert(text);
    }

    /// Whether Enter replaces: the keys are in the second field.
    pub fn replaces(&self) -> bool {
        self.open == Some(Mode::Replace) && self.on_with
    }

    fn line(&mut self) -> &mut TextLine {
        if self.on_with { &mut self.with } else { &mut self.query }
    }

    /// Draws the line, with where one is among the matches and how is looked.
    pub fn render(&self, text: &Text, area: Rect, frame: &mut Frame<'_>) {
        frame.clear(area);
        let at = text.selection().map_or(0, |(from, _)| self.found.partition_point(|(start, _)| *start <= from));
        let count = match self.found.len() {
            _ if self.query.text().is_empty() => String::new(),
            _ if self.pattern.is_none() => "no regular expression".to_owned(),
            0 => "nothing found".to_owned(),
            all => format!("{at} of {all}"),
        };
        let mut right = frame.text_right(area, area.y, &count, Look::Muted);
        for (is_on, word) in [(self.how.regex, "regex"), (self.how.word, "word"), (self.how.case, "case")] {
            let room = Rect { width: right.saturating_sub(area.x + 1), ..area };
            let (label, role) =
                if is_on { (format!("[{word}]"), Look::TabActive) } else { (format!(" {word} "), Look::Tab) };
            right = frame.text_right(room, area.y, &label, role);
        }
        let area = Rect { width: right.saturating_sub(area.x + 1), ..area };
        if self.open != Some(Mode::Replace) {
            self.query.render(area, "find: ", frame);
            return;
        }
        let (left, right) = split_left(area, area.width / 2);
        // The line that is drawn last has the cursor.
        if self.on_with {
            self.query.render(left, "find: ", frame);
            self.with.render(right, "with: ", frame);
        } else {
            self.with.render(right, "with: ", frame);
            self.query.render(left, "find: ", frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a text, where these switches are on.
    #[track_caller]
    fn check(text: &str, query: &str, switches: &[FindAction], found: &[&str]) {
        let mut text = Text::new(text);
        let mut find = Find::default();
        find.begin(Mode::Find, &text);
        find.type_text(query);
        for switch in switches {
            find.act(*switch, &mut text);
        }
        find.settle(&text);
        let places: Vec<&str> = find.found.iter().map(|(from, to)| text.slice(*from, *to)).collect();
        assert_eq!(places, found, "{query}");
    }

    #[test]
    fn small_letters_find_capitals_too_unless_case_counts() {
        check("Get get GET", "get", &[], &["Get", "get", "GET"]);
        check("Get get GET", "Get", &[], &["Get"]);
        check("Get get GET", "get", &[FindAction::Case], &["get"]);
        check("aaaa", "aa", &[], &["aa", "aa"]);
        check("É é", "é", &[], &["É", "é"]);
        check("x", "", &[], &[]);
    }

    #[test]
    fn whole_words_stand_alone() {
        check("Get GetObject", "get", &[FindAction::Word], &["Get"]);
        check("s3:* s3:*x", "s3:*", &[FindAction::Word], &["s3:*"]);
    }

    #[test]
    fn a_regular_expression_finds_what_it_matches_and_a_broken_one_nothing() {
        check("s3:Get s3:Put", "s3:(Get|Put)", &[], &[]);
        check("s3:Get s3:Put", "s3:(Get|Put)", &[FindAction::Regex], &["s3:Get", "s3:Put"]);
        check("a\nb", "^.$", &[FindAction::Regex], &["a", "b"]);
        check("abc", "x*", &[FindAction::Regex], &[]);
        check("a(b", "a(", &[FindAction::Regex], &[]);
        check("a.b axb", "a.b", &[], &["a.b"]);
    }

    #[test]
    fn groups_of_a_regular_expression_go_into_the_replacement() {
        let mut text = Text::new("s3:Get ec2:Run");
        let mut find = Find::default();
        find.begin(Mode::Replace, &text);
        find.type_text(r"(\w+):(\w+)");
        find.act(FindAction::Regex, &mut text);
        find.act(FindAction::OtherField, &mut text);
        find.type_text("$2 of $1");
        find.replace(&mut text);
        find.replace(&mut text);
        assert_eq!(text.as_str(), "Get of s3 ec2:Run");
        assert_eq!(find.replace_all(&mut text), 1);
        assert_eq!(text.as_str(), "Get of s3 Run of ec2");
    }

    #[test]
    fn everything_is_replaced_in_one_step() {
        let mut text = Text::new("s3 s3 s3");
        let mut find = Find::default();
        find.begin(Mode::Replace, &text);
        find.type_text("s3");
        find.act(FindAction::OtherField, &mut text);
        find.type_text("ec2");
        assert_eq!(find.replace_all(&mut text), 3);
        assert_eq!(text.as_str(), "ec2 ec2 ec2");
        assert!(text.undo());
        assert_eq!(text.as_str(), "s3 s3 s3");
        find.replace(&mut text);
        find.replace(&mut text);
        assert_eq!(text.as_str(), "ec2 s3 s3");
        assert_eq!(text.selected(), Some("s3"));
    }
}
