//! Accounts side by side: the picker, roles, MFA, snapshots, expiry, and that nothing leaks between them.

use iamtui::app::Source;
use iamtui::backend::{
    Choice, Connection, Load, Offers, Profile, ProfileKind, ReadOnly, ReadOnlyReason, SessionKind, Target,
};
use iamtui::base::error::UserError;
use iamtui::config::recent::Recent;
use iamtui::effect::{Effect, Stamp};
use iamtui::emulator::KeyPair;
use iamtui::message::Message;
use iamtui::model::{ErrorKind, LoadError, Page, Snapshot, Update};
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use super::canned::user;
use super::console::{Console, Live};
use super::pty::Run;
use crate::harness::{ACCOUNT, Emulator, noon, run};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An account with the user `ada` and roles that she may switch to, one of them only with an external id.
fn stage() -> (Emulator, KeyPair) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let ada = run(async {
        iam.create_user().user_name("ada").send().await.unwrap();
        iam.put_user_policy().user_name("ada").policy_name("all").policy_document(ALL).send().await.unwrap();
        for (name, condition) in [("ops", ""), ("guarded", r#","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}"#)]
        {
            let trust = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
            );
            iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
            iam.put_role_policy().role_name(name).policy_name("all").policy_document(ALL).send().await.unwrap();
        }
        let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
        KeyPair::new(key.access_key_id, key.secret_access_key)
    });
    (emulator, ada)
}

#[test]
fn a_role_is_switched_to_from_its_page_and_left_again() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys(":roles<enter>");
    console.wait("2 of 2 roles");
    console.keys(":ops<enter>");
    console.wait("Roles › ops");
    console.keys("S");
    console.wait("Switch role");
    console.keys("<tab><tab>night shift<ctrl-n>");
    console.wait("2/2  ops/ada @ 123456789012");
    console.wait("night shift");
    console.wait("Roles › ops");
    console.keys("{");
    console.wait("1/2  ada @ 123456789012");
    console.keys("}:switch-back<enter>");
    console.wait("ada @ 123456789012");
    assert!(!console.screen().contains("/2  "), "{}", console.screen());
    // What was switched to is remembered.
    let recent = Recent::load(console.state.path());
    assert_eq!(recent.roles[0].arn, format!("arn:aws:iam::{ACCOUNT}:role/ops"));
}

#[test]
fn a_role_that_is_refused_says_why_and_the_account_before_stays_open() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys("S<tab>guarded<ctrl-n>");
    // The form comes back with what was tried, over the session that stays.
    console.wait("its trust policy or your own permissions refuse it");
    console.wait("`mfa_serial`");
    assert!(console.screen().contains("ada @ 123456789012") && console.screen().contains("guarded"));
    console.keys("<tab><tab><tab><tab>x-1<ctrl-n>");
    console.wait("guarded/ada");
}

#[test]
fn the_root_user_is_told_what_aws_says_and_keeps_the_session() {
    let (emulator, _) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    console.wait("@ 123456789012");
    console.keys(":roles<enter>");
    console.wait("2 of 2 roles");
    console.keys("S<tab>ops<ctrl-n>");
    console.wait("Roles may not be assumed by root accounts.");
    console.keys("<esc>");
    console.wait("2 of 2 roles");
    assert!(!console.screen().contains("/2  "), "{}", console.screen());
}

#[test]
fn what_a_roles_trust_policy_asks_for_is_filled_in() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys(":roles<enter>");
    console.wait("2 of 2 roles");
    console.keys(":guarded<enter>");
    console.wait("Roles › guarded");
    console.wait("Trust relationships (1)");
    console.keys("S<ctrl-n>");
    console.wait("guarded/ada");
}

#[test]
fn a_role_can_be_switched_to_from_a_role() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys("S<tab>ops<ctrl-n>");
    console.wait("2/2  ops/ada");
    console.keys("S<tab>guarded<tab><tab><tab>x-1<ctrl-n>");
    console.wait("3/3  guarded/ada");
    console.keys(":switch-back<enter>");
    console.wait("2/2  ops/ada");
    console.keys(":switch-back<enter>");
    console.wait("ada @ 123456789012");
}

#[test]
fn a_session_with_mfa_asks_for_the_code_over_the_page_and_keeps_the_page() {
    let (emulator, ada) = stage();
    let iam = emulator.iam();
    let code = run(async {
        let made = iam.create_virtual_mfa_device().virtual_mfa_device_name("ada").send().await.unwrap();
        let device = made.virtual_mfa_device.unwrap();
        let seed = String::from_utf8(device.base32_string_seed.unwrap().into_inner()).unwrap();
        let (seed, now) = (Seed::from_base32(&seed).unwrap(), Timestamp::now());
        let code = |steps: i64| seed.code(now + SignedDuration::from_secs(steps * 30));
        let enable = iam.enable_mfa_device().user_name("ada").serial_number(&device.serial_number);
        enable.authentication_code1(code(-2)).authentication_code2(code(-1)).send().await.unwrap();
        code(0)
    });
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys(":users<enter>");
    console.wait("1 of 1 users");
    console.keys(":session-with-mfa<enter>");
    console.wait("MFA device");
    console.keys("<enter>");
    console.wait("needs a code of the MFA device");
    console.keys("000000<enter>");
    console.wait("The code was not accepted.");
    console.keys(&format!("{code}<enter>"));
    console.wait("temporary session until");
    console.wait("IAM › IAM users");
    // Given up, the session that stands is kept.
    console.keys("<ctrl-g>");
    console.wait("needs a code of the MFA device");
    console.keys("<esc>");
    console.wait("you must sign in again");
    assert!(console.screen().contains("temporary session until"), "{}", console.screen());
}

#[test]
fn a_session_is_copied_for_a_shell_and_the_emulator_has_no_console() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (100, 30));
    console.wait("ada @ 123456789012");
    console.keys("Y<enter>");
    console.wait("Sent the environment variables");
    let copied = console.copied.pop().unwrap();
    assert!(copied.contains(&format!("export AWS_ACCESS_KEY_ID='{}'", ada.id)), "{copied}");
    console.keys("Yjj<enter>");
    console.wait("has no console to sign in to");
    assert!(console.copied.is_empty());
}

#[test]
fn a_snapshot_is_shown_without_a_session_and_read_only() {
    let mut account = iamtui::model::Account::default();
    account.apply(Update::Users(Page::whole(vec![user("alice", 1)], Timestamp::UNIX_EPOCH)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.snapshot");
    let bytes = Snapshot::new(account, None, "2026-01-02T03:04:05Z".parse().unwrap()).to_bytes().unwrap();
    std::fs::write(&file, bytes).unwrap();
    let mut console = Live::on(Source::Snapshot(file), (120, 40));
    console.wait("of 2026-01-02 03:04 UTC");
    console.keys(":users<enter>");
    console.wait("› alice");
    assert!(console.screen().contains("READ-ONLY"), "{}", console.screen());
    let mut missing = Live::on(Source::Snapshot(folder.path().join("none")), (80, 24));
    missing.wait("cannot be read");
}

#[test]
fn a_snapshot_is_opened_from_the_picker_by_its_path_and_found_there_again() {
    let (emulator, ada) = stage();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.snapshot");
    let mut account = iamtui::model::Account::default();
    account.apply(Update::Users(Page::whole(vec![user("alice", 1)], Timestamp::UNIX_EPOCH)));
    let bytes = Snapshot::new(account, None, "2026-01-02T03:04:05Z".parse().unwrap()).to_bytes().unwrap();
    std::fs::write(&file, bytes).unwrap();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys(":users<enter><ctrl-o>");
    console.wait("emulator demo");
    console.keys(&file.display().to_string());
    console.wait("snapshot file");
    console.wait("read-only");
    console.keys("<enter>");
    console.wait("of 2026-01-02 03:04 UTC");
    console.wait("› alice");
    assert!(console.screen().contains("READ-ONLY"), "{}", console.screen());
    // It is written down beside everything else.
    console.rest();
    console.keys(":close-account<enter><ctrl-o>");
    console.wait("acme.snapshot");
    console.keys("acme<enter>");
    console.wait("of 2026-01-02 03:04 UTC");
    assert_eq!(Recent::load(console.state.path()).choices[0], format!("snapshot {}", file.display()));
    // A path that leads nowhere is told, and not remembered.
    console.keys("<ctrl-o>./none<enter>");
    console.wait("cannot be read");
    assert_eq!(Recent::load(console.state.path()).choices.len(), 1);
}

#[test]
fn two_accounts_are_compared_role_by_role() {
    let (emulator, ada) = stage();
    let mut console = Live::open(&emulator.handle.endpoint, &ada, (120, 40));
    console.wait("ada @ 123456789012");
    console.keys("S<tab>ops<ctrl-n>");
    console.wait("2/2  ops/ada");
    console.keys(":roles<enter>");
    console.wait("2 of 2 roles");
    console.keys(":guarded<enter>");
    console.wait("Roles › guarded");
    console.keys(":compare<enter><enter>");
    console.wait("No differences in what is loaded from both accounts.");
}

fn connection(ends: Option<Timestamp>) -> Connection {
    Connection {
        endpoint: None,
        region: "us-east-1".into(),
        profile: Some("work".into()),
        kind: SessionKind::Temporary,
        read_only: None,
        warning: None,
        ends,
    }
}

fn profile(name: &str, kind: ProfileKind, account: &str, role: Option<&str>) -> Profile {
    Profile {
        name: name.into(),
        kind,
        account: Some(account.into()),
        role: role.map(Into::into),
        region: Some("eu-west-1".into()),
    }
}

fn offers() -> Offers {
    Offers {
        profiles: vec![
            profile("dev", ProfileKind::Keys, "111122223333", None),
            profile("prod", ProfileKind::RoleWithMfa, "444455556666", Some("arn:aws:iam::444455556666:role/ops/Admin")),
            profile("sso", ProfileKind::IdentityCenter, "777788889999", Some("ReadOnly")),
        ],
        environment: Some(("access key", None)),
        stores: vec!["demo".into()],
        ..Offers::default()
    }
}

/// A console that has nothing open and knows what there is.
fn picker(width: u16, height: u16, recent: &[&str]) -> Console {
    let mut console = Console::unconnected(width, height, Source::Offered(None));
    let recent = Recent { choices: recent.iter().map(|key| (*key).to_owned()).collect(), ..Recent::default() };
    let stamp = console.stamp();
    console.message(Message::Offers { stamp, found: Box::new((offers(), recent)) });
    console
}

#[test]
fn the_picker_shows_every_connection_the_latest_first() {
    insta::assert_snapshot!(picker(80, 24, &["profile sso"]).screen());
}

#[test]
fn the_picker_on_a_wide_screen() {
    insta::assert_snapshot!(picker(120, 40, &[]).screen());
}

fn connected(console: &mut Console) -> Vec<String> {
    let effects = std::mem::take(&mut console.effects);
    effects.iter().filter(|e| matches!(e, Effect::Connect { .. })).map(|e| format!("{e:?}")).collect()
}

#[track_caller]
fn check_found(typed: &str, profile: &str) {
    let mut console = picker(80, 24, &[]);
    console.keys(typed);
    console.keys("<enter>");
    let connected = connected(&mut console);
    assert!(connected.len() == 1 && connected[0].contains(&format!("Some(\"{profile}\")")), "{connected:?}");
}

#[test]
fn a_connection_is_found_by_name_account_and_role() {
    check_found("pro", "prod");
    check_found("7777", "sso");
    check_found("role/ops/Adm", "prod");
    check_found("<down>", "prod");
}

#[test]
fn one_profile_alone_is_opened_without_asking() {
    let mut console = Console::unconnected(80, 24, Source::Offered(Some("eu-north-1".into())));
    let only = Offers { profiles: vec![profile("dev", ProfileKind::Keys, "1", None)], ..Offers::default() };
    let stamp = console.stamp();
    console.message(Message::Offers { stamp, found: Box::new((only, Recent::default())) });
    let connected = connected(&mut console);
    assert!(connected.len() == 1 && connected[0].contains("eu-north-1"), "{connected:?}");
}

#[test]
fn a_guarded_profile_is_opened_read_only() {
    let mut console = Console::with(80, 24, |start| {
        start.read_only = ReadOnly::Profiles(["prod".into()].into());
    });
    console.keys("<ctrl-o>");
    let stamp = console.stamp();
    console.message(Message::Offers { stamp, found: Box::new((offers(), Recent::default())) });
    console.keys("prod<enter>");
    let connected = connected(&mut console);
    assert!(connected.iter().any(|effect| effect.contains(r#"read_only: Profiles({"prod"})"#)), "{connected:?}");
}

#[test]
fn a_guard_that_may_surprise_and_a_name_that_guards_nothing_are_told() {
    let reason = ReadOnlyReason::Account { number: "111122223333".into(), profile: "prod".into() };
    let warning = UserError::new("`read_only_profiles` names `prdo`").hint("Did you mean `prod`?");
    let mut console = Console::new(160, 30);
    for (read_only, warning, words) in [
        (Some(reason.clone()), None, "of account 111122223333, like the profile `prod`"),
        (None, Some(warning.clone()), "`read_only_profiles` names `prdo`"),
        (Some(reason), Some(warning), "Besides, this session is read-only: these temporary"),
    ] {
        let stamp = console.stamp();
        let is_guarded = read_only.is_some();
        console
            .message(Message::Connected { stamp, result: Ok(Connection { read_only, warning, ..connection(None) }) });
        let screen = console.screen();
        assert!(screen.contains(words), "{screen}");
        assert_eq!(screen.contains("READ-ONLY"), is_guarded, "{screen}");
    }
}

/// A console with a second account open beside the first; gives the stamp of the second.
fn beside() -> (Console, Stamp) {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter><ctrl-o>");
    let stamp = console.stamp();
    console.message(Message::Offers { stamp, found: Box::new((offers(), Recent::default())) });
    console.keys("dev<enter>");
    let effects = std::mem::take(&mut console.effects);
    let stamp = effects.iter().find_map(|e| if let Effect::Connect { stamp, .. } = e { Some(*stamp) } else { None });
    let stamp = stamp.unwrap();
    console.message(Message::Connected { stamp, result: Ok(connection(None)) });
    (console, stamp)
}

fn read(stamp: Stamp, name: &str) -> Message {
    let page = Page::whole(vec![user(name, 1)], Timestamp::UNIX_EPOCH);
    Message::Read { stamp, load: Load::Users, update: Box::new(Update::Users(page)) }
}

#[test]
fn answers_land_in_the_account_that_asked_whatever_is_in_sight() {
    let (mut console, second) = beside();
    let first = console.stamp();
    assert!(console.screen().contains("IAM › IAM users"), "the same view stays open: {}", console.screen());
    // The second account is in sight; the first one answers late.
    console.message(read(first, "alice"));
    assert!(!console.screen().contains("alice"), "{}", console.screen());
    console.message(read(second, "zoe"));
    assert!(console.screen().contains("zoe") && !console.screen().contains("alice"), "{}", console.screen());
    console.keys("{");
    assert!(console.screen().contains("alice") && !console.screen().contains("zoe"), "{}", console.screen());
    // A closed account's answer lands nowhere.
    console.keys("}:close-account<enter>");
    console.message(read(second, "mallory"));
    assert!(console.screen().contains("alice") && !console.screen().contains("mallory"), "{}", console.screen());
}

#[test]
fn an_account_out_of_sight_reads_on_what_its_page_began_with() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>");
    let first = console.stamp();
    let begun = console.take_loads();
    assert!(begun.contains(&Load::Users) && !begun.contains(&Load::Report), "what comes later waits: {begun:?}");
    console.keys("<ctrl-o>");
    console.message(Message::Offers { stamp: first, found: Box::new((offers(), Recent::default())) });
    console.keys("dev<enter>");
    console.effects.clear();
    for load in begun {
        console.message(Message::Ended { stamp: first, load, result: Ok(()) });
    }
    let of_first =
        |effect: &Effect| matches!(effect, Effect::Load { stamp, load: Load::Report, .. } if *stamp == first);
    assert!(console.effects.iter().any(of_first), "{:?}", console.effects);
    console.effects.clear();
    console.message(read(first, "alice"));
    let rows = |effect: &Effect| matches!(effect, Effect::Load { load: Load::User(..), .. });
    assert!(!console.effects.iter().any(rows), "nobody looks at its rows");
}

#[test]
fn a_wizard_stays_with_its_account() {
    let (mut console, _) = beside();
    console.keys("S<tab>Admin");
    assert!(console.screen().contains("Switch role"));
    console.keys("<ctrl-o><up><enter>");
    assert!(!console.screen().contains("Switch role"), "{}", console.screen());
    console.keys("}");
    assert!(console.screen().contains("Switch role") && console.screen().contains("Admin"), "{}", console.screen());
}

#[test]
fn the_end_of_a_session_is_foreseen_and_renewing_it_loses_nothing() {
    let mut console = Console::new(100, 30);
    let ends = noon().now() + SignedDuration::from_mins(3);
    let stamp = console.stamp();
    console.message(Message::Connected { stamp, result: Ok(connection(Some(ends))) });
    assert!(console.screen().contains("expires in 3 minutes"), "{}", console.screen());
    console.message(read(stamp, "alice"));
    console.keys(":users<enter>S<tab>Admin");
    console.effects.clear();
    console.keys("<ctrl-g>");
    let effects = std::mem::take(&mut console.effects);
    let next =
        effects.iter().find_map(|e| if let Effect::ConnectLocal { stamp, .. } = e { Some(*stamp) } else { None });
    let next = next.unwrap();
    assert_ne!(next.session, stamp.session);
    // What the old session still answers is not taken for the new one's.
    console.message(read(stamp, "mallory"));
    let failed = Err(LoadError::new(ErrorKind::Timeout, "sign-in"));
    console.message(Message::Connected { stamp: next, result: failed });
    assert!(console.screen().contains("`sign-in` got no answer in time"), "{}", console.screen());
    assert!(console.screen().contains("Admin"), "the form stays: {}", console.screen());
    console.keys("<esc>");
    assert!(console.screen().contains("alice") && !console.screen().contains("mallory"), "{}", console.screen());
}

#[test]
fn a_session_that_has_ended_says_so_and_reloading_signs_in_again() {
    let connected = |left: SignedDuration| {
        let mut console = Console::new(120, 30);
        let stamp = console.stamp();
        let ends = Some(noon().now() + left);
        console.message(Message::Connected { stamp, result: Ok(connection(ends)) });
        console.settle();
        console
    };
    let check = |mut console: Console| {
        console.effects.clear();
        console.keys("r");
        let opens = |effect: &Effect| matches!(effect, Effect::ConnectLocal { .. });
        assert!(console.effects.iter().any(opens), "{:?}", console.effects);
    };
    assert!(connected(SignedDuration::from_mins(4)).screen().contains("expires at 12:04 UTC"));
    let console = connected(SignedDuration::from_secs(-60));
    assert!(console.screen().contains("expired at 11:59 UTC"));
    check(console);
    // The service may say so before the clock does.
    let mut console = connected(SignedDuration::from_hours(1));
    assert!(console.screen().contains("until 13:00 UTC"));
    console.keys(":users<enter>");
    let failed = Err(LoadError::new(ErrorKind::SignInNeeded, "sign-in"));
    console.message(Message::Ended { stamp: console.stamp(), load: Load::Users, result: failed });
    assert!(console.screen().contains("you must sign in again"), "{}", console.screen());
    check(console);
}

#[test]
fn the_opening_of_a_session_is_given_up_and_what_comes_of_it_later_is_dropped() {
    let mut console = Console::unconnected(100, 30, Source::Local("demo".into()));
    let stamp = console.stamp();
    console.keys("<ctrl-c>");
    assert!(console.screen().contains("`sign-in` was stopped"), "{}", console.screen());
    console.message(Message::Connected { stamp, result: Ok(connection(None)) });
    assert!(console.screen().contains("`sign-in` was stopped"), "{}", console.screen());
    // Of a session that stood before, only the renewal is cancelled.
    let mut console = Console::new(100, 30);
    let stamp = console.stamp();
    console.message(Message::Connected { stamp, result: Ok(connection(None)) });
    console.message(read(stamp, "alice"));
    console.keys(":users<enter><ctrl-g><ctrl-c>");
    assert!(console.screen().contains("`sign-in` was stopped") && console.screen().contains("alice"));
    assert_eq!(console.stamp().session, stamp.session);
}

#[test]
fn the_source_of_a_picked_connection_is_what_was_picked() {
    assert_eq!(Choice::Profile("a".into()).key().as_deref(), Some("profile a"));
    assert!(Choice::Store("demo".into()).target(None).is_none());
}

#[test]
fn two_profiles_of_the_config_file_are_opened_side_by_side() {
    let (one, two) = (Emulator::empty(), Emulator::with(|options| options.account = Some("444455556666".into())));
    run(one.iam().create_user().user_name("alice").send()).unwrap();
    run(two.iam().create_user().user_name("zoe").send()).unwrap();
    let section = |name: &str, emulator: &Emulator| {
        let root = &emulator.handle.root;
        format!(
            "[profile {name}]\naws_access_key_id = {}\naws_secret_access_key = {}\nendpoint_url = {}\nregion = us-east-1\n",
            root.id,
            secrecy::ExposeSecret::expose_secret(&root.secret),
            emulator.handle.endpoint
        )
    };
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let config = format!("{}{}", section("one", &one), section("two", &two));
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let mut console = Run::launch(home, (24, 80), &[], &[("AWS_EC2_METADATA_DISABLED", "true")], vec![one, two]);
    console.wait("Connect to an account");
    console.wait("444455556666");
    console.send("one\r");
    console.wait("root user @ 123456789012");
    console.send(":users\r");
    console.wait("alice");
    console.send("\x0ftwo\r");
    console.wait("2/2  root user @ 444455556666");
    console.wait("zoe");
    console.send("{");
    console.wait("1/2  root user @ 123456789012");
    console.wait("alice");
    console.send("\x11");
    assert_eq!(console.end(), 0);
}

/// The header of a session of a profile, at a width.
#[track_caller]
fn check_header(name: &str, endpoint: Option<&str>, ends: bool, width: u16, header: &str) {
    let target = Target::Aws { profile: Some(name.into()), region: None, endpoint: endpoint.map(ToOwned::to_owned) };
    let mut console = Console::with(width, 24, |start| start.source = Source::Aws(target));
    let ends = ends.then(|| noon().now() + SignedDuration::from_hours(1));
    let stamp = console.stamp();
    let endpoint = endpoint.map(ToOwned::to_owned);
    console.message(Message::Connected { stamp, result: Ok(Connection { endpoint, ..connection(ends) }) });
    let arn = "arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole/ada.lovelace";
    let identity = iamtui::model::Identity {
        account: ACCOUNT.into(),
        arn: iamtui::base::arn::Arn::parse(arn).unwrap(),
        user_id: "AROAEXAMPLE:ada".into(),
    };
    console.know(Update::Identity(identity));
    let shown = console.screen();
    assert_eq!(shown.lines().next().unwrap(), header);
}

#[test]
fn the_header_keeps_who_where_and_until_when_at_every_width() {
    let url = Some("http://127.0.0.1:4566");
    let who = "OrganizationAccountAccessRole/ada.lovelace @ 123456789012";
    check_header(
        "work",
        url,
        true,
        160,
        &format!("iamtui  {who}  profile work at http://127.0.0.1:4566  temporary session until 13:00 UTC"),
    );
    check_header(
        "work",
        None,
        true,
        120,
        &format!("iamtui  {who}  AWS profile work  temporary session until 13:00 UTC"),
    );
    check_header("work", url, true, 80, &format!("{who}  work until 13:00 UTC"));
    check_header("other", url, false, 80, &format!("{who}  other"));
    check_header("work", None, true, 60, "Organiz…le/ada.lovelace @ 123456789012  work until 13:00 UTC");
}

#[test]
fn the_second_console_on_a_store_takes_it_over_when_the_first_is_left() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data").display().to_string();
    let vars = [("XDG_DATA_HOME", data.as_str())];
    let launch = |home| Run::launch(home, (24, 80), &["--local", "shared"], &vars, Vec::new());
    let mut first = launch(home);
    first.wait("root user @ 123456789012");
    let mut second = launch(tempfile::tempdir().unwrap());
    second.wait("root user @ 123456789012");
    second.send(":groups\rn");
    second.wait("Create user group");
    second.send("ops\x0e\x0e");
    second.wait("Review: ");
    // An Enter right after the one that left the palette would be taken for the same.
    second.rest(std::time::Duration::from_secs(1));
    second.send("\r");
    second.wait("✓ done");
    second.send("\x1b");
    second.wait("› ops");
    first.send("\x11");
    assert_eq!(first.end(), 0);
    second.send("r");
    second.wait("The program that served emulator shared has ended");
    second.wait("1 of 1 groups");
    second.send("r:users\r");
    second.wait("0 of 0 users");
    second.send("\x11");
    assert_eq!(second.end(), 0);
}
