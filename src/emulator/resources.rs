//! Resources of other services as stubs with a policy: buckets, keys, queues and what else carries one.
//!
//! They are read from a file when the emulator starts. Simulations count their policies, and analyzers look at them.

use serde::Deserialize;
use serde_json::Value;

use super::store::world::is_number;
use crate::base::arn::Arn;
use crate::base::wildcard::matches;
use crate::catalog::resource_policies::HOLDERS;
use crate::policy::evaluate::Compiled;

/// The stubs of all accounts.
#[derive(Debug, Clone, Default)]
pub struct Resources(Vec<Resource>);

/// A resource with its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The ARN.
    pub arn: String,
    /// The type, such as `AWS::S3::Bucket`.
    pub kind: &'static str,
    /// The account that owns it; none where it is the emulator's only one.
    pub account: Option<String>,
    /// The policy.
    pub policy: String,
}

/// Why a file describes no resources.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourcesError {
    /// It is no JSON of the right shape.
    #[error("{0}")]
    Json(String),
    /// An ARN is none.
    #[error("`{0}` is no ARN")]
    Arn(String),
    /// The ARN is of no type that carries a policy.
    #[error("`{0}` is of no type of resource that carries a policy")]
    Kind(String),
    /// A number of an account is none.
    #[error("`{0}` is no account number, which has twelve digits")]
    Number(String),
    /// A policy cannot be read.
    #[error("the policy of `{0}` cannot be read: {1}")]
    Policy(String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a list of resources")]
struct File {
    resources: Vec<ResourceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a resource")]
struct ResourceFile {
    arn: String,
    account: Option<String>,
    policy: Value,
}

impl Resources {
    /// Reads `{"resources": [{"arn", "policy", "account"?}]}`.
    pub fn read(text: &str) -> Result<Self, ResourcesError> {
        let file: File = serde_json::from_str(text).map_err(|error| ResourcesError::Json(error.to_string()))?;
        file.resources.into_iter().map(Resource::read).collect::<Result<_, _>>().map(Self)
    }

    /// The resources of an account; one without an owner is everybody's.
    pub fn of_account(&self, account: &str) -> impl Iterator<Item = &Resource> {
        self.0.iter().filter(move |resource| resource.account.as_deref().is_none_or(|owner| owner == account))
    }

    /// The resource that an ARN names or lies in: an object lies in its bucket.
    pub fn find(&self, arn: &str) -> Option<&Resource> {
        let holds = |own: &str| arn == own || arn.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
        self.0.iter().find(|resource| holds(&resource.arn))
    }
}

impl Resource {
    fn read(file: ResourceFile) -> Result<Self, ResourcesError> {
        let arn = Arn::parse(&file.arn).map_err(|_| ResourcesError::Arn(file.arn.clone()))?;
        // Types of trust policies and of endpoints take any ARN or none.
        let typed = HOLDERS.iter().filter(|holder| holder.kind != "AWS::VPC::Endpoint");
        // The type whose pattern says the most.
        let says = |pattern: &&str| matches(pattern, &file.arn).then_some(pattern.len());
        let kinds = typed.filter_map(|holder| Some((holder.arns.iter().filter_map(says).max()?, holder.kind)));
        let (_, kind) = kinds.max_by_key(|(says, _)| *says).ok_or_else(|| ResourcesError::Kind(file.arn.clone()))?;
        let owner = Some(arn.account()).filter(|account| !account.is_empty()).map(str::to_owned);
        let account = file.account.or(owner);
        if let Some(number) = account.as_ref().filter(|number| !is_number(number)) {
            return Err(ResourcesError::Number(number.clone()));
        }
        let policy = file.policy.as_str().map_or_else(|| file.policy.to_string(), str::to_owned);
        Compiled::new(&policy).map_err(|error| ResourcesError::Policy(file.arn.clone(), error.to_string()))?;
        Ok(Self { arn: file.arn, kind, account, policy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;

    #[track_caller]
    fn check(arn: &str, expected: Result<&str, &str>) {
        let read = Resources::read(&format!(r#"{{"resources":[{{"arn":"{arn}","policy":{POLICY}}}]}}"#));
        let found = read.as_ref().map(|known| known.0[0].kind).map_err(ToString::to_string);
        assert_eq!(found, expected.map_err(str::to_owned), "{arn}");
    }

    #[test]
    fn a_resource_has_the_type_that_its_arn_tells() {
        check("arn:aws:s3:::logs", Ok("AWS::S3::Bucket"));
        check("arn:aws:s3:eu-west-1:111122223333:accesspoint/a", Ok("AWS::S3::AccessPoint"));
        check("arn:aws:kms:eu-west-1:111122223333:key/1", Ok("AWS::KMS::Key"));
        check("arn:aws:sqs:eu-west-1:111122223333:jobs", Ok("AWS::SQS::Queue"));
        check("arn:aws:sns:eu-west-1:111122223333:news", Ok("AWS::SNS::Topic"));
        check("arn:aws:lambda:eu-west-1:111122223333:function:f", Ok("AWS::Lambda::Function"));
        check("arn:aws:secretsmanager:eu-west-1:111122223333:secret:s", Ok("AWS::SecretsManager::Secret"));
        check(
            "arn:aws:ec2:eu-west-1:111122223333:vpc/v",
            Err("`arn:aws:ec2:eu-west-1:111122223333:vpc/v` is of no type of resource that carries a policy"),
        );
        check("bucket", Err("`bucket` is no ARN"));
    }

    #[test]
    fn an_object_lies_in_its_bucket() {
        let known =
            Resources::read(&format!(r#"{{"resources":[{{"arn":"arn:aws:s3:::a","policy":{POLICY}}}]}}"#)).unwrap();
        assert!(known.find("arn:aws:s3:::a/b").is_some() && known.find("arn:aws:s3:::ab").is_none());
        assert_eq!(known.of_account("111122223333").count(), 1);
        let broken = Resources::read(r#"{"resources":[{"arn":"arn:aws:s3:::a","policy":"{"}]}"#).unwrap_err();
        assert!(broken.to_string().starts_with("the policy of `arn:aws:s3:::a` cannot be read"), "{broken}");
    }
}
