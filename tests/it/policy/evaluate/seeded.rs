//! A seeded loop: whatever the policies and requests, no panic, one answer, and laws that always hold.

use std::fmt::Write as _;

use iamtui::policy::ast::Effect;
use iamtui::policy::evaluate::Decision;

use super::*;

/// A small generator, so that a failure can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const ACTIONS: &[&str] = &["s3:GetObject", "s3:*", "*", "kms:Decrypt", "s?:Get*", "sts:AssumeRole", "s3:${*}", ""];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/${aws:username}",
    "arn:aws:s3:::${aws:PrincipalTag/t, 'd}e'}/?",
    "arn:aws:s*:*",
    "arn:aws:iam::*:role/*",
    "arn:*:*:*:*:*",
    "${",
    "arn",
    "ärn:ö:*",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotEqualsIfExists",
    "NumericLessThanIfExists",
    "DateGreaterThan",
    "Bool",
    "BinaryEquals",
    "NotIpAddress",
    "ArnLike",
    "Null",
];
const KEYS: &[&str] = &["aws:username", "aws:TagKeys", "AWS:SourceIp", "a:b", "aws:PrincipalArn"];
const VALUES: &[&str] = &[
    "true",
    "alice",
    "*",
    "${aws:username}",
    "10.0.0.0/8",
    "2020",
    "-1.5e3",
    "QQ==",
    "arn:aws:iam::*:user/*",
    "é?",
    "",
];
const CALLERS: &[&str] = &[
    USER,
    ROLE,
    SESSION,
    "anonymous",
    "ec2.amazonaws.com",
    "accounts.google.com",
    "arn:aws:iam::222222222222:root",
    "arn:aws:sts::111111111111:federated-user/x",
];

fn random_document(dice: &mut Dice) -> Arc<Compiled> {
    let mut statements = Vec::new();
    for _ in 0..=dice.roll(3) {
        let list = |dice: &mut Dice, from: &[&str]| -> String {
            let items: Vec<String> = (0..=dice.roll(2)).map(|_| format!("\"{}\"", dice.pick(from))).collect();
            format!("[{}]", items.join(","))
        };
        let effect = dice.pick(&["Allow", "Allow", "Deny"]);
        let (action, resource) =
            (dice.pick(&["Action", "Action", "NotAction"]), dice.pick(&["Resource", "Resource", "NotResource"]));
        let mut statement = format!(
            r#"{{"Effect":"{effect}","{action}":{},"{resource}":{}"#,
            list(dice, ACTIONS),
            list(dice, RESOURCES)
        );
        if dice.roll(2) == 0 {
            let element = dice.pick(&["Principal", "Principal", "NotPrincipal"]);
            let _ = write!(
                statement,
                r#","{element}":{{"AWS":{},"Service":"ec2.amazonaws.com"}}"#,
                list(dice, &[USER, ROLE, SESSION, "*", "111111111111", "AIDA1"])
            );
        }
        if dice.roll(2) == 0 {
            let (operator, key) = (dice.pick(OPERATORS), dice.pick(KEYS));
            let _ = write!(statement, r#","Condition":{{"{operator}":{{"{key}":{}}}}}"#, list(dice, VALUES));
        }
        statement.push('}');
        statements.push(statement);
    }
    document(&statements.join(","))
}

fn random_set(dice: &mut Dice) -> PolicySet {
    let many =
        |dice: &mut Dice, most: usize| (0..dice.roll(most + 1)).map(|_| random_document(dice)).collect::<Vec<_>>();
    PolicySet {
        identity: many(dice, 2),
        groups: many(dice, 1),
        boundary: many(dice, 1).pop(),
        session: many(dice, 1),
        resource: many(dice, 1).pop(),
        scps: (0..dice.roll(3)).map(|_| many(dice, 2)).collect(),
        rcps: (0..dice.roll(2)).map(|_| many(dice, 2)).collect(),
        endpoints: many(dice, 1),
        scopes: many(dice, 1),
    }
}

fn random_request(dice: &mut Dice) -> Request {
    let caller = dice.pick(CALLERS);
    let action = dice.pick(&["s3:GetObject", "S3:PUTOBJECT", "kms:Decrypt", "sts:AssumeRole", "", "é:x"]);
    let resource = dice.pick(&[
        "*",
        BUCKET,
        "arn:aws:s3:::bucket/alice",
        "arn:aws:iam::111111111111:role/Ops",
        QUEUE_ELSEWHERE,
        "",
        "arn:aws:",
        "arn:aws:kms:eu-west-1:111111111111:key/1",
    ]);
    let mut asked = request(caller, action, resource);
    for key in KEYS {
        if dice.roll(3) == 0 {
            let values: Vec<&str> = (0..dice.roll(3)).map(|_| dice.pick(VALUES)).collect();
            asked = asked.with(key, values);
        }
    }
    asked
}

#[test]
fn whatever_comes_is_decided_by_the_same_laws() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut seen = [0_usize; 3];
    for round in 0..4_000 {
        let (set, asked) = (random_set(&mut dice), random_request(&mut dice));
        let verdict = evaluate(&asked, &set).unwrap();
        let trace = explain(&asked, &set).unwrap();
        assert_eq!(trace.verdict, verdict, "round {round}");
        seen[verdict.decision as usize] += 1;
        assert_eq!(verdict.is_allowed(), verdict.blocked_by.is_empty(), "round {round}");
        // The trace and the verdict came to the same statements by different ways.
        let denies: Vec<_> = trace.statements.iter().filter(|s| s.applies && s.effect == Effect::Deny).collect();
        assert_eq!(!denies.is_empty(), verdict.decision == Decision::ExplicitDeny, "round {round}: {denies:#?}");
        let wanted = if denies.is_empty() { Effect::Allow } else { Effect::Deny };
        let applying: Vec<_> =
            trace.statements.iter().filter(|s| s.applies && s.effect == wanted).map(|s| s.place).collect();
        assert_eq!(applying, verdict.matched, "round {round}");
        // A further deny of everything never allows; a further allow never lifts an explicit deny.
        let mut stricter = set.clone();
        stricter.scps.push(Vec::new());
        stricter.endpoints.push(deny("*"));
        assert_eq!(evaluate(&asked, &stricter).unwrap().decision, Decision::ExplicitDeny, "round {round}");
        let mut wider = set.clone();
        wider.identity.push(allow("*"));
        if verdict.decision != Decision::ImplicitDeny {
            assert_eq!(evaluate(&asked, &wider).unwrap().decision, verdict.decision, "round {round}");
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "all decisions come up: {seen:?}");
}
