//! Handing out what a review holds: code, credentials, to the clipboard or to a file.

use super::{Phase, Review, result};
use crate::base::secret::Secret;
use crate::plan::journal::JournalId;
use crate::plan::render::{Format, render};
use crate::ui::effect::UiEffect;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::message::MenuId;
use crate::ui::page::View;
use crate::ui::runs::Live;
use crate::ui::widgets::line::TextLine;

impl Review {
    /// The plan, or what is left of it once it runs, as the code that is in sight.
    pub(super) fn code(&self, view: &View<'_>) -> (&'static str, Format, String) {
        if self.tab > Format::ALL.len() {
            let undo = self.begun(view).map(|live| live.run.undo().0).unwrap_or_default();
            return ("the undo plan", Format::Cli, render(&undo, Format::Cli));
        }
        let format = Format::ALL.get(self.tab.saturating_sub(1)).copied().unwrap_or(Format::Cli);
        let rest = self.begun(view).filter(|live| !live.is_complete()).map(|live| live.run.rest());
        let endpoint = view.book.as_ref().and_then(JournalId::beside_aws);
        let plan = rest.unwrap_or_else(|| self.plan.clone()).made_on(endpoint, view.now);
        (format.label(), format, render(&plan, format))
    }

    pub(super) fn copy(&self, view: &View<'_>) -> Vec<UiEffect> {
        let live = self.begun(view).filter(|_| self.tab == 0);
        let items = live.map(|live| result::copies(live, view)).unwrap_or_default();
        if items.is_empty() {
            let (what, _, code) = self.code(view);
            return vec![UiEffect::Copy(what, code)];
        }
        let mut items: Vec<Item> = items.into_iter().map(|(what, _)| Item::choice(what, None)).collect();
        let is_whole = live.is_none_or(Live::is_complete);
        let rest = if is_whole { "the plan as AWS CLI" } else { "the remaining steps as AWS CLI" };
        items.push(Item::choice(rest, None));
        vec![UiEffect::Open(Box::new(Menu::choose(MenuId::CopyPlan, "Copy", items, 0)))]
    }

    pub(super) fn save(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let live = self.begun(view).filter(|_| self.tab == 0);
        let mut files = live.map(|live| result::files(live, view)).unwrap_or_default();
        if files.len() > 1 {
            let items = files.iter().map(|(name, _)| Item::choice(name.clone(), None)).collect();
            return vec![UiEffect::Open(Box::new(Menu::choose(MenuId::SavePlan, "Write to a file", items, 0)))];
        }
        if let Some(file) = files.pop() {
            self.ask_name(file, view);
        } else {
            let (_, format, code) = self.code(view);
            let plain = |ch: char| if ch.is_ascii_alphanumeric() { ch } else { '-' };
            let name: String = self.plan.title.chars().map(plain).take(60).collect();
            self.ask_name((format!("{name}.{}", format.extension()), Secret::new(code)), view);
        }
        Vec::new()
    }

    pub(super) fn ask_name(&mut self, (name, text): (String, Secret), view: &View<'_>) {
        let run = self.begun(view).filter(|_| self.tab == 0).map(|live| live.run.id.clone());
        let mut line = TextLine::default();
        line.set(&name);
        self.phase = Phase::Saving(line, text, run);
    }
}
