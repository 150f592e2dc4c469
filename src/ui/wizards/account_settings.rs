//! The settings of the account beside its password policy: alias, the tokens of STS, outbound identity federation.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::Fact;
use crate::plan::builders::{TokenVersion, delete_alias, set_alias, set_token_version, switch_outbound_federation};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::panes::account_settings::TAB;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit, review};

/// On the page of account settings its key opens it; elsewhere it is in the palette.
pub fn fit(selection: &Selection) -> Fit {
    if selection.tab == Some(TAB) { Fit::Here } else { Fit::Anywhere }
}

/// Sets the alias.
pub const SET_ALIAS: Command = Command {
    name: "set account alias",
    help: "Create or replace the account alias.",
    key: Some(ItemAction::Edit),
    fit,
    open: |_, _| Ok(Box::new(Wizard::new(SetAlias::default()))),
};

/// Deletes the alias.
pub const DELETE_ALIAS: Command = Command {
    name: "delete account alias",
    help: "Delete the account alias; users then sign in with the account ID.",
    key: Some(ItemAction::Delete),
    fit,
    open: |_, view| {
        let flow = Summary::new(
            "Delete account alias",
            "Account alias",
            |view| {
                let cell = Cell::wide(view.account.alias(), "There is none.", |alias| Cell::text(alias.to_string()));
                vec![(cell.text.into_owned(), cell.role)]
            },
            |_, view| delete_alias(view.account),
        );
        flow.wants(needed([Load::Alias])).review_or_wizard(view)
    },
};

/// Changes where tokens of the global endpoint of STS are valid.
pub const TOKENS: Command = Command {
    name: "change STS token version",
    help: "Change in which AWS Regions tokens of the global STS endpoint are valid.",
    key: Some(ItemAction::Edit),
    fit,
    open: |_, _| {
        let flow = Summary::new("Change STS token version", "Now", tokens, |way, view| {
            let version = if way == 0 { TokenVersion::AllRegions } else { TokenVersion::DefaultRegions };
            set_token_version(view.account, version)
        });
        let help = "Tokens that are valid everywhere are longer.";
        let flow = flow.ways(&["all Regions", "default Regions only"], help);
        Ok(flow.wants(needed([Load::Summary])).wizard())
    },
};

/// Enables or disables outbound identity federation.
pub const OUTBOUND: Command = Command {
    name: "enable or disable outbound federation",
    help: "Enable outbound identity federation, or disable it.",
    key: Some(ItemAction::Edit),
    fit,
    open: |_, view| {
        let flow = Summary::new("Outbound identity federation", "Now", federation, |_, view| {
            let is_enabled = matches!(view.account.outbound_federation(), Fact::Known(..));
            switch_outbound_federation(view.account, !is_enabled)
        });
        flow.wants(needed([Load::OutboundFederation])).review_or_wizard(view)
    },
};

fn tokens(view: &View<'_>) -> Lines {
    let version = view.account.summary().known().and_then(|summary| summary.get("GlobalEndpointTokenVersion"));
    let line = match version.and_then(TokenVersion::of) {
        Some(TokenVersion::AllRegions) => ("valid in all AWS Regions (version 2)", Look::Text),
        Some(TokenVersion::DefaultRegions) => ("valid only in AWS Regions enabled by default (version 1)", Look::Text),
        None => ("not reported by the service", Look::Unknown),
    };
    vec![(line.0.to_owned(), line.1)]
}

fn federation(view: &View<'_>) -> Lines {
    let cell = Cell::wide(view.account.outbound_federation(), "disabled", |_| Cell::text("enabled"));
    vec![(cell.text.into_owned(), cell.role)]
}

const ALIAS: &str = "alias";
const BEFORE: &str = "before";

#[derive(Debug, Default)]
struct SetAlias {
    /// Whether the alias as it is has been put into the form.
    began: bool,
}

impl Flow for SetAlias {
    fn title(&self) -> &'static str {
        "Set account alias"
    }

    fn forms(&self) -> Vec<Form> {
        let help = "3 to 63 characters: a-z, 0-9 and single hyphens. It is unique in all of AWS.";
        vec![Form::new(
            "Alias",
            vec![Field::note(BEFORE, "Now"), Field::text(ALIAS, "Account alias", help, check::account_alias)],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let held = view.account.alias();
        if let (false, true, Fact::Known(alias, _)) = (self.began, form.text(ALIAS).is_empty(), held) {
            form.prefill(ALIAS, &alias.as_str().into());
        }
        self.began |= held.is_settled();
        let cell = Cell::wide(held, "none", |alias| {
            Cell::text(format!("{alias}: its sign-in URL stops working when it is replaced"))
        });
        form.tell(BEFORE, vec![(cell.text.into_owned(), cell.role)]);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::Alias]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let alias = forms.first().map(|form| form.text(ALIAS)).unwrap_or_default();
        set_alias(view.account, alias).map(review).map_err(|error| error.user_error())
    }
}
