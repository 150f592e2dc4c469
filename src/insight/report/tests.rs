//! Reports of a small account, in every format.

use super::*;
use crate::insight::fixture::{account, known};
use crate::model::{Page, Update, User, UserFacts};

/// What a hostile name, tag or description may hold.
const HOSTILE: &str = "=cmd|' /C x'!A0\"><script>alert(1)</script><img src=//evil.example/x>\u{202e}\u{1b}[2J|`[a](b)";

fn now() -> Timestamp {
    Timestamp::from_second(1_768_478_400).unwrap()
}

/// The small account with one more user, whose group has a hostile name.
fn hostile() -> Account {
    let mut account = account();
    let mut users: Vec<User> = account.users().rows().iter().map(|user| (**user).clone()).collect();
    let mallory = User {
        name: HOSTILE.into(),
        facts: UserFacts { groups: known(vec![HOSTILE.into()]), ..users[0].facts.clone() },
        ..users[0].clone()
    };
    users.push(mallory);
    account.apply(Update::Users(Page::whole(users, now())));
    account
}

#[track_caller]
fn made(subject: &Subject, format: Format) -> String {
    let account = account();
    written(&Access::new(&account), subject, format, now()).unwrap()
}

#[test]
fn a_report_tells_what_somebody_may_do_and_through_what() {
    let user = |name: &str| Subject::Principal(ResourceRef::User(name.into()));
    let text = made(&user("ada"), Format::Text);
    assert!(text.starts_with("Access report: user ada\n"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("Administrator ") && line.ends_with(" yes")), "{text}");
    assert!(text.contains("group admins") && text.contains("AdministratorAccess"), "{text}");
    let text = made(&user("bob"), Format::Text);
    assert!(text.contains("s3") && text.contains("permissions boundary"), "{text}");
    let group = made(&Subject::Principal(ResourceRef::Group("admins".into())), Format::Text);
    assert!(group.contains("Members") && group.contains("ada"), "{group}");
    let role = made(&Subject::Principal(ResourceRef::Role("ops".into())), Format::Text);
    assert!(role.contains("Who can assume it") && role.contains("user/ada"), "{role}");
}

#[test]
fn who_is_not_there_has_no_report() {
    let account = account();
    let subject = Subject::Principal(ResourceRef::User("nobody".into()));
    let told = report(&Access::new(&account), &subject, now()).unwrap_err();
    assert_eq!(told.to_string(), "there is no user `nobody`");
    let told = written(&Access::new(&account), &Subject::Credentials, Format::Csv, now()).unwrap_err();
    assert!(told.to_string().contains("was not read"), "{told}");
}

#[test]
fn every_row_is_as_long_as_its_columns() {
    let account = account();
    let access = Access::new(&account);
    let subjects = [
        Subject::Account,
        Subject::Principal(ResourceRef::User("bob".into())),
        Subject::Principal(ResourceRef::Group("admins".into())),
        Subject::Principal(ResourceRef::Role("ops".into())),
    ];
    for subject in subjects {
        for section in report(&access, &subject, now()).unwrap().sections {
            for row in &section.rows {
                assert_eq!(row.len(), section.columns.len(), "{}", section.id);
            }
        }
    }
}

#[test]
fn a_page_loads_nothing_and_hostile_names_are_inert() {
    let account = hostile();
    let page = written(&Access::new(&account), &Subject::Account, Format::Html, now()).unwrap();
    // Markup is ours alone: of these elements, and none of their attributes names another place.
    let elements = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "dl", "dt", "dd", "table",
        "thead", "tbody", "tr", "th", "td", "ul", "li", "span",
    ];
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
        assert!(elements.contains(&name), "<{tag}>");
        assert!(!tag.contains(" href=") && !tag.contains(" src=") && !tag.contains(" on"), "<{tag}>");
    }
    for forbidden in ["url(", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(!page.contains(['\u{202e}', '\u{1b}']), "nothing that acts or hides");
    assert!(page.contains("default-src 'none'") && page.contains("width=device-width"));
    assert!(page.contains("&lt;script&gt;"), "the name is shown as it is");
}

#[test]
fn tables_keep_hostile_names_in_their_cell() {
    let account = hostile();
    let access = Access::new(&account);
    let of = |format| written(&access, &Subject::Account, format, now()).unwrap();
    let markdown = of(Format::Markdown);
    assert!(markdown.contains(r"\<script\>") && markdown.contains(r"\[a\](b)"), "{markdown}");
    let csv = of(Format::Csv);
    assert!(!csv.lines().any(|line| line.contains(",=cmd")) && csv.contains("'=cmd"), "{csv}");
    let head = csv.lines().next().unwrap();
    assert!(head.starts_with("section,severity,check,resource,"), "{head}");
    let json: serde_json::Value = serde_json::from_str(&of(Format::Json)).unwrap();
    let names: Vec<&str> =
        json["sections"]["users"].as_array().unwrap().iter().filter_map(|user| user["name"].as_str()).collect();
    assert!(names.contains(&HOSTILE) && names.contains(&"ada"));
}
