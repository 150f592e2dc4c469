//! A server that answers what a test tells it to, also wrongly, slowly or not at all.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with one request.
pub enum Reply {
    /// Answers with a status and a body.
    Answer(u16, String),
    /// Reads the request and says nothing for a long time.
    Hang,
    /// Closes the connection without an answer, by a reset.
    Reset,
    /// Sends a body that never ends.
    Endless,
    /// Sends a beginning, and then the same again and again with pauses between.
    Repeats(&'static str, &'static str, Duration),
    /// Promises a body and sends half of it.
    Half(String),
}

/// The actions that were asked for, in order.
pub type Asked = Arc<Mutex<Vec<String>>>;

/// Starts a server on a port of its own; `script` is given the action and how often it was asked before.
pub fn serve(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let script = Arc::new(script);
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
            std::thread::spawn(move || answer(stream, &*script, &seen));
        }
    });
    (endpoint, asked)
}

fn answer(stream: TcpStream, script: &(impl Fn(&str, usize) -> Reply + ?Sized), asked: &Asked) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(action) = request(&mut reader) {
        let before = {
            let mut asked = asked.lock().unwrap();
            let before = asked.iter().filter(|held| **held == action).count();
            asked.push(action.clone());
            before
        };
        match script(&action, before) {
            Reply::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} x\r\nContent-Type: text/xml\r\nx-amzn-RequestId: r-1\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                if stream.write_all(format!("{head}{body}").as_bytes()).is_err() {
                    return;
                }
            }
            Reply::Hang => std::thread::sleep(Duration::from_mins(1)),
            Reply::Reset => {
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
            Reply::Endless => {
                let piece = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
                let mut sent = stream.write_all(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n");
                while sent.is_ok() {
                    sent = stream.write_all(piece.as_bytes());
                }
                return;
            }
            Reply::Repeats(first, then, pause) => {
                let mut sent = stream.write_all(first.as_bytes());
                while sent.is_ok() {
                    sent = stream.write_all(then.as_bytes());
                    if !pause.is_zero() {
                        std::thread::sleep(pause);
                    }
                }
                return;
            }
            Reply::Half(body) => {
                let head = format!("HTTP/1.1 200 x\r\nContent-Length: {}\r\n\r\n", body.len());
                let half = body.get(..body.len() / 2).unwrap();
                let _ = stream.write_all(format!("{head}{half}").as_bytes());
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
        }
    }
}

/// Reads one request and gives its action; none at the end of the connection.
fn request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap();
    Some(action.to_owned())
}

/// A page of users as IAM writes it.
pub fn users(names: &[&str], marker: Option<&str>) -> Reply {
    let mut rows = String::new();
    for name in names {
        let _ = write!(
            rows,
            "<member><Path>/</Path><UserName>{name}</UserName><UserId>AIDA{name}</UserId>\
             <Arn>arn:aws:iam::123456789012:user/{name}</Arn><CreateDate>2024-01-02T03:04:05Z</CreateDate></member>"
        );
    }
    let end = match marker {
        Some(marker) => format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"),
        None => "<IsTruncated>false</IsTruncated>".to_owned(),
    };
    Reply::Answer(200, response("ListUsers", &format!("<Users>{rows}</Users>{end}")))
}

/// An answer as IAM writes it.
pub fn response(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{action}Response>"
    )
}

/// An error as IAM writes it.
pub fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::Answer(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
}
