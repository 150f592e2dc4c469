//! The rules that a company has for names, beyond those of AWS.
//!
//! ```toml
//! [names]
//! user = "[a-z]+\\.[a-z]+"
//! group = { pattern = "[A-Z][A-Za-z]+", hint = "Groups begin with a capital letter." }
//! ```

use std::path::Path;

use regex::Regex;
use toml::{Table, Value};

use super::ConfigError;
use crate::base::error::UserError;
use crate::base::nearest::nearest;

/// What names are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// IAM users.
    User,
    /// User groups.
    Group,
    /// Roles.
    Role,
    /// Managed policies.
    Policy,
}

/// The rules in force; a kind without one takes every name that AWS takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameRules {
    rules: Vec<(Named, Rule)>,
}

#[derive(Debug, Clone)]
struct Rule {
    /// As written; the whole name must match it.
    pattern: String,
    regex: Regex,
    hint: Option<String>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, &self.hint) == (&other.pattern, &other.hint)
    }
}

impl Eq for Rule {}

const KINDS: [(&str, Named); 4] =
    [("user", Named::User), ("group", Named::Group), ("role", Named::Role), ("policy", Named::Policy)];
const PARTS: [&str; 2] = ["pattern", "hint"];

impl NameRules {
    /// Says what is wrong with a new name, where a rule is broken.
    pub fn objection(&self, kind: Named, name: &str) -> Option<UserError> {
        let (_, rule) = self.rules.iter().find(|(ruled, _)| *ruled == kind)?;
        if rule.regex.is_match(name) {
            return None;
        }
        let told = UserError::new(format!("`{name}` breaks the naming rule `{}`", rule.pattern));
        Some(match &rule.hint {
            Some(hint) => UserError::new(format!("`{name}` breaks the naming rule: {hint}")),
            None => told,
        })
    }

    /// Reads the table `[names]`.
    pub(super) fn read(table: &Table, file: &Path) -> Result<Self, ConfigError> {
        let mut rules = Vec::new();
        for (key, value) in table {
            let Some((_, kind)) = KINDS.iter().find(|(name, _)| name == key) else {
                return Err(unknown(file, format!("names.{key}"), nearest(key, KINDS.iter().map(|(name, _)| *name))));
            };
            rules.push((*kind, rule(value, key, file)?));
        }
        Ok(Self { rules })
    }
}

fn unknown(file: &Path, key: String, meant: Option<&'static str>) -> ConfigError {
    ConfigError::Unknown { file: file.to_owned(), key, meant }
}

fn rule(value: &Value, key: &str, file: &Path) -> Result<Rule, ConfigError> {
    let wrong = || ConfigError::Type { file: file.to_owned(), key: "names", wanted: "patterns in quotes" };
    let (pattern, hint) = match value {
        Value::String(pattern) => (pattern, None),
        Value::Table(parts) => {
            if let Some(part) = parts.keys().find(|part| !PARTS.contains(&part.as_str())) {
                return Err(unknown(file, format!("names.{key}.{part}"), nearest(part, PARTS.into_iter())));
            }
            let hint = parts.get("hint").map(|hint| hint.as_str().ok_or_else(wrong)).transpose()?;
            match parts.get("pattern") {
                Some(Value::String(pattern)) => (pattern, hint.map(str::to_owned)),
                _ => return Err(wrong()),
            }
        }
        _ => return Err(wrong()),
    };
    let regex = Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
        let reason = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        ConfigError::Syntax(file.to_owned(), format!("`names.{key}` is no pattern: {reason}"))
    })?;
    Ok(Rule { pattern: pattern.clone(), regex, hint })
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn parse(text: &str) -> Result<NameRules, UserError> {
        Config::parse(text, Path::new("config.toml")).map(|config| config.names).map_err(UserError::from)
    }

    #[test]
    fn a_name_that_breaks_a_rule_is_told_with_the_hint() {
        let rules = parse("[names]\nuser = '[a-z.]+'\ngroup = { pattern = '[A-Z].*', hint = 'begin with a capital' }");
        let rules = rules.unwrap();
        let told = |kind, name| rules.objection(kind, name).map(|told| told.message);
        assert_eq!(told(Named::User, "jesse.pinkman"), None);
        assert_eq!(told(Named::User, "Jesse").unwrap(), "`Jesse` breaks the naming rule `[a-z.]+`");
        assert_eq!(told(Named::Group, "dev").unwrap(), "`dev` breaks the naming rule: begin with a capital");
        assert_eq!(told(Named::Role, "anything"), None);
    }

    #[track_caller]
    fn check(text: &str, message: &str, hint: &str) {
        let told = parse(text).unwrap_err();
        assert!(told.message.contains(message), "{}", told.message);
        assert!(told.hint.as_deref().unwrap_or_default().contains(hint), "{:?}", told.hint);
    }

    #[test]
    fn what_is_wrong_in_the_rules_is_told_with_a_next_step() {
        check("[names]\nusr = 'a'", "unknown key `names.usr`", "`user`");
        check("[names]\nuser = { patern = 'a' }", "unknown key `names.user.patern`", "`pattern`");
        check("[names]\nuser = 3", "`names` in `config.toml` takes patterns in quotes", "Write");
        check("[names]\nuser = '('", "`names.user` is no pattern", "Correct the file");
    }
}
