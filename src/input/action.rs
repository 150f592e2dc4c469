//! The one table of actions.
//!
//! An action is what the user wants to do, independent of keys. The table gives its name (palette, `keys.toml`), its
//! label in the footer and its sentence in help; [`super::binding`] says which keys trigger it in which context.
//! Actions are grouped by the component that handles them. A handler matches its group exhaustively, so an action that
//! nothing handles does not compile.

/// What the user wants to do, grouped by the component that handles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Actions of the program, whatever is open.
    App(AppAction),
    /// Actions of a page, or of the program on every page.
    Page(PageAction),
    /// Creating, changing and deleting items.
    Item(ItemAction),
    /// Moving over rows or lines.
    Move(Move),
    /// Opening, going back and changing tabs.
    Nav(Nav),
    /// Choosing from a list.
    Dialog(DialogAction),
    /// Undo, copy, reveal and save: for a change, a plan, a text or a secret.
    Work(WorkAction),
    /// Expanding and collapsing lines.
    Fold(FoldAction),
    /// Moving between fields and steps.
    Form(FormAction),
    /// Editing a line of text.
    Text(TextEdit),
    /// Actions of a plan's review.
    Review(ReviewAction),
    /// Actions of a comparison of texts.
    Diff(DiffAction),
    /// Actions of the policy editor.
    Editor(EditorAction),
}

/// Actions on a page, grouped by the part that handles them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PageAction {
    /// The program, the same on every page.
    Any(AnyPage),
    /// A list of entities.
    List(ListAction),
    /// The navigation, or the tabs of a detail page.
    Go(PageNumber),
    /// The open accounts.
    Account(AccountAction),
}

/// Actions in the policy editor, grouped by the part that handles them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EditorAction {
    /// Its commands.
    Tool(Tool),
    /// Its text, by lines.
    Lines(Lines),
    /// Its cursor.
    Caret(Caret),
    /// Its line for finding and replacing.
    Find(FindAction),
    /// Its visual builder.
    Build(Build),
}

/// The name of an action, its label in the footer and its sentence in help.
type Words = (&'static str, &'static str, &'static str);

macro_rules! actions {
    ($($(#[$doc:meta])* $group:ident: $outer:path $(, $inner:path)? {
        $($variant:ident $name:literal $label:literal $help:literal;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $group {
                $(#[doc = $help] $variant,)*
            }

            impl $group {
                /// The same among all actions.
                pub const fn action(self) -> Action {
                    $outer($($inner)?(self))
                }

                pub(super) const fn words(self) -> Words {
                    match self {
                        $(Self::$variant => ($name, $label, $help),)*
                    }
                }
            }

            impl From<$group> for Action {
                fn from(action: $group) -> Self {
                    action.action()
                }
            }
        )*

        /// Every action.
        pub const ACTIONS: &[Action] = &[$($($group::$variant.action(),)*)*];
    };
}

// An action with an empty label is not in the footer, unless its context gives it a label.
actions! {
    /// Actions that work whatever is open.
    AppAction: Action::App {
        Palette          "palette" "jump" "Go to a page or an item, or run a command by name.";
        Help             "help" "help" "Show the keys that work here.";
        Connect          "connect" "" "Open another account, or go to an open one.";
        SignInAgain      "sign-in-again" "" "Sign in again; nothing on the screen is lost.";
        WhyDenied        "why-denied" "why" "Explain the denial on the screen: which policy refused, and what would allow it.";
        Stop             "stop" "" "Cancel what is running.";
        Redraw           "redraw" "" "Redraw the screen.";
        Suspend          "suspend" "" "Suspend the program and go back to the shell; `fg` continues it.";
        Quit             "quit" "quit" "Quit iamtui.";
        Crash            "crash" "" "Crash the program, to test how it exits.";
    }
    /// Actions of every page.
    AnyPage: Action::Page, PageAction::Any {
        Preview          "preview" "" "Show or hide the preview.";
        MovePreview      "move-preview" "" "Move the preview below the list or beside it.";
        Reload           "reload" "reload" "Reload the page.";
        Calls            "calls" "" "Show the API calls that were made.";
        Theme            "theme" "" "Choose a theme: each is shown while it is selected, Enter keeps it.";
        HelpKeys         "help-keys" "" "Show how keys are changed in keys.toml.";
        HelpThemes       "help-themes" "" "Show how colours are changed, and how to choose a theme.";
        HelpConfig       "help-config" "" "Show the settings of config.toml.";
        HistoryBack      "history-back" "" "Go back to the previous page.";
        HistoryForward   "history-forward" "" "Go forward to the next page.";
        Leave            "leave" "" "Leave the page; on the first page, quit.";
    }
    /// Actions of a list of entities.
    ListAction: Action::Page, PageAction::List {
        Filter           "filter" "filter" "Filter the list by words, `~letters`, `/pattern/`, or a property such as `age:>90d`; `!` before it leaves those out.";
        Sort             "sort" "" "Sort the list by a column.";
        Columns          "columns" "" "Choose the columns.";
        Export           "export-list" "" "Export the list as CSV, JSON, Markdown or plain text, to a file or the clipboard.";
        MarkRange        "mark-range" "" "Mark all rows from the last mark to the selected row.";
        MarkAll          "mark-all" "" "Mark all rows, or those that the filter shows.";
        ClearMarks       "clear-marks" "" "Clear all marks.";
        ClearFilter      "clear-filter" "" "Clear the filter.";
    }
    /// Which page of the navigation, or which tab of a detail page.
    PageNumber: Action::Page, PageAction::Go {
        One              "go-1" "" "Go to the page of this number; on a detail page, to the tab.";
        Two              "go-2" "" "Go to the page of this number; on a detail page, to the tab.";
        Three            "go-3" "" "Go to the page of this number; on a detail page, to the tab.";
        Four             "go-4" "" "Go to the page of this number; on a detail page, to the tab.";
        Five             "go-5" "" "Go to the page of this number; on a detail page, to the tab.";
        Six              "go-6" "" "Go to the page of this number; on a detail page, to the tab.";
        Seven            "go-7" "" "Go to the page of this number; on a detail page, to the tab.";
        Eight            "go-8" "" "Go to the page of this number; on a detail page, to the tab.";
        Nine             "go-9" "" "Go to the page of this number; on a detail page, to the tab.";
    }
    /// Actions on the open accounts and their sessions.
    AccountAction: Action::Page, PageAction::Account {
        Next             "next-account" "" "Go to the next open account, on the same page.";
        Previous         "previous-account" "" "Go to the previous open account.";
        SwitchRole       "switch-role" "" "Switch role; on a role's page, switch to that role.";
        SwitchBack       "switch-back" "" "Switch back from the role.";
        Close            "close-account" "" "Close this account; the others stay open.";
        SessionMfa       "session-with-mfa" "" "Get a session of the same user with an MFA code.";
        CopySession      "copy-session" "" "Copy the session's credentials for a shell, a profile or the AWS console.";
        Compare          "compare" "" "Compare the page with another open account.";
    }
    /// Actions on the selected items, or on the kind of items that the page lists.
    ItemAction: Action::Item {
        New              "new" "new" "Create a new item.";
        Edit             "edit" "edit" "Edit the selected item.";
        Add              "add" "add" "Attach or add something to the selected item.";
        Delete           "delete" "remove" "Delete or remove what is selected.";
        Menu             "menu" "menu" "Show all commands for the selected item.";
        WhoCan           "who-can" "who can" "List who can do an action with the selected item.";
    }
    /// Moves over rows and lines.
    Move: Action::Move {
        Up               "up" "" "Move up.";
        Down             "down" "" "Move down.";
        PageUp           "page-up" "" "Move one screen up.";
        PageDown         "page-down" "" "Move one screen down.";
        Top              "top" "" "Move to the start.";
        Bottom           "bottom" "" "Move to the end.";
    }
    /// Opening, going back and changing tabs.
    Nav: Action::Nav {
        Open             "open" "open" "Open the selected row.";
        NextTab          "next-tab" "" "Show the next tab.";
        PreviousTab      "previous-tab" "" "Show the previous tab.";
        Back             "back" "back" "Go back.";
    }
    /// Choosing from what is listed.
    DialogAction: Action::Dialog {
        Mark             "mark" "" "Mark or unmark the selected row.";
        Accept           "accept" "" "Choose the selected item.";
        Cancel           "cancel" "close" "Close without choosing.";
    }
    /// Actions on a change, a plan, a text or a secret.
    WorkAction: Action::Work {
        Undo             "undo" "undo" "Undo the last change.";
        Copy             "copy" "copy" "Copy to the terminal's clipboard.";
        Reveal           "reveal" "reveal" "Show the secrets.";
        Save             "save" "save" "Save, after a review where there is one.";
        Redo             "redo" "" "Redo the change that was undone.";
    }
    /// Expanding and collapsing.
    FoldAction: Action::Fold {
        One              "fold" "" "Expand or collapse the selected row.";
        All              "fold-all" "" "Expand or collapse everything.";
    }
    /// Moves from field to field and from step to step.
    FormAction: Action::Form {
        Enter            "field-enter" "next" "Go to the next field; from the last field, to the next step.";
        NextField        "next-field" "" "Go to the next field.";
        PreviousField    "previous-field" "" "Go to the previous field.";
        NextStep         "next-step" "next step" "Go to the next step.";
        PreviousStep     "previous-step" "" "Go to the previous step; the answers stay.";
        CreateInside     "make-inside" "create one" "Create a new item to select, as part of the same plan.";
        NextChoice       "next-choice" "choose" "Choose the next option.";
        PreviousChoice   "previous-choice" "" "Choose the previous option.";
    }
    /// Edits of a line of text, and moves in it.
    TextEdit: Action::Text {
        Back             "text-back" "" "Delete the character before the cursor.";
        Delete           "text-delete" "" "Delete the character under the cursor.";
        Word             "text-word" "" "Delete the word before the cursor.";
        Clear            "text-clear" "" "Delete the line; in a text of several lines, up to its start.";
        Left             "text-left" "" "Move left.";
        Right            "text-right" "" "Move right.";
        Home             "text-home" "" "Move to the start of the text.";
        End              "text-end" "" "Move to the end of the text.";
    }
    /// Actions on a plan, and on the questions of its steps.
    ReviewAction: Action::Review {
        Apply            "apply" "apply" "Apply the plan; deletions must be confirmed first.";
        Resume           "resume" "resume" "Continue the plan at the step where it stopped.";
        OnError          "on-error" "on error" "Choose whether an error stops the run, or only what depends on it.";
        Close            "close-review" "close" "Close the finished review.";
        QrSize           "qr-size" "size" "Draw the QR code in half blocks, full size or plain characters.";
        QrInvert         "qr-invert" "invert" "Invert the QR code.";
        CopyUri          "copy-uri" "" "Copy the otpauth URI to the terminal's clipboard.";
    }
    /// Moves over changes, and how they are shown.
    DiffAction: Action::Diff {
        Next             "next-change" "next" "Move to the next change.";
        Previous         "previous-change" "" "Move to the previous change.";
        Whole            "whole-text" "all" "Show all lines, or only the changes.";
        Sides            "side-by-side" "sides" "Show the texts side by side or as one.";
        Swap             "swap" "swap" "Swap the two versions.";
        OtherVersions    "other-versions" "versions" "Choose the two versions to compare.";
    }
    /// Commands of the policy editor.
    Tool: Action::Editor, EditorAction::Tool {
        Commands         "editor-menu" "commands" "List all commands of the editor, to search and run them.";
        Complete         "complete" "complete" "Complete the word before the cursor; at the start of a line, indent it.";
        Fix              "fix" "fix" "Fix a finding.";
        NextFinding      "next-finding" "next finding" "Go to the next finding.";
        Close            "close-editor" "close" "Close the editor. Unsaved changes are kept and offered next time.";
        Pane             "pane" "pane" "Move to the pane with findings, documentation and summary.";
        Builder          "builder" "builder" "Show the visual builder: the statements as blocks, beside the text.";
        Find             "find" "find" "Find text.";
        Discard          "discard" "" "Close the editor and discard the changes; asks first.";
        Deselect         "deselect" "" "Clear the selection and the highlighted matches.";
        PreviousFinding  "previous-finding" "" "Go to the previous finding.";
        FixAll           "fix-all" "" "Fix all findings of the same kind.";
        Documentation    "documentation" "" "Show the documentation of the word under the cursor, and what a wildcard matches.";
        Snippet          "snippet" "" "Insert a ready-made statement or condition.";
        Format           "format" "" "Format the document, one entry per line.";
        WriteOut         "write-out" "" "Expand the wildcards in actions.";
        Minimise         "minimise" "" "Remove entries that others cover, and merge statements.";
        Kind             "policy-kind" "" "Choose the kind of policy that the document is checked as.";
        AskAws           "ask-aws" "" "Check the policy with IAM Access Analyzer, and show where its findings differ.";
        CheckAccess      "check-access" "" "Check whether the text grants new or public access; run it again to ask AWS, which bills for it.";
        Simulate         "simulate" "" "Simulate requests as if the text were saved.";
        Import           "import" "" "Replace the text with a copy of a managed policy.";
        WriteFile        "write-file" "" "Write the text to a new file that only you can read.";
        ExternalEditor   "external-editor" "" "Edit the text in the program that EDITOR names.";
        Bracket          "bracket" "" "Jump to the matching bracket.";
        Replace          "replace" "" "Find and replace text.";
        GoToLine         "go-to-line" "" "Go to a line by its number.";
        Wrap             "wrap" "" "Wrap long lines, or cut them off at the side.";
        HidePane         "hide-pane" "" "Hide or show the pane beside the text.";
        StatementUp      "move-statement-up" "" "Move the statement under the cursor up.";
        StatementDown    "move-statement-down" "" "Move the statement under the cursor down.";
        Select           "select" "" "Start or end a selection, for terminals that do not report Shift.";
        SelectAll        "select-all" "" "Select the whole text.";
    }
    /// Changes of whole lines, and cutting and inserting.
    Lines: Action::Editor, EditorAction::Lines {
        Duplicate        "duplicate" "" "Duplicate the line or the statement.";
        MoveUp           "move-line-up" "" "Move the line, or the selected lines, up.";
        MoveDown         "move-line-down" "" "Move the line, or the selected lines, down.";
        Cut              "cut-text" "" "Cut the selection, or the line.";
        Paste            "paste-text" "" "Paste what was cut or copied last.";
        CutToEnd         "cut-to-end" "" "Cut from the cursor to the end of the line.";
        Outdent          "outdent" "" "Outdent by one step.";
        NewLine          "new-line" "" "Start a new, indented line.";
    }
    /// Moves by words, and moves that select.
    Caret: Action::Editor, EditorAction::Caret {
        WordLeft         "word-left" "" "Move the cursor one word left.";
        WordRight        "word-right" "" "Move the cursor one word right.";
        SelectLeft       "select-left" "" "Select one character left.";
        SelectRight      "select-right" "" "Select one character right.";
        SelectWordLeft   "select-word-left" "" "Select one word left.";
        SelectWordRight  "select-word-right" "" "Select one word right.";
        SelectUp         "select-up" "" "Select one line up.";
        SelectDown       "select-down" "" "Select one line down.";
        SelectHome       "select-home" "" "Select to the start of the line.";
        SelectEnd        "select-end" "" "Select to the end of the line.";
    }
    /// Finding and replacing.
    FindAction: Action::Editor, EditorAction::Find {
        Next             "find-next" "" "Go to the next match.";
        Previous         "find-previous" "" "Go to the previous match.";
        ReplaceHere      "replace-here" "replace" "Replace this match, and go to the next one.";
        Case             "find-case" "case" "Match case always, or only if capital letters are typed.";
        Word             "find-word" "word" "Match whole words only.";
        Regex            "find-regex" "regex" "Search for a regular expression; $1 in the replacement is its first group.";
        ReplaceAll       "replace-all" "replace all" "Replace every match, as one step of undo.";
        OtherField       "find-field" "other field" "Move between the search and the replacement.";
    }
    /// What only the visual builder can do.
    Build: Action::Editor, EditorAction::Build {
        SwitchEffect     "switch-effect" "" "On the effect, switch the statement between Allow and Deny.";
    }
}

impl Action {
    const fn words(self) -> Words {
        match self {
            Self::App(action) => action.words(),
            Self::Page(PageAction::Any(action)) => action.words(),
            Self::Page(PageAction::List(action)) => action.words(),
            Self::Page(PageAction::Go(action)) => action.words(),
            Self::Page(PageAction::Account(action)) => action.words(),
            Self::Item(action) => action.words(),
            Self::Move(action) => action.words(),
            Self::Nav(action) => action.words(),
            Self::Dialog(action) => action.words(),
            Self::Work(action) => action.words(),
            Self::Fold(action) => action.words(),
            Self::Form(action) => action.words(),
            Self::Text(action) => action.words(),
            Self::Review(action) => action.words(),
            Self::Diff(action) => action.words(),
            Self::Editor(EditorAction::Tool(action)) => action.words(),
            Self::Editor(EditorAction::Lines(action)) => action.words(),
            Self::Editor(EditorAction::Caret(action)) => action.words(),
            Self::Editor(EditorAction::Find(action)) => action.words(),
            Self::Editor(EditorAction::Build(action)) => action.words(),
        }
    }

    /// Its name in `keys.toml` and in the palette.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// What it does: one sentence in the imperative.
    pub const fn help(self) -> &'static str {
        self.words().2
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().copied().find(|action| action.name() == name)
    }
}

impl PageNumber {
    /// The number, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_help_is_a_sentence() {
        let mut names = HashSet::new();
        for action in ACTIONS {
            let (name, _, help) = action.words();
            assert!(names.insert(name), "{name} twice");
            assert_eq!(Action::named(name), Some(*action));
            assert!(help.ends_with('.') && help.starts_with(char::is_uppercase), "{help}");
            let verb = help.split(' ').next().unwrap();
            assert!(!verb.ends_with('s') || verb.ends_with("ss"), "not in the imperative: {help}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        }
    }
}
