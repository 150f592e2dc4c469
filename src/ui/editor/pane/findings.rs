//! The findings of a tab: whole sentences, each with its line, its code and its fix.

use ratatui::layout::Rect;

use crate::input::{Keymap, Tool};
use crate::policy::diagnostic::{Finding, FindingType};
use crate::theme::Look;
use crate::ui::editor::analysis::{Analysis, at, is_within, place};
use crate::ui::editor::commands::key;
use crate::ui::editor::text::Text;
use crate::ui::frame::Frame;
use crate::ui::widgets::failure::wrap;

use super::{Line, Pane};

/// The mark and the look of a finding, told apart without colours too.
pub fn mark(kind: FindingType) -> (&'static str, Look) {
    match kind {
        FindingType::Error => ("✗", Look::Danger),
        FindingType::SecurityWarning => ("◆", Look::Bad),
        FindingType::Warning => ("▲", Look::Warning),
        FindingType::Suggestion => ("○", Look::Info),
    }
}

impl Pane {
    /// The finding of a list that the cursor of the pane or of the text is on.
    fn meant(&self, list: &[&Finding], text: &Text, analysis: &Analysis) -> Option<usize> {
        if self.focused {
            return Some(self.scroll.cursor).filter(|at| *at < list.len());
        }
        // What has moved since completions are offered is still the same.
        let held = self.last.as_ref().filter(|_| self.held.is_some()).and_then(|(_, told)| told.as_ref());
        let own = held.or_else(|| at(analysis.findings(text.as_str()), text.caret().at))?;
        let same = |finding: &&Finding| finding.code == own.code && finding.details == own.details;
        list.iter().position(|finding| *finding == own).or_else(|| list.iter().position(same))
    }

    pub(super) fn findings(
        &self,
        text: &Text,
        analysis: &Analysis,
        keymap: &Keymap,
        area: Rect,
        frame: &mut Frame<'_>,
    ) {
        let list = self.list(text, analysis);
        if list.is_empty() {
            let (word, role) = if analysis.waits() {
                ("The checks wait for the end of the word.", Look::Unknown)
            } else if analysis.is_current(text.as_str()) {
                ("The checks found nothing.", Look::Absent)
            } else {
                ("Checking …", Look::Unknown)
            };
            frame.text(area, area.x, area.y, word, role);
            return;
        }
        let meant = self.meant(&list, text, analysis);
        let word = analysis.token_at(text.caret().at).map(|(word, _)| word);
        // The one that is meant comes whole: those before it give way.
        let height = usize::from(area.height);
        let told = |number: usize, finding: &Finding| {
            let line = text.line_of(place(finding).start as usize) + 1;
            // What is wrong with the word that is being typed would be said anew with every key.
            if self.is_brief && meant == Some(number) && word.is_some_and(|word| is_within(finding, word)) {
                return vec![vec![
                    (head(finding, line, true), mark(finding.kind).1),
                    (finding.code.to_owned(), Look::Heading),
                ]];
            }
            let mut lines = words(finding, line, meant == Some(number), keymap, area.width);
            // What comes and goes with every key while one types is drawn in one line each.
            if self.is_brief && meant != Some(number) && lines.len() > 1 {
                lines.truncate(1);
                for line in &mut lines {
                    line.push((" …".to_owned(), Look::Muted));
                }
            }
            lines
        };
        let shown = meant.unwrap_or(0);
        let mut first = shown;
        let mut used = list.get(shown).map_or(0, |finding| told(shown, finding).len());
        while let Some(before) = first.checked_sub(1) {
            used += list.get(before).map_or(0, |finding| told(before, finding).len());
            if used > height {
                break;
            }
            first = before;
        }
        let lines = list.iter().enumerate().skip(first).flat_map(|(number, finding)| told(number, finding));
        for (line, y) in lines.zip(area.y..area.bottom()) {
            frame.pieces(Rect { y, height: 1, ..area }, y, line.iter().map(|(text, role)| (text.as_str(), *role)));
        }
    }
}

/// What stands before a finding: whether it is meant, its mark and its line.
fn head(finding: &Finding, line: usize, is_meant: bool) -> String {
    format!("{}{} {line:<3} ", if is_meant { "›" } else { " " }, mark(finding.kind).0)
}

/// A finding in whole sentences: its mark and line, what is wrong, its code, and its fix on a line of its own.
fn words(finding: &Finding, line: usize, is_meant: bool, keymap: &Keymap, width: u16) -> Vec<Line> {
    let role = mark(finding.kind).1;
    let head = head(finding, line, is_meant);
    let blank = " ".repeat(head.chars().count());
    // Two columns stay for the sign that something follows.
    let room = width.saturating_sub(u16::try_from(blank.len()).unwrap_or(7) + 2);
    let look = if is_meant { Look::Heading } else { Look::Text };
    let mut lines: Vec<Line> = Vec::new();
    for (at, sentence) in wrap(&finding.details, room).into_iter().enumerate() {
        let start = if at == 0 { (head.clone(), role) } else { (blank.clone(), Look::Text) };
        lines.push(vec![start, (sentence, look)]);
    }
    let fits = |line: &Line| line.iter().map(|(text, _)| text.chars().count()).sum::<usize>() + finding.code.len() + 2;
    match lines.last_mut() {
        Some(last) if fits(last) <= usize::from(width) => last.push((format!("  {}", finding.code), Look::Muted)),
        _ => lines.push(vec![(blank.clone(), Look::Text), (finding.code.to_owned(), Look::Muted)]),
    }
    if let Some(fix) = &finding.fix {
        let words = wrap(&format!("{}  {}", key(keymap, Tool::Fix), fix.title), room);
        lines.extend(words.into_iter().map(|line| vec![(blank.clone(), Look::Text), (line, Look::Good)]));
    }
    lines
}

/// What is wrong, to stand below its line: the sentence and the key that fixes it.
pub fn message(finding: &Finding, keymap: &Keymap, width: u16) -> Vec<(String, Look)> {
    let (symbol, role) = mark(finding.kind);
    let fix = finding.fix.as_ref().map(|fix| format!(" {}: {}", key(keymap, Tool::Fix), fix.title));
    let words = format!("{symbol} {}{}", finding.details, fix.unwrap_or_default());
    wrap(&words, width).into_iter().map(|line| (line, role)).collect()
}
