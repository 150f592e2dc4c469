//! What is done about findings of IAM Access Analyzer: archived where they are meant to be so, else resolved.

use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Finding, FindingKind, FindingStatus, ResourceRef};
use crate::plan::builders::archive_findings;
use crate::theme::Look;
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::resources::findings::about;
use crate::ui::resources::users::CREDENTIALS;
use crate::ui::selection::{Selection, TabItem};

use super::offer::needed;
use super::summary::Summary;
use super::{Command, Fit, access_key, delete_role, edit_policy, manage_console, nothing};

use crate::backend::Load;

/// Archives the selected findings, or makes archived ones active again.
pub const ARCHIVE: Command = Command {
    name: "archive or unarchive findings",
    help: "Archive the selected findings because the access is intended, or make archived ones active again.",
    key: Some(ItemAction::Edit),
    fit: |selection| if selection.findings().is_empty() { Fit::No } else { Fit::Also },
    open: |selection, view| {
        let ids = selection.findings();
        let title = if ids.len() == 1 { "Archive or unarchive finding" } else { "Archive or unarchive findings" };
        let told = ids.clone();
        let flow = Summary::new(
            title,
            "Selected",
            move |view| {
                let found = told.iter().filter_map(|id| view.account.finding(id));
                found.map(|finding| (format!("{}, {}", finding.name(), finding.status.word()), Look::Text)).collect()
            },
            move |_, view| {
                // Where one of them is active, that is what is meant: the archived ones are left alone.
                let active = |id| view.account.finding(id).is_some_and(|one| one.status == FindingStatus::Active);
                archive_findings(view.account, &ids, ids.iter().any(active))
            },
        );
        flow.wants(needed([Load::Analyzers])).review_or_wizard(view)
    },
};

/// Resolves the selected finding: opens what takes the access or the unused thing away.
pub const RESOLVE: Command = Command {
    name: "resolve finding",
    help: "Remove what the finding is about: edit the trust policy, delete the role, deactivate the access key.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.findings().len() == 1 { Fit::Here } else { Fit::No },
    open: resolve,
};

fn resolve(selection: &Selection, view: &View<'_>) -> Result<Box<dyn Layer>, UserError> {
    let findings = selection.findings();
    let [id] = &*findings else { return nothing() };
    let Some(finding) = view.account.finding(id) else { return nothing() };
    let Some(entity) = about(finding, view.account) else { return Err(elsewhere(finding)) };
    let of = |kind: Kind| Selection::of(kind, [entity.clone()]);
    let detail = view.account.finding_detail(id);
    match (finding.kind, &entity) {
        (FindingKind::External | FindingKind::Internal, ResourceRef::Role(_)) => {
            (edit_policy::EDIT_TRUST_POLICY.open)(&of(Kind::Roles), view)
        }
        (FindingKind::Role, ResourceRef::Role(_)) => (delete_role::COMMAND.open)(&of(Kind::Roles), view),
        (FindingKind::Password, ResourceRef::User(_)) => (manage_console::COMMAND.open)(&of(Kind::Users), view),
        (FindingKind::AccessKey, ResourceRef::User(user)) => {
            let key = detail.known().and_then(|detail| detail.keys().next().map(Into::into));
            let Some(key) = key else {
                return Err(UserError::new("it is not known yet which access key the finding is about")
                    .hint("Wait until its details are read, then try again."));
            };
            let item = Some(TabItem::AccessKey(user.clone(), key));
            let selection = Selection { tab: Some(CREDENTIALS), item, ..of(Kind::Users) };
            (access_key::SWITCH.open)(&selection, view)
        }
        (FindingKind::Permission, _) => {
            Err(UserError::new(format!("{} has permissions that it does not use", entity.name()))
                .hint("Open it: the tab Last accessed shows them by policy. Edit the policy there, or detach it."))
        }
        _ => Err(elsewhere(finding)),
    }
}

/// What is not in IAM of this account is changed where it is.
fn elsewhere(finding: &Finding) -> UserError {
    let told = format!("`{}` is of the type {}, which is not changed here", finding.resource, finding.resource_type);
    UserError::new(told).hint("Change its resource policy in its own service, or archive the finding.")
}
