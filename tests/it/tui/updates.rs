//! What keys and answers do, as a pure function.

use iamtui::backend::Load;
use iamtui::effect::{Effect, Stamp};
use iamtui::input::Event;
use iamtui::message::Message;
use iamtui::model::{ErrorKind, LoadError, Page, Update};

use super::canned::{self, ago, user};
use super::console::Console;

/// Presses keys on the canned account and checks that the screen shows each text and none of the others.
#[track_caller]
fn check(keys: &str, shown: &[&str], hidden: &[&str]) -> Console {
    let mut console = canned::console(100, 30);
    console.keys(keys);
    let screen = console.body();
    for text in shown {
        assert!(screen.contains(text), "`{text}` is missing after `{keys}`:\n{screen}");
    }
    for text in hidden {
        assert!(!screen.contains(text), "`{text}` is there after `{keys}`:\n{screen}");
    }
    console
}

#[test]
fn a_burst_of_keys_does_what_single_keys_do() {
    check(":users<enter>", &["IAM › IAM users", "› alice", "4 of 4 users"], &[]);
    check(":users<enter>jj", &["› carol"], &["› alice"]);
    check(":users<enter>G", &["› dave"], &[]);
    check(":users<enter>Gg", &["› alice"], &[]);
}

#[test]
fn the_four_faces_of_a_fact_differ_on_the_screen() {
    let console = check(":users<enter>", &["Virtual", "▲ none", "⊘ denied", "…"], &[]);
    drop(console);
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_escape_takes_it_away() {
    check(":users<enter>/car", &["› carol", "1 match"], &["alice", "bob"]);
    check(":users<enter>/mfa:virtual", &["alice"], &["bob", "carol"]);
    check(":users<enter>/tag:team=plat", &["alice"], &["bob"]);
    check(":users<enter>/!mfa:virtual", &["bob", "carol"], &["alice"]);
    check(":users<enter>/key-age:>90", &["alice"], &["bob"]);
    check(":users<enter>/zzz", &["No user matches the filter."], &[]);
    check(":users<enter>/car<esc>", &["alice", "carol"], &["/car"]);
    check(":users<enter>/car<enter><enter>", &["IAM users › carol"], &[]);
}

#[test]
fn a_list_is_sorted_by_the_chosen_column_and_turned_by_choosing_it_again() {
    let order = |keys: &str| {
        let mut console = canned::console(100, 30);
        console.keys(keys);
        let screen = console.body();
        let at = |name: &str| screen.find(&format!(" {name} ")).unwrap();
        at("alice") < at("carol")
    };
    assert!(order(":users<enter>o<enter>"));
    assert!(!order(":users<enter>o<enter>o<enter>"));
}

#[test]
fn columns_are_chosen_and_the_name_stays() {
    check(":users<enter>", &["Path", "/engineering/"], &["Last sign-in"]);
    check(":users<enter>c<down> <enter>", &["User name"], &["Path", "/engineering/"]);
    check(":users<enter>c<down><down><down><down><down><down> <enter>", &["Last sign-in"], &[]);
    check(":users<enter>c <enter>", &["User name"], &[]);
}

#[test]
fn rows_are_marked_one_by_one_and_as_a_range() {
    check(":users<enter> ", &["1 marked", "› bob"], &[]);
    check(":users<enter> jV", &["3 marked"], &[]);
    check(":users<enter> jV<esc>", &["4 of 4"], &["marked"]);
}

#[test]
fn history_goes_back_and_forward_and_keeps_where_one_was() {
    check(":users<enter>jj<enter>", &["IAM users › carol"], &[]);
    check(":users<enter>jj<enter><esc>", &["› carol", "4 of 4"], &[]);
    check(":users<enter>jj<enter>[]", &["IAM users › carol"], &[]);
    check(":users<enter>[", &["Dashboard", "IAM resources"], &[]);
}

#[test]
fn links_lead_from_a_user_to_a_group_and_on_to_a_policy() {
    check(":alice<enter><tab>j<enter>", &["IAM user groups › developers"], &[]);
}

#[test]
fn the_palette_knows_entities_pages_and_commands() {
    check(":nightly<enter>", &["Roles › nightly-report"], &[]);
    check(":read-s3<enter>", &["Policies › read-s3"], &[]);
    check(":roles<enter>", &["IAM › Roles"], &[]);
    check(":help<enter>", &["Keys –"], &[]);
    check(":xyzzy", &["Nothing matches."], &[]);
    check(":x<esc>", &["IAM resources"], &["Go to a page"]);
}

#[test]
fn a_name_that_is_typed_before_it_is_known_is_gone_to_once_the_account_tells_it() {
    let mut console = Console::new(100, 30);
    console.keys(":alice<enter>");
    assert!(console.screen().contains("Nothing matches"), "{}", console.screen());
    console.know(Update::User(Box::new(canned::user("bob", 0))));
    assert!(console.screen().contains("Nothing matches"), "{}", console.screen());
    console.know(Update::User(Box::new(canned::user("alice", 0))));
    assert!(console.screen().contains("IAM users › alice"), "{}", console.screen());
    // What is typed on is meant otherwise.
    let mut console = Console::new(100, 30);
    console.keys(":alice<enter>x");
    console.know(Update::User(Box::new(canned::user("alicex", 0))));
    assert!(console.screen().contains("Go to a page"), "{}", console.screen());
}

#[test]
fn copying_is_asked_for_and_says_what_was_sent() {
    let mut console = check(":users<enter>y<down><enter>", &["Sent the ARN"], &[]);
    let copied: Vec<_> = std::mem::take(&mut console.effects)
        .into_iter()
        .filter_map(|effect| if let Effect::CopyToClipboard(text) = effect { Some(text) } else { None })
        .collect();
    assert_eq!(copied, ["arn:aws:iam::123456789012:user/engineering/alice"]);
}

#[test]
fn the_keys_of_verbs_open_what_is_left_again_and_change_nothing() {
    for page in [":users<enter>", ":alice<enter>", ":roles<enter>", ":policies<enter>", ""] {
        for key in ["n", "e", "d", "a", "m"] {
            let mut console = canned::console(100, 30);
            console.keys(page);
            console.finish();
            let before = console.screen();
            console.keys(&format!("{key}<esc><esc><esc><esc><esc><f10>"));
            console.keys(page);
            console.finish();
            let (top, _) = before.rsplit_once('\n').unwrap();
            assert!(console.screen().starts_with(top), "`{key}` on `{page}`:\n{}", console.screen());
            assert!(!console.effects.iter().any(|effect| matches!(effect, Effect::Apply { .. })));
        }
    }
}

#[test]
fn leaving_the_first_page_leaves_the_program() {
    let quits = |keys: &str| {
        let mut console = canned::console(100, 30);
        console.keys(keys);
        console.effects.contains(&Effect::Quit)
    };
    assert!(quits("q"));
    assert!(quits(":users<enter><ctrl-q>"));
    assert!(quits(":<ctrl-q>"));
    assert!(!quits(":users<enter>q"));
    assert!(!quits("<esc><ctrl-c>"));
}

#[test]
fn the_open_list_is_read_before_the_bulk_of_the_account() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>");
    let loads = console.take_loads();
    assert!(loads.contains(&Load::Users) && !loads.contains(&Load::Bulk), "{loads:?}");
    let stamp = console.stamp();
    for load in loads {
        console.message(Message::Ended { stamp, load, result: Ok(()) });
    }
    assert!(console.take_loads().contains(&Load::Bulk));
}

#[test]
fn what_a_save_must_know_is_read_again_even_where_an_older_read_is_still_under_way() {
    let mut console = canned::console(100, 30);
    console.keys(":read-s3<enter>e");
    let begun = console.take_loads();
    let versions = begun.iter().find(|load| format!("{load:?}").contains("Versions")).cloned().unwrap();
    console.keys("<ctrl-r>List<tab>Head<alt-a><esc><ctrl-s>");
    assert!(console.screen().contains("Set as default"), "{}", console.screen());
    assert!(!console.take_loads().contains(&versions), "it is asked for once the older read has ended");
    let stamp = console.stamp();
    for load in begun {
        console.message(Message::Ended { stamp, load, result: Ok(()) });
    }
    assert!(console.take_loads().contains(&versions));
}

#[test]
fn nothing_is_asked_for_twice_until_it_is_reloaded() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>");
    console.take_loads();
    console.keys("jjkk");
    assert_eq!(console.take_loads(), []);
    console.keys("r");
    assert!(console.take_loads().contains(&Load::Users));
}

#[test]
fn a_late_answer_is_dropped() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>r");
    let update = Box::new(Update::Users(Page::whole(vec![user("ghost", 1)], ago(0))));
    let old = console.stamp();
    console.message(Message::Read { stamp: old, load: Load::Users, update: update.clone() });
    assert!(!console.screen().contains("ghost"));
    let now = Stamp { generation: old.generation + 1, ..old };
    console.message(Message::Read { stamp: now, load: Load::Users, update });
    assert!(console.screen().contains("ghost"));
}

#[test]
fn a_list_says_how_far_it_has_come() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>");
    assert!(console.screen().contains("loading"), "{}", console.screen());
    let rows = (0..2_000).map(|number| user(&format!("user-{number:04}"), 1)).collect();
    console.know(Update::Users(Page { rows, first: true, last: None }));
    assert!(console.screen().contains("loading 2,000 users …"), "{}", console.screen());
}

#[test]
fn a_refused_list_names_the_permission_and_is_no_empty_list() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter>");
    let denial = iamtui::model::Denial::of("iam:ListUsers");
    let result = Err(LoadError::new(ErrorKind::Denied(Box::new(denial)), "ListUsers"));
    let stamp = console.stamp();
    console.message(Message::Ended { stamp, load: Load::Users, result });
    let screen = console.screen();
    assert!(screen.contains("iam:ListUsers") && screen.contains("Ask an administrator"), "{screen}");
    assert!(!screen.contains("There are no users"));
}

#[test]
fn a_session_that_cannot_be_opened_says_why_and_what_next() {
    let mut console = Console::new(100, 30);
    let error = LoadError::new(ErrorKind::Unreachable, "GetCallerIdentity").detail("connection refused");
    let stamp = console.stamp();
    console.message(Message::Connected { stamp, result: Err(error) });
    let screen = console.screen();
    assert!(screen.contains("connection refused") && screen.contains("Check the endpoint"), "{screen}");
    console.effects.clear();
    console.keys("r");
    assert!(matches!(console.effects.first(), Some(Effect::ConnectLocal { .. })));
}

#[test]
fn cancelling_stops_what_runs_and_says_so() {
    let mut console = Console::new(100, 30);
    console.keys(":users<enter><ctrl-c>");
    assert!(console.effects.iter().any(|effect| matches!(effect, Effect::CancelAll { .. })));
    assert!(console.screen().contains("Cancelled what was running"));
    console.effects.clear();
    console.settle();
    assert_eq!(console.take_loads(), []);
}

#[test]
fn no_size_breaks_a_page() {
    for keys in ["", ":users<enter>", ":alice<enter>", ":users<enter>/a", ":", "?", "@", ":policies<enter>c"] {
        let mut console = canned::console(100, 30);
        console.keys(keys);
        for (width, height) in
            [(1, 1), (1, 40), (40, 1), (20, 5), (60, 16), (109, 17), (140, 30), (300, 100), (500, 200)]
        {
            console.event(Event::Resize(width, height));
            console.settle();
            assert_eq!(console.picture().buffer.area.as_size(), (width, height).into());
            console.keys("jk");
        }
    }
}

#[test]
fn a_paste_types_one_line_into_the_filter() {
    let mut console = canned::console(100, 30);
    console.keys(":users<enter>/");
    console.event(Event::Paste("car\nol".into()));
    console.settle();
    assert!(console.screen().contains("› carol"));
}
