//! Creating many items from a file or pasted lines: users, groups, memberships, tags.

use std::path::PathBuf;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::plan::items::Items;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::file_answer::FileAnswer;
use super::offer::needed;
use super::{Command, Fit, review};

/// Imports a table.
pub const COMMAND: Command = Command {
    name: "import from CSV",
    help: "Create users, groups, memberships or tags from a CSV file or pasted lines.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |selection: &Selection, _| {
        let items = match selection.kind {
            Some(Kind::Groups) => Items::Groups,
            Some(Kind::Roles | Kind::Policies) => Items::Tags,
            _ => Items::Users,
        };
        Ok(Box::new(Wizard::new(Import { items, file: FileAnswer::default() })))
    },
};

const KIND: &str = "kind";
const FILE: &str = "file";
const ROWS: &str = "rows";
const COLUMNS: &str = "columns";

/// What the kinds are called, in the order of [`Items::ALL`].
const KINDS: &[&str] = &["users", "groups", "memberships", "tags"];

#[derive(Debug)]
struct Import {
    /// The kind to begin with.
    items: Items,
    file: FileAnswer,
}

impl Import {
    fn items(form: &Form) -> Items {
        Items::ALL.get(form.choice(KIND)).copied().unwrap_or_default()
    }

    /// The rows with what errors call them, or the file that has to be read for them first.
    fn rows(&mut self, form: &Form) -> Result<Result<(String, String), PathBuf>, UserError> {
        let path = form.text(FILE).trim();
        if path.is_empty() {
            return Ok(Ok((form.text(ROWS).to_owned(), "The text".to_owned())));
        }
        let source = format!("`{path}`");
        Ok(self.file.text(path)?.map(|text| (text, source)))
    }
}

impl Flow for Import {
    fn title(&self) -> &'static str {
        "Import from CSV"
    }

    fn forms(&self) -> Vec<Form> {
        let file = "The path of the file. Leave it empty to paste the rows below.";
        let rows = "Paste names, one a line, or CSV whose first line names the columns.";
        let mut form = Form::new(
            "Rows",
            vec![
                Field::choice(KIND, "Rows are", "What the rows create or change.", KINDS),
                Field::text(FILE, "File", file, |_| Ok(())),
                Field::paste(ROWS, "Text", rows, |_| Ok(())),
                Field::note(COLUMNS, "Columns"),
            ],
        );
        let at = Items::ALL.iter().position(|items| *items == self.items);
        form.prefill(KIND, &at.into());
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let by_file = !form.text(FILE).trim().is_empty();
        form.ask(ROWS, !by_file);
        let missing = !by_file && form.text(ROWS).trim().is_empty();
        form.object(ROWS, missing.then(|| UserError::new("the rows are missing")));
        let columns = Self::items(form).columns().join(", ");
        let lines = vec![
            (columns, Look::Text),
            ("A cell with several values has semicolons between them.".to_owned(), Look::Muted),
        ];
        form.tell(COLUMNS, lines);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::Users, Load::Groups, Load::Roles, Load::Policies, Load::Bulk, Load::Summary]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        match self.rows(form)? {
            Ok((text, source)) => Self::items(form).plan(&text, &source, view.account).map(review),
            Err(path) => Ok(vec![UiEffect::Task(BackgroundTask::ReadFile(path))]),
        }
    }

    fn on_message(&mut self, _forms: &mut [Form], message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        self.file.on_message(message);
        Vec::new()
    }

    fn draft(&self) -> Option<String> {
        Some("import-from-csv".to_owned())
    }
}
