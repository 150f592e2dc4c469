//! One line of text being typed.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroize as _;

use crate::base::text::visible;
use crate::input::TextEdit;
use crate::theme::Look;
use crate::ui::frame::Frame;

/// The most characters that a line takes: a pasted ARN fits, a pasted file does not.
const MOST: usize = 2048;

/// The most characters that a line takes which several lines are joined to: an event of CloudTrail has 256 KB at most.
const MOST_JOINED: usize = 256 << 10;

/// A text with a cursor, moved by grapheme clusters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextLine {
    text: String,
    /// A byte offset on a cluster's border.
    cursor: usize,
    /// Nobody typed or chose the text: what is typed takes its place.
    is_offered: bool,
}

impl TextLine {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line of dots, as long and with the cursor in the same place: what a secret looks like.
    pub fn masked(&self) -> Self {
        let dots = |text: &str| "•".repeat(text.graphemes(true).count());
        let head = dots(self.head());
        let tail = dots(self.text.get(self.cursor..).unwrap_or_default());
        Self { cursor: head.len(), text: head + &tail, is_offered: self.is_offered }
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.cursor = self.text.len();
        self.is_offered = false;
    }

    /// Offers a text: the first letter that is typed replaces it; a blank, or a move in it, keeps it.
    pub fn offer(&mut self, text: &str) {
        self.set(text);
        self.is_offered = !text.is_empty();
    }

    /// Puts the cursor before the character of this number.
    pub fn put_cursor(&mut self, character: usize) {
        self.cursor = self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at);
    }

    /// Types text at the cursor; only the first line of it.
    pub fn insert(&mut self, text: &str) {
        self.take(text.lines().next().unwrap_or_default(), MOST);
    }

    /// Types text at the cursor; of several lines it makes one, with a blank for each line's end and indent.
    pub fn insert_joined(&mut self, text: &str) {
        if text.contains(['\n', '\r']) {
            let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
            self.take(&lines.join(" "), MOST_JOINED);
        } else {
            self.take(text, MOST_JOINED);
        }
    }

    fn take(&mut self, line: &str, most: usize) {
        if line.is_empty() {
            return;
        }
        if std::mem::take(&mut self.is_offered) && !line.starts_with(' ') {
            self.cut(0, self.text.len());
        }
        let room = most.saturating_sub(self.text.chars().count());
        let line: String = line.chars().take(room).collect();
        self.text.insert_str(self.cursor, &line);
        self.cursor += line.len();
    }

    /// Edits the text or moves in it.
    pub fn edit(&mut self, edit: TextEdit) {
        self.is_offered = false;
        match edit {
            TextEdit::Back => self.cut(self.before(), self.cursor),
            TextEdit::Delete => self.cut(self.cursor, self.after()),
            TextEdit::Word => self.cut(self.word(), self.cursor),
            TextEdit::Clear => self.cut(0, self.text.len()),
            TextEdit::Left => self.cursor = self.before(),
            TextEdit::Right => self.cursor = self.after(),
            TextEdit::Home => self.cursor = 0,
            TextEdit::End => self.cursor = self.text.len(),
        }
    }

    fn head(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn before(&self) -> usize {
        self.head().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        let tail = self.text.get(self.cursor..).unwrap_or_default();
        self.cursor + tail.graphemes(true).next().map_or(0, str::len)
    }

    fn word(&self) -> usize {
        self.head().trim_end().rfind(' ').map_or(0, |at| at + 1)
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    /// Draws it with the terminal's cursor in it; its end stays in sight.
    pub fn render(&self, area: Rect, prompt: &str, frame: &mut Frame<'_>) {
        let used = frame.text(area, area.x, area.y, prompt, Look::Key);
        let head = visible(self.head()).width();
        let room = usize::from(area.width.saturating_sub(used).saturating_sub(1));
        let hidden = head.saturating_sub(room);
        let shown = visible(&self.text);
        let mut skipped = 0;
        let tail: String = shown
            .graphemes(true)
            .skip_while(|cluster| {
                let skip = skipped < hidden;
                skipped += if skip { cluster.width() } else { 0 };
                skip
            })
            .collect();
        let look = if self.is_offered { Look::Selection } else { Look::Input };
        frame.text(area, area.x + used, area.y, &tail, look);
        let column = u16::try_from(head.saturating_sub(skipped)).unwrap_or(0);
        frame.cursor(area.x + used + column, area.y);
    }
}

/// What was typed may have been a password: it does not stay in memory.
impl Drop for TextLine {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, edits: &[TextEdit], text: &str) {
        let mut line = TextLine::default();
        line.insert(typed);
        for edit in edits {
            line.edit(*edit);
        }
        line.insert("|");
        assert_eq!(line.text(), text);
    }

    #[test]
    fn a_line_is_edited_by_clusters_and_words() {
        check("alice", &[], "alice|");
        check("alice", &[TextEdit::Back, TextEdit::Back], "ali|");
        check("e\u{301}a", &[TextEdit::Left, TextEdit::Back], "|a");
        check("type:customer adm", &[TextEdit::Word], "type:customer |");
        check("ab", &[TextEdit::Home, TextEdit::Delete], "|b");
        check("ab", &[TextEdit::Clear], "|");
        check("one\ntwo", &[], "one|");
    }

    #[test]
    fn what_is_typed_replaces_what_was_only_offered() {
        let typed = |edits: &[TextEdit], text: &str| {
            let mut line = TextLine::default();
            line.offer("ada");
            for edit in edits {
                line.edit(*edit);
            }
            text.chars().for_each(|ch| line.insert(ch.encode_utf8(&mut [0; 4])));
            line.text().to_owned()
        };
        assert_eq!(typed(&[], "bob"), "bob");
        assert_eq!(typed(&[], " iam:*"), "ada iam:*");
        assert_eq!(typed(&[TextEdit::End], "m"), "adam");
        assert_eq!(typed(&[TextEdit::Back], "a"), "ada");
        assert_eq!(typed(&[], ""), "ada");
    }

    #[test]
    fn several_lines_are_joined_where_that_is_wanted() {
        let mut line = TextLine::default();
        line.insert_joined("{\r\n  \"a\": 1,\n\n\t\"b\": 2\n}\n");
        assert_eq!(line.text(), r#"{ "a": 1, "b": 2 }"#);
        line.insert_joined(" ");
        line.insert_joined(&"x".repeat(MOST_JOINED));
        assert_eq!(line.text().len(), MOST_JOINED);
    }
}
