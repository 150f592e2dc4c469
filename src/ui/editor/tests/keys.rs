//! What single keys do to lines, findings, folds, searches and pasted text.

use super::*;

#[test]
fn a_tab_whose_last_finding_was_fixed_gives_way_to_the_next_one() {
    let mut desk = Desk::new(&POLICY.replace("\"Allow\"", "\"Alow\""));
    desk.keys("<f8><f6>");
    assert!(desk.screen().contains("[Errors 1]"), "{}", desk.screen());
    desk.keys("f<esc>");
    assert!(desk.screen().contains("[Ours 1]"), "{}", desk.screen());
}

#[test]
fn the_key_that_fixes_goes_on_to_what_it_can_fix() {
    // What is read too widely has no fix; the effect has one.
    let mut desk = Desk::new(&POLICY.replace("\"Deny\"", "\"Deni\"").replace("s3:GetObject", "s3:Get|Object"));
    assert!(desk.screen().contains("›○ 8   These actions read"), "{}", desk.screen());
    desk.keys("<alt-.><alt-.>");
    assert_eq!(desk.text(), POLICY, "{}", desk.said());
}

#[test]
fn what_is_searched_for_replaces_what_was_filled_in() {
    let mut desk = Desk::new("|one two");
    desk.keys("<shift-right><shift-right><shift-right><ctrl-f>");
    assert!(desk.screen().contains("find: one"), "{}", desk.screen());
    desk.keys("tw");
    assert_eq!(desk.editor.text.selected(), Some("tw"));
    desk.keys("<esc><ctrl-f><end>o");
    assert_eq!(desk.editor.text.selected(), Some("two"), "what is edited is kept");
}

#[test]
fn statements_that_are_folded_all_come_into_sight() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
    let text = format!("{{\"Statement\": [\n{}\n]}}", vec![statement.replace(", ", ",\n"); 8].join(",\n"));
    let mut desk = Desk::new(&text);
    desk.keys("<ctrl-end><alt-Z>");
    assert_eq!(desk.screen().matches("Allow s3:GetObject on * … 2 lines").count(), 8, "{}", desk.screen());
}

#[test]
fn a_pasted_document_replaces_the_template_and_nothing_else() {
    let mut desk = Desk::new("{|}");
    desk.paste(POLICY);
    assert_eq!(desk.text(), POLICY);
    desk.keys("<ctrl-z>");
    assert_eq!(desk.text(), "{}", "one undo brings the template back");
    desk.keys(" ").paste(POLICY);
    assert_ne!(desk.text(), POLICY, "what was changed is no template");
    let mut desk = Desk::new("{|}");
    desk.paste("\"Version\": \"2012-10-17\"");
    assert_eq!(desk.text(), "{\"Version\": \"2012-10-17\"}");
}

/// Before, keys, after; `|` is the cursor.
#[track_caller]
fn check(before: &str, keys: &str, after: &str) {
    assert_eq!(Desk::new(before).keys(keys).marked(), after);
}

#[test]
fn lines_and_statements_are_duplicated_and_moved() {
    check("one|\ntwo", "<alt-y>", "one\none|\ntwo");
    check("one\ntw|o", "<alt-up>", "tw|o\none");
    check("one|\ntwo", "<alt-down>", "two\none|");
    check("one|\ntwo", "<alt-down><ctrl-z>", "one|\ntwo");
    let mut desk = Desk::new(&POLICY.replace("\"Deny\"", "\"De|ny\""));
    desk.keys("<alt-pgup>");
    assert!(desk.text().find("Deny") < desk.text().find("Allow"), "{}", desk.text());
    desk.keys("<alt-pgup>");
    assert_eq!(desk.said(), "there is no statement to move over above");
    desk.keys("<alt-pgdn>");
    assert_eq!(desk.text(), POLICY);
}

#[test]
fn words_are_selected() {
    let mut desk = Desk::new("|s3:GetObject");
    desk.keys("<ctrl-shift-right><ctrl-shift-right>");
    assert_eq!(desk.editor.text.selected(), Some("s3:"));
    desk.keys("<end><ctrl-shift-left>");
    assert_eq!(desk.editor.text.selected(), Some("GetObject"));
}

#[test]
fn rows_of_other_lengths_give_the_column_back() {
    check("abcdef|g\nx\nabcdefg", "<down><down>", "abcdefg\nx\nabcdef|g");
    // Of a wide character the cursor stands before or behind, never inside.
    check("abc|d\n日本", "<down>", "abcd\n日|本");
}

#[test]
fn a_line_is_gone_to_by_its_number() {
    let mut desk = Desk::new(POLICY);
    desk.keys("<ctrl-g>");
    assert!(matches!(desk.effects.last(), Some(UiEffect::Open(layer)) if layer.title() == "Go to line"));
    let mut go = |place: &str| {
        desk.tell(&UiMessage::GoTo(go_to_line::Place::parse(place).unwrap()));
        desk.editor.text.position()
    };
    assert_eq!(go("5"), (5, 13), "without a column, at the text of the line");
    assert_eq!(go("5:3"), (5, 3));
    assert_eq!(go("999"), (19, 1));
    assert_eq!(go("0"), (1, 1));
}

#[test]
fn the_list_of_commands_takes_a_line() {
    let desk = Desk::new(POLICY);
    let mut list: Box<dyn Layer> = Box::<commands::Commands>::default();
    let effects = look(&desk.account, |view| {
        list.type_text(":12", view);
        list.act(crate::input::DialogAction::Accept.action(), view)
    });
    let [UiEffect::CloseWith(UiMessage::GoTo(place))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((place.line, place.column), (12, None));
}

#[test]
fn the_key_that_stops_copies_what_is_selected_and_ends_nothing() {
    let mut desk = Desk::new("|abc def");
    let stop = |desk: &mut Desk| desk.tell(&UiMessage::Stop);
    stop(&mut desk);
    assert_eq!(desk.said(), "nothing is selected to copy; ctrl-p copy (alt-c) copies the line");
    desk.keys("<ctrl-shift-right>");
    stop(&mut desk);
    assert!(matches!(desk.effects.as_slice(), [UiEffect::Copy(_, text)] if text == "abc"), "{:?}", desk.effects);
    desk.keys("<end><ctrl-v>");
    assert_eq!(desk.text(), "abc defabc");
}

#[test]
fn the_pane_is_hidden_and_comes_back_when_it_is_asked_for() {
    let mut desk = Desk::of_size(POLICY, 120, 30);
    desk.keys("<ctrl-b>");
    assert!(!desk.screen().contains("Summary"), "{}", desk.screen());
    desk.keys("<f6>");
    assert!(desk.screen().contains("Summary"), "{}", desk.screen());
    desk.keys("<esc><ctrl-b><alt-h>");
    assert!(desk.screen().contains("[Docs]"), "{}", desk.screen());
}

#[test]
fn how_is_looked_is_switched_and_shown() {
    let mut desk = Desk::new("|Get get GetObject");
    desk.keys("<ctrl-f>get");
    assert!(desk.screen().contains(" case   word   regex  1 of 3"), "{}", desk.screen());
    desk.keys("<ctrl-b>");
    assert!(desk.screen().contains(" case  [word]  regex  1 of 2"), "{}", desk.screen());
    desk.keys("<ctrl-t>");
    assert!(desk.screen().contains("[case] [word]  regex  1 of 1"), "{}", desk.screen());
    desk.keys("<ctrl-t><ctrl-b><ctrl-r><ctrl-u>g.t");
    assert!(desk.screen().contains("[regex] 2 of 3"), "{}", desk.screen());
    desk.keys("(");
    assert!(desk.screen().contains("no regular expression"), "{}", desk.screen());
}

#[test]
fn a_long_line_takes_as_many_rows_as_it_needs() {
    let tree = crate::policy::parser::parse(POLICY);
    let compact = crate::policy::format::format(&tree, crate::policy::format::Style::Compact).unwrap();
    let long = compact.replace("iam:*", "iam:GetUser\",\"iam:GetRole\",\"iam:GetPolicy\",\"iam:GetPolicyVersion\",\"iam:ListPolicyVersions\",\"iam:GetGroup");
    assert!(document::is_long_line(&long));
    let mut desk = Desk::new(&long);
    let screen = desk.screen();
    assert!(screen.contains("\"Deny\"") && screen.contains("\"iam:GetGroup\""), "{screen}");
    desk.keys("<down>");
    assert_eq!(desk.editor.text.position().0, 1);
    let (_, column) = desk.editor.text.position();
    assert!((50..80).contains(&column), "the cursor is in the second row: {column}");
    desk.keys("<up>");
    assert_eq!(desk.editor.text.position(), (1, 1));
    desk.keys("<alt-r>");
    assert!(!desk.screen().contains("\"iam:GetGroup\""), "{}", desk.screen());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// The cells of the rows, joined, are the text; blanks at the ends of rows are not told from what is empty.
    #[test]
    fn what_is_wrapped_is_drawn_whole(lines in proptest::collection::vec("[a-z ,{}\"日é👧]{0,90}", 1..4)) {
        let mut desk = Desk::of_size(&lines.join("\n"), 60, 40);
        desk.editor.wraps = true;
        // While one types no message stands between the rows.
        desk.editor.is_typing = true;
        let count = desk.editor.rows(60).from(Spot::default()).count();
        let screen = desk.screen();
        let rows = screen.lines().skip(1).take(count);
        let cells: String = rows.flat_map(|row| row.chars().skip(5)).filter(|ch| *ch != ' ').collect();
        proptest::prop_assert_eq!(cells, lines.concat().replace(' ', ""));
    }
}

#[test]
fn the_message_stands_below_its_line_wherever_on_it_the_cursor_is() {
    let mut desk = Desk::new(&POLICY.replace("\"Allow\"", "\"Alow\""));
    let message = "     ✗ The effect Alow is not valid.";
    assert!(!desk.screen().contains(message));
    desk.keys("<down><down><down><down><down><home>");
    assert!(desk.screen().contains(message), "{}", desk.screen());
    desk.keys("x");
    assert!(!desk.screen().contains(message), "what is typed moves no lines: {}", desk.screen());
    desk.keys("<backspace><right><down><up>");
    assert!(desk.screen().contains(message), "{}", desk.screen());
    desk.keys("<ctrl-t>");
    assert_eq!(desk.text(), POLICY);
    // What is about the whole document is told where that begins.
    let mut desk = Desk::new(&POLICY.replace("    \"Version\": \"2012-10-17\",\n", ""));
    assert!(desk.screen().contains("     ▲ We recommend that you specify the Version"), "{}", desk.screen());
    desk.keys("<down><down>");
    assert!(!desk.screen().contains("     ▲ We recommend"), "{}", desk.screen());
}

#[test]
fn titles_of_tabs_are_never_cut() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Alow","Action":["*","s3:Nope","iam:PassRole"],"Resource":"*"},
        {"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"*","NotResource":"*"}]}"#;
    for width in [80, 110, 120, 140, 160] {
        let mut desk = Desk::of_size(text, width, 30);
        for _ in 0..8 {
            desk.keys("<f6><tab><esc>");
            let screen = desk.screen();
            let tabs = screen.lines().find(|line| line.contains("Docs")).unwrap_or_else(|| panic!("{screen}"));
            assert!(tabs.contains("Effect") && !tabs.contains('…'), "{width}: {tabs}");
        }
    }
}

#[test]
fn a_folded_list_names_its_first_entries() {
    let text = r#"{
    "a": [
        "one",
        "two",
        "three"
    ]
}"#;
    let mut desk = Desk::new(&text.replace("\"one\"", "\"on|e\""));
    desk.keys("<alt-z>");
    assert!(desk.screen().contains("\"a\": [ one, two … 4 lines ]"), "{}", desk.screen());
}

#[test]
fn looking_for_something_is_no_typing() {
    let mut desk = Desk::new(&POLICY.replace("\"Allow\"", "\"A|low\""));
    desk.keys("<ctrl-f>Alow");
    assert!(desk.screen().contains("The effect Alow is not valid."), "{}", desk.screen());
}
