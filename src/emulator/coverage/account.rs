//! The account that the drive calls in, and the parameters that it calls with.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::emulator::authorize::encoded::encode;
use crate::emulator::ids::Ids;
use crate::emulator::organization::Organization;
use crate::emulator::templates::Templates;

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
    "Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},
    "Action":"sts:AssumeRole"}}"#;
const CERTIFICATE: &str = include_str!("../../../tests/it/fixtures/certificate.pem");
const CERTIFICATE_KEY: &str = include_str!("../../../tests/it/fixtures/certificate-key.pem");
const SECOND_CERTIFICATE: &str = include_str!("../../../assets/demo-certificate.pem");
const SECOND_SSH_KEY: &str = include_str!("../../../assets/demo-ssh-key.pub");
const SSH_KEY: &str = include_str!("../../../tests/it/fixtures/ssh-key.pub");

/// The secret that the account seals its messages with.
pub(super) const SEAL: &str = "seal";

/// Metadata of a SAML provider, which AWS wants to have a thousand characters.
fn metadata() -> String {
    format!("<EntityDescriptor validUntil=\"2030-01-01T00:00:00Z\">{}</EntityDescriptor>", " ".repeat(1000))
}

/// The calls that make one of everything, and two where lists have pages, for `ada`.
pub(super) fn history() -> Vec<(&'static str, Value)> {
    [entities(), credentials()].concat()
}

/// Users, groups, roles, policies, and what they have to do with each other.
fn entities() -> Vec<(&'static str, Value)> {
    let tags = json!([{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "7"}]);
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    vec![
        ("CreateAccountAlias", json!({"AccountAlias": "rockets"})),
        (
            "UpdateAccountPasswordPolicy",
            json!({"MinimumPasswordLength": 8, "MaxPasswordAge": 90,
            "PasswordReusePrevention": 3, "HardExpiry": true}),
        ),
        ("EnableOutboundWebIdentityFederation", json!({})),
        ("EnableOrganizationsRootCredentialsManagement", json!({})),
        ("EnableOrganizationsRootSessions", json!({})),
        ("CreateUser", json!({"UserName": "ada", "Path": "/x/", "Tags": tags, "PermissionsBoundary": boundary})),
        ("CreateUser", json!({"UserName": "bob"})),
        ("CreateGroup", json!({"GroupName": "crew", "Path": "/x/"})),
        ("CreateGroup", json!({"GroupName": "empty"})),
        ("AddUserToGroup", json!({"GroupName": "crew", "UserName": "ada"})),
        ("CreateUser", json!({"UserName": "eve"})),
        ("AddUserToGroup", json!({"GroupName": "crew", "UserName": "eve"})),
        ("CreateGroup", json!({"GroupName": "second"})),
        ("AddUserToGroup", json!({"GroupName": "second", "UserName": "ada"})),
        ("CreatePolicy", json!({"PolicyName": "rules", "PolicyDocument": ALLOW, "Description": "d", "Tags": tags})),
        (
            "CreatePolicyVersion",
            json!({"PolicyArn": "arn:aws:iam::123456789012:policy/rules", "PolicyDocument": ALLOW}),
        ),
        ("CreatePolicy", json!({"PolicyName": "spare", "PolicyDocument": ALLOW})),
        (
            "CreateRole",
            json!({"RoleName": "night", "AssumeRolePolicyDocument": TRUST, "Description": "d",
            "MaxSigninSessionDuration": 7200, "Tags": tags, "PermissionsBoundary": boundary}),
        ),
        ("CreateRole", json!({"RoleName": "bare", "AssumeRolePolicyDocument": TRUST})),
        ("CreateServiceLinkedRole", json!({"AWSServiceName": "elasticbeanstalk.amazonaws.com"})),
        ("CreateInstanceProfile", json!({"InstanceProfileName": "box", "Tags": tags})),
        ("CreateInstanceProfile", json!({"InstanceProfileName": "vacant"})),
        ("AddRoleToInstanceProfile", json!({"InstanceProfileName": "box", "RoleName": "night"})),
        ("CreateInstanceProfile", json!({"InstanceProfileName": "second"})),
        ("AddRoleToInstanceProfile", json!({"InstanceProfileName": "second", "RoleName": "night"})),
        ("CreateServiceLinkedRole", json!({"AWSServiceName": "rds.amazonaws.com"})),
        ("DeleteServiceLinkedRole", json!({"RoleName": "AWSServiceRoleForRDS"})),
        ("AttachUserPolicy", json!({"UserName": "ada", "PolicyArn": "arn:aws:iam::123456789012:policy/rules"})),
        ("AttachGroupPolicy", json!({"GroupName": "crew", "PolicyArn": "arn:aws:iam::123456789012:policy/rules"})),
        ("AttachRolePolicy", json!({"RoleName": "night", "PolicyArn": "arn:aws:iam::123456789012:policy/rules"})),
        ("AttachUserPolicy", json!({"UserName": "ada", "PolicyArn": boundary})),
        ("AttachGroupPolicy", json!({"GroupName": "crew", "PolicyArn": boundary})),
        ("AttachRolePolicy", json!({"RoleName": "night", "PolicyArn": boundary})),
        ("PutUserPolicy", json!({"UserName": "ada", "PolicyName": "second", "PolicyDocument": ALLOW})),
        ("PutGroupPolicy", json!({"GroupName": "crew", "PolicyName": "second", "PolicyDocument": ALLOW})),
        ("PutRolePolicy", json!({"RoleName": "night", "PolicyName": "second", "PolicyDocument": ALLOW})),
        ("PutUserPolicy", json!({"UserName": "ada", "PolicyName": "rules", "PolicyDocument": ALLOW})),
        ("PutGroupPolicy", json!({"GroupName": "crew", "PolicyName": "rules", "PolicyDocument": ALLOW})),
        ("PutRolePolicy", json!({"RoleName": "night", "PolicyName": "rules", "PolicyDocument": ALLOW})),
    ]
}

/// Credentials and providers.
fn credentials() -> Vec<(&'static str, Value)> {
    let tags = json!([{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "7"}]);
    vec![
        (
            "CreateLoginProfile",
            json!({"UserName": "ada", "Password": "Correct-horse-1", "MaxSigninSessionDuration": 3600}),
        ),
        ("CreateAccessKey", json!({"UserName": "ada"})),
        ("CreateAccessKey", json!({"UserName": "ada"})),
        ("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "phone", "Tags": tags})),
        ("EnableMFADevice", json!({"UserName": "ada", "SerialNumber": "arn:aws:iam::123456789012:mfa/phone"})),
        ("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "drawer"})),
        ("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "second"})),
        ("EnableMFADevice", json!({"UserName": "ada", "SerialNumber": "arn:aws:iam::123456789012:mfa/second"})),
        ("UploadSSHPublicKey", json!({"UserName": "ada", "SSHPublicKeyBody": SSH_KEY})),
        ("UploadSigningCertificate", json!({"UserName": "ada", "CertificateBody": CERTIFICATE})),
        ("UploadSSHPublicKey", json!({"UserName": "ada", "SSHPublicKeyBody": SECOND_SSH_KEY})),
        ("UploadSigningCertificate", json!({"UserName": "ada", "CertificateBody": SECOND_CERTIFICATE})),
        (
            "UploadServerCertificate",
            json!({"ServerCertificateName": "second", "CertificateBody": CERTIFICATE,
            "PrivateKey": CERTIFICATE_KEY}),
        ),
        (
            "UploadServerCertificate",
            json!({"ServerCertificateName": "web", "CertificateBody": CERTIFICATE,
            "PrivateKey": CERTIFICATE_KEY, "CertificateChain": CERTIFICATE, "Tags": tags}),
        ),
        (
            "CreateServiceSpecificCredential",
            json!({"UserName": "ada", "ServiceName": "bedrock.amazonaws.com",
            "CredentialAgeDays": 30}),
        ),
        ("CreateServiceSpecificCredential", json!({"UserName": "ada", "ServiceName": "codecommit.amazonaws.com"})),
        (
            "CreateOpenIDConnectProvider",
            json!({"Url": "https://id.example.com", "ClientIDList": ["a"], "Tags": tags,
            "ContextProvider": {"SubjectSourceKey": "sub", "SubjectTypeValue": "user",
                "KeyDefinitionList": [{"SourceKey": "a", "TargetKey": "b"}]},
            "IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1"}),
        ),
        (
            "CreateSAMLProvider",
            json!({"Name": "corp", "SAMLMetadataDocument": metadata(), "Tags": tags,
            "AddPrivateKey": "key", "AssertionEncryptionMode": "Required",
            "ContextProvider": {"SubjectSourceKey": "sub", "SubjectTypeSourceKey": "kind"},
            "IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1"}),
        ),
        ("GenerateCredentialReport", json!({})),
        ("AcquireRole", json!({"TemplateArn": ROLE_TEMPLATE, "ReplacementValues": {"team": {"Values": ["red"]}}})),
    ]
}

const ROLE_TEMPLATE: &str = "arn:aws:iam::aws:role-template/ec2.amazonaws.com/host";
const POLICY_TEMPLATE: &str = "arn:aws:iam::123456789012:delegation-template/deploy";

/// What AWS has registered: the account is a partner too, and a service has a template.
pub(super) fn templates() -> Templates {
    let file = json!({
        "partners": [{"account": "123456789012", "name": "Rockets", "templates": [{
            "arn": POLICY_TEMPLATE,
            "policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::@{bucketName}/*"}},
            "permissions_boundaries": ["arn:aws:iam::aws:policy/PowerUserAccess"],
        }]}],
        "role_templates": [{
            "TemplateArn": ROLE_TEMPLATE, "TemplateName": "host", "TemplateVersionId": "ATPLEXAMPLEEXAMPLE1",
            "Description": "d", "MajorVersion": 1, "DefaultMinorVersion": 1, "MinorVersion": 1,
            "ManagedByValue": "ec2.amazonaws.com", "RoleNamePattern": "host-@{team}", "RolePathPattern": "/hosts/",
            "RoleDescriptionPattern": "For @{team}", "AssumeRolePolicyDocumentTemplate": TRUST,
            "InlinePolicyTemplates": [{"PolicyName": "rules", "PolicyDocument": ALLOW}],
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "PermissionBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess",
            "ParametersDefinition": [{"Name": "team", "Type": "String", "SubType": "Name", "Description": "d",
                "IsRequired": true, "DefaultValue": "blue", "Immutable": true}],
            "RoleTagsTemplate": [{"Key": "team", "Value": "@{team}"}], "MaxSessionDuration": 3600,
            "CreateTimestamp": "2026-01-01T00:00:00Z", "UpdateTimestamp": "2026-01-02T00:00:00Z",
        }],
    });
    Templates::read(&file.to_string()).unwrap()
}

/// How requests of each stage come about, by the hint that names them: the operations after their creation.
pub(super) const STAGES: &[(&str, &[&str])] = &[
    ("@unassigned", &[]),
    ("@assigned", &["Associate"]),
    ("@accepted", &["Associate", "Update", "Accept"]),
    ("@rejected", &["Associate", "Reject"]),
    ("@finalized", &["Associate", "Accept", "Send"]),
];

/// The input of a delegation request with everything.
pub(super) fn delegation(workflow: &str) -> Value {
    json!({"OwnerAccountId": "123456789012", "Description": "d", "Permissions": permissions(), "RequestMessage": "m",
        "RequestorWorkflowId": workflow, "RedirectUrl": "https://example.com/done",
        "NotificationChannel": "arn:aws:sns:us-east-1:123456789012:news", "SessionDuration": 3600})
}

fn permissions() -> Value {
    json!({"PolicyTemplateArn": POLICY_TEMPLATE,
        "Parameters": [{"Name": "bucketName", "Values": ["logs"], "Type": "string"}]})
}

/// An organization that the account manages, with one more account.
pub(super) fn organization() -> Organization {
    let file = json!({"id": "o-abcdefghij", "management_account": "123456789012",
        "root": {"accounts": [{"id": "444455556666", "name": "dev"}]}});
    Organization::read(&file.to_string()).unwrap()
}

/// Where everything of the organization lies.
fn root_path() -> String {
    let organization = organization();
    format!("{}/{}/", organization.id, organization.root)
}

/// Reports about what was used.
pub(super) fn reports() -> Vec<(&'static str, Value)> {
    let ada = "arn:aws:iam::123456789012:user/x/ada";
    let crew = "arn:aws:iam::123456789012:group/x/crew";
    vec![
        ("GenerateServiceLastAccessedDetails", json!({"Arn": ada, "Granularity": "ACTION_LEVEL"})),
        ("GenerateServiceLastAccessedDetails", json!({"Arn": crew})),
        ("GenerateOrganizationsAccessReport", json!({"EntityPath": root_path()})),
    ]
}

/// What the parameters of calls are, by `Operation.Member` or by the member's name; null leaves one out.
pub(super) fn hints() -> BTreeMap<&'static str, Value> {
    by_member().into_iter().chain(of_templates()).chain(by_operation()).collect()
}

fn by_member() -> Vec<(&'static str, Value)> {
    let rules = "arn:aws:iam::123456789012:policy/rules";
    vec![
        ("UserName", json!("ada")),
        ("GroupName", json!("crew")),
        ("RoleName", json!("night")),
        ("PolicyName", json!("rules")),
        ("PolicyArn", json!(rules)),
        ("PolicyArns", json!([{"arn": rules}])),
        ("PolicyDocument", json!(ALLOW)),
        ("Policy", json!(ALLOW)),
        ("AssumeRolePolicyDocument", json!(TRUST)),
        ("UpdateAssumeRolePolicy.PolicyDocument", json!(TRUST)),
        ("PermissionsBoundary", json!("arn:aws:iam::aws:policy/PowerUserAccess")),
        ("InstanceProfileName", json!("box")),
        ("ServerCertificateName", json!("web")),
        ("SerialNumber", json!("arn:aws:iam::123456789012:mfa/phone")),
        ("OpenIDConnectProviderArn", json!("arn:aws:iam::123456789012:oidc-provider/id.example.com")),
        ("SAMLProviderArn", json!("arn:aws:iam::123456789012:saml-provider/corp")),
        ("SAMLMetadataDocument", json!(metadata())),
        ("AccountAlias", json!("rockets")),
        ("CreateAccountAlias.AccountAlias", json!("missiles")),
        ("AssumeRole.SerialNumber", Value::Null),
        ("CreateAccessKey.UserName", json!("bob")),
        ("Password", json!("Another-horse-2")),
        ("OldPassword", json!("Correct-horse-1")),
        ("NewPassword", json!("Another-horse-2")),
        ("SSHPublicKeyBody", json!(SSH_KEY)),
        ("CertificateBody", json!(CERTIFICATE)),
        ("PrivateKey", json!(CERTIFICATE_KEY)),
        ("CertificateChain", json!(CERTIFICATE)),
        ("ServiceName", json!("codecommit.amazonaws.com")),
        ("AWSServiceName", json!("elasticbeanstalk.amazonaws.com")),
        ("VersionId", json!("v2")),
        ("DeletePolicyVersion.VersionId", json!("v2")),
        ("Marker", Value::Null),
        ("EntityFilter", Value::Null),
        ("ListServiceSpecificCredentials.ServiceName", Value::Null),
        ("MaxItems", json!(1)),
        ("PathPrefix", json!("/")),
        ("PolicySourceArn", json!("arn:aws:iam::123456789012:user/x/ada")),
        ("CallerArn", json!("arn:aws:iam::123456789012:user/x/ada")),
        ("Arn", json!("arn:aws:iam::123456789012:user/x/ada")),
        ("ActionNames", json!(["s3:GetObject", "s3:PutObject"])),
        ("PolicyInputList", json!([ALLOW])),
        ("PermissionsBoundaryPolicyInputList", json!([ALLOW])),
        ("OrderedOrganizationPolicyInputList", json!([{"ServiceControlPolicyInputList": [ALLOW]}])),
        (
            "PolicyExclusionList",
            json!([{"InlinePolicyIdentifier": {"AttachmentType": "user", "AttachmentName": "ada", "PolicyName": "rules"}}]),
        ),
        ("ResourcePolicy", Value::Null),
        ("ResourceOwner", json!("arn:aws:iam::123456789012:root")),
        (
            "ContextEntries",
            json!([{"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyType": "string",
            "ContextKeyValues": ["red"]}]),
        ),
        ("RoleArn", json!("arn:aws:iam::123456789012:role/night")),
        ("TransitiveTagKeys", json!(["probe"])),
        ("TokenCode", Value::Null),
        ("GetScopedCredentials.DurationSeconds", json!(900)),
        // More than a page has.
        ("ServiceNamespaces", json!(vec!["s3"; 101])),
        ("ServiceNamespace", json!("s3")),
        ("GetServiceLastAccessedDetails.MaxItems", json!(1000)),
        ("EntityPath", json!(root_path())),
        ("SigningAlgorithm", json!("ES384")),
        ("SubjectMode", json!("AWSIdentity")),
        ("Properties", json!({"Space/name": "value"})),
        ("EncodedMessage", json!(encode("{}", &Ids::seeded(1), SEAL).unwrap())),
        ("OrganizationsPolicyId", json!("p-FullAWSAccess")),
        ("GetOrganizationsAccessReport.JobId", json!("@GenerateOrganizationsAccessReport.JobId")),
        ("GetOrganizationsAccessReport.MaxItems", json!(1000)),
        ("TargetPrincipal", json!("444455556666")),
        ("TaskPolicyArn", json!({"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"})),
        ("GetServiceLastAccessedDetailsWithEntities.JobId", json!("@GenerateServiceLastAccessedDetails.JobId")),
    ]
}

fn of_templates() -> Vec<(&'static str, Value)> {
    vec![
        ("Permissions", permissions()),
        ("NotificationChannel", json!("arn:aws:sns:us-east-1:123456789012:news")),
        ("OwnerAccountId", json!("123456789012")),
        ("OwnerId", json!("arn:aws:iam::123456789012:user/x/ada")),
        ("RequestorWorkflowId", json!("another")),
        ("DelegationRequestId", json!("@assigned")),
        ("AssociateDelegationRequest.DelegationRequestId", json!("@unassigned")),
        ("SendDelegationToken.DelegationRequestId", json!("@accepted")),
        ("EntityArn", json!("@arn")),
        ("Locale", json!("en")),
        ("TradeInToken", json!("@token")),
        ("TemplateArn", json!(ROLE_TEMPLATE)),
        ("MinorVersion", json!(1)),
        ("TemplateMinorVersion", json!(1)),
        ("ReplacementValues", json!({"team": {"Values": ["new"]}})),
    ]
}

fn by_operation() -> Vec<(&'static str, Value)> {
    vec![
        ("CreateUser.UserName", json!("new")),
        ("CreateGroup.GroupName", json!("new")),
        ("CreateRole.RoleName", json!("new")),
        ("CreatePolicy.PolicyName", json!("new")),
        ("CreateInstanceProfile.InstanceProfileName", json!("new")),
        ("UploadServerCertificate.ServerCertificateName", json!("new")),
        ("CreateLoginProfile.UserName", json!("bob")),
        ("CreateServiceLinkedRole.AWSServiceName", json!("autoscaling.amazonaws.com")),
        ("CreateOpenIDConnectProvider.Url", json!("https://new.example.com")),
        ("AddUserToGroup.UserName", json!("bob")),
        ("AddRoleToInstanceProfile.InstanceProfileName", json!("vacant")),
        ("DeleteUser.UserName", json!("bob")),
        ("DeleteGroup.GroupName", json!("empty")),
        ("DeleteRole.RoleName", json!("bare")),
        ("DeletePolicy.PolicyArn", json!("arn:aws:iam::123456789012:policy/spare")),
        ("DeleteInstanceProfile.InstanceProfileName", json!("vacant")),
        ("DeleteServiceLinkedRole.RoleName", json!("AWSServiceRoleForElasticBeanstalk")),
        ("DeleteVirtualMFADevice.SerialNumber", json!("arn:aws:iam::123456789012:mfa/drawer")),
        ("EnableMFADevice.SerialNumber", json!("arn:aws:iam::123456789012:mfa/drawer")),
        ("UploadSSHPublicKey.UserName", json!("bob")),
        ("UploadSigningCertificate.UserName", json!("bob")),
        ("UpdateUser.NewUserName", json!("new")),
        ("UpdateGroup.NewGroupName", json!("new")),
        ("UpdateServerCertificate.NewServerCertificateName", json!("new")),
        // Either the one or the other.
        ("ResetMaxSigninSessionDuration", json!(false)),
        ("RemoveContextProvider", json!(false)),
        ("RemoveIdentityCenterInstance", json!(false)),
        ("UpdateOpenIDConnectProvider.IdentityCenterInstanceArn", Value::Null),
        ("UpdateSAMLProvider.IdentityCenterInstanceArn", Value::Null),
        ("UpdateSAMLProvider.RemovePrivateKey", json!("ASPKUNKNOWN")),
        ("ContextProvider", json!({"SubjectSourceKey": "sub"})),
    ]
}
