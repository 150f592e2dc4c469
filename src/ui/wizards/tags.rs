//! Tags as they are typed: `key=value`.

use crate::api::Iam;
use crate::base::error::UserError;
use crate::model::Tag;
use crate::ui::form::check;

/// The tag that a text stands for; one without `=` has an empty value.
pub fn read(text: &str) -> Tag {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    Tag { key: key.into(), value: value.into() }
}

/// A tag as it is typed.
pub fn write(tag: &Tag) -> String {
    format!("{}={}", tag.key, tag.value)
}

/// Tests the value of a tag.
pub fn value(text: &str) -> Result<(), UserError> {
    check::by_limits(Iam::TagUser, "Tags.Value", "the tag's value", text)
}

/// What becomes of an entry without a value, which is easily meant otherwise.
pub fn remark(entries: &[String]) -> Option<String> {
    let key = entries.iter().find(|entry| !entry.contains('='))?;
    Some(format!("`{key}` without `=` has an empty value; write `{key}=VALUE` to set one."))
}

/// What is wrong with several tags together.
pub fn objection(entries: &[String]) -> Option<UserError> {
    if entries.len() > 50 {
        return Some(UserError::new(format!("{} tags; at most 50 are allowed", entries.len())));
    }
    let keys: Vec<Tag> = entries.iter().map(|text| read(text)).collect();
    for (at, tag) in keys.iter().enumerate() {
        let before = keys.get(..at).unwrap_or_default();
        if let Some(twin) = before.iter().find(|twin| twin.key.eq_ignore_ascii_case(&tag.key)) {
            return Some(UserError::new(format!("`{}` and `{}` are the same key to IAM", twin.key, tag.key)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(entries: &[&str], message: Option<&str>) {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        assert_eq!(objection(&entries).map(|told| told.message).as_deref(), message);
    }

    #[test]
    fn a_tag_is_read_as_it_is_written_and_a_value_may_hold_an_equals_sign() {
        assert_eq!(write(&read("env=prod")), "env=prod");
        assert_eq!(&*read("filter=a=b").value, "a=b");
        assert_eq!(&*read("plain").value, "");
    }

    #[test]
    fn a_tag_without_a_value_is_spoken_of() {
        assert_eq!(remark(&["env=a".to_owned(), "team=".to_owned()]), None);
        let told = remark(&["env=a".to_owned(), "team".to_owned()]).unwrap();
        assert_eq!(told, "`team` without `=` has an empty value; write `team=VALUE` to set one.");
    }

    #[test]
    fn keys_are_the_same_without_regard_to_case() {
        check(&["env=a", "team=b"], None);
        check(&["env=a", "Env=b"], Some("`env` and `Env` are the same key to IAM"));
        let many: Vec<String> = (0..51).map(|number| format!("k{number}=v")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&many, Some("51 tags; at most 50 are allowed"));
    }
}
