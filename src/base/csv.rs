//! Records of CSV files (RFC 4180).

use std::borrow::Cow;

/// One record, with the end of its line.
pub fn record(fields: &[&str]) -> String {
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    });
    format!("{}\r\n", quoted.collect::<Vec<_>>().join(","))
}

/// A text that no spreadsheet takes for a formula: IAM names may begin with `=`, `+`, `-` and `@`.
pub fn inert(field: &str) -> Cow<'_, str> {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_commas_and_quotes_stays_one_field() {
        assert_eq!(record(&["a,b", "c\"d", "e"]), "\"a,b\",\"c\"\"d\",e\r\n");
    }

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!((&*inert("=1+1"), &*inert("ada")), ("'=1+1", "ada"));
    }
}
