//! From byte offsets to lines and columns, as AWS counts them.

use super::syntax::Span;

/// A place in a text: line from 1, column and offset from 0, both in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// Characters from the start of the line.
    pub column: usize,
    /// Characters from the start of the text.
    pub offset: usize,
}

/// Where the lines of one text begin; made once, asked often.
#[derive(Debug, Clone)]
pub struct LineIndex<'t> {
    text: &'t str,
    /// (byte offset, character offset) of the start of every line.
    starts: Vec<(usize, usize)>,
    /// The characters before every so many bytes; none where all are ASCII.
    marks: Vec<usize>,
}

/// How many bytes lie between two marks: a document may be one line of a quarter of a million characters.
const BETWEEN: usize = 1024;

impl<'t> LineIndex<'t> {
    /// Reads a text once.
    pub fn new(text: &'t str) -> Self {
        let ascii = text.is_ascii();
        let mut marks = Vec::new();
        let mut before = 0;
        for piece in text.as_bytes().chunks(BETWEEN).filter(|_| !ascii) {
            marks.push(before);
            before += characters(piece);
        }
        let mut starts = vec![(0, 0)];
        let mut chars = 0;
        for line in text.split_inclusive('\n') {
            let start = starts.last().map_or(0, |(start, _)| *start) + line.len();
            chars += if ascii { line.len() } else { line.chars().count() };
            if line.ends_with('\n') {
                starts.push((start, chars));
            }
        }
        Self { text, starts, marks }
    }

    /// The position of a byte offset; past the end it is the end.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|(start, _)| *start <= byte).max(1);
        let (start, chars) = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = self.before(byte).map_or(byte - start, |before| before - chars);
        Position { line, column, offset: chars + column }
    }

    /// The characters before a byte; nothing where they are as many as the bytes.
    fn before(&self, byte: usize) -> Option<usize> {
        let at = (byte / BETWEEN).min(self.marks.len().checked_sub(1)?);
        Some(self.marks.get(at)? + characters(self.text.as_bytes().get(at * BETWEEN..byte)?))
    }

    /// The positions of a span's start and of its end, which is exclusive.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        (self.position(span.start as usize), self.position(span.end as usize))
    }
}

/// The characters that begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(byte & 0xc0 != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, byte: usize, line: usize, column: usize, offset: usize) {
        assert_eq!(LineIndex::new(text).position(byte), Position { line, column, offset });
    }

    #[test]
    fn lines_begin_at_one_and_columns_at_zero() {
        check("", 0, 1, 0, 0);
        check("{\n  \"a\": 1\n}", 4, 2, 2, 4);
        check("{\n  \"a\": 1\n}", 11, 3, 0, 11);
        check("a\n", 2, 2, 0, 2);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        check("\"é\": 1\n\"ü\"", 8, 2, 0, 7);
        check("\"é\": 1\n\"ü\"", 11, 2, 2, 9);
        let long = format!("{}\n{}x", "é".repeat(1_500), "日本".repeat(1_000));
        for at in [0, 2, 1_022, 1_024, 2_048, 3_000] {
            check(&long, at, 1, at / 2, at / 2);
        }
        check(&long, 3_001, 2, 0, 1_501);
        check(&long, 3_001 + 2_049, 2, 683, 1_501 + 683);
        check(&long, long.len() - 1, 2, 2_000, 3_501);
        check(&long, long.len(), 2, 2_001, 3_502);
    }
}
