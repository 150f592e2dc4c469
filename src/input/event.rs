//! What the terminal sent.

use super::key::Key;

/// One thing that the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed. Releases never get this far.
    Key(Key),
    /// Text was pasted, as one edit.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The terminal's background colour, as it answered our question.
    Background(u8, u8, u8),
}
