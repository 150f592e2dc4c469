//! That the console tells no more than it knows, and finds what is there.

use iamtui::app::Source;
use iamtui::backend::Offers;
use iamtui::config::recent::Recent;
use iamtui::message::Message;
use iamtui::model::{
    AccessKey, ErrorKind, Fact, KeyUse, LoadError, Page, Seen, Snapshot, Source as From, Status, Update,
    VirtualMfaDevice,
};
use iamtui::plan::{Call, Plan, Step};
use iamtui::ui::layers::review::Review;
use jiff::Timestamp;

use super::canned::{self, ago, arn, policy, user};
use super::console::{Console, Live};
use crate::harness::{ACCOUNT, Emulator, NOON, run};

fn known<T>(value: T) -> Fact<T> {
    Fact::Known(value, Seen::new(From::Detail, ago(0)))
}

/// The first line that holds a text.
#[track_caller]
fn line(screen: &str, part: &str) -> String {
    let found = screen.lines().find(|line| line.contains(part));
    found.unwrap_or_else(|| panic!("no `{part}` in:\n{screen}")).to_owned()
}

#[test]
fn when_members_of_a_group_were_last_active_is_not_told_from_their_passwords_alone() {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 30));
    console.wait("root user @ 123456789012");
    console.keys(":Developers");
    console.wait("› Developers");
    console.keys("<enter>");
    console.wait("also.left");
    // The report is read for it: also.left has used a key, if never a password.
    let told = |console: &Live| line(&console.screen(), "also.left");
    while !told(&console).contains("days ago") {
        assert!(told(&console).contains('…'), "{}", told(&console));
        console.wait("also.left");
        console.rest();
    }
    let donald = line(&console.screen(), "donald.knuth");
    assert!(!donald.contains("200 days"), "{donald}");
}

#[test]
fn the_page_of_a_user_reads_the_keys_where_nobody_has_read_the_report() {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    console.keys(":donald.knuth");
    console.wait("› donald.knuth");
    console.keys("<enter>");
    console.wait("Last sign-in 200 days ago");
    console.wait("Last activity 1 hour ago");
}

#[test]
fn users_to_pick_from_are_not_called_inactive_before_their_keys_are_known() {
    let mut console = canned::console(100, 30);
    let mut dora = user("dora", 30);
    dora.facts.password_last_used = Fact::Absent(Seen::new(From::List, ago(0)));
    console.know(Update::User(Box::new(dora)));
    console.keys(":developers<enter>:add users<enter>");
    let screen = console.screen();
    assert!(line(&screen, "] dora").contains("last activity …") && !screen.contains("never active"), "{screen}");
}

#[test]
fn users_are_sorted_by_the_hours_that_the_column_shows() {
    let mut console = canned::console(100, 30);
    for (name, hours) in [("early", 5), ("late", 1), ("middle", 3)] {
        let at = Timestamp::from_second(NOON - hours * 3_600).unwrap();
        let mut user = user(name, 30);
        user.facts.password_last_used = Fact::Absent(Seen::new(From::List, ago(0)));
        user.facts.keys = known(vec![AccessKey {
            id: "AKIAEXAMPLE".into(),
            status: Status::Active,
            created: None,
            last_used: known(KeyUse { at, service: "s3".into(), region: "eu-west-1".into() }),
        }]);
        console.know(Update::User(Box::new(user)));
    }
    console.keys(":users<enter>ojjj<enter>");
    let screen = console.body();
    let order = ["late", "middle", "early", "alice"];
    let places: Vec<usize> = order.iter().map(|name| screen.find(&format!(" {name} ")).unwrap()).collect();
    assert!(places.is_sorted(), "{screen}");
    // Filters still ask for days.
    console.keys("/activity:>0<enter>");
    assert!(console.screen().contains("1 match"), "{}", console.screen());
}

/// A console on a snapshot of the canned account.
fn snapshot(size: (u16, u16)) -> (tempfile::TempDir, Live) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.snapshot");
    let taken = "2026-01-02T03:04:05Z".parse().unwrap();
    std::fs::write(&file, Snapshot::new(canned::account(), None, taken).to_bytes().unwrap()).unwrap();
    let mut console = Live::on(Source::Snapshot(file), size);
    console.wait("READ-ONLY");
    (folder, console)
}

#[test]
fn what_a_snapshot_does_not_hold_is_told_as_that_and_not_as_loading() {
    let (_folder, mut console) = snapshot((100, 40));
    console.keys(":dave<enter>");
    console.wait("IAM users › dave");
    for tab in 0..4 {
        let screen = console.screen();
        assert!(screen.contains("? not in this snapshot") || screen.contains("? not in snapshot"), "{screen}");
        assert!(!screen.contains("loading") && !screen.contains(" …"), "tab {tab}:\n{screen}");
        console.keys("<tab>");
    }
    console.keys(":users<enter>");
    assert!(line(&console.screen(), "› alice").contains("day"), "{}", console.screen());
    assert!(line(&console.screen(), "dave").contains("? not in snapshot"), "{}", console.screen());
}

#[test]
fn a_plan_that_a_snapshot_is_not_enough_for_says_so_and_advises_no_reload() {
    for command in [":delete user<enter>", ":disable user<enter>"] {
        let (_folder, mut console) = snapshot((120, 40));
        console.keys(":dave<enter>");
        console.keys(command);
        console.keys("<ctrl-n>");
        let screen = console.screen();
        assert!(screen.contains("✗ not in this snapshot: ") && !screen.contains("reload"), "{screen}");
    }
}

#[test]
fn the_header_of_a_snapshot_names_its_file_and_not_its_folder() {
    let (folder, console) = snapshot((120, 40));
    let header = console.screen().lines().next().unwrap().to_owned();
    assert!(header.contains("snapshot acme.snapshot of 2026-01-02"), "{header}");
    assert!(!header.contains(folder.path().to_str().unwrap()), "{header}");
}

#[test]
fn the_device_name_that_is_suggested_is_free() {
    let mut console = canned::console(100, 30);
    let device = |name: &str| VirtualMfaDevice {
        serial: format!("arn:aws:iam::{ACCOUNT}:mfa/{name}").into(),
        user: known("dave".into()),
        is_root: false,
        enabled: Some(ago(3)),
        tags: Fact::Unknown,
    };
    console.keys(":dave<enter>:assign mfa device<enter>");
    assert!(line(&console.screen(), "Device name").contains(" dave "), "{}", console.screen());
    console.know(Update::VirtualMfaDevices(Page::whole(vec![device("dave"), device("dave-2")], ago(0))));
    let screen = console.screen();
    assert!(line(&screen, "Device name").contains("dave-3") && !screen.contains('✗'), "{screen}");
    // What the user types is theirs, taken or not.
    console.keys("<enter><ctrl-u>dave");
    assert!(console.screen().contains("✗ A device of this name is assigned to user dave"), "{}", console.screen());
}

#[test]
fn policies_to_pick_from_are_in_the_order_of_their_names() {
    let mut console = canned::console(100, 30);
    for path in ["policy/zz/Alpha", "policy/beta", "policy/aa/Gamma"] {
        console.know(Update::Policy(Box::new(policy(arn(path)))));
    }
    for open in [":dave<enter>:attach policies<enter>", ":dave<enter>:set boundary<enter>"] {
        console.keys(open);
        let screen = console.screen();
        let places: Vec<usize> =
            ["Alpha", "beta", "Gamma", "read-s3"].iter().map(|name| screen.find(name).expect(&screen)).collect();
        assert!(places.is_sorted(), "{screen}");
        console.keys("<esc><esc>");
    }
}

#[test]
fn a_store_that_is_open_is_listed_once_and_under_the_cursor() {
    let mut console = canned::console(100, 30);
    console.keys("<ctrl-o>");
    let offers = Offers { stores: vec!["demo".into(), "other".into()], ..Offers::default() };
    let stamp = console.stamp();
    console.message(Message::Offers { stamp, found: Box::new((offers, Recent::default())) });
    console.finish();
    let screen = console.screen();
    let body: Vec<&str> = screen.lines().skip(1).filter(|line| line.contains("emulator demo")).collect();
    assert!(body.len() == 1 && body[0].contains('›') && body[0].contains("open, this page"), "{screen}");
    assert!(screen.contains("emulator other"), "{screen}");
}

#[track_caller]
fn check_page(typed: &str, title: &str) {
    let mut console: Console = canned::console(100, 30);
    console.keys(&format!(":{typed}<enter>"));
    assert!(console.screen().lines().nth(1).unwrap().contains(title), "{typed}:\n{}", console.screen());
}

#[test]
fn pages_are_found_by_their_titles_and_by_other_words_for_them() {
    check_page("virtual mfa", "Virtual MFA devices");
    check_page("history of", "Journal");
    check_page("security cred", "My security credentials");
    check_page("iam user groups", "IAM user groups");
    let mut console = canned::console(100, 30);
    console.keys(":history");
    assert!(console.screen().contains("journal"), "{}", console.screen());
}

#[test]
fn a_key_that_does_nothing_says_so() {
    for (keys, told) in [
        (":journal<enter>n", "Nothing can be created on this page"),
        (":dashboard<enter>n", "Nothing can be created on this page"),
        (":dashboard<enter>d", "Nothing is selected"),
        (":users<enter>u", "There is nothing to undo"),
    ] {
        let mut console = canned::console(100, 30);
        console.keys(keys);
        let footer = console.screen().lines().last().unwrap().to_owned();
        assert!(footer.contains(told), "{keys}: {footer}");
        // Any other key takes the word away again.
        console.keys("k");
        assert!(!console.screen().contains(told), "{}", console.screen());
    }
}

#[test]
fn a_review_offers_nothing_that_is_refused() {
    let mut console = canned::console_with(100, 30, |start| start.read_only = iamtui::backend::ReadOnly::Always);
    let mut plan = Plan::new("make a user");
    plan.push(Step::new(Call::create_user("eve"), "asked for"));
    console.lay(Box::new(Review::new(plan)));
    let footer = |console: &Console| console.screen().lines().last().unwrap().to_owned();
    assert!(footer(&console).contains("copy") && !footer(&console).contains("apply"), "{}", footer(&console));
    console.keys("<enter>");
    assert!(console.screen().contains("This session is read-only"), "{}", console.screen());
}

#[test]
fn all_of_many_users_can_be_read_before_they_are_deleted() {
    let mut console = canned::console(80, 24);
    for number in 10..40 {
        console.know(Update::User(Box::new(user(&format!("temp-{number}"), 30))));
    }
    console.keys(":users<enter>gVGVd");
    let screen = console.screen();
    assert!(screen.contains("alice") && screen.contains("more lines"), "{screen}");
    assert!(screen.lines().last().unwrap().contains("PgDn scroll"), "{screen}");
    let mut turns = 0;
    while !console.screen().contains("temp-39") {
        console.keys("<pgdn>");
        turns += 1;
        assert!(turns < 40, "{}", console.screen());
    }
    assert!(console.screen().contains("lines above"), "{}", console.screen());
    for _ in 0..turns {
        console.keys("<pgup>");
    }
    assert!(console.screen().contains("alice:"), "{}", console.screen());
}

#[test]
fn the_journal_tells_whom_a_run_was_about_where_there_is_little_room() {
    let emulator = Emulator::empty();
    let create = emulator.iam().create_user().user_name("eve.of.destruction").send();
    run(create).unwrap();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @ 123456789012");
    let mut plan = Plan::new("create an access key for user eve.of.destruction");
    plan.push(Step::new(Call::create_access_key("eve.of.destruction"), "asked for"));
    console.lay(Box::new(Review::new(plan)));
    console.wait("nothing is sent before you apply");
    console.keys("<enter>");
    console.wait("✓ done");
    console.wait("x reveal");
    console.keys("x");
    console.keys("<esc>");
    console.wait_gone("Review: ");
    console.keys(":journal<enter>");
    console.wait("1 run");
    let row = line(&console.screen(), "done");
    assert!(row.contains("create an") && row.contains("eve.of.destruction"), "{row}");
}

#[test]
fn what_one_read_should_have_told_is_missing_once() {
    let mut console = canned::console(80, 40);
    let mut bare = Console::new(80, 40);
    let error = LoadError::new(ErrorKind::Timeout, "GetAccountSummary");
    let (stamp, load) = (bare.stamp(), iamtui::backend::Load::Summary);
    bare.message(Message::Ended { stamp, load, result: Err(error) });
    let screen = bare.screen();
    let advice = screen.split("Security recommendations").nth(1).unwrap().split("IAM resources").next().unwrap();
    assert_eq!(advice.matches("✗ failed").count(), 1, "{screen}");
    console.keys(":dashboard<enter>");
    assert!(console.screen().contains("✓ The root user has no access keys."), "{}", console.screen());
}

#[test]
fn columns_that_have_no_room_are_told_from_those_that_are_shown() {
    let mut console = canned::console(80, 24);
    console.keys(":users<enter>c");
    let screen = console.screen();
    assert!(line(&screen, "Active key age").contains("no room"), "{screen}");
    assert!(!line(&screen, "] Last activity").contains("no room"), "{screen}");
}

#[test]
fn a_key_that_was_not_used_yet_says_when_it_was_created() {
    let mut console = canned::console(120, 40);
    let mut eve = user("eve", 0);
    eve.facts.keys = known(vec![AccessKey {
        id: "AKIAEXAMPLE".into(),
        status: Status::Active,
        created: Some(ago(0)),
        last_used: Fact::Absent(Seen::new(From::Detail, ago(0))),
    }]);
    console.know(Update::User(Box::new(eve)));
    console.keys(":eve<enter>");
    assert!(console.screen().contains("not used yet, created just now"), "{}", console.screen());
}

#[test]
fn the_journal_of_a_snapshot_is_not_awaited_and_nothing_is_read_again() {
    let (_folder, mut console) = snapshot((100, 30));
    console.keys(":journal<enter>");
    assert!(console.screen().contains("A snapshot has no journal"), "{}", console.screen());
    assert!(!console.screen().contains("reading"), "{}", console.screen());
    console.keys("r");
    assert!(console.screen().contains("A snapshot cannot be reloaded"), "{}", console.screen());
}

#[test]
fn the_arrow_of_the_order_is_seen_whatever_the_column() {
    let mut console = canned::console(100, 30);
    console.keys(":users<enter>ojjj<enter>");
    assert!(console.screen().contains("Last activity ↑"), "{}", console.screen());
}

#[test]
fn a_long_file_name_of_a_snapshot_keeps_its_end_in_the_header() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("the-account-of-the-rocket-company-before-the-move.snapshot");
    let taken = "2026-01-02T03:04:05Z".parse().unwrap();
    std::fs::write(&file, Snapshot::new(canned::account(), None, taken).to_bytes().unwrap()).unwrap();
    let mut console = Live::on(Source::Snapshot(file), (120, 40));
    console.wait("READ-ONLY");
    let header = console.screen().lines().next().unwrap().to_owned();
    assert!(header.contains("snapshot …") && header.contains("before-the-move.snapshot of 2026-01-02"), "{header}");
}

#[test]
fn no_wizard_waits_for_what_a_snapshot_does_not_hold() {
    let wizards = [
        "manage console access",
        "assign mfa device",
        "remove from groups",
        "detach policies",
        "delete user",
        "edit tags",
    ];
    for wizard in wizards {
        let (_folder, mut console) = snapshot((120, 40));
        console.keys(&format!(":dave<enter>:{wizard}<enter>"));
        let screen = console.screen();
        assert!(screen.contains("not in this snapshot") && screen.contains('┌'), "{wizard}:\n{screen}");
        assert!(!screen.contains('…'), "{wizard}:\n{screen}");
    }
}
