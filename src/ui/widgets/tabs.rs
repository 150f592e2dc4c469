//! A line of tabs.

use ratatui::layout::Rect;

use crate::theme::Look;
use crate::ui::frame::{Frame, fit};

/// Draws the titles of tabs; the shown one stands out by more than colour.
pub fn tabs(area: Rect, titles: &[String], shown: usize, frame: &mut Frame<'_>) {
    let room = titles.iter().map(|title| title.chars().count() + 3).sum::<usize>();
    let gap = if room > usize::from(area.width) + 1 { "" } else { " " };
    tabs_apart(area, titles, shown, gap, frame);
}

/// A tab with how many things are on it, where that is known.
pub struct Title {
    /// What it is called.
    pub text: String,
    /// The same in fewer letters.
    pub short: String,
    /// How many things are on it.
    pub count: Option<usize>,
}

/// The titles as they fit this width: where it is narrow the counts go first, then the titles get shorter, then the shown
/// one loses its count, then the longest of the others lose their ends.
pub fn fitted(titles: &[Title], shown: usize, width: u16) -> Vec<String> {
    let with_count = |text: &str, title: &Title| match title.count {
        Some(count) => format!("{text} ({count})"),
        None => text.to_owned(),
    };
    let counted = |title: &Title| with_count(&title.text, title);
    let room = |titles: &[String]| titles.iter().map(|title| title.chars().count() + 3).sum::<usize>() - 1;
    let whole: Vec<String> = titles.iter().map(counted).collect();
    if titles.is_empty() || room(&whole) <= usize::from(width) {
        return whole;
    }
    let own = |(at, title): (usize, &Title)| if at == shown { counted(title) } else { title.text.clone() };
    let bare: Vec<String> = titles.iter().enumerate().map(own).collect();
    if room(&bare) <= usize::from(width) {
        return bare;
    }
    let own = |(at, title): (usize, &Title)| {
        if at == shown { with_count(&title.short, title) } else { title.short.clone() }
    };
    let mut short: Vec<String> = titles.iter().enumerate().map(own).collect();
    // These stand closer.
    let close = |titles: &[String]| titles.iter().map(|title| title.chars().count() + 2).sum::<usize>();
    if let (true, Some(own), Some(title)) =
        (close(&short) > usize::from(width), short.get_mut(shown), titles.get(shown))
    {
        // How many there are is seen below, too.
        own.clone_from(&title.short);
    }
    while close(&short) > usize::from(width) {
        let others = short.iter_mut().enumerate().filter(|(at, _)| *at != shown);
        let Some((_, longest)) = others.max_by_key(|(_, title)| title.chars().count()) else { break };
        let length = longest.chars().count();
        if length <= SHORTEST {
            break;
        }
        *longest = fit(longest, length - 1).into_owned();
    }
    short
}

/// What is left of a title says too little below this.
const SHORTEST: usize = 5;

/// The same with this between the tabs.
pub fn tabs_apart(area: Rect, titles: &[String], shown: usize, gap: &str, frame: &mut Frame<'_>) {
    let mut x = area.x;
    // The shown tab must be in sight: tabs to its left give way first.
    let width = |title: &String| title.chars().count() + 2 + gap.len();
    let mut from = 0;
    while from < shown
        && titles.iter().skip(from).take(shown - from + 1).map(width).sum::<usize>() - gap.len()
            > usize::from(area.width)
    {
        from += 1;
    }
    if from > 0 {
        x += frame.text(area, x, area.y, "‹ ", Look::Muted);
    }
    for (at, title) in titles.iter().enumerate().skip(from) {
        let role = if at == shown { Look::TabActive } else { Look::Tab };
        let label = if at == shown { format!("[{title}]") } else { format!(" {title} ") };
        x += frame.text(area, x, area.y, &label, role);
        x += frame.text(area, x, area.y, gap, Look::Text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: u16, fitted_titles: &[&str]) {
        let titles = [
            ("1 Permissions", "1 Permissions", Some(3)),
            ("2 Policy versions", "2 Versions", Some(5)),
            ("3 Tags", "3 Tags", Some(0)),
        ];
        let titles = titles.map(|(text, short, count)| Title { text: text.to_owned(), short: short.to_owned(), count });
        assert_eq!(fitted(&titles, 0, width), fitted_titles);
    }

    #[test]
    fn narrow_tabs_lose_their_counts_then_words_then_ends() {
        check(60, &["1 Permissions (3)", "2 Policy versions (5)", "3 Tags (0)"]);
        check(50, &["1 Permissions (3)", "2 Policy versions", "3 Tags"]);
        check(40, &["1 Permissions (3)", "2 Versions", "3 Tags"]);
        check(36, &["1 Permissions", "2 Versions", "3 Tags"]);
        check(32, &["1 Permissions", "2 Vers…", "3 Tags"]);
        check(10, &["1 Permissions", "2 Ve…", "3 Ta…"]);
    }
}
