//! What a typed character costs: the bytes that it makes the terminal draw.

use iamtui::input::Event;
use iamtui::runtime::paint::Screen;
use iamtui::ui::editor::{Editor, Subject};

use super::canned::console;
use super::console::{Console, read_keys};

/// The most bytes that one typed character may send.
const MOST: usize = 1_600;
/// The most bytes that half of the characters may send.
const MEDIAN: usize = 130;

/// A policy of about six kilobytes, laid out as the console does.
fn policy() -> String {
    let statement = |n: usize| {
        format!(
            r#"        {{
            "Sid": "Statement{n}",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:ListBucket",
                "dynamodb:GetItem",
                "dynamodb:Query",
                "ec2:DescribeInstances"
            ],
            "Resource": [
                "arn:aws:s3:::bucket-{n}",
                "arn:aws:s3:::bucket-{n}/*",
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-{n}"
            ],
            "Condition": {{
                "StringEquals": {{
                    "aws:PrincipalTag/team": "team-{n}"
                }}
            }}
        }}"#
        )
    };
    let statements: Vec<String> = (0..9).map(statement).collect();
    format!("{{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n{}\n    ]\n}}", statements.join(",\n"))
}

/// A console with that policy in the editor, and what its terminal shows.
struct Typist {
    console: Console,
    screen: Screen<Vec<u8>>,
    /// What each typed character cost, with the keys before it.
    costs: Vec<(usize, String)>,
    typed: String,
}

impl Typist {
    fn new(width: u16, height: u16) -> Self {
        let mut console = console(width, height);
        console.lay(Box::new(Editor::new(Subject::New, &policy())));
        let mut typist =
            Self { console, screen: Screen::new(Vec::new()).unwrap(), costs: Vec::new(), typed: String::new() };
        typist.paint();
        typist
    }

    fn paint(&mut self) -> usize {
        self.screen.show(self.console.picture()).unwrap();
        std::mem::take(self.screen.out()).len()
    }

    /// Goes somewhere; what that costs is not counted.
    fn go(&mut self, keys: &str) -> &mut Self {
        for key in read_keys(keys) {
            self.console.event(Event::Key(key));
            self.console.settle();
        }
        self.paint();
        self.typed.clear();
        self
    }

    /// Types, and notes what each character costs.
    fn types(&mut self, typed: &str) -> &mut Self {
        for key in read_keys(typed) {
            self.typed.push_str(&key.label());
            self.console.event(Event::Key(key));
            self.console.settle();
            let bytes = self.paint();
            self.costs.push((bytes, self.typed.clone()));
        }
        self
    }
}

/// Types what people type: actions, ARNs, keys, a line of its own, quotes and brackets that are not closed yet.
fn session(width: u16, height: u16) -> Vec<(usize, String)> {
    let mut costs = Vec::new();
    for line in [6_usize, 40, 100] {
        let start = format!("<ctrl-home>{}", "<down>".repeat(line));
        for (place, typed) in [
            ("<end>", ",<enter>\"s3:GetObjectVersion\""),
            ("<end>", "<enter>\"lambda:InvokeFunction\","),
            ("<end>", "\"<backspace>{[}]"),
            ("<end>", "<backspace><backspace><backspace><backspace><backspace>"),
            ("<end>", "<enter>\"Condition\": {\"StringLike\": {\"aws:SourceArn\": \"arn:aws:sns:*\"}}"),
            ("<home>", "\"Resource\": \"arn:aws:s3:::x\","),
            ("<home>", "<enter>zz"),
            ("<end>", "<enter>\"Condition\": {\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}},"),
        ] {
            let mut typist = Typist::new(width, height);
            typist.go(&format!("{start}{place}")).types(typed);
            costs.append(&mut typist.costs);
        }
    }
    // The worst seen: a selection is written over, and the list opens in the same moment.
    let mut typist = Typist::new(width, height);
    typist.go("<ctrl-home><ctrl-f>DescribeInst<enter><esc>").types("xyz<backspace><backspace><backspace>");
    costs.append(&mut typist.costs);
    costs
}

#[test]
fn a_typed_character_draws_little() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut costs = session(width, height);
        costs.sort();
        let (most, keys) = costs.last().unwrap();
        let median = costs[costs.len() / 2].0;
        assert!(*most <= MOST, "{width}x{height}: {most} bytes for the last of `{keys}`");
        assert!(median <= MEDIAN, "{width}x{height}: half of the keys cost {median} bytes or more");
    }
}
