//! The one table of actions.
//!
//! An action is here or it does not exist: the table gives its name (palette, `keys.toml`), where its keys
//! are read, the keys, the word in the footer, the sentence in help, and when it makes sense. To add one is
//! one line.

/// Where on the screen a key is read. A layer says which scopes it reads, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere, whatever is open.
    Global,
    /// On a page, when no layer lies over it.
    Page,
    /// Where something has rows or lines to move over.
    Rows,
    /// On a page that lists entities.
    List,
    /// On a page that shows one entity.
    Detail,
    /// In a text line: all other keys type.
    Text,
    /// In an open menu or the palette: choosing and leaving.
    Menu,
    /// In a menu of switches.
    Switch,
    /// In a wizard: from field to field, from step to step.
    Form,
    /// On a field that is one of a few.
    Choice,
    /// On a field that is shown as dots.
    Secret,
    /// On a field that is some of many.
    Pick,
    /// While a browser is to confirm a sign-in.
    SignIn,
    /// On a field of several entries.
    Entries,
    /// In the policy editor: all keys that are not bound type.
    Editor,
    /// In a list that lies over the editor's text: completions, snippets.
    Popup,
    /// In the editor's line for finding and replacing.
    Find,
    /// In its field for what replaces what is found.
    Replace,
    /// In the visual builder of the editor.
    Builder,
    /// In the editor's pane of findings, summary and effect.
    Pane,
    /// Where a change of a text is shown before it is saved.
    Saving,
    /// In a comparison of two texts.
    Diff,
    /// In a comparison of two versions of a policy.
    Compare,
    /// In the review of a plan and while it is applied.
    Review,
    /// A review whose plan was applied to its end.
    Done,
    /// Where a plan wants a word, a reason or a secret to be typed.
    Confirm,
    /// Where codes of a new MFA device are asked for.
    Mfa,
}

impl Scope {
    /// The heading of this scope in help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Page => "On a page",
            Self::Rows => "Moving",
            Self::List => "In a list",
            Self::Detail => "On a detail page",
            Self::Text => "While typing",
            Self::Menu => "In a menu",
            Self::Switch => "On a switch",
            Self::Form => "In a wizard",
            Self::Choice => "On a choice",
            Self::Secret => "On a secret",
            Self::Pick => "In a list to pick from",
            Self::SignIn => "While signing in",
            Self::Entries => "On a field of entries",
            Self::Editor => "In the editor",
            Self::Popup => "In a list over the text",
            Self::Find => "While finding",
            Self::Replace => "While replacing",
            Self::Builder => "In the visual builder",
            Self::Pane => "In the editor's pane",
            Self::Saving => "Where a change is shown",
            Self::Diff => "On what differs",
            Self::Compare => "In a comparison",
            Self::Review => "In a review",
            Self::Done => "In a finished review",
            Self::Confirm => "Where a plan is confirmed",
            Self::Mfa => "At the codes of an MFA device",
        }
    }
}

/// When an action makes sense; one fact about the screen, or none.
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
    /// The field takes something that can be made on the way.
    Inside,
    /// A run can be taken back.
    Undo,
    /// A plan is shown that was not applied yet.
    Apply,
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
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name in `keys.toml` and in the palette.
    pub name: &'static str,
    /// Where its keys are read.
    pub scope: Scope,
    /// The default keys, separated by spaces.
    pub keys: &'static str,
    /// The word in the footer; empty where the footer leaves it out.
    pub label: &'static str,
    /// What it does: one sentence in the imperative.
    pub help: &'static str,
    /// When it makes sense.
    pub when: When,
}

macro_rules! actions {
    ($($action:ident $name:literal $scope:ident $keys:literal $label:literal $help:literal $when:ident;)*) => {
        /// What the user wants.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $help] $action,)*
        }

        /// Every action, in the order of help.
        pub const TABLE: &[Entry] = &[
            $(Entry { action: Action::$action, name: $name, scope: Scope::$scope, keys: $keys, label: $label, help: $help, when: When::$when },)*
        ];
    };
}

// The order within one scope is the order of the footer.
actions! {
    Open          "open"           List   "enter l right"       "open"    "Open the selected row."                                    Row;
    Filter        "filter"         List   "/"                   "filter"  "Filter the list by words, `~letters`, or a property such as `type:customer`." Always;
    Sort          "sort"           List   "o"                   ""        "Sort the list by a column."                             Always;
    Columns       "columns"        List   "c"                   ""        "Choose the columns."                               Always;
    Preview       "preview"        List   "p"                   ""        "Show or hide the preview."                                  Always;
    MovePreview   "move-preview"   List   "P"                   ""        "Move the preview below the list or beside it."              Always;
    Mark          "mark"           List   "space"               ""        "Mark the selected row."                       Row;
    MarkRange     "mark-range"     List   "V"                   ""        "Mark all rows from the last mark to the selected row."                 Row;
    ClearMarks    "clear-marks"    List   ""                    ""        "Clear all marks."                                      Marked;
    ClearFilter   "clear-filter"   List   ""                    ""        "Clear the filter."                                     Filtered;
    Follow        "follow"         Detail "enter l right"       "open"    "Follow the link in the selected row."                      Row;
    NextTab       "next-tab"       Detail "tab"                 "tab"     "Show the next tab."                                        Tabs;
    PreviousTab   "previous-tab"   Detail "shift-tab"           ""        "Show the previous tab."                                    Tabs;
    Fold          "fold"           Detail "space"               "expand"  "Expand or collapse the selected row."                  Folds;
    FoldAll       "fold-all"       Detail "z"                   ""        "Expand or collapse everything."                                  Folds;
    Up            "up"             Rows   "k up"                ""        "Move up."                                                  Always;
    Down          "down"           Rows   "j down"              ""        "Move down."                                                Always;
    PageUp        "page-up"        Rows   "pgup ctrl-b"         ""        "Move one screen up."                                       Always;
    PageDown      "page-down"      Rows   "pgdn ctrl-f"         ""        "Move one screen down."                                     Always;
    Top           "top"            Rows   "g home"              ""        "Move to the first row."                                    Always;
    Bottom        "bottom"         Rows   "G end"               ""        "Move to the last row."                                     Always;
    New           "new"            Page   "n"                   "new"     "Create a new item of the kind that the page lists."                                 New;
    Edit          "edit"           Page   "e"                   "edit"    "Edit the selected item."                                    Edit;
    Add           "add"            Page   "a"                   "add"     "Attach or add something to the selected item."            Add;
    Delete        "delete"         Page   "d"                   "delete"  "Delete or remove the selected item (shows a plan first)." Delete;
    Verbs         "menu"           Page   "m"                   "menu"    "Show all commands for the selected item."   Verbs;
    Undo          "undo"           Page   "u"                   "undo"    "Undo the last change (shows a plan first)."     Undo;
    Copy          "copy"           Page   "y"                   "copy"    "Copy the name, the ARN or the JSON to the terminal's clipboard." Copyable;
    Reload        "reload"         Page   "r"                   "reload"  "Reload the page."                       Always;
    Palette       "palette"        Page   ":"                   "jump"    "Go to a page or an item, or run a command by name."   Always;
    Calls         "calls"          Page   "@"                   ""        "Show the API calls that were made."                            Always;
    Help          "help"           Page   "?"                   "help"    "Show the keys that work here."                             Always;
    GoOne         "go-1"            Page   "1"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoTwo         "go-2"            Page   "2"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoThree       "go-3"            Page   "3"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoFour        "go-4"            Page   "4"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoFive        "go-5"            Page   "5"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoSix         "go-6"            Page   "6"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoSeven       "go-7"            Page   "7"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoEight       "go-8"            Page   "8"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    GoNine        "go-9"            Page   "9"                   ""        "Go to the page of this number; on a detail page, to the tab."  Always;
    HelpKeys      "help-keys"      Page   ""                    ""        "Show how keys are changed in keys.toml."                    Always;
    HelpThemes    "help-themes"    Page   ""                    ""        "Show how colours are changed, and how to choose a theme."   Always;
    HelpConfig    "help-config"    Page   ""                    ""        "Show the settings of config.toml."                          Always;
    NextAccount   "next-account"   Page   "}"                   ""        "Go to the next open account, on the same page." Always;
    PreviousAccount "previous-account" Page "{"                 ""        "Go to the previous open account."                                Always;
    SwitchRole    "switch-role"    Page   "S"                   ""        "Switch role; on a role's page, switch to that role."         Always;
    SwitchBack    "switch-back"    Page   ""                    ""        "Switch back from the role."      Always;
    CloseAccount  "close-account"  Page   ""                    ""        "Close this account; the others stay open."         Always;
    SessionMfa    "session-with-mfa" Page ""                    ""        "Get a session of the same user with an MFA code." Always;
    CopySession   "copy-session"   Page   "Y"                   ""        "Copy the session's credentials for a shell, a profile or the AWS console." Always;
    CompareAccounts "compare"      Page   ""                    ""        "Compare the page with another open account." Always;
    HistoryBack   "history-back"   Page   "["                   ""        "Go back to the previous page."                              Back;
    HistoryForward "history-forward" Page "]"                   ""        "Go forward to the next page."                                        Forward;
    Back          "back"           Page   "esc h left backspace" "back"   "Clear the filter or the marks; otherwise go back."           Always;
    Leave         "leave"          Page   "q"                   ""        "Leave the page; on the first page, quit."           Always;
    Accept        "accept"         Menu   "enter"               "choose"  "Choose the selected item."                                          Always;
    Cancel        "cancel"         Menu   "esc"                 "close"   "Close without choosing."                              Always;
    MenuUp        "menu-up"        Menu   "up ctrl-p shift-tab" ""        "Move up."                                      Always;
    MenuDown      "menu-down"      Menu   "down ctrl-n tab"     ""        "Move down."                                    Always;
    MenuPageUp    "menu-page-up"   Menu   "pgup"                ""        "Move one screen up."                           Always;
    MenuPageDown  "menu-page-down" Menu   "pgdn"                ""        "Move one screen down."                         Always;
    Switch        "switch"         Switch "space"               "switch"  "Turn the item on or off."                               Always;
    FieldEnter    "field-enter"    Form   "enter"               "next"    "Go to the next field; from the last field, to the next step."  Always;
    FieldNext     "next-field"     Form   "tab down"            ""        "Go to the next field."                                    Always;
    FieldPrevious "previous-field" Form   "shift-tab up"        ""        "Go to the previous field."                                Always;
    StepNext      "next-step"      Form   "ctrl-n"              "next step" "Go to the next step."                                   Always;
    StepBack      "previous-step"  Form   "ctrl-p"              ""        "Go to the previous step; the answers stay."                Always;
    ReadUp        "read-back"      Form   "pgup"                ""        "Scroll up in the text."                                     ReadOn;
    ReadDown      "read-on"        Form   "pgdn"                "scroll"  "Scroll down in the text."                          ReadOn;
    MakeInside    "make-inside"    Form   "f2 alt-n"            "create one" "Create a new item to select, as part of the same plan."    Inside;
    StepLeave     "leave-step"     Form   "esc"                 "back"    "Go to the previous step; from the first step, leave the wizard." Always;
    ChoiceNext    "next-choice"    Choice "right space"         "choose"  "Choose the next option."                                   Always;
    ChoicePrevious "previous-choice" Choice "left"              ""        "Choose the previous option."                                 Always;
    FieldReveal   "reveal-field"   Secret "ctrl-r"              "show"    "Show or hide the secret."                              Always;
    Apply         "apply"          Review "enter"               "apply"   "Apply the plan; deletions must be confirmed first." Apply;
    Resume        "resume"         Review "r"                   "resume"  "Continue the plan at the step where it stopped."                     Resume;
    RollBack      "roll-back"      Review "u"                   "undo" "Undo what the plan has done (shows a plan first)." Undo;
    Reveal        "reveal"         Review "x"                   "reveal"  "Show the secrets for ten seconds."                         Secrets;
    CopyPlan      "copy-plan"      Review "y"                   "copy"    "Copy the plan as the code shown, or the results." Always;
    SavePlan      "save-plan"      Review "s"                   "save"    "Save the same to a file that only you can read."          Always;
    NextView      "next-view"      Review "tab l right"         "code"    "Show the plan as the next kind of code."                   Always;
    PreviousView  "previous-view"  Review "shift-tab h left"    ""        "Show the plan as the previous kind of code."                 Always;
    ReviewLeave   "leave-review"   Review "esc q backspace"     "back"    "Leave the review. Nothing more is applied, and an unfinished MFA device is deleted."          Always;
    ReviewHelp    "review-help"    Review "? f1"                "help"    "Show the keys that work here."                             Always;
    ReviewJump    "review-jump"    Review ":"                   "jump"    "Go to a page or an item, or run a command by name."   Always;
    ReviewDone    "close-review"   Done   "enter"               "close"   "Close the finished review."              Done;
    SeedReveal    "reveal-seed"    Mfa    "x"                   "secret key"    "Show the secret key and the otpauth URI for ten seconds."        Always;
    QrLook        "qr-size"        Mfa    "v"                   "size"    "Draw the QR code in half blocks, full size or plain characters." Always;
    QrInvert      "qr-invert"      Mfa    "i"                   "invert"  "Invert the QR code."                 Always;
    SeedCopy      "copy-seed"      Mfa    "y"                   "copy key" "Copy the secret key to the terminal's clipboard."             Always;
    UriCopy       "copy-uri"       Mfa    "Y"                   ""        "Copy the otpauth URI to the terminal's clipboard."        Always;
    NextChange    "next-change"    Diff   "n"                   "next"    "Move to the next change."                                  Always;
    PreviousChange "previous-change" Diff "N p"                 ""        "Move to the previous change."                                Always;
    DiffWhole     "whole-text"     Diff   "space"               "all"     "Show all lines, or only the changes."             Lines;
    DiffSides     "side-by-side"   Diff   "s"                   "sides"   "Show the texts side by side or as one."          Beside;
    CompareView   "compare-meaning" Compare "tab shift-tab"     "meaning" "Switch between what the change means and the texts."           Always;
    CompareSwap   "swap"           Compare "x"                  "swap"    "Swap the two versions."                              Always;
    CompareOther  "other-versions" Compare "v"                  "versions" "Choose the two versions to compare."                      Versions;
    CompareLeave  "leave-comparison" Compare "esc q backspace h left" "back" "Close the comparison."                                  Always;
    OpenPage      "open-page"      SignIn "enter o"             "browser" "Open the page in a browser on this computer."               Always;
    CopyPage      "copy-page"      SignIn "y"                   "copy link" "Copy the link to the terminal's clipboard."             Always;
    SignInLeave   "leave-sign-in"  SignIn "esc q"               "cancel" "Cancel signing in."                                       Always;
    PickToggle    "pick"           Pick   "space"               "select"  "Select or deselect the item; type to filter the list."  Always;
    PickUp        "pick-up"        Pick   "up"                  ""        "Move up."                                      Always;
    PickDown      "pick-down"      Pick   "down"                ""        "Move down."                                    Always;
    PickPageUp    "pick-page-up"   Pick   "pgup"                ""        "Move one screen up."                           Always;
    PickPageDown  "pick-page-down" Pick   "pgdn"                ""        "Move one screen down."                         Always;
    EntryUp       "entry-up"       Entries "up"                 "entries"      "Move to the entry above."                                  Always;
    EntryDown     "entry-down"     Entries "down"               ""        "Move to the entry below, then to the next field."          Always;
    EntryDrop     "entry-drop"     Entries "delete ctrl-d"      "remove"   "Remove the selected entry; Enter edits it."          Always;
    EditSave            "save" Editor "ctrl-s" "save" "Shows what the edit changes, and saves it after the review." Always;
    EditMenu            "editor-menu" Editor "ctrl-p f2" "commands" "Lists all commands of the editor, to search and run them." Always;
    EditComplete        "complete" Editor "tab ctrl-space" "complete" "Offers what can be written here; in front of a line's text, indents it." Always;
    EditFix             "fix" Editor "ctrl-t alt-." "fix" "Makes the fix of the finding under the cursor, or the nearest one that is safe." Always;
    EditNextFinding     "next-finding" Editor "ctrl-n f8 alt-n" "next finding" "Goes to the next finding." Always;
    EditClose           "close-editor" Editor "f10 alt-q" "close" "Closes the editor. Changes that are not saved are kept and offered next time." Always;
    EditPane            "pane" Editor "f6 alt-o" "pane" "Moves the keys to the pane of findings, documentation and summary." Always;
    EditBuilder         "builder" Editor "f4 alt-d" "builder" "Shows the statements as blocks to build with, beside the same text." Always;
    EditFind            "find" Editor "ctrl-f" "find" "Finds text." Always;
    EditHelp            "editor-help" Editor "f1" "help" "Shows the keys that work here." Always;
    EditDiscard         "discard" Editor "" "" "Closes the editor without the changes, after a question." Always;
    EditDeselect        "deselect" Editor "esc" "" "Clears the selection and the marks of what was found." Always;
    EditPreviousFinding "previous-finding" Editor "shift-f8 alt-p" "" "Goes to the previous finding." Always;
    EditFixAll          "fix-all" Editor "alt-," "" "Makes the fixes of all findings of the kind under the cursor." Always;
    EditDocs            "documentation" Editor "alt-h" "" "Shows what the word under the cursor means, and what a wildcard stands for." Always;
    EditSnippet         "snippet" Editor "alt-s" "" "Inserts a ready-made statement or condition." Always;
    EditLayout          "format" Editor "alt-l" "" "Lays the document out anew: one entry a line." Always;
    EditExpand          "write-out" Editor "alt-w" "" "Writes the action wildcards out." Always;
    EditMinimise        "minimise" Editor "alt-m" "" "Takes out what other entries cover, and joins statements." Always;
    EditKind            "policy-kind" Editor "alt-k" "" "Chooses the kind of policy to check the document as." Always;
    EditAskService      "ask-aws" Editor "alt-t" "" "Has the service itself check the policy, and shows where it differs from our checks." Always;
    EditImport          "import" Editor "alt-i" "" "Puts a managed policy in place of the text, to begin with." Always;
    EditWrite           "write-file" Editor "alt-x" "" "Writes the text to a new file that only you can read." Always;
    EditExternal        "external-editor" Editor "alt-e" "" "Opens the text in the program that EDITOR names, and takes it back." Always;
    EditFold            "fold-statement" Editor "alt-z" "" "Folds or opens the statement under the cursor." Always;
    EditFoldAll         "fold-statements" Editor "alt-Z" "" "Folds or opens all statements." Always;
    EditBracket         "bracket" Editor "alt-j" "" "Jumps to the bracket that belongs to the one under the cursor." Always;
    EditUndo            "undo-edit" Editor "ctrl-z" "" "Takes the last edit back." Always;
    EditRedo            "redo-edit" Editor "ctrl-y" "" "Makes the edit again that was taken back." Always;
    EditReplace         "replace" Editor "ctrl-r" "" "Finds text and replaces it." Always;
    EditFindNext        "find-next" Editor "f3 alt-g" "" "Goes to the next match of what was looked for." Always;
    EditFindPrevious    "find-previous" Editor "shift-f3 alt-G" "" "Goes to the previous match of what was looked for." Always;
    EditGoToLine        "go-to-line" Editor "ctrl-g" "" "Goes to a line by its number." Always;
    EditWrap            "wrap" Editor "alt-r" "" "Wraps lines that are too long for the screen, or cuts them at the side." Always;
    EditHidePane        "hide-pane" Editor "ctrl-b" "" "Hides or shows the pane beside the text." Always;
    EditDuplicate       "duplicate-line" Editor "alt-y" "" "Writes the line, or the selected lines, a second time." Always;
    EditLineUp          "move-line-up" Editor "alt-up" "" "Moves the line, or the selected lines, up." Always;
    EditLineDown        "move-line-down" Editor "alt-down" "" "Moves the line, or the selected lines, down." Always;
    EditStatementUp     "move-statement-up" Editor "alt-pgup" "" "Moves the statement under the cursor over the one above." Always;
    EditStatementDown   "move-statement-down" Editor "alt-pgdn" "" "Moves the statement under the cursor over the one below." Always;
    EditMark            "select" Editor "alt-v" "" "Begins or ends a selection, for terminals that do not tell shift." Always;
    EditSelectAll       "select-all" Editor "ctrl-a alt-a" "" "Selects the whole text." Always;
    EditCopy            "copy-text" Editor "alt-c" "" "Copies the selection, or the line, to the terminal's clipboard; ctrl-c copies the selection alone." Always;
    EditCut             "cut-text" Editor "ctrl-x" "" "Cuts the selection, or the line." Always;
    EditPaste           "paste-text" Editor "ctrl-v" "" "Inserts what was cut or copied last." Always;
    EditCutEnd          "cut-to-end" Editor "ctrl-k" "" "Cuts from the cursor to the end of the line." Always;
    EditOutdent         "outdent" Editor "shift-tab" "" "Takes one step of indentation away." Always;
    EditEnter           "new-line" Editor "enter" "" "Begins a new line, indented as it should be." Always;
    EditUp              "line-up" Editor "up" "" "Moves the cursor up." Always;
    EditDown            "line-down" Editor "down" "" "Moves the cursor down." Always;
    EditPageUp          "text-page-up" Editor "pgup" "" "Moves the cursor one screen up." Always;
    EditPageDown        "text-page-down" Editor "pgdn" "" "Moves the cursor one screen down." Always;
    EditWordLeft        "word-left" Editor "ctrl-left alt-b" "" "Moves the cursor one word left." Always;
    EditWordRight       "word-right" Editor "ctrl-right alt-f" "" "Moves the cursor one word right." Always;
    EditTop             "text-top" Editor "ctrl-home alt-<" "" "Moves the cursor to the start of the text." Always;
    EditBottom          "text-bottom" Editor "ctrl-end alt->" "" "Moves the cursor to the end of the text." Always;
    SelectLeft          "select-left" Editor "shift-left" "" "Selects one character left." Always;
    SelectRight         "select-right" Editor "shift-right" "" "Selects one character right." Always;
    SelectWordLeft      "select-word-left" Editor "ctrl-shift-left alt-B" "" "Selects one word left." Always;
    SelectWordRight     "select-word-right" Editor "ctrl-shift-right alt-F" "" "Selects one word right." Always;
    SelectUp            "select-up" Editor "shift-up" "" "Selects one line up." Always;
    SelectDown          "select-down" Editor "shift-down" "" "Selects one line down." Always;
    SelectHome          "select-home" Editor "shift-home" "" "Selects to the start of the line." Always;
    SelectEnd           "select-end" Editor "shift-end" "" "Selects to the end of the line." Always;
    PopupTake           "take" Popup "enter tab" "" "Inserts what is selected in the list." Always;
    PopupUp             "popup-up" Popup "up ctrl-p" "" "Moves up in the list." Always;
    PopupDown           "popup-down" Popup "down ctrl-n" "" "Moves down in the list." Always;
    PopupPageUp         "popup-page-up" Popup "pgup" "" "Moves one screen up in the list." Always;
    PopupPageDown       "popup-page-down" Popup "pgdn" "" "Moves one screen down in the list." Always;
    PopupClose          "close-popup" Popup "esc" "" "Closes the list; the text stays." Always;
    ReplaceHere         "replace-here" Replace "enter" "replace" "Replaces this match, and goes to the next one." Always;
    FindTake            "find-here" Find "enter down ctrl-g" "next" "Goes to the next match." Always;
    FindUp              "find-up" Find "up" "previous" "Goes to the previous match." Always;
    FindCase            "find-case" Find "ctrl-t alt-c" "case" "Takes small and capital letters as different, or as typed: small letters find both." Always;
    FindWord            "find-word" Find "ctrl-b alt-w" "word" "Finds whole words only." Always;
    FindRegex           "find-regex" Find "ctrl-r alt-r" "regex" "Reads what is looked for as a regular expression; $1 in the replacement is its first group." Always;
    FindAll             "replace-all" Find "ctrl-y alt-a" "replace all" "Replaces every match, as one step of undo." Always;
    FindSwap            "find-field" Find "tab shift-tab" "other field" "Moves between what is looked for and what replaces it." Always;
    FindClose           "close-find" Find "esc" "close" "Goes back to the text, at the match." Always;
    BuildEnter          "build" Builder "enter right" "change" "Changes what is selected, or adds what it is the place for; goes into a statement." Always;
    BuildAdd            "add-statement" Builder "n" "new" "Adds a statement: service, then actions." Always;
    BuildEffect         "switch-effect" Builder "space" "" "On the effect, switches the statement between allow and deny." Always;
    BuildDuplicate      "duplicate-statement" Builder "c" "copy" "Writes the statement a second time." Always;
    BuildRemove         "remove-block" Builder "d delete" "remove" "Removes the entry, the condition or the statement." Always;
    BuildUndo           "undo-build" Builder "u ctrl-z" "undo" "Takes the last change back." Always;
    BuildRedo           "redo-build" Builder "ctrl-y" "" "Makes the change again that was taken back." Always;
    BuildSave           "save-build" Builder "ctrl-s" "save" "Shows what the edit changes, and saves it after the review." Always;
    BuildHelp           "builder-help" Builder "f1 ?" "help" "Shows the keys that work here." Always;
    BuildLeave          "leave-builder" Builder "esc f4 alt-d q ctrl-g" "text" "Goes back to the text, at what was selected." Always;
    PaneEnter           "pane-enter" Pane "enter right" "open" "Goes to the finding, or into the service, that is selected." Always;
    PaneNext            "pane-next" Pane "tab" "next tab" "Shows the next tab of the pane." Always;
    PanePrevious        "pane-previous" Pane "shift-tab" "" "Shows the previous tab of the pane." Always;
    PaneFix             "pane-fix" Pane "f ctrl-t alt-." "fix" "Makes the fix of the selected finding." Always;
    PaneFixAll          "pane-fix-all" Pane "F alt-," "fix all" "Makes the fixes of all findings of the selected kind." Always;
    PaneHelp            "pane-help" Pane "f1 ?" "help" "Shows the keys that work here." Always;
    PaneBack            "pane-back" Pane "esc left f6 alt-o ctrl-g" "text" "Goes out of the service, then back to the text." Always;
    DiffLook            "change-look" Saving "ctrl-t" "look" "Show the change by meaning, line by line, or side by side." Always;
    DiffUp              "change-up" Saving "pgup" "" "Move one screen up in the change." Always;
    DiffDown            "change-down" Saving "pgdn" "scroll" "Move one screen down in the change." Always;
    ConfirmUp           "plan-up" Confirm "pgup" "" "Scroll up in the plan." Always;
    ConfirmDown         "plan-down" Confirm "pgdn" "scroll"  "Scroll down in the plan." Always;
    TextBack      "text-back"      Text   "backspace"           ""        "Delete the character before the cursor."                   Always;
    TextDelete    "text-delete"    Text   "delete ctrl-d"       ""        "Delete the character under the cursor."                    Always;
    TextWord      "text-word"      Text   "ctrl-w alt-backspace" ""       "Delete the word before the cursor."                        Always;
    TextClear     "text-clear"     Text   "ctrl-u"              ""        "Delete the line; in a text of several lines, up to its start."                                    Always;
    TextLeft      "text-left"      Text   "left"                ""        "Move left."                         Always;
    TextRight     "text-right"     Text   "right"               ""        "Move right."                        Always;
    TextHome      "text-home"      Text   "home ctrl-a"         ""        "Move to the start of the text."                 Always;
    TextEnd       "text-end"       Text   "end ctrl-e"          ""        "Move to the end of the text."                   Always;
    Connections   "connect"        Global "ctrl-o"              ""        "Open another account, or go to an open one."        Always;
    SignInAgain   "sign-in-again"  Global "ctrl-g"              ""        "Sign in again; nothing on the screen is lost."    Always;
    Stop          "stop"           Global "ctrl-c"              ""        "Cancel what is running."                                   Always;
    Redraw        "redraw"         Global "ctrl-l"              ""        "Redraw the screen."                              Always;
    Suspend       "suspend"       Global "ctrl-z"              ""        "Suspend the program and go back to the shell; `fg` continues it." NoText;
    Quit          "quit"           Global "ctrl-q"              "quit"    "Quit iamtui."                                        Always;
    Crash         "crash"          Global "f12"                 ""        "Crash the program, to test how it exits."            CrashTest;
}

impl Action {
    /// The line of this action.
    pub fn entry(self) -> &'static Entry {
        // INVARIANT: the macro above makes one line for each variant, in the same order.
        TABLE.get(self as usize).unwrap_or(&TABLE[0])
    }

    /// The number of the page or tab that it goes to.
    pub fn number(self) -> Option<usize> {
        const NUMBERS: [Action; 9] = [
            Action::GoOne,
            Action::GoTwo,
            Action::GoThree,
            Action::GoFour,
            Action::GoFive,
            Action::GoSix,
            Action::GoSeven,
            Action::GoEight,
            Action::GoNine,
        ];
        NUMBERS.iter().position(|action| *action == self).map(|at| at + 1)
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_action_finds_its_own_line() {
        for entry in TABLE {
            assert_eq!(entry.action.entry().name, entry.name);
            assert_eq!(Action::named(entry.name), Some(entry.action));
        }
    }

    #[test]
    fn names_are_unique_and_help_is_a_sentence() {
        let mut names = HashSet::new();
        for entry in TABLE {
            assert!(names.insert(entry.name), "{} twice", entry.name);
            assert!(entry.help.ends_with('.') && entry.help.starts_with(char::is_uppercase), "{}", entry.help);
            assert!(
                entry.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                entry.name
            );
        }
    }
}
