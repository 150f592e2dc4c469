//! Changes of an account by keyboard alone, at 80x24, against the emulator through the real SDK.

use aws_sdk_iam::types::EncodingType;
use iamtui::totp::Seed;
use jiff::{SignedDuration, Timestamp};

use super::canned::READ_S3;
use super::console::Live;
use crate::harness::{Emulator, run};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn open(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @ 123456789012");
    console
}

/// Applies the plan in review, and closes what came of it.
#[track_caller]
fn apply(console: &mut Live, steps: usize) {
    console.wait("Review: ");
    console.keys("<enter>");
    console.wait(&done(steps));
    console.keys("<esc>");
}

/// Applies a plan that a guard objects to.
#[track_caller]
fn overrule(console: &mut Live, word: &str, steps: usize) {
    console.wait("Review: ");
    console.wait("Reason");
    console.keys(&format!("{word}<enter>somebody has to<enter>"));
    console.wait(&done(steps));
    console.keys("<esc>");
}

/// What a review says of a run of so many steps that is complete.
fn done(steps: usize) -> String {
    if steps == 1 { "✓ done".to_owned() } else { format!("✓ all {steps} steps done") }
}

/// Makes a group of this name with a policy that is found by these words.
fn make_group(console: &mut Live, name: &str, words: &str, policy: &str) {
    console.keys("n");
    console.wait("Create user group");
    console.keys(&format!("{name}<enter><tab>{words}"));
    console.wait(&format!("[ ] {policy}"));
    console.keys("<space>");
    console.wait(&format!("1: {policy}"));
    console.keys("<ctrl-n>");
}

/// Makes users in a group.
fn make_users(console: &mut Live, names: &[&str], group: &str) {
    console.keys("n");
    console.wait("Create user");
    console.keys(&format!("{}<enter><ctrl-n><ctrl-n><tab>{group}", names.join("<enter>")));
    console.wait(&format!("[ ] {group}"));
    console.keys("<space><ctrl-n>");
}

fn groups_of(emulator: &Emulator, user: &str) -> Vec<String> {
    let listed = run(emulator.iam().list_groups_for_user().user_name(user).send()).unwrap();
    listed.groups.into_iter().map(|group| group.group_name).collect()
}

fn policies_of(emulator: &Emulator, group: &str) -> Vec<String> {
    let listed = run(emulator.iam().list_attached_group_policies().group_name(group).send()).unwrap();
    listed.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn).collect()
}

#[test]
fn a_company_of_three_groups_and_five_users_is_made() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator);
    console.keys(":groups<enter>");
    console.wait("There are no groups.");
    make_group(&mut console, "Admin", "AdministratorAccess", "AdministratorAccess");
    console.wait("every member of group Admin can do everything");
    overrule(&mut console, "Admin", 2);
    make_group(&mut console, "Developers", "PowerUser", "PowerUserAccess");
    apply(&mut console, 2);
    make_group(&mut console, "Audit", "SecurityAudit", "SecurityAudit");
    apply(&mut console, 2);
    console.wait("3 of 3 groups");
    console.keys(":users<enter>");
    console.wait("There are no users.");
    make_users(&mut console, &["Jesse", "Segun"], "Admin");
    overrule(&mut console, "Jesse", 4);
    make_users(&mut console, &["Alice", "Jake", "Jessica"], "Developers");
    apply(&mut console, 6);
    console.wait("5 of 5 users");
    for user in ["Jesse", "Segun"] {
        assert_eq!(groups_of(&emulator, user), ["Admin"]);
    }
    for user in ["Alice", "Jake", "Jessica"] {
        assert_eq!(groups_of(&emulator, user), ["Developers"]);
    }
    assert_eq!(policies_of(&emulator, "Admin"), [ADMINISTRATOR]);
    assert_eq!(policies_of(&emulator, "Developers"), ["arn:aws:iam::aws:policy/PowerUserAccess"]);
    assert_eq!(policies_of(&emulator, "Audit"), ["arn:aws:iam::aws:policy/SecurityAudit"]);
}

/// A user with one of everything that AWS refuses to delete a user with.
fn burdened() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_user().user_name("alice").path("/dev/").send().await.unwrap();
        iam.create_login_profile().user_name("alice").password("Correct-horse-7").send().await.unwrap();
        iam.create_access_key().user_name("alice").send().await.unwrap();
        let certificate = include_str!("../fixtures/certificate.pem");
        iam.upload_signing_certificate().user_name("alice").certificate_body(certificate).send().await.unwrap();
        let key = include_str!("../fixtures/ssh-key.pub").trim();
        iam.upload_ssh_public_key().user_name("alice").ssh_public_key_body(key).send().await.unwrap();
        let service = "codecommit.amazonaws.com";
        iam.create_service_specific_credential().user_name("alice").service_name(service).send().await.unwrap();
        let device = iam.create_virtual_mfa_device().virtual_mfa_device_name("alice").send().await.unwrap();
        let device = device.virtual_mfa_device.unwrap();
        let seed = String::from_utf8(device.base32_string_seed.unwrap().into_inner()).unwrap();
        let (seed, now) = (Seed::from_base32(&seed).unwrap(), Timestamp::now());
        let enable = iam.enable_mfa_device().user_name("alice").serial_number(device.serial_number);
        let codes = [now - SignedDuration::from_secs(30), now].map(|at| seed.code(at));
        enable.authentication_code1(&codes[0]).authentication_code2(&codes[1]).send().await.unwrap();
        iam.put_user_policy().user_name("alice").policy_name("own").policy_document(READ_S3).send().await.unwrap();
        let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        iam.attach_user_policy().user_name("alice").policy_arn(read).send().await.unwrap();
        iam.create_group().group_name("Developers").send().await.unwrap();
        iam.add_user_to_group().group_name("Developers").user_name("alice").send().await.unwrap();
    });
    emulator
}

#[test]
fn a_user_with_everything_is_deleted_after_one_confirmation_and_comes_back_as_far_as_can_be() {
    let emulator = burdened();
    let before = emulator.handle.calls().len();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("1 of 1 users");
    console.keys("d");
    console.wait("Delete user alice");
    console.wait("1 access key (1 active)");
    console.wait("1 service");
    console.keys("<enter>");
    console.wait("Review: delete user alice");
    console.wait("Type `alice`, then Enter.");
    console.keys("alice<enter>");
    console.wait("all 11 steps done");
    let iam = emulator.iam();
    let gone = run(iam.get_user().user_name("alice").send()).unwrap_err().into_service_error();
    assert!(gone.is_no_such_entity_exception(), "{gone:?}");
    let calls = emulator.handle.calls();
    let refused: Vec<_> = calls.iter().skip(before).filter(|call| call.status == 409).collect();
    assert!(refused.is_empty(), "{refused:?}");
    console.keys("u");
    console.wait("Review: ");
    console.wait("the unique id");
    // It is said before the steps. Long lines are broken, and the box has sides.
    let told = console.screen().replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("a deleted access key does not come back"), "{told}");
    console.keys("<enter>");
    console.wait("✓ all");
    let user = run(iam.get_user().user_name("alice").send()).unwrap().user.unwrap();
    assert_eq!(user.path, "/dev/");
    assert_eq!(groups_of(&emulator, "alice"), ["Developers"]);
    let inline = run(iam.get_user_policy().user_name("alice").policy_name("own").send()).unwrap();
    assert!(inline.policy_document.contains("SecureTransport"), "{}", inline.policy_document);
    run(iam.get_login_profile().user_name("alice").send()).unwrap();
    let keys = run(iam.list_ssh_public_keys().user_name("alice").send()).unwrap().ssh_public_keys.unwrap();
    let key = iam.get_ssh_public_key().user_name("alice").ssh_public_key_id(&keys[0].ssh_public_key_id);
    let key = run(key.encoding(EncodingType::Ssh).send()).unwrap().ssh_public_key.unwrap();
    assert_eq!(key.ssh_public_key_body, include_str!("../fixtures/ssh-key.pub").trim());
    let certificates = run(iam.list_signing_certificates().user_name("alice").send()).unwrap().certificates;
    assert_eq!(certificates.len(), 1);
}

/// Two groups with a user in the first, and a policy of the account.
fn team() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        for group in ["Developers", "Operators"] {
            iam.create_group().group_name(group).send().await.unwrap();
        }
        for user in ["alice", "bob", "carol"] {
            iam.create_user().user_name(user).send().await.unwrap();
        }
        iam.add_user_to_group().group_name("Developers").user_name("alice").send().await.unwrap();
        iam.create_policy().policy_name("read-s3").policy_document(READ_S3).send().await.unwrap();
    });
    emulator
}

#[test]
fn members_are_added_moved_and_removed_from_either_side() {
    let emulator = team();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    // From the users' side: bob and carol, marked.
    console.keys("j<space><space>a");
    console.wait("2 users");
    console.keys("<enter>");
    console.wait("Add 2 users to groups");
    console.wait("[ ] Developers");
    console.keys("<space><ctrl-n>");
    apply(&mut console, 2);
    assert_eq!([groups_of(&emulator, "bob"), groups_of(&emulator, "carol")].concat(), ["Developers", "Developers"]);
    // Alice moves.
    console.keys("gm");
    console.wait("move to groups");
    console.keys("<down><enter>");
    console.wait("Move user alice to other groups");
    console.wait("From");
    console.keys("<space><tab>oper");
    console.wait("[ ] Operators");
    console.keys("<space><ctrl-n>");
    apply(&mut console, 2);
    assert_eq!(groups_of(&emulator, "alice"), ["Operators"]);
    // From the group's side: the member under the cursor is removed.
    console.keys(":Operators");
    console.wait("› Operators");
    console.keys("<enter>");
    console.wait("Users (1)");
    console.wait("› alice");
    console.keys("d");
    console.wait("Review: remove user alice from group Operators");
    apply(&mut console, 1);
    assert!(groups_of(&emulator, "alice").is_empty());
}

#[test]
fn a_policy_is_attached_and_detached_from_either_side() {
    let emulator = team();
    let mut console = open(&emulator);
    console.keys(":read-s3");
    console.wait("› read-s3");
    console.keys("<enter><tab>");
    console.wait("Not attached.");
    console.keys("a");
    console.wait("Attach policy read-s3 to entities");
    console.keys("Developers");
    console.wait("[ ] Developers");
    console.keys("<space><ctrl-n>");
    apply(&mut console, 1);
    let own = "arn:aws:iam::123456789012:policy/read-s3";
    assert_eq!(policies_of(&emulator, "Developers"), [own]);
    console.keys(":Developers");
    console.wait("› Developers");
    console.keys("<enter><tab>");
    console.wait("› ▸ read-s3");
    console.keys("d");
    console.wait("Review: detach policy read-s3 from group Developers");
    apply(&mut console, 1);
    assert!(policies_of(&emulator, "Developers").is_empty());
}

#[test]
fn tags_are_edited_and_a_group_is_renamed() {
    let emulator = team();
    let mut console = open(&emulator);
    console.keys(":alice");
    console.wait("› alice");
    console.keys("<enter><tab><tab>");
    console.wait("There are no tags.");
    console.keys("e");
    console.wait("Edit the tags of user alice");
    console.wait("none");
    console.keys("team=blue<enter>site=home");
    console.wait("+ site=home");
    console.keys("<ctrl-n>");
    apply(&mut console, 1);
    let tags = run(emulator.iam().list_user_tags().user_name("alice").send()).unwrap().tags;
    assert_eq!(tags.len(), 2);
    console.keys(":Operators");
    console.wait("› Operators");
    console.keys("<enter>");
    console.wait("IAM user groups › Operators");
    console.keys("e");
    console.wait("Rename or move group Operators");
    console.wait("No policy refers to it");
    console.keys("<ctrl-u>Ops<ctrl-n>");
    apply(&mut console, 1);
    run(emulator.iam().get_group().group_name("Ops").send()).unwrap();
}

#[test]
fn a_policy_a_role_and_a_group_are_deleted_with_what_hangs_on_them() {
    let emulator = team();
    let iam = emulator.iam();
    let own = "arn:aws:iam::123456789012:policy/read-s3";
    run(async {
        iam.create_role().role_name("web").assume_role_policy_document(super::canned::TRUST).send().await.unwrap();
        iam.create_instance_profile().instance_profile_name("web").send().await.unwrap();
        let profile = iam.add_role_to_instance_profile().instance_profile_name("web").role_name("web");
        profile.send().await.unwrap();
        iam.attach_role_policy().role_name("web").policy_arn(own).send().await.unwrap();
        let bound = iam.put_user_permissions_boundary().user_name("bob").permissions_boundary(own);
        bound.send().await.unwrap();
        iam.create_policy_version().policy_arn(own).policy_document(READ_S3).send().await.unwrap();
    });
    let mut console = open(&emulator);
    let mut delete = |name: &str, word: &str, steps: usize| {
        console.keys(&format!(":{name}"));
        console.wait(&format!("› {name}"));
        console.keys("<enter>");
        console.wait(&format!(" › {name}"));
        console.keys(&format!(":delete {word}"));
        console.wait(&format!("› delete {word}"));
        console.keys("<enter>");
        console.wait(&format!("Delete {word} {name}"));
        console.wait_gone("reading …");
        console.keys("<enter>");
        console.wait(&format!("Review: delete {word} {name}"));
        if name == "read-s3" {
            console.wait("user bob loses its permissions boundary");
            return overrule(&mut console, name, steps);
        }
        console.wait(&format!("Type `{name}`, then Enter."));
        console.keys(&format!("{name}<enter>"));
        console.wait(&done(steps));
        console.keys("<esc>");
    };
    delete("read-s3", "policy", 4);
    delete("web", "role", 2);
    delete("Developers", "group", 2);
    let iam = emulator.iam();
    assert!(run(iam.get_policy().policy_arn(own).send()).is_err());
    assert!(run(iam.get_role().role_name("web").send()).is_err());
    // Its instance profile stays, empty, as nobody asked for more.
    let profile = run(iam.get_instance_profile().instance_profile_name("web").send()).unwrap();
    assert_eq!(profile.instance_profile.unwrap().roles, []);
    assert!(run(iam.get_group().group_name("Developers").send()).is_err());
    let bob = run(iam.get_user().user_name("bob").send()).unwrap().user.unwrap();
    assert!(bob.permissions_boundary.is_none());
}

#[test]
fn a_user_is_made_with_a_group_on_the_way_a_password_of_its_own_and_a_key() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("There are no users.");
    console.keys("nJesse<enter><tab>/dev/<tab>team=blue<ctrl-n>");
    console.wait("Console access");
    console.keys("<space><tab><right><tab>Abc");
    console.wait("the password must have 8 to 128 characters");
    console.keys("-def-1234<tab><tab><space><tab>laptop<ctrl-n>");
    console.wait("Permissions by");
    console.keys("<tab><f2>");
    console.wait("as part of this plan");
    console.keys("Audit<enter><ctrl-n>");
    console.wait("1: Audit");
    console.keys("<ctrl-n>");
    console.wait("Review: create user Jesse");
    assert!(!console.screen().contains("Abc-def-1234"));
    console.keys("<enter>");
    console.wait("all 7 steps done");
    assert_eq!(groups_of(&emulator, "Jesse"), ["Audit"]);
    let iam = emulator.iam();
    let user = run(iam.get_user().user_name("Jesse").send()).unwrap().user.unwrap();
    assert_eq!((user.path.as_str(), user.tags.unwrap_or_default().len()), ("/dev/", 2));
    assert_eq!(run(iam.list_access_keys().user_name("Jesse").send()).unwrap().access_key_metadata.len(), 1);
    let login = run(iam.get_login_profile().user_name("Jesse").send()).unwrap().login_profile.unwrap();
    assert!(login.password_reset_required);
    let journal = std::fs::read_dir(console.state.path().join("journal")).unwrap();
    for file in journal {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("Abc-def-1234"), "the password is in the journal");
    }
}

#[test]
fn what_was_answered_is_offered_again_after_the_terminal_died() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("There are no users.");
    console.keys("nJesse<enter>Segun<enter><ctrl-n><space><tab><right><tab>Abc-def-1234");
    console.wait("Own password");
    console.rest();
    let state = console.end();
    let drafts: Vec<_> = std::fs::read_dir(state.path().join("drafts")).unwrap().flatten().collect();
    assert_eq!(drafts.len(), 1);
    let text = std::fs::read_to_string(drafts[0].path()).unwrap();
    assert!(text.contains("Segun") && !text.contains("Abc-def"), "{text}");
    let mut console =
        Live::with(Live::source(&emulator.handle.endpoint, &emulator.handle.root), (80, 24), state, false);
    console.wait("root user @ 123456789012");
    console.keys(":users<enter>");
    console.wait("There are no users.");
    console.rest();
    console.keys("n");
    console.wait("Create user: answers kept");
    console.keys("<enter>");
    // It goes on at the step that it was left at, without the password.
    console.wait("Own password");
    console.keys("<ctrl-p>");
    console.wait("• Segun");
}

#[test]
fn a_read_only_session_plans_everything_and_applies_nothing() {
    let emulator = team();
    let before = emulator.handle.calls().len();
    let mut console = Live::with(
        Live::source(&emulator.handle.endpoint, &emulator.handle.root),
        (80, 24),
        tempfile::tempdir().unwrap(),
        true,
    );
    console.wait("root user @ 123456789012");
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    console.keys("nJesse<enter>");
    console.wait("Read-only session");
    console.keys("<ctrl-n><ctrl-n><ctrl-n>");
    console.wait("Review: create user Jesse");
    console.keys("<enter>");
    console.wait("read-only");
    console.keys("<esc><esc><esc><esc><esc>");
    for (page, wanted) in [
        (":users<enter>", "3 of 3 users"),
        (":alice<enter>", "IAM users › alice"),
        (":groups<enter>", "2 of 2 groups"),
        (":policies<enter>", "read-s3"),
    ] {
        console.keys(page);
        console.wait(wanted);
        for key in ["n", "e", "a", "d", "m"] {
            console.keys(&format!("{key}<enter><enter><esc><esc><esc><f10><esc>"));
        }
        console.keys(":dashboard<enter>");
        console.wait("AWS account");
    }
    let calls = emulator.handle.calls();
    for call in calls.iter().skip(before) {
        let operation: &str = call.operation.as_ref();
        let reads = ["Get", "List", "GenerateCredentialReport"].iter().any(|verb| operation.starts_with(verb));
        assert!(reads, "{operation} was sent");
    }
}

#[test]
fn an_enter_that_was_typed_ahead_applies_no_plan_that_nobody_saw() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator);
    console.keys(":groups<enter>");
    console.wait("There are no groups.");
    console.keys("n");
    console.wait("Create user group");
    console.keys("Admin<enter><enter><enter><enter><enter><enter><enter><enter>");
    console.wait("nothing is sent before you apply");
    let made = emulator.handle.calls().iter().any(|call| call.operation == "CreateGroup");
    assert!(!made, "{}", console.screen());
    apply(&mut console, 1);
}

#[test]
fn a_verb_that_fits_nothing_here_says_what_it_needs() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator);
    console.keys(":delete user");
    console.wait("needs a user to be selected");
    console.keys("<enter>");
    console.wait("delete user needs a user to be selected");
    console.keys(":rotate<enter>");
    console.wait("rotate access key needs the cursor on its row");
}
