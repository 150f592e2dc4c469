//! CloudFormation: a template in YAML with one resource a thing; passwords are parameters that are not echoed.
//!
//! Resource types are those of <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html>.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::base::text::visible;
use crate::plan::call::Output;
use crate::plan::{Plan, Step};

use super::resources::{Index, Resource, Resources, resources};
use super::words::{Names, camel};
use super::yaml::{escaped, scalar};

/// A kind, what it is here, and its properties here for parameters of the API.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The type for each kind, and its property for each parameter of the API.
const TYPES: &[Row] = &[
    ("user", "User", &[("UserName", "UserName"), PATH, BOUNDARY, TAGS]),
    ("group", "Group", &[("GroupName", "GroupName"), PATH]),
    (
        "role",
        "Role",
        &[
            ("RoleName", "RoleName"),
            PATH,
            ("AssumeRolePolicyDocument", "AssumeRolePolicyDocument"),
            ("Description", "Description"),
            ("MaxSessionDuration", "MaxSessionDuration"),
            BOUNDARY,
            TAGS,
        ],
    ),
    ("policy", "ManagedPolicy", &[("PolicyName", "ManagedPolicyName"), PATH, ("Description", "Description"), DOCUMENT]),
    ("access_key", "AccessKey", &[("UserName", "UserName")]),
    ("membership", "UserToGroupAddition", &[("GroupName", "GroupName"), ("UserName", "Users")]),
    ("user_inline", "UserPolicy", &[("PolicyName", "PolicyName"), ("UserName", "UserName"), DOCUMENT]),
    ("group_inline", "GroupPolicy", &[("PolicyName", "PolicyName"), ("GroupName", "GroupName"), DOCUMENT]),
    ("role_inline", "RolePolicy", &[("PolicyName", "PolicyName"), ("RoleName", "RoleName"), DOCUMENT]),
    (
        "instance_profile",
        "InstanceProfile",
        &[("InstanceProfileName", "InstanceProfileName"), PATH, ("RoleName", "Roles")],
    ),
    (
        "oidc_provider",
        "OIDCProvider",
        &[("Url", "Url"), ("ClientIDList", "ClientIdList"), ("ThumbprintList", "ThumbprintList"), TAGS],
    ),
    ("saml_provider", "SAMLProvider", &[("Name", "Name"), ("SAMLMetadataDocument", "SamlMetadataDocument"), TAGS]),
    (
        "service_linked_role",
        "ServiceLinkedRole",
        &[("AWSServiceName", "AWSServiceName"), ("CustomSuffix", "CustomSuffix"), ("Description", "Description")],
    ),
];

const PATH: (&str, &str) = ("Path", "Path");
const BOUNDARY: (&str, &str) = ("PermissionsBoundary", "PermissionsBoundary");
const TAGS: (&str, &str) = ("Tags", "Tags");
const DOCUMENT: (&str, &str) = ("PolicyDocument", "PolicyDocument");

/// Attachments are properties of the thing that they attach to: which kind, and the parameter that names it.
const ATTACHMENTS: &[(&str, &str, &str)] = &[
    ("user_attachment", "user", "UserName"),
    ("group_attachment", "group", "GroupName"),
    ("role_attachment", "role", "RoleName"),
];

type LogicalIds = Names<(&'static str, String)>;

/// The whole plan as a template.
pub fn template(plan: &Plan) -> String {
    let title = |step: &str| plan.step(step).map(Step::title).unwrap_or_default();
    described(&plan.title, resources(plan), &title)
}

/// Things as a template; what is left out is called by the title of its step.
pub fn described(title: &str, mut found: Resources, title_of: &dyn Fn(&str) -> String) -> String {
    let mut ids = LogicalIds::numbered("");
    for resource in found.made.iter().filter(|resource| kind_of(resource).is_some()) {
        let kind = kind_of(resource).map_or("", |(_, name, _)| name);
        ids.give((resource.kind, resource.key.clone()), &format!("{}{kind}", camel(&resource.key)));
    }
    let left = leave(title_of, &mut found);
    let index = Index::new(&found.made);
    let mut out = format!("AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: {}\n", scalar(&visible(title)));
    if found.made.iter().any(|resource| resource.exists) {
        out.push_str(
            "# What is there already (DeletionPolicy: Retain) is brought in with a change set of type IMPORT.\n",
        );
    }
    out.push_str(&parameters(&found, &ids));
    out.push_str("Resources:\n");
    for resource in &found.made {
        out.push_str(&one(resource, &index, &ids));
    }
    if !found.made.iter().any(|resource| kind_of(resource).is_some()) {
        out.push_str("  {}\n");
    }
    if !left.is_empty() {
        out.push_str("# Not part of this template:\n");
        for (title, reason) in left {
            let _ = writeln!(out, "# - {}: {reason}", visible(&title));
        }
    }
    out
}

/// What has no place in a template, with the reason.
fn leave(title_of: &dyn Fn(&str) -> String, found: &mut Resources) -> Vec<(String, &'static str)> {
    let mut left = std::mem::take(&mut found.left);
    let owners: HashSet<(&str, String)> =
        found.made.iter().map(|resource| (resource.kind, resource.key.clone())).collect();
    let there = |kind: &'static str, key: &str| owners.contains(&(kind, key.to_owned()));
    found.made.retain(|resource| {
        let attachment = ATTACHMENTS.iter().find(|(kind, ..)| *kind == resource.kind);
        let reason = match (attachment, resource.kind) {
            (Some((_, owner, parameter)), _) if !there(owner, resource.text(parameter).unwrap_or_default()) => {
                "a template attaches policies only to what it creates"
            }
            (None, "login") if !there("user", &resource.key) => "a password belongs to a user of the same template",
            (None, "virtual_mfa" | "alias" | "password_policy" | "sts_preferences" | "outbound_federation") => {
                "CloudFormation has no resource for it"
            }
            _ => return true,
        };
        left.push((title_of(&resource.step), reason));
        false
    });
    let tagged = found.made.iter().filter(|resource| {
        let has_property = kind_of(resource).is_some_and(|(_, _, properties)| properties.contains(&TAGS));
        !has_property && !resource.tags().is_empty()
    });
    left.extend(tagged.map(|resource| (title_of(&resource.step), "CloudFormation has no property for its tags")));
    left
}

fn kind_of(resource: &Resource) -> Option<&'static Row> {
    TYPES.iter().find(|(kind, ..)| *kind == resource.kind)
}

fn parameters(found: &Resources, ids: &LogicalIds) -> String {
    let mut out = String::new();
    for login in found.made.iter().filter(|resource| resource.kind == "login") {
        if let Some(user) = ids.of(&("user", login.key.clone())) {
            let what = scalar(&format!("first console password of {}", visible(&login.key)));
            let _ = writeln!(out, "  {user}Password:\n    Type: String\n    NoEcho: true\n    Description: {what}");
        }
    }
    if out.is_empty() { out } else { format!("Parameters:\n{out}") }
}

fn one(resource: &Resource, made: &Index<'_>, ids: &LogicalIds) -> String {
    let Some((_, kind, properties)) = kind_of(resource) else { return String::new() };
    let id = ids.of(&(resource.kind, resource.key.clone())).unwrap_or_default();
    let mut out = String::new();
    let _ = writeln!(out, "  {id}:\n    Type: AWS::IAM::{kind}");
    if resource.exists {
        out.push_str("    DeletionPolicy: Retain\n");
    }
    let after = resource.after.iter().filter_map(|(kind, key)| ids.of(&(*kind, key.clone())));
    let after: Vec<&str> = after.collect();
    if !after.is_empty() {
        let _ = writeln!(out, "    DependsOn: [{}]", after.join(", "));
    }
    let mut lines = String::new();
    for (parameter, property) in *properties {
        let Some(value) = resource.properties.get(*parameter) else { continue };
        if *parameter == "Tags" {
            lines.push_str("      Tags:\n");
            for (key, value) in resource.tags() {
                let _ = writeln!(lines, "        - Key: {}\n          Value: {}", scalar(key), scalar(value));
            }
            continue;
        }
        let text = value_of(resource, parameter, value, made, ids);
        let text = if ["Users", "Roles"].contains(property) { format!("[{text}]") } else { text };
        let _ = writeln!(lines, "      {property}: {text}");
    }
    if resource.kind == "user"
        && let Some(login) = made.get("login", &resource.key)
    {
        let reset = login.properties.get("PasswordResetRequired").and_then(Value::as_bool).unwrap_or(false);
        let _ = writeln!(
            lines,
            "      LoginProfile:\n        Password: !Ref {id}Password\n        PasswordResetRequired: {reset}"
        );
    }
    let attached = ATTACHMENTS.iter().find(|(_, owner, _)| *owner == resource.kind).map(|(kind, ..)| kind);
    let policies = attached.map_or_else(Vec::new, |kind| made.of_owner(kind, &resource.key));
    if !policies.is_empty() {
        lines.push_str("      ManagedPolicyArns:\n");
        for policy in policies {
            let arn = policy.properties.get("PolicyArn").unwrap_or(&Value::Null);
            let _ = writeln!(lines, "        - {}", value_of(policy, "PolicyArn", arn, made, ids));
        }
    }
    if !lines.is_empty() {
        out.push_str("    Properties:\n");
        out.push_str(&lines);
    }
    out
}

/// A value, or a reference to the thing of this template that it names.
fn value_of(resource: &Resource, parameter: &str, value: &Value, made: &Index<'_>, ids: &LogicalIds) -> String {
    if let Some(output) = Output::of(value) {
        let id = made.of_step(output.step).and_then(|from| ids.of(&(from.kind, from.key.clone())));
        // The reference of a managed policy is its ARN, that of a user, group or role its name.
        return id.map_or_else(|| "!Ref AWS::NoValue".to_owned(), |id| format!("!Ref {id}"));
    }
    let text = match value {
        Value::String(text) => text,
        other => return escaped(other),
    };
    let kind = match parameter {
        "UserName" => "user",
        "GroupName" => "group",
        "RoleName" => "role",
        _ => "",
    };
    if kind != resource.kind
        && let Some(other) = made.get(kind, text)
        && let Some(id) = ids.of(&(other.kind, other.key.clone()))
    {
        return format!("!Ref {id}");
    }
    match (parameter.ends_with("Document"), serde_json::from_str::<Value>(text)) {
        // A document is an object in a template; flow style keeps it as it was written, but for spaces.
        (true, Ok(document @ Value::Object(_))) => escaped(&document),
        _ => scalar(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::{Call, SecretFrom, output};

    #[test]
    fn a_plan_is_a_template() {
        let mut plan = Plan::new("create user Jesse");
        plan.push(Step::new(Call::create_group("Developers"), ""));
        plan.push(Step::new(
            Call::create_user("Jesse").with("Path", "/dev/").with("Tags", json!([{"Key": "team", "Value": "no"}])),
            "",
        ));
        let login = Call::create_login_profile("Jesse").with("Password", SecretFrom::Generate.value());
        plan.push(Step::new(login.with("PasswordResetRequired", true), ""));
        plan.push(Step::new(Call::add_user_to_group("Developers", "Jesse"), ""));
        plan.push(Step::new(Call::add_user_to_group("Audit", "Jesse"), ""));
        let policy = plan.push(Step::new(Call::create_policy("Read", r#"{"Version":"2012-10-17"}"#), ""));
        plan.push(Step::new(Call::attach_user_policy("Jesse", output(&policy, "Policy.Arn")), ""));
        plan.push(Step::new(Call::attach_user_policy("bob", "arn:aws:iam::aws:policy/ReadOnlyAccess"), ""));
        plan.push(Step::new(Call::delete_user("eve"), ""));
        insta::assert_snapshot!(template(&plan), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Description: "create user Jesse"
        Parameters:
          JesseUserPassword:
            Type: String
            NoEcho: true
            Description: "first console password of Jesse"
        Resources:
          DevelopersGroup:
            Type: AWS::IAM::Group
            Properties:
              GroupName: Developers
          JesseUser:
            Type: AWS::IAM::User
            Properties:
              UserName: Jesse
              Path: "/dev/"
              Tags:
                - Key: team
                  Value: "no"
              LoginProfile:
                Password: !Ref JesseUserPassword
                PasswordResetRequired: true
              ManagedPolicyArns:
                - !Ref ReadManagedPolicy
          JesseDevelopersUserToGroupAddition:
            Type: AWS::IAM::UserToGroupAddition
            Properties:
              GroupName: !Ref DevelopersGroup
              Users: [!Ref JesseUser]
          JesseAuditUserToGroupAddition:
            Type: AWS::IAM::UserToGroupAddition
            Properties:
              GroupName: Audit
              Users: [!Ref JesseUser]
          ReadManagedPolicy:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              ManagedPolicyName: Read
              PolicyDocument: {"Version":"2012-10-17"}
        # Not part of this template:
        # - delete user eve: what is declared nowhere is removed by removing it from the configuration that has it
        # - attach policy ReadOnlyAccess to user bob: a template attaches policies only to what it creates
        "#);
    }

    #[test]
    fn a_plan_without_things_is_a_template_still() {
        let mut plan = Plan::new("delete user eve");
        plan.push(Step::new(Call::delete_user("eve"), ""));
        assert!(template(&plan).contains("Resources:\n  {}\n# Not part of this template:\n# - delete user eve: "));
    }
}
