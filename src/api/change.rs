//! What each mutating operation does to an account: the one table that guards, forecast, titles, undo, invalidation of
//! reads and rendering read.
//!
//! The match behind [`Operation::change`] is exhaustive: an operation that AWS adds does not compile until it has a line
//! here, as a change or among those that change nothing that an account keeps.

use super::operation::{AccessAnalyzer, CloudTrail, Iam, Operation, Signin, SsoOidc, Sts};

/// What an operation acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeTarget {
    /// An IAM user.
    User,
    /// A user group.
    Group,
    /// A role.
    Role,
    /// A managed policy.
    Policy,
    /// A version of a managed policy.
    PolicyVersion,
    /// An inline policy.
    InlinePolicy,
    /// The permissions boundary of a user or role.
    Boundary,
    /// The trust policy of a role.
    TrustPolicy,
    /// An instance profile.
    InstanceProfile,
    /// An OpenID Connect provider.
    OidcProvider,
    /// An audience of an OpenID Connect provider.
    Audience,
    /// A SAML provider.
    SamlProvider,
    /// A server certificate.
    ServerCertificate,
    /// An access key.
    AccessKey,
    /// The console password of a user.
    ConsolePassword,
    /// An MFA device.
    MfaDevice,
    /// An SSH public key.
    SshPublicKey,
    /// A signing certificate.
    SigningCertificate,
    /// A service-specific credential.
    ServiceCredential,
    /// The alias of the account.
    AccountAlias,
    /// The password policy of the account.
    PasswordPolicy,
    /// Another setting of the account or its organization.
    AccountSetting,
    /// A delegation request.
    DelegationRequest,
    /// An analyzer of IAM Access Analyzer.
    Analyzer,
    /// An archive rule of an analyzer.
    ArchiveRule,
    /// A finding of an analyzer.
    Finding,
    /// A sign-in session.
    SigninSession,
}

impl ChangeTarget {
    /// The operation that tags it, where it can be tagged; tags given at creation need its permission too.
    pub const fn tagging(self) -> Option<Iam> {
        Some(match self {
            Self::User => Iam::TagUser,
            Self::Role => Iam::TagRole,
            Self::Policy => Iam::TagPolicy,
            Self::InstanceProfile => Iam::TagInstanceProfile,
            Self::OidcProvider => Iam::TagOpenIDConnectProvider,
            Self::SamlProvider => Iam::TagSAMLProvider,
            Self::ServerCertificate => Iam::TagServerCertificate,
            Self::MfaDevice => Iam::TagMFADevice,
            Self::Group
            | Self::PolicyVersion
            | Self::InlinePolicy
            | Self::Boundary
            | Self::TrustPolicy
            | Self::Audience
            | Self::AccessKey
            | Self::ConsolePassword
            | Self::SshPublicKey
            | Self::SigningCertificate
            | Self::ServiceCredential
            | Self::AccountAlias
            | Self::PasswordPolicy
            | Self::AccountSetting
            | Self::DelegationRequest
            | Self::Analyzer
            | Self::ArchiveRule
            | Self::Finding
            | Self::SigninSession => return None,
        })
    }
}

/// How an operation acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new afterwards; the service refuses where it is there already.
    Create,
    /// It is gone afterwards.
    Delete,
    /// It is written: new where it was not there, replaced where it was.
    Put,
    /// Some of it changes.
    Update,
    /// Its name or path changes, and its ARN with it.
    Rename,
    /// It is attached to its owner.
    Attach,
    /// It is detached from its owner.
    Detach,
    /// It becomes a member or part of its owner.
    Add,
    /// It is no member or part of its owner any more.
    Remove,
    /// Its tags change.
    Tag,
    /// It loses tags.
    Untag,
    /// It is switched on.
    Enable,
    /// It is switched off.
    Disable,
    /// Its secret is replaced.
    Reset,
}

/// What a mutating operation does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// How it acts.
    pub kind: ChangeKind,
    /// On what.
    pub target: ChangeTarget,
    /// Whose that is, or what it is attached or added to.
    pub owner: Option<ChangeTarget>,
    /// The operation in a few words; names in braces are parameters.
    pub sentence: &'static str,
    /// The operation that puts back what was there, given what was read before.
    pub inverse: Option<Iam>,
}

impl Change {
    /// Whether it can take permissions from somebody or give them.
    ///
    /// Names and tags count: policies may depend on `aws:PrincipalTag`, `iam:ResourceTag` and on ARNs. So does what
    /// deletes an entity, and what puts a policy that may deny.
    pub const fn moves_permissions(&self) -> bool {
        match self.target {
            ChangeTarget::User | ChangeTarget::Group | ChangeTarget::Role => {
                !matches!(self.kind, ChangeKind::Create | ChangeKind::Update) || self.owner.is_some()
            }
            ChangeTarget::Policy => !matches!(self.kind, ChangeKind::Create) || self.owner.is_some(),
            ChangeTarget::PolicyVersion => !matches!(self.kind, ChangeKind::Delete),
            ChangeTarget::InlinePolicy | ChangeTarget::Boundary | ChangeTarget::TrustPolicy => true,
            ChangeTarget::OidcProvider | ChangeTarget::SamlProvider | ChangeTarget::Audience => {
                !matches!(self.kind, ChangeKind::Create)
            }
            ChangeTarget::InstanceProfile
            | ChangeTarget::ServerCertificate
            | ChangeTarget::AccessKey
            | ChangeTarget::ConsolePassword
            | ChangeTarget::MfaDevice
            | ChangeTarget::SshPublicKey
            | ChangeTarget::SigningCertificate
            | ChangeTarget::ServiceCredential
            | ChangeTarget::AccountAlias
            | ChangeTarget::PasswordPolicy
            | ChangeTarget::AccountSetting
            | ChangeTarget::DelegationRequest
            | ChangeTarget::Analyzer
            | ChangeTarget::ArchiveRule
            | ChangeTarget::Finding
            | ChangeTarget::SigninSession => false,
        }
    }

    /// Whether it takes away what cannot simply be put back.
    pub const fn is_destructive(&self) -> bool {
        matches!(self.kind, ChangeKind::Delete | ChangeKind::Disable | ChangeKind::Reset)
    }

    /// Whether it deletes a user, group, role or managed policy as a whole.
    pub const fn deletes_entity(&self) -> bool {
        matches!(self.kind, ChangeKind::Delete)
            && matches!(
                self.target,
                ChangeTarget::User | ChangeTarget::Group | ChangeTarget::Role | ChangeTarget::Policy
            )
    }

    /// The thing whose own state changes: the owner where there is one, else the thing itself.
    pub const fn holder(&self) -> ChangeTarget {
        match self.owner {
            Some(owner) => owner,
            None => self.target,
        }
    }
}

macro_rules! changes {
    ($($operation:ident $kind:ident $target:ident $(of $owner:ident)? : $sentence:literal $(, undo $inverse:ident)?;)*
     @nothing: $($other:ident)*) => {
        impl Iam {
            /// What it does to the account; none where it changes nothing that the account keeps.
            pub const fn change(self) -> Option<Change> {
                match self {
                    $(Self::$operation => Some(Change {
                        kind: ChangeKind::$kind,
                        target: ChangeTarget::$target,
                        owner: changes!(@ $(ChangeTarget::$owner)?),
                        sentence: $sentence,
                        inverse: changes!(@ $(Iam::$inverse)?),
                    }),)*
                    $(Self::$other)|* => None,
                }
            }
        }
    };
    (@ $some:expr) => { Some($some) };
    (@) => { None };
}

changes! {
    // Users
    CreateUser Create User: "create user {UserName}", undo DeleteUser;
    UpdateUser Rename User: "change the name or path of user {UserName}", undo UpdateUser;
    DeleteUser Delete User: "delete user {UserName}", undo CreateUser;
    TagUser Tag User: "tag user {UserName}", undo UntagUser;
    UntagUser Untag User: "remove tags from user {UserName}", undo TagUser;
    PutUserPolicy Put InlinePolicy of User: "write inline policy {PolicyName} of user {UserName}", undo DeleteUserPolicy;
    DeleteUserPolicy Delete InlinePolicy of User: "delete inline policy {PolicyName} of user {UserName}", undo PutUserPolicy;
    AttachUserPolicy Attach Policy of User: "attach policy {PolicyArn} to user {UserName}", undo DetachUserPolicy;
    DetachUserPolicy Detach Policy of User: "detach policy {PolicyArn} from user {UserName}", undo AttachUserPolicy;
    PutUserPermissionsBoundary Put Boundary of User: "set policy {PermissionsBoundary} as the permissions boundary of user {UserName}", undo DeleteUserPermissionsBoundary;
    DeleteUserPermissionsBoundary Delete Boundary of User: "remove the permissions boundary of user {UserName}", undo PutUserPermissionsBoundary;
    CreateLoginProfile Create ConsolePassword of User: "create a console password for user {UserName}", undo DeleteLoginProfile;
    UpdateLoginProfile Update ConsolePassword of User: "set the console password of user {UserName}";
    DeleteLoginProfile Delete ConsolePassword of User: "delete the console password of user {UserName}";
    ChangePassword Update ConsolePassword of User: "change your own console password";
    CreateAccessKey Create AccessKey of User: "create an access key for user {UserName}", undo DeleteAccessKey;
    UpdateAccessKey Update AccessKey of User: "set access key {AccessKeyId} of user {UserName} {Status}", undo UpdateAccessKey;
    DeleteAccessKey Delete AccessKey of User: "delete access key {AccessKeyId} of user {UserName}";
    UploadSigningCertificate Create SigningCertificate of User: "upload a signing certificate for user {UserName}", undo DeleteSigningCertificate;
    UpdateSigningCertificate Update SigningCertificate of User: "set signing certificate {CertificateId} of user {UserName} {Status}", undo UpdateSigningCertificate;
    DeleteSigningCertificate Delete SigningCertificate of User: "delete signing certificate {CertificateId} of user {UserName}", undo UploadSigningCertificate;
    UploadSSHPublicKey Create SshPublicKey of User: "upload an SSH public key for user {UserName}", undo DeleteSSHPublicKey;
    UpdateSSHPublicKey Update SshPublicKey of User: "set SSH public key {SSHPublicKeyId} of user {UserName} {Status}", undo UpdateSSHPublicKey;
    DeleteSSHPublicKey Delete SshPublicKey of User: "delete SSH public key {SSHPublicKeyId} of user {UserName}", undo UploadSSHPublicKey;
    CreateServiceSpecificCredential Create ServiceCredential of User: "create a credential of user {UserName} for {ServiceName}", undo DeleteServiceSpecificCredential;
    UpdateServiceSpecificCredential Update ServiceCredential of User: "set credential {ServiceSpecificCredentialId} of user {UserName} {Status}", undo UpdateServiceSpecificCredential;
    ResetServiceSpecificCredential Reset ServiceCredential of User: "reset credential {ServiceSpecificCredentialId} of user {UserName}";
    DeleteServiceSpecificCredential Delete ServiceCredential of User: "delete credential {ServiceSpecificCredentialId} of user {UserName}";
    // MFA devices
    CreateVirtualMFADevice Create MfaDevice: "create virtual MFA device {VirtualMFADeviceName}", undo DeleteVirtualMFADevice;
    DeleteVirtualMFADevice Delete MfaDevice: "delete virtual MFA device {SerialNumber}";
    EnableMFADevice Enable MfaDevice of User: "enable MFA device {SerialNumber} for user {UserName}", undo DeactivateMFADevice;
    DeactivateMFADevice Disable MfaDevice of User: "deactivate MFA device {SerialNumber} of user {UserName}";
    ResyncMFADevice Update MfaDevice of User: "resynchronize MFA device {SerialNumber} of user {UserName}";
    TagMFADevice Tag MfaDevice: "tag MFA device {SerialNumber}", undo UntagMFADevice;
    UntagMFADevice Untag MfaDevice: "remove tags from MFA device {SerialNumber}", undo TagMFADevice;
    // User groups
    CreateGroup Create Group: "create group {GroupName}", undo DeleteGroup;
    UpdateGroup Rename Group: "change the name or path of group {GroupName}", undo UpdateGroup;
    DeleteGroup Delete Group: "delete group {GroupName}", undo CreateGroup;
    PutGroupPolicy Put InlinePolicy of Group: "write inline policy {PolicyName} of group {GroupName}", undo DeleteGroupPolicy;
    DeleteGroupPolicy Delete InlinePolicy of Group: "delete inline policy {PolicyName} of group {GroupName}", undo PutGroupPolicy;
    AttachGroupPolicy Attach Policy of Group: "attach policy {PolicyArn} to group {GroupName}", undo DetachGroupPolicy;
    DetachGroupPolicy Detach Policy of Group: "detach policy {PolicyArn} from group {GroupName}", undo AttachGroupPolicy;
    AddUserToGroup Add User of Group: "add user {UserName} to group {GroupName}", undo RemoveUserFromGroup;
    RemoveUserFromGroup Remove User of Group: "remove user {UserName} from group {GroupName}", undo AddUserToGroup;
    // Roles
    CreateRole Create Role: "create role {RoleName}", undo DeleteRole;
    CreateServiceLinkedRole Create Role: "create the service-linked role of {AWSServiceName}", undo DeleteServiceLinkedRole;
    AcquireRole Create Role: "create a role from a role template", undo DeleteRole;
    UpdateRole Update Role: "change role {RoleName}", undo UpdateRole;
    UpdateRoleDescription Update Role: "change the description of role {RoleName}", undo UpdateRoleDescription;
    UpdateAssumeRolePolicy Put TrustPolicy of Role: "write the trust policy of role {RoleName}", undo UpdateAssumeRolePolicy;
    DeleteRole Delete Role: "delete role {RoleName}", undo CreateRole;
    DeleteServiceLinkedRole Delete Role: "delete service-linked role {RoleName}", undo CreateServiceLinkedRole;
    TagRole Tag Role: "tag role {RoleName}", undo UntagRole;
    UntagRole Untag Role: "remove tags from role {RoleName}", undo TagRole;
    PutRolePolicy Put InlinePolicy of Role: "write inline policy {PolicyName} of role {RoleName}", undo DeleteRolePolicy;
    DeleteRolePolicy Delete InlinePolicy of Role: "delete inline policy {PolicyName} of role {RoleName}", undo PutRolePolicy;
    AttachRolePolicy Attach Policy of Role: "attach policy {PolicyArn} to role {RoleName}", undo DetachRolePolicy;
    DetachRolePolicy Detach Policy of Role: "detach policy {PolicyArn} from role {RoleName}", undo AttachRolePolicy;
    PutRolePermissionsBoundary Put Boundary of Role: "set policy {PermissionsBoundary} as the permissions boundary of role {RoleName}", undo DeleteRolePermissionsBoundary;
    DeleteRolePermissionsBoundary Delete Boundary of Role: "remove the permissions boundary of role {RoleName}", undo PutRolePermissionsBoundary;
    // Instance profiles
    CreateInstanceProfile Create InstanceProfile: "create instance profile {InstanceProfileName}", undo DeleteInstanceProfile;
    DeleteInstanceProfile Delete InstanceProfile: "delete instance profile {InstanceProfileName}", undo CreateInstanceProfile;
    AddRoleToInstanceProfile Add Role of InstanceProfile: "add role {RoleName} to instance profile {InstanceProfileName}", undo RemoveRoleFromInstanceProfile;
    RemoveRoleFromInstanceProfile Remove Role of InstanceProfile: "remove role {RoleName} from instance profile {InstanceProfileName}", undo AddRoleToInstanceProfile;
    TagInstanceProfile Tag InstanceProfile: "tag instance profile {InstanceProfileName}", undo UntagInstanceProfile;
    UntagInstanceProfile Untag InstanceProfile: "remove tags from instance profile {InstanceProfileName}", undo TagInstanceProfile;
    // Managed policies
    CreatePolicy Create Policy: "create policy {PolicyName}", undo DeletePolicy;
    DeletePolicy Delete Policy: "delete policy {PolicyArn}", undo CreatePolicy;
    CreatePolicyVersion Create PolicyVersion of Policy: "create a new version of policy {PolicyArn}", undo DeletePolicyVersion;
    DeletePolicyVersion Delete PolicyVersion of Policy: "delete version {VersionId} of policy {PolicyArn}", undo CreatePolicyVersion;
    SetDefaultPolicyVersion Enable PolicyVersion of Policy: "set version {VersionId} of policy {PolicyArn} as default", undo SetDefaultPolicyVersion;
    TagPolicy Tag Policy: "tag policy {PolicyArn}", undo UntagPolicy;
    UntagPolicy Untag Policy: "remove tags from policy {PolicyArn}", undo TagPolicy;
    // Identity providers
    CreateOpenIDConnectProvider Create OidcProvider: "create OpenID Connect provider {Url}", undo DeleteOpenIDConnectProvider;
    UpdateOpenIDConnectProvider Update OidcProvider: "change OpenID Connect provider {OpenIDConnectProviderArn}", undo UpdateOpenIDConnectProvider;
    UpdateOpenIDConnectProviderThumbprint Update OidcProvider: "set the thumbprints of OpenID Connect provider {OpenIDConnectProviderArn}", undo UpdateOpenIDConnectProviderThumbprint;
    AddClientIDToOpenIDConnectProvider Add Audience of OidcProvider: "add audience {ClientID} to OpenID Connect provider {OpenIDConnectProviderArn}", undo RemoveClientIDFromOpenIDConnectProvider;
    RemoveClientIDFromOpenIDConnectProvider Remove Audience of OidcProvider: "remove audience {ClientID} from OpenID Connect provider {OpenIDConnectProviderArn}", undo AddClientIDToOpenIDConnectProvider;
    DeleteOpenIDConnectProvider Delete OidcProvider: "delete OpenID Connect provider {OpenIDConnectProviderArn}", undo CreateOpenIDConnectProvider;
    TagOpenIDConnectProvider Tag OidcProvider: "tag OpenID Connect provider {OpenIDConnectProviderArn}", undo UntagOpenIDConnectProvider;
    UntagOpenIDConnectProvider Untag OidcProvider: "remove tags from OpenID Connect provider {OpenIDConnectProviderArn}", undo TagOpenIDConnectProvider;
    CreateSAMLProvider Create SamlProvider: "create SAML provider {Name}", undo DeleteSAMLProvider;
    UpdateSAMLProvider Update SamlProvider: "change SAML provider {SAMLProviderArn}", undo UpdateSAMLProvider;
    DeleteSAMLProvider Delete SamlProvider: "delete SAML provider {SAMLProviderArn}", undo CreateSAMLProvider;
    TagSAMLProvider Tag SamlProvider: "tag SAML provider {SAMLProviderArn}", undo UntagSAMLProvider;
    UntagSAMLProvider Untag SamlProvider: "remove tags from SAML provider {SAMLProviderArn}", undo TagSAMLProvider;
    // Server certificates
    UploadServerCertificate Create ServerCertificate: "upload server certificate {ServerCertificateName}", undo DeleteServerCertificate;
    UpdateServerCertificate Rename ServerCertificate: "change the name or path of server certificate {ServerCertificateName}", undo UpdateServerCertificate;
    DeleteServerCertificate Delete ServerCertificate: "delete server certificate {ServerCertificateName}";
    TagServerCertificate Tag ServerCertificate: "tag server certificate {ServerCertificateName}", undo UntagServerCertificate;
    UntagServerCertificate Untag ServerCertificate: "remove tags from server certificate {ServerCertificateName}", undo TagServerCertificate;
    // The account and its organization
    CreateAccountAlias Create AccountAlias: "set the account alias {AccountAlias}", undo DeleteAccountAlias;
    DeleteAccountAlias Delete AccountAlias: "delete the account alias {AccountAlias}", undo CreateAccountAlias;
    UpdateAccountPasswordPolicy Put PasswordPolicy: "set the password policy of the account", undo UpdateAccountPasswordPolicy;
    DeleteAccountPasswordPolicy Delete PasswordPolicy: "delete the password policy of the account", undo UpdateAccountPasswordPolicy;
    PutAccountProperties Put AccountSetting: "set properties of the account", undo PutAccountProperties;
    SetSecurityTokenServicePreferences Put AccountSetting: "set the STS token version of the account", undo SetSecurityTokenServicePreferences;
    EnableOutboundWebIdentityFederation Enable AccountSetting: "enable outbound identity federation", undo DisableOutboundWebIdentityFederation;
    DisableOutboundWebIdentityFederation Disable AccountSetting: "disable outbound identity federation", undo EnableOutboundWebIdentityFederation;
    EnableOrganizationsRootCredentialsManagement Enable AccountSetting: "enable the management of root credentials of member accounts", undo DisableOrganizationsRootCredentialsManagement;
    DisableOrganizationsRootCredentialsManagement Disable AccountSetting: "disable the management of root credentials of member accounts", undo EnableOrganizationsRootCredentialsManagement;
    EnableOrganizationsRootSessions Enable AccountSetting: "enable root sessions in member accounts", undo DisableOrganizationsRootSessions;
    DisableOrganizationsRootSessions Disable AccountSetting: "disable root sessions in member accounts", undo EnableOrganizationsRootSessions;
    // Delegation requests
    CreateDelegationRequest Create DelegationRequest: "create a delegation request";
    AssociateDelegationRequest Update DelegationRequest: "associate delegation request {DelegationRequestId}";
    UpdateDelegationRequest Update DelegationRequest: "change delegation request {DelegationRequestId}";
    AcceptDelegationRequest Enable DelegationRequest: "accept delegation request {DelegationRequestId}";
    RejectDelegationRequest Delete DelegationRequest: "reject delegation request {DelegationRequestId}";
    SendDelegationToken Update DelegationRequest: "send the token of delegation request {DelegationRequestId}";

    @nothing:
        GenerateCredentialReport GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails
        GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountProperties
        GetAccountSummary GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport
        GetDelegationRequest GetGroup GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile
        GetMFADevice GetOpenIDConnectProvider GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo
        GetPolicy GetPolicyVersion GetRole GetRolePolicy GetRoleTemplateVersion GetSAMLProvider GetSSHPublicKey
        GetServerCertificate GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
        GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy ListAccessKeys ListAccountAliases
        ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListDelegationRequests
        ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags
        ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices
        ListOpenIDConnectProviderTags ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies
        ListPoliciesGrantingServiceAccess ListPolicyTags ListPolicyVersions ListRolePolicies ListRoleTags ListRoles
        ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys ListServerCertificateTags ListServerCertificates
        ListServiceSpecificCredentials ListSigningCertificates ListUserPolicies ListUserTags ListUsers
        ListVirtualMFADevices SimulateCustomPolicy SimulatePrincipalPolicy
}

impl AccessAnalyzer {
    /// What it does to the account; none where it changes nothing that the account keeps.
    pub const fn change(self) -> Option<Change> {
        let (kind, target, sentence) = match self {
            Self::CreateAnalyzer => (ChangeKind::Create, ChangeTarget::Analyzer, "create analyzer {analyzerName}"),
            Self::DeleteAnalyzer => (ChangeKind::Delete, ChangeTarget::Analyzer, "delete analyzer {analyzerName}"),
            Self::CreateArchiveRule => (
                ChangeKind::Create,
                ChangeTarget::ArchiveRule,
                "create archive rule {ruleName} of analyzer {analyzerName}",
            ),
            Self::UpdateArchiveRule => (
                ChangeKind::Update,
                ChangeTarget::ArchiveRule,
                "change archive rule {ruleName} of analyzer {analyzerName}",
            ),
            Self::DeleteArchiveRule => (
                ChangeKind::Remove,
                ChangeTarget::ArchiveRule,
                "delete archive rule {ruleName} of analyzer {analyzerName}",
            ),
            Self::ApplyArchiveRule => (
                ChangeKind::Update,
                ChangeTarget::Finding,
                "apply archive rule {ruleName} to the findings of analyzer {analyzerArn}",
            ),
            Self::UpdateFindings => {
                (ChangeKind::Update, ChangeTarget::Finding, "set findings of analyzer {analyzerArn} {status}")
            }
            Self::CheckAccessNotGranted
            | Self::CheckNoNewAccess
            | Self::CheckNoPublicAccess
            | Self::GetAnalyzer
            | Self::GetArchiveRule
            | Self::GetFinding
            | Self::GetFindingV2
            | Self::ListAnalyzers
            | Self::ListArchiveRules
            | Self::ListFindings
            | Self::ListFindingsV2
            | Self::ValidatePolicy => return None,
        };
        let owner = match target {
            ChangeTarget::ArchiveRule | ChangeTarget::Finding => Some(ChangeTarget::Analyzer),
            _ => None,
        };
        Some(Change { kind, target, owner, sentence, inverse: None })
    }
}

impl Operation {
    /// What it does to the account; none where it changes nothing that the account keeps.
    pub const fn change(self) -> Option<Change> {
        match self {
            Self::Iam(operation) => operation.change(),
            Self::AccessAnalyzer(operation) => operation.change(),
            Self::Signin(Signin::BatchRevokeSessions) => Some(Change {
                kind: ChangeKind::Disable,
                target: ChangeTarget::SigninSession,
                owner: None,
                sentence: "revoke sign-in sessions {sessionArns}",
                inverse: None,
            }),
            // What STS gives is a session: nothing of it is kept in the account.
            Self::Sts(
                Sts::AssumeRole
                | Sts::AssumeRoleWithSAML
                | Sts::AssumeRoleWithWebIdentity
                | Sts::AssumeRoot
                | Sts::DecodeAuthorizationMessage
                | Sts::GetAccessKeyInfo
                | Sts::GetCallerIdentity
                | Sts::GetDelegatedAccessToken
                | Sts::GetFederationToken
                | Sts::GetScopedCredentials
                | Sts::GetSessionToken
                | Sts::GetWebIdentityToken,
            )
            | Self::CloudTrail(CloudTrail::LookupEvents)
            | Self::IamToolbox(_)
            | Self::Organizations(_)
            | Self::Signin(Signin::GetSession | Signin::ListSessions)
            | Self::Tagging(_)
            | Self::SsoOidc(SsoOidc::CreateToken | SsoOidc::RegisterClient | SsoOidc::StartDeviceAuthorization) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_writes_has_a_line_and_nothing_else_has_one() {
        // Jobs that make a report are writes or reads as AWS classifies them, and change nothing that is kept.
        let jobs = [
            Iam::GenerateCredentialReport,
            Iam::GenerateOrganizationsAccessReport,
            Iam::GenerateServiceLastAccessedDetails,
        ];
        for operation in Iam::ALL.iter().copied().filter(|operation| !jobs.contains(operation)) {
            let writes = Operation::Iam(operation).access().mutates();
            assert_eq!(operation.change().is_some(), writes, "{}", operation.name());
        }
    }

    #[test]
    fn every_sentence_names_parameters_of_its_operation() {
        for operation in Iam::ALL.iter().copied() {
            let Some(change) = operation.change() else { continue };
            for parameter in change.sentence.split(['{', '}']).skip(1).step_by(2) {
                let model = Operation::Iam(operation).model().unwrap();
                assert!(model.input().member(parameter).is_some(), "{} has no {parameter}", operation.name());
            }
        }
    }

    #[test]
    fn an_inverse_acts_on_the_same_thing() {
        for operation in Iam::ALL.iter().copied() {
            let Some(change) = operation.change() else { continue };
            let Some(inverse) = change.inverse.and_then(Iam::change) else { continue };
            assert_eq!((inverse.target, inverse.owner), (change.target, change.owner), "{}", operation.name());
        }
    }

    #[track_caller]
    fn check(operation: Iam, moves: bool) {
        assert_eq!(operation.change().unwrap().moves_permissions(), moves, "{}", operation.name());
    }

    #[test]
    fn names_tags_policies_and_memberships_move_permissions() {
        for operation in [
            Iam::TagUser,
            Iam::UntagRole,
            Iam::UpdateUser,
            Iam::UpdateGroup,
            Iam::AttachUserPolicy,
            Iam::PutRolePolicy,
            Iam::AddUserToGroup,
            Iam::SetDefaultPolicyVersion,
            Iam::DeleteRolePermissionsBoundary,
            Iam::UpdateAssumeRolePolicy,
            Iam::DeleteUser,
        ] {
            check(operation, true);
        }
        for operation in [Iam::CreateUser, Iam::CreateAccessKey, Iam::UpdateRole, Iam::DeletePolicyVersion] {
            check(operation, false);
        }
    }
}
