//! Which keys mean which action, and where.
//!
//! One line binds keys to an action in one place: with the condition under which they mean it, and with a word for
//! the footer and a sentence for help where those of the action say less there.

use super::action::{
    AccountAction, Action, AnyPage, AppAction, Build, Caret, DialogAction, DiffAction, FindAction, FoldAction,
    FormAction, ItemAction, Lines, ListAction, Move, Nav, PageNumber, ReviewAction, TextEdit, Tool, WorkAction,
};

pub use super::scope::Scope;

/// When a key means its action; one fact about the screen, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// At any time.
    Always,
    /// No line of text is being typed.
    NoText,
    /// A row is selected.
    Row,
    /// Rows are marked.
    Marked,
    /// The page is no list of a kind, and can be filtered all the same.
    Filterable,
    /// A filter is set.
    Filtered,
    /// The history has an earlier page.
    Back,
    /// The history has a later page.
    Forward,
    /// The page has tabs.
    Tabs,
    /// The page has parts that fold.
    Folds,
    /// Something can be copied.
    Copyable,
    /// Something can be made here.
    New,
    /// What is selected can be edited.
    Edit,
    /// What is selected can be deleted or removed.
    Delete,
    /// Something can be attached or added to what is selected.
    Add,
    /// Something can be done with what is selected.
    Verbs,
    /// Somebody may be able to do something with what is selected.
    WhoCan,
    /// The field takes something that can be made on the way.
    Inside,
    /// AWS denied a request that the screen tells of.
    Denied,
    /// A run can be taken back.
    Undo,
    /// A plan is shown that was not applied yet.
    Apply,
    /// A plan of several items is shown that can be applied or gone on with.
    Several,
    /// A run stopped and can go on.
    Resume,
    /// Lines to read have no room all at once.
    ReadOn,
    /// Other versions can be compared.
    Versions,
    /// The lines of two texts are in sight.
    Lines,
    /// There is room for two texts side by side.
    Beside,
    /// Secrets can be shown.
    Secrets,
    /// A plan was applied to its end.
    Done,
    /// The program was started for a test of its own crash.
    CrashTest,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Where the keys are read.
    pub scope: Scope,
    /// What they mean there.
    pub action: Action,
    /// The default keys, separated by spaces.
    pub keys: &'static str,
    /// The word in the footer; empty where the footer leaves it out.
    pub label: &'static str,
    /// What it does there: one sentence.
    pub help: &'static str,
    /// When the keys mean it.
    pub when: When,
}

macro_rules! bindings {
    ($($scope:ident {
        $($group:ident::$action:ident $keys:literal $(as $label:literal)? $(to $help:literal)? $(if $when:ident)?;)*
    })*) => {
        /// Every binding; the order within one scope is the order of the footer and of help.
        pub const BINDINGS: &[Binding] = &[$($(Binding {
            scope: Scope::$scope,
            action: $group::$action.action(),
            keys: $keys,
            label: bindings!(@or $group::$action.words().1 $(, $label)?),
            help: bindings!(@or $group::$action.words().2 $(, $help)?),
            when: bindings!(@or When::Always $(, When::$when)?),
        },)*)*];
    };
    (@or $own:expr) => { $own };
    (@or $own:expr, $here:expr) => { $here };
}

bindings! {
    List {
        Nav::Open                  "enter l right" if Row;
        ListAction::Filter         "/";
        ListAction::Sort           "o";
        ListAction::Columns        "c";
        ListAction::Export         "";
        AnyPage::Preview           "p";
        AnyPage::MovePreview       "P";
        DialogAction::Mark         "space" to "Mark the selected row." if Row;
        ListAction::MarkRange      "V" if Row;
        ListAction::MarkAll        "*" if Row;
        ListAction::ClearMarks     "" if Marked;
        ListAction::ClearFilter    "" if Filtered;
    }
    Detail {
        Nav::Open                  "enter l right" to "Follow the link in the selected row." if Row;
        Nav::NextTab               "tab" as "tab" if Tabs;
        Nav::PreviousTab           "shift-tab" if Tabs;
        FoldAction::One            "space" as "expand" if Folds;
        FoldAction::All            "z" if Folds;
        ListAction::Filter         "/" if Filterable;
        ListAction::ClearFilter    "" if Filtered;
    }
    Rows {
        Move::Up                   "k up";
        Move::Down                 "j down";
        Move::PageUp               "pgup ctrl-b";
        Move::PageDown             "pgdn ctrl-f";
        Move::Top                  "g home" to "Move to the first row.";
        Move::Bottom               "G end" to "Move to the last row.";
    }
    Page {
        ItemAction::New            "n" to "Create a new item of the kind that the page lists." if New;
        ItemAction::Edit           "e" if Edit;
        ItemAction::Add            "a" if Add;
        ItemAction::Delete         "d" as "delete" to "Delete or remove the selected item (shows a plan first)." if Delete;
        ItemAction::Menu           "m" if Verbs;
        ItemAction::WhoCan         "w" as "" if WhoCan;
        WorkAction::Undo                 "u" to "Undo the last change (shows a plan first)." if Undo;
        WorkAction::Copy                 "y" to "Copy the name, the ARN or the JSON to the terminal's clipboard." if Copyable;
        AnyPage::Reload            "r";
        AppAction::WhyDenied       "W" if Denied;
        AppAction::Palette         ":";
        AnyPage::Calls             "@";
        AppAction::Help            "?";
        PageNumber::One            "1";
        PageNumber::Two            "2";
        PageNumber::Three          "3";
        PageNumber::Four           "4";
        PageNumber::Five           "5";
        PageNumber::Six            "6";
        PageNumber::Seven          "7";
        PageNumber::Eight          "8";
        PageNumber::Nine           "9";
        AnyPage::Theme             "";
        AnyPage::HelpKeys          "";
        AnyPage::HelpThemes        "";
        AnyPage::HelpConfig        "";
        AccountAction::Next        "}";
        AccountAction::Previous    "{";
        AccountAction::SwitchRole  "S";
        AccountAction::SwitchBack  "";
        AccountAction::Close       "";
        AccountAction::SessionMfa  "";
        AccountAction::CopySession "Y";
        AccountAction::Compare     "";
        AnyPage::HistoryBack       "[" if Back;
        AnyPage::HistoryForward    "]" if Forward;
        Nav::Back                  "esc h left backspace" to "Clear the filter or the marks; otherwise go back.";
        AnyPage::Leave             "q";
    }
    Menu {
        DialogAction::Accept       "enter" as "choose";
        DialogAction::Cancel       "esc";
        Move::Up                   "up ctrl-p shift-tab";
        Move::Down                 "down ctrl-n tab";
        Move::PageUp               "pgup";
        Move::PageDown             "pgdn";
    }
    Switch {
        DialogAction::Mark         "space" as "switch" to "Turn the item on or off.";
    }
    Form {
        FormAction::Enter          "enter";
        FormAction::NextField      "tab down";
        FormAction::PreviousField  "shift-tab up";
        FormAction::NextStep       "ctrl-n";
        FormAction::PreviousStep   "ctrl-p";
        Move::PageUp               "pgup" to "Scroll up in the text." if ReadOn;
        Move::PageDown             "pgdn" as "scroll" to "Scroll down in the text." if ReadOn;
        FormAction::CreateInside   "f2 alt-n" if Inside;
        Nav::Back                  "esc" to "Go to the previous step; from the first step, leave the wizard.";
    }
    Choice {
        FormAction::NextChoice     "right space";
        FormAction::PreviousChoice "left";
    }
    Secret {
        WorkAction::Reveal               "ctrl-r" as "show" to "Show or hide the secret.";
    }
    Review {
        ReviewAction::Apply        "enter" if Apply;
        ReviewAction::Resume       "r" if Resume;
        ReviewAction::OnError      "c" if Several;
        AppAction::WhyDenied       "W" if Denied;
        WorkAction::Undo                 "u" to "Undo what the plan has done (shows a plan first)." if Undo;
        WorkAction::Reveal               "x" to "Show the secrets for ten seconds." if Secrets;
        WorkAction::Copy                 "y" to "Copy the plan as the code shown, or the results.";
        WorkAction::Save                 "s" to "Save the same to a file that only you can read.";
        Nav::NextTab               "tab l right" as "code" to "Show the plan as the next kind of code.";
        Nav::PreviousTab           "shift-tab h left" to "Show the plan as the previous kind of code.";
        Nav::Back                  "esc q backspace" to "Leave the review. Nothing more is applied, and an unfinished MFA device is deleted.";
        AppAction::Help            "? f1";
        AppAction::Palette         ":";
    }
    Done {
        ReviewAction::Close        "enter" if Done;
        ItemAction::New            "n" to "Close the review and create another item on the page below." if Done;
        PageNumber::One            "1" to "Close the review and go to the page of this number." if Done;
        PageNumber::Two            "2" to "Close the review and go to the page of this number." if Done;
        PageNumber::Three          "3" to "Close the review and go to the page of this number." if Done;
        PageNumber::Four           "4" to "Close the review and go to the page of this number." if Done;
        PageNumber::Five           "5" to "Close the review and go to the page of this number." if Done;
        PageNumber::Six            "6" to "Close the review and go to the page of this number." if Done;
        PageNumber::Seven          "7" to "Close the review and go to the page of this number." if Done;
        PageNumber::Eight          "8" to "Close the review and go to the page of this number." if Done;
        PageNumber::Nine           "9" to "Close the review and go to the page of this number." if Done;
    }
    Mfa {
        WorkAction::Reveal               "x" as "secret key" to "Show the secret key and the otpauth URI for ten seconds.";
        ReviewAction::QrSize       "v";
        ReviewAction::QrInvert     "i";
        WorkAction::Copy                 "y" as "copy key" to "Copy the secret key to the terminal's clipboard.";
        ReviewAction::CopyUri      "Y";
    }
    Diff {
        DiffAction::Next           "n";
        DiffAction::Previous       "N p";
        DiffAction::Whole          "space" if Lines;
        DiffAction::Sides          "s" if Beside;
    }
    Compare {
        Nav::NextTab               "tab" as "meaning" to "Switch between what the change means and the texts.";
        Nav::PreviousTab           "shift-tab" to "Switch between what the change means and the texts.";
        DiffAction::Swap           "x";
        DiffAction::OtherVersions  "v" if Versions;
        Nav::Back                  "esc q backspace h left" to "Close the comparison.";
    }
    Answer {
        Nav::Open                  "enter l right" to "Open the user, group, role or policy that the line is about." if Row;
        ItemAction::Edit           "f" as "fix" to "Review the change that settles the line, and apply it." if Edit;
        DialogAction::Cancel       "esc q backspace h left" as "close" to "Close the answer.";
    }
    Question {
        DialogAction::Accept       "enter" as "ask" to "Ask what is typed.";
        Nav::Open                  "alt-enter ctrl-o" as "open" to "Open the user, group, role or policy that the line is about." if Row;
        ItemAction::Edit           "alt-f ctrl-t" as "fix" to "Review the change that settles the line, and apply it." if Edit;
    }
    SignIn {
        Nav::Open                  "enter o" as "browser" to "Open the page in a browser on this computer.";
        WorkAction::Copy                 "y" as "copy link" to "Copy the link to the terminal's clipboard.";
        DialogAction::Cancel       "esc q" as "cancel" to "Cancel signing in.";
    }
    Pick {
        DialogAction::Mark         "space" as "select" to "Select or deselect the item; type to filter the list.";
        Move::Up                   "up";
        Move::Down                 "down";
        Move::PageUp               "pgup";
        Move::PageDown             "pgdn";
    }
    Entries {
        Move::Up                   "up" as "entries" to "Move to the entry above.";
        Move::Down                 "down" to "Move to the entry below, then to the next field.";
        ItemAction::Delete         "delete ctrl-d" to "Remove the selected entry; Enter edits it.";
    }
    Multiline {
        Move::Up                   "up" to "Move to the line above, then to the previous field.";
        Move::Down                 "down" to "Move to the line below, then to the next field.";
    }
    Editor {
        WorkAction::Save                 "ctrl-s" to "Show what the edit changes, and save it after the review.";
        Tool::Commands             "ctrl-p f2";
        Tool::Complete             "tab ctrl-space";
        Tool::Fix                  "ctrl-t alt-." to "Fix the finding under the cursor, or the nearest one that is safe to fix.";
        Tool::NextFinding          "ctrl-n f8 alt-n";
        Tool::Close                "f10 alt-q";
        Tool::Pane                 "f6 alt-o";
        Tool::Builder              "f4 alt-d";
        Tool::Find                 "ctrl-f";
        AppAction::Help            "f1";
        Tool::Discard              "";
        Tool::Deselect             "esc";
        Tool::PreviousFinding      "shift-f8 alt-p";
        Tool::FixAll               "alt-," to "Fix all findings of the kind under the cursor.";
        Tool::Documentation        "alt-h";
        Tool::Snippet              "alt-s";
        Tool::Format               "alt-l";
        Tool::WriteOut             "alt-w";
        Tool::Minimise             "alt-m";
        Tool::Kind                 "alt-k";
        Tool::AskAws               "alt-t";
        Tool::CheckAccess          "alt-A";
        Tool::Simulate             "alt-u";
        Tool::Import               "alt-i";
        Tool::WriteFile            "alt-x";
        Tool::ExternalEditor       "alt-e";
        FoldAction::One            "alt-z" to "Fold or unfold the statement under the cursor.";
        FoldAction::All            "alt-Z" to "Fold or unfold all statements.";
        Tool::Bracket              "alt-j";
        WorkAction::Undo                 "ctrl-z" as "" to "Undo the last edit.";
        WorkAction::Redo                 "ctrl-y";
        Tool::Replace              "ctrl-r";
        FindAction::Next           "f3 alt-g" to "Go to the next match.";
        FindAction::Previous       "shift-f3 alt-G" to "Go to the previous match.";
        Tool::GoToLine             "ctrl-g";
        Tool::Wrap                 "alt-r";
        Tool::HidePane             "ctrl-b";
        Lines::Duplicate           "alt-y" to "Duplicate the line, or the selected lines.";
        Lines::MoveUp              "alt-up";
        Lines::MoveDown            "alt-down";
        Tool::StatementUp          "alt-pgup";
        Tool::StatementDown        "alt-pgdn";
        Tool::Select               "alt-v";
        Tool::SelectAll            "ctrl-a alt-a";
        WorkAction::Copy                 "alt-c" as "" to "Copy the selection, or the line, to the terminal's clipboard; ctrl-c copies only the selection.";
        Lines::Cut                 "ctrl-x";
        Lines::Paste               "ctrl-v";
        Lines::CutToEnd            "ctrl-k";
        Lines::Outdent             "shift-tab";
        Lines::NewLine             "enter";
        Move::Up                   "up";
        Move::Down                 "down";
        Move::PageUp               "pgup";
        Move::PageDown             "pgdn";
        Caret::WordLeft            "ctrl-left alt-b";
        Caret::WordRight           "ctrl-right alt-f";
        Move::Top                  "ctrl-home alt-<" to "Move the cursor to the start of the text.";
        Move::Bottom               "ctrl-end alt->" to "Move the cursor to the end of the text.";
        Caret::SelectLeft          "shift-left";
        Caret::SelectRight         "shift-right";
        Caret::SelectWordLeft      "ctrl-shift-left alt-B";
        Caret::SelectWordRight     "ctrl-shift-right alt-F";
        Caret::SelectUp            "shift-up";
        Caret::SelectDown          "shift-down";
        Caret::SelectHome          "shift-home";
        Caret::SelectEnd           "shift-end";
    }
    Popup {
        DialogAction::Accept       "enter tab" to "Insert the selected completion.";
        Move::Up                   "up ctrl-p";
        Move::Down                 "down ctrl-n";
        Move::PageUp               "pgup";
        Move::PageDown             "pgdn";
        DialogAction::Cancel       "esc" as "" to "Close the list; the text stays.";
    }
    Replace {
        FindAction::ReplaceHere    "enter";
    }
    Find {
        FindAction::Next           "enter down ctrl-g" as "next";
        FindAction::Previous       "up" as "previous";
        FindAction::Case           "ctrl-t alt-c";
        FindAction::Word           "ctrl-b alt-w";
        FindAction::Regex          "ctrl-r alt-r";
        FindAction::ReplaceAll     "ctrl-y alt-a";
        FindAction::OtherField     "tab shift-tab";
        DialogAction::Cancel       "esc" to "Go back to the text, at the match.";
    }
    Builder {
        Nav::Open                  "enter right" as "change" to "Change or add the selected entry; expand a statement.";
        ItemAction::New            "n" to "Add a statement: service, then actions.";
        Build::SwitchEffect        "space";
        Lines::Duplicate           "c" as "copy" to "Duplicate the statement.";
        ItemAction::Delete         "d delete" to "Remove the entry, the condition or the statement.";
        WorkAction::Undo                 "u ctrl-z" to "Undo the last change.";
        WorkAction::Redo                 "ctrl-y";
        WorkAction::Save                 "ctrl-s" to "Show what the edit changes, and save it after the review.";
        AppAction::Help            "f1 ?";
        Nav::Back                  "esc f4 alt-d q ctrl-g" as "text" to "Go back to the text, at the selected entry.";
    }
    Pane {
        Nav::Open                  "enter right" to "Go to the selected finding, or open the selected service.";
        Nav::NextTab               "tab" as "next tab" to "Show the next tab of the pane.";
        Nav::PreviousTab           "shift-tab" to "Show the previous tab of the pane.";
        Tool::Fix                  "f ctrl-t alt-." to "Fix the selected finding.";
        Tool::FixAll               "F alt-," as "fix all" to "Fix all findings of the selected kind.";
        AppAction::Help            "f1 ?";
        Nav::Back                  "esc left f6 alt-o ctrl-g" as "text" to "Close the service; otherwise go back to the text.";
    }
    Saving {
        Nav::NextTab               "ctrl-t" as "look" to "Show the change by meaning, line by line, or side by side.";
        Move::PageUp               "pgup" to "Move one screen up in the change.";
        Move::PageDown             "pgdn" as "scroll" to "Move one screen down in the change.";
    }
    Confirm {
        Move::PageUp               "pgup" to "Scroll up in the plan.";
        Move::PageDown             "pgdn" as "scroll" to "Scroll down in the plan.";
    }
    Text {
        TextEdit::Back             "backspace";
        TextEdit::Delete           "delete ctrl-d";
        TextEdit::Word             "ctrl-w alt-backspace";
        TextEdit::Clear            "ctrl-u";
        TextEdit::Left             "left";
        TextEdit::Right            "right";
        TextEdit::Home             "home ctrl-a";
        TextEdit::End              "end ctrl-e";
    }
    Global {
        AppAction::Connect         "ctrl-o";
        AppAction::SignInAgain     "ctrl-g";
        AppAction::Stop            "ctrl-c";
        AppAction::Redraw          "ctrl-l";
        AppAction::Suspend         "ctrl-z" if NoText;
        AppAction::Quit            "ctrl-q";
        AppAction::Crash           "f12" if CrashTest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Key;
    use crate::input::action::ACTIONS;
    use std::collections::HashSet;

    #[test]
    fn an_action_is_bound_once_in_a_place_and_somewhere_at_least() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            assert!(seen.insert((binding.scope, binding.action)), "{} twice", binding.action.name());
        }
        for action in ACTIONS {
            assert!(BINDINGS.iter().any(|binding| binding.action == *action), "{}", action.name());
        }
    }

    #[test]
    fn every_default_key_can_be_read_and_help_is_a_sentence() {
        for binding in BINDINGS {
            for key in binding.keys.split_whitespace() {
                assert!(Key::parse(key).is_some(), "{key} of {}", binding.action.name());
            }
            assert!(binding.help.ends_with('.') && binding.help.starts_with(char::is_uppercase), "{}", binding.help);
        }
    }
}
