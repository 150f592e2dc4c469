//! A way to the emulator on which things go wrong where a test says so.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The service answers with this error, this often.
    Error(u16, &'static str, &'static str, usize),
    /// The connection breaks before the service has it.
    LostBefore,
    /// The connection breaks once the service has done it.
    LostAfter,
    /// The service has done it, and the connection breaks within the answer.
    Half,
    /// The service has done it, and the answer is half of what it was, though its head says that it is whole.
    CutShort,
    /// The service has done it, and something between answers with this status and this page.
    Done(u16, &'static str),
    /// Nothing comes back any more, and the service never had it.
    HungBefore,
    /// Nothing comes back any more, and the service has done it.
    HungAfter,
}

/// A proxy in front of an emulator. The emulator must allow its host.
pub struct Faults {
    pub endpoint: String,
    plan: Arc<Mutex<Vec<(String, Fault, usize)>>>,
    /// Whether a call hangs.
    pub hung: Arc<AtomicBool>,
}

impl Faults {
    pub fn before(emulator: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let plan = Arc::new(Mutex::new(Vec::new()));
        let hung = Arc::new(AtomicBool::new(false));
        let (faults, hangs, to) =
            (Arc::clone(&plan), Arc::clone(&hung), emulator.trim_start_matches("http://").to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (faults, hangs, to) = (Arc::clone(&faults), Arc::clone(&hangs), to.clone());
                std::thread::spawn(move || carry(stream, &to, &faults, &hangs));
            }
        });
        Self { endpoint, plan, hung }
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.plan.lock().unwrap().clear();
    }

    /// The next call of an operation goes wrong.
    pub fn inject(&self, operation: &str, fault: Fault) {
        let times = if let Fault::Error(.., times) = fault { times } else { 1 };
        self.plan.lock().unwrap().push((operation.to_owned(), fault, times));
    }
}

/// Takes the fault that is meant for an operation.
fn fault(plan: &Mutex<Vec<(String, Fault, usize)>>, operation: &str) -> Option<Fault> {
    let mut plan = plan.lock().unwrap();
    let at = plan.iter().position(|(name, _, left)| name == operation && *left > 0)?;
    plan[at].2 -= 1;
    Some(plan[at].1)
}

fn carry(mut client: TcpStream, to: &str, plan: &Mutex<Vec<(String, Fault, usize)>>, hung: &AtomicBool) {
    while let Some((operation, request)) = message(&mut client) {
        match fault(plan, &operation) {
            Some(Fault::Error(status, code, text, _)) => {
                let body = format!(
                    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
                     <Code>{code}</Code><Message>{text}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
                );
                let head =
                    format!("HTTP/1.1 {status} x\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
                if client.write_all(format!("{head}{body}").as_bytes()).is_err() {
                    return;
                }
                continue;
            }
            Some(Fault::LostBefore) => return drop(client.shutdown(Shutdown::Both)),
            Some(Fault::LostAfter) => {
                ask(to, &request);
                return drop(client.shutdown(Shutdown::Both));
            }
            Some(Fault::Half) => {
                let answer = ask(to, &request);
                let _ = client.write_all(&answer[..answer.len() / 2]);
                return drop(client.shutdown(Shutdown::Both));
            }
            Some(Fault::CutShort) => {
                let answer = ask(to, &request);
                let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
                let body = &answer[head..head + (answer.len() - head) / 2];
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
                if client.write_all(&[head.as_bytes(), body].concat()).is_err() {
                    return;
                }
                continue;
            }
            Some(Fault::Done(status, page)) => {
                ask(to, &request);
                let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\n\r\n{page}", page.len());
                if client.write_all(head.as_bytes()).is_err() {
                    return;
                }
                continue;
            }
            Some(hang @ (Fault::HungBefore | Fault::HungAfter)) => {
                if hang == Fault::HungAfter {
                    ask(to, &request);
                }
                hung.store(true, Ordering::SeqCst);
                // Until whoever asked is gone.
                let _ = client.read(&mut [0]);
                return;
            }
            None => {}
        }
        if client.write_all(&ask(to, &request)).is_err() {
            return;
        }
    }
}

/// Sends a request to the emulator and gives the whole answer.
fn ask(to: &str, request: &[u8]) -> Vec<u8> {
    let mut server = TcpStream::connect(to).unwrap();
    server.write_all(request).unwrap();
    message(&mut server).map(|(_, answer)| answer).unwrap_or_default()
}

/// Reads one HTTP message: its action, where it is a request, and all of its bytes.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let whole = end + 4 + length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if bytes.len() >= whole {
                let body = String::from_utf8_lossy(&bytes[end + 4..whole]).into_owned();
                let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
                return Some((action.to_owned(), bytes));
            }
        }
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend(&chunk[..read]);
    }
}
