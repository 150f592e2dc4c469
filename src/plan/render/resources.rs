//! A plan as the things that are there after it: what declarative languages describe.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::api::{ChangeKind, Iam};
use crate::plan::call::Output;
use crate::plan::{Call, Plan, SecretFrom, Step};

/// One thing that a plan makes, or changes where it is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What it is.
    pub kind: &'static str,
    /// What tells it from others of its kind, as an import names it.
    pub key: String,
    /// Its properties, named as the API names them.
    pub properties: Map<String, Value>,
    /// Whether it was there before the plan.
    pub exists: bool,
    /// The step that makes it.
    pub step: String,
    /// What an import names it by, where that is not its key.
    pub import: Option<String>,
    /// Things that must be there before it although no property names them, by kind and key.
    pub after: Vec<(&'static str, String)>,
}

/// What comes out of a plan.
#[derive(Debug, Default)]
pub struct Resources {
    /// The things that are there afterwards.
    pub made: Vec<Resource>,
    /// Steps that no thing stands for, with the reason.
    pub left: Vec<(String, &'static str)>,
}

/// Calls that make a thing: operation, what it makes, the parameters of its key.
const MAKES: &[(Iam, &str, &[&str])] = &[
    (Iam::CreateUser, "user", &["UserName"]),
    (Iam::CreateGroup, "group", &["GroupName"]),
    (Iam::CreateRole, "role", &["RoleName"]),
    (Iam::CreatePolicy, "policy", &["PolicyName"]),
    (Iam::CreateLoginProfile, "login", &["UserName"]),
    (Iam::CreateAccessKey, "access_key", &["UserName"]),
    (Iam::AddUserToGroup, "membership", &["UserName", "GroupName"]),
    (Iam::AttachUserPolicy, "user_attachment", &["UserName", "PolicyArn"]),
    (Iam::AttachGroupPolicy, "group_attachment", &["GroupName", "PolicyArn"]),
    (Iam::AttachRolePolicy, "role_attachment", &["RoleName", "PolicyArn"]),
    (Iam::PutUserPolicy, "user_inline", &["UserName", "PolicyName"]),
    (Iam::PutGroupPolicy, "group_inline", &["GroupName", "PolicyName"]),
    (Iam::PutRolePolicy, "role_inline", &["RoleName", "PolicyName"]),
    (Iam::CreateInstanceProfile, "instance_profile", &["InstanceProfileName"]),
    (Iam::CreateVirtualMFADevice, "virtual_mfa", &["VirtualMFADeviceName"]),
    (Iam::CreateOpenIDConnectProvider, "oidc_provider", &["Url"]),
    (Iam::CreateSAMLProvider, "saml_provider", &["Name"]),
    (Iam::CreateServiceLinkedRole, "service_linked_role", &["AWSServiceName"]),
    (Iam::CreateAccountAlias, "alias", &["AccountAlias"]),
    (Iam::UpdateAccountPasswordPolicy, "password_policy", &[]),
    (Iam::SetSecurityTokenServicePreferences, "sts_preferences", &[]),
    (Iam::EnableOutboundWebIdentityFederation, "outbound_federation", &[]),
];

/// Calls that change a property of a thing: operation, what it changes, the parameters of its key.
const CHANGES: &[(Iam, &str, &[&str])] = &[
    (Iam::TagUser, "user", &["UserName"]),
    (Iam::PutUserPermissionsBoundary, "user", &["UserName"]),
    (Iam::TagRole, "role", &["RoleName"]),
    (Iam::UpdateRole, "role", &["RoleName"]),
    (Iam::PutRolePermissionsBoundary, "role", &["RoleName"]),
    (Iam::AddRoleToInstanceProfile, "instance_profile", &["InstanceProfileName"]),
];

/// Reads the things off the steps.
pub fn resources(plan: &Plan) -> Resources {
    let mut found = Resources::default();
    for step in &plan.steps {
        match step.call() {
            None => found.left.push((step.title(), "a person does that")),
            Some(call) => take(&mut found, step, call),
        }
    }
    found
}

/// What no resource of either tool has.
const NO_SIGNIN: &str = "its longest sign-in session has no property there: set that with the AWS CLI";

fn take(found: &mut Resources, step: &Step, call: &Call) {
    let sets_signin = ["MaxSigninSessionDuration", "ResetMaxSigninSessionDuration"]
        .iter()
        .any(|name| call.input().contains_key(*name));
    if sets_signin {
        found.left.push((step.title(), NO_SIGNIN));
        if call.iam() == Some(Iam::UpdateLoginProfile) {
            return;
        }
    }
    let is = |row: &&(Iam, &'static str, &[&str])| Some(row.0) == call.iam();
    if let Some((_, kind, key)) = MAKES.iter().find(is) {
        let key = key_of(call, key);
        // Writing an inline policy twice leaves the last one, as making anything twice would.
        found.made.retain(|other| !(other.kind == *kind && other.key == key && *kind != "access_key"));
        let properties = call.input().clone();
        found.made.push(Resource { step: step.id.clone(), ..Resource::new(kind, key, properties) });
        return;
    }
    let Some((_, kind, key)) = CHANGES.iter().find(is) else {
        let reason = if call.secrets().any(|(_, from)| from == SecretFrom::File) {
            "its private key would be in the configuration in plain text"
        } else if call.iam().is_some() && is_removal(step, call) {
            "what is declared nowhere is removed by removing it from the configuration that has it"
        } else {
            "there is no resource for it"
        };
        found.left.push((step.title(), reason));
        return;
    };
    if !call.outputs().is_empty() && call.iam() == Some(Iam::TagUser) {
        found.left.push((step.title(), "the tag's key exists only once the access key was made"));
        return;
    }
    let name = key_of(call, key);
    let held = found.made.iter_mut().find(|other| other.kind == *kind && other.key == name);
    if let Some(held) = held {
        merge(&mut held.properties, call);
        return;
    }
    let properties = call.input().clone();
    found.made.push(Resource { exists: true, step: step.id.clone(), ..Resource::new(kind, name, properties) });
}

/// Whether a step takes something away, rather than putting another thing in its place.
fn is_removal(step: &Step, call: &Call) -> bool {
    match call.change_kind() {
        Some(ChangeKind::Delete | ChangeKind::Remove | ChangeKind::Detach | ChangeKind::Untag) => true,
        Some(ChangeKind::Update | ChangeKind::Put | ChangeKind::Reset) => false,
        _ => step.is_destructive(),
    }
}

fn merge(properties: &mut Map<String, Value>, call: &Call) {
    for (name, value) in call.input() {
        match (properties.get_mut(name), value) {
            (Some(Value::Array(held)), Value::Array(more)) => {
                let same = |held: &Value, tag: &Value| held.get("Key").is_some() && held.get("Key") == tag.get("Key");
                held.retain(|held| !more.iter().any(|tag| same(held, tag)));
                held.extend(more.iter().cloned());
            }
            _ => {
                properties.insert(name.clone(), value.clone());
            }
        }
    }
}

fn key_of(call: &Call, parameters: &[&str]) -> String {
    let part = |name: &&str| match call.input().get(*name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => Output::of(value).map_or_else(|| value.to_string(), |output| output.step.to_owned()),
        None => String::new(),
    };
    parameters.iter().map(part).collect::<Vec<_>>().join("/")
}

/// Things by what names them.
pub struct Index<'a> {
    by_key: HashMap<(&'a str, &'a str), &'a Resource>,
    by_step: HashMap<&'a str, &'a Resource>,
    /// The attachments of a user, group or role.
    attached: HashMap<(&'a str, &'a str), Vec<&'a Resource>>,
}

impl<'a> Index<'a> {
    /// An index of all of them; the first of several that have the same key counts.
    pub fn new(made: &'a [Resource]) -> Self {
        let mut index = Self { by_key: HashMap::new(), by_step: HashMap::new(), attached: HashMap::new() };
        for resource in made {
            index.by_key.entry((resource.kind, &resource.key)).or_insert(resource);
            index.by_step.entry(&resource.step).or_insert(resource);
            let owner = resource.key.split('/').next().unwrap_or_default();
            index.attached.entry((resource.kind, owner)).or_default().push(resource);
        }
        index
    }

    /// The thing of a kind that has this key.
    pub fn get(&self, kind: &str, key: &str) -> Option<&'a Resource> {
        self.by_key.get(&(kind, key)).copied()
    }

    /// The thing that a step makes.
    pub fn of_step(&self, step: &str) -> Option<&'a Resource> {
        self.by_step.get(step).copied()
    }

    /// The things of a kind whose keys begin with this owner.
    pub fn of_owner(&self, kind: &str, owner: &str) -> Vec<&'a Resource> {
        self.attached.get(&(kind, owner)).cloned().unwrap_or_default()
    }
}

impl Resource {
    /// A thing that is not there yet.
    pub fn new(kind: &'static str, key: String, properties: Map<String, Value>) -> Self {
        Self { kind, key, properties, exists: false, step: String::new(), import: None, after: Vec::new() }
    }

    /// A property that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.as_str()
    }

    /// The tags, as pairs.
    pub fn tags(&self) -> Vec<(&str, &str)> {
        let tags = self.properties.get("Tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        tags.iter().filter_map(|tag| Some((tag.get("Key")?.as_str()?, tag.get("Value")?.as_str()?))).collect()
    }
}
