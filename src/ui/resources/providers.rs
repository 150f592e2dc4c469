//! Identity providers: OpenID Connect and SAML 2.0 in one list, as in the console.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::insight::unused::provider_since;
use crate::model::{Account, Fact, OidcProvider, ResourceRef, SamlProvider, Tags, TrustedEntity, provider_name};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{self, Content, Row};
use crate::ui::page::View;
use crate::ui::place::{Kind, Place};
use crate::ui::selection::TabItem;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab, tag_content, unused_for};

/// Identity providers.
#[derive(Debug)]
pub struct Providers;

/// One of either type.
#[derive(Debug, Clone)]
pub enum Provider {
    /// OpenID Connect.
    Oidc(Arc<OidcProvider>),
    /// SAML 2.0.
    Saml(Arc<SamlProvider>),
}

impl Provider {
    fn arn(&self) -> &Arn {
        match self {
            Self::Oidc(provider) => &provider.arn,
            Self::Saml(provider) => &provider.arn,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Oidc(_) => "OpenID Connect",
            Self::Saml(_) => "SAML",
        }
    }

    fn tags(&self) -> &Fact<Tags> {
        match self {
            Self::Oidc(provider) => &provider.facts.tags,
            Self::Saml(provider) => &provider.facts.tags,
        }
    }

    fn load(&self) -> Load {
        Load::of(&ResourceRef::Provider(self.arn().clone()))
    }
}

const SETTINGS: Tab<Provider> = Tab {
    title: "Provider",
    short: "Provider",
    count: |_, _| None,
    content: settings,
    loads: |provider, _| vec![provider.load()],
};

const ROLES: Tab<Provider> = Tab {
    title: "Roles that trust it",
    short: "Roles that trust it",
    count: |provider, view| view.account.roles().is_complete().then(|| trusting(provider, view).len()),
    content: roles,
    loads: |_, _| vec![Load::Roles],
};

const TAGS: Tab<Provider> = Tab {
    title: "Tags",
    short: "Tags",
    count: |provider, _| provider.tags().known().map(Vec::len),
    content: |provider, _| tag_content(&ResourceRef::Provider(provider.arn().clone()), provider.tags()),
    loads: |provider, _| vec![provider.load()],
};

impl Resource for Providers {
    type Row = Provider;
    type Key = Arn;

    const KIND: Kind = Kind::Providers;

    const COLUMNS: &'static [Column<Provider>] = &[
        Column {
            id: "name",
            title: "Provider",
            width: 36,
            shown: Shown::Always,
            cell: |provider, _| Cell::text(Providers::name(provider).to_owned()),
            key: |provider, _| SortKey::text(Providers::name(provider)),
        },
        Column {
            id: "type",
            title: "Type",
            width: 16,
            shown: Shown::Always,
            cell: |provider, _| Cell::text(provider.kind()),
            key: |provider, _| SortKey::text(provider.kind()),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::Always,
            cell: created,
            key: |provider, _| {
                created_at(provider).known().map_or(SortKey::Nothing, |at| SortKey::Number(at.as_second()))
            },
        },
        Column {
            id: "roles",
            title: "Roles",
            width: 7,
            shown: Shown::Always,
            cell: role_count,
            key: |provider, view| SortKey::Number(i64::try_from(trusting(provider, view).len()).unwrap_or(i64::MAX)),
        },
        Column {
            id: "expires",
            title: "Expiration",
            width: 22,
            shown: Shown::OnRequest,
            cell: expires,
            key: |provider, _| match provider {
                Provider::Saml(provider) => {
                    provider.valid_until.map_or(SortKey::Nothing, |at| SortKey::Number(at.as_second()))
                }
                Provider::Oidc(_) => SortKey::Nothing,
            },
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |provider, view| {
                unused_for(provider_since(view.account, provider.arn(), created_at(provider).known().copied()), view)
            },
            key: |provider, view| {
                SortKey::age(
                    provider_since(view.account, provider.arn(), created_at(provider).known().copied()),
                    view.now,
                )
            },
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 70,
            shown: Shown::WhereRoom,
            cell: |provider, _| Cell::text(provider.arn().to_string()),
            key: |provider, _| SortKey::text(provider.arn().as_str()),
        },
    ];

    const TABS: &'static [Tab<Provider>] = &[SETTINGS, ROLES, TAGS];

    fn rows(account: &Account) -> Vec<Arc<Provider>> {
        let oidc = account.oidc_providers().rows().iter().map(|row| Provider::Oidc(Arc::clone(row)));
        let saml = account.saml_providers().rows().iter().map(|row| Provider::Saml(Arc::clone(row)));
        oidc.chain(saml).map(Arc::new).collect()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.oidc_providers()), Arrival::of(view.account.saml_providers())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![
            (Load::OidcProviders, Urgency::Now),
            (Load::SamlProviders, Urgency::Now),
            (Load::Roles, Urgency::Background),
        ]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<Provider>> {
        let ResourceRef::Provider(arn) = entity else { return None };
        let oidc = account.oidc_providers().get(arn).map(|row| Provider::Oidc(Arc::clone(row)));
        let found = oidc.or_else(|| Some(Provider::Saml(Arc::clone(account.saml_providers().get(arn)?))));
        found.map(Arc::new)
    }

    fn key(provider: &Provider) -> &Arn {
        provider.arn()
    }

    fn entity(provider: &Provider) -> Option<ResourceRef> {
        Some(ResourceRef::Provider(provider.arn().clone()))
    }

    fn name(provider: &Provider) -> &str {
        provider_name(provider.arn())
    }

    fn arn(provider: &Provider) -> Option<&Arn> {
        Some(provider.arn())
    }

    fn tags(provider: &Provider) -> Option<&Fact<Tags>> {
        Some(provider.tags())
    }

    fn summary(provider: &Provider, view: &View<'_>) -> Vec<Field> {
        let mut fields = vec![
            Field::new("Type", Cell::text(provider.kind())),
            Field::new("Created", created(provider, view)),
            Field::new("Roles that trust it", role_count(provider, view)),
            Field::new("ARN", Cell::text(provider.arn().to_string())),
        ];
        match provider {
            Provider::Oidc(provider) => {
                let audiences = Cell::wide(&provider.facts.audiences, "None", |list| joined(list));
                fields.insert(1, Field::new("Audiences", audiences));
            }
            Provider::Saml(_) => fields.insert(1, Field::new("Expires", expires(provider, view))),
        }
        fields
    }

    /// The list of OpenID Connect providers tells nothing but ARNs.
    fn details(provider: &Provider, view: &View<'_>) -> Vec<Load> {
        let load = provider.load();
        match provider {
            Provider::Oidc(row) if view.lacks(&row.facts.created, &load) => vec![load],
            _ => Vec::new(),
        }
    }
}

fn joined(list: &[Box<str>]) -> Cell {
    if list.is_empty() { Cell::absent("None") } else { Cell::text(list.join(", ")) }
}

fn created_at(provider: &Provider) -> Fact<Timestamp> {
    match provider {
        Provider::Oidc(provider) => provider.facts.created.clone(),
        Provider::Saml(provider) => match provider.created {
            Some(at) => Fact::Known(at, crate::model::Seen::new(crate::model::Source::List, at)),
            None => Fact::Unknown,
        },
    }
}

fn created(provider: &Provider, _: &View<'_>) -> Cell {
    Cell::of(&created_at(provider), "not reported", |at| Cell::text(time::date(*at)))
}

fn expires(provider: &Provider, view: &View<'_>) -> Cell {
    match provider {
        Provider::Oidc(_) => Cell::absent("–"),
        Provider::Saml(provider) => match provider.valid_until {
            None => Cell::absent("not reported"),
            Some(at) if at <= view.now => Cell::new(format!("▲ {} expired", time::date(at)), Look::Danger),
            Some(at) => Cell::text(time::date(at)),
        },
    }
}

/// The roles whose trust policies name a provider, as far as roles were read.
fn trusting<'a>(provider: &Provider, view: &View<'a>) -> &'a [crate::model::RoleName] {
    let named = TrustedEntity::Provider(provider.arn().as_str().into());
    view.account.references().trusting(&named)
}

fn role_count(provider: &Provider, view: &View<'_>) -> Cell {
    let count = trusting(provider, view).len();
    match view.account.roles().is_complete() {
        true if count == 0 => Cell::absent("0"),
        true => Cell::text(count.to_string()),
        false => Cell::unknown(),
    }
}

fn settings(provider: &Provider, _: &View<'_>) -> Content {
    let mut content = Content::new();
    let list = |content: &mut Content, title: &str, list: &Fact<Vec<Box<str>>>, none: &'static str| {
        content.heading(title);
        match list {
            Fact::Known(texts, _) if !texts.is_empty() => {
                for text in texts {
                    content.note(Cell::text(text.to_string()));
                }
            }
            Fact::Known(..) => content.note(Cell::absent(none)),
            other => content.note(Cell::wide(other, none, |_| Cell::unknown())),
        }
    };
    match provider {
        Provider::Oidc(provider) => {
            content.field("Provider URL", Cell::text(format!("https://{}", provider.issuer())));
            content.heading("Audiences");
            let audience = [content::Column::new("Audience", 60)];
            content.facts(&provider.facts.audiences, &audience, "There are none.", |audience| {
                let item = TabItem::Audience(provider.arn.clone(), audience.clone());
                Row::new(vec![Cell::text(audience.to_string())]).item(item)
            });
            let none = "None. AWS verifies the provider with its own trusted certificate authorities.";
            list(&mut content, "Thumbprints", &provider.facts.thumbprints, none);
        }
        Provider::Saml(provider) => {
            content.heading("Metadata document");
            let metadata = &provider.facts.metadata;
            content.note(Cell::wide(metadata, "There is none.", |text| Cell::text(text.trim_end().to_owned())));
        }
    }
    content
}

fn roles(provider: &Provider, view: &View<'_>) -> Content {
    const COLUMNS: &[content::Column] = &[content::Column::new("Role", 30), content::Column::new("Last activity", 16)];
    let mut content = Content::new();
    let listing = view.account.roles();
    let names = trusting(provider, view);
    if names.is_empty() && !listing.is_complete() {
        content.note(match listing.error() {
            Some(_) => Cell::failed(),
            None => Cell::unknown(),
        });
        return content;
    }
    let row = |name: &crate::model::RoleName| {
        let used = listing.get(name).map(|role| &role.facts.last_used);
        let used = used.map_or_else(Cell::unknown, |used| {
            Cell::of(used, "None", |usage| Cell::text(time::ago(usage.at, view.now)))
        });
        Row::new(vec![Cell::text(name.to_string()), used]).link(Place::Entity(ResourceRef::Role(name.clone())))
    };
    content.table(COLUMNS, names.iter().map(row).collect(), "No role trusts it.");
    content
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{arn, check, look, now, role, seen};
    use super::*;
    use crate::model::{OidcProviderFacts, Page, Update};

    const ISSUER: &str = "oidc-provider/token.actions.githubusercontent.com";

    #[test]
    fn a_provider_tells_its_settings_and_the_roles_that_trust_it() {
        let facts = OidcProviderFacts {
            audiences: Fact::Known(vec!["sts.amazonaws.com".into()], seen()),
            thumbprints: Fact::Known(Vec::new(), seen()),
            ..OidcProviderFacts::default()
        };
        let row = OidcProvider { arn: arn(ISSUER), facts };
        let provider = Provider::Oidc(Arc::new(row.clone()));
        let mut account = Account::default();
        account.apply(Update::OidcProviders(Page::whole(vec![row], now())));
        look(&account, |view| {
            check(settings(&provider, view), &["Audiences", "sts.amazonaws.com", "Thumbprints"]);
            check(roles(&provider, view), &["…"]);
        });
        let trusts = format!(r#"{{"Federated":"{}"}}"#, arn(ISSUER));
        account.apply(Update::Roles(Page::whole(vec![role("Deploy", &trusts)], now())));
        look(&account, |view| {
            check(roles(&provider, view), &["Deploy …"]);
            assert_eq!(role_count(&provider, view).text, "1");
        });
    }
}
