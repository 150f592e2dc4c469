//! The list of the editor's commands: each is found by its name or by what it does, and needs no key of its own.

use ratatui::layout::Rect;

use crate::base::search::{Query, Reach};
use crate::input::binding::{BINDINGS, Binding};
use crate::input::key::{Code, Key};
use crate::input::names;
use crate::input::{Action, Context, DialogAction, Keymap, Scope, Tool};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

use super::go_to_line::Place;

/// The columns of the names.
const NAMES: u16 = 20;

/// How a command is reached: by a key that every terminal tells, else by its name in the list of commands.
///
/// A terminal may keep function keys for itself, and tell nothing of alt.
pub fn key(keymap: &Keymap, tool: impl Into<Action>) -> String {
    let action = tool.into();
    let keys = keymap.keys(Scope::Editor, action);
    if let Some(key) = keys.iter().find(|key| is_plain(key)) {
        return key.label();
    }
    let list = keymap.shown(Scope::Editor, Tool::Commands);
    let other = keys.first().map(|key| format!(" ({})", key.label())).unwrap_or_default();
    format!("{list} {}{other}", action.name())
}

/// Whether every terminal tells a key.
fn is_plain(key: &Key) -> bool {
    !key.mods.alt && !matches!(key.code, Code::F(_))
}

/// The list with what is typed.
#[derive(Debug)]
pub struct Commands {
    line: TextLine,
    /// What matches, the best first.
    found: Vec<&'static Binding>,
    /// The line that is typed in place of a command.
    place: Option<Place>,
    scroll: Scroll,
}

impl Default for Commands {
    fn default() -> Self {
        let mut commands = Self::empty();
        commands.search();
        commands
    }
}

impl Commands {
    fn empty() -> Self {
        Self { line: TextLine::default(), found: Vec::new(), place: None, scroll: Scroll::default() }
    }

    fn search(&mut self) {
        self.place = Place::parse(self.line.text());
        let query = Query::new(self.line.text(), Reach::Words);
        let list = Tool::Commands.action();
        let own = BINDINGS.iter().filter(|own| own.scope == Scope::Editor && own.action != list);
        // Words that are typed apart are joined by a line in names.
        let ranked = own.filter_map(|own| {
            let old: Vec<&str> = names::old_names(own.scope, own.action).collect();
            let also = format!("{} {}", own.help, old.join(" ").replace('-', " "));
            let rank = query.rank(&own.action.name().replace('-', " "), &also);
            (query.is_empty() || rank.is_some()).then_some((rank, own))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        self.found = ranked.into_iter().map(|(_, own)| own).collect();
        self.scroll.rewind();
    }

    fn place(area: Rect) -> Rect {
        centered(area, area.width.saturating_sub(4).min(98), area.height.saturating_sub(2).min(40))
    }
}

impl Layer for Commands {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Commands of the editor"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) => {
                if let Some(place) = self.place {
                    return vec![UiEffect::CloseWith(UiMessage::GoTo(place))];
                }
                let command = self.found.get(self.scroll.cursor);
                let run = command.map(|entry| [UiEffect::Close, UiEffect::Do(entry.action)]);
                return run.into_iter().flatten().collect();
            }
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => self.scroll.go(step, self.found.len()),
            Action::Text(edit) => {
                self.line.edit(edit);
                self.search();
            }
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.line.insert(text);
        self.search();
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        self.scroll.settle(self.found.len(), Self::place(area).height.saturating_sub(3));
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(Self::place(area), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "search: ", frame);
        if let Some(place) = self.place {
            frame.text(rest, rest.x, rest.y, "›", Look::Accent);
            frame.text(rest, rest.x + 2, rest.y, &format!("go to line {}", place.line), Look::Selection);
            return;
        }
        if self.found.is_empty() {
            frame.text(rest, rest.x + 2, rest.y, "No command matches.", Look::Absent);
        }
        for (at, y) in self.scroll.window(self.found.len()).zip(rest.y..rest.bottom()) {
            let Some(entry) = self.found.get(at) else { break };
            let look = if at == self.scroll.cursor { Look::Selection } else { Look::Text };
            frame.text(rest, rest.x, y, if at == self.scroll.cursor { "›" } else { " " }, Look::Accent);
            let key = view.keymap.shown(Scope::Editor, entry.action);
            let end = frame.text_right(rest, y, &key, Look::Key);
            frame.text(Rect { width: NAMES + 2, ..rest }, rest.x + 2, y, entry.action.name(), look);
            let x = rest.x + NAMES + 3;
            let help = Rect { x, width: end.saturating_sub(x + 2), ..rest };
            frame.text(help, x, y, entry.help, Look::Muted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Caret, FindAction, FoldAction, Lines, WorkAction};
    /// What is typed, and the command that is found first.
    #[track_caller]
    fn check(typed: &str, first: impl Into<Action>) {
        let mut commands = Commands::default();
        commands.line.insert(typed);
        commands.search();
        assert_eq!(commands.found.first().map(|entry| entry.action), Some(first.into()), "{typed}");
    }

    #[test]
    fn a_command_is_found_by_its_name_and_by_what_it_does() {
        check("", WorkAction::Save);
        check("close", Tool::Close);
        check("find next", FindAction::Next);
        check("fold statements", FoldAction::All);
        check("wildcard", Tool::Documentation);
        check("EDITOR names", Tool::ExternalEditor);
        check("go to line", Tool::GoToLine);
        check("wrap", Tool::Wrap);
        check("duplicate", Lines::Duplicate);
        check("select word", Caret::SelectWordLeft);
    }

    #[test]
    fn a_key_that_every_terminal_tells_is_named_first() {
        let keymap = Keymap::default();
        assert_eq!(key(&keymap, Tool::Fix), "ctrl-t");
        assert_eq!(key(&keymap, Tool::Close), "ctrl-p close-editor (F10)");
    }

    #[test]
    fn nothing_needs_alt_or_a_function_key() {
        let keymap = Keymap::default();
        let listed = Commands::default().found;
        let scopes =
            [Scope::Editor, Scope::Popup, Scope::Find, Scope::Replace, Scope::Builder, Scope::Pane, Scope::Saving];
        for own in BINDINGS.iter().filter(|own| scopes.contains(&own.scope)) {
            let is_listed = own.scope == Scope::Editor && listed.contains(&own);
            let keys = keymap.keys(own.scope, own.action);
            assert!(is_listed || keys.iter().any(is_plain), "{}", own.action.name());
        }
    }
}
