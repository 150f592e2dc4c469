//! How many events there were over time, as bars: one for each hour, day or more.

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::time;

/// Bars from low to high, in eighths of a line.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The lengths of what a bar stands for, in hours, with their names.
const STEPS: [(i64, &str); 6] =
    [(1, "an hour"), (3, "3 hours"), (6, "6 hours"), (12, "12 hours"), (24, "a day"), (24 * 7, "a week")];

/// Counts over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The counts, the oldest first.
    pub counts: Vec<usize>,
    /// When the first bar begins.
    pub from: Timestamp,
    /// What a bar stands for.
    pub step: &'static str,
}

impl Timeline {
    /// Counts times up to now into as many bars as have room.
    pub fn of(times: impl Iterator<Item = Timestamp> + Clone, now: Timestamp, room: usize) -> Option<Self> {
        let first = times.clone().min()?.as_second().min(now.as_second());
        let span = (now.as_second() - first) / 3_600 + 1;
        let fits = |hours: i64| usize::try_from(span / hours + 1).is_ok_and(|bars| bars <= room);
        let (hours, step) = STEPS.into_iter().find(|(hours, _)| fits(*hours)).or(STEPS.last().copied())?;
        let length = hours * 3_600;
        let bars = usize::try_from(span / hours + 1).ok()?.min(room.max(1));
        let mut counts = vec![0; bars];
        for time in times {
            let back = usize::try_from((now.as_second() - time.as_second()).max(0) / length).ok()?;
            if let Some(count) = bars.checked_sub(back + 1).and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        let from = now.as_second() - i64::try_from(bars).ok()? * length;
        Some(Self { counts, from: Timestamp::from_second(from).ok()?, step })
    }

    /// The bars as text; a time without events is a blank.
    pub fn bars(&self) -> String {
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        let bar = |count: &usize| match *count {
            0 => ' ',
            count => BARS.get((count * BARS.len()).div_ceil(most).saturating_sub(1)).copied().unwrap_or('█'),
        };
        self.counts.iter().map(bar).collect()
    }

    /// Draws the bars, and below them what they stand for.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        frame.text(inside, inside.x, inside.y, &self.bars(), Look::Accent);
        let most = self.counts.iter().copied().max().unwrap_or(0);
        let told = format!("from {} until now, a bar is {}, at most {most}", time::minute(self.from), self.step);
        frame.text(inside, inside.x, inside.y + 1, &told, Look::Muted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours: &[i64], room: usize, step: &str, bars: &str) {
        let now = Timestamp::from_second(1_768_478_400).unwrap();
        let times = hours.iter().map(|hours| now - jiff::SignedDuration::from_hours(*hours));
        let timeline = Timeline::of(times, now, room).unwrap();
        assert_eq!((timeline.step, timeline.bars().as_str()), (step, bars));
    }

    #[test]
    fn a_bar_is_as_long_as_the_room_asks_for() {
        check(&[0], 10, "an hour", " █");
        check(&[0, 0, 3], 10, "an hour", " ▄  █");
        check(&[0, 71], 5, "a day", " █ █");
        assert_eq!(Timeline::of(std::iter::empty(), Timestamp::UNIX_EPOCH, 10), None);
    }
}
