use super::*;
use crate::policy::evaluate::{Compiled, evaluate};

const USER: &str = "arn:aws:iam::123456789012:user/bob";
const OBJECT: &str = "arn:aws:s3:::b/k";

fn compiled(statements: &str) -> Arc<Compiled> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Compiled::new(&text).unwrap())
}

fn asked(principal: &str, action: &str, resource: &str) -> Request {
    Request::new(Principal::from_arn(principal).unwrap(), action, resource)
}

fn shown(ways: &Ways) -> String {
    let one = |need: &Need| format!("{} {} {}", need.operator.name(), need.key, need.values.join(" "));
    let way = |way: &Vec<Need>| way.iter().map(one).collect::<Vec<_>>().join(" & ");
    ways.sets().iter().map(way).collect::<Vec<_>>().join(" | ")
}

fn told(prospect: &Prospect) -> String {
    match (prospect.is_certain(), prospect.is_possible()) {
        (true, _) => "allowed".to_owned(),
        (false, true) => shown(&prospect.when()),
        (false, false) => {
            let layers: Vec<&str> = prospect.blocked_by.iter().map(|layer| layer.as_str()).collect();
            format!("{} {}", prospect.refusal.as_str(), layers.join(" "))
        }
    }
}

/// What the identity policy of a user comes to.
#[track_caller]
fn check(statements: &str, expected: &str) {
    let set = PolicySet { identity: vec![compiled(statements)], ..PolicySet::default() };
    let found = prospect(&asked(USER, "s3:GetObject", OBJECT), &set, Openness::default()).unwrap();
    assert_eq!(told(&found), expected, "{statements}");
}

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;

fn with(effect: &str, condition: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":"*","Condition":{condition}}}"#)
}

#[test]
fn what_depends_on_a_key_that_was_not_given_is_conditional() {
    check(ALLOW, "allowed");
    check(&with("Allow", r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#), "Bool aws:MultiFactorAuthPresent true");
    check(
        &with("Allow", r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8"]},"Bool":{"aws:SecureTransport":"true"}}"#),
        "Bool aws:SecureTransport true & IpAddress aws:SourceIp 10.0.0.0/8",
    );
}

#[test]
fn a_denial_that_may_apply_leaves_its_opposite_as_the_condition() {
    let deny = with("Deny", r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#);
    check(&format!("{ALLOW},{deny}"), "Bool aws:MultiFactorAuthPresent true");
    let deny = with("Deny", r#"{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#);
    check(&format!("{ALLOW},{deny}"), "IpAddress aws:SourceIp 10.0.0.0/8");
    let deny = with("Deny", r#"{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-west-2"]}}"#);
    check(&format!("{ALLOW},{deny}"), "StringEquals aws:RequestedRegion eu-west-1 eu-west-2");
}

#[test]
fn what_is_known_of_the_caller_is_no_condition() {
    check(&with("Allow", r#"{"StringEquals":{"aws:username":"bob"}}"#), "allowed");
    check(&with("Allow", r#"{"StringEquals":{"aws:username":"eve"}}"#), "implicitDeny identity");
    check(&with("Allow", r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/b*"}}"#), "allowed");
    check(&with("Allow", r#"{"Null":{"aws:PrincipalServiceName":"true"}}"#), "allowed");
}

#[test]
fn a_key_that_the_action_never_has_is_absent() {
    check(&with("Allow", r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#), "implicitDeny identity");
    let deny = with("Deny", r#"{"StringNotEquals":{"iam:PermissionsBoundary":"x"}}"#);
    check(&format!("{ALLOW},{deny}"), "explicitDeny identity");
}

#[test]
fn conditions_that_contradict_each_other_allow_nothing() {
    let allow = with("Allow", r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#);
    let deny = with("Deny", r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#);
    check(&format!("{allow},{deny}"), "explicitDeny identity");
}

#[test]
fn a_variable_without_a_value_is_a_condition_on_it() {
    let allow = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/home}"}"#;
    check(allow, "StringEquals aws:PrincipalTag/home k");
    check(
        &with("Allow", r#"{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#),
        "StringEquals aws:ResourceTag/team ${aws:PrincipalTag/team}",
    );
    check(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}"}"#, "implicitDeny identity");
}

#[track_caller]
fn check_parts(statements: &str, resource: &str, expected: &[&str]) {
    let set = PolicySet { identity: vec![compiled(statements)], ..PolicySet::default() };
    let found = prospect(&asked(USER, "s3:GetObject", resource), &set, Openness::default()).unwrap();
    let part = |part: &Part| {
        let except = if part.except.is_empty() { String::new() } else { format!(" except {}", part.except.join(" ")) };
        let when = if part.when.is_always() { String::new() } else { format!(" if {}", shown(&part.when)) };
        format!("{}{except}{when}", part.resource)
    };
    assert_eq!(found.parts.iter().map(part).collect::<Vec<_>>(), expected, "{statements}");
}

#[test]
fn of_a_pattern_the_part_that_is_allowed_is_told() {
    let on = |effect: &str, resource: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":"arn:aws:s3:::{resource}"}}"#)
    };
    check_parts(ALLOW, "arn:aws:s3:::b/*", &["arn:aws:s3:::b/*"]);
    check_parts(&on("Allow", "b/public/*"), "arn:aws:s3:::b/*", &["arn:aws:s3:::b/public/*"]);
    check_parts(&on("Allow", "*"), "arn:aws:s3:::b/*", &["arn:aws:s3:::b/*"]);
    check_parts(&on("Allow", "c/*"), "arn:aws:s3:::b/*", &[]);
    check_parts(
        &format!("{ALLOW},{}", on("Deny", "b/secret/*")),
        "arn:aws:s3:::b/*",
        &["arn:aws:s3:::b/* except arn:aws:s3:::b/secret/*"],
    );
    check_parts(&format!("{ALLOW},{}", on("Deny", "b/*")), "arn:aws:s3:::b/*", &[]);
    let spared = r#"{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::b/open/*"}"#;
    check_parts(&format!("{ALLOW},{spared}"), "arn:aws:s3:::b/*", &["arn:aws:s3:::b/open/*"]);
    let but = r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/closed/*"}"#;
    check_parts(but, "arn:aws:s3:::b/*", &["arn:aws:s3:::b/* except arn:aws:s3:::b/closed/*"]);
    // A bucket is no object.
    check_parts(&on("Allow", "b"), "*", &[]);
    check_parts(&on("Allow", "b/${aws:username}/*"), "*", &["arn:aws:s3:::b/bob/*"]);
}

#[test]
fn caps_are_put_together_with_what_they_cap() {
    let boundary = compiled(&with("Allow", r#"{"Bool":{"aws:SecureTransport":"true"}}"#));
    let narrow = compiled(r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/x/*"}"#);
    let set = PolicySet {
        identity: vec![compiled(&with("Allow", r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#))],
        boundary: Some(boundary),
        scps: vec![vec![narrow]],
        ..PolicySet::default()
    };
    let found = prospect(&asked(USER, "s3:GetObject", "arn:aws:s3:::b/*"), &set, Openness::default()).unwrap();
    assert_eq!(found.parts.len(), 1);
    assert_eq!(&*found.parts[0].resource, "arn:aws:s3:::b/x/*");
    assert_eq!(shown(&found.when()), "Bool aws:MultiFactorAuthPresent true & Bool aws:SecureTransport true");
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

const CONDITIONS: [&str; 16] = [
    r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#,
    r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#,
    r#""Null":{"aws:MultiFactorAuthPresent":"true"}"#,
    r#""StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-west-2"]}"#,
    r#""StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}"#,
    r#""StringEqualsIfExists":{"aws:RequestedRegion":"eu-west-2"}"#,
    r#""StringLike":{"aws:RequestedRegion":"eu-*"}"#,
    r#""StringNotLike":{"aws:RequestedRegion":"eu-*"}"#,
    r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#,
    r#""NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#,
    r#""NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}"#,
    r#""NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"60"}"#,
    r#""ForAllValues:StringEquals":{"aws:CalledVia":["a","b"]}"#,
    r#""ForAnyValue:StringEquals":{"aws:CalledVia":["a","c"]}"#,
    r#""StringEquals":{"aws:username":"bob"}"#,
    r#""StringEquals":{"aws:PrincipalTag/a":"${aws:RequestedRegion}"}"#,
];

fn statement(numbers: &mut Numbers, layer: Layer) -> String {
    let effect = numbers.one(&["Allow", "Allow", "Deny"]);
    let action = numbers.one(&[r#""Action":"*""#, r#""Action":"s3:Get*""#, r#""NotAction":"s3:Put*""#]);
    let resource = numbers.one(&[
        r#""Resource":"*""#,
        r#""Resource":"arn:aws:s3:::b/*""#,
        r#""NotResource":"arn:aws:s3:::c/*""#,
        r#""Resource":"arn:aws:s3:::b/${aws:PrincipalTag/a}""#,
    ]);
    let principal = match layer {
        Layer::Resource => numbers.one(&[
            r#""Principal":{"AWS":"123456789012"},"#,
            r#""Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"#,
            r#""Principal":"*","#,
        ]),
        _ => "",
    };
    let count = numbers.below(3);
    let mut conditions: Vec<&str> = (0..count).map(|_| numbers.one(&CONDITIONS)).collect();
    conditions.sort_by_key(|condition| condition.split(':').next().map(str::to_owned));
    conditions.dedup_by_key(|condition| condition.split("\":").next().map(str::to_owned));
    format!(r#"{{"Effect":"{effect}",{principal}{action},{resource},"Condition":{{{}}}}}"#, conditions.join(","))
}

fn policy(numbers: &mut Numbers, layer: Layer) -> Arc<Compiled> {
    let count = 1 + numbers.below(3);
    compiled(&(0..count).map(|_| statement(numbers, layer)).collect::<Vec<_>>().join(","))
}

/// A context with some of the keys that the conditions ask for.
fn given(numbers: &mut Numbers, request: &Request) -> Request {
    let mut request = request.clone();
    for (key, values) in [
        ("aws:MultiFactorAuthPresent", &["", "true", "false"][..]),
        ("aws:RequestedRegion", &["", "eu-west-1", "eu-west-2", "us-east-1"]),
        ("aws:SourceIp", &["", "10.1.1.1", "192.0.2.7"]),
        ("aws:MultiFactorAuthAge", &["", "30", "100", "5000"]),
        ("aws:CalledVia", &["", "a", "c", "a c", "a b"]),
        ("aws:PrincipalTag/a", &["", "k", "eu-west-1"]),
    ] {
        let value = numbers.one(values);
        if !value.is_empty() {
            request = request.with(key, value.split(' '));
        }
    }
    request
}

#[test]
fn the_conditions_hold_exactly_where_the_whole_request_is_allowed() {
    let mut numbers = Numbers(7);
    let (mut possible, mut conditional) = (0, 0);
    for round in 0..1_500 {
        let mut set = PolicySet { identity: vec![policy(&mut numbers, Layer::Identity)], ..PolicySet::default() };
        if numbers.below(3) == 0 {
            set.boundary = Some(policy(&mut numbers, Layer::Boundary));
        }
        if numbers.below(3) == 0 {
            set.scps = vec![vec![policy(&mut numbers, Layer::Scp)], vec![policy(&mut numbers, Layer::Scp)]];
        }
        if numbers.below(3) == 0 {
            set.resource = Some(policy(&mut numbers, Layer::Resource));
        }
        let request = asked(USER, "s3:GetObject", OBJECT);
        let found = prospect(&request, &set, Openness::default()).unwrap();
        possible += usize::from(found.is_possible());
        conditional += usize::from(found.is_possible() && !found.is_certain());
        let when = found.when();
        for _ in 0..12 {
            let whole = given(&mut numbers, &request);
            let verdict = evaluate(&whole, &set).unwrap();
            // Conditions that name a variable are told as written.
            let has_variable =
                when.sets().iter().flatten().any(|need| need.values.iter().any(|value| value.contains("${")));
            if has_variable {
                assert!(found.is_possible());
                continue;
            }
            assert_eq!(
                when.hold(whole.context()),
                verdict.is_allowed(),
                "round {round}: {} of {set:#?} in {:?}",
                shown(&when),
                whole.context()
            );
        }
    }
    assert!(possible > 300 && conditional > 200, "{possible} {conditional}");
}
