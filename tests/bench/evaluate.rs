//! What an evaluation costs: of one request, of the whole catalogue, of hostile patterns.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench is no library, and it may stop where it fails")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iamtui::catalog::{Action, Catalog};
use iamtui::policy::evaluate::{Compiled, PolicySet, Principal, Request, evaluate, explain};

/// A policy of seven statements and about 1.6 kB, as people write them.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
{"Sid":"Home","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::home/${aws:username}/*"},
{"Sid":"ListHome","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::home","Condition":{"StringLike":{"s3:prefix":["${aws:username}/*",""]}}},
{"Sid":"Look","Effect":"Allow","Action":["ec2:Describe*","cloudwatch:Get*","cloudwatch:List*","logs:Describe*","logs:FilterLogEvents","tag:Get*"],"Resource":"*"},
{"Sid":"Run","Effect":"Allow","Action":["ec2:StartInstances","ec2:StopInstances","ec2:RebootInstances"],"Resource":"arn:aws:ec2:*:123456789012:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
{"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app-*","Condition":{"StringEquals":{"iam:PassedToService":["ec2.amazonaws.com","ecs-tasks.amazonaws.com"]}}},
{"Sid":"NoWay","Effect":"Deny","Action":["iam:Create*","iam:Delete*","iam:Put*","iam:Attach*","organizations:*"],"Resource":"*"},
{"Sid":"Mfa","Effect":"Deny","NotAction":["iam:ListMFADevices","iam:EnableMFADevice","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}"#;

const USER: &str = "arn:aws:iam::123456789012:user/alice";

fn policies() -> PolicySet {
    let compile = |text: &str| Arc::new(Compiled::new(text).unwrap());
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    PolicySet {
        identity: vec![compile(POLICY)],
        boundary: Some(compile(all)),
        scps: vec![vec![compile(all)]],
        ..PolicySet::default()
    }
}

fn request() -> Request {
    Request::new(Principal::from_arn(USER).unwrap(), "s3:GetObject", "arn:aws:s3:::home/alice/notes.txt")
        .with("aws:MultiFactorAuthPresent", ["true"])
        .with("aws:SourceIp", ["192.0.2.7"])
        .with("aws:PrincipalTag/team", ["blue"])
}

fn benches(criterion: &mut Criterion) {
    let (policies, request) = (policies(), request());
    assert!(evaluate(&request, &policies).unwrap().is_allowed());

    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one request, compiled", |bench| {
        bench.iter(|| evaluate(black_box(&request), black_box(&policies)));
    });
    group.bench_function("one request, explained", |bench| {
        bench.iter(|| explain(black_box(&request), black_box(&policies)));
    });
    group.bench_function("compile 1.6 kB", |bench| bench.iter(|| Compiled::new(black_box(POLICY))));

    let actions: Vec<String> = Catalog::bundled().actions().map(Action::full_name).collect();
    group.throughput(Throughput::Elements(actions.len() as u64));
    group.bench_function("every action of the catalogue", |bench| {
        bench.iter(|| {
            let mut request = request.clone();
            request.set_resource("*");
            let allowed = actions.iter().filter(|action| {
                request.set_action(action);
                evaluate(&request, &policies).unwrap().is_allowed()
            });
            allowed.count()
        });
    });

    group.throughput(Throughput::Elements(1));
    let hostile = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}b"}}}}"#,
        "a*".repeat(1_000)
    );
    let set = PolicySet { identity: vec![Arc::new(Compiled::new(&hostile).unwrap())], ..PolicySet::default() };
    let mut asked = request.clone();
    asked.set_resource(&format!("arn:aws:s3:::{}", "a".repeat(1_024)));
    group
        .bench_function("a*a*a*…b, 1,000 stars", |bench| bench.iter(|| evaluate(black_box(&asked), black_box(&set))));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
