//! Files that a command is given.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::base::error::Told;

/// Reads a text file; `-` is standard input.
pub fn read_text(path: &Path) -> Result<String, Told> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| {
        let told = Told::new(format!("cannot read `{}`: {error}", path.display()));
        match error.kind() {
            io::ErrorKind::NotFound => told.hint("Check the path; `-` reads standard input."),
            io::ErrorKind::InvalidData => told.hint("The file must be UTF-8 text."),
            _ => told,
        }
    })
}
