//! A file that an answer names, which is read when the wizard ends.

use std::path::{Path, PathBuf};

use crate::base::error::UserError;
use crate::message::TaskResult;
use crate::ui::message::UiMessage;

/// The file that was asked for, and what came of it.
#[derive(Debug, Default)]
pub struct FileAnswer(Option<(PathBuf, Option<Result<String, UserError>>)>);

impl FileAnswer {
    /// The text of the file, or its path where it has to be read first.
    pub fn text(&mut self, path: &str) -> Result<Result<String, PathBuf>, UserError> {
        let path = PathBuf::from(path);
        // What was read once may have been written again: a file is read for each review.
        match self.0.take() {
            Some((asked, Some(read))) if asked == path => read.map(Ok),
            _ => {
                self.0 = Some((path.clone(), None));
                Ok(Err(path))
            }
        }
    }

    /// Takes what was read, where it is the file that was asked for.
    pub fn on_message(&mut self, message: &UiMessage) {
        if let UiMessage::TaskDone(result) = message
            && let TaskResult::Read { path, result } = result.as_ref()
            && let Some((asked, read)) = &mut self.0
            && is_same(asked, path)
        {
            // What is not there reads as an empty text.
            let empty =
                || UserError::new(format!("`{}` is not there, or empty", path.display())).hint("Check the path.");
            *read = Some(result.clone().and_then(|text| if text.is_empty() { Err(empty()) } else { Ok(text) }));
        }
    }
}

/// Whether a file that was read is the one that was asked for: the home folder may have been filled in.
fn is_same(asked: &Path, read: &Path) -> bool {
    read.ends_with(asked.strip_prefix("~").unwrap_or(asked))
}
