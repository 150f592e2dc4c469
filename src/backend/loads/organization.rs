//! The organization of the account: its place there, and the policies that cap what it may do.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use aws_sdk_iam::types::FeatureType;
use serde_json::{Map, Value, json};

use super::permitted;
use crate::api::{Iam, Organizations};
use crate::backend::run::Run;
use crate::backend::services::organizations::{ask, way};
use crate::backend::signed::Signed;
use crate::model::{
    Denial, Document, ErrorKind, Fact, Guardrail, GuardrailKind, Level, LevelKind, LoadError, Member, Organization,
    RootFeature, Source, Update,
};
use crate::policy::evaluate::Compiled;

/// No organization is deeper: AWS allows five levels of organizational units below the root.
const DEEPEST: usize = 8;

pub(super) async fn organization(run: &Run) -> Result<(), LoadError> {
    let way = way(run).await?;
    let found = match one(run, &way, Organizations::DescribeOrganization, json!({}), "Organization").await {
        Ok(found) => found,
        Err(error) if error.code.as_deref() == Some("AWSOrganizationsNotInUseException") => {
            run.read(Update::Organization(Fact::Absent(run.seen(Source::Detail))));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let account = super::account::number(run).await?;
    let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut organization = Organization {
        id: text("Id").into(),
        management: text("MasterAccountId").into(),
        is_management: text("MasterAccountId") == &*account,
        levels: Fact::Unknown,
        policies: BTreeMap::new(),
        members: Fact::Unknown,
        root_features: Fact::Unknown,
    };
    let seen = run.seen(Source::Detail);
    organization.levels = permitted(levels(run, &way, &account).await, seen)?;
    let ids: Vec<(Box<str>, GuardrailKind)> = organization
        .levels
        .known()
        .into_iter()
        .flatten()
        .flat_map(|level| GuardrailKind::ALL.map(|kind| level.attached(kind).iter().map(move |id| (id.clone(), kind))))
        .flatten()
        .collect();
    for (id, kind) in ids {
        if let Entry::Vacant(place) = organization.policies.entry(id) {
            let policy = guardrail(run, &way, place.key(), kind).await?;
            place.insert(policy);
        }
    }
    let members = rows(run, &way, Organizations::ListAccounts, json!({}), "Accounts").await;
    organization.members = permitted(members.map(|rows| rows.iter().filter_map(member).collect()), seen)?;
    organization.root_features = root_features(run).await?;
    run.read(Update::Organization(Fact::Known(Arc::new(organization), seen)));
    Ok(())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// One thing.
async fn one(
    run: &Run,
    way: &Signed,
    operation: Organizations,
    input: Value,
    member: &str,
) -> Result<Map<String, Value>, LoadError> {
    let mut answer = ask(run, way, operation, object(input), None).await?;
    match answer.remove(member) {
        Some(Value::Object(found)) => Ok(found),
        _ => Err(LoadError::new(ErrorKind::Garbled, operation.name()).detail("the answer is empty")),
    }
}

/// All rows of a list.
async fn rows(
    run: &Run,
    way: &Signed,
    operation: Organizations,
    input: Value,
    list: &str,
) -> Result<Vec<Value>, LoadError> {
    let mut answer = ask(run, way, operation, object(input), Some(list)).await?;
    match answer.remove(list) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// From the root to the account, with the policies that are attached to each.
async fn levels(run: &Run, way: &Signed, account: &str) -> Result<Vec<Level>, LoadError> {
    let mut levels = Vec::new();
    let mut next = (account.to_owned(), LevelKind::Account);
    while levels.len() < DEEPEST {
        let (id, kind) = next.clone();
        let name = name(run, way, &id, kind).await?;
        let mut attached = Vec::new();
        for policies in GuardrailKind::ALL {
            let input = json!({"TargetId": id, "Filter": policies.written()});
            let found = rows(run, way, Organizations::ListPoliciesForTarget, input, "Policies").await;
            let found = match found {
                // The type is not enabled in the organization: nothing of it is attached.
                Err(error) if error.code.as_deref() == Some("PolicyTypeNotEnabledException") => Vec::new(),
                found => found?,
            };
            attached.push(found.iter().map(|row| text(row, "Id").into()).collect::<Vec<Box<str>>>());
        }
        let rcps = attached.pop().unwrap_or_default();
        let scps = attached.pop().unwrap_or_default();
        levels.push(Level { id: id.as_str().into(), name: name.into(), kind, scps, rcps });
        if kind == LevelKind::Root {
            break;
        }
        let parents = rows(run, way, Organizations::ListParents, json!({"ChildId": id}), "Parents").await?;
        let Some(parent) = parents.first() else { break };
        let kind = if text(parent, "Type") == "ROOT" { LevelKind::Root } else { LevelKind::Unit };
        next = (text(parent, "Id").to_owned(), kind);
    }
    levels.reverse();
    Ok(levels)
}

async fn name(run: &Run, way: &Signed, id: &str, kind: LevelKind) -> Result<String, LoadError> {
    let (operation, input, member) = match kind {
        LevelKind::Root => return Ok("Root".to_owned()),
        LevelKind::Unit => {
            (Organizations::DescribeOrganizationalUnit, json!({"OrganizationalUnitId": id}), "OrganizationalUnit")
        }
        LevelKind::Account => (Organizations::DescribeAccount, json!({"AccountId": id}), "Account"),
    };
    let found = one(run, way, operation, input, member).await?;
    Ok(found.get("Name").and_then(Value::as_str).unwrap_or(id).to_owned())
}

async fn guardrail(run: &Run, way: &Signed, id: &str, kind: GuardrailKind) -> Result<Guardrail, LoadError> {
    let read = one(run, way, Organizations::DescribePolicy, json!({"PolicyId": id}), "Policy").await;
    let read = permitted(read, run.seen(Source::Detail))?;
    let summary = read.known().and_then(|policy| policy.get("PolicySummary")).cloned().unwrap_or_default();
    let content =
        read.clone().map(|policy| Document::new(policy.get("Content").and_then(Value::as_str).unwrap_or_default()));
    let compiled = content.known().and_then(|document| Compiled::new(document.text()).ok()).map(Arc::new);
    let name = text(&summary, "Name");
    Ok(Guardrail {
        name: if name.is_empty() { id.into() } else { name.into() },
        kind,
        description: text(&summary, "Description").into(),
        is_aws: summary.get("AwsManaged").and_then(Value::as_bool).unwrap_or(false),
        document: content,
        compiled,
    })
}

fn member(row: &Value) -> Option<Member> {
    let state = row.get("State").or_else(|| row.get("Status")).and_then(Value::as_str).unwrap_or_default();
    Some(Member {
        id: row.get("Id")?.as_str()?.into(),
        name: text(row, "Name").into(),
        email: text(row, "Email").into(),
        state: state.into(),
    })
}

/// What of central root access management is enabled; only the management account and delegated administrators are told.
async fn root_features(run: &Run) -> Result<Fact<Vec<RootFeature>>, LoadError> {
    let read = run
        .call(Iam::ListOrganizationsFeatures, || run.clients.iam.list_organizations_features().send())
        .await
        .map(|answer| {
            let enabled: Vec<&str> = answer.enabled_features().iter().map(FeatureType::as_str).collect();
            RootFeature::ALL.into_iter().filter(|feature| enabled.contains(&feature.written())).collect()
        });
    match read {
        Err(error) if error.kind == ErrorKind::Service => {
            // Not the account that may ask, or IAM is not trusted by the organization: told as AWS tells it.
            Ok(Fact::denied(Denial::of("iam:ListOrganizationsFeatures")))
        }
        read => permitted(read, run.seen(Source::Detail)),
    }
}
