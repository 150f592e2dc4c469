//! Whether one entry, list or statement leaves nothing to another.
//!
//! Every answer "yes" is right whatever the request; a "no" may be too careful where conditions or negations
//! would have to be compared with each other.

use super::canonical::{ConditionForm, Entries, StatementForm};
use super::operator::Operator;
use crate::base::wildcard;

/// Whether an action pattern matches all that another matches.
pub fn action(wide: &str, narrow: &str) -> bool {
    wide == "*" || wildcard::covers_ignore_case(wide, narrow)
}

/// Whether a resource pattern matches all that another matches: part by part, since a wildcard does not cross a colon
/// of the first five.
pub fn resource(wide: &str, narrow: &str) -> bool {
    if wide == "*" || wide == narrow {
        return true;
    }
    let (mut wide, mut narrow) = (wide.splitn(6, ':'), narrow.splitn(6, ':'));
    let mut parts = 0;
    loop {
        match (wide.next(), narrow.next()) {
            (Some(wide), Some(narrow)) if wildcard::covers(wide, narrow) => parts += 1,
            (None, None) => return parts == 6,
            _ => return false,
        }
    }
}

/// Whether entries match all that others match, each pair compared by `entry`.
pub fn entries(wide: &Entries, narrow: &Entries, entry: fn(&str, &str) -> bool) -> bool {
    match (wide, narrow) {
        (Entries::Absent, Entries::Absent) => true,
        (Entries::Of(wide), Entries::Of(narrow)) => narrow.iter().all(|n| wide.iter().any(|w| entry(w, n))),
        // All but few is more than all but many.
        (Entries::AllBut(wide), Entries::AllBut(narrow)) => wide.iter().all(|w| narrow.iter().any(|n| entry(n, w))),
        (Entries::Of(wide), Entries::AllBut(_)) => wide.contains("*"),
        _ => false,
    }
}

/// Whether a statement speaks of all that another speaks of, effects aside.
pub fn statement(wide: &StatementForm, narrow: &StatementForm) -> bool {
    entries(&wide.actions, &narrow.actions, action) && context(wide, narrow)
}

/// Like [`statement`], actions aside.
pub fn context(wide: &StatementForm, narrow: &StatementForm) -> bool {
    entries(&wide.resources, &narrow.resources, resource)
        && entries(&wide.principals, &narrow.principals, principal)
        && wide.conditions.iter().all(|w| narrow.conditions.iter().any(|n| condition(w, n)))
}

fn principal(wide: &str, narrow: &str) -> bool {
    wide == narrow || wide == "AWS *"
}

/// Whether a condition holds whenever another does.
fn condition(wide: &ConditionForm, narrow: &ConditionForm) -> bool {
    if wide.operator != narrow.operator || wide.key != narrow.key {
        return false;
    }
    let negated = Operator::parse(&wide.operator).is_none_or(|operator| operator.base.is_negated());
    if negated { wide.values.is_subset(&narrow.values) } else { narrow.values.is_subset(&wide.values) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(wide: &str, narrow: &str, expected: bool) {
        let form = |inner: &str| StatementForm::of(&read(&format!(r#"{{"Statement": {{{inner}}}}}"#)).statements[0]);
        assert_eq!(statement(&form(wide), &form(narrow)), expected, "{wide} over {narrow}");
    }

    #[test]
    fn resources_are_compared_part_by_part() {
        assert!(resource("arn:aws:s3:::a*", "arn:aws:s3:::abc/*"));
        assert!(resource("*", "arn:aws:s3:::a"));
        assert!(!resource("arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:111122223333:t"));
        assert!(!resource("arn:aws:s3:::a", "*"));
    }

    #[test]
    fn statements_cover_what_they_leave_nothing_to() {
        check(r#""Action": "s3:*", "Resource": "*""#, r#""Action": ["s3:Get*"], "Resource": ["arn:aws:s3:::a"]"#, true);
        check(r#""NotAction": "s3:*", "Resource": "*""#, r#""NotAction": ["s3:*", "a:b"], "Resource": "*""#, true);
        check(r#""NotAction": ["s3:*", "a:b"]"#, r#""NotAction": "s3:*""#, false);
        check(r#""Action": "*""#, r#""NotAction": "s3:*""#, true);
        let key = |values: &str| format!(r#""Action": "a:b", "Condition": {{"StringEquals": {{"k": {values}}}}}"#);
        check(r#""Action": "a:b""#, &key(r#""x""#), true);
        check(&key(r#"["x", "y"]"#), &key(r#""x""#), true);
        check(&key(r#""x""#), r#""Action": "a:b""#, false);
    }
}
