//! Keys: what they are, how they are written in `keys.toml`, how they are shown.

use std::fmt;

/// A key with its modifiers.
///
/// A character carries its own shift: `G` is `Char('G')`, never shift and `g`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Held together with it.
    pub mods: Mods,
}

/// Which key, without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character, as typed with shift.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift it is the back tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Forward delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key, from 1.
    F(u8),
}

/// The modifiers of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Mods {
    /// Control.
    pub ctrl: bool,
    /// Alt, or Option, or a preceding escape.
    pub alt: bool,
    /// Shift, for keys that are no characters.
    pub shift: bool,
}

impl Mods {
    /// No modifier.
    pub const NONE: Self = Self { ctrl: false, alt: false, shift: false };
    /// Control alone.
    pub const CTRL: Self = Self { ctrl: true, alt: false, shift: false };
    /// Alt alone.
    pub const ALT: Self = Self { ctrl: false, alt: true, shift: false };
    /// Shift alone.
    pub const SHIFT: Self = Self { ctrl: false, alt: false, shift: true };
}

/// The names of keys that are no characters, as written in `keys.toml`.
const NAMES: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("space", Code::Char(' ')),
];

/// The names of keys that are no characters.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

impl Key {
    /// A key without modifiers.
    pub const fn new(code: Code) -> Self {
        Self { code, mods: Mods::NONE }
    }

    /// A character as typed.
    pub const fn char(ch: char) -> Self {
        Self::new(Code::Char(ch))
    }

    /// A character with control held.
    pub const fn ctrl(ch: char) -> Self {
        Self { code: Code::Char(ch), mods: Mods::CTRL }
    }

    /// Reads a key as written in `keys.toml`: `j`, `G`, `ctrl-q`, `shift-tab`, `pgdn`, `f5`, `space`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut mods = Mods::NONE;
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('-') {
            if tail.is_empty() {
                break; // the minus key itself
            }
            match head {
                "ctrl" => mods.ctrl = true,
                "alt" => mods.alt = true,
                "shift" => mods.shift = true,
                _ => return None,
            }
            rest = tail;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(ch), None) if !ch.is_control() && ch != ' ' => Code::Char(ch),
            _ => NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code).or_else(|| {
                let number: u8 = rest.strip_prefix('f')?.parse().ok()?;
                (1..=24).contains(&number).then_some(Code::F(number))
            })?,
        };
        Some(Self { code, mods }.normal())
    }

    /// The same key in its one spelling: a character swallows its shift, control makes letters small.
    pub fn normal(mut self) -> Self {
        if let Code::Char(ch) = &mut self.code {
            if self.mods.ctrl {
                *ch = ch.to_ascii_lowercase();
            } else if self.mods.shift {
                *ch = ch.to_uppercase().next().unwrap_or(*ch);
            }
            self.mods.shift = false;
        }
        self
    }

    /// The character that this key types into a text, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(ch) if !self.mods.ctrl && !self.mods.alt => Some(ch),
            _ => None,
        }
    }

    /// The key as shown in footer and help: short, with arrows.
    pub fn label(self) -> String {
        let code = match self.code {
            Code::Up => "↑".to_owned(),
            Code::Down => "↓".to_owned(),
            Code::Left => "←".to_owned(),
            Code::Right => "→".to_owned(),
            Code::Enter => "Enter".to_owned(),
            Code::Esc => "Esc".to_owned(),
            Code::Tab => "Tab".to_owned(),
            Code::Char(' ') => "Space".to_owned(),
            Code::PageUp => "PgUp".to_owned(),
            Code::PageDown => "PgDn".to_owned(),
            Code::F(number) => format!("F{number}"),
            _ => Self::new(self.code).to_string(),
        };
        format!("{}{code}", self.prefix())
    }

    fn prefix(self) -> String {
        [(self.mods.ctrl, "ctrl-"), (self.mods.alt, "alt-"), (self.mods.shift, "shift-")]
            .iter()
            .filter(|(held, _)| *held)
            .map(|(_, name)| *name)
            .collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prefix())?;
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(ch) => write!(f, "{ch}"),
            Code::F(number) => write!(f, "f{number}"),
            // Every other code has a name above.
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, key: Key) {
        assert_eq!(Key::parse(text), Some(key));
        assert_eq!(Key::parse(&key.to_string()), Some(key), "{key}");
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        check("j", Key::char('j'));
        check("G", Key::char('G'));
        check("-", Key::char('-'));
        check("ctrl--", Key::ctrl('-'));
        check("ctrl-q", Key::ctrl('q'));
        check("space", Key::char(' '));
        check("f12", Key::new(Code::F(12)));
        check("shift-tab", Key { code: Code::Tab, mods: Mods::SHIFT });
    }

    #[test]
    fn one_key_has_one_spelling() {
        check("shift-g", Key::char('G'));
        check("ctrl-Q", Key::ctrl('q'));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "ctlr-q", "foo", "f0", "f99", "ctrl-"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
