//! Role templates, from which services of AWS let accounts create roles.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcquireRole.html>. Services make the templates, and
//! which there are is not published: here they come from the file that the emulator was started with.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{attachments, inline, reads, roles, writes};
use crate::api::{self, Iam, Operation};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::records::{Role, RoleSource};
use crate::emulator::templates::{ParameterType, RoleTemplate, fill, fill_policy};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] =
    &[reads(Iam::GetRoleTemplateVersion, get, template), writes(Iam::AcquireRole, acquire, template)];

fn template(request: &Request<'_>, _state: &State) -> String {
    request.text("TemplateArn").to_owned()
}

fn find<'a>(request: &Request<'a>, version: &str) -> Result<&'a RoleTemplate, Failure> {
    let (arn, minor) = (request.text("TemplateArn"), request.number(version));
    request.environment.templates.role(arn, minor).ok_or_else(|| {
        let version = minor.map(|minor| format!(" with the minor version {minor}")).unwrap_or_default();
        Failure::no_such_entity(format!("The role template {arn}{version} cannot be found."))
    })
}

fn get(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let shown = serde_json::to_value(find(request, "MinorVersion")?).unwrap_or_default();
    Ok(json!({"RoleTemplateVersion": shown}))
}

fn acquire(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let template = find(request, "TemplateMinorVersion")?;
    if !(template.enabled && template.version_enabled) {
        let told = format!("The role template {} is disabled.", template.template_arn);
        return Err(Failure::new("RoleTemplateDisabled", 400, told));
    }
    let values = values(request, template)?;
    let filled = |text: &str| fill(text, &values).map_err(|name| unfilled(&name));
    let name = filled(&template.role_name_pattern)?;
    if state.roles.named(&name).is_some() {
        let told = format!("The role name {name} conflicts with an existing role in the account.");
        return Err(Failure::new("NameConflict", 409, told));
    }
    let tags = template.role_tags_template.iter();
    let tags: Vec<Value> = tags
        .map(|tag| Ok(json!({"Key": filled(&tag.key)?, "Value": filled(&tag.value)?})))
        .collect::<Result<_, Failure>>()?;
    let description = template.role_description_pattern.as_deref().map(filled).transpose()?;
    let input = given([
        ("RoleName", json!(name)),
        ("Path", json!(filled(&template.role_path_pattern)?)),
        ("AssumeRolePolicyDocument", document(&template.assume_role_policy_document_template, &values)?),
        ("Description", json!(description)),
        ("MaxSessionDuration", json!(template.max_session_duration)),
        ("PermissionsBoundary", json!(template.permission_boundary_arn)),
        ("Tags", json!(tags)),
    ]);
    let mut created = call(request, state, Iam::CreateRole, &input, roles::create)?;
    for policy in &template.inline_policy_templates {
        let document = document(&policy.policy_document, &values)?;
        let input =
            given([("RoleName", json!(name)), ("PolicyName", json!(policy.policy_name)), ("PolicyDocument", document)]);
        call(request, state, Iam::PutRolePolicy, &input, inline::put::<Role>)?;
    }
    for arn in &template.managed_policy_arns {
        let input = given([("RoleName", json!(name)), ("PolicyArn", json!(arn))]);
        call(request, state, Iam::AttachRolePolicy, &input, attachments::attach::<Role>)?;
    }
    let source = RoleSource { template: template.template_arn.clone(), minor: template.minor_version };
    created["Role"]["SourceRoleTemplate"] = roles::source(&source);
    if let Some(id) = state.roles.named(&name).map(|role| role.id.clone()) {
        state.roles.change(&id, |role| role.source = Some(source));
    }
    Ok(created)
}

/// An input without the members that are not set.
fn given<const N: usize>(members: [(&str, Value); N]) -> Value {
    let set = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(set.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// Makes a call of another operation a part of this one.
fn call(
    request: &Request<'_>,
    state: &mut State,
    operation: Iam,
    input: &Value,
    run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
) -> Result<Value, Failure> {
    let operation = Operation::Iam(operation);
    if let Some(model) = operation.model() {
        api::validate(model, input).map_err(|wrong| Failure::invalid_input(wrong.to_string()))?;
    }
    run(&Request { operation, input, ..*request }, state)
}

fn unfilled(name: &str) -> Failure {
    Failure::invalid_input(format!("The role template needs a value for the parameter {name}."))
}

fn document(template: &str, values: &BTreeMap<String, Vec<String>>) -> Result<Value, Failure> {
    let template: Value =
        serde_json::from_str(template).map_err(|wrong| Failure::malformed_policy(wrong.to_string()))?;
    Ok(fill_policy(&template, values).map_err(|name| unfilled(&name))?.to_string().into())
}

/// The values of the parameters: those of the request, and defaults for the rest.
fn values(request: &Request<'_>, template: &RoleTemplate) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let given = request.value("ReplacementValues").and_then(Value::as_object);
    let mut values = BTreeMap::new();
    for (name, entry) in given.into_iter().flatten() {
        let known = template.parameters_definition.iter().find(|parameter| parameter.name == *name);
        let known = known
            .ok_or_else(|| Failure::invalid_input(format!("The role template has no parameter with name {name}.")))?;
        let texts = entry["Values"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let texts: Vec<String> = texts.map(str::to_owned).collect();
        check(name, known.r#type, &texts)?;
        values.insert(name.clone(), texts);
    }
    for parameter in
        template.parameters_definition.iter().filter(|one| given.is_none_or(|all| !all.contains_key(&one.name)))
    {
        match &parameter.default_value {
            Some(value) => drop(values.insert(parameter.name.clone(), vec![value.clone()])),
            None if parameter.is_required => return Err(unfilled(&parameter.name)),
            None => {}
        }
    }
    Ok(values)
}

fn check(name: &str, kind: ParameterType, values: &[String]) -> Result<(), Failure> {
    if values.is_empty() || (values.len() > 1 && !kind.is_list()) || !values.iter().all(|value| kind.fits(value)) {
        return Err(Failure::invalid_input(format!(
            "The values of the parameter {name} are not of its type {kind:?}."
        )));
    }
    Ok(())
}
