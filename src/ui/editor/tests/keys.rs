//! What single keys do to findings, folds, searches and pasted text.

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
