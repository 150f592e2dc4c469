//! Renaming users, groups and server certificates, and moving them to another path: the web console cannot.

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::config::Named;
use crate::input::ItemAction;
use crate::model::ResourceRef;
use crate::plan::builders::{mentions_by_text, rename_certificate, rename_group, rename_user};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::{Command, Fit, nothing, review, taken};

/// Renames or moves what is selected.
pub const COMMAND: Command = Command {
    name: "rename or move",
    help: "Change the name or the path of the selected user, group or server certificate.",
    key: Some(ItemAction::Edit),
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_) | ResourceRef::Group(_) | ResourceRef::ServerCertificate(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(entity) = selection.one().cloned() else { return nothing() };
        let Some(arn) = view.account.arn(&entity).cloned() else { return nothing() };
        let title = format!("Rename or move {}", selection.describe());
        Ok(Box::new(Wizard::new(Rename { title, entity, arn, seen: None })))
    },
};

const NAME: &str = "name";
const PATH: &str = "path";
const MENTIONS: &str = "mentions";

#[derive(Debug)]
struct Rename {
    title: String,
    entity: ResourceRef,
    arn: Arn,
    seen: Option<u64>,
}

impl Flow for Rename {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let test = match self.entity {
            ResourceRef::User(_) => check::user_name,
            ResourceRef::ServerCertificate(_) => check::certificate_name,
            _ => check::group_name,
        };
        let is_certificate = matches!(self.entity, ResourceRef::ServerCertificate(_));
        let stays = if is_certificate {
            "The ARN changes: update the services that use the certificate."
        } else {
            "The unique ID, members, policies and keys stay the same."
        };
        let mut form = Form::new(
            "Name",
            vec![
                Field::text(NAME, "Name", stays, test),
                Field::text(PATH, "Path", "Such as `/engineering/`; `/` is the top.", check::path),
                Field::note(MENTIONS, "Referred to by"),
            ],
        );
        form.prefill(NAME, &self.entity.name().into());
        form.prefill(PATH, &self.arn.path().into());
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let name = form.text(NAME).to_owned();
        let own = self.entity.name();
        let objection = if name == own || matches!(self.entity, ResourceRef::ServerCertificate(_)) {
            None
        } else if matches!(self.entity, ResourceRef::User(_)) {
            let listed = view.account.users().rows().iter().map(|user| user.name.as_str());
            taken("user", Named::User, &[name], listed, view)
        } else {
            let listed = view.account.groups().rows().iter().map(|group| group.name.as_str());
            taken("group", Named::Group, &[name], listed, view)
        };
        form.object(NAME, objection);
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            form.tell(MENTIONS, self.mentions(view));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        // Only the bulk read brings the documents in which the ARN may be written.
        vec![(Load::Bulk, Urgency::Visible)]
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let (name, own) = (Some(form.text(NAME)), self.entity.name());
        let path = Some(form.text(PATH)).map(|path| if path.is_empty() { "/" } else { path });
        let plan = match &self.entity {
            ResourceRef::Group(_) => rename_group(view.account, own, name, path),
            ResourceRef::ServerCertificate(_) => rename_certificate(view.account, own, name, path),
            _ => rename_user(view.account, own, name, path),
        };
        plan.map(review).map_err(|error| error.user_error())
    }
}

impl Rename {
    fn mentions(&self, view: &View<'_>) -> Vec<(String, Look)> {
        use crate::model::Progress;
        let found = mentions_by_text(view.account, &self.arn);
        let mut lines: Vec<(String, Look)> =
            found.into_iter().map(|text| (format!("▲ {text}: will no longer match"), Look::Warning)).collect();
        match view.account.bulk() {
            Progress::Complete { .. } if lines.is_empty() => {
                lines.push(("No policy refers to it in a resource or condition.".to_owned(), Look::Good));
            }
            Progress::Complete { .. } => {}
            Progress::Failed(error) => {
                lines.push((format!("Not all policies could be loaded: {}", error.word()), Look::Denied));
            }
            _ => lines.push(("loading the policies of the account …".to_owned(), Look::Unknown)),
        }
        lines
    }
}
