//! Creating identity providers: OpenID Connect and SAML 2.0.

use std::path::PathBuf;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::input::ItemAction;
use crate::model::Tag;
use crate::plan::builders::{CreateOidcProvider, CreateSamlProvider, replace_metadata};
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::edit_provider::{is_saml, one};
use super::file_answer::FileAnswer;
use super::offer::needed;
use super::{Command, Fit, nothing, review, tags};

/// Creates an OpenID Connect provider.
pub const OIDC: Command = Command {
    name: "create OpenID Connect provider",
    help: "Create an identity provider for OpenID Connect, such as GitHub Actions.",
    key: Some(ItemAction::New),
    fit,
    open: |_, _| Ok(Box::new(Wizard::new(CreateOidc))),
};

/// Creates a SAML provider.
pub const SAML: Command = Command {
    name: "create SAML provider",
    help: "Create an identity provider for SAML 2.0 from its metadata document.",
    key: Some(ItemAction::New),
    fit,
    open: |_, _| Ok(Box::new(Wizard::new(Saml::default()))),
};

/// Replace the metadata document of a SAML provider.
pub const METADATA: Command = Command {
    name: "replace metadata document",
    help: "Replace the metadata document of the selected SAML provider.",
    key: Some(ItemAction::Edit),
    fit: |selection| match one(selection) {
        Some(arn) if is_saml(arn) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| {
        let Some(arn) = one(selection).cloned() else { return nothing() };
        Ok(Box::new(Wizard::new(Saml { replaces: Some(arn), ..Saml::default() })))
    },
};

fn fit(selection: &Selection) -> Fit {
    if selection.kind == Some(Kind::Providers) && selection.tab.is_none() { Fit::Page } else { Fit::Anywhere }
}

const URL: &str = "url";
const AUDIENCES: &str = "audiences";
const THUMBPRINTS: &str = "thumbprints";
const TAGS: &str = "tags";
const NAME: &str = "name";
const METADATA_TEXT: &str = "metadata";
const FILE: &str = "file";

#[derive(Debug)]
struct CreateOidc;

/// Says what is wrong with the tags of a form, and what is easily meant otherwise.
fn settle_tags(form: &mut Form) {
    let entries = form.entries(TAGS);
    form.object(TAGS, tags::objection(&entries));
    form.remark(TAGS, tags::remark(&entries));
}

fn read_tags(form: &Form) -> Vec<Tag> {
    form.entries(TAGS).iter().map(|text| tags::read(text)).collect()
}

fn tags_field() -> Field {
    Field::list(TAGS, "Tags", "Written `key=value`; Enter adds one. Optional, at most 50.", check::tag)
}

impl Flow for CreateOidc {
    fn title(&self) -> &'static str {
        "Create OpenID Connect provider"
    }

    fn forms(&self) -> Vec<Form> {
        let url = "As its tokens name their issuer, such as `https://token.actions.githubusercontent.com`.";
        let audiences = "Client IDs that tokens are for, such as `sts.amazonaws.com`; Enter adds one.";
        let thumbprints = "Optional: AWS trusts certificates of known authorities. At most 5.";
        vec![Form::new(
            "Provider",
            vec![
                Field::text(URL, "Provider URL", url, check::provider_url),
                Field::list(AUDIENCES, "Audiences", audiences, check::audience),
                Field::list(THUMBPRINTS, "Thumbprints", thumbprints, check::thumbprint),
                tags_field(),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let none = form.entries(AUDIENCES).is_empty();
        form.object(AUDIENCES, none.then(|| UserError::new("an audience is missing")));
        settle_tags(form);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::OidcProviders]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let new = CreateOidcProvider {
            url: form.text(URL).trim().to_owned(),
            audiences: form.entries(AUDIENCES),
            thumbprints: form.entries(THUMBPRINTS),
            tags: read_tags(form),
        };
        new.plan(view.account).map(review).map_err(|error| error.user_error())
    }

    fn draft(&self) -> Option<String> {
        Some("create-oidc-provider".to_owned())
    }
}

/// Creates a SAML provider, or replaces the metadata document of one.
#[derive(Debug, Default)]
struct Saml {
    replaces: Option<Arn>,
    file: FileAnswer,
}

impl Saml {
    /// The metadata document, or the file that has to be read for it first.
    fn metadata(&mut self, form: &Form) -> Result<Result<String, PathBuf>, UserError> {
        let path = form.text(FILE).trim();
        if path.is_empty() {
            return Ok(Ok(form.text(METADATA_TEXT).to_owned()));
        }
        self.file.text(path)
    }
}

impl Flow for Saml {
    fn title(&self) -> &'static str {
        if self.replaces.is_some() { "Replace metadata document" } else { "Create SAML provider" }
    }

    fn forms(&self) -> Vec<Form> {
        let name = "It cannot be changed later. At most 128 characters.";
        let file = "The path of the metadata XML; empty: it is pasted below.";
        let text = "Paste the metadata XML of the identity provider.";
        let document = [
            Field::text(FILE, "File", file, |_| Ok(())),
            Field::paste(METADATA_TEXT, "Metadata document", text, |_| Ok(())),
        ];
        let fields = match self.replaces {
            Some(_) => document.into_iter().collect(),
            None => std::iter::once(Field::text(NAME, "Provider name", name, check::saml_name))
                .chain(document)
                .chain([tags_field()])
                .collect(),
        };
        vec![Form::new("Provider", fields)]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let by_file = !form.text(FILE).trim().is_empty();
        form.ask(METADATA_TEXT, !by_file);
        let missing = !by_file && form.text(METADATA_TEXT).trim().is_empty();
        form.object(METADATA_TEXT, missing.then(|| UserError::new("the metadata document is missing")));
        settle_tags(form);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let own = self.replaces.clone().map_or(Load::SamlProviders, Load::SamlProvider);
        needed([own]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let metadata = match self.metadata(form)? {
            Ok(text) => text,
            Err(path) => return Ok(vec![UiEffect::Task(BackgroundTask::ReadFile(path))]),
        };
        let plan = if let Some(provider) = &self.replaces {
            replace_metadata(view.account, provider, &metadata)
        } else {
            let new = CreateSamlProvider { name: form.text(NAME).to_owned(), metadata, tags: read_tags(form) };
            new.plan(view.account)
        };
        plan.map(review).map_err(|error| error.user_error())
    }

    fn on_message(&mut self, _forms: &mut [Form], message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        self.file.on_message(message);
        Vec::new()
    }
}
