//! Who may keep a connection, and for how long.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::wire::{Signed, send, status};
use crate::harness::Emulator;

const LIST: &str = "Action=ListUsers&Version=2010-05-08";

/// A signed request after which the connection goes on.
fn signed(emulator: &Emulator, body: &str) -> Vec<u8> {
    let bytes = Signed::new(emulator, body).bytes(&emulator.handle.root);
    String::from_utf8(bytes).unwrap().replace("Connection: close\r\n", "").into_bytes()
}

/// The same without its signature.
fn unsigned(emulator: &Emulator, body: &str) -> Vec<u8> {
    let host = emulator.address();
    let media = "application/x-www-form-urlencoded";
    let length = body.len();
    format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n{body}").into()
}

/// Whether the other side has closed a connection whose answers nobody has read.
fn is_closed(stream: &mut TcpStream) -> bool {
    stream.write_all(b"x").is_err()
}

#[test]
fn a_request_without_a_proven_signature_is_answered_and_the_connection_closed() {
    let emulator = Emulator::empty();
    let mut wrong = String::from_utf8(signed(&emulator, LIST)).unwrap();
    let at = wrong.find("Signature=").unwrap() + "Signature=".len();
    wrong.replace_range(at..at + 8, "00000000");
    for request in [unsigned(&emulator, LIST), wrong.into_bytes()] {
        let answers = send(&emulator, &[request.clone(), request].concat());
        assert_eq!(status(&answers), Some(403), "{answers}");
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
        assert!(answers.contains("connection: close"), "{answers}");
    }
}

#[test]
fn requests_that_do_not_wait_for_an_answer_are_not_worked_on() {
    let emulator = Emulator::empty();
    let answers = send(&emulator, &signed(&emulator, LIST).repeat(5));
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 1, "{answers}");
    assert!(answers.contains("connection: close"), "{answers}");
}

#[test]
fn a_connection_goes_on_from_answer_to_request() {
    let emulator = Emulator::empty();
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    for _ in 0..3 {
        stream.write_all(&signed(&emulator, LIST)).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"</ListUsersResponse>\n") {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).unwrap();
            assert!(read > 0, "the connection was closed");
            answer.extend(&part[..read]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    }
}

#[test]
fn who_does_not_read_is_closed_and_others_are_served_meanwhile() {
    let emulator = Emulator::empty();
    let request = signed(&emulator, "Action=ListPolicies&Version=2010-05-08&MaxItems=1000");
    let mut deaf: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(emulator.address()).unwrap()).collect();
    for stream in &mut deaf {
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        // More than the buffers of both sides hold, whatever the system.
        for _ in 0..60 {
            if stream.write_all(&request).is_err() {
                break;
            }
        }
    }
    assert_eq!(status(&send(&emulator, &Signed::new(&emulator, LIST).bytes(&emulator.handle.root))), Some(200));
    let started = Instant::now();
    while !deaf.iter_mut().all(is_closed) {
        assert!(started.elapsed() < Duration::from_mins(2), "a connection is kept though nobody reads");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_connection_that_idles_is_closed() {
    let emulator = Emulator::empty();
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.write_all(&signed(&emulator, LIST)).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the connection is closed");
    assert!(rest.starts_with(b"HTTP/1.1 200 OK"));
}

#[test]
fn newcomers_are_served_however_many_idle_connections_there_are() {
    let emulator = Emulator::empty();
    let mut idle: Vec<TcpStream> = Vec::new();
    // The files of both sides are this process's: where it may open no more, these are as many as there can be.
    for _ in 0..1_500 {
        match TcpStream::connect(emulator.address()) {
            Ok(stream) => idle.push(stream),
            Err(_) => break,
        }
    }
    // Leave room for this side of a newcomer.
    idle.truncate(idle.len().saturating_sub(4));
    let answer = send(&emulator, &Signed::new(&emulator, LIST).bytes(&emulator.handle.root));
    assert_eq!(status(&answer), Some(200), "{} idle connections", idle.len());
}

#[test]
fn who_asks_for_little_is_answered_however_much_another_asks_for() {
    let emulator = Emulator::demo();
    let administrator = emulator.handle.administrator.clone().unwrap();
    let list = "Action=ListPolicies&Version=2010-05-08&MaxItems=1000";
    let busy = Signed::new(&emulator, list).bytes(&administrator);
    let mut sockets: Vec<TcpStream> = (0..300).map(|_| TcpStream::connect(emulator.address()).unwrap()).collect();
    let alone = Instant::now();
    assert_eq!(status(&send(&emulator, &busy)), Some(200));
    let alone = alone.elapsed();
    let begun = Instant::now();
    for socket in &mut sockets {
        socket.write_all(&busy).unwrap();
    }
    let readers = std::thread::spawn(move || {
        for mut socket in sockets {
            let _ = socket.read_to_end(&mut Vec::new());
        }
        Instant::now()
    });
    let mut worst = Duration::ZERO;
    for _ in 0..5 {
        let asked = Instant::now();
        let answer = send(&emulator, &Signed::new(&emulator, LIST).bytes(&emulator.handle.root));
        assert_eq!(status(&answer), Some(200));
        worst = worst.max(asked.elapsed());
    }
    let whole = readers.join().unwrap().duration_since(begun);
    // One after the other they take most of the whole time; a few requests of the other is what one may wait for.
    assert!(worst < whole / 4 || worst < Duration::from_millis(200), "{worst:?} of {whole:?}, one takes {alone:?}");
}
