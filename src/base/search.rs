//! How well a text matches what was typed: one order for every list that is searched.
//!
//! From best to worst: the whole text, its beginning, the beginning of a word in it, the beginnings of several words
//! in a row (`ri` and `runin` for `RunInstances`), any other part of it, its letters in order. A word begins after a
//! sign and at a capital (`Run|Instances`, `S3|Read`, `DB|Instance`). A leading `Amazon` or `AWS` says nothing where so
//! many names have it: what follows it is a beginning, too.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::ops::Range;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The sign before a filter that lets letters match in order, with others between them.
pub const FUZZY: char = '~';

/// How loosely texts may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Reach {
    /// Each typed word stands in the text.
    #[default]
    Parts,
    /// Or is made of the beginnings of words in a row.
    Words,
    /// Or has its letters in the text, in order.
    Letters,
}

/// How a text matches, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The letters are in it, in order.
    Letters,
    /// It has the typed text somewhere.
    Within,
    /// Words in a row begin with it.
    Words,
    /// A word begins with it.
    WordStart,
    /// It begins with it.
    Prefix,
    /// It is what was typed.
    Exact,
}

/// How well a text matches; the greatest is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// How it matches.
    pub kind: Kind,
    /// Whether the name itself matches, and not only what is said about it.
    own: bool,
    group: Reverse<u8>,
    /// Whether the match ends where a word ends.
    whole: bool,
    /// Of letters in order, how close they stand; else the shorter text is the nearer one.
    near: i64,
}

impl Rank {
    /// The same among others that match alike: a lower group comes first.
    #[must_use]
    pub fn in_group(self, group: u8) -> Self {
        Self { group: Reverse(group), ..self }
    }
}

/// What was typed to search by.
#[derive(Debug, Clone, Default)]
pub struct Query {
    words: Vec<Needle>,
    /// All that was typed as one, with its spaces and without, where it is more than a word.
    phrases: Vec<Needle>,
    reach: Reach,
    scratch: Scratch,
}

/// One word that was typed.
#[derive(Debug, Clone)]
struct Needle {
    /// Its characters without regard to case.
    chars: Vec<char>,
    atom: Atom,
}

/// One match of one word.
#[derive(Debug, Clone, Copy)]
struct Hit {
    kind: Kind,
    whole: bool,
    start: usize,
    score: i64,
}

/// Memory that matching needs, kept between texts.
#[derive(Default)]
struct Scratch(RefCell<Room>);

#[derive(Default)]
struct Room {
    hay: Hay,
    utf32: Vec<char>,
    /// Made when letters in order are first asked for: it is large.
    matcher: Option<Box<Matcher>>,
}

/// A text taken apart: its characters without regard to case, and where words begin.
#[derive(Debug, Default)]
struct Hay {
    chars: Vec<char>,
    starts: Vec<bool>,
    /// Where the name begins after the vendor's.
    named: usize,
}

/// The vendor's names, which are no reason to prefer one text to another.
const VENDORS: [&str; 2] = ["amazon", "aws"];

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scratch")
    }
}

impl Query {
    /// Takes typed text apart; a leading [`FUZZY`] lets letters match in order.
    pub fn new(text: &str, reach: Reach) -> Self {
        let text = text.trim();
        let (text, reach) = text.strip_prefix(FUZZY).map_or((text, reach), |rest| (rest.trim(), Reach::Letters));
        let words: Vec<Needle> = text.split_whitespace().map(Needle::new).collect();
        let joined: String = text.split_whitespace().collect();
        let phrases = if words.len() > 1 { vec![Needle::new(text), Needle::new(&joined)] } else { Vec::new() };
        Self { words, phrases, reach, scratch: Scratch::default() }
    }

    /// Whether nothing was typed: everything matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a name matches, or what is said about it; none where a typed word is in neither.
    ///
    /// What is said about it never matches by scattered letters.
    pub fn rank(&self, name: &str, also: &str) -> Option<Rank> {
        let mut room = self.scratch.0.borrow_mut();
        let own = self.of_text(name, self.reach, &mut room);
        // The rest is looked at only where the name does not say it all.
        if also.is_empty() || own.is_some_and(|rank| rank.kind == Kind::Exact) {
            return own;
        }
        let other = self.of_both(name, also, &mut room);
        own.max(other)
    }

    /// The characters of a text that match, as ranges of their numbers, in order.
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let mut room = self.scratch.0.borrow_mut();
        room.hay.read(text);
        let phrase = self.phrases.iter().find(|phrase| phrase.find(&room.hay).is_some());
        let words = if phrase.is_some() { &[] } else { self.words.as_slice() };
        let mut ranges: Vec<Range<usize>> =
            phrase.into_iter().chain(words).flat_map(|word| word.marks(text, self.reach, &mut room)).collect();
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, last| {
            let joins = next.start <= last.end;
            if joins {
                last.end = last.end.max(next.end);
            }
            joins
        });
        ranges
    }

    /// Where the text has all that was typed in one piece.
    fn phrase(&self, hay: &Hay) -> Option<Hit> {
        self.phrases.iter().find_map(|phrase| phrase.find(hay))
    }

    /// The rank of one text that must hold all words.
    fn of_text(&self, text: &str, reach: Reach, room: &mut Room) -> Option<Rank> {
        room.hay.read(text);
        let hit = match self.phrase(&room.hay) {
            Some(hit) => hit,
            None => worst(self.words.iter().map(|word| word.hit(text, reach, room)))?,
        };
        Some(hit.rank(true, room.hay.length()))
    }

    /// The rank of a name and what is said about it, each word in one of them.
    fn of_both(&self, name: &str, also: &str, room: &mut Room) -> Option<Rank> {
        let mut hits: Vec<Option<Hit>> = Vec::with_capacity(self.words.len());
        room.hay.read(also);
        if let Some(hit) = self.phrase(&room.hay) {
            return Some(hit.rank(false, room.hay.length()));
        }
        hits.extend(self.words.iter().map(|word| word.find(&room.hay).filter(|hit| word.is_telling(*hit))));
        let length = room.hay.length();
        if hits.iter().any(Option::is_none) {
            room.hay.read(name);
            let own = self.words.iter().map(|word| word.hit(name, self.reach.min(Reach::Words), room));
            hits = hits.into_iter().zip(own).map(|(also, own)| also.or(own)).collect();
        }
        Some(worst(hits.into_iter())?.rank(false, length))
    }
}

/// The worst of several matches, all of which must be there.
fn worst(hits: impl Iterator<Item = Option<Hit>>) -> Option<Hit> {
    let mut all: Option<Hit> = None;
    for hit in hits {
        let hit = hit?;
        all = Some(match all {
            Some(other) => Hit {
                kind: other.kind.min(hit.kind),
                whole: other.whole && hit.whole,
                start: other.start.min(hit.start),
                score: other.score + hit.score,
            },
            None => hit,
        });
    }
    // Without a word everything matches alike.
    Some(all.unwrap_or(Hit { kind: Kind::Letters, whole: false, start: 0, score: 0 }))
}

impl Hit {
    fn rank(self, own: bool, length: usize) -> Rank {
        let near = match self.kind {
            Kind::Letters => self.score,
            _ => -i64::try_from(length).unwrap_or(i64::MAX),
        };
        Rank { kind: self.kind, own, group: Reverse(0), whole: self.whole, near }
    }
}

impl Needle {
    fn new(word: &str) -> Self {
        let atom = Atom::new(word, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false);
        Self { chars: word.chars().map(fold).collect(), atom }
    }

    /// Whether a match in what is said about something is worth a row: one or two letters are everywhere.
    fn is_telling(&self, hit: Hit) -> bool {
        hit.kind > Kind::Within || self.chars.len() > 2
    }

    /// The best match of this word.
    fn hit(&self, text: &str, reach: Reach, room: &mut Room) -> Option<Hit> {
        let part = self.find(&room.hay);
        if reach == Reach::Parts || part.is_some_and(|hit| hit.kind > Kind::Words) {
            return part;
        }
        if self.over_words(&room.hay).is_some() {
            return Some(Hit { kind: Kind::Words, whole: false, start: 0, score: 0 });
        }
        if part.is_some() || reach < Reach::Letters {
            return part;
        }
        let matcher = room.matcher.get_or_insert_with(|| Box::new(Matcher::new(Config::DEFAULT)));
        let score = self.atom.score(Utf32Str::new(text, &mut room.utf32), matcher)?;
        Some(Hit { kind: Kind::Letters, whole: false, start: 0, score: i64::from(score) })
    }

    /// The best place where the text has this word in one piece.
    fn find(&self, hay: &Hay) -> Option<Hit> {
        let first = *self.chars.first()?;
        let length = self.chars.len();
        let mut best: Option<Hit> = None;
        for (start, _) in hay.chars.iter().enumerate().filter(|(_, ch)| **ch == first) {
            if hay.chars.get(start..start + length) != Some(self.chars.as_slice()) {
                continue;
            }
            let end = start + length;
            let kind = match start {
                0 if end == hay.chars.len() => Kind::Exact,
                0 => Kind::Prefix,
                _ if start == hay.named => Kind::Prefix,
                _ if hay.starts.get(start) == Some(&true) => Kind::WordStart,
                _ => Kind::Within,
            };
            let hit = Hit { kind, whole: hay.ends_word(end), start, score: 0 };
            if best.is_none_or(|best| (hit.kind, hit.whole) > (best.kind, best.whole)) {
                best = Some(hit);
            }
        }
        best
    }

    /// Where words in a row begin with the pieces of this one: for each of those words, the numbers of characters that
    /// may be matched once it ends.
    fn over_words(&self, hay: &Hay) -> Option<Vec<(usize, u64)>> {
        // A set of numbers in a word of the machine: nobody types the initials of more.
        let length = u32::try_from(self.chars.len()).ok().filter(|length| (2..64).contains(length))?;
        let mut steps: Vec<(usize, u64)> = Vec::new();
        let mut reached: u64 = 0;
        for start in (0..hay.chars.len()).filter(|at| hay.starts.get(*at) == Some(&true)) {
            let word = hay.word(start);
            let mut next: u64 = 0;
            // The first piece may be in any word.
            for from in 0..length {
                if from > 0 && reached & (1 << from) == 0 {
                    continue;
                }
                let wanted = self.chars.iter().skip(from as usize);
                let same = word.iter().zip(wanted).take_while(|(one, other)| one == other).count();
                (1..=u32::try_from(same).unwrap_or(0)).for_each(|taken| next |= 1 << (from + taken));
            }
            steps.push((start, next));
            if next & (1 << length) != 0 {
                return Some(steps);
            }
            reached = next;
        }
        None
    }

    fn marks(&self, text: &str, reach: Reach, room: &mut Room) -> Vec<Range<usize>> {
        let length = self.chars.len();
        match self.hit(text, reach, room) {
            None => Vec::new(),
            Some(hit) if hit.kind == Kind::Words => self.pieces(&room.hay),
            Some(hit) if hit.kind == Kind::Letters => {
                let mut found = Vec::new();
                let matcher = room.matcher.get_or_insert_with(|| Box::new(Matcher::new(Config::DEFAULT)));
                let _ = self.atom.indices(Utf32Str::new(text, &mut room.utf32), matcher, &mut found);
                found.into_iter().filter_map(|at| usize::try_from(at).ok()).map(|at| at..at + 1).collect()
            }
            Some(hit) => {
                let range = hit.start..hit.start + length;
                vec![range]
            }
        }
    }

    /// The pieces that [`Needle::over_words`] found, from the last one back.
    fn pieces(&self, hay: &Hay) -> Vec<Range<usize>> {
        let Some(steps) = self.over_words(hay) else { return Vec::new() };
        let mut end = self.chars.len();
        let mut pieces = Vec::new();
        for (at, (start, _)) in steps.iter().enumerate().rev() {
            if end == 0 {
                break;
            }
            let before = if at == 0 { 0 } else { steps.get(at - 1).map_or(0, |(_, reached)| *reached) };
            let word = hay.word(*start);
            let fits = |from: usize| {
                (from == 0 || before & (1 << from) != 0) && self.chars.get(from..end) == word.get(..end - from)
            };
            let Some(from) = (0..end).find(|from| fits(*from)) else { break };
            pieces.push(*start..start + end - from);
            end = from;
        }
        pieces
    }
}

impl Hay {
    fn read(&mut self, text: &str) {
        self.chars.clear();
        self.starts.clear();
        let mut before: Option<char> = None;
        let mut rest = text.chars().peekable();
        while let Some(ch) = rest.next() {
            let starts = match before {
                None => true,
                Some(before) if !before.is_alphanumeric() => ch.is_alphanumeric(),
                Some(before) if before.is_uppercase() => {
                    ch.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase())
                }
                Some(_) => ch.is_uppercase(),
            };
            self.chars.push(fold(ch));
            self.starts.push(starts);
            before = Some(ch);
        }
        self.named = VENDORS.into_iter().find_map(|vendor| self.after(vendor)).unwrap_or(0);
    }

    /// Where the word after a vendor's name begins, if the text begins with that.
    fn after(&self, vendor: &str) -> Option<usize> {
        let length = vendor.len();
        let is_named = vendor.chars().eq(self.chars.get(..length)?.iter().copied());
        (length..=length + 1).find(|at| is_named && self.starts.get(*at) == Some(&true))
    }

    /// The characters of the name without the vendor's.
    fn length(&self) -> usize {
        self.chars.len() - self.named
    }

    /// Whether no word goes on here.
    fn ends_word(&self, at: usize) -> bool {
        match (self.chars.get(at), self.starts.get(at)) {
            (Some(ch), Some(starts)) => *starts || !ch.is_alphanumeric(),
            _ => true,
        }
    }

    /// The word that begins here.
    fn word(&self, start: usize) -> &[char] {
        let end = (start + 1..self.chars.len()).find(|at| self.ends_word(*at)).unwrap_or(self.chars.len());
        self.chars.get(start..end).unwrap_or_default()
    }
}

/// The order of names in every list: without regard to case, and by case only among equals.
pub fn by_name(one: &str, other: &str) -> Ordering {
    one.chars().map(fold).cmp(other.chars().map(fold)).then_with(|| one.cmp(other))
}

/// A character without regard to case; one for one, so that numbers of characters stay what they are.
fn fold(ch: char) -> char {
    if ch.is_ascii() { ch.to_ascii_lowercase() } else { ch.to_lowercase().next().unwrap_or(ch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, text: &str, kind: Option<Kind>) {
        let query = Query::new(typed, Reach::Letters);
        assert_eq!(query.rank(text, "").map(|rank| rank.kind), kind, "{typed} in {text}");
    }

    #[test]
    fn a_text_matches_whole_at_its_beginning_at_a_word_within_or_by_letters() {
        check("getobject", "GetObject", Some(Kind::Exact));
        check("getobject", "GetObjectAcl", Some(Kind::Prefix));
        check("object", "GetObjectAcl", Some(Kind::WordStart));
        check("inst", "ModifyDBInstance", Some(Kind::WordStart));
        check("read", "AmazonS3ReadOnlyAccess", Some(Kind::WordStart));
        check("lovelace", "ada.lovelace", Some(Kind::WordStart));
        check("bject", "GetObjectAcl", Some(Kind::Within));
        check("gtobj", "GetObjectAcl", Some(Kind::Letters));
        check("xyz", "GetObjectAcl", None);
    }

    #[test]
    fn beginnings_of_words_in_a_row_are_as_good_as_a_part() {
        check("ri", "RunInstances", Some(Kind::Words));
        check("runin", "RunInstances", Some(Kind::Prefix));
        check("sinst", "StartInstances", Some(Kind::Words));
        check("s3ro", "AmazonS3ReadOnlyAccess", Some(Kind::Words));
        check("croles", "create-role-session", Some(Kind::Words));
        check("gacl", "GetObjectAcl", Some(Kind::Letters));
        // A name is not searched by scattered letters unless that is asked for.
        let parts = Query::new("ada", Reach::Parts);
        assert!(parts.rank("david.blackwell", "").is_none());
        assert!(Query::new("~ada", Reach::Parts).rank("david.blackwell", "").is_some());
    }

    #[test]
    fn every_typed_word_has_to_match_somewhere() {
        check("s3 read", "AmazonS3ReadOnlyAccess", Some(Kind::Prefix));
        check("read s3", "AmazonS3ReadOnlyAccess", Some(Kind::WordStart));
        check("s3 write", "AmazonS3ReadOnlyAccess", None);
        check("create us", "create user", Some(Kind::Prefix));
        let query = Query::new("ec2 reads", Reach::Words);
        assert!(query.rank("Amazon EC2", "reads and writes").is_some());
        assert!(query.rank("Amazon EC2", "writes").is_none());
    }

    #[test]
    fn a_vendors_name_before_the_name_does_not_count() {
        check("s3", "AmazonS3FullAccess", Some(Kind::Prefix));
        check("lambda", "AWS Lambda", Some(Kind::Prefix));
        check("aws", "AWS Lambda", Some(Kind::Prefix));
        check("ome", "Awesome", Some(Kind::Within));
        check_order("s3", &["AmazonS3FullAccess", "S3UnlockBucketPolicy", "IVSRecordToS3"]);
    }

    #[test]
    fn any_case_matches_in_any_script() {
        check("ÄRZTE", "ärzte", Some(Kind::Exact));
        check("straße", "Hauptstraße", Some(Kind::Within));
    }

    #[track_caller]
    fn check_order(typed: &str, texts: &[&str]) {
        let query = Query::new(typed, Reach::Letters);
        let mut sorted: Vec<&str> = texts.iter().copied().rev().collect();
        sorted.sort_by_key(|text| Reverse(query.rank(text, "")));
        assert_eq!(sorted, texts);
    }

    #[test]
    fn the_nearest_comes_first() {
        check_order(
            "getobject",
            &["GetObject", "GetObjectAcl", "GetObjectTagging", "GetAccessPointConfigurationForObjectLambda"],
        );
        check_order("describeinst", &["DescribeInstances", "DescribeInstanceStatus", "DescribeInstanceTypeOfferings"]);
        check_order("user", &["user", "users", "create user", "add users", "superuser"]);
    }

    #[test]
    fn a_name_counts_more_than_what_is_said_about_it_and_a_group_less_than_the_match() {
        let query = Query::new("role", Reach::Letters);
        assert!(query.rank("role", "") > query.rank("x", "role"));
        assert!(query.rank("x", "role") > query.rank("roles", "").map(|rank| rank.in_group(0)));
        assert!(query.rank("roles", "").map(|rank| rank.in_group(2)) > query.rank("a role", ""));
        assert!(query.rank("roles", "").map(|rank| rank.in_group(0)) > query.rank("role1", "").map(|r| r.in_group(1)));
    }

    #[test]
    fn names_are_in_one_order_whatever_their_case() {
        let mut names = ["bob", "alice", "Bob", "Zoe", "_x", "ärzte", "Alice2"];
        names.sort_by(|one, other| by_name(one, other));
        assert_eq!(names, ["_x", "alice", "Alice2", "Bob", "bob", "Zoe", "ärzte"]);
    }

    #[track_caller]
    fn check_marks(typed: &str, text: &str, marked: &str) {
        let query = Query::new(typed, Reach::Letters);
        let ranges = query.marks(text);
        let shown: String = text
            .chars()
            .enumerate()
            .map(|(at, ch)| if ranges.iter().any(|r| r.contains(&at)) { ch } else { '.' })
            .collect();
        assert_eq!(shown, marked);
    }

    #[test]
    fn the_characters_that_match_are_known() {
        check_marks("object", "GetObjectAcl", "...Object...");
        check_marks("ri", "RunInstances", "R..I........");
        check_marks("runi", "RunInstances", "RunI........");
        check_marks("sinst", "StartInstances", "S....Inst.....");
        check_marks("gtob", "GetObject", "G.tOb....");
        check_marks("s3 read", "AmazonS3ReadOnly", "......S3Read....");
        check_marks("create us", "create user", "create us..");
        check_marks("", "GetObject", ".........");
    }

    #[test]
    fn long_and_repeating_texts_cost_little() {
        let text = "Aa".repeat(2_000);
        let query = Query::new(&"a".repeat(63), Reach::Letters);
        assert!(query.rank(&text, &text).is_some());
        assert!(Query::new(&"ab".repeat(1_000), Reach::Letters).rank(&text, &text).is_none());
    }
}
