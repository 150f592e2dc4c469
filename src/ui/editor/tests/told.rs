//! What is told, kept and asked while one edits, instead of being done in silence.

use super::*;
use crate::input::{Action, DialogAction, FormAction, Move, Nav};
use crate::ui::editor::save::Save;
use crate::ui::message::MenuId;

const ONE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// The layer that was opened last.
fn opened(desk: &mut Desk) -> Box<dyn Layer> {
    let place = desk.effects.iter().rposition(|effect| matches!(effect, UiEffect::Open(_)));
    match place.map(|place| desk.effects.swap_remove(place)) {
        Some(UiEffect::Open(layer)) => layer,
        _ => panic!("nothing was opened: {:?}", desk.effects),
    }
}

/// Leaves a layer, and gives the editor what it ends with.
fn left(desk: &mut Desk, layer: &mut dyn Layer) {
    let effects = look(&desk.account, |view| layer.act(Action::Nav(Nav::Back), view));
    let [UiEffect::CloseWith(outcome)] = <[UiEffect; 1]>::try_from(effects).unwrap() else { panic!("it stays") };
    desk.tell(&outcome);
}

fn shown(desk: &Desk, layer: &mut dyn Layer) -> String {
    let theme = Theme::plain();
    let area = Rect::new(0, 0, 80, 22);
    let mut frame = Frame::new(80, 22, &theme);
    look(&desk.account, |view| {
        layer.settle(view, area);
        layer.render(view, area, &mut frame);
    });
    let buffer = &frame.picture.buffer;
    let line = |y| (0..80).filter_map(|x| buffer.cell((x, y))).map(ratatui::buffer::Cell::symbol).collect::<String>();
    (0..22).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_answered_at_a_save_is_there_at_the_next_one() {
    let mut desk = Desk::new(ONE);
    desk.keys("<ctrl-s>");
    let mut save = opened(&mut desk);
    look(&desk.account, |view| {
        save.type_text("own", view);
        save.act(Action::Form(FormAction::NextField), view);
        save.type_text("What it is for", view);
        save.act(Action::Form(FormAction::NextField), view);
        // Whom it is attached to.
        save.act(Action::Form(FormAction::NextField), view);
        save.type_text("/team/", view);
        save.act(Action::Form(FormAction::NextField), view);
        save.type_text("stage=test", view);
        save.act(Action::Form(FormAction::Enter), view);
    });
    left(&mut desk, save.as_mut());
    assert!(desk.editor.draft().is_some_and(|draft| draft.content.is_some()), "a draft keeps it too");
    for _ in 0..2 {
        desk.keys("<ctrl-s>");
        let mut save = opened(&mut desk);
        let screen = shown(&desk, save.as_mut());
        for answer in ["own", "What it is for", "/team/", "stage=test"] {
            assert!(screen.contains(answer), "`{answer}` is not there:\n{screen}");
        }
        left(&mut desk, save.as_mut());
    }
}

#[test]
fn a_draft_brings_the_answers_of_a_save_back() {
    let mut desk = Desk::new(ONE);
    let draft = json!({ "text": POLICY, "answers": { "name": "own", "path": "/team/" } });
    desk.tell(&UiMessage::Draft(draft));
    desk.tell(&UiMessage::Chosen(MenuId::Draft, 0));
    assert_eq!(desk.text(), POLICY);
    desk.keys("<ctrl-s>");
    let mut save = opened(&mut desk);
    assert!(shown(&desk, save.as_mut()).contains("/team/"));
}

/// Keys in the builder: what they say, and what the text is then.
#[track_caller]
fn check_said(keys: &str, said: &str, after: &str) {
    let mut desk = Desk::new(ONE);
    desk.keys("<f4>").keys(keys);
    assert_eq!(desk.said(), said, "{}", desk.screen());
    assert_eq!(desk.text(), after);
}

#[test]
fn an_effect_is_switched_on_its_row_only_and_told() {
    let denied = ONE.replace("Allow", "Deny");
    check_said("<enter>", "", ONE);
    check_said("<enter><enter>", "statement 1 denies now", &denied);
    check_said("j<space>", "statement 1 denies now", &denied);
    check_said("j<space><space>", "statement 1 allows now", ONE);
    check_said("<space>", "the effect is switched on its own row", ONE);
    check_said("jj<space>", "the effect is switched on its own row", ONE);
}

#[test]
fn what_is_removed_in_the_builder_is_named_with_the_way_back() {
    let none = r#"{"Version":"2012-10-17","Statement":[]}"#;
    check_said("d", "removed statement 1 A Amazon S3; u brings it back", none);
    check_said("jd", "no statement is without an effect; on its head the whole statement is removed", ONE);
    let mut desk = Desk::new(ONE);
    desk.keys("<f4>du");
    assert_eq!(desk.text(), ONE);
    desk.keys("<home>jjd");
    assert_eq!(desk.said(), "removed s3:GetObject; u brings it back");
}

#[test]
fn picks_are_not_dropped_by_one_key() {
    let mut desk = Desk::new(ONE);
    desk.keys("<f4>jj<enter>");
    let mut list = opened(&mut desk);
    let mut press = |action| {
        look(&desk.account, |view| {
            list.settle(view, desk.area);
            list.act(action, view)
        })
    };
    assert!(press(Action::Dialog(DialogAction::Mark)).is_empty());
    let told = press(Action::Dialog(DialogAction::Cancel));
    let [UiEffect::Say(notice)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(notice.told.message, "press esc again to discard your selection");
    press(Action::Move(Move::Down));
    assert!(
        matches!(press(Action::Dialog(DialogAction::Cancel)).as_slice(), [UiEffect::Say(_)]),
        "another key was pressed in between"
    );
    assert!(matches!(press(Action::Dialog(DialogAction::Cancel)).as_slice(), [UiEffect::Close]));
}

#[test]
fn the_root_of_the_own_account_needs_no_external_id() {
    let mut account = Account::default();
    let own = "123456789012";
    account.apply(crate::model::Update::Identity(crate::model::Identity {
        account: own.into(),
        arn: format!("arn:aws:iam::{own}:root").parse().unwrap(),
        user_id: own.into(),
    }));
    let trust = |account: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    let mut desk = Desk::new(&trust(own));
    desk.account = account;
    desk.editor.kind = Some(PolicyKind::Trust);
    desk.editor.seen = None;
    desk.settle();
    let codes = |desk: &Desk| -> Vec<&str> {
        desk.editor.analysis.findings(desk.text()).iter().map(|finding| finding.code).collect()
    };
    assert!(!codes(&desk).contains(&"missing-external-id"), "{:?}", codes(&desk));
    desk.keys("<alt-a>").paste(&trust("111122223333"));
    assert!(codes(&desk).contains(&"missing-external-id"), "{:?}", codes(&desk));
}

#[test]
fn a_long_line_is_opened_as_it_is_and_the_layout_is_offered() {
    let mut desk = Desk::new(ONE);
    assert!(
        desk.screen().contains("The whole text is one line: ctrl-p format (alt-l) lays it out."),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.text(), ONE);
    assert!(!desk.editor.is_changed());
    desk.keys("<alt-l>");
    assert!(!desk.screen().contains("lays it out"), "{}", desk.screen());
    assert!(!Desk::new(POLICY).screen().contains("lays it out"));
}

#[test]
fn the_fix_of_the_nearest_finding_is_made_where_the_cursor_is_on_none() {
    let mut desk = Desk::new("|");
    desk.paste(&format!("{}\n\n", POLICY.replacen("\"Allow\",", "\"Allow\"", 1).replacen("\"Deny\"", "\"Deni\"", 1)));
    desk.keys("<alt-.>");
    assert!(desk.said().starts_with("line 6: "), "what breaks the grammar comes first: {}", desk.said());
    assert!(desk.editor.analysis.broken.is_empty(), "{}", desk.text());
    desk.keys("<ctrl-end><alt-.>");
    assert!(desk.said().starts_with("line 14: "), "{}", desk.said());
    assert_eq!(desk.text().trim_end(), POLICY);
}

/// Pastes a text, presses the key of the nearest fix some times, and gives what is there then.
fn after_fixes(text: &str, keys: &str) -> Desk {
    let mut desk = Desk::new("|");
    desk.paste(text);
    desk.keys(keys);
    desk
}

#[test]
fn a_deny_in_typographic_quotes_never_becomes_an_allow() {
    let open = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n";
    let deny = "    {\n      “Effect”: “Deny”,\n      \"Action\": \"s3:DeleteBucket\",\n      \"Resource\": \"*\"\n    }\n  ]\n";
    for (first, end) in [
        ("    {\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"},\n", ""),
        ("    {\"Effect\": \"Allow\", \"Action\": \"s3:*\", 'Resource': '*'},\n", "}\n"),
    ] {
        let text = format!("{open}{first}{deny}{end}");
        for at in ["", "<ctrl-home>", "<up><up><up><up><up>"] {
            let mut desk = after_fixes(&text, &format!("{at}<alt-.>"));
            let policy = crate::policy::lower::lower(crate::policy::parser::parse(desk.text()));
            assert!(policy.tree.errors().is_empty(), "{}", desk.text());
            let effects: Vec<_> = policy.statements.iter().map(crate::policy::ast::Statement::allows).collect();
            assert_eq!(effects, [true, false], "{}", desk.text());
            assert_eq!(desk.text().matches("Effect").count(), 2, "{}", desk.text());
            desk.keys("<ctrl-z>");
            assert_eq!(desk.text(), text, "one step takes it back");
        }
    }
    // Where no repair is found, nothing else is changed.
    let lost = format!("{open}    {{\"Effect: “Allow, 'Action': '*'}},\n{deny}");
    let mut desk = after_fixes(&lost, "<alt-.><ctrl-home><alt-.><down><down><down><down><down><down><alt-.><alt-,>");
    assert_eq!(desk.text(), lost);
    desk.keys("<ctrl-home><alt-.>");
    assert!(desk.said().contains("no repair of the JSON is safe"), "{}", desk.said());
}

#[test]
fn a_missing_effect_is_not_decided_by_a_fix() {
    let text = ONE.replacen("\"Effect\":\"Allow\",", "", 1);
    assert_ne!(text, ONE);
    let desk = after_fixes(&text, "<ctrl-home><alt-.><alt-,><f8><alt-.><alt-,>");
    assert!(!desk.text().contains("Effect"), "{}", desk.text());
}

#[test]
fn statements_under_a_repeated_key_come_together_and_only_where_one_looks() {
    let statement = |effect: &str, action: &str| {
        format!("    {{\"Effect\": \"{effect}\", \"Action\": \"{action}\", \"Resource\": \"arn:aws:s3:::a\"}}")
    };
    let (deny, allow) = (statement("Deny", "s3:DeleteBucket"), statement("Allow", "s3:ListBucket"));
    let document = |statements: &str| format!("{{\n  \"Version\": \"2012-10-17\",\n{statements}\n}}");
    let list = |inner: &str| format!("  \"Statement\": [\n{inner}\n  ]");
    let text = document(&format!("{},\n{}", list(&deny), list(&allow)));
    let mut desk = after_fixes(&text, "<alt-.>");
    assert_eq!(desk.text(), text);
    assert!(desk.said().starts_with("line 3: Put the statements of both into one — "), "{}", desk.said());
    desk.keys("<alt-.>");
    assert_eq!(desk.text(), document(&list(&format!("{deny},\n{allow}"))));
}

#[test]
fn what_would_be_taken_away_is_shown_first() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*"}]}

"#;
    let mut desk = after_fixes(text, "<alt-.>");
    assert_eq!(desk.text(), text);
    assert!(desk.said().starts_with("line 2: Remove the statement — "), "{}", desk.said());
    desk.keys("<alt-,>");
    assert_eq!(desk.text(), text);
    assert_eq!(desk.said(), "the fixes of `dead-statement` are made one by one, each at its place");
    desk.keys("<alt-.>");
    assert!(!desk.text().contains("Allow"), "{}", desk.text());
}

#[test]
fn the_place_of_broken_json_is_where_it_breaks() {
    let broken = POLICY.replacen("\"Allow\",", "\"Allow\"", 1).replacen("\"Deny\"", "“Deny”", 1);
    let broken = broken.trim_end().trim_end_matches('}').replacen("\"Resource\":", "Resource:", 1);
    let mut desk = after_fixes(&broken, "<ctrl-home><f8>");
    assert_eq!(desk.editor.text.position().0, 6, "{}", desk.screen());
    desk.keys("<alt-.>");
    assert_eq!(desk.text().trim_end(), POLICY.trim_end());
    // Where nothing is offered the place is told all the same.
    let lost = broken.replacen("“Deny”", "“Deny", 1);
    let mut desk = after_fixes(&lost, "<ctrl-home><f8>");
    assert_eq!(desk.editor.text.position().0, 7, "{}", desk.screen());
    desk.keys("<alt-.>");
    assert_eq!(desk.text(), lost);
}

#[test]
fn tabs_are_shortened_where_they_have_no_room() {
    let actions = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Alow","Action":"s3:Nope","Resource":"*"}]}"#;
    let desk = Desk::new(actions);
    let screen = desk.screen();
    assert!(screen.contains(" Effect") && !screen.contains("Effe…"), "{screen}");
    let wide = Desk::of_size(POLICY, 100, 24).screen();
    assert!(wide.contains(" Suggestions "), "{wide}");
}

#[test]
fn what_stands_at_the_end_of_a_line_leaves_the_name_its_room() {
    let mut desk = Desk::new(ONE);
    desk.keys("<f2>");
    let mut menu = opened(&mut desk);
    let screen = shown(&desk, menu.as_mut());
    let cut: Vec<&str> = screen.lines().filter(|line| line.contains('…')).collect();
    assert!(!cut.is_empty() && cut.iter().all(|line| line.contains("…  ")), "{screen}");
    let policy = ONE.replace("s3:GetObject", "s3:*");
    let effect = crate::ui::editor::builder::choose::resource(&crate::policy::read(&policy), 0);
    let UiEffect::Open(mut list) = effect else { panic!("{effect:?}") };
    let screen = shown(&desk, list.as_mut());
    let line =
        screen.lines().find(|line| line.contains("accesspointobject") || line.contains("object  ")).unwrap_or("");
    assert!(line.contains('…') && line.contains("arn:"), "{screen}");
}

#[test]
fn side_by_side_says_how_much_room_it_needs() {
    let mut save: Box<dyn Layer> = Box::new(Save::new(&Subject::New, ONE, POLICY, None));
    let desk = Desk::new("");
    look(&desk.account, |view| {
        save.act(Action::Nav(Nav::NextTab), view);
        save.act(Action::Nav(Nav::NextTab), view);
    });
    let screen = shown(&desk, save.as_mut());
    assert!(screen.contains("Side by side needs a screen of 110 columns"), "{screen}");
}
