//! Theme files: reading, inheriting, and saying what is wrong with them.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::base::error::UserError;
use crate::base::nearest::nearest;

use super::depth::{Depth, indexed, named};
use super::{Ground, ROLES, Signs, Theme};

macro_rules! embedded {
    ($($name:literal)*) => {
        /// The themes carried inside: name and text.
        pub(super) const EMBEDDED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../themes/", $name, ".toml"))),)*];
    };
}

embedded! {
    "dark"
    "light"
    "high-contrast-dark"
    "high-contrast-light"
    "colour-blind"
    "monochrome"
    "sixteen"
    "catppuccin-latte"
    "catppuccin-mocha"
    "dracula"
    "gruvbox-dark"
    "gruvbox-light"
    "nord"
    "solarized-dark"
    "solarized-light"
    "tokyo-night"
}

/// How deep themes may inherit from each other; more is a circle.
const GENERATIONS: usize = 8;

/// A theme file as written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherit: Option<String>,
    /// What the theme is made for.
    #[serde(default)]
    ground: Option<Ground>,
    #[serde(default)]
    colors: BTreeMap<String, (String, String)>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
}

impl Theme {
    /// Loads a theme by name: the user's own through `read`, then those carried inside.
    pub fn load(name: &str, depth: Depth, read: &dyn Fn(&str) -> Option<String>) -> Result<Self, UserError> {
        let file = gather(name, read)?;
        let ground = file.ground.unwrap_or_default();
        if depth == Depth::None {
            return Ok(Self { name: name.to_owned(), ground, ..Self::plain() });
        }
        let styles = ROLES
            .iter()
            .map(|(_, role, _)| match file.roles.get(*role) {
                Some(look) => style(look, &file.colors, depth)
                    .map_err(|word| told(name, &format!("`{word}` at `{role}` is neither a colour nor an attribute"))),
                None => Ok(Style::new()),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { name: name.to_owned(), styles, depth, ground, signs: Signs::default() })
    }
}

fn told(name: &str, what: &str) -> UserError {
    UserError::new(format!("theme `{name}`: {what}"))
        .hint("A role is written like `red bold` or `ink on blue`; the embedded `dark` theme shows all of them.")
}

/// Reads a theme with all that it inherits, the nearest winning.
///
/// A user's file with the name of a theme carried inside lies over that one.
fn gather(name: &str, read: &dyn Fn(&str) -> Option<String>) -> Result<File, UserError> {
    let mut whole = File::default();
    let mut next = Some(name.to_owned());
    for _ in 0..GENERATIONS {
        let Some(current) = next.take() else { return Ok(whole) };
        let embedded = EMBEDDED.iter().find(|(known, _)| *known == current).map(|(_, text)| (*text).to_owned());
        let texts: Vec<String> = [read(&current), embedded].into_iter().flatten().collect();
        if texts.is_empty() {
            return Err(unknown(&current));
        }
        for text in texts {
            let file = parse(&current, &text)?;
            whole.ground = whole.ground.or(file.ground);
            for (key, value) in file.colors {
                whole.colors.entry(key).or_insert(value);
            }
            for (key, value) in file.roles {
                whole.roles.entry(key).or_insert(value);
            }
            next = next.or(file.inherit.filter(|parent| *parent != current));
        }
        // Every theme stands on the dark one, so that a role is never without a look.
        next = next.or_else(|| (current != "dark").then(|| "dark".to_owned()));
    }
    if next.is_none() { Ok(whole) } else { Err(told(name, "it inherits from itself")) }
}

fn parse(name: &str, text: &str) -> Result<File, UserError> {
    let file: File = toml::from_str(text).map_err(|error| told(name, error.message()))?;
    match file.roles.keys().find(|role| !ROLES.iter().any(|(_, known, _)| known == role)) {
        Some(role) => Err(told(name, &format!("there is no role `{role}`"))),
        None => Ok(file),
    }
}

fn unknown(name: &str) -> UserError {
    let known = || EMBEDDED.iter().map(|(known, _)| *known);
    let hint = nearest(name, known()).map_or_else(
        || format!("Use one of {}.", known().collect::<Vec<_>>().join(", ")),
        |meant| format!("Did you mean `{meant}`?"),
    );
    UserError::new(format!("there is no theme `{name}`"))
        .hint(format!("{hint} Or put `{name}.toml` into the `themes` folder beside the config file."))
}

/// Reads `[colour] [on colour] [attribute]…`; gives the word that is neither.
fn style(look: &str, colors: &BTreeMap<String, (String, String)>, depth: Depth) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = look.split_whitespace();
    while let Some(word) = words.next() {
        let attribute = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "on" => {
                let ground = words.next().unwrap_or_default();
                style = style.bg(colour(ground, colors, depth).ok_or(ground)?);
                continue;
            }
            _ => {
                style = style.fg(colour(word, colors, depth).ok_or(word)?);
                continue;
            }
        };
        style = style.add_modifier(attribute);
    }
    Ok(style)
}

fn colour(word: &str, colors: &BTreeMap<String, (String, String)>, depth: Depth) -> Option<Color> {
    let (exact, among_sixteen) = match colors.get(word) {
        Some((exact, among_sixteen)) => (exact.as_str(), among_sixteen.as_str()),
        None => (word, word),
    };
    if depth == Depth::Sixteen {
        // A user's bare `#rrggbb` has no name among the sixteen; the terminal's own colour is always readable.
        return named(among_sixteen).or_else(|| hex(exact).map(|_| Color::Reset));
    }
    let Some((r, g, b)) = hex(exact) else { return named(exact) };
    Some(if depth == Depth::True { Color::Rgb(r, g, b) } else { indexed(r, g, b) })
}

fn hex(text: &str) -> Option<(u8, u8, u8)> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, r, g, b] = value.to_be_bytes();
    Some((r, g, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Look;

    fn none(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn the_embedded_themes_give_every_role_a_look() {
        for (name, _) in EMBEDDED {
            for depth in [Depth::Sixteen, Depth::Indexed, Depth::True] {
                assert!(Theme::load(name, depth, &none).is_ok(), "{name}");
            }
            let file = gather(name, &none).unwrap();
            for (_, role, _) in ROLES {
                assert!(file.roles.contains_key(*role), "{name}: {role}");
            }
        }
    }

    #[test]
    fn a_users_theme_lies_over_what_it_inherits() {
        let read =
            |name: &str| (name == "mine").then(|| "inherit = \"light\"\n[roles]\ndanger = \"#010203 bold\"".to_owned());
        let theme = Theme::load("mine", Depth::True, &read).unwrap();
        assert_eq!(theme.style(Look::Danger).fg, Some(Color::Rgb(1, 2, 3)));
        let light = Theme::load("light", Depth::True, &none).unwrap();
        assert_eq!(theme.style(Look::Link), light.style(Look::Link));
        assert_ne!(light.style(Look::Link), Theme::load("dark", Depth::True, &none).unwrap().style(Look::Link));
    }

    #[track_caller]
    fn check_refused(text: &str, message: &str) {
        let read = |name: &str| (name == "mine").then(|| text.to_owned());
        let told = Theme::load("mine", Depth::True, &read).unwrap_err();
        assert!(told.message.contains(message), "{}", told.message);
        assert!(told.hint.is_some());
    }

    #[test]
    fn what_is_wrong_in_a_theme_is_said() {
        check_refused("[roles]\ndangr = \"red\"", "no role `dangr`");
        check_refused("[roles]\ndanger = \"rde\"", "`rde` at `danger`");
        check_refused("colour = 3", "unknown field");
        let told = Theme::load("drak", Depth::True, &none).unwrap_err();
        assert!(told.message.contains("no theme `drak`"));
        let circle = |name: &str| Some(format!("inherit = \"{}\"", if name == "a" { "b" } else { "a" }));
        assert!(Theme::load("a", Depth::True, &circle).unwrap_err().message.contains("itself"));
    }
}
