//! The store: what was acknowledged is there after a kill, and a damaged file is named.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use iamtui::emulator::{self, Error, Options, Place, Seed};

use crate::harness::Emulator;

fn options(folder: &Path) -> Options {
    let mut options = crate::harness::options();
    options.place = Place::Folder(folder.to_owned());
    options.id_seed = None;
    options
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator { handle: emulator::start(options(folder.path())).unwrap() };
    let key = emulator.handle.root.id.clone();
    emulator.iam().create_user().user_name("kept").send().await.unwrap();
    drop(emulator);
    let emulator = Emulator { handle: emulator::start(options(folder.path())).unwrap() };
    assert_eq!(emulator.handle.root.id, key);
    emulator.iam().get_user().user_name("KEPT").send().await.unwrap();
}

/// A store as it was written when an emulator had one account.
const OF_ONE_ACCOUNT: &[u8] = include_bytes!("../fixtures/store-of-one-account.redb.zst");

#[tokio::test]
async fn a_store_of_the_time_of_one_account_opens_with_all_that_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut unpacked = ruzstd::decoding::StreamingDecoder::new(OF_ONE_ACCOUNT).unwrap();
    let mut file = fs::File::create(folder.path().join("records.redb")).unwrap();
    std::io::copy(&mut unpacked, &mut file).unwrap();
    drop(file);
    // The second time it is opened as what it has become.
    for _ in 0..2 {
        let stored = Options { account: None, ..options(folder.path()) };
        let emulator = Emulator { handle: emulator::start(stored).unwrap() };
        assert_eq!((emulator.handle.account_id.as_str(), emulator.handle.root.id.as_str()), ("111122223333", "test"));
        let iam = emulator.iam();
        let ada = iam.get_user().user_name("ada").send().await.unwrap().user.unwrap();
        assert_eq!((ada.arn.as_str(), ada.tags().len()), ("arn:aws:iam::111122223333:user/x/ada", 1));
        let crew = iam.get_group().group_name("crew").send().await.unwrap();
        assert_eq!(crew.users().len(), 1);
        let attached = iam.list_attached_user_policies().user_name("ada").send().await.unwrap();
        assert_eq!(attached.attached_policies().len(), 1);
        let profiles = iam.list_instance_profiles_for_role().role_name("night").send().await.unwrap();
        assert_eq!(profiles.instance_profiles().len(), 1);
        assert_eq!(iam.list_virtual_mfa_devices().send().await.unwrap().virtual_mfa_devices().len(), 1);
        assert_eq!(iam.list_account_aliases().send().await.unwrap().account_aliases(), ["rockets"]);
        iam.get_server_certificate().server_certificate_name("web").send().await.unwrap();
        iam.get_group_policy().group_name("crew").policy_name("own").send().await.unwrap();
        assert_eq!(iam.list_saml_providers().send().await.unwrap().saml_provider_list().len(), 1);
        assert_eq!(iam.list_open_id_connect_providers().send().await.unwrap().open_id_connect_provider_list().len(), 1);
        let key = emulator::KeyPair::new("AKIARTX3GSDSXND73SNQ", "/YjPbT7gN+k47fSzE99CuWlyy5EUgbua2meUBaTq");
        let who = emulator.sts_as(crate::harness::credentials(&key)).get_caller_identity().send().await.unwrap();
        assert_eq!(who.arn.as_deref(), Some("arn:aws:iam::111122223333:user/x/ada"));
    }
}

#[test]
fn the_folder_and_its_files_are_the_owner_s_alone() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("store");
    let handle = emulator::start(options(&place)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place), 0o700);
    for file in ["records.redb", "endpoint.json"] {
        assert_eq!(mode(&place.join(file)), 0o600, "{file}");
    }
    drop(handle);
    assert!(!place.join("endpoint.json").exists(), "the endpoint file outlives its emulator");
}

#[test]
fn a_second_emulator_is_refused_and_a_console_is_connected() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = options(folder.path());
    first.seed = Seed::Demo;
    let first = emulator::start(first).unwrap();
    let error = emulator::start(options(folder.path())).unwrap_err();
    assert!(matches!(error, Error::Held(_)), "{error}");
    assert!(error.to_string().starts_with("another iamtui process uses the store in `"), "{error}");
    let second = emulator::connect_or_start(options(folder.path())).unwrap();
    assert!(!second.is_own() && second.endpoint == first.endpoint);
    assert_eq!(second.administrator.as_ref().unwrap().id, first.administrator.as_ref().unwrap().id);
    drop(second);
    drop(first);
    assert!(emulator::connect_or_start(options(folder.path())).unwrap().is_own());
}

#[test]
fn another_account_than_the_stored_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(emulator::start(options(folder.path())).unwrap());
    let mut other = options(folder.path());
    other.account = Some("999999999999".to_owned());
    let error = emulator::start(other).unwrap_err().to_string();
    assert_eq!(error, "the account `999999999999` was requested, but the store contains the account `123456789012`");
}

#[tokio::test]
async fn a_truncated_or_flipped_file_opens_or_names_the_damage() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator { handle: emulator::start(options(folder.path())).unwrap() };
    for number in 0..20 {
        emulator.iam().create_user().user_name(format!("u{number}")).send().await.unwrap();
    }
    drop(emulator);
    let file = folder.path().join("records.redb");
    let good = fs::read(&file).unwrap();
    let mut damages: Vec<Vec<u8>> =
        [0, 1, 100, 4096, good.len() / 2, good.len() - 1].map(|end| good[..end].to_vec()).into();
    let mut seed: usize = 12_345;
    for _ in 0..40 {
        seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        let mut flipped = good.clone();
        // Most of the file is empty; the first pages hold what matters.
        let place = seed % good.len().min(120_000);
        flipped[place] ^= 0x41;
        damages.push(flipped);
    }
    for (number, damage) in damages.iter().enumerate() {
        fs::write(&file, damage).unwrap();
        match emulator::start(options(folder.path())) {
            Ok(handle) => drop(handle),
            Err(Error::Damaged(..)) => {}
            Err(error) => panic!("damage {number}: {error}"),
        }
    }
}

#[test]
fn an_empty_file_is_no_new_account() {
    let folder = tempfile::tempdir().unwrap();
    drop(emulator::start(options(folder.path())).unwrap());
    fs::write(folder.path().join("records.redb"), "").unwrap();
    let error = emulator::start(options(folder.path())).unwrap_err();
    let told = format!("the store in `{}` is damaged: its file is empty", folder.path().display());
    assert_eq!(error.to_string(), told);
    assert_eq!(fs::read(folder.path().join("records.redb")).unwrap(), b"");
}

/// The built program on a store, and its endpoint.
fn spawn(folder: &Path) -> (Child, serde_json::Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_iamtui"))
        .args(["emulate", "--root-key", "test:test", "--data-dir"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no ready line: {line:?}"));
    (child, ready)
}

#[tokio::test]
async fn a_kill_at_any_instant_loses_no_acknowledged_write() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    let started = Instant::now();
    let mut round = 0;
    while round < 12 && started.elapsed() < Duration::from_secs(6) {
        let (mut child, ready) = spawn(folder.path());
        let root = iamtui::emulator::KeyPair::new("test", "test");
        let iam = client(ready["endpoint"].as_str().unwrap(), &root);
        let (told, mut count) = tokio::sync::watch::channel(0);
        let writer = tokio::spawn(async move {
            let mut done = Vec::new();
            for number in 0.. {
                let name = format!("r{round}-{number}");
                if iam.create_user().user_name(&name).send().await.is_err() {
                    break;
                }
                done.push(name);
                told.send_replace(done.len());
            }
            done
        });
        // Some writes in, and then at another instant each time.
        count.wait_for(|count| *count >= 3).await.unwrap();
        tokio::time::sleep(Duration::from_micros(700 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(writer.await.unwrap());
        round += 1;
    }
    assert!(acknowledged.len() >= 3, "only {} writes in {round} rounds", acknowledged.len());
    let mut options = options(folder.path());
    options.root_key = Some(emulator::KeyPair::new("test", "test"));
    let emulator = Emulator { handle: emulator::start(options).unwrap() };
    let iam = emulator.iam();
    let mut kept = std::collections::HashSet::new();
    let mut pages = iam.list_users().max_items(1000).into_paginator().items().send();
    while let Some(user) = pages.next().await {
        kept.insert(user.unwrap().user_name);
    }
    for name in &acknowledged {
        assert!(kept.contains(name), "{name} was acknowledged and is gone");
    }
    // A write that was underway may be there without its acknowledgement, but no more than one a round.
    assert!(kept.len() - acknowledged.len() <= usize::try_from(round).unwrap());
}

fn client(endpoint: &str, key: &emulator::KeyPair) -> aws_sdk_iam::Client {
    crate::harness::client(endpoint, crate::harness::credentials(key))
}
