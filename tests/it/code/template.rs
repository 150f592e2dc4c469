//! Carries out a CloudFormation template of IAM resources: what CloudFormation would create, by the calls that it
//! makes for it.

use std::collections::BTreeMap;

use iamtui::plan::Call;
use serde_json::{Map, Value, json};

use super::{PASSWORD, Place};

/// The steps that the template says it leaves out, with the reasons.
pub fn left(text: &str) -> Vec<&str> {
    let after = text.split_once("# Not part of this template:\n").map_or("", |(_, after)| after);
    after.lines().filter_map(|line| line.strip_prefix("# - ")).collect()
}

/// Creates every resource of a template, each after those that it refers to.
pub fn run(place: &Place, text: &str) {
    let template = Lines::of(text).block(0);
    let mut open: Map<String, Value> = template["Resources"].as_object().cloned().unwrap_or_default();
    let mut stack = Stack { place, made: BTreeMap::new() };
    for parameter in template.get("Parameters").and_then(Value::as_object).into_iter().flatten() {
        stack.made.insert(parameter.0.clone(), PASSWORD.to_owned());
    }
    while !open.is_empty() {
        let ready = open.iter().find(|(_, resource)| stack.knows(resource)).map(|(id, _)| id.clone());
        let id = ready.unwrap_or_else(|| panic!("nothing can be created of {open:?}"));
        let resource = open.remove(&id).unwrap();
        let kind = resource["Type"].as_str().unwrap().trim_start_matches("AWS::IAM::").to_owned();
        let properties = stack.filled(resource.get("Properties").unwrap_or(&json!({})));
        let reference = stack.create(&kind, properties.as_object().unwrap());
        stack.made.insert(id, reference);
    }
}

struct Stack<'p> {
    place: &'p Place,
    /// What a reference to each resource or parameter stands for.
    made: BTreeMap<String, String>,
}

impl Stack<'_> {
    /// Whether all that it refers to is there.
    fn knows(&self, value: &Value) -> bool {
        match value {
            Value::Object(object) => object.iter().all(|(name, value)| match (name.as_str(), value) {
                ("Ref", Value::String(id)) => self.made.contains_key(id),
                (_, value) => self.knows(value),
            }),
            Value::Array(elements) => elements.iter().all(|element| self.knows(element)),
            _ => true,
        }
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::Object(object) => match object.get("Ref").and_then(Value::as_str) {
                Some(id) => self.made[id].as_str().into(),
                None => object.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect(),
            },
            Value::Array(elements) => elements.iter().map(|element| self.filled(element)).collect(),
            plain => plain.clone(),
        }
    }

    /// Creates a resource; gives what a reference to it stands for.
    fn create(&self, kind: &str, own: &Map<String, Value>) -> String {
        let text = |name: &str| own.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let document = |name: &str| own.get(name).map(Value::to_string).unwrap_or_default();
        let list = |name: &str| own.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let with = |mut call: Call, names: &[(&str, &str)]| {
            for (property, parameter) in names {
                call = call.with_some(parameter, own.get(*property).cloned());
            }
            call
        };
        let path = ("Path", "Path");
        let tags = ("Tags", "Tags");
        let boundary = ("PermissionsBoundary", "PermissionsBoundary");
        let description = ("Description", "Description");
        let send = |call: Call| self.place.send(&call);
        match kind {
            "Group" => {
                let name = text("GroupName");
                send(with(Call::create_group(name.as_str()), &[path]));
                for arn in list("ManagedPolicyArns") {
                    send(Call::attach_group_policy(name.as_str(), arn));
                }
                name
            }
            "User" => {
                let name = text("UserName");
                send(with(Call::create_user(name.as_str()), &[path, tags, boundary]));
                if let Some(login) = own.get("LoginProfile") {
                    let call = Call::create_login_profile(name.as_str()).with("Password", login["Password"].clone());
                    send(call.with("PasswordResetRequired", login["PasswordResetRequired"].clone()));
                }
                for arn in list("ManagedPolicyArns") {
                    send(Call::attach_user_policy(name.as_str(), arn));
                }
                name
            }
            "Role" => {
                let name = text("RoleName");
                let call = Call::create_role(name.as_str(), document("AssumeRolePolicyDocument"));
                send(with(call, &[path, tags, boundary, description, ("MaxSessionDuration", "MaxSessionDuration")]));
                for arn in list("ManagedPolicyArns") {
                    send(Call::attach_role_policy(name.as_str(), arn));
                }
                name
            }
            "ManagedPolicy" => {
                let call = Call::create_policy(text("ManagedPolicyName"), document("PolicyDocument"));
                let made = send(with(call, &[path, description, tags]));
                made["Policy.Arn"].as_str().unwrap().to_owned()
            }
            "AccessKey" => {
                let made = send(Call::create_access_key(text("UserName")));
                made["AccessKey.AccessKeyId"].as_str().unwrap().to_owned()
            }
            "UserToGroupAddition" => {
                for user in list("Users") {
                    send(Call::add_user_to_group(text("GroupName"), user));
                }
                String::new()
            }
            "UserPolicy" | "GroupPolicy" | "RolePolicy" => {
                let put = [("UserName", Call::put_user_policy as fn(_, _, _) -> Call)];
                let put = put.into_iter().chain([
                    ("GroupName", Call::put_group_policy as fn(_, _, _) -> Call),
                    ("RoleName", Call::put_role_policy as fn(_, _, _) -> Call),
                ]);
                let (owner, put) = put.into_iter().find(|(name, _)| own.contains_key(*name)).unwrap();
                send(put(text(owner), text("PolicyName"), document("PolicyDocument")));
                String::new()
            }
            "InstanceProfile" => {
                let name = text("InstanceProfileName");
                send(with(Call::create_instance_profile(name.as_str()), &[path, tags]));
                for role in list("Roles") {
                    send(Call::add_role_to_instance_profile(name.as_str(), role));
                }
                name
            }
            "OIDCProvider" => {
                let names = [("ClientIdList", "ClientIDList"), ("ThumbprintList", "ThumbprintList"), tags];
                let made = send(with(Call::create_oidc_provider(text("Url")), &names));
                made["OpenIDConnectProviderArn"].as_str().unwrap().to_owned()
            }
            "SAMLProvider" => {
                let call = Call::create_saml_provider(text("SamlMetadataDocument"), text("Name"));
                send(with(call, &[tags]))["SAMLProviderArn"].as_str().unwrap().to_owned()
            }
            "ServiceLinkedRole" => {
                let call = Call::create_service_linked_role(text("AWSServiceName"));
                send(with(call, &[("CustomSuffix", "CustomSuffix"), description]));
                String::new()
            }
            other => panic!("no resource type AWS::IAM::{other}"),
        }
    }
}

/// The lines of a template: their indents and their texts. As much of YAML as a template of ours has.
struct Lines<'t> {
    lines: Vec<(usize, &'t str)>,
    at: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let told = text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
        let lines = told.map(|line| (line.len() - line.trim_start().len(), line.trim_start())).collect();
        Self { lines, at: 0 }
    }

    /// A mapping or a sequence of this indent.
    fn block(&mut self, indent: usize) -> Value {
        let mut object = Map::new();
        let mut elements = Vec::new();
        while let Some((own, line)) = self.lines.get(self.at).copied().filter(|(own, _)| *own >= indent) {
            assert_eq!(own, indent, "{line}");
            self.at += 1;
            if let Some(element) = line.strip_prefix("- ") {
                let is_pair = !element.starts_with(['"', '{', '[', '!']) && element.contains(": ");
                if !is_pair {
                    elements.push(scalar(element));
                    continue;
                }
                // The pair on the line of the dash, and those below it.
                self.at -= 1;
                self.lines[self.at] = (indent + 2, element);
                elements.push(self.block(indent + 2));
                continue;
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no pair: {line}"));
            let value = match value.trim() {
                "" => match self.lines.get(self.at).copied() {
                    Some((below, _)) if below > indent => self.block(below),
                    _ => Value::Null,
                },
                value => scalar(value),
            };
            object.insert(name.trim_matches('"').to_owned(), value);
        }
        if elements.is_empty() { Value::Object(object) } else { elements.into() }
    }
}

/// A value on one line.
fn scalar(text: &str) -> Value {
    if let Some(id) = text.strip_prefix("!Ref ") {
        return json!({ "Ref": id });
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'))
        && inner.contains("!Ref ")
    {
        return inner.split(", ").map(scalar).collect();
    }
    match serde_json::from_str(text) {
        Ok(value) => value,
        // A plain list of plain words.
        Err(_) if text.starts_with('[') => text.trim_matches(['[', ']']).split(", ").map(scalar).collect(),
        Err(_) => text.into(),
    }
}
