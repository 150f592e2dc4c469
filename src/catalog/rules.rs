//! What AWS says of single condition keys, for the checks.
//!
//! Facts from "AWS global condition context keys" and the policy check reference in the IAM user guide. Lists
//! that AWS only gives examples of say so; all comparisons leave capitals aside.

/// Keys where no wildcard and no policy variable at all may stand, because a value that matches many is never meant.
pub const SENSITIVE: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

/// Keys that are only safe beside another: the key, and those of which one must stand in the same block.
pub const PAIRED: &[(&str, &[&str])] = &[("aws:VpcSourceIp", &["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"])];

/// Keys that whoever asks can set at will.
pub const UNTRUSTWORTHY: &[&str] = &["aws:Referer", "aws:UserAgent"];

/// Keys of which one narrows a grant to a service principal to what the owner's resources caused.
pub const SERVICE_SOURCE: &[&str] = &["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys that requests of a service principal do not carry, because they tell of an IAM principal.
pub const NOT_FOR_SERVICE_PRINCIPALS: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/${TagKey}",
    "aws:username",
];

/// Keys whose values are service principals, such as `ec2.amazonaws.com`.
pub const SERVICE_PRINCIPAL_VALUED: &[&str] = &[
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "iam:AWSServiceName",
    "iam:PassedToService",
    "kms:GranteeServicePrincipal",
    "kms:ViaService",
];

/// Keys whose values are Regions.
pub const REGION_VALUED: &[&str] = &[
    "account:TargetRegion",
    "aws:RequestedRegion",
    "cloudformation:TargetRegion",
    "ec2:Region",
    "kms:PrimaryRegion",
    "kms:ReplicaRegion",
    "secretsmanager:AddReplicaRegions",
    "ses:ReplicaRegion",
];

/// Keys whose values are ARNs of KMS keys.
pub const KMS_KEY_VALUED: &[&str] = &[
    "comprehend:DataLakeKmsKey",
    "comprehend:ModelKmsKey",
    "comprehend:OutputKmsKey",
    "comprehend:VolumeKmsKey",
    "quicksight:KmsKeyArns",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3express:x-amz-server-side-encryption-aws-kms-key-id",
    "s3tables:KMSKeyArn",
    "s3vectors:kmsKeyArn",
    "sagemaker:DomainSharingOutputKmsKey",
    "sagemaker:FeatureGroupOfflineStoreKmsKey",
    "sagemaker:FeatureGroupOnlineStoreKmsKey",
    "sagemaker:HomeEfsFileSystemKmsKey",
    "sagemaker:OutputKmsKey",
    "sagemaker:VolumeKmsKey",
    "secretsmanager:KmsKeyArn",
];

/// Keys that are in the request of a few actions only: the key, and the actions of which one must be listed.
pub const NEEDS_ACTION: &[(&str, &[&str])] = &[
    ("iam:AssociatedResourceArn", &["iam:PassRole"]),
    ("iam:AWSServiceName", &["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole"]),
    ("iam:PassedToService", &["iam:PassRole"]),
    (
        "iam:PolicyARN",
        &[
            "iam:AttachGroupPolicy",
            "iam:AttachRolePolicy",
            "iam:AttachUserPolicy",
            "iam:DetachGroupPolicy",
            "iam:DetachRolePolicy",
            "iam:DetachUserPolicy",
        ],
    ),
];

/// Keys that only some services fill: `aws:VpceAccount`, `aws:VpceOrgID` and `aws:VpceOrgPaths`.
pub const OF_SOME_SERVICES: &[&str] = &["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];

/// Services that fill all three of [`OF_SOME_SERVICES`]; of `iam` all actions but `iam:PassRole`.
const VPCE_SERVICES: &[&str] = &[
    "acm-pca",
    "apprunner",
    "applicationinsights",
    "athena",
    "cloudformation",
    "comprehendmedical",
    "compute-optimizer",
    "datasync",
    "discovery",
    "dynamodb",
    "ebs",
    "ecr",
    "ecs",
    "firehose",
    "gamelift",
    "healthlake",
    "iam",
    "iotfleetwise",
    "iotwireless",
    "kinesisanalytics",
    "kms",
    "lambda",
    "medical-imaging",
    "omics",
    "payment-cryptography",
    "polly",
    "rbin",
    "rekognition",
    "route53",
    "s3",
    "scheduler",
    "servicediscovery",
    "servicequotas",
    "shield",
    "ssm-contacts",
    "storagegateway",
    "textract",
    "transcribe",
    "transfer",
];

/// Services that fill `aws:VpceOrgID` beside those.
const VPCE_ORG_ID_SERVICES: &[&str] = &[
    "b2bi",
    "cassandra",
    "cognito-identity",
    "dms",
    "ds-data",
    "identitystore",
    "iottwinmaker",
    "network-firewall",
    "pricing",
    "ses",
    "sms-voice",
    "sqs",
    "workmail",
];

/// Whether requests of an action carry one of [`OF_SOME_SERVICES`]. Asked of a service alone, give its prefix and `*`.
pub fn fills_vpce_key(key: &str, prefix: &str, name: &str) -> bool {
    let among = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(prefix));
    if prefix.eq_ignore_ascii_case("iam") && name.eq_ignore_ascii_case("PassRole") {
        return false;
    }
    among(VPCE_SERVICES) || key.eq_ignore_ascii_case("aws:VpceOrgID") && among(VPCE_ORG_ID_SERVICES)
}

/// Resource policies where a key never tells anything, because its value is always the same.
/// The key and the resource types.
pub const IRRELEVANT: &[(&str, &[&str])] = &[(
    "s3:ResourceAccount",
    &["AWS::S3::Bucket", "AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint", "AWS::S3ObjectLambda::AccessPoint"],
)];

/// Keys of an RCP that tell of the caller, so that AWS services acting for themselves must be spared.
pub const RCP_PRINCIPAL_KEYS: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];

/// Keys of an RCP that tell of a service principal's source, so that other callers must be spared.
pub const RCP_SERVICE_KEYS: &[&str] = SERVICE_SOURCE;

/// Whether a key is in a list, capitals aside; `aws:PrincipalTag/team` is in where `aws:PrincipalTag/${TagKey}` is.
pub fn holds(list: &[&str], key: &str) -> bool {
    list.iter().any(|known| match known.split_once('$') {
        Some((start, _)) => key.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => known.eq_ignore_ascii_case(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, globals};

    #[test]
    fn every_key_of_the_lists_exists() {
        let paired = PAIRED.iter().map(|(key, _)| key).chain(PAIRED.iter().flat_map(|(_, others)| *others));
        let needing = NEEDS_ACTION.iter().map(|(key, _)| key);
        let lists = [SENSITIVE, UNTRUSTWORTHY, SERVICE_SOURCE, NOT_FOR_SERVICE_PRINCIPALS, SERVICE_PRINCIPAL_VALUED];
        let more = [REGION_VALUED, KMS_KEY_VALUED, OF_SOME_SERVICES, RCP_PRINCIPAL_KEYS];
        for key in lists.iter().chain(&more).flat_map(|list| *list).chain(paired).chain(needing) {
            let known = globals::find(key).is_some() || Catalog::bundled().key(key).is_some();
            assert!(known, "{key} is in neither the globals nor the catalogue");
        }
    }

    #[test]
    fn every_service_and_action_of_the_lists_exists() {
        let catalog = Catalog::bundled();
        for (_, actions) in NEEDS_ACTION {
            assert!(actions.iter().all(|action| catalog.action(action).is_some()), "{actions:?}");
        }
        assert!(VPCE_SERVICES.iter().all(|prefix| catalog.has_service(prefix)));
        assert!(VPCE_ORG_ID_SERVICES.iter().all(|prefix| catalog.has_service(prefix)));
    }

    #[test]
    fn lists_hold_keys_whatever_their_capitals() {
        assert!(holds(UNTRUSTWORTHY, "AWS:referer"));
        assert!(holds(NOT_FOR_SERVICE_PRINCIPALS, "aws:principaltag/team"));
        assert!(!holds(SENSITIVE, "aws:SourceIp"));
        assert!(fills_vpce_key("aws:VpceOrgID", "sqs", "SendMessage"));
        assert!(!fills_vpce_key("aws:VpceAccount", "sqs", "SendMessage"));
        assert!(!fills_vpce_key("aws:VpceAccount", "iam", "PassRole"));
    }
}
