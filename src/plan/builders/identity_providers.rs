//! Identity providers: OpenID Connect with audiences and thumbprints, SAML 2.0 with a metadata document.

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{Account, OidcProvider, SamlProvider, Tag, TrustedEntity, provider_name};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};

use super::mentions::told;
use super::{held, held_rows, partition, rows, settled, tags_value};

/// The most audiences and thumbprints of one provider; no read tells them.
const AUDIENCES: u64 = 100;
const THUMBPRINTS: u64 = 5;

/// An OpenID Connect provider to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOidcProvider {
    /// The URL, which begins with `https://`.
    pub url: String,
    /// The audiences, also called client IDs.
    pub audiences: Vec<String>,
    /// Thumbprints of its certificate; none: AWS finds them out, or trusts its certificate authority.
    pub thumbprints: Vec<String>,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl CreateOidcProvider {
    /// The plan.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let issuer = issuer(&self.url)?;
        if account.oidc_providers().rows().iter().any(|provider| provider.issuer() == issuer) {
            return Err(PlanError::Exists { kind: "identity provider", name: issuer.to_owned() });
        }
        limited("audiences", self.audiences.len(), AUDIENCES)?;
        check_thumbprints(&self.thumbprints)?;
        let mut create = Call::create_oidc_provider(format!("https://{issuer}"));
        if !self.audiences.is_empty() {
            create = create.with("ClientIDList", texts(&self.audiences));
        }
        if !self.thumbprints.is_empty() {
            create = create.with("ThumbprintList", texts(&self.thumbprints));
        }
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        created(account, create, issuer, "OpenIDConnectProviderArn", Call::delete_oidc_provider)
    }
}

/// A SAML provider to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateSamlProvider {
    /// The name.
    pub name: String,
    /// The metadata document of the identity provider.
    pub metadata: String,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl CreateSamlProvider {
    /// The plan.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name.as_str();
        if account.saml_providers().rows().iter().any(|provider| provider_name(&provider.arn) == name) {
            return Err(PlanError::Exists { kind: "identity provider", name: name.to_owned() });
        }
        let mut create = Call::create_saml_provider(metadata(&self.metadata)?, name);
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        created(account, create, name, "SAMLProviderArn", Call::delete_saml_provider)
    }
}

fn created(
    account: &Account,
    create: Call,
    name: &str,
    gives: &str,
    delete: impl Fn(Value) -> Call,
) -> Result<Plan, PlanError> {
    create.check()?;
    let mut plan = Plan::new(format!("create identity provider {name}"));
    let id = plan.push(Step::new(create, "roles can trust users that it has signed in"));
    if let Some(step) = plan.steps.last_mut() {
        step.inverse = Inverse::of([delete(output(&id, gives))]);
    }
    Ok(plan.seeing(account))
}

/// The plan that adds audiences to an OpenID Connect provider.
pub fn add_audiences(account: &Account, provider: &Arn, audiences: &[String]) -> Result<Plan, PlanError> {
    let name = provider_name(provider);
    let held = audiences_of(account, provider)?;
    let new: Vec<&String> =
        audiences.iter().filter(|audience| !held.iter().any(|held| **held == ***audience)).collect();
    if new.is_empty() {
        return Err(PlanError::Nothing(format!("identity provider {name} has these audiences")));
    }
    limited("audiences", held.len() + new.len(), AUDIENCES)?;
    let mut plan = Plan::new(format!("add audiences to identity provider {name}"));
    for audience in new {
        let call = Call::add_audience(provider.as_str(), audience.as_str());
        call.check()?;
        let undo = Inverse::of([Call::remove_audience(provider.as_str(), audience.as_str())]);
        plan.push(Step::new(call, "AWS accepts tokens for this audience").undo(undo));
    }
    Ok(plan.seeing(account))
}

/// The plan that removes an audience from an OpenID Connect provider.
pub fn remove_audience(account: &Account, provider: &Arn, audience: &str) -> Result<Plan, PlanError> {
    let name = provider_name(provider);
    let held = audiences_of(account, provider)?;
    if !held.iter().any(|held| **held == *audience) {
        return Err(PlanError::Absent { kind: "audience", name: audience.to_owned(), meant: None });
    }
    let mut plan = Plan::new(format!("remove audience {audience} from identity provider {name}"));
    let step = Step::new(Call::remove_audience(provider.as_str(), audience), "AWS refuses tokens for this audience");
    let risk = format!("who signs in with a token for {audience} is refused{}", of_roles(account, provider));
    plan.push(step.risk(risk).undo(Inverse::of([Call::add_audience(provider.as_str(), audience)])));
    Ok(plan.seeing(account))
}

/// The plan that puts other thumbprints in the place of those that an OpenID Connect provider has.
pub fn set_thumbprints(account: &Account, provider: &Arn, thumbprints: &[String]) -> Result<Plan, PlanError> {
    let name = provider_name(provider);
    let facts = &oidc(account, provider)?.facts;
    let held = rows(&facts.thumbprints, || format!("the thumbprints of identity provider {name}"))?;
    let held: Vec<String> = held.iter().map(ToString::to_string).collect();
    if held.len() == thumbprints.len() && held.iter().zip(thumbprints).all(|(one, new)| one.eq_ignore_ascii_case(new)) {
        return Err(PlanError::Nothing("the thumbprints are the same".to_owned()));
    }
    check_thumbprints(thumbprints)?;
    let set = |list: &[String]| Call::update_thumbprints(provider.as_str(), texts(list));
    let call = set(thumbprints);
    call.check()?;
    let mut plan = Plan::new(format!("set the thumbprints of identity provider {name}"));
    let risk = "where AWS does not trust the provider's certificate authority, tokens are refused unless one matches";
    let why = "the certificate of the provider is checked against them";
    plan.push(Step::new(call, why).risk(risk).undo(Inverse::of([set(&held)])));
    Ok(plan.seeing(account))
}

/// The plan that puts another metadata document in the place of the one that a SAML provider has.
pub fn replace_metadata(account: &Account, provider: &Arn, text: &str) -> Result<Plan, PlanError> {
    let name = provider_name(provider);
    let text = metadata(text)?;
    let facts = &saml(account, provider)?.facts;
    let held = settled(&facts.metadata, || format!("the metadata document of identity provider {name}"))?;
    if held.is_some_and(|held| held.trim() == text.trim()) {
        return Err(PlanError::Nothing("the metadata document is the same".to_owned()));
    }
    let set = |text: &str| Call::update_saml_provider(provider.as_str()).with("SAMLMetadataDocument", text);
    let call = set(text);
    call.check()?;
    let undo = match held {
        Some(held) => Inverse::of([set(held)]),
        None => Inverse::never("the document before is not known"),
    };
    let mut plan = Plan::new(format!("replace the metadata document of identity provider {name}"));
    let why = "assertions are checked with the certificates of the new document";
    let risk = format!("assertions that are signed with other certificates are refused{}", of_roles(account, provider));
    plan.push(Step::new(call, why).risk(risk).undo(undo));
    Ok(plan.seeing(account))
}

/// The plan that deletes identity providers; the roles that trust them stay, and nobody can assume them through them.
pub fn delete_providers(account: &Account, providers: &[Arn]) -> Result<Plan, PlanError> {
    let title = match providers {
        [] => return Err(PlanError::Nothing("no identity provider is named".to_owned())),
        [one] => format!("delete identity provider {}", provider_name(one)),
        several => format!("delete {} identity providers", several.len()),
    };
    let mut plan = Plan::new(title);
    for provider in providers {
        let (call, undo) = if provider.resource_type() == "saml-provider" {
            (Call::delete_saml_provider(provider.as_str()), saml_again(saml(account, provider)?)?)
        } else {
            (Call::delete_oidc_provider(provider.as_str()), oidc_again(oidc(account, provider)?)?)
        };
        let roles = trusting(account, provider);
        let step = Step::requested(call);
        plan.push(match roles.as_slice() {
            [] => step.undo(undo),
            roles => step.risk(format!("nobody can assume {} through it", told(roles))).undo(undo),
        });
    }
    Ok(plan.seeing(account))
}

fn oidc_again(provider: &OidcProvider) -> Result<Option<Inverse>, PlanError> {
    let (name, facts) = (provider.issuer(), &provider.facts);
    let owned = |list: &[Box<str>]| list.iter().map(ToString::to_string).collect::<Vec<String>>();
    let audiences = owned(held_rows(&facts.audiences, || format!("the audiences of identity provider {name}"))?);
    let thumbprints = owned(held_rows(&facts.thumbprints, || format!("the thumbprints of identity provider {name}"))?);
    let tags = held_rows(&facts.tags, || format!("the tags of identity provider {name}"))?;
    let mut again = Call::create_oidc_provider(format!("https://{name}"));
    for (parameter, list) in [("ClientIDList", &audiences), ("ThumbprintList", &thumbprints)] {
        if !list.is_empty() {
            again = again.with(parameter, texts(list));
        }
    }
    if !tags.is_empty() {
        again = again.with("Tags", tags_value(tags));
    }
    Ok(Inverse::losing([again], "its creation date"))
}

fn saml_again(provider: &SamlProvider) -> Result<Option<Inverse>, PlanError> {
    let (name, facts) = (provider_name(&provider.arn), &provider.facts);
    let document = held(&facts.metadata, || format!("the metadata document of identity provider {name}"))?;
    let tags = held_rows(&facts.tags, || format!("the tags of identity provider {name}"))?;
    let Some(document) = document else { return Ok(Inverse::never("its metadata document is not known")) };
    let mut again = Call::create_saml_provider(document.to_string(), name);
    if !tags.is_empty() {
        again = again.with("Tags", tags_value(tags));
    }
    Ok(Inverse::losing([again], "its creation date and the keys that decrypt assertions"))
}

fn oidc<'a>(account: &'a Account, provider: &Arn) -> Result<&'a OidcProvider, PlanError> {
    account.oidc_providers().get(provider).map(|row| &**row).ok_or_else(|| absent(provider))
}

fn saml<'a>(account: &'a Account, provider: &Arn) -> Result<&'a SamlProvider, PlanError> {
    account.saml_providers().get(provider).map(|row| &**row).ok_or_else(|| absent(provider))
}

fn absent(provider: &Arn) -> PlanError {
    PlanError::Absent { kind: "identity provider", name: provider_name(provider).to_owned(), meant: None }
}

fn audiences_of<'a>(account: &'a Account, provider: &Arn) -> Result<&'a [Box<str>], PlanError> {
    let facts = &oidc(account, provider)?.facts;
    rows(&facts.audiences, || format!("the audiences of identity provider {}", provider_name(provider)))
}

/// The roles whose trust policies name a provider, as sentences name them.
fn trusting(account: &Account, provider: &Arn) -> Vec<String> {
    let named = TrustedEntity::Provider(provider.as_str().into());
    account.references().trusting(&named).iter().map(|role| format!("role {role}")).collect()
}

fn of_roles(account: &Account, provider: &Arn) -> String {
    let roles = trusting(account, provider);
    if roles.is_empty() { String::new() } else { format!("; {} trusts the provider", told(&roles)) }
}

/// The URL of a provider without its scheme, as its ARN holds it.
fn issuer(url: &str) -> Result<&str, PlanError> {
    let refused = |what: &str| PlanError::Refused {
        what: format!("`{url}` is no URL of an OpenID Connect provider: {what}"),
        hint: "Write it as the provider's tokens name their issuer, such as `https://server.example.com`.",
    };
    let rest = url.strip_prefix("https://").ok_or_else(|| refused("it begins with `https://`"))?;
    let rest = rest.trim_end_matches('/');
    match rest {
        "" => Err(refused("the host is missing")),
        _ if url.chars().count() > 255 => Err(refused("it has at most 255 characters")),
        _ if rest.contains(':') => Err(refused("it has no port")),
        _ if rest.contains(['?', '#', '@', ' ']) => Err(refused("it has no query, fragment or user")),
        _ => Ok(rest),
    }
}

fn metadata(text: &str) -> Result<&str, PlanError> {
    // AWS takes no byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    if text.contains("EntityDescriptor") {
        return Ok(text);
    }
    Err(PlanError::Refused {
        what: "this is no SAML metadata document: it has no `EntityDescriptor`".to_owned(),
        hint: "Export the federation metadata XML of the identity provider.",
    })
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), PlanError> {
    limited("thumbprints", thumbprints.len(), THUMBPRINTS)?;
    let is_one = |text: &&String| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match thumbprints.iter().find(|text| !is_one(text)) {
        None => Ok(()),
        Some(text) => Err(PlanError::Refused {
            what: format!("`{text}` is no thumbprint"),
            hint: "A thumbprint is the SHA-1 digest of a certificate: 40 hexadecimal digits without colons.",
        }),
    }
}

fn limited(what: &str, count: usize, limit: u64) -> Result<(), PlanError> {
    if count as u64 <= limit {
        return Ok(());
    }
    Err(PlanError::Limit { what: format!("too many {what} for one identity provider"), limit })
}

fn texts(list: &[String]) -> Value {
    list.iter().map(String::as_str).collect()
}

/// The ARN that a provider has, where the account's number is known: a URL is one of OpenID Connect, a name one of SAML.
pub fn provider_arn(account: &Account, named: &str) -> Option<Arn> {
    let number = account.identity()?.account.to_string();
    let resource = match named.strip_prefix("https://") {
        Some(issuer) => format!("oidc-provider/{}", issuer.trim_end_matches('/')),
        None => format!("saml-provider/{named}"),
    };
    Arn::iam(partition(account), &number, &resource).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::model::{
        Document, Fact, OidcProviderFacts, Page, RoleFacts, SamlProviderFacts, Seen, Source, Trust, Update,
    };

    const THUMBPRINT: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";

    fn known<T>(value: T) -> Fact<T> {
        Fact::Known(value, Seen::new(Source::Detail, Timestamp::UNIX_EPOCH))
    }

    fn arn(resource: &str) -> Arn {
        Arn::iam("aws", "123456789012", resource).unwrap()
    }

    fn github() -> Arn {
        arn("oidc-provider/token.actions.githubusercontent.com")
    }

    fn document() -> String {
        format!("<EntityDescriptor>{}</EntityDescriptor>", "x".repeat(1000))
    }

    /// The account with an OpenID Connect provider that role `ops` trusts, and a SAML provider.
    fn with_providers() -> Account {
        let mut account = account();
        let facts = OidcProviderFacts {
            created: known(Timestamp::UNIX_EPOCH),
            audiences: known(vec!["sts.amazonaws.com".into()]),
            thumbprints: known(vec![THUMBPRINT.into()]),
            tags: known(vec![Tag { key: "team".into(), value: "blue".into() }]),
        };
        let oidc = OidcProvider { arn: github(), facts };
        account.apply(Update::OidcProviders(Page::whole(vec![oidc], Timestamp::UNIX_EPOCH)));
        let saml = SamlProvider {
            arn: arn("saml-provider/Okta"),
            created: Some(Timestamp::UNIX_EPOCH),
            valid_until: None,
            facts: SamlProviderFacts { metadata: known(document().into()), tags: known(Vec::new()) },
        };
        account.apply(Update::SamlProviders(Page::whole(vec![saml], Timestamp::UNIX_EPOCH)));
        let trust = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}}}"#,
            github()
        );
        let facts = RoleFacts { trust: known(Trust::new(Document::new(trust))), ..RoleFacts::default() };
        account.apply(Update::RoleFacts("ops".into(), Box::new(facts)));
        account
    }

    #[track_caller]
    fn check(plan: &Plan, steps: &str, undo: &str) {
        plan.check().unwrap();
        assert_eq!((lines(plan).as_str(), undo_lines(plan).as_str()), (steps, undo));
    }

    fn oidc_of(url: &str) -> CreateOidcProvider {
        let (audiences, thumbprints, tags) = (vec!["client".to_owned()], Vec::new(), Vec::new());
        CreateOidcProvider { url: url.into(), audiences, thumbprints, tags }
    }

    #[test]
    fn providers_are_created_and_taken_back() {
        let plan = oidc_of("https://id.example.com/").plan(&with_providers()).unwrap();
        check(
            &plan,
            "create OpenID Connect provider https://id.example.com",
            "delete OpenID Connect provider ‹OpenIDConnectProviderArn of create-open-id-connect-provider:https://id.example.com›",
        );
        let saml = CreateSamlProvider { name: "Entra".into(), metadata: document(), tags: Vec::new() };
        check(
            &saml.plan(&with_providers()).unwrap(),
            "create SAML provider Entra",
            "delete SAML provider ‹SAMLProviderArn of create-saml-provider:Entra›",
        );
        assert!(CreateSamlProvider { name: "Okta".into(), ..saml.clone() }.plan(&with_providers()).is_err());
        assert!(CreateSamlProvider { metadata: "<html/>".into(), ..saml }.plan(&with_providers()).is_err());
    }

    #[test]
    fn what_aws_takes_for_no_provider_is_refused() {
        let refused = [
            "http://a.com",
            "https://",
            "https://a.com:8080",
            "https://a.com?x",
            "https://token.actions.githubusercontent.com",
        ];
        for url in refused {
            assert!(oidc_of(url).plan(&with_providers()).is_err(), "{url}");
        }
        let short = CreateOidcProvider { thumbprints: vec!["abc".into()], ..oidc_of("https://a.com") };
        assert!(short.plan(&account()).is_err());
        let many = CreateOidcProvider { thumbprints: vec![THUMBPRINT.into(); 6], ..oidc_of("https://a.com") };
        assert!(many.plan(&account()).is_err());
    }

    #[test]
    fn audiences_and_thumbprints_change_and_come_back() {
        let account = with_providers();
        let name = "token.actions.githubusercontent.com";
        let (add, remove) = (
            format!("add audience client to OpenID Connect provider {name}"),
            format!("remove audience client from OpenID Connect provider {name}"),
        );
        let held = "sts.amazonaws.com".to_owned();
        check(&add_audiences(&account, &github(), &[held.clone(), "client".into()]).unwrap(), &add, &remove);
        assert!(add_audiences(&account, &github(), std::slice::from_ref(&held)).is_err());
        let plan = remove_audience(&account, &github(), &held).unwrap();
        assert!(plan.steps[0].risk.contains("role ops trusts the provider"), "{}", plan.steps[0].risk);
        assert!(remove_audience(&account, &github(), "client").is_err());
        let set = format!("set the thumbprints of OpenID Connect provider {name}");
        check(&set_thumbprints(&account, &github(), &["0".repeat(40)]).unwrap(), &set, &set);
        assert!(set_thumbprints(&account, &github(), &[THUMBPRINT.to_uppercase()]).is_err());
    }

    #[test]
    fn a_deleted_provider_names_the_roles_that_trust_it_and_comes_back_with_all_that_it_had() {
        let account = with_providers();
        let plan = delete_providers(&account, &[github()]).unwrap();
        assert_eq!(plan.steps[0].risk, "nobody can assume role ops through it");
        let again = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert_eq!(again.input().keys().collect::<Vec<_>>(), ["Url", "ClientIDList", "ThumbprintList", "Tags"]);
        assert_eq!(plan.confirmation().unwrap().word, "token.actions.githubusercontent.com");
        let okta = arn("saml-provider/Okta");
        check(
            &delete_providers(&account, std::slice::from_ref(&okta)).unwrap(),
            "delete SAML provider Okta",
            "create SAML provider Okta",
        );
        let other = document().replace('x', "y");
        let set = "change SAML provider Okta";
        check(&replace_metadata(&account, &okta, &other).unwrap(), set, set);
        assert!(replace_metadata(&account, &okta, &document()).is_err());
    }
}
