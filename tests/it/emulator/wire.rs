//! What comes over the wire: signatures, hosts, limits, nonsense.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use iamtui::api::{Operation, model};
use iamtui::emulator::{KeyPair, Throttle};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::harness::{ACCOUNT, Emulator, fails};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        use std::fmt::Write as _;
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A signed request, written here from AWS's description and not from the code under test.
pub struct Signed {
    pub host: String,
    pub method: &'static str,
    /// Path and query, in canonical form.
    pub path: String,
    pub query: String,
    pub media: &'static str,
    pub body: String,
    pub at: Timestamp,
    pub region: &'static str,
    pub service: &'static str,
    /// The session token, of temporary credentials.
    pub token: Option<String>,
    /// The operation, in protocols that name it in a header.
    pub target: Option<String>,
}

impl Signed {
    pub fn new(emulator: &Emulator, body: &str) -> Self {
        Self {
            host: emulator.address().to_owned(),
            method: "POST",
            path: "/".to_owned(),
            query: String::new(),
            media: "application/x-www-form-urlencoded; charset=utf-8",
            body: body.to_owned(),
            at: Timestamp::now(),
            region: "us-east-1",
            service: "iam",
            token: None,
            target: None,
        }
    }

    pub fn bytes(&self, key: &KeyPair) -> Vec<u8> {
        let stamp = self.at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/{}/{}/aws4_request", stamp.get(..8).unwrap(), self.region, self.service);
        let (method, path, query, kind) = (self.method, &self.path, &self.query, self.media);
        let mut names = "content-type;host;x-amz-date".to_owned();
        let mut further = String::new();
        for (name, value) in [("x-amz-security-token", &self.token), ("x-amz-target", &self.target)] {
            if let Some(value) = value {
                names.extend([";", name]);
                further.extend([name, ":", value, "\n"]);
            }
        }
        let canonical = format!(
            "{method}\n{path}\n{query}\ncontent-type:{kind}\nhost:{}\nx-amz-date:{stamp}\n{further}\n{names}\n{}",
            self.host,
            hex(&Sha256::digest(&self.body))
        );
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
        let mut signing = format!("AWS4{}", key.secret.expose_secret()).into_bytes();
        for part in scope.split('/') {
            signing = hmac(&signing, part);
        }
        let signature = hex(&hmac(&signing, &to_sign));
        format!(
            "{method} {path}{}{query} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nX-Amz-Date: {stamp}\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, \
             Signature={signature}\r\n{}Connection: close\r\n\r\n{}",
            if query.is_empty() { "" } else { "?" },
            self.host,
            self.body.len(),
            key.id,
            further.replace('\n', "\r\n"),
            self.body
        )
        .into_bytes()
    }
}

/// The status, the code of the error and the body of an answer in REST-JSON.
pub fn rest(emulator: &Emulator, key: &KeyPair, signed: &Signed) -> (u16, Option<String>, Value) {
    let answer = send(emulator, &signed.bytes(key));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let error = head.lines().find_map(|line| line.strip_prefix("x-amzn-errortype: ")).map(str::to_owned);
    (status(&answer).unwrap_or_default(), error, serde_json::from_str(body).unwrap_or_default())
}

/// Calls that no client of the SDK can make: operations and parameters that are newer.
pub struct Raw<'a>(pub &'a Emulator);

impl Raw<'_> {
    /// The whole answer of an operation to parameters as they are on the wire.
    pub fn ask(&self, operation: &str, input: &[(&str, &str)]) -> String {
        self.ask_as(&self.0.handle.root, None, operation, input)
    }

    /// The same with the credentials of somebody else.
    pub fn ask_as(&self, key: &KeyPair, token: Option<&str>, operation: &str, input: &[(&str, &str)]) -> String {
        let known = model().operation(operation).unwrap();
        let mut body = format!("Action={operation}&Version={}", known.service.version());
        for (name, value) in input {
            body.extend(["&", *name, "="]);
            body.extend(form_urlencoded::byte_serialize(value.as_bytes()));
        }
        let token = token.map(str::to_owned);
        let signed = Signed { service: known.service.prefix(), token, ..Signed::new(self.0, &body) };
        send(self.0, &signed.bytes(key))
    }
}

/// Sends bytes and reads all that comes back; empty where the connection was closed without an answer.
pub fn send(emulator: &Emulator, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

pub fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

#[track_caller]
fn check(answer: &str, expected: u16, code: &str) {
    assert_eq!(status(answer), Some(expected), "{answer}");
    assert!(answer.contains(&format!("<Code>{code}</Code>")), "{answer}");
}

const LIST: &str = "Action=ListUsers&Version=2010-05-08";

#[test]
fn a_well_signed_request_is_answered_with_one_request_id() {
    let emulator = Emulator::empty();
    let answer = send(&emulator, &Signed::new(&emulator, LIST).bytes(&emulator.handle.root));
    assert_eq!(status(&answer), Some(200), "{answer}");
    assert!(answer.contains("<ListUsersResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"), "{answer}");
    assert!(answer.contains("<IsTruncated>false</IsTruncated>"), "{answer}");
    let header = answer.lines().find_map(|line| line.strip_prefix("x-amzn-requestid: ")).unwrap().trim();
    assert!(answer.contains(&format!("<RequestId>{header}</RequestId>")), "{answer}");
}

#[test]
fn every_wrong_signature_is_refused_with_the_code_of_aws() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let good = || Signed::new(&emulator, LIST);
    let wrong_secret = KeyPair::new(&root.id, "wrong");
    check(&send(&emulator, &good().bytes(&wrong_secret)), 403, "SignatureDoesNotMatch");
    let unknown = KeyPair::new("AKIAQQQQQQQQQQQQQQQQ", "x");
    check(&send(&emulator, &good().bytes(&unknown)), 403, "InvalidClientTokenId");
    for minutes in [-16, 16] {
        let mut late = good();
        late.at = Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
        check(&send(&emulator, &late.bytes(root)), 403, "SignatureDoesNotMatch");
    }
    let mut sts = good();
    sts.service = "sts";
    check(&send(&emulator, &sts.bytes(root)), 403, "SignatureDoesNotMatch");
    let text = String::from_utf8(good().bytes(root)).unwrap();
    let moved = text.replace("/us-east-1/", "/eu-west-1/");
    check(&send(&emulator, moved.as_bytes()), 403, "SignatureDoesNotMatch");
    let unsigned = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{LIST}",
        emulator.address(),
        LIST.len()
    );
    check(&send(&emulator, unsigned.as_bytes()), 403, "MissingAuthenticationToken");
    let broken = text.replace("Signature=", "Sig=");
    check(&send(&emulator, broken.as_bytes()), 403, "IncompleteSignature");
}

#[test]
fn no_single_flipped_bit_of_what_is_signed_passes() {
    let emulator = Emulator::empty();
    let good = Signed::new(&emulator, LIST).bytes(&emulator.handle.root);
    let text = String::from_utf8(good.clone()).unwrap();
    // What is signed: date, authorization and body. The host must also pass the door.
    let date = text.find("X-Amz-Date: ").unwrap() + 12;
    let authorization = text.find("Credential=").unwrap();
    let body = text.find(LIST).unwrap();
    let places: Vec<usize> =
        (date..date + 16).chain(authorization..authorization + 160).chain(body..text.len()).collect();
    let mut random = Random(7);
    for _ in 0..1_000 {
        let mut flipped = good.clone();
        let place = places[random.below(places.len())];
        flipped[place] ^= 1 << random.below(8);
        let answer = send(&emulator, &flipped);
        assert!(status(&answer).is_none_or(|status| (400..500).contains(&status)), "{place}: {answer}");
    }
}

#[test]
fn only_this_machine_s_programs_are_let_in() {
    let emulator = Emulator::empty();
    let good = String::from_utf8(Signed::new(&emulator, LIST).bytes(&emulator.handle.root)).unwrap();
    let host = format!("Host: {}", emulator.address());
    for other in ["evil.example", "127.0.0.1:1", "localhost"] {
        check(&send(&emulator, good.replace(&host, &format!("Host: {other}")).as_bytes()), 403, "AccessDenied");
    }
    let page = good.replace("Connection: close", "Connection: close\r\nOrigin: http://127.0.0.1");
    let answer = send(&emulator, page.as_bytes());
    check(&answer, 403, "AccessDenied");
    assert!(!answer.to_lowercase().contains("access-control"), "{answer}");
}

#[test]
fn what_is_too_large_is_refused() {
    let emulator = Emulator::empty();
    let host = emulator.address();
    let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: {}\r\n\r\n", "a".repeat(20_000));
    assert!(status(&send(&emulator, head.as_bytes())).is_none_or(|status| status == 431));
    let body = format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2000000\r\n\r\n");
    check(&send(&emulator, body.as_bytes()), 413, "RequestEntityTooLarge");
}

#[test]
fn a_slow_sender_is_shown_the_door_and_others_are_served_meanwhile() {
    let emulator = Emulator::empty();
    let mut slow: Vec<TcpStream> = (0..512).map(|_| TcpStream::connect(emulator.address()).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: ").unwrap();
    }
    let started = Instant::now();
    let answer = send(&emulator, &Signed::new(&emulator, LIST).bytes(&emulator.handle.root));
    assert_eq!(status(&answer), Some(200));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    let one = &mut slow[0];
    one.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut rest = Vec::new();
    one.read_to_end(&mut rest).expect("the connection is closed within ten seconds");
}

#[test]
fn an_unknown_action_answers_in_xml_and_every_known_one_is_built() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let ask = |body: &str| send(&emulator, &Signed::new(&emulator, body).bytes(root));
    check(&ask("Action=DoMagic&Version=2010-05-08"), 400, "InvalidAction");
    check(&ask("Action=ListUsers&Version=2011-06-15"), 400, "InvalidAction");
    check(&ask("Version=2010-05-08"), 400, "MissingAction");
    for operation in model().operations() {
        let typed = Operation::named(operation.service, &operation.name).unwrap();
        assert!(iamtui::emulator::registry::handler(typed).is_some(), "{typed}");
    }
    let health = format!("GET /_iamtui/health HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", emulator.address());
    let answer = send(&emulator, health.as_bytes());
    assert!(status(&answer) == Some(200) && answer.contains(ACCOUNT), "{answer}");
    let reset = format!("POST /_iamtui/reset HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", emulator.address());
    assert_eq!(status(&send(&emulator, reset.as_bytes())), Some(404), "the reset is there without being asked for");
}

#[test]
fn a_service_that_is_not_here_is_named_in_its_own_protocol() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let told = |name: &str| format!("It does not have {name}.");
    let ask = |service: &'static str, media: &'static str, path: &'static str, body: &str, header: &str| {
        let mut signed = Signed::new(&emulator, body);
        (signed.service, signed.media, signed.path) = (service, media, path.to_owned());
        let bytes = String::from_utf8(signed.bytes(root)).unwrap();
        let answer = send(&emulator, bytes.replacen("\r\n", &format!("\r\n{header}"), 1).as_bytes());
        assert_eq!(status(&answer), Some(400), "{answer}");
        answer
    };
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let answer = ask("ec2", form, "/", "Action=DescribeVpcs&Version=2016-11-15", "");
    assert!(answer.contains("<Response><Errors><Error><Code>NotImplemented</Code>"), "{answer}");
    assert!(answer.contains(&told("Amazon EC2 (ec2)")), "{answer}");
    let answer = ask("sqs", "application/x-amz-json-1.0", "/", "{}", "X-Amz-Target: AmazonSQS.ListQueues\r\n");
    assert!(answer.contains("content-type: application/x-amz-json-1.0"), "{answer}");
    assert!(answer.contains(r#""__type":"NotImplemented""#), "{answer}");
    let answer = ask("s3", "", "/bucket", "", "");
    assert!(answer.contains("\r\n\r\n<Error><Code>NotImplemented</Code>"), "{answer}");
    let answer = ask("lambda", "application/json", "/2015-03-31/functions", "{}", "");
    assert!(answer.contains("x-amzn-errortype: NotImplemented") && answer.contains("{\"message\":"), "{answer}");
    let answer = ask("sns", form, "/", "Action=ListTopics&Version=2010-03-31", "");
    assert!(answer.contains("<ErrorResponse ") && answer.contains("(sns)"), "{answer}");
    let path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    let answer = ask("monitoring", "application/cbor", path, "", "smithy-protocol: rpc-v2-cbor\r\n");
    assert!(answer.contains("content-type: application/cbor") && answer.contains("f__typenNotImplemented"), "{answer}");
    assert!(answer.contains("smithy-protocol: rpc-v2-cbor") && answer.contains(&told("monitoring")), "{answer}");
    let answer = ask("no<such>", form, "/", "Action=ListTopics&Version=2010-03-31", "");
    assert!(answer.contains("no&lt;such&gt;"), "{answer}");
    let put = "PUT /bucket HTTP/1.1\r\n";
    let mut signed = Signed::new(&emulator, "");
    (signed.service, signed.path) = ("s3", "/bucket".to_owned());
    let bytes = String::from_utf8(signed.bytes(root)).unwrap().replacen("POST /bucket HTTP/1.1\r\n", put, 1);
    assert!(send(&emulator, bytes.as_bytes()).contains("<Error><Code>NotImplemented</Code>"));
}

#[test]
fn an_encoded_message_is_read_by_the_service_and_explained() {
    let emulator = Emulator::empty();
    let key = crate::harness::run(async {
        let iam = emulator.iam();
        iam.create_user().user_name("bob").send().await.unwrap();
        let key = iam.create_access_key().user_name("bob").send().await.unwrap().access_key.unwrap();
        KeyPair::new(key.access_key_id, key.secret_access_key)
    });
    let signed =
        Signed { service: "ec2", ..Signed::new(&emulator, "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-1") };
    let answer = send(&emulator, &signed.bytes(&key));
    let encoded = answer.split("Encoded authorization failure message: ").nth(1).unwrap().split('<').next().unwrap();
    let program = crate::backend::program::Program::new().key(&emulator.handle.root);
    let endpoint = emulator.handle.endpoint.as_str();
    let ran = program.run(&["explain-denial", "--endpoint-url", endpoint, "--output", "json"], encoded);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(&ran.data).unwrap();
    assert_eq!((told["action"].as_str(), told["layer"].as_str()), (Some("ec2:StopInstances"), Some("identity")));
    assert_eq!(told["agrees_with_account"], true);
    let ran = program.run(&["explain-denial", "--endpoint-url", endpoint, "--read-only"], encoded);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.messages.contains("read-only") && ran.messages.contains("decode-authorization-message"), "{ran:?}");
    let ran = program.run(&["explain-denial", "--endpoint-url", endpoint], &encoded.replace('A', "B"));
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.messages.contains("DecodeAuthorizationMessage"), "{ran:?}");
}

#[tokio::test]
async fn a_denial_of_ec2_carries_a_message_that_its_administrator_can_decode() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("bob").send().await.unwrap();
    let key = iam.create_access_key().user_name("bob").send().await.unwrap().access_key.unwrap();
    let key = KeyPair::new(key.access_key_id, key.secret_access_key);
    let signed =
        Signed { service: "ec2", ..Signed::new(&emulator, "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-1") };
    let answer = send(&emulator, &signed.bytes(&key));
    assert!(answer.contains("<Code>UnauthorizedOperation</Code>"), "{answer}");
    let encoded = answer.split("Encoded authorization failure message: ").nth(1).unwrap().split('<').next().unwrap();
    let decoded = emulator.sts().decode_authorization_message().encoded_message(encoded).send().await.unwrap();
    let decoded: serde_json::Value = serde_json::from_str(&decoded.decoded_message.unwrap()).unwrap();
    assert_eq!((&decoded["allowed"], &decoded["explicitDeny"]), (&false.into(), &false.into()));
    let context = &decoded["context"];
    assert_eq!(context["action"], "ec2:StopInstances");
    assert_eq!(context["resource"], format!("arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"));
    assert_eq!(context["principal"]["arn"], format!("arn:aws:iam::{ACCOUNT}:user/bob"));
    let told = "Message is not valid";
    let other = Emulator::with(|options| options.id_seed = Some(8));
    let refused = other.sts().decode_authorization_message().encoded_message(encoded).send().await;
    fails(refused, "InvalidAuthorizationMessageException", told);
    // Who may call it learns that it is not here.
    assert!(send(&emulator, &signed.bytes(&emulator.handle.root)).contains("<Code>NotImplemented</Code>"));
}

#[tokio::test]
async fn a_reset_leaves_the_seed() {
    let emulator = Emulator::with(|options| options.test_routes = true);
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let reset = format!("POST /moto-api/reset HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", emulator.address());
    assert_eq!(status(&send(&emulator, reset.as_bytes())), Some(200));
}

#[tokio::test]
async fn throttling_and_slow_propagation_can_be_had_on_demand() {
    let emulator = Emulator::with(|options| options.throttle = Throttle::Every(3));
    let iam = emulator.iam();
    for _ in 0..2 {
        iam.list_users().send().await.unwrap();
    }
    fails(iam.list_users().send().await, "Throttling", "Rate exceeded");
    let emulator = Emulator::with(|options| options.propagation = jiff::SignedDuration::from_millis(400));
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let early = iam.get_user().user_name("u").send().await;
    fails(early, "NoSuchEntity", "The user with name u cannot be found.");
    tokio::time::sleep(Duration::from_millis(500)).await;
    iam.get_user().user_name("u").send().await.unwrap();
}

/// A small generator, so that a failure can be run again.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn ten_thousand_mutated_requests_never_break_the_service() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let bodies = [
        LIST,
        "Action=TagUser&Version=2010-05-08&UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=v",
        "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D",
        "Action=GetAccountAuthorizationDetails&Version=2010-05-08&MaxItems=10&Filter.member.1=User",
    ];
    let mut random = Random(42);
    let mut stream: Option<TcpStream> = None;
    for round in 0..10_000 {
        let mut signed = Signed::new(&emulator, bodies[random.below(bodies.len())]);
        // Half of the mutations hit the body before it is signed, and so reach the operations.
        let inside = random.below(2) == 0;
        if inside {
            let mut body = signed.body.into_bytes();
            mutate(&mut body, &mut random);
            signed.body = String::from_utf8_lossy(&body).into_owned();
        }
        let mut bytes = signed.bytes(root);
        if !inside {
            mutate(&mut bytes, &mut random);
        }
        let answer = exchange(&emulator, &mut stream, &bytes);
        let status = status(&answer);
        assert!(status.is_none_or(|status| status < 500), "round {round}: {answer}");
    }
    let answer = send(&emulator, &Signed::new(&emulator, LIST).bytes(root));
    assert_eq!(self::status(&answer), Some(200), "{answer}");
}

pub fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let place = random.below(bytes.len().max(1));
        match random.below(4) {
            0 if place < bytes.len() => bytes[place] ^= 1 << random.below(8),
            1 if place < bytes.len() => drop(bytes.remove(place)),
            2 => bytes.insert(place, u8::try_from(random.below(256)).unwrap()),
            _ => {
                let again: Vec<u8> = bytes.iter().skip(place).take(20).copied().collect();
                bytes.splice(place..place, again);
            }
        }
    }
}

/// Sends one request on a connection of its own and reads the head of the answer, if one comes soon.
fn exchange(emulator: &Emulator, stream: &mut Option<TcpStream>, bytes: &[u8]) -> String {
    let connection = stream.insert(TcpStream::connect(emulator.address()).unwrap());
    connection.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let _ = connection.write_all(bytes);
    // The end of what is sent lets the service see at once that nothing more comes.
    let _ = connection.shutdown(Shutdown::Write);
    let mut answer = vec![0; 512];
    let read = connection.read(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
