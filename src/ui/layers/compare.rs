//! Two texts of a policy compared: by their lines, and by what they allow and deny.

mod meaning;

use ratatui::layout::Rect;

use crate::backend::{Load, PolicyPart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::input::{Action, Context, DiffAction, Nav, Scope, When};
use crate::model::{Document, Fact, PolicyVersion, VersionId};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want, unbound};
use crate::ui::layout::{inner, split_top};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::View;
use crate::ui::time;
use crate::ui::widgets::diff::DiffView;
use crate::ui::widgets::failure::failure;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::tabs::tabs;

use super::menu::{Item, Menu};
use meaning::Meaning;

/// The lines above the texts: tabs, the old text, the new one, what differs.
const HEAD: u16 = 4;

/// A comparison.
#[derive(Debug)]
pub struct Compare {
    title: String,
    sides: Option<[Side; 2]>,
    /// The policy whose versions can be chosen.
    policy: Option<Arn>,
    /// The version that it was opened on.
    version: Option<VersionId>,
    /// The texts that are compared now.
    texts: Option<[Document; 2]>,
    diff: DiffView,
    meaning: Meaning,
    /// Whether the meaning is in sight instead of the lines.
    means: bool,
    /// The old version that was chosen while the new one is still asked for.
    from: Option<VersionId>,
}

/// One of the two.
#[derive(Debug, Clone)]
struct Side {
    name: String,
    policy: Arn,
    id: VersionId,
}

impl Compare {
    /// What a version of a policy would change if it were put in force; the version in force is compared with the
    /// one before it.
    pub fn version(policy: &Arn, version: Option<VersionId>) -> Self {
        let title = format!("Compare versions of {}", policy.name());
        Self { policy: Some(policy.clone()), version, ..Self::empty(title) }
    }

    fn empty(title: String) -> Self {
        Self {
            title,
            sides: None,
            policy: None,
            version: None,
            texts: None,
            diff: DiffView::new("", ""),
            meaning: Meaning::default(),
            means: false,
            from: None,
        }
    }

    fn versions<'v>(&self, view: &View<'v>) -> Option<&'v Fact<Vec<PolicyVersion>>> {
        Some(&view.account.policy(self.policy.as_ref()?)?.facts.versions)
    }

    /// The versions that are known, the newest first.
    fn known<'v>(&self, view: &View<'v>) -> &'v [PolicyVersion] {
        self.versions(view).and_then(Fact::known).map_or(&[], Vec::as_slice)
    }

    /// Chooses the sides once the versions are known.
    fn begin(&mut self, view: &View<'_>) {
        let versions = self.known(view);
        let Some(in_force) = versions.iter().find(|version| version.is_default).or(versions.first()) else { return };
        let chosen = self.version.as_ref().filter(|id| **id != in_force.id);
        let before = || versions.iter().skip_while(|version| version.id != in_force.id).nth(1);
        let other = || before().or(versions.iter().find(|version| version.id != in_force.id));
        let pair = match (chosen, other()) {
            (Some(chosen), _) => [in_force.id.clone(), chosen.clone()],
            (None, Some(other)) => [other.id.clone(), in_force.id.clone()],
            (None, None) => [in_force.id.clone(), in_force.id.clone()],
        };
        self.choose(pair);
    }

    fn choose(&mut self, ids: [VersionId; 2]) {
        let Some(policy) = self.policy.clone() else { return };
        self.sides = Some(ids.map(|id| Side { name: id.to_string(), policy: policy.clone(), id }));
    }

    /// The menu of the versions.
    fn menu(&self, id: MenuId, title: &str, at: usize, view: &View<'_>) -> Vec<UiEffect> {
        let item = |version: &PolicyVersion| {
            let created = version.created.map(|at| format!("  {}", time::moment(at))).unwrap_or_default();
            let default = if version.is_default { "  ✓ Default" } else { "" };
            Item::choice(format!("{}{created}{default}", version.id), None)
        };
        vec![UiEffect::Open(Box::new(Menu::choose(id, title, self.known(view).iter().map(item).collect(), at)))]
    }

    /// The place of a side in the menu of versions.
    fn place(&self, side: usize, view: &View<'_>) -> usize {
        let own = self.sides.as_ref().and_then(|sides| sides.get(side)).map(|side| &side.id);
        self.known(view).iter().position(|version| Some(&version.id) == own).unwrap_or(0)
    }

    /// Compares anew where a text has arrived or another one was chosen.
    fn read(&mut self, view: &View<'_>) {
        let Some([old, new]) = &self.sides else { return };
        let (Fact::Known(old, _), Fact::Known(new, _)) = (old.document(view), new.document(view)) else {
            self.texts = None;
            return;
        };
        let texts = [old, new];
        if self.texts.as_ref() != Some(&texts) {
            let [old, new] = &texts;
            self.diff = self.diff.another(old.text(), new.text());
            self.meaning = Meaning::of(old, new);
            self.texts = Some(texts);
        }
    }

    fn head(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        tabs(area, &["Text".to_owned(), "Meaning".to_owned()], usize::from(self.means), frame);
        let Some(sides) = &self.sides else { return };
        for (side, (mark, role, y)) in sides.iter().zip([("- ", Look::Removed, 1), ("+ ", Look::Added, 2)]) {
            let about = side.about(view);
            let pieces = [(mark, role), (side.name.as_str(), Look::Title), (about.as_str(), Look::Muted)];
            frame.pieces(area, area.y + y, pieces);
        }
        if self.texts.is_some() {
            let (meaning, role) = self.meaning.summary();
            let lines = self.diff.summary();
            let pieces = [(lines.as_str(), Look::Text), ("  ", Look::Text), (meaning.as_str(), role)];
            frame.pieces(area, area.y + 3, pieces);
        }
    }

    /// Why There is nothing to compare yet.
    fn lack(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let wants = self.wants(view);
        if let Some(error) = wants.iter().find_map(|want| view.loads.failure(&want.load)) {
            failure(area, error, view.keymap, frame);
            return;
        }
        let cell = match &self.sides {
            Some(sides) => {
                let facts = sides.iter().map(|side| side.document(view));
                facts.filter(|fact| fact.known().is_none()).map(|fact| lacking(&fact)).next()
            }
            None => self.versions(view).map(|fact| match fact {
                Fact::Known(..) => Cell::absent("There are no versions."),
                other => lacking(other),
            }),
        };
        let cell = cell.unwrap_or_else(Cell::unknown);
        frame.text(area, area.x, area.y, &cell.text, cell.role);
    }
}

/// A fact that is not known, said as it is.
fn lacking<T>(fact: &Fact<T>) -> Cell {
    match fact {
        Fact::Unknown => Cell::new("loading …", Look::Unknown),
        other => Cell::wide(other, "It no longer exists.", |_| Cell::unknown()),
    }
}

impl Side {
    fn document(&self, view: &View<'_>) -> Fact<Document> {
        view.account.policy(&self.policy).map(|policy| policy.facts.document(&self.id)).unwrap_or_default()
    }

    /// What is known of it beside the text.
    fn about(&self, view: &View<'_>) -> String {
        let versions = view.account.policy(&self.policy).and_then(|policy| policy.facts.versions.known());
        let Some(version) = versions.into_iter().flatten().find(|version| version.id == self.id) else {
            return String::new();
        };
        let created = version.created.map(|at| format!(", created {}", time::moment(at))).unwrap_or_default();
        format!("{created}{}", if version.is_default { ", ✓ Default" } else { "" })
    }
}

impl Layer for Compare {
    fn context(&self, view: &View<'_>) -> Context {
        let no_room = !self.means && !self.diff.has_room();
        let told = no_room.then(|| UserError::new("There is no room for two texts side by side."));
        Context::of(&[Scope::Compare, Scope::Diff, Scope::Rows, Scope::Global])
            .with(When::Versions, self.known(view).len() > 1)
            .with(When::Lines, !self.means)
            .with(When::Beside, !self.means && self.diff.has_room())
            .because(When::Beside, told)
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        let part = |policy: &Arn, part| Want::now(Load::Policy(policy.clone(), part));
        let versions = self.policy.iter().map(|policy| part(policy, PolicyPart::Versions));
        let sides = self.sides.iter().flatten();
        let documents = sides.map(|side| part(&side.policy, PolicyPart::Document(side.id.clone())));
        versions.chain(documents).collect()
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Nav(Nav::Back) => return vec![UiEffect::Close],
            Action::Nav(Nav::NextTab | Nav::PreviousTab) => self.means = !self.means,
            // Its texts lead nowhere.
            Action::Nav(Nav::Open) => {}
            Action::Diff(DiffAction::Swap) => {
                if let Some(sides) = &mut self.sides {
                    sides.reverse();
                }
            }
            Action::Diff(DiffAction::OtherVersions) => {
                return self.menu(MenuId::CompareFrom, "Compare from", self.place(0, view), view);
            }
            Action::Diff(action) if self.means => self.meaning.act(action),
            Action::Diff(action) => self.diff.act(action),
            Action::Move(step) if self.means => self.meaning.go(step),
            Action::Move(step) => self.diff.go(step),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        let (menu, at) = match message {
            UiMessage::Chosen(menu, at) => (menu, *at),
            UiMessage::Settled => return self.meaning.task().map(UiEffect::Task).into_iter().collect(),
            UiMessage::TaskDone(result) => {
                self.meaning.take(result);
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        let id = self.known(view).get(at).map(|version| version.id.clone());
        match menu {
            MenuId::CompareFrom => {
                self.from = id;
                let title = format!("Compare {} to", self.from.as_ref().map_or("…", VersionId::as_str));
                self.menu(MenuId::CompareTo, &title, self.place(1, view), view)
            }
            MenuId::CompareTo => {
                if let (Some(from), Some(to)) = (self.from.take(), id) {
                    self.choose([from, to]);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.sides.is_none() {
            self.begin(view);
        }
        self.read(view);
        let (_, body) = split_top(inner(area), HEAD);
        self.diff.settle(body);
        self.meaning.settle(body);
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, &self.title, frame);
        let (head, body) = split_top(inside, HEAD);
        self.head(view, head, frame);
        match (&self.texts, self.means) {
            (None, _) => self.lack(view, Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body }, frame),
            (Some(_), false) => self.diff.render(body, frame),
            (Some(_), true) => self.meaning.render(body, frame),
        }
    }
}
