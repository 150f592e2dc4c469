//! Assigning MFA devices as a person does: the code is read off the screen, its codes are typed, and whatever
//! goes wrong leaves a true sentence and no device behind.

use std::time::Duration;

use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use super::console::Live;
use super::pty::Run;
use super::qr::{photo, photo_of_terminal};
use crate::backend::faults::{Fault, Faults};
use crate::harness::{ACCOUNT, Emulator, run};

fn with_user() -> Emulator {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    run(async { emulator.iam().create_user().user_name("ada").send().await.unwrap() });
    emulator
}

/// The serial numbers of all virtual devices.
fn devices(emulator: &Emulator) -> Vec<String> {
    let listed = run(async { emulator.iam().list_virtual_mfa_devices().send().await.unwrap() });
    listed.virtual_mfa_devices.into_iter().map(|device| device.serial_number).collect()
}

/// The serial numbers of the devices of the user.
fn assigned(emulator: &Emulator) -> Vec<String> {
    let listed = run(async { emulator.iam().list_mfa_devices().user_name("ada").send().await.unwrap() });
    listed.mfa_devices.into_iter().map(|device| device.serial_number).collect()
}

fn serial(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:mfa/{name}")
}

/// The calls that changed something, after the user was made.
fn changes(emulator: &Emulator) -> Vec<String> {
    let calls = emulator.handle.calls();
    let names = calls.iter().map(|call| call.operation.clone());
    names.filter(|name| name.contains("MFADevice") && !name.starts_with("List") && !name.starts_with("Get")).collect()
}

/// Opens the wizard on the user's page and comes as far as the review.
fn review(console: &mut Live) {
    console.wait("@ 123456789012");
    console.keys(":users<enter>");
    console.wait("ada");
    console.keys("<enter>");
    console.wait("Permissions");
    console.keys("<tab><tab><tab>");
    console.wait("There is no MFA device.");
    console.keys("a<enter>");
    console.wait("Assign MFA device to ada");
    console.wait_gone("reading …");
}

/// Applies the plan and waits for the question.
fn ask(console: &mut Live) {
    review(console);
    console.keys("<ctrl-n>");
    console.wait("nothing is sent before you apply");
    console.keys("<enter>");
    console.wait("MFA code 1");
}

fn open(endpoint: &str, emulator: &Emulator) -> Live {
    Live::open(endpoint, &emulator.handle.root, (80, 24))
}

/// The seed in the code that the screen shows.
#[track_caller]
fn seed(console: &Live) -> Seed {
    let uri = photo(&console.buffer(), true).decode(false).expect("no code on the screen");
    seed_of(&uri)
}

#[track_caller]
fn seed_of(uri: &str) -> Seed {
    let rest = uri.strip_prefix("otpauth://totp/").unwrap_or_else(|| panic!("no otpauth URI: {uri}"));
    let secret = rest.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    Seed::from_base32(secret).unwrap()
}

/// The code of a moment, or of so many steps away from it.
///
/// A test takes the moment once: a step may end while it types.
fn code(seed: &Seed, at: Timestamp, steps: i64) -> String {
    seed.code(at + SignedDuration::from_secs(steps * 30))
}

/// Types the code before and the code of now.
fn type_codes(console: &mut Live, seed: &Seed) {
    let now = Timestamp::now();
    console.keys(&code(seed, now, -1));
    console.keys(&code(seed, now, 0));
    console.wait("Press Enter to send the codes");
    console.keys("<enter>");
}

/// Everything that the console keeps on disk.
fn kept(folder: &std::path::Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &kept(&path);
        } else {
            text += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
        }
    }
    text
}

#[test]
fn a_device_is_assigned_with_the_codes_of_the_qr_code_and_its_seed_is_nowhere_else() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    ask(&mut console);
    let seed = seed(&console);
    let (text, grouped) = (seed.base32(), seed.grouped());
    let begins = grouped.split_at(14).0;
    assert!(!console.screen().contains(begins) && !console.screen().contains("secret="));
    console.keys("x");
    assert!(console.screen().contains(begins) && console.screen().contains("otpauth://totp/ada@"));
    console.keys("x");
    assert!(!console.screen().contains(begins));
    console.keys("y");
    assert_eq!(console.copied, std::slice::from_ref(&text));
    let now = Timestamp::now();
    let codes = [code(&seed, now, -1), code(&seed, now, 0)];
    console.keys(&codes.concat());
    console.wait("Press Enter to send the codes");
    console.keys("<enter>");
    console.wait("✓ all");
    console.wait("MFA device ada is enabled for ada.");
    assert_eq!((assigned(&emulator), devices(&emulator)), (vec![serial("ada")], vec![serial("ada")]));
    console.keys("<esc>");
    console.wait("mfa/ada");
    let kept = kept(console.state.path());
    assert!(kept.contains("create-virtual-mfa-device:ada"));
    for secret in [&text, &grouped, &codes[0], &codes[1]] {
        assert!(!kept.contains(secret.as_str()), "the journal holds a secret");
    }
}

#[test]
fn mistakes_are_told_before_the_service_is_asked() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    ask(&mut console);
    let seed = seed(&console);
    console.keys("000000");
    console.wait("✗ the first code is not of this");
    // What was wrong is typed over.
    let now = Timestamp::now();
    let first = code(&seed, now, 0);
    console.keys(&format!("{first}{first}"));
    console.wait("✗ same code twice, wait");
    console.keys(&code(&seed, now, 2));
    console.wait("✗ these codes do not follow");
    console.keys(&code(&seed, now, -1));
    console.wait("✗ the codes are in the wrong order");
    console.keys("<enter>");
    assert_eq!(changes(&emulator), ["CreateVirtualMFADevice"]);
    console.keys("<up><ctrl-u>");
    type_codes_again(&mut console, &seed);
    console.wait("✓ all");
    assert_eq!(assigned(&emulator), [serial("ada")]);
}

fn type_codes_again(console: &mut Live, seed: &Seed) {
    let now = Timestamp::now();
    console.keys(&code(seed, now, -1));
    console.keys("<down><ctrl-u>");
    console.keys(&code(seed, now, 0));
    console.wait("Press Enter to send the codes");
    console.keys("<enter>");
}

#[test]
fn a_clock_that_is_off_is_told_and_the_service_has_the_last_word() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    ask(&mut console);
    let seed = seed(&console);
    let now = Timestamp::now();
    console.keys(&code(&seed, now, 20));
    console.wait("✗ a clock is");
    console.keys(&code(&seed, now, 21));
    console.wait("ahead of this computer");
    console.keys("<enter>");
    console.wait("Authentication code for device is");
    assert_eq!(changes(&emulator), ["CreateVirtualMFADevice", "EnableMFADevice"]);
    type_codes(&mut console, &seed);
    console.wait("✓ all");
}

#[test]
fn giving_up_deletes_the_device_again() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    ask(&mut console);
    assert_eq!(devices(&emulator), [serial("ada")]);
    console.keys("<esc>");
    console.wait("the new device is deleted");
    console.keys("<esc>");
    console.wait("✓ done");
    assert_eq!(devices(&emulator), Vec::<String>::new());
    console.keys("<esc>");
    console.wait("Assign MFA device to ada");
    console.keys("<esc><esc>:journal<enter>");
    console.wait("undone");
}

#[test]
fn a_name_that_was_taken_meanwhile_is_told_and_a_left_over_is_replaced() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    review(&mut console);
    console.keys("<ctrl-n>");
    console.wait("nothing is sent before you apply");
    run(async { emulator.iam().create_virtual_mfa_device().virtual_mfa_device_name("ada").send().await.unwrap() });
    console.keys("<enter>");
    console.wait("EntityAlreadyExists");
    console.wait("the rest was not sent");
    console.keys("<esc>");
    console.wait("An unassigned device of this name exists");
    // What the wizard objects to by now counts as answered: it asks before it loses that.
    console.keys("<esc>");
    if console.screen().contains("Press esc again") {
        console.keys("<esc>");
    }
    console.wait("There is no MFA device.");
    console.keys("a<enter>");
    console.wait("An unassigned device of this name exists");
    console.keys("<tab><tab><space>");
    console.keys("<ctrl-n>");
    console.wait("delete virtual MFA device ada");
    console.keys("<enter>ada<enter>");
    console.wait("MFA code 1");
    let seed = seed(&console);
    type_codes(&mut console, &seed);
    console.wait("✓ all");
    assert_eq!(devices(&emulator), [serial("ada")]);
}

/// Gives the user eight devices, by tokens.
fn fill(emulator: &Emulator) {
    run(async {
        let iam = emulator.iam();
        for number in 0..8 {
            let enable = iam.enable_mfa_device().user_name("ada").serial_number(format!("GAHT0000000{number}"));
            enable.authentication_code1("123456").authentication_code2("654321").send().await.unwrap();
        }
    });
}

#[test]
fn a_quota_that_was_reached_meanwhile_leaves_no_device() {
    let emulator = with_user();
    let mut console = open(&emulator.handle.endpoint, &emulator);
    ask(&mut console);
    let seed = seed(&console);
    fill(&emulator);
    type_codes(&mut console, &seed);
    console.wait("LimitExceeded");
    console.wait("then one failed");
    console.keys("<esc>");
    console.wait("the new device is deleted");
    console.keys("<esc>");
    console.wait("✓ done");
    assert_eq!(devices(&emulator), Vec::<String>::new());
}

#[test]
fn a_connection_lost_at_any_step_leaves_a_true_sentence_and_no_device() {
    for (operation, fault, sentence) in [
        ("EnableMFADevice", Fault::LostBefore, "result unknown"),
        ("EnableMFADevice", Fault::LostAfter, "result unknown"),
        ("EnableMFADevice", Fault::Error(403, "AccessDenied", "not authorized", 1), "AccessDenied"),
    ] {
        let emulator = with_user();
        let faults = Faults::before(&emulator.handle.endpoint);
        let mut console = open(&faults.endpoint, &emulator);
        ask(&mut console);
        let seed = seed(&console);
        faults.inject(operation, fault);
        type_codes(&mut console, &seed);
        console.wait(sentence);
        console.wait("the rest was not sent");
        console.keys("<esc>");
        console.wait("is deleted");
        console.keys("<esc>");
        console.wait_gone("…");
        console.wait("✓");
        assert_eq!((devices(&emulator), assigned(&emulator)), (Vec::new(), Vec::new()), "{operation} {fault:?}");
    }
}

#[test]
fn a_seed_that_never_arrived_is_told_and_the_device_deleted() {
    let emulator = with_user();
    let faults = Faults::before(&emulator.handle.endpoint);
    let mut console = open(&faults.endpoint, &emulator);
    faults.inject("CreateVirtualMFADevice", Fault::LostAfter);
    review(&mut console);
    console.keys("<ctrl-n>");
    console.wait("nothing is sent before you apply");
    console.keys("<enter>");
    // Nobody is asked for the codes of a device whose seed nobody has.
    console.wait("secret lost");
    console.wait("then one failed");
    console.keys("<esc><esc>");
    console.wait("✓ done");
    assert_eq!(devices(&emulator), Vec::<String>::new());
}

/// Comes as far as the question in a terminal, by keys alone.
fn ask_in(run: &mut Run) {
    run.send(":users\r");
    run.wait("1 of 1 users");
    run.send("\r");
    run.wait("Permissions");
    run.send("\t\t\t");
    run.wait("There is no MFA device.");
    run.send("a");
    run.wait("create access key");
    run.send("\r");
    run.wait("at most 8 devices");
    run.rest(Duration::from_millis(300));
    run.send("\x0e");
    run.wait("nothing is sent before you apply");
    run.send("\r");
    run.wait("MFA code 1");
    run.rest(Duration::from_millis(100));
}

#[test]
fn a_killed_program_leaves_a_sentence_at_the_next_start_and_a_way_to_no_device() {
    let mut first = Run::on(with_user(), tempfile::tempdir().unwrap(), (24, 80), &[], &[]);
    ask_in(&mut first);
    let (emulator, home) = first.kill();
    assert_eq!(devices(&emulator), [serial("ada")]);
    let mut second = Run::on(emulator, home, (24, 80), &[], &[]);
    second.wait("Unfinished: assign an MFA device");
    second.send(":journal\r");
    second.wait("unfinished");
    second.send("\r");
    second.wait("Run: assign an MFA device");
    second.send("u");
    second.wait("Review: undo");
    second.send("\r");
    second.wait("Type `ada`");
    second.send("ada\r");
    second.wait("✓ done");
    assert_eq!(devices(&second.emulators[0]), Vec::<String>::new());
}

#[test]
fn the_code_is_read_off_a_real_terminal_in_every_theme_depth_and_look() {
    for (theme, dark) in [("dark", true), ("light", false)] {
        for vars in [
            &[("COLORTERM", "truecolor")][..],
            &[("TERM", "xterm-256color")],
            &[("TERM", "xterm")],
            &[("NO_COLOR", "1")],
        ] {
            let home = tempfile::tempdir().unwrap();
            let mut run = Run::on(with_user(), home, (46, 130), &["--theme", theme], vars);
            ask_in(&mut run);
            for look in ["half blocks", "full size", "characters"] {
                run.wait(&format!("Drawn in {look}"));
                for inverted in [false, true] {
                    // A busy machine draws late.
                    let uri = (0..50).find_map(|_| {
                        run.rest(Duration::from_millis(60));
                        photo_of_terminal(run.screen.screen(), dark).decode(inverted)
                    });
                    let uri = uri.unwrap_or_else(|| {
                        panic!("{theme} {vars:?} {look} {inverted}:\n{}", run.screen.screen().contents())
                    });
                    assert!(uri.starts_with("otpauth://totp/") && uri.contains(ACCOUNT), "{uri}");
                    run.send("i");
                }
                run.send("v");
            }
        }
    }
}

#[test]
fn in_a_small_terminal_the_wizard_is_completed_and_the_seed_leaves_no_trace() {
    let vars = [("IAMTUI_TEST_PANIC", "main")];
    let mut run = Run::on(with_user(), tempfile::tempdir().unwrap(), (24, 80), &[], &vars);
    ask_in(&mut run);
    let uri = photo_of_terminal(run.screen.screen(), true).decode(false).expect("no code at 80x24");
    let seed = seed_of(&uri);
    let (text, grouped) = (seed.base32(), seed.grouped());
    let process = format!("/proc/{}", run.id());
    for file in ["cmdline", "environ"] {
        if let Ok(bytes) = std::fs::read(format!("{process}/{file}")) {
            assert!(!String::from_utf8_lossy(&bytes).contains(&text), "{file}");
        }
    }
    let now = Timestamp::now();
    run.send(&code(&seed, now, -1));
    run.send(&code(&seed, now, 0));
    run.wait("Press Enter to send the codes");
    run.send("\r");
    run.wait("✓ all");
    assert_eq!(assigned(&run.emulators[0]), [serial("ada")]);
    // It crashes with the seed hardly forgotten: the report must not know it.
    run.send("\x1b[24~");
    assert_eq!(run.end(), 101);
    let written = String::from_utf8_lossy(&run.raw).into_owned();
    let kept = kept(run.home.path());
    assert!(kept.contains("create-virtual-mfa-device:ada"));
    for secret in [text.as_str(), grouped.as_str(), grouped.split_at(14).0, "secret="] {
        assert!(!written.contains(secret) && !kept.contains(secret), "{secret}");
    }
}
