//! Finds the terminal's reply to the query for its background colour among the keys.
//!
//! crossterm does not support this reply and reads it as keys: `ESC ] 1 1 ;` as Alt-`]`, `1`, `1`, `;`. While a reply is
//! outstanding, keys that could be its start are held back, and passed on when what follows does not fit.
//! The form of the answer: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>.

use std::time::Duration;

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::input::Event;

use super::keys;

/// How long Escape may be held back, in addition to the reader's own wait: the user may have pressed it.
const ESCAPE: Duration = Duration::from_millis(10);
/// How long a longer sequence, which nobody types by hand, may be held back.
const ANSWER: Duration = Duration::from_secs(1);

const HEAD: &str = "\x1b]11;rgb";
/// The longest colour there is: `a:`, four parts of four digits and what stands between them.
const LONGEST: usize = 2 + 4 * 4 + 3;

/// Finds the answer among what was read.
#[derive(Debug, Default)]
pub(super) struct BackgroundAnswer {
    outstanding: bool,
    held: Vec<Input>,
    /// What the terminal wrote for them.
    written: String,
}

/// What was written so far, seen as an answer.
enum Reading {
    Unfinished,
    Colour(u8, u8, u8),
    SomethingElse,
}

impl BackgroundAnswer {
    /// The question is asked.
    pub(super) fn outstanding() -> Self {
        Self { outstanding: true, ..Self::default() }
    }

    /// How long to wait before what is kept back is given back; none when nothing is.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.held.len() {
            0 => None,
            1 => Some(ESCAPE),
            _ => Some(ANSWER),
        }
    }

    /// Takes what was read, and gives what is an event by now.
    pub(super) fn take(&mut self, input: Input) -> Vec<Event> {
        let Some(written) = self.outstanding.then(|| written(&input)).flatten() else {
            let mut events = self.give_back();
            events.extend(keys::event(input));
            return events;
        };
        self.held.push(input);
        self.written.push_str(&written);
        match read(&self.written) {
            Reading::Unfinished => Vec::new(),
            Reading::Colour(r, g, b) => {
                *self = Self::default();
                vec![Event::Background(r, g, b)]
            }
            Reading::SomethingElse => {
                // The first one is none of it; the answer may begin with any of the others.
                self.written.clear();
                let mut held = std::mem::take(&mut self.held).into_iter();
                let first = held.next().and_then(keys::event);
                first.into_iter().chain(held.flat_map(|input| self.take(input))).collect()
            }
        }
    }

    /// Gives back what turned out not to be an answer.
    pub(super) fn give_back(&mut self) -> Vec<Event> {
        self.written.clear();
        self.held.drain(..).filter_map(keys::event).collect()
    }
}

/// What a terminal wrote that crossterm read this way, as far as an answer could hold it.
fn written(input: &Input) -> Option<String> {
    let Input::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = input else { return None };
    let alt = if modifiers.contains(KeyModifiers::ALT) { "\x1b" } else { "" };
    match (code, *modifiers - KeyModifiers::ALT - KeyModifiers::SHIFT) {
        (KeyCode::Esc, KeyModifiers::NONE) => Some(format!("{alt}\x1b")),
        (KeyCode::Char('g'), KeyModifiers::CONTROL) => Some(format!("{alt}\x07")),
        (KeyCode::Char(ch), KeyModifiers::NONE) => Some(format!("{alt}{ch}")),
        _ => None,
    }
}

fn read(written: &str) -> Reading {
    let Some(rest) = written.strip_prefix(HEAD) else {
        return if HEAD.starts_with(written) { Reading::Unfinished } else { Reading::SomethingElse };
    };
    let body = rest.trim_end_matches(['\x07', '\x1b', '\\']);
    match rest.get(body.len()..) {
        Some("" | "\x1b") if body.len() <= LONGEST && could_be_colour(body) => Reading::Unfinished,
        Some("\x07" | "\x1b\\") => colour(body).map_or(Reading::SomethingElse, |(r, g, b)| Reading::Colour(r, g, b)),
        _ => Reading::SomethingElse,
    }
}

fn could_be_colour(body: &str) -> bool {
    let parts = body.strip_prefix('a').unwrap_or(body);
    let parts = parts.strip_prefix(':').or_else(|| parts.is_empty().then_some(""));
    parts.is_some_and(|parts| parts.chars().all(|ch| ch.is_ascii_hexdigit() || ch == '/'))
}

/// `:RRRR/GGGG/BBBB` with one to four hex digits each; a fourth part, after `a`, is ignored.
fn colour(body: &str) -> Option<(u8, u8, u8)> {
    let parts = body.strip_prefix(':').or_else(|| body.strip_prefix("a:"))?;
    let mut parts = parts.split('/').map(|part| {
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
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// What crossterm reads from these bytes when they come at once, or one by one.
    fn inputs(bytes: &str, one_by_one: bool) -> Vec<Input> {
        let key = |code, modifiers| Input::Key(KeyEvent::new(code, modifiers));
        let plain = |ch, alt| match ch {
            '\x1b' => key(KeyCode::Esc, KeyModifiers::NONE),
            '\x07' => key(KeyCode::Char('g'), KeyModifiers::CONTROL | alt),
            ch if ch.is_uppercase() => key(KeyCode::Char(ch), KeyModifiers::SHIFT | alt),
            ch => key(KeyCode::Char(ch), alt),
        };
        let mut inputs = Vec::new();
        let mut rest = bytes.chars();
        while let Some(ch) = rest.next() {
            let next = if ch == '\x1b' && !one_by_one { rest.next() } else { None };
            inputs.push(next.map_or_else(|| plain(ch, KeyModifiers::NONE), |next| plain(next, KeyModifiers::ALT)));
        }
        inputs
    }

    fn through(mut answer: BackgroundAnswer, inputs: &[Input]) -> Vec<Event> {
        let mut events: Vec<Event> = inputs.iter().flat_map(|input| answer.take(input.clone())).collect();
        assert_eq!(answer.patience().is_none(), answer.held.is_empty());
        events.extend(answer.give_back());
        events
    }

    #[track_caller]
    fn check(written: &str, colour: (u8, u8, u8)) {
        let (r, g, b) = colour;
        for one_by_one in [false, true] {
            let events = through(BackgroundAnswer::outstanding(), &inputs(written, one_by_one));
            assert_eq!(events, [Event::Background(r, g, b)], "{written:?}");
        }
    }

    #[test]
    fn the_answer_is_one_event() {
        check("\x1b]11;rgb:ffff/8000/0000\x1b\\", (255, 127, 0));
        check("\x1b]11;rgb:FF/ff/fF\x07", (255, 255, 255));
        check("\x1b]11;rgba:0/8/f/f\x07", (0, 136, 255));
    }

    #[test]
    fn escape_alone_waits_a_moment_only() {
        let mut answer = BackgroundAnswer::outstanding();
        assert!(answer.take(Input::Key(KeyCode::Esc.into())).is_empty());
        assert_eq!(answer.patience(), Some(ESCAPE));
        assert_eq!(answer.give_back().len(), 1);
    }

    #[test]
    fn only_one_answer_is_taken() {
        let written = "\x1b]11;rgb:ff/ff/ff\x07";
        let twice = inputs(&written.repeat(2), false);
        assert_eq!(through(BackgroundAnswer::outstanding(), &twice).len(), 1 + twice.len() / 2);
        assert_eq!(through(BackgroundAnswer::default(), &twice).len(), twice.len());
    }

    fn typed() -> impl Strategy<Value = Vec<Input>> {
        let piece = prop_oneof![
            "[a-gA-G01/:;\\]\\\\\u{7}]",
            "\u{1b}[\\]a\\\\]",
            "\u{1b}\\]11;rgb:[0-9a-f/]{0,20}",
            "\u{1b}\\]1[01];rgba?:[0-9a-f/]{0,30}",
            Just("\u{1b}".to_owned()),
        ];
        prop::collection::vec((piece, any::<bool>()), 0..8)
            .prop_map(|pieces| pieces.iter().flat_map(|(piece, one_by_one)| inputs(piece, *one_by_one)).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

        #[test]
        fn nothing_that_is_typed_is_lost(before in typed(), after in typed()) {
            let keys = |inputs: &[Input]| inputs.iter().cloned().filter_map(keys::event).collect::<Vec<_>>();
            let answer = inputs("\x1b]11;rgb:12/34/56\x1b\\", false);
            let events = through(BackgroundAnswer::outstanding(), &[&before[..], &answer, &after].concat());
            // What is typed may happen to be an answer, too; then that one is taken.
            let at = events.iter().position(|event| matches!(event, Event::Background(..))).unwrap();
            if events[at] == Event::Background(0x12, 0x34, 0x56) && at <= before.len() {
                prop_assert_eq!(events.get(..at).unwrap(), keys(&before));
                prop_assert_eq!(events.get(at + 1..).unwrap(), keys(&after));
            }
            prop_assert_eq!(through(BackgroundAnswer::default(), &before), keys(&before));
        }
    }
}
