//! Changing one setting in the file of settings, and nothing else: comments, order and spaces are the user's.

use std::path::Path;

use toml::Value;
use toml::de::DeTable;

use super::Config;
use crate::base::error::UserError;

/// The text of the settings with another theme. A file that is not valid is not changed.
pub fn with_theme(text: &str, theme: &str, file: &Path) -> Result<String, UserError> {
    Config::parse(text, file)?;
    let value = Value::String(theme.to_owned());
    let place = DeTable::parse(text).ok().and_then(|table| Some(table.get_ref().get("theme")?.span()));
    let changed = match place.and_then(|span| Some((text.get(..span.start)?, text.get(span.end..)?))) {
        Some((before, after)) => format!("{before}{value}{after}"),
        // Before any table, a key is one of the file itself.
        None => format!("theme = {value}\n{text}"),
    };
    Config::parse(&changed, file)?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, changed: &str) {
        assert_eq!(with_theme(text, "nord", Path::new("config.toml")).unwrap(), changed);
    }

    #[test]
    fn the_theme_is_changed_and_nothing_else() {
        check("", "theme = \"nord\"\n");
        check("# mine\nread_only = true\n", "theme = \"nord\"\n# mine\nread_only = true\n");
        check(
            "region = 'eu-west-1'\ntheme='dark' # for the sun\n\n[checks]\nx = \"theme = 1\"\n",
            "region = 'eu-west-1'\ntheme=\"nord\" # for the sun\n\n[checks]\nx = \"theme = 1\"\n",
        );
        check("[names]\nuser = 'a'\n", "theme = \"nord\"\n[names]\nuser = 'a'\n");
        check("\"theme\" = \"\"\"\ndark\"\"\"", "\"theme\" = \"nord\"");
    }

    #[test]
    fn a_file_with_a_mistake_is_left_alone() {
        let told = with_theme("them = 'dark'", "nord", Path::new("config.toml")).unwrap_err();
        assert!(told.message.contains("unknown key `them`"), "{}", told.message);
    }
}
