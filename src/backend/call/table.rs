//! Every mutating operation of IAM, its parameters and outputs: made by `assets/make_calls.py` from aws-sdk-iam
//! 1.133.0; not to be edited by hand.

use super::sends;

sends! {
    AcceptDelegationRequest accept_delegation_request [set_delegation_request_id text DelegationRequestId];
    AcquireRole acquire_role [set_template_arn text TemplateArn, set_template_minor_version int TemplateMinorVersion]
        gives ["Role.Path" role.path, "Role.RoleName" role.role_name, "Role.RoleId" role.role_id, "Role.Arn"
        role.arn, "Role.AssumeRolePolicyDocument" role.assume_role_policy_document, "Role.Description"
        role.description, "Role.MaxSessionDuration" role.max_session_duration];
    AddClientIDToOpenIDConnectProvider add_client_id_to_open_id_connect_provider [set_open_id_connect_provider_arn
        text OpenIDConnectProviderArn, set_client_id text ClientID];
    AddRoleToInstanceProfile add_role_to_instance_profile [set_instance_profile_name text InstanceProfileName,
        set_role_name text RoleName];
    AddUserToGroup add_user_to_group [set_group_name text GroupName, set_user_name text UserName];
    AssociateDelegationRequest associate_delegation_request [set_delegation_request_id text DelegationRequestId];
    AttachGroupPolicy attach_group_policy [set_group_name text GroupName, set_policy_arn text PolicyArn];
    AttachRolePolicy attach_role_policy [set_role_name text RoleName, set_policy_arn text PolicyArn];
    AttachUserPolicy attach_user_policy [set_user_name text UserName, set_policy_arn text PolicyArn];
    ChangePassword change_password [set_old_password text OldPassword, set_new_password text NewPassword];
    CreateAccessKey create_access_key [set_user_name text UserName] gives ["AccessKey.UserName" access_key.user_name,
        "AccessKey.AccessKeyId" access_key.access_key_id, "AccessKey.SecretAccessKey" access_key.secret_access_key];
    CreateAccountAlias create_account_alias [set_account_alias text AccountAlias];
    CreateDelegationRequest create_delegation_request [set_owner_account_id text OwnerAccountId, set_description text
        Description, set_request_message text RequestMessage, set_requestor_workflow_id text RequestorWorkflowId,
        set_redirect_url text RedirectUrl, set_notification_channel text NotificationChannel, set_session_duration
        int SessionDuration, set_only_send_by_owner flag OnlySendByOwner] gives ["ConsoleDeepLink" console_deep_link,
        "DelegationRequestId" delegation_request_id];
    CreateGroup create_group [set_path text Path, set_group_name text GroupName] gives ["Group.Path" group.path,
        "Group.GroupName" group.group_name, "Group.GroupId" group.group_id, "Group.Arn" group.arn];
    CreateInstanceProfile create_instance_profile [set_instance_profile_name text InstanceProfileName, set_path text
        Path, set_tags tags Tags] gives ["InstanceProfile.Path" instance_profile.path,
        "InstanceProfile.InstanceProfileName" instance_profile.instance_profile_name,
        "InstanceProfile.InstanceProfileId" instance_profile.instance_profile_id, "InstanceProfile.Arn"
        instance_profile.arn];
    CreateLoginProfile create_login_profile [set_user_name text UserName, set_password text Password,
        set_password_reset_required flag PasswordResetRequired] gives ["LoginProfile.UserName"
        login_profile.user_name, "LoginProfile.PasswordResetRequired" login_profile.password_reset_required];
    CreateOpenIDConnectProvider create_open_id_connect_provider [set_url text Url, set_client_id_list texts
        ClientIDList, set_thumbprint_list texts ThumbprintList, set_tags tags Tags] gives ["OpenIDConnectProviderArn"
        open_id_connect_provider_arn];
    CreatePolicy create_policy [set_policy_name text PolicyName, set_path text Path, set_policy_document text
        PolicyDocument, set_description text Description, set_tags tags Tags] gives ["Policy.PolicyName"
        policy.policy_name, "Policy.PolicyId" policy.policy_id, "Policy.Arn" policy.arn, "Policy.Path" policy.path,
        "Policy.DefaultVersionId" policy.default_version_id, "Policy.AttachmentCount" policy.attachment_count,
        "Policy.PermissionsBoundaryUsageCount" policy.permissions_boundary_usage_count, "Policy.IsAttachable"
        policy.is_attachable, "Policy.Description" policy.description];
    CreatePolicyVersion create_policy_version [set_policy_arn text PolicyArn, set_policy_document text
        PolicyDocument, set_set_as_default flag SetAsDefault] gives ["PolicyVersion.Document"
        policy_version.document, "PolicyVersion.VersionId" policy_version.version_id,
        "PolicyVersion.IsDefaultVersion" policy_version.is_default_version];
    CreateRole create_role [set_path text Path, set_role_name text RoleName, set_assume_role_policy_document text
        AssumeRolePolicyDocument, set_description text Description, set_max_session_duration int MaxSessionDuration,
        set_permissions_boundary text PermissionsBoundary, set_tags tags Tags] gives ["Role.Path" role.path,
        "Role.RoleName" role.role_name, "Role.RoleId" role.role_id, "Role.Arn" role.arn,
        "Role.AssumeRolePolicyDocument" role.assume_role_policy_document, "Role.Description" role.description,
        "Role.MaxSessionDuration" role.max_session_duration];
    CreateSAMLProvider create_saml_provider [set_saml_metadata_document text SAMLMetadataDocument, set_name text
        Name, set_tags tags Tags, set_assertion_encryption_mode choice AssertionEncryptionMode, set_add_private_key
        text AddPrivateKey] gives ["SAMLProviderArn" saml_provider_arn];
    CreateServiceLinkedRole create_service_linked_role [set_aws_service_name text AWSServiceName, set_description
        text Description, set_custom_suffix text CustomSuffix] gives ["Role.Path" role.path, "Role.RoleName"
        role.role_name, "Role.RoleId" role.role_id, "Role.Arn" role.arn, "Role.AssumeRolePolicyDocument"
        role.assume_role_policy_document, "Role.Description" role.description, "Role.MaxSessionDuration"
        role.max_session_duration];
    CreateServiceSpecificCredential create_service_specific_credential [set_user_name text UserName, set_service_name
        text ServiceName, set_credential_age_days int CredentialAgeDays] gives
        ["ServiceSpecificCredential.ServiceName" service_specific_credential.service_name,
        "ServiceSpecificCredential.ServiceUserName" service_specific_credential.service_user_name,
        "ServiceSpecificCredential.ServicePassword" service_specific_credential.service_password,
        "ServiceSpecificCredential.ServiceCredentialAlias" service_specific_credential.service_credential_alias,
        "ServiceSpecificCredential.ServiceCredentialSecret" service_specific_credential.service_credential_secret,
        "ServiceSpecificCredential.ServiceSpecificCredentialId"
        service_specific_credential.service_specific_credential_id, "ServiceSpecificCredential.UserName"
        service_specific_credential.user_name];
    CreateUser create_user [set_path text Path, set_user_name text UserName, set_permissions_boundary text
        PermissionsBoundary, set_tags tags Tags] gives ["User.Path" user.path, "User.UserName" user.user_name,
        "User.UserId" user.user_id, "User.Arn" user.arn];
    CreateVirtualMFADevice create_virtual_mfa_device [set_path text Path, set_virtual_mfa_device_name text
        VirtualMFADeviceName, set_tags tags Tags] gives ["VirtualMFADevice.SerialNumber"
        virtual_mfa_device.serial_number, "VirtualMFADevice.Base32StringSeed" virtual_mfa_device.base32_string_seed,
        "VirtualMFADevice.QRCodePNG" virtual_mfa_device.qr_code_png];
    DeactivateMFADevice deactivate_mfa_device [set_user_name text UserName, set_serial_number text SerialNumber];
    DeleteAccessKey delete_access_key [set_user_name text UserName, set_access_key_id text AccessKeyId];
    DeleteAccountAlias delete_account_alias [set_account_alias text AccountAlias];
    DeleteAccountPasswordPolicy delete_account_password_policy [];
    DeleteGroup delete_group [set_group_name text GroupName];
    DeleteGroupPolicy delete_group_policy [set_group_name text GroupName, set_policy_name text PolicyName];
    DeleteInstanceProfile delete_instance_profile [set_instance_profile_name text InstanceProfileName];
    DeleteLoginProfile delete_login_profile [set_user_name text UserName];
    DeleteOpenIDConnectProvider delete_open_id_connect_provider [set_open_id_connect_provider_arn text
        OpenIDConnectProviderArn];
    DeletePolicy delete_policy [set_policy_arn text PolicyArn];
    DeletePolicyVersion delete_policy_version [set_policy_arn text PolicyArn, set_version_id text VersionId];
    DeleteRole delete_role [set_role_name text RoleName];
    DeleteRolePermissionsBoundary delete_role_permissions_boundary [set_role_name text RoleName];
    DeleteRolePolicy delete_role_policy [set_role_name text RoleName, set_policy_name text PolicyName];
    DeleteSAMLProvider delete_saml_provider [set_saml_provider_arn text SAMLProviderArn];
    DeleteServerCertificate delete_server_certificate [set_server_certificate_name text ServerCertificateName];
    DeleteServiceLinkedRole delete_service_linked_role [set_role_name text RoleName] gives ["DeletionTaskId"
        deletion_task_id];
    DeleteServiceSpecificCredential delete_service_specific_credential [set_user_name text UserName,
        set_service_specific_credential_id text ServiceSpecificCredentialId];
    DeleteSigningCertificate delete_signing_certificate [set_user_name text UserName, set_certificate_id text
        CertificateId];
    DeleteSSHPublicKey delete_ssh_public_key [set_user_name text UserName, set_ssh_public_key_id text SSHPublicKeyId];
    DeleteUser delete_user [set_user_name text UserName];
    DeleteUserPermissionsBoundary delete_user_permissions_boundary [set_user_name text UserName];
    DeleteUserPolicy delete_user_policy [set_user_name text UserName, set_policy_name text PolicyName];
    DeleteVirtualMFADevice delete_virtual_mfa_device [set_serial_number text SerialNumber];
    DetachGroupPolicy detach_group_policy [set_group_name text GroupName, set_policy_arn text PolicyArn];
    DetachRolePolicy detach_role_policy [set_role_name text RoleName, set_policy_arn text PolicyArn];
    DetachUserPolicy detach_user_policy [set_user_name text UserName, set_policy_arn text PolicyArn];
    DisableOrganizationsRootCredentialsManagement disable_organizations_root_credentials_management [] gives
        ["OrganizationId" organization_id];
    DisableOrganizationsRootSessions disable_organizations_root_sessions [] gives ["OrganizationId" organization_id];
    DisableOutboundWebIdentityFederation disable_outbound_web_identity_federation [];
    EnableMFADevice enable_mfa_device [set_user_name text UserName, set_serial_number text SerialNumber,
        set_authentication_code1 text AuthenticationCode1, set_authentication_code2 text AuthenticationCode2];
    EnableOrganizationsRootCredentialsManagement enable_organizations_root_credentials_management [] gives
        ["OrganizationId" organization_id];
    EnableOrganizationsRootSessions enable_organizations_root_sessions [] gives ["OrganizationId" organization_id];
    EnableOutboundWebIdentityFederation enable_outbound_web_identity_federation [] gives ["IssuerIdentifier"
        issuer_identifier];
    PutAccountProperties put_account_properties [];
    PutGroupPolicy put_group_policy [set_group_name text GroupName, set_policy_name text PolicyName,
        set_policy_document text PolicyDocument];
    PutRolePermissionsBoundary put_role_permissions_boundary [set_role_name text RoleName, set_permissions_boundary
        text PermissionsBoundary];
    PutRolePolicy put_role_policy [set_role_name text RoleName, set_policy_name text PolicyName, set_policy_document
        text PolicyDocument];
    PutUserPermissionsBoundary put_user_permissions_boundary [set_user_name text UserName, set_permissions_boundary
        text PermissionsBoundary];
    PutUserPolicy put_user_policy [set_user_name text UserName, set_policy_name text PolicyName, set_policy_document
        text PolicyDocument];
    RejectDelegationRequest reject_delegation_request [set_delegation_request_id text DelegationRequestId, set_notes
        text Notes];
    RemoveClientIDFromOpenIDConnectProvider remove_client_id_from_open_id_connect_provider
        [set_open_id_connect_provider_arn text OpenIDConnectProviderArn, set_client_id text ClientID];
    RemoveRoleFromInstanceProfile remove_role_from_instance_profile [set_instance_profile_name text
        InstanceProfileName, set_role_name text RoleName];
    RemoveUserFromGroup remove_user_from_group [set_group_name text GroupName, set_user_name text UserName];
    ResetServiceSpecificCredential reset_service_specific_credential [set_user_name text UserName,
        set_service_specific_credential_id text ServiceSpecificCredentialId] gives
        ["ServiceSpecificCredential.ServiceName" service_specific_credential.service_name,
        "ServiceSpecificCredential.ServiceUserName" service_specific_credential.service_user_name,
        "ServiceSpecificCredential.ServicePassword" service_specific_credential.service_password,
        "ServiceSpecificCredential.ServiceCredentialAlias" service_specific_credential.service_credential_alias,
        "ServiceSpecificCredential.ServiceCredentialSecret" service_specific_credential.service_credential_secret,
        "ServiceSpecificCredential.ServiceSpecificCredentialId"
        service_specific_credential.service_specific_credential_id, "ServiceSpecificCredential.UserName"
        service_specific_credential.user_name];
    ResyncMFADevice resync_mfa_device [set_user_name text UserName, set_serial_number text SerialNumber,
        set_authentication_code1 text AuthenticationCode1, set_authentication_code2 text AuthenticationCode2];
    SendDelegationToken send_delegation_token [set_delegation_request_id text DelegationRequestId];
    SetDefaultPolicyVersion set_default_policy_version [set_policy_arn text PolicyArn, set_version_id text VersionId];
    SetSecurityTokenServicePreferences set_security_token_service_preferences [set_global_endpoint_token_version
        choice GlobalEndpointTokenVersion];
    TagInstanceProfile tag_instance_profile [set_instance_profile_name text InstanceProfileName, set_tags tags Tags];
    TagMFADevice tag_mfa_device [set_serial_number text SerialNumber, set_tags tags Tags];
    TagOpenIDConnectProvider tag_open_id_connect_provider [set_open_id_connect_provider_arn text
        OpenIDConnectProviderArn, set_tags tags Tags];
    TagPolicy tag_policy [set_policy_arn text PolicyArn, set_tags tags Tags];
    TagRole tag_role [set_role_name text RoleName, set_tags tags Tags];
    TagSAMLProvider tag_saml_provider [set_saml_provider_arn text SAMLProviderArn, set_tags tags Tags];
    TagServerCertificate tag_server_certificate [set_server_certificate_name text ServerCertificateName, set_tags
        tags Tags];
    TagUser tag_user [set_user_name text UserName, set_tags tags Tags];
    UntagInstanceProfile untag_instance_profile [set_instance_profile_name text InstanceProfileName, set_tag_keys
        texts TagKeys];
    UntagMFADevice untag_mfa_device [set_serial_number text SerialNumber, set_tag_keys texts TagKeys];
    UntagOpenIDConnectProvider untag_open_id_connect_provider [set_open_id_connect_provider_arn text
        OpenIDConnectProviderArn, set_tag_keys texts TagKeys];
    UntagPolicy untag_policy [set_policy_arn text PolicyArn, set_tag_keys texts TagKeys];
    UntagRole untag_role [set_role_name text RoleName, set_tag_keys texts TagKeys];
    UntagSAMLProvider untag_saml_provider [set_saml_provider_arn text SAMLProviderArn, set_tag_keys texts TagKeys];
    UntagServerCertificate untag_server_certificate [set_server_certificate_name text ServerCertificateName,
        set_tag_keys texts TagKeys];
    UntagUser untag_user [set_user_name text UserName, set_tag_keys texts TagKeys];
    UpdateAccessKey update_access_key [set_user_name text UserName, set_access_key_id text AccessKeyId, set_status
        choice Status];
    UpdateAccountPasswordPolicy update_account_password_policy [set_minimum_password_length int
        MinimumPasswordLength, set_require_symbols flag RequireSymbols, set_require_numbers flag RequireNumbers,
        set_require_uppercase_characters flag RequireUppercaseCharacters, set_require_lowercase_characters flag
        RequireLowercaseCharacters, set_allow_users_to_change_password flag AllowUsersToChangePassword,
        set_max_password_age int MaxPasswordAge, set_password_reuse_prevention int PasswordReusePrevention,
        set_hard_expiry flag HardExpiry];
    UpdateAssumeRolePolicy update_assume_role_policy [set_role_name text RoleName, set_policy_document text
        PolicyDocument];
    UpdateDelegationRequest update_delegation_request [set_delegation_request_id text DelegationRequestId, set_notes
        text Notes];
    UpdateGroup update_group [set_group_name text GroupName, set_new_path text NewPath, set_new_group_name text
        NewGroupName];
    UpdateLoginProfile update_login_profile [set_user_name text UserName, set_password text Password,
        set_password_reset_required flag PasswordResetRequired];
    UpdateOpenIDConnectProviderThumbprint update_open_id_connect_provider_thumbprint
        [set_open_id_connect_provider_arn text OpenIDConnectProviderArn, set_thumbprint_list texts ThumbprintList];
    UpdateRole update_role [set_role_name text RoleName, set_description text Description, set_max_session_duration
        int MaxSessionDuration];
    UpdateRoleDescription update_role_description [set_role_name text RoleName, set_description text Description]
        gives ["Role.Path" role.path, "Role.RoleName" role.role_name, "Role.RoleId" role.role_id, "Role.Arn"
        role.arn, "Role.AssumeRolePolicyDocument" role.assume_role_policy_document, "Role.Description"
        role.description, "Role.MaxSessionDuration" role.max_session_duration];
    UpdateSAMLProvider update_saml_provider [set_saml_metadata_document text SAMLMetadataDocument,
        set_saml_provider_arn text SAMLProviderArn, set_assertion_encryption_mode choice AssertionEncryptionMode,
        set_add_private_key text AddPrivateKey, set_remove_private_key text RemovePrivateKey] gives
        ["SAMLProviderArn" saml_provider_arn];
    UpdateServerCertificate update_server_certificate [set_server_certificate_name text ServerCertificateName,
        set_new_path text NewPath, set_new_server_certificate_name text NewServerCertificateName];
    UpdateServiceSpecificCredential update_service_specific_credential [set_user_name text UserName,
        set_service_specific_credential_id text ServiceSpecificCredentialId, set_status choice Status];
    UpdateSigningCertificate update_signing_certificate [set_user_name text UserName, set_certificate_id text
        CertificateId, set_status choice Status];
    UpdateSSHPublicKey update_ssh_public_key [set_user_name text UserName, set_ssh_public_key_id text SSHPublicKeyId,
        set_status choice Status];
    UpdateUser update_user [set_user_name text UserName, set_new_path text NewPath, set_new_user_name text
        NewUserName];
    UploadServerCertificate upload_server_certificate [set_path text Path, set_server_certificate_name text
        ServerCertificateName, set_certificate_body text CertificateBody, set_private_key text PrivateKey,
        set_certificate_chain text CertificateChain, set_tags tags Tags] gives ["ServerCertificateMetadata.Path"
        server_certificate_metadata.path, "ServerCertificateMetadata.ServerCertificateName"
        server_certificate_metadata.server_certificate_name, "ServerCertificateMetadata.ServerCertificateId"
        server_certificate_metadata.server_certificate_id, "ServerCertificateMetadata.Arn"
        server_certificate_metadata.arn];
    UploadSigningCertificate upload_signing_certificate [set_user_name text UserName, set_certificate_body text
        CertificateBody] gives ["Certificate.UserName" certificate.user_name, "Certificate.CertificateId"
        certificate.certificate_id, "Certificate.CertificateBody" certificate.certificate_body];
    UploadSSHPublicKey upload_ssh_public_key [set_user_name text UserName, set_ssh_public_key_body text
        SSHPublicKeyBody] gives ["SSHPublicKey.UserName" ssh_public_key.user_name, "SSHPublicKey.SSHPublicKeyId"
        ssh_public_key.ssh_public_key_id, "SSHPublicKey.Fingerprint" ssh_public_key.fingerprint,
        "SSHPublicKey.SSHPublicKeyBody" ssh_public_key.ssh_public_key_body];
}
