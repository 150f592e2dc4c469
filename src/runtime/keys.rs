//! Converts crossterm's events to ours.

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::input::Event;
use crate::input::key::{Code, Key, Mods};

/// The most characters that one paste brings; the rest is dropped. A policy has at most 131,072.
const PASTE: usize = 4 << 20;

/// The event for an input; none for inputs that the console ignores.
///
/// A resize is ignored here: it arrives as a signal, and the size is queried then.
pub(super) fn event(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) => self::key(key).map(Event::Key),
        Input::Paste(text) => Some(Event::Paste(pasted(&text))),
        Input::Resize(..) | Input::Mouse(_) | Input::FocusGained | Input::FocusLost => None,
    }
}

fn pasted(text: &str) -> String {
    let end = text.char_indices().nth(PASTE).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n")
}

fn key(event: KeyEvent) -> Option<Key> {
    let held = event.modifiers;
    // Combinations with Super, Hyper or Meta belong to the desktop or the terminal.
    if event.kind == KeyEventKind::Release || held.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER) {
        return None;
    }
    let mut mods = Mods {
        ctrl: held.contains(KeyModifiers::CONTROL),
        alt: held.intersects(KeyModifiers::ALT | KeyModifiers::META),
        shift: held.contains(KeyModifiers::SHIFT),
    };
    let code = match event.code {
        // Most terminals send the same byte for these as for Backspace, Tab, Enter and Escape. Where a terminal
        // distinguishes them, they mean the same all the same, so that keys work alike everywhere.
        KeyCode::Char(ch @ ('[' | 'h' | 'i' | 'm')) if mods.ctrl => {
            mods.ctrl = false;
            match ch {
                '[' => Code::Esc,
                'h' => Code::Backspace,
                'i' => Code::Tab,
                _ => Code::Enter,
            }
        }
        KeyCode::Char(ch) if ch.is_control() => return None,
        KeyCode::Char(ch) => Code::Char(ch),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            mods.shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::F(number) => Code::F(number),
        KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    };
    Some(Key { code, mods }.normal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: KeyCode, held: KeyModifiers, name: &str) {
        let expected = Key::parse(name).map(Event::Key);
        assert_eq!(event(Input::Key(KeyEvent::new(code, held))), expected, "{code:?} with {held:?}");
    }

    #[test]
    fn keys_are_ours_in_their_one_spelling() {
        check(KeyCode::Char('G'), KeyModifiers::SHIFT, "G");
        check(KeyCode::Char('Q'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, "ctrl-q");
        check(KeyCode::BackTab, KeyModifiers::NONE, "shift-tab");
        check(KeyCode::Char(' '), KeyModifiers::CONTROL, "ctrl-space");
        check(KeyCode::Right, KeyModifiers::CONTROL, "ctrl-right");
    }

    #[test]
    fn control_keys_are_the_same_on_every_terminal() {
        check(KeyCode::Char('h'), KeyModifiers::CONTROL, "backspace");
        check(KeyCode::Char('['), KeyModifiers::CONTROL, "esc");
        check(KeyCode::Char('i'), KeyModifiers::CONTROL, "tab");
        check(KeyCode::Char('m'), KeyModifiers::CONTROL, "enter");
    }

    #[test]
    fn what_is_let_go_or_the_desktops_is_no_key() {
        check(KeyCode::Char('q'), KeyModifiers::SUPER, "");
        let kind = KeyEventKind::Release;
        assert_eq!(event(Input::Key(KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, kind))), None);
    }

    #[test]
    fn a_paste_has_one_kind_of_line_end_and_a_limit() {
        assert_eq!(event(Input::Paste("one\rtwo\r\nthree".into())), Some(Event::Paste("one\ntwo\nthree".into())));
        let Some(Event::Paste(text)) = event(Input::Paste("é".repeat(PASTE + 1))) else { panic!("a paste") };
        assert_eq!(text.chars().count(), PASTE);
    }
}
