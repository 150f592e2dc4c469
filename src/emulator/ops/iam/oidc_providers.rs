//! OpenID Connect identity providers.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::named::everything;
use super::propagation;
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::OidcProvider;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateOpenIDConnectProvider, create, made),
    reads(Iam::GetOpenIDConnectProvider, get, provider_arn),
    reads(Iam::ListOpenIDConnectProviders, list, everything),
    writes(Iam::DeleteOpenIDConnectProvider, delete, provider_arn),
    writes(Iam::AddClientIDToOpenIDConnectProvider, add_client, provider_arn),
    writes(Iam::RemoveClientIDFromOpenIDConnectProvider, remove_client, provider_arn),
    writes(Iam::UpdateOpenIDConnectProviderThumbprint, update_thumbprints, provider_arn),
    writes(Iam::UpdateOpenIDConnectProvider, update, provider_arn),
    reads(Iam::ListOpenIDConnectProviderTags, list_tags, provider_arn),
    writes(Iam::TagOpenIDConnectProvider, tag, provider_arn),
    writes(Iam::UntagOpenIDConnectProvider, untag, provider_arn),
];

/// The most thumbprints of one provider.
const THUMBPRINTS: usize = 5;

fn provider_arn(request: &Request<'_>, _state: &State) -> String {
    request.text("OpenIDConnectProviderArn").to_owned()
}

fn made(request: &Request<'_>, _state: &State) -> String {
    let url = request.text("Url");
    request.arn(&format!("oidc-provider/{}", host(url).unwrap_or(url)))
}

fn find<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s OidcProvider, Failure> {
    let arn = request.text("OpenIDConnectProviderArn");
    state
        .oidc_providers
        .get(arn)
        .ok_or_else(|| Failure::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}")))
}

fn edit(
    request: &Request<'_>,
    state: &mut State,
    edit: impl FnOnce(&mut OidcProvider) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let mut provider = find(request, state)?.clone();
    edit(&mut provider)?;
    state.oidc_providers.put(provider);
    Ok(json!({}))
}

/// The URL without its scheme: a host that is reached over TLS, without port, query and fragment.
fn host(url: &str) -> Result<&str, Failure> {
    url.strip_prefix("https://")
        .map(|rest| rest.trim_end_matches('/'))
        .filter(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains([':', '?', '#', '@', ' ']))
        .ok_or_else(|| Failure::validation("Invalid Open ID Connect Provider URL"))
}

/// The thumbprints that a request gives.
///
/// Without any AWS asks the provider for its certificate; offline they follow from the URL.
fn thumbprints(request: &Request<'_>, url: &str) -> Result<Vec<String>, Failure> {
    let given: Vec<String> = request.texts("ThumbprintList").map(str::to_owned).collect();
    if given.len() > THUMBPRINTS {
        return Err(Failure::invalid_input(format!("Thumbprint list must contain fewer than {THUMBPRINTS} entries.")));
    }
    if !given.is_empty() {
        return Ok(given);
    }
    let hex: Vec<String> = Sha256::digest(url).iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    Ok(vec![hex.concat()])
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let url = host(request.text("Url"))?;
    let arn = request.arn(&format!("oidc-provider/{url}"));
    let client_ids: Vec<String> = request.texts("ClientIDList").map(str::to_owned).collect();
    request.within(quota::CLIENTS_PER_OIDC_PROVIDER, client_ids.len())?;
    let provider = OidcProvider {
        url: url.to_owned(),
        created: request.now,
        client_ids,
        thumbprints: thumbprints(request, url)?,
        tags: tags::given(request, Keys::Folded)?,
        propagation: propagation::given(request)?,
        arn,
    };
    if state.oidc_providers.named(&provider.arn).is_some() {
        return Err(Failure::already_exists(format!("Provider with url https://{url} already exists.")));
    }
    request.within(quota::OIDC_PROVIDERS, state.oidc_providers.len() + 1)?;
    let shown = json!({"OpenIDConnectProviderArn": provider.arn, "Tags": tags::show(&provider.tags)});
    state.oidc_providers.put(provider);
    Ok(shown)
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let provider = find(request, state)?;
    let mut shown = json!({
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created.to_string(),
        "Tags": tags::show_all(&provider.tags),
    });
    propagation::show(&provider.propagation, &mut shown);
    Ok(shown)
}

fn list(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let show = |provider: &OidcProvider| {
        let propagates = provider.propagation.context.is_some();
        json!({"Arn": provider.arn, "IsTrustedIdentityPropagationEnabled": propagates})
    };
    Ok(json!({"OpenIDConnectProviderList": state.oidc_providers.iter().map(show).collect::<Vec<_>>()}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let arn = request.text("OpenIDConnectProviderArn");
    if state.oidc_providers.get(arn).is_none() {
        return Err(Failure::no_such_entity(format!("OpenId connect Provider {arn} cannot be found.")));
    }
    state.oidc_providers.remove(arn);
    Ok(json!({}))
}

fn add_client(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let client = request.text("ClientID");
    edit(request, state, |provider| {
        if !provider.client_ids.iter().any(|id| id == client) {
            request.within(quota::CLIENTS_PER_OIDC_PROVIDER, provider.client_ids.len() + 1)?;
            provider.client_ids.push(client.to_owned());
        }
        Ok(())
    })
}

fn remove_client(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| {
        provider.client_ids.retain(|id| id != request.text("ClientID"));
        Ok(())
    })
}

fn update_thumbprints(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| {
        provider.thumbprints = thumbprints(request, &provider.url)?;
        Ok(())
    })
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| propagation::change(request, &mut provider.propagation))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| tags::merge(request, &mut provider.tags, Keys::Folded))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| {
        tags::remove(request, &mut provider.tags, Keys::Folded);
        Ok(())
    })
}
