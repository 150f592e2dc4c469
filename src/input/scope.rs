//! Where on the screen keys are read.

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
    /// On a field of several lines.
    Multiline,
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
    /// In an answer about access: lines that may lead somewhere.
    Answer,
    /// In the line of a question about access.
    Question,
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
    /// Every place, in the order of help.
    pub const ALL: &[Self] = &[
        Self::List,
        Self::Detail,
        Self::Rows,
        Self::Page,
        Self::Menu,
        Self::Switch,
        Self::Form,
        Self::Choice,
        Self::Secret,
        Self::Review,
        Self::Done,
        Self::Mfa,
        Self::Diff,
        Self::Compare,
        Self::Answer,
        Self::Question,
        Self::SignIn,
        Self::Pick,
        Self::Entries,
        Self::Multiline,
        Self::Editor,
        Self::Popup,
        Self::Replace,
        Self::Find,
        Self::Builder,
        Self::Pane,
        Self::Saving,
        Self::Confirm,
        Self::Text,
        Self::Global,
    ];

    /// Its name in `keys.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Page => "page",
            Self::Rows => "rows",
            Self::List => "list",
            Self::Detail => "detail",
            Self::Text => "text",
            Self::Menu => "menu",
            Self::Switch => "switch",
            Self::Form => "form",
            Self::Choice => "choice",
            Self::Secret => "secret",
            Self::Pick => "pick",
            Self::SignIn => "sign-in",
            Self::Entries => "entries",
            Self::Multiline => "multiline",
            Self::Editor => "editor",
            Self::Popup => "popup",
            Self::Find => "find",
            Self::Replace => "replace",
            Self::Builder => "builder",
            Self::Pane => "pane",
            Self::Saving => "saving",
            Self::Diff => "diff",
            Self::Compare => "compare",
            Self::Answer => "answer",
            Self::Question => "question",
            Self::Review => "review",
            Self::Done => "done",
            Self::Confirm => "confirm",
            Self::Mfa => "mfa",
        }
    }

    /// The place of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }

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
            Self::Multiline => "On a field of several lines",
            Self::Editor => "In the editor",
            Self::Popup => "In a list over the text",
            Self::Find => "While finding",
            Self::Replace => "While replacing",
            Self::Builder => "In the visual builder",
            Self::Pane => "In the editor's pane",
            Self::Saving => "Where a change is shown",
            Self::Diff => "On what differs",
            Self::Compare => "In a comparison",
            Self::Answer => "In an answer about access",
            Self::Question => "In a question about access",
            Self::Review => "In a review",
            Self::Done => "In a finished review",
            Self::Confirm => "Where a plan is confirmed",
            Self::Mfa => "At the codes of an MFA device",
        }
    }
}
