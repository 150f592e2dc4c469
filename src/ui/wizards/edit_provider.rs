//! Changing identity providers: audiences and thumbprints of OpenID Connect, and deleting them.

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, ResourceRef, TrustedEntity, provider_name};
use crate::plan::builders::{add_audiences, delete_providers, remove_audience, set_thumbprints};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit, nothing, review};

/// Add audiences.
pub const ADD_AUDIENCE: Command = Command {
    name: "add audience",
    help: "Add audiences (client IDs) to the selected OpenID Connect provider.",
    key: Some(ItemAction::Add),
    fit: fit_oidc,
    open: |selection, _| match one(selection).cloned() {
        Some(provider) => Ok(Box::new(Wizard::new(EditOidc { provider, edits: Edits::Audiences, began: false }))),
        None => nothing(),
    },
};

/// Sets the thumbprints.
pub const THUMBPRINTS: Command = Command {
    name: "edit thumbprints",
    help: "Replace the thumbprints of the selected OpenID Connect provider.",
    key: Some(ItemAction::Edit),
    fit: fit_oidc,
    open: |selection, _| match one(selection).cloned() {
        Some(provider) => Ok(Box::new(Wizard::new(EditOidc { provider, edits: Edits::Thumbprints, began: false }))),
        None => nothing(),
    },
};

/// Removes an audience.
pub const REMOVE_AUDIENCE: Command = Command {
    name: "remove audience",
    help: "Remove the audience under the cursor from its OpenID Connect provider.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Audience(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Audience(provider, audience)) = selection.item.clone() else { return nothing() };
        let load = Load::OidcProvider(provider.clone());
        let told = provider.clone();
        let flow = Summary::new(
            format!("Remove audience {audience}"),
            "Provider",
            move |view| trusting(&told, view),
            move |_, view| remove_audience(view.account, &provider, &audience),
        );
        flow.wants(needed([load])).review_or_wizard(view)
    },
};

/// Deletes providers.
pub const DELETE: Command = Command {
    name: "delete identity provider",
    help: "Delete the selected identity providers; the roles that trust them stay.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Providers) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let providers: Vec<Arn> = selection.entities.iter().filter_map(arn).cloned().collect();
        let told = providers.clone();
        let loads = selection.entities.iter().map(Load::of);
        let wants: Vec<Load> = loads.chain([Load::Roles]).collect();
        let flow = Summary::new(
            format!("Delete {}", selection.describe()),
            "Providers",
            move |view| told.iter().flat_map(|provider| trusting(provider, view)).collect(),
            move |_, view| delete_providers(view.account, &providers),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

fn arn(entity: &ResourceRef) -> Option<&Arn> {
    match entity {
        ResourceRef::Provider(arn) => Some(arn),
        _ => None,
    }
}

/// The one provider that is selected.
pub fn one(selection: &Selection) -> Option<&Arn> {
    selection.one().and_then(arn)
}

/// Whether a provider is one of SAML 2.0.
pub fn is_saml(provider: &Arn) -> bool {
    provider.resource_type() == "saml-provider"
}

fn fit_oidc(selection: &Selection) -> Fit {
    match one(selection) {
        Some(provider) if !is_saml(provider) => Fit::Also,
        _ => Fit::No,
    }
}

/// A provider with the roles that trust it.
fn trusting(provider: &Arn, view: &View<'_>) -> Lines {
    let named = TrustedEntity::Provider(provider.as_str().into());
    let roles = view.account.references().trusting(&named);
    let mut lines = vec![(provider_name(provider).to_owned(), Look::Text)];
    match roles {
        [] if view.account.roles().is_complete() => lines.push(("  no role trusts it".to_owned(), Look::Good)),
        [] => lines.push(("  reading the roles …".to_owned(), Look::Unknown)),
        roles => lines.extend(roles.iter().map(|role| (format!("  ▲ role {role} trusts it"), Look::Warning))),
    }
    lines
}

/// What is edited of an OpenID Connect provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edits {
    Audiences,
    Thumbprints,
}

const ENTRIES: &str = "entries";
const HELD: &str = "held";

#[derive(Debug)]
struct EditOidc {
    provider: Arn,
    edits: Edits,
    /// Whether the thumbprints as they are have been put into the form.
    began: bool,
}

impl Flow for EditOidc {
    fn title(&self) -> &'static str {
        match self.edits {
            Edits::Audiences => "Add audiences",
            Edits::Thumbprints => "Edit thumbprints",
        }
    }

    fn forms(&self) -> Vec<Form> {
        let (label, help, test): (_, _, check::Check) = match self.edits {
            Edits::Audiences => ("New audiences", "Client IDs that tokens are for; Enter adds one.", check::audience),
            Edits::Thumbprints => {
                ("Thumbprints", "40 hexadecimal digits; Enter adds one. At most 5.", check::thumbprint)
            }
        };
        vec![Form::new("Provider", vec![Field::list(ENTRIES, label, help, test), Field::note(HELD, "Now")])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let held = view.account.oidc_providers().get(&self.provider).map(|provider| match self.edits {
            Edits::Audiences => &provider.facts.audiences,
            Edits::Thumbprints => &provider.facts.thumbprints,
        });
        let known = match held {
            Some(Fact::Known(list, _)) => Some(list.iter().map(ToString::to_string).collect::<Vec<String>>()),
            _ => None,
        };
        if let (Edits::Thumbprints, false, Some(list)) = (self.edits, self.began, &known) {
            self.began = true;
            // What was typed meanwhile stays, behind what the provider has.
            let typed = form.entries(ENTRIES);
            form.enter(ENTRIES, list.iter().cloned().chain(typed).collect());
        }
        let missing = form.entries(ENTRIES).is_empty();
        form.object(ENTRIES, missing.then(|| UserError::new("at least one is needed")));
        let lines = match known {
            Some(list) if list.is_empty() => vec![("none".to_owned(), Look::Absent)],
            Some(list) => list.into_iter().map(|text| (text, Look::Text)).collect(),
            None => vec![("reading the provider …".to_owned(), Look::Unknown)],
        };
        form.tell(HELD, lines);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::OidcProvider(self.provider.clone())]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let entries = forms.first().map(|form| form.entries(ENTRIES)).unwrap_or_default();
        let plan = match self.edits {
            Edits::Audiences => add_audiences(view.account, &self.provider, &entries),
            Edits::Thumbprints => set_thumbprints(view.account, &self.provider, &entries),
        };
        plan.map(review).map_err(|error| error.user_error())
    }
}
