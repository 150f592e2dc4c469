//! The one table of actions.
//!
//! An action is what the user wants, wherever that is: it is here or it does not exist. The table gives its name
//! (palette, `keys.toml`), the word in the footer and the sentence in help; which keys mean it where is in
//! [`super::binding`]. Actions stand in groups by who does them, so that who handles a group names each of its
//! actions: one that nobody handles does not compile.

/// What the user wants, by who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// The program, whatever is open.
    App(AppAction),
    /// A page, or the program on behalf of every page.
    Page(PageAction),
    /// Whoever has items that can be made, changed and deleted.
    Item(ItemAction),
    /// Whoever has rows or lines.
    Move(Move),
    /// Whoever can be gone into, out of and through.
    Nav(Nav),
    /// Whoever lists something to choose from.
    Dialog(DialogAction),
    /// Whoever holds work of the user: a change, a plan, a text, a secret.
    Work(WorkAction),
    /// Whoever has lines that fold.
    Fold(FoldAction),
    /// Whoever has fields and steps.
    Form(FormAction),
    /// Whoever has a line of text.
    Text(TextEdit),
    /// The review of a plan.
    Review(ReviewAction),
    /// Whoever compares texts.
    Diff(DiffAction),
    /// The policy editor.
    Editor(EditorAction),
}

/// What is done on a page, by which part of it.
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

/// What is done in the policy editor, by which part of it.
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

/// The name of an action, its word in the footer and its sentence in help.
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

// An action without a word in the footer is not named there, unless its place has one for it.
actions! {
    /// What works whatever is open; the program itself does it.
    AppAction: Action::App {
        Palette          "palette" "jump" "Go to a page or an item, or run a command by name.";
        Help             "help" "help" "Show the keys that work here.";
        Connect          "connect" "" "Open another account, or go to an open one.";
        SignInAgain      "sign-in-again" "" "Sign in again; nothing on the screen is lost.";
        Stop             "stop" "" "Cancel what is running.";
        Redraw           "redraw" "" "Redraw the screen.";
        Suspend          "suspend" "" "Suspend the program and go back to the shell; `fg` continues it.";
        Quit             "quit" "quit" "Quit iamtui.";
        Crash            "crash" "" "Crash the program, to test how it exits.";
    }
    /// What every page can do.
    AnyPage: Action::Page, PageAction::Any {
        Preview          "preview" "" "Show or hide the preview.";
        MovePreview      "move-preview" "" "Move the preview below the list or beside it.";
        Reload           "reload" "reload" "Reload the page.";
        Calls            "calls" "" "Show the API calls that were made.";
        HelpKeys         "help-keys" "" "Show how keys are changed in keys.toml.";
        HelpThemes       "help-themes" "" "Show how colours are changed, and how to choose a theme.";
        HelpConfig       "help-config" "" "Show the settings of config.toml.";
        HistoryBack      "history-back" "" "Go back to the previous page.";
        HistoryForward   "history-forward" "" "Go forward to the next page.";
        Leave            "leave" "" "Leave the page; on the first page, quit.";
    }
    /// What a list of entities can do.
    ListAction: Action::Page, PageAction::List {
        Filter           "filter" "filter" "Filter the list by words, `~letters`, or a property such as `type:customer`.";
        Sort             "sort" "" "Sort the list by a column.";
        Columns          "columns" "" "Choose the columns.";
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
    /// What is done with the open accounts and their sessions.
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
    /// What is done with what is selected, or with the kind of things in sight.
    ItemAction: Action::Item {
        New              "new" "new" "Create a new item.";
        Edit             "edit" "edit" "Edit the selected item.";
        Add              "add" "add" "Attach or add something to the selected item.";
        Delete           "delete" "remove" "Delete or remove what is selected.";
        Menu             "menu" "menu" "Show all commands for the selected item.";
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
    /// Going in, out and sideways.
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
    /// What is done with the work at hand: a change, a plan, a text, a secret.
    WorkAction: Action::Work {
        Undo             "undo" "undo" "Undo the last change.";
        Copy             "copy" "copy" "Copy to the terminal's clipboard.";
        Reveal           "reveal" "reveal" "Show the secrets.";
        Save             "save" "save" "Save, after a review where there is one.";
        Redo             "redo" "" "Make the change again that was undone.";
    }
    /// Folding what takes many lines.
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
    /// What is done with a plan and with what its steps ask.
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
        Commands         "editor-menu" "commands" "Lists all commands of the editor, to search and run them.";
        Complete         "complete" "complete" "Offers what can be written here; in front of a line's text, indents it.";
        Fix              "fix" "fix" "Make the fix of a finding.";
        NextFinding      "next-finding" "next finding" "Goes to the next finding.";
        Close            "close-editor" "close" "Closes the editor. Changes that are not saved are kept and offered next time.";
        Pane             "pane" "pane" "Moves the keys to the pane of findings, documentation and summary.";
        Builder          "builder" "builder" "Shows the statements as blocks to build with, beside the same text.";
        Find             "find" "find" "Finds text.";
        Discard          "discard" "" "Closes the editor without the changes, after a question.";
        Deselect         "deselect" "" "Clears the selection and the marks of what was found.";
        PreviousFinding  "previous-finding" "" "Goes to the previous finding.";
        FixAll           "fix-all" "" "Make the fixes of all findings of the same kind.";
        Documentation    "documentation" "" "Shows what the word under the cursor means, and what a wildcard stands for.";
        Snippet          "snippet" "" "Inserts a ready-made statement or condition.";
        Format           "format" "" "Lays the document out anew: one entry a line.";
        WriteOut         "write-out" "" "Writes the action wildcards out.";
        Minimise         "minimise" "" "Takes out what other entries cover, and joins statements.";
        Kind             "policy-kind" "" "Chooses the kind of policy to check the document as.";
        AskAws           "ask-aws" "" "Has the service itself check the policy, and shows where it differs from our checks.";
        Import           "import" "" "Puts a managed policy in place of the text, to begin with.";
        WriteFile        "write-file" "" "Writes the text to a new file that only you can read.";
        ExternalEditor   "external-editor" "" "Opens the text in the program that EDITOR names, and takes it back.";
        Bracket          "bracket" "" "Jumps to the bracket that belongs to the one under the cursor.";
        Replace          "replace" "" "Finds text and replaces it.";
        GoToLine         "go-to-line" "" "Goes to a line by its number.";
        Wrap             "wrap" "" "Wraps lines that are too long for the screen, or cuts them at the side.";
        HidePane         "hide-pane" "" "Hides or shows the pane beside the text.";
        StatementUp      "move-statement-up" "" "Moves the statement under the cursor over the one above.";
        StatementDown    "move-statement-down" "" "Moves the statement under the cursor over the one below.";
        Select           "select" "" "Begins or ends a selection, for terminals that do not tell shift.";
        SelectAll        "select-all" "" "Selects the whole text.";
    }
    /// Changes of whole lines, and cutting and inserting.
    Lines: Action::Editor, EditorAction::Lines {
        Duplicate        "duplicate" "" "Write the line or the statement a second time.";
        MoveUp           "move-line-up" "" "Moves the line, or the selected lines, up.";
        MoveDown         "move-line-down" "" "Moves the line, or the selected lines, down.";
        Cut              "cut-text" "" "Cuts the selection, or the line.";
        Paste            "paste-text" "" "Inserts what was cut or copied last.";
        CutToEnd         "cut-to-end" "" "Cuts from the cursor to the end of the line.";
        Outdent          "outdent" "" "Takes one step of indentation away.";
        NewLine          "new-line" "" "Begins a new line, indented as it should be.";
    }
    /// Moves by words, and moves that select.
    Caret: Action::Editor, EditorAction::Caret {
        WordLeft         "word-left" "" "Moves the cursor one word left.";
        WordRight        "word-right" "" "Moves the cursor one word right.";
        SelectLeft       "select-left" "" "Selects one character left.";
        SelectRight      "select-right" "" "Selects one character right.";
        SelectWordLeft   "select-word-left" "" "Selects one word left.";
        SelectWordRight  "select-word-right" "" "Selects one word right.";
        SelectUp         "select-up" "" "Selects one line up.";
        SelectDown       "select-down" "" "Selects one line down.";
        SelectHome       "select-home" "" "Selects to the start of the line.";
        SelectEnd        "select-end" "" "Selects to the end of the line.";
    }
    /// Finding and replacing.
    FindAction: Action::Editor, EditorAction::Find {
        Next             "find-next" "" "Go to the next match.";
        Previous         "find-previous" "" "Go to the previous match.";
        ReplaceHere      "replace-here" "replace" "Replaces this match, and goes to the next one.";
        Case             "find-case" "case" "Takes small and capital letters as different, or as typed: small letters find both.";
        Word             "find-word" "word" "Finds whole words only.";
        Regex            "find-regex" "regex" "Reads what is looked for as a regular expression; $1 in the replacement is its first group.";
        ReplaceAll       "replace-all" "replace all" "Replaces every match, as one step of undo.";
        OtherField       "find-field" "other field" "Moves between what is looked for and what replaces it.";
    }
    /// What only the visual builder can do.
    Build: Action::Editor, EditorAction::Build {
        SwitchEffect     "switch-effect" "" "On the effect, switches the statement between allow and deny.";
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
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        }
    }
}
