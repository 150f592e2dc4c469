//! The line above the text: what is edited, its kind and size, where the cursor is; and what is said while there is none.

use ratatui::layout::Rect;

use crate::input::Tool;
use crate::model::Fact;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::frame::Frame;
use crate::ui::page::View;
use crate::ui::widgets::gauge::gauge;

use super::commands::key;
use super::{Editor, paint};

impl Editor {
    /// Says what is missing while the text is not there.
    pub(super) fn waiting(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (line, role) = match self.subject.document(view.account) {
            Fact::Denied(denial) => (Cell::denied_by(&denial).text.into_owned(), Cell::role_of(&denial)),
            Fact::Absent(_) => ("It no longer exists.".to_owned(), Look::Absent),
            _ => ("Reading the document …".to_owned(), Look::Unknown),
        };
        let failed = self.subject.loads(view.account).iter().find_map(|load| view.loads.failure(load));
        let line = failed.map_or(line, |error| format!("✗ {}", error.user_error().message));
        frame.text(area, area.x, area.y, &line, if failed.is_some() { Look::Bad } else { role });
    }

    /// Names the key that lays a long line out, below a text that is nothing else and ends above this row.
    pub(super) fn offer_layout(&self, view: &View<'_>, end: u16, area: Rect, frame: &mut Frame<'_>) {
        let is_one_line = self.text.as_str().trim_end().lines().count() == 1;
        let y = end + 1;
        if is_one_line && self.text.as_str().len() > usize::from(area.width) && y < area.bottom() {
            let key = key(view.keymap, Tool::Format);
            let words = format!("The whole text is one line: {key} lays it out.");
            frame.text(area, area.x + paint::gutter(self.text.line_count()), y, &words, Look::Info);
        }
    }

    pub(super) fn head(&self, area: Rect, frame: &mut Frame<'_>) {
        let (line, column) = self.text.position();
        let position = format!("{line}:{column}");
        let kind = self.analysis.kind.name();
        let quota = self.subject.quota(self.analysis.kind);
        let size = quota.map(|quota| (quota.used(self.analysis.size), quota.limit()));
        let size_text = size.map_or_else(
            || format!("{} characters", self.analysis.size.compact),
            |(used, limit)| format!("{used} of {limit}"),
        );
        let over = size.is_some_and(|(used, limit)| used > limit);
        let (changed, role) = match (self.is_changed(), self.is_formatted) {
            (true, _) => (" ● changed", Look::Warning),
            (false, true) => (" shown formatted", Look::Muted),
            (false, false) => ("", Look::Muted),
        };
        let right = format!("{kind}  {size_text}{}", if over { " ✗ too long" } else { "" });
        let at = Rect { x: area.right().saturating_sub(8), width: 8.min(area.width), ..area };
        frame.text_right(at, area.y, &position, Look::Muted);
        let rest = Rect { width: area.width.saturating_sub(9), ..area };
        let x = frame.text_right(rest, area.y, &right, if over { Look::Danger } else { Look::Muted });
        let mut title = Rect { width: x.saturating_sub(area.x + 1), ..area };
        if let Some((used, limit)) = size.filter(|_| area.width >= 100) {
            let bar = Rect { x: x.saturating_sub(13), width: 12, ..area };
            title.width = bar.x.saturating_sub(area.x + 1);
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            gauge(bar, count(used), count(limit), frame);
        }
        frame.pieces(title, area.y, [(self.title.as_str(), Look::Title), (changed, role)]);
    }
}
