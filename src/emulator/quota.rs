//! The quotas of an account, as data.
//!
//! Defaults: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.

/// One quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The name in the text of `LimitExceeded`.
    pub name: &'static str,
    /// The key in the answer of `GetAccountSummary`; empty where it has none.
    pub summary: &'static str,
    /// The default value.
    pub value: usize,
}

const fn quota(name: &'static str, summary: &'static str, value: usize) -> Quota {
    Quota { name, summary, value }
}

/// Users in the account.
pub const USERS: Quota = quota("UsersPerAccount", "UsersQuota", 5000);
/// Groups in the account.
pub const GROUPS: Quota = quota("GroupsPerAccount", "GroupsQuota", 300);
/// Roles in the account.
pub const ROLES: Quota = quota("RolesPerAccount", "RolesQuota", 1000);
/// Customer managed policies in the account.
pub const POLICIES: Quota = quota("PoliciesPerAccount", "PoliciesQuota", 1500);
/// Instance profiles in the account.
pub const INSTANCE_PROFILES: Quota = quota("InstanceProfilesPerAccount", "InstanceProfilesQuota", 1000);
/// Server certificates in the account.
pub const SERVER_CERTIFICATES: Quota = quota("ServerCertificatesPerAccount", "ServerCertificatesQuota", 20);
/// SAML providers in the account.
pub const SAML_PROVIDERS: Quota = quota("SAMLProvidersPerAccount", "", 100);
/// OpenID Connect providers in the account.
pub const OIDC_PROVIDERS: Quota = quota("OpenIdConnectProvidersPerAccount", "", 100);
/// Policy versions in use in the account.
pub const VERSIONS_IN_USE: Quota = quota("PolicyVersionsInUse", "PolicyVersionsInUseQuota", 10_000);
/// Versions of one managed policy.
pub const VERSIONS_PER_POLICY: Quota = quota("VersionsPerPolicy", "VersionsPerPolicyQuota", 5);
/// Access keys of one user, and of the root user.
pub const ACCESS_KEYS_PER_USER: Quota = quota("AccessKeysPerUser", "AccessKeysPerUserQuota", 2);
/// Signing certificates of one user.
pub const SIGNING_CERTIFICATES_PER_USER: Quota = quota("CertificatesPerUser", "SigningCertificatesPerUserQuota", 2);
/// SSH public keys of one user.
pub const SSH_KEYS_PER_USER: Quota = quota("SSHPublicKeysPerUser", "", 5);
/// Service-specific credentials of one user for one service.
pub const SERVICE_CREDENTIALS_PER_SERVICE: Quota = quota("ServiceSpecificCredentialsPerUser", "", 2);
/// MFA devices of one user, and of the root user.
pub const MFA_DEVICES_PER_USER: Quota = quota("MFADevicesPerUser", "", 8);
/// Audiences of one OpenID Connect provider.
pub const CLIENTS_PER_OIDC_PROVIDER: Quota = quota("ClientIdsPerOpenIdConnectProvider", "", 100);
/// Private keys of one SAML provider: the bound of `privateKeyList` in AWS's service model.
pub const KEYS_PER_SAML_PROVIDER: Quota = quota("PrivateKeysPerSAMLProvider", "", 2);
/// Groups of one user.
pub const GROUPS_PER_USER: Quota = quota("GroupsPerUser", "GroupsPerUserQuota", 10);
/// Managed policies attached to one user.
pub const ATTACHED_PER_USER: Quota = quota("PoliciesPerUser", "AttachedPoliciesPerUserQuota", 10);
/// Managed policies attached to one group.
pub const ATTACHED_PER_GROUP: Quota = quota("PoliciesPerGroup", "AttachedPoliciesPerGroupQuota", 10);
/// Managed policies attached to one role.
pub const ATTACHED_PER_ROLE: Quota = quota("PoliciesPerRole", "AttachedPoliciesPerRoleQuota", 10);
/// Roles in one instance profile.
pub const ROLES_PER_PROFILE: Quota = quota("InstanceSessionsPerInstanceProfile", "", 1);
/// Tags on one resource.
pub const TAGS: Quota = quota("TagsPerResource", "", 50);
/// Characters of all inline policies of one user, without white space.
pub const INLINE_USER: Quota = quota("UserPolicySize", "UserPolicySizeQuota", 2048);
/// Characters of all inline policies of one group, without white space.
pub const INLINE_GROUP: Quota = quota("GroupPolicySize", "GroupPolicySizeQuota", 5120);
/// Characters of all inline policies of one role, without white space.
pub const INLINE_ROLE: Quota = quota("RolePolicySize", "RolePolicySizeQuota", 10_240);
/// Characters of one managed policy, without white space.
pub const POLICY_SIZE: Quota = quota("PolicySize", "PolicySizeQuota", 6144);
/// Characters of one trust policy, without white space.
pub const TRUST_SIZE: Quota = quota("ACLSizePerRole", "AssumeRolePolicySizeQuota", 2048);

/// Every quota that `GetAccountSummary` tells.
pub const TOLD: &[Quota] = &[
    USERS,
    GROUPS,
    ROLES,
    POLICIES,
    INSTANCE_PROFILES,
    SERVER_CERTIFICATES,
    VERSIONS_IN_USE,
    VERSIONS_PER_POLICY,
    ACCESS_KEYS_PER_USER,
    SIGNING_CERTIFICATES_PER_USER,
    GROUPS_PER_USER,
    ATTACHED_PER_USER,
    ATTACHED_PER_GROUP,
    ATTACHED_PER_ROLE,
    INLINE_USER,
    INLINE_GROUP,
    INLINE_ROLE,
    POLICY_SIZE,
    TRUST_SIZE,
];
