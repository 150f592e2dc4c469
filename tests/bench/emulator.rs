//! What a call of the emulator costs, from the first byte sent to the last one read, and what a start costs.

#![allow(missing_docs, clippy::expect_used, reason = "a bench is no library, and it may stop where it fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use iamtui::emulator::protocol::signature::hmac;
use iamtui::emulator::{self, Handle, KeyPair, Options, Place, Seed};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use sha2::{Digest, Sha256};

const MEDIA: &str = "application/x-www-form-urlencoded";
/// How many clients fill a store at once, so that their writes share commits.
const CLIENTS: usize = 16;

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// One connection that signs each of its requests, as an SDK does.
struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    key: KeyPair,
}

impl Client {
    fn of(handle: &Handle) -> Self {
        let host = handle.endpoint.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).expect("the emulator listens");
        stream.set_nodelay(true).expect("a socket takes its option");
        Self { stream: BufReader::new(stream), host, key: handle.root.clone() }
    }

    /// Calls an operation and gives back the body of its answer, which must be a success.
    fn call(&mut self, parameters: &str) -> Vec<u8> {
        let body = format!("{parameters}&Version=2010-05-08");
        let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = stamp.split('T').next().unwrap_or_default();
        let canonical = format!(
            "POST\n/\n\ncontent-type:{MEDIA}\nhost:{}\nx-amz-date:{stamp}\n\ncontent-type;host;x-amz-date\n{}",
            self.host,
            hex(&Sha256::digest(&body))
        );
        let scope = format!("{day}/us-east-1/iam/aws4_request");
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
        let secret = format!("AWS4{}", self.key.secret.expose_secret()).into_bytes();
        let signing = scope.split('/').fold(secret, |key, part| hmac(&key, part.as_bytes()).to_vec());
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: {MEDIA}\r\nX-Amz-Date: {stamp}\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=content-type;host;x-amz-date, \
             Signature={}\r\n\r\n{body}",
            self.host,
            body.len(),
            self.key.id,
            hex(&hmac(&signing, to_sign.as_bytes()))
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("the connection stays open");
        self.answer()
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the emulator answers");
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        let mut length = 0;
        while !line.trim().is_empty() {
            line.clear();
            self.stream.read_line(&mut line).expect("the head goes on");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length is a number");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body is as long as it says");
        body
    }
}

fn start(place: Place, seed: Seed) -> Handle {
    emulator::start(Options { seed, quotas: false, ..Options::new(place) }).expect("an emulator starts")
}

fn start_in(folder: &Path) -> Handle {
    start(Place::Folder(folder.to_owned()), Seed::Empty)
}

/// Makes users `u0`, `u1`, ….
fn fill(handle: &Handle, users: usize) {
    std::thread::scope(|threads| {
        for first in 0..CLIENTS {
            threads.spawn(move || {
                let mut client = Client::of(handle);
                for number in (first..users).step_by(CLIENTS) {
                    client.call(&format!("Action=CreateUser&UserName=u{number}"));
                }
            });
        }
    });
}

fn reads(c: &mut Criterion) {
    let handle = start(Place::Ephemeral, Seed::Empty);
    fill(&handle, 1_000);
    let mut client = Client::of(&handle);
    c.bench_function("GetUser among 1,000", |b| b.iter(|| client.call("Action=GetUser&UserName=u500")));
    c.bench_function("ListUsers of 1,000", |b| b.iter(|| client.call("Action=ListUsers&MaxItems=1000")));
    let demo = start(Place::Ephemeral, Seed::Demo);
    let mut client = Client::of(&demo);
    c.bench_function("GetAccountAuthorizationDetails, first page of the demo", |b| {
        b.iter(|| client.call("Action=GetAccountAuthorizationDetails"));
    });
}

fn writes(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let handle = start_in(folder.path());
    let mut client = Client::of(&handle);
    let mut number = 0;
    c.bench_function("CreateUser, durable", |b| {
        b.iter(|| {
            number += 1;
            client.call(&format!("Action=CreateUser&UserName=w{number}"))
        });
    });
}

fn starts(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fill(&start_in(folder.path()), 5_000);
    let mut group = c.benchmark_group("start");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    // One emulator holds the store at a time, so each is stopped before the next start; only starts are timed.
    group.bench_function("on 5,000 users", |b| {
        b.iter_custom(|times| {
            let timed = |_| {
                let begun = Instant::now();
                let handle = start_in(folder.path());
                let took = begun.elapsed();
                drop(handle);
                took
            };
            (0..times).map(timed).sum()
        });
    });
    group.finish();
}

criterion_group!(benches, reads, writes, starts);
criterion_main!(benches);
