//! Credentials for single services: HTTPS Git, Keyspaces, API keys.

use crate::model::{Account, ServiceCredential};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};

use super::uploads::{absent, switch};
use super::{Owner, attach_step, partition, rows, user};

/// The most credentials of one user for one service; no read tells it.
const MOST: u64 = 2;

/// A service that takes credentials of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Its name in the API.
    pub name: &'static str,
    /// What the console calls its credentials.
    pub label: &'static str,
    /// Whether it is an API key, which may run out.
    pub is_key: bool,
    /// The managed policy without which an API key is of no use.
    pub policy: Option<&'static str>,
}

/// Every service that takes credentials of its own, in the order of the console.
pub const SERVICES: &[Service] = &[
    Service {
        name: "bedrock.amazonaws.com",
        label: "API key for Amazon Bedrock",
        is_key: true,
        policy: Some("AmazonBedrockLimitedAccess"),
    },
    Service {
        name: "logs.amazonaws.com",
        label: "API key for CloudWatch Logs",
        is_key: true,
        policy: Some("CloudWatchLogsAPIKeyAccess"),
    },
    Service { name: "codecommit.amazonaws.com", label: "HTTPS Git for CodeCommit", is_key: false, policy: None },
    Service { name: "cassandra.amazonaws.com", label: "Amazon Keyspaces", is_key: false, policy: None },
];

/// The plan that makes a credential; an API key ends after so many days, or never.
pub fn create_service_credential(
    account: &Account,
    name: &str,
    service: Service,
    days: Option<u32>,
) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let held = rows(&user.facts.service_credentials, || format!("the service credentials of {name}"))?;
    if held.iter().filter(|held| *held.service == *service.name).count() as u64 >= MOST {
        let what = format!("too many credentials of {name} for {}", service.name);
        return Err(PlanError::Limit { what, limit: MOST });
    }
    let mut plan = Plan::new(format!("create {} for user {name}", article(service.label)));
    if let Some(policy) = service.policy {
        let arn = format!("arn:{}:iam::aws:policy/{policy}", partition(account));
        let attached = user.facts.attached.known().is_some_and(|held| held.iter().any(|p| p.arn.as_str() == arn));
        if !attached {
            plan.push(attach_step(&Owner::User(name.to_owned()), &arn, "without it the key may do nothing"));
        }
    }
    let days = days.filter(|_| service.is_key);
    let call = Call::create_service_credential(name, service.name).with_some("CredentialAgeDays", days);
    let risk = match (service.is_key, days) {
        (true, None) => "it never expires: anyone who gets it can use it until it is deactivated",
        _ => "",
    };
    let id = plan.push(Step::requested(call).risk(risk));
    if let Some(step) = plan.steps.last_mut() {
        let own = output(&id, "ServiceSpecificCredential.ServiceSpecificCredentialId");
        step.inverse = Inverse::of([Call::delete_service_credential(name, own)]);
    }
    Ok(plan.seeing(account))
}

fn article(label: &str) -> String {
    match label.chars().next() {
        Some('A' | 'H') if label.starts_with("API") || label.starts_with("HTTPS") => {
            format!("an {label}{}", if label.starts_with("HTTPS") { " credential" } else { "" })
        }
        _ => format!("a {label} credential"),
    }
}

/// The plan that activates or deactivates a credential.
pub fn switch_service_credential(account: &Account, name: &str, id: &str, on: bool) -> Result<Plan, PlanError> {
    let held = credential(account, name, id)?;
    switch(&format!("credential {id}"), held.status, on, |status| Call::update_service_credential(name, id, status))
        .map(|plan| plan.seeing(account))
}

/// The plan that makes a new password or key for a credential.
pub fn reset_service_credential(account: &Account, name: &str, id: &str) -> Result<Plan, PlanError> {
    let held = credential(account, name, id)?;
    let mut plan = Plan::new(format!("reset credential {id}"));
    let risk = format!("programs that use it for {} must be given the new secret", held.service);
    let step = Step::requested(Call::reset_service_credential(name, id));
    plan.push(step.risk(risk).undo(Inverse::never("the old secret is not known")));
    Ok(plan.seeing(account))
}

/// The plan that deletes a credential.
pub fn delete_service_credential(account: &Account, name: &str, id: &str) -> Result<Plan, PlanError> {
    let held = credential(account, name, id)?;
    let mut plan = Plan::new(format!("delete credential {id}"));
    let risk = format!("programs that use it for {} stop working", held.service);
    let never = Inverse::never("its secret was shown only once; a new credential can be made");
    plan.push(Step::requested(Call::delete_service_credential(name, id)).risk(risk).undo(never));
    Ok(plan.seeing(account))
}

fn credential<'a>(account: &'a Account, name: &str, id: &str) -> Result<&'a ServiceCredential, PlanError> {
    let facts = &user(account, name)?.facts.service_credentials;
    let held = rows(facts, || format!("the service credentials of {name}"))?;
    held.iter().find(|held| &*held.id == id).ok_or_else(|| absent("credential", id))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    const ID: &str = "ACCAEXAMPLE1234567890";

    #[test]
    fn an_api_key_comes_with_the_policy_that_makes_it_work() {
        let plan = create_service_credential(&account(), "bob", SERVICES[0], Some(30)).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        attach policy AmazonBedrockLimitedAccess to user bob
        create a credential of user bob for bedrock.amazonaws.com
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        delete credential ‹ServiceSpecificCredentialId of create-service-specific-credential:bob:bedrock.amazonaws.com› of user bob
        detach policy AmazonBedrockLimitedAccess from user bob
        ");
        assert_eq!(plan.title, "create an API key for Amazon Bedrock for user bob");
    }

    #[test]
    fn a_password_for_git_has_no_end() {
        let plan = create_service_credential(&account(), "bob", SERVICES[2], Some(30)).unwrap();
        plan.check().unwrap();
        assert!(!plan.steps[0].call().unwrap().input().contains_key("CredentialAgeDays"));
        assert_eq!(plan.title, "create an HTTPS Git for CodeCommit credential for user bob");
    }

    #[test]
    fn a_credential_is_reset_switched_and_deleted() {
        for plan in [
            reset_service_credential(&account(), "bob", ID),
            switch_service_credential(&account(), "bob", ID, false),
            delete_service_credential(&account(), "bob", ID),
        ] {
            plan.unwrap().check().unwrap();
        }
        assert!(reset_service_credential(&account(), "bob", "ACCANONE").is_err());
    }
}
