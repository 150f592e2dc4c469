"""What holds for all operations: signatures, pages, constraints, operations that are not there."""

import urllib.error
import urllib.request

from emulator import refused

# What the emulator serves, each of which a case calls.
SERVED = set("""
AcceptDelegationRequest AcquireRole AssociateDelegationRequest CreateDelegationRequest
DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions GenerateOrganizationsAccessReport
GenerateServiceLastAccessedDetails GetAccountProperties GetDelegatedAccessToken GetDelegationRequest
GetHumanReadableSummary GetOrganizationsAccessReport GetRoleTemplateVersion GetServiceLastAccessedDetails
GetServiceLastAccessedDetailsWithEntities ListDelegationRequests ListOrganizationsFeatures
ListPoliciesGrantingServiceAccess PutAccountProperties RejectDelegationRequest SendDelegationToken
UpdateDelegationRequest
AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup AssumeRole
AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage GetWebIdentityToken AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey
CreateAccountAlias CreateGroup CreateInstanceProfile
CreateLoginProfile CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion CreateRole CreateSAMLProvider
CreateServiceLinkedRole CreateServiceSpecificCredential CreateUser CreateVirtualMFADevice DeactivateMFADevice
DeleteAccessKey DeleteAccountAlias DeleteAccountPasswordPolicy DeleteGroup DeleteGroupPolicy DeleteInstanceProfile
DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteRole
DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider DeleteSSHPublicKey DeleteServerCertificate
DeleteServiceLinkedRole DeleteServiceSpecificCredential DeleteSigningCertificate DeleteUser
DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy
DetachUserPolicy EnableMFADevice GenerateCredentialReport GetAccessKeyInfo GetAccessKeyLastUsed
GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary GetCallerIdentity GetCredentialReport
GetFederationToken GetGroup GetGroupPolicy GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider
GetPolicy GetPolicyVersion GetRole GetRolePolicy GetSAMLProvider GetSSHPublicKey GetServerCertificate
GetServiceLinkedRoleDeletionStatus GetSessionToken GetUser GetUserPolicy ListAccessKeys ListAccountAliases
ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListEntitiesForPolicy ListGroupPolicies
ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole
ListMFADeviceTags ListMFADevices ListOpenIDConnectProviderTags ListOpenIDConnectProviders ListPolicies ListPolicyTags
ListPolicyVersions ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys
ListServerCertificateTags ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates
ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy
PutUserPermissionsBoundary PutUserPolicy RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile
RemoveUserFromGroup ResetServiceSpecificCredential ResyncMFADevice SetDefaultPolicyVersion
SetSecurityTokenServicePreferences TagInstanceProfile TagMFADevice TagOpenIDConnectProvider TagPolicy TagRole
TagSAMLProvider TagServerCertificate TagUser UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider
UntagPolicy UntagRole UntagSAMLProvider UntagServerCertificate UntagUser UpdateAccessKey UpdateAccountPasswordPolicy
UpdateAssumeRolePolicy UpdateGroup UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint UpdateRole
UpdateRoleDescription UpdateSAMLProvider UpdateSSHPublicKey UpdateServerCertificate UpdateServiceSpecificCredential
UpdateSigningCertificate UpdateUser UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
""".split())


def case_pages(emulator):
    iam = emulator.iam
    for number in range(130):
        iam.create_user(UserName=f"user-{number:03}")
    first = iam.list_users()
    assert len(first["Users"]) == 100 and first["IsTruncated"] is True and first["Marker"], "100 without MaxItems"
    second = iam.list_users(Marker=first["Marker"])
    assert len(second["Users"]) == 30 and second["IsTruncated"] is False and "Marker" not in second
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 7})
    names = [user["UserName"] for page in pages for user in page["Users"]]
    assert names == [f"user-{number:03}" for number in range(130)], names
    refused("ValidationError", "Invalid Marker.", iam.list_users, 400, Marker="garbage")
    for count in (0, 1001):
        refused("ValidationError", None, iam.list_users, 400, MaxItems=count)
    details = iam.get_paginator("get_account_authorization_details")
    found = [u for page in details.paginate(PaginationConfig={"PageSize": 50}) for u in page["UserDetailList"]]
    assert len(found) == 130, len(found)


def case_pages_of_every_paginator(emulator):
    """Each operation that boto3 pages answers with `IsTruncated`, whatever it lists."""
    iam = emulator.iam
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    for name in ("list_access_keys", "list_mfa_devices", "list_signing_certificates", "list_ssh_public_keys",
                 "list_user_policies", "list_attached_user_policies", "list_groups_for_user", "list_user_tags"):
        assert getattr(iam, name)(UserName="u")["IsTruncated"] is False, name
    for name in ("list_users", "list_groups", "list_roles", "list_instance_profiles", "list_server_certificates",
                 "list_virtual_mfa_devices", "list_account_aliases"):
        assert getattr(iam, name)()["IsTruncated"] is False, name
    for number in range(5):
        iam.create_user(UserName=f"m{number}")
        iam.add_user_to_group(GroupName="g", UserName=f"m{number}")
    pages = list(iam.get_paginator("get_group").paginate(GroupName="g", PaginationConfig={"PageSize": 2}))
    assert [len(page["Users"]) for page in pages] == [2, 2, 1], pages


def case_constraints(emulator):
    iam = emulator.iam
    refused("ValidationError", "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member "
            "must not be null", iam.create_user, 400)
    refused("ValidationError", "The specified value for userName is invalid. It must contain only alphanumeric "
            "characters and/or the following: +=,.@_-", iam.create_user, 400, UserName="John Doe")
    tags = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    refused("ValidationError", "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must "
            "have length less than or equal to 50", iam.create_user, 400, UserName="u", Tags=tags)


def case_signatures(emulator):
    wrong = emulator.client("iam", (emulator.key[0], "x" * 40))
    refused("SignatureDoesNotMatch", None, wrong.list_users, 403)
    unknown = emulator.client("iam", ("AKIAIOSFODNN7EXAMPLE", "x" * 40))
    refused("InvalidClientTokenId", "The security token included in the request is invalid.", unknown.list_users, 403)
    address = f"{emulator.endpoint}/?Action=ListUsers&Version=2010-05-08"
    try:
        urllib.request.urlopen(address, timeout=10)
    except urllib.error.HTTPError as error:
        body = error.read().decode()
        assert error.code == 403 and "<Code>MissingAuthenticationToken</Code>" in body, body
    else:
        raise AssertionError("a request without a signature was answered")


def case_every_operation_of_the_model_is_there(emulator):
    iam = emulator.iam
    missing = iam.meta.service_model.operation_names
    assert SERVED - set(missing) - set(emulator.sts.meta.service_model.operation_names) == set(), "unknown names"
