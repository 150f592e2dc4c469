//! One document as several that together mean the same, each within a quota.
//!
//! The policies of a principal are decided together, so statements may be spread over documents as one likes. A
//! statement that is too long by itself is split in its list of actions or of resources: what each part names, it
//! names in full. The lists of `NotAction` and `NotResource` stay whole, as half of one would match more.

use serde_json::{Map, Value};

use super::size::Size;

/// Why a document cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsplit {
    /// It is no policy.
    #[error("the document cannot be split: it is no JSON object with statements")]
    NoPolicy,
    /// A statement is longer than a policy may be, and has no list that can be split.
    #[error("statement {number} alone needs more than {limit} characters, and its lists cannot be split")]
    Statement {
        /// Its number, from one.
        number: usize,
        /// The most characters of one document.
        limit: usize,
    },
}

/// The lists of a statement that may be split: the parts together match what the whole matches.
const LISTS: [&str; 2] = ["Action", "Resource"];

/// Splits a document into documents of at most so many characters without white space; one that fits stays as it is.
pub fn split(text: &str, limit: usize) -> Result<Vec<String>, Unsplit> {
    if Size::of(text).compact <= limit {
        return Ok(vec![text.to_owned()]);
    }
    let Ok(Value::Object(mut head)) = serde_json::from_str(text) else { return Err(Unsplit::NoPolicy) };
    let statements = match head.remove("Statement") {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => vec![one],
        _ => return Err(Unsplit::NoPolicy),
    };
    let empty = size(&document(&head, Vec::new()));
    let room = limit.saturating_sub(empty);
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, statement) in statements.into_iter().enumerate() {
        let Value::Object(statement) = statement else { return Err(Unsplit::NoPolicy) };
        let mut parts = Vec::new();
        if !divide(statement, room, &mut parts) {
            return Err(Unsplit::Statement { number: at + 1, limit });
        }
        for part in parts {
            place(part, room, &mut pieces);
        }
    }
    let texts = pieces.into_iter().map(|piece| {
        let document = document(&head, piece.statements);
        serde_json::to_string_pretty(&document).unwrap_or_default()
    });
    Ok(texts.collect())
}

/// A document that is filled.
struct Piece {
    statements: Vec<Value>,
    used: usize,
}

/// A document with these statements.
fn document(head: &Map<String, Value>, statements: Vec<Value>) -> Value {
    let mut document = head.clone();
    document.insert("Statement".to_owned(), Value::Array(statements));
    Value::Object(document)
}

fn size(value: &Value) -> usize {
    Size::of(&value.to_string()).compact
}

/// Breaks a statement into parts that each have room; whether that is possible.
fn divide(statement: Map<String, Value>, room: usize, parts: &mut Vec<Map<String, Value>>) -> bool {
    if size(&Value::Object(statement.clone())) <= room {
        parts.push(statement);
        return true;
    }
    // The longer list is the one that is in the way.
    let long = LISTS.into_iter().filter_map(|name| Some((name, statement.get(name)?.as_array()?)));
    let long = long.filter(|(_, list)| list.len() > 1);
    let Some((name, list)) = long.max_by_key(|(_, list)| list.iter().map(size).sum::<usize>()) else { return false };
    let with = |entries: &[Value]| {
        let mut part = statement.clone();
        part.insert(name.to_owned(), Value::Array(entries.to_vec()));
        part
    };
    let mut left = list.as_slice();
    while !left.is_empty() {
        // An entry is written with its comma, which the first one of a list has not.
        let mut used = size(&Value::Object(with(&[]))).saturating_sub(1);
        let fits = left.iter().take_while(|entry| {
            used += size(entry) + 1;
            used <= room
        });
        let (now, later) = left.split_at(fits.count().max(1));
        if now.len() == list.len() || !divide(with(now), room, parts) {
            return false;
        }
        left = later;
    }
    true
}

/// Puts a statement into the first document that has room for it.
fn place(mut statement: Map<String, Value>, room: usize, pieces: &mut Vec<Piece>) {
    let sid = statement.get("Sid").and_then(Value::as_str).map(str::to_owned);
    for piece in pieces.iter_mut() {
        if let Some(sid) = &sid {
            statement.insert("Sid".to_owned(), free(sid, piece).into());
        }
        let used = piece.used + 1 + size(&Value::Object(statement.clone()));
        if used <= room {
            piece.statements.push(Value::Object(statement));
            piece.used = used;
            return;
        }
    }
    if let Some(sid) = sid {
        statement.insert("Sid".to_owned(), sid.into());
    }
    let used = size(&Value::Object(statement.clone()));
    pieces.push(Piece { statements: vec![Value::Object(statement)], used });
}

/// The id of a statement; one that the document has already gets a number, as it must be unique there.
fn free(sid: &str, piece: &Piece) -> String {
    let is_taken =
        |sid: &str| piece.statements.iter().any(|other| other.get("Sid").and_then(Value::as_str) == Some(sid));
    if !is_taken(sid) {
        return sid.to_owned();
    }
    // Each statement takes at most one of the numbers.
    let mut numbered = (2..=piece.statements.len() + 2).map(|number| format!("{sid}{number}"));
    numbered.find(|sid| !is_taken(sid)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::policy::evaluate::{Compiled, PolicySet, Principal, Request, evaluate};

    #[test]
    fn what_fits_stays_byte_for_byte() {
        let text = "{ \"Version\": \"2012-10-17\",\n \"Statement\": [] }";
        assert_eq!(split(text, 100), Ok(vec![text.to_owned()]));
    }

    #[test]
    fn a_long_statement_is_split_in_its_list_and_keeps_its_id_unique() {
        let actions: Vec<String> = (0..30).map(|number| format!("s3:Action{number:02}")).collect();
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": actions, "Resource": "*"},
            {"Sid": "A2", "Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
        ]});
        let pieces = split(&document.to_string(), 320).unwrap();
        assert_eq!(pieces.len(), 3);
        for piece in &pieces {
            let value: Value = serde_json::from_str(piece).unwrap();
            assert_eq!(value["Version"], "2012-10-17");
            assert!(Size::of(piece).compact <= 320);
        }
    }

    #[test]
    fn what_cannot_be_split_is_told() {
        let actions: Vec<String> = (0..30).map(|number| format!("s3:Action{number:02}")).collect();
        let document = json!({"Statement": {"Effect": "Deny", "NotAction": actions, "Resource": "*"}});
        let told = split(&document.to_string(), 300).unwrap_err();
        assert_eq!(told.to_string(), "statement 1 alone needs more than 300 characters, and its lists cannot be split");
        assert_eq!(split(&"x".repeat(400), 300), Err(Unsplit::NoPolicy));
    }

    const ACTIONS: &[&str] =
        &["s3:GetObject", "s3:PutObject", "s3:*", "ec2:Describe*", "ec2:RunInstances", "iam:PassRole", "*"];
    const RESOURCES: &[&str] =
        &["*", "arn:aws:s3:::logs/*", "arn:aws:s3:::data/${aws:username}/*", "arn:aws:iam::123456789012:role/*"];

    fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
        prop::collection::vec(prop::sample::select(of), 1..12)
    }

    fn statement() -> impl Strategy<Value = Value> {
        let condition = prop::sample::select(vec![
            json!({}),
            json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}),
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ]);
        (any::<bool>(), 0..4, some(ACTIONS), some(RESOURCES), condition, any::<bool>()).prop_map(
            |(allow, form, actions, resources, condition, named)| {
                let mut out = Map::new();
                if named {
                    out.insert("Sid".into(), "Same".into());
                }
                out.insert("Effect".into(), if allow { "Allow" } else { "Deny" }.into());
                // A list of what is meant, or of what is not: that one stays short enough to stay whole.
                let (action, resource) = (
                    if form == 1 { "NotAction" } else { "Action" },
                    if form == 2 { "NotResource" } else { "Resource" },
                );
                let short =
                    |name: &str, list: &[&str]| json!(list.get(..if name.starts_with("Not") { 1 } else { list.len() }));
                out.insert(action.into(), short(action, &actions));
                out.insert(resource.into(), short(resource, &resources));
                if condition != json!({}) {
                    out.insert("Condition".into(), condition);
                }
                Value::Object(out)
            },
        )
    }

    fn decided(documents: &[String], request: &Request) -> crate::policy::evaluate::Decision {
        let identity = documents.iter().map(|text| Arc::new(Compiled::new(text).unwrap())).collect();
        evaluate(request, &PolicySet { identity, ..PolicySet::default() }).unwrap().decision
    }

    proptest! {
        #[test]
        fn the_parts_decide_every_request_as_the_whole_does(
            mut statements in prop::collection::vec(statement(), 1..8),
            limit in 330usize..900,
            mfa in any::<bool>(),
        ) {
            // Ids must be unique in the whole, and every part keeps its own.
            for (at, statement) in statements.iter_mut().enumerate() {
                if let Some(sid) = statement.get_mut("Sid") {
                    *sid = format!("Same{at}").into();
                }
            }
            let whole = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
            let parts = split(&whole, limit).unwrap();
            for part in &parts {
                prop_assert!(Size::of(part).compact <= limit);
                prop_assert!(crate::policy::malformed::check(part, crate::policy::malformed::DocumentUse::Managed).is_ok());
            }
            let user = Principal::from_arn("arn:aws:iam::123456789012:user/ada").unwrap();
            let actions = ["s3:GetObject", "s3:ListBucket", "ec2:DescribeVpcs", "ec2:RunInstances", "iam:PassRole", "sqs:SendMessage"];
            let resources = ["arn:aws:s3:::logs/a", "arn:aws:s3:::data/ada/a", "arn:aws:s3:::data/bob/a", "arn:aws:iam::123456789012:role/x", "*"];
            for action in actions {
                for resource in resources {
                    for region in ["eu-west-1", "us-east-1"] {
                        let request = Request::new(user.clone(), action, resource)
                            .with("aws:RequestedRegion", [region])
                            .with("aws:MultiFactorAuthPresent", [mfa.to_string()]);
                        prop_assert_eq!(decided(&parts, &request), decided(std::slice::from_ref(&whole), &request));
                    }
                }
            }
        }
    }
}
