//! Passwords, access keys, MFA devices, certificates and SSH keys.

use serde_json::json;

use super::ADMINISTRATOR;
use super::people::{LONG_USER, people};
use crate::api::Iam;
use crate::emulator::operation::Environment;
use crate::emulator::seed::{Step, days};
use crate::emulator::store::State;
use crate::emulator::store::credentials::ServerCertificate;
use crate::emulator::store::records::Moment;

/// Self-signed with `openssl req -x509`; its private key was thrown away.
const CERTIFICATE: &str = include_str!("../../../../assets/demo-certificate.pem");
/// Made with `ssh-keygen -t rsa`; its private half was thrown away.
const SSH_KEY: &str = include_str!("../../../../assets/demo-ssh-key.pub");

/// Access keys: user, ages in days.
const KEYS: &[(&str, &[i64])] = &[
    (ADMINISTRATOR, &[30]),
    ("ada.lovelace", &[25]),
    ("grace.hopper", &[1000]),
    ("linus", &[1050, 20]),
    ("margaret.hamilton", &[89]),
    ("alan.turing", &[91]),
    ("donald.knuth", &[700, 699]),
    ("hedy.lamarr", &[180]),
    ("ken.thompson", &[366]),
    ("katherine.johnson", &[44]),
    ("annie.easley", &[400]),
    ("david.blackwell", &[3]),
    ("whitfield.diffie", &[505]),
    ("ci-deploy", &[1040, 85]),
    ("terraform", &[1035, 1034]),
    ("backup-bot", &[890]),
    ("legacy-smtp", &[1090]),
    ("monitoring@rockets.example", &[560]),
    ("telemetry-ingest", &[77]),
    ("soap-gateway", &[1088]),
    (LONG_USER, &[150]),
    ("left.the.company", &[1030]),
    ("also.left", &[820]),
    ("test-user-1", &[1020]),
    ("contractor-jules", &[120]),
];

/// Users beside the people who have a password.
const SIGN_IN: &[&str] =
    &["break-glass", "left.the.company", "never.signed.in", "test-user-1", "contractor-verne", ADMINISTRATOR];

/// The calls.
pub fn steps(account: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (user, ages) in KEYS {
        for age in *ages {
            steps.push(days(*age, Iam::CreateAccessKey, json!({"UserName": user})));
        }
    }
    for (at, (user, age)) in people().enumerate() {
        password(&mut steps, user, age, at % 7 == 6);
        // A third of the people never enabled a device.
        if at % 3 != 1 && age > 2 {
            enable(&mut steps, account, user, user, age - 1);
        }
    }
    for user in SIGN_IN {
        password(&mut steps, user, 100, *user == "never.signed.in");
    }
    enable(&mut steps, account, ADMINISTRATOR, ADMINISTRATOR, 99);
    enable(&mut steps, account, "ada.lovelace", "ada.lovelace-second-phone", 300);
    // Two devices that nobody ever enabled, and a hardware token.
    for device in ["lost-before-it-was-used", "spare"] {
        steps.push(days(150, Iam::CreateVirtualMFADevice, json!({"VirtualMFADeviceName": device})));
    }
    steps.push(days(
        1098,
        Iam::EnableMFADevice,
        json!({
            "UserName": "break-glass", "SerialNumber": "GAHT12345678",
            "AuthenticationCode1": "123456", "AuthenticationCode2": "654321",
        }),
    ));
    for user in ["linus", "codecommit-mirror"] {
        let input = json!({"UserName": user, "SSHPublicKeyBody": SSH_KEY.trim()});
        steps.push(days(300, Iam::UploadSSHPublicKey, input));
    }
    let input = json!({"UserName": "soap-gateway", "CertificateBody": CERTIFICATE});
    steps.push(days(290, Iam::UploadSigningCertificate, input));
    for service in ["codecommit.amazonaws.com", "cassandra.amazonaws.com"] {
        let input = json!({"UserName": "codecommit-mirror", "ServiceName": service});
        steps.push(days(280, Iam::CreateServiceSpecificCredential, input));
    }
    steps
}

fn password(steps: &mut Vec<Step>, user: &str, age: i64, reset: bool) {
    // Nobody signs in with it: the emulator has no sign-in page.
    let password = format!("Rocket-{}-to-the-Moon!", user.len());
    let input = json!({"UserName": user, "Password": password, "PasswordResetRequired": reset});
    steps.push(days(age, Iam::CreateLoginProfile, input));
}

/// Makes a virtual device and enables it; its codes are filled in when the call runs.
fn enable(steps: &mut Vec<Step>, account: &str, user: &str, device: &str, age: i64) {
    steps.push(days(age, Iam::CreateVirtualMFADevice, json!({"VirtualMFADeviceName": device})));
    let serial = format!("arn:aws:iam::{account}:mfa/{device}");
    steps.push(days(age, Iam::EnableMFADevice, json!({"UserName": user, "SerialNumber": serial})));
}

/// Server certificates, one of them expired: uploading one takes its private key, which nobody has.
pub fn server_certificates(state: &mut State, environment: &Environment, ago: &dyn Fn(i64) -> Moment) {
    let certificates = [("www.rockets.example", "/cloudfront/", 300, 65), ("old.rockets.example-2023", "/", 900, -170)];
    for (name, path, age, left) in certificates {
        state.server_certificates.put(ServerCertificate {
            id: environment.ids.unique("ASCA"),
            name: name.to_owned(),
            path: path.to_owned(),
            uploaded: ago(age * 24),
            expires: Some(ago(-left * 24)),
            body: CERTIFICATE.to_owned(),
            ..ServerCertificate::default()
        });
    }
}
