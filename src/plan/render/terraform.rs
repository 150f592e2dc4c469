//! Terraform: one resource block a thing, with import blocks for what is there already.
//!
//! Resource and attribute names are those of the AWS provider
//! (<https://registry.terraform.io/providers/hashicorp/aws/latest/docs>).

use std::fmt::Write as _;

use serde_json::Value;

use crate::base::text::visible;
use crate::plan::Plan;
use crate::plan::call::Output;

use super::resources::{Index, Resource, Resources, resources};
use super::words::{Names, snake};
use super::yaml::escaped;

/// A kind, what it is here, and its properties here for parameters of the API.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The provider's resource for each kind, and its attribute for each parameter of the API.
const BLOCKS: &[Row] = &[
    ("user", "aws_iam_user", &[("UserName", "name"), PATH, BOUNDARY]),
    ("group", "aws_iam_group", &[("GroupName", "name"), PATH]),
    (
        "role",
        "aws_iam_role",
        &[
            ("RoleName", "name"),
            PATH,
            ("AssumeRolePolicyDocument", "assume_role_policy"),
            DESCRIPTION,
            ("MaxSessionDuration", "max_session_duration"),
            BOUNDARY,
        ],
    ),
    ("policy", "aws_iam_policy", &[("PolicyName", "name"), PATH, DESCRIPTION, DOCUMENT]),
    (
        "login",
        "aws_iam_user_login_profile",
        &[("UserName", "user"), ("PasswordResetRequired", "password_reset_required")],
    ),
    ("access_key", "aws_iam_access_key", &[("UserName", "user")]),
    ("membership", "aws_iam_user_group_membership", &[("UserName", "user"), ("GroupName", "groups")]),
    ("user_attachment", "aws_iam_user_policy_attachment", &[("UserName", "user"), POLICY]),
    ("group_attachment", "aws_iam_group_policy_attachment", &[("GroupName", "group"), POLICY]),
    ("role_attachment", "aws_iam_role_policy_attachment", &[("RoleName", "role"), POLICY]),
    ("user_inline", "aws_iam_user_policy", &[("PolicyName", "name"), ("UserName", "user"), DOCUMENT]),
    ("group_inline", "aws_iam_group_policy", &[("PolicyName", "name"), ("GroupName", "group"), DOCUMENT]),
    ("role_inline", "aws_iam_role_policy", &[("PolicyName", "name"), ("RoleName", "role"), DOCUMENT]),
    ("instance_profile", "aws_iam_instance_profile", &[("InstanceProfileName", "name"), PATH, ("RoleName", "role")]),
    ("virtual_mfa", "aws_iam_virtual_mfa_device", &[("VirtualMFADeviceName", "virtual_mfa_device_name"), PATH]),
    (
        "oidc_provider",
        "aws_iam_openid_connect_provider",
        &[("Url", "url"), ("ClientIDList", "client_id_list"), ("ThumbprintList", "thumbprint_list")],
    ),
    ("saml_provider", "aws_iam_saml_provider", &[("Name", "name"), ("SAMLMetadataDocument", "saml_metadata_document")]),
    (
        "service_linked_role",
        "aws_iam_service_linked_role",
        &[("AWSServiceName", "aws_service_name"), ("CustomSuffix", "custom_suffix"), DESCRIPTION],
    ),
    (
        "sts_preferences",
        "aws_iam_security_token_service_preferences",
        &[("GlobalEndpointTokenVersion", "global_endpoint_token_version")],
    ),
    ("outbound_federation", "aws_iam_outbound_web_identity_federation", &[]),
    ("alias", "aws_iam_account_alias", &[("AccountAlias", "account_alias")]),
    (
        "password_policy",
        "aws_iam_account_password_policy",
        &[
            ("MinimumPasswordLength", "minimum_password_length"),
            ("RequireUppercaseCharacters", "require_uppercase_characters"),
            ("RequireLowercaseCharacters", "require_lowercase_characters"),
            ("RequireNumbers", "require_numbers"),
            ("RequireSymbols", "require_symbols"),
            ("AllowUsersToChangePassword", "allow_users_to_change_password"),
            ("MaxPasswordAge", "max_password_age"),
            ("PasswordReusePrevention", "password_reuse_prevention"),
            ("HardExpiry", "hard_expiry"),
        ],
    ),
];

const PATH: (&str, &str) = ("Path", "path");
const BOUNDARY: (&str, &str) = ("PermissionsBoundary", "permissions_boundary");
const DESCRIPTION: (&str, &str) = ("Description", "description");
const DOCUMENT: (&str, &str) = ("PolicyDocument", "policy");
const POLICY: (&str, &str) = ("PolicyArn", "policy_arn");

/// Parameters that name another thing: which kind, and what of it is meant.
const REFERENCES: &[(&str, &str, &str)] =
    &[("UserName", "user", "name"), ("GroupName", "group", "name"), ("RoleName", "role", "name")];

/// The whole plan as a configuration.
pub fn configuration(plan: &Plan) -> String {
    described(&plan.title, &resources(plan))
}

/// Things as a configuration.
pub fn described(title: &str, found: &Resources) -> String {
    let index = Index::new(&found.made);
    let mut names: Names<(String, String)> = Names::numbered("_");
    for resource in &found.made {
        // A name is unique within its type only; one list of names for all reads as well.
        // What there is once in an account has no key of its own.
        let key = if resource.key.is_empty() { "account" } else { &resource.key };
        let wanted = format!("{} {}", block(resource).map_or("", |(_, kind, _)| kind), snake(key));
        names.give((resource.kind.to_owned(), resource.key.clone()), &wanted);
    }
    let mut out = format!("# {}\n", visible(title));
    for resource in &found.made {
        if let Some((_, kind, attributes)) = block(resource) {
            out.push_str(&one(resource, kind, attributes, &index, &names));
        }
    }
    if !found.left.is_empty() {
        out.push_str("\n# Not part of this configuration:\n");
        for (title, reason) in &found.left {
            let _ = writeln!(out, "# - {}: {reason}", visible(title));
        }
    }
    out
}

fn block(resource: &Resource) -> Option<&'static Row> {
    BLOCKS.iter().find(|(kind, ..)| *kind == resource.kind)
}

fn one(
    resource: &Resource,
    kind: &str,
    attributes: &[(&str, &str)],
    made: &Index<'_>,
    names: &Names<(String, String)>,
) -> String {
    let address = address(resource, names);
    let mut lines: Vec<(&str, String)> = Vec::new();
    for (parameter, attribute) in attributes {
        let Some(value) = resource.properties.get(*parameter) else { continue };
        let mut text = value_of(resource, parameter, value, made, names);
        if *attribute == "groups" {
            text = format!("[{text}]");
        }
        lines.push((attribute, text));
    }
    if kind == "aws_iam_account_password_policy" && !resource.properties.contains_key("MinimumPasswordLength") {
        lines.push(("minimum_password_length", "6".to_owned()));
    }
    let width = lines.iter().map(|(attribute, _)| attribute.len()).max().unwrap_or(0);
    let mut out = String::new();
    if resource.exists {
        let id = literal(&Value::from(resource.import.as_deref().unwrap_or(&resource.key)));
        let _ = writeln!(out, "\nimport {{\n  to = {}\n  id = {id}\n}}", address.replace(' ', "."));
    }
    let (kind, name) = address.split_once(' ').unwrap_or((kind, "this"));
    let _ = writeln!(out, "\nresource \"{kind}\" \"{name}\" {{");
    if resource.properties.contains_key("Password") {
        out.push_str(
            "  # The provider generates the password and keeps it in its state; set pgp_key to encrypt it there.\n",
        );
    }
    for (attribute, text) in lines {
        let _ = writeln!(out, "  {attribute:width$} = {text}");
    }
    let tags = resource.tags();
    if !tags.is_empty() {
        out.push_str("\n  tags = {\n");
        for (key, value) in tags {
            let _ = writeln!(out, "    {} = {}", literal(&key.into()), literal(&value.into()));
        }
        out.push_str("  }\n");
    }
    let after = resource.after.iter().filter_map(|(kind, key)| made.get(kind, key));
    let after: Vec<String> = after.map(|other| self::address(other, names).replace(' ', ".")).collect();
    if !after.is_empty() {
        let _ = writeln!(out, "\n  depends_on = [{}]", after.join(", "));
    }
    out.push_str("}\n");
    out
}

fn address(resource: &Resource, names: &Names<(String, String)>) -> String {
    names.of(&(resource.kind.to_owned(), resource.key.clone())).unwrap_or_default().to_owned()
}

/// A value, or a reference to the thing of this configuration that it names.
fn value_of(
    resource: &Resource,
    parameter: &str,
    value: &Value,
    made: &Index<'_>,
    names: &Names<(String, String)>,
) -> String {
    if let Some(output) = Output::of(value) {
        let from = made.of_step(output.step);
        return from.map_or_else(
            || format!("null # {} of {}", output.field, visible(output.step)),
            |from| format!("{}.arn", address(from, names).replace(' ', ".")),
        );
    }
    let reference = REFERENCES.iter().find(|(name, kind, _)| *name == parameter && *kind != resource.kind);
    if let (Some((_, kind, field)), Some(text)) = (reference, value.as_str())
        && let Some(other) = made.get(kind, text)
    {
        return format!("{}.{field}", address(other, names).replace(' ', "."));
    }
    literal(value)
}

/// A value as HCL writes it: JSON, where no template may begin.
fn literal(value: &Value) -> String {
    escaped(value).replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::model;
    use crate::plan::{Call, SecretFrom, Step, output};

    #[test]
    fn every_parameter_of_a_block_is_one_of_the_api() {
        let parameters: Vec<&str> =
            model().operations().iter().flat_map(|op| &op.input().members).map(|member| member.name.as_str()).collect();
        for (kind, _, attributes) in BLOCKS {
            for (parameter, _) in *attributes {
                assert!(parameters.contains(parameter), "{kind}: {parameter}");
            }
        }
    }

    #[test]
    fn a_plan_is_a_configuration() {
        let mut plan = Plan::new("create user Jesse");
        plan.push(Step::new(Call::create_group("Developers"), ""));
        plan.push(Step::new(
            Call::create_user("Jesse").with("Path", "/dev/").with("Tags", json!([{"Key": "a\"b", "Value": "${x}"}])),
            "",
        ));
        let login = Call::create_login_profile("Jesse").with("Password", SecretFrom::Generate.value());
        plan.push(Step::new(login.with("PasswordResetRequired", true), ""));
        plan.push(Step::new(Call::add_user_to_group("Developers", "Jesse"), ""));
        plan.push(Step::new(Call::add_user_to_group("Audit", "Jesse"), ""));
        let policy = plan.push(Step::new(Call::create_policy("Read", r#"{"Version":"2012-10-17"}"#), ""));
        plan.push(Step::new(Call::attach_user_policy("Jesse", output(&policy, "Policy.Arn")), ""));
        plan.push(Step::new(Call::put_user_boundary("bob", "arn:aws:iam::123456789012:policy/cap"), ""));
        plan.push(Step::new(Call::delete_user("eve"), ""));
        insta::assert_snapshot!(configuration(&plan), @r#"
        # create user Jesse

        resource "aws_iam_group" "developers" {
          name = "Developers"
        }

        resource "aws_iam_user" "jesse" {
          name = "Jesse"
          path = "/dev/"

          tags = {
            "a\"b" = "$${x}"
          }
        }

        resource "aws_iam_user_login_profile" "jesse" {
          # The provider generates the password and keeps it in its state; set pgp_key to encrypt it there.
          user                    = aws_iam_user.jesse.name
          password_reset_required = true
        }

        resource "aws_iam_user_group_membership" "jesse_developers" {
          user   = aws_iam_user.jesse.name
          groups = [aws_iam_group.developers.name]
        }

        resource "aws_iam_user_group_membership" "jesse_audit" {
          user   = aws_iam_user.jesse.name
          groups = ["Audit"]
        }

        resource "aws_iam_policy" "read" {
          name   = "Read"
          policy = "{\"Version\":\"2012-10-17\"}"
        }

        resource "aws_iam_user_policy_attachment" "jesse_create_policy_read" {
          user       = aws_iam_user.jesse.name
          policy_arn = aws_iam_policy.read.arn
        }

        import {
          to = aws_iam_user.bob
          id = "bob"
        }

        resource "aws_iam_user" "bob" {
          name                 = "bob"
          permissions_boundary = "arn:aws:iam::123456789012:policy/cap"
        }

        # Not part of this configuration:
        # - delete user eve: what is declared nowhere is removed by removing it from the configuration that has it
        "#);
    }

    #[test]
    fn settings_providers_and_profiles_are_blocks_and_a_private_key_is_none() {
        let mut plan = Plan::new("settings");
        let policy = Call::update_password_policy().with("MinimumPasswordLength", 14).with("RequireSymbols", true);
        let certificate = Call::upload_server_certificate("site", "PEM", SecretFrom::File.value());
        let calls = [
            policy,
            Call::create_account_alias("acme"),
            Call::set_token_version("v2Token"),
            Call::create_oidc_provider("https://id.example.com").with("ClientIDList", json!(["app"])),
            Call::create_saml_provider("<xml/>", "Okta"),
            Call::create_instance_profile("web"),
            Call::add_role_to_instance_profile("web", "ops"),
            certificate,
            Call::enable_outbound_federation(),
        ];
        for call in calls {
            plan.push(Step::new(call, ""));
        }
        insta::assert_snapshot!(configuration(&plan), @r#"
        # settings

        resource "aws_iam_account_password_policy" "account" {
          minimum_password_length = 14
          require_symbols         = true
        }

        resource "aws_iam_account_alias" "acme" {
          account_alias = "acme"
        }

        resource "aws_iam_security_token_service_preferences" "account" {
          global_endpoint_token_version = "v2Token"
        }

        resource "aws_iam_openid_connect_provider" "https___id_example_com" {
          url            = "https://id.example.com"
          client_id_list = ["app"]
        }

        resource "aws_iam_saml_provider" "okta" {
          name                   = "Okta"
          saml_metadata_document = "<xml/>"
        }

        resource "aws_iam_instance_profile" "web" {
          name = "web"
          role = "ops"
        }

        resource "aws_iam_outbound_web_identity_federation" "account" {
        }

        # Not part of this configuration:
        # - upload server certificate site: its private key would be in the configuration in plain text
        "#);
    }
}
