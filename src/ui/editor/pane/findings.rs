//! The finding that is meant, in words with its fix, and the others of the tab below it.

use ratatui::layout::Rect;

use crate::input::{Action, Keymap};
use crate::policy::diagnostic::{Finding, FindingType};
use crate::theme::Role;
use crate::ui::editor::analysis::{Analysis, at, place};
use crate::ui::editor::text::{Text, column};
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::failure::wrap;

use super::Pane;

/// From this height the words have a place of their own, so many lines high.
const TALL: u16 = 16;
const WORDS: u16 = 6;

/// Below this width a row of the list has no room for a sentence: a few words of it tell nothing.
const NARROW: u16 = 60;

/// The mark and the look of a finding, told apart without colours too.
pub fn mark(kind: FindingType) -> (&'static str, Role) {
    match kind {
        FindingType::Error => ("✗", Role::Danger),
        FindingType::SecurityWarning => ("◆", Role::Bad),
        FindingType::Warning => ("▲", Role::Warning),
        FindingType::Suggestion => ("○", Role::Info),
    }
}

impl Pane {
    pub(super) fn findings(
        &self,
        text: &Text,
        analysis: &Analysis,
        keymap: &Keymap,
        area: Rect,
        frame: &mut Frame<'_>,
    ) {
        let list = self.list(text, analysis);
        let meant = if self.focused {
            list.get(self.scroll.cursor).copied()
        } else if self.held.is_some() {
            self.last.as_ref().and_then(|(_, told)| told.as_ref())
        } else {
            at(analysis.findings(text.as_str()), text.caret().at)
        };
        if meant.is_none() && list.is_empty() {
            let (word, role) = if analysis.is_current(text.as_str()) {
                ("Nothing here.", Role::Absent)
            } else {
                ("Checking …", Role::Unknown)
            };
            frame.text(area, area.x, area.y, word, role);
            return;
        }
        let told = meant.map(|finding| words(finding, keymap, area.width)).unwrap_or_default();
        let told_lines = u16::try_from(told.len()).unwrap_or(u16::MAX);
        // Where there is room, the words have a place of their own: the list stands still while they come and go.
        let is_tall = area.height >= TALL;
        let keep = u16::from(list.len() > 1).min(area.height);
        let most = area.height - keep;
        let height = if is_tall { told_lines.max(WORDS) } else { told_lines }.min(most);
        let (above, rest) = split_top(area, height);
        for ((line, role), y) in told.iter().zip(above.y..above.bottom()) {
            frame.text(above, above.x, y, line, *role);
        }
        let height = usize::from(rest.height);
        // The list keeps the selected one in sight, whatever room the words took.
        let cursor = if self.focused { self.scroll.cursor } else { 0 };
        let first = (cursor + 1).saturating_sub(height).max(self.scroll.first.min(cursor));
        // What is told in words already is not told again where room is short, unless it is what is selected.
        let is_meant = |finding: &Finding| {
            // What has moved since is still the same.
            let same = meant.is_some_and(|meant| meant.code == finding.code && meant.details == finding.details);
            same && (self.held.is_some() || meant == Some(finding))
        };
        let others = list.iter().enumerate().filter(|(_, finding)| is_tall || self.focused || !is_meant(finding));
        for ((number, finding), y) in others.skip(first).zip(rest.y..rest.bottom()) {
            let selected = self.focused && number == self.scroll.cursor;
            let (symbol, role) = mark(finding.kind);
            let start = place(finding).start as usize;
            let line = text.line_of(start);
            let column = column(text.line(line), start - text.start_of(line)) + 1;
            let position = format!("{}:{column}", line + 1);
            let look = if selected { Role::Selection } else { Role::Text };
            let is_told = selected || is_tall && is_meant(finding);
            let pieces = [
                (if is_told { "›" } else { " " }, Role::Accent),
                (symbol, role),
                (" ", Role::Text),
                (position.as_str(), Role::Muted),
                (" ", Role::Text),
                (finding.code, look),
                ("  ", Role::Text),
                (if rest.width < NARROW { "" } else { finding.details.as_str() }, Role::Muted),
            ];
            frame.pieces(rest, y, pieces);
        }
    }
}

/// A finding in words, with its fix.
fn words(finding: &Finding, keymap: &Keymap, width: u16) -> Vec<(String, Role)> {
    let (symbol, role) = mark(finding.kind);
    let text = format!("{symbol} {}: {}", finding.code, finding.details);
    let mut lines: Vec<(String, Role)> = wrap(&text, width).into_iter().map(|line| (line, role)).collect();
    if let Some(fix) = &finding.fix {
        let key = keymap.keys_of(Action::EditFix).first().map(|key| key.label()).unwrap_or_default();
        // The way out comes before the words that explain it at length.
        let at = lines.len().min(2);
        lines.insert(at, (format!("  {key}  {}", fix.title), Role::Good));
    }
    lines
}
