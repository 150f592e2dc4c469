//! The organization itself and its accounts.

use serde_json::{Value, json};

use super::{FORM, arn, managed, not_found, organization, page, reads};
use crate::api::Organizations;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::organization::{Member, Organization, PolicyType};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Organizations::DescribeOrganization, describe, everything),
    reads(Organizations::ListAccounts, list, everything),
    reads(Organizations::DescribeAccount, describe_account, account),
    reads(Organizations::ListAccountsForParent, list_for_parent, super::structure::parent),
    reads(Organizations::ListDelegatedAdministrators, list_none, everything),
    reads(Organizations::ListAWSServiceAccessForOrganization, list_trusted, everything),
];

fn account(request: &Request<'_>, _state: &State) -> String {
    let id = request.text("AccountId");
    let organization = request.environment.organization.as_ref();
    organization.map_or_else(|| "*".to_owned(), |organization| arn(organization, "account", id))
}

/// The address of an account's root user; the file has none.
fn email(account: &str) -> String {
    format!("aws+{account}@example.com")
}

fn show(organization: &Organization, (number, member): (&str, &Member), state: &State) -> Value {
    json!({
        "Id": number,
        "Arn": arn(organization, "account", number),
        "Email": email(number),
        "Name": member.name,
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": [format!("{}{number}/", member.path)],
        "JoinedMethod": if number == organization.management { "INVITED" } else { "CREATED" },
        "JoinedTimestamp": state.account().created.0,
    })
}

fn describe(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let organization = organization(request)?;
    let management = &organization.management;
    // AWS documents this list as one to pass over: the root tells which types are enabled.
    let types: Vec<Value> = vec![json!({"Type": PolicyType::Scp.name(), "Status": "ENABLED"})];
    Ok(json!({"Organization": {
        "Id": organization.id,
        "Arn": format!("arn:aws:organizations::{management}:organization/{}", organization.id),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn(organization, "account", management),
        "MasterAccountId": management,
        "MasterAccountEmail": email(management),
        "AvailablePolicyTypes": types,
    }}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    page(request, "Accounts", organization.members().map(|member| show(organization, member, state)).collect(), "")
}

fn describe_account(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let id = FORM.text(request.input, "AccountId")?;
    let member = organization.member(id).ok_or_else(|| not_found("AccountNotFoundException", "an account"))?;
    Ok(json!({"Account": show(organization, (id, member), state)}))
}

fn list_for_parent(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let parent = super::structure::known_parent(request, organization)?;
    let own = organization.members().filter(|(_, member)| member.parent == parent);
    page(request, "Accounts", own.map(|member| show(organization, member, state)).collect(), parent)
}

/// Nobody manages the organization beside its management account.
fn list_none(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    managed(request)?;
    page(request, "DelegatedAdministrators", Vec::new(), "")
}

/// IAM is trusted, as the central management of root users needs it.
fn list_trusted(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    managed(request)?;
    let trusted = json!({"ServicePrincipal": "iam.amazonaws.com", "DateEnabled": state.account().created.0});
    page(request, "EnabledServicePrincipals", vec![trusted], "")
}
