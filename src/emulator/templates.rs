//! Templates that AWS registers by hand: policy templates of partners, by which they ask for temporary access, and role
//! templates of services.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html> and
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRoleTemplateVersion.html>. No API registers them, so they
//! are read from a file when the emulator starts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::world::is_number;

/// The templates of partners and of services.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    partners: Vec<Partner>,
    roles: Vec<RoleTemplate>,
}

/// An account that may create delegation requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a partner")]
pub struct Partner {
    /// The twelve digits of its account.
    pub account: String,
    /// The name that its requests show.
    pub name: String,
    /// The policies that it may ask for.
    pub templates: Vec<PolicyTemplate>,
}

/// A policy with parameters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a policy template")]
pub struct PolicyTemplate {
    /// The ARN that requests name.
    pub arn: String,
    /// The policy, with `@{parameter}` where a value goes.
    pub policy: Value,
    /// The permissions boundaries of the roles that the policy lets a partner create.
    #[serde(default)]
    pub permissions_boundaries: Vec<String>,
}

/// A version of a role template, in the words of `GetRoleTemplateVersion`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a role template")]
pub struct RoleTemplate {
    /// The ARN.
    pub template_arn: String,
    /// The name.
    pub template_name: String,
    /// The id of this version.
    pub template_version_id: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The major version.
    #[serde(default = "one")]
    pub major_version: u64,
    /// The minor version that is used where none is named.
    pub default_minor_version: Option<u64>,
    /// `Service`.
    #[serde(default = "service")]
    pub managed_by_type: String,
    /// The service that manages it.
    pub managed_by_value: Option<String>,
    /// Whether roles can be created from it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The minor version.
    #[serde(default)]
    pub minor_version: u64,
    /// The name of a role, with parameters.
    pub role_name_pattern: String,
    /// The path of a role, with parameters.
    #[serde(default = "root")]
    pub role_path_pattern: String,
    /// The description of a role, with parameters.
    pub role_description_pattern: Option<String>,
    /// The trust policy, with parameters.
    pub assume_role_policy_document_template: String,
    /// Inline policies, with parameters.
    #[serde(default)]
    pub inline_policy_templates: Vec<InlineTemplate>,
    /// Managed policies.
    #[serde(default)]
    pub managed_policy_arns: Vec<String>,
    /// The permissions boundary.
    pub permission_boundary_arn: Option<String>,
    /// The parameters.
    #[serde(default)]
    pub parameters_definition: Vec<Parameter>,
    /// Tags, with parameters.
    #[serde(default)]
    pub role_tags_template: Vec<TagTemplate>,
    /// The seconds that a session lasts at most.
    pub max_session_duration: Option<u64>,
    /// Whether roles can be created from this version.
    #[serde(default = "yes")]
    pub version_enabled: bool,
    /// When the version was created.
    pub create_timestamp: Option<String>,
    /// When the version was last changed.
    pub update_timestamp: Option<String>,
}

/// An inline policy of a role template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InlineTemplate {
    /// The name.
    pub policy_name: String,
    /// The document, with parameters.
    pub policy_document: String,
}

/// A parameter of a role template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// What its values are.
    pub r#type: ParameterType,
    /// A further constraint.
    pub sub_type: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether a value must be given.
    #[serde(default)]
    pub is_required: bool,
    /// The value where none is given.
    pub default_value: Option<String>,
    /// Whether the value stays as it is once the role is created.
    #[serde(default)]
    pub immutable: bool,
}

/// What the values of a parameter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterType {
    /// One text.
    String,
    /// Texts.
    StringList,
    /// One number.
    Number,
    /// Numbers.
    NumberList,
    /// One ARN.
    Arn,
    /// ARNs.
    ArnList,
}

impl ParameterType {
    /// Whether there may be several values.
    pub fn is_list(self) -> bool {
        matches!(self, Self::StringList | Self::NumberList | Self::ArnList)
    }

    /// Whether a value is of this type.
    pub fn fits(self, value: &str) -> bool {
        match self {
            Self::String | Self::StringList => true,
            Self::Number | Self::NumberList => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Arn | Self::ArnList => crate::base::arn::Arn::parse(value).is_ok(),
        }
    }
}

/// A tag of a role template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagTemplate {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

fn one() -> u64 {
    1
}

fn yes() -> bool {
    true
}

fn root() -> String {
    "/".to_owned()
}

fn service() -> String {
    "Service".to_owned()
}

/// Why a file describes no templates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplatesError {
    /// It is no JSON of the right shape.
    #[error("{0}")]
    Json(String),
    /// A number of an account is none.
    #[error("`{0}` is no account number, which has twelve digits")]
    Number(String),
    /// Two templates have one ARN.
    #[error("the template `{0}` is listed twice")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "partners and role templates")]
struct File {
    #[serde(default)]
    partners: Vec<Partner>,
    #[serde(default)]
    role_templates: Vec<RoleTemplate>,
}

impl Templates {
    /// Reads `{"partners": [{"account", "name", "templates": [{"arn", "policy", "permissions_boundaries"?}]}],
    /// "role_templates": [{"TemplateArn", …}]}`.
    pub fn read(text: &str) -> Result<Self, TemplatesError> {
        let file: File = serde_json::from_str(text).map_err(|error| TemplatesError::Json(error.to_string()))?;
        if let Some(partner) = file.partners.iter().find(|partner| !is_number(&partner.account)) {
            return Err(TemplatesError::Number(partner.account.clone()));
        }
        let policies = file.partners.iter().flat_map(|partner| &partner.templates).map(|one| (one.arn.as_str(), 0));
        let roles = file.role_templates.iter().map(|one| (one.template_arn.as_str(), one.minor_version));
        let mut seen = std::collections::BTreeSet::new();
        if let Some((arn, _)) = policies.chain(roles).find(|one| !seen.insert(*one)) {
            return Err(TemplatesError::Twice(arn.to_owned()));
        }
        Ok(Self { partners: file.partners, roles: file.role_templates })
    }

    /// The partner of an account.
    pub fn partner(&self, account: &str) -> Option<&Partner> {
        self.partners.iter().find(|partner| partner.account == account)
    }

    /// The accounts of partners.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.partners.iter().map(|partner| partner.account.as_str())
    }

    /// A version of a role template; the default one where none is named.
    pub fn role(&self, arn: &str, minor: Option<u64>) -> Option<&RoleTemplate> {
        let versions = || self.roles.iter().filter(|template| template.template_arn == arn);
        let default = || versions().find_map(|template| template.default_minor_version);
        let newest = || versions().map(|template| template.minor_version).max();
        let wanted = minor.or_else(default).or_else(newest)?;
        versions().find(|template| template.minor_version == wanted)
    }
}

/// What stands between `@{` and `}` in a text.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("@{").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Fills a text's parameters; the name of one that has no value otherwise. Of several values the first is taken.
pub fn fill(text: &str, values: &BTreeMap<String, Vec<String>>) -> Result<String, String> {
    let mut filled = text.to_owned();
    for name in placeholders(text) {
        let value = values.get(name).and_then(|values| values.first()).ok_or_else(|| name.to_owned())?;
        filled = filled.replace(&format!("@{{{name}}}"), value);
    }
    Ok(filled)
}

/// Fills the parameters of a policy: a text that is nothing but a parameter becomes all its values.
pub fn fill_policy(policy: &Value, values: &BTreeMap<String, Vec<String>>) -> Result<Value, String> {
    let filled = match policy {
        Value::String(text) => {
            let whole = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}'));
            match whole.and_then(|name| values.get(name)) {
                Some(several) if several.len() > 1 => several.clone().into(),
                _ => fill(text, values)?.into(),
            }
        }
        Value::Array(all) => {
            let mut filled = Vec::new();
            for one in all {
                match fill_policy(one, values)? {
                    Value::Array(several) if one.is_string() => filled.extend(several),
                    other => filled.push(other),
                }
            }
            filled.into()
        }
        Value::Object(members) => {
            let fill = |(name, value): (&String, &Value)| Ok((fill(name, values)?, fill_policy(value, values)?));
            Value::Object(members.iter().map(fill).collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    };
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(policy: &Value, expected: Result<Value, &str>) {
        let values = [("bucketName", vec!["logs"]), ("regions", vec!["eu-west-1", "eu-north-1"])];
        let texts =
            |(name, values): (&str, Vec<&str>)| (name.to_owned(), values.into_iter().map(str::to_owned).collect());
        let values = values.into_iter().map(texts).collect();
        assert_eq!(fill_policy(policy, &values), expected.map_err(str::to_owned), "{policy}");
    }

    #[test]
    fn values_go_where_parameters_stand() {
        check(&json!({"Resource": "arn:aws:s3:::@{bucketName}/*"}), Ok(json!({"Resource": "arn:aws:s3:::logs/*"})));
        check(&json!({"a": "@{regions}"}), Ok(json!({"a": ["eu-west-1", "eu-north-1"]})));
        check(&json!({"a": ["x", "@{regions}"]}), Ok(json!({"a": ["x", "eu-west-1", "eu-north-1"]})));
        check(&json!({"a": "@{regions}-1"}), Ok(json!({"a": "eu-west-1-1"})));
        check(&json!({"a": "@{other}"}), Err("other"));
        check(&json!({"a": "${aws:username}", "b": 1}), Ok(json!({"a": "${aws:username}", "b": 1})));
    }

    #[test]
    fn the_default_version_of_a_role_template_is_taken_where_none_is_named() {
        let version = |minor: u64| {
            json!({"TemplateArn": "arn:aws:iam::aws:role-template/t", "TemplateName": "t", "MinorVersion": minor,
                "DefaultMinorVersion": 1, "RoleNamePattern": "r", "AssumeRolePolicyDocumentTemplate": "{}"})
        };
        let file = json!({"role_templates": [version(1), version(2)]}).to_string();
        let templates = Templates::read(&file).unwrap();
        let minor = |asked| templates.role("arn:aws:iam::aws:role-template/t", asked).map(|found| found.minor_version);
        assert_eq!((minor(None), minor(Some(2)), minor(Some(3))), (Some(1), Some(2), None));
        let twice = json!({"role_templates": [version(1), version(1)]}).to_string();
        assert!(Templates::read(&twice).unwrap_err().to_string().ends_with("is listed twice"));
        assert!(Templates::read(r#"{"partners":[{"account":"1","name":"n","templates":[]}]}"#).is_err());
    }
}
