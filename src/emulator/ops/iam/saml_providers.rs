//! SAML identity providers.

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::named::everything;
use super::propagation;
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{SamlKey, SamlProvider};
use crate::emulator::store::records::Moment;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateSAMLProvider, create, made),
    reads(Iam::GetSAMLProvider, get, provider_arn),
    reads(Iam::ListSAMLProviders, list, everything),
    writes(Iam::UpdateSAMLProvider, update, provider_arn),
    writes(Iam::DeleteSAMLProvider, delete, provider_arn),
    reads(Iam::ListSAMLProviderTags, list_tags, provider_arn),
    writes(Iam::TagSAMLProvider, tag, provider_arn),
    writes(Iam::UntagSAMLProvider, untag, provider_arn),
];

/// Seconds for which metadata holds that does not say until when: a hundred years.
const FOR_EVER: i64 = 100 * 365 * 24 * 60 * 60;

fn provider_arn(request: &Request<'_>, _state: &State) -> String {
    request.text("SAMLProviderArn").to_owned()
}

fn made(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("saml-provider/{}", request.text("Name")))
}

fn find<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s SamlProvider, Failure> {
    let arn = request.text("SAMLProviderArn");
    let missing = || Failure::no_such_entity(format!("Manifest not found for arn {arn}"));
    state.saml_providers.get(arn).ok_or_else(missing)
}

fn edit(
    request: &Request<'_>,
    state: &mut State,
    edit: impl FnOnce(&mut SamlProvider) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut provider = find(request, state)?.clone();
    edit(&mut provider)?;
    state.saml_providers.put(provider);
    Ok(())
}

/// Reads metadata: until when it holds. It must be XML with the descriptor of an entity around it.
fn valid_until(metadata: &str, now: Moment) -> Result<Moment, Failure> {
    let broken = || Failure::invalid_input("Could not parse metadata");
    let mut reader = Reader::from_str(metadata);
    let mut until = None;
    let mut depth = 0usize;
    loop {
        let event = reader.read_event().map_err(|_| broken())?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) if depth == 0 && until.is_none() => {
                if tag.local_name().as_ref() != "EntityDescriptor" {
                    return Err(broken());
                }
                let said = tag.try_get_attribute("validUntil").map_err(|_| broken())?;
                let said = said.and_then(|said| said.value.parse::<Timestamp>().ok());
                until = Some(said.map_or(Moment(now.0 + FOR_EVER), Moment::from));
            }
            _ => {}
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1).ok_or_else(broken)?,
            Event::Eof => break,
            _ => {}
        }
    }
    until.filter(|_| depth == 0).ok_or_else(broken)
}

fn add_key(request: &Request<'_>, provider: &mut SamlProvider) -> Result<(), Failure> {
    if request.maybe("AddPrivateKey").is_none() {
        return Ok(());
    }
    request.within(quota::KEYS_PER_SAML_PROVIDER, provider.keys.len() + 1)?;
    provider.keys.push(SamlKey { id: request.environment.ids.unique("ASPK"), created: request.now });
    Ok(())
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let metadata = request.text("SAMLMetadataDocument");
    let mut provider = SamlProvider {
        arn: made(request, state),
        uuid: request.environment.ids.unique("ASPR"),
        metadata: metadata.to_owned(),
        created: request.now,
        valid_until: valid_until(metadata, request.now)?,
        encryption: request.maybe("AssertionEncryptionMode").map(str::to_owned),
        tags: tags::given(request, Keys::Folded)?,
        propagation: propagation::given(request)?,
        ..SamlProvider::default()
    };
    add_key(request, &mut provider)?;
    if state.saml_providers.named(&provider.arn).is_some() {
        return Err(Failure::already_exists(format!("Provider with name {} already exists.", request.text("Name"))));
    }
    request.within(quota::SAML_PROVIDERS, state.saml_providers.len() + 1)?;
    let shown = json!({"SAMLProviderArn": provider.arn, "Tags": tags::show(&provider.tags)});
    state.saml_providers.put(provider);
    Ok(shown)
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let provider = find(request, state)?;
    let key = |key: &SamlKey| json!({"KeyId": key.id, "Timestamp": key.created.to_string()});
    let mut shown = json!({
        "SAMLProviderUUID": provider.uuid,
        "SAMLMetadataDocument": provider.metadata,
        "CreateDate": provider.created.to_string(),
        "ValidUntil": provider.valid_until.to_string(),
        "Tags": tags::show_all(&provider.tags),
        "AssertionEncryptionMode": provider.encryption.as_deref().unwrap_or("Allowed"),
        "PrivateKeyList": provider.keys.iter().map(key).collect::<Vec<_>>(),
    });
    propagation::show(&provider.propagation, &mut shown);
    Ok(shown)
}

fn list(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let show = |provider: &SamlProvider| {
        json!({
            "Arn": provider.arn,
            "ValidUntil": provider.valid_until.to_string(),
            "CreateDate": provider.created.to_string(),
            "IsTrustedIdentityPropagationEnabled": provider.propagation.context.is_some(),
        })
    };
    Ok(json!({"SAMLProviderList": state.saml_providers.iter().map(show).collect::<Vec<_>>()}))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| {
        if let Some(metadata) = request.maybe("SAMLMetadataDocument") {
            provider.valid_until = valid_until(metadata, request.now)?;
            metadata.clone_into(&mut provider.metadata);
        }
        if let Some(mode) = request.maybe("AssertionEncryptionMode") {
            provider.encryption = Some(mode.to_owned());
        }
        if let Some(id) = request.maybe("RemovePrivateKey") {
            provider.keys.retain(|key| key.id != id);
        }
        propagation::change(request, &mut provider.propagation)?;
        add_key(request, provider)
    })?;
    Ok(json!({"SAMLProviderArn": request.text("SAMLProviderArn")}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let arn = find(request, state)?.arn.clone();
    state.saml_providers.remove(&arn);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| tags::merge(request, &mut provider.tags, Keys::Folded))?;
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |provider| {
        tags::remove(request, &mut provider.tags, Keys::Folded);
        Ok(())
    })?;
    Ok(json!({}))
}
