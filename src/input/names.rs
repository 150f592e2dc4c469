//! The names that `keys.toml` has for actions, those of before among them.

use super::action::{
    ACTIONS, Action, AppAction, DialogAction, FindAction, FoldAction, ItemAction, Lines, Move, Nav, Tool, WorkAction,
};
use super::binding::{BINDINGS, Scope};

macro_rules! old_names {
    ($($name:literal $scope:ident $group:ident::$action:ident;)*) => {
        /// What a name meant when each place had actions of its own. Where there are two lines, the keys of the first
        /// one did both.
        const OLD: &[(&str, Scope, Action)] = &[$(($name, Scope::$scope, $group::$action.action()),)*];
    };
}

old_names! {
    "follow"               Detail   Nav::Open;
    "menu-up"              Menu     Move::Up;
    "menu-down"            Menu     Move::Down;
    "menu-page-up"         Menu     Move::PageUp;
    "menu-page-down"       Menu     Move::PageDown;
    "switch"               Switch   DialogAction::Mark;
    "read-back"            Form     Move::PageUp;
    "read-on"              Form     Move::PageDown;
    "leave-step"           Form     Nav::Back;
    "reveal-field"         Secret   WorkAction::Reveal;
    "roll-back"            Review   WorkAction::Undo;
    "reveal"               Review   WorkAction::Reveal;
    "copy-plan"            Review   WorkAction::Copy;
    "save-plan"            Review   WorkAction::Save;
    "next-view"            Review   Nav::NextTab;
    "previous-view"        Review   Nav::PreviousTab;
    "leave-review"         Review   Nav::Back;
    "review-help"          Review   AppAction::Help;
    "review-jump"          Review   AppAction::Palette;
    "reveal-seed"          Mfa      WorkAction::Reveal;
    "copy-seed"            Mfa      WorkAction::Copy;
    "compare-meaning"      Compare  Nav::NextTab;
    "compare-meaning"      Compare  Nav::PreviousTab;
    "leave-comparison"     Compare  Nav::Back;
    "open-page"            SignIn   Nav::Open;
    "copy-page"            SignIn   WorkAction::Copy;
    "leave-sign-in"        SignIn   DialogAction::Cancel;
    "pick"                 Pick     DialogAction::Mark;
    "pick-up"              Pick     Move::Up;
    "pick-down"            Pick     Move::Down;
    "pick-page-up"         Pick     Move::PageUp;
    "pick-page-down"       Pick     Move::PageDown;
    "entry-up"             Entries  Move::Up;
    "entry-down"           Entries  Move::Down;
    "entry-drop"           Entries  ItemAction::Delete;
    "save"                 Editor   WorkAction::Save;
    "editor-help"          Editor   AppAction::Help;
    "fold-statement"       Editor   FoldAction::One;
    "fold-statements"      Editor   FoldAction::All;
    "undo-edit"            Editor   WorkAction::Undo;
    "redo-edit"            Editor   WorkAction::Redo;
    "duplicate-line"       Editor   Lines::Duplicate;
    "copy-text"            Editor   WorkAction::Copy;
    "line-up"              Editor   Move::Up;
    "line-down"            Editor   Move::Down;
    "text-page-up"         Editor   Move::PageUp;
    "text-page-down"       Editor   Move::PageDown;
    "text-top"             Editor   Move::Top;
    "text-bottom"          Editor   Move::Bottom;
    "take"                 Popup    DialogAction::Accept;
    "popup-up"             Popup    Move::Up;
    "popup-down"           Popup    Move::Down;
    "popup-page-up"        Popup    Move::PageUp;
    "popup-page-down"      Popup    Move::PageDown;
    "close-popup"          Popup    DialogAction::Cancel;
    "find-here"            Find     FindAction::Next;
    "find-up"              Find     FindAction::Previous;
    "close-find"           Find     DialogAction::Cancel;
    "build"                Builder  Nav::Open;
    "add-statement"        Builder  ItemAction::New;
    "duplicate-statement"  Builder  Lines::Duplicate;
    "remove-block"         Builder  ItemAction::Delete;
    "undo-build"           Builder  WorkAction::Undo;
    "redo-build"           Builder  WorkAction::Redo;
    "save-build"           Builder  WorkAction::Save;
    "builder-help"         Builder  AppAction::Help;
    "leave-builder"        Builder  Nav::Back;
    "pane-enter"           Pane     Nav::Open;
    "pane-next"            Pane     Nav::NextTab;
    "pane-previous"        Pane     Nav::PreviousTab;
    "pane-fix"             Pane     Tool::Fix;
    "pane-fix-all"         Pane     Tool::FixAll;
    "pane-help"            Pane     AppAction::Help;
    "pane-back"            Pane     Nav::Back;
    "change-look"          Saving   Nav::NextTab;
    "change-up"            Saving   Move::PageUp;
    "change-down"          Saving   Move::PageDown;
    "plan-up"              Confirm  Move::PageUp;
    "plan-down"            Confirm  Move::PageDown;
}

/// What a name in `keys.toml` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An action wherever it is bound, and the place where its keys are as the user wrote them whatever else has them.
    Action(Action, Scope),
    /// An action in one place; further ones have no key of their own any more.
    Places(Vec<(Scope, Action)>),
}

/// What a name stands for, if anything.
pub fn named(name: &str) -> Option<Named> {
    let old: Vec<(Scope, Action)> =
        OLD.iter().filter(|(own, ..)| *own == name).map(|(_, scope, action)| (*scope, *action)).collect();
    let Some(action) = Action::named(name) else {
        return (!old.is_empty()).then_some(Named::Places(old));
    };
    let first = BINDINGS.iter().find(|binding| binding.action == action).map(|binding| binding.scope);
    let home = old.first().map(|(scope, _)| *scope).or(first)?;
    Some(Named::Action(action, home))
}

/// The names that an action had in one place.
pub fn old_names(scope: Scope, action: Action) -> impl Iterator<Item = &'static str> {
    OLD.iter().filter(move |(_, own, other)| (*own, *other) == (scope, action)).map(|(name, ..)| *name)
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().map(|action| action.name()).chain(OLD.iter().map(|(name, ..)| *name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::action::{
        AccountAction, AnyPage, Build, Caret, DiffAction, FormAction, ListAction, PageNumber, ReviewAction, TextEdit,
    };
    use crate::input::{Key, Keymap};

    /// Every name of the time when each place had actions of its own, with where its keys were read and what they mean.
    const ALL_OLD: &[(&str, Scope, Action)] = &[
        ("open", Scope::List, Nav::Open.action()),
        ("filter", Scope::List, ListAction::Filter.action()),
        ("sort", Scope::List, ListAction::Sort.action()),
        ("columns", Scope::List, ListAction::Columns.action()),
        ("export-list", Scope::List, ListAction::Export.action()),
        ("preview", Scope::List, AnyPage::Preview.action()),
        ("move-preview", Scope::List, AnyPage::MovePreview.action()),
        ("mark", Scope::List, DialogAction::Mark.action()),
        ("mark-range", Scope::List, ListAction::MarkRange.action()),
        ("mark-all", Scope::List, ListAction::MarkAll.action()),
        ("clear-marks", Scope::List, ListAction::ClearMarks.action()),
        ("clear-filter", Scope::List, ListAction::ClearFilter.action()),
        ("follow", Scope::Detail, Nav::Open.action()),
        ("next-tab", Scope::Detail, Nav::NextTab.action()),
        ("previous-tab", Scope::Detail, Nav::PreviousTab.action()),
        ("fold", Scope::Detail, FoldAction::One.action()),
        ("fold-all", Scope::Detail, FoldAction::All.action()),
        ("up", Scope::Rows, Move::Up.action()),
        ("down", Scope::Rows, Move::Down.action()),
        ("page-up", Scope::Rows, Move::PageUp.action()),
        ("page-down", Scope::Rows, Move::PageDown.action()),
        ("top", Scope::Rows, Move::Top.action()),
        ("bottom", Scope::Rows, Move::Bottom.action()),
        ("new", Scope::Page, ItemAction::New.action()),
        ("edit", Scope::Page, ItemAction::Edit.action()),
        ("add", Scope::Page, ItemAction::Add.action()),
        ("delete", Scope::Page, ItemAction::Delete.action()),
        ("menu", Scope::Page, ItemAction::Menu.action()),
        ("undo", Scope::Page, WorkAction::Undo.action()),
        ("copy", Scope::Page, WorkAction::Copy.action()),
        ("reload", Scope::Page, AnyPage::Reload.action()),
        ("palette", Scope::Page, AppAction::Palette.action()),
        ("calls", Scope::Page, AnyPage::Calls.action()),
        ("help", Scope::Page, AppAction::Help.action()),
        ("go-1", Scope::Page, PageNumber::One.action()),
        ("go-2", Scope::Page, PageNumber::Two.action()),
        ("go-3", Scope::Page, PageNumber::Three.action()),
        ("go-4", Scope::Page, PageNumber::Four.action()),
        ("go-5", Scope::Page, PageNumber::Five.action()),
        ("go-6", Scope::Page, PageNumber::Six.action()),
        ("go-7", Scope::Page, PageNumber::Seven.action()),
        ("go-8", Scope::Page, PageNumber::Eight.action()),
        ("go-9", Scope::Page, PageNumber::Nine.action()),
        ("theme", Scope::Page, AnyPage::Theme.action()),
        ("help-keys", Scope::Page, AnyPage::HelpKeys.action()),
        ("help-themes", Scope::Page, AnyPage::HelpThemes.action()),
        ("help-config", Scope::Page, AnyPage::HelpConfig.action()),
        ("next-account", Scope::Page, AccountAction::Next.action()),
        ("previous-account", Scope::Page, AccountAction::Previous.action()),
        ("switch-role", Scope::Page, AccountAction::SwitchRole.action()),
        ("switch-back", Scope::Page, AccountAction::SwitchBack.action()),
        ("close-account", Scope::Page, AccountAction::Close.action()),
        ("session-with-mfa", Scope::Page, AccountAction::SessionMfa.action()),
        ("copy-session", Scope::Page, AccountAction::CopySession.action()),
        ("compare", Scope::Page, AccountAction::Compare.action()),
        ("history-back", Scope::Page, AnyPage::HistoryBack.action()),
        ("history-forward", Scope::Page, AnyPage::HistoryForward.action()),
        ("back", Scope::Page, Nav::Back.action()),
        ("leave", Scope::Page, AnyPage::Leave.action()),
        ("accept", Scope::Menu, DialogAction::Accept.action()),
        ("cancel", Scope::Menu, DialogAction::Cancel.action()),
        ("menu-up", Scope::Menu, Move::Up.action()),
        ("menu-down", Scope::Menu, Move::Down.action()),
        ("menu-page-up", Scope::Menu, Move::PageUp.action()),
        ("menu-page-down", Scope::Menu, Move::PageDown.action()),
        ("switch", Scope::Switch, DialogAction::Mark.action()),
        ("field-enter", Scope::Form, FormAction::Enter.action()),
        ("next-field", Scope::Form, FormAction::NextField.action()),
        ("previous-field", Scope::Form, FormAction::PreviousField.action()),
        ("next-step", Scope::Form, FormAction::NextStep.action()),
        ("previous-step", Scope::Form, FormAction::PreviousStep.action()),
        ("read-back", Scope::Form, Move::PageUp.action()),
        ("read-on", Scope::Form, Move::PageDown.action()),
        ("make-inside", Scope::Form, FormAction::CreateInside.action()),
        ("leave-step", Scope::Form, Nav::Back.action()),
        ("next-choice", Scope::Choice, FormAction::NextChoice.action()),
        ("previous-choice", Scope::Choice, FormAction::PreviousChoice.action()),
        ("reveal-field", Scope::Secret, WorkAction::Reveal.action()),
        ("apply", Scope::Review, ReviewAction::Apply.action()),
        ("resume", Scope::Review, ReviewAction::Resume.action()),
        ("on-error", Scope::Review, ReviewAction::OnError.action()),
        ("roll-back", Scope::Review, WorkAction::Undo.action()),
        ("reveal", Scope::Review, WorkAction::Reveal.action()),
        ("copy-plan", Scope::Review, WorkAction::Copy.action()),
        ("save-plan", Scope::Review, WorkAction::Save.action()),
        ("next-view", Scope::Review, Nav::NextTab.action()),
        ("previous-view", Scope::Review, Nav::PreviousTab.action()),
        ("leave-review", Scope::Review, Nav::Back.action()),
        ("review-help", Scope::Review, AppAction::Help.action()),
        ("review-jump", Scope::Review, AppAction::Palette.action()),
        ("close-review", Scope::Done, ReviewAction::Close.action()),
        ("reveal-seed", Scope::Mfa, WorkAction::Reveal.action()),
        ("qr-size", Scope::Mfa, ReviewAction::QrSize.action()),
        ("qr-invert", Scope::Mfa, ReviewAction::QrInvert.action()),
        ("copy-seed", Scope::Mfa, WorkAction::Copy.action()),
        ("copy-uri", Scope::Mfa, ReviewAction::CopyUri.action()),
        ("next-change", Scope::Diff, DiffAction::Next.action()),
        ("previous-change", Scope::Diff, DiffAction::Previous.action()),
        ("whole-text", Scope::Diff, DiffAction::Whole.action()),
        ("side-by-side", Scope::Diff, DiffAction::Sides.action()),
        ("compare-meaning", Scope::Compare, Nav::NextTab.action()),
        ("swap", Scope::Compare, DiffAction::Swap.action()),
        ("other-versions", Scope::Compare, DiffAction::OtherVersions.action()),
        ("leave-comparison", Scope::Compare, Nav::Back.action()),
        ("open-page", Scope::SignIn, Nav::Open.action()),
        ("copy-page", Scope::SignIn, WorkAction::Copy.action()),
        ("leave-sign-in", Scope::SignIn, DialogAction::Cancel.action()),
        ("pick", Scope::Pick, DialogAction::Mark.action()),
        ("pick-up", Scope::Pick, Move::Up.action()),
        ("pick-down", Scope::Pick, Move::Down.action()),
        ("pick-page-up", Scope::Pick, Move::PageUp.action()),
        ("pick-page-down", Scope::Pick, Move::PageDown.action()),
        ("entry-up", Scope::Entries, Move::Up.action()),
        ("entry-down", Scope::Entries, Move::Down.action()),
        ("entry-drop", Scope::Entries, ItemAction::Delete.action()),
        ("save", Scope::Editor, WorkAction::Save.action()),
        ("editor-menu", Scope::Editor, Tool::Commands.action()),
        ("complete", Scope::Editor, Tool::Complete.action()),
        ("fix", Scope::Editor, Tool::Fix.action()),
        ("next-finding", Scope::Editor, Tool::NextFinding.action()),
        ("close-editor", Scope::Editor, Tool::Close.action()),
        ("pane", Scope::Editor, Tool::Pane.action()),
        ("builder", Scope::Editor, Tool::Builder.action()),
        ("find", Scope::Editor, Tool::Find.action()),
        ("editor-help", Scope::Editor, AppAction::Help.action()),
        ("discard", Scope::Editor, Tool::Discard.action()),
        ("deselect", Scope::Editor, Tool::Deselect.action()),
        ("previous-finding", Scope::Editor, Tool::PreviousFinding.action()),
        ("fix-all", Scope::Editor, Tool::FixAll.action()),
        ("documentation", Scope::Editor, Tool::Documentation.action()),
        ("snippet", Scope::Editor, Tool::Snippet.action()),
        ("format", Scope::Editor, Tool::Format.action()),
        ("write-out", Scope::Editor, Tool::WriteOut.action()),
        ("minimise", Scope::Editor, Tool::Minimise.action()),
        ("policy-kind", Scope::Editor, Tool::Kind.action()),
        ("ask-aws", Scope::Editor, Tool::AskAws.action()),
        ("import", Scope::Editor, Tool::Import.action()),
        ("write-file", Scope::Editor, Tool::WriteFile.action()),
        ("external-editor", Scope::Editor, Tool::ExternalEditor.action()),
        ("fold-statement", Scope::Editor, FoldAction::One.action()),
        ("fold-statements", Scope::Editor, FoldAction::All.action()),
        ("bracket", Scope::Editor, Tool::Bracket.action()),
        ("undo-edit", Scope::Editor, WorkAction::Undo.action()),
        ("redo-edit", Scope::Editor, WorkAction::Redo.action()),
        ("replace", Scope::Editor, Tool::Replace.action()),
        ("find-next", Scope::Editor, FindAction::Next.action()),
        ("find-previous", Scope::Editor, FindAction::Previous.action()),
        ("go-to-line", Scope::Editor, Tool::GoToLine.action()),
        ("wrap", Scope::Editor, Tool::Wrap.action()),
        ("hide-pane", Scope::Editor, Tool::HidePane.action()),
        ("duplicate-line", Scope::Editor, Lines::Duplicate.action()),
        ("move-line-up", Scope::Editor, Lines::MoveUp.action()),
        ("move-line-down", Scope::Editor, Lines::MoveDown.action()),
        ("move-statement-up", Scope::Editor, Tool::StatementUp.action()),
        ("move-statement-down", Scope::Editor, Tool::StatementDown.action()),
        ("select", Scope::Editor, Tool::Select.action()),
        ("select-all", Scope::Editor, Tool::SelectAll.action()),
        ("copy-text", Scope::Editor, WorkAction::Copy.action()),
        ("cut-text", Scope::Editor, Lines::Cut.action()),
        ("paste-text", Scope::Editor, Lines::Paste.action()),
        ("cut-to-end", Scope::Editor, Lines::CutToEnd.action()),
        ("outdent", Scope::Editor, Lines::Outdent.action()),
        ("new-line", Scope::Editor, Lines::NewLine.action()),
        ("line-up", Scope::Editor, Move::Up.action()),
        ("line-down", Scope::Editor, Move::Down.action()),
        ("text-page-up", Scope::Editor, Move::PageUp.action()),
        ("text-page-down", Scope::Editor, Move::PageDown.action()),
        ("word-left", Scope::Editor, Caret::WordLeft.action()),
        ("word-right", Scope::Editor, Caret::WordRight.action()),
        ("text-top", Scope::Editor, Move::Top.action()),
        ("text-bottom", Scope::Editor, Move::Bottom.action()),
        ("select-left", Scope::Editor, Caret::SelectLeft.action()),
        ("select-right", Scope::Editor, Caret::SelectRight.action()),
        ("select-word-left", Scope::Editor, Caret::SelectWordLeft.action()),
        ("select-word-right", Scope::Editor, Caret::SelectWordRight.action()),
        ("select-up", Scope::Editor, Caret::SelectUp.action()),
        ("select-down", Scope::Editor, Caret::SelectDown.action()),
        ("select-home", Scope::Editor, Caret::SelectHome.action()),
        ("select-end", Scope::Editor, Caret::SelectEnd.action()),
        ("take", Scope::Popup, DialogAction::Accept.action()),
        ("popup-up", Scope::Popup, Move::Up.action()),
        ("popup-down", Scope::Popup, Move::Down.action()),
        ("popup-page-up", Scope::Popup, Move::PageUp.action()),
        ("popup-page-down", Scope::Popup, Move::PageDown.action()),
        ("close-popup", Scope::Popup, DialogAction::Cancel.action()),
        ("replace-here", Scope::Replace, FindAction::ReplaceHere.action()),
        ("find-here", Scope::Find, FindAction::Next.action()),
        ("find-up", Scope::Find, FindAction::Previous.action()),
        ("find-case", Scope::Find, FindAction::Case.action()),
        ("find-word", Scope::Find, FindAction::Word.action()),
        ("find-regex", Scope::Find, FindAction::Regex.action()),
        ("replace-all", Scope::Find, FindAction::ReplaceAll.action()),
        ("find-field", Scope::Find, FindAction::OtherField.action()),
        ("close-find", Scope::Find, DialogAction::Cancel.action()),
        ("build", Scope::Builder, Nav::Open.action()),
        ("add-statement", Scope::Builder, ItemAction::New.action()),
        ("switch-effect", Scope::Builder, Build::SwitchEffect.action()),
        ("duplicate-statement", Scope::Builder, Lines::Duplicate.action()),
        ("remove-block", Scope::Builder, ItemAction::Delete.action()),
        ("undo-build", Scope::Builder, WorkAction::Undo.action()),
        ("redo-build", Scope::Builder, WorkAction::Redo.action()),
        ("save-build", Scope::Builder, WorkAction::Save.action()),
        ("builder-help", Scope::Builder, AppAction::Help.action()),
        ("leave-builder", Scope::Builder, Nav::Back.action()),
        ("pane-enter", Scope::Pane, Nav::Open.action()),
        ("pane-next", Scope::Pane, Nav::NextTab.action()),
        ("pane-previous", Scope::Pane, Nav::PreviousTab.action()),
        ("pane-fix", Scope::Pane, Tool::Fix.action()),
        ("pane-fix-all", Scope::Pane, Tool::FixAll.action()),
        ("pane-help", Scope::Pane, AppAction::Help.action()),
        ("pane-back", Scope::Pane, Nav::Back.action()),
        ("change-look", Scope::Saving, Nav::NextTab.action()),
        ("change-up", Scope::Saving, Move::PageUp.action()),
        ("change-down", Scope::Saving, Move::PageDown.action()),
        ("plan-up", Scope::Confirm, Move::PageUp.action()),
        ("plan-down", Scope::Confirm, Move::PageDown.action()),
        ("text-back", Scope::Text, TextEdit::Back.action()),
        ("text-delete", Scope::Text, TextEdit::Delete.action()),
        ("text-word", Scope::Text, TextEdit::Word.action()),
        ("text-clear", Scope::Text, TextEdit::Clear.action()),
        ("text-left", Scope::Text, TextEdit::Left.action()),
        ("text-right", Scope::Text, TextEdit::Right.action()),
        ("text-home", Scope::Text, TextEdit::Home.action()),
        ("text-end", Scope::Text, TextEdit::End.action()),
        ("connect", Scope::Global, AppAction::Connect.action()),
        ("sign-in-again", Scope::Global, AppAction::SignInAgain.action()),
        ("stop", Scope::Global, AppAction::Stop.action()),
        ("redraw", Scope::Global, AppAction::Redraw.action()),
        ("suspend", Scope::Global, AppAction::Suspend.action()),
        ("quit", Scope::Global, AppAction::Quit.action()),
        ("crash", Scope::Global, AppAction::Crash.action()),
    ];

    #[test]
    fn every_old_name_gives_its_action_the_keys_in_its_place() {
        for (name, scope, action) in ALL_OLD {
            let keymap = Keymap::with_overrides(&format!("{name} = [\"f20\", \"ctrl-f21\"]"), "keys.toml").unwrap();
            for key in ["f20", "ctrl-f21"] {
                let bound = keymap.at(*scope, Key::parse(key).unwrap()).map(|binding| binding.action);
                assert_eq!(bound, Some(*action), "{name}");
            }
            assert_eq!(keymap.keys(*scope, *action).len(), 2, "{name}");
        }
    }

    #[test]
    fn an_old_name_changes_no_other_place() {
        let keymap = Keymap::with_overrides("menu-down = \"f20\"\ncompare-meaning = \"tab\"", "keys.toml").unwrap();
        let bound = |scope, key: &str| keymap.at(scope, Key::parse(key).unwrap()).map(|binding| binding.action);
        assert_eq!(bound(Scope::Rows, "f20"), None);
        assert_eq!(bound(Scope::Menu, "down"), None);
        assert_eq!(bound(Scope::Compare, "tab"), Some(Nav::NextTab.action()));
        assert_eq!(bound(Scope::Compare, "shift-tab"), None, "the name stood for both ways");
    }
}
