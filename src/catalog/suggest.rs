//! What somebody who mistyped a name may have meant.

use super::{Action, Catalog, Service, service};
use crate::base::nearest::nearest;

/// API operations whose IAM action has another name, with the action. AWS's policy check suggests these, in
/// words, and no others.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("lambda:GetLayerVersionByArn", "lambda:GetLayerVersion"),
    ("lambda:Invoke", "lambda:InvokeFunction"),
    ("lambda:InvokeWithResponseStream", "lambda:InvokeFunction"),
    ("s3:CompleteMultipartUpload", "s3:PutObject"),
    ("s3:CopyObject", "s3:PutObject"),
    ("s3:CreateMultipartUpload", "s3:PutObject"),
    ("s3:DeleteBucketCors", "s3:PutBucketCORS"),
    ("s3:DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3:DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("s3:DeleteBucketReplication", "s3:PutReplicationConfiguration"),
    ("s3:DeleteBucketTagging", "s3:PutBucketTagging"),
    ("s3:DeleteObjects", "s3:DeleteObject"),
    ("s3:DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3:GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"),
    ("s3:GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration"),
    ("s3:GetBucketLifecycle", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration"),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:HeadObject", "s3:GetObject"),
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3:ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("s3:ListObjects", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
    ("s3:ListObjectVersions", "s3:ListBucketVersions"),
    ("s3:ListParts", "s3:ListMultipartUploadParts"),
    ("s3:PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"),
    ("s3:PutBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration"),
    ("s3:PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3:PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration"),
    ("s3:PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("s3:PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("s3:PutBucketMetricsConfiguration", "s3:PutMetricsConfiguration"),
    ("s3:PutBucketReplication", "s3:PutReplicationConfiguration"),
    ("s3:PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
    ("s3:PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3:SelectObjectContent", "s3:GetObject"),
    ("s3:UploadPart", "s3:PutObject"),
    ("s3:UploadPartCopy", "s3:PutObject"),
];

/// The IAM action that an API operation of another name is authorised by, capitals aside.
pub fn action_of_operation(operation: &str) -> Option<&'static str> {
    let at = OTHER_NAMES.binary_search_by(|(name, _)| service::compare(name, operation)).ok()?;
    OTHER_NAMES.get(at).map(|(_, action)| *action)
}

impl Catalog {
    /// The action that a misspelt one most likely means: another name of it, the same name in a service that has
    /// it, or the nearest name in its service.
    pub fn suggest_action(&self, mistyped: &str) -> Option<String> {
        if let Some(action) = action_of_operation(mistyped) {
            return Some(action.to_owned());
        }
        let (prefix, name) = mistyped.split_once(':')?;
        if name.contains(['*', '?']) {
            let prefix = self.suggest_service(prefix)?;
            let whole = [prefix, ":", name].concat();
            return self.matching(&whole).next().is_some().then(|| whole.clone());
        }
        let service = self.service(prefix).or_else(|| {
            // Of the services that are equally near, the one that has the action is meant.
            let near = |entry: &&super::Entry| nearest(prefix, std::iter::once(&*entry.prefix)).is_some();
            let having = self.services().iter().filter(near).filter_map(|entry| self.service(&entry.prefix));
            let mut having = having.filter(|service| service.find(name).is_some());
            having.next().or_else(|| self.service(self.suggest_service(prefix)?))
        })?;
        let names = self.actions_of(service).map(Action::name);
        nearest(name, names).map(|found| [service.prefix(), ":", found].concat())
    }

    /// The prefix of the service that a misspelt one most likely means.
    pub fn suggest_service(&self, mistyped: &str) -> Option<&str> {
        let named = self.services().iter().find(|e| e.name.eq_ignore_ascii_case(mistyped));
        let entry = named.map(|e| &*e.prefix);
        entry.or_else(|| nearest(mistyped, self.services().iter().map(|e| &*e.prefix)))
    }

    /// The condition key that a misspelt one most likely means, among those of the service and the global ones.
    pub fn suggest_key(&self, mistyped: &str) -> Option<String> {
        let service = self.key_service(mistyped).and_then(|prefix| self.service(prefix));
        let own = service.map(Service::keys).unwrap_or_default().iter().map(|key| &*key.name);
        nearest(mistyped, own.chain(super::globals::ALL.iter().map(|key| key.name))).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_of_another_name_lead_to_their_action() {
        assert!(OTHER_NAMES.is_sorted_by(|a, b| service::compare(a.0, b.0).is_lt()));
        assert!(OTHER_NAMES.iter().all(|(_, action)| Catalog::bundled().action(action).is_some()));
        assert!(OTHER_NAMES.iter().all(|(name, _)| Catalog::bundled().action(name).is_none()));
        assert_eq!(action_of_operation("S3:headobject"), Some("s3:GetObject"));
    }

    #[test]
    fn typing_errors_lead_to_the_nearest_name() {
        let catalog = Catalog::bundled();
        assert_eq!(catalog.suggest_action("s3:GetObjct").as_deref(), Some("s3:GetObject"));
        assert_eq!(catalog.suggest_action("ec:RunInstances").as_deref(), Some("ec2:RunInstances"));
        assert_eq!(catalog.suggest_action("s3:ListBuckets").as_deref(), Some("s3:ListAllMyBuckets"));
        assert_eq!(catalog.suggest_service("dynamo-db"), Some("dynamodb"));
        assert_eq!(catalog.suggest_key("aws:SourceIP4").as_deref(), Some("aws:SourceIp"));
        assert_eq!(catalog.suggest_action("s3:SomethingElseEntirely"), None);
    }
}
