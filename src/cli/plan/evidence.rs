//! What was known of a user or role before a plan changes it, kept as a file.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::base::error::UserError;
use crate::base::private_file;
use crate::insight::assumable_roles;
use crate::model::{Account, Document, Fact, ResourceRef};
use crate::plan::Plan;

/// The version of the file's format.
const VERSION: u32 = 1;

/// Writes the file into a folder, under a name that no other has; gives its path.
pub(super) fn write(
    folder: &Path,
    about: &ResourceRef,
    account: &Account,
    plan: &Plan,
    at: Timestamp,
) -> Result<PathBuf, UserError> {
    let name = format!("{}-{}.json", about.name(), at.strftime("%Y%m%dT%H%M%SZ"));
    let file = folder.join(name);
    let refused = |why: String| {
        UserError::new(format!("the evidence cannot be written to `{}`: {why}", file.display()))
            .hint("Name a folder that can be written; the plan was not printed.")
    };
    if file.exists() {
        return Err(refused("there is a file of this name already".to_owned()));
    }
    let text =
        serde_json::to_string_pretty(&content(about, account, plan, at)).map_err(|error| refused(error.to_string()))?;
    private_file::replace(&file, text.as_bytes()).map_err(|error| refused(error.to_string()))?;
    Ok(file)
}

/// The user or role as it was read, the documents of all policies that bear on it, whom it can become, and the plan.
fn content(about: &ResourceRef, account: &Account, plan: &Plan, at: Timestamp) -> Value {
    let identity = account.identity();
    let (assumable, is_sure) = assumable_roles(account, about);
    let (itself, groups, attached) = match about {
        ResourceRef::User(name) => {
            let user = account.users().get(name);
            let names = user.and_then(|user| user.facts.groups.known()).cloned().unwrap_or_default();
            let groups: Vec<_> = names.iter().filter_map(|name| account.groups().get(name).cloned()).collect();
            let own = user.and_then(|user| user.facts.attached.known()).cloned().unwrap_or_default();
            let of_groups = groups.iter().filter_map(|group| group.facts.attached.known()).flatten().cloned();
            let attached: Vec<_> = own.into_iter().chain(of_groups).collect();
            (json!(user.map(|user| &**user)), groups, attached)
        }
        ResourceRef::Role(name) => {
            let role = account.roles().get(name);
            let own = role.and_then(|role| role.facts.attached.known()).cloned().unwrap_or_default();
            (json!(role.map(|role| &**role)), Vec::new(), own)
        }
        _ => (Value::Null, Vec::new(), Vec::new()),
    };
    let documents = attached.iter().map(|policy| {
        let document = account.policy(&policy.arn).map(|policy| policy.document());
        json!({ "arn": policy.arn, "document": document.as_ref().and_then(Fact::known).map(Document::text) })
    });
    json!({
        "version": VERSION,
        "taken": at.to_string(),
        "account": identity.map(|identity| identity.account.as_str()),
        "caller": identity.map(|identity| identity.arn.as_str()),
        "endpoint": plan.made.as_ref().and_then(|made| made.endpoint.as_deref()),
        "kind": match about { ResourceRef::Role(_) => "role", _ => "user" },
        "before": itself,
        "groups": groups.iter().map(|group| json!(&**group)).collect::<Vec<_>>(),
        "managed_policies": documents.collect::<Vec<_>>(),
        "can_assume": assumable.iter().map(|found| {
            json!({ "role": found.role.as_str(), "depends_on": found.depends_on })
        }).collect::<Vec<_>>(),
        "can_assume_is_complete": is_sure,
        "plan": plan.to_json(),
    })
}
