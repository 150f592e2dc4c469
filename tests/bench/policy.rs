//! What a policy costs on every key: parsing, colours, and the full validation.

#![allow(missing_docs, reason = "a bench is no library")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use iamtui::policy::highlight::roles;
use iamtui::policy::parser::parse;
use iamtui::policy::read;
use iamtui::policy::validate::{Options, validate};

/// A policy of about so many bytes, with the usual mix of services, ARNs and conditions.
fn document(bytes: usize) -> String {
    let statement = |n: usize| {
        format!(
            r#"{{"Sid":"Part{n}","Effect":"Allow","Action":["s3:GetObject","s3:List*","ec2:DescribeInstances","iam:PassRole"],"Resource":["arn:aws:s3:::bucket-{n}/*","arn:aws:iam::*:role/app-{n}"],"Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"blue","iam:PassedToService":"ec2.amazonaws.com"}}}}}}"#
        )
    };
    let mut statements = vec![statement(0)];
    while statements.iter().map(String::len).sum::<usize>() < bytes {
        statements.push(statement(statements.len()));
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

fn policy(c: &mut Criterion) {
    let options = Options::default();
    for (name, bytes) in [("1.6 kB", 1_600), ("6 kB", 6_000), ("10 kB", 10_000)] {
        let text = document(bytes);
        c.bench_function(&format!("parse {name}"), |b| b.iter(|| parse(black_box(&text))));
        c.bench_function(&format!("colours of {name}"), |b| b.iter(|| roles(&parse(black_box(&text)))));
        c.bench_function(&format!("read {name}"), |b| b.iter(|| read(black_box(&text))));
        c.bench_function(&format!("validate {name}"), |b| b.iter(|| validate(black_box(&text), &options)));
    }
}

criterion_group!(benches, policy);
criterion_main!(benches);
