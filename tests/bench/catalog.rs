//! What the catalogue costs until it is ready and for each question, and what completion costs for a key.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench is no library, and it may stop where it fails")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use iamtui::catalog::{Catalog, Overlay};
use iamtui::policy::complete::{Context, complete};
use iamtui::policy::diff::diff;
use iamtui::policy::read;
use iamtui::policy::summary::summarise;

/// A document of 6 kB with the cursor in the middle of an action.
fn document() -> (String, usize) {
    let statement = |n: usize| {
        format!(
            r#"{{"Sid": "Part{n}", "Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject", "ec2:Describe*", "ec2:Ru"],
            "Resource": ["arn:aws:s3:::bucket-{n}", "arn:aws:s3:::bucket-{n}/*"],
            "Condition": {{"StringEquals": {{"aws:PrincipalTag/team": "blue", "s3:x-amz-acl": "private"}}}}}}"#
        )
    };
    let statements: Vec<String> = (0..18).map(statement).collect();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
    let cursor = text.match_indices("ec2:Ru").nth(9).unwrap().0 + "ec2:Ru".len();
    (text, cursor)
}

fn fresh() -> Catalog {
    Catalog::with_overlay(Overlay::default())
}

fn catalogue(c: &mut Criterion) {
    c.bench_function("catalogue ready", |b| b.iter(fresh));
    // Building a catalogue is part of what `iter` would measure; batches keep it out.
    let first = |c: &mut Criterion, name: &str, prefix: &'static str| {
        c.bench_function(name, |b| {
            b.iter_batched(
                fresh,
                |catalog| black_box(catalog.service(prefix).unwrap().action_count()),
                criterion::BatchSize::LargeInput,
            );
        });
    };
    first(c, "first touch of s3", "s3");
    first(c, "first touch of ec2", "ec2");
    c.bench_function("first description of ec2", |b| {
        b.iter_batched(
            || {
                let catalog = fresh();
                let _ = catalog.service("ec2");
                catalog
            },
            |catalog| black_box(catalog.action("ec2:RunInstances").unwrap().description().len()),
            criterion::BatchSize::LargeInput,
        );
    });
    c.bench_function("every service decoded", |b| {
        b.iter_batched(fresh, |catalog| black_box(catalog.actions().count()), criterion::BatchSize::LargeInput);
    });
    let catalog = Catalog::bundled();
    let _ = catalog.actions().count();
    c.bench_function("action by name", |b| b.iter(|| catalog.action(black_box("EC2:runinstances"))));
    c.bench_function("actions of s3:Get*", |b| b.iter(|| catalog.matching(black_box("s3:Get*")).count()));
    c.bench_function("suggestion for an action", |b| b.iter(|| catalog.suggest_action(black_box("ec2:RunInstnces"))));
}

fn documents(c: &mut Criterion) {
    let catalog = Catalog::bundled();
    let (text, cursor) = document();
    let context = Context::new(catalog);
    c.bench_function("completion of an ec2 action in 6 kB", |b| {
        b.iter(|| complete(&text, black_box(cursor), &context));
    });
    let keys = text.match_indices("aws:PrincipalTag").nth(9).unwrap().0;
    c.bench_function("completion of a condition key in 6 kB", |b| {
        b.iter(|| complete(&text, black_box(keys), &context));
    });
    let policy = read(&text);
    c.bench_function("summary of 6 kB", |b| b.iter(|| summarise(black_box(&policy), catalog)));
    let all = read(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
    c.bench_function("difference over the whole catalogue", |b| b.iter(|| diff(black_box(&policy), &all, catalog)));
}

criterion_group!(benches, catalogue, documents);
criterion_main!(benches);
