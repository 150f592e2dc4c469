//! Themes: styles by meaning, built-in themes, and the user's own.
//!
//! A widget names a [`Look`], never a colour. A theme file gives its colours; what it leaves out comes from the theme
//! that it inherits. [`Depth`] says how many colours the terminal has; with none, a plain attribute is left, and
//! marks and words show what colours would.

pub(crate) mod catalogue;
pub(crate) mod depth;
pub(crate) mod file;
pub(crate) mod signs;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

pub use catalogue::Catalogue;
pub use depth::Depth;
pub use signs::Signs;

macro_rules! roles {
    ($($role:ident $name:literal $plain:literal $doc:literal;)*) => {
        /// What a piece of the screen means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Look {
            $(#[doc = $doc] $role,)*
        }

        /// Every role: its name in theme files, and how it looks where there are no colours.
        pub const ROLES: &[(Look, &str, &str)] = &[$((Look::$role, $name, $plain),)*];

        /// What each role is for, in the same order.
        pub const MEANINGS: &[&str] = &[$($doc,)*];
    };
}

roles! {
    Text          "text"           ""          "Plain text.";
    Muted         "muted"          ""          "Less important text: labels, units, times.";
    Border        "border"         ""          "Lines between parts.";
    Title         "title"          "bold"      "The name of what the page shows.";
    Heading       "heading"        "bold"      "Heads of columns and panels.";
    Accent        "accent"         ""          "What the eye should find: identity, counts.";
    Key           "key"            "bold"      "A key to press.";
    Link          "link"           "underline" "What Enter follows.";
    Selection     "selection"      "reverse"   "The selected row where keys go.";
    SelectionIdle "selection-idle" "underline" "The selected row of a part that keys do not reach.";
    Mark          "mark"           "bold"      "A marked row.";
    Match         "match"          "underline" "The characters that a filter matched.";
    Input         "input"          "bold"      "Text being typed.";
    Good          "good"           ""          "Allowed, healthy, done.";
    Bad           "bad"            ""          "Denied by a policy, failed.";
    Danger        "danger"         "bold"      "What can hurt.";
    Warning       "warning"        "bold"      "What deserves a look.";
    Info          "info"           ""          "A neutral notice.";
    Unknown       "unknown"        ""          "Not asked yet.";
    Denied        "denied"         ""          "Not readable with these permissions.";
    Absent        "absent"         ""          "Known to be not there.";
    Badge         "badge"          "reverse"   "A state of the whole session, such as read-only.";
    Tab           "tab"            ""          "A tab.";
    TabActive     "tab-active"     "reverse"   "The tab that is shown.";
    Gauge         "gauge"          ""          "The filled part of a gauge.";
    CursorLine    "cursor-line"    ""          "The line of the editor that the cursor is in.";
    Bracket       "bracket"        "bold"      "A bracket under the cursor, and the one that belongs to it.";
    Added         "added"          ""          "A line that only the newer text has.";
    AddedWord     "added-word"     "underline" "What is new in such a line.";
    Removed       "removed"        ""          "A line that only the older text has.";
    RemovedWord   "removed-word"   "underline" "What is gone from such a line.";
    JsonKey       "json-key"       ""          "A member's name in JSON.";
    JsonString    "json-string"    ""          "A string in JSON.";
    JsonNumber    "json-number"    ""          "A number in JSON.";
    JsonKeyword   "json-keyword"   ""          "`true`, `false` and `null` in JSON.";
    JsonMark      "json-mark"      ""          "Braces, brackets, colons and commas in JSON.";
    Paper         "paper"          ""          "The ground of the whole screen, such as `on black`; `none` is the terminal's own.";
}

/// The ground a theme is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Light text on dark.
    #[default]
    Dark,
    /// Dark text on light.
    Light,
}

impl Ground {
    /// The ground that a background colour is.
    pub fn of(r: u8, g: u8, b: u8) -> Self {
        // Rec. 709 luma, which is near enough to tell black from white.
        let luma = 2126 * u32::from(r) + 7152 * u32::from(g) + 722 * u32::from(b);
        if luma > 1_275_000 { Self::Light } else { Self::Dark }
    }

    /// The name of the embedded theme for this ground.
    pub const fn theme(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// The look of every role, for one depth of colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: Vec<Style>,
    depth: Depth,
    ground: Ground,
    signs: Signs,
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Look) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// What the whole screen is drawn on; none where that is the terminal's own ground.
    pub fn paper(&self) -> Option<Style> {
        let ground = self.style(Look::Paper).bg.filter(|ground| *ground != Color::Reset)?;
        Some(Style::new().bg(ground))
    }

    /// The same look with the signs that the terminal has.
    pub fn with_signs(self, signs: Signs) -> Self {
        Self { signs, ..self }
    }

    /// The signs that the terminal has.
    pub fn signs(&self) -> Signs {
        self.signs
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many colours it uses.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The ground it is made for.
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// Black and white in this depth, whatever the theme; none where there are no colours.
    pub fn black_and_white(&self) -> Option<(Color, Color)> {
        match self.depth {
            Depth::None => None,
            Depth::Sixteen => Some((Color::Black, Color::White)),
            Depth::Indexed => Some((Color::Indexed(16), Color::Indexed(231))),
            Depth::True => Some((Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255))),
        }
    }

    /// A theme without any colour: the attributes of the roles alone.
    pub fn plain() -> Self {
        let styles = ROLES
            .iter()
            .map(|(_, _, look)| match *look {
                "bold" => Style::new().add_modifier(Modifier::BOLD),
                "underline" => Style::new().add_modifier(Modifier::UNDERLINED),
                "reverse" => Style::new().add_modifier(Modifier::REVERSED),
                _ => Style::new(),
            })
            .collect();
        Self { name: "plain".into(), styles, depth: Depth::None, ground: Ground::Dark, signs: Signs::Drawn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_its_own_index() {
        for (at, (role, ..)) in ROLES.iter().enumerate() {
            assert_eq!(*role as usize, at);
        }
    }

    #[test]
    fn black_is_dark_and_paper_is_light() {
        assert_eq!(Ground::of(0, 0, 0), Ground::Dark);
        assert_eq!(Ground::of(0x28, 0x2c, 0x34), Ground::Dark);
        assert_eq!(Ground::of(0xfd, 0xf6, 0xe3), Ground::Light);
    }

    #[test]
    fn without_colours_the_selection_is_reversed() {
        let theme = Theme::plain();
        assert_eq!(theme.style(Look::Selection), Style::new().add_modifier(Modifier::REVERSED));
        assert!(theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }
}
