use super::*;
use crate::input::{Action, Input, Key, Keymap, WorkAction, resolve};
use crate::model::Account;
use crate::theme::Theme;
use crate::ui::frame::Frame;
use crate::ui::layer::Layer;
use crate::ui::message::MenuId;
use crate::ui::resources::fixture::look;

pub(super) const POLICY: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:ListBucket"
            ],
            "Resource": "*"
        },
        {
            "Effect": "Deny",
            "Action": "iam:*",
            "Resource": "*"
        }
    ]
}"#;

/// An editor on a screen of its own.
pub(super) struct Desk {
    pub(super) editor: Editor,
    pub(super) account: Account,
    pub(super) effects: Vec<UiEffect>,
    area: Rect,
}

impl Desk {
    /// `|` is the cursor.
    pub(super) fn new(marked: &str) -> Self {
        Self::of_size(marked, 80, 21)
    }

    pub(super) fn of_size(marked: &str, width: u16, height: u16) -> Self {
        let mut editor = Editor::new(Subject::New, &marked.replace('|', ""));
        editor.text.go(marked.find('|').unwrap_or(0));
        let area = Rect::new(0, 0, width, height);
        let mut desk = Self { editor, account: Account::default(), effects: Vec::new(), area };
        desk.settle();
        desk
    }

    fn settle(&mut self) {
        look(&self.account, |view| self.editor.settle(view, self.area));
    }

    /// Types characters, and presses keys by their names in angle brackets.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(ch) = rest.chars().next() {
            let (key, tail) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some((name, tail)) if Key::parse(name).is_some() => (Key::parse(name).unwrap(), tail),
                _ => (Key::char(ch), rest.split_at(ch.len_utf8()).1),
            };
            rest = tail;
            let effects =
                look(&self.account, |view| match resolve(&Keymap::default(), key, &self.editor.context(view)) {
                    Input::Act(action) => self.editor.act(action, view),
                    Input::Type(ch) => self.editor.type_text(ch.encode_utf8(&mut [0; 4]), view),
                    Input::Nothing => Vec::new(),
                });
            self.effects.extend(effects);
            self.settle();
        }
        self
    }

    /// Tells it the result of a background task.
    fn finish(&mut self, result: TaskResult) {
        self.tell(&UiMessage::TaskDone(Box::new(result)));
        self.settle();
    }

    fn tell(&mut self, message: &UiMessage) {
        self.effects = look(&self.account, |view| self.editor.on_message(message, view));
    }

    pub(super) fn paste(&mut self, text: &str) -> &mut Self {
        self.effects = look(&self.account, |view| self.editor.type_text(text, view));
        self.settle();
        self
    }

    pub(super) fn text(&self) -> &str {
        self.editor.text.as_str()
    }

    /// The text with the cursor in it.
    pub(super) fn marked(&self) -> String {
        let mut text = self.text().to_owned();
        text.insert(self.editor.text.caret().at, '|');
        text
    }

    pub(super) fn screen(&self) -> String {
        let theme = Theme::plain();
        let mut frame = Frame::new(self.area.width, self.area.height, &theme);
        look(&self.account, |view| self.editor.render(view, self.area, &mut frame));
        let buffer = &frame.picture.buffer;
        let line = |y| {
            let mut skip = 0;
            let mut line = String::new();
            for x in 0..self.area.width {
                let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                if skip == 0 {
                    line.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            line.trim_end().to_owned()
        };
        (0..self.area.height).map(line).collect::<Vec<_>>().join("\n")
    }

    /// What was said last.
    pub(super) fn said(&self) -> &str {
        match self.effects.last() {
            Some(UiEffect::Say(notice)) => &notice.told.message,
            _ => "",
        }
    }
}

/// Before, keys, after; `|` is the cursor.
#[track_caller]
fn check(before: &str, keys: &str, after: &str) {
    assert_eq!(Desk::new(before).keys(keys).marked(), after);
}

#[test]
fn text_is_typed_where_the_cursor_is() {
    check("{|}", "\"a\": 1", "{\"a\": 1|}");
    check("ab|", "<backspace><left>x", "x|a");
    check("one two|", "<ctrl-w>", "one |");
    check("{|}", "<enter>", "{\n    |\n}");
    check("a|b\ncd", "<ctrl-k>", "a|\ncd");
    check("a|b\ncd", "<ctrl-x><down><ctrl-v>", "cdab\n|");
}

#[test]
fn what_is_selected_is_cut_and_inserted() {
    check("|abc", "<shift-right><shift-right><ctrl-x><end><ctrl-v>", "cab|");
    check("|abc", "<alt-v><right><right><ctrl-x><end><ctrl-v>", "cab|");
    check("|abc", "<alt-a>x", "x|");
}

#[test]
fn edits_are_taken_back_and_made_again() {
    check("|", "one two<ctrl-z>", "one |");
    check("|", "one two<ctrl-z><ctrl-z><ctrl-y>", "one |");
    check("a|", "<ctrl-z><ctrl-z>", "a|");
}

#[test]
fn a_paste_is_one_edit() {
    let mut desk = Desk::new("|");
    desk.paste("{\n  \"日本\": \"👩‍👩‍👧\"\n}");
    desk.keys("<ctrl-z>");
    assert_eq!(desk.text(), "");
    desk.keys("<ctrl-y>");
    assert!(desk.text().contains("日本"));
}

#[test]
fn text_is_found_and_replaced() {
    let mut desk = Desk::new(&format!("|{POLICY}"));
    desk.keys("<ctrl-f>s3:");
    assert_eq!(desk.editor.text.selected(), Some("s3:"));
    assert!(desk.screen().contains("find: s3:") && desk.screen().contains("1 of 2"), "{}", desk.screen());
    desk.keys("<enter><esc>");
    assert!(desk.marked().contains("\"s3:|ListBucket\""), "{}", desk.marked());
    desk.keys("<ctrl-r><tab>ec2:<alt-a><esc>");
    assert_eq!(desk.text(), POLICY.replace("s3:", "ec2:"));
    desk.keys("<ctrl-z>");
    assert_eq!(desk.text(), POLICY);
}

#[test]
fn brackets_lead_to_each_other_and_statements_fold() {
    let mut desk = Desk::new(&POLICY.replace("\"Read\"", "\"Re|ad\""));
    desk.keys("<alt-z>");
    let screen = desk.screen();
    let head = "4▸         { \"Read\" Allow s3:GetObject, s3:ListBucket on * … 8 lines },";
    assert!(screen.contains(head), "{screen}");
    assert!(!screen.contains("\"s3:GetObject\"") && screen.contains("\"iam:*\""), "{screen}");
    desk.keys("<down><up><alt-j>");
    assert!(desk.marked().contains("        |},\n        {"), "{}", desk.marked());
    assert!(desk.screen().contains("\"s3:GetObject\""), "the cursor in a fold opens it: {}", desk.screen());
    desk.keys("<alt-Z>");
    assert!(!desk.screen().contains("\"iam:*\""), "{}", desk.screen());
    assert_eq!(desk.text(), POLICY);
}

#[test]
fn completion_narrows_while_typing_and_shows_levels() {
    let mut desk = Desk::new(&POLICY.replace("iam:*", "|"));
    desk.keys("s3:getobj");
    let screen = desk.screen();
    assert!(screen.contains("›s3:GetObject") && screen.contains("Read"), "{screen}");
    desk.keys("<tab>");
    assert!(desk.marked().contains("\"Action\": \"s3:GetObject|\""), "{}", desk.marked());
    desk.keys("<backspace>A<esc>");
    assert!(!desk.screen().contains(" of 2"), "{}", desk.screen());
}

#[test]
fn a_wildcard_shows_what_it_stands_for() {
    let mut desk = Desk::new(&POLICY.replace("iam:*", "iam:*Service|LinkedRole"));
    desk.keys("<alt-h>");
    assert!(desk.screen().contains("matches 2 actions: 2 Write"), "{}", desk.screen());
    desk.keys("<alt-w>");
    assert!(desk.text().contains("\"iam:CreateServiceLinkedRole\""), "{}", desk.text());
}

#[test]
fn the_missing_brace_is_diagnosed_at_its_place_and_repaired_by_its_fix() {
    let broken =
        POLICY.replace("            \"Resource\": \"*\"\n        },", "            \"Resource\": \"*\"\n        ,");
    let mut desk = Desk::new("|");
    desk.paste(&broken);
    desk.keys("<ctrl-home><f8><f8>");
    assert!(desk.screen().contains("   ✗ Fix the JSON syntax error"), "{}", desk.screen());
    desk.keys("<alt-.>");
    assert!(crate::policy::parser::parse(desk.text()).errors().is_empty(), "{}", desk.text());
}

/// The editor's policy with a part in place of another one: where F8 goes to, and what the fix makes of it.
#[track_caller]
fn check_repair(from: &str, to: &str, line: usize, repaired: &str) {
    assert!(POLICY.contains(from), "{from}");
    let mut desk = Desk::new("|");
    desk.paste(&POLICY.replacen(from, to, 1));
    desk.keys("<ctrl-home>");
    for _ in 0..4 {
        desk.keys("<f8>");
        if desk.screen().contains("   ✗ Fix the JSON syntax error") {
            break;
        }
    }
    assert!(desk.screen().contains("   ✗ Fix the JSON syntax error"), "{}", desk.screen());
    assert_eq!(desk.editor.text.position().0, line, "{}", desk.screen());
    desk.keys("<alt-.>");
    assert_eq!(desk.text().trim_end(), repaired);
}

#[test]
fn what_is_missing_is_found_where_it_is_missing() {
    check_repair("        },\n        {", "        ,\n        {", 11, &POLICY.replacen("},", "}\n        ,", 1));
    check_repair("        },\n        {", "        {", 11, POLICY);
    check_repair("            ],\n", "", 9, POLICY);
    check_repair("\"Allow\",", "\"Allow\"", 6, POLICY);
    check_repair("\"Allow\",", "\"Allow,", 6, POLICY);
    check_repair("\"Allow\",", "Allow\",", 6, POLICY);
    check_repair("\"Effect\":", "\"Effect:", 6, POLICY);
    check_repair("\"Effect\":", "Effect\":", 6, POLICY);
    check_repair("\"Effect\":", "\"Effect\"", 6, POLICY);
    check_repair("\"Allow\"", "“Allow”", 6, POLICY);
    check_repair("    ]\n}", "", 17, POLICY);
    check_repair("\n    ]\n}", "\n}", 17, POLICY);
}

#[test]
fn findings_are_walked_listed_and_fixed() {
    let mut desk = Desk::new(&POLICY.replace("\"Allow\"", "\"Alow\"").replace("\"Deny\"", "\"Deni\""));
    desk.keys("<f8>");
    let screen = desk.screen();
    assert!(screen.contains("    ✗ The effect Alow is not valid. Use Allow or Deny. ctrl-t: Replace"), "{screen}");
    assert!(screen.contains("›✗ 6   The effect Alow is not valid. Use Allow or Deny.  INVALID_EFFECT"), "{screen}");
    assert!(screen.contains(" ✗ 14  The effect Deni is not valid. Use Allow or Deny.  INVALID_EFFECT"), "{screen}");
    desk.keys("<alt-,>");
    assert_eq!(desk.said(), "fixed 2 of INVALID_EFFECT");
    assert_eq!(desk.text(), POLICY);
    desk.keys("<ctrl-z>");
    assert!(desk.text().contains("Alow") && desk.text().contains("Deni"));
    desk.keys("<f6>");
    assert!(desk.screen().contains('›'), "{}", desk.screen());
    desk.keys("<esc>");
    assert!(!desk.editor.pane.focused);
}

#[test]
fn the_summary_goes_into_a_service_and_out_again() {
    let mut desk = Desk::new(POLICY);
    desk.keys("<f6><tab><tab><tab><tab><tab><tab><tab>");
    while !desk.screen().contains("[Summary") {
        desk.keys("<tab>");
    }
    assert!(desk.screen().contains("Explicit deny (1 of"), "{}", desk.screen());
    desk.keys("j<enter>");
    assert!(desk.screen().contains("iam: "), "{}", desk.screen());
    desk.keys("<esc>");
    assert!(desk.screen().contains("Explicit deny (1 of"), "{}", desk.screen());
}

#[test]
fn the_summary_tells_of_actions_without_a_resource() {
    let mut desk = Desk::of_size(&POLICY.replacen("\"*\"", "\"arn:aws:s3:::rockets-weather/*\"", 1), 120, 30);
    desk.keys("<f6>");
    while !desk.screen().contains("[Summary") {
        desk.keys("<tab>");
    }
    assert!(desk.screen().contains("(1 without a fitting resource)"), "{}", desk.screen());
}

#[test]
fn a_snippet_goes_into_the_statement_under_the_cursor() {
    let mut desk = Desk::new(&POLICY.replace("\"Read\"", "\"Re|ad\""));
    desk.keys("<alt-s><down><enter>");
    assert!(desk.text().contains("\"aws:MultiFactorAuthPresent\": \"true\""), "{}", desk.text());
    desk.keys("<ctrl-z>");
    assert_eq!(desk.text(), POLICY);
}

#[test]
fn escape_clears_the_selection_and_never_closes_the_editor() {
    let mut desk = Desk::new("|");
    desk.keys("x<ctrl-a><esc>");
    assert_eq!(desk.editor.text.selection(), None);
    desk.keys("<esc><esc><esc>");
    assert_eq!(
        desk.said(),
        "ctrl-p close-editor (F10) closes the editor and keeps the text. ctrl-p lists all commands."
    );
    assert!(desk.effects.iter().all(|effect| matches!(effect, UiEffect::Say(_))), "{:?}", desk.effects);
    desk.keys("<f10>");
    assert!(matches!(desk.effects.last(), Some(UiEffect::Close)));
}

#[test]
fn the_screen_shows_numbers_marks_and_what_the_cursor_is_on() {
    let marked = POLICY.replace("\"Allow\"", "\"Al|ow\"");
    insta::assert_snapshot!("editor-80", Desk::new(&marked).screen());
    insta::assert_snapshot!("editor-120", Desk::of_size(&marked, 120, 30).screen());
    let mut desk = Desk::new(&POLICY.replace("iam:*", "|"));
    desk.keys("s3:Get");
    insta::assert_snapshot!("editor-completion-80", desk.screen());
}

#[test]
fn wide_characters_and_long_lines_are_shown_whole() {
    let long = format!("{{\"日本\": \"{}|end\"}}", "x".repeat(200));
    let mut desk = Desk::new(&long);
    assert!(desk.screen().contains("end\"}"), "{}", desk.screen());
    desk.keys("<home>");
    assert!(desk.screen().contains("{\"日本\": \"xxx"), "{}", desk.screen());
}

/// Each size down to the least that the console takes, with the cursor everywhere.
#[test]
fn no_size_and_no_place_of_the_cursor_breaks_the_screen() {
    for (width, height) in [(60, 13), (80, 21), (109, 20), (110, 20), (200, 60), (20, 5), (3, 2)] {
        let mut desk = Desk::of_size(POLICY, width, height);
        for keys in ["<pgdn>", "<ctrl-end>", "<alt-Z>", "<pgup>", "<ctrl-home>", "<ctrl-f>s3", "<esc>", "<f6>", "<esc>"]
        {
            desk.keys(keys);
            desk.screen();
        }
    }
}

/// Keys into the layers that the editor opens, the top one first, as the console does it.
#[track_caller]
fn check_built(before: &str, keys: &str, after: &str) {
    let mut desk = Desk::new(before);
    let mut over: Vec<Box<dyn Layer>> = Vec::new();
    let mut rest = keys;
    while let Some(ch) = rest.chars().next() {
        let (key, tail) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((name, tail)) if Key::parse(name).is_some() => (Key::parse(name).unwrap(), tail),
            _ => (Key::char(ch), rest.split_at(ch.len_utf8()).1),
        };
        rest = tail;
        let area = desk.area;
        let mut effects = look(&desk.account, |view| {
            let layer: &mut dyn Layer = match over.last_mut() {
                Some(layer) => &mut **layer,
                None => &mut desk.editor,
            };
            layer.settle(view, area);
            match resolve(&Keymap::default(), key, &layer.context(view)) {
                Input::Act(action) => layer.act(action, view),
                Input::Type(ch) => layer.type_text(ch.encode_utf8(&mut [0; 4]), view),
                Input::Nothing => Vec::new(),
            }
        });
        while let Some(effect) = (!effects.is_empty()).then(|| effects.remove(0)) {
            match effect {
                UiEffect::Open(layer) => over.push(layer),
                UiEffect::Close => drop(over.pop()),
                UiEffect::CloseWith(message) => {
                    over.pop();
                    effects.extend(look(&desk.account, |view| desk.editor.on_message(&message, view)));
                }
                _ => {}
            }
        }
        desk.settle();
        desk.screen();
    }
    let compact = |text: &str| {
        let tree = crate::policy::parser::parse(text);
        crate::policy::format::format(&tree, crate::policy::format::Style::Compact).unwrap_or_else(|| text.to_owned())
    };
    assert_eq!(compact(desk.text()), after, "{}", desk.text());
}

#[test]
fn the_policies_of_developers_and_of_audit_are_built_by_keyboard() {
    // EC2 to start, run and terminate, then CodeCommit to pull and push.
    check_built(
        "",
        "<f4>nec2<enter>StartInstances<space><home><ctrl-u>RunInstances<space><ctrl-u>TerminateInstances<space><enter>\
         ncodecommit<enter>GitPu<space><space><enter>",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:RunInstances","ec2:StartInstances","ec2:TerminateInstances"],"Resource":"*"},{"Effect":"Allow","Action":["codecommit:GitPull","codecommit:GitPush"],"Resource":"*"}]}"#,
    );
    check_built(
        "",
        "<f4>ncloudwatch<enter><space><enter>",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cloudwatch:*","Resource":"*"}]}"#,
    );
}

#[test]
fn blocks_are_changed_duplicated_and_removed() {
    let text =
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    check_built(text, "<f4>j<space>", &text.replace("Allow", "Deny"));
    check_built(text, "<f4>d", r#"{"Version":"2012-10-17","Statement":[]}"#);
    let copy = text.replace("]}", r#",{"Sid":"A2","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#);
    check_built(text, "<f4>c", &copy);
    check_built(text, "<f4>cu", text);
    // The resource, by its type and parts.
    let named = text.replace(r#""Resource":"*""#, r#""Resource":"arn:aws:s3:::photos/*""#);
    check_built(text, "<f4>jjjjj<enter>object<enter>photos<enter><enter>", &named);
    // A condition: key, operator, value.
    let bound = text
        .replace(r#""Resource":"*""#, r#""Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#);
    check_built(text, "<f4>jjjjjj<enter>SourceIp<enter><tab><tab><tab>203.0.113.0/24<enter><enter>", &bound);
    // More actions by a wildcard.
    let more = text.replace(r#""s3:GetObject""#, r#"["s3:GetObject","s3:List*"]"#);
    check_built(text, "<f4>jj<enter>List*<enter><enter>", &more);
}

#[test]
fn principals_are_added_changed_and_removed_in_the_builder() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let of = |principal: &str| text.replace(r#"{"Service":"ec2.amazonaws.com"}"#, principal);
    check_built(
        text,
        "<f4>jjj<enter>lambda.amazonaws.com<enter>",
        &of(r#"{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}"#),
    );
    check_built(
        text,
        "<f4>jjj<enter>another account<enter>111122223333<enter>",
        &of(r#"{"Service":"ec2.amazonaws.com","AWS":"arn:aws:iam::111122223333:root"}"#),
    );
    check_built(
        text,
        "<f4>jjj<enter>github actions<enter>111122223333<enter>",
        &of(
            r#"{"Service":"ec2.amazonaws.com","Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}"#,
        ),
    );
    check_built(text, "<f4>jjj<enter>everyone<enter>", &of(r#"{"Service":"ec2.amazonaws.com","AWS":"*"}"#));
    check_built(text, "<f4>jj<enter><ctrl-u>ecs.amazonaws.com<enter>", &of(r#"{"Service":"ecs.amazonaws.com"}"#));
    check_built(text, "<f4>jjd", &of("").replace(r#""Principal":,"#, ""));
    check_built(text, "<f4>jjdu", text);
    let open = of("\"*\"");
    check_built(&open, "<f4>jjj<enter>ec2.amazonaws.com<enter>", &of(r#"{"Service":"ec2.amazonaws.com"}"#));
}

#[test]
fn the_builder_shows_blocks_and_warns_of_missing_types() {
    let text = POLICY.replacen("\"Resource\": \"*\"", "\"Resource\": \"arn:aws:s3:::photos\"", 1);
    let mut desk = Desk::new(&text);
    desk.keys("<f4>");
    assert!(desk.screen().contains("▲ no resource of type "), "{}", desk.screen());
    insta::assert_snapshot!("builder-80", desk.screen());
    let mut desk = Desk::of_size(&text, 140, 36);
    desk.keys("<f4>j");
    insta::assert_snapshot!("builder-140", desk.screen());
    desk.keys("<esc>");
    assert_eq!(desk.text(), text);
}

/// Every policy that AWS keeps comes out of the editor as it went in, whatever was typed and taken back.
#[test]
fn every_policy_of_aws_opens_is_checked_and_stays_byte_for_byte_as_it_was() {
    for policy in crate::catalog::managed::managed_policies() {
        let document = policy.document();
        let mut editor = Editor::new(Subject::New, document);
        assert!(editor.analysis.broken.is_empty(), "{}", policy.name);
        if document.len() < 3_000 {
            editor.analysis.findings(document);
        }
        let account = Account::default();
        look(&account, |view| {
            editor.text.go(document.len() / 2);
            editor.type_text("x", view);
            editor.act(Action::Work(WorkAction::Undo), view);
        });
        assert!(!editor.is_changed(), "{}", policy.name);
        assert_eq!(editor.text.as_str(), document);
    }
}

#[test]
fn a_long_text_is_checked_aside_and_keeps_up_with_typing() {
    let statement = r#"{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}"#;
    let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}", vec![statement; 2_000].join(",\n"));
    assert!(text.len() > 131_072);
    let mut desk = Desk::new(&text);
    let began = std::time::Instant::now();
    desk.keys("<down><down><end>xxxxxxxxxxxxxxxxxxxx");
    let took = began.elapsed();
    assert!(took.as_millis() < 6_000, "twenty keys took {took:?} without optimisation");
    let asked =
        desk.effects.iter().filter(|effect| matches!(effect, UiEffect::Task(BackgroundTask::Check { .. }))).count();
    assert_eq!(asked, 1, "one check at a time");
    let now = desk.text().to_owned();
    let options = Box::new(desk.editor.analysis.terms());
    let report = Box::new(desk.editor.analysis.check(&now));
    desk.finish(TaskResult::Checked { text: Arc::from(now.as_str()), options, report });
    assert!(desk.editor.analysis.is_current(&now));
}

#[test]
fn a_draft_is_kept_while_something_would_be_lost_and_taken_up_again() {
    let mut desk = Desk::new("{|}");
    assert_eq!(desk.editor.draft().unwrap().content, None);
    desk.keys("<enter>");
    let Unfinished { name, content, .. } = desk.editor.draft().unwrap();
    assert!(name.starts_with("policy-"));
    let mut other = Desk::new("{}");
    other.tell(&UiMessage::Draft(content.unwrap()));
    other.tell(&UiMessage::Chosen(MenuId::Draft, 0));
    assert_eq!(other.text(), desk.text());
    other.keys("<ctrl-z>");
    assert_eq!(other.text(), "{}");
}

#[test]
fn the_text_is_written_to_a_new_file_that_was_named() {
    let mut desk = Desk::new("{|}");
    desk.keys("<alt-x>");
    assert!(matches!(desk.effects.last(), Some(UiEffect::Open(layer)) if layer.title() == "Write to a new file"));
    let answer = UiMessage::WriteTo("policy.json".into());
    let effects = look(&desk.account, |view| desk.editor.on_message(&answer, view));
    let [UiEffect::Write(Export { path, text, run: None })] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((path.to_str(), text.reveal()), (Some("policy.json"), "{}"));
}

mod keys;
mod service;
mod told;
