//! A seeded loop: documents are broken in every way, and nothing panics, hangs or lies about places.

use std::time::{Duration, Instant};

use iamtui::policy::PolicyKind;
use iamtui::policy::highlight::roles;
use iamtui::policy::malformed::{self, DocumentUse};
use iamtui::policy::parser::parse;
use iamtui::policy::validate::{Options, Report, validate};

/// A generator that gives the same numbers on every machine (xorshift).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }
}

const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u12",
    "${",
    "}",
    "*",
    "?",
    "null",
    "true",
    "1e9",
    "é",
    "\u{1f600}",
    "\n",
    "\"Action\": ",
    "\"Effect\": \"Deny\"",
    "\"Condition\": {\"StringLike\": {\"aws:userid\": \"*\"}}",
    "\"s3:Get*\"",
    "\"arn:aws:s3:::b/*\"",
    "\"Principal\": {\"AWS\": \"*\"}",
    "\"ForAllValues:Bool\"",
    "[[[[",
    "// x",
    "'a'",
    "\u{202e}",
];

const SEEDS: &[&str] = &[
    r#"{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "iam:PassRole"],
    "Resource": ["arn:aws:s3:::bucket/${aws:username}/*", "*"],
    "Condition": {"StringLike": {"aws:PrincipalTag/team": "*"}, "IpAddress": {"aws:SourceIp": "10.0.0.1/8"}}}]}"#,
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"},
    "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"accounts.google.com:aud": "x"}}}]}"#,
    r#"{"Statement": {"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "NotResource": ["arn:aws:sqs:*:*:q"],
    "Condition": {"ForAnyValue:StringNotEqualsIfExists": {"aws:CalledVia": ["athena.amazonaws.com", 1, true]},
    "NumericLessThan": {"aws:MultiFactorAuthAge": [1, "2"]}, "DateGreaterThan": {"aws:CurrentTime": "2026"}}}}"#,
];

fn mutate(seed: &str, random: &mut Seeded) -> String {
    let mut chars: Vec<char> = seed.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => drop(chars.drain(at..(at + random.below(20)).min(chars.len()))),
            1 => chars.truncate(at),
            2 => drop(chars.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
            _ => {
                let from = random.below(chars.len() + 1);
                let part: Vec<char> = chars[from.min(at)..from.max(at)].to_vec();
                drop(chars.splice(at..at, part));
            }
        }
    }
    chars.into_iter().collect()
}

/// Everything that reads a document, held to what must be true of any text.
fn check(text: &str, kind: PolicyKind) {
    let tree = parse(text);
    assert!(tree.tokens().is_sorted_by(|a, b| a.span.end <= b.span.start), "tokens overlap in {text:?}");
    assert!(tree.tokens().iter().all(|token| text.get(token.span.range()).is_some()), "a token cuts a character");
    assert_eq!(roles(&tree).len(), tree.tokens().len());
    for while_typing in [false, true] {
        let options = Options { kind: Some(kind), while_typing, ..Options::default() };
        let report = validate(text, &options);
        places_are_in_the_text(text, &report);
    }
    for use_ in [DocumentUse::Managed, DocumentUse::Trust] {
        let _ = malformed::check(text, use_);
    }
}

fn places_are_in_the_text(text: &str, report: &Report) {
    for finding in &report.findings {
        for location in &finding.locations {
            assert!(text.get(location.span.range()).is_some(), "{} points out of {text:?}", finding.code);
        }
        if let Some(fix) = &finding.fix {
            let edits = &fix.edits;
            assert!(
                edits.is_sorted_by(|a, b| a.span.end <= b.span.start),
                "{}: edits overlap in {text:?}",
                finding.code
            );
            let _ = fix.apply(text);
        }
    }
}

#[test]
fn mutated_documents_never_panic_and_places_stay_in_the_text() {
    let mut random = Seeded(0x1a3b_5c7d_9e2f_4861);
    for round in 0..1_500 {
        let seed = SEEDS[round % SEEDS.len()];
        let (_, kind) = PolicyKind::ALL[random.below(PolicyKind::ALL.len())];
        check(&mutate(seed, &mut random), kind);
    }
}

#[test]
fn fixes_leave_well_formed_json_well_formed() {
    for (_, kind) in PolicyKind::ALL {
        for seed in SEEDS {
            let report = validate(seed, &Options { kind: Some(kind), ..Options::default() });
            for fix in report.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
                let fixed = fix.apply(seed);
                assert!(parse(&fixed).errors().is_empty(), "`{}` breaks {seed}: {fixed}", fix.title);
            }
        }
    }
}

#[test]
fn bombs_cost_little() {
    let list = |entry: &dyn Fn(usize) -> String, count: usize| (0..count).map(entry).collect::<Vec<_>>().join(",");
    let actions = |inner: String| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{inner}],"Resource":"*"}}]}}"#)
    };
    let bombs = [
        "[".repeat(131_072),
        "{\"a\":".repeat(25_000),
        actions(list(&|n| format!("\"*a{n}\""), 13_000)),
        actions(list(&|_| "\"*:*a*\"".to_owned(), 14_000)),
        actions(list(&|n| format!("\"s3:*a*{n}\""), 10_000)),
        actions(list(&|n| format!("\"ec2:RunInstances\",\"x:{n}\""), 300))
            .replace("\"*\"", &format!("[{}]", list(&|n| format!("\"arn:aws:ec2:*:*:*{n}\""), 6_000))),
        list(&|n| format!("“k{n}”: ‘v’"), 8_000),
        format!("{{{}}}", list(&|_| "\"a\": {\"b\": 1}".to_owned(), 10_000)),
        actions(String::new())
            .replace("\"Effect\"", &format!("{},\"Effect\"", list(&|n| format!("\"Efect{n}\": 1"), 10_000))),
        actions(list(&|n| format!("\"ec2:RunInstances\",\"x:{n}\""), 300))
            .replace("\"*\"", &format!("[{}]", list(&|n| format!("\"arn:aws:ec2:*:*:*{n}\""), 1_400))),
        list(&|n| format!("{{\"k{n}\": \"\\u00e9\""), 8_000),
    ];
    for bomb in bombs {
        let start = Instant::now();
        validate(&bomb, &Options::default());
        // An optimised build takes some tens of milliseconds; this one is not, and the machine may be busy.
        assert!(start.elapsed() < Duration::from_secs(20), "{} bytes took {:?}", bomb.len(), start.elapsed());
    }
}
