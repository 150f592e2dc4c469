//! `GetResources` of the Resource Groups Tagging API, over the resources of IAM that have tags.
//!
//! Source: <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>. As with AWS,
//! users and roles are not among them, and IAM is in `us-east-1`.

use serde_json::{Value, json};

use super::iam::named::{arn, everything};
use super::iam::policies::own_arn;
use super::iam::tags;
use crate::api::{Operation, Tagging};
use crate::emulator::failure::Failure;
use crate::emulator::neighbours::Form;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::records::Tag;

/// The handlers of this service.
pub const HANDLERS: &[Handler] = &[Handler::read(Operation::Tagging(Tagging::GetResources), resources, everything)];

/// How the service refuses input and pages.
const FORM: Form =
    Form { invalid: "InvalidParameterException", size: "ResourcesPerPage", token: "PaginationToken", most: 100 };

/// The Region in which IAM's resources are found.
const REGION: &str = "us-east-1";

fn resources(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let kinds: Vec<&str> = request.texts("ResourceTypeFilters").collect();
    let arns: Vec<&str> = request.texts("ResourceARNList").collect();
    let is_filtered = !kinds.is_empty() || !request.list("TagFilters").is_empty();
    if !arns.is_empty() && is_filtered {
        return Err(FORM.refuse("ResourceARNList cannot be used together with filters."));
    }
    let fits = |(arn, tags): &(String, &[Tag])| {
        let kind = arn.splitn(6, ':').nth(5).and_then(|resource| resource.split('/').next()).unwrap_or_default();
        let of_kind = |filter: &&str| match filter.split_once(':') {
            None => *filter == "iam",
            Some((service, asked)) => service == "iam" && asked == kind,
        };
        !tags.is_empty()
            && (kinds.is_empty() || kinds.iter().any(of_kind))
            && (arns.is_empty() || arns.contains(&arn.as_str()))
            && request.list("TagFilters").iter().all(|filter| has(tags, filter))
    };
    let mut found: Vec<_> = if request.caller.origin.region == REGION { tagged(request, state) } else { Vec::new() };
    found.retain(fits);
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let shown = |(arn, own): (String, &[Tag])| json!({"ResourceARN": arn, "Tags": tags::show_all(own)});
    let seal = format!("{kinds:?}{arns:?}{:?}", request.value("TagFilters"));
    let mut input = request.input.clone();
    // An empty token asks for the first page, and says on the last that there is no more.
    if let Some(input) = input.as_object_mut().filter(|_| request.text(FORM.token).is_empty()) {
        input.remove(FORM.token);
    }
    let mut page = FORM.page(&input, "ResourceTagMappingList", found.into_iter().map(shown).collect(), &seal)?;
    if page.get(FORM.token).is_none() {
        page[FORM.token] = "".into();
    }
    Ok(page)
}

/// Whether tags hold a key, with one of the values where any are asked for.
fn has(tags: &[Tag], filter: &Value) -> bool {
    let key = filter.get("Key").and_then(Value::as_str).unwrap_or_default();
    let values: Vec<&str> =
        filter.get("Values").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    tags.iter().any(|tag| tag.key == key && (values.is_empty() || values.contains(&tag.value.as_str())))
}

/// The resources of the kinds that the service knows, with their tags.
fn tagged<'s>(request: &Request<'_>, state: &'s State) -> Vec<(String, &'s [Tag])> {
    let mut all: Vec<(String, &[Tag])> = Vec::new();
    all.extend(state.policies.iter().map(|policy| (own_arn(request, policy), policy.tags.as_slice())));
    all.extend(state.instance_profiles.iter().map(|profile| (arn(request, profile), profile.tags.as_slice())));
    all.extend(state.server_certificates.iter().map(|one| (arn(request, one), one.tags.as_slice())));
    all.extend(state.virtual_mfa.iter().map(|device| (device.serial.clone(), device.tags.as_slice())));
    all.extend(state.oidc_providers.iter().map(|provider| (provider.arn.clone(), provider.tags.as_slice())));
    all.extend(state.saml_providers.iter().map(|provider| (provider.arn.clone(), provider.tags.as_slice())));
    all
}
