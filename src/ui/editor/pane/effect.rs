//! What the edit changes against the version in force.

use super::Line;

/// The effect of the edit, as lines.
#[derive(Debug, Default)]
pub struct Effect {
    lines: Vec<Line>,
}

impl Effect {
    /// The lines that it shows.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Shows other lines.
    pub fn show(&mut self, lines: Vec<Line>) {
        self.lines = lines;
    }
}
