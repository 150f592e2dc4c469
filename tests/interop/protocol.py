"""What holds for all operations: signatures, pages, constraints, operations that are not there."""

import urllib.error
import urllib.request

from botocore import xform_name
from botocore.exceptions import WaiterError
from botocore.loaders import Loader

from emulator import arn, fixture, refused, statement, trust
from providers import METADATA

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


def three_of_everything(iam):
    """Makes three of all that is listed, and gives back the parameters that lists want."""
    policies = [iam.create_policy(PolicyName=f"p{at}", PolicyDocument=statement())["Policy"]["Arn"] for at in range(3)]
    tags = [{"Key": f"k{at}", "Value": "v"} for at in range(3)]
    trusted = trust({"Service": "ec2.amazonaws.com"})
    for at in range(3):
        iam.create_user(UserName=f"u{at}")
        iam.create_group(GroupName=f"g{at}")
        iam.create_role(RoleName=f"r{at}", AssumeRolePolicyDocument=trusted)
        iam.create_instance_profile(InstanceProfileName=f"i{at}")
        iam.add_role_to_instance_profile(InstanceProfileName=f"i{at}", RoleName="r0")
        iam.create_virtual_mfa_device(VirtualMFADeviceName=f"d{at}")
        iam.upload_server_certificate(
            ServerCertificateName=f"c{at}", CertificateBody=fixture("certificate.pem"),
            PrivateKey=fixture("certificate-key.pem"),
        )
    for at in range(3):
        iam.add_user_to_group(GroupName="g0", UserName=f"u{at}")
        iam.add_user_to_group(GroupName=f"g{at}", UserName="u0")
        for kind in ("user", "group", "role"):
            holder = {f"{kind.title()}Name": f"{kind[0]}0"}
            getattr(iam, f"put_{kind}_policy")(PolicyName=f"n{at}", PolicyDocument=statement(), **holder)
            getattr(iam, f"attach_{kind}_policy")(PolicyArn=policies[at], **holder)
        iam.create_policy_version(PolicyArn=policies[0], PolicyDocument=statement(f"s3:Get{at}"))
    for _ in range(2):
        iam.create_access_key(UserName="u0")
    iam.upload_ssh_public_key(UserName="u0", SSHPublicKeyBody=fixture("ssh-key.pub"))
    iam.upload_signing_certificate(UserName="u0", CertificateBody=fixture("certificate.pem"))
    iam.create_account_alias(AccountAlias="rockets")
    provider = iam.create_open_id_connect_provider(Url="https://id.example.com", ClientIDList=["a"], Tags=tags)
    saml = iam.create_saml_provider(Name="corp", SAMLMetadataDocument=METADATA, Tags=tags)
    device = arn("mfa/d0")
    for tag, given in (
        ("user", {"UserName": "u0"}), ("role", {"RoleName": "r0"}), ("policy", {"PolicyArn": policies[0]}),
        ("instance_profile", {"InstanceProfileName": "i0"}), ("mfa_device", {"SerialNumber": device}),
        ("server_certificate", {"ServerCertificateName": "c0"}),
    ):
        getattr(iam, f"tag_{tag}")(Tags=tags, **given)
    return {
        "UserName": "u0", "GroupName": "g0", "RoleName": "r0", "PolicyArn": policies[0], "InstanceProfileName": "i0",
        "SerialNumber": device, "ServerCertificateName": "c0", "PolicySourceArn": arn("user/u0"),
        "OpenIDConnectProviderArn": provider["OpenIDConnectProviderArn"], "SAMLProviderArn": saml["SAMLProviderArn"],
        "PolicyInputList": [statement()],
        "ActionNames": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    }


# Lists of AWS's own policies would have more than a thousand pages.
NARROWED = {"ListPolicies": {"Scope": "Local"}, "GetAccountAuthorizationDetails": {"Filter": ["User", "Role", "Group"]}}
# Of these there is one at most, or none without its codes.
SINGLE = {"ListAccountAliases", "ListMFADevices", "ListSSHPublicKeys", "ListSigningCertificates"}


def case_pages_of_every_paginator(emulator):
    """What each paginator of botocore gives row by row is what it gives at once."""
    iam = emulator.iam
    given = three_of_everything(iam)
    paginators = Loader().load_service_model("iam", "paginators-1")["pagination"]
    several = set()
    for operation, form in paginators.items():
        model = iam.meta.service_model.operation_model(operation).input_shape
        # A user's name narrows some lists down; only what must be given is.
        wanted = {"UserName"} & set(model.members) | set(model.required_members)
        parameters = {name: given[name] for name in wanted} | NARROWED.get(operation, {})
        paginator = iam.get_paginator(xform_name(operation))
        keys = form["result_key"] if isinstance(form["result_key"], list) else [form["result_key"]]

        def rows(size):
            pages = list(paginator.paginate(PaginationConfig={"PageSize": size}, **parameters))
            return len(pages), {key: [row for page in pages for row in page.get(key, [])] for key in keys}

        (_, whole), (pages, single) = rows(1000), rows(1)
        assert single == whole, f"{operation}: {single} instead of {whole}"
        count = sum(map(len, whole.values()))
        assert pages == max(count, 1), f"{operation}: {pages} pages of {count} rows"
        several |= {operation} if pages > 1 else set()
    assert set(paginators) - several == SINGLE, set(paginators) - several ^ SINGLE


def case_every_waiter(emulator):
    iam = emulator.iam
    three_of_everything(iam)
    given = {"user": {"UserName": "u0"}, "role": {"RoleName": "r0"}, "policy": {"PolicyArn": arn("policy/p0")},
             "instance_profile": {"InstanceProfileName": "i0"}}
    assert sorted(iam.waiter_names) == sorted(f"{kind}_exists" for kind in given), iam.waiter_names
    quick = {"Delay": 1, "MaxAttempts": 1}
    for kind, parameters in given.items():
        waiter = iam.get_waiter(f"{kind}_exists")
        waiter.wait(WaiterConfig=quick, **parameters)
        name, value = next(iter(parameters.items()))
        try:
            waiter.wait(WaiterConfig=quick, **{name: value + "x"})
        except WaiterError as error:
            assert "Max attempts exceeded" in str(error), error
        else:
            raise AssertionError(f"{kind}_exists did not wait")


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
