//! The syntax of the AWS config files, as the AWS CLI reads them.
//!
//! The AWS CLI reads them with Python's `configparser`, in its strict mode and without interpolation. What it accepts,
//! joins and refuses is told by that module's source; the SDK for Rust differs in quotes, comments and indentation.

/// One section: its header, and what it holds in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// What stands between the brackets.
    pub(super) header: String,
    /// Keys in lower case.
    pub(super) settings: Vec<(String, Value)>,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text; of several lines where it is continued.
    Text(String),
    /// Indented settings below a key that has nothing beside it, such as `s3 =`.
    Nested(Vec<(String, String)>),
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum IniError {
    /// The file begins with what some editors put in front of UTF-8, which the AWS CLI refuses.
    #[error("it begins with a byte order mark; save it as UTF-8 without one")]
    ByteOrderMark,
    /// A setting comes before any section.
    #[error("line {0} comes before the first section")]
    NoSection(usize),
    /// A section comes twice.
    #[error("line {0} begins the section [{1}] a second time")]
    SectionTwice(usize, String),
    /// A key comes twice in a section.
    #[error("line {0} sets `{1}` a second time in the section [{2}]")]
    KeyTwice(usize, String, String),
    /// A line is neither a section nor a setting. The line itself may be part of a secret.
    #[error("line {0} is neither a section nor a setting")]
    NoSetting(usize),
    /// An indented line below an empty setting is no setting.
    #[error("an indented line below `{0}` in the section [{1}] has no `=`")]
    NoNestedSetting(String, String),
}

/// The section whose settings hold in all others.
const DEFAULTS: &str = "DEFAULT";

/// What is read of a section before its lines are joined.
struct Open {
    header: String,
    settings: Vec<(String, Vec<String>)>,
}

/// Reads all sections of a file.
pub(super) fn parse(text: &str) -> Result<Vec<Section>, IniError> {
    if text.starts_with('\u{feff}') {
        return Err(IniError::ByteOrderMark);
    }
    let mut sections: Vec<Open> = Vec::new();
    let mut indent = 0;
    // Whether the last setting may go on in the next line.
    let mut goes_on = false;
    let mut wrong = None;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (number, line) in (1..).zip(text.split('\n')) {
        let value = line.trim();
        let is_comment = value.starts_with(['#', ';']);
        let last = sections.last_mut().and_then(|open| open.settings.last_mut()).filter(|_| goes_on);
        if value.is_empty() || is_comment {
            // A blank line is part of a value that goes on after it.
            if let (Some((_, lines)), false) = (last, is_comment) {
                lines.push(String::new());
            }
            continue;
        }
        let depth = line.chars().count() - line.trim_start().chars().count();
        if let (Some((_, lines)), true) = (last, depth > indent) {
            lines.push(value.to_owned());
            continue;
        }
        indent = depth;
        if let Some(header) = header(value) {
            if header != DEFAULTS && sections.iter().any(|open| open.header == header) {
                return Err(IniError::SectionTwice(number, header.to_owned()));
            }
            sections.push(Open { header: header.to_owned(), settings: Vec::new() });
            goes_on = false;
            continue;
        }
        let Some(open) = sections.last_mut() else { return Err(IniError::NoSection(number)) };
        match value.split_once(['=', ':']) {
            Some((key, value)) if !key.trim().is_empty() => {
                let key = key.trim().to_lowercase();
                if open.settings.iter().any(|(held, _)| *held == key) {
                    return Err(IniError::KeyTwice(number, key, open.header.clone()));
                }
                open.settings.push((key, vec![value.trim().to_owned()]));
                goes_on = true;
            }
            // The rest is read first: what is told of it comes before this.
            _ => wrong = wrong.or(Some(IniError::NoSetting(number))),
        }
    }
    match wrong {
        Some(error) => Err(error),
        None => join(sections),
    }
}

/// What stands between brackets; text after the last one is left out.
fn header(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?;
    let (header, _) = inner.rsplit_once(']')?;
    Some(header).filter(|header| !header.is_empty())
}

/// Joins the lines of values, and adds the defaults to every section.
fn join(open: Vec<Open>) -> Result<Vec<Section>, IniError> {
    let mut defaults: Vec<(String, Value)> = Vec::new();
    let mut sections = Vec::new();
    for Open { header, settings } in open {
        let mut joined = Vec::new();
        for (key, lines) in settings {
            let text = lines.join("\n").trim_end().to_owned();
            let value = if text.starts_with('\n') { nested(&text, &key, &header)? } else { Value::Text(text) };
            joined.push((key, value));
        }
        match header.as_str() {
            DEFAULTS => defaults.extend(joined),
            _ => sections.push(Section { header, settings: joined }),
        }
    }
    for section in &mut sections {
        for (key, value) in &defaults {
            if section.settings.iter().all(|(held, _)| held != key) {
                section.settings.push((key.clone(), value.clone()));
            }
        }
    }
    Ok(sections)
}

fn nested(text: &str, key: &str, header: &str) -> Result<Value, IniError> {
    let wrong = || IniError::NoNestedSetting(key.to_owned(), header.to_owned());
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pairs = lines.map(|line| line.split_once('=').ok_or_else(wrong));
    let pairs = pairs.map(|pair| pair.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())));
    pairs.collect::<Result<_, _>>().map(Value::Nested)
}

/// The words of a text as a shell splits them; none where a quote is left open.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(ch) = rest.next() {
        match ch {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(rest.next()?),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        ch => word.push(ch),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' if matches!(rest.peek(), Some('"' | '\\')) => word.extend(rest.next()),
                        ch => word.push(ch),
                    }
                }
            }
            ch => word.get_or_insert_default().push(ch),
        }
    }
    words.extend(word);
    Some(words)
}
