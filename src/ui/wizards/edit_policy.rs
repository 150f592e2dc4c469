//! Editing documents: managed policies and their versions, inline policies, trust policies, files.

use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::catalog::managed::managed_policy_by_arn;
use crate::input::ItemAction;
use crate::model::{PolicyKind, ResourceRef, VersionId};
use crate::ui::editor::open_file::OpenFile;
use crate::ui::editor::{Editor, Subject};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};

use super::{Command, Fit};

/// What a new policy begins as.
pub const SKELETON: &str = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \"Action\": [],\n            \"Resource\": \"*\"\n        }\n    ]\n}";

/// Edits a managed policy of the account.
pub const EDIT_POLICY: Command = Command {
    name: "edit policy",
    help: "Edit the policy document; saving creates a new version.",
    key: Some(ItemAction::Edit),
    fit: |selection| match policy(selection) {
        Some(arn) if own(arn) => match (&selection.item, selection.tab) {
            (Some(TabItem::Attached(..) | TabItem::Boundary(..)), _) | (None, None | Some("Permissions")) => Fit::Here,
            _ => Fit::Also,
        },
        _ => Fit::No,
    },
    open: |selection, view| {
        let arn = policy(selection).ok_or_else(nothing)?;
        let version = default_version(arn, view)?;
        Ok(Box::new(Editor::open(Subject::Managed { arn: arn.clone(), version }, view)))
    },
};

/// Begins a new policy with the document of another one.
pub const COPY_POLICY: Command = Command {
    name: "copy policy",
    help: "Create a policy from a copy of this document.",
    key: None,
    fit: |selection| if policy(selection).is_some() { Fit::Also } else { Fit::No },
    open: |selection, view| {
        let arn = policy(selection).ok_or_else(nothing)?;
        let known = view.account.policy(arn).and_then(|policy| policy.document().known().cloned());
        let text = match (known, managed_policy_by_arn(arn.as_str())) {
            (Some(document), _) => document.text().to_owned(),
            (None, Some(bundled)) => bundled.document().to_owned(),
            (None, None) => {
                return Err(
                    UserError::new("The document is not loaded yet.").hint("Open the policy's page, then copy it.")
                );
            }
        };
        Ok(Box::new(Editor::new(Subject::New, &text)))
    },
};

/// Edits what a version holds.
pub const EDIT_VERSION: Command = Command {
    name: "edit version",
    help: "Edit the document of this version; saving creates a new version.",
    key: Some(ItemAction::Edit),
    fit: |selection| match version(selection) {
        Some((arn, _)) if own(arn) => Fit::Here,
        _ => Fit::No,
    },
    open: |selection, view| {
        let (arn, version) = version(selection).ok_or_else(nothing)?;
        let subject = Subject::Managed { arn: arn.clone(), version: version.clone() };
        Ok(Box::new(Editor::open(subject, view)))
    },
};

/// Makes a managed policy.
pub const CREATE_POLICY: Command = Command {
    name: "create policy",
    help: "Create a customer managed policy.",
    key: Some(ItemAction::New),
    fit: |selection| match selection.kind {
        Some(Kind::Policies) if selection.tab.is_none() => Fit::Also,
        _ => Fit::Anywhere,
    },
    open: |_, _| Ok(Box::new(Editor::new(Subject::New, SKELETON))),
};

/// Edits an inline policy.
pub const EDIT_INLINE_POLICY: Command = Command {
    name: "edit inline policy",
    help: "Edit the selected inline policy.",
    key: Some(ItemAction::Edit),
    fit: |selection| if matches!(selection.item, Some(TabItem::Inline(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Inline(owner, name)) = &selection.item else { return Err(nothing()) };
        let subject = Subject::Inline { owner: owner.clone(), name: Some(name.clone()) };
        Ok(Box::new(Editor::open(subject, view)))
    },
};

/// Makes an inline policy.
pub const CREATE_INLINE_POLICY: Command = Command {
    name: "create inline policy",
    help: "Create an inline policy for the user, group or role.",
    key: None,
    fit: |selection| match owner(selection) {
        Some(_) => Fit::Also,
        None => Fit::No,
    },
    open: |selection, _| {
        let owner = owner(selection).ok_or_else(nothing)?;
        Ok(Box::new(Editor::new(Subject::Inline { owner: owner.clone(), name: None }, SKELETON)))
    },
};

/// Edits a role's trust policy.
pub const EDIT_TRUST_POLICY: Command = Command {
    name: "edit trust policy",
    help: "Edit the trust policy: who can assume the role.",
    key: Some(ItemAction::Edit),
    fit: |selection| match selection.one() {
        Some(ResourceRef::Role(_)) => Fit::on_tab(selection, "Trust relationships"),
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(ResourceRef::Role(name)) = selection.one() else { return Err(nothing()) };
        Ok(Box::new(Editor::open(Subject::Trust(name.clone()), view)))
    },
};

/// Edits a policy in a file.
pub const EDIT_FILE: Command = Command {
    name: "edit file",
    help: "Edit a policy in a file on this computer.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| Ok(Box::new(OpenFile::default())),
};

fn nothing() -> UserError {
    UserError::new("Nothing is selected that this command applies to.")
}

fn own(arn: &Arn) -> bool {
    PolicyKind::of(arn) == PolicyKind::Customer
}

/// The managed policy under the cursor, or the one that is selected.
fn policy(selection: &Selection) -> Option<&Arn> {
    match (&selection.item, selection.one()) {
        (Some(TabItem::Attached(_, arn) | TabItem::Boundary(_, arn)), _) | (_, Some(ResourceRef::Policy(arn))) => {
            Some(arn)
        }
        _ => None,
    }
}

fn version(selection: &Selection) -> Option<(&Arn, &VersionId)> {
    match &selection.item {
        Some(TabItem::Version(arn, version)) => Some((arn, version)),
        _ => None,
    }
}

fn owner(selection: &Selection) -> Option<&ResourceRef> {
    selection.one().filter(|one| one.kind().holds_policies())
}

fn default_version(arn: &Arn, view: &View<'_>) -> Result<VersionId, UserError> {
    let policy = view.account.policy(arn);
    policy.map(|policy| policy.default_version.clone()).ok_or_else(|| {
        UserError::new(format!("Policy {} is not loaded yet.", arn.name()))
            .hint("Wait until the list is loaded, or reload.")
    })
}
