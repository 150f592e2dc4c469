//! Tables of many items: names, one a line, or CSV (RFC 4180) with a header line.

use std::collections::HashMap;

use crate::base::error::UserError;
use crate::base::nearest::nearest;
/// The most bytes of a table: far more than an account can contain.
pub const MOST: usize = 16 << 20;

/// How many bad rows an error lists.
const NAMED: usize = 10;

/// One row with the number of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number of its line, from one.
    pub line: usize,
    cells: HashMap<&'static str, String>,
}

impl Row {
    /// A cell of this column; nothing where it is empty.
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The values of a cell, which semicolons separate.
    pub fn list(&self, column: &str) -> Vec<String> {
        let cell = self.cell(column).unwrap_or_default();
        cell.split(';').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }
}

/// The errors of rows, each with its line.
#[derive(Debug, Default)]
pub struct Faults(Vec<(usize, UserError)>);

impl Faults {
    /// Adds the error of a line.
    pub fn add(&mut self, line: usize, told: UserError) {
        self.0.push((line, told));
    }

    /// An error that names the lines, where there are any.
    pub fn done(self, source: &str) -> Result<(), UserError> {
        // What helps with one line may be wrong for the others.
        let hint = match self.0.as_slice() {
            [] => return Ok(()),
            [(_, only)] => only.hint.clone(),
            _ => None,
        };
        let mut told: Vec<String> =
            self.0.iter().take(NAMED).map(|(line, told)| format!("line {line}: {}", told.message)).collect();
        if self.0.len() > NAMED {
            told.push(format!("and {} more lines", self.0.len() - NAMED));
        }
        let message = format!("{source} was not used: {}", told.join("; "));
        Err(UserError { message, hint })
    }
}

/// Reads a table; errors name its source. Without a header line, each line is a cell of the first column.
pub fn read(text: &str, source: &str, columns: &[&'static str]) -> Result<Vec<Row>, UserError> {
    parse(text, columns).map_err(|(line, told)| UserError {
        message: format!("{source}, line {line}: {}", told.message),
        hint: told.hint,
    })
}

fn parse(text: &str, columns: &[&'static str]) -> Result<Vec<Row>, (usize, UserError)> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).peekable();
    let Some((number, first)) = lines.peek().copied() else { return Ok(Vec::new()) };
    let names = split(first).map_err(|told| (number, told))?;
    let known = |name: &str| columns.iter().copied().find(|column| plain(column) == plain(name));
    let is_header = names.first().is_some_and(|name| known(name).is_some()) || names.len() > 1;
    if !is_header {
        let first = columns.first().copied().unwrap_or_default();
        let row = |(line, text): (usize, &str)| {
            let cells = split(text).map_err(|told| (line, told))?;
            match cells.as_slice() {
                [one] => Ok(Row { line, cells: [(first, one.clone())].into() }),
                _ => Err((line, UserError::new("several cells without a header line").hint(header(columns)))),
            }
        };
        return lines.map(row).collect();
    }
    lines.next();
    let mut places = Vec::new();
    for name in &names {
        let told = || {
            let meant = nearest(&plain(name), columns.iter().copied()).map(|meant| format!("Did you mean `{meant}`?"));
            let told = UserError::new(format!("there is no column `{name}`"));
            UserError { hint: meant.or_else(|| Some(header(columns))), ..told }
        };
        places.push(known(name).ok_or_else(|| (number, told()))?);
    }
    let row = |(line, text): (usize, &str)| {
        let cells = split(text).map_err(|told| (line, told))?;
        if cells.len() > places.len() {
            return Err((line, UserError::new(format!("{} cells, and {} columns", cells.len(), places.len()))));
        }
        Ok(Row { line, cells: places.iter().copied().zip(cells).collect() })
    };
    lines.map(row).collect()
}

fn header(columns: &[&'static str]) -> String {
    format!("The first line names the columns: {}.", columns.join(", "))
}

/// A column's name as it is compared: `User name` is `username`.
fn plain(name: &str) -> String {
    name.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The cells of one line.
fn split(line: &str) -> Result<Vec<String>, UserError> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, left) = if let Some(quoted) = rest.trim_start().strip_prefix('"') {
            let (cell, left) = unquoted(quoted)?;
            (cell, left.trim_start())
        } else {
            let (cell, left) = rest.find(',').map_or((rest, ""), |at| rest.split_at(at));
            (cell.trim().to_owned(), left)
        };
        cells.push(cell);
        match left.strip_prefix(',') {
            Some(next) => rest = next,
            None if left.is_empty() => return Ok(cells),
            None => return Err(UserError::new("there is text behind a closing quotation mark")),
        }
    }
}

/// A cell up to its closing quotation mark, and what is behind that.
fn unquoted(text: &str) -> Result<(String, &str), UserError> {
    let mut cell = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => return Ok((cell, after)),
        }
    }
    Err(UserError::new("a quotation mark is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["user", "groups", "tags"];

    fn told(text: &str) -> String {
        match parse(text, COLUMNS) {
            Ok(rows) => {
                let row = |row: &Row| format!("{} {:?} {:?}", row.line, row.cell("user"), row.list("groups"));
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            Err((line, told)) => format!("line {line}: {told}"),
        }
    }

    #[test]
    fn names_and_csv_are_read_with_the_numbers_of_their_lines() {
        assert_eq!(told("ada\n\nbob\n"), "1 Some(\"ada\") []\n3 Some(\"bob\") []");
        let csv = "User,Groups\r\nada,ops;dev\r\n\"o\"\"neil, x\", \r\n";
        assert_eq!(told(csv), "2 Some(\"ada\") [\"ops\", \"dev\"]\n3 Some(\"o\\\"neil, x\") []");
        assert_eq!(told(""), "");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(told("user,grups\nada,x"), "line 1: there is no column `grups`");
        assert_eq!(told("user\nada,x"), "line 2: 2 cells, and 1 columns");
        assert_eq!(told("ada\nbob,x"), "line 2: several cells without a header line");
        assert_eq!(told("user\n\"ada"), "line 2: a quotation mark is not closed");
        assert_eq!(told("user\n\"ada\"x"), "line 2: there is text behind a closing quotation mark");
    }
}
