//! Why something could not be read, and what to do next.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::input::{AnyPage, AppAction, Keymap, Scope};
use crate::model::LoadError;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::page::denied;

/// Cuts the lines that a failure takes off the top of an area; none where nothing failed.
pub fn room(area: Rect, error: Option<&LoadError>, keymap: &Keymap) -> (Rect, Rect) {
    let lines = error.map_or(0, |error| lines(error, keymap, area.width).len());
    // The page itself keeps at least half.
    split_top(area, u16::try_from(lines).unwrap_or(u16::MAX).min(area.height / 2))
}

/// Draws what went wrong, the next step, and the key that tries again.
pub fn failure(area: Rect, error: &LoadError, keymap: &Keymap, frame: &mut Frame<'_>) {
    for ((text, role), y) in lines(error, keymap, area.width).iter().zip(area.y..area.bottom()) {
        frame.text(area, area.x, y, text, *role);
    }
}

/// The sentence that names the key which tries again.
pub fn again(keymap: &Keymap) -> String {
    let keys = keymap.keys(Scope::Page, AnyPage::Reload);
    keys.first().map(|key| format!("{} tries again.", key.label())).unwrap_or_default()
}

fn lines(error: &LoadError, keymap: &Keymap, width: u16) -> Vec<(String, Look)> {
    let told = error.user_error();
    let why = keymap.shown(Scope::Page, AppAction::WhyDenied);
    let why = if denied(error).is_some() && !why.is_empty() { format!(" {why} explains it.") } else { String::new() };
    let next = format!("{} {}{why}", told.hint.unwrap_or_default(), again(keymap));
    let message = wrap(&format!("✗ {}", told.message), width).into_iter().map(|line| (line, Look::Bad));
    message.chain(wrap(&next, width).into_iter().map(|line| (line, Look::Muted))).collect()
}

/// Breaks a text into lines at its white space, and a word that is longer than a line where it must be.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() > width {
            lines.push(word.to_owned());
        } else {
            line.push(' ');
            line.push_str(word);
        }
        if lines.last().is_some_and(|line| line.width() > width) {
            let long = lines.pop().unwrap_or_default();
            lines.extend(chunks(&long, width));
        }
    }
    lines
}

/// Cuts a text into lines of at most this width.
pub fn chunks(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += cluster.width();
        if used > width {
            lines.push(String::new());
            used = cluster.width();
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(cluster);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    #[test]
    fn a_failure_tells_what_why_and_how_to_go_on() {
        let error = LoadError::new(ErrorKind::Unreachable, "ListUsers").detail("connection refused");
        let text: Vec<String> = lines(&error, &Keymap::default(), 40).into_iter().map(|(text, _)| text).collect();
        assert_eq!(
            text.join("|"),
            "✗ `ListUsers` got no connection:|connection refused|Check the endpoint, the network and the|proxy, then reload. r tries again."
        );
    }

    #[test]
    fn a_word_longer_than_a_line_is_shown_whole() {
        assert_eq!(wrap("see https://example.com now", 10), ["see", "https://ex", "ample.com", "now"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn the_page_keeps_half_of_its_room() {
        let error = LoadError::new(ErrorKind::Unreachable, "ListUsers").detail(&"word ".repeat(500));
        let (top, rest) = room(Rect::new(0, 0, 40, 20), Some(&error), &Keymap::default());
        assert_eq!((top.height, rest.height), (10, 10));
        assert_eq!(room(rest, None, &Keymap::default()).1, rest);
    }
}
