//! What questions about a large account cost, in time and in memory: each is asked three times, the best counts.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is no library, and it prints what it measured"
)]

mod large_account;

use std::time::{Duration, Instant};

use iamtui::insight::escalation::{Route, Verdict, escalation};
use iamtui::insight::find::{Query, find};
use iamtui::insight::forecast::Forecast;
use iamtui::insight::impact::impact;
use iamtui::insight::review::review;
use iamtui::insight::{Access, Ask, effective, who_can};
use iamtui::model::{Account, ResourceRef, Snapshot};
use iamtui::plan::{Call, Step};

/// The most bytes that the process held since [`forget`], or holds.
fn held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Makes the kernel forget how much the process held at most.
fn forget() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn measure(name: &str, most: Duration, mut ask: impl FnMut() -> String) {
    let mut best = Duration::MAX;
    let mut told = String::new();
    forget();
    let before = held();
    let times = if std::env::var_os("ONCE").is_some() { 1 } else { 3 };
    for _ in 0..times {
        let started = Instant::now();
        told = ask();
        best = best.min(started.elapsed());
    }
    let grown = (held() - before) >> 20;
    let word = if best <= most { "ok" } else { "TOO SLOW" };
    println!("{name:<12} {best:>12.2?} of {most:>6.0?} {word:<9} +{grown} MiB  {told}");
}

fn main() {
    let account: Account = Snapshot::from_bytes(&large_account::large_account()).unwrap().account;
    println!("account read, {} MiB", held() >> 20);
    let only = std::env::var("ONLY").unwrap_or_default();
    let ms = Duration::from_millis;
    let wanted = |name: &str| only.is_empty() || only == name;
    if wanted("who-can") {
        measure("who-can", ms(100), || {
            let access = Access::new(&account);
            let found = who_can(&access, &Ask::new("s3:GetObject", "arn:aws:s3:::data-7/*"), false).unwrap();
            format!("{} holders", found.holders.len())
        });
    }
    if wanted("access") {
        measure("access", ms(50), || {
            let access = Access::new(&account);
            let mut powers = access.of(&ResourceRef::User("u42".into())).unwrap();
            format!("{} services", effective::effective_access(&mut powers).unwrap().services.len())
        });
    }
    if wanted("escalation") {
        measure("escalation", ms(2_000), || {
            let found = escalation(&Access::new(&account), &Route::default()).unwrap();
            let open = found.paths.iter().filter(|path| path.verdict == Verdict::Open).count();
            format!("{} administrators, {} paths, {open} open", found.administrators.len(), found.paths.len())
        });
    }
    if wanted("find") {
        measure("find", ms(50), || {
            let found = find(&Access::new(&account), &Query::parse("allow iam:* -condition").unwrap());
            let some = find(&Access::new(&account), &Query::parse("s3:DeleteBucket").unwrap());
            format!("{} and {} statements", found.len(), some.len())
        });
    }
    if wanted("effect") {
        let attach = Call::attach_group_policy("g7", "arn:aws:iam::aws:policy/PowerUserAccess");
        measure("effect", ms(200), || {
            let mut forecast = Forecast::new(&account);
            forecast.take(&Step::new(attach.clone(), ""));
            let found = impact(&account, forecast.account()).unwrap();
            format!("{} kinds of changes, {} paths opened", found.changes.len(), found.opened.len())
        });
    }
    if wanted("review") {
        measure("review", ms(1_000), || {
            let found = review(&Access::new(&account), "2026-11-30T12:00:00Z".parse().unwrap()).unwrap();
            format!("{} findings", found.findings.len())
        });
    }
}
