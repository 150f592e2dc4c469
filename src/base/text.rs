//! What untrusted text looks like on a screen.
//!
//! Names, tags, descriptions, policy text, server errors and files may hold characters that move the
//! cursor, recolour the terminal, write the clipboard, reverse the reading order or show nothing at all.
//! Text from outside reaches a terminal only through this module, inside the frame and outside of it
//! (standard error, panic text, window title, OSC 52, `--output text`).

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// The most combining marks that one base character keeps; further ones are dropped.
///
/// Real scripts stack up to four; hundreds of them paint over neighbouring rows.
const COMBINING_MARKS: usize = 4;

/// Makes one line of text safe to show: every character that would act or hide becomes a visible mark.
///
/// `U+200B` becomes `‹U+200B›`, a line feed `‹U+000A›`. Plain text is borrowed, not copied.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    for ch in text.chars() {
        if acts_or_hides(ch) {
            marks = 0;
            let _ = write!(out, "‹U+{:04X}›", u32::from(ch));
        } else if is_combining(ch) {
            // A mark with no base before it would land on what the frame drew there.
            if out.is_empty() {
                out.push('◌');
            }
            marks += 1;
            if marks <= COMBINING_MARKS {
                out.push(ch);
            }
        } else {
            marks = 0;
            out.push(ch);
        }
    }
    Cow::Owned(out)
}

/// Like [`visible`], for text of several lines: line feeds end lines, tabs become spaces.
///
/// A carriage return before a line feed is dropped; alone it would overwrite the line and is marked.
pub fn visible_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('\n').map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.contains('\t') { Cow::Owned(visible(&line.replace('\t', "    ")).into_owned()) } else { visible(line) }
    })
}

/// The same JSON with escapes for all that acts or hides, which mean the same in its strings.
///
/// Between strings line feeds stay and tabs become spaces.
pub fn escaped(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    let (mut in_string, mut after_backslash, mut marks) = (false, false, 0);
    for ch in json.chars() {
        marks = if is_combining(ch) { marks + 1 } else { 0 };
        match ch {
            '\t' if !in_string => out.push_str("    "),
            '\r' if !in_string => {}
            '\n' => out.push(ch),
            _ if acts_or_hides(ch) || marks > COMBINING_MARKS => {
                for unit in ch.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(ch),
        }
        in_string ^= ch == '"' && !after_backslash;
        after_backslash = ch == '\\' && !after_backslash;
    }
    Cow::Owned(out)
}

/// Whether a character moves the cursor, changes the terminal or the reading order, or cannot be seen.
pub fn acts_or_hides(ch: char) -> bool {
    let code = u32::from(ch);
    matches!(
        code,
        // C0, DEL and C1 controls
        0x00..=0x1f | 0x7f..=0x9f
        // soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Khmer vowels, Mongolian separators
        | 0xad | 0x034f | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        // exotic spaces that look like a plain one or like nothing
        | 0x00a0 | 0x1680 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000
        // zero width, joiners, directional marks, line and paragraph separator, isolates, invisible operators
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
        // braille blank, Hangul fillers, byte order mark, interlinear marks
        | 0x2800 | 0x3164 | 0xffa0 | 0xfeff | 0xfff0..=0xfffb
        // variation selectors, which another text hides behind; their supplement is among the tag characters
        | 0xfe00..=0xfe0f
        // fillers and format controls of Khitan, hieroglyphs and music that show nothing
        | 0x1_6fe4 | 0x1_3430..=0x1_343f | 0x1_d159
        // musical and shorthand format controls, private use, tag characters
        | 0x1d173..=0x1d17a | 0x1bca0..=0x1bca3 | 0xe000..=0xf8ff | 0xe_0000..=0xe_0fff | 0xf_0000..=0x10_ffff
    ) || code & 0xfffe == 0xfffe // noncharacters
}

fn is_combining(ch: char) -> bool {
    !ch.is_ascii() && ch.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(visible(text), shown);
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(visible("alice+dev@example.com"), Cow::Borrowed(_)));
        check("Zoë 日本語", "Zoë 日本語");
    }

    #[test]
    fn what_acts_on_a_terminal_is_shown_as_a_mark() {
        check("a\x1b[31mb", "a‹U+001B›[31mb");
        check("\u{9b}31m", "‹U+009B›31m");
        check("one\r\ntwo", "one‹U+000D›‹U+000A›two");
    }

    #[test]
    fn what_hides_or_turns_text_is_shown_as_a_mark() {
        check("ad\u{200b}min", "ad‹U+200B›min");
        check("\u{202e}nimda", "‹U+202E›nimda");
        check("\u{2028}\u{3164}\u{e0041}", "‹U+2028›‹U+3164›‹U+E0041›");
        check("a\u{fe00}b\u{fe0f}", "a‹U+FE00›b‹U+FE0F›");
        check("a\u{e0100}\u{e01ef}\u{180b}", "a‹U+E0100›‹U+E01EF›‹U+180B›");
    }

    #[test]
    fn no_code_point_that_is_ignorable_by_default_is_left_unseen() {
        // `Default_Ignorable_Code_Point` of Unicode 17.
        for range in [
            0xad..=0xad,
            0x34f..=0x34f,
            0x61c..=0x61c,
            0x115f..=0x1160,
            0x17b4..=0x17b5,
            0x180b..=0x180f,
            0x200b..=0x200f,
            0x202a..=0x202e,
            0x2060..=0x206f,
            0x3164..=0x3164,
            0xfe00..=0xfe0f,
            0xfeff..=0xfeff,
            0xffa0..=0xffa0,
            0xfff0..=0xfff8,
            0x1_bca0..=0x1_bca3,
            0x1_d173..=0x1_d17a,
            0xe_0000..=0xe_0fff,
        ] {
            for ch in range.filter_map(char::from_u32) {
                let text = format!("a{ch}b");
                assert_eq!(visible(&text), format!("a‹U+{:04X}›b", u32::from(ch)));
                assert!(!escaped(&format!("\"{text}\"")).contains(ch));
            }
        }
    }

    #[test]
    fn json_keeps_its_meaning_with_escapes() {
        let hostile: String = (0..=0x10_ffffu32).filter_map(char::from_u32).collect();
        let text = serde_json::to_string_pretty(&serde_json::json!({"a": hostile, "\"\\": "\t"})).unwrap();
        let shown = escaped(&text);
        assert!(!shown.chars().any(|ch| ch != '\n' && acts_or_hides(ch)));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(&text));
        assert_eq!(escaped("{\r\n\t\"a\": \"\u{200b}\"}"), concat!("{\n    \"a\": \"", r"\u200b", "\"}"));
    }

    #[test]
    fn combining_marks_are_capped() {
        let tower = format!("a{}b", "\u{301}".repeat(500));
        assert_eq!(visible(&tower).chars().count(), 2 + COMBINING_MARKS);
        check("\u{301}a", "◌\u{301}a");
        // JSON keeps them all, as escapes.
        let json = escaped(&tower).into_owned();
        assert_eq!(json.matches('\u{301}').count(), COMBINING_MARKS);
        assert_eq!(json.matches("\\u0301").count(), 500 - COMBINING_MARKS);
    }

    #[test]
    fn lines_are_split_before_they_are_made_visible() {
        let lines: Vec<_> = visible_lines("{\r\n\t\"a\": 1\x07\n}").collect();
        assert_eq!(lines, ["{", "    \"a\": 1‹U+0007›", "}"]);
    }

    #[test]
    fn no_character_passes_that_a_terminal_would_act_on() {
        for ch in (0..=0x10_ffffu32).filter_map(char::from_u32) {
            let shown = visible(ch.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!shown.chars().any(char::is_control), "{:04X}", u32::from(ch));
        }
    }
}
