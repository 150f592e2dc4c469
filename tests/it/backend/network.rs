//! Proxies, private certificate authorities, partitions and silent endpoints, with stand-ins on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::canned::{Reply, error, response, serve};
use super::program::{Ended, Program};

/// A service that knows the caller and refuses everything else.
fn service() -> String {
    let (endpoint, _) = serve(|action, _| match action {
        "GetCallerIdentity" => Reply::Answer(
            200,
            response(
                action,
                "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAME</UserId><Account>123456789012</Account>",
            ),
        ),
        _ => error(403, "AccessDenied", "no"),
    });
    endpoint.trim_start_matches("http://").to_owned()
}

/// A certificate authority of our own, and a server with a certificate of it for these names.
struct Tls {
    ca: String,
    address: String,
}

fn tls(names: &[&str], behind: &str) -> Tls {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key).unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let cert = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain: Vec<CertificateDer<'static>> = vec![cert.der().clone()];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let (config, behind) = (Arc::new(config), behind.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let behind = behind.clone();
            std::thread::spawn(move || {
                let mut client = BufReader::new(rustls::StreamOwned::new(connection, stream));
                let mut server = BufReader::new(TcpStream::connect(behind).unwrap());
                while let Some(request) = message(&mut client) {
                    server.get_mut().write_all(&request).unwrap();
                    let Some(answer) = message(&mut server) else { return };
                    if client.get_mut().write_all(&answer).and_then(|()| client.get_mut().flush()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    Tls { ca: ca_cert.pem(), address }
}

/// One HTTP message with its body.
fn message(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        bytes.extend(line.as_bytes());
        if line == "\r\n" {
            break;
        }
    }
    let head = bytes.len();
    bytes.resize(head + length, 0);
    reader.read_exact(&mut bytes[head..]).ok()?;
    Some(bytes)
}

/// A proxy that leads everywhere to one address and remembers where it was asked to lead.
fn proxy(leads_to: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let (seen, leads_to) = (Arc::clone(&asked), leads_to.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let (seen, leads_to) = (Arc::clone(&seen), leads_to.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(client.try_clone().unwrap());
                let Some(head) = message(&mut reader) else { return };
                let text = String::from_utf8_lossy(&head).into_owned();
                let mut words = text.split(' ');
                let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                seen.lock().unwrap().push(target.to_owned());
                let mut server = TcpStream::connect(leads_to).unwrap();
                if method == "CONNECT" {
                    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
                } else {
                    server.write_all(&head).unwrap();
                }
                let (mut back, mut forth) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut back, &mut forth));
                let _ = std::io::copy(&mut reader, &mut server);
            });
        }
    });
    (address, asked)
}

fn with_key() -> Program {
    Program::new().var("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").var("AWS_SECRET_ACCESS_KEY", "secret")
}

const AWS: [&str; 10] = [
    "iam.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
    "iam.cn-north-1.amazonaws.com.cn",
    "sts.cn-north-1.amazonaws.com.cn",
    "iam.us-gov.amazonaws.com",
    "sts.us-gov-west-1.amazonaws.com",
    "iam-fips.amazonaws.com",
    "sts-fips.us-east-1.amazonaws.com",
    "iam.global.api.aws",
    "sts.us-east-1.api.aws",
];

/// Which hosts of AWS a run speaks to, through a proxy and with a certificate authority of our own.
#[track_caller]
fn check_hosts(vars: &[(&str, &str)], flags: &[&str], hosts: [&str; 2]) {
    let server = tls(&AWS, &service());
    let (address, asked) = proxy(&server.address);
    let mut program = with_key().file("ca.pem", &server.ca);
    program = program.var("HTTPS_PROXY", &address);
    for (name, value) in vars {
        program = program.var(name, value);
    }
    let bundle = program.home().join("ca.pem").display().to_string();
    let program = program.var("AWS_CA_BUNDLE", &bundle);
    let ended = program.snapshot(flags, "");
    assert_eq!(ended.caller(), "arn:aws:iam::123456789012:user/me");
    assert_eq!(ended.code, 3, "what was denied is said: {}", ended.messages);
    let mut seen: Vec<String> = asked.lock().unwrap().clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, hosts.map(|host| format!("{host}:443")));
}

#[test]
fn aws_is_reached_through_the_proxy_of_the_environment_in_every_partition() {
    check_hosts(&[], &["--region", "us-east-1"], ["iam.amazonaws.com", "sts.us-east-1.amazonaws.com"]);
    let china = ["iam.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"];
    check_hosts(&[("AWS_REGION", "cn-north-1")], &[], china);
    let gov = ["iam.us-gov.amazonaws.com", "sts.us-gov-west-1.amazonaws.com"];
    check_hosts(&[], &["--region", "us-gov-west-1"], gov);
}

#[test]
fn fips_and_dual_stack_endpoints_are_used_where_the_configuration_says_so() {
    let fips = ["iam-fips.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"];
    check_hosts(&[("AWS_USE_FIPS_ENDPOINT", "true")], &["--region", "us-east-1"], fips);
    let dual = ["iam.global.api.aws", "sts.us-east-1.api.aws"];
    check_hosts(&[("AWS_USE_DUALSTACK_ENDPOINT", "true")], &["--region", "us-east-1"], dual);
}

fn snapshot_of(endpoint: &str, program: &Program) -> Ended {
    program.snapshot(&["--endpoint-url", endpoint, "--region", "us-east-1"], "")
}

#[test]
fn a_private_certificate_authority_is_trusted_once_it_is_named_and_not_before() {
    let server = tls(&["localhost"], &service());
    let port = server.address.rsplit(':').next().unwrap();
    let endpoint = format!("https://localhost:{port}");
    let other = tls(&["localhost"], &service());
    let program = with_key().file("ca.pem", &server.ca).file("other.pem", &other.ca);
    let named = |file: &str| program.home().join(file).display().to_string();
    let (right, wrong) = (named("ca.pem"), named("other.pem"));
    let program = program.config(&format!(
        "[profile right]\nca_bundle = {right}\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n\
         endpoint_url = {endpoint}\nregion = us-east-1\n\
         [profile wrong]\nca_bundle = {wrong}\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n\
         endpoint_url = {endpoint}\nregion = us-east-1\n"
    ));
    let ended = program.snapshot(&["--profile", "right"], "");
    assert_eq!(ended.caller(), "arn:aws:iam::123456789012:user/me");
    let ended = program.snapshot(&["--profile", "wrong"], "");
    assert_eq!(ended.code, 3);
    assert!(ended.messages.contains("invalid peer certificate"), "{}", ended.messages);
    assert!(ended.messages.contains("AWS_CA_BUNDLE"), "{}", ended.messages);
}

#[test]
fn a_plain_endpoint_elsewhere_goes_through_the_proxy_and_this_machine_never_does() {
    let service = service();
    let (address, asked) = proxy(&service);
    let program = with_key().var("HTTP_PROXY", &address).var("http_proxy", &address);
    assert_eq!(snapshot_of("http://iam.test:4566", &program).caller(), "arn:aws:iam::123456789012:user/me");
    assert!(asked.lock().unwrap().iter().all(|target| target.starts_with("http://iam.test:4566")), "{asked:?}");
    asked.lock().unwrap().clear();
    assert_eq!(snapshot_of(&format!("http://{service}"), &program).caller(), "arn:aws:iam::123456789012:user/me");
    assert!(asked.lock().unwrap().is_empty(), "{asked:?}");
}

#[test]
fn a_proxy_that_is_not_there_or_refuses_is_told_within_the_time_limit() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let program = with_key().var("HTTPS_PROXY", &format!("http://{closed}")).var("AWS_PROFILE", "x");
    let program =
        program.config("[profile x]\nregion = us-east-1\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n");
    let ended = program.snapshot(&["--profile", "x"], "");
    assert_eq!(ended.code, 3);
    assert!(ended.messages.contains("got no connection"), "{}", ended.messages);
    assert!(ended.messages.contains("proxy"), "{}", ended.messages);
    assert!(ended.took < Duration::from_secs(8), "{:?}", ended.took);
}

#[test]
fn an_endpoint_that_takes_connections_and_says_nothing_is_told_within_the_time_limit() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    // A TLS handshake that is never answered is a connection that does not come about.
    let ended = snapshot_of(&format!("https://{address}"), &with_key());
    assert_eq!(ended.code, 3);
    assert!(ended.messages.contains("got no connection"), "{}", ended.messages);
    assert!(ended.took < Duration::from_secs(8), "{:?}", ended.took);
}

#[test]
fn a_sign_in_whose_answer_never_begins_is_given_up_in_time() {
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let (endpoint, _) = serve(move |_, _| Reply::Repeats("", go_on, Duration::ZERO));
    let program = with_key().var("AWS_ENDPOINT_URL", &endpoint).config(
        "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/x\nregion = us-east-1\ncredential_source = Environment\n",
    );
    let ended = program.snapshot(&["--profile", "x"], "");
    assert_eq!(ended.code, 3);
    assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
}

#[test]
fn a_broken_certificate_bundle_is_told_before_anything_is_sent() {
    let program = with_key().file("ca.pem", "nothing");
    let bundle = program.home().join("ca.pem").display().to_string();
    let ended = snapshot_of("https://localhost:1", &program.var("AWS_CA_BUNDLE", &bundle));
    assert_eq!(ended.code, 3);
    assert!(ended.messages.contains("contains no certificate"), "{}", ended.messages);
}
