//! Pages: `MaxItems`, an opaque `Marker`, `IsTruncated` always there.
//!
//! A marker holds the key of the last row given, so pages stay right when rows come and go between them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};

use super::failure::Failure;
use super::operation::Request;

/// The rows of one page when `MaxItems` is absent.
const DEFAULT: u64 = 100;
/// Tells our markers from other text.
const HEAD: &str = "AAA1:";

/// Reads the marker of a request: the key after which the page begins.
pub fn marker(request: &Request<'_>) -> Result<Option<String>, Failure> {
    request
        .maybe("Marker")
        .map(|marker| decode(marker).ok_or_else(|| Failure::validation("Invalid Marker.")))
        .transpose()
}

fn decode(marker: &str) -> Option<String> {
    let text = String::from_utf8(BASE64.decode(marker).ok()?).ok()?;
    text.strip_prefix(HEAD).map(str::to_owned)
}

/// Cuts one page from rows that come in the order of their keys and begin behind the marker.
///
/// `list` names the member of the output, `show` turns a row into its value.
pub fn page<'a, R: 'a>(
    request: &Request<'_>,
    list: &str,
    rows: impl Iterator<Item = (&'a str, R)>,
    mut show: impl FnMut(R) -> Value,
) -> Value {
    let limit = usize::try_from(request.number("MaxItems").unwrap_or(DEFAULT)).unwrap_or(1);
    let mut shown = Vec::new();
    let mut last: Option<&str> = None;
    let mut more = false;
    for (key, row) in rows {
        if shown.len() == limit {
            more = true;
            break;
        }
        last = Some(key);
        shown.push(show(row));
    }
    let mut out = Map::new();
    out.insert(list.to_owned(), Value::Array(shown));
    finish(&mut out, last.filter(|_| more));
    Value::Object(out)
}

/// Adds `IsTruncated` and, where there is more, the marker behind the last key.
pub fn finish(out: &mut Map<String, Value>, more_after: Option<&str>) {
    out.insert("IsTruncated".to_owned(), Value::Bool(more_after.is_some()));
    if let Some(key) = more_after {
        out.insert("Marker".to_owned(), Value::String(BASE64.encode(format!("{HEAD}{key}"))));
    }
}

/// Pages over a list in memory, sorted by key already: everything behind the marker.
pub fn slice<'a, R: 'a>(
    request: &Request<'_>,
    list: &str,
    rows: impl Iterator<Item = (&'a str, R)>,
    show: impl FnMut(R) -> Value,
) -> Result<Value, Failure> {
    let marker = marker(request)?;
    Ok(page(request, list, rows.filter(|(key, _)| marker.as_deref().is_none_or(|after| *key > after)), show))
}

/// The rows of one page of a list that is in memory as a whole.
pub struct Window {
    /// The rows.
    pub rows: Vec<Value>,
    /// Where the next page begins, if there is one.
    pub next: Option<usize>,
}

impl Window {
    /// So many rows from a place on.
    pub fn of(rows: Vec<Value>, first: usize, size: usize) -> Self {
        let next = (rows.len() > first.saturating_add(size)).then_some(first + size);
        Self { rows: rows.into_iter().skip(first).take(size).collect(), next }
    }
}

/// Tokens that hold a place in a list and are good for that list alone.
pub(crate) mod sealed {
    use base64::Engine as _;

    use super::BASE64;
    use sha2::{Digest, Sha256};

    fn seal(list: &str) -> String {
        BASE64.encode(Sha256::digest(list))
    }

    /// A token for the page that begins at a place of a list.
    pub fn token(first: usize, list: &str) -> String {
        BASE64.encode(format!("{first}:{}", seal(list)))
    }

    /// Where the page of a token begins; none where the token is not ours, or another list's.
    pub fn place(token: &str, list: &str) -> Option<usize> {
        let text = String::from_utf8(BASE64.decode(token).ok()?).ok()?;
        let (first, sealed) = text.split_once(':')?;
        if sealed == seal(list) { first.parse().ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_markers_are_read() {
        let marker = BASE64.encode(format!("{HEAD}alice"));
        assert_eq!(decode(&marker).as_deref(), Some("alice"));
        for foreign in ["", "garbage", "YWxpY2U", "!!!!"] {
            assert_eq!(decode(foreign), None, "{foreign}");
        }
    }
}
