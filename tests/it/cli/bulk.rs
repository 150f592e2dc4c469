//! Many items in one plan: files of names and CSV, errors of single items, a kill in the middle.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::Desk;
use crate::harness::run;

/// How many users one plan creates.
const MANY: usize = 1_000;

impl Desk {
    /// Writes a file into the home folder; gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.program.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn count(&self, operation: &str) -> usize {
        self.writes().iter().filter(|name| *name == operation).count()
    }

    /// Resumes to the end. Of a user whose creation was sent and not answered before the kill, the run cannot know
    /// whether it is its own; it is deleted and created anew, as the message advises. Gives how many those were.
    fn resume_and_delete_what_nobody_owns(&self) -> usize {
        let endpoint = format!("--endpoint-url={}", self.emulator.handle.endpoint);
        let ran = self.program.run(&["apply", "--yes", "--resume", &endpoint], "");
        if ran.code == 0 {
            assert!(ran.messages.contains("steps done"), "{}", ran.messages);
            return 0;
        }
        let names: Vec<&str> = ran.data.lines().filter_map(owner_unknown).collect();
        assert!(!names.is_empty(), "{ran:?}");
        for name in &names {
            run(self.emulator.iam().delete_user().user_name(*name).send()).unwrap();
        }
        names.len() + self.resume_and_delete_what_nobody_owns()
    }
}

/// So many users as CSV.
fn csv(count: usize) -> String {
    let mut text = "name,groups,tags\n".to_owned();
    for number in 0..count {
        writeln!(text, "user{number:04},Developers,team=blue;desk={number}").unwrap();
    }
    text
}

/// The user that a line of output says nobody is known to own.
fn owner_unknown(line: &str) -> Option<&str> {
    line.strip_prefix("failed   create user ")?.split_once(": owner unknown").map(|(name, _)| name)
}

#[test]
fn a_thousand_users_are_created_once_each_although_the_program_was_killed() {
    let desk = Desk::new();
    let file = desk.file("users.csv", &csv(MANY));
    assert_eq!(desk.plan(&format!("create-users {file}")).steps.len(), 2 * MANY);
    let endpoint = format!("--endpoint-url={}", desk.emulator.handle.endpoint);
    let mut child = desk.program.spawn(&["apply", "--yes", "plan.json", &endpoint]);
    drop(child.stdin.take());
    let pipes: [Option<Box<dyn std::io::Read + Send>>; 2] =
        [child.stdout.take().map(|pipe| Box::new(pipe) as _), child.stderr.take().map(|pipe| Box::new(pipe) as _)];
    for mut pipe in pipes.into_iter().flatten() {
        // Somebody has to read what it says, or it waits for ever.
        std::thread::spawn(move || std::io::copy(&mut pipe, &mut std::io::sink()));
    }
    let until = Instant::now() + Duration::from_mins(1);
    while desk.count("CreateUser") < MANY / 3 {
        assert!(Instant::now() < until, "{:?} after {} calls", child.try_wait(), desk.writes().len());
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = desk.count("CreateUser");
    assert!(before < MANY, "it was killed too late");
    let unknown = desk.resume_and_delete_what_nobody_owns();
    assert_eq!((desk.count("CreateUser"), desk.count("AddUserToGroup")), (MANY + unknown, MANY));
    let failed =
        desk.emulator.handle.calls().into_iter().filter(|call| call.status >= 400 && call.operation == "CreateUser");
    assert_eq!(failed.count(), 0);
}

#[test]
fn errors_of_single_items_do_not_stop_the_others_and_are_tried_again() {
    let desk = Desk::new();
    let file = desk.file("users.csv", &csv(40));
    desk.plan(&format!("create-users {file}"));
    let iam = desk.emulator.iam();
    for name in ["user0003", "user0017"] {
        run(iam.create_user().user_name(name).send()).unwrap();
    }
    let ran = desk.apply(3, "plan.json --continue-on-error");
    assert!(ran.messages.contains("76 of 80 steps done, 2 failed, 2 not sent"), "{}", ran.messages);
    for name in ["user0003", "user0017"] {
        run(iam.delete_user().user_name(name).send()).unwrap();
    }
    desk.apply(0, "--resume");
    let members = run(iam.get_group().group_name("Developers").max_items(1000).send()).unwrap().users;
    assert!(members.iter().any(|user| user.user_name == "user0017"));
}

#[test]
fn bad_rows_are_named_with_their_lines_and_nothing_is_planned() {
    let desk = Desk::new();
    let file = desk.file("users.csv", "name,groups\nada,Developers\nbad name,\nada,\ncarol,Nobody\n");
    let ran = desk.check(3, &format!("plan create-users {file}"));
    for told in [
        "line 3: `CreateUser`: The specified value for userName is invalid",
        "line 4: user `ada` is in line 2 already",
        "line 5: there is no group `Nobody`",
    ] {
        assert!(ran.messages.contains(told), "{}", ran.messages);
    }
    let file = desk.file("tags.csv", "user,key,value\nalan.turing,team,red\nnobody,team,red\n");
    let ran = desk.check(3, &format!("plan tag --from {file}"));
    assert!(ran.messages.contains("line 3: there is no user `nobody`"), "{}", ran.messages);
}

#[test]
fn names_of_a_file_are_tagged_added_to_groups_and_disabled_in_one_plan() {
    let desk = Desk::new();
    let names = desk.file("names.txt", "alan.turing\ngrace.hopper\n");
    let plan = |what: &str, steps: usize| assert_eq!(desk.plan(what).steps.len(), steps, "{what}");
    plan(&format!("tag cost=42 --users-from {names} --role lambda-webhook"), 3);
    plan(&format!("add-to-group --users-from {names} --group SecurityAudit"), 2);
    assert!(desk.plan(&format!("disable-user --from {names}")).steps.len() > 2);
    let pairs = desk.file("pairs.csv", "user,group\nalan.turing,SecurityAudit\ngrace.hopper,SecurityAudit\n");
    plan(&format!("add-members --from {pairs}"), 2);
    let tags = desk.file("tags.csv", "user,role,key,value\nalan.turing,,team,red\n,lambda-webhook,team,red\n");
    plan(&format!("tag --from {tags}"), 2);
}
