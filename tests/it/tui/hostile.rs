//! Text of the account that would act on a terminal, in every field and on every page.

use std::fmt::Write as _;

use iamtui::base::arn::Arn;
use iamtui::model::{Document, Fact, Page, Seen, Source, Tag, Trust, Update};

use super::canned::{ago, alice, arn, group, policy, role};
use super::console::Console;
use crate::tui::canned;

/// What a name, a tag or a document may hold to harm who reads it.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{1b}]52;c;b3duZWQ=\u{7}",
    "\u{9b}31m",
    "\u{202e}nimda",
    "ad\u{200b}min",
    "a\u{2028}b\u{2029}c",
    "\u{3164}",
    "\u{e0041}\u{e007f}",
    "line\nbreak\r\ttab",
    "\u{feff}\u{ad}",
    "a\u{fe0f}b\u{fe00}\u{e0100}\u{180b}",
];

const PAGES: &[&str] = &[
    ":users<enter>",
    ":users<enter><enter>",
    ":users<enter><enter>jjj<enter>",
    ":users<enter><enter><tab>",
    ":users<enter><enter><tab><tab>",
    ":users<enter><enter><tab><tab><tab>",
    ":groups<enter>",
    ":groups<enter><enter>",
    ":roles<enter>",
    ":roles<enter><enter>",
    ":roles<enter><enter><tab>",
    ":policies<enter>",
    ":policies<enter><enter>",
    ":policies<enter><enter>5",
    ":a",
    "",
];

fn poisoned(text: &str) -> Console {
    let seen = Seen::new(Source::Detail, ago(0));
    let tower = format!("{text}{}", "\u{301}".repeat(500));
    // As an escape in JSON too: `\u001b` becomes ESC only where somebody decodes it.
    let mut sid = String::new();
    for ch in text.chars() {
        write!(sid, "\\u{:04x}", u32::from(ch) & 0xffff).unwrap();
    }
    let document = Document::new(format!(
        "{{\"Statement\":[{{\"Sid\":\"{sid}\",\"Effect\":\"Allow\",\"Action\":\"{text}\",\"Principal\":{{\"AWS\":\"{tower}\"}}}}]}}"
    ));
    let mut console = canned::console(120, 40);
    let mut user = alice();
    user.name = tower.as_str().into();
    user.arn = arn(&format!("user/{tower}"));
    user.facts.tags = Fact::Known(vec![Tag { key: text.into(), value: tower.as_str().into() }], seen);
    user.facts.groups = Fact::Known(vec![text.into()], seen);
    if let Fact::Known(inline, _) = &mut user.facts.inline {
        inline[0].name = text.into();
        inline[0].document = Fact::Known(document.clone(), seen);
    }
    let mut role = role(text);
    role.facts.description = Fact::Known(tower.as_str().into(), seen);
    role.facts.trust = Fact::Known(Trust::new(document.clone()), seen);
    let mut managed = policy(Arn::parse(&format!("arn:aws:iam::123456789012:policy/{text}")).unwrap());
    managed.facts.description = Fact::Known(text.into(), seen);
    managed.facts.documents.insert("v2".into(), Fact::Known(document, seen));
    console.know(Update::Alias(Fact::Known(text.into(), seen)));
    console.know(Update::Users(Page::whole(vec![user], ago(0))));
    console.know(Update::Groups(Page::whole(vec![group(text)], ago(0))));
    console.know(Update::Roles(Page::whole(vec![role], ago(0))));
    console.know(Update::Policies(Page::whole(vec![managed], ago(0))));
    console
}

#[test]
fn no_text_of_the_account_acts_on_the_terminal() {
    for text in HOSTILE {
        for keys in PAGES {
            let mut console = poisoned(text);
            console.keys(keys);
            let picture = console.picture();
            for cell in &picture.buffer.content {
                let bad = cell.symbol().chars().find(|ch| iamtui::base::text::acts_or_hides(*ch));
                assert_eq!(bad, None, "{text:?} on `{keys}`");
                assert!(cell.symbol().chars().count() <= 6, "{text:?} stacks marks on `{keys}`");
            }
            // What the painter writes holds only its own escapes.
            let mut screen = iamtui::runtime::paint::Screen::new(Vec::new()).unwrap();
            screen.show(picture).unwrap();
            let written = String::from_utf8(std::mem::take(screen.out())).unwrap();
            for forbidden in ["\u{1b}]", "\u{1b}[2J\u{1b}]0", "\u{9b}", "\u{202e}", "\u{200b}", "\u{7}"] {
                assert!(!written.contains(forbidden), "{forbidden:?} for {text:?} on `{keys}`");
            }
        }
    }
}

#[test]
fn what_would_hide_is_shown_as_a_mark() {
    let mut console = poisoned("ad\u{200b}min");
    console.keys(":users<enter>");
    assert!(console.screen().contains("ad‹U+200B›min"), "{}", console.screen());
}
