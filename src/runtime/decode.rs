//! From the bytes of a terminal to events.
//!
//! We read the terminal ourselves: a lost terminal must end the program instead of spinning, and the answer
//! to our question for the background colour must not swallow keys that are typed meanwhile.
//! Source of the sequences: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>.

use std::time::Duration;

use crate::input::Event;
use crate::input::key::{Code, Key, Mods};

/// How long an unfinished sequence may stay so before its bytes count as typed.
const ESCAPE: Duration = Duration::from_millis(30);
/// The same for what is never typed by hand: a paste, or the answer to our question.
const REPORT: Duration = Duration::from_secs(1);
/// The most that one paste brings; the rest is dropped. A policy has at most 131,072 characters.
const PASTE_BYTES: usize = 4 << 20;

/// Bytes that are not yet a whole event.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    paste: Option<Vec<u8>>,
}

/// What the first bytes are.
enum Part {
    /// An event of this many bytes.
    Event(Event, usize),
    /// This many bytes that mean nothing to us.
    Skip(usize),
    /// The start of a sequence.
    Unfinished,
}

impl Decoder {
    /// Takes what was read and gives the events that are whole.
    pub fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        self.bytes.extend_from_slice(bytes);
        self.decode(events, false);
    }

    /// How long to wait for the rest of a sequence; none when nothing is unfinished.
    pub fn patience(&self) -> Option<Duration> {
        if self.paste.is_some() || self.bytes.starts_with(b"\x1b]1") {
            return Some(REPORT);
        }
        (!self.bytes.is_empty()).then_some(ESCAPE)
    }

    /// Ends what stayed unfinished: a lone escape is the Escape key.
    pub fn flush(&mut self, events: &mut Vec<Event>) {
        if let Some(text) = self.paste.take() {
            self.bytes.clear();
            events.push(pasted(&text));
        }
        self.decode(events, true);
    }

    fn decode(&mut self, events: &mut Vec<Event>, last: bool) {
        let mut at = 0;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            if let Some(text) = &mut self.paste {
                let (taken, ended) = take_paste(rest, text);
                at += taken;
                if ended {
                    events.push(pasted(text));
                    self.paste = None;
                    continue;
                }
                break;
            }
            if rest.starts_with(b"\x1b[200~") {
                self.paste = Some(Vec::new());
                at += 6;
                continue;
            }
            match first(rest, last) {
                Part::Event(event, taken) => {
                    events.push(event);
                    at += taken;
                }
                Part::Skip(taken) => at += taken.max(1),
                Part::Unfinished => break,
            }
        }
        self.bytes.drain(..at);
    }
}

/// Moves pasted bytes over, up to the end mark; keeps back what may be its start.
fn take_paste(bytes: &[u8], text: &mut Vec<u8>) -> (usize, bool) {
    const END: &[u8] = b"\x1b[201~";
    let end = bytes.windows(END.len()).position(|window| window == END);
    let upto = end.unwrap_or_else(|| {
        let kept = (1..END.len()).rev().find(|n| bytes.ends_with(END.get(..*n).unwrap_or_default()));
        bytes.len() - kept.unwrap_or(0)
    });
    let room = PASTE_BYTES.saturating_sub(text.len());
    text.extend(bytes.iter().take(upto.min(room)));
    (upto + end.map_or(0, |_| END.len()), end.is_some())
}

fn pasted(text: &[u8]) -> Event {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n").replace('\r', "\n");
    Event::Paste(text)
}

fn key(code: Code, mods: Mods, taken: usize) -> Part {
    Part::Event(Event::Key(Key { code, mods }.normal()), taken)
}

fn first(bytes: &[u8], last: bool) -> Part {
    match bytes {
        [0x1b] | [0x1b, b'P' | b'_' | b'^' | b'X'] if !last => Part::Unfinished,
        [0x1b] | [0x1b, 0x1b, ..] => key(Code::Esc, Mods::NONE, 1),
        [0x1b, b'[', ..] => csi(bytes, last),
        [0x1b, b'O', rest @ ..] => match rest {
            [] if last => key(Code::Char('O'), Mods::ALT, 2),
            [] => Part::Unfinished,
            [byte, ..] => ss3(*byte).map_or(Part::Skip(3), |code| key(code, Mods::NONE, 3)),
        },
        [0x1b, b']', ..] | [0x1b, b'P' | b'_' | b'^' | b'X', _, ..] => string(bytes, last),
        [0x1b, rest @ ..] => match plain(rest, last) {
            Part::Event(Event::Key(inner), taken) => key(inner.code, Mods { alt: true, ..inner.mods }, taken + 1),
            Part::Event(_, taken) | Part::Skip(taken) => Part::Skip(taken + 1),
            Part::Unfinished => Part::Unfinished,
        },
        _ => plain(bytes, last),
    }
}

/// A character or a control byte.
fn plain(bytes: &[u8], last: bool) -> Part {
    let Some(byte) = bytes.first().copied() else { return Part::Unfinished };
    match byte {
        b'\r' | b'\n' => key(Code::Enter, Mods::NONE, 1),
        b'\t' => key(Code::Tab, Mods::NONE, 1),
        0x08 | 0x7f => key(Code::Backspace, Mods::NONE, 1),
        0 => key(Code::Char(' '), Mods::CTRL, 1),
        0x01..=0x1a => key(Code::Char(char::from(byte - 1 + b'a')), Mods::CTRL, 1),
        0x1c..=0x1f => key(Code::Char(char::from(byte - 0x1c + b'4')), Mods::CTRL, 1),
        0x20..=0x7e => key(Code::Char(char::from(byte)), Mods::NONE, 1),
        _ => {
            let wanted = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Part::Skip(1),
            };
            match bytes.get(..wanted) {
                None if last => Part::Skip(bytes.len()),
                None => Part::Unfinished,
                Some(char_bytes) => match std::str::from_utf8(char_bytes).ok().and_then(|text| text.chars().next()) {
                    Some(ch) => key(Code::Char(ch), Mods::NONE, wanted),
                    None => Part::Skip(1),
                },
            }
        }
    }
}

/// `ESC [ parameters final`.
fn csi(bytes: &[u8], last: bool) -> Part {
    let body = bytes.get(2..).unwrap_or_default();
    // The Linux console sends its first function keys as `ESC [ [ A`.
    if let [b'[', letter, ..] = body {
        let number = letter.wrapping_sub(b'A').wrapping_add(1);
        return if (1..=5).contains(&number) { key(Code::F(number), Mods::NONE, 4) } else { Part::Skip(4) };
    }
    let Some(end) = body.iter().position(|byte| (0x40..=0x7e).contains(byte) && *byte != b'[') else {
        return match body {
            [] if last => key(Code::Char('['), Mods::ALT, 2),
            _ if last => Part::Skip(bytes.len()),
            _ => Part::Unfinished,
        };
    };
    let taken = end + 3;
    let params = body.get(..end).unwrap_or_default();
    let last_byte = body.get(end).copied().unwrap_or_default();
    // A private mark begins mouse reports and answers about the terminal: none of them is a key.
    if params.first().is_some_and(|byte| (b'<'..=b'?').contains(byte)) {
        return Part::Skip(taken);
    }
    let numbers: Vec<Vec<u32>> =
        params.split(|byte| *byte == b';').map(|part| part.split(|byte| *byte == b':').map(number).collect()).collect();
    let part = |at: usize, sub: usize| numbers.get(at).and_then(|p| p.get(sub)).copied().unwrap_or(0);
    // The third value of a kitty report is 3 where a key was let go.
    if part(1, 1) == 3 {
        return Part::Skip(taken);
    }
    let held = part(1, 0).saturating_sub(1);
    let mut mods = Mods { shift: held & 1 != 0, alt: held & 2 != 0, ctrl: held & 4 != 0 };
    let code = match last_byte {
        b'Z' => {
            mods.shift = true;
            Some(Code::Tab)
        }
        b'~' => tilde(part(0, 0)),
        b'u' => char::from_u32(part(0, 0)).and_then(kitty),
        letter => ss3(letter),
    };
    code.map_or(Part::Skip(taken), |code| key(code, mods, taken))
}

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(*byte - b'0')))
}

fn ss3(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'M' => Code::Enter,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'R' => Code::F(3),
        b'S' => Code::F(4),
        _ => return None,
    })
}

fn tilde(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(u8::try_from(number - 10).ok()?),
        17..=21 => Code::F(u8::try_from(number - 11).ok()?),
        23 | 24 => Code::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

fn kitty(ch: char) -> Option<Code> {
    Some(match ch {
        '\x1b' => Code::Esc,
        '\r' => Code::Enter,
        '\t' => Code::Tab,
        '\x7f' => Code::Backspace,
        // The private use area holds keys that we have no name for.
        ch if ch.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&ch) => return None,
        ch => Code::Char(ch),
    })
}

/// A string up to its terminator: only the answer for the background colour means something.
fn string(bytes: &[u8], last: bool) -> Part {
    let ended = bytes.iter().enumerate().skip(2).find_map(|(at, byte)| match byte {
        0x07 => Some((at, at + 1)),
        0x1b if bytes.get(at + 1) == Some(&b'\\') => Some((at, at + 2)),
        _ => None,
    });
    let Some((end, taken)) = ended else {
        return if last { Part::Skip(bytes.len()) } else { Part::Unfinished };
    };
    match bytes.get(2..end).and_then(|body| body.strip_prefix(b"11;")).and_then(colour) {
        Some((r, g, b)) if bytes.get(1) == Some(&b']') => Part::Event(Event::Background(r, g, b), taken),
        _ => Part::Skip(taken),
    }
}

/// `rgb:RRRR/GGGG/BBBB` with one to four hex digits each; `rgba:` has a fourth part that is ignored.
fn colour(body: &[u8]) -> Option<(u8, u8, u8)> {
    let text = std::str::from_utf8(body).ok()?;
    let text = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut parts = text.split('/').map(|part| {
        let value = u32::from_str_radix(part, 16).ok()?;
        let most = match part.len() {
            digits @ 1..=4 => (1u32 << (4 * digits)) - 1,
            _ => return None,
        };
        u8::try_from(value * 255 / most).ok()
    });
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Vec<Event> {
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        decoder.feed(bytes, &mut events);
        decoder.flush(&mut events);
        events
    }

    #[track_caller]
    fn check(bytes: &[u8], keys: &str) {
        let expected: Vec<Event> = keys.split_whitespace().map(|name| Event::Key(Key::parse(name).unwrap())).collect();
        assert_eq!(decode(bytes), expected);
        // However the bytes are cut, the events are the same.
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        for byte in bytes {
            decoder.feed(&[*byte], &mut events);
        }
        decoder.flush(&mut events);
        assert_eq!(events, expected, "byte by byte");
    }

    #[test]
    fn characters_and_controls_are_keys() {
        check(b"jG:/ ", "j G : / space");
        check("é日".as_bytes(), "é 日");
        check(b"\r\t\x7f\x11\x03", "enter tab backspace ctrl-q ctrl-c");
    }

    #[test]
    fn sequences_are_keys() {
        check(b"\x1b[A\x1bOB\x1b[5~\x1b[H\x1b[4~", "up down pgup home end");
        check(b"\x1b[1;5C\x1b[Z\x1b[24~\x1bOP\x1b[[B", "ctrl-right shift-tab f12 f1 f2");
        check(b"\x1b[106;5u\x1b[106;1:3u", "ctrl-j");
        check(b"\x1bx", "alt-x");
    }

    #[test]
    fn a_lone_escape_is_the_key_after_a_while() {
        check(b"\x1b", "esc");
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        decoder.feed(b"\x1b", &mut events);
        assert!(events.is_empty());
        assert_eq!(decoder.patience(), Some(ESCAPE));
    }

    #[test]
    fn a_paste_is_one_event() {
        assert_eq!(decode(b"\x1b[200~a\r\nb\x1b[A\x1b[201~j").len(), 2);
        assert_eq!(decode(b"\x1b[200~one\rtwo\x1b[201~"), [Event::Paste("one\ntwo".into())]);
    }

    #[test]
    fn the_background_answer_loses_no_key_around_it() {
        let events = decode(b"j\x1b]11;rgb:ffff/8000/0000\x1b\\k");
        assert_eq!(events[1], Event::Background(255, 127, 0));
        assert_eq!(events.len(), 3);
        assert_eq!(decode(b"\x1b]11;rgb:ff/ff/ff\x07"), [Event::Background(255, 255, 255)]);
    }

    #[test]
    fn what_is_unknown_is_skipped_whole() {
        check(b"\x1b[?62;22cj\x1b[<0;3;4Mk\x1bP1$r0m\x1b\\l", "j k l");
        check(b"\xff\xc3j", "j");
    }

    #[test]
    fn no_bytes_break_the_decoder() {
        const BYTES: &[u8] = b"\x1b[]O~;:?0129uAZP\\\x07\xc3\xa9j\x00\xff<";
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        for _ in 0..2_000 {
            let bytes: Vec<u8> = (0..24)
                .map(|_| {
                    seed ^= seed << 13;
                    seed ^= seed >> 7;
                    seed ^= seed << 17;
                    BYTES[usize::try_from(seed).unwrap() % BYTES.len()]
                })
                .collect();
            decode(&bytes);
        }
    }
}
