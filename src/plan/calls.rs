//! The mutating operations that plans are built from, each as a typed constructor.

use serde_json::Value;

use super::call::Call;
use crate::api::Iam;

macro_rules! calls {
    ($($name:ident = $operation:ident($($field:ident: $member:ident),*);)*) => {
        impl Call {$(
            #[doc = concat!("`", stringify!($operation), "` with what it requires.")]
            pub fn $name($($field: impl Into<Value>),*) -> Self {
                Self::new(Iam::$operation)$(.with(stringify!($member), $field))*
            }
        )*}

        /// Each constructor's operation with the parameters that it sets.
        #[cfg(test)]
        const CALLS: &[(Iam, &[&str])] = &[$((Iam::$operation, &[$(stringify!($member)),*])),*];
    };
}

calls! {
    create_user = CreateUser(user: UserName);
    update_user = UpdateUser(user: UserName);
    delete_user = DeleteUser(user: UserName);
    tag_user = TagUser(user: UserName, tags: Tags);
    untag_user = UntagUser(user: UserName, keys: TagKeys);
    put_user_policy = PutUserPolicy(user: UserName, policy: PolicyName, document: PolicyDocument);
    delete_user_policy = DeleteUserPolicy(user: UserName, policy: PolicyName);
    attach_user_policy = AttachUserPolicy(user: UserName, policy: PolicyArn);
    detach_user_policy = DetachUserPolicy(user: UserName, policy: PolicyArn);
    put_user_boundary = PutUserPermissionsBoundary(user: UserName, policy: PermissionsBoundary);
    delete_user_boundary = DeleteUserPermissionsBoundary(user: UserName);
    add_user_to_group = AddUserToGroup(group: GroupName, user: UserName);
    remove_user_from_group = RemoveUserFromGroup(group: GroupName, user: UserName);
    create_login_profile = CreateLoginProfile(user: UserName);
    update_login_profile = UpdateLoginProfile(user: UserName);
    delete_login_profile = DeleteLoginProfile(user: UserName);
    create_access_key = CreateAccessKey(user: UserName);
    update_access_key = UpdateAccessKey(user: UserName, key: AccessKeyId, status: Status);
    delete_access_key = DeleteAccessKey(user: UserName, key: AccessKeyId);
    upload_signing_certificate = UploadSigningCertificate(user: UserName, body: CertificateBody);
    update_signing_certificate = UpdateSigningCertificate(user: UserName, certificate: CertificateId, status: Status);
    delete_signing_certificate = DeleteSigningCertificate(user: UserName, certificate: CertificateId);
    upload_ssh_key = UploadSSHPublicKey(user: UserName, body: SSHPublicKeyBody);
    update_ssh_key = UpdateSSHPublicKey(user: UserName, key: SSHPublicKeyId, status: Status);
    delete_ssh_key = DeleteSSHPublicKey(user: UserName, key: SSHPublicKeyId);
    create_service_credential = CreateServiceSpecificCredential(user: UserName, service: ServiceName);
    update_service_credential =
        UpdateServiceSpecificCredential(user: UserName, credential: ServiceSpecificCredentialId, status: Status);
    reset_service_credential = ResetServiceSpecificCredential(user: UserName, credential: ServiceSpecificCredentialId);
    delete_service_credential =
        DeleteServiceSpecificCredential(user: UserName, credential: ServiceSpecificCredentialId);
    create_virtual_mfa_device = CreateVirtualMFADevice(name: VirtualMFADeviceName);
    delete_virtual_mfa_device = DeleteVirtualMFADevice(serial: SerialNumber);
    enable_mfa_device =
        EnableMFADevice(user: UserName, serial: SerialNumber, code_1: AuthenticationCode1, code_2: AuthenticationCode2);
    resync_mfa_device =
        ResyncMFADevice(user: UserName, serial: SerialNumber, code_1: AuthenticationCode1, code_2: AuthenticationCode2);
    deactivate_mfa_device = DeactivateMFADevice(user: UserName, serial: SerialNumber);
    tag_mfa_device = TagMFADevice(serial: SerialNumber, tags: Tags);
    untag_mfa_device = UntagMFADevice(serial: SerialNumber, keys: TagKeys);
    create_group = CreateGroup(group: GroupName);
    update_group = UpdateGroup(group: GroupName);
    delete_group = DeleteGroup(group: GroupName);
    put_group_policy = PutGroupPolicy(group: GroupName, policy: PolicyName, document: PolicyDocument);
    delete_group_policy = DeleteGroupPolicy(group: GroupName, policy: PolicyName);
    attach_group_policy = AttachGroupPolicy(group: GroupName, policy: PolicyArn);
    detach_group_policy = DetachGroupPolicy(group: GroupName, policy: PolicyArn);
    create_role = CreateRole(role: RoleName, trust: AssumeRolePolicyDocument);
    create_service_linked_role = CreateServiceLinkedRole(service: AWSServiceName);
    delete_service_linked_role = DeleteServiceLinkedRole(role: RoleName);
    update_role = UpdateRole(role: RoleName);
    update_trust_policy = UpdateAssumeRolePolicy(role: RoleName, document: PolicyDocument);
    delete_role = DeleteRole(role: RoleName);
    tag_role = TagRole(role: RoleName, tags: Tags);
    untag_role = UntagRole(role: RoleName, keys: TagKeys);
    put_role_policy = PutRolePolicy(role: RoleName, policy: PolicyName, document: PolicyDocument);
    delete_role_policy = DeleteRolePolicy(role: RoleName, policy: PolicyName);
    attach_role_policy = AttachRolePolicy(role: RoleName, policy: PolicyArn);
    detach_role_policy = DetachRolePolicy(role: RoleName, policy: PolicyArn);
    put_role_boundary = PutRolePermissionsBoundary(role: RoleName, policy: PermissionsBoundary);
    delete_role_boundary = DeleteRolePermissionsBoundary(role: RoleName);
    create_instance_profile = CreateInstanceProfile(profile: InstanceProfileName);
    delete_instance_profile = DeleteInstanceProfile(profile: InstanceProfileName);
    add_role_to_instance_profile = AddRoleToInstanceProfile(profile: InstanceProfileName, role: RoleName);
    remove_role_from_instance_profile = RemoveRoleFromInstanceProfile(profile: InstanceProfileName, role: RoleName);
    tag_instance_profile = TagInstanceProfile(profile: InstanceProfileName, tags: Tags);
    untag_instance_profile = UntagInstanceProfile(profile: InstanceProfileName, keys: TagKeys);
    create_policy = CreatePolicy(policy: PolicyName, document: PolicyDocument);
    delete_policy = DeletePolicy(policy: PolicyArn);
    create_policy_version = CreatePolicyVersion(policy: PolicyArn, document: PolicyDocument);
    delete_policy_version = DeletePolicyVersion(policy: PolicyArn, version: VersionId);
    set_default_policy_version = SetDefaultPolicyVersion(policy: PolicyArn, version: VersionId);
    tag_policy = TagPolicy(policy: PolicyArn, tags: Tags);
    untag_policy = UntagPolicy(policy: PolicyArn, keys: TagKeys);
    create_account_alias = CreateAccountAlias(alias: AccountAlias);
    delete_account_alias = DeleteAccountAlias(alias: AccountAlias);
    update_password_policy = UpdateAccountPasswordPolicy();
    delete_password_policy = DeleteAccountPasswordPolicy();
    set_token_version = SetSecurityTokenServicePreferences(version: GlobalEndpointTokenVersion);
    enable_outbound_federation = EnableOutboundWebIdentityFederation();
    disable_outbound_federation = DisableOutboundWebIdentityFederation();
    create_oidc_provider = CreateOpenIDConnectProvider(url: Url);
    delete_oidc_provider = DeleteOpenIDConnectProvider(provider: OpenIDConnectProviderArn);
    add_audience = AddClientIDToOpenIDConnectProvider(provider: OpenIDConnectProviderArn, audience: ClientID);
    remove_audience = RemoveClientIDFromOpenIDConnectProvider(provider: OpenIDConnectProviderArn, audience: ClientID);
    update_thumbprints =
        UpdateOpenIDConnectProviderThumbprint(provider: OpenIDConnectProviderArn, thumbprints: ThumbprintList);
    create_saml_provider = CreateSAMLProvider(metadata: SAMLMetadataDocument, name: Name);
    update_saml_provider = UpdateSAMLProvider(provider: SAMLProviderArn);
    delete_saml_provider = DeleteSAMLProvider(provider: SAMLProviderArn);
    tag_oidc_provider = TagOpenIDConnectProvider(provider: OpenIDConnectProviderArn, tags: Tags);
    untag_oidc_provider = UntagOpenIDConnectProvider(provider: OpenIDConnectProviderArn, keys: TagKeys);
    tag_saml_provider = TagSAMLProvider(provider: SAMLProviderArn, tags: Tags);
    untag_saml_provider = UntagSAMLProvider(provider: SAMLProviderArn, keys: TagKeys);
    upload_server_certificate =
        UploadServerCertificate(certificate: ServerCertificateName, body: CertificateBody, key: PrivateKey);
    update_server_certificate = UpdateServerCertificate(certificate: ServerCertificateName);
    delete_server_certificate = DeleteServerCertificate(certificate: ServerCertificateName);
    tag_server_certificate = TagServerCertificate(certificate: ServerCertificateName, tags: Tags);
    untag_server_certificate = UntagServerCertificate(certificate: ServerCertificateName, keys: TagKeys);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Operation;

    #[test]
    fn every_constructor_sets_all_that_its_operation_requires_and_nothing_unknown() {
        for (name, members) in CALLS {
            let (operation, name) = (Operation::Iam(*name).model().unwrap(), name.name());
            assert!(operation.access.mutates(), "{name}");
            for member in *members {
                assert!(operation.input().member(member).is_some(), "{name} has no {member}");
            }
            for member in operation.input().members.iter().filter(|member| member.required) {
                assert!(members.contains(&member.name.as_str()), "{name} lacks {}", member.name);
            }
        }
    }
}
