//! Creating a role: whom it trusts, what it may do, and the instance profile of a role for EC2.

use serde_json::{Map, Value, json};

use crate::base::arn::Arn;
use crate::catalog::use_cases::Trust;
use crate::model::{Account, Document, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};
use crate::policy::size::Quota;

use super::documents::acceptable;
use super::{Owner, attach_step, free, partition, policy_arn, tags_value, within};

/// A role to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateRole {
    /// The name.
    pub name: String,
    /// The path; none: `/`.
    pub path: Option<String>,
    /// The description; empty: none.
    pub description: String,
    /// The longest that a session may last, in seconds; none: an hour, as AWS gives it.
    pub max_session: Option<u32>,
    /// Seconds that sign-in sessions of who uses it may last; none: AWS's own rules.
    pub max_signin: Option<u32>,
    /// Whom it trusts.
    pub trust: Trusted,
    /// ARNs of managed policies to attach.
    pub policies: Vec<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// Whether an instance profile of the same name is made, which hands the role to EC2 instances.
    pub instance_profile: bool,
}

/// Whom a role trusts: the five types of trusted entity of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trusted {
    /// An AWS service.
    Service {
        /// Its principals, such as `lambda.amazonaws.com`; a use case of RDS has two.
        principals: Vec<String>,
        /// What it may do to get the role: some services set session tags too.
        actions: &'static [&'static str],
        /// Whether the service may act for this account only: the answer to a confused deputy.
        for_this_account: bool,
    },
    /// An AWS account: its administrator decides who of it may assume the role.
    Account {
        /// Its twelve digits; none: this account.
        account: Option<String>,
        /// The external ID that has to be told.
        external_id: Option<String>,
        /// Whether the session must have been begun with MFA.
        mfa: bool,
    },
    /// Whoever an OpenID Connect provider has signed in.
    WebIdentity {
        /// The provider's ARN, or a well-known name such as `accounts.google.com`.
        provider: String,
        /// The audience that its tokens are for.
        audience: String,
        /// The subject of its tokens, which may hold wildcards.
        subject: Option<String>,
    },
    /// Whoever a SAML provider has signed in.
    Saml {
        /// The provider's ARN.
        provider: Arn,
        /// Whether the AWS console may be signed in to, not only the API.
        console: bool,
        /// An attribute of the assertion with its value.
        attribute: Option<(String, String)>,
    },
    /// A trust policy as it was written.
    Custom(Document),
}

impl Trusted {
    /// A service that gets the role by `sts:AssumeRole` alone.
    pub fn service(principal: impl Into<String>, for_this_account: bool) -> Self {
        Self::Service { principals: vec![principal.into()], actions: Trust::Service.actions(), for_this_account }
    }

    /// The trust policy.
    pub fn document(&self, account: &Account) -> Document {
        let partition = partition(account);
        let mut conditions = Conditions::default();
        let (principal, actions): (Value, &[&str]) = match self {
            Self::Custom(document) => return document.clone(),
            Self::Service { principals, actions, for_this_account } => {
                let number = account.identity().map(|identity| identity.account.to_string());
                if let Some(number) = number.filter(|_| *for_this_account) {
                    conditions.add("StringEquals", "aws:SourceAccount", number);
                }
                (json!({ "Service": one_or_list(principals) }), actions)
            }
            Self::Account { account: other, external_id, mfa } => {
                let own = || account.identity().map(|identity| identity.account.to_string());
                let number = other.clone().or_else(own).unwrap_or_default();
                if let Some(id) = external_id {
                    conditions.add("StringEquals", "sts:ExternalId", id.as_str());
                }
                if *mfa {
                    conditions.add("Bool", "aws:MultiFactorAuthPresent", "true");
                }
                (json!({ "AWS": format!("arn:{partition}:iam::{number}:root") }), &["sts:AssumeRole"])
            }
            Self::WebIdentity { provider, audience, subject } => {
                let issuer = Arn::parse(provider)
                    .map_or_else(|_| provider.clone(), |arn| crate::model::provider_name(&arn).to_owned());
                conditions.add("StringEquals", &audience_key(&issuer), audience.as_str());
                if let Some(subject) = subject {
                    let operator = if subject.contains(['*', '?']) { "StringLike" } else { "StringEquals" };
                    conditions.add(operator, &subject_key(&issuer), subject.as_str());
                }
                (json!({ "Federated": provider }), &["sts:AssumeRoleWithWebIdentity"])
            }
            Self::Saml { provider, console, attribute } => {
                if *console {
                    conditions.add("StringEquals", "SAML:aud", sign_in(partition));
                }
                if let Some((name, value)) = attribute {
                    conditions.add("StringEquals", name, value.as_str());
                }
                (json!({ "Federated": provider.as_str() }), &["sts:AssumeRoleWithSAML"])
            }
        };
        let mut statement = Map::new();
        statement.insert("Effect".into(), "Allow".into());
        statement.insert("Principal".into(), principal);
        statement.insert("Action".into(), one_or_list(actions));
        if !conditions.0.is_empty() {
            statement.insert("Condition".into(), Value::Object(conditions.0));
        }
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        Document::new(serde_json::to_string_pretty(&policy).unwrap_or_default())
    }
}

/// One text alone, several as a list: as the console lays policies out.
fn one_or_list(texts: &[impl AsRef<str>]) -> Value {
    match texts {
        [only] => only.as_ref().into(),
        many => many.iter().map(AsRef::as_ref).collect(),
    }
}

/// The endpoint that assertions for the AWS console are sent to.
fn sign_in(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "https://signin.amazonaws.cn/saml",
        "aws-us-gov" => "https://signin.amazonaws-us-gov.com/saml",
        _ => "https://signin.aws.amazon.com/saml",
    }
}

/// The condition key of a provider's audience: the well-known ones have names of their own.
fn audience_key(issuer: &str) -> String {
    match issuer {
        "www.amazon.com" | "graph.facebook.com" => format!("{issuer}:app_id"),
        _ => format!("{issuer}:aud"),
    }
}

/// The condition key of who a provider has signed in.
fn subject_key(issuer: &str) -> String {
    match issuer {
        "www.amazon.com" => format!("{issuer}:user_id"),
        "graph.facebook.com" => format!("{issuer}:id"),
        _ => format!("{issuer}:sub"),
    }
}

/// The conditions of a statement, by their operators.
#[derive(Debug, Default)]
struct Conditions(Map<String, Value>);

impl Conditions {
    fn add(&mut self, operator: &str, key: &str, value: impl Into<Value>) {
        let keys = self.0.entry(operator).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(keys) = keys {
            keys.insert(key.to_owned(), value.into());
        }
    }
}

impl CreateRole {
    /// The plan: the role, its policies, its instance profile.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name.as_str();
        free(account.roles(), "role", name)?;
        within(account, "AttachedPoliciesPerRoleQuota", 10, self.policies.len(), "too many policies for one role")?;
        if account.roles().is_complete() {
            let count = account.roles().rows().len() + 1;
            within(account, "RolesQuota", 1000, count, "too many roles in the account")?;
        }
        let trust = self.trust.document(account);
        acceptable(account, &trust, Quota::Trust, 0)?;
        let mut create = Call::create_role(name, trust.text())
            .with_some("Path", self.path.clone().filter(|path| path != "/"))
            .with_some("Description", Some(self.description.clone()).filter(|text| !text.is_empty()))
            .with_some("MaxSessionDuration", self.max_session)
            .with_some("MaxSigninSessionDuration", self.max_signin)
            .with_some("PermissionsBoundary", self.boundary.clone());
        if let Some(boundary) = &self.boundary {
            policy_arn(account, boundary)?;
        }
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        create.check()?;
        let mut plan = Plan::new(format!("create role {name}"));
        plan.push(Step::requested(create).undo(Inverse::of([Call::delete_role(name)])));
        let owner = Owner::Role(self.name.clone());
        for policy in &self.policies {
            let arn = policy_arn(account, policy)?;
            plan.push(attach_step(&owner, arn.as_str(), "gives what the policy allows"));
        }
        if self.instance_profile {
            self.profile(account, &mut plan)?;
        }
        Ok(plan.seeing(account))
    }

    /// The steps that make the instance profile and put the role into it.
    fn profile(&self, account: &Account, plan: &mut Plan) -> Result<(), PlanError> {
        let name = self.name.as_str();
        free(account.instance_profiles(), "instance profile", name)?;
        let create =
            Call::create_instance_profile(name).with_some("Path", self.path.clone().filter(|path| path != "/"));
        let undo = Inverse::of([Call::delete_instance_profile(name)]);
        plan.push(Step::new(create, "hands the role to EC2 instances").undo(undo));
        let undo = Inverse::of([Call::remove_role_from_instance_profile(name, name)]);
        plan.push(
            Step::new(Call::add_role_to_instance_profile(name, name), "hands the role to EC2 instances").undo(undo),
        );
        Ok(())
    }

    /// The ARN that the role will have, where the account's number is known.
    pub fn arn(&self, account: &Account) -> Option<Arn> {
        let number = account.identity()?.account.to_string();
        let path = self.path.as_deref().unwrap_or("/");
        Arn::iam(partition(account), &number, &format!("role{path}{}", self.name)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    fn role(trust: Trusted) -> CreateRole {
        CreateRole {
            name: "web".into(),
            path: None,
            description: String::new(),
            max_session: None,
            max_signin: None,
            trust,
            policies: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            instance_profile: false,
        }
    }

    fn service(principal: &str) -> Trusted {
        Trusted::service(principal, false)
    }

    /// The trust policy of these entities, without blanks.
    #[track_caller]
    fn check(trust: &Trusted, expected: &str) {
        let document = trust.document(&account());
        let value: Value = serde_json::from_str(document.text()).unwrap();
        assert_eq!(value["Statement"][0].to_string(), expected);
        role(trust.clone()).plan(&account()).unwrap().check().unwrap();
    }

    #[test]
    fn a_role_for_ec2_is_made_with_its_profile_and_undone_in_turn() {
        let new = CreateRole {
            policies: vec!["arn:aws:iam::aws:policy/AmazonS3FullAccess".into()],
            instance_profile: true,
            ..role(service("ec2.amazonaws.com"))
        };
        let plan = new.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create role web
        attach policy AmazonS3FullAccess to role web
        create instance profile web
        add role web to instance profile web
        ");
        assert_eq!(undo_lines(&plan).lines().count(), 4);
    }

    #[test]
    fn each_type_of_trusted_entity_has_its_trust_policy() {
        check(
            &service("lambda.amazonaws.com"),
            r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
        );
        let external_id = Some("x-1".into());
        check(
            &Trusted::Account { account: Some("111122223333".into()), external_id, mfa: true },
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x-1"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
        );
        let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
        check(
            &Trusted::WebIdentity {
                provider: provider.into(),
                audience: "sts.amazonaws.com".into(),
                subject: Some("repo:acme/shop:*".into()),
            },
            r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/shop:*"}}}"#,
        );
        let provider = Arn::parse("arn:aws:iam::123456789012:saml-provider/Okta").unwrap();
        check(
            &Trusted::Saml { provider, console: true, attribute: None },
            r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/Okta"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}"#,
        );
    }

    #[test]
    fn what_aws_would_refuse_is_refused_before_anything_is_sent() {
        let taken = CreateRole { name: "OPS".into(), ..role(service("ec2.amazonaws.com")) };
        assert_eq!(taken.plan(&account()).unwrap_err().to_string(), "there is a role `ops` already");
        let broken = role(Trusted::Custom(Document::new("{")));
        assert!(broken.plan(&account()).is_err());
        let long = CreateRole { max_session: Some(60), ..role(service("ec2.amazonaws.com")) };
        assert!(long.plan(&account()).is_err());
    }
}
