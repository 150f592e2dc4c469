//! Services whose resources carry policies of their own.
//!
//! The types are named as CloudFormation and Access Analyzer name them. Quotas from each service's quota page.

use Size::{Bytes, Statements, Unstated};

/// A type of resource that can carry a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyHolder {
    /// The type, such as `AWS::S3::Bucket`.
    pub kind: &'static str,
    /// Prefixes of the actions that such a policy may name; the first is the service's own.
    pub prefixes: &'static [&'static str],
    /// What an ARN in its `Resource` looks like; empty where only `*` makes sense.
    pub arns: &'static [&'static str],
    /// How large the policy may be.
    pub size: Size,
}

/// The quota of a resource's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// At most so many bytes of text.
    Bytes(usize),
    /// At most so many statements.
    Statements(usize),
    /// The service states none.
    Unstated,
}

const fn holder(
    kind: &'static str,
    prefixes: &'static [&'static str],
    arns: &'static [&'static str],
    size: Size,
) -> PolicyHolder {
    PolicyHolder { kind, prefixes, arns, size }
}

/// All types, by name.
pub const HOLDERS: &[PolicyHolder] = &[
    holder("AWS::ACMPCA::CertificateAuthority", &["acm-pca"], &["arn:*:acm-pca:*:*:certificate-authority/*"], Unstated),
    holder("AWS::ApiGateway::RestApi", &["execute-api"], &["arn:*:execute-api:*:*:*", "execute-api:/*"], Bytes(8_192)),
    holder("AWS::Backup::BackupVault", &["backup"], &["arn:*:backup:*:*:*"], Bytes(20_480)),
    holder("AWS::CloudTrail::Dashboard", &["cloudtrail"], &["arn:*:cloudtrail:*:*:dashboard/*"], Bytes(8_192)),
    holder(
        "AWS::CloudTrail::EventDataStore",
        &["cloudtrail"],
        &["arn:*:cloudtrail:*:*:eventdatastore/*"],
        Bytes(8_192),
    ),
    holder("AWS::CodeArtifact::Domain", &["codeartifact"], &["arn:*:codeartifact:*:*:domain/*"], Bytes(7_168)),
    holder("AWS::CodeArtifact::Repository", &["codeartifact"], &["arn:*:codeartifact:*:*:*"], Bytes(7_168)),
    holder("AWS::DynamoDB::Stream", &["dynamodb"], &["arn:*:dynamodb:*:*:table/*/stream/*"], Bytes(20_480)),
    holder("AWS::DynamoDB::Table", &["dynamodb"], &["arn:*:dynamodb:*:*:table/*"], Bytes(20_480)),
    holder("AWS::ECR::Repository", &["ecr"], &[], Bytes(10_240)),
    holder(
        "AWS::EFS::FileSystem",
        &["elasticfilesystem"],
        &["arn:*:elasticfilesystem:*:*:file-system/*"],
        Bytes(20_000),
    ),
    holder("AWS::Events::EventBus", &["events"], &["arn:*:events:*:*:*"], Bytes(10_240)),
    holder("AWS::Glue::DataCatalog", &["glue"], &["arn:*:glue:*:*:*"], Bytes(10_240)),
    holder("AWS::IAM::AssumeRolePolicyDocument", &["sts"], &[], Bytes(2_048)),
    holder("AWS::KMS::Key", &["kms"], &["arn:*:kms:*:*:key/*"], Bytes(32_768)),
    holder("AWS::Kinesis::Stream", &["kinesis"], &["arn:*:kinesis:*:*:stream/*"], Bytes(20_480)),
    holder("AWS::Kinesis::StreamConsumer", &["kinesis"], &["arn:*:kinesis:*:*:stream/*/consumer/*"], Bytes(20_480)),
    holder("AWS::Lambda::Function", &["lambda"], &["arn:*:lambda:*:*:function:*"], Bytes(20_480)),
    holder("AWS::Lambda::LayerVersion", &["lambda"], &["arn:*:lambda:*:*:layer:*"], Bytes(20_480)),
    holder("AWS::Logs::ResourcePolicy", &["logs"], &["arn:*:logs:*:*:*"], Bytes(5_120)),
    holder("AWS::OpenSearchService::Domain", &["es"], &["arn:*:es:*:*:domain/*"], Bytes(102_400)),
    holder("AWS::S3::AccessPoint", &["s3"], &["arn:*:s3:*:*:accesspoint/*"], Bytes(20_480)),
    holder("AWS::S3::Bucket", &["s3"], &["arn:*:s3:::*"], Bytes(20_480)),
    holder("AWS::S3::Glacier", &["glacier"], &["arn:*:glacier:*:*:vaults/*"], Unstated),
    holder("AWS::S3::MultiRegionAccessPoint", &["s3"], &["arn:*:s3::*:accesspoint/*"], Bytes(20_480)),
    holder("AWS::S3Express::AccessPoint", &["s3express"], &["arn:*:s3express:*:*:accesspoint/*"], Bytes(20_480)),
    holder("AWS::S3Express::DirectoryBucket", &["s3express"], &["arn:*:s3express:*:*:bucket/*"], Bytes(20_480)),
    holder(
        "AWS::S3ObjectLambda::AccessPoint",
        &["s3-object-lambda", "s3"],
        &["arn:*:s3-object-lambda:*:*:accesspoint/*"],
        Bytes(20_480),
    ),
    holder("AWS::S3Outposts::AccessPoint", &["s3-outposts"], &["arn:*:s3-outposts:*:*:outpost/*"], Bytes(20_480)),
    holder("AWS::S3Outposts::Bucket", &["s3-outposts"], &["arn:*:s3-outposts:*:*:outpost/*"], Bytes(20_480)),
    holder("AWS::S3Tables::Table", &["s3tables"], &["arn:*:s3tables:*:*:bucket/*"], Bytes(20_480)),
    holder("AWS::S3Tables::TableBucket", &["s3tables"], &["arn:*:s3tables:*:*:bucket/*"], Bytes(20_480)),
    holder("AWS::SNS::Topic", &["sns"], &["arn:*:sns:*:*:*"], Bytes(30_720)),
    holder("AWS::SQS::Queue", &["sqs"], &["arn:*:sqs:*:*:*"], Statements(20)),
    holder("AWS::SecretsManager::Secret", &["secretsmanager"], &["arn:*:secretsmanager:*:*:secret:*"], Bytes(20_480)),
    holder("AWS::VPC::Endpoint", &["*"], &["arn:*"], Bytes(20_480)),
];

/// The type of a name, capitals aside.
pub fn holder_of(kind: &str) -> Option<&'static PolicyHolder> {
    HOLDERS.iter().find(|known| known.kind.eq_ignore_ascii_case(kind))
}

/// The types whose policies name actions of a prefix.
pub fn holders_of_prefix(prefix: &str) -> impl Iterator<Item = &'static PolicyHolder> {
    let owned = prefix.to_ascii_lowercase();
    HOLDERS.iter().filter(move |known| known.prefixes.first().is_some_and(|own| *own == owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_prefix_is_one_of_the_catalogue() {
        for holder in HOLDERS {
            let known = |prefix: &&str| *prefix == "*" || Catalog::bundled().has_service(prefix);
            assert!(holder.prefixes.iter().all(known), "{}", holder.kind);
        }
        assert!(HOLDERS.is_sorted_by_key(|holder| holder.kind));
    }

    #[test]
    fn types_are_found_by_name_and_by_prefix() {
        assert_eq!(holder_of("aws::s3::bucket").unwrap().size, Bytes(20_480));
        assert!(holders_of_prefix("S3").any(|holder| holder.kind == "AWS::S3::Bucket"));
    }
}
