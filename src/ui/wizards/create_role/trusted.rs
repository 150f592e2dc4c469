//! Whom a role trusts: one of the five types of trusted entity.

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::catalog::Catalog;
use crate::catalog::service_linked::{self, Linked, linked};
use crate::catalog::use_cases::{self, Trust, UseCase, use_case};
use crate::model::{Document, provider_name};
use crate::plan::builders::Trusted;
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;
use crate::policy::validate::{Options, validate};
use crate::theme::Look;
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form};
use crate::ui::page::View;

use super::super::offer::{self, needed};
use super::super::summary::Lines;

const KIND: &str = "trusted";
const SERVICE: &str = "service";
const CONFUSED: &str = "this-account-only";
const SUFFIX: &str = "suffix";
const WHOSE: &str = "whose";
const ACCOUNT: &str = "account";
const EXTERNAL: &str = "external-id";
const MFA: &str = "mfa";
const PROVIDER: &str = "provider";
const AUDIENCE: &str = "audience";
const ORGANIZATION: &str = "organization";
const REPOSITORY: &str = "repository";
const BRANCH: &str = "branch";
const NAMESPACE: &str = "namespace";
const SERVICE_ACCOUNT: &str = "service-account";
const SUBJECT: &str = "subject";
const SAML: &str = "saml";
const CONSOLE: &str = "console";
const ATTRIBUTE: &str = "attribute";
const CUSTOM: &str = "custom";
const FINDINGS: &str = "findings";
const TRUST: &str = "trust";

/// The types of trusted entity, in the order of the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Service,
    Account,
    WebIdentity,
    Saml,
    Custom,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Service, Self::Account, Self::WebIdentity, Self::Saml, Self::Custom];

    /// The fields that a type asks for.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Service => &[SERVICE, CONFUSED, SUFFIX],
            Self::Account => &[WHOSE, ACCOUNT, EXTERNAL, MFA],
            Self::WebIdentity => {
                &[PROVIDER, AUDIENCE, ORGANIZATION, REPOSITORY, BRANCH, NAMESPACE, SERVICE_ACCOUNT, SUBJECT]
            }
            Self::Saml => &[SAML, CONSOLE, ATTRIBUTE],
            Self::Custom => &[CUSTOM, FINDINGS],
        }
    }

    fn of(form: &Form) -> Self {
        Self::ALL.get(form.choice(KIND)).copied().unwrap_or(Self::Custom)
    }
}

/// What a role for an AWS service is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Service {
    /// A use case that the console lists.
    UseCase(&'static UseCase),
    /// The role that a service makes for itself.
    Linked(&'static Linked),
    /// Any other service, by its principal.
    Principal(String),
}

impl Service {
    /// What was picked; a use case whose role its service makes is that role.
    fn of(form: &Form) -> Option<Self> {
        let key = form.picked(SERVICE).into_iter().next().filter(|_| Kind::of(form) == Kind::Service)?;
        if let Some(service) = key.strip_prefix(LINKED) {
            return linked(service).map(Self::Linked);
        }
        let Some(case) = use_case(&key) else { return Some(Self::Principal(key)) };
        let own = case.principals.first().filter(|_| case.is_service_linked()).and_then(|service| linked(service));
        Some(own.map_or(Self::UseCase(case), Self::Linked))
    }

    fn trusted(&self, for_this_account: bool) -> Option<Trusted> {
        match self {
            Self::UseCase(case) => Some(Trusted::Service {
                principals: case.principals.iter().map(|principal| (*principal).to_owned()).collect(),
                actions: case.trust.actions(),
                for_this_account,
            }),
            Self::Principal(principal) => Some(Trusted::service(principal.as_str(), for_this_account)),
            Self::Linked(_) => None,
        }
    }
}

/// What the key of a service-linked role begins with.
const LINKED: &str = "service-linked:";

/// What a provider's tokens name their subject by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subjects {
    /// A repository with its branch or environment.
    GitHub,
    /// A service account of a Kubernetes cluster.
    Kubernetes,
    /// Whatever the provider writes.
    Other,
}

impl Subjects {
    fn of(provider: &str) -> Self {
        let issuer = issuer(provider);
        if issuer == "token.actions.githubusercontent.com" {
            Self::GitHub
        } else if issuer.starts_with("oidc.eks.") {
            Self::Kubernetes
        } else {
            Self::Other
        }
    }
}

/// The providers that AWS knows without being told of them.
const WELL_KNOWN: [(&str, &str); 4] = [
    ("cognito-identity.amazonaws.com", "Amazon Cognito"),
    ("accounts.google.com", "Google"),
    ("www.amazon.com", "Login with Amazon"),
    ("graph.facebook.com", "Facebook"),
];

/// The step that asks for it.
#[derive(Debug, Default)]
pub struct TrustedEntity {
    /// The provider whose audience was proposed.
    proposed: Option<String>,
    /// The provider that is picked.
    provider: Option<Arn>,
    /// The service whose usual trust was proposed.
    service: Option<Service>,
}

impl TrustedEntity {
    /// The questions, with a provider picked where the role is for one.
    pub fn form(provider: Option<&Arn>) -> Form {
        let mut form = Self::questions();
        if let Some(arn) = provider {
            let (kind, field) = match arn.resource_type() {
                "saml-provider" => (Kind::Saml, SAML),
                _ => (Kind::WebIdentity, PROVIDER),
            };
            let at = Kind::ALL.iter().position(|other| *other == kind);
            form.prefill(KIND, &at.into());
            if let Some(pick) = form.pick_mut(field) {
                pick.add(arn.to_string());
            }
        }
        form
    }

    fn questions() -> Form {
        let kinds = &["AWS service", "AWS account", "web identity", "SAML 2.0", "custom trust policy"];
        let confused = "The service may act for this account only (aws:SourceAccount). Not every service sends it.";
        let external =
            "Optional. The other party must send it, which keeps others from using the role through that party.";
        let branch = "Optional, such as `main`; empty: every branch and tag. `env:NAME` names an environment.";
        let attribute = "Optional, such as `SAML:sub_type=persistent`.";
        let text = |id, label, help, check| Field::text(id, label, help, check).hidden();
        let pick = |id, label, help| Field::pick(id, label, help, Pick::one()).hidden();
        Form::new(
            "Trusted entity",
            vec![
                Field::choice(KIND, "Trusted entity type", "Who can assume the role.", kinds),
                pick(SERVICE, "Service or use case", "Type to filter; Space selects."),
                Field::switch(CONFUSED, "For this account only", confused, false).hidden(),
                text(SUFFIX, "Suffix", "Optional. It distinguishes several roles of the service.", suffix),
                Field::choice(
                    WHOSE,
                    "An AWS account",
                    "Its principals can assume the role.",
                    &["this account", "another account"],
                )
                .hidden(),
                text(ACCOUNT, "Account ID", "Twelve digits.", account_id),
                text(EXTERNAL, "External ID", external, external_id),
                Field::switch(MFA, "Require MFA", "The caller must have signed in with MFA.", false).hidden(),
                pick(PROVIDER, "Identity provider", "Space selects. Providers of the account are listed first."),
                text(AUDIENCE, "Audience", "The audience of the tokens: the client or application ID.", given),
                text(ORGANIZATION, "GitHub organization", "The owner of the repository.", given),
                text(REPOSITORY, "GitHub repository", "Optional; empty: all of the organization.", subject),
                text(BRANCH, "GitHub branch", branch, subject),
                text(NAMESPACE, "Namespace", "The Kubernetes namespace of the service account.", given),
                text(SERVICE_ACCOUNT, "Service account", "Its name; `*`: all of the namespace.", given),
                text(SUBJECT, "Subject", "Optional. The subject of the tokens; `*` and `?` are wildcards.", subject),
                pick(SAML, "SAML provider", "Space selects."),
                Field::switch(CONSOLE, "AWS console too", "Users may sign in to the console, not only the API.", true)
                    .hidden(),
                text(ATTRIBUTE, "Attribute", attribute, attribute_pair),
                Field::paste(CUSTOM, "Trust policy", "Paste the JSON; the arrow keys move in it.", given).hidden(),
                Field::note(FINDINGS, "Findings"),
                Field::note(TRUST, "Trust policy"),
            ],
        )
    }

    /// Asks what the chosen type needs, and shows the trust policy that comes of it.
    pub fn settle(&mut self, form: &mut Form, view: &View<'_>, is_stale: bool) {
        let kind = Kind::of(form);
        for other in Kind::ALL {
            other.fields().iter().for_each(|id| form.ask(id, other == kind));
        }
        if is_stale {
            form.offer(SERVICE, services(view));
            form.offer(PROVIDER, providers(view));
            form.offer(SAML, saml_providers(view));
        }
        form.ask(ACCOUNT, kind == Kind::Account && form.choice(WHOSE) == 1);
        let picked = form.picked(PROVIDER).into_iter().next();
        let subjects = picked.as_deref().map_or(Subjects::Other, Subjects::of);
        let is_web = kind == Kind::WebIdentity;
        for id in [ORGANIZATION, REPOSITORY, BRANCH] {
            form.ask(id, is_web && subjects == Subjects::GitHub);
        }
        for id in [NAMESPACE, SERVICE_ACCOUNT] {
            form.ask(id, is_web && subjects == Subjects::Kubernetes);
        }
        form.ask(SUBJECT, is_web && subjects == Subjects::Other);
        for (id, is_asked) in [(SERVICE, kind == Kind::Service), (PROVIDER, is_web), (SAML, kind == Kind::Saml)] {
            let missing = is_asked && form.picked(id).is_empty();
            form.object(id, missing.then(|| UserError::new("nothing is selected: press Space")));
        }
        self.settle_service(form, kind);
        self.propose_audience(form, picked, view);
        form.ask(TRUST, kind != Kind::Custom);
        form.tell(FINDINGS, if kind == Kind::Custom { findings(form.text(CUSTOM)) } else { Lines::new() });
        let trust = Self::answer(form).filter(|_| kind != Kind::Custom);
        let lines = trust
            .map(|trust| trust.document(view.account).text().lines().map(|l| (l.to_owned(), Look::Muted)).collect());
        form.tell(TRUST, lines.unwrap_or_default());
    }

    /// Asks what fits the service, and switches on what its use case usually has.
    fn settle_service(&mut self, form: &mut Form, kind: Kind) {
        let service = Service::of(form);
        let own = match &service {
            Some(Service::Linked(own)) => Some(own),
            _ => None,
        };
        form.ask(CONFUSED, kind == Kind::Service && own.is_none());
        form.ask(SUFFIX, own.is_some_and(|own| own.suffix));
        if self.service != service {
            let is_for_own = matches!(&service, Some(Service::UseCase(case)) if case.trust == Trust::OwnAccount);
            form.prefill(CONFUSED, &is_for_own.into());
            self.service = service;
        }
    }

    /// Fills in the audience that a provider has, where it has one and the user wrote none.
    fn propose_audience(&mut self, form: &mut Form, picked: Option<String>, view: &View<'_>) {
        let arn = picked.as_deref().and_then(|provider| Arn::parse(provider).ok());
        self.provider.clone_from(&arn);
        if picked.is_none() || self.proposed == picked {
            return;
        }
        let known = arn.as_ref().and_then(|arn| view.account.oidc_providers().get(arn));
        let audiences = known.map(|provider| &provider.facts.audiences);
        // What it has is read first.
        if audiences.is_some_and(crate::model::Fact::is_unknown) {
            return;
        }
        if let Some(first) = audiences.and_then(|list| list.known()).and_then(|list| list.first())
            && form.text(AUDIENCE).is_empty()
        {
            form.prefill(AUDIENCE, &first.to_string().into());
        }
        self.proposed = picked;
    }

    /// What is read for it.
    pub fn wants(&self) -> impl Iterator<Item = (Load, Urgency)> + use<> {
        needed(self.provider.clone().map(Load::OidcProvider))
    }

    /// The service-linked role that is picked, with its suffix.
    pub fn linked(form: &Form) -> Option<(&'static Linked, Option<String>)> {
        let Some(Service::Linked(own)) = Service::of(form) else { return None };
        let suffix = Some(form.text(SUFFIX).trim().to_owned()).filter(|suffix| own.suffix && !suffix.is_empty());
        Some((own, suffix))
    }

    /// The use case that is picked.
    pub fn use_case(form: &Form) -> Option<&'static UseCase> {
        match Service::of(form) {
            Some(Service::UseCase(case)) => Some(case),
            _ => None,
        }
    }

    /// Whom the role shall trust, once enough is answered.
    pub fn answer(form: &Form) -> Option<Trusted> {
        let text = |id: &str| Some(form.text(id).trim().to_owned()).filter(|text| !text.is_empty());
        Some(match Kind::of(form) {
            Kind::Service => Service::of(form)?.trusted(form.is_on(CONFUSED))?,
            Kind::Account => Trusted::Account {
                account: if form.choice(WHOSE) == 1 { Some(digits(&text(ACCOUNT)?)) } else { None },
                external_id: text(EXTERNAL),
                mfa: form.is_on(MFA),
            },
            Kind::WebIdentity => {
                let provider = form.picked(PROVIDER).into_iter().next()?;
                let subject = match Subjects::of(&provider) {
                    Subjects::GitHub => {
                        Some(github(&text(ORGANIZATION)?, text(REPOSITORY).as_deref(), text(BRANCH).as_deref()))
                    }
                    Subjects::Kubernetes => {
                        Some(format!("system:serviceaccount:{}:{}", text(NAMESPACE)?, text(SERVICE_ACCOUNT)?))
                    }
                    Subjects::Other => text(SUBJECT),
                };
                Trusted::WebIdentity { provider, audience: text(AUDIENCE)?, subject }
            }
            Kind::Saml => Trusted::Saml {
                provider: Arn::parse(form.picked(SAML).first()?).ok()?,
                console: form.is_on(CONSOLE),
                attribute: text(ATTRIBUTE)
                    .and_then(|text| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))),
            },
            Kind::Custom => Trusted::Custom(Document::new(text(CUSTOM)?)),
        })
    }
}

/// The subject of tokens of GitHub Actions.
fn github(organization: &str, repository: Option<&str>, branch: Option<&str>) -> String {
    let repository = repository.unwrap_or("*");
    let what = match branch {
        None => "*".to_owned(),
        Some(branch) => match branch.strip_prefix("env:") {
            Some(environment) => format!("environment:{environment}"),
            None => format!("ref:refs/heads/{branch}"),
        },
    };
    format!("repo:{organization}/{repository}:{what}")
}

fn issuer(provider: &str) -> String {
    Arn::parse(provider).map_or_else(|_| provider.to_owned(), |arn| provider_name(&arn).to_owned())
}

/// Use cases as the console lists them, then all other services that may be principals, then service-linked roles.
fn services(view: &View<'_>) -> offer::Offer {
    let cases = use_cases::ALL.iter().map(|case| Item {
        key: case.name.to_owned(),
        label: case.label(),
        note: if case.is_service_linked() { "service-linked role".to_owned() } else { case.principals.join(", ") },
        also: format!("{} {}", case.service, case.principals.join(" ")),
        ..Item::default()
    });
    let has_case =
        |principal: &str| use_cases::ALL.iter().any(|case| !case.is_service_linked() && case.principals == [principal]);
    let others = Catalog::bundled().service_principals().iter().filter(|principal| !has_case(principal));
    let principals = others.map(|principal| Item {
        key: principal.clone(),
        label: principal.trim_end_matches(".amazonaws.com").to_owned(),
        note: principal.clone(),
        group: 1,
        ..Item::default()
    });
    let is_case = |own: &Linked| {
        use_cases::ALL.iter().any(|case| case.is_service_linked() && case.principals.first() == Some(&own.service))
    };
    let linked = service_linked::all().iter().filter(|own| !is_case(own)).map(|own| Item {
        key: format!("{LINKED}{}", own.service),
        label: own.name(None),
        note: "service-linked role".to_owned(),
        also: own.service.to_owned(),
        group: 2,
        // A service that takes no suffix has one such role.
        is_given: !own.suffix && view.account.roles().get(own.name(None).as_str()).is_some(),
    });
    (cases.chain(principals).chain(linked).collect(), String::new())
}

fn providers(view: &View<'_>) -> offer::Offer {
    let listing = view.account.oidc_providers();
    let own = listing.rows().iter().map(|provider| Item {
        key: provider.arn.as_str().to_owned(),
        label: provider.issuer().to_owned(),
        note: "OpenID Connect".to_owned(),
        ..Item::default()
    });
    let known = WELL_KNOWN.iter().map(|(issuer, name)| Item {
        key: (*issuer).to_owned(),
        label: (*issuer).to_owned(),
        note: (*name).to_owned(),
        group: 1,
        ..Item::default()
    });
    (own.chain(known).collect(), offer::status(listing))
}

fn saml_providers(view: &View<'_>) -> offer::Offer {
    let listing = view.account.saml_providers();
    let items = listing.rows().iter().map(|provider| Item {
        key: provider.arn.as_str().to_owned(),
        label: provider_name(&provider.arn).to_owned(),
        note: "SAML".to_owned(),
        ..Item::default()
    });
    (items.collect(), offer::status(listing))
}

/// What our checks say of a trust policy, the worst first.
fn findings(text: &str) -> Lines {
    if text.trim().is_empty() {
        return Lines::new();
    }
    let options = Options { kind: Some(PolicyKind::Trust), ..Options::default() };
    let report = validate(text, &options);
    let mut found: Vec<_> = report.findings.iter().collect();
    found.sort_by_key(|finding| FindingType::ALL.iter().position(|kind| *kind == finding.kind));
    let look = |kind: FindingType| match kind {
        FindingType::Error => Look::Bad,
        FindingType::SecurityWarning | FindingType::Warning => Look::Warning,
        FindingType::Suggestion => Look::Info,
    };
    if found.is_empty() {
        return vec![("✓ The checks find nothing.".to_owned(), Look::Good)];
    }
    found.into_iter().take(5).map(|finding| (finding.details.clone(), look(finding.kind))).collect()
}

/// The digits of an account ID, which AWS also prints as `1111-2222-3333`.
fn digits(text: &str) -> String {
    text.chars().filter(|ch| *ch != '-' && !ch.is_whitespace()).collect()
}

fn account_id(text: &str) -> Result<(), UserError> {
    let text = digits(text);
    let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { Ok(()) } else { Err(UserError::new("an account ID has twelve digits")) }
}

fn external_id(text: &str) -> Result<(), UserError> {
    let fits = |ch: char| ch.is_ascii_alphanumeric() || "_+=,.@:/-".contains(ch);
    match text.len() {
        0 => Ok(()),
        2..=1224 if text.chars().all(fits) => Ok(()),
        _ => Err(UserError::new("an external ID has 2 to 1,224 letters, digits and _+=,.@:/-")),
    }
}

fn attribute_pair(text: &str) -> Result<(), UserError> {
    let is_pair = text.split_once('=').is_some_and(|(name, value)| !name.is_empty() && !value.is_empty());
    if text.is_empty() || is_pair { Ok(()) } else { Err(UserError::new("an attribute is written `NAME=VALUE`")) }
}

/// Source: the model's pattern of `CustomSuffix`.
fn suffix(text: &str) -> Result<(), UserError> {
    let fits = |ch: char| ch.is_ascii_alphanumeric() || "_+=,.@-".contains(ch);
    if text.len() <= 64 && text.chars().all(fits) {
        return Ok(());
    }
    Err(UserError::new("a suffix has at most 64 letters, digits and _+=,.@-"))
}

fn given(text: &str) -> Result<(), UserError> {
    if text.trim().is_empty() { Err(UserError::new("this is missing")) } else { Ok(()) }
}

fn subject(text: &str) -> Result<(), UserError> {
    if text.contains(char::is_control) { Err(UserError::new("this cannot contain control characters")) } else { Ok(()) }
}
