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
    /// What it does, in one sentence, third person.
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
    Open          "open"           List   "enter l right"       "open"    "Opens the selected row."                                    Row;
    Filter        "filter"         List   "/"                   "filter"  "Filters the list: words, `~letters`, or `type:customer`." Always;
    Sort          "sort"           List   "o"                   ""        "Chooses the column to sort by."                             Always;
    Columns       "columns"        List   "c"                   ""        "Chooses the columns to show."                               Always;
    Preview       "preview"        List   "p"                   ""        "Show or hide the preview."                                  Always;
    MovePreview   "move-preview"   List   "P"                   ""        "Move the preview below the list or beside it."              Always;
    Mark          "mark"           List   "space"               ""        "Marks the selected row and moves on."                       Row;
    MarkRange     "mark-range"     List   "V"                   ""        "Marks all rows from the last mark to here."                 Row;
    ClearMarks    "clear-marks"    List   ""                    ""        "Takes all marks away."                                      Marked;
    ClearFilter   "clear-filter"   List   ""                    ""        "Takes the filter away."                                     Filtered;
    Follow        "follow"         Detail "enter l right"       "follow"  "Follows the link in the selected row."                      Row;
    NextTab       "next-tab"       Detail "tab"                 "tab"     "Shows the next tab."                                        Tabs;
    PreviousTab   "previous-tab"   Detail "shift-tab"           ""        "Shows the previous tab."                                    Tabs;
    Fold          "fold"           Detail "space"               "fold"    "Folds or opens the part under the cursor."                  Folds;
    FoldAll       "fold-all"       Detail "z"                   ""        "Folds or opens all parts."                                  Folds;
    Up            "up"             Rows   "k up"                ""        "Moves up."                                                  Always;
    Down          "down"           Rows   "j down"              ""        "Moves down."                                                Always;
    PageUp        "page-up"        Rows   "pgup ctrl-b"         ""        "Moves one screen up."                                       Always;
    PageDown      "page-down"      Rows   "pgdn ctrl-f"         ""        "Moves one screen down."                                     Always;
    Top           "top"            Rows   "g home"              ""        "Moves to the first row."                                    Always;
    Bottom        "bottom"         Rows   "G end"               ""        "Moves to the last row."                                     Always;
    New           "new"            Page   "n"                   "new"     "Makes what the page lists."                                 New;
    Edit          "edit"           Page   "e"                   "edit"    "Edits what is selected."                                    Edit;
    Add           "add"            Page   "a"                   "add"     "Attaches or adds something to what is selected."            Add;
    Delete        "delete"         Page   "d"                   "delete"  "Deletes or removes what is selected; the review asks first." Delete;
    Verbs         "menu"           Page   "m"                   "menu"    "Shows everything that can be done with what is selected."   Verbs;
    Undo          "undo"           Page   "u"                   "undo"    "Takes back the last change, through a plan of its own."     Undo;
    Copy          "copy"           Page   "y"                   "copy"    "Copies the name, the ARN or the JSON to the terminal's clipboard." Copyable;
    Reload        "reload"         Page   "r"                   "reload"  "Reads all that the page shows again."                       Always;
    Palette       "palette"        Page   ":"                   "jump"    "Jumps to a page or an entity, or runs a command by name."   Always;
    Calls         "calls"          Page   "@"                   ""        "Shows the calls that were made."                            Always;
    Help          "help"           Page   "?"                   "help"    "Shows the keys that work here."                             Always;
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
    NextAccount   "next-account"   Page   "}"                   ""        "Goes to the next account that is open; the same view stays in sight." Always;
    PreviousAccount "previous-account" Page "{"                 ""        "Goes to the account before."                                Always;
    SwitchRole    "switch-role"    Page   "S"                   ""        "Switches to a role; on a role's page, to that one."         Always;
    SwitchBack    "switch-back"    Page   ""                    ""        "Leaves a role for the account that was switched from."      Always;
    CloseAccount  "close-account"  Page   ""                    ""        "Closes the account in sight; the others stay open."         Always;
    SessionMfa    "session-with-mfa" Page ""                    ""        "Asks for a session of the same user with a code of an MFA device." Always;
    CopySession   "copy-session"   Page   "Y"                   ""        "Copies the session's credentials for a shell, a profile or the AWS console." Always;
    CompareAccounts "compare"      Page   ""                    ""        "Compares what the page shows with another account that is open." Always;
    HistoryBack   "history-back"   Page   "["                   ""        "Goes back to the page before."                              Back;
    HistoryForward "history-forward" Page "]"                   ""        "Goes forward again."                                        Forward;
    Back          "back"           Page   "esc h left backspace" "back"   "Takes back what is special here, then goes back."           Always;
    Leave         "leave"          Page   "q"                   ""        "Leaves the page; on the first page, the program."           Always;
    Accept        "accept"         Menu   "enter"               "choose"  "Takes the choice."                                          Always;
    Cancel        "cancel"         Menu   "esc"                 "close"   "Closes this without a choice."                              Always;
    MenuUp        "menu-up"        Menu   "up ctrl-p shift-tab" ""        "Moves up in the menu."                                      Always;
    MenuDown      "menu-down"      Menu   "down ctrl-n tab"     ""        "Moves down in the menu."                                    Always;
    MenuPageUp    "menu-page-up"   Menu   "pgup"                ""        "Moves one screen up in the menu."                           Always;
    MenuPageDown  "menu-page-down" Menu   "pgdn"                ""        "Moves one screen down in the menu."                         Always;
    Switch        "switch"         Switch "space"               "switch"  "Switches the item on or off."                               Always;
    FieldEnter    "field-enter"    Form   "enter"               "next"    "Goes to the next field; on the last one, to the next step."  Always;
    FieldNext     "next-field"     Form   "tab down"            ""        "Goes to the next field."                                    Always;
    FieldPrevious "previous-field" Form   "shift-tab up"        ""        "Goes to the previous field."                                Always;
    StepNext      "next-step"      Form   "ctrl-n"              "next step" "Goes to the next step."                                   Always;
    StepBack      "previous-step"  Form   "ctrl-p"              ""        "Goes to the previous step; nothing is lost."                Always;
    ReadUp        "read-back"      Form   "pgup"                ""        "Shows the lines above."                                     ReadOn;
    ReadDown      "read-on"        Form   "pgdn"                "read on" "Shows the lines that had no room."                          ReadOn;
    MakeInside    "make-inside"    Form   "f2 alt-n"            "make one" "Makes something new to pick, as part of the same plan."    Inside;
    StepLeave     "leave-step"     Form   "esc"                 "back"    "Goes to the previous step; on the first one, leaves the wizard." Always;
    ChoiceNext    "next-choice"    Choice "right space"         "choose"  "Chooses the next option."                                   Always;
    ChoicePrevious "previous-choice" Choice "left"              ""        "Chooses the option before."                                 Always;
    FieldReveal   "reveal-field"   Secret "ctrl-r"              "show"    "Shows or hides what is typed."                              Always;
    Apply         "apply"          Review "enter"               "apply"   "Applies the plan; asks for a word first where something is lost." Apply;
    Resume        "resume"         Review "r"                   "resume"  "Goes on with the run where it stopped."                     Resume;
    RollBack      "roll-back"      Review "u"                   "take back" "Takes back what the run has done, through a plan of its own." Undo;
    Reveal        "reveal"         Review "x"                   "reveal"  "Shows the secrets for ten seconds."                         Secrets;
    CopyPlan      "copy-plan"      Review "y"                   "copy"    "Copies the plan as the code in sight, or what the run gave." Always;
    SavePlan      "save-plan"      Review "s"                   "save"    "Writes the same to a file that only you can read."          Always;
    NextView      "next-view"      Review "tab l right"         "code"    "Shows the plan as the next kind of code."                   Always;
    PreviousView  "previous-view"  Review "shift-tab h left"    ""        "Shows the plan as the kind of code before."                 Always;
    ReviewLeave   "leave-review"   Review "esc q backspace"     "back"    "Leaves the review: nothing more is applied. A half-made MFA device is deleted again."          Always;
    ReviewHelp    "review-help"    Review "? f1"                "help"    "Shows the keys that work here."                             Always;
    ReviewJump    "review-jump"    Review ":"                   "jump"    "Jumps to a page or an entity, or runs a command by name."   Always;
    ReviewDone    "close-review"   Done   "enter"               "close"   "Closes the review of a plan that was applied."              Done;
    SeedReveal    "reveal-seed"    Mfa    "x"                   "seed"    "Shows the seed and the otpauth URI for ten seconds."        Always;
    QrLook        "qr-size"        Mfa    "v"                   "size"    "Draws the QR code in half blocks, full size or plain characters." Always;
    QrInvert      "qr-invert"      Mfa    "i"                   "invert"  "Turns black and white of the QR code over."                 Always;
    SeedCopy      "copy-seed"      Mfa    "y"                   "copy seed" "Copies the seed to the terminal's clipboard."             Always;
    UriCopy       "copy-uri"       Mfa    "Y"                   ""        "Copies the otpauth URI to the terminal's clipboard."        Always;
    NextChange    "next-change"    Diff   "n"                   "next"    "Moves to the next change."                                  Always;
    PreviousChange "previous-change" Diff "N p"                 ""        "Moves to the change before."                                Always;
    DiffWhole     "whole-text"     Diff   "space"               "all"     "Shows all lines, or only those around changes."             Lines;
    DiffSides     "side-by-side"   Diff   "s"                   "sides"   "Shows the texts side by side or below each other."          Beside;
    CompareView   "compare-meaning" Compare "tab shift-tab"     "meaning" "Shows what the change means, or the texts again."           Always;
    CompareSwap   "swap"           Compare "x"                  "swap"    "Compares the other way round."                              Always;
    CompareOther  "other-versions" Compare "v"                  "versions" "Chooses the two versions to compare."                      Versions;
    CompareLeave  "leave-comparison" Compare "esc q backspace h left" "back" "Leaves the comparison."                                  Always;
    OpenPage      "open-page"      SignIn "enter o"             "browser" "Opens the page in a browser of this machine."               Always;
    CopyPage      "copy-page"      SignIn "y"                   "copy link" "Copies the link to the terminal's clipboard."             Always;
    SignInLeave   "leave-sign-in"  SignIn "esc q"               "give up" "Gives signing in up."                                       Always;
    PickToggle    "pick"           Pick   "space"               "pick"    "Picks the item or lets go of it; typing narrows the list."  Always;
    PickUp        "pick-up"        Pick   "up"                  ""        "Moves up in the list."                                      Always;
    PickDown      "pick-down"      Pick   "down"                ""        "Moves down in the list."                                    Always;
    PickPageUp    "pick-page-up"   Pick   "pgup"                ""        "Moves one screen up in the list."                           Always;
    PickPageDown  "pick-page-down" Pick   "pgdn"                ""        "Moves one screen down in the list."                         Always;
    EntryUp       "entry-up"       Entries "up"                 "entries"      "Moves to the entry above."                                  Always;
    EntryDown     "entry-down"     Entries "down"               ""        "Moves to the entry below, then to the next field."          Always;
    EntryDrop     "entry-drop"     Entries "delete ctrl-d"      "drop one"   "Drops the entry under the cursor; Enter edits it."          Always;
    EditSave            "save" Editor "ctrl-s" "save" "Shows what the edit changes, and saves it after the review." Always;
    EditMenu            "editor-menu" Editor "ctrl-p f2" "commands" "Lists all commands of the editor, to search and run them." Always;
    EditComplete        "complete" Editor "tab ctrl-space" "complete" "Offers what can be written here; in front of a line's text, indents it." Always;
    EditFix             "fix" Editor "alt-." "fix" "Makes the fix of the finding under the cursor, or the nearest one that is safe." Always;
    EditNextFinding     "next-finding" Editor "f8 alt-n" "next finding" "Goes to the next finding." Always;
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
    EditMark            "select" Editor "alt-v" "" "Begins or ends a selection, for terminals that do not tell shift." Always;
    EditSelectAll       "select-all" Editor "ctrl-a alt-a" "" "Selects the whole text." Always;
    EditCopy            "copy-text" Editor "alt-c" "" "Copies the selection, or the line, to the terminal's clipboard." Always;
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
    FindTake            "find-here" Find "enter down" "next" "Goes to the next match." Always;
    FindUp              "find-up" Find "up" "previous" "Goes to the previous match." Always;
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
    BuildLeave          "leave-builder" Builder "esc f4 alt-d q" "text" "Goes back to the text, at what was selected." Always;
    PaneEnter           "pane-enter" Pane "enter right" "open" "Goes to the finding, or into the service, that is selected." Always;
    PaneNext            "pane-next" Pane "tab" "next tab" "Shows the next tab of the pane." Always;
    PanePrevious        "pane-previous" Pane "shift-tab" "" "Shows the previous tab of the pane." Always;
    PaneFix             "pane-fix" Pane "alt-. f" "fix" "Makes the fix of the selected finding." Always;
    PaneFixAll          "pane-fix-all" Pane "alt-, F" "fix all" "Makes the fixes of all findings of the selected kind." Always;
    PaneHelp            "pane-help" Pane "f1 ?" "help" "Shows the keys that work here." Always;
    PaneBack            "pane-back" Pane "esc left f6 alt-o" "text" "Goes out of the service, then back to the text." Always;
    DiffLook            "change-look" Saving "ctrl-t" "look" "Shows the change by meaning, line by line, or side by side." Always;
    DiffUp              "change-up" Saving "pgup" "" "Moves one screen up in the change." Always;
    DiffDown            "change-down" Saving "pgdn" "scroll" "Moves one screen down in the change." Always;
    ConfirmUp           "plan-up" Confirm "pgup" "" "Moves one screen up in the plan." Always;
    ConfirmDown         "plan-down" Confirm "pgdn" "read on" "Moves one screen down in the plan." Always;
    TextBack      "text-back"      Text   "backspace"           ""        "Deletes the character before the cursor."                   Always;
    TextDelete    "text-delete"    Text   "delete ctrl-d"       ""        "Deletes the character under the cursor."                    Always;
    TextWord      "text-word"      Text   "ctrl-w alt-backspace" ""       "Deletes the word before the cursor."                        Always;
    TextClear     "text-clear"     Text   "ctrl-u"              ""        "Deletes the line; in a text of several lines, up to its start."                                    Always;
    TextLeft      "text-left"      Text   "left"                ""        "Moves the cursor left in the text."                         Always;
    TextRight     "text-right"     Text   "right"               ""        "Moves the cursor right in the text."                        Always;
    TextHome      "text-home"      Text   "home ctrl-a"         ""        "Moves the cursor to the start of the text."                 Always;
    TextEnd       "text-end"       Text   "end ctrl-e"          ""        "Moves the cursor to the end of the text."                   Always;
    Connections   "connect"        Global "ctrl-o"              ""        "Opens another account, or goes to one that is open."        Always;
    SignInAgain   "sign-in-again"  Global "ctrl-g"              ""        "Opens the session again; nothing on the screen is lost."    Always;
    Stop          "stop"           Global "ctrl-c"              ""        "Cancels what is running."                                   Always;
    Redraw        "redraw"         Global "ctrl-l"              ""        "Draws the whole screen again."                              Always;
    Suspend       "suspend"       Global "ctrl-z"              ""        "Suspend the program and go back to the shell; `fg` continues it." NoText;
    Quit          "quit"           Global "ctrl-q"              "quit"    "Leaves the program."                                        Always;
    Crash         "crash"          Global "f12"                 ""        "Crashes the program, for a test of the way out."            CrashTest;
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
