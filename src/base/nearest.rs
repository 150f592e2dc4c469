//! What somebody who mistyped a word may have meant.

use super::work;

/// The word at the smallest edit distance, capitals aside, when that is near enough to be a typing error: one edit
/// for every three characters, at most four.
pub fn nearest<'w>(mistyped: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (mistyped.len() / 3).clamp(1, 4);
    let wanted = mistyped.to_ascii_lowercase().into_bytes();
    let mut best: Option<(usize, &str)> = None;
    let mut rows = Rows::default();
    for word in words {
        if work::is_spent() {
            break;
        }
        let bound = best.map_or(limit + 1, |(distance, _)| distance);
        if let Some(distance) = rows.distance(&wanted, word.as_bytes(), bound) {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

/// The rows of the distance table, kept between words.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    now: Vec<usize>,
}

impl Rows {
    /// The number of edits (insert, delete, replace, swap neighbours) between two words, if it is below `bound`.
    fn distance(&mut self, one: &[u8], other: &[u8], bound: usize) -> Option<usize> {
        if one.len().abs_diff(other.len()) >= bound {
            work::spend(1);
            return None;
        }
        work::spend(4 * one.len() as u64 * other.len() as u64);
        self.last.clear();
        self.last.extend(0..=other.len());
        self.before.clone_from(&self.last);
        for (i, a) in one.iter().enumerate() {
            self.now.clear();
            self.now.push(i + 1);
            let mut least = i + 1;
            for (j, b) in other.iter().enumerate() {
                let b = b.to_ascii_lowercase();
                let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
                let replaced = at(&self.last, j) + usize::from(*a != b);
                let mut cost = replaced.min(at(&self.last, j + 1) + 1).min(at(&self.now, j) + 1);
                let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(&b);
                if swapped && other.get(j - 1).is_some_and(|c| c.to_ascii_lowercase() == *a) {
                    cost = cost.min(at(&self.before, j - 1) + 1);
                }
                least = least.min(cost);
                self.now.push(cost);
            }
            if least >= bound {
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.now);
        }
        self.last.last().copied().filter(|distance| *distance < bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mistyped: &str, meant: Option<&str>) {
        assert_eq!(nearest(mistyped, ["theme", "read_only", "region"].into_iter()), meant);
    }

    #[test]
    fn a_typing_error_leads_to_the_nearest_word() {
        check("teme", Some("theme"));
        check("hteme", Some("theme"));
        check("read-only", Some("read_only"));
        check("READ_ONLY", Some("read_only"));
        check("colour", None);
    }

    #[test]
    fn neighbours_swapped_are_one_edit() {
        let mut rows = Rows::default();
        assert_eq!(rows.distance(b"getobejct", b"GetObject", 5), Some(1));
        assert_eq!(rows.distance(b"abc", b"xyz", 3), None);
    }
}
