//! A step of a wizard: fields from top to bottom, one of which has the keys.
//!
//! A form keeps what was answered for as long as its wizard lives, so that going back loses nothing; it is
//! told what is wrong while the user types, never by throwing the input away.

pub(crate) mod check;
pub(crate) mod field;
pub(crate) mod list;
mod paste;
pub(crate) mod pick;

use ratatui::layout::Rect;

use crate::base::error::UserError;
use crate::input::{Action, DialogAction, FormAction, ItemAction, Move, Scope, WorkAction};
use crate::theme::Look;

use super::frame::Frame;
use super::layer::unbound;
use super::layout::split_top;
use super::widgets::failure::wrap;
pub use field::{Field, Input};
use pick::Pick;

/// The columns that labels take.
const LABEL: u16 = 24;

/// Fields and which of them has the keys.
#[derive(Debug)]
pub struct Form {
    title: &'static str,
    fields: Vec<Field>,
    focus: usize,
    read: Read,
}

/// How far lines have been read that have no room all at once.
#[derive(Debug, Clone, Copy, Default)]
struct Read {
    /// The lines above what is in sight.
    above: usize,
    /// The most that there can be.
    most: usize,
    /// The lines in sight.
    page: usize,
}

/// What an action did to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// An answer changed, or where the keys go.
    Inside,
    /// The last field was left forward: the step is done.
    Past,
    /// Enter was pressed on a filtered list of which nothing is marked: the field keeps the keys.
    Unmarked,
    /// The action is none of a form's.
    Nothing,
}

impl Form {
    /// A form with the title of its step.
    pub fn new(title: &'static str, fields: Vec<Field>) -> Self {
        Self { title, fields, focus: 0, read: Read::default() }
    }

    /// The title of its step.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Asks for a field, or does not.
    pub fn ask(&mut self, id: &str, asked: bool) {
        if let Some(field) = self.field(id) {
            field.hidden = !asked;
        }
    }

    /// Says what is wrong with the answer of a field, beyond its own check.
    pub fn object(&mut self, id: &str, objection: Option<UserError>) {
        if let Some(field) = self.field(id) {
            field.objection = objection;
        }
    }

    /// Says something of the answer of a field, without objecting.
    pub fn remark(&mut self, id: &str, remark: Option<String>) {
        if let Some(field) = self.field(id) {
            field.remark = remark;
        }
    }

    /// Puts lines to read in the place of others.
    pub fn tell(&mut self, id: &str, lines: Vec<(String, Look)>) {
        if let Some(field) = self.field(id) {
            field.input = Input::Note(lines);
        }
    }

    /// Puts entries into a list, as if they had been typed.
    pub fn enter(&mut self, id: &str, entries: Vec<String>) {
        if let Some(Input::List(list)) = self.field(id).map(|field| &mut field.input) {
            list.set(entries);
        }
    }

    /// The field of this id, to change what it offers or whether it is asked.
    pub fn field(&mut self, id: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.id == id)
    }

    fn input(&self, id: &str) -> Option<&Input> {
        self.fields.iter().find(|field| field.id == id && !field.hidden).map(|field| &field.input)
    }

    /// The text of a field; empty where it is not asked.
    pub fn text(&self, id: &str) -> &str {
        match self.input(id) {
            Some(Input::Text(line) | Input::Secret { line, .. }) => line.text(),
            Some(Input::Paste(paste)) => paste.text(),
            _ => "",
        }
    }

    /// Whether a switch is on; off where it is not asked.
    pub fn is_on(&self, id: &str) -> bool {
        matches!(self.input(id), Some(Input::Switch(true)))
    }

    /// The number of the chosen option; the first where it is not asked.
    pub fn choice(&self, id: &str) -> usize {
        match self.input(id) {
            Some(Input::Choice { at, .. }) => *at,
            _ => 0,
        }
    }

    /// The entries of a list, with what is typed and not yet entered.
    pub fn entries(&self, id: &str) -> Vec<String> {
        match self.input(id) {
            Some(Input::List(list)) => list.entries(),
            _ => Vec::new(),
        }
    }

    /// The keys of the picked items, in the order of the list.
    pub fn picked(&self, id: &str) -> Vec<String> {
        match self.input(id) {
            Some(Input::Pick(pick)) => pick.picked(),
            _ => Vec::new(),
        }
    }

    /// The first field that cannot stay as it is, which gets the keys; nothing where all is well.
    pub fn stop_at_problem(&mut self) -> bool {
        let found = self.fields.iter().position(|field| !field.hidden && field.problem().is_some());
        if let Some(at) = found {
            self.focus = at;
            if let Some(field) = self.fields.get_mut(at) {
                field.touched = true;
            }
        }
        found.is_some()
    }

    /// Whether anything was answered that leaving would lose.
    pub fn is_touched(&self) -> bool {
        self.fields.iter().any(|field| field.touched)
    }

    /// Whether something was entered that no draft keeps.
    pub fn has_secret(&self) -> bool {
        self.fields.iter().filter(|field| !field.hidden).any(|field| match &field.input {
            Input::Secret { line, .. } => !line.text().is_empty(),
            Input::Paste(paste) => !paste.text().is_empty(),
            _ => false,
        })
    }

    fn focused(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    /// Where keys are read: what the focused field takes comes first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.fields.get(self.focus).filter(|field| field.is_asked()).map(|field| &field.input) {
            Some(Input::Text(_)) => &[Scope::Form, Scope::Text, Scope::Global],
            Some(Input::Paste(_)) => &[Scope::Multiline, Scope::Form, Scope::Text, Scope::Global],
            Some(Input::List(_)) => &[Scope::Entries, Scope::Form, Scope::Text, Scope::Global],
            Some(Input::Secret { .. }) => &[Scope::Form, Scope::Secret, Scope::Text, Scope::Global],
            Some(Input::Pick(_)) => &[Scope::Pick, Scope::Form, Scope::Text, Scope::Global],
            Some(Input::Choice { .. }) => &[Scope::Choice, Scope::Form, Scope::Global],
            Some(Input::Switch(_)) => &[Scope::Switch, Scope::Form, Scope::Global],
            Some(Input::Note(_)) | None => &[Scope::Form, Scope::Global],
        }
    }

    /// Does what an action wants; where a step begins and ends, whoever has the form knows.
    pub fn act(&mut self, action: Action) -> Acted {
        match action {
            Action::Form(FormAction::NextField) => self.step(true),
            Action::Form(FormAction::PreviousField) => {
                self.step(false);
                Acted::Inside
            }
            Action::Form(FormAction::Enter) => self.go_on(),
            Action::Form(FormAction::NextChoice) => self.in_field(|field| field.choose(true)),
            Action::Form(FormAction::PreviousChoice) => self.in_field(|field| field.choose(false)),
            Action::Move(step) => self.go(step),
            Action::Text(edit) => self.in_field(|field| field.edit(edit)),
            Action::Dialog(DialogAction::Mark) => self.in_field(Field::mark),
            Action::Work(WorkAction::Reveal) => self.in_field(Field::reveal),
            Action::Item(ItemAction::Delete) => self.in_field(Field::remove),
            Action::Form(FormAction::NextStep | FormAction::PreviousStep | FormAction::CreateInside)
            | Action::Dialog(DialogAction::Accept | DialogAction::Cancel)
            | Action::Work(WorkAction::Undo | WorkAction::Redo | WorkAction::Save | WorkAction::Copy)
            | Action::Item(
                ItemAction::New | ItemAction::Edit | ItemAction::Add | ItemAction::Menu | ItemAction::WhoCan,
            ) => Acted::Nothing,
            Action::App(_)
            | Action::Page(_)
            | Action::Nav(_)
            | Action::Fold(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => {
                unbound(action);
                Acted::Nothing
            }
        }
    }

    fn in_field(&mut self, act: impl FnOnce(&mut Field) -> bool) -> Acted {
        let acted = self.focused().is_some_and(|field| {
            let acted = act(field);
            // What is typed is tested from the first character on, but an untouched field is not scolded.
            field.touched |= acted;
            acted
        });
        if acted { Acted::Inside } else { Acted::Nothing }
    }

    /// Enter takes a typed entry of a list first, or the one row that typing has left; then it moves on.
    fn go_on(&mut self) -> Acted {
        let taken = match self.focused().map(|field| &mut field.input) {
            Some(Input::List(list)) => list.enter(),
            _ => self.take_only(),
        };
        match (taken, self.is_undecided()) {
            (true, _) => Acted::Inside,
            (false, true) => Acted::Unmarked,
            (false, false) => self.step(true),
        }
    }

    /// Picks the one row that is left of what was typed into the focused field; whether it did.
    pub fn take_only(&mut self) -> bool {
        let taken = match self.focused().map(|field| &mut field.input) {
            Some(Input::Pick(pick)) => pick.take_only(),
            _ => false,
        };
        if let Some(field) = self.focused().filter(|_| taken) {
            field.touched = true;
        }
        taken
    }

    /// Whether something is typed to find rows of the focused field by, and none of them is picked.
    pub fn is_undecided(&self) -> bool {
        match self.fields.get(self.focus).filter(|field| field.is_asked()).map(|field| &field.input) {
            Some(Input::Pick(pick)) => pick.is_undecided(),
            _ => false,
        }
    }

    /// Moves over the rows of the focused field, else over the lines to read.
    fn go(&mut self, step: Move) -> Acted {
        if self.in_field(|field| field.go(step)) == Acted::Inside {
            return Acted::Inside;
        }
        let lists = matches!(self.focused().map(|field| &field.input), Some(Input::List(_) | Input::Paste(_)));
        match step {
            // Beyond its entries or lines, a field of several is left like any other.
            Move::Up if lists => {
                self.step(false);
            }
            Move::Down if lists => return self.step(true),
            Move::PageUp => self.read.above = self.read.above.saturating_sub(self.read.page),
            Move::PageDown => self.read.above = (self.read.above + self.read.page).min(self.read.most),
            Move::Up | Move::Down | Move::Top | Move::Bottom => return Acted::Nothing,
        }
        Acted::Inside
    }

    /// Takes typed or pasted text.
    pub fn type_text(&mut self, text: &str) {
        if let Some(field) = self.focused() {
            field.type_text(text);
        }
    }

    /// The step is left, or its focused field.
    pub fn leave(&mut self) {
        if let Some(Input::Pick(pick)) = self.focused().map(|field| &mut field.input) {
            pick.leave();
        }
    }

    /// Clears what is typed to find rows of the focused field by; whether there was anything.
    pub fn clear_filter(&mut self) -> bool {
        match self.focused().map(|field| &mut field.input) {
            Some(Input::Pick(pick)) => pick.clear_filter(),
            _ => false,
        }
    }

    /// Moves to the next or previous field that is asked; past the last one the step is done.
    fn step(&mut self, forward: bool) -> Acted {
        self.leave();
        if let Some(field) = self.focused() {
            field.touched |= forward;
        }
        let asked = |(at, field): (usize, &Field)| field.is_asked().then_some(at);
        let mut fields = self.fields.iter().enumerate().filter_map(asked);
        let next = if forward { fields.find(|at| *at > self.focus) } else { fields.rev().find(|at| *at < self.focus) };
        match next {
            Some(at) => {
                self.focus = at;
                Acted::Inside
            }
            None => Acted::Past,
        }
    }

    /// Brings the focus to a field that is asked and lists into their room.
    pub fn settle(&mut self, area: Rect) {
        if self.fields.get(self.focus).is_none_or(|field| !field.is_asked()) {
            self.focus = self.fields.iter().position(Field::is_asked).unwrap_or(0);
        }
        let room = self.room(area);
        if let Some(Input::Pick(pick)) = self.focused().map(|field| &mut field.input) {
            pick.settle(room);
        }
        if let Some(Input::Paste(paste)) = self.focused().map(|field| &mut field.input) {
            paste.settle(room);
        }
        let (lines, page) = self.surplus(area).unwrap_or_default();
        let most = lines.saturating_sub(page);
        self.read = Read { above: self.read.above.min(most), most, page };
    }

    /// Whether it has lines to read that have no room.
    pub fn reads_on(&self) -> bool {
        self.read.most > 0
    }

    /// How many lines the first text to read has that does not fit, and how many of them do.
    fn surplus(&self, area: Rect) -> Option<(usize, usize)> {
        let mut left = usize::from(area.height);
        for (at, field) in self.fields.iter().enumerate().filter(|(_, field)| !field.hidden) {
            let Input::Note(lines) = &field.input else {
                let opened = if at == self.focus { usize::from(opened(field, self.room(area))) } else { 0 };
                left = left.saturating_sub(1 + opened + words(field, at == self.focus, area.width).len());
                continue;
            };
            let lines = broken(lines, area.width).count();
            if lines > left {
                return Some((lines, left.saturating_sub(1)));
            }
            left = left.saturating_sub(lines.max(1));
        }
        None
    }

    /// The lines that are left for what opens below the focused field: a text to read gives way to it.
    fn room(&self, area: Rect) -> u16 {
        let lines = |at: usize, field: &Field, note: u16| match &field.input {
            Input::Note(lines) => {
                let count = broken(lines, area.width).take(usize::from(area.height)).count();
                u16::try_from(count).unwrap_or(u16::MAX).clamp(1, note)
            }
            _ => 1 + u16::try_from(words(field, at == self.focus, area.width).len()).unwrap_or(u16::MAX),
        };
        let left = |note: u16| {
            let shown = self.fields.iter().enumerate().filter(|(_, field)| !field.hidden);
            let used = shown.map(|(at, field)| lines(at, field, note)).fold(0, u16::saturating_add);
            area.height.saturating_sub(used)
        };
        left(u16::MAX).max(left(1).min(OPENED))
    }

    /// Draws the fields; the focused one opens, the others keep to one line.
    ///
    /// Where they do not all fit, those above the focused one make way.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let shown = |field: &&Field| !field.hidden;
        let above = self.fields.iter().take(self.focus).filter(shown).count();
        let most = usize::from(area.height).saturating_sub(4);
        let all = self.fields.iter().filter(shown).count();
        let skip = if all + 2 > usize::from(area.height) { above.saturating_sub(most) } else { 0 };
        let room = self.room(area).max(2);
        let mut rest = area;
        for (at, field) in self.fields.iter().enumerate().filter(|(_, field)| !field.hidden).skip(skip) {
            rest = render_field(field, at == self.focus, (room, self.read), rest, frame);
        }
    }
}

/// The lines that what is picked from has at least, where a text to read could give way.
const OPENED: u16 = 8;

/// The lines that open below a field that has the keys.
fn opened(field: &Field, room: u16) -> u16 {
    match &field.input {
        Input::Pick(_) => room,
        Input::List(list) => list.rows().min(room),
        Input::Paste(paste) => paste.rows().min(room),
        _ => 0,
    }
}

/// Draws one field; gives the lines that are left.
fn render_field(field: &Field, focused: bool, (room, read): (u16, Read), area: Rect, frame: &mut Frame<'_>) -> Rect {
    let (line, mut rest) = split_top(area, 1);
    if line.height == 0 {
        return rest;
    }
    frame.text(line, line.x, line.y, if focused { "›" } else { " " }, Look::Accent);
    let label = Rect { x: line.x + 2, width: LABEL.min(line.width.saturating_sub(2)), ..line };
    frame.text(label, label.x, label.y, field.label, if focused { Look::Heading } else { Look::Muted });
    let (_, value) = super::layout::split_left(line, LABEL + 3);
    if let Input::Note(lines) = &field.input {
        return render_note(lines, read, area, frame);
    }
    field.render(value, focused, frame);
    match &field.input {
        Input::Pick(pick) if focused => {
            let (list, below) = split_top(rest, opened(field, room));
            pick.render(list, frame);
            rest = below;
        }
        Input::List(list) if focused => {
            let (rows, below) = split_top(rest, opened(field, room));
            let (_, rows) = super::layout::split_left(rows, LABEL + 1);
            list.render(rows, field.check(), frame);
            rest = below;
        }
        Input::Paste(paste) if focused => {
            let (rows, below) = split_top(rest, opened(field, room));
            let (_, rows) = super::layout::split_left(rows, LABEL + 3);
            paste.render_lines(rows, frame);
            rest = below;
        }
        _ => {}
    }
    for (text, role) in words(field, focused, area.width) {
        let (line, below) = split_top(rest, 1);
        frame.text(line, line.x + LABEL + 3, line.y, &text, role);
        rest = below;
    }
    rest
}

/// What is said below a field, broken into lines.
fn words(field: &Field, focused: bool, width: u16) -> Vec<(String, Look)> {
    let Some((text, role)) = field.word(focused) else { return Vec::new() };
    wrap(&text, width.saturating_sub(LABEL + 4)).into_iter().map(|line| (line, role)).collect()
}

/// Breaks lines to read into what fits, each keeping its indent; no further than they are asked for.
fn broken(lines: &[(String, Look)], width: u16) -> impl Iterator<Item = (String, Look)> {
    let width = width.saturating_sub(LABEL + 4);
    lines.iter().flat_map(move |(text, role)| {
        let indent = text.chars().take_while(|ch| *ch == ' ').count();
        let room = width.saturating_sub(u16::try_from(indent).unwrap_or(u16::MAX));
        wrap(text, room).into_iter().map(move |line| (format!("{}{line}", " ".repeat(indent)), *role))
    })
}

/// Draws lines to read, beside their label; where they have no room all at once, those that are read now, and how many
/// there are beside.
fn render_note(lines: &[(String, Look)], read: Read, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let (_, place) = super::layout::split_left(area, LABEL + 3);
    let room = usize::from(place.height);
    let count = broken(lines, area.width).take(room + 1).count();
    let (above, fits) = if count > room { (read.above, room.saturating_sub(1)) } else { (0, count) };
    for ((text, role), y) in broken(lines, area.width).skip(above).take(fits).zip(place.y..place.bottom()) {
        frame.text(place, place.x, y, &text, role);
    }
    let mut used = u16::try_from(fits).unwrap_or(u16::MAX);
    if fits < count {
        let more = match (above, read.most.saturating_sub(above)) {
            (0, below) => format!("… and {below} more lines"),
            (above, 0) => format!("… {above} lines above"),
            (above, below) => format!("… {above} lines above, {below} below"),
        };
        frame.text(place, place.x, place.y.saturating_add(used), &more, Look::Muted);
        used = used.saturating_add(1);
    }
    split_top(area, used.max(1)).1
}

impl Form {
    /// Offers the items of a pick, with how complete they are; what was picked stays picked.
    pub fn offer(&mut self, id: &str, (items, status): (Vec<pick::Item>, String)) {
        if let Some(pick) = self.pick_mut(id) {
            pick.offer(items);
            pick.status = status;
        }
    }

    /// The pick of this id, to be changed.
    pub fn pick_mut(&mut self, id: &str) -> Option<&mut Pick> {
        match self.field(id).map(|field| &mut field.input) {
            Some(Input::Pick(pick)) => Some(pick),
            _ => None,
        }
    }

    /// The pick of this id.
    pub fn pick(&self, id: &str) -> Option<&Pick> {
        match self.input(id) {
            Some(Input::Pick(pick)) => Some(pick),
            _ => None,
        }
    }

    /// The id of the field that has the keys.
    pub fn focused_id(&self) -> Option<&'static str> {
        self.fields.get(self.focus).map(|field| field.id)
    }

    /// What was answered, for a draft: no secrets.
    pub fn answers(&self) -> Vec<(&'static str, serde_json::Value)> {
        self.fields.iter().filter_map(|field| field.answer().map(|answer| (field.id, answer))).collect()
    }

    /// Takes the answers of a draft back.
    pub fn restore(&mut self, id: &str, answer: &serde_json::Value) {
        self.prefill(id, answer);
        let empty = match answer {
            serde_json::Value::String(text) => text.is_empty(),
            serde_json::Value::Array(list) => list.is_empty(),
            _ => true,
        };
        if let Some(field) = self.field(id) {
            field.touched |= !empty;
        }
    }

    /// Puts an answer in that leaving does not lose.
    pub fn prefill(&mut self, id: &str, answer: &serde_json::Value) {
        if let Some(field) = self.field(id) {
            field.restore(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::TextEdit;
    use crate::theme::Theme;

    fn form() -> Form {
        Form::new(
            "Details",
            vec![
                Field::text("name", "User name", "Up to 64 characters.", check::user_name),
                Field::switch("console", "Console access", "Lets the user sign in.", false),
                Field::secret("password", "Password", ""),
                Field::list("tags", "Tags", "Written key=value.", check::tag),
                Field::pick("groups", "Groups", "", Pick::many()),
            ],
        )
    }

    fn screen(form: &mut Form) -> Vec<String> {
        let theme = Theme::plain();
        let mut frame = Frame::new(60, 10, &theme);
        let area = frame.area();
        form.settle(area);
        form.render(area, &mut frame);
        let buffer = &frame.picture.buffer;
        let line = |y| (0..60).map(|x| buffer.cell((x, y)).map_or(" ", |cell| cell.symbol())).collect::<String>();
        (0..10).map(|y| line(y).trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn a_wrong_answer_is_told_while_it_is_typed_and_stops_the_step() {
        let mut form = form();
        assert!(form.stop_at_problem());
        form.type_text("alice smith");
        let lines = screen(&mut form);
        assert!(lines.iter().any(|line| line.contains("✗ the user name cannot contain `")), "{lines:?}");
        form.act(Action::Text(TextEdit::Clear));
        form.type_text("alice");
        assert!(!form.stop_at_problem());
        assert_eq!(form.text("name"), "alice");
    }

    #[test]
    fn a_secret_is_dots_unless_it_is_asked_for() {
        let mut form = form();
        form.act(Action::Form(FormAction::NextField));
        form.act(Action::Form(FormAction::NextField));
        form.type_text("hunter2");
        assert!(!screen(&mut form).concat().contains("hunter2"));
        form.act(Action::Work(WorkAction::Reveal));
        assert!(screen(&mut form).concat().contains("hunter2"));
        assert!(form.answers().iter().all(|(_, answer)| !answer.to_string().contains("hunter2")));
    }

    #[test]
    fn what_is_hidden_is_not_asked_and_answers_nothing() {
        let mut form = form();
        form.act(Action::Form(FormAction::NextField));
        form.act(Action::Dialog(DialogAction::Mark));
        assert!(form.is_on("console"));
        if let Some(field) = form.field("console") {
            field.hidden = true;
        }
        assert!(!form.is_on("console"));
        screen(&mut form);
        assert_eq!(form.focused_id(), Some("name"));
        form.act(Action::Form(FormAction::NextField));
        assert_eq!(form.focused_id(), Some("password"));
    }

    #[test]
    fn a_draft_brings_back_what_was_answered() {
        let mut form = form();
        form.type_text("alice");
        for _ in 0..3 {
            form.act(Action::Form(FormAction::Enter));
        }
        form.type_text("env=prod");
        assert_eq!(form.act(Action::Form(FormAction::Enter)), Acted::Inside);
        let mut other = self::form();
        for (id, answer) in form.answers() {
            other.restore(id, &answer);
        }
        assert_eq!((other.text("name"), other.entries("tags")), ("alice", vec!["env=prod".to_owned()]));
    }

    #[test]
    fn the_last_field_leads_out_of_the_step() {
        let mut form = form();
        for _ in 0..4 {
            assert_eq!(form.act(Action::Form(FormAction::NextField)), Acted::Inside);
        }
        assert_eq!(form.act(Action::Form(FormAction::NextField)), Acted::Past);
    }
}
